"""Pictures without digits: blank and printed paper, textures, scribbles, letters, words, boxes, specks.

In: a seed. Out: `Page`s whose truth is empty. Letters that are a digit in some hand are a kind of their
own, which no promise is made about. Knows nothing of reading.
"""

import string
from functools import cache

import cv2
import numpy as np
from composed import Page, Setting, Writing, drawn_setting, jpeg, photographed, png
from hands import Map, Shape, ink, place, polyline
from PIL import Image, ImageDraw, ImageFont
from surroundings import LIGHTS, blurred, cloud, grains, light, taken, wood

DIGITLESS = {
    "blank paper": 0.16,
    "printed paper": 0.14,
    "texture": 0.12,
    "a scribble": 0.14,
    "a letter": 0.14,
    "words": 0.14,
    "lines and boxes": 0.1,
    "specks": 0.06,
}
"""What is composed, each with its share."""

LIKE_DIGITS = "letters like digits"
"""A kind beside the others: what nobody could tell from a digit without its neighbours."""

_ALIKE = "IOSZlosziBDGQbgqjJyUVLCcvrtTu"
_UNLIKE = "".join(letter for letter in string.ascii_letters if letter not in _ALIKE)
_STROKES = (cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_COMPLEX_SMALL, cv2.FONT_HERSHEY_SCRIPT_SIMPLEX)


def digitless(kind: str, seed: int) -> Page:
    """Return a page of a kind; the same for the same seed."""
    rng = np.random.default_rng([seed, *kind.encode()])
    setting = drawn_setting(rng)
    if kind == "texture":
        return Page(kind, "", jpeg(taken(_texture(setting, rng), "sharp", rng), setting.quality), {"layout": "texture"})
    if kind == "specks":
        return Page(kind, "", _specks(setting, rng), {"layout": "specks"})
    papers = {"blank paper": ("blank", "cloudy", "crumpled", "on a desk"), "printed paper": ("ruled", "squared")}
    own = papers.get(kind, (setting.paper,))
    paper = str(rng.choice(own)) if kind in papers else setting.paper
    setting = Setting(setting.pen, paper, setting.light, setting.camera, setting.size, 1, setting.quality)
    if kind in papers:
        setting = Setting("ballpoint", paper, str(rng.choice(LIGHTS)), setting.camera, setting.size, 1, setting.quality)
        return Page(kind, "", photographed(setting, None, rng), {"layout": paper, "light": setting.light})
    if kind == "lines and boxes":
        return Page(kind, "", _boxes(setting, rng), {"layout": "boxes"})
    drawn = rng.random() < 0.3  # on a canvas, not on paper
    amount = _written(kind, setting.size, rng)
    if drawn:
        return Page(kind, "", png(np.asarray(np.rint(255 - 255 * amount), dtype=np.uint8)), {"layout": "drawing"})
    return Page(kind, "", photographed_map(setting, amount, rng), {"layout": "photo", "pen": setting.pen})


def photographed_map(setting: Setting, amount: Map, rng: np.random.Generator) -> bytes:
    """Return a JPEG of any ink on paper: dark ink, evenly white paper, light and camera as set."""
    grey = 235 - 200 * amount * rng.uniform(0.6, 1) + grains(setting.size, rng) * rng.uniform(0.5, 3)
    page = (
        np.repeat(grey[:, :, None], 3, axis=2).astype(np.float32) * light(setting.light, setting.size, rng)[:, :, None]
    )
    return jpeg(taken(blurred(page, setting.camera, 4.0, rng), setting.camera, rng), setting.quality)


def _written(kind: str, size: tuple[int, int], rng: np.random.Generator) -> Map:
    if kind == "a scribble":
        return _scribble(size, rng)
    if kind == "words":
        words = [
            "".join(rng.choice(list(_UNLIKE.lower()), int(rng.integers(3, 8)))) for _ in range(int(rng.integers(1, 6)))
        ]
        return _printed(" ".join(words), size, rng)
    letter = str(rng.choice(list(_UNLIKE if kind == "a letter" else _ALIKE)))
    return _printed(letter, size, rng)


