"""Pictures that show no digit: what a recogniser should decline, and never learns from.

In: how many, a seed. Out: uint8[n,28,28] a kind: blank, noise, scribbles, letters of stroke fonts and of the fonts that
are installed, and clothes where they are given. Letters are cropped, brought to 20 pixels and centred by mass
as MNIST's digits were. Knows no model.
"""

import string
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

Images = npt.NDArray[np.uint8]

LIKE_DIGITS = "IOSZlosz"
"""Letters that are a 1, 0, 5 or 2 in most hands."""

_FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts", "/Library/Fonts")
_MOST_FONTS = 16
_CANVAS = 128
STROKE_FONTS = (
    cv2.FONT_HERSHEY_SIMPLEX,
    cv2.FONT_HERSHEY_DUPLEX,
    cv2.FONT_HERSHEY_COMPLEX,
    cv2.FONT_HERSHEY_TRIPLEX,
    cv2.FONT_HERSHEY_SCRIPT_SIMPLEX,
    cv2.FONT_HERSHEY_SCRIPT_COMPLEX,
)
"""OpenCV's, of one stroke or two: every machine has them."""


def strangers(count: int = 1000, *, seed: int = 0, clothes: Images | None = None) -> dict[str, Images]:
    """Return pictures by kind, `count` of each or fewer; kinds that this machine does not have are left out.

    Of blank ones there are 256, a grey each, or as many as `count` from black to white. `clothes`, uint8[n,28,28],
    are the test images of Fashion-MNIST.
    """
    generator = np.random.default_rng(seed)
    letters = string.ascii_letters
    unlike = "".join(letter for letter in letters if letter not in LIKE_DIGITS)
    greys = np.linspace(0, 255, min(count, 256)).round().astype(np.uint8)
    found = {
        "blank": np.tile(greys[:, None, None], (1, 28, 28)),
        "noise": generator.integers(256, size=(count, 28, 28), dtype=np.uint8),
        "scribbles": np.stack([_scribble(generator) for _ in range(count)]),
        "letters, drawn": _stroke_letters(letters, count, generator),
        "letters, drawn, unlike digits": _stroke_letters(unlike, count, generator),
    }
    fonts = list(islice(_fonts(), _MOST_FONTS))
    if fonts:
        found["letters, printed"] = _printed_letters(letters, fonts, count, generator)
        found["letters, printed, unlike digits"] = _printed_letters(unlike, fonts, count, generator)
    if clothes is not None:
        found["clothes (Fashion-MNIST)"] = clothes[:count]
    return found


def as_a_digit(picture: Images) -> Images:
    """Return uint8[28,28]: the ink of uint8[h,w] with its longer side 20 pixels, its mass in the middle."""
    down, across = (np.flatnonzero(picture.any(axis=axis)) for axis in (1, 0))
    cut = picture[down[0] : down[-1] + 1, across[0] : across[-1] + 1]
    factor = 20 / max(cut.shape)
    size = (max(1, round(cut.shape[1] * factor)), max(1, round(cut.shape[0] * factor)))
    small = cv2.resize(cut, size, interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR).astype(np.float64)
    rows, columns = np.indices(small.shape)
    top = 14 - round(float(np.average(rows, weights=small)) + 0.5)
    left = 14 - round(float(np.average(columns, weights=small)) + 0.5)
    top, left = min(max(top, 0), 28 - small.shape[0]), min(max(left, 0), 28 - small.shape[1])
    found = np.zeros((28, 28), np.uint8)
    found[top : top + small.shape[0], left : left + small.shape[1]] = small.round()
    return found


def _scribble(generator: np.random.Generator) -> Images:
    """Return a smooth line that wanders about, crosses itself, and says nothing."""
    points = generator.uniform(8, 120, size=(generator.integers(9, 15), 2))
    for _ in range(3):  # corners cut, each time (Chaikin 1974)
        points = np.hstack([0.75 * points[:-1] + 0.25 * points[1:], 0.25 * points[:-1] + 0.75 * points[1:]])
        points = points.reshape(-1, 2)
    canvas = np.zeros((_CANVAS, _CANVAS), np.uint8)
    line, width = points.round().astype(np.int32), int(generator.integers(8, 15))
    cv2.polylines(canvas, [line], isClosed=False, color=255, thickness=width, lineType=cv2.LINE_AA)
    return as_a_digit(canvas)


def _stroke_letters(letters: str, count: int, generator: np.random.Generator) -> Images:
    return np.stack([as_a_digit(_stroke_letter(letters, generator)) for _ in range(count)])


def _stroke_letter(letters: str, generator: np.random.Generator) -> Images:
    """Return one of the letters in one of the fonts, its strokes some pixels wide, leaning a little."""
    letter, font = str(generator.choice(list(letters))), int(generator.choice(STROKE_FONTS))
    canvas = np.zeros((2 * _CANVAS, 2 * _CANVAS), np.uint8)
    cv2.putText(canvas, letter, (64, 170), font, 4.0, 255, int(generator.integers(8, 15)), cv2.LINE_AA)
    lean = generator.uniform(-0.15, 0.15)
    places = np.array([[1, lean, -lean * _CANVAS], [0, 1, 0]])
    return np.asarray(cv2.warpAffine(canvas, places, canvas.shape), dtype=np.uint8)


def _fonts() -> Iterator[Path]:
    """Yield files of fonts that have letters, of each family the first."""
    seen = set()
    for folder in _FONT_FOLDERS:
        for path in sorted(Path(folder).expanduser().rglob("*.[to]tf")):
            if path.parent.name not in seen and _has_letters(path):
                seen.add(path.parent.name)
                yield path


def _has_letters(path: Path) -> bool:
    try:
        a, b = (_printed(letter, ImageFont.truetype(str(path), 32)) for letter in "ab")
    except (OSError, ValueError):
        return False
    return bool(a.any() and b.any() and not np.array_equal(a, b))


def _printed_letters(letters: str, fonts: list[Path], count: int, generator: np.random.Generator) -> Images:
    loaded = [ImageFont.truetype(str(path), 96) for path in fonts]
    # Some fonts lack some letters, whose picture is empty.
    drawn = [_printed(letter, font) for font in loaded for letter in letters]
    shown = [as_a_digit(picture) for picture in drawn if picture.any()]
    return np.stack(shown)[generator.permutation(len(shown))[:count]]


def _printed(letter: str, font: ImageFont.FreeTypeFont) -> Images:
    canvas = Image.new("L", (2 * _CANVAS, 2 * _CANVAS))
    ImageDraw.Draw(canvas).text((64, 64), letter, 255, font)
    return np.asarray(canvas)
