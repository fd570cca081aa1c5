"""The slow twins agree with each other and with reference values of other programs."""

import json
from itertools import islice

import mpmath
import numpy as np
import pytest

import oracle
from places import DATA

CERTIFIED = json.loads((DATA / "reference" / "inference.json").read_text())["observed_information"]


def column(name):
    return np.loadtxt(DATA / f"{name}.csv", skiprows=1)


def small_case(seed, k, n=14):
    rng = np.random.default_rng(seed)
    values, sample_weight = rng.normal(size=n), rng.uniform(0.5, 3.0, size=n)
    weights = rng.uniform(0.2, 1.0, size=k)
    return values, sample_weight, weights / weights.sum(), rng.normal(size=k), rng.uniform(0.4, 1.5, size=k)


def certified(entry):
    name, kind, size = entry.rsplit("_", 2)
    k = int(size[1:])
    theta = np.array(CERTIFIED[entry]["theta"])
    weights = np.append(theta[: k - 1], 1 - theta[: k - 1].sum())
    means = theta[k - 1 : 2 * k - 1]
    sds = theta[2 * k - 1 :]
    x = column(name)
    equal = kind == "E"
    return x, np.ones_like(x), weights, means, np.repeat(sds, k) if equal else sds, equal


def test_log_pdf_far_away_is_the_nearest_component():
    value = oracle.log_pdf([1e4], [0.5, 0.5], [0.0, 1.0], [1.0, 1.0])[0]
    assert value == pytest.approx(np.log(0.5) - 0.5 * np.log(2 * np.pi) - 0.5 * 9999.0**2, rel=1e-14)


def test_weights_are_repetitions():
    values, _, *mixture = small_case(1, 3)
    counts = np.arange(1, len(values) + 1)
    repeated = np.repeat(values, counts)
    ones = np.ones(len(repeated))
    for function in (oracle.em_sums, oracle.em_step):
        pooled, plain = function(values, counts, *mixture), function(repeated, ones, *mixture)
        np.testing.assert_allclose(np.hstack(pooled), np.hstack(plain), rtol=1e-11, atol=1e-11)


@pytest.mark.parametrize("k", [1, 2, 3])
def test_derivatives_three_ways(k):
    case = small_case(k, k)
    total, gradient, hessian = oracle.derivatives(*case)
    numerical_gradient, numerical_hessian = oracle.derivatives_numerical(*case)
    exact_total, exact_gradient, exact_hessian = oracle.derivatives_mp(*(a.tolist() for a in case))
    assert total == pytest.approx(float(exact_total), rel=1e-13)
    for other in (numerical_gradient, np.ravel(np.array(exact_gradient.tolist(), float))):
        np.testing.assert_allclose(gradient, other, rtol=1e-10, atol=1e-11)
    for other in (numerical_hessian, np.array(exact_hessian.tolist(), float)):
        np.testing.assert_allclose(hessian, other, rtol=1e-10, atol=1e-10)


def test_hessian_has_the_gauge_direction():
    hessian = oracle.derivatives(*small_case(4, 3))[2]
    np.testing.assert_allclose(hessian[:, :3].sum(axis=1), 0, atol=1e-12)


@pytest.mark.parametrize(("equal", "penalty"), [(False, 0.0), (False, 0.3), (True, 0.0)])
def test_em_never_lowers_its_objective(equal, penalty):
    values, sample_weight, *mixture = small_case(5, 2, n=40)
    mixture[2][:] = mixture[2][0] if equal else mixture[2]
    last = -np.inf
    for _ in range(50):
        objective = oracle.penalised(values, sample_weight, *mixture, penalty, 0.8)
        assert objective >= last - 1e-12 * abs(last)
        last = objective
        *mixture, _ = oracle.em_step(values, sample_weight, *mixture, equal, penalty, 0.8)


def test_em_step_by_hand():
    # One component: the step is the weighted mean and sd whatever the start.
    weights, means, sds, _ = oracle.em_step([0.0, 1.0, 5.0], [1.0, 2.0, 1.0], [1.0], [3.0], [2.0])
    assert weights.tolist() == [1.0]
    assert means[0] == pytest.approx(7 / 4)
    assert sds[0] == pytest.approx(np.sqrt((0 + 2 + 25) / 4 - (7 / 4) ** 2))


def test_em_step_floor_and_empty_component():
    start = ([1.0, 0.0], [0.0, 7.0], [1.0, 2.0])
    weights, means, sds, _ = oracle.em_step([0.0, 0.0], [1.0, 1.0], *start, floor=0.1)
    assert (weights.tolist(), means.tolist(), sds.tolist()) == ([1.0, 0.0], [0.0, 7.0], [0.1, 2.0])


