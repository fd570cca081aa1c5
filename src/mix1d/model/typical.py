"""Where a component lies and how wide it is, also where it has no mean or no finite sd."""

from __future__ import annotations

import numpy as np

from mix1d.arrays import Array
from mix1d.model.component import Component
from mix1d.model.mixture import Mixture

_BELOW, _ABOVE = 0.15865525393145707, 0.8413447460685429  # of a normal: one sd on either side


def centres(mixture: Mixture) -> Array:
    """Return the means of the components, (k,); medians where there is no finite mean.

    >>> from mix1d import Component
    >>> centres(Mixture([1.0], components=[Component("student_t", df=1.0, loc=3.0, scale=2.0)])).tolist()
    [3.0]
    """
    return np.where(np.isfinite(mixture.means), mixture.means, mixture.medians)


def widths(mixture: Mixture) -> Array:
    """Return the sds of the components, (k,); half the width of the middle 68 % where there is no finite one.

    >>> from mix1d import Component
    >>> widths(Mixture([1.0], components=[Component("student_t", df=1.0, loc=3.0, scale=2.0)])).round(2)
    array([3.67])
    """
    if np.isfinite(mixture.sds).all():
        return mixture.sds
    pairs = zip(mixture.sds.tolist(), mixture.components, strict=True)
    return np.array([sd if np.isfinite(sd) else _half(component) for sd, component in pairs])


def meet(mixture: Mixture, first: int, second: int) -> bool:
    """Say whether two components can be told apart by a threshold: not a point and others.

    >>> from mix1d import Component
    >>> two = [Component("point_mass", value=0.0), Component("poisson", mean=2.0)]
    >>> meet(Mixture([0.5, 0.5], components=two), 0, 1)
    False
    """
    names = {mixture.components[j].family for j in (first, second)} if mixture._mixed is not None else set()
    return "point_mass" not in names


def _half(component: Component) -> float:
    low, high = component.icdf([_BELOW, _ABOVE])
    return float(high / 2.0 - low / 2.0)
