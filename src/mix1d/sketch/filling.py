"""Values on their way into a sketch."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from mix1d import _core
from mix1d.data.sample import Checked, checked_column
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

    def add(self, values: object, sample_weight: object, missing: str, threads: int, watch: Progress) -> None:
        """Check a chunk and take it: a long one in the same pass, short ones when there are many."""
        state: State | None = None

        def read(column: NDArray[Any], weights: NDArray[Any] | None) -> _core.Scan | None:
            nonlocal state
            if len(column) < DIRECT:
                return None
            found = self._read(column, weights, threads, watch)
            if found is None:
                return None
            state = State(*found[0])
            return found[1]

        chunk = checked_column(values, sample_weight, missing=missing, threads=threads, look=read)
        if chunk.n_obs and len(chunk.column) >= DIRECT:
            self._take(chunk, state, threads, watch)
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
            self._take(chunk, None, threads, Progress(False))
            self._waiting, self._rows = [], 0
        return self.contents

    def _read(
        self, column: NDArray[Any], weights: NDArray[Any] | None, threads: int, watch: Progress
    ) -> tuple[_core.SketchState, _core.Scan] | None:
        with watch as report:
            return _core.sketch_add(self.contents.state, column, weights, threads, report)

    def _take(self, chunk: Checked, state: State | None, threads: int, watch: Progress) -> None:
        """Take over the state with the rows of a chunk, which are read now if they have not been."""
        if state is None:
            found = self._read(chunk.column, chunk.sample_weight, threads, watch)
            assert found is not None
            state = State(*found[0])
        resolution = self.contents.resolution
        if not state.exact and len(chunk.column) >= JUDGED:
            spacing = _core.resolution(chunk.column, chunk.sample_weight, 2 * JUDGED)
            resolution = self.contents.finer(spacing)
        self.contents = self.contents._replace(state=state, resolution=resolution)
