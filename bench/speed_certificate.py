"""The NPMLE certificate at n = 500: under 1 s; and what it takes elsewhere."""

import numpy as np

import mix1d
from hard_samples import sample
from measure import heading, timed, within_time
from mix1d.data import read_sample
from mix1d.diagnostics.certificate import certificate


def main():
    rng = np.random.default_rng(1)
    normal = rng.standard_normal
    cases = [
        ("N(0, 1), n = 500, k = 1", normal(500), 1),
        ("N(1, 2) + N(2, 5), n = 200, k = 2", sample("twopop", 2, 200, 1).values, 2),
        ("0.5 N(0, 1) + 0.5 N(3, 0.5), n = 500, k = 2", np.append(normal(250), 3 + normal(250) / 2), 2),
        ("the same, n = 10,000", np.append(normal(5000), 3 + normal(5000) / 2), 2),
        ("the same, n = 60,000", np.append(normal(30_000), 3 + normal(30_000) / 2), 2),
    ]
    heading("Certificate, min_sd half the smallest sd, one thread")
    for what, x, k in cases:
        mixture, pooled = mix1d.fit(x, k).mixture, read_sample(x)
        timing = timed(lambda p=pooled, m=mixture: certificate(p, m, threads=1), 5)
        within_time(what, timing, 1.0)
        c = certificate(pooled, mixture)
        print(f"    bound {c.upper_bound:.3f} nats, of which gap {c.gap:.1e}; {c.n_atoms} atoms")


if __name__ == "__main__":
    main()
