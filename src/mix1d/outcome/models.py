"""The model of a fit: which of its parameters are free, and in what words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import numpy as np

from mix1d import _core
from mix1d.arrays import Array, Arrays, MixedArrays
from mix1d.data.recorded_sample import RecordedSample
from mix1d.data.sample import Sample
from mix1d.model.choice import FIXED
from mix1d.model.families import FAMILIES, POINT_MASS, UNIFORM, Space
from mix1d.model.mixture import Mixture
from mix1d.native import Chart, Model, chart_of, model_of

if TYPE_CHECKING:
    from mix1d._core import Fitted


class Compared(NamedTuple):
    """A model that is fitted, with the words for it."""

    chart: Chart
    sds: str
    family: str = "normal"
    """"mixed": each component has its own."""


def chart_of_fit(fitted: Fitted) -> Chart:
    """Return which parameters are free: those of free or equal sds where nothing else was assumed."""
    return fitted["chart"] if "chart" in fitted else chart_of(fitted["equal"])


def sds_of_fit(fitted: Fitted) -> str:
    """Return the word for its sds: "free", "equal", or what else was assumed of them."""
    return fitted["sds"] if "sds" in fitted else ("equal" if fitted["equal"] else "free")


def family_of_fit(fitted: Fitted) -> str:
    """Return the family of its components, "mixed" where each has its own."""
    return fitted.get("family", "normal")


def space_of_fit(fitted: Fitted) -> Space:
    """Return the space of its components, of the last one where they differ; a point comes first."""
    return FAMILIES[int(fitted["native"][3][-1])].space if "native" in fitted else "real"


def arrays_of(fitted: Fitted) -> Arrays | MixedArrays:
    """Return its components as functions of the core take them."""
    return fitted.get("native", fitted["mixture"])


def mixture_of(fitted: Fitted) -> Mixture:
    """Return its mixture."""
    return Mixture._of_arrays(arrays_of(fitted))


def native_optima(fitted: Fitted) -> Sequence[Arrays | MixedArrays]:
    """Return the components of its optima as functions of the core take them."""
    if "native_optima" in fitted:
        return fitted["native_optima"]
    return [mixture for mixture, *_ in fitted["optima"]]


def told(fitted: Fitted) -> None:
    """Put the components of a fit of any families in the order of their means, with these beside them.

    `mixture` and `optima` then have moments, `native` and `native_optima` what the core takes. A component
    without parameters of its own keeps the first place.
    """
    native = fitted["mixture"]
    if len(native) == 3:
        return
    order, moments = by_mean(native)
    kept = tuple(np.ascontiguousarray(array[order]) for array in native)
    fitted["native"], fitted["mixture"] = kept, moments
    if fitted["collapsed"] >= 0:
        fitted["collapsed"] = int(np.flatnonzero(order == fitted["collapsed"])[0])
    optima, found = [], []
    for mixture, *rest in fitted["optima"]:
        place, parts = by_mean(mixture)
        found.append(tuple(np.ascontiguousarray(array[place]) for array in mixture))
        optima.append((parts, *rest))
    fitted["optima"], fitted["native_optima"] = optima, found
    chart = fitted.get("chart")
    if chart is not None and not isinstance(chart.family, int):
        fixed = len(chart.family) - len(kept[3])  # a background, which is not among the components
        fitted["chart"] = chart._replace(family=[*chart.family[:fixed], *kept[3].tolist()])


def by_mean(native: MixedArrays) -> tuple[np.ndarray, Arrays]:
    """Return the order of components by mean, those without a parameter first, and moments in that order."""
    facts = _core.component_places(native)
    means, sds, medians = facts[:, 0].copy(), facts[:, 1].copy(), facts[:, 2]
    fixed = np.array([FAMILIES[number].name in FIXED for number in native[3].tolist()])
    place = np.where(np.isfinite(means), means, medians)
    order = np.lexsort((sds, place, ~fixed))
    return order, (native[0][order].copy(), means[order], sds[order])


def moments_of_steps(steps: Array, families: Array, background: int) -> Array:
    """Return weights, means and sds (m, 3, k) of steps (m, 4, k) in the coordinates of the core, by mean.

    A background keeps its first place.
    """
    out = np.empty((len(steps), 3, steps.shape[2]))
    for i, (w, m, s, t) in enumerate(steps):
        arrays = tuple(np.ascontiguousarray(part) for part in (w, m, s, families, t))
        facts = _core.component_places(cast(MixedArrays, arrays))
        out[i] = w, facts[:, 0], facts[:, 1]
    if len(steps) == 0:  # of equal values
        return out
    last = out[-1]
    order = np.lexsort((last[2], last[1], np.arange(steps.shape[2]) >= background))
    return out[:, :, order]


def model_of_fit(fitted: Fitted, mixture: Sequence[Any], held: Sequence[int] = ()) -> Model:
    """Return a mixture under the chart of a fit."""
    return model_of(mixture, chart_of_fit(fitted), held)


def determined(fitted: Fitted) -> bool:
    """Return whether a fit can be chosen: its likelihood is a maximum, or as high as any.

    Not those that only the penalty holds up, and those of which a component lies within one interval. A
    component of which nothing but limits on one side are seen, or no more than a slope in a window, has
    parameters that are not determined, but the likelihood is its supremum.
    """
    return not fitted["regularized"] or (
        fitted.get("prop") in ("unseen", "window") and not fitted["null_components"]
    )


def undetermined(fitted: Fitted) -> int:
    """Return the component whose mean and sd the data say nothing of, -1 where there is none.

    That is one of which nothing but limits on one side are seen, or no more than a slope in a window.
    """
    return fitted["collapsed"] if fitted.get("prop") in ("unseen", "window") else -1


def has_point(chart: Chart) -> bool:
    """Return whether the first component is a point, which is one of those that are reported."""
    return not isinstance(chart.family, int) and FAMILIES[chart.family[0]] is POINT_MASS


def before_background(mixture: Arrays | MixedArrays) -> tuple[float, Arrays]:
    """Return the weight of the first component, a background, and the others as a mixture of their own.

    >>> before_background((np.array([0.5, 0.25, 0.25]), np.zeros(3), np.ones(3)))[0]
    0.5
    """
    weights, *others = cast(tuple[Array, ...], mixture)
    total = float(weights[1:].sum())
    rest = weights[1:] / total if total > 0.0 else np.full(len(weights) - 1, 1.0 / max(len(weights) - 1, 1))
    return float(weights[0]), (rest, *(array[1:].copy() for array in others))  # type: ignore[return-value]


def behind_background(mixture: Sequence[Any], weight: float, ends: tuple[float, float]) -> Arrays:
    """Return a mixture as the core takes it, with a uniform component of some weight before the others.

    >>> behind_background((np.ones(1), np.zeros(1), np.ones(1)), 0.5, (0.0, 4.0))
    (array([0.5, 0.5]), array([2., 0.]), array([4., 1.]))
    """
    weights, means, sds, *others = mixture
    low, high = ends
    plain = (
        np.append(weight, (1.0 - weight) * weights),
        np.append(0.5 * low + 0.5 * high, means),
        np.append(high - low, sds),
    )
    if not others:
        return plain
    families, shapes = others
    return (*plain, np.append(UNIFORM.number, families), np.append(0.0, shapes))  # type: ignore[return-value]


def native_mixture(fitted: Fitted, sample: Sample) -> Arrays:
    """Return the mixture of a fit as the core takes it."""
    if "background_weight" not in fitted:
        return arrays_of(fitted)  # type: ignore[return-value]
    assert isinstance(sample, RecordedSample)
    assert sample.background is not None
    return behind_background(arrays_of(fitted), fitted["background_weight"], sample.background)


def labelled(rows: list[Fitted], models: Sequence[Compared]) -> list[Fitted]:
    """Say of each row which model it is of, and take a background out of its mixtures."""
    for row in rows:
        row["chart"], row["sds"], row["family"] = models[row["place"]]
        if row["chart"].background and not has_point(row["chart"]):
            row["background_weight"], row["mixture"] = before_background(row["mixture"])
            row["optima"] = [(before_background(optimum[0])[1], *optimum[1:]) for optimum in row["optima"]]
            row["collapsed"] = max(row["collapsed"] - 1, -1)
        told(row)
    return rows
