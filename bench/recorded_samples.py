"""Fresh samples of every kind of row, for the judge of the search: bins, limits, windows, errors.

Each begins as a random mixture of `hard_samples.mixture`; how its values are recorded is the kind. A sample
is a `native.Problem`, the number of components to fit and the chart to fit them under. `sample(kind, index,
seed)` is deterministic; k, n and the kind of mixture are dealt in turn by the index. Run as a script to see
what a seed gives.
"""

import argparse
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hard_samples import mixture
from mix1d import native
from mix1d.data.observations import Observations
from mix1d.data.terms import terms_of

UNKNOWN = -1  # of a label

TRUTHS = ("overlap", "separated", "unequal")


@dataclass(frozen=True)
class Truth:
    """The mixture that a sample is drawn from."""

    weights: NDArray[np.float64]
    means: NDArray[np.float64]
    sds: NDArray[np.float64]

    def draw(self, n, rng):
        """Return n values and their components."""
        label = rng.choice(len(self.weights), size=n, p=self.weights)
        return rng.normal(self.means[label], self.sds[label]), label

    def quantiles(self, shares):
        """Return those of a draw so long that its own error does not matter here."""
        return np.quantile(self.draw(20000, np.random.default_rng(0))[0], shares)


@dataclass(frozen=True)
class Recorded:
    """One sample: its rows, what is fitted to them, and the values before they were recorded."""

    kind: str
    n_components: int
    problem: native.Problem
    chart: native.Chart
    truth: Truth
    values: NDArray[np.float64]


def rows(lower, upper=None, *, background=None, labels=None, **recorded):
    """Return a problem of rows between lower and upper, exact where they are equal or upper is left out."""
    names = () if labels is None else tuple(range(int(labels.max()) + 1))
    given = Observations(lower, upper=upper, labels=labels if names else None, **recorded)
    return native.Problem(np.zeros(1), None, observed=terms_of(given).observed(names, background))


def in_bins(x, width, phase):
    """Count between equally spaced edges, the empty bins left out."""
    place, counts = np.unique(np.floor(x / width - phase), return_counts=True)
    lower = (place + phase) * width
    return rows(lower, (place + 1 + phase) * width, sample_weight=counts)


def rounded(x, step):
    value, counts = np.unique(np.rint(x / step) * step, return_counts=True)
    return rows(value - 0.5 * step, value + 0.5 * step, sample_weight=counts)


def censored(x, truth, rng):
    """Hide 5 to 60 % below a limit, above one, or below one of three."""
    n, share, way = len(x), rng.uniform(0.05, 0.6), rng.integers(3)
    if way == 1:
        limit = truth.quantiles(1 - share)
        return rows(np.minimum(x, limit), np.where(x > limit, np.inf, x))
    shares = share * np.array([1.0]) if way == 0 else share * np.array([0.4, 0.8, 1.6])
    limit = truth.quantiles(np.minimum(shares, 0.9))[rng.integers(len(shares), size=n)]
    return rows(np.where(x < limit, -np.inf, x), np.maximum(x, limit))


def inside(truth, n, rng, low, high):
    """Draw n values that fall between their limits, of which each has one pair; and these."""
    kept = []
    while sum(len(x) for x, _, _ in kept) < n:
        x, _ = truth.draw(n, rng)
        left, right = low[rng.integers(len(low), size=n)], high[rng.integers(len(high), size=n)]
        seen = (left < x) & (x < right)
        kept.append((x[seen], left[seen], right[seen]))
    return tuple(np.concatenate(part)[:n] for part in zip(*kept, strict=True))


def truncated(truth, n, rng, sides):
    """Cut 5 to 30 % off, on one side or on two; "each": three limits a side, a pair a row."""
    share = rng.uniform(0.05, 0.3)
    if sides == "one":
        low, high = truth.quantiles([share]), np.array([np.inf])
        if rng.random() < 0.5:
            low, high = np.array([-np.inf]), truth.quantiles([1 - share])
    elif sides == "two":
        part = rng.uniform(0.2, 0.8)
        low, high = truth.quantiles([share * part]), truth.quantiles([1 - share * (1 - part)])
    else:
        low, high = truth.quantiles([0.02, 0.08, 0.2]), truth.quantiles([0.8, 0.92, 0.98])
    x, left, right = inside(truth, n, rng, low, high)
    return rows(x, truncation=(left, right)), x


def pile(truth, n, rng):
    """Round what is not cut off to a lattice that the limit is on, so that some lie at it."""
    step = 0.2 * float(np.median(truth.sds))
    limit = step * np.floor(truth.quantiles([rng.uniform(0.05, 0.3)]) / step)
    x, _, right = inside(truth, n, rng, limit - 0.5 * step, np.array([np.inf]))
    x = np.maximum(np.rint(x / step) * step, limit)
    return rows(x, truncation=(np.broadcast_to(limit, n), right)), x


def of_all_kinds(x, truth, rng):
    """Know a third exactly, a third between limits or on one side of them, and a third with errors."""
    n, middle = len(x), float(np.median(truth.sds))
    way, low, high = rng.integers(6, size=n), x.copy(), x.copy()
    width = middle * rng.uniform(0.2, 1.5, n)
    start = x - width * rng.random(n)
    low, high = np.where(way == 2, start, low), np.where(way == 2, start + width, high)
    limit = truth.quantiles(rng.uniform(0.1, 0.6, n))
    below = (way == 3) & (x < limit)
    low, high = np.where(below, -np.inf, low), np.where(below, limit, high)
    errors = np.where(way >= 4, middle * rng.uniform(0.1, 1.0, n), 0.0)
    noise = errors * rng.normal(size=n)
    return rows(low + noise, high + noise, errors=errors)


