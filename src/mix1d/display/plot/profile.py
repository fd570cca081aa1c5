"""The profile log-likelihood of one parameter, with its interval."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from mix1d.arrays import Array
from mix1d.data.arguments import check_choice, check_level
from mix1d.display.palette import CUTS, INK, colour
from mix1d.display.plot.axes import (
    DASHED,
    DATA,
    DOTTED,
    Sheet,
    name_of,
    place_words,
    plotting,
    sample_words,
)
from mix1d.display.plot.look import look_of
from mix1d.errors import InputError, shown
from mix1d.outcome.maximum import Maximum, maximum_of
from mix1d.outcome.outcome import Outcome
from mix1d.uncertainty.intervals import profile_falls
from mix1d.uncertainty.parameters import confidence_interval, standard_errors
from mix1d.uncertainty.quantities import Kind, Quantity, normal_quantile
from mix1d.words import letter

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_KINDS = {"mean": Kind.MEAN, "sd": Kind.SD, "weight": Kind.WEIGHT}
_POINTS = 81
_WIDER = 1.35  # than the interval, on either side
_ROOM = 0.15  # beyond the ends of a branch, as a share of it
_FAR = 4.0  # standard errors that are looked at where a bound is open


@plotting
def plot_profile(
    result: Outcome,
    parameter: tuple[str, int | str],
    ax: Axes | None = None,
    *,
    level: float = 0.95,
    legend: bool | None = None,
    unit: str | None = None,
) -> Axes:
    """Draw how the log-likelihood falls as one parameter is moved and all others are fitted again.

    Parameters
    ----------
    result : FitResult
        A fit that is a maximum of the likelihood.
    parameter : tuple
        "mean", "sd" or "weight", and the component: its place in the mixture or its letter, such as
        ``("mean", 0)`` or ``("mean", "a")``.
    ax, level
        As for `FitResult.plot`.
    legend, unit
        As for `plot_density`.

    Returns
    -------
    Axes
        x is the parameter, in the unit of the values or a share; y the fall in nats. The interval is where
        the curve is above the line. The dashed parabola is what standard errors take it for.

    Notes
    -----
    The local branch of maxima is followed from the estimate; where it ends, the curve ends, and an interval
    that reaches there is open. About 80 Newton solves, each a few passes over the distinct values.

    References
    ----------
    Venzon, D. J. and Moolgavkar, S. H. (1988). A method for computing profile-likelihood-based confidence
    intervals. Applied Statistics 37, 87-94. doi:10.2307/2347496

    Examples
    --------
    >>> import mix1d
    >>> from matplotlib.figure import Figure
    >>> x = [1.0, 2.0, 2.0, 3.0, 8.0, 9.0, 9.0, 10.0]
    >>> ax = plot_profile(mix1d.fit(x, 2), ("mean", "a"), Figure().add_subplot())
    >>> ax.get_xlabel()
    'mean of a'
    """
    check_level("level", level)
    what, j = _checked(parameter, result)
    fit = maximum_of(result)
    if not fit.determined:
        raise InputError(
            "result must be a maximum of the likelihood that determines all parameters, to have a profile; "
            "this one is not (its findings say why): fit fewer components"
        )
    if result.mixture.weights[j] == 0.0:
        raise InputError(f"parameter must be of a component with values, got {letter(j)}, which has none")
    if j in fit.held:
        raise InputError(
            f"parameter must be of a component with standard errors, got {letter(j)}: "
            f"only a penalty holds up component {letter(j)}"
        )
    bounds = confidence_interval(result, level)
    value, error, lower, upper = (
        float(getattr(record, f"{what}s")[j])
        for record in (result.mixture, standard_errors(result), bounds.lower, bounds.upper)
    )
    known = 0.0 < error < math.inf  # beyond 1e-154 and 1e154 squares are 0 or infinite
    reach = _FAR * error if known else float(result.mixture.sds[j])
    lowest, highest = {"mean": (-math.inf, math.inf), "sd": (0.0, math.inf), "weight": (0.0, 1.0)}[what]
    ends = [
        value + _WIDER * (bound - value) if _is_closed(bound, lowest, highest) else value + side * reach
        for bound, side in ((lower, -1.0), (upper, 1.0))
    ]
    low, high = max(ends[0], lowest), min(ends[1], highest)
    quantity = Quantity(_KINDS[what], int(np.searchsorted(fit.real, j)))
    at, falls = _curve(fit, quantity, (low, high), value)
    there = at[~np.isnan(falls)]
    if there.size < at.size:  # the branch ends: look at what there is of it
        room = _ROOM * (there[-1] - there[0])
        low, high = max(low, float(there[0] - room)), min(high, float(there[-1] + room))
        at, falls = _curve(fit, quantity, (low, high), value)
    height = 0.5 * normal_quantile(level) ** 2
    look = look_of(0, legend=legend, unit=unit)
    sheet = Sheet(result, ax, (low, high) if what != "weight" else (), look=look)
    words = _interval_words(lower, upper, lowest, highest, level)
    _draw_interval(sheet, (lower, upper), (low, high), (lowest, highest), -height, words)
    words = f"{100.0 * level:g} % level"
    sheet.ax.axhline(-height, color=CUTS, linewidth=1.0, linestyle=DOTTED, zorder=2.0, label=words)
    if known:
        parabola, words = -0.5 * ((at - value) / error) ** 2, "parabola of the standard error"
        sheet.line(at, parabola, DATA, words, linestyle=DASHED, linewidth=1.2, zorder=2.5)
    sheet.line(at, falls, colour(0), "profile log-likelihood", linewidth=1.8, zorder=3.0)
    words = f"estimate {place_words(value, 20.0 * error)}"
    sheet.line(np.array([value]), [0.0], INK, words, marker="o", linestyle="", zorder=4.0)
    _mark_ends(sheet, at, falls)
    sheet.limits(low, high)
    sheet.ax.set_ylim(-2.6 * height, max(0.12 * height, 1.1 * float(np.nanmax(falls))))
    sheet.note(f"{name_of(result)}, {sample_words(result)}")
    name = f"{what} of {letter(j)}"
    name = name if what == "weight" else look.with_unit(name)
    sheet.finish(name, "log-likelihood below its maximum (nats)", "lower center")
    return sheet.ax


def _draw_interval(
    sheet: Sheet,
    bounds: tuple[float, float],
    ends: tuple[float, float],
    possible: tuple[float, float],
    y: float,
    words: str,
) -> None:
    """Draw the interval as a broad line at the level, with an arrow at an end that is open."""
    low, high = np.clip(bounds, *ends).tolist()
    first, second = (not _is_closed(bound, *possible) for bound in bounds)
    sheet.arrows((low, high), (first, second), y, words, zorder=2.2)


def _curve(fit: Maximum, quantity: Quantity, ends: tuple[float, float], value: float) -> tuple[Array, Array]:
    """Return places and how far the log-likelihood is above the maximum there; NaN beyond the branch."""
    at = np.unique(np.concatenate([np.linspace(*ends, _POINTS), [value]]))
    falls = -0.5 * profile_falls(fit, quantity, at)
    here = int(np.searchsorted(at, value))
    missing = np.flatnonzero(np.isnan(falls))
    falls[: missing[missing < here].max(initial=-1) + 1] = math.nan
    falls[missing[missing > here].min(initial=len(at)) :] = math.nan
    return at, falls


def _checked(parameter: Any, result: Outcome) -> tuple[str, int]:
    if not isinstance(parameter, tuple | list) or len(parameter) != 2:
        raise InputError(
            'parameter must be a pair such as ("mean", 0): "mean", "sd" or "weight", and the component; '
            f"got {shown(parameter)}"
        )
    what = check_choice("parameter", parameter[0], tuple(_KINDS))
    k = len(result.mixture.weights)
    names = [letter(j) for j in range(k)]
    which = parameter[1]
    if isinstance(which, str) and which in names:
        which = names.index(which)
    if isinstance(which, bool) or not isinstance(which, int | np.integer) or not 0 <= which < k:
        raise InputError(
            f"parameter must name a component from 0 to {k - 1}, or a letter from a to {names[-1]}, "
            f"got {shown(parameter[1])}: pass for example ({what!r}, 0)"
        )
    if what == "weight" and k == 1:
        raise InputError("parameter must not be the weight of the only component, which is 1: pass another")
    return what, int(which)


def _is_closed(bound: float, lowest: float, highest: float) -> bool:
    return math.isfinite(bound) and lowest < bound < highest


def _interval_words(lower: float, upper: float, lowest: float, highest: float, level: float) -> str:
    closed = [_is_closed(bound, lowest, highest) for bound in (lower, upper)]
    scale = 5.0 * (upper - lower) if all(closed) else 0.0
    low, high = place_words(lower, scale), place_words(upper, scale)
    words = {
        (True, True): f"{low} to {high}",
        (True, False): f"at least {low}, open above",
        (False, True): f"at most {high}, open below",
        (False, False): "open on both sides",
    }[closed[0], closed[1]]
    return f"{100.0 * level:g} % interval: {words}"


def _mark_ends(sheet: Sheet, at: Array, falls: Array) -> None:
    """Mark the places where the branch of maxima ends before the edge of the picture."""
    there = np.flatnonzero(~np.isnan(falls))
    if not there.size:
        return
    for end, edge, side in ((there[0], 0, "left"), (there[-1], len(at) - 1, "right")):
        if end != edge:
            place, fall = np.array([at[end]]), [falls[end]]
            cross = {"marker": "x", "linestyle": "", "markersize": 8.0, "markeredgewidth": 2.0}
            sheet.line(place, fall, colour(0), "_end", zorder=4.0, **cross)
            style: Any = {
                "textcoords": "offset points",
                "ha": side,
                "va": "top",
                "fontsize": sheet.sizes.small,
            }
            spot = float(sheet.unit.lengths(at[end])), float(falls[end])
            sheet.ax.annotate("the branch ends", spot, (0.0, -8.0), color=INK, **style)
