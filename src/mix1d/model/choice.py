"""Which families of components a fit is of, and which of them data allow."""

from __future__ import annotations

import math
from collections.abc import Sequence, Set
from typing import Any, Literal, NamedTuple

import numpy as np

from mix1d.arrays import Array
from mix1d.errors import InputError, shown
from mix1d.model.component import Component
from mix1d.model.families import FAMILIES, NAMES, Space, family_of

FIXED = ("uniform", "point_mass")
"""Families without a free parameter, which do not stand alone."""
WITHOUT_SCALE = ("exponential", "poisson", "negative_binomial")
MOST_WITH_SHAPE = 3
"""Components of a family with a shape of its own that are compared where none was asked for: of more the
likelihood is flat."""
SHAPED = ("student_t", "skew_normal")
MOST_COUNTED = 100.0
"""Whole numbers around more than this are measurements in small units rather than counts."""
NARROW = 3.0
"""So many standard errors below that of a Poisson a variance is too small for any mixture of counts."""


def space_of(name: str) -> Space:
    """Return the space in which a family moves.

    >>> space_of("gamma")
    'log'
    """
    return NAMES[name].space


class Choice(NamedTuple):
    """Which families are fitted."""

    kind: Literal["one", "each", "set", "auto"]
    """The same for all components; one name a component; several models compared; those that data allow."""
    names: tuple[str, ...]
    point: float | None = None
    """The value of a component that is one point."""
    background: Literal[True] | tuple[float, float] | None = None
    """Ends of a uniform component; True: those of the data."""

    @property
    def normal(self) -> bool:
        """Whether all components are normal."""
        return self.names == ("normal",) and self.kind == "one"


NORMAL = Choice("one", ("normal",))


def read_family(family: Any) -> Choice:
    """Check the argument `family` of `mix1d.fit`.

    Examples
    --------
    >>> read_family({"gamma", "lognorm"})[:2]
    ('set', ('lognormal', 'gamma'))
    """
    if isinstance(family, Choice):
        return family
    if isinstance(family, str):
        return Choice("auto", ()) if family == "auto" else Choice("one", (_free(family),))
    if isinstance(family, Set) and family:
        names = {_free(name) for name in family}
        _check_comparable(sorted(names))
        return Choice("set", tuple(family.name for family in FAMILIES if family.name in names))
    if isinstance(family, Sequence) and len(family) > 0:
        return _read_list(family)
    raise InputError(
        f'family must be a name, a list with one name a component, a set of names to compare or "auto", got '
        f"{shown(family)}: pass for example 'gamma'"
    )


def _read_list(given: Sequence[Any]) -> Choice:
    """Read one name a component; a uniform one is a background, whose ends a `Component` may have."""
    names: list[str] = []
    point: float | None = None
    background: Literal[True] | tuple[float, float] | None = None
    for item in given:
        own = isinstance(item, Component)
        name = item.family if own else family_of(item).name
        if name == "uniform":
            if background is not None:
                raise InputError(
                    f"family must name 'uniform' once at most, got {shown(list(given))}: drop one"
                )
            background = (item.parameters["low"], item.parameters["high"]) if own else True
            continue
        if name == "point_mass":
            if point is not None:
                raise InputError(
                    f"family must name 'point_mass' once at most, got {shown(list(given))}: drop one"
                )
            point = float(item.parameters["value"]) if own else 0.0
        elif own:
            raise InputError(
                f"family must name what is estimated, got {item!r} with fixed parameters: only those of "
                f"point_mass and uniform can be; pass {name!r}"
            )
        names.append(name)
    if all(name in FIXED for name in names):
        raise InputError(f"family must name a component that is estimated, got {shown(list(given))}: add one")
    _check_mixed(names)
    return Choice("each", tuple(sorted(names, key=lambda name: name != "point_mass")), point, background)


def _free(name: object) -> str:
    found = family_of(name).name
    if found in FIXED:
        other = "background=(low, high)" if found == "uniform" else 'family=["point_mass", "poisson"]'
        raise InputError(
            f"family must be one that is estimated, got {shown(name)}: it has no parameter; pass {other}"
        )
    return found


