"""Laws that every fit obeys, on samples of every kind."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import mix1d
import oracle
from cases import distance_any_order, draw, floor_of, parameters, real_components, scaled_derivatives

laws = settings(max_examples=60, deadline=None)
EPSILON = 2.0**-52


@st.composite
def samples(draw_from, largest=150):
    """A column with some spread: mixtures, rounded, tied, tiny, heavy-tailed, uniform."""
    seed = draw_from(st.integers(0, 2**32 - 1))
    rng = np.random.default_rng(seed)
    kind = draw_from(st.sampled_from(["mixture", "rounded", "tied", "tiny", "heavy", "skew", "flat"]))
    n = draw_from(st.integers(12, largest))
    parts = int(rng.integers(1, 5))
    means, sds = np.cumsum(rng.uniform(0.0, 5.0, parts)), rng.uniform(0.3, 2.0, parts)
    x = draw(seed, rng.dirichlet(np.full(parts, 2.0)), means, sds, n)
    if kind == "rounded":
        x = np.round(x, int(rng.integers(0, 3)))
    elif kind == "tied":
        x = np.concatenate([x, np.repeat(rng.choice(x, 3), rng.integers(2, 10, 3))])
    elif kind == "tiny":
        x = x[: draw_from(st.integers(2, 11))]
    elif kind == "heavy":
        x = rng.standard_t(1.5, n)
    elif kind == "skew":
        x = rng.lognormal(0.0, 1.0, n)
    elif kind == "flat":
        x = rng.random(n)
    assume(np.ptp(x) > 0)
    return rng.permutation(x)


@st.composite
def cases(draw_from, most=4, largest=150):
    """A column, and the arguments of a fit of it."""
    x = draw_from(samples(largest))
    k = draw_from(st.integers(1, min(most, len(np.unique(x)))))
    sds = draw_from(st.sampled_from(["free", "free", "equal"]))
    objective = draw_from(st.sampled_from(["stable", "stable", "highest"]))
    return x, {"n_components": k, "sds": sds, "objective": objective}


def fit(x, n_components=None, **options):
    """Exact values as they are: the laws of data as they come are in test_laws_recorded.py."""
    return mix1d.fit(x, n_components, **{"resolution": 0, "set_apart": None, **options})


def codes(result):
    return {finding.code for finding in result.findings}


def conditioning(result, x, sample_weight=None):
    """The largest standard error in the units of `distance`; inf where the optimum is not a regular one."""
    w = np.ones(len(x)) if sample_weight is None else sample_weight
    weights, means, sds = real_components(parameters(result.mixture))
    held = "regularized" in codes(result)
    variance = oracle.robust_variance(x, np.ones(len(x)))
    equal = bool(len(sds) > 1 and np.ptp(sds) == 0)
    gradient, curvature = scaled_derivatives(
        x, w, (weights, means, sds), equal=equal, penalty=len(x) ** -0.5 if held else 0.0, variance=variance
    )
    if np.linalg.eigvalsh(curvature)[0] <= 0 or np.abs(gradient).max() > 1e-3 * len(x):
        return math.inf
    return float(np.sqrt(np.linalg.inv(curvature).diagonal().max()))


def tolerance(error, n, noise=0.0):
    """1e-9, or what rounding the data by `noise` sds, or the sums over them, does to the optimum."""
    return 1e-9 + 100.0 * math.sqrt(n) * error * (noise + EPSILON * error)


def mapped(mixture, factor, offset):
    """The mixture of factor * x + offset."""
    weights, means, sds = parameters(mixture)
    means, sds = means * factor + offset, sds * abs(factor)
    order = np.lexsort((sds, means))
    return weights[order], means[order], sds[order]


def assert_mapped(result, other, x, factor, offset, noise):
    """`other` is the fit of factor * x + offset, as far as the data decide."""
    assume("tied_optima" not in codes(result) | codes(other))
    assert other.regularized == result.regularized
    shift = len(x) * math.log(abs(factor))
    slack = 1e-9 + 1e-12 * abs(result.log_likelihood) + 100.0 * len(x) * noise
    assert other.log_likelihood + shift == pytest.approx(result.log_likelihood, abs=slack)
    error = conditioning(result, x)
    assume(error < 1e3)
    expected = mapped(result.mixture, factor, offset)
    assert distance_any_order(parameters(other.mixture), expected) < tolerance(error, len(x), noise)


# Equivariance


@laws
@given(cases(), st.integers(-300, 300))
def test_powers_of_two_change_no_bit(case, exponent):
    x, arguments = case
    x = x[(np.abs(x) > 1e-100) | (x == 0)]
    assume(np.ptp(x) > 0 and len(np.unique(x)) >= arguments["n_components"])
    factor = 2.0**exponent
    result, other = fit(x, **arguments), fit(x * factor, **arguments)
    assert np.array_equal(other.mixture.weights, result.mixture.weights)
    assert np.array_equal(other.mixture.means, result.mixture.means * factor)
    assert np.array_equal(other.mixture.sds, result.mixture.sds * factor)
    assert (other.n_iter, other.regularized, other.stop_reason, other.newton_decrement) == (
        result.n_iter,
        result.regularized,
        result.stop_reason,
        result.newton_decrement,
    )
    shift = len(x) * exponent * math.log(2.0)
    assert other.log_likelihood + shift == pytest.approx(result.log_likelihood, rel=1e-12, abs=1e-10)


@laws
@given(cases(), st.integers(1, 9), st.integers(-(2**20), 2**20))
def test_exact_changes_of_unit(case, factor, offset):
    """On a grid, a * x + b has no rounding at all."""
    x, arguments = case
    x = np.round(x * 64.0) / 64.0
    assume(np.ptp(x) > 0 and len(np.unique(x)) >= arguments["n_components"])
    result, other = fit(x, **arguments), fit(factor * x + offset, **arguments)
    # the means themselves are rounded to doubles near the offset
    noise = EPSILON * abs(offset) / (factor * result.mixture.sds.min())
    assert_mapped(result, other, x, factor, offset, noise)


@laws
@given(cases(), st.floats(-100.0, 100.0), st.floats(-1e3, 1e3))
def test_any_change_of_unit(case, exponent, offset):
    x, arguments = case
    factor = 10.0**exponent
    shifted = factor * (x + offset)
    assume(len(np.unique(shifted)) == len(np.unique(x)))
    result, other = fit(x, **arguments), fit(shifted, **arguments)
    noise = 4.0 * EPSILON * float(np.abs(x).max() + abs(offset)) / float(result.mixture.sds.min())
    assert_mapped(result, other, x, factor, factor * offset, noise)


@laws
@given(cases())
def test_mirror(case):
    x, arguments = case
    result, other = fit(x, **arguments), fit(-x, **arguments)
    assert_mapped(result, other, x, -1.0, 0.0, 0.0)


def test_a_component_on_top_of_another_is_an_empty_one_on_either_side():
    """Their likelihood is that of three components but for rounding."""
    x = np.array([1.30106867, 1.03552573, 1.91745972, 2.29510908, 1.9633192, 0.84481639, 1.55150885])
    result, other = fit(x, 4, sds="equal"), fit(-x, 4, sds="equal")
    assert "null_component" in codes(result) & codes(other)
    assert result.log_likelihood == fit(x, 3, sds="equal").log_likelihood


def test_a_component_of_one_value_counts_on_either_side():
    """Its mass is one value, less or more a rounding."""
    x = np.array([4.239939924827752, 3.0122033030149664, 5.05203745820524, 4.108528592213226])
    x = np.append(x, [4.033227229153568, 4.017750200074948, 4.734742828814357])
    result, other = fit(x, 4, sds="equal"), fit(-x, 4, sds="equal")
    for found in (result, other):
        assert found.log_likelihood == pytest.approx(0.97376676717593, abs=1e-12)
        assert not found.regularized


def test_a_symmetric_sample_ties():
    """Two optima that mirror each other are as good: both are reported, and the finding says so."""
    half = np.array([0.1, 0.2, 0.35, 0.5, 2.0, 2.2, 2.3, 4.0, 4.1, 7.0, 7.5, 7.7, 13.0])
    x = np.concatenate([half, -half])
    tied = [k for k in range(2, 6) if "tied_optima" in codes(fit(x, k))]
    for k in tied:
        result = fit(x, k)
        mirrored = mapped(result.mixture, -1.0, 0.0)
        assert any(distance_any_order(parameters(o.mixture), mirrored) < 1e-3 for o in result.optima[1:])
    for k in set(range(2, 6)) - set(tied):
        result = fit(x, k)
        assert distance_any_order(parameters(result.mixture), mapped(result.mixture, -1.0, 0.0)) < 1e-6


# Rows and weights


@laws
@given(cases(), st.randoms(use_true_random=False))
def test_order_of_rows_changes_no_bit(case, random):
    x, arguments = case
    order = list(range(len(x)))
    random.shuffle(order)
    assert fit(x[order], **arguments).to_dict() == fit(x, **arguments).to_dict()


@laws
@given(cases(largest=60), st.data())
def test_weights_are_repetitions(case, data):
    x, arguments = case
    counts = np.array(data.draw(st.lists(st.integers(0, 4), min_size=len(x), max_size=len(x))))
    repeated = np.repeat(x, counts)
    assume(len(np.unique(repeated)) >= max(2, arguments["n_components"]))
    one, other = fit(x, sample_weight=counts, **arguments), fit(repeated, **arguments)
    for a, b in zip(parameters(one.mixture), parameters(other.mixture), strict=True):
        assert np.array_equal(a, b)
    assert (one.log_likelihood, one.bic, one.icl) == (other.log_likelihood, other.bic, other.icl)
    assert one.total_weight == other.n_obs


@laws
@given(cases(), st.floats(1e-3, 1e3))
def test_rows_of_weight_zero_do_not_count(case, weight):
    x, arguments = case
    more = np.concatenate([x, [x.max() + 10.0]])
    weights = np.append(np.full(len(x), weight), 0.0)
    one = fit(more, sample_weight=weights, **arguments)
    other = fit(x, sample_weight=weights[:-1], **arguments)
    assert one.log_likelihood == other.log_likelihood
    assert np.array_equal(one.mixture.means, other.mixture.means)


def test_weights_that_add_up_to_less_than_one_value_leave_the_smaller_fit():
    x = np.array([-0.958, 4.888, -0.007, 2.270, 2.0, 5.316, 5.037, 3.242, 1.263, -1.944, 1.438, 7.376])
    for weight in (0.1, 0.03125, 0.01):
        one = fit(x, 1, sample_weight=np.full(len(x), weight))
        for k, sds in itertools.product((2, 3), ("free", "equal")):
            result = fit(x, k, sds=sds, sample_weight=np.full(len(x), weight))
            assert result.log_likelihood == pytest.approx(one.log_likelihood, rel=1e-14)
            assert all(math.isfinite(optimum.penalised) for optimum in result.optima)


# The reported numbers


@laws
@given(cases())
def test_reported_numbers(case):
    x, arguments = case
    result = fit(x, **arguments)
    weights, means, sds = parameters(result.mixture)
    k, n, ones = arguments["n_components"], len(x), np.ones(len(x))
    assert len(weights) == k
    assert weights.min() >= 0
    assert weights.sum() == pytest.approx(1.0, abs=1e-12)
    assert sds.min() >= max(floor_of(x), 1e-6 * min(x.std(), math.sqrt(oracle.robust_variance(x, ones)))) * (
        1 - 1e-9
    )
    assert np.array_equal(np.lexsort((sds, means)), np.arange(k))

    exact = oracle.log_likelihood(x, ones, weights, means, sds)
    assert result.log_likelihood == pytest.approx(exact, rel=1e-11, abs=1e-9)
    p = 2 * k if arguments["sds"] == "equal" else 3 * k - 1
    assert (result.n_parameters, result.n_obs, result.total_weight) == (p, n, n)
    assert result.aic == pytest.approx(2 * p - 2 * exact, rel=1e-11, abs=1e-9)
    assert result.bic == pytest.approx(p * math.log(n) - 2 * exact, rel=1e-11, abs=1e-9)
    r = oracle.responsibilities(x, weights, means, sds)
    entropy = -np.sum(np.where(r > 0, r * np.log(np.where(r > 0, r, 1.0)), 0.0))
    assert result.icl - result.bic == pytest.approx(2 * entropy, rel=1e-8, abs=1e-7)

    found = result.responsibilities()
    assert found.shape == (n, k)
    np.testing.assert_allclose(found.sum(axis=1), 1.0, rtol=0, atol=1e-14)
    np.testing.assert_allclose(found, r, rtol=0, atol=1e-9)
    assert np.array_equal(result.predict(), found.argmax(axis=1))


@laws
@given(cases())
def test_converged_means_a_maximum(case):
    """Gradient zero and minus the Hessian positive definite on the free parameters, by the twin."""
    x, arguments = case
    result = fit(x, **arguments)
    assume(result.converged and not result.regularized)
    floor = max(floor_of(x), 1e-6 * math.sqrt(oracle.robust_variance(x, np.ones(len(x)))))
    assume(result.mixture.sds.min() > floor * (1 + 1e-9))
    equal = arguments["sds"] == "equal"
    gradient, curvature = scaled_derivatives(x, np.ones(len(x)), parameters(result.mixture), equal=equal)
    rounding = EPSILON * np.abs(x).max() / result.mixture.sds.min()
    assert np.abs(gradient).max() < (1e-8 + 10.0 * rounding) * len(x)
    assert np.linalg.eigvalsh(curvature)[0] > 0
    assert result.newton_decrement < 1e-10


@laws
@given(cases())
def test_objective_never_falls(case):
    x, arguments = case
    trace = fit(x, **arguments).trace
    objective = trace.objective
    same = np.diff(trace.penalty) == 0
    falls = objective[:-1] - objective[1:] > 1e-12 * np.abs(objective[:-1])
    assert not np.any(falls & same)
    assert np.all(np.diff(trace.penalty) <= 0)
    plain = trace.penalty == 0
    assert np.array_equal(objective[plain], trace.log_likelihood[plain])


@laws
@given(cases())
def test_trace_is_the_solve(case):
    """Each entry of the trace is a mixture with the log-likelihood it says; the last is the answer."""
    x, arguments = case
    result = fit(x, **arguments)
    trace = result.trace
    for i in range(len(trace.phase)):
        exact = oracle.log_likelihood(x, np.ones(len(x)), trace.weights[i], trace.means[i], trace.sds[i])
        assert trace.log_likelihood[i] == pytest.approx(exact, rel=1e-10, abs=1e-8)
    assert trace.log_likelihood[-1] == pytest.approx(result.log_likelihood, rel=1e-10, abs=1e-8)


@laws
@given(cases())
def test_starting_from_the_answer_gives_the_answer(case):
    x, arguments = case
    result = fit(x, **arguments)
    assume(result.converged)
    again = fit(x, arguments["n_components"], sds=arguments["sds"], start=result.mixture)
    assert again.regularized == result.regularized
    assert again.log_likelihood == pytest.approx(result.log_likelihood, rel=1e-12, abs=1e-9)
    error = conditioning(result, x)
    assume(error < 1e3)
    bound = tolerance(error, len(x)) - 9e-10
    assert distance_any_order(parameters(again.mixture), parameters(result.mixture)) < bound


@laws
@given(cases(most=3))
def test_optima_are_what_they_say(case):
    """The reported optimum first, the others within 2 nats, each with its own log-likelihood."""
    x, arguments = case
    result = fit(x, **arguments)
    ones = np.ones(len(x))
    for optimum in result.optima:
        exact = oracle.log_likelihood(x, ones, *parameters(optimum.mixture))
        assert optimum.log_likelihood == pytest.approx(exact, rel=1e-10, abs=1e-8)
    assert result.optima[0].log_likelihood == result.log_likelihood


@laws
@given(samples(), st.sampled_from(["bic", "aic", "icl"]), st.sampled_from(["free", "equal", "auto"]))
def test_selection(x, criterion, sds):
    """The smallest criterion among the eligible; each row is what a fit of that size gives."""
    result = fit(x, sds=sds, criterion=criterion)
    rows = result.selection
    (chosen,) = [row for row in rows if row.chosen]
    assert [(row.n_components, row.sds) for row in rows] == sorted(
        ((row.n_components, row.sds) for row in rows), key=lambda pair: (pair[0], pair[1] == "equal")
    )
    eligible = [row for row in rows if row.eligible]
    assert all(row.eligible != row.regularized for row in rows)
    if eligible:
        best = min(getattr(row, criterion) for row in eligible)
        assert getattr(chosen, criterion) == pytest.approx(best, abs=1e-8)
    for row in rows[:3]:
        alone = fit(x, row.n_components, sds=row.sds)
        assert alone.log_likelihood == row.log_likelihood
        assert alone.bic == row.bic
    assert chosen.log_likelihood == result.log_likelihood


@laws
@given(samples(), st.integers(1, 4))
def test_highest_is_never_below_stable(x, k):
    assume(len(np.unique(x)) >= k)
    stable, highest = fit(x, k), fit(x, k, objective="highest")
    assert highest.log_likelihood >= stable.log_likelihood
