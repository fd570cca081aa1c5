"""The own parameters of components in words and in tables; normal ones have none beyond mean and sd."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from mix1d.model.component import Component
from mix1d.model.families import NAMES
from mix1d.model.mixture import Mixture
from mix1d.words import listed, plain, value_and_error

_DIGITS = 3
_MOMENTS = ("mean", "sd", "value")  # parameters that stand before the others anyway
_SYMMETRIC = ("student_t", "logistic")  # whose location is the mean, and the median
_SAID = {"loc": "location", "low": "lower end", "high": "upper end"}


def shape_words(component: Component) -> str:
    """Return a family with its own parameters; nothing for a normal, whose parameters are mean and sd.

    >>> shape_words(Component("gamma", shape=3.9, scale=0.73)), shape_words(Component("poisson", mean=2.0))
    ('gamma with shape 3.9 and scale 0.73', 'Poisson')
    >>> shape_words(Component("student_t", df=float("inf"), loc=0.0, scale=1.0))
    'Student t with df without limit and scale 1'
    """
    if component.family == "normal":
        return ""
    said = NAMES[component.family].said
    own = [f"{_SAID.get(name, name)} {number_words(value)}" for name, value in own_parameters(component)]
    return f"{said} with {listed(own)}" if own else said


def number_words(value: float) -> str:
    """Write a parameter, which may have no limit.

    >>> number_words(3.14159), number_words(float("inf"))
    ('3.14', 'without limit')
    """
    return "without limit" if math.isinf(value) else plain(value, _DIGITS)


def columns_of(
    mixture: Mixture, errors: Sequence[Mapping[str, float]] = (), plus_minus: str = "±"
) -> list[tuple[str, list[str]]]:
    """Return headings and cells of a table of own parameters: none for normals.

    A column for each parameter where all components are of one family, with its `errors`, else one for the
    family and one for all parameters, without. Medians stand before them where a component has no mean.

    >>> two = [Component("gamma", shape=2.0, scale=1.5), Component("exponential", scale=9.0)]
    >>> columns_of(Mixture([0.5, 0.5], components=two))
    [('family', ['gamma', 'exponential']), ('parameters', ['shape 2, scale 1.5', 'scale 9'])]
    >>> columns_of(Mixture([1.0], components=two[:1]))
    [('shape', ['2']), ('scale', ['1.5'])]
    """
    if mixture._mixed is None:
        return []
    components = mixture.components
    lost = not all(map(math.isfinite, mixture.means.tolist()))
    medians = [("median", [plain(x) for x in mixture.medians.tolist()])] if lost else []
    if len({component.family for component in components}) > 1:
        own = [", ".join(f"{name} {_short(x)}" for name, x in own_parameters(c)) or "-" for c in components]
        return [*medians, ("family", [NAMES[c.family].said for c in components]), ("parameters", own)]
    names = [name for name, _ in own_parameters(components[0])]
    if not errors:
        return [*medians, *((name, [_short(c.parameters[name]) for c in components]) for name in names)]
    pairs = {
        name: [
            value_and_error(c.parameters[name], e.get(name, math.nan))
            if math.isfinite(c.parameters[name])
            else (_short(c.parameters[name]), "-")
            for c, e in zip(components, errors, strict=True)
        ]
        for name in names
    }
    return [*medians, *((name, aligned_pairs(column, plus_minus)) for name, column in pairs.items())]


def aligned_pairs(pairs: Sequence[tuple[str, str]], plus_minus: str) -> list[str]:
    """Join values and errors so that the signs between them stand below each other."""
    left, right = (max(len(text) for text in side) for side in zip(*pairs, strict=True))
    return [f"{value:>{left}} {plus_minus} {error:>{right}}" for value, error in pairs]


def own_parameters(component: Component) -> list[tuple[str, float]]:
    """Return the parameters that are not the mean, the sd or, of symmetric families, the middle."""
    told = (*_MOMENTS, "loc") if component.family in _SYMMETRIC else _MOMENTS
    return [(name, value) for name, value in component.parameters.items() if name not in told]


def _short(value: float) -> str:
    return "no limit" if math.isinf(value) else plain(value, _DIGITS)
