"""What the page works on: the columns of the files, the values that a choice leaves, and their fits."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Any, Literal, TypeVar, cast

import numpy as np

import mix1d
from mix1d.display.picture import Picture, picture_of
from mix1d.display.playing import fragment, page_of
from mix1d.errors import InputError, Mix1dError, in_system_words, shown
from mix1d.explore.families import OFFERED
from mix1d.explore.transforms import TRANSFORMS
from mix1d.explore.windows import Window, window_of
from mix1d.sources.columns import NOTHING_SAID, ColumnError, Header, Written
from mix1d.sources.files import Columns, read_columns, read_headers
from mix1d.words import plain

T = TypeVar("T")

MOST_COMPONENTS = 10
SDS = ("free", "equal", "auto")


class NotOffered(InputError):
    """A page of ours never sends this."""

    def __init__(self, found: object) -> None:
        super().__init__(f"the page asked for something that it does not offer: {shown(found)}")


@dataclass(frozen=True)
class Choice:
    """What is chosen on the page; numbers of the range are in the unit of the column."""

    column: str
    transform: str = "none"
    components: int | None = None
    sds: Literal["free", "equal", "auto"] = "auto"
    low: float | None = None
    high: float | None = None
    drop: bool = False
    cut: bool = False
    """Whether nothing outside of the range could be recorded, instead of being left out here."""
    family: str = "normal"

    @classmethod
    def of(cls, saved: object) -> Choice:
        """Return the choice that a page sends, or raise `NotOffered`."""
        choice = _built(cls, saved)
        k = choice.components
        if not (
            type(choice.column) is str
            and type(choice.transform) is str
            and choice.transform in TRANSFORMS
            and choice.sds in SDS
            and type(choice.family) is str
            and choice.family in OFFERED
            and (k is None or (type(k) is int and 1 <= k <= MOST_COMPONENTS))
            and all(end is None or _is_finite(end) for end in (choice.low, choice.high))
            and type(choice.drop) is bool
            and type(choice.cut) is bool
        ):
            raise NotOffered(saved)
        return choice

    def saved(self) -> dict[str, Any]:
        """Return it as a page keeps it."""
        return asdict(self)


@dataclass(frozen=True, eq=False)
class Raw:
    """A column as the files have it, without missing values."""

    data: Columns | mix1d.Sketch
    n: int
    n_missing: int
    low: float
    high: float
    n_distinct: int | None  # None where a sketch stands for the values
    notes: tuple[str, ...] = ()  # what was left out of the files, or read in a special way, in words


@dataclass(frozen=True, eq=False)
class Taken:
    """The values that a choice leaves, transformed, and what it leaves out in words."""

    data: Columns | mix1d.Sketch
    name: str
    n: int
    of: int  # values before the transform and the range
    left_out: tuple[str, ...]
    column: str  # the column, as SQL where it is transformed
    where: str | None  # the condition in SQL, with that of the whole session
    drop: bool  # whether missing values were left out
    notes: tuple[str, ...]  # what was left out of the files, or read in a special way, in words


class Session:
    """Files, and what was read and fitted of them lately.

    `files` are paths as they were typed, for messages and for the lines that repeat a fit; `paths` where to
    read them again and again, if that differs (see `mix1d.sources.opening.held`). `column` is the one, or an
    SQL expression, to begin with; by default the first that holds numbers. The others are as for `mix1d fit`;
    with "raise" the page asks before it leaves missing values out; `begin` is what is chosen at
    first. Raises what reading files raises.
    """

    def __init__(
        self,
        files: Sequence[str],
        paths: Sequence[str] | None = None,
        *,
        column: str | None = None,
        where: str | None = None,
        weights: str | None = None,
        missing: Literal["raise", "drop"] = "drop",
        written: Written = NOTHING_SAID,
        begin: Choice | None = None,
        held: bool = False,
    ) -> None:
        self.held = held
        """Whether a fit holds the values, and `files` are no files that could be read again."""
        self.files = list(files)
        self.paths = list(files if paths is None else paths)
        self.where, self.weights, self.missing, self.written = where, weights, missing, written
        headers = [
            found
            for found in self._read(read_headers, where=where, weights=weights, written=written)
            if found
        ]
        self.kinds = _shared(headers)
        self.numeric = [name for name in self.kinds if all(name in header.numeric for header in headers)]
        self.saved = not headers
        """Whether all files are saved sketches, whose rows cannot be transformed or left out."""
        self.expression: str | None = None
        if self.saved:
            self.column = column or self._read(read_columns).name or "value"
            self.kinds = {self.column: "sketch"}
            self.numeric = [self.column]
        elif column is None:
            used = headers[0].spelling(weights) if weights else None
            candidates = [name for name in self.numeric if name != used] or list(self.kinds)
            counted = headers[0].counters | headers[0].empty
            self.column = next((name for name in candidates if name not in counted), candidates[0])
        else:
            spelt = headers[0].spelling(column)
            self.column = column if spelt is None else spelt
            if self.column not in self.kinds:
                self.expression = column
                self._read(read_headers, column=column, where=where, weights=weights, written=written)
        self.begin = Choice(self.column) if begin is None else replace(begin, column=self.column)
        """What the page shows first."""
        # A few of each, since a sketch or a column takes up to some megabytes.
        self.raw = cast("Callable[[str], Raw]", lru_cache(4)(self._raw))
        self._taken = cast("Callable[[Choice], Taken]", lru_cache(4)(self._take))
        self.fit = cast("Callable[[Choice], mix1d.FitResult]", lru_cache(16)(self._fit))
        self.picture = cast("Callable[[Choice], Picture]", lru_cache(4)(self._picture))
        self.playback = cast("Callable[[Choice], str]", lru_cache(8)(self._playback))

    @property
    def title(self) -> str:
        """The files in a few words."""
        first = "standard input" if self.files[0] == "-" else os.path.basename(self.files[0])
        more = len(self.files) - 1
        return first if not more else f"{first} and {more} other file{'s' * (more > 1)}"

    def taken(self, choice: Choice) -> Taken:
        """Return the values that a choice leaves; the number of components plays no part."""
        return self._taken(Choice(choice.column, choice.transform, None, "free", *_ends(choice)))

    def window(self, choice: Choice) -> Window | None:
        """Return the window of truncation, None where values outside are left out."""
        if not choice.cut or self.saved:
            return None
        raw, taken = self.raw(choice.column), self.taken(choice)
        low, high = _inside(choice, raw)
        if low is None and high is None:
            return None
        if isinstance(taken.data, mix1d.Sketch):
            raise InputError(
                f"{choice.column} has too many different values for a range that is cut away here, where a "
                "summary stands for them: choose “left out”, or use mix1d fit with --truncation"
            )
        transform = None if choice.transform == "none" else TRANSFORMS[choice.transform]
        return window_of(taken.data.values[~np.isnan(taken.data.values)], low, high, transform)

    def _read(self, reader: Callable[..., T], **options: Any) -> T:
        """Call a reader, with the names that the user knows in what it complains of."""
        try:
            return reader(self.paths, **options)
        except InputError as error:
            text = str(error)
            for path, label in zip(self.paths, self.files, strict=True):
                if path != label:
                    text = text.replace(path, "standard input" if label == "-" else label)
            raise type(error)(text) from None

    def term(self, name: str) -> str:
        """Return a column, or the expression of the command line, as a term of SQL that gives a number."""
        if name == self.expression:
            return f"({name})"
        quoted = '"' + name.replace('"', '""') + '"'
        return quoted if name in self.numeric else f"CAST({quoted} AS DOUBLE)"

    def _columns(
        self, column: str, where: str | None, notes: list[str] | None = None
    ) -> Columns | mix1d.Sketch:
        if self.saved:
            return self._read(read_columns)
        options = {"where": where, "weights": self.weights, "missing": "drop", "written": self.written}
        return self._read(read_columns, column=column, notes=notes, **options)

    def _raw(self, name: str) -> Raw:
        if name not in self.kinds and name != self.expression:
            raise ColumnError(f"there is no column {name!r}: choose one of the list")
        found: list[str] = []
        data = self._columns(name, self.where, found)
        notes = tuple(found)
        if isinstance(data, mix1d.Sketch):
            if not data.count:
                raise InputError(f"{name} has no values: all {data.n_missing} are missing")
            return Raw(data, data.count, data.n_missing, data.min, data.max, None, notes)
        present = data.values[~np.isnan(data.values)]
        n_missing = data.values.size - present.size
        if not present.size:
            raise InputError(f"{name} has no values: all {n_missing} are missing")
        low, high = float(present.min()), float(present.max())
        return Raw(data, present.size, n_missing, low, high, np.unique(present).size, notes)

    def _take(self, choice: Choice) -> Taken:
        raw, transform = self.raw(choice.column), TRANSFORMS[choice.transform]
        name = choice.column if choice.transform == "none" else transform.of(choice.column)
        if raw.n_missing and not choice.drop:
            raise InputError(
                f"{raw.n_missing} of {raw.n + raw.n_missing} values of {choice.column} are missing: tick "
                f"“Leave out missing values” to go on without them"
            )
        if self.saved:
            return Taken(raw.data, name, raw.n, raw.n, (), choice.column, None, False, raw.notes)
        term = self.term(choice.column)
        low, high = _inside(choice, raw)
        conditions = []
        n_refused = self._count_refused(choice, raw, term)
        if n_refused == raw.n:
            raise InputError(
                f"{transform.name} cannot take any value of {choice.column}: all {raw.n} are "
                f"{transform.refused.removeprefix('of ')}; choose another transform"
            )
        if n_refused:
            conditions.append(transform.allowed.format(term))
        if low is not None:
            conditions.append(f"{term} >= {_number(low)}")
        if high is not None:
            conditions.append(f"{term} <= {_number(high)}")
        if self.where and conditions:
            conditions.insert(0, f"({self.where})")
        where = " AND ".join(conditions) or self.where
        column = choice.column if choice.transform == "none" else transform.of(term)
        ends = raw.low if low is None else low, raw.high if high is None else high
        try:
            whole = column == choice.column and where == self.where
            data = raw.data if whole else self._columns(column, where)
            n = data.count if isinstance(data, mix1d.Sketch) else int(np.sum(~np.isnan(data.values)))
        except InputError as error:
            if "no rows where" not in str(error):
                raise
            n = 0
        if not n:
            low = raw.low if choice.low is None else choice.low
            high = raw.high if choice.high is None else choice.high
            span = f"from {plain(low)} to {plain(high)}"
            raise InputError(f"no value of {choice.column} lies {span}: widen the range")
        parts = [
            (raw.n_missing, "{n} missing"),
            (n_refused, f"{{n}} value{{s}} {transform.refused}, which {transform.name} cannot take"),
            (raw.n - n_refused - n, f"{{n}} value{{s}} not from {plain(ends[0])} to {plain(ends[1])}"),
        ]
        left_out = tuple(words.format(n=n, s="s" * (n != 1)) for n, words in parts if n > 0)
        return Taken(data, name, n, raw.n, left_out, column, where, raw.n_missing > 0, raw.notes)

    def _count_refused(self, choice: Choice, raw: Raw, term: str) -> int:
        """Count the values that the transform cannot take; a sketch may need a pass over the files."""
        transform = TRANSFORMS[choice.transform]
        if not transform.refuses(raw.low):
            return 0
        if isinstance(raw.data, Columns):
            x = raw.data.values[~np.isnan(raw.data.values)]
            return int(np.sum([x < 0.0] if transform.allowed == "{} >= 0" else [x <= 0.0]))
        if transform.refuses(raw.high):
            return raw.n
        condition = f"NOT ({transform.allowed.format(term)})"
        found = self._columns("1", f"({self.where}) AND {condition}" if self.where else condition)
        return found.count if isinstance(found, mix1d.Sketch) else int(found.values.size)

    def _fit(self, choice: Choice) -> mix1d.FitResult:
        taken, k = self.taken(choice), choice.components
        options: dict[str, Any] = {"sds": choice.sds, "name": taken.name, "progress": False}
        if choice.family != "normal":
            options["family"] = choice.family
        if isinstance(taken.data, mix1d.Sketch):
            self.window(choice)  # which refuses what cannot be
            return mix1d.fit(taken.data, k, **options)
        present = ~np.isnan(taken.data.values)
        values, weights = taken.data.values[present], taken.data.weights
        options["truncation"] = self.window(choice)
        distinct = np.unique(values).size
        if k is not None and k > distinct:
            there = "is only 1 distinct value" if distinct == 1 else f"are only {distinct} distinct values"
            raise InputError(
                f"{k} components need at least {k} distinct values, and there {there}: choose fewer"
            )
        return mix1d.fit(values, k, sample_weight=None if weights is None else weights[present], **options)

    def _picture(self, choice: Choice) -> Picture:
        """Return the bars and the curves of a fit; the thresholds take longer."""
        result = self.fit(choice)
        return picture_of(result, result.mixture)

    def _playback(self, choice: Choice) -> str:
        """Return the playback of plain EM as a page."""
        result = self.fit(choice)
        return page_of(fragment(result), f"{result.name}: plain EM, step by step", dark=False)


def in_words(error: Exception) -> str:
    """Return what went wrong as a sentence for the page.

    >>> in_words(mix1d.InputError("the file is empty"))
    'The file is empty.'
    """
    if isinstance(error, OSError):
        text = in_system_words(error)
    elif isinstance(error, Mix1dError):
        text = str(error)
    else:
        raise error
    text = text.partition("; columns: ")[0]  # the page lists them
    first = text.partition(" ")[0]
    return f"{text[0].upper() if first.isalpha() else text[0]}{text[1:]}."  # a file keeps its name


def _built(kind: type[Choice], saved: object) -> Choice:
    try:
        return kind(**cast(dict[str, Any], saved))
    except TypeError:  # no mapping, other names
        raise NotOffered(saved) from None


def _is_finite(number: object) -> bool:
    """Say whether a number is a double: JSON knows Infinity, true and whole numbers of any length."""
    if type(number) not in (int, float):
        return False
    try:
        return math.isfinite(cast(float, number))
    except OverflowError:
        return False


def _inside(choice: Choice, raw: Raw) -> tuple[float | None, float | None]:
    """Return the ends of the range that leave something out."""
    low = choice.low if choice.low is not None and choice.low > raw.low else None
    high = choice.high if choice.high is not None and choice.high < raw.high else None
    return low, high


def _ends(choice: Choice) -> tuple[float | None, float | None, bool]:
    return choice.low, choice.high, choice.drop


def _shared(headers: Sequence[Header]) -> dict[str, str]:
    """Return the columns that all files have, in the order of the first."""
    if not headers:
        return {}
    first = headers[0].kinds
    return {name: kind for name, kind in first.items() if all(name in other.kinds for other in headers)}


def _number(x: float) -> str:
    """Write a number as SQL reads it back.

    >>> _number(43.0), _number(1e-7)
    ('43', '1e-07')
    """
    return repr(float(x)).removesuffix(".0")
