"""Strokes told from the shadows of fingers: where edges are sharp there is ink, where all are soft there is shade.

In: by how much each pixel differs from the ground, float32[h,w]. Out: where strokes are in the reduced picture, or that
all is strokes: since there is no shadow, or the camera moved. Knows nothing of how the ground was found.
"""

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from digitrec.reading.ground import Levels
from digitrec.reading.polarity import Grey
from digitrec.reading.quantile import quantile

_PALE, _SHARP, _SHARP_INK = 0.35, 0.25, 0.08
"""Of full ink: what is so strong may be a stroke or a shadow; of the steepest edges, and of full ink for each pixel:
what is as steep is sharp."""

_THICKER = 1.5
"""Times as thick as strokes that are sharp: what is nowhere thicker is no shadow."""

_BLURRED = 0.2
"""Of full ink for each pixel: where no edge is as steep the picture is blurred, and all edges are soft."""

_PEN = 0.12
"""Of a picture's shorter side: between sharp edges that are no farther apart there is a stroke."""

_BLACK, _FULL = 140, 0.8
"""Grey levels darker than the ground, and of what is darkest: what is so dark in its middle is not only in shadow."""

_BOTH, _MOSTLY_BOTH, _HARDLY, _ONE_WAY = 0.15, 0.8, 0.05, 0.2
"""Of a piece's outline: so much is soft and so much is sharp where the camera moved; of all outlines, pieces that have
both have so much, and pieces that are soft all round so much at most; and how far the ways of either kind agree, 0 to
1.
"""

_SOFT = 0.03
"""Of the outline of all that may be ink: when so much of it is not sharp, there is a shadow."""


def strokes_beside_shadows(levels: Levels, contrast: float, size: tuple[int, int]) -> Grey | None:
    """Return where strokes are, uint8 in a picture reduced to that height and width; None where all is strokes.

    Strokes lie between edges that are sharp, shadows of fingers do not; `contrast` is how much full ink differs from
    the ground.
    """
    high, wide = (min(2 * side, whole) for side, whole in zip(size, levels.shape, strict=True))
    some = cv2.GaussianBlur(cv2.resize(levels, (wide, high), interpolation=cv2.INTER_AREA), (0, 0), 0.7)
    strongest = float(some.max())
    some = np.clip(some, 0, contrast)
    across, down = (cv2.Sobel(some, cv2.CV_32F, *way, ksize=3, scale=1 / 8) for way in ((1, 0), (0, 1)))
    steep = cv2.magnitude(across, down)
    inked = some > _PALE * contrast
    if not inked.any():
        return None
    steepest = quantile(steep[inked], 0.998)
    if steepest < _BLURRED * contrast:
        return None  # all is blurred
    sharp = (steep > min(_SHARP * steepest, _SHARP_INK * contrast)).astype(np.uint8)
    outline = inked & (cv2.erode(inked.astype(np.uint8), np.ones((3, 3), dtype=np.uint8)) == 0)
    soft = outline & (cv2.dilate(sharp, np.ones((7, 7), dtype=np.uint8)) == 0)
    if soft.sum() < max(_SOFT * outline.sum(), min(high, wide) / 5):
        return None
    pieces = _pieces(inked, outline, soft)
    if _was_moved(pieces, (across, down), outline, soft):
        return None
    away = cv2.distanceTransform(inked.astype(np.uint8), cv2.DIST_L2, 3)
    # A shadow takes half of the light, and what is written in it is darker still.
    black = contrast > _BLACK and float(some[away > away.max() / 2].mean()) > _FULL * strongest
    if black and _is_blurred_writing(pieces):
        return None
    # How wide strokes are: what is as far from a sharp edge as from the nearest ground has sharp edges on both sides.
    middle = (away == cv2.dilate(away, np.ones((3, 3), dtype=np.uint8))) & inked
    middle &= cv2.distanceTransform(1 - sharp, cv2.DIST_L2, 3) <= away + 1
    pen = 2 * float(np.quantile(away[middle], 0.9)) if middle.any() else 0.0
    side = round(min(1.3 * pen + 3, _PEN * min(high, wide))) | 1
    ellipse = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    framed = cv2.copyMakeBorder(sharp, side, side, side, side, cv2.BORDER_REPLICATE)
    between = cv2.morphologyEx(framed, cv2.MORPH_CLOSE, ellipse)[side:-side, side:-side] > 0
    between &= some > contrast / 2
    between |= _sharp_or_thin(pieces, away > _THICKER * pen / 2)
    strokes = (between | (sharp > 0)).astype(np.uint8) * np.uint8(255)
    return np.asarray(cv2.resize(strokes, size[::-1], interpolation=cv2.INTER_AREA) > 16, dtype=np.uint8)  # noqa: PLR2004


