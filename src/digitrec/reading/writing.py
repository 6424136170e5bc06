"""Which pieces of ink are writing: not grains, print, what is rubbed out, a desk, rests of frames and grids.

In: `Part`s, and the size of the picture they are in. Out: those that may be writing. Told by how large, how dark and
how thin pieces are beside the others, and by where they end; knows nothing of lines, and of pixels.
"""

import math

import numpy as np

from digitrec.reading.holes import without_holes
from digitrec.reading.margins import without_margins
from digitrec.reading.over_edge import without_beyond, without_pens, without_rests
from digitrec.reading.parts import Part, alike, bounds_of, darkest, height_by_ink, inside_of, is_blob, is_cut, is_within
from digitrec.reading.rules import is_page, is_tiny

MOST = 4000
"""Pieces that are looked at, the largest: what has more is grain."""

_OVER, _FULL, _SQUARE = 2.2, 1.43, 1.4
"""Times as much ink as any stroke holds, as filled as a blob is, and as long as wide at most: so is a blot."""

_DISC, _FAR_THICKER, _WRITTEN, _AS_HIGH = 1.3, 3.5, 2, 1.6
"""As filled as a disc is; so many times as thick as all strokes beside it that are as dark, and so many times as high
at most and at least, of which there are so many: a hole, a coin."""

_HOLLOW, _INNER = 0.08, 2
"""Of its box: a piece that covers less is a line round something, where more than so many pieces stand in that box."""

_RINGS, _RING, _ROOM, _INSIDE = 20, 0.3, 0.03, 0.4
"""How many of the largest pieces may be drawn around others; of its box, what one covers at most, how far from its
sides the others are, and how much of its height or width they take."""

_ROUND = 0.8
"""Of the way round an ellipse as wide and high: as long a line is at least that is drawn around others."""

_TINTED, _LARGER, _MOST_CELL = 0.8, 1.2, 0.5
"""Of the darkest pieces' depth and of their height: the outline of what is tinted is paler than that, and larger; and
of the page: what is larger is a grid full of digits."""

_LETTERS, _SMALL, _LEGIBLE = 12, 0.25, 8
"""So many pieces alike, of the height of what holds most ink so much at most, and so many pixels high, are small print.
"""

_SPECK, _AS_THICK = 0.09, 0.7
"""Of the digits' height: what is smaller both ways is a speck; and of the thickest strokes: what is as thick and within
a page is no rest of what is along its edge."""

_PALE = 0.5
"""Of the strongest piece's ink: what is paler is rubbed out or shows through."""

_LONG = 12
"""Times as long as wide: so is no digit that is written upright, and none that leans."""

_SHADE, _FAINTEST = 0.5, 0.6
"""Of the darkest pieces' depth: what is paler and filled is left of a shadow; what is half as deep as that need only be
so much filled beside others."""

_CREASE, _BROADER = 0.3, 2
"""Of the darkest pieces' depth: what is paler, and so many times as broad as all dark strokes, is a crease or a shadow.
"""

_PRINT, _ALL_OVER = 0.6, 0.35
"""Of the darkest pieces' depth: what is paler and covers such a share of a page is printed on it."""


def writing_among(parts: list[Part], shape: tuple[int, int]) -> list[Part]:
    """Return the pieces that may be writing, of those in a picture of that height and width."""
    if is_page(shape):
        # Of a page of noise the least pieces go first: what is asked of pieces below takes time for each.
        parts = parts if len(parts) <= 2 * MOST else sorted(parts, key=lambda part: -part.area)[: 2 * MOST]
        parts = _without_shadows(without_margins(without_holes(parts, shape), shape))
        parts = without_rests(without_pens(_without_blots(parts), shape), shape)
        parts = _without_rings(_without_cells(parts, shape[0] * shape[1]))
        parts = without_beyond(_without_print(parts, shape[0] * shape[1]), shape)
        parts = _without_small_print(parts)
    return _without_specks(sorted(parts, key=lambda part: -part.area)[:MOST], shape)


