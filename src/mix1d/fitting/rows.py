"""What is known of each column: outcomes, in arrays with a row for each."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mix1d.arrays import Array, Arrays
from mix1d.data.sample import Sample, read_sample
from mix1d.model.component import Component
from mix1d.model.moments import least_separation
from mix1d.native import chart_of
from mix1d.outcome.criteria import tried
from mix1d.outcome.findings import find
from mix1d.outcome.outcome import Outcome, facts_of
from mix1d.outcome.records import Asked

if TYPE_CHECKING:
    from mix1d._core import Fitted

NOT_TOLD: Arrays = (np.empty(0), np.empty(0), np.empty(0))


class Rows:
    """Arrays with a row for each column; those of columns not fitted stay NaN, 0 or False."""

    def __init__(
        self, m: int, width: int, *, background: bool = False, families: Sequence[str] | None = None
    ) -> None:
        self.background = background  # whether one was asked for
        self.families = families  # that were named, None where all is normal
        self.components: list[tuple[Component, ...]] = [()] * m  # where it is not
        self.n = np.zeros(m, np.int64)
        self.n_missing = np.zeros(m, np.int64)
        self.k = np.zeros(m, np.int64)
        self.equal, self.converged, self.regularized = (np.zeros(m, np.bool_) for _ in range(3))
        self.total_weight, self.log_likelihood, self.aic, self.bic, self.icl, self.separation = (
            np.full(m, math.nan) for _ in range(6)
        )
        self.background_weight = np.full(m, math.nan)
        # weights, means, sds
        self.mixtures, self.errors = (np.full((m, 3, width), math.nan) for _ in range(2))
        self.cuts = np.full((m, max(width - 1, 0)), math.nan)
        self.findings, self.error = [""] * m, [""] * m
        self.cut_off: list[int] = []  # fits that ended before the maximum

    def _widen(self, width: int) -> None:
        """Make room for mixtures of `width` components."""
        more = width - self.mixtures.shape[2]
        if more > 0:
            self.mixtures, self.errors = (
                np.pad(table, ((0, 0), (0, 0), (0, more)), constant_values=math.nan)
                for table in (self.mixtures, self.errors)
            )
            self.cuts = np.pad(
                self.cuts, ((0, 0), (0, width - 1 - self.cuts.shape[1])), constant_values=math.nan
            )

    def add(self, place: int, outcome: Outcome, errors: Arrays) -> None:
        """Take the outcome of the column at `place`, and the standard errors of its parameters."""
        fitted = outcome.fitted
        k = len(fitted["mixture"][0])
        self._widen(k)
        self.n[place], self.n_missing[place], self.k[place] = outcome.n_obs, outcome.sample.n_missing, k
        self.equal[place] = fitted["equal"]
        for name in ("converged", "regularized", "total_weight", "log_likelihood", "aic", "bic", "icl"):
            getattr(self, name)[place] = getattr(outcome, name)
        self.mixtures[place, :, :k] = fitted["mixture"]
        self.errors[place, :, :k] = errors
        if outcome.background_weight is not None:
            self.background_weight[place] = outcome.background_weight
        if self.families is not None:
            self.components[place] = outcome.mixture.components
        self.separation[place] = least_separation(*fitted["mixture"])
        facts = facts_of(outcome)
        self.findings[place] = " ".join(dict.fromkeys(finding.code for finding in find(facts)))
        between = [cut.value for cut in facts.thresholds if cut.kind in ("crossing", "none")]
        self.cuts[place, : len(between)] = between
        if not fitted["converged"] and facts.stop_reason != "flat":
            self.cut_off.append(place)


def outcomes_of(
    batch: dict[str, Array], columns: list[NDArray[Any]], weights: list[NDArray[Any]] | None, asked: Asked
) -> Iterator[tuple[int, Outcome, Arrays]]:
    """Yield what `_core.fit_batch` found: the place of a column, its outcome, and its standard errors.

    The columns are pooled once more, which takes about a hundredth of the time of a fit.
    """
    width = batch["mixtures"].shape[1] // 3
    lists = {name: values.tolist() for name, values in batch.items() if values.ndim == 1}
    ends = {name: np.cumsum(batch[name].astype(np.intp)).tolist() for name in ("n_tried", "n_optima")}
    lines = batch["tried"].tolist()
    for i in np.flatnonzero(batch["fitted"]).tolist():
        k, equal = int(lists["k"][i]), lists["equal"][i] != 0.0
        sample = read_sample(columns[i], None if weights is None else weights[i], missing="drop")
        assert isinstance(sample, Sample)
        fitted: Fitted = {
            "equal": equal,
            "mixture": _mixture(batch["mixtures"][i], width, k),
            "start": NOT_TOLD,
            "log_likelihood": lists["log_likelihood"][i],
            "entropy": lists["entropy"][i],
            "decrement": lists["decrement"][i],
            "converged": lists["converged"][i] != 0.0,
            "positive_definite": lists["positive_definite"][i] != 0.0,
            "regularized": lists["regularized"][i] != 0.0,
            "sound": lists["sound"][i] != 0.0,
            "max_iter_reached": lists["max_iter_reached"][i] != 0.0,
            "null_components": int(lists["null_components"][i]),
            "collapsed": int(lists["collapsed"][i]),
            "prop": "penalty" if lists["collapsed"][i] >= 0 else "none",
            "passed_over": False,
            "optima": [
                (_mixture(row[3:], width, k), float(row[0]), float(row[1]), row[2] != 0.0)
                for row in batch["optima"][ends["n_optima"][i - 1] if i else 0 : ends["n_optima"][i]]
            ],
        }
        told = tuple(
            tried(
                int(number),
                chart_of(same != 0.0),
                log_likelihood,
                entropy,
                regularized == 0.0,
                sample.total_weight,
                sds="equal" if same != 0.0 else "free",
                chosen=number == k and (same != 0.0) == equal,
            )
            for number, same, regularized, log_likelihood, entropy in lines[
                ends["n_tried"][i - 1] if i else 0 : ends["n_tried"][i]
            ]
        )
        errors = _mixture(batch["errors"][i], width, k)
        yield i, Outcome(sample, [fitted], 0, asked, told=told), errors


def _mixture(row: Array, width: int, k: int) -> Arrays:
    return row[:k], row[width : width + k], row[2 * width : 2 * width + k]
