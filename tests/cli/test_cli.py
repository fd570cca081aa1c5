import contextlib
import csv
import importlib.util
import io
import json
import math
import os
import re
import subprocess
import sys

import numpy as np
import pytest

import golden_files
import mix1d
from mix1d.cli.steps import FORMATS
from places import WAITING


@pytest.fixture
def model(run, tmp_path):
    path = tmp_path / "fit.json"
    assert run("fit", WAITING, "-k", "2", "--json", path)[0] == 0
    return path


def test_fit_prints_the_answer_the_drawing_and_the_verdicts_in_80_columns(run):
    code, out, err = run("fit", WAITING)
    assert (code, err) == (0, "")
    golden_files.check("fit_waiting.txt", out.rstrip("\n"))
    assert max(map(len, out.splitlines())) <= 80
    assert out == "".join(line.rstrip() + "\n" for line in out.splitlines())


def test_fit_in_ascii(run):
    code, out, _ = run("fit", WAITING, "-k", "2", "--ascii")
    assert code == 0
    assert out.isascii()
    golden_files.check("fit_waiting_ascii.txt", out.rstrip("\n"))


def test_ascii_is_chosen_when_the_encoding_has_no_blocks():
    environment = {**os.environ, "PYTHONIOENCODING": "latin-1"}
    command = [sys.executable, "-m", "mix1d", "fit", str(WAITING), "-k", "2"]
    ended = subprocess.run(command, capture_output=True, env=environment, check=True)
    assert ended.stdout.isascii()


def test_colour_only_where_it_is_wanted(run, monkeypatch):
    assert "\x1b" not in run("fit", WAITING, "-k", "2")[1]
    monkeypatch.delenv("NO_COLOR")
    assert "\x1b" not in run("fit", WAITING, "-k", "2")[1]
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    coloured = run("fit", WAITING, "-k", "2")[1]
    assert "\x1b[1;36ma" in coloured
    assert re.search(r"\x1b\[1;36;100m[⠀-⣿]", coloured), "a curve before a bar has the bar behind it"
    monkeypatch.setenv("NO_COLOR", "1")
    plain = run("fit", WAITING, "-k", "2")[1]
    assert "\x1b" not in plain
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


@pytest.mark.parametrize("terminal", ["dumb", "linux"])
def test_a_terminal_without_braille_gets_ascii(run, monkeypatch, terminal):
    monkeypatch.setenv("FORCE_COLOR", "1")  # what makes a pipe count as a terminal
    monkeypatch.setenv("TERM", terminal)
    monkeypatch.setenv("COLUMNS", "66")
    code, out, _ = run("fit", WAITING, "-k", "2")
    assert code == 0
    assert out.isascii()
    assert "fitted components" in out
    assert max(map(len, out.splitlines())) <= 66


