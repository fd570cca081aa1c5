"""What a result knows, as the columns of tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from mix1d.result import FitResult

Columns = dict[str, Any]

_PARAMETERS = (("weight", "weights"), ("mean", "means"), ("sd", "sds"))
_OF_SELECTION = (
    "n_components",
    "sds",
    "log_likelihood",
    "n_parameters",
    "aic",
    "bic",
    "icl",
    "converged",
    "regularized",
    "eligible",
    "chosen",
    "evidence_weight",
    "undecided",
    "separation",
)


def components(result: FitResult) -> Columns:
    """Return a row for each component: its parameters with standard errors and 95 % profile intervals."""
    errors, bounds = result.standard_errors(), result.confidence_interval()
    columns: Columns = {"component": np.arange(len(result.mixture.weights))}
    for one, several in _PARAMETERS:
        columns[one] = getattr(result.mixture, several)
        columns[f"{one}_error"] = getattr(errors, several)
        columns[f"{one}_lower"] = getattr(bounds.lower, several)
        columns[f"{one}_upper"] = getattr(bounds.upper, several)
    columns["n"] = result.mixture.weights * result.total_weight
    return columns


def selection(result: FitResult) -> Columns:
    """Return a row for each number of components and kind of sds tried."""
    columns: Columns = {
        name: np.array([getattr(row, name) for row in result.selection]) for name in _OF_SELECTION
    }
    columns["findings"] = np.array([" ".join(row.findings) for row in result.selection])
    return columns


def trace(result: FitResult) -> Columns:
    """Return a row for each step of the last solve."""
    steps = result.trace
    columns: Columns = {
        "step": np.arange(len(steps.phase)),
        "phase": np.array(steps.phase),
        "penalty": steps.penalty,
        "objective": steps.objective,
        "log_likelihood": steps.log_likelihood,
    }
    for one, several in _PARAMETERS:
        columns.update(_numbered(one, getattr(steps, several)))
    return columns


def responsibilities(result: FitResult) -> Columns:
    """Return a row for each row of the data: its value, its component and the probability of each."""
    shares = result.responsibilities()
    return {
        "value": result._sample.rows,
        "component": result.predict(),
        **_numbered("p", shares),
    }


def _numbered(name: str, values: Any) -> Columns:
    return {f"{name}_{i}": np.ascontiguousarray(values[:, i]) for i in range(values.shape[1])}


TABLES: dict[str, Callable[[FitResult], Columns]] = {
    "components": components,
    "selection": selection,
    "trace": trace,
    "responsibilities": responsibilities,
}
