"""One grey in which ink stands out most: brightness, one colour, each pixel's darkest, or its distance from the ground.

In: a picture, uint8[h,w,3] or uint8[h,w]. Out: uint8[h,w], and the same reduced. Knows nothing of what ink is, but that
it is in strokes beside more ground.
"""

import cv2
import numpy as np
import numpy.typing as npt

from digitrec.reading.ground import reduced
from digitrec.reading.polarity import Grey
from digitrec.reading.quantile import quantile

_WINDOW = 85
"""Pixels along each side of a reduced picture that are looked at for the ground of one: over half must be ground."""

_CLEARLY = 1.3
"""Times as much as in brightness ink stands out in a colour that is taken instead."""

_STANDS_OUT, _COLOURED, _MORE = 0.35, 0.2, 1.2
"""Of the strongest ink: what stands out as much is some; so much of the light in one colour coloured ink leaves more
than in another; and so many times as much ink is seen where pens of several colours wrote."""

_ALIKE, _ELSEWHERE, _ENOUGH = 2, 0.4, 512
"""Levels by which the ground of a drawing differs at most, and how much of the picture is not ground; and pixels along
its longer side that tell."""

_LIGHT, _FAINT = 90, 12
"""Grey levels of ground on which such pens are seen, and by which their ink differs from it at least."""


def most_telling(pixels: npt.NDArray[np.uint8], *, of_photo: bool = False) -> tuple[Grey, Grey]:
    """Return the picture in grey, uint8[h,w]: brightness, or the colour in which ink stands out more; and reduced.

    Where ink is of several colours on light ground, of which one shows some and another shows others, each pixel's
    darkest beside the ground's. Where all ground of a drawing is of one colour, and ink is both darker and lighter or
    as light in another colour, how far each pixel is from that; not of a photo, painted over where it shows no paper.
    """
    small = reduced(pixels)
    if pixels.ndim == 2:  # noqa: PLR2004 - grey already
        return pixels, small
    chosen, small_grey = -1, np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    most = _CLEARLY * _telling(small_grey)
    for channel in range(3):
        one = np.ascontiguousarray(small[:, :, channel])
        found = _telling(one)
        if found > most:
            chosen, most, small_grey = channel, found, one
    ground = None if of_photo else _one_ground(small)
    if ground is not None and _is_drawn(pixels, ground) and _shows_more(small, ground, small_grey):
        light = _is_lighter_than_ink(small, ground)
        return _beside_one(pixels, ground, light=light), _beside_one(small, ground, light=light)
    paper = np.array([quantile(np.ascontiguousarray(small[:, :, channel]), 0.5) for channel in range(3)])
    if _has_pens_of_colours(small, small_grey, paper):
        return _darkest(pixels, paper), _darkest(small, paper)
    if chosen < 0:
        return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), dtype=np.uint8), small_grey
    return np.ascontiguousarray(pixels[:, :, chosen]), small_grey


def _one_ground(small: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8] | None:
    """Return uint8[3], the colour that most of a drawing has to a few levels; None where no colour is most of it."""
    ground = np.array([np.bincount(plane.ravel(), minlength=256).argmax() for plane in cv2.split(small)], np.uint8)
    far = cv2.absdiff(small, np.broadcast_to(ground, small.shape)).max(2) > _ALIKE
    return ground if far.mean() < _ELSEWHERE else None


def _away_from(pixels: npt.NDArray[np.uint8], ground: npt.NDArray[np.uint8]) -> Grey:
    """Return uint8[h,w], by how much pixels differ from a ground, in the colour in which they do most."""
    planes = [
        cv2.absdiff(plane, np.full_like(plane, level)) for plane, level in zip(cv2.split(pixels), ground, strict=True)
    ]
    return np.asarray(cv2.max(cv2.max(planes[0], planes[1]), planes[2]), dtype=np.uint8)


