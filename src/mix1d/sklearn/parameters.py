"""What an estimator was given -> what `mix1d.fit` takes: scikit-learn's parameters and kinds of values."""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Integral, Real
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils import check_array, check_scalar

from mix1d.arrays import Array
from mix1d.data.arguments import check_choice
from mix1d.data.columns import as_column
from mix1d.data.labels import UNKNOWN
from mix1d.errors import InputError, shown
from mix1d.model.mixture import Mixture
from mix1d.words import listed

Sds = Literal["free", "equal", "auto"] | None

_SDS: dict[str, Sds] = {"full": "free", "tied": "equal", "diag": "free", "spherical": "free", "auto": "auto"}
_STARTS = ("weights_init", "means_init", "precisions_init")
_INIT_PARAMS = ("kmeans", "k-means++", "random", "random_from_data")
# What changes nothing here: the default in scikit-learn, the type, and the smallest value that is allowed.
_IDLE = {
    "tol": (1e-3, Real, 0),
    "reg_covar": (1e-6, Real, 0),
    "max_iter": (100, Integral, 0),
    "n_init": (1, Integral, 1),
    "verbose_interval": (10, Integral, 1),
}


def sds_of(estimator: Any) -> Sds:
    """Return what `mix1d.fit` calls sds, from the covariance type."""
    if estimator.covariance_type is None:
        return None
    return _SDS[check_choice("covariance_type", estimator.covariance_type, tuple(_SDS))]


def numbers_of(estimator: Any, start: Mixture | None) -> int | Iterable[int] | None:
    """Return what `mix1d.fit` calls n_components."""
    numbers: int | Iterable[int] | str = estimator.n_components
    if isinstance(numbers, str):
        check_choice("n_components", numbers, ("auto",))
    if start is not None and (isinstance(numbers, str) or numbers != len(start.weights)):
        raise InputError(
            f"n_components must be {len(start.weights)}, the number of starting values, got "
            f"{shown(numbers)}: give one weight, mean and precision for every component"
        )
    return None if isinstance(numbers, str) else numbers


def labels_of(estimator: Any, y: Any) -> Any:
    """Return what `mix1d.fit` calls labels: `y`, or None where it is something else.

    >>> from mix1d.sklearn import GaussianMixture1D
    >>> labels_of(GaussianMixture1D(2), [0, -1, 1]), labels_of(GaussianMixture1D(2), [0, 1, 1])
    ([0, -1, 1], None)
    """
    how = estimator.semi_supervised
    if not isinstance(how, bool | np.bool_) and not (isinstance(how, str) and how == "auto"):
        raise InputError(
            f'semi_supervised must be True, False or "auto", got {shown(how)}: pass True where y holds labels'
        )
    if y is None or not how:
        return None
    if how == "auto":
        cells = np.asarray(y)
        if cells.dtype.kind not in "iuf" or cells.ndim != 1:
            return None
        unknown = cells == UNKNOWN
        whole = bool(np.all(cells == np.floor(cells))) and bool(np.all(cells >= UNKNOWN))
        return y if whole and unknown.any() and not unknown.all() else None
    return y


def start_of(estimator: Any) -> Mixture | None:
    """Return the mixture that all three starting values make, None where one of them is missing."""
    values = {name: getattr(estimator, name) for name in _STARTS}
    given = {name: _vector(name, value) for name, value in values.items() if value is not None}
    if len(given) < len(_STARTS):
        return None
    weights, means, precisions = given.values()
    if estimator.covariance_type == "tied" and len(precisions) == 1:
        precisions = np.repeat(precisions, len(weights))
    if not len(weights) == len(means) == len(precisions):
        raise InputError(
            "weights_init, means_init and precisions_init must have one entry for every component, got "
            f"{len(weights)}, {len(means)} and {len(precisions)}: give as many of each"
        )
    total = float(np.sum(weights))
    if not (np.all(weights >= 0.0) and abs(total - 1.0) <= 1e-6):  # single precision may do
        raise InputError(
            f"weights_init must be at least 0 and sum to 1, got {weights.tolist()}: divide them by their sum"
        )
    if not np.all(precisions > 0.0):
        raise InputError(
            f"precisions_init must be positive, got {precisions.tolist()}: give inverse variances"
        )
    return Mixture(weights / total, means, 1.0 / np.sqrt(precisions))


def _vector(name: str, value: ArrayLike) -> Array:
    """Return a starting value as a vector, whatever shape scikit-learn gives it."""
    array = check_array(value, dtype=np.float64, ensure_2d=False, allow_nd=True, input_name=name)
    if array.size != len(array):
        raise InputError(
            f"{name} must have one number for every component, got shape {array.shape}: "
            "a column has one mean and one precision per component"
        )
    return np.asarray(array.reshape(-1), np.float64)


def without_effect(estimator: Any, start: Mixture | None) -> str | None:
    """Check the parameters that change nothing, and say which of them were set; None when none was.

    >>> from mix1d.sklearn import GaussianMixture1D
    >>> without_effect(GaussianMixture1D(n_init=5, tol=1e-6), None)
    'tol and n_init have no effect: the search is global and ends at the maximum to rounding'
    """
    names = []
    for name, (default, kind, minimum) in _IDLE.items():
        value = check_scalar(getattr(estimator, name), name, kind, min_val=minimum)
        names += [name] * bool(value != default)
    check_scalar(estimator.verbose, "verbose", Integral, min_val=0)
    check_choice("init_params", estimator.init_params, _INIT_PARAMS)
    names += ["init_params"] * (estimator.init_params != "kmeans")
    names += ["warm_start"] * bool(estimator.warm_start)
    starts = [name for name in _STARTS if start is None and getattr(estimator, name) is not None]
    names += starts
    if not names:
        return None
    verb = "have" if len(names) > 1 else "has"
    advice = " (a start needs all three of them)" if starts else ""
    reason = "the search is global" if start is None else "the solve goes on from the start given"
    return f"{listed(names)} {verb} no effect{advice}: {reason} and ends at the maximum to rounding"


def as_matrix(X: Any) -> Any:
    """Return a vector of any kind as a column (n, 1), everything else as it is, for scikit-learn to check.

    >>> as_matrix([1.0, 2.0]).shape
    (2, 1)
    """
    if isinstance(X, np.ma.MaskedArray):
        return as_column("X", X)[0][:, np.newaxis] if X.ndim == 1 or X.shape[1:] == (1,) else X
    if isinstance(X, list | tuple):
        X = X if any(np.ndim(value) for value in X[:1]) else np.asarray(X)
    elif not isinstance(X, np.ndarray) and not hasattr(X, "columns"):
        arrow = hasattr(X, "__arrow_c_stream__") or hasattr(X, "__arrow_c_array__")
        if arrow or hasattr(X, "iloc"):
            X = as_column("X", X)[0]
        elif hasattr(X, "__array__"):
            X = np.asarray(X)
    return X[:, np.newaxis] if isinstance(X, np.ndarray) and X.ndim == 1 else X
