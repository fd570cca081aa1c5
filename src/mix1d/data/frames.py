"""Data frames of any library: in through their own columns, out through narwhals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mix1d.errors import InputError, Mix1dError, shown
from mix1d.optional import installed, need

_EAGER = ("pandas", "polars", "pyarrow", "modin", "cudf")
LIBRARIES = (*_EAGER, "duckdb")
_RELATIONS = ("duckdb", "_duckdb")  # the second before 2.0
_OF_ENGINES = {"dask": "pandas", "pyspark": "pandas", "_duckdb": "duckdb"}


@dataclass(frozen=True, slots=True, eq=False)
class Origin:
    """Where the values of a fit came from, as far as tables for the caller depend on it."""

    library: str | None = None
    """The library of the caller's column, None for lists, arrays and files."""
    index: Any = None
    """(n_obs,), the pandas index of the rows kept; None for other libraries and for long columns."""


def origin_of(data: Any, sample_weight: Any, n_rows: int | None) -> Origin:
    """Return where a column came from that is fitted with weights; `n_rows` are kept, None for none.

    >>> import pandas
    >>> origin_of(pandas.Series([1.0, None, 2.0], index=list("abc")), None, 2).index.tolist()
    ['a', 'c']
    """
    library = _library_of(data)
    if library not in ("pandas", "modin") or n_rows is None or not hasattr(data, "index"):
        return Origin(library)
    kept = np.asarray(data.notna()).reshape(-1)
    if sample_weight is not None:
        kept = kept & (np.asarray(sample_weight, np.float64).reshape(-1) > 0.0)
    index = data.index[kept] if kept.size == len(data.index) else None
    return Origin(library, index if index is not None and len(index) == n_rows else None)


def origin_of_rows(data: Any, kept: NDArray[np.bool_]) -> Origin:
    """Return where a column came from of which some rows are kept.

    Examples
    --------
    >>> import pandas
    >>> data = pandas.Series([1.0, 2.0, 3.0], index=list("abc"))
    >>> origin_of_rows(data, np.array([True, False, True])).index.tolist()
    ['a', 'c']
    """
    library = _library_of(data)
    if library not in ("pandas", "modin") or not hasattr(data, "index") or len(data) != len(kept):
        return Origin(library)
    return Origin(library, data.index[kept])


def _library_of(data: Any) -> str | None:
    root = type(data).__module__.partition(".")[0]
    library = _OF_ENGINES.get(root, root)
    return library if library in LIBRARIES else None


def frame_of(columns: dict[str, Any], origin: Origin, library: str | None, *, indexed: bool = False) -> Any:
    """Return columns as a table of one of `LIBRARIES`; `indexed`: its rows are those of the origin.

    None stands for the library of the origin, or else the first of pandas, polars and pyarrow that is
    installed. Raises `InputError` for another library, `Mix1dError` where it or narwhals is missing.
    """
    if library is None:
        library = origin.library or next((name for name in _EAGER[:3] if installed(name)), "pandas")
    elif not isinstance(library, str) or library not in LIBRARIES:
        raise InputError(
            f"library must be one of {', '.join(map(repr, LIBRARIES))}, or None for that of the data, "
            f"got {shown(library)}"
        )
    try:
        import narwhals as nw

        if library == "duckdb":
            return nw.from_dict(columns, backend="pyarrow").lazy(backend="duckdb").to_native()
        frame = nw.from_dict(columns, backend=library).to_native()
    except ImportError as error:
        missing = "narwhals" if error.name == "narwhals" else library
        raise Mix1dError(
            f'data frames of {library} need {missing}: pip install "mix1d[frames]" {library}'
        ) from None
    if indexed and origin.index is not None and origin.library == library:
        frame.index = origin.index
    return frame


