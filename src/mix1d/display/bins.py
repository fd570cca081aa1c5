"""The bins of a histogram: round, as fine as the sample allows, and following its resolution."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from mix1d.arrays import Array
from mix1d.data.sample import Sample
from mix1d.words import exponent

_ROWS_FOR_RANGE = 65_536  # as many rows, evenly spread, decide which values are outliers
_FEWEST, _MOST = 12, 160  # bins, where nothing else limits them


@dataclass(frozen=True)
class Bins:
    """Bins of equal width and the weight in each, in units of 2**-shift times that of the values."""

    low: float  # left edge of the first bin
    width: float
    totals: Array  # (b,), summed weight of each bin
    outside: float  # weight left of or right of the bins
    columns_each: int = 1  # columns of a drawing in characters that each bin takes
    shift: int = 0

    @property
    def edges(self) -> Array:
        """(b + 1,), in the unit of the values."""
        edges: Array = self.low + np.arange(self.totals.size + 1, dtype=np.float64) * self.width
        return np.ldexp(edges, -self.shift)

    @property
    def n_columns(self) -> int:
        """Columns of a drawing in characters that all bins take."""
        return self.totals.size * self.columns_each


def bins_of(sample: Sample, columns: int | None = None, least: float | None = None) -> Bins:
    """Choose round bins that suit a sample, and sum the weight in each; a constant column has one.

    Where the values are rounded, bins are whole multiples of their spacing, with edges half-way between
    possible values, so that rounding cannot make a comb of the bars. Where values are nodes of cells, the
    weight of each is spread half-way to its neighbours, so that cells cannot make one either. The number of
    rows decides how fine the bins are; of a drawing in characters they are whole numbers of its `columns`.
    `least` is the spacing of values where a sample does not know it.

    >>> from mix1d.data.sample import read_sample
    >>> bins = bins_of(read_sample([1.0, 2.0, 2.0, 5.0]))
    >>> bins.edges.tolist(), bins.totals.tolist()
    ([0.5, 1.5, 2.5, 3.5, 4.5, 5.5], [1.0, 2.0, 0.0, 0.0, 1.0])
    """
    # A power of two brings the largest value near 1: no overflow in what follows, and no rounding.
    shift = -math.frexp(float(np.max(np.abs(sample.values))))[1]
    x, resolution = np.ldexp(sample.values, shift), sample.resolution or least
    low, high = visible_range(x, sample.weights)
    if not high > low:
        width = abs(low) * 2.0**-20 or 1.0
        return Bins(low - width / 2, width, np.array([sample.weights.sum()]), 0.0, columns or 1, shift)
    origin = 0.0
    spacing = 0.0 if resolution is None else math.ldexp(resolution, shift)
    if spacing > 0.0 and math.isfinite(x[0] / spacing):  # edges lie half-way between possible values
        origin = x[0] - spacing * (math.floor(x[0] / spacing) + 0.5)
    at_most = _MOST if columns is None else columns
    # About 2.5 sqrt(n) bins: finer than the usual rules for one bump, since several are expected.
    wanted = min(max(2.5 * math.sqrt(sample.n_obs), _FEWEST), _MOST if columns is None else columns / 2)
    about = (high - low) / wanted or high - low  # the least double cannot be divided
    round_widths = [math.ldexp(w, shift) for w in _round_widths(unshifted(about, shift), resolution)]
    best = (math.inf, about, math.floor(low / about), at_most)
    for width in round_widths or [about]:
        first = math.floor((low - origin) / width)
        n_bins = math.floor((high - origin) / width) - first + 1
        if n_bins <= at_most:
            unused = 0.0 if columns is None else math.log(columns / (columns // n_bins * n_bins))
            best = min(best, (abs(math.log(n_bins / wanted)) + unused, width, first, n_bins))
    _, width, first, n_bins = best
    edges: Array = origin + (first + np.arange(n_bins + 1, dtype=np.float64)) * width
    index = np.floor((x - origin) / width).clip(first - 1, first + n_bins).astype(np.int64) - first
    inside = (index >= 0) & (index < n_bins)
    outside = float(sample.weights[~inside].sum())
    nodes = np.zeros(x.size, bool) if sample.widths is None else inside & (sample.widths > 0.0)
    counted = inside & ~nodes
    totals = np.bincount(index[counted], sample.weights[counted], minlength=n_bins).astype(np.float64)
    if sample.widths is not None and nodes.any():
        totals += _spread(x[nodes], sample.weights[nodes], np.ldexp(sample.widths, shift)[nodes], edges)
    return Bins(float(edges[0]), width, totals, outside, columns // n_bins if columns else 1, shift)


def _spread(nodes: Array, sample_weight: Array, widths: Array, edges: Array) -> Array:
    """Sum in each bin the weight of nodes, each spread evenly half-way to its neighbours, in its cell."""
    halves = np.diff(nodes) / 2.0
    starts = nodes - np.minimum(np.concatenate([widths[:1], halves]), widths)
    ends = nodes + np.minimum(np.concatenate([halves, widths[-1:]]), widths)
    starts, ends = starts.clip(edges[0], edges[-1]), ends.clip(edges[0], edges[-1])
    # Pieces do not overlap, so the weight below a place is a broken line through their ends.
    places = np.column_stack([starts, ends]).ravel()
    below = np.cumsum(np.column_stack([np.zeros(nodes.size), sample_weight]).ravel())
    return np.diff(np.interp(edges, places, below))


def visible_range(x: Array, sample_weight: Array) -> tuple[float, float]:
    """Return the range of the values, less outliers so far out that they would squash the picture."""
    some = slice(None, None, -(-x.size // _ROWS_FOR_RANGE))
    order = np.argsort(x[some])
    share = np.cumsum(sample_weight[some][order])
    ends = np.searchsorted(share, share[-1] * np.array([0.02, 0.98])).clip(max=order.size - 1)
    inner_low, inner_high = x[some][order[ends]]
    reach = 1.5 * (inner_high - inner_low)
    kept = x[(x >= inner_low - reach) & (x <= inner_high + reach)] if reach > 0.0 else x
    return float(kept.min()), float(kept.max())


def unshifted(x: float, shift: int) -> float:
    """Return x / 2**shift, infinite where that overflows."""
    try:
        return math.ldexp(x, -shift)
    except OverflowError:
        return math.copysign(math.inf, x)


def _round_widths(about: float, resolution: float | None) -> list[float]:
    """Return widths of one digit near the one wanted, in units of the resolution if there is one."""
    unit = resolution or 1.0
    if not 0.0 < about / unit < math.inf:
        return []
    middle = exponent(about / unit)
    lowest, factors = (middle - 1, (1, 2, 5)) if resolution is None else (max(middle - 1, 0), (1, 2, 3, 4, 5))
    widths = [float(f"{factor}e{power}") * unit for power in range(lowest, middle + 3) for factor in factors]
    return [width for width in widths if 0.0 < width < math.inf]
