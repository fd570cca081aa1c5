"""Files opened to be read piece by piece: data in batches with DuckDB, saved sketches whole."""

from __future__ import annotations

import os
import stat
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from io import BufferedIOBase
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast

from mix1d._errors import InputError, SketchFormatError
from mix1d._optional import installed
from mix1d._writing import named, naming
from mix1d.data import check_threads
from mix1d.sketch.container import MAGIC
from mix1d.sketch.summary import Sketch
from mix1d.sources.chunks import Filler, Rows
from mix1d.sources.columns import ColumnError, Header, Wanted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from mix1d.sources.relations import Elsewhere, Selection, Table

Report: TypeAlias = Callable[[float, float], object] | None
Piece: TypeAlias = tuple[str, Sketch | Rows]
"""Where it comes from, for messages, and a saved sketch or a batch of rows."""

_SUFFIX = ".m1d"
_PIECE = 1 << 20  # bytes of a pipe that are copied at a time


@dataclass(frozen=True)
class File:
    """A file on the disk, or a copy of what came through a pipe."""

    path: str
    label: str
    size: int
    saved: bool
    head: bytes


@contextmanager
def opened(paths: Sequence[str], wanted: Wanted, threads: int | None = None) -> Iterator[Files]:
    """Open files and check that what is wanted is in them.

    Raises
    ------
    ColumnError, InputError, OSError
        When a file cannot be opened, or does not have what is wanted.
    """
    n_threads = None if threads is None else check_threads(threads)
    with ExitStack() as stack:
        files = [stack.enter_context(readable(path)) for path in paths]
        _check_saved(files, wanted)
        read = None
        if not all(file.saved for file in files):
            read = stack.enter_context(_data_reader(wanted, n_threads))
        yield Files([_Saved(file) if file.saved or read is None else read(file) for file in files], wanted)


@contextmanager
def held(paths: Sequence[str]) -> Iterator[list[str]]:
    """Give paths that can be read again and again: standard input and pipes are copied to files."""
    with ExitStack() as stack:
        yield [stack.enter_context(readable(path)).path for path in paths]


class Files:
    """Opened files; see `opened`.

    Attributes
    ----------
    name : str or None
        The column or expression, or what saved sketches say, once they are read.
    """

    def __init__(self, parts: Sequence[_Saved | _Data], wanted: Wanted) -> None:
        self._parts = parts
        self._wanted = wanted
        self._named_by = ""  # the file that gave the name
        self.name: str | None = None
        for part in parts:
            if isinstance(part, _Data):
                words = "the only numeric column is {} in {} and {} in {}"
                self._agree(part.file.label, part.selection.name, words)

    def headers(self) -> list[Header | None]:
        """Return the columns of each file, None for a saved sketch."""
        return [part.selection.table.header if isinstance(part, _Data) else None for part in self._parts]

    def pieces(self, report: Report = None) -> Iterator[Piece]:
        """Read all files, one after the other."""
        total = float(sum(part.file.size for part in self._parts))
        done = 0.0
        empty = True
        for part in self._parts:
            file = part.file
            for piece in part.pieces():
                if isinstance(piece, Sketch):
                    self._agree(file.label, piece.name, "the variable is {} in {} and {} in {}")
                empty = empty and isinstance(piece, Rows) and len(piece.values) == 0
                yield file.label, piece
                if report:
                    report(done + part.share() * file.size, total)
            done += file.size
            if report:
                report(done, total)
        if empty:
            labels = [part.file.label for part in self._parts]
            which = labels[0] if len(labels) == 1 else f"{labels[0]} to {labels[-1]}"
            where = "" if self._wanted.where is None else f" where {self._wanted.where}"
            raise InputError(f"{which}: no rows{where}")

    def filled(
        self, pieces: Iterable[Piece], missing: Literal["raise", "drop"], threads: int | None = None
    ) -> dict[Any, Sketch]:
        """Put pieces into a sketch for each group, or into that of None."""
        grouped = self._wanted.by is not None
        drop = self._wanted.words.drop
        filler = Filler(self.name, grouped=grouped, missing=missing, threads=threads, drop=drop)
        saved: Sketch | None = None
        place = None
        for label, piece in pieces:
            if isinstance(piece, Sketch):
                saved = piece if saved is None else saved + piece
                continue
            if label != place:
                filler.begin(label)
                place = label
            filler.add(piece)
        found = filler.finish_all()
        return found if saved is None else {None: found[None] + saved}

    def _agree(self, label: str, name: str | None, words: str) -> None:
        """Refuse to join different variables, unless a column was asked for."""
        if name is None:
            return
        if self.name is None:
            self.name, self._named_by = name, label
        elif name != self.name and self._wanted.column is None:
            found = words.format(repr(self.name), self._named_by, repr(name), label)
            raise ColumnError(f"{found}; choose one with {self._wanted.words.column}")


