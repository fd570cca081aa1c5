"""OUTPUT of many fits: one table, as arrays or in the caller's own frame."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mix1d.fitting.columns import Columns
from mix1d.fitting.rows import Rows
from mix1d.model.families import FAMILIES, family_of

_PARAMETERS = ("weight", "mean", "sd")
OWN = tuple(
    dict.fromkeys(name for family in FAMILIES for name in family.parameters if name not in _PARAMETERS)
)
"""Parameters that components have besides a mean and an sd."""
# What stands side by side for each component, where arrays become columns.
_TOGETHER = (
    ("weights", "means", "sds"),
    ("weight_errors", "mean_errors", "sd_errors"),
    ("thresholds",),
    tuple(f"{name}s" for name in OWN),
)


def table_of(columns: Columns, rows: Rows, layout: str) -> Any:
    """Return a dict of arrays, or a frame of the caller's library; see `mix1d.fit_many`."""
    table = _long(columns, rows) if layout == "long" else _wide(columns, rows)
    if columns.frame is None:
        return table
    return columns.frame.made(spread(table), indexed=layout == "wide")


def spread(table: dict[str, Any]) -> dict[str, Any]:
    """Return a table whose arrays (m, k) are columns of their own: weight_1, mean_1, sd_1, weight_2, ...

    >>> means, weights = np.array([[1.0, 2.0]]), np.array([[0.3, 0.7]])
    >>> list(spread({"k": np.array([2]), "weights": weights, "means": means}))
    ['k', 'weight_1', 'mean_1', 'weight_2', 'mean_2']
    """
    out: dict[str, Any] = {}
    for name, values in table.items():
        if values.ndim == 1:
            out[name] = values
            continue
        together = next(names for names in _TOGETHER if name in names)
        if name == next(one for one in together if one in table):  # the first of them brings the others
            for j in range(values.shape[1]):
                out.update(
                    {f"{one[:-1]}_{j + 1}": table[one][:, j].copy() for one in together if one in table}
                )
    return out


def names_array(names: Sequence[Any]) -> NDArray[Any]:
    """Return names as an array: of numbers or text where all are alike, or else of objects.

    >>> names_array(["a", "bc"]), names_array([("a", 1), None]).dtype
    (array(['a', 'bc'], dtype='<U2'), dtype('O'))
    """
    if {type(name) for name in names} in ({str}, {int}, set()):
        return np.array(names, None if names else np.str_)
    found = np.empty(len(names), object)
    found[:] = list(names)
    return found


def own_parameters(rows: Rows) -> dict[str, NDArray[Any]]:
    """Return the components' own parameters (m, width) by their names, NaN where a family has none such.

    The names are those of the families that were named, and of those that were found.
    """
    if rows.families is None:
        return {}
    found = {*rows.families, *(one.family for components in rows.components for one in components)}
    names = {name for family in found for name in family_of(family).parameters}
    arrays = {name: np.full((len(rows.k), rows.mixtures.shape[2]), np.nan) for name in OWN if name in names}
    for i, components in enumerate(rows.components):
        for j, component in enumerate(components):
            for name, value in component.parameters.items():
                if name in arrays:
                    arrays[name][i, j] = value
    return arrays


def _families(rows: Rows) -> NDArray[Any]:
    """Return the family of each column's components, all of them where they differ."""
    told = [[component.family for component in components] for components in rows.components]
    return np.array(["+".join(names if len({*names}) > 1 else names[:1]) for names in told], np.str_)


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
        **({"background_weight": rows.background_weight} if rows.background else {}),
        "findings": np.array(rows.findings, np.str_),
        "error": np.array(rows.error, np.str_),
    }


def _wide(columns: Columns, rows: Rows) -> dict[str, Any]:
    """Return a row a column, with parameters in arrays (m, k_max)."""
    return {
        **_before(columns, rows),
        **{f"{name}s": rows.mixtures[:, i].copy() for i, name in enumerate(_PARAMETERS)},
        **{f"{name}_errors": rows.errors[:, i].copy() for i, name in enumerate(_PARAMETERS)},
        "thresholds": rows.cuts,
        **{f"{name}s": values for name, values in own_parameters(rows).items()},
        **({} if rows.families is None else {"family": _families(rows)}),
        **_after(rows),
    }


def _long(columns: Columns, rows: Rows) -> dict[str, Any]:
    """Return a row a component, or one with component 0 for a column that was not fitted."""
    counts = np.maximum(rows.k, 1)
    of = np.repeat(np.arange(len(counts)), counts)
    j = np.arange(len(of)) - np.repeat(np.cumsum(counts) - counts, counts)
    padded = np.pad(rows.cuts, ((0, 0), (0, 1)), constant_values=np.nan)
    components = {
        "component": np.where(rows.k[of] > 0, j + 1, 0),
        **{name: rows.mixtures[of, i, j] for i, name in enumerate(_PARAMETERS)},
        **{f"{name}_error": rows.errors[of, i, j] for i, name in enumerate(_PARAMETERS)},
        "threshold": padded[of, j],
        **{name: values[of, j] for name, values in own_parameters(rows).items()},
    }
    if rows.families is not None:
        told = [[component.family for component in components] or [""] for components in rows.components]
        components["family"] = np.array([name for names in told for name in names], np.str_)
    before, after = _before(columns, rows), _after(rows)
    return {
        **{name: values[of] for name, values in before.items()},
        **components,
        **{name: values[of] for name, values in after.items()},
    }
