"""Small charts as SVG: lines over a grid, with the numbers that a reader needs.

In: points. Out: SVG as text, which scales with the page. Knows nothing of what is drawn.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

Point = tuple[float, float]

_WIDTH, _HEIGHT = 320, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 20, 12, 40


@dataclass(frozen=True)
class Axis:
    """From where to where, with which marks, and what it says below or beside."""

    low: float
    high: float
    marks: Sequence[float]
    title: str
    form: str = "{:g}"

    def place(self, value: float) -> float:
        """Return where a value lies, as a share of the axis."""
        return (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)


def line_chart(points: Sequence[Point], across: Axis, up: Axis, *, guide: Sequence[Point] = ()) -> Markup:
    """Return a line through the points, each a dot that says its values; `guide` is drawn pale and dashed."""
    parts = [_grid(across, up)]
    if guide:
        parts.append(Markup('<polyline class="guide" points="{}"/>').format(_line(guide, across, up)))
    parts.append(Markup('<polyline class="line" points="{}"/>').format(_line(points, across, up)))
    for x, y in points:
        parts.append(
            Markup('<circle cx="{:.1f}" cy="{:.1f}" r="3"><title>{}: {}</title></circle>').format(
                *_place((x, y), across, up), across.form.format(x), up.form.format(y)
            )
        )
    label = f"{up.title} against {across.title}"
    return Markup('<svg viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        _WIDTH, _HEIGHT, label, Markup("").join(parts)
    )


def _grid(across: Axis, up: Axis) -> Markup:
    parts = []
    for mark in up.marks:
        y = _place((across.low, mark), across, up)[1]
        parts.append(
            Markup('<path class="grid" d="M{} {y:.1f}H{}"/><text x="{}" y="{:.1f}" text-anchor="end">{}</text>').format(
                _LEFT, _WIDTH - _RIGHT, _LEFT - 6, y + 4, up.form.format(mark), y=y
            )
        )
    for mark in across.marks:
        x = _place((mark, up.low), across, up)[0]
        parts.append(
            Markup(
                '<path class="grid" d="M{x:.1f} {}V{}"/><text x="{x:.1f}" y="{}" text-anchor="middle">{}</text>'
            ).format(_TOP, _HEIGHT - _BOTTOM, _HEIGHT - _BOTTOM + 15, across.form.format(mark), x=x)
        )
    middle = (_LEFT + _WIDTH - _RIGHT) / 2
    parts.append(Markup('<text x="{}" y="{}" text-anchor="middle">{}</text>').format(middle, _HEIGHT - 6, across.title))
    return Markup("").join(parts)


def _line(points: Sequence[Point], across: Axis, up: Axis) -> str:
    return " ".join("{:.1f},{:.1f}".format(*_place(point, across, up)) for point in points)


def _place(point: Point, across: Axis, up: Axis) -> Point:
    return (
        _LEFT + across.place(point[0]) * (_WIDTH - _LEFT - _RIGHT),
        _HEIGHT - _BOTTOM - up.place(point[1]) * (_HEIGHT - _TOP - _BOTTOM),
    )
