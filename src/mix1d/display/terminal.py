"""Print a fit with rich: the summary in colour, and the drawing as wide as the terminal."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from typing import Literal

from rich.console import Console
from rich.text import Text

from mix1d.console import console as new_console
from mix1d.display.canvas import Drawing
from mix1d.display.drawing import draw
from mix1d.display.layout import Table, table_lines, wrapped
from mix1d.display.picture import picture_of
from mix1d.display.ridges import Ridges
from mix1d.display.sparklines import sparklines
from mix1d.display.summary import Summary, summarise
from mix1d.display.text import BEWARE, DETAILS, MORE, below_lines, details_lines, has_picture
from mix1d.outcome.outcome import Outcome
from mix1d.words import letter

_WIDEST_TEXT = 100  # columns; the eye loses its way back in longer lines
_WIDEST_DRAWING = 140
_LOWEST_DRAWING, _HIGHEST_DRAWING = 10, 20  # rows
# Terminals whose fonts have no blocks or no braille: editors' shells, and the console of Linux.
_WITHOUT_BRAILLE = ("dumb", "unknown", "linux")
_COLOURS = ("cyan", "magenta", "yellow", "green", "blue", "red")
_STYLES = {"#": "bright_black", "+": "bold", "|": "white", "<": "bold", "_": "white"}
_STYLES |= {letter(i): f"bold {_COLOURS[i % len(_COLOURS)]}" for i in range(52)}
_BEHIND = " on bright_black"


def print_fit(
    result: Outcome,
    *,
    drawing: bool = True,
    ascii: bool = False,
    details: bool = False,
    more: str = MORE,
    notes: Sequence[str] = (),
    say: Callable[[str], str] = str,
) -> None:
    """Print the answer of a fit, on a terminal in colour; `notes` come with what was left out.

    `details` adds how it came about; otherwise `more` says what else there is.

    `say` puts sentences into the words of a door, which may have other names for the keywords of `fit`.

    ASCII characters only are used too when the encoding of standard output, or the terminal, has no others.
    Colour appears on a terminal only, and not when NO_COLOR is set; FORCE_COLOR brings it to files. No
    meaning hangs on it alone. Sentences and tables are at most 100 columns wide, the drawing at most 140.
    """
    # rich leaves bold to those who set NO_COLOR, but they want plain text
    colours: Literal["auto"] | None = None if os.environ.get("NO_COLOR") else "auto"
    console = new_console(highlight=False, markup=False, emoji=False, color_system=colours)
    ascii = ascii or not _has_blocks(console)
    columns = _columns(console)
    width = min(columns, _WIDEST_TEXT)
    parts = summarise(result, ascii=ascii).said(say)

    _print_lines(console, wrapped(parts.bottom_line, width), "bold")
    for sentence in (*parts.read, *notes):
        _print_lines(console, wrapped(sentence, width, hanging="  "))
    if drawing and has_picture(result):
        wide = min(columns, _WIDEST_DRAWING)
        high = min(max(6 + wide // 10, _LOWEST_DRAWING), _HIGHEST_DRAWING)
        console.print()
        _print_drawing(console, draw(picture_of(result), width=wide, height=high, ascii=ascii))
    console.print()
    _print_table(console, parts.groups, width, ascii, by_component=True)
    _print_lines(console, below_lines(parts, width))
    console.print()
    _print_lines(console, wrapped(parts.fit, width))
    if parts.beware:
        console.print()
        console.print(BEWARE, style="bold")
    for finding in parts.beware:
        _print_lines(console, wrapped(f"- {finding}", width, hanging="  "))
    console.print()
    if details:
        _print_details(console, parts, width, ascii)
    else:
        _print_lines(console, wrapped(more, width))


def _print_details(console: Console, parts: Summary, width: int, ascii: bool) -> None:
    before, chosen = details_lines(parts, width, ascii), f"{'>':<3}"
    for line in before:
        style = "bold" if line == DETAILS or line.startswith(chosen) else ""
        style = "bold red" if line.startswith("Converged") and " NO" in line else style
        _print_lines(console, [line], style)


def print_many(ridges: Ridges, *, ascii: bool = False) -> None:
    """Print a line for each of many fits, as wide as the terminal, in colour where `print_fit` has it."""
    colours: Literal["auto"] | None = None if os.environ.get("NO_COLOR") else "auto"
    console = new_console(highlight=False, markup=False, emoji=False, color_system=colours)
    width = min(_columns(console), _WIDEST_DRAWING)
    _print_drawing(console, sparklines(ridges, width=width, ascii=ascii or not _has_blocks(console)))


def text_width() -> int:
    """Return the columns that sentences and tables may take: those of the terminal, or of COLUMNS."""
    return min(_columns(new_console()), _WIDEST_TEXT)


def _columns(console: Console) -> int:
    # rich takes every dumb terminal to be 80 columns wide
    return shutil.get_terminal_size((80, 24)).columns if console.is_dumb_terminal else console.width


def _has_blocks(console: Console) -> bool:
    if console.is_terminal and os.environ.get("TERM", "").lower() in _WITHOUT_BRAILLE:
        return False
    try:
        "█▁┊▲┝━─±⠒◀▶".encode(console.encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _print_lines(console: Console, lines: Sequence[str], style: str = "") -> None:
    for line in lines:
        console.print(Text(line, style), soft_wrap=True)


def _print_table(console: Console, table: Table, width: int, ascii: bool, by_component: bool = False) -> None:
    marks = {letter(i) for i in range(52)} if by_component else set()
    chosen = -1 if table.marked is None else table.marked
    for line, row in table_lines(table, ascii, width):
        text = Text(line, "bold" if row == chosen else "")
        name = line.partition(" ")[0]
        if row >= 0 and name in marks:
            text.stylize(_STYLES[name], 0, len(name))
        console.print(text, soft_wrap=True)


def _print_drawing(console: Console, drawing: Drawing) -> None:
    for line, roles, behind in zip(drawing.lines, drawing.roles, drawing.behind, strict=True):
        text = Text()
        for character, role, bar in zip(line, roles, behind, strict=True):
            style = _STYLES.get(role, "")
            text.append(character, style + (_BEHIND if bar == "#" and character != " " else ""))
        text.rstrip()
        console.print(text, soft_wrap=True)
