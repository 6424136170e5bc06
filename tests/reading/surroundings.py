"""What stands around writing in a picture: paper, light and camera.

In: a size, a seeded generator and the kind wanted. Out: maps float32[h,w] to multiply or to lay over, and
pictures float32[h,w,3], 0 to 255, as a camera would take them. Knows nothing of digits, and shares no
code with what the reader learnt from.
"""

import math
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

Map = npt.NDArray[np.float32]
Colour = tuple[float, float, float]

LIGHTS = ("even", "linear", "corner", "vignette", "hard edge", "dim", "overexposed", "two lamps")
PAPERS = ("blank", "ruled", "squared", "security print", "cloudy", "crumpled", "on a desk")
CAMERAS = ("sharp", "out of focus", "moved", "noisy", "turned", "from aside")


@dataclass(frozen=True)
class Print:
    """What is printed on paper: how much of its colour lies on each pixel."""

    amount: Map
    colour: Colour


def cloud(size: tuple[int, int], rng: np.random.Generator, parts: int = 6) -> Map:
    """Return a smooth field, about -1 to 1, with so many hills along a side."""
    coarse = rng.normal(0, 0.5, (parts + 2, parts + 2)).astype(np.float32)
    return np.asarray(cv2.resize(coarse, size[::-1], interpolation=cv2.INTER_CUBIC), dtype=np.float32)


def grains(size: tuple[int, int], rng: np.random.Generator, width: float = 1.0) -> Map:
    """Return fine noise of deviation 1, its grains `width` pixels wide."""
    # A tile is repeated, since a large picture's worth of chance takes longer than the picture.
    tile: Map = rng.standard_normal((256, 256), dtype=np.float32)
    if width > 1:
        framed = np.pad(tile, 16, mode="wrap")
        tile = _as_map(cv2.GaussianBlur(framed, (0, 0), min(width, 8) / 2)[16:-16, 16:-16])
        tile /= tile.std()
    turns = (math.ceil(size[0] / 256), math.ceil(size[1] / 256))
    return np.asarray(np.tile(tile, turns)[: size[0], : size[1]], dtype=np.float32)


def paper(kind: str, size: tuple[int, int], rng: np.random.Generator) -> Map:
    """Return the brightness of paper without what is printed on it, 1 in the mean."""
    found = 1 + rng.uniform(0.002, 0.012) * grains(size, rng, rng.uniform(1, 2.5))
    if kind in {"cloudy", "crumpled"}:
        found += rng.uniform(0.02, 0.06) * cloud(size, rng, int(rng.integers(4, 12)))
    if kind == "crumpled":
        down, across = _places(size)
        for _ in range(int(rng.integers(4, 12))):
            turn, place = rng.uniform(0, 2 * math.pi), rng.uniform(0.1, 0.9)
            away = (across - place) * math.cos(turn) + (down - place) * math.sin(turn)
            crease = np.exp(-np.abs(away) / rng.uniform(0.01, 0.08))
            found += rng.uniform(0.015, 0.06) * np.tanh(away * 200) * crease
    return np.asarray(found, dtype=np.float32)


def printed(kind: str, size: tuple[int, int], pitch: float, foot: float, rng: np.random.Generator) -> list[Print]:
    """Return what is printed on paper of a kind: rules `pitch` pixels apart, one of them `foot` pixels from the top."""
    if kind == "ruled":
        return [_rules(size, pitch, foot, rng)]
    if kind == "squared":
        side = pitch / rng.choice([1.5, 2, 2.5])
        thick = _thick(side, rng)
        level, upright = _bars(size[0], side, foot, thick), _bars(size[1], side, 0.0, thick)
        amount = np.maximum(level[:, None], upright[None, :])
        return [Print(np.asarray(amount * rng.uniform(0.5, 1), dtype=np.float32), _pale(rng))]
    if kind == "security print":
        return [_guilloche(size, pitch, rng), _guilloche(size, pitch, rng)]
    return []


def boxes(size: tuple[int, int], edges: list[tuple[float, float, float, float]], rng: np.random.Generator) -> Print:
    """Return boxes drawn around these places, given as left, top, right, bottom."""
    canvas = np.zeros(size, dtype=np.uint8)
    high = edges[0][3] - edges[0][1]
    thick = max(1, round(high * rng.uniform(0.012, 0.03)))
    for left, top, right, bottom in edges:
        corners = ((round(left), round(top)), (round(right), round(bottom)))
        cv2.rectangle(canvas, *corners, 255, thick, cv2.LINE_AA)
    dark = rng.random() < 0.5
    colour = (60.0, 60.0, 65.0) if dark else _pale(rng)
    return Print(np.asarray(canvas, dtype=np.float32) / np.float32(255), colour)