@dataclass(frozen=True, slots=True)
class Frame:
    """A table of named columns, and how to make another one of its kind."""

    names: Sequence[Any]
    columns: Sequence[Any]
    """The columns, as what their library calls one, or as arrays."""
    n_rows: int
    backend: Any
    """What narwhals calls the library."""
    index: Any = None
    """Labels for the rows of a table with a row for each name, where the library has such (pandas)."""

    def place(self, name: Any, argument: str) -> int:
        """Return where the column of that name stands, or raise `InputError`."""
        for i, found in enumerate(self.names):
            if found == name:
                return i
        listed = ", ".join(map(str, self.names[:20])) + (", ..." if len(self.names) > 20 else "")
        raise InputError(f"{argument}: no column {shown(name)}; columns: {listed}")

    def only_numeric(self, taken: Sequence[int]) -> int:
        """Return where the only column of numbers stands beside those taken, or raise `InputError`."""
        free = [i for i in range(len(self.names)) if i not in taken and _is_number(self.columns[i])]
        if len(free) != 1:
            found = f"{len(free)} numeric columns" if free else "no numeric column"
            listed = ", ".join(map(str, self.names[:20]))
            raise InputError(f"column must be given for a table with {found}: choose one; columns: {listed}")
        return free[0]

    def made(self, table: dict[str, Any], *, indexed: bool) -> Any:
        """Return a table of the caller's library; `indexed`: it has a row for each name."""
        import narwhals

        frame = narwhals.from_dict(
            {name: _plain(values) for name, values in table.items()}, backend=self.backend
        ).to_native()
        if indexed and self.index is not None:
            frame.index = self.index
        return frame


def as_frame(data: Any) -> Frame | None:
    """Return a data frame with its columns, None for anything else.

    Frames that are computed later (lazy ones, relations of DuckDB, Dask) are computed. Raises `InputError`
    where narwhals is missing, which makes the table that is given back.
    """
    if type(data).__module__.startswith("dask.") and hasattr(data, "columns"):
        data = data.compute()
    kind = type(data)
    lazy = hasattr(kind, "collect") or kind.__module__.partition(".")[0] in _RELATIONS
    if not lazy and not (hasattr(kind, "columns") and (hasattr(kind, "iloc") or hasattr(kind, "schema"))):
        return None
    need("frames", "narwhals", doing="a table like the one given is made with", error=InputError)
    import narwhals

    if lazy:
        try:
            collected = narwhals.from_native(data).collect()
        except TypeError:
            return None
        data = collected.to_native()
        kind = type(data)
    backend = narwhals.get_native_namespace(narwhals.from_native(_without_columns(data)))
    if hasattr(kind, "iloc"):
        return Frame(list(data.columns), _columns_by_place(data), len(data), backend, data.columns)
    if hasattr(kind, "column_names"):  # Arrow
        return Frame(list(data.column_names), list(data.columns), data.num_rows, backend)
    return Frame(list(data.columns), data.get_columns(), data.height, backend)


def _without_columns(data: Any) -> Any:
    """Return a frame that narwhals takes whatever the names, of which it refuses those that occur twice."""
    return data.iloc[:, :0] if hasattr(type(data), "iloc") else data.select([])


def _columns_by_place(data: Any) -> Sequence[Any]:
    """Return the columns of a pandas frame, whose names may occur twice."""
    kinds = set(data.dtypes)
    if len(kinds) == 1 and isinstance(kind := kinds.pop(), np.dtype) and kind.kind in "fiu":
        table: NDArray[Any] = data.to_numpy()
        return list(table.T)
    return [data.iloc[:, i] for i in range(data.shape[1])]


def _is_number(column: Any) -> bool:
    kind = getattr(column, "dtype", None) or column.type
    if hasattr(kind, "is_numeric"):  # polars
        return bool(kind.is_numeric())
    if hasattr(kind, "kind"):  # NumPy and pandas
        return kind.kind in "fiu"
    return str(kind).startswith(("int", "uint", "float", "double", "halffloat"))


def _plain(values: NDArray[Any]) -> Any:
    """Return what every library takes for a column; objects become text where they are not all alike."""
    if values.dtype != object:
        return values
    kinds = {type(value) for value in values if value is not None}
    if len(kinds) <= 1 and kinds.isdisjoint({tuple, frozenset}):
        return values.tolist()
    return [None if value is None else str(value) for value in values]
