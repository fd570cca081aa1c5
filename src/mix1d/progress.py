"""Progress of long work: a bar on a terminal or in a notebook, or the caller's own function."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Any

from mix1d.console import console
from mix1d.errors import InputError, shown
from mix1d.native import Report
from mix1d.optional import installed

DELAY = 2.0  # seconds after which work on a terminal deserves a bar
_APART = 0.2  # seconds from one drawing in a notebook to the next
_EMPTY = {"text/plain": "", "text/html": ""}

Watching = bool | Report | None
"""What the argument `progress` may be; see `mix1d.fit`."""


class Progress:
    """What to tell whom: used as ``with Progress(progress) as report``, where `report` may be None.

    `progress` is None for a bar on a terminal or in a notebook after two seconds, True for a bar at once,
    False for silence, or a callable ``(done, total)``; anything else is an `InputError`. `total` is what is
    reported as done when the work ends without an error.
    """

    def __init__(self, progress: object, total: float | None = None) -> None:
        self.total = total
        self._own: Report | None = None
        self._bar: Any = None
        self._shown_at = 0.0
        if progress is None or progress is True:
            self._wanted = (
                progress is True or in_notebook() or (sys.stderr is not None and sys.stderr.isatty())
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


def in_notebook() -> bool:
    """Say whether this runs in a cell of a notebook."""
    shell = sys.modules.get("IPython")
    return shell is not None and type(shell.get_ipython()).__name__ == "ZMQInteractiveShell"


def _bar(total: float) -> Any:
    if in_notebook():
        return _Cell()
    rich = sys.stderr.isatty() and installed("rich")
    return _Rich(total) if rich else _Line()


class _Cell:
    """A bar below the cell of a notebook; all bars of one run of a cell share a place, and leave it empty.

    What other bars leave in a saved notebook, an empty widget or the last line of text, is printed with it.
    """

    _last: tuple[Any, Any] = (None, None)  # the run of a cell, and its place

    def __init__(self) -> None:
        from IPython import get_ipython
        from IPython.display import display

        run = get_ipython().execution_count
        if run is None or _Cell._last[0] != run:
            _Cell._last = run, display(_EMPTY, raw=True, display_id=True)
        self._place = _Cell._last[1]
        self._begun = time.monotonic()
        self._next = 0.0

    def update(self, done: float, total: float) -> None:
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + _APART
        share = min(max(done / total, 0.0), 1.0) if total else 1.0
        left = (now - self._begun) * (1.0 - share) / share if share > 0.0 else 0.0
        words = f"mix1d: {100.0 * share:.0f} %" + (f", about {left:.0f} s left" if left >= 1.0 else "")
        bar = f'<progress value="{share:.3f}" style="width:16em;vertical-align:middle"></progress>'
        self._place.update({"text/plain": words, "text/html": f"{bar} {words}"}, raw=True)

    def close(self) -> None:
        self._place.update(_EMPTY, raw=True)


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
