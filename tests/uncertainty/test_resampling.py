"""Bootstrap standard errors, covariances and percentile intervals."""

import json
import math
import re

import numpy as np
import pytest

import mix1d
from cases import column, draw, outcome_of, parameters
from mix1d.data.sample import Sample, read_sample
from mix1d.native import FREE, chart_of
from mix1d.outcome.maximum import Maximum, maximum_of
from mix1d.uncertainty.covariance import Parameters
from mix1d.uncertainty.resampling import (
    RESAMPLINGS,
    bootstrap,
    bootstrap_covariance,
    bootstrap_errors,
    percentiles,
)
from places import DATA

MCLUST = json.loads((DATA / "reference" / "inference.json").read_text())[
    "MclustBootstrap_faithful_waiting_k2"
]


def replicated(x, k, *, sds="free", sample_weight=None, **options):
    fitted = mix1d.fit(x, k, sds=sds, sample_weight=sample_weight)
    sample = read_sample(x, sample_weight)
    return bootstrap(Maximum(sample, parameters(fitted.mixture), chart_of(sds == "equal"), True), **options)


def percentile_interval(drawn, level=0.95):
    """The bounds of all parameters."""
    pairs = [percentiles(array, level) for array in (drawn.weights, drawn.means, drawn.sds)]
    return tuple(Parameters(*bounds) for bounds in zip(*pairs, strict=True))


def flat(p):
    return np.concatenate([p.weights, p.means, p.sds])


@pytest.mark.parametrize("resampling", RESAMPLINGS)
def test_one_component_has_the_errors_of_theory(resampling):
    """Mean: s / sqrt(n), with n + 1 for Gamma weights; sd: s / sqrt(2 n) for normal data."""
    x = draw(1, [1.0], [3.0], [2.0], 400)
    errors = bootstrap_errors(replicated(x, 1, resampling=resampling, replicates=4000))
    s = np.std(x)
    assert errors.means[0] == pytest.approx(s / math.sqrt(401 if resampling == "weighted" else 400), rel=0.04)
    kurtosis = np.mean((x - x.mean()) ** 4) / s**4
    spread = 0.5 if resampling == "parametric" else (kurtosis - 1.0) / 4.0
    assert errors.sds[0] == pytest.approx(s * math.sqrt(spread / 400), rel=0.04)
    assert errors.weights[0] < 1e-15


@pytest.mark.parametrize(
    ("resampling", "key"), [("weighted", "wlbs"), ("parametric", "pb"), ("nonparametric", "bs")]
)
def test_errors_are_those_of_mclust(resampling, key):
    """999 replicates each, so two standard deviations of the ratio are some 7 %."""
    drawn = replicated(column("faithful_waiting"), 2, resampling=resampling, replicates=2999)
    assert drawn.ambiguous == 0.0
    assert drawn.failed == 0
    wanted = MCLUST[key]
    for found, name in ((drawn.weights, "pro"), (drawn.means, "mean"), (drawn.sds**2, "variance")):
        np.testing.assert_allclose(found.std(axis=0, ddof=1), wanted[name], rtol=0.1)


def test_repetitions_and_weights_have_the_same_errors():
    x = column("faithful_waiting")
    values, counts = np.unique(x, return_counts=True)
    once, pooled = replicated(x, 2), replicated(values, 2, sample_weight=counts)
    assert np.array_equal(once.means, pooled.means)
    # one exponential weight a row, where pooling gives one Gamma weight a value
    jittered = x + 1e-7 * np.arange(len(x))
    apart = bootstrap_errors(replicated(jittered, 2, replicates=2999))
    together = bootstrap_errors(replicated(x, 2, replicates=2999))
    np.testing.assert_allclose(flat(together), flat(apart), rtol=0.08)


