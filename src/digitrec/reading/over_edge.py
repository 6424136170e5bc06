"""What lies over a page's edge, or is left of what does, and pens: a desk, a grid, lines; no writing beside digits.

In: `Part`s, and the size of the picture they are in. Out: those without. Told by where pieces end, how large, how thick
and how long they are beside the others; knows nothing of lines of signs, and of pixels.
"""

import math

from digitrec.reading.parts import FULL, Part, alike, darkest, height_by_ink, is_blob, is_cut, is_thin, is_within

_MOST_INK, _FAR_LARGER = 0.4, 2.5
"""Of a page's ink: so much is in pieces that end on it and are not thin; what is so many times as large as those, and
does not, is no writing."""

_MANY, _LEGIBLE = 8, 10
"""So many pieces alike that are so many pixels high are digits."""

_AS_HIGH, _HIGHEST, _BOLDER = 1.3, 0.6, (1.2, 1.9)
"""Times as high as the highest digit beside it a one is at most; and of the page; and as thick one alone that is
higher: less is a rule, and more the rim of something."""

_THING, _BAR = 3.0, 4.0
"""Times as thick as the strokes of what stands within a page, and as long as thick: a pen that lies over its edge."""

_FEW, _FAR_LONGER, _FAR_THICKER, _WRITTEN = 4, 2.5, 4.0, 0.04
"""The largest pieces may be pens within a page: so many times as long as what is written is high, as thick as its
strokes, and of the area of one so much is written besides at least."""

_SLENDER, _SOLID, _STOUT = 5.0, 0.5, 3.0
"""Times as long as broad is a straight bar, and of that breadth it is so wide: pens have stripes along them; and times
as long as broad is any pen."""

_WIDER, _LONGER, _RATHER_LONGER = 2.0, 1.4, 1.15
"""Times as wide as the strokes of what is written is such a pen, and within a page as long as that is high; as long as
the last where it is as thick as one over the edge."""

_LABEL, _NUMBER, _THICK = 0.06, 5, 0.015
"""Of the page's longer side: what is lower is no writing beside which a pen could lie, or half of that where the pen is
a straight bar, or far thicker, and so many pieces are alike; and what is thinner is no pen."""

_PENCIL = 0.35
"""Of a pen's depth: what is written beside it is so dark at least."""

_INNER, _PALE = 2, 0.5
"""Pieces with more others in their box are grids; and of the darkest pieces' depth: what is paler is faint."""

_LINES, _FINER = 0.08, 0.5
"""Of its box: a piece that covers less is nearly nothing but lines; and as thick as the strokes beside them at most are
those of frames and tiles.
"""

_WINDS = 1.4
"""Times as long as straight from end to end: so far goes the stroke of a digit but of a one, and that of a seven."""

_SPARSE = 0.2
"""Of its box: a piece that covers less is in thin strokes."""


def without_beyond(parts: list[Part], shape: tuple[int, int]) -> list[Part]:
    """Return the pieces without what goes over the page's edge or is long and thin, and far larger than most.

    Where most of the ink is in smaller pieces that do not, or many of those are alike: a desk and what lies on it, the
    frame of a grid.
    """
    within = [part for part in parts if not is_cut(part, shape)]
    inner = [part for part in within if not is_thin(part)]
    usual = height_by_ink(inner)
    digits = alike(inner, usual) if usual >= _LEGIBLE else 0
    if digits < _MANY and sum(part.area for part in inner) < _MOST_INK * sum(part.area for part in parts):
        return parts
    most = _FAR_LARGER * usual
    # On a page full of digits a piece inside it may be a rest of their grid, with digits hanging on it and in it.
    large = [part for part in inner if max(part.height, part.width) > most] if digits >= FULL else []
    grids = [part for part in large if part.area < _SPARSE * part.width * part.height]
    rests = {part.label for part in grids if sum(is_within(each, part) for each in inner) > _INNER}
    kept = {part.label for part in inner} - rests
    # A one beside a digit as high is none of those rests, nor one far darker than what is all around it.
    tallest = _AS_HIGH * max((part.height for part in inner if part.label in kept), default=0)
    pale = _PALE * darkest(within)
    faint = all(part.depth < pale for part in inner)
    ones = [part for part in within if _is_one(part, shape[0]) and part.depth > pale]
    # Nor one with more ink than all of them: small print.
    much = sum(part.area for part in inner)
    kept |= {part.label for part in ones if part.height <= tallest or faint or part.area > much}
    # Nor one alone in thicker strokes: what is far lower beside it may be words.
    alone = [part for part in ones if is_thin(part)]
    strokes = _strokes(inner)
    if len(alone) == 1 and _BOLDER[0] * strokes < alone[0].thick < _BOLDER[1] * strokes:
        kept.add(alone[0].label)

    # Thin, cut off and longer than all within, it is a margin's line, or the paper's side.
    def is_small(part: Part) -> bool:
        long = max(part.height, part.width)
        return long <= most and not (long > tallest and is_thin(part) and is_cut(part, shape))

    return [part for part in parts if part.label in kept or is_small(part)]


