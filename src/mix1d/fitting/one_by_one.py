"""Columns of which each needs a whole `fit`: shared out to threads while they are short."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any, NamedTuple

from mix1d.arrays import Arrays
from mix1d.data.sample import POOL_LIMIT
from mix1d.errors import InputError, NotConvergedWarning
from mix1d.fitting.fit import fit
from mix1d.fitting.rows import Rows
from mix1d.native import Report
from mix1d.outcome.outcome import Outcome
from mix1d.uncertainty.parameters import standard_errors


class Column(NamedTuple):
    """A column as `fit` takes it."""

    place: int
    values: Any
    """Or the `InputError` that says why they are no column."""
    options: dict[str, Any]

    @property
    def short(self) -> bool:
        """Whether one thread is enough for it."""
        if hasattr(type(self.values), "_as_sample"):  # a sketch
            return False
        return not hasattr(self.values, "__len__") or len(self.values) <= POOL_LIMIT


def fit_one_by_one(
    columns: Sequence[Column],
    n_components: Any,
    options: dict[str, Any],
    threads: int,
    rows: Rows,
    report: Report | None,
    done: float,
    total: float,
) -> None:
    """Fit columns as `fit` does, and take their rows or what they are refused for.

    `done` of `total` was reported before.
    """
    step = (total - done) / max(len(columns), 1)
    short = [column for column in columns if column.short]
    long = [column for column in columns if not column.short]
    with warnings.catch_warnings():
        # for all threads at once: filters are global
        warnings.simplefilter("ignore", NotConvergedWarning)
        for found in (
            _together(short, n_components, options, threads),
            (_fitted(column, n_components, options, threads, Event()) for column in long),
        ):
            for place, result in found:
                if isinstance(result, str):
                    rows.error[place] = result
                else:
                    rows.add(place, *result)
                done += step
                if report is not None:
                    report(done, total)


Found = tuple[int, str | tuple[Outcome, Arrays]]


def _together(
    columns: Sequence[Column], n_components: Any, options: dict[str, Any], threads: int
) -> Iterator[Found]:
    """Yield what is found of short columns, in their order, each by one thread."""
    if threads < 2 or len(columns) < 2:
        for column in columns:
            yield _fitted(column, n_components, options, 1, Event())
        return
    stopped = Event()
    with ThreadPoolExecutor(min(threads, len(columns))) as pool:
        try:
            yield from pool.map(lambda one: _fitted(one, n_components, options, 1, stopped), columns)
        except BaseException:
            stopped.set()
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def _fitted(
    column: Column, n_components: Any, options: dict[str, Any], threads: int, stopped: Event
) -> Found:
    if isinstance(column.values, InputError):
        return column.place, str(column.values)

    def check(_: float, __: float) -> None:  # shows nothing, but is asked often
        if stopped.is_set():
            raise KeyboardInterrupt

    try:
        result = fit(
            column.values,
            n_components,
            **{**options, **column.options, "threads": threads, "progress": check},
        )
    except InputError as error:
        return column.place, str(error)
    errors = standard_errors(result)
    return column.place, (result, (errors.weights, errors.means, errors.sds))