@pytest.mark.parametrize("options", [(), ("--ascii",)])
@pytest.mark.parametrize("columns", [40, 52, 60, 80, 100, 140, 200])
def test_every_width_is_kept(run, monkeypatch, columns, options):
    monkeypatch.setenv("COLUMNS", str(columns))
    code, out, _ = run("fit", WAITING, "-k", "1:3", *options)
    assert code == 0
    lines = out.splitlines()
    assert max(map(len, lines)) <= min(columns, 140)
    assert out.isascii() == bool(options)
    assert max(map(len, lines[: lines.index("")])) <= 100
    first = next(i for i, line in enumerate(lines) if line[6:7] in "│┤|+" and line[6:7])
    axis = next(i for i, line in enumerate(lines) if line.startswith("    0 "))
    assert axis - first == min(max(6 + min(columns, 140) // 10, 10), 20)
    drawn = lines[first:axis]
    for name in "ab":
        assert any(name in line[7:] for line in drawn)
    assert "66.579" in "".join(lines[axis + 1 : axis + 3])


def test_em_breaks_its_lines_on_a_terminal_only(run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    piped = run("em", WAITING, "-k", "5", "--iterations", "1")[1].splitlines()
    assert [len(line.split()) for line in piped if line.startswith("  means")] == [6, 6]
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    lines = run("em", WAITING, "-k", "5", "--iterations", "1")[1].splitlines()
    assert max(len(line) for line in lines if not line.startswith("iteration")) <= 40
    assert " ".join("\n".join(lines).split()) == " ".join("\n".join(piped).split())


def test_groups_leave_out_a_column_on_a_narrow_terminal(run, file, monkeypatch):
    path = file("g,x\n" + "".join(f"{'uv'[i % 2]},{i * i % 17}\n" for i in range(60)))
    for columns, shown in ((100, True), (50, False)):
        monkeypatch.setenv("COLUMNS", str(columns))
        out = run("fit", path, "--by", "g", "--column", "x", "-k", "2")[1]
        assert ("centres" in out) is shown
        assert max(map(len, out.splitlines())) <= columns


def test_no_drawing(run):
    code, out, _ = run("fit", WAITING, "-k", "2", "--no-drawing")
    assert code == 0
    assert "█" not in out
    assert "\nThe model fits (" in out


@pytest.mark.parametrize(
    ("k", "headline"),
    [
        ("2", "waiting: 2 components, as asked EM-test"),
        ("1:3", "waiting: 2 components with equal sds, chosen by BIC among 1..3, free and equal sds"),
        ("3:3", "waiting: 3 components, as asked"),
        ("auto", "waiting: 2 components with equal sds, chosen by BIC among 1..5, free and equal sds"),
    ],
)
def test_number_of_components(run, k, headline):
    assert headline in " ".join(run("fit", WAITING, "-k", k, "--no-drawing", "--details")[1].split())


def test_options_reach_the_fit(run, monkeypatch):
    seen = {}

    def fit(data, n_components, **options):
        seen.update(options, data=data, n_components=n_components)
        raise mix1d.InputError("enough")

    monkeypatch.setattr(mix1d, "fit", fit)
    options = [
        "--family",
        "gamma",
        "--sds",
        "auto",
        "--criterion",
        "icl",
        "--objective",
        "highest",
        "--weights",
        "waiting / 10",
    ]
    assert run("fit", WAITING, "-k", "1:4", "--missing", "drop", *options) == (1, "", "mix1d: enough\n")
    assert seen.pop("data")[:3].tolist() == [79.0, 54.0, 74.0]
    assert seen.pop("sample_weight")[:3].tolist() == [7.9, 5.4, 7.4]
    assert seen == {
        "n_components": range(1, 5),
        "family": "gamma",
        "sds": "auto",
        "criterion": "icl",
        "objective": "highest",
        "missing": "drop",
        "name": "waiting",
        "means": None,
        "weights": None,
        "background": None,
        "set_apart": "auto",
    }


def test_json_holds_the_whole_result(run, tmp_path):
    x = np.loadtxt(WAITING, skiprows=1)
    expected = json.loads(json.dumps(mix1d.fit(x, 2, name="waiting").to_dict()))
    of_version_2 = "set_apart", "background_weight", "family", "window_weights"
    written = {key: value for key, value in expected.items() if key not in of_version_2}
    code, out, _ = run("fit", WAITING, "-k", "2", "--json", "-")
    assert code == 0
    assert written.items() <= json.loads(out).items()
    path = tmp_path / "fit.json"
    code, out, _ = run("fit", WAITING, "-k", "2", "--json", path)
    assert written.items() <= json.loads(path.read_text()).items()
    assert mix1d.load(path).to_dict() == expected
    assert out.startswith("waiting: 2 normal groups, as asked.")


def test_standard_input_and_several_files_are_the_same_data(run, file):
    text = WAITING.read_text()
    lines = text.splitlines()
    whole = run("fit", WAITING, "-k", "2")[1]
    assert run("fit", "-", "-k", "2", stdin=text.encode())[1] == whole
    first = file("\n".join(lines[:100]) + "\n", "first.csv")
    rest = file("\n".join([lines[0], *lines[100:]]) + "\n", "rest.csv")
    assert run("fit", first, rest, "-k", "2")[1] == whole


def test_column_expression_and_condition(run, file):
    rows = "".join(
        f"{x},{'old' if i % 3 else 'new'}\n" for i, x in enumerate(np.loadtxt(WAITING, skiprows=1))
    )
    path = file("wait;period\n" + rows.replace(",", ";"))
    out = run("fit", path, "--column", "wait / 60", "--where", "period = 'old'", "-k", "2", "--no-drawing")[1]
    assert out.startswith("wait / 60: 2 normal groups, as asked.")
    assert "181 values.\n" in out


def test_missing_values(run, file):
    path = file("x,who\n1,a\nNA,b\n2,c\n,d\n4,e\n5,f\n")
    code, out, err = run("fit", path, "-k", "1", "--missing", "raise")
    assert (code, out) == (1, "")
    assert err == (
        "mix1d: 2 of 6 values of 'x' are missing, the first in row 2; --missing drop leaves them out\n"
    )
    code, out, _ = run("fit", path, "-k", "1")
    assert code == 0
    assert "\n2 missing values were left out.\n" in out
    assert "\n4 values.\n" in out
    code, _, err = run("fit", file("x,y\nNA,1\nNA,2\n"), "--column", "x::DOUBLE", "--missing", "drop")
    assert (code, err) == (1, "mix1d: all 2 values of 'x::DOUBLE' are missing\n")


@pytest.mark.parametrize(
    ("content", "arguments", "code", "message"),
    [
        ("", [], 1, "{path}: the file is empty"),
        ("a,b\nAda,Bo\nCy,Di\n", [], 1, "{path}: no numeric column; columns: a (text), b (text)"),
        (
            "mass,width\n1,2\n3,4\n",
            [],
            2,
            "{path}: 2 numeric columns, choose one with --column; columns: mass (double), width (double)",
        ),
        (
            "mass,width\n1,2\n3,4\n",
            ["--column", "mas"],
            2,
            "{path}: column: no column 'mas', did you mean 'mass'; columns: mass (double), width (double)",
        ),
        (
            "x\n1\n2\n",
            ["--where", "x >"],
            2,
            '{path}: where: syntax error at or near ")"; columns: x (double)',
        ),
        ("x\n1\n2\n", ["--where", "x > 5"], 1, "{path}: no rows where x > 5"),
        ("x\n1\ninf\n", [], 1, "x must be finite, found inf in row 2"),
        (
            "x,w\n1,1\n2,-1\n",
            ["--column", "x", "--weights", "w"],
            1,
            "--weights must be finite and at least 0, found -1.0 in row 2",
        ),
        ("x\n1\n2\n3\n", ["-k", "9"], 1, "-k must be at most the number of distinct values, 3, got 9"),
    ],
)
def test_mistakes_end_in_one_sentence_and_a_code(run, file, content, arguments, code, message):
    path = file(content)
    got, out, err = run("fit", path, *arguments)
    assert (got, out) == (code, "")
    assert err.startswith("mix1d: " + message.format(path=path))
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "FILE"),
        (["-k", "0"], "'0' is not a number from 1, a range such as 1:6, or auto"),
        (["-k", "4:2"], "'4:2' is not a number from 1, a range such as 1:6, or auto"),
        (["-k", "two"], "'two' is not a number from 1, a range such as 1:6, or auto"),
        (["--sds", "same"], "same"),
        (["--criterion", "dic"], "dic"),
        (["--tyop", "x"], "--tyop"),
    ],
)
def test_bad_usage(run, arguments, message):
    code, out, err = run("fit", *([WAITING, *arguments] if arguments else []))
    assert (code, out) == (2, "")
    assert message in err


