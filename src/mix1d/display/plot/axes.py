"""What all plots share: axes in a unit that can be drawn, names printed as they are, thresholds, legends."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, ParamSpec, TypeVar

import numpy as np

from mix1d.arrays import Array
from mix1d.data.recorded_sample import RecordedSample
from mix1d.display.palette import BARS, CUTS, INK, OTHERS, colour, dashes
from mix1d.display.picture import Picture
from mix1d.display.typical import widths
from mix1d.errors import InputError, Mix1dError, shown
from mix1d.model.mixture import Mixture
from mix1d.model.thresholds import Threshold
from mix1d.outcome.outcome import Outcome
from mix1d.words import exponent, letter, near, plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes

P = ParamSpec("P")
T = TypeVar("T")

DOTTED, DASHED = (0, (1, 1)), (0, (5, 2))
DATA = OTHERS
SMALL = "small"
_DRAWABLE = 30  # powers of ten either side of 1 that matplotlib draws without losing digits
_LONGEST_NAME = 40
# Inches of small text: a line of a legend, an average character; a handle is measured in lines.
_LINE, _CHARACTER, _HANDLE = 0.175, 0.066, 3.2
_MOST_ROOM = 0.5  # of the height of the axes for a legend
_BAND_ALPHA = 0.18
_LARGEST_SHORT, _LARGEST_EXACT = 1e7, 1e15  # numbers between are written with all their digits
_LISTED = 3  # thresholds that the legend lists one by one


def plotting(draw: Callable[P, T]) -> Callable[P, T]:
    """Make a plot independent of TeX, and say in one sentence when matplotlib is missing."""

    @functools.wraps(draw)
    def drawing(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            import matplotlib
        except ModuleNotFoundError:
            raise Mix1dError('plots need matplotlib: pip install "mix1d[plot]"') from None
        # Not rc_context: a backend that the first figure loads, such as that of notebooks, makes settings of
        # its own, and they must stay.
        tex = matplotlib.rcParams["text.usetex"]
        matplotlib.rcParams["text.usetex"] = False  # "%" and "_" are not meant for TeX
        try:
            return draw(*args, **kwargs)
        finally:
            matplotlib.rcParams["text.usetex"] = tex

    return drawing


def axes_of(ax: Axes | None, size: tuple[float, float]) -> Axes:
    """Return the axes of a caller, or of a new figure of so many inches, open above and at the right."""
    from matplotlib import axes

    if ax is None:
        from matplotlib import pyplot

        _, ax = pyplot.subplots(figsize=size, layout="constrained")
    elif not isinstance(ax, axes.Axes):
        raise InputError(
            f"ax must be one matplotlib Axes or None, got {shown(type(ax).__name__)}: "
            "pass one element of what plt.subplots returns"
        )
    ax.spines[["top", "right"]].set_visible(False)
    return ax


class Sheet:
    """Axes to draw a fit on, the caller's or those of a new figure, with lengths in a unit that can be drawn.

    `ends` are the lengths that decide on the unit, none for other numbers; `size` are inches of a new figure.
    """

    def __init__(
        self,
        result: Outcome,
        ax: Axes | None,
        ends: Sequence[float] = (),
        size: tuple[float, float] = (7.2, 4.4),
    ) -> None:
        self.ax, self.unit = axes_of(ax, size), Unit.of(*ends) if ends else Unit()
        self._result = result

    def line(self, x: Any, y: Any, ink: str, label: str, **style: Any) -> None:
        """Draw a line, or points."""
        self.ax.plot(self.unit.lengths(x), y, color=ink, label=label, **style)

    def between(self, x: Array, low: Any, high: Any, ink: str, label: str, **style: Any) -> None:
        """Fill what lies between two curves."""
        self.ax.fill_between(self.unit.lengths(x), low, high, color=ink, linewidth=0.0, label=label, **style)

    def bars(self, picture: Picture, heights: Array, label: str, **style: Any) -> None:
        """Draw the histogram of a picture."""
        edges = self.unit.lengths(picture.edges)
        self.ax.stairs(heights, edges, fill=True, color=BARS, zorder=1.0, label=label, **style)

    def component(self, j: int, x: Any, y: Any, label: str) -> None:
        """Draw a curve of a component, in its colour and dashes."""
        self.line(x, y, colour(j), label, linestyle=line_style(j), linewidth=1.8, zorder=3.0)

    def letter(self, j: int, x: float, y: float, up: float = 3.0) -> None:
        """Write a component's letter above a place, legible on top of lines."""
        from matplotlib import patheffects

        self.ax.annotate(
            letter(j),
            (self.unit.lengths(x), y),
            (0.0, up),
            textcoords="offset points",
            ha="center",
            va="bottom",
            color=colour(j),
            weight="bold",
            path_effects=[patheffects.withStroke(linewidth=2.5, foreground="white")],
            zorder=4.0,
        )

    def upright(self, x: float, label: str, zorder: float = 2.5) -> None:
        """Draw a dotted line at a place."""
        at = self.unit.lengths(x)
        self.ax.axvline(at, color=CUTS, linewidth=1.2, linestyle=DOTTED, zorder=zorder, label=label)

    def cuts(self, picture: Picture) -> None:
        """Draw thresholds as upright lines, with their intervals as bands and their numbers in the legend.

        The band of an interval that is open on one side is lighter and reaches to the edge of the picture;
        one that is open on both sides has no band.
        """
        cuts, mixture = picture.cuts, self._result.mixture
        several = len(cuts) > _LISTED
        for i, cut in enumerate(cuts):
            lower, upper = float(cut.lower), float(cut.upper)
            words = f"{len(cuts)} thresholds (bands: 95 %)" if several else _cut_words(cut, mixture)
            if math.isfinite(lower) or math.isfinite(upper):
                ends = self.unit.lengths(np.clip([lower, upper], *picture.limits))
                alpha = _BAND_ALPHA if math.isfinite(upper - lower) else _BAND_ALPHA / 2.0
                self.ax.axvspan(*ends, color=CUTS, alpha=alpha, linewidth=0.0, zorder=1.6)
            self.upright(float(cut.value), "_" if several and i else words)

    def note(self, words: str, x: float = 0.0, y: float = 1.02) -> None:
        """Write small lines, by default above the axes, at the left."""
        if words:
            style: Any = {"ha": "left", "va": "bottom", "fontsize": SMALL, "color": INK, "parse_math": False}
            self.ax.text(x, y, words, transform=self.ax.transAxes, **style)

    def limits(self, low: float, high: float) -> None:
        """Set the ends of the x axis."""
        self.ax.set_xlim(*self.unit.lengths(np.array([low, high])))

    def finish(self, x: str, y: str, legend: str = "") -> None:
        """Label both axes with words that mathtext leaves alone, and add the legend, there or above all."""
        self.ax.set_xlabel(self.unit.label(x), parse_math=False)
        self.ax.set_ylabel(y, parse_math=False)
        if legend:
            _legend(self.ax, legend)
        else:
            _legend_above(self.ax)

    def finish_values(self, picture: Picture, y: str, words: str = "", legend: str = "") -> None:
        """Do the same where x has the values, whose constant column has one tick: there is no scale."""
        edges = float(picture.edges[0]), float(picture.edges[-1])
        self.limits(*picture.limits)
        outside = outside_words(self._result, *edges)
        self.note("; ".join(part for part in (outside, words) if part))
        values = self._result.sample.values
        if len(values) == 1:
            self.ax.set_xticks([self.unit.lengths(float(values[0]))], [plain(float(values[0]), 7)])
        self.finish(name_of(self._result), y, legend)


