"""What a playback of plain EM says: where the starts end, how the solver fares, what EM does not know."""

from __future__ import annotations

from collections import Counter

from mix1d.data.recorded_sample import RecordedSample
from mix1d.data.recording import shapes_of
from mix1d.display.em_runs import Race, Run
from mix1d.model.families import NAMES
from mix1d.outcome.outcome import Outcome
from mix1d.words import listed, plain

_SAME = 1e-3  # nats, which nobody would call another optimum
_TOLD = 3  # ends, one by one


def words_of(race: Race, result: Outcome | None = None) -> list[str]:
    """Return sentences below a playback; those about a fit where one is given.

    >>> from mix1d import em
    >>> from mix1d.display.em_runs import race_of
    >>> words_of(race_of(em([1.0, 2.0, 2.0, 3.0, 8.0, 9.0, 9.0, 10.0], 2)))[-1]
    'All 12 starts end at the same optimum.'
    """
    first = race.runs[0]
    words = [f"{_climb(first)} The solver of mix1d takes {_count(len(first.solver) - 1, 'step')} from there."]
    if len(race.runs) > 1:
        words.append(_ends(race))
    return words if result is None else [*words, *_beside(race, result)]


def top_in_words(race: Race, result: Outcome | None = None) -> str:
    """Name the height that all others are measured from."""
    if len(race.optima) == 1 or (result is not None and abs(result.log_likelihood - race.top) <= _SAME):
        return "the maximum"
    return "the highest end found"


def _climb(run: Run) -> str:
    n = len(run.steps) - 1
    if run.finished:
        return f"From the first start plain EM takes {_count(n, 'iteration')} until it no longer rises."
    return f"From the first start plain EM was still rising after {_count(n, 'iteration')}."


def _ends(race: Race) -> str:
    n = len(race.runs)
    if len(race.optima) == 1:
        return f"All {n} starts end at the same optimum."
    there = Counter(race.place(run) for run in race.runs)
    told = [f"{there[0]} of {n} starts end at the highest optimum"]
    for place in sorted(there)[1:_TOLD]:
        gap = race.optima[0] - race.optima[place]
        told.append(f"{there[place]} end{'s' * (there[place] == 1)} {plain(gap, 3)} below it")
    rest = sum(count for place, count in there.items() if place >= _TOLD)
    if rest:
        told.append(f"{rest} lower still")
    why = "where EM ends depends on where it starts, which is why mix1d searches first"
    return f"{listed(told)} in log-likelihood: {why}."


def _beside(race: Race, result: Outcome) -> list[str]:
    """Compare with a fit."""
    em, sample = race.em, result.sample
    if em.family != result.family:
        shape = "mixed" if not isinstance(result.family, str) else NAMES[result.family].said
        return [f"Shown with {em.family} components: {shape} ones have no M-step with a formula."]
    if isinstance(sample, RecordedSample) and not isinstance(em.sample, RecordedSample):
        unknown = unknown_to_em(result)
        if unknown:
            return [
                f"Every row is taken for an exact value here: plain EM knows nothing of {listed(unknown)}, "
                "and ends elsewhere than the reported fit."
            ]
        return []
    gap = race.optima[0] - result.log_likelihood
    if abs(gap) <= _SAME + 1e-12 * abs(result.log_likelihood):
        return ["The highest is the reported fit." if len(race.optima) > 1 else "It is the reported fit."]
    if gap < 0.0:
        return [f"The reported fit is {plain(-gap, 3)} higher than all of them."]
    return [
        f"The highest is {plain(gap, 3)} above the reported fit: a narrow component on a few values "
        "raises the likelihood without bound, which is why mix1d does not take the highest for the best."
    ]


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


def _count(n: int, what: str) -> str:
    return f"{n} {what}{'s' * (n != 1)}"
