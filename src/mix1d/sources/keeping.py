"""Rows of files with all their cells as they stand there, batch by batch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mix1d.errors import InputError
from mix1d.progress import Progress
from mix1d.sources.columns import NOTHING_SAID, Wanted, Written
from mix1d.sources.files import COMMAND_LINE
from mix1d.sources.opening import Data, opened
from mix1d.sources.quoting import quoted_name

_BATCH = 20_000
Array = NDArray[np.float64]


class Kept(NamedTuple):
    """Some rows of a file."""

    name: str | None  # the column or expression
    file: str  # where they come from
    numbers: list[int]  # of the rows in their file, the first being 1
    names: tuple[str, ...]  # the columns of all files, but for that of the values
    cells: list[tuple[str | None, ...]]  # as they stand in the file, None where there is nothing
    # NaN where a value is missing
    values: Array
    weights: Array | None


def kept_rows(
    paths: Sequence[str],
    *,
    column: str | None = None,
    weights: str | None = None,
    where: str | None = None,
    progress: bool | None = None,
    written: Written = NOTHING_SAID,
    notes: list[str] | None = None,
) -> Iterator[Kept]:
    r"""Read files batch by batch with all cells; see `mix1d.sources.files.read_columns`.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "heights.csv")
    >>> _ = path.write_text("no,who,height\n007,Ada,1.62\n008,Bo,1.8\n")
    >>> found = next(kept_rows([str(path)], column="height", where="height > 1.7"))
    >>> found.numbers, found.names, found.cells
    ([2], ('no', 'who'), [('008', 'Bo')])
    """
    wanted = Wanted(column, weights, where, words=COMMAND_LINE, written=written)
    with Progress(progress) as report, opened(paths, wanted, keep=True, notes=notes) as files:
        if len(files.data) < len(paths):
            raise InputError("a saved sketch has no rows to write: leave out --output, or give the data")
        names = tuple(
            dict.fromkeys(
                name
                for part in files.data
                for name in part.selection.table.types
                if name != part.selection.name
            )
        )
        n_read = 0
        total = float(sum(part.file.size for part in files.data))
        done = 0.0
        for part in files.data:
            for batch in _batches(part, names):
                yield Kept(files.name, *batch)
                n_read += len(batch[1])
                if report:
                    report(done + part.share() * part.file.size, total)
            done += part.file.size
        if not n_read:
            condition = "" if where is None else f" where {where}"
            raise InputError(f"{', '.join(part.file.label for part in files.data)}: no rows{condition}")


def _batches(part: Data, names: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    from mix1d.sources.textual import CELL, ROW

    selection = part.selection
    own = [name for name in names if name in selection.table.types]
    terms = [quoted_name(ROW), *selection.picked, *(quoted_name(CELL + name) for name in own)]
    query = selection.rows.project(", ".join(f"{term} AS c{i}" for i, term in enumerate(terms)))
    cursor = part.elsewhere(lambda: part.connection.execute(query.sql_query())).result()
    n_picked = len(selection.picked)
    place = [1 + n_picked + own.index(name) if name in own else None for name in names]
    while rows := part.elsewhere(lambda: cursor.fetchmany(_BATCH)).result():
        columns = [
            np.array([np.nan if row[1 + j] is None else row[1 + j] for row in rows], np.float64)
            for j in range(n_picked)
        ]
        cells = [tuple(None if j is None else row[j] for j in place) for row in rows]
        yield (
            part.file.label,
            [int(row[0]) for row in rows],
            tuple(names),
            cells,
            columns[0],
            columns[1] if n_picked == 2 else None,
        )
