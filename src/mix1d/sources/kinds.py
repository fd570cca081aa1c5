"""What is read in one pass into a sketch, and not held in memory."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from mix1d.sketch.summary import Sketch

if TYPE_CHECKING:
    from collections.abc import Callable

ENGINES = {"dask", "pyspark", "duckdb", "_duckdb"}
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

    Examples
    --------
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

    Examples
    --------
    >>> import pathlib
    >>> is_source(pathlib.Path("big.parquet")), is_source("big.parquet"), is_source([1.0])
    (True, True, False)
    """
    if isinstance(data, list | tuple):
        return bool(data) and all(isinstance(path, os.PathLike) for path in data)
    if isinstance(data, str | os.PathLike):
        return True
    for kind in type(data).__mro__:
        root = kind.__module__.partition(".")[0]
        if root in ENGINES or (root == "pyarrow" and kind.__name__ in STREAMS):
            return True
    return False
