"""The bootstrap test of components that are not normal."""

import numpy as np
import pytest

import mix1d

RNG = np.random.default_rng(41)
ONE = {
    "lognormal": RNG.lognormal(0.0, 0.5, 120),
    "gamma": RNG.gamma(3.0, 2.0, 120),
    "weibull": RNG.weibull(2.0, 120),
    "inverse_gaussian": RNG.wald(2.0, 5.0, 120),
    "exponential": RNG.exponential(2.0, 120),
    "student_t": RNG.standard_t(4.0, 120),
    "logistic": RNG.logistic(0.0, 1.0, 120),
    "beta": RNG.beta(2.0, 3.0, 120),
    "poisson": RNG.poisson(4.0, 120),
    "negative_binomial": RNG.negative_binomial(3, 0.3, 120),
}


@pytest.mark.parametrize("family", ONE)
def test_the_statistic_is_that_of_two_fits(family):
    x = ONE[family]
    test = mix1d.order_test(x, 1, family=family, replicates=19)
    low = float(test.null.logpdf(x).sum())
    high = float(test.alternative.logpdf(x).sum())
    assert test.statistic == pytest.approx(2.0 * (high - low), abs=1e-7)
    fitted = mix1d.fit(x, 1, family=family, resolution=0, set_apart=None)
    # the estimates are those of the penalised likelihood
    assert fitted.log_likelihood - 0.01 < low < fitted.log_likelihood + 1e-9
    for mixture in (test.null, test.alternative):
        assert {component.family for component in mixture.components} == {family}
        assert np.diff(mixture.means[mixture.weights > 0.0]).min(initial=0.0) >= 0.0
    assert (test.method, test.replicates, test.n_components) == ("bootstrap", 19, 1)
    assert test.p_value == (1 + np.count_nonzero(test.null_statistics >= test.statistic)) / 20


@pytest.mark.parametrize("family", ["gamma", "weibull", "poisson", "student_t"])
def test_replicates_are_drawn_from_the_family(family):
    """A statistic of the null itself is neither always below nor always above those of its replicates."""
    rng = np.random.default_rng(7)
    null = mix1d.fit(ONE[family], 1, family=family, resolution=0, set_apart=None).mixture
    p_values = [
        mix1d.order_test(null.sample(120, rng=rng), 1, family=family, replicates=39).p_value
        for _ in range(24)
    ]
    assert min(p_values) < 0.4
    assert max(p_values) > 0.5
    assert np.mean(np.array(p_values) <= 0.1) < 0.4


def test_two_groups_are_found_and_a_third_is_not():
    rng = np.random.default_rng(2)
    x = np.concatenate([rng.gamma(3.0, 1.0, 120), rng.gamma(90.0, 0.3, 80)])
    one = mix1d.order_test(x, 1, family="gamma", replicates=99)
    two = mix1d.order_test(x, 2, family="gamma", replicates=99, stop="besag-clifford")
    assert one.p_value == 0.01
    assert two.p_value > 0.05
    assert "3 components are not supported against 2" in two.message


def test_one_spread_for_all():
    test = mix1d.order_test(ONE["gamma"], 1, family="gamma", sds="equal", replicates=19)
    first, second = (component.parameters["shape"] for component in test.alternative.components)
    assert first == pytest.approx(second, rel=1e-9)


def test_the_result_does_not_depend_on_threads():
    found = [mix1d.order_test(ONE["weibull"], 1, family="weibull", replicates=39, threads=n) for n in (1, 2)]
    np.testing.assert_array_equal(found[0].null_statistics, found[1].null_statistics)


def test_a_background_stands_beside_the_family():
    rng = np.random.default_rng(3)
    x = np.concatenate([rng.gamma(50.0, 0.2, 150), rng.uniform(0.1, 40.0, 30)])
    test = mix1d.order_test(x, 1, family="gamma", background=(0.05, 45.0), replicates=19)
    assert test.background_weights is not None
    assert 0.05 < test.background_weights[0] < 0.4
    assert [component.family for component in test.null.components] == ["gamma"]
