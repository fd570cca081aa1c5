"""Arrow arrays, tables, streams and data sets of pyarrow, batch by batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from mix1d.errors import InputError, shown
from mix1d.progress import Progress
from mix1d.sources.chunks import BLOCK, Filler, Groups, Rows, Sketches
from mix1d.sources.columns import ColumnError, Header, named_weights

if TYPE_CHECKING:
    from mix1d.sources.asked import Asked

_COUNTED = {"ParquetFileFormat", "IpcFileFormat"}  # files that say how many rows they have


def sketch(source: Any, asked: Asked) -> Sketches:
    """Read what pyarrow holds or reads into a sketch; see `Sketch.of`.

    Of a data set only the columns that are needed are read. Decimals and dictionary-encoded numbers are read
    as doubles. Groups are made by `pyarrow.compute.dictionary_encode`, a null being the group None.

    Examples
    --------
    >>> import mix1d, pyarrow
    >>> table = pyarrow.table({"x": [1.0, 2.0, None, 4.0], "site": ["a", "b", "a", "a"]})
    >>> found = mix1d.Sketch.of(table, by="site", column="x", missing="drop")
    >>> found["a"].count, found["a"].n_missing, found["b"].max
    (2, 1, 2.0)
    """
    if asked.where is not None:
        raise InputError(
            f"where must be None for {_label(source)}, got {shown(asked.where)}: filter it with pyarrow, "
            'for example with dataset.filter(pyarrow.dataset.field("x") > 0)'
        )
    array = isinstance(source, pa.Array | pa.ChunkedArray)
    if not array and not _kind(source):
        raise InputError(
            "source must be an array, a table, a record batch, a RecordBatchReader, a Dataset or a Scanner "
            f"of pyarrow, got {type(source).__name__}: pass one of these"
        )
    read = _array if array else _table
    with Progress(asked.progress) as report:
        name, total, batches = read(source, asked, report is not None)
        filler = Filler(name, grouped=asked.by is not None, missing=asked.missing, threads=asked.threads)
        filler.begin(_label(source))
        done = 0
        for rows in batches:
            filler.add(rows)
            done += len(rows.values)
            if report is not None and total:
                report(float(done), float(total))
        return filler.finish()


def _array(source: Any, asked: Asked, counted: bool) -> tuple[str | None, int, Iterator[Rows]]:
    """Return the name, the number of rows and the batches of an array."""
    for argument in ("by", "column"):
        value = getattr(asked, argument)
        if value is not None:
            raise InputError(
                f"{argument} must be None for {_label(source)}, which has no named columns, got "
                f"{shown(value)}: pass a table"
            )
    weights = asked.sample_weight
    if isinstance(weights, str) or (weights is not None and len(weights) != len(source)):
        found = shown(weights) if isinstance(weights, str) else len(weights)
        raise InputError(
            f"sample_weight must have one weight for each of the {len(source)} values, got {found}: pass an "
            "array of that length"
        )
    if not _is_number(source.type):
        raise InputError(
            f"{_label(source)} must hold numbers, got {source.type}: cast it to pyarrow.float64(), say"
        )

    def batches() -> Iterator[Rows]:
        begin = 0
        for chunk in source.chunks if isinstance(source, pa.ChunkedArray) else [source]:
            end = begin + len(chunk)
            yield Rows(_numbers(chunk), None if weights is None else np.asarray(weights[begin:end]))
            begin = end

    return None, len(source), batches()


def _table(source: Any, asked: Asked, counted: bool) -> tuple[str | None, int, Iterator[Rows]]:
    """Return the column, the number of rows (0: unknown) and the batches of something with columns."""
    schema = source.projected_schema if _kind(source) == "Scanner" else source.schema
    header = Header(
        _label(source),
        {field.name: str(field.type) for field in schema},
        tuple(field.name for field in schema if _is_number(field.type)),
    )
    weights = named_weights(asked.sample_weight, header.label)
    column = asked.column
    name = header.only_numeric([weights, asked.by]) if column is None else header.find(column, "column")
    numbers = [name]
    if weights is not None:
        numbers.append(header.find(weights, "sample_weight"))
    for argument, wanted in zip(("column", "sample_weight"), numbers, strict=False):
        if wanted not in header.numeric:
            raise InputError(
                f"{header.label}: {argument} {wanted!r} is {header.kinds[wanted]}, not a number; choose a "
                f"numeric one; {header.listing()}"
            )
    by = None if asked.by is None else header.find(asked.by, "by")
    needed = list(dict.fromkeys([*numbers, by] if by is not None else numbers))
    total, reader = _reader(source, needed, counted)

    def batches() -> Iterator[Rows]:
        try:
            for batch in reader():
                values = _numbers(batch.column(name))
                row_weights = None if weights is None else _numbers(batch.column(numbers[1]))
                groups = None if by is None else _groups(batch.column(by), header.label)
                yield Rows(values, row_weights, groups)
        except (pa.ArrowException, OSError) as error:
            raise InputError(f"{_broken_file(source, needed) or header.label}: {_sentence(error)}") from None

    return name, total, batches()


def _reader(source: Any, columns: Sequence[str], counted: bool) -> tuple[int, Callable[[], Any]]:
    """Return the number of rows, 0 where it is unknown or not wanted, and what gives the batches."""
    kind = _kind(source)
    if kind == "RecordBatch":
        return len(source), lambda: [source]
    if kind == "Table":
        return len(source), lambda: source.select(columns).to_batches(max_chunksize=BLOCK)
    if kind == "Dataset":
        cheap = type(getattr(source, "format", None)).__name__ in _COUNTED
        total = source.count_rows() if counted and cheap else 0
        return total, lambda: source.scanner(columns=list(columns), **_frugal(source)).to_reader()
    if kind == "Scanner":
        return 0, source.to_reader
    return 0, lambda: source  # a RecordBatchReader


def _frugal(source: Any) -> dict[str, Any]:
    """Return options of a scan that holds a few batches, not what 16 batches of 4 files need.

    Those of Parquet files are left alone where the caller has set them. By default, pyarrow keeps the bytes
    of a file until the scan has ended.
    """
    options: dict[str, Any] = {"batch_readahead": 4, "fragment_readahead": 1}
    kept = getattr(getattr(source, "format", None), "default_fragment_scan_options", None)
    kind: Any = type(kept)
    if kind.__name__ == "ParquetFragmentScanOptions" and kept == kind():
        options["fragment_scan_options"] = kind(pre_buffer=False, use_buffered_stream=True)
    return options


def _kind(source: object) -> str:
    known = {"RecordBatch", "Table", "Dataset", "Scanner", "RecordBatchReader"}
    return next((kind.__name__ for kind in type(source).__mro__ if kind.__name__ in known), "")


def _label(source: object) -> str:
    return f"the pyarrow {_kind(source) or type(source).__name__}"


def _is_number(kind: Any) -> bool:
    of = pa.types
    if of.is_dictionary(kind):
        kind = kind.value_type
    return bool(of.is_integer(kind) or of.is_floating(kind) or of.is_decimal(kind) or of.is_null(kind))


def _numbers(array: Any) -> NDArray[Any]:
    """Return a column as it lies in memory, or as doubles when it has nulls."""
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if pa.types.is_null(array.type):
        array = array.cast(pa.float64())
    if pa.types.is_decimal(array.type):
        array = array.cast(pa.string()).cast(pa.float64())  # through text, so that it is rounded once
    found: NDArray[Any] = array.to_numpy(zero_copy_only=False)
    return found


def _groups(array: Any, label: str) -> Groups:
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if pa.types.is_nested(array.type):
        raise ColumnError(
            f"{label}: by must be text, numbers or dates, got {array.type}: take another column"
        )
    encoded = array.dictionary_encode(null_encoding="encode")
    return Groups(encoded.dictionary.to_pylist(), encoded.indices.to_numpy())


def _broken_file(source: Any, columns: Sequence[str]) -> str | None:
    """Find the file of a data set that cannot be read; pyarrow does not always name it."""
    if _kind(source) != "Dataset":
        return None
    for fragment in source.get_fragments():
        try:
            for _ in fragment.scanner(schema=source.schema, columns=list(columns)).to_reader():
                pass
        except (pa.ArrowException, OSError):
            path = getattr(fragment, "path", None)
            return None if path is None else str(path)
    return None


def _sentence(error: Exception) -> str:
    return " ".join(str(error).split())