def test_robust_variance():
    x = np.array([0.0, 1.0, 2.0, 3.0, 100.0])
    assert oracle.robust_variance(x, np.ones(5)) == pytest.approx((2 / 1.349) ** 2)
    tied = np.array([0.0, 5.0, 10.0])
    assert oracle.robust_variance(tied, [1, 8, 1]) == pytest.approx(5.0)


@pytest.mark.parametrize("entry", sorted(CERTIFIED))
def test_standard_errors_are_the_certified_ones(entry):
    x, w, weights, means, sds, equal = certified(entry)
    k = len(weights)
    errors = oracle.standard_errors(x, w, weights, means, sds, equal)
    found = np.concatenate([errors[0][: k - 1], errors[1], errors[2][:1] if equal else errors[2]])
    np.testing.assert_allclose(found, CERTIFIED[entry]["se"], rtol=1e-8)


# The certified digits belong to the decimal values, which doubles carry exactly in whole-number columns only.
@pytest.mark.parametrize(
    ("entry", "tolerance"),
    [("faithful_waiting_V_k2", 1e-23), ("galaxies_V_k3", 1e-23), ("acidity_E_k2", 1e-15)],
)
def test_newton_reaches_the_certified_digits(entry, tolerance):
    x, w, weights, means, sds, equal = certified(entry)
    k = len(weights)
    # From a start that is off by a percent or two.
    start = (weights, means + 0.02 * sds, sds * 1.01)
    pi, mu, s, total = oracle.newton(x, w, *start, equal=equal, digits=30)
    found = [*pi[: k - 1], *mu, *(s[:1] if equal else s)]
    for value, digits in zip(found, CERTIFIED[entry]["theta_25_digits"], strict=True):
        with mpmath.workdps(40):
            assert abs(value / mpmath.mpf(digits) - 1) < tolerance
    with mpmath.workdps(40):
        assert abs(total - mpmath.mpf(CERTIFIED[entry]["loglik_30_digits"])) < 10 * tolerance


def test_newton_refuses_a_far_start():
    values, sample_weight, *_ = small_case(6, 2, n=30)
    with pytest.raises(ArithmeticError, match="too far"):
        oracle.newton(values, sample_weight, [0.5, 0.5], [-3.0, 0.0], [0.2, 9.0])


def test_penalised_newton_is_a_fixed_point_of_penalised_em():
    values, sample_weight, *mixture = small_case(7, 2, n=60)
    for _ in range(300):
        *mixture, _ = oracle.em_step(values, sample_weight, *mixture, penalty=0.2, penalty_variance=0.9)
    exact = oracle.newton(values, sample_weight, *mixture, penalty=0.2, penalty_variance=0.9)[:3]
    exact = [np.array(part, float) for part in exact]
    *after, _ = oracle.em_step(values, sample_weight, *exact, penalty=0.2, penalty_variance=0.9)
    for a, b in zip(after, exact, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-13)


def test_insertion_derivative_is_the_slope_of_the_gain():
    values, sample_weight, weights, means, sds = small_case(8, 2)
    e, before = 1e-6, oracle.log_likelihood(values, sample_weight, weights, means, sds)
    mixed = (np.append((1 - e) * weights, e), np.append(means, 0.4), np.append(sds, 0.3))
    slope = (oracle.log_likelihood(values, sample_weight, *mixed) - before) / e
    assert oracle.insertion_derivative(values, sample_weight, weights, means, sds, 0.4, 0.3) == pytest.approx(
        slope, rel=1e-4, abs=1e-4
    )


def test_insertion_gain_is_reached_and_best():
    x = column("faithful_eruptions")
    w = np.ones_like(x)
    base = (np.array([1.0]), np.array([x.mean()]), np.array([x.std()]))
    gain, e = oracle.insertion_gain(x, w, *base, 2.0, 0.3)

    def total(e):
        return oracle.log_likelihood(x, w, [1 - e, e], [base[1][0], 2.0], [base[2][0], 0.3])

    assert 0 < e < 1
    assert total(e) - total(0.0) == pytest.approx(gain, rel=1e-12)
    assert total(e) >= max(total(e * 0.99), total(e * 1.01))
    assert oracle.insertion_gain(x, w, *base, 30.0, 0.3) == (0.0, 0.0)


def test_plain_em_crawls_on_the_slow_sample():
    values, counts = oracle.slow_sample()
    start = ([1 / 3] * 3, [0.0, 1.6, 4.0], [1.0] * 3)
    weights, means, sds, _ = next(islice(oracle.plain_em(values, counts, *start), 10_000, None))
    exact = [np.array(part, float) for part in oracle.newton(values, counts, weights, means, sds)[:3]]
    assert np.max(np.abs(means - exact[1]) / exact[2]) > 1e-6
    *after, _ = oracle.em_step(values, counts, *exact)
    np.testing.assert_allclose(np.concatenate(after), np.concatenate(exact), rtol=1e-13, atol=1e-13)
