"""Whether the first rows of a table are names, titles, units or sums."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from mix1d.sources.numerals import form_of, is_number

_LOOKED_AT = 300  # rows
_YEARS = range(1500, 2201)
_FEWEST_TO_COMPARE = 5
# First cells of rows that sum up the others, in lower case.
_SUMS_AS_TEXT = (
    "mean, means, average, avg, total, totals, sum, grand total, subtotal, median, sd, std, stdev, std "
    "dev, std. dev., standard deviation, min, max, minimum, maximum, mittelwert, mittel, summe, gesamt, "
    "durchschnitt, standardabweichung, moyenne, somme, média, media, promedio, suma, soma, totale, "
    "totaal, gemiddelde"
)
_SUMS = frozenset(_SUMS_AS_TEXT.split(", "))
_LABELS_AS_TEXT = (
    "id, name, sample, probe, group, gruppe, site, date, datum, subject, gene, key, label, nr, no, no., "
    "patient, country, species, time, type, index, row, item, code, variable, nom, case"
)
_LABELS = frozenset(_LABELS_AS_TEXT.split(", "))
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d+)?)?")
_TRUTH = frozenset({"true", "false"})


class Undecided(Exception):
    """Whether the first row is names cannot be told; its words."""


def kind_of(cells: Sequence[str]) -> str:
    """Say what a column holds: "number", "whole", "date", "timestamp", "boolean", "text", "" for nothing.

    >>> kind_of(["1", "", "2.5", "x"]), kind_of(["1", "2"]), kind_of(["2024-05-01"]), kind_of(["Ada"])
    ('number', 'whole', 'date', 'text')
    """
    forms = [(form_of(cell), cell.strip()) for cell in cells]
    present = [(form, cell) for form, cell in forms if form.kind != "missing"]
    if not present:
        return ""
    numbers = sum(form.kind in ("number", "limit") for form, _ in present)
    if numbers >= 0.5 * len(present):
        whole = all(cell.lstrip("+-").isdigit() for _, cell in present)
        return "whole" if whole else "number"
    texts = [cell for _, cell in present]
    if all(_DATE.fullmatch(text) for text in texts):
        return "date"
    if all(_DATE.fullmatch(text) or _MOMENT.fullmatch(text) for text in texts):
        return "timestamp"
    return "boolean" if all(text.lower() in _TRUTH for text in texts) else "text"


def is_heading(rows: Sequence[Sequence[str]]) -> bool:
    """Say whether the first row of a table is names, or raise `Undecided` when it may be either.

    >>> is_heading([["2019", "2020"], ["0.5", "1.5"], ["0.25", "2.5"]])
    True
    >>> is_heading([["1", "2"], ["3", "4"]])
    False
    """
    first, rest = rows[0], rows[1 : _LOOKED_AT + 1]
    if not rest:
        return not any(map(is_number, first))
    columns = list(zip(*rest, strict=True))
    numeric = [j for j, cells in enumerate(columns) if kind_of(cells) in ("number", "whole")]
    if not numeric:
        return not any(map(is_number, first)) or not any(map(is_number, rest[0]))
    if any(form_of(first[j]).kind == "text" for j in numeric):
        return True
    texts = [j for j in range(len(first)) if j not in numeric]
    labelled = any(first[j].strip().casefold() in _LABELS and first[j] not in columns[j] for j in texts)
    named = [j for j in numeric if is_number(first[j])]
    if not named:
        return labelled
    if labelled or _are_years([first[j] for j in named], [columns[j] for j in named]):
        return True
    whole = all(first[j].strip().isdigit() for j in named)
    if not whole or len(rest) < _FEWEST_TO_COMPARE:
        return False
    if not all(_have_decimals(columns[j]) for j in named):
        return False
    if len(named) > 1:
        return True
    values = sorted(float(cell) for cell in columns[named[0]] if _is_float(cell))
    if not texts and values and not values[0] <= float(first[named[0]]) <= values[-1]:
        raise Undecided(f"the first line, {first[0].strip()}, may be a name or a value")
    return False


def _are_years(first: Sequence[str], columns: Sequence[Sequence[str]]) -> bool:
    texts = [cell.strip() for cell in first]
    if len(texts) < 2 or not all(len(text) == 4 and text.isdigit() for text in texts):
        return False
    years = [int(text) for text in texts]
    steps = {b - a for a, b in pairwise(years)}
    if len(steps) != 1 or 0 in steps or not all(year in _YEARS for year in years):
        return False

    def like_years(cells: Sequence[str]) -> int:
        return sum(cell.strip().isdigit() and int(cell) in _YEARS for cell in cells)

    return all(like_years(cells) < 0.5 * len(cells) for cells in columns)


def _have_decimals(cells: Sequence[str]) -> bool:
    numbers = [cell for cell in cells if is_number(cell)]
    with_sign = sum("." in cell or "," in cell or "e" in cell.lower() for cell in numbers)
    return with_sign >= 0.9 * len(numbers)


def _is_float(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def is_title(row: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Say whether a row has one field only, and the rows below have more."""
    if len(row) < 2 or not row[0].strip() or any(cell.strip() for cell in row[1:]) or is_number(row[0]):
        return False
    filled = [sum(bool(cell.strip()) for cell in other) for other in below[:20]]
    return bool(filled) and sum(n >= 2 for n in filled) >= 0.7 * len(filled)


