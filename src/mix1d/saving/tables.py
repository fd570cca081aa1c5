"""What a result knows, as the columns of tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from mix1d.data.arguments import check_choice
from mix1d.data.frames import frame_of
from mix1d.data.recorded_sample import RecordedSample, places_of
from mix1d.outcome.outcome import Outcome
from mix1d.outcome.posterior import rows_of
from mix1d.outcome.windows import sizes
from mix1d.uncertainty.parameters import confidence_interval, standard_errors

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


def components(outcome: Outcome) -> Columns:
    """Return a row for each component: its parameters with standard errors and 95 % profile intervals."""
    errors, bounds = standard_errors(outcome), confidence_interval(outcome)
    columns: Columns = {"component": np.arange(len(outcome.mixture.weights))}
    for one, several in _PARAMETERS:
        columns[one] = getattr(outcome.mixture, several)
        columns[f"{one}_error"] = getattr(errors, several)
        columns[f"{one}_lower"] = getattr(bounds.lower, several)
        columns[f"{one}_upper"] = getattr(bounds.upper, several)
    columns["n"] = sizes(outcome.fitted, outcome.sample)
    return {**columns, **_families(outcome)}


def _families(outcome: Outcome) -> Columns:
    """Return the families of components and their own parameters, where not all are normal.

    A mean or an sd of their own is the mean or the sd that the table has.
    """
    several = outcome.mixture.components
    if all(component.family == "normal" for component in several):
        return {}
    known = dict.fromkeys(name for component in several for name in component.parameters)
    own = {
        name: np.array([component.parameters.get(name, np.nan) for component in several])
        for name in known
        if name not in ("mean", "sd")
    }
    return {"family": np.array([component.family for component in several]), **own}


def selection(outcome: Outcome) -> Columns:
    """Return a row for each number of components and kind of sds tried."""
    columns: Columns = {
        name: np.array([getattr(row, name) for row in outcome.selection]) for name in _OF_SELECTION
    }
    if any(row.family != "normal" for row in outcome.selection):
        columns["family"] = np.array([row.family for row in outcome.selection])
    columns["findings"] = np.array([" ".join(row.findings) for row in outcome.selection])
    return columns


def trace(outcome: Outcome) -> Columns:
    """Return a row for each step of the last solve."""
    steps = outcome.trace
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


def responsibilities(outcome: Outcome) -> Columns:
    """Return a row for each row of the data: its value, its component and the probability of each."""
    shares = outcome.responsibilities()
    columns = {**_recorded(outcome), "component": outcome.predict(), **_numbered("p", shares)}
    if outcome.background_weight is not None:  # its column is the last
        columns["p_background"] = columns.pop(f"p_{len(outcome.mixture.weights)}")
    return columns


def _recorded(outcome: Outcome) -> Columns:
    """Return the values of the rows; their ends, too, where rows were recorded as intervals or limits."""
    sample = outcome.sample
    if not isinstance(sample, RecordedSample) or sample.pooled:
        return {"value": rows_of(sample, outcome.apart)}
    observed = sample.observations
    columns: Columns = {"value": places_of(observed.lower, observed.upper)}
    if not observed.exact.all():
        columns |= {"lower": observed.lower, "upper": observed.upper}
    return columns


def _numbered(name: str, values: Any) -> Columns:
    return {f"{name}_{i}": np.ascontiguousarray(values[:, i]) for i in range(values.shape[1])}


TABLES: dict[str, Callable[[Outcome], Columns]] = {
    "components": components,
    "selection": selection,
    "trace": trace,
    "responsibilities": responsibilities,
}


def to_frame(outcome: Outcome, table: str = "components", library: str | None = None) -> Any:
    """Return one of the tables of the result as a data frame.

    Parameters
    ----------
    table : {"components", "selection", "trace", "responsibilities"}
        Components (k rows): weight, mean, sd, each with its standard error and 95 % profile interval, and
        the expected number of values; where not all are normal, then the family, and a column for each own
        parameter of these families (`Component` names them), NaN for components without it. A mean or an
        sd of its own is not said twice. Selection: what was tried, with families where not all are normal.
        Trace: the last solve, a row for each step. Responsibilities: a row for each row of the data, in
        its order and with its pandas index, with the value, its ends where rows are intervals or limits,
        the most probable component and the probability of each and of a background; as in `predict`, -1
        and NaN for values set apart.
    library : {"pandas", "polars", "pyarrow", "modin", "cudf", "duckdb"}, optional
        None for the library of the data; for lists, arrays and files the first of pandas, polars and
        pyarrow that is installed.

    Returns
    -------
    data frame
        Components are numbered from 0, as in `predict`; NaN where there is no error or bound.

    Raises
    ------
    InputError
        When an argument is not one of these.
    NeedsDataError
        For the responsibilities of more than 65,536 rows, which a result does not keep.
    Mix1dError
        When the library or narwhals (extra ``frames``) is not installed.

    Examples
    --------
    >>> import mix1d
    >>> result = mix1d.fit([1.0, 2.0, 2.0, 3.0, 8.0, 9.0, 9.0, 10.0], 2)
    >>> result.to_frame()[["component", "mean"]].round(3).values.tolist()
    [[0.0, 2.0], [1.0, 9.0]]
    """
    check_choice("table", table, tuple(TABLES))
    return frame_of(TABLES[table](outcome), outcome.origin, library, indexed=table == "responsibilities")
