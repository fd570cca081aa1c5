"""`fit_many`: a fit of every column in one native call, and one table of all of them."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from mix1d import _core
from mix1d.data.arguments import (
    check_choice,
    check_n_components,
    check_threads,
    is_auto,
)
from mix1d.data.sample import POOL_LIMIT
from mix1d.errors import InputError, NotConvergedWarning
from mix1d.fitting.columns import Columns, read_columns
from mix1d.fitting.fit import check_options, fit
from mix1d.fitting.preparing import judged_alone
from mix1d.fitting.rows import Rows, outcomes_of
from mix1d.fitting.table import table_of
from mix1d.native import Candidates, Options, Report, charts_of
from mix1d.outcome.outcome import table
from mix1d.outcome.records import Asked
from mix1d.progress import Progress
from mix1d.uncertainty.parameters import standard_errors


def fit_many(
    columns: Any,
    n_components: int | Iterable[int] | Literal["auto"] | None = None,
    *,
    by: Any = None,
    column: Any = None,
    sds: Literal["free", "equal", "auto"] | None = None,
    sample_weight: Any = None,
    criterion: Literal["bic", "aic", "icl"] = "bic",
    objective: Literal["stable", "highest"] = "stable",
    max_iter: int = 1000,
    tol: float = 1e-10,
    missing: Literal["drop", "raise"] = "drop",
    layout: Literal["wide", "long"] = "wide",
    threads: int | None = None,
    progress: bool | Callable[[float, float], object] | None = None,
) -> Any:
    """Fit a mixture of normal distributions to each of many columns of numbers, in one table.

    The numbers are those of `mix1d.fit` for each column, bit for bit, whatever the number of threads. A
    column that cannot be fitted never stops the others: its row says why.

    Parameters
    ----------
    columns : array_like (n, m), data frame or mapping
        m columns: those of a 2-D array, each a sample (for genes in rows pass ``table.T``); those of a
        pandas, polars, modin or Arrow table or a DuckDB relation (extra ``frames``); or a mapping from names
        to anything `mix1d.fit` accepts, of any lengths, `Sketch` objects included. With `by`, a table or one
        column of values.
    n_components : int, iterable of int or "auto", optional
        As for `mix1d.fit`, for every column.
    by : str or array_like (n,), optional
        Long format: fit each group of rows by itself. The name of the column of the table that tells the
        groups, or a label for every row. Groups come by rising label; rows without a label are one group, the
        last.
    column : str, optional
        With `by`, the column of the table that is fitted; by default its only numeric one.
    sds, criterion, objective, max_iter, tol
        As for `mix1d.fit`.
    sample_weight : array_like (n,) or (n, m), str or mapping, optional
        A weight for every row or every value; the name of a column of the table, which is then not fitted;
        for a mapping, a mapping of the same names.
    missing : {"drop", "raise"}
        What to do with NaN, None, pandas.NA and masked values. Here they are left out unless asked otherwise:
        in a table they are how columns of unequal length look. `n_missing` counts them. ``"raise"`` leaves
        columns that have any unfitted.
    layout : {"wide", "long"}
        A row for each column, or one for each component.
    threads : int, optional
        Most threads to use; None for all processors. The table does not depend on it.
    progress : bool or callable, optional
        As for `mix1d.fit`; counts columns.

    Returns
    -------
    dict of ndarray, or data frame
        In the order of the columns. A frame of the caller's library for a data frame (Arrow for a DuckDB
        relation; a wide pandas table has the column labels as its index too), a dict for anything else:

        ``column`` or, with `by`, ``group``
            The name; 0, 1, 2, ... for an array.
        ``n``, ``n_missing``, ``total_weight``
            Rows that count, those left out as missing, and the sum of weights.
        ``k``
            Components, 0 where the column was not fitted.
        ``weights``, ``means``, ``sds``
            (m, k_max), by rising mean, NaN behind the k-th. In a frame ``weight_1``, ``mean_1``, ``sd_1``,
            ``weight_2`` and so on. k_max is the largest number asked for; for None, the largest found.
        ``weight_errors``, ``mean_errors``, ``sd_errors``
            Standard errors, as `FitResult.standard_errors`. In a frame ``weight_error_1``, ...
        ``thresholds``
            (m, k_max - 1), where component j and the next are equally probable, NaN where they nowhere are.
            In a frame ``threshold_1``, ...
        ``log_likelihood``, ``aic``, ``bic``, ``icl``, ``separation``
            As `FitResult` and its `Row` have them.
        ``equal_sds``, ``converged``, ``regularized``
            True or False.
        ``findings``
            Codes of what to beware of, with blanks between: those of `FitResult.findings` except
            ``spike_differs``, ``single_population``, ``open_interval``, ``wald`` and ``compressed``, which
            take more than the fit itself. `docs/findings.md` explains them.
        ``error``
            Why the column was not fitted, in words; empty where it was.

        In the long layout the parameters are ``component`` (1 to k by rising mean, 0 for a column not
        fitted), ``weight``, ``mean``, ``sd``, their ``..._error``, and ``threshold`` (between this component
        and the next); all the rest is repeated.

    Raises
    ------
    InputError
        When an argument, weights or labels cannot be used; not for what is wrong with single columns.
    KeyboardInterrupt
        On Ctrl-C, within a fraction of a second.

    Warns
    -----
    NotConvergedWarning
        Once, when any reported solve ended before the maximum.

    Notes
    -----
    All columns of up to 65,536 rows are pooled, searched and solved in one native call that shares them out
    to threads; longer ones and sketches go through `mix1d.fit` one after the other. 500 values with one to
    three components take some milliseconds a column and thread. Look closer at a column with `mix1d.fit`: it
    finds the same numbers again.

    Examples
    --------
    >>> import mix1d
    >>> two = [1.0, 2.0, 2.0, 3.0, 8.0, 9.0, 9.0, 10.0]
    >>> table = mix1d.fit_many({"one": [1.0, 1.2, 1.1, 0.9], "two": two, "none": [float("nan")]}, [1, 2])
    >>> table["column"].tolist(), table["k"].tolist()
    (['one', 'two', 'none'], [1, 2, 0])
    >>> table["means"][1].round(2).tolist(), str(table["error"][2])
    ([2.0, 9.0], 'data has no values: the only one is missing (NaN or None); pass at least one number')
    >>> mix1d.fit_many([1.0, 9.0, 1.2, 9.4, 1.1, 9.1], 1, by=["a", "b"] * 3)["means"].round(2).tolist()
    [[1.1], [9.17]]
    """
    if sds is not None:
        check_choice("sds", sds, ("free", "equal", "auto"))
    max_iter, tol = check_options(criterion, objective, max_iter, tol)
    check_choice("missing", missing, ("drop", "raise"))
    check_choice("layout", layout, ("wide", "long"))
    n_threads = check_threads(threads)
    numbers = () if is_auto(n_components) else check_n_components(n_components, POOL_LIMIT)
    sds = sds or ("auto" if is_auto(n_components) or len(numbers) > 1 else "free")
    watch = Progress(progress)
    found = read_columns(columns, sample_weight, by, column)
    highest, weighted = objective == "highest", found.weights is not None
    asked = Asked(criterion, highest, tol, max_iter, weighted, False, numbers or None, sds)
    rows = Rows(len(found.values), numbers[-1] if numbers else 0)
    options: dict[str, Any] = {
        "sds": sds,
        "criterion": criterion,
        "objective": objective,
        "max_iter": max_iter,
        "tol": tol,
        "missing": missing,
    }
    watch.total = float(len(found.values))
    with watch as report:
        _fit_short(found, numbers, asked, options, n_threads, rows, report)
        _fit_others(found, numbers or None, options, n_threads, rows, report)
    if rows.cut_off:
        names = ", ".join(str(found.names[i]) for i in rows.cut_off[:5]) + ", ..." * (len(rows.cut_off) > 5)
        warnings.warn(
            f"{len(rows.cut_off)} of {len(found.values)} fits ended before the maximum ({found.heading} "
            f"{names}): raise max_iter, see converged",
            NotConvergedWarning,
            stacklevel=2,
        )
    return table_of(found, rows, layout)


def _is_short(values: Any) -> bool:
    return isinstance(values, np.ndarray) and len(values) <= POOL_LIMIT


def _fit_short(
    columns: Columns,
    numbers: tuple[int, ...],
    asked: Asked,
    options: dict[str, Any],
    threads: int,
    rows: Rows,
    report: Report | None,
) -> None:
    """Fit all columns that are pooled, in one native call, and say what is wrong with the others of them."""
    sds, drop = options["sds"], options["missing"] == "drop"
    places = np.array([i for i, values in enumerate(columns.values) if _is_short(values)], np.intp)
    values = [columns.values[i] for i in places]
    weights = None if columns.weights is None else [columns.weights[i] for i in places]
    alike = [i for i in range(len(values)) if weights is None or len(weights[i]) == len(values[i])]
    if len(alike) < len(values) and weights is not None:
        wrong = sorted(set(range(len(values))) - set(alike))
        for i in wrong:
            rows.error[places[i]] = _fault(values[i], weights[i], drop, (), sds)
        places, values, weights = places[alike], [values[i] for i in alike], [weights[i] for i in alike]
    total = float(len(columns.values))
    batch = _core.fit_batch(
        values,
        weights,
        drop,
        Candidates(numbers, charts_of(sds), criterion=asked.criterion, highest=asked.highest),
        Options(
            asked.tol,
            asked.max_iter,
            threads,
            None if report is None else lambda done, _: report(done, total),
        ),
    )
    for i, outcome, errors in outcomes_of(batch, values, weights, asked):
        smallest = float(outcome.mixture.weights.min()) * outcome.total_weight
        alone = not asked.highest and judged_alone(outcome.sample, table(outcome), asked.criterion, smallest)
        if alone:
            _add(
                int(places[i]),
                values[i],
                None if weights is None else weights[i],
                numbers or None,
                options,
                rows,
            )
        else:
            rows.add(int(places[i]), outcome, errors)
    for i in np.flatnonzero(batch["fitted"] == 0.0).tolist():
        rows.error[places[i]] = _fault(values[i], None if weights is None else weights[i], drop, numbers, sds)


def _fault(values: NDArray[Any], weights: Any, drop: bool, numbers: tuple[int, ...], sds: Any) -> str:
    """Return what `fit` says of a column that it refuses."""
    try:
        fit(values, numbers or None, sds=sds, sample_weight=weights, missing="drop" if drop else "raise")
    except InputError as error:
        return str(error)
    raise AssertionError("a column was refused without a reason")  # the core and data.sample disagree


def _add(
    place: int,
    values: Any,
    weights: Any,
    n_components: tuple[int, ...] | None,
    options: dict[str, Any],
    rows: Rows,
) -> None:
    """Fit one column as `fit` does, and take its row, or what it is refused for."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotConvergedWarning)
            # something to report to that nothing is shown of: Ctrl-C is asked for
            result = fit(values, n_components, sample_weight=weights, progress=lambda _, __: None, **options)
    except InputError as error:
        rows.error[place] = str(error)
    else:
        errors = standard_errors(result)
        rows.add(place, result, (errors.weights, errors.means, errors.sds))


def _fit_others(
    columns: Columns,
    n_components: tuple[int, ...] | None,
    options: dict[str, Any],
    threads: int,
    rows: Rows,
    report: Report | None,
) -> None:
    """Fit long columns and sketches one after the other, each with all threads."""
    total = float(len(columns.values))
    done = float(sum(map(_is_short, columns.values)))
    for place, values in enumerate(columns.values):
        if _is_short(values):
            continue
        if isinstance(values, InputError):
            rows.error[place] = str(values)
        else:
            weights = None if columns.weights is None else columns.weights[place]
            _add(place, values, weights, n_components, {**options, "threads": threads}, rows)
        done += 1.0
        if report is not None:
            report(done, total)
