"""What was not written among lines: what is left of rules, dust, cloth, and what lies along a picture's rim.

In: pieces of ink by line, or a line's edges, and the picture's shape. Out: the lines without those; whether it is on
the rim. Knows nothing of signs.
"""

from digitrec.reading.parts import Part, bounds_of, usual_height
from digitrec.reading.rules import is_tiny

_STRAY = 0.4
"""Of the height of the line with most ink: groups that are lower are what is left of rules, dust, cloth."""


def without_strays(groups: list[list[Part]], shape: tuple[int, int]) -> list[list[Part]]:
    """Return the groups that are about as high as the one with most ink, and not on the rim of a large picture."""
    if len(groups) < 2 or is_tiny(shape):  # noqa: PLR2004 - a group alone
        return groups
    inner = [group for group in groups if not on_rim(bounds_of(group), shape)] or groups
    # By ink, but a line is no hundred times as long as another.
    usual = usual_height(max(inner, key=lambda group: sum(part.area * part.depth for part in group)))
    return [group for group in inner if usual_height(group) >= _STRAY * usual]


def on_rim(edges: tuple[int, int, int, int], shape: tuple[int, ...]) -> bool:
    """Whether what has these edges (left, top, right, bottom) lies along the rim of a large picture of that shape."""
    left, top, right, bottom = edges
    near = 0.05 * min(shape)
    across = min((left + right) / 2, shape[1] - (left + right) / 2)
    down = min((top + bottom) / 2, shape[0] - (top + bottom) / 2)
    return max(shape) >= 250 and (across <= near or down <= near)  # noqa: PLR2004
