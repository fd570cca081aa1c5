"""Intervals, limits, windows and errors under families other than the normal, against closed forms."""

import mpmath
import numpy as np
import pytest
from mpmath import mpf

import oracle_families as slow
from mix1d import _core
from mix1d.native import Candidates, Chart, Observed, Options, Problem
from oracle_families import LOGARITHMIC, NUMBER

INF = np.inf
STEPS = [
    (-1, 1),
    (0.5, 0.5001),
    (-INF, -2),
    (2.5, INF),
    (-INF, 0.3),
    (-6, INF),
    (4, 4.5),
    (-8, -3),
    (-INF, INF),
]
CONTINUOUS = [
    *((family, scale, 0.0) for family in ("gamma", "weibull", "inverse_gaussian") for scale in (0.05, 0.7)),
    ("gamma", 10**0.5, 0.0),
    ("weibull", 3.0, 0.0),
    ("exponential", 1.0, 0.0),
    ("logistic", 1.3, 0.0),
    ("beta", 0.2, 0.0),
    ("beta", 1.7, 0.0),
    *(("student_t", 1.3, kappa) for kappa in (0.01, 0.3, 1.0)),
    ("skew_normal", 1.3, 0.8),
]
COUNTS = [
    ("poisson", 1.3, 0.0, 1, INF),
    ("poisson", 1.3, 0.0, 2.5, 7.5),
    ("poisson", 1.3, 0.0, 20, INF),
    ("poisson", 1.3, 0.0, 0, 0),
    ("poisson", 9.0, 0.0, 8000, 8200),
    ("negative_binomial", 1.3, 0.7, 1, INF),
    ("negative_binomial", 3.3, 20.0, 1, INF),
    ("negative_binomial", 1.3, 0.7, 60, INF),
    ("negative_binomial", 3.3, 0.01, 5, 40),
]


def derivatives(family, location, scale, shape, lower, upper=None, variance=None):
    def one(x):
        return None if x is None else np.array([float(x)])

    found = _core.family_derivatives(
        NUMBER[family], location, scale, shape, one(lower), one(upper), one(variance)
    )
    return found[0][0], found[1][0], found[2][0]


def largest_errors(ours, exact):
    value = float(abs(mpf(float(ours[0])) - exact[0]) / (1 + abs(exact[0])))
    return [value] + [
        max(float(abs(mpf(float(a)) - b) / (1 + abs(b))) for a, b in zip(ours[i], exact[i], strict=False))
        for i in (1, 2)
    ]


def check_mass(family, location, scale, shape, lower, upper):
    exact = slow.by_differences(
        family,
        location,
        scale,
        shape,
        lambda *parameters: slow.log_mass(family, lower, upper, *parameters),
        step=mpf(10) ** -15,
        digits=60,
    )
    if not mpmath.isfinite(exact[0]):  # less than sixty digits can tell from nothing
        return
    errors = largest_errors(derivatives(family, location, scale, shape, lower, upper), exact)
    assert errors[0] < 1e-14, (lower, upper, errors)
    assert errors[1] < 1e-12, (lower, upper, errors)
    assert errors[2] < 1e-11, (lower, upper, errors)


@pytest.mark.parametrize(("family", "scale", "shape"), CONTINUOUS)
def test_intervals(family, scale, shape):
    steps = STEPS[:2] if family == "skew_normal" else STEPS
    for a, b in steps:
        check_mass(family, 0.4, scale, shape, 0.4 + scale * a, 0.4 + scale * b)


@pytest.mark.parametrize(("family", "location", "shape", "lower", "upper"), COUNTS)
def test_intervals_of_counts(family, location, shape, lower, upper):
    check_mass(family, location, 1.0, shape, lower, upper)


def test_a_steep_flank_inside_an_interval():
    """At the cap of its shape a skew-normal rises within a hundredth of its scale."""
    at_once = derivatives("skew_normal", 0.4, 1.3, -5.298, -INF, INF)
    assert at_once[0] == pytest.approx(0.0, abs=1e-14)
    assert np.abs(at_once[1]).max() < 1e-12
    parts = [derivatives("skew_normal", 0.4, 1.3, -5.298, *ends)[0] for ends in ((-INF, 0.39), (0.39, INF))]
    assert np.exp(parts).sum() == pytest.approx(1.0, abs=1e-14)


