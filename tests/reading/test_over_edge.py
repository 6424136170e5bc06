"""A pen or a ruler that lies over a page's edge is no one, nor is a margin's line; digits at the edge stay."""

from dataclasses import replace

from digitrec.reading.over_edge import without_beyond, without_pens, without_rests
from digitrec.reading.parts import Part

PAGE = (1600, 1200)
NUMBER = [
    Part(place, 200 + 150 * place, 700, 290 + 150 * place, 860, 2400, depth=150.0, thick=6.0) for place in range(1, 5)
]


def test_a_pen_over_the_edge_goes_with_its_shades_and_what_is_as_thin_as_strokes_stays() -> None:
    pen = Part(9, 0, 0, 420, 380, 36_000, depth=160.0, thick=60.0)
    shade = Part(8, 0, 0, 300, 240, 4000, depth=150.0, thick=18.0)
    slash = Part(9, 0, 640, 60, 880, 1500, depth=160.0, thick=7.0)

    assert without_pens([*NUMBER, pen, shade], PAGE) == NUMBER
    assert without_pens([*NUMBER, shade], PAGE) == [*NUMBER, shade]
    assert without_pens([*NUMBER, slash], PAGE) == [*NUMBER, slash]


def test_a_pen_within_the_page_goes_and_a_large_digit_or_a_fat_one_stays() -> None:
    pen = Part(9, 20, 20, 440, 400, 36_000, depth=160.0, thick=60.0, breadth=80.0)
    large = Part(9, 20, 20, 440, 600, 24_000, depth=160.0, thick=12.0)
    fat = Part(9, 20, 20, 120, 280, 15_000, depth=160.0, thick=60.0)
    speck = Part(1, 600, 700, 620, 722, 260, depth=90.0, thick=3.0)

    assert without_pens([*NUMBER, pen], PAGE) == NUMBER
    for part in (large, fat):
        assert without_pens([*NUMBER, part], PAGE) == [*NUMBER, part]
    assert without_pens([pen, speck], PAGE) == [pen, speck]


def test_a_fat_digit_cut_off_at_the_edge_stays() -> None:
    eight = Part(1, 0, 300, 380, 900, 110_000, depth=160.0, thick=150.0)
    specks = [Part(10 + place, 600 + 40 * place, 200, 604 + 40 * place, 205, 16, depth=90.0) for place in range(5)]
    other = Part(2, 500, 310, 860, 890, 105_000, depth=160.0, thick=145.0)

    assert without_pens([eight, *specks], PAGE) == [eight, *specks]
    assert without_pens([eight, other], PAGE) == [eight, other]


def test_a_thin_line_over_the_edge_that_is_longer_than_the_digits_goes() -> None:
    line = Part(9, 100, 1150, 130, 1600, 2200, depth=120.0)
    one = Part(9, 1150, 1450, 1170, 1600, 1500, depth=150.0)

    assert without_beyond([*NUMBER, line], PAGE) == NUMBER
    assert without_beyond([*NUMBER, one], PAGE) == [*NUMBER, one]


def test_a_large_one_beside_small_print_stays() -> None:
    print_ = [Part(10 + place, 30 + 40 * place, 20, 60 + 40 * place, 50, 220, depth=90.0) for place in range(20)]
    one = Part(1, 500, 500, 560, 1300, 20_000, depth=130.0)

    assert one in without_beyond([*print_, one], PAGE)


def test_a_straight_bar_twice_as_wide_as_strokes_goes_though_it_has_stripes_and_ones_stay() -> None:
    pen = Part(9, 300, 100, 640, 220, 9700, depth=140.0, thick=8.0, breadth=34.0)
    over = Part(9, 1000, 0, 1200, 270, 7400, depth=140.0, thick=8.0, breadth=31.0)
    curved = Part(9, 300, 100, 640, 420, 7400, depth=140.0, thick=8.0, breadth=190.0)
    one = Part(9, 300, 700, 330, 860, 1900, depth=140.0, thick=7.0, breadth=14.0)

    slim = Part(9, 300, 100, 640, 220, 5800, depth=140.0, thick=8.0, breadth=20.0)
    thin_strokes = [replace(part, thick=7.5) for part in NUMBER]

    assert without_pens([*thin_strokes, replace(pen, area=7500)], (1000, 1200)) == thin_strokes
    assert without_pens([*thin_strokes, slim], (1000, 1200)) == [*thin_strokes, slim]
    for thing in (pen, over):
        assert without_pens([*NUMBER, thing], PAGE) == NUMBER
    for digit in (curved, one):
        assert without_pens([*NUMBER, digit], PAGE) == [*NUMBER, digit]


