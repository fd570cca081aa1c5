"""The cut-offs of many fits with their intervals, and what they have in common."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from mix1d.display.alike import OTHER
from mix1d.display.forest import Forest, Pair
from mix1d.display.palette import INK, colour
from mix1d.display.plot.axes import DASHED, DATA, Unit, axes_of, plotting
from mix1d.display.plot.ridges import size_of
from mix1d.display.plot.sizes import Sizes
from mix1d.display.ridge_tables import as_ridges
from mix1d.errors import InputError
from mix1d.model.thresholds import Threshold
from mix1d.words import letter

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MARKERS = "os^vDP"  # of pairs


@plotting
def plot_thresholds(results: Any, ax: Axes | None = None, *, label: str | None = None) -> Axes:
    """Draw the cut-offs of many fits with their intervals, and what they have in common.

    Parameters
    ----------
    results : mapping or sequence
        Fits by their names, or fits that have names. A table of `mix1d.fit_many` knows no intervals: take
        ``table.fits()``.
    ax, label
        As for `plot_ridges`.

    Returns
    -------
    Axes
        A row for each fit, the first on top, with a point for each cut-off and a line for its profile
        interval, which ends in an arrow where it is open. Below, for every pair of components, the pooled
        value as a diamond as wide as its interval, and a line through all rows; in words whether the cut-offs
        differ by more than their intervals explain.

    Notes
    -----
    `mix1d.uncertainty.pooled` pools by random effects, and says from where it has the method. Cut-offs whose
    interval is open are drawn and not pooled.

    Examples
    --------
    >>> import mix1d
    >>> from matplotlib.figure import Figure
    >>> x = [1.0, 2.0, 2.0, 3.0, 8.0, 9.0, 9.0, 10.0]
    >>> both = {"old": mix1d.fit(x, 2, sds="equal"), "new": mix1d.fit(x[1:], 2, sds="equal")}
    >>> ax = plot_thresholds(both, Figure().add_subplot(), label="width (mm)")
    >>> [text.get_text() for text in ax.get_yticklabels()]
    ['old', 'new', 'pooled']
    """
    ridges = as_ridges(results)
    forest = Forest(ridges)
    if not forest.cuts:
        raise InputError(
            "results must have cut-offs to compare, found none: each fit has one component, or was not fitted"
        )
    ax = axes_of(ax, size_of(ridges))
    _Trees(forest, ax).draw(label)
    return ax


class _Trees:
    def __init__(self, forest: Forest, ax: Axes) -> None:
        self._forest, self._ax = forest, ax
        self._sizes = Sizes.of(ax)
        self._low, self._high = forest.limits
        self._unit = Unit.of(self._low, self._high)
        inches = ax.bbox.height / ax.figure.dpi / (len(forest.ridges.rows) + len(forest.cuts))
        self._text = min(self._sizes.small, 72.0 * inches * 0.8)

    def draw(self, label: str | None) -> None:
        ax, rows = self._ax, self._forest.ridges.rows
        several = len(self._forest.cuts) > 1
        ticks, names = [float(-i) for i in range(len(rows))], [row.name for row in rows]
        for p, (pair, cuts) in enumerate(self._forest.cuts.items()):
            shift = 0.3 * ((p + 0.5) / len(self._forest.cuts) - 0.5) if several else 0.0
            for i, cut in cuts:
                self._cut(cut, -i - shift, p, DATA if OTHER in pair else colour(p))
            if self._forest.together[pair] is not None:
                base = ticks[-1] - (1.3 if len(ticks) == len(rows) else 1.0)
                ticks.append(base)
                names.append(f"pooled {'|'.join(map(letter, pair))}" if several else "pooled")
                self._pooled(pair, base, p)
        if len(ticks) > len(rows):
            ax.axhline(0.35 - len(rows), color=DATA, linewidth=0.5 * self._sizes.line)
        ax.set_yticks(ticks, names)
        for text in ax.get_yticklabels():
            text.set_parse_math(False)
        ax.tick_params(axis="y", length=0.0, labelsize=self._text)
        ax.tick_params(axis="x", labelsize=self._sizes.ticks)
        ax.spines["left"].set_visible(False)
        ax.set_ylim(ticks[-1] - 0.8, 0.7)
        ax.set_xlim(*self._unit.lengths(np.array([self._low, self._high])))
        name = self._unit.label(f"cut-off of {label or self._forest.ridges.label}")
        ax.set_xlabel(name, parse_math=False, fontsize=self._sizes.labels)
        words = "\n".join(map(self._forest.words, self._forest.cuts))
        ax.set_title(words, loc="left", fontsize=self._sizes.small, color=INK, parse_math=False, wrap=True)

    def _cut(self, cut: Threshold, y: float, p: int, ink: str) -> None:
        width = self._sizes.line
        ends = [
            end if math.isfinite(end) else edge
            for end, edge in ((cut.lower, self._low), (cut.upper, self._high))
        ]
        if not (math.isnan(cut.lower) or math.isnan(cut.upper)):
            at = self._unit.lengths(np.clip(ends, self._low, self._high))
            self._ax.plot(at, [y, y], color=ink, linewidth=width, label="_interval", zorder=3.0)
            for x, end, mark in zip(at, (cut.lower, cut.upper), "<>", strict=True):
                if not self._low <= end <= self._high:
                    size = 4.0 * width
                    self._ax.plot(
                        [x], [y], color=ink, marker=mark, markersize=size, label="_open", clip_on=False
                    )
        at = self._unit.lengths(cut.value)
        look: dict[str, Any] = {"marker": _MARKERS[p % len(_MARKERS)], "markersize": 3.5 * width}
        self._ax.plot([at], [y], color=ink, zorder=4.0, label="_cut", **look)

    def _pooled(self, pair: Pair, y: float, p: int) -> None:
        one = self._forest.together[pair]
        if one is None:
            return
        low, x, high = self._unit.lengths(
            np.clip([one.lower, one.value, one.upper], self._low, self._high)
        ).tolist()
        ink = colour(p)
        self._ax.fill([low, x, high, x], [y, y + 0.3, y, y - 0.3], color=ink, linewidth=0.0, label="_pooled")
        self._ax.axvspan(low, high, color=ink, alpha=0.1, linewidth=0.0, zorder=0.5)
        self._ax.axvline(x, color=ink, linewidth=0.6 * self._sizes.line, linestyle=DASHED, zorder=1.0)
