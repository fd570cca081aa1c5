"""Plain EM and the solver side by side, in words: those of the report and of the explorer."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from mix1d.data.recorded_sample import RecordedSample
from mix1d.data.recording import shapes_of
from mix1d.display.playback import Playback
from mix1d.outcome.outcome import Outcome
from mix1d.words import listed, near, plain

_SAME = 1e-3  # nats, which nobody would call another optimum


@dataclass(frozen=True)
class Watching:
    """The playback of a fit in words."""

    words: tuple[str, ...]
    label: str
    frames: int
    n_iter: int
    alt: dict[str, str]  # what the figures show, for those who do not see them


@dataclass(frozen=True)
class Moment:
    """A frame of the playback in words."""

    iteration: str
    caption: str
    spoken: str
    cells: tuple[tuple[str, str, str], ...]  # weight, mean and sd of each component


def watching_of(result: Outcome, played: Playback) -> Watching:
    """Return what a playback shows, in words."""
    return Watching(
        words=tuple(_words(result, played, _reported(result), float(played.solver_path[-1]))),
        label=result.name or "value",
        frames=len(played.iterations),
        n_iter=played.n_iter,
        alt=_alt(result, played),
    )


def moments_of(played: Playback, share: Callable[[float], str] = lambda x: plain(x, 4)) -> list[Moment]:
    """Return every frame in words; `share` writes a weight."""
    found = []
    for i, iteration in enumerate(played.iterations.tolist()):
        height = near(float(played.log_likelihood[i]), 1.0)
        left = float(played.to_climb[iteration])
        rest = "at the top" if left <= 1.01 * played.least else f"{plain(left, 3)} nats still to climb"
        begin = f"Iteration {iteration}" if iteration else "Start"
        numbers = zip(*(part[i].tolist() for part in (played.weights, played.means, played.sds)), strict=True)
        found.append(
            Moment(
                f"{iteration} of {played.n_iter}",
                f"{begin}: log-likelihood {height}, {rest}",
                f"iteration {iteration} of {played.n_iter}, log-likelihood {height}",
                tuple((share(weight), near(mean, sd), plain(sd)) for weight, mean, sd in numbers),
            )
        )
    return found


def _reported(result: Outcome) -> float:
    """Return the log-likelihood of the fit, over the same points as those of the playback."""
    sample = result.sample
    if sample.widths is None:
        return result.log_likelihood
    return math.fsum((sample.weights * result.mixture.logpdf(sample.values)).tolist())


def _alt(result: Outcome, played: Playback) -> dict[str, str]:
    k = played.means.shape[1]
    return {
        "playback": f"Histogram of {result.name or 'value'} with the curves of {_count(k, 'component')} at "
        "an iteration of plain EM; the table below has their numbers.",
        "path": "How far the log-likelihood has still to climb, by iteration: "
        f"{_count(played.n_iter, 'iteration')} of plain EM, {_count(played.n_steps, 'step')} of "
        "the solver of mix1d.",
    }


def _words(result: Outcome, played: Playback, reported: float, solved: float) -> list[str]:
    n, steps = played.n_iter, played.n_steps
    end = float(played.path[-1])
    if played.finished:
        first = f"Plain EM: {_count(n, 'iteration')} until the log-likelihood no longer rises."
    else:
        first = (
            f"Plain EM: stopped after {_count(n, 'iteration')}, while the log-likelihood was still rising."
        )
    words = [first, f"mix1d's solver from the same start: {_count(steps, 'step')}."]
    if result.mixture._mixed is not None:
        return [
            *words,
            "Both are shown with normal components: they end elsewhere than the reported fit, whose "
            "components have other shapes.",
        ]
    unknown = unknown_to_em(result)
    if unknown:
        return [
            *words,
            f"Both take every row here for an exact value, and know nothing of {listed(unknown)}: they show "
            "the way of EM, and end elsewhere than the reported fit.",
        ]
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


def unknown_to_em(result: Outcome) -> list[str]:
    """Return what plain EM of the values cannot take into account, in words."""
    sample = result.sample
    if not isinstance(sample, RecordedSample):
        return []
    rows, shapes = sample.observations, shapes_of(sample.observations)
    there = {
        "rounding": shapes.rounded.any(),
        "bins" if rows.histogram is not None else "intervals": shapes.between.any(),
        "limits": (shapes.below | shapes.above).any() and rows.histogram is None,
        "errors": rows.errors is not None,
        "windows": rows.truncation is not None,
        "labels": rows.labels is not None,
        "the background": sample.background is not None,
    }
    return [name for name, found in there.items() if found]


def _compared(who: str, difference: float, same: float, result: Outcome) -> str:
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
