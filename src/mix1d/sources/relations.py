"""A column of a DuckDB relation: what was asked for as SQL, and its rows batch by batch."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, NamedTuple

import duckdb
import numpy as np
from duckdb import DuckDBPyRelation
from numpy.typing import NDArray

from mix1d.errors import InputError
from mix1d.sources.census import checked_against, counted, shapes_of
from mix1d.sources.chunks import Groups, Rows
from mix1d.sources.classes import COUNTS, are_classes, class_columns, counts_in
from mix1d.sources.columns import NOTHING_SAID, Beside, ColumnError, Header, Wanted, Words, Written
from mix1d.sources.names import close_to
from mix1d.sources.numerals import Unreadable, form_of, notation_of
from mix1d.sources.quoting import quoted_name
from mix1d.sources.streams import Elsewhere, batches_of, first_words

INTEGERS = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"}
SIDE = "side of "  # begins the names of hidden columns: which side of its number a limit means
_NUMBERS = INTEGERS | {"HUGEINT", "UHUGEINT", "FLOAT", "DOUBLE"}


def _as_row(row: int) -> str:
    return f"row {row}"


@dataclass(frozen=True)
class Table:
    """A relation with its columns."""

    label: str  # how messages call it
    relation: DuckDBPyRelation  # not executed yet
    types: dict[str, str]  # the columns' names and DuckDB types
    # Columns of whole numbers, as far as was seen, that are read as doubles
    whole: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()  # what was left out, or read in a special way, in words
    column_notes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # the same for single columns
    # Why columns that look like numbers cannot be read as such
    troubles: Mapping[str, str] = field(default_factory=dict)
    # Columns that count the rows, those among them that are called so, and columns without a value
    counters: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()
    empty: frozenset[str] = frozenset()
    place: Callable[[int], str] = _as_row  # says where a row is, counted from 1
    written: Written = NOTHING_SAID  # what the user says about how it is written
    comma: bool = False  # whether a column shows a decimal comma
    limits: frozenset[str] = frozenset()  # the names of columns that hold limits; `SIDE` has their sides

    @classmethod
    def of(cls, label: str, relation: DuckDBPyRelation) -> Table:
        """Look at the columns of a relation."""
        kinds = [str(kind) for kind in relation.types]
        return cls(label, relation, dict(zip(relation.columns, kinds, strict=True)))

    @property
    def header(self) -> Header:
        """The columns in words."""
        numeric = tuple(name for name, kind in self.types.items() if is_number(kind))
        kinds = {name: in_words(kind) for name, kind in self.types.items()}
        return Header(self.label, kinds, numeric, tuple(self.troubles), self.counters, self.ids, self.empty)


class Number(NamedTuple):
    """SQL that gives doubles, and what a reader of them should know."""

    sql: str
    notes: tuple[str, ...] = ()
    side: str | None = None  # of limits, see `Notation.side_sql`; None where there is none


@dataclass(frozen=True)
class Selection:
    """What was asked for, checked against a table."""

    name: str
    table: Table
    rows: DuckDBPyRelation
    picked: tuple[str, ...]  # SQL of the values and the weights, as doubles
    by: str | None
    whole: bool  # the groups are whole numbers read as doubles
    notes: tuple[str, ...] = ()
    side: str | None = None  # SQL of the sides of limits
    beside: Mapping[str, str] = field(default_factory=dict)  # SQL of what else was recorded
    words: frozenset[str] = frozenset()  # which of that is text

    @classmethod
    def of(cls, opened: Callable[[], Table], wanted: Wanted, label: str) -> Selection:
        """Open a table, find the columns and have DuckDB check the expressions.

        Raises `ColumnError` when there is no such column, none or several to choose from, or wrong SQL, and
        `InputError` when the table cannot be read, or a column does not hold numbers.
        """
        try:
            return cls._of(opened(), wanted)
        except duckdb.Error as error:
            raise InputError(f"{label}: {first_words(error)}") from None

    @classmethod
    def _of(cls, table: Table, wanted: Wanted) -> Selection:
        header, relation, notes = table.header, table.relation, list(table.notes)
        beside, more = _beside_sql(table, wanted.beside, wanted.words)
        found = class_columns(header, wanted) if wanted.classes else None
        if found is not None:
            name = found.column
            also, notes_of_ends = _beside_sql(table, found.beside, wanted.words)
            beside, more = beside | also, more + notes_of_ends
            wanted = replace(wanted, beside=(*wanted.beside, *found.beside))
        elif wanted.column is None:
            name = _only_numeric(table, wanted)
            passed_over = [other for other in header.ids if other != name and other in header.numeric]
            if passed_over and len(header.numeric) > 1:
                notes.append(f"{', '.join(sorted(passed_over))} counts the rows and was passed over")
        else:
            if not wanted.column.strip():
                raise ColumnError(f"{table.label}: the name of the column is empty; {header.listing()}")
            name = header.spelling(wanted.column) or wanted.column
        if found is not None and found.text:
            numbers = [Number("CAST(NULL AS DOUBLE)")]
        else:
            numbers = [number_sql(table, name, "column", wanted.words, limits=wanted.limits)]
        if wanted.weights is not None:
            numbers.append(number_sql(table, wanted.weights, wanted.words.weights, wanted.words))
        notes += [f"{name}: {note}" for note in numbers[0].notes]
        notes += [f"{wanted.weights}: {note}" for number in numbers[1:] for note in number.notes]
        notes += more
        if wanted.where is not None:
            _refuse_limits(table, wanted.where, "where")
            condition = f"({wanted.where}\n)"
            relation = checked(table, lambda: relation.filter(condition), "where")
        by, whole = None, False
        if wanted.by is not None:
            by = _expression(header, wanted.by)
            checked(table, lambda: relation.project(f"{by} AS g"), "by", wanted.by)
            whole = header.spelling(wanted.by) in table.whole
        picked = tuple(number.sql for number in numbers)
        side = numbers[0].side
        texts = frozenset(one.argument for one in wanted.beside if not one.number)
        return cls(name, table, relation, picked, by, whole, tuple(notes), side, beside, texts)

    def batches(self, elsewhere: Elsewhere[Any]) -> Iterator[Rows]:
        """Read the rows; the next batch is fetched while the caller is busy with this one."""
        groups = None if self.by is None else elsewhere(lambda: self._hashed(str(self.by))).result()
        texts = {
            name: elsewhere(partial(self._hashed, sql)).result()
            for name, sql in self.beside.items()
            if name in self.words
        }
        terms = {f"picked {i}": sql for i, sql in enumerate(self.picked)}
        terms |= {"by": f"hash({self.by})"} if self.by is not None else {}
        terms |= {"side": self.side} if self.side is not None else {}
        terms |= {f"beside {k}": f"hash({v})" if k in texts else v for k, v in self.beside.items()}
        for batch in batches_of(self.rows, list(terms.values()), self.table.label, elsewhere):
            column = dict(zip(terms, batch, strict=True))
            beside = {
                name: texts[name].coded(column[f"beside {name}"], self.table.label)
                if name in texts
                else column[f"beside {name}"]
                for name in self.beside
            }
            coded = None if groups is None else groups.coded(column["by"], self.table.label)
            yield Rows(column["picked 0"], column.get("picked 1"), coded, column.get("side"), beside)

    def _hashed(self, sql: str) -> _Hashed:
        values = self.rows.project(f"{sql} AS g").distinct()
        found = values.project("g, hash(g) AS h").fetchall()
        whole = self.whole and sql == self.by
        keys = [int(key) if whole and key is not None and key % 1 == 0 else key for key, _ in found]
        if not all(isinstance(key, Hashable) for key in keys):
            raise ColumnError(
                f"{self.table.label}: by must give text, numbers or dates, found {type(keys[0]).__name__}: "
                "convert it with an expression such as 'CAST(... AS VARCHAR)'"
            )
        hashes = np.array([number for _, number in found], np.uint64)
        order = np.argsort(hashes)
        return _Hashed(tuple(keys), hashes[order], order)


@dataclass(frozen=True)
class _Hashed:
    """Groups by the hash that DuckDB gives them, so that a batch brings numbers only."""

    keys: tuple[Hashable, ...]
    hashes: NDArray[np.uint64]  # rising
    place: NDArray[np.intp]  # of each in `keys`

    def coded(self, hashes: NDArray[np.uint64], label: str) -> Groups:
        at = np.searchsorted(self.hashes, hashes)
        if len(self.hashes) == 0 or not np.array_equal(self.hashes.take(at, mode="clip"), hashes):
            raise InputError(
                f"{label}: its groups changed between two readings: by needs rows that stay the same, for "
                "example those of a table made from the query"
            )
        return Groups(self.keys, self.place[at])


def _only_numeric(table: Table, wanted: Wanted) -> str:
    """Return the only numeric column; where one counts what others are, say so."""
    header = table.header
    counting = counts_in(header) if wanted.limits and wanted.weights is None else None
    if any(one.argument == COUNTS for one in wanted.beside):
        counting = None
    try:
        name = header.only_numeric(wanted.taken, wanted.words)
    except ColumnError as error:
        if counting is None:
            raise
        raise ColumnError(
            f"{error}; where {counting} says how many values a class holds: {COUNTS} {counting}"
        ) from None
    if name != counting:
        return name
    for other in (other for other, kind in header.kinds.items() if kind == "text"):
        cells = _first_cells(table.relation, other)
        if are_classes(cells):
            raise ColumnError(
                f"{table.label}: {name} says how many values each class of {other} holds, such as "
                f"{cells[0]!r}, and is no data: {wanted.words.column} {other} {COUNTS} {name}; "
                f"for the numbers of {name} themselves {wanted.words.column} {name}"
            )
    return name


def _first_cells(relation: DuckDBPyRelation, column: str) -> list[str]:
    some, term = 20, quoted_name(column)
    return [
        str(row[0]) for row in relation.filter(f"{term} IS NOT NULL").project(term).limit(some).fetchall()
    ]


def _expression(header: Header, wanted: str) -> str:
    name = header.spelling(wanted)
    return f"({wanted}\n)" if name is None else quoted_name(name)


def _beside_sql(table: Table, beside: Sequence[Beside], words: Words) -> tuple[dict[str, str], list[str]]:
    """Return SQL of what was recorded beside the values, by the names of the arguments, and notes."""
    found, notes = {}, []
    for argument, column, has_numbers in beside:
        if has_numbers:
            number = number_sql(table, column, argument, words)
            notes += [f"{column}: {note}" for note in number.notes]
            found[argument] = number.sql
        else:
            found[argument] = _words_sql(table, column, argument)
    return found, notes


def _words_sql(table: Table, wanted: str, argument: str) -> str:
    """Return SQL that gives a name or expression as text."""
    expression = _expression(table.header, wanted)
    checked(table, lambda: table.relation.project(f"{expression} AS c"), argument, wanted)
    _refuse_limits(table, wanted, argument)
    return f"CAST({expression} AS VARCHAR)"


def _refuse_limits(table: Table, expression: str, argument: str) -> None:
    """Refuse what would take the numbers of limits for values."""
    for name in table.limits:
        if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", expression, re.IGNORECASE):
            raise InputError(
                f"{table.label}: {argument} {expression!r} is not possible: {name} holds limits such as "
                "<0.5, whose numbers are no values; only the column of values itself may have limits"
            )


def number_sql(table: Table, wanted: str, argument: str, words: Words, *, limits: bool = False) -> Number:
    """Return SQL that gives a name or expression as the nearest doubles; other than numbers are refused.

    `limits`: limits among the cells are taken, if it is a name.
    """
    header, relation = table.header, table.relation
    name, expression = header.spelling(wanted), _expression(header, wanted)
    if name is not None:
        kind = table.types[name]
        notes = table.column_notes.get(name, ())
    else:
        kind = str(checked(table, lambda: relation.project(expression), argument, wanted).types[0])
        used = [other for other in table.column_notes if other.casefold() in wanted.casefold()]
        notes = tuple(f"{other}: {note}" for other in used for note in table.column_notes[other])
    if not limits or name is None:
        _refuse_limits(table, wanted, argument)
    side = quoted_name(SIDE + name) if limits and name in table.limits else None
    if kind.startswith("DECIMAL") or kind in ("HUGEINT", "UHUGEINT"):
        return Number(f"CAST(CAST({expression} AS VARCHAR) AS DOUBLE)", notes)  # a direct cast rounds twice
    if is_number(kind):
        return Number(f"CAST({expression} AS DOUBLE)", notes, side)
    said = f"{table.label}: {argument} {wanted!r}"
    if name is not None and name in table.troubles:
        raise InputError(f"{said}: {table.troubles[name]}")
    if kind == "VARCHAR":
        return _number_of_text(table, expression, said, words, limits)
    found = relation.filter(f"{expression} IS NOT NULL").project(f"CAST({expression} AS VARCHAR)").limit(1)
    example = found.fetchall()
    advice = "choose a numeric one"
    if kind.startswith(("DATE", "TIME")):
        advice += f" or convert it with an expression such as {f'epoch({wanted})'!r}"
    shown = f", for example {example[0][0]!r}" if example else ""
    raise InputError(f"{said} is {in_words(kind)}, not a number{shown}; {advice}; {header.listing()}")


def _number_of_text(table: Table, expression: str, said: str, words: Words, limits: bool) -> Number:
    """Return SQL that makes doubles of text that holds numbers."""
    relation = table.relation
    _, (cells,) = counted(relation, [(expression, f"TRY_CAST({expression} AS DOUBLE)")])
    if not cells.stray and not table.comma and table.written.decimal is None:
        return Number(f"CAST({expression} AS DOUBLE)")
    shapes = shapes_of(relation, expression)
    n = sum(shape.count for shape in shapes)
    n_numbers = sum(shape.count for shape in shapes if form_of(shape.example).kind in ("number", "limit"))
    texts = [shape for shape in shapes if form_of(shape.example).kind == "text"]
    if texts and n_numbers < 0.5 * n:
        examples = [shape.example for shape in texts]
        raise InputError(
            f"{said} is text, not a number, for example {shorter(examples[0])!r}; {_instead_of(examples)}; "
            f"{table.header.listing()}"
        )
    try:
        found = notation_of(shapes, table.written.decimal, table.comma, words, limits)
        checked_against(relation, expression, found)
    except Unreadable as error:
        raise InputError(f"{said}: {error.located(table.place(error.row))}") from None
    return Number(found.sql(expression), found.notes, found.side_sql(expression) if found.limits else None)


def _instead_of(texts: Sequence[str]) -> str:
    """Say what to do with cells that hold more than one number, or none."""
    if all(re.search(r"\d\s*(±|\+/?-)\s*\d", text) for text in texts):
        return "give values and errors as two columns"
    if are_classes(texts) and not any(":" in text for text in texts):  # as in times of the day
        return "give the ends of the intervals as two columns, with the lower ones for the values"
    return "choose a numeric one"


def shorter(text: str) -> str:
    """Return a text as messages quote it, cut at 40 characters."""
    return text if len(text) <= 40 else f"{text[:37]}..."


def checked(
    table: Table, derive: Callable[[], DuckDBPyRelation], argument: str, wanted: str | None = None
) -> DuckDBPyRelation:
    """Have DuckDB parse and bind an expression."""
    try:
        derived = derive()
        _ = derived.types
        return derived
    except duckdb.Error as error:
        words = first_words(error)
        unknown = words.partition('Referenced column "')[2].partition('"')[0]
        header = table.header
        if wanted is not None and (_is_name(wanted) or _is_odd_name(close_to(wanted, header.kinds))):
            unknown = wanted  # a name of two words, or with a unit, is no name to DuckDB
        if unknown:
            words = header.unknown(unknown)
        raise ColumnError(f"{table.label}: {argument}: {words}; {header.listing()}") from None


def _is_name(text: str) -> bool:
    return text.replace(" ", "_").isidentifier()


def _is_odd_name(name: str | None) -> bool:
    return name is not None and not _is_name(name)


def in_words(kind: str) -> str:
    """Return the name of a DuckDB type as messages show it."""
    return "text" if kind == "VARCHAR" else kind.lower()


def is_number(kind: str) -> bool:
    """Say whether a DuckDB type is a number."""
    return kind in _NUMBERS or kind.startswith("DECIMAL")