NOISY = [
    ("student_t", 0.0, 1.0, 0.3, 50.0, None, 1.0),
    ("student_t", 0.0, 1.0, 0.3, 6.0, 7.0, 1e-3),
    ("logistic", 1.0, 1.0, 0.0, -3.0, None, 2.0),
    ("skew_normal", 0.0, 1.0, 2.0, -3.0, None, 0.5),
    ("lognormal", 0.5, 0.5, 0.0, 2.0, None, 0.3),
    ("lognormal", 0.5, 0.5, 0.0, -1.0, None, 0.8),
    ("lognormal", 0.0, 0.2, 0.0, 12.0, None, 1.3),
    ("gamma", 0.0, 1.6, 0.0, 0.01, None, 0.2),
    ("gamma", 2.0, 0.3, 0.0, 9.0, None, 1e-3),
    ("weibull", 1.0, 0.3, 0.0, 2.0, 3.0, 0.01),
    ("inverse_gaussian", 0.0, 0.8, 0.0, 5.0, INF, 0.7),
    ("exponential", 1.0, 1.0, 0.0, -2.0, None, 1.0),
]


def edges_of(family, location, scale, ends, error):
    places = [(location, scale)]
    for end in ends:
        if family in LOGARITHMIC and 0 < end < INF:
            places.append((np.log(end), min(error / end, 1.0)))
        elif family not in LOGARITHMIC and abs(end) < INF:
            places.append((end, error))
    steps = np.array([0, 0.5, 1, 2, 3, 5, 8, 12, 20, 40])
    edges = {mpf(float(p + side * k * w)) for p, w in places for k in steps for side in (-1, 1)}
    if family in ("student_t", "logistic"):
        edges |= {mpf(side * 10.0**k) for k in (2, 3, 4, 6, 9, 12) for side in (-1, 1)}
    if family in LOGARITHMIC:
        edges = {y for y in edges if y < 40} | {mpf(-200)}
    return sorted(edges)


@pytest.mark.parametrize(("family", "location", "scale", "shape", "lower", "upper", "error"), NOISY)
def test_errors(family, location, scale, shape, lower, upper, error):
    """Against the convolution itself, one number at a time; scores against differences of our own."""
    variance = error * error
    ends = [lower] if upper is None else [lower, upper]

    def weight(x):
        spread = mpf(variance)
        if upper is None:
            return mpmath.exp(-((mpf(lower) - x) ** 2) / 2 / spread) / mpmath.sqrt(2 * mpmath.pi * spread)
        root = mpmath.sqrt(spread)
        return slow.mass_of_normal((mpf(lower) - x) / root, (mpf(upper) - x) / root)

    with mpmath.workdps(30):
        parameters = [mpf(location), mpf(scale)]
        if slow.SHAPE in slow.SLOTS[family]:
            parameters.append(mpf(shape))
        exact = slow.log_noisy(family, weight, edges_of(family, location, scale, ends, error), *parameters)
    value, first, second = derivatives(family, location, scale, shape, lower, upper, variance)
    # beside a small error, values are known to their rounding
    rounding = 2e-16 * abs(lower) / error
    assert value == pytest.approx(float(exact), rel=1e-12, abs=1e-12 + rounding)
    step = 1e-4

    def at(by):
        return derivatives(family, location + by * scale, scale, shape, lower, upper, variance)

    up, down = at(step), at(-step)
    assert first[0] == pytest.approx((up[0] - down[0]) / (2 * step), rel=1e-6, abs=1e-6)
    assert second[0] == pytest.approx((up[1][0] - down[1][0]) / (2 * step), rel=1e-6, abs=1e-6)


def observed(kind, a, b, variance=0.0, **more):
    n = len(a)
    ones = np.ones(n)
    return Observed(
        np.full(n, kind) if np.isscalar(kind) else np.asarray(kind),
        np.asarray(a, float),
        np.asarray(b, float),
        variance * ones,
        ones,
        np.full(n, -1),
        **more,
    )


def fitted(rows, family, k=1):
    problem = Problem(rows.a, rows.weights, observed=rows)
    return _core.fit(problem, Candidates([k], [Chart(family=NUMBER[family])]), Options())[0][0]


