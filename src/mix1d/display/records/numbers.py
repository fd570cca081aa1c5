"""Records of numbers and how sure they are: errors, intervals, replicates, thresholds."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from mix1d.arrays import Array
from mix1d.display.interval import Ends, interval_words, positive_ends, share_ends
from mix1d.display.layout import Table
from mix1d.display.records.card import Card, Columns, Kind
from mix1d.display.records.figures import forest_figure, mixture_figure, replicates_figure
from mix1d.model.mixture import Mixture
from mix1d.model.thresholds import Threshold
from mix1d.uncertainty.covariance import Parameters
from mix1d.uncertainty.derived import Modes, Overlap, Separation
from mix1d.uncertainty.intervals import Estimate
from mix1d.uncertainty.parameters import Bounds
from mix1d.uncertainty.resampling import Replicates
from mix1d.words import letter, plain, value_and_error

_PARTS = (("weight", "weights"), ("mean", "means"), ("sd", "sds"))
_MOMENTS = ("mean", "sd")
_MOST_ROWS = 30  # of a forest
_OF_METHODS = {
    "profile": "profile",
    "wald": "Wald",
    "bootstrap": "bootstrap",
    "calibrated": "calibrated profile",
}
_KINDS_OF_CUTS = {
    "crossing": "crossing",
    "second": "second crossing, where hardly any value lies",
    "not_monotone": "second crossing, among the data",
    "none": "none: one of the two wins everywhere",
}


def estimate_words(e: Estimate, ends: Ends | None = None, factor: float = 1.0) -> str:
    """Return a number with its interval in brackets, to the digits that the interval supports."""
    found = (ends or Ends(e.lower, e.upper, e.reached_lower, e.reached_upper)).times(factor)
    value, write = factor * e.value, _writer(found, factor * e.value)
    interval = interval_words(found, write)
    return f"{write(value)} ({interval})" if interval else plain(value)


def _writer(ends: Ends, value: float) -> Callable[[float], str]:
    """Return how the numbers of an interval are written: to two of its digits."""
    width = ends.width
    if not (math.isfinite(width) and width > 0.0):
        finite = [abs(value - x) for x in ends if math.isfinite(x) and math.isfinite(value)]
        width = max(finite, default=0.0)
    return (lambda x: value_and_error(x, width)[0]) if width > 0.0 else (lambda x: plain(x, 3))


def _share(e: Estimate) -> str:
    ends = share_ends(e.lower, e.upper, e.reached_lower, e.reached_upper)
    words = estimate_words(e, ends, 100.0)
    number, bracket, interval = words.partition(" (")
    return f"{number} %{bracket}{interval}"


def _sd(e: Estimate) -> str:
    return estimate_words(e, positive_ends(e.lower, e.upper, e.reached_lower, e.reached_upper))


def _level(level: float, method: str) -> str:
    return f"{100.0 * level:g} % {_OF_METHODS.get(method, method)} interval"


# ---- one number


def _estimate(e: Estimate) -> Card:
    header = ("value", "standard error", _level(e.level, e.method), "")
    interval = estimate_words(e).partition(" (")[2].removesuffix(")")
    why = "; ".join(words for words in (e.open_lower, e.open_upper) if words)
    write = _writer(Ends(e.lower, e.upper, e.reached_lower, e.reached_upper), e.value)
    cells = (write(e.value), plain(e.standard_error, 2), interval or "none", why and f"open: {why}")
    line = (
        f"{estimate_words(e)}, {_level(e.level, e.method)}" if interval else f"{plain(e.value)}, no interval"
    )
    table = Table(header, (cells,), ">>><") if why else Table(header[:3], (cells[:3],), ">>>")
    return Card("Estimate", table, picture=lambda: _forest("", [("", e)]), line=line)


def _forest(label: str, rows: Sequence[tuple[str, Estimate]]) -> str:
    return forest_figure([(label, rows)])


# ---- all parameters


def _standard_errors(errors: Parameters) -> Card:
    k = len(errors.weights)
    own = _own_names(errors)
    header = ("", "weight", *_MOMENTS, *own)
    rows = []
    for j in range(k):
        values = [100.0 * float(errors.weights[j]), float(errors.means[j]), float(errors.sds[j])]
        values += [errors.parameters[j].get(name, math.nan) for name in own]
        cells = [value_and_error(x, x)[1] for x in values]
        rows.append((letter(j), f"{cells[0]} %" if cells[0] != "-" else "-", *cells[1:]))
    table = Table(header, tuple(rows), "<" + ">" * (len(header) - 1))
    said = errors.said or "numbers for the parameters"
    title = f"{said[0].upper()}{said[1:]} of {_components(k)}"
    return Card(title, table, by_component=True, columns=lambda: _of_parameters(errors))


def _own_names(*sides: Parameters) -> list[str]:
    """Return the names of own parameters that are not a mean or an sd."""
    every = [one for side in sides for one in side.parameters]
    return [name for name in dict.fromkeys(name for one in every for name in one) if name not in _MOMENTS]


def _components(k: int) -> str:
    return f"{k} component{'s' * (k != 1)}"


def _of_parameters(errors: Parameters) -> Columns:
    k = len(errors.weights)
    columns: dict[str, Any] = {"component": np.arange(k)}
    columns |= {one: np.asarray(getattr(errors, several)) for one, several in _PARTS}
    for name in _own_names(errors):
        columns[name] = np.array([one.get(name, math.nan) for one in errors.parameters])
    return columns


def _bounds(bounds: Bounds) -> Card:
    k = len(bounds.lower.weights)
    by_part = _by_part(bounds)
    own = _own_names(bounds.lower)
    write = (_share, estimate_words, _sd)
    rows = []
    for j in range(k):
        cells = ["-" if each[j] is None else say(each[j]) for say, each in zip(write, by_part, strict=True)]
        rows.append((letter(j), *cells, *(_of_own(bounds, j, name) for name in own)))
    notes = [finding.message for finding in bounds.findings]
    if bounds.background_weight is not None:
        notes.insert(0, f"The background holds {_share(bounds.background_weight)} of all.")
    notes += _why_open(bounds)
    header = ("", "weight", *_MOMENTS, *own)
    return Card(
        f"{_level(bounds.level, bounds.method)}s of {_components(k)}",
        Table(header, tuple(rows), "<" * len(header)),
        tuple(notes),
        picture=lambda: _bounds_figure(by_part),
        by_component=True,
        columns=lambda: _of_bounds(bounds, by_part),
    )


def _by_part(bounds: Bounds) -> list[list[Any]]:
    """Return the estimates of weights, means and sds by component, None where there is none."""
    k, n = len(bounds.lower.weights), len(bounds.estimates) // 3
    known = np.flatnonzero(~np.isnan(bounds.lower.means)).tolist()
    places = list(range(k)) if n == k else known if len(known) == n else []
    found: list[list[Any]] = [[None] * k for _ in _PARTS]
    for i, j in enumerate(places):
        for part in range(len(_PARTS)):
            found[part][j] = bounds.estimates[part * n + i]
    return found


def _of_own(bounds: Bounds, j: int, name: str) -> str:
    sides = (bounds.lower, bounds.upper, bounds.reached_lower, bounds.reached_upper)
    ends = Ends(*(side.parameters[j].get(name, math.nan) for side in sides))
    return interval_words(ends, _writer(ends, math.nan)) or "-"


def _why_open(bounds: Bounds) -> list[str]:
    reasons = dict.fromkeys(why for e in bounds.estimates for why in (e.open_lower, e.open_upper) if why)
    return [f"An end is open where {'; or '.join(reasons)}."] if reasons else []


def _bounds_figure(by_part: Sequence[Sequence[Any]]) -> str:
    groups = []
    for (one, _), each in zip(_PARTS, by_part, strict=True):
        rows = [(letter(j), e) for j, e in enumerate(each) if e is not None]
        if one != "weight":
            groups.append((one, rows))
        elif len(rows) > 1:
            groups.append(("weight, %", [(name, _in_percent(e)) for name, e in rows]))
    return forest_figure(groups) if groups[0][1] and len(groups[0][1]) <= _MOST_ROWS else ""


def _in_percent(e: Estimate) -> Estimate:
    names = ("value", "lower", "upper", "reached_lower", "reached_upper")
    return replace(e, **{name: 100.0 * getattr(e, name) for name in names})


def _of_bounds(bounds: Bounds, by_part: Sequence[Sequence[Any]]) -> Columns:
    k = len(bounds.lower.weights)
    columns: dict[str, Any] = {"component": np.arange(k)}
    for (one, several), each in zip(_PARTS, by_part, strict=True):
        columns[one] = np.array([math.nan if e is None else e.value for e in each])
        columns[f"{one}_lower"] = np.asarray(getattr(bounds.lower, several))
        columns[f"{one}_upper"] = np.asarray(getattr(bounds.upper, several))
    for name in _own_names(bounds.lower):
        for side, found in (("lower", bounds.lower), ("upper", bounds.upper)):
            columns[f"{name}_{side}"] = np.array([one.get(name, math.nan) for one in found.parameters])
    return columns


def _replicates(drawn: Replicates) -> Card:
    count, k = drawn.means.shape
    rows = []
    for j in range(k):
        cells = []
        for factor, (_, several) in zip((100.0, 1.0, 1.0), _PARTS, strict=True):
            column = factor * getattr(drawn, several)[:, j]
            column = column[np.isfinite(column)]
            if column.size < 2:
                cells.append("-")
                continue
            low, middle, high = np.quantile(column, [0.025, 0.5, 0.975]).tolist()
            write = _writer(Ends(low, high), middle)
            cells.append(f"{write(middle)}{' %' * (factor > 1.0)} ({write(low)} to {write(high)})")
        rows.append((letter(j), *cells))
    notes = [f"{drawn.failed or 'None'} collapsed or did not converge; seed {drawn.seed}."]
    if drawn.ambiguous > 0.0:
        notes.insert(
            0,
            f"In {plain(100.0 * drawn.ambiguous, 2)} % of them the letters could well stand "
            "in another order.",
        )
    return Card(
        f"{count} {drawn.resampling} replicates: median and middle 95 %",
        Table(("", "weight", *_MOMENTS), tuple(rows), "<<<<"),
        (*notes, *([drawn.assumed] if drawn.assumed else [])),
        picture=lambda: replicates_figure(drawn),
        by_component=True,
        columns=lambda: _of_replicates(drawn),
    )


def _of_replicates(drawn: Replicates) -> Columns:
    count, k = drawn.means.shape
    columns: dict[str, Array] = {
        "replicate": np.repeat(np.arange(count), k),
        "component": np.tile(np.arange(k), count),
    }
    return {**columns, **{one: np.array(getattr(drawn, several)).ravel() for one, several in _PARTS}}


# ---- what follows from them


def _overlap(found: Overlap) -> Card:
    k = len(found.confusion)
    cells = [
        (letter(i), *("-" if math.isnan(x) else f"{plain(100.0 * x, 3)} %" for x in row))
        for i, row in enumerate(found.confusion.tolist())
    ]
    rate = found.error_rate
    header = ("from", *(f"given to {letter(j)}" for j in range(k)))
    return Card(
        f"Error rate {_share(rate)}, {_level(rate.level, rate.method)}",
        Table(header, tuple(cells), "<" + ">" * k),
        (
            "The error rate is the share of values that do not come from their most probable component; each "
            "row of the table says where the values of a component go.",
        ),
        by_component=True,
        columns=lambda: {
            "component": np.arange(k),
            **{f"given_to_{j}": np.ascontiguousarray(found.confusion[:, j]) for j in range(k)},
        },
    )


def _modes(found: Modes) -> Card:
    rows = tuple((str(i + 1), estimate_words(e)) for i, e in enumerate(found.places))
    how = f", {_level(found.places[0].level, found.places[0].method)}s" if found.places else ""
    return Card(
        f"{found.count} mode{'s' * (found.count != 1)} of the density{how}",
        Table(("", "place"), rows, "<<"),
        picture=lambda: _forest("place", [(str(i + 1), e) for i, e in enumerate(found.places)]),
        columns=lambda: {
            name: np.array([getattr(e, name) for e in found.places])
            for name in ("value", "standard_error", "lower", "upper")
        },
    )


def _separation_cells(pair: Separation) -> tuple[str, ...]:
    between = f"{letter(pair.below)} and {letter(pair.above)}"
    return between, estimate_words(pair.ashman_d), estimate_words(pair.bimodality_index)


def _separation_line(pair: Separation) -> str:
    between, distance, index = _separation_cells(pair)
    return f"of {between}: Ashman's D {distance}, bimodality index {index}"


def _threshold_cells(cut: Threshold) -> tuple[str, ...]:
    between = f"{letter(cut.below)} and {letter(cut.above)}"
    ends = Ends(cut.lower, cut.upper, cut.reached_lower, cut.reached_upper)
    write = _writer(ends, cut.value)
    interval = interval_words(ends, write)
    value = "-" if math.isnan(cut.value) else write(cut.value)
    return between, value, interval or "-", _KINDS_OF_CUTS[cut.kind]


def _threshold_line(cut: Threshold) -> str:
    between, value, interval, _ = _threshold_cells(cut)
    if cut.kind == "none":
        return f"between {between}: none"
    bracket = f" ({interval})" if interval != "-" else ""
    return f"{value}{bracket} between {between}, {cut.kind.replace('_', ' ')}"


def _cuts_figure(cuts: Sequence[Threshold], mixture: Any) -> str:
    if not isinstance(mixture, Mixture):
        return ""
    return mixture_figure(mixture, cuts, "Density of the mixture with its thresholds")


CARDS: dict[type, Callable[[Any], Card]] = {
    Estimate: _estimate,
    Parameters: _standard_errors,
    Bounds: _bounds,
    Replicates: _replicates,
    Overlap: _overlap,
    Modes: _modes,
}
KINDS: dict[type, Kind] = {
    Separation: Kind(
        "separation of two neighbours",
        "separations of neighbours",
        ("", "Ashman's D", "bimodality index"),
        "<<<",
        _separation_cells,
        _separation_line,
        none="One component has no neighbour.",
    ),
    Threshold: Kind(
        "threshold between neighbours",
        "thresholds between neighbours",
        ("between", "threshold", "interval", "kind"),
        "<><<",
        _threshold_cells,
        _threshold_line,
        picture=_cuts_figure,
        none="One component has no neighbour.",
    ),
}
