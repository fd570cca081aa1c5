"""The certificate's curve: where is mass missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mix1d.diagnostics.certificate import certificate
from mix1d.display.palette import INK, colour
from mix1d.display.plot.axes import DATA, Sheet, Unit, name_of, place_words, plotting
from mix1d.display.plot.look import look_of
from mix1d.outcome.outcome import Outcome
from mix1d.words import plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_LINEAR = 5.0  # a larger excess has a logarithmic scale
_HIGHEST = 1e5  # that is drawn


@plotting
def plot_certificate(
    result: Outcome,
    ax: Axes | None = None,
    *,
    min_sd: float | None = None,
    threads: int | None = None,
    legend: bool | None = None,
    unit: str | None = None,
) -> Axes:
    """Draw where the fit is short of mass: what a little more of it at each place would gain.

    Parameters
    ----------
    result, ax
        As for `FitResult.plot`.
    min_sd, threads
        As for `FitResult.certificate`, which has the cost.
    legend, unit
        As for `plot_density`.

    Returns
    -------
    Axes
        x in the unit of the values; y the derivative of the log-likelihood per value towards a component of
        sd `min_sd` there: above 0 the data want more than the fit has, below 0 less. Where it
        exceeds 5, the scale is logarithmic beyond 1.

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

    look = look_of(0, legend=legend, unit=unit)
    sheet = Sheet(result, ax, look=look)
    found = certificate(result, min_sd, threads=threads)
    low, high = float(found.means[0]), float(found.means[-1])
    sheet.unit = Unit.of(low, high)
    x, excess, ax = found.means, found.excess, sheet.ax
    top, scale = float(excess.max()), 10.0 * found.min_sd
    sheet.between(x, 0.0, excess.clip(min=0.0), colour(1), "mass missing", alpha=0.25)
    sheet.between(x, 0.0, excess.clip(max=0.0), DATA, "no more wanted", alpha=0.15)
    ax.axhline(0.0, color=INK, linewidth=0.9, label="fit as it is")
    sheet.line(x, excess, colour(0), "excess of the data", linewidth=1.6)
    place = found.short_of_mass
    if place is not None:
        sheet.upright(place.value, f"best place for more: {place_words(place.value, scale)}", zorder=2.0)
    words = found.message
    if top > _LINEAR:
        ax.set_yscale("symlog", linthresh=1.0)
        ax.yaxis.set_major_locator(FixedLocator([-1.0, 0.0, *(10.0**i for i in range(6))]))
        ax.yaxis.set_minor_locator(FixedLocator([]))
        ax.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{y:,.0f}"))
        ax.set_ylim(-1.3, min(2.0 * top, _HIGHEST))
        if top > _HIGHEST:
            where = place_words(float(x[excess.argmax()]), scale)
            words += f" The curve rises to {plain(top, 2)} at {where}."
    else:
        ax.set_ylim(min(float(excess.min()), -0.05) * 1.1, 1.1 * max(top, 0.05))
    if high > low:
        sheet.limits(low, high)
    sheet.note(words)
    sheet.finish(
        look.with_unit(name_of(result)),
        f"gain per value and share of mass\nadded here, sd {plain(found.min_sd, 4)}",
    )
    return ax
