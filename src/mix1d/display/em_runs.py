"""Plain EM from several starts: its frames, the optimum where each ends, and the way of the solver."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from mix1d import _core
from mix1d.arrays import Array
from mix1d.data.recorded_sample import RecordedSample
from mix1d.data.sample import LargeSample, Sample
from mix1d.display.curves import component_densities, curve_places
from mix1d.display.picture import Picture, picture_of
from mix1d.model.families import family_of
from mix1d.model.mixture import Mixture
from mix1d.model.plain_em import EM, EMStep, em
from mix1d.model.plain_em_families import FAMILIES_OF_EM
from mix1d.model.plain_em_values import evenly_spaced
from mix1d.native import Candidates, Chart, Options
from mix1d.outcome.models import Compared, labelled
from mix1d.outcome.outcome import Outcome
from mix1d.outcome.records import Asked
from mix1d.outcome.solving import MAX_ITER, TOL, solved_from

_NO_LONGER_RISING = 1e-10  # nats an iteration: nothing can be seen to move
_SAME = 0.02  # nats between ends that are one optimum
_WORK = 2e7  # values times components times iterations of one start, and
_FEWEST, _MOST = 30, 1000  # iterations whatever the work
_MOST_OF_FAMILIES = 200  # iterations, each of which solves equations
_RANDOM, _FEWER_RANDOM = 11, 4  # starts of a race
_NAMES = {"linspace": "evenly spaced", "random": "random widths", "given": "as given"}
_SEED = 1
_STILL = 0.004  # of the height of a picture: a pixel, below which nothing is seen to move
_LOOKED_AT = 300  # places at which movement is measured
_HALVINGS = 14  # of the movement between frames


@dataclass(frozen=True, eq=False)
class Run:
    """Plain EM from one start."""

    name: str
    steps: tuple[EMStep, ...]
    finished: bool
    """Whether an iteration raised the log-likelihood by less than 1e-10 before the iterations ran out."""
    end: float
    """The log-likelihood of the optimum that it leads to: where the solver ends that goes on from its end."""
    solver: Array
    """(m + 1,), the log-likelihood of the start, and after each step of the solver of `mix1d.fit` from it."""

    random: bool
    """Whether its start was drawn at random."""

    @cached_property
    def path(self) -> Array:
        """(n + 1,), the log-likelihood of iterations 0 to n."""
        return np.array([step.log_likelihood for step in self.steps])


@dataclass(frozen=True, eq=False)
class Race:
    """Plain EM from evenly spaced means, and from values drawn at random as means."""

    picture: Picture
    """The bars that all are drawn over."""
    em: EM
    runs: tuple[Run, ...]
    """The first from the start that was asked for; the others from evenly spaced means and random ones."""
    optima: tuple[float, ...]
    """The log-likelihoods of the different ends, the highest first."""

    @cached_property
    def top(self) -> float:
        """The highest log-likelihood that was found by anything."""
        return max(self.optima[0], *(float(max(run.path[-1], run.solver.max())) for run in self.runs))

    def place(self, run: Run) -> int:
        """Return at which of the optima a run ends."""
        return min(range(len(self.optima)), key=lambda i: abs(self.optima[i] - run.end))


def race_of(ready: EM, shown: Outcome | None = None) -> Race:
    """Run plain EM from its own start, from evenly spaced means and from random ones, and the solver too.

    A random start has values drawn from the sample for means, always the same ones. `shown` is the fit whose
    bars are drawn under the curves.
    """
    sample = _pooled(ready.sample)
    k = len(ready.first.weights)
    wanted = min(ready.max_iter, _MOST)
    most = min(wanted, int(max(_WORK / (len(sample.values) * k), _FEWEST)))
    if ready.family != "normal":
        most = min(most, _MOST_OF_FAMILIES)
    starts = {_NAMES[ready.start]: ready.first}
    starts.setdefault(_NAMES["linspace"], ready.way.start(evenly_spaced(sample, k)))
    n_random = 0 if k == 1 else _RANDOM if most == wanted else _FEWER_RANDOM
    rng = np.random.default_rng(_SEED)
    runs = [_run(ready, sample, name, start, most) for name, start in starts.items()]
    for i in range(n_random):
        start = ready.way.start(_drawn(sample, k, rng))
        runs.append(_run(ready, sample, f"random {i + 1}", start, most, drawn=True))
    first = _solved(ready, sample, ready.first)
    picture = picture_of(shown or first, first.mixture)
    if not isinstance(sample, RecordedSample):
        picture = replace(picture, seen=None)  # every row is taken for an exact value
    optima: list[float] = []
    for end in sorted((run.end for run in runs), reverse=True):
        if not optima or optima[-1] - end > _SAME:
            optima.append(end)
    return Race(picture, ready, tuple(runs), tuple(optima))


def _pooled(sample: Sample | LargeSample) -> Sample:
    if isinstance(sample, Sample):
        return sample
    values, places = np.unique(np.asarray(sample.column, np.float64), return_inverse=True)
    given = np.ones(len(places)) if sample.sample_weight is None else sample.sample_weight
    weights = np.asarray(np.bincount(places, given), np.float64)
    kept = weights > 0.0
    return Sample(
        values[kept],
        weights[kept],
        sample.n_obs,
        sample.total_weight,
        sample.n_missing,
        sample.n_zero_weight,
        sample.resolution,
        sample.name,
        None,
    )


def _drawn(sample: Sample, k: int, rng: np.random.Generator) -> Array:
    """Return k distinct values of a sample, rising, each as probable as its weight."""
    weights = sample.weights / sample.weights.sum()
    there = int(np.count_nonzero(weights))
    if there < k:
        return np.sort(rng.choice(sample.values, k))
    return np.sort(rng.choice(sample.values, k, replace=False, p=weights))


def _run(ready: EM, sample: Sample, name: str, start: Mixture, most: int, drawn: bool = False) -> Run:
    tol = _NO_LONGER_RISING if ready.tol is None else ready.tol
    steps = tuple(ready.started(start, max_iter=most, tol=tol))
    rise = steps[-1].log_likelihood - steps[-2].log_likelihood if len(steps) > 1 else math.inf
    reached = float(_solved(ready, sample, steps[-1].mixture).log_likelihood)
    end = steps[-1].log_likelihood
    trace = _solved(ready, sample, start).trace.log_likelihood
    solver = trace if len(trace) else np.array([end])  # a constant column is not solved at all
    # the solver leaves what collapses, and what plain EM has reached it cannot be below
    return Run(
        name, steps, rise < _NO_LONGER_RISING, reached if reached > end - _SAME else end, solver, drawn
    )


def _solved(ready: EM, sample: Sample, start: Mixture) -> Outcome:
    """Return what the solver of `mix1d.fit` makes of a start."""
    k, equal = len(start.weights), ready.sds == "equal"
    sds: Literal["free", "equal"] = "equal" if equal else "free"
    asked = Asked("bic", False, TOL, MAX_ITER, not isinstance(sample, RecordedSample), True, (k,), sds)
    if ready.family == "normal":
        return Outcome(sample, solved_from(sample, start, (equal,)), 0, asked)
    chart = Chart(family=family_of(ready.family).number)
    wanted = Candidates(charts=[chart], start=start._arrays)
    rows, _ = _core.fit(sample.problem, wanted, Options(TOL, MAX_ITER))
    return Outcome(sample, labelled(rows, [Compared(chart, "free", ready.family)]), 0, asked)


# ---- which iterations are shown


def places_to_look_at(run: Run, picture: Picture) -> Array:
    """Return places at which to see the curves of a run move."""
    low, high = picture.limits
    ends = [curve_places(low, high, run.steps[i].mixture) for i in (0, len(run.steps) // 2, -1)]
    x = np.unique(np.concatenate(ends))
    return np.asarray(x[:: -(-len(x) // _LOOKED_AT)])


def drawn(picture: Picture, mixture: Mixture, x: Array) -> Array:
    """Return weight times density of each component at x (m,), as it is recorded, shape (k, m)."""
    with np.errstate(all="ignore"):
        if picture.seen is None:
            return component_densities(mixture, x)
        return picture.seen.densities(mixture, x)


def spaced_by_movement(curves: Array, at_most: int) -> NDArray[np.int64]:
    """Return rising places of curves (n, k, m), in heights of the picture, that move about equally.

    From one to the next nothing moves by more than some length, unless that is a single iteration; going on
    by one more iteration would exceed it. The length is the smallest with which there are at most so many
    places, and at least what can be seen. The first and the last are among them.

    >>> spaced_by_movement(np.array([0.0, 0.5, 0.6, 0.7, 0.75, 0.76])[:, None, None], 4).tolist()
    [0, 1, 2, 5]
    """
    n = len(curves)
    flat = curves.reshape(n, -1)
    low, high = _STILL, 1.0
    kept = _greedy(flat, low)
    if len(kept) <= at_most:
        return kept
    best = _greedy(flat, high)
    for _ in range(_HALVINGS):
        middle = math.sqrt(low * high)
        kept = _greedy(flat, middle)
        if len(kept) <= at_most:
            best, high = kept, middle
        else:
            low = middle
    return best


def _greedy(flat: Array, length: float) -> NDArray[np.int64]:
    """Return places of which each is the last before something has moved farther than a length."""
    n, now, kept = len(flat), 0, [0]
    block = 32  # looked at together
    while now < n - 1:
        ahead = now + 1
        while ahead < n:
            moved = np.abs(flat[ahead : ahead + block] - flat[now]).max(axis=1)
            beyond = np.flatnonzero(moved > length)
            if beyond.size:
                ahead += int(beyond[0])
                break
            ahead += len(moved)
        now = max(ahead - 1, now + 1)
        kept.append(now)
    return np.array(kept)


def ready_of(result: Outcome) -> EM:
    """Return plain EM of the sample of a fit from evenly spaced means, of its family where that has M-steps.

    Where plain EM cannot know what was recorded, windows and a background, every row is an exact value.
    """
    sample = result.sample
    (chosen,) = (row for row in result.selection if row.chosen)
    k = chosen.n_components
    if chosen.family in FAMILIES_OF_EM:
        return em(sample.values, k, family=chosen.family, sample_weight=sample.weights)
    sds = "equal" if chosen.sds == "equal" else "free"
    if isinstance(sample, RecordedSample) and (
        sample.background is not None or sample.observations.truncation is not None
    ):
        return em(sample.values, k, sds=sds, sample_weight=sample.weights)
    return em(sample, k, sds=sds)
