"""Digits turned, slanted, shrunk and moved: what changes where ink is, and not how much.

In: float32[n,28,28] in 0..255, an amount, a seeded generator. Out: the same, changed about the middle of the picture;
what leaves it is lost, and what enters is ground. Which amounts are worth a look is said in `corrupt` and `vary`.
"""

from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt

Images = npt.NDArray[np.float32]
_MatrixFor = Callable[[int], list[list[float]]]

_SIDE = 28
_MIDDLE = 13.5


def shear(images: Images, radians: float, generator: np.random.Generator) -> Images:
    """Slant each digit, to the left or to the right, which also stretches it a little, as scikit-image once had it."""
    return _either_way(
        images, lambda sign: [[1, -np.sin(sign * radians)], [0, np.cos(sign * radians)]], generator.random(len(images))
    )


def rotate(images: Images, radians: float, generator: np.random.Generator) -> Images:
    """Turn each digit, one way or the other."""
    return _either_way(images, lambda sign: _turn(sign * radians), generator.random(len(images)))


def turned(images: Images, degrees: float, _: np.random.Generator) -> Images:
    """Turn all digits the same way; from 0 on clockwise."""
    return _warped(images, _about_the_middle(_turn(-np.radians(degrees))))


def scale(images: Images, share: float, _: np.random.Generator) -> Images:
    """Draw each digit at this share of its size."""
    return _warped(images, _about_the_middle([[1 / share, 0], [0, 1 / share]]))


def translate(images: Images, pixels: float, generator: np.random.Generator) -> Images:
    """Move each digit by so many pixels across and as many up or down."""
    quarter = generator.integers(4, size=len(images))
    moved = np.empty_like(images, order="C")
    for number, (right, down) in enumerate(((-1, -1), (-1, 1), (1, -1), (1, 1))):
        chosen = quarter == number
        moved[chosen] = _warped(images[chosen], np.array([[1.0, 0, right * pixels], [0, 1, down * pixels]]))
    return moved


def moved(images: Images, pixels: float, generator: np.random.Generator) -> Images:
    """Move each digit by so many pixels in a direction of its own."""
    angles = generator.uniform(0, 2 * np.pi, len(images))
    found = np.empty_like(images, order="C")
    for number, angle in enumerate(angles):
        places = np.array([[1.0, 0, pixels * np.cos(angle)], [0, 1, pixels * np.sin(angle)]])
        found[number] = _warped(images[number : number + 1], places)[0]
    return found


def _turn(radians: float) -> list[list[float]]:
    return [[float(np.cos(radians)), -float(np.sin(radians))], [float(np.sin(radians)), float(np.cos(radians))]]


def _either_way(images: Images, matrix_for: _MatrixFor, draws: npt.NDArray[np.float64]) -> Images:
    """Return each image mapped one way or the other, as its draw from 0..1 says."""
    found = np.empty_like(images, order="C")
    for sign, chosen in ((-1, draws < 0.5), (1, draws >= 0.5)):  # noqa: PLR2004 - a coin
        found[chosen] = _warped(images[chosen], _about_the_middle(matrix_for(sign)))
    return found


def _about_the_middle(matrix: list[list[float]]) -> npt.NDArray[np.float64]:
    """Return float64[2,3]: the map, from new places to old ones, that leaves the middle where it is."""
    linear = np.array(matrix, dtype=np.float64)
    return np.column_stack([linear, _MIDDLE - linear @ [_MIDDLE, _MIDDLE]])


def _warped(images: Images, places: npt.NDArray[np.float64]) -> Images:
    """Return the images with each pixel, between pixels by proportion, from where float64[2,3] says."""
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    found = np.empty_like(images, order="C")
    for number, image in enumerate(images):
        cv2.warpAffine(image, places, (_SIDE, _SIDE), dst=found[number], flags=flags, borderMode=cv2.BORDER_CONSTANT)
    return found
