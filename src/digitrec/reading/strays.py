"""What was not written among lines: what is left of rules, dust, cloth, and what lies along a picture's rim.

In: pieces of ink by line, or a line's edges, and the picture's shape. Out: the lines without those; whether it is on
the rim. Knows nothing of signs.
"""

from digitrec.reading.parts import Part, bounds_of, usual_height
from digitrec.reading.rules import is_tiny

_STRAY = 0.4
"""Of the height of the line with most ink: groups that are lower are what is left of rules, dust, cloth."""

_MANY, _AS_HIGH = 4, 0.75
"""Signs of a line that is written up to a picture's rim below others, at least, and how high they are at least beside
those."""


def without_strays(groups: list[list[Part]], shape: tuple[int, int]) -> list[list[Part]]:
    """Return the groups that are about as high as the one with most ink, and not on the rim of a large picture."""
    if len(groups) < 2 or is_tiny(shape):  # noqa: PLR2004 - a group alone
        return groups
    inner = [group for group in groups if not on_rim(bounds_of(group), shape)] or groups
    # By ink, but a line is no hundred times as long as another.
    longest = max(inner, key=lambda group: sum(part.area * part.depth for part in group))
    usual = usual_height(longest)
    return [
        group
        for group in groups
        if usual_height(group) >= _STRAY * usual and (group in inner or _is_beside(group, longest))
    ]


def _is_beside(group: list[Part], line: list[Part]) -> bool:
    """Whether what lies on the rim is one more line of many signs: as high, begun and ended where the other is."""
    high = usual_height(line)
    tall = [part for part in group if part.height >= _AS_HIGH * high]
    left, _, right, _ = bounds_of(line)
    begins, _, ends, _ = bounds_of(group)
    alike = abs(begins - left) <= high and abs(ends - right) <= high
    return alike and len(tall) >= _MANY and usual_height(group) * _AS_HIGH <= high


def on_rim(edges: tuple[int, int, int, int], shape: tuple[int, ...]) -> bool:
    """Whether what has these edges (left, top, right, bottom) lies along the rim of a large picture of that shape."""
    left, top, right, bottom = edges
    near = 0.05 * min(shape)
    across = min((left + right) / 2, shape[1] - (left + right) / 2)
    down = min((top + bottom) / 2, shape[0] - (top + bottom) / 2)
    return max(shape) >= 250 and (across <= near or down <= near)  # noqa: PLR2004
