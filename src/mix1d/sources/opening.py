"""Files opened to be read piece by piece: data in batches with DuckDB, saved sketches whole."""

from __future__ import annotations

import os
import secrets
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from io import BufferedIOBase
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast

from mix1d.data.arguments import check_threads
from mix1d.errors import InputError, SketchFormatError
from mix1d.optional import installed
from mix1d.sketch.container import MAGIC
from mix1d.sketch.summary import Sketch
from mix1d.sources.chunks import Filler, Rows
from mix1d.sources.columns import ColumnError, Header, Wanted
from mix1d.sources.file import File
from mix1d.writing import named, naming

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from mix1d.sources.relations import Selection, Table
    from mix1d.sources.streams import Elsewhere

Report: TypeAlias = Callable[[float, float], object] | None
Piece: TypeAlias = tuple[str, Sketch | Rows]
"""Where it comes from, for messages, and a saved sketch or a batch of rows."""

_SUFFIX = ".m1d"
_PIECE = 1 << 20  # bytes of a pipe that are copied at a time


@contextmanager
def opened(
    paths: Sequence[str],
    wanted: Wanted,
    threads: int | None = None,
    *,
    keep: bool = False,
    notes: list[str] | None = None,
) -> Iterator[Files]:
    """Open files and check that what is wanted is in them; see `table_of` for `keep`.

    `notes` takes what was left out of the files, or read in a special way, in words.
    """
    n_threads = None if threads is None else check_threads(threads)
    with ExitStack() as stack:
        files = [stack.enter_context(readable(path)) for path in paths]
        _check_saved(files, wanted)
        read = None
        if not all(file.saved for file in files):
            read = stack.enter_context(_data_reader(files, wanted, n_threads, keep))
        found = Files([_Saved(file) if file.saved or read is None else read(file) for file in files], wanted)
        if notes is not None:
            notes += found.notes
        yield found


@contextmanager
def held(paths: Sequence[str]) -> Iterator[list[str]]:
    """Give paths that can be read again and again: standard input and pipes are copied to files."""
    with ExitStack() as stack:
        yield [stack.enter_context(readable(path)).path for path in paths]


class Files:
    """Opened files; see `opened`.

    `name` is the column or expression, or what saved sketches say, once they are read; `notes` are what was
    left out, or read in a special way, in words.
    """

    def __init__(self, parts: Sequence[_Saved | Data], wanted: Wanted) -> None:
        self._parts = parts
        self._wanted = wanted
        self._named_by = ""  # the file that gave the name
        self.name: str | None = None
        self.notes: list[str] = []
        for part in parts:
            if isinstance(part, Data):
                where = f"{part.file.label}: " if len(parts) > 1 else ""
                self.notes += [f"{where}{note}" for note in part.selection.notes]
                words = "the only numeric column is {} in {} and {} in {}"
                self._agree(part.file.label, part.selection.name, words)

    @property
    def data(self) -> list[Data]:
        """The files that are no saved sketches."""
        return [part for part in self._parts if isinstance(part, Data)]

    def headers(self) -> list[Header | None]:
        """Return the columns of each file, None for a saved sketch."""
        return [part.selection.table.header if isinstance(part, Data) else None for part in self._parts]

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
class Data:
    """A file that DuckDB reads."""

    file: File
    selection: Selection
    connection: DuckDBPyConnection
    elsewhere: Elsewhere[Any]

    def pieces(self) -> Iterator[Rows]:
        """Read the values, batch by batch."""
        return self.selection.batches(self.elsewhere)

    def share(self) -> float:
        """How much of it has been read, as far as DuckDB knows."""
        ask = getattr(self.connection, "query_progress", None)  # missing in early versions
        return 0.0 if ask is None else min(max(ask() / 100.0, 0.0), 1.0)


@contextmanager
def _data_reader(
    files: Sequence[File], wanted: Wanted, threads: int | None, keep: bool
) -> Iterator[Callable[[File], Data]]:
    """Start DuckDB, and give a function that opens a file."""
    with engine(files, wanted, threads) as (connection, elsewhere):
        from mix1d.sources.relations import Selection

        def read(file: File) -> Data:
            def table() -> Table:
                return table_in(connection, file, wanted, keep=keep)

            found: Selection = elsewhere(lambda: Selection.of(table, wanted, file.label)).result()
            return Data(file, found, connection, elsewhere)

        yield read


