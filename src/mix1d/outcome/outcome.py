"""What a fit found, and what follows from that alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from mix1d import _core, showing
from mix1d.arrays import Array, Arrays
from mix1d.data.apart import SetApart
from mix1d.data.arguments import check_probability
from mix1d.data.frames import Origin
from mix1d.data.sample import Sample
from mix1d.model.mixture import Mixture
from mix1d.model.moments import least_separation
from mix1d.model.reach import as_seen_in
from mix1d.native import Options
from mix1d.outcome.criteria import (
    Tried,
    evidence_weights,
    largest_tried,
    repeated,
    rivals_of,
    stop_reason,
    table_of,
    value_of,
)
from mix1d.outcome.facts import Facts
from mix1d.outcome.findings import UNDECIDED, find
from mix1d.outcome.labelling import Labels, check_missing, labelled, numbers_of
from mix1d.outcome.models import (
    chart_of_fit,
    family_of_fit,
    mixture_of,
    model_of_fit,
    moments_of_steps,
    native_optima,
)
from mix1d.outcome.posterior import posterior, predicted, predicted_of
from mix1d.outcome.records import Apart, Asked, Optimum, Row, Selection, Trace
from mix1d.outcome.windows import weights_seen

if TYPE_CHECKING:
    from mix1d._core import Fitted

T = TypeVar("T")


@dataclass(frozen=True, eq=False, repr=False)
class Outcome:
    """What the search found for one column. It cannot show itself.

    Questions about it, how sure it is and whether it is any good, are functions whose first parameter is an
    outcome; so are the ways to show and to save it. `FitResult` has them for methods, and explains the
    attributes.
    """

    sample: Sample
    rows: Sequence[Fitted]
    """The fits that were tried; where many columns are fitted at once, the chosen one alone."""
    index: int
    """The place of the chosen fit in them."""
    asked: Asked
    origin: Origin = field(default_factory=Origin)
    told: tuple[Tried, ...] = field(default_factory=tuple)
    """All that was tried, where `rows` has not got it."""
    apart: Apart = field(default_factory=Apart)
    fitted: Fitted = field(init=False)
    """The chosen fit."""
    memory: dict[Any, Any] = field(init=False, default_factory=dict)
    """What was asked before, and is asked several times when a result is printed."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "fitted", self.rows[self.index])

    def __getstate__(self) -> dict[str, Any]:
        return {name: self.__dict__[name] for name in ("sample", "rows", "index", "asked", "origin", "apart")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        # in version 0.1 the names began with an underscore
        Outcome.__init__(self, **{name.removeprefix("_"): value for name, value in state.items()})

    # ---- the answer

    @cached_property
    def mixture(self) -> Mixture:  # noqa: D102 (FitResult explains all that has no underscore)
        return mixture_of(self.fitted)

    @property
    def weights(self) -> Array:  # noqa: D102
        return self.mixture.weights

    @property
    def means(self) -> Array:  # noqa: D102
        return self.mixture.means

    @property
    def sds(self) -> Array:  # noqa: D102
        return self.mixture.sds

    @property
    def family(self) -> str | tuple[str, ...]:  # noqa: D102
        family = family_of_fit(self.fitted)
        return tuple(c.family for c in self.mixture.components) if family == "mixed" else family

    @property
    def background_weight(self) -> float | None:  # noqa: D102
        return self.fitted.get("background_weight")

    @cached_property
    def window_weights(self) -> Array | None:  # noqa: D102
        found = weights_seen(self.fitted, self.sample)
        if found is not None:
            found.setflags(write=False)
        return found

    @property
    def set_apart(self) -> tuple[SetApart, ...]:  # noqa: D102
        return showing.Records(SetApart, self.apart.values)

    @property
    def log_likelihood(self) -> float:  # noqa: D102
        return self.fitted["log_likelihood"]

    @property
    def n_obs(self) -> int:  # noqa: D102
        return self.sample.n_obs

    @property
    def total_weight(self) -> float:  # noqa: D102
        return self.sample.total_weight

    @property
    def name(self) -> str | None:  # noqa: D102
        return self.sample.name

    # ---- how good it is

    @property
    def n_parameters(self) -> int:  # noqa: D102
        return chosen(self).n_parameters

    @property
    def aic(self) -> float:  # noqa: D102
        return chosen(self).aic

    @property
    def bic(self) -> float:  # noqa: D102
        return chosen(self).bic

    @property
    def icl(self) -> float:  # noqa: D102
        return chosen(self).icl

    @property
    def criterion(self) -> str:  # noqa: D102
        return self.asked.criterion

    @property
    def objective(self) -> str:  # noqa: D102
        return "highest" if self.asked.highest and self.fitted["sound"] else "stable"

    @cached_property
    def selection(self) -> Selection:  # noqa: D102
        table = table_of(self.rows, self.total_weight, self.index)
        values, again = [value_of(line, self.criterion) for line in table], repeated(table)
        weights = evidence_weights(values, [row.eligible and i not in again for i, row in enumerate(table)])
        rows = (
            Row(
                **line._asdict(),
                converged=fitted["converged"],
                regularized=fitted["regularized"],
                mixture=mixture_of(fitted),
                evidence_weight=weights[i],
                undecided=line.eligible
                and i not in again
                and i != self.index
                and values[i] - values[self.index] < UNDECIDED,
                separation=least_separation(*fitted["mixture"]),
                findings=tuple(dict.fromkeys(f.code for f in find(facts_of_row(self, fitted)))),
            )
            for i, (line, fitted) in enumerate(zip(table, self.rows, strict=True))
        )
        return Selection(rows, self.criterion)

    # ---- how it was reached

    @property
    def converged(self) -> bool:  # noqa: D102
        return self.fitted["converged"]

    @property
    def stop_reason(self) -> str:  # noqa: D102
        return stop_reason(self.fitted, self.asked.tol)

    @property
    def n_iter(self) -> int:  # noqa: D102
        return len(self.trace.phase)

    @property
    def newton_decrement(self) -> float:  # noqa: D102
        return self.fitted["decrement"]

    @property
    def regularized(self) -> bool:  # noqa: D102
        return self.fitted["regularized"]

    @cached_property
    def trace(self) -> Trace:  # noqa: D102
        return _replayed(self.fitted, self.sample, self.asked)

    @cached_property
    def optima(self) -> tuple[Optimum, ...]:  # noqa: D102
        found = (
            Optimum(Mixture._of_arrays(mixture), log_likelihood, penalised, regularized)
            for mixture, (_, log_likelihood, penalised, regularized) in zip(
                native_optima(self.fitted),
                self.fitted["optima"],
                strict=True,
            )
        )
        return showing.Records(Optimum, found)

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
            Shape (n_obs, k), or the shape of x with an axis of length k; one longer where there is a
            background, whose probability comes last. Rows are taken as they were recorded, as intervals or
            with their errors. NaN for values set apart.

        Raises
        ------
        NeedsDataError
            When `x` is None and the sample had more than 65,536 rows, which a result does not keep.
        """
        return posterior(self.fitted, self.sample, self.apart, x)

    def predict(
        self,
        x: ArrayLike | None = None,
        *,
        unsure: float | None = None,
        missing: str | int = "raise",
        labels: Labels = None,
    ) -> Any:
        """Return the index of the most probable component for every row of the data or for new values.

        Parameters
        ----------
        x : array_like, optional
            As in `responsibilities`.
        unsure : float, optional
            Between 0 and 1: where no component has at least this probability, the class is -2.
        missing : "raise", "nan" or a number below 0
            What to do with missing values of `x`: refuse them, leave them missing, or give them this number.
        labels : sequence or dict, optional
            k names, of the component with the lowest mean first, or names by index, -1 and -2 among them.

        Returns
        -------
        ndarray or Series
            int64, with the shape of x: 0 for component a, 1 for b and so on, -1 for the background and for
            values set apart. Floats where missing values are left as NaN; with `labels` an array of objects,
            None where there is no name. Of a pandas Series, a Series with its index.

        Raises
        ------
        InputError
            When an argument cannot be used.
        NeedsDataError
            As in `responsibilities`.

        Examples
        --------
        >>> import mix1d
        >>> result = mix1d.fit([1.0, 2.0, 2.0, 3.0, 5.0, 6.0, 6.0, 7.0], 2, sds="equal")
        >>> result.predict([2.0, 4.01, 7.0], unsure=0.8).tolist()
        [0, -2, 1]
        >>> result.predict([2.0, None, 7.0], missing="nan", labels=["low", "high"]).tolist()
        ['low', None, 'high']
        """
        how, least = check_missing(missing), None if unsure is None else check_probability("unsure", unsure)
        if x is None and least is None and labels is None:
            return predicted(self.fitted, self.sample, self.apart, None)
        values = None if x is None else numbers_of(x)
        codes, absent = predicted_of(self.fitted, self.sample, self.apart, values, least)
        return labelled(codes, absent, x, labels, len(self.mixture.weights), how)


def remembered(outcome: Outcome, key: Any, compute: Callable[[], T]) -> T:
    """Return what is computed once for an outcome."""
    if key not in outcome.memory:
        outcome.memory[key] = compute()
    known: T = outcome.memory[key]
    return known


def table(outcome: Outcome) -> tuple[Tried, ...]:
    """Return all that was tried, with its criteria."""
    return outcome.told or remembered(
        outcome, "table", lambda: table_of(outcome.rows, outcome.total_weight, outcome.index)
    )


def chosen(outcome: Outcome) -> Tried:
    """Return what was chosen, with its criteria."""
    (row,) = (row for row in table(outcome) if row.chosen)
    return row


def facts_of(outcome: Outcome) -> Facts:
    """Return what the findings of an outcome are drawn from, without another search."""
    return facts_of_row(outcome, outcome.fitted)._replace(
        rivals=rivals_of(table(outcome), outcome.criterion),
        largest=largest_tried(table(outcome), outcome.asked, len(outcome.sample.values)),
    )


def facts_of_row(outcome: Outcome, fitted: Fitted) -> Facts:
    """Return the facts about one of the fits that were tried, without those of the others."""
    mixture = mixture_of(fitted)
    return Facts(
        sample=outcome.sample,
        fitted=fitted,
        stop_reason=stop_reason(fitted, outcome.asked.tol),
        max_iter=outcome.asked.max_iter,
        weighted=outcome.asked.weighted,
        stable=None,
        rivals=(),
        largest=None,
        criterion=outcome.criterion,
        objective=outcome.objective,
        thresholds=as_seen_in(mixture.thresholds(), mixture, outcome.sample),
        apart=outcome.apart,
        told_apart=isinstance(getattr(outcome.asked.specification, "set_apart", None), tuple),
    )


def _replayed(fitted: Fitted, sample: Sample, asked: Asked) -> Trace:
    """Run the last solve again and keep its steps."""
    steps = _core.replay(
        sample.problem,
        model_of_fit(fitted, fitted["start"]),
        plain=asked.started or (asked.highest and fitted["sound"] and not fitted["equal"]),
        held=fitted["collapsed"] >= 0,
        options=Options(asked.tol, asked.max_iter),
    )
    start = fitted["start"]
    parameters = steps["parameters"].reshape(len(steps["phases"]), 4 if len(start) > 3 else 3, len(start[0]))
    if len(start) > 3:
        parameters = moments_of_steps(parameters, start[3], int(chart_of_fit(fitted).background))
    if fitted["null_components"]:
        parameters = _padded(parameters, fitted["mixture"])
    weights, means, sds = (np.ascontiguousarray(parameters[:, i]) for i in range(3))
    arrays = steps["penalty"], steps["objective"], steps["log_likelihood"], weights, means, sds
    for array in arrays:
        array.setflags(write=False)
    return Trace(tuple(steps["phases"]), *arrays)


def _padded(steps: Array, mixture: Arrays) -> Array:
    """Put the components of weight 0 into the steps (m, 3, real) of a solve that left them out.

    A background stays ahead of them.
    """
    real = np.flatnonzero(mixture[0])
    ahead = steps.shape[2] - len(real)
    moving = steps[:, :, ahead:]
    order = np.lexsort((moving[-1, 2], moving[-1, 1]))
    padded = np.tile(np.array(mixture), (len(steps), 1, 1))
    padded[:, :, real] = moving[:, :, order]
    return np.concatenate([steps[:, :, :ahead], padded], axis=2)
