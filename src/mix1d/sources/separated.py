"""Lines of text as rows of fields: the separator is found, and every row keeps the number of its line."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from mix1d.sources.numerals import form_of, is_number

BLANKS = " "
NONE = "\x1f"  # what stands in no text: a line is one field
_CANDIDATES = ("\t", ";", "|", ",")
_MOST_PREAMBLE = 50
_FEWEST_COUNTED = 10
_ID = re.compile(
    r"|#|(.*[\W_])?(id|nr|no|idx|index|row|rowname|obs|key|lfd|unnamed: 0)[\W_]?.{0,2}|.*[a-z]ID|.*[a-z]Id"
)
NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "|", BLANKS: "blanks"}


class Row(NamedTuple):
    """The fields of a row, and the lines on which it begins and ends, counted from 1."""

    line: int
    end: int
    fields: list[str]


class BrokenQuote(Exception):
    """A quotation mark that is not closed, or closed in the middle of a field."""

    def __init__(self, line: int, unfinished: bool) -> None:
        super().__init__(line)
        self.line, self.unfinished = line, unfinished


@dataclass(frozen=True)
class Separated:
    """The first rows of a file, and what separates their fields."""

    delimiter: str  # a character, `BLANKS` for any number of blanks and tabs, or `NONE`
    width: int  # fields of most rows
    rows: tuple[Row, ...]  # all rows that were looked at, those above the table too
    broken: int | None = None  # the line where a quotation mark is wrong


def rows_of(lines: Iterable[tuple[int, str]], delimiter: str) -> Iterator[Row]:
    r"""Split numbered lines into rows; an empty line is a row without fields. Raises `BrokenQuote`.

    >>> list(rows_of([(4, 'Ada,"1'), (5, '2"')], ","))
    [Row(line=4, end=5, fields=['Ada', '1\n2'])]
    """
    began = now = 0
    fresh = True

    def fed() -> Iterator[str]:
        nonlocal began, now, fresh
        for now, line in lines:
            if fresh:
                began, fresh = now, False
            yield (line.replace("\t", " ").strip() if delimiter == BLANKS else line) + "\n"

    reader = csv.reader(fed(), delimiter=delimiter, strict=True, skipinitialspace=True)
    while True:
        try:
            fields = next(reader, None)
        except csv.Error as error:
            unfinished = "unexpected end" in str(error) or "limit" in str(error)
            raise BrokenQuote(began if unfinished else now, unfinished) from None
        if fields is None:
            return
        fresh = True
        yield Row(began, now, fields)


def separated(lines: Sequence[tuple[int, str]], whole: bool, decimal: str | None) -> Separated:
    """Find what separates the fields of the first lines of a file (the `whole` of it), without comment lines.

    `decimal` is the sign before decimals, if known: a comma then separates nothing.

    >>> separated([(1, "mass;site"), (2, "3,75;A"), (3, "4,5;B")], True, None).delimiter
    ';'
    >>> separated([(1, "mass"), (2, "3,75"), (3, "4,5")], True, None).width
    1
    """
    if lines and (named := _named_separator(lines[0][1])):
        return _split(lines[1:], named, whole)
    one = _split(lines, NONE, whole)
    if _is_one_column(one.rows):
        return one
    candidates = [sign for sign in _CANDIDATES if not (sign == "," and decimal == "," and not _quoted(lines))]
    found = [_split(lines, sign, whole) for sign in candidates]
    valid = [split for split in found if _is_table(split)]
    best = max(valid, key=_merit, default=None)
    if best is None or (best.delimiter == "\t" and _coverage(best) < 1.0):
        blanks = _split(lines, BLANKS, whole)
        if _is_table_of_blanks(blanks):
            return blanks
    return best or one


def _named_separator(line: str) -> str | None:
    """Return the separator of Excel's first line "sep=;"."""
    text = line.strip().strip('"')
    return text[4:] if text.lower().startswith("sep=") and len(text) == 5 else None


def _quoted(lines: Sequence[tuple[int, str]]) -> bool:
    return any('"' in line for _, line in lines)


