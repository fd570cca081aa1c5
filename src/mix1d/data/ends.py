"""Whatever holds a column of observations -> the lower and the upper end of each row.

No data library is imported here: the shape of an object says enough.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from mix1d.arrays import Array
from mix1d.data.columns import as_column, name_of, type_name
from mix1d.data.histograms import Histogram, as_histogram
from mix1d.data.limits import cells_with_limits, read_limits
from mix1d.data.weights import first_of
from mix1d.errors import InputError, shown

_CENSORED_DATA = ("_uncensored", "_left", "_right", "_interval")  # the arrays of scipy.stats.CensoredData


class Ends(NamedTuple):
    """What was given as data, row by row."""

    lower: Array
    """(n,); NaN in both ends where a row is missing, minus infinity where it is open."""
    upper: Array
    """(n,); equal to the lower end where the value is exact."""
    what: str
    """``"values"``, ``"bins"`` or ``"intervals"``."""
    name: str | None = None
    """The variable's name."""
    n_limits: int = 0
    """How many cells of text were limits."""
    histogram: Histogram | None = None
    """The bins as they were given."""


def read_ends(data: Any, upper: object = None) -> Ends:
    """Read a column of observations.

    Parameters
    ----------
    data
        Values; (counts, edges) or a histogram; `scipy.stats.CensoredData`; intervals of pandas; structs
        {lower, upper} of Arrow or polars; text cells with limits. With `upper`: lower ends.
    upper
        The upper ends. Equal ends: exact. NaN or None in one end: open.

    Raises
    ------
    InputError
        When the data cannot be read, or `upper` is given with data that have upper ends.

    Examples
    --------
    >>> read_ends([1.0, None], [2.0, 5.0])[:3]
    (array([  1., -inf]), array([2., 5.]), 'intervals')
    >>> read_ends([1.0, 2.0])[:3]
    (array([1., 2.]), array([1., 2.]), 'values')
    """
    for reader in (_histogram, _pairs, _censored, _of_pandas, _of_structs, _limits):
        found = reader(data)
        if found is not None:
            if upper is not None:
                raise InputError(
                    f"upper must be None for data that have upper ends, got {type_name(data)} and an upper "
                    "end of each row: leave it out"
                )
            return found
    lower, name = as_column("data", data)
    if upper is None:
        values = np.array(lower, np.float64) + 0.0
        return Ends(values, values, "values", name)
    ends, _ = as_column("upper", upper)
    if len(ends) != len(lower):
        raise InputError(
            f"upper must have one end for each of the {len(lower)} rows of data, got {len(ends)}: pass inf "
            "or None where a row is open above"
        )
    return _intervals(np.array(lower, np.float64), np.array(ends, np.float64), name)


def _pairs(data: Any) -> None:
    """Refuse two columns, and say what they may be, as it cannot be known."""
    shape = getattr(data, "shape", None)
    if (
        shape is None
        and isinstance(data, list)
        and data
        and all(isinstance(row, list | tuple) for row in data)
    ):
        shape = (len(data), 2) if all(len(row) == 2 for row in data) else None
    if isinstance(shape, tuple) and len(shape) == 2 and shape[1] == 2:
        first, second = (
            ("data.iloc[:, 0]", "data.iloc[:, 1]")
            if hasattr(data, "iloc")
            else (
                "data[:, 0]",
                "data[:, 1]",
            )
        )
        raise InputError(
            f"data must have shape (n,) or (n, 1), got {shape}: pass {first} as data, and {second} as upper= "
            "where it is the upper end of an interval, or as errors= where it is the standard deviation of a "
            "measurement"
        )


def _intervals(lower: Array, upper: Array, name: str | None, n_limits: int = 0) -> Ends:
    """Open the ends that are missing, and refuse those that are the wrong way round."""
    neither = np.isnan(lower) & np.isnan(upper)
    low, high = np.where(np.isnan(lower), -np.inf, lower), np.where(np.isnan(upper), np.inf, upper)
    # open at both ends: nothing is known, as where both are missing
    neither |= (low == -np.inf) & (high == np.inf)
    low[neither] = high[neither] = np.nan
    _refuse(low == np.inf, low, "data", "below infinity as lower ends", "pass the last value that is known")
    _refuse(high == -np.inf, high, "upper", "above minus infinity", "pass the first value that is known")
    turned = low > high
    if turned.any():
        i, more = first_of(turned)
        raise InputError(
            f"upper must be at least the lower end in data, found {shown(low[i])} and {shown(high[i])} at "
            f"index {i}{more}: swap the ends of such rows"
        )
    return Ends(low + 0.0, high + 0.0, "intervals", name, n_limits)


