"""Sentences and tables laid out in lines of plain text."""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from mix1d.words import visible

_HARD_BLANK = "\N{NO-BREAK SPACE}"
_TOGETHER = re.compile(r"\S %|\bp [<=>] \S")  # what no line may break


@dataclass(frozen=True)
class Table:
    """Cells as text.

    `align` has one of "<" and ">" for each column; `marked` is the row of the answer; `spare` are columns
    that a narrow page does without, the least important first.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    align: str
    marked: int | None = None
    spare: tuple[int, ...] = ()

    def without(self, column: int) -> Table:
        """Return the table without one column, which then is no longer a spare one."""

        def rest(cells: tuple[str, ...]) -> tuple[str, ...]:
            return cells[:column] + cells[column + 1 :]

        return Table(
            rest(self.header),
            tuple(rest(row) for row in self.rows),
            self.align[:column] + self.align[column + 1 :],
            self.marked,
            tuple(other - (other > column) for other in self.spare if other != column),
        )


def wrapped(text: str, width: int, hanging: str = "") -> list[str]:
    """Break a sentence into lines of at most `width` columns; later lines begin with `hanging`.

    >>> wrapped("given to its component, it is wrong in 2.6 % (p < .001)", 40)
    ['given to its component, it is wrong in', '2.6 % (p < .001)']
    """
    kept = _TOGETHER.sub(lambda found: found[0].replace(" ", _HARD_BLANK), visible(text))
    lines = textwrap.wrap(
        kept, max(width, 20), subsequent_indent=hanging, break_long_words=False, break_on_hyphens=False
    )
    return [line.replace(_HARD_BLANK, " ") for line in lines]


def table_lines(table: Table, ascii: bool, width: int | None = None) -> Iterator[tuple[str, int]]:
    """Yield the lines of a table and the row of each: headings (-1), a rule (-1), and a line for each row.

    A table that is wider than `width` does without its spare columns, then has one blank between columns; if
    that is not enough, every cell has a line of its own.
    """
    room = math.inf if width is None else width
    while table.spare and _width(table, 2) > room:
        table = table.without(table.spare[0])
    gap = 2 if _width(table, 2) <= room else 1
    rule = "-" if ascii else "─"
    if _width(table, gap) > room:
        yield from _one_below_the_other(table, rule * min(int(room), _width(table, gap)), int(room))
        return
    widths = _widths(table)
    for i, row in enumerate((table.header, *table.rows), start=-1):
        shown = map(visible, row)
        cells = (f"{cell:{a}{w}}" for cell, a, w in zip(shown, table.align, widths, strict=True))
        yield (" " * gap).join(cells).rstrip(), i
        if i < 0:
            yield rule * _width(table, gap), -1


def _widths(table: Table) -> list[int]:
    columns = zip(table.header, *table.rows, strict=True)
    return [max(len(visible(cell)) for cell in column) for column in columns]


def _width(table: Table, gap: int) -> int:
    return sum(_widths(table)) + gap * (len(table.header) - 1)


def _one_below_the_other(table: Table, rule: str, width: int) -> Iterator[tuple[str, int]]:
    pad = max(map(len, table.header)) + 2
    for i, (first, *rest) in enumerate(table.rows):
        yield rule, -1
        yield visible(f"{first or '-'}{f'  ({table.header[0]})' if table.header[0] else ''}"), i
        for name, cell in zip(table.header[1:], rest, strict=True):
            if cell:
                for line in wrapped(f"  {name:<{pad}}{cell.strip()}", width, hanging=" " * (pad + 2)):
                    yield line, i
