"""Data files for many fits: all columns of numbers, or one column with the group of every row."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, Unpack

import numpy as np

from mix1d.arrays import Array
from mix1d.errors import InputError
from mix1d.sources.columns import Asking, ColumnError, Wanted
from mix1d.sources.file import File
from mix1d.sources.files import COMMAND_LINE
from mix1d.sources.opening import engine, readable, table_in

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection, DuckDBPyRelation


def read_table(
    paths: Sequence[str],
    *,
    columns: Sequence[str] | None = None,
    notes: list[str] | None = None,
    **asked: Unpack[Asking],
) -> tuple[dict[str, Array], Array | None]:
    r"""Read several columns of files into memory, the rows of all files one after the other.

    `columns` are names or SQL expressions, by default all columns of numbers; the other arguments and errors
    are those of `mix1d.sources.files.read_columns`. Returns the columns (n,) as doubles, NaN where a value is
    missing, and the weights.

    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "sizes.csv")
    >>> _ = path.write_text("who,height,weight\nAda,1.62,55\nBo,NA,80\n")
    >>> read_table([str(path)])[0]
    {'height': array([1.62,  nan]), 'weight': array([55., 80.])}
    """
    parts: list[list[Any]] = []
    names: list[str] = []
    first = ""
    with ExitStack() as stack:
        files = [stack.enter_context(readable(path)) for path in paths]
        for file in files:
            if file.saved:
                raise ColumnError(f"{file.label} is a saved sketch, which has one column: use mix1d fit")
        others = None if columns is None else tuple(columns)
        wanted = Wanted(words=COMMAND_LINE, others=others, **asked)
        connection, elsewhere = stack.enter_context(engine(files, wanted))
        from mix1d.sources.streams import batches_of

        for file in files:
            found: _Picked = elsewhere(partial(_pick, connection, file, columns, wanted)).result()
            if notes is not None:
                notes += [f"{file.label}: {note}" if len(files) > 1 else note for note in found.notes]
            if names and found.names != names:
                raise ColumnError(
                    f"the columns of numbers are {', '.join(names)} in {first} and "
                    f"{', '.join(found.names)} in {file.label}; choose with --columns"
                )
            if not names:
                names, first = found.names, file.label
            parts += batches_of(found.rows, found.sql, file.label, elsewhere)
    weighted = wanted.weights is not None
    width = len(names) + weighted
    joined = [np.concatenate([part[i] for part in parts] or [np.empty(0)]) for i in range(width)]
    if not len(joined[0]):
        condition = "" if wanted.where is None else f" where {wanted.where}"
        raise InputError(f"{', '.join(file.label for file in files)}: no rows{condition}")
    return dict(zip(names, joined, strict=False)), joined[-1] if weighted else None


class _Picked(NamedTuple):
    names: list[str]
    sql: list[str]  # of those columns and the weights
    rows: DuckDBPyRelation
    notes: list[str]


def _pick(
    connection: DuckDBPyConnection, file: File, columns: Sequence[str] | None, wanted: Wanted
) -> _Picked:
    import duckdb

    from mix1d.sources.relations import checked, number_sql
    from mix1d.sources.streams import first_words

    try:
        table = table_in(connection, file, wanted)
        header, rows = table.header, table.relation
        weights, where = wanted.weights, wanted.where
        used = None if weights is None else header.spelling(weights)
        names = list(columns or ())
        notes = list(table.notes)
        if columns is None:
            names = [name for name in header.numeric if name != used and name not in header.ids]
            if len(names) < len(header.numeric) - (used is not None):
                passed = ", ".join(sorted(header.ids & set(header.numeric)))
                notes.append(f"{passed} counts the rows and was passed over")
            notes += [f"{name} is left out: {table.troubles[name]}" for name in header.troubled]
        if not names:
            raise InputError(f"{file.label}: no numeric column; {header.listing()}")
        numbers = [number_sql(table, name, "--columns", wanted.words) for name in names]
        notes += [
            f"{name}: {note}" for name, found in zip(names, numbers, strict=True) for note in found.notes
        ]
        if weights is not None:
            numbers.append(number_sql(table, weights, wanted.words.weights, wanted.words))
            notes += [f"{weights}: {note}" for note in numbers[-1].notes]
        if where is not None:
            rows = checked(table, lambda: table.relation.filter(f"({where}\n)"), "where")
        spelt = [header.spelling(name) or name for name in names]
        return _Picked(spelt, [number.sql for number in numbers], rows, notes)
    except duckdb.Error as error:
        raise InputError(f"{file.label}: {first_words(error)}") from None
