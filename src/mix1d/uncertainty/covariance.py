"""Covariances of the estimates from the likelihood: observed information and sandwich."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from mix1d import _core, showing
from mix1d.arrays import Array
from mix1d.outcome.maximum import Maximum
from mix1d.pickled import filled_in


@showing.record
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Parameters:
    """One number for each parameter of a mixture, in the order of its components."""

    weights: Array
    """(k,)"""
    means: Array
    """(k,), in the unit of the data."""
    sds: Array
    """(k,), in the unit of the data."""
    parameters: tuple[dict[str, float], ...] = ()
    """(k,), of each component's own parameters, by name (`mix1d.Component`)."""
    said: str = field(default="", repr=False)
    """What the numbers are, in words; empty where that does not go without saying what they stand in."""

    to_dict = showing.to_dict
    to_frame = showing.to_frame

    def __setstate__(self, state: list[Any]) -> None:
        filled_in(self, state)


def observed_covariance(fit: Maximum) -> Array:
    """Return the inverse of the observed information at a maximum, (3k, 3k): weights, means, sds.

    NaN in the rows and columns of components of weight 0, of those held, and of sds on their floor (the
    others are then those with that sd held); NaN everywhere when the likelihood is flat.

    The information is minus the Hessian in logits (the largest weight's held at 0), means / sd and log sds;
    its inverse is carried over by the derivatives of the parameters, which is exact at a maximum (Louis 1982,
    doi:10.1111/j.2517-6161.1982.tb01203.x, has the EM form of the same matrix). One pass over the data, then
    (3k)^3 operations.

    With components held, the information is that of the penalised likelihood, whose maximum the mixture then
    is, given their sds: their weights and means are free, but their widths are taken for known.
    """
    return _of_populations(fit, _core.covariance(fit.sample.problem, fit.whole, sandwich=False))


def sandwich_covariance(fit: Maximum) -> Array:
    """Return the covariance that holds when the model is wrong too, I^-1 (sum of w_i q_i q_i') I^-1.

    Shape and NaN are those of `observed_covariance`. I is the observed information and q_i the score of value
    i; weights are repetitions (White 1982, doi:10.2307/1912526). One more pass over the data.
    """
    return _of_populations(fit, _core.covariance(fit.sample.problem, fit.whole, sandwich=True))


def _of_populations(fit: Maximum, table: Array) -> Array:
    """Take a background out: weights become shares of the rest, w_i / (1 - w_0)."""
    if fit.background is None:
        return table
    share, k = fit.background[0], len(fit.mixture[0])
    parts = len(table) // (k + 1)
    rest = 1.0 - share
    if not rest > 0.0:  # nothing is left for the others to be shares of
        return np.full((parts * k, parts * k), np.nan)
    slope = np.zeros((parts * k, parts * (k + 1)))
    for i in range(k):
        slope[i, 0] = fit.mixture[0][i] / rest
        slope[i, 1 + i] = 1.0 / rest
        for part in range(1, parts):
            slope[part * k + i, part * (k + 1) + 1 + i] = 1.0
    known = np.nan_to_num(table)
    found = slope @ known @ slope.T
    behind = [part * (k + 1) + 1 + i for part in range(parts) for i in range(k)]
    unknown = np.isnan(np.diag(table)[behind])
    found[unknown], found[:, unknown] = np.nan, np.nan
    return found


def condition_number(fit: Maximum) -> float:
    """Return the condition number of the information scaled to a diagonal of ones; inf where it is singular.

    Large where some combination of the parameters is hardly determined.
    """
    information = _core.information(fit.sample.problem, fit.whole)
    diagonal = np.diag(information)
    if not len(diagonal):
        return 1.0
    if not (diagonal > 0.0).all():
        return math.inf
    scale = 1.0 / np.sqrt(diagonal)
    eigenvalues = np.linalg.eigvalsh(information * np.outer(scale, scale))
    return float(eigenvalues[-1] / eigenvalues[0]) if eigenvalues[0] > 0.0 else math.inf
