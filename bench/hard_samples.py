"""Fresh hard samples for the global search: the kinds of tests/data/reference/hard.json and more.

`sample(kind, k, n, seed)` is deterministic. `collection(count, seed)` deals kinds, k and n in turn, so
that every cell gets its share. Run as a script to see what a seed gives.
"""

import argparse
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

KINDS = ("overlap", "separated", "unequal", "small", "twopop", "rounded", "heavy")
SIZES = (200, 500, 1000, 2000)


@dataclass(frozen=True)
class Hard:
    """One sample: its values, the number of components to fit and how it was made."""

    kind: str
    n_components: int
    seed: int
    values: NDArray[np.float64]


def mixture(kind, k, rng):
    """Weights, means and sds of a random truth of this kind."""
    if kind == "twopop":
        return np.array([0.5, 0.5]), np.array([1.0, 2.0]), np.array([2.0, 5.0])
    if kind == "small":
        weights = rng.dirichlet(np.full(k, 0.4))
        weights = 0.02 + (1 - 0.02 * k) * weights
    else:
        weights = 0.02 + (1 - 0.02 * k) * rng.dirichlet(np.full(k, 2.0))
    log_range = {"separated": 0.3, "small": 0.5}.get(kind, 1.0)
    sds = np.exp(rng.uniform(-log_range, log_range, k))
    # Distance of neighbouring means in units of the mean of their sds.
    low, high = {"separated": (4.0, 7.0), "unequal": (0.0, 4.0)}.get(kind, (1.0, 2.8))
    gaps = rng.uniform(low, high, k - 1) * 0.5 * (sds[1:] + sds[:-1])
    return weights, np.concatenate([[0.0], np.cumsum(gaps)]), sds


def sample(kind, k, n, seed):
    """Draw n values; `k` is the number of components to fit (the true one, but for kind "heavy")."""
    rng = np.random.default_rng([seed, KINDS.index(kind), k, n])
    if kind == "heavy":  # a single skew or heavy-tailed population, fitted with k normals
        draw = (
            lambda: rng.standard_t(3, n),
            lambda: rng.lognormal(0.0, 0.8, n),
            lambda: rng.laplace(size=n),
            lambda: rng.gamma(2.0, size=n),
        )[int(rng.integers(4))]
        return Hard(kind, k, seed, draw())
    weights, means, sds = mixture("overlap" if kind == "rounded" else kind, k, rng)
    label = rng.choice(len(weights), size=n, p=weights)
    values = rng.normal(means[label], sds[label])
    if kind == "rounded":  # on a lattice of a fiftieth to a tenth of the overall sd: many ties
        step = float(f"{values.std() * rng.uniform(0.02, 0.1):.1g}")
        values = np.rint(values / step) * step
    return Hard(kind, k, seed, values)


def collection(count, seed, kinds=KINDS):
    """Deal `count` samples: kinds in turn, k = 2..6 and n = 200..2000 within each."""
    dealt = []
    for index in range(count):
        kind, turn = kinds[index % len(kinds)], index // len(kinds)
        k = 2 if kind == "twopop" else 2 + turn % 5
        n = 200 if kind == "twopop" else SIZES[(turn // 5 + turn) % len(SIZES)]
        dealt.append(sample(kind, k, n, 1000 * seed + index))
    return dealt


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    for hard in collection(options.count, options.seed):
        x = hard.values
        print(
            f"{hard.kind:10} k={hard.n_components} n={len(x):5} distinct={len(np.unique(x)):5} "
            f"mean={x.mean():8.3f} sd={x.std():7.3f} seed={hard.seed}"
        )


if __name__ == "__main__":
    main()
