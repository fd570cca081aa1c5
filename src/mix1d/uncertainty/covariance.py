"""Covariances of the estimates from the likelihood: observed information and sandwich."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mix1d import _core, _shape
from mix1d.data import Sample

Array = NDArray[np.float64]
_Matrix = list[list[float]]


@dataclass(frozen=True, slots=True, eq=False)
class Parameters:
    """One number for each parameter of a mixture, in the order of its components."""

    weights: Array
    """(k,)"""
    means: Array
    """(k,), in the unit of the data."""
    sds: Array
    """(k,), in the unit of the data."""


def observed_covariance(sample: Sample, mixture: tuple[Array, Array, Array], *, equal: bool) -> Array:
    """Return the inverse of the observed information at a maximum of the likelihood.

    Parameters
    ----------
    sample : Sample
        The pooled sample of m distinct values.
    mixture : tuple of ndarray (k,)
        Weights, means and sds: a maximum of the likelihood.
    equal : bool
        Whether the sds are one parameter.

    Returns
    -------
    ndarray (3k, 3k)
        In the order (weights, means, sds), NaN in the rows and columns of components of weight 0 and of sds
        on their floor (the others are then those with that sd held); NaN everywhere when the likelihood is
        flat.

    Notes
    -----
    The information is minus the Hessian in logits (the largest weight's held at 0), means / sd and log sds;
    its inverse is carried over by the derivatives of the parameters, which is exact at a maximum (Louis 1982,
    doi:10.1111/j.2517-6161.1982.tb01203.x, has the EM form of the same matrix). One pass over the data, then
    (3k)^3 operations in plain Python: 0.3 ms at k = 2, 10 ms at k = 10.
    """
    return _carried_over(_local(sample, mixture, equal), mixture, sandwich=False)


def sandwich_covariance(sample: Sample, mixture: tuple[Array, Array, Array], *, equal: bool) -> Array:
    """Return the covariance that holds when the model is wrong too, I^-1 (sum of w_i q_i q_i') I^-1.

    Parameters, shape and NaN are those of `observed_covariance`. I is the observed information and q_i the
    score of value i; weights are repetitions (White 1982, doi:10.2307/1912526). One more pass over the data.
    """
    return _carried_over(_local(sample, mixture, equal), mixture, sandwich=True)


def condition_number(sample: Sample, mixture: tuple[Array, Array, Array], *, equal: bool) -> float:
    """Return the condition number of the information scaled to a diagonal of ones; inf where it is singular.

    Large where some combination of the parameters is hardly determined.
    """
    information = np.array(_local(sample, mixture, equal).information)
    diagonal = np.diag(information)
    if not (diagonal > 0.0).all():
        return math.inf
    scale = 1.0 / np.sqrt(diagonal)
    eigenvalues = np.linalg.eigvalsh(information * np.outer(scale, scale))
    return float(eigenvalues[-1] / eigenvalues[0]) if eigenvalues[0] > 0.0 else math.inf


class _Local(NamedTuple):
    """The problem in its free coordinates: logits without the largest weight's, means / sd, log sds."""

    real: NDArray[np.intp]  # components of positive weight
    groups: list[list[int]]  # the coordinates that move as one
    information: _Matrix
    products: _Matrix  # sum of w q q' of the real components, all 3k coordinates


def _local(sample: Sample, mixture: tuple[Array, Array, Array], equal: bool) -> _Local:
    weights, means, sds = mixture
    real = np.flatnonzero(weights)
    w, m, s = weights[real], means[real], sds[real]
    exponent = -math.frexp(max(s.tolist()))[1]  # in these units no square leaves the range of doubles
    inside = (
        np.ldexp(sample.values, exponent),
        sample.weights,
        w,
        np.ldexp(m, exponent),
        np.ldexp(s, exponent),
    )
    _, gradient, hessian = _core.derivatives(*inside)
    k = len(real)
    groups = [[i] for i in _free_logits(w) + list(range(k, 2 * k))]
    if equal:
        groups += [] if _on_floor(sample, mixture, s[:1], gradient[2 * k :]) else [list(range(2 * k, 3 * k))]
    else:
        groups += [
            [2 * k + j]
            for j in range(k)
            if not _on_floor(sample, mixture, s[j : j + 1], gradient[2 * k + j :][:1])
        ]
    unit = [1.0] * k + inside[4].tolist() + [1.0] * k
    table = hessian.tolist()
    information = [
        [-math.fsum(table[i][j] * unit[i] * unit[j] for i in a for j in b) for b in groups] for a in groups
    ]
    return _Local(real, groups, information, _core.score_products(*inside).tolist())


def _carried_over(local: _Local, mixture: tuple[Array, Array, Array], *, sandwich: bool) -> Array:
    """Return the covariance of the parameters from that of the free coordinates."""
    size = len(mixture[0])
    result = np.full((3 * size, 3 * size), math.nan)
    covariance = inverse_of(local.information)
    if covariance is None:
        return result
    groups = local.groups
    if sandwich:
        meat = [[math.fsum(local.products[i][j] for i in a for j in b) for b in groups] for a in groups]
        covariance = _product(_product(covariance, meat), covariance)
    w, s = mixture[0][local.real], mixture[2][local.real]
    rows = _jacobian(groups, w.tolist(), s.tolist())
    k = len(local.real)
    places = [size * (i // k) + int(local.real[i % k]) for i in rows]
    half = [
        [math.fsum(v * covariance[i][j] for i, v in row) for j in range(len(groups))] for row in rows.values()
    ]
    for place, line in zip(places, half, strict=True):
        result[place, places] = [math.fsum(line[j] * v for j, v in row) for row in rows.values()]
    return result


def _product(a: _Matrix, b: _Matrix) -> _Matrix:
    columns = list(zip(*b, strict=True))
    return [[math.fsum(x * y for x, y in zip(row, column, strict=True)) for column in columns] for row in a]


def inverse_of(matrix: _Matrix) -> _Matrix | None:
    """Return the inverse of a symmetric positive definite matrix, or None when it is not one.

    Cholesky after scaling the diagonal to 1, with exactly rounded sums: the same bits on every machine.

    Examples
    --------
    >>> inverse_of([[4.0, 0.0], [0.0, 0.25]])
    [[0.25, 0.0], [0.0, 4.0]]
    >>> inverse_of([[1.0, 1.0], [1.0, 1.0]]) is None
    True
    """
    n = len(matrix)
    if not all(0.0 < matrix[i][i] < math.inf for i in range(n)):
        return None
    scale = [1.0 / math.sqrt(matrix[i][i]) for i in range(n)]
    lower: _Matrix = []
    for i in range(n):
        row: list[float] = []
        for j in range(i + 1):
            rest = [-a * b for a, b in zip(row, lower[j] if j < i else row, strict=False)]
            value = math.fsum([matrix[i][j] * scale[i] * scale[j], *rest])
            if j < i:
                row.append(value / lower[j][j])
            elif value > 1e-13:  # the solver's own test of definiteness
                row.append(math.sqrt(value))
            else:
                return None
        lower.append(row)
    inverse = [[0.0] * n for _ in range(n)]
    for column in range(n):
        y: list[float] = []
        for i in range(n):
            known = [-lower[i][j] * y[j] for j in range(i)]
            y.append(math.fsum([1.0 if i == column else 0.0, *known]) / lower[i][i])
        for i in reversed(range(n)):
            known = [-lower[j][i] * y[j] for j in range(i + 1, n)]
            y[i] = math.fsum([y[i], *known]) / lower[i][i]
        for i in range(n):
            inverse[i][column] = y[i] * scale[i] * scale[column]
    return inverse


def _free_logits(weights: Array) -> list[int]:
    """All logits but that of the largest weight: adding one number to all of them changes nothing."""
    held = int(np.argmax(weights))
    return [j for j in range(len(weights)) if j != held]


def _on_floor(sample: Sample, mixture: tuple[Array, Array, Array], sds: Array, gradient: Array) -> bool:
    """Whether an sd is held at the smallest value allowed: there the likelihood would still rise below it."""
    rounding = (sample.resolution or 0.0) / math.sqrt(12.0)
    bound = max(rounding, 1e-6 * _shape.standard_deviation(*mixture))
    return (
        float(sds[0]) <= bound * (1.0 + 1e-9) and math.fsum(gradient.tolist()) < -1e-8 * sample.total_weight
    )


def _jacobian(groups: list[list[int]], w: list[float], s: list[float]) -> dict[int, list[tuple[int, float]]]:
    """Return the derivatives of the parameters by the coordinates: {parameter: [(coordinate, value), ...]}.

    dw_i / dlogit_j = w_i (1[i = j] - w_j); the other coordinates are mean / sd and log sd, so s_j for both.
    """
    k = len(w)
    rows: dict[int, list[tuple[int, float]]] = {}
    for i in range(k):
        rows[i] = [
            (c, w[i] * ((1.0 if i == group[0] else 0.0) - w[group[0]]))
            for c, group in enumerate(groups)
            if group[0] < k
        ]
    for c, group in enumerate(groups):
        for i in group:
            if i >= k:
                rows[i] = [(c, s[i % k])]
    return dict(sorted(rows.items()))
