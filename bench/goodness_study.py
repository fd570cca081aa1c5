"""Uniformity of the goodness-of-fit p-values under a correct model, and power against a gamma sample.

Samples of n = 200 from N(0, 1) and from .4 N(0, 1) + .6 N(4, .7), as they are and rounded to multiples of
0.5 and 1, fitted with the right number of components. For each statistic: Kolmogorov's test that the
bootstrap p-values are uniform, and the shares of p-values up to .05 and .10 by bootstrap and by the limiting
law that print(result) uses.

    python bench/goodness_study.py                          1000 samples, 199 replicates: about a minute
    python bench/goodness_study.py --n 100 --samples 400
    python bench/goodness_study.py --intervals              the law of values fitted as intervals
"""

import argparse

import numpy as np
from scipy import stats

import mix1d
from measure import heading
from mix1d.diagnostics.quick_goodness import quick_goodness
from mix1d.outcome.maximum import maximum_of

STATISTICS = ("kolmogorov_smirnov", "anderson_darling", "cramer_von_mises")
LAW = STATISTICS[1:]  # the other has no limiting law here
INTERVALS = [(1, n, step) for n in (200, 1000) for step in (0.5, 1.0, 2.0)]  # k, n and step
INTERVALS += [(2, n, step) for n in (200, 1000) for step in (0.5, 1.0, 1.5)]


def sample(seed, k, n, step):
    rng = np.random.default_rng([k, seed])
    x = rng.standard_normal(n)
    if k == 2:
        x = np.where(rng.random(n) < 0.4, x, 4.0 + 0.7 * x)
    return np.round(x / step) * step if step else x


def p_values(x, k, seed, options):
    """P-values of one sample: three by bootstrap, two by the limiting law."""
    result = mix1d.fit(x, k, threads=options.threads)
    tested = result.goodness_of_fit(options.replicates, seed, threads=options.threads)
    quick = [quick_goodness(maximum_of(result), name) for name in LAW]
    return [getattr(tested, name).p_value for name in STATISTICS], [found.p_value for found in quick]


def shares(p):
    return ", ".join(f"{100.0 * np.mean(p <= level + 1e-12):4.1f} %" for level in (0.05, 0.10))


def study(k, step, options):
    rows = [p_values(sample(s, k, options.n, step), k, s, options) for s in range(options.samples)]
    bootstrap, law = (np.array(part) for part in zip(*rows, strict=True))
    print(f"\n  k = {k}, " + (f"rounded to {step:g}" if step else "continuous"))
    for j, name in enumerate(STATISTICS):
        middle = bootstrap[:, j] - 0.5 / (options.replicates + 1)  # p-values are multiples of 1 / (B + 1)
        uniform = stats.kstest(middle, "uniform").pvalue
        line = (
            f"    {name:20} uniform: p = {uniform:.3f}   up to .05, .10: bootstrap {shares(bootstrap[:, j])}"
        )
        if name in LAW:
            found = law[:, LAW.index(name)]
            apart = np.median(np.abs(found - bootstrap[:, j])[bootstrap[:, j] <= 0.2])
            line += f"   law {shares(found)}; median difference where p <= .2: {apart:.3f}"
        print(line, flush=True)


def of_intervals(x, k, step, options):
    fit = maximum_of(mix1d.fit(x, k, resolution=step, threads=options.threads))
    found = quick_goodness(fit)
    return np.nan if found is None else found.p_value


def study_intervals(options):
    heading(f"the limiting law for values fitted as intervals, {options.samples} samples each")
    for k, n, step in INTERVALS:
        p = np.array([of_intervals(sample(s, k, n, step), k, step, options) for s in range(options.samples)])
        known = p[~np.isnan(p)]
        print(f"  k = {k}, n = {n}, rounded to {step:g}: up to .05, .10: {shares(known)}", flush=True)
        if len(known) < len(p):
            print(f"    no law in {len(p) - len(known)} of {len(p)} samples")
    for n, years in ((200, 20), (500, 30), (500, 12)):
        drawn = (np.random.default_rng([9, s]).integers(0, years, n).astype(float) for s in range(200))
        p = np.array([of_intervals(x, 1, 1.0, options) for x in drawn])
        print(f"  {n} whole years, even over {years}, as one normal: p <= .05 in {np.sum(p <= 0.05)} of 200")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--n", type=int, default=200)
    parser.add_argument("--samples", type=int, default=1000)
    parser.add_argument("--replicates", type=int, default=199)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--intervals", action="store_true")
    options = parser.parse_args()
    if options.intervals:
        study_intervals(options)
        return
    error = 200.0 * np.sqrt(0.05 * 0.95 / options.samples)
    heading(f"goodness of fit, n = {options.n}, {options.samples} samples: 5 % +- {error:.1f} are expected")
    for k in (1, 2):
        for step in (0.0, 0.5, 1.0):
            study(k, step, options)
    skewed = [
        mix1d.fit(np.random.default_rng([3, s]).gamma(2.0, size=options.n), 1)
        .goodness_of_fit(options.replicates, s, threads=options.threads)
        .anderson_darling.p_value
        for s in range(100)
    ]
    print(
        f"\n  gamma(2) fitted with one normal: p <= .05 in {np.sum(np.array(skewed) <= 0.05)} of 100 samples"
    )


if __name__ == "__main__":
    main()
