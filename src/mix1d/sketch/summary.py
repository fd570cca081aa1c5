"""`Sketch`: any number of values in a few thousand cells, in one pass, mergeable."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Literal, overload

import numpy as np
from numpy.typing import ArrayLike

from mix1d import _core, showing
from mix1d.data.arguments import check_flag, check_name, check_threads
from mix1d.data.sample import Sample
from mix1d.errors import InputError, shown
from mix1d.model.mixture import Mixture
from mix1d.progress import Progress
from mix1d.sketch.container import pack, unpack
from mix1d.sketch.contents import UNJUDGED, Contents
from mix1d.sketch.filling import Filling
from mix1d.sketch.precision import ErrorBound, error_bound
from mix1d.sketch.state import State
from mix1d.sketch.statistics import moments, probabilities_of, quantiles


@showing.record
class Sketch:
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

    __slots__ = ("_filling",)

    to_dict = showing.to_dict
    to_frame = showing.to_frame

    def __init__(self, name: str | None = None) -> None:
        check_name(name)
        self._filling = Filling(Contents(name=name))

    @classmethod
    def _of(cls, contents: Contents) -> Sketch:
        sketch = cls()
        sketch._filling = Filling(contents)
        return sketch

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
        self._filling.add(values, sample_weight, missing, n_threads, watch)

    def __add__(self, other: object) -> Sketch:
        if not isinstance(other, Sketch):
            return NotImplemented
        first, second = self._filling.settled(), other._filling.settled()
        return Sketch._of(first.joined(second, State(*_core.sketch_merge(first.state, second.state))))

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
        from mix1d.sources.asked import Asked
        from mix1d.sources.reading import read_source

        return read_source(source, Asked(by, column, sample_weight, where, missing, threads, progress))

    # ---- what it knows of its values

    @property
    def count(self) -> int:  # noqa: D102 (attributes are explained above)
        return self._filling.contents.n_obs

    @property
    def total_weight(self) -> float:  # noqa: D102
        return self._filling.contents.total_weight

    @property
    def min(self) -> float:  # noqa: D102
        return self._filling.contents.minimum if self.count else math.nan

    @property
    def max(self) -> float:  # noqa: D102
        return self._filling.contents.maximum if self.count else math.nan

    @property
    def n_missing(self) -> int:  # noqa: D102
        return self._filling.contents.n_missing

    @property
    def n_zero_weight(self) -> int:  # noqa: D102
        return self._filling.contents.n_zero_weight

    @property
    def name(self) -> str | None:  # noqa: D102
        return self._filling.contents.name

    @property
    def exact(self) -> bool:  # noqa: D102
        return self._filling.settled().state.exact

    @property
    def mean(self) -> float:  # noqa: D102
        return self._moments()[0]

    @property
    def variance(self) -> float:  # noqa: D102
        return self._moments()[1]

    def _moments(self) -> tuple[float, float]:
        if not self.count:
            return math.nan, math.nan
        return moments(self._filling.settled().state, self.total_weight)

    @overload
    def quantile(self, p: float) -> float: ...
    @overload
    def quantile(self, p: ArrayLike) -> Any: ...
    def quantile(self, p: Any, *, bounds: bool = False) -> Any:
        """Return quantiles, with bounds if asked for.

        Parameters
        ----------
        p : array_like
            Probabilities from 0 to 1.
        bounds : bool
            Whether to return (quantile, lower, upper), between which that of the values lies for certain.

        Returns
        -------
        float or ndarray
            Of the shape of `p`, or a tuple of three.

        Raises
        ------
        InputError
            When the sketch is empty, or a probability lies outside [0, 1].

        Notes
        -----
        Linear between neighbouring values, as `numpy.quantile`, while all values are kept; else an error is
        at most the width of the cells around, and usually far less.

        Examples
        --------
        >>> import mix1d
        >>> sketch = mix1d.Sketch()
        >>> sketch.add([1.0, 2.0, 4.0, 8.0])
        >>> sketch.quantile(0.5), sketch.quantile([0.0, 1.0]).tolist()
        (3.0, [1.0, 8.0])
        """
        probabilities, with_bounds = probabilities_of(p), check_flag("bounds", bounds)
        if not self.count:
            raise InputError("the sketch is empty and has no quantiles: add values first")
        found = quantiles(self._filling.settled().state, np.atleast_1d(probabilities), self.min, self.max)
        shaped = [array.reshape(np.shape(probabilities))[()] for array in found]
        results = [float(a) if probabilities.ndim == 0 else a for a in shaped]
        return tuple(results) if with_bounds else results[0]

    def error_bound(self, mixture: Mixture) -> ErrorBound:
        """Return how far a fit through this sketch may be from that of the values themselves.

        Parameters
        ----------
        mixture : Mixture
            The fit.

        Returns
        -------
        ErrorBound
            A number, the largest error of a parameter (means and sds in sds of their component, weights
            relative), with `.log_likelihood`, `.weights`, `.means` and `.sds`. At least 1e-12 (of the
            log-likelihood: relative), which stands for rounding.

        Notes
        -----
        For each cell and each of log f and its derivatives, quadrature with four nodes is compared with three
        and two: |Q4 - Q3| * min(1, |Q4 - Q3| / |Q3 - Q2|), what the sequence promises for the next. A cell
        more than four times as wide as a component that it meets adds the values which that may hide. The
        sums over cells, without regard to sign, are an error of the gradient; the inverse Hessian turns it
        into one of the parameters. It is an estimate, usually too large by a factor of ten to a thousand.

        Costs some milliseconds.

        Examples
        --------
        >>> import mix1d, numpy
        >>> x = numpy.random.default_rng(1).normal(size=100_000)
        >>> sketch = mix1d.Sketch.of(x)
        >>> bound = sketch.error_bound(mix1d.fit(sketch, 1).mixture)
        >>> bound < 1e-8
        True
        """
        if not self.count:
            raise InputError("the sketch is empty and there is nothing to bound: add values first")
        if not isinstance(mixture, Mixture):
            raise InputError(f"mixture must be a Mixture, got {shown(mixture)}: pass result.mixture, say")
        return error_bound(self._filling.settled().state, mixture.weights, mixture.means, mixture.sds)

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
        return pack(self._filling.settled())

    @classmethod
    def from_bytes(cls, data: bytes) -> Sketch:
        """Return the sketch that `to_bytes` has written, on any machine, with any version up to this one.

        Raises
        ------
        SketchFormatError
            When the bytes are no sketch, cut off, damaged, of a later version, or contradict themselves.
        """
        return cls._of(unpack(data))

    def __reduce__(self) -> tuple[Any, ...]:
        return Sketch.from_bytes, (self.to_bytes(),)

    def __copy__(self) -> Sketch:
        return Sketch._of(self._filling.settled())

    def __deepcopy__(self, memo: object) -> Sketch:
        return self.__copy__()

    def __repr__(self) -> str:
        name = f"{self.name}: " if self.name else ""
        if not self.count:
            return f"<Sketch {name}empty>"
        return f"<Sketch {name}n = {self.count}, {self.min:.6g} to {self.max:.6g}>"

    def _as_sample(self, name: str | None) -> Sample:
        """Return the weighted points that stand for the values, as `mix1d.fit` takes them."""
        contents = self._filling.settled()
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
