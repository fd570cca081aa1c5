"""`--family` of the command line."""

import csv
import json

import numpy as np
import pytest

import mix1d

RNG = np.random.default_rng(12)
N = 240
X = np.where(RNG.random(N) < 0.5, RNG.gamma(3.0, 1.0, N), RNG.gamma(80.0, 0.3, N)).round(6)
WHO = np.array(["a", "b"])[np.arange(N) % 2]
COUNTS = RNG.poisson(3.0, N)


@pytest.fixture
def path(file):
    rows = [f"{who},{x},{count}" for who, x, count in zip(WHO, X, COUNTS, strict=True)]
    return file("who,x,count\n" + "\n".join(rows) + "\n")


def test_one_family(run, path):
    code, out, err = run("fit", path, "x", "-k", 2, "--family", "gamma", "--details")
    assert (code, err) == (0, "")
    assert out.startswith("x: 2 gamma groups, as asked.")
    result = mix1d.fit(X, 2, family="gamma")
    assert f"Log-likelihood {result.log_likelihood:.3f}" in out


def test_families_with_commas_are_compared(run, path):
    code, out, err = run("fit", path, "x", "-k", "1:2", "--family", "normal,gamma", "--no-drawing")
    assert (code, err) == (0, "")
    assert mix1d.fit(X, [1, 2], family={"normal", "gamma"}).family == "gamma"
    assert out.startswith("x: At least 2 gamma groups, not settled")


def test_families_with_plus_are_one_a_component(run, path):
    code, out, err = run("fit", path, "x", "--family", "normal+gamma", "--details")
    assert (code, err) == (0, "")
    result = mix1d.fit(X, 2, family=["normal", "gamma"])
    assert f"Log-likelihood {result.log_likelihood:.3f}" in out


def test_all_that_the_values_allow(run, path):
    code, out, err = run("fit", path, "x", "-k", "2", "--family", "auto", "--details")
    assert (code, err) == (0, "")
    assert f"{mix1d.fit(X, 2, family='auto').log_likelihood:.3f}" in out


@pytest.mark.parametrize("family", ["gamma", "gamma,lognormal", "normal+gamma"])
def test_groups_are_fitted_with_the_family(run, path, family, monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")
    code, out, err = run("fit", path, "x", "-k", 2, "--by", "who", "--family", family)
    assert (code, err) == (0, "")
    for who in "ab":
        data = X[who == WHO]
        given = {"gamma": "gamma", "gamma,lognormal": {"gamma", "lognormal"}}.get(family, ["normal", "gamma"])
        mixture = mix1d.fit(data, 2, family=given).mixture
        (line,) = (line for line in out.splitlines() if line.startswith(who))
        assert f"({100.0 * mixture.weights[0]:.0f} %) |" in line


@pytest.mark.parametrize("options", [["--columns", "x"], ["-c", "x", "--by", "who"]])
def test_the_table_of_many_has_the_family_and_its_parameters(run, path, tmp_path, options):
    out = tmp_path / "table.csv"
    code, _, err = run("fit-many", path, "-k", 2, "--family", "weibull", "-o", out, *options)
    assert (code, err) == (0, "")
    with out.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["family"] for row in rows] == ["weibull"] * len(rows)
    for row, data in zip(rows, [X] if len(rows) == 1 else [X[WHO == "a"], X[WHO == "b"]], strict=True):
        components = mix1d.fit(data, 2, family="weibull").mixture.components
        for j, component in enumerate(components, 1):
            assert float(row[f"shape_{j}"]) == component.parameters["shape"]
            assert float(row[f"scale_{j}"]) == component.parameters["scale"]


def test_a_point_and_counts_in_many_columns(run, path):
    code, out, err = run(
        "fit-many",
        path,
        "--columns",
        "count",
        "--family",
        "point_mass:0+poisson",
        "--resolution",
        "0",
        "-o",
        "-",
    )
    assert (code, err) == (0, "")
    (row,) = csv.DictReader(out.splitlines())
    assert row["family"] == "point_mass+poisson"
    assert float(row["value_1"]) == 0.0