def test_files_that_cannot_be_opened(run, tmp_path, monkeypatch):
    nowhere = tmp_path / "nowhere.csv"
    assert run("fit", nowhere) == (2, "", f"mix1d: {nowhere}: No such file or directory\n")
    assert run("fit", tmp_path) == (2, "", f"mix1d: {tmp_path}: Is a directory\n")
    unwritable = tmp_path / "no folder" / "fit.json"
    assert run("fit", WAITING, "-k", "1", "--json", unwritable)[0] == 2

    def refuse(path, mode="r"):
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr("mix1d.sources.opening.open", refuse, raising=False)
    assert run("fit", WAITING) == (1, "", f"mix1d: {WAITING}: Permission denied\n")


def test_interrupted_quietly(run, monkeypatch):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(mix1d, "fit", interrupt)
    assert run("fit", WAITING) == (130, "", "")


def test_a_reader_that_stops_early_is_no_error():
    many = "sample --weights 1 --means 0 --sds 1 -n 300000"
    command = f'"{sys.executable}" -m mix1d {many} | head -n 1'
    ended = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert (ended.stdout, ended.stderr) == ("value\n", "")


def test_version_and_help(run):
    assert run("--version") == (0, f"mix1d {mix1d.build_info()['version']}\n", "")
    code, out, _ = run("--help")
    assert code == 0
    for command in ("fit", "em", "score", "sample"):
        assert f"\n    {command} " in out
        assert run(command, "--help")[0] == 0


@pytest.mark.parametrize("name", ["duckdb", "rich"])
def test_a_missing_extra_is_named(run, monkeypatch, name):
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda asked: None if asked == name else found(asked))
    assert run("fit", WAITING) == (2, "", f'mix1d: the command line needs {name}: pip install "mix1d[cli]"\n')


