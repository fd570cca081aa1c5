"""Where the table of a text file is: separator, names, first and last row, and what is left out around it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mix1d.errors import InputError
from mix1d.sources.columns import Words, Written
from mix1d.sources.headings import (
    Undecided,
    distinct,
    has_word_above_numbers,
    is_heading,
    is_sum,
    is_title,
    is_units,
    joined_names,
    kind_of,
)
from mix1d.sources.numerals import form_of, is_number
from mix1d.sources.separated import (
    BLANKS,
    NONE,
    BrokenQuote,
    Row,
    Separated,
    counts_up,
    is_counter,
    is_id,
    rows_of,
    separated,
)
from mix1d.sources.text import TextFile

_MOST_AROUND = 50  # lines above the table
_MOST_CLOSING = 20  # lines below it
_LOOKED_AT = 1000  # rows for the kinds of columns


@dataclass(frozen=True)
class Layout:
    """Where the table of a text file is."""

    delimiter: str  # as in `Separated`
    names: tuple[str, ...]  # of the columns, no two alike
    kinds: tuple[str, ...]  # what the columns seem to hold, as far as was looked at; see `kind_of`
    counters: frozenset[str]  # columns that count the rows, as far as was looked at
    ids: frozenset[str]  # those among them that are called so
    unnamed: frozenset[str]  # columns that have no name in the file
    # Lines of the first and the last row, counted from 1
    first: int
    last: int
    comments: bool  # whether lines that begin with "#" are no rows
    simple: bool  # whether the rows can be read as they are, without the lines above them
    comma: bool  # whether a column shows a decimal comma
    notes: tuple[str, ...]  # what was left out, or read in a special way, in words

    def rows(self, file: TextFile) -> Iterator[Row]:
        """Read the rows, each as wide as the table; another number of fields is an `InputError`."""
        width = len(self.names)
        waiting: list[Row] = []  # empty lines, which are missing values only where another row follows
        try:
            for row in rows_of(self._lines(file), self.delimiter):
                if not row.fields:
                    if width == 1:
                        waiting.append(Row(row.line, row.end, [""]))
                    continue
                yield from waiting
                waiting.clear()
                fields = row.fields
                while len(fields) > width and not fields[-1].strip():
                    fields = fields[:-1]
                if len(fields) != width:
                    raise InputError(ragged(file.label, row, width, self.first, self.delimiter))
                yield Row(row.line, row.end, fields)
        except BrokenQuote as error:
            raise InputError(broken(file.label, error.line)) from None

    def _lines(self, file: TextFile) -> Iterator[tuple[int, str]]:
        for number, line in enumerate(file.lines(), 1):
            if number > self.last:
                return
            if number >= self.first and not (self.comments and line.startswith("#")):
                yield number, line


def ragged(label: str, row: Row, width: int, first: int, delimiter: str) -> str:
    """Return what to say about a row that has another number of fields than the table."""
    n = len(row.fields)
    return (
        f"{label}: line {row.line} has {n} field{'s' * (n != 1)} and the table, which begins in line "
        f"{first}, {width}: {quoted(row.fields, delimiter)}; correct or remove the line, or put quotation "
        "marks around a field that holds the separator"
    )


def broken(label: str, line: int) -> str:
    """Return what to say about a quotation mark that is wrong."""
    return f"{label}: line {line}: a quotation mark is not closed, or closed within a field; remove it"


def quoted(fields: Sequence[str], delimiter: str) -> str:
    """Return a line as messages quote it."""
    text = delimiter.join(fields)
    return repr(text if len(text) <= 40 else f"{text[:37]}...")


def layout_of(file: TextFile, written: Written, words: Words) -> Layout:
    """Find the table in a text file.

    Raises `InputError` when there is none, when lines above it hold data, or when it cannot be told what its
    names are.
    """
    head = list(enumerate(file.head, 1))
    whole = len(head) == file.n_lines
    comments = file.comments and sum(line.startswith("#") for _, line in head) < 0.5 * len(head)
    n_above = next((i for i, (_, line) in enumerate(head) if not line.startswith("#")), len(head))
    comments = comments or (file.comments and n_above > 0 and len(head) > n_above)
    lines = [(n, line) for n, line in head if not (comments and line.startswith("#"))]
    if not any(line.strip() for _, line in lines):
        raise InputError(f"{file.label}: no rows")
    split = separated(lines, whole, written.decimal)
    if split.broken is not None:
        raise InputError(broken(file.label, split.broken))
    if not whole:  # the last one may go on
        split = Separated(split.delimiter, split.width, split.rows[:-1])
    notes: list[str] = []
    found = _Table(file, split, written, words)
    marked = _marked_names(head, split) if comments else None
    found.begin(marked)
    last = _last_row(file, found, comments, notes)
    found.rows = [row for row in found.rows if row.line <= last]
    notes[:0] = found.notes
    if comments:
        n = sum(1 for line in file.lines() if line.startswith("#"))
        n -= marked is not None
        if n:
            notes.insert(0, f"{n} comment line{'s are' if n != 1 else ' is'} left out")
    if not file.encoding.startswith("utf"):
        notes.insert(0, f"not UTF-8: read as {'Windows-1252' if file.encoding == 'cp1252' else 'Latin-1'}")
    sample = [row for row in found.rows[:_LOOKED_AT] if len(row.fields) == found.width]
    sums = [row for row in sample if found.width > 1 and is_sum(row.fields)]
    if 0 < len(sums) < 0.1 * len(sample) or (len(sums) == 1 < len(sample)):
        notes.append(
            f"line {sums[0].line} may be a sum, and is read as a row: {found.quoted(sums[0].fields)}"
        )
    columns = list(zip(*(row.fields for row in sample), strict=True)) or [()] * len(found.names)
    kinds = tuple(kind_of(cells) for cells in columns)
    named = list(zip(found.names, found.given or found.names, columns, strict=True))
    counters = frozenset(name for name, given, cells in named if is_counter(given, cells))
    return Layout(
        split.delimiter,
        tuple(found.names),
        kinds,
        counters,
        frozenset(name for name, given, _ in named if name in counters and is_id(given)),
        frozenset(name for name, given, _ in named if found.given and not given.strip()),
        found.first,
        last,
        comments,
        not (comments or split.delimiter == BLANKS or found.padded or last < file.n_lines - _n_empty(file))
        and not (split.delimiter == NONE and last < file.n_lines)
        and all(row.line == row.end for row in found.above),
        any(form_of(cell).decimal == "," for cells in columns for cell in cells[:200]),
        tuple(notes),
    )


def _n_empty(file: TextFile) -> int:
    n = 0
    for line in reversed(file.tail):
        if line.strip():
            break
        n += 1
    return n


def _marked_names(head: Sequence[tuple[int, str]], split: Separated) -> list[str] | None:
    """Return the names in the last comment line above the table, as in "#id,size"."""
    start = next((row.line for row in split.rows if len(row.fields) == split.width), 1)
    above = [line for n, line in head if n < start and line.startswith("#")]
    if split.width < 2 or not above:
        return None
    (row,) = (
        rows_of([(1, above[-1].lstrip("#").strip())], split.delimiter) if '"' not in above[-1] else [None]
    )
    if row is None or len(row.fields) != split.width or any(map(is_number, row.fields)):
        return None
    return row.fields


class _Table:
    """The rows of the first lines, on the way to a layout."""

    def __init__(self, file: TextFile, split: Separated, written: Written, words: Words) -> None:
        self.file, self.written, self.words = file, written, words
        self.width, self.delimiter = split.width, split.delimiter
        self.notes: list[str] = []
        filled = [row for row in split.rows if row.fields]
        start = next((i for i, row in enumerate(filled) if len(row.fields) == self.width), 0)
        self.above, self.rows = filled[:start], filled[start:]
        self.empty = [row for row in split.rows if not row.fields]
        self.names: list[str] = []
        self.given: list[str] = []
        """The names as they stand in the file, none where there are none."""
        self.padded = any(
            len(row.fields) > self.width and not any(cell.strip() for cell in row.fields[self.width :])
            for row in self.rows
        )

    def begin(self, marked: list[str] | None) -> None:
        """Take titles, names, units and sums from the top."""
        short = self._short_heading()
        if short is None:
            self._check_above()
        self._take_titles()
        fits = self._fitting()
        given = short or marked
        heading = False if given else self._has_heading(fits)
        if heading:
            given = self._take(fits.pop(0)).fields
            if (
                fits
                and not all(cell.strip() for cell in given)
                and is_units(fits[0].fields, _fields(fits[1:]))
            ):
                given = joined_names([given, self._take(fits.pop(0)).fields])
        if given and fits and is_units(fits[0].fields, _fields(fits[1:])):
            row = self._take(fits.pop(0))
            self.notes.append(f"line {row.line} below the names is left out: {self.quoted(row.fields)}")
        while given and len(fits) > 1 and is_sum(fits[0].fields) and _label_is_single(fits[0], fits):
            row = self._take(fits.pop(0))
            self.notes.append(f"line {row.line} is left out: {self.quoted(row.fields)}")
        self.given = list(given or ())
        self.names = distinct(given or [""] * self.width)
        if given:
            as_given = {" ".join(name.split()) for name in given}
            doubled = [name for name in self.names if name not in as_given and not name.startswith("column")]
            if doubled:
                self.notes.append(f"columns of the same name are told apart: {', '.join(doubled[:5])}")
            doubtful = any(map(is_number, given)) and not has_word_above_numbers(given, _fields(fits))
            if heading and doubtful:
                self.notes.append(
                    f"the names are numbers, from line {self.above[-1].line}: {self.quoted(given)}"
                )

    @property
    def first(self) -> int:
        """The line of the first row."""
        if self.rows:
            return self.rows[0].line
        return (self.above[-1].end if self.above else 0) + 1

    def quoted(self, fields: Sequence[str]) -> str:
        """Return a line as messages quote it."""
        return quoted(fields, self.delimiter)

    def _take(self, row: Row) -> Row:
        self.rows = [other for other in self.rows if other.line > row.line]
        self.above = [*self.above, row]
        return row

    def _fitting(self) -> list[Row]:
        return [row for row in self.rows[: _LOOKED_AT + 50] if len(row.fields) == self.width]

    def _short_heading(self) -> list[str] | None:
        """Return names without one for the row names that R writes; refuse other headings that do not fit."""
        if not self.above or self.width < 2:
            return None
        row = self.above[-1]
        short = len(row.fields)
        texts = not any(map(is_number, row.fields))
        fits = _fields(self._fitting())
        if short == self.width - 1 and texts:
            if not any(fields[-1].strip() for fields in fits):
                return [*row.fields, ""]
            first = self.file.head[self.rows[0].line - 1].lstrip()
            by_r = self.delimiter != "," or first.startswith('"')
            if by_r and counts_up([fields[0] for fields in fits]):
                return ["", *row.fields]
        if short < 2 or not texts:
            return None
        if not self._has_heading(self._fitting()):
            line = self.rows[0].line
            raise InputError(
                f"{self.file.label}: line {row.line} has {short} names and the rows from line {line} on have "
                f"{self.width} fields: {self.quoted(fits[0])}; put quotation marks around fields that hold "
                "the separator, or name all columns"
            )
        return None

    def _check_above(self) -> None:
        """Refuse lines above the table that hold data."""
        data = next(
            (row for row in self.above if all(is_number(cell) or not cell.strip() for cell in row.fields)),
            None,
        )
        if data is None and len(self.above) > _MOST_AROUND:
            data = self.above[0]
        if data is not None:
            raise InputError(ragged(self.file.label, data, self.width, self.rows[0].line, self.delimiter))
        if self.above:
            n = len(self.above)
            what = "1 line" if n == 1 else f"{n} lines"
            verb = "is" if n == 1 else "are"
            self.notes.append(f"{what} above the table {verb} left out: {self.quoted(self.above[0].fields)}")

    def _take_titles(self) -> None:
        fits = self._fitting()
        taken = []
        while len(fits) > 2 and is_title(fits[0].fields, _fields(fits[1:])):
            taken.append(self._take(fits.pop(0)))
        if taken:
            n = len(taken)
            what = "1 line" if n == 1 else f"{n} lines"
            verb = "is" if n == 1 else "are"
            self.notes.append(f"{what} above the table {verb} left out: {self.quoted(taken[0].fields[:1])}")

    def _has_heading(self, fits: Sequence[Row]) -> bool:
        if self.written.header is not None:
            return self.written.header
        try:
            return bool(fits) and is_heading(_fields(fits))
        except Undecided as error:
            raise InputError(f"{self.file.label}: {error}; {self.words.header}") from None


def _fields(rows: Sequence[Row]) -> list[list[str]]:
    return [row.fields for row in rows]


def _last_row(file: TextFile, found: _Table, comments: bool, notes: list[str]) -> int:
    """Return the line of the last row, with a note on closing lines of another shape."""
    tail = list(enumerate(file.tail, file.n_lines - len(file.tail) + 1))
    dropped: list[Row] = []
    last = found.first - 1
    for number, line in reversed(tail):
        if number < found.first:
            break
        if not line.strip() or (comments and line.startswith("#")):
            continue
        row = None
        if line.count('"') % 2 == 0:
            try:
                (row,) = rows_of([(number, line)], found.delimiter)
            except BrokenQuote:
                row = None
        if row is None or len(dropped) >= _MOST_CLOSING or not _is_closing(row, found):
            last = number
            break
        dropped.append(row)
    if not dropped:
        return last
    if last < found.first:  # nothing but such rows
        return dropped[0].line
    dropped.reverse()
    n = len(dropped)
    what = f"line {dropped[0].line}" if n == 1 else f"{n} lines from line {dropped[0].line} on"
    verb = "is" if n == 1 else "are"
    notes.append(f"{what}, below the table, {verb} left out: {found.quoted(dropped[0].fields)}")
    return last


def _label_is_single(row: Row, rows: Sequence[Row]) -> bool:
    """Say whether no other row has the first word of a row, as it would if it were the name of a group."""
    word = next(cell for cell in row.fields if cell.strip())
    return sum(word in other.fields for other in rows) <= 1


def _is_closing(row: Row, found: _Table) -> bool:
    fields = row.fields
    while len(fields) > found.width and not fields[-1].strip():
        fields = fields[:-1]
    if len(fields) == found.width:
        if not is_sum(fields):
            return False
        return _label_is_single(row, found.rows)
    first = next((cell for cell in fields if cell.strip()), "")
    return not is_number(first) and not first.startswith(("<", ">"))