def _scribble(size: tuple[int, int], rng: np.random.Generator) -> Map:
    """Return a line that wanders and crosses itself, some to and fro as one crosses out."""
    count = int(rng.integers(9, 30))
    if rng.random() < 0.4:
        across = np.linspace(0, rng.uniform(0.8, 3), count) + rng.normal(0, 0.08, count)
        down = np.where(np.arange(count) % 2, 0.1, 0.9) + rng.normal(0, 0.1, count)
    else:
        across, down = rng.uniform(0, 1.4, count), rng.uniform(0, 1, count)
    points = np.stack([across, down], axis=1)
    for _ in range(3):  # corners cut, each time (Chaikin 1974)
        quarter, rest = 0.75 * points[:-1] + 0.25 * points[1:], 0.25 * points[:-1] + 0.75 * points[1:]
        points = np.hstack([quarter, rest]).reshape(-1, 2)
    points -= points.min(0)
    shape: Shape = polyline([(float(x), float(y)) for x, y in points])
    height = min(0.7 * size[0], 0.8 * size[1] / max(shape.width, 0.3)) * rng.uniform(0.2, 1)
    left, top = (size[1] - shape.width * height) / 2, (size[0] - height) / 2
    signs = place([shape], left, top, height, 0, rng, neat=True)
    writing = Writing([[signs]], [[""]], height)
    return ink(writing.signs, size, max(1.5, height * rng.uniform(0.02, 0.09)))


def _printed(text: str, size: tuple[int, int], rng: np.random.Generator) -> Map:
    """Return letters of a printer's font or of a pen's."""
    high, wide = size
    height = max(14.0, min(0.5 * high, 0.8 * wide / max(1.0, 0.7 * len(text))) * rng.uniform(0.4, 1))
    canvas = np.zeros(size, dtype=np.uint8)
    if rng.random() < 0.5:
        font = _STROKES[rng.integers(len(_STROKES))]
        where = (round(wide / 2 - 0.35 * height * len(text)), round(high / 2 + height / 2))
        cv2.putText(
            canvas, text, where, font, height / 24, 255, max(1, round(height / rng.uniform(8, 16))), cv2.LINE_AA
        )
        lean = np.array([[1, rng.uniform(-0.2, 0.2), 0], [0, 1, 0]])
        lean[0, 2] = -lean[0, 1] * high / 2
        return np.asarray(cv2.warpAffine(canvas, lean, (wide, high)), dtype=np.float32) / np.float32(255)
    image = Image.fromarray(canvas)
    ImageDraw.Draw(image).text((wide / 2, high / 2), text, 255, _font(round(height * 1.3)), anchor="mm")
    return np.asarray(image, dtype=np.float32) / np.float32(255)


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _boxes(setting: Setting, rng: np.random.Generator) -> bytes:
    high, wide = setting.size
    canvas = np.zeros(setting.size, dtype=np.uint8)
    thick = max(1, round(min(setting.size) * rng.uniform(0.003, 0.01)))
    for _ in range(int(rng.integers(0, 4))):
        left, top = rng.integers(0, wide // 2), rng.integers(0, high // 2)
        side = (int(left + rng.uniform(0.2, 0.45) * wide), int(top + rng.uniform(0.1, 0.4) * high))
        cv2.rectangle(canvas, (int(left), int(top)), side, 255, thick, cv2.LINE_AA)
    for _ in range(int(rng.integers(1, 5))):
        start, end = rng.uniform(0.05, 0.95, 2)
        ends = ((0, round(start * high)), (wide, round(end * high)))
        cv2.line(canvas, *ends, 255, thick, cv2.LINE_AA)
    return photographed_map(setting, np.asarray(canvas, dtype=np.float32) / np.float32(255), rng)


def _specks(setting: Setting, rng: np.random.Generator) -> bytes:
    canvas = np.zeros(setting.size, dtype=np.uint8)
    for _ in range(int(rng.integers(1, 200))):
        spot = (int(rng.integers(setting.size[1])), int(rng.integers(setting.size[0])))
        cv2.circle(canvas, spot, int(rng.integers(0, 3)), float(rng.uniform(100, 255)), -1)
    return photographed_map(setting, np.asarray(canvas, dtype=np.float32) / np.float32(255), rng)


def _texture(setting: Setting, rng: np.random.Generator) -> Map:
    """Return cloth, wood, coarse noise or clouds, in colour."""
    size, kind = setting.size, rng.integers(4)
    colour = rng.uniform(60, 220, 3).astype(np.float32)
    if kind == 0:
        down, across = (np.sin(np.arange(side) * rng.uniform(0.4, 1.5)) for side in size)
        field = 1 + 0.15 * down[:, None] * across[None, :] + 0.05 * grains(size, rng)
    elif kind == 1:
        field = wood(size, rng)
    elif kind == 2:
        field = 1 + rng.uniform(0.05, 0.4) * grains(size, rng, rng.uniform(1, 8))
    else:
        field = 1 + 0.3 * cloud(size, rng, int(rng.integers(5, 40)))
    return np.asarray(field[:, :, None] * colour, dtype=np.float32)
