"""The limiting law of the EM-test of one-parameter families: a mixture of chi-squares."""

from __future__ import annotations

import math

import numpy as np

from mix1d import _core
from mix1d.arrays import Array, MixedArrays
from mix1d.errors import InputError
from mix1d.selection.em_order import chi_square_tail, one_tail

MOST_COUNTED = 1e6  # a sum over so many counts


def correlations(null: MixedArrays, family: str) -> Array:
    """Return the correlations of the second derivatives by each mean, (k, k).

    Under the null f, of what the derivatives f_j'' / f leave once they are regressed on those by the weights
    and the first ones by the means.

    >>> families = np.full(2, 11)
    >>> null = np.array([0.5, 0.5]), np.array([1.0, 9.0]), np.ones(2), families, np.zeros(2)
    >>> round(float(correlations(null, "poisson")[0, 1]), 3)
    0.357
    """
    x, probability = _places(null, family)
    ratios = (_core.responsibilities(x, null) / null[0]).T  # f_j / f
    root = np.sqrt(probability)
    first, second = [], []
    for ratio, mean in zip(ratios, null[1].tolist(), strict=True):
        t = x / mean
        if family == "poisson":
            slope, bend = t - 1.0, t * t - t / mean - 2.0 * t + 1.0
        else:
            slope, bend = t - 1.0, t * t - 4.0 * t + 2.0
        first.append(slope * ratio * root)
        second.append(bend * ratio * root)
    basis: list[Array] = []
    for vector in [*((ratio - ratios[-1]) * root for ratio in ratios[:-1]), *first]:
        rest = _without(vector, basis)
        basis.append(rest / math.sqrt(_product(rest, rest)))
    left = [_without(vector, basis) for vector in second]
    left = [vector / math.sqrt(_product(vector, vector)) for vector in left]
    return np.array([[_product(a, b) for b in left] for a in left])


def _without(vector: Array, basis: list[Array]) -> Array:
    for _ in range(2):  # twice is enough
        for one in basis:
            vector = vector - _product(vector, one) * one
    return vector


def _product(a: Array, b: Array) -> float:
    return math.fsum((a * b).tolist())


def _places(null: MixedArrays, family: str) -> tuple[Array, Array]:
    """Return values and their probabilities, which stand for the null: counts, or a grid of logarithms."""
    low, high = float(null[1].min()), float(null[1].max())
    if family == "poisson":
        last = math.ceil(high + 40.0 + 12.0 * math.sqrt(high))
        if last > MOST_COUNTED:
            raise InputError(
                f"data must have counts of at most about {MOST_COUNTED:.0e} in the EM-test, got a mean of "
                f"{high:.6g}: take method='bootstrap'"
            )
        x = np.arange(last + 1.0)
        return x, _core.density(x, null)
    ends = _core.log(np.array([low, high]))
    t = np.arange(float(ends[0]) - 40.0, float(ends[1]) + 5.0, 0.03125)
    x = _core.exp(t)
    return x, _core.density(x, null) * x


def weights_of_chi_squares(correlation: Array) -> tuple[float, ...]:
    """Return the probabilities of 0, 1, .. k degrees of freedom, k up to 3.

    They are the angles of the cone of non-negative vectors, in the metric of the correlations, and of its
    polar cone.

    >>> [round(weight, 12) for weight in weights_of_chi_squares(np.eye(3))]
    [0.125, 0.375, 0.375, 0.125]
    """
    k = len(correlation)
    if k == 1:
        return 0.5, 0.5
    angles = {(i, j): arccos(float(correlation[i, j])) for i in range(k) for j in range(i)}
    if k == 2:
        wide = angles[1, 0] / (2.0 * math.pi)
        return 0.5 - wide, 0.5, wide
    two = math.fsum(angles.values()) / (4.0 * math.pi)
    three = (math.fsum(arccos(_partial(correlation, i)) for i in range(3)) / math.pi - 1.0) / 4.0
    return 0.5 - two, 0.5 - three, two, three


def _partial(correlation: Array, i: int) -> float:
    """Return the correlation of the other two, given the i-th."""
    a, b = (j for j in range(3) if j != i)
    r, s, t = float(correlation[a, b]), float(correlation[a, i]), float(correlation[b, i])
    return (r - s * t) / math.sqrt((1.0 - s * s) * (1.0 - t * t))


def arccos(x: float) -> float:
    """Return the angle whose cosine is x, by operations that are the same on all machines.

    >>> abs(arccos(0.5) - math.pi / 3.0) < 1e-15, arccos(-1.0) == math.pi
    (True, True)
    """
    if x <= -1.0:
        return math.pi
    t, doubled = math.sqrt(max(1.0 - x, 0.0) / (1.0 + x)), 2.0
    for _ in range(4):  # atan t = 2 atan(t / (1 + sqrt(1 + t^2)))
        t, doubled = t / (1.0 + math.sqrt(1.0 + t * t)), 2.0 * doubled
    square, total = t * t, 0.0
    for i in range(13, -1, -1):
        total = 1.0 / (2 * i + 1) - square * total
    return doubled * t * total


def tail(x: float, weights: tuple[float, ...]) -> float:
    """Return the probability that the mixture of chi-squares is at least x.

    >>> tail(0.0, (0.5, 0.5)), round(tail(2.705543, (0.5, 0.5)), 6)
    (1.0, 0.05)
    """
    if x <= 0.0:
        return 1.0
    root, even = math.sqrt(2.0 * x / math.pi), chi_square_tail(x, 1)
    tails = (0.0, one_tail(x), even, one_tail(x) + root * even)
    return math.fsum(weight * one for weight, one in zip(weights, tails, strict=False))
