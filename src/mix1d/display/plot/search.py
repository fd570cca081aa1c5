"""How the answer was chosen and reached: criteria by number of components, and plain EM beside the solver."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from mix1d.display.comparison import row_verdict
from mix1d.display.palette import BAND, INK, colour
from mix1d.display.playback import playback_of
from mix1d.display.plot.axes import Sheet, line_style, name_of, plotting, sample_words
from mix1d.display.plot.look import look_of
from mix1d.display.shapes import are_several, family_words, lines_of
from mix1d.outcome.criteria import value_of
from mix1d.outcome.findings import UNDECIDED
from mix1d.outcome.outcome import Outcome
from mix1d.outcome.records import Row
from mix1d.words import plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_LINEAR = 10.0  # differences up to here have a linear scale, larger ones a logarithmic one
_NOTHING = 1e-9  # nats, relative to the log-likelihood's size or 1: rounding of sums
_MARKED = 60  # steps that are marked one by one
_MARKERS = "o^vDPXs"  # of families; a square has equal sds


@plotting
def plot_selection(result: Outcome, ax: Axes | None = None, *, legend: bool | None = None) -> Axes:
    """Draw the criterion of everything that was tried by its number of components.

    `legend` is as for `plot_density`.

    Returns
    -------
    Axes
        x is the number of components; y how much larger, that is worse, the criterion is than that of the
        chosen row, linear up to 10 and logarithmic beyond. Hollow points could not be chosen: the legend
        says why.

    Examples
    --------
    >>> import mix1d
    >>> from matplotlib.figure import Figure
    >>> x = [1.0, 2.0, 2.0, 3.0, 8.0, 9.0, 9.0, 10.0, 11.0, 12.0]
    >>> ax = plot_selection(mix1d.fit(x, range(1, 4)), Figure().add_subplot())
    >>> ax.get_xlabel()
    'number of components'
    """
    from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator

    sheet = Sheet(result, ax, look=look_of(0, legend=legend))
    ax, criterion = sheet.ax, result.criterion
    (chosen,) = (row for row in result.selection if row.chosen)
    best = value_of(chosen, criterion)
    if len(result.selection) > 1:
        words = f"within {UNDECIDED:g} of the chosen: undecided"
        ax.axhspan(-UNDECIDED, UNDECIDED, color=BAND, linewidth=0.0, zorder=0.5, label=words)
    differences = [value_of(row, criterion) - best for row in result.selection]
    lines = lines_of(result.selection, criterion)
    for i, (name, mine) in enumerate(lines):
        marker = "s" if name == "equal sds" else _MARKERS[i % len(_MARKERS)]
        rows = [(result.selection[j], differences[j]) for j in mine]
        _draw_rows(sheet, int(name == "equal sds") or i, (name, marker), rows, len(lines) > 1)
    ring: dict[str, Any] = {"marker": "o", "markersize": 14.0, "markerfacecolor": "none", "zorder": 4.0}
    words = f"chosen: {_in_words(chosen, result.selection)}"
    sheet.line([chosen.n_components], [0.0], INK, words, linestyle="", markeredgewidth=1.6, **ring)
    low, high = min(differences), max(differences)
    ax.set_yscale("symlog", linthresh=_LINEAR)
    ax.yaxis.set_major_locator(FixedLocator(_ticks(low, high)))
    ax.yaxis.set_minor_locator(FixedLocator([]))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{y:+,.0f}" if y else "0"))
    ax.set_ylim(_beyond(min(low, -UNDECIDED), -1.0), _beyond(max(high, UNDECIDED), 1.0))
    ks = [row.n_components for row in result.selection]
    ax.set_xlim(min(ks) - 0.5, max(ks) + 0.5)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    sheet.note(f"{name_of(result)}, {sample_words(result)}; smaller is better")
    sheet.finish("number of components", f"{criterion.upper()} minus that of the chosen")
    return ax


def _draw_rows(
    sheet: Sheet, i: int, look: tuple[str, str], rows: list[tuple[Row, float]], several: bool
) -> None:
    """Draw the rows of one name, with a marker, and with what kept some from being chosen."""
    points: dict[str, list[tuple[int, float]]] = {}
    sound, marker = look
    for row, d in rows:
        which = f"{sound}, " if several else ""
        words = sound if row.eligible else f"{which}not eligible: {_reason(row, d)}"
        points.setdefault(words, []).append((row.n_components, d))
    ks, heights = [row.n_components for row, _ in rows], [d for _, d in rows]
    thin: dict[str, Any] = {"linestyle": line_style(i), "linewidth": 0.9, "alpha": 0.6, "zorder": 2.0}
    sheet.line(ks, heights, colour(i), "_path", **thin)
    for words in sorted(points, key=lambda words: words != sound):
        style: dict[str, Any] = {"marker": marker, "markersize": 6.0, "linestyle": "", "zorder": 3.0}
        if words != sound:
            style["markerfacecolor"] = "white"
        at, above = zip(*points[words], strict=True)
        sheet.line(at, above, colour(i), words, **style)


def _ticks(low: float, high: float) -> list[float]:
    decades = max(_exponent_above(max(-low, high)), 1)
    powers = [10.0**i for i in range(1, decades + 1)]
    small = [2.0, 5.0] if decades <= 3 else []
    sizes = [*small, *powers] if decades <= 6 else powers[:: -(-decades // 6)]
    return [-y for y in reversed(sizes)] + [0.0, *sizes]


def _exponent_above(x: float) -> int:
    """Return the smallest whole power of ten that is at least x.

    >>> _exponent_above(99.0), _exponent_above(100.0)
    (2, 2)
    """
    return math.ceil(math.log10(x)) if x > 0.0 else 0


def _beyond(y: float, side: float) -> float:
    """Return a limit with some room beyond y, on the scale that is linear first and logarithmic then."""
    return side * 1.6 * abs(y) if abs(y) > _LINEAR else y + side * 1.5


def _reason(row: Row, difference: float) -> str:
    words = {"penalty only": "only the penalty holds it up", "fewer found": "components of weight 0"}
    verdict = "penalty only" if row.chosen and row.regularized else row_verdict(row, difference)
    if row.chosen and 0.0 in row.mixture.weights:
        verdict = "fewer found"
    return words.get(verdict, verdict)


def _in_words(row: Row, rows: Sequence[Row]) -> str:
    shape = f"{family_words(row.family)} " if are_several(rows) else ""
    words = f"{row.n_components} {shape}component{'s' * (row.n_components != 1)}"
    both = len({other.sds for other in rows}) > 1
    return f"{words}, {row.sds} sds" if both or row.sds == "equal" else words


@plotting
def plot_trace(
    result: Outcome, ax: Axes | None = None, *, max_iter: int = 1000, legend: bool | None = None
) -> Axes:
    """Draw how far the log-likelihood still has to go at each step, of plain EM and of the solver.

    `legend` is as for `plot_density`.

    Returns
    -------
    Axes
        x are iterations, of plain EM `max_iter` at most, y nats below the maximum that the path leads to,
        both logarithmic. Both paths begin at the same evenly spaced means; where they lead to different
        maxima the legend says so.

    Notes
    -----
    `mix1d.display.playback.playback_of` has the method and the cost, which is that of plain EM.

    Examples
    --------
    >>> import mix1d
    >>> from matplotlib.figure import Figure
    >>> x = [1.0, 2.0, 2.0, 3.0, 8.0, 9.0, 9.0, 10.0]
    >>> ax = plot_trace(mix1d.fit(x, 2), Figure().add_subplot())
    >>> ax.get_xlabel()
    'iteration'
    """
    from matplotlib.ticker import FuncFormatter

    sheet = Sheet(result, ax, look=look_of(0, legend=legend))
    ax = sheet.ax
    played = playback_of(result, max_iter=max_iter)
    paths = played.solver_path, played.path
    ends = [float(path[-1]) for path in paths]
    if not played.finished:
        ends[1] = max(ends)  # where it is still going, as far as is known
    floor = _NOTHING * max(1.0, 1e-3 * max(abs(end) for end in ends))
    words = [
        f"mix1d: {played.n_steps} step{'s' * (played.n_steps != 1)}",
        f"plain EM: {played.n_iter:,} iteration{'s' * (played.n_iter != 1)}",
    ]
    if not played.finished:
        rest = ends[1] - float(paths[1][-1])
        words[1] += f", {plain(rest, 2)} to go" if rest > 0.0 else ", still rising"
    if abs(ends[0] - ends[1]) > 1e3 * floor:
        j = int(ends[1] < ends[0])
        words[j] += f", to a maximum {plain(abs(ends[0] - ends[1]), 2)} lower"
    for j, (path, end) in enumerate(zip(paths, ends, strict=True)):
        to_go = np.maximum(end - path, floor)
        style: dict[str, Any] = {"linestyle": line_style(j), "linewidth": 1.6, "zorder": 3.0 - j}
        if len(path) <= _MARKED:
            style["marker"] = "os"[j]
        sheet.line(np.arange(len(path)), to_go, colour(j), words[j], markersize=3.5, **style)
        last = [len(path) - 1], [to_go[-1]]
        sheet.line(*last, colour(j), "_end", marker="os"[j], linestyle="", markersize=7.0, zorder=3.5)
    ax.set_xscale("symlog", linthresh=1.0, linscale=0.3)
    ax.set_yscale("log")
    ax.set_ylim(bottom=0.03 * floor)
    ax.set_xlim(-0.1, 1.3 * max(map(len, paths)))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:,.0f}"))
    sheet.note(f"{name_of(result)}, {sample_words(result)}; both from the same start")
    sheet.note("lowest: no more than rounding", 0.01, 0.01)
    sheet.finish("iteration", "log-likelihood to go (nats)")
    return ax
