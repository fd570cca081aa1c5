"""Plain EM of other families than the normal."""

import math

import mpmath
import numpy as np
import pytest

import mix1d
from mix1d.model.plain_em_families import gamma_shape

RNG = np.random.default_rng(5)
SAMPLES = {
    "lognormal": np.concatenate([RNG.lognormal(0.0, 0.3, 150), RNG.lognormal(1.4, 0.3, 150)]),
    "gamma": np.concatenate([RNG.gamma(3.0, 1.0, 150), RNG.gamma(40.0, 0.3, 150)]),
    "weibull": np.concatenate([RNG.weibull(2.0, 150), 4.0 * RNG.weibull(5.0, 150)]),
    "inverse_gaussian": np.concatenate([RNG.wald(1.0, 5.0, 150), RNG.wald(6.0, 90.0, 150)]),
    "exponential": np.concatenate([RNG.exponential(1.0, 150), RNG.exponential(20.0, 150)]),
    "poisson": np.concatenate([RNG.poisson(1.5, 150), RNG.poisson(9.0, 150)]),
}


@pytest.mark.parametrize("start", ["linspace", "random"])
@pytest.mark.parametrize("family", SAMPLES)
def test_it_climbs_to_the_maximum_that_fit_finds(family, start):
    x = SAMPLES[family]
    steps = list(mix1d.em(x, 2, family=family, start=start, max_iter=3000, tol=1e-11))
    values = np.array([step.log_likelihood for step in steps])
    assert np.diff(values).min() > -1e-10
    last = steps[-1]
    assert last.log_likelihood == pytest.approx(float(last.mixture.logpdf(x).sum()), rel=1e-13)
    assert {component.family for component in last.mixture.components} == {family}
    found = mix1d.fit(x, 2, family=family, resolution=0, set_apart=None)
    assert last.log_likelihood == pytest.approx(found.log_likelihood, abs=1e-7)
    np.testing.assert_allclose(np.sort(last.mixture.means), found.mixture.means, rtol=1e-3)


@pytest.mark.parametrize("family", SAMPLES)
def test_weights_are_repetitions(family):
    x = SAMPLES[family][::10]
    counts = np.arange(len(x)) % 3 + 1
    (*_, once) = mix1d.em(np.repeat(x, counts), 2, family=family, max_iter=4)
    (*_, weighted) = mix1d.em(x, 2, family=family, max_iter=4, sample_weight=counts)
    assert weighted == once


@pytest.mark.parametrize("family", [family for family in SAMPLES if family != "poisson"])
@pytest.mark.parametrize("power", [-900, 400, 900])
def test_the_unit_does_not_matter(family, power):
    x = SAMPLES[family]
    (*_, plain) = mix1d.em(x, 2, family=family, max_iter=5)
    (*_, moved) = mix1d.em(np.ldexp(x, power), 2, family=family, max_iter=5)
    np.testing.assert_array_equal(moved.mixture.weights, plain.mixture.weights)
    arrays = moved.mixture._arrays, plain.mixture._arrays
    np.testing.assert_array_equal(arrays[0][1], np.ldexp(arrays[1][1], power))
    np.testing.assert_array_equal(arrays[0][2], arrays[1][2])
    shift = len(x) * power * math.log(2.0)
    assert moved.log_likelihood == pytest.approx(plain.log_likelihood - shift, rel=1e-12)


@pytest.mark.parametrize("family", SAMPLES)
def test_one_component_is_at_the_maximum_after_one_step(family):
    x = SAMPLES[family]
    steps = list(mix1d.em(x, 1, family=family, max_iter=2))
    found = mix1d.fit(x, 1, family=family, resolution=0, set_apart=None).log_likelihood
    assert steps[1].log_likelihood == pytest.approx(found, abs=1e-9)
    assert steps[2].log_likelihood == pytest.approx(found, abs=1e-9)


@pytest.mark.parametrize("family", ["lognormal", "gamma", "weibull", "inverse_gaussian"])
def test_a_collapse_ends_at_the_floor(family):
    steps = list(mix1d.em([1, 1, 1, 2, 2, 50], 3, family=family, max_iter=200))
    assert np.isfinite([step.log_likelihood for step in steps]).all()
    assert np.diff([step.log_likelihood for step in steps]).min() > -1e-6
    assert steps[-1].mixture._arrays[2].min() > 0.0


@pytest.mark.parametrize("shape", [1e-3, 0.1, 1.0, 7.5, 300.0, 1e6])
def test_the_shape_of_a_gamma_solves_its_equation(shape):
    with mpmath.workdps(40):
        gap = float(mpmath.log(shape) - mpmath.digamma(shape))
    assert gamma_shape(gap, 1e-6) == pytest.approx(shape, rel=max(1e-13, 1e-15 * shape * 10))


def test_a_start_is_taken_as_it_is():
    one = mix1d.Component("gamma", shape=2.0, scale=3.0)
    start = mix1d.Mixture([0.25, 0.75], components=[one, mix1d.Component("gamma", shape=9.0, scale=1.0)])
    first, *_ = mix1d.em(SAMPLES["gamma"], 2, family="gamma", start=start)
    assert first.mixture == start
    assert first.log_likelihood == pytest.approx(float(start.logpdf(SAMPLES["gamma"]).sum()), rel=1e-13)


def test_long_columns_are_taken():
    x = RNG.exponential(2.0, 70_000)
    (*_, last) = mix1d.em(x, 1, family="exponential", max_iter=1)
    assert last.mixture.means[0] == pytest.approx(x.mean(), rel=1e-13)


GAMMA = mix1d.Mixture([1.0], components=[mix1d.Component("gamma", shape=2.0, scale=3.0)])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            {"family": "beta"},
            "family must be normal, lognormal, .* in plain EM, got 'beta': its M-step has no",
        ),
        ({"family": "student_t"}, "got 'student_t': its M-step"),
        ({"family": ["gamma"]}, "family must be one name in plain EM"),
        ({"family": "auto"}, "family must be one name in plain EM"),
        ({"family": "gama"}, "family must be the name of a family"),
        ({"family": "gamma", "sds": "equal"}, "sds must be \"free\" where family is 'gamma'"),
        ({"family": "weibull", "start": GAMMA}, "start must have weibull components, number 0 is gamma"),
        ({"start": GAMMA}, "start must have normal components"),
    ],
)
def test_what_cannot_be_done_is_refused(options, words):
    with pytest.raises(mix1d.InputError, match=words):
        mix1d.em([1.0, 2.0, 3.0, 4.0], 1, **options)


def test_values_that_a_family_cannot_have_are_refused():
    with pytest.raises(mix1d.InputError, match=r"family 'gamma' needs values above 0, found -1\.0"):
        mix1d.em([-1.0, 2.0, 3.0], 1, family="gamma")
    with pytest.raises(mix1d.InputError, match="family 'poisson' needs counts"):
        mix1d.em([0.5, 2.0, 3.0], 1, family="poisson")
