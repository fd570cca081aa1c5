"""What is to be shown of a record, whatever it is written in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mix1d.display.layout import Table

Columns = Mapping[str, Any]


@dataclass(frozen=True)
class Card:
    """A title, a picture, a table, and sentences, in this order."""

    title: str
    table: Table | None = None
    notes: tuple[str, ...] = ()
    """Sentences; what does not fit into the table."""
    picture: Callable[[], str] | None = None
    """Draws an SVG; asked for by what can show one."""
    by_component: bool = False
    """Whether rows that begin with a letter are those of components."""
    line: str = ""
    """The record in one line, for those that often stand in others; empty: its `repr` has the table."""
    columns: Callable[[], Columns] | None = field(default=None)
    """The table as columns of numbers; None where those are the fields of the record."""


@dataclass(frozen=True)
class Kind:
    """How records are shown that are a row each, alone and among others."""

    one: str
    several: str
    header: tuple[str, ...]
    align: str
    cells: Callable[[Any], tuple[str, ...]]
    line: Callable[[Any], str]
    """What stands in its `repr` behind the name of the class."""
    picture: Callable[[Any, Any], str] | None = None
    """Draws several of them on what stands beside them."""
    alone: Callable[[Any], str] | None = None
    """Draws one of them."""
    spare: tuple[int, ...] = ()
    none: str = ""
    """What to say where there is none."""
