"""GaussianMixture1D against scikit-learn's GaussianMixture, and inside scikit-learn's machinery."""

import copy
import itertools
import math
import pickle
import subprocess
import sys
import warnings

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import sklearn
from scipy import sparse
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.mixture import GaussianMixture
from sklearn.model_selection import GridSearchCV, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.utils import get_tags

import mix1d
from cases import column, distance, draw, parameters
from mix1d.sklearn import GaussianMixture1D
from places import DATA

TYPES = ("full", "tied", "diag", "spherical")
SHAPES = {"full": (2, 1, 1), "tied": (1, 1), "diag": (2, 1), "spherical": (2,)}
ARRAYS = ("weights_", "means_", "covariances_", "precisions_", "precisions_cholesky_")
X = column("faithful_waiting")
FOUR = [1.0, 2.0, 8.0, 9.5]


def theirs(ours, x, **options):
    """scikit-learn's estimator fitted from our answer, as exactly as it can."""
    start = dict(weights_init=ours.weights_, means_init=ours.means_, precisions_init=ours.precisions_)
    exact = dict(tol=1e-12, reg_covar=0.0, max_iter=100_000)
    kind = dict(n_components=ours.n_components_, covariance_type=ours.covariance_type)
    return GaussianMixture(**kind, **{**start, **exact, **options}).fit(x.reshape(-1, 1))


# ---- the same numbers as scikit-learn

SAMPLES = [path.stem for path in (*sorted(DATA.glob("*.csv")), *sorted((DATA / "hard").glob("*.csv")))]
DRAWN = {
    "drawn narrow": ([0.2, 0.8], [0, 1e-6], [1e-7, 3e-7]),
    "drawn wide": ([0.5, 0.5], [-1e6, 4e6], [1e6, 1e6]),
    "drawn three": ([0.3, 0.4, 0.3], [-3, 0, 4], [1, 0.5, 2]),
}


def sample_called(name):
    return draw(7, *DRAWN[name], 300) if name in DRAWN else column(name)


def test_there_are_thirty_one_samples():
    assert len(SAMPLES) + len(DRAWN) == 31


@pytest.mark.parametrize(
    ("name", "k", "kind"),
    [(name, k, TYPES[(i + k) % 4]) for i, name in enumerate([*SAMPLES, *DRAWN]) for k in (1, 2, 3)],
)
def test_attributes_agree_with_scikit_learn_started_at_our_answer(name, k, kind):
    x = sample_called(name)
    ours = GaussianMixture1D(k, covariance_type=kind).fit(x)
    twin = theirs(ours, x)
    assert ours.converged_ == twin.converged_ == True  # noqa: E712 (both are bools)
    for attribute in ARRAYS:
        mine, other = getattr(ours, attribute), getattr(twin, attribute)
        assert mine.shape == other.shape
        assert mine.dtype == other.dtype
        scale = np.sqrt(twin.covariances_).max() if attribute == "means_" else 0.0
        np.testing.assert_allclose(mine, other, rtol=1e-6, atol=1e-6 * scale)
    assert ours.lower_bound_ == pytest.approx(twin.lower_bound_, rel=1e-9, abs=1e-9)
    assert ours.bic(x) == pytest.approx(twin.bic(x.reshape(-1, 1)), rel=1e-6)
    assert ours.aic(x) == pytest.approx(twin.aic(x.reshape(-1, 1)), rel=1e-6)


@pytest.mark.parametrize("kind", TYPES)
def test_methods_agree_with_scikit_learn_given_the_same_parameters(kind):
    ours = GaussianMixture1D(2, covariance_type=kind, random_state=3).fit(X)
    twin = theirs(ours, X, random_state=3)
    for attribute in ARRAYS:
        setattr(ours, attribute, getattr(twin, attribute))
    grid = np.linspace(20, 120, 201).reshape(-1, 1)
    np.testing.assert_array_equal(ours.predict(grid), twin.predict(grid))
    np.testing.assert_allclose(ours.predict_proba(grid), twin.predict_proba(grid), rtol=1e-9, atol=1e-15)
    np.testing.assert_allclose(ours.score_samples(grid), twin.score_samples(grid), rtol=1e-9)
    for name in ("score", "aic", "bic"):
        assert getattr(ours, name)(grid) == pytest.approx(getattr(twin, name)(grid), rel=1e-12)
    for name in ("predict", "predict_proba", "score_samples"):
        assert getattr(ours, name)(grid).dtype == getattr(twin, name)(grid).dtype
    assert ours._n_parameters() == twin._n_parameters()
    (mine, labels), (other, other_labels) = ours.sample(50), twin.sample(50)
    np.testing.assert_allclose(mine, other, rtol=1e-12)
    np.testing.assert_array_equal(labels, other_labels)


