"""Whether the contents of a sketch from elsewhere can be those of any values: a checksum is no secret."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from mix1d.arrays import Array
from mix1d.errors import SketchFormatError
from mix1d.sketch.contents import UNJUDGED, Contents
from mix1d.sketch.state import State

_Flags = NDArray[np.bool_]

MOST_ROWS = 2**63
LARGEST_INDEX = 2**53  # beyond it a double cannot tell a cell from its neighbour
COARSEST, FINEST = 1024, -1022
FEW = 4  # values that a cell may keep
# Cells rise by the binomial theorem, and sums of billions of weights round.
SLACK = 1e-6


def check_contents(contents: Contents) -> None:
    """Raise `SketchFormatError` for contents that no values can have.

    >>> from mix1d.sketch.contents import Contents
    >>> check_contents(Contents())
    """
    n = contents.n_obs
    for name in ("n_obs", "n_missing", "n_zero_weight"):
        count = getattr(contents, name)
        _require(count < MOST_ROWS, f"{name} is {count}, more rows than there can be")
    resolution = contents.resolution
    known = resolution is None or resolution == UNJUDGED or 0.0 < resolution < math.inf
    _require(known, f"the resolution is {resolution}, not positive")
    if contents.state.empty:
        _require(n == 0 and contents.weight == (0.0, 0.0), f"n_obs is {n}, but it holds no value")
        no_ends = (contents.minimum, contents.maximum) == (math.inf, -math.inf)
        _require(no_ends, "it holds no value, but has a smallest and a largest one")
        return
    total, rest = contents.weight
    finite = 0.0 < total < math.inf and abs(rest) <= SLACK * total
    _require(finite, f"the total weight is {total}, not positive and finite")
    ends = contents.minimum, contents.maximum
    _require(-math.inf < ends[0] <= ends[1] < math.inf, f"the smallest and largest value are {ends}")
    state = contents.state
    if state.exact:
        _check_values(state.values, state.weights)
        _require((state.values[0], state.values[-1]) == ends, "its ends are not those of its values")
        least, masses = len(state.values), state.weights
    else:
        least, masses = _check_cells(state, *ends)
    _require(n >= least, f"n_obs is {n}, but it holds {least} distinct values or cells")
    found = math.fsum(masses.tolist())
    close = abs(found - contents.total_weight) <= SLACK * found
    _require(close, f"the total weight is {total}, but its parts sum to {found}")


def _check_values(values: Array, weights: Array) -> None:
    _require(bool(np.isfinite(values).all()), "a value is not finite")
    _require(bool((values[1:] > values[:-1]).all()), "the values do not rise")
    _require(bool(((weights > 0.0) & (weights < math.inf)).all()), "a weight is not positive and finite")


def _check_cells(state: State, minimum: float, maximum: float) -> tuple[int, Array]:
    """Return how many cells there are, and their masses."""
    levels, indices = state.levels.astype(np.int64), state.indices
    counts, numbers = state.counts, state.numbers
    _require(bool((counts <= FEW).all()), f"a cell keeps more than {FEW} values")
    _require(bool(np.isfinite(numbers).all()), "a number in a cell is not finite")
    _require(bool(((levels >= FINEST) & (levels <= COARSEST)).all()), "a cell is too wide or too narrow")
    inside = (indices >= -LARGEST_INDEX) & (indices < LARGEST_INDEX)
    _require(bool(inside.all()), "the place of a cell is none that a double can tell")
    outermost = np.maximum(indices, -1 - indices)  # the number of whole cells between it and zero
    bits = np.frexp(outermost.astype(np.float64))[1]
    _require(bool((levels + bits <= COARSEST).all()), "a cell lies beyond the largest double")
    same = np.diff(levels) == 0
    rising = (np.diff(levels) > 0) | (same & (np.diff(indices) > 0))
    _require(bool(rising.all()), "cells are out of order, or one comes twice")
    moments = counts == 0
    mass, power = numbers[moments, 0], np.abs(numbers[moments])
    _require(bool((mass > 0.0).all()), "the weight of a cell is not positive")
    _require(bool((power / (1.0 + SLACK) <= mass[:, None]).all()), "moments are larger than the weight")
    kept = np.arange(FEW) < counts[:, None]
    values, weights = numbers[:, 0::2], numbers[:, 1::2]
    _require(bool((weights[kept] > 0.0).all()), "a weight is not positive")
    with np.errstate(over="ignore"):
        rises = values[:, 1:] > values[:, :-1]
        places = np.floor(np.ldexp(values, -levels[:, None]))
        # far below a wide cell's width nothing is left of a value but its sign
        places = np.where((places == 0.0) & (values < 0.0), -1.0, places)
        left = np.ldexp(indices.astype(np.float64), levels)
        right = np.ldexp(indices.astype(np.float64) + 1.0, levels)
    _require(bool(rises[kept[:, 1:]].all()), "the values in a cell do not rise")
    _require(bool((places == indices[:, None])[kept].all()), "a value lies outside of its cell")
    low = np.where(moments, left, values[:, 0])
    last = values[np.arange(len(counts)), np.maximum(counts.astype(np.intp), 1) - 1]
    high = np.where(moments, right, last)
    first, end = np.where(moments, right, low), np.where(moments, left, last)
    ends_meet = np.min(low) <= minimum <= np.min(first) and np.max(end) <= maximum <= np.max(high)
    _require(bool(ends_meet), "the smallest or the largest value lies outside of its cells")
    masses: Array = np.where(moments, numbers[:, 0], np.sum(np.where(kept, weights, 0.0), axis=1))
    return len(counts), masses


def _require(condition: bool, why: str) -> None:
    if not condition:
        raise SketchFormatError(f"data are no sound sketch ({why}): get an intact copy from its maker")
