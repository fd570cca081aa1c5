"""A specification as the free coordinates of a model: what the native chart is made from."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mix1d.arrays import Array
from mix1d.model.specification import Specification

HELD = -1


class Coordinates(NamedTuple):
    """How the free coordinates make all: [logits k][means k][log sds k].

    Values and factors are those of weights, means and sds themselves; the core takes the logarithms.
    """

    free: NDArray[np.int32]
    """(3k,), the free coordinate of each, -1 where it is held or made by a named map. Shared: equal."""
    factor: Array
    """(3k,), what the sd is times that of the shared coordinate; 1 elsewhere."""
    fixed: Array
    """(3k,), the weight, mean or sd where it is held, NaN elsewhere."""
    means_map: str
    """``"spaced"``: m_j = m_1 + j d; ``"growth"``: m_j = m_1 + d (1 + r + ... + r^(j-1)), j from 0; or
    none, ``""``."""
    means_free: NDArray[np.int32]
    """The free coordinates m_1, d and log r of the map."""
    sds_map: str
    """``"proportional"``: sd_j = c m_j; or ``""``."""
    sds_free: int
    """The free coordinate log c, -1 where `coefficient` holds c."""
    coefficient: float
    """c where it is held, else NaN."""
    gauge: bool
    """Whether a constant may be added to all free logits: one of them is no parameter."""
    background: int
    """The free coordinate of the background, log(w / (1 - w)) for its weight w, -1 without one; weights of
    components are then those among the rest."""
    size: int
    """How many free coordinates there are."""

    @property
    def n_parameters(self) -> int:
        """How many of them are parameters."""
        return self.size - self.gauge


def coordinates_of(specification: Specification, n_components: int, sds: str | None = None) -> Coordinates:
    """Return the coordinates of a model of that many components.

    A map that leaves all means or sds free is none: equal spacing of two, growth of three, one proportional
    sd.

    Parameters
    ----------
    specification
        Checked against that number by `Specification.check_numbers`.
    n_components
        k, at least 1.
    sds
        ``"free"`` or ``"equal"``, where both are compared or sds were left open.

    Examples
    --------
    >>> from mix1d.model.specification import read_specification
    >>> found = coordinates_of(read_specification(means=[0, None], sds="equal"), 2)
    >>> found.free.tolist(), found.fixed[2:4].tolist(), found.n_parameters
    ([0, 1, -1, 2, 3, 3], [0.0, nan], 3)
    """
    k = n_components
    free, factor, fixed = np.full(3 * k, HELD, np.int32), np.ones(3 * k), np.full(3 * k, math.nan)
    size = 0

    def place(at: int, values: tuple[float, ...]) -> None:
        """Give each of k a coordinate of its own, but for those that a list holds."""
        nonlocal size
        for j in range(k):
            if values and not math.isnan(values[j]):
                fixed[at + j] = values[j]
            else:
                free[at + j] = size
                size += 1

    def share(at: int) -> None:
        """Give all of k the same coordinate."""
        nonlocal size
        free[at : at + k] = size
        size += 1

    place(0, _weights_of(specification, k))
    gauge = bool((free[:k] != HELD).any())

    means = specification.means
    means_map, means_free = "", np.empty(0, np.int32)
    parts = {"spaced": 2, "growth": 3}.get(means.kind, k)
    if means.kind == "equal":
        share(k)
    elif parts < k:
        means_map, means_free = means.kind, np.arange(size, size + parts, dtype=np.int32)
        size += parts
    else:
        place(k, means.values)

    scale = specification.sds_of(sds)
    sds_map, sds_free, coefficient = "", HELD, math.nan
    if scale.kind in ("equal", "ratio"):
        share(2 * k)
        factor[2 * k :] = scale.values or 1.0
    elif scale.kind == "zero":
        fixed[2 * k :] = 0.0
    elif scale.kind == "proportional" and (k > 1 or not math.isnan(scale.coefficient)):
        sds_map, coefficient = "proportional", scale.coefficient
        if math.isnan(coefficient):
            sds_free = size
            size += 1
    else:
        place(2 * k, scale.values)

    background = HELD
    if specification.background is not None:
        background = size
        size += 1
    return Coordinates(
        free=free,
        factor=factor,
        fixed=fixed,
        means_map=means_map,
        means_free=means_free,
        sds_map=sds_map,
        sds_free=sds_free,
        coefficient=coefficient,
        gauge=gauge,
        background=background,
        size=size,
    )


def _weights_of(specification: Specification, k: int) -> tuple[float, ...]:
    """Return the weights that are held; one that alone is free is held, too: it is what the others leave."""
    weights = specification.weights
    if weights.kind == "equal":
        return (1.0 / k,) * k
    if weights.kind == "list" and weights.free == 1:
        rest = 1.0 - math.fsum(value for value in weights.values if not math.isnan(value))
        return tuple(rest if math.isnan(value) else value for value in weights.values)
    return weights.values or ((1.0,) if k == 1 else ())
