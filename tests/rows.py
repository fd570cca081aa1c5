"""Rows of every kind, as (kind, a, b, weight, components)."""

import numpy as np

from cases import draw
from mix1d.native import Observed
from oracle_kinds import ANY, INTERVAL, NOISY, POINT

MIXTURE = np.array([0.3, 0.5, 0.2]), np.array([-1.0, 0.5, 4.0]), np.array([0.6, 1.0, 1.7])


def observed(rows):
    kind, a, b, weight, components = zip(*rows, strict=True)
    return Observed(
        np.array(kind, np.int64),
        np.array(a, float),
        np.array(b, float),
        np.where(np.array(kind) == NOISY, b, 0.0).astype(float),
        np.array(weight, float),
        np.array(components, np.int64),
    )


def points(x, sample_weight=None, components=ANY):
    weights = np.ones(len(x)) if sample_weight is None else sample_weight
    return [(POINT, v, 0.0, w, components) for v, w in zip(x, weights, strict=True)]


def intervals(lower, upper, sample_weight=None, components=ANY):
    weights = np.ones(len(lower)) if sample_weight is None else sample_weight
    return [(INTERVAL, a, b, w, components) for a, b, w in zip(lower, upper, weights, strict=True)]


def noisy(x, errors):
    return [(NOISY, v, e**2, 1.0, ANY) for v, e in zip(x, errors, strict=True)]


def samples():
    rng = np.random.default_rng(7)
    x = draw(3, *MIXTURE, 12)
    edges = np.array([-np.inf, -3.0, -1.0, -0.9, 0.0, 1.0, 1.5, 6.0, np.inf])
    bins = intervals(edges[:-1], edges[1:], rng.integers(1, 9, len(edges) - 1).astype(float))
    errors = noisy(x, rng.lognormal(-0.5, 0.7, 12))
    labels = [(POINT, v, 0.0, 1.0, 1 << (i % 3)) for i, v in enumerate(x)]
    return {
        "bins": bins,
        "narrow": intervals(x - 1e-6, x + 1e-6),
        "rounded": intervals(np.round(x) - 0.5, np.round(x) + 0.5),
        "limits": intervals(np.full(4, -np.inf), x[:4]) + intervals(x[4:8], np.full(4, np.inf)),
        "far": intervals([30.0, -60.0, -np.inf], [31.0, -59.0, -40.0]),
        "errors": errors,
        "labels": labels + points(x),
        "subsets": points(x, components=0b101) + points(x, components=0b011),
        "truncated": points(x) + intervals([-2.0], [5.0], [-12.0]),
        "of known origin": intervals([-np.inf], [np.inf], [-3.0], 0b010)
        + points(x[:3], components=0b010)
        + points(x),
        "all": bins + errors + labels + points(x) + intervals([-4.0], [np.inf], [-30.0]),
    }
