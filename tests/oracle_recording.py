"""Slow twins of what is recorded and judged: laws of limits, transforms, distances of rows of any kind."""

import math

import numpy as np
from scipy import stats

import mix1d
from mix1d import _core
from mix1d.data.recorded_sample import recorded_sample
from mix1d.data.recording import recording_of
from mix1d.native import Model


def drawn(observations, mixture, kind="parametric", *, seed=3, stream=0, component_of=(), background=None):
    """The rows of a replicate, (m, 6): ends, variance, ends of the window, weight; and their components."""
    sample = recorded_sample(observations, component_of, background)
    recording = recording_of(sample, drawn=kind == "parametric")
    return _core.draw_recorded(seed, stream, kind, Model(*map(np.asarray, mixture)), recording)


def observations_of(rows, labels=None, **more):
    """Rows of a replicate as a user would give them."""
    lower, upper, variance, low, high, weight = rows.T
    return mix1d.Observations(
        lower,
        upper=upper,
        sample_weight=weight,
        errors=np.sqrt(variance),
        truncation=(low, high) if np.isfinite(np.r_[low, high]).any() else None,
        labels=labels,
        **more,
    )


def limit_law(rows):
    """{limit: probability} of pairs (value, below): the estimate of Kaplan and Meier, time reversed."""
    left, law = 1.0, {}
    for limit in sorted({value for value, below in rows if below}, reverse=True):
        at_risk = sum(value <= limit for value, _ in rows)
        share = sum(below and value == limit for value, below in rows) / at_risk
        law[limit] = left * share
        left *= 1.0 - share
    return law


def cdf(x, mixture, variance=0.0, low=-math.inf, high=math.inf):
    weights, means, sds = mixture
    spread = np.sqrt(np.asarray(sds) ** 2 + variance)

    def below(end):
        return float(np.dot(weights, stats.norm.cdf((end - np.asarray(means)) / spread)))

    return (below(x) - below(low)) / (below(high) - below(low))


def transforms(rows, mixture):
    """(m, 2): the probabilities below both ends of each row."""
    return np.array(
        [
            [cdf(end, mixture, variance, low, high) for end in (lower, upper)]
            for lower, upper, variance, low, high, _ in rows
        ]
    )


def distances(ends, weights, points=200_001):
    """D, A^2 and W^2 of transforms spread over their ends, by sums over a fine grid."""
    u = (np.arange(points) + 0.5) / points
    total, empirical = weights.sum(), np.zeros(points)
    for (begin, end), weight in zip(ends, weights, strict=True):
        part = (u - begin) / (end - begin) if end > begin else (u >= begin).astype(float)
        empirical += weight * np.clip(part, 0.0, 1.0)
    gap = empirical / total - u
    return np.abs(gap).max(), total * np.mean(gap**2 / (u * (1.0 - u))), total * np.mean(gap**2)


def turnbull_gap(ends, values, weights, steps=20_000):
    """The largest gap of Turnbull's estimate and the diagonal, from all pairs of ends that may carry mass.

    `ends` are transforms; `values` says which rows are values, whose ends are closed.
    """
    cells = []
    for begin in {float(e) for e in ends[:, 0]}:
        for end in {float(e) for e in ends[:, 1]}:
            point = begin == end and any(v and e[0] == begin for e, v in zip(ends, values, strict=True))
            if begin < end or point:
                inside = [
                    e[0] < begin < e[1] if point and not v else e[0] <= begin and end <= e[1]
                    for e, v in zip(ends, values, strict=True)
                ]
                cells.append((begin, end, tuple(inside)))
    # of cells with the same rows, or fewer, the others are no better
    cells = [c for c in cells if any(c[2]) and not any(dominated(c, other) for other in cells)]
    seen = np.array([c[2] for c in cells], float)
    mass = np.full(len(cells), 1.0 / len(cells))
    for _ in range(steps):
        mass *= seen @ (weights / (mass @ seen)) / weights.sum()
    order = sorted(range(len(cells)), key=lambda i: cells[i][:2])
    gap = below = 0.0
    for i in order:
        gap = max(gap, abs(below - cells[i][0]))
        below += mass[i]
        gap = max(gap, abs(below - cells[i][1]))
    return gap


def dominated(cell, other):
    rows, more = cell[2], other[2]
    if rows == more:
        return other[1] - other[0] < cell[1] - cell[0]
    return all(b or not a for a, b in zip(rows, more, strict=True))


def of_bins(counts, edges, mixture, least=3.0):
    """Pearson's statistic, the deviance and the number of bins, neighbours pooled."""
    whole = np.r_[-np.inf, edges, np.inf]
    counts = np.r_[0.0, counts, 0.0]
    expected = counts.sum() * np.diff([cdf(edge, mixture) for edge in whole])
    pooled = []
    for i, pair in enumerate(zip(counts, expected, strict=True)):
        if i and pooled[-1][1] < least:
            pooled[-1] += pair
        else:
            pooled.append(np.array(pair))
    if len(pooled) > 1 and pooled[-1][1] < least:
        last = pooled.pop()
        pooled[-1] += last
    o, e = np.array(pooled).T
    positive = o > 0
    deviance = 2.0 * np.sum(o[positive] * np.log(o[positive] / e[positive]))
    return np.sum((o - e) ** 2 / e), deviance, len(o)
