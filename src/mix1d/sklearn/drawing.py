"""Draws as scikit-learn's mixtures make them: component after component."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mix1d.arrays import Array
from mix1d.model.mixture import Mixture


def drawn(mixture: Mixture, n: int, generator: Any) -> tuple[Array, NDArray[np.int64]]:
    """Return values of a mixture and the component of each, by a RandomState of NumPy.

    >>> values, of = drawn(Mixture([0.5, 0.5], [0.0, 9.0], [1.0, 1.0]), 4, np.random.RandomState(0))
    >>> values.shape, sorted(of.tolist()) == of.tolist()
    ((4, 1), True)
    """
    counts = generator.multinomial(n, mixture.weights)
    y = np.repeat(np.arange(len(counts), dtype=np.int64), counts)
    if mixture._mixed is None:
        values = mixture.means[y] + generator.standard_normal(n) * mixture.sds[y]
    else:
        pairs = zip(mixture.components, counts.tolist(), strict=True)
        values = np.concatenate([one.icdf(generator.uniform(size=count)) for one, count in pairs])
    return values[:, np.newaxis], y
