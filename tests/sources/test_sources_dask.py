"""Dask: the same sketches from a cluster of two processes as from one, whatever happens to its workers."""

import os
import signal
from pathlib import Path

import numpy as np
import pytest

import mix1d
from cases import distance, parameters
from engines import FILES, load, need_dask, same_fit, same_fit_of_gammas, write_sizes

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module", autouse=True)
def dask():
    need_dask()
    import dask
    import dask.array
    import dask.dataframe

    return dask


@pytest.fixture(scope="module")
def client(dask):
    import logging

    from distributed import Client, LocalCluster

    with (
        LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=True,
            dashboard_address=None,
            silence_logs=logging.CRITICAL,
        ) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        yield client


@pytest.fixture(params=["threads", "processes", "cluster"])
def scheduler(request, dask):
    """Each of Dask's schedulers in turn is the active one."""
    if request.param == "cluster":
        with request.getfixturevalue("client").as_current():
            yield request.param
    else:
        with dask.config.set(scheduler=request.param, num_workers=2):
            yield request.param


@pytest.fixture
def frame(dask, measurements):
    """A partition for each row group."""
    return dask.dataframe.read_parquet(measurements.files, split_row_groups=1)


@pytest.fixture
def small(dask):
    """Twelve rows in three partitions, with an index that repeats."""
    import pandas as pd

    table = pd.DataFrame(
        {"x": np.arange(12.0), "w": np.arange(12) % 3, "g": list("aab") * 4, "day": [1, 2, np.nan] * 4},
        index=[0, 1, 2, 3] * 3,
    )
    return dask.dataframe.concat([dask.dataframe.from_pandas(table.iloc[i : i + 4], 1) for i in (0, 4, 8)])


def test_a_series_is_fitted_as_in_one_process(scheduler, frame, measurements):
    result = mix1d.fit(frame["x"], 3)
    assert result.n_obs == len(measurements.x)
    assert result.name == "x"
    expected = mix1d.fit(measurements.x, 3)
    assert distance(parameters(result.mixture), parameters(expected.mixture)) <= 1e-8


def test_weights_on_a_cluster(client, frame, measurements):
    with client.as_current():
        sketch = mix1d.Sketch.of(frame, column="x", sample_weight="w")
    same_fit(sketch, measurements.x, measurements.w)
    assert sketch.n_zero_weight == np.sum(measurements.w == 0.0)


def test_groups_on_a_cluster(client, frame, measurements):
    with client.as_current():
        groups = mix1d.Sketch.of(frame, "g", column="x", sample_weight="w")
    assert list(groups) == ["east", "north", "west", None]
    for name, sketch in groups.items():
        rows = measurements.g == name
        same_fit(sketch, measurements.x[rows], measurements.w[rows])


def test_gammas_on_a_cluster(client, dask, tmp_path):
    size, w = write_sizes(tmp_path)
    frame = dask.dataframe.read_parquet(tmp_path)
    assert frame.npartitions == FILES
    with client.as_current():
        sketch = mix1d.Sketch.of(frame, column="size")
        weighted = mix1d.Sketch.of(frame, column="size", sample_weight="w")
    same_fit_of_gammas(sketch, size)
    same_fit_of_gammas(weighted, size, w)


def test_missing_values_are_refused_with_the_place(scheduler, frame):
    with pytest.raises(mix1d.InputError) as caught:
        mix1d.Sketch.of(frame, column="gaps")
    assert type(caught.value) is mix1d.InputError
    message = str(caught.value)
    assert message.startswith("in partition ")
    assert "values must not have missing values (NaN or None), found " in message
    assert message.endswith('pass missing="drop" to leave them out')


def test_missing_values_are_counted(client, frame, measurements):
    gaps = measurements.gaps
    with client.as_current():
        sketch = mix1d.Sketch.of(frame, column="gaps", missing="drop")
    assert sketch.n_missing == np.sum(np.isnan(gaps))
    same_fit(sketch, gaps[~np.isnan(gaps)])


def test_nothing_but_sketches_travels(client, frame):
    def received(dask_worker):
        return [dict(entry["keys"]) for entry in dask_worker.transfer_incoming_log]

    with client.as_current():
        mix1d.Sketch.of(frame, "g", column="x")
    sizes = {}
    for log in client.run(received).values():
        for keys in log:
            sizes.update(keys)
    assert sizes, "nothing was merged across the two workers"
    assert all("mix1d" in str(key) for key in sizes), sizes
    assert max(sizes.values()) < 4 * 500_000, "four groups of some 300 KB each"


