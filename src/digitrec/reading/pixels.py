"""Pixels of any mode or dtype as plain bytes: grey or RGB, flat, upright, of a workable size.

In: Pillow images and NumPy arrays. Out: uint8[h,w] or uint8[h,w,3]. Knows nothing of files.

Wide numbers are bytes first. Integers keep 0 for black; white is the smallest 2^b - 1 (b is 8,
10, 12, 14 or 16) that holds their maximum, so that a 12-bit scan in a 16-bit file is as bright as
it was on the scanner, while a black page's noise is not stretched to a picture. Masks of 0 and 1
become 0 and 255. Floats from 0 to 1 are multiplied by 255, floats up to 255 are rounded, and
anything else, or negative, is stretched from its minimum to its maximum.
"""

import math
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from digitrec.errors import PictureError
from digitrec.reading.formats import NEAR, WORKING_SIDE

ORIENTATION = 0x0112
"""The EXIF tag that says how a camera was held."""

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

_DEPTHS = (8, 10, 12, 14, 16)
_MIDDLE = 128
_AT_ONCE = 2**20
"""Numbers that are made bytes at once: they are float64 in between."""


def upright(image: Image.Image, name: str) -> npt.NDArray[np.uint8]:
    """Return the image as uint8[h,w], or uint8[h,w,3] when it has colours; its longer side at most `WORKING_SIDE`.

    Transparent parts get the ground that contrasts with what is visible.
    """
    turn = orientation(image)
    image = _flat(_reduced(_plain(image, name)))
    if turn in _TURNS:
        image = image.transpose(_TURNS[turn])
    return _without_needless_colour(np.asarray(image))


def orientation(image: Image.Image) -> int:
    """Return the EXIF orientation of a loaded image, 1 to 8; 1 where it says nothing, or nonsense."""
    try:
        turn = image.getexif().get(ORIENTATION, 1)
    except Exception:  # noqa: BLE001 - damaged EXIF raises anything, and the picture is no worse for it
        return 1
    return turn if turn in _TURNS else 1


def one_picture(array: npt.NDArray[Any], name: str) -> npt.NDArray[Any]:
    """Return an array as [h,w] or [h,w,1 to 4]: of a batch of one its picture, of a first channel its rows.

    Raises
    ------
    PictureError
        When the shape is another. Three that come first may be channels as well as pictures.
    """
    picture = array
    while picture.ndim > 2 and len(picture) == 1 and not _ends_in_channels(picture):  # noqa: PLR2004 - rows and columns
        picture = picture[0]
    if picture.ndim == 2 or _ends_in_channels(picture):  # noqa: PLR2004
        return picture
    side = math.isqrt(array.size)
    if array.ndim < 2 and side > 1 and side * side == array.size:  # noqa: PLR2004
        advice = f"make rows of it first, as in array.reshape({side}, {side})"
    else:
        advice = "one picture at a time, as in read(pictures[0]), channels last"
    raise PictureError(
        f"{name}: shape {array.shape}; expected [height, width] or [height, width, 1 to 4 channels]: {advice}"
    )


def _ends_in_channels(array: npt.NDArray[Any]) -> bool:
    """Whether an array is [h,w,1 to 4]."""
    return array.ndim == 3 and 1 <= array.shape[2] <= 4  # noqa: PLR2004


def image_of(array: npt.NDArray[Any], name: str) -> Image.Image:
    """Return the Pillow image of an array [h,w], [h,w,1], [h,w,2], [h,w,3] or [h,w,4] of any real dtype.

    Two channels are grey and alpha, four are RGB and alpha.

    Raises
    ------
    PictureError
        When the dtype is not one of real numbers, or a number is not finite.
    """
    if array.ndim == 2 or array.shape[2] == 1:  # noqa: PLR2004 - as said
        return Image.fromarray(bytes_of(array.reshape(array.shape[:2]), name))
    if array.shape[2] == 3:  # noqa: PLR2004 - RGB
        return Image.fromarray(bytes_of(array, name))
    # Alpha has a range of its own: often 0 to 1 beside colours up to 255.
    colours, alpha = bytes_of(array[..., :-1], name), bytes_of(array[..., -1:], name)
    return Image.fromarray(np.concatenate([colours, alpha], axis=2))


