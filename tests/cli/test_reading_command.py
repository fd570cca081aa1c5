"""The command line on files: what it says of them, columns behind files, advice that helps, tables."""

import csv
import io
import json
import os
import re
import shlex
import sys

import duckdb
import numpy as np
import openpyxl
import pytest

import mix1d
from mix1d.sources.files import read_columns

RNG = np.random.default_rng(8)
X = np.round(np.concatenate([RNG.normal(10.0, 1.0, 60), RNG.normal(16.0, 1.0, 40)]), 2)


def written(values, sign="."):
    return [f"{x:.2f}".replace(".", sign) for x in values]


def test_what_is_special_stands_in_the_first_lines(run, file):
    rows = [f"P{i};{text}" for i, text in enumerate(written(X, ","))]
    path = file("\n".join(["id;size", *rows, "P;n/a", "Mean;12,4", ""]))
    code, out, _ = run("fit", path, "-k", "2", "--no-drawing")
    assert code == 0
    begin, blank = out.splitlines().index("1 missing value was left out."), out.splitlines().index("")
    assert begin <= 2
    assert out.splitlines()[begin + 1 : blank] == [
        "line 103, below the table, is left out: 'Mean;12,4'",
        "size: 100 values are read with a decimal comma, such as 9,75"
        if written(X, ",")[0] == "9,75"
        else f"size: 100 values are read with a decimal comma, such as {written(X, ',')[0]}",
        "size: 1 cell is read as missing: n/a",
    ]


