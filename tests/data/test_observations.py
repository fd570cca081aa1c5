"""Observations: every form of data, what is kept of it, and how it is said."""

import copy
import pickle
from types import SimpleNamespace

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from scipy.stats import CensoredData

from mix1d.data.observations import Observations
from mix1d.data.sample import LargeSample, read_sample
from mix1d.data.subsets import exact_values, rounded_to, sample_of, selected
from places import DATA

INF = np.inf
STRUCT = pa.struct([("lower", pa.float64()), ("upper", pa.float64())])
STRUCTS = [{"lower": 1.0, "upper": 2.0}, {"lower": None, "upper": 3.0}, None, {"lower": 4.0, "upper": 4.0}]


def ends(*given, **more):
    obs = Observations(*given, **more)
    return obs.lower.tolist(), obs.upper.tolist()


# ---- forms of data


@pytest.mark.parametrize(
    "data", [[1, 2], (1.0, 2.0), np.array([[1], [2]]), pd.Series([1, 2]), pl.Series([1, 2]), pa.array([1, 2])]
)
def test_values_are_exact(data):
    obs = Observations(data)
    assert obs.lower.tolist() == obs.upper.tolist() == [1.0, 2.0]
    assert obs.plain
    assert obs.total_weight == 2.0


def test_counts_and_edges_are_bins():
    x = np.random.default_rng(1).normal(size=200)
    counts, edges = np.histogram(x, 12)
    obs = Observations((counts, edges))
    full = counts > 0
    assert np.array_equal(obs.lower, edges[:-1][full])
    assert np.array_equal(obs.upper, edges[1:][full])
    assert np.array_equal(obs.sample_weight, counts[full])
    assert (obs.total_weight, obs.n_obs, obs.n_zero_weight) == (200.0, full.sum(), (~full).sum())
    assert np.array_equal(obs.histogram.counts, counts)
    assert np.array_equal(obs.histogram.edges, edges)


def test_end_edges_may_be_infinite():
    assert ends(([1, 2, 3], [-INF, 0, 1, INF])) == ([-INF, 0.0, 1.0], [0.0, 1.0, INF])


class Axis:
    def __init__(self, edges, **traits):
        self.edges = edges
        self.traits = SimpleNamespace(**traits)


class Histogram:
    """As hist and boost_histogram have it: `flow` adds the bins of what fell outside."""

    kind = "COUNT"
    name = "mass"

    def __init__(self, counts, flow, *axes):
        self.counts, self.flow, self.axes = counts, flow, axes

    def values(self, flow=False):
        return np.array(self.flow if flow else self.counts, float)


class WithoutFlow(Histogram):
    def values(self):
        return np.array(self.counts, float)


@pytest.mark.parametrize(
    ("histogram", "lower", "upper"),
    [
        (Histogram([2, 3], [1, 2, 3, 4], Axis([0, 1, 2])), [-INF, 0, 1, 2], [0, 1, 2, INF]),
        (Histogram([2, 3], [0, 2, 3, 0], Axis([0, 1, 2])), [0, 1], [1, 2]),
        (Histogram([2, 3], [1, 2, 3], Axis([0, 1, 2], underflow=True)), [-INF, 0, 1], [0, 1, 2]),
        (Histogram([2, 3], [2, 3, 4], Axis([0, 1, 2], underflow=False)), [0, 1, 2], [1, 2, INF]),
        (Histogram([2, 3], [2, 3], Axis([0, 1, 2])), [0, 1], [1, 2]),
        (WithoutFlow([2, 3], None, Axis([0, 1, 2])), [0, 1], [1, 2]),
        (Histogram([2, 3], [2, 3], Axis(lambda: [0, 1, 2])), [0, 1], [1, 2]),
        (Histogram([2, 3], [0, 2, 3, 0], Axis([-INF, 1, INF])), [-INF, 1], [1, INF]),
    ],
)
def test_histogram_objects_are_bins_and_what_fell_outside_is_open(histogram, lower, upper):
    obs = Observations(histogram)
    assert (obs.lower.tolist(), obs.upper.tolist(), obs.name) == (lower, upper, "mass")


def test_censored_data_of_scipy():
    data = CensoredData(uncensored=[1.0, 2.0], left=[0.5], right=[9.0], interval=[[3.0, 4.0]])
    assert ends(data) == ([1.0, 2.0, -INF, 9.0, 3.0], [1.0, 2.0, 0.5, INF, 4.0])
    assert ends(CensoredData([1.0, 2.0])) == ([1.0, 2.0], [1.0, 2.0])


