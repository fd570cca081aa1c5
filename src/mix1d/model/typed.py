"""Mixtures as one would type them."""

from __future__ import annotations

from collections.abc import Sequence

from mix1d.model.component import Component

SHOWN = 8  # components that are spelled out


def normals(weights: list[float], means: list[float], sds: list[float]) -> str:
    """Return a mixture of normals, which says so where six digits are not all."""
    exact = len(weights) <= SHOWN and all(float(f"{v:.6g}") == v for v in (*weights, *means, *sds))
    text = f"weights=[{_listed(weights)}], means=[{_listed(means)}], sds=[{_listed(sds)}]"
    return f"Mixture({text})" if exact else f"<Mixture, to 6 digits: {text}>"


def of_components(weights: list[float], components: Sequence[Component]) -> str:
    """Return a mixture of any families, likewise."""
    text = ", ".join([repr(c) for c in components[:SHOWN]] + ["..."] * (len(components) > SHOWN))
    exact = len(weights) <= SHOWN and all(float(f"{v:.6g}") == v for v in weights)
    text = f"weights=[{_listed(weights)}], components=[{text}]"
    return f"Mixture({text})" if exact else f"<Mixture, weights to 6 digits: {text}>"


def _listed(values: list[float]) -> str:
    return ", ".join([f"{v:.6g}" for v in values[:SHOWN]] + ["..."] * (len(values) > SHOWN))
