"""The tables of `fit_many`, of any library and layout, as the picture of many fits."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mix1d.arrays import Array
from mix1d.display.few_words import in_few_words
from mix1d.display.ridges import Ridge, Ridges, ridges_of, short
from mix1d.errors import InputError, shown
from mix1d.model.component import Component
from mix1d.model.families import family_of
from mix1d.model.mixture import Mixture
from mix1d.model.thresholds import Threshold
from mix1d.model.typical import centres, meet
from mix1d.outcome.outcome import Outcome

_NEEDED = ("k", "n", "findings", "error")


def is_table(table: Any) -> bool:
    """Say whether something is a table of `fit_many`: arrays or columns with its names."""
    names = _names(table)
    return ("column" in names or "group" in names) and all(name in names for name in _NEEDED)


def as_ridges(results: Any, *, intervals: bool = True) -> Ridges:
    """Return the picture of several fits, or of a table of `mix1d.fit_many`.

    `results` is a mapping from names to fits, a sequence of fits, a table, or such a picture. Those of tables
    know no intervals.
    """
    if isinstance(results, Ridges):
        return results
    values = list(results.values()) if isinstance(results, Mapping) else results
    fits = isinstance(values, list | tuple) and bool(values)
    if fits and all(isinstance(one, Outcome) for one in values):
        return ridges_of(results, intervals=intervals)
    return ridges_of_table(results)


def ridges_of_table(table: Any, *, label: str | None = None) -> Ridges:
    """Return the picture of a table that `mix1d.fit_many` returned, of which cut-offs have no intervals.

    >>> import mix1d
    >>> table = mix1d.fit_many({"one": [1.0, 1.2, 1.1, 0.9], "none": [float("nan")]}, 1)
    >>> [(row.name, row.k) for row in ridges_of_table(table).rows]
    [('one', 1), ('none', 0)]
    """
    if not is_table(table):
        raise InputError(
            f"results must be a table of mix1d.fit_many or fits by their names, got {shown(table)}: pass "
            "what fit_many returned, or a mapping such as {'a': mix1d.fit(a), 'b': mix1d.fit(b)}"
        )
    names = _names(table)
    heading = "group" if "group" in names else "column"
    read = _Table(table, names)
    rows = tuple(read.row(i, heading) for i in read.lines())
    return Ridges(short(label) if label else "value", heading, rows, apart=heading == "column")


def _names(table: Any) -> list[str]:
    for name in ("column_names", "columns"):  # of Arrow; of pandas and polars
        found = getattr(table, name, None)
        if name == "column_names" and isinstance(found, list):
            return list(map(str, found))
        if name == "columns" and found is not None and not callable(found):
            return list(map(str, found)) if not hasattr(table, "column_names") else []
    return list(map(str, table)) if isinstance(table, dict) else []


class _Table:
    def __init__(self, table: Any, names: list[str]) -> None:
        self._table, self._names = table, names
        self._k = self._column("k").astype(int)

    def _column(self, name: str) -> NDArray[Any]:
        return np.asarray(self._table[name])

    def lines(self) -> Iterator[int]:
        """Yield the first line of each fit."""
        first = self._column("component") <= 1 if "component" in self._names else np.ones(len(self._k), bool)
        yield from np.flatnonzero(first).tolist()

    def _each(self, name: str, i: int, k: int) -> Array | None:
        """Return a parameter of each component, None where there is none of that name."""
        if "component" in self._names:
            return self._column(name)[i : i + k].astype(float) if name in self._names else None
        if f"{name}s" in self._names:
            return np.asarray(self._table[f"{name}s"])[i, :k].astype(float)
        if f"{name}_1" in self._names:
            return np.array([self._column(f"{name}_{j + 1}")[i] for j in range(k)], float)
        return None

    def row(self, i: int, heading: str) -> Ridge:
        """Return the fit whose first line is i."""
        name, k = short(str(self._column(heading)[i])), int(self._k[i])
        n = float(self._column("n")[i])
        if not k:
            return Ridge(name, n, None, error=str(self._column("error")[i]))
        mixture = self._mixture(i, k)
        words = in_few_words(str(self._column("findings")[i]).split())
        return Ridge(name, n, mixture, self._cuts(i, k, mixture), words)

    def _mixture(self, i: int, k: int) -> Mixture:
        weights, means, sds = (self._each(name, i, k) for name in ("weight", "mean", "sd"))
        assert weights is not None
        assert means is not None
        assert sds is not None
        weights = weights / weights.sum()  # of what was rounded on the way
        families = self._families(i, k)
        if families is None or set(families) == {"normal"}:
            return Mixture._trusted(weights, means, sds)
        told: dict[str, Array] = {"mean": means, "sd": sds}
        components = []
        for j, family in enumerate(families):
            own = {}
            for parameter in family_of(family).parameters:
                values = told.get(parameter)
                values = self._each(parameter, i, k) if values is None else values
                own[parameter] = math.nan if values is None else float(values[j])
            components.append(Component(family, **own))
        return Mixture(weights, components=components)

    def _families(self, i: int, k: int) -> list[str] | None:
        if "family" not in self._names:
            return None
        if "component" in self._names:
            return [str(name) for name in self._column("family")[i : i + k]]
        names = str(self._column("family")[i]).split("+")
        return names * k if len(names) == 1 else names

    def _cuts(self, i: int, k: int, mixture: Mixture) -> tuple[Threshold, ...]:
        values = self._each("threshold", i, k if "component" in self._names else k - 1)
        if values is None:
            return ()
        order = np.argsort(centres(mixture), kind="stable").tolist()
        pairs = zip(values.tolist(), order[:-1], order[1:], strict=False)
        return tuple(
            Threshold(value, math.nan, math.nan, below, above, "crossing")
            for value, below, above in pairs
            if math.isfinite(value) and meet(mixture, below, above)
        )
