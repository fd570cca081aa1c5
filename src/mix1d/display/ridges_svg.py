"""Many fits as SVG: a small density for a line of a table, and all of them below each other."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from html import escape

import numpy as np

from mix1d.arrays import Array
from mix1d.display.alike import OTHER
from mix1d.display.axis import axis_ticks
from mix1d.display.curves import simplified
from mix1d.display.palette import OTHERS, colour
from mix1d.display.ridges import Ridge, Ridges, curves_of
from mix1d.model.thresholds import Threshold
from mix1d.words import letter, near, plain

SPARK_WIDTH, SPARK_HEIGHT = 260.0, 26.0
"""Pixels of a small density."""
_WITHIN = 0.2  # pixels by which a simplified curve may be off
_CHARACTER = 7.0  # pixels of an average character
_RISE = 1.25  # rows that a density rises at its peak
_LOW = 0.02  # of the peak, below which a component has no letter
_CUT = 0.5  # rows that the mark of a cut-off rises
_ARROW = 9.0  # pixels of an interval that is open
_FULL = 0.96  # of the height of a small density, for its peak


class Frame:
    """A picture with a name at the left of each row, in pixels, and one axis below them all."""

    def __init__(
        self, names: Sequence[str], limits: tuple[float, float], width: float, row: float, right: float = 8.0
    ) -> None:
        self.left = min(_CHARACTER * max([4, *map(len, names)]) + 12.0, 0.35 * width)
        self.width, self.row, self.right = width, row, right
        self.low, self.high = limits
        self.names = names

    def x(self, x: Array | float) -> Array:
        """Return places across, in pixels."""
        share = (np.asarray(x) - self.low) / (self.high - self.low)
        return np.asarray(self.left + share * (self.width - self.left - self.right))

    def opening(self, height: float, title: str, description: str) -> str:
        """Return the beginning of the SVG, with words for those who do not see it."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(title)}" '
            f'viewBox="0 0 {self.width:g} {height:g}" width="{self.width:g}" height="{height:g}" '
            'font-family="inherit" font-size="12" fill="none" stroke-linejoin="round" '
            'style="max-width:100%;height:auto;display:block;color:inherit">'
            f"<title>{escape(title)}</title><desc>{escape(description)}</desc>"
        )

    def name(self, name: str, y: float) -> str:
        """Return a name at the left of a row, cut to the room there."""
        most = int((self.left - 12.0) / _CHARACTER)
        shown = name if len(name) <= most else f"{name[: max(most - 1, 1)]}…"
        return (
            f'<text data-part="name" x="{self.left - 8.0:.1f}" y="{y:.1f}" text-anchor="end" '
            f'fill="currentColor"><title>{escape(name)}</title>{escape(shown)}</text>'
        )

    def axis(self, y: float, label: str) -> str:
        """Return the axis with its ticks, and the name of the values."""
        line, words = f"M{self.left:.1f} {y:.1f}H{self.width - self.right:.1f}", ""
        for tick, text in axis_ticks(self.low, self.high, (self.width - self.left) / _CHARACTER):
            at = float(self.x(tick))
            line += f"M{at:.1f} {y:.1f}v4"
            words += f'<text x="{at:.1f}" y="{y + 17.0:.1f}" text-anchor="middle" fill="currentColor">'
            words += f"{text}</text>"
        middle = (self.left + self.width - self.right) / 2.0
        return (
            f'<path data-part="axis" d="{line}" stroke="currentColor"/>{words}<text x="{middle:.1f}" '
            f'y="{y + 34.0:.1f}" text-anchor="middle" fill="currentColor">{escape(label)}</text>'
        )

    def interval(self, cut: Threshold, y: float, ink: str, width: float, arrow: float = math.inf) -> str:
        """Return the interval of a cut-off, nothing where there is none.

        Where it is open an arrow of so many pixels goes on, by default to the edge.
        """
        if math.isnan(cut.lower) or math.isnan(cut.upper):
            return ""
        at, first, last = float(self.x(cut.value)), self.left, self.width - self.right
        heads, ends = "", []
        for end, side in ((cut.lower, -1.0), (cut.upper, 1.0)):
            x = at + side * arrow if math.isinf(end) else float(self.x(end))
            x = min(max(x, first), last)
            if math.isinf(end):
                heads += (
                    f"M{x - side * 4.0:.1f} {y - 3.0:.1f}L{x:.1f} {y:.1f}L{x - side * 4.0:.1f} {y + 3.0:.1f}"
                )
            ends.append(x)
        line = (
            f'<path data-part="interval" d="M{ends[0]:.1f} {y:.1f}H{ends[1]:.1f}" stroke="{ink}" '
            f'stroke-width="{width:g}"/>'
        )
        if heads:
            line += f'<path data-part="open" d="{heads}" stroke="{ink}" stroke-width="1.5"/>'
        return line


