"""Where the upper one of two populations is the more probable, and the rates of those regions."""

from __future__ import annotations

import itertools
import math

import numpy as np

from mix1d.model.mixture import Mixture
from mix1d.uncertainty.between import crossing, cuts
from mix1d.uncertainty.cutoff import RATES, Cutoff, made
from mix1d.uncertainty.intervals import Estimate, Wanted, estimates
from mix1d.uncertainty.quantities import Kind, Quantity
from mix1d.uncertainty.sides import Pair


def of_regions(pair: Pair, how: Wanted) -> Cutoff:
    """Return where the upper one of two is the more probable, and the rates among the two."""
    cut = crossing(pair)
    (number,) = estimates(pair.fit, [Quantity(Kind.CROSSING, pair.below, pair.below + 1, cut)], how)
    edges = [-math.inf, *sorted(float(c.value) for c in cuts(pair)), math.inf]
    arrays = [np.ascontiguousarray(array[pair.place : pair.place + 2]) for array in pair.arrays]
    weights = arrays[0] / arrays[0].sum()
    both = Mixture._of_arrays((weights, *arrays[1:]))
    regions: list[tuple[float, float]] = []
    for low, high in itertools.pairwise(edges):
        if both.responsibilities(_inside(low, high, both))[1] > 0.5:
            joined = bool(regions) and regions[-1][1] == low
            regions[-1:] = [(regions[-1][0], high)] if joined else [*regions[-1:], (low, high)]
    inside = [
        math.fsum(float(one.cdf(low, high)) for low, high in regions)
        for one in (
            Mixture._of_arrays((np.ones(1), *(np.ascontiguousarray(a[j : j + 1]) for a in arrays[1:])))  # type: ignore[arg-type]
            for j in (0, 1)
        )
    ]
    low, high = weights.tolist()
    false, true = inside
    shares = (
        1.0 - false,
        true,
        high * true / (high * true + low * false),
        low * (1.0 - false) / (low * (1.0 - false) + high * (1.0 - true)),
        low * false + high * (1.0 - true),
    )
    nan = math.nan
    rates = {
        name: Estimate(share, nan, nan, nan, how.level, how.method)
        for name, share in zip(RATES, shares, strict=True)
    }
    return made(number, "equal", None, pair.numbers, rates, tuple(regions))


def _inside(low: float, high: float, mixture: Mixture) -> float:
    """Return a place between two ends, and where the mixture has a density."""
    least, most = mixture.support()
    low, high, unit = max(low, least), min(high, most), float(mixture.sds.max())
    if math.isinf(low):
        return high - unit
    return low + unit if math.isinf(high) else 0.5 * low + 0.5 * high
