"""Plain EM and the solver side by side: the numbers of the playback, and what they show in words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mix1d.display.palette import BARS, CUTS, INK
from mix1d.display.playback import Playback, playback_of, spaced
from mix1d.display.plotly.judging import histogram, plain_dict, styles

if TYPE_CHECKING:
    from mix1d.result import FitResult

Array = NDArray[np.float64]

_SAME = 1e-3  # nats, which nobody would call another optimum
_MOST_POINTS = 300  # of the path of plain EM
_LEAST = 1e-10  # nats, the lower end of the picture


@dataclass(frozen=True)
class Watching:
    """The playback of a fit, ready for a page."""

    words: tuple[str, ...]
    label: str
    frames: int
    n_iter: int
    alt: dict[str, str]
    """What the figures show, for those who do not see them."""
    numbers: dict[str, Any]
    """For the script, see `figures.plain_dict`."""


def watching_of(result: FitResult) -> Watching:
    """Return the playback of a fit and what it shows, in words.

    Parameters
    ----------
    result : FitResult
        Any fit.

    Notes
    -----
    Frames hold parameters only; the script draws the curves.
    """
    played = playback_of(result)
    solver = played.solver_path
    reported = _reported(result)
    top = max(float(played.path.max()), float(solver.max()))
    least = max(_LEAST, 4e-16 * abs(top))
    kept = spaced(len(played.path), _MOST_POINTS)
    numbers = plain_dict(
        label=result.name or "value",
        styles=styles(played.means.shape[1]),
        colours={"bars": BARS, "ink": INK, "cuts": CUTS},
        histogram=histogram(result),
        frames={name: getattr(played, name) for name in ("iterations", "weights", "means", "sds")},
        log_likelihood=played.log_likelihood,
        rise_left=np.maximum(top - played.log_likelihood, least),
        least=least,
        path={"iterations": kept, "below": np.maximum(top - played.path[kept], least)},
        solver={"iterations": np.arange(len(solver)), "below": np.maximum(top - solver, least)},
        n_iter=played.n_iter,
    )
    return Watching(
        words=tuple(_words(result, played, reported, float(solver[-1]))),
        label=result.name or "value",
        frames=len(played.iterations),
        n_iter=played.n_iter,
        alt=_alt(result, played),
        numbers=numbers,
    )


def _reported(result: FitResult) -> float:
    """Return the log-likelihood of the fit, over the same points as those of the playback."""
    sample = result._sample
    if sample.widths is None:
        return result.log_likelihood
    return math.fsum((sample.weights * result.mixture.logpdf(sample.values)).tolist())


def _alt(result: FitResult, played: Playback) -> dict[str, str]:
    k = played.means.shape[1]
    return {
        "playback": f"Histogram of {result.name or 'value'} with the curves of {_count(k, 'component')} at "
        "an iteration of plain EM; the table below has their numbers.",
        "path": "How far the log-likelihood has still to climb, by iteration: "
        f"{_count(played.n_iter, 'iteration')} of plain EM, {_count(played.n_steps, 'step')} of "
        "the solver of mix1d.",
    }


def _words(result: FitResult, played: Playback, reported: float, solved: float) -> list[str]:
    n, steps = played.n_iter, played.n_steps
    end = float(played.path[-1])
    if played.finished:
        first = f"Plain EM: {_count(n, 'iteration')} until the log-likelihood no longer rises."
    else:
        first = (
            f"Plain EM: stopped after {_count(n, 'iteration')}, while the log-likelihood was still rising."
        )
    words = [first, f"mix1d's solver from the same start: {_count(steps, 'step')}."]
    same = _SAME + 1e-12 * abs(reported)
    if abs(end - reported) <= same and abs(solved - reported) <= same:
        return [*words, "Both end at the reported fit."]
    if not played.finished and solved - end > same:
        words.append(f"EM is still {_nats(solved - end)} below the maximum that the solver reached.")
    if abs(end - solved) <= same:
        return [*words, _compared("Both end", end - reported, same, result)]
    if played.finished:
        words.append(_compared("Plain EM ends", end - reported, same, result))
    return [*words, _compared("The solver ends", solved - reported, same, result)]


def _compared(who: str, difference: float, same: float, result: FitResult) -> str:
    if abs(difference) <= same:
        return f"{who} at the reported fit."
    if difference < 0.0:
        return (
            f"{who} {_nats(-difference)} below the reported fit, in a lower optimum: where a climb ends "
            "depends on where it starts, which is why mix1d searches first."
        )
    why = "a fit that only the penalty holds up" if result.regularized else "the reported fit"
    return (
        f"{who} {_nats(difference)} above {why}: a narrow component on a few values raises the likelihood "
        "without bound, which is why mix1d does not take the highest maximum for the best."
    )


def _count(n: int, what: str) -> str:
    return f"{n} {what}{'s' * (n != 1)}"


def _nats(x: float) -> str:
    return f"{x:.2g} nats" if x < 10.0 else f"{x:.0f} nats"