COMMANDS = {
    "fit": ["-k", "1", "--no-drawing"],
    "order": ["--replicates", "9", "--stop", "besag-clifford"],
    "sketch": ["-o", "x.m1d"],
    "fit-many": ["-k", "1"],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_says_it(run, file, tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    path = file("size\n" + "\n".join(written(X, ",")) + "\n")
    code, out, err = run(command, path, *COMMANDS[command])
    assert (code, err) == (0, "")
    assert "size: 100 values are read with a decimal comma, such as " in out.partition("\n\n")[0]


@pytest.mark.parametrize(
    "options", [["fit", "-k", "1", "--json", "-"], ["em", "-k", "1"], ["fit-many", "-k", "1", "-o", "-"]]
)
def test_it_is_said_aside_where_programs_read(run, file, options):
    path = file("size\n" + "\n".join(written(X, ",")) + "\n")
    code, out, err = run(options[0], path, *options[1:])
    assert code == 0
    assert "decimal comma" not in out
    assert err.startswith("size: 100 values are read with a decimal comma, such as ")


def test_groups_and_scores_say_it_too(run, file, tmp_path):
    rows = [f"{'ab'[i % 2]};{text}" for i, text in enumerate(written(X, ","))]
    path = file("\n".join(["g;size", *rows, "a;", ""]))
    out = run("fit", path, "--by", "g", "-k", "1")[1].splitlines()
    assert out[0] == "size by g: 2 groups, 1 missing left out"
    assert out[1].startswith("size: 100 values are read with a decimal comma")
    model = tmp_path / "m.json"
    assert run("fit", path, "-k", "1", "--json", model)[0] == 0
    out = run("score", path, "-m", model)[1].splitlines()
    assert out[0] == "size: n = 100, 1 missing left out"
    assert out[-1].startswith("size: 100 values are read with a decimal comma")


# ---- columns


def test_a_column_may_stand_behind_the_files(run, file, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    file("low,high,w\n1,5,1\n2,6,1\n3,9,2\n", "a.csv")
    for words in (["a.csv", "high"], ["a.csv", "-c", "high"], ["-c", "high", "a.csv"], ["a.csv", "HIGH"]):
        code, out, _ = run("fit", *words, "-k", "1", "--no-drawing")
        assert code == 0
        assert out.startswith("high: 1 normal group, as asked.")
    assert run("fit", "a.csv", "a.csv", "low / 2", "-k", "1", "--no-drawing")[1].startswith("low / 2: ")
    assert run("fit", "a.csv", "-c", "-high", "-k", "1", "--no-drawing")[1].startswith("-high: ")
    assert "mean per value" in run("score", "a.csv", "low", "-m", saved(run, "a.csv"))[1]
    assert run("fit", "a.csv", "b.csv") == (2, "", "mix1d: b.csv: No such file or directory\n")


def saved(run, *words):
    assert run("fit", *words, "-c", "low", "-k", "1", "--json", "model.json")[0] == 0
    return "model.json"


@pytest.mark.parametrize(
    ("asked", "hint"),
    [
        ("body", "no column 'body', did you mean 'body_mass'?"),
        ("body_mas", "no column 'body_mas', did you mean 'body_mass'?"),
        ("mass_body", "no column 'mass_body'"),
        ("x" * 300, "no column 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...'"),
    ],
)
def test_hints(run, file, asked, hint):
    path = file("who,body_mass,size\na,1.5,2\nb,2.5,3\n")
    code, out, err = run("fit", path, asked)
    assert (code, out) == (2, "")
    assert hint.removesuffix("?") in err


def test_a_table_of_ten_thousand_columns_is_not_listed(run, file):
    names = [f"c{i}" for i in range(10_000)]
    path = file("\n".join([",".join(names), *(",".join(map(str, range(j, 10_000 + j))) for j in range(3))]))
    for words in ([], ["-c", "nowhere"], ["-c", "nowhere + 1"], ["--where", "d7 > 1"], ["--weights", "no"]):
        code, _, err = run("fit", path, *words)
        assert code == 2
        assert len(err) < 700
        assert "c19 (double) and 9980 more" in err
    assert run("fit", path, "c9999", "-k", "1", "--no-drawing")[1].startswith(
        "c9999: 1 normal group, as asked."
    )


def test_an_empty_name(run, file):
    err = run("fit", file("x,y\n1,2\n"), "--column", "")[2]
    assert "the name of the column is empty; columns: x (double), y (double)" in err


# ---- advice is followed here, and helps

ADVICE = [
    ('w,x\na,"1,234"\nb,"2,345"\nc,"5,5"\n', None),
    ('w,x\na,"1,234"\nb,"2,345"\n', r"say (--decimal ,) or (--decimal \.)"),
    ("w;x\na;1.234\nb;2.345\n", None),
    ("m;x\n3,75;1.234\n4,5;2.345\n", r"say (--decimal ,) or (--decimal \.)"),
    ("2019\n" + "".join(f"0.{i}5\n" for i in range(1, 9)), "say (--header yes) or (--header no)"),
    ("w,x\na,1\nb,2\nc,oops\n", "with (--na .*)"),
    ("w,x\na,1\nb,2\nc,it's 3\nd,5-7\n", "with (--na .*)"),
    ("id,who\n" + "".join(f"{i},a\n" for i in range(1, 20)), "with (--column)"),
    ("x,y\n1,2\n3,4\n", "with (--column)"),
    ("x,day\n1,2024-05-01\n2,2024-05-02\n", r"such as '(epoch\(day\))'"),
    ("id,x\nP0,1\nP1,2,note\nP2,3\n", "put (quotation marks) around"),
    ("x,who\n1,Ada\n2,Cy\nNA,Bo\n", "(--missing drop) leaves"),
]


@pytest.mark.parametrize(("content", "pattern"), ADVICE)
def test_advice_helps(run, file, content, pattern):
    path = file(content)
    column = {"m": "x", "x,day": "day"}.get(content.partition("\n")[0].partition(";")[0])
    first = ["fit", path, "-k", "1", "--no-drawing", *(["-c", column] if column else [])]
    first += ["--missing", "raise"] if "NA" in content else []
    code, out, err = run(*first)
    if pattern is None:
        assert code == 0
        return
    assert code in (1, 2)
    found = re.search(pattern, err)
    assert found, err
    for advice in found.groups():
        if advice == "--column":
            more = ["--column", content.partition(",")[0]]
        elif advice == "quotation marks":
            path.write_text(
                content.replace("2,note", '"2,note"').replace("P1", "P1").replace('"2,note"', "2")
            )
            more = []
        elif advice.startswith("epoch"):
            more = ["--column", advice]
        else:
            more = shlex.split(advice)
        code, out, err = run(*first, *more)
        assert (code, err) == (0, ""), err
        assert " values.\n" in out


# ---- names and cells that a terminal would obey

EVIL = "\x1b[2J\x1b]0;pwned\x07\u202ex"


def test_control_characters_are_shown_and_not_obeyed(run, file, tmp_path):
    quoted = '"' + EVIL + '"'
    one = file(f"{quoted}\n1\n2\n3\n", "one.csv")
    two = file(f"{quoted},y\n1,{quoted}\n2,{quoted}\n3,b\n", "two.csv")
    model = tmp_path / "m.json"
    assert run("fit", one, "-k", "1", "--json", model)[0] == 0
    commands = [
        ["fit", one, "-k", "1"],
        ["fit", one, "-k", "1", "--tests", "--replicates", "19"],
        ["fit", two],
        ["fit", two, "-c", EVIL[:-1] + "y"],
        ["fit", two, "-c", "y"],
        ["fit", two, "-c", f'"{EVIL}"', "--by", "y", "-k", "1"],
        ["fit", two, "-c", f'"{EVIL}" +'],
        ["fit-many", two, "--by", "y", "-k", "1"],
        ["fit-many", two, "-k", "1:9"],
        ["order", one],
        ["em", one, "-k", "1"],
        ["score", one, "-m", model],
        ["sketch", one, "-o", tmp_path / "x.m1d"],
    ]
    for command in commands:
        _, out, err = run(*command)
        assert "\\x1b" in out + err or command[0] == "em"
        for sign in "\x1b\x07\u202e":
            assert sign not in out + err, command
    assert mix1d.load(model).name == EVIL


# ---- tables that are written


@pytest.fixture
def data(file):
    rows = "".join(f"{i:03d},{'ab'[i % 2]},{x}\n" for i, x in enumerate(X))
    return file(f"no,site,size\n{rows}")


def read_table(path):
    if path.suffix in (".csv", ".tsv"):
        text = path.read_text()
        return list(csv.DictReader(io.StringIO(text), delimiter="\t" if path.suffix == ".tsv" else ","))
    if path.suffix == ".json":
        return json.loads(path.read_text())
    if path.suffix == ".xlsx":
        header, *rows = openpyxl.load_workbook(path).active.iter_rows(values_only=True)
        return [dict(zip(header, row, strict=True)) for row in rows]
    relation = duckdb.read_parquet(str(path))
    return [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]


@pytest.mark.parametrize("ending", [".csv", ".tsv", ".json", ".parquet", ".pq", ".xlsx"])
def test_scores_keep_the_other_columns_and_the_number_of_the_row(run, data, tmp_path, ending):
    model, path = tmp_path / "m.json", tmp_path / f"scored{ending}"
    assert run("fit", data, "size", "-k", "2", "--json", model)[0] == 0
    assert run("score", data, "size", "-m", model, "--where", "site = 'b'", "-o", path)[0] == 0
    rows = read_table(path)
    mixture = mix1d.load(model).mixture
    mine = np.arange(100) % 2 == 1
    assert list(rows[0]) == [
        "row",
        "no",
        "site",
        "value",
        "density",
        "log_density",
        "component",
        "p_a",
        "p_b",
    ]
    assert [int(row["row"]) for row in rows] == (np.flatnonzero(mine) + 1).tolist()
    assert [row["no"] for row in rows] == [f"{i:03d}" for i in np.flatnonzero(mine)]
    assert [float(row["value"]) for row in rows] == X[mine].tolist()
    exact = 1e-15 if ending == ".xlsx" else 0.0  # 16 digits are what openpyxl writes
    assert [float(row["density"]) for row in rows] == pytest.approx(mixture.pdf(X[mine]), rel=exact, abs=0.0)
    assert [row["component"] for row in rows] == ["ab"[i] for i in mixture.predict(X[mine])]


def test_scores_of_several_files(run, file, tmp_path):
    first = file("x,who\n1,5 kg\n,b\n3,=1+1\n", "1.csv")
    second = file('[{"x": 2.5, "value": "v"}]', "2.json")
    model, path = tmp_path / "m.json", tmp_path / "out.xlsx"
    assert run("fit", first, second, "x", "-k", "1", "--json", model)[0] == 0
    assert run("score", first, second, "x", "-m", model, "-o", path)[0] == 0
    rows = read_table(path)
    assert [(os.path.basename(row["file"]), row["row"]) for row in rows] == [
        ("1.csv", 1),
        ("1.csv", 3),
        ("2.json", 1),
    ]
    assert [row["who"] for row in rows] == ["5 kg", "=1+1", None]
    assert [row["value"] for row in rows] == [1.0, 3.0, 2.5]
    assert [row["value_1"] for row in rows] == [None, None, "v"]


@pytest.mark.parametrize("command", ["fit-many", "score", "sample"])
def test_an_ending_that_nobody_knows_is_refused_before_the_work(run, data, tmp_path, command):
    words = {
        "fit-many": [data],
        "score": [data, "-m", tmp_path / "no.json"],
        "sample": ["--weights", "1", "--means", "0", "--sds", "1"],
    }
    path = tmp_path / "out.xls"
    code, out, err = run(command, *words[command], "-o", path)
    assert (code, out) == (2, "")
    assert "no table is written as .xls; use one of .csv, .tsv, .parquet, .pq, .json, .xlsx" in err
    assert not path.exists()


@pytest.mark.parametrize("ending", [".tsv", ".json", ".xlsx", ".parquet"])
def test_samples_and_many_fits_in_any_format(run, data, tmp_path, ending):
    path = tmp_path / f"drawn{ending}"
    given = ["--weights", "1", "--means", "0", "--sds", "1", "-n", "20", "--seed", "1"]
    assert run("sample", *given, "-o", path)[0] == 0
    drawn = [float(row["value"]) for row in read_table(path)]
    expected = mix1d.Mixture([1.0], [0.0], [1.0]).sample(20, rng=1)
    assert drawn == pytest.approx(expected, rel=1e-15 if ending == ".xlsx" else 0.0, abs=0.0)
    assert run("fit-many", data, "--columns", "size", "-k", "1", "-o", path)[0] == 0
    assert float(read_table(path)[0]["mean_1"]) == pytest.approx(X.mean(), rel=1e-12)
    if ending != ".json":
        assert read_columns([str(path)], column="mean_1").values == pytest.approx([X.mean()], rel=1e-12)


def test_workbooks_need_their_package(run, data, tmp_path, monkeypatch):
    monkeypatch.setattr("mix1d.cli.tables.installed", lambda name: False)
    code, _, err = run("fit-many", data, "-o", tmp_path / "x.xlsx")
    assert (code, err) == (
        1,
        'mix1d: workbooks (.xlsx) are read and written with openpyxl: pip install "mix1d[cli]"\n',
    )
    assert sys.modules["openpyxl"]
