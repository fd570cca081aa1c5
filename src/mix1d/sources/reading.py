"""Any source into a sketch: what kind it is, and the reader that knows it."""

from __future__ import annotations

import operator
import os
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from typing import Any

from mix1d.errors import InputError, shown
from mix1d.log import Stopwatch, log
from mix1d.progress import Progress
from mix1d.sketch.summary import Sketch
from mix1d.sources.asked import Asked
from mix1d.sources.chunks import Sketches
from mix1d.sources.frames import add_frame, is_frame
from mix1d.sources.groups import ordered

# The reader of each kind of source, by the package its type comes from; each has `sketch(source, asked)`.
_READERS = {
    "dask": "mix1d.sources.dask",
    "pyspark": "mix1d.sources.spark",
    "duckdb": "mix1d.sources.duckdb",
    "_duckdb": "mix1d.sources.duckdb",  # before 2.0
    "pyarrow": "mix1d.sources.arrow",
}


def read_source(source: Any, asked: Asked) -> Sketches:
    """Return a sketch of a source, or a dict of them when groups are asked for; see `Sketch.of`."""
    for argument in ("by", "column", "where"):
        value = getattr(asked, argument)
        if value is not None and not isinstance(value, str):
            raise InputError(f"{argument} must be a string or None, got {shown(value)}: pass a name")
    elapsed = Stopwatch()
    found = _sketches_of(source, asked)
    parts = list(found.values()) if isinstance(found, dict) else [found]
    log(
        "read %s: %d values, %d missing, %d sketches, %s",
        type(source).__name__,
        sum(part.count for part in parts),
        sum(part.n_missing for part in parts),
        len(parts),
        elapsed,
    )
    return found


def _sketches_of(source: Any, asked: Asked) -> Sketches:
    reader = _reader_of(source)
    if reader is not None:
        found: Sketches = import_module(reader).sketch(source, asked)
        return found
    sketches: dict[Any, Sketch] = {}
    if isinstance(source, Iterator):
        _add_chunks(source, asked, sketches)
    else:
        _add(source, asked, sketches)
    return sketches.get(None, Sketch()) if asked.by is None else ordered(sketches)


def _add_chunks(chunks: Iterator[Any], asked: Asked, sketches: dict[Any, Sketch]) -> None:
    if asked.sample_weight is not None and not isinstance(asked.sample_weight, str):
        raise InputError(
            "sample_weight must be None or the name of a column for an iterator of chunks: call "
            "Sketch.add(values, weights) for each chunk"
        )
    total = operator.length_hint(chunks)
    quiet = replace(asked, progress=False)
    with Progress(asked.progress) as report:
        for number, chunk in enumerate(chunks, 1):
            reader = _reader_of(chunk)
            try:
                if reader is None:
                    _add(chunk, quiet, sketches)
                else:
                    found = import_module(reader).sketch(chunk, quiet)
                    for key, sketch in (found if isinstance(found, dict) else {None: found}).items():
                        sketches[key] = sketches[key] + sketch if key in sketches else sketch
            except InputError as error:
                raise InputError(f"chunk {number}: {error}") from None
            if report is not None and total:
                report(float(min(number, total)), float(total))


def _add(values: Any, asked: Asked, sketches: dict[Any, Sketch]) -> None:
    """Add what is in memory to the sketches of its groups, or to that of None."""
    if is_frame(values):
        add_frame(values, asked, sketches)
        return
    for argument in ("by", "column", "where"):
        value = getattr(asked, argument)
        if value is not None:
            raise InputError(
                f"{argument} must be None for {type(values).__name__}, which has no named columns, "
                f"got {shown(value)}: select the values first"
            )
    sketch = sketches.setdefault(None, Sketch())
    sketch.add(
        values, asked.sample_weight, missing=asked.missing, threads=asked.threads, progress=asked.progress
    )


def _reader_of(source: object) -> str | None:
    """Return the module that reads a source, None for what is in memory."""
    if isinstance(source, str | os.PathLike) or (
        isinstance(source, list | tuple) and source and all(isinstance(p, str | os.PathLike) for p in source)
    ):
        return "mix1d.sources.files"
    for kind in type(source).__mro__:
        root = kind.__module__.partition(".")[0]
        if root in _READERS:
            return _READERS[root]
    return None
