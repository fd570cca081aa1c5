"""What thresholds mean for the values at hand: a second crossing that no value lies beyond is far out."""

from __future__ import annotations

import dataclasses
import math

import numpy as np

from mix1d.data.sample import Sample
from mix1d.model.mixture import Mixture
from mix1d.model.thresholds import Threshold
from mix1d.model.typical import widths


def as_seen_in(cuts: tuple[Threshold, ...], mixture: Mixture, sample: Sample) -> tuple[Threshold, ...]:
    """Return thresholds with the kind ``"not_monotone"`` only where it matters to some value of a sample.

    One cut separates all values at hand where none beyond the second crossing would go to the wider component
    of the pair: the crossing then is of the kind ``"second"``.
    """
    return tuple(
        dataclasses.replace(cut, kind="second")
        if cut.kind == "not_monotone" and not beyond(cut, mixture, sample)
        else cut
        for cut in cuts
    )


def beyond(cut: Threshold, mixture: Mixture, sample: Sample) -> float:
    """Return the weight of the values beyond a second crossing that go to the wider component.

    Costs a pass over those values only.
    """
    wide, _ = wide_and_narrow(cut, mixture)
    above = wide == cut.below  # the narrower component lies between the crossings
    place = int(np.searchsorted(sample.values, cut.value, side="right" if above else "left"))
    part = slice(place, None) if above else slice(0, place)
    x = sample.values[part]
    if not len(x):
        return 0.0
    labels = mixture.predict(x)
    return math.fsum(sample.weights[part][labels == wide].tolist())


def wide_and_narrow(cut: Threshold, mixture: Mixture) -> tuple[int, int]:
    """Return the wider and the narrower component of a pair."""
    pair, sds = (cut.below, cut.above), widths(mixture)
    return pair if sds[cut.below] > sds[cut.above] else (cut.above, cut.below)
