"""A specification as the core takes it: which parameters are free, and the values of those that are held."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from mix1d.arrays import Array
from mix1d.model.specification import Specification
from mix1d.native import Chart, Slots

_HELD = (-1, 1.0)


class Held(NamedTuple):
    """Values of parameters that are held, (k,) each, NaN where they are free or follow others."""

    weights: Array
    """Those of the components among themselves, where there is a background."""
    means: Array
    sds: Array


def chart_of(specification: Specification, n_components: int, sds: str | None = None) -> Chart:
    """Return the chart of a model of that many components, which is to pass `Specification.check_numbers`.

    `sds` is "free" or "equal", where both are compared or sds were left open. A map that leaves all means or
    sds free is none: equal spacing of two, growth of three, one proportional sd. The background, one more
    parameter, is no part of it.

    >>> from mix1d.model.specification import read_specification
    >>> chart_of(read_specification(means=[0, None], sds="equal"), 2)[:3]
    ('free', [(-1, 1.0), (0, 1.0)], 'equal')
    """
    k, means, scale = n_components, specification.means, specification.sds_of(sds)
    held = held_by(specification, k)
    mean_slots: str | Slots = _slots(held.means)
    if means.kind == "equal":
        mean_slots = [(0, 1.0)] * k
    elif (means.kind == "spaced" and k > 2) or (means.kind == "growth" and k > 3):
        mean_slots = {"spaced": "spaced", "growth": "growing"}[means.kind]
    sd_slots: str | Slots = _slots(held.sds)
    if scale.kind == "ratio":
        sd_slots = [(0, ratio) for ratio in scale.values]
    elif scale.kind == "equal" or (scale.kind == "proportional" and (k > 1 or scale.coefficient > 0.0)):
        sd_slots = scale.kind
    cv = None if math.isnan(scale.coefficient) else scale.coefficient
    weights = "held" if not np.isnan(held.weights).any() else _slots(held.weights)
    return Chart(weights, mean_slots, sd_slots, cv=cv)


def held_by(specification: Specification, n_components: int) -> Held:
    """Return the values that are held; a weight that alone is free is held, too: it is what the others leave.

    >>> from mix1d.model.specification import read_specification
    >>> held_by(read_specification(weights=[0.25, None], sds=0), 2)
    Held(weights=array([0.25, 0.75]), means=array([nan, nan]), sds=array([0., 0.]))
    """
    free = np.full(n_components, math.nan)
    weights = np.array(specification.weights.values) if specification.weights.values else free.copy()
    if specification.weights.kind == "equal":
        weights = np.full(n_components, 1.0 / n_components)
    elif np.count_nonzero(np.isnan(weights)) == 1:
        weights[np.isnan(weights)] = 1.0 - math.fsum(weights[~np.isnan(weights)])
    means = np.array(specification.means.values) if specification.means.values else free.copy()
    scale = specification.sds_of(None)
    sds = np.array(scale.values) if scale.kind == "list" else np.where(scale.kind == "zero", 0.0, free)
    return Held(weights, means, sds)


def _slots(values: Array) -> str | Slots:
    """Return one free coordinate for each value that is not held, "free" where none is."""
    if np.isnan(values).all():
        return "free"
    free = np.cumsum(np.isnan(values)) - 1
    return [(int(i), 1.0) if math.isnan(v) else _HELD for i, v in zip(free, values, strict=True)]
