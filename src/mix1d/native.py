"""What native functions take: records of arrays and numbers, each converted in one place of the core."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mix1d.arrays import Array, Arrays

Report = Callable[[float, float], object]
"""Called with what is done and how much there is."""

Slots = Sequence[tuple[int, float]]
"""For each component the number of the free coordinate it follows, -1 for none, and its ratio to that."""


class Observed(NamedTuple):
    """Rows of any kind, one each (`observations/block.hpp`)."""

    kind: NDArray[np.int64]
    """0: the value a; 1: between a and b, which may be infinite; 2, 3: the same, with an error of its own."""
    a: Array
    b: Array
    variance: Array
    """Of the error, 0 where there is none."""
    weights: Array
    """Negative: that of a window of truncation, for values which it cut off."""
    components: NDArray[np.int64]
    """Bit j: component j may have made the row; -1: all of them."""
    window: tuple[float, float] | None = None
    """The union of all windows; None: nothing was cut off, or the union is the whole line."""
    common_window: bool = False
    """Whether it is that of all rows, whose errors are the same: no row of negative weight stands for it."""
    log_constant: float = 0.0
    """Is added to log-likelihoods: what rounding takes from a density to a probability."""
    named: int = 0
    """So many components come first and keep their places: a background, and those that labels name."""
    background: tuple[float, float] | None = None
    """The ends of the first component where it is uniform."""


class Problem(NamedTuple):
    """A sample: pooled values, nodes that stand for others, or the rows of a long column."""

    values: NDArray[Any]
    """(m,), rising and distinct; of a long column all rows, of any real type."""
    weights: NDArray[Any] | None
    """(m,), positive; of a long column a weight for each row, None where all are 1."""
    resolution: float = 0.0
    """The step of the lattice that the values lie on, 0 where there is none."""
    widths: Array | None = None
    """(m,), of the cells that the values are nodes of."""
    total_weight: float | None = None
    """The sum of the weights, of a long column alone: None says that the values are pooled."""
    general: bool = False
    """Whether to take the loops for any family and kind of row, though faster ones would do."""
    observed: Observed | None = None
    """Rows of any kind, in place of all the others."""


class Chart(NamedTuple):
    """Which parameters are free, and how the others follow; `model/chart.hpp` has the formulas."""

    weights: str | Slots = "free"
    """"free", "held", or slots with the shares of what moves together."""
    means: str | Slots = "free"
    """"free", "spaced", "growing", or slots."""
    sds: str | Slots = "free"
    """"free", "equal", "held" at `held_sd`, "proportional" to the distance of the mean from `origin`, or
    slots with ratios."""
    origin: float = 0.0
    cv: float | None = None
    """What proportional sds are of that distance, where this is held."""
    held_sd: float = 0.0
    background: bool = False
    """Whether the first component is uniform, or one point; it keeps its place and all but its weight."""
    held_at: tuple[Sequence[float], Sequence[float], Sequence[float]] | None = None
    """What weights, means and sds are held at, NaN for those that are free; None: where a start has them."""
    family: int | Sequence[int] = 0
    """Of all components but a background, or of each, background included (`families/component.hpp`)."""
    at_most: int = 0
    """No more components than these are tried; 0: any number."""


FREE, EQUAL = Chart(), Chart(sds="equal")
_CHARTS = {"free": (FREE,), "equal": (EQUAL,), "auto": (FREE, EQUAL)}


def chart_of(equal: bool) -> Chart:
    """Return the chart of free or of equal sds."""
    return EQUAL if equal else FREE


def charts_of(sds: str) -> tuple[Chart, ...]:
    """Return the charts that "free", "equal" or "auto" asks for."""
    return _CHARTS[sds]


class Model(NamedTuple):
    """A mixture, and which of its parameters are free."""

    weights: Array
    means: Array
    """Or the locations of other families, at the border (`model/component.py`)."""
    sds: Array
    chart: Chart = FREE
    held: Sequence[int] = ()
    """Components whose sds stay, where the likelihood is the penalised one."""
    families: NDArray[np.int64] | None = None
    """(k,), None: all are normal."""
    shapes: Array | None = None


def model_of(mixture: Sequence[Any], chart: Chart = FREE, held: Sequence[int] = ()) -> Model:
    """Return the model of a mixture as the core writes it: three arrays, or five with families and shapes."""
    weights, means, sds, *others = mixture
    return Model(weights, means, sds, chart, held, *others)


class Candidates(NamedTuple):
    """What is fitted: each number of components under each chart, or the optimum next to a start."""

    n_components: Sequence[int] = ()
    """Rising; empty: the numbers that are tried where none was asked for (`fit_batch` alone)."""
    charts: Sequence[Chart] = (FREE,)
    stop_early: bool = False
    """Whether to stop where the criterion has risen three times in a row, of all and of eligible fits."""
    criterion: str = "bic"
    highest: bool = False
    pass_over: bool = False
    """Where all competing optima collapse, whether the best of the others that survives is the answer."""
    start: Arrays | None = None


class Options(NamedTuple):
    """How work is done."""

    tol: float = 1e-10
    max_iter: int = 1000
    threads: int = 1
    progress: Report | None = None


class Recording(NamedTuple):
    """Rows as they were recorded, pooled, and how they came to be so (`resample/recording.hpp`)."""

    lower: Array
    upper: Array
    """Equal to the lower end where the value is known."""
    variance: Array
    """Of the error."""
    low: Array
    high: Array
    """The window of each row, infinite where there is none."""
    weights: Array
    components: NDArray[np.int64]
    """As in `Observed`."""
    rounded: NDArray[np.int64]
    """1: the interval is that of a lattice."""
    rounds: NDArray[np.int64]
    """1: a value drawn in its place is rounded to the lattice."""
    edges: Array | None = None
    """Of bins, from minus infinity to infinity; None: none."""
    step: float = 0.0
    """Of the lattice of rounded rows."""
    origin: float = 0.0
    """A place on it."""
    below: tuple[Array, Array] | None = None
    """The law of the limits below which nothing is told apart: where they lie, and their cumulative
    probabilities; of the rest there is none."""
    above: tuple[Array, Array] | None = None


class Resampling(NamedTuple):
    """Samples drawn anew (`resample/bootstrap.hpp`)."""

    kind: str
    """"weighted", "parametric" or "nonparametric"."""
    replicates: int
    seed: int
    recording: Recording | None = None
    """Of rows of other kinds than exact values."""
