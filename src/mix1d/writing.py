"""Files that are written at once or not at all."""

from __future__ import annotations

import codecs
import errno
import io
import os
import re
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO, BinaryIO, cast

from mix1d.errors import InputError, shown

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_OLD = os.O_WRONLY | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)
_OWN = re.compile(r"/dev/fd/(\d+)|/proc/(?:self|thread-self|(\d+))/fd/(\d+)")
_MOST_LINKS = 40


@contextmanager
def replaced(path: str | bytes | os.PathLike[str]) -> Iterator[BinaryIO]:
    """Give a file to write bytes to, which takes the place of `path` at the end unless something fails.

    A regular file keeps its permissions, and what a link points at is replaced, not the link. Pipes, devices
    and descriptors of this process, such as ``/dev/stdout``, are written to as they are. What cannot be
    written is an `OSError` whose `filename` is `path`; the old file is whole then.

    The new file has a name that nobody can foresee, in the folder of the old one, until it is complete and on
    the disk: a power cut leaves the old file or the new one.
    """
    import secrets

    where = named(path)
    own = _own_descriptor(where)
    old = None if own is not None else _status(where)
    if own is not None or (old is not None and not stat.S_ISREG(old.st_mode)):
        for stream in (sys.stdout, sys.stderr):  # what was printed before comes before
            if stream is not None:
                stream.flush()
        with naming(where):
            number = os.open(where, _OLD) if own is None else os.dup(own)
        with _writer(number, where) as file:
            yield file
        return
    if old is not None and not os.access(where, os.W_OK):  # somebody protects it; renaming would not ask
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), where)
    target = os.path.realpath(where)
    folder = os.path.dirname(target)
    part = os.path.join(folder, f".mix1d-{secrets.token_hex(8)}.part")
    # Nobody may read what will not be theirs to read; a new file has the permissions that others would have.
    mode = 0o666 if old is None else 0o600
    with naming(where):
        number = os.open(part, _NEW, mode)
    try:
        with _writer(number, where) as file:
            yield file
            file.flush()
            with naming(where):
                if old is not None:
                    _take_over(file.fileno(), old)
                os.fsync(file.fileno())
        with naming(where):
            os.replace(part, target)
    except BaseException:
        with suppress(OSError):
            os.unlink(part)
        raise
    _sync_folder(folder)


@contextmanager
def text_replaced(path: str | bytes | os.PathLike[str]) -> Iterator[IO[str]]:
    """Give a file as `replaced` does, to write text in UTF-8 to."""
    with replaced(path) as file:
        yield utf8(file)


def utf8(file: BinaryIO) -> IO[str]:
    """Return what writes text to a file of bytes: in UTF-8, with the ends of lines that POSIX has.

    Names from a disk or a command line may hold what is no text, which is written as an escape. The file is
    not closed with what this returns, as `io.TextIOWrapper` would do with standard output.
    """
    return cast(IO[str], codecs.getwriter("utf-8")(file, "backslashreplace"))


def named(path: object) -> str:
    r"""Return a path as text that the system may be asked with, or raise `InputError`.

    >>> named("fit\0.json")
    Traceback (most recent call last):
    ...
    mix1d.errors.InputError: path must be the name of a file, got 'fit\x00.json': no name holds a NUL
    """
    if not isinstance(path, str | bytes | os.PathLike):
        raise InputError(f"path must be the name of a file, got {shown(path)}: pass text or a pathlib.Path")
    text = os.fsdecode(path)
    try:
        os.fsencode(text)
    except UnicodeEncodeError:
        raise InputError(f"path must be the name of a file, got {shown(text)}: it has no bytes") from None
    if "\0" in text:
        raise InputError(f"path must be the name of a file, got {shown(text)}: no name holds a NUL")
    return text


def _status(path: str) -> os.stat_result | None:
    """Return what the system knows of a file, None where there is none yet."""
    try:
        return os.stat(path)
    except FileNotFoundError:
        if not os.path.basename(path):  # a folder that does not exist, or nothing at all
            raise
        return None


def _own_descriptor(path: str) -> int | None:
    """Return the number of the descriptor of this process that a path leads to, if it does."""
    for _ in range(_MOST_LINKS):
        path = os.path.abspath(path)
        found = _OWN.fullmatch(path)
        if found is not None and found[2] in (None, str(os.getpid())):
            return int(found[1] or found[3])
        try:
            path = os.path.join(os.path.dirname(path), os.readlink(path))
        except OSError:
            return None
    return None


class _NamedFile(io.FileIO):
    """A file whose errors name it, which those of writing do not do by themselves."""

    def __init__(self, number: int, path: str) -> None:
        super().__init__(number, "wb")
        self._path = path

    def write(self, data: object, /) -> int:
        with naming(self._path):
            return super().write(cast(bytes, data))


@contextmanager
def naming(path: str) -> Iterator[None]:
    """Give the name to errors of the system that come from a file."""
    try:
        yield
    except OSError as error:
        if error.errno is None:
            raise
        raise OSError(error.errno, error.strerror, path) from None


def _take_over(number: int, old: os.stat_result) -> None:
    """Give a new file the owner, as far as that is allowed, and the permissions of the old one."""
    if os.name != "posix":
        return
    allowed = stat.S_IMODE(old.st_mode) & 0o777
    new = os.fstat(number)
    if (new.st_uid, new.st_gid) != (old.st_uid, old.st_gid):
        try:
            os.fchown(number, old.st_uid, old.st_gid)
        except OSError:
            allowed &= ~0o070 if new.st_gid != old.st_gid else 0o777  # what one group may, another may not
    os.fchmod(number, allowed)


def _sync_folder(folder: str) -> None:
    """Bring the new name to the disk, on systems and file systems that can."""
    if os.name != "posix":
        return
    with suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def _writer(number: int, path: str) -> BinaryIO:
    return cast(BinaryIO, io.BufferedWriter(_NamedFile(number, path)))
