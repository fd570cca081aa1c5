"""Histograms, as NumPy returns them and as their libraries hold them: counts and edges."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from mix1d.arrays import Array
from mix1d.data.columns import as_column
from mix1d.errors import InputError, shown

_A_DENSITY = 1e-9  # how close to 1 the integral of a density comes


class Histogram(NamedTuple):
    """Counts of bins, which may be fractions, and the edges between them."""

    counts: Array
    """(m,), at least 0."""
    edges: Array
    """(m + 1,), rising; the first may be minus infinity and the last infinity."""


def as_histogram(data: Any) -> Histogram | None:
    """Return a histogram, None for what is not one.

    Parameters
    ----------
    data
        A tuple (counts, edges) of lengths m and m + 1, or an object with a method ``values`` and one of
        ``axes`` that has ``edges`` (hist, boost_histogram, uproot). Where ``values(flow=True)`` is known, the
        bins of what fell outside become open bins.

    Raises
    ------
    InputError
        For counts that are negative or not finite, edges that do not rise, and more than one axis.

    Examples
    --------
    >>> as_histogram(([3, 1], [0, 1, 2]))
    Histogram(counts=array([3., 1.]), edges=array([0., 1., 2.]))
    >>> as_histogram([3, 1]) is None
    True
    """
    if isinstance(data, tuple):
        lengths = [_length(part) for part in data]
        if len(data) != 2 or None in lengths:
            return None
        if lengths[0] == lengths[1] + 1:  # type: ignore[operator]
            raise InputError(
                "data as a tuple must be (counts, edges), with one edge more than counts, got lengths "
                f"{lengths[0]} and {lengths[1]}: swap them if the edges came first"
            )
        return _checked(*data) if lengths[1] == lengths[0] + 1 else None  # type: ignore[operator]
    if not hasattr(data, "axes") or hasattr(data, "iloc"):  # a data frame has axes, too
        return None
    axes = data.axes
    if not callable(getattr(data, "values", None)):
        return None
    if len(axes) != 1:
        raise InputError(
            f"data must be a histogram of one axis, got one of {len(axes)} axes: project it onto one first"
        )
    if "MEAN" in str(getattr(data, "kind", "COUNT")):
        raise InputError("data must be a histogram of counts, got one of means: pass its counts")
    return _from_object(data, axes[0])


def _length(part: object) -> int | None:
    if isinstance(part, str | bytes) or not hasattr(part, "__len__"):
        return None
    shape = getattr(part, "shape", None)
    if shape is not None and len(shape) != 1:
        return None
    return len(part)


def _from_object(data: Any, axis: Any) -> Histogram | None:
    edges = getattr(axis, "edges", None)
    if edges is None:
        return None
    edges = np.asarray(edges() if callable(edges) else edges, np.float64)
    try:
        counts = np.asarray(data.values(flow=True), np.float64)
    except TypeError:
        counts = np.asarray(data.values(), np.float64)
    extra = len(counts) - (len(edges) - 1)
    traits = getattr(axis, "traits", None)
    below = extra == 2 or (extra == 1 and bool(getattr(traits, "underflow", False)))
    above = extra == 2 or (extra == 1 and not below)
    if below and edges[0] > -np.inf:
        edges = np.concatenate([[-np.inf], edges])
    elif below:  # nothing lies below minus infinity
        counts = counts[1:]
    if above and edges[-1] < np.inf:
        edges = np.concatenate([edges, [np.inf]])
    elif above:
        counts = counts[:-1]
    return _checked(counts, edges)


def _checked(counts: object, edges: object) -> Histogram:
    number, _ = as_column("counts", counts)
    number = np.array(number, np.float64)
    edge, _ = as_column("edges", edges)
    edge = np.array(edge, np.float64) + 0.0  # -0.0 and 0.0 are one value
    if len(number) == 0:
        raise InputError("data as (counts, edges) has no bins: at least one is needed")
    bad = ~((number >= 0.0) & (number < np.inf))
    if bad.any():
        i = int(bad.argmax())
        raise InputError(
            f"counts must be finite and at least 0, found {shown(number[i])} at index {i}: correct that bin"
        )
    _check_edges(edge)
    _check_is_no_density(number, edge)
    if not number.any():
        raise InputError("counts must have at least one above 0, all are zero: pass a histogram of something")
    number.setflags(write=False)
    edge.setflags(write=False)
    return Histogram(number, edge)


def _check_edges(edges: Array) -> None:
    missing = np.isnan(edges)
    if missing.any():
        raise InputError(
            f"edges must be numbers, found NaN at index {int(missing.argmax())}: write -inf or inf for an "
            "open end"
        )
    falls = ~(edges[1:] > edges[:-1])
    if falls.any():
        i = int(falls.argmax())
        raise InputError(
            f"edges must rise, found {shown(edges[i])} and then {shown(edges[i + 1])} at index {i + 1}: sort "
            "the bins, and let only the first edge be -inf and the last inf"
        )


def _check_is_no_density(counts: Array, edges: Array) -> None:
    """Refuse what ``numpy.histogram(..., density=True)`` returns, which has lost the number of rows."""
    if np.all(counts == np.floor(counts)):
        return
    with np.errstate(over="ignore", invalid="ignore"):
        integral = float(np.sum(counts * np.diff(edges)))
    if abs(integral - 1.0) < _A_DENSITY:
        raise InputError(
            "counts must be numbers of rows, got a density (its integral is 1): pass the histogram made with "
            "density=False, or multiply by the number of rows and the widths of the bins"
        )
