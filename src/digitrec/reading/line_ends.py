"""What stands before a line's first digit or after its last and is none: a label, a word, a unit, a cut-off neighbour.

In: the pieces of one line, and the size of the picture they are in. Out: those without. Told by how high, how wide and
how far from the others they are; knows nothing of pixels.
"""

from digitrec.reading.parts import Part, bounds_of, usual_height
from digitrec.reading.rules import is_page

SMALL = 0.45
"""Of the digits' height: what is lower is no digit but a part of one, a separator or print."""

_ROOM, _LETTER, _WIDE, _IN_ONE_GO = 0.3, 0.15, 1.3, 1.8
"""Of the digits' height: so far from the digits at least, and so high, are the letters of a printed word beside them,
which together are so many times as wide as high; and so many a word in one go, as no low two is."""

_CAPITAL, _BEFORE_ONE, _APART = 0.78, 0.66, 1.5
"""The same of the highest letter of a label before several digits, which are nearly as high as each other, and before
one, which may be long; and times as far from it as its letters are from each other they stand."""

_OFF, _LOW, _CUT = 0.6, 0.75, 0.35
"""The same of a single piece that is no digit: it is so far off, and lower than a part of one, or so low and a word in
one go, or cut off by the picture's edge and so narrow."""

_FLAT, _UNDER = 0.3, 0.7
"""The same of a line under a number, at most; and of its digits' width, so wide it is at least."""

_FAR, _SIGN, _BROKEN = 0.9, 0.6, 0.15
"""The same of a plus before what is added: so far off, and so high at most, and of the gap in a digit that is broken.
"""


def without_ends(group: list[Part], shape: tuple[int, int]) -> list[Part]:
    """Return the pieces of a line, of a picture of that height and width, without those beyond its digits."""
    # In a number that was cut out closely all are its own; low noughts are at its end.
    if not is_page(shape):
        return group
    group = _without_letters(_without_label(_without_underline(group)))
    for ahead in (True, False):
        while (end := _end(group, shape, ahead=ahead)) is not None:
            group = [part for part in group if part.label != end.label]
    return group


def _aside(part: Part, others: list[Part], *, ahead: bool) -> int:
    """Return how many pixels a piece stands before others, or after them."""
    if ahead:
        return min(other.left for other in others) - part.right
    return part.left - max(other.right for other in others)


def _without_label(group: list[Part]) -> list[Part]:
    """Return a line without a word before it whose letters are all lower than the digits: "Tel 639027", "ROOM 6"."""
    parts = sorted(group, key=lambda part: part.left)
    reach, widest = 0, 0
    for place, part in enumerate(parts):
        letters, rest = parts[:place], parts[place:]
        gap = part.left - reach
        usual = usual_height(rest)
        if letters and gap > max(_ROOM * usual, _APART * widest) and _is_label(letters, rest, usual):
            return rest
        if letters:
            widest = max(widest, gap)
        reach = max(reach, part.right)
    return group


def _is_label(letters: list[Part], rest: list[Part], usual: float) -> bool:
    """Whether pieces before others, which are usually so high, are the letters of a word."""
    digits = [part for part in rest if part.height > _CAPITAL * usual]
    most = (_CAPITAL if len(digits) > 1 else _BEFORE_ONE) * usual
    high = [part for part in letters if part.height >= _LETTER * usual]
    first, top, last, bottom = bounds_of(letters)
    # Pieces of a broken digit stand over one another.
    beside = len(high) > 1 and last - first > _WIDE * max(part.width for part in high)
    several = beside or last - first > (_WIDE if len(high) > 1 else _IN_ONE_GO) * (bottom - top)
    return bool(high) and several and max(part.height for part in letters) <= most


def _without_underline(group: list[Part]) -> list[Part]:
    """Return a line without what is drawn under all of it."""
    usual = usual_height(group)
    digits = [part for part in group if part.height >= SMALL * usual]
    if len(digits) < 2:  # noqa: PLR2004 - under one it may be the foot of a broken two
        return group
    left, _, right, bottom = bounds_of(digits)
    under = {
        part.label
        for part in group
        if part.height <= _FLAT * usual and part.width >= _UNDER * (right - left) and part.top > bottom
    }
    return [part for part in group if part.label not in under]


def _without_letters(group: list[Part]) -> list[Part]:
    """Return a line without small print before it: "Room:"."""
    usual = usual_height(group)
    digits = [part for part in group if part.height >= SMALL * usual]
    aside = {part.label: _aside(part, digits, ahead=True) for part in group}
    letters = [part for part in group if part.height >= _LETTER * usual and aside[part.label] > _ROOM * usual]
    # Pieces of a broken digit are together as high as one, and not so wide.
    first, top, last, bottom = bounds_of(letters or group)
    several = len(letters) > 1 or last - first > _WIDE * (bottom - top)
    if letters and several and bottom - top < SMALL * usual:
        return [part for part in group if aside[part.label] <= _ROOM * usual]
    return group


def _end(group: list[Part], shape: tuple[int, int], *, ahead: bool) -> Part | None:
    """Return the first or the last piece of a line where it is far from the others and no digit."""
    usual = usual_height(group)
    end = min(group, key=lambda part: part.left if ahead else -part.right)
    others = [part for part in group if part is not end and part.height >= SMALL * usual]
    if not others or _aside(end, others, ahead=ahead) <= _OFF * usual:
        return None
    word = end.height < _LOW * usual and end.width > _IN_ONE_GO * end.height
    cut = (end.left <= 0 if ahead else end.right >= shape[1]) and end.width < _CUT * usual
    # A broken one may be in pieces, which are as high together.
    _, top, _, bottom = bounds_of([part for part in group if _aside(part, others, ahead=ahead) > _OFF * usual])
    sign = ahead and _aside(end, others, ahead=True) > _FAR * usual and _height_of(end, group, usual) < _SIGN * usual
    return end if bottom - top < SMALL * usual or sign or word or cut else None


def _height_of(part: Part, group: list[Part], usual: float) -> int:
    """Return how high a piece is together with what stands closely over or under it: the tail of a broken nine."""
    close = [
        each
        for each in group
        if part.left <= (each.left + each.right) / 2 <= part.right
        and max(each.top - part.bottom, part.top - each.bottom) <= _BROKEN * usual
    ]
    _, top, _, bottom = bounds_of([part, *close])
    return bottom - top
