"""What was recorded beside the values, and labels, through the estimator and through metadata routing."""

import numpy as np
import pytest
from sklearn import config_context
from sklearn.base import clone
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

import mix1d
from mix1d.sklearn import GaussianMixture1D

RNG = np.random.default_rng(5)
X = np.concatenate([RNG.normal(0.0, 1.0, 60), RNG.normal(4.0, 1.0, 40)])
ERRORS = RNG.uniform(0.1, 0.8, 100)
PLAIN = {"set_apart": None, "resolution": 0}
Y = np.where(np.arange(100) % 4 == 0, np.repeat([0, 1], [60, 40]), -1)


def same(estimator, result):
    assert estimator.result_.mixture == result.mixture
    assert estimator.result_.bic == result.bic
    np.testing.assert_array_equal(estimator.means_[:, 0], result.mixture.means)


@pytest.mark.parametrize(
    "recorded",
    [
        {"errors": ERRORS},
        {"errors": 0.3},
        {"upper": np.ceil(X)},
        {"truncation": (-5.0, None)},
        {"errors": ERRORS, "truncation": (np.full(100, -5.0), 9.0)},
    ],
)
def test_what_was_recorded_reaches_the_fit(recorded):
    values = np.floor(X) if "upper" in recorded else X
    plain = {"set_apart": None} if "upper" in recorded else PLAIN
    same(GaussianMixture1D(2).fit(values, **recorded), mix1d.fit(values, 2, **recorded, **plain))
    same(GaussianMixture1D(2).fit(values[:, None], **recorded), mix1d.fit(values, 2, **recorded, **plain))


def test_an_end_may_be_open():
    low, high = np.floor(X), np.ceil(X)
    low[::10], high[5::10] = np.nan, np.inf
    same(GaussianMixture1D(2).fit(low, upper=high), mix1d.fit(low, 2, upper=high, set_apart=None))
    with pytest.raises(ValueError, match="NaN"):
        GaussianMixture1D(2).fit(low)


def test_y_with_unknown_ones_is_labels():
    same(GaussianMixture1D(2).fit(X, Y), mix1d.fit(X, 2, labels=Y, **PLAIN))
    known = np.repeat([0, 1], [60, 40])
    same(GaussianMixture1D(2).fit(X, known), mix1d.fit(X, 2, **PLAIN))
    same(GaussianMixture1D(2, semi_supervised=True).fit(X, known), mix1d.fit(X, 2, labels=known, **PLAIN))
    same(GaussianMixture1D(2, semi_supervised=False).fit(X, Y), mix1d.fit(X, 2, **PLAIN))


@pytest.mark.parametrize("y", [np.full(100, -1), np.linspace(-1, 3, 100), ["a"] * 100, X, np.ones((100, 2))])
def test_other_targets_are_ignored(y):
    same(GaussianMixture1D(2).fit(X, y), mix1d.fit(X, 2, **PLAIN))


def test_fit_predict_uses_labels_too():
    estimator = GaussianMixture1D(2)
    found = estimator.fit_predict(X, Y)
    np.testing.assert_array_equal(found, GaussianMixture1D(2).fit(X, Y).predict(X))


def test_labels_that_cannot_be():
    with pytest.raises(mix1d.InputError, match="n_components must be at least the number of labels, 3"):
        GaussianMixture1D(2).fit(X, np.where(Y == -1, -1, np.arange(100) % 3))
    with pytest.raises(mix1d.InputError, match='semi_supervised must be True, False or "auto", got'):
        GaussianMixture1D(2, semi_supervised="yes").fit(X, Y)


@pytest.mark.parametrize(
    "assumed", [{"means": [0.0, None]}, {"weights": "equal"}, {"resolution": 0.5}, {"set_apart": "auto"}]
)
def test_what_is_assumed(assumed):
    estimator = clone(GaussianMixture1D(2, **assumed)).fit(X)
    result = mix1d.fit(X, 2, **{**PLAIN, **assumed})
    same(estimator, result)
    assert estimator.bic(X) + 2.0 * estimator.score(X) * 100 == pytest.approx(
        result.n_parameters * np.log(100.0), rel=1e-9
    )


def test_metadata_are_routed():
    with config_context(enable_metadata_routing=True):
        asked = GaussianMixture1D(2).set_fit_request(errors=True, sample_weight=True)
        pipeline = Pipeline([("same", FunctionTransformer()), ("mixture", asked)])
        weights = RNG.uniform(0.5, 1.5, 100)
        pipeline.fit(X[:, None], errors=ERRORS, sample_weight=weights)
        same(pipeline["mixture"], mix1d.fit(X, 2, errors=ERRORS, sample_weight=weights, **PLAIN))


def test_two_columns_are_refused_and_told_where_they_belong():
    with pytest.raises(mix1d.InputError, match="pass another one as upper= or errors="):
        GaussianMixture1D(2).fit(np.column_stack([X, ERRORS]))


def test_all_values_are_exact_and_belong_as_in_scikit_learn():
    values = np.array([1.0, 1.0, 1.0, 10.0, 10.0, 10.0, 1000.0])
    assert GaussianMixture1D(3).fit(values).result_.n_obs == 7
    assert GaussianMixture1D(3).fit(values).result_.set_apart == ()
