"""Sheets of paper: found on a cloth, a carpet, a table; no shadow, no loop and no box is one."""

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from digitrec.reading.beyond import is_loop
from digitrec.reading.ink import find_ink
from digitrec.reading.paper_alone import of_sheet, paper_instead, within
from digitrec.reading.picture import load_picture
from digitrec.reading.sheet import _worth, find_sheet

Pixels = npt.NDArray[np.uint8]

SIZE = (600, 800)
CORNERS = np.array([[250, 130], [560, 150], [545, 480], [235, 465]], dtype=np.float32)


def table(kind: str) -> Pixels:
    """Return what a sheet lies on, uint8[600,800,3]."""
    rng = np.random.default_rng(1)
    down, across = np.mgrid[0 : SIZE[0], 0 : SIZE[1]]
    if kind == "stripes":
        dark = (((across + down) // 22) % 2)[..., None]
        return np.asarray(np.where(dark, (170, 60, 60), (215, 210, 200)) + rng.normal(0, 3, (*SIZE, 1)), dtype=np.uint8)
    if kind == "carpet":
        grain = cv2.GaussianBlur(rng.normal(0, 60, SIZE).astype(np.float32), (0, 0), 2.5) * 3
        return np.asarray((120 + grain[..., None] + np.array([20, 5, 0])).clip(0, 255), dtype=np.uint8)
    if kind == "wood":
        grain = 18 * np.sin(across / 9 + 3 * np.sin(down / 70))
        return np.asarray(np.array([150, 100, 60]) + grain[..., None] + rng.normal(0, 2, (*SIZE, 1)), dtype=np.uint8)
    plain = {"black": (25, 25, 28), "blue": (60, 80, 120)}[kind]
    return np.asarray(np.array(plain) + rng.normal(0, 2, (*SIZE, 1)).clip(-20, 20), dtype=np.uint8)


def with_sheet(ground: Pixels, colour: tuple[int, int, int] = (235, 232, 225)) -> tuple[Pixels, Pixels]:
    """Return a picture with a sheet and a three on it, and where its strokes are."""
    picture, strokes = ground.copy(), np.zeros(SIZE, dtype=np.uint8)
    cv2.fillConvexPoly(picture, CORNERS.astype(np.int32), colour, cv2.LINE_AA)
    for middle in (260, 330):
        cv2.ellipse(strokes, (400, middle), (35, 35), 0, -120, 110, 255, 6, cv2.LINE_AA)
    share = strokes[..., None] / 255
    return np.asarray(picture + (np.array([40, 45, 70]) - picture) * share, dtype=np.uint8), strokes


@pytest.mark.parametrize("kind", ["stripes", "carpet", "wood", "black", "blue"])
@pytest.mark.parametrize("colour", [(235, 232, 225), (240, 225, 110)])
def test_a_sheet_is_found_on_whatever_it_lies(kind: str, colour: tuple[int, int, int]) -> None:
    picture, strokes = with_sheet(table(kind), colour)

    found = find_sheet(picture)

    assert found is not None
    inside = of_sheet(found, picture.shape)
    whole = cv2.fillConvexPoly(np.zeros(SIZE, dtype=np.uint8), CORNERS.astype(np.int32), 1)
    assert inside[strokes > 0].all()
    assert not inside[whole == 0].any()
    assert inside[whole == 1].mean() > 0.8


@pytest.mark.parametrize("kind", ["stripes", "carpet", "wood", "black"])
def test_what_a_sheet_lies_on_is_no_ink(kind: str) -> None:
    picture, strokes = with_sheet(table(kind))

    ink = find_ink(load_picture(picture))

    near = cv2.dilate(strokes, np.ones((9, 9), dtype=np.uint8)) > 0
    assert ink.polarity == "dark on light"
    assert ink.mask[strokes > 200].mean() > 0.9
    assert ink.mask[~near].mean() < 0.0005


def test_a_sheet_that_goes_on_beyond_the_picture_is_found() -> None:
    picture, _ = with_sheet(table("wood"))

    found = find_sheet(np.ascontiguousarray(picture[:400, :500]))

    assert found is not None
    assert of_sheet(found, (400, 500))[200:390, 300:490].all()  # up to the picture's own edge


@pytest.mark.parametrize("soft", [0, 12])
@pytest.mark.parametrize("dim", [0.5, 0.75])
def test_lit_paper_beside_a_shadow_is_no_sheet(dim: float, soft: float) -> None:
    rng = np.random.default_rng(0)
    down, across = np.mgrid[0 : SIZE[0], 0 : SIZE[1]]
    edge = across + 0.4 * down - 500
    share = 1 / (1 + np.exp(-edge / soft)) if soft else (edge > 0).astype(float)
    light = dim + (1 - dim) * share
    paper = np.array([230, 226, 218]) * light[..., None] + rng.normal(0, 2, (*SIZE, 1))

    assert find_sheet(np.asarray(paper.clip(0, 255), dtype=np.uint8)) is None


def test_neither_a_loop_nor_a_box_is_a_sheet() -> None:
    page = np.full((*SIZE, 3), 230, dtype=np.uint8)
    loop, box = page.copy(), page.copy()
    cv2.ellipse(loop, (400, 300), (150, 220), 10, 0, 360, (40, 40, 60), 14, cv2.LINE_AA)
    cv2.rectangle(box, (200, 150), (600, 450), (40, 40, 60), 5)

    assert find_sheet(loop) is None
    assert find_sheet(box) is None
    assert find_sheet(page) is None


def test_grey_pictures_and_slivers_are_looked_at_too() -> None:
    picture, _ = with_sheet(table("carpet"))

    assert find_sheet(np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), dtype=np.uint8)) is not None
    assert find_sheet(np.zeros((3000, 20, 3), dtype=np.uint8)) is None
    assert find_sheet(np.zeros((20, 3000), dtype=np.uint8)) is None


