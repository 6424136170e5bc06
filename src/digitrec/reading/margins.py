"""What is left of a margin's line or of a sheet's side: thin pieces that lie on one straight line.

In: `Part`s, and the size of the picture they are in. Out: those without such pieces, which look like ones. Ones below
one another are never so straight a line. Knows nothing of lines of signs, and of pixels.
"""

from itertools import combinations

import numpy as np

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
    lines = _Ends(some)
    for one, other in combinations(range(len(some)), 2):
        on_line = [some[place] for place in lines.on(one, other)]
        ends = any(part.top <= 0 or part.left <= 0 or part.bottom >= shape[0] for part in on_line)
        reach = max(part.bottom for part in on_line) - min(part.top for part in on_line) if on_line else 0
        if len(on_line) >= (_AT_EDGE if ends else _FEWEST) and reach > tallest:
            gone |= {part.label for part in on_line}
    return [part for part in parts if part.label not in gone]


class _Ends:
    """Where thin pieces begin and end, as arrays: for pages full of ink."""

    def __init__(self, parts: list[Part]) -> None:
        sides = [(part.left, part.top, part.right, part.bottom, part.area, part.height) for part in parts]
        left, self._top, right, self._bottom, area, height = np.array(sides, dtype=np.float64).reshape(-1, 6).T
        self._across, self._down = (left + right) / 2, (self._top + self._bottom) / 2
        thick = area / height / 2
        self._ends = left + thick, right - thick
        self._near = np.maximum(_LEAST_OFF, _OFF * height)

    def on(self, one: int, other: int) -> list[int]:
        """Return which pieces' ends are on the line through the middles of two, if it is upright."""
        across, down = self._across[one], self._down[one]
        right, below = self._across[other] - across, self._down[other] - down
        if not below or abs(below) < abs(right):
            return []
        at_top, at_bottom = (across + right / below * (row - down) for row in (self._top, self._bottom))
        first, last = self._ends
        found = np.zeros(len(first), dtype=bool)
        for top, bottom in ((first, last), (last, first)):  # leaning either way
            found |= (np.abs(at_top - top) <= self._near) & (np.abs(at_bottom - bottom) <= self._near)
        places: list[int] = np.flatnonzero(found).tolist()
        return places
