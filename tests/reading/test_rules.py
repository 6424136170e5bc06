"""Lines of the paper: found where they are long, thin and straight; strokes are let be."""

from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from digitrec.reading.boxes import box_lines
from digitrec.reading.rules import _is_underline, find_rules
from digitrec.reading.straight import straight_pieces

Stroke = tuple[tuple[int, int], tuple[int, int], int]
"""From where to where, and how thick."""


def drawn(high: int, wide: int, *lines: Stroke) -> npt.NDArray[np.bool_]:
    mask = np.zeros((high, wide), dtype=np.uint8)
    for start, end, thick in lines:
        cv2.line(mask, start, end, 1, thick)
    return mask.astype(bool)


def test_ruled_lines_of_a_page_are_found_though_they_are_not_quite_level() -> None:
    rules = [((0, row), (799, row + 8), 2) for row in range(60, 580, 60)]
    page = drawn(600, 800, *rules)

    assert find_rules(page).lines[page].mean() > 0.95


def test_squared_paper_is_found_both_ways() -> None:
    across = [((0, row), (599, row), 1) for row in range(20, 600, 40)]
    down = [((column, 0), (column, 599), 1) for column in range(20, 600, 40)]
    page = drawn(600, 600, *across, *down)

    assert find_rules(page).lines[page].mean() > 0.95


def test_a_stroke_across_a_ruled_line_is_kept_whole() -> None:
    stroke = ((300, 200), (320, 330), 6)
    alone, page = drawn(500, 700, stroke), drawn(500, 700, stroke, ((0, 270), (699, 270), 2))

    left = find_rules(page).erased(page.astype(np.float32), 1) > 0

    assert left[alone].mean() > 0.9
    assert left[~alone].mean() < 0.01


def test_the_frame_of_a_cell_is_found_and_the_digit_in_it_kept() -> None:
    seven = [((30, 25), (70, 25), 6), ((70, 25), (45, 85), 6)]
    frame = [((0, 3), (105, 5), 5), ((4, 0), (5, 105), 4)]
    cell = drawn(106, 106, *seven, *frame)

    left = find_rules(cell).erased(cell.astype(np.float32), 1) > 0

    assert left[drawn(106, 106, *seven)].mean() > 0.95
    assert left[:, :10].sum() + left[:10].sum() < 60


@pytest.mark.parametrize("side", ["left", "right"])
def test_a_one_at_the_end_of_a_number_that_was_cut_out_closely_is_kept(side: str) -> None:
    column = 3 if side == "left" else 146
    one, other = ((column, 5), (column, 44), 7), ((70, 5), (80, 44), 6)
    number = drawn(50, 150, one, other)

    left = find_rules(number).erased(number.astype(np.float32), 1) > 0

    assert left[number].mean() > 0.95


def test_the_walls_of_boxes_whose_lines_go_on_in_the_papers_own_are_found() -> None:
    rules = [((0, row), (699, row), 2) for row in range(40, 480, 60)]
    walls = [((column, 160), (column, 220), 3) for column in range(150, 450, 60)]
    seven = [((160, 175), (195, 175), 5), ((195, 175), (175, 210), 5)]
    page = drawn(500, 700, *rules, *walls, *seven)

    left = find_rules(page).erased(page.astype(np.float32), 1) > 0

    assert left[drawn(500, 700, *walls)].mean() < 0.15
    assert left[drawn(500, 700, *seven)].mean() > 0.9


def test_ones_between_ruled_lines_are_kept() -> None:
    rules = [((0, row), (699, row), 2) for row in range(40, 480, 60)]
    ones = [((column, 168), (column - 6, 214), 5) for column in (200, 240, 290)]
    page = drawn(500, 700, *rules, *ones)

    left = find_rules(page).erased(page.astype(np.float32), 1) > 0

    assert left[drawn(500, 700, *ones)].mean() > 0.95


