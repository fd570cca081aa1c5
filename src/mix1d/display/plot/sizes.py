"""How large text and lines are: as the user's settings say, and smaller in panels that are narrow."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_WIDE, _NARROW = 5.0, 0.7  # inches of a panel that has sizes in full, and the least that they shrink to

_LEGIBLE = 6.5  # points: smaller text than this is the user's wish only


class Sizes(NamedTuple):
    """Points of text, and what widths of lines are multiplied by."""

    labels: float
    ticks: float
    small: float
    line: float

    @classmethod
    def of(cls, ax: Axes) -> Sizes:
        """Return the sizes that suit axes.

        A figure of one column of a journal, 3.3 inches, has text of 7 points with the settings that
        matplotlib comes with; one of two columns, 7 inches, has them as they are.

        >>> from matplotlib.figure import Figure
        >>> Sizes.of(Figure(figsize=(7.0, 4.0)).add_subplot()).labels
        10.0
        >>> Sizes.of(Figure(figsize=(3.3, 2.5)).add_subplot()).labels
        7.0
        """
        from matplotlib import rcParams
        from matplotlib.font_manager import FontProperties

        width = ax.bbox.width / ax.figure.dpi
        share = min(max(width / _WIDE, _NARROW), 1.0)
        points = [
            share * FontProperties(size=rcParams[name]).get_size_in_points()
            for name in ("axes.labelsize", "xtick.labelsize")
        ]
        small = FontProperties(size="small").get_size_in_points()
        return cls(points[0], min(points), max(share * small, min(_LEGIBLE, small)), share)
