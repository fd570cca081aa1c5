"""INPUT: anything a user holds -> one validated, pooled, weighted sample; nothing else checks input.

Up to `POOL_LIMIT` rows, and at any length when there are no more distinct values than that, equal values are
pooled into weights (`Sample`). A longer column of continuous values is checked and left where it is
(`LargeSample`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mix1d import _core
from mix1d.arrays import Array
from mix1d.data.arguments import check_choice, check_name, check_threads
from mix1d.data.columns import as_column
from mix1d.data.weights import fault_of_weights, in_all, read_weights
from mix1d.errors import InputError, shown
from mix1d.native import Problem

POOL_LIMIT = 65_536

_FLOAT64 = np.dtype(np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Sorted distinct values with summed weights; arrays are read-only.

    Equal rows are added by rising weight, so the order of the rows cannot change a bit.
    """

    values: Array
    """(m,), the distinct values, rising."""
    weights: Array
    """(m,), the summed weight of each, positive."""
    n_obs: int
    """Rows with positive weight."""
    total_weight: float
    """Sum of the weights."""
    n_missing: int
    """Rows dropped because missing."""
    n_zero_weight: int
    """Rows dropped because their weight is 0."""
    resolution: float | None
    """Spacing of the lattice that the values lie on, None when they look continuous."""
    name: str | None
    """The variable's name."""
    rows: Array | None
    """(n_obs,), the kept rows in the caller's order; None when more than `POOL_LIMIT` rows were pooled."""
    widths: Array | None = None
    """(m,), where the values are quadrature nodes: the width of the cell that each stands in, 0 for a value
    that was kept."""
    sketch: Any = None
    """The `Sketch` whose nodes the values are, where the data themselves were never seen."""

    @property
    def problem(self) -> Problem:
        """The values as native functions take them; only searches look at the widths of their cells."""
        return Problem(self.values, self.weights, self.resolution or 0.0)

    @property
    def n_distinct(self) -> int:
        """Distinct values, or more than `POOL_LIMIT` where quadrature nodes stand for them."""
        return len(self.values) if self.widths is None else POOL_LIMIT + 1

    @property
    def constant(self) -> bool:
        """Whether all values are the same."""
        return len(self.values) == 1


@dataclass(frozen=True, slots=True, eq=False)
class Checked:
    """A column that passed the checks, in its own type and place, not pooled.

    Rows of weight 0 are still in it; missing rows are not (dropping them takes a copy of the rest).
    """

    column: NDArray[Any]
    """(n,), any real type, stride and byte order."""
    sample_weight: NDArray[Any] | None
    """(n,), the weight of each row, None when all are 1."""
    n_obs: int
    """Rows with positive weight."""
    total_weight: float
    """Sum of the weights."""
    minimum: float
    """Smallest value of positive weight, infinity when there is none."""
    maximum: float
    """Largest value of positive weight, minus infinity when there is none."""
    n_missing: int
    """Rows dropped because missing."""
    n_zero_weight: int
    """Rows that do not count because their weight is 0."""
    name: str | None
    """The variable's name."""

    def copied(self) -> Checked:
        """Return the same with doubles of its own, which later changes of the caller's array do not reach."""
        weights = self.sample_weight
        return replace(
            self,
            column=np.array(self.column, np.float64),
            sample_weight=None if weights is None else np.array(weights, np.float64),
        )

    @staticmethod
    def joined(chunks: Sequence[Checked]) -> Checked:
        """Return one column of the rows of all chunks."""
        weights = None
        if any(chunk.sample_weight is not None for chunk in chunks):
            weights = np.concatenate(
                [
                    np.ones(len(chunk.column)) if chunk.sample_weight is None else chunk.sample_weight
                    for chunk in chunks
                ]
            )
        return Checked(
            np.concatenate([chunk.column for chunk in chunks]),
            weights,
            sum(chunk.n_obs for chunk in chunks),
            sum(chunk.total_weight for chunk in chunks),
            min(chunk.minimum for chunk in chunks),
            max(chunk.maximum for chunk in chunks),
            sum(chunk.n_missing for chunk in chunks),
            sum(chunk.n_zero_weight for chunk in chunks),
            chunks[0].name,
        )


@dataclass(frozen=True, slots=True, eq=False)
class LargeSample(Checked):
    """A checked column of more than `POOL_LIMIT` rows and distinct values."""

    resolution: float | None
    """Spacing of the lattice that the values lie on, found on 65,536 rows; None when they look continuous."""

    @property
    def problem(self) -> Problem:
        """The rows as native functions take them."""
        return Problem(
            self.column, self.sample_weight, self.resolution or 0.0, total_weight=self.total_weight
        )

    def stood_for_by(self, values: Array, weights: Array, widths: Array) -> Sample:
        """Return a sample of the weighted points given, with the counts of this column."""
        return Sample(
            values,
            weights,
            self.n_obs,
            self.total_weight,
            self.n_missing,
            self.n_zero_weight,
            self.resolution,
            self.name,
            None,
            widths,
        )


Look = Callable[[NDArray[Any], "NDArray[Any] | None"], "_core.Scan | None"]
"""What finds out on its way over the rows what they are; None where some cannot be taken as they are."""


