"""What callers choose of a plot: the legend, names and colours of components, thresholds, the unit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from mix1d.data.arguments import check_flag
from mix1d.display.palette import colour
from mix1d.errors import InputError, shown
from mix1d.words import letter


class Look(NamedTuple):
    """How a plot looks; made by `look_of`."""

    legend: bool | None = None
    """None: all that there is room for."""
    labels: tuple[str, ...] = ()
    colors: tuple[Any, ...] = ()
    thresholds: bool = True
    unit: str = ""

    def name(self, component: int) -> str:
        """Return the name of a component, its letter by default.

        >>> Look().name(1), Look(labels=("short", "long")).name(1)
        ('b', 'long')
        """
        return self.labels[component] if self.labels else letter(component)

    def ink(self, component: int) -> Any:
        """Return the colour of a component."""
        return self.colors[component] if self.colors else colour(component)

    def with_unit(self, name: str) -> str:
        """Return the name of the values with their unit, where one was given and the name does not have it.

        >>> Look(unit="mm").with_unit("width"), Look(unit="mm").with_unit("width (mm)")
        ('width (mm)', 'width (mm)')
        """
        known = not self.unit or name.endswith((f"({self.unit})", f"[{self.unit}]"))
        return name if known else f"{name} ({self.unit})"


def look_of(
    k: int,
    *,
    legend: bool | None = None,
    labels: Sequence[str] | None = None,
    colors: Sequence[Any] | None = None,
    thresholds: bool = True,
    unit: str | None = None,
) -> Look:
    """Check what was chosen for a plot of k components."""
    from matplotlib.colors import is_color_like

    if legend is not None:
        check_flag("legend", legend)
    check_flag("thresholds", thresholds)
    for name, given, what in (("labels", labels, "name"), ("colors", colors, "colour")):
        if given is not None and (isinstance(given, str) or len(given) != k):
            found = shown(given) if isinstance(given, str) else str(len(given))
            raise InputError(
                f"{name} must have a {what} for each of the {k} components, got {found}: pass a list of {k}"
            )
    for one in labels or ():
        if not isinstance(one, str) or not one.strip():
            raise InputError(f"labels must be text, got {shown(one)}: pass a word for each component")
    for one in colors or ():
        if not is_color_like(one):
            raise InputError(
                f"colors must be colours that matplotlib knows, got {shown(one)}: pass for example '#0072B2'"
            )
    if unit is not None and not isinstance(unit, str):
        raise InputError(f"unit must be text, got {shown(unit)}: pass for example 'mm'")
    return Look(legend, tuple(labels or ()), tuple(colors or ()), thresholds, unit or "")