def test_every_parameter_of_scikit_learn_is_accepted_with_its_default():
    own = GaussianMixture1D().get_params()
    theirs = GaussianMixture().get_params()
    assert own.pop("covariance_type") is None  # "full" for the single numbers that scikit-learn knows
    assert theirs.pop("covariance_type") == "full"
    for name, default in theirs.items():
        assert own[name] == default, name


@pytest.mark.parametrize("kind", TYPES)
def test_public_attributes_are_those_of_scikit_learn(kind):
    frame = pd.DataFrame({"waiting": X})
    ours = GaussianMixture1D(2, covariance_type=kind).fit(frame)
    twin = GaussianMixture(2, covariance_type=kind).fit(frame)
    public = [name for name in dir(twin) if not name.startswith("_")]
    assert [name for name in public if not hasattr(ours, name)] == []
    assert ours.n_features_in_ == twin.n_features_in_ == 1
    assert ours.feature_names_in_.tolist() == twin.feature_names_in_.tolist() == ["waiting"]
    assert ours.covariances_.shape == SHAPES[kind]
    assert ours.result_.name == "waiting"
    for name in ("converged_", "n_iter_", "lower_bound_", "lower_bounds_"):
        if hasattr(twin, name):  # scikit-learn 1.6 has no lower_bounds_
            assert isinstance(getattr(twin, name), type(getattr(ours, name))), name
        assert hasattr(ours, name)


def test_lower_bounds_are_the_trace_per_value():
    ours = GaussianMixture1D(3).fit(X)
    assert len(ours.lower_bounds_) == ours.n_iter_ == ours.result_.n_iter
    assert ours.lower_bounds_[-1] == pytest.approx(ours.lower_bound_, rel=1e-14)
    assert ours.lower_bound_ == ours.result_.log_likelihood / 272
    assert ours.score(X) == pytest.approx(ours.lower_bound_, rel=1e-13)
    assert ours.bic(X) == pytest.approx(ours.result_.bic, rel=1e-13)
    assert ours.aic(X) == pytest.approx(ours.result_.aic, rel=1e-13)


# ---- code written for scikit-learn, with the import changed


def test_the_one_dimensional_example_of_astroml():
    # "Example of a one-dimensional Gaussian mixture model", Ivezic et al. 2014, figure 4.2
    random_state = np.random.RandomState(seed=1)
    parts = [(-1, 1.5, 350), (0, 1, 500), (3, 0.5, 150)]
    values = np.concatenate([random_state.normal(*part) for part in parts]).reshape(-1, 1)
    N = np.arange(1, 11)
    models = [None for i in range(len(N))]
    for i in range(len(N)):
        models[i] = GaussianMixture1D(N[i]).fit(values)
    AIC = [m.aic(values) for m in models]
    BIC = [m.bic(values) for m in models]
    assert (N[np.argmin(AIC)], N[np.argmin(BIC)]) == (3, 2)
    for k, bic in zip(
        N[:6], BIC, strict=False
    ):  # scikit-learn misses the best optimum from two components on
        assert bic <= GaussianMixture(k, random_state=0).fit(values).bic(values) + 1e-6
    M_best = models[np.argmin(AIC)]
    x = np.linspace(-6, 6, 1000)
    logprob = M_best.score_samples(x.reshape(-1, 1))
    responsibilities = M_best.predict_proba(x.reshape(-1, 1))
    pdf = np.exp(logprob)
    pdf_individual = responsibilities * pdf[:, np.newaxis]
    np.testing.assert_allclose(pdf_individual.sum(axis=1), pdf, rtol=1e-12)
    means, variances = M_best.means_.ravel(), M_best.covariances_[:, 0, 0]
    densities = np.exp(-((x[:, None] - means) ** 2) / (2 * variances)) / np.sqrt(2 * np.pi * variances)
    np.testing.assert_allclose(pdf_individual, M_best.weights_ * densities, rtol=1e-9, atol=1e-300)


