"""Profile intervals of all parameters, k = 3, n = 1000: under 50 ms."""

import numpy as np

import mix1d
from measure import heading, timed, within_time


def main():
    rng = np.random.default_rng(1)
    x = mix1d.Mixture([0.3, 0.4, 0.3], [0.0, 4.0, 8.0], [1.0, 1.0, 2.0]).sample(1000, rng)
    result = mix1d.fit(x, 3)

    def fresh(method, **options):
        result.memory.clear()  # a result remembers its intervals
        return result.confidence_interval(method=method, **options)

    heading("Intervals of all nine parameters, k = 3, n = 1000")
    within_time("profile, all threads", timed(lambda: fresh("profile"), 21), 50e-3, n=1000, k=3)
    within_time("profile, one thread", timed(lambda: fresh("profile", threads=1), 21), 50e-3, n=1000, k=3)
    for method in ("wald", "bootstrap", "calibrated"):
        within_time(method, timed(lambda m=method: fresh(m, replicates=399), 5), n=1000, k=3)


if __name__ == "__main__":
    main()
