"""`fit_many`: a fit of every column in one native call, and one table of all of them."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from typing import Any, Literal

import numpy as np

from mix1d import _core
from mix1d.data.arguments import check_choice, check_n_components, check_threads, is_auto
from mix1d.data.recorded import check_resolution
from mix1d.data.sample import POOL_LIMIT
from mix1d.errors import InputError, NotConvergedWarning
from mix1d.fitting.columns import Columns, read_columns
from mix1d.fitting.fit import check_options, fit
from mix1d.fitting.fits import Fits, checked_places
from mix1d.fitting.one_by_one import Column, fit_one_by_one
from mix1d.fitting.preparing import judged_alone
from mix1d.fitting.rows import Rows, outcomes_of
from mix1d.fitting.table import table_of
from mix1d.hints import hinting
from mix1d.model.specification import read_specification
from mix1d.native import Candidates, Options, Report, charts_of
from mix1d.outcome.outcome import table
from mix1d.outcome.records import Asked
from mix1d.progress import Progress
from mix1d.result import FitResult


@hinting
def fit_many(
    columns: Any,
    n_components: int | Iterable[int] | Literal["auto"] | None = None,
    *,
    by: Any = None,
    column: Any = None,
    sample_weight: Any = None,
    upper: Any = None,
    resolution: float | Literal["auto"] = "auto",
    errors: Any = None,
    truncation: Any = None,
    labels: Any = None,
    family: Any = "normal",
    sds: Any = None,
    means: Any = None,
    weights: Any = None,
    background: Any = None,
    set_apart: Any = "auto",
    criterion: Literal["bic", "aic", "icl"] = "bic",
    objective: Literal["stable", "highest"] = "stable",
    max_iter: int = 1000,
    tol: float = 1e-10,
    missing: Literal["drop", "raise"] = "drop",
    layout: Literal["wide", "long"] = "wide",
    threads: int | None = None,
    progress: bool | Callable[[float, float], object] | None = None,
) -> Any:
    """Fit a mixture of distributions to each of many columns of numbers, in one table.

    The numbers are those of `mix1d.fit` for each column, bit for bit, whatever the number of threads. A
    column that cannot be fitted never stops the others: its row says why.

    Parameters
    ----------
    columns : array_like (n, m), data frame, mapping or tuple (counts, edges)
        m columns: those of a 2-D array, each a sample (for genes in rows pass ``table.T``); those of a
        pandas, polars, modin or Arrow table or a DuckDB relation (extra ``frames``); or a mapping from names
        to anything `mix1d.fit` accepts, of any lengths: `Observations`, (counts, edges), `Sketch` objects.
        (counts (bins, m), edges): a histogram for each column, in the same bins. With `by`, a table or one
        column of values.
    n_components : int, iterable of int or "auto", optional
        As for `mix1d.fit`, for every column.
    by : str or array_like (n,), optional
        Long format: fit each group of rows by itself. The name of the column of the table that tells the
        groups, or a label for every row. Groups come by rising label; rows without a label are one group, the
        last.
    column : str, optional
        With `by`, the column of the table that is fitted; by default its only numeric one.
    sample_weight : array_like (n,) or (n, m), str or mapping, optional
        A weight for every row or every value; the name of a column of the table, which is then not fitted;
        for a mapping, a mapping of the same names.
    upper, errors, labels : optional
        What was recorded beside the values, as for `mix1d.fit`: for every value (n, m); for every row (n,);
        the name of a column of the table, which is then not fitted; for a mapping, a mapping of some of its
        names. One number of `errors` is that of all values.
    truncation : tuple (low, high), optional
        The window of all columns: two numbers, None for no limit, or for each what `errors` may be.
    resolution, family, sds, means, weights, background, set_apart
        As for `mix1d.fit`, the same for every column.
    criterion, objective, max_iter, tol
        As for `mix1d.fit`.
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
        relation; a wide pandas table has the column labels as its index too), a dict for anything else, which
        ``print`` shows as a picture a line; its ``plot`` draws all fits below each other, or compares their
        cut-offs, and its ``fits`` gives the `FitResult` of each, see `Fits`.

        ``column`` or, with `by`, ``group``
            The name; 0, 1, 2, ... for an array.
        ``n``, ``n_missing``, ``total_weight``
            Rows that count, those left out as missing, and the sum of weights.
        ``k``
            Components, 0 where the column was not fitted.
        ``weights``, ``means``, ``sds``
            (m, k_max), by rising mean (where lists or labels name components, in their order), NaN behind the
            k-th. In a frame ``weight_1``, ``mean_1``, ``sd_1``,
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
        ``family``
            Where `family` was asked for: that of the components, or one for each with ``+`` between.
        ``shapes``, ``scales``, ``meanlogs`` and so on
            Likewise: the components' own parameters, by their names in `Component`, NaN where a family has
            none of that name. Its ``mean`` and ``sd`` are among ``means`` and ``sds``. In a frame
            ``shape_1``, ``scale_1``, ``shape_2``, ...
        ``background_weight``
            Where `background` was asked for: its weight among all values.
        ``findings``
            Codes of what to beware of, with blanks between: those of `FitResult.findings` except
            ``spike_differs``, ``single_population``, ``other_shape``, ``evenly_spread``, ``open_interval``,
            ``wald`` and ``compressed``, which take more than the fit itself. `docs/findings.md` explains
            them.
        ``error``
            Why the column was not fitted, in words; empty where it was.

        In the long layout the parameters are ``component`` (1 to k by rising mean, 0 for a column not
        fitted), ``weight``, ``mean``, ``sd``, their ``..._error``, ``threshold`` (between this component
        and the next), and the component's own parameters and ``family``; all the rest is repeated.

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
    All columns of up to 65,536 exact values are pooled, searched and solved in one native call that shares
    them out to threads. Not in that call are columns about which more is known or assumed (bins, limits,
    errors, windows, labels, a resolution, constraints, families, a background, values to set apart), and
    those that `mix1d.fit` looks at twice (rounded values, piles, strays): each takes a `mix1d.fit` of its
    own, on as many threads, with about a millisecond of Python beside the native one. Longer columns and
    sketches are fitted one after the other. 500 values with one to three components take some milliseconds a
    column and thread. Look closer at a column with `mix1d.fit`: it finds the same numbers again.

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
    specification = read_specification(
        sds=sds, means=means, weights=weights, background=background, set_apart=set_apart, family=family
    )
    step = check_resolution(resolution)
    max_iter, tol = check_options(criterion, objective, max_iter, tol)
    check_choice("missing", missing, ("drop", "raise"))
    check_choice("layout", layout, ("wide", "long"))
    n_threads = check_threads(threads)
    numbers = () if is_auto(n_components) else check_n_components(n_components, POOL_LIMIT)
    watch = Progress(progress)
    recorded = {"upper": upper, "errors": errors, "truncation": truncation, "labels": labels}
    found = read_columns(columns, sample_weight, by, column, recorded)
    rows = Rows(
        len(found.values),
        numbers[-1] if numbers else 0,
        background=specification.background is not None,
        families=None if specification.family.normal else specification.family.names,
    )
    options: dict[str, Any] = {
        "sds": sds,
        "resolution": resolution,
        "set_apart": set_apart,
        "criterion": criterion,
        "objective": objective,
        "max_iter": max_iter,
        "tol": tol,
        "missing": missing,
    }
    told = {"means": means, "weights": weights, "background": background}
    told["family"] = None if specification.family.normal else family
    options |= {name: one for name, one in told.items() if one is not None}
    # what one native call for all of them can do
    plain = specification.plain and specification.background is None and not step and not found.beside
    together = plain and not isinstance(specification.set_apart, tuple)
    watch.total = float(len(found.values))
    with watch as report:
        alone = set(range(len(found.values)))
        if together:
            word = sds or ("auto" if is_auto(n_components) or len(numbers) > 1 else "free")
            weighted = found.weights is not None
            asked = Asked(
                criterion, objective == "highest", tol, max_iter, weighted, False, numbers or None, word
            )
            alone -= _fit_short(found, numbers, asked, options, n_threads, rows, report)
        some = [_column_of(found, place) for place in sorted(alone)]
        done = float(sum(map(_is_short, found.values))) if together else 0.0
        fit_one_by_one(some, numbers or None, options, n_threads, rows, report, done, watch.total)
    if rows.cut_off:
        names = ", ".join(str(found.names[i]) for i in rows.cut_off[:5]) + ", ..." * (len(rows.cut_off) > 5)
        warnings.warn(
            f"{len(rows.cut_off)} of {len(found.values)} fits ended before the maximum ({found.heading} "
            f"{names}): raise max_iter, see converged",
            NotConvergedWarning,
            stacklevel=3,
        )
    table = table_of(found, rows, layout)
    if found.frame is not None:
        return table

    def again(names: Iterable[Any] | None) -> dict[Any, FitResult]:
        places = [place for place in checked_places(names, list(found.names)) if rows.k[place]]
        return {
            found.names[place]: _once_more(found, place, numbers or None, options, rows) for place in places
        }

    return Fits(table, again)


