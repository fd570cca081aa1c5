"""DuckDB opens the files that were named and nothing else, whatever they are called."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import mix1d
from mix1d.errors import InputError
from mix1d.sources import locking
from mix1d.sources.columns import ColumnError
from mix1d.sources.files import read_columns

TEXT = "x,y\n1.5,a\n2.5,b\n"
ODD = [
    "http:/h/w.csv",
    "https:/h/w.csv",
    "s3:/bucket/w.csv",
    "gcs:/b/w.csv",
    "hf:/datasets/w.csv",
    "a [1].csv",
    "a*.csv",
    "what?.csv",
    "{x}.csv",
    "it's.csv",
    'a "b".csv',
    "-.csv",
    " blank .csv",
    "new\nline.csv",
    "\x1b[2J.csv",
    "ünïcödé.csv",
    "no suffix",
    "w.csv.gz.csv",
]


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("absolute", [False, True])
def test_files_of_odd_names_are_read(here, name, absolute):
    path = here / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(TEXT)
    (here / "a [2].csv").write_text("x,y\n7,a\n")  # what a pattern would find too
    spelt = str(path) if absolute else name.replace(":/", "://")
    assert read_columns([spelt]).values.tolist() == [1.5, 2.5]


@pytest.mark.skipif(sys.platform != "linux", reason="names are Unicode elsewhere")
def test_a_name_that_is_no_utf_8(here, run):
    name = os.fsdecode(b"bad\xff[1].csv")
    Path(name).write_text(TEXT)
    assert read_columns([name]).values.tolist() == [1.5, 2.5]
    assert mix1d.Sketch.of(Path(name)).count == 2
    code, out, _ = run("fit", name, "-k", "1", "--no-drawing")
    assert (code, "\n2 values.\n" in out) == (0, True)
    with pytest.raises(InputError, match=r"bad\\xff\[1\].csv: column: no column 'z'"):
        read_columns([name], column="z")


def test_where_links_cannot_be_made_files_are_copied(here, monkeypatch):
    def refuse(*_):
        raise OSError("not for you")

    monkeypatch.setattr(os, "symlink", refuse)
    Path("a [1].csv").write_text(TEXT)
    assert read_columns(["a [1].csv"]).values.tolist() == [1.5, 2.5]


def test_nothing_is_left_in_the_folder_for_temporary_files(here, monkeypatch):
    folder = here / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    Path("a [1].csv").write_text("# a comment\n" + TEXT)
    assert read_columns(["a [1].csv"]).values.tolist() == [1.5, 2.5]
    with pytest.raises(InputError):
        read_columns(["a [1].csv"], column="z")
    assert list(folder.iterdir()) == []


QUERIES = [
    "(SELECT content FROM read_text('secret.txt'))",
    "(SELECT count(*) FROM glob('/etc/*'))",
    "(SELECT count(*) FROM read_csv('secret.txt'))",
    "(SELECT count(*) FROM 'secret.txt')",
    "(SELECT count(*) FROM read_csv('http://127.0.0.1:9/x.csv'))",
    "EXISTS (FROM read_blob('secret.txt'))",
    "CASE WHEN x > 0 THEN (WITH t AS (FROM glob('*')) SELECT count(*) FROM t) END",
]


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("argument", ["column", "where", "weights", "by"])
def test_sql_cannot_open_another_file(here, query, argument):
    Path("w.csv").write_text(TEXT)
    Path("secret.txt").write_text("secret\n1\n")
    asked = {"column": "x", argument: query}
    if argument == "weights":
        asked["sample_weight"] = asked.pop("weights")
    with pytest.raises(InputError) as caught:
        mix1d.Sketch.of("w.csv", **asked)
    assert "secret\n" not in str(caught.value)
    refusals = ("disabled by configuration", "without SELECT", "secret.txt does not exist")
    assert any(words in str(caught.value) for words in refusals)


@pytest.mark.parametrize("query", QUERIES)
def test_before_duckdb_1_2_no_query_is_taken(query):
    with pytest.raises(ColumnError, match="without SELECT"):
        locking.refuse_queries([None, "x", query])
    locking.refuse_queries(["x", "body mass", "x >", "ln(x)", "list_transform([x], y -> y + 1)[1]"])


@pytest.mark.skipif(not locking.CAN_LOCK, reason="DuckDB before 1.2 cannot be held to files")
@pytest.mark.parametrize(
    "statement",
    [
        "FROM read_csv('other.csv')",
        "FROM read_parquet('other.csv')",
        "COPY (SELECT 1) TO 'new.csv'",
        "COPY (SELECT 1) TO 'named.csv'",
        "ATTACH 'new.db'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET lock_configuration = false",
        "SET enable_external_access = true",
        "SET allowed_paths = ['other.csv']",
        "FROM read_csv('http://127.0.0.1:9/x.csv')",
        "FROM read_csv('named.csv/../other.csv')",
    ],
)
def test_the_lock_itself(here, statement):
    for name in ("named.csv", "other.csv"):
        Path(name).write_text(TEXT)
    with locking.locked([str(here / "named.csv")]) as connection:
        assert connection.sql(f"FROM read_csv('{here / 'named.csv'}')").fetchall()[0] == (1.5, "a")
        with pytest.raises(Exception, match=r"(?i)permission|disabled|lock|not found|extension"):
            connection.execute(statement).fetchall()
    assert Path("named.csv").read_text() == TEXT
    assert not Path("new.csv").exists()


def test_sql_cannot_read_variables_of_python(here):
    import pandas as pd

    secret = pd.DataFrame({"a": [1.0]})
    Path("w.csv").write_text(TEXT)
    with pytest.raises(InputError, match=r"secret does not exist|without SELECT"):
        mix1d.Sketch.of("w.csv", column="(SELECT max(a) FROM secret)")
    assert len(secret) == 1


def test_extensions_of_other_programs_are_not_loaded(here):
    """A file that only an extension could read is refused in words."""
    with locking.locked([]) as connection:
        rows = connection.execute(
            "SELECT name, value FROM duckdb_settings() WHERE name LIKE 'auto%known_extensions'"
        ).fetchall()
    assert dict(rows) == {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}


OTHERS = {
    "old.xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "an old workbook"),
    "x.csv": (b"%PDF-1.7\n", "a PDF file"),
    "x.db": (b"SQLite format 3\x00", "an SQLite database"),
    "x.npy": (b"\x93NUMPY\x01\x00", "a NumPy file"),
    "x.bz2": (b"BZh91AY", "packed with bzip2"),
    "x.xlsx": (b"PK\x03\x04 no workbook", "cannot be read as a workbook"),
    "x.parquet": (b"PAR1 no parquet", "x.parquet: "),
}


@pytest.mark.parametrize("name", OTHERS)
def test_files_of_other_kinds_are_named(here, name):
    content, words = OTHERS[name]
    Path(name).write_bytes(content)
    with pytest.raises(InputError, match=words):
        read_columns([name])


def test_a_parquet_file_called_csv(here):
    import duckdb

    duckdb.execute(f"COPY (SELECT 1.5 AS x) TO '{here / 'x.parquet'}'")
    shutil.move("x.parquet", "x.csv")
    assert read_columns(["x.csv"]).values.tolist() == [1.5]


def test_packed_text_needs_no_suffix(here):
    import duckdb

    for packing, suffix in (("gzip", "gz"), ("zstd", "zst")):
        source = here / f"x.csv.{suffix}"
        duckdb.execute(f"COPY (SELECT unnest([1.5, 2.5]) AS x) TO '{source}' (compression {packing})")
        for name in ("plain", "x.csv"):
            shutil.copy(source, name)
            assert read_columns([name]).values.tolist() == [1.5, 2.5]


def test_the_command_line_reads_a_name_in_another_encoding(here):
    Path(os.fsdecode(b"w\xe4.csv")).write_text(TEXT)
    command = [sys.executable, "-m", "mix1d", "fit", os.fsdecode(b"w\xe4.csv"), "q"]
    ended = subprocess.run(command, capture_output=True)
    assert ended.returncode == 2
    assert b"w\\xe4.csv: column: no column 'q'" in ended.stderr
