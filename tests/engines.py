"""What the tests of Dask and Spark share: whether they are here, data, and what runs in their workers."""

import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

import mix1d
from cases import distance, draw, parameters

FILES = 8
ROWS = 125_000  # in each file
GROUPS = np.array(["east", "north", "west", None], dtype=object)
OLDEST_JAVA = 17


@dataclass(frozen=True)
class Measurements:
    """Parquet files of the columns x, w, g, gaps and n, and the same in memory."""

    folder: Path
    x: np.ndarray
    w: np.ndarray
    """Weights, one in eight of them 0."""
    g: np.ndarray
    """Groups, None among them."""
    gaps: np.ndarray
    """x with one value in a hundred missing."""

    @property
    def files(self):
        return sorted(str(path) for path in self.folder.glob("*.parquet"))


def write(folder):
    """Write the files, of four row groups each, and return what is in them."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    n = FILES * ROWS
    rng = np.random.default_rng(11)
    x = draw(12, [0.3, 0.5, 0.2], [0.0, 4.0, 9.0], [1.0, 0.7, 2.0], n)
    w = rng.integers(0, 8, n) / 4.0
    g = GROUPS[rng.integers(0, len(GROUPS), n)]
    gaps = np.where(rng.random(n) < 0.01, np.nan, x)
    for i in range(FILES):
        rows = slice(i * ROWS, (i + 1) * ROWS)
        columns = {
            "x": pa.array(x[rows]),
            "w": pa.array(w[rows]),
            "g": pa.array(g[rows], pa.string()),
            "gaps": pa.array(gaps[rows], from_pandas=i % 2 == 0),  # nulls in some files, NaN in others
            "n": pa.array(np.floor(x[rows]).astype(np.int64)),
        }
        pq.write_table(pa.table(columns), folder / f"{i}.parquet", row_group_size=ROWS // 4)
    return Measurements(folder, x, w, g, gaps)


def write_sizes(folder):
    """Write files of sizes and weights, and return them; the density of the lower gamma is infinite at 0."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    n = FILES * ROWS // 2
    rng = np.random.default_rng(13)
    size = np.where(rng.random(n) < 0.4, rng.gamma(0.5, 2.0, n), rng.gamma(8.0, 4.0, n))
    w = rng.integers(0, 8, n) / 4.0
    for i, rows in enumerate(np.split(np.arange(n), FILES)):
        pq.write_table(pa.table({"size": size[rows], "w": w[rows]}), folder / f"{i}.parquet")
    return size, w


def same_fit(sketch, values, sample_weight=None):
    """Assert that a sketch has the counts of the values, and leads to the fits of one process."""
    alone = mix1d.Sketch.of(values, sample_weight=sample_weight)
    assert sketch.count == alone.count
    assert sketch.total_weight == pytest.approx(alone.total_weight, rel=1e-15)
    assert (sketch.min, sketch.max) == (alone.min, alone.max)
    found, expected = (parameters(mix1d.fit(s, 3).mixture) for s in (sketch, alone))
    assert distance(found, expected) <= 1e-8
    exact = mix1d.fit(values, 3, sample_weight=sample_weight)
    assert distance(found, parameters(exact.mixture)) <= 1e-8


def same_fit_of_gammas(sketch, values, sample_weight=None):
    """Assert that two gammas fitted to a sketch are those of one process, and of all values."""
    alone = mix1d.Sketch.of(values, sample_weight=sample_weight)
    assert (sketch.count, sketch.min, sketch.max) == (alone.count, alone.min, alone.max)
    found = mix1d.fit(sketch, 2, family="gamma")
    exact = {"sample_weight": sample_weight, "resolution": 0, "set_apart": None}
    for same in (mix1d.fit(alone, 2, family="gamma"), mix1d.fit(values, 2, family="gamma", **exact)):
        assert found.log_likelihood == pytest.approx(same.log_likelihood, rel=1e-8)
        assert distance(parameters(found.mixture), parameters(same.mixture)) <= 1e-8
    shapes = [component.parameters["shape"] for component in found.mixture.components]
    assert shapes == pytest.approx([0.5, 8.0], rel=0.02)


def load(path, victim=None, marker=None):
    """Read x of a file; the first process asked for the victim leaves its id in the marker and dies."""
    import pandas as pd

    if path == victim:
        try:
            with open(marker, "x") as file:
                file.write(str(os.getpid()))
        except FileExistsError:
            pass
        else:
            os.kill(os.getpid(), signal.SIGKILL)
    return pd.read_parquet(path, columns=["x"])


def need_dask():
    """Skip the test where Dask is not installed; where CI is set, fail."""
    for package in ("dask", "distributed", "pandas", "pyarrow"):
        _need(importlib.util.find_spec(package) is not None, f"{package} is not installed")


def need_spark():
    """Skip the test where Spark or its Java is not installed; where CI is set, fail."""
    for package in ("pyspark", "pandas", "pyarrow"):
        _need(importlib.util.find_spec(package) is not None, f"{package} is not installed")
    java = _java()
    _need(java is not None, "Spark needs Java, and there is none")
    version = subprocess.run([java, "-version"], capture_output=True, text=True, check=True).stderr
    found = re.search(r'version "(\d+)', version)
    _need(found is not None and int(found[1]) >= OLDEST_JAVA, f"Spark needs Java {OLDEST_JAVA}: {version}")


def spark_environment():
    """Return the environment in which Spark finds Java and this Python, and asks no name server."""
    home = os.environ.get("JAVA_HOME") or str(Path(_java()).resolve().parents[1])
    return {"JAVA_HOME": home, "SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable}


def _java():
    home = os.environ.get("JAVA_HOME")
    return shutil.which("java", path=str(Path(home) / "bin") if home else None)


def _need(there, reason):
    if there:
        return
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