def sparkline_svg(row: Ridge, numbers: tuple[int, ...], limits: tuple[float, float]) -> str:
    """Return the density of a fit as a small SVG: components in colour, their sum, cut-offs.

    >>> import mix1d
    >>> from mix1d.display.ridges import ridge_of
    >>> row = ridge_of("x", mix1d.fit([1.0, 2.0, 2.0, 3.0, 8.0, 9.0, 9.0, 10.0], 2))
    >>> svg = sparkline_svg(row, (0, 1), row.ends)
    >>> svg.count('data-part="component"'), svg.count('data-part="threshold"')
    (2, 1)
    """
    label = f"density of {row.name}: {row.k} component{'s' * (row.k != 1)}"
    low, high = limits
    parts = [*_density(row, numbers, limits, 0.0, SPARK_WIDTH, SPARK_HEIGHT, _FULL * SPARK_HEIGHT)]
    for cut in row.cuts:
        if low <= cut.value <= high:
            at = (cut.value - low) / (high - low) * SPARK_WIDTH
            parts.append(
                f'<path data-part="threshold" d="M{at:.1f} 2V{SPARK_HEIGHT:g}" stroke="currentColor"/>'
            )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(label)}" '
        f'width="{SPARK_WIDTH:g}" height="{SPARK_HEIGHT:g}" viewBox="0 0 {SPARK_WIDTH:g} {SPARK_HEIGHT:g}" '
        f'fill="none" style="display:block;color:inherit">{"".join(parts)}</svg>'
    )


def ridges_svg(ridges: Ridges, title: str = "Densities", *, width: float = 640.0, row: float = 34.0) -> str:
    """Return the densities of many fits below each other as SVG, in the colours of the page.

    What it shows is what `mix1d.display.plot.plot_ridges` draws. `width` and `row` are pixels, of the picture
    and of a row. One `svg` element without ids, scripts and references; each row is a group with its name in
    `data-name`, and its parts carry `data-part`: component, sum, threshold, interval, open, letter.

    >>> import mix1d
    >>> from mix1d.display.ridges import ridges_of
    >>> svg = ridges_svg(ridges_of({"x": mix1d.fit([1.0, 2.0, 2.0, 3.0, 8.0, 9.0, 9.0, 10.0], 2)}))
    >>> svg.count("data-name="), svg.count('data-part="letter"')
    (1, 2)
    """
    top = _RISE * row + 4.0
    below = 44.0 if ridges.comparable else 20.0
    height = top + row * (len(ridges.rows) - 1) + below
    counts = [f"n = {'-' if math.isnan(one.n) else plain(one.n, 12)}" for one in ridges.rows]
    right = _CHARACTER * max([4, *map(len, counts)]) + 10.0
    frame = Frame([one.name for one in ridges.rows], ridges.limits, width, row, right)
    words = "; ".join(f"{one.name}: {one.k or 'not fitted'}" for one in ridges.rows)
    parts = [frame.opening(height, title, f"Components of each: {words}.")]
    for i, (one, numbers) in enumerate(zip(ridges.rows, ridges.numbers, strict=True)):
        y = top + i * row
        inner = "".join(_row(frame, ridges, one, numbers, y))
        parts.append(
            f'<g data-name="{escape(one.name)}">{frame.name(one.name, y)}{inner}<text '
            f'x="{width - right + 8.0:.1f}" y="{y - 1.0:.1f}" fill="currentColor" fill-opacity="0.65">'
            f"{counts[i]}</text></g>"
        )
    if ridges.comparable:
        parts.append(frame.axis(height - below + 6.0, ridges.label))
    return "".join([*parts, "</svg>"])


