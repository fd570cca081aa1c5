"""Plain EM and the solver of `fit` from the same start, step by step, ready to be played."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from mix1d.data.sample import Sample, read_sample
from mix1d.model.plain_em import em
from mix1d.outcome.outcome import Outcome
from mix1d.outcome.records import Asked
from mix1d.outcome.solving import TOL, solved_from

if TYPE_CHECKING:
    from mix1d.outcome.outcome import Outcome
    from mix1d.outcome.records import Trace

Array = NDArray[np.float64]

_NO_LONGER_RISING = 1e-10  # nats an iteration: nothing can be seen to move
_LEAST = 1e-10  # nats, the lower end of pictures


@dataclass(frozen=True, eq=False)
class Playback:
    """Frames of plain EM, the log-likelihood of every iteration, and the path of the solver beside it."""

    iterations: NDArray[np.int64]  # (f,), the iterations kept as frames, from 0 to the last one
    weights: Array
    """(f, k), and likewise the next two; components in the order of the start, which is that of the means."""
    means: Array
    sds: Array
    log_likelihood: Array  # (f,), of each frame's own mixture
    path: Array  # (n + 1,), the log-likelihood of iterations 0 to n
    finished: bool
    """Whether an iteration raised the log-likelihood by less than 1e-10 before the iterations ran out."""
    solver: Trace
    """What `fit` does from the same start: first the start itself, then its steps, which end at a maximum."""

    @property
    def n_iter(self) -> int:
        """Iterations of plain EM."""
        return len(self.path) - 1

    @property
    def n_steps(self) -> int:
        """Steps of the solver."""
        return max(len(self.solver.phase) - 1, 0)  # a constant column is not solved at all

    @property
    def solver_path(self) -> Array:
        """(n_steps + 1,), the log-likelihood at the start and after each step of the solver."""
        return self.solver.log_likelihood if len(self.solver.phase) else self.path[:1]

    @property
    def least(self) -> float:
        """What still has to be climbed where nothing has: pictures have an axis of powers of ten."""
        return max(_LEAST, 4e-16 * abs(self._top))

    @property
    def to_climb(self) -> Array:
        """(n_iter + 1,), how far each iteration is below the higher of the two ends, in nats."""
        return np.maximum(self._top - self.path, self.least)

    @property
    def solver_to_climb(self) -> Array:
        """(n_steps + 1,), likewise for the solver."""
        return np.maximum(self._top - self.solver_path, self.least)

    @property
    def _top(self) -> float:
        return max(float(self.path.max()), float(self.solver_path.max()))


def playback_of(result: Outcome, *, frames: int = 60, max_iter: int = 1000) -> Playback:
    """Run plain EM from evenly spaced means on the sample of a fit, and the solver from the same start.

    Parameters
    ----------
    result : FitResult
        Any fit; its number of components and its kind of sds are used.
    frames : int
        At most so many iterations are kept: the first ones all, later ones at growing distances.
    max_iter : int
        Iterations of plain EM at most, and steps of the solver.

    Notes
    -----
    A sketch or a long column is represented by its quadrature nodes. The cost is a pass over the distinct
    values an iteration, a few nanoseconds a value and component: 5 ms for 272 values, 1 s for 65,536.

    Examples
    --------
    >>> import mix1d
    >>> played = playback_of(mix1d.fit([1.0, 2.0, 2.0, 3.0, 8.0, 9.0, 9.0, 10.0], 2))
    >>> played.iterations.tolist()[:3], played.finished
    ([0, 1, 2], True)
    """
    sample = result.sample
    (chosen,) = (row for row in result.selection if row.chosen)
    k = chosen.n_components
    sds: Literal["free", "equal"] = "equal" if chosen.sds == "equal" else "free"
    steps = list(
        em(
            sample.values,
            k,
            sds=sds,
            max_iter=max_iter,
            tol=_NO_LONGER_RISING,
            sample_weight=sample.weights,
        )
    )
    path = np.array([step.log_likelihood for step in steps])
    kept = spaced(len(steps), frames)
    again = read_sample(sample.values, sample.weights)
    assert isinstance(again, Sample)
    rows = solved_from(again, steps[0].mixture, (sds == "equal",), TOL, max_iter)
    solved = Outcome(again, rows, 0, Asked("bic", False, TOL, max_iter, True, True, (k,), sds))
    return Playback(
        iterations=kept,
        weights=np.array([steps[i].mixture.weights for i in kept]),
        means=np.array([steps[i].mixture.means for i in kept]),
        sds=np.array([steps[i].mixture.sds for i in kept]),
        log_likelihood=path[kept],
        path=path,
        finished=len(steps) <= max_iter or bool(path[-1] - path[-2] < _NO_LONGER_RISING),
        solver=solved.trace,
    )


def spaced(n: int, at_most: int) -> NDArray[np.int64]:
    """Return 0, 1, 2, ... at growing distances up to n - 1, at most so many.

    >>> spaced(5, 60).tolist(), spaced(1001, 12).tolist()
    ([0, 1, 2, 3, 4], [0, 1, 2, 4, 8, 16, 32, 63, 126, 251, 501, 1000])
    """
    if n <= at_most:
        return np.arange(n)
    spread = (
        np.unique(np.geomspace(1.0, n - 1.0, m).round().astype(np.int64)) for m in range(4 * at_most, 1, -1)
    )
    return np.concatenate([[0], next(later for later in spread if later.size < at_most)])
