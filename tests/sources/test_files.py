import gzip
import json
from fractions import Fraction

import numpy as np
import pytest

from mix1d.errors import InputError
from mix1d.sources.columns import ColumnError
from mix1d.sources.files import read_columns


@pytest.fixture
def file(tmp_path):
    def write(content, name="data.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    return write


def values(path, **options):
    return read_columns([path], **options).values.tolist()


@pytest.mark.parametrize(
    ("content", "column", "expected"),
    [
        ("x\n1\n2.5\n", None, [1.0, 2.5]),
        ("1\n2\n3.5\n", None, [1.0, 2.0, 3.5]),
        ('"body mass, g";site\n3750;A\n3800;B\n', None, [3750.0, 3800.0]),
        ("mass;site\n3,75;A\n-0,5;B\n", None, [3.75, -0.5]),
        ("x\ty\n1\ta\n2\tb\n", "x", [1.0, 2.0]),
        ("x|y\n1|4\n2|5\n", "y", [4.0, 5.0]),
        ("x,who\r\n1.5,Ada\r\n2.5,Bo\r\n", None, [1.5, 2.5]),
        ("\ufeffx,who\n1.5,Ada\n2.5,Bo\n", None, [1.5, 2.5]),
        ('who,x\n"Lovelace, Ada",1e3\n"O""Hara",-2E-3\n', None, [1000.0, -0.002]),
        ("x,y\n1,2\n3,4\n", "X + 10 * y", [21.0, 43.0]),
        ("x,y\n1,2\n3,4\n", "x -- the first", [1.0, 3.0]),
    ],
)
def test_csv_of_many_habits(file, content, column, expected):
    assert values(file(content), column=column) == expected


@pytest.mark.parametrize("word", ["", "NA", "N/A", "NaN", "nan", "NULL", "null", "None"])
def test_missing_cells_are_nan(file, word):
    got = values(file(f"x,who\n1.5,a\n{word},b\n2,c\n"))
    assert got[::2] == [1.5, 2.0]
    assert np.isnan(got[1])


def test_doubles_are_the_nearest_to_the_text(file):
    texts = [
        "0.1",
        "2.718281828459045",
        "1.7976931348623157e308",
        "5e-324",
        "123456789012345678901",
        "0.30000000000000004",
    ]
    got = values(file("x\n" + "\n".join(texts) + "\n"))
    assert got == [float(text) for text in texts]


def test_a_fraction_after_many_integers_is_not_rounded(file):
    """DuckDB takes the type from the first 20,480 rows, and would round 1.5 to 2."""
    got = values(file("x\n" + "\n".join(map(str, range(30_000))) + "\n1.5\n"))
    assert got[-1] == 1.5
    assert len(got) == 30_001


def test_decimals_and_huge_integers_are_rounded_once(tmp_path):
    import duckdb

    path = str(tmp_path / "x.parquet")
    number = "12345678901234567.89012345678901234567"
    duckdb.connect().execute(
        f"COPY (SELECT {number}::DECIMAL(38, 20) AS d, 9007199254740993::BIGINT AS i) TO '{path}'"
    )
    assert values(path, column="d") == [float(Fraction(number))]
    assert values(path, column="i") == [float(9007199254740993)]
    assert values(path, column="18446744073709551617::HUGEINT") == [float(18446744073709551617)]


def test_numbers_kept_as_text_are_numbers(tmp_path):
    import duckdb

    path = str(tmp_path / "x.parquet")
    duckdb.connect().execute(f"COPY (SELECT unnest(['1.5', NULL, '2e3']) AS x) TO '{path}'")
    assert values(path)[::2] == [1.5, 2000.0]


def test_a_column_of_missing_values_only_is_nan(file):
    assert np.isnan(values(file("x,y\n1,NA\n2,NA\n"), column="y")).all()


@pytest.mark.parametrize("name", ["data.jsonl", "data.json", "data"])
def test_json_lines(file, name):
    rows = [{"x": 1.5, "who": "Ada"}, {"x": None, "who": "Bo"}, {"x": 3, "who": "Cy"}]
    got = values(file("\n".join(map(json.dumps, rows)), name))
    assert got[::2] == [1.5, 3.0]
    assert np.isnan(got[1])


def test_compressed_and_oddly_named_files(file):
    assert values(file(gzip.compress(b"x\n1\n2\n"), "data.csv.gz")) == [1.0, 2.0]
    assert values(file("x\n1\n2\n", "a [1] 'b' *.csv")) == [1.0, 2.0]


def test_where_and_weights_and_several_files(file):
    first = file("x,n,site\n1,10,A\n2,20,B\n3,,A\n", "first.csv")
    second = file("x;n;site\n4,5;40;A\n", "second.csv")
    got = read_columns([first, second], column="x", weights="n", where="site = 'A'")
    assert got.values.tolist() == [1.0, 3.0, 4.5]
    assert got.weights[[0, 2]].tolist() == [10.0, 40.0]
    assert np.isnan(got.weights[1])
    assert got.name == "x"
    assert read_columns([first], column="X", where="n > 15").name == "x"


COLUMNS = "columns: mass (double), width (double), site (text)"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "2 numeric columns, choose one with --column; " + COLUMNS),
        ({"column": "mas"}, "column: no column 'mas', did you mean 'mass'; " + COLUMNS),
        ({"column": "colour"}, "column: no column 'colour'; " + COLUMNS),
        ({"column": "log(mss)"}, "column: no column 'mss', did you mean 'mass'; " + COLUMNS),
        (
            {"column": "mass", "weights": "widht"},
            "weights: no column 'widht', did you mean 'width'; " + COLUMNS,
        ),
        ({"column": "mass", "where": "sit = 'A'"}, "where: no column 'sit', did you mean 'site'; " + COLUMNS),
        ({"column": "mass", "where": "site ="}, "where: syntax error at or near"),
        ({"column": "the mass"}, "column: no column 'the mass', did you mean 'mass'; " + COLUMNS),
        ({"column": "mass +"}, "column: syntax error at or near"),
        ({"column": "lug(mass)"}, "column: Scalar Function with name lug does not exist"),
    ],
)
def test_what_was_asked_for_must_fit_the_file(file, options, message):
    path = file("mass,width,site\n1.5,2.5,A\n3,4,B\n")
    with pytest.raises(ColumnError) as caught:
        read_columns([path], **options)
    assert str(caught.value).startswith(f"{path}: {message}")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "options", "message"),
    [
        ("", {}, "the file is empty"),
        ("x\n", {}, "no rows"),
        (
            "x\n1\n2\noops\n",
            {},
            "column 'x': 1 cell is not a number: 'oops' (line 4); correct it in the file, or take it for "
            "missing with --na oops",
        ),
        ("who,site\nAda,A\nBo,B\n", {}, "no numeric column; columns: who (text), site (text)"),
        ("x,who\n1,Ada\n2,Bo\n", {"where": "x > 9"}, "no rows where x > 9"),
        (
            "x,who\n1,Ada\n2,Bo\n",
            {"column": "who"},
            "column 'who' is text, not a number, for example 'Ada'; choose a numeric one; "
            "columns: x (double), who (text)",
        ),
        (
            "x,day\n1,2024-05-01\n2,2024-05-02\n",
            {"column": "day"},
            "column 'day' is date, not a number, for example '2024-05-01'; choose a numeric one or convert "
            "it with an expression such as 'epoch(day)'; columns: x (double), day (date)",
        ),
        (
            "who;val\nAda;1,5\nBo;-12,25\nCy;x\n",
            {"column": "val"},
            "column 'val': 1 cell is not a number: 'x' (line 4); correct it in the file, or take it for "
            "missing with --na x",
        ),
        ("x,who\n1,Ada\n2,Bo\n", {"column": "who::DOUBLE"}, ""),
        (
            "b\ntrue\nfalse\n",
            {"column": "b"},
            "column 'b' is boolean, not a number, for example 'true'; choose a numeric one; "
            "columns: b (boolean)",
        ),
        (bytes(range(256)) * 20, {}, "cannot be read as CSV"),
    ],
)
def test_content_that_cannot_be_used(file, content, options, message):
    path = file(content)
    with pytest.raises(InputError) as caught:
        read_columns([path], **options)
    assert not isinstance(caught.value, ColumnError)
    assert str(caught.value).startswith(f"{path}: {message}")
    assert "\n" not in str(caught.value)


