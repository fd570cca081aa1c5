"""Samples and measures that several tests share."""

import itertools
import math
from pathlib import Path

import numpy as np

import mix1d
import oracle
from mix1d.data.sample import read_sample
from mix1d.outcome.outcome import Outcome
from mix1d.outcome.records import Asked

DATA = Path(__file__).parent / "data"


def column(name):
    """A column of tests/data, or of tests/data/hard, as an array (n,)."""
    path = DATA / f"{name}.csv"
    return np.loadtxt(path if path.exists() else DATA / "hard" / f"{name}.csv", skiprows=1)


def parameters(mixture):
    return mixture.weights, mixture.means, mixture.sds


def outcome_of(sample, mixture, *, equal=False, regularized=False, collapsed=-1):
    """An outcome with a mixture that need not be what a fit finds: a tuple of arrays."""
    k = len(mixture[0])
    height = mix1d.Mixture(*mixture).logpdf(sample.values) @ sample.weights
    fitted = {
        **{"equal": equal, "mixture": mixture, "start": mixture, "log_likelihood": float(height)},
        **{"entropy": 0.0, "decrement": 0.0, "converged": True, "positive_definite": True, "sound": True},
        **{"regularized": regularized, "max_iter_reached": False, "null_components": 0},
        **{"collapsed": collapsed, "optima": [(mixture, float(height), float(height), regularized)]},
    }
    sds = "equal" if equal else "free"
    return Outcome(sample, [fitted], 0, Asked("bic", False, 1e-10, 1000, False, False, (k,), sds))


def draw(seed, weights, means, sds, n):
    """Draw n values of a mixture, shuffled."""
    rng = np.random.default_rng(seed)
    which = rng.choice(len(weights), size=n, p=weights)
    return rng.normal(np.asarray(means, float)[which], np.asarray(sds, float)[which])


def distance(found, exact):
    """The largest error: means and sds in units of the sd of the component, weights relative.

    Components of weight 0 are left out, their numbers must agree.
    """
    (w, m, s), (v, n, t) = (real_components(p) for p in (found, exact))
    if len(found[0]) != len(exact[0]) or len(w) != len(v):
        return math.inf
    return float(np.max([np.abs(w - v) / v, np.abs(m - n) / t, np.abs(s - t) / t]))


def distance_any_order(found, exact):
    """`distance` for mixtures whose means may tie, so that rounding decides the order."""
    orders = itertools.permutations(range(len(found[0])))
    return min(distance([np.asarray(a)[list(order)] for a in found], exact) for order in orders)


def real_components(mixture):
    """The components of positive weight."""
    weights, means, sds = (np.asarray(a, float) for a in mixture)
    return weights[weights > 0], means[weights > 0], sds[weights > 0]


def floor_of(x, sample_weight=None):
    """The narrowest sd a fit of x may have, as far as the resolution of the data says."""
    return (read_sample(x, sample_weight).resolution or 0.0) / math.sqrt(12.0)


def scaled_derivatives(values, sample_weight, mixture, *, equal=False, penalty=0.0, variance=1.0):
    """Gradient (p,) and minus the Hessian (p, p) in the free parameters, means in units of their sds.

    The mixture has no component of weight 0. The last logit is fixed; equal sds share one log sd.
    """
    weights, means, sds = mixture
    k = len(weights)
    _, gradient, hessian = oracle.derivatives(values, sample_weight, weights, means, sds)
    pull = 2.0 * penalty * variance / np.square(sds)
    gradient[2 * k :] += pull - 2.0 * penalty
    hessian[range(2 * k, 3 * k), range(2 * k, 3 * k)] -= 2.0 * pull
    unit = np.concatenate([np.ones(k), sds, np.ones(k)])
    free = oracle.free_directions(k, equal)
    return free.T @ (unit * gradient), -(free.T @ (hessian * np.outer(unit, unit)) @ free)