def _check_comparable(names: Sequence[str]) -> None:
    counts = [name for name in names if space_of(name) == "count"]
    if counts and len(counts) < len(names):
        other = next(name for name in names if name not in counts)
        raise InputError(
            f"family must not compare counts with densities, got {counts[0]!r} beside {other!r}: fit each "
            "alone"
        )


def _check_mixed(names: Sequence[str]) -> None:
    _check_comparable([name for name in names if name not in FIXED])
    for name in names:
        if name == "beta" and set(names) != {"beta"}:
            raise InputError(
                f"family must not mix 'beta' with others, got {shown(list(names))}: its values lie between 0 "
                "and 1; fit it alone"
            )
    if "point_mass" in names and not any(space_of(name) == "count" for name in names if name not in FIXED):
        raise InputError(
            f"family must not mix 'point_mass' with densities, got {shown(list(names))}: values of the point "
            "have no density under the others, so that its weight is their share; pass set_apart=[0] instead"
        )


def check_support(names: Sequence[str], lower: Array, upper: Array, weights: Array) -> None:
    """Raise `InputError` where a family has no density at some value.

    >>> check_support(["gamma"], *np.array([[1.0, 2.0], [1.0, 2.0], [1.0, 1.0]]))
    """
    spaces = {space_of(name) for name in names if name not in FIXED}
    if "real" in spaces or len(spaces) != 1:
        return
    name = next(name for name in names if name not in FIXED)
    exact = lower == upper
    if spaces == {"log"}:
        bad, allowed = np.where(exact, lower <= 0.0, upper <= 0.0), "values above 0"
        advice = (
            "set_apart=[0] takes zeros as a point of their own, resolution= as rounded; values below 0 need "
            "a family of all numbers"
        )
    elif spaces == {"logit"}:
        bad = np.where(exact, (lower <= 0.0) | (lower >= 1.0), (upper <= 0.0) | (lower >= 1.0))
        allowed = "values between 0 and 1"
        advice = "divide percentages by 100; set_apart=[0, 1] takes these as points of their own"
    else:
        bad = exact & ((lower < 0.0) | (lower != np.floor(lower)))
        allowed, advice = "counts 0, 1, 2, ...", 'pass a family of densities, such as "gamma"'
    if bad.any():
        found = float(lower[int(bad.argmax())])
        raise InputError(
            f"family {name!r} needs {allowed}, found {found!r} ({weights[bad].sum():.6g} of "
            f"{weights.sum():.6g} rows do not fit): {advice}"
        )


def allowed_by(lower: Array, upper: Array, weights: Array | None = None) -> tuple[str, ...]:
    """Return the families that "auto" compares, by the support of the data.

    Whole numbers that vary less than any mixture of Poissons can are measurements.

    >>> allowed_by(np.array([0.5, 2.0]), np.array([0.5, 2.0]))
    ('normal', 'lognormal', 'gamma', 'weibull', 'inverse_gaussian')
    """
    exact = bool(np.all(lower == upper))
    whole = exact and bool(np.all(lower == np.floor(lower))) and float(lower.min()) >= 0.0
    if whole and _mostly_small(lower, weights) and not _too_narrow(lower, weights):
        return "poisson", "negative_binomial"
    if not bool(np.all(lower > 0.0)):
        return "normal", "student_t", "skew_normal", "logistic"
    positive = ("normal", "lognormal", "gamma", "weibull", "inverse_gaussian")
    return (*positive, "beta") if exact and float(upper.max()) < 1.0 else positive


def _mostly_small(values: Array, weights: Array | None) -> bool:
    """Say whether at least half of the rows, each with its weight, are no more than counts usually are."""
    return float(np.average(values <= MOST_COUNTED, weights=weights)) >= 0.5


def _too_narrow(values: Array, weights: Array | None) -> bool:
    """Say whether values vary less than counts: the variance of a Poisson is its mean, mixing only adds."""
    total = float(len(values) if weights is None else weights.sum())
    mean = float(np.average(values, weights=weights))
    with np.errstate(over="ignore"):
        variance = float(np.average((values - mean) ** 2, weights=weights))
    return 0.0 < variance < mean * (1.0 - NARROW * math.sqrt(2.0 / total))
