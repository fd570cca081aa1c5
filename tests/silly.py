"""Values that no argument was made for."""

import datetime
import decimal
import fractions
import io
import math

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa

import mix1d


class Odd:
    """An object that gives itself out for much, and keeps nothing of it."""

    def __len__(self):
        return 3

    def __getitem__(self, place):
        if place > 2:
            raise IndexError(place)
        return "x"


class Anything:
    """A class that can be called with whatever comes."""

    def __init__(self, *_):
        pass


def silly():
    """New values for each call: some of them can be read once only."""
    deep = []
    for _ in range(2000):
        deep = [deep]
    return {
        "None": None,
        "True": True,
        "zero": 0,
        "minus one": -1,
        "seven": 7,
        "2.5": 2.5,
        "nan": math.nan,
        "inf": math.inf,
        "minus inf": -math.inf,
        "huge": 10**400,
        "minus huge": -(10**400),
        "5000 digits": 10**5000,
        "2**63": 2**63,
        "complex": 1j,
        "empty text": "",
        "text": "x",
        "surrogate": "\ud800",
        "NUL": "a\0b",
        "long text": "x" * 5000,
        "bytes": b"x\xff",
        "bytearray": bytearray(b"x"),
        "memoryview": memoryview(b"abc"),
        "empty list": [],
        "list of lists": [[]],
        "ragged": [1, [2, 3]],
        "texts": ["a", "b"],
        "numbers as texts": ["1", "2"],
        "Nones": [None, None],
        "mixed": [1.0, "a", None],
        "huge numbers": [10**400, 1],
        "negative": [-1.0, -2.0],
        "deep": deep,
        "empty dict": {},
        "dict": {"a": 1},
        "dict of lists": {"a": [1.0, 2.0], 3: ["x"]},
        "set": {1.0, 2.0},
        "tuple": (),
        "object": object(),
        "odd": Odd(),
        "class": Anything,
        "function": lambda *_: "x",
        "module": math,
        "ellipsis": ...,
        "not implemented": NotImplemented,
        "slice": slice(1, 2),
        "range": range(0),
        "generator": (i for i in "abc"),
        "iterator": iter([]),
        "file": io.BytesIO(b"x"),
        "exception": ValueError("x"),
        "decimal": decimal.Decimal("sNaN"),
        "decimals": [decimal.Decimal("1e999"), decimal.Decimal("NaN")],
        "fraction": fractions.Fraction(10**400, 3),
        "date": datetime.date(2020, 1, 1),
        "duration": datetime.timedelta(1),
        "numpy number": np.float32(2.5),
        "numpy text": np.str_("x"),
        "no dimension": np.array(1.0),
        "empty array": np.array([]),
        "array": np.array([1.0, 2.0, 3.0]),
        "table": np.ones((2, 3)),
        "cube": np.zeros((2, 2, 2)),
        "complex array": np.array([1j, 2.0]),
        "text array": np.array(["a", "b"]),
        "byte array": np.array([b"a"]),
        "object array": np.array([object(), None]),
        "dates": np.array(["2020-01-01", "NaT"], "datetime64[D]"),
        "durations": np.array([1, 2], "timedelta64[s]"),
        "records": np.array([(1, 2.0)], [("a", "i4"), ("b", "f8")]),
        "masked": np.ma.masked,
        "all masked": np.ma.array([1.0, 2.0], mask=True),
        "matrix of nothing": np.empty((0, 0)),
        "pandas NA": pd.NA,
        "pandas NaT": pd.NaT,
        "series": pd.Series(["a", None]),
        "empty series": pd.Series([], dtype=float),
        "categories": pd.Series(["a", "b"], dtype="category"),
        "frame": pd.DataFrame({"a": ["x"]}),
        "empty frame": pd.DataFrame(),
        "doubled names": pd.DataFrame([[1.0, 2.0], [3.0, 5.0]], columns=["a", "a"]),
        "polars": pl.Series(["a"]),
        "polars frame": pl.DataFrame({"a": [[1, 2]]}),
        "lazy": pl.DataFrame({"a": [1.0]}).lazy(),
        "arrow": pa.array(["a", None]),
        "arrow table": pa.table({"a": ["x"]}),
        "arrow nothing": pa.table({}),
        "arrow struct": pa.array([{"a": 1}]),
        "sketch": mix1d.Sketch(),
        "mixture": mix1d.Mixture([1.0], [0.0], [1.0]),
        "result": mix1d.fit([1.0, 2.0, 4.0], 1),
        "generator of NumPy": np.random.default_rng(1),
    }
