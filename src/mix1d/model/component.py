"""COMPONENT: one distribution of a mixture, by the name and the own parameters of its family."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import numpy as np
from numpy.typing import ArrayLike

from mix1d import _core, showing
from mix1d.arrays import MixedArrays
from mix1d.errors import InputError, shown
from mix1d.model.families import FAMILIES, Family, checked, family_of
from mix1d.model.parameters import at_each


@showing.record
class Component:
    """One component of a mixture: a member of a family of distributions.

    Parameters
    ----------
    family : str
        Its name; other common names are understood too.

        ================== ======================= ==========================
        family             parameters              values
        ================== ======================= ==========================
        normal             mean, sd                any
        uniform            low, high               from low to high
        lognormal          meanlog, sdlog          above 0
        gamma              shape, scale            above 0
        weibull            shape, scale            above 0
        inverse_gaussian   mean, shape             above 0
        exponential        scale                   above 0
        student_t          df, loc, scale          any
        logistic           loc, scale              any
        skew_normal        alpha, loc, scale       any
        beta               a, b                    between 0 and 1
        poisson            mean                    0, 1, 2, ...
        negative_binomial  mean, size              0, 1, 2, ...
        point_mass         value                   that value
        ================== ======================= ==========================
    **parameters : float
        All of the family's parameters, by name. Locations are in the unit of the data, and so are scales but
        those of logarithms (`sdlog`); `df` and `size` may be infinite.

    Attributes
    ----------
    family : str
        Its name, never an alias.
    parameters : dict of str to float
        Its own parameters, a new dict each time.
    mean, sd, median : float
        In the unit of the data. NaN where there is no mean (df of at most 1), infinite where the integral
        of the squares is.

    Raises
    ------
    InputError
        When there is no such family, or a parameter is missing, unknown or out of its range.

    Notes
    -----
    Components are frozen and equal when family and parameters are. Probabilities are right to about
    1e-13 of the logarithm or of themselves, whichever is more, far into both tails.

    Examples
    --------
    >>> c = Component("gamma", shape=2.0, scale=1.5)
    >>> c.mean, round(c.sd, 4), round(c.median, 4)
    (3.0, 2.1213, 2.5175)
    >>> c
    Component('gamma', shape=2.0, scale=1.5)
    """

    __slots__ = ("_arrays", "_family", "_values")
    _family: Family
    _values: tuple[float, ...]
    _arrays: MixedArrays

    to_dict = showing.to_dict
    to_frame = showing.to_frame

    def __init__(self, family: str, **parameters: float) -> None:
        kind = family_of(family)
        values = checked(kind, dict(parameters))
        location, scale, shape = _core.border_coordinates(kind.number, np.array(values))
        if not (abs(location) < math.inf and 0.0 < scale < math.inf and (kind.everywhere or location > 0.0)):
            raise InputError(
                f"parameters of {kind.name} must be of a distribution that doubles can hold, got "
                f"{_written(kind, values)}: its location or spread is 0 or infinite; rescale"
            )
        self._freeze(kind, values, (location, scale, shape))

    @classmethod
    def _of_border(
        cls, number: int, values: tuple[float, ...], border: tuple[float, float, float]
    ) -> Component:
        """Take over what the core found, without checks."""
        component = cls.__new__(cls)
        component._freeze(FAMILIES[number], values, border)
        return component

    def _freeze(self, family: Family, values: tuple[float, ...], border: tuple[float, float, float]) -> None:
        location, scale, shape = (np.array([v], np.float64) for v in border)
        arrays = np.ones(1), location, scale, np.array([family.number], np.int64), shape
        for array in arrays:
            array.setflags(write=False)
        object.__setattr__(self, "_family", family)
        object.__setattr__(self, "_values", values)
        object.__setattr__(self, "_arrays", arrays)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"Component is frozen: make a new one instead of setting {name!r}")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"Component is frozen: {name!r} cannot be deleted")

    def __reduce__(self) -> tuple[Callable[..., Component], tuple[Any, ...]]:
        border = tuple(float(array[0]) for array in (*self._arrays[1:3], self._arrays[4]))
        return Component._of_border, (self._family.number, self._values, border)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Component):
            return NotImplemented
        return (self._family, self._values) == (other._family, other._values)

    def __hash__(self) -> int:
        return hash((self._family.name, self._values))

    def __repr__(self) -> str:
        return f"Component({self.family!r}, {_written(self._family, self._values)})"

    @property
    def family(self) -> str:
        """The name of the family."""
        return self._family.name

    @property
    def parameters(self) -> dict[str, float]:
        """The family's own parameters, by name."""
        return dict(zip(self._family.parameters, self._values, strict=True))

    @property
    def mean(self) -> float:
        """The mean, NaN where there is none."""
        return float(_core.component_places(self._arrays)[0, 0])

    @property
    def sd(self) -> float:
        """The standard deviation, infinite or NaN where there is none."""
        return float(_core.component_places(self._arrays)[0, 1])

    @property
    def median(self) -> float:
        """The median."""
        return float(_core.component_places(self._arrays)[0, 2])

    def pdf(self, x: ArrayLike) -> Any:
        """Return the density at `x`; of counts and point masses the probability of `x` itself.

        >>> Component("poisson", mean=2.0).pdf([0, 0.5, 1]).round(4)
        array([0.1353, 0.    , 0.2707])
        """
        return at_each(_core.density, x, self._arrays)

    def cdf(self, x: ArrayLike) -> Any:
        """Return the probability of values up to `x`."""
        return at_each(_core.probability, x, self._arrays)

    def icdf(self, p: ArrayLike) -> Any:
        """Return the quantile: the smallest x up to which the probability is `p`; NaN outside [0, 1]."""
        return at_each(_core.quantile, p, self._arrays, "p")


def components_of(arrays: MixedArrays) -> tuple[Component, ...]:
    """Return the components that arrays of the core stand for."""
    _, locations, scales, families, shapes = arrays
    own = _core.natural_parameters(arrays)
    rows = zip(
        locations.tolist(), scales.tolist(), families.tolist(), shapes.tolist(), own.tolist(), strict=True
    )
    return tuple(
        Component._of_border(
            number, tuple(values[: len(FAMILIES[number].parameters)]), (location, scale, shape)
        )
        for location, scale, number, shape, values in rows
    )


def check_components(components: Sequence[Component], k: int) -> tuple[Component, ...]:
    """Return k components, or refuse them."""
    try:
        given = tuple(components)
    except TypeError:
        raise InputError(
            f"components must be a sequence of Component, got {shown(components)}: put them into a list"
        ) from None
    for j, component in enumerate(given):
        if not isinstance(component, Component):
            raise InputError(
                f"components must be of the class Component; number {j} is {shown(component)}: write "
                "Component(family, ...) with its parameters"
            )
    if len(given) != k:
        raise InputError(
            f"weights and components must have the same length, got {k} and {len(given)}: give one of each"
        )
    return given


def _written(family: Family, values: tuple[float, ...]) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in zip(family.parameters, values, strict=True))
