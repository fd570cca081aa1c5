"""What a test for the number of components is given: values, or rows of any kind."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from mix1d import _core
from mix1d.arrays import Array, Arrays, MixedArrays
from mix1d.data.arguments import check_n_components
from mix1d.data.forms import refuse_twice, says_how, says_more
from mix1d.data.labels import components_of
from mix1d.data.observations import Observations
from mix1d.data.recorded_sample import RecordedSample, as_rounded, recorded_sample
from mix1d.data.rounding import lattice_of, matters
from mix1d.data.sample import POOL_LIMIT, LargeSample, Sample, read_sample
from mix1d.data.subsets import exact_values, rounded_to, sample_of
from mix1d.errors import InputError, shown
from mix1d.model.charts import chart_of_family
from mix1d.model.choice import WITHOUT_SCALE, check_support, read_family, space_of
from mix1d.model.specification import Specification
from mix1d.native import Candidates, Options, charts_of
from mix1d.outcome.models import before_background
from mix1d.sources.kinds import opened


def read_tested(
    data: Any,
    n_components: object,
    *,
    specification: Specification,
    recorded: dict[str, Any],
    sample_weight: Any,
    threads: Any,
    progress: Any,
) -> tuple[Sample | LargeSample, int]:
    """Return the column and the number of components under the null hypothesis, checked.

    `recorded` has the arguments of `Observations` that say more than the values do; of the specification
    the background counts.

    >>> plain = {"recorded": {"resolution": "auto", "errors": None}, "sample_weight": None}
    >>> from mix1d.model.specification import read_specification
    >>> how = {"specification": read_specification(), "threads": 1, "progress": False}
    >>> read_tested([1.0, 2.0], 1, **plain, **how)[1]
    1
    """
    observations = None
    if isinstance(data, Observations):
        refuse_twice(recorded, sample_weight)
        observations = data
    elif says_how(recorded) or says_more(data):
        if hasattr(type(data), "_as_sample"):
            raise InputError(
                f'resolution must be "auto" or 0 for a sketch, got {shown(recorded["resolution"])}: moments '
                "are no intervals; test the values themselves"
            )
        observations = Observations(data, sample_weight=sample_weight, **recorded)
    if observations is None or observations.plain:
        sample = (
            _plain(data, sample_weight, threads, progress)
            if observations is None
            else sample_of(observations, threads)
        )
        if specification.background is None:
            return sample, _check_number(n_components, sample)
        observations = _beside_background(sample, observations)
    k = _check_number(n_components, recorded_sample(observations))
    labels = observations.labels
    return recorded_sample(
        observations,
        () if labels is None else components_of(observations.label_names, k),
        specification.check_observations(observations),
    ), k


def read_family_tested(family: Any, sds: str) -> str:
    """Return the family of the components of a test, which has one model.

    >>> read_family_tested("lognorm", "free")
    'lognormal'
    """
    choice = read_family(family)
    if choice.kind != "one":
        raise InputError(
            f"family must be one name in a test, got {shown(family)}: a test is about one model; compare "
            "families with mix1d.fit, and test the number of components of the one chosen"
        )
    (name,) = choice.names
    if sds == "equal" and name in WITHOUT_SCALE:
        raise InputError(
            f'sds must be "free" for the family {name!r}, got "equal": its components have no width of their '
            "own"
        )
    return name


def check_family(family: str, column: Sample | LargeSample) -> None:
    """Raise `InputError` where the family has no density at some value."""
    if isinstance(column, LargeSample):
        ends = np.array([column.minimum, column.maximum])
        check_support([family], ends, ends, np.ones(2))
    elif isinstance(column, RecordedSample):
        rows = column.observations
        weights = np.ones(len(rows.lower)) if rows.sample_weight is None else rows.sample_weight
        check_support([family], rows.lower, rows.upper, weights)
    else:
        check_support([family], column.values, column.values, column.weights)


def has_background(sample: Sample) -> bool:
    """Return whether the models of a sample have a uniform component beside those that are counted."""
    return isinstance(sample, RecordedSample) and sample.background is not None


def tested(sample: Sample, numbers: Sequence[int], sds: str, family: str) -> Candidates:
    """Return models of so many components as the core takes them, a background among them."""
    behind = has_background(sample)
    charts = [
        chart_of_family(chart._replace(background=behind), family, several=False) for chart in charts_of(sds)
    ]
    return Candidates([k + int(behind) for k in numbers], charts)


def _beside_background(sample: Sample | LargeSample, observations: Observations | None) -> Observations:
    """Return exact values as rows that may also be of a background."""
    if isinstance(sample, LargeSample) or sample.sketch is not None:
        raise InputError(
            f"data must have at most {POOL_LIMIT} distinct values, in memory, where a background is assumed: "
            "test a part of them, or fewer digits"
        )
    if observations is not None:
        return observations
    return Observations(sample.values, sample_weight=sample.weights, name=sample.name)


def as_recorded(sample: Sample, k: int, sds: str, threads: int, family: str = "normal") -> Sample:
    """Return values on a lattice as intervals where rounding matters, as `mix1d.fit` does.

    It does where the narrowest component, of the fits with `k` and with one more, is narrower than the step
    over 0.35. Counts are no rounded values.

    >>> coarse = read_sample(np.repeat([1.0, 2.0, 3.0, 4.0], [5, 20, 20, 5]))
    >>> type(as_recorded(coarse, 1, "free", 1)).__name__
    'RecordedSample'
    """
    if sample.constant or sample.widths is not None or space_of(family) == "count":
        return sample
    values, weights, error = sample.values, sample.weights, 0.0
    if isinstance(sample, RecordedSample):
        observations = sample.observations
        if observations.resolution != "auto" or not observations.exact.any():
            return sample
        values, weights = exact_values(observations)
        error = 0.0 if observations.errors is None else float(observations.errors.min())
    lattice = lattice_of(values, weights)
    if lattice is None:
        return sample
    rows, _ = _core.fit(sample.problem, tested(sample, (k, k + 1), sds, family), Options(threads=threads))
    mixtures = [row["mixture"] for row in rows]
    if has_background(sample):
        mixtures = [before_background(mixture)[1] for mixture in mixtures]
    narrowest = min(float(np.min(_sds(mixture)[mixture[0] > 0.0])) for mixture in mixtures)
    if not matters(lattice.step, math.hypot(narrowest, error)):
        return sample
    if isinstance(sample, RecordedSample):
        on = lattice.holds(observations.lower) & observations.exact
        rounded = rounded_to(observations, lattice.step, on)
        return recorded_sample(rounded, sample.component_of, sample.background)
    return as_rounded(sample, lattice.step, lattice.holds(sample.values))


def _sds(mixture: Arrays | MixedArrays) -> Array:
    return mixture[2] if len(mixture) == 3 else _core.component_places(mixture)[:, 1]


def _plain(data: Any, sample_weight: Any, threads: Any, progress: Any) -> Sample | LargeSample:
    source = opened(data, sample_weight, threads=threads, progress=progress)
    if source is not None:
        data, sample_weight = source, None
    return read_sample(data, sample_weight, threads=threads)


def _check_number(n_components: object, sample: Sample | LargeSample) -> int:
    distinct = sample.n_distinct if isinstance(sample, Sample) else POOL_LIMIT + 1
    numbers = check_n_components((None,) if n_components is None else n_components, distinct)
    if len(numbers) > 1:
        found = ", ".join(map(str, numbers))
        raise InputError(f"n_components must be one number, got {found}: test one after the other")
    (k,) = numbers
    if k + 1 > distinct:
        raise InputError(
            f"n_components must be below the number of distinct values, {distinct}, because one component "
            f"more is tried, got {k}: {'ask for fewer' if k > 1 else 'a constant column has nothing to test'}"
        )
    return k
