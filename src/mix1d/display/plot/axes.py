"""What all plots share: axes to draw on, a unit that can be drawn, names printed as they are, thresholds."""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING, Any, NamedTuple, ParamSpec, TypeVar

import numpy as np
from numpy.typing import NDArray

from mix1d._errors import InputError, Mix1dError, shown
from mix1d.display.palette import CUTS, INK, dashes
from mix1d.display.rounding import exponent, near, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.axes import Axes

    from mix1d.mixture import Mixture
    from mix1d.result import FitResult
    from mix1d.thresholds import Threshold

Array = NDArray[np.float64]
P = ParamSpec("P")
T = TypeVar("T")

SIZE = (7.2, 4.4)  # inches, of a figure that a plot makes for itself
DATA = "#8A9099"  # lines and points of the data: darker than bars
LIGHT = "#B9BEC6"  # bands around a reference
SMALL = "small"
_DRAWABLE = 30  # powers of ten either side of 1 that matplotlib draws without losing digits
_LONGEST_NAME = 60
_LISTED = 3  # thresholds that the legend lists one by one


def plotting(draw: Callable[P, T]) -> Callable[P, T]:
    """Make a plot independent of TeX, and say in one sentence when matplotlib is missing."""

    @functools.wraps(draw)
    def drawing(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            import matplotlib
        except ModuleNotFoundError:
            raise Mix1dError('plots need matplotlib: pip install "mix1d[plot]"') from None
        with matplotlib.rc_context({"text.usetex": False}):  # "%" and "_" are not meant for TeX
            return draw(*args, **kwargs)

    return drawing


def axes_for(ax: Axes | None, size: tuple[float, float] = SIZE) -> Axes:
    """Return the axes to draw on: those given, or the ones of a new figure of pyplot."""
    from matplotlib import axes, pyplot

    if ax is None:
        _, ax = pyplot.subplots(figsize=size, layout="constrained")
    elif not isinstance(ax, axes.Axes):
        raise InputError(
            f"ax must be one matplotlib Axes or None, got {shown(type(ax).__name__)}: "
            "pass one element of what plt.subplots returns"
        )
    ax.spines[["top", "right"]].set_visible(False)
    return ax


class Unit(NamedTuple):
    """The power of ten that lengths are divided by before they are drawn; 0 unless they are extreme."""

    power: int = 0

    @classmethod
    def of(cls, *lengths: float) -> Unit:
        """Return the unit for lengths, of which the largest decides.

        >>> Unit.of(3.0, -54.6).power, Unit.of(2e100).power
        (0, 100)
        """
        power = exponent(max(abs(x) for x in lengths if math.isfinite(x)))
        return cls(power if abs(power) >= _DRAWABLE else 0)

    def lengths(self, x: Any) -> Any:
        """Return lengths in this unit."""
        return _shifted(x, -self.power)

    def densities(self, y: Any) -> Any:
        """Return densities in this unit: numbers per length."""
        return _shifted(y, self.power)

    def label(self, name: str) -> str:
        """Return the label of an axis with the unit, when it is not 1.

        >>> Unit(100).label("flux")
        'flux (1e+100)'
        """
        return f"{name} (1e{self.power:+03d})" if self.power else name


def _shifted(x: Any, power: int) -> Any:
    """Multiply by a power of ten in two steps, since 10**310 alone would overflow."""
    half = power // 2
    return x if power == 0 else x * 10.0**half * 10.0 ** (power - half)


def name_of(result: FitResult) -> str:
    """Return the variable's name in one short line, "value" when it has none."""
    words = "".join(c if c.isprintable() else " " for c in result.name or "").split()
    name = " ".join(words) or "value"
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"


def label_axes(ax: Axes, x: str, y: str) -> None:
    """Label both axes with words that mathtext leaves alone."""
    ax.set_xlabel(x, parse_math=False)
    ax.set_ylabel(y, parse_math=False)


def caption(ax: Axes, words: str) -> None:
    """Write a small line above the axes, at the left."""
    ax.text(
        0.0,
        1.02,
        words,
        transform=ax.transAxes,
        ha="left",
        va="bottom",
        fontsize=SMALL,
        color=INK,
        parse_math=False,
    )


def legend(ax: Axes, loc: str = "best", **options: Any) -> None:
    """Add the legend: small, with handles long enough to tell dashes apart."""
    box = ax.legend(
        loc=loc, fontsize=SMALL, handlelength=3.2, framealpha=0.85, edgecolor="none", borderpad=0.3, **options
    )
    for text in box.get_texts():
        text.set_parse_math(False)


def line_style(component: int) -> Any:
    """Return the dashes of a component as matplotlib takes them."""
    pattern = dashes(component)
    return (0, pattern) if pattern else "solid"


def halo() -> list[Any]:
    """Return the effect that keeps a letter legible on top of lines."""
    from matplotlib import patheffects

    return [patheffects.withStroke(linewidth=2.5, foreground="white")]


def sample_words(result: FitResult) -> str:
    """Say how many values there are, and in how many cells of a sketch.

    >>> import mix1d
    >>> sample_words(mix1d.fit([1.0, 2.0, 4.0], 1))
    'n = 3'
    """
    sample = result._sample
    words = f"n = {sample.n_obs:,}"
    if sample.total_weight != sample.n_obs:
        words += f", weight {plain(sample.total_weight, 4)}"
    if sample.widths is not None and sample.sketch is not None:
        words += f", from {len(sample.values):,} weighted points"
    return words


def outside_words(result: FitResult, low: float, high: float) -> str:
    """Say how many values lie below and above the picture; nothing where all are in it."""
    sample = result._sample
    counted = sample.total_weight == sample.n_obs
    parts = []
    for far, word, edge in (
        (sample.values < low, "below", low),
        (sample.values > high, "above", high),
    ):
        weight = float(sample.weights[far].sum())
        if weight > 0.0:
            what = f"value{'s' * (weight != 1.0)}" if counted else "of the weight"
            parts.append(f"{plain(weight, 7)} {what} {word} {near(edge, 10.0 * (high - low))}")
    return f"not shown: {', '.join(parts)}" if parts else ""


def draw_cuts(
    ax: Axes, cuts: Sequence[Threshold], mixture: Mixture, unit: Unit, limits: tuple[float, float]
) -> None:
    """Draw thresholds as vertical lines, with their intervals as bands and their numbers in the legend.

    A side of an interval that is open reaches to the edge of the picture, and the legend says so.
    """
    several = len(cuts) > _LISTED
    numbers = []
    for cut in cuts:
        value, lower, upper = float(cut.value), float(cut.lower), float(cut.upper)
        words, number = _cut_words(cut, min(mixture.sds[[cut.below, cut.above]].tolist()))
        numbers.append(number)
        if not (math.isnan(lower) or math.isnan(upper)):
            ends = unit.lengths(np.clip([lower, upper], *limits))
            ax.axvspan(*ends, color=CUTS, alpha=0.18, linewidth=0.0, zorder=1.6)
        ax.axvline(
            unit.lengths(value),
            color=CUTS,
            linewidth=1.2,
            linestyle=(0, (1, 1)),
            zorder=2.5,
            label="_" if several else words,
        )
    if several:
        lines = [", ".join(numbers[i : i + _LISTED]) for i in range(0, len(numbers), _LISTED)]
        ax.lines[-1].set_label("thresholds " + ",\n".join(lines) + "\n(bands: 95 %)")


def _cut_words(cut: Threshold, sd: float) -> tuple[str, str]:
    lower, upper = float(cut.lower), float(cut.upper)
    width = upper - lower
    scale = 50.0 * width if math.isfinite(width) and width > 0.0 else 10.0 * sd
    number = near(float(cut.value), scale)
    words = f"threshold {number}"
    if math.isnan(width):
        return words, number
    low, high = (near(x, scale) if math.isfinite(x) else "" for x in (lower, upper))
    if low and high:
        return f"{words} (95 %: {low} to {high})", number
    if low or high:
        return f"{words} (95 %: {f'at least {low}' if low else f'at most {high}'})", number
    return f"{words} (95 %: not bounded)", number
