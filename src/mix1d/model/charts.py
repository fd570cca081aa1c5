"""A specification as the core takes it: which parameters are free, and the values of those that are held."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from mix1d.arrays import Array
from mix1d.errors import InputError
from mix1d.model.choice import FIXED, MOST_WITH_SHAPE, SHAPED
from mix1d.model.families import NAMES
from mix1d.model.specification import Specification
from mix1d.native import Chart, Slots
from mix1d.native import chart_of as chart_of_sds

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


def chart_of_row(specification: Specification, n_components: int, word: str, background: bool) -> Chart:
    """Return the chart of a fit as it is searched for; `word` says which sds it has, `Row.sds`.

    That of a model which treats all components alike does not depend on their number. A background comes
    before the components.

    >>> from mix1d.model.specification import read_specification
    >>> chart_of_row(read_specification(sds=0), 2, "zero", False).sds
    'held'
    """
    if specification.symmetric or specification.plain:
        chart = _symmetric(specification, word)
    else:
        chart = chart_of(specification, n_components, word if word in ("free", "equal") else None)
        held = held_by(specification, n_components)
        chart = chart._replace(held_at=(held.weights.tolist(), held.means.tolist(), held.sds.tolist()))
    return _behind_background(chart) if background else chart


def chart_of_family(chart: Chart, family: str, several: bool) -> Chart:
    """Return the chart of components of another family; `several`: whether numbers of them are compared.

    >>> chart_of_family(Chart(), "student_t", several=True)[-2:]
    (7, 3)
    """
    most = MOST_WITH_SHAPE + int(chart.background) if several and family in SHAPED else 0
    return chart._replace(family=NAMES[family].number, at_most=most)


def family_chart(families: Sequence[str], background: bool) -> Chart:
    """Return the chart of components that have a family each; one that is a point comes first.

    >>> family_chart(["normal", "gamma"], background=False).family
    [0, 3]
    """
    behind = [name for name in families if name in FIXED] or ["uniform"] * int(background)
    numbers = [NAMES[name].number for name in behind]
    numbers += [NAMES[name].number for name in families if name not in FIXED]
    return Chart(family=numbers, background=bool(behind))


def _symmetric(specification: Specification, word: str) -> Chart:
    """Return a chart that treats all components alike, however many there are."""
    scale = specification.sds_of(word)
    if scale.kind in ("zero", "list"):
        return Chart(sds="held", held_sd=scale.values[0] if scale.values else 0.0)
    if scale.kind == "proportional":
        return Chart(sds="proportional", cv=None if math.isnan(scale.coefficient) else scale.coefficient)
    return chart_of_sds(scale.kind == "equal")


def _behind_background(chart: Chart) -> Chart:
    """Return the chart of a mixture with a uniform component before the others."""
    held = ((), (), ()) if chart.held_at is None else chart.held_at
    weights = chart.weights
    if weights == "held":  # among themselves
        weights = [(0, 1.0), *((1, float(weight)) for weight in held[0])]
        held = ((), *held[1:])
    elif not isinstance(weights, str):
        if any(free < 0 for free, _ in weights):
            raise InputError(
                "weights must be all fixed, equal or free beside a background, got a list with None: fix "
                "all, or leave the background out"
            )
        weights = [(0, 1.0), *((free + 1, ratio) for free, ratio in weights)]
    return chart._replace(
        weights=weights,
        means=chart.means if isinstance(chart.means, str) else [(-1, 1.0), *chart.means],
        sds=chart.sds if isinstance(chart.sds, str) else [(-1, 1.0), *chart.sds],
        held_at=(_behind(held[0]), _behind(held[1]), _behind(held[2])),
        background=True,
    )


def _behind(held: Sequence[float]) -> list[float]:
    return [math.nan, *held] if held else []
