"""Data against model: distribution functions, quantiles, and probability integral transforms."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mix1d.arrays import Array
from mix1d.data.arguments import check_level
from mix1d.data.recorded_sample import as_exact
from mix1d.data.sample import Sample
from mix1d.diagnostics.goodness import pit, qq
from mix1d.display.palette import BARS, INK, colour
from mix1d.display.picture import picture_of
from mix1d.display.plot.axes import DASHED, DATA, Sheet, name_of, plotting, sample_words
from mix1d.display.plot.look import look_of
from mix1d.outcome.outcome import Outcome

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_SEEN_APART = 1500  # places across a picture; points closer than this cannot be told apart
_SQUARE = (5.2, 4.8)
_BARS = (5, 20)  # of a PIT histogram, fewest and most
_PER_BAR = 10  # values expected in each, at least, where that leaves enough bars
_AGREE = "where data and fit agree"


@plotting
def plot_cdf(
    result: Outcome,
    ax: Axes | None = None,
    *,
    level: float = 0.95,
    legend: bool | None = None,
    unit: str | None = None,
) -> Axes:
    """Draw the distribution function of the data, with a confidence band of a level, and that of the fit.

    `legend` and `unit` are as for `plot_density`.

    Notes
    -----
    The band holds for the whole curve at once: F_n -+ sqrt(log(2 / (1 - level)) / (2 n)), n the total weight
    (Dvoretzky, Kiefer and Wolfowitz, with the constant of Massart 1990, doi:10.1214/aop/1176990746). It is
    for the true distribution function; a fitted one stays inside more often. The cost is a pass over the
    distinct values.

    Examples
    --------
    >>> import mix1d
    >>> from matplotlib.figure import Figure
    >>> ax = plot_cdf(mix1d.fit([1.0, 2.0, 4.0, 7.0], 1), Figure().add_subplot())
    >>> [line.get_label() for line in ax.lines]
    ['data, n = 4', 'fit']
    """
    check_level("level", level)
    picture = picture_of(result)
    sheet = Sheet(result, ax, picture.limits, look=look_of(0, legend=legend, unit=unit))
    low, high = picture.limits
    places, shares = below(result.sample)
    places = np.concatenate([[low], places.clip(low, high), [high]])
    shares = np.concatenate([[0.0], shares, [1.0]])
    kept = _told_apart(places, shares, (low, high), (0.0, 1.0))
    places, shares = places[kept], shares[kept]
    reach = math.sqrt(math.log(2.0 / (1.0 - level)) / (2.0 * result.total_weight))
    lower, upper = (shares - reach).clip(min=0.0), (shares + reach).clip(max=1.0)
    words = f"{100.0 * level:g} % band for the whole curve (DKW)"
    sheet.between(places, lower, upper, BARS, words, zorder=1.0)
    sheet.line(places, shares, DATA, f"data, {sample_words(result)}", linewidth=1.4, zorder=2.0)
    fitted = result.mixture.cdf(picture.x)
    sheet.line(picture.x, fitted, colour(0), "fit", linewidth=1.6, linestyle=DASHED, zorder=3.0)
    sheet.ax.set_ylim(-0.02, 1.02)
    sheet.ax.set_yticks([0.0, 0.25, 0.5, 0.75, 1.0])
    corner = "upper left" if _rises_late(places, shares) else "lower right"
    sheet.finish_values(picture, "share of values up to here", legend=corner)
    return sheet.ax


@plotting
def plot_qq(
    result: Outcome,
    ax: Axes | None = None,
    *,
    level: float = 0.95,
    legend: bool | None = None,
    unit: str | None = None,
) -> Axes:
    """Draw the values against the quantiles of the fit where they should be, with a band of a level.

    `legend` and `unit` are as for `plot_density`.

    Notes
    -----
    `FitResult.qq` has the plotting positions and the band, which holds for each point alone. Of points that
    fall on each other one is drawn. All values are shown, far ones too.

    Examples
    --------
    >>> import mix1d
    >>> from matplotlib.figure import Figure
    >>> ax = plot_qq(mix1d.fit([1.0, 2.0, 4.0, 7.0], 1), Figure().add_subplot())
    >>> len(ax.lines[1].get_xdata())
    4
    """
    points = qq(result, level)
    x, y = points.theoretical, points.values
    ends = (float(min(x[0], y[0])), float(max(x[-1], y[-1])))
    look = look_of(0, legend=legend, unit=unit)
    sheet = Sheet(result, ax, ends, _SQUARE, look)
    lengths = sheet.unit.lengths
    kept = _told_apart(x, y, (float(x[0]), float(x[-1])), (float(y[0]), float(y[-1])))
    x, y, lower, upper = x[kept], lengths(y[kept]), lengths(points.lower[kept]), lengths(points.upper[kept])
    sheet.between(x, lower, upper, BARS, f"{100.0 * level:g} % band for each point", zorder=1.0)
    sheet.line(np.array(ends), lengths(np.array(ends)), INK, _AGREE, linewidth=1.0, zorder=2.0)
    dots = {"marker": "o", "linestyle": "", "markersize": 3.5 if len(x) <= 400 else 2.0, "zorder": 3.0}
    sheet.line(x, y, colour(0), f"data, {sample_words(result)}", **dots)
    name = sheet.unit.label(look.with_unit(name_of(result)))
    sheet.finish("quantile of the fit", name, "upper left")
    return sheet.ax


@plotting
def plot_pit(
    result: Outcome, ax: Axes | None = None, *, level: float = 0.95, legend: bool | None = None
) -> Axes:
    """Draw the probability integral transforms of the values as a histogram: flat where the fit is right.

    Returns
    -------
    Axes
        x is the fitted probability of a smaller value, y the density of the values there: 1 is right, more
        than 1 means more data than the fit has. Bars that rise at both ends mean tails that are too light.

    Notes
    -----
    `FitResult.pit` has the transforms. Rounded values are spread over their cells, and the points of a sketch
    over theirs, so that a lattice makes no comb (Czado, Gneiting and Held 2009,
    doi:10.1111/j.1541-0420.2009.01191.x). The band has the binomial quantiles of each bar alone: a share
    `level` of the bars should end inside.

    Examples
    --------
    >>> import mix1d
    >>> from matplotlib.figure import Figure
    >>> ax = plot_pit(mix1d.fit([1.0, 2.0, 4.0, 7.0], 1), Figure().add_subplot())
    >>> ax.patches[1].get_data().values.tolist()
    [1.25, 1.25, 1.25, 0.0, 1.25]
    """
    from scipy.stats import binom

    check_level("level", level)
    sheet = Sheet(result, ax, look=look_of(0, legend=legend))
    ax, sample = sheet.ax, as_exact(result.sample) or result.sample
    n = max(round(sample.total_weight), 1)
    count = min(max(n // _PER_BAR, _BARS[0]), _BARS[1])
    edges = np.linspace(0.0, 1.0, count + 1)
    if sample.resolution is None and sample.widths is None:
        transforms, weights = pit(result)
        heights = np.histogram(transforms, edges, weights=weights)[0] / sample.total_weight * count
    else:
        places, shares = below(sample, cells=True)
        heights = np.diff(np.interp(edges, result.mixture.cdf(places), shares, 0.0, 1.0)) * count
    tail = (1.0 - level) / 2.0
    low, high = (float(binom.ppf(p, n, 1.0 / count)) / n * count for p in (tail, 1.0 - tail))
    words = f"{100.0 * level:g} % of bars end here"
    ax.axhspan(low, high, color=BARS, linewidth=0.0, zorder=1.0, label=words)
    words = f"data, {sample_words(result)}"
    ax.stairs(heights, edges, fill=True, color=colour(0), alpha=0.15, zorder=2.0)
    ax.stairs(heights, edges, color=colour(0), linewidth=1.8, zorder=3.0, label=words)
    ax.axhline(1.0, color=INK, linewidth=1.0, zorder=2.5, label=_AGREE)
    ax.set_xlim(0.0, 1.0)
    ax.set_ylim(0.0, 1.05 * max(float(heights.max()), high, 1.0))
    sheet.finish(f"fitted probability of a smaller {name_of(result)}", "data / fit")
    return ax


def below(sample: Sample, *, cells: bool = False) -> tuple[Array, Array]:
    """Return the empirical distribution function as the corners of a line: places (2 m,) and shares (2 m,).

    It jumps at a value, and rises steadily across the cell of a node that stands for many. With `cells`
    rounded values are taken for all of the places that round to them.

    >>> from mix1d.data.sample import read_sample
    >>> places, shares = below(read_sample([1.0, 3.0, 3.0, 3.0]))
    >>> places.tolist(), shares.tolist()
    ([1.0, 1.0, 3.0, 3.0], [0.0, 0.25, 0.25, 1.0])
    """
    x, w = sample.values, sample.weights
    left = right = np.zeros(x.size)
    if sample.widths is not None:
        halves = np.diff(x) / 2.0
        left = np.minimum(np.concatenate([sample.widths[:1] / 2.0, halves]), sample.widths)
        right = np.minimum(np.concatenate([halves, sample.widths[-1:] / 2.0]), sample.widths)
    elif cells and sample.resolution is not None:
        left = right = np.full(x.size, sample.resolution / 2.0)
    places = np.maximum.accumulate(np.column_stack([x - left, x + right]).ravel())
    ends = np.cumsum(w) / sample.total_weight
    shares = np.column_stack([np.concatenate([[0.0], ends[:-1]]), ends]).ravel()
    return places, shares


def _told_apart(
    x: Array, y: Array, x_range: tuple[float, float], y_range: tuple[float, float]
) -> NDArray[np.intp]:
    """Return the indices of the points that differ visibly from the one before or the one after."""
    if len(x) <= 2 * _SEEN_APART:
        return np.arange(len(x))
    cells = [
        np.floor((values - low) / ((high - low) or 1.0) * _SEEN_APART)
        for values, (low, high) in ((x, x_range), (y, y_range))
    ]
    change = (np.diff(cells[0]) != 0.0) | (np.diff(cells[1]) != 0.0)
    return np.flatnonzero(np.concatenate([[True], change]) | np.concatenate([change, [True]]))


def _rises_late(places: Array, shares: Array) -> bool:
    """Whether the upper left corner is emptier than the lower right one."""
    middle = 0.5 * (places[0] + places[-1])
    return bool(np.interp(middle, places, shares) < 0.5)
