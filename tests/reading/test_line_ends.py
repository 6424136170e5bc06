"""Beyond a line's digits stand words, units and cut-off neighbours; broken and low digits are part of it."""

from digitrec.reading.line_ends import without_ends
from digitrec.reading.parts import Part

PAGE = (700, 1200)
DIGITS = [Part(1, 400, 200, 460, 300, 1200), Part(2, 480, 205, 540, 302, 1100), Part(3, 560, 198, 620, 300, 1300)]


def test_a_word_in_one_go_and_a_speck_far_off_go() -> None:
    word = Part(9, 700, 240, 830, 302, 2000)
    speck = Part(9, 700, 280, 712, 296, 120)

    assert without_ends([*DIGITS, word], PAGE) == DIGITS
    assert without_ends([*DIGITS, speck], PAGE) == DIGITS


def test_a_separator_close_by_and_a_broken_or_a_low_digit_stay() -> None:
    dot = Part(9, 640, 285, 652, 300, 120)
    broken = [Part(8, 700, 200, 712, 240, 300), Part(9, 700, 262, 712, 300, 300)]
    low = Part(9, 700, 240, 750, 302, 900)
    wide = Part(9, 700, 240, 800, 302, 900)  # as twos are

    for more in ([dot], broken, [low], [wide]):
        assert without_ends([*DIGITS, *more], PAGE) == [*DIGITS, *more]
    assert without_ends([*moved([wide], -420), *DIGITS], PAGE) == [*moved([wide], -420), *DIGITS]


def test_a_neighbour_that_the_edge_cuts_off_goes_on_a_page_and_stays_in_a_number_cut_out_closely() -> None:
    cut = Part(9, 1180, 190, 1200, 310, 900)
    digits = [Part(part.label, part.left + 460, part.top, part.right + 460, part.bottom, part.area) for part in DIGITS]
    wide = Part(9, 1145, 190, 1200, 310, 900)

    assert without_ends([*digits, cut], PAGE) == digits
    assert without_ends([*digits, wide], PAGE) == [*digits, wide]
    narrow = [Part(part.label, part.left - 400, 0, part.right - 400, 100, part.area) for part in DIGITS]
    one = Part(9, 290, 0, 300, 100, 900)
    assert without_ends([*narrow, one], (100, 300)) == [*narrow, one]


def test_the_letters_of_a_label_go_though_they_are_close_and_pieces_of_a_broken_first_digit_stay() -> None:
    letters = [Part(8, 300, 276, 322, 300, 200), Part(9, 334, 278, 358, 300, 200)]
    broken = [Part(8, 340, 200, 352, 238, 300), Part(9, 336, 262, 358, 300, 300)]

    assert without_ends([*letters, *DIGITS], PAGE) == DIGITS
    assert without_ends([*broken, *DIGITS], PAGE) == [*broken, *DIGITS]


def moved(parts: list[Part], right: int) -> list[Part]:
    """Return pieces that stand so far to the right."""
    return [Part(part.label, part.left + right, part.top, part.right + right, part.bottom, part.area) for part in parts]


def test_a_word_whose_letters_are_all_lower_goes_and_a_group_of_digits_stays() -> None:
    tel = [Part(7, 240, 238, 286, 300, 900), Part(8, 290, 252, 320, 302, 700), Part(9, 326, 236, 338, 300, 500)]
    digits = [Part(7, 200, 212, 250, 300, 900), Part(8, 262, 208, 310, 302, 900)]

    assert without_ends([*tel, *DIGITS], PAGE) == DIGITS
    assert without_ends([*digits, *DIGITS], PAGE) == [*digits, *DIGITS]


def test_a_label_goes_before_a_single_digit_as_well_and_digits_before_a_long_one_stay() -> None:
    number = [Part(8, 240, 250, 280, 300, 500), Part(9, 290, 262, 318, 300, 400)]
    long = Part(9, 480, 180, 500, 310, 900)

    assert without_ends([*number, DIGITS[0]], PAGE) == [DIGITS[0]]
    assert without_ends([*moved(DIGITS[:1], -100), DIGITS[0], long], PAGE) == [
        *moved(DIGITS[:1], -100),
        DIGITS[0],
        long,
    ]


def test_a_plus_before_what_is_added_goes_and_a_low_nought_close_by_stays() -> None:
    plus = Part(9, 220, 230, 270, 280, 400)
    nought = Part(9, 340, 246, 384, 300, 500)

    assert without_ends([plus, *DIGITS], PAGE) == DIGITS
    assert without_ends([nought, *DIGITS], PAGE) == [nought, *DIGITS]


def test_a_broken_nine_is_no_plus() -> None:
    loop, tail = Part(8, 250, 200, 300, 252, 300), Part(9, 284, 258, 294, 300, 150)
    plus = Part(8, 250, 230, 300, 282, 300)

    assert without_ends([loop, tail, *DIGITS], PAGE) == [loop, tail, *DIGITS]
    assert without_ends([plus, *DIGITS], PAGE) == DIGITS


def test_a_line_under_a_number_goes_and_a_dash_in_it_stays() -> None:
    under, dash = Part(9, 390, 330, 640, 346, 3000), Part(9, 462, 250, 478, 258, 110)

    assert without_ends([*DIGITS, under], PAGE) == DIGITS
    assert without_ends([*DIGITS, dash], PAGE) == [*DIGITS, dash]
    assert without_ends([under], PAGE) == [under]
    broken_two = [Part(1, 400, 200, 456, 286, 1200), Part(2, 396, 290, 458, 302, 500)]
    assert without_ends(broken_two, PAGE) == broken_two
