"""Many fits in characters: a line for each, with its density, its cut-offs and the answer in short."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from mix1d.display.alike import OTHER
from mix1d.display.axis import Scale, axis_lines
from mix1d.display.canvas import Drawing, Piece
from mix1d.display.ridges import Ridge, Ridges, masses_of
from mix1d.words import letter, near, plain

_BLOCKS = "▁▂▃▄▅▆▇█"
_SHADES = ".:-=+*#@"
_SEEN = 0.02  # of the peak; lower tails would only be a line
_BEYOND = 0.01  # of a mixture outside of the picture, from which on a mark says so
_GAP = 2
_NAMES = (6, 18)  # columns of names, fewest and most
_PICTURES = (14, 26, 64)  # columns of pictures: fewest, as many as other columns must leave, and most
_AGAIN = 40  # lines after which the axis stands once more
ANSWERS = {"shares": "centres (shares) |cut-offs|", "centres": "centres |cut-offs|", "cuts": "cut-offs"}
"""What stands behind the pictures, the most that there is room for, and how it is headed."""
_LEFT_OUT = ("not fitted, see below", "not fitted")


def sparklines(ridges: Ridges, *, width: int = 80, ascii: bool = False) -> Drawing:
    """Draw a line for each fit: name, values, components, density, centres and cut-offs, the answer in short.

    All pictures have one axis, which stands below them, and after every 40 lines; columns of a table that
    cannot be compared have an axis each, whose ends stand beside the picture. Each density is as high as its
    line. A cut-off takes the place of the block that it lies in. What there is no room for is left out,
    shares and centres first. A mark at the end of a line says that 1 % of the fit or more lies beyond.

    >>> import mix1d
    >>> from mix1d.display.ridges import ridges_of
    >>> x = [1.0, 2.0, 2.0, 3.0, 8.0, 9.0, 9.0, 10.0]
    >>> print(sparklines(ridges_of({"one": mix1d.fit(x, 1), "two": mix1d.fit(x, 2)}), width=50, ascii=True))
    group   n   k  density, | cut-off  in short
    one     8   1    ..:=*#@@#*=:..    coarse rounding
    two     8   2       -@:| :@-       tiny group
                   ----+-------------
                       0
    """
    page = _Page(ridges, width, ascii)
    return Drawing(*(tuple(lines) for lines in zip(*map(_joined, page.lines()), strict=True)))


def _joined(pieces: Sequence[Piece]) -> tuple[str, str, str]:
    text, roles = ("".join(parts) for parts in zip(*((p.text, p.roles) for p in pieces), strict=True))
    return text, roles, " " * len(text)


class _Layout(NamedTuple):
    """The columns of each part; 0 for what there is no room for."""

    name: int
    n: int
    picture: int
    ends: int  # of either end of an own axis
    answer: int
    how: str  # of `ANSWERS`
    words: int

    @property
    def left(self) -> int:
        """Columns left of the picture."""
        return self.name + _GAP + self.n + _GAP + 2 + _GAP + (self.ends + 1 if self.ends else 0)


class _Page:
    def __init__(self, ridges: Ridges, width: int, ascii: bool) -> None:
        self._ridges, self._ascii = ridges, ascii
        self._cut = "|" if ascii else "┊"
        self._layout = self._laid_out(width)

    def _laid_out(self, width: int) -> _Layout:
        rows = self._ridges.rows
        longest = max([len(self._ridges.heading), *(len(row.name) for row in rows)])
        name = min(max(longest, _NAMES[0]), _NAMES[1], max(width // 4, _NAMES[0]))
        n = max(len(_count(row.n)) for row in rows) if rows else 1
        ends = 0 if self._ridges.comparable else max(len(end) for row in rows for end in self._ends(row))
        words = max([0, *(len(row.words) for row in rows)])
        if words:
            words = max(words, len("in short"))
        fixed = _Layout(name, n, 0, ends, 0, "cuts", 0)
        rest = width - fixed.left - (ends + 1 if ends else 0)
        rest -= words + _GAP if words else 0
        tried = [(self._answer_width(how), how) for how in ANSWERS]
        room = [(rest - (answer + _GAP), answer, how) for answer, how in tried if answer]
        fitting = [one for one in room if one[0] >= _PICTURES[1]]
        picture, answer, how = fitting[0] if fitting else (rest, 0, "cuts")
        if picture < _PICTURES[0]:
            words, picture = 0, rest + words + _GAP if words else rest
        picture = min(max(picture, _PICTURES[0]), _PICTURES[2])
        return fixed._replace(picture=picture, answer=answer, how=how, words=words)

    def _answer_width(self, how: str) -> int:
        longest = max([0, *(len(_answer(row, how)) for row in self._ridges.rows)])
        return max(longest, len(ANSWERS[how])) if longest else 0

    def lines(self) -> Iterator[list[Piece]]:
        """Yield the heading, a line for each fit, and axes."""
        at, rows = self._layout, self._ridges.rows
        yield self._line(self._ridges.heading, "n", "k", self._title(), "in short")
        for i, row in enumerate(rows):
            picture = self._picture(row, self._ridges.numbers[i])
            yield self._line(
                row.name,
                _count(row.n),
                str(row.k or "-"),
                picture,
                row.words,
                _answer(row, at.how),
                row,
            )
            if (i + 1) % _AGAIN == 0 or i + 1 == len(rows):
                yield from self._axis()

    def _title(self) -> list[Piece]:
        label = self._ridges.label
        for words in (
            *([f"density of {label}, {self._cut} cut-off"] if label != "value" else []),
            f"density, {self._cut} cut-off",
            "density",
        ):
            if len(words) <= self._layout.picture:
                break
        return [Piece(words)]

    def _line(
        self,
        name: str,
        n: str,
        k: str,
        picture: list[Piece],
        words: str,
        answer: str | None = None,
        row: Ridge | None = None,
    ) -> list[Piece]:
        at = self._layout
        dots = "." if self._ascii else "…"
        shown = name if len(name) <= at.name else name[: at.name - 1] + dots
        low, high = ("", "") if row is None else self._ends(row)
        pieces = [Piece(f"{shown:<{at.name}}{'':{_GAP}}{n:>{at.n}}{'':{_GAP}}{k:>2}{'':{_GAP}}")]
        if at.ends:
            pieces.append(Piece(f"{low:>{at.ends}} "))
        used = sum(len(piece.text) for piece in picture)
        pieces += [*picture, Piece(" " * max(at.picture - used, 0))]
        if at.ends:
            pieces.append(Piece(f" {high:<{at.ends}}"))
        if at.answer:
            told = ANSWERS[at.how] if answer is None else answer
            pieces.append(Piece(f"{'':{_GAP}}{told:<{at.answer}}"))
        if at.words:
            pieces.append(Piece(f"{'':{_GAP}}{words:<{at.words}}"))
        return pieces

    def _ends(self, row: Ridge) -> tuple[str, str]:
        if row.mixture is None or self._ridges.comparable:
            return "", ""
        low, high = self._ridges.limits_of(row)
        scale = (high - low) / 10.0
        return near(low, scale, 1), near(high, scale, 1)

    def _picture(self, row: Ridge, numbers: Sequence[int]) -> list[Piece]:
        if row.mixture is None:
            return [Piece(next(words for words in _LEFT_OUT if len(words) <= self._layout.picture))]
        n, (low, high) = self._layout.picture, self._ridges.limits_of(row)
        masses = masses_of(row, low + (high - low) * np.arange(n + 1.0) / n)
        total = masses.sum(axis=0)
        heights = total / (total.max() or 1.0)
        signs = _SHADES if self._ascii else _BLOCKS
        characters, roles = [" "] * n, [" "] * n
        for i in np.flatnonzero(heights >= _SEEN).tolist():
            characters[i] = signs[min(int(heights[i] * len(signs)), len(signs) - 1)]
            number = numbers[int(np.argmax(masses[:, i]))]
            roles[i] = "#" if number == OTHER else letter(number)
        for cut in row.cuts:
            column = Scale(low, high, n).column(cut.value)
            if column is not None:
                characters[column], roles[column] = self._cut, "|"
        for x, end, sign in ((low, 0, "<" if self._ascii else "◀"), (high, -1, ">" if self._ascii else "▶")):
            beyond = row.mixture.cdf(x) if end == 0 else row.mixture.ccdf(x)
            if beyond >= _BEYOND:
                characters[end], roles[end] = sign, "<"
        return [Piece("".join(characters), "".join(roles))]

    def _axis(self) -> Iterator[list[Piece]]:
        if not (self._ridges.comparable and any(row.k for row in self._ridges.rows)):
            return
        left = self._layout.left
        scale = Scale(*self._ridges.limits, self._layout.picture)
        for pieces, is_axis in axis_lines(scale, (), self._ascii, left):
            yield [Piece(" " * left), *pieces] if is_axis else pieces


def _count(n: float) -> str:
    return "-" if math.isnan(n) else f"{n:.0f}" if n == round(n) else plain(n, 4)


def _answer(row: Ridge, how: str) -> str:
    """Return centres with their shares, centres alone, or neither, and cut-offs, as they follow each other.

    >>> import mix1d
    >>> from mix1d.display.ridges import ridge_of
    >>> row = ridge_of("x", mix1d.fit([1.0, 2.0, 2.0, 3.0, 8.0, 9.0, 9.0, 10.0], 2))
    >>> [_answer(row, how) for how in ANSWERS]
    ['2 (50 %) |5.5| 9 (50 %)', '2 |5.5| 9', '5.5']
    """
    found = row.places(shares=how == "shares")
    if how == "cuts":
        return ", ".join(words for words, what in found if what == "cut")
    return " ".join(f"|{words}|" if what == "cut" else words for words, what in found)
