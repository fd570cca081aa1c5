"""Data files of any size and saved sketches: into a sketch, or into memory while they are small."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any, Literal, Unpack

import numpy as np
from numpy.typing import NDArray

from mix1d.data.sample import POOL_LIMIT
from mix1d.errors import ReadingWarning
from mix1d.progress import Progress
from mix1d.sketch.summary import Sketch
from mix1d.sources.asked import Asked
from mix1d.sources.chunks import Groups, Rows, Sketches, one_after_the_other
from mix1d.sources.columns import Asking, ColumnError, Header, Wanted, Words, named_weights
from mix1d.sources.opening import Files, Piece, opened

COMMAND_LINE = Words(
    "--column",
    "weights",
    "--missing drop leaves them out",
    "say --decimal , or --decimal .",
    "say --header yes or --header no",
    "choose one with --sheet",
    "--na",
)


@dataclass(frozen=True)
class Columns:
    """A small sample as it was read, with NaN for missing values."""

    values: NDArray[np.float64]  # the rows of all files, in their order
    weights: NDArray[np.float64] | None  # when a column of weights was asked for
    name: str | None  # the column or expression
    notes: tuple[str, ...] = ()  # what was left out of the files, or read in a special way, in words
    sides: NDArray[np.float64] | None = None  # of limits: -1 below, 1 above, 0 where a value is exact
    # What else was recorded: numbers with NaN for missing ones, words with None
    beside: Mapping[str, NDArray[np.float64] | list[str | None]] = field(default_factory=dict)
    groups: Groups | None = None  # by rising key, that of missing keys (None) last


def sketch(source: Any, asked: Asked) -> Sketches:
    """Read a path, or several, into a sketch; see `Sketch.of`."""
    several = not isinstance(source, str | os.PathLike)
    paths = [os.fsdecode(path) for path in (source if several else [source])]
    weights = named_weights(asked.sample_weight, "the files")
    wanted = Wanted(asked.column, weights, asked.where, asked.by)
    with Progress(asked.progress) as report, opened(paths, wanted, asked.threads) as files:
        found = files.filled(files.pieces(report), asked.missing, asked.threads)
        if files.notes:
            warnings.warn("; ".join(files.notes), ReadingWarning, stacklevel=2)
        return found[None] if asked.by is None else found


def read_columns(
    paths: Sequence[str],
    *,
    missing: Literal["raise", "drop"] = "raise",
    most: float = POOL_LIMIT,
    notes: list[str] | None = None,
    **asked: Unpack[Asking],
) -> Columns | Sketch:
    r"""Read the same column from one or more files and join them.

    The files are CSV and other text with a table, Excel workbooks (.xlsx), Parquet or JSON (lines or one
    array), plain or compressed, or saved sketches; "-" is standard input, whose kind is told from its first
    bytes. `column` and `weights` are names or SQL expressions over the columns, `where` an SQL condition that
    rows must meet; by default the only numeric column is read. `notes` takes what was left out of the files,
    or read in a special way, in words.

    Returns doubles, each the nearest to the number in the file; empty cells, NULL and NA become NaN. A sketch
    when there are more than `most` rows, or saved sketches; `missing` says what to do with such cells then.

    Raises `ColumnError` when there is no such column, or none or several to choose from, or the SQL is wrong,
    `InputError` when the content of a file cannot be used, `OSError` when it cannot be opened.

    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "heights.csv")
    >>> _ = path.write_text("who,height\nAda,1.62\nBo,NA\n")
    >>> read_columns([str(path)]).values
    array([1.62,  nan])
    """
    wanted = Wanted(words=COMMAND_LINE, **asked)
    with Progress(None) as report, opened(paths, wanted, notes=notes) as files:
        found = _rows(files, report, most)
        return _joined(files, found) if isinstance(found, list) else files.filled(found, missing)[None]


def read_groups(
    paths: Sequence[str],
    *,
    missing: Literal["raise", "drop"] = "raise",
    most: float = np.inf,
    notes: list[str] | None = None,
    **asked: Unpack[Asking],
) -> Columns | dict[Any, Sketch]:
    r"""Read a column with the group of every row; see `read_columns`.

    `by` is a column's name or an SQL expression, whose values make the groups. Returns a sketch for each
    where there are more than `most` rows, of which nothing but values is known.

    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "heights.csv")
    >>> _ = path.write_text("who,height\nBo,<1.80\nAda,1.62\n")
    >>> found = read_groups([str(path)], column="height", by="who", limits=True)
    >>> found.groups.keys, found.groups.codes.tolist(), found.values, found.sides
    (['Ada', 'Bo'], [1, 0], array([1.8 , 1.62]), array([-1.,  0.]))
    """
    wanted = Wanted(words=COMMAND_LINE, **asked)
    with Progress(None) as report, opened(paths, wanted, notes=notes) as files:
        found = _rows(files, report, most)
        return _joined(files, found) if isinstance(found, list) else files.filled(found, missing)


def _rows(files: Files, report: Any, most: float) -> list[Rows] | Iterator[Piece]:
    """Return all rows; or, where there are more than `most` or saved sketches, the pieces to be summarised.

    Rows of which more is known than a value are returned however many they are: no sketch can hold that.
    """
    pieces = files.pieces(report)
    if any(part.selection.side is not None or part.selection.beside for part in files.data):
        return [piece for _, piece in pieces if isinstance(piece, Rows)]
    held: list[Piece] = []
    read: list[Rows] = []
    rows = 0
    for piece in pieces:
        held.append(piece)
        if isinstance(piece[1], Sketch) or rows + len(piece[1].values) > most:
            return chain(held, pieces)
        read.append(piece[1])
        rows += len(piece[1].values)
    return read


def _joined(files: Files, rows: Sequence[Rows]) -> Columns:
    """Return the rows of all files with what is known of them."""
    names = [[*(part.selection.beside)] for part in files.data]
    if any(one != names[0] for one in names):
        first, other = files.data[0], next(p for p, n in zip(files.data, names, strict=True) if n != names[0])
        raise ColumnError(
            f"the classes of {first.file.label} and {other.file.label} are written in different ways"
        )
    weights = [part.weights for part in rows if part.weights is not None]
    sides = [np.zeros(len(part.values)) if part.sides is None else part.sides for part in rows]
    groups = [part.groups for part in rows if part.groups is not None]
    beside: dict[str, Any] = {}
    for name in names[0]:
        parts = [part.beside[name] for part in rows if part.beside is not None]
        words = [part for part in parts if isinstance(part, Groups)]
        beside[name] = (
            [part.keys[code] for part in words for code in part.codes.tolist()]
            if words
            else np.concatenate([part for part in parts if not isinstance(part, Groups)])
        )
    return Columns(
        np.concatenate([part.values for part in rows]),
        np.concatenate(weights) if weights else None,
        files.name,
        tuple(files.notes),
        np.concatenate(sides) if any(np.any(side != 0.0) for side in sides) else None,
        beside,
        one_after_the_other(groups) if groups else None,
    )


def read_sketches(
    paths: Sequence[str],
    *,
    missing: Literal["raise", "drop"] = "raise",
    notes: list[str] | None = None,
    **asked: Unpack[Asking],
) -> dict[Any, Sketch]:
    """Read files into a sketch for each group, or into that of None; see `read_columns`.

    `by` is a column's name or an SQL expression, whose values make the groups.
    """
    wanted = Wanted(words=COMMAND_LINE, **asked)
    with Progress(None) as report, opened(paths, wanted, notes=notes) as files:
        return files.filled(files.pieces(report), missing)


def read_headers(paths: Sequence[str], **asked: Unpack[Asking]) -> list[Header | None]:
    r"""Return the columns of each file, None for a saved sketch.

    Raises what `read_columns` raises, where a column, weights or a condition do not fit the files.

    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "heights.csv")
    >>> _ = path.write_text("who,height\nAda,1.62\n")
    >>> read_headers([str(path)])[0].kinds
    {'who': 'text', 'height': 'double'}
    """
    wanted = Wanted(words=COMMAND_LINE, **asked)
    if not wanted.column:  # one must be wanted: a number that every table has; all columns are looked at
        wanted = replace(wanted, column="0", others=None)
    with opened(paths, wanted) as files:
        return files.headers()


def row_batches(
    paths: Sequence[str],
    *,
    progress: bool | None = None,
    notes: list[str] | None = None,
    **asked: Unpack[Asking],
) -> Iterator[Columns | Sketch]:
    """Read files batch by batch, in the order of their rows, and saved sketches; see `read_columns`."""
    wanted = Wanted(words=COMMAND_LINE, **asked)
    with Progress(progress) as report, opened(paths, wanted, notes=notes) as files:
        for _, piece in files.pieces(report):
            if isinstance(piece, Sketch):
                yield piece
            elif len(piece.values):
                yield Columns(piece.values, piece.weights, files.name)
