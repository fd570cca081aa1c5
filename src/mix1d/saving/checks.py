"""Whether a saved result agrees with itself: what follows from other numbers is worked out again."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from mix1d import _core
from mix1d.arrays import Array, Arrays, MixedArrays
from mix1d.data.recorded_sample import RecordedSample
from mix1d.data.sample import POOL_LIMIT, Sample
from mix1d.model.families import FAMILIES, NORMAL, POINT_MASS, UNIFORM
from mix1d.native import Chart, model_of
from mix1d.outcome.models import arrays_of, chart_of_fit, family_of_fit, native_mixture
from mix1d.outcome.records import Asked
from mix1d.saving.constraints import check_model
from mix1d.saving.parts import Part
from mix1d.saving.samples import ROUNDING

if TYPE_CHECKING:
    from mix1d._core import Fitted

NOTHING = 1e-290  # of the total: the share from which a weight counts in the core
# Of the log-likelihood, nats a value: nodes that stand for many values are off by less.
STANDS_IN = 1e-4


def check_sample(data: Part, sample: Sample, asked: Asked) -> None:
    """Raise `InputError` where the totals are not those of the values and weights."""
    if isinstance(sample, RecordedSample):
        _check_pooled(data, sample, asked)
        return
    assumed = asked.specification
    if assumed is not None and not (assumed.free and assumed.point is None):
        data.refuse("observations", "is missing where more is assumed than families, and free or equal sds")
    with np.errstate(over="ignore"):
        total = float(np.sum(sample.weights))
    if not (math.isfinite(total) and abs(sample.total_weight - total) <= ROUNDING * total):
        data.refuse("total_weight", f"must be the sum of weights, {total:.10g}")
    if sample.n_obs < len(sample.values):
        data.refuse("n_obs", f"must be at least {len(sample.values)}, the number of values")
    if sample.rows is not None:
        _check_rows_of(data, sample, asked.weighted)
    elif not asked.weighted and sample.sketch is None and abs(total - sample.n_obs) > ROUNDING * total:
        data.refuse("n_obs", f"must be {total:.10g}, the sum of weights, for rows without weights")
    step = sample.resolution
    if sample.widths is None:
        pooled, _ = _core.pool(sample.values, sample.weights, False)
        found = None if pooled is None else pooled[4]
        if (step is None) is not (found is None) or abs((step or 0.0) - (found or 0.0)) > 1e-6 * (
            found or 0.0
        ):
            data.refuse("resolution", f"must be the step between values, {found!r}, got {step!r}")
    elif step is not None and not 0.0 < 0.5 * step <= 0.5 * sample.values[-1] - 0.5 * sample.values[0]:
        data.refuse("resolution", f"must be a step between values, got {step!r}")
    if sample.sketch is not None:
        _check_sketch(data, sample)


def _check_pooled(data: Part, sample: RecordedSample, asked: Asked) -> None:
    if sample.pooled_values is None or sample.rows is None:
        return
    counts = np.bincount(
        np.searchsorted(sample.pooled_values, sample.rows), minlength=len(sample.pooled_values)
    )
    if not counts.all():
        data.refuse("rows", "must name every one of observations")
    if not asked.weighted and (counts != sample.observations.sample_weight).any():
        data.part("observations").refuse("sample_weight", "must be how often rows name each, without weights")


def _check_rows_of(data: Part, sample: Sample, weighted: bool) -> None:
    assert sample.rows is not None
    counts = np.bincount(np.searchsorted(sample.values, sample.rows), minlength=len(sample.values))
    if sample.widths is not None or sample.n_obs > POOL_LIMIT:
        data.refuse("rows", f"must be null where there are more than {POOL_LIMIT} of them")
    if not counts.all():
        data.refuse("rows", "must name every one of values")
    if not weighted and (counts != sample.weights).any():
        data.refuse("weights", "must be how often rows name each of values, for rows without weights")


def _check_sketch(data: Part, sample: Sample) -> None:
    sketch = sample.sketch
    counts = "n_obs", "n_missing", "n_zero_weight"
    for name, found in zip(counts, (sketch.count, sketch.n_missing, sketch.n_zero_weight), strict=True):
        if getattr(sample, name) != found:
            data.refuse(name, f"must be that of the sketch, {found}")
    if not abs(sample.total_weight - sketch.total_weight) <= ROUNDING * sketch.total_weight:
        data.refuse("total_weight", f"must be that of the sketch, {sketch.total_weight:.10g}")
    # nodes lie in the cells of the ends, perhaps beyond the ends themselves
    below, above = (
        (0.0, 0.0) if sample.widths is None else (float(sample.widths[0]), float(sample.widths[-1]))
    )
    if not sketch.min - below <= sample.values[0] <= sample.values[-1] <= sketch.max + above:
        data.refuse("values", f"must lie between those of the sketch, {sketch.min!r} and {sketch.max!r}")
    if sketch.exact is not (sample.widths is None) or sample.rows is not None:
        data.refuse("widths", "must be given where the sketch has cells, and rows must be null")


def check_rows(parts: Sequence[Part], rows: Sequence[Fitted], sample: Sample, asked: Asked) -> None:
    """Raise `InputError` where a fit is none of that kind to that sample."""
    before: dict[str, tuple[int, bool]] = {}
    fewest = 1
    for part, fitted in zip(parts, rows, strict=True):
        weights = fitted["mixture"][0]
        k, real = len(weights), np.flatnonzero(weights)
        family, kind = family_of_fit(fitted), (k, fitted["equal"])
        if k < fewest or kind <= before.get(family, (0, True)):
            part.refuse("mixture", f"must have more components than the row before, or equal sds, got {k}")
        fewest, before[family] = k, kind
        if k > sample.n_distinct or (asked.n_components is not None and k not in asked.n_components):
            part.refuse("mixture", f"must have as many components as were asked for, got {k}")
        null = fitted["null_components"]
        if null and null != k - len(real):  # without any, a weight may have gone to 0 on the way
            part.refuse("null_components", f"must be the number of weights of 0, {k - len(real)}, or 0")
        if fitted["regularized"] is not (fitted["collapsed"] >= 0 or null > 0):
            part.refuse("regularized", "must say whether a component has collapsed or has weight 0")
        if fitted["prop"] != "none" and fitted["collapsed"] < 0:
            part.refuse("prop", "must be none where no component has collapsed")
        check_model(part, fitted, sample, asked)
        _check_start(part, fitted, sample, k - null)
        recorded = isinstance(sample, RecordedSample)
        signed = recorded and bool((sample.problem.observed.weights < 0.0).any())  # type: ignore[union-attr]
        most = math.log(k + ("background_weight" in fitted)) + ROUNDING
        if not signed and not -ROUNDING <= fitted["entropy"] / sample.total_weight <= most:
            part.refuse("entropy", f"must be from 0 to that of {k} equal shares a value")
        if not math.isfinite(fitted["entropy"]):
            part.refuse("entropy", "must be finite")
        if fitted["decrement"] < -ROUNDING or (fitted["converged"] and not fitted["decrement"] < asked.tol):
            part.refuse("decrement", f"must be that of the stop, got {fitted['decrement']!r}")
        if isinstance(sample, RecordedSample):
            _check_recorded_likelihood(part, fitted, sample)
        else:
            _check_log_likelihood(part, arrays_of(fitted), fitted["log_likelihood"], sample)
        for optimum, (mixture, *heights, _) in zip(part.parts("optima"), fitted["optima"], strict=True):
            if len(mixture[0]) > k:
                optimum.refuse("mixture", f"must have at most {k} components")
            if not all(map(math.isfinite, heights)):
                optimum.refuse("log_likelihood", "must be finite, and so must be penalised")
        _check_first(part, fitted)


def _check_start(part: Part, fitted: Fitted, sample: Sample, k: int) -> None:
    """Compare a start with the mixture; that of a background is the first component."""
    background = sample.background if isinstance(sample, RecordedSample) else None
    behind = int(background is not None)
    weights, means, sds, *_ = fitted["start"]
    start = part.part("start")
    _check_families_of_start(start, fitted, sample)
    if len(weights) != k + behind or not (weights[behind:] > 0.0).all():
        start.refuse("weights", f"must be {k + behind} positive weights")
    if background is not None:
        low, high = background
        slack = ROUNDING * (abs(low) + abs(high))
        if not (abs(means[0] - (low / 2 + high / 2)) <= slack and abs(sds[0] - (high - low)) <= slack):
            start.refuse("means", "must begin with the middle of the background, and sds with its width")
    chart = chart_of_fit(fitted)
    for name, slots in (("weights", chart.weights), ("means", chart.means), ("sds", chart.sds)):
        if not isinstance(slots, str) and len(slots) != len(weights):
            start.refuse(name, f"must be {len(slots)}, as many as are named")


def _check_families_of_start(start: Part, fitted: Fitted, sample: Sample) -> None:
    """Compare the families of a start, a background or a point before the others, with those of the fit."""
    recorded = isinstance(sample, RecordedSample)
    point = sample.point if recorded else None  # type: ignore[attr-defined]
    behind = int(recorded and sample.background is not None)  # type: ignore[attr-defined]
    found, expected = _families(fitted["start"]), _families(arrays_of(fitted))
    if behind and len(fitted["start"]) == 5:
        if found[0] != UNIFORM.number:
            start.refuse("families", "must begin with the background, a uniform component")
        found = found[1:]
    elif behind:
        found = found[1:]
    real = expected[arrays_of(fitted)[0] > 0.0]
    if point is not None and (found[0] != POINT_MASS.number or fitted["start"][1][0] != point):
        start.refuse("locations", f"must begin with the point that is assumed, {point!r}")
    if sorted({*found.tolist()}) != sorted({*real.tolist()}) and len(real) == len(found):
        start.refuse("families", "must be those of the mixture")


def _families(arrays: Sequence[Any]) -> NDArray[np.int64]:
    return arrays[3] if len(arrays) == 5 else np.full(len(arrays[0]), NORMAL.number)


def _check_first(part: Part, fitted: Fitted) -> None:
    mixture, log_likelihood = fitted["optima"][0][:2]
    same = all(np.array_equal(a, b) for a, b in zip(mixture, fitted["mixture"], strict=True))
    if not same or log_likelihood != fitted["log_likelihood"]:
        part.refuse("optima", "must begin with the fit itself")


def _check_recorded_likelihood(part: Part, fitted: Fitted, sample: RecordedSample) -> None:
    """Compare with the log-likelihood worked out again, as far as doubles can hold the means."""
    stated, mixture = fitted["log_likelihood"], native_mixture(fitted, sample)
    chart = chart_of_fit(fitted)
    free = Chart(background=chart.background, family=chart.family)
    found = _core.observed_log_likelihood(sample.problem, model_of(mixture, free))
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        errors = sample.observations.errors
        coarse = _coarse(arrays_of(fitted), 0.0 if errors is None else float(errors.min()))
        size = sample.total_weight * (1.0 + 1e-8 / ROUNDING + 100.0 * coarse * (1.0 + coarse) / ROUNDING)
        allowed = ROUNDING * (abs(stated) + size)
    if not (math.isfinite(stated) and math.isfinite(found) and abs(stated - found) <= allowed):
        part.refuse("log_likelihood", f"must be that of the mixture, {found:.10g}, got {stated!r}")


def _coarse(arrays: Arrays | MixedArrays, error: float = 0.0) -> float:
    """Return the largest distance between doubles where a component lies, in its widths.

    Widths of families of positive values are those of their logarithms.
    """
    _, locations, scales, *others = cast(tuple[Array, ...], arrays)
    steps = np.spacing(np.abs(locations))
    if others:
        logarithms = np.array([FAMILIES[number].space == "log" for number in others[0].tolist()])
        steps = np.where(logarithms, np.spacing(1.0), steps)
    return float(np.max(steps / np.hypot(scales, error)))


def _check_log_likelihood(part: Part, mixture: Arrays | MixedArrays, stated: float, sample: Sample) -> None:
    """Compare with the log-likelihood worked out again, as far as doubles can hold the means.

    Values that weigh nothing beside the others may be so far out that their density has no logarithm: what
    they add is left open.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        densities = _core.density(sample.values, mixture, log=True)
        sizes = sample.weights * np.minimum(np.abs(densities), np.finfo(float).max)
        counting = sample.weights > NOTHING * sample.total_weight
        found = float(np.sum(sample.weights[counting] * densities[counting]))
        coarse = _coarse(mixture)
        # of z^2 / 2, where z is known to `coarse`
        lost = 100.0 * coarse * (1.0 + coarse) * (1.0 + np.sqrt(np.abs(densities[counting])))
        slack = 1e-8 + (0.0 if sample.widths is None else STANDS_IN)
        allowed = ROUNDING * float(np.sum(sizes[counting])) + float(np.sum(sizes[~counting]))
        allowed += slack * sample.total_weight + float(np.sum(sample.weights[counting] * lost))
    if not (math.isfinite(stated) and math.isfinite(found) and abs(stated - found) <= allowed):
        part.refuse("log_likelihood", f"must be that of the mixture, {found:.10g}, got {stated!r}")
