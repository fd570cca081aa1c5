"""Intervals and order tests of families: how often they hold the truth, and how often they reject it.

    python bench/coverage_families.py [--samples 400] [--seed 1] [--size 300] [--families gamma weibull ...]
    python bench/coverage_families.py --part size --samples 400

Coverage: two components of weights .4 and .6, n = 300, profile intervals, nominal 95 %: of a weight, of both
means and sds, and of the components' own parameters. Means and sds that are no coordinates of their family
get theirs by the delta method (`Estimate.method` says so). A sample whose fit has no such interval counts as
a miss; `none` is the largest share of them over the columns.

Size: one component, n = 200, the test of 1 against 2 at nominal 10 and 5 %. For the bootstrap every sample is
given one replicate, and all of them together are the law that it is held against (Giacomini, Politis & White
2013, doi:10.1017/S0266466612000655), so that no sample needs 999. The EM-test is offered where its law is
known.
"""

import argparse
import warnings

import numpy as np

import mix1d
from mix1d import Component

WEIGHTS = (0.4, 0.6)
TRUTHS = {
    "gamma": ({"shape": 4.0, "scale": 1.0}, {"shape": 20.0, "scale": 0.75}),
    "weibull": ({"shape": 2.0, "scale": 1.0}, {"shape": 5.0, "scale": 4.0}),
    "lognormal": ({"meanlog": 0.0, "sdlog": 0.5}, {"meanlog": 1.7, "sdlog": 0.4}),
    "inverse_gaussian": ({"mean": 1.0, "shape": 4.0}, {"mean": 6.0, "shape": 40.0}),
    "logistic": ({"loc": 0.0, "scale": 1.0}, {"loc": 8.0, "scale": 1.2}),
    "student_t": ({"df": 4.0, "loc": 0.0, "scale": 1.0}, {"df": 6.0, "loc": 6.0, "scale": 1.0}),
    "skew_normal": (
        {"alpha": 4.0, "loc": 0.0, "scale": 1.5},
        {"alpha": -3.0, "loc": 7.0, "scale": 1.5},
    ),
    "poisson": ({"mean": 3.0}, {"mean": 14.0}),
    "negative_binomial": ({"mean": 4.0, "size": 6.0}, {"mean": 30.0, "size": 20.0}),
}
NULLS = {
    "lognormal": {"meanlog": 0.0, "sdlog": 0.6},
    "gamma": {"shape": 4.0, "scale": 1.0},
    "weibull": {"shape": 2.0, "scale": 1.0},
    "exponential": {"scale": 1.0},
    "student_t": {"df": 5.0, "loc": 0.0, "scale": 1.0},
    "poisson": {"mean": 4.0},
    "negative_binomial": {"mean": 6.0, "size": 3.0},
}
WITH_EM_TEST = ("lognormal", "exponential", "poisson")
LEVELS = (0.1, 0.05)


def mixture_of(family):
    """Return the true mixture."""
    return mix1d.Mixture(WEIGHTS, components=[Component(family, **given) for given in TRUTHS[family]])


def numbers(parameters, own):
    """Return name and value of everything that an interval is for, component after component."""
    rows = [("w1", parameters.weights[0])]
    for name in ("means", "sds"):
        rows += [(f"{name[:-1]}{j + 1}", value) for j, value in enumerate(getattr(parameters, name))]
    for name in own[0]:
        if name != "mean":
            rows += [(f"{name}{j + 1}", part[name]) for j, part in enumerate(own)]
    return rows


def covered(x, family, truth):
    """Return whether each interval has the truth, NaN where there is none."""
    result = mix1d.fit(x, 2, family=family)
    interval = result.confidence_interval()
    values = numbers(truth, [component.parameters for component in truth.components])
    lower, upper = (numbers(ends, ends.parameters) for ends in (interval.lower, interval.upper))
    return {
        name: np.nan if np.isnan(low) or np.isnan(high) else float(low <= value <= high)
        for (name, value), (_, low), (_, high) in zip(values, lower, upper, strict=True)
    }


def coverage(options):
    error = 2.0 * np.sqrt(0.95 * 0.05 / options.samples)
    print(f".4 + .6, n = {options.size}, {options.samples} samples a family; 2 standard errors {error:.3f}")
    for family in options.families:
        rng, truth = np.random.default_rng(options.seed), mixture_of(family)
        rows = [covered(truth.sample(options.size, rng), family, truth) for _ in range(options.samples)]
        table = np.array([list(row.values()) for row in rows])
        print(f"{family:18}" + "".join(f"{name:>9}" for name in rows[0]) + f"{'none':>9}")
        rates = np.nan_to_num(table).mean(axis=0)
        none = np.isnan(table).mean(axis=0).max()
        print(f"{'':18}" + "".join(f"{rate:9.3f}" for rate in (*rates, none)), flush=True)


def shares(p):
    """Return the shares of p values up to each level."""
    return "".join(f"{np.mean(p <= level + 1e-12):9.3f}" for level in LEVELS)


def size(options):
    errors = ", ".join(f"{2 * np.sqrt(level * (1 - level) / options.samples):.3f}" for level in LEVELS)
    print(f"1 against 2, n = 200, {options.samples} samples a family; 2 standard errors {errors}")
    print(f"{'':28}" + "".join(f"{level:9.2f}" for level in LEVELS))
    for family, given in NULLS.items():
        rng = np.random.default_rng(options.seed)
        truth = mix1d.Mixture([1.0], components=[Component(family, **given)])
        samples = [truth.sample(200, rng) for _ in range(options.samples)]
        tests = [
            mix1d.order_test(x, 1, family=family, replicates=1, rng=number)
            for number, x in enumerate(samples)
        ]
        law = np.sort([test.null_statistics[0] for test in tests])
        found = np.array([test.statistic for test in tests])
        p = (1 + len(law) - np.searchsorted(law, found)) / (1 + len(law))
        print(f"{family:18}{'bootstrap':10}{shares(p)}", flush=True)
        if family in WITH_EM_TEST:
            p = np.array([mix1d.order_test(x, 1, family=family, method="em").p_value for x in samples])
            print(f"{family:18}{'EM-test':10}{shares(p)}", flush=True)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--samples", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--size", type=int, default=300)
    parser.add_argument("--families", nargs="+", choices=TRUTHS, default=TRUTHS)
    parser.add_argument("--part", choices=("coverage", "size"), help="one of the two tables")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    if options.part != "size":
        coverage(options)
    if options.part != "coverage":
        size(options)


if __name__ == "__main__":
    main()