def test_standard_errors_and_covariance_against_numpy():
    drawn = replicated(column("acidity"), 2, replicates=200)
    table = np.hstack([drawn.weights, drawn.means, drawn.sds])
    covariance = bootstrap_covariance(drawn)
    np.testing.assert_allclose(covariance, np.cov(table.T), rtol=1e-10, atol=1e-16)
    np.testing.assert_allclose(flat(bootstrap_errors(drawn)), np.sqrt(np.diag(covariance)), rtol=1e-12)
    assert np.array_equal(covariance, covariance.T)


def test_percentiles_against_numpy():
    values = np.random.default_rng(3).normal(size=(173, 4))
    for level in (0.5, 0.8, 0.95, 0.98):
        low, high = percentiles(values, level)
        tails = [(1.0 - level) / 2.0, (1.0 + level) / 2.0]
        np.testing.assert_allclose([low, high], np.quantile(values, tails, axis=0, method="weibull"))


def test_at_999_the_bounds_are_replicates():
    drawn = replicated(column("acidity"), 2)
    lower, upper = percentile_interval(drawn, 0.95)
    for j in range(2):
        for name in ("weights", "means", "sds"):
            ranked = np.sort(getattr(drawn, name)[:, j])
            assert getattr(lower, name)[j] == ranked[24]
            assert getattr(upper, name)[j] == ranked[974]
    np.testing.assert_allclose(lower.weights + upper.weights[::-1], 1.0, rtol=1e-12)


def test_too_few_replicates_for_a_level():
    drawn = replicated(column("acidity"), 1, replicates=38)
    wanted = (
        "replicates must be at least 39 for level 0.95, got 38: draw more, or lower the level",
        "replicates must be at least 199 for level 0.99, got 38: draw more, or lower the level",
    )
    for level, text in zip((0.95, 0.99), wanted, strict=True):
        with pytest.raises(mix1d.InputError, match=f"^{re.escape(text)}$"):
            percentile_interval(drawn, level)
    with pytest.raises(mix1d.InputError, match="level must lie strictly between 0 and 1, got 95"):
        percentile_interval(drawn, 95)
    assert percentiles(np.arange(39.0), 0.95)[0] == 0.0


def test_percentiles_of_missing_and_infinite_values():
    low, high = percentiles([[0.0, 1.0, -math.inf], [1.0, math.nan, 2.0], [3.0, 2.0, math.inf]], 0.5)
    assert low.tolist()[0] == 0.0
    assert math.isnan(low[1])
    assert math.isnan(high[1])
    assert (low[2], high[2]) == (-math.inf, math.inf)


def test_the_seed_is_recorded_and_repeats_the_replicates():
    x = column("acidity")
    default, zero = replicated(x, 2, replicates=5), replicated(x, 2, replicates=5, rng=0)
    assert default.seed == 0
    assert np.array_equal(default.means, zero.means)
    drawn = replicated(x, 2, replicates=5, rng=np.random.default_rng(4))
    assert drawn.seed == int(np.random.default_rng(4).integers(2**64, dtype=np.uint64))
    assert np.array_equal(drawn.means, replicated(x, 2, replicates=5, rng=drawn.seed).means)
    assert not np.array_equal(drawn.means, default.means)
    one, three = (replicated(x, 2, replicates=5, threads=threads) for threads in (1, 3))
    assert np.array_equal(one.means, three.means)
    with pytest.raises(ValueError, match="read-only"):
        one.means[0, 0] = 1.0


def test_overlapping_components_are_ambiguous_now_and_then_separated_ones_never():
    weights, sds = [0.3, 0.4, 0.3], [1.0, 1.0, 1.2]
    near = replicated(draw(1, weights, [0.0, 1.6, 3.6], sds, 400), 3, replicates=300)
    far = replicated(draw(1, weights, [0.0, 9.0, 20.0], sds, 400), 3, replicates=300)
    assert 0.0 < near.ambiguous < 0.5
    assert far.ambiguous == 0.0
    assert far.failed == 0


