"""What the cells of columns are, counted over all rows with DuckDB."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from duckdb import DuckDBPyRelation

from mix1d.sources.numerals import Shape
from mix1d.sources.streams import arrays_of

_AT_ONCE = 300  # columns of an aggregate
_MOST_SHAPES = 2000
# Cells that are written alike: every digit is a 9, but a leading zero, which no thousands begin with.
_SHAPE = "regexp_replace(regexp_replace({0}, '^([^0-9]*)0', '\\1o'), '[0-9]', '9', 'g')"


class Cells(NamedTuple):
    """Of a column of text: cells that are not empty, and how many of them a cast cannot take."""

    present: int
    stray: int


def counted(relation: DuckDBPyRelation, casts: Sequence[tuple[str, str]]) -> tuple[int, list[Cells]]:
    """Count rows, and the cells of columns that a cast cannot take.

    Parameters
    ----------
    relation : DuckDBPyRelation
        Columns of text.
    casts : sequence of (str, str)
        SQL of the cell and of the cast, which gives NULL where it cannot.

    Examples
    --------
    >>> import duckdb
    >>> column = duckdb.sql("SELECT unnest(['1.5', 'x', NULL]) AS x")
    >>> counted(column, [("x", "TRY_CAST(x AS DOUBLE)")])
    (3, [Cells(present=2, stray=1)])
    """
    if len(casts) > _AT_ONCE:
        return _counted_in_batches(relation, casts)
    terms = ["count(*)"]
    for cell, cast in casts:
        terms += [f"count({cell})", f"count({cast})"]
    numbers = [int(number) for number in relation.aggregate(", ".join(terms)).fetchall()[0]]
    pairs = zip(numbers[1::2], numbers[2::2], strict=True)
    return numbers[0], [Cells(present, present - fitting) for present, fitting in pairs]


def _counted_in_batches(
    relation: DuckDBPyRelation, casts: Sequence[tuple[str, str]]
) -> tuple[int, list[Cells]]:
    """Do the same for many columns: DuckDB plans an aggregate of ten thousand for a minute."""
    # 0 for what is empty, 1 for what the cast takes, 2 for what it does not
    terms = (
        f"CASE WHEN {cell} IS NULL THEN 0 WHEN {cast} IS NULL THEN 2 ELSE 1 END::DOUBLE AS c{i}"
        for i, (cell, cast) in enumerate(casts)
    )
    n_rows = 0
    present, stray = np.zeros(len(casts), np.int64), np.zeros(len(casts), np.int64)
    for batch in arrays_of(relation.project(", ".join(terms))):
        n_rows += len(batch[0])
        present += [np.count_nonzero(column) for column in batch]
        stray += [np.count_nonzero(column == 2.0) for column in batch]
    return n_rows, [Cells(*pair) for pair in zip(present.tolist(), stray.tolist(), strict=True)]


def shapes_of(relation: DuckDBPyRelation, cell: str) -> list[Shape]:
    """Return how the cells of a column are written, with an example of each.

    Examples
    --------
    >>> import duckdb
    >>> column = duckdb.sql("SELECT unnest(['1,5', '2,5', '-', '10,5']) AS x")
    >>> [(shape.example, shape.count, shape.first) for shape in shapes_of(column, "x")]
    [('1,5', 2, 1), ('-', 1, 3), ('10,5', 1, 4)]
    """
    numbered = relation.project(f"{cell} AS c, row_number() OVER () AS r").filter("c IS NOT NULL")
    shapes = numbered.aggregate(f"arg_min(c, r), count(*), min(r) AS r, {_SHAPE.format('c')} AS s", "s")
    rows = shapes.order("r").limit(_MOST_SHAPES).fetchall()
    return [Shape(str(example), int(count), int(first)) for example, count, first, _ in rows]