def line_style(component: int) -> Any:
    """Return the dashes of a component as matplotlib takes them."""
    pattern = dashes(component)
    return (0, pattern) if pattern else "solid"


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


def name_of(result: Outcome) -> str:
    """Return the variable's name in one short line, "value" when it has none."""
    words = "".join(c if c.isprintable() else " " for c in result.name or "").split()
    name = " ".join(words) or "value"
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"


def _legend(ax: Axes, loc: str, ncols: int = 1) -> None:
    """Add the legend: small, with handles long enough to tell dashes apart."""
    space = {"handlelength": _HANDLE, "borderpad": 0.3, "columnspacing": 1.5}
    box = ax.legend(loc=loc, ncols=ncols, fontsize=SMALL, framealpha=0.85, edgecolor="none", **space)
    for text in box.get_texts():
        text.set_parse_math(False)


def _legend_above(ax: Axes) -> None:
    """Add the legend inside the axes, above all that is drawn, and raise their upper limit to make room."""
    _, labels = ax.get_legend_handles_labels()
    width, height = (length / ax.figure.dpi for length in ax.bbox.size)
    ncols = next((n for n in (3, 2) if _columns_fit(labels, n, width)), 1)
    columns = np.array_split(np.array(labels, dtype=object), ncols)
    rows = max(sum(label.count("\n") + 1 for label in column) for column in columns)
    share = min(_MOST_ROOM, (_LINE * rows + _LINE / 2.0) / height)
    scale = ax.yaxis.get_transform()
    low, high = scale.transform(np.array(ax.get_ylim()))
    (raised,) = scale.inverted().transform(np.array([low + (high - low) / (1.0 - share)]))
    ax.set_ylim(top=raised)
    _legend(ax, "upper left", ncols)


