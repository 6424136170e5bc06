"""Where strokes are beside soft shadows: between sharp edges, or all within one."""

import cv2
import numpy as np
import numpy.typing as npt

from digitrec.reading.shadows import strokes_beside_shadows


def test_a_thick_stroke_among_thin_ones_is_one_all_through_and_a_soft_shadow_none() -> None:
    strokes, shadow = np.zeros((2, 960, 720), dtype=np.float32)
    path = [(420, 230), (560, 210), (590, 320), (450, 440), (610, 450)]
    cv2.polylines(strokes, [np.array(path, dtype=np.int32)], isClosed=False, color=1, thickness=74)
    inside = cv2.resize(
        cv2.erode(strokes, np.ones((9, 9), dtype=np.uint8)), (240, 320), interpolation=cv2.INTER_NEAREST
    )
    for row in range(520, 900, 40):
        cv2.line(strokes, (380, row), (680, row + 8), 1, 6)
    cv2.ellipse(shadow, (190, 720), (120, 170), 20, 0, 360, 1, -1)
    levels = 150 * cv2.GaussianBlur(strokes, (0, 0), 1.0) + 75 * cv2.GaussianBlur(shadow, (0, 0), 28)

    found = strokes_beside_shadows(levels, 150.0, (320, 240))

    assert found is not None
    assert found[inside > 0].mean() > 0.97
    assert not found[200:280, 30:100].any()


def test_where_all_edges_are_sharp_there_is_no_shadow() -> None:
    levels = np.zeros((960, 720), dtype=np.float32)
    cv2.line(levels, (200, 200), (500, 700), 150, 20, cv2.LINE_AA)

    assert strokes_beside_shadows(levels, 150.0, (320, 240)) is None


def moved_camera(strokes: npt.NDArray[np.float32], pixels: int) -> npt.NDArray[np.float32]:
    """Return what is left of sharp strokes when the camera moves down: edges that lie along its way stay sharp."""
    kernel = np.zeros((pixels, pixels), dtype=np.float32)
    cv2.line(kernel, (round(pixels * 0.64), 0), (round(pixels * 0.36), pixels - 1), 1)
    return np.asarray(cv2.filter2D(strokes, -1, kernel / kernel.sum()), dtype=np.float32)


def test_a_fat_stroke_of_a_moved_camera_is_no_shadow() -> None:
    strokes = np.zeros((640, 640), dtype=np.float32)
    path = [np.array([(150, 250), (480, 250), (450, 360)], dtype=np.int32)]
    cv2.polylines(strokes, path, isClosed=False, color=1, thickness=62)
    seen = cv2.GaussianBlur(moved_camera(strokes, 41), (0, 0), 1.2)

    assert strokes_beside_shadows(np.asarray(200 * seen, dtype=np.float32), 200.0, (320, 320)) is None
    # As pale as this it may be a shadow.
    assert strokes_beside_shadows(np.asarray(100 * seen, dtype=np.float32), 100.0, (320, 320)) is not None


def test_thin_strokes_of_a_moved_camera_are_strokes_all_round_beside_a_shadow() -> None:
    strokes, shadow = np.zeros((2, 640, 640), dtype=np.float32)
    cv2.ellipse(strokes, (300, 300), (110, 170), 0, 0, 360, 1, 14, cv2.LINE_AA)
    cv2.ellipse(shadow, (560, 600), (70, 160), 20, 0, 360, 1, -1)
    seen = cv2.filter2D(strokes, -1, np.ones((26, 1), dtype=np.float32) / 26)
    levels = 170 * cv2.GaussianBlur(seen, (0, 0), 1.0) + 80 * cv2.GaussianBlur(shadow, (0, 0), 20)

    found = strokes_beside_shadows(np.asarray(levels, dtype=np.float32), 150.0, (320, 320))

    assert found is not None
    for row in (65, 235):  # where the nought is level, and soft
        assert found[row - 8 : row + 8, 140:160].any(0).all()
    assert not found[270:, 265:].any()


def test_where_all_outlines_across_one_way_are_soft_the_camera_moved() -> None:
    strokes = np.zeros((640, 640), dtype=np.float32)
    for left in (60, 250, 440):
        cv2.ellipse(strokes, (left + 60, 250), (55, 50), 0, 0, 360, 1, 26)
        cv2.ellipse(strokes, (left + 60, 360), (65, 60), 0, 0, 360, 1, 26)
    turned = moved_camera(np.asarray(strokes.T.copy()), 31).T.copy() * 130
    shadow = np.zeros((640, 640), dtype=np.float32)
    cv2.ellipse(shadow, (100, 560), (40, 120), 0, 0, 360, 1, -1)
    with_shadow = 130 * cv2.GaussianBlur(strokes, (0, 0), 0.8) + 70 * cv2.GaussianBlur(shadow, (0, 0), 25)

    assert strokes_beside_shadows(turned, 130.0, (320, 320)) is None
    assert strokes_beside_shadows(with_shadow, 130.0, (320, 320)) is not None


def test_a_shadow_beside_strokes_of_a_moved_camera_is_still_one() -> None:
    strokes, shadow = np.zeros((2, 640, 640), dtype=np.float32)
    for left in (60, 250, 440):
        cv2.ellipse(strokes, (left + 60, 200), (55, 50), 0, 0, 360, 1, 26)
        cv2.ellipse(strokes, (left + 60, 310), (65, 60), 0, 0, 360, 1, 26)
    cv2.ellipse(shadow, (320, 560), (90, 40), 0, 0, 360, 1, -1)
    moved = moved_camera(strokes, 31)

    assert strokes_beside_shadows(130 * moved, 130.0, (320, 320)) is None
    assert (
        strokes_beside_shadows(130 * moved + 80 * cv2.GaussianBlur(shadow, (0, 0), 16), 130.0, (320, 320)) is not None
    )


def test_pieces_that_are_soft_on_one_half_whatever_their_way_are_no_sign_of_a_moved_camera() -> None:
    strokes = np.zeros((640, 640), dtype=np.float32)
    for left in (160, 480):
        cv2.circle(strokes, (left, 320), 80, 1, 40)
    soft = np.asarray(cv2.GaussianBlur(strokes, (0, 0), 14), dtype=np.float32)
    sharp = np.asarray(cv2.GaussianBlur(strokes, (0, 0), 0.8), dtype=np.float32)
    half = 130 * np.where(np.arange(640)[:, None] < 320, sharp, soft)

    assert strokes_beside_shadows(np.asarray(half, dtype=np.float32), 130.0, (320, 320)) is not None
