"""Long columns: pooled by hashing where few values repeat, else checked and left in place; and resolution."""

import math
import tracemalloc

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mix1d import _core
from mix1d.data.sample import LargeSample, Sample, read_sample
from places import DATA

RNG = np.random.default_rng(20_26)
NORMAL = RNG.normal(size=300_001)
DTYPES = ["i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8", "g", ">i4", ">f8", ">f2"]


def check_large(sample, column, weights=None):
    """Compare with the plain definitions on doubles, by correctly rounded sums."""
    values = np.asarray(column, dtype=float)
    weights = np.ones(len(values)) if weights is None else np.asarray(weights, dtype=float)
    kept = weights > 0
    assert isinstance(sample, LargeSample)
    assert (sample.minimum, sample.maximum) == (values[kept].min(), values[kept].max())
    assert sample.n_obs == kept.sum()
    assert sample.total_weight == pytest.approx(math.fsum(weights), rel=1e-15)
    assert sample.n_zero_weight == len(values) - kept.sum()


# --- pooled by hashing ----------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", DTYPES)
def test_few_values_are_pooled_at_any_length(dtype):
    column = RNG.integers(0, 100, 100_000).astype(dtype)
    sample = read_sample(column)
    values, counts = np.unique(column.astype(float), return_counts=True)
    assert isinstance(sample, Sample)
    assert sample.values.tolist() == values.tolist()
    assert sample.weights.tolist() == counts.tolist()
    assert sample.rows is None
    assert (sample.n_obs, sample.total_weight, sample.resolution) == (100_000, 100_000.0, 1.0)


def test_hashing_agrees_with_sorting():
    column = np.concatenate([NORMAL[:50_000].round(3), [0.0, -0.0, 1e300, 5e-324, -1e-310]])
    weights = RNG.integers(0, 5, len(column)) / 4
    (*sorted_arrays, _, total, spacing), census = _core.pool(column, weights, False)
    (*hashed_arrays, _, hashed_total, hashed_spacing), hashed_census = _core.pool(
        column, weights, False, 65_536, 1
    )
    for one, other in zip(sorted_arrays, hashed_arrays, strict=True):
        assert one.tobytes() == other.tobytes()
    assert (total, spacing, census) == (hashed_total, hashed_spacing, hashed_census)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=50))
def test_hashing_agrees_with_sorting_on_any_doubles(values):
    column = np.tile(values, 3)
    pooled, _ = _core.pool(column, None, False)
    hashed, _ = _core.pool(column, None, False, 64, 1)
    assert pooled[0].tobytes() == hashed[0].tobytes()
    assert pooled[1].tobytes() == hashed[1].tobytes()


def test_hashing_gives_up_beyond_the_cap():
    assert _core.pool(np.arange(10.0), None, False, 9, 1) == (None, None)
    assert _core.pool(np.arange(10.0), None, False, 10, 1) != (None, None)
    assert _core.pool(np.tile(np.arange(10.0), 100), None, False, 10, 1) != (None, None)


@pytest.mark.parametrize("more", [-1, 0, 1, 2, 70])
@pytest.mark.parametrize("order", ["all first", "all last", "shuffled", "two by two"])
def test_hashing_counts_the_values_that_have_weight_and_no_others(order, more):
    cap, rng = 1000, np.random.default_rng(11)
    counted = rng.normal(size=cap + more)
    column = {
        "all first": np.concatenate([counted, np.tile(counted[:10], 200)]),
        "all last": np.concatenate([np.tile(counted[:10], 200), counted]),
        "shuffled": rng.permutation(np.tile(counted, 3)),
        "two by two": np.repeat(counted, 2),
    }[order]
    weights = np.ones(len(column))
    places = rng.integers(0, len(column) + 1, 300)  # of rows that do not count
    column = np.insert(column, places, np.where(np.arange(300) % 2, np.nan, rng.normal(size=300)))
    weights = np.insert(weights, places, 0.0)
    pooled, census = _core.pool(column, weights, True, cap, 1)
    assert (census is None) == (more > 0)
    if more <= 0:
        assert pooled[0].tolist() == sorted(counted)


