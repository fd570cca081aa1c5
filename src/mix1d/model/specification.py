"""What is assumed of a model: constraints on weights, means and sds, a background, values set apart.

`Observations` are what was recorded; this is what is fitted to them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from mix1d.data.observations import Observations
from mix1d.errors import InputError, shown
from mix1d.model.choice import NORMAL, Choice, read_family
from mix1d.model.constraints import Constraint, is_list, numbers_of, read_means, read_sds, read_weights
from mix1d.pickled import filled_in
from mix1d.words import listed

Range = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Specification:
    """Constraints that passed their checks; `read_specification` makes them.

    A list of None only is no constraint, but names the number of components and keeps their order.
    """

    sds: Constraint | None
    """None: left to what is asked of the number of components."""
    means: Constraint
    weights: Constraint
    background: Literal[True] | Range | None
    """Ends of a uniform component; True: those of the data."""
    set_apart: Literal["auto"] | tuple[float, ...] | None
    family: Choice = NORMAL

    def __setstate__(self, state: list[Any]) -> None:
        filled_in(self, state)

    @property
    def plain(self) -> bool:
        """Whether nothing is assumed but normal components with free, equal or compared sds."""
        return self.free and self.family.normal

    @property
    def point(self) -> float | None:
        """The value of a component that is one point."""
        return self.family.point

    @property
    def free(self) -> bool:
        """Whether nothing is assumed but families, and free, equal or compared sds."""
        usual = self.sds is None or self.sds.kind in ("free", "equal", "auto")
        return usual and self.means.kind == self.weights.kind == "free" and self.background is None

    @property
    def symmetric(self) -> bool:
        """Whether all components are treated alike, however many there are."""
        alike = self.sds is None or self.sds.kind in ("free", "equal", "auto", "proportional", "zero")
        if self.sds is not None and self.sds.kind == "list":
            alike = len(set(self.sds.values)) == 1 and self.sds.free == 0
        return alike and self.means.kind == self.weights.kind == "free" and self.family.kind != "each"

    @property
    def length(self) -> int | None:
        """The number of components that lists name, None where there is no list."""
        if self.family.kind == "each":
            return len(self.family.names)
        for part in (self.weights, self.means, self.sds):
            if part is not None and part.values:
                return len(part.values)
        return None

    @property
    def positional(self) -> bool:
        """Whether the caller's order of components is kept."""
        return self.length is not None

    def sds_of(self, sds: str | None) -> Constraint:
        """Return the constraint on sds, of which `sds` says which where they were left open or compared."""
        if self.sds is not None and self.sds.kind != "auto":
            return self.sds
        return Constraint(sds or "free")

    def check_numbers(self, numbers: Sequence[int]) -> None:
        """Raise `InputError` where a list names another number of components than is asked for.

        Examples
        --------
        >>> read_specification(means=[0, None]).check_numbers((2,))
        """
        if self.length is not None and tuple(numbers) != (self.length,):
            which = self._listed()
            found = listed([str(k) for k in numbers[:4]] + ["..."] * (len(numbers) > 4))
            raise InputError(
                f"n_components must be {self.length} where {which} names {self.length} "
                f"component{'s' * (self.length > 1)}, got {found}: pass n_components={self.length}, or a "
                "list of another length with None for what is free"
            )
        if max(numbers) > 1:
            self._check_components_differ(max(numbers))

    def _listed(self) -> str:
        """Return the argument that names components one by one."""
        if self.family.kind == "each":
            return "family"
        parts = {"weights": self.weights, "means": self.means, "sds": self.sds}
        return next(name for name, part in parts.items() if part is not None and part.values)

    def _check_components_differ(self, k: int) -> None:
        scale = self.sds.kind if self.sds is not None else "free"
        if self.means.kind == "equal" and scale in ("equal", "proportional", "zero"):
            raise InputError(
                f'means="equal" needs sds that differ, got sds={_said(self.sds)} for {k} components: they '
                "would be one and the same; leave one of the two free"
            )
        if self.means.kind != "list" or self.sds is None:
            return
        sds = {"list": self.sds.values, "zero": (0.0,) * k}.get(scale, ())
        seen: dict[tuple[float, float], int] = {}
        for j, pair in enumerate(zip(self.means.values, sds, strict=False)):
            if not any(map(math.isnan, pair)) and pair in seen:
                raise InputError(
                    f"means and sds must not fix two components at the same values, got mean {pair[0]!r} and "
                    f"sd {pair[1]!r} for components {seen[pair]} and {j}: leave one out"
                )
            seen[pair] = j

    def check_observations(self, observations: Observations) -> Range | None:
        """Raise `InputError` where the data contradict what is assumed; return the range of the background.

        Examples
        --------
        >>> read_specification(background=True).check_observations(Observations([1.0, 4.0, 2.0]))
        (1.0, 4.0)
        """
        if self.sds is not None and (self.sds.kind == "zero" or 0.0 in self.sds.values):
            _check_errors(observations)
        if self.sds is not None and self.sds.kind == "proportional":
            self._check_positive(observations)
        if self.background is None:
            return None
        low, high = _range_of(observations) if self.background is True else self.background
        reached = (observations.upper >= low) & (observations.lower <= high)
        if not reached.any():
            raise InputError(
                f"background must reach over some of the data, got {low!r} to {high!r}, where no row lies: "
                "correct its ends, or pass True for the range of the data"
            )
        return low, high

    def _check_positive(self, observations: Observations) -> None:
        negative = observations.upper < 0.0
        fixed = self.means.kind == "list" and self.means.free == 0
        if fixed and min(self.means.values) > 0.0:
            return
        if negative.any():
            i = int(negative.argmax())
            raise InputError(
                'sds="proportional" needs data of at least 0, whose means are positive, found '
                f"{shown(observations.upper[i])} in row {i}: shift or mirror the data, or leave the sds free"
            )