def bytes_of(array: npt.NDArray[Any], name: str) -> npt.NDArray[np.uint8]:
    """Return numbers of any real dtype as uint8 of the same shape, by the rules at the top of this module."""
    kind = array.dtype.kind
    if kind == "b":
        return array.astype(np.uint8) * np.uint8(255)
    if kind not in "iuf":
        raise PictureError(f"{name}: an array of {array.dtype}; expected bool, integers or floats")
    low, high = float(array.min()), float(array.max())
    if not (math.isfinite(low) and math.isfinite(high)):
        raise PictureError(f"{name}: has NaN or infinite numbers; expected finite ones: replace them")
    black, white = _range(low, high, whole=kind != "f")
    if array.dtype == np.uint8 and white == 255:  # noqa: PLR2004 - they are what they should be
        return array
    # Divided first, since the difference of two float64 may be more than a float64 holds.
    size = max(abs(black), abs(white), np.finfo(np.float64).tiny)
    span = white / size - black / size
    result = np.zeros(array.shape, dtype=np.uint8)
    rows = max(1, _AT_ONCE // max(1, array[0].size))
    for start in range(0, len(array) if span > 0 else 0, rows):
        part = array[start : start + rows].astype(np.float64) / size
        part = (part - black / size) * (255 / span)
        result[start : start + rows] = np.rint(part)
    return result


def _range(low: float, high: float, *, whole: bool) -> tuple[float, float]:
    """Return what is black and what is white among numbers from `low` to `high`."""
    if low < 0:
        return low, high
    if high <= 1:
        return 0, 1
    if not whole:
        return (0, 255) if high <= 255 else (low, high)  # noqa: PLR2004 - a byte's largest
    return 0, next((2**bits - 1 for bits in _DEPTHS if high < 2**bits), high)


def _plain(image: Image.Image, name: str) -> Image.Image:
    """Return the image in one of the modes L, LA, RGB, RGBA."""
    if image.mode in {"I", "F"} or image.mode.startswith("I;"):
        return Image.fromarray(bytes_of(np.asarray(image), name))
    if image.mode == "LAB":
        return _from_lab(image)
    if image.mode in {"L", "RGB", "LA", "RGBA"} and "transparency" not in image.info:
        return image
    if image.mode in {"1", "L", "La"}:
        return image.convert("LA" if image.has_transparency_data else "L")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _from_lab(image: Image.Image) -> Image.Image:
    # Late, since it is a colour management engine, and LAB is rare.
    from PIL import ImageCms  # noqa: PLC0415

    transform = ImageCms.buildTransform(ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB"), "LAB", "RGB")
    return ImageCms.applyTransform(image, transform) or image


def _reduced(image: Image.Image) -> Image.Image:
    """Return the image with its longer side at most `WORKING_SIDE`, each pixel the mean of those it stands for."""
    longer = max(image.size)
    whole = -(-longer // WORKING_SIDE)
    if whole == 1:
        return image
    # The mean of whole squares is several times as fast as any; it will do where it is not much too small.
    if longer / whole < NEAR * WORKING_SIDE:
        whole -= 1
    if whole > 1:
        image = image.reduce(whole)
    if max(image.size) > WORKING_SIDE:
        scale = WORKING_SIDE / max(image.size)
        width, height = (max(1, round(side * scale)) for side in image.size)
        image = image.resize((width, height), Image.Resampling.BOX)
    return image


def _flat(image: Image.Image) -> Image.Image:
    """Return an L or RGB image: the transparent parts of one with alpha filled with a ground."""
    if not image.mode.endswith("A"):
        return image
    colours, alpha = image.convert(image.mode[:-1]), image.getchannel("A")
    darkest, lightest = alpha.getextrema()
    if darkest == lightest != 0:
        return colours  # the same everywhere, so it tells nothing
    tone = _ground(np.asarray(colours.convert("L")), np.asarray(alpha))
    flat = Image.new(colours.mode, colours.size, tone if colours.mode == "L" else (tone, tone, tone))
    flat.paste(colours, mask=alpha)
    return flat


def _ground(grey: npt.NDArray[np.uint8], alpha: npt.NDArray[np.uint8]) -> int:
    """Return the grey to put behind uint8[h,w] seen through uint8[h,w].

    Where all that is visible is dark, it is ink, and the ground white; all light, black. Where
    there are both, as in a sheet of paper cut out with its writing, the ground goes on in the
    tone that most of it has.
    """
    weights = np.bincount(grey.ravel(), weights=alpha.ravel(), minlength=256).cumsum()
    if weights[-1] == 0:
        return 255
    dark, middle, light = np.searchsorted(weights, weights[-1] * np.array([0.03, 0.5, 0.97]))
    if light - dark > _MIDDLE:
        return int(middle)
    return 255 if dark + light < 2 * _MIDDLE else 0


def _without_needless_colour(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Return [h,w] for [h,w,3] whose channels are equal; a few pixels tell most pictures with colours."""
    if pixels.ndim == 3 and _equal(pixels[::16, ::16]) and _equal(pixels):  # noqa: PLR2004 - colours
        return np.ascontiguousarray(pixels[..., 0])
    return pixels


def _equal(pixels: npt.NDArray[np.uint8]) -> bool:
    red, green, blue = pixels[..., 0], pixels[..., 1], pixels[..., 2]
    return bool(np.array_equal(red, green) and np.array_equal(green, blue))