def killed(measurements, marker, dask):
    """Return a series whose fifth file kills the first worker that opens it."""
    return dask.dataframe.from_map(
        load,
        measurements.files,
        victim=measurements.files[FILES // 2],
        marker=marker and str(marker),
        meta={"x": "float64"},
    )["x"]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
@pytest.mark.parametrize("watched", [False, True])
def test_a_worker_killed_half_way(client, dask, measurements, tmp_path, watched):
    marker = tmp_path / "killed"
    done = []
    before = set(client.run(os.getpid).values())
    with client.as_current():
        sketch = mix1d.Sketch.of(
            killed(measurements, marker, dask),
            progress=(lambda *step: done.append(step)) if watched else False,
        )
    assert int(marker.read_text()) in before
    assert sketch.count == len(measurements.x)
    undisturbed = mix1d.Sketch.of(killed(measurements, marker, dask))
    assert sketch.to_bytes() == undisturbed.to_bytes()
    same_fit(sketch, measurements.x)
    client.wait_for_workers(2, timeout=60)
    assert int(marker.read_text()) not in client.run(os.getpid).values()
    assert not watched or done[-1] == (FILES, FILES)


def test_progress_counts_partitions(scheduler, frame):
    done = []
    mix1d.Sketch.of(frame["x"], progress=lambda *step: done.append(step))
    n = frame["x"].optimize().npartitions  # Dask reads row groups together when few columns are wanted
    assert n >= FILES
    assert done == [(i, n) for i in range(1, n + 1)]


def test_progress_ends_with_an_error(client, small):
    done = []
    with client.as_current(), pytest.raises(mix1d.InputError, match="values must not have missing"):
        mix1d.Sketch.of(small["day"], progress=lambda *step: done.append(step))
    assert len(done) < 3


# ---- arrays


def test_a_hundred_chunks_make_a_tree_of_three_levels(dask, measurements):
    x = dask.array.from_array(measurements.x, chunks=10_000)
    sketch = mix1d.Sketch.of(x)
    assert sketch.name is None
    same_fit(sketch, measurements.x)


@pytest.mark.parametrize("shape", [(-1,), (-1, 1)])
def test_arrays_and_weights(dask, measurements, shape):
    x = dask.array.from_array(measurements.x, chunks=70_000).reshape(shape)
    for weights in (
        measurements.w,
        dask.array.from_array(measurements.w, chunks=300_000).reshape(shape),
    ):
        same_fit(mix1d.Sketch.of(x, sample_weight=weights), measurements.x, measurements.w)


def test_chunks_of_unknown_length(dask, frame, measurements):
    x = frame["x"].values
    assert np.isnan(x.shape[0])
    same_fit(mix1d.Sketch.of(x, sample_weight=frame["w"].values), measurements.x, measurements.w)
    same_fit(mix1d.Sketch.of(x, sample_weight=frame["w"]), measurements.x, measurements.w)
    for weights in (measurements.w, dask.array.ones(len(measurements.x))):
        with pytest.raises(mix1d.InputError, match=r"must be a Dask array of \d+ chunks"):
            mix1d.Sketch.of(x, sample_weight=weights)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"sample_weight": np.ones(9)}, r"one weight for each of the 10 rows, got shape \(9,\)"),
        ({"sample_weight": "w"}, "sample_weight must be an array for a Dask array, got 'w'"),
        ({"column": "x"}, "column must be None for a Dask Array, which has no named columns, got 'x'"),
        ({"by": "x"}, "by must be None for a Dask Array"),
        ({"where": "x > 0"}, "where must be None for Dask, which has no SQL, got 'x > 0'"),
        ({"missing": "ignore"}, "missing must be"),
        ({"threads": 0}, "threads must be"),
        ({"sample_weight": [1] * 5 + [-1] * 5}, "in chunk 1: sample_weight must be finite and at least 0"),
    ],
)
def test_what_arrays_refuse(dask, arguments, words):
    with pytest.raises(mix1d.InputError, match=words):
        mix1d.Sketch.of(dask.array.arange(10, chunks=5), **arguments)