def test_a_broken_parquet_or_json_file_is_named(file):
    for path in (file("x\n1\n", "data.parquet"), file('{"x": 1.5', "data.json")):
        with pytest.raises(InputError, match=r"data\.(parquet|json)"):
            read_columns([path])


def test_files_whose_default_columns_differ_are_not_joined(file):
    first, second = file("x\n1\n2\n", "first.csv"), file("y\n3\n4\n", "second.csv")
    message = f"the only numeric column is 'x' in {first} and 'y' in {second}; choose one with --column"
    with pytest.raises(ColumnError) as caught:
        read_columns([first, second])
    assert str(caught.value) == message


def test_files_that_cannot_be_opened(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_columns([str(tmp_path / "nowhere.csv")])
    with pytest.raises(IsADirectoryError):
        read_columns([str(tmp_path)])


@pytest.mark.parametrize("wanted", ["Konz (mg/l)", "konz. mg/l", "Konz"])
def test_a_name_with_a_unit_is_recognised_when_it_is_mistyped(tmp_path, wanted):
    path = tmp_path / "water.csv"
    path.write_text("well,Konz. (mg/l),depth\na,1.5,3\nb,2.5,4\n")
    with pytest.raises(ColumnError, match=r"did you mean 'Konz\. \(mg/l\)'"):
        read_columns([str(path)], column=wanted)
    with pytest.raises(ColumnError, match="name lg does not exist"):
        read_columns([str(path)], column="lg(depth)")
