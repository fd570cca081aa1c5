"""`FitResult.cutoff`: where to cut between two populations, by several rules, with intervals."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from mix1d.data.arguments import Rng, check_choice, check_flag, check_level, is_masked
from mix1d.errors import InputError, shown
from mix1d.outcome.outcome import Outcome, remembered
from mix1d.progress import Watching
from mix1d.uncertainty.between import crossing, valley, why_none
from mix1d.uncertainty.cutoff import RATES, Cutoff, made, rest_of
from mix1d.uncertainty.intervals import Estimate, Wanted, estimates, wanted
from mix1d.uncertainty.quantities import Kind, Quantity, values_of
from mix1d.uncertainty.regions import of_regions
from mix1d.uncertainty.saying import said
from mix1d.uncertainty.sides import Pair, pair_of
from mix1d.uncertainty.whole import whole_ends

USUAL = {"equal": None, "valley": None, "specificity": 0.99, "sensitivity": 0.99, "ppv": 0.95, "sds": 3.0}
RULES = tuple(USUAL)


def cutoff(
    outcome: Outcome,
    between: Any = None,
    rule: str = "equal",
    level: float | None = None,
    one_sided: bool = True,
    *,
    confidence: float = 0.95,
    method: str = "profile",
    resampling: str | None = None,
    replicates: int = 999,
    rng: Rng = None,
    threads: int | None = None,
    progress: Watching = None,
) -> Cutoff:
    """Return a number to cut at between two populations, with its interval and its rates of error.

    Parameters
    ----------
    between : pair of str or int, optional
        The two neighbours to cut between, by letter or index: ``("a", "b")`` or ``(0, 1)``. May be left out
        where there are two populations. With one alone, the rules "specificity" and "sds" cut above it.
    rule : str
        ``"equal"``: where the two are equally probable, as `thresholds` has it.

        ``"valley"``: the minimum of the density of all populations between the two.

        ``"specificity"``: the share `level` (0.99) of the lower populations lies below.

        ``"sensitivity"``: the share `level` (0.99) of the upper populations lies above.

        ``"ppv"``: the smallest number above which the upper populations are the share `level` (0.95) of all
        values: the positive predictive value.

        ``"sds"``: `level` (3) standard deviations above the mean of the lower one of the two.
    level : float, optional
        What the rule asks for; a number in brackets above is the default.
    one_sided : bool
        True: all up to the cut-off counts as the lower populations, all above as the upper ones, wherever a
        wide population is the more probable again. False, for the rule "equal": `regions` are those where
        the upper one of the two is the more probable, and the rates are those of these two and these regions.
    confidence : float
        The confidence level of the intervals.
    method, resampling, replicates, rng, threads, progress
        As for `confidence_interval`.

    Returns
    -------
    Cutoff
        `value`, `lower`, `upper`; `specificity`, `sensitivity`, `ppv`, `npv`, `wrong`, each an `Estimate`;
        `message`. Usable as a float.

    Raises
    ------
    InputError
        When an argument cannot be used, or there is no such number: the message says why, and what to use.

    Notes
    -----
    The interval of the number is that of `method`: by default all numbers for which the likelihood, maximised
    under the condition that the rule gives this number, is high enough. Those of the rates are about the
    number as it is, which one would go on to use, and not about the rule. Of counts, where numbers jump, the
    interval holds all whole numbers that the rule gives with parameters whose rate is in its own interval.
    With errors of measurement the number is one of true values, with truncation the rates are those of whole
    populations. A number takes some 10 to 500 ms, longer with more components.

    References
    ----------
    Ridge, S. E. and Vizard, A. L. (1993). Determination of the optimal cutoff value for a serological assay.
    Journal of Clinical Microbiology 31, 1256-1261. doi:10.1128/jcm.31.5.1256-1261.1993

    Examples
    --------
    >>> import mix1d
    >>> result = mix1d.fit([1.0, 2.0, 2.0, 3.0, 8.0, 9.0, 9.0, 10.0], 2, sds="equal")
    >>> cut = result.cutoff(rule="specificity", level=0.99)
    >>> print(f"{cut.value:.2f} ({cut.lower:.2f} to {cut.upper:.2f})")
    3.64 (2.83 to 5.27)
    >>> result.cutoff().between
    (0, 1)
    """
    check_choice("rule", rule, RULES)
    asked = _asked(rule, level)
    if not check_flag("one_sided", one_sided) and rule != "equal":
        raise InputError(
            f'one_sided must be True for rule="{rule}", got False: regions are those where the upper '
            'population is the more probable, rule="equal"'
        )
    check_level("confidence", confidence)
    how = wanted(confidence, method, resampling, replicates, rng, threads, progress)
    pair = pair_of(outcome, between, rule)

    def compute() -> Cutoff:
        if not one_sided:
            return said(outcome, of_regions(pair, how), pair.words)
        return said(outcome, _one_sided(pair, rule, asked, how), pair.words)

    if method not in ("profile", "wald"):
        return compute()
    return remembered(outcome, ("cutoff", pair.numbers, rule, asked, one_sided, confidence, method), compute)


def _asked(rule: str, level: object) -> float | None:
    """Return the level of a rule, checked."""
    if level is None or USUAL[rule] is None:
        if level is not None:
            raise InputError(f'level must be left out for rule="{rule}", got {shown(level)}: it has none')
        return USUAL[rule]
    if rule != "sds":
        return check_level("level", level)
    try:
        found = math.nan if isinstance(level, bool | str) or is_masked(level) else float(level)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        found = math.nan
    if not math.isfinite(found):
        raise InputError(
            f"level must be a number of standard deviations, got {shown(level)}: pass for example 3"
        )
    return found


def _one_sided(pair: Pair, rule: str, level: float | None, how: Wanted) -> Cutoff:
    quantity = _quantity(pair, rule, level)
    value = float(values_of(pair.fit.real_arrays, [quantity], np.array([_near(quantity)]))[0, 0])
    value = quantity.at if quantity.kind is Kind.CROSSING else value
    if math.isnan(value):
        raise InputError(why_none(pair, rule, level))
    jumps = pair.counts and quantity.kind in (Kind.GROUP_QUANTILE, Kind.PRECISE)
    shift = -1 if jumps and rule == "sensitivity" else 0  # as many as that still lie above the number before
    count = round(value) if jumps else 0
    value = float(count + shift) if jumps else value
    number, *rates = estimates(pair.fit, [quantity, *_rates(pair, value)], how)
    if jumps:
        ends = number.lower, number.upper
        if how.method != "bootstrap":
            ends = whole_ends(_reached(pair, quantity, how), count, float(pair.fit.sample.values[-1]))
        nan = math.nan
        number = Estimate(value, nan, ends[0] + shift, ends[1] + shift, how.level, how.method)
    named = dict.fromkeys(RATES) | {"specificity": rest_of(rates[0])}
    if pair.two:
        named |= dict(zip(RATES[1:], rates[1:], strict=True))
    return made(number, rule, level, pair.numbers, named)


def _quantity(pair: Pair, rule: str, level: float | None) -> Quantity:
    """Return what the core is asked for."""
    i = pair.below
    if rule == "equal":
        return Quantity(Kind.CROSSING, i, i + 1, crossing(pair))
    if rule == "valley":
        return Quantity(Kind.VALLEY, at=valley(pair))
    assert level is not None
    if rule == "specificity":
        return Quantity(Kind.GROUP_QUANTILE, 0, i, level)
    if rule == "sensitivity":
        return Quantity(Kind.GROUP_QUANTILE, i + 1, pair.last, 1.0 - level)
    return Quantity(Kind.PRECISE, i, at=level) if rule == "ppv" else Quantity(Kind.AWAY, i, at=level)


def _near(quantity: Quantity) -> float:
    return math.nan if quantity.kind is Kind.PRECISE else quantity.at


def _rates(pair: Pair, value: float) -> list[Quantity]:
    """Return the shares above the cut, of the lower and of the upper populations, and what follows."""
    at, i = pair.at(value), pair.below
    found = [Quantity(Kind.GROUP_ABOVE, 0, i, at)]
    if pair.two:
        found.append(Quantity(Kind.GROUP_ABOVE, i + 1, pair.last, at))
        found += [Quantity(kind, i, at=at) for kind in (Kind.UPPER_ABOVE, Kind.LOWER_BELOW, Kind.WRONG)]
    return found


def _reached(pair: Pair, quantity: Quantity, how: Wanted) -> Callable[[int], tuple[bool, bool]]:
    """Return what says of a whole number whether it is enough for some likely parameters, and for all."""

    def reached(count: int) -> tuple[bool, bool]:
        if quantity.kind is Kind.PRECISE:
            asked = Quantity(Kind.UPPER_ABOVE, quantity.i, at=count + 0.5)
            (rate,) = estimates(pair.fit, [asked], how)
        else:
            (above,) = estimates(pair.fit, [quantity._replace(kind=Kind.GROUP_ABOVE, at=count + 0.5)], how)
            rate = rest_of(above)
        if math.isnan(rate.lower):
            raise ArithmeticError
        return rate.upper >= quantity.at, rate.lower >= quantity.at

    return reached
