"""A result as Markdown and LaTeX, which is what PDF and Quarto are made of."""

from __future__ import annotations

from mix1d.display.records.card import Card
from mix1d.display.records.writing import latex_of, markdown_of
from mix1d.display.summary import summarise
from mix1d.display.text import BEWARE
from mix1d.outcome.outcome import Outcome


def result_markdown(result: Outcome) -> str:
    """Return the words and the table of `print(result)` as Markdown."""
    return markdown_of(_card(result))


def result_latex(result: Outcome) -> str:
    """Return the words and the table of `print(result)` as LaTeX, which needs no package."""
    return latex_of(_card(result))


def _card(result: Outcome) -> Card:
    parts = summarise(result)
    below = [f"{about}: {text}" for about, text in parts.below]
    beware = [f"{BEWARE}: {parts.beware[0]}", *parts.beware[1:]] if parts.beware else []
    return Card(parts.bottom_line, parts.groups, (*parts.read, *below, parts.fit, *beware), by_component=True)
