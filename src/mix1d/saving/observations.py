"""Rows of any kind in a saved result: written with all that is known of them, and read back."""

from __future__ import annotations

from typing import Any, NoReturn

import numpy as np

from mix1d.arrays import Array
from mix1d.data.frames import Origin
from mix1d.data.histograms import Histogram
from mix1d.data.labels import UNKNOWN
from mix1d.data.observations import Observations, restored
from mix1d.data.recorded import Recorded, total_of
from mix1d.data.windows import Windows
from mix1d.saving.fits import numbers_of
from mix1d.saving.parts import Part


def observations_of(observations: Observations) -> dict[str, Any]:
    """Return the rows; null for upper ends that are the lower ones, and for what is not known of any row."""
    windows, histogram = observations.truncation, observations.histogram
    same = bool(np.all(observations.exact))
    return {
        "lower": numbers_of(observations.lower),
        "upper": None if same else numbers_of(observations.upper),
        "sample_weight": _list(observations.sample_weight),
        "errors": _list(observations.errors),
        "truncation": None
        if windows is None
        else {"low": numbers_of(windows.low), "high": numbers_of(windows.high)},
        "labels": _list(observations.labels),
        "label_names": list(observations.label_names),
        "resolution": observations.resolution,
        "rounded": _list(observations.rounded),
        "histogram": None
        if histogram is None
        else {"counts": histogram.counts.tolist(), "edges": numbers_of(histogram.edges)},
        "n_limits": observations.n_limits,
        "n_cut": observations.n_cut,
    }


def _list(array: Any) -> list[Any] | None:
    return None if array is None else array.tolist()


def read_observations(part: Part, name: str | None, n_missing: int, n_zero_weight: int) -> Observations:
    """Return the rows, which are such as `Observations` lets through."""
    lower, upper = _ends(part)
    n = len(lower)
    weights = _each(part, "sample_weight", n)
    if weights is not None and not (weights > 0.0).all():
        part.refuse("sample_weight", "must be positive")
    if weights is not None:
        with np.errstate(over="ignore"):
            if not np.isfinite(np.sum(weights)):
                part.refuse("sample_weight", "must have a sum below 1.8e308")
    errors = _each(part, "errors", n)
    if errors is not None and not ((errors >= 0.0).all() and (errors > 0.0).any()):
        part.refuse("errors", "must be at least 0, and not all 0")
    resolution, rounded = _resolution(part, n)
    labels, names = _labels(part, n)
    windows = _windows(part, lower, upper)
    return restored(
        Recorded(
            lower=lower,
            upper=upper,
            sample_weight=weights,
            errors=errors,
            truncation=windows,
            labels=labels,
            label_names=names,
            resolution=resolution,
            rounded=rounded,
            histogram=_histogram(part, lower, upper, weights, windows),
            total_weight=total_of(weights, n),
            n_missing=n_missing,
            n_zero_weight=n_zero_weight,
            n_limits=part.count("n_limits"),
            n_cut=part.count("n_cut", most=n),
            name=name,
            origin=Origin(),
        )
    )


def _each(part: Part, key: str, n: int) -> Array | None:
    if not part.given(key):
        return None
    found = part.numbers(key)
    if len(found) != n:
        _refuse_length(part, key, n)
    return found


def _refuse_length(part: Part, key: str, n: int) -> NoReturn:
    part.refuse(key, f"must have one for each of the {n} rows")


def _ends(part: Part) -> tuple[Array, Array]:
    lower = part.numbers("lower", finite=False)
    upper = part.numbers("upper", finite=False) if part.given("upper") else lower
    if not len(lower) or len(upper) != len(lower):
        part.refuse("lower", "must be as many as upper ends")
    if not (lower <= upper).all():
        part.refuse("lower", "must be at most the upper ends")
    if not ((lower < np.inf) & (upper > -np.inf) & ((lower > -np.inf) | (upper < np.inf))).all():
        part.refuse("lower", "must not be open at both ends")
    if (lower == -np.inf).all() or (upper == np.inf).all():
        part.refuse("lower", "must have rows that were seen")
    return lower, upper


def _windows(part: Part, lower: Array, upper: Array) -> Windows | None:
    if not part.given("truncation"):
        return None
    whole = part.part("truncation")
    found = Windows(whole.numbers("low", finite=False), whole.numbers("high", finite=False))
    for key in ("low", "high"):
        if len(getattr(found, key)) != len(lower):
            _refuse_length(whole, key, len(lower))
    if not (found.low < found.high).all() or not (np.isfinite(found.low) | np.isfinite(found.high)).any():
        whole.refuse("low", "must be below high, and not all be open")
    if not ((lower >= found.low) & (upper <= found.high)).all():
        whole.refuse("low", "must be the ends of windows in which the rows lie")
    return found


def _labels(part: Part, n: int) -> tuple[Any, tuple[str | int, ...]]:
    names = part.get("label_names")
    kinds = {type(name) for name in names} if isinstance(names, list) else {None}
    if kinds not in ({int}, {str}, set()) or len(set(names)) != len(names):
        part.refuse("label_names", "must be a list of different words or whole numbers")
    if kinds == {int} and not 0 <= min(names) <= max(names) < 2**63:
        part.refuse("label_names", "must be at least 0")
    if not part.given("labels"):
        if names:
            part.refuse("label_names", "must be empty where there are no labels")
        return None, ()
    codes = part.whole_numbers("labels", least=UNKNOWN, most=len(names) - 1)
    if len(codes) != n:
        _refuse_length(part, "labels", n)
    if (codes == UNKNOWN).all():
        part.refuse("labels", "must not be all unknown")
    return codes, tuple(names)


def _resolution(part: Part, n: int) -> tuple[Any, Any]:
    if part.get("resolution") == "auto":
        step: Any = "auto"
    else:
        step = part.number("resolution")
        if step < 0.0:
            part.refuse("resolution", f'must be at least 0 or "auto", got {step!r}')
    rounds = step not in ("auto", 0.0)
    if rounds is not part.given("rounded"):
        part.refuse("rounded", "must say which rows were rounded, where resolution is a step")
    if not rounds:
        return step, None
    rounded = part.flags("rounded")
    if len(rounded) != n:
        _refuse_length(part, "rounded", n)
    return step, rounded


def _histogram(
    part: Part, lower: Array, upper: Array, weights: Array | None, windows: Windows | None
) -> Histogram | None:
    """Return the bins, of which those that are not empty are the rows, cut to their windows."""
    if not part.given("histogram"):
        return None
    whole = part.part("histogram")
    counts, edges = whole.numbers("counts"), whole.numbers("edges", finite=False)
    if len(edges) != len(counts) + 1 or not (edges[1:] > edges[:-1]).all():
        whole.refuse("edges", "must rise, one more than counts")
    if not (counts >= 0.0).all() or weights is None:
        whole.refuse("counts", "must be at least 0, and those of the rows")
    low, high = edges[:-1], edges[1:]
    kept = (counts > 0.0) & ((low > -np.inf) | (high < np.inf))
    if not np.array_equal(counts[kept], weights):
        whole.refuse("counts", "must be the weights of the rows")
    low, high = low[kept], high[kept]
    if windows is not None:
        low, high = np.maximum(low, windows.low), np.minimum(high, windows.high)
    if not (np.array_equal(low, lower) and np.array_equal(high, upper)):
        whole.refuse("edges", "must be the ends of the rows")
    return Histogram(counts, edges)
