"""The probability of each component, for rows as they were recorded, and for new values."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mix1d import _core
from mix1d.arrays import Array
from mix1d.data.recorded_sample import RecordedSample
from mix1d.data.sample import Sample
from mix1d.errors import NeedsDataError
from mix1d.model.mixture import Mixture
from mix1d.outcome.models import mixture_of, model_of_fit, native_mixture
from mix1d.outcome.records import Apart

if TYPE_CHECKING:
    from mix1d._core import Fitted

NO_COMPONENT = -1  # the background, or a value set apart
UNSURE = -2  # nothing is probable enough


def rows_of(sample: Sample, apart: Apart) -> Array:
    """Return the values of all rows that were given, those set apart included, in the caller's order."""
    whole = apart.column if apart.values and apart.column is not None else sample
    if whole.rows is None:
        raise NeedsDataError("a result does not keep more than 65,536 rows: pass them as x")
    rows: Array = whole.rows
    return rows


def posterior(fitted: Fitted, sample: Sample, apart: Apart, x: ArrayLike | None) -> Array:
    """Return the probability of each component, and of a background in a last column.

    Rows that were fitted as intervals, or with errors, are taken as such; NaN for values set apart.
    """
    if x is None and isinstance(sample, RecordedSample):
        return _of_recorded(fitted, sample, apart)
    values = rows_of(sample, apart) if x is None else x
    mixture = mixture_of(fitted)
    found: Array = mixture.responsibilities(values)
    if "background_weight" in fitted:
        assert isinstance(sample, RecordedSample)
        assert sample.background is not None
        found = _beside_background(found, mixture, values, fitted["background_weight"], sample.background)
    if apart.values:
        found[_is_apart(np.asarray(values, np.float64), apart)] = np.nan
    return found


def predicted(fitted: Fitted, sample: Sample, apart: Apart, x: ArrayLike | None) -> Any:
    """Return the index of the most probable component, -1 for the background and for values set apart."""
    plain = "background_weight" not in fitted and not apart.values
    if plain and not (x is None and isinstance(sample, RecordedSample)):
        values = rows_of(sample, apart) if x is None else x
        return mixture_of(fitted).predict(values)
    shares = posterior(fitted, sample, apart, x)
    known = ~np.isnan(shares).any(axis=-1)
    found = np.where(known, np.argmax(np.nan_to_num(shares), axis=-1), NO_COMPONENT).astype(np.int64)
    if "background_weight" in fitted:
        found = np.where(found == len(fitted["mixture"][0]), NO_COMPONENT, found)
    return found if found.ndim else np.int64(found)


def predicted_of(
    fitted: Fitted, sample: Sample, apart: Apart, x: Array | None, unsure: float | None
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return the same, -2 where no class is as probable as `unsure`; and which values are missing."""
    absent, given = None, x
    if x is not None:
        absent = np.isnan(x)
        given = np.where(absent, 0.0, x)
    found = np.array(predicted(fitted, sample, apart, given))
    if unsure is not None:
        shares = posterior(fitted, sample, apart, x)
        found[np.nan_to_num(shares, nan=1.0).max(axis=-1) < unsure] = UNSURE
    return found, np.zeros(found.shape, bool) if absent is None else absent


def _is_apart(values: Array, apart: Apart) -> NDArray[np.bool_]:
    return np.isin(values, [value for one in apart.values for value in one.values])


def _of_recorded(fitted: Fitted, sample: RecordedSample, apart: Apart) -> Array:
    problem = sample.problem
    assert problem.observed is not None
    mixture = native_mixture(fitted, sample)
    errors = problem.observed.variance
    weights, means, sds, *others = cast(tuple[Array, ...], mixture)
    wide = (weights, means, np.maximum(sds, _least_sd(errors)), *others)
    model = model_of_fit(fitted, wide)
    table = _core.observed_responsibilities(problem.observed, model)
    if sample.background is not None:
        table = np.roll(table, -1, axis=1)
    of_rows = table[sample.terms.row]
    if sample.pooled_values is None:
        return of_rows
    rows = rows_of(sample, apart)
    places = np.searchsorted(sample.pooled_values, rows)
    found = np.full((len(rows), of_rows.shape[1]), np.nan)
    fitted_rows = ~_is_apart(rows, apart)
    found[fitted_rows] = of_rows[places[fitted_rows]]
    return found


def _least_sd(variance: Array) -> float:
    """Return an sd that is none beside the errors: components may have no width where all rows have one."""
    least = float(np.min(variance)) if len(variance) else 0.0
    return 1e-9 * math.sqrt(least)


def _beside_background(
    shares: Array, mixture: Mixture, x: ArrayLike, weight: float, ends: tuple[float, float]
) -> Array:
    low, high = ends
    values = np.asarray(x, np.float64)
    uniform = np.where((values >= low) & (values <= high), weight / (high - low), 0.0)
    rest = (1.0 - weight) * np.asarray(mixture.pdf(values))
    with np.errstate(invalid="ignore", divide="ignore"):
        of_background = np.where(uniform > 0.0, uniform / (uniform + rest), 0.0)[..., None]
    return np.concatenate([shares * (1.0 - of_background), of_background], axis=-1)
