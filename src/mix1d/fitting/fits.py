"""The table of `fit_many` where it is a dict: it can show itself, and fit its columns once more."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from mix1d.data.arguments import check_choice
from mix1d.errors import InputError, NeedsDataError, shown
from mix1d.result import FitResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Again = Callable[[Iterable[int] | None], "dict[Any, FitResult]"]


class Fits(dict[str, Any]):
    """The table that `mix1d.fit_many` returns for anything but a data frame: a dict of arrays.

    ``print`` shows a line with a picture for each column, a notebook a table with pictures.

    Examples
    --------
    >>> import mix1d
    >>> x = [1.0, 2.0, 2.0, 3.0, 8.0, 9.0, 9.0, 10.0]
    >>> table = mix1d.fit_many({"one": x[:4], "two": x}, [1, 2])
    >>> str(table).splitlines()[0], list(table.fits(["two"]))
    ('2 columns: 1 with 1 component, 1 with 2', ['two'])
    """

    def __init__(self, table: dict[str, Any], again: Again | None = None) -> None:
        super().__init__(table)
        self._again = again

    def __reduce__(self) -> tuple[Any, ...]:
        """Leave the columns behind: other processes get the table."""
        return Fits, (dict(self),)

    def copy(self) -> Fits:
        """Return a copy of the table with the same arrays."""
        return Fits(self, self._again)

    def fits(self, names: Iterable[Any] | None = None) -> dict[Any, FitResult]:
        """Return the fits of the columns as `mix1d.fit` makes them, with everything that it knows of each.

        Parameters
        ----------
        names : iterable, optional
            Of some columns, or groups; all that were fitted by default.

        Returns
        -------
        dict
            A `FitResult` for each name, in the order of the table.

        Raises
        ------
        InputError
            When a name is unknown, or the columns were changed since.
        NeedsDataError
            When the table was pickled, and has no columns any more.

        Notes
        -----
        Each column is fitted once more, which gives the same numbers.
        """
        if self._again is None:
            raise NeedsDataError(
                "the columns did not come with the table, which was pickled: call mix1d.fit_many again"
            )
        return self._again(names)

    def plot(self, ax: Axes | None = None, kind: str = "ridges", *, label: str | None = None) -> Axes:
        """Draw all fits with matplotlib.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw; a new figure by default, whose height suits the number of fits.
        kind : str
            ``"ridges"``: the densities below each other on one axis, with cut-offs.

            ``"thresholds"``: the cut-offs with their 95 % intervals, and what they have in common. Fits all
            columns once more, see `fits`.
        label : str, optional
            What the values are: the name of the x axis.

        Returns
        -------
        matplotlib.axes.Axes
            Those drawn on; `mix1d.display.plot` explains both kinds.

        Raises
        ------
        InputError
            When an argument cannot be used, or there are no cut-offs to compare.
        Mix1dError
            When matplotlib is missing: ``pip install "mix1d[plot]"``.
        """
        from mix1d.display.plot import plot_ridges, plot_thresholds

        check_choice("kind", kind, ("ridges", "thresholds"))
        if kind == "ridges":
            return plot_ridges(dict(self), ax, label=label)
        return plot_thresholds(self.fits(), ax, label=label)

    def __str__(self) -> str:
        from mix1d.display.many import many_text
        from mix1d.display.ridge_tables import ridges_of_table

        return many_text(ridges_of_table(dict(self)))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        from mix1d.display.many import many_html
        from mix1d.display.ridge_tables import ridges_of_table

        return many_html(ridges_of_table(dict(self)))


def checked_places(names: Iterable[Any] | None, known: list[Any]) -> list[int]:
    """Return the places of names, in the order of the table; all of them for None."""
    if names is None:
        return list(range(len(known)))
    asked = [names] if isinstance(names, str) else list(names)
    for name in asked:
        if name not in known:
            few = ", ".join(map(repr, known[:5])) + ", ..." * (len(known) > 5)
            raise InputError(f"names must be of the table, {few}, got {shown(name)}")
    return sorted({known.index(name) for name in asked})
