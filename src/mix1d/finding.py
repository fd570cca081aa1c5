"""Findings: what to know before believing an answer, in words."""

from __future__ import annotations

from dataclasses import dataclass

_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to know before believing a fit."""

    code: str
    """One word, from the list in `docs/findings.md`."""
    message: str
    """A sentence or two."""
    component: int | None = None
    """The component concerned, by its place in the mixture."""
    value: float | None = None
    """The number that the message is about."""


def letter(component: int) -> str:
    """Name a component in words, tables and drawings: a, b, c, ... in the order of the mixture.

    >>> letter(0), letter(2), letter(60)
    ('a', 'c', '60')
    """
    return _LETTERS[component] if component < len(_LETTERS) else str(component)