def test_em_prints_every_iteration_and_never_falls(run):
    code, out, _ = run("em", WAITING, "-k", "2", "--iterations", "7")
    lines = out.splitlines()
    assert code == 0
    steps = list(mix1d.em(np.loadtxt(WAITING, skiprows=1), 2, max_iter=7))
    assert len(lines) == 4 * len(steps) >= 28
    for i, step in enumerate(steps):
        head, means, sds, weights = lines[4 * i : 4 * i + 4]
        assert head == f"iteration {step.iteration}  log-likelihood {step.log_likelihood:.8f}"
        for line, name, numbers in (
            (means, "means", step.mixture.means),
            (sds, "sds", step.mixture.sds),
            (weights, "weights", step.mixture.weights),
        ):
            assert line.split()[0] == name
            assert np.allclose([float(word) for word in line.split()[1:]], numbers, rtol=1e-5)
    heights = [float(line.split()[-1]) for line in lines[::4]]
    assert heights == sorted(heights)


def test_the_steps_of_em_in_every_format(run):
    for kind in FORMATS:
        code, out, err = run("em", WAITING, "-k", "2", "--iterations", "3", "--format", kind)
        assert (code, err) == (0, "")
        golden_files.check(f"em_{kind}.txt", out.rstrip("\n"))
    text, notebook = (run("em", WAITING, "-k", "2", "--format", kind)[1] for kind in ("text", "notebook"))
    assert notebook == text.replace("  means   ", "  mus     ")


def test_the_steps_of_em_for_programs_are_the_steps(run):
    asked = "em", WAITING, "-k", "3", "--iterations", "4", "--format"
    steps = list(mix1d.em(np.loadtxt(WAITING, skiprows=1), 3, max_iter=4))
    found = json.loads(run(*asked, "json")[1])
    assert [one["iteration"] for one in found] == [0, 1, 2, 3, 4]
    assert [one["log_likelihood"] for one in found] == [step.log_likelihood for step in steps]
    for one, step in zip(found, steps, strict=True):
        assert [part["component"] for part in one["components"]] == ["a", "b", "c"]
        assert [part["mean"] for part in one["components"]] == step.mixture.means.tolist()
    rows = list(csv.DictReader(run(*asked, "csv")[1].splitlines()))
    parts = [{"iteration": one["iteration"], **part} for one in found for part in one["components"]]
    assert len(rows) == 15
    for row, part in zip(rows, parts, strict=True):
        assert all(
            row[key] == (str(x) if key in ("component", "iteration") else repr(x)) for key, x in part.items()
        )


def test_em_starts_at_random_from_a_seed_and_stops_by_tol(run):
    seeded = run("em", WAITING, "-k", "2", "--start", "random", "--seed", "3", "--iterations", "2")
    assert seeded[0] == 0
    assert seeded == run("em", WAITING, "-k", "2", "--start", "random", "--seed", "3", "--iterations", "2")
    assert seeded != run("em", WAITING, "-k", "2", "--start", "random", "--seed", "4", "--iterations", "2")
    stopped = run("em", WAITING, "-k", "2", "--tol", "0.01", "--iterations", "1000")[1]
    assert 4 < stopped.count("iteration") < 200


def test_score_prints_the_log_likelihood(run, model):
    result = mix1d.fit(np.loadtxt(WAITING, skiprows=1), 2)
    code, out, _ = run("score", WAITING, "--model", model)
    assert code == 0
    assert out == (
        "waiting: n = 272\n"
        f"log-likelihood  {result.log_likelihood:.6f}\n"
        f"mean per value  {result.log_likelihood / 272:.6f}\n"
    )


def test_score_writes_density_and_membership_of_every_row(run, model, tmp_path, file):
    mixture = mix1d.fit(np.loadtxt(WAITING, skiprows=1), 2).mixture
    path = tmp_path / "rows.csv"
    data = file("x\n50\nNA\n66.6\n90.25\n")
    code, out, _ = run("score", data, "-m", model, "--missing", "drop", "--output", path)
    assert code == 0
    assert out.startswith("x: n = 3, 1 missing left out\n")
    rows = list(csv.DictReader(path.read_text().splitlines()))
    x = np.array([50.0, 66.6, 90.25])
    assert list(rows[0]) == ["row", "value", "density", "log_density", "component", "p_a", "p_b"]
    assert [row["row"] for row in rows] == ["1", "3", "4"]
    assert [float(row["value"]) for row in rows] == x.tolist()
    assert [float(row["density"]) for row in rows] == mixture.pdf(x).tolist()
    assert [float(row["log_density"]) for row in rows] == mixture.logpdf(x).tolist()
    assert [row["component"] for row in rows] == ["ab"[i] for i in mixture.predict(x)]
    assert [float(row["p_a"]) for row in rows] == mixture.responsibilities(x)[:, 0].tolist()
    assert run("score", data, "-m", model, "--missing", "drop", "-o", "-")[1] == path.read_text()