@pytest.mark.parametrize("weights", [None, RNG.random(1_200_004)])
def test_hashing_with_threads_changes_no_bit(weights):
    column = np.tile(NORMAL.round(2), 4)
    column[[0, 1_000_000]] = np.nan
    results = [_core.pool(column, weights, True, 65_536, threads) for threads in (1, 2, 5)]
    for (*arrays, total, spacing), census in results:
        for one, other in zip(arrays, results[0][0], strict=False):
            assert one.tobytes() == other.tobytes()
        assert (total, spacing, census) == (*results[0][0][3:], results[0][1])
    assert _core.pool(column, weights, True, 700, 4) == (None, None)
    assert _core.pool(column, weights, False, 65_536, 4) == (None, None)


def test_hashing_drops_missing_and_zero_weights():
    column = np.tile([1.0, np.nan, 2.0, 3.0], 25_000)
    weights = np.tile([2.0, np.nan, 0.0, 1.0], 25_000)
    sample = read_sample(column, weights, missing="drop")
    assert sample.values.tolist() == [1.0, 3.0]
    assert sample.weights.tolist() == [50_000.0, 25_000.0]
    assert (sample.n_obs, sample.n_missing, sample.n_zero_weight) == (50_000, 25_000, 25_000)


@pytest.mark.parametrize("holder", [pd.Series, pl.Series, pa.array])
def test_long_columns_of_libraries(holder):
    whole = RNG.integers(0, 9, 70_000)
    assert read_sample(holder(whole)).weights.tolist() == np.bincount(whole).tolist()
    sample = read_sample(holder(NORMAL))
    check_large(sample, NORMAL)


# --- left in place --------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["f4", "f8", "g", ">f8", ">f4", "i4", "i8", ">u8"])
def test_large_columns_are_left_in_place(dtype):
    column = (NORMAL * 1e8 + 1e9).astype(dtype)
    sample = read_sample(column)
    check_large(sample, column)
    assert sample.column is column or np.shares_memory(sample.column, column)
    assert sample.column.dtype == column.dtype
    assert sample.sample_weight is None


def test_large_columns_of_any_layout():
    table = np.column_stack([NORMAL, -NORMAL]).astype("f4")
    check_large(read_sample(table[:, 1]), table[:, 1])
    check_large(read_sample(NORMAL[::-1]), NORMAL)
    check_large(read_sample(NORMAL[:, None]), NORMAL)


@pytest.mark.parametrize("dtype", ["f8", "f4", "i8", ">f8"])
def test_large_weights(dtype):
    weights = (RNG.random(len(NORMAL)) * 1000).astype(dtype)
    sample = read_sample(NORMAL, weights)
    check_large(sample, NORMAL, weights)
    assert np.shares_memory(sample.sample_weight, weights)
    weights[:1000] = 0
    weights[np.argmax(NORMAL)] = 0
    check_large(read_sample(NORMAL, weights), NORMAL, weights)


def test_threads_change_no_bit():
    weights = RNG.random(len(NORMAL)) * 10.0 ** RNG.integers(-9, 9, len(NORMAL))
    column = np.tile(NORMAL, 5)
    weights = np.tile(weights, 5)
    results = [_core.scan_column(column, weights, threads) for threads in (1, 2, 3, 8)]
    assert results.count(results[0]) == 4


def test_missing_values_are_left_out_of_a_copy():
    column, weights = NORMAL.astype("f4"), RNG.random(len(NORMAL))
    column[[5, 200_000]] = np.nan
    weights[5] = np.nan
    sample = read_sample(column, weights, missing="drop")
    keep = ~np.isnan(column)
    check_large(sample, column[keep], weights[keep])
    assert sample.n_missing == 2
    assert sample.column.dtype == np.float32
    assert np.array_equal(sample.column, column[keep])
    assert np.array_equal(sample.sample_weight, weights[keep])
    assert np.isnan(column[5])


def test_memory_does_not_grow_with_the_rows():
    column = np.arange(4_000_000, dtype="f4")
    tracemalloc.start()
    read_sample(column)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 100_000


def test_the_scan_finds_the_first_of_each_fault():
    column = np.tile(NORMAL, 3)
    column[[700_000, 300_000]] = np.nan
    column[[800_000, 299_999]] = np.inf
    weights = np.ones(len(column))
    weights[[900_000, 1]] = -1.0
    weights[[2, 3, 4]] = 0.0
    for threads in (1, 4):
        census = _core.scan_column(column, weights, threads)[3]
        assert census == (2, 300_000, 2, 299_999, 2, 1, 3, len(column) - 9)


