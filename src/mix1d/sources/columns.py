"""Which column of a table is meant, and what to say when there is no such column."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple, TypedDict

from mix1d.errors import InputError, shown
from mix1d.sources.names import MOST_LISTED, close_to

MOST_CODES = 3


class ColumnError(InputError):
    """The column, the weights, the groups or the condition asked for do not fit the table."""


def named_weights(sample_weight: object, label: str) -> str | None:
    """Return the name of a column of weights, None for no weights; anything else is an `InputError`."""
    if sample_weight is None or isinstance(sample_weight, str):
        return sample_weight
    raise InputError(
        f"sample_weight must be the name of a column of {label}, got {shown(sample_weight)}: pass its name"
    )


class Words(NamedTuple):
    """How messages name what can be asked for: in Python, or on the command line."""

    column: str = "column="
    weights: str = "sample_weight"
    drop: str = 'pass missing="drop" to leave them out'
    decimal: str = 'read it with pandas.read_csv(path, decimal=",") or thousands=","'
    header: str = "read it with pandas.read_csv(path, header=0) or header=None"
    sheet: str = "read it with pandas.read_excel(path, sheet_name=...)"
    na: str = ""

    def limits(self, example: str) -> str:
        """Say why a cell that is a limit was not read."""
        if not any(sign.isdigit() for sign in example):
            return ": a limit needs its number, such as <0.5; write it into the file"
        if self.na:
            return ": none of them was read as a value; mix1d fit and mix1d order take limits"
        return ": none of them was read as a value; pass the column itself, whose limits fit takes"

    def correct(self, cells: Sequence[str]) -> str:
        """Say what to do about cells that are no numbers."""
        it = "it" if len(cells) == 1 else "them"
        advice = f"correct {it} in the file"
        if not self.na or len(cells) > MOST_CODES or not all(map(_is_code, cells)):
            return advice
        return f"{advice}, or take {it} for missing with {self.na} {shlex.quote(','.join(cells))}"


def _is_code(cell: str) -> bool:
    return "," not in cell and cell.isprintable() and not cell.startswith(("<", ">", "~"))


IN_PYTHON = Words()


@dataclass(frozen=True)
class Written:
    """What the user says about how a file is written; None where it is to be found."""

    decimal: str | None = None  # the sign before decimals
    header: bool | None = None  # whether the first row of the table is names
    # Cells that stand for missing values, beside the usual ones; a number stands for all ways to write it
    na: tuple[str, ...] = ()
    sheet: str | None = None  # the sheet of a workbook


NOTHING_SAID = Written()


class Beside(NamedTuple):
    """Something that was recorded beside the values."""

    argument: str  # as messages call it
    column: str  # name or SQL expression
    number: bool = True  # or else words


@dataclass(frozen=True)
class Wanted:
    """Names or SQL expressions: the values, their weights, a condition for rows, what makes groups."""

    column: str | None = None
    weights: str | None = None
    where: str | None = None
    by: str | None = None
    words: Words = IN_PYTHON
    written: Written = NOTHING_SAID
    others: tuple[str, ...] | None = ()  # further names or expressions; None where any column may be meant
    beside: tuple[Beside, ...] = ()  # what else was recorded in each row
    limits: bool = False  # whether the column may have limits among its cells
    classes: bool = False  # whether the table is one of classes and their counts

    @property
    def taken(self) -> tuple[str | None, ...]:
        """What is something else than the values."""
        return (self.weights, self.by, *(one.column for one in self.beside))

    def mentions(self, name: str) -> bool:
        """Say whether a column may be needed."""
        if self.others is None or (self.column is None and not self.others):
            return True
        beside = (one.column for one in self.beside)
        given = (self.column, *self.others, self.weights, self.where, self.by, *beside)
        used = [text.casefold() for text in given if text is not None]
        return any(name.casefold() in text for text in used)


class Asking(TypedDict, total=False):
    """What the readers of files for the command line are asked by name; the fields are those of `Wanted`."""

    column: str | None
    weights: str | None
    where: str | None
    by: str | None
    written: Written
    beside: tuple[Beside, ...]
    limits: bool
    classes: bool


@dataclass(frozen=True)
class Header:
    """The columns of a table.

    >>> header = Header("table", {"mass": "double", "site": "text"}, ("mass",))
    >>> header.only_numeric([])
    'mass'
    >>> header.unknown("mas")
    "no column 'mas', did you mean 'mass'"
    """

    label: str  # the table, as messages call it
    kinds: Mapping[str, str]  # what each column holds, in words, by its name
    numeric: tuple[str, ...]  # the names of those that hold numbers
    troubled: tuple[str, ...] = ()  # the names of those that look like numbers and cannot be read
    # The names of those that count the rows, which may be nobody's data
    counters: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()  # the names of those among them that are called so
    empty: frozenset[str] = frozenset()  # the names of those without a value

    def spelling(self, wanted: str) -> str | None:
        """Return the column of that name, whose case need not agree."""
        if wanted in self.kinds:
            return wanted
        return next((name for name in self.kinds if name.casefold() == wanted.strip().casefold()), None)

    def find(self, wanted: str, argument: str) -> str:
        """Return the column of that name, or raise `ColumnError`."""
        name = self.spelling(wanted)
        if name is None:
            raise ColumnError(f"{self.label}: {argument}: {self.unknown(wanted)}; {self.listing()}")
        return name

    def only_numeric(self, taken: Iterable[str | None], words: Words = IN_PYTHON) -> str:
        """Return the only numeric column beside those that are weights or groups.

        Raises `InputError` when there is no number in the table, `ColumnError` when several could be meant.
        """
        used = {self.spelling(name) for name in taken if name is not None}
        free = [name for name in self.kinds if name not in used] or list(self.kinds)
        numeric = [name for name in free if name in self.numeric or name in self.troubled]
        if len(free) == 1:
            return free[0]
        filled = [name for name in numeric if name not in self.empty] or numeric
        data = [name for name in filled if name not in self.ids] or filled
        if len(data) == 1 and data[0] not in self.counters:
            return data[0]
        if not numeric:
            raise InputError(f"{self.label}: no numeric column; {self.listing()}")
        if all(name in self.counters for name in data):
            words_for = f"{', '.join(filled)} only counts the rows, choose a column with {words.column}"
            raise ColumnError(f"{self.label}: {words_for}; {self.listing()}")
        raise ColumnError(
            f"{self.label}: {len(data)} numeric columns, choose one with {words.column}; {self.listing()}"
        )

    def unknown(self, wanted: str) -> str:
        """Say that there is no such column, and which one may be meant."""
        close = close_to(wanted, self.kinds)
        shown_name = wanted if len(wanted) <= 40 else f"{wanted[:37]}..."
        return f"no column {shown_name!r}" + (f", did you mean {close!r}" if close else "")

    def listing(self) -> str:
        """List the columns, no more than twenty."""
        names = [f"{name} ({kind})" for name, kind in islice(self.kinds.items(), MOST_LISTED)]
        more = len(self.kinds) - len(names)
        return f"columns: {', '.join(names)}" + (f" and {more} more" if more else "")
