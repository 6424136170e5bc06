"""Which of a picture's two colours is ink: the dark one or the light one.

In: a picture in grey, uint8[h,w], reduced, and what was taken for ink in it. Out: whether ink is dark, and whether the
picture itself tells. Knows nothing of how much ink lies where.
"""

import cv2
import numpy as np
import numpy.typing as npt

from digitrec.reading.rules import is_page, is_tiny

Grey = npt.NDArray[np.uint8]

_UNSURE = (0.33, 0.67)
"""When ink would cover a share of a picture within these, which of the two is ink cannot be told from the picture."""

_SMALL, _ALL_ALONG = 180, 0.95
"""Pixels along the longer side of a small picture; and of a picture's edge: what has so much of it is the ground."""


def majority_is_light(small: Grey) -> tuple[bool, bool]:
    """Return whether the commoner of a picture's two colours is the light one, and whether it is so by far.

    Where neither is by far, the one that is all along its edge; else the edges of a large picture count as much as the
    rest: there is ground, or a frame.
    """
    level, _ = cv2.threshold(small, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    light = small > level
    share = _share_of_ground(light)
    if not is_tiny(small.shape) and 0.45 < share < 0.55:  # noqa: PLR2004
        share = (share + float(_edge_of(light).mean())) / 2
    return share >= 0.5, not _UNSURE[0] < share < _UNSURE[1]  # noqa: PLR2004


def _share_of_ground(light: npt.NDArray[np.bool_]) -> float:
    """Return how much of a picture is light; or of its edge, where fat strokes were cut out closely."""
    share, around = float(light.mean()), float(_edge_of(light).mean())
    all_along = max(around, 1 - around) >= _ALL_ALONG
    return around if all_along and _UNSURE[0] < share < _UNSURE[1] else share


_EVEN, _CLEAN = 14, 1
"""Of a drawing or a scan: grey levels within which nine tenths of its ground are, and what most pixels differ by from
those around them."""

_EVEN_DARK, _OF_GROUND = 4, 0.06
"""Where the ground is dark: the former are so many levels and that share of the ground's own, since light falls on a
blackboard too."""

_FADING = 2
"""Pixels across a reduced picture's edges between ground and ink that are half of both: more are a shadow's."""

_THICKEST, _FATTEST, _THIN = 0.4, 0.5, 0.15
"""Of a picture's shorter side: marks that are thicker are a shadow or a desk, not the fattest strokes, which may be as
thick as the second where they are of one colour and there is ground all along the edge; thinner ones are strokes for
sure."""


def is_even(grey: Grey, small: Grey) -> bool:
    """Return whether a picture, here reduced too, has one ground all over: no light falls on a drawing or a scan."""
    level, ground = two_colours(small)
    if ground.all():
        return False
    # Rims of strokes are neither ground nor ink, and many where those are fat.
    rim = 3 if max(small.shape) <= _SMALL else 5
    clear = cv2.erode(ground.astype(np.uint8), np.ones((rim, rim), dtype=np.uint8)) > 0
    darkest, middle, lightest = np.quantile(small[clear if clear.any() else ground], (0.05, 0.5, 0.95))
    if lightest - darkest > min(_EVEN, _EVEN_DARK + _OF_GROUND * middle):
        return False
    part = grey[:1024, :1024]
    away = cv2.absdiff(part, cv2.blur(part, (3, 3)))
    # Where it is all of one kind around a pixel: at an edge it differs from its neighbours in any picture.
    light = bool(small[ground].mean() > level)
    inner = cv2.erode(((part > level) == light).astype(np.uint8), np.ones((3, 3), dtype=np.uint8)) > 0
    thickest = _FATTEST if _edge_of(ground).all() and _is_of_one_colour(small, ~ground) else _THICKEST
    strokes = _are_strokes(~ground, thickest, ends=not is_page(grey.shape)) and not _fades(small, ground)
    return bool(inner.any() and np.median(away[inner]) <= _CLEAN and strokes)


def _is_of_one_colour(small: Grey, marks: npt.NDArray[np.bool_]) -> bool:
    """Return whether marks are as light all over, but for their rims: a note on a page holds what is written on it."""
    inner = cv2.erode(marks.astype(np.uint8), np.ones((5, 5), dtype=np.uint8)) > 0
    return bool(inner.any() and float(np.ptp(np.quantile(small[inner], (0.02, 0.98)))) <= _EVEN)


def _fades(small: Grey, ground: npt.NDArray[np.bool_]) -> bool:
    """Return whether what is not ground goes over into it slowly, as the shadow of a hand does."""
    paper, ink = float(np.median(small[ground])), small[~ground].astype(np.float32)
    depth = float(np.quantile(np.abs(ink - paper), 0.9))
    share = np.abs(small.astype(np.float32) - paper) / max(depth, 1.0)
    outline = ~ground & (cv2.erode((~ground).astype(np.uint8), np.ones((3, 3), dtype=np.uint8)) == 0)
    return bool(((share > 0.3) & (share < 0.7)).sum() > _FADING * outline.sum())  # noqa: PLR2004 - half-way


def is_told_by_its_edge(small: Grey) -> bool:
    """Return whether one of a picture's two colours is all along its edge and in most of it, the other in strokes."""
    _, ground = two_colours(small)
    return bool(_edge_of(ground).mean() > 0.95 and ground.mean() > 0.6 and _are_strokes(~ground))  # noqa: PLR2004


def has_thin_strokes(small: Grey) -> bool:
    """Return whether the rarer of a picture's two colours is in strokes too thin to be a piece of lit paper."""
    return _are_strokes(~two_colours(small)[1], _THIN)


def two_colours(small: Grey) -> tuple[float, npt.NDArray[np.bool_]]:
    """Return the level between a picture's two colours, and bool[h,w]: where it has that of the ground."""
    level, _ = cv2.threshold(small, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    light = small > level
    return level, light if _share_of_ground(light) >= 0.5 else ~light  # noqa: PLR2004


def _are_strokes(ink: npt.NDArray[np.bool_], thickest: float = _THICKEST, *, ends: bool = False) -> bool:
    """Return whether marks are no thicker than strokes: a shadow or a desk goes on beyond the edge, a frame is one.

    And so is all that reaches the edge where it `ends` there: digits that were cut out closely.
    """
    side = int(thickest * min(ink.shape)) + 1
    way = cv2.BORDER_CONSTANT if ends or _edge_of(ink).mean() > 0.9 else cv2.BORDER_REPLICATE  # noqa: PLR2004
    around = cv2.copyMakeBorder(ink.astype(np.uint8), side, side, side, side, way, value=0)
    return bool(2 * cv2.distanceTransform(around, cv2.DIST_L2, 3).max() <= side)


def _edge_of(marks: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    return np.concatenate([marks[0], marks[-1], marks[:, 0], marks[:, -1]])


_WIDTHS = (0.012, 0.02, 0.035, 0.06, 0.1, 0.17)
"""Of a picture's shorter side: what is narrower than each is looked for."""


_BY_FAR = 1.35
"""Times as much of what is narrow: the loops of fat digits are narrow as well."""


def strokes_are_dark(small: Grey) -> tuple[bool, bool]:
    """Return whether what is narrow is darker than what is around it, and whether that is so by far.

    By closing and opening, which fill what is narrow and dark, and what is narrow and light (top-hats),
    in windows from narrow to wide: strokes are seen in narrow ones already, the ground between them
    only in wide ones, where there is more of it than of ink.
    """
    small = np.asarray(cv2.GaussianBlur(small, (0, 0), 0.8), dtype=np.uint8)
    found = np.array([_narrow(small, max(3, int(width * min(small.shape))) | 1) for width in _WIDTHS])
    dark, light = np.minimum(found, found.max() / 10).sum(0)
    return bool(dark >= light), bool(max(dark, light) > _BY_FAR * min(dark, light))


def _narrow(small: Grey, side: int) -> tuple[float, float]:
    """Return how much of a picture is narrower than `side` and darker than what is around it, and how much lighter."""
    square = np.ones((side, side), dtype=np.uint8)
    # As if it went on beyond its edge: a band along it is not narrow.
    framed = cv2.copyMakeBorder(small, side, side, side, side, cv2.BORDER_REPLICATE)
    energy = []
    for way in (cv2.MORPH_BLACKHAT, cv2.MORPH_TOPHAT):
        hat = cv2.morphologyEx(framed, way, square)[side:-side, side:-side]
        # Counted by level, which are few.
        count = cv2.calcHist([hat], [0], None, [256], [0, 256]).ravel()
        middle = np.searchsorted(count.cumsum(), count.sum() / 2)
        energy.append(float(count @ np.maximum(np.arange(256.0) - 2 * middle, 0) ** 3))
    return energy[0], energy[1]


_ENOUGH = 30
"""Pixels of a reduced picture from which a colour can be told."""

_APART = 20.0
"""Grey levels by which two colours differ at least."""

_FILLED = 0.12
"""Of the box around all ink: less is filled by strokes, not by what they enclose."""

_RING = 0.15
"""Of the size of all ink: so wide a ring around it is looked at."""


def is_ground(mask: npt.NDArray[np.bool_], small: Grey) -> bool:
    """Return whether what was taken for ink looks as what is around it does: the ground that fat strokes enclose.

    In a picture reduced to `small`, uint8[h,w]; around its ink there is ground, as lit as what lies between strokes.
    """
    inked = cv2.resize(mask.view(np.uint8) * np.uint8(255), small.shape[::-1], interpolation=cv2.INTER_AREA) > 127  # noqa: PLR2004
    count, _, stats, _ = cv2.connectedComponentsWithStats(inked.astype(np.uint8), connectivity=8)
    if count == 1:
        return False
    areas = stats[1:, cv2.CC_STAT_AREA]
    large = stats[1:][areas >= 0.05 * areas.max()]  # no dust
    left, top = large[:, cv2.CC_STAT_LEFT].min(), large[:, cv2.CC_STAT_TOP].min()
    right = (large[:, cv2.CC_STAT_LEFT] + large[:, cv2.CC_STAT_WIDTH]).max()
    bottom = (large[:, cv2.CC_STAT_TOP] + large[:, cv2.CC_STAT_HEIGHT]).max()
    margin = max(3, round(_RING * max(right - left, bottom - top)))
    ring = np.zeros_like(inked)
    ring[max(0, top - margin) : bottom + margin, max(0, left - margin) : right + margin] = True
    ring[top:bottom, left:right] = False
    inside = np.zeros_like(inked)
    inside[top:bottom, left:right] = True
    paper, other = inside & inked, inside & ~inked
    whole = (right - left + 2 * margin) * (bottom - top + 2 * margin) - (right - left) * (bottom - top)
    if min(ring.sum(), other.sum()) < _ENOUGH or ring.sum() < whole / 2 or paper.sum() < _FILLED * inside.sum():
        return False
    around, ink, between = (float(np.median(small[where])) for where in (ring, paper, other))
    # Thin strokes are nearly as light as paper in the reduced picture: then there is nothing to be told.
    return abs(around - between) > max(_APART, 3 * abs(around - ink))
