"""Timing and printing shared by the speed scripts: budget, measured value, ratio, verdict."""

import statistics
import time
from dataclasses import dataclass

import numpy as np

import mix1d

# Budgets are stated for AVX-512; a machine without it may take half as long again.
ISA = mix1d.build_info()["isa"]
ALLOWANCE = 1.0 if ISA in ("v4", "avx512") else 1.5


@dataclass(frozen=True)
class Timing:
    """Median and fastest time in seconds."""

    median: float
    fastest: float

    def __str__(self):
        return f"{readable(self.median)} (fastest {readable(self.fastest)})"


def readable(seconds):
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("us", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"


def timed(function, repeats=7):
    """Call once to warm up, then `repeats` times."""
    function()
    times = []
    for _ in range(repeats):
        begin = time.perf_counter()
        function()
        times.append(time.perf_counter() - begin)
    return Timing(statistics.median(times), min(times))


def heading(text):
    print(f"\n{text}  [{ISA}: times may be {ALLOWANCE:g} times the budget]")


def within_time(what, timing, budget, allowance=ALLOWANCE):
    """Print one row of an absolute budget; the median counts."""
    limit = budget * allowance
    verdict = "within" if timing.median <= limit else "MISSED"
    print(f"  {what:44} {timing!s:36} budget {readable(budget):8} {verdict}")


def within_ratio(what, ours, theirs, peer, budget):
    """Print one row of a budget given as a ratio: how many times longer the peer takes."""
    ratio, limit = theirs / ours, budget / ALLOWANCE
    verdict = "within" if ratio >= limit else "MISSED"
    line = f"  {what:44} {readable(ours)} against {peer} {readable(theirs)}: {ratio:.4g} times faster"
    print(f"{line}, budget {budget:g}  {verdict}")


def three_normals(n, seed=1):
    """Draw from 0.3 N(0, 1) + 0.4 N(3, 1) + 0.3 N(6, 1): about 120 EM iterations to a relative 1e-8."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal(n)
    x += np.array([0.0, 3.0, 6.0])[rng.choice(3, size=n, p=[0.3, 0.4, 0.3]).astype(np.int8)]
    return x


def quantile_start(x, k):
    """Equal weights, means at the middle quantiles, every sd the data's divided by k."""
    means = np.quantile(x, (np.arange(k) + 0.5) / k)
    return np.full(k, 1.0 / k), means, np.full(k, np.std(x) / k)


def sklearn_mixture(x, k, **keywords):
    """Make a scikit-learn estimator that starts where `quantile_start` does."""
    from sklearn.mixture import GaussianMixture

    weights, means, sds = quantile_start(x, k)
    return GaussianMixture(
        k,
        weights_init=weights,
        means_init=means[:, None],
        precisions_init=(1 / sds**2)[:, None, None],
        init_params="random_from_data",
        random_state=0,
        **keywords,
    )


def sklearn_iteration(x, k, iterations=3):
    """Time one scikit-learn EM iteration on x."""
    import warnings

    from sklearn.exceptions import ConvergenceWarning

    column = x[:, None]
    estimator = sklearn_mixture(x, k, max_iter=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        estimator.fit(column)

    def iterate():
        _, log_resp = estimator._e_step(column)
        estimator._m_step(column, log_resp)

    return timed(iterate, iterations)
