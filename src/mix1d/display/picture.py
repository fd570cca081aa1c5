"""What every picture of a fit shows, as numbers: bars, curves, thresholds, and the single values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from mix1d.arrays import Array
from mix1d.data.apart import SetApart
from mix1d.data.labels import UNKNOWN
from mix1d.data.recorded_sample import RecordedSample, as_exact, places_of
from mix1d.data.sample import Sample
from mix1d.display.bins import bins_of, unshifted
from mix1d.display.curves import (
    are_counts,
    component_densities,
    component_masses,
    curve_places,
    has_pole,
    spacing_of,
)
from mix1d.display.recorded_bins import Limit, are_wide, bins_of_rows, given_bins, limits_in
from mix1d.display.seen import Seen, seen_of
from mix1d.model.mixture import Mixture
from mix1d.model.thresholds import Threshold
from mix1d.model.typical import meet
from mix1d.outcome.outcome import Outcome
from mix1d.sketch.summary import Sketch
from mix1d.uncertainty.derived import thresholds
from mix1d.words import letter

_MOST_IN_RUG = 300  # rows; more of them would be a bar
_MARGIN = 0.04  # of the range, on either side of the bars, or
_BEYOND_LIMIT = 0.1  # where an arrow points out of the picture, or
_BEYOND_WINDOW = 0.15  # where a population goes on that was not recorded
_INNER, _MOST_REACH = 0.02, 1.5  # of a mixture with heavy tails, and how many widths of the rest they have
_TAIL = 5e-4  # of a mixture that may lie outside at either side of a picture without bars


@dataclass(frozen=True, eq=False)
class Picture:
    """The histogram of a sample as a density, with its mixture over it, in the unit of the values."""

    label: str  # the variable's name, or "value"
    sample: Sample | None  # what the bars count; None for a mixture by itself
    mixture: Mixture | None  # what the curves show; None for a sketch by itself
    thresholds: tuple[Threshold, ...]
    """All that may be drawn, with their intervals: no second crossings, which lie far out."""
    edges: Array  # (b + 1,), the edges of the bins
    density: Array  # (b,), the share of the weight in each bin, divided by its width
    outside: float  # the weight of the values farther out than the bins reach
    x: Array  # (m,), rising places at which the curves are given, the means among them
    components: Array  # (k, m), weight times density of each component, as it is recorded
    background: Array | None = None  # (m,), the density of a uniform component beside them
    seen: Seen | None = None  # how the mixture is recorded: with errors, in a window; None: as it is
    apart: tuple[SetApart, ...] = ()  # values that are in no bar, and no part of the fit

    @property
    def total(self) -> Array:
        """(m,), the density of all components."""
        total = np.asarray(self.components.sum(axis=0))
        return total if self.background is None else total + self.background

    @property
    def expected(self) -> Array | None:
        """(b,), the density expected in bins of counts, or in given ones that are too wide for curves."""
        if self.mixture is None or self.sample is None or not self._in_bins(self.mixture):
            return None
        if self.seen is None:
            masses = component_masses(self.mixture, self.edges).sum(axis=0)
        else:
            masses = self.seen.masses(self.mixture, self.edges).sum(axis=0)
            if self.background is not None:
                middles = self.edges[:-1] / 2 + self.edges[1:] / 2
                masses = masses + self.seen.background_density(self.mixture, middles) * np.diff(self.edges)
        return np.asarray(masses / np.diff(self.edges))

    def _in_bins(self, mixture: Mixture) -> bool:
        if are_counts(mixture):
            return len(self.edges) > 2
        given = isinstance(self.sample, RecordedSample) and self.sample.observations.histogram is not None
        return given and are_wide(self.edges, mixture)

    @property
    def one_sided(self) -> tuple[Limit, ...]:
        """Rows of which one side only is known; they are in no bar."""
        return limits_in(self.sample)

    @property
    def limits(self) -> tuple[float, float]:
        """The range of the picture: the bins and margins."""
        low, high = float(self.edges[0]), float(self.edges[-1])
        below, above = [_MARGIN], [_MARGIN]
        for limit in self.one_sided:
            if limit.below and limit.place <= low + _BEYOND_LIMIT * (high - low):
                below.append(_BEYOND_LIMIT)
            elif not limit.below and limit.place >= high - _BEYOND_LIMIT * (high - low):
                above.append(_BEYOND_LIMIT)
        first, last = (self.seen and self.seen.window) or (-np.inf, np.inf)
        if first >= low - _MARGIN * (high - low):
            below.append(_BEYOND_WINDOW)
        if last <= high + _MARGIN * (high - low):
            above.append(_BEYOND_WINDOW)
        return low - max(below) * (high - low), high + max(above) * (high - low)

    @property
    def highest(self) -> float:
        """The highest density of all components, where they could be recorded; without a pole's top."""
        if self.mixture is not None and has_pole(self.mixture) and self.sample is not None:
            return float((component_masses(self.mixture, self.edges).sum(axis=0) / np.diff(self.edges)).max())
        first, last = (self.seen and self.seen.window) or (-np.inf, np.inf)
        return float(self.total[(self.x >= first) & (self.x <= last)].max(initial=0.0))

    @property
    def without_errors(self) -> tuple[Array, Array] | None:
        """Places and the density of the population without errors, None where values have none.

        Components of sd 0 have no density and are left out; `points` has them.
        """
        if self.seen is None or not self.seen.with_errors or self.mixture is None:
            return None
        spread = (self.mixture.weights > 0.0) & (self.mixture.sds > 0.0)
        if not spread.any():
            return None
        x = curve_places(*self.limits, self.mixture)
        with np.errstate(all="ignore"):
            density = component_densities(self.mixture, x)[spread].sum(axis=0)
        return x, (1.0 - self.seen.background) * density

    @property
    def points(self) -> list[float]:
        """The components that are points without errors."""
        if self.seen is None or not self.seen.with_errors or self.mixture is None:
            return []
        there = (self.mixture.weights > 0.0) & (self.mixture.sds == 0.0)
        return [float(x) for x in self.mixture.means[there]]

    @property
    def labelled(self) -> tuple[tuple[int, str, Array], ...]:
        """Component, label, and places of the rows that have it, where they are few enough to be seen."""
        if not isinstance(self.sample, RecordedSample) or self.sample.observations.labels is None:
            return ()
        rows, component_of = self.sample.observations, self.sample.component_of
        if not component_of or np.count_nonzero(rows.labels != UNKNOWN) > _MOST_IN_RUG:
            return ()
        places = places_of(rows.lower, rows.upper)
        found = enumerate(zip(component_of, rows.label_names, strict=False))
        known = [(j, str(name), places[rows.labels == i]) for i, (j, name) in found]
        return tuple(sorted((one for one in known if len(one[2])), key=lambda one: one[0]))

    @property
    def cuts(self) -> tuple[Threshold, ...]:
        """The thresholds that lie in the picture."""
        low, high = self.limits
        if self.sample is None:
            low, high = float(self.edges[0]), float(self.edges[-1])
        return tuple(cut for cut in self.thresholds if low <= cut.value <= high)

    @property
    def rug(self) -> Array | None:
        """The rows without a label, when they are few enough to be seen one by one."""
        rows = None if self.sample is None else self.sample.rows
        if isinstance(self.sample, RecordedSample) and as_exact(self.sample) is None:
            observations = self.sample.observations
            alone = observations.exact
            if observations.labels is not None:
                alone = alone & (observations.labels == UNKNOWN)
            rows = observations.lower[alone]
        return rows if rows is not None and 0 < len(rows) <= _MOST_IN_RUG else None

    def of(self, mixture: Mixture, thresholds: Iterable[Threshold] = ()) -> Picture:
        """Return the same bars with another mixture over them."""
        seen, background = self.seen, None
        with np.errstate(all="ignore"):
            x = curve_places(*self.limits, mixture if seen is None else seen.widened(mixture))
            if seen is None:
                components = component_densities(mixture, x)
            else:
                components = seen.densities(mixture, x)
                background = seen.background_density(mixture, x) if seen.background > 0.0 else None
        drawn = tuple(
            cut for cut in thresholds if cut.kind != "second" and meet(mixture, cut.below, cut.above)
        )
        return replace(
            self, mixture=mixture, thresholds=drawn, x=x, components=components, background=background
        )


