"""What every picture of a fit shows, as numbers: bars, curves, thresholds, and the single values."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mix1d.display.bins import bins_of
from mix1d.uncertainty.derived import thresholds
from mix1d.words import letter

if TYPE_CHECKING:
    from mix1d.model.mixture import Mixture
    from mix1d.model.thresholds import Threshold
    from mix1d.outcome.outcome import Outcome
    from mix1d.sketch.summary import Sketch

Array = NDArray[np.float64]

_MOST_IN_RUG = 300  # rows; more of them would be a bar
_EVENLY = 301  # points of a curve across the picture, and
_ACROSS = 61  # points across each component, so that a narrow one keeps its shape
_REACH = 5.0  # sds on either side of a mean
_MARGIN = 0.04  # of the range, on either side of the bars
_TAIL = 5e-4  # of a mixture that may lie outside at either side of a picture without bars


@dataclass(frozen=True, eq=False)
class Picture:
    """The histogram of a sample as a density, with its mixture over it, in the unit of the values."""

    label: str
    """The variable's name, or "value"."""
    edges: Array
    """(b + 1,), the edges of the bins."""
    density: Array
    """(b,), the share of the weight in each bin, divided by its width."""
    outside: float
    """The weight of the values farther out than the bins reach."""
    x: Array
    """(m,), rising places at which the curves are given, the thresholds and means among them."""
    components: Array
    """(k, m), weight times density of each component."""
    cuts: tuple[Threshold, ...]
    """The thresholds that lie in the picture, with their intervals."""
    rug: Array | None
    """The rows, when they are few enough to be seen one by one."""

    @property
    def total(self) -> Array:
        """(m,), the density of the mixture."""
        return np.asarray(self.components.sum(axis=0))

    @property
    def limits(self) -> tuple[float, float]:
        """The range of the picture: the bins and a margin."""
        low, high = float(self.edges[0]), float(self.edges[-1])
        return low - _MARGIN * (high - low), high + _MARGIN * (high - low)


def picture_of(result: Outcome, mixture: Mixture | None = None) -> Picture:
    """Return the picture of a fit.

    Parameters
    ----------
    result : FitResult
        Any fit. Of a sketch the cells are shown: bins are no finer than they are.
    mixture : Mixture, optional
        One to draw in place of the fit's own, such as that of another row of the selection; without
        thresholds then.

    Notes
    -----
    The cost is a few passes over the distinct values, and that of `thresholds()`, which the result keeps.
    """
    sample = result.sample
    bins = bins_of(
        sample.values,
        sample.weights,
        resolution=sample.resolution,
        n_obs=sample.n_obs,
        widths=sample.widths,
    )
    edges: Array = bins.low + np.arange(bins.totals.size + 1, dtype=np.float64) * bins.width
    density = bins.totals / sample.total_weight / bins.width
    few = sample.rows is not None and len(sample.rows) <= _MOST_IN_RUG
    shown = result.mixture if mixture is None else mixture
    margin = _MARGIN * float(edges[-1] - edges[0])
    low, high = float(edges[0]) - margin, float(edges[-1]) + margin
    cuts = () if mixture is not None else thresholds(result)
    x = curve_places(low, high, shown)
    return Picture(
        label=result.name or "value",
        edges=edges,
        density=density,
        outside=bins.outside,
        x=x,
        components=component_densities(shown, x),
        cuts=tuple(cut for cut in cuts if cut.kind != "second" and low <= cut.value <= high),
        rug=sample.rows if few else None,
    )


def mixture_picture(mixture: Mixture) -> Picture:
    """Return the picture of a mixture by itself: curves and thresholds, without bars.

    Examples
    --------
    >>> from mix1d import Mixture
    >>> picture = mixture_picture(Mixture([1.0], [10.0], [1.0]))
    >>> [round(end, 1) for end in picture.limits], float(picture.density.max())
    ([6.4, 13.6], 0.0)
    """
    edges: Array = np.array(mixture.icdf([_TAIL, 1.0 - _TAIL]))
    low, high = float(edges[0]), float(edges[1])
    margin = _MARGIN * (high - low)
    x = curve_places(low - margin, high + margin, mixture)
    return Picture(
        label="value",
        edges=edges,
        density=np.zeros(1),
        outside=0.0,
        x=x,
        components=component_densities(mixture, x),
        cuts=tuple(cut for cut in mixture.thresholds() if cut.kind != "second" and low <= cut.value <= high),
        rug=None,
    )


def sketch_picture(sketch: Sketch) -> Picture:
    """Return the picture of a sketch that is not empty: the histogram of its cells, without curves.

    Examples
    --------
    >>> import mix1d
    >>> sketch = mix1d.Sketch()
    >>> sketch.add([1.0, 2.0, 2.0, 3.0])
    >>> picture = sketch_picture(sketch)
    >>> float(picture.density @ (picture.edges[1:] - picture.edges[:-1]))
    1.0
    """
    sample = sketch._as_sample(None)
    bins = bins_of(
        sample.values, sample.weights, resolution=sample.resolution, n_obs=sample.n_obs, widths=sample.widths
    )
    edges: Array = bins.low + np.arange(bins.totals.size + 1, dtype=np.float64) * bins.width
    return Picture(
        label=sample.name or "value",
        edges=edges,
        density=bins.totals / sample.total_weight / bins.width,
        outside=bins.outside,
        x=edges,
        components=np.empty((0, edges.size)),
        cuts=(),
        rug=None,
    )


def curve_places(low: float, high: float, mixture: Mixture) -> Array:
    """Return rising places between two at which straight lines make smooth curves of all components."""
    real = mixture.weights > 0.0
    across = np.linspace(-_REACH, _REACH, _ACROSS)
    narrow = (mixture.means[real][:, None] + mixture.sds[real][:, None] * across).ravel()
    inside = narrow[(narrow > low) & (narrow < high)]
    places: Array = np.unique(np.concatenate([np.linspace(low, high, _EVENLY), inside]))
    return places


def component_densities(mixture: Mixture, x: Array) -> Array:
    """Return weight times density of each component at x (m,), shape (k, m)."""
    z = (x - mixture.means[:, None]) / mixture.sds[:, None]
    with np.errstate(under="ignore", over="ignore"):
        densities: Array = np.exp(-0.5 * z * z) / (mixture.sds[:, None] * math.sqrt(2.0 * math.pi))
        return mixture.weights[:, None] * densities


def component_label(mixture: Mixture, component: int) -> str:
    """Name a component with its share, as legends do.

    >>> from mix1d import Mixture
    >>> component_label(Mixture([0.36, 0.64], [0.0, 1.0], [1.0, 1.0]), 0)
    'a: 36 %'
    """
    share = 100.0 * float(mixture.weights[component])
    return f"{letter(component)}: {share:.0f} %" if share >= 9.5 else f"{letter(component)}: {share:.2g} %"
