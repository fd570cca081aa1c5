"""Draws from a mixture, by a generator of NumPy and our own quantiles."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mix1d import _core
from mix1d.arrays import Array, Arrays, MixedArrays
from mix1d.data.arguments import check_shape
from mix1d.errors import InputError, shown

Shape = int | tuple[int, ...]


def sample(mixture: Arrays | MixedArrays, shape: Shape, rng: int | np.random.Generator | None) -> Any:
    """Return independent values; see `Mixture.sample`."""
    whole = isinstance(rng, int | np.integer) and not isinstance(rng, bool) and rng >= 0
    if not (rng is None or whole or isinstance(rng, np.random.Generator)):
        raise InputError(
            f"rng must be None, an int of at least 0 or a numpy.random.Generator, got {shown(rng)}: pass one"
        )
    generator = np.random.default_rng(rng)
    shape = check_shape("shape", shape)
    weights = mixture[0]
    kept = np.flatnonzero(weights)
    uniform = generator.random(shape)
    second = generator.standard_normal(shape) if len(mixture) == 3 else generator.random(shape)
    which = np.zeros(np.shape(uniform), dtype=np.intp)
    bound = 0.0
    for j in kept[:-1]:
        bound += float(weights[j])
        which += uniform >= bound
    if len(mixture) == 3:
        _, means, sds = mixture
        with np.errstate(over="ignore"):  # beyond the largest double
            return (means[kept[which]] + sds[kept[which]] * second)[()]
    drawn = _quantiles(mixture, np.ravel(second), kept[which].ravel())
    return drawn.reshape(np.shape(second))[()]


def _quantiles(mixture: MixedArrays, p: Array, which: NDArray[np.intp]) -> Array:
    """Return the quantile at each p of its own component."""
    found = np.empty_like(p)
    _, locations, scales, families, shapes = mixture
    for j in np.unique(which):
        part, one = which == j, slice(j, j + 1)
        own = np.ones(1), locations[one], scales[one], families[one], shapes[one]
        found[part] = _core.quantile(p[part], own)
    return found
