"""Results as JSON: the same bits back, the published schema, and files that are refused."""

import dataclasses
import json
import pickle
from importlib.resources import files

import jsonschema
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mix1d
from mix1d.data.sample import Sample
from mix1d.model.thresholds import Threshold
from mix1d.outcome.records import Asked, Finding, Optimum, Row
from mix1d.uncertainty.covariance import Parameters
from mix1d.uncertainty.intervals import Estimate
from mix1d.uncertainty.parameters import Bounds
from places import DATA, GOLDEN

GOLDEN = GOLDEN / "0.1"
WAITING = np.loadtxt(DATA / "faithful_waiting.csv", skiprows=1)
SCHEMAS = {
    version: json.loads(files("mix1d").joinpath(f"schemas/result-{version}.json").read_text(encoding="utf-8"))
    for version in (1, 2)
}
SCHEMA = SCHEMAS[1]


def column(name):
    return np.loadtxt(DATA / f"{name}.csv", skiprows=1)


def long_column():
    rng = np.random.default_rng(7)
    return np.concatenate([rng.normal(0.0, 1.0, 60_000), rng.normal(5.0, 0.5, 40_000)])


CASES = {
    "chosen": lambda: mix1d.fit(WAITING, range(1, 4), sds="auto", name='wai"ting ±'),
    "highest": lambda: mix1d.fit(column("acidity"), 3, objective="highest"),
    "regularized": lambda: mix1d.fit([1.0, 1.0, 1.0, 2.0, 2.0, 2.0, 3.0, 9.0], 3),
    "null_components": lambda: mix1d.fit(column("precip"), 6),
    "weighted": lambda: mix1d.fit(
        [1.0, 2.0, 4.0, np.nan], 1, sample_weight=[1.5, 0.0, 2.0, 1.0], missing="drop"
    ),
    "constant": lambda: mix1d.fit([3.0]),
    "wide": lambda: mix1d.fit([-1e300, 5e-324, 1e300], 1),
    "started": lambda: mix1d.fit(WAITING, 2, start=mix1d.fit(WAITING, 2).mixture, max_iter=7, tol=1e-3),
    "long": lambda: mix1d.fit(long_column(), 2),
    "sketch": lambda: mix1d.fit(mix1d.Sketch.of(long_column()), 2),
    "small_sketch": lambda: mix1d.fit(mix1d.Sketch.of(WAITING), 2),
}


@pytest.fixture(scope="module", params=CASES)
def result(request):
    return CASES[request.param]()


def test_everything_comes_back(result):
    text = result.to_json()
    again = mix1d.load(text)
    assert again.to_json() == text
    assert again.mixture == result.mixture
    assert str(again) == str(result)
    assert again.to_dict() == result.to_dict()
    for one, other in zip(result.trace.means, again.trace.means, strict=True):
        np.testing.assert_array_equal(one, other)
    if result.sample.rows is not None:
        np.testing.assert_array_equal(again.responsibilities(), result.responsibilities())


def test_it_follows_the_schema(result):
    whole = json.loads(result.to_json())
    schema = SCHEMAS[whole["version"]]
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(whole)


def keys_of(thing):
    """The names of a record: of a data class, a named tuple or a typed dictionary."""
    if dataclasses.is_dataclass(thing):
        return [field.name for field in dataclasses.fields(thing)]
    names = getattr(thing, "_fields", None) or thing.__annotations__
    return [name for name in names if name != "specification"]  # is `saved.assumed` of version 2


RECORDS = {
    "saved/data": Sample,
    "saved/options": Asked,
    "findings/items": Finding,
    "selection/items": Row,
    "optima/items": Optimum,
    "intervals": Bounds,
    "intervals/lower": Parameters,
    "intervals/estimates/items": Estimate,
    "thresholds/items": Threshold,
}


@pytest.mark.parametrize("place", RECORDS)
def test_the_schema_describes_the_records(place):
    """Whoever adds a field to a record hears of the schema here."""
    part, fields = SCHEMA, keys_of(RECORDS[place])
    for step in place.split("/"):
        part = part[step] if step == "items" else part["properties"][step]
        if "$ref" in part:
            part = SCHEMA["$defs"][part["$ref"].rpartition("/")[2]]
    assert {*part["properties"], *part["required"]} <= set(fields)
    if place.startswith("saved"):
        assert sorted(part["required"]) == sorted(part["properties"]) == sorted(fields)
        assert part["additionalProperties"] is False


