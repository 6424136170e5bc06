"""What is writing among pieces of ink: a fat digit and pencil beside felt pen are, a shadow's rest is not."""

from dataclasses import replace

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


def ring(left: int, top: int, wide: int, high: int, thick: int = 8) -> Part:
    """Return a circle that a pen drew, about."""
    return Part(90, left, top, left + wide, top + high, round(1.6 * thick * (wide + high)), depth=170.0)


def test_a_circle_or_a_box_that_a_pen_drew_around_a_number_is_no_writing() -> None:
    around_all, around_one = ring(540, 240, 560, 260), ring(560, 250, 130, 240)

    assert set(writing_among([*NUMBER, around_all], PAGE)) == set(NUMBER)
    assert set(writing_among([NUMBER[0], around_one], PAGE)) == {NUMBER[0]}


def test_a_nought_with_a_speck_in_it_and_one_that_is_filled_stay() -> None:
    nought = ring(600, 250, 130, 240)
    speck = Part(9, 650, 350, 672, 372, 300, depth=150.0)
    blot = Part(9, 560, 250, 690, 490, 24_000, depth=170.0)

    assert nought in writing_among([nought, speck], PAGE)
    assert blot in writing_among([NUMBER[0], blot], PAGE)


def print_at_the_top(count: int = 40) -> list[Part]:
    """Return a row of small letters."""
    return [Part(100 + place, 60 + 30 * place, 40, 78 + 30 * place, 62, 150, depth=120.0) for place in range(count)]


def test_large_digits_and_a_one_among_them_stay_on_a_printed_page() -> None:
    two, one = Part(1, 500, 500, 590, 660, 2200, depth=170.0), Part(2, 640, 500, 660, 665, 1900, depth=170.0)
    long = Part(3, 100, 800, 1300, 806, 7000, depth=170.0)  # a rest of a rule

    kept = writing_among([*print_at_the_top(), two, one, long], PAGE)

    assert {two, one} <= set(kept)
    assert long not in kept


