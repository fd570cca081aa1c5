"""Tables in files, in the format that the ending of the name says."""

from __future__ import annotations

import argparse
import csv
import json
import math
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from mix1d.cli.data import text_file
from mix1d.errors import InputError
from mix1d.optional import installed
from mix1d.sources.workbooks import NEEDED
from mix1d.writing import replaced, text_replaced

ENDINGS = (".csv", ".tsv", ".parquet", ".pq", ".json", ".xlsx")
_SEPARATORS = {".csv": ",", ".tsv": "\t"}
_MOST_ROWS_OF_A_SHEET = 1_048_576
_NOTHING = "\\N"  # on the way to Parquet, where an empty text is not the same

Cells = Sequence[Any]


def check_ending(asked: argparse.Namespace) -> None:
    """Refuse a name whose ending says no format, before any work is done."""
    path = asked.output
    ending = "" if path is None else _ending(path)
    if ending not in ENDINGS:
        if ending:
            known = ", ".join(ENDINGS)
            asked.fail(f"--output {path!r}: no table is written as {ending}; use one of {known}")
        return
    if ending == ".xlsx" and not installed("openpyxl"):
        raise InputError(NEEDED)


def write_table(header: Sequence[str], rows: Iterable[Cells], kinds: Sequence[str], path: str) -> None:
    """Write rows to a file, at once or not at all, or as CSV to standard output for "-".

    Parameters
    ----------
    header : sequence of str
        The names of the columns.
    rows : iterable of sequences
        Numbers, NaN or None where there is none, truth values and text.
    kinds : sequence of str
        What each column holds, as DuckDB calls it.
    path : str
        Its ending says the format; CSV without one.
    """
    ending = _ending(path)
    if ending in (".parquet", ".pq"):
        _write_parquet(header, rows, kinds, path)
    elif ending == ".xlsx":
        _write_xlsx(header, rows, path)
    else:
        with text_file(path) as file:
            if ending == ".json":
                _write_json(header, rows, file)
            else:
                _write_text(header, rows, file, _SEPARATORS.get(ending, ","), "")


def _ending(path: str) -> str:
    if path == "-" or (os.path.exists(path) and not os.path.isfile(path)):  # a pipe or a device
        return ""
    return Path(path).suffix.lower()


def _write_text(
    header: Sequence[str], rows: Iterable[Cells], file: IO[str], separator: str, nothing: str
) -> None:
    """Write a line for each row; numbers to the last bit, `nothing` where there is none."""
    writer = csv.writer(file, delimiter=separator, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([_text(cell, nothing) for cell in row] for row in rows)


def _text(cell: object, nothing: str) -> str:
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return nothing
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return repr(cell) if isinstance(cell, float) else str(cell)


def _plain(cell: Any) -> Any:
    """Return a cell as JSON and workbooks have it: None for what is no finite number."""
    return None if isinstance(cell, float) and not math.isfinite(cell) else cell


def _write_json(header: Sequence[str], rows: Iterable[Cells], file: IO[str]) -> None:
    """Write a list of objects, one a line."""
    lines = (json.dumps(dict(zip(header, map(_plain, row), strict=True))) for row in rows)
    file.write("[\n")
    for i, line in enumerate(lines):
        file.write(line if i == 0 else f",\n{line}")
    file.write("\n]\n")


def _write_parquet(header: Sequence[str], rows: Iterable[Cells], kinds: Sequence[str], path: str) -> None:
    import duckdb

    with tempfile.TemporaryDirectory(prefix="mix1d-") as folder:
        source, made = (os.path.join(folder, name) for name in ("table.csv", "table.parquet"))
        with text_replaced(source) as file:
            _write_text(header, rows, file, ",", _NOTHING)
        columns = dict(zip(header, kinds, strict=True))
        with duckdb.connect() as connection:
            try:
                table = connection.read_csv(source, header=True, columns=columns, na_values=_NOTHING)
                table.write_parquet(made)
            except duckdb.Error as error:
                words = str(error).partition("\n")[0]
                raise InputError(f"the table cannot be written as Parquet in {folder}: {words}") from None
        with open(made, "rb") as whole, replaced(path) as target:
            shutil.copyfileobj(whole, target)


def _write_xlsx(header: Sequence[str], rows: Iterable[Cells], path: str) -> None:
    import openpyxl
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.utils.exceptions import IllegalCharacterError

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("mix1d")
    try:
        for row in _numbered(header, rows, path):
            cells = [WriteOnlyCell(sheet, value=_plain(cell)) for cell in row]
            for cell in cells:
                if cell.data_type == "f":  # text that begins with "=" is text
                    cell.data_type = "s"
            sheet.append(cells)
    except IllegalCharacterError as error:
        raise InputError(f"{path}: a workbook cannot hold the text {str(error)!r}: write .csv") from None
    with replaced(path) as file:
        book.save(file)


def _numbered(header: Sequence[str], rows: Iterable[Cells], path: str) -> Iterator[Cells]:
    yield header
    for number, row in enumerate(rows, 2):
        if number > _MOST_ROWS_OF_A_SHEET:
            most = f"{_MOST_ROWS_OF_A_SHEET:,}"
            raise InputError(f"{path}: a sheet has at most {most} rows: write .csv or .parquet")
        yield row
