"""Bars that the caller asked for, instead of those that follow the resolution of the data."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from mix1d.arrays import Array
from mix1d.data.recorded_sample import RecordedSample, as_exact
from mix1d.display.picture import Picture
from mix1d.errors import InputError, shown

_MOST = 10_000


def rebinned(picture: Picture, bins: Any) -> Picture:
    """Return a picture with so many bars between the ends of its own, or with bars of some edges.

    >>> import mix1d
    >>> from mix1d.display.picture import picture_of
    >>> rebinned(picture_of(mix1d.fit([1.0, 2.0, 2.0, 4.0], 1)), [0.0, 2.5, 5.0]).density.tolist()
    [0.3, 0.1]
    """
    assert picture.sample is not None
    sample = as_exact(picture.sample) or picture.sample
    recorded = isinstance(sample, RecordedSample) and not sample.observations.exact.all()
    if recorded or sample.widths is not None:
        raise InputError(
            "bins must be None where values are not exact, as limits, bins or cells of a sketch, got "
            f"{shown(bins)}: leave it out"
        )
    edges = _edges(picture, bins)
    counts, _ = np.histogram(sample.values, edges, weights=sample.weights)
    outside = float(sample.total_weight - counts.sum())
    density = counts / sample.total_weight / np.diff(edges)
    again = replace(picture, edges=edges, density=density, outside=outside)
    assert picture.mixture is not None
    return again.of(picture.mixture, picture.thresholds)


def _edges(picture: Picture, bins: Any) -> Array:
    if isinstance(bins, int | np.integer) and not isinstance(bins, bool):
        if not 1 <= bins <= _MOST:
            raise InputError(f"bins must be from 1 to {_MOST:,}, got {bins}: pass for example 30")
        return np.linspace(float(picture.edges[0]), float(picture.edges[-1]), int(bins) + 1)
    try:
        edges = np.asarray(bins, np.float64)
    except (TypeError, ValueError):
        edges = np.empty(0)
    if edges.ndim != 1 or len(edges) < 2 or not np.isfinite(edges).all() or not (np.diff(edges) > 0.0).all():
        raise InputError(
            "bins must be a number of bars or their rising, finite edges, two or more, got "
            f"{shown(bins)}: pass for example 30"
        )
    return edges
