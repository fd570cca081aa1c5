"""Print a fit with rich: the summary in colour, and the drawing as wide as the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from mix1d._finding import letter
from mix1d.display.drawing import Drawing, draw
from mix1d.display.text import BEWARE, Table, summarise, table_lines, wrapped

if TYPE_CHECKING:
    from mix1d.result import FitResult

_WIDEST = 100
_COLOURS = ("cyan", "magenta", "yellow", "green", "blue", "red")
_STYLES = {"#": "bright_black", "+": "bold", "|": "white"}
_STYLES |= {letter(i): f"bold {_COLOURS[i % len(_COLOURS)]}" for i in range(52)}


def print_fit(
    result: FitResult,
    *,
    drawing: bool = True,
    ascii: bool = False,
) -> None:
    """Print the summary of a fit and, below it, the drawing.

    Parameters
    ----------
    result : FitResult
        Any fit.
    drawing : bool
        Whether to draw the histogram with the fitted components.
    ascii : bool
        Use ASCII characters only; also done when the encoding of standard output has no others.

    Notes
    -----
    Colour appears on a terminal only, and not when NO_COLOR is set; no meaning hangs on it alone.
    """
    console = Console(highlight=False, markup=False, emoji=False)
    ascii = ascii or not _has_blocks(console.encoding)
    width = min(console.width, _WIDEST)
    parts = summarise(result, ascii=ascii)

    _print_lines(console, wrapped(parts.headline, width), "bold")
    _print_lines(console, wrapped(parts.sample, width))
    console.print()
    for sentence in parts.answer:
        _print_lines(console, wrapped(sentence, width, hanging="  "))
    if parts.findings:
        console.print()
        console.print(BEWARE, style="bold")
    for finding in parts.findings:
        _print_lines(console, wrapped(f"- {finding}", width, hanging="  "))
    console.print()
    _print_table(console, parts.components, ascii, by_component=True)
    if drawing:
        console.print()
        _print_drawing(console, _picture(result, width, ascii))
    console.print()
    pad = max(len(what) for what, _ in parts.verdicts) + 2
    for what, verdict in parts.verdicts:
        style = "bold red" if verdict.startswith("NO") else ""
        _print_lines(console, wrapped(what.ljust(pad) + verdict, width, hanging=" " * pad), style)
    _print_lines(console, wrapped(parts.criteria, width))
    if parts.selection is not None:
        console.print()
        console.print(parts.selection_title, soft_wrap=True)
        _print_table(console, parts.selection, ascii)


def _picture(result: FitResult, width: int, ascii: bool) -> Drawing:
    sample = result._sample
    mixture = result.mixture
    return draw(
        sample.values,
        sample.weights,
        mixture.weights,
        mixture.means,
        mixture.sds,
        thresholds=[cut.value for cut in result.thresholds() if cut.kind != "second"],
        resolution=sample.resolution,
        widths=sample.widths,
        n_obs=sample.n_obs,
        width=width,
        ascii=ascii,
    )


def _has_blocks(encoding: str) -> bool:
    try:
        "█▁┊▲─±".encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _print_lines(console: Console, lines: Sequence[str], style: str = "") -> None:
    for line in lines:
        console.print(Text(line, style), soft_wrap=True)


def _print_table(console: Console, table: Table, ascii: bool, by_component: bool = False) -> None:
    for i, line in enumerate(table_lines(table, ascii), start=-2):  # two lines of header
        text = Text(line, "bold" if i == table.marked else "")
        if by_component and i >= 0:
            text.stylize(_STYLES.get(table.rows[i][0], ""), 0, len(table.rows[i][0]))
        console.print(text, soft_wrap=True)


def _print_drawing(console: Console, drawing: Drawing) -> None:
    for line, roles in zip(drawing.lines, drawing.roles, strict=True):
        text = Text()
        for character, role in zip(line, roles, strict=True):
            text.append(character, _STYLES.get(role))
        text.rstrip()
        console.print(text, soft_wrap=True)
