"""How often `mix1d check` denies that nothing changed, and how often it sees what did.

Pairs of samples from one mixture, or with the mean of the second component moved in the new one; a saved fit
of the first and `drift` of the second. Shares of p-values up to .05 and .20.

    python bench/drift_study.py                  250 pairs of each, 199 replicates: some minutes
    python bench/drift_study.py --pairs 50
"""

import argparse

import numpy as np

import mix1d
from measure import heading
from mix1d.fitting.drift import drift

LEVELS = (0.05, 0.20)
DESIGNS = {  # the mixture, values then and now
    "one, 50 and 400": (([1.0], [0.0], [1.0]), 50, 400),
    "two, 2.2 apart, 150 and 150": (([0.5, 0.5], [0.0, 2.2], [1.0, 0.7]), 150, 150),
    "two, 5 apart, 200 and 100": (([0.4, 0.6], [0.0, 5.0], [1.0, 1.0]), 200, 100),
}


def p_values(seed, design, moved, replicates):
    """P-values of one pair: together, distance, parameters."""
    (weights, means, sds), n_old, n_new = design
    before = mix1d.Mixture(weights, means, sds)
    after = mix1d.Mixture(weights, [*means[:-1], means[-1] + moved], sds)
    saved = mix1d.fit(before.sample(n_old, rng=1000 + seed), len(weights))
    found = drift(saved, after.sample(n_new, rng=5000 + seed), replicates=replicates, rng=seed)
    return found.p_value, found.distance.p_value, found.parameters.p_value


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pairs", type=int, default=250)
    parser.add_argument("--replicates", type=int, default=199)
    options = parser.parse_args()
    heading(f"a saved fit against new values, {options.pairs} pairs each: p up to .05, .20")
    for moved in (0.0, 0.5):
        for name, design in DESIGNS.items():
            found = np.array([p_values(i, design, moved, options.replicates) for i in range(options.pairs)])
            shares = [
                f"{what} " + ", ".join(f"{100.0 * np.mean(p <= level + 1e-12):4.1f} %" for level in LEVELS)
                for what, p in zip(("together", "distance", "parameters"), found.T, strict=True)
            ]
            print(f"  {name}, moved by {moved:g}:  {'   '.join(shares)}", flush=True)


if __name__ == "__main__":
    main()
