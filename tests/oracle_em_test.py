"""The EM-test written out slowly: EM from many random starts, no Newton step, no shortcut."""

import itertools

import numpy as np
from scipy import stats

SHARES = (0.1, 0.3, 0.5)


def responsibilities(x, mixture):
    weights, means, sds = mixture
    joint = weights * stats.norm.pdf(x[:, None], means, sds)
    total = joint.sum(axis=1)
    return joint / total[:, None], total


def log_likelihood(x, w, mixture):
    return float(w @ np.log(responsibilities(x, mixture)[1]))


def moments(x, w, mixture):
    r, _ = responsibilities(x, mixture)
    mass = w @ r
    return r, mass, (w * x) @ r / mass


def penalised_estimate(x, w, start, variance, steps=3000):
    """EM for l - n^(-1/2) sum(variance / s^2 + log s^2)."""
    a, mixture = w.sum() ** -0.5, start
    for _ in range(steps):
        r, mass, means = moments(x, w, mixture)
        spread = np.sum(w[:, None] * r * (x[:, None] - means) ** 2, axis=0)
        mixture = mass / w.sum(), means, np.sqrt((spread + 2 * a * variance) / (mass + 2 * a))
    return mixture


def overlap(mixture, i, j):
    """Share of component i that is more probably of component j, by counting on a grid of quantiles."""
    weights, means, sds = mixture
    z = stats.norm.ppf((np.arange(400_000) + 0.5) / 400_000) * sds[i] + means[i]
    own, other = (np.log(weights[c]) + stats.norm.logpdf(z, means[c], sds[c]) for c in (i, j))
    return np.mean(other > own)


def penalty_weight(mixture, total):
    """The weight a of the penalty, by the formulas of Chen, Li and Fu (2012)."""
    k = len(mixture[0])
    if k == 1 or k > 3:
        return 0.25 if k == 1 else 0.2
    both = [(overlap(mixture, j, j + 1) + overlap(mixture, j + 1, j)) / 2 for j in range(k - 1)]
    logits = sum(np.log(o / (1 - o)) for o in both)
    x = -1.859 - 0.577 * logits - 60.453 / total if k == 2 else -1.602 - 0.24 * logits - 130.394 / total
    return 0.35 / (1 + np.exp(-x))


def spread_penalty(sds, null_sds, a, equal):
    ratio = (null_sds / sds) ** 2
    each = ratio - np.log(ratio) - 1
    return a * (each[0] if equal else each.sum())


def new_sds(x, w, r, mass, means, null_sds, a, equal=False):
    spread = np.sum(w[:, None] * r * (x[:, None] - means) ** 2, axis=0)
    if equal:
        s = np.sqrt((spread.sum() + 2 * a * null_sds[0] ** 2) / (w.sum() + 2 * a))
        return np.full(len(means), s)
    return np.sqrt((spread + 2 * a * null_sds**2) / (mass + 2 * a))


def at_shares(x, w, null, shares, a, equal, rng, starts, steps, about_old):
    """The penalised log-likelihood after three EM steps with free shares, the best over random starts."""
    weights, means, sds = null
    k, total = len(weights), w.sum()
    edges = np.concatenate([[x.min()], (means[1:] + means[:-1]) / 2, [x.max()]])
    low, high = np.repeat(edges[:-1], 2), np.repeat(edges[1:], 2)
    null_sds, shares = np.repeat(sds, 2), np.asarray(shares)
    pairs = np.stack([shares, 1 - shares], axis=1)

    def climb(mixture, n):
        for _ in range(n):
            r, mass, m = moments(x, w, mixture)
            m = np.clip(m, low, high)
            s = new_sds(x, w, r, mass, m, null_sds, a, equal)
            mixture = (mass.reshape(k, 2).sum(axis=1)[:, None] * pairs).ravel() / total, m, s
        return log_likelihood(x, w, mixture) - spread_penalty(mixture[2], null_sds, a, equal), mixture

    found = []
    for _ in range(starts):
        m = rng.uniform(low, high)
        s = null_sds * (1.0 if equal else rng.uniform(0.5, 1.5, 2 * k))
        found.append(climb(((weights[:, None] * pairs).ravel(), m, s), 60))
    found.sort(key=lambda one: -one[0])
    mixture = max((climb(one[1], steps) for one in found[:3]), key=lambda one: one[0])[1]
    for _ in range(3):
        r, mass, m = moments(x, w, mixture)
        s = new_sds(x, w, r, mass, mixture[1] if about_old else m, null_sds, a, equal)
        first, second = mass.reshape(k, 2).T
        few = np.minimum((first + 1) / (first + second + 1), 0.5)
        many = np.maximum(first / (first + second + 1), 0.5)
        shares = np.where(first <= second, few, many)
        pairs = np.stack([shares, 1 - shares], axis=1)
        mixture = (mass.reshape(k, 2).sum(axis=1)[:, None] * pairs).ravel() / total, m, s
    value = log_likelihood(x, w, mixture) - spread_penalty(mixture[2], null_sds, a, equal)
    return value + np.sum(np.log(1 - np.abs(1 - 2 * shares)))


def statistic(x, w, null, *, equal=False, starts=6, steps=600, about_old=False):
    """The statistic of the EM-test for a given null estimate."""
    x, w = np.asarray(x, float), np.asarray(w, float)
    null = tuple(np.asarray(part, float) for part in null)
    a = 1.0 if equal else penalty_weight(null, w.sum())
    rng = np.random.default_rng(0)
    best = max(
        at_shares(x, w, null, shares, a, equal, rng, starts, steps, about_old)
        for shares in itertools.product(SHARES, repeat=len(null[0]))
    )
    return 2 * (best - log_likelihood(x, w, null))
