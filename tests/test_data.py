"""Good input: every way to hold a column gives the same sample as the plain list of its numbers."""

import array
import subprocess
import sys
from collections import deque
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import mix1d
from mix1d import _core
from mix1d.data.sample import LargeSample, Sample, read_sample

PLAIN = [3.0, 1.5, 3.0, -2.0, 0.5]
WHOLE = [3, 1, 3, -2, 7]
FINITE = st.floats(allow_nan=False, allow_infinity=False)


def assert_same(sample, twin, *, name=None):
    """Same bits in everything but the name."""
    assert isinstance(sample, Sample)
    for field in ("values", "weights", "rows"):
        got, wanted = getattr(sample, field), getattr(twin, field)
        if wanted is None:
            assert got is None
        else:
            assert got.dtype == np.float64
            assert got.tobytes() == wanted.tobytes()
    for field in ("n_obs", "total_weight", "n_missing", "n_zero_weight", "resolution"):
        assert getattr(sample, field) == getattr(twin, field), field
    assert sample.name == name


def test_pools_equal_values():
    sample = read_sample(PLAIN)
    assert sample.values.tolist() == [-2.0, 0.5, 1.5, 3.0]
    assert sample.weights.tolist() == [1.0, 1.0, 1.0, 2.0]
    assert sample.rows.tolist() == PLAIN
    assert (sample.n_obs, sample.total_weight, sample.n_missing, sample.n_zero_weight) == (5, 5.0, 0, 0)
    assert sample.resolution == 0.5
    assert sample.name is None


def test_pools_the_two_zeros():
    sample = read_sample([0.0, -0.0, 1.0])
    assert sample.values.tolist() == [0.0, 1.0]
    assert not np.signbit(sample.values[0])
    assert sample.weights.tolist() == [2.0, 1.0]


def test_holds_private_read_only_arrays():
    source = np.array(PLAIN)
    sample = read_sample(source)
    source[:] = 0.0
    assert sample.rows.tolist() == PLAIN
    for field in (sample.values, sample.weights, sample.rows):
        assert not field.flags.writeable


# --- ways to hold a column ------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", "g", ">f2", ">f4", ">f8", "<f8", ">g"])
def test_reads_every_floating_type(dtype):
    assert_same(read_sample(np.array(PLAIN, dtype=dtype)), read_sample(PLAIN))


@pytest.mark.parametrize("dtype", ["i1", "i2", "i4", "i8", ">i2", ">i4", ">i8", "q", "l", "n"])
def test_reads_every_signed_type(dtype):
    assert_same(read_sample(np.array(WHOLE, dtype=dtype)), read_sample(WHOLE))


@pytest.mark.parametrize("dtype", ["u1", "u2", "u4", "u8", ">u2", ">u4", ">u8", "Q", "L"])
def test_reads_every_unsigned_type(dtype):
    values = [3, 1, 3, 200, 7]
    assert_same(read_sample(np.array(values, dtype=dtype)), read_sample(values))


def test_reads_all_half_precision_numbers():
    halves = np.arange(65536, dtype=np.uint16).view(np.float16)
    halves = halves[np.isfinite(halves)]
    assert read_sample(halves).rows.tolist() == halves.astype(float).tolist()
    assert_same(read_sample(halves.astype(">f2")), read_sample(halves))


STRIDED = {
    "step": np.repeat(np.array(PLAIN), 2)[::2],
    "reversed": np.array(PLAIN[::-1])[::-1],
    "column of a C array": np.column_stack([PLAIN, PLAIN[::-1]])[:, 0],
    "shape (n, 1)": np.array(PLAIN)[:, None],
    "field of records": np.rec.fromarrays([PLAIN, range(5)], names="x,i")["x"],
    "unaligned": np.frombuffer(b"\0" + np.array(PLAIN).tobytes(), np.uint8)[1:].view(np.float64),
    "unaligned, other types": np.rec.fromarrays(
        [np.zeros(5, "u1"), np.array(PLAIN, "f4")], dtype=[("b", "u1"), ("x", "f4")]
    )["x"],
}


@pytest.mark.parametrize("kind", STRIDED)
def test_reads_any_memory_layout(kind):
    assert_same(read_sample(STRIDED[kind]), read_sample(PLAIN))


