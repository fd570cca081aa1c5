"""The estimates of a fit with their intervals: the table of groups, and what stands below it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from mix1d.data.recorded_sample import RecordedSample
from mix1d.display.interval import Ends, cut_ends, ends_of, interval_words, positive_ends, share_ends
from mix1d.display.layout import Table
from mix1d.display.parameters import number_words, own_parameters
from mix1d.model.families import NAMES
from mix1d.model.typical import meet, widths
from mix1d.outcome.models import undetermined
from mix1d.outcome.outcome import Outcome
from mix1d.outcome.windows import sizes
from mix1d.uncertainty.derived import overlap, thresholds
from mix1d.uncertainty.parameters import Bounds, confidence_interval
from mix1d.words import letter, plain, value_and_error

_NOTHING = 1e-12  # of an sd: a mean so near 0 is 0
_NONE = "-"
_UNKNOWN = Ends(math.nan, math.nan)
_WIDE = 10.0  # of a scale


class Line(NamedTuple):
    """What stands below the table: what it is about, and a few words or numbers."""

    about: str
    text: str


def table_of_groups(result: Outcome, *, ascii: bool = False) -> Table:
    """Return letter, share, mean, sd and number of values of each component.

    With 95 % intervals, all rounded to two digits of the interval.
    """
    mixture, bounds = result.mixture, confidence_interval(result)
    k, lost = len(mixture.weights), undetermined(result.fitted)
    shares, means, sds = [], [], []
    for j in range(k):
        share, mean, sd = ends_of(bounds, j)
        weight, middle, spread = (float(a[j]) for a in (mixture.weights, mixture.means, mixture.sds))
        middle = 0.0 if math.isfinite(spread) and abs(middle) < _NOTHING * spread else middle
        known, width = j != lost and weight > 0.0, float(widths(mixture)[j])
        shares.append(_pair(100.0 * weight, share.times(100.0) if k > 1 else _UNKNOWN, ascii, unit=" %"))
        means.append(_pair(middle, mean, ascii, scale=width) if known else (_NONE, ""))
        sds.append(_pair(spread, sd, ascii, scale=width) if known else (_NONE, ""))
    held = [size_words(size) for size in sizes(result.fitted, result.sample).tolist()]
    letters = [letter(j) for j in range(k)]
    lines = list(zip(letters, *(map(_aligned, (shares, means, sds))), held, strict=True))
    lines += _background(result, ascii)
    return Table(("", "share", "mean", "sd", "values"), tuple(lines), "<<<<>", spare=(4,))


def lines_below(result: Outcome, *, ascii: bool = False) -> tuple[Line, ...]:
    """Return the own parameters of groups that are not normal, the cuts, and how often they are wrong."""
    return (*_shapes(result, ascii), *_cuts(result, ascii))


def size_words(n: float) -> str:
    """Write how many values a component has.

    >>> size_words(97.96), size_words(97.0), size_words(2.5e7)
    ('98.0', '97', '25,000,000')
    """
    if n == round(n) < 1e4:
        return f"{n:.0f}"
    if 1e4 <= n < 1e13:
        return f"{n:,.0f}"
    return f"{n:.1f}" if 0.05 <= n < 1e4 else plain(n, 4)


def _pair(value: float, ends: Ends, ascii: bool, unit: str = "", scale: float = math.inf) -> tuple[str, str]:
    """Write a value, and its interval in brackets where there is one.

    Both are rounded to two digits of the interval or, where that is far wider than `scale`, of the
    scale.
    """
    if not math.isfinite(value):
        return _NONE, ""
    widths = [width for width in (_width(value, ends), _WIDE * scale) if math.isfinite(width) and width > 0.0]

    def write(x: float) -> str:
        text = value_and_error(x, min(widths))[0] if widths else plain(x, 3)
        return text if float(text) else "0"

    number = write(value)
    if unit and value > 0.0 and float(number) == 0.0:  # a rate is not 0 because its bound is far
        number = plain(value, 1)
    words = _between(ends, write, "-" if ascii else "–")
    return f"{number}{unit}", f"({words})" if words else ""


def _width(value: float, ends: Ends) -> float:
    if not ends.known:
        return math.nan
    if math.isfinite(ends.width):
        return ends.width
    return abs(ends.upper - value) if math.isfinite(ends.upper) else abs(value - ends.lower)


def _between(ends: Ends, write: Callable[[float], str], dash: str) -> str:
    """Write an interval; ``<`` and ``>`` stand where the branch of maxima ended before a bound.

    >>> _between(Ends(53.24, 55.89), "{:.1f}".format, "–"), _between(Ends(-1.5, 0.5), "{:.1f}".format, "–")
    ('53.2–55.9', '-1.5 to 0.5')
    >>> _between(Ends(0.1, math.inf, math.nan, 6.25), "{:.1f}".format, "–")
    '0.1–>6.2'
    """
    words = interval_words(ends, write)
    low, to, high = words.partition(" to ")
    if not to or "up to" in words:
        return words
    low, high = low.replace("less than ", "<"), high.replace("more than ", ">")
    return f"{low} to {high}" if "-" in low.lstrip("<")[:1] else f"{low}{dash}{high}"


def _aligned(pairs: Sequence[tuple[str, str]]) -> list[str]:
    left = max(len(value) for value, _ in pairs)
    return [f"{value:>{left}} {interval}".rstrip() for value, interval in pairs]


def _background(result: Outcome, ascii: bool) -> Iterator[tuple[str, ...]]:
    """Yield the row of a uniform component beside the others, whose share is one of all values."""
    share, sample = result.background_weight, result.sample
    if share is None or not isinstance(sample, RecordedSample) or sample.background is None:
        return
    found = confidence_interval(result).background_weight
    ends = _UNKNOWN
    if found is not None:
        ends = share_ends(found.lower, found.upper, found.reached_lower, found.reached_upper)
    value, interval = _pair(100.0 * share, ends.times(100.0), ascii, unit=" %")
    low, high = sample.background
    size = result.total_weight - math.fsum(sizes(result.fitted, sample).tolist())
    yield "*", f"{value} {interval}".strip(), f"{plain(low)} to {plain(high)}", "uniform", size_words(size)


def _shapes(result: Outcome, ascii: bool) -> Iterator[Line]:
    mixture = result.mixture
    if mixture._mixed is None:
        return
    bounds = confidence_interval(result)
    for j, component in enumerate(mixture.components):
        if component.family == "normal" or mixture.weights[j] == 0.0:
            continue
        own = [_parameter(bounds, j, name, value, ascii) for name, value in own_parameters(component)]
        if component.family != "point_mass":
            own.append(f"median {plain(float(mixture.medians[j]), 3)}")
        words = f": {', '.join(own)}" if own else ""
        yield Line(letter(j), f"{NAMES[component.family].said}{words}")


def _parameter(bounds: Bounds, j: int, name: str, value: float, ascii: bool) -> str:
    sides = [side.parameters for side in (bounds.lower, bounds.upper)]
    if not all(sides) or not math.isfinite(value):
        return f"{name} {number_words(value)}"
    low, high = (side[j].get(name, math.nan) for side in sides)
    ends = positive_ends(low, high, math.nan, math.nan) if value > 0.0 else Ends(low, high)
    number, interval = _pair(value, ends, ascii, scale=abs(value))
    return f"{name} {number} {interval}".strip()


def _cuts(result: Outcome, ascii: bool) -> Iterator[Line]:
    """Yield a line for each pair of neighbours, and how often values fall on the wrong side."""
    mixture, lost = result.mixture, undetermined(result.fitted)
    if np.any(mixture.sds[mixture.weights > 0.0] == 0.0):  # a point has no threshold
        return
    cuts = [
        cut
        for cut in thresholds(result)
        if cut.kind in ("crossing", "none")
        and lost not in (cut.below, cut.above)
        and meet(mixture, cut.below, cut.above)
    ]
    crossings = sum(cut.kind == "crossing" for cut in cuts)
    wrong = _wrong(result, ascii) if cuts and lost < 0 else ""
    for cut in cuts:
        below, above = letter(cut.below), letter(cut.above)
        about = "cut" if len(cuts) == 1 else f"cut {below}|{above}"
        if cut.kind == "none":
            yield Line(about, f"none: one of {below} and {above} is nowhere the more probable")
            continue
        ends = cut_ends(cut)
        scale = float(min(widths(mixture)[[cut.below, cut.above]]))
        number = " ".join(
            _pair(float(cut.value), ends, ascii, scale=scale / _WIDE if not ends.known else scale)
        )
        rate = f"; {wrong}" if wrong and len(cuts) == 1 else ""
        yield Line(about, f"{number.strip()}: {below} below, {above} above{rate}")
    if wrong and (len(cuts) > 1 or not crossings):
        yield Line("wrong", wrong)


def _wrong(result: Outcome, ascii: bool) -> str:
    """Say how often the most probable group is the wrong one."""
    error = overlap(result).error_rate
    if not math.isfinite(error.value):
        return ""
    ends = share_ends(error.lower, error.upper, error.reached_lower, error.reached_upper)
    number, interval = _pair(100.0 * error.value, ends.times(100.0), ascii, unit=" %")
    recorded = result.sample.observations.errors if isinstance(result.sample, RecordedSample) else None
    whose = "values" if recorded is None else "values without their errors"
    return f"{number} {interval}".strip() + f" of {whose} fall on the wrong side"
