"""INPUT of many columns: a 2-D array, a data frame, a mapping or groups of rows -> named columns."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mix1d.data.columns import as_column
from mix1d.data.forms import says_more
from mix1d.data.frames import Frame, as_frame
from mix1d.data.observations import Observations
from mix1d.errors import InputError, shown
from mix1d.fitting.beside import Table, columns_named, shared_out
from mix1d.sources.groups import order_of

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Columns:
    """Named columns, each read as far as it could be."""

    names: Sequence[Any]
    """What the caller calls them: labels of a frame, keys of a mapping or of groups, or 0, 1, 2, ..."""
    values: list[Any]
    """For each an array (n,), a `Sketch`, what `Observations` takes, or the `InputError` that says why it is
    no column of numbers."""
    weights: list[Array] | None
    """For each the weights of its rows."""
    heading: str = "column"
    """What the names are: ``"column"`` or ``"group"``."""
    frame: Frame | None = None
    """The frame they came in."""
    beside: list[dict[str, Any]] = field(default_factory=list)
    """For each what was recorded beside it, as `mix1d.fit` takes it; empty: nothing."""


def read_columns(
    data: Any, sample_weight: Any, by: Any, column: Any, recorded: Mapping[str, Any] | None = None
) -> Columns:
    """Tell the columns apart; see `mix1d.fit_many`. A column that holds no numbers is no error here.

    `recorded` has what was recorded beside them: errors, upper ends, labels, windows.

    >>> found = read_columns({"a": [1.0, 2.0], "b": ["x"]}, None, None, None)
    >>> found.names, found.values[0]
    (['a', 'b'], array([1., 2.]))
    >>> read_columns([1.0, 5.0, 2.0], None, ["a", "b", "a"], None).values
    [array([1., 2.]), array([5.])]
    """
    told = {} if recorded is None else {name: one for name, one in recorded.items() if one is not None}
    frame = as_frame(data)
    if by is not None:
        return _read_groups(data, frame, sample_weight, by, column, told)
    if column is not None:
        raise InputError(
            f"column must be None without by, got {shown(column)}: select the columns of the table first"
        )
    if frame is not None:
        kept = list(range(len(frame.names)))
        if isinstance(sample_weight, str):
            kept.remove(at := frame.place(sample_weight, "sample_weight"))
            sample_weight = frame.columns[at]
        beside = {frame.place(name, argument) for argument, name in columns_named(told)}
        kept = [at for at in kept if at not in beside]
        names = [frame.names[i] for i in kept]
        return Columns(
            names,
            [_column(frame.columns[i]) for i in kept],
            _weights(sample_weight, len(kept), frame.n_rows),
            frame=replace(frame, index=None if frame.index is None else frame.index[kept]),
            beside=shared_out(Table(names, frame.n_rows, frame), told) if told else [],
        )
    if isinstance(data, Mapping):
        names = list(data)
        return Columns(
            names,
            [_column(data[key]) for key in names],
            _mapped_weights(sample_weight, data),
            beside=shared_out(Table(names), told) if told else [],
        )
    if _is_bins(data):
        return _read_bins(data[0], data[1], sample_weight, told)
    if hasattr(data, "ndim") and data.ndim == 2 and hasattr(data, "__array__"):
        table = data if isinstance(data, np.ndarray) else np.asarray(data)
        n, m = table.shape
        beside_all = shared_out(Table(range(m), n), told) if told else []
        return Columns(range(m), _columns_of(table), _weights(sample_weight, m, n), beside=beside_all)
    raise InputError(
        f"columns must be a 2-D array, a data frame or a mapping from names to columns, got "
        f"{type(data).__name__} {shown(data)}: {_advice(data)}"
    )


def _advice(data: Any) -> str:
    if getattr(data, "ndim", 0) == 1:
        return "mix1d.fit fits one column; by= makes groups of its rows"
    if isinstance(data, Sequence) and not isinstance(data, str):
        return "pass a mapping such as dict(enumerate(columns))"
    return "pass one of these"


def _columns_of(table: Array) -> list[Any]:
    """Return the columns of a 2-D array, of which those of numbers need no look at their values."""
    plain = type(table) is np.ndarray and table.dtype.kind in "fiu" and table.dtype.isnative
    columns = [table[:, i] for i in range(table.shape[1])]
    return columns if plain else [_column(values) for values in columns]


def _is_bins(data: Any) -> bool:
    """Whether data are counts of several columns (bins, m) in the same bins, and their edges."""
    return isinstance(data, tuple) and len(data) == 2 and len(getattr(data[0], "shape", ())) == 2


def _read_bins(counts: Any, edges: Any, sample_weight: Any, told: Mapping[str, Any]) -> Columns:
    """Return a histogram for each column of counts."""
    frame = as_frame(counts)
    table = np.asarray(counts)
    ends, _ = as_column("edges", edges)
    if len(ends) != len(table) + 1:
        turned = "counts.T" if len(ends) == table.shape[1] + 1 else "one edge more than there are bins"
        raise InputError(
            f"counts must have a row for each of the {len(ends) - 1} bins and a column for each sample, got "
            f"shape {table.shape}: pass {turned}"
        )
    if sample_weight is not None:
        raise InputError("sample_weight must be None for counts, which are the weights already: leave it out")
    names = range(table.shape[1]) if frame is None else frame.names
    return Columns(
        names,
        [(table[:, i], ends) for i in range(table.shape[1])],
        None,
        frame=frame,
        beside=shared_out(Table(names), told) if told else [],
    )


def _column(values: Any) -> Any:
    """Return what `mix1d.fit` would read, or the error it would raise."""
    if hasattr(type(values), "_as_sample") or isinstance(values, Observations | InputError):
        return values
    try:
        return as_column("data", values)[0]
    except InputError as error:
        try:  # bins, intervals, limits: `fit` takes them as they are
            return values if says_more(values) else error
        except InputError:
            return values


# ---- weights


def _weights(sample_weight: Any, m: int, n: int) -> list[Array] | None:
    """Return the weights of each of m columns of n rows: one vector for all, or a table of the same shape."""
    if sample_weight is None:
        return None
    if getattr(sample_weight, "ndim", 1) == 2:
        table = np.asarray(sample_weight)
        if table.shape != (n, m):
            raise InputError(
                f"sample_weight must have shape ({n},) or ({n}, {m}), got {table.shape}: pass a weight for "
                "every row, or for every value"
            )
        return [as_column("sample_weight", table[:, i])[0] for i in range(m)]
    weights, _ = as_column("sample_weight", sample_weight)
    if len(weights) != n:
        raise InputError(
            f"sample_weight must have one weight for each of the {n} rows, got {len(weights)}: pass a weight "
            "for every row, missing ones too"
        )
    return [weights] * m


def _mapped_weights(sample_weight: Any, columns: Mapping[Any, Any]) -> list[Array] | None:
    if sample_weight is None:
        return None
    if not isinstance(sample_weight, Mapping):
        raise InputError(
            "sample_weight must be a mapping with the same names as columns, got "
            f"{type(sample_weight).__name__}: pass {{name: weights}}"
        )
    for key in columns:
        if key not in sample_weight:
            raise InputError(
                f"sample_weight must have weights for every column, found none for {key!r}: add it"
            )
    return [as_column("sample_weight", sample_weight[key])[0] for key in columns]


# ---- groups


def _read_groups(
    data: Any, frame: Frame | None, sample_weight: Any, by: Any, column: Any, told: Mapping[str, Any]
) -> Columns:
    if frame is None:
        if column is not None:
            raise InputError(
                f"column must be None without a data frame, got {shown(column)}: pass the values"
            )
        if isinstance(by, str):
            raise InputError(
                f"by must have a label for every row, got {shown(by)}: pass the labels themselves"
            )
        values, _ = as_column("columns", data)
        labels = by
    else:
        taken = [frame.place(by, "by")] if isinstance(by, str) else []
        if isinstance(sample_weight, str):
            taken.append(frame.place(sample_weight, "sample_weight"))
            sample_weight = frame.columns[taken[-1]]
        taken += [frame.place(name, argument) for argument, name in columns_named(told)]
        at = frame.only_numeric(taken) if column is None else frame.place(column, "column")
        values, _ = as_column(f"column {frame.names[at]!r}", frame.columns[at])
        labels = frame.columns[taken[0]] if isinstance(by, str) else by
    n = len(values)
    weights = _weights(sample_weight, 1, n)
    keys, codes = group_codes(labels)
    if len(codes) != n:
        raise InputError(f"by must have a label for each of the {n} rows, got {len(codes)}: pass as many")
    order = np.argsort(codes, kind="stable")
    ends = np.cumsum(np.bincount(codes, minlength=len(keys))).tolist()
    begins = [0, *ends[:-1]]

    def parts(whole: Array) -> list[Array]:
        together = whole[order]
        return [together[begin:end] for begin, end in zip(begins, ends, strict=True)]

    return Columns(
        keys,
        parts(values),
        None if weights is None else parts(weights[0]),
        "group",
        None if frame is None else replace(frame, index=None),
        shared_out(Table(keys, n, frame, parts), told) if told else [],
    )


def group_codes(labels: Any) -> tuple[list[Hashable], NDArray[np.intp]]:
    """Return the groups by rising label, that of missing labels (None) last, and the place of every row's.

    >>> group_codes(["b", None, "a", "b"])
    (['a', 'b', None], array([1, 2, 0, 1]))
    """
    array = labels if isinstance(labels, np.ndarray) else None
    if array is not None and array.ndim == 1 and array.dtype.kind in "iuf" and type(array) is np.ndarray:
        found, codes = np.unique(array, return_inverse=True)
        keys: list[Any] = found.tolist()
    else:
        places: dict[Any, int] = {}
        try:
            listed = [places.setdefault(label, len(places)) for label in _listed(labels)]
        except TypeError:
            raise InputError("by must hold text, numbers or dates: convert the labels to text") from None
        codes = np.array(listed, np.intp)
        keys = list(places)
    keys = [None if _is_missing(key) else key for key in keys]
    ordered = order_of(dict.fromkeys(keys))
    place = {key: i for i, key in enumerate(ordered)}
    return ordered, np.array([place[key] for key in keys], np.intp)[codes.reshape(-1)]


def _listed(labels: Any) -> Any:
    for method in ("to_pylist", "to_list", "tolist"):  # of Arrow, of pandas and polars, of NumPy
        if hasattr(labels, method):
            return getattr(labels, method)()
    if isinstance(labels, Sequence) and not isinstance(labels, str | bytes):
        return labels
    raise InputError(
        f"by must be the name of a column or have a label for every row, got {shown(labels)}: pass either"
    )


def _is_missing(key: Any) -> bool:
    return (
        key is None or type(key).__name__ in ("NAType", "NaTType") or (isinstance(key, float) and key != key)
    )
