"""`FitResult`: frozen, lazy, in words, for machines."""

import json
import pickle

import numpy as np
import pytest

import mix1d
from mix1d.result import FitResult
from places import DATA

WAITING = np.loadtxt(DATA / "faithful_waiting.csv", skiprows=1)
GEYSER = np.loadtxt(DATA / "geyser_duration.csv", skiprows=1)
PRECIP = np.loadtxt(DATA / "precip.csv", skiprows=1)


@pytest.fixture(scope="module")
def result():
    return mix1d.fit(WAITING, range(1, 4), sds="auto", name="waiting")


def test_it_is_frozen(result):
    for name in ("mixture", "log_likelihood", "trace", "anything"):
        with pytest.raises(AttributeError):
            setattr(result, name, 1)
    for array in (result.mixture.means, result.trace.means, result.trace.objective):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1.0


def test_it_does_not_hold_the_callers_array():
    x = WAITING.copy()
    fitted = mix1d.fit(x, 2)
    x[:] = 0.0
    assert fitted.predict().sum() == mix1d.fit(WAITING, 2).predict().sum() > 0


def test_it_pickles(result):
    whole = result.to_dict()
    again = pickle.loads(pickle.dumps(result))
    assert isinstance(again, FitResult)
    assert again.to_dict() == whole
    assert again.mixture == result.mixture
    assert str(again) == str(result)


def test_to_dict_is_plain_json(result):
    for fitted in (result, mix1d.fit(PRECIP, 4), mix1d.fit([3.0])):
        whole = fitted.to_dict()
        assert json.loads(json.dumps(whole, allow_nan=False)) == whole
    whole = result.to_dict()
    assert whole["mixture"]["means"] == result.mixture.means.tolist()
    assert whole["standard_errors"]["sds"] == result.standard_errors().sds.tolist()
    assert whole["thresholds"][0]["lower"] == result.thresholds()[0].lower
    assert [line["chosen"] for line in whole["selection"]].count(True) == 1
    for name in ("log_likelihood", "bic", "n_iter", "stop_reason", "criterion", "n_obs", "name"):
        assert whole[name] == getattr(result, name)


def test_text(result):
    assert str(result) == result.summary()
    assert str(result).startswith("waiting: 2 groups, settled.")
    assert repr(result) == "<FitResult waiting: 2 components, n = 272, log-likelihood -1034.002>"
    assert repr(mix1d.fit([1.0, 2.0], 1)).startswith("<FitResult 1 component, n = 2, ")


def test_responsibilities_and_labels():
    fitted = mix1d.fit([*WAITING, np.nan], 2, missing="drop")
    shares = fitted.responsibilities()
    assert shares.shape == (272, 2)
    np.testing.assert_allclose(shares.sum(axis=1), 1.0, rtol=1e-14)
    np.testing.assert_array_equal(shares, fitted.mixture.responsibilities(WAITING))
    np.testing.assert_array_equal(fitted.predict(), fitted.mixture.predict(WAITING))
    assert fitted.predict([0.0, 100.0]).tolist() == [0, 1]
    np.testing.assert_allclose(shares.mean(axis=0), fitted.mixture.weights, rtol=1e-10)


def test_thresholds_are_those_of_the_mixture():
    fitted = mix1d.fit(WAITING, 2)
    (cut, *_) = fitted.thresholds()
    assert cut.value == fitted.mixture.thresholds()[0].value
    assert cut.lower < cut.value < cut.upper


@pytest.mark.parametrize(
    ("x", "k", "options"),
    [
        (WAITING, 2, {}),
        (WAITING, 3, {"sds": "equal"}),
        (WAITING, 3, {"objective": "highest"}),
        (GEYSER, 4, {}),
        (PRECIP, 4, {}),
        (WAITING, 2, {"start": mix1d.Mixture([0.5, 0.5], [40.0, 90.0], [9.0, 9.0])}),
    ],
)
def test_the_trace_never_falls_and_ends_at_the_answer(x, k, options):
    fitted = mix1d.fit(x, k, **options)
    trace, mixture = fitted.trace, fitted.mixture
    assert fitted.n_iter == len(trace.phase) >= 2
    assert set(trace.phase) <= {"em", "newton"}
    assert trace.weights.shape == trace.means.shape == trace.sds.shape == (fitted.n_iter, k)
    np.testing.assert_allclose(trace.weights.sum(axis=1), 1.0, rtol=1e-12)
    steps = zip(zip(trace.phase, trace.penalty, strict=True), trace.objective, strict=True)
    last_phase, last = None, 0.0
    for phase, objective in steps:
        if phase == last_phase:
            assert objective >= last - 1e-12 * abs(last)
        last_phase, last = phase, objective
    np.testing.assert_allclose((trace.means[-1] - mixture.means) / mixture.sds, 0.0, atol=1e-8)
    np.testing.assert_allclose(trace.sds[-1], mixture.sds, rtol=1e-8)
    np.testing.assert_allclose(trace.weights[-1], mixture.weights, rtol=1e-8)
    assert trace.log_likelihood[-1] == pytest.approx(fitted.log_likelihood, rel=1e-12)
    held = fitted.regularized and mixture.weights.min() > 0.0
    assert (trace.penalty[-1] > 0.0) == held


def test_optima():
    fitted = mix1d.fit(np.loadtxt(DATA / "wine_proline.csv", skiprows=1), 3)
    reported, *others = fitted.optima
    assert reported.mixture == fitted.mixture
    assert reported.log_likelihood == fitted.log_likelihood
    assert reported.penalised < reported.log_likelihood
    assert others
    assert all(reported.penalised - 2.0 <= o.penalised for o in others)
    assert all(o.penalised <= reported.penalised or o.regularized for o in others)


def test_converged_means_converged(result):
    assert result.converged
    assert result.stop_reason == "decrement"
    assert 0.0 <= result.newton_decrement < 1e-18


def test_components_are_ordered():
    for k in (2, 3, 4, 5):
        for fitted in (mix1d.fit(GEYSER, k), mix1d.fit(GEYSER, k, sds="equal")):
            m = fitted.mixture
            assert (np.diff(m.means) >= 0.0).all()
            for optimum in fitted.optima:
                assert (np.diff(optimum.mixture.means) >= 0.0).all()


@pytest.mark.parametrize("seed", range(5))
def test_values_at_the_ends_of_a_background_may_be_of_it(seed):
    rng = np.random.default_rng(seed)
    x = np.concatenate([rng.normal(0.0, 1.0, 60), rng.uniform(-20.0, 40.0, 20)])
    x = x * rng.uniform(0.001, 1000.0) + rng.uniform(-1e6, 1e6)
    shares = mix1d.fit(x, 1, background=True).responsibilities()[:, -1]
    assert (shares[[x.argmin(), x.argmax()]] > 0.9).all()


@pytest.mark.parametrize("family", ["gamma", "student_t", ["gamma", "normal"], ["normal", "gamma"]])
def test_the_trace_of_other_families_has_moments_and_ends_at_the_answer(family):
    rng = np.random.default_rng(1)
    x = np.concatenate([rng.gamma(3.0, 2.0, 150), rng.gamma(90.0, 0.4, 100)])
    fitted = mix1d.fit(x, 2, family=family)
    trace, mixture = fitted.trace, fitted.mixture
    assert trace.means.shape == trace.sds.shape == (fitted.n_iter, 2)
    for name in ("weights", "means", "sds"):
        np.testing.assert_allclose(getattr(trace, name)[-1], getattr(mixture, name), rtol=1e-9)
