"""What all plots share: axes in a unit that can be drawn, names printed as they are, thresholds, legends."""

from __future__ import annotations

import functools
import math
import textwrap
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, ParamSpec, TypeVar

import numpy as np

from mix1d.arrays import Array
from mix1d.data.recorded_sample import RecordedSample
from mix1d.display.palette import BARS, CUTS, INK, OTHERS, dashes
from mix1d.display.picture import Picture, component_label
from mix1d.display.plot.legends import add_legend, add_legend_above
from mix1d.display.plot.look import Look
from mix1d.display.plot.sizes import Sizes
from mix1d.errors import InputError, Mix1dError, shown
from mix1d.model.mixture import Mixture
from mix1d.model.thresholds import Threshold
from mix1d.model.typical import widths
from mix1d.outcome.outcome import Outcome
from mix1d.words import exponent, near, plain

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

P = ParamSpec("P")
T = TypeVar("T")

DOTTED, DASHED = (0, (1, 1)), (0, (5, 2))
DATA = OTHERS
_DRAWABLE = 30  # powers of ten either side of 1 that matplotlib draws without losing digits
_LONGEST_NAME = 40
_CHARACTER = 0.0076  # inches of an average character for each point of its size
_BAND_ALPHA = 0.18
_OPEN = 0.06  # of the width, that the arrow of an open interval takes, and
_FOOT = 0.085  # of the height, where it stands: above those of limits
_LARGEST_SHORT, _LARGEST_EXACT = 1e7, 1e15  # numbers between are written with all their digits
_NARROW = 0.85  # of full size: panels whose legend has no room for components
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
        look: Look | None = None,
    ) -> None:
        self.ax, self.unit = axes_of(ax, size), Unit.of(*ends) if ends else Unit()
        self.look, self.sizes = look or Look(), Sizes.of(self.ax)
        self._result = result
        self._tall: list[Artist] = []

    def line(self, x: Any, y: Any, ink: str, label: str, **style: Any) -> None:
        """Draw a line, or points; widths and sizes are those of a broad panel."""
        for name in {"linewidth", "markersize", "markeredgewidth"} & style.keys():
            style[name] = style[name] * self.sizes.line
        self.ax.plot(self.unit.lengths(x), y, color=ink, label=label, **style)

    def between(self, x: Array, low: Any, high: Any, ink: str, label: str, **style: Any) -> None:
        """Fill what lies between two curves."""
        self.ax.fill_between(self.unit.lengths(x), low, high, color=ink, linewidth=0.0, label=label, **style)

    def bars(self, picture: Picture, heights: Array, label: str, **style: Any) -> None:
        """Draw the histogram of a picture."""
        edges = self.unit.lengths(picture.edges)
        self.ax.stairs(heights, edges, fill=True, color=BARS, zorder=1.0, label=label, **style)

    def component(self, j: int, x: Any, y: Any) -> None:
        """Draw a curve of a component, in its colour and dashes; its share stands in the legend.

        Not in that of a narrow panel, where the letter beside the curve has to do.
        """
        label = component_label(self._result.mixture, j, self.look.name(j))
        hidden = "_" if self.look.legend is None and self.narrow else ""
        self.line(x, y, self.look.ink(j), hidden + label, linestyle=line_style(j), linewidth=1.8, zorder=3.0)

    @property
    def narrow(self) -> bool:
        """Whether there is less room than text of full size needs."""
        return self.sizes.line < _NARROW

    def letter(self, j: int, x: float, y: float, up: float = 3.0) -> None:
        """Write a component's letter above a place, legible on top of lines."""
        from matplotlib import patheffects

        self.ax.annotate(
            self.look.name(j),
            (self.unit.lengths(x), y),
            (0.0, up),
            textcoords="offset points",
            ha="center",
            va="bottom",
            color=self.look.ink(j),
            weight="bold",
            fontsize=self.sizes.labels,
            parse_math=False,
            path_effects=[patheffects.withStroke(linewidth=2.5, foreground="white")],
            zorder=4.0,
        )

    def upright(self, x: float, label: str, zorder: float = 2.5) -> None:
        """Draw a dotted line at a place."""
        at = self.unit.lengths(x)
        style: dict[str, Any] = {"color": CUTS, "linestyle": DOTTED, "zorder": zorder}
        self._tall.append(self.ax.axvline(at, linewidth=1.2 * self.sizes.line, label=label, **style))

    def cuts(self, picture: Picture) -> None:
        """Draw thresholds as upright lines, with their intervals as bands and their numbers in the legend.

        An interval that is open on a side, or goes on beyond the picture, is an arrow to there from its other
        end.
        """
        cuts, mixture = picture.cuts if self.look.thresholds else (), self._result.mixture
        several = len(cuts) > (0 if self.narrow and len(cuts) > 1 else _LISTED)
        for i, cut in enumerate(cuts):
            lower, upper = float(cut.lower), float(cut.upper)
            words = _count_words(cuts) if several else _cut_words(cut, mixture)
            if picture.limits[0] <= lower <= upper <= picture.limits[1]:
                ends = self.unit.lengths(np.array([lower, upper]))
                style: dict[str, Any] = {"alpha": _BAND_ALPHA, "linewidth": 0.0, "zorder": 1.6}
                self._tall.append(self.ax.axvspan(*ends, color=CUTS, **style))
            elif not math.isnan(lower) and not math.isnan(upper):
                self._open(picture, float(cut.value), lower, upper)
            self.upright(float(cut.value), "_" if several and i else words)

    def _open(self, picture: Picture, value: float, lower: float, upper: float) -> None:
        low, high = picture.limits
        reach = _OPEN * (high - low)
        begin, end = (
            min(max(bound if math.isfinite(bound) else value + side * reach, low), high)
            for bound, side in ((lower, -1.0), (upper, 1.0))
        )
        is_open = lower < low, upper > high
        self.arrows((begin, end), is_open, _FOOT, transform=self.ax.get_xaxis_transform(), zorder=2.6)

    def arrows(
        self, ends: tuple[float, float], is_open: tuple[bool, bool], y: float, label: str = "_", **style: Any
    ) -> None:
        """Draw an interval as a broad line at a height, with an arrow at each end that is open."""
        low, high = self.unit.lengths(np.array(ends)).tolist()
        width = 2.2 * self.sizes.line
        look = {"color": CUTS, "clip_on": False, **style}
        self.ax.plot([low, high], [y, y], linewidth=width, solid_capstyle="butt", label=label, **look)
        for x, arrow, marker in zip((low, high), is_open, "<>", strict=True):
            size = 3.0 * width if arrow else 4.0 * width
            kind: dict[str, Any] = (
                {"marker": marker, "label": "_open"} if arrow else {"marker": "|", "label": "_end"}
            )
            self.ax.plot([x], [y], markersize=size, markeredgewidth=0.5 * width, **kind, **look)

    def note(self, words: str, x: float = 0.0, y: float = 1.02) -> None:
        """Write small lines, by default above the axes, at the left, as long as the axes are wide."""
        if words:
            words = wrapped_to(words, self.ax.bbox.width / self.ax.figure.dpi, self.sizes.small)
            style: Any = {"ha": "left", "va": "bottom", "color": INK, "parse_math": False}
            self.ax.text(x, y, words, transform=self.ax.transAxes, fontsize=self.sizes.small, **style)

    def limits(self, low: float, high: float) -> None:
        """Set the ends of the x axis."""
        self.ax.set_xlim(*self.unit.lengths(np.array([low, high])))

    def finish(self, x: str, y: str, legend: str = "") -> None:
        """Label both axes with words that mathtext leaves alone, and add the legend, there or above all."""
        width, height = (length / self.ax.figure.dpi for length in self.ax.bbox.size)
        size = self.sizes.labels
        label = wrapped_to(self.unit.label(x), width, size)
        self.ax.set_xlabel(label, parse_math=False, fontsize=size)
        self.ax.set_ylabel(wrapped_to(y, height, size), parse_math=False, fontsize=size)
        self.ax.tick_params(labelsize=self.sizes.ticks)
        if self.look.legend is False or not self.ax.get_legend_handles_labels()[1]:
            return
        if legend and not self.narrow:
            add_legend(self.ax, legend, self.sizes)
        else:
            self._shorten(1.0 - add_legend_above(self.ax, self.sizes))

    def _shorten(self, height: float) -> None:
        """Let upright lines and bands end below the legend, at a share of the height of the axes."""
        from matplotlib.patches import Rectangle

        for one in self._tall:
            one.set_clip_path(Rectangle((0.0, 0.0), 1.0, height, transform=self.ax.transAxes))

    def finish_values(self, picture: Picture, y: str, words: str = "", legend: str = "") -> None:
        """Do the same where x has the values, whose constant column has one tick: there is no scale."""
        edges = float(picture.edges[0]), float(picture.edges[-1])
        self.limits(*picture.limits)
        outside = outside_words(self._result, *edges)
        self.note("; ".join(part for part in (outside, words) if part))
        values = self._result.sample.values
        if len(values) == 1:
            self.ax.set_xticks([self.unit.lengths(float(values[0]))], [plain(float(values[0]), 7)])
        self.finish(self.look.with_unit(name_of(self._result)), y, legend)


def wrapped_to(words: str, inches: float, points: float) -> str:
    r"""Break words into lines of so many inches of text of a size; lines that are there stay.

    >>> wrapped_to("log-likelihood below its maximum", 1.2, 7.0)
    'log-likelihood below\nits maximum'
    """
    room = max(int(inches / (_CHARACTER * points)), 12)
    return "\n".join(
        line if len(line) <= room else "\n".join(textwrap.wrap(line, room, break_long_words=False))
        for line in words.split("\n")
    )


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


def _count_words(cuts: Sequence[Threshold]) -> str:
    known = not all(math.isnan(cut.lower) or math.isnan(cut.upper) for cut in cuts)
    return f"{len(cuts)} thresholds{', 95 % intervals' if known else ''}"


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
