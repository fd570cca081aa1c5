"""`GaussianMixture1D`: the attributes and methods of scikit-learn's estimator over `mix1d.fit`."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, DensityMixin
from sklearn.utils import check_array, check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data

from mix1d.arrays import Array, log1
from mix1d.data.arguments import check_count
from mix1d.data.sample import checked_column
from mix1d.errors import IgnoredParameterWarning, InputError
from mix1d.fitting.fit import fit
from mix1d.model.mixture import Mixture
from mix1d.outcome.criteria import n_parameters
from mix1d.result import FitResult
from mix1d.sklearn.drawing import drawn
from mix1d.sklearn.parameters import as_matrix, labels_of, numbers_of, sds_of, start_of, without_effect

_FLOATS = (np.float64, np.float32)
_SEVERAL = "feeds several columns"
_INDEXED = "makes X a vector, as the tag one_d_array allows, and then indexes columns of it"


class GaussianMixture1D(DensityMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """`sklearn.mixture.GaussianMixture` for one column, by `mix1d.fit`: change the import, keep the code.

    Parameters
    ----------
    n_components : int, iterable of int or "auto"
        How many components. Several are compared by `criterion`; ``"auto"``: 1 to 10, see `mix1d.fit`.
    covariance_type : {"full", "tied", "diag", "spherical", "auto"}, optional
        ``"tied"``: one sd for all components. ``"full"``, ``"diag"``, ``"spherical"``: one for each; they
        differ in the shapes of `covariances_` and its kin only. ``"auto"``: both compared by `criterion`, in
        the shapes of ``"full"``. None: ``"auto"`` where numbers of components are compared, else ``"full"``.
    tol, reg_covar, max_iter, n_init, init_params, warm_start, verbose_interval
        Accepted and checked, without effect: the search is global and ends at the maximum to rounding. One
        warning names those that differ from their defaults.
    weights_init, means_init, precisions_init : array_like, optional
        All three, in the shapes of `weights_`, `means_` and `precisions_` or as vectors: solve from there to
        the nearest maximum instead of searching. One or two of them have no effect, and the warning says so.
    random_state : int, RandomState instance or None
        For `sample` only.
    verbose : int
        Above 0: show a progress bar.
    criterion : {"bic", "aic", "icl"}
        What chooses between numbers of components, and between free and equal sds.
    objective : {"stable", "highest"}
        Which maximum of the likelihood to report, see `mix1d.fit`.
    threads : int, optional
        Most threads to use; None for all processors. Results do not depend on it.
    resolution : float or "auto"
        What the values were rounded to, see `mix1d.fit`; 0, they are exact, as scikit-learn takes them.
    set_apart : "auto", list of float, or None
        Values that are no part of the fit, see `mix1d.fit`; None, as in scikit-learn.
    family : str, list, set or "auto"
        The shape of the components, see `mix1d.fit`. Where they are not normal, `covariances_` and its kin
        have their variances, and methods work from `result_`.
    means, weights : optional
        What is assumed of them, see `mix1d.fit`: ``"equal"``, or a list of numbers and None, for example.
    semi_supervised : bool or "auto"
        Whether the `y` of `fit` holds the known component of some rows, -1 for unknown. ``"auto"``: where
        some of it, but not all, is -1. Else `y` is ignored, as scikit-learn's mixtures do.

    Attributes
    ----------
    result_ : FitResult
        Everything else that is known about the fit: standard errors, findings, thresholds, optima.
    n_components_ : int
        The number of components, the chosen one where several were compared.
    weights_, means_ : ndarray (k,) and (k, 1)
        Components ordered by mean.
    covariances_, precisions_, precisions_cholesky_ : ndarray
        Variances, their inverses, and the square roots of those: (k, 1, 1) for ``"full"`` and ``"auto"``,
        (1, 1) for ``"tied"``, (k, 1) for ``"diag"``, (k,) for ``"spherical"``.
    converged_ : bool
        At a maximum to rounding.
    n_iter_ : int
        Steps of the last solve.
    lower_bound_ : float
        Mean log-likelihood of the training data (with weights, the weighted mean).
    lower_bounds_ : list of float
        The same after each of those steps.
    n_features_in_ : int
        Always 1.
    feature_names_in_ : ndarray (1,)
        Name of the column, where `X` was a data frame.

    Raises
    ------
    InputError
        (A ValueError.) When `X` has several columns or a parameter cannot be used; the message says what to
        do. scikit-learn's own checks of `X` raise ValueError or TypeError, and `NotFittedError` before `fit`.

    Warns
    -----
    IgnoredParameterWarning
        When parameters without effect were set.

    Notes
    -----
    Every `X` may be a vector (n,) or a matrix (n, 1). `fit`, `fit_predict`, `score`, `aic` and `bic` take
    `sample_weight`; a weight of 2 means that the row occurs twice.

    As with scikit-learn, methods work from `weights_`, `means_` and `precisions_cholesky_`, so that an
    estimator can be given known parameters by setting these three.

    A fit costs what `mix1d.fit` costs, and half a millisecond for scikit-learn's checks of `X`.

    Examples
    --------
    >>> from mix1d.sklearn import GaussianMixture1D
    >>> x = [4.8, 5.0, 5.1, 5.3, 9.7, 9.9, 10.0, 10.1, 10.2, 10.4]
    >>> mixture = GaussianMixture1D(2).fit(x)
    >>> mixture.means_.round(2)
    array([[ 5.05],
           [10.05]])
    >>> mixture.predict([5.5, 9.0])
    array([0, 1])
    >>> GaussianMixture1D("auto").fit(x).n_components_
    2
    """

    _expected_failed_checks: ClassVar[dict[str, str]] = {
        "check_dont_overwrite_parameters": _INDEXED,
        "check_dtype_object": _INDEXED,
        "check_f_contiguous_array_estimator": _INDEXED,
        "check_methods_sample_order_invariance": _INDEXED,
        "check_methods_subset_invariance": _INDEXED,
        "check_fit2d_1sample": _INDEXED,
        "check_fit2d_1feature": _INDEXED,
        "check_dict_unchanged": _INDEXED,
        "check_n_features_in": _INDEXED,
        "check_n_features_in_after_fitting": _INDEXED,
        "check_estimator_sparse_array": "turns the vector into a sparse one of a format that SciPy has not",
        "check_sample_weights_shape": _SEVERAL,
        "check_sample_weights_not_overwritten": _SEVERAL,
        "check_sample_weight_equivalence_on_dense_data": _SEVERAL,
        "check_fit1d": "demands an error for a vector, which is welcome here",
        "check_fit2d_predict1d": "demands an error for a vector, which is welcome here",
    }

    def __init__(
        self,
        n_components: int | Iterable[int] | Literal["auto"] = 1,
        *,
        covariance_type: Literal["full", "tied", "diag", "spherical", "auto"] | None = None,
        tol: float = 1e-3,
        reg_covar: float = 1e-6,
        max_iter: int = 100,
        n_init: int = 1,
        init_params: str = "kmeans",
        weights_init: ArrayLike | None = None,
        means_init: ArrayLike | None = None,
        precisions_init: ArrayLike | None = None,
        random_state: Any = None,
        warm_start: bool = False,
        verbose: int = 0,
        verbose_interval: int = 10,
        criterion: Literal["bic", "aic", "icl"] = "bic",
        objective: Literal["stable", "highest"] = "stable",
        threads: int | None = None,
        resolution: float | Literal["auto"] = 0.0,
        set_apart: Any = None,
        family: Any = "normal",
        means: Any = None,
        weights: Any = None,
        semi_supervised: bool | Literal["auto"] = "auto",
    ) -> None:
        self.n_components = n_components
        self.covariance_type = covariance_type
        self.tol = tol
        self.reg_covar = reg_covar
        self.max_iter = max_iter
        self.n_init = n_init
        self.init_params = init_params
        self.weights_init = weights_init
        self.means_init = means_init
        self.precisions_init = precisions_init
        self.random_state = random_state
        self.warm_start = warm_start
        self.verbose = verbose
        self.verbose_interval = verbose_interval
        self.criterion = criterion
        self.objective = objective
        self.threads = threads
        self.resolution = resolution
        self.set_apart = set_apart
        self.family = family
        self.means = means
        self.weights = weights
        self.semi_supervised = semi_supervised

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.one_d_array = True
        return tags

    # ---- fitting

    def fit(
        self,
        X: Any,
        y: Any = None,
        sample_weight: ArrayLike | None = None,
        *,
        errors: Any = None,
        upper: Any = None,
        truncation: Any = None,
    ) -> GaussianMixture1D:
        """Fit the mixture to the values `X`.

        Parameters
        ----------
        X : array_like (n,) or (n, 1)
            The values; lower ends where `upper` is given, NaN or minus infinity where a row is open.
        y : array_like (n,), optional
            The known component of some rows, see `semi_supervised`; else ignored, there for pipelines.
        sample_weight : array_like (n,), optional
            Weights of at least 0; a weight of 2 means that the row occurs twice.
        errors, upper, truncation : optional
            What was recorded beside the values, see `mix1d.Observations`. Pipelines pass them on after
            ``set_fit_request(errors=True)``.
        """
        self._fit(X, y, sample_weight, {"errors": errors, "upper": upper, "truncation": truncation})
        return self

    def fit_predict(self, X: Any, y: Any = None, sample_weight: ArrayLike | None = None) -> NDArray[np.int64]:
        """Fit, and return the most probable component of every row of `X`; see `fit` and `predict`."""
        column = self._fit(X, y, sample_weight, {})
        return np.asarray(self._mixture().predict(column), np.int64)

    def _fit(self, X: Any, y: Any, sample_weight: ArrayLike | None, recorded: dict[str, Any]) -> Array:
        """Fit, and return the column, as `fit` and `fit_predict` do; warnings point at their callers."""
        sds = sds_of(self)
        start = start_of(self)
        numbers = numbers_of(self, start)
        ignored = without_effect(self, start)
        if ignored:
            warnings.warn(ignored, IgnoredParameterWarning, stacklevel=3)
        matrix = as_matrix(X)
        whole = recorded.get("upper") is None  # else an end may be open
        column = check_array(matrix, dtype=_FLOATS, estimator=self, input_name="X", ensure_all_finite=whole)
        if column.shape[1] != 1:
            raise InputError(
                f"X must be a vector or have 1 feature (one column), got shape {column.shape}: "
                "select a column, for example X[:, [0]], and pass another one as upper= or errors= where it "
                "says more about the same values; mix1d.fit_many fits each column by itself, and "
                "sklearn.mixture.GaussianMixture all of them together"
            )
        validate_data(self, matrix, skip_check_array=True)
        names_in = getattr(self, "feature_names_in_", [getattr(X, "name", None)])
        name = names_in[0] if isinstance(names_in[0], str) else None
        result = fit(
            column[:, 0],
            numbers,
            sds=sds,
            sample_weight=sample_weight,
            criterion=self.criterion,
            objective=self.objective,
            start=start,
            name=name,
            threads=self.threads,
            family=self.family,
            progress=bool(self.verbose),
            means=self.means,
            weights=self.weights,
            resolution=self.resolution,
            set_apart=self.set_apart,
            labels=labels_of(self, y),
            **recorded,
        )
        self._keep(result)
        return np.asarray(column[:, 0])

    def _keep(self, result: FitResult) -> None:
        mixture = result.mixture
        self.result_ = result
        self.n_components_ = len(mixture.weights)
        self.weights_ = np.array(mixture.weights)
        self.means_ = np.array(mixture.means[:, np.newaxis])
        with np.errstate(all="ignore"):  # squares in units of 1e-200, say
            self.covariances_ = self._shaped(mixture.sds**2)
            self.precisions_ = self._shaped(1.0 / mixture.sds**2)
            self.precisions_cholesky_ = self._shaped(1.0 / mixture.sds)
        self.converged_ = result.converged
        self.lower_bound_ = result.log_likelihood / result.total_weight

    def _shaped(self, values: Array) -> Array:
        """Return one value per component in the shape that `covariance_type` prescribes."""
        if self.covariance_type == "tied":
            return np.array(values[:1, np.newaxis])
        extra = {"spherical": 0, "diag": 1}.get(self.covariance_type or "full", 2)
        return np.array(values.reshape(-1, *(1,) * extra))

    # ---- how it was reached, computed when asked for

    @property
    def n_iter_(self) -> int:  # noqa: D102 (explained above, as is the next)
        return self._known("n_iter_").n_iter

    @property
    def lower_bounds_(self) -> list[float]:  # noqa: D102
        result = self._known("lower_bounds_")
        bounds: list[float] = (result.trace.log_likelihood / result.total_weight).tolist()
        return bounds

    def _known(self, name: str) -> FitResult:
        result: FitResult | None = self.__dict__.get("result_")
        if result is None:
            raise AttributeError(f"this GaussianMixture1D has no {name} yet: call fit first")
        return result

    # ---- what it says about values

    def _mixture(self) -> Mixture:
        """Return the fitted mixture, or the one that was made of the attributes by hand."""
        check_is_fitted(self, ["weights_", "means_", "precisions_cholesky_"])
        weights, means = np.asarray(self.weights_, np.float64), np.ravel(self.means_)
        inverse = np.broadcast_to(np.ravel(self.precisions_cholesky_), weights.shape)
        result: FitResult | None = self.__dict__.get("result_")
        if result is not None:
            own = result.mixture
            with np.errstate(over="ignore"):
                kept = (own.weights, own.means, 1.0 / own.sds)
            if all(
                np.array_equal(*pair, equal_nan=True)
                for pair in zip(kept, (weights, means, inverse), strict=True)
            ):
                return own
            if own._mixed is not None:
                raise InputError(
                    "weights_, means_ and precisions_cholesky_ must be those of the fit where components are "
                    "not normal: call fit again, or make a mix1d.Mixture of components"
                )
        return Mixture(weights, means, 1.0 / inverse)

    def _column(self, X: Any) -> Array:
        return np.asarray(validate_data(self, as_matrix(X), reset=False, dtype=_FLOATS)[:, 0])

    def predict(self, X: Any) -> NDArray[np.int64]:
        """Return the index of the most probable component for every row of `X`; ties go to the lowest."""
        mixture = self._mixture()
        return np.asarray(mixture.predict(self._column(X)), np.int64)

    def predict_proba(self, X: Any) -> Array:
        """Return the probability of each component for every row of `X`, shape (n, k)."""
        mixture = self._mixture()
        return mixture.responsibilities(self._column(X))

    def score_samples(self, X: Any) -> Array:
        """Return the log-density at every row of `X`, shape (n,)."""
        mixture = self._mixture()
        return np.asarray(mixture.logpdf(self._column(X)))

    def score(self, X: Any, y: Any = None, sample_weight: ArrayLike | None = None) -> float:
        """Return the mean log-density of `X`, weighted by `sample_weight`; `y` is ignored."""
        total, weight = self._log_likelihood(X, sample_weight)
        return total / weight

    def aic(self, X: Any, sample_weight: ArrayLike | None = None) -> float:
        """Return Akaike's criterion of the mixture on `X`; smaller is better."""
        total, _ = self._log_likelihood(X, sample_weight)
        return 2.0 * self._n_parameters() - 2.0 * total

    def bic(self, X: Any, sample_weight: ArrayLike | None = None) -> float:
        """Return the Bayesian information criterion of the mixture on `X`; smaller is better."""
        total, weight = self._log_likelihood(X, sample_weight)
        return self._n_parameters() * log1(weight) - 2.0 * total

    def _log_likelihood(self, X: Any, sample_weight: ArrayLike | None) -> tuple[float, float]:
        """Return the weighted sum of the log-densities, and the sum of the weights."""
        logs = self.score_samples(X)
        if sample_weight is None:
            return float(np.sum(logs)), float(len(logs))
        checked = checked_column(self._column(X), sample_weight)
        if checked.total_weight == 0.0:
            raise InputError(
                "sample_weight must have at least one positive weight, all are zero: pass None for equal ones"
            )
        return float(np.dot(logs, np.asarray(checked.sample_weight, np.float64))), checked.total_weight

    def _n_parameters(self) -> int:
        result: FitResult | None = self.__dict__.get("result_")
        k = len(self.weights_)
        assumed = self.means is not None or self.weights is not None or self.family != "normal"
        if (assumed or self.covariance_type in ("auto", None)) and result is not None:
            return result.n_parameters
        return n_parameters(k, self.covariance_type == "tied")

    def sample(self, n_samples: int = 1) -> tuple[Array, NDArray[np.int64]]:
        """Draw values from the mixture, component after component, with the generator of `random_state`.

        Parameters
        ----------
        n_samples : int
            How many.

        Returns
        -------
        X : ndarray (n_samples, 1)
            The values.
        y : ndarray (n_samples,)
            The component of each.
        """
        n = check_count("n_samples", n_samples)
        return drawn(self._mixture(), n, check_random_state(self.random_state))
