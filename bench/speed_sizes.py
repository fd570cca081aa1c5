"""The time of a fit against the number of values, 1e3 to 1e9, and against k, 1 to 10: ours and our peers'.

No promise: these are what `tools/benchmarks.py` draws. Against n, with three components:

- mix1d: a whole fit of values in memory, search included, to 1e7; and a fit through a sketch, to 1e9. Beyond
  1e7 values the same chunk is handed again: the stream is simulated, and making it is not counted.
- scikit-learn: EM alone, from a start at the quantiles to a relative tolerance of 1e-8.
- mclust: `Mclust(x, G = 3, modelNames = "V")`, its own start and tolerance.
- Spark ML: `GaussianMixture(k=3)` on two local cores, of cached vectors, with its own start, tolerance and at
  most 100 iterations; the start of Spark is not counted.

A peer goes on to the next n only while that, foreseen from the last two, takes a minute at most. Against k,
10,000 values: scikit-learn's and mclust's defaults, which start once.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np

import mix1d
from measure import QUICK, Timing, heading, sklearn_mixture, three_normals, timed, within_time

CHUNK = 10_000_000
MOST = 60.0  # seconds of one fit of a peer
MCLUST = """
suppressMessages(library(mclust))
x <- readBin("{path}", "double", {n})
run <- function() system.time(Mclust(x, G = {k}, modelNames = "V", verbose = FALSE))[["elapsed"]]
invisible(Mclust(x[seq_len(500)], G = {k}, modelNames = "V", verbose = FALSE))
cat(min(replicate({times}, run())))
"""


def in_memory(n):
    x = three_normals(n)
    return timed(lambda: mix1d.fit(x, 3), 21 if n <= 100_000 else 5)


def streamed(n):
    """Sketch n values, chunk by chunk, and fit the sketch."""
    chunk = three_normals(min(n, CHUNK))

    def run():
        sketch = mix1d.Sketch()
        for _ in range(max(1, n // len(chunk))):
            sketch.add(chunk)
        mix1d.fit(sketch, 3)

    return timed(run, 5 if n <= CHUNK else 1)


def sklearn_to_the_end(n):
    x = three_normals(n)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        bound = sklearn_mixture(x, 3, max_iter=1).fit(x[:, None]).lower_bound_
        ready = sklearn_mixture(x, 3, max_iter=5000, tol=1e-8 * abs(bound))
        begin = time.perf_counter()
        ready.fit(x[:, None])
    spent = time.perf_counter() - begin
    return Timing(spent, spent)


def mclust(x, k, times=1):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "x.bin")
        x.tofile(path)
        code = MCLUST.format(path=path, n=len(x), k=k, times=times)
        done = subprocess.run(["Rscript", "-e", code], capture_output=True, text=True, check=True)
    return Timing(float(done.stdout), float(done.stdout))


class Spark:
    """Spark ML in a session of its own, for as long as it is asked."""

    def __init__(self):
        from pyspark.sql import SparkSession

        warnings.simplefilter("ignore")
        os.environ.update({"SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable})
        options = {
            "spark.ui.enabled": "false",
            "spark.ui.showConsoleProgress": "false",
            "spark.log.level": "OFF",
        }
        options["spark.driver.memory"] = "4g"
        self.session = SparkSession.builder.master("local[2]").config(map=options).getOrCreate()
        self.fit(1000)  # the first of all compiles

    def fit(self, n):
        """Time a fit of n values, which are read beforehand."""
        import pyarrow
        import pyarrow.parquet
        from pyspark.ml.clustering import GaussianMixture
        from pyspark.ml.feature import VectorAssembler

        with tempfile.TemporaryDirectory() as folder:
            pyarrow.parquet.write_table(pyarrow.table({"x": three_normals(n)}), Path(folder, "x.parquet"))
            vectors = VectorAssembler(inputCols=["x"], outputCol="features")
            table = vectors.transform(self.session.read.parquet(folder)).repartition(2).cache()
            table.count()
            begin = time.perf_counter()
            GaussianMixture(k=3, seed=1).fit(table)
            spent = time.perf_counter() - begin
            table.unpersist()
        return Timing(spent, spent)


def series(name, function, sizes, most=np.inf):
    """Take a row for each size, until the next would take too long."""
    before = None
    for n in sizes:
        took = function(n)
        within_time(f"{name}, n = {n:.0e}", took, series=name, against="n", n=n, k=3)
        growth = min(10.0, took.median / before) if before else 1.0
        if growth * took.median > most:
            break
        before = took.median


def against_n(largest, most):
    heading("Against n, k = 3")
    sizes = [10**i for i in range(3, 10) if 10**i <= largest]
    series("mix1d, in memory", in_memory, [n for n in sizes if n <= CHUNK])
    series("mix1d, through a sketch", streamed, sizes)
    series("scikit-learn", sklearn_to_the_end, sizes, most)
    if shutil.which("Rscript"):
        series("mclust", lambda n: mclust(three_normals(n), 3), sizes, most)
    try:
        spark = Spark()
    except Exception as error:  # not installed, or without Java
        print(f"  Spark ML: {error}")
        return
    series("Spark ML", spark.fit, sizes, most)
    spark.session.stop()


def against_k(n):
    from sklearn.mixture import GaussianMixture

    heading(f"Against k, n = {n:,}")
    rng = np.random.default_rng(1)
    x = rng.normal(4.0 * rng.integers(0, 5, n), 1.0)
    for k in range(1, 5 if QUICK else 11):
        own = {"against": "k", "n": n, "k": k}
        took = timed(lambda k=k: mix1d.fit(x, k, threads=1), 3)
        within_time(f"mix1d, k = {k}", took, series="mix1d", **own)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            took = timed(lambda k=k: GaussianMixture(k, random_state=0).fit(x[:, None]), 3)
        within_time(f"scikit-learn, k = {k}", took, series="scikit-learn", **own)
        if shutil.which("Rscript"):
            within_time(f"mclust, k = {k}", mclust(x, k), series="mclust", **own)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--largest", type=float, default=1e5 if QUICK else 1e9)
    parser.add_argument("--most", type=float, default=MOST, help="seconds of one fit of a peer")
    options = parser.parse_args()
    against_n(options.largest, options.most)
    against_k(10_000)


if __name__ == "__main__":
    main()