@pytest.mark.parametrize(
    "data",
    [
        pd.IntervalIndex.from_tuples([(0, 1), (1, 5)]),
        pd.arrays.IntervalArray.from_tuples([(0, 1), (1, 5)]),
        pd.Series(pd.arrays.IntervalArray.from_tuples([(0, 1), (1, 5)])),
        pd.DataFrame({"x": pd.arrays.IntervalArray.from_tuples([(0, 1), (1, 5)])}),
        pd.cut(pd.Series([0.5, 2.0]), [0, 1, 5]),
        pd.cut(pd.Series([0.5, 2.0]), [0, 1, 5], right=False),
    ],
    ids=["index", "array", "series", "frame", "cut", "cut on the left"],
)
def test_intervals_of_pandas(data):
    assert ends(data) == ([0.0, 1.0], [1.0, 5.0])


@pytest.mark.parametrize(
    "data",
    [
        pa.array(STRUCTS, STRUCT),
        pa.chunked_array([pa.array(STRUCTS[:1], STRUCT), pa.array(STRUCTS[1:], STRUCT)]),
        pl.Series(STRUCTS),
        pd.Series(pa.array(STRUCTS, STRUCT).to_pylist(), dtype=pd.ArrowDtype(STRUCT)),
    ],
    ids=["arrow", "chunked", "polars", "pandas"],
)
def test_structs_of_lower_and_upper(data):
    obs = Observations(data, missing="drop")
    assert (obs.lower.tolist(), obs.upper.tolist()) == ([1.0, -INF, 4.0], [2.0, 3.0, 4.0])
    assert obs.n_missing == 1


LIMITS = ["0.5", "<0.02", " > 100 ", None, "≤ 1e-3"]


@pytest.mark.parametrize(
    "data",
    [
        LIMITS,
        [0.5, *LIMITS[1:]],
        np.array(LIMITS, object),
        pd.Series(LIMITS),
        pd.Series(LIMITS, dtype="category"),
        pd.DataFrame({"x": LIMITS}),
        pl.Series(LIMITS),
        pl.DataFrame({"x": LIMITS}),
        pa.array(LIMITS),
        pa.table({"x": LIMITS}),
    ],
    ids=lambda data: type(data).__name__,
)
def test_limits_among_text_are_half_lines(data):
    obs = Observations(data, missing="drop")
    assert obs.lower.tolist() == [0.5, -INF, 100.0, -INF]
    assert obs.upper.tolist() == [0.5, 0.02, INF, 1e-3]
    assert (obs.n_limits, obs.n_missing) == (3, 1)
    assert obs.name == ("x" if hasattr(data, "columns") else None)


def test_a_file_with_limits_and_one_with_errors():
    limits = pd.read_csv(DATA / "reading" / "below_detection_limit.csv")["conc"]
    obs = Observations(limits)
    assert (len(obs), obs.n_limits, np.sum(obs.lower == -INF), np.sum(obs.exact)) == (100, 14, 14, 86)
    ages = pd.read_csv(DATA / "cases" / "ages_with_errors_public.csv")
    obs = Observations(ages["t"], errors=ages["s[t]"])
    assert (obs.name, len(obs), np.median(obs.errors)) == ("t", 28, np.median(ages["s[t]"]))


def test_upper_ends():
    assert ends([1, 2, None, 4], upper=[1, 3, 5, None]) == ([1.0, 2.0, -INF, 4.0], [1.0, 3.0, 5.0, INF])
    assert ends([-INF, 2], upper=[0, INF]) == ([-INF, 2.0], [0.0, INF])
    assert Observations([1, 2], upper=[1, 2]).plain


def test_rows_open_at_both_ends_are_missing():
    obs = Observations([1, None, -INF], upper=[2, None, INF], missing="drop")
    assert (len(obs), obs.n_missing) == (1, 2)


# ---- what goes with the rows


def test_resolution_makes_intervals_of_exact_values_only():
    obs = Observations([1.0, "<3", 2.0], resolution=0.5)
    assert (obs.lower.tolist(), obs.upper.tolist()) == ([0.75, -INF, 1.75], [1.25, 3.0, 2.25])
    assert obs.rounded.tolist() == [True, False, True]
    assert Observations([1.0, 2.0], resolution=0).plain
    assert Observations([1.0, 2.0], resolution=0).resolution == 0.0


