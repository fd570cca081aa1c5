"""Do new values come from the populations of an earlier fit: two tests that know how sure that fit is."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from mix1d import _core
from mix1d.arrays import Array
from mix1d.data.arguments import Rng, check_replicates, check_seed
from mix1d.data.observations import Observations
from mix1d.data.recorded_sample import RecordedSample, as_exact, as_rounded, recorded_sample, without
from mix1d.data.sample import Sample, read_sample
from mix1d.diagnostics.goodness import FEWEST, SAME, Statistic, stands_in
from mix1d.errors import InputError
from mix1d.fitting.preparing import solve
from mix1d.fitting.task import Task
from mix1d.model.constraints import Constraint
from mix1d.model.mixture import Mixture
from mix1d.model.specification import Specification, read_specification
from mix1d.native import Options
from mix1d.outcome.models import arrays_of, mixture_of
from mix1d.outcome.outcome import Outcome, chosen
from mix1d.outcome.records import Asked
from mix1d.outcome.solving import MAX_ITER, TOL
from mix1d.progress import Progress, Watching
from mix1d.result import FitResult

if TYPE_CHECKING:
    from mix1d._core import Fitted

ENOUGH = 10  # replicates as large as what was observed, after which no more are drawn
_NAMES = ("Kolmogorov-Smirnov", "Anderson-Darling", "Cramer-von Mises", "Pearson", "deviance")
_FIRST = (1, 0, 3)  # the places of those that are looked at, the first that the values have


@dataclass(frozen=True, slots=True, eq=False)
class Drift:
    """What new values say about an earlier fit. Each test is None where it cannot be had."""

    distance: Statistic | None
    """Of the new values from the saved mixture, as it is: Anderson-Darling for values, Pearson for counts."""
    distance_name: str
    parameters: Statistic | None
    """The likelihood ratio of different parameters for old and new values against the same for both."""
    degrees: int
    """By how many parameters they may differ."""
    set_apart: Statistic | None
    """By how much the share of the values set apart is larger among the new values."""
    n: int
    n_apart: int
    """New values set apart, such as zeros or strays."""
    apart: tuple[float, ...]
    """Which, rising; of the saved fit and of the new values."""
    replicates: int
    """Samples drawn; 0 where the laws for large samples were used."""
    seed: int
    new: FitResult | None
    """The new values with parameters of their own, from the saved ones to the nearest maximum."""

    @property
    def p_value(self) -> float:
        """The smallest p-value times the number of tests (Bonferroni)."""
        found = [one.p_value for one in (self.distance, self.parameters, self.set_apart) if one is not None]
        return min(1.0, len(found) * min(found))


def drift(
    saved: Outcome,
    values: Any,
    sample_weight: Any = None,
    *,
    replicates: int = 999,
    rng: Rng = None,
    progress: Watching = None,
) -> Drift:
    """Test whether new values are a sample of the populations that an earlier fit found.

    Two samples are compared, of n_old and n_new values, each with errors of its own; the saved parameters are
    not taken for the truth, which would let every large new sample differ from a fit of a small one.

    *Distance*: A^2 between the new values and the saved mixture, which is not refitted to them (case 0 of
    Anderson and Darling 1952 where n_old is infinite; D or Pearson's statistic for what has no A^2). It sees
    what the model has no parameter for, such as a new population.

    *Parameters*: LR = 2 (l_old + l_new - l_both), the log-likelihoods at the maxima of the old values, the
    new and both together, with the number of components and all that was assumed of the saved fit. It
    sees populations that moved, grew or widened. (`bench/drift_study.py`: which of the two is the sharper
    depends on the mixture; both reject as often as they should, LR up to two points in a hundred more.)

    Null laws. If nothing changed, both samples come from one mixture, estimated from both. Replicates of both
    are drawn from it and rounded as they were; the old one is refitted, and so are the new one and both
    together, each to the nearest maximum; p is the share of replicates at least as large (the parametric
    bootstrap: McLachlan 1987; Stute, Gonzalez Manteiga and Presedo Quindimil 1993). So the error of the saved
    parameters is in the law of both statistics, and no number of degrees of freedom is relied on where
    components overlap. Drawing ends once ten replicates were as large, and p is then ten over their number
    (Besag and Clifford 1991). Where values are not kept one by one, of sketches and fits of more than 65,536
    different values, LR has its limiting law, chi-square with as many degrees of freedom as parameters (Wilks
    1938), and there is no distance.

    *Values set apart*: what the saved fit set apart, such as zeros, is set apart of the new values too, and
    so is what a fit of those would, unless it is among the old ones: a single stray is no drift. The shares
    are compared by Fisher's exact test.

    References
    ----------
    Anderson, T. W. and Darling, D. A. (1952). Asymptotic theory of certain "goodness of fit" criteria based
    on stochastic processes. Annals of Mathematical Statistics 23, 193-212. doi:10.1214/aoms/1177729437

    McLachlan, G. J. (1987). On bootstrapping the likelihood ratio test statistic for the number of components
    in a normal mixture. Applied Statistics 36, 318-324. doi:10.2307/2347790

    Besag, J. and Clifford, P. (1991). Sequential Monte Carlo p-values. Biometrika 78, 301-304.
    doi:10.1093/biomet/78.2.301

    Wilks, S. S. (1938). The large-sample distribution of the likelihood ratio for testing composite
    hypotheses. Annals of Mathematical Statistics 9, 60-62. doi:10.1214/aoms/1177732360

    Examples
    --------
    >>> import mix1d
    >>> first = mix1d.Mixture([0.4, 0.6], [0.0, 5.0], [1.0, 1.0])
    >>> saved = mix1d.fit(first.sample(300, rng=1), 2)
    >>> drift(saved, first.sample(200, rng=2)).p_value > 0.1
    True
    >>> found = drift(saved, first.sample(200, rng=2) + 0.5)
    >>> found.p_value, found.degrees
    (0.006, 5)
    """
    count, seed = check_replicates(replicates), check_seed(rng)
    old = _values_of(saved)
    given = read_sample(values, sample_weight)
    if not isinstance(given, Sample):
        raise InputError("data must have at most 65,536 rows, or be a sketch of more: pass a Sketch")
    values_apart = _apart(saved, old, given)
    apart, new, n_apart = None, given, 0.0
    if values_apart:
        out = np.array(values_apart)
        n_apart = _weight_of(given, out)
        before = math.fsum(one.weight for one in saved.set_apart)
        apart = _shares((n_apart, given.total_weight), (before, old.total_weight + before))
        if n_apart == given.total_weight:
            return Drift(None, "", None, 0, apart, given.n_obs, round(n_apart), values_apart, 0, seed, None)
        new = without(given, out)
    model = _Model(saved, old, new)
    whole = stands_in(old) or new.sketch is not None
    drawn = _Drawn(model, old, new, count, seed)
    if not whole:
        with Progress(progress, float(count)) as report:
            drawn.draw(report)
    parameters = drawn.parameters
    if whole and model.observed is not None:
        parameters = Statistic(model.observed, _chi_square(model.observed, model.degrees))
    if parameters is None and drawn.distance is None and apart is None:
        raise InputError(
            f"data must have at least {FEWEST:.0f} values to compare a sketch, or with a fit that stands for "
            f"more than 65,536 values, got {new.n_obs}: gather more"
        )
    return Drift(
        drawn.distance,
        _NAMES[model.place],
        parameters,
        model.degrees,
        apart,
        given.n_obs,
        round(n_apart),
        values_apart,
        drawn.count,
        seed,
        model.new_result,
    )


def _values_of(saved: Outcome) -> Sample:
    """Return the values of the saved fit."""
    old = as_exact(saved.sample)
    if old is None:
        raise InputError(
            "the saved fit must be one of values to compare others with it, and not of limits, bins, rows "
            "with errors, windows or labels, or beside a background: fit the new rows too, and compare the "
            "intervals"
        )
    return old


def _apart(saved: Outcome, old: Sample, given: Sample) -> tuple[float, ...]:
    """Return the values to set apart: those of the saved fit, and what a fit would of the new values."""
    values = {x for one in saved.set_apart for x in one.values}
    assumed = saved.asked.specification or read_specification()
    if assumed.set_apart == "auto" and not saved.asked.highest and given.sketch is None:
        k = len(saved.mixture.weights)
        # with one component more, which strays can have for their own
        numbers = [one for one in (k, k + 1) if 2 * one <= given.n_distinct]
        task = Task(read_specification(), numbers, "bic", False, None, Options(TOL, MAX_ITER, 1))
        if numbers:
            found = solve(task, given, round_off=False, set_apart=True).apart
            values |= {x for one in found for x in one.values} - set(old.values.tolist())
    return tuple(sorted(values))


def _weight_of(sample: Sample, values: Array) -> float:
    return float(sample.weights[np.isin(sample.values, values)].sum())


class _Model:
    """The saved model, fitted to any values from where it was; and what was observed.

    `null` is the mixture of the populations if nothing changed, `arrays` the saved one.
    """

    def __init__(self, saved: Outcome, old: Sample, new: Sample) -> None:
        self._sds = saved.asked.sds
        self._kind = saved.sample if isinstance(saved.sample, RecordedSample) else None
        self._specification = _specification_of(saved)
        self.arrays = arrays_of(saved.fitted)
        self.degrees = saved.n_parameters
        self.place = self._first(old)
        self.new_result: FitResult | None = None
        self.null = saved.mixture
        self.observed: float | None = None
        self.distance = math.nan if new.sketch is not None else self.distance_of(new, self.arrays)
        both = self.pooled(old, new)
        try:
            fitted = self.fitted(both, saved.mixture)
            self.null = mixture_of(fitted)
            if new.total_weight >= FEWEST:
                own = self.fitted(new, self.null)
                self.observed = self._ratio(self.fitted(old, self.null), own, fitted)
                self.new_result = FitResult(self._sample(new), [own], 0, self._asked())
        except InputError:  # fewer distinct values than components: the distance alone is left
            pass

    def _first(self, old: Sample) -> int:
        if stands_in(old):
            return _FIRST[0]
        found = _core.goodness(old.problem, self.arrays)["distances"]
        return next((i for i in _FIRST if i < len(found) and not math.isnan(found[i])), _FIRST[0])

    def distance_of(self, sample: Sample, arrays: Any) -> float:
        """Return how far values are from a mixture, infinite where they cannot come from it."""
        found = float(_core.goodness(sample.problem, arrays)["distances"][self.place])
        return math.inf if math.isnan(found) else found

    def fitted(self, sample: Sample, start: Mixture) -> Fitted:
        """Return the nearest maximum."""
        k = len(start.weights)
        task = Task(self._specification, k, "bic", False, start, Options(TOL, MAX_ITER, 1))
        task.numbers(sample)
        (fitted,) = task.rows(self._sample(sample), (k,))
        return fitted

    def ratio(self, old: Sample, new: Sample, start: Mixture) -> tuple[float, Any]:
        """Return the likelihood ratio of two samples, and the fit of the old one."""
        both = self.pooled(old, new)
        first = self.fitted(old, start)
        return self._ratio(first, self.fitted(new, start), self.fitted(both, start)), arrays_of(first)

    def pooled(self, old: Sample, new: Sample) -> Sample:
        """Return the values of both."""
        values = np.concatenate([old.values, new.values])
        found = read_sample(values, np.concatenate([old.weights, new.weights]))
        assert isinstance(found, Sample)
        return replace(found, resolution=old.resolution)

    def _ratio(self, old: Fitted, new: Fitted, both: Fitted) -> float:
        return 2.0 * (old["log_likelihood"] + new["log_likelihood"] - both["log_likelihood"])

    def _sample(self, values: Sample) -> Sample:
        """Return values as those of the saved fit were taken."""
        if self._kind is None:
            return values
        if self._kind.step:
            return as_rounded(values, self._kind.step, np.ones(len(values.values), bool))
        return recorded_sample(Observations(values.values, sample_weight=values.weights, name=values.name))

    def _asked(self) -> Asked:
        k = len(self.null.weights)
        return Asked("bic", False, TOL, MAX_ITER, False, True, (k,), self._sds, self._specification)


def _specification_of(saved: Outcome) -> Specification:
    """Return what was assumed of the chosen row, where several were compared."""
    row, assumed = chosen(saved), saved.asked.specification or read_specification()
    family = assumed.family
    if row.family not in ("normal", "mixed") or family.kind == "auto":
        family = read_specification(family=row.family).family
    kind = assumed.sds.kind if assumed.sds is not None else "auto"
    sds = Constraint(row.sds) if kind == "auto" else assumed.sds
    return replace(assumed, sds=sds, family=family, set_apart=None)


class _Drawn:
    """Replicates of both samples, and how unusual what was observed is among them."""

    def __init__(self, model: _Model, old: Sample, new: Sample, count: int, seed: int) -> None:
        self._model, self._old, self._new, self._seed, self._most = model, old, new, seed, count
        self._distances: list[float] = []
        self._ratios: list[float] = []
        self.count = 0

    def draw(self, report: Callable[[float, float], object] | None) -> None:
        """Draw until enough is known."""
        mixture = self._model.null
        for i in range(self._most):
            stream = np.random.default_rng([self._seed, i])
            old, new = (_drawn(mixture, one, stream) for one in (self._old, self._new))
            try:
                ratio, saved = self._model.ratio(old, new, mixture)
            except InputError:  # a replicate with too few distinct values speaks for nothing
                ratio, saved = math.inf, self._model.arrays
            self._ratios.append(ratio)
            self._distances.append(self._model.distance_of(new, saved))
            self.count = i + 1
            if report is not None:
                report(float(self.count), float(self._most))
            tests = (self.distance, self.parameters)
            if all(one is None or one.p_value * self.count >= ENOUGH for one in tests):
                return

    @property
    def distance(self) -> Statistic | None:
        """That of the distance."""
        return _p_value(self._model.distance, self._distances, self._most)

    @property
    def parameters(self) -> Statistic | None:
        """That of the likelihood ratio."""
        observed = self._model.observed
        return None if observed is None else _p_value(observed, self._ratios, self._most)


def _p_value(observed: float, drawn: list[float], most: int) -> Statistic | None:
    """Return the statistic with its p-value, None without replicates.

    >>> _p_value(2.0, [1.0, 3.0, 1.0], 3).p_value
    0.5
    """
    if not drawn or math.isnan(observed):
        return None
    least = observed * (1.0 - SAME)
    exceed = np.cumsum(np.array(drawn) >= least)
    if exceed[-1] >= ENOUGH and math.isfinite(observed):
        return Statistic(observed, ENOUGH / (1 + int(np.argmax(exceed >= ENOUGH))))
    return Statistic(observed, (1 + int(exceed[-1])) / (1 + len(drawn)))


def _drawn(mixture: Mixture, like: Sample, stream: np.random.Generator) -> Sample:
    """Return a sample of so many values, rounded as those were."""
    values = mixture.sample(max(1, round(like.total_weight)), rng=stream)
    if like.resolution:
        first = like.values[0]
        values = first + like.resolution * np.rint((values - first) / like.resolution)
    found = read_sample(values)
    assert isinstance(found, Sample)
    return replace(found, resolution=like.resolution)


def _shares(new: tuple[float, float], old: tuple[float, float]) -> Statistic:
    """Compare two shares by Fisher's exact test; the statistic is their difference.

    >>> round(_shares((30, 100), (10, 100)).p_value, 5)
    0.00065
    """
    from scipy.stats import fisher_exact

    table = [[round(part), round(whole) - round(part)] for part, whole in (new, old)]
    return Statistic(new[0] / new[1] - old[0] / old[1], float(fisher_exact(table).pvalue))


def _chi_square(value: float, degrees: int) -> float:
    from scipy.special import chdtrc

    return float(chdtrc(float(degrees), max(value, 0.0)))
