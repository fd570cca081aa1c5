"""A cut-off in sentences."""

from __future__ import annotations

import math
from dataclasses import replace

from mix1d.data.recorded_sample import RecordedSample
from mix1d.outcome.outcome import Outcome
from mix1d.uncertainty.cutoff import Cutoff
from mix1d.uncertainty.intervals import Estimate
from mix1d.words import letter, near, plain

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
        what = f", values above it as {above}" if above else ""
        sentences.append(f"Values up to it count as {below}{what}.")
    else:
        where = " and ".join(_region(region, cut) for region in cut.regions)
        sentences.append(f"{above} is the more probable {where}.")
    if cut.wrong is not None:
        whose = "values" if cut.one_sided else f"values of {below} and {above}"
        share = percent_words(cut.wrong)
        sentences.append(f"{share[0].upper()}{share[1:]} of the {whose} are on the wrong side.")
    sentences += _notes(outcome, cut)
    return replace(cut, sentences=tuple(sentences))


def number_words(cut: Cutoff) -> str:
    """Return the number with its interval, rounded together."""
    words = f"{100.0 * cut.level:g} % {HOW[cut.method]} {_ends(cut)}" if _ends(cut) else "no interval"
    return f"{_near(cut.value, cut)} ({words})"


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
    '1.4 % (0.80-2.5)'
    >>> percent_words(Estimate(0.99999, 0.001, 0.36, 1.0, 0.95, "profile"))
    'over 99.99 % (36-100)'
    """
    value = f"{percent(rate.value)} %"
    if math.isnan(rate.lower) or math.isnan(rate.upper):
        return value
    return f"{value} ({percent(rate.lower)}-{percent(rate.upper)})"


def percent(share: float) -> str:
    """Return a share in per cent, without the sign: more digits next to 0 and to 100.

    >>> [percent(p) for p in (0.3608, 0.0142, 0.0099, 1e-9, 0.99948, 1.0)]
    ['36', '1.4', '0.99', 'under 0.01', '99.95', '100']
    """
    rest = min(share, 1.0 - share)
    if 0.0 < rest < 1e-4:
        return "under 0.01" if share < 0.5 else "over 99.99"
    digits = 0 if rest >= 0.1 or rest <= 0.0 else 1 if rest >= 0.01 else 2
    return f"{100.0 * share:.{digits}f}"


def _two(cut: Cutoff) -> tuple[str, str]:
    return letter(cut.between[0]), letter(cut.between[-1])


def _near(x: float, cut: Cutoff) -> str:
    """Write a number to two digits of the interval."""
    width = cut.upper - cut.lower
    if not (math.isfinite(width) and width > 0.0):
        away = [abs(cut.value - end) for end in (cut.lower, cut.upper) if math.isfinite(end)]
        width = 2.0 * max(away, default=0.0) or 0.01 * abs(cut.value)
    return near(x, width, 1)


def _ends(cut: Cutoff) -> str:
    if math.isnan(cut.lower) or math.isnan(cut.upper):
        return ""
    if math.isinf(cut.lower) and math.isinf(cut.upper):
        return "without ends"
    if math.isinf(cut.lower):
        return f"up to {_near(cut.upper, cut)}"
    if math.isinf(cut.upper):
        return f"from {_near(cut.lower, cut)}"
    return f"{_near(cut.lower, cut)} to {_near(cut.upper, cut)}"


def _far(x: float, cut: Cutoff) -> str:
    """Write an end of a region: the number itself, or another crossing, coarser the farther away it is."""
    if math.isinf(x) or math.isnan(cut.upper - cut.lower):
        return _near(x, cut)
    return near(x, max(cut.upper - cut.lower, 0.02 * abs(x - cut.value)), 1)


def _region(region: tuple[float, float], cut: Cutoff) -> str:
    low, high = (_far(end, cut) for end in region)
    if math.isinf(region[0]):
        return f"below {high}"
    return f"above {low}" if math.isinf(region[1]) else f"from {low} to {high}"


def _notes(outcome: Outcome, cut: Cutoff) -> list[str]:
    """Say of what the number and the rates are, where values were recorded in a special way."""
    found = []
    recorded = outcome.sample if isinstance(outcome.sample, RecordedSample) else None
    if recorded is not None and recorded.observations.errors is not None:
        found.append("It is about true values: measured ones scatter around them by their errors.")
    if recorded is not None and recorded.observations.truncation is not None:
        found.append("Rates are those of the whole populations, also where nothing is recorded.")
    if outcome.background_weight is not None:
        found.append("The background is not counted.")
    if outcome.set_apart:
        found.append("Values set apart are not counted.")
    if math.isnan(cut.lower):
        found.append("There is no interval: the data do not determine all parameters.")
    return found
