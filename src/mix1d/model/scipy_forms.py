"""Mixtures as distributions of scipy.stats, and back."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from mix1d import _core
from mix1d.errors import InputError
from mix1d.model.component import Component
from mix1d.model.parameters import SUM_TOLERANCE

FROZEN: dict[str, Callable[[Any, Any], Any]] = {
    "normal": lambda stats, c: stats.norm(c["mean"], c["sd"]),
    "uniform": lambda stats, c: stats.uniform(c["low"], c["high"] - c["low"]),
    "lognormal": lambda stats, c: stats.lognorm(c["sdlog"], scale=_exp(c["meanlog"])),
    "gamma": lambda stats, c: stats.gamma(c["shape"], scale=c["scale"]),
    "weibull": lambda stats, c: stats.weibull_min(c["shape"], scale=c["scale"]),
    "inverse_gaussian": lambda stats, c: stats.invgauss(c["mean"] / c["shape"], scale=c["shape"]),
    "exponential": lambda stats, c: stats.expon(scale=c["scale"]),
    "student_t": lambda stats, c: stats.t(c["df"], c["loc"], c["scale"]),
    "logistic": lambda stats, c: stats.logistic(c["loc"], c["scale"]),
    "skew_normal": lambda stats, c: stats.skewnorm(c["alpha"], c["loc"], c["scale"]),
    "beta": lambda stats, c: stats.beta(c["a"], c["b"]),
    "poisson": lambda stats, c: stats.poisson(c["mean"]),
    "negative_binomial": lambda stats, c: (
        stats.poisson(c["mean"])
        if math.isinf(c["size"])
        else stats.nbinom(c["size"], c["size"] / (c["size"] + c["mean"]))
    ),
}
"""A frozen distribution of scipy.stats from a component's own parameters."""

NAMES = {
    "norm": "normal",
    "lognorm": "lognormal",
    "weibull_min": "weibull",
    "invgauss": "inverse_gaussian",
    "expon": "exponential",
    "t": "student_t",
    "skewnorm": "skew_normal",
    "nbinom": "negative_binomial",
} | {name: name for name in ("uniform", "gamma", "logistic", "beta", "poisson")}
"""Families by scipy's names."""


def to_scipy(weights: Sequence[float], components: Sequence[Component]) -> Any:
    """Return a `scipy.stats.Mixture`, or for one component of counts its frozen distribution."""
    from scipy import stats

    for j, c in enumerate(components):
        if c.family not in FROZEN:
            raise InputError(f"component {j} is a {c.family}, which scipy.stats does not have: leave it out")
    if all(c.family == "normal" for c in components):
        parts: list[Any] = [stats.Normal(**_normal(c)) for c in components]
    else:
        if len(components) == 1:
            return FROZEN[components[0].family](stats, components[0].parameters)
        if any(c.family in ("poisson", "negative_binomial") for c in components):
            raise InputError(
                "scipy.stats.Mixture takes no counts: call to_scipy on a mixture of one component at a time"
            )
        parts = [_continuous(stats, c) for c in components]
    return stats.Mixture(parts, weights=np.array(weights))


def from_scipy(distribution: Any) -> tuple[list[float] | Any, list[Component]]:
    """Return weights and components of a distribution of scipy.stats."""
    from scipy import stats

    if isinstance(distribution, stats.Mixture):
        components, weights = distribution.components, distribution.weights
        # scipy lets the sum be off by 1e-5
        total = math.fsum(weights.tolist())
        weights = weights if abs(total - 1.0) <= SUM_TOLERANCE else weights / total
    elif isinstance(distribution, stats.Normal | stats.Uniform) or hasattr(distribution, "dist"):
        components, weights = [distribution], [1.0]
    else:
        made = getattr(distribution, "_mix1d", None)
        if made is None:
            raise InputError(
                "distribution must be a scipy.stats.Mixture or Normal, "
                f"got {type(distribution).__name__}: build one of them, or a frozen distribution, first"
            )
        components, weights = [distribution], [1.0]
    return weights, [_component(stats, j, c) for j, c in enumerate(components)]