def without_rests(parts: list[Part], shape: tuple[int, int]) -> list[Part]:
    """Return the pieces without what the edge cuts off of a frame, of tiles, a fingertip, or paper, beside writing.

    The first two are nearly nothing but lines, half as thick at most as the strokes within; a fingertip is filled; the
    side of a sheet is straight, and far longer than what winds as a digit does.
    """
    written = _written(parts, shape)
    thin = _FINER * _strokes(written)
    high = max((part.height for part in written), default=0)
    winding = [part for part in written if part.area > _WINDS * part.thick * math.hypot(part.width, part.height)]
    far = _FAR_LARGER * max((part.height for part in winding if part.height > _LABEL * max(shape)), default=math.inf)

    def is_rest(part: Part) -> bool:
        lines = part.area < _LINES * part.width * part.height and part.thick < thin
        side = _is_straight(part) and math.hypot(part.width, part.height) > far
        return lines or side or (is_blob(part) and part.height <= high)

    return [part for part in parts if not (is_cut(part, shape) and is_rest(part))]


def without_pens(parts: list[Part], shape: tuple[int, int]) -> list[Part]:
    """Return the pieces without a pen or a ruler that lies on a page of that height and width, or over its edge.

    It is a bar far thicker than the strokes of what is written; over the edge its shades beside it go, too, and one
    that lies within the page is far longer as well.
    """
    written = _written(parts, shape)
    if not written:
        return parts
    strokes = _strokes(written)
    pens = [part for part in parts if is_cut(part, shape) and _lies_over_edge(part, strokes)]
    # Beside a pen that lies within the page, what is written is all but that, and no label of a screen.
    thin = [part for part in parts if is_thin(part) and _is_straight(part)]
    largest = sorted([*written, *thin], key=lambda part: -part.area)[:_FEW]
    for part in largest:
        others = [each for each in written if each is not part and each.depth >= _PENCIL * part.depth]
        high = max((each.height for each in others), default=0)
        far_thicker = part.thick > _FAR_THICKER * _strokes(others)
        several = (_is_straight(part) or far_thicker) and alike(others, high) >= _NUMBER
        legible = high > (_LABEL / 2 if several else _LABEL) * max(shape)
        enough = legible and sum(each.area for each in others) >= _WRITTEN * part.area
        if enough and _is_pen(part, high, _strokes(others), _THICK * max(shape)):
            pens.append(part)
    gone = {part.label for part in pens}
    return [part for part in parts if part.label not in gone and not any(_is_shade(part, pen, shape) for pen in pens)]


def _written(parts: list[Part], shape: tuple[int, int]) -> list[Part]:
    """Return what is legible within a page of that height and width, and neither thin nor filled."""
    within = [part for part in parts if not is_cut(part, shape) and part.height >= _LEGIBLE]
    return [part for part in within if not is_thin(part) and not is_blob(part)]


def _strokes(written: list[Part]) -> float:
    """Return how thick the strokes of what is written are."""
    least = 0.25 * max((part.height for part in written), default=0)
    strokes = sorted(part.thick for part in written if part.height >= least)
    return strokes[len(strokes) // 2] if strokes else 0.0


def _is_bar(part: Part, thick: float) -> bool:
    """Whether a piece is a bar that is thicker than that."""
    long = math.hypot(part.width, part.height)
    return part.area > thick * long and long * long > _BAR * part.area


def _lies_over_edge(part: Part, strokes: float) -> bool:
    """Whether a piece that the edge cuts off is a pen beside strokes so thick."""
    return _is_bar(part, _THING * strokes) or (_is_straight(part) and _width(part) > _WIDER * strokes)


def _is_pen(part: Part, high: int, strokes: float, least: float) -> bool:
    """Whether a piece is a pen beside writing that is so high, with strokes so thick; none is thinner than `least`."""
    long, width = math.hypot(part.width, part.height), _width(part)
    if _is_straight(part) and width > max(_WIDER * strokes, least):
        return long > (_RATHER_LONGER if width > _THING * strokes else _LONGER) * high
    thick = _FAR_THICKER * strokes
    # A fat digit above print is as thick, but no bar.
    slender = long > _STOUT * part.breadth
    return slender and long > _FAR_LONGER * high and part.thick > thick and _is_bar(part, max(thick, least))


def _is_straight(part: Part) -> bool:
    """Whether a piece is a straight bar, and filled: no digit but a one is."""
    return math.hypot(part.width, part.height) > _SLENDER * part.breadth and _width(part) > _SOLID * part.breadth


def _width(part: Part) -> float:
    """Return how wide a bar is in the mean; what is curved seems wider than its strokes."""
    return part.area / math.hypot(part.width, part.height)


def _is_shade(part: Part, pen: Part, shape: tuple[int, int]) -> bool:
    """Whether a piece that the edge cuts off, too, lies along a pen."""
    return is_cut(part, shape) and is_within(part, pen)


def _is_one(part: Part, high: int) -> bool:
    """Whether a piece stands upright, on a page so high, and is no longer than a one may be."""
    return part.height > part.width and part.height <= _HIGHEST * high
