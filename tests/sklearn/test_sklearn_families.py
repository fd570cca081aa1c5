"""The estimator with components that are not normal."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV

import mix1d
from mix1d.sklearn import GaussianMixture1D

RNG = np.random.default_rng(2)
X = np.concatenate([RNG.gamma(3.0, 1.0, 200), RNG.gamma(60.0, 0.3, 200)])


@pytest.fixture(scope="module")
def fitted():
    return clone(GaussianMixture1D(2, family="gamma", random_state=0)).fit(X)


def test_it_is_the_fit_of_that_family(fitted):
    result = mix1d.fit(X, 2, family="gamma", resolution=0, set_apart=None)
    assert fitted.get_params()["family"] == "gamma"
    assert fitted.result_.mixture == result.mixture
    np.testing.assert_array_equal(fitted.means_[:, 0], result.mixture.means)
    np.testing.assert_array_equal(fitted.covariances_[:, 0, 0], result.mixture.sds**2)
    assert fitted.score(X) * len(X) == pytest.approx(result.log_likelihood, rel=1e-12)
    assert fitted.bic(X) == pytest.approx(result.bic, rel=1e-12)
    assert fitted.aic(X) == pytest.approx(result.aic, rel=1e-12)
    np.testing.assert_array_equal(fitted.predict(X), result.mixture.predict(X))
    np.testing.assert_array_equal(fitted.predict_proba(X), result.mixture.responsibilities(X))


def test_draws_are_of_its_components(fitted):
    values, of = fitted.sample(4000)
    assert values.shape == (4000, 1)
    for j, component in enumerate(fitted.result_.mixture.components):
        part = values[of == j, 0]
        assert len(part) / 4000 == pytest.approx(fitted.weights_[j], abs=0.03)
        levels = component.cdf(part)  # uniform: no level is further than 2.2 / root n off, in 1 of 10,000
        expected = (np.arange(len(part)) + 0.5) / len(part)
        assert np.abs(np.sort(levels) - expected).max() < 2.2 / np.sqrt(len(part))


def test_parameters_set_by_hand_are_refused_where_components_are_not_normal():
    estimator = GaussianMixture1D(1, family="gamma").fit(X)
    estimator.means_ = estimator.means_ + 1.0
    with pytest.raises(mix1d.InputError, match="must be those of the fit where components are not normal"):
        estimator.predict(X)


def test_families_can_be_searched_for():
    found = GridSearchCV(GaussianMixture1D(2), {"family": ["normal", "gamma"]}, cv=3).fit(X[:, np.newaxis])
    assert found.best_params_ == {"family": "gamma"}


def test_several_families_are_compared():
    estimator = GaussianMixture1D("auto", family={"gamma", "normal"}).fit(X)
    assert estimator.result_.family == "gamma"
    assert estimator.n_components_ == 2


def test_a_family_that_is_none_is_refused():
    with pytest.raises(mix1d.InputError, match="family must be the name of a family, got 'gama'"):
        GaussianMixture1D(2, family="gama").fit(X)