def test_tops_of_digits_that_hang_on_a_box_do_not_hide_it() -> None:
    box = [
        ((100, 100), (400, 100), 2),
        ((100, 190), (400, 190), 2),
        ((100, 100), (100, 190), 2),
        ((400, 100), (400, 190), 2),
    ]
    digits = [((column, 106), (column + 35, 112), 16) for column in range(130, 360, 45)]
    digits += [((column + 30, 112), (column + 12, 170), 12) for column in range(130, 360, 45)]
    page = drawn(400, 500, *box, *digits)

    left = find_rules(page).erased(page.astype(np.float32), 1) > 0

    assert left[drawn(400, 500, *box[1:])].mean() < 0.2
    assert left[drawn(400, 500, *digits)].mean() > 0.85


def test_the_bars_of_digits_are_no_rules() -> None:
    for digit in ([((20, 25), (85, 25), 7), ((85, 25), (50, 90), 7)], [((50, 12), (50, 95), 7)]):
        cell = drawn(106, 106, *digit)
        assert not find_rules(cell).lines[cell].any()


def test_nothing_is_no_rule() -> None:
    found = find_rules(np.zeros((50, 70), dtype=bool))

    assert not found.lines.any()
    assert not found.crossed.any()


def left_of(page: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    return np.asarray(find_rules(page).erased(page.astype(np.float32), 1) > 0)


def box(left: int, top: int, right: int, bottom: int, thick: int = 2) -> list[Stroke]:
    corners = ((left, top), (right, top), (right, bottom), (left, bottom))
    return [(start, end, thick) for start, end in zip(corners, corners[1:] + corners[:1], strict=True)]


def leaning(page: npt.NDArray[np.bool_], degrees: float) -> npt.NDArray[np.bool_]:
    high, wide = page.shape
    turn = cv2.getRotationMatrix2D((wide / 2, high / 2), degrees, 1)
    return np.asarray(cv2.warpAffine(page.astype(np.uint8), turn, (wide, high), flags=cv2.INTER_NEAREST), dtype=bool)


NUMBER: list[Stroke] = [
    # 1, 7 and 2 in three boxes of 60 pixels.
    ((232, 215), (226, 265), 4),
    ((272, 215), (306, 215), 4),
    ((306, 215), (284, 266), 4),
    ((330, 222), (352, 218), 4),
    ((352, 218), (354, 236), 4),
    ((354, 236), (330, 264), 4),
    ((330, 264), (362, 264), 4),
]
COMB = [*box(200, 200, 260, 280), *box(260, 200, 320, 280), *box(320, 200, 380, 280)]


@pytest.mark.parametrize("degrees", [0, -4, 4])
@pytest.mark.parametrize("size", [(480, 640), (960, 1700)])
def test_boxes_of_a_form_go_with_their_walls_and_the_digits_stay(degrees: float, size: tuple[int, int]) -> None:
    digits = leaning(drawn(*size, *NUMBER), degrees)
    page = leaning(drawn(*size, *COMB), degrees) | digits

    left = left_of(page)

    assert left[digits].mean() > 0.97
    assert (left & ~digits).sum() < 0.03 * (page & ~digits).sum()


def test_a_digit_that_runs_over_a_wall_is_kept_whole() -> None:
    bar: Stroke = ((240, 240), (290, 236), 4)
    digit = drawn(480, 640, bar)

    left = left_of(drawn(480, 640, bar, *COMB))

    assert left[digit].mean() > 0.9


def test_the_box_round_a_number_is_found_though_its_digits_touch_it() -> None:
    deep: Stroke = ((345, 225), (338, 284), 4)
    digits = drawn(480, 640, *NUMBER, deep)

    left = left_of(digits | drawn(480, 640, *box(200, 200, 400, 280)))

    assert left[digits].mean() > 0.95
    assert left[205:275, 198:204].sum() + left[205:275, 397:404].sum() < 20


@pytest.mark.parametrize("degrees", [-5, -2, 3, 5])
def test_turned_and_broken_rules_are_found(degrees: float) -> None:
    rng = np.random.default_rng(0)
    across = [((-200, row), (1000, row), 1) for row in range(-200, 900, 50)]
    down = [((column, -200), (column, 900), 1) for column in range(-200, 1000, 50)]
    page = leaning(drawn(600, 800, *across, *down), degrees) & (rng.random((600, 800)) > 0.03)

    assert find_rules(page).lines[page].mean() > 0.9


def test_the_foot_of_a_two_that_lies_on_a_rule_is_kept() -> None:
    rules = [((0, row), (799, row), 2) for row in range(60, 580, 60)]
    two = drawn(600, 800, ((210, 200), (240, 196), 5), ((240, 196), (205, 238), 5), ((205, 238), (250, 238), 5))

    assert left_of(two | drawn(600, 800, *rules))[two].mean() > 0.9


def test_lines_between_rows_and_the_grid_of_a_table_are_found() -> None:
    digits = [((x + 20, y + 12), (x + 16, y + 44), 4) for y in (100, 160, 220) for x in (120, 240, 360)]
    grid = [((100, y), (460, y), 3) for y in (95, 155, 215, 275)]
    grid += [((x, 95), (x, 275), 3) for x in (100, 220, 340, 460)]
    written, page = drawn(480, 640, *digits), drawn(480, 640, *digits, *grid)

    left = left_of(page)

    assert left[written].mean() > 0.97
    assert (left & ~written).sum() < 0.03 * (page & ~written).sum()


def test_ones_below_one_another_are_no_rules() -> None:
    columns = (60, 140, 220)
    ones = [((x, y), (x + 1, y + 18), 3) for x in columns for y in range(30, 250, 28)]
    page = drawn(280, 280, *ones)

    assert left_of(page)[page].all()


Shares = tuple[tuple[float, float], tuple[float, float]]

LARGE_DIGITS: dict[str, list[Shares]] = {
    "a one": [((0.5, 0.1), (0.5, 0.9))],
    "a leaning one": [((0.52, 0.1), (0.48, 0.9))],
    "a seven": [((0.2, 0.15), (0.75, 0.15)), ((0.75, 0.15), (0.4, 0.9))],
    "a two": [((0.25, 0.2), (0.7, 0.2)), ((0.7, 0.2), (0.25, 0.85)), ((0.25, 0.85), (0.75, 0.85))],
    "a four": [((0.3, 0.1), (0.2, 0.6)), ((0.2, 0.6), (0.8, 0.6)), ((0.6, 0.3), (0.6, 0.9))],
    "eleven": [((0.3, 0.2), (0.3, 0.8)), ((0.6, 0.2), (0.6, 0.8))],
}


@pytest.mark.parametrize("digit", LARGE_DIGITS.values(), ids=LARGE_DIGITS)
@pytest.mark.parametrize("side", [70, 106, 200, 280, 400, 600, 1000, 2000])
@pytest.mark.parametrize("share", [0.002, 0.01, 0.03, 0.08])
def test_strokes_of_digits_are_no_rules(digit: list[Shares], side: int, share: float) -> None:
    page = drawn(
        side,
        side,
        *(
            ((round(x * side), round(y * side)), (round(to_x * side), round(to_y * side)), max(1, round(share * side)))
            for (x, y), (to_x, to_y) in digit
        ),
    )

    assert left_of(page)[page].mean() > 0.97


def test_a_loop_is_no_box() -> None:
    page = np.zeros((480, 640), dtype=np.uint8)
    cv2.ellipse(page, (300, 240), (60, 38), 0, 0, 360, 1, 4)
    cv2.line(page, (242, 240), (270, 150), 1, 4)

    assert left_of(page.astype(bool))[page > 0].mean() > 0.97


def test_digits_side_by_side_are_no_lines_of_a_box() -> None:
    # Noughts with level tops and feet, so near to each other that their strokes seem to go on.
    page = np.zeros((300, 500), dtype=np.uint8)
    for number in range(4):
        left = 100 + 58 * number
        cv2.rectangle(page, (left, 120), (left + 40, 180), 1, 3)

    across, down = box_lines(page, straight_pieces(page))

    assert not (across | down).any()


def test_thick_rules_of_squared_paper_go_and_the_dots_where_they_cross() -> None:
    across = [((0, row), (599, row), 7) for row in range(30, 800, 60)]
    down = [((column, 0), (column, 799), 5) for column in range(37, 600, 60)]
    knots = [((column - 3, row), (column + 3, row), 9) for row in range(30, 800, 60) for column in range(37, 600, 60)]
    page = drawn(800, 600, *across, *down, *knots)

    assert left_of(page).mean() < 0.001


def test_the_sides_of_a_large_nought_in_a_frame_are_no_rules() -> None:
    nought = np.zeros((342, 359), dtype=np.uint8)
    outline = [
        (212, 75),
        (265, 110),
        (279, 170),
        (268, 225),
        (232, 276),
        (200, 272),
        (172, 232),
        (157, 165),
        (164, 112),
    ]
    cv2.polylines(nought, [np.array(outline, dtype=np.int32)], isClosed=True, color=1, thickness=6)
    framed = nought.copy()
    cv2.rectangle(framed, (26, 19), (328, 321), 1, 1)

    left = left_of(framed > 0)

    assert left[nought > 0].all()
    assert left.sum() < nought.sum() + 40


def test_rules_that_the_curves_of_a_digit_join_are_found_one_by_one() -> None:
    rules = [((0, row), (599, row), 5) for row in range(40, 800, 100)]
    rules += [((column, 0), (column, 799), 5) for column in range(70, 600, 100)]
    nought, ground = np.zeros((800, 600), dtype=np.uint8), drawn(800, 600, *rules)
    cv2.ellipse(nought, (320, 390), (110, 152), 12, 0, 360, 1, 16)

    left = left_of(ground | (nought > 0))

    assert left[(nought > 0) & ~ground].mean() > 0.99
    assert left[nought > 0].mean() > 0.93
    assert left[nought == 0].mean() < 0.002


@pytest.mark.parametrize("touching", [False, True])
def test_thick_rules_from_side_to_side_go_though_noise_lies_around_them_and_digits_stand_on_them(
    touching: bool,
) -> None:
    rules = [((0, 320), (539, 322), 15), ((0, 775), (539, 770), 15)]
    bottom = 765 if touching else 700
    stroke = [((190, 480), (165, bottom - 80), 40), ((175, bottom - 20), (270, bottom - 20), 40)]
    page = drawn(960, 540, *rules, *stroke) | (np.random.default_rng(0).random((960, 540)) < 0.04)

    left = left_of(page)

    assert left[drawn(960, 540, rules[0])].mean() < 0.02
    assert left[drawn(960, 540, rules[1])].mean() < 0.35
    assert left[drawn(960, 540, *stroke)].mean() > 0.9


def test_ink_far_darker_than_pale_rules_stays_where_it_lies_on_them() -> None:
    rules = drawn(400, 600, *[((0, row), (599, row), 2) for row in range(6, 400, 12)])
    strokes = drawn(400, 600, ((220, 90), (300, 95), 5), ((300, 95), (262, 300), 5), ((360, 102), (440, 102), 5))
    levels = np.where(strokes, 240, np.where(rules, 18, 0)).astype(np.float32)

    left = find_rules(levels > 9).erased(levels, 240)

    assert (left[strokes] == 240).mean() > 0.98
    assert (left[~strokes] > 0).mean() < 0.02


def test_pencil_stays_where_it_lies_on_squares_that_are_a_quarter_as_dark() -> None:
    level = drawn(400, 600, *[((0, row), (599, row), 2) for row in range(6, 400, 16)])
    upright = drawn(400, 600, *[((column, 0), (column, 399), 2) for column in range(6, 600, 16)])
    strokes = np.zeros((400, 600), dtype=np.uint8)
    for middle in (150, 230):
        cv2.ellipse(strokes, (300, middle), (40, 42), 0, -120, 110, 1, 4)
    # Where two lines cross it is twice as dark.
    squares = 24 * (level.astype(np.float32) + upright.astype(np.float32))
    levels = np.where(strokes > 0, np.float32(105), squares)

    left = find_rules(levels > 9).erased(levels, 105)

    assert (left[strokes > 0] > 0).mean() > 0.98
    far = cv2.dilate(strokes, np.ones((5, 5), dtype=np.uint8)) == 0
    assert (left[(squares > 0) & far] > 0).mean() < 0.01


def test_a_frame_as_dark_as_ink_goes_though_most_lines_are_pale() -> None:
    rules = drawn(400, 600, *[((0, row), (599, row), 2) for row in range(6, 400, 12)])
    frame = drawn(400, 600, ((60, 0), (60, 399), 3), ((540, 0), (540, 399), 3), ((300, 0), (300, 399), 3))
    levels = np.where(frame, 240, np.where(rules, 18, 0)).astype(np.float32)

    assert (find_rules(levels > 9).erased(levels, 240) > 0).mean() < 0.002


def test_the_frame_of_a_drawing_is_found_close_to_its_edge() -> None:
    one = [((620, 135), (580, 190), 7), ((620, 135), (584, 378), 7)]
    frame = [((9, 29), (832, 29), 3), ((9, 492), (832, 492), 3), ((9, 29), (9, 492), 3), ((832, 29), (832, 492), 3)]
    page = drawn(525, 846, *one, *frame)

    left = left_of(page)

    assert left[drawn(525, 846, *one)].all()
    assert left[drawn(525, 846, *frame)].mean() < 0.02


def test_a_thick_one_from_edge_to_edge_in_the_middle_of_a_small_picture_is_no_line() -> None:
    cell = drawn(276, 160, ((82, 4), (80, 270), 19))

    assert left_of(cell)[cell].mean() > 0.99


@pytest.mark.parametrize("turns", range(4))
@pytest.mark.parametrize("size", [(173, 308), (600, 800)])
def test_the_desk_in_a_corner_beside_the_paper_is_no_ink(size: tuple[int, int], turns: int) -> None:
    high, wide = size
    desk = np.zeros(size, dtype=np.uint8)
    cv2.fillPoly(desk, [np.array([(wide - 1, 0), (wide - 1 - wide // 12, high - 1), (wide - 1, high - 1)])], 1)
    mask = np.rot90(desk, turns).astype(bool)

    assert find_rules(mask).lines[mask].all()


def test_a_stroke_that_ends_in_a_corner_and_a_curve_along_an_edge_are_kept() -> None:
    leaning = drawn(170, 120, ((119, 0), (60, 169), 14))
    curved = np.zeros((170, 120), dtype=np.uint8)
    cv2.ellipse(curved, (119, 85), (40, 84), 0, 0, 360, 1, 12)

    assert not find_rules(leaning).lines.any()
    assert not find_rules(curved.astype(bool)).lines.any()


def test_boxes_whose_first_wall_is_beyond_the_sheet_go_with_their_other_walls() -> None:
    lines = [((100, 100), (580, 112), 2), ((100, 180), (580, 192), 2)]
    walls = [
        ((column, 101 + down), (column - 2, 181 + down), 2)
        for down, column in zip(range(2, 14, 2), range(180, 600, 80), strict=True)
    ]
    ones = [((column, 120), (column - 3, 168), 5) for column in (140, 300, 540)]
    page = drawn(400, 700, *lines, *walls, *ones)

    left = find_rules(page).erased(page.astype(np.float32), 1) > 0

    assert left[drawn(400, 700, *walls)].mean() < 0.2
    assert left[drawn(400, 700, *ones)].mean() > 0.95


@pytest.mark.parametrize("mirrored", [False, True])
def test_a_box_that_goes_on_beyond_the_picture_goes_with_its_one_wall(mirrored: bool) -> None:
    digits = drawn(480, 640, *NUMBER)
    page = drawn(480, 640, ((0, 200), (400, 203), 2), ((0, 280), (400, 283), 2), ((400, 203), (399, 283), 2)) | digits
    apart = drawn(480, 640, ((40, 200), (400, 203), 2), ((40, 280), (400, 283), 2), ((400, 203), (399, 283), 2))
    if mirrored:
        page, apart, digits = page[:, ::-1], apart[:, ::-1], digits[:, ::-1]

    left = left_of(page)

    assert left[digits].mean() > 0.97
    assert (left & ~digits).sum() < 0.03 * (page & ~digits).sum()
    assert left_of(apart)[210:270].any()  # whose other end is seen, without a wall


def test_parallel_strokes_of_one_pen_across_several_ruled_lines_are_no_walls_of_boxes() -> None:
    rules = [((0, row), (699, row), 3) for row in range(20, 400, 36)]
    ones = [((column, 150), (column - 8, 260), 4) for column in (150, 300, 356)]
    nought = ((225, 205), (30, 52))
    page = drawn(400, 700, *rules, *ones).astype(np.uint8)
    cv2.ellipse(page, *nought, 0, 0, 360, 1, 4)

    left = find_rules(page.astype(bool)).erased(page.astype(np.float32), 1) > 0

    assert left[drawn(400, 700, *ones)].mean() > 0.8
    assert left[drawn(400, 700, *rules)].mean() < 0.1


def test_a_long_piece_whose_pixels_are_all_another_ones_is_no_underline() -> None:
    mask = drawn(400, 600, ((60, 300), (520, 300), 2)).astype(np.uint8)
    pieces = straight_pieces(mask)
    gone, begun = (replace(pieces, labels=pieces.labels.copy()) for _ in range(2))
    gone.labels[:] = 0
    begun.labels[:, : int(pieces.left[0]) + 40] = 0

    assert _is_underline(mask, pieces, 0)
    assert not _is_underline(mask, gone, 0)
    assert _is_underline(mask, begun, 0)  # where it begins they are another one's


def test_the_bars_of_sevens_side_by_side_are_no_underline() -> None:
    strokes: list[Stroke] = []
    for left in (127, 202, 270):
        strokes += [((left, 62), (left + 58, 62), 4), ((left + 58, 62), (left + 28, 150), 4)]
    page = drawn(187, 474, *strokes)

    assert left_of(page)[page].mean() > 0.98


def test_feet_as_dark_as_ink_stay_on_the_pale_rule_of_a_number_that_was_cut_out() -> None:
    rule = drawn(126, 332, ((0, 95), (331, 95), 2))
    strokes = drawn(126, 332, *[((left, 94), (left + 24, 94), 3) for left in (70, 180, 250)])
    levels = np.where(strokes, 100, np.where(rule, 18, 0)).astype(np.float32)

    left = find_rules(levels > 9).erased(levels, 100)

    assert (left[strokes] > 0).mean() > 0.9
    assert (left[~strokes] > 0).mean() < 0.02


def test_an_underline_goes_though_a_tail_crosses_it() -> None:
    line = drawn(300, 500, ((100, 150), (380, 150), 3))
    page = line | drawn(300, 500, ((200, 120), (196, 190), 4))

    assert left_of(page)[line].mean() < 0.1


def test_the_foot_of_a_two_near_the_edge_of_a_cell_is_no_frame_and_a_thin_frame_that_stops_short_is() -> None:
    two = drawn(106, 106, ((46, 14), (56, 30), 6), ((56, 30), (6, 88), 6), ((2, 88), (86, 90), 6))
    frame = drawn(106, 106, ((0, 100), (84, 100), 2))

    assert left_of(two)[two].mean() > 0.9
    assert left_of(frame)[frame].mean() < 0.1
