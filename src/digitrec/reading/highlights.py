"""Highlighter under or over what is written: its colour taken from the paper, so that the ink alone stands out.

In: a picture, uint8[h,w,3]. Out: the same with highlighted places as light as the paper around them where no ink lies.
A highlighter takes much of one colour's light and nothing of another's, in a patch wider than strokes, with strokes
within it that are dark in what it leaves. Knows nothing of digits.
"""

import cv2
import numpy as np
import numpy.typing as npt

from digitrec.reading.colours import around
from digitrec.reading.ground import reduced
from digitrec.reading.polarity import Grey
from digitrec.reading.straight import Mask

_TAKEN, _LEFT = 0.8, 0.88
"""A highlighter leaves less of one colour than so much of what it leaves of another, and of that more than so much of
the light around."""

_LIGHTER = 1.6
"""Times as light as most of the picture in any colour: so much is no highlighter on it, but paper on a table."""

_INK = 0.7
"""Of the light around: ink leaves less of every colour, or of one of two that a highlighter leaves."""

_AS_PAPER = 0.85
"""Of the paper's light: so much of two colours a highlighter leaves on which ink of one colour is told."""

_SHADED = 0.5
"""The same of the colour that it leaves most of, in shadow: a dark chair is less."""

_BRIGHT = 0.25
"""The same of the colour that it takes most of: a red pen leaves less."""

_WIDE = 0.045
"""Of a reduced picture's longer side: a highlighter is wider than this, and strokes that lie in it are not."""

_LEAST, _MOST = 0.02, 0.6
"""Of a highlighted patch: so much of it is ink, and no less than the latter ink or coloured."""

_ENDS = 4.0
"""Times as large as what of it is wide enough a patch is with its ends, at most."""

_SHORTEST, _LONGEST = 1.6, 9.0
"""Times as long as wide is a patch: a sticky note is less, a pen more."""

_COLOURED, _NOT_ALL = 0.002, 0.5
"""Of a picture: where less has another colour than most of it, nothing is highlighted, and where more has, it is no
highlighter's."""

_FULL = 128.0
"""Stands for as much light as the paper's."""

_LIGHT = 90
"""Grey levels of paper on which a highlighter is seen."""


def without_highlights(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Return a picture, uint8[h,w,3], without the colour of highlighters; as it is where there is none."""
    if pixels.ndim == 2:  # noqa: PLR2004 - no colour
        return pixels
    small = reduced(pixels)
    paper, coloured = _paper(small.reshape(-1, 3)), np.zeros(small.shape[:2], dtype=np.bool_)
    if paper.min() < _LIGHT:
        return pixels
    for _ in range(2):  # what is highlighted is not paper
        paper = _paper(small[~coloured])
        beside = small / paper
        most = beside.max(2)
        coloured = beside.min(2) < _TAKEN * most
        if not _COLOURED <= coloured.mean() <= _NOT_ALL:
            return pixels
    # In the colour that it takes least of, a highlighter is as light as the paper.
    light = around(_bytes(most)) / _FULL
    coloured &= (most > _LEFT * light) & (most < _LIGHTER)
    # Ink takes of what a highlighter leaves: red ink is as dark on yellow as it is red on white.
    middle = np.median(beside[coloured], axis=0) if coloured.any() else np.zeros(3)
    left = middle >= _TAKEN * middle.max()
    # Else of one colour, in shadow, or no highlighter but a desk: there ink is what is dark in all colours.
    several = left.sum() > 1 and middle.max() >= _AS_PAPER

    def shown(colours: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.asarray(colours[..., left].min(-1) if several else colours.max(-1))

    coloured &= bool(several or (middle.min() >= _BRIGHT and middle.max() >= _SHADED))
    found = _patches(coloured, shown(beside) < _INK * light)
    if not found.any():
        return pixels
    size = pixels.shape[1::-1]
    inside = cv2.resize(found, size, interpolation=cv2.INTER_NEAREST) > 0
    lit = cv2.resize(light, size, interpolation=cv2.INTER_LINEAR)[inside]
    share = np.minimum(shown(pixels[inside] / paper), lit)
    cleared = pixels.copy()
    cleared[inside] = np.rint(share[:, None] * paper).clip(0, 255)
    return cleared


def _paper(colours: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
    """Return the colour in the middle of colours, uint8[n,3]."""
    return np.asarray(np.median(colours, axis=0), dtype=np.float64).clip(1)


def _bytes(share: npt.NDArray[np.float64]) -> Grey:
    return np.asarray(np.rint(share * _FULL).clip(0, 255), dtype=np.uint8)


def _patches(coloured: npt.NDArray[np.bool_], ink: npt.NDArray[np.bool_]) -> Mask:
    """Return where something coloured is wider than strokes and has ink within, uint8[h,w], with a rim around."""
    side = max(3, round(_WIDE * max(coloured.shape))) | 1
    square = np.ones((side, side), dtype=np.uint8)
    # Strokes within a patch, and their rims, belong to it.
    whole = cv2.morphologyEx((coloured | ink).view(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3), dtype=np.uint8))
    count, labels = cv2.connectedComponents(cv2.morphologyEx(whole, cv2.MORPH_OPEN, square))
    kept = np.zeros(count, dtype=np.uint8)
    for label in range(1, count):
        patch = labels == label
        shorter, longer = sorted(cv2.minAreaRect(np.argwhere(patch).astype(np.float32))[1])
        if not _SHORTEST * shorter <= longer <= _LONGEST * shorter:
            continue
        of_ink, of_colour = (int(np.count_nonzero(each[patch])) / int(patch.sum()) for each in (ink, coloured))
        kept[label] = _LEAST <= of_ink <= _MOST <= of_ink + of_colour
    found = kept[labels]
    if not found.any():
        return np.asarray(found, dtype=np.uint8)
    # A slanted one is as wide as that in its middle alone, and narrower where it ends.
    narrower = np.ones((side // 2 | 1,) * 2, dtype=np.uint8)
    _, whole_of = cv2.connectedComponents(cv2.morphologyEx(whole, cv2.MORPH_OPEN, narrower))
    ends = np.isin(whole_of, np.unique(whole_of[(found > 0) & (whole_of > 0)]))
    if np.count_nonzero(ends) > _ENDS * np.count_nonzero(found):  # a carpet
        return np.asarray(cv2.dilate(found, square), dtype=np.uint8)
    return np.asarray(cv2.dilate(found | ends.view(np.uint8), narrower), dtype=np.uint8)