def test_equal_sds_stay_equal():
    drawn = replicated(column("acidity"), 3, sds="equal", replicates=100)
    assert (np.ptp(drawn.sds, axis=1) == 0.0).all()
    errors = bootstrap_errors(drawn)
    assert errors.sds[0] == errors.sds[2] > 0.0


def test_five_values():
    for resampling in RESAMPLINGS:
        drawn = replicated([1.0, 2.0, 3.5, 7.0, 9.0], 2, resampling=resampling)
        assert np.isfinite([drawn.weights, drawn.means, drawn.sds]).all()
        assert (drawn.sds > 0.0).all()
        assert drawn.failed > 0  # two values in a component: some replicates lose one of them
        lower, upper = percentile_interval(drawn)
        assert (flat(lower) < flat(upper)).all()


def test_components_of_weight_0_have_nothing():
    x = column("acidity")
    w, m, s = parameters(mix1d.fit(x, 2).mixture)
    padded = np.array([w[0], 0.0, w[1]]), np.array([m[0], 5.0, m[1]]), np.array([s[0], 1.0, s[1]])
    sample = read_sample(x)
    drawn = bootstrap(Maximum(sample, padded, FREE, True), replicates=60)
    plain = bootstrap(Maximum(sample, (w, m, s), FREE, True), replicates=60)
    for name in ("weights", "means", "sds"):
        assert np.isnan(getattr(drawn, name)[:, 1]).all()
        assert np.array_equal(getattr(drawn, name)[:, [0, 2]], getattr(plain, name))
    assert drawn.failed == plain.failed
    real = [0, 2, 3, 5, 6, 8]
    covariance = bootstrap_covariance(drawn)
    assert np.array_equal(covariance[np.ix_(real, real)], bootstrap_covariance(plain))
    assert np.isnan(covariance[[1, 4, 7]]).all()
    lower, _ = percentile_interval(drawn, 0.9)
    assert np.isnan([lower.weights[1], lower.means[1], lower.sds[1]]).all()


@pytest.mark.parametrize(
    ("x", "mixture", "collapsed"),
    [
        ([4.0] * 9, ([1.0], [4.0], [1e-15]), 0),
        ([4.0] * 9, ([1.0], [4.0], [1e-15]), -1),
        ([1.0, 2.0, 3.0, 9.0], ([0.75, 0.25], [2.0, 9.0], [1.0, 0.1]), 1),
    ],
    ids=["constant", "constant, unsaid", "collapsed"],
)
def test_without_a_maximum_there_is_nothing_to_repeat(x, mixture, collapsed):
    drawn = bootstrap(
        maximum_of(outcome_of(read_sample(x), tuple(map(np.array, mixture)), collapsed=collapsed)),
        replicates=40,
        rng=3,
    )
    assert np.isnan([drawn.weights, drawn.means, drawn.sds]).all()
    assert math.isnan(drawn.ambiguous)
    assert (drawn.failed, drawn.seed) == (40, 3)
    assert np.isnan(flat(bootstrap_errors(drawn))).all()
    assert np.isnan(bootstrap_covariance(drawn)).all()
    assert np.isnan(flat(percentile_interval(drawn)[1])).all()


def test_values_of_weight_0_do_not_count():
    x = column("acidity")
    more = np.append(x, [99.0, -5.0])
    with_zeros = replicated(more, 2, sample_weight=np.append(np.ones(len(x)), [0.0, 0.0]), replicates=20)
    assert np.array_equal(with_zeros.means, replicated(x, 2, replicates=20).means)


def test_nodes_of_a_long_column_give_the_errors_of_its_size():
    x = draw(9, [0.4, 0.6], [0.0, 3.0], [1.0, 1.0], 80_000)
    fitted = mix1d.fit(x, 2)
    sample = fitted.sample
    assert sample.rows is None
    drawn = bootstrap(Maximum(sample, parameters(fitted.mixture), FREE, True), replicates=300)
    np.testing.assert_allclose(flat(bootstrap_errors(drawn)), flat(fitted.standard_errors()), rtol=0.2)


