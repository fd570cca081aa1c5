"""Size and power of the tests of 1 component against 2 at n = 200.

Size: samples of N(0, 1). The share of p-values up to .10, .05 and .01, and Kolmogorov's test that they are
uniform. Power: the share of p-values up to .05 for .4 N(0, 1) + .6 N(2.5, 1).

python bench/order_test_study.py                          the bootstrap, 1000 + 400 samples, a few minutes
python bench/order_test_study.py --method em --power 2000
"""

import argparse

import numpy as np
from scipy import stats

import mix1d
from measure import heading

LEVEL, SEPARATION, SHARE = 0.05, 2.5, 0.6


def null_sample(seed, n):
    return np.random.default_rng([1, seed]).standard_normal(n)


def mixed_sample(seed, n):
    rng = np.random.default_rng([2, seed])
    return rng.standard_normal(n) + SEPARATION * (rng.random(n) < SHARE)


def p_values(sample, count, options):
    return np.array(
        [
            mix1d.order_test(
                sample(seed, options.n),
                1,
                method=options.method,
                sds=options.sds,
                replicates=options.replicates,
                rng=seed,
                threads=options.threads,
            ).p_value
            for seed in range(count)
        ]
    )


def share(p, level):
    """Return the share of p-values up to a level, and two standard errors."""
    found = np.mean(p <= level + 1e-12)
    return found, 2.0 * np.sqrt(found * (1.0 - found) / len(p))


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--method", choices=("bootstrap", "em"), default="bootstrap")
    parser.add_argument("--sds", choices=("free", "equal"), default="free")
    parser.add_argument("--n", type=int, default=200)
    parser.add_argument("--null", type=int, default=1000, help="samples of one normal")
    parser.add_argument("--power", type=int, default=400, help="samples of two")
    parser.add_argument("--replicates", type=int, default=199, help="of the bootstrap, in each sample")
    parser.add_argument("--threads", type=int)
    options = parser.parse_args()

    heading(f"{options.method}, {options.sds} sds, 1 against 2, n = {options.n}")
    if options.null:
        p = p_values(null_sample, options.null, options)
        for level in (0.1, LEVEL, 0.01):
            found, error = share(p, level)
            expected = 2.0 * np.sqrt(level * (1.0 - level) / len(p))
            verdict = "within" if abs(found - level) <= expected else "OUTSIDE"
            print(f"  size at {level:<5g} {found:.4f} +- {error:.4f}  {verdict} {level:g} +- {expected:.4f}")
        test = stats.kstest(p, "uniform")
        print(f"  p-values uniform: Kolmogorov's distance {test.statistic:.4f}, p = {test.pvalue:.3f}")
    if options.power:
        found, error = share(p_values(mixed_sample, options.power, options), LEVEL)
        print(f"  power at {LEVEL:g} for separation {SEPARATION}: {found:.4f} +- {error:.4f}")


if __name__ == "__main__":
    main()