@dataclass(frozen=True)
class _Saved:
    """A saved sketch."""

    file: File

    def pieces(self) -> Iterator[Sketch]:
        try:
            yield Sketch.from_bytes(Path(self.file.path).read_bytes())
        except SketchFormatError as error:
            raise SketchFormatError(f"{self.file.label}: {error}") from None

    def share(self) -> float:
        return 1.0


@dataclass(frozen=True)
class _Data:
    """A file that DuckDB reads."""

    file: File
    selection: Selection
    connection: DuckDBPyConnection
    elsewhere: Elsewhere[Any]

    def pieces(self) -> Iterator[Rows]:
        return self.selection.batches(self.elsewhere)

    def share(self) -> float:
        """How much of it has been read, as far as DuckDB knows."""
        ask = getattr(self.connection, "query_progress", None)  # missing in early versions
        return 0.0 if ask is None else min(max(ask() / 100.0, 0.0), 1.0)


@contextmanager
def _data_reader(wanted: Wanted, threads: int | None) -> Iterator[Callable[[File], _Data]]:
    """Start DuckDB, and give a function that opens a file."""
    with engine(threads) as (connection, elsewhere):
        from mix1d.sources.relations import Selection

        def read(file: File) -> _Data:
            def table() -> Table:
                return table_in(connection, file)

            found: Selection = elsewhere(lambda: Selection.of(table, wanted, file.label)).result()
            return _Data(file, found, connection, elsewhere)

        yield read


@contextmanager
def engine(threads: int | None = None) -> Iterator[tuple[DuckDBPyConnection, Elsewhere[Any]]]:
    """Start DuckDB, and give its connection and a function that runs queries in another thread."""
    if not installed("duckdb"):
        raise InputError('data files are read with duckdb: pip install "mix1d[cli]"')
    import duckdb

    from mix1d.sources.relations import in_another_thread

    # Without the network: a file is read with what DuckDB has built in, or not at all.
    config: dict[str, str | bool | int | float | list[str]] = {"autoinstall_known_extensions": "false"}
    if threads is not None:
        config["threads"] = threads
    with duckdb.connect(config=config) as connection, in_another_thread(connection.interrupt) as elsewhere:
        connection.execute("SET enable_progress_bar = true")  # counts what was read
        connection.execute("SET enable_progress_bar_print = false")
        yield connection, elsewhere


def table_in(connection: DuckDBPyConnection, file: File) -> Table:
    """Return a file of data as a table."""
    from mix1d.sources.formats import table_of

    return table_of(connection, file.path, file.head, file.label)


def _check_saved(files: Sequence[File], wanted: Wanted) -> None:
    """Refuse what cannot be done with saved sketches, which have no rows any more."""
    saved = next((file for file in files if file.saved), None)
    if saved is None:
        return
    alone = all(file.saved for file in files)
    for argument, value in ((wanted.words.weights, wanted.weights), ("where", wanted.where)):
        if alone and value is not None:
            raise ColumnError(
                f"{saved.label} is a saved sketch, whose rows are not kept: give {argument} when it is made"
            )
    if wanted.by is not None:
        raise ColumnError(
            f"{saved.label} is a saved sketch, whose rows are not kept: by needs the data, or one sketch for "
            "each group"
        )


@contextmanager
def readable(path: str) -> Iterator[File]:
    """Give a file that can be read from any place; standard input and pipes go to a temporary file."""
    if path == "-":
        if sys.stdin is None:
            raise InputError("standard input is closed: give the name of a file")
        with _copied(cast(BufferedIOBase, sys.stdin.buffer), "standard input") as name:
            yield _described(name, "standard input")
        return
    with open(named(path), "rb") as source:  # raises an OSError with a clear text, which DuckDB does not
        plain = stat.S_ISREG(os.fstat(source.fileno()).st_mode)
        if not plain:
            with _copied(source, path) as name:
                yield _described(name, path)
            return
    yield _described(path, path)


@contextmanager
def _copied(source: BufferedIOBase, label: str) -> Iterator[str]:
    """Give a name for a copy, which no sudden end leaves behind where the system has names for open files."""
    handle, name = tempfile.mkstemp(prefix="mix1d-")
    unlinked = False
    try:
        if os.path.exists(f"/proc/self/fd/{handle}"):
            os.unlink(name)
            name, unlinked = f"/proc/self/fd/{handle}", True
        with open(handle, "wb", closefd=False) as file:
            while True:
                with naming(label):
                    piece = source.read1(_PIECE)  # one read of the system: Ctrl-C is heard between two
                if not piece:
                    break
                with naming(tempfile.gettempdir()):
                    file.write(piece)
            with naming(tempfile.gettempdir()):
                file.flush()
        yield name
    finally:
        os.close(handle)
        if not unlinked:
            os.unlink(name)


def _described(path: str, label: str) -> File:
    with open(path, "rb") as file:
        head = file.read(4096)
    saved = head.startswith(MAGIC) or Path(path).suffix == _SUFFIX
    return File(path, label, os.path.getsize(path), saved, head)
