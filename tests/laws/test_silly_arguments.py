"""Whatever a public callable is given, what it raises is an error of mix1d."""

import datetime
import decimal
import fractions
import inspect
import io
import math
import warnings

import matplotlib as mpl
import matplotlib.pyplot
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import mix1d
import mix1d.sklearn

X = [1.0, 2.0, 2.0, 3.0, 8.0, 9.0, 9.0, 10.0, 11.5]
TWO = np.array([[1.0, 2.0], [3.0, 4.5], [5.0, 7.0], [8.0, 8.5]])
# The errors of the system are told as they are, where a name of a file may be given.
SYSTEM = {"path", "path_or_text", "source", "data", "columns", "ax"}
# What a call takes where it is not the argument in question; few replicates, so that all calls are short.
SENSIBLE = {
    "data": X,
    "columns": {"a": X, "b": X[::-1]},
    "n_components": 2,
    "values": X,
    "source": X,
    "other": None,
    "mixture": None,
    "x": X,
    "p": 0.3,
    "replicates": 19,
    "weights": [0.5, 0.5],
    "means": [2.0, 9.0],
    "sds": [0.7, 0.8],
    "distribution": None,
    "path": None,
    "path_or_text": "{}",
    "to": "stan",
    "X": np.array(X)[:, None],
}


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


def callables():
    """Every public function, constructor and method, as (name, a function that gives a fresh one)."""
    fitted = mix1d.fit(X, 2)
    mixture = mix1d.Mixture([0.5, 0.5], [2.0, 9.0], [0.7, 0.8])
    sketch = mix1d.Sketch.of(X)
    yield from ((name, getattr(mix1d, name)) for name in ("em", "fit", "fit_many", "load", "order_test"))
    for name, kind in (("Mixture", mix1d.Mixture), ("Sketch", mix1d.Sketch)):
        yield name, kind
    for thing in (fitted, mixture, sketch):
        kind = type(thing).__name__
        for name in dir(thing):
            static = inspect.getattr_static(thing, name)
            if (not name.startswith("_") or name == "__add__") and not isinstance(static, property):
                method = getattr(thing, name)
                if callable(method):
                    yield f"{kind}.{name}", method
    # Of X, scikit-learn complains in its own words, which its tools expect.
    yield "GaussianMixture1D.sample", mix1d.sklearn.GaussianMixture1D(2).fit(SENSIBLE["X"]).sample


CALLABLES = dict(callables())


def sensible(name):
    value = SENSIBLE[name]
    if name == "other":
        return mix1d.Sketch.of(X)
    if name == "mixture":
        return mix1d.Mixture([1.0], [0.0], [1.0])
    if name == "distribution":
        return mix1d.Mixture([1.0], [0.0], [1.0]).to_scipy()
    return value


def called(function, arguments):
    """Call a function, with all that it gives piece by piece."""
    found = function(**arguments)
    if inspect.isgenerator(found):
        for _, _ in zip(range(3), found, strict=False):
            pass


def offence(function, arguments, name):
    """What is wrong with what a call raises, or None."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", mix1d.Mix1dWarning)
            called(function, arguments)
    except mix1d.Mix1dError as error:
        return None if str(error).strip() else "no words"
    except OSError as error:
        return None if name in SYSTEM else repr(error)
    except MemoryError:
        return None
    except Exception as error:
        return f"{type(error).__name__}: {str(error)[:100]}"
    return None


def parameters(function):
    kinds = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return [one for one in inspect.signature(function).parameters.values() if one.kind not in kinds]


@pytest.mark.parametrize("path", CALLABLES)
def test_every_error_is_one_of_mix1d(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # some values are names of files, too
    function = CALLABLES[path]
    every = parameters(function)
    usual = {
        one.name: sensible(one.name) for one in every if one.default is one.empty or one.name == "replicates"
    }
    usual |= {
        "FitResult.report": {"path": tmp_path / "made"},
        "FitResult.to_json": {"path": tmp_path / "made"},
        "FitResult.proportion_above": {"x": 5.0},
        "Sketch.from_bytes": {"data": mix1d.Sketch.of(X).to_bytes()},
    }.get(path, {})
    wrong = []
    with mpl.rc_context({"backend": "agg"}):
        if path != "load":
            called(function, usual)
        for one in every:
            if path.endswith("report") and one.name not in ("path", "tests"):
                continue  # those of the tests, which `summary` has too
            for name, value in silly().items():
                arguments = usual | {one.name: value}
                found = offence(function, arguments, one.name)
                if found is not None:
                    wrong.append(f"{one.name} = {name}: {found}")
            matplotlib.pyplot.close("all")
    assert not wrong, f"{len(wrong)}\n" + "\n".join(wrong)
