"""How the numbers of a column are written: decimal comma, thousands, units, words for missing values."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from mix1d.sources.columns import Words
from mix1d.sources.quoting import literal

MISSING = ("", "NA", "N/A", "NaN", "nan", "NULL", "null", "None", "#N/A")
"""What DuckDB itself takes for missing, in columns of any kind: as pandas and R write it."""
_WORDS_AS_TEXT = (
    "na n/a n.a. n.a #na #n/a #value! #div/0! #ref! #name? #num! nan null none nd n.d. n.d nv k.a. <na> "
    "missing - -- --- – — . .. ... ? unknown"
)
_WORDS = frozenset(_WORDS_AS_TEXT.split()) | {""}
_BLANKS = " \t\u00a0\u2007\u2009\u202f"
_APOSTROPHES = "'’`´"
_NUMBER = rf"[+\-−]?(?:\d[\d.,{_APOSTROPHES}{_BLANKS}]*\d|\d|[.,]\d+)[.,]?(?:[eE][+\-−]?\d+)?"
_LIMIT = re.compile(
    rf"[<>≤≥]\s*=?\s*(?:{_NUMBER}.*|(?:lod|loq|lloq|uloq|dl|mdl|rl|bdl)\b.*)|bdl", re.IGNORECASE
)
_SIGN = re.compile(r"\s*([<>≤≥])\s*=?\s*")  # of a limit
_CELL = re.compile(
    rf"(?P<before>[$€£¥]|[A-Z]{{3}}(?=[{_BLANKS}]))?[{_BLANKS}]*(?P<number>{_NUMBER})[{_BLANKS}]*"
    r"(?P<after>(?:[^\W\d_]|[%°‰$€£¥])[^\d\s,;<>=()+-]{0,11})?"
)
_PLAIN = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_WORD_FOR_INFINITE = re.compile(r"[+-]?(?:inf|infinity|nan)", re.IGNORECASE)
_GROUPS = {
    ",": re.compile(r"[1-9]\d{0,2}(?:,\d{3})+(?P<rest>\.\d*)?|[1-9]\d?(?:,\d{2})+,\d{3}(?P<indian>\.\d*)?"),
    ".": re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+(?P<rest>,\d*)?"),
    "'": re.compile(rf"[1-9]\d{{0,2}}(?:[{_APOSTROPHES}]\d{{3}})+(?P<rest>[.,]\d*)?"),
    " ": re.compile(rf"[1-9]\d{{0,2}}(?:[{_BLANKS}]\d{{3}})+(?P<rest>[.,]\d*)?"),
}
_FEWEST_HUNDREDS = 3  # cells from 100 to 999
_NAMES = {",": "a comma", ".": "a point", "'": "an apostrophe", " ": "a blank"}


class Form(NamedTuple):
    """How a cell is written."""

    kind: str  # "number", "missing", "limit" or "text"
    decimal: str = ""  # the sign before decimals, where the cell shows it
    thousands: str = ""  # the sign between thousands, where the cell shows it
    either: str = ""  # a comma or a point that may be the one or the other
    unit: str = ""
    digits: int = 0  # of a whole number with nothing between them


@dataclass(frozen=True)
class Shape:
    """Cells that are written alike."""

    example: str
    count: int
    first: int  # the first row that has such a cell, counted from 1


@dataclass(frozen=True)
class Notation:
    """How all numbers of a column are written."""

    # Signs and words, "" for none
    decimal: str = "."
    thousands: str = ""
    unit: str = ""
    odd: bool = False  # whether there are minus signs or blanks that are none in ASCII
    notes: tuple[str, ...] = ()  # what a reader of the numbers should know, in words
    missing: int = 0  # cells that are words for missing values
    limits: int = 0  # cells that are limits, whose number is read

    @property
    def plain(self) -> bool:
        """Whether a cast does."""
        return self.decimal == "." and not (self.thousands or self.unit or self.odd or self.limits)

    def sql(self, cell: str) -> str:
        """Return SQL that makes a number of a cell given in SQL, and NULL of other cells.

        >>> Notation(decimal=",").sql("x")
        "TRY_CAST(replace(x, ',', '.') AS DOUBLE)"
        """
        if self.limits:
            cell = f"regexp_replace({cell}, {literal(f'^{_SIGN.pattern}')}, '')"
        if self.unit:
            cell = f"replace({cell}, {literal(self.unit)}, '')"
        if self.odd:
            cell = f"translate({cell}, '−{_BLANKS[2:]}', '-')"  # the blanks go
        if self.thousands:
            signs = {"'": _APOSTROPHES, " ": _BLANKS}.get(self.thousands, self.thousands)
            cell = f"translate({cell}, {literal(signs)}, '')"
        if self.decimal == ",":
            cell = f"replace({cell}, ',', '.')"
        return f"TRY_CAST({cell} AS DOUBLE)"

    def side_sql(self, cell: str) -> str:
        """Return SQL that says which side of its number a cell means: -1 below, 1 above, 0 the number."""
        sign = f"regexp_extract({cell}, {literal(f'^{_SIGN.pattern}')}, 1)"
        return f"CASE WHEN {sign} IN ('<', '≤') THEN -1 WHEN {sign} IN ('>', '≥') THEN 1 ELSE 0 END::DOUBLE"


class Unreadable(Exception):
    """The cells of a column are no numbers, or may be different ones: why, the row of an example, advice."""

    def __init__(self, words: str, row: int, advice: str = "") -> None:
        super().__init__(words)
        self.words, self.row, self.advice = words, row, advice

    def located(self, place: str) -> str:
        """Return all in words, for the place of the row."""
        return f"{self.words} ({place})" + (f"; {self.advice}" if self.advice else "")


def form_of(cell: str) -> Form:
    """Say how a cell is written.

    >>> form_of("9,49").decimal, form_of("1'234,5").thousands, form_of("1,234").either
    (',', "'", ',')
    >>> form_of("12.4 mg").unit, form_of("<0.02").kind, form_of("n/a").kind, form_of("Ada").kind
    ('mg', 'limit', 'missing', 'text')
    """
    text = cell.strip(_BLANKS + "\r\n")
    if text.casefold() in _WORDS:
        return Form("missing")
    if not text.isascii() and any(sign.isdecimal() and not sign.isascii() for sign in text):
        return Form("text")  # digits of other scripts, which no cast takes
    if _PLAIN.fullmatch(text):
        return _signs_of(text, "")
    if _WORD_FOR_INFINITE.fullmatch(text):
        return Form("number")
    if _LIMIT.fullmatch(text):
        return Form("limit")
    found = _CELL.fullmatch(text)
    if found is None or (found["after"] and (found["before"] or found["number"].endswith(","))):
        return Form("text")
    return _signs_of(found["number"].strip(_BLANKS), found["before"] or found["after"] or "")


def is_number(cell: str) -> bool:
    """Say whether a cell is a number, or a limit, however it is written."""
    return form_of(cell).kind in ("number", "limit")


def _signs_of(number: str, unit: str) -> Form:
    body = re.split("[eE]", number.lstrip("+-−"))[0]
    if body.isdigit():
        return Form("number", unit=unit, digits=len(body))
    for sign, pattern in _GROUPS.items():
        found = pattern.fullmatch(body)
        if found is None:
            continue
        rest = next((part for part in found.groups() if part is not None), "")
        if sign in ",." and not rest and body.count(sign) == 1:
            return Form("number", either=sign, unit=unit)
        return Form("number", decimal=rest[:1], thousands=sign, unit=unit)
    for sign in ",.":
        whole, _, part = body.partition(sign)
        if (whole.isdigit() or not whole) and (part.isdigit() or not part) and whole + part:
            return Form("number", decimal=sign, unit=unit)
    return Form("text")


def notation_of(
    shapes: Sequence[Shape], decimal: str | None, comma: bool, words: Words, limits: bool = False
) -> Notation:
    """Find how the numbers of a column are written from all of its cells.

    `decimal` is the sign before decimals, if the caller knows it; `comma`: other columns of the file have a
    decimal comma; `limits`: cells such as ``<0.02`` are read, too. Raises `Unreadable` when not all cells are
    numbers or missing, or they may be different numbers.

    >>> found = notation_of([Shape("9,49", 99, 1), Shape("-", 1, 4)], None, False, Words())
    >>> found.decimal, found.notes
    (',', ('99 values are read with a decimal comma, such as 9,49', '1 cell is read as missing: -'))
    """
    forms = [(form_of(shape.example), shape) for shape in shapes]
    notes = []
    n_limits = 0
    if limits:
        forms, n_limits, note = _without_signs(forms)
        notes += note
    numbers = [(form, shape) for form, shape in forms if form.kind == "number"]
    _refuse_others(forms, words)
    unit = _unit_of(numbers)
    found, thousands = _decimal_of(numbers, decimal, comma, words.decimal)
    if found == ",":
        notes.append(
            _note(numbers, lambda form: "," in (form.decimal, form.either), "a decimal comma", "with ")
        )
    if thousands:
        between = f"{_NAMES[thousands]} between thousands"
        notes.append(
            _note(numbers, lambda form: thousands in (form.thousands, form.either), between, "with ")
        )
    if unit:
        notes.append(_note(numbers, lambda form: form.unit != "", repr(unit), "without "))
    missing = Counter[str]()
    for form, shape in forms:
        if form.kind == "missing":
            missing[shape.example.strip() or "blank"] += shape.count
    if missing:
        which = ", ".join(
            word if len(missing) == 1 else f"{word} ({n})" for word, n in missing.most_common(6)
        )
        n = missing.total()
        notes.append(f"{n} cell{'s are' if n != 1 else ' is'} read as missing: {which}")
    odd = any(sign in shape.example for _, shape in numbers for sign in "−" + _BLANKS[2:])
    said = tuple(note for note in notes if note)
    return Notation(found, thousands, unit, odd, said, missing.total(), n_limits)


def _without_signs(
    forms: Sequence[tuple[Form, Shape]],
) -> tuple[list[tuple[Form, Shape]], int, list[str]]:
    """Return forms in which limits are numbers, how many limits there are, and that in words."""
    found: list[tuple[Form, Shape]] = []
    counts = {"below": 0, "above": 0}
    examples: list[str] = []
    for form, shape in forms:
        sign = _SIGN.match(shape.example) if form.kind == "limit" else None
        if sign is not None:
            inner = form_of(shape.example[sign.end() :])
            if inner.kind == "number":
                counts["below" if sign[1] in "<≤" else "above"] += shape.count
                examples.append(shape.example.strip())
                form, shape = inner, replace(shape, example=shape.example[sign.end() :])
        found.append((form, shape))
    n = sum(counts.values())
    if not n:
        return found, 0, []
    sides = " and ".join(f"{count} {side}" for side, count in counts.items() if count)
    return (
        found,
        n,
        [f"{n} cell{'s are limits' if n != 1 else ' is a limit'}, {sides}, such as {examples[0]}"],
    )


def _refuse_others(forms: Sequence[tuple[Form, Shape]], words: Words) -> None:
    limits = [shape for form, shape in forms if form.kind == "limit"]
    others = [shape for form, shape in forms if form.kind == "text"]
    for found, one, several in (
        (others, "cell is not a number", "cells are not numbers"),
        (limits, "cell is a limit", "cells are limits"),
    ):
        if found:
            first = min(found, key=lambda shape: shape.first)
            n = sum(shape.count for shape in found)
            what = f"{n} {one if n == 1 else several}"
            example = first.example.strip()
            such = f": {example!r}" if n == 1 else f" such as {example!r}"
            advice = ""
            if found is limits:
                such += words.limits(example)
            else:
                texts = list(dict.fromkeys(shape.example.strip() for shape in others))
                advice = words.correct(texts)
            raise Unreadable(what + such, first.first, advice)


def _unit_of(numbers: Sequence[tuple[Form, Shape]]) -> str:
    units: dict[str, Shape] = {}
    for form, shape in numbers:
        if form.unit not in units or shape.first < units[form.unit].first:
            units[form.unit] = shape
    if len(units) <= 1:
        return next(iter(units), "")
    words = " and ".join(repr(unit) if unit else "none" for unit in list(units)[:3])
    last = max(units.values(), key=lambda shape: shape.first)
    raise Unreadable(f"its cells have different units, {words}, such as {last.example!r}", last.first)


def _decimal_of(
    numbers: Sequence[tuple[Form, Shape]], decimal: str | None, comma: bool, choose: str
) -> tuple[str, str]:
    """Return the sign before decimals and that between thousands."""
    proofs: dict[str, Shape] = {}  # an example that shows that a sign stands before decimals
    between: dict[str, Shape] = {}
    either: dict[str, Shape] = {}
    for form, shape in numbers:
        for sign, seen in ((form.decimal, proofs), (form.thousands, between), (form.either, either)):
            if sign and (sign not in seen or shape.first < seen[sign].first):
                seen[sign] = shape
    for sign, other in ((",", "."), (".", ",")):
        if sign in between:
            proofs.setdefault(other, between[sign])
    if decimal is not None:
        wrong = next((shape for sign, shape in proofs.items() if sign != decimal), None)
        if wrong is not None:
            raise Unreadable(
                f"{wrong.example.strip()!r} does not have {_NAMES[decimal]} before decimals", wrong.first
            )
        found = decimal
    elif len(proofs) > 1:
        first, second = sorted(proofs.values(), key=lambda shape: shape.first)[:2]
        raise Unreadable(
            f"{first.example.strip()!r} and {second.example.strip()!r} have different signs before decimals",
            second.first,
        )
    elif proofs:
        found = next(iter(proofs))
    else:
        found = _guessed(numbers, either, comma, choose)
    other = "," if found == "." else "."
    signs = [sign for sign in between if sign != found]
    if other in either and other not in signs:
        signs.append(other)
    if len(signs) > 1:
        shape = max((between.get(sign) or either[sign] for sign in signs), key=lambda shape: shape.first)
        raise Unreadable(
            f"{shape.example.strip()!r} has another sign between thousands than others", shape.first
        )
    return found, signs[0] if signs else ""


def _guessed(
    numbers: Sequence[tuple[Form, Shape]], either: dict[str, Shape], comma: bool, choose: str
) -> str:
    """Return the sign before decimals where every comma may stand between thousands, and every point."""
    if not either:
        return "."
    if len(either) > 1:
        first, second = either.values()
        raise Unreadable(
            f"{first.example.strip()!r} and {second.example.strip()!r} may have different signs before "
            "decimals",
            second.first,
            choose,
        )
    sign, shape = next(iter(either.items()))
    if sign == "." and not comma:
        return "."
    plain = [(form, shape) for form, shape in numbers if not form.either]
    hundreds = sum(shape.count for form, shape in plain if form.digits == 3)
    if (
        sign == ","
        and not comma
        and hundreds >= _FEWEST_HUNDREDS
        and max(form.digits for form, _ in plain) == 3
    ):
        return "."  # nothing up to 999 and a comma from 1,000 on
    if sign == "," and comma and not plain:
        return ","
    example = shape.example.strip()
    n = sum(shape.count for form, shape in numbers if form.either)
    point, none = example.replace(sign, "."), example.replace(sign, "")
    raise Unreadable(
        f"{n} value{'s' * (n != 1)} such as {example!r} may be {point} or {none}", shape.first, choose
    )


def _note(numbers: Sequence[tuple[Form, Shape]], meant: object, what: str, how: str) -> str:
    cells = [shape for form, shape in numbers if meant(form)]  # type: ignore[operator]
    if not cells:
        return ""
    n = sum(shape.count for shape in cells)
    example = min(cells, key=lambda shape: shape.first).example.strip()
    return f"{n} value{'s are' if n != 1 else ' is'} read {how}{what}, such as {example}"
