"""The overview: the data as a histogram, the components, their sum, and the thresholds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from mix1d.display.curves import component_densities
from mix1d.display.picture import Picture, picture_of
from mix1d.display.plot.axes import DATA, Sheet, plotting, sample_words
from mix1d.display.plot.binning import rebinned
from mix1d.display.plot.look import look_of
from mix1d.display.plot.rows import draw_rows, draw_rug
from mix1d.model.mixture import Mixture
from mix1d.model.typical import centres, widths
from mix1d.outcome.outcome import Outcome

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_TALLEST = 3.0  # times the highest bar; a narrow component may rise farther than is worth seeing
_HEADROOM = 1.1
_PLACES = (0.0, 0.7, -0.7, 1.1, -1.1, 1.5, -1.5)  # sds from the mean at which a letter may stand
_APART = (0.03, 0.08)  # of width and height: how far two letters must be apart in one of them
_SURE = 0.98  # of the highest probability of a component, where its letter stands


@plotting
def plot_density(
    result: Outcome,
    ax: Axes | None = None,
    *,
    bins: int | ArrayLike | None = None,
    legend: bool | None = None,
    labels: Sequence[str] | None = None,
    colors: Sequence[Any] | None = None,
    thresholds: bool = True,
    unit: str | None = None,
) -> Axes:
    """Draw the data as a histogram, and over it the weighted components, their sum and the thresholds.

    Parameters
    ----------
    result, ax
        As for `FitResult.plot`.
    bins : int or array_like (b + 1,), optional
        How many bars, or their edges in the unit of the values; for exact values only. By default they follow
        the resolution of the data, so that whole numbers make no comb.
    legend : bool, optional
        Whether there is a legend. By default what there is room for: panels of less than about four inches
        leave out the components, whose letters stand beside the curves.
    labels : list of str, optional
        Names of the components instead of their letters.
    colors : list, optional
        Colours of the components, as matplotlib knows them.
    thresholds : bool
        Whether the thresholds are drawn.
    unit : str, optional
        The unit of the values, for the label of the axis.

    Returns
    -------
    Axes
        Those drawn on. x is in the unit of the values (times a power of ten that the label names, where they
        are beyond 1e-30 or 1e30), y in shares of the weight per unit. Nothing is shown or saved.

    Notes
    -----
    Of a sketch the cells are drawn. Bands are 95 % profile intervals of the thresholds, arrows those that are
    open or go on beyond the picture. Up to 300 rows are shown one by one below the bars. Cost: a few passes
    over the distinct values, and that of `thresholds()`.

    Examples
    --------
    >>> import mix1d
    >>> from matplotlib.figure import Figure
    >>> x = [1.0, 2.0, 2.0, 3.0, 8.0, 9.0, 9.0, 10.0]
    >>> ax = plot_density(mix1d.fit(x, 2, name="dose (mg)"), Figure().add_subplot())
    >>> ax.get_xlabel()
    'dose (mg)'
    """
    mixture = result.mixture
    k = len(mixture.weights)
    look = look_of(k, legend=legend, labels=labels, colors=colors, thresholds=thresholds, unit=unit)
    picture = picture_of(result) if bins is None else rebinned(picture_of(result), bins)
    sheet = Sheet(result, ax, picture.limits, look=look)
    densities = sheet.unit.densities
    sheet.bars(picture, densities(picture.density), f"data, {sample_words(result)}")
    real = mixture.weights > 0.0
    for j, curve in enumerate(picture.components):
        x = picture.x if real[j] else np.empty(0)
        sheet.component(j, x, densities(curve[: len(x)]))
    if np.count_nonzero(real) > 1:
        # broad and grey below the components, whose dashes stay to be seen
        sheet.line(picture.x, densities(picture.total), DATA, "sum", linewidth=3.6, alpha=0.6, zorder=2.8)
    sheet.cuts(picture)
    draw_rows(sheet, picture)
    draw_rug(sheet, picture)
    bars = float(picture.density.max())
    true = picture.without_errors
    highest = picture.highest if true is None else max(picture.highest, float(true[1].max()))
    top = min(max(bars, highest), _TALLEST * bars)
    cut_off = [look.name(j) for j, curve in enumerate(picture.components) if curve.max() > top]
    higher = f"{', '.join(cut_off)} rise{'s' * (len(cut_off) == 1)} higher than the picture"
    top *= _HEADROOM
    sheet.ax.set_ylim(0.0, densities(top))
    _draw_letters(sheet, picture, mixture, top)
    per = f" per 1e{sheet.unit.power:+03d}" if sheet.unit.power else ""
    sheet.finish_values(picture, f"density{per}", higher if cut_off else "")
    return sheet.ax


def _draw_letters(sheet: Sheet, picture: Picture, mixture: Mixture, top: float) -> None:
    """Write each component's letter on its curve, at the peak unless another letter stands there."""
    low, high = picture.limits
    wide = mixture if picture.seen is None else picture.seen.widened(mixture)
    taken: list[tuple[float, float]] = []
    for j in np.flatnonzero(mixture.weights).tolist():
        mean, sd = float(centres(mixture)[j]), float(widths(wide)[j])
        places = [x for x in (mean + z * sd for z in _PLACES) if low < x < high]
        if not places:
            continue
        if picture.seen is None:
            heights = component_densities(mixture, np.array(places))[j].clip(max=0.93 * top)
        else:
            heights = picture.seen.densities(mixture, np.array(places))[j].clip(max=0.93 * top)
        spots = [((x - low) / (high - low), y / top) for x, y in zip(places, heights.tolist(), strict=True)]
        chosen = next((i for i, spot in enumerate(spots) if _is_free(spot, taken)), 0)
        taken.append(spots[chosen])
        sheet.letter(j, places[chosen], sheet.unit.densities(float(heights[chosen])))