def _once_more(
    columns: Columns, place: int, n_components: Any, options: dict[str, Any], rows: Rows
) -> FitResult:
    column = _column_of(columns, place)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotConvergedWarning)
        result = fit(column.values, n_components, **{**options, **column.options})
    if result.log_likelihood != rows.log_likelihood[place]:
        raise InputError(
            f"the values of {columns.names[place]!r} are not those that were fitted any more: call "
            "mix1d.fit_many again"
        )
    return result


def _is_short(values: Any) -> bool:
    return isinstance(values, np.ndarray) and len(values) <= POOL_LIMIT


def _column_of(columns: Columns, place: int) -> Column:
    options = dict(columns.beside[place]) if columns.beside else {}
    if columns.weights is not None:
        options["sample_weight"] = columns.weights[place]
    return Column(place, columns.values[place], options)


def _fit_short(
    columns: Columns,
    numbers: tuple[int, ...],
    asked: Asked,
    options: dict[str, Any],
    threads: int,
    rows: Rows,
    report: Report | None,
) -> set[int]:
    """Fit columns that are pooled in one native call, and say what is wrong with some; return which are done.

    Those that `fit` looks at twice are left.
    """
    drop = options["missing"] == "drop"
    places = np.array([i for i, values in enumerate(columns.values) if _is_short(values)], np.intp)
    values = [columns.values[i] for i in places]
    weights = None if columns.weights is None else [columns.weights[i] for i in places]
    if weights is not None:
        alike = [i for i in range(len(values)) if len(weights[i]) == len(values[i])]
        places, values, weights = places[alike], [values[i] for i in alike], [weights[i] for i in alike]
    total = float(len(columns.values))
    batch = _core.fit_batch(
        values,
        weights,
        drop,
        Candidates(numbers, charts_of(asked.sds), criterion=asked.criterion, highest=asked.highest),
        Options(
            asked.tol,
            asked.max_iter,
            threads,
            None if report is None else lambda done, _: report(done, total),
        ),
    )
    done: set[int] = set()
    for i, outcome, errors in outcomes_of(batch, values, weights, asked):
        smallest = float(outcome.mixture.weights.min()) * outcome.total_weight
        if asked.highest or not judged_alone(outcome.sample, table(outcome), asked.criterion, smallest):
            rows.add(int(places[i]), outcome, errors)
            done.add(int(places[i]))
    return done
