"""Digits in other light, behind fog, and crossed out.

In: float32[n,28,28] in 0..255, an amount, a seeded generator. Out: the same with something over it; not clipped.
"""

import numpy as np
import numpy.typing as npt

Images = npt.NDArray[np.float32]

_SIDE = 28
_MAP = 256
"""Side of the field that fog is cut from."""

_MAPS_AT_ONCE = 200
_REACH = 2.3
"""From so many pixels on a line is not seen."""


def brightness(images: Images, share: float, _: np.random.Generator) -> Images:
    """Add this share of full ink everywhere."""
    return np.add(images, np.float32(255 * share))


def contrast(images: Images, share: float, _: np.random.Generator) -> Images:
    """Leave this share of each pixel's distance from the image's mean."""
    means: Images = images.mean(axis=(1, 2), keepdims=True)
    return means + np.float32(share) * (images - means)


def stripe(images: Images, _: float, __: np.random.Generator) -> Images:
    """Swap ink and ground in the outer quarters, left and right."""
    found = images.copy()
    for columns in (slice(0, 7), slice(21, _SIDE)):
        found[:, :, columns] = 255 - found[:, :, columns]
    return found


def fog(images: Images, level: tuple[float, float], generator: np.random.Generator) -> Images:
    """Put each image behind fog of a thickness, so many times as bright as ink, and make the whole darker again."""
    thickness, decay = level
    brightest: Images = images.max(axis=(1, 2), keepdims=True) / 255
    foggy = images + np.float32(255 * thickness) * _plasma(len(images), decay, generator)
    return foggy * brightest / (brightest + np.float32(thickness))


def dotted_line(images: Images, _: float, generator: np.random.Generator) -> Images:
    """Draw a dotted line from side to side."""
    start, end = generator.integers(0, 27, size=(2, len(images)))
    line = _line(np.zeros(len(images)), start, np.full(len(images), 27.0), end)
    line[:, :, np.arange(_SIDE) % 4 < 2] = 0  # noqa: PLR2004 - two columns without, two with
    return images + 255 * line


def zigzag(images: Images, _: float, generator: np.random.Generator) -> Images:
    """Draw a zigzag from side to side, its teeth two pixels long and high."""
    start = generator.integers(0, 27, size=len(images))
    angle = np.arctan(generator.integers(-5, 5, size=len(images)) / 23)
    length = 23 / np.cos(angle)
    # Along the line and off it: the start, six teeth, and the end, which is a little off the line, as defined.
    along = np.column_stack([np.zeros(len(images)), np.tile(np.arange(2.0, 23, 4), (len(images), 1)), length])
    off = np.column_stack([np.tile([0.0, 2, -2, 2, -2, 2, -2], (len(images), 1)), -1 / (length - 20)])
    columns = 2 + np.cos(angle)[:, None] * along - np.sin(angle)[:, None] * off
    rows = start[:, None] + np.sin(angle)[:, None] * along + np.cos(angle)[:, None] * off
    found = images
    for this in range(7):
        line = _line(columns[:, this], rows[:, this], columns[:, this + 1], rows[:, this + 1])
        found = np.minimum(found + 255 * line, 255)
    return found


def _line(
    left: npt.NDArray[np.float64],
    above: npt.NDArray[np.floating | np.integer],
    right: npt.NDArray[np.float64],
    below: npt.NDArray[np.floating | np.integer],
) -> Images:
    """Return float32[n,28,28] in 0..1: a soft line in each, from one column and row to another."""
    grid = np.arange(_SIDE)
    slope = (below - above) / (right - left)
    middle = slope[:, None] * (grid - left[:, None]) + above[:, None]  # (n, columns)
    distance = np.abs(grid[None, :, None] - middle[:, None, :]).clip(0, _REACH - 1e-9)
    line = (np.log1p(-distance / _REACH) + 1).clip(0, 1)
    outside = (grid < np.floor(left)[:, None]) | (grid >= np.ceil(right)[:, None])
    return np.where(outside[:, None, :], 0, line).astype(np.float32)


def _plasma(count: int, decay: float, generator: np.random.Generator) -> Images:
    """Return float32[count,28,28] in 0..1: corners of plasma fractals, which are 256 pixels wide.

    Diamond and square by turns (Fournier, Fussell & Carpenter 1982). The field goes on at its other side, so that
    the four quarters around a corner are alike: one field gives four pictures.
    """
    forwards, backwards = np.arange(_SIDE), -np.arange(_SIDE)
    found = np.empty((count, _SIDE, _SIDE), np.float32)
    for start in range(0, count, 4 * _MAPS_AT_ONCE):
        part = found[start : start + 4 * _MAPS_AT_ONCE]
        maps = _fields(-(-len(part) // 4), decay, generator)
        quarters = [maps[:, rows][:, :, columns] for rows in (forwards, backwards) for columns in (forwards, backwards)]
        part[:] = np.concatenate(quarters)[: len(part)]
    return found


def _fields(count: int, decay: float, generator: np.random.Generator) -> Images:
    """Return float32[count,256,256], each from 0 to 1."""
    field = np.zeros((count, _MAP, _MAP), np.float32)
    step, roughness = _MAP, 1.0

    def mean(total: Images) -> Images:
        return total / 4 + np.float32(roughness) * (2 * generator.random(total.shape, dtype=np.float32) - 1)

    while step > 1:
        half = step // 2
        corners = field[:, ::step, ::step]
        squares = corners + np.roll(corners, -1, 1)
        squares = mean(squares + np.roll(squares, -1, 2))
        field[:, half::step, half::step] = squares
        corners = field[:, ::step, ::step]
        field[:, ::step, half::step] = mean(corners + np.roll(corners, -1, 2) + squares + np.roll(squares, 1, 1))
        field[:, half::step, ::step] = mean(corners + np.roll(corners, -1, 1) + squares + np.roll(squares, 1, 2))
        step, roughness = half, roughness / decay
    field -= field.min(axis=(1, 2), keepdims=True)
    field /= field.max(axis=(1, 2), keepdims=True)
    return field
