"""The search over families: hard optima, samples with nothing in them, and numbers at the ends of doubles."""

import sys
from pathlib import Path

import numpy as np
import pytest

from mix1d import _core
from mix1d.model.families import NAMES
from mix1d.native import Candidates, Chart, Options, Problem

LOG = ["lognormal", "gamma", "weibull", "inverse_gaussian", "exponential"]
REAL = ["student_t", "logistic", "skew_normal"]
COUNTS = ["poisson", "negative_binomial"]
BENCH = Path(__file__).parents[2] / "bench"


def fitted(x, family, k, counts=None, start=None):
    value, pooled = np.unique(np.asarray(x, float), return_counts=True)
    problem = Problem(value, pooled.astype(float) if counts is None else counts)
    rows, _ = _core.fit(
        problem, Candidates([k], [Chart(family=NAMES[family].number)], start=start), Options()
    )
    assert len(rows) == 1
    return rows[0]


def assert_sound(found, family):
    mixture = found["mixture"]
    assert all(np.isfinite(part).all() for part in mixture)
    assert mixture[0].sum() == pytest.approx(1.0, abs=1e-12)
    assert np.isfinite(found["log_likelihood"])
    if NAMES[family].space in ("log", "count"):
        assert (mixture[1] > 0).all()
    if len(mixture) > 3:
        assert set(mixture[3]) == {NAMES[family].number}


@pytest.fixture
def judged():
    sys.path.insert(0, str(BENCH))
    try:
        import family_samples
    finally:
        sys.path.remove(str(BENCH))
    return family_samples.sample


@pytest.mark.parametrize(
    ("family", "index", "seed", "best"),
    [
        # optima that differ by the shape of one component, or of two that share an edge
        ("skew_normal", 58, 77, -959.943715),
        ("skew_normal", 53, 77, -153.430762),
        ("skew_normal", 45, 77, -113.092738),
        # a side that ends between two values
        ("skew_normal", 8, 1005, 3.697795),
        ("skew_normal", 20, 1005, -144.689343),
        ("skew_normal", 21, 1003, -213.107474),
        ("skew_normal", 21, 1010, -442.292255),
        # heavy tails, or one wide component more
        ("student_t", 22, 1009, -1028.004761),
        # two normals
        ("student_t", 13, 1501, -205.426501),
        # narrow counts between wide ones
        ("negative_binomial", 19, 2026, -5277.989453),
    ],
)
def test_optima_that_differ_by_shapes_are_found(judged, family, index, seed, best):
    given = judged(family, index, seed)
    found = fitted(given.values, family, given.n_components)
    assert max(optimum[2] for optimum in found["optima"]) > best - 0.01


@pytest.mark.parametrize("family", [*LOG, *REAL, *COUNTS, "beta"])
@pytest.mark.parametrize("k", [1, 2, 4])
def test_equal_values(family, k):
    for value in (0.3,) if family == "beta" else (7.0, 1e6):
        found = fitted([value] * 5, family, k)
        assert_sound(found, family)
        assert found["regularized"] or (k == 1 and NAMES[family].number in (6, 11, 12))


def test_the_place_of_equal_shares_is_their_logit():
    found = fitted([0.3] * 4, "beta", 1)
    assert found["mixture"][1][0] == pytest.approx(np.log(0.3 / 0.7), rel=1e-12)


def test_equal_lifetimes_have_a_plain_exponential():
    found = fitted([3.0] * 4, "exponential", 1)
    assert found["mixture"][1][0] == pytest.approx(3.0, rel=1e-12)
    assert found["log_likelihood"] == pytest.approx(-4 * (np.log(3.0) + 1), rel=1e-12)
    assert found["converged"]
    assert not found["regularized"]


@pytest.mark.parametrize("family", COUNTS)
def test_counts_that_are_all_zero(family):
    for k in (1, 3):
        found = fitted(np.zeros(6), family, k)
        assert_sound(found, family)
        assert found["log_likelihood"] == pytest.approx(0.0, abs=0.01)


