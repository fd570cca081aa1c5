"""Tables for the caller: a data frame of the library that the data came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from mix1d.errors import InputError, Mix1dError, shown
from mix1d.optional import installed

_EAGER = ("pandas", "polars", "pyarrow", "modin", "cudf")
LIBRARIES = (*_EAGER, "duckdb")
_OF_ENGINES = {"dask": "pandas", "pyspark": "pandas", "_duckdb": "duckdb"}


@dataclass(frozen=True, slots=True, eq=False)
class Origin:
    """Where the values of a fit came from, as far as tables for the caller depend on it."""

    library: str | None = None
    """The library of the caller's column, None for lists, arrays and files."""
    index: Any = None
    """(n_obs,), the pandas index of the rows kept; None for other libraries and for long columns."""


def origin_of(data: Any, sample_weight: Any, n_rows: int | None) -> Origin:
    """Return where a column came from.

    Parameters
    ----------
    data, sample_weight
        What the caller gave.
    n_rows : int or None
        How many rows the fit keeps, None when it keeps none.

    Examples
    --------
    >>> import pandas
    >>> origin_of(pandas.Series([1.0, None, 2.0], index=list("abc")), None, 2).index.tolist()
    ['a', 'c']
    """
    root = type(data).__module__.partition(".")[0]
    library = _OF_ENGINES.get(root, root)
    if library not in LIBRARIES:
        return Origin()
    if library not in ("pandas", "modin") or n_rows is None or not hasattr(data, "index"):
        return Origin(library)
    kept = np.asarray(data.notna()).reshape(-1)
    if sample_weight is not None:
        kept = kept & (np.asarray(sample_weight, np.float64).reshape(-1) > 0.0)
    index = data.index[kept] if kept.size == len(data.index) else None
    return Origin(library, index if index is not None and len(index) == n_rows else None)


def frame_of(columns: dict[str, Any], origin: Origin, library: str | None, *, indexed: bool = False) -> Any:
    """Return a table.

    Parameters
    ----------
    columns : dict of array (m,)
        The columns in their order.
    origin : Origin
        Says which library, and has the index.
    library : str, optional
        One of `LIBRARIES`; None for that of the origin, or else the first of pandas, polars and pyarrow that
        is installed.
    indexed : bool
        Whether the rows are those of the origin, and get its index.

    Raises
    ------
    InputError
        For another library.
    Mix1dError
        When the library, or narwhals, is not installed.
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