def test_plain_em_of_a_family(run, path):
    code, out, err = run("em", path, "x", "-k", 2, "--iterations", 3, "--family", "gamma")
    assert (code, err) == (0, "")
    (*_, last) = mix1d.em(X, 2, family="gamma", max_iter=3)
    assert f"iteration 3  log-likelihood {last.log_likelihood:.8f}" in out


def test_the_order_of_a_family(run, path):
    code, out, err = run("order", path, "count", "--family", "poisson", "--method", "em")
    assert (code, err) == (0, "")
    test = mix1d.order_test(COUNTS, 1, method="em", family="poisson")
    assert f"1 against 2:  statistic {test.statistic:.4f}" in out


@pytest.mark.parametrize("command", ["fit", "fit-many"])
@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("gama", "argument --family: must be the name of a family, got 'gama': choose one of normal"),
        ("gamma,normal+beta", "argument --family: 'gamma,normal+beta' has both + and ,: write"),
        ("gamma,poisson", "argument --family: must not compare counts with densities"),
        ("", "argument --family: must be the name of a family, got ''"),
        ("point_mass:x+poisson", "argument --family: must be the name of a family, got 'point_mass:x'"),
        ("point_mass", "must be one that is estimated, got 'point_mass'"),
    ],
)
def test_what_is_no_family_is_refused_before_files_are_read(run, command, given, words):
    code, out, err = run(command, "nowhere.csv", f"--family={given}")
    assert (code, out) == (2, "")
    assert words in " ".join(err.split())


def test_messages_name_options(run, path, file):
    code, _, err = run("fit", path, "count", "-k", 2, "--family", "gamma")
    assert code == 1
    words = " ".join(err.split())
    assert "--family 'gamma' needs values above 0, found 0.0" in words
    assert "--set-apart 0 takes zeros as a point of their own" in words
    code, _, err = run("fit", path, "x", "-k", 2, "--family", "gamma", "--means", "1,?")
    assert code == 1
    assert "--means must be None where family is not normal, got a constraint" in " ".join(err.split())
    code, _, err = run("order", path, "x", "--family", "gamma", "--method", "em")
    assert code == 1
    assert "--method must be 'bootstrap' for the family 'gamma'" in " ".join(err.split())
    code, _, err = run("order", path, "x", "--family", "gamma,normal")
    assert code == 1
    assert "--family must be one name in a test" in " ".join(err.split())
    code, _, err = run("em", path, "x", "-k", 2, "--family", "beta")
    assert code == 1
    assert "in plain EM, got 'beta'" in " ".join(err.split())


def test_help_says_what_can_be_typed(run):
    code, out, _ = run("fit", "--help")
    assert code == 0
    assert "normal+gamma is one a component" in " ".join(out.split())


def test_saved_fits_of_families_are_scored_as_what_they_are(run, path, tmp_path):
    saved = tmp_path / "fit.json"
    code, _, err = run("fit", path, "x", "-k", 2, "--family", "gamma", "--json", saved)
    assert (code, err) == (0, "")
    assert json.loads(saved.read_text(encoding="utf-8"))
    code, out, err = run("score", path, "x", "-m", saved)
    assert (code, err) == (0, "")
    assert f"log-likelihood  {mix1d.fit(X, 2, family='gamma').log_likelihood:.6f}" in out


def test_draws_are_of_the_families_of_a_saved_fit(run, file):
    own = {"family": "student_t", "df": None, "loc": 1.0, "scale": 2.0}  # df as JSON has infinity
    saved = file(
        json.dumps({"weights": [1.0], "means": [1.0], "sds": [2.0], "components": [own]}), "fit.json"
    )
    code, out, err = run("sample", "-m", saved, "-n", 5, "--seed", 1)
    assert (code, err) == (0, "")
    t = mix1d.Mixture([1.0], components=[mix1d.Component("student_t", df=np.inf, loc=1.0, scale=2.0)])
    assert [float(line) for line in out.splitlines()[1:]] == t.sample(5, rng=1).tolist()