def _is_free(spot: tuple[float, float], taken: list[tuple[float, float]]) -> bool:
    return all(abs(spot[0] - x) > _APART[0] or abs(spot[1] - y) > _APART[1] for x, y in taken)


@plotting
def plot_responsibilities(
    result: Outcome,
    ax: Axes | None = None,
    *,
    legend: bool | None = None,
    labels: Sequence[str] | None = None,
    colors: Sequence[Any] | None = None,
    thresholds: bool = True,
    unit: str | None = None,
) -> Axes:
    """Draw the probability of each component at every value, with the thresholds.

    Parameters
    ----------
    result, ax, legend, labels, colors, thresholds, unit
        As for `plot_density`.

    Returns
    -------
    Axes
        x in the unit of the values, y from 0 to 1. The histogram behind, without a scale, shows where there
        are data to be judged.

    Examples
    --------
    >>> import mix1d
    >>> from matplotlib.figure import Figure
    >>> x = [1.0, 2.0, 2.0, 3.0, 8.0, 9.0, 9.0, 10.0]
    >>> ax = plot_responsibilities(mix1d.fit(x, 2), Figure().add_subplot())
    >>> ax.get_ylabel()
    'probability of the component'
    """
    picture, mixture = picture_of(result), result.mixture
    low, high = picture.limits
    k = len(mixture.weights)
    look = look_of(k, legend=legend, labels=labels, colors=colors, thresholds=thresholds, unit=unit)
    sheet = Sheet(result, ax, picture.limits, look=look)
    sheet.bars(picture, 0.9 * picture.density / picture.density.max(), "data, not to scale", alpha=0.6)
    x = np.unique(np.concatenate([picture.x, np.linspace(low, high, 2001)]))
    responsibilities = mixture.responsibilities(x)
    taken: list[tuple[float, float]] = []
    for j in np.flatnonzero(mixture.weights).tolist():
        y = responsibilities[:, j]
        sheet.component(j, x, y)
        # in the middle of where it is as good as certain
        sure = x[y >= _SURE * y.max()]
        place = float(sure[np.argmin(np.abs(sure - np.clip(centres(mixture)[j], low, high)))])
        spot = ((place - low) / (high - low), float(y.max()))
        sheet.letter(j, place, spot[1], up=3.0 if _is_free(spot, taken) else 14.0)
        taken.append(spot)
    sheet.cuts(picture)
    sheet.ax.axhline(0.5, color=DATA, linewidth=0.6, zorder=1.5)
    sheet.ax.set_ylim(0.0, 1.1)
    sheet.ax.set_yticks([0.0, 0.25, 0.5, 0.75, 1.0])
    sheet.finish_values(picture, "probability of the component")
    return sheet.ax
