"""Mean, variance and quantiles of a sketch."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from mix1d import _core
from mix1d.arrays import Array
from mix1d.errors import InputError, shown
from mix1d.model.parameters import real_numbers
from mix1d.sketch.state import State


def probabilities_of(p: Any) -> Array:
    """Return what the caller gave as probabilities, or raise `InputError`."""
    try:
        found = real_numbers("p", p)
    except InputError:
        raise InputError(f"p must be probabilities, got {shown(p)}: pass numbers from 0 to 1") from None
    if not np.all((found >= 0.0) & (found <= 1.0)):
        raise InputError(f"p must lie between 0 and 1, got {shown(p)}: pass probabilities")
    return found


def moments(state: State, total_weight: float) -> tuple[float, float]:
    """Return mean and variance, which the nodes of a cell have from its values.

    Examples
    --------
    >>> from mix1d.sketch.state import EMPTY
    >>> moments(EMPTY._replace(values=np.array([1.0, 5.0]), weights=np.array([1.0, 1.0])), 2.0)
    (3.0, 4.0)
    """
    values, weights, _ = _core.sketch_nodes(state)
    power = math.frexp(max(abs(float(values[0])), abs(float(values[-1]))))[1]
    x, shares = np.ldexp(values, -power), weights / total_weight
    middle = min(int(np.searchsorted(np.cumsum(shares), 0.5)), len(x) - 1)
    centre = float(x[middle])
    mean = centre + math.fsum(shares * (x - centre))
    variance = math.fsum(shares * (x - mean) ** 2)
    with np.errstate(over="ignore"):  # infinite where the variance is
        scaled = float(np.ldexp(np.ldexp(variance, power), power))
    return math.ldexp(mean, power), scaled


def quantiles(state: State, p: Array, minimum: float, maximum: float) -> tuple[Array, Array, Array]:
    """Return quantiles (m,) and their lower and upper bounds.

    While all values are kept: at position p (n - 1) of the values written out, linearly between two. In
    cells, the smallest value up to which the weight is at least p n; the weight that certainly lies below a
    point (cells that end there) and that may (cells that begin there) bound it.

    Examples
    --------
    >>> from mix1d.sketch.state import EMPTY
    >>> kept = EMPTY._replace(values=np.array([1.0, 2.0]), weights=np.array([1.0, 3.0]))
    >>> quantiles(kept, np.array([0.0, 0.5]), 1.0, 2.0)[0].tolist()
    [1.0, 2.0]
    """
    values, weights, _ = _core.sketch_nodes(state)
    if state.exact:
        found = _linear(values, weights, p)
        return found, found, found
    at = _reached(values, weights, p)
    nodes, masses, cell = _core.sketch_rule(state, 4)
    wide = state.counts[cell] == 0
    with np.errstate(over="ignore"):  # a cell at the end of the doubles
        left = np.ldexp(state.indices[cell].astype(np.float64), state.levels[cell])
        right = np.ldexp(state.indices[cell].astype(np.float64) + 1.0, state.levels[cell])
    low = _reached(np.where(wide, left, nodes), masses, p)
    high = _reached(np.where(wide, right, nodes), masses, p)
    bounds = (np.clip(edge, minimum, maximum) for edge in (at, low, high))
    middle, lower, upper = bounds
    return middle, np.minimum(lower, middle), np.maximum(upper, middle)


def _reached(x: Array, weights: Array, p: Array) -> Array:
    """Return the smallest x up to which the weight is at least p of all."""
    order = np.argsort(x, kind="stable")
    cumulative = np.cumsum(weights[order])
    # the slack takes the rounding of the sums
    place = np.searchsorted(cumulative, p * cumulative[-1] * (1.0 - 1e-13))
    found: Array = x[order][np.minimum(place, len(x) - 1)]
    return found


def _linear(x: Array, weights: Array, p: Array) -> Array:
    cumulative = np.cumsum(weights)
    position = p * max(cumulative[-1] - 1.0, 0.0)
    whole = np.floor(position)
    last = len(x) - 1
    low = x[np.minimum(np.searchsorted(cumulative, whole, side="right"), last)]
    high = x[np.minimum(np.searchsorted(cumulative, whole + 1.0, side="right"), last)]
    share = position - whole
    found: Array = low * (1.0 - share) + high * share
    return np.clip(found, low, high)