def _columns_fit(labels: Sequence[str], ncols: int, width: float) -> bool:
    columns = np.array_split(np.array(labels, dtype=object), ncols)
    if len(labels) < ncols:
        return False
    longest = [max(len(line) for label in column for line in label.split("\n")) for column in columns]
    return sum(_CHARACTER * n + _HANDLE * _LINE for n in longest) <= width


def sample_words(result: Outcome) -> str:
    """Say how many values there are, and when only the cells of a sketch are known.

    >>> import mix1d
    >>> sample_words(mix1d.fit([1.0, 2.0, 4.0], 1))
    'n = 3'
    """
    sample = result.sample
    if isinstance(sample, RecordedSample) and sample.observations.histogram is not None:
        return f"n = {plain(sample.total_weight, 7)}, in bins"
    words = f"n = {sample.n_obs:,}"
    if sample.total_weight != sample.n_obs:
        words += f", weight {plain(sample.total_weight, 4)}"
    if sample.widths is not None and sample.sketch is not None:
        words += ", in cells"
    return words


def outside_words(result: Outcome, low: float, high: float) -> str:
    """Say how many values lie below and above the picture; nothing where all are in it."""
    sample = result.sample
    if isinstance(sample, RecordedSample) and sample.observations.histogram is not None:
        return ""
    counted = sample.total_weight == sample.n_obs
    parts = []
    for far, word, edge in ((sample.values < low, "below", low), (sample.values > high, "above", high)):
        weight = float(sample.weights[far].sum())
        if weight > 0.0:
            what = f"value{'s' * (weight != 1.0)}" if counted else "of the weight"
            parts.append(f"{plain(weight, 7)} {what} {word} {near(edge, 10.0 * (high - low))}")
    return f"not shown: {', '.join(parts)}" if parts else ""


def place_words(x: float, scale: float) -> str:
    """Write a place to a thousandth of the scale that matters, without a power of ten while it fits.

    >>> place_words(66.61234, 59.0), place_words(1e9 + 2.03, 30.0), place_words(2.5e100, 1e100)
    ('66.61', '1000000002.03', '2.5e+100')
    """
    decimals = 3 - exponent(scale) if 0.0 < scale < math.inf else -1
    if _LARGEST_SHORT <= abs(x) < _LARGEST_EXACT and decimals >= 0:
        return f"{x:.{decimals}f}"
    return near(x, scale)


def _cut_words(cut: Threshold, mixture: Mixture) -> str:
    lower, upper = float(cut.lower), float(cut.upper)
    width = upper - lower
    sd = float(widths(mixture)[[cut.below, cut.above]].min())
    scale = 5.0 * (width if math.isfinite(width) and width > 0.0 else sd)  # as in the summary
    words = f"threshold {place_words(float(cut.value), scale)}"
    if math.isnan(width):
        return words
    low, high = (place_words(x, scale) if math.isfinite(x) else "" for x in (lower, upper))
    if low and high:
        return f"{words} (95 %: {low} to {high})"
    if low or high:
        return f"{words} (95 %: {f'at least {low}' if low else f'at most {high}'})"
    return f"{words} (95 %: not bounded)"
