"""A chart as SVG that fits any width: shapes stretch with it; text, marks and strokes keep their size.

Shapes are drawn in a square of 1000 by 1000 that is stretched over the chart, and everything that must not be
stretched stands at a percentage of its width and height. So a chart is right without a script, on a phone and
on paper; what a script does is to show another part of it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from mix1d.arrays import Array
from mix1d.display.axis import axis_ticks
from mix1d.display.palette import COMPONENTS, dashes
from mix1d.words import round_step, tick_labels

SIDE = 1000.0  # of the square that shapes are drawn in
_ROOM = 46.0  # characters below the narrowest chart
_DASH = 2.0  # pixels that a unit of a dash is long
_LONG = 1e6  # from here on a whole number is not shorter than a double
_STEPS = 6  # of the axis that goes up, at most


@dataclass(frozen=True)
class Axis:
    """A range with its title, and the places and labels of its ticks."""

    low: float
    high: float
    title: str
    ticks: tuple[tuple[float, str], ...]

    def share(self, x: Array | Sequence[float] | float) -> Array:
        """Return how far between the ends places lie: 0 at the lower one, 1 at the upper."""
        # halves, so that the difference of two huge numbers stays finite
        half = 0.5 * self.high - 0.5 * self.low
        return np.asarray((0.5 * np.asarray(x, np.float64) - 0.5 * self.low) / half)


def across(low: float, high: float, title: str) -> Axis:
    """Return an axis from left to right with round ticks."""
    return Axis(low, high, title, tuple(axis_ticks(low, high, _ROOM)))


def upwards(low: float, high: float, title: str, at_most: int = _STEPS) -> Axis:
    """Return an axis from below with round ticks.

    >>> upwards(0.0, 1.1, "density").ticks[:2]
    ((0.0, '0.0'), (0.2, '0.2'))
    """
    step = round_step(high - low, at_most)
    first, last = math.ceil(low / step), math.floor(high / step)
    places = [i * step for i in range(first, last + 1)]
    labels = tick_labels(places, step) if places else []
    return Axis(low, high, title, tuple(zip(places, labels, strict=True)))


class Chart:
    """What is drawn on two axes, in parts that can be hidden."""

    def __init__(self, x: Axis, y: Axis) -> None:
        self.x, self.y = x, y
        self._behind: list[str] = []
        self._shapes: list[str] = []
        self._before: list[str] = []

    # ---- shapes, which stretch

    def line(self, part: str, x: Array, y: Array, look: str, *, dash: str = "", title: str = "") -> None:
        """Draw a line through points; `look` are classes of the style sheet."""
        style = f' stroke-dasharray="{dash}"' if dash else ""
        self._shapes.append(
            f'<path data-part="{escape(part)}" class="line {look}" d="{self.path(x, y)}"{style}>'
            f"{_title(title)}</path>"
        )

    def area(self, part: str, x: Array, y: Array, look: str, *, title: str = "") -> None:
        """Fill the inside of a line that comes back to its beginning."""
        self._shapes.append(
            f'<path data-part="{escape(part)}" class="{look}" d="{self.path(x, y)}Z">{_title(title)}</path>'
        )

    def dots(self, part: str, x: Array, y: Array, look: str) -> None:
        """Draw round dots: lines without length, whose ends are round."""
        places = zip(self._across(x), self._up(y), strict=True)
        found = "".join(f"M{a} {b}h0" for a, b in places)
        self._shapes.append(f'<path data-part="{escape(part)}" class="line {look}" d="{found}"/>')

    def ticks_below(self, part: str, x: Array, look: str) -> None:
        """Draw a short upright line on the axis at every place."""
        found = "".join(f"M{a} {SIDE:g}v-22" for a in self._across(np.unique(x)))
        self._shapes.append(f'<path data-part="{escape(part)}" class="line flat {look}" d="{found}"/>')

    def path(self, x: Array, y: Array) -> str:
        """Return a line through points in the square."""
        return "M" + "L".join(f"{a} {b}" for a, b in zip(self._across(x), self._up(y), strict=True))

    # ---- what keeps its size

    def upright(self, part: str, x: float, look: str, *, title: str = "", top: float = 0.0) -> None:
        """Draw a line over the whole height, or from a share of it below the top."""
        at = float(self.x.share(x))
        self._before.append(
            f'<line data-part="{escape(part)}" data-x="{at:.5g}" class="{look}" x1="{100.0 * at:.3f}%" '
            f'x2="{100.0 * at:.3f}%" y1="{100.0 * top:g}%" y2="100%">{_title(title)}</line>'
        )

    def level(self, part: str, y: float, look: str) -> None:
        """Draw a line over the whole width."""
        at = _percent(1.0 - float(self.y.share(y)))
        self._before.append(
            f'<line data-part="{escape(part)}" class="{look}" x1="0" x2="100%" y1="{at}" y2="{at}"/>'
        )

    def band(self, part: str, low: float, high: float, look: str, *, title: str = "", fill: str = "") -> None:
        """Draw a band over the whole height between two places."""
        a, b = (float(share) for share in self.x.share([low, high]).clip(0.0, 1.0))
        filled = f' fill="url(#{fill})"' if fill else ""
        self._behind.append(
            f'<rect data-part="{escape(part)}" data-x="{a:.5g}" data-x2="{b:.5g}" class="{look}"{filled} '
            f'x="{_percent(a)}" width="{_percent(b - a)}" y="0" height="100%">{_title(title)}</rect>'
        )

    def text(
        self,
        part: str,
        x: float,
        y: float,
        words: str,
        look: str,
        *,
        anchor: str = "middle",
        right: float = 0.0,
        up: float = 0.0,
        fixed: bool = False,
    ) -> None:
        """Write words at a place, moved by pixels; `fixed` ones stay at their height."""
        self._before.append(
            f'<svg {self._place(part, x, y, fixed)} overflow="visible"><text class="{look}" '
            f'x="{right:g}" y="{-up:g}" text-anchor="{anchor}">{escape(words)}</text></svg>'
        )

    def mark(
        self, part: str, x: float, y: float, drawn: str, look: str, *, title: str = "", fixed: bool = False
    ) -> None:
        """Draw a path of pixels at a place."""
        self._before.append(
            f'<svg {self._place(part, x, y, fixed)} overflow="visible">'
            f'<path class="{look}" d="{drawn}">{_title(title)}</path></svg>'
        )

    def _place(self, part: str, x: float, y: float, fixed: bool) -> str:
        a, b = float(self.x.share(x)), 1.0 - float(self.y.share(y))
        height = "" if fixed else f' data-y="{b:.5g}"'
        return f'data-part="{escape(part)}" data-x="{a:.5g}"{height} x="{_percent(a)}" y="{_percent(b)}"'

    # ---- all of it

    def svg(self, name: str, title: str, description: str, definitions: str = "") -> str:
        """Return the chart; its ids begin with `name`, and the two texts are for those who do not see it."""
        parts = [
            f'<svg class="drawing" role="img" aria-labelledby="{name}-title {name}-words" '
            'width="100%" height="100%" overflow="visible">'
            f'<title id="{name}-title">{escape(title)}</title>'
            f'<desc id="{name}-words">{escape(description)}</desc>{definitions}',
            *self._behind,
            f'<g class="y-axis">{self._y_axis()}</g>',
            '<svg class="shapes" width="100%" height="100%" overflow="hidden" '
            f'viewBox="0 0 {SIDE:g} {SIDE:g}" preserveAspectRatio="none">',
            *self._shapes,
            "</svg>",
            *self._before,
            '<line class="axis" x1="0" x2="100%" y1="100%" y2="100%"/>',
            f'<g class="x-axis">{self._x_axis()}</g>',
            '<svg x="50%" y="100%" overflow="visible"><text class="axis-title" y="38" text-anchor="middle">'
            f"{escape(self.x.title)}</text></svg>",
            f'<text class="axis-title" x="-50" y="-12">{escape(self.y.title)}</text>',
            "</svg>",
        ]
        return "".join(parts)

    def _x_axis(self) -> str:
        shares = self.x.share([place for place, _ in self.x.ticks]).tolist()
        return "".join(
            f'<svg x="{_percent(a)}" y="100%" overflow="visible"><path class="axis" d="M0 0L0 5"/>'
            f'<text y="19" text-anchor="middle">{escape(label)}</text></svg>'
            for a, (_, label) in zip(shares, self.x.ticks, strict=True)
        )

    def _y_axis(self) -> str:
        shares = self.y.share([place for place, _ in self.y.ticks]).tolist()
        return "".join(
            f'<svg y="{_percent(1.0 - b)}" overflow="visible">'
            '<line class="grid" x1="0" x2="100%" y1="0" y2="0"/>'
            f'<text x="-8" y="4" text-anchor="end">{escape(label)}</text></svg>'
            for b, (_, label) in zip(shares, self.y.ticks, strict=True)
        )

    def _across(self, x: Array) -> list[str]:
        return [_number(a) for a in (SIDE * self.x.share(x)).tolist()]

    def _up(self, y: Array) -> list[str]:
        return [_number(b) for b in (SIDE * (1.0 - self.y.share(y)).clip(-1.0, 2.0)).tolist()]


def look_of(component: int) -> str:
    """Return the class that has the colour of a component.

    >>> look_of(0), look_of(7)
    ('c0', 'c1')
    """
    return f"c{component % len(COMPONENTS)}"


def dash_of(component: int) -> str:
    """Return the dashes of a component in pixels, empty for a solid line.

    >>> dash_of(0), dash_of(1)
    ('', '10 4')
    """
    return " ".join(f"{_DASH * length:g}" for length in dashes(component))


def corners(edges: Array, heights: Array) -> tuple[Array, Array]:
    """Return the outline of a histogram, from the axis and back to it.

    >>> x, y = corners(np.array([0.0, 1.0, 2.0]), np.array([3.0, 4.0]))
    >>> x.tolist(), y.tolist()
    ([0.0, 0.0, 1.0, 1.0, 2.0, 2.0], [0.0, 3.0, 3.0, 4.0, 4.0, 0.0])
    """
    return np.repeat(edges, 2), np.concatenate([[0.0], np.repeat(heights, 2), [0.0]])


def significant(values: Iterable[float], digits: int) -> list[float]:
    """Round numbers to so many significant digits: nobody reads more, and a page should not carry more.

    >>> significant([0.0123456, 0.0, 12345.6], 3)
    [0.0123, 0, 12300]
    """
    return [lean(float(f"{x:.{digits}g}")) for x in values]


def lean(x: float) -> float:
    """Return a whole number as one, which is shorter on a page.

    >>> lean(100.0), lean(0.5), lean(1e300)
    (100, 0.5, 1e+300)
    """
    return int(x) if x.is_integer() and abs(x) < _LONG else x


def _number(x: float) -> str:
    """Write a coordinate with one decimal.

    >>> _number(12.0), _number(-0.01), _number(3.14)
    ('12', '0', '3.1')
    """
    text = f"{x:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def _percent(share: float) -> str:
    return f"{100.0 * share:.3f}".rstrip("0").rstrip(".") + "%"


def _title(words: str) -> str:
    return f"<title>{escape(words)}</title>" if words else ""