def read_sample(
    data: object,
    sample_weight: object = None,
    *,
    missing: str = "raise",
    name: str | None = None,
    threads: int | None = None,
) -> Sample | LargeSample:
    """Check a column of numbers and its weights, and pool equal values; see `mix1d.fit` for what they may be.

    Returns a `LargeSample` when there are more than 65,536 rows and more than 65,536 distinct values.
    Results do not depend on `threads`, which check a long column. What cannot be used is an `InputError`,
    which says where and what to do.

    Takes about 10 microseconds for 200 doubles and a few nanoseconds a row for long columns, which are read
    in blocks, whatever their type, without a copy. Resolution: when fewer than 0.9 of the rows are distinct,
    the largest h such that all gaps between distinct values are multiples of h, within 0.1 % of h.

    >>> sample = read_sample([1.5, 0.5, 1.5, None], missing="drop")
    >>> sample.values, sample.weights, sample.n_missing
    (array([0.5, 1.5]), array([1., 2.]), 1)
    """
    _check_options(missing, name, threads)
    if hasattr(type(data), "_as_sample"):  # a sketch
        if sample_weight is not None:
            raise InputError(
                "sample_weight must be None for a sketch, whose values have their weights already: give them "
                "to Sketch.add"
            )
        stands_in: Sample = data._as_sample(name)  # type: ignore[attr-defined]
        return stands_in
    if type(data) is np.ndarray and data.dtype is _FLOAT64 and data.ndim == 1:
        column = data
    else:
        column, found = as_column("data", data)
        name = found if name is None else name
    n = len(column)
    if n == 0:
        raise InputError("data is empty: at least one value is needed")
    weights = None if sample_weight is None else read_weights(sample_weight, n)
    drop = missing == "drop"

    n_threads, cap = (1, 0) if n <= POOL_LIMIT else (check_threads(threads), POOL_LIMIT)
    pooled, census = _core.pool(column, weights, drop, cap, n_threads)
    if census is None:
        return _read_large(column, weights, drop, name, n_threads)
    if pooled is None:
        raise _fault("data", column, weights, census, drop)
    values, summed, rows, total, resolution = pooled
    _check_total(total)
    kept = rows if n <= POOL_LIMIT else None
    return Sample(values, summed, census[7], total, census[0], census[6], resolution, name, kept)


def checked_column(
    values: object,
    sample_weight: object = None,
    *,
    missing: str = "raise",
    name: str | None = None,
    threads: int = 1,
    look: Look | None = None,
) -> Checked:
    """Check a chunk of a column, which may be empty, missing throughout or of weight 0.

    Parameters and errors are those of `read_sample`; `look` may check the rows on another pass over them.

    >>> chunk = checked_column([1.0, None, 3.0], missing="drop")
    >>> chunk.column, chunk.n_obs, chunk.n_missing, chunk.maximum
    (array([1., 3.]), 2, 1, 3.0)
    """
    _check_options(missing, name, None)
    column, found = as_column("values", values)
    weights = None if sample_weight is None else read_weights(sample_weight, len(column), "values")
    label = found if name is None else name
    return _check("values", column, weights, missing == "drop", label, threads, look)


def _check_options(missing: object, name: object, threads: object) -> None:
    check_choice("missing", missing, ("raise", "drop"))
    check_name(name)
    if threads is not None:
        check_threads(threads)


def _check(
    argument: str,
    column: NDArray[Any],
    weights: NDArray[Any] | None,
    drop: bool,
    name: str | None,
    threads: int,
    look: Look | None = None,
    *,
    whole: bool = False,
) -> Checked:
    """Check the rows of a column, which must leave something if it is the `whole` sample."""
    seen = look(column, weights) if look else None
    minimum, maximum, total, census = seen or _core.scan_column(column, weights, threads)
    n_missing, _, n_infinite, _, n_bad_weight, _, n_zero_weight, n_obs = census
    if n_infinite or n_bad_weight or (whole and n_obs == 0) or (n_missing and not drop):
        raise _fault(argument, column, weights, census, drop)
    _check_total(total)
    if n_missing:
        keep = ~np.isnan(column)
        column = column[keep]
        weights = None if weights is None else weights[keep]
    return Checked(column, weights, n_obs, total, minimum, maximum, n_missing, n_zero_weight, name)


def _read_large(
    column: NDArray[Any], weights: NDArray[Any] | None, drop: bool, name: str | None, threads: int
) -> LargeSample:
    found = _check("data", column, weights, drop, name, threads, whole=True)
    resolution = _core.resolution(found.column, found.sample_weight, POOL_LIMIT)
    checked = {field.name: getattr(found, field.name) for field in fields(found)}
    return LargeSample(**checked, resolution=resolution)


def _check_total(total: float) -> None:
    if total == np.inf:
        raise InputError(
            "sample_weight must have a sum below 1.8e308, got more: divide all weights by the largest"
        )


def _fault(
    argument: str, column: NDArray[Any], weights: NDArray[Any] | None, census: tuple[int, ...], drop: bool
) -> InputError:
    """Say what the census of the rows forbids."""
    n_missing, first_missing, n_infinite, first_infinite, n_bad, first_bad, _, _ = census
    if n_missing == len(column):
        return InputError(
            f"{argument} has no values: {_all_of(n_missing)} missing (NaN or None); pass at least one number"
        )
    if n_infinite:
        value = column[first_infinite]
        if np.isfinite(value):
            return InputError(
                f"{argument} must fit a double (at most 1.8e308), found {shown(value)} at index "
                f"{first_infinite}{in_all(n_infinite)}: rescale or remove such values"
            )
        return InputError(
            f"{argument} must be finite, found {shown(value)} at index {first_infinite}"
            f"{in_all(n_infinite)}: remove infinite values or replace them"
        )
    if n_missing and not drop:
        return InputError(
            f"{argument} must not have missing values (NaN or None), found {n_missing}, the first at index "
            f'{first_missing}: pass missing="drop" to leave them out'
        )
    return fault_of_weights(None if weights is None else weights[first_bad], n_bad, first_bad)


def _all_of(n: int) -> str:
    return "the only one is" if n == 1 else f"all {n} are"
