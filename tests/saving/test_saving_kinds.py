"""Results of every kind of row and constraint as JSON, pickles, tables and programs."""

import json
import math
import pickle
from importlib.resources import files

import jsonschema
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mix1d
from mix1d.data.apart import SetApart
from mix1d.data.recorded import Recorded
from mix1d.data.recorded_sample import RecordedSample
from mix1d.model.constraints import MEANS, SDS, WEIGHTS
from mix1d.outcome.records import Asked
from recorded_fits import FITS, TWO
from same_results import same, same_result, same_sample

SCHEMA = json.loads(files("mix1d").joinpath("schemas/result-2.json").read_text(encoding="utf-8"))
SAVED = SCHEMA["properties"]["saved"]["properties"]


@pytest.fixture(scope="module", params=FITS)
def result(request):
    return FITS[request.param]()


def test_everything_comes_back(result):
    text = result.to_json()
    again = mix1d.load(text)
    same_result(result, again)
    assert again.to_json() == text
    assert str(again) == str(result)
    assert same(again.responsibilities(), result.responsibilities())
    assert same(again.predict(), result.predict())
    assert same(again.trace.means, result.trace.means)


def test_they_pickle(result):
    same_result(result, pickle.loads(pickle.dumps(result)))


def test_it_follows_the_schema(result):
    whole = json.loads(result.to_json())
    assert whole["version"] == 2
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.Draft202012Validator(SCHEMA).validate(whole)
    for place in ("set_apart", "background_weight"):
        assert whole[place] == result.to_dict()[place]
    assert list(whole["saved"]) == list(SAVED)


def test_the_schema_describes_the_records():
    """Whoever adds a part to observations, to options or to what is assumed hears of the schema here."""
    definitions = SCHEMA["$defs"]
    apart = {"name", "total_weight", "n_missing", "n_zero_weight", "origin"}  # elsewhere, or not kept
    assert set(definitions["observations"]["properties"]) == set(Recorded._fields) - apart
    assert set(definitions["set_apart"]["properties"]) == set(SetApart.__dataclass_fields__)
    assert set(SAVED["options"]["properties"]) == set(Asked._fields) - {"specification"}
    assert set(SAVED["options"]["properties"]["sds"]["enum"]) == {*SDS, "ratio", "zero", "list"}
    words = SAVED["assumed"]["properties"]
    assert set(words["means"]["anyOf"][1]["enum"]) == set(MEANS) - {"free"}
    assert words["weights"]["anyOf"][1]["const"] in WEIGHTS


@pytest.mark.parametrize("data", [TWO, [7.25], np.arange(9.0)])
def test_plain_results_are_of_version_1(data):
    whole = json.loads(mix1d.fit(data, 1).to_json())
    assert whole["version"] == 1
    assert not {"set_apart", "background_weight"} & set(whole)


@settings(deadline=None, max_examples=20)
@given(
    st.lists(
        st.tuples(
            st.floats(-1e9, 1e9), st.floats(0.0, 1e6), st.sampled_from(["exact", "wide", "low", "high"])
        ),
        min_size=2,
        max_size=12,
    ),
    st.floats(0.0, 1e3),
)
def test_any_rows_come_back(rows, error):
    lower = [-math.inf if kind == "low" else x for x, _, kind in rows]
    upper = [math.inf if kind == "high" else x if kind == "exact" else x + width for x, width, kind in rows]
    try:
        result = mix1d.fit(lower, 1, upper=upper, errors=error)
    except mix1d.InputError:  # nothing was seen
        return
    again = mix1d.load(result.to_json())
    if isinstance(result.sample, RecordedSample):
        same_result(result, again)
    else:  # version 1 does not say what was assumed
        same_sample(result.sample, again.sample)
        assert str(again) == str(result)


def test_a_part_of_a_histogram_is_missing():
    counts, edges = np.array([5.0, 0.0, 7.0, 2.0]), np.array([-np.inf, 0.0, 1.0, 2.0, np.inf])
    result = mix1d.fit((counts, edges), 1)
    again = mix1d.load(result.to_json())
    assert again.sample.observations.histogram.edges.tolist() == edges.tolist()
    same_result(result, again)


# ---- tables and programs


def test_rows_of_a_table_are_those_of_predict(result):
    frame = result.to_frame("responsibilities", "pandas")
    assert frame["component"].tolist() == result.predict().tolist()
    shares = frame[[name for name in frame if name.startswith("p_")]].to_numpy()
    np.testing.assert_array_equal(shares, result.responsibilities())
    background = result.background_weight is not None
    assert ("p_background" in frame) is background
    assert not frame["value"].isna().any()


def test_a_table_of_intervals_has_their_ends():
    frame = FITS["limits"]().to_frame("responsibilities", "pandas")
    assert frame["lower"].tolist()[:9] == [-np.inf] * 9
    assert frame["upper"].tolist()[:9] == frame["value"].tolist()[:9] == [-0.5] * 9


def test_what_was_set_apart_stays_in_its_row():
    import pandas as pd

    x = pd.Series(np.r_[99.0, TWO, 99.0], index=np.arange(100, 162))
    frame = mix1d.fit(x, 2, set_apart=[99]).to_frame("responsibilities")
    assert frame.index.tolist() == x.index.tolist()
    assert frame["value"].tolist() == x.tolist()
    assert frame["component"].tolist()[0] == frame["component"].tolist()[-1] == -1
    assert frame["p_0"].isna().tolist() == [True] + [False] * 60 + [True]


def test_components_share_the_rows(result):
    frame = result.to_frame("components", "pandas")
    most = result.total_weight * (1.0 + 1e-9)
    assert frame["n"].sum() <= most
    if result.background_weight is None:
        assert frame["n"].sum() == pytest.approx(result.total_weight)


SAID = ("set_apart", "nothing_set_apart", "stray", "pile")


@pytest.mark.parametrize("to", ["stan", "pymc", "r"])
def test_programs_say_what_they_cannot(result, to):
    exact = not isinstance(result.sample, RecordedSample)
    if exact:
        assert repr(float(result.means[0])) in result.export(to)
        return
    with pytest.raises(
        mix1d.InputError, match=rf'export\("{to}"\) (knows free|is known for exact values only)'
    ):
        result.export(to)


def test_programs_are_about_exact_values():
    assert {name for name in FITS if not isinstance(FITS[name]().sample, RecordedSample)} == set(SAID)