def is_units(row: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Say whether a row below the names has words where the rows below it have numbers.

    >>> is_units(["id", "mm"], [["a", "1"], ["b", "2"]])
    True
    """
    columns = list(zip(*below[:_LOOKED_AT], strict=True))
    if len(below) < 2 or any(map(is_number, row)):
        return False
    numeric = [j for j, cells in enumerate(columns) if kind_of(cells) in ("number", "whole")]
    words = [j for j in numeric if form_of(row[j]).kind == "text"]
    empty = [j for j in numeric if not row[j].strip()]
    return bool(words) and len(words) + len(empty) == len(numeric)


def has_word_above_numbers(row: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Say whether some column of numbers has a word above it, so that a row can only be one of names.

    >>> has_word_above_numbers(["id", "age", "1s"], [["a", "12", "1"]])
    True
    >>> has_word_above_numbers(["id", "2019"], [["a", "12"]])
    False
    """
    columns = zip(*below[:_LOOKED_AT], strict=True)
    numeric = (j for j, cells in enumerate(columns) if kind_of(cells) in ("number", "whole"))
    return any(form_of(row[j]).kind == "text" for j in numeric)


def is_sum(row: Sequence[str]) -> bool:
    """Say whether a row sums up others, by its first field that is not empty.

    >>> is_sum(["Mean", "12.4"]), is_sum(["Mean: 12.4"]), is_sum(["Ada", "12.4"])
    (True, True, False)
    """
    first = next((cell.strip() for cell in row if cell.strip()), "").casefold()
    if first.rstrip(":= ") in _SUMS:
        return True
    words, _, number = re.sub(r"\s*[:=;,\t]\s*|\s+(?=[+-]?[\d.])", "\x1f", first, count=1).partition("\x1f")
    return len(row) == 1 and words in _SUMS and is_number(number)


def joined_names(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the names of a heading of two rows, where the upper one names groups of columns.

    >>> joined_names([["A", "", "B", ""], ["x", "y", "x", "y"]])
    ['A x', 'A y', 'B x', 'B y']
    """
    group = ""
    names = []
    for upper, lower in zip(*rows, strict=True):
        group = upper.strip() or group
        names.append(f"{group} {lower.strip()}".strip())
    return names


def distinct(names: Sequence[str]) -> list[str]:
    """Return names of which no two are equal, whatever their case; a column without one has its place.

    >>> distinct(["x", "X", "", "x"])
    ['x', 'X_1', 'column2', 'x_2']
    """
    found: list[str] = []
    used: set[str] = set()
    for place, given in enumerate(names):
        name = base = " ".join(given.split()) or f"column{place}"
        n = 0
        while name.casefold() in used:
            n += 1
            name = f"{base}_{n}"
        used.add(name.casefold())
        found.append(name)
    return found
