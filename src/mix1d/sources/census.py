"""What the cells of columns are, counted over all rows with DuckDB."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from duckdb import DuckDBPyRelation

from mix1d.sources.numerals import Notation, Shape, Unreadable
from mix1d.sources.quoting import quoted_name

MANY = 300
"""Columns from which on `counted_numbers` is faster than `counted`."""
_MOST_SHAPES = 2000
# Cells that are written alike: every digit is a 9, but a leading zero, which no thousands begin with.
_SHAPE = "regexp_replace(regexp_replace({0}, '^([^0-9]*)0', '\\1o'), '[0-9]', '9', 'g')"


class Cells(NamedTuple):
    """Of a column of text: cells that are not empty, and how many of them a cast cannot take."""

    present: int
    stray: int


def counted(relation: DuckDBPyRelation, casts: Sequence[tuple[str, str]]) -> tuple[int, list[Cells]]:
    """Count rows, and the cells of columns of text that a cast cannot take.

    `casts` are pairs of the SQL of a cell and of its cast, which gives NULL where it cannot.

    >>> import duckdb
    >>> column = duckdb.sql("SELECT unnest(['1.5', 'x', NULL]) AS x")
    >>> counted(column, [("x", "TRY_CAST(x AS DOUBLE)")])
    (3, [Cells(present=2, stray=1)])
    """
    terms = ["count(*)"]
    for cell, cast in casts:
        terms += [f"count({cell})", f"count({cast})"]
    numbers = [int(number) for number in relation.aggregate(", ".join(terms)).fetchall()[0]]
    pairs = zip(numbers[1::2], numbers[2::2], strict=True)
    return numbers[0], [Cells(present, present - fitting) for present, fitting in pairs]


def counted_numbers(
    relation: DuckDBPyRelation, names: Sequence[str], cell: str = "v"
) -> tuple[int, list[Cells]]:
    """Do the same for many columns that should be numbers; `cell`: SQL that makes the text to be cast of `v`.

    DuckDB plans an aggregate of ten thousand columns for a minute, and turns them into rows in a second.

    >>> import duckdb
    >>> columns = duckdb.sql("SELECT unnest(['1.5', 'x', NULL]) AS a, '2' AS b")
    >>> counted_numbers(columns, ["b", "a"])
    (3, [Cells(present=3, stray=0), Cells(present=2, stray=1)])
    """
    n_rows = int(relation.aggregate("count(*)").fetchall()[0][0])
    some = relation.project(", ".join(map(quoted_name, names)))
    query = (
        f"SELECT n, count({cell}), count(TRY_CAST({cell} AS DOUBLE)) "
        "FROM (UNPIVOT wide ON COLUMNS(*) INTO NAME n VALUE v) GROUP BY n"
    )
    long = some.query("wide", query)
    assert long is not None  # a query that gives rows
    found = {str(name): Cells(int(n), int(n - fit)) for name, n, fit in long.fetchall()}
    return n_rows, [found.get(name, Cells(0, 0)) for name in names]


def checked_against(relation: DuckDBPyRelation, cell: str, notation: Notation) -> None:
    """Raise `Unreadable` where a notation gives no number for a cell that is not missing."""
    _, (cells,) = counted(relation, [(cell, notation.sql(cell))])
    if cells.stray != notation.missing:
        n = cells.stray - notation.missing
        raise Unreadable(f"{n} cell{'s are' if n != 1 else ' is'} not written like the others", 1)


def shapes_of(relation: DuckDBPyRelation, cell: str) -> list[Shape]:
    """Return how the cells of a column are written, with an example of each.

    >>> import duckdb
    >>> column = duckdb.sql("SELECT unnest(['1,5', '2,5', '-', '10,5']) AS x")
    >>> [(shape.example, shape.count, shape.first) for shape in shapes_of(column, "x")]
    [('1,5', 2, 1), ('-', 1, 3), ('10,5', 1, 4)]
    """
    numbered = relation.project(f"{cell} AS c, row_number() OVER () AS r").filter("c IS NOT NULL")
    shapes = numbered.aggregate(f"arg_min(c, r), count(*), min(r) AS r, {_SHAPE.format('c')} AS s", "s")
    rows = shapes.order("r").limit(_MOST_SHAPES).fetchall()
    return [Shape(str(example), int(count), int(first)) for example, count, first, _ in rows]
