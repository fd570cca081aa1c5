"""Plots of a fit with matplotlib: axes in, axes out; nothing is shown or saved, and no setting is changed.

Colours are told apart by the colour-blind, and dashes and letters tell components apart in grey.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from mix1d.data.arguments import check_choice
from mix1d.display.plot.density import plot_density, plot_responsibilities
from mix1d.display.plot.forest import plot_thresholds
from mix1d.display.plot.goodness import plot_cdf, plot_pit, plot_qq
from mix1d.display.plot.missing import plot_certificate
from mix1d.display.plot.profile import plot_profile
from mix1d.display.plot.ridges import plot_ridges
from mix1d.display.plot.search import plot_selection, plot_trace
from mix1d.errors import InputError
from mix1d.outcome.outcome import Outcome

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "KINDS",
    "plot",
    "plot_cdf",
    "plot_certificate",
    "plot_density",
    "plot_pit",
    "plot_profile",
    "plot_qq",
    "plot_responsibilities",
    "plot_ridges",
    "plot_selection",
    "plot_thresholds",
    "plot_trace",
]

KINDS: dict[str, Callable[..., Axes]] = {
    "density": plot_density,
    "cdf": plot_cdf,
    "qq": plot_qq,
    "pit": plot_pit,
    "selection": plot_selection,
    "trace": plot_trace,
    "responsibilities": plot_responsibilities,
    "profile": plot_profile,
    "certificate": plot_certificate,
}


def plot(result: Outcome, ax: Axes | None = None, kind: str = "density", **options: Any) -> Axes:
    """Draw one kind of plot; see `FitResult.plot`."""
    check_choice("kind", kind, tuple(KINDS))
    if kind == "profile" and "parameter" not in options:
        raise InputError(
            'parameter must be given for kind "profile", got none: pass for example parameter=("mean", 0)'
        )
    return KINDS[kind](result, ax=ax, **options)
