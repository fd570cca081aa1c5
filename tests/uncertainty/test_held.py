"""Beside a component that only the penalty holds up the others keep their errors and intervals."""

import math
import re

import numpy as np
import pytest
from scipy import optimize

import mix1d
from cases import column
from mix1d.outcome.maximum import maximum_of
from mix1d.uncertainty.quantities import normal_quantile

SPIKE = np.concatenate([np.random.default_rng(5).normal(10.0, 2.0, 90), np.full(25, 30.0)])


def penalised(x):
    """The objective by unbounded coordinates: logits but the first, means, log sds."""
    a = len(x) ** -0.5
    low, high = np.quantile(x, [0.25, 0.75])
    s2 = min(x.var(), ((high - low) / 1.349) ** 2)

    def height(theta):
        k = (len(theta) + 1) // 3
        logits = np.append(0.0, theta[: k - 1])
        means, log_sds = theta[k - 1 : 2 * k - 1], theta[2 * k - 1 :]
        logs = logits - np.logaddexp.reduce(logits)
        z = (x[:, None] - means) * np.exp(-log_sds)
        terms = logs - log_sds - 0.5 * z * z - 0.5 * math.log(2 * math.pi)
        penalty = a * np.sum(s2 * np.exp(-2 * log_sds) + 2 * log_sds - math.log(s2))
        return np.logaddexp.reduce(terms, axis=1).sum() - penalty

    return height


def coordinates(mixture):
    w = mixture.weights
    return np.concatenate([np.log(w[1:] / w[0]), mixture.means, np.log(mixture.sds)])


def numeric_hessian(f, t, h=1e-4):
    n = len(t)
    unit = np.eye(n) * h
    return np.array(
        [
            [(f(t + u + v) - f(t + u - v) - f(t - u + v) + f(t - u - v)) / (4 * h * h) for v in unit]
            for u in unit
        ]
    )


@pytest.fixture(scope="module")
def result():
    result = mix1d.fit(SPIKE, 2, resolution=0, set_apart=None)
    assert result.regularized
    assert [f.component for f in result.findings if f.code == "regularized"] == [1]
    return result


def test_standard_errors_are_those_of_the_penalised_likelihood_given_the_width(result):
    t = coordinates(result.mixture)
    free = [0, 1, 2, 3]  # logit of b, both means, log sd of a
    hessian = numeric_hessian(penalised(SPIKE), t)[np.ix_(free, free)]
    covariance = np.linalg.inv(-hessian)
    w, sd = result.mixture.weights, float(result.mixture.sds[0])
    errors = result.standard_errors()
    assert errors.weights[0] == pytest.approx(float(w[0] * w[1]) * math.sqrt(covariance[0, 0]), rel=1e-4)
    assert errors.means[0] == pytest.approx(math.sqrt(covariance[1, 1]), rel=1e-4)
    assert errors.sds[0] == pytest.approx(sd * math.sqrt(covariance[3, 3]), rel=1e-4)
    assert np.isnan([errors.weights[1], errors.means[1], errors.sds[1]]).all()
    sandwich = result.standard_errors("sandwich")
    assert 0.5 < sandwich.means[0] / errors.means[0] < 2.0


def test_profile_bounds_are_those_of_the_penalised_likelihood_given_the_width(result):
    height, best = penalised(SPIKE), coordinates(result.mixture)
    bounds = result.confidence_interval()
    z = normal_quantile(0.95)
    for side in (bounds.lower, bounds.upper):
        for place, value in ((1, float(side.means[0])), (3, math.log(float(side.sds[0])))):
            moving = [i for i in range(4) if i != place]

            def loss(free, place=place, value=value, moving=moving):
                t = best.copy()
                t[place], t[moving] = value, free
                return -height(t)

            found = optimize.minimize(loss, best[moving], method="BFGS", options={"gtol": 1e-7})
            assert 2.0 * (height(best) + found.fun) == pytest.approx(z * z, abs=1e-5)
    for name in ("weights", "means", "sds"):
        assert math.isnan(getattr(bounds.lower, name)[1])
        assert math.isnan(getattr(bounds.upper, name)[1])
        assert (
            getattr(bounds.lower, name)[0] < getattr(result.mixture, name)[0] < getattr(bounds.upper, name)[0]
        )


def test_what_depends_on_the_width_has_no_interval(result):
    assert math.isnan(result.quantile(0.5).lower)
    assert math.isnan(result.overlap().error_rate.lower)
    assert all(math.isnan(cut.lower) for cut in result.thresholds())
    assert all(math.isnan(pair.ashman_d.lower) for pair in result.separation())
    bootstrap = result.confidence_interval(method="bootstrap", replicates=39)
    assert np.isnan(bootstrap.lower.means).all()
    wald = result.confidence_interval(method="wald")
    assert wald.lower.means[0] == pytest.approx(result.confidence_interval().lower.means[0], rel=0.01)
    assert math.isnan(wald.lower.means[1])


def test_pairs_of_sound_components_keep_their_thresholds():
    x = np.concatenate([SPIKE, np.random.default_rng(6).normal(-20.0, 1.0, 80)])
    result = mix1d.fit(x, 3, resolution=0, set_apart=None)
    assert maximum_of(result).held == (2,)
    first, last = result.thresholds()[0], result.thresholds()[-1]
    assert (first.below, first.above) == (0, 1)
    assert first.lower < first.value < first.upper
    assert math.isnan(last.lower)
    ax = result.plot(kind="profile", parameter=("mean", "a"))
    assert ax.get_xlabel() == "mean of a"
    with pytest.raises(mix1d.InputError, match="only a penalty holds up component c"):
        result.plot(kind="profile", parameter=("mean", "c"))


def test_two_components_of_ties_have_none_both():
    x = np.concatenate([SPIKE, np.full(30, -40.0)])
    result = mix1d.fit(x, 3, resolution=0, set_apart=None)
    assert maximum_of(result).held == (0, 2)
    errors = result.standard_errors()
    assert np.isfinite([errors.weights[1], errors.means[1], errors.sds[1]]).all()
    assert np.isnan(errors.means[[0, 2]]).all()


def test_the_text_and_the_tables_have_them(result):
    assert re.search(r"(?m)^a +78 % \(\d+–\d+\) ", str(result))
    text = result.summary(details=True)
    assert '"-" where a parameter has none (3 of 6), the width of b taken for known' in " ".join(text.split())
    table = mix1d.fit_many({"x": SPIKE}, 2)
    assert (
        table["mean_se"][0].tolist()[0] == result.standard_errors().means[0] if "mean_se" in table else True
    )


def test_geyser():
    result = mix1d.fit(column("geyser_duration"), 4, resolution=0, set_apart=None)
    assert maximum_of(result).held
    sound = [j for j in range(4) if j not in maximum_of(result).held]
    errors = result.standard_errors()
    assert np.isfinite(errors.means[sound]).all()
    assert np.isnan(errors.means[list(maximum_of(result).held)]).all()


def test_wald_bounds_of_a_weight_that_is_not_determined():
    from mix1d.uncertainty.quantities import Kind, wald_bounds

    assert wald_bounds(Kind.WEIGHT, 1e-300, 1e143, 2.0) == (0.0, 1.0)
    assert wald_bounds(Kind.WEIGHT, 0.5, math.inf, 2.0) == (0.0, 1.0)
