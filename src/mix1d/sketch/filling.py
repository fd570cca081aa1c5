"""Values on their way into a sketch."""

from __future__ import annotations

from mix1d import _core
from mix1d.data.sample import Checked
from mix1d.progress import Progress
from mix1d.sketch.contents import Contents
from mix1d.sketch.state import State

# An addition to cells costs some 10 ms, however few the rows are, so that few wait until there are many.
DIRECT = 524_288  # rows from which an array is read where it is
WAITING = 1_048_576  # rows that wait at most
JUDGED = 4096  # rows from which a chunk says whether values are rounded


class Filling:
    """Contents that are counted already, and some of their values that wait for cells."""

    __slots__ = ("_rows", "_waiting", "contents")

    def __init__(self, contents: Contents) -> None:
        self.contents = contents
        self._waiting: list[Checked] = []
        self._rows = 0

    def add(self, chunk: Checked, threads: int, watch: Progress) -> None:
        """Take a chunk: a long one at once, a short one when there are many."""
        if chunk.n_obs and len(chunk.column) >= DIRECT:
            self._take(chunk, threads, watch)
        elif chunk.n_obs:
            self._waiting.append(chunk.copied())
            self._rows += len(chunk.column)
        self.contents = self.contents.with_rows(chunk)
        if self._rows >= WAITING:
            self.settled(threads)

    def settled(self, threads: int = 1) -> Contents:
        """Move the values that wait into cells, and return the contents."""
        if self._waiting:
            chunk = Checked.joined(self._waiting)
            self._take(chunk, threads, Progress(False))
            self._waiting, self._rows = [], 0
        return self.contents

    def _take(self, chunk: Checked, threads: int, watch: Progress) -> None:
        state = self.contents.state
        with watch as report:
            state = State(*_core.sketch_add(state, chunk.column, chunk.sample_weight, threads, report))
        resolution = self.contents.resolution
        if not state.exact and len(chunk.column) >= JUDGED:
            found = _core.resolution(chunk.column, chunk.sample_weight, 2 * JUDGED)
            resolution = self.contents.finer(found)
        self.contents = self.contents._replace(state=state, resolution=resolution)