def test_reads_a_read_only_array():
    values = np.array(PLAIN)
    values.flags.writeable = False
    assert_same(read_sample(values), read_sample(PLAIN))
    assert_same(read_sample(np.broadcast_to(2.0, 4)), read_sample([2.0] * 4))


HOLDERS = {
    "tuple": tuple(PLAIN),
    "rows of one": [[x] for x in PLAIN],
    "deque": deque(PLAIN),
    "numpy scalars": [np.float64(x) for x in PLAIN],
    "mixed scalars": [3, 1.5, np.float32(3), np.int8(-2), np.float16(0.5)],
    "decimals": [Decimal(str(x)) for x in PLAIN],
    "fractions": [Fraction(x) for x in PLAIN],
    "object array": np.array(PLAIN, dtype=object),
    "array.array": array.array("d", PLAIN),
    "memoryview": memoryview(array.array("f", PLAIN)),
    "masked, none masked": np.ma.masked_array(PLAIN),
    "pandas Index": pd.Index(PLAIN),
    "pandas array": pd.array(PLAIN, dtype="Float64"),
    "pandas object": pd.Series(PLAIN, dtype=object),
    "pandas Float64": pd.Series(PLAIN, dtype="Float64"),
    "pandas Float32": pd.Series(PLAIN, dtype="Float32"),
    "pandas arrow": pd.Series(PLAIN, dtype="double[pyarrow]"),
    "pandas sparse": pd.Series(pd.arrays.SparseArray(PLAIN)),
    "pandas categories": pd.Series(PLAIN, dtype="category"),
    "pandas frame": pd.DataFrame(PLAIN),
    "polars f32": pl.Series(PLAIN, dtype=pl.Float32),
    "polars chunks": pl.concat([pl.Series(PLAIN[:2]), pl.Series(PLAIN[2:])], rechunk=False),
    "arrow": pa.array(PLAIN),
    "arrow half": pa.array(np.array(PLAIN, "f2")),
    "arrow slice": pa.array([9.0, *PLAIN, 9.0])[1:6],
    "arrow chunks": pa.chunked_array([PLAIN[:2], [], PLAIN[2:]], type=pa.float32()),
}


@pytest.mark.parametrize("holder", HOLDERS)
def test_reads_every_holder(holder):
    data = HOLDERS[holder]
    name = "0" if holder == "pandas frame" else None
    assert_same(read_sample(data), read_sample(PLAIN), name=name)


@pytest.mark.parametrize(
    "data",
    [
        pd.Series(WHOLE, dtype="Int8"),
        pd.Series(WHOLE, dtype="int16[pyarrow]"),
        pl.Series(WHOLE, dtype=pl.Int32),
        pa.array(WHOLE, pa.int64()),
        pa.chunked_array([WHOLE[:1], WHOLE[1:]], type=pa.int8()),
    ],
)
def test_reads_integer_columns(data):
    assert_same(read_sample(data), read_sample(WHOLE))


def test_reads_a_range():
    assert_same(read_sample(range(3, 9)), read_sample([3, 4, 5, 6, 7, 8]))


@pytest.mark.parametrize(
    "data",
    [
        pd.Series(PLAIN, name="depth"),
        pd.DataFrame({"depth": PLAIN}),
        pl.Series("depth", PLAIN),
        pl.DataFrame({"depth": PLAIN}),
        pa.table({"depth": PLAIN}),
        pa.record_batch({"depth": PLAIN}),
        pa.record_batch({"depth": [9.0, *PLAIN]}).slice(1),
    ],
)
def test_takes_the_name_of_the_column(data):
    assert_same(read_sample(data), read_sample(PLAIN), name="depth")
    assert_same(read_sample(data, name="other"), read_sample(PLAIN), name="other")


class OnlyArray:
    def __array__(self, dtype=None, copy=None):
        return np.array(PLAIN)


class OnlyArrowStream:
    def __arrow_c_stream__(self, requested_schema=None):
        return pa.chunked_array([PLAIN[:3], PLAIN[3:]]).__arrow_c_stream__()


class OnlyArrowArray:
    def __arrow_c_array__(self, requested_schema=None):
        return pa.array(PLAIN).__arrow_c_array__()


@pytest.mark.parametrize("holder", [OnlyArray, OnlyArrowStream, OnlyArrowArray])
def test_reads_protocols_alone(holder):
    assert_same(read_sample(holder()), read_sample(PLAIN))