def test_a_rest_of_a_grid_with_digits_in_it_goes_from_a_page_full_of_them() -> None:
    digits = [
        Part(
            10 + number,
            100 + 120 * (number % 6),
            100 + 120 * (number // 6),
            150 + 120 * (number % 6),
            180 + 120 * (number // 6),
            1200,
            depth=150.0,
        )
        for number in range(30)
    ]
    grid = Part(99, 80, 80, 560, 560, 9000, depth=150.0)

    assert grid not in writing_among([*digits, grid], PAGE)


def test_the_outline_of_a_tinted_cell_and_what_is_left_of_its_tint_are_no_writing() -> None:
    tinted = Part(90, 700, 600, 890, 780, 1000, depth=100.0)
    rest = Part(91, 720, 640, 724, 720, 300, depth=95.0)
    within = Part(92, 760, 640, 830, 780, 1500, depth=165.0)

    assert set(writing_among([*NUMBER, tinted, rest, within], PAGE)) == {*NUMBER, within}


def test_thin_strokes_as_dark_as_the_others_stay_however_large_they_are() -> None:
    large = Part(90, 600, 500, 900, 900, 6000, depth=160.0)

    assert large in writing_among([*NUMBER, large], PAGE)


def test_pale_digits_in_a_pale_grid_that_fills_the_page_stay_beside_dark_ones() -> None:
    grid = Part(90, 60, 60, 1400, 1040, 20_000, depth=110.0)
    pencil = Part(91, 700, 640, 770, 780, 1500, depth=112.0)

    assert pencil in writing_among([*NUMBER, grid, pencil], PAGE)


def test_a_very_faint_blob_that_is_not_all_filled_goes_beside_a_small_number_at_the_edge() -> None:
    eight, nought = Part(1, 883, 963, 945, 1044, 1878, depth=185.0), Part(2, 956, 967, 1011, 1041, 1267, depth=185.0)
    shadow = Part(3, 616, 583, 855, 913, 41_728, depth=40.0)
    pencil = Part(3, 616, 583, 855, 913, 20_000, depth=40.0)

    assert set(writing_among([eight, nought, shadow], PAGE)) == {eight, nought}
    assert pencil in writing_among([pencil, Part(1, 300, 500, 420, 800, 9000, depth=185.0)], PAGE)


def test_what_was_scribbled_over_is_no_writing_and_a_fat_digit_is() -> None:
    blot = Part(9, 174, 297, 459, 563, 62_000, depth=158.0)
    eight, one = Part(1, 688, 276, 909, 568, 21_727, depth=148.0), Part(2, 544, 305, 720, 574, 20_084, depth=149.0)
    fat = Part(3, 174, 297, 459, 563, 45_000, depth=158.0)

    assert set(writing_among([blot, eight, one], PAGE)) == {eight, one}
    assert fat in writing_among([fat, eight, one], PAGE)
    assert writing_among([blot], PAGE) == [blot]


def test_small_print_beside_large_digits_is_no_writing_and_a_few_low_pieces_are() -> None:
    letters = [
        Part(
            50 + place,
            30 + 40 * (place % 5),
            200 + 40 * (place // 5),
            54 + 40 * (place % 5),
            228 + 40 * (place // 5),
            300,
        )
        for place in range(20)
    ]

    assert set(writing_among([*NUMBER, *letters], PAGE)) == set(NUMBER)
    assert set(letters[:6]) <= set(writing_among([*NUMBER, *letters[:6]], PAGE))


def test_holes_and_coins_far_thicker_than_the_strokes_beside_them_are_no_writing() -> None:
    strokes = [replace(part, thick=9.0) for part in NUMBER]
    hole = Part(9, 300, 300, 430, 425, 12_700, depth=160.0, thick=50.0)
    fat = [replace(part, thick=22.0) for part in NUMBER]

    assert writing_among([*strokes, hole], PAGE) == writing_among(strokes, PAGE)
    assert hole in writing_among([*fat, hole], PAGE)  # a fat pen's nought
    assert hole in writing_among([strokes[0], hole], PAGE)


def test_a_stroke_that_does_not_go_all_the_way_round_is_no_circle() -> None:
    """A camera that moved broke a nine, and the rest of its loop stands in the box of its stem."""
    stem = Part(90, 900, 650, 967, 744, 735, depth=134.0, thick=4.0)
    rest = Part(91, 907, 660, 931, 699, 346, depth=167.0, thick=5.0)
    around = replace(stem, area=1100)

    assert {stem, rest} <= set(writing_among([*NUMBER, stem, rest], PAGE))
    assert around not in writing_among([*NUMBER, around, rest], PAGE)


def test_a_crease_far_paler_and_broader_than_the_strokes_is_no_writing_and_pencil_is() -> None:
    digits = [replace(part, thick=6.0) for part in NUMBER]
    crease = Part(9, 700, 650, 830, 760, 2900, depth=35.0, thick=14.0)

    assert crease not in writing_among([*digits, crease], PAGE)
    for other in (replace(crease, thick=6.0), replace(crease, depth=70.0)):
        assert other in writing_among([*digits, other], PAGE)
    assert writing_among([crease], PAGE) == [crease]


def test_a_one_near_the_side_of_a_tall_page_stays_where_it_is_as_thick_as_the_others_and_within_the_page() -> None:
    shape = (1480, 720)
    four = Part(1, 14, 426, 583, 1254, 135_000, depth=255.0, thick=71.0)
    one = Part(2, 600, 287, 702, 1171, 70_000, depth=255.0, thick=77.0)

    assert set(writing_among([four, one], shape)) == {four, one}
    for rest in (replace(one, thick=30.0), replace(one, left=618, right=720)):
        assert writing_among([four, rest], shape) == [four]
