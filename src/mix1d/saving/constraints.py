"""Whether the fits of a saved result keep to what was assumed of them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mix1d.arrays import Array
from mix1d.data.recorded_sample import RecordedSample
from mix1d.data.sample import Sample
from mix1d.model.charts import held_by
from mix1d.model.choice import FIXED, WITHOUT_SCALE
from mix1d.model.constraints import Constraint
from mix1d.model.families import FAMILIES, NORMAL
from mix1d.native import Chart
from mix1d.outcome.models import arrays_of, chart_of_fit
from mix1d.outcome.records import Asked
from mix1d.saving.parts import Part

if TYPE_CHECKING:
    from mix1d._core import Fitted

_CLOSE = 1e-9  # relative to the largest


def check_model(part: Part, fitted: Fitted, sample: Sample, asked: Asked) -> None:
    """Raise `InputError` where a mixture is none of those that could have been found."""
    chart, (weights, means, sds) = chart_of_fit(fitted), fitted["mixture"]
    mixture = part.part("mixture")
    if _without_scales(fitted):
        pass  # whether they move as one means nothing
    elif not isinstance(sample, RecordedSample):
        if asked.sds != "auto" and fitted["equal"] is not (asked.sds == "equal"):
            part.refuse("equal", f'must be that of options.sds, "{asked.sds}"')
    elif fitted["equal"] is not _tied(chart):
        part.refuse("equal", "must say whether the sds move as one")
    real = weights > 0.0
    scales = arrays_of(fitted)[2][real]
    if chart.sds == "equal" and not _alike(scales, scales[0]):
        mixture.refuse("sds", "must be equal where `equal` is true")
    if not isinstance(sample, RecordedSample):
        return
    held = held_by(asked.specification, len(weights))
    for name, found, values in zip(
        ("weights", "means", "sds"), fitted["mixture"], (held.weights, held.means, held.sds), strict=True
    ):
        fixed = ~np.isnan(values) & real
        if not _alike(found[fixed], values[fixed]):
            mixture.refuse(name, f"must be the {name} that are assumed where they are fixed")
    if not _follow(asked.specification.sds_of(fitted["sds"]), means, sds, real):
        mixture.refuse("sds", "must follow what is assumed of them")
    if asked.specification.means.kind == "equal" and not _alike(means[real], means[real][0]):
        mixture.refuse("means", "must be equal")


def _without_scales(fitted: Fitted) -> bool:
    """Return whether no component has a scale of its own."""
    numbers = fitted["native"][3].tolist() if "native" in fitted else [NORMAL.number]
    return all(FAMILIES[number].name in (*WITHOUT_SCALE, *FIXED) for number in numbers)


def _follow(assumed: Constraint, means: Array, sds: Array, real: NDArray[np.bool_]) -> bool:
    """Return whether the sds of the components of positive weight have their ratios."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        if assumed.kind == "ratio":
            scale = (sds / np.array(assumed.values))[real]
            return _alike(scale, scale[0])
        if assumed.kind == "proportional":
            scale = (sds / np.abs(means))[real]
            return _alike(scale, scale[0] if math.isnan(assumed.coefficient) else assumed.coefficient)
    return True


def _alike(found: Array, expected: Array | float) -> bool:
    with np.errstate(over="ignore", invalid="ignore"):
        largest = float(np.max(np.abs(expected), initial=0.0))
        return bool((np.abs(found - expected) <= _CLOSE * largest).all())


def _tied(chart: Chart) -> bool:
    """Return whether no sd can shrink alone."""
    if isinstance(chart.sds, str):
        return chart.sds != "free"
    return len({free for free, _ in chart.sds if free >= 0}) <= 1
