"""Pictures of numbers on paper, on canvases and in scans, composed with their truth.

In: a `Hand`, a seed. Out: `Page`s: a picture as bytes of a file, what is written in it, and what it was
made of, by which results are told apart. They test what the reader learnt, so they share no code with
how its lines were made. Knows nothing of reading.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt
from hands import Hand, Map, Nib, Placed, Shape, ink, kept_apart, place, separator
from surroundings import (
    CAMERAS,
    LIGHTS,
    PAPERS,
    Colour,
    Print,
    blurred,
    boxes,
    grains,
    laid,
    light,
    on_a_desk,
    paper,
    printed,
    taken,
    turned,
)
from tables import TABLES, on_a_table, shadow_of_a_hand, with_finger

KINDS = {
    "one digit in a photo": 0.22,
    "a number in a photo": 0.24,
    "an amount or date in a photo": 0.1,
    "several lines in a photo": 0.08,
    "boxes of a form in a photo": 0.1,
    "a drawing": 0.14,
    "a scan": 0.12,
    "a sheet on a table": 0.12,
}
"""What is composed, each with its share; the last beside all others, whose shares make a whole."""

PENS = ("ballpoint", "felt pen", "pencil", "coloured", "chalk")

_CANVASES = ("black on white", "white on black", "coloured", "transparent")
_SHAPES = ((3, 4), (4, 3), (1, 1), (9, 16), (16, 9), (2, 1))


@dataclass(frozen=True)
class Page:
    """A picture and the truth about it."""

    kind: str
    truth: str
    """Its digits, a line each; separators are left out. Empty where nothing is written."""
    content: bytes = field(repr=False)
    """As a file."""
    made_of: dict[str, str]
    """Pen, paper, light, camera, layout, size."""

    def pixels(self) -> npt.NDArray[np.uint8]:
        """Return it decoded, uint8[h,w,3], without transparency."""
        found = cv2.imdecode(np.frombuffer(self.content, dtype=np.uint8), cv2.IMREAD_COLOR)
        return np.asarray(found, dtype=np.uint8)[:, :, ::-1]


@dataclass(frozen=True)
class Setting:
    """What a photo is made of."""

    pen: str
    paper: str
    light: str
    camera: str
    size: tuple[int, int]
    enlarged: int = 1
    """How many times as large the file is made: cheap megapixels."""
    quality: int = 90
    """Of the JPEG."""


PLAIN = Setting("felt pen", "blank", "even", "sharp", (600, 800), quality=95)


@dataclass(frozen=True)
class Writing:
    """What is written on a page and where."""

    rows: list[list[list[Placed]]]
    texts: list[list[str]]
    height: float

    @property
    def signs(self) -> list[Placed]:
        """All signs."""
        return [sign for row in self.rows for column in row for sign in column]

    @property
    def truth(self) -> str:
        """The digits of all lines."""
        return "\n".join("".join(each for each in text if each.isdigit()) for row in self.texts for text in row)


def compose(kind: str, hand: Hand, seed: int) -> Page:
    """Return a page of a kind; the same for the same seed."""
    rng = np.random.default_rng([seed, *kind.encode()])
    if kind == "a drawing":
        return drawing(hand, rng)
    if kind == "a scan":
        return scan(hand, rng)
    if kind == "a sheet on a table":
        return sheet_on_a_table(hand, rng)
    return photo(kind, hand, drawn_setting(rng), rng)


def drawn_setting(rng: np.random.Generator) -> Setting:
    """Return what a photo is made of, half of each plain."""
    least, most = ((300, 500), (500, 1000), (1000, 1600))[rng.choice(3, p=[0.25, 0.45, 0.3])]
    long = int(rng.integers(least, most))
    wide, high = _SHAPES[rng.integers(len(_SHAPES))]
    size = (round(long * high / max(wide, high)), round(long * wide / max(wide, high)))
    enlarged = 1
    if rng.random() < 0.05:
        size, enlarged = ((1500, 2000) if wide > high else (2000, 1500)), 2
    return Setting(
        pen=str(rng.choice(PENS, p=[0.3, 0.3, 0.18, 0.12, 0.1])),
        paper="blank" if rng.random() < 0.3 else str(rng.choice(PAPERS)),
        light="even" if rng.random() < 0.3 else str(rng.choice(LIGHTS)),
        camera="sharp" if rng.random() < 0.3 else str(rng.choice(CAMERAS)),
        size=size,
        enlarged=enlarged,
        quality=int(rng.integers(50, 96)),
    )


def photo(kind: str, hand: Hand, setting: Setting, rng: np.random.Generator) -> Page:
    """Return a page of a kind that a camera took."""
    layout, writing = written(kind, hand, setting.size, rng)
    content = photographed(setting, writing, rng, boxed=layout if kind.startswith("boxes") else "")
    return Page(kind, writing.truth, content, _made_of(setting) | {"layout": layout})


def photographed(setting: Setting, writing: Writing | None, rng: np.random.Generator, *, boxed: str = "") -> bytes:
    """Return a JPEG of writing, or of nothing, on paper."""
    page, thick = _laid(setting, writing, rng, boxed=boxed)
    if setting.paper == "on a desk":
        page = on_a_desk(page, rng)
    page = turned(page, setting.camera, rng)
    page = page * light(setting.light, setting.size, rng)[:, :, None]
    page = blurred(page, setting.camera, thick, rng)
    pixels = taken(page, setting.camera, rng)
    if setting.enlarged > 1:
        pixels = np.asarray(cv2.resize(pixels, None, fx=setting.enlarged, fy=setting.enlarged), dtype=np.uint8)
    return jpeg(pixels, setting.quality)


def _laid(setting: Setting, writing: Writing | None, rng: np.random.Generator, *, boxed: str = "") -> tuple[Map, float]:
    """Return a page that is written on, float32[h,w,3], as it is; and how thick its pen is."""
    size = setting.size
    height = writing.height if writing else 0.1 * min(size)
    thick, nib = _nib(setting.pen, height, rng)
    if writing:
        rows = [[kept_apart(column, thick) for column in row] for row in writing.rows]
        writing = replace(writing, rows=rows)
    amount = ink(writing.signs, size, thick, nib) if writing else np.zeros(size, dtype=np.float32)
    amount, colour, ground = _pen(setting.pen, amount, rng)
    foot = writing.signs[0].top + writing.signs[0].height if writing else 0.3 * size[0]
    pitch = height * rng.uniform(1.2, 1.9)
    prints = printed(setting.paper, size, pitch, foot + height * rng.uniform(0.02, 0.12), rng)
    if writing and boxed:
        prints.append(_form(writing, boxed, size, rng))
    if setting.pen == "chalk":
        prints = [Print(each.amount * np.float32(0.25), (200.0, 200.0, 200.0)) for each in prints]
    return laid(paper(setting.paper, size, rng), ground, prints, amount, colour), thick


def written(kind: str, hand: Hand, size: tuple[int, int], rng: np.random.Generator) -> tuple[str, Writing]:
    """Return how a page of a kind is written on and its writing."""
    if kind.startswith("one"):
        return _one(hand, size, rng)
    if kind.startswith("several"):
        return _lines(hand, size, rng)
    if kind.startswith("an amount"):
        layout, text = _amount(rng)
        return layout, _row(hand, text, size, rng.uniform(0.02, 0.2), rng)
    if kind.startswith("boxes"):
        layout = str(rng.choice(["a box a digit", "a box a number"]))
        text = _number(rng, int(rng.integers(2, 9)))
        gap = rng.uniform(0.35, 0.6) if layout == "a box a digit" else rng.uniform(0.02, 0.25)
        return layout, _row(hand, text, size, gap, rng, neat=layout == "a box a digit")
    layout = str(rng.choice(["spaced", "close", "touching", "far apart"], p=[0.4, 0.25, 0.2, 0.15]))
    gaps = {"spaced": (0.12, 0.4), "close": (0.0, 0.12), "touching": (-0.1, -0.02), "far apart": (0.5, 0.9)}
    least, most = gaps[layout]
    return layout, _row(hand, _number(rng, int(rng.integers(2, 9))), size, rng.uniform(least, most), rng)


def sheet_on_a_table(hand: Hand, rng: np.random.Generator) -> Page:
    """Return a photo of a sheet that lies on something, half of them in the shadow of a hand, held by it, or both."""
    setting = drawn_setting(rng)
    setting = replace(
        setting,
        pen=str(rng.choice(PENS[:4])),
        paper=str(rng.choice(["blank", "blank", "ruled", "squared", "cloudy"])),
        size=(900, 1200) if setting.size[0] < setting.size[1] else (1200, 900),
        enlarged=1,
    )
    count = 1 if rng.random() < 0.4 else int(rng.integers(2, 7))
    layout, writing = (
        _one(hand, setting.size, rng)
        if count == 1
        else ("a number", _row(hand, _number(rng, count), setting.size, rng.uniform(0.12, 0.4), rng))
    )
    page, thick = _laid(setting, writing, rng)
    on = str(rng.choice(TABLES))
    page = on_a_table(page, on, rng)
    shadow, held = rng.random() < 0.3, rng.random() < 0.3
    if shadow:
        page = page * shadow_of_a_hand(setting.size, rng)[:, :, None]
    if held:
        page = with_finger(page, rng)
    page = page * light("linear", setting.size, rng)[:, :, None] if rng.random() < 0.3 else page
    pixels = taken(blurred(page, "sharp", thick, rng), "sharp", rng)
    camera = ", ".join(["sharp", *(["a hand's shadow"] if shadow else []), *(["a finger"] if held else [])])
    made = _made_of(setting) | {"layout": layout, "paper": f"any, on {on}", "camera": camera}
    return Page("a sheet on a table", writing.truth, jpeg(pixels, setting.quality), made)


def drawing(hand: Hand, rng: np.random.Generator) -> Page:
    """Return what somebody drew with a mouse: no light, no paper."""
    side = int(rng.choice([28, 32, 64, 100, 200, 280, 400, 600, 1000]))
    brush = str(rng.choice(["one pixel", "thin", "middle", "fat"]))
    place_of = str(rng.choice(["filling", "middle", "corner"], p=[0.4, 0.35, 0.25])) if side >= 64 else "filling"
    if side < 64 and brush == "one pixel":
        brush = "middle"
    least = max(18.0, side * {"filling": 0.7, "middle": 0.35, "corner": 0.12}[place_of])
    height = min(least * rng.uniform(1, 1.2), side * 0.86)
    share = {"one pixel": 0.0, "thin": 0.04, "middle": 0.09, "fat": 0.15}[brush]
    shape = hand.shape(int(rng.integers(10)), rng)
    digits = [shape]
    if side >= 200 and rng.random() < 0.3:
        digits = [hand.shape(int(rng.integers(10)), rng) for _ in range(int(rng.integers(2, 5)))]
        height = min(height, 0.9 * side / (sum(each.width + 0.2 for each in digits)))
    wide = sum(each.width + 0.15 for each in digits) * height
    room = (max(1.0, side - wide), max(1.0, side - height))
    if place_of == "corner":
        left, top = (
            side_room * (0.06 + 0.88 * far) for side_room, far in zip(room, rng.integers(0, 2, 2), strict=True)
        )
    else:
        left, top = room[0] * rng.uniform(0.4, 0.6), room[1] * rng.uniform(0.4, 0.6)
    signs = kept_apart(place(digits, left, top, height, 0.15, rng), share * height)
    aliased = brush == "one pixel" or rng.random() < 0.4
    amount = ink(signs, (side, side), max(1.0, share * height), "aliased" if aliased else "line")
    colours = str(rng.choice(_CANVASES, p=[0.4, 0.25, 0.2, 0.15]))
    truth = "".join(each.value for each in digits)
    made = {"layout": f"{brush}, {place_of}", "size": str(side), "colours": colours}
    return Page("a drawing", truth, png(_canvas(amount, colours, rng)), made)


def scan(hand: Hand, rng: np.random.Generator) -> Page:
    """Return a scanned number, cut out closely or loosely: two levels or grey, perhaps with border and specks."""
    count = 1 if rng.random() < 0.4 else int(rng.integers(2, 8))
    height = float(rng.choice([rng.uniform(16, 30), rng.uniform(30, 60), rng.uniform(60, 150)]))
    shapes = [hand.shape(int(each), rng) for each in rng.integers(0, 10, count)]
    margin = height * rng.uniform(0.06, 0.6)
    signs = place(shapes, margin, margin, height, rng.uniform(0.03, 0.3), rng)
    thick, nib = _nib(str(rng.choice(["ballpoint", "felt pen"])), height, rng)
    signs = kept_apart(signs, thick)
    size = (round(height + 2 * margin + 0.1 * height), round(signs[-1].right + margin + 0.05 * height))
    amount = ink(signs, size, max(1.0, thick), nib)
    levels = str(rng.choice(["two levels", "grey"]))
    grey = 245 - 215 * cv2.GaussianBlur(amount, (0, 0), 0.5) + grains(size, rng) * rng.uniform(0, 8)
    extras = [extra for extra, share in (("border", 0.2), ("specks", 0.25)) if rng.random() < share]
    if "specks" in extras:
        for _ in range(int(rng.integers(3, 25))):
            spot = (int(rng.integers(size[1])), int(rng.integers(size[0])))
            cv2.circle(grey, spot, round(height * rng.uniform(0.0, 0.02)), float(rng.uniform(20, 120)), -1)
    pixels = np.asarray(np.rint(np.clip(grey, 0, 255)), dtype=np.uint8)
    if levels == "two levels":
        pixels = np.where(pixels < 140, np.uint8(0), np.uint8(255))
    if "border" in extras:
        thick_border = max(1, round(height * 0.04))
        cv2.rectangle(pixels, (0, 0), (size[1] - 1, size[0] - 1), 20, thick_border)
    truth = "".join(each.value for each in shapes)
    content = png(pixels) if levels == "two levels" or rng.random() < 0.5 else jpeg(pixels, int(rng.integers(60, 95)))
    layout = "one digit" if count == 1 else "a number"
    made = {"layout": f"{layout}, {levels}", "size": str(round(height)), "extras": ", ".join(extras)}
    return Page("a scan", truth, content, made)


def jpeg(pixels: npt.NDArray[np.uint8], quality: int) -> bytes:
    """Return the bytes of a JPEG."""
    return _encoded(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])


def png(pixels: npt.NDArray[np.uint8]) -> bytes:
    """Return the bytes of a PNG."""
    return _encoded(".png", pixels, [cv2.IMWRITE_PNG_COMPRESSION, 1])


def _encoded(suffix: str, pixels: npt.NDArray[np.uint8], options: Sequence[int]) -> bytes:
    if pixels.ndim == 3:
        pixels = np.ascontiguousarray(pixels[:, :, [2, 1, 0, 3][: pixels.shape[2]]])
    return cv2.imencode(suffix, pixels, options)[1].tobytes()


def _number(rng: np.random.Generator, count: int) -> str:
    return "".join(str(each) for each in rng.integers(0, 10, count))


def _amount(rng: np.random.Generator) -> tuple[str, str]:
    layout = str(rng.choice(["amount", "date with dashes", "date with slashes", "date with dots", "price with dash"]))
    day, month, year = rng.integers(1, 29), rng.integers(1, 13), rng.integers(1950, 2030)
    text = {
        "amount": f"{rng.integers(1, 999)}{rng.choice(['.', ','])}{rng.integers(0, 100):02}",
        "date with dashes": f"{year}-{month:02}-{day:02}",
        "date with slashes": f"{day}/{month}/{year % 100:02}",
        "date with dots": f"{day}.{month}.{year}",
        "price with dash": f"{rng.integers(1, 9999)},-",
    }[layout]
    return layout, text


def _shapes(hand: Hand, text: str, rng: np.random.Generator) -> list[Shape]:
    return [hand.shape(int(each), rng) if each.isdigit() else separator(each, rng) for each in text]


def _one(hand: Hand, size: tuple[int, int], rng: np.random.Generator) -> tuple[str, Writing]:
    digit = int(rng.integers(10))
    shape = hand.shape(digit, rng)
    layout, (least, most) = (("large", (0.5, 0.8)), ("middle", (0.2, 0.5)), ("small", (0.06, 0.2)))[rng.integers(3)]
    height = max(22.0, rng.uniform(least, most) * min(size[0], 0.9 * size[1] / max(shape.width, 0.5)))
    left, top = _spot(size, shape.width * height, height, rng)
    return layout, Writing([[place([shape], left, top, height, 0, rng)]], [[str(digit)]], height)


def _row(
    hand: Hand, text: str, size: tuple[int, int], gap: float, rng: np.random.Generator, *, neat: bool = False
) -> Writing:
    shapes = _shapes(hand, text, rng)
    wide = sum(max(each.width, 0.3 if neat else 0.0) + gap for each in shapes)
    largest = min(0.8 * size[1] / wide, 0.6 * size[0])
    height = max(min(22.0, largest), largest * rng.uniform(0.4, 1))
    left, top = _spot(size, wide * height, height, rng)
    return Writing([[place(shapes, left, top, height, gap, rng, neat=neat)]], [[text]], height)


def _lines(hand: Hand, size: tuple[int, int], rng: np.random.Generator) -> tuple[str, Writing]:
    rows = int(rng.integers(2, 6))
    columns = int(rng.choice([1, 1, 2, 3]))
    texts = [[_number(rng, int(rng.integers(2, 6))) for _ in range(columns)] for _ in range(rows)]
    gap = rng.uniform(0.02, 0.25)
    shapes = [[_shapes(hand, text, rng) for text in row] for row in texts]
    wide = [max(sum(each.width + gap for each in row[column]) for row in shapes) for column in range(columns)]
    apart = rng.uniform(3.4, 4.5)
    across = sum(wide) + apart * (columns - 1)
    pitch = rng.uniform(1.6, 2.4)
    height = min(0.85 * size[1] / across, 0.85 * size[0] / (rows * pitch)) * rng.uniform(0.7, 1)
    left, top = _spot(size, across * height, (rows - 1) * pitch * height + height, rng)
    starts = [left + height * (sum(wide[:column]) + apart * column) for column in range(columns)]
    placed = [
        [
            place(each, start, top + row * pitch * height, height, gap, rng)
            for each, start in zip(line, starts, strict=True)
        ]
        for row, line in enumerate(shapes)
    ]
    return ("a column" if columns == 1 else "several columns"), Writing(placed, texts, height)


def _spot(size: tuple[int, int], wide: float, high: float, rng: np.random.Generator) -> tuple[float, float]:
    """Return a place for a block of that size, not nearer to the edge than need be."""
    across, down = size[1] - wide, size[0] - high
    return across * rng.uniform(0.25, 0.75), down * rng.uniform(0.25, 0.75)


def _nib(pen: str, height: float, rng: np.random.Generator) -> tuple[float, Nib]:
    """Return how many pixels wide a pen is, and whether it keeps the digit's own shape."""
    shares = {"ballpoint": (0.03, 0.06), "pencil": (0.035, 0.07), "coloured": (0.04, 0.1), "chalk": (0.07, 0.12)}
    if pen == "felt pen" and rng.random() < 0.6:
        return max(1.2, 0.1 * height), "shape"
    return max(1.2, height * rng.uniform(*shares.get(pen, (0.08, 0.13)))), "line"