def picture_of(result: Outcome, mixture: Mixture | None = None) -> Picture:
    """Return the picture of a fit; of a sketch the cells are shown: bins are no finer than they are.

    `mixture` is one to draw in place of the fit's own, such as that of another row of the selection; without
    thresholds then. The cost is a few passes over the distinct values, and that of `thresholds()`, which the
    result keeps.
    """
    shown = _bars(result.sample, result.name, spacing_of(result.mixture))
    bars = replace(shown, seen=seen_of(result), apart=result.set_apart)
    return bars.of(result.mixture, thresholds(result)) if mixture is None else bars.of(mixture)


def mixture_picture(mixture: Mixture) -> Picture:
    """Return the picture of a mixture by itself: curves and thresholds, without bars."""
    edges = ends_of(mixture)
    empty = Picture("value", None, None, (), edges, np.zeros(1), 0.0, edges, np.empty((0, 2)))
    return empty.of(mixture, mixture.thresholds())


def ends_of(mixture: Mixture) -> Array:
    """Return the range (2,) of a picture without bars: most of the mixture, but only some of heavy tails."""
    ends: Array = np.array(mixture.icdf([_TAIL, 1.0 - _TAIL]))
    if mixture._mixed is None:
        return ends
    inner = np.array(mixture.icdf([_INNER, 1.0 - _INNER]))
    reach = _MOST_REACH * max(float(inner[1] - inner[0]), 0.0)
    low, high = np.clip(ends, inner[0] - reach, inner[1] + reach).tolist() if reach > 0.0 else ends.tolist()
    if are_counts(mixture):
        low, high = np.floor(low) - 0.5, np.ceil(high) + 0.5
    if not high > low:  # a point
        low, high = low - 1.0, high + 1.0
    return np.array([low, high])


