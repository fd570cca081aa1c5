"""Progress of long work: a bar on a terminal or in a notebook, or the caller's own function."""

from __future__ import annotations

import sys
import time
import warnings
from types import TracebackType
from typing import Any

from mix1d.console import console
from mix1d.errors import InputError, shown
from mix1d.native import Report
from mix1d.optional import installed

DELAY = 2.0  # seconds after which work on a terminal deserves a bar

Watching = bool | Report | None
"""What the argument `progress` may be; see `mix1d.fit`."""


class Progress:
    """What to tell whom: used as ``with Progress(progress) as report``, where `report` may be None.

    Parameters
    ----------
    progress
        None for a bar on a terminal or in a notebook after two seconds, True for a bar at once, False for
        silence, or a callable ``(done, total)``.
    total : float, optional
        What is reported as done when the work ends without an error.

    Raises
    ------
    InputError
        For anything else.
    """

    def __init__(self, progress: object, total: float | None = None) -> None:
        self.total = total
        self._own: Report | None = None
        self._bar: Any = None
        self._shown_at = 0.0
        if progress is None or progress is True:
            self._wanted = (
                progress is True or _in_notebook() or (sys.stderr is not None and sys.stderr.isatty())
            )
            self._shown_at = time.monotonic() + (0.0 if progress else DELAY)
        elif progress is False:
            self._wanted = False
        elif callable(progress):
            self._own = progress
        else:
            raise InputError(
                f"progress must be None, True, False or a callable (done, total), got {shown(progress)}: "
                "pass one of these"
            )

    def __enter__(self) -> Report | None:
        return self._own or (self._show if self._wanted else None)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        report = self.__enter__()
        if kind is None and report is not None and self.total is not None:
            report(self.total, self.total)
        if self._bar is not None:
            self._bar.close()

    def _show(self, done: float, total: float) -> None:
        if self._bar is None:
            if time.monotonic() < self._shown_at:
                return
            self._bar = _bar(total)
        self._bar.update(done, total)


def _in_notebook() -> bool:
    shell = sys.modules.get("IPython")
    return shell is not None and type(shell.get_ipython()).__name__ == "ZMQInteractiveShell"


def _bar(total: float) -> Any:
    if _in_notebook() and installed("tqdm"):
        return _Tqdm(total)
    rich = sys.stderr.isatty() and installed("rich")
    return _Rich(total) if rich else _Line()


class _Tqdm:
    def __init__(self, total: float) -> None:
        with warnings.catch_warnings():  # without ipywidgets the bar is text, which is no reason to warn
            warnings.simplefilter("ignore")
            from tqdm.auto import tqdm

        # steps differ in length, so their number a second says nothing
        shape = "{desc}: {percentage:3.0f}%|{bar}| {elapsed}<{remaining}"
        self._bar = tqdm(total=total, desc="mix1d", leave=False, bar_format=shape)

    def update(self, done: float, total: float) -> None:
        self._bar.total = total
        self._bar.update(done - self._bar.n)

    def close(self) -> None:
        self._bar.close()


class _Rich:
    def __init__(self, total: float) -> None:
        from rich.progress import Progress as Bars

        self._bars = Bars(console=console(stderr=True), transient=True)
        self._task = self._bars.add_task("mix1d", total=total)
        self._bars.start()

    def update(self, done: float, total: float) -> None:
        self._bars.update(self._task, completed=done, total=total)

    def close(self) -> None:
        self._bars.stop()


class _Line:
    def update(self, done: float, total: float) -> None:
        sys.stderr.write(f"\rmix1d: {100.0 * done / total if total else 100.0:3.0f} %")
        sys.stderr.flush()

    def close(self) -> None:
        sys.stderr.write("\r" + " " * 13 + "\r")
        sys.stderr.flush()
