"""The components of saved fits: written so that they are restored to the last bit, and read back."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from mix1d import _core
from mix1d.arrays import Array, Arrays, MixedArrays
from mix1d.errors import InputError
from mix1d.model.component import components_of
from mix1d.model.families import FAMILIES, NORMAL, checked
from mix1d.saving.parts import Part

PARAMETERS = ("weights", "means", "sds")
_SHAPE_OF_AT_LEAST_0 = ("student_t", "negative_binomial")
COORDINATES = ("weights", "locations", "scales", "shapes")


def arrays_as_json(arrays: Sequence[Any]) -> dict[str, Any]:
    """Return normals by their means and sds, and components of other families by their coordinates.

    Own parameters would be read back with the rounding of a few functions.

    >>> arrays_as_json((np.ones(1), np.zeros(1), np.ones(1)))
    {'weights': [1.0], 'means': [0.0], 'sds': [1.0]}
    """
    if len(arrays) == 3:
        return {name: array.tolist() for name, array in zip(PARAMETERS, arrays, strict=True)}
    weights, locations, scales, families, shapes = arrays
    return {
        "weights": weights.tolist(),
        "families": [FAMILIES[number].name for number in families.tolist()],
        "locations": locations.tolist(),
        "scales": scales.tolist(),
        "shapes": shapes.tolist(),
    }


def read_arrays(mixture: Part, zero: bool) -> Arrays | MixedArrays:
    """Return what `arrays_as_json` wrote; `zero`: whether normal components may have no width."""
    return _read_mixed(mixture, zero) if mixture.has("families") else _read_normals(mixture, zero)


def moments_of(native: MixedArrays) -> Arrays:
    """Return the weights, means and sds of components, NaN or infinite where there are none."""
    facts = _core.component_places(native)
    return native[0].copy(), facts[:, 0].copy(), facts[:, 1].copy()


def _read_normals(mixture: Part, zero: bool) -> Arrays:
    weights, means, sds = (mixture.numbers(name) for name in PARAMETERS)
    if not len(weights) == len(means) == len(sds) > 0:
        mixture.refuse("weights", "must be as many as means and sds")
    _check_weights(mixture, weights)
    if not (sds >= 0.0 if zero else sds > 0.0).all():
        mixture.refuse("sds", "must be at least 0" if zero else "must be positive")
    return weights, means, sds


def _read_mixed(mixture: Part, zero: bool) -> MixedArrays:
    weights, locations, scales, shapes = (mixture.numbers(name) for name in COORDINATES)
    names, known = mixture.get("families"), {family.name: family.number for family in FAMILIES}
    if not isinstance(names, list) or not all(isinstance(name, str) and name in known for name in names):
        mixture.refuse("families", f"must be a list of {', '.join(known)}")
    if not len(weights) == len(locations) == len(scales) == len(shapes) == len(names) > 0:
        mixture.refuse("weights", "must be as many as families, locations, scales and shapes")
    _check_weights(mixture, weights)
    families = np.array([known[name] for name in names], np.int64)
    normal = families == NORMAL.number
    if not ((scales > 0.0) | (zero & normal & (scales == 0.0))).all():
        mixture.refuse("scales", "must be positive")
    positive = np.array([not FAMILIES[number].everywhere for number in families.tolist()])
    if not (locations[positive] > 0.0).all():
        mixture.refuse("locations", "must be positive where a family has positive values only")
    if not all(map(_shape_can_be, names, shapes.tolist())):
        mixture.refuse("shapes", "must be at least 0 of student_t and negative_binomial, 0 of those without")
    found = weights, locations, scales, families, shapes
    for j, component in enumerate(components_of(found)):
        if normal[j]:
            continue
        try:
            checked(FAMILIES[int(families[j])], dict(component.parameters))
        except InputError as error:
            mixture.refuse("locations", f"must be, with scales and shapes, of a distribution ({error})")
    return found


def _shape_can_be(name: str, shape: float) -> bool:
    return name == "skew_normal" or (shape >= 0.0 if name in _SHAPE_OF_AT_LEAST_0 else shape == 0.0)


def _check_weights(mixture: Part, weights: Array) -> None:
    if not (weights >= 0.0).all() or abs(math.fsum(weights) - 1.0) > 1e-9:
        mixture.refuse("weights", "must be at least 0 and sum to 1")
