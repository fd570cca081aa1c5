"""What stands below a drawing in characters: the axis, its numbers, the thresholds and the legend."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mix1d.display.canvas import Piece
from mix1d.words import near, round_step, tick_labels

if TYPE_CHECKING:
    from mix1d.model.thresholds import Threshold


@dataclass(frozen=True)
class Mark:
    """A threshold on the axis, and its interval, in columns; None for an end that lies outside."""

    column: int
    label: str
    lower: int | None
    upper: int | None
    open_below: bool  # whether the interval reaches out of the picture at its lower end
    open_above: bool


@dataclass(frozen=True)
class Scale:
    """The range of an axis and how many columns it has."""

    low: float
    high: float
    n_columns: int

    def column(self, x: float) -> int | None:
        """Return the column of a place, or None outside."""
        if not self.low <= x < self.high:
            return None
        # halves, so that the difference of two huge numbers stays finite
        share = (0.5 * x - 0.5 * self.low) / (0.5 * self.high - 0.5 * self.low)
        return min(int(share * self.n_columns), self.n_columns - 1)


def marks(thresholds: Sequence[Threshold], scale: Scale, bin_width: float) -> list[Mark]:
    """Return the thresholds that lie in the picture."""
    found = []
    for cut in thresholds:
        column = scale.column(cut.value)
        if column is None:
            continue
        width = cut.upper - cut.lower
        if math.isfinite(width):
            ends = scale.column(cut.lower), scale.column(cut.upper)
            reach = cut.lower < scale.low, cut.upper >= scale.high
        else:  # one that is open at an end would only cover the axis
            width, ends, reach = 0.0, (None, None), (False, False)
        found.append(Mark(column, near(cut.value, 5.0 * (width or bin_width)), *ends, *reach))
    return found


def axis_lines(
    scale: Scale, thresholds: Sequence[Mark], ascii: bool, left: int
) -> Iterator[tuple[list[Piece], bool]]:
    """Yield the axis with its ticks and thresholds, and the lines of numbers below it, without a left side.

    The second of each pair says whether the line is the axis itself.
    """
    n = scale.n_columns
    dash, notch, mark = ("-", "+", "^") if ascii else ("─", "┬", "▲")
    span, opening, closing, crossed = ("=", "[", "]", "+") if ascii else ("━", "┝", "┥", "┯")
    line, role = [dash] * n, [" "] * n
    numbers = _Row(n, left)
    for tick, label in axis_ticks(scale.low, scale.high, n):
        column = scale.column(tick)
        if numbers.place(n - 1 if column is None else column, label):
            line[n - 1 if column is None else column] = notch
    for cut in thresholds:
        for column in range(*_reach(cut, n)):
            line[column], role[column] = crossed if line[column] in (notch, crossed) else span, "|"
    for cut in thresholds:
        if _has_bracket(cut):
            for end, sign in ((cut.lower, opening), (cut.upper, closing)):
                if end is not None:
                    line[end], role[end] = sign, "|"
    for cut in thresholds:
        line[cut.column], role[cut.column] = mark, "|"
    yield [Piece("".join(line), "".join(role))], True
    yield [Piece("".join(numbers.characters))], False
    for row in _label_rows(thresholds, n, left):
        text = "".join(row.characters)
        yield [Piece(text, "".join("|" if c != " " else " " for c in text))], False


def has_brackets(thresholds: Sequence[Mark]) -> bool:
    """Whether any interval is wide enough to be seen."""
    return any(_has_bracket(cut) for cut in thresholds)


def _has_bracket(cut: Mark) -> bool:
    lower = cut.open_below or (cut.lower is not None and cut.lower < cut.column)
    upper = cut.open_above or (cut.upper is not None and cut.upper > cut.column)
    return lower and upper


def _reach(cut: Mark, n_columns: int) -> tuple[int, int]:
    """Return the columns (first, last + 1) of an interval."""
    if not _has_bracket(cut):
        return cut.column, cut.column
    first = 0 if cut.lower is None else cut.lower
    last = n_columns - 1 if cut.upper is None else cut.upper
    return first, last + 1


class _Row:
    """A line of labels that do not touch; it may begin left of the axis and ends where the axis ends."""

    def __init__(self, n_columns: int, left: int) -> None:
        self.characters = [" "] * (n_columns + left)
        self._left = left

    def place(self, column: int, label: str) -> bool:
        """Write a label centred on a column of the axis, or return False where there is no room."""
        size = len(self.characters)
        start = min(max(self._left + column - len(label) // 2, 1), size - len(label))
        around = self.characters[max(start - 1, 0) : start + len(label) + 1]
        if start < 1 or "".join(around).strip():
            return False
        self.characters[start : start + len(label)] = label
        return True


def _label_rows(thresholds: Sequence[Mark], n_columns: int, left: int) -> list[_Row]:
    rows: list[_Row] = []
    for cut in thresholds:
        if not any(row.place(cut.column, cut.label) for row in rows):
            rows.append(_Row(n_columns, left))
            rows[-1].place(cut.column, cut.label)
    return rows


def axis_ticks(low: float, high: float, room: float) -> list[tuple[float, str]]:
    """Return round places with their labels, as many as have room.

    Parameters
    ----------
    low, high : float
        The range, in the unit of the data.
    room : float
        Length of the axis, in characters.

    Examples
    --------
    >>> [label for _, label in axis_ticks(42.0, 97.0, 50)]
    ['50', '60', '70', '80', '90']
    """
    if not (math.isfinite(high - low) and high > low):
        return []
    for at_most in range(max(int(room) // 8, 2), 0, -1):
        step = round_step(high - low, at_most)
        first = math.ceil(low / step)
        ticks = [i * step for i in range(first, first + at_most + 1) if low <= i * step <= high]
        labels = tick_labels(ticks, step) if ticks else []
        if labels and (max(map(len, labels)) + 2) * len(labels) <= room:
            return list(zip(ticks, labels, strict=True))
    return []


def legend_lines(entries: Sequence[list[Piece]], width: int, left: int) -> Iterator[list[Piece]]:
    """Lay out entries in as few lines as the width allows; one that is too long breaks between words."""
    line: list[Piece] = []
    used = 0
    for entry in entries:
        gap = 3 if line else left
        length = sum(len(piece.text) for piece in entry)
        if line and used + gap + length > width:
            yield line
            line, used, gap = [], 0, left
        line.append(Piece(" " * gap))
        used += gap
        for word in _words(entry):
            if used + len(word.text.rstrip()) > width and used > left + 2:
                yield line
                line, used = [Piece(" " * (left + 2))], left + 2
            line.append(word)
            used += len(word.text)
    if line:
        yield line


def _words(entry: list[Piece]) -> Iterator[Piece]:
    """Cut an entry into words, each with the blank that follows it."""
    for piece in entry:
        start = 0
        while start < len(piece.text):
            end = piece.text.find(" ", start) + 1 or len(piece.text)
            yield Piece(piece.text[start:end], piece.roles[start:end])
            start = end
