"""The frozen result of a fit: the answer, how it was reached, and how far to trust it."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from mix1d import _core
from mix1d._display_methods import DisplayMethods
from mix1d._saving_methods import SavingMethods
from mix1d.arrays import Array
from mix1d.data.frames import Origin
from mix1d.data.sample import Sample
from mix1d.diagnostics.compressed import compression_finding
from mix1d.diagnostics.methods import DiagnosticMethods
from mix1d.diagnostics.offset import offset_finding
from mix1d.diagnostics.precision import precision_findings
from mix1d.diagnostics.rivals import rival_finding
from mix1d.errors import NeedsDataError
from mix1d.finding import Finding
from mix1d.model.mixture import Mixture
from mix1d.model.reach import as_seen_in
from mix1d.outcome.findings import UNDECIDED, Facts, find
from mix1d.outcome.records import (
    Asked,
    Criteria,
    Optimum,
    Row,
    Selection,
    Trace,
    criteria,
    evidence_weights,
    largest_tried,
    plain,
    rivals_of,
    separation_of,
    stop_reason,
    trace_of,
)
from mix1d.uncertainty.covariance import Parameters, propped_components
from mix1d.uncertainty.derived_methods import DerivedMethods
from mix1d.uncertainty.intervals import Fit

if TYPE_CHECKING:
    from mix1d._core import Fitted
    from mix1d.selection.evidence import Evidence

__all__ = ["Finding", "FitResult", "Optimum", "Parameters", "Row", "Trace"]


_IN_DICT = (
    "name",
    "n_obs",
    "total_weight",
    "mixture",
    "standard_errors",
    "thresholds",
    "log_likelihood",
    "n_parameters",
    "aic",
    "bic",
    "icl",
    "criterion",
    "converged",
    "stop_reason",
    "n_iter",
    "newton_decrement",
    "regularized",
    "findings",
    "selection",
    "optima",
)


@dataclass(frozen=True, eq=False, repr=False)
class FitResult(DerivedMethods, DiagnosticMethods, DisplayMethods, SavingMethods):
    """A fitted mixture, with everything that is known about the fit. Made by `mix1d.fit`.

    Attributes
    ----------
    mixture : Mixture
        The answer: components ordered by mean, ties by sd.
    log_likelihood : float
        Total over the rows, natural logarithm, without penalty.
    n_obs, total_weight : int, float
        Rows of positive weight, and the sum of their weights: n in every formula.
    n_parameters : int
        3k - 1, or 2k with equal sds.
    aic, bic, icl : float
        Smaller is better. aic = 2 p - 2 l; bic = p log n - 2 l; icl = bic + 2 sum of w_i * entropy of r_i
        (the soft form; mclust takes the hard one, and the opposite sign for all three).
    criterion, objective : str
        The ones that chose; the objective is ``"stable"`` too where nothing sound is as high.
    converged : bool
        At a maximum to rounding: Newton decrement below `tol`, and minus the Hessian positive definite.
    stop_reason : str
        ``"decrement"`` (converged), ``"flat"`` in some direction, ``"max_iter"`` or ``"stalled"`` (rounding).
    n_iter : int
        Steps of the last solve: the length of `trace`.
    newton_decrement : float
        What a quadratic model says the log-likelihood can still rise, in nats.
    regularized : bool
        Whether only a penalty holds the fit up, or components have weight 0; a finding says which.
    trace : Trace
        The last solve step by step; long columns are represented by the weighted points of the search.
    optima : tuple of Optimum
        The reported optimum first, then those within 2 nats of the best, see `objective`.
    findings : tuple of Finding
        What to know before believing the answer, in words; `docs/findings.md` lists the codes.
    selection : Selection, a tuple of Row
        All that was tried, ordered by number of components, free before equal sds.
    name : str or None
        The variable's name.

    Notes
    -----
    Everything but the mixture and its log-likelihood is computed when it is first asked for. The result holds
    the pooled sample and never the caller's array; it can be pickled.

    References
    ----------
    Schwarz, G. (1978). Estimating the dimension of a model. Annals of Statistics 6, 461-464.
    doi:10.1214/aos/1176344136

    Biernacki, C., Celeux, G. and Govaert, G. (2000). Assessing a mixture model for clustering with the
    integrated completed likelihood. IEEE Transactions on Pattern Analysis and Machine Intelligence 22,
    719-725. doi:10.1109/34.865189

    Examples
    --------
    >>> import mix1d
    >>> result = mix1d.fit([1.0, 2.0, 2.0, 3.0, 8.0, 9.0, 9.0, 10.0], 2)
    >>> result.mixture.means.round(6).tolist(), result.converged
    ([2.0, 9.0], True)
    >>> result.predict([0.0, 20.0]).tolist()
    [0, 1]
    """

    _sample: Sample
    _rows: list[Fitted]
    _index: int
    _asked: Asked
    _origin: Origin = field(default_factory=Origin)

    def __getstate__(self) -> dict[str, Any]:
        return {one.name: self.__dict__[one.name] for one in fields(self)}

    @property
    def _fitted(self) -> Fitted:
        return self._rows[self._index]

    # ---- the answer

    @cached_property
    def mixture(self) -> Mixture:  # noqa: D102 (attributes are explained above)
        return Mixture._trusted(*self._fitted["mixture"])

    @property
    def log_likelihood(self) -> float:  # noqa: D102
        return self._fitted["log_likelihood"]

    @property
    def n_obs(self) -> int:  # noqa: D102
        return self._sample.n_obs

    @property
    def total_weight(self) -> float:  # noqa: D102
        return self._sample.total_weight

    @property
    def name(self) -> str | None:  # noqa: D102
        return self._sample.name

    # ---- how good it is

    @cached_property
    def _criteria(self) -> Criteria:
        return criteria(self._fitted, self.total_weight)

    @property
    def n_parameters(self) -> int:  # noqa: D102
        return self._criteria.n_parameters

    @property
    def aic(self) -> float:  # noqa: D102
        return self._criteria.aic

    @property
    def bic(self) -> float:  # noqa: D102
        return self._criteria.bic

    @property
    def icl(self) -> float:  # noqa: D102
        return self._criteria.icl

    @property
    def criterion(self) -> str:  # noqa: D102
        return self._asked.criterion

    @property
    def objective(self) -> str:  # noqa: D102
        return "highest" if self._asked.highest and self._fitted["sound"] else "stable"

    @cached_property
    def selection(self) -> Selection:  # noqa: D102
        table = [criteria(fitted, self.total_weight) for fitted in self._rows]
        values = [float(getattr(line, self.criterion)) for line in table]
        eligible = [not fitted["regularized"] for fitted in self._rows]
        again = [self._is_again(i) for i in range(len(self._rows))]
        weights = evidence_weights(values, [e and not a for e, a in zip(eligible, again, strict=True)])
        rows = (
            Row(
                n_components=len(fitted["mixture"][0]),
                sds="equal" if fitted["equal"] else "free",
                log_likelihood=fitted["log_likelihood"],
                **table[i]._asdict(),
                converged=fitted["converged"],
                regularized=fitted["regularized"],
                eligible=eligible[i],
                chosen=i == self._index,
                mixture=Mixture._trusted(*fitted["mixture"]),
                evidence_weight=weights[i],
                undecided=eligible[i]
                and not again[i]
                and i != self._index
                and values[i] - values[self._index] < UNDECIDED,
                separation=separation_of(fitted["mixture"]),
                findings=tuple(dict.fromkeys(f.code for f in find(self._facts(fitted)))),
            )
            for i, fitted in enumerate(self._rows)
        )
        return Selection(rows, self.criterion)

    def _is_again(self, i: int) -> bool:
        """Say whether row i is one component for the second time: free and equal sds are the same there."""
        ones = [j for j, fitted in enumerate(self._rows) if len(fitted["mixture"][0]) == 1]
        return i in ones and i != (self._index if self._index in ones else ones[0])

    # ---- how it was reached

    @property
    def converged(self) -> bool:  # noqa: D102
        return self._fitted["converged"]

    @property
    def stop_reason(self) -> str:  # noqa: D102
        return stop_reason(self._fitted, self._asked.tol)

    @property
    def n_iter(self) -> int:  # noqa: D102
        return len(self.trace.phase)

    @property
    def newton_decrement(self) -> float:  # noqa: D102
        return self._fitted["decrement"]

    @property
    def regularized(self) -> bool:  # noqa: D102
        return self._fitted["regularized"]

    @cached_property
    def trace(self) -> Trace:  # noqa: D102
        return trace_of(self._fitted, self._sample, self._asked)

    @cached_property
    def optima(self) -> tuple[Optimum, ...]:  # noqa: D102
        return tuple(
            Optimum(Mixture._trusted(*mixture), log_likelihood, penalised, regularized)
            for mixture, log_likelihood, penalised, regularized in self._fitted["optima"]
        )

    # ---- how far to trust it

    @cached_property
    def findings(self) -> tuple[Finding, ...]:  # noqa: D102
        facts = self._facts(self._fitted)
        found = find(
            facts._replace(
                stable=self._stable(),
                rivals=rivals_of(self.selection, self.criterion),
                largest=largest_tried(self.selection, self._asked, len(self._sample.values)),
            )
        )
        return (
            *rival_finding(self._sample, self.mixture, self.log_likelihood, self.bic, self.n_parameters),
            *found,
            *precision_findings(self._fit, self.confidence_interval().estimates),
            *compression_finding(self._sample, self.mixture),
            *offset_finding(self._sample, self.mixture, self.log_likelihood),
        )

    def _facts(self, fitted: Fitted) -> Facts:
        return Facts(
            sample=self._sample,
            fitted=fitted,
            stop_reason=stop_reason(fitted, self._asked.tol),
            max_iter=self._asked.max_iter,
            weighted=self._asked.weighted,
            stable=None,
            rivals=(),
            largest=None,
            criterion=self.criterion,
            objective=self.objective,
            thresholds=as_seen_in(
                Mixture._trusted(*fitted["mixture"]).thresholds(), fitted["mixture"], self._sample
            ),
        )

    def _stable(self) -> Fitted | None:
        """Return the stable answer when the highest was asked for, at the cost of a search."""
        fitted, sample = self._fitted, self._sample
        if not self._asked.highest or self._asked.started or fitted["equal"] or not fitted["sound"]:
            return None
        k = np.array([float(len(fitted["mixture"][0]))])
        return _core.fit_sample(
            sample.values,
            sample.weights,
            sample.widths,
            sample.resolution or 0.0,
            k,
            stop_early=False,
            free_sds=True,
            equal_sds=False,
            criterion=0,
            highest=False,
            tol=self._asked.tol,
            max_iter=self._asked.max_iter,
            threads=1,
            progress=None,
        )[0]

    @cached_property
    def _memory(self) -> dict[Any, Any]:
        return {}

    @cached_property
    def _fit(self) -> Fit:
        fitted, sample = self._fitted, self._sample
        mixture, equal, collapsed = fitted["mixture"], fitted["equal"], fitted["collapsed"]
        sound = fitted["positive_definite"] and len(sample.values) > 1
        held: tuple[int, ...] = ()
        if sound and collapsed >= 0 and not equal:
            held = propped_components(sample, mixture, collapsed)
            held = held if len(held) < np.count_nonzero(mixture[0]) else ()
        return Fit(sample, mixture, equal, sound and collapsed < 0, held)

    # ---- what it says about values

    def responsibilities(self, x: ArrayLike | None = None) -> Array:
        """Return the probability of each component, for every row of the data or for new values.

        Parameters
        ----------
        x : array_like, optional
            Values of any shape; None for the fitted rows in their order, without missing rows and those of
            weight 0.

        Returns
        -------
        ndarray
            Shape (n_obs, k), or the shape of x with an axis of length k.

        Raises
        ------
        NeedsDataError
            When `x` is None and the sample had more than 65,536 rows, which a result does not keep.
        """
        return self.mixture.responsibilities(self._data(x))

    def predict(self, x: ArrayLike | None = None) -> Any:
        """Return the index (int64) of the most probable component; `x` as in `responsibilities`."""
        return self.mixture.predict(self._data(x))

    def _data(self, x: ArrayLike | None) -> ArrayLike:
        if x is not None:
            return x
        if self._sample.rows is None:
            raise NeedsDataError("a result does not keep more than 65,536 rows: pass them as x")
        return self._sample.rows

    @cached_property
    def _evidence(self) -> Evidence:
        from mix1d.selection.evidence import evidence_of

        several = len({len(fitted["mixture"][0]) for fitted in self._rows}) > 1
        return evidence_of(self._fit, self.criterion if several else None)

    # ---- in words and for machines

    def __str__(self) -> str:
        return self.summary()

    def __repr__(self) -> str:
        k = len(self._fitted["mixture"][0])
        name = f"{self.name}: " if self.name else ""
        return (
            f"<FitResult {name}{k} component{'s' * (k > 1)}, n = {self.n_obs}, "
            f"log-likelihood {self.log_likelihood:.3f}>"
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the result as plain numbers, strings and lists, ready for JSON.

        None stands for NaN, and for a bound that is open. All attributes but the trace; and all that
        ``print(result)`` says, at its cost: standard errors and profile intervals, thresholds, with second
        crossings apart, error rate, tests, and the sentences.
        """
        from mix1d.display.said import said

        values = {name: getattr(self, name) for name in _IN_DICT}
        whole = {name: plain(value() if callable(value) else value) for name, value in values.items()}
        cuts = whole["thresholds"]
        whole["thresholds"] = [cut for cut in cuts if cut["kind"] in ("crossing", "none")]
        whole["second_crossings"] = [cut for cut in cuts if cut["kind"] not in ("crossing", "none")]
        return {**whole, **said(self)}