def test_score_counts_weights(run, file, model):
    pooled = file("x,n\n50,2\n80,3\n", "pooled.csv")
    rows = file("x\n50\n50\n80\n80\n80\n", "rows.csv")

    def number(*arguments):
        return float(run("score", *arguments, "-m", model)[1].splitlines()[1].split()[-1])

    assert math.isclose(number(pooled, "--column", "x", "--weights", "n"), number(rows), rel_tol=1e-12)


@pytest.mark.parametrize("text", ["", "not json", "[1, 2]", '{"mixture": {"means": [1]}}', "3"])
def test_a_model_that_is_not_one(run, file, text):
    path = file(text, "model.json")
    assert run("score", WAITING, "-m", path) == (
        1,
        "",
        f"mix1d: {path}: not a fit saved by mix1d fit --json\n",
    )


def test_sample_from_lists_and_from_a_fit(run, model, tmp_path):
    given = ["--weights", "0.3,0.7", "--means", "-1,5", "--sds", "1,2"]
    code, out, _ = run("sample", *given, "-n", "5", "--seed", "1")
    assert code == 0
    expected = mix1d.Mixture([0.3, 0.7], [-1.0, 5.0], [1.0, 2.0]).sample(5, rng=1)
    assert out.splitlines()[0] == "value"
    assert [float(line) for line in out.splitlines()[1:]] == expected.tolist()
    path = tmp_path / "values.csv"
    assert run("sample", "-m", model, "-n", "400", "--seed", "7", "-o", path)[:2] == (0, "")
    refit = run("fit", path, "-k", "2", "--no-drawing")[1]
    assert refit.startswith("value: 2 normal groups, as asked.")
    assert "400 values.\n" in refit
    assert run("sample", *given, "-n", "5")[1] != run("sample", *given, "-n", "5")[1]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ([], 2, "give either --model, or all of --weights, --means and --sds"),
        (["--weights", "1"], 2, "give either --model, or all of --weights, --means and --sds"),
        (["--weights", "1", "--means", "x", "--sds", "1"], 2, "'x' is not a list such as 0.3,0.7"),
        (["--weights", "0.5,0.7", "--means", "1,2", "--sds", "1,1"], 1, "weights"),
        (["--weights", "1", "--means", "1", "--sds", "0"], 1, "sds"),
        (["-n", "-3", "--weights", "1", "--means", "1", "--sds", "1"], 2, "-n"),
    ],
)
def test_sample_needs_a_mixture(run, arguments, code, message):
    got, out, err = run("sample", *arguments)
    assert (got, out) == (code, "")
    assert message in err


def test_what_a_fit_does_not_need_is_not_imported():
    code = (
        "import sys; sys.argv = ['mix1d', 'fit', sys.argv[1]]\n"
        "from mix1d.__main__ import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'pandas', 'scipy', 'pyarrow', 'polars', 'matplotlib', 'sklearn'} & set(sys.modules)\n"
        "print('imported:', heavy)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, str(WAITING)], capture_output=True, text=True, check=True
    )
    assert ended.stdout.endswith("imported: set()\n")


def test_summary_of_a_fit_is_what_the_command_prints(run):
    x = np.loadtxt(WAITING, skiprows=1)
    out = run("fit", WAITING, "-k", "2")[1]
    buffer = io.StringIO()
    with contextlib.redirect_stdout(buffer):
        print(mix1d.fit(x, 2, name="waiting"))
    printed, commanded = ([line for line in text.splitlines() if line] for text in (buffer.getvalue(), out))
    assert printed[:-1] == commanded[:-1], "only the ways to more differ"


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (["5"], "x: there is one value, 5, and a fit needs at least 2 different ones"),
        (["2.5"] * 7, "x: all 7 values are the same, 2.5, and a fit needs at least 2 different ones"),
    ],
)
def test_a_fit_of_one_distinct_value_is_refused(run, tmp_path, rows, words):
    path, kept = tmp_path / "same.csv", tmp_path / "r.json"
    path.write_text("\n".join(["x", *rows]) + "\n", encoding="utf-8")
    for more in ([], ["-k", "1"]):
        code, out, err = run("fit", path, *more, "--json", kept)
        assert (code, out) == (2, "")
        assert err.startswith(f"mix1d: {words}")
        assert not kept.exists()
