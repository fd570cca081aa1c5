"""`fit`, the one verb: data -> sample -> search -> solve -> result."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Literal

from mix1d import _core
from mix1d.data.arguments import (
    check_choice,
    check_count,
    check_n_components,
    check_positive,
    check_threads,
    is_auto,
)
from mix1d.data.frames import origin_of
from mix1d.data.sample import POOL_LIMIT, LargeSample, Sample, read_sample
from mix1d.errors import InputError, NotConvergedWarning, shown
from mix1d.log import Stopwatch, log
from mix1d.model.mixture import Mixture
from mix1d.native import Candidates, Options, charts_of
from mix1d.outcome.criteria import choose, stop_reason
from mix1d.outcome.records import Asked
from mix1d.progress import Progress
from mix1d.result import FitResult
from mix1d.sources.kinds import opened

if TYPE_CHECKING:
    from mix1d._core import Fitted

CRITERIA = ("bic", "aic", "icl")


def fit(
    data: Any,
    n_components: int | Iterable[int] | Literal["auto"] | None = None,
    *,
    sds: Literal["free", "equal", "auto"] | None = None,
    sample_weight: Any = None,
    criterion: Literal["bic", "aic", "icl"] = "bic",
    objective: Literal["stable", "highest"] = "stable",
    start: Mixture | None = None,
    max_iter: int = 1000,
    tol: float = 1e-10,
    missing: Literal["raise", "drop"] = "raise",
    name: str | None = None,
    threads: int | None = None,
    progress: bool | Callable[[float, float], object] | None = None,
) -> FitResult:
    """Fit a mixture of normal distributions to one column of numbers.

    Parameters
    ----------
    data : array_like (n,) or (n, 1)
        A list, a NumPy array of any real type, a masked array, a pandas or polars Series, an Arrow array, or
        anything with ``__array__`` or the Arrow C interface. A histogram is fitted as
        ``fit(centres, sample_weight=counts)``.
    n_components : int, iterable of int or "auto", optional
        How many components. Several are compared by `criterion`. None or "auto": 1 to min(10, distinct
        values / 5), until the criterion has risen three times in a row, of all fits and of those that can be
        chosen.
    sds : {"free", "equal", "auto"}, optional
        One sd for each component, one for all, or both compared by `criterion`. None: both where numbers of
        components are compared, and one for each where a single number is asked for.
    sample_weight : array_like (n,), optional
        Weights of at least 0; a weight of 2 means that the row occurs twice.
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
    missing : {"raise", "drop"}
        What to do with NaN, None, pandas.NA and masked values. A finding counts those dropped.
    name : str, optional
        The variable's name; taken from a Series or column that has one.
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
    max_iter, tol = check_options(sds, criterion, objective, max_iter, tol)
    watch, elapsed = Progress(progress), Stopwatch()
    given = data, sample_weight
    source = opened(data, sample_weight, missing=missing, threads=threads, progress=progress)
    if source is not None:
        data, sample_weight = source, None
    sample = read_sample(data, sample_weight, missing=missing, name=name, threads=threads)
    distinct = sample.n_distinct if isinstance(sample, Sample) else POOL_LIMIT + 1
    numbers = check_n_components(n_components, distinct, equal_only=sds == "equal")
    highest = objective == "highest"
    chosen_here = is_auto(n_components)
    tried = None if chosen_here else numbers
    if sds is None:
        sds = sds_of(n_components, numbers)
    asked = Asked(criterion, highest, tol, max_iter, sample_weight is not None, start is not None, tried, sds)
    how = Options(tol, max_iter, check_threads(threads))
    wanted = Candidates(numbers, charts_of(sds), chosen_here, criterion, highest)
    if start is not None:
        _check_start(start, n_components, numbers)
        wanted = wanted._replace(start=(start.weights, start.means, start.sds))
    else:
        watch.total = float(len(numbers))
    with watch as report:
        sample, rows = _solved(sample, wanted, how._replace(progress=report))
    index = choose(rows, criterion, sample.total_weight)
    chosen = rows[index]
    if not chosen["converged"] and stop_reason(chosen, tol) != "flat":
        warnings.warn(
            f"the fit ended before the maximum ({stop_reason(chosen, tol)}): raise max_iter, see findings",
            NotConvergedWarning,
            stacklevel=2,
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
    n_rows = None if sample.rows is None else len(sample.rows)
    return FitResult(sample, rows, index, asked, origin_of(*given, n_rows))


def _solved(sample: Sample | LargeSample, wanted: Candidates, how: Options) -> tuple[Sample, list[Fitted]]:
    if isinstance(sample, Sample):
        rows, _ = _core.fit(sample.problem._replace(widths=sample.widths), wanted, how)
        return sample, rows
    rows, nodes = _core.fit(sample.problem, wanted, how)
    assert nodes is not None
    return sample.stood_for_by(*nodes), rows


def sds_of(n_components: object, numbers: tuple[int, ...]) -> Literal["free", "auto"]:
    """Return what sds=None stands for: both kinds where numbers of components are compared."""
    return "auto" if is_auto(n_components) or len(numbers) > 1 else "free"


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


def check_options(sds: Any, criterion: Any, objective: Any, max_iter: Any, tol: Any) -> tuple[int, float]:
    """Check what `fit` and `fit_many` have in common, and return the last two as numbers."""
    if sds is not None:
        check_choice("sds", sds, ("free", "equal", "auto"))
    check_choice("criterion", criterion, CRITERIA)
    check_choice("objective", objective, ("stable", "highest"))
    return check_count("max_iter", max_iter), check_positive("tol", tol)