def test_the_schema_describes_what_is_written(result):
    whole = json.loads(result.to_json())
    saved, schema = whole["saved"], SCHEMAS[whole["version"]]
    described = schema["properties"]["saved"]["properties"]
    assert list(saved) == list(described)
    assert sorted(saved["data"]) == sorted(keys_of(Sample))
    assert list(saved["options"]) == keys_of(Asked)
    assert {tuple(row) for row in saved["rows"]} == {tuple(described["rows"]["items"]["properties"])}
    elsewhere = {"place", "prop", "passed_over", "sds", "background_weight", "family"}
    assert set(saved["rows"][0]) - elsewhere == set(result.fitted) - elsewhere


def test_results_pickle(result):
    again = pickle.loads(pickle.dumps(result))
    assert again.to_json() == result.to_json()


def test_a_path_or_the_text(tmp_path):
    result = mix1d.fit(WAITING, 2, name="wartezeit, ü")
    path = tmp_path / "fit.json"
    text = result.to_json(path)
    assert path.read_text(encoding="utf-8") == text + "\n"
    for given_ in (path, str(path), text, f"\n  {text}"):
        assert mix1d.load(given_).to_json() == text


@settings(deadline=None, max_examples=15)
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=12))
def test_any_doubles_come_back(values):
    result = mix1d.fit(values, 1)
    again = mix1d.load(result.to_json())
    assert again.sample.values.tobytes() == result.sample.values.tobytes()
    assert again.mixture == result.mixture


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.json")), ids=lambda path: path.stem)
def test_old_files_are_read_for_ever(path):
    whole = json.loads(path.read_text(encoding="utf-8"))
    result = mix1d.load(path)
    jsonschema.Draft202012Validator(SCHEMA).validate(whole)
    assert result.mixture.means.tolist() == whole["mixture"]["means"]
    for name in ("n_obs", "log_likelihood", "bic", "icl", "converged", "regularized", "name", "criterion"):
        assert getattr(result, name) == whole[name]
    expected = np.array(whole["standard_errors"]["means"], np.float64)  # None becomes NaN
    errors, known = result.standard_errors().means, ~np.isnan(expected)
    np.testing.assert_allclose(errors[known], expected[known], rtol=1e-9)
    assert result.regularized or known.all()  # 0.1 knew of none beside a component that collapses


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.pickle")), ids=lambda path: path.stem)
def test_old_pickles_are_read_for_ever(path):
    thing = pickle.loads(path.read_bytes())
    if path.stem == "mixture":
        assert thing == mix1d.Mixture([0.25, 0.75], [-1.0, 2.5], [0.5, 1.25])
    elif path.stem == "sketch":
        assert (thing.count, thing.min, thing.max) == (4, -5.0, 0.2)
    else:
        saved = mix1d.load(path.with_suffix(".json"))
        assert thing.mixture == saved.mixture
        assert thing.log_likelihood == saved.log_likelihood
        assert thing.to_json() == saved.to_json()


def test_there_are_old_files():
    """Written once by each version; a new version adds a folder beside it."""
    kinds = [path.suffix for path in GOLDEN.iterdir()]
    assert [kinds.count(kind) for kind in (".json", ".pickle", ".m1d")] == [8, 8, 2]