def _without_shadows(parts: list[Part]) -> list[Part]:
    """Return the pieces without what is far paler than the darkest, about as wide as high, and filled; and creases.

    A crease is paler still, and far broader than the strokes: no pen presses less for being held flat.
    """
    deepest = darkest(parts)
    least = _SHADE * deepest
    blobs = [part for part in parts if part.depth < least and is_blob(part, _FAINTEST if part.depth < least / 2 else 1)]
    pens = [part.thick for part in parts if part.depth >= least and part.height >= _LEGIBLE]
    if pens:
        broad = _BROADER * max(pens)
        blobs += [part for part in parts if part.depth < _CREASE * deepest and part.thick > broad]
    # What is dark within it alone may be a rest of rules that it hid.
    if not any(part.depth >= least and not any(is_within(part, blob) for blob in blobs) for part in parts):
        return parts
    gone = {blob.label for blob in blobs}
    return [part for part in parts if part.label not in gone]


def _without_blots(parts: list[Part]) -> list[Part]:
    """Return the pieces without what was scribbled over: filled, and larger than the strokes beside it; and discs."""
    strokes = [part for part in parts if part.height >= _LEGIBLE and not is_blob(part)]
    least = _OVER * max((part.area for part in strokes), default=math.inf)
    # As arrays, for pages full of ink.
    high, thick, depth = np.array([(part.height, part.thick, part.depth) for part in strokes]).reshape(-1, 3).T

    def is_blot(part: Part) -> bool:
        long, short = max(part.width, part.height), min(part.width, part.height)
        if long > _SQUARE * short or not is_blob(part, _DISC):
            return False
        return (part.area > least and is_blob(part, _FULL)) or is_disc(part)

    thinnest = float(thick.min(initial=math.inf))

    def is_disc(part: Part) -> bool:
        if part.thick <= _FAR_THICKER * thinnest:  # a grain
            return False
        beside = (depth >= _SHADE * part.depth) & (high <= _AS_HIGH * part.height) & (part.height <= _AS_HIGH * high)
        return bool(beside.sum() >= _WRITTEN and part.thick > _FAR_THICKER * thick[beside].max())

    return [part for part in parts if not is_blot(part)]


def _without_cells(parts: list[Part], size: int) -> list[Part]:
    """Return the pieces without the outlines of what is tinted, a day of a calendar, the head of a table.

    They are hollow, paler than the darkest pieces, and larger than those, but not most of the page's `size`.
    """
    least = _TINTED * darkest(parts)
    written = [part.height for part in parts if part.depth >= least and not _is_hollow(part)]
    if not written:
        return parts
    high = _LARGER * max(written)
    pale = [part for part in parts if part.depth < least]
    cells = [part for part in pale if max(part.width, part.height) >= high and _is_hollow(part)]
    cells = [cell for cell in cells if cell.width * cell.height < _MOST_CELL * size]
    # With them what is left of their tint.
    gone = {part.label for part in pale if any(is_within(part, cell) for cell in cells)}
    return [part for part in parts if part.label not in gone]


def _is_hollow(part: Part) -> bool:
    """Whether a piece is nearly nothing but a line round something."""
    return part.area <= _HOLLOW * part.width * part.height


def _without_rings(parts: list[Part]) -> list[Part]:
    """Return the pieces without circles and boxes that a pen drew around others: the result of a sum, a date."""
    largest = sorted(parts, key=lambda part: -part.width * part.height)[:_RINGS]
    rings = [part.label for part in largest if _is_ring(part, parts)]
    return [part for part in parts if part.label not in rings]


def _is_ring(part: Part, parts: list[Part]) -> bool:
    """Whether a piece is hollow, and others large enough to be written in it stand well within its box."""
    wide, high = part.width, part.height
    way_round = math.pi * math.hypot(wide, high) / math.sqrt(2)
    # What does not go all the way round is a broken stroke.
    if part.area > _RING * wide * high or part.area < _ROUND * way_round * part.thick:
        return False
    inner = inside_of(part, parts, _ROOM)
    if not inner:
        return False
    left, top, right, bottom = bounds_of(inner)
    tallest = max(each.height for each in inner)
    # A nought with a speck or a broken stroke in it is none.
    return bool(tallest > _INSIDE / 2 * high and (right - left > _INSIDE * wide or bottom - top > _INSIDE * high))


