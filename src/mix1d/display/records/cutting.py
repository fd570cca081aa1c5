"""A cut-off as what papers are made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mix1d.display.cutting import rate_lines, rule_words
from mix1d.display.layout import Table
from mix1d.display.records.card import Card
from mix1d.uncertainty.cutoff import Cutoff
from mix1d.uncertainty.saying import number_words


def _card(cut: Cutoff) -> Card:
    rates = Table(("rate", "value"), tuple(rate_lines(cut)), "<<")
    return Card(f"{number_words(cut)}: {rule_words(cut)}", rates, cut.sentences)


CARDS: dict[type, Callable[[Any], Card]] = {Cutoff: _card}
