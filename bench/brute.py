"""Brute force: many polished random starts, and the two objectives in plain NumPy.

The judge of the global search. It shares with `mix1d.fit` only the local solver `_core.polish`; starts,
objectives and soundness are written here from their definitions.
"""

from dataclasses import dataclass

import numpy as np

from judging import random_start
from mix1d import _core, native


@dataclass(frozen=True)
class Problem:
    """A pooled sample with everything the two objectives need."""

    values: np.ndarray
    counts: np.ndarray
    sd: float
    penalty: float  # a = n^-1/2
    penalty_variance: float  # S = min(variance, (IQR / 1.349)^2)
    floor: float  # smallest sd allowed: resolution / sqrt(12), or 1e-6 sd(x)
    n: float

    @classmethod
    def of(cls, x, resolution):
        """Pool x; `resolution` is the spacing of its lattice, or None."""
        values, counts = np.unique(x, return_counts=True)
        spread = (np.subtract(*np.quantile(x, [0.75, 0.25])) / 1.349) ** 2
        variance = x.var()
        floor = max(1e-6 * x.std(), (resolution or 0.0) / np.sqrt(12))
        robust = min(variance, spread) if spread > 0 else variance
        return cls(values, counts.astype(float), x.std(), len(x) ** -0.5, robust, floor, float(len(x)))


def log_likelihood(problem, weights, means, sds):
    """Plain log-likelihood; components of weight 0 are left out."""
    used = np.asarray(weights) > 0
    weights, means, sds = (np.asarray(a)[used] for a in (weights, means, sds))
    z = (problem.values[:, None] - means) / sds
    parts = np.log(weights) - np.log(sds) - 0.5 * np.log(2 * np.pi) - 0.5 * z * z
    top = parts.max(axis=1)
    return float(problem.counts @ (top + np.log(np.exp(parts - top[:, None]).sum(axis=1))))


def penalised(problem, weights, means, sds):
    """pl_a; a component of weight 0 is taken at its best, s^2 = S, where it costs a."""
    used = np.asarray(weights) > 0
    ratio = np.asarray(sds)[used] ** 2 / problem.penalty_variance
    cost = problem.penalty * (np.sum(1 / ratio + np.log(ratio)) + np.sum(~used))
    return float(log_likelihood(problem, weights, means, sds) - cost)


def sound(problem, weights, sds):
    """Every sd at least 0.02 sd(x), every n * weight at least max(5, 0.01 n), to rounding."""
    few = max(5.0, 0.01 * problem.n)
    slack = 1 - 1e-9
    return bool(np.min(sds) >= 0.02 * problem.sd * slack and problem.n * np.min(weights) >= few * slack)


def start_for(problem, k, rng):
    """Return a random start, no sd of which is at the floor."""
    chance = problem.counts / problem.n
    weights, means, sds = random_start(problem.values, chance, problem.sd, k, rng)
    return weights, means, np.maximum(sds, 2 * problem.floor)


def polish(problem, start, penalty, em_steps=30, max_iter=300):
    """(weights, means, sds) at the optimum next to `start`, and whether the solver calls it one."""
    found = _core.polish(
        native.Problem(problem.values, problem.counts),
        native.Model(*(np.ascontiguousarray(a, float) for a in start)),
        (penalty, problem.penalty_variance),
        problem.floor,
        em_steps,
        max_iter,
    )
    return found["mixture"], found["converged"]


def best_of(problem, k, starts, rng):
    """Best penalised value, best sound log-likelihood (None if no sound optimum was met).

    `starts` random starts are polished for each of the two; the penalised optima are continued to a
    penalty of 0 too. Only optima with at least one value in every component count: where a component of
    weight 0 would be higher still, `fit` prefers an optimum with all components, if one within 2 nats
    survives without the penalty.
    """
    best_penalised, best_sound = -np.inf, None

    def judge_sound(start):
        nonlocal best_sound
        parameters, converged = polish(problem, start, 0.0)
        if converged and sound(problem, parameters[0], parameters[2]):
            value = log_likelihood(problem, *parameters)
            best_sound = value if best_sound is None else max(best_sound, value)

    for _ in range(starts):
        parameters, _ = polish(problem, start_for(problem, k, rng), problem.penalty)
        value = penalised(problem, *parameters)
        if value > best_penalised - 2:
            judge_sound(parameters)
        if np.min(parameters[0]) * problem.n >= 1.0:
            best_penalised = max(best_penalised, value)
        judge_sound(start_for(problem, k, rng))
    return best_penalised, best_sound