def test_paper_is_as_light_beside_the_sheet_as_next_to_it() -> None:
    picture, _ = with_sheet(table("stripes"))
    inside = of_sheet(CORNERS, picture.shape)

    filled = paper_instead(picture, inside)

    assert (filled[inside] == picture[inside]).all()
    assert np.abs(filled[~inside].astype(int) - (235, 232, 225)).max() <= 6
    assert (paper_instead(picture, np.zeros(SIZE, dtype=bool)) == picture).all()


def test_the_rows_and_columns_of_a_sheet_lie_within_the_picture() -> None:
    rows, columns = within(CORNERS - np.float32(300), SIZE)

    assert 0 <= rows.start < rows.stop <= SIZE[0]
    assert 0 <= columns.start < columns.stop <= SIZE[1]


def test_a_sheet_is_found_among_smaller_shapes_with_longer_outlines() -> None:
    cloth = np.full((*SIZE, 3), (60, 80, 120), dtype=np.uint8)
    turn = np.linspace(0, 2 * np.pi, 400)
    petals = (62 + 22 * np.sin(9 * turn))[:, None] * np.stack([np.cos(turn), np.sin(turn)], axis=1)
    middles = [(column, row) for row in (90, 300, 510) for column in (90, 250, 410, 570, 710)]
    for middle in middles:
        cv2.fillPoly(cloth, [np.rint(petals + middle).astype(np.int32)], (150, 60, 60))
    picture, strokes = with_sheet(cloth)

    found = find_sheet(picture)

    assert found is not None
    assert of_sheet(found, picture.shape)[strokes > 0].all()


def test_cardboard_is_found_on_stripes_that_are_lighter() -> None:
    picture, strokes = with_sheet(table("stripes"), (165, 120, 80))

    found = find_sheet(picture)

    assert found is not None
    assert of_sheet(found, picture.shape)[strokes > 0].all()


@pytest.mark.parametrize("bend", [0, 25])
def test_the_dark_ground_beside_a_light_stroke_from_edge_to_edge_is_no_sheet(bend: int) -> None:
    drawing = np.zeros((512, 512), dtype=np.uint8)
    points = [(222, -5), (170 - bend, 120), (90 + bend, 220), (-5, 360)]
    cv2.polylines(drawing, [np.array(points, dtype=np.int32)], isClosed=False, color=255, thickness=22)

    assert find_sheet(drawing) is None


