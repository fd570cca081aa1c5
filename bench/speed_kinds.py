"""Whole default fits of rows of other kinds, one thread; and the bootstrap test with bins, two threads.

Promise: 40 bins, k = 3 / n = 200 with errors, k = 2 / n = 500 truncated on one side, k = 3 in 2 / 0.5 / 10
ms; the bootstrap test of 1 against 2, n = 200 in bins of half an sd, 999 replicates, each counted in the same
bins, in 0.5 s. What each kind costs at n = 500, k = 3 is shown without a budget. Each fit is the median over
several samples with overlapping components; beside it stands the fit of the same values, exactly known.
Observations are made beforehand. Times are of the processor, for the test half of what its two threads take,
so that other work on the machine counts less.
"""

import numpy as np

import mix1d
from hard_samples import sample
from measure import at_most_times, busy, heading, median_of, within_time

SEEDS = range(1, 8)


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


def limits(x, rng):
    """Give the lowest fifth as below a limit."""
    limit = float(np.quantile(x, 0.2))
    low = np.where(x < limit, -np.inf, x)
    return mix1d.Observations(low, upper=np.maximum(x, limit), resolution=0)


def rounded(x, rng):
    """Round to a third of an sd of the narrowest component, or so."""
    return mix1d.Observations(np.round(3.0 * x) / 3.0, resolution=1.0 / 3.0)


def labelled(x, rng):
    """Give the component of the lowest and of the highest tenth."""
    low, high = np.quantile(x, [0.1, 0.9])
    return mix1d.Observations(x, labels=np.where(x < low, 0, np.where(x > high, 2, -1)), resolution=0)


KINDS = {
    "40 bins": (binned, {}),
    "rounded values": (rounded, {}),
    "limits": (limits, {}),
    "errors": (with_errors, {}),
    "truncation": (truncated, {}),
    "labels": (labelled, {}),
    "background": (lambda x, rng: x, {"background": True}),
}


def cell(record, n, k, **options):
    """Time fits of what was recorded, and of the values themselves."""
    recorded, exact = [], []
    for seed in SEEDS:
        x = sample("overlap", k, n, seed).values
        given = record(x, np.random.default_rng(seed))
        for times, data, more in ((recorded, given, options), (exact, x, {})):
            times.append(busy(lambda data=data, more=more: mix1d.fit(data, k, threads=1, **more), 15))
    return median_of(recorded), median_of(exact)


def main():
    heading("Whole fit of rows of other kinds, one thread; fastest: median over samples of the fastest")
    for what, record, n, k, budget in CELLS:
        ours, exact = cell(record, n, k)
        within_time(what, ours, budget, n=n, k=k)
        within_time(f"{what}: as exact values", exact, n=n, k=k)
    heading("What each kind costs, n = 500, k = 3, against the same values exactly known")
    for what, (record, options) in KINDS.items():
        ours, exact = cell(record, 500, 3, **options)
        at_most_times(f"kind: {what}", ours.median, exact.median, "as exact values", n=500, k=3)
    heading("Bootstrap test, 1 against 2, n = 200, 999 replicates, two threads")
    x = np.random.default_rng(1).standard_normal(200)
    edges = np.arange(-5.0, 5.25, 0.5)
    bins = mix1d.Observations((np.histogram(x, edges)[0], edges))
    took = busy(lambda: mix1d.order_test(bins, 1, threads=2), 5, 2)
    within_time("bootstrap test, bins of half an sd", took, 0.5, n=200)
    exact = busy(lambda: mix1d.order_test(x, 1, threads=2), 5, 2)
    within_time("bootstrap test: as exact values", exact, n=200)


if __name__ == "__main__":
    main()
