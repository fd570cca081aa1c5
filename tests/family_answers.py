"""Fits of every family that has one, each made once."""

from functools import cache

import numpy as np

import mix1d


def _rng():
    return np.random.default_rng(1)


def two_gammas():
    rng = _rng()
    return np.concatenate([rng.gamma(3.0, 1.0, 300), rng.gamma(40.0, 0.3, 300)])


def _fits():
    r, two = _rng(), two_gammas()
    apart = np.concatenate([r.poisson(2, 300), r.poisson(15, 200)])
    spread = np.concatenate([r.negative_binomial(2, 0.3, 300), r.negative_binomial(30, 0.3, 200)])
    return {
        "gamma": (np.concatenate([r.gamma(0.5, 1, 300), r.gamma(40, 0.3, 300)]), 2, "gamma"),
        "lognormal": (
            np.exp(np.concatenate([r.normal(0, 0.5, 300), r.normal(2.5, 0.4, 400)])),
            2,
            "lognormal",
        ),
        "student_t": (np.concatenate([r.standard_t(3, 300), 20 + r.standard_t(8, 300)]), 2, "student_t"),
        "heavy": (r.standard_t(1.5, 400), 1, "student_t"),
        "skew_normal": (np.abs(r.normal(0, 2, 300)) + r.normal(0, 0.4, 300), 1, "skew_normal"),
        "logistic": (np.concatenate([r.logistic(0, 1, 300), r.logistic(12, 0.7, 300)]), 2, "logistic"),
        "weibull": (two, 2, "weibull"),
        "inverse_gaussian": (r.wald(3, 5, 400), 1, "inverse_gaussian"),
        "exponential": (r.exponential(3.0, 400), 1, "exponential"),
        "beta": (np.concatenate([r.beta(2, 8, 300), r.beta(30, 8, 300)]), 2, "beta"),
        "poisson": (apart, 2, "poisson"),
        "negative_binomial": (spread, 2, "negative_binomial"),
        "zeros": (np.concatenate([np.zeros(200), r.poisson(5, 300)]), None, ["point_mass", "poisson"]),
        "mixed": (two, None, ["gamma", "normal"]),
        "background": (np.append(two, r.uniform(0, 40, 60)), None, ["gamma", "gamma", "uniform"]),
        "auto": (two, None, "auto"),
        "counted": (r.negative_binomial(3, 0.2, 400), None, "auto"),
    }


NAMES = tuple(_fits())


@cache
def fitted(name):
    """Return a fit, whose data were drawn with one seed."""
    x, k, family = _fits()[name]
    return mix1d.fit(np.asarray(x, float), k, family=family, name=name)
