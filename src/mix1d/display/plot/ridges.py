"""Many fits below each other: their densities, and their cut-offs with intervals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from mix1d.arrays import Array
from mix1d.display.alike import OTHER
from mix1d.display.palette import INK, colour
from mix1d.display.plot.axes import DATA, Unit, axes_of, plotting
from mix1d.display.plot.sizes import Sizes
from mix1d.display.ridge_tables import as_ridges
from mix1d.display.ridges import Ridge, Ridges, curves_of
from mix1d.model.thresholds import Threshold
from mix1d.words import letter, near, plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_HEIGHT = 1.25  # rows that a density rises at its peak
_WIDTH = 6.0  # inches of a new figure
_AROUND, _EACH, _TALLEST = 1.1, 0.34, 22.0  # inches above and below, of a row, and of all at most
_LETTERS = 30  # rows up to which letters have room
_FILL, _EDGE = 0.45, 0.9  # opacity of components
_LOW = 0.02  # of the peak, below which a component has no letter
_TICK = 0.5  # rows that the mark of a cut-off rises
_OPEN = 0.03  # of the width, that an arrow takes


def size_of(ridges: Ridges) -> tuple[float, float]:
    """Return the size in inches of a figure for so many rows."""
    return _WIDTH, min(_AROUND + _EACH * max(len(ridges.rows), 3), _TALLEST)


@plotting
def plot_ridges(results: Any, ax: Axes | None = None, *, label: str | None = None) -> Axes:
    """Draw the densities of many fits below each other on one axis, with their cut-offs.

    Parameters
    ----------
    results : mapping, sequence or table
        Fits by their names; fits that have names; or a table that `mix1d.fit_many` returned.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default, whose height suits the number of fits.
    label : str, optional
        The name of the x axis; by default the name that the fits share.

    Returns
    -------
    Axes
        x in the unit of the values. The fits in the order given, the first on top, each as high as its row,
        with its name at the left and its number of values at the right. Components that lie in the same place
        have the same letter and colour in all rows, see `mix1d.display.alike`. Cut-offs are upright lines,
        their 95 % intervals bars below them, with arrows where they are open; a table knows no intervals.
        Columns of a table that cannot share an axis have one each, whose ends stand at its sides.

    Examples
    --------
    >>> import mix1d
    >>> from matplotlib.figure import Figure
    >>> x = [1.0, 2.0, 2.0, 3.0, 8.0, 9.0, 9.0, 10.0]
    >>> both = {"old": mix1d.fit(x, 2), "new": mix1d.fit(x[:4], 1)}
    >>> ax = plot_ridges(both, Figure().add_subplot(), label="width (mm)")
    >>> ax.get_xlabel(), [text.get_text() for text in ax.get_yticklabels()]
    ('width (mm)', ['old', 'new'])
    """
    ridges = as_ridges(results)
    ax = axes_of(ax, size_of(ridges))
    _Page(ridges, ax).draw(label)
    return ax


class _Page:
    def __init__(self, ridges: Ridges, ax: Axes) -> None:
        self._ridges, self._ax = ridges, ax
        self._sizes = Sizes.of(ax)
        self._unit = Unit.of(*ridges.limits) if ridges.comparable else Unit()
        inches = ax.bbox.height / ax.figure.dpi / max(len(ridges.rows), 1)
        self._text = min(self._sizes.small, 72.0 * inches * 0.8)

    def draw(self, label: str | None) -> None:
        ax, rows = self._ax, self._ridges.rows
        for i, (row, numbers) in enumerate(zip(rows, self._ridges.numbers, strict=True)):
            if row.mixture is not None:
                self._row(row, float(-i), numbers, 2.0 + 0.01 * i)
            else:
                low, high = self._ends(self._ridges.limits)
                words: dict[str, Any] = {"color": DATA, "fontsize": self._text, "ha": "center"}
                ax.text(low / 2.0 + high / 2.0, -i + 0.1, "not fitted", **words)
        ax.set_yticks([float(-i) for i in range(len(rows))], [row.name for row in rows])
        for text in ax.get_yticklabels():
            text.set_parse_math(False)
        ax.tick_params(axis="y", length=0.0, labelsize=self._text)
        ax.tick_params(axis="x", labelsize=self._sizes.ticks)
        ax.spines["left"].set_visible(False)
        ax.set_ylim(0.4 - max(len(rows), 1), _HEIGHT + 0.1)
        ax.set_xlim(*self._ends(self._ridges.limits))
        self._at_the_right()
        if self._ridges.comparable:
            name = label or self._ridges.label
            ax.set_xlabel(self._unit.label(name), parse_math=False, fontsize=self._sizes.labels)
        else:
            ax.set_xticks([])
            ax.spines["bottom"].set_visible(False)

    def _ends(self, limits: tuple[float, float]) -> tuple[float, float]:
        if not self._ridges.comparable:
            return 0.0, 1.0
        low, high = self._unit.lengths(np.array(limits)).tolist()
        return low, high

    def _places(self, row: Ridge, x: Any) -> Any:
        """Return values as places on the x axis."""
        if self._ridges.comparable:
            return self._unit.lengths(x)
        low, high = self._ridges.limits_of(row)
        return (np.asarray(x) - low) / (high - low)

    def _row(self, row: Ridge, base: float, numbers: Sequence[int], z: float) -> None:
        ax, limits = self._ax, self._ridges.limits_of(row)
        x, curves = curves_of(row, limits)
        total = curves.sum(axis=0)
        peak = float(total.max()) or 1.0
        places, curves, total = self._places(row, x), _HEIGHT * curves / peak, _HEIGHT * total / peak
        width = self._sizes.line
        ax.fill_between(places, base, base + total, color="white", linewidth=0.0, zorder=z)
        for curve, number in zip(curves, numbers, strict=True):
            ink = DATA if number == OTHER else colour(number)
            ax.fill_between(
                places, base, base + curve, color=ink, alpha=_FILL, linewidth=0.0, zorder=z + 0.001
            )
            ax.plot(places, base + curve, color=ink, alpha=_EDGE, linewidth=0.7 * width, zorder=z + 0.002)
        ax.plot(places, base + total, color=INK, linewidth=0.5 * width, zorder=z + 0.003, label="_sum")
        ax.plot(places[[0, -1]], [base, base], color=DATA, linewidth=0.4 * width, zorder=z + 0.003)
        for cut in row.cuts:
            if limits[0] <= cut.value <= limits[1]:
                self._cut(row, cut, base, z + 0.004)
        if len(self._ridges.rows) <= _LETTERS:
            self._letters(places, curves, base, numbers)
        if not self._ridges.comparable:
            self._own_ends(row, base)

    def _cut(self, row: Ridge, cut: Threshold, base: float, z: float) -> None:
        low, high = self._ridges.limits_of(row)
        at = float(self._places(row, cut.value))
        style: dict[str, Any] = {"color": INK, "zorder": z}
        self._ax.plot([at, at], [base, base + _TICK], linewidth=self._sizes.line, label="_cut", **style)
        if math.isnan(cut.lower) or math.isnan(cut.upper):
            return
        ends = []
        for end, reach in ((cut.lower, -_OPEN), (cut.upper, _OPEN)):
            if math.isinf(end):
                end = cut.value + 2.0 * reach * (high - low)
                mark = "<" if reach < 0.0 else ">"
                look: dict[str, Any] = {
                    "marker": mark,
                    "markersize": 3.0 * self._sizes.line,
                    "clip_on": False,
                }
                place = float(self._places(row, min(max(end, low), high)))
                self._ax.plot([place], [base], label="_open", **look, **style)
            ends.append(min(max(end, low), high))
        self._ax.plot(
            self._places(row, np.array(ends)),
            [base, base],
            linewidth=2.0 * self._sizes.line,
            solid_capstyle="butt",
            label="_interval",
            **style,
        )

    def _letters(self, places: Array, curves: Array, base: float, numbers: Sequence[int]) -> None:
        from matplotlib import patheffects

        for curve, number in zip(curves, numbers, strict=True):
            top = int(np.argmax(curve))
            if number == OTHER or curve[top] < _LOW * _HEIGHT:
                continue
            self._ax.annotate(
                letter(number),
                (float(places[top]), base + float(curve[top]) / 2.0),
                ha="center",
                va="center",
                color=colour(number),
                weight="bold",
                fontsize=self._text,
                path_effects=[patheffects.withStroke(linewidth=1.8, foreground="white")],
                zorder=5.0,
            )

    def _own_ends(self, row: Ridge, base: float) -> None:
        low, high = self._ridges.limits_of(row)
        for x, end, side in ((0.0, low, "left"), (1.0, high, "right")):
            words = near(end, (high - low) / 10.0, 1)
            self._ax.text(
                x, base - 0.05, words, ha=side, va="top", color=DATA, fontsize=0.85 * self._text, zorder=6.0
            )

    def _at_the_right(self) -> None:
        across = self._ax.get_yaxis_transform()
        style: dict[str, Any] = {"transform": across, "color": DATA, "fontsize": 0.9 * self._text}
        for i, row in enumerate(self._ridges.rows):
            if not math.isnan(row.n):
                words = f"n = {row.n:,.0f}" if row.n == round(row.n) else f"n = {plain(row.n, 4)}"
                self._ax.text(1.01, -i + 0.05, words, ha="left", va="bottom", **style)
