"""One Parquet data set: 1000 sketches merged, one pass, Dask and Spark, each in a process of its own.

Promise: all lead to the same mixture, parameters within 1e-8, and a single process stays under 500 MB.

The data set, 100 files of ten row groups, is made first (1e8 rows take about 800 MB of disk). The thousand
sketches, one for each row group, are written to files, and a second process merges and fits them. Peak
memory is that of the process that fits; Dask's and Spark's workers have their own. Not on Windows.
"""

import argparse
import importlib.util
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np

import mix1d
from measure import QUICK, Timing, at_most, readable, three_normals, within_time

FILES = 100
GROUPS = 10  # row groups in each file
LIMIT = 500.0  # MB
TOLERANCE = 1e-8


def write(folder, rows):
    import pyarrow as pa
    import pyarrow.parquet as pq

    each = rows // FILES
    for i in range(FILES):
        table = pa.table({"x": three_normals(each, seed=i)})
        pq.write_table(table, folder / f"{i:03}.parquet", row_group_size=-(-each // GROUPS))


def build(folder):
    """Make a sketch of each row group, and write it beside the data."""
    import pyarrow.parquet as pq

    for path in sorted(folder.glob("*.parquet")):
        file = pq.ParquetFile(path)
        for i in range(file.num_row_groups):
            sketch = mix1d.Sketch.of(file.read_row_group(i, columns=["x"]), column="x")
            (folder / f"{path.stem}-{i}.m1d").write_bytes(sketch.to_bytes())
    return None


def merge(folder):
    joined = mix1d.Sketch()
    for path in sorted(folder.glob("*.m1d")):
        joined += mix1d.Sketch.from_bytes(path.read_bytes())
    return joined


def one_pass(folder):
    return mix1d.Sketch.of(sorted(folder.glob("*.parquet")), column="x")


def dask(folder):
    import dask.dataframe
    from distributed import Client, LocalCluster

    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster),
    ):
        begin = time.perf_counter()
        sketch = mix1d.Sketch.of(dask.dataframe.read_parquet(folder / "*.parquet"), column="x")
        return sketch, time.perf_counter() - begin


def spark(folder):
    from pyspark.sql import SparkSession

    os.environ.update({"SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable})
    warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas")
    options = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false", "spark.log.level": "OFF"}
    session = SparkSession.builder.master("local[2]").config(map=options).getOrCreate()
    try:
        begin = time.perf_counter()
        sketch = mix1d.Sketch.of(session.read.parquet(str(folder / "*.parquet")), column="x")
        return sketch, time.perf_counter() - begin
    finally:
        session.stop()


STEPS = {
    "build": ("1000 sketches, one process", build),
    "merge": ("1000 sketches merged", merge),
    "pass": ("one pass", one_pass),
    "dask": ("Dask, two workers", dask),
    "spark": ("Spark, local[2]", spark),
}


def run_step(name, folder):
    """Do one step in this process and print what it found, as JSON."""
    begin = time.perf_counter()
    found = STEPS[name][1](folder)
    spent = time.perf_counter() - begin
    if isinstance(found, tuple):  # without the start of the engine
        found, spent = found
    answer = {"seconds": spent}
    if found is not None:
        begin = time.perf_counter()
        mixture = mix1d.fit(found, 3).mixture
        answer["fit"] = time.perf_counter() - begin
        answer["count"] = found.count
        answer["mixture"] = [mixture.weights.tolist(), mixture.means.tolist(), mixture.sds.tolist()]
    answer["peak"] = peak()
    print(json.dumps(answer))


def peak():
    """Return the largest resident memory of this process in MB."""
    status = Path("/proc/self/status")
    if status.exists():  # getrusage would count what the parent had when it made this process
        return int(re.search(r"VmHWM:\s+(\d+) kB", status.read_text())[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


def measured(name, folder):
    command = [sys.executable, __file__, "--step", name, "--folder", str(folder)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def distance(found, exact):
    """Return the largest error: means and sds in units of the sd of the component, weights relative."""
    (w, m, s), (v, n, t) = np.array(found), np.array(exact)
    return float(np.max([np.abs(w - v) / v, np.abs(m - n) / t, np.abs(s - t) / t]))


def compare(folder, rows):
    """Print a line for each step; return whether every promise is kept."""
    kept = True
    reference = None
    for name in ("pass", "build", "merge", "dask", "spark"):
        label = STEPS[name][0]
        package = {"dask": "distributed", "spark": "pyspark"}.get(name)
        if package and not (importlib.util.find_spec(package) and (name == "dask" or shutil.which("java"))):
            print(f"  {label:28} not installed")
            continue
        answer = measured(name, folder)
        line = f"  {label:28} {readable(answer['seconds']):>8}, peak {answer['peak']:4.0f} MB"
        if package is None:
            kept &= answer["peak"] < LIMIT
        if "mixture" in answer:
            reference = reference or answer["mixture"]
            apart = distance(answer["mixture"], reference)
            kept &= apart <= TOLERANCE and answer["count"] == rows
            line += f", fit {readable(answer['fit'])}, n = {answer['count']:,}, apart {apart:.1e}"
        print(line, flush=True)
        within_time(label, Timing(answer["seconds"], answer["seconds"]), n=rows)
        if package is None:
            at_most(f"{label}, peak", answer["peak"], "MB", LIMIT, n=rows)
        if "mixture" in answer:
            at_most(f"{label}, apart", apart, "sds", TOLERANCE, n=rows)
    return kept


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=float, default=1e6 if QUICK else 1e8)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        run_step(options.step, options.folder)
        return
    rows = int(options.rows) // FILES * FILES
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        begin = time.perf_counter()
        write(folder, rows)
        size = sum(path.stat().st_size for path in folder.iterdir()) / 1e6
        print(f"\n{rows:,} rows in {FILES} Parquet files, {size:.0f} MB", end="")
        print(f", written in {readable(time.perf_counter() - begin)}", flush=True)
        kept = compare(folder, rows)
    print(f"  parameters within {TOLERANCE:g}, under {LIMIT:g} MB: {'within' if kept else 'MISSED'}")


if __name__ == "__main__":
    main()
