"""Tables of classes and their counts: which columns are meant, and the ends of each class."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from mix1d.arrays import Array
from mix1d.errors import InputError
from mix1d.sources.columns import Beside, Header, Wanted

CLASSES, COUNTS, UPPER = "classes", "--counts", "--upper"  # names of what is read beside
_NUMBER = r"[+\-−]?(?:\d+(?:[.,]\d+)?|[.,]\d+|inf(?:inity)?|∞)(?:[eE][+\-−]?\d+)?"
_POINT = r"[+\-−]?(?:\d+(?:\.\d+)?|\.\d+|inf(?:inity)?|∞)(?:[eE][+\-−]?\d+)?"
_UNIT = r"\s*[^\W\d_]{0,6}\s*"
_BETWEEN = re.compile(
    rf"\s*({_NUMBER}){_UNIT}(?:-|–|—|−|\.\.\.?|…|:|\bto\b|\bbis\b)\s*({_NUMBER}){_UNIT}", re.I
)
_BRACKETS = re.compile(
    rf"\s*[\[(\]]\s*(?:({_POINT})\s*[,;]|({_NUMBER})\s*;)\s*({_NUMBER})\s*[\])\[]\s*", re.I
)
_BELOW = re.compile(rf"\s*(?:<|≤|<=)\s*({_NUMBER}){_UNIT}", re.I)
_ABOVE = re.compile(rf"\s*(?:(?:>=|>|≥)\s*({_NUMBER}){_UNIT}|({_NUMBER})\s*\+\s*)", re.I)
_ALONE = re.compile(rf"\s*({_NUMBER}){_UNIT}", re.I)
_LOWER_NAMES = {"lower", "low", "lo", "from", "left", "min", "start", "begin", "von", "ab"}
_COUNT_NAMES = {"count", "counts", "n", "freq", "frequency", "number", "anzahl"}
_UPPER_NAMES = {"upper", "high", "hi", "to", "right", "max", "end", "bis", "until"}


class ClassColumns(NamedTuple):
    """Where the classes of a table stand."""

    column: str
    beside: tuple[Beside, ...] = ()
    text: bool = False  # whether a cell of text names a class


def class_columns(header: Header, wanted: Wanted) -> ClassColumns | None:
    """Return where the classes stand where they are no midpoints, None where the usual rules find the column.

    Two columns that are called so are lower and upper ends; a column of text, where no other is numeric,
    names classes such as "10-12".

    >>> header = Header("t", {"from": "double", "to": "double", "n": "double"}, ("from", "to", "n"))
    >>> found = class_columns(header, Wanted(weights="n", classes=True))
    >>> found.column, found.beside[0].column
    ('from', 'to')
    """
    taken = {header.spelling(name) for name in wanted.taken if name is not None}
    free = [name for name in header.kinds if name not in taken and name not in header.ids]
    has_upper = any(one.argument == UPPER for one in wanted.beside)
    if wanted.column is not None:
        name = header.spelling(wanted.column)
        if name is None or has_upper or header.kinds[name] != "text":
            return None
        return ClassColumns(name, (Beside(CLASSES, name, number=False),), text=True)
    if has_upper:
        return None
    numeric = [name for name in free if name in header.numeric]
    lower = [name for name in numeric if is_lower(name)]
    upper = [name for name in numeric if _is_called(name, _UPPER_NAMES)]
    if len(lower) == len(upper) == 1 and lower != upper:
        return ClassColumns(lower[0], (Beside(UPPER, upper[0]),))
    texts = [name for name in free if header.kinds[name] == "text"]
    if numeric or len(texts) != 1:
        return None
    return ClassColumns(texts[0], (Beside(CLASSES, texts[0], number=False),), text=True)


def counts_in(header: Header) -> str | None:
    """Return the column that is called as counts are, where there is one and another one beside it."""
    found = [name for name in header.numeric if name.casefold() in _COUNT_NAMES]
    return found[0] if len(found) == 1 and len(header.kinds) > 1 else None


def are_classes(cells: Sequence[str]) -> bool:
    """Say whether texts are the ends of classes, one text or more.

    >>> are_classes(["10-12", "13-15", "16+"]), are_classes(["10", "12"]), are_classes(["A-1", "B-2"])
    (True, False, False)
    """
    ends = [_ends_of(cell) for cell in cells]
    return bool(ends) and all(end is not None and end[0] < end[1] for end in ends)


def is_lower(name: str) -> bool:
    """Say whether a column is called as lower ends are.

    >>> is_lower("class_from"), is_lower("Lower"), is_lower("flow")
    (True, True, False)
    """
    return _is_called(name, _LOWER_NAMES)


def _is_called(name: str, names: set[str]) -> bool:
    words = re.findall(r"[^\W\d_]+", re.sub(r"([a-z])([A-Z])", r"\1 \2", name))
    return any(word.casefold() in names for word in words)


class Classes(NamedTuple):
    """Classes in the order of their rows."""

    lower: Array
    upper: Array
    note: str  # what was made of them, in words


def named_classes(cells: Sequence[str | None], name: str) -> Classes:
    """Read classes that are written as text; None where a cell is empty.

    Where the upper end of a class is nowhere the lower end of the next, as with 10-12 and 13-15, classes meet
    in the middle.

    >>> named_classes(["10-12", "13-15", "16+"], "age")[:2]
    (array([ 9.5, 12.5, 15.5]), array([12.5, 15.5,  inf]))
    >>> named_classes(["[0, 5)", "[5, 10)"], "x")[:2]
    (array([0., 5.]), array([ 5., 10.]))
    """
    lower, upper = np.full(len(cells), np.nan), np.full(len(cells), np.nan)
    for row, cell in enumerate(cells):
        if cell is None or not cell.strip():
            continue
        ends = _ends_of(cell)
        if ends is None or not ends[0] <= ends[1]:
            raise InputError(
                f"--counts: the classes in {name!r} must be numbers, or written like 10-12, [10, 12), "
                "<10 or 60+, "
                f"found {cell!r} in row {row + 1}: correct that cell, or give the ends as two columns with "
                "--column and --upper"
            )
        lower[row], upper[row] = ends
    gap = _gap(lower, upper)
    words = "classes"
    if gap > 0.0:
        lower, upper = lower - 0.5 * gap, upper + 0.5 * gap
        words = f"classes, which leave gaps of {gap:g} and are taken to meet in the middle"
    n = len(np.unique(np.stack([lower, upper])[:, ~np.isnan(lower)], axis=1).T)
    first = int(np.nanargmin(lower)) if n else 0
    example = (
        f", such as {(cells[first] or '').strip()} for {lower[first]:g} to {upper[first]:g}" if n else ""
    )
    return Classes(lower, upper, f"{name}: {n} {words}{example}")


def _gap(lower: Array, upper: Array) -> float:
    """Return what lies between neighbouring classes everywhere, 0 where some meet."""
    ends = np.unique(np.stack([lower, upper])[:, ~np.isnan(lower)], axis=1)
    gaps = ends[0, 1:] - ends[1, :-1]
    with np.errstate(invalid="ignore"):
        widths = (ends[1] - ends[0])[np.isfinite(ends).all(axis=0)]
    if len(gaps) == 0 or not np.all(gaps > 0.0):
        return 0.0
    gap = float(np.min(gaps))
    # one that is wider than the classes is no rounding, but a class without a row
    return gap if not widths.any() or gap <= float(np.max(widths)) else 0.0


def _ends_of(cell: str) -> tuple[float, float] | None:
    if found := _BRACKETS.fullmatch(cell):
        return _number(found[1] or found[2]), _number(found[3])
    if found := _BETWEEN.fullmatch(cell):
        return _number(found[1]), _number(found[2])
    if found := _BELOW.fullmatch(cell):
        return -np.inf, _number(found[1])
    if found := _ABOVE.fullmatch(cell):
        return _number(found[1] or found[2]), np.inf
    if found := _ALONE.fullmatch(cell):
        return _number(found[1]), _number(found[1])
    return None


def _number(text: str) -> float:
    return float(text.replace("−", "-").replace(",", ".").replace("∞", "inf"))


def even_classes(values: Array, name: str, counts: str) -> Classes:
    """Return the classes of which these are the midpoints, or the lower ends where the name says so.

    Values need not be in order, and some classes may be missing.

    >>> even_classes(np.array([7.0, 9.0, 13.0]), "length", "n").upper
    array([ 8., 10., 14.])
    >>> even_classes(np.array([7.0, 9.0, 13.0]), "from", "n").upper
    array([ 9., 11., 15.])
    """
    present = np.unique(values[~np.isnan(values)])
    advice = (
        f"give the ends of the classes as two columns with --column and --upper, the width of all with "
        f"--resolution, or take them for exact values with --weights {counts}"
    )
    if len(present) < 2:
        raise InputError(
            f"--counts: {name!r} must have at least two classes, from which their width is told, found "
            f"{len(present)}: {advice}"
        )
    gaps = np.diff(present)
    places = np.round(gaps / gaps.min())
    width = (present[-1] - present[0]) / places.sum()
    far = np.abs(gaps - places * width)
    allowed = 2.0 * _last_digit(present) + 1e-9 * np.abs(present).max()
    if not np.all(far <= min(allowed, 0.1 * width)):
        i = int(np.argmax(np.abs(gaps / gaps.min() - places)))
        raise InputError(
            f"--counts: the midpoints of classes in {name!r} must be evenly spaced, found {present[i]:g} "
            "and then "
            f"{present[i + 1]:g} where the least distance is {gaps.min():g}: {advice}"
        )
    before = 0.0 if is_lower(name) else 0.5
    # on the lattice, so that neighbours meet though midpoints are written with few decimals
    place = np.round((values - present[0]) / width) - before
    lower, upper = present[0] + place * width, present[0] + (place + 1.0) * width
    what = "lower ends" if is_lower(name) else "midpoints"
    span = f"{np.nanmin(lower):g} to {np.nanmax(upper):g}"
    note = f"{name}: {what} of {len(present)} classes of width {width:.6g}, {span}"
    if not is_lower(name) and name.isidentifier():
        note += f' (were they lower ends, -c "{name} + {0.5 * width:.6g}" would say so)'
    return Classes(lower, upper, note)


def _last_digit(values: Array) -> float:
    """Return the value of the last decimal that is written, no less than six digits down."""
    texts = [f"{value:.12g}" for value in values.tolist()]
    decimals = max(len(text.partition("e")[0].partition(".")[2]) for text in texts)
    return 10.0**-decimals if not any("e" in text for text in texts) else 0.0


def classes_of(values: Array, cells: Sequence[str | None] | None, name: str, counts: str) -> Classes:
    """Return the classes of a table of counts, see `named_classes` and `even_classes`."""
    return even_classes(values, name, counts) if cells is None else named_classes(cells, name)


def as_histogram(lower: Array, upper: Array, counts: Array) -> tuple[Array, Array] | None:
    """Return counts and edges of classes that meet, with empty ones between where they do not.

    None where classes overlap, or a class is a single value.

    >>> as_histogram(np.array([2.0, 0.0]), np.array([3.0, 1.0]), np.array([5.0, 4.0]))
    (array([4., 0., 5.]), array([0., 1., 2., 3.]))
    """
    order = np.argsort(lower, kind="stable")
    pairs: dict[tuple[float, float], float] = {}
    for i in order.tolist():
        pair = float(lower[i]), float(upper[i])
        pairs[pair] = pairs.get(pair, 0.0) + float(counts[i])
    edges, found = [next(iter(pairs))[0]], list[float]()
    unit = max(1e-9 * max(abs(x) for pair in pairs for x in pair if np.isfinite(x)), 0.0)
    for (low, high), count in pairs.items():
        if low > edges[-1] + unit:
            n_between = 1
            if np.isfinite(high) and high > low:
                n_between = max(round((low - edges[-1]) / (high - low)), 1)
            step = (low - edges[-1]) / n_between
            found += [0.0] * n_between
            edges += [edges[-1] + step * (j + 1) for j in range(n_between - 1)] + [low]
        elif low < edges[-1] - unit:
            return None
        if not high > edges[-1] + unit:
            return None
        found.append(count)
        edges.append(high)
    return np.array(found), np.array(edges)