def likelihood_of_rounded(family, x, h, mixture):
    m, s = np.log(mixture[1][0]), mixture[2][0]
    ends = [(-INF if v <= h / 2 else np.log(v - h / 2), np.log(v + h / 2)) for v in x]
    return sum(derivatives(family, m, s, 0.0, *end)[0] for end in ends)


@pytest.mark.parametrize("family", ["lognormal", "gamma", "weibull"])
def test_rounded_positive_values(family):
    """Zeros among them are what lies below half a step."""
    x = np.round(np.random.default_rng(5).gamma(1.5, 1.2, 300) * 2) / 2
    assert (x == 0).any()
    row = fitted(observed(1, x - 0.25, x + 0.25), family)
    assert row["converged"]
    assert not row["regularized"]
    at = row["mixture"]
    best = likelihood_of_rounded(family, x, 0.5, at)
    assert row["log_likelihood"] == pytest.approx(best, rel=1e-11)
    for by, wide in ((1.001, 1.0), (0.999, 1.0), (1.0, 1.001), (1.0, 0.999)):
        assert likelihood_of_rounded(family, x, 0.5, (at[0], at[1] * by, at[2] * wide)) < best


@pytest.mark.parametrize("family", ["lognormal", "gamma", "inverse_gaussian"])
def test_errors_of_positive_values(family):
    rng = np.random.default_rng(6)
    x = rng.gamma(4.0, 0.5, 150) + 0.4 * rng.normal(size=150)
    row = fitted(observed(2, x, x, 0.16), family)
    assert row["converged"]
    at = row["mixture"]

    def height(by=1.0, wide=1.0):
        m, s = np.log(at[1][0] * by), at[2][0] * wide
        return sum(derivatives(family, m, s, 0.0, v, None, 0.16)[0] for v in x)

    assert row["log_likelihood"] == pytest.approx(height(), rel=1e-11)
    assert all(height(*move) < height() for move in ((1.001, 1), (0.999, 1), (1, 1.001), (1, 0.999)))


def test_equal_errors_are_not_lost_where_components_are_not_normal():
    rng = np.random.default_rng(7)
    x = rng.logistic(size=200) + rng.normal(size=200)
    row = fitted(observed(2, x, x, 1.0), "logistic")
    at = row["mixture"]
    values = [derivatives("logistic", at[1][0], at[2][0], 0.0, v, None, 1.0)[0] for v in x]
    assert row["log_likelihood"] == pytest.approx(sum(values), rel=1e-12)


def test_counts_of_which_zeros_were_never_seen():
    x = np.random.default_rng(8).poisson(1.4, 500)
    x = x[x > 0].astype(float)
    rows = observed(0, x, x, window=(0.5, INF), common_window=True)
    mean = fitted(rows, "poisson")["mixture"][1][0]
    assert x.mean() == pytest.approx(mean / -np.expm1(-mean), rel=1e-6)


@pytest.mark.parametrize("family", ["gamma", "student_t"])
def test_a_background_beside_other_families(family):
    rng = np.random.default_rng(9)
    x = np.sort(np.concatenate([rng.gamma(9.0, 1.0, 300), rng.uniform(0.5, 40.0, 60)]))
    x = x[(x > 0.5) & (x < 40.0)]
    rows = observed(0, x, x, named=1, background=(0.5, 40.0))
    chart = Chart(family=NUMBER[family], background=True)
    row = _core.fit(Problem(x, rows.weights, observed=rows), Candidates([2], [chart]), Options())[0][0]
    weights, locations, scales, _, shapes = row["mixture"]
    log = family in LOGARITHMIC
    y = np.log(x) if log else x
    location = np.log(locations[1]) if log else locations[1]
    density = _core.family_derivatives(NUMBER[family], location, scales[1], shapes[1], y)[0] - log * y
    total = np.log(weights[0] / 39.5 + weights[1] * np.exp(density)).sum()
    assert row["log_likelihood"] == pytest.approx(total, rel=1e-12)


def test_what_has_no_errors_says_so():
    x = np.array([1.0, 2.0, 4.0, 5.0])
    with pytest.raises(Exception, match="errors must be absent"):
        fitted(observed(2, x, x, 0.1), "poisson")
