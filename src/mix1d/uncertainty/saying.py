"""A cut-off in sentences."""

from __future__ import annotations

import math
from dataclasses import replace

from mix1d.data.recorded_sample import RecordedSample
from mix1d.outcome.outcome import Outcome
from mix1d.uncertainty.cutoff import Cutoff
from mix1d.uncertainty.intervals import Estimate
from mix1d.words import letter, near, percent, plain

HOW = {
    "profile": "profile interval",
    "wald": "Wald interval",
    "bootstrap": "bootstrap interval",
    "calibrated": "calibrated interval",
}


def said(outcome: Outcome, cut: Cutoff, sides: tuple[str, str]) -> Cutoff:
    """Return a cut-off with its sentences; `sides` are the letters below and above."""
    below, above = sides
    if not cut.one_sided:
        below, above = (letters for letters in _two(cut))
    sentences = [f"{number_words(cut)}: {rule_words(cut, below, above)}."]
    if cut.one_sided:
        what = f"{below} below, {above} above" if above else f"{below} below"
        sentences.append(f"It counts all up to it as {what}." if above else f"It counts {what}.")
    else:
        where = " and ".join(map(_region, cut.regions))
        sentences.append(f"{above} is the more probable {where}.")
    if cut.wrong is not None:
        whose = "values" if cut.one_sided else f"values of {below} and {above}"
        sentences.append(f"{percent_words(cut.wrong)} of the {whose} lie on the wrong side.")
    sentences += _notes(outcome, cut)
    return replace(cut, message=" ".join(sentences))


def number_words(cut: Cutoff) -> str:
    """Return the number with its interval, rounded together."""
    scale = _scale(cut)
    words = _ends(cut.lower, cut.upper, scale)
    level = f"{100.0 * cut.level:g} % {HOW[cut.method]}"
    return (
        f"{near(cut.value, scale)} ({level} {words})" if words else f"{near(cut.value, scale)} (no interval)"
    )


def rule_words(cut: Cutoff, below: str, above: str) -> str:
    """Say what the rule asks for; both sides are letters."""
    first, second = _two(cut)
    level = cut.rule_level
    if cut.rule == "equal":
        return f"{first} and {second} are equally probable there"
    if cut.rule == "valley":
        return f"the density is lowest there between {first} and {second}"
    assert level is not None
    if cut.rule == "specificity":
        return f"{100.0 * level:g} % of {below} lie below"
    if cut.rule == "sensitivity":
        return f"{100.0 * level:g} % of {above} lie above"
    if cut.rule == "ppv":
        return f"{100.0 * level:g} % of what lies above belongs to {above}"
    side = "above" if level >= 0.0 else "below"
    return f"{plain(abs(level))} sds {side} the mean of {first}"


def percent_words(rate: Estimate) -> str:
    """Return a share in per cent with its interval.

    >>> percent_words(Estimate(0.0142, 0.001, 0.008, 0.025, 0.95, "profile"))
    '1.4 % (0.8 to 2.5)'
    """
    width = rate.upper - rate.lower
    value = percent(rate.value, width)
    if math.isnan(width):
        return value
    low, high = (percent(end, width).removesuffix(" %") for end in (rate.lower, rate.upper))
    return f"{value} ({low} to {high})"


def _two(cut: Cutoff) -> tuple[str, str]:
    return letter(cut.between[0]), letter(cut.between[-1])


def _scale(cut: Cutoff) -> float:
    """Return what the number is rounded to a hundredth of."""
    width = cut.upper - cut.lower
    if math.isfinite(width) and width > 0.0:
        return 5.0 * width
    ends = [abs(cut.value - end) for end in (cut.lower, cut.upper) if math.isfinite(end)]
    return 10.0 * max(ends, default=0.0) or abs(cut.value) or 1.0


def _ends(lower: float, upper: float, scale: float) -> str:
    if math.isnan(lower) or math.isnan(upper):
        return ""
    if math.isinf(lower) and math.isinf(upper):
        return "without ends"
    if math.isinf(lower):
        return f"up to {near(upper, scale)}"
    if math.isinf(upper):
        return f"from {near(lower, scale)}"
    return f"{near(lower, scale)} to {near(upper, scale)}"


def _region(region: tuple[float, float]) -> str:
    low, high = region
    if math.isinf(low):
        return f"below {plain(high)}"
    return f"above {plain(low)}" if math.isinf(high) else f"from {plain(low)} to {plain(high)}"


def _notes(outcome: Outcome, cut: Cutoff) -> list[str]:
    """Say of what the number and the rates are, where values were recorded in a special way."""
    found = []
    recorded = outcome.sample if isinstance(outcome.sample, RecordedSample) else None
    if recorded is not None and recorded.observations.errors is not None:
        found.append("It is about true values: measured ones scatter around them by their errors.")
    if recorded is not None and recorded.observations.truncation is not None:
        found.append("Rates are those of the whole populations, also where nothing is recorded.")
    beside = [
        what
        for what, there in (
            ("the background", outcome.background_weight is not None),
            ("values set apart", bool(outcome.set_apart)),
        )
        if there
    ]
    if beside:
        found.append(f"{' and '.join(beside)} are not counted.".capitalize())
    if math.isnan(cut.lower):
        found.append("There is no interval: the data do not determine all parameters.")
    return found