def laid(ground: Map, paper_colour: Colour, prints: list[Print], ink: Map, ink_colour: Colour) -> Map:
    """Return the page in colour, float32[h,w,3]: paper, what is printed on it, and ink."""
    page = np.empty((*ground.shape, 3), dtype=np.float32)
    for channel in range(3):
        plane = ground * np.float32(paper_colour[channel])
        for each in prints:
            plane += each.amount * (np.float32(each.colour[channel]) - plane)
        plane += ink * (np.float32(ink_colour[channel]) - plane)
        page[:, :, channel] = plane
    return page


def light(kind: str, size: tuple[int, int], rng: np.random.Generator) -> Map:
    """Return by how much light multiplies each pixel."""
    down, across = _places(size)
    turn = rng.uniform(0, 2 * math.pi)
    along = (across - 0.5) * math.cos(turn) + (down - 0.5) * math.sin(turn)
    least = rng.uniform(0.35, 0.7)
    even = np.ones(size, dtype=np.float32)
    if kind == "linear":
        return np.asarray(least + (1 - least) * (along + 0.7) / 1.4, dtype=np.float32)
    if kind == "corner":
        corner = rng.integers(0, 2, 2)
        away = np.hypot(across - corner[0], down - corner[1])
        return np.asarray(least + (1 - least) * (away / rng.uniform(0.5, 1)).clip(0, 1), dtype=np.float32)
    if kind == "vignette":
        away = np.hypot(across - 0.5, down - 0.5)
        return np.asarray(1 - (1 - least) * (away / 0.7) ** 2, dtype=np.float32)
    if kind == "hard edge":
        soft = rng.uniform(0.004, 0.05)
        edge = 1 / (1 + np.exp(((along - rng.uniform(-0.3, 0.3)) / soft).clip(-30, 30)))
        return np.asarray(least + (1 - least) * edge, dtype=np.float32)
    if kind == "two lamps":
        spots = [np.exp(-np.hypot(across - rng.random(), down - rng.random()) / 0.5) for _ in range(2)]
        return np.asarray(0.5 + 0.6 * np.maximum(*spots), dtype=np.float32)
    return even * np.float32({"dim": rng.uniform(0.3, 0.5), "overexposed": rng.uniform(1.15, 1.4)}.get(kind, 1.0))


def turned(page: Map, kind: str, rng: np.random.Generator) -> Map:
    """Return the page as seen by a camera held a little crooked, or from aside."""
    high, wide = page.shape[:2]
    if kind == "turned":
        turn = cv2.getRotationMatrix2D((wide / 2, high / 2), rng.uniform(-4, 4), 1.0)
        return _as_map(cv2.warpAffine(page, turn, (wide, high), borderMode=cv2.BORDER_REPLICATE))
    if kind == "from aside":
        corners = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], dtype=np.float32)
        moved = corners + rng.uniform(-0.05, 0.05, (4, 2)).astype(np.float32) * np.array([wide, high], dtype=np.float32)
        seen = cv2.getPerspectiveTransform(corners, moved)
        return _as_map(cv2.warpPerspective(page, seen, (wide, high), borderMode=cv2.BORDER_REPLICATE))
    return page


