"""Bootstrap: replicates of a fit, and the standard errors and percentile intervals that they give."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mix1d import _core, showing
from mix1d.arrays import Array, Arrays
from mix1d.data.arguments import Rng, check_choice, check_level, check_replicates, check_seed, check_threads
from mix1d.data.recorded_sample import RecordedSample
from mix1d.data.recording import limits_assumed, recording_of
from mix1d.data.sample import Sample
from mix1d.errors import InputError
from mix1d.log import Stopwatch, log
from mix1d.model.families import POINT_MASS
from mix1d.native import Options, Resampling
from mix1d.outcome.maximum import Maximum
from mix1d.outcome.solving import MAX_ITER, TOL
from mix1d.progress import Progress, Watching
from mix1d.uncertainty.covariance import Parameters
from mix1d.uncertainty.matching import match_components

RESAMPLINGS = ("weighted", "parametric", "nonparametric")
MOST_DRAWS = 1e7  # values that a replicate may draw one by one


@showing.record
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Replicates:
    """Refits of a mixture to samples drawn anew; arrays are read-only."""

    weights: Array
    """(B, k), components in the order of the fit; NaN for those that have weight 0 there."""
    means: Array
    """(B, k), in the unit of the data."""
    sds: Array
    """(B, k), in the unit of the data."""
    ambiguous: float
    """Share of replicates whose components could well be labelled otherwise, see `match_components`."""
    failed: int
    """How many replicates collapsed or did not converge; they are in the arrays all the same."""
    seed: int
    """What the random numbers were drawn from."""
    resampling: str
    """How: one of `RESAMPLINGS`."""
    background_weights: Array | None = None
    """(B,), of a background beside the components, whose weights are those among themselves."""
    coordinates: tuple[Array, Array, Array] | None = None
    """Of components that are not all normal: locations, scales and shapes (B, k) as the core has them."""
    assumed: str = ""
    """What values drawn from the fit take for granted of their limits, in a sentence; empty: nothing."""

    to_dict = showing.to_dict
    to_frame = showing.to_frame


def bootstrap(
    fit: Maximum,
    resampling: str = "weighted",
    replicates: int = 999,
    rng: Rng = None,
    threads: int | None = None,
    progress: Watching = None,
) -> Replicates:
    """Draw samples anew and refit each of them from the estimate; see `FitResult.replicates`."""
    resampling = check_choice("resampling", resampling, RESAMPLINGS)
    count = check_replicates(replicates, 2)
    sample, real = fit.sample, fit.real
    check_draws(sample, resampling, len(real) if fit.regular else 0)
    seed = check_seed(rng)
    n_threads = check_threads(threads)
    watch, elapsed = Progress(progress, float(count)), Stopwatch()
    parts = 3 if fit.families is None else 4
    parameters = np.full((parts, count, len(fit.mixture[0])), math.nan)
    ambiguous, failed = math.nan, count
    beside = None if fit.background is None else np.full(count, math.nan)
    if fit.regular:
        with watch as report:
            drawn = _core.bootstrap(
                fit.problem,
                fit.model,
                resampling_of(sample, resampling, count, seed),
                Options(TOL, MAX_ITER, n_threads, report),
            )
        found = drawn["parameters"].reshape(count, parts, -1).transpose(1, 0, 2)
        if beside is not None:  # the weights are those of the others among themselves
            beside[:] = found[0, :, 0]
            found = found[:, :, 1:].copy()
            found[0] /= found[0].sum(axis=1, keepdims=True)
        order, unclear = _matched(fit, _with_moments(fit, found), drawn.get("seen"))
        parameters[:, :, real] = np.take_along_axis(found, order[None], axis=2)
        ambiguous = int(np.count_nonzero(unclear)) / count
        failed = int(np.count_nonzero((drawn["converged"] == 0.0) | (drawn["collapsed"] >= 0.0)))
    log("bootstrap (%s): %d replicates, %d failed, seed %d, %s", resampling, count, failed, seed, elapsed)
    parameters.setflags(write=False)
    if beside is not None:
        beside.setflags(write=False)
    coordinates = None
    if fit.families is not None:
        coordinates = tuple(parameters[1:])
        parameters = _with_moments(fit, parameters[:, :, real], len(fit.mixture[0]))
        parameters.setflags(write=False)
    w, m, s = parameters
    drawn_anew = resampling == "parametric" and isinstance(sample, RecordedSample)
    assumed = limits_assumed(sample) if drawn_anew else ""  # type: ignore[arg-type]
    return Replicates(w, m, s, ambiguous, failed, seed, resampling, beside, coordinates, assumed)


def _with_moments(fit: Maximum, found: Array, k: int | None = None) -> Array:
    """Return weights, means and sds (3, B, k) of replicates; those of normal components are at hand."""
    if fit.families is None:
        return found
    families = fit.real_arrays[3]
    out = np.full((3, found.shape[1], found.shape[2] if k is None else k), math.nan)
    places = np.arange(found.shape[2]) if k is None else fit.real
    for b, (w, m, s, t) in enumerate(found.transpose(1, 0, 2)):
        if np.isnan(w).any():
            continue
        arrays = tuple(np.ascontiguousarray(part) for part in (w, m, s, families, t))
        facts = _core.component_places(arrays)  # type: ignore[arg-type]
        out[:, b, places] = w, facts[:, 0], facts[:, 1]
    return out


def bootstrap_errors(replicates: Replicates) -> Parameters:
    """Return the standard deviations of the replicates, denominator B - 1.

    NaN where the replicates are.
    """
    k = replicates.weights.shape[1]
    errors = np.array([_rooted(*_deviations(column)) for column in _columns(replicates)])
    weights, means, sds = errors.reshape(3, k)
    return Parameters(weights, means, sds, said="standard errors")


def bootstrap_covariance(replicates: Replicates) -> Array:
    """Return the covariances of the replicates (3k, 3k), in the order (weights, means, sds).

    Denominator B - 1; NaN where the replicates are. The weights sum to one, so the matrix is singular. Sums
    are exactly rounded: 0.1 ms for each pair of parameters at B = 999.

    >>> two = np.array([[0.5, 0.5], [0.25, 0.75]])
    >>> bootstrap_covariance(Replicates(two, 4.0 * two, two, 0.0, 0, 0, "weighted"))[0].tolist()
    [0.03125, -0.03125, 0.125, -0.125, 0.03125, -0.03125]
    """
    columns = [_deviations(column) for column in _columns(replicates)]
    size, count = len(columns), len(replicates.weights)
    result = np.empty((size, size))
    for i, (a, p) in enumerate(columns):
        for j, (b, q) in enumerate(columns[: i + 1]):
            value = math.fsum(x * y for x, y in zip(a, b, strict=True)) / (count - 1)
            result[i, j] = result[j, i] = np.ldexp(value, p + q)
    return result


def percentiles(values: ArrayLike, level: float = 0.95) -> tuple[Array, Array]:
    """Return the bounds between which the middle `level` of replicated values (B, ...) lie.

    Infinite values are ordered like others; NaN in a column gives NaN. The bounds are at p = (1 - level) / 2
    and 1 - p: position (B + 1) p of the sorted values, linear between neighbours (Hyndman and Fan 1996,
    definition 6, doi:10.1080/00031305.1996.10473566). Raises `InputError` for fewer replicates than
    2 / (1 - level) - 1, 39 for 0.95: the bounds would lie outside all of them.

    >>> low, high = percentiles(np.arange(1.0, 40.0))
    >>> float(low), float(high)
    (1.0, 39.0)
    """
    tail = (1.0 - check_level("level", level)) / 2.0
    rows = np.sort(np.asarray(values, np.float64), axis=0)
    count = len(rows)
    position = (count + 1) * tail
    check_enough(count, level)
    below = max(int(position + 1e-9), 1)
    share = max(position - below, 0.0)
    known = ~np.isnan(rows[-1])  # NaN are sorted to the end
    low, high = rows[below - 1], rows[count - below]
    if share > 1e-9:
        low, high = low + share * (rows[below] - low), high + share * (rows[count - below - 1] - high)
    return np.where(known, low, math.nan), np.where(known, high, math.nan)


def resampling_of(sample: Sample, kind: str, replicates: int, seed: int) -> Resampling:
    """Return what native functions need to know to draw samples anew.

    Raises `InputError` where values of a fit are to be drawn and it is not known how to record them.
    """
    if not isinstance(sample, RecordedSample):
        return Resampling(kind, replicates, seed)
    return Resampling(kind, replicates, seed, recording_of(sample, drawn=kind == "parametric"))


def check_calibration(sample: Sample) -> None:
    """Raise `InputError` where no critical values can be had from replicates."""
    if not isinstance(sample, RecordedSample):
        return
    observations = sample.observations
    for what, given in (("errors", observations.errors), ("truncation", observations.truncation)):
        if given is not None:
            raise InputError(
                f'method must not be "calibrated" for rows with {what}, whose replicates are judged in other '
                'parameters than those reported: use method="profile", or "bootstrap"'
            )


def check_draws(sample: Sample, resampling: str, k: int) -> None:
    """Raise `InputError` where samples of that total weight cannot be drawn from k components, 0 for none."""
    total = sample.total_weight
    if resampling == "nonparametric" and abs(total - round(total)) > 1e-9 * total:
        raise InputError(
            'resampling must be "weighted" or "parametric" when the total weight is not a whole number, got '
            f'"nonparametric" and {total:.10g}: pass resampling="weighted"'
        )
    if resampling != "weighted" and total > MOST_DRAWS:
        raise InputError(
            f'resampling must be "weighted" for a total weight above {MOST_DRAWS:g}, got "{resampling}" and '
            f'{total:.10g}: every replicate would draw so many values; pass resampling="weighted"'
        )
    if k > 0 and round(total) < k + 1:
        raise InputError(
            f"sample_weight must sum to at least the number of components + 1 = {k + 1} to draw samples "
            f"anew, got {total:.6g}: weights are repetitions, so scale them to sum to the number of values"
        )


def check_enough(count: int, level: float) -> None:
    """Raise `InputError` where percentiles of so many replicates cannot bound the middle `level`."""
    tail = (1.0 - level) / 2.0
    if (count + 1) * tail < 1.0 - 1e-9:
        least = math.ceil(1.0 / tail - 1e-9) - 1
        raise InputError(
            f"replicates must be at least {least} for level {level:g}, got {count}: "
            "draw more, or lower the level"
        )


def _matched(fit: Maximum, found: Array, seen: Array | None) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Match the components of replicates (3, B, k); those that labels name keep their places.

    With a window they are told by what is seen of them: most of a component may lie outside, anywhere.
    `seen` has weights, means and sds inside, a row for each replicate and the last for the fit.
    """
    sample, mixture = fit.sample, fit.real_mixture
    named = np.zeros(len(mixture[0]), np.bool_)
    means, sds = found[1], found[2]
    if seen is not None:
        inside = seen.reshape(len(seen), 3, -1)[:, :, int(fit.background is not None) :]
        means, sds, mixture = inside[:-1, 1], inside[:-1, 2], tuple(inside[-1])
    if isinstance(sample, RecordedSample):
        named = np.isin(fit.real, sample.component_of)
        errors = sample.observations.errors
        least = 0.0 if errors is None or seen is not None else float(errors.min())
        if least > 0.0:  # a component without width is as wide as that
            sds, widened = (np.sqrt(np.square(each) + least**2) for each in (sds, mixture[2]))
            mixture = mixture[0], mixture[1], widened
    if fit.families is not None:
        named |= fit.real_arrays[3] == POINT_MASS.number
    rest = np.flatnonzero(~named)
    order = np.tile(np.arange(len(named)), (found.shape[1], 1))
    some = mixture[0][rest], mixture[1][rest], mixture[2][rest]
    among, unclear = match_components(means[:, rest], sds[:, rest], some, sample.total_weight)
    order[:, rest] = rest[among]
    return order, unclear


def _arrays(replicates: Replicates) -> Arrays:
    return replicates.weights, replicates.means, replicates.sds


def _columns(replicates: Replicates) -> list[list[float]]:
    return [column for array in _arrays(replicates) for column in array.T.tolist()]


def _deviations(column: list[float]) -> tuple[list[float], int]:
    """Return the deviations from the mean, and the power of two by which they were divided.

    In that unit no square leaves the range of doubles, and a power of two in the data changes no bit.
    """
    first = column[0]
    spread = [x - first for x in column]
    exponent = math.frexp(max(map(abs, spread)))[1]
    scaled = np.ldexp(spread, -exponent).tolist()
    mean = math.fsum(scaled) / len(scaled)
    return [x - mean for x in scaled], exponent


def _rooted(deviations: list[float], exponent: int) -> float:
    variance = math.fsum(x * x for x in deviations) / (len(deviations) - 1)
    return float(np.ldexp(math.sqrt(variance), exponent))
