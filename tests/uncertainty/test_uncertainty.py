"""Observed information against recorded values and a slow twin."""

import json

import mpmath
import numpy as np
import pytest

import mix1d
from mix1d.uncertainty.quantities import normal_quantile
from places import DATA

ON_TOP = mix1d.Mixture([0.5, 0.5], [1.25, 1.25], [0.4, 0.4])  # two components in one place
REFERENCE = json.loads((DATA / "reference" / "inference.json").read_text())["observed_information"]


def column(name):
    return np.loadtxt(DATA / f"{name}.csv", skiprows=1)


def split(name):
    column_name, kind, k = name.rsplit("_", 2)
    return column_name, "equal" if kind == "E" else "free", int(k[1:])


@pytest.mark.parametrize("name", REFERENCE)
def test_standard_errors_and_covariance_are_the_recorded_ones(name):
    expected = REFERENCE[name]
    column_name, sds, k = split(name)
    result = mix1d.fit(column(column_name), k, sds=sds)
    covariance = result.covariance()
    assert covariance.shape == (result.n_parameters, result.n_parameters)
    np.testing.assert_allclose(covariance, expected["covariance"], rtol=1e-6)
    np.testing.assert_allclose(np.sqrt(np.diag(covariance)), expected["se"], rtol=1e-7)
    errors = result.standard_errors()
    flat = [*errors.weights[:-1], *errors.means, *(errors.sds[:1] if sds == "equal" else errors.sds)]
    np.testing.assert_allclose(flat, expected["se"], rtol=1e-7)
    assert errors.sds.shape == (k,)


def log_likelihood(x, parameters):
    """Log-likelihood in (weights[:-1], means, sds), to 40 digits."""
    k = (len(parameters) + 1) // 3
    weights = [*parameters[: k - 1], 1 - mpmath.fsum(parameters[: k - 1])]
    means, sds = parameters[k - 1 : 2 * k - 1], parameters[2 * k - 1 :]
    total = mpmath.mpf(0)
    for value in x:
        total += mpmath.log(
            mpmath.fsum(w * mpmath.npdf(value, m, s) for w, m, s in zip(weights, means, sds, strict=True))
        )
    return total


def test_the_covariance_is_the_inverse_of_minus_the_hessian():
    x = [0.1, 0.9, 1.3, 2.2, 1.8, 0.4, 6.1, 7.4, 8.0, 6.6, 7.1, 5.2]
    result = mix1d.fit(x, 2)
    m = result.mixture
    with mpmath.workdps(40):
        at = [mpmath.mpf(v) for v in (*m.weights[:-1], *m.means, *m.sds)]
        step = mpmath.mpf(10) ** -10
        size = len(at)
        hessian = mpmath.matrix(size, size)
        for i in range(size):
            for j in range(size):
                total = mpmath.mpf(0)
                for a in (1, -1):
                    for b in (1, -1):
                        moved = list(at)
                        moved[i] += a * step
                        moved[j] += b * step
                        total += a * b * log_likelihood(x, moved)
                hessian[i, j] = -total / (4 * step * step)
        inverse = hessian**-1
        expected = np.array([[float(inverse[i, j]) for j in range(size)] for i in range(size)])
    np.testing.assert_allclose(result.covariance(), expected, rtol=1e-8)


@pytest.mark.parametrize("scale", [1e-100, 1.0, 1e100])
def test_standard_errors_scale_with_the_data(scale):
    x = column("acidity")
    errors, scaled = (mix1d.fit(v, 2).standard_errors() for v in (x, x * scale))
    np.testing.assert_allclose(scaled.weights, errors.weights, rtol=1e-7)
    np.testing.assert_allclose(scaled.means, errors.means * scale, rtol=1e-7)
    np.testing.assert_allclose(scaled.sds, errors.sds * scale, rtol=1e-7)


def test_components_of_weight_zero_have_no_errors_and_the_others_keep_theirs():
    x = column("precip")
    few, many = mix1d.fit(x, 3), mix1d.fit(x, 4)
    assert sorted(many.mixture.weights)[0] == 0.0
    real = many.mixture.weights > 0.0
    for name in ("weights", "means", "sds"):
        errors = getattr(many.standard_errors(), name)
        assert np.isnan(errors[~real]).all()
        np.testing.assert_allclose(errors[real], getattr(few.standard_errors(), name), rtol=1e-6)


def test_a_fit_held_up_by_the_penalty_has_no_errors():
    result = mix1d.fit([1.0] * 20 + [11.0] * 20, 2, sds="equal")
    assert result.regularized
    assert np.isnan(result.covariance()).all()  # the width is common to all


def test_a_flat_likelihood_has_no_errors():
    assert np.isnan(mix1d.fit([1.0, 1.0, 1.0, 2.0], 2, sds="equal", start=ON_TOP).covariance()).all()


def test_an_sd_on_its_floor_has_no_error_and_the_others_keep_theirs():
    from mix1d.data.sample import read_sample
    from mix1d.native import FREE
    from mix1d.outcome.maximum import Maximum
    from mix1d.uncertainty.covariance import observed_covariance

    x = [0.0] * 20 + [10.0, 14.0, 17.0, 21.0, 24.0] * 4
    sample = read_sample(x)
    floor = sample.resolution / np.sqrt(12.0)
    upper = np.array(x[20:])
    mixture = (np.array([0.5, 0.5]), np.array([0.0, upper.mean()]), np.array([floor, upper.std()]))
    errors = np.sqrt(np.diag(observed_covariance(Maximum(sample, mixture, FREE, True))))
    assert np.isnan(errors).tolist() == [False, False, False, False, True, False]


def test_an_unknown_method_is_refused():
    result = mix1d.fit([1.0, 2.0, 4.0], 1)
    for call in (result.standard_errors, result.covariance):
        with pytest.raises(mix1d.InputError, match=r'"observed", "sandwich" or "bootstrap", got \'louis\''):
            call(method="louis")


def test_a_common_sd_of_0_has_one_bound():
    """By the likelihood itself: with one sd for both groups it falls by the quantile where the bound is."""
    rng = np.random.default_rng(12)
    errors = rng.uniform(0.5, 1.0, 40)
    x = np.concatenate([np.full(20, 0.0), np.full(20, 6.0)]) + 0.6 * errors * rng.standard_normal(40)
    result = mix1d.fit(x, 2, errors=errors, sds="equal")
    assert result.sds.tolist() == [0.0, 0.0]
    upper = result.confidence_interval().upper.sds
    assert upper[0] == upper[1]
    held = mix1d.fit(x, 2, errors=errors, sds=[float(upper[0]), float(upper[0])])
    fall = 2.0 * (result.log_likelihood - held.log_likelihood)
    assert fall == pytest.approx(normal_quantile(0.95) ** 2, abs=1e-6)
