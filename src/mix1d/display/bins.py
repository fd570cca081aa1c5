"""The bins of a histogram: round, as fine as the sample allows, and following its resolution."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mix1d.display.rounding import exponent

Array = NDArray[np.float64]

_ROWS_FOR_RANGE = 65_536  # as many rows, evenly spread, decide which values are outliers
_FEWEST, _MOST = 12, 160  # bins, where nothing else limits them


@dataclass(frozen=True)
class Bins:
    """Bins of equal width and the weight in each, in units of 2**-shift times that of the values."""

    low: float
    """Left edge of the first bin."""
    width: float
    totals: Array
    """(b,), summed weight of each bin."""
    outside: float
    """Weight left of or right of the bins."""
    columns_each: int = 1
    """Columns of a drawing in characters that each bin takes."""

    @property
    def n_columns(self) -> int:
        """Columns of a drawing in characters that all bins take."""
        return self.totals.size * self.columns_each


def bins_of(
    x: Array,
    sample_weight: Array,
    *,
    resolution: float | None,
    n_obs: int,
    widths: Array | None = None,
    shift: int = 0,
    columns: int | None = None,
) -> Bins:
    """Choose round bins that suit a sample, and sum the weight in each.

    Parameters
    ----------
    x, sample_weight : ndarray (m,)
        Values in rising order, multiplied by 2**shift, and their weights.
    resolution : float, optional
        Spacing of the values when they are rounded, without the shift. Bins are then whole multiples of it,
        with their edges half-way between possible values, so that rounding cannot make a comb of the bars.
    n_obs : int
        Rows behind the weights; their number decides how fine the bins are.
    widths : ndarray (m,), optional
        Where the values are quadrature nodes of cells: positive for a node, 0 for a value. The weight of a
        node is spread half-way to its neighbours, so that cells cannot make a comb of the bars.
    shift : int
        Power of two by which the values were multiplied, so that nothing overflows.
    columns : int, optional
        Columns of a drawing in characters; bins are then whole numbers of them.

    Returns
    -------
    Bins
        A constant column has one bin.
    """
    low, high = visible_range(x, sample_weight)
    if not high > low:
        width = abs(low) * 2.0**-20 or 1.0
        return Bins(low - width / 2, width, np.array([sample_weight.sum()]), 0.0, columns or 1)
    origin = 0.0
    spacing = 0.0 if resolution is None else math.ldexp(resolution, shift)
    if spacing > 0.0 and math.isfinite(x[0] / spacing):  # edges lie half-way between possible values
        origin = x[0] - spacing * (math.floor(x[0] / spacing) + 0.5)
    at_most = _MOST if columns is None else columns
    # About 2.5 sqrt(n) bins: finer than the usual rules for one bump, since several are expected.
    wanted = min(max(2.5 * math.sqrt(n_obs), _FEWEST), _MOST if columns is None else columns / 2)
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
    outside = float(sample_weight[~inside].sum())
    nodes = np.zeros(x.size, bool) if widths is None else inside & (widths > 0.0)
    counted = inside & ~nodes
    totals = np.bincount(index[counted], sample_weight[counted], minlength=n_bins).astype(np.float64)
    if widths is not None and nodes.any():
        totals += _spread(x[nodes], sample_weight[nodes], widths[nodes], edges)
    return Bins(float(edges[0]), width, totals, outside, 1 if columns is None else columns // n_bins)


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
