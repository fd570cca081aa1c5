"""Data files of any size and saved sketches: into a sketch, or into memory while they are small."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from mix1d.data.sample import POOL_LIMIT
from mix1d.errors import ReadingWarning
from mix1d.progress import Progress
from mix1d.sketch.summary import Sketch
from mix1d.sources.chunks import Rows, Sketches
from mix1d.sources.columns import NOTHING_SAID, ColumnError, Header, Wanted, Words, Written, named_weights
from mix1d.sources.opening import Piece, held, opened

if TYPE_CHECKING:
    from mix1d.sources.asked import Asked

__all__ = [
    "ColumnError",
    "Columns",
    "held",
    "read_columns",
    "read_headers",
    "read_sketches",
    "row_batches",
    "sketch",
]

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
    column: str | None = None,
    weights: str | None = None,
    where: str | None = None,
    missing: Literal["raise", "drop"] = "raise",
    most: int = POOL_LIMIT,
    written: Written = NOTHING_SAID,
    notes: list[str] | None = None,
) -> Columns | Sketch:
    r"""Read the same column from one or more files and join them.

    Parameters
    ----------
    paths : sequence of str
        CSV and other text with a table, an Excel workbook (.xlsx), Parquet or JSON (lines or one array),
        plain or compressed; saved sketches; "-" is standard input, whose kind is told from its first bytes.
    column : str, optional
        A column's name or an SQL expression over the columns; by default the only numeric column.
    weights : str, optional
        A name or expression for the weight of each row.
    where : str, optional
        An SQL condition that rows must meet.
    missing : {"raise", "drop"}
        What to do with missing values once rows go into a sketch.
    most : int
        Rows up to which all are returned.
    written : Written
        What is known of how the files are written.
    notes : list of str, optional
        Takes what was left out of the files, or read in a special way, in words.

    Returns
    -------
    Columns or Sketch
        Doubles, each the nearest to the number in the file; empty cells, NULL and NA become NaN. A sketch
        when there are more than `most` rows, or saved sketches.

    Raises
    ------
    ColumnError
        When there is no such column, or none or several to choose from, or the SQL is wrong.
    InputError
        When the content of a file cannot be used.
    OSError
        When a file cannot be opened.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "heights.csv")
    >>> _ = path.write_text("who,height\nAda,1.62\nBo,NA\n")
    >>> read_columns([str(path)]).values
    array([1.62,  nan])
    """
    wanted = Wanted(column, weights, where, words=COMMAND_LINE, written=written)
    with Progress(None) as report, opened(paths, wanted, notes=notes) as files:
        pieces = files.pieces(report)
        held: list[Piece] = []
        read: list[Rows] = []
        rows = 0
        for piece in pieces:
            held.append(piece)
            if isinstance(piece[1], Sketch) or rows + len(piece[1].values) > most:
                return files.filled(chain(held, pieces), missing)[None]
            read.append(piece[1])
            rows += len(piece[1].values)
        joined = [part.weights for part in read if part.weights is not None]
        values = np.concatenate([part.values for part in read])
        return Columns(values, np.concatenate(joined) if joined else None, files.name, tuple(files.notes))


def read_sketches(
    paths: Sequence[str],
    *,
    column: str | None = None,
    weights: str | None = None,
    where: str | None = None,
    by: str | None = None,
    missing: Literal["raise", "drop"] = "raise",
    written: Written = NOTHING_SAID,
    notes: list[str] | None = None,
) -> dict[Any, Sketch]:
    """Read files into a sketch for each group, or into that of None; see `read_columns`.

    `by` is a column's name or an SQL expression, whose values make the groups.
    """
    wanted = Wanted(column, weights, where, by, COMMAND_LINE, written)
    with Progress(None) as report, opened(paths, wanted, notes=notes) as files:
        return files.filled(files.pieces(report), missing)


def read_headers(
    paths: Sequence[str],
    *,
    column: str | None = None,
    weights: str | None = None,
    where: str | None = None,
    written: Written = NOTHING_SAID,
) -> list[Header | None]:
    r"""Return the columns of each file, None for a saved sketch.

    Raises what `read_columns` raises, where a column, weights or a condition do not fit the files.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "heights.csv")
    >>> _ = path.write_text("who,height\nAda,1.62\n")
    >>> read_headers([str(path)])[0].kinds
    {'who': 'text', 'height': 'double'}
    """
    anything = "0"  # a column must be wanted: a number that every table has
    others = () if column else None  # without one, all columns are looked at
    wanted = Wanted(column or anything, weights, where, words=COMMAND_LINE, written=written, others=others)
    with opened(paths, wanted) as files:
        return files.headers()


def row_batches(
    paths: Sequence[str],
    *,
    column: str | None = None,
    weights: str | None = None,
    where: str | None = None,
    progress: bool | None = None,
    written: Written = NOTHING_SAID,
    notes: list[str] | None = None,
) -> Iterator[Columns | Sketch]:
    """Read files batch by batch, in the order of their rows, and saved sketches; see `read_columns`."""
    wanted = Wanted(column, weights, where, words=COMMAND_LINE, written=written)
    with Progress(progress) as report, opened(paths, wanted, notes=notes) as files:
        for _, piece in files.pieces(report):
            if isinstance(piece, Sketch):
                yield piece
            elif len(piece.values):
                yield Columns(piece.values, piece.weights, files.name)
