"""Fresh samples of every family, for the judge of the search.

Truths are the random mixtures of `hard_samples.mixture` on the scale on which a family moves and stretches:
values, their logarithms, logits, or roots of counts. `sample(family, index, seed)` is deterministic; the
number of components, n, the kind of mixture and whether one component too many is fitted are dealt in turn by
the index. Run as a script to see what a seed gives.
"""

import argparse
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hard_samples import mixture
from mix1d.model.families import NAMES as FACTS

FAMILIES = (
    "lognormal",
    "gamma",
    "weibull",
    "inverse_gaussian",
    "exponential",
    "student_t",
    "logistic",
    "skew_normal",
    "beta",
    "poisson",
    "negative_binomial",
)
TRUTHS = ("overlap", "separated", "unequal")
SIZES = (100, 200, 500, 1000, 2000)
ROUND = (
    24  # samples in which every number of components is fitted to its own truth four times, to one less twice
)


@dataclass(frozen=True)
class Sample:
    """One sample, and the number of components to fit."""

    family: str
    true_components: int
    n_components: int
    values: NDArray[np.float64]


def draws(family, mean, sd, n, rng):
    """Draw n values of one component from its place and width on the scale of its family."""
    if family == "lognormal":
        return rng.lognormal(mean, sd, n)
    if family == "gamma":
        return rng.gamma(sd**-2, np.exp(mean) * sd**2, n)
    if family == "weibull":
        return np.exp(mean) * rng.weibull(1 / sd, n)
    if family == "inverse_gaussian":
        return rng.wald(np.exp(mean), np.exp(mean) / sd**2, n)
    if family == "exponential":
        return rng.exponential(np.exp(mean), n)
    if family == "student_t":
        return mean + sd * rng.standard_t(np.exp(rng.uniform(np.log(2), np.log(20))), n)
    if family == "logistic":
        return rng.logistic(mean, sd * np.sqrt(3) / np.pi, n)
    if family == "skew_normal":
        delta = rng.choice([-1.0, 1.0]) * (1 - np.exp(rng.uniform(-5, -0.7)))
        return mean + sd * (delta * np.abs(rng.normal(size=n)) + np.sqrt(1 - delta**2) * rng.normal(size=n))
    if family == "beta":
        mu = 1 / (1 + np.exp(-mean))
        size = max(1 / (sd**2 * mu * (1 - mu)) - 1, 0.5)
        return np.clip(rng.beta(mu * size, (1 - mu) * size, n), 1e-12, 1 - 1e-12)
    if family == "poisson":
        return rng.poisson(0.25 * mean**2, n).astype(float)
    spread = np.exp(rng.uniform(np.log(0.05), np.log(1.0)))  # 1 / size
    return rng.negative_binomial(1 / spread, 1 / (1 + 0.25 * mean**2 * spread), n).astype(float)


def on_scale(family, means, sds, rng):
    """Bring a mixture of normals to where the family has its place: widths, and a middle or an origin."""
    space = FACTS[family].space
    if family == "exponential":
        gaps = np.diff(means) / (0.5 * (sds[1:] + sds[:-1]))
        return np.concatenate([[0.0], np.cumsum(gaps)]), np.ones_like(sds)
    if space == "log":
        shrunk = np.exp(rng.uniform(np.log(0.1), np.log(0.6)))
        return means * shrunk + rng.uniform(-3, 3), sds * shrunk
    if space == "logit":
        shrunk = np.exp(rng.uniform(np.log(0.1), np.log(0.5)))
        return (means - means.mean()) * shrunk + rng.uniform(-1, 1), sds * shrunk
    if space == "count":  # a root of a count has an sd of a half
        gaps = np.diff(means) / (0.5 * (sds[1:] + sds[:-1]))
        widened = 1.0 if family == "poisson" else 2.0
        return 2 * rng.uniform(0.5, 2.0) + widened * np.concatenate([[0.0], np.cumsum(gaps)]), sds
    return means, sds


def sample(family, index, seed):
    """Sample number `index` of a family."""
    rng = np.random.default_rng([seed, FAMILIES.index(family), index])
    k, turn = 1 + index % 4, index % ROUND // 4
    n = SIZES[(turn + index + index // ROUND) % len(SIZES)]
    weights, means, sds = mixture(TRUTHS[(turn + index // ROUND) % len(TRUTHS)], k, rng)
    means, sds = on_scale(family, means, sds, rng)
    counts = rng.multinomial(n, weights / weights.sum())
    values = np.concatenate([draws(family, m, s, c, rng) for m, s, c in zip(means, sds, counts, strict=True)])
    return Sample(family, k, k + (turn >= 4), values)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    for family in FAMILIES:
        for index in range(ROUND):
            given = sample(family, index, options.seed)
            x = given.values
            print(
                f"{family:18} {index:3} k={given.true_components} fitted={given.n_components} n={len(x):5} "
                f"distinct={len(np.unique(x)):5} from {x.min():.3g} to {x.max():.3g}"
            )


if __name__ == "__main__":
    main()
