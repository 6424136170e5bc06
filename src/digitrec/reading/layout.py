"""Where the lines are: ink → one or more lines of signs, in reading order.

In: an `Ink`. Out: `Line`s, each with its box, the height of its digits and its own ink alone, so that
a neighbour's stroke or a speck is not read with it. Knows nothing of which signs they are: digits that
touch stay together.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from digitrec.errors import PictureError
from digitrec.reading.cells import parted_by_walls
from digitrec.reading.ellipses import without_ellipses
from digitrec.reading.grouping import grouped
from digitrec.reading.hollow import with_hollow_filled
from digitrec.reading.ink import Ink
from digitrec.reading.line_ends import without_ends
from digitrec.reading.parentheses import parentheses_among
from digitrec.reading.parts import Part, bounds_of, connected_parts, darkest, usual_height
from digitrec.reading.quantile import quantile
from digitrec.reading.reading_order import page_slope, reading_order
from digitrec.reading.rules import is_page
from digitrec.reading.separators import separators_among
from digitrec.reading.strays import without_strays
from digitrec.reading.writing import writing_among

Box = tuple[int, int, int, int]
"""Left, top, width and height, in pixels."""

MOST = 400
"""Lines that are looked for at most; what has more is no page of numbers."""

_PALER = 0.4
"""Of the darkest pieces' depth: what is less deep was not written with the same pen."""

_PIECE, _OVER = 0.35, 0.4
"""Of the highest piece: those of one digit over one another are as high at least; and of the narrowest: so much of it
is over or under all others."""


@dataclass(frozen=True)
class Line:
    """A line of signs."""

    box: Box
    """In pixels of the ink map."""
    height: float
    """How high its digits are, about, in the same pixels."""
    amount: npt.NDArray[np.uint8]
    """uint8[h,w] of the box: its ink without what belongs to others, and without the separators below."""
    whole: npt.NDArray[np.uint8]
    """The same with the separators below."""
    separators: tuple[tuple[str, Box], ...]
    """Separators that stand by themselves, from left to right, each with its box."""
    depth: float
    """Grey levels between the ground and the darker part of its ink."""


def find_lines(ink: Ink) -> list[Line]:
    """Return the lines of an ink map, from top to bottom and from left to right.

    >>> len(find_lines(find_ink(load_picture("photo.jpg"))))
    1

    Parameters
    ----------
    ink
        As `find_ink` returns it.

    Returns
    -------
    list of Line
        `MOST` at most; none where there is no ink. Their boxes are in pixels of the ink map.

    Raises
    ------
    PictureError
        When it is no `Ink`.
    """
    if not isinstance(ink, Ink):
        raise PictureError(f"find_lines: a {type(ink).__name__}; expected an Ink: find_lines(find_ink(picture))")
    if ink.blank:
        return []
    labels, parts = connected_parts(ink)
    for mended in (with_hollow_filled, without_ellipses):
        before, ink = ink, mended(ink, labels, parts)
        labels, parts = (labels, parts) if ink is before else connected_parts(ink)
    parts = writing_among(parts, ink.mask.shape)
    # One pen writes a line: what is far paler than the darkest on a page is a line of its own, if it is one.
    least = _PALER * darkest(parts) if is_page(ink.mask.shape) else 0.0
    groups = grouped([part for part in parts if part.depth >= least])
    groups += grouped([part for part in parts if part.depth < least])
    groups = parted_by_walls(groups, ink)
    groups = without_strays([without_ends(group, ink.mask.shape) for group in groups], ink.mask.shape)
    lines = [_line(group, ink, labels) for group in groups[:MOST]]
    order = reading_order([line.box for line in lines], [line.height for line in lines], page_slope(groups[:MOST]))
    return [lines[number] for number in order if lines[number].depth >= ink.faintest]


def _line(group: list[Part], ink: Ink, labels: npt.NDArray[np.int32]) -> Line:
    left, top, right, bottom = bounds_of(group)
    height = _height_of(group)
    rim = max(1, round(0.06 * height))
    left, top = max(0, left - rim), max(0, top - rim)
    right, bottom = min(labels.shape[1], right + rim), min(labels.shape[0], bottom + rim)
    where = labels[top:bottom, left:right]
    separators = separators_among(group) | parentheses_among(group, labels)
    amounts, depth = [], 0.0
    for labels_of in ([part.label for part in group if part.label not in separators], [part.label for part in group]):
        known = np.zeros(int(where.max(initial=0)) + 1, dtype=bool)
        known[labels_of] = True
        ours = known[where]
        depth = depth or quantile(ink.depth[top:bottom, left:right][ours], 0.7)
        # Soft rims of our strokes are ours, what is left of the ground and of others is not.
        near = cv2.dilate(ours.astype(np.uint8), np.ones((2 * rim + 1, 2 * rim + 1), dtype=np.uint8)).astype(bool)
        near &= ours | (where == 0)
        amounts.append(_full(np.where(near, ink.amount[top:bottom, left:right], np.uint8(0)), ours))
        if not separators:
            amounts *= 2
            break
    apart = tuple(
        (separators[part.label], (part.left, part.top, part.width, part.height))
        for part in sorted(group, key=lambda part: part.left)
        if part.label in separators
    )
    return Line((left, top, right - left, bottom - top), height, amounts[0], amounts[1], apart, depth)


def _height_of(group: list[Part]) -> float:
    """Return how high the digits of a line are: as high as all of it where it is one digit in pieces over another."""
    usual = usual_height(group)
    high = [part for part in group if part.height >= _PIECE * usual]
    left, top, right, bottom = bounds_of(high)
    common = min(part.right for part in high) - max(part.left for part in high)
    over = len(high) > 1 and common >= _OVER * min(part.width for part in high) and right - left < bottom - top
    return float(bottom - top) if over else usual


def _full(amount: npt.NDArray[np.uint8], ours: npt.NDArray[np.bool_]) -> npt.NDArray[np.uint8]:
    """Return the ink of a line with its own strokes as full ink, however pale they are beside others."""
    strong = quantile(amount[ours], 0.7) if ours.any() else 255.0
    return np.asarray((amount * (255.0 / max(strong, 40.0))).clip(0, 255), dtype=np.uint8)
