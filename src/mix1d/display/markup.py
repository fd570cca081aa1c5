"""Pieces of HTML for notebooks: tables, folded parts, and the fragment around them.

A fragment has no id, no script, no style sheet and no reference to anything outside: styles stand in the
elements, colours of text are those of the page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from mix1d.display.layout import Table
from mix1d.display.palette import colour
from mix1d.words import letter

LINE = "margin:0.25em 0"
_FIGURE_BLANK = "\N{FIGURE SPACE}"  # as wide as a digit, so that signs stand below each other
_TABLE = "border-collapse:collapse;margin:0.4em 0"
_CELL = "padding:0.15em 0.8em;white-space:nowrap;font-variant-numeric:tabular-nums"
_TEXT = "padding:0.15em 0.8em;min-width:20em"
_FIRST = "text-align:left;font-weight:normal;vertical-align:top;opacity:0.75"
_LONG = 60  # characters from which on a cell is text that may be broken


def fragment(body: str) -> str:
    """Return a piece that can stand in any page, any number of times."""
    return f'<div style="line-height:1.4;max-width:60em;overflow-x:auto">{body}</div>'


def paragraph(text: str) -> str:
    """Return a line of text."""
    return f'<p style="{LINE}">{escape(text)}</p>'


def folded(title: str, body: str) -> str:
    """Return what a click unfolds."""
    return (
        f'<details style="margin:0.4em 0"><summary style="cursor:pointer">{escape(title)}</summary>'
        f"{body}</details>"
    )


def pairs_html(pairs: Sequence[tuple[str, str]]) -> str:
    """Return a table of names and what is to be said of them."""
    lines = "".join(
        f'<tr><th scope="row" style="{_CELL};{_FIRST}">'
        f'{escape(what)}</th><td style="padding:0.15em 0.8em;text-align:left">{escape(text)}</td></tr>'
        for what, text in pairs
    )
    return f'<table style="{_TABLE}"><tbody>{lines}</tbody></table>'


def table_html(table: Table, by_component: bool = False) -> str:
    """Return a table; `by_component`: rows that begin with a letter have the colour of that component."""
    sides = ["right" if align == ">" else "left" for align in table.align]
    head = "".join(
        f'<th scope="col" style="{_CELL};text-align:{side};border-bottom:1px solid currentColor">'
        f"{escape(title)}</th>"
        for title, side in zip(table.header, sides, strict=True)
    )
    names = [cells[0] if by_component else "" for cells in table.rows]  # not that of a background
    rows = "".join(
        f"<tr>{''.join(_cells(cells, sides, j == table.marked, j if name == letter(j) else None))}</tr>"
        for j, (cells, name) in enumerate(zip(table.rows, names, strict=True))
    )
    return f'<table style="{_TABLE}"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _cells(cells: Sequence[str], sides: Sequence[str], marked: bool, component: int | None) -> Iterator[str]:
    for i, (cell, side) in enumerate(zip(cells, sides, strict=True)):
        style = f"{_TEXT if len(cell) > _LONG else _CELL};text-align:{side}"
        if marked or (i == 0 and component is not None):
            style += ";font-weight:bold"
        if i == 0 and component is not None:  # a coloured edge: coloured text is hard to read on dark pages
            style += f";border-left:4px solid {colour(component)}"
        yield f'<td style="{style}">{escape(_aligned(cell))}</td>'


def _aligned(cell: str) -> str:
    """Fill a number with blanks as wide as its digits; those around the sign before an error stay."""
    if " ± " not in cell:
        return cell
    return " ± ".join(half.replace(" ", _FIGURE_BLANK) for half in cell.split(" ± "))
