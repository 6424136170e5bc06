"""What a sheet of paper lies on: cloth, carpet, wood; the shadow of a hand over it, a finger at its edge.

In: a page float32[h,w,3], 0 to 255, a seeded generator. Out: the picture, as large, in which the page is smaller and
lies askew. Knows nothing of digits, and shares no code with how the reader finds sheets.
"""

import math

import cv2
import numpy as np
import numpy.typing as npt
from surroundings import Colour, Map, cloud, grains, wood

TABLES = ("stripes", "checks", "carpet", "wood", "plain")


def table(kind: str, size: tuple[int, int], rng: np.random.Generator) -> Map:
    """Return a table's top, float32[h,w,3]."""
    down, across = np.mgrid[0 : size[0], 0 : size[1]].astype(np.float32)
    dark = np.array([[150, 50, 50], [60, 85, 150], [60, 120, 85], [110, 90, 70]][rng.integers(4)], dtype=np.float32)
    pale = np.array([205, 200, 190], dtype=np.float32)
    if kind in {"stripes", "checks"}:
        turn, pitch = rng.uniform(0, math.pi), max(size) * rng.uniform(0.02, 0.06)
        along = across * math.cos(turn) + down * math.sin(turn)
        beside = down * math.cos(turn) - across * math.sin(turn)
        share = (np.sin(along * 2 * math.pi / pitch) > 0).astype(np.float32)
        if kind == "checks":
            share = (share + (np.sin(beside * 2 * math.pi / pitch) > 0)) / 2
        top = pale + share[:, :, None] * (dark - pale)
        return np.asarray(top * (1 + 0.04 * grains(size, rng))[:, :, None], dtype=np.float32)
    if kind == "carpet":
        tufts = 1 + rng.uniform(0.12, 0.25) * grains(size, rng, rng.uniform(3, 8))
        return np.asarray(tufts[:, :, None] * rng.uniform(0.6, 1.4) * (dark * 0.4 + 60), dtype=np.float32)
    if kind == "wood":
        colour = np.array([[150, 100, 60], [95, 60, 38], [200, 165, 120]][rng.integers(3)], dtype=np.float32)
        return np.asarray(wood(size, rng)[:, :, None] * colour, dtype=np.float32)
    grey = rng.uniform(30, 130)
    smooth = 1 + 0.06 * cloud(size, rng) + 0.01 * grains(size, rng)
    return np.asarray(smooth[:, :, None] * np.array([grey, grey * 1.02, grey * 1.06]), dtype=np.float32)


def on_a_table(page: Map, kind: str, rng: np.random.Generator) -> Map:
    """Return a page as it lies on a table, its shadow beside it; one side or two may go on beyond the picture."""
    high, wide = page.shape[:2]
    top = table(kind, (high, wide), rng)
    scale, turn = rng.uniform(0.5, 0.85), math.radians(rng.uniform(-9, 9))
    middle = np.array([wide, high]) * (0.5 + rng.uniform(-0.5, 0.5, 2) * (1 - scale) * 1.1)
    corners = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], dtype=np.float32)
    matrix = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    there = ((corners - (wide / 2, high / 2)) * scale) @ matrix.T + middle
    there += rng.uniform(-0.02, 0.02, (4, 2)) * (wide, high)
    seen = cv2.getPerspectiveTransform(corners, there.astype(np.float32))
    moved = np.asarray(cv2.warpPerspective(page, seen, (wide, high), flags=cv2.INTER_AREA), dtype=np.float32)
    cover = cv2.warpPerspective(np.ones((high, wide), dtype=np.float32), seen, (wide, high))
    soft = cv2.GaussianBlur(cover, (0, 0), max(high, wide) * 0.006)
    fallen = np.roll(soft, tuple(round(each * max(high, wide)) for each in rng.uniform(-0.006, 0.006, 2)), (0, 1))
    top *= 1 - 0.5 * fallen[:, :, None]
    return np.asarray(top + cover[:, :, None] * (moved - top), dtype=np.float32)


def shadow_of_a_hand(size: tuple[int, int], rng: np.random.Generator) -> Map:
    """Return by how much the light is less, float32[h,w]: an arm from the lower edge, a palm, fingers."""
    high, wide = size
    side = min(size)
    palm = np.array([rng.uniform(0.2, 0.8) * wide, rng.uniform(0.5, 0.8) * high])
    found = np.zeros(size, dtype=np.float32)
    finger = side * rng.uniform(0.05, 0.08)

    def thick(begin: npt.NDArray[np.float64], end: npt.NDArray[np.float64], width: int) -> None:
        cv2.line(
            found, tuple(np.rint(begin).astype(int).tolist()), tuple(np.rint(end).astype(int).tolist()), 1.0, width
        )

    thick(palm, np.array([palm[0] + rng.uniform(-0.4, 0.4) * wide, 1.3 * high]), round(2.2 * finger))
    cv2.circle(found, tuple(np.rint(palm).astype(int).tolist()), round(1.9 * finger), 1.0, -1)
    for degrees in (-60, -22, -4, 14, 32):
        turn = math.radians(degrees + rng.uniform(-5, 5))
        thick(palm, palm + rng.uniform(4, 5.2) * finger * np.array([math.sin(turn), -math.cos(turn)]), round(finger))
    found = np.asarray(cv2.GaussianBlur(found, (0, 0), side * rng.uniform(0.008, 0.02)), dtype=np.float32)
    return np.asarray(1 - rng.uniform(0.3, 0.6) * found, dtype=np.float32)


SKINS: tuple[Colour, ...] = ((240, 195, 170), (205, 150, 115), (150, 98, 68), (100, 64, 48))


def with_finger(page: Map, rng: np.random.Generator) -> Map:
    """Return a page that is held by a finger at its left or right edge."""
    high, wide = page.shape[:2]
    side = min(high, wide)
    width, long = side * rng.uniform(0.05, 0.07), side * rng.uniform(0.1, 0.16)
    left = rng.random() < 0.5
    tip = np.array([long if left else wide - long, high * rng.uniform(0.6, 0.9)])
    where = np.zeros((high, wide), dtype=np.float32)
    begin = np.array([-2 * long if left else wide + 2 * long, tip[1] + rng.uniform(-0.1, 0.25) * side])
    ends = [tuple(np.rint(each).astype(int).tolist()) for each in (begin, tip)]
    cv2.line(where, ends[0], ends[1], 1.0, round(2 * width))
    where = np.asarray(cv2.GaussianBlur(where, (0, 0), 1.2), dtype=np.float32)
    round_of = cv2.GaussianBlur(where, (0, 0), width / 2)
    skin = np.array(SKINS[rng.integers(len(SKINS))], dtype=np.float32) * (0.6 + 0.4 * round_of)[:, :, None]
    toward = (tip - begin) / np.linalg.norm(tip - begin)
    nail = np.zeros((high, wide), dtype=np.float32)
    cv2.circle(nail, tuple(np.rint(tip).astype(int).tolist()), round(0.6 * width), 1.0, -1)
    skin += 18 * cv2.GaussianBlur(nail, (0, 0), 1.5)[:, :, None]
    fallen = cv2.GaussianBlur(where, (0, 0), width / 4)
    shaded = (
        page
        * (1 - 0.25 * np.roll(fallen, tuple(np.rint(toward * width / 4).astype(int)[::-1].tolist()), (0, 1)))[
            :, :, None
        ]
    )
    return np.asarray(shaded + where[:, :, None] * (skin - shaded), dtype=np.float32)
