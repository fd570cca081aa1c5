"""Findings about components of which rows that are not exact values tell little."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from mix1d import _core
from mix1d.arrays import Array
from mix1d.data.labels import UNKNOWN
from mix1d.data.observations import Observations
from mix1d.outcome.facts import Facts
from mix1d.outcome.records import Finding
from mix1d.outcome.windows import probability_in, sizes
from mix1d.words import letter, listed, near, plain

WIDE = 1.5  # width of bins, in sds, beyond which mixtures are hardly determined (docs/kinds.md)
DOMINATE = 3.0  # errors in sds
CONTRADICTED = 0.01  # the probability of its own component that a label contradicts


def find_in_kinds(facts: Facts) -> Iterator[Finding]:
    """Yield what bins, limits, windows, errors and labels leave undetermined."""
    if facts.fitted.get("passed_over"):
        yield Finding(
            "spike_passed_over",
            "Higher optima collapse onto a few values; reported is the best that does not.",
        )
    sample = facts.recorded
    if sample is None:
        return
    yield from _propped(facts)
    yield from _wide_bins(facts, sample.observations)
    yield from _outside(facts, sample.observations)
    yield from _zero_sds(facts, sample.observations)
    yield from _contradictions(facts, sample.observations, sample.component_of)


def said_by_kind(facts: Facts) -> bool:
    """Whether what holds a component up is something else than the penalty."""
    return facts.fitted.get("prop", "none") in ("one_interval", "unseen", "window")


def _propped(facts: Facts) -> Iterator[Finding]:
    j, prop = facts.fitted["collapsed"], facts.fitted.get("prop", "none")
    if j < 0 or not said_by_kind(facts):
        return
    _, means, sds = (array.tolist() for array in facts.fitted["mixture"])
    where = f"Component {letter(j)} (centre {near(means[j], sds[j], 2)})"
    code, words = {
        "one_interval": (
            "within_one_bin",
            f"{where} lies within one interval: how wide it is, and where in it, is not known.",
        ),
        "unseen": (
            "unseen_component",
            f"Component {letter(j)} consists of limits only: its weight is known, its mean and sd are not.",
        ),
        "window": (
            "drifting",
            f"Inside the window component {letter(j)} is an exponential slope: its mean and sd are not "
            "determined.",
        ),
    }[prop]
    yield Finding(code, words, component=j, value=float(sizes(facts.fitted, facts.sample)[j]))


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
            f"{which}, whose parameters are hardly determined.",
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
    drifting = facts.fitted["collapsed"] if facts.fitted.get("prop") == "window" else -1
    for j in np.flatnonzero(weights > 0.0).tolist():
        if j == drifting or low <= means[j] <= high:
            continue
        one = np.ones(1), means[j : j + 1], sds[j : j + 1]
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
    probable = _core.responsibilities(places, facts.fitted["mixture"])[np.arange(len(places)), own]
    wrong = probable < CONTRADICTED
    weight = np.ones(len(rows)) if rows.sample_weight is None else rows.sample_weight
    n = math.fsum(weight[known][wrong].tolist())
    if n:
        first = int(np.argmin(probable))
        yield Finding(
            "contradictory_labels",
            f"{plain(n, 12)} labelled value{'s' * (n != 1.0)} {'lie' if n != 1.0 else 'lies'} where the "
            f"component of the label has less than 1 %, such as {plain(float(places[first]))} for "
            f"{letter(int(own[first]))}: are the labels right?",
            component=int(own[first]),
            value=n,
        )
