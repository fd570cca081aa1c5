"""The components of a result as records, and what jq makes of the document."""

import json
import shutil
import subprocess

import numpy as np
import pytest

import mix1d
from places import WAITING

X = np.random.default_rng(7).gamma(4.0, 1.0, 200)


def test_a_record_says_all_about_a_component():
    result = mix1d.fit(np.loadtxt(WAITING, skiprows=1), 2, name="waiting")
    whole = result.to_dict()
    assert whole["bottom_line"] == result.bottom_line
    bounds, errors = result.confidence_interval(), result.standard_errors()
    for i, record in enumerate(whole["components"]):
        assert record["letter"] == "ab"[i]
        assert record["family"] == "normal"
        assert record["median"] == record["mean"]
        for one, several in (("weight", "weights"), ("mean", "means"), ("sd", "sds")):
            assert record[one] == getattr(result, several)[i]
            assert record["standard_errors"][one] == getattr(errors, several)[i]
            assert record["intervals"][one] == [
                getattr(end, several)[i] for end in (bounds.lower, bounds.upper)
            ]
        assert record["parameters"] == {"mean": record["mean"], "sd": record["sd"]}
    assert sum(record["n"] for record in whole["components"]) == pytest.approx(272)


def test_own_parameters_have_intervals():
    record = mix1d.fit(X, 1, family="gamma").to_dict()["components"][0]
    assert record["family"] == "gamma"
    assert list(record["parameters"]) == ["shape", "scale"]
    assert (
        set(record["intervals"])
        == {"shape", "scale", "weight", "mean", "sd"}
        == set(record["standard_errors"])
    )
    for name in ("shape", "scale"):
        low, high = record["intervals"][name]
        assert low < record["parameters"][name] < high


def test_what_is_not_known_is_null():
    text = mix1d.fit(["<1", *X], 2).to_json()
    assert "NaN" not in text
    assert json.loads(text)["components"][0]["letter"] == "a"
    constant = mix1d.fit([3.0, 3.0, 3.0], 1).to_dict()["components"][0]
    assert constant["standard_errors"]["sd"] is None


def test_documents_without_records_are_read():
    text = mix1d.fit(X, 1).to_json()
    whole = json.loads(text)
    del whole["components"], whole["bottom_line"]
    assert mix1d.load(json.dumps(whole)).to_json() == text


def test_jq(run, tmp_path):
    path = tmp_path / "fit.json"
    assert run("fit", WAITING, "-k", "2", "--json", path)[0] == 0
    whole = json.loads(path.read_text(encoding="utf-8"))
    query = '.components[] | [.letter, (.mean * 10 | round), .family] | join(" ")'
    expected = [f"{c['letter']} {round(c['mean'] * 10)} {c['family']}" for c in whole["components"]]
    assert expected == ["a 546 normal", "b 801 normal"]
    if shutil.which("jq"):  # no other test of the document needs it
        done = subprocess.run(["jq", "-r", query, path], capture_output=True, text=True, check=True)
        assert done.stdout.splitlines() == expected
