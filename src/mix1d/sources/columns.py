"""Which column of a table is meant, and what to say when there is no such column."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from mix1d._errors import InputError, shown


class ColumnError(InputError):
    """The column, the weights, the groups or the condition asked for do not fit the table."""


def named_weights(sample_weight: object, label: str) -> str | None:
    """Return the name of a column of weights, None for no weights.

    Raises
    ------
    InputError
        For anything else.

    Examples
    --------
    >>> named_weights("w", "the table")
    'w'
    """
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


IN_PYTHON = Words()


@dataclass(frozen=True)
class Wanted:
    """Names or SQL expressions: the values, their weights, a condition for rows, what makes groups."""

    column: str | None = None
    weights: str | None = None
    where: str | None = None
    by: str | None = None
    words: Words = IN_PYTHON


@dataclass(frozen=True)
class Header:
    """The columns of a table.

    Attributes
    ----------
    label : str
        The table, as messages call it.
    kinds : mapping
        What each column holds, in words, by its name.
    numeric : tuple of str
        The names of those that hold numbers.

    Examples
    --------
    >>> header = Header("table", {"mass": "double", "site": "text"}, ("mass",))
    >>> header.only_numeric([])
    'mass'
    >>> header.unknown("mas")
    "no column 'mas', did you mean 'mass'"
    """

    label: str
    kinds: Mapping[str, str]
    numeric: tuple[str, ...]

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

        Raises
        ------
        InputError
            When there is no number in the table.
        ColumnError
            When several columns could be meant.
        """
        used = {self.spelling(name) for name in taken if name is not None}
        free = [name for name in self.kinds if name not in used] or list(self.kinds)
        numeric = [name for name in free if name in self.numeric]
        if len(numeric) == 1 or len(free) == 1:
            return (numeric or free)[0]
        if not numeric:
            raise InputError(f"{self.label}: no numeric column; {self.listing()}")
        raise ColumnError(
            f"{self.label}: {len(numeric)} numeric columns, choose one with {words.column}; {self.listing()}"
        )

    def unknown(self, wanted: str) -> str:
        """Say that there is no such column, and which one may be meant."""
        folded = {name.casefold(): name for name in self.kinds}
        close = difflib.get_close_matches(wanted.casefold(), folded, n=1)
        return f"no column {wanted!r}" + (f", did you mean {folded[close[0]]!r}" if close else "")

    def listing(self) -> str:
        """List all columns."""
        return "columns: " + ", ".join(f"{name} ({kind})" for name, kind in self.kinds.items())
