"""Coverage of the intervals of cut-offs: how often they contain the number that the truth has.

    python bench/coverage_cutoffs.py [--samples 1000] [--seed 1] [--size 300] [--cases "equal spreads" ...]

Profile intervals, nominal 95 %, of every rule at its usual level: .6 N(0,1) + .4 N(4,1) and
.7 N(0,1) + .3 N(5,2), n = 300. `rates` is the mean coverage of the intervals of specificity, sensitivity,
ppv, npv and wrong calls at the estimated number: of what it does in the true populations. `open` is the
share of intervals that are open on a side, `none` that of samples where the rule finds no number, or no
interval: they count as misses.
"""

import argparse
import math
import warnings

import numpy as np

import mix1d
from mix1d.uncertainty.cutoff import RATES
from mix1d.uncertainty.cutting import RULES

CASES = {
    "equal spreads": mix1d.Mixture([0.6, 0.4], [0.0, 4.0], [1.0, 1.0]),
    "unequal spreads": mix1d.Mixture([0.7, 0.3], [0.0, 5.0], [1.0, 2.0]),
}


def tail(mixture, j, x):
    """Return the share of a component above x."""
    return 0.5 * math.erfc((x - mixture.means[j]) / mixture.sds[j] / math.sqrt(2.0))


def bisected(f, low, high):
    """Return where f changes its sign."""
    for _ in range(200):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if (f(middle) > 0.0) == (f(low) > 0.0) else (low, middle)
    return 0.5 * (low + high)


def truth_of(mixture, rule):
    """Return the number of a rule, by its definition."""
    (w, v), (m, n), (s, t) = mixture.weights, mixture.means, mixture.sds
    if rule == "sds":
        return m + 3.0 * s
    if rule == "specificity":
        return bisected(lambda x: tail(mixture, 0, x) - 0.01, m, m + 9.0 * s)
    if rule == "sensitivity":
        return bisected(lambda x: tail(mixture, 1, x) - 0.99, n - 9.0 * t, n)
    if rule == "ppv":

        def short(x):
            above = v * tail(mixture, 1, x)
            return above / (above + w * tail(mixture, 0, x)) - 0.95

        return bisected(short, m - 3.0 * s, m + 5.0 * s)
    density = [lambda x, j=j: mixture.weights[j] / mixture.sds[j] * math.exp(
        -0.5 * ((x - mixture.means[j]) / mixture.sds[j]) ** 2) for j in (0, 1)]  # fmt: skip
    if rule == "equal":
        return bisected(lambda x: density[0](x) - density[1](x), m, n)
    slope = lambda x: sum(density[j](x) * (x - mixture.means[j]) / mixture.sds[j] ** 2 for j in (0, 1))  # noqa: E731
    grid = np.linspace(m + 0.5 * s, n - 0.5 * t, 2000)
    low = grid[np.argmin([density[0](x) + density[1](x) for x in grid])]
    return bisected(slope, low - 0.05, low + 0.05)


def rates_of(mixture, x):
    """Return the rates of a number among the true populations, in the order of `RATES`."""
    w, v = mixture.weights
    false, true = tail(mixture, 0, x), tail(mixture, 1, x)
    return (
        1.0 - false,
        true,
        v * true / (v * true + w * false),
        w * (1.0 - false) / (w * (1.0 - false) + v * (1.0 - true)),
        w * false + v * (1.0 - true),
    )


def one(result, mixture, rule, truth):
    """Return whether the interval holds the truth, those of the rates theirs, whether it is open, or none."""
    try:
        cut = result.cutoff(rule=rule)
    except mix1d.InputError:
        return False, 0.0, False, True
    rates = [getattr(cut, name) for name in RATES]
    held = [
        rate.lower <= value <= rate.upper
        for rate, value in zip(rates, rates_of(mixture, cut.value), strict=True)
    ]
    missing = math.isnan(cut.lower)
    opened = math.isinf(cut.lower) or math.isinf(cut.upper)
    return cut.lower <= truth <= cut.upper, float(np.mean(held)), opened, missing


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--samples", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--size", type=int, default=300)
    parser.add_argument("--cases", nargs="+", choices=CASES, default=list(CASES))
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    error = 2.0 * np.sqrt(0.95 * 0.05 / options.samples)
    print(f"n = {options.size}, {options.samples} samples; Monte Carlo error (2 standard errors) {error:.3f}")
    for case in options.cases:
        mixture, rng = CASES[case], np.random.default_rng(options.seed)
        results = [mix1d.fit(mixture.sample(options.size, rng), 2) for _ in range(options.samples)]
        print(f"{case:18}{'truth':>8}{'cover':>8}{'rates':>8}{'open':>8}{'none':>8}", flush=True)
        for rule in RULES:
            truth = truth_of(mixture, rule)
            rows = np.array([one(result, mixture, rule, truth) for result in results], float)
            held, rates, opened, missing = rows.mean(axis=0)
            print(f"  {rule:16}{truth:8.3f}{held:8.3f}{rates:8.3f}{opened:8.3f}{missing:8.3f}", flush=True)


if __name__ == "__main__":
    main()
