"""Whole default fits of rows of other kinds, one thread; and the bootstrap test with bins, two threads.

Promise: 40 bins, k = 3 / n = 200 with errors, k = 2 / n = 500 truncated on one side, k = 3 in 2 / 0.5 / 10
ms; the bootstrap test of 1 against 2, n = 200 in bins of half an sd, 999 replicates, each counted in the same
bins, in 0.5 s. Each fit is the median over several samples with overlapping components; beside it stands the
fit of the same values, exactly known. Observations are made beforehand. Times are of the processor, for the
test half of what its two threads take, so that other work on the machine counts less.
"""

import statistics
import time

import numpy as np

import mix1d
from hard_samples import sample
from measure import Timing, heading, within_time

SEEDS = range(1, 8)


def busy(function, repeats, threads=1):
    """Take the processor time of a call, by thread."""
    function()
    times = []
    for _ in range(repeats):
        begin = time.process_time()
        function()
        times.append((time.process_time() - begin) / threads)
    return Timing(statistics.median(times), min(times))


def binned(x, rng):
    return mix1d.Observations(np.histogram(x, 40))


def with_errors(x, rng):
    errors = 0.6 * np.exp(0.7 * rng.standard_normal(len(x)))
    return mix1d.Observations(x + errors * rng.standard_normal(len(x)), errors=errors, resolution=0)


def truncated(x, rng):
    """Keep those above the lowest tenth."""
    low = float(np.quantile(x, 0.1))
    return mix1d.Observations(x[x > low], truncation=(low, None), resolution=0)


CELLS = (
    ("40 bins, k = 3", binned, 1000, 3, 2e-3),
    ("n = 200 with errors, k = 2", with_errors, 200, 2, 0.5e-3),
    ("n = 500 truncated, k = 3", truncated, 556, 3, 10e-3),
)


def cell(record, n, k):
    """Time fits of what was recorded, and of the values themselves."""
    recorded, exact = [], []
    for seed in SEEDS:
        x = sample("overlap", k, n, seed).values
        given = record(x, np.random.default_rng(seed))
        for times, data in ((recorded, given), (exact, x)):
            times.append(busy(lambda data=data: mix1d.fit(data, k, threads=1), 15))
    return [
        Timing(statistics.median(t.median for t in times), statistics.median(t.fastest for t in times))
        for times in (recorded, exact)
    ]


def main():
    heading("Whole fit of rows of other kinds, one thread; fastest: median over samples of the fastest")
    for what, record, n, k, budget in CELLS:
        ours, exact = cell(record, n, k)
        within_time(what, ours, budget)
        print(f"  {'  the same values, exactly known':44} {exact}")
    heading("Bootstrap test, 1 against 2, n = 200, 999 replicates, two threads")
    x = np.random.default_rng(1).standard_normal(200)
    edges = np.arange(-5.0, 5.25, 0.5)
    bins = mix1d.Observations((np.histogram(x, edges)[0], edges))
    within_time("bins of half an sd", busy(lambda: mix1d.order_test(bins, 1, threads=2), 5, 2), 0.5)
    exact = busy(lambda: mix1d.order_test(x, 1, threads=2), 5, 2)
    print(f"  {'  the same values, exactly known':44} {exact}")


if __name__ == "__main__":
    main()