# --- resolution -----------------------------------------------------------------------------------

COLUMNS = {
    "integers": (RNG.normal(70, 14, 300).round(), 1.0),
    "tens": (RNG.normal(70, 14, 300).round(-1), 10.0),
    "tenths": (RNG.normal(5, 1, 300).round(1), 0.1),
    "tenths, float32": (RNG.normal(5, 1, 300).round(1).astype("f4"), 0.1),
    "hundredths far from 0": ((RNG.normal(5, 0.3, 300).round(2) + 4000.0), 0.01),
    "shifted halves": (RNG.integers(0, 9, 99) / 2 + 0.123, 0.5),
    "sixtieths with 7 decimals": ((RNG.integers(60, 300, 300) / 60).round(7), 1 / 60),
    "no two neighbours": (np.repeat([0.0, 2.0, 5.0, 11.0, 14.0], 9), 1.0),
    "integers and an outlier": (np.append(RNG.integers(0, 40, 200), 1e300), 1.0),
    "integers, computed": (np.append(RNG.integers(0, 30, 200) * 0.1 * 3 / 0.3, [0.1 * 3 / 0.3]), 1.0),
    "continuous": (NORMAL[:300], None),
    "continuous, each three times": (np.repeat(NORMAL[:100], 3), None),
    "continuous and zeros": (np.append(NORMAL[:100], np.zeros(50)), None),
    "logs of integers": (np.log(RNG.integers(1, 60, 300)), None),
    "doubles in a crowd": (1e15 + RNG.integers(0, 9, 99) * 0.125, None),
    "constant": (np.full(50, 3.7), None),
    "few ties": (np.append(np.arange(95.0), np.zeros(5)), None),
}


@pytest.mark.parametrize("kind", COLUMNS)
def test_resolution(kind):
    column, wanted = COLUMNS[kind]
    found = read_sample(column).resolution
    assert found == (None if wanted is None else pytest.approx(wanted, rel=1e-7))


@pytest.mark.parametrize("kind", COLUMNS)
@pytest.mark.parametrize("power", [-300, -7, 9, 300])
def test_resolution_follows_a_power_of_two(kind, power):
    column, wanted = COLUMNS[kind]
    column = np.asarray(column, float)
    if wanted is None:
        assert read_sample(column * 2.0**power).resolution is None
        return
    column = column[column < 1e200]
    found = read_sample(column).resolution
    assert read_sample(column * 2.0**power).resolution == found * 2.0**power
    assert read_sample(-column).resolution == pytest.approx(found, rel=1e-12)


def test_resolution_counts_a_weight_as_repetition():
    assert read_sample([1, 2, 3, 4], [10, 10, 10, 10]).resolution == 1.0
    assert read_sample([1, 2, 3, 4]).resolution is None
    assert read_sample([1, 2, 3, 4, 1]).resolution == 1.0
    assert read_sample([1, 2, 3, 4, 1], [1, 1, 1, 1, 0]).resolution is None


def test_resolution_of_a_large_sample():
    column = np.concatenate([RNG.integers(0, 60_000, 1_000_000), np.arange(70_000)]).astype("f4") / 4
    sample = read_sample(column)
    assert isinstance(sample, LargeSample)
    assert sample.resolution == 0.25
    assert read_sample(NORMAL).resolution is None


@pytest.mark.parametrize(
    ("points", "order", "wanted"),
    [
        (30_000, np.sort, 0.25),  # 50 of each in a row, of which two or three are looked at
        (30_000, np.array, 0.25),
        (300_000, np.array, 0.25),
        (3_000_000, np.array, None),
    ],
)
def test_resolution_of_a_large_sample_takes_a_tenth_of_repeats(points, order, wanted):
    column = order(np.random.default_rng(points).integers(0, points, 1_500_000) / 4)
    assert _core.resolution(column, None, 65_536) == wanted


def test_resolution_of_the_old_geyser():
    """Durations in minutes to seven decimals, read off a stop-watch in seconds."""
    seconds = np.loadtxt(DATA / "geyser_duration.csv", skiprows=1)
    assert read_sample(seconds).resolution == pytest.approx(1 / 60, rel=1e-7)