@contextmanager
def engine(
    files: Sequence[File], wanted: Wanted, threads: int | None = None
) -> Iterator[tuple[DuckDBPyConnection, Elsewhere[Any]]]:
    """Start DuckDB for these files, and give its connection and a function that runs queries elsewhere."""
    if not installed("duckdb"):
        raise InputError('data files are read with duckdb: pip install "mix1d[cli]"')

    from mix1d.sources.locking import CAN_LOCK, locked, refuse_queries
    from mix1d.sources.streams import in_another_thread

    if not CAN_LOCK:
        refuse_queries([wanted.column, wanted.where, *wanted.taken, *(wanted.others or ())])
    allowed = [path for file in files for path in (file.path, file.spare, file.spare_sheet)]
    with locked(allowed, threads) as connection, in_another_thread(connection.interrupt) as elsewhere:
        yield connection, elsewhere


def table_in(connection: DuckDBPyConnection, file: File, wanted: Wanted, *, keep: bool = False) -> Table:
    """Return a file of data as a table."""
    from mix1d.sources.formats import table_of

    return table_of(connection, file, wanted, keep=keep)


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
    if wanted.beside or wanted.classes:
        what = wanted.beside[0].argument if wanted.beside else "--counts"
        raise ColumnError(
            f"{saved.label} is a saved sketch, whose rows are not kept: {what} needs the data themselves"
        )
    if wanted.by is not None:
        raise ColumnError(
            f"{saved.label} is a saved sketch, whose rows are not kept: by needs the data, or one sketch for "
            "each group"
        )


@contextmanager
def readable(path: str) -> Iterator[File]:
    """Give a file that can be read from any place; standard input and pipes go to a temporary file."""
    with ExitStack() as stack:
        if path == "-":
            if sys.stdin is None:
                raise InputError("standard input is closed: give the name of a file")
            source = cast(BufferedIOBase, sys.stdin.buffer)
            name = stack.enter_context(_copied(source, "standard input"))
            yield stack.enter_context(_described(name, "standard input"))
            return
        with open(named(path), "rb") as file:  # raises an OSError with a clear text, which DuckDB does not
            plain = stat.S_ISREG(os.fstat(file.fileno()).st_mode)
            copy = None if plain else stack.enter_context(_copied(file, path))
        if copy is None:
            copy = os.path.abspath(path)  # which has no scheme such as http:
            if _is_odd(copy):
                copy = stack.enter_context(_linked(copy))
        yield stack.enter_context(_described(copy, path))


def _is_odd(path: str) -> bool:
    """Say whether DuckDB would take a path for a pattern, or cannot be told it."""
    return any(sign in path for sign in "*?[]{}") or not path.isprintable() or not _is_unicode(path)


def _is_unicode(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:  # bytes of a file's name that are not UTF-8
        return False
    return True


@contextmanager
def _linked(path: str) -> Iterator[str]:
    """Give another name for a file; a copy where the system has no links for us."""
    suffixes = "".join(
        suffix for suffix in Path(path).suffixes[-2:] if suffix[1:].isascii() and suffix[1:].isalnum()
    )
    name = _unused() + suffixes
    try:
        os.symlink(path, name)
    except OSError:
        shutil.copyfile(path, name)
    try:
        yield name
    finally:
        os.unlink(name)


def _unused() -> str:
    """Return a name in the folder for temporary files that nobody can foresee."""
    return os.path.join(os.path.realpath(tempfile.gettempdir()), f"mix1d-{secrets.token_hex(8)}")


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


@contextmanager
def _described(path: str, label: str) -> Iterator[File]:
    with open(path, "rb") as file:
        head = file.read(4096)
    saved = head.startswith(MAGIC) or Path(path).suffix == _SUFFIX
    spares = _unused(), _unused()
    try:
        yield File(path, label, os.path.getsize(path), saved, head, *spares)
    finally:
        for spare in spares:
            Path(spare).unlink(missing_ok=True)
