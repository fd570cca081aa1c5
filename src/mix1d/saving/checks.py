"""Whether a saved result agrees with itself: what follows from other numbers is worked out again."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from mix1d import _core
from mix1d.data.sample import POOL_LIMIT, Sample

if TYPE_CHECKING:
    from mix1d._core import Fitted, MixtureArrays
    from mix1d.outcome.records import Asked
    from mix1d.saving.parts import Part

NOTHING = 1e-290  # of the total: the share from which a weight counts in the core
ROUNDING = 1e-9  # of sums that an earlier version may have added in another order
# Of the log-likelihood, nats a value: nodes that stand for many values are off by less.
STANDS_IN = 1e-4


def check_sample(data: Part, sample: Sample, asked: Asked) -> None:
    """Raise `InputError` where the totals are not those of the values and weights."""
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
    before: tuple[int, bool] = (0, True)
    for part, fitted in zip(parts, rows, strict=True):
        weights, _, sds = fitted["mixture"]
        k, real = len(weights), np.flatnonzero(weights)
        kind = (k, fitted["equal"])
        if kind <= before:
            part.refuse("mixture", f"must have more components than the row before, or equal sds, got {k}")
        before = kind
        if k > sample.n_distinct or (asked.n_components is not None and k not in asked.n_components):
            part.refuse("mixture", f"must have as many components as were asked for, got {k}")
        if asked.sds != "auto" and fitted["equal"] is not (asked.sds == "equal"):
            part.refuse("equal", f'must be that of options.sds, "{asked.sds}"')
        if fitted["equal"] and not (np.abs(sds[real] - sds[real[0]]) <= ROUNDING * sds[real[0]]).all():
            part.part("mixture").refuse("sds", "must be equal where `equal` is true")
        null = fitted["null_components"]
        if null and null != k - len(real):  # without any, a weight may have gone to 0 on the way
            part.refuse("null_components", f"must be the number of weights of 0, {k - len(real)}, or 0")
        if fitted["regularized"] is not (fitted["collapsed"] >= 0 or null > 0):
            part.refuse("regularized", "must say whether a component has collapsed or has weight 0")
        if len(fitted["start"][0]) != k - null or not (fitted["start"][0] > 0.0).all():
            part.part("start").refuse("weights", f"must be {k - null} positive weights")
        if not -ROUNDING <= fitted["entropy"] / sample.total_weight <= math.log(k) + ROUNDING:
            part.refuse("entropy", f"must be from 0 to that of {k} equal shares a value")
        if fitted["decrement"] < -ROUNDING or (fitted["converged"] and not fitted["decrement"] < asked.tol):
            part.refuse("decrement", f"must be that of the stop, got {fitted['decrement']!r}")
        _check_log_likelihood(part, fitted["mixture"], fitted["log_likelihood"], sample)
        for optimum, (mixture, *heights, _) in zip(part.parts("optima"), fitted["optima"], strict=True):
            if len(mixture[0]) > k:
                optimum.refuse("mixture", f"must have at most {k} components")
            if not all(map(math.isfinite, heights)):
                optimum.refuse("log_likelihood", "must be finite, and so must be penalised")
        _check_first(part, fitted)


def _check_first(part: Part, fitted: Fitted) -> None:
    mixture, log_likelihood = fitted["optima"][0][:2]
    same = all(np.array_equal(a, b) for a, b in zip(mixture, fitted["mixture"], strict=True))
    if not same or log_likelihood != fitted["log_likelihood"]:
        part.refuse("optima", "must begin with the fit itself")


def _check_log_likelihood(part: Part, mixture: MixtureArrays, stated: float, sample: Sample) -> None:
    """Compare with the log-likelihood worked out again, as far as doubles can hold the means.

    Values that count for nothing beside the others may be so far out that their density has no logarithm.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        densities = _core.density(sample.values, mixture, log=True)
        counting = np.isfinite(densities) | (sample.weights > NOTHING * sample.total_weight)
        terms = sample.weights[counting] * densities[counting]
        found, size = float(np.sum(terms)), float(np.sum(np.abs(terms)))
        coarse = float(np.max(np.spacing(np.abs(mixture[1])) / mixture[2]))  # places between doubles, in sds
        slack = 1e-8 + 100.0 * coarse * (1.0 + coarse) + (0.0 if sample.widths is None else STANDS_IN)
        allowed = ROUNDING * size + slack * sample.total_weight
    if not (math.isfinite(stated) and math.isfinite(found) and abs(stated - found) <= allowed):
        part.refuse("log_likelihood", f"must be that of the mixture, {found:.10g}, got {stated!r}")