def _row(frame: Frame, ridges: Ridges, row: Ridge, numbers: tuple[int, ...], y: float) -> Iterator[str]:
    first, last = frame.left, frame.width - frame.right
    if row.mixture is None:
        yield (
            f'<text x="{(first + last) / 2.0:.1f}" y="{y - 4.0:.1f}" text-anchor="middle" '
            f'fill="currentColor" fill-opacity="0.65">not fitted<title>{escape(row.error)}</title></text>'
        )
        return
    limits = ridges.limits_of(row)
    own = Frame(frame.names, limits, frame.width, frame.row, frame.right)
    yield from _density(row, numbers, limits, first, last, y, _RISE * frame.row)
    yield f'<path d="M{first:.1f} {y:.1f}H{last:.1f}" stroke="currentColor" stroke-opacity="0.5"/>'
    for cut in row.cuts:
        if limits[0] <= cut.value <= limits[1]:
            at = float(own.x(cut.value))
            yield (
                f'<path data-part="threshold" d="M{at:.1f} {y:.1f}v{-_CUT * frame.row:.1f}" '
                'stroke="currentColor" stroke-width="1.5"/>'
            )
            yield own.interval(cut, y, "currentColor", 3.5, _ARROW)
    yield from _letters(own, row, numbers, limits, y)
    if not ridges.comparable:
        for x, end, anchor in ((first, limits[0], "start"), (last, limits[1], "end")):
            words = near(end, (limits[1] - limits[0]) / 10.0, 1)
            yield (
                f'<text x="{x:.1f}" y="{y + 11.0:.1f}" font-size="10" text-anchor="{anchor}" '
                f'fill="currentColor" fill-opacity="0.65">{words}</text>'
            )


def _letters(
    frame: Frame, row: Ridge, numbers: Sequence[int], limits: tuple[float, float], y: float
) -> Iterator[str]:
    x, curves = curves_of(row, limits)
    peak = float(curves.sum(axis=0).max(initial=0.0)) or 1.0
    for curve, number in zip(curves, numbers, strict=True):
        top = int(np.argmax(curve))
        if number == OTHER or curve[top] < _LOW * peak:
            continue
        up = max(_RISE * frame.row * float(curve[top]) / peak / 2.0 - 4.0, 3.0)
        yield (
            f'<text data-part="letter" x="{float(frame.x(x[top])):.1f}" y="{y - up:.1f}" '
            f'text-anchor="middle" font-weight="bold" fill="currentColor">{letter(number)}</text>'
        )


def _density(
    row: Ridge,
    numbers: Sequence[int],
    limits: tuple[float, float],
    left: float,
    right: float,
    base: float,
    rise: float,
) -> Iterator[str]:
    """Yield components as areas and their sum as a line, between two places across and above a base."""
    x, curves = curves_of(row, limits)
    total = curves.sum(axis=0)
    top = float(total.max(initial=0.0)) or 1.0
    places = left + (x - limits[0]) / (limits[1] - limits[0]) * (right - left)
    apart = np.append(True, np.diff(places) > 0.0)

    def path(heights: Array) -> str:
        points = np.column_stack([places, base - rise * heights / top])[apart]
        return " ".join(f"{a:.1f} {b:.1f}" for a, b in simplified(points, _WITHIN))

    for curve, number in zip(curves, numbers, strict=True):
        ink = OTHERS if number == OTHER else colour(number)
        yield (
            f'<path data-part="component" d="M{left:.1f} {base:.1f}L{path(curve)}L{right:.1f} {base:.1f}Z" '
            f'fill="{ink}" fill-opacity="0.55"/>'
        )
    yield f'<path data-part="sum" d="M{path(total)}" stroke="currentColor" stroke-width="0.8"/>'
