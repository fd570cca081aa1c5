"""Any source into a sketch: what kind it is, and the reader that knows it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal, TypeAlias

from mix1d._errors import InputError, shown
from mix1d.sketch.summary import Sketch

Sketches: TypeAlias = Sketch | dict[Any, Sketch]


@dataclass(frozen=True)
class Asked:
    """What the caller of `Sketch.of` asked for."""

    by: str | None = None
    column: str | None = None
    sample_weight: Any = None
    where: str | None = None
    missing: Literal["raise", "drop"] = "raise"
    threads: int | None = None
    progress: bool | Callable[[float, float], object] | None = None


# The reader of each kind of source, by the package its type comes from; each has `sketch(source, asked)`.
_READERS = {
    "dask": "mix1d.sources.dask",
    "pyspark": "mix1d.sources.spark",
    "duckdb": "mix1d.sources.duckdb",
    "pyarrow": "mix1d.sources.arrow",
}


def read_source(source: Any, asked: Asked) -> Sketches:
    """Return a sketch of a source, or a dict of them when groups are asked for; see `Sketch.of`."""
    reader = _reader_of(source)
    if reader is not None:
        found: Sketches = import_module(reader).sketch(source, asked)
        return found
    for name in ("by", "column", "where"):
        value = getattr(asked, name)
        if value is not None:
            raise InputError(
                f"{name} must be None for {type(source).__name__}, which has no named columns, "
                f"got {shown(value)}: select the values first"
            )
    sketch = Sketch()
    if isinstance(source, Iterator):
        if asked.sample_weight is not None:
            raise InputError(
                "sample_weight must be None for an iterator of chunks: call Sketch.add(values, weights) for "
                "each chunk"
            )
        for chunk in source:
            sketch.add(chunk, missing=asked.missing, threads=asked.threads)
        return sketch
    sketch.add(
        source, asked.sample_weight, missing=asked.missing, threads=asked.threads, progress=asked.progress
    )
    return sketch


def _reader_of(source: object) -> str | None:
    if isinstance(source, str | os.PathLike) or (
        isinstance(source, list | tuple) and source and all(isinstance(p, str | os.PathLike) for p in source)
    ):
        return "mix1d.sources.files"
    for kind in type(source).__mro__:
        root = kind.__module__.partition(".")[0]
        if root in _READERS:
            return _READERS[root]
    return None
