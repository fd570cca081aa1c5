"""A card as plain text, HTML, Markdown and LaTeX."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from html import escape

from mix1d.display.layout import Table, table_lines
from mix1d.display.markup import LINE, fragment, paragraph, table_html
from mix1d.display.records.card import Card
from mix1d.words import visible

LINES = 10  # of a repr
_WIDTH = 79
_LEAST = 24  # characters of a shortened cell
_ROWS = 20  # of a table
_PAPER = 92  # characters of a table that has room on a page
_SHORTEST = 200  # characters of a sentence in a cell of a page
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~$])")
_LATEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"$<$",
    ">": r"$>$",
    "|": r"$|$",
    '"': "''",
    "`": r"\textasciigrave{}",
    "±": r"$\pm$",
    "−": "$-$",
    "µ": r"$\mu$",
    "μ": r"$\mu$",
    "σ": r"$\sigma$",
    "²": "$^2$",
    "³": "$^3$",
    "°": r"$^\circ$",
    "×": r"$\times$",
    "·": r"$\cdot$",
    "…": r"\ldots{}",
    "–": "--",
    "—": "---",
    "“": "``",
    "”": "''",
    "‘": "`",
    "’": "'",
    "∞": r"$\infty$",
    "\N{NO-BREAK SPACE}": "~",
    "\N{FIGURE SPACE}": "~",
    **{character: f"\\{character}" for character in "&%$#_{}"},
}


def text_of(card: Card, name: str) -> str:
    """Return the card of a record of a class in at most ten lines of 79 characters."""
    if card.line:
        return f"<{name} {visible(card.line)}>"
    lines = [textwrap.shorten(visible(card.title), _WIDTH, placeholder=" ...")]
    notes = [textwrap.shorten(visible(note), _WIDTH, placeholder=" ...") for note in card.notes]
    table = [] if card.table is None else _lines(_fitting(card.table, _WIDTH))
    room = LINES - len(lines) - min(len(notes), 2)
    if len(table) > room:
        rows = 0 if card.table is None else len(card.table.rows)
        shown = room - 3  # below the headings and the rule, above this line
        table = [*table[: room - 1], f"... and {rows - shown} more"]
    return "\n".join([*lines, *table, *notes[: LINES - len(lines) - len(table)]])


def html_of(card: Card) -> str:
    """Return a card as a fragment of HTML, with its picture."""
    body = [f'<p style="{LINE}"><strong>{escape(card.title)}</strong></p>']
    if card.picture is not None:
        body.append(card.picture())
    table, more = _first_rows(card.table)
    if table is not None:
        body.append(table_html(table, card.by_component))
    body += [paragraph(sentence) for sentence in (*more, *card.notes)]
    return fragment("".join(body))


def markdown_of(card: Card) -> str:
    """Return a card as Markdown, with the tables that all readers of Markdown know."""
    table, more = _first_rows(card.table)
    parts = [f"**{_marked(card.title)}**"]
    if table is not None:
        rule = "|".join("--:" if side == ">" else ":--" for side in table.align)
        rows = ["|".join(f" {_marked(cell.strip())} " for cell in cells) for cells in table.rows]
        head = "|".join(f" {_marked(title)} " for title in table.header)
        parts.append("\n".join(f"|{line}|" for line in (head, rule, *rows)))
    return "\n\n".join([*parts, *map(_marked, (*more, *card.notes))])


def latex_of(card: Card) -> str:
    r"""Return a card as LaTeX, which needs no package and no dollar but its own.

    >>> print(latex_of(Card("5 % of a_b", Table(("", "x"), (("a", "1 ± 2"),), "<>"))))
    \par\noindent\textbf{5 \% of a\_b}\par\nobreak\smallskip\nobreak
    \noindent\begin{tabular}{lr}
    \hline\noalign{\smallskip}
     & x \\
    \noalign{\smallskip}\hline\noalign{\smallskip}
    a & 1 $\pm$ 2 \\
    \noalign{\smallskip}\hline
    \end{tabular}\par\medskip
    """
    table, more = _first_rows(card.table)
    lines = [rf"\par\noindent\textbf{{{_latex(card.title)}}}\par\nobreak\smallskip\nobreak"]
    if table is not None:
        table = _fitting(table, _PAPER)
        sides = ["r" if side == ">" else "l" for side in table.align]
        longest = max((len(row[-1]) for row in table.rows), default=0)
        if sides[-1] == "l" and longest > _LEAST and _width(table) > _WIDTH:
            sides[-1] = r"p{0.55\linewidth}"
        rows = [" & ".join(_latex(cell.strip()) for cell in cells) + r" \\" for cells in table.rows]
        lines += [
            rf"\noindent\begin{{tabular}}{{{''.join(sides)}}}",
            r"\hline\noalign{\smallskip}",
            " & ".join(map(_latex, table.header)) + r" \\",
            r"\noalign{\smallskip}\hline\noalign{\smallskip}",
            *rows,
            r"\noalign{\smallskip}\hline",
            r"\end{tabular}\par\medskip",
        ]
    lines += [rf"\noindent {_latex(sentence)}\par\medskip" for sentence in (*more, *card.notes)]
    return "\n".join(lines)


def _first_rows(table: Table | None) -> tuple[Table | None, tuple[str, ...]]:
    """Return a table with as many rows as a page has room for, and a sentence on the others."""
    if table is None or not table.rows:
        return None, ()
    if len(table.rows) <= _ROWS:
        return table, ()
    kept = replace(table, rows=table.rows[:_ROWS])
    return kept, (f"and {len(table.rows) - _ROWS} more",)


def _lines(table: Table) -> list[str]:
    return [line for line, _ in table_lines(table, False)] if table.rows else []


def _width(table: Table) -> int:
    columns = zip(table.header, *table.rows, strict=True)
    return sum(max(len(cell) for cell in column) + 2 for column in columns) - 2


def _fitting(table: Table, width: int) -> Table:
    """Return a table that is no wider: without spare columns, with short sentences, with fewer columns."""
    while table.spare and _width(table) > width:
        table = table.without(table.spare[0])
    if not table.rows or _width(table) <= width:
        return table
    longest = max(len(row[-1]) for row in table.rows)
    room = width - (_width(table) - longest)
    if table.align[-1] == "<" and room >= _LEAST and len(table.header[-1]) <= room:
        most = room if width == _WIDTH else _SHORTEST
        rows = tuple((*row[:-1], textwrap.shorten(row[-1], most, placeholder=" ...")) for row in table.rows)
        return replace(table, rows=rows)
    while len(table.header) > 2 and _width(table) + 5 > width:
        table = table.without(len(table.header) - 1)
    dots = tuple((*row, "...") for row in table.rows)
    return replace(table, header=(*table.header, "..."), rows=dots, align=f"{table.align}<")


def _marked(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", " ".join(visible(text).split()))


def _latex(text: str) -> str:
    return "".join(_in_latex(" ".join(visible(text).split(" "))))


def _in_latex(text: str) -> Iterator[str]:
    for character in text:
        if character in _LATEX:
            yield _LATEX[character]
        elif character.isascii():
            yield character
        else:
            yield _plain_letters(character)


def _plain_letters(character: str) -> str:
    """Return a character that every engine knows: letters of Latin as they are, others by their name."""
    if "LATIN" in unicodedata.name(character, "") and ord(character) < 0x180:
        return character
    return f"[{unicodedata.name(character, f'U+{ord(character):04X}').lower()}]"
