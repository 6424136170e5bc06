"""What is writing among pieces of ink: a fat digit and pencil beside felt pen are, a shadow's rest is not."""

from digitrec.reading.parts import Part
from digitrec.reading.writing import writing_among

PAGE = (1080, 1440)
NUMBER = [Part(place, 500 + 90 * place, 300, 570 + 90 * place, 440, 1500, depth=170.0) for place in range(1, 6)]


def test_what_is_left_of_a_hands_shadow_is_no_writing_beside_dark_strokes() -> None:
    blob = Part(9, 700, 650, 1100, 1010, 92_000, depth=44.0)

    assert writing_among([*NUMBER, blob], PAGE) == writing_among(NUMBER, PAGE)
    assert {part.label for part in writing_among(NUMBER, PAGE)} == {1, 2, 3, 4, 5}


def test_a_filled_piece_that_is_as_dark_and_pale_strokes_that_are_not_filled_stay() -> None:
    fat = Part(9, 700, 650, 1100, 1010, 92_000, depth=160.0)
    pencil = Part(9, 700, 650, 800, 790, 3500, depth=60.0)
    one = Part(9, 700, 650, 740, 790, 5000, depth=60.0)

    for piece in (fat, pencil, one):
        assert piece in writing_among([*NUMBER, piece], PAGE)


def test_a_page_with_a_blob_alone_keeps_it() -> None:
    blob = Part(9, 700, 650, 1100, 1010, 92_000, depth=44.0)

    assert writing_among([blob], PAGE) == [blob]