def _pen(pen: str, amount: Map, rng: np.random.Generator) -> tuple[Map, Colour, Colour]:
    """Return the ink as a pen leaves it, its colour, and that of the paper."""
    white = rng.uniform(205, 250)
    ground = (white, white * rng.uniform(0.97, 1), white * rng.uniform(0.9, 1))
    if pen == "ballpoint":
        colour = ((30.0, 45.0, 140.0), (25.0, 25.0, 35.0))[rng.integers(2)]
        return amount * np.float32(rng.uniform(0.75, 1)), colour, ground
    if pen == "pencil":
        rough = (0.8 + 0.3 * grains(amount.shape, rng, rng.uniform(1, 2.2))).clip(0.3, 1)
        return np.asarray(amount * rough * rng.uniform(0.6, 0.95), dtype=np.float32), (75.0, 75.0, 80.0), ground
    if pen == "coloured":
        inks = ((190, 30, 40), (20, 120, 60), (110, 40, 140), (20, 60, 180), (200, 90, 10))
        papers = ((250, 240, 170), (250, 215, 220), (205, 230, 250), (210, 240, 205), (245, 245, 240))
        red, green, blue = inks[rng.integers(len(inks))]
        return amount, (float(red), float(green), float(blue)), _floats(papers[rng.integers(len(papers))])
    if pen == "chalk":
        rough = (0.95 + 0.4 * grains(amount.shape, rng, rng.uniform(1, 2.5))).clip(0.2, 1)
        boards = ((35, 60, 50), (45, 45, 48), (25, 25, 28))
        return np.asarray(amount * rough, dtype=np.float32), (225.0, 225.0, 215.0), _floats(boards[rng.integers(3)])
    return amount, (20.0, 20.0, 25.0), ground


