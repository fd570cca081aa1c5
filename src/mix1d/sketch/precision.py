"""How far a fit through a sketch may be from that of the values themselves."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from mix1d import _core
from mix1d.arrays import Array, Arrays
from mix1d.native import Model, Problem
from mix1d.sketch.state import State

FLOOR = 1e-12  # what rounding leaves anyway
HIDDEN = 0.25  # of a cell's width: a component of smaller sd may lie between its nodes
REACH = 6.0  # sds to which a component is looked for


class ErrorBound(float):
    """The largest error of a parameter, a number, with the parts it is made of."""

    log_likelihood: float
    """Of the total log-likelihood, in nats."""
    weights: Array
    """(k,), relative."""
    means: Array
    """(k,), in sds of the component."""
    sds: Array
    """(k,), in sds of the component."""

    def __new__(cls, log_likelihood: float, weights: Array, means: Array, sds: Array) -> ErrorBound:  # noqa: D102
        parts = np.concatenate([weights, means, sds])
        bound = super().__new__(cls, np.max(parts))
        bound.log_likelihood = log_likelihood
        bound.weights, bound.means, bound.sds = weights, means, sds
        return bound

    def __reduce__(self) -> tuple[Any, ...]:
        return ErrorBound, (self.log_likelihood, self.weights, self.means, self.sds)


def error_bound(state: State, weights: Array, means: Array, sds: Array) -> ErrorBound:
    """Return the bound of `Sketch.error_bound` for a mixture given as arrays.

    Examples
    --------
    >>> from mix1d.sketch.state import EMPTY
    >>> kept = EMPTY._replace(values=np.array([1.0, 2.0, 4.0]), weights=np.array([1.0, 3.0, 1.0]))
    >>> float(error_bound(kept, np.array([1.0]), np.array([2.2]), np.array([1.0])))
    1e-12
    """
    real = np.flatnonzero(weights)
    k = len(real)
    power = int(np.frexp(max(np.max(np.abs(means[real])), np.max(sds[real])))[1])
    if abs(power) > 300:  # squares leave the range of doubles
        state, means, sds = _scaled(state, -power), np.ldexp(means, -power), np.ldexp(sds, -power)
    mixture = weights[real], means[real], np.maximum(sds[real], 5e-324)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        log_likelihood, missed, moved = _moved(state, mixture)
    moved = np.where(np.isnan(moved), math.inf, moved)
    parts = np.full((3, len(weights)), FLOOR)
    parts[:, real] = np.maximum(moved.reshape(3, k), FLOOR)
    bound = max(missed, FLOOR * abs(log_likelihood)) if math.isfinite(missed) else math.inf
    return ErrorBound(bound, *parts)


def _scaled(state: State, power: int) -> State:
    """Return the state of the values times 2^power."""
    numbers = state.numbers.copy()
    kept = state.counts > 0
    numbers[kept, 0::2] = np.ldexp(numbers[kept, 0::2], power)
    levels = (state.levels + power).astype(state.levels.dtype)
    return state._replace(values=np.ldexp(state.values, power), levels=levels, numbers=numbers)


def _moved(state: State, mixture: Arrays) -> tuple[float, float, Array]:
    """Return the log-likelihood, its error, and those of the parameters (3k,), in sds or relative."""
    k = len(mixture[0])
    two, three, four = (_by_cell(state, order, mixture) for order in (2, 3, 4))
    step, before = np.abs(four - three), np.abs(three - two)
    share = np.divide(step, before, out=np.ones_like(step), where=before > step)
    missed = np.sum(step * share, axis=0) + _overlooked(state, mixture)

    values, masses, _ = _core.sketch_nodes(state)
    log_likelihood, _, hessian = _core.derivatives(Problem(values, masses), Model(*mixture))
    unit = np.concatenate([np.ones(k), mixture[2], np.ones(k)])
    information = -hessian * unit[:, None] * unit
    # logits are defined up to a constant; this makes the matrix regular and the logits' sum of w_i da_i zero
    information[:k, :k] += np.sum(masses) * mixture[0][:, None] * mixture[0]
    scale = 1.0 / np.sqrt(np.maximum(np.abs(np.diag(information)), 1e-300))
    whole = information * scale[:, None] * scale
    if not np.isfinite(whole).all():
        return log_likelihood, math.inf, np.full(3 * k, math.inf)
    inverse = np.linalg.pinv(whole, rcond=1e-13, hermitian=True)
    moved: Array = scale * (np.abs(inverse) @ (scale * missed[1:]))
    return log_likelihood, float(missed[0]), moved


def _overlooked(state: State, mixture: Arrays) -> Array:
    """Return what components much narrower than a cell may hide in it: for log f and derivatives (1 + 3k,).

    All nodes of the cell may miss them. If its values lie evenly, so many lie under such a component, and
    each counts for about one in the derivatives.
    """
    means, sds = mixture[1:]
    moments = state.counts == 0
    level, index = state.levels[moments], state.indices[moments].astype(np.float64)
    left, right = np.ldexp(index, level), np.ldexp(index + 1.0, level)
    mass = state.numbers[moments, 0]
    missed = np.zeros(1 + 3 * len(means))
    height = _core.density(means, mixture, log=True)
    middle = _core.density(0.5 * left + 0.5 * right, mixture, log=True)
    for j, (mean, sd) in enumerate(zip(means, sds, strict=True)):
        width = right - left
        covered = np.minimum(right, mean + REACH * sd) - np.maximum(left, mean - REACH * sd)
        hidden = np.where(sd < HIDDEN * width, mass * np.maximum(covered, 0.0) / width, 0.0)
        missed[1 + j :: len(means)] += np.sum(hidden)
        missed[0] += np.sum(hidden * np.abs(height[j] - middle))
    return missed


def _by_cell(state: State, order: int, mixture: Arrays) -> Array:
    """Return the sums over each cell of log f and its derivatives (cells, 1 + 3k), by `order` nodes.

    The derivatives are those in the logits, the means and the logarithms of the sds, in sds.
    """
    values, masses, cell = _core.sketch_rule(state, order)
    if state.exact:
        return np.zeros((1, 1 + 3 * len(mixture[0])))
    moments = state.counts[cell] == 0
    values, masses, cell = values[moments], masses[moments], cell[moments]
    shares = _core.responsibilities(values, mixture)
    z = (values[:, None] - mixture[1]) / mixture[2]
    with np.errstate(over="ignore", invalid="ignore"):
        pull, spread = shares * z, shares * (z * z - 1.0)
    derivatives = (np.where(shares > 0.0, d, 0.0) for d in (pull, spread))
    columns = np.column_stack([_core.density(values, mixture, log=True), shares, *derivatives])
    sums = np.empty((len(state.levels), columns.shape[1]))
    for i in range(columns.shape[1]):
        sums[:, i] = np.bincount(cell, masses * columns[:, i], minlength=len(state.levels))
    return sums
