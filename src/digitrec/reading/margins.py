"""What is left of a margin's line or of a sheet's side: thin pieces that lie on one straight line.

In: `Part`s, and the size of the picture they are in. Out: those without such pieces, which look like ones. Ones below
one another are never so straight a line. Knows nothing of lines of signs, and of pixels.
"""

from itertools import combinations

from digitrec.reading.parts import Part, darkest

_THIN, _MOST = 4, 24
"""Times as long as wide, at least; and how many such pieces are looked at, the longest."""

_FEWEST, _AT_EDGE = 3, 2
"""Pieces on one line, and where it goes on beyond the picture."""

_OFF, _LEAST_OFF = 0.02, 2.0
"""Of a piece's length, and in pixels: its ends are no farther off the line."""

_PALER = 0.97
"""Of the darkest pieces' depth: printed lines are paler than what is written over them."""


def without_margins(parts: list[Part], shape: tuple[int, int]) -> list[Part]:
    """Return the pieces without those that lie on one upright line, of a page of that height and width."""
    pale = _PALER * darkest(parts)
    some = [part for part in parts if part.height >= _THIN * part.width and part.depth <= pale]
    some = sorted(some, key=lambda part: -part.height)[:_MOST]
    thin = {part.label for part in some}
    others = [part.height for part in parts if part.label not in thin]
    if not others:
        return parts
    tallest, gone = max(others), set[int]()
    for one, other in combinations(some, 2):
        on_line = [part for part in some if _is_on(part, one, other)]
        ends = any(part.top <= 0 or part.left <= 0 or part.bottom >= shape[0] for part in on_line)
        reach = max(part.bottom for part in on_line) - min(part.top for part in on_line) if on_line else 0
        if len(on_line) >= (_AT_EDGE if ends else _FEWEST) and reach > tallest:
            gone |= {part.label for part in on_line}
    return [part for part in parts if part.label not in gone]


def _is_on(part: Part, one: Part, other: Part) -> bool:
    """Whether the ends of a thin piece are on the line through the middles of two."""
    (across, down), (right, below) = (((each.left + each.right) / 2, each.middle) for each in (one, other))
    if abs(below - down) < abs(right - across):
        return False
    lean = (right - across) / (below - down)
    thick = part.area / part.height / 2
    at_top, at_bottom = (across + lean * (row - down) for row in (part.top, part.bottom))
    ends = (part.left + thick, part.right - thick)
    near = max(_LEAST_OFF, _OFF * part.height)
    leaning = (ends, ends[::-1])
    return any(abs(at_top - top) <= near and abs(at_bottom - bottom) <= near for top, bottom in leaning)
