"""Sheets of Excel workbooks, copied to a text file, which is read like any other.

openpyxl reads and writes workbooks, so that one package serves both; what reads faster (python-calamine) does
not write.
"""

from __future__ import annotations

import csv
import datetime
import os
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mix1d.errors import InputError
from mix1d.optional import installed
from mix1d.sources.columns import ColumnError, Wanted
from mix1d.sources.names import MOST_LISTED

if TYPE_CHECKING:
    from mix1d.sources.file import File

NEEDED = 'workbooks (.xlsx) are read and written with openpyxl: pip install "mix1d[cli]"'


@contextmanager
def saved_as_text(file: File, wanted: Wanted) -> Iterator[File]:
    """Give a sheet of a workbook as a text file.

    Raises
    ------
    InputError
        When the file is no workbook, or openpyxl is missing.
    ColumnError
        When there is no such sheet, or several could be meant.
    """
    if not installed("openpyxl"):
        raise InputError(NEEDED)
    import openpyxl

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions that play no part
            with open(file.path, "rb") as source:
                book = openpyxl.load_workbook(source, read_only=True, data_only=True)
                try:
                    sheet = book[_chosen(book, file.label, wanted)]
                    _copy(sheet, file.spare_sheet)
                finally:
                    book.close()
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, SyntaxError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{file.label}: cannot be read as a workbook (.xlsx): {error}") from None
    yield replace(file, path=file.spare_sheet, head=b"x")


def _chosen(book: Any, label: str, wanted: Wanted) -> str:
    """Return the name of the sheet that is meant."""
    names = list(book.sheetnames)
    asked = wanted.written.sheet
    listed = ", ".join(names[:MOST_LISTED])
    if asked is not None:
        found = next((name for name in names if name.casefold() == asked.strip().casefold()), None)
        if found is None:
            raise ColumnError(f"{label}: no sheet {asked!r}; sheets: {listed}")
        return str(found)
    filled = [name for name in names if _has_cells(book[name])]
    if len(filled) > 1:
        raise ColumnError(f"{label}: {len(filled)} sheets, {wanted.words.sheet}; sheets: {listed}")
    if not filled:
        raise InputError(f"{label}: no rows")
    return str(filled[0])


def _has_cells(sheet: Any) -> bool:
    rows = getattr(sheet, "iter_rows", None)  # a sheet of a chart has none
    return rows is not None and any(cell is not None for row in rows(values_only=True) for cell in row)


def _copy(sheet: Any, path: str) -> None:
    """Write the filled rectangle of a sheet to a text file."""
    last = 0
    for row in sheet.iter_rows(values_only=True):
        filled = [i for i, cell in enumerate(row) if cell is not None]
        last = max(last, filled[-1] + 1 if filled else 0)
    with open(path, "w", encoding="utf-8", newline="", opener=_only_mine) as file:
        writer = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL)
        for row in sheet.iter_rows(values_only=True):
            cells = [_text_of(cell) for cell in row[:last]]
            cells += [""] * (last - len(cells))
            if any(cells):
                writer.writerow(cells)
            else:
                file.write("\n")  # so that lines are rows of the sheet


def _only_mine(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_CREAT | os.O_EXCL, 0o600)


def _text_of(cell: object) -> str:
    """Return a cell as text that reads back as the same value."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return repr(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime.datetime):
        text = cell.isoformat(" ")
        return text.removesuffix(" 00:00:00")
    return " ".join(str(cell).split())