def _exp(x: float) -> float:
    return float(_core.exp(np.array([x]))[0])


def _normal(c: Component) -> dict[str, float]:
    return {"mu": c.parameters["mean"], "sigma": c.parameters["sd"]}


def _continuous(stats: Any, c: Component) -> Any:
    """Return one component in the form that a `scipy.stats.Mixture` takes."""
    if c.family == "normal":
        return stats.Normal(**_normal(c))
    if c.family == "uniform":
        return stats.Uniform(a=c.parameters["low"], b=c.parameters["high"])
    frozen = FROZEN[c.family](stats, c.parameters)
    shapes = [name.strip() for name in (frozen.dist.shapes or "").split(",") if name]
    loc, scale = frozen.kwds.get("loc", 0.0), frozen.kwds.get("scale", 1.0)
    given = list(frozen.args)
    own = dict(zip(shapes, given, strict=False))
    if len(given) > len(shapes):
        loc, scale = [*given[len(shapes) :], scale][:2]
    made = stats.make_distribution(frozen.dist)(**own) * float(scale) + float(loc)
    made._mix1d = c
    return made


def _component(stats: Any, j: int, given: Any) -> Component:
    if isinstance(given, stats.Normal):
        return Component("normal", mean=float(given.mu), sd=float(given.sigma))
    if isinstance(given, stats.Uniform):
        return Component("uniform", low=float(given.a), high=float(given.b))
    known = getattr(given, "_mix1d", None)
    if known is not None:
        return known  # type: ignore[no-any-return]
    name = getattr(getattr(given, "dist", None), "name", None)
    if name not in NAMES:
        raise InputError(
            f"distribution must have components of families that mix1d has, component {j} is a "
            f"{name or type(given).__name__}: mix1d knows {', '.join(sorted(NAMES))}"
        )
    return _from_frozen(given, NAMES[name])


def _from_frozen(given: Any, family: str) -> Component:
    """Return the component of a frozen distribution, whose shapes, loc and scale may be given in any way."""
    dist = given.dist
    if family in ("poisson", "negative_binomial"):
        shapes, loc, scale = (*dist._parse_args(*given.args, **given.kwds), 1.0)[:3]
    else:
        shapes, loc, scale = dist._parse_args(*given.args, **given.kwds)
    s, loc, scale = [float(v) for v in shapes], float(loc), float(scale)
    if loc != 0.0 and family not in ("normal", "uniform", "student_t", "logistic", "skew_normal"):
        raise InputError(f"a {family} must begin at 0, got loc={loc!r}: subtract that from the values")
    if family == "beta" and scale != 1.0:
        raise InputError(f"a beta must have scale 1, got {scale!r}: divide the values by that")
    makers: dict[str, Callable[[], dict[str, float]]] = {
        "normal": lambda: {"mean": loc, "sd": scale},
        "uniform": lambda: {"low": loc, "high": loc + scale},
        "lognormal": lambda: {"meanlog": float(_core.log(np.array([scale]))[0]), "sdlog": s[0]},
        "gamma": lambda: {"shape": s[0], "scale": scale},
        "weibull": lambda: {"shape": s[0], "scale": scale},
        "inverse_gaussian": lambda: {"mean": s[0] * scale, "shape": scale},
        "exponential": lambda: {"scale": scale},
        "student_t": lambda: {"df": s[0], "loc": loc, "scale": scale},
        "logistic": lambda: {"loc": loc, "scale": scale},
        "skew_normal": lambda: {"alpha": s[0], "loc": loc, "scale": scale},
        "beta": lambda: {"a": s[0], "b": s[1]},
        "poisson": lambda: {"mean": s[0]},
        "negative_binomial": lambda: {"mean": s[0] * (1.0 - s[1]) / s[1], "size": s[0]},
    }
    return Component(family, **makers[family]())