def test_lit_paper_beyond_a_rule_with_digits_on_it_is_no_other_thing() -> None:
    lit = np.linspace(1.0, 0.6, 1280)[:, None, None] * np.array([235, 190, 150])
    page = np.broadcast_to(lit, (1280, 720, 3)).astype(np.uint8).copy()
    for column in range(60, 700, 160):
        cv2.ellipse(page, (column, 640), (45, 85), 0, 0, 360, (40, 35, 35), 18, cv2.LINE_AA)
    for row in range(250, 1280, 240):
        cv2.line(page, (0, row), (719, row - 8), (140, 110, 90), 4, cv2.LINE_AA)

    found = find_sheet(page)

    assert found is None or of_sheet(found, page.shape)[560:720, 40:680].all()


def with_shape(ground: Pixels, points: npt.NDArray[np.int32], colour: tuple[int, int, int]) -> Pixels:
    """Return a picture in which a shape of that colour lies, with a stroke on it."""
    picture = ground.copy()
    cv2.fillPoly(picture, [points], colour, cv2.LINE_AA)
    cv2.line(picture, (400, 260), (380, 350), (40, 40, 60), 8, cv2.LINE_AA)
    return picture


TAG = np.array([[250, 300], [300, 230], [560, 240], [555, 400], [295, 385]], dtype=np.int32)
LID = cv2.ellipse2Poly((390, 300), (190, 175), 0, 0, 360, 5)


@pytest.mark.parametrize("points", [TAG, LID], ids=["tag", "lid"])
@pytest.mark.parametrize("kind", ["stripes", "wood", "blue"])
def test_tags_and_lids_are_sheets(points: npt.NDArray[np.int32], kind: str) -> None:
    found = find_sheet(with_shape(table(kind), points, (238, 215, 90)))

    assert found is not None
    inside = of_sheet(found, (*SIZE, 3))
    whole = cv2.fillPoly(np.zeros(SIZE, dtype=np.uint8), [points], 1)
    assert inside[250:360, 370:410].all()
    assert not inside[whole == 0].any()
    assert inside[whole == 1].mean() > 0.65


def test_an_envelope_darker_than_the_cloth_is_a_sheet_and_a_cell_that_is_printed_in_colour_is_none() -> None:
    cloth = np.full((*SIZE, 3), (228, 232, 230), dtype=np.uint8)
    cloth[::40, :] = cloth[:, ::40] = (120, 150, 190)
    brown = (190, 140, 90)

    found = find_sheet(with_shape(cloth, CORNERS.astype(np.int32), brown))

    assert found is not None
    assert of_sheet(found, (*SIZE, 3))[200:400, 300:500].all()
    cell = np.array([[100, 100], [190, 100], [190, 190], [100, 190]], dtype=np.int32)
    assert find_sheet(with_shape(np.full((*SIZE, 3), 235, dtype=np.uint8), cell, (205, 215, 150))) is None


@pytest.mark.parametrize("dark", [(35, 36, 40), (120, 90, 60)])
def test_a_tool_bar_or_the_frame_of_a_board_is_no_sheet(dark: tuple[int, int, int]) -> None:
    board = np.full((*SIZE, 3), (15, 16, 18) if dark[0] < 50 else (40, 110, 85), dtype=np.uint8)
    board[:50] = np.array(dark) + 40
    cv2.line(board, (400, 200), (380, 450), (235, 230, 150), 12, cv2.LINE_AA)

    ink = find_ink(load_picture(board))

    assert find_sheet(board) is None
    assert ink.polarity == "light on dark"
    assert ink.mask[210:440, 375:405].any()


def test_a_string_over_one_side_hides_no_sheet() -> None:
    picture = with_shape(table("blue"), CORNERS.astype(np.int32), (240, 225, 110))
    cv2.line(picture, (0, 300), (246, 300), (200, 60, 50), 60)

    found = find_sheet(picture)

    assert found is not None
    assert not of_sheet(found, picture.shape)[300, :230].any()


def test_a_string_and_the_hole_it_goes_through_do_not_go_on_beyond_a_tag() -> None:
    picture = with_shape(table("blue"), TAG, (250, 170, 120))
    cv2.circle(picture, (284, 310), 24, (60, 60, 62), -1)
    cv2.line(picture, (282, 310), (0, 330), (60, 50, 45), 8)
    found = find_sheet(picture)
    assert found is not None

    alone = paper_instead(picture, of_sheet(found, picture.shape), clean=True)

    assert np.ptp(alone[280:360, 60:220].reshape(-1, 3), axis=0).max() < 30


