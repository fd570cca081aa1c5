"""`order_test`: k components against k + 1."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, cast

import numpy as np

from mix1d import _core
from mix1d.arrays import Arrays, MixedArrays
from mix1d.data.arguments import check_choice, check_replicates, check_rng, check_seed, check_threads
from mix1d.data.observations import Observations
from mix1d.data.recorded_sample import RecordedSample
from mix1d.data.recording import limits_assumed
from mix1d.data.sample import LargeSample, Sample
from mix1d.errors import InputError
from mix1d.hints import hinting
from mix1d.log import Stopwatch, log
from mix1d.model.mixture import Mixture
from mix1d.model.specification import read_specification
from mix1d.native import Options
from mix1d.outcome.models import before_background, by_mean
from mix1d.progress import Progress
from mix1d.selection.em_families import em_test_of_family
from mix1d.selection.reading import (
    as_recorded,
    check_family,
    has_background,
    read_family_tested,
    read_tested,
    tested,
)
from mix1d.selection.record import OrderTest
from mix1d.selection.words import outcome
from mix1d.sketch.state import EMPTY
from mix1d.uncertainty.resampling import resampling_of

ENOUGH = 10  # exceedances after which Besag and Clifford stop
MOST_DRAWS = 1e7  # values that a replicate may draw one by one


@hinting
def order_test(
    data: Any,
    n_components: int,
    *,
    method: Literal["bootstrap", "em"] = "bootstrap",
    family: Any = "normal",
    sds: Literal["free", "equal"] = "free",
    sample_weight: Any = None,
    upper: Any = None,
    resolution: float | Literal["auto"] = "auto",
    errors: Any = None,
    truncation: Any = None,
    labels: Any = None,
    background: Any = None,
    replicates: int = 999,
    stop: Literal["besag-clifford"] | None = None,
    rng: int | np.random.Generator | None = None,
    threads: int | None = None,
    progress: bool | Callable[[float, float], object] | None = None,
) -> OrderTest:
    """Test a mixture of `n_components` distributions against one component more.

    Parameters
    ----------
    data : array_like (n,) or (n, 1), tuple (counts, edges), Observations, or an object that holds intervals
        As in `mix1d.fit`.
    n_components : int
        The number under the null hypothesis, below the number of distinct values.
    method : {"bootstrap", "em"}
        The parametric bootstrap of the likelihood ratio, or the EM-test (see `mix1d.selection.em_order`),
        which draws no samples.
    family : str
        The family of all components, as in `mix1d.fit`: the bootstrap is for any of them, the EM-test for
        ``"normal"``, ``"lognormal"``, ``"poisson"`` and ``"exponential"``.
    sds : {"free", "equal"}
        One sd for each component, or one for all; of families without an sd of their own one spread.
    sample_weight : array_like (n,), optional
        Weights of at least 0; a weight of 2 means that the row occurs twice. Their sum is the number of
        values in a sample drawn.
    upper, resolution, errors, truncation, labels : optional
        What was recorded, as in `mix1d.fit`; with ``resolution="auto"`` values on a lattice are intervals
        where a component of either fit is so narrow that it matters.
    background : bool or tuple (low, high), optional
        As in `mix1d.fit`: both models have a uniform component beside those that are counted. True stands
        for the range of the data, which samples drawn do not change.
    replicates : int
        Samples to draw under the null hypothesis, at least 1. Not used by the EM-test.
    stop : {"besag-clifford"}, optional
        Stop as soon as ten samples had a statistic at least as large as the data's. Most non-significant
        tests then take a few dozen replicates, and the p-value stays valid. Not used by the EM-test.
    rng : int, Generator or None
        A seed, a generator of which one draw of 64 bits is the seed, or None for a fixed one. Not used by
        the EM-test.
    threads : int, optional
        Most threads to use; None for all processors. The result does not depend on it.
    progress : bool or callable, optional
        As in `mix1d.fit`; counts replicates.

    Returns
    -------
    OrderTest
        Statistic, p-value, both estimates, and the outcome in a sentence.

    Raises
    ------
    InputError
        When the data or an argument cannot be used: also when the weights sum to less than
        `n_components` + 1, or to more than 1e7 (one by one, a replicate could not draw as many values); when
        it is not known how intervals arose, so that no sample can be recorded alike; for the EM-test, when
        rows are not exact values, or rounded to more than half of the narrowest sd.
    KeyboardInterrupt
        On Ctrl-C, within a fraction of a second.

    Notes
    -----
    The statistic is 2 (l1 - l0): the plain log-likelihoods at the highest maxima of the penalised one
    (`mix1d.fit` has the formula) with k + 1 and with k components, found by the global search of
    `mix1d.fit`. Equal sds need no penalty. A maximum counts when every component has at least the weight of
    one value. Where an empty component, which costs only the penalty n^(-1/2), is better than all of them,
    the estimate with k + 1 components is the one with k and an empty one, and the statistic is 0. A
    statistic may be slightly negative, since it is not the plain likelihood that was maximised.

    Each replicate is a sample of round(total weight) values of the estimated null mixture, rounded to the
    resolution that was found in the data (without that, ties alone make the observed statistic look large),
    and goes through the same search. Rows of other kinds are recorded again as they were: counted in the same
    bins; rounded; below or above a limit, of those that several limits leave possible (reversed Kaplan-Meier
    estimate of their law); with the error of each row; inside the window of each row; as many of each label,
    from its component; values of a background with the others. With B replicates of which b have a statistic
    at least as large,

        p = (1 + b) / (1 + B);

    under `stop`, p = 10 / m when the tenth of them was replicate m (Besag and Clifford 1991).

    The size is exact for k = 1 only, where the distribution of the statistic depends on no parameter (but on
    the rounding of the data, if any); for larger k the null mixture is estimated, and the size is right
    asymptotically. Testing k = 1, 2, ... until the first test that is not significant gives "at least k".

    A long column is represented by weighted points (see `mix1d.fit`), which changes the statistic by less
    than 1e-6; each replicate draws as many values as it has.

    Cost: 0.3 ms a replicate and thread for 1 against 2 at n = 200, 1.5 ms for 2 against 3.

    References
    ----------
    McLachlan, G. J. (1987). On bootstrapping the likelihood ratio test statistic for the number of components
    in a normal mixture. Applied Statistics 36, 318-324. doi:10.2307/2347790

    Besag, J. and Clifford, P. (1991). Sequential Monte Carlo p-values. Biometrika 78, 301-304.
    doi:10.1093/biomet/78.2.301

    Examples
    --------
    >>> import mix1d
    >>> x = [4.8, 5.0, 5.1, 5.3, 9.7, 9.9, 10.0, 10.1, 10.2, 10.4]
    >>> test = mix1d.order_test(x, 1)
    >>> test.message
    '2 components fit significantly better than 1 (p = .001, 999 replicates)'
    >>> test.alternative.means.round(2).tolist()
    [5.05, 10.05]
    """
    check_choice("method", method, ("bootstrap", "em"))
    check_choice("sds", sds, ("free", "equal"))
    check_replicates(replicates)
    if stop is not None:
        check_choice("stop", stop, ("besag-clifford",))
    check_rng(rng)
    n_threads = check_threads(threads)
    Progress(progress)
    name = read_family_tested(family, sds)
    specification = read_specification(background=background, family=name)
    if method == "em" and specification.background is not None:
        raise InputError(
            "background must be None in the EM-test, whose law is known for normal components alone; use "
            "method='bootstrap'"
        )
    read, k = read_tested(
        data,
        n_components,
        specification=specification,
        recorded={
            "upper": upper,
            "resolution": resolution,
            "errors": errors,
            "truncation": truncation,
            "labels": labels,
        },
        sample_weight=sample_weight,
        threads=threads,
        progress=progress,
    )
    check_family(name, read)
    sample = _pooled(read, n_threads)
    if method == "em":
        return em_test_of_family(sample, k, name, sds)
    origin = read.minimum if isinstance(read, LargeSample) else None
    _check_total(sample.total_weight, k)
    asked = data.resolution if isinstance(data, Observations) else resolution
    if isinstance(asked, str) and isinstance(read, Sample):
        sample = as_recorded(sample, k, sds, n_threads, name)
    return bootstrap_test(
        sample,
        k,
        sds=sds,
        family=name,
        origin=origin,
        replicates=replicates,
        stop=stop,
        rng=rng,
        threads=threads,
        progress=progress,
    )


def bootstrap_test(
    sample: Sample,
    k: int,
    *,
    sds: str = "free",
    family: str = "normal",
    origin: float | None = None,
    replicates: int = 999,
    stop: str | None = None,
    rng: int | np.random.Generator | None = None,
    threads: int | None = None,
    progress: bool | Callable[[float, float], object] | None = None,
) -> OrderTest:
    """Return the bootstrap test of a sample already read, arguments checked; see `order_test`.

    `origin` is a value on the lattice of rounded data, the smallest one by default.
    """
    _check_total(sample.total_weight, k)
    if k < fewest(sample):
        raise InputError(
            f"n_components must be at least the {fewest(sample)} components that labels name, got {k}: "
            "test more of them"
        )
    seed = check_seed(rng)
    n_threads, elapsed = check_threads(threads), Stopwatch()
    with Progress(progress, float(replicates)) as report:
        found = _core.bootstrap_order(
            sample.problem,
            tested(sample, (k,), sds, family),
            (
                round(sample.total_weight),
                float(sample.values[0]) if origin is None else origin,
                0 if stop is None else ENOUGH,
            ),
            resampling_of(sample, "parametric", replicates, seed),
            Options(threads=n_threads, progress=report),
        )
    drawn, exceed, null = found["drawn"], found["exceed"], found["null"]
    stopped = stop is not None and exceed == ENOUGH
    p_value = exceed / len(drawn) if stopped else (1 + exceed) / (1 + replicates)
    log("order test of %d: %d replicates, p = %.4g, seed %d, %s", k, len(drawn), p_value, seed, elapsed)
    drawn.setflags(write=False)
    mixtures = [_ordered(null, family), _ordered(found["alternative"], family)]
    beside = None
    if has_background(sample):
        (below, mixtures[0]), (above, mixtures[1]) = map(before_background, mixtures)
        beside = below, above
    words = outcome(k, p_value, len(drawn), real=int(np.count_nonzero(mixtures[0][0])))
    assumed = limits_assumed(sample) if isinstance(sample, RecordedSample) else ""
    return OrderTest(
        found["statistic"],
        p_value,
        Mixture._of_arrays(mixtures[0]),  # components of values with errors may have no width
        Mixture._of_arrays(mixtures[1]),
        "bootstrap",
        len(drawn),
        exceed,
        seed,
        drawn,
        f"{words}. {assumed}" if assumed else words,
        k,
        beside,
    )


def _ordered(found: Arrays | MixedArrays, family: str) -> Arrays | MixedArrays:
    """Return components as the core found them in the order of their means, behind a background."""
    if family == "normal":
        weights, means, sds = found  # type: ignore[misc]  # three arrays
        return weights, means, sds
    arrays = cast(MixedArrays, found)
    order, _ = by_mean(arrays)
    return cast(MixedArrays, tuple(np.ascontiguousarray(array[order]) for array in arrays))


def _check_total(total: float, k: int) -> None:
    if total > MOST_DRAWS:
        raise InputError(
            f"a replicate draws as many values as the data have, at most {MOST_DRAWS:.0e}, got {total:g}: "
            'test a random part of the rows, or use method="em"'
        )
    if round(total) < k + 1:
        raise InputError(
            f"sample_weight must sum to at least n_components + 1 = {k + 1}, the values that a replicate "
            f"draws, got {total:g}: weights are repetitions, so scale them to sum to the number of values"
        )


def fewest(sample: Sample) -> int:
    """Return the least number of components that can be tested: one, or those that labels name."""
    return max((j + 1 for j in sample.component_of), default=1) if isinstance(sample, RecordedSample) else 1


def _pooled(sample: Sample | LargeSample, threads: int) -> Sample:
    """Return the sample, or the weighted points that stand for a long column."""
    if isinstance(sample, Sample):
        return sample
    found = _core.sketch_add(EMPTY, sample.column, sample.sample_weight, threads, None)
    assert found is not None
    return sample.stood_for_by(*_core.sketch_nodes(found[0]))
