"""Columns of labels: `predict` and `classify`, missing values, names, the index of a Series."""

import numpy as np
import pandas as pd
import pytest

import mix1d
from places import DATA

WAITING = np.loadtxt(DATA / "faithful_waiting.csv", skiprows=1)


@pytest.fixture(scope="module")
def result():
    return mix1d.fit(WAITING, 2)


@pytest.fixture(scope="module")
def cut(result):
    return result.cutoff()


@pytest.fixture
def frame():
    return pd.DataFrame({"x": [50.0, np.nan, 90.0, 66.5]}, index=list("wxyz"))


def test_a_column_of_labels_in_one_line(result, cut, frame):
    frame["group"] = result.classify(frame.x, cut, labels=["low", "high"])
    assert frame["group"].isna().tolist() == [False, True, False, False]
    assert frame["group"].dropna().tolist() == ["low", "high", "low"]
    frame["most"] = result.predict(frame.x, missing="nan", labels=["low", "high"], unsure=0.8)
    assert frame["most"].dropna().tolist() == ["low", "high"]
    assert frame["most"].isna().tolist() == [False, True, False, True]


def test_the_index_of_a_series_is_kept(result, cut, frame):
    shuffled = frame.x.iloc[[2, 0, 3]]
    for found in (result.predict(shuffled), result.classify(shuffled, cut)):
        assert found.index.tolist() == ["y", "w", "z"]
        assert found.dtype == np.int64
        assert found.tolist() == [1, 0, 0]


@pytest.mark.parametrize("dtype", ["float64", "Float64", "Int64", "float64[pyarrow]"])
def test_missing_values_of_any_series(result, cut, dtype):
    column = pd.Series([50, None, 90], dtype=dtype)
    for call in (result.predict, lambda x, **how: result.classify(x, cut, **how)):
        assert call(column, missing=-1).tolist() == [0, -1, 1]
        assert call(column, missing=-9, labels={0: "low", -9: "gone"}).tolist()[:2] == ["low", "gone"]
        found = call(column, missing="nan")
        assert found.isna().tolist() == [False, True, False]
        with pytest.raises(mix1d.InputError, match="at index 1"):
            call(column, missing="raise")


def test_other_containers(result, cut):
    assert result.classify([[50, 90], [None, 60]], cut).tolist()[0] == [0, 1]
    masked = np.ma.array([50.0, 66.0, 90.0], mask=[0, 1, 0])
    assert result.classify(masked, cut, missing=-1).tolist() == [0, -1, 1]
    assert result.predict(masked, missing=-1).tolist() == [0, -1, 1]
    assert result.classify(90.0, cut) == 1
    assert result.classify(90.0, cut, labels=["low", "high"]) == "high"
    assert result.predict(90.0).dtype == np.int64
    assert result.predict([]).shape == result.classify([], cut).shape == (0,)


def test_classify_cuts_and_nothing_else(result, cut):
    x = np.linspace(30, 110, 801)
    assert result.classify(x, cut).tolist() == (x > cut.value).astype(int).tolist()
    assert result.classify(x, [80, 60.0]).tolist() == np.digitize(x, [60, 80], right=True).tolist()
    assert result.classify([60.0, 60.0000001], 60).tolist() == [0, 1]
    assert result.classify([-np.inf, np.inf], cut).tolist() == [0, 1]
    several = [cut, result.cutoff(rule="sds")]
    assert result.classify([50, 70, 90], several, labels=list("xyz")).tolist() == ["x", "y", "z"]


def test_unsure_is_where_no_population_is_probable_enough(result):
    x = np.linspace(55, 80, 501)
    shares = result.responsibilities(x).max(axis=1)
    found = result.predict(x, unsure=0.9)
    assert (found == -2).tolist() == (shares < 0.9).tolist()
    assert 0 < (found == -2).sum() < 501
    assert result.predict(x, unsure=0.5).tolist() == result.predict(x).tolist()
    assert result.predict(unsure=0.9).tolist() == result.predict(WAITING, unsure=0.9).tolist()
    assert result.predict(labels=["a", "b"]).tolist() == [list("ab")[j] for j in result.predict()]


def test_background_and_values_set_apart_are_minus_one():
    x = np.concatenate([WAITING, np.linspace(0, 150, 40)])
    beside = mix1d.fit(x, 2, background=(0, 150))
    assert beside.predict([5.0, 54.0, 80.0], unsure=0.8).tolist() == [-1, 0, 1]
    apart = mix1d.fit(np.concatenate([WAITING, np.zeros(60)]), 2)
    assert apart.set_apart
    assert apart.predict([0.0, 54.0, 80.0], unsure=0.8).tolist() == [-1, 0, 1]
    names = {-1: "undetected", 0: "low", 1: "high"}
    assert apart.predict([0.0, 80.0], labels=names).tolist() == ["undetected", "high"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"missing": "drop"}, 'missing must be "raise", "nan" or a number below 0, got \'drop\''),
        ({"missing": 0}, "a number below 0, got 0"),
        ({"labels": "ab"}, "labels must be a list of names"),
        ({"labels": ["low"]}, "labels must name each of the 2 classes, lowest first, got 1"),
        ({"labels": {2: "high"}}, "whole numbers below 2 for keys, got 2"),
        ({"labels": {"a": "low"}}, "whole numbers below 2"),
    ],
)
def test_what_cannot_be_used_is_said(result, cut, options, words):
    with pytest.raises(mix1d.InputError, match=words):
        result.predict([50.0], **options)
    with pytest.raises(mix1d.InputError, match=words):
        result.classify([50.0], cut, **options)


def test_probabilities_and_cut_offs_are_checked(result, cut):
    with pytest.raises(mix1d.InputError, match="unsure must lie between 0 and 1"):
        result.predict([50.0], unsure=80)
    for cuts, words in (
        ([], "at least one number"),
        (["low"], "cutoffs must be numbers"),
        (np.nan, "cutoffs must be numbers"),
        ([60, 60], "must differ, got 60 twice"),
        ([result.cutoff(one_sided=False), 60], "must be one where it has regions"),
    ):
        with pytest.raises(mix1d.InputError, match=words):
            result.classify([50.0], cuts)
