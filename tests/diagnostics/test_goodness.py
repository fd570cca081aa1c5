"""Goodness of fit: distances against slow twins, bootstrap p-values, PIT and QQ data, refusals in words."""

import os
import re

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

import mix1d
from cases import column, draw, outcome_of, parameters
from mix1d import _core
from mix1d.data.sample import Sample, read_sample
from mix1d.diagnostics.goodness import goodness_of_fit, pit, qq
from mix1d.diagnostics.quick_goodness import quick_goodness
from mix1d.native import FREE, Candidates, Model, Options, Problem, Resampling
from mix1d.outcome.maximum import Maximum, maximum_of
from processes import assert_interruptible

TWO = np.array([0.4, 0.6]), np.array([0.0, 4.0]), np.array([1.0, 0.7])


def distances(x, mixture, sample_weight=None):
    sample = read_sample(x, sample_weight)
    return _core.goodness(sample.problem, mixture)["distances"]


def textbook(x, mixture):
    """D, A^2 and W^2 of values in their repetitions, with the formulas of Stephens (1974)."""
    m, x = mix1d.Mixture(*mixture), np.sort(x)
    n, i = len(x), np.arange(1, len(x) + 1)
    a2 = -n - np.sum((2 * i - 1) * (m.logcdf(x) + m.logccdf(x)[::-1])) / n
    # scipy wants two values for W^2
    w2 = stats.cramervonmises(x, m.cdf).statistic if n > 1 else (m.cdf(x[0]) - 0.5) ** 2 + 1 / 12
    return [stats.kstest(x, m.cdf).statistic, a2, w2]


def judged(x, k, *, sds="free", sample_weight=None, **options):
    fitted = mix1d.fit(x, k, sds=sds, sample_weight=sample_weight)
    sample = read_sample(x, sample_weight)
    return goodness_of_fit(outcome_of(sample, parameters(fitted.mixture), equal=sds == "equal"), **options)


def p_values(fit):
    return [fit.kolmogorov_smirnov.p_value, fit.anderson_darling.p_value, fit.cramer_von_mises.p_value]


@pytest.mark.parametrize("n", [1, 2, 7, 200, 5000])
def test_continuous_values_have_the_textbook_distances(n):
    x = draw(n, *TWO, n)
    np.testing.assert_allclose(distances(x, TWO), textbook(x, TWO), rtol=1e-11)


@given(
    values=st.lists(st.floats(-20.0, 20.0), min_size=1, max_size=12, unique=True),
    counts=st.lists(st.integers(1, 6), min_size=12, max_size=12),
)
@settings(max_examples=60, deadline=None)
def test_a_weight_counts_as_so_many_equal_values(values, counts):
    counts = counts[: len(values)]
    sample = read_sample(np.array(values), np.array(counts, float))
    found = _core.goodness(Problem(sample.values, sample.weights), TWO)["distances"]
    np.testing.assert_allclose(found, textbook(np.repeat(values, counts), TWO), rtol=1e-9, atol=1e-12)


def test_fractional_weights_scale_the_distances():
    """Only n of A^2 and W^2 knows how much a weight of 1 is."""
    x = draw(3, *TWO, 50)
    d, a2, w2 = distances(x, TWO)
    np.testing.assert_allclose(distances(x, TWO, np.full(50, 0.25)), [d, 0.25 * a2, 0.25 * w2], rtol=1e-12)


def rounded_twin(values, counts, step, mixture):
    """The distances of rounded values by quadrature of their definition, for 1 of k components at a time."""
    weights, means, sds = mixture
    m = mix1d.Mixture(weights, means, np.sqrt(sds**2 - step**2 / 12.0))
    ends, heights = [-np.inf], [0.0]
    for x, height in zip(values, np.cumsum(counts) / np.sum(counts), strict=True):
        ends += [x - step / 2, x + step / 2]
        heights += [heights[-1], height]
    u, s = np.append(m.cdf(np.array(ends)), 1.0), np.array([*heights, 1.0])
    kinks = u[1:-1].tolist()

    def total(f):
        return np.sum(counts) * sum(
            integrate.quad(f, a, b, epsabs=1e-13, epsrel=1e-10)[0]
            for a, b in zip([0.0, *kinks], [*kinks, 1.0], strict=True)
        )

    def gap(t):
        return np.interp(t, u, s) - t

    return [
        np.max(np.abs(u - s)),
        total(lambda t: gap(t) ** 2 / (t * (1.0 - t))),
        total(lambda t: gap(t) ** 2),
    ]


