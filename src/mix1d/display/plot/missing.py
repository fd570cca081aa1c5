"""The certificate's curve: where is mass missing."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import numpy as np

from mix1d.diagnostics.certificate import certificate
from mix1d.display.palette import CUTS, INK, colour
from mix1d.display.plot.axes import (
    DATA,
    Unit,
    axes_for,
    caption,
    label_axes,
    legend_above,
    name_of,
    place_words,
    plotting,
)
from mix1d.words import plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from mix1d.outcome.outcome import Outcome

_LINEAR = 5.0  # a larger excess has a logarithmic scale
_HIGHEST = 1e5  # that is drawn
_COLUMNS = 90


@plotting
def plot_certificate(
    result: Outcome, ax: Axes | None = None, *, min_sd: float | None = None, threads: int | None = None
) -> Axes:
    """Draw where the fit is short of mass: what a little more of it at each place would gain.

    Parameters
    ----------
    result, ax
        As for `plot_density`.
    min_sd, threads
        As for `FitResult.certificate`.

    Returns
    -------
    Axes
        x in the unit of the values; y the derivative of the log-likelihood per value towards a component of
        sd `min_sd` there: above 0 the data want more than the fit has, below 0 less. Where it
        exceeds 5, the scale is logarithmic beyond 1.

    Raises
    ------
    InputError
        When `ax` is no Axes, or an argument cannot be used.
    Mix1dError
        When matplotlib is missing.

    Notes
    -----
    The cost is that of `FitResult.certificate`.

    Examples
    --------
    >>> import mix1d
    >>> from matplotlib.figure import Figure
    >>> x = [4.8, 5.0, 5.1, 5.3, 9.7, 9.9, 10.0, 10.1, 10.2, 10.4]
    >>> ax = plot_certificate(mix1d.fit(x, 1), Figure().add_subplot(), min_sd=0.2)
    >>> [line.get_label() for line in ax.lines]
    ['fit as it is', 'excess of the data', 'best place for more: 10.069']
    """
    from matplotlib.ticker import FixedLocator, FuncFormatter

    ax = axes_for(ax)
    found = certificate(result, min_sd, threads=threads)
    low, high = float(found.means[0]), float(found.means[-1])
    unit = Unit.of(low, high)
    x, excess = unit.lengths(found.means), found.excess
    top = float(excess.max())
    ax.fill_between(
        x, 0.0, excess.clip(min=0.0), color=colour(1), alpha=0.25, linewidth=0.0, label="mass missing"
    )
    ax.fill_between(
        x, 0.0, excess.clip(max=0.0), color=DATA, alpha=0.15, linewidth=0.0, label="no more wanted"
    )
    ax.axhline(0.0, color=INK, linewidth=0.9, label="fit as it is")
    ax.plot(x, excess, color=colour(0), linewidth=1.6, label="excess of the data")
    place = found.short_of_mass
    if place is not None:
        ax.axvline(
            unit.lengths(place.value),
            color=CUTS,
            linestyle=(0, (1, 1)),
            linewidth=1.2,
            label=f"best place for more: {place_words(place.value, 10.0 * found.min_sd)}",
        )
    words = found.message
    if top > _LINEAR:
        ax.set_yscale("symlog", linthresh=1.0)
        ax.yaxis.set_major_locator(FixedLocator([-1.0, 0.0, *(10.0**i for i in range(6))]))
        ax.yaxis.set_minor_locator(FixedLocator([]))
        ax.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{y:,.0f}"))
        ax.set_ylim(-1.3, min(2.0 * top, _HIGHEST))
        if top > _HIGHEST:
            where = place_words(float(found.means[excess.argmax()]), 10.0 * found.min_sd)
            words += f" The curve rises to {plain(top, 2)} at {where}."
    else:
        ax.set_ylim(min(float(excess.min()), -0.05) * 1.1, 1.1 * max(top, 0.05))
    if high > low:
        ax.set_xlim(*unit.lengths(np.array([low, high])))
    caption(ax, "\n".join(textwrap.wrap(words, _COLUMNS)))
    name = unit.label(name_of(result))
    label_axes(ax, name, f"gain per value and share of mass\nadded here, sd {plain(found.min_sd, 4)}")
    legend_above(ax)
    return ax