def test_rounded_later_is_rounded_at_once():
    x = [1.0, 2.0, 4.0]
    later = rounded_to(Observations(x, errors=0.1), 1.0, np.ones(3, bool))
    assert later == Observations(x, errors=0.1, resolution=1.0)
    with_window = rounded_to(Observations(x, truncation=(1, None)), 1.0, np.array([True, True, False]))
    assert with_window.lower.tolist() == [1.0, 1.5, 4.0]
    assert with_window.n_cut == 1


def test_errors_of_all_or_of_each():
    assert Observations([1, 2], errors=0.5).errors.tolist() == [0.5, 0.5]
    assert Observations([1, 2], errors=np.float32(0.5)).errors.tolist() == [0.5, 0.5]
    assert Observations([1, 2], errors=[0, 0.5]).errors.tolist() == [0.0, 0.5]
    assert Observations([1, 2], errors=0.0).plain


def test_intervals_are_cut_to_their_window():
    obs = Observations(["<3", "5", ">6"], truncation=([0, 1, 2], 9))
    assert (obs.lower.tolist(), obs.upper.tolist()) == ([0.0, 5.0, 6.0], [3.0, 5.0, 9.0])
    assert obs.n_cut == 2
    assert obs.truncation.low.tolist() == [0.0, 1.0, 2.0]
    assert obs.truncation.high.tolist() == [9.0, 9.0, 9.0]


@pytest.mark.parametrize("window", [(None, None), (-INF, INF), ([None, -INF], [INF, np.nan])])
def test_a_window_that_ends_nowhere_is_none(window):
    assert Observations([1, 2], truncation=window).plain


@pytest.mark.parametrize(
    ("labels", "codes", "names"),
    [
        (["b", None, "a"], [1, -1, 0], ("a", "b")),
        ([2, -1, 0], [1, -1, 0], (0, 2)),
        ([2.0, np.nan, 0.0], [1, -1, 0], (0, 2)),
        (pd.Series([2, pd.NA, 0], dtype="Int64"), [1, -1, 0], (0, 2)),
        (pd.Categorical(["b", None, "a"], categories=["c", "b", "a"]), [0, -1, 1], ("b", "a")),
        (pl.Series(["b", None, "a"]), [1, -1, 0], ("a", "b")),
        (pa.array(["b", None, "a"]), [1, -1, 0], ("a", "b")),
        (np.array([[2], [-1], [0]]), [1, -1, 0], (0, 2)),
        (np.ma.array([2, 7, 0], mask=[0, 1, 0]), [1, -1, 0], (0, 2)),
    ],
)
def test_labels(labels, codes, names):
    obs = Observations([1.0, 2.0, 3.0], labels=labels)
    assert (obs.labels.tolist(), obs.label_names) == (codes, names)


def test_labels_that_say_nothing_are_none():
    assert Observations([1.0, 2.0], labels=[-1, None]).plain
    assert Observations([1.0, 2.0, None], labels=[-1, None, "a"], missing="drop").plain


def test_what_does_not_count_goes_with_all_its_columns_and_is_not_judged():
    obs = Observations(
        [1.0, None, 3.0, 99.0],
        sample_weight=[1, -5, 2, 0],
        errors=[0.1, -1, 0.3, np.nan],
        truncation=([0, 5, 0, 0], 10),
        labels=["a", "b", None, "c"],
        missing="drop",
    )
    assert obs.lower.tolist() == [1.0, 3.0]
    assert obs.sample_weight.tolist() == [1.0, 2.0]
    assert obs.errors.tolist() == [0.1, 0.3]
    assert obs.labels.tolist() == [0, -1]
    assert (obs.n_missing, obs.n_zero_weight, obs.total_weight) == (1, 1, 3.0)


def test_the_index_of_rows_is_kept():
    column = pd.Series([1.0, np.nan, 3.0], index=list("abc"), name="depth")
    obs = Observations(column, missing="drop")
    assert (obs.origin.library, obs.origin.index.tolist(), obs.name) == ("pandas", ["a", "c"], "depth")
    obs = Observations(column, upper=[1.0, 2.0, np.nan])
    assert obs.origin.index.tolist() == ["a", "b", "c"]


def test_minus_zero_is_zero():
    obs = Observations([-0.0, -1.0], upper=[0.0, -0.0])
    assert not np.signbit(obs.lower[0])
    assert not np.signbit(obs.upper[1])


