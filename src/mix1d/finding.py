"""Findings: what to know before believing an answer, in words."""

from __future__ import annotations

from dataclasses import dataclass


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