@pytest.mark.parametrize("step", [0.5, 2.0])
def test_rounded_values_are_compared_at_the_ends_of_their_cells(step):
    x = np.round(draw(8, *TWO, 80) / step) * step
    values, counts = np.unique(x, return_counts=True)
    assert read_sample(x).resolution == step
    mixture = TWO[0], TWO[1], np.sqrt(TWO[2] ** 2 + step**2 / 12.0)
    np.testing.assert_allclose(distances(x, mixture), rounded_twin(values, counts, step, mixture), rtol=1e-7)


def test_a_fine_lattice_changes_nothing():
    x = draw(4, *TWO, 100)
    exact = _core.goodness(Problem(np.sort(x), np.ones(100)), TWO)["distances"]
    close = _core.goodness(Problem(np.sort(x), np.ones(100), 1e-9), TWO)["distances"]
    np.testing.assert_allclose(close, exact, rtol=1e-6)


def test_a_value_40_sds_out():
    x = np.sort(np.append(draw(2, *TWO, 200), [4.0 + 40 * 0.7, -50.0]))
    with mpmath.workdps(60):
        n = len(x)

        def tail(value, side):
            parts = zip(*(map(float, p) for p in TWO), strict=True)
            return mpmath.log(sum(w * mpmath.ncdf(side * (mpmath.mpf(value) - m) / s) for w, m, s in parts))

        terms = ((2 * i + 1) * (tail(x[i], 1) + tail(x[n - 1 - i], -1)) for i in range(n))
        exact = float(-n - mpmath.fsum(terms) / n)
    assert distances(x, TWO)[1] == pytest.approx(exact, rel=1e-12)


@pytest.mark.parametrize("step", [0.0, 0.5])
def test_equivariance(step):
    x = draw(5, *TWO, 120)
    x = np.round(x / step) * step if step else x
    here = judged(x, 2, replicates=30)
    for factor in (2.0**-900, 2.0**9, 2.0**900):
        assert judged(factor * x, 2, replicates=30) == here
    mirrored, plain = distances(-x, (TWO[0], -TWO[1], TWO[2])), distances(x, TWO)
    np.testing.assert_allclose(mirrored, plain, rtol=1e-11)
    shifted = judged(x + 1000.0, 2, replicates=1)
    assert shifted.anderson_darling.statistic == pytest.approx(here.anderson_darling.statistic, rel=1e-8)


def test_replicates_are_draws_compared_with_their_own_refits():
    x = np.round(column("acidity"), 1)
    sample = read_sample(x)
    h = sample.resolution
    fit = parameters(mix1d.fit(x, 2).mixture)
    found = _core.goodness_replicates(
        Problem(sample.values, sample.weights, h),
        Model(*fit),
        Resampling("parametric", 8, 77),
        Options(threads=2),
    )
    drawn_from = fit[0], fit[1], np.sqrt(fit[2] ** 2 - h**2 / 12.0)
    for r in range(8):
        values, counts = _core.draw_sample(77, r, len(x), drawn_from, h, sample.values[0])
        problem = Problem(values, counts, h)
        (refit,), _ = _core.fit(problem, Candidates(start=drawn_from), Options())
        expected = _core.goodness(problem, refit["mixture"])["distances"]
        np.testing.assert_allclose(found[r], expected, rtol=1e-7)


def test_threads_and_seeds():
    x = column("acidity")
    one, three = (judged(x, 2, replicates=40, threads=threads) for threads in (1, 3))
    assert one == three
    assert (one.seed, one.replicates) == (0, 40)
    assert judged(x, 2, replicates=40, rng=0) == one
    assert p_values(judged(x, 2, replicates=400, rng=1)) != p_values(judged(x, 2, replicates=400, rng=2))
    drawn = judged(x, 2, replicates=40, rng=np.random.default_rng(4))
    assert drawn == judged(x, 2, replicates=40, rng=drawn.seed)