def _is_drawn(pixels: npt.NDArray[np.uint8], ground: npt.NDArray[np.uint8]) -> bool:
    """Return whether half of a picture is of its ground's colour pixel by pixel: a photo is that only when reduced."""
    step = max(1, max(pixels.shape[:2]) // _ENOUGH)
    return float((_away_from(np.ascontiguousarray(pixels[::step, ::step]), ground) <= _ALIKE).mean()) >= 0.5  # noqa: PLR2004


def _is_lighter_than_ink(small: npt.NDArray[np.uint8], ground: npt.NDArray[np.uint8]) -> bool:
    """Return whether more of what differs from a ground is darker than lighter."""
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY).astype(np.int16)
    level = int(cv2.cvtColor(ground.reshape(1, 1, 3), cv2.COLOR_RGB2GRAY)[0, 0])
    differs = grey[_differs(small, ground)] - level
    return bool((differs < 0).sum() >= (differs > 0).sum())


def _beside_one(pixels: npt.NDArray[np.uint8], ground: npt.NDArray[np.uint8], *, light: bool) -> Grey:
    """Return uint8[h,w]: the ground white or black, as it is light or not, and all that differs as far from that."""
    away = _away_from(pixels, ground)
    return np.asarray(cv2.bitwise_not(away), dtype=np.uint8) if light else away


def _differs(small: npt.NDArray[np.uint8], ground: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    """Return bool[h,w], what differs from a ground by more than a share of what differs most."""
    away = _away_from(small, ground)
    return np.asarray(away > max(_STANDS_OUT * quantile(away, 0.99), _FAINT), dtype=np.bool_)


def _shows_more(small: npt.NDArray[np.uint8], ground: npt.NDArray[np.uint8], grey: Grey) -> bool:
    """Return whether far more differs from one ground than is ink in a grey, where some is darker and some lighter."""
    seen = max(_standing_out(each).sum() for each in (grey, np.asarray(cv2.bitwise_not(grey), dtype=np.uint8)))
    return bool(_differs(small, ground).sum() > _MORE * seen)


def _has_pens_of_colours(small: npt.NDArray[np.uint8], grey: Grey, paper: npt.NDArray[np.float64]) -> bool:
    """Return whether most ink that a grey shows is coloured, and each pixel's darkest colour shows far more."""
    if paper.min() < _LIGHT:
        return False
    ink = _standing_out(grey)
    if not ink.any():
        return False
    beside = small[ink] / paper
    if np.median(np.ptp(beside, axis=1)) < _COLOURED:
        return False
    return bool(_standing_out(_darkest(small, paper)).sum() > _MORE * ink.sum())


def _standing_out(grey: Grey) -> npt.NDArray[np.bool_]:
    """Return bool[h,w], what is darker than the ground around it, by more than a share of the strongest."""
    darker = cv2.subtract(around(grey), grey)
    return np.asarray(darker > max(_STANDS_OUT * quantile(darker, 0.99), _FAINT), dtype=np.bool_)


def _darkest(pixels: npt.NDArray[np.uint8], paper: npt.NDArray[np.float64]) -> Grey:
    """Return uint8[h,w], how bright each pixel is in the colour in which it is darkest beside the paper."""
    lit = float(paper.mean())
    planes = [
        cv2.convertScaleAbs(plane, alpha=lit / level) for plane, level in zip(cv2.split(pixels), paper, strict=True)
    ]
    return np.asarray(cv2.min(cv2.min(planes[0], planes[1]), planes[2]), dtype=np.uint8)


def _telling(small: Grey) -> float:
    """Return by how many deviations of the ground the strongest ink stands out from the ground around it."""
    ground = around(small)
    strongest = quantile(cv2.absdiff(ground, small), 0.99)
    away = cv2.subtract(ground, small, dtype=cv2.CV_16S)
    deviation = 1.4826 * quantile(cv2.convertScaleAbs(away, beta=-quantile(away, 0.5)), 0.5)
    return strongest / (deviation + 2)


def around(small: Grey) -> Grey:
    """Return what is around each pixel of a reduced picture, in the middle."""
    return np.asarray(cv2.medianBlur(small, int(min(_WINDOW, max(15, 0.45 * min(small.shape)))) | 1), dtype=np.uint8)
