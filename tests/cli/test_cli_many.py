"""`mix1d fit-many`: files in, one table out."""

import csv
import io

import duckdb
import numpy as np
import pytest

import mix1d

RNG = np.random.default_rng(3)
NUMBERS = np.round(np.concatenate([RNG.normal(0.0, 1.0, (40, 3)), RNG.normal(5.0, 1.0, (30, 3))]), 4)
NAMES = ["low", "mid", "high"]


@pytest.fixture
def wide(file):
    lines = [",".join(["who", *NAMES, "same"])]
    for i, row in enumerate(NUMBERS.tolist()):
        cells = ["" if (i, j) == (3, 1) else repr(x) for j, x in enumerate(row)]
        lines.append(",".join([f"s{i}", *cells, "1"]))
    return file("\n".join(lines), "wide.csv")


@pytest.fixture
def long(file):
    lines = ["gene,level,times"]
    for i in RNG.permutation(210).tolist():
        lines.append(f"{NAMES[i // 70]},{NUMBERS[i % 70, i // 70]},{1 + i % 3}")
    return file("\n".join(lines), "long.csv")


def table_in(text):
    return list(csv.DictReader(io.StringIO(text)))


def expected():
    columns = dict(zip(NAMES, NUMBERS.T.copy(), strict=True))
    columns["mid"][3] = np.nan
    return mix1d.fit_many({**columns, "same": np.ones(70)}, [1, 2])


def assert_table(rows, table):
    assert len(rows) == len(table["k"])
    for i, row in enumerate(rows):
        for name, values in table.items():
            if values.ndim == 2:
                found = [row[f"{name[:-1]}_{j + 1}"] for j in range(values.shape[1])]
                np.testing.assert_array_equal([float(x or "nan") for x in found], values[i])
            elif values.dtype.kind == "f":
                np.testing.assert_array_equal(float(row[name] or "nan"), values[i])
            elif values.dtype.kind == "b":
                assert row[name] == str(values[i]).lower()
            else:
                assert row[name] == str(values[i])


def test_every_column_of_numbers_in_words(run, wide):
    code, out, err = run("fit-many", wide, "-k", "1:2")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "4 columns: 3 with 2 components, 1 not fitted"
    assert lines[2].split()[:3] == ["column", "n", "k"]
    assert lines[2].endswith("centres |cut-offs|  in short")
    assert lines[3].startswith("low     70   2  ")
    cut, *means = expected()["thresholds"][0, 0], *expected()["means"][0]
    centre, between, other, *words = lines[3].split()[-5:]
    found = float(centre), float(between.strip("|")), float(other)
    np.testing.assert_allclose(found, [means[0], cut, means[1]], atol=0.05)
    assert words == ["more", "groups?"]  # two are the most that were tried
    assert lines[6] == "same     0   -  not fitted, see below"
    assert (
        lines[-1]
        == "same: n_components must be at most the number of distinct values, 1, got 2: ask for fewer"
    )
    ascii = run("fit-many", wide, "-k", "1:2", "--ascii")[1]
    assert ascii.isascii()
    assert ascii.splitlines()[3].split()[:3] == lines[3].split()[:3]


def test_csv_has_every_bit(run, wide, tmp_path):
    code, out, _ = run("fit-many", wide, "-k", "1:2", "-o", "-")
    assert code == 0
    assert_table(table_in(out), expected())
    path = tmp_path / "table.csv"
    code, said, _ = run("fit-many", wide, "-k", "1:2", "-o", path)
    assert (code, said) == (0, f"4 columns: 3 with 2 components, 1 not fitted\n{path}: 4 rows\n")
    assert path.read_text() == out


def test_parquet_has_types(run, wide, tmp_path):
    path = tmp_path / "table.parquet"
    assert run("fit-many", wide, "-k", "1:2", "-o", path)[0] == 0
    relation = duckdb.read_parquet(str(path))
    kinds = dict(zip(relation.columns, map(str, relation.types), strict=True))
    assert [kinds[name] for name in ("column", "n", "mean_1", "converged", "error")] == (
        ["VARCHAR", "BIGINT", "DOUBLE", "BOOLEAN", "VARCHAR"]
    )
    table = expected()
    for name, values in (("mean_2", table["means"][:, 1]), ("bic", table["bic"]), ("n", table["n"])):
        found = [np.nan if x is None else x for (x,) in relation.project(name).fetchall()]
        np.testing.assert_array_equal(found, values)
    assert relation.project("error").fetchall()[0] == ("",)


def test_some_columns_and_expressions(run, wide):
    out = run("fit-many", wide, "--columns", "high, LOW", "--columns", "exp(low / 9)", "-k", "2", "-o", "-")[
        1
    ]
    rows = table_in(out)
    assert [row["column"] for row in rows] == ["high", "low", "exp(low / 9)"]
    table = mix1d.fit_many({"high": NUMBERS[:, 2], "low": NUMBERS[:, 0]}, 2)
    assert_table(rows[:2], table)