def test_a_sheet_that_rules_cross_is_found_whole_and_no_strip_of_it() -> None:
    picture, _ = with_sheet(table("blue"))
    for share in (0.04, 0.72):
        left, right = (1 - share) * CORNERS[0] + share * CORNERS[3], (1 - share) * CORNERS[1] + share * CORNERS[2]
        cv2.line(picture, left.astype(int).tolist(), right.astype(int).tolist(), (90, 90, 110), 6, cv2.LINE_AA)

    found = find_sheet(picture)

    assert found is not None
    whole = cv2.fillConvexPoly(np.zeros(SIZE, dtype=np.uint8), CORNERS.astype(np.int32), 1)
    assert of_sheet(found, picture.shape)[whole == 1].mean() > 0.8


def test_a_fat_stroke_of_black_is_no_sheet() -> None:
    lit = np.linspace(120, 215, SIZE[0])[:, None, None]
    picture = np.asarray(np.broadcast_to(lit, (*SIZE, 3)) + np.random.default_rng(0).normal(0, 2, (*SIZE, 3)))
    cv2.line(picture, (420, 120), (370, 480), (10, 14, 19), 160, cv2.LINE_AA)

    assert find_sheet(picture.clip(0, 255).astype(np.uint8)) is None


def test_a_shadow_over_the_edge_of_a_sheet_goes_on_beyond_it() -> None:
    picture, _ = with_sheet(table("blue"))
    shade = np.ones(SIZE, dtype=np.float32)
    cv2.ellipse(shade, (245, 300), (50, 22), 0, 0, 360, 0.5, -1)
    picture = np.asarray(picture * cv2.GaussianBlur(shade, (0, 0), 5)[..., None], dtype=np.uint8)
    found = find_sheet(picture)
    assert found is not None

    alone = paper_instead(picture, of_sheet(found, picture.shape), clean=True)

    assert alone[300, 150].mean() < 0.75 * alone[420, 150].mean()


def test_a_fat_nought_on_black_is_no_lid() -> None:
    canvas = np.zeros((400, 400), dtype=np.uint8)
    cv2.ellipse(canvas, (170, 200), (115, 62), -38, 0, 360, 255, 27)

    assert find_sheet(canvas) is None
    assert find_ink(load_picture(canvas)).polarity == "light on dark"


@pytest.mark.parametrize("share", [0.3, 0.7])
def test_what_is_beyond_one_side_alone_is_a_sheet_only_where_it_is_most_of_the_picture(share: float) -> None:
    rng = np.random.default_rng(0)
    picture = np.asarray(np.array((176, 128, 82)) + rng.normal(0, 2, (*SIZE, 1)), dtype=np.uint8)
    edge = round(share * SIZE[1])
    picture[:, :edge] = np.asarray(np.array((205, 205, 208)) + rng.normal(0, 2, (SIZE[0], edge, 1)), dtype=np.uint8)
    picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), 0.8), dtype=np.uint8)

    assert (find_sheet(picture) is not None) == (share > 0.5)


@pytest.mark.parametrize(
    ("ink", "ground", "fall", "thick"),
    [
        ((60, 60, 70), (230, 225, 215), 0.5, 40),
        ((40, 30, 90), (150, 150, 155), 0.5, 30),
        ((40, 30, 90), (205, 200, 190), 0.6, 36),
    ],
)
def test_the_inside_of_a_loop_is_no_tag_though_light_falls_off(
    ink: tuple[int, int, int], ground: tuple[int, int, int], fall: float, thick: int
) -> None:
    strokes = np.zeros(SIZE, dtype=np.uint8)
    loop = np.array([(330, 330), (470, 320), (520, 390), (470, 470), (345, 480), (300, 400)], dtype=np.int32)
    cv2.polylines(strokes, [loop], isClosed=True, color=255, thickness=thick, lineType=cv2.LINE_AA)
    cv2.line(strokes, (300, 400), (420, 60), 255, thick, cv2.LINE_AA)
    share = (cv2.GaussianBlur(strokes, (0, 0), 1.2) / 255)[..., None]
    light = (1 - fall * np.mgrid[0 : SIZE[0], 0 : SIZE[1]][1] / SIZE[1])[..., None]
    picture = (np.array(ground) + (np.array(ink) - np.array(ground)) * share) * light
    picture += np.random.default_rng(0).normal(0, 1, (*SIZE, 1))

    assert find_sheet(np.asarray(picture.clip(0, 255), dtype=np.uint8)) is None


