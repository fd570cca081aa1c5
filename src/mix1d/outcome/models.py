"""The model of a fit: which of its parameters are free, and in what words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mix1d.arrays import Arrays
from mix1d.data.recorded_sample import RecordedSample
from mix1d.data.sample import Sample
from mix1d.native import Chart, chart_of

if TYPE_CHECKING:
    from mix1d._core import Fitted


def chart_of_fit(fitted: Fitted) -> Chart:
    """Return which parameters are free: those of free or equal sds where nothing else was assumed."""
    return fitted["chart"] if "chart" in fitted else chart_of(fitted["equal"])


def sds_of_fit(fitted: Fitted) -> str:
    """Return the word for its sds: "free", "equal", or what else was assumed of them."""
    return fitted["sds"] if "sds" in fitted else ("equal" if fitted["equal"] else "free")


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


def before_background(mixture: Arrays) -> tuple[float, Arrays]:
    """Return the weight of the first component, a background, and the others as a mixture of their own.

    >>> before_background((np.array([0.5, 0.25, 0.25]), np.zeros(3), np.ones(3)))[0]
    0.5
    """
    weights, means, sds = mixture
    total = float(weights[1:].sum())
    rest = weights[1:] / total if total > 0.0 else np.full(len(weights) - 1, 1.0 / max(len(weights) - 1, 1))
    return float(weights[0]), (rest, means[1:].copy(), sds[1:].copy())


def behind_background(mixture: Arrays, weight: float, ends: tuple[float, float]) -> Arrays:
    """Return a mixture as the core takes it, with a uniform component of some weight before the others.

    >>> behind_background((np.ones(1), np.zeros(1), np.ones(1)), 0.5, (0.0, 4.0))
    (array([0.5, 0.5]), array([2., 0.]), array([4., 1.]))
    """
    (weights, means, sds), (low, high) = mixture, ends
    return (
        np.append(weight, (1.0 - weight) * weights),
        np.append(0.5 * low + 0.5 * high, means),
        np.append(high - low, sds),
    )


def native_mixture(fitted: Fitted, sample: Sample) -> Arrays:
    """Return the mixture of a fit as the core takes it."""
    if "background_weight" not in fitted:
        return fitted["mixture"]
    assert isinstance(sample, RecordedSample)
    assert sample.background is not None
    return behind_background(fitted["mixture"], fitted["background_weight"], sample.background)
