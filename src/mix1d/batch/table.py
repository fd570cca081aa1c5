"""OUTPUT of many fits: one table, as arrays or in the caller's own frame."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mix1d.batch.columns import Columns
from mix1d.batch.rows import Rows

PARAMETERS = ("weight", "mean", "sd")
_PLURALS = ("weights", "means", "sds")


def table_of(columns: Columns, rows: Rows, layout: str) -> Any:
    """Return a dict of arrays, or a frame of the caller's library; see `mix1d.fit_many`."""
    if layout == "long":
        table = _long(columns, rows)
    elif columns.frame is None:
        table = _wide(columns, rows)
    else:
        table = _spread(columns, rows)
    return table if columns.frame is None else columns.frame.made(table, indexed=layout == "wide")


def names_array(names: Sequence[Any]) -> NDArray[Any]:
    """Return names as an array: of numbers or text where all are alike, or else of objects.

    Examples
    --------
    >>> names_array(["a", "bc"]).tolist(), names_array([("a", 1), None]).dtype
    (['a', 'bc'], dtype('O'))
    """
    if {type(name) for name in names} in ({str}, {int}):
        return np.array(names)
    found = np.empty(len(names), object)
    found[:] = list(names)
    return found


def _before(columns: Columns, rows: Rows) -> dict[str, Any]:
    return {
        columns.heading: names_array(columns.names),
        "n": rows.n,
        "n_missing": rows.n_missing,
        "total_weight": rows.total_weight,
        "k": rows.k,
    }


def _after(rows: Rows) -> dict[str, Any]:
    names = ("log_likelihood", "aic", "bic", "icl", "separation")
    return {
        **{name: getattr(rows, name) for name in names},
        "equal_sds": rows.equal,
        "converged": rows.converged,
        "regularized": rows.regularized,
        "findings": rows.findings,
        "error": rows.error,
    }


def _wide(columns: Columns, rows: Rows) -> dict[str, Any]:
    """Return a row a column, with parameters in arrays (m, k_max)."""
    return {
        **_before(columns, rows),
        **{name: rows.mixtures[:, i].copy() for i, name in enumerate(_PLURALS)},
        **{f"{name}_errors": rows.errors[:, i].copy() for i, name in enumerate(PARAMETERS)},
        "thresholds": rows.cuts,
        **_after(rows),
    }


def _spread(columns: Columns, rows: Rows) -> dict[str, Any]:
    """Return a row a column, with parameters in columns weight_1, mean_1, sd_1, weight_2, ..."""
    width = rows.mixtures.shape[2]
    numbered = {}
    for suffix, values in (("", rows.mixtures), ("_error", rows.errors)):
        for j in range(width):
            for i, name in enumerate(PARAMETERS):
                numbered[f"{name}{suffix}_{j + 1}"] = values[:, i, j].copy()
    cuts = {f"threshold_{j + 1}": rows.cuts[:, j].copy() for j in range(rows.cuts.shape[1])}
    return {**_before(columns, rows), **numbered, **cuts, **_after(rows)}


def _long(columns: Columns, rows: Rows) -> dict[str, Any]:
    """Return a row a component, or one with component 0 for a column that was not fitted."""
    counts = np.maximum(rows.k, 1)
    of = np.repeat(np.arange(len(counts)), counts)
    j = np.arange(len(of)) - np.repeat(np.cumsum(counts) - counts, counts)
    padded = np.pad(rows.cuts, ((0, 0), (0, 1)), constant_values=np.nan)
    components = {
        "component": np.where(rows.k[of] > 0, j + 1, 0),
        **{name: rows.mixtures[of, i, j] for i, name in enumerate(PARAMETERS)},
        **{f"{name}_error": rows.errors[of, i, j] for i, name in enumerate(PARAMETERS)},
        "threshold": padded[of, j],
    }
    before, after = _before(columns, rows), _after(rows)
    return {
        **{name: values[of] for name, values in before.items()},
        **components,
        **{name: values[of] for name, values in after.items()},
    }
