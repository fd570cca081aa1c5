"""The process of a command: its streams, its signals, and what it says when it fails."""

from __future__ import annotations

import io
import os
import signal
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import TextIO

from mix1d.errors import DEBUG
from mix1d.words import visible

DIFFERS, FAULT, INTERRUPTED, TERMINATED = 3, 70, 130, 143
_ENDING = ("SIGTERM", "SIGHUP")


class Terminated(KeyboardInterrupt):
    """The process was asked to end: everything is put away as after Ctrl-C."""


def prepare_streams() -> None:
    """See to it that all three streams are there and can be written to.

    One that is closed becomes a file that refuses what is asked of it, so that nothing is lost without a word
    and no file that is opened later takes its place. What an encoding cannot express is written as escapes.
    """
    if sys.stdin is None:
        sys.stdin = io.TextIOWrapper(io.BufferedReader(io.FileIO(_place(0, os.O_WRONLY), "r")))
    if sys.stdout is None:
        sys.stdout = io.TextIOWrapper(io.BufferedWriter(io.FileIO(_place(1, os.O_RDONLY), "w")))
    if sys.stderr is None:  # there is nobody to tell
        sys.stderr = io.TextIOWrapper(io.BufferedWriter(io.FileIO(_place(2, os.O_WRONLY), "w")))
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _place(number: int, flags: int) -> int:
    """Open nothing at a number of a standard stream, if that is free, and return where it is open."""
    found = os.open(os.devnull, flags)
    if found == number:
        return found
    try:
        os.fstat(number)
    except OSError:
        os.dup2(found, number)
        os.close(found)
        return number
    return found  # something else was opened there in between


@contextmanager
def ending_tidily() -> Iterator[None]:
    """Let SIGTERM and SIGHUP end what runs as Ctrl-C does, unless the process was started to ignore them."""

    def end(number: int, frame: FrameType | None) -> None:
        raise Terminated

    before = {}
    with suppress(ValueError):  # of a thread that is not the main one
        for name in _ENDING:
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) is signal.SIG_DFL:
                before[number] = signal.signal(number, end)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def flush_output() -> None:
    """Bring to its place what was printed; where that fails, the `OSError` names "standard output"."""
    with on_output():
        sys.stdout.flush()


@contextmanager
def on_output() -> Iterator[None]:
    """Give the name of standard output to errors of the system that have none."""
    try:
        yield
    except OSError as error:
        if error.filename is not None or error.errno is None:
            raise
        raise OSError(error.errno, error.strerror, "standard output") from None


def drop(stream: TextIO) -> None:
    """Forget what was printed and cannot be written: nothing may be tried again at the exit."""
    with suppress(OSError, ValueError):
        number = stream.fileno()
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, number)
        if nothing != number:
            os.close(nothing)
        stream.flush()


def placed(error: OSError) -> OSError:
    """Return an error with the name of standard output, if it has none and that is what fails."""
    if error.filename is None:
        try:
            flush_output()
        except OSError as again:
            return again
    return error


def failed(message: str, code: int) -> int:
    """Say in one sentence what went wrong, and return the exit code; with MIX1D_DEBUG, say where too."""
    try:
        flush_output()
    except OSError:
        drop(sys.stdout)
    try:
        if os.environ.get(DEBUG):
            traceback.print_exc()
        print(f"mix1d: {visible(message)}", file=sys.stderr, flush=True)
    except OSError:  # there is nobody to tell
        drop(sys.stderr)
    return code
