"""What is read in one pass into a sketch, and not held in memory."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from typing import Any, Literal

import numpy as np

from mix1d.sketch.summary import Sketch

# The reader of each kind of source, by the package its type comes from; each has `sketch(source, asked)`.
READERS = {
    "dask": "mix1d.sources.dask",
    "pyspark": "mix1d.sources.spark",
    "duckdb": "mix1d.sources.duckdb",
    "_duckdb": "mix1d.sources.duckdb",  # before 2.0
    "pyarrow": "mix1d.sources.arrow",
}
STREAMS = {"RecordBatchReader", "Dataset", "Scanner"}  # of pyarrow; its tables and arrays are in memory


def opened(
    data: Any,
    sample_weight: Any = None,
    *,
    missing: Literal["raise", "drop"] = "raise",
    threads: int | None = None,
    progress: bool | Callable[[float, float], object] | None = None,
) -> Any:
    """Return what stands for a source: a sketch, or a list for an iterator of numbers; None for other data.

    >>> opened([1.0, 2.0]) is None
    True
    >>> opened(iter([[1.0, 2.0], [3.0]])).count
    3
    """
    if isinstance(data, Iterator):
        first = next(data, None)
        if first is None:
            return []
        data = itertools.chain([first], data)
        if not is_source(first) and np.ndim(first) == 0:
            return list(data)
    elif not is_source(data):
        return None
    return Sketch.of(data, sample_weight=sample_weight, missing=missing, threads=threads, progress=progress)


def is_source(data: object) -> bool:
    """Say whether `data` lives outside memory: paths, a stream of batches, or a table of an engine.

    >>> import pathlib
    >>> is_source(pathlib.Path("big.parquet")), is_source("big.parquet"), is_source([1.0])
    (True, True, False)
    """
    if isinstance(data, np.ndarray):
        return False
    if isinstance(data, list | tuple):
        return bool(data) and all(isinstance(path, os.PathLike) for path in data)
    if isinstance(data, str | os.PathLike):
        return True
    package = package_of(data)
    return package != "" and (
        package != "pyarrow" or any(kind.__name__ in STREAMS for kind in type(data).__mro__)
    )


def package_of(source: object) -> str:
    """Return which package of `READERS` the type of a source comes from; nothing for other sources."""
    roots = (kind.__module__.partition(".")[0] for kind in type(source).__mro__)
    return next((root for root in roots if root in READERS), "")