def test_p_values_count_the_replicates():
    x = column("acidity")
    sample, fit = read_sample(x), parameters(mix1d.fit(x, 2).mixture)
    result = goodness_of_fit(outcome_of(sample, fit), replicates=200, rng=5)
    drawn = _core.goodness_replicates(
        sample.problem, Model(*fit), Resampling("parametric", 200, 5), Options()
    )
    expected = (1 + np.sum(drawn >= distances(x, fit), axis=0)) / 201
    assert p_values(result) == expected.tolist()


def test_a_skewed_sample_is_no_normal():
    x = np.random.default_rng(1).gamma(2.0, size=200)
    result = judged(x, 1, replicates=199)
    assert max(p_values(result)) < 0.05
    assert result.message == "The model does not fit: Anderson-Darling p = .005"
    assert quick_goodness(maximum_of(mix1d.fit(x, 1))).p_value < 0.005
    assert judged(x, 1).message == "The model does not fit: Anderson-Darling p = .001"


@pytest.mark.parametrize("step", [0.0, 0.25, 1.0])
@pytest.mark.parametrize("sds", ["free", "equal"])
def test_the_right_model_fits(step, sds):
    x = draw(11, [0.4, 0.6], [0.0, 4.0], [1.0, 1.0], 300)
    x = np.round(x / step) * step if step else x
    result = judged(x, 2, sds=sds, replicates=199)
    assert min(p_values(result)) > 0.05
    assert re.fullmatch(r"The model fits: Anderson-Darling p = \.\d\d", result.message)


def test_equal_sds_are_refitted_as_equal():
    x = draw(12, [0.4, 0.6], [0.0, 4.0], [0.5, 1.5], 300)
    assert judged(x, 2, sds="equal", replicates=199).anderson_darling.p_value < 0.05
    assert judged(x, 2, replicates=199).anderson_darling.p_value > 0.05


def test_five_values():
    result = judged([1.0, 2.0, 3.5, 7.0, 9.0], 1)
    assert min(p_values(result)) > 0.3
    assert max(p_values(result)) < 1.0


def test_rows_of_weight_0_and_components_of_weight_0_do_not_count():
    x = column("acidity")
    plain = judged(x, 2, replicates=20)
    weight = np.append(np.ones(len(x)), [0.0, 0.0])
    assert judged(np.append(x, [99.0, -5.0]), 2, sample_weight=weight, replicates=20) == plain
    w, m, s = parameters(mix1d.fit(x, 2).mixture)
    padded = np.append(w, 0.0), np.append(m, 5.0), np.append(s, 1.0)
    assert goodness_of_fit(outcome_of(read_sample(x), padded), replicates=20) == plain


def test_fractional_weights_are_drawn_as_their_rounded_sum():
    x = draw(13, *TWO, 200)
    weight = np.random.default_rng(1).uniform(0.4, 1.6, 200)
    assert abs(weight.sum() - round(weight.sum())) > 0.01
    result = judged(x, 2, sample_weight=weight, replicates=99)
    assert min(p_values(result)) > 0.05


def test_a_regularized_fit_is_drawn_from_all_the_same():
    x = column("geyser_duration")
    fitted = mix1d.fit(x, 4)
    assert fitted.regularized
    result = fitted.goodness_of_fit(30)
    wanted = " (drawn from a regularized fit, which is no maximum of the likelihood)"
    assert result.message.endswith(wanted)
    assert np.isfinite(p_values(result)).all()


def test_refusals():
    constant = read_sample([4.0] * 9)
    one = np.array([1.0]), np.array([4.0]), np.array([1e-15])
    wanted = "at least two distinct values to judge a fit, found only 4.0: a constant needs no model"
    with pytest.raises(mix1d.InputError, match=f"{re.escape(wanted)}$"):
        goodness_of_fit(outcome_of(constant, one))
    assert quick_goodness(Maximum(constant, one, FREE, True)) is None
    with pytest.raises(mix1d.InputError, match=r"^sample_weight must sum to at least 2 .* got 1: a weight"):
        goodness_of_fit(outcome_of(read_sample([1.0, 2.0], [0.5, 0.5]), one))
    with pytest.raises(mix1d.InputError, match=r"^sample_weight must sum to at most 1e\+07 .* got 20000000:"):
        goodness_of_fit(outcome_of(read_sample([1.0, 2.0], [1e7, 1e7]), one))
    with pytest.raises(mix1d.InputError, match=r"^replicates must be at least 1, got 0"):
        goodness_of_fit(outcome_of(read_sample([1.0, 2.0]), one), replicates=0)
    with pytest.raises(mix1d.InputError, match=r'^statistic must be "anderson_darling" or'):
        quick_goodness(Maximum(read_sample([1.0, 2.0]), one, FREE, True), statistic="D")