def gmm_bic_score(estimator, X):
    """Callable to pass to GridSearchCV that will use the BIC score."""
    return -estimator.bic(X)


def test_the_user_guide_on_model_selection():
    # "Gaussian Mixture Model Selection" of the gallery, on one column
    param_grid = {
        "n_components": range(1, 7),
        "covariance_type": ["spherical", "tied", "diag", "full"],
    }
    grid_search = GridSearchCV(GaussianMixture1D(), param_grid=param_grid, scoring=gmm_bic_score)
    grid_search.fit(X.reshape(-1, 1))
    df = pd.DataFrame(grid_search.cv_results_)[
        ["param_n_components", "param_covariance_type", "mean_test_score"]
    ]
    assert len(df) == 24
    assert df["mean_test_score"].notna().all()
    assert grid_search.best_params_ == {"covariance_type": "tied", "n_components": 2}
    assert sorted(np.unique(grid_search.predict(X.reshape(-1, 1)))) == [0, 1]


def test_the_docstring_example_of_scikit_learn_by_its_first_column():
    values = np.array([[1], [1], [1], [10], [10], [10]])
    gm = GaussianMixture1D(n_components=2, random_state=0).fit(values)
    # two ties and nothing else: the sds are those of the penalty, which pulls the means by 1 % of an sd
    assert gm.result_.regularized
    np.testing.assert_allclose(gm.means_, [[1.0], [10.0]], atol=0.03)
    assert gm.predict([[0], [12]]).tolist() == [0, 1]


def test_bic_of_one_component_as_scikit_learn_tests_it():
    rng = np.random.RandomState(0)
    n_samples, n_dim, n_components = 5000, 1, 1
    values = rng.randn(n_samples, n_dim)
    bics = [
        GaussianMixture1D(n_components=n_components, covariance_type=kind, random_state=0)
        .fit(values)
        .bic(values)
        for kind in TYPES
    ]
    for one, other in itertools.pairwise(bics):
        assert one == other


def test_aic_and_bic_as_scikit_learn_tests_them():
    rng = np.random.RandomState(0)
    n_samples, n_features, n_components = 50, 1, 2
    values = rng.randn(n_samples, n_features)
    sgh = 0.5 * (math.log(values.var()) + 1 + math.log(2 * math.pi))
    for kind in TYPES:
        g = GaussianMixture1D(n_components=n_components, covariance_type=kind, random_state=rng).fit(values)
        aic = 2 * n_samples * sgh + 2 * g._n_parameters()
        bic = 2 * n_samples * sgh + np.log(n_samples) * g._n_parameters()
        bound = n_features / np.sqrt(n_samples)
        assert (g.aic(values) - aic) / n_samples < bound
        assert (g.bic(values) - bic) / n_samples < bound


def test_score_and_samples_as_scikit_learn_tests_them():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", mix1d.IgnoredParameterWarning)
        gmm = GaussianMixture1D(n_components=2, n_init=1, max_iter=1, reg_covar=0, random_state=0)
        with pytest.raises(NotFittedError, match="This GaussianMixture1D instance is not fitted yet"):
            gmm.score(X)
        with pytest.raises(NotFittedError):
            gmm.sample(5)
        gmm.fit(X)
    assert gmm.score(X) == pytest.approx(gmm.score_samples(X).mean(), rel=1e-12)
    with pytest.raises(ValueError, match="n_samples must be at least 1, got 0"):
        gmm.sample(0)
    values, labels = gmm.sample(20_000)
    assert values.shape == (20_000, 1)
    for k in range(2):
        kept = values[labels == k, 0]
        np.testing.assert_allclose(kept.mean(), gmm.means_[k, 0], rtol=0.01)
        np.testing.assert_allclose(kept.var(), gmm.covariances_[k, 0, 0], rtol=0.05)
    assert gmm.sample()[0].shape == (1, 1)
    assert gmm.sample(3)[0].tolist() == gmm.sample(3)[0].tolist()  # random_state=0
    fresh = clone(gmm).set_params(random_state=None, n_init=1, max_iter=100, reg_covar=1e-6).fit(X)
    assert fresh.sample(3)[0].tolist() != fresh.sample(3)[0].tolist()