def blurred(page: Map, kind: str, pen: float, rng: np.random.Generator) -> Map:
    """Return the page as a camera out of focus sees it, or one that moved; by about the width of a pen."""
    if kind == "out of focus":
        return _as_map(cv2.GaussianBlur(page, (0, 0), max(0.7, pen * rng.uniform(0.2, 0.6))))
    if kind == "moved":
        long = max(3, round(pen * rng.uniform(0.5, 1.3))) | 1
        kernel = np.zeros((long, long), dtype=np.float32)
        turn = rng.uniform(0, math.pi)
        reach = np.array([math.cos(turn), math.sin(turn)]) * (long // 2)
        middle = np.array([long // 2, long // 2])
        ends = [tuple(int(each) for each in np.round(middle + sign * reach)) for sign in (-1, 1)]
        cv2.line(kernel, ends[0], ends[1], 1.0, 1, cv2.LINE_AA)
        return _as_map(cv2.filter2D(page, -1, kernel / kernel.sum()))
    return _as_map(cv2.GaussianBlur(page, (0, 0), rng.uniform(0.4, 0.8)))


def taken(page: Map, kind: str, rng: np.random.Generator) -> npt.NDArray[np.uint8]:
    """Return the page as the sensor gives it, uint8[h,w,3]."""
    most = 14 if kind == "noisy" else 3
    noise = grains(page.shape[:2], rng, 1.0) * np.float32(rng.uniform(most / 3, most))
    cast = rng.uniform(0.94, 1.0, 3).astype(np.float32)
    return np.asarray(np.rint((page * cast + noise[:, :, None]).clip(0, 255)), dtype=np.uint8)


def on_a_desk(page: Map, rng: np.random.Generator) -> Map:
    """Return the page lying on a desk, which is seen along one or more of its sides."""
    high, wide = page.shape[:2]
    sides = rng.uniform(0.01, 0.08, 4) * rng.choice([0, 1], 4, p=[0.4, 0.6])
    top, bottom = round(sides[0] * high), high - round(sides[1] * high)
    left, right = round(sides[2] * wide), wide - round(sides[3] * wide)
    colour = np.array(rng.choice([[120, 84, 52], [70, 70, 74], [170, 140, 105], [40, 34, 30]]), dtype=np.float32)
    desk = wood((high, wide), rng)[:, :, None] * colour
    desk[top:bottom, left:right] = page[top:bottom, left:right]
    return _as_map(desk)


def wood(size: tuple[int, int], rng: np.random.Generator) -> Map:
    """Return the brightness of something like wood, 1 in the mean."""
    down, _ = _places(size)
    bends = 0.04 * cloud(size, rng, 3)
    rings = np.sin((down + bends) * rng.uniform(60, 200)) * 0.08
    fibres = cv2.blur(grains(size, rng), (41, 1)) * 0.3
    return np.asarray(1 + rings + fibres, dtype=np.float32)


def _rules(size: tuple[int, int], pitch: float, foot: float, rng: np.random.Generator) -> Print:
    lines = _bars(size[0], pitch, foot, _thick(pitch, rng))
    amount = np.repeat(lines[:, None], size[1], axis=1) * rng.uniform(0.5, 1)
    if rng.random() < 0.3:  # a margin's line
        place = int(size[1] * rng.uniform(0.04, 0.15))
        amount[:, place : place + max(1, round(pitch * 0.02))] = 0.8
    return Print(np.asarray(amount, dtype=np.float32), _pale(rng))


def _bars(length: int, pitch: float, start: float, thick: float) -> Map:
    """Return float32[length], 1 where a line is."""
    place = np.arange(length, dtype=np.float32) - start
    away = np.abs((place + pitch / 2) % pitch - pitch / 2)
    return np.asarray((thick / 2 - away + 0.5).clip(0, 1), dtype=np.float32)


def _thick(pitch: float, rng: np.random.Generator) -> float:
    return max(1.0, pitch * rng.uniform(0.012, 0.035))


def _pale(rng: np.random.Generator) -> Colour:
    """Return a colour of printed lines: blue, grey, red or green, pale or strong."""
    strength = rng.uniform(0.4, 1)
    hue = ((120, 150, 205), (140, 140, 145), (215, 120, 120), (130, 180, 140))[rng.integers(4)]
    red, green, blue = (255 - strength * (255 - each) for each in hue)
    return red, green, blue


def _guilloche(size: tuple[int, int], pitch: float, rng: np.random.Generator) -> Print:
    down, across = (each * side for each, side in zip(_places(size), size, strict=True))
    turn = rng.uniform(0, math.pi)
    along = across * math.cos(turn) + down * math.sin(turn)
    beside = down * math.cos(turn) - across * math.sin(turn)
    wave = beside + pitch * rng.uniform(0.1, 0.5) * np.sin(along / (pitch * rng.uniform(0.3, 1.5)))
    step = max(4.0, pitch * rng.uniform(0.06, 0.2))
    lines = (np.sin(wave / step * 2 * math.pi) * 2 - 1).clip(0, 1)
    return Print(np.asarray(lines * rng.uniform(0.2, 0.6), dtype=np.float32), _pale(rng))


def _places(size: tuple[int, int]) -> tuple[Map, Map]:
    """Return float32[h,1] and float32[1,w], 0 to 1."""
    down = np.linspace(0, 1, size[0], dtype=np.float32)[:, None]
    return down, np.linspace(0, 1, size[1], dtype=np.float32)[None, :]


def _as_map(page: npt.NDArray[np.generic] | cv2.typing.MatLike) -> Map:
    return np.asarray(page, dtype=np.float32)
