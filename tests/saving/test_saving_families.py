"""Results of every family as JSON, pickles and tables; and those that were saved before there were any."""

import json
import pickle
from importlib.resources import files

import jsonschema
import numpy as np
import pytest

import mix1d
from family_fits import FITS, NOISE, POSITIVE, REAL
from mix1d.model.choice import FIXED
from mix1d.model.families import FAMILIES
from mix1d.outcome.records import plain
from places import GOLDEN
from same_results import same, same_result

SCHEMA = json.loads(files("mix1d").joinpath("schemas/result-2.json").read_text(encoding="utf-8"))
SAVED = SCHEMA["properties"]["saved"]["properties"]
BEFORE = GOLDEN / "before_families"


@pytest.fixture(scope="module", params=FITS)
def result(request):
    return FITS[request.param]()


def test_every_family_is_here():
    alone = {name.removesuffix(f"_{k}") for name in FITS for k in (1, 2)}
    assert {family.name for family in FAMILIES if family.name not in ("normal", *FIXED)} <= alone


def test_everything_comes_back(result):
    text = result.to_json()
    again = mix1d.load(text)
    same_result(result, again)
    assert json.loads(again.to_json())["saved"] == json.loads(text)["saved"]
    assert again.mixture == result.mixture
    assert again.mixture.components == result.mixture.components
    assert again.family == result.family
    assert [row.family for row in again.selection] == [row.family for row in result.selection]
    assert same([row.bic for row in again.selection], [row.bic for row in result.selection])
    assert [one.mixture for one in again.optima] == [one.mixture for one in result.optima]
    assert same(again.trace.means, result.trace.means)
    if result.sample.rows is not None:
        assert same(again.responsibilities(), result.responsibilities())
        assert same(again.predict(), result.predict())


@pytest.mark.parametrize("name", ["gamma_2", "list", "set", "point", "background", "rounded", "poisson_2"])
def test_the_text_comes_back(name):
    result = FITS[name]()
    text = result.to_json()
    again = mix1d.load(text)
    assert again.to_json() == text
    assert str(again) == str(result)


def test_they_pickle(result):
    again = pickle.loads(pickle.dumps(result))
    same_result(result, again)
    assert again.mixture == result.mixture
    assert tuple(again.selection) == tuple(result.selection) or any(
        np.isnan(row.separation) for row in result.selection
    )


def test_it_follows_the_schema(result):
    whole = json.loads(result.to_json())
    assert whole["version"] == 2
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.Draft202012Validator(SCHEMA).validate(whole)
    assert list(whole["saved"]) == list(SAVED)


def test_the_schema_knows_all_families():
    assert SCHEMA["$defs"]["family"]["enum"] == [family.name for family in FAMILIES]


def test_components_are_named_for_readers():
    whole = FITS["list"]().to_dict()
    mixture = FITS["list"]().mixture
    assert whole["family"] == ["gamma", "lognormal"]
    assert whole["mixture"]["components"] == [
        {"family": one.family, **one.parameters} for one in mixture.components
    ]
    assert whole["mixture"]["means"] == mixture.means.tolist()
    again = mix1d.Mixture(
        whole["mixture"]["weights"],
        components=[mix1d.Component(**one) for one in whole["mixture"]["components"]],
    )
    assert again.components == mixture.components


def test_infinite_parameters_are_null_for_readers():
    """As `df` is where a Student t is normal, and `sd` where it has no variance."""
    one = mix1d.Component("student_t", df=np.inf, loc=0.0, scale=1.0)
    two = mix1d.Component("student_t", df=0.5, loc=9.0, scale=1.0)
    found = plain(mix1d.Mixture([0.5, 0.5], components=[one, two]))
    assert found["components"][0]["df"] is None
    assert found["means"] == [0.0, None]
    json.dumps(found, allow_nan=False)