def test_takes_the_name_of_a_lazy_array():
    column = OnlyArray()
    column.name = "depth"
    assert_same(read_sample(column), read_sample(PLAIN), name="depth")


# --- missing values -------------------------------------------------------------------------------

NAN = float("nan")
GAPPED = [3.0, None, 1.5, 3.0, None]
WITH_GAPS = {
    "None": GAPPED,
    "NaN": [3.0, NAN, 1.5, 3.0, NAN],
    "array": np.array([3.0, NAN, 1.5, 3.0, NAN]),
    "half": np.array([3.0, NAN, 1.5, 3.0, NAN], "f2"),
    "longdouble": np.array([3.0, NAN, 1.5, 3.0, NAN], "g"),
    "objects": np.array([3.0, None, 1.5, 3.0, pd.NA], dtype=object),
    "decimal": [Decimal(3), Decimal("nan"), Decimal("1.5"), 3, np.ma.masked],
    "masked": np.ma.masked_array([3.0, 8.0, 1.5, 3.0, np.inf], mask=[0, 1, 0, 0, 1]),
    "pandas": pd.Series(GAPPED),
    "pandas Float64": pd.Series(GAPPED, dtype="Float64"),
    "pandas arrow": pd.Series(GAPPED, dtype="double[pyarrow]"),
    "pandas object": pd.Series(GAPPED, dtype=object),
    "polars": pl.Series(GAPPED),
    "polars NaN": pl.Series([3.0, None, 1.5, 3.0, NAN]),
    "arrow": pa.array(GAPPED),
    "arrow slice": pa.array([None, *GAPPED, 1.0])[1:6],
    "arrow chunks": pa.chunked_array([GAPPED[:2], GAPPED[2:]]),
    "arrow table": pa.table([GAPPED], names=[""]),
}


@pytest.mark.parametrize("holder", WITH_GAPS)
def test_drops_missing_values_with_their_weights(holder):
    sample = read_sample(WITH_GAPS[holder], [1, NAN, 2, 3, 0], missing="drop")
    assert sample.values.tolist() == [1.5, 3.0]
    assert sample.weights.tolist() == [2.0, 4.0]
    assert sample.rows.tolist() == [3.0, 1.5, 3.0]
    assert (sample.n_obs, sample.n_missing, sample.n_zero_weight) == (3, 2, 0)


@pytest.mark.parametrize(
    "data", [pd.Series([2, None, 5], dtype="Int64"), pl.Series([2, None, 5]), pa.array([2, None, 5])]
)
def test_drops_missing_integers(data):
    sample = read_sample(data, missing="drop")
    assert sample.values.tolist() == [2.0, 5.0]
    assert sample.n_missing == 1


def test_integers_keep_their_value_beside_missing_ones():
    big = 2**63 - 1
    assert read_sample(pa.array([big, None]), missing="drop").values[0] == float(big)


# --- odd numbers ----------------------------------------------------------------------------------

ODD = {
    "one value": [4.0],
    "two distinct": [1.0, 2.0, 1.0, 2.0],
    "constant": [7.0] * 6,
    "denormals": [5e-324, 1e-320, 5e-324, -1e-310],
    "huge": [1e307, -1e307, 1.7e308, 1e307],
    "outlier": [0.1, 0.2, 0.3, 1e300],
}


@pytest.mark.parametrize("kind", ODD)
def test_keeps_odd_numbers(kind):
    sample = read_sample(ODD[kind])
    values, counts = np.unique(ODD[kind], return_counts=True)
    assert sample.values.tolist() == values.tolist()
    assert sample.weights.tolist() == counts.tolist()


@pytest.mark.parametrize("dtype", ["i8", "u8"])
def test_rounds_integers_beyond_2_to_the_53(dtype):
    whole = [2**53 + 1, 2**53 + 3, 2**62 + 2**8, 7]
    assert read_sample(np.array(whole, dtype)).rows.tolist() == [float(x) for x in whole]
    assert_same(read_sample(whole), read_sample([float(x) for x in whole]))


def test_reads_integers_beyond_64_bits():
    assert read_sample([10**30, 3, 10**30]).values.tolist() == [3.0, 1e30]