_Pieces = tuple[npt.NDArray[np.int32], npt.NDArray[np.int64], npt.NDArray[np.int64]]
"""Pieces of ink by number, int32[h,w], and how long the outline of each is, and that which is soft."""


def _was_moved(
    pieces: _Pieces,
    gradient: tuple[npt.NDArray[Any], npt.NDArray[Any]],
    outline: npt.NDArray[np.bool_],
    soft: npt.NDArray[np.bool_],
) -> bool:
    """Return whether the camera moved: outlines that lie across its way are soft, those along it are not.

    Most pieces of ink have both; hardly any is soft all round, as a shadow is. `gradient` is that across and down.
    """
    labels, whole, some = pieces
    both = (some > _BOTH * whole) & (some < (1 - _BOTH) * whole)
    both[0] = False
    shadow = some >= (1 - _BOTH) * whole
    shadow[0] = False
    if both.sum() < 2:  # noqa: PLR2004 - one alone may be the shadow of what is near
        return False
    if whole[both].sum() < _MOSTLY_BOTH * whole[1:].sum() or whole[shadow].sum() > _HARDLY * whole[1:].sum():
        return False
    here = outline & both[labels]
    # The way of an outline has no sign: its angle is doubled.
    across, down = (each[here] for each in gradient)
    double = np.exp(2j * np.arctan2(down, across))
    is_soft = soft[here]
    means = [complex(double[where].mean()) if where.any() else 0j for where in (is_soft, ~is_soft)]
    return min(map(abs, means)) > _ONE_WAY and (means[0] * means[1].conjugate()).real < 0


def _is_blurred_writing(pieces: _Pieces) -> bool:
    """Return whether what is soft is what is written, since nothing else is: a shadow mostly falls in from a side."""
    labels, whole, some = pieces
    at_a_side = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]]).any()
    return not at_a_side and bool((some >= whole / 2)[1:].all())


def _sharp_or_thin(pieces: _Pieces, thick: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Return bool[h,w], the pieces of ink that are strokes and no shadows.

    They have hardly any soft outline, however thick they are. Or none has, and they are nowhere thicker than strokes,
    and mostly sharp: a camera that moved leaves those soft that lie across its way.
    """
    labels, whole, some = pieces
    strokes = some <= _SOFT * whole
    strokes[0] = False
    if whole[strokes].sum() < whole[1:].sum() / 3:
        thin = some <= whole / 2
        thin[labels[thick]] = thin[0] = False
        strokes |= thin
    return np.asarray(strokes[labels], dtype=np.bool_)


def _pieces(inked: npt.NDArray[np.bool_], outline: npt.NDArray[np.bool_], soft: npt.NDArray[np.bool_]) -> _Pieces:
    """Return the pieces of ink, their outlines and what of those is soft."""
    _, labels = cv2.connectedComponents(inked.astype(np.uint8), connectivity=8)
    whole, some = (np.bincount(labels[where], minlength=int(labels.max()) + 1) for where in (outline, soft))
    return np.asarray(labels, dtype=np.int32), whole, some
