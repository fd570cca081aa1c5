"""What was given to `fit` as a column: a pooled sample, a long column, or rows of other kinds."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from mix1d.data.columns import one_number
from mix1d.data.forms import refuse_twice, says_how, says_more
from mix1d.data.frames import Origin, origin_of
from mix1d.data.labels import components_of
from mix1d.data.observations import Observations
from mix1d.data.recorded import check_resolution
from mix1d.data.recorded_sample import RecordedSample, recorded_sample, with_counts
from mix1d.data.sample import POOL_LIMIT, LargeSample, Sample, read_sample
from mix1d.data.subsets import sample_of
from mix1d.data.windows import read_windows
from mix1d.errors import InputError, shown
from mix1d.model.specification import Specification
from mix1d.sources.kinds import opened

Column: TypeAlias = Sample | LargeSample


def read_column(
    data: Any,
    specification: Specification,
    n_components: Any,
    *,
    recorded: dict[str, Any],
    sample_weight: Any,
    missing: Any,
    name: Any,
    threads: Any,
    progress: Any,
) -> tuple[Column, Origin]:
    """Return the column to fit, and where it came from.

    `recorded` has the arguments of `Observations` that say more than the values do.
    """
    if isinstance(data, Observations):
        refuse_twice(recorded, sample_weight)
        return _of_observations(data, specification, n_components, threads), data.origin
    more = says_how(recorded)
    given = data, sample_weight
    if not more:
        source = opened(data, sample_weight, missing=missing, threads=threads, progress=progress)
        if source is not None:
            data, sample_weight = source, None
    if more or (not hasattr(type(data), "_as_sample") and says_more(data)):
        if hasattr(type(data), "_as_sample"):
            return _of_sketch(data, specification, n_components, recorded, sample_weight, name, threads)
        found = Observations(data, sample_weight=sample_weight, missing=missing, name=name, **recorded)
        return _of_observations(found, specification, n_components, threads), found.origin
    sample = read_sample(data, sample_weight, missing=missing, name=name, threads=threads)
    n_rows = None if isinstance(sample, LargeSample) or sample.rows is None else len(sample.rows)
    origin = origin_of(*given, n_rows)
    exact = specification.free and specification.background is None and specification.point is None
    if exact:
        return sample, origin
    if isinstance(sample, LargeSample) or sample.sketch is not None:
        raise _too_long("means, weights or sds" if specification.background is None else "a background")
    pooled = Observations(sample.values, sample_weight=sample.weights, name=sample.name)
    kept = _of_observations(pooled, specification, n_components, threads, always=True)
    assert isinstance(kept, RecordedSample)
    counts = sample.n_obs, sample.n_missing, sample.n_zero_weight
    return with_counts(kept, *counts, sample.rows, sample.values), origin


def stand_in(column: Column) -> Sample:
    """Return a sample that has as many distinct values as a column, for what depends on that number."""
    if isinstance(column, Sample):
        return column
    none = np.empty(0)
    return Sample(none, none, 0, 0.0, 0, 0, None, None, None, widths=none)


def _of_observations(
    observations: Observations,
    specification: Specification,
    n_components: Any,
    threads: Any,
    always: bool = False,
) -> Column:
    background, point = specification.check_observations(observations), specification.point
    if observations.plain and background is None and point is None and specification.free and not always:
        return sample_of(observations, threads)
    most = specification.length
    if most is None and isinstance(n_components, int | np.integer):
        most = int(n_components)
    names = observations.label_names
    component_of = components_of(names, max(most or len(names), 1)) if observations.labels is not None else ()
    return recorded_sample(observations, component_of, background, point)


def _of_sketch(
    sketch: Any,
    specification: Specification,
    n_components: Any,
    recorded: dict[str, Any],
    sample_weight: Any,
    name: Any,
    threads: Any,
) -> tuple[Column, Origin]:
    """Return the nodes of a sketch, with one error or window for all; refuse what rows alone can tell."""
    if check_resolution(recorded["resolution"]):
        raise InputError(
            f'resolution must be "auto" or 0 for a sketch, got {shown(recorded["resolution"])}: moments '
            "are no intervals; fit the values themselves"
        )
    for argument, what in (("upper", "limits"), ("labels", "labels")):
        if recorded[argument] is not None:
            raise InputError(
                f"{argument} must be None for a sketch: rows with {what} cannot be summarised yet; fit the "
                "values themselves"
            )
    errors, window = recorded["errors"], recorded["truncation"]
    if errors is not None and one_number("errors", errors) is None:
        raise InputError(
            "errors must be one number for a sketch, in which values have no errors of their own: fit the "
            "values themselves"
        )
    sample = read_sample(sketch, sample_weight, name=name)
    assert isinstance(sample, Sample)
    if window is not None:
        if isinstance(window, tuple | list) and any(np.ndim(end) > 0 for end in window):
            raise InputError(
                "truncation must be (low, high) of numbers for a sketch, in which values have no windows of "
                "their own: fit the values themselves"
            )
        found = read_windows(window, 1)
        if found is not None and (sketch.min < found.low[0] or sketch.max > found.high[0]):
            raise InputError(
                f"truncation must hold all values of the sketch, which go from {sketch.min:.6g} to "
                f"{sketch.max:.6g}: sketch the values inside alone"
            )
    values = np.clip(sample.values, sketch.min, sketch.max)
    pooled = Observations(
        values, sample_weight=sample.weights, errors=errors, truncation=window, name=sample.name
    )
    kept = _of_observations(pooled, specification, n_components, threads, always=True)
    assert isinstance(kept, RecordedSample)
    return with_counts(
        kept, sample.n_obs, sample.n_missing, sample.n_zero_weight, None, sample.values
    ), origin_of(None, None, None)


def _too_long(what: str) -> InputError:
    return InputError(
        f"data must have at most {POOL_LIMIT} distinct values, in memory, where {what} are assumed: fit a "
        "part of them, or fewer digits"
    )
