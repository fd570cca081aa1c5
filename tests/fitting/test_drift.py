"""Whether new values are of the populations of a saved fit: how often that is denied, and what is seen."""

import numpy as np
import pytest
from scipy import stats

import mix1d
from mix1d.fitting.drift import drift

TWO = mix1d.Mixture([0.4, 0.6], [0.0, 5.0], [1.0, 1.0])
NEAR = mix1d.Mixture([0.5, 0.5], [0.0, 2.2], [1.0, 0.7])
ONE = mix1d.Mixture([1.0], [0.0], [1.0])


def saved(mixture=TWO, n=300, **options):
    return mix1d.fit(mixture.sample(n, rng=1), len(mixture.weights), **options)


@pytest.mark.parametrize(("mixture", "n_old", "n_new"), [(ONE, 50, 400), (NEAR, 150, 150)])
def test_where_nothing_changed_it_is_said_as_often_as_asked(mixture, n_old, n_new):
    # one in five, in 60 pairs of samples: 0.999 of a binomial have 3 to 24
    distances, ratios = [], []
    for i in range(60):
        old = mix1d.fit(mixture.sample(n_old, rng=1000 + i), len(mixture.weights))
        found = drift(old, mixture.sample(n_new, rng=5000 + i), replicates=99, rng=i)
        distances.append(found.distance.p_value)
        ratios.append(found.parameters.p_value)
    low, high = stats.binom.ppf([0.0005, 0.9995], 60, 0.2)
    for p_values in (distances, ratios):
        assert low <= np.count_nonzero(np.array(p_values) <= 0.2) <= high


def test_the_saved_parameters_are_not_taken_for_the_truth():
    # 50 values whose mean is 1.4 of its standard errors off, as one sample in six is
    old = mix1d.fit(stats.norm(0.2).ppf((np.arange(50) + 0.5) / 50), 1)
    new = stats.norm.ppf((np.arange(4000) + 0.5) / 4000)
    assert stats.kstest(new, old.mixture.cdf).pvalue < 1e-9
    assert drift(old, new).p_value > 0.05


@pytest.mark.parametrize(
    ("other", "by"),
    [
        (mix1d.Mixture([0.4, 0.6], [0.0, 5.8], [1.0, 1.0]), "parameters"),
        (mix1d.Mixture([0.65, 0.35], [0.0, 5.0], [1.0, 1.0]), "parameters"),
        (mix1d.Mixture([0.4, 0.6], [0.0, 5.0], [1.0, 1.7]), "parameters"),
        (mix1d.Mixture([0.37, 0.55, 0.08], [0.0, 5.0, 14.0], [1.0, 1.0, 0.5]), "distance"),
    ],
)
def test_what_changed_is_seen(other, by):
    found = drift(saved(), other.sample(200, rng=2))
    assert found.p_value <= 0.01
    assert getattr(found, by).p_value <= 0.005


def test_statistics_are_those_of_slow_sums():
    old, new = saved(), np.sort(TWO.sample(120, rng=3))
    found = drift(old, new)
    n, i = len(new), np.arange(1, 121)
    below, above = old.mixture.logcdf(new), old.mixture.logccdf(new)
    assert found.distance.statistic == pytest.approx(-n - np.mean((2 * i - 1) * (below + above[::-1])))
    own = mix1d.fit(new, 2)
    both = mix1d.fit(np.concatenate([old.sample.rows, new]), 2)
    ratio = 2 * (old.log_likelihood + own.log_likelihood - both.log_likelihood)
    assert found.parameters.statistic == pytest.approx(ratio, abs=1e-6)
    assert found.degrees == 5
    assert found.new.means == pytest.approx(own.means, abs=1e-6)


def test_a_stray_is_set_apart_and_many_are_a_change():
    old, new = saved(), TWO.sample(200, rng=2)
    alone, one = drift(old, new), drift(old, np.append(new, 1e6))
    assert (one.apart, one.n_apart, alone.set_apart) == ((1e6,), 1, None)
    assert (one.distance, one.parameters) == (alone.distance, alone.parameters)
    assert one.p_value > 0.5
    many = drift(old, np.append(new, [-999.0] * 11))
    assert many.apart == (-999.0,)
    assert many.set_apart.p_value == pytest.approx(stats.fisher_exact([[11, 200], [0, 300]]).pvalue)
    assert many.p_value < 0.001


def test_shares_of_zeros_are_compared():
    rng = np.random.default_rng(3)

    def column(zeros, n=150):
        return np.concatenate([np.zeros(zeros), rng.normal(5, 1, n)])

    old = mix1d.fit(column(60), 1)
    assert [one.kind for one in old.set_apart] == ["tie"]
    assert drift(old, column(58)).p_value > 0.05
    fewer = drift(old, column(15))
    assert fewer.p_value < 0.001
    assert fewer.set_apart.statistic == pytest.approx(15 / 165 - 60 / 210)
    assert fewer.parameters.p_value > 0.05
    only = drift(old, np.zeros(30))
    assert (only.distance, only.parameters, only.new, only.n_apart) == (None, None, None, 30)


def test_long_columns_have_the_limiting_law():
    rng = np.random.default_rng(4)
    old = mix1d.fit(rng.normal(0, 1, 100_000), 1)
    found = drift(old, rng.normal(0.05, 1, 5000))
    assert (found.distance, found.replicates) == (None, 0)
    assert found.parameters.p_value == pytest.approx(stats.chi2.sf(found.parameters.statistic, 2))
    gap, error = old.means[0] - found.new.means[0], np.sqrt(1 / 100_000 + 1 / 5000)
    assert found.parameters.statistic == pytest.approx((gap / error) ** 2, rel=0.3, abs=2)
    with pytest.raises(mix1d.InputError, match=r"at least 20 values to compare a sketch.*got 3: gather more"):
        drift(old, [1.0, 2.0, 3.0])


@pytest.mark.parametrize(
    ("family", "law"),
    [("gamma", stats.gamma(3)), ("poisson", stats.poisson(4)), ("student_t", stats.t(4))],
)
def test_other_families(family, law):
    old = mix1d.fit(law.ppf((np.arange(120) + 0.5) / 120), 1, family=family)
    new = law.ppf((np.arange(100) + 0.5) / 100)
    same, wider = (drift(old, change * new, replicates=99) for change in (1, 2))
    assert same.p_value > 0.5
    assert wider.p_value <= 0.02
    assert same.degrees == old.n_parameters


def test_few_values_have_a_distance_only():
    found = drift(saved(), [5.0])
    assert found.parameters is None
    assert found.p_value == found.distance.p_value > 0.2
    far = drift(saved(), [30.0, 31.0])
    assert far.p_value <= 0.002


def test_the_same_seed_gives_the_same_bits():
    first, again, other = (drift(saved(), TWO.sample(80, rng=7), rng=seed) for seed in (0, 0, 1))
    assert first.distance == again.distance
    assert first.replicates == again.replicates
    assert other.distance.statistic == first.distance.statistic


def test_rows_with_limits_are_refused():
    old = mix1d.fit([1.0, 2.0, "<1.5", 4.0, 5.0, 3.0], 1)
    with pytest.raises(mix1d.InputError, match="the saved fit must be one of values to compare others"):
        drift(old, [1.0, 2.0])