def read_specification(
    *,
    sds: Any = None,
    means: Any = None,
    weights: Any = None,
    background: Any = None,
    set_apart: Any = "auto",
    family: Any = "normal",
) -> Specification:
    """Check what is assumed of a model; the arguments are those of `mix1d.fit`.

    Parameters
    ----------
    sds
        None, "free", "equal", "auto", "proportional", ``{"proportional": c}``, ``{"ratio": [...]}``, 0, or a
        list of numbers and None.
    means
        None, "equal", "spaced", "growth", or a list of numbers and None.
    weights
        None, "equal", or a list of numbers and None.
    background
        None, True, or (low, high).
    set_apart
        "auto", None, or a list of values.
    family
        A name, a list with one name a component, a set of names, or "auto".

    Raises
    ------
    InputError
        For anything else, and for lists of different lengths.

    Examples
    --------
    >>> read_specification(means=[0, None], sds=[0, None]).means
    Constraint(kind='list', values=(0.0, nan), coefficient=nan)
    """
    left_out = sds is means is weights is background is None
    if left_out and _is_word(set_apart, "auto") and _is_word(family, "normal"):
        return _DEFAULT
    choice = read_family(family)
    if choice.background is not None and background in (None, False):
        background = choice.background
    found = Specification(
        read_sds(sds),
        read_means(means),
        read_weights(weights),
        _read_background(background),
        _read_set_apart(set_apart),
        choice,
    )
    if not found.family.normal:
        _check_beside_family(found)
    lengths = {
        name: len(part.values)
        for name, part in (("weights", found.weights), ("means", found.means), ("sds", found.sds))
        if part is not None and part.values
    }
    if len(set(lengths.values())) > 1:
        raise InputError(
            f"{listed([*lengths])} must name the same number of components, got "
            f"{listed([str(length) for length in lengths.values()])}: write None for what is free"
        )
    if found.sds is not None and found.sds.kind == "proportional":
        for j, mean in enumerate(found.means.values):
            if mean <= 0.0:
                raise InputError(
                    f"means must be positive where sds are proportional to them; component {j} is {mean!r}: "
                    "leave it free, or the sds"
                )
    return found


def _is_word(value: Any, word: str) -> bool:
    return isinstance(value, str) and value == word


_DEFAULT = Specification(None, Constraint("free"), Constraint("free"), None, "auto")


def _check_beside_family(found: Specification) -> None:
    """Refuse what is known of normal components only."""
    for name in ("means", "weights"):
        if getattr(found, name).kind != "free":
            raise InputError(
                f"{name} must be None where family is not normal, got a constraint: fit them free, or pass "
                'family="normal"'
            )
    kind = None if found.sds is None else found.sds.kind
    if kind not in (None, "free", "equal", "auto"):
        raise InputError(
            f'sds must be "free", "equal" or "auto" where family is not normal, got {kind!r}: choose one of '
            'them, or pass family="normal"'
        )
    if kind == "equal" and found.family.kind == "each":
        raise InputError(
            'sds must be "free" where components have families of their own, got "equal": widths of '
            "different families are no one number"
        )


def _read_background(background: Any) -> Literal[True] | Range | None:
    if background is None or background is False:
        return None
    if background is True:
        return True
    if is_list(background) and len(background) == 2:
        low, high = numbers_of("background", background, missing=False)
        if -math.inf < low < high < math.inf:
            return low, high
    raise InputError(
        f"background must be True or a pair (low, high) of finite, rising numbers, got {shown(background)}: "
        "pass the ends of the range over which it is uniform"
    )


def _read_set_apart(set_apart: Any) -> Literal["auto"] | tuple[float, ...] | None:
    if set_apart is None:
        return None
    if isinstance(set_apart, str) and set_apart == "auto":
        return "auto"
    if is_list(set_apart):
        values = numbers_of("set_apart", set_apart, missing=False, empty=True)
        for i, value in enumerate(values):
            if not math.isfinite(value):
                raise InputError(
                    f"set_apart must hold finite values, found {value!r} at index {i}: drop missing values "
                    'with missing="drop"'
                )
        return tuple(sorted(set(values))) or None
    raise InputError(
        f'set_apart must be "auto", None or a list of values, got {shown(set_apart)}: pass for example [0]'
    )


def _check_errors(observations: Observations) -> None:
    errors = observations.errors
    if errors is None:
        raise InputError(
            "sds of 0 need an error above 0 for every row, got no errors: pass errors=, or leave the sds free"
        )
    if not np.all(errors > 0.0):
        i = int(np.argmin(errors))
        raise InputError(
            f"sds of 0 need an error above 0 for every row, found {shown(errors[i])} in row {i}: correct "
            "that error, or leave the sds free"
        )


def _range_of(observations: Observations) -> Range:
    ends = np.concatenate([observations.lower, observations.upper])
    ends = ends[np.isfinite(ends)]
    low, high = float(ends.min()), float(ends.max())
    if low == high:
        raise InputError(
            f"background=True needs data that differ, all are {low!r}: pass (low, high), or no background"
        )
    return low, high


def _said(sds: Constraint | None) -> str:
    """Return a constraint on sds as one would type it."""
    if sds is None or sds.kind == "free":
        return "None"
    return "0" if sds.kind == "zero" else f'"{sds.kind}"'