def changed(**changes):
    """The JSON of a fit with values replaced, by dotted place; None removes."""
    whole = json.loads(mix1d.fit(WAITING, 2).to_json())
    for place, value in changes.items():
        *path, last = (int(key) if key.isdecimal() else key for key in place.split("__"))
        part = whole
        for key in path:
            part = part[key]
        if value is ...:
            del part[last]
        else:
            part[last] = value
    return json.dumps(whole)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"version": 3}, "version 3 of the format; this mix1d reads versions 1 and 2"),
        ({"version": True}, "version True of the format"),
        ({"format": "mix1d.Sketch"}, "not a result saved by to_json"),
        ({"format": ...}, "not a result saved by to_json"),
        ({"saved": ...}, "saved is missing"),
        ({"saved": 3}, "saved must be an object, got 3"),
        ({"saved__chosen": 1}, "saved.chosen must be at most 0, got 1"),
        ({"saved__rows": []}, "saved.rows must be a list with something in it"),
        ({"saved__rows__0__equal": 1}, r"saved.rows\[0\].equal must be true or false, got 1"),
        ({"saved__rows__0__entropy": "many"}, r"saved.rows\[0\].entropy must be a number, got 'many'"),
        ({"saved__rows__0__mixture__weights": [0.5, 0.6]}, "weights must be at least 0 and sum to 1"),
        ({"saved__rows__0__mixture__sds": [1.0, 0.0]}, "sds must be positive"),
        ({"saved__rows__0__mixture__sds": [1.0]}, "weights must be as many as means and sds"),
        ({"saved__rows__0__collapsed": 2.0}, "collapsed must be a whole number from -1"),
        ({"saved__data__values__0": 50.0}, "saved.data.values must be rising"),
        ({"saved__data__values__0": "43"}, "saved.data.values must be a list of numbers"),
        ({"saved__data__values__0": True}, "saved.data.values must be a list of numbers"),
        ({"saved__data__values__0": -(10**400)}, "must be numbers that a double can hold"),
        ({"saved__data__weights__0": 0.0}, "saved.data.weights must be positive"),
        ({"saved__data__rows__0": 999}, "saved.data.rows must be from 0 to"),
        ({"saved__data__rows__0": -1}, "saved.data.rows must be from 0 to"),
        ({"saved__data__rows__0": 1.0}, "saved.data.rows must be a list of whole numbers"),
        ({"saved__data__n_obs": 5}, "saved.data.rows must be 5 places in values"),
        ({"saved__data__name": 7}, "saved.data.name must be text, got 7"),
        ({"saved__data__widths": [1.0]}, "saved.data.widths must be at least 0, one for each"),
        ({"saved__data__sketch": "AAAA"}, "saved.data.sketch must be a sketch in base 64"),
        ({"saved__data__sketch": "?"}, "saved.data.sketch must be a sketch in base 64"),
        ({"saved__options__criterion": "dic"}, "saved.options.criterion must be one of bic, aic, icl"),
        ({"saved__options__n_components": [2, 1]}, "saved.options.n_components must be rising from 1"),
        ({"saved__options__n_components": [0]}, "saved.options.n_components must be rising from 1"),
        ({"saved__options__sds": "tied"}, "saved.options.sds must be one of free, equal, auto"),
        ({"mixture__means": [1.0, 2.0]}, "mixture.means must be those of saved.rows"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_changed_file_is_refused(changes, words):
    with pytest.raises(mix1d.InputError, match=words):
        mix1d.load(changed(**changes))


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.9999])
def test_a_truncated_file_is_refused(tmp_path, share):
    text = mix1d.fit(WAITING, 2).to_json()
    path = tmp_path / "cut.json"
    path.write_text(text[: int(share * len(text))], encoding="utf-8")
    with pytest.raises(mix1d.InputError, match=r"cut\.json: not complete JSON"):
        mix1d.load(path)


@pytest.mark.parametrize("name", ["NaN", "Infinity", "-Infinity"])
def test_what_is_not_a_number_is_refused(name):
    text = mix1d.fit(WAITING, 2).to_json().replace('"total_weight": 272.0', f'"total_weight": {name}')
    with pytest.raises(mix1d.InputError, match=f"{name} is not a number in JSON"):
        mix1d.load(text)


def test_a_number_beyond_the_doubles_is_refused():
    text = mix1d.fit(WAITING, 2).to_json().replace('"total_weight": 272.0', '"total_weight": 1e999')
    with pytest.raises(mix1d.InputError, match=r"total_weight must be a number"):
        mix1d.load(text)


def test_other_things_are_refused(tmp_path):
    with pytest.raises(mix1d.InputError, match="path_or_text must be a path or JSON text, got 3"):
        mix1d.load(3)
    with pytest.raises(FileNotFoundError):
        mix1d.load(tmp_path / "none.json")
    sketch = tmp_path / "day.m1d"
    sketch.write_bytes(mix1d.Sketch.of(WAITING).to_bytes())
    with pytest.raises(mix1d.InputError, match=r"day\.m1d: not a"):
        mix1d.load(sketch)
    deep = tmp_path / "deep.json"
    deep.write_text("[" * 100_000)
    with pytest.raises(mix1d.InputError, match="not complete JSON"):
        mix1d.load(deep)
    (tmp_path / "list.json").write_text("[1, 2]")
    with pytest.raises(mix1d.InputError, match="not a result saved by to_json"):
        mix1d.load(tmp_path / "list.json")


@pytest.mark.parametrize("far", [1e160, 1e200, 1e305])
@pytest.mark.parametrize("weight", [1e-300, 1e-320])
def test_values_that_weigh_nothing_are_read_wherever_they_are(far, weight):
    x = [1.0, 2.0, 2.5, 3.0, 4.0, 5.0, 1e13, far]
    text = mix1d.fit(x, 1, sample_weight=[1.0] * 7 + [weight]).to_json()
    assert mix1d.load(text).to_json() == text