def _floats(colour: tuple[int, int, int]) -> Colour:
    red, green, blue = colour
    return float(red), float(green), float(blue)


def _form(writing: Writing, layout: str, size: tuple[int, int], rng: np.random.Generator) -> Print:
    signs, height = writing.signs, writing.height
    above, below = height * rng.uniform(0.12, 0.3), height * rng.uniform(0.12, 0.3)
    top, bottom = min(each.top for each in signs) - above, max(each.top + each.height for each in signs) + below
    if layout == "a box a number":
        aside = height * rng.uniform(0.2, 0.6)
        return boxes(size, [(signs[0].left - aside, top, signs[-1].right + aside, bottom)], rng)
    middles = [(each.right + following.left) / 2 for each, following in pairwise(signs)]
    aside = height * 0.22
    edges = [signs[0].left - aside, *middles, signs[-1].right + aside]
    return boxes(size, [(left, top, right, bottom) for left, right in pairwise(edges)], rng)


def _canvas(amount: Map, colours: str, rng: np.random.Generator) -> npt.NDArray[np.uint8]:
    grey = np.asarray(np.rint(amount * 255), dtype=np.uint8)
    if colours == "black on white":
        return 255 - grey
    if colours == "white on black":
        return grey
    if colours == "transparent":
        ink_of = np.array(((0, 0, 0), (255, 255, 255), (200, 30, 30))[rng.integers(3)], dtype=np.uint8)
        return np.dstack([np.broadcast_to(ink_of, (*grey.shape, 3)), grey])
    pairs = (((255, 255, 255), (220, 40, 40)), ((255, 250, 200), (30, 60, 160)), ((30, 30, 60), (250, 220, 80)))
    ground, pen = (np.array(each, dtype=np.float32) for each in pairs[rng.integers(3)])
    mixed = ground + amount[:, :, None] * (pen - ground)
    return np.asarray(np.rint(mixed), dtype=np.uint8)


def _made_of(setting: Setting) -> dict[str, str]:
    high, wide = (side * setting.enlarged for side in setting.size)
    megapixels = high * wide / 1e6
    size = "up to 0.5 MP" if megapixels < 0.5 else "0.5 to 3 MP" if megapixels < 3 else "12 MP"
    return {
        "pen": setting.pen,
        "paper": setting.paper,
        "light": setting.light,
        "camera": setting.camera,
        "size": size,
    }
