"""What is known of each column: fits from the core or from `fit`, in arrays with a row for each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from mix1d import _core
from mix1d.arrays import Array, Arrays
from mix1d.data.sample import Sample, read_sample
from mix1d.model.reach import as_seen_in
from mix1d.model.thresholds import thresholds
from mix1d.outcome.findings import Facts, find
from mix1d.outcome.records import Asked, Row, largest_tried, rivals_of, separation_of, stop_reason

if TYPE_CHECKING:
    from mix1d._core import Fitted
    from mix1d.result import FitResult


class Rows:
    """Arrays with a row for each column; those of columns not fitted stay NaN, 0 or False."""

    def __init__(self, m: int, width: int) -> None:
        self.n = np.zeros(m, np.int64)
        self.n_missing = np.zeros(m, np.int64)
        self.k = np.zeros(m, np.int64)
        self.equal, self.converged, self.regularized = (np.zeros(m, np.bool_) for _ in range(3))
        self.total_weight, self.log_likelihood, self.aic, self.bic, self.icl, self.separation = (
            np.full(m, math.nan) for _ in range(6)
        )
        # weights, means, sds
        self.mixtures, self.errors = (np.full((m, 3, width), math.nan) for _ in range(2))
        self.cuts = np.full((m, max(width - 1, 0)), math.nan)
        self.findings, self.error = [""] * m, [""] * m
        self.cut_off: list[int] = []  # fits that ended before the maximum

    def widen(self, width: int) -> None:
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

    def add_batch(
        self,
        places: NDArray[np.intp],
        batch: dict[str, Array],
        columns: list[Any],
        weights: list[Any] | None,
        asked: Asked,
    ) -> None:
        """Take what `_core.fit_batch` found for the columns at `places`."""
        good = np.flatnonzero(batch["fitted"])
        at = places[good]
        width = batch["mixtures"].shape[1] // 3
        self.widen(width)
        self.n[at] = batch["n_obs"][good]
        self.n_missing[at] = batch["n_missing"][good]
        self.k[at] = batch["k"][good]
        for name in ("equal", "converged", "regularized", "total_weight", "log_likelihood"):
            getattr(self, name)[at] = batch[name][good]
        self.mixtures[at, :, :width] = batch["mixtures"][good].reshape(-1, 3, width)
        self.errors[at, :, :width] = batch["errors"][good].reshape(-1, 3, width)
        self.aic[at], self.bic[at], self.icl[at] = _criteria(
            self.k[at], self.equal[at], self.log_likelihood[at], batch["entropy"][good], self.total_weight[at]
        )
        selection = _Selections(batch, asked.criterion)
        optima = _Optima(batch)
        lists = {name: values.tolist() for name, values in batch.items() if values.ndim == 1}
        for i in good.tolist():
            k = int(lists["k"][i])
            row = batch["mixtures"][i]
            fitted = cast(
                "Fitted",
                {
                    "equal": lists["equal"][i] != 0.0,
                    "mixture": (row[:k], row[width : width + k], row[2 * width : 2 * width + k]),
                    "log_likelihood": lists["log_likelihood"][i],
                    "decrement": lists["decrement"][i],
                    "converged": lists["converged"][i] != 0.0,
                    "positive_definite": lists["positive_definite"][i] != 0.0,
                    "sound": lists["sound"][i] != 0.0,
                    "max_iter_reached": lists["max_iter_reached"][i] != 0.0,
                    "null_components": int(lists["null_components"][i]),
                    "collapsed": int(lists["collapsed"][i]),
                    "optima": optima.of(i, k),
                },
            )
            sample = _Pooled(
                columns[i],
                None if weights is None else weights[i],
                int(lists["n_missing"][i]),
                int(lists["n_zero_weight"][i]),
                lists["total_weight"][i],
                lists["resolution"][i] or None,
                lists["distinct"][i] == 1.0,
            )
            lines = selection.lines(i, k, fitted["equal"])
            largest = largest_tried(lines, asked, int(lists["distinct"][i]))
            self._judge(int(places[i]), cast(Sample, sample), fitted, lines, "criterion", largest, asked)

    def add_result(self, place: int, result: FitResult) -> None:
        """Take the result of `fit` for the column at `place`."""
        fitted, k = result._fitted, len(result._fitted["mixture"][0])
        self.widen(k)
        self.n[place], self.n_missing[place], self.k[place] = result.n_obs, result._sample.n_missing, k
        self.equal[place] = fitted["equal"]
        for name in ("converged", "regularized", "total_weight", "log_likelihood", "aic", "bic", "icl"):
            getattr(self, name)[place] = getattr(result, name)
        errors = result.standard_errors()
        self.mixtures[place, :, :k] = fitted["mixture"]
        self.errors[place, :, :k] = errors.weights, errors.means, errors.sds
        largest = largest_tried(result.selection, result._asked, len(result._sample.values))
        selection = result.selection
        self._judge(place, result._sample, fitted, selection, result.criterion, largest, result._asked)

    def _judge(
        self,
        place: int,
        sample: Sample,
        fitted: Fitted,
        selection: Sequence[Row],
        criterion: str,
        largest: int | None,
        asked: Asked,
    ) -> None:
        reason = stop_reason(fitted, asked.tol)
        cuts = as_seen_in(thresholds(*fitted["mixture"]), fitted["mixture"], sample)
        facts = Facts(
            sample=sample,
            fitted=fitted,
            stop_reason=reason,
            max_iter=asked.max_iter,
            weighted=asked.weighted,
            stable=None,
            rivals=rivals_of(selection, criterion),
            largest=largest,
            criterion=asked.criterion,
            objective="highest" if asked.highest and fitted["sound"] else "stable",
            thresholds=cuts,
        )
        self.findings[place] = " ".join(dict.fromkeys(finding.code for finding in find(facts)))
        between = [cut.value for cut in cuts if cut.kind in ("crossing", "none")]
        self.cuts[place, : len(between)] = between
        self.separation[place] = separation_of(fitted["mixture"])
        if not fitted["converged"] and reason != "flat":
            self.cut_off.append(place)


@dataclass(slots=True)
class _Pooled:
    """A sample whose values are read once more where a finding asks for them, which is seldom."""

    column: Any
    sample_weight: Any
    n_missing: int
    n_zero_weight: int
    total_weight: float
    resolution: float | None
    constant: bool
    read: Sample | None = None

    @property
    def values(self) -> Array:
        return self._sample().values

    @property
    def weights(self) -> Array:
        return self._sample().weights

    def _sample(self) -> Sample:
        if self.read is None:
            self.read = cast(Sample, read_sample(self.column, self.sample_weight, missing="drop"))
        return self.read


class _Line(NamedTuple):
    """What `rivals_of` needs of a row of a selection."""

    n_components: int
    sds: str
    eligible: bool
    chosen: bool
    criterion: float


class _Selections:
    """All that was tried for each column."""

    def __init__(self, batch: dict[str, Array], criterion: str) -> None:
        tried, counts = batch["tried"], batch["n_tried"].astype(np.intp)
        self._ends = np.cumsum(counts).tolist()
        k, equal, regularized, log_likelihood, entropy = np.ascontiguousarray(tried.T)
        total = np.repeat(batch["total_weight"], counts)
        values = _criteria(k, equal != 0.0, log_likelihood, entropy, total)
        self._values = values[("aic", "bic", "icl").index(criterion)].tolist()
        self._k, self._equal, self._regularized = k.tolist(), equal.tolist(), regularized.tolist()

    def lines(self, i: int, k: int, equal: bool) -> list[Row]:
        begin, end = self._ends[i - 1] if i else 0, self._ends[i]
        lines = [
            _Line(
                int(self._k[j]),
                "equal" if self._equal[j] else "free",
                not self._regularized[j],
                self._k[j] == k and (self._equal[j] != 0.0) == equal,
                self._values[j],
            )
            for j in range(begin, end)
        ]
        return cast("list[Row]", lines)


class _Optima:
    """The competing optima of each column's fit."""

    def __init__(self, batch: dict[str, Array]) -> None:
        self._table = batch["optima"]
        self._ends = np.cumsum(batch["n_optima"].astype(np.intp)).tolist()
        self._width = batch["mixtures"].shape[1] // 3

    def of(self, i: int, k: int) -> list[Any]:
        width = self._width
        found = []
        for j in range(self._ends[i - 1] if i else 0, self._ends[i]):
            row = self._table[j]
            mixture = tuple(row[3 + part * width : 3 + part * width + k] for part in range(3))
            found.append((mixture, float(row[0]), float(row[1]), row[2] != 0.0))
        return found


def _criteria(
    k: NDArray[Any], equal: NDArray[np.bool_], log_likelihood: Array, entropy: Array, total_weight: Array
) -> Arrays:
    """AIC, BIC and ICL of many fits, as `criteria` has them for one."""
    n_parameters = np.where(equal, 2.0 * k, 3.0 * k - 1.0)
    deviance = -2.0 * log_likelihood
    bic = deviance + n_parameters * _core.log(np.ascontiguousarray(total_weight))
    return deviance + 2.0 * n_parameters, bic, bic + 2.0 * entropy
