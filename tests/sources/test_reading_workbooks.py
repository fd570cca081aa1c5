"""Excel workbooks: sheets, titles, dates, empty cells, and what is no workbook."""

import datetime
import math
from pathlib import Path

import openpyxl
import pytest

import mix1d
from mix1d.errors import InputError
from mix1d.sources.columns import ColumnError, Written
from mix1d.sources.files import read_columns, read_sketches


@pytest.fixture
def book(tmp_path):
    def write(**sheets):
        found = openpyxl.Workbook()
        found.remove(found.active)
        for name, rows in sheets.items():
            sheet = found.create_sheet(name)
            for row in rows:
                sheet.append(row)
        path = tmp_path / "data.xlsx"
        found.save(path)
        return str(path)

    return write


def test_numbers_are_those_of_the_cells(book):
    numbers = [0.1, 1e-300, 123456789.123, -2.5, 7, 1e22]
    path = book(sheet=[["who", "x"], *(["a", x] for x in numbers)])
    assert read_columns([path]).values.tolist() == numbers
    assert mix1d.fit(path, 1).n_obs == 6


def test_a_title_units_empty_rows_and_a_sum(book):
    path = book(
        sheet=[
            [],
            ["Sizes of 2024"],
            [],
            ["who", "size", "on"],
            [None, "mm", None],
            ["a", 1.5, datetime.date(2024, 5, 1)],
            ["b", None, datetime.date(2024, 5, 2)],
            [],
            ["c", "n/a", datetime.date(2024, 5, 2)],
            ["d", 2.5, None],
            ["Mean", 2.0],
        ]
    )
    notes = []
    got = read_columns([path], notes=notes).values.tolist()
    assert got == pytest.approx([1.5, math.nan, math.nan, 2.5], nan_ok=True)
    assert notes == [
        "1 line above the table is left out: 'Sizes of 2024'",
        "line 5 below the names is left out: ',mm,'",
        "line 11, below the table, is left out: 'Mean,2,'",
        "size: 1 cell is read as missing: n/a",
    ]
    groups = read_sketches([path], column="size", by='"on"', missing="drop")
    assert list(groups) == [datetime.date(2024, 5, 1), datetime.date(2024, 5, 2), None]


def test_sheets(book, run):
    path = book(first=[["x"], [1.5], [2.5]], Second=[["y"], [3.5], [4.5]], empty=[])
    with pytest.raises(ColumnError) as caught:
        read_columns([path])
    assert str(caught.value) == f"{path}: 2 sheets, choose one with --sheet; sheets: first, Second, empty"
    assert read_columns([path], written=Written(sheet="second")).values.tolist() == [3.5, 4.5]
    with pytest.raises(ColumnError, match=r"no sheet 'third'; sheets: first, Second, empty"):
        read_columns([path], written=Written(sheet="third"))
    assert run("fit", path, "--sheet", "first", "-k", "1", "--no-drawing")[1].startswith("x: 1 normal group")
    with pytest.raises(InputError, match="no rows"):
        read_columns([book(first=[], other=[])])
    with pytest.raises(InputError, match=r"2 sheets, read it with pandas.read_excel"):
        mix1d.fit(book(first=[["x"], [1]], other=[["y"], [2]]))


def test_numbers_kept_as_text_in_cells(book):
    path = book(sheet=[["who", "x"], ["a", "1.234,5"], ["b", "12,25"]])
    assert read_columns([path]).values.tolist() == [1234.5, 12.25]


def test_a_broken_workbook(tmp_path, book):
    whole = Path(book(sheet=[["x"], [1.5]])).read_bytes()
    path = tmp_path / "cut.xlsx"
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match=r"cut.xlsx: cannot be read as a workbook"):
        read_columns([str(path)])


def test_the_package_is_named(book, monkeypatch):
    path = book(sheet=[["x"], [1.5]])
    monkeypatch.setattr("mix1d.sources.workbooks.installed", lambda name: False)
    with pytest.raises(InputError, match=r'read and written with openpyxl: pip install "mix1d\[cli\]"'):
        read_columns([path])