def _without_print(parts: list[Part], size: int) -> list[Part]:
    """Return the pieces without security print, cloth or creases: far paler than the darkest, and all over the page.

    Of those that are not all over it only rests of rules go. `size` is the page's pixels. Pencil beside felt pen
    covers little.
    """
    least = _PRINT * darkest(parts)
    covered = sum(part.width * part.height for part in parts if part.depth < least)
    everywhere = covered >= _ALL_OVER * size
    return [part for part in parts if part.depth >= least or not (everywhere or _is_long(part))]


def _is_long(part: Part) -> bool:
    """Whether a piece is as long and thin as no one is: what is left of a rule."""
    return max(part.height, part.width) >= _LONG * min(part.height, part.width)


def _without_small_print(parts: list[Part]) -> list[Part]:
    """Return the pieces without the letters of a text that is printed beside large digits.

    Those are many, alike and far lower, and none stands over or under a digit as a bar or a point of one does.
    """
    most = _SMALL * height_by_ink(parts)
    large = [part for part in parts if part.height > most]
    columns = np.array([(part.left, part.right) for part in large]).reshape(-1, 2)
    letters = [
        part
        for part in parts
        if _LEGIBLE <= part.height <= most and not ((columns[:, 0] < part.right) & (columns[:, 1] > part.left)).any()
    ]
    if not letters or alike(letters, height_by_ink(letters)) < _LETTERS:
        return parts
    gone = {part.label for part in letters}
    return [part for part in parts if part.label not in gone]


def _without_specks(parts: list[Part], shape: tuple[int, int]) -> list[Part]:
    """Return the pieces that are neither dust beside the others nor nothing but a frame of the picture."""
    kept = [part for part in parts if part.area >= 3]  # noqa: PLR2004 - grains of the sensor
    if not kept:
        return parts
    # By ink, so that a thousand grains do not make one grain the usual size.
    usual = height_by_ink(kept)
    thick = _AS_THICK * max(part.thick for part in kept) if is_page(shape) else math.inf
    least = max(2.0, _SPECK * usual)
    strong = max((part.strength for part in kept if part.height >= 0.5 * usual), default=0.0)
    return [
        part
        for part in kept
        if max(part.height, part.width) >= least
        and part.area >= least
        and part.strength >= _PALE * strong
        and not _is_frame(part, shape)
        and not (_is_at_edge(part, shape, usual) and (part.thick < thick or is_cut(part, shape)))
        and not (is_page(shape) and _encloses(part, kept))
    ]


def _is_at_edge(part: Part, shape: tuple[int, int], usual: float) -> bool:
    """Whether a piece lies along the picture's edge and is low from there: left of a frame or a neighbour."""
    high, wide = shape
    if is_tiny(shape):  # such pictures are cut close
        return False
    near = 0.03 * min(high, wide) + 1
    level = part.height <= 0.3 * usual and (part.top <= near or part.bottom >= high - near)
    # In a wide picture what stands upright at its end may be a one.
    upright = part.width <= 0.15 * usual and (part.left <= near or part.right >= wide - near) and wide < 1.5 * high
    return level or upright


def _encloses(part: Part, parts: list[Part]) -> bool:
    """Whether a piece is nearly hollow and others stand in its box: the edge of a board, what is left of a form's."""
    if not _is_hollow(part):
        return False
    inner = [
        each.area
        for each in parts
        if each.left >= part.left and each.right <= part.right and each.top >= part.top and each.bottom <= part.bottom
    ]
    return len(inner) > _INNER and sum(inner) - part.area >= 0.5 * part.area


def _is_frame(part: Part, shape: tuple[int, int]) -> bool:
    """Whether a piece goes round the picture and is almost all hollow."""
    round_it = part.width >= 0.9 * shape[1] and part.height >= 0.9 * shape[0] and not is_tiny(shape)
    return round_it and part.area < 0.06 * part.width * part.height
