"""A text file as a DuckDB table: nothing is left to guesses of DuckDB, and all rows are counted."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TypeAlias

import duckdb
from duckdb import DuckDBPyConnection, DuckDBPyRelation

from mix1d.errors import InputError
from mix1d.sources.census import MANY, Cells, checked_against, counted, counted_numbers, shapes_of
from mix1d.sources.columns import Header, Wanted
from mix1d.sources.file import File, only_mine
from mix1d.sources.layout import Layout, layout_of
from mix1d.sources.numerals import MISSING, Notation, Unreadable, form_of, notation_of
from mix1d.sources.quoting import literal, quoted_name
from mix1d.sources.relations import SIDE, Table
from mix1d.sources.text import TextFile, looked_at

_TYPES = {"date": "DATE", "timestamp": "TIMESTAMP", "boolean": "BOOLEAN"}
_LONGEST_LINE = 1 << 21  # bytes, what DuckDB takes by itself
Count: TypeAlias = Callable[[DuckDBPyRelation], tuple[int, list[Cells]]]
ROW, CELL = "row of the file", "cell of "  # names of what `keep` adds


def text_table(connection: DuckDBPyConnection, file: File, wanted: Wanted, *, keep: bool = False) -> Table:
    """Return a text file, plain or compressed, as a table, or raise `InputError` where it has no last row.

    The connection may read the file and its `spare`, to which rows are copied that DuckDB cannot read as they
    are. `wanted` says which columns must be looked at in all rows; all, where no column is named. With `keep`
    the cells as they stand in the file, and the numbers of the rows, are columns too.
    """
    text = looked_at(file.path, file.label)
    layout = _as_said(layout_of(text, wanted.written, wanted.words), wanted)
    narrow = len(layout.names) > MANY and not keep
    if narrow and wanted.column is None and wanted.others == ():
        chosen = _header(file.label, layout).only_numeric(wanted.taken, wanted.words)
        wanted = replace(wanted, column=chosen)
    used = [i for i, name in enumerate(layout.names) if wanted.mentions(name)] or [0]
    narrow = narrow and len(used) <= MANY
    names = layout.names
    looked = [i for i, name in enumerate(names) if layout.kinds[i] != "text" and wanted.mentions(name)]
    cells = [_cell(quoted_name(name), wanted.written.na) for name in names]
    count = _counter(names, layout.kinds, looked, wanted)
    raw, n_rows, found = _all_rows(connection, file, text, layout, count, used if narrow else None)
    if not n_rows and wanted.column is None and not wanted.others:
        raise InputError(f"{file.label}: no rows")
    types, notes, troubles, whole = [], dict[str, tuple[str, ...]](), dict[str, str](), set[str]()
    terms, words, sides = [], dict[str, int](), dict[str, str]()
    empty = {names[i] for i, column in zip(looked, found, strict=True) if not column.present}
    hidden = empty & layout.unnamed  # what separators behind the last field make
    stray = {i: column.stray for i, column in zip(looked, found, strict=True)}
    careful = layout.comma or wanted.written.decimal == ","
    for i, (name, kind) in enumerate(zip(names, layout.kinds, strict=True)):
        term, type_ = cells[i], "VARCHAR"
        if kind in _TYPES:
            if not stray.get(i, 0):
                term, type_ = _plain_cast(term, kind), _TYPES[kind]
        elif kind != "text":
            type_ = "DOUBLE"
            term = _plain_cast(term, kind)
            if i in stray and (stray[i] or careful):
                try:
                    notation = _notation(raw, cells[i], layout, wanted)
                    term, notes[name] = notation.sql(cells[i]), notation.notes
                    words[name] = notation.missing
                    if notation.limits:
                        sides[name] = notation.side_sql(cells[i])
                except Unreadable as error:
                    term, type_ = cells[i], "VARCHAR"
                    if kind:
                        troubles[name] = error.located(_line_of(text, layout, error.row))
            if kind == "whole" and type_ == "DOUBLE":
                whole.add(name)
        types.append(type_)
        terms.append(term)
    if wanted.written.na:
        terms = [without_codes(t, kind, wanted.written.na) for t, kind in zip(terms, types, strict=True)]
        for i in looked:
            if types[i] == "DOUBLE":
                n = _n_codes(raw, names[i], terms[i], words.get(names[i], 0))
                notes[names[i]] = (*notes.get(names[i], ()), code_note(n, wanted.written.na))
    needed = [(term, name) for term, name in zip(terms, names, strict=True) if wanted.mentions(name)]
    columns = [f"{term} AS {quoted_name(name)}" for term, name in needed] or ["NULL AS nothing"]
    columns += [f"{side} AS {quoted_name(SIDE + name)}" for name, side in sides.items()]
    if keep:
        columns += [f"{quoted_name(name)} AS {quoted_name(CELL + name)}" for name in names]
        columns.append(f"row_number() OVER () AS {quoted_name(ROW)}")
    return Table(
        file.label,
        raw.project(", ".join(columns)),
        {name: type_ for name, type_ in zip(names, types, strict=True) if name not in hidden},
        frozenset(whole),
        layout.notes,
        notes,
        troubles,
        layout.counters,
        layout.ids,
        frozenset(empty),
        partial(_line_of, text, layout),
        wanted.written,
        layout.comma,
        frozenset(sides),
    )


def _as_said(layout: Layout, wanted: Wanted) -> Layout:
    """Return the layout with columns of words as text, whatever their cells look like."""
    words = {one.column.casefold() for one in wanted.beside if not one.number}
    if not words:
        return layout
    pairs = zip(layout.names, layout.kinds, strict=True)
    return replace(layout, kinds=tuple("text" if name.casefold() in words else kind for name, kind in pairs))


def _header(label: str, layout: Layout) -> Header:
    """Return the columns as far as they were looked at."""
    numeric = tuple(
        name for name, kind in zip(layout.names, layout.kinds, strict=True) if kind in ("number", "whole", "")
    )
    kinds = dict.fromkeys(layout.names, "text") | dict.fromkeys(numeric, "double")
    return Header(label, kinds, numeric, (), layout.counters, layout.ids)


def _counter(names: Sequence[str], kinds: Sequence[str], looked: Sequence[int], wanted: Wanted) -> Count:
    """Give a function that counts rows, and cells of the columns that are looked at."""
    codes = wanted.written.na
    if len(looked) <= MANY:
        cells = [_cell(quoted_name(names[i]), codes) for i in looked]
        casts = [(cell, _plain_cast(cell, kinds[i])) for i, cell in zip(looked, cells, strict=True)]
        return lambda raw: counted(raw, casts)
    numbers = [i for i in looked if kinds[i] not in _TYPES]
    others = [i for i in looked if kinds[i] in _TYPES]

    def count(raw: DuckDBPyRelation) -> tuple[int, list[Cells]]:
        n_rows, found = counted_numbers(raw, [names[i] for i in numbers], _cell("v", codes))
        by_place = dict(zip(numbers, found, strict=True))
        for start in range(0, len(others), MANY):
            some = others[start : start + MANY]
            casts = [(quoted_name(names[i]), _plain_cast(quoted_name(names[i]), kinds[i])) for i in some]
            by_place |= dict(zip(some, counted(raw, casts)[1], strict=True))
        return n_rows, [by_place[i] for i in looked]

    return count


def _all_rows(
    connection: DuckDBPyConnection,
    file: File,
    text: TextFile,
    layout: Layout,
    count: Count,
    used: Sequence[int] | None,
) -> tuple[DuckDBPyRelation, int, list[Cells]]:
    """Return all rows as text, their number, and what `count` says.

    `used` are the columns that are needed of a wide table, which DuckDB would plan for seconds.
    """
    if used is None and layout.simple:
        path, as_it_is = file.path, text
        if not (text.uniform and text.encoding.startswith("utf-8")):
            path, as_it_is = file.spare, replace(text, packed="")
            with open(path, "w", encoding="utf-8", newline="", opener=only_mine) as copy:
                text.copy(copy)
        options = f"skip={layout.first - 1}, delim={literal(layout.delimiter)}"
        try:
            raw = _read(connection, path, as_it_is, layout.names, options)
            n_rows, cells = count(raw)
        except duckdb.Error:
            raw = None  # what is wrong is said below, or nothing is
        if raw is not None:
            if text.quotes or n_rows == layout.last - layout.first + 1:
                return raw, n_rows, cells
            if n_rows == sum(1 for _ in layout.rows(text)):
                return raw, n_rows, cells
    Path(file.spare).unlink(missing_ok=True)
    with open(file.spare, "w", encoding="utf-8", newline="", opener=only_mine) as copy:
        writer = csv.writer(copy, lineterminator="\n", quoting=csv.QUOTE_ALL)
        n_copied = 0
        for row in layout.rows(text):
            writer.writerow(row.fields if used is None else [row.fields[i] for i in used])
            n_copied += 1
    plain = TextFile(file.spare, file.label, "", "utf-8", n_copied, True, True, False)
    names = layout.names if used is None else [layout.names[i] for i in used]
    raw = _read(connection, file.spare, plain, names, "delim=','")
    n_rows, cells = count(raw)
    if n_rows != n_copied:
        raise InputError(
            f"{file.label}: {n_rows} of {n_copied} rows were read: the file cannot be used as it is"
        )
    return raw, n_rows, cells


def _read(
    connection: DuckDBPyConnection, path: str, text: TextFile, names: Sequence[str], options: str
) -> DuckDBPyRelation:
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names)
    missing = ", ".join(map(literal, MISSING))
    longest = max(map(len, text.head), default=0) * 8
    limit = f", max_line_size={longest}" if longest > _LONGEST_LINE else ""
    return connection.sql(
        f"FROM read_csv({literal(path)}, auto_detect=false, header=false, {options}, quote='\"', "
        f"escape='\"', null_padding=false, ignore_errors=false, nullstr=[{missing}], columns={{{columns}}}, "
        f"compression={literal(text.packed or 'none')}{limit})"
    )


def _plain_cast(cell: str, kind: str) -> str:
    return f"TRY_CAST({cell} AS {_TYPES.get(kind, 'DOUBLE')})"


def _notation(raw: DuckDBPyRelation, cell: str, layout: Layout, wanted: Wanted) -> Notation:
    shapes = shapes_of(raw, cell)
    found = notation_of(shapes, wanted.written.decimal, layout.comma, wanted.words, wanted.limits)
    checked_against(raw, cell, found)
    return found


def _line_of(text: TextFile, layout: Layout, row: int) -> str:
    found = next(islice(layout.rows(text), row - 1, None), None)
    return f"row {row}" if found is None else f"line {found.line}"


# ---- codes for missing values


def _cell(cell: str, codes: Sequence[str]) -> str:
    if not codes:
        return cell
    return f"CASE WHEN trim({cell}) IN ({', '.join(map(literal, codes))}) THEN NULL ELSE {cell} END"


def without_codes(term: str, type_: str, codes: Sequence[str]) -> str:
    """Return SQL that gives NULL where a number is one of the codes."""
    numbers = [code for code in map(_as_number, codes) if code is not None]
    if type_ in ("VARCHAR", "BOOLEAN", "DATE", "TIMESTAMP") or not numbers:
        return term
    return f"CASE WHEN {term} IN ({', '.join(map(repr, numbers))}) THEN NULL ELSE {term} END"


def _as_number(code: str) -> float | None:
    form = form_of(code)
    if form.kind != "number" or form.unit or form.thousands:
        return None
    try:
        return float(code.strip().replace("−", "-").replace(",", "."))
    except ValueError:
        return None


def code_note(n: int, codes: Sequence[str]) -> str:
    """Say how many values a code for missing took away."""
    which = " or ".join(codes)
    return f"{n} value{'s are' if n != 1 else ' is'} {which}, taken as missing"


def _n_codes(raw: DuckDBPyRelation, name: str, term: str, words: int) -> int:
    """Count the values that codes took away, beside words for missing values."""
    _, (cells,) = counted(raw, [(quoted_name(name), term)])
    return cells.stray - words
