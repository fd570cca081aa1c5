"""`mix1d cutoff`."""

import json

import numpy as np

import mix1d
from golden_files import check
from places import DATA, WAITING

X = np.loadtxt(WAITING, skiprows=1)


def test_what_it_prints(run):
    out = []
    for options in (
        ["--rule", "specificity", "--level", "0.99"],
        ["-k", "2", "--sds", "free", "--rule", "ppv"],
        ["-k", "2", "--two-sided", "--sds", "free"],
        ["-k", "1", "--rule", "sds"],
        ["-k", "2", "--family", "gamma", "--rule", "sensitivity", "--method", "wald", "--confidence", "0.9"],
    ):
        code, text, err = run("cutoff", WAITING, *options)
        assert (code, err) == (0, "")
        assert max(map(len, text.splitlines())) <= 80
        out.append(f"$ mix1d cutoff waiting.csv {' '.join(options)}\n{text}")
    check("cutoff.txt", "\n".join(out).rstrip("\n"))


def test_json_is_the_record(run):
    options = ["--rule", "specificity", "--level", "0.95", "--json"]
    code, out, err = run("cutoff", WAITING, "waiting", "-k", "2", *options)
    assert (code, err) == (0, "")
    cut = mix1d.fit(X, 2, name="waiting").cutoff(rule="specificity", level=0.95)
    assert json.loads(out) == {"name": "waiting", "n_obs": 272, **cut.to_dict()}


def test_of_a_saved_fit(run, tmp_path):
    result = mix1d.fit(X, 2, name="waiting")
    result.to_json(tmp_path / "model.json")
    assert run("cutoff", tmp_path / "model.json")[1] == run("cutoff", WAITING, "-k", "2")[1]


def test_neighbours_by_letter_or_number(run):
    galaxies = DATA / "galaxies.csv"
    by_letter = run("cutoff", galaxies, "-k", "3", "--between", "b,c", "--rule", "sds")
    assert by_letter == run("cutoff", galaxies, "-k", "3", "--between", "1, 2", "--rule", "sds")
    assert "3 sds above the mean of b" in by_letter[1]
    assert "count as a and b, values above it as c." in by_letter[1].replace("\n  ", " ")
    code, out, err = run("cutoff", galaxies, "-k", "3")
    assert (code, out) == (1, "")
    assert err == "mix1d: --between must be given where there are 3 populations: pass a,b or b,c\n"


def test_what_was_recorded_counts(run, file):
    rows = "\n".join(f"{x},{1.5}" for x in X)
    out = run("cutoff", file(f"x,e\n{rows}\n"), "x", "-k", "2", "--errors", "e", "--rule", "specificity")[1]
    wanted = mix1d.fit(X, 2, errors=np.full(len(X), 1.5)).cutoff(rule="specificity")
    assert wanted.sentences[0].split(" (")[0] in out
    assert "true values" in out


def test_missing_values_are_counted(run, file):
    path = file("x\n" + "\n".join(["NA", *map(str, X)]) + "\n")
    assert run("cutoff", path, "-k", "2")[1].startswith("x: n = 272, 1 missing left out, 2 populations\n")


def test_what_cannot_be_used_is_said(run):
    code, _, err = run("cutoff", WAITING, "--rule", "specificity", "--level", "99")
    assert (code, err) == (1, "mix1d: --level must lie strictly between 0 and 1, got 99.0: write 0.99\n")
    code, _, err = run("cutoff", WAITING, "--rule", "valley", "--two-sided")
    assert code == 2
    assert "--two-sided goes with --rule equal, not with valley" in err
    code, _, err = run("cutoff", WAITING, "-k", "2", "--level", "0.9")
    assert (code, err) == (1, "mix1d: --level must be left out for --rule equal, got 0.9: it has none\n")
