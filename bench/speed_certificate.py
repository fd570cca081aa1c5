"""The NPMLE certificate at n = 500, gap included: under 1 s. Real columns and n = 10,000 beside it."""

from pathlib import Path

import numpy as np

import mix1d
from measure import heading, readable, timed, within_time

DATA = Path(__file__).parents[1] / "tests" / "data"


def show(name, result, min_sd=None):
    took = timed(lambda: result.certificate(min_sd), 3)
    found = result.certificate(min_sd)
    size = f"{found.n_atoms} atoms, gain {found.gain:.4f} nats, gap {found.gap:.0e}"
    print(f"  {name}: {readable(took.median)}, {size}")


def main():
    heading("Certificate, mixtures with sds of at least half the smallest fitted one")
    result = mix1d.fit(np.random.default_rng(1).standard_normal(500), 1)
    within_time("N(0, 1), n = 500", timed(result.certificate), 1.0, n=500, k=1)
    show("the same", result)
    show("the same, min_sd = 0.01", result, 0.01)
    for name, k in (("galaxies", 4), ("faithful_waiting", 2)):
        show(f"{name}, k = {k}", mix1d.fit(np.loadtxt(DATA / f"{name}.csv", skiprows=1), k))
    show("N(0, 1), n = 10,000", mix1d.fit(np.random.default_rng(1).standard_normal(10_000), 1))


if __name__ == "__main__":
    main()
