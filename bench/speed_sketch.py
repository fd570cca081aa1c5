"""Sketches: values a second of the pass, by type and number of threads, and through a file.

Promise: float64 values in memory are sketched at 700 million a second on two cores with AVX-512, and at 400
million on one, with weights two thirds of that (and with AVX2 two thirds again). `speed_sizes.py` shows that
a fit through the sketch costs the same whatever n.
"""

import argparse
import os
import tempfile

import numpy as np

import mix1d
from measure import QUICK, at_least_rate, heading, three_normals, timed

BUDGETS = {1: 400e6, 2: 700e6}  # float64 values a second, by threads
OF_BUDGET = {"float64": 1.0, "float64 with weights": 2.0 / 3.0}


def sketched(x, threads=None, sample_weight=None):
    sketch = mix1d.Sketch()
    sketch.add(x, sample_weight, threads=threads)
    return sketch


def memory_bandwidth(x):
    """Bytes a second that NumPy's sum reads, on one thread."""
    return x.nbytes / timed(x.sum, 5).fastest


def passes(n):
    heading(f"The pass, n = {n:,}")
    x = three_normals(n)
    small = x.astype(np.float32)
    weights = np.random.default_rng(1).uniform(0.5, 1.5, n)
    bandwidth = memory_bandwidth(x)
    kinds = {
        "float64": (x, None, x.nbytes),
        "float64, sorted": (np.sort(x), None, x.nbytes),
        "float32": (small, None, small.nbytes),
        "int32": ((x * 1e6).astype(np.int32), None, small.nbytes),
        "float64 with weights": (x, weights, 2 * x.nbytes),
    }
    for name, (values, weight, size) in kinds.items():
        for threads in (1, 2):
            best = timed(lambda v=values, w=weight, t=threads: sketched(v, t, w), 5).fastest
            share = size / best / bandwidth
            budget = OF_BUDGET[name] * BUDGETS[threads] if name in OF_BUDGET else None
            of_sum = f", {share:.0%} of a sum"
            at_least_rate(f"{name}, {threads} threads", n / best, budget, note=of_sum, n=n, threads=threads)


def parquet(n):
    import duckdb
    import pyarrow

    heading(f"Parquet through DuckDB, n = {n:,}")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "x.parquet")
        x = three_normals(n)
        table = pyarrow.table({"x": x})
        duckdb.from_arrow(table).write_parquet(path)
        best = timed(lambda: mix1d.Sketch.of(path, column="x"), 3).fastest
        at_least_rate("Parquet, reading and sketching", n / best, n=n)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--n", type=float, default=1e6 if QUICK else 2e7, help="values of the pass")
    options = parser.parse_args()
    passes(int(options.n))
    parquet(int(options.n))


if __name__ == "__main__":
    main()