@pytest.mark.parametrize(("covered", "loop"), [(0.42, True), (0.2, False), (0.9, True)])
def test_a_stroke_round_a_shape_may_be_grainy_as_a_crayons_is(covered: float, loop: bool) -> None:
    rng = np.random.default_rng(0)
    shape, outer = np.zeros((2, 240, 320), dtype=np.uint8)
    cv2.circle(shape, (160, 120), 40, 1, -1)
    cv2.circle(outer, (160, 120), 52, 1, -1)
    small = np.full((240, 320, 3), (240, 228, 200), dtype=np.uint8)
    small[(outer > shape) & (rng.random(shape.shape) < covered)] = (70, 66, 60)

    assert is_loop(shape, small, np.array([240, 228, 200], dtype=np.float32)) == loop


def test_half_of_a_folded_sheet_is_no_sheet_of_its_own() -> None:
    picture = table("carpet")
    left = np.array([[120, 90], [400, 80], [405, 520], [110, 510]], dtype=np.int32)
    right = np.array([[400, 80], [690, 95], [700, 515], [405, 520]], dtype=np.int32)
    cv2.fillConvexPoly(picture, left, (176, 174, 170), cv2.LINE_AA)
    cv2.fillConvexPoly(picture, right, (236, 234, 230), cv2.LINE_AA)

    found = find_sheet(picture)

    assert found is None or found[:, 0].min() < 200


def coffee(rim: tuple[int, int, int]) -> Pixels:
    """Return a page of paper with a mug of coffee on it, which the picture's edge cuts, and a stroke beside it."""
    picture = np.full((*SIZE, 3), (226, 228, 222), dtype=np.uint8)
    cv2.circle(picture, (760, 160), 190, rim, -1, cv2.LINE_AA)
    cv2.circle(picture, (760, 160), 165, (45, 25, 18), -1, cv2.LINE_AA)
    cv2.line(picture, (300, 220), (270, 360), (40, 40, 60), 9, cv2.LINE_AA)
    noise = np.random.default_rng(2).normal(0, 1.5, (*SIZE, 1))
    return np.asarray((cv2.GaussianBlur(picture, (0, 0), 1.0) + noise).clip(0, 255), dtype=np.uint8)


@pytest.mark.parametrize("rim", [(30, 30, 34), (40, 70, 140)])
def test_coffee_is_no_sheet_and_its_mug_no_ink(rim: tuple[int, int, int]) -> None:
    picture = coffee(rim)

    ink = find_ink(load_picture(picture))

    assert find_sheet(picture) is None
    assert ink.polarity == "dark on light"
    assert ink.mask[200:380, 250:320].sum() > 600
    assert ink.mask[:, 500:].sum() < 40


def test_a_written_sheet_is_worth_most_an_empty_one_little_and_a_dark_empty_shape_nothing() -> None:
    inner = np.zeros((200, 300), dtype=bool)
    inner[40:160, 60:240] = True
    light, dark = (np.where(inner[..., None], level, 120).repeat(3, 2).astype(np.uint8) for level in (220, 40))
    even, written = np.full((2, 200, 300), 0.6, dtype=np.float32)
    written[80:120, 140:150] = 12.0

    assert _worth(inner, light, written) == _worth(inner, dark, written) == 1
    assert 0 < _worth(inner, light, even) < 0.5
    assert _worth(inner, dark, even) == 0


@pytest.mark.parametrize(("dark", "found"), [((46, 34, 26), True), ((120, 105, 90), False)])
def test_a_sheet_may_end_softly_where_what_is_beyond_is_far_too_dark_for_a_shadow(
    dark: tuple[int, int, int], found: bool
) -> None:
    picture, _ = with_sheet(np.full((*SIZE, 3), dark, dtype=np.uint8))
    soft = np.asarray(cv2.GaussianBlur(picture, (0, 0), 12), dtype=np.uint8)

    assert (find_sheet(soft) is not None) == found
