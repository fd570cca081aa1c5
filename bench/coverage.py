"""Coverage of the confidence intervals: how often they contain the truth they claim to contain.

    python bench/coverage.py [--samples 1000] [--replicates 199] [--seed 1] [--methods profile calibrated ...]

Three designs of two components, each parameter, each method, nominal 95 %. Components are matched to the
truth by the least-cost assignment. Samples whose fit has no interval (a component held up by the penalty
only) count as misses and are counted in the last column.
"""

import argparse
import warnings

import numpy as np

import mix1d
from mix1d.uncertainty.matching import match_components

DESIGNS = {
    "separated, .4 N(0,1) + .6 N(4,1), n = 300": ((0.4, 0.6), (0.0, 4.0), (1.0, 1.0), 300),
    "overlapping, .4 N(0,1) + .6 N(2.5,1), n = 300": ((0.4, 0.6), (0.0, 2.5), (1.0, 1.0), 300),
    "small, .05 N(0,1) + .95 N(4,1), n = 300": ((0.05, 0.95), (0.0, 4.0), (1.0, 1.0), 300),
}
METHODS = ("wald", "bootstrap", "profile", "calibrated")
NAMES = ("w1", "w2", "m1", "m2", "s1", "s2")


def covered(result, truth, method, replicates, seed):
    """Return whether each of the six parameters is covered; NaN without an interval."""
    interval = result.confidence_interval(method=method, replicates=replicates, rng=seed, threads=2)
    mixture = result.mixture
    order, _ = match_components(
        mixture.means[None], mixture.sds[None], tuple(map(np.array, truth[:3])), float(truth[3])
    )
    inside = []
    for name, values in zip(("weights", "means", "sds"), truth[:3], strict=True):
        lower, upper = getattr(interval.lower, name)[order[0]], getattr(interval.upper, name)[order[0]]
        inside += np.where(np.isnan(lower), np.nan, (lower <= values) & (values <= upper)).tolist()
    return inside


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--samples", type=int, default=1000)
    parser.add_argument("--replicates", type=int, default=199)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=METHODS)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    error = 2.0 * np.sqrt(0.95 * 0.05 / options.samples)
    print(f"{options.samples} samples a design; Monte Carlo error (2 standard errors) {error:.3f}")
    for title, truth in DESIGNS.items():
        rng = np.random.default_rng(options.seed)
        mixture = mix1d.Mixture(*truth[:3])
        inside = {method: [] for method in options.methods}
        for number in range(options.samples):
            result = mix1d.fit(mixture.sample(truth[3], rng), 2)
            for method in options.methods:
                inside[method].append(covered(result, truth, method, options.replicates, number))
        print(f"\n{title}\n{'':12}" + "".join(f"{name:>8}" for name in NAMES) + "    none", flush=True)
        for method, rows in inside.items():
            table = np.array(rows)
            rates = "".join(f"{rate:8.3f}" for rate in np.nan_to_num(table).mean(axis=0))
            print(f"{method:12}{rates}{np.isnan(table[:, 0]).mean():8.3f}", flush=True)


if __name__ == "__main__":
    main()
