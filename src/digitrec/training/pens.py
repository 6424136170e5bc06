"""Digits as one pen would have written them: their middle lines, drawn anew with a pen of any width.

In: digits uint8[n,28,28] as MNIST has them. Out: the same with strokes as thin as a ballpoint's or as
thick as a brush's, uint8[n,28,28]. MNIST's own strokes are all about three pixels wide and soft. Knows
nothing of labels, lines or training.
"""

import cv2
import numpy as np
import numpy.typing as npt

from digitrec.data.digits import SIDE

_FINE = 2
"""How many pixels a side a pixel becomes before it is thinned."""

_LARGE = SIDE * _FINE
_BLOCK = 4096
"""Digits that are thinned together."""

_PASSES = 12
"""How often both sides of a stroke are peeled: more than half of the thickest stroke's width."""

_AROUND = np.array([[128, 1, 2], [64, 0, 4], [32, 16, 8]], dtype=np.float64)
"""A bit for each neighbour of a pixel, from the one above clockwise."""


def middle_lines(images: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Return the middle lines of the strokes of digits, uint8[n,28,28], as bits: uint8[n,392], 56×56 to a digit.

    Peeled pixel by pixel from both sides, so that what hangs together stays so (Zhang & Suen 1984, "A fast
    parallel algorithm for thinning digital patterns"); a round blob may vanish.
    """
    found = []
    for start in range(0, len(images), _BLOCK):
        block = images[start : start + _BLOCK]
        solid = np.stack([cv2.resize(each, (_LARGE, _LARGE), interpolation=cv2.INTER_CUBIC) for each in block])
        # One tall picture, empty around each digit, so that no stroke has a neighbour in the next.
        mask = (solid > 127).astype(np.uint8)  # noqa: PLR2004 - more ink than ground
        mask[:, (0, -1)] = 0
        mask[:, :, (0, -1)] = 0
        tall = mask.reshape(-1, _LARGE)
        for _ in range(_PASSES):
            for table in _PEELED:
                around = np.asarray(cv2.filter2D(tall, -1, _AROUND, borderType=cv2.BORDER_CONSTANT), dtype=np.uint8)
                tall = tall & np.asarray(cv2.LUT(around, table), dtype=np.uint8)
        found.append(np.packbits(tall.reshape(len(block), -1), axis=1))
    return np.concatenate(found) if found else np.zeros((0, _LARGE * _LARGE // 8), dtype=np.uint8)


def written(lines: npt.NDArray[np.uint8], pens: npt.NDArray[np.floating]) -> npt.NDArray[np.uint8]:
    """Return digits uint8[n,28,28] of the middle lines, uint8[n,392], each with a pen of so many pixels."""
    masks = np.unpackbits(lines, axis=1).reshape(-1, _LARGE, _LARGE)
    made = np.zeros((len(masks), SIDE, SIDE), dtype=np.uint8)
    for number, (mask, pen) in enumerate(zip(masks, pens, strict=True)):
        away = cv2.distanceTransform(1 - mask, cv2.DIST_L2, 3)
        ink = (pen * _FINE / 2 + 0.5 - away).clip(0, 1)
        # Thinner than a pixel is paler than one.
        made[number] = cv2.resize(255 * ink, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    return made


def _peeled(*, first: bool) -> npt.NDArray[np.uint8]:
    """Return for each of 256 neighbourhoods whether its pixel stays: the table of one side's peeling."""
    stays = np.ones(256, dtype=np.uint8)
    for code in range(256):
        bits = [code >> place & 1 for place in range(8)]
        # From the neighbour above clockwise.
        up, right, down, left = bits[0], bits[2], bits[4], bits[6]
        changes = sum(not here and after for here, after in zip(bits, bits[1:] + bits[:1], strict=True))
        one_side = (
            not (up and right and down) and not (right and down and left)
            if first
            else not (up and right and left) and not (up and down and left)
        )
        if 2 <= sum(bits) <= 6 and changes == 1 and one_side:  # noqa: PLR2004 - of eight
            stays[code] = 0
    return stays


_PEELED = (_peeled(first=True), _peeled(first=False))
