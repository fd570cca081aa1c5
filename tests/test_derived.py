"""Thresholds, quantiles, overlap, separation and modes: values, errors and intervals."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate

import mix1d
import oracle_profile
from cases import column, draw
from mix1d import _core
from mix1d.outcome.maximum import maximum_of
from mix1d.uncertainty.quantities import Kind, Quantity, rows_of, values_of

CHI2 = 3.841458820694124
WAITING = mix1d.fit(column("faithful_waiting"), 2)


def with_numbers(function):
    """A function of a mixture as one of (weights[:-1], means, sds)."""

    def of(theta):
        k = (len(theta) + 1) // 3
        weights = np.append(theta[: k - 1], 1.0 - theta[: k - 1].sum())
        return function(mix1d.Mixture(weights, theta[k - 1 : 2 * k - 1], theta[2 * k - 1 :]))

    return of


def delta_error(result, function):
    """The standard error of a function of the mixture by differences and the covariance."""
    m = result.mixture
    theta = np.concatenate([m.weights[:-1], m.means, m.sds])
    of = with_numbers(function)
    steps = 1e-5 * np.sqrt(np.diag(result.covariance()))
    gradient = np.array(
        [
            (of(theta + h * e) - of(theta - h * e)) / (2.0 * h)
            for h, e in zip(steps, np.eye(len(theta)), strict=True)
        ]
    )
    return math.sqrt(gradient @ result.covariance() @ gradient)


def error_rate(m):
    """One minus the integral of the largest weighted density, by quadrature."""
    density = lambda x: np.max(  # noqa: E731
        m.weights / m.sds / math.sqrt(2 * math.pi) * np.exp(-0.5 * ((x - m.means) / m.sds) ** 2)
    )
    cuts = sorted(t.value for t in m.thresholds() if math.isfinite(t.value))
    low, high = m.means.min() - 12 * m.sds.max(), m.means.max() + 12 * m.sds.max()
    edges = [low, *[c for c in cuts if low < c < high], high]
    parts = [integrate.quad(density, a, b, epsabs=1e-12, limit=300)[0] for a, b in itertools.pairwise(edges)]
    return 1.0 - math.fsum(parts)


def ashman(m):
    return abs(m.means[1] - m.means[0]) / math.sqrt(0.5 * (m.sds**2).sum())


CASES = {
    "quantile": (lambda r: r.quantile(0.3), lambda m: float(m.icdf(0.3))),
    "far quantile": (lambda r: r.quantile(1e-9), lambda m: float(m.icdf(1e-9))),
    "upper quantile": (lambda r: r.quantile(1 - 1e-9), lambda m: float(m.icdf(1 - 1e-9))),
    "above": (lambda r: r.proportion_above(72.0), lambda m: float(m.ccdf(72.0))),
    "far above": (lambda r: r.proportion_above(130.0), lambda m: float(m.ccdf(130.0))),
    "overlap": (lambda r: r.overlap().error_rate, error_rate),
    "ashman": (lambda r: r.separation()[0].ashman_d, ashman),
    "bimodality": (
        lambda r: r.separation()[0].bimodality_index,
        lambda m: math.sqrt(m.weights[0] * m.weights[1]) * ashman(m),
    ),
    "mode": (lambda r: r.modes().places[1], lambda m: float(m.modes()[1])),
}


@pytest.mark.parametrize("name", CASES)
def test_values_and_their_errors(name):
    ask, function = CASES[name]
    found = ask(WAITING)
    assert found.value == pytest.approx(function(WAITING.mixture), rel=1e-8)
    tolerance = 1e-3 if name == "overlap" else 1e-5  # quadrature by differences
    assert found.standard_error == pytest.approx(delta_error(WAITING, function), rel=tolerance)
    assert found.lower < found.value < found.upper
    assert float(found) == float(np.asarray(found)) == found.value


@pytest.mark.parametrize("name", ["quantile", "ashman"])
def test_profile_bounds_are_those_of_the_slow_twin(name):
    ask, function = CASES[name]
    unit = 10.0 if name == "quantile" else 1.0
    found = ask(WAITING)
    m, sample = WAITING.mixture, WAITING.sample
    mixture = m.weights, m.means / 10.0, m.sds / 10.0

    def quantity(*parameters):
        return function(mix1d.Mixture(*parameters))

    for side, value in ((-1.0, found.lower), (1.0, found.upper)):
        exact = oracle_profile.bound(
            sample.values / 10.0,
            sample.weights,
            mixture,
            quantity,
            CHI2,
            side * 0.7 * found.standard_error / unit,
        )
        assert value / unit == pytest.approx(exact, abs=2e-5 * found.standard_error / unit)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 5))
def test_the_confusion_table(seed, k):
    rng = np.random.default_rng(seed)
    weights, means, sds = (
        rng.dirichlet(np.full(k, 2.0)),
        np.sort(rng.uniform(0, 8, k)),
        rng.uniform(0.3, 2.5, k),
    )
    table = _core.confusion((weights, means, sds))
    np.testing.assert_allclose(table.sum(axis=1), 1.0, rtol=1e-12)
    assert (table >= 0.0).all()
    x = rng.normal(means[:, None], sds[:, None], (k, 4000))
    labels = mix1d.Mixture(weights, means, sds).predict(x)
    drawn = np.array([np.bincount(row, minlength=k) / 4000 for row in labels])
    np.testing.assert_allclose(table, drawn, atol=0.045)


def test_overlap_of_one_and_of_components_without_values():
    one = mix1d.fit(column("precip"), 1).overlap()
    assert float(one) == 0.0
    assert one.confusion.tolist() == [[1.0]]
    many = mix1d.fit(column("precip"), 4)
    empty = many.mixture.weights == 0.0
    table = many.overlap().confusion
    assert np.isnan(table[empty]).all()
    np.testing.assert_allclose(table[np.ix_(~empty, ~empty)].sum(axis=1), 1.0)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(-50, 50))
def test_everything_scales_with_the_data(seed, exponent):
    x = draw(seed, [0.4, 0.6], [0.0, 3.5], [1.0, 0.8], 70)
    factor = 2.0**exponent
    one, other = mix1d.fit(x, 2), mix1d.fit(x * factor, 2)
    for a, b, unit in (
        (one.quantile(0.4), other.quantile(0.4), factor),
        (one.proportion_above(1.5), other.proportion_above(1.5 * factor), 1.0),
        (one.overlap().error_rate, other.overlap().error_rate, 1.0),
        (one.modes().places[0], other.modes().places[0], factor),
        (one.separation()[0].ashman_d, other.separation()[0].ashman_d, 1.0),
    ):
        np.testing.assert_allclose(
            [b.value, b.lower, b.upper], np.array([a.value, a.lower, a.upper]) * unit, rtol=1e-9
        )


def test_wald_and_bootstrap_bounds():
    above = WAITING.proportion_above(72.0, method="wald")
    odds = math.log(above.value / (1 - above.value))
    error = above.standard_error / (above.value * (1 - above.value))
    low, high = (1 / (1 + math.exp(-(odds + s * 1.959963984540054 * error))) for s in (-1, 1))
    assert (above.lower, above.upper) == pytest.approx((low, high))
    drawn = WAITING.quantile(0.5, method="bootstrap", replicates=199, rng=3)
    replicates = WAITING.replicates(replicates=199, rng=3)
    medians = [
        mix1d.Mixture(*rows).icdf(0.5)
        for rows in zip(replicates.weights, replicates.means, replicates.sds, strict=True)
    ]
    np.testing.assert_allclose([drawn.lower, drawn.upper], np.sort(medians)[[4, 194]], rtol=1e-9)
    assert drawn.standard_error == pytest.approx(np.std(medians, ddof=1), rel=1e-9)


def test_a_generator_is_advanced_and_a_seed_is_not():
    rng = np.random.default_rng(5)
    first, second = (WAITING.quantile(0.5, method="bootstrap", replicates=60, rng=rng) for _ in range(2))
    assert first.lower != second.lower
    again = [WAITING.quantile(0.5, method="bootstrap", replicates=60, rng=8).lower for _ in range(2)]
    assert again[0] == again[1]


def test_a_threshold_that_may_not_exist_has_an_open_bound():
    """Two components with one inside the other: for some likely values there is no crossing."""
    result = mix1d.fit(column("faithful_eruptions"), 3)
    assert any(math.isinf(t.lower) or math.isinf(t.upper) for t in result.thresholds())


def test_quantities_of_many_mixtures():
    rows = np.array([[0.4, 0.6], [0.5, 0.5]]), np.array([[0.0, 4.0]] * 2), np.ones((2, 2))
    wanted = [Quantity(Kind.MEAN, 1), Quantity(Kind.CROSSING, 0, 1), Quantity(Kind.MODE, at=4.0)]
    found = values_of(rows, wanted)
    assert found.shape == (2, 3)
    assert found[1, 1] == pytest.approx(2.0)
    assert found[0, 2] == pytest.approx(mix1d.Mixture(rows[0][0], rows[1][0], rows[2][0]).modes()[1])
    assert rows_of(wanted).shape == (3, 4)


def test_where_there_is_no_maximum_values_have_no_intervals():
    result = mix1d.fit(column("geyser_duration"), 4)
    assert result.regularized
    median = result.quantile(0.5)
    assert median.value == pytest.approx(float(result.mixture.median()))
    assert math.isnan(median.lower)
    assert math.isnan(median.standard_error)
    held = maximum_of(result).held
    assert held
    assert all(math.isnan(t.lower) for t in result.thresholds() if {t.below, t.above} & {*held})


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: WAITING.quantile(1.0), "p must lie strictly between 0 and 1, got 1.0"),
        (lambda: WAITING.quantile("a"), "p must be a probability"),
        (lambda: WAITING.proportion_above(math.inf), "x must be a finite number, got inf"),
        (lambda: WAITING.proportion_above("high"), "x must be a finite number, got 'high'"),
        (lambda: WAITING.overlap(level=2), "level must lie strictly between 0 and 1"),
        (lambda: WAITING.modes(method="louis"), "method must be"),
    ],
)
def test_arguments_are_checked(call, words):
    with pytest.raises(mix1d.InputError, match=words):
        call()
