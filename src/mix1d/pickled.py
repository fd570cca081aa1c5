"""Frozen records with slots that were pickled before they had all of their fields."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import Any


def filled_in(record: Any, state: list[Any]) -> None:
    """Restore a data class from the values of its first fields; the others were added later, at the end."""
    for i, field in enumerate(fields(record)):
        value = state[i] if i < len(state) else field.default
        assert value is not MISSING
        object.__setattr__(record, field.name, value)
