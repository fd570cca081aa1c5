"""A small panel of SVG with axes, for the pictures of records: no id, no script, ink of the page."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from html import escape

import numpy as np

from mix1d.arrays import Array
from mix1d.display.axis import axis_ticks
from mix1d.words import round_step, tick_labels

_LETTER = 6.2  # pixels of a character
_TICK = 4.6  # pixels of a character of an axis, on which there is little room
_BELOW, _ABOVE, _RIGHT = 36.0, 10.0, 12.0
_LINE = 12.0  # pixels from one line of words to the next
_INSIDE = 0.04  # of the range, on either side of what is drawn


def svg(title: str, panels: Sequence[Panel], description: str = "") -> str:
    """Return panels side by side as one picture."""
    width = sum(panel.outer_width for panel in panels)
    height = max(panel.outer_height for panel in panels)
    left, parts = 0.0, []
    for panel in panels:
        parts.append(f'<g transform="translate({left:.1f} 0)">{panel.drawn()}</g>')
        left += panel.outer_width
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(title)}" '
        f'viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" font-family="inherit" '
        'font-size="11" fill="none" stroke-linejoin="round" '
        'style="max-width:100%;height:auto;display:block;color:inherit">'
        f"<title>{escape(title)}</title><desc>{escape(description)}</desc>{''.join(parts)}</svg>"
    )


class Panel:
    """One pair of axes; what is drawn is given in the units of the axes, and cut off outside of them."""

    def __init__(
        self,
        x: tuple[float, float],
        y: tuple[float, float],
        *,
        label: str = "",
        side: str = "",
        width: float = 500.0,
        height: float = 170.0,
        names: Sequence[str] | None = None,
        whole: bool = False,
    ) -> None:
        """`label` and `side` name the axes; `names` stand at y = 0, 1, .. instead of numbers.

        `whole`: the numbers below are whole ones.
        """
        self.x_range, self.y_range = x, y
        self.width, self.height, self._label, self._side = width, height, label, side
        self._whole = whole
        self._ticks = self._rows(names) if names is not None else self._numbers()
        longest = max((len(text) for _, text in self._ticks), default=0)
        self._left = 12.0 + _LETTER * longest + (16.0 if side else 0.0)
        self._marks: list[str] = []
        self._words: list[str] = []
        self._taken: list[tuple[float, float, float]] = []

    @property
    def outer_width(self) -> float:
        """With what stands around it."""
        return round(self._left + self.width + _RIGHT)

    @property
    def outer_height(self) -> float:
        """With what stands around it."""
        return round(_ABOVE + self.height + _BELOW)

    def _rows(self, names: Sequence[str]) -> list[tuple[float, str]]:
        return [(float(i), name) for i, name in enumerate(names)]

    def _numbers(self) -> list[tuple[float, str]]:
        low, high = self.y_range
        if not (math.isfinite(high - low) and high > low):
            return []
        step = round_step(high - low, 4)
        ticks = [i * step for i in range(math.ceil(low / step), math.floor(high / step) + 1)]
        return list(zip(ticks, tick_labels(ticks, step), strict=True)) if ticks else []

    def x(self, values: Array | float) -> Array:
        """Return pixels from the left."""
        low, high = self.x_range
        return np.asarray((np.asarray(values, np.float64) - low) / (high - low) * self.width)

    def y(self, values: Array | float) -> Array:
        """Return pixels from the top."""
        low, high = self.y_range
        return np.asarray((high - np.asarray(values, np.float64)) / (high - low) * self.height)

    # ---- what is drawn

    def line(self, x: Array, y: Array, *, part: str = "line", style: str = 'stroke="currentColor"') -> None:
        """Draw a line through points."""
        points = " ".join(f"{a:.1f} {b:.1f}" for a, b in zip(self.x(x), self.y(y), strict=True))
        self._marks.append(f'<path data-part="{part}" d="M{points}" {style}/>')

    def area(self, x: Array, low: Array, high: Array, *, part: str = "band") -> None:
        """Fill what lies between two lines."""
        there = zip(self.x(x), self.y(high), strict=True)
        back = zip(self.x(x[::-1]), self.y(low[::-1]), strict=True)
        points = " ".join(f"{a:.1f} {b:.1f}" for a, b in (*there, *back))
        self._marks.append(
            f'<path data-part="{part}" d="M{points}Z" fill="currentColor" fill-opacity="0.12"/>'
        )

    def bars(self, edges: Array, heights: Array, *, opacity: float = 0.17, part: str = "bars") -> None:
        """Draw a histogram as one shape."""
        x, y = np.repeat(self.x(edges), 2)[1:-1], np.repeat(self.y(heights), 2)
        points = " ".join(f"L{a:.1f} {b:.1f}" for a, b in zip(x, y, strict=True))
        floor = float(self.y(0.0))
        self._marks.append(
            f'<path data-part="{part}" d="M{x[0]:.1f} {floor:.1f}{points} L{x[-1]:.1f} {floor:.1f}Z" '
            f'fill="currentColor" fill-opacity="{opacity:g}"/>'
        )

    def dots(
        self,
        x: Iterable[float],
        y: Iterable[float],
        *,
        part: str = "dot",
        ink: str = "currentColor",
        radius: float = 2.2,
        said: Sequence[str] = (),
        hollow: bool = False,
    ) -> None:
        """Draw points; `said` is what a pointer at each is told."""
        places = zip(self.x(np.array(list(x))), self.y(np.array(list(y))), strict=True)
        paint = f'stroke="{ink}" stroke-width="1.4"' if hollow else f'fill="{ink}"'
        for i, (a, b) in enumerate(places):
            title = f"<title>{escape(said[i])}</title>" if said else ""
            self._marks.append(
                f'<circle data-part="{part}" cx="{a:.1f}" cy="{b:.1f}" r="{radius:g}" {paint}>'
                f"{title}</circle>"
            )

    def stems(self, x: Array, y: Array) -> None:
        """Draw a line from 0 to each of some points."""
        places = zip(self.x(x), self.y(y), strict=True)
        floor = float(self.y(0.0))
        path = "".join(f"M{a:.1f} {floor:.1f}V{b:.1f}" for a, b in places)
        self._marks.append(f'<path data-part="stems" d="{path}" stroke="currentColor" stroke-opacity="0.5"/>')

    def across(self, x: float, *, part: str, style: str, said: str = "") -> None:
        """Draw a line from the bottom to the top."""
        place = float(self.x(x))
        title = f"<title>{escape(said)}</title>" if said else ""
        self._marks.append(
            f'<path data-part="{part}" d="M{place:.1f} 0V{self.height:g}" {style}>{title}</path>'
        )

    def arrow(self, x: float, y: float, way: float, ink: str) -> None:
        """Draw the head of an arrow that leads out of the panel to the left (-1) or the right (1)."""
        a, b = float(self.x(x)), float(self.y(y))
        self._marks.append(
            f'<path data-part="open" d="M{a - way * 6:.1f} {b - 4:.1f}L{a:.1f} {b:.1f}L{a - way * 6:.1f} '
            f'{b + 4:.1f}" stroke="{ink}" stroke-width="1.6"/>'
        )

    def words(
        self,
        x: float,
        y: float,
        text: str,
        *,
        anchor: str = "start",
        bold: bool = False,
    ) -> None:
        """Write a few words at a place; moved inside, and off other words, where they would not be read."""
        a, b, length = float(self.x(x)), float(self.y(y)), _LETTER * len(text)
        before = {"start": 0.0, "middle": length / 2.0, "end": length}[anchor]
        a = min(max(a, before), max(self.width - length + before, before))
        first = a - before
        while any(
            abs(b - y) < _LINE and first < end and start < first + length for start, end, y in self._taken
        ):
            b -= _LINE
        self._taken.append((first, first + length, b))
        weight = ' font-weight="bold"' if bold else ""
        self._words.append(
            f'<text x="{self._left + a:.1f}" y="{_ABOVE + b:.1f}" text-anchor="{anchor}"{weight} '
            f'fill="currentColor">{escape(text)}</text>'
        )

    # ---- the axes

    def drawn(self) -> str:
        """Return the panel with its axes."""
        inside = (
            f'<svg x="{self._left:g}" y="{_ABOVE:g}" width="{self.width:g}" height="{self.height:g}" '
            f'overflow="hidden">{"".join(self._marks)}</svg>'
        )
        bottom = _ABOVE + self.height
        path, labels = f"M{self._left:g} {_ABOVE:g}V{bottom:g}h{self.width:g}", []
        for tick, text in axis_ticks(*self.x_range, self.width / _TICK):
            if self._whole and not tick.is_integer():
                continue
            text = f"{tick:g}" if self._whole else text
            x = self._left + float(self.x(tick))
            path += f"M{x:.1f} {bottom:g}v4"
            labels.append(_text(x, bottom + 15.0, text, "middle"))
        for tick, text in self._ticks:
            y = _ABOVE + float(self.y(tick))
            path += f"M{self._left:g} {y:.1f}h-4"
            labels.append(_text(self._left - 7.0, y + 4.0, text, "end"))
        if self._label:
            labels.append(_text(self._left + self.width / 2.0, bottom + 31.0, self._label, "middle"))
        if self._side:
            middle = _ABOVE + self.height / 2.0
            labels.append(
                f'<text transform="translate(11 {middle:g}) rotate(-90)" text-anchor="middle" '
                f'fill="currentColor">{escape(self._side)}</text>'
            )
        axis = f'<path data-part="axis" d="{path}" stroke="currentColor" stroke-opacity="0.8"/>'
        return f"{inside}{axis}{''.join(labels)}{''.join(self._words)}"


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="currentColor">{escape(text)}</text>'


def range_of(*values: Array | float) -> tuple[float, float] | None:
    """Return the range of numbers with a margin, None where there is none that can be drawn.

    >>> range_of(0.0, 100.0)
    (-4.0, 104.0)
    """
    flat = np.concatenate([np.atleast_1d(np.asarray(value, np.float64)).ravel() for value in values])
    flat = flat[np.isfinite(flat)]
    if not flat.size:
        return None
    low, high = float(flat.min()), float(flat.max())
    if max(abs(low), abs(high)) > 1e300:  # differences could overflow
        return None
    span = high - low or abs(high) or 1.0
    found = low - _INSIDE * span, high + _INSIDE * span
    return found if found[1] > found[0] and found[1] - found[0] > 1e-300 else None
