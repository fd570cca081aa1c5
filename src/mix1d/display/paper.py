"""A result as Markdown and LaTeX, which is what PDF and Quarto are made of."""

from __future__ import annotations

from mix1d.display.records.card import Card
from mix1d.display.records.writing import latex_of, markdown_of
from mix1d.display.text import BEWARE, summarise
from mix1d.outcome.outcome import Outcome


def result_markdown(result: Outcome) -> str:
    """Return the words and the table of `print(result)` as Markdown."""
    return markdown_of(_card(result))


def result_latex(result: Outcome) -> str:
    """Return the words and the table of `print(result)` as LaTeX, which needs no package."""
    return latex_of(_card(result))


def _card(result: Outcome) -> Card:
    parts = summarise(result)
    beware = [f"{BEWARE}: {parts.findings[0]}", *parts.findings[1:]] if parts.findings else []
    return Card(
        f"{parts.headline} ({parts.sample})",
        parts.components,
        (*parts.read, *parts.answer, *beware),
        by_component=True,
    )
