"""`fit`, the one verb: data -> sample -> search -> solve -> result."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from typing import Any, Literal

from mix1d.data.arguments import check_choice, check_count, check_positive, check_threads
from mix1d.data.observations import Observations
from mix1d.data.recorded import check_resolution
from mix1d.data.sample import LargeSample, Sample
from mix1d.errors import InputError, NotConvergedWarning, shown
from mix1d.fitting.column import Column, read_column, stand_in
from mix1d.fitting.preparing import Solved, solve
from mix1d.fitting.task import Task
from mix1d.hints import hinting
from mix1d.log import Stopwatch, log
from mix1d.model.mixture import Mixture
from mix1d.model.specification import read_specification
from mix1d.native import Options
from mix1d.outcome.criteria import choose, stop_reason
from mix1d.outcome.records import Apart, Asked
from mix1d.progress import Progress
from mix1d.result import FitResult

CRITERIA = ("bic", "aic", "icl")


@hinting
def fit(
    data: Any,
    n_components: int | Iterable[int] | Literal["auto"] | None = None,
    *,
    sample_weight: Any = None,
    upper: Any = None,
    resolution: float | Literal["auto"] = "auto",
    errors: Any = None,
    truncation: Any = None,
    labels: Any = None,
    missing: Literal["raise", "drop"] = "raise",
    name: str | None = None,
    family: Any = "normal",
    sds: Any = None,
    means: Any = None,
    weights: Any = None,
    background: Any = None,
    set_apart: Any = "auto",
    criterion: Literal["bic", "aic", "icl"] = "bic",
    objective: Literal["stable", "highest"] = "stable",
    start: Mixture | None = None,
    max_iter: int = 1000,
    tol: float = 1e-10,
    threads: int | None = None,
    progress: bool | Callable[[float, float], object] | None = None,
) -> FitResult:
    """Fit a mixture of distributions to one column of numbers.

    Parameters
    ----------
    data : array_like (n,) or (n, 1), tuple (counts, edges), Observations, or an object that holds intervals
        A list, a NumPy array of any real type, a masked array, a pandas or polars Series, an Arrow array, or
        anything with ``__array__`` or the Arrow C interface; what `Observations` takes: a histogram as
        `numpy.histogram` returns it, ``scipy.stats.CensoredData``, intervals of pandas, cells of text such as
        ``"<0.02"``; `Observations`, a `Sketch`, a source or the path of a file.
    n_components : int, iterable of int or "auto", optional
        How many components. Several are compared by `criterion`. None or "auto": 1 to min(10, distinct
        values / 5), until the criterion has risen three times in a row, of all fits and of those that can be
        chosen.
    sample_weight : array_like (n,), optional
        Weights of at least 0; a weight of 2 means that the row occurs twice.
    upper, errors, truncation, labels : optional
        What was recorded beside the values: see `Observations`. Of a `Sketch`: one error, or one window, for
        all of its values.
    resolution : float or "auto"
        What the values were rounded to: h, so that x stands for x - h/2 to x + h/2; 0: nothing. ``"auto"``:
        values on a lattice become intervals where a component is so narrow that it matters, see the notes.
    missing : {"raise", "drop"}
        What to do with NaN, None, pandas.NA and masked values. A finding counts those dropped.
    name : str, optional
        The variable's name; taken from a Series or column that has one.
    family : str, list, set or "auto"
        The shape of the populations: the name of a family (``"normal"``, ``"lognormal"``, ``"gamma"``,
        ``"weibull"``, ``"exponential"``, ``"inverse_gaussian"``, ``"student_t"``, ``"logistic"``,
        ``"skew_normal"``, ``"beta"``, ``"poisson"``, ``"negative_binomial"``, and what `Component` lists);
        a list with one name a component, of which it is found which is which; a set of names, of which one is
        that of all components, compared in `FitResult.selection`; ``"auto"``: all that the values allow.
    sds : optional
        ``"free"``, one for each component; ``"equal"``, one for all; ``"auto"``, both compared;
        ``"proportional"`` to the means, or ``{"proportional": c}``; ``{"ratio": [2, 1]}``; 0, only with
        errors; or a list of numbers and None. None: ``"auto"`` where numbers of components are compared,
        ``"free"`` where a single number is asked for.
    means : optional
        ``"equal"``, ``"spaced"`` evenly, ``"growth"`` (m_1 + d (1 + r + r^2 + ...)), or a list of numbers and
        None, whose order the components keep.
    weights : optional
        ``"equal"``, or a list of numbers and None.
    background : bool or tuple (low, high), optional
        A uniform component beside the others; True: on the range of the data.
    set_apart : "auto", list of float, or None
        Values that are points of their own and no part of the fit: those of the rule in the notes, these, or
        none.
    criterion : {"bic", "aic", "icl"}
        What chooses between numbers of components, and between free and equal sds; see `FitResult`.
    objective : {"stable", "highest"}
        Which maximum of the likelihood to report, see the notes.
    start : Mixture, optional
        Solve from here to the nearest maximum of the likelihood instead of searching. `n_components` must be
        its number of components. With ``sds="equal"`` its sds are pooled, sd^2 = sum of w_k sd_k^2.
        `objective` then plays no part.
    max_iter : int
        Most steps of the last solve.
    tol : float
        The solve has converged when the log-likelihood can rise by less than this (in nats, by the Newton
        decrement); it then goes on to the last digit.
    threads : int, optional
        Most threads to use; None for all processors. The result does not depend on it.
    progress : bool or callable, optional
        None shows a bar on a terminal or in a notebook after two seconds, True at once, False never; a
        callable is given (done, total), the last time with both equal.

    Returns
    -------
    FitResult
        The mixture, with its criteria, standard errors, competing optima and findings.

    Raises
    ------
    InputError
        When the data or an argument cannot be used; the message says which, where and what to do.
    KeyboardInterrupt
        On Ctrl-C, within a fraction of a second.

    Warns
    -----
    NotConvergedWarning
        When the reported solve ended before the maximum. Everything else is said in `FitResult.findings`.

    Notes
    -----
    The likelihood of a normal mixture is unbounded: a component that shrinks onto one value takes it to
    infinity. The search therefore climbs

        l - a * sum over k of (S / s_k^2 + log(s_k^2 / S)),    a = n^(-1/2)

    (Chen, Tan and Zhang 2008) with S the smaller of the variance and the squared normalised interquartile
    range, finds its best optima without any random number, and follows each of them to a = 0.

    ``"stable"`` reports the plain maximum-likelihood estimate that the best of them leads to. When all of
    them collapse on the way, the penalised optimum itself is reported and `FitResult.regularized` is True.
    ``"highest"`` reports the highest likelihood among the sound optima (every sd at least 0.02 of the data's,
    every component at least 5 values and 1 % of the data) and the stable answer. It is often a small spike;
    `findings` say when the two differ.

    More components never have a lower likelihood: where a fit of k components that survives is lower than one
    of fewer, the answer is the smaller one with components of weight 0, a finding says so, and `selection`
    does not choose it.

    Values that lie on a lattice of step h are rounded (at least 90 % of the rows, where fewer than 0.9 of
    them are distinct). With ``resolution="auto"`` they become intervals of length h where a component of a
    fit that could be chosen is narrower than h / 0.35, and all is fitted anew: to take them as exact would
    widen it by half a per cent and more (Sheppard 1898). The log-likelihood of a rounded value is log(P / h),
    so that fits with and without rounding can be compared.

    With ``set_apart="auto"`` no single value hides the rest. A value that many rows share (2 % of them at an
    end or at 0, 5 % inside, and five times as many as any near) is set apart before the search; then strays,
    at most 3 rows or 0.5 % and far from all others, and ties that a component stands on and only the penalty
    holds up. `FitResult.set_apart` lists them, and all else is about the rest.

    The answer is equivariant: data times a plus b give that mixture times a plus b. Equal values are pooled,
    so the order of the rows cannot matter and a weight is a repetition.

    In memory the search takes about 0.2 ms at n = 200 and two components, tens of milliseconds at n = 2000
    and six. From 256 distinct values on it runs on fewer points, the Gauss nodes of neighbouring values, and
    what it finds is solved again on all values; above 4000 only the last steps see all of them.

    References
    ----------
    Chen, J., Tan, X. and Zhang, R. (2008). Inference for normal mixtures in mean and variance. Statistica
    Sinica 18, 443-465.

    Examples
    --------
    >>> import mix1d
    >>> x = [4.8, 5.0, 5.1, 5.3, 9.7, 9.9, 10.0, 10.1, 10.2, 10.4]
    >>> result = mix1d.fit(x, 2)
    >>> result.mixture.weights.round(2).tolist(), result.mixture.means.round(2).tolist()
    ([0.4, 0.6], [5.05, 10.05])
    >>> [row.n_components for row in mix1d.fit(x, [1, 2]).selection if row.chosen]
    [2]
    """
    max_iter, tol = check_options(criterion, objective, max_iter, tol)
    specification = read_specification(
        sds=sds, means=means, weights=weights, background=background, set_apart=set_apart, family=family
    )
    watch, elapsed = Progress(progress), Stopwatch()
    column, origin = read_column(
        data,
        specification,
        n_components,
        recorded={
            "upper": upper,
            "resolution": resolution,
            "errors": errors,
            "truncation": truncation,
            "labels": labels,
        },
        sample_weight=sample_weight,
        missing=missing,
        name=name,
        threads=threads,
        progress=progress,
    )
    highest = objective == "highest"
    if highest and not (specification.plain and isinstance(column, Sample | LargeSample)):
        raise InputError(
            'objective must be "stable" where rows are not exact values, or more is assumed than normal '
            'components with free or equal sds, got "highest": leave it out'
        )
    how = Options(tol, max_iter, check_threads(threads))
    task = Task(specification, n_components, criterion, highest, start, how)
    if start is not None:
        _check_start(start, n_components, task.numbers(stand_in(column)))
    watch.total = 0.0 if start is not None else float(len(task.numbers(stand_in(column))))
    with watch as report:
        solved = _solved(column, task._replace(how=how._replace(progress=report)), asked_of(data, resolution))
    sample, rows, numbers = solved.sample, solved.rows, solved.numbers
    asked = Asked(
        criterion,
        highest,
        tol,
        max_iter,
        sample_weight is not None,
        start is not None,
        None if task.chosen_here else numbers,
        task.sds(numbers),
        specification,
    )
    index = choose(rows, criterion, sample.total_weight)
    chosen = rows[index]
    if not chosen["converged"] and stop_reason(chosen, tol) != "flat":
        warnings.warn(
            f"the fit ended before the maximum ({stop_reason(chosen, tol)}): raise max_iter, see findings",
            NotConvergedWarning,
            stacklevel=3,
        )
    log(
        "fit %s: n = %d, %d missing, %d values or points, k of %s: %d chosen, log-likelihood %.6f, %s",
        sample.name or "a column",
        sample.n_obs,
        sample.n_missing,
        len(sample.values),
        numbers,
        len(chosen["mixture"][0]),
        chosen["log_likelihood"],
        elapsed,
    )
    whole = None if column is sample or isinstance(column, LargeSample) else column
    return FitResult(sample, rows, index, asked, origin, apart=Apart(solved.apart, solved.heaped, whole))


def asked_of(data: object, resolution: object) -> float | None:
    """Return the step that was asked for, None where it is left to the fit; Observations say it themselves.

    >>> asked_of([1.0, 2.0], "auto"), asked_of([1.0, 2.0], 0)
    (None, 0.0)
    """
    return check_resolution(data.resolution if isinstance(data, Observations) else resolution)


def _solved(column: Column, task: Task, resolution: float | None) -> Solved:
    if isinstance(column, LargeSample):
        numbers = task.numbers(stand_in(column))
        rows, nodes = task.rows_of_column(column, numbers)
        return Solved(column.stood_for_by(*nodes), rows, numbers)
    # a search for the highest likelihood is about exact values as they are
    by_rule = task.specification.set_apart == "auto" and not task.highest
    round_off = resolution is None and not task.highest
    return solve(task, column, round_off=round_off, set_apart=by_rule)


def _check_start(start: object, n_components: object, numbers: tuple[int, ...]) -> None:
    if not isinstance(start, Mixture):
        raise InputError(f"start must be a Mixture or None, got {shown(start)}: pass result.mixture, say")
    k = len(start.weights)
    if n_components is None or numbers != (k,):
        found = "None" if n_components is None else ", ".join(map(str, numbers))
        raise InputError(
            f"n_components must be {k} when start has {k} component{'s' * (k > 1)}, got {found}: "
            f"pass n_components={k}, or no start"
        )


def check_options(criterion: Any, objective: Any, max_iter: Any, tol: Any) -> tuple[int, float]:
    """Check what `fit` and `fit_many` have in common, and return the last two as numbers."""
    check_choice("criterion", criterion, CRITERIA)
    check_choice("objective", objective, ("stable", "highest"))
    return check_count("max_iter", max_iter), check_positive("tol", tol)
