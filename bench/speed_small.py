"""A whole default fit at a given k, one thread, global search included; and objective="highest".

Promise: n = 200, k = 2 / n = 200, k = 3 / n = 500, k = 3 / n = 2000, k = 3 / n = 2000, k = 6 in
0.25 / 1 / 2 / 5 / 50 ms, and three times that for objective="highest". Each cell is the median over several
samples with overlapping components; the times of every sample are medians themselves.
"""

import statistics
import warnings

import numpy as np

import mix1d
from hard_samples import sample
from measure import Timing, heading, readable, timed, within_time

CELLS = ((200, 2, 0.25e-3), (200, 3, 1e-3), (500, 3, 2e-3), (2000, 3, 5e-3), (2000, 6, 50e-3))
SEEDS = range(1, 8)


def cell(n, k, objective):
    times = []
    for seed in SEEDS:
        x = sample("overlap", k, n, seed).values
        times.append(timed(lambda x=x: mix1d.fit(x, k, objective=objective, threads=1), 9))
    return Timing(statistics.median(t.median for t in times), min(t.fastest for t in times))


def main():
    for objective, factor in (("stable", 1), ("highest", 3)):
        heading(f'Whole fit, objective="{objective}", one thread')
        for n, k, budget in CELLS:
            within_time(f"n = {n}, k = {k}", cell(n, k, objective), factor * budget)

    from sklearn.mixture import GaussianMixture

    heading("scikit-learn's default fit of the first cell, for comparison")
    times, behind = [], []
    for seed in SEEDS:
        x = sample("overlap", 2, 200, seed).values
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            times.append(timed(lambda x=x: GaussianMixture(2, random_state=0).fit(x[:, None]), 5).median)
            theirs = GaussianMixture(2, random_state=0).fit(x[:, None]).score(x[:, None]) * len(x)
        behind.append(mix1d.fit(x, 2).log_likelihood - theirs)
    print(f"  {readable(statistics.median(times))}; it ends up to {np.max(behind):.3f} nats below")


if __name__ == "__main__":
    main()
