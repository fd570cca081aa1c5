"""The data of a saved result: written as they were given, and read back as they were fitted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mix1d.data.apart import SetApart
from mix1d.data.observations import Observations
from mix1d.data.recorded_sample import RecordedSample, as_rounded, recorded_sample, with_counts, without
from mix1d.data.sample import POOL_LIMIT, Sample
from mix1d.data.subsets import rounded_to
from mix1d.errors import InputError
from mix1d.outcome.outcome import Outcome
from mix1d.outcome.records import Apart, Asked, plain
from mix1d.saving.observations import observations_of, read_observations
from mix1d.saving.parts import Part
from mix1d.sketch.summary import Sketch

SIDES = ("lowest", "highest", "inside")
ROUNDING = 1e-9  # of sums that an earlier version may have added in another order


# ---- writing


def column_of(outcome: Outcome) -> Sample:
    """Return the column as it was before values were set apart or taken as rounded."""
    column = outcome.apart.column
    return outcome.sample if column is None else column


def exact_of(sample: Sample) -> dict[str, Any]:
    """Return a sample of exact values, or of points that stand for them."""
    from base64 import b64encode

    return {
        "name": sample.name,
        "n_obs": sample.n_obs,
        "total_weight": sample.total_weight,
        "n_missing": sample.n_missing,
        "n_zero_weight": sample.n_zero_weight,
        "resolution": sample.resolution,
        "values": sample.values.tolist(),
        "weights": sample.weights.tolist(),
        "rows": _places(sample.values, sample),
        "widths": None if sample.widths is None else sample.widths.tolist(),
        "sketch": None if sample.sketch is None else b64encode(sample.sketch.to_bytes()).decode("ascii"),
    }


def data_of(sample: Sample) -> dict[str, Any]:
    """Return a sample of any kind."""
    if not isinstance(sample, RecordedSample):
        return exact_of(sample)
    return {
        "name": sample.name,
        "n_obs": sample.n_obs,
        "n_missing": sample.n_missing,
        "n_zero_weight": sample.n_zero_weight,
        "observations": observations_of(sample.observations),
        "component_of": list(sample.component_of),
        "background": None if sample.background is None else list(sample.background),
        "pooled": sample.pooled,
        "rows": None if sample.pooled_values is None else _places(sample.pooled_values, sample),
    }


def apart_of(apart: Apart) -> dict[str, Any]:
    """Return what was set apart."""
    return {"values": plain(apart.values), "heaped": list(apart.heaped)}


def rounded_of(outcome: Outcome) -> dict[str, Any] | None:
    """Return the step that a fit took values as rounded to, and which of the values that were left."""
    sample = outcome.sample
    if sample is column_of(outcome) or not isinstance(sample, RecordedSample):
        return None
    rounded = sample.observations.rounded
    assert rounded is not None
    return {"step": sample.observations.resolution, "rows": rounded.tolist()}


def _places(values: NDArray[Any], sample: Sample) -> list[int] | None:
    return None if sample.rows is None else np.searchsorted(values, sample.rows).tolist()


# ---- reading


def read_data(data: Part, asked: Asked) -> Sample:
    """Return the column that `data_of` wrote."""
    if not isinstance(data.value, dict) or "observations" not in data.value:
        return read_exact(data)
    name = None if data.get("name") is None else data.text("name")
    counts = data.count("n_missing"), data.count("n_zero_weight")
    pooled = data.flag("pooled")
    observations = read_observations(data.part("observations"), name, *((0, 0) if pooled else counts))
    background = _background(data, observations, asked)
    component_of = _component_of(data, observations, int(background is not None))
    sample = recorded_sample(observations, component_of, background, asked.specification.point)
    n_obs = data.count("n_obs", least=1)
    if not pooled:
        if n_obs != len(observations):
            data.refuse("n_obs", f"must be {len(observations)}, the number of rows")
        if data.given("rows"):
            data.refuse("rows", "must be null where values are not pooled")
        return sample
    values = observations.lower
    rises = _in_common(observations) and (values[1:] > values[:-1]).all()
    if not rises or len(values) > POOL_LIMIT or observations.resolution != "auto":
        data.refuse("observations", "must be rising exact values with weights where they are pooled")
    rows = _rows(data, values, n_obs)
    if n_obs < len(values) or (rows is None and n_obs <= POOL_LIMIT and observations.plain):
        data.refuse("n_obs", "must be how many rows were pooled")
    return with_counts(sample, n_obs, *counts, rows, values)


def _background(data: Part, observations: Observations, asked: Asked) -> tuple[float, float] | None:
    background = None
    if data.given("background"):
        ends = data.numbers("background").tolist()
        if len(ends) != 2 or not ends[0] < ends[1]:
            data.refuse("background", "must be two rising numbers")
        background = ends[0], ends[1]
    try:
        assumed = asked.specification.check_observations(observations)
    except InputError as error:
        data.refuse("observations", f"must be such that what is assumed can be fitted ({error})")
    if assumed != background:
        data.refuse("background", f"must be what is assumed, {assumed}")
    return background


def _component_of(data: Part, observations: Observations, behind: int) -> tuple[int, ...]:
    places = data.whole_numbers("component_of", most=62 - behind).tolist()
    if len(set(places)) != len(places) or len(places) != len(observations.label_names):
        data.refuse("component_of", "must have a component of its own for each label")
    return tuple(places)


def _in_common(observations: Observations) -> bool:
    """Whether rows are exact values with weights, which have errors and windows in common only."""
    told = [] if observations.errors is None else [observations.errors]
    told += [] if observations.truncation is None else list(observations.truncation)
    alike = all(bool((one == one[0]).all()) for one in told)
    exact = observations.labels is None and bool(observations.exact.all())
    return alike and exact and observations.sample_weight is not None


def _rows(data: Part, values: NDArray[Any], n_obs: int) -> NDArray[Any] | None:
    if not data.given("rows"):
        return None
    places = data.whole_numbers("rows", most=len(values) - 1)
    if len(places) != n_obs:
        data.refuse("rows", f"must be {n_obs} places in values")
    rows: NDArray[Any] = values[places]
    rows.setflags(write=False)
    return rows


def read_exact(data: Part) -> Sample:
    """Return a sample that `exact_of` wrote."""
    from base64 import b64decode

    values, weights = data.numbers("values"), data.numbers("weights")
    if not len(values) or not (values[1:] > values[:-1]).all():
        data.refuse("values", "must be rising")
    if len(weights) != len(values) or not (weights > 0.0).all():
        data.refuse("weights", "must be positive, one for each of values")
    n_obs = data.count("n_obs", least=1)
    widths = sketch = None
    rows = _rows(data, values, n_obs)
    if data.given("widths"):
        widths = data.numbers("widths")
        if len(widths) != len(values) or not (widths >= 0.0).all():
            data.refuse("widths", "must be at least 0, one for each of values")
    if data.given("sketch"):
        try:
            sketch = Sketch.from_bytes(b64decode(data.text("sketch"), validate=True))
        except ValueError as error:
            data.refuse("sketch", f"must be a sketch in base 64 ({error})")
    return Sample(
        values,
        weights,
        n_obs,
        data.number("total_weight"),
        data.count("n_missing"),
        data.count("n_zero_weight"),
        _resolution(data),
        None if data.get("name") is None else data.text("name"),
        rows,
        widths,
        sketch,
    )


def _resolution(data: Part) -> float | None:
    """Return the step, None where it is unknown; version 0.1 wrote -1 for some joined sketches."""
    step = None if data.get("resolution") is None else data.number("resolution")
    unjudged = step == -1.0 and data.get("widths") is not None
    return None if unjudged else step


def read_apart(apart: Part, column: Sample) -> Apart:
    """Return what was set apart of a column, without the column."""
    total, seen = float(np.sum(column.weights)), set[float]()
    found = [_set_apart(one, column, total) for one in _list(apart, "values")]
    for one in found:
        if seen & set(one.values):
            apart.refuse("values", "must not be set apart twice")
        seen |= set(one.values)
    exact = not isinstance(column, RecordedSample) and column.widths is None
    if found and (not exact or len(seen) == len(column.values)):
        apart.refuse("values", "must be some of the exact values of data")
    heaped = apart.numbers("heaped")
    if not np.isin(heaped, column.values).all():
        apart.refuse("heaped", "must be among the values of data")
    return Apart(tuple(found), tuple(heaped.tolist()))


def _list(part: Part, key: str) -> Sequence[Part]:
    return [] if part.get(key) == [] else part.parts(key)


def _set_apart(one: Part, column: Sample, total: float) -> SetApart:
    values = one.numbers("values")
    if not len(values) or not (values[1:] > values[:-1]).all() or not np.isin(values, column.values).all():
        one.refuse("values", "must be rising, and among the values of data")
    weight = float(np.sum(column.weights[np.isin(column.values, values)]))
    stated, share = one.number("weight"), one.number("share")
    if not abs(stated - weight) <= ROUNDING * weight:
        one.refuse("weight", f"must be that of the values, {weight:.10g}")
    if one.count("count") != round(stated):
        one.refuse("count", f"must be {round(stated)}, the weight rounded")
    if not abs(share - weight / total) <= ROUNDING:
        one.refuse("share", f"must be that of all rows, {weight / total:.10g}")
    kind, side = one.choice("kind", ("tie", "stray")), one.choice("side", SIDES)
    return SetApart(tuple(values.tolist()), round(stated), stated, share, kind, side)  # type: ignore[arg-type]


def fitted_sample(saved: Part, column: Sample, apart: Apart) -> Sample:
    """Return what was fitted of a column: without what was set apart, rounded values as intervals."""
    sample = column
    for one in apart.values:
        sample = without(sample, np.array(one.values))
    if not saved.given("rounded"):
        return sample
    rounded = saved.part("rounded")
    step, rows = rounded.positive("step"), rounded.flags("rows")
    whole = sample.observations.lower if isinstance(sample, RecordedSample) else sample.values
    if len(rows) != len(whole):
        rounded.refuse("rows", f"must have one for each of {len(whole)}")
    if sample.widths is not None or (isinstance(sample, RecordedSample) and sample.pooled):
        rounded.refuse("rows", "must be those of values as they were recorded")
    try:
        if not isinstance(sample, RecordedSample):
            return as_rounded(sample, step, rows)
        observations = rounded_to(sample.observations, step, rows)
    except InputError as error:
        rounded.refuse("step", f"must be one that the values can be rounded to ({error})")
    return recorded_sample(observations, sample.component_of, sample.background, sample.point)