def test_conditions_weights_and_several_files(run, wide, file):
    out = run("fit-many", wide, wide, "--where", "low > 0", "--columns", "low,mid", "-k", "1", "-o", "-")[1]
    kept = np.tile(NUMBERS[NUMBERS[:, 0] > 0.0, 0], 2)
    assert float(table_in(out)[0]["mean_1"]) == mix1d.fit(kept, 1).mixture.means[0]
    heavy = file("x,w\n1,1\n2,3\n", "heavy.csv")
    (row,) = table_in(run("fit-many", heavy, "--weights", "w", "-k", "1", "-o", "-")[1])
    assert (row["column"], row["mean_1"], row["total_weight"]) == ("x", "1.75", "4.0")


def test_groups(run, long, tmp_path):
    rows = table_in(run("fit-many", long, "--by", "gene", "--column", "level", "-k", "1:2", "-o", "-")[1])
    assert [row["group"] for row in rows] == sorted(NAMES)
    labels = np.repeat(NAMES, 70)
    assert_table(rows, mix1d.fit_many(NUMBERS.T.ravel(), [1, 2], by=labels))
    out = run("fit-many", long, "--by", "gene", "--column", "level", "-k", "1:2")[1]
    assert out.startswith(
        "level by gene: 3 groups: 3 with 2 components\n\ngroup    n   k  density of level, ┊ cut-off"
    )
    weighted = run("fit-many", long, "--by", "gene", "--weights", "times", "-k", "1", "-o", "-")[1]
    weights = 1.0 + np.arange(210) % 3
    table = mix1d.fit_many(NUMBERS.T.ravel(), 1, by=labels, sample_weight=weights)
    assert [float(row["mean_1"]) for row in table_in(weighted)] == table["means"][:, 0].tolist()


def test_groups_of_several_files_whose_keys_are_missing(run, file):
    first, second = file("g,x\nb,1\n,2\nb,4\n", "1.csv"), file("g,x\na,5\nb,7\n", "2.csv")
    rows = table_in(run("fit-many", first, second, "--by", "g", "-k", "1", "-o", "-")[1])
    assert [(row["group"], row["mean_1"]) for row in rows] == [
        ("a", "5.0"),
        ("b", "4.0"),
        ("(missing)", "2.0"),
    ]


def test_the_long_layout(run, wide):
    rows = table_in(run("fit-many", wide, "-k", "1:2", "--layout", "long", "-o", "-")[1])
    assert [(row["column"], row["component"]) for row in rows] == [
        *((name, j) for name in NAMES for j in "12"),
        ("same", "0"),
    ]
    wide_words = run("fit-many", wide, "-k", "1:2")[1]
    assert run("fit-many", wide, "-k", "1:2", "--layout", "long")[1] == wide_words


def test_missing_values_can_be_refused(run, wide):
    out = run("fit-many", wide, "-k", "1", "--missing", "raise", "-o", "-")[1]
    rows = table_in(out)
    assert [row["k"] for row in rows] == ["1", "0", "1", "1"]
    assert rows[1]["error"].startswith("data must not have missing values")


def test_many_columns_are_cut_on_the_terminal(run, file):
    names = [f"c{i}" for i in range(402)]
    path = file(
        "\n".join([",".join(names), *(",".join(str(i + j % 3) for j in range(402)) for i in range(6))])
    )
    lines = run("fit-many", path, "-k", "1")[1].splitlines()
    assert lines[-1] == "... and 2 more: -o table.csv writes them all"
    assert sum(line.startswith("c") for line in lines[3:]) == 400
    assert sum("┬" in line for line in lines) == 10  # the axis again after 40 lines


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--columns", "hihg"], "--columns: no column 'hihg', did you mean 'high'"),
        (["--columns", "who"], "--columns 'who' is text, not a number"),
        (["--column", "low"], "--column goes with --by: choose columns with --columns"),
        (["--by", "who", "--columns", "low"], "--columns does not go with --by"),
        (["--by", "whom", "--column", "low"], "by: no column 'whom', did you mean 'who'"),
        (["--where", "low >"], "where: "),
        (["--where", "low > 99"], "no rows where low > 99"),
        (["-k", "none"], "'none' is not a number from 1"),
    ],
)
def test_what_cannot_be_done(run, wide, arguments, message):
    code, out, err = run("fit-many", wide, *arguments)
    assert (code, out) in ((1, ""), (2, ""))
    assert message in err


def test_files_that_do_not_fit(run, wide, file, tmp_path):
    other = file("low,other\n1,2\n", "other.csv")
    err = run("fit-many", wide, other)[2]
    assert "the columns of numbers are low, mid, high, same in" in err
    assert "choose with --columns" in err
    words = file("a\nx\n", "words.csv")
    assert "no numeric column" in run("fit-many", words)[2]
    saved = tmp_path / "x.m1d"
    assert run("sketch", wide, "--column", "low", "-o", saved)[0] == 0
    assert "is a saved sketch, which has one column" in run("fit-many", saved)[2]
    assert run("fit-many", tmp_path / "nowhere.csv")[2].endswith("No such file or directory\n")
