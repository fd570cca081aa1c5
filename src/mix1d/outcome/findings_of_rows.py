"""Findings about what was done with the rows: set apart, or read as something else than exact values."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from mix1d.arrays import Array
from mix1d.data.apart import SetApart
from mix1d.data.labels import UNKNOWN
from mix1d.data.observations import Observations
from mix1d.outcome.facts import Facts
from mix1d.outcome.models import space_of_fit, undetermined
from mix1d.outcome.records import Finding
from mix1d.outcome.windows import shares_seen
from mix1d.words import letter, listed, near, plain

READ = (
    "set_apart",
    "rounded",
    "bins",
    "intervals",
    "censored",
    "cut_to_window",
    "truncated",
    "errors",
    "labels",
    "background",
)
"""Codes of what is said beside the number of rows, and is nothing to beware of."""

_MOST_NAMED = 4  # values, and labels, that are named one by one
_BEYOND = {"lowest": "below all others", "highest": "above all others", "inside": "among others"}
_EVEN = 1e-9  # relative difference of the widths of bins that are the same


def find_in_rows(facts: Facts) -> Iterator[Finding]:
    """Yield what was set apart, left out of the fit, or read in a special way."""
    yield from _set_apart(facts)
    sample = facts.recorded
    if sample is None:
        return
    rows = sample.observations
    yield from _rounded(facts, rows)
    yield from _bins(rows)
    yield from _limits(rows)
    if rows.n_cut:
        words = (
            "1 interval reached out of its window and was cut to it."
            if rows.n_cut == 1
            else f"{rows.n_cut} intervals reached out of their windows and were cut to them."
        )
        yield Finding(
            "cut_to_window",
            words,
            value=float(rows.n_cut),
        )
    yield from _truncated(facts)
    yield from _errors(facts, rows)
    yield from _labels(rows, sample.component_of)
    if "background_weight" in facts.fitted and sample.background is not None:
        weight, (low, high) = facts.fitted["background_weight"], sample.background
        yield Finding(
            "background",
            f"{_percent(weight)} of the population is a uniform background from {plain(low)} to "
            f"{plain(high)}; the weights of the components are shares of the rest.",
            value=weight,
        )


def _set_apart(facts: Facts) -> Iterator[Finding]:
    total = facts.sample.total_weight + math.fsum(one.weight for one in facts.apart.values)
    with np.errstate(over="ignore"):
        low, high = float(facts.sample.values[0]), float(facts.sample.values[-1])
    for one in _strays_joined(facts.apart.values):
        n = _amount(one.weight)
        are = "is" if one.weight == 1.0 else "are"
        were = "was" if one.weight == 1.0 else "were"
        head = f"{n} of {_amount(total)} values ({_percent(one.share)}) {are}"
        if one.kind == "tie":
            what = f"{head} exactly {plain(one.values[0], 15)}{_side(one)}, and {were} set apart"
        else:
            values = [plain(value, 7) for value in one.values[:_MOST_NAMED]]
            more = len(one.values) - len(values)
            names = listed([*values, *([f"{more} more"] if more > 0 else [])])
            beyond = _BEYOND[one.side] if one.weight == 1.0 or one.side != "inside" else "from others"
            what = f"{head} far {beyond} and {were} set apart: {names}"
        words = f"{what}, as asked." if facts.told_apart else f"{what}{_guess(one, low, high)}"
        yield Finding("set_apart", words, value=one.share)


def _strays_joined(apart: Sequence[SetApart]) -> list[SetApart]:
    """Return strays of several places as one, in the place of the first."""
    strays = [one for one in apart if one.kind == "stray"]
    if len(strays) < 2:
        return list(apart)
    sides = {one.side for one in strays}
    whole = SetApart(
        values=tuple(sorted(value for one in strays for value in one.values)),
        count=sum(one.count for one in strays),
        weight=math.fsum(one.weight for one in strays),
        share=math.fsum(one.share for one in strays),
        kind="stray",
        side=sides.pop() if len(sides) == 1 else "inside",
    )
    rest = [one for one in apart if one is strays[0] or one.kind != "stray"]
    return [whole if one is strays[0] else one for one in rest]


def _side(one: SetApart) -> str:
    return {"lowest": ", the lowest", "highest": ", the highest"}.get(one.side, "")


def _guess(one: SetApart, low: float, high: float) -> str:
    """Say what values set apart may be, and which argument says so."""
    keep = "set_apart=None keeps " + ("it" if one.weight == 1.0 else "them")
    if one.kind == "stray":
        return f" ({'an outlier' if one.weight == 1.0 else 'outliers'}? {keep})."
    value = one.values[0]
    if value == 0.0:
        limit = "a limit of detection (then upper=), or " if one.side == "lowest" else ""
        return f": {limit}a group of its own? {keep}."
    if one.side == "inside":
        return f": a default, or a value entered by habit? {keep}."
    with np.errstate(over="ignore"):
        gap = low - value if one.side == "lowest" else value - high
        far = gap > 0.5 * (high - low)
    if looks_like_code(value, low, high, far):
        limit = "" if far else "a limit (then upper=), or "
        return f": {limit}a code for missing values? {keep}."
    other = "a group of its own" if far else "the end of a scale"
    return f": a limit (then upper=), or {other}? {keep}."


def looks_like_code(value: float, low: float, high: float, far: bool) -> bool:
    """Say whether a value is written as codes are, beside others from low to high.

    A whole number below 0 where all others are not, or one of nines, eights or sevens, or close below a power
    of ten, as 97 to 99 and 9999 are; of one digit only where it lies far from the others.

    >>> looks_like_code(-1.0, 0.0, 60.0, False), looks_like_code(998.0, 10.0, 90.0, True)
    (True, True)
    >>> looks_like_code(7.28, 0.0, 1.5, True), looks_like_code(137.0, 0.0, 136.0, False)
    (False, False)
    """
    if value != round(value) or abs(value) >= 1e15:
        return False
    digits = str(abs(int(value)))
    if value < 0.0 <= low:
        return True
    if not (value > high or value < low):
        return False
    alike = set(digits) in ({"9"}, {"8"}, {"7"})
    if len(digits) == 1:
        return alike and far
    return alike or (set(digits[:-1]) == {"9"} and digits[-1] > "5")


def _rounded(facts: Facts, rows: Observations) -> Iterator[Finding]:
    if rows.rounded is None or not rows.rounded.any() or space_of_fit(facts.fitted) == "count":
        return
    step = float(rows.resolution)
    weight = _weight(rows)
    exact = float(weight[rows.exact].sum())
    what = "whole numbers" if step == 1.0 else f"multiples of {plain(step, 7)}"
    found_here = facts.apart.column is not None and facts.recorded is not facts.apart.column
    keyword = " (resolution=0 takes them for exact)" if found_here else ""
    are, stay = ("is", "stays") if exact == 1.0 else ("are", "stay")
    others = f"; {_amount(exact)} that {are} not on that lattice {stay} exact"
    yield Finding(
        "rounded",
        f"The values are {what}, and each stands for an interval {plain(step, 7)} wide"
        f"{others if exact else ''}{keyword}.",
        value=step,
    )


def _bins(rows: Observations) -> Iterator[Finding]:
    between = ~rows.exact & np.isfinite(rows.lower) & np.isfinite(rows.upper)
    if rows.rounded is not None:
        between &= ~rows.rounded
    n = int(np.count_nonzero(between))
    if rows.histogram is not None:
        widths = np.diff(rows.histogram.edges)
        closed = widths[np.isfinite(widths)]
        n_open = len(widths) - len(closed)
        even = bool(len(closed)) and float(np.ptp(closed)) <= _EVEN * float(closed.max())
        wide = f"{plain(float(closed[0]))} wide" if even else "of several widths"
        if len(closed) and not even:
            wide = f"{plain(float(closed.min()))} to {plain(float(closed.max()))} wide"
        words = f"The values are counts in {len(widths)} bin{'s' * (len(widths) > 1)}, {wide}"
        words += f", {n_open} of them open" if n_open else ""
        yield Finding("bins", f"{words}.", value=float(len(widths)))
    elif n:
        several = n > 1
        yield Finding(
            "intervals",
            f"{n} of {len(rows)} rows {'are intervals' if several else 'is an interval'}: only the ends are "
            "known.",
            value=float(n),
        )


def _limits(rows: Observations) -> Iterator[Finding]:
    if rows.histogram is not None:
        return
    weight = _weight(rows)
    sides = limits_of(rows)
    if not sides:
        return
    parts = [f"{_amount(float(w.sum()))} {where} {_limit_words(ends)}" for where, ends, w in sides]
    share = math.fsum(float(w.sum()) for _, _, w in sides) / float(weight.sum())
    yield Finding(
        "censored", f"Of {_percent(share)} of the values only a limit is known: {listed(parts)}.", value=share
    )


def limits_of(rows: Observations) -> list[tuple[str, Array, Array]]:
    """Return ("below" or "above", the limits, their weights) for each side that has any.

    >>> limits_of(Observations([1.0, "<0.5", "<0.5", 2.0]))
    [('below', array([0.5, 0.5]), array([1., 1.]))]
    """
    weight = _weight(rows)
    sides: tuple[tuple[str, NDArray[np.bool_], Array], ...] = (
        ("below", rows.lower == -np.inf, rows.upper),
        ("above", rows.upper == np.inf, rows.lower),
    )
    return [(where, ends[which], weight[which]) for where, which, ends in sides if which.any()]


def _limit_words(ends: Array) -> str:
    limits = np.unique(ends)
    if len(limits) == 1:
        return plain(float(limits[0]))
    return f"limits from {plain(float(limits[0]))} to {plain(float(limits[-1]))}"


def _truncated(facts: Facts) -> Iterator[Finding]:
    sample = facts.recorded
    if sample is None or sample.observations.truncation is None:
        return
    windows = sample.observations.truncation
    shares = shares_seen(facts.fitted, sample)
    if len(np.unique(windows.low)) == 1 and len(np.unique(windows.high)) == 1:
        low, high = float(windows.low[0]), float(windows.high[0])
        if high == np.inf:
            what = f"Values below {plain(low)} were never recorded"
        elif low == -np.inf:
            what = f"Values above {plain(high)} were never recorded"
        else:
            what = f"Only values from {plain(low)} to {plain(high)} were recorded"
    else:
        what = "Each value was recorded in a window of its own only"
    least, most = float(shares.min()), float(shares.max())
    seen = _percent(least) if most - least < 5e-3 else f"{_percent(least)} to {_percent(most)}"
    whole = f": {seen} of the population. Weights, means and sds are those of all of it"
    yield Finding(
        "truncated",
        f"{what}{whole if undetermined(facts.fitted) < 0 else ''}.",
        value=float(np.mean(shares)),
    )


def _errors(facts: Facts, rows: Observations) -> Iterator[Finding]:
    if rows.errors is None:
        return
    median = weighted_median(rows.errors, _weight(rows))
    weights, _, sds = facts.fitted["mixture"]
    real = np.flatnonzero((weights > 0.0) & (sds > 0.0))
    compared, value = "", None
    if len(real):
        j = int(real[np.argmin(sds[real])])
        value = median / float(sds[j])
        compared = f", {plain(value, 2)} of the sd of component {letter(j)}" if len(weights) > 1 else ""
        compared = compared or f", {plain(value, 2)} of the sd"
    some = float(np.min(rows.errors)) < float(np.max(rows.errors))
    yield Finding(
        "errors",
        f"The errors of the values are taken into account ({'median ' * some}{plain(median, 3)}{compared}): "
        "means and sds are those without them.",
        value=value,
    )


def _labels(rows: Observations, component_of: tuple[int, ...]) -> Iterator[Finding]:
    if rows.labels is None:
        return
    weight = _weight(rows)
    known = rows.labels != UNKNOWN
    n = float(weight[known].sum())
    names = [
        f"{label} is {letter(j)}" if str(label) != letter(j) else letter(j)
        for label, j in zip(rows.label_names[:_MOST_NAMED], component_of, strict=False)
    ]
    if len(rows.label_names) > _MOST_NAMED:
        names.append(f"{len(rows.label_names) - _MOST_NAMED} more")
    yield Finding(
        "labels",
        f"Of {_amount(n)} of {_amount(float(weight.sum()))} values the component is known ({listed(names)}).",
        value=n,
    )


def weighted_median(values: Array, weights: Array) -> float:
    """Return the least value up to which half of the weight lies.

    >>> weighted_median(np.array([3.0, 1.0, 2.0]), np.array([1.0, 5.0, 1.0]))
    1.0
    """
    order = np.argsort(values)
    below = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(below, 0.5 * below[-1])])


def _weight(rows: Observations) -> Array:
    return np.ones(len(rows)) if rows.sample_weight is None else rows.sample_weight


def _amount(weight: float) -> str:
    return plain(weight, 12) if weight == round(weight) else plain(weight, 4)


def _percent(share: float) -> str:
    """Write a share in per cent, with two digits."""
    if 0.0 <= share < 1e-4:
        return "less than 0.01 %"
    return (
        f"{near(100.0 * share, 100.0 * min(share, 1.0 - share), 1)} %"
        if 0.0 < share < 1.0
        else f"{100.0 * share:.0f} %"
    )