def test_normal_components_have_no_others_beside():
    assert set(mix1d.fit(REAL, 2).to_dict()["mixture"]) == {"weights", "means", "sds"}
    assert json.loads(mix1d.fit(REAL, 2).to_json())["version"] == 1


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("gamma_1", "gamma"),
        ("auto", "auto"),
        ("set", {"any_of": ["lognormal", "gamma"]}),
        ("list", ["gamma", "lognormal"]),
        ("point", [{"family": "point_mass", "value": 0.0}, "poisson"]),
        ("uniform", ["gamma", "uniform"]),
        ("uniform_ends", ["gamma", "lognormal", {"family": "uniform", "low": 0.0, "high": 70.0}]),
    ],
)
def test_what_was_asked_is_said(name, said):
    assert json.loads(FITS[name]().to_json())["saved"]["assumed"]["family"] == said


# ---- written before there were families


@pytest.mark.parametrize("path", sorted(BEFORE.glob("*.json")), ids=lambda path: path.stem)
def test_files_of_before_are_read(path):
    whole = json.loads(path.read_text(encoding="utf-8"))
    assert "family" not in whole["saved"]["assumed"]
    result = mix1d.load(path)
    jsonschema.Draft202012Validator(SCHEMA).validate(whole)
    assert result.mixture.means.tolist() == whole["mixture"]["means"]
    assert (result.bic, result.family) == (whole["bic"], "normal")
    again = mix1d.load(result.to_json())
    same_result(result, again)


@pytest.mark.parametrize("path", sorted(BEFORE.glob("[!s]*.pickle")), ids=lambda path: path.stem)
def test_pickles_of_before_are_read(path):
    result = pickle.loads(path.read_bytes())
    saved = mix1d.load(path.with_suffix(".json"))
    assert result.mixture == saved.mixture
    assert result.asked.specification.family == saved.asked.specification.family
    assert same(result.responsibilities(), saved.responsibilities())
    assert json.loads(result.to_json())["saved"]["data"] == json.loads(saved.to_json())["saved"]["data"]
    assert getattr(result.sample, "point", None) is None


def test_a_table_of_before_is_read():
    selection = pickle.loads((BEFORE / "selection.pickle").read_bytes())
    assert {(row.family, row.background) for row in selection} == {("normal", False)}
    assert selection.criterion == "bic"


# ---- tables


def test_a_table_has_own_parameters():
    result = FITS["list"]()
    frame = result.to_frame("components", "pandas")
    gamma, lognormal = result.mixture.components
    assert frame["family"].tolist() == ["gamma", "lognormal"]
    assert frame["shape"].tolist()[0] == gamma.parameters["shape"]
    assert frame["meanlog"].tolist()[1] == lognormal.parameters["meanlog"]
    assert np.isnan(frame["meanlog"][0])
    assert np.isnan(frame["shape"][1])
    assert frame["mean"].tolist() == result.means.tolist()


def test_a_table_of_counts_has_one_mean():
    frame = FITS["poisson_2"]().to_frame("components", "pandas")
    assert list(frame).count("mean") == 1
    assert frame["family"].tolist() == ["poisson", "poisson"]


def test_a_table_of_normals_is_as_before():
    frame = mix1d.fit(REAL, 2).to_frame("components", "pandas")
    assert "family" not in frame
    assert "family" not in mix1d.fit(REAL, [1, 2]).to_frame("selection", "pandas")


def test_a_table_of_what_was_tried_has_families():
    result = FITS["set"]()
    frame = result.to_frame("selection", "pandas")
    assert frame["family"].tolist() == [row.family for row in result.selection]
    assert set(frame["family"]) == {"gamma", "lognormal"}


@pytest.mark.parametrize("name", FITS)
def test_all_tables_are_frames(name):
    result = FITS[name]()
    for table in ("components", "selection", "trace"):
        assert len(result.to_frame(table, "pandas"))


def test_a_background_has_its_column():
    frame = mix1d.fit(NOISE, 1, family="gamma", background=True).to_frame("responsibilities", "pandas")
    assert frame["p_background"].between(0.0, 1.0).all()
    assert len(frame) == len(NOISE)
    assert "p_background" not in mix1d.fit(POSITIVE, 1, family="gamma").to_frame("responsibilities", "pandas")
