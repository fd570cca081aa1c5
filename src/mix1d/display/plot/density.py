"""The overview: the data as a histogram, the components, their sum, and the thresholds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mix1d._finding import letter
from mix1d.display.curves import component_densities
from mix1d.display.palette import BARS, INK, colour
from mix1d.display.picture import Picture, component_label, picture_of
from mix1d.display.plot.axes import (
    DATA,
    Unit,
    axes_for,
    caption,
    draw_cuts,
    halo,
    label_axes,
    legend_above,
    line_style,
    mark_constant,
    name_of,
    outside_words,
    plotting,
    sample_words,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from mix1d.mixture import Mixture
    from mix1d.result import FitResult

_TALLEST = 3.0  # times the highest bar; a narrow component may rise farther than is worth seeing
_HEADROOM = 1.1
_PLACES = (0.0, 0.7, -0.7, 1.1, -1.1, 1.5, -1.5)  # sds from the mean at which a letter may stand
_APART = (0.03, 0.08)  # of width and height: how far two letters must be apart in one of them


@plotting
def plot_density(result: FitResult, ax: Axes | None = None) -> Axes:
    """Draw the data as a histogram, and over it the weighted components, their sum and the thresholds.

    Parameters
    ----------
    result : FitResult
        Any fit; of a sketch the cells are drawn.
    ax : Axes, optional
        Where to draw; a new figure of pyplot by default.

    Returns
    -------
    Axes
        Those drawn on. x is in the unit of the values (times a power of ten that the label names, where they
        are beyond 1e-30 or 1e30), y in shares of the weight per unit. Nothing is shown or saved.

    Raises
    ------
    InputError
        When `ax` is no Axes.
    Mix1dError
        When matplotlib is missing.

    Notes
    -----
    Bins follow the resolution of the data. Bands are 95 % profile intervals of the thresholds. Up to 300
    rows are shown one by one below the bars. Cost: a few passes over the distinct values, and that of
    `thresholds()`.

    Examples
    --------
    >>> import mix1d
    >>> from matplotlib.figure import Figure
    >>> x = [1.0, 2.0, 2.0, 3.0, 8.0, 9.0, 9.0, 10.0]
    >>> ax = plot_density(mix1d.fit(x, 2, name="dose (mg)"), Figure().add_subplot())
    >>> ax.get_xlabel()
    'dose (mg)'
    """
    ax = axes_for(ax)
    picture, mixture = picture_of(result), result.mixture
    low, high = picture.limits
    unit = Unit.of(low, high)
    x = unit.lengths(picture.x)
    ax.stairs(
        unit.densities(picture.density),
        unit.lengths(picture.edges),
        fill=True,
        color=BARS,
        zorder=1.0,
        label=f"data, {sample_words(result)}",
    )
    k = len(mixture.weights)
    for j in range(k):
        real = mixture.weights[j] > 0.0
        ax.plot(
            x if real else [],
            unit.densities(picture.components[j]) if real else [],
            color=colour(j),
            linestyle=line_style(j),
            linewidth=1.8,
            zorder=3.0,
            label=component_label(mixture, j),
        )
    if np.count_nonzero(mixture.weights) > 1:
        # broad and grey below the components, whose dashes stay to be seen
        total = unit.densities(picture.total)
        ax.plot(x, total, color=DATA, linewidth=3.6, alpha=0.6, zorder=2.8, label="sum")
    draw_cuts(ax, picture.cuts, mixture, unit, picture.limits)
    if picture.rug is not None:
        inside = picture.rug[(picture.rug >= picture.edges[0]) & (picture.rug <= picture.edges[-1])]
        ax.plot(
            unit.lengths(inside),
            np.full(len(inside), 0.015),
            "|",
            color=INK,
            alpha=0.5,
            markersize=6.0,
            markeredgewidth=0.7,
            transform=ax.get_xaxis_transform(),
            zorder=3.5,
            label="_rug",
        )
    top = _top(picture)
    cut_off = [letter(j) for j in range(k) if picture.components[j].max() > top]
    top *= _HEADROOM
    ax.set_xlim(*unit.lengths(np.array([low, high])))
    ax.set_ylim(0.0, unit.densities(top))
    _draw_letters(ax, picture, mixture, unit, top)
    notes = [outside_words(result, float(picture.edges[0]), float(picture.edges[-1]))]
    if cut_off:
        notes.append(f"{', '.join(cut_off)} rise{'s' * (len(cut_off) == 1)} higher than the picture")
    caption(ax, "; ".join(note for note in notes if note))
    per = f"per 1e{unit.power:+03d}" if unit.power else ""
    mark_constant(ax, result, unit)
    label_axes(ax, unit.label(name_of(result)), f"density {per}".rstrip())
    legend_above(ax)
    return ax


def _top(picture: Picture) -> float:
    """Return the height of the picture, at which very narrow components are cut off."""
    bars = float(picture.density.max())
    return min(max(bars, float(picture.total.max())), _TALLEST * bars)


def _draw_letters(ax: Axes, picture: Picture, mixture: Mixture, unit: Unit, top: float) -> None:
    """Write each component's letter on its curve, at the peak unless another letter stands there."""
    low, high = picture.limits
    taken: list[tuple[float, float]] = []
    for j in np.flatnonzero(mixture.weights).tolist():
        mean, sd = float(mixture.means[j]), float(mixture.sds[j])
        places = [x for x in (mean + z * sd for z in _PLACES) if low < x < high]
        if not places:
            continue
        heights = component_densities(mixture, np.array(places))[j].clip(max=0.93 * top)
        spots = [((x - low) / (high - low), y / top) for x, y in zip(places, heights.tolist(), strict=True)]
        chosen = next((i for i, spot in enumerate(spots) if _is_free(spot, taken)), 0)
        taken.append(spots[chosen])
        ax.annotate(
            letter(j),
            (unit.lengths(places[chosen]), unit.densities(float(heights[chosen]))),
            (0.0, 3.0),
            textcoords="offset points",
            ha="center",
            va="bottom",
            color=colour(j),
            weight="bold",
            path_effects=halo(),
            zorder=4.0,
        )


