"""What a legend of check boxes says of the parts of a chart."""

from __future__ import annotations

from typing import NamedTuple

from mix1d.display.report.chart import dash_of, look_of

# What is drawn beside a name, in a box of 28 by 10, where it is no line.
_AREA, _DOT = "M2 0H26V10H2Z", "M14 5L14 5"
_HATCH = "M3 10L11 0M11 10L19 0M19 10L27 0"
_BELOW, _ABOVE = "M8 5H24M12 1L7 5L12 9", "M4 5H20M16 1L21 5L16 9"
_TICKS = "M8 1V9M14 1V9M20 1V9"
_LINE = "M0 5H28"


class Entry(NamedTuple):
    """A part of a chart, its name, its look, and whether it is shown at first."""

    part: str
    label: str
    look: str
    drawn: str = _LINE
    dash: str = ""
    shown: bool = True


def area(part: str, label: str, look: str) -> Entry:
    """Return the entry of something filled."""
    return Entry(part, label, look, _AREA)


def component(part: str, label: str, j: int) -> Entry:
    """Return the entry of a component."""
    return Entry(part, label, f"line curve {look_of(j)}", dash=dash_of(j))


def dots(part: str, label: str, look: str) -> Entry:
    """Return the entry of dots."""
    return Entry(part, label, look, _DOT)


def hatch(part: str, label: str) -> Entry:
    """Return the entry of what is hatched."""
    return Entry(part, label, "line soft", _HATCH)


def arrow(part: str, label: str, *, below: bool) -> Entry:
    """Return the entry of an arrow to the left or to the right."""
    return Entry(part, label, "line ink arrow", _BELOW if below else _ABOVE)


def ticks(part: str, label: str, look: str) -> Entry:
    """Return the entry of marks below a chart."""
    return Entry(part, label, f"line {look}", _TICKS)
