"""`mix1d fit --by` and `mix1d fit-many` with what is recorded beside the values, and what is assumed."""

import csv
import io
import json

import numpy as np
import pytest

import mix1d
import mix1d.cli.fitting

RNG = np.random.default_rng(17)
N = 180
WHO = np.array(["a", "b", "10"])[np.arange(N) % 3]
X = np.round(np.where(RNG.random(N) < 0.6, RNG.normal(6.0, 1.0, N), RNG.normal(11.0, 1.0, N)), 3)
SE = np.round(RNG.uniform(0.1, 0.6, N), 3)
KNOWN = np.where(RNG.random(N) < 0.2, (X > 8.5).astype(int).astype(str), "")
HIGH = np.where(RNG.random(N) < 0.1, "", np.round(X + 0.5, 3).astype(str))
DETECTED = np.where(X < 5.0, "<", "")
CELLS = np.where(X < 5.0, "<5", X.astype(str))
COUNT = RNG.integers(0, 30, N)
TABLE = {"who": WHO, "v": X, "se": SE, "known": KNOWN, "hi": HIGH, "nd": DETECTED, "lod": CELLS}
TABLE |= {"class": np.arange(N) // 3, "count": COUNT, "low": np.full(N, 2.0)}
TABLE |= {"whole": np.round(X).astype(int)}
OPTIONS = {
    "values": ["-c", "v"],
    "whole numbers": ["-c", "whole"],
    "cells such as <5": ["-c", "lod"],
    "errors": ["-c", "v", "--errors", "se"],
    "one error": ["-c", "v", "--errors", "0.3"],
    "discrete": ["-c", "v", "--errors", "0.9", "--sds", "0"],
    "labels": ["-c", "v", "--labels", "known"],
    "upper": ["-c", "v", "--upper", "hi"],
    "not detected": ["-c", "v", "--nondetect", "nd"],
    "limits": ["-c", "lod", "--set-apart", "none"],
    "window": ["-c", "v", "--truncation", "low:30"],
    "rounded": ["-c", "v", "--resolution", "0.5"],
    "classes": ["-c", "class", "--counts", "count"],
    "means": ["-c", "v", "--means", "6,?"],
    "weights": ["-c", "v", "--weights-model", "equal", "--sds", "proportional"],
    "background": ["-c", "v", "--background", "0:20"],
    "apart": ["-c", "v", "--set-apart", "none"],
    "exact": ["-c", "v", "--resolution", "0"],
}


@pytest.fixture
def path(file):
    rows = [",".join(TABLE), *(",".join(map(str, row)) for row in zip(*TABLE.values(), strict=True))]
    return file("\n".join(rows) + "\n", "groups.csv")


def alone(run, path, group, options):
    code, out, err = run("fit", path, "-k", "2", "--where", f"who = '{group}'", "--json", "-", *options)
    assert code == 0, err
    return json.loads(out)


@pytest.mark.parametrize("name", OPTIONS)
def test_every_group_has_the_numbers_that_it_has_alone(run, path, name):
    options = OPTIONS[name]
    code, out, err = run("fit", path, "-k", "2", "--by", "who", "--json", "-", *options)
    assert code == 0, err
    records = json.loads(out)
    assert [record["group"] for record in records] == ["10", "a", "b"]
    code, out, err = run("fit-many", path, "-k", "2", "--by", "who", "-o", "-", *options)
    assert code == 0, err
    table = {row["group"]: row for row in csv.DictReader(io.StringIO(out))}
    for record in records:
        group = record.pop("group")
        expected = alone(run, path, group, options)
        for key in ("mixture", "log_likelihood", "bic", "n_obs"):
            assert record[key] == expected[key], (group, key)
        row = table[group]
        assert row["error"] == ""
        assert float(row["log_likelihood"]) == expected["log_likelihood"]
        assert [float(row[f"mean_{j}"]) for j in (1, 2)] == expected["mixture"]["means"]
        assert int(row["n"]) == expected["n_obs"]
        if name == "background":
            assert 0.0 <= float(row["background_weight"]) <= 1.0


@pytest.mark.parametrize(("column", "sketched"), [("v", True), ("lod", False)])
def test_many_rows_are_summarised_unless_they_hold_limits(run, path, monkeypatch, column, sketched):
    options = ["fit", path, "-k", "2", "--by", "who", "-c", column, "--json", "-"]
    kept = json.loads(run(*options)[1])
    made = []
    original = mix1d.cli.fitting.fitted
    monkeypatch.setattr(
        mix1d.cli.fitting, "fitted", lambda found, asked: made.append(found) or original(found, asked)
    )
    monkeypatch.setattr(mix1d.cli.fitting, "_MOST_ROWS", N - 1)
    code, out, err = run(*options)
    assert code == 0, err
    assert [isinstance(one, mix1d.Sketch) for one in made] == 3 * [sketched]
    for few, many in zip(kept, json.loads(out), strict=True):
        assert few["group"] == many["group"]
        assert few["n_obs"] == many["n_obs"]
        assert few["mixture"]["means"] == pytest.approx(many["mixture"]["means"], rel=1e-9)


@pytest.mark.parametrize("most", [10_000, 10])
def test_rows_without_a_group_are_one_group_and_the_last(run, file, monkeypatch, most):
    monkeypatch.setattr(mix1d.cli.fitting, "_MOST_ROWS", most)
    cells = ['" "', "", "a"]
    path = file("\n".join(["who,v", *(f"{cells[i % 3]},{x}" for i, x in enumerate(X))]) + "\n")
    code, out, err = run("fit", path, "--by", "who", "-c", "v", "-k", "1", "--json", "-")
    assert code == 0, err
    assert [(one["group"], one["n_obs"]) for one in json.loads(out)] == [("a", 60), ("(missing)", 120)]
    code, out, err = run("fit-many", path, "--by", "who", "-c", "v", "-k", "1", "-o", "-")
    assert code == 0, err
    table = list(csv.DictReader(io.StringIO(out)))
    assert [(row["group"], row["n"]) for row in table] == [("a", "60"), ("(missing)", "120")]


def test_a_group_that_cannot_be_fitted_leaves_the_others(run, file):
    lines = ["who,v,se", *(f"{w},{x},{e}" for w, x, e in zip(WHO, X, SE, strict=True)), "z,3,-1", "y,,1"]
    path = file("\n".join(lines) + "\n")
    code, out, _ = run("fit", path, "-c", "v", "--by", "who", "--errors", "se", "-k", "2", "--ascii")
    assert code == 0
    assert "v by who: 5 groups" in out
    assert "\nz: --errors must be" in out
    assert "\ny: all 1 values of 'v' are missing" in out
    code, out, _ = run("fit-many", path, "-c", "v", "--by", "who", "--errors", "se", "-k", "2", "-o", "-")
    assert code == 0
    table = {row["group"]: row for row in csv.DictReader(io.StringIO(out))}
    assert [table[group]["k"] for group in ("10", "a", "b", "y", "z")] == ["2", "2", "2", "0", "0"]
    assert table["z"]["error"].startswith("--errors must be")


def test_all_columns_with_what_is_the_same_for_all(run, path):
    options = ["--errors", "0.2", "--truncation", "0:", "--background", "0:20", "-k", "2"]
    code, out, err = run("fit-many", path, "--columns", "v,se", *options, "-o", "-")
    assert code == 0, err
    rows = list(csv.DictReader(io.StringIO(out)))
    for row, values in zip(rows, (X, SE), strict=True):
        expected = mix1d.fit(values, 2, errors=0.2, truncation=(0.0, None), background=(0.0, 20.0))
        assert float(row["bic"]) == expected.bic


@pytest.mark.parametrize("option", ["upper", "labels", "nondetect", "counts", "errors"])
def test_columns_beside_one_column_need_groups(run, path, option):
    code, _, err = run("fit-many", path, f"--{option}", "se")
    assert code == 2
    assert f"--{option} names a column that belongs to one other" in err
    assert "with --by, or use mix1d fit" in " ".join(err.split())


def test_a_saved_sketch_has_no_groups(run, tmp_path):
    saved = tmp_path / "x.m1d"
    saved.write_bytes(mix1d.Sketch.of(X).to_bytes())
    code, _, err = run("fit", saved, "--by", "who", "--errors", "0.1")
    assert code == 2
    assert "sketch" in err