def test_fit_predict_is_fit_and_predict():
    labels = GaussianMixture1D(2).fit_predict(X)
    assert labels.tolist() == GaussianMixture1D(2).fit(X).predict(X).tolist()
    assert labels.dtype == np.int64
    again = GaussianMixture1D(2).fit(FOUR)
    assert again.fit_predict(X).tolist() == labels.tolist()


@pytest.mark.parametrize("kind", TYPES)
def test_an_estimator_of_known_parameters(kind):
    known = GaussianMixture1D(2, covariance_type=kind)
    spread = np.full(SHAPES[kind], 0.5)
    known.weights_, known.means_, known.precisions_cholesky_ = [0.25, 0.75], [[0], [4]], spread
    twin = mix1d.Mixture([0.25, 0.75], [0, 4], [2, 2])
    assert known.score_samples([1.0, 2.0]).tolist() == twin.logpdf([1.0, 2.0]).tolist()
    fitted = GaussianMixture1D(2, covariance_type=kind).fit(X)
    fitted.means_ += 1.0
    np.testing.assert_allclose(fitted.score_samples(X + 1.0), fitted.result_.mixture.logpdf(X), rtol=1e-9)
    assert fitted.predict_proba(X).tolist() != fitted.result_.responsibilities(X).tolist()


def test_what_is_not_fitted_has_no_attributes():
    estimator = GaussianMixture1D()
    for name in ("n_iter_", "lower_bounds_", "weights_"):
        assert not hasattr(estimator, name)
    with pytest.raises(AttributeError, match="no n_iter_ yet: call fit first"):
        _ = estimator.n_iter_


# ---- parameters

CHANGED = {
    "tol": 1e-8,
    "reg_covar": 0,
    "max_iter": 1000,
    "n_init": 10,
    "init_params": "random",
    "warm_start": True,
    "verbose_interval": 1,
    "weights_init": [0.5, 0.5],
    "means_init": [[1], [9]],
    "precisions_init": [[[1]], [[1]]],
}


@pytest.mark.parametrize("name", CHANGED)
def test_a_parameter_without_effect_is_named(name):
    with pytest.warns(mix1d.IgnoredParameterWarning, match=f"^{name} has no effect") as caught:
        estimator = GaussianMixture1D(2, **{name: CHANGED[name]}).fit(FOUR)
    assert len(caught) == 1
    assert caught[0].filename == __file__
    incomplete = name in ("weights_init", "means_init", "precisions_init")
    assert ("a start needs all three of them" in str(caught[0].message)) == incomplete
    assert estimator.means_.tolist() == GaussianMixture1D(2).fit(FOUR).means_.tolist()


def test_one_warning_names_all_of_them():
    message = (
        "tol, max_iter, warm_start and means_init have no effect (a start needs all three of them): "
        "the search is global and ends at the maximum to rounding"
    )
    estimator = GaussianMixture1D(2, max_iter=5, tol=0.1, warm_start=True, means_init=[1, 9])
    for method in (estimator.fit, estimator.fit_predict):
        with pytest.warns(mix1d.IgnoredParameterWarning) as caught:
            method(FOUR)
        assert [str(w.message) for w in caught] == [message]
        assert caught[0].filename == __file__
    local = GaussianMixture1D(
        2, weights_init=[0.5, 0.5], means_init=[1, 9], precisions_init=[1, 1], warm_start=True
    )
    with pytest.warns(
        mix1d.IgnoredParameterWarning, match="warm_start has no effect: the solve goes on from"
    ):
        local.fit(FOUR)


def test_defaults_and_random_state_are_not_warned_about():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        GaussianMixture1D(2, random_state=0, tol=0.001, n_init=1, verbose=True).fit(FOUR)


