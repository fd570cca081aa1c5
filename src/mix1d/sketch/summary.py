"""`Sketch`: any number of values in a few thousand cells, in one pass, mergeable."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import numpy as np

from mix1d import _core
from mix1d._errors import InputError
from mix1d._progress import Progress
from mix1d.data import Checked, Sample, check_name, check_threads, checked_column
from mix1d.sketch.container import Contents, pack, unpack
from mix1d.sketch.measures import Measures
from mix1d.sketch.state import State
from mix1d.sketch.validity import UNJUDGED

# An addition to cells costs some 10 ms, however few the rows are, so that few wait until there are many.
DIRECT = 524_288  # rows from which an array is read where it is
WAITING = 1_048_576  # rows that wait at most
JUDGED = 4096  # rows from which a chunk says whether values are rounded


class Sketch(Measures):
    """A summary of any number of values from which mixtures are fitted as from the values themselves.

    `Sketch()` is empty; `add` takes values, in chunks or one by one; `a + b` joins two; `Sketch.of(source)`
    reads arrays, iterators of chunks, files, Arrow, DuckDB, Dask and Spark.

    Parameters
    ----------
    name : str, optional
        The variable's name; by default that of the first values added, when they have one.

    Attributes
    ----------
    count : int
        Values of positive weight.
    total_weight : float
        The sum of their weights.
    min, max, mean, variance : float
        Of the values; the variance has `total_weight` as denominator. NaN for an empty sketch.
    n_missing, n_zero_weight : int
        Rows left out because they were missing, or because their weight is 0.
    exact : bool
        Whether all distinct values were kept, with their weights: up to 16,384 are.
    name : str or None
        The variable's name.

    Notes
    -----
    Up to 16,384 distinct values are kept. More go into at most 4096 cells [j, j + 1) * 2^e, each value into
    exactly one. A cell keeps the moments to degree seven of its values, or up to four distinct values
    themselves; four Gauss quadrature nodes reproduce those moments, and a smooth log-density over
    cells a quarter of an sd wide to about 1e-10. Half of the cells have the same width wherever there are
    values, the others go where the weight is. Such intervals nest: whoever made two sketches, and from
    whatever, their cells fit together, and a cell moves into the one that contains it by the binomial
    theorem.

    The order of adding and merging plays hardly any part: count, total weight (compensated), smallest and
    largest value do not depend on it, mean and variance to rounding, fits within `error_bound`. Values that
    are repeated often stay apart from their neighbours, and one value at 1e300 costs nothing.

    One pass over the values, some nanoseconds each and thread (`bench/speed_sketch.py`); arrays of any real
    type are read where they are, without a copy. Memory: some 300 KB in cells, and up to 8 MB of values that
    wait.

    References
    ----------
    Golub, G. H. and Welsch, J. H. (1969). Calculation of Gauss quadrature rules. Mathematics of Computation
    23, 221-230. doi:10.1090/S0025-5718-69-99647-1

    DuMouchel, W., Volinsky, C., Johnson, T., Cortes, C. and Pregibon, D. (1999). Squashing flat files
    flatter. KDD-99, 6-15. doi:10.1145/312129.312184

    Examples
    --------
    >>> import mix1d
    >>> monday, tuesday = mix1d.Sketch(), mix1d.Sketch()
    >>> monday.add([1.0, 2.0, 2.0, 3.0])
    >>> tuesday.add([8.0, 9.0, 9.0, 10.0])
    >>> week = monday + tuesday
    >>> week.count, week.min, week.max, week.mean
    (8, 1.0, 10.0, 5.5)
    >>> mix1d.fit(week, 2).mixture.means.round(6).tolist()
    [2.0, 9.0]
    """

    __slots__ = ("_waiting", "_waiting_rows")

    def __init__(self, name: str | None = None) -> None:
        check_name(name)
        self._contents = Contents(name=name)
        self._waiting: list[Checked] = []
        self._waiting_rows = 0

    # ---- filling it

    def add(
        self,
        values: Any,
        sample_weight: Any = None,
        *,
        missing: Literal["raise", "drop"] = "raise",
        threads: int | None = None,
        progress: bool | Callable[[float, float], object] | None = False,
    ) -> None:
        """Add values, all of them or, when an error is raised, none.

        Parameters
        ----------
        values : array_like (n,) or a number
            As for `mix1d.fit`: any real type, read where it is.
        sample_weight : array_like (n,), optional
            Weights of at least 0; a weight of 2 means that the value occurs twice.
        missing : {"raise", "drop"}
            What to do with NaN, None, pandas.NA and masked values; `n_missing` counts those dropped.
        threads : int, optional
            Most threads to use, None for all processors. The sketch does not depend on it.
        progress : bool or callable, optional
            As for `mix1d.fit`.

        Raises
        ------
        InputError
            When the values or the weights cannot be used; the message says where and what to do.
        KeyboardInterrupt
            On Ctrl-C.

        Examples
        --------
        >>> import mix1d
        >>> sketch = mix1d.Sketch()
        >>> sketch.add([1.5, 2.5], sample_weight=[2.0, 1.0])
        >>> sketch.add(3.5)
        >>> sketch.count, sketch.total_weight
        (3, 4.0)
        """
        n_threads = check_threads(threads)
        watch = Progress(progress)
        if np.isscalar(values):
            values = [values]
        if sample_weight is not None and np.isscalar(sample_weight):
            sample_weight = [sample_weight]
        chunk = checked_column(values, sample_weight, missing=missing, name=None, threads=n_threads)
        if chunk.n_obs and len(chunk.column) >= DIRECT:
            self._take(chunk, n_threads, watch)
        elif chunk.n_obs:
            self._waiting.append(chunk.copied())
            self._waiting_rows += len(chunk.column)
        self._contents = self._contents.with_rows(chunk)
        if self._waiting_rows >= WAITING:
            self._settle(n_threads)

    def __add__(self, other: object) -> Sketch:
        if not isinstance(other, Sketch):
            return NotImplemented
        first, second = self._settled(), other._settled()
        joined = Sketch()
        joined._contents = first.joined(second, State(*_core.sketch_merge(first.state, second.state)))
        return joined

    def __radd__(self, other: object) -> Sketch:
        return self + Sketch() if other == 0 else NotImplemented  # sum() begins with 0

    @classmethod
    def of(
        cls,
        source: Any,
        by: str | None = None,
        *,
        column: str | None = None,
        sample_weight: Any = None,
        where: str | None = None,
        missing: Literal["raise", "drop"] = "raise",
        threads: int | None = None,
        progress: bool | Callable[[float, float], object] | None = None,
    ) -> Any:
        """Read a source in one pass, where its values live.

        Parameters
        ----------
        source
            An array or anything else that `mix1d.fit` accepts; a data frame; an iterator of such chunks; a
            path, or several, to CSV, Excel, Parquet or JSON files or saved sketches; an Arrow array, table,
            record-batch reader or dataset; a DuckDB relation; a Dask array, series or data frame; a Spark
            data frame.
        by : str, optional
            A column whose values make groups: one sketch each, in a dict from the value to its sketch.
        column : str, optional
            The column of a table or file, an SQL expression where the source understands it; by default the
            only numeric column that is neither weights nor groups.
        sample_weight : str or array_like, optional
            The weights: a column of the source, or an array for an array.
        where : str, optional
            A condition in SQL that rows must meet, for files and DuckDB.
        missing : {"raise", "drop"}
            What to do with missing values.
        threads, progress
            As for `mix1d.fit`.

        Returns
        -------
        Sketch, or dict of Sketch
            A dict when `by` is given.

        Raises
        ------
        InputError
            When the source cannot be read, or has no such column.

        Examples
        --------
        >>> import mix1d
        >>> chunks = ([i, i + 0.5, i + 0.75] for i in range(1000))
        >>> mix1d.Sketch.of(chunks).count
        3000
        """
        from mix1d.sources.reading import Asked, read_source

        return read_source(source, Asked(by, column, sample_weight, where, missing, threads, progress))

    def _take(self, chunk: Checked, threads: int, watch: Progress) -> None:
        state = self._contents.state
        with watch as report:
            state = State(*_core.sketch_add(state, chunk.column, chunk.sample_weight, threads, report))
        resolution = self._contents.resolution
        if not state.exact and len(chunk.column) >= JUDGED:
            found = _core.resolution(chunk.column, chunk.sample_weight, 2 * JUDGED)
            resolution = self._contents.finer(found)
        self._contents = self._contents._replace(state=state, resolution=resolution)

    def _settle(self, threads: int) -> None:
        """Move the values that wait into cells."""
        if not self._waiting:
            return
        chunk = Checked.joined(self._waiting)
        self._take(chunk, threads, Progress(False))
        self._waiting, self._waiting_rows = [], 0

    def _settled(self) -> Contents:
        self._settle(1)
        return self._contents

    # ---- keeping it

    def to_bytes(self) -> bytes:
        """Return the sketch as bytes: versioned, little-endian, checksummed; about 300 KB.

        Examples
        --------
        >>> import mix1d
        >>> sketch = mix1d.Sketch()
        >>> sketch.add([1.0, 2.0])
        >>> mix1d.Sketch.from_bytes(sketch.to_bytes()).count
        2
        """
        return pack(self._settled())

    @classmethod
    def from_bytes(cls, data: bytes) -> Sketch:
        """Return the sketch that `to_bytes` has written, on any machine, with any version up to this one.

        Raises
        ------
        SketchFormatError
            When the bytes are no sketch, cut off, damaged, of a later version, or contradict themselves.
        """
        sketch = cls()
        sketch._contents = unpack(data)
        return sketch

    def __reduce__(self) -> tuple[Any, ...]:
        return Sketch.from_bytes, (self.to_bytes(),)

    def __copy__(self) -> Sketch:
        copied = Sketch()
        copied._contents = self._settled()
        return copied

    def __deepcopy__(self, memo: object) -> Sketch:
        return self.__copy__()

    def __repr__(self) -> str:
        name = f"{self.name}: " if self.name else ""
        if not self.count:
            return f"<Sketch {name}empty>"
        return f"<Sketch {name}n = {self.count}, {self.min:.6g} to {self.max:.6g}>"

    def _repr_html_(self) -> str:
        from mix1d.display.html import sketch_html

        return sketch_html(self)

    def _as_sample(self, name: str | None) -> Sample:
        """Return the weighted points that stand for the values, as `mix1d.fit` takes them."""
        contents = self._settled()
        if not contents.n_obs:
            raise InputError("data is an empty sketch: at least one value is needed")
        values, weights, widths = _core.sketch_nodes(contents.state)
        resolution = contents.resolution if contents.resolution != UNJUDGED else None
        if contents.state.exact:
            pooled, _ = _core.pool(values, weights, False)
            resolution = pooled[4] if pooled is not None else None
        return Sample(
            values,
            weights,
            contents.n_obs,
            contents.total_weight,
            contents.n_missing,
            contents.n_zero_weight,
            resolution,
            name if name is not None else contents.name,
            None,
            None if contents.state.exact else widths,
            self.__copy__(),
        )