def _refuse(bad: Any, values: Array, argument: str, allowed: str, advice: str) -> None:
    if bad.any():
        i, more = first_of(bad)
        raise InputError(
            f"{argument} must be {allowed}, found {shown(values[i])} at index {i}{more}: {advice}"
        )


# ---- forms of data


def _histogram(data: Any) -> Ends | None:
    found = as_histogram(data)
    if found is None:
        return None
    return Ends(found.edges[:-1].copy(), found.edges[1:].copy(), "bins", name_of(data), histogram=found)


def _censored(data: Any) -> Ends | None:
    if not all(hasattr(data, name) for name in _CENSORED_DATA):
        return None
    exact, left, right, between = (np.asarray(getattr(data, name), np.float64) for name in _CENSORED_DATA)
    between = between.reshape(-1, 2)
    return _intervals(
        np.concatenate([exact, np.full(len(left), -np.inf), right, between[:, 0]]),
        np.concatenate([exact, left, np.full(len(right), np.inf), between[:, 1]]),
        None,
    )._replace(what="values")


def _of_pandas(data: Any) -> Ends | None:
    """Read IntervalIndex, IntervalArray, a Series of them, and what ``pandas.cut`` returns."""
    kind = type(data)
    if kind.__module__.partition(".")[0] not in ("pandas", "modin"):
        return None
    if hasattr(data, "iloc") and hasattr(data, "columns"):
        if len(data.columns) != 1:
            return None
        data = data.iloc[:, 0]
    name = name_of(data)
    array = getattr(data, "array", data)
    codes = None
    if hasattr(array, "codes") and hasattr(array, "categories"):
        codes, array = np.asarray(array.codes), array.categories
    if not hasattr(array, "left") or not hasattr(array, "right"):
        if not str(getattr(data, "dtype", "")).startswith("struct"):
            return None
        fields = getattr(data, "struct", None)  # a column of Arrow structs
        if fields is None:
            return None
        names = [str(field) for field in fields.dtypes.index]
        _check_fields(names)
        return _from_fields(fields.field("lower"), fields.field("upper"), name)
    lower, _ = as_column("data", array.left)
    upper, _ = as_column("data", array.right)
    low, high = np.array(lower, np.float64), np.array(upper, np.float64)
    if codes is not None:
        out = np.full(len(codes), np.nan), np.full(len(codes), np.nan)
        for ends, found in zip(out, (low, high), strict=True):
            ends[codes >= 0] = found[codes[codes >= 0]]
        low, high = out
    return _intervals(low, high, name)


def _of_structs(data: Any) -> Ends | None:
    """Read structs {lower, upper} of Arrow (arrays and chunked ones) and polars."""
    root = type(data).__module__.partition(".")[0]
    if root == "polars" and hasattr(data, "struct") and hasattr(data.dtype, "fields"):
        _check_fields([field.name for field in data.dtype.fields])
        present = data.is_not_null().to_numpy()
        low, high = (np.array(as_column("data", data.struct.field(end))[0], np.float64) for end in _FIELDS)
        low[~present] = high[~present] = np.nan
        return _intervals(low, high, name_of(data))
    if root == "pyarrow" and hasattr(getattr(data, "type", None), "fields") and hasattr(data, "flatten"):
        names = [field.name for field in data.type.fields]
        if not names:
            return None
        _check_fields(names)
        columns = dict(zip(names, data.flatten(), strict=True))
        return _from_fields(columns["lower"], columns["upper"], None)
    return None


_FIELDS = ("lower", "upper")


def _check_fields(names: list[str]) -> None:
    if sorted(names) != sorted(_FIELDS):
        raise InputError(
            f'data as structs must have the fields "lower" and "upper", got {", ".join(map(repr, names))}: '
            "rename them, or pass one field"
        )


def _from_fields(lower: Any, upper: Any, name: str | None) -> Ends:
    low, _ = as_column("data", lower)
    high, _ = as_column("data", upper)
    return _intervals(np.array(low, np.float64), np.array(high, np.float64), name)


def _limits(data: Any) -> Ends | None:
    cells = cells_with_limits(data)
    if cells is None:
        return None
    lower, upper, n_limits = read_limits("data", cells)
    if hasattr(data, "columns") and len(data.columns) == 1:  # a table of one column
        names = getattr(data, "column_names", data.columns)
        return Ends(lower, upper, "values", str(names[0]), n_limits)
    return Ends(lower, upper, "values", name_of(data), n_limits)
