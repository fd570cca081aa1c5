"""The families of components: their names, their own parameters, and what these may be."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from mix1d.errors import InputError, shown

Space = Literal["real", "log", "logit", "count"]


@dataclass(frozen=True, slots=True)
class Family:
    """A family, in the order of the core's enum."""

    name: str
    parameters: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    unbounded: tuple[str, ...] = ()
    """Positive parameters that may be infinite."""
    real: tuple[str, ...] = ()
    """Parameters that may be zero or negative; the others are positive."""
    everywhere: bool = True
    """Whether its location may be any number at all, not only a positive one."""
    space: Space = "real"
    """In which it moves and stretches: values, their logarithms or logits; counts do neither."""
    words: str = ""
    """As it is called in a sentence, where not by its name."""

    @property
    def said(self) -> str:
        """The family in a sentence.

        >>> family_of("nb").said
        'negative binomial'
        """
        return self.words or self.name.replace("_", " ")

    @property
    def number(self) -> int:
        """Its place in the enum of the core."""
        return FAMILIES.index(self)


FAMILIES = (
    Family("normal", ("mean", "sd"), ("norm", "gaussian"), real=("mean",)),
    Family("uniform", ("low", "high"), ("noise",), real=("low", "high")),
    Family(
        "lognormal",
        ("meanlog", "sdlog"),
        ("lognorm", "lnorm"),
        real=("meanlog",),
        everywhere=False,
        space="log",
    ),
    Family("gamma", ("shape", "scale"), everywhere=False, space="log"),
    Family("weibull", ("shape", "scale"), ("weibull_min",), everywhere=False, space="log", words="Weibull"),
    Family(
        "inverse_gaussian",
        ("mean", "shape"),
        ("invgauss", "wald"),
        everywhere=False,
        space="log",
        words="inverse Gaussian",
    ),
    Family("exponential", ("scale",), ("expon", "exp"), everywhere=False, space="log"),
    Family("student_t", ("df", "loc", "scale"), ("t",), unbounded=("df",), real=("loc",), words="Student t"),
    Family("logistic", ("loc", "scale"), real=("loc",)),
    Family(
        "skew_normal", ("alpha", "loc", "scale"), ("skewnorm",), real=("alpha", "loc"), words="skew-normal"
    ),
    Family("beta", ("a", "b"), space="logit"),
    Family("poisson", ("mean",), ("pois",), everywhere=False, space="count", words="Poisson"),
    Family(
        "negative_binomial",
        ("mean", "size"),
        ("nbinom", "nb"),
        unbounded=("size",),
        everywhere=False,
        space="count",
    ),
    Family("point_mass", ("value",), ("dirac", "atom"), real=("value",), space="count"),
)
NORMAL, UNIFORM, POINT_MASS = FAMILIES[0], FAMILIES[1], FAMILIES[-1]
NAMES = {name: family for family in FAMILIES for name in (family.name, *family.aliases)}


def family_of(name: object) -> Family:
    """Return the family of a name or alias, or refuse it.

    >>> family_of("nb").name
    'negative_binomial'
    """
    found = NAMES.get(name) if isinstance(name, str) else None
    if found is None:
        known = ", ".join(family.name for family in FAMILIES)
        raise InputError(f"family must be the name of a family, got {shown(name)}: choose one of {known}")
    return found


def checked(family: Family, parameters: dict[str, object]) -> tuple[float, ...]:
    """Return a family's parameters in its own order, or refuse them."""
    wanted = ", ".join(family.parameters)
    for name in parameters:
        if name not in family.parameters:
            raise InputError(
                f"{name} is no parameter of {family.name}: its parameters are {wanted}; give these by name"
            )
    values = []
    for name in family.parameters:
        if name not in parameters:
            raise InputError(
                f"{name} of {family.name} is missing: give each of its parameters by name ({wanted})"
            )
        values.append(_number(family, name, parameters[name]))
    if family is UNIFORM and not values[0] < values[1]:
        raise InputError(
            f"low of uniform must be below high, got {values[0]!r} and {values[1]!r}: swap or move them apart"
        )
    return tuple(values)


def _number(family: Family, name: str, given: object) -> float:
    try:
        text = isinstance(given, bool | str | bytes | complex)
        if text or given is np.ma.masked or (isinstance(given, np.ndarray) and given.ndim):
            raise TypeError
        value = float(given)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        raise InputError(
            f"{name} of {family.name} must be a real number, got {shown(given)}: pass one"
        ) from None
    if name in family.real:
        if not math.isfinite(value):
            raise InputError(f"{name} of {family.name} must be finite, got {value!r}: pass a real number")
    elif not (value > 0.0 and (value < math.inf or name in family.unbounded)):
        allowed = "positive" if name in family.unbounded else "positive and finite"
        raise InputError(f"{name} of {family.name} must be {allowed}, got {value!r}: pass a larger number")
    return value