def test_reads_a_long_double_beyond_a_double():
    tiny = np.array([1, 2], "g") * np.longdouble(2) ** -1080
    assert read_sample(tiny).values.tolist() == [0.0]


# --- weights --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "weights",
    [
        [1, 0, 2, 3, 4],
        np.array([1, 0, 2, 3, 4], ">i2"),
        np.array([1, 0, 2, 3, 4], "f2")[:, None],
        pd.Series([1, 0, 2, 3, 4]),
        pl.Series([1, 0, 2, 3, 4]),
        pa.array([1, 0, 2, 3, 4]),
        [Fraction(1), Decimal(0), 2, 3, 4],
    ],
)
def test_drops_and_counts_zero_weights(weights):
    sample = read_sample(PLAIN, weights)
    assert sample.values.tolist() == [-2.0, 0.5, 3.0]
    assert sample.weights.tolist() == [3.0, 4.0, 3.0]
    assert sample.rows.tolist() == [3.0, 3.0, -2.0, 0.5]
    assert (sample.n_obs, sample.total_weight, sample.n_zero_weight) == (4, 10.0, 1)


def test_a_missing_value_of_weight_zero_is_missing():
    sample = read_sample([1.0, NAN], [1.0, 0.0], missing="drop")
    assert (sample.n_missing, sample.n_zero_weight) == (1, 0)


@given(st.lists(st.tuples(st.integers(-5, 5), st.integers(1, 4)), min_size=1))
def test_weights_are_repetition(pairs):
    values, counts = np.array(pairs).T
    weighted, repeated = read_sample(values, counts), read_sample(np.repeat(values, counts))
    assert weighted.values.tobytes() == repeated.values.tobytes()
    assert weighted.weights.tobytes() == repeated.weights.tobytes()
    assert weighted.total_weight == repeated.total_weight


@given(st.data(), st.integers(1, 2000))
def test_the_order_of_rows_changes_no_bit(draw, n):
    rng = np.random.default_rng(draw.draw(st.integers(0, 2**32)))
    values, weights = rng.normal(size=n).round(1), rng.random(n) * 10.0 ** rng.integers(-12, 12, n)
    order = rng.permutation(n)
    one, other = read_sample(values, weights), read_sample(values[order], weights[order])
    assert one.values.tobytes() == other.values.tobytes()
    assert one.weights.tobytes() == other.weights.tobytes()
    assert one.total_weight == other.total_weight


@given(hnp.arrays(np.float64, st.integers(1, 1500), elements=FINITE))
def test_sorts_any_doubles(values):
    sample = read_sample(values)
    wanted, counts = np.unique(values + 0.0, return_counts=True)
    assert sample.values.tolist() == wanted.tolist()
    assert sample.weights.tolist() == counts.tolist()


# --- without the data libraries -------------------------------------------------------------------

ABSENT = """
import sys
for library in ("pandas", "polars", "pyarrow"):
    sys.modules[library] = None
import numpy as np
from mix1d.data.sample import read_sample
for column in ([1, None, 3], (1.0, None, 3.0), np.array([1, np.nan, 3]), np.array([1, None, 3], object)):
    assert read_sample(column, missing="drop").values.tolist() == [1.0, 3.0]
"""
UNTOUCHED = """
import sys
from mix1d.data.sample import read_sample
read_sample([1.0, 2.0])
read_sample([None, 2.0], missing="drop")
loaded = {name.partition(".")[0] for name in sys.modules}
assert not loaded & {"pandas", "polars", "pyarrow", "scipy", "sklearn"}, loaded
"""


@pytest.mark.parametrize("program", [ABSENT, UNTOUCHED])
def test_needs_no_data_library(program):
    here = f"import sys; sys.path.insert(0, {str(Path(mix1d.__file__).parents[1])!r})"
    subprocess.run([sys.executable, "-c", here + program], check=True)


def test_shares_arrow_memory_without_copying():
    column = pa.array(np.arange(3.0))
    read, _, _, _ = _core.read_arrow(column)
    assert read.ctypes.data == column.buffers()[1].address
    del column
    assert read.tolist() == [0.0, 1.0, 2.0]


def test_a_large_sample_is_another_type():
    assert isinstance(read_sample(np.arange(65_537.0)), LargeSample)
    assert isinstance(read_sample(np.arange(65_536.0)), Sample)
