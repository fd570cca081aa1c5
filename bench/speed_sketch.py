"""Sketches: values a second of the pass, and the time of a whole fit against n, ours and our peers'.

Promise: float64 values in memory are sketched at 700 million a second on two cores with AVX-512 and at 400 on
one (two thirds of that with AVX2), with weights at two thirds of the rate, and a fit through the sketch costs
the same whatever n.

Beyond 1e7 values a stream hands the same chunk again: it is simulated, and making it is not counted.
scikit-learn's EM is timed up to 1e6 values: one iteration times 125, what it needs to a relative tolerance of
1e-8.
"""

import argparse
import json
import os
import tempfile
import time

import numpy as np

import mix1d
from measure import ALLOWANCE, heading, readable, sklearn_iteration, three_normals, timed

BUDGET = {threads: rate / ALLOWANCE for threads, rate in {1: 400e6, 2: 700e6}.items()}
OF_BUDGET = {"float64": 1.0, "float64 with weights": 2.0 / 3.0}
ITERATIONS = 125


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
            print(
                f"  {name:22} {threads} threads: {n / best / 1e6:6.0f} million a second, {share:.0%} of a sum"
            )
            if name in OF_BUDGET:
                budget = OF_BUDGET[name] * BUDGET[threads]
                print(f"  {'':24} budget {budget / 1e6:.0f}: {'within' if n / best >= budget else 'MISSED'}")


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
        print(f"  {n / best / 1e6:.0f} million a second, reading and sketching")


def against_n(largest):
    heading("A whole fit, k = 3, against n: sketch, then fit")
    rows = []
    n = 1000
    while n <= largest:
        chunk = three_normals(min(n, 10_000_000))
        sketch, spent = mix1d.Sketch(), 0.0
        for _ in range(max(1, n // len(chunk))):
            begin = time.perf_counter()
            sketch.add(chunk)
            spent += time.perf_counter() - begin
        begin = time.perf_counter()
        mix1d.fit(sketch, 3)
        fitting = time.perf_counter() - begin
        row = {"n": n, "sketch": spent, "fit": fitting}
        if n <= 1_000_000:
            row["scikit-learn"] = ITERATIONS * sklearn_iteration(chunk, 3, 2).fastest
        rows.append(row)
        theirs = f", scikit-learn {readable(row['scikit-learn'])}" if "scikit-learn" in row else ""
        print(f"  n = {n:>13,}: pass {readable(spent)}, fit {readable(fitting)}{theirs}")
        n *= 10
    return rows


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--n", type=float, default=2e7, help="values of the pass")
    parser.add_argument("--largest", type=float, default=1e9, help="of the fits against n")
    parser.add_argument("--out", help="write the times against n as JSON lines")
    options = parser.parse_args()
    passes(int(options.n))
    parquet(int(options.n))
    rows = against_n(int(options.largest))
    if options.out:
        with open(options.out, "w", encoding="utf-8") as file:
            file.writelines(json.dumps(row) + "\n" for row in rows)


if __name__ == "__main__":
    main()