def test_long_columns():
    x = draw(9, [0.4, 0.6], [0.0, 3.0], [1.0, 1.0], 70_000)
    fitted = mix1d.fit(x, 2)
    with pytest.raises(mix1d.NeedsDataError, match="fit a random part of the rows"):
        goodness_of_fit(outcome_of(fitted.sample, parameters(fitted.mixture)))
    assert quick_goodness(Maximum(fitted.sample, parameters(fitted.mixture), FREE, True)) is None
    rounded = mix1d.fit(np.round(x, 1), 2)  # few distinct values are all kept
    assert rounded.sample.rows is None
    fit = goodness_of_fit(outcome_of(rounded.sample, parameters(rounded.mixture)), replicates=19)
    assert min(p_values(fit)) > 0.05


def test_progress_and_an_error_in_it():
    calls = []
    judged(column("acidity"), 1, replicates=30, progress=lambda done, total: calls.append((done, total)))
    assert calls[-1] == (30.0, 30.0)

    def interrupt(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        judged(column("acidity"), 2, replicates=10**7, progress=interrupt)


INTERRUPTED = """
import numpy as np, mix1d
result = mix1d.fit(np.random.default_rng(0).normal(size=20_000), 1)
print("ready", flush=True)
try:
    result.goodness_of_fit(10**7, progress=False)
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


@pytest.mark.skipif(os.name == "nt", reason="signals are sent another way")
def test_interrupt():
    """Ctrl-C ends the replicates within two seconds."""
    assert_interruptible(INTERRUPTED, wait=0.3)


def test_pit():
    x = draw(14, *TWO, 500)
    probabilities, weights = pit(outcome_of(read_sample(np.append(x, x[:3])), TWO))
    np.testing.assert_allclose(probabilities, np.sort(mix1d.Mixture(*TWO).cdf(x)), rtol=1e-13)
    assert weights.sum() == 503
    assert stats.kstest(pit(outcome_of(read_sample(x), TWO))[0], "uniform").pvalue > 0.01


def test_qq_against_scipy():
    one = np.array([1.0]), np.array([2.0]), np.array([3.0])
    x = stats.norm(2.0, 3.0).rvs(40, random_state=1)
    plot = qq(outcome_of(read_sample(x), one), level=0.9)
    i = np.arange(1, 41)
    np.testing.assert_allclose(plot.theoretical, stats.norm(2.0, 3.0).ppf((i - 0.5) / 40), atol=1e-12)
    for band, p in ((plot.lower, 0.05), (plot.upper, 0.95)):
        np.testing.assert_allclose(band, stats.norm(2.0, 3.0).ppf(stats.beta(i, 41 - i).ppf(p)), rtol=1e-9)
    assert np.array_equal(plot.values, np.sort(x))
    inside = np.mean((plot.lower < plot.values) & (plot.values < plot.upper))
    assert inside > 0.8
    with pytest.raises(mix1d.InputError, match=r"^level must lie strictly between 0 and 1"):
        qq(outcome_of(read_sample(x), one), level=90)


def test_qq_of_tied_values_is_at_the_middle_of_their_ranks():
    sample: Sample = read_sample([1.0, 2.0, 2.0, 2.0, 5.0])
    plot = qq(outcome_of(sample, TWO))
    m = mix1d.Mixture(*TWO)
    np.testing.assert_allclose(plot.theoretical, m.icdf([0.1, 0.5, 0.9]))
    np.testing.assert_allclose(plot.lower, m.icdf(stats.beta([1, 3, 5], [5, 3, 1]).ppf(0.025)), rtol=1e-9)
    assert plot.weights.tolist() == [1.0, 3.0, 1.0]