def _split(lines: Sequence[tuple[int, str]], delimiter: str, whole: bool) -> Separated:
    rows: list[Row] = []
    broken = None
    try:
        for row in rows_of(lines, delimiter):
            rows.append(row)
    except BrokenQuote as error:
        if whole or not error.unfinished:
            broken = error.line
    widths = Counter(len(row.fields) for row in rows if row.fields)
    width = max(widths, key=lambda w: (w > 1 or delimiter == NONE, widths[w], w), default=1)
    return Separated(delimiter, width, tuple(rows), broken)


def _is_one_column(rows: Sequence[Row]) -> bool:
    """Say whether lines are numbers below a name, whatever signs stand in the numbers."""
    cells = [row.fields[0] for row in rows if row.fields]
    first = next((i for i, cell in enumerate(cells[:_MOST_PREAMBLE]) if is_number(cell)), None)
    if not first or _has_separator(cells[first - 1]):
        return False
    if len(cells[first - 1].split()) > 1 and not _has_separator(cells[first]):
        return False
    body = cells[first:]
    return sum(form_of(cell).kind != "text" for cell in body) >= 0.9 * len(body)


def _has_separator(cell: str) -> bool:
    return any(sign in cell for sign in _CANDIDATES)


def _merit(split: Separated) -> tuple[float, float, float]:
    """Return how well a separator explains the lines: no field but a number has another one in it."""
    return round(_coverage(split), 2), round(_share_without_separators(split), 2), _share_of_numbers(split)


def _coverage(split: Separated) -> float:
    filled = [row for row in split.rows if row.fields]
    return sum(len(row.fields) == split.width for row in filled) / max(len(filled), 1)


def _is_table(split: Separated) -> bool:
    filled = [len(row.fields) for row in split.rows if row.fields]
    if split.width < 2 or split.width not in filled:
        return False
    first = filled.index(split.width)
    like = filled.count(split.width)
    share = like / (len(filled) - first)
    return share >= 0.5 and (
        like >= 0.5 * len(filled) or (first <= _MOST_PREAMBLE and like >= 3 and share > 0.9)
    )


def _is_table_of_blanks(split: Separated) -> bool:
    """Say whether blanks separate columns, and not words: rows have a number, and names for all columns."""
    filled = [row.fields for row in split.rows if row.fields]
    body = filled[1:] or filled
    if split.width < 2 or sum(len(fields) == split.width for fields in body) < 0.9 * len(body):
        return False
    if sum(any(map(is_number, fields)) for fields in body) < 0.9 * len(body):
        return False
    head = filled[0]
    if len(head) == split.width:
        return True
    return len(head) == split.width - 1 and counts_up([fields[0] for fields in body])


def _share_of_numbers(split: Separated) -> float:
    cells = _cells(split)
    return sum(map(is_number, cells)) / max(len(cells), 1)


def _share_without_separators(split: Separated) -> float:
    cells = _cells(split)
    return sum(is_number(cell) or not _has_separator(cell) for cell in cells) / max(len(cells), 1)


def _cells(split: Separated) -> list[str]:
    return [cell for row in split.rows[:200] if len(row.fields) == split.width for cell in row.fields]


def counts_up(cells: Sequence[str]) -> bool:
    """Say whether cells are whole numbers that rise by one, from 0 or 1.

    >>> counts_up(["1", "2", "3"]), counts_up(["1", "3"])
    (True, False)
    """
    texts = [cell.strip() for cell in cells]
    if len(texts) < 2 or not all(text.isascii() and text.isdigit() for text in texts):
        return False
    start = int(texts[0])
    return start in (0, 1) and all(int(text) == start + i for i, text in enumerate(texts))


def is_counter(name: str, cells: Sequence[str]) -> bool:
    """Say whether a column counts the rows, which a few numbers may do by chance.

    >>> is_counter("id", ["1", "2", "3"]), is_counter("dose", ["1", "2", "3"])
    (True, False)
    """
    return counts_up(cells) and (len(cells) >= _FEWEST_COUNTED or is_id(name))


def is_id(name: str) -> bool:
    """Say whether a column is called as those are that tell rows apart, or not at all.

    >>> is_id("patient_id"), is_id("SampleID"), is_id(""), is_id("length"), is_id("Nr.")
    (True, True, True, False, True)
    """
    return _ID.fullmatch(name) is not None or _ID.fullmatch(name.casefold()) is not None