def test_arrays_of_more_columns(dask):
    with pytest.raises(mix1d.InputError, match=r"source must have shape \(n,\) or \(n, 1\), got \(4, 2\)"):
        mix1d.fit(dask.array.ones((4, 2)), 1)


# ---- series and frames


def test_an_index_and_integers(small):
    assert mix1d.Sketch.of(small.index).max == 3
    sketch = mix1d.Sketch.of(small["w"])
    assert (sketch.count, sketch.total_weight, sketch.name) == (12, 12.0, "w")


def test_the_only_numeric_column(small):
    assert mix1d.Sketch.of(small[["x", "g"]]).name == "x"
    assert mix1d.Sketch.of(small[["x", "w"]], sample_weight="w").total_weight == 12.0
    assert list(mix1d.Sketch.of(small[["x", "w"]], "w")) == [0, 1, 2]


def test_weights_from_a_series(small):
    alone = mix1d.Sketch.of(np.arange(12.0), sample_weight=2.0 * (np.arange(12) % 3))
    for source, more in ((small["x"], {}), (small, {"column": "x"})):
        sketch = mix1d.Sketch.of(source, sample_weight=2 * small["w"], **more)
        assert (sketch.count, sketch.total_weight, sketch.name) == (8, 24.0, "x")
        assert (sketch.mean, sketch.variance) == (alone.mean, alone.variance)
    groups = mix1d.Sketch.of(small, "g", column="x", sample_weight=small["w"])
    assert {key: (s.count, s.total_weight) for key, s in groups.items()} == {"a": (4, 4.0), "b": (4, 8.0)}


def test_groups_of_numbers_with_missing_ones(small):
    groups = mix1d.Sketch.of(small, "day", column="x")
    assert {key: sketch.count for key, sketch in groups.items()} == {1.0: 4, 2.0: 4, None: 4}
    assert [type(key) for key in groups] == [float, float, type(None)]


def test_groups_of_categories(small):
    groups = mix1d.Sketch.of(small.assign(g=small["g"].astype("category")), "g", column="x")
    assert {key: sketch.count for key, sketch in groups.items()} == {"a": 8, "b": 4}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({}, "column must be given for a table with 3 numeric columns: choose one; columns: x, w, g, day"),
        ({"column": "dya"}, "column: no column 'dya', did you mean 'day'[?] columns: x, w, g, day"),
        ({"column": "x", "by": "group"}, "by: no column 'group'; columns: x"),
        ({"column": "x", "sample_weight": "v"}, "sample_weight: no column 'v'"),
        (
            {"column": "x", "sample_weight": [1.0]},
            "must be the name of a column of the data frame, got .1.0.",
        ),
        ({"column": "g"}, "in partition [012]: values must be real numbers, got text .'[ab]' at index 0."),
        ({"column": "day", "by": "g"}, "in group '[ab]' of partition [012]: values .*missing"),
        ({"column": "x", "where": "x > 0"}, "select the rows first"),
    ],
)
def test_what_frames_refuse(small, arguments, words):
    with pytest.raises(mix1d.InputError, match=words):
        mix1d.Sketch.of(small, **arguments)


def test_weights_of_another_frame(small, dask):
    import pandas as pd

    for weights, words in (
        (
            dask.dataframe.from_pandas(pd.Series(np.ones(12)), 2),
            "must be partitioned like the values .3 part",
        ),
        (small["w"].map_partitions(lambda s: s.iloc[::-1], meta=("w", "int64")), "must have the same index"),
        (np.ones(12), "sample_weight must be a Dask Series for a Dask Series"),
    ):
        with pytest.raises(mix1d.InputError, match=words):
            mix1d.Sketch.of(small["x"], sample_weight=weights)


def test_other_collections_are_named(dask, small):
    for source in (small["x"].sum(), dask.delayed(np.ones)(3)):
        with pytest.raises(mix1d.InputError, match="source must be a Dask array, Series or DataFrame, got "):
            mix1d.fit(source, 1)


def test_a_corrupt_file_is_named_by_its_own_error(dask, measurements, tmp_path):
    """An error that is not about values reaches the caller as it is."""
    bad = tmp_path / "bad.parquet"
    bad.write_bytes(Path(measurements.files[0]).read_bytes()[:5000])
    source = dask.dataframe.from_map(load, [measurements.files[0], str(bad)], meta={"x": "float64"})
    with pytest.raises(Exception, match=r"Parquet|parquet"):
        mix1d.fit(source["x"], 2)