def test_errors_scale_with_the_data():
    x = column("acidity")
    here = replicated(x, 2, replicates=40)
    for factor in (2.0**-1000, 2.0**900):
        there = replicated(factor * x, 2, replicates=40)
        scale = np.repeat([1.0, factor], [2, 4])
        assert np.array_equal(flat(bootstrap_errors(there)), scale * flat(bootstrap_errors(here)))


def test_progress_is_the_callers_or_a_bar(capsys):
    calls = []
    replicated(column("acidity"), 1, replicates=30, progress=lambda done, total: calls.append((done, total)))
    assert calls[-1] == (30.0, 30.0)
    assert capsys.readouterr().err == ""


def sample_of_total(total):
    values = np.array([0.0, 1.0, 2.5, 4.0])
    return Sample(values, np.full(4, total / 4), 4, total, 0, 0, None, None, None)


@pytest.mark.parametrize(
    ("total", "options", "text"),
    [
        (
            4.0,
            {"resampling": "jackknife"},
            'resampling must be "weighted", "parametric" or "nonparametric", got \'jackknife\': '
            "pass one of these",
        ),
        (4.0, {"replicates": 1}, "replicates must be at least 2, got 1: pass a larger number"),
        (4.0, {"replicates": 99.0}, "replicates must be a whole number, got 99.0: write 99"),
        (4.0, {"rng": -1}, "rng must be a seed of at least 0, got -1: pass a non-negative integer"),
        (4.0, {"threads": 0}, "threads must be at least 1, got 0: pass a larger number"),
        (
            4.0,
            {"progress": "bar"},
            "progress must be None, True, False or a callable (done, total), got 'bar': pass one of these",
        ),
        (
            4.5,
            {"resampling": "nonparametric"},
            'resampling must be "weighted" or "parametric" when the total weight is not a whole number, got '
            '"nonparametric" and 4.5: pass resampling="weighted"',
        ),
        (
            2e7,
            {"resampling": "parametric"},
            'resampling must be "weighted" for a total weight above 1e+07, got "parametric" and 20000000: '
            'every replicate would draw so many values; pass resampling="weighted"',
        ),
        (
            2e7,
            {"resampling": "nonparametric"},
            'resampling must be "weighted" for a total weight above 1e+07, got "nonparametric" and 20000000: '
            'every replicate would draw so many values; pass resampling="weighted"',
        ),
    ],
)
def test_refusals(total, options, text):
    mixture = np.array([1.0]), np.array([1.9]), np.array([1.5])
    with pytest.raises(mix1d.InputError) as caught:
        bootstrap(Maximum(sample_of_total(total), mixture, FREE, True), **options)
    assert str(caught.value) == text


@pytest.mark.parametrize("total", [1.7, 4.5])
def test_fractional_totals(total):
    """Weights as repetitions, of which there may be less than two: the errors are wide, not wrong."""
    mixture = np.array([1.0]), np.array([1.875]), np.array([1.5])
    for resampling in ("weighted", "parametric"):
        drawn = bootstrap(Maximum(sample_of_total(total), mixture, FREE, True), resampling=resampling)
        assert np.isfinite([drawn.means, drawn.sds]).all()
        assert bootstrap_errors(drawn).means[0] > 1.5 / math.sqrt(8.0)


def test_many_weighted_replicates_of_a_heavy_sample():
    """2e7 repetitions cost no more than four values."""
    mixture = np.array([1.0]), np.array([1.875]), np.array([1.5])
    drawn = bootstrap(Maximum(sample_of_total(2e7), mixture, FREE, True))
    theory = np.std([0.0, 1.0, 2.5, 4.0]) / math.sqrt(2e7)
    assert bootstrap_errors(drawn).means[0] == pytest.approx(theory, rel=0.1)
