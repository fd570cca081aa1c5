"""Goodness of fit of rows of any kind: distances, their law, and transforms where rows have them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mix1d import _core
from mix1d.arrays import Array
from mix1d.data.recorded_sample import RecordedSample
from mix1d.data.recording import recording_of, shapes_of
from mix1d.errors import InputError
from mix1d.native import Options, Recording, Report
from mix1d.outcome.maximum import Maximum
from mix1d.outcome.solving import MAX_ITER, TOL
from mix1d.uncertainty.resampling import resampling_of


class Judged(NamedTuple):
    """Distances of a sample and of replicates, NaN where rows of a kind have none.

    In this order: Kolmogorov-Smirnov, Anderson-Darling, Cramer-von Mises, Pearson, deviance.
    """

    observed: Array
    """(5,)."""
    drawn: Array
    """(B, 5)."""
    cells: int
    """Pooled bins, 0 where the rows are no bins."""


def judged(
    fit: Maximum, n_parameters: int, replicates: int, seed: int, threads: int, report: Report | None
) -> Judged:
    """Compare rows with the model, and samples of the model, recorded alike and refitted, with theirs.

    Raises `InputError` where it is not known how to record values, and where bins leave nothing to judge.
    """
    sample = fit.sample
    resampling = resampling_of(sample, "parametric", replicates, seed)
    assert resampling.recording is not None
    observed, cells = _core.recorded_goodness(fit.model, resampling.recording)
    if cells and cells < n_parameters + 2:
        raise InputError(
            "data must have more bins than the model has parameters to judge a fit, got "
            f"{cells} with at least 3 values expected in each, and {n_parameters} parameters: take finer "
            "bins, or fewer components"
        )
    options = Options(TOL, MAX_ITER, threads, report)
    drawn = _core.recorded_goodness_replicates(sample.problem, fit.model, resampling, options)
    return Judged(observed, drawn, cells)


def rounded_distances(fit: Maximum) -> tuple[float, float, float]:
    """Return D, A^2 and W^2 of rounded rows, F_n being joined linearly in F inside of cells."""
    assert isinstance(fit.sample, RecordedSample)
    found, _ = _core.recorded_goodness(fit.model, recording_of(fit.sample, drawn=True))
    ks, ad, cvm = found[:3].tolist()
    return ks, ad, cvm


def transforms(fit: Maximum) -> tuple[Array, Array]:
    """Return the probabilities that the model gives to less than each row, rising, and the weights of rows.

    With the error of the row, inside its window; the middle of those of an interval that rounding made.
    """
    sample = fit.sample
    assert isinstance(sample, RecordedSample)
    recording = _values_only(sample, "pit")
    middles = _core.recorded_transforms(fit.model, recording).mean(axis=1)
    order = np.argsort(middles, kind="stable")
    return middles[order], recording.weights[order]


class Common(NamedTuple):
    """The one distribution that all values have: a mixture inside a window."""

    sds: Array
    """Those of the components and of the error together."""
    low: float
    high: float
    """Probabilities that the mixture gives to less than the ends of the window."""


def common_distribution(fit: Maximum) -> Common:
    """Return the distribution of all values; raises `InputError` where rows differ in it."""
    sample = fit.sample
    assert isinstance(sample, RecordedSample)
    _values_only(sample, "qq")
    observations = sample.observations
    errors, windows = observations.errors, observations.truncation
    if sample.background is not None:
        raise _no_quantiles("a background beside them")
    if errors is not None and errors.min() < errors.max():
        raise _no_quantiles("errors that differ")
    if windows is not None and not all(np.all(ends == ends[0]) for ends in windows):
        raise _no_quantiles("windows that differ")
    weights, means, sds = fit.mixture
    if errors is not None:
        sds = np.sqrt(np.square(sds) + float(errors[0]) ** 2)
    low, high = 0.0, 1.0
    if windows is not None:
        ends = np.array([float(windows.low[0]), float(windows.high[0])])
        low, high = _core.probability(ends, (weights, means, sds)).tolist()
    return Common(sds, low, high)


def _values_only(sample: RecordedSample, what: str) -> Recording:
    """Return the rows where all of them are values, rounded or not."""
    shapes = shapes_of(sample.observations)
    limits = int(np.count_nonzero(shapes.below | shapes.above))
    others = int(np.count_nonzero(shapes.between))
    if limits or others:
        found = f"{limits} limits" if not others else f"{limits + others} bins or intervals"
        raise InputError(
            f"data must be values for {what}, got {found}, which have no place of their own: "
            "use goodness_of_fit"
        )
    return recording_of(sample, drawn=False)


def _no_quantiles(why: str) -> InputError:
    return InputError(f"values must have one distribution in common for qq, got {why}: use pit")