def test_some_of_the_rows():
    column = pd.Series([1.0, 2.0, 99.0, 3.0], index=list("abcd"))
    given = {"errors": [1, 2, 3, 4], "labels": ["x", None, "y", "y"], "sample_weight": [1, 2, 3, 4]}
    keep = np.array([True, False, True, True])
    obs = selected(Observations(column, truncation=([0, 1, 2, 3], None), resolution=1, **given), keep)
    again = {name: np.array(value, object)[keep].tolist() for name, value in given.items()}
    assert obs == Observations(column[keep], truncation=([0, 2, 3], None), resolution=1, **again)
    assert obs.origin.index.tolist() == ["a", "c", "d"]
    bins = Observations(([1, 2, 3], [0, 1, 2, 3]))
    assert selected(bins, np.array([True, True, True])) == bins
    assert selected(bins, np.array([True, True, False])).histogram is None


def test_exact_values_are_pooled():
    obs = Observations([2, 1, 2, 5], upper=[2, 1, 2, 6], sample_weight=[1, 2, 3, 4])
    assert [array.tolist() for array in exact_values(obs)] == [[1.0, 2.0], [2.0, 4.0]]
    assert [array.tolist() for array in exact_values(Observations([1], upper=[2]))] == [[], []]


# ---- the plain path


@pytest.mark.parametrize("weighted", [False, True])
def test_plain_observations_are_the_sample_of_ever(weighted):
    rng = np.random.default_rng(3)
    column = pd.Series(np.where(rng.random(300) < 0.1, np.nan, rng.normal(size=300).round(1)), name="x")
    weights = rng.integers(0, 3, 300) if weighted else None
    expected = read_sample(column, weights, missing="drop")
    sample = sample_of(Observations(column, sample_weight=weights, missing="drop"))
    for name in ("values", "weights", "rows"):
        assert np.array_equal(getattr(sample, name), getattr(expected, name))
    for name in ("n_obs", "total_weight", "n_missing", "n_zero_weight", "resolution", "name"):
        assert getattr(sample, name) == getattr(expected, name)


def test_long_plain_columns_stay_long():
    x = np.random.default_rng(4).normal(size=70_000)
    sample = sample_of(Observations(x))
    assert isinstance(sample, LargeSample)
    assert np.array_equal(sample.column, x)


# ---- as an object


FULL = {
    **{"data": [1.0, "<0.5", 2.0, None], "errors": [0.1, 0.2, 0, 1], "truncation": (0, None)},
    **{"labels": ["a", None, "b", "a"], "missing": "drop", "name": "x", "sample_weight": [1, 2, 1, 1]},
}


def test_equal_by_content_and_through_pickle():
    obs = Observations(**FULL)
    assert obs == Observations(**FULL)
    assert hash(obs) == hash(Observations(**FULL))
    for again in (pickle.loads(pickle.dumps(obs)), copy.copy(obs), copy.deepcopy(obs)):
        assert again == obs
        assert not again.lower.flags.writeable
        assert not again.truncation.low.flags.writeable
    for name, other in {"errors": 0.1, "labels": ["a"] * 4, "truncation": None, "name": "y"}.items():
        assert obs != Observations(**{**FULL, name: other})
    assert obs != "x"


def test_frozen_and_apart_from_the_array_given():
    x = np.array([1.0, 2.0])
    obs = Observations(x)
    x[0] = 9.0
    assert obs.lower.tolist() == [1.0, 2.0]
    with pytest.raises(AttributeError, match="frozen"):
        obs.name = "y"
    with pytest.raises(AttributeError, match="frozen"):
        del obs.name
    with pytest.raises(ValueError, match="read-only"):
        obs.lower[0] = 1.0


def test_said_in_a_line():
    assert repr(Observations(**FULL)) == (
        "<Observations x: n = 4, 0 to 2, 2 exact, 1 interval, errors 0 to 0.2, truncated to 0 and above, "
        "2 labelled (a and b), 1 missing left out>"
    )
    assert repr(Observations(([1, 2, 3], [-INF, 0, 1, INF]))) == (
        "<Observations: n = 6, 0 to 1, 1 bin, 1 below 0, 1 above 1>"
    )
    assert repr(Observations([1, 2], resolution=1)) == "<Observations: n = 2, 0.5 to 2.5, 2 rounded to 1>"
    html = Observations([1.0], name="<b>")._repr_html_()
    assert "&lt;b&gt;" in html
    assert ">1 exact</td>" in html