def test_a_dark_pen_beside_a_low_number_in_pencil_goes_and_beside_a_label_of_that_height_stays() -> None:
    number = [
        Part(place, 240 + 60 * place, 340, 285 + 60 * place, 405, 700, depth=70.0, thick=4.5) for place in range(1, 9)
    ]
    pen = Part(20, 200, 620, 820, 790, 27_000, depth=130.0, thick=31.0, breadth=46.0)

    assert without_pens([*number, pen], PAGE) == number
    assert without_pens([*number[:2], pen], PAGE) == [*number[:2], pen]


def test_a_lone_one_in_bolder_strokes_above_low_letters_stays_and_a_rule_as_thin_as_they_are_goes() -> None:
    letters = [Part(10 + at, 300 + 40 * at, 60, 330 + 40 * at, 110, 600, depth=150.0, thick=9.0) for at in range(9)]
    one = Part(1, 500, 400, 540, 800, 5000, depth=150.0, thick=13.0)
    rule = Part(2, 500, 400, 540, 800, 4000, depth=150.0, thick=8.0)
    other = Part(3, 800, 400, 840, 800, 5000, depth=150.0, thick=13.0)

    assert one in without_beyond([*letters, one], PAGE)
    assert rule not in without_beyond([*letters, rule], PAGE)
    assert not {one, other}.intersection(without_beyond([*letters, one, other], PAGE))  # two are rests of a frame


def test_a_piece_of_a_pen_far_thicker_than_a_low_number_of_several_digits_goes() -> None:
    number = [Part(at, 600 + 50 * at, 660, 640 + 50 * at, 722, 800, depth=131.0, thick=4.8) for at in range(1, 6)]
    pen = Part(20, 1011, 1013, 1090, 1193, 8909, depth=137.0, thick=34.7, breadth=52.6)

    assert without_pens([*number, pen], PAGE) == number
    assert without_pens([*number[:2], pen], PAGE) == [*number[:2], pen]


def test_a_fat_digit_above_print_is_no_pen() -> None:
    letters = [
        Part(10 + place, 100 + 40 * place, 60, 130 + 40 * place, 120, 500, depth=150.0, thick=7.0) for place in range(9)
    ]
    two = Part(1, 300, 700, 630, 1040, 43_000, depth=170.0, thick=42.0, breadth=250.0)
    pen = replace(two, breadth=90.0)

    assert without_pens([*letters, two], PAGE) == [*letters, two]
    assert without_pens([*letters, pen], PAGE) == letters


SIX = Part(1, 400, 500, 900, 1250, 150_000, depth=130.0, thick=90.0, breadth=450.0)


def test_frames_and_tiles_that_the_edge_cuts_off_are_no_writing_and_digits_in_the_same_pen_are() -> None:
    tiles = Part(2, 500, 1300, 1200, 1600, 14_000, depth=40.0, thick=17.0, breadth=500.0)

    assert without_rests([SIX, tiles], PAGE) == [SIX]
    assert without_rests([tiles], PAGE) == [tiles]
    for other in (
        replace(tiles, bottom=1590, right=1190),  # within the page
        replace(tiles, thick=60.0),  # in strokes as thick
        replace(tiles, area=80_000),  # of which there is more than a line
    ):
        assert without_rests([SIX, other], PAGE) == [SIX, other]


def test_a_fingertip_over_the_edge_goes_beside_a_digit_and_a_larger_one_stays() -> None:
    tip = Part(2, 700, 0, 930, 270, 50_000, depth=130.0, thick=130.0, breadth=200.0)

    assert without_rests([SIX, tip], PAGE) == [SIX]
    assert without_rests([tip], PAGE) == [tip]
    assert without_rests([replace(SIX, bottom=700), tip], PAGE) == [replace(SIX, bottom=700), tip]


def test_the_side_of_a_sheet_over_the_edge_goes_beside_a_digit_that_winds_and_stays_beside_a_one() -> None:
    nine = Part(1, 600, 700, 700, 860, 1600, depth=110.0, thick=6.0)
    side = Part(2, 0, 200, 60, 760, 3400, depth=100.0, thick=6.0, breadth=7.0)
    one = replace(nine, area=1100)

    assert without_rests([nine, side], PAGE) == [nine]
    for parts in ([one, side], [nine, replace(side, bottom=500)], [nine, replace(side, left=5, right=65)]):
        assert without_rests(parts, PAGE) == parts
