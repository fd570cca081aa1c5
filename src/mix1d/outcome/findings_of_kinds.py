"""Findings about components of which rows that are not exact values tell little."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import cast

import numpy as np
from numpy.typing import NDArray

from mix1d import _core
from mix1d.arrays import Array, Arrays
from mix1d.data.labels import UNKNOWN
from mix1d.data.observations import Observations
from mix1d.data.recorded_sample import as_exact
from mix1d.data.walls import is_natural, is_wall, place_of
from mix1d.outcome.facts import Facts
from mix1d.outcome.models import arrays_of
from mix1d.outcome.records import Finding
from mix1d.outcome.windows import probability_in, sizes
from mix1d.words import letter, listed, near, plain

WIDE = 1.5  # width of bins, in sds, beyond which mixtures are hardly determined (docs/classes.md)
EXPECTED = 5.0  # values beyond a wall: were it none, one sample in 150 would end so early
DOMINATE = 3.0  # errors in sds
_MOST_NAMED = 6  # heaps, one by one
CONTRADICTED = 0.01  # the probability of its own component that a label contradicts


def find_in_kinds(facts: Facts) -> Iterator[Finding]:
    """Yield what bins, limits, windows, errors and labels leave undetermined."""
    if facts.fitted.get("passed_over"):
        yield Finding(
            "spike_passed_over",
            "Higher optima collapse onto a few values; reported is the best that does not.",
        )
    heaped = facts.apart.heaped
    if heaped:
        named = [plain(value, 7) for value in heaped[:_MOST_NAMED]]
        more = [f"{len(heaped) - _MOST_NAMED} more"] if len(heaped) > _MOST_NAMED else []
        yield Finding(
            "heaped",
            f"Many rows favour {listed([*named, *more])}, as rounding by eye does: small components there "
            "may be heaps only.",
            value=float(len(heaped)),
        )
    yield from _walls(facts)
    sample = facts.recorded
    if sample is None:
        return
    yield from _propped(facts)
    yield from _wide_bins(facts, sample.observations)
    yield from _outside(facts, sample.observations)
    yield from _zero_sds(facts, sample.observations)
    yield from _contradictions(facts, sample.observations, sample.component_of)


def _walls(facts: Facts) -> Iterator[Finding]:
    """Say where exact values end abruptly, and the fit goes on."""
    sample = as_exact(facts.sample)
    if sample is None or sample.widths is not None or len(sample.values) < 2:
        return
    x, w = sample.values, sample.weights
    half = 0.5 * (sample.resolution or 0.0)
    sides = {one.side for one in facts.apart.values}
    found: list[tuple[bool, float]] = []
    expected = []
    for low in (False, True):  # an end next to 0 means something only where the other end is a wall
        if ("lowest" if low else "highest") in sides or (is_natural(x, w, low) and not found):
            continue
        with np.errstate(over="ignore"):
            end = np.array([x[0] - half if low else x[-1] + half])
        beyond = (
            float(_core.probability(end, arrays_of(facts.fitted), above=not low)[0]) * sample.total_weight
        )
        if beyond >= EXPECTED and is_wall(x, w, low):
            place = float(x[0] if low else x[-1]) if sample.resolution else place_of(x, low)
            found.append((low, place))
            expected.append(beyond)
    if not found:
        return
    ends: dict[bool, str] = {low: plain(place, 7) for low, place in found}
    window = f"({ends.get(True, 'None')}, {ends.get(False, 'None')})"
    itself = " Running numbers and dates end so by themselves." if len(found) == 2 else ""
    places, n = listed([ends[low] for low in sorted(ends, reverse=True)]), math.fsum(expected)
    yield Finding(
        "wall",
        f"The values end abruptly at {places}, and the fit expects {plain(n, 2)} beyond. Where the range was "
        f"cut, truncation={window} says so; where that is a limit, upper= marks its rows as limits.{itself}",
        value=n,
    )


def said_by_kind(facts: Facts) -> bool:
    """Whether what holds a component up is something else than a spike."""
    return facts.fitted.get("prop", "none") in ("one_interval", "unseen", "window") or _slides(facts)


def _slides(facts: Facts) -> bool:
    """Whether the component that is held up runs away from a window instead of collapsing in it."""
    j, rows = facts.fitted["collapsed"], facts.recorded
    if j < 0 or rows is None or rows.observations.truncation is None:
        return False
    windows, mean = rows.observations.truncation, float(facts.fitted["mixture"][1][j])
    return not float(windows.low.min()) <= mean <= float(windows.high.max())


def _propped(facts: Facts) -> Iterator[Finding]:
    j, prop = facts.fitted["collapsed"], facts.fitted.get("prop", "none")
    if j < 0 or not said_by_kind(facts):
        return
    _, means, sds = (array.tolist() for array in facts.fitted["mixture"])
    n = float(sizes(facts.fitted, facts.sample)[j])
    name = f"component {letter(j)}"
    if prop == "one_interval":
        yield Finding(
            "within_one_bin",
            f"All of {name} (centre {near(means[j], sds[j], 2)}, n = {n:.1f}) lies within one interval: how "
            "wide it is, and where in it, is not known.",
            component=j,
            value=n,
        )
    elif prop == "unseen":
        yield Finding(
            "unseen_component",
            f"Only limits speak for {name} (n = {n:.1f}): its weight is known, its mean and sd are not.",
            component=j,
            value=n,
        )
    else:
        yield Finding(
            "drifting",
            f"Inside the window {name} is an exponential slope: its mean and sd are not determined.",
            component=j,
            value=n,
        )


def _wide_bins(facts: Facts, rows: Observations) -> Iterator[Finding]:
    """Say which components are narrower than the intervals around their centres allow to tell."""
    between = ~rows.exact & np.isfinite(rows.lower) & np.isfinite(rows.upper)
    if not between.any():
        return
    weights, means, sds = (array.tolist() for array in facts.fitted["mixture"])
    held = facts.fitted["collapsed"] if facts.fitted.get("prop") == "one_interval" else -1
    found = []
    for j in range(len(weights)):
        if weights[j] > 0.0 and sds[j] > 0.0 and j != held:
            width = _width_at(rows.lower[between], rows.upper[between], means[j])
            if width > WIDE * sds[j]:
                found.append((width / sds[j], j))
    if found:
        found.sort(reverse=True)
        ratio, j = found[0]
        others = [letter(i) for _, i in found]
        which = f"component{'s' * (len(found) > 1)} {listed(others)}"
        yield Finding(
            "wide_bins",
            f"The bins are {'up to ' * (len(found) > 1)}{plain(ratio, 2)} times as wide as the sd of "
            f"{which}: they show little of its shape, and the answer rests on its being normal.",
            component=j,
            value=ratio,
        )


def _width_at(lower: Array, upper: Array, place: float) -> float:
    """Return the width of the narrowest interval around a place, 0 where there is none."""
    around = (lower <= place) & (place <= upper)
    return float(np.min((upper - lower)[around])) if around.any() else 0.0


def _outside(facts: Facts, rows: Observations) -> Iterator[Finding]:
    if rows.truncation is None:
        return
    low, high = float(rows.truncation.low.min()), float(rows.truncation.high.max())
    weights, means, sds = facts.fitted["mixture"]
    drifting = facts.fitted["collapsed"] if said_by_kind(facts) else -1
    for j in np.flatnonzero(weights > 0.0).tolist():
        if j == drifting or low <= means[j] <= high:
            continue
        one = cast(Arrays, (np.ones(1), *(part[j : j + 1] for part in arrays_of(facts.fitted)[1:])))
        seen = probability_in(one, low, high)
        yield Finding(
            "outside_window",
            f"The mean of component {letter(j)} ({near(float(means[j]), float(sds[j]), 2)}) lies outside the "
            f"window, of which only {plain(100.0 * seen, 2)} % of it is seen.",
            component=j,
            value=seen,
        )


def _zero_sds(facts: Facts, rows: Observations) -> Iterator[Finding]:
    if rows.errors is None:
        return
    weights, _, sds = facts.fitted["mixture"]
    real = weights > 0.0
    free = real & (sds == 0.0) & ~_held_sds(facts)
    names = [letter(j) for j in np.flatnonzero(free).tolist()]
    if names and facts.fitted["equal"]:
        yield Finding(
            "zero_sd",
            "The values spread no more than their errors: the common sd is 0.",
            component=0,
            value=0.0,
        )
    elif names:
        of = f"component{'s' * (len(names) > 1)} {listed(names)}"
        yield Finding(
            "zero_sd",
            f"The values of {of} spread no more than their errors: the sd is 0.",
            component=int(np.flatnonzero(free)[0]),
            value=0.0,
        )
    widest = float(sds[real].max())
    least = float(rows.errors.min())
    if widest > 0.0 and least > DOMINATE * widest:
        yield Finding(
            "errors_dominate",
            f"All errors are at least {plain(least / widest, 2)} times the sds: what is seen is mostly "
            "error.",
            value=least / widest,
        )


def _held_sds(facts: Facts) -> NDArray[np.bool_]:
    """Return which sds the caller has fixed, as an array of truth values."""
    k = len(facts.fitted["mixture"][0])
    chart = facts.fitted.get("chart")
    if chart is None:
        return np.zeros(k, bool)
    if chart.sds == "held":
        return np.ones(k, bool)
    if chart.held_at is None or not len(chart.held_at[2]):
        return np.zeros(k, bool)
    held: NDArray[np.bool_] = ~np.isnan(np.array(chart.held_at[2][-k:], float))
    return held


def _contradictions(facts: Facts, rows: Observations, component_of: tuple[int, ...]) -> Iterator[Finding]:
    if rows.labels is None or not component_of:
        return
    known = (rows.labels != UNKNOWN) & np.isfinite(rows.lower) & np.isfinite(rows.upper)
    if not known.any() or not np.all(facts.fitted["mixture"][2] > 0.0):
        return
    with np.errstate(over="ignore"):
        places = rows.lower[known] / 2 + rows.upper[known] / 2
    own = np.array(component_of)[rows.labels[known]]
    probable = _core.responsibilities(places, arrays_of(facts.fitted))[np.arange(len(places)), own]
    wrong = probable < CONTRADICTED
    weight = np.ones(len(rows)) if rows.sample_weight is None else rows.sample_weight
    n = math.fsum(weight[known][wrong].tolist())
    if n:
        first = int(np.argmin(probable))
        yield Finding(
            "contradictory_labels",
            f"{plain(n, 12)} labelled value{'s' * (n != 1.0)} {'lie' if n != 1.0 else 'lies'} where the "
            f"component of the label has less than 1 %, such as {plain(float(places[first]))} for "
            f"{letter(int(own[first]))}: check these labels.",
            component=int(own[first]),
            value=n,
        )