def under_constraint(kind, truth, k):
    """Return a truth that meets the constraint, and its chart."""
    middle = float(np.median(truth.sds))
    if kind == "equal sds":
        return Truth(truth.weights, truth.means, np.full(k, middle)), native.EQUAL
    if kind == "sds held":
        return Truth(truth.weights, truth.means, np.full(k, middle)), native.Chart(sds="held", held_sd=middle)
    if kind == "proportional sds":
        cv = 0.1
        means = 10.0 * np.exp(np.cumsum(np.diff(truth.means, prepend=truth.means[0])) * cv / middle)
        return Truth(truth.weights, means, cv * means), native.Chart(sds="proportional")
    if kind == "spaced means":
        step = truth.means[-1] / max(k - 1, 1) + 0.5 * middle
        return Truth(truth.weights, step * np.arange(k), truth.sds), native.Chart(means="spaced")
    if kind == "equal weights":
        slots = [(0, 1.0 / k)] * k
        return Truth(np.full(k, 1.0 / k), truth.means, truth.sds), native.Chart(weights=slots)
    raise ValueError(kind)


CONSTRAINTS = ("equal sds", "proportional sds", "spaced means", "equal weights", "sds held")
CONSTRAINED_ROWS = {
    "bins": "coarse bins",
    "window": "truncated, one side",
    "errors": "unequal errors",
    "labels": "labels",
    "background": "background",
}

KINDS = (
    "exact",
    "coarse bins",
    "fine bins",
    "rounded",
    "censored",
    "truncated, one side",
    "truncated, two sides",
    "windows of rows",
    "equal errors",
    "unequal errors",
    "discrete truth",
    "labels",
    "background",
    "hard: exact",
    "hard: coarse bins",
    "hard: censored",
    "hard: unequal errors",
    *CONSTRAINTS,
    *(f"{constraint}, {rows}" for rows in CONSTRAINED_ROWS for constraint in CONSTRAINTS),
    "pile at the limit",
    "all kinds",
)


def sample(kind, index, seed):
    """Sample number `index` of a kind: k = 2..4 (hard: 4..6), n = 200 or 400 and the truths in turn."""
    rng = np.random.default_rng([seed, KINDS.index(kind), index])
    hard = kind.startswith("hard: ")
    k = (4 if hard else 2) + index % 3
    n = 400 if hard else (200, 400)[index // 3 % 2]
    weights, means, sds = mixture(TRUTHS[index // 6 % 3], k, rng)
    truth = Truth(0.03 + (1 - 0.03 * k) * weights if hard else weights, means, sds)
    truth = Truth(truth.weights / truth.weights.sum(), means, sds)
    chart = native.FREE
    way = kind.removeprefix("hard: ")
    for constraint in CONSTRAINTS:
        if kind.startswith(constraint):
            truth, chart = under_constraint(constraint, truth, k)
            way = CONSTRAINED_ROWS.get(kind.split()[-1], "exact")
    middle = float(np.median(truth.sds))
    x, label = truth.draw(n, rng)
    fitted = k
    if way == "exact":
        value, counts = np.unique(x, return_counts=True)
        problem = rows(value, sample_weight=counts)
    elif way == "coarse bins":
        problem = in_bins(x, middle * rng.uniform(0.8, 1.6), rng.random())
    elif way == "fine bins":
        problem = in_bins(x, 0.25 * middle, rng.random())
    elif way == "rounded":
        problem = rounded(x, 0.5 * float(truth.sds.min()))
    elif way == "censored":
        problem = censored(x, truth, rng)
    elif way.startswith("truncated"):
        problem, x = truncated(truth, n, rng, way.split()[1])
    elif way == "windows of rows":
        problem, x = truncated(truth, n, rng, "each")
    elif way == "pile at the limit":
        problem, x = pile(truth, n, rng)
    elif way == "all kinds":
        problem = of_all_kinds(x, truth, rng)
    elif way == "labels":
        known = rng.random(n) < rng.uniform(0.05, 0.4)
        named = rng.integers(1, k + 1)
        problem = rows(x, labels=np.where(known & (label < named), label, UNKNOWN))
    elif way == "background":
        low, high = x.min() - middle, x.max() + middle
        x = np.where(rng.random(n) < rng.uniform(0.03, 0.25), rng.uniform(low, high, n), x)
        problem, fitted = rows(x, background=(low, high)), k + 1
        if chart.weights != "free":  # those of the others
            chart = chart._replace(weights=[(0, 1.0), *((1, 1.0 / k) for _ in range(k))])
        chart = chart._replace(background=True)
    else:
        if way == "equal errors":
            errors = np.full(n, middle * rng.uniform(0.3, 1.2))
        else:
            errors = 0.6 * middle * np.exp(rng.normal(0, 0.7, n))
        if way == "discrete truth":
            truth = Truth(truth.weights, truth.means, np.zeros(k))
            x = truth.means[label]
        x = x + errors * rng.normal(size=n)
        problem = rows(x, errors=errors)
    return Recorded(kind, fitted, problem, chart, truth, x)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    for kind in KINDS:
        given = sample(kind, 0, options.seed)
        observed = given.problem.observed
        print(
            f"{kind:24} k={given.n_components} rows={len(observed.a):4} n={observed.weights.sum():5.0f} "
            f"half-lines={np.sum(np.isinf(observed.a) | np.isinf(observed.b)):4} sd={given.values.std():7.3f}"
        )


if __name__ == "__main__":
    main()
