"""Mixtures that several tests share: ordinary ones, those at the ends of the doubles, and wild ones."""

import numpy as np

from mix1d.model.mixture import Mixture

TWO = Mixture([0.3, 0.7], [-2, 3], [1, 0.5])
MIXTURES = {
    "one": Mixture([1], [0], [1]),
    "two": TWO,
    "nested": Mixture([0.25, 0.25, 0.5], [0, 0, 1e3], [1e-3, 1, 100]),
    "zero weight": Mixture([0.5, 0, 0.5], [0, 1, 2], [1, 1, 1]),
    "rare far component": Mixture([1e-300, 1], [-50, 0], [1, 1]),
    "scales 200 decades apart": Mixture([0.5, 0.5], [0, 1e-100], [1e-100, 1e100]),
    "tiny": Mixture([0.5, 0.5], [0, 1e-310], [1e-312, 1e-308]),
    "huge": Mixture([0.5, 0.5], [1e300, -1e300], [1e290, 1e299]),
    "largest": Mixture([0.5, 0.5], [0, 1.7e308], [1e308, 1e300]),
}


def wild_mixtures(count, seed):
    """Weights, means and sds over hundreds of decades."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        k, spread = int(rng.integers(1, 6)), rng.choice([0.5, 3, 30, 150])
        sds = np.exp(rng.normal(0, spread, k)).clip(1e-120, 1e120)
        means = rng.normal(0, 1, k) * np.exp(rng.normal(0, spread, k)).clip(1e-120, 1e120)
        weights = np.maximum(rng.dirichlet(np.full(k, 0.4)), 10.0 ** -rng.uniform(2, 300, k))
        yield Mixture(weights / weights.sum(), means, sds)