REFUSED = {
    "covariance_type": (
        "ful",
        'covariance_type must be "full", "tied", "diag", "spherical" or "auto", got \'ful\'',
    ),
    "n_components": ("all", "n_components must be \"auto\", got 'all'"),
    "criterion": ("BIC", 'criterion must be "bic", "aic" or "icl"'),
    "objective": ("best", 'objective must be "stable" or "highest"'),
    "threads": (0, "threads must be at least 1"),
    "init_params": ("k-mean", 'init_params must be "kmeans", "k-means\\+\\+"'),
    "tol": (-1.0, "tol == -1.0, must be >= 0"),
    "reg_covar": (-1.0, "reg_covar == -1.0, must be >= 0"),
    "max_iter": (-1, "max_iter == -1, must be >= 0"),
    "n_init": (0, "n_init == 0, must be >= 1"),
    "verbose": (-1, "verbose == -1, must be >= 0"),
    "verbose_interval": (0, "verbose_interval == 0, must be >= 1"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_parameters_that_cannot_be_used_are_refused_in_fit(name):
    value, message = REFUSED[name]
    estimator = GaussianMixture1D(**{name: value})
    with pytest.raises(ValueError, match=message):
        estimator.fit(FOUR)


@pytest.mark.parametrize("value", [0, -1, 5, 1.0, True, []])
def test_numbers_of_components_that_cannot_be_used_are_refused(value):
    with pytest.raises(mix1d.InputError, match="n_components must"):
        GaussianMixture1D(value).fit(FOUR)


def test_the_number_of_components_is_chosen():
    assert GaussianMixture1D("auto").fit(X).n_components_ == 2
    several = GaussianMixture1D(range(2, 5), criterion="icl").fit(X)
    assert [row.n_components for row in several.result_.selection] == [2, 2, 3, 3, 4, 4]
    assert several.n_components_ == 2
    assert several._n_parameters() == several.result_.n_parameters == 4
    free = GaussianMixture1D(range(2, 5), covariance_type="full").fit(X)
    assert {row.sds for row in free.result_.selection} == {"free"}
    assert {row.sds for row in GaussianMixture1D(2).fit(X).result_.selection} == {"free"}
    assert several.n_components == range(2, 5)


def test_the_kind_of_sds_is_chosen():
    both = GaussianMixture1D(2, covariance_type="auto").fit(X)
    assert both.covariances_.shape == (2, 1, 1)
    assert both.covariances_[0] == both.covariances_[1]
    assert both._n_parameters() == both.result_.n_parameters == 4
    assert both.bic(X) == pytest.approx(both.result_.bic, rel=1e-13)
    assert GaussianMixture1D(2, covariance_type="tied").fit(X).result_.mixture == both.result_.mixture


def test_the_objective_and_the_threads_are_passed_on():
    highest = GaussianMixture1D(2, objective="highest", threads=1).fit(column("twopop01"))
    assert highest.result_.mixture == mix1d.fit(column("twopop01"), 2, objective="highest").mixture


def test_verbose_shows_a_bar(capsys):
    GaussianMixture1D(2).fit(X)
    assert capsys.readouterr() == ("", "")
    GaussianMixture1D(2, verbose=1).fit(X)
    assert capsys.readouterr().err


# ---- a start of one's own


@pytest.mark.parametrize("kind", TYPES)
def test_three_starting_values_give_a_local_solve(kind):
    start = mix1d.Mixture([0.5, 0.5], [0.0, 2.0], [1.0, 1.0])
    ones = np.ones({"tied": 1, "spherical": (2,)}.get(kind, SHAPES[kind]))
    x = column("twopop00")
    for precisions in (ones, np.ones(2)):
        ours = GaussianMixture1D(
            2,
            covariance_type=kind,
            weights_init=[0.5, 0.5],
            means_init=[[0], [2]],
            precisions_init=precisions,
        ).fit(x)
        sds = "equal" if kind == "tied" else "free"
        assert ours.result_.mixture == mix1d.fit(x, 2, start=start, sds=sds).mixture


def test_a_start_leads_to_its_own_maximum():
    # the same maximum that EM reaches from there, which is not the global one
    start = dict(weights_init=[0.5, 0.5], means_init=[[1.0], [1.5]], precisions_init=[[[100.0]], [[1.0]]])
    values = np.array([0, 0.2, 0.5, 1.0, 1.01, 1.02, 1.5, 2.2, 2.9, 3.5, 4.1, 5.5])
    ours = GaussianMixture1D(2, **start).fit(values)
    twin = GaussianMixture(2, **start, tol=1e-13, reg_covar=0, max_iter=5000)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        twin.fit(values[:, None])
    np.testing.assert_allclose(np.sort(ours.means_.ravel()), np.sort(twin.means_.ravel()), rtol=1e-6)
    assert abs(ours.lower_bound_ - GaussianMixture1D(2).fit(values).lower_bound_) > 1e-3


def test_a_fit_goes_on_from_its_own_answer():
    first = GaussianMixture1D(3).fit(X)
    start = dict(
        weights_init=first.weights_,
        means_init=first.means_,
        precisions_init=first.precisions_,
        n_components=3,
    )
    again = GaussianMixture1D(**start).fit(X)
    assert distance(parameters(again.result_.mixture), parameters(first.result_.mixture)) < 1e-10
    assert again.set_params(weights_init=np.float32([0.1, 0.2, 0.7])).fit(X).converged_


STARTS = {
    "weights sum": (
        dict(weights_init=[0.5, 0.6]),
        r"weights_init must be at least 0 and sum to 1, got \[0.5, 0.6\]",
    ),
    "negative weight": (dict(weights_init=[1.5, -0.5]), "weights_init must be at least 0"),
    "NaN mean": (dict(means_init=[0, np.nan]), "Input means_init contains NaN"),
    "precision": (dict(precisions_init=[1, 0]), r"precisions_init must be positive, got \[1.0, 0.0\]"),
    "lengths": (dict(means_init=[[0], [1], [2]]), "one entry for every component, got 2, 3 and 2"),
    "two columns": (
        dict(means_init=[[0, 1], [1, 2]]),
        r"means_init must have one number .* got shape \(2, 2\)",
    ),
    "number": (dict(n_components=3), "n_components must be 2, the number of starting values, got 3"),
    "auto": (dict(n_components="auto"), "n_components must be 2, the number of starting values, got 'auto'"),
}


@pytest.mark.parametrize("name", STARTS)
def test_starts_that_cannot_be_used_are_refused(name):
    changes, message = STARTS[name]
    start = dict(n_components=2, weights_init=[0.5, 0.5], means_init=[1, 9], precisions_init=[1, 1])
    with pytest.raises(ValueError, match=message):
        GaussianMixture1D(**{**start, **changes}).fit(FOUR)


# ---- what X may be

KINDS = {
    "list": lambda x: x.tolist(),
    "tuple": lambda x: tuple(x.tolist()),
    "rows": lambda x: [[v] for v in x.tolist()],
    "matrix": lambda x: x[:, None],
    "float32": lambda x: x.astype(np.float32),
    "integers": lambda x: x.astype(np.int16),
    "big-endian": lambda x: x.astype(">f8"),
    "strided": lambda x: np.repeat(x, 2)[::2],
    "masked": lambda x: np.ma.array(x, mask=False),
    "Series": lambda x: pd.Series(x, index=x + 5),
    "nullable": lambda x: pd.Series(x, dtype="Float64"),
    "DataFrame": lambda x: pd.DataFrame({"a": x}),
    "polars": lambda x: pl.Series("a", x),
    "polars frame": lambda x: pl.DataFrame({"a": x}),
    "Arrow": lambda x: pa.array(x),
    "chunked": lambda x: pa.chunked_array([x[:100], x[100:]]),
}


@pytest.mark.parametrize("kind", KINDS)
def test_any_column_gives_the_same_bits(kind):
    wanted, values = GaussianMixture1D(2).fit(X), KINDS[kind](X)
    found = GaussianMixture1D(2).fit(values)
    assert found.result_.mixture == wanted.result_.mixture
    assert found.predict(values).tolist() == wanted.predict(X).tolist()
    assert found.predict_proba(values).tolist() == wanted.predict_proba(X).tolist()
    assert found.score(values) == wanted.score(X)
    assert found.n_features_in_ == 1


def test_names_come_from_frames_and_series():
    assert GaussianMixture1D().fit(pd.DataFrame({"height": FOUR})).feature_names_in_.tolist() == ["height"]
    series = GaussianMixture1D().fit(pd.Series(FOUR, name="height"))
    assert series.result_.name == "height"
    assert not hasattr(series, "feature_names_in_")  # a vector has no columns whose names could differ
    assert GaussianMixture1D().fit(pd.DataFrame({3: FOUR})).result_.name is None


@pytest.mark.parametrize("method", ["fit", "fit_predict"])
def test_several_columns_are_refused_with_advice(method):
    message = (
        r"X must be a vector or have 1 feature \(one column\), got shape \(272, 2\): "
        r"select a column, for example X\[:, \[0\]\], and pass another one as upper= or errors= where it "
        r"says more about the same values; mix1d.fit_many fits each column by itself"
    )
    estimator = GaussianMixture1D(2)
    with pytest.raises(mix1d.InputError, match=message):
        getattr(estimator, method)(np.column_stack([X, X]))
    with pytest.raises(NotFittedError):
        estimator.predict(X)
    with pytest.raises(ValueError, match="X has 2 features, but GaussianMixture1D is expecting 1 feature"):
        estimator.fit(X).predict(np.column_stack([X, X]))


WRONG = {
    "NaN": ([1.0, np.nan, 3.0], ValueError, "Input X contains NaN"),
    "None": ([1.0, None, 3.0], ValueError, "Input X contains NaN"),
    "masked": (np.ma.array([1.0, 2.0, 3.0], mask=[0, 1, 0]), ValueError, "Input X contains NaN"),
    "nullable": (pd.Series([1, None, 3], dtype="Int64"), ValueError, "Input X contains NaN"),
    "infinity": ([1.0, np.inf], ValueError, "infinity"),
    "empty": ([], ValueError, r"0 sample\(s\)"),
    "text": (["a", "b"], ValueError, "could not convert string to float"),
    "complex": ([1j, 2.0], ValueError, "Complex data not supported"),
    "scalar": (3.0, ValueError, "Reshape your data"),
    "cube": (np.zeros((2, 1, 1)), ValueError, "dim 3"),
    "sparse": (sparse.csr_matrix(np.eye(3)[:, :1]), TypeError, "Sparse data was passed"),
}


@pytest.mark.parametrize("name", WRONG)
def test_values_that_are_no_numbers_are_refused(name):
    values, error, message = WRONG[name]
    with pytest.raises(error, match=message):
        GaussianMixture1D().fit(values)
    with pytest.raises(error, match=message):
        GaussianMixture1D().fit(X).predict(values)


def test_one_value_and_units_beyond_squares():
    assert GaussianMixture1D().fit([3.0]).means_.tolist() == [[3.0]]
    tiny = GaussianMixture1D(2).fit(X * 1e-200)
    assert tiny.predict(X * 1e-200).tolist() == GaussianMixture1D(2).fit(X).predict(X).tolist()
    assert tiny.means_.ravel() == pytest.approx(GaussianMixture1D(2).fit(X).means_.ravel() * 1e-200, rel=1e-9)


# ---- weights


@pytest.mark.parametrize("n_components", [2, "auto"])
@pytest.mark.parametrize("kind", ["full", "tied"])
def test_a_weight_is_a_repetition(n_components, kind):
    rng = np.random.default_rng(5)
    weights = rng.integers(0, 4, len(X))
    repeated = np.repeat(X, weights)
    weighted = GaussianMixture1D(n_components, covariance_type=kind).fit(X, sample_weight=weights)
    wanted = GaussianMixture1D(n_components, covariance_type=kind).fit(repeated)
    assert weighted.result_.mixture == wanted.result_.mixture
    assert weighted.lower_bound_ == wanted.lower_bound_
    for name in ("score", "aic", "bic"):
        found = getattr(weighted, name)(X, sample_weight=weights)
        assert found == pytest.approx(getattr(wanted, name)(repeated), rel=1e-12)
    assert weighted.bic(X, sample_weight=weights) == pytest.approx(weighted.result_.bic, rel=1e-12)
    labels = GaussianMixture1D(n_components, covariance_type=kind).fit_predict(X, sample_weight=weights)
    assert labels.tolist() == wanted.predict(X).tolist()


def test_weights_that_cannot_be_used_are_refused():
    estimator = GaussianMixture1D().fit(FOUR)
    for method in (estimator.fit, estimator.score, estimator.bic, estimator.aic):
        with pytest.raises(mix1d.InputError, match="must have one weight for each of the 4 rows"):
            method(FOUR, sample_weight=[1, 1])
        with pytest.raises(mix1d.InputError, match="at least one positive weight, all are zero"):
            method(FOUR, sample_weight=[0, 0, 0, 0])
        with pytest.raises(mix1d.InputError, match="sample_weight must be finite and at least 0, found -1"):
            method(FOUR, sample_weight=[1, 1, -1, 1])


# ---- scikit-learn's machinery


def test_clone_pickle_and_copy():
    estimator = GaussianMixture1D(range(1, 4), covariance_type="tied", means_init=np.array([1.0]))
    assert clone(estimator).get_params()["n_components"] == range(1, 4)
    fitted = GaussianMixture1D(2, random_state=1).fit(X)
    for twin in (pickle.loads(pickle.dumps(fitted)), copy.deepcopy(fitted)):
        assert twin.predict_proba(X).tolist() == fitted.predict_proba(X).tolist()
        assert twin.lower_bounds_ == fitted.lower_bounds_
        assert str(twin.result_) == str(fitted.result_)
        assert twin.sample(4)[0].tolist() == fitted.sample(4)[0].tolist()
    assert not hasattr(clone(fitted), "weights_")
    assert repr(fitted) == "GaussianMixture1D(n_components=2, random_state=1)"
    assert "GaussianMixture1D" in fitted._repr_html_()


def test_tags():
    tags = get_tags(GaussianMixture1D())
    assert tags.estimator_type == "density_estimator"
    assert tags.input_tags.one_d_array
    assert tags.input_tags.two_d_array
    assert not tags.target_tags.required


def test_pipelines_and_set_output():
    pipeline = make_pipeline(StandardScaler(), GaussianMixture1D(2)).set_output(transform="pandas")
    frame = pd.DataFrame({"waiting": X})
    labels = pipeline.fit_predict(frame)
    fitted = pipeline[-1]
    assert fitted.feature_names_in_.tolist() == ["waiting"]
    assert labels.tolist() == GaussianMixture1D(2).fit_predict(X).tolist()
    assert pipeline.score(frame) == pytest.approx(fitted.lower_bound_, rel=1e-12)
    assert pipeline.predict_proba(frame).shape == (272, 2)
    vectors = make_pipeline(FunctionTransformer(np.ravel), GaussianMixture1D(2))
    assert vectors.fit(X[:, None]).predict(X[:, None]).tolist() == labels.tolist()


def test_grid_search_and_cross_validation():
    search = GridSearchCV(GaussianMixture1D(), {"n_components": [1, 2, "auto"]}, cv=3).fit(X)
    assert search.best_params_["n_components"] in (2, "auto")
    assert search.best_estimator_.n_components_ == 2
    scores = cross_validate(GaussianMixture1D(2), X[:, None], cv=4, return_train_score=True)
    assert np.isfinite(scores["test_score"]).all()


def test_weights_are_routed():
    weights = np.where(X > 67, 3.0, 1.0)
    with sklearn.config_context(enable_metadata_routing=True):
        asked = GaussianMixture1D(2).set_fit_request(sample_weight=True).set_score_request(sample_weight=True)
        pipeline = make_pipeline(FunctionTransformer(), asked).fit(X[:, None], sample_weight=weights)
        search = GridSearchCV(asked, {"n_components": [2]}, cv=2).fit(X[:, None], sample_weight=weights)
        refused = make_pipeline(FunctionTransformer(), GaussianMixture1D(2))
        with pytest.raises(sklearn.exceptions.UnsetMetadataPassedError, match="sample_weight"):
            refused.fit(X[:, None], sample_weight=weights)
    wanted = GaussianMixture1D(2).fit(X, sample_weight=weights)
    assert pipeline[-1].result_.mixture == wanted.result_.mixture
    assert search.best_estimator_.result_.mixture == wanted.result_.mixture
    plain = GridSearchCV(GaussianMixture1D(), {"n_components": [2]}, cv=2).fit(X[:, None])
    assert search.best_score_ != plain.best_score_


# ---- without scikit-learn

ABSENT = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "sklearn":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Absent())
import mix1d
print(mix1d.fit([1.0, 2.0, 8.0, 9.5], 2).mixture.means)
try:
    import mix1d.sklearn
except ImportError as error:
    print(error)
"""


def test_without_scikit_learn_one_sentence_names_the_extra():
    done = subprocess.run([sys.executable, "-c", ABSENT], capture_output=True, text=True, check=True)
    said = done.stdout.splitlines()
    assert said[-1] == 'mix1d.sklearn needs scikit-learn 1.6 or later: pip install "mix1d[sklearn]"'
    assert "[1.5" in said[0]


def test_importing_mix1d_does_not_load_scikit_learn():
    code = "import sys, mix1d; print('sklearn' in sys.modules, 'mix1d.sklearn' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
