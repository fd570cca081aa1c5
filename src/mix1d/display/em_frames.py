"""The frames of plain EM as a page takes them: curves and who owns the bars, in whole numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mix1d.arrays import Array
from mix1d.data.recorded_sample import RecordedSample, places_of
from mix1d.data.sample import Sample
from mix1d.display.curves import are_counts, curve_places, simplified
from mix1d.display.em_runs import Race, Run, drawn, places_to_look_at, spaced_by_movement
from mix1d.display.picture import Picture
from mix1d.model.mixture import Mixture
from mix1d.words import near, plain

HEIGHT, WHOLE = 1000, 250  # of the picture, and of a bar, in the whole numbers of a page
PLACES = 10_000  # across the picture
_MOST_BARS = 60
_HEADROOM = 1.1
_CAP = 1.8  # times the highest bar; a spike beyond that would squash everything else
_MOST_PLACES = 130  # of curves
_WITHIN, _COARSER = 0.0015, 1.5  # of the height, by which curves may be off, and the next try
_LOOKED = 7  # frames that say where curves are looked at

# Characters that neither JSON nor HTML writes as several.
ALPHABET = "".join(chr(code) for code in range(35, 127) if chr(code) not in "&'<>\\`")
_BASE = len(ALPHABET)


@dataclass(frozen=True, eq=False)
class Stage:
    """What all frames are drawn over: bars, and how high and wide the picture is."""

    race: Race
    edges: Array  # (b + 1,)
    density: Array  # (b,)
    top: float  # the density at the upper edge
    limits: tuple[float, float]

    @property
    def picture(self) -> Picture:
        """The picture with all its bars."""
        return self.race.picture

    def place(self, x: Array | float) -> Array:
        """Return where x stands, from 0 to 1 across the picture."""
        low, high = self.limits
        return np.asarray((np.asarray(x) - low) / (high - low))


def stage_of(race: Race) -> Stage:
    """Return the bars, at most 60 of them, and a height that holds them and the curves."""
    picture = race.picture
    edges, density = picture.edges, picture.density
    together = -(-len(density) // _MOST_BARS)
    if together > 1:
        starts = np.arange(0, len(density), together)
        masses = np.add.reduceat(density * np.diff(edges), starts)
        edges = edges[[*starts, -1]]
        density = masses / np.diff(edges)
    highest = float(density.max())
    last = race.runs[0].steps[-1].mixture
    curves = drawn(picture, last, curve_places(*picture.limits, last)).sum(axis=0).max(initial=0.0)
    top = _HEADROOM * max(highest, min(float(curves), _CAP * highest))
    return Stage(race, edges, density, top, picture.limits)


def owned(stage: Stage, mixture: Mixture) -> Array:
    """Return to what part each bar belongs to each component (k, b): the E-step, added up over its rows.

    A bar without a row of its own, of a sample that nodes stand for, is divided as its middle is.
    """
    sample, shares = stage.race.em.sample, stage.race.em.way.shares(mixture)
    places, weights = _rows(sample)
    b, k = len(stage.density), shares.shape[1]
    inside = (places >= stage.edges[0]) & (places <= stage.edges[-1])
    at = np.minimum(np.searchsorted(stage.edges, places[inside], "right") - 1, b - 1)
    parts = np.array([np.bincount(at, weights[inside] * shares[inside, j], b) for j in range(k)])
    whole = parts.sum(axis=0)
    empty = whole <= 0.0
    if empty.any():
        middles = stage.edges[:-1] / 2 + stage.edges[1:] / 2
        parts[:, empty] = mixture.responsibilities(middles[empty]).T
        whole[empty] = 1.0
    return np.asarray(parts / whole)


def _rows(sample: Any) -> tuple[Array, Array]:
    """Return where the rows of a sample lie that can be in a bar, and their weights; NaN for the others."""
    if isinstance(sample, RecordedSample):
        terms = sample.terms
        open_ended = ~(np.isfinite(terms.lower) & np.isfinite(terms.upper))
        places = np.where(open_ended, np.nan, places_of(terms.lower, terms.upper))
        return places, np.where(terms.weight > 0.0, terms.weight, 0.0)
    if isinstance(sample, Sample):
        return sample.values, sample.weights
    weights = np.ones(len(sample.column)) if sample.sample_weight is None else sample.sample_weight
    return np.asarray(sample.column, np.float64), np.asarray(weights, np.float64)


def moving_of(stage: Stage, run: Run) -> Array:
    """Return the curves of every iteration (n, k, m) in heights of the picture, to see what moves."""
    x = places_to_look_at(run, stage.picture)
    curves = np.array([drawn(stage.picture, step.mixture, x) for step in run.steps])
    return np.minimum(curves / stage.top, 1.0)


def frames_for_a_page(stage: Stage, run: Run, moving: Array, at_most: int) -> dict[str, Any]:
    """Return the frames of a run: iterations, places of curves, and their heights and shares, packed.

    Between two frames about the same moves, in the curves of `moving_of`.
    """
    kept = spaced_by_movement(moving, at_most)
    mixtures = [run.steps[i].mixture for i in kept]
    x = _places(stage, mixtures)
    curves = np.array([drawn(stage.picture, mixture, x) for mixture in mixtures])
    heights = _whole(np.minimum(curves / stage.top, 1.0), HEIGHT)
    shares = np.array([owned(stage, mixture) for mixture in mixtures])
    borders = _whole(np.cumsum(shares, axis=1)[:, :-1], WHOLE)
    frames = np.concatenate([heights.reshape(len(kept), -1), borders.reshape(len(kept), -1)], axis=1)
    log_likelihood = [run.steps[i].log_likelihood for i in kept]
    return {
        "name": run.name,
        "at": kept.tolist(),
        "x": _whole(stage.place(x), PLACES).tolist(),
        "frames": packed(frames),
        "heights": [near(one, 1.0) for one in log_likelihood],
        "below": [below(stage.race.top - one) for one in log_likelihood],
        "cells": [cells(mixture) for mixture in mixtures],
        "means": [_whole(stage.place(mixture.means), PLACES).tolist() for mixture in mixtures],
        "last": len(run.steps) - 1,
        "finished": run.finished,
    }


def cells(mixture: Mixture) -> list[list[str]]:
    """Return share, mean and sd of each component as texts."""
    numbers = zip(mixture.weights.tolist(), mixture.means.tolist(), mixture.sds.tolist(), strict=True)
    return [[f"{100.0 * weight:.1f} %", near(mean, sd), plain(sd, 4)] for weight, mean, sd in numbers]


def below(nats: float) -> str:
    """Write how far below the top a log-likelihood is.

    >>> below(13.417), below(0.0123), below(1e-7)
    ('13.4', '0.012', '0')
    """
    return "0" if nats < 5e-5 else plain(nats, 3 if nats >= 1.0 else 2)


def path_for_a_page(path: Array, top: float, at_most: int = 48) -> list[list[float]]:
    """Return iterations at growing distances, and how far below the top each is in powers of ten."""
    n = len(path)
    kept = np.unique(
        np.concatenate([np.arange(min(n, 8)), np.geomspace(1, max(n - 1, 1), at_most).round().astype(int)])
    )
    kept = kept[kept < n]
    left = np.maximum(top - path[kept], 1e-9)
    return [[int(i), round(math.log10(nats), 2)] for i, nats in zip(kept, left.tolist(), strict=True)]


def packed(frames: NDArray[np.int64]) -> str:
    """Write frames (f, m) of small whole numbers as text: of each number the change since the last frame.

    >>> packed(np.array([[0, 1], [1, 1]])), len(packed(np.array([[1000]])))
    ('#%%#', 3)
    """
    changes = np.diff(frames, axis=0, prepend=0).ravel()
    signs = np.where(changes < 0, -2 * changes - 1, 2 * changes).tolist()
    last = ALPHABET[-1]
    return "".join(
        ALPHABET[z] if z < _BASE - 1 else last + ALPHABET[z // _BASE] + ALPHABET[z % _BASE] for z in signs
    )


def unpacked(text: str, m: int) -> NDArray[np.int64]:
    """Read frames (f, m) as the script of a page does.

    >>> unpacked(packed(np.array([[0, 900], [-3, 1]])), 2).tolist()
    [[0, 900], [-3, 1]]
    """
    signs, digits = [], iter(map(ALPHABET.index, text))
    for digit in digits:
        signs.append(digit if digit < _BASE - 1 else next(digits) * _BASE + next(digits))
    changes = [-(z + 1) // 2 if z % 2 else z // 2 for z in signs]
    return np.cumsum(np.array(changes, np.int64).reshape(-1, m), axis=0)


def _places(stage: Stage, mixtures: list[Mixture]) -> Array:
    """Return places at which straight lines make the curves of all frames."""
    low, high = stage.limits
    looked = [mixtures[i] for i in np.unique(np.linspace(0, len(mixtures) - 1, _LOOKED).round().astype(int))]
    x = np.unique(np.concatenate([curve_places(low, high, mixture) for mixture in looked]))
    if are_counts(mixtures[0]):
        return x
    curves = np.concatenate([drawn(stage.picture, mixture, x) for mixture in looked])
    points = np.vstack([x, np.minimum(curves / stage.top, 1.0)]).T
    within = _WITHIN
    while len(kept := simplified(points, within)) > _MOST_PLACES:
        within *= _COARSER
    return np.asarray(kept[:, 0])


def _whole(numbers: Array | Iterable[float], times: int) -> NDArray[np.int64]:
    whole: NDArray[np.int64] = np.rint(np.asarray(numbers) * times).astype(np.int64)
    return whole