def test_components_of_weight_zero_are_of_the_family():
    found = fitted([0, 1, 2, 2, 0, 1, 1, 0], "poisson", 3)
    assert found["null_components"] > 0
    assert_sound(found, "poisson")


def test_one_component_is_found_from_far():
    """Means of logarithms say nothing of the mean of what spans many orders of magnitude."""
    x = np.exp(np.linspace(np.log(1e-9), 0.5, 20))
    found = fitted(x, "inverse_gaussian", 1)
    assert found["converged"]
    mean, inverse = x.mean(), np.mean(1 / x)
    assert found["mixture"][1][0] == pytest.approx(mean, rel=1e-9)
    assert found["mixture"][2][0] ** 2 == pytest.approx(mean * inverse - 1, rel=1e-9)
    wide = np.exp(np.linspace(-120.0, 120.0, 30))
    found = fitted(wide, "exponential", 1)
    assert found["converged"]
    assert found["mixture"][1][0] == pytest.approx(wide.mean(), rel=1e-12)


def test_shares_next_to_one_count():
    x = np.append(np.random.default_rng(3).beta(0.1, 0.1, 200), 1 - 2.0**-53)
    found = fitted(np.clip(x, 1e-300, 1 - 2.0**-53), "beta", 1)
    assert found["converged"]
    assert np.isfinite(found["log_likelihood"])


@pytest.mark.parametrize("family", ["gamma", "weibull", "inverse_gaussian", "exponential"])
@pytest.mark.parametrize("power", [-300, -7, 13, 300])
def test_units_by_powers_of_two_change_no_bit(family, power):
    rng = np.random.default_rng(5)
    x = np.concatenate([rng.gamma(4.0, 1.0, 60), rng.gamma(9.0, 2.0, 40)])
    here, there = (fitted(v, family, 2)["mixture"] for v in (x, np.ldexp(x, power)))
    assert np.array_equal(there[0], here[0])
    assert np.array_equal(there[1], np.ldexp(here[1], power))
    assert np.array_equal(there[2], here[2])


def test_a_fit_stays_where_it_was_found():
    rng = np.random.default_rng(8)
    x = np.concatenate([np.abs(rng.normal(size=60)), 3.0 - np.abs(rng.normal(size=60))])
    found = fitted(x, "skew_normal", 2)
    again = fitted(x, "skew_normal", 2, start=tuple(found["mixture"]))
    assert again["log_likelihood"] == pytest.approx(found["log_likelihood"], abs=1e-9)


def drawn(space, rng):
    """Draw a small sample of anything: ties, few values, outliers, any unit."""
    n, way = int(rng.choice([2, 3, 5, 8, 20])), int(rng.integers(5))
    if space == "count":
        mean = 10.0 ** rng.uniform(-2, 5.5)
        choices = rng.poisson(mean, n), rng.integers(0, 3, n), np.rint(10.0 ** rng.uniform(0, 6, n))
        return np.minimum(np.asarray(choices[way % 3], float), 1e6)
    z = rng.normal(size=n) * 10.0 ** rng.uniform(-3, 1.3)
    z = (z, np.rint(z), np.round(z, 1), np.where(rng.random(n) < 0.7, 0.0, z), rng.integers(0, 2, n) * z[0])[
        way
    ]
    if space == "log":
        return np.exp(z) * 10.0 ** rng.choice([-100, -5, 0, 5, 100])
    if space == "logit":
        return np.clip(1 / (1 + np.exp(-z)), 1e-12, 1 - 1e-12)
    return z * 10.0 ** rng.choice([-100, 0, 100])


@pytest.mark.parametrize("family", [*LOG, *REAL, *COUNTS, "beta"])
def test_small_samples_of_anything(family):
    for seed in range(40):
        rng = np.random.default_rng([NAMES[family].number, seed])
        x, k = drawn(NAMES[family].space, rng), int(rng.integers(1, 5))
        found = fitted(x, family, k)
        assert_sound(found, family)
        assert found["converged"] or found["regularized"] or k > 1, (seed, x, k)