def sketch_picture(sketch: Sketch) -> Picture:
    """Return the picture of a sketch that is not empty: the histogram of its cells, without curves."""
    sample = sketch._as_sample(None)
    return _bars(sample, sample.name)


def sample_picture(sample: Sample, mixture: Mixture, thresholds: Iterable[Threshold] = ()) -> Picture:
    """Return the picture of a sample with any mixture over it.

    >>> from mix1d import Mixture
    >>> from mix1d.data.sample import read_sample
    >>> picture = sample_picture(read_sample([1.0, 2.0, 3.0]), Mixture([1.0], [2.0], [1.0]))
    >>> picture.label, picture.components.shape[0]
    ('value', 1)
    """
    return _bars(sample, sample.name, spacing_of(mixture)).of(mixture, thresholds)


def _bars(sample: Sample, name: str | None, least: float | None = None) -> Picture:
    """Return the histogram of a sample, without curves."""
    given = given_bins(sample.observations) if isinstance(sample, RecordedSample) else None
    if given is not None:
        edges, counts = given
        empty = np.empty((0, edges.size))
        density = counts / sample.total_weight / np.diff(edges)
        return Picture(name or "value", sample, None, (), edges, density, 0.0, edges, empty)
    if isinstance(sample, RecordedSample):
        bins = bins_of_rows(sample, None, least)
    else:
        bins = bins_of(sample, None, least)
    edges = bins.edges
    with np.errstate(all="ignore"):  # of values at the ends of the doubles, of which there is no picture
        density = bins.totals / sample.total_weight / unshifted(bins.width, bins.shift)
    empty = np.empty((0, edges.size))
    return Picture(name or "value", sample, None, (), edges, density, bins.outside, edges, empty)


def component_label(mixture: Mixture, component: int, name: str | None = None) -> str:
    """Name a component with its share, as legends do: by its letter, where it has no name.

    >>> from mix1d import Mixture
    >>> component_label(Mixture([0.36, 0.64], [0.0, 1.0], [1.0, 1.0]), 0)
    'a: 36 %'
    """
    share = 100.0 * float(mixture.weights[component])
    name = name or letter(component)
    return f"{name}: {share:.0f} %" if share >= 9.5 else f"{name}: {share:.2g} %"