def _is_free(spot: tuple[float, float], taken: list[tuple[float, float]]) -> bool:
    return all(abs(spot[0] - x) > _APART[0] or abs(spot[1] - y) > _APART[1] for x, y in taken)


@plotting
def plot_responsibilities(result: FitResult, ax: Axes | None = None) -> Axes:
    """Draw the probability of each component at every value, with the thresholds.

    Parameters
    ----------
    result, ax
        As for `plot_density`.

    Returns
    -------
    Axes
        x in the unit of the values, y from 0 to 1. The histogram behind, without a scale, shows where there
        are data to be judged.

    Raises
    ------
    InputError, Mix1dError
        As for `plot_density`.

    Notes
    -----
    The cost is that of `plot_density`.

    Examples
    --------
    >>> import mix1d
    >>> from matplotlib.figure import Figure
    >>> x = [1.0, 2.0, 2.0, 3.0, 8.0, 9.0, 9.0, 10.0]
    >>> ax = plot_responsibilities(mix1d.fit(x, 2), Figure().add_subplot())
    >>> ax.get_ylabel()
    'probability of the component'
    """
    ax = axes_for(ax)
    picture, mixture = picture_of(result), result.mixture
    low, high = picture.limits
    unit = Unit.of(low, high)
    ax.stairs(
        0.9 * picture.density / picture.density.max(),
        unit.lengths(picture.edges),
        fill=True,
        color=BARS,
        alpha=0.6,
        zorder=1.0,
        label="data, not to scale",
    )
    x = np.unique(np.concatenate([picture.x, np.linspace(low, high, 2001)]))
    responsibilities = mixture.responsibilities(x)
    taken: list[tuple[float, float]] = []
    for j in np.flatnonzero(mixture.weights).tolist():
        y = responsibilities[:, j]
        ax.plot(
            unit.lengths(x),
            y,
            color=colour(j),
            linestyle=line_style(j),
            linewidth=1.8,
            zorder=3.0,
            label=component_label(mixture, j),
        )
        # in the middle of where it is as good as certain
        sure = x[y >= 0.98 * y.max()]
        place = float(sure[np.argmin(np.abs(sure - np.clip(mixture.means[j], low, high)))])
        spot = ((place - low) / (high - low), float(y.max()))
        ax.annotate(
            letter(j),
            (unit.lengths(place), spot[1]),
            (0.0, 3.0 if _is_free(spot, taken) else 14.0),
            textcoords="offset points",
            ha="center",
            va="bottom",
            color=colour(j),
            weight="bold",
            path_effects=halo(),
            zorder=4.0,
        )
        taken.append(spot)
    draw_cuts(ax, picture.cuts, mixture, unit, picture.limits)
    ax.axhline(0.5, color=DATA, linewidth=0.6, zorder=1.5)
    ax.set_xlim(*unit.lengths(np.array([low, high])))
    ax.set_ylim(0.0, 1.1)
    ax.set_yticks([0.0, 0.25, 0.5, 0.75, 1.0])
    caption(ax, outside_words(result, float(picture.edges[0]), float(picture.edges[-1])))
    mark_constant(ax, result, unit)
    label_axes(ax, unit.label(name_of(result)), "probability of the component")
    legend_above(ax)
    return ax
