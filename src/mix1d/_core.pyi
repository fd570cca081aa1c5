"""Types of the native functions: records of `mix1d.native` and arrays in, new arrays out, without the GIL."""

from collections.abc import Callable, Sequence
from typing import Any, NotRequired, TypeAlias, TypedDict

import numpy as np
from numpy.typing import NDArray

from mix1d.native import Candidates, Chart, Model, Observed, Options, Problem, Recording, Resampling

Array: TypeAlias = NDArray[np.float64]
_Census = tuple[int, int, int, int, int, int, int, int]
_Pooled = tuple[Array, Array, Array, float, float | None]
Scan: TypeAlias = tuple[float, float, float, _Census]  # minimum, maximum, total weight
MixtureArrays: TypeAlias = tuple[Array, Array, Array]

class BuildInfo(TypedDict):
    version: str
    compiler: str
    isa: str
    isas: str
    lanes: int

def build_info() -> BuildInfo: ...

# vector functions: x (n,) -> (n,)
def exp(x: Array) -> Array: ...
def log(x: Array) -> Array: ...
def erfcx(x: Array) -> Array: ...

# A mixture at x (n,): weights, means and sds, (k,) each; weights sum to one, some may be zero; sds positive.
# A `Model` is a mixture too.
_Mixture: TypeAlias = MixtureArrays | Model

# Components of any families: weights, locations, scales, families, shapes, (k,) each; distribution/law.hpp
# has their units. The functions of a mixture take these too.
MixedArrays: TypeAlias = tuple[Array, Array, Array, NDArray[np.int64], Array]
_AnyMixture: TypeAlias = _Mixture | MixedArrays

def density(x: Array, mixture: _AnyMixture, log: bool = False) -> Array: ...
def probability(x: Array, mixture: _AnyMixture, above: bool = False, log: bool = False) -> Array: ...
def quantile(
    p: Array, mixture: _AnyMixture, above: bool = False, log: bool = False
) -> Array: ...  # log: of five arrays only
def responsibilities(x: Array, mixture: _AnyMixture) -> Array: ...  # (n, k)
def interval(low: Array, high: Array, mixture: MixedArrays, log: bool = False) -> Array: ...

# (k, 3): mean, sd, median; (k, 7): these, skewness, kurtosis, ends of the support, which may take integrals;
# (k, order + 1): moments about 0 (raw), or about the mean in sds; (k, 3): own parameters, NaN behind the
# last, and back: location, scale, shape
def component_places(mixture: MixedArrays) -> Array: ...
def component_facts(mixture: MixedArrays) -> Array: ...
def component_moments(mixture: MixedArrays, order: int, raw: bool) -> Array: ...
def natural_parameters(mixture: MixedArrays) -> Array: ...
def border_coordinates(family: int, parameters: Array) -> tuple[float, float, float]: ...
def mixed_modes(mixture: MixedArrays) -> Array: ...
def mixed_entropy(mixture: MixedArrays) -> float: ...

# A row for each crossing of a component with the next: the number of the first, where, and 1 where the first
# gives way to the second; weights positive.
def mixed_crossings(mixture: MixedArrays) -> Array: ...  # (m, 3)

# (k - 1, 2): where each component and the next are equally probable: the one near their means, the other
def crossings(mixture: _Mixture) -> Array: ...

# (k, k): how much of a component lies where another one is the most probable; weights positive
def confusion(mixture: _Mixture) -> Array: ...

# Columns: data/sample.py. A column is a one-dimensional array of any real type, stride and byte order.
# Census: n_missing, first_missing, n_infinite, first_infinite, n_bad_weight, first_bad_weight, n_zero_weight,
# n_obs.
# Pooled: values, weights, rows, total_weight, resolution; None where there is none. With a cap, on values of
# any length, both are None where there are more distinct values than that.
def pool(
    data: NDArray[Any],
    sample_weight: NDArray[Any] | None,
    drop_missing: bool,
    cap: int = 0,
    threads: int = 1,
) -> tuple[_Pooled | None, _Census | None]: ...
def scan_column(data: NDArray[Any], sample_weight: NDArray[Any] | None, threads: int) -> Scan: ...
def resolution(data: NDArray[Any], sample_weight: NDArray[Any] | None, rows: int) -> float | None: ...
def read_arrow(source: object) -> tuple[NDArray[Any] | None, str, str | None, list[str] | None]: ...
def read_arrow_batch(stream: object) -> list[NDArray[Any]] | None: ...  # of a capsule; None at the end

# Single steps under a chart: the next mixture and the log-likelihood before it; log-likelihood, gradient and
# Hessian by (logit, mean, log sd); gradient and minus the Hessian in the free coordinates of the chart (means
# in sds), and the mixture a step of them away.
def em_step(problem: Problem, model: Model) -> tuple[Array, Array, Array, float]: ...
def derivatives(problem: Problem, model: Model) -> tuple[float, Array, Array]: ...
def chart_step(problem: Problem, model: Model, step: Array) -> tuple[Array, Array, MixtureArrays]: ...

# The same of rows of any kind.
def observed_log_likelihood(problem: Problem, model: Model) -> float: ...
def observed_em_step(observed: Observed, model: Model) -> tuple[Array, Array, Array, float]: ...
def observed_derivatives(observed: Observed, model: Model) -> tuple[float, Array, Array]: ...
def observed_responsibilities(observed: Observed, model: Model) -> Array: ...  # (n, k)

class Polished(TypedDict):
    """The optimum next to a start."""

    mixture: MixtureArrays
    log_likelihood: float
    objective: float
    decrement: float
    iterations: int
    converged: bool

# penalty: its weight and its variance
def polish(
    problem: Problem,
    model: Model,
    penalty: tuple[float, float],
    floor: float,
    em_steps: int = 2,
    max_iter: int = 200,
) -> Polished: ...

# What the loops of a family leave of one component at numbers y in which it moves: the log density (n), first
# derivatives (n, slots) and second ones (n, pairs), by location in scales, log scale and shape.
def family_derivatives(
    family: int,
    location: float,
    scale: float,
    shape: float,
    y: Array,
    upper: Array | None = None,
    variance: Array | None = None,
) -> tuple[Array, Array, Array]: ...

# Mean and sd in that space, location, scale and shape given back by them, and the variance of the penalty
# with the derivatives of its logarithm by location.
def family_moments(
    family: int, location: float, scale: float, shape: float
) -> tuple[tuple[float, float], tuple[float, float, float], tuple[float, float, float]]: ...
def gamma_functions(x: Array) -> Array: ...  # (3, n): log gamma, digamma, trigamma

class Fitted(TypedDict):
    """One row tried: a number of components with free or equal sds, in the units of the data."""

    place: NotRequired[int]  # of its chart among those that were asked for
    equal: bool
    mixture: MixtureArrays  # ordered by mean, ties by sd
    start: MixtureArrays  # where the last solve began, without the components of weight 0
    log_likelihood: float
    entropy: float  # sum of w_i * entropy of r_i
    decrement: float
    converged: bool
    positive_definite: bool
    regularized: bool
    sound: bool  # False: the highest was asked for, none was sound, this is the stable answer
    max_iter_reached: bool
    null_components: int  # how many have weight 0
    collapsed: int  # the component held up by the penalty or by `prop`, or -1
    prop: str  # none, penalty, one_interval, unseen, window (search/fit.hpp)
    passed_over: bool  # higher optima collapse
    optima: list[tuple[MixtureArrays, float, float, bool]]  # log-likelihood, penalised, regularized
    # what the caller adds where the model is more than free or equal sds
    chart: NotRequired[Chart]
    sds: NotRequired[str]
    background_weight: NotRequired[float]
    family: NotRequired[str]
    # of components that are not all normal, of which `mixture` and `optima` then have the moments
    native: NotRequired[MixedArrays]
    native_optima: NotRequired[list[MixedArrays]]

# All that was tried, and of a long column the weighted points of the search and the widths of their cells.
def fit(
    problem: Problem, candidates: Candidates, options: Options
) -> tuple[list[Fitted], tuple[Array, Array, Array] | None]: ...

# n_parameters, AIC, BIC and ICL
def criteria(
    n_components: int,
    chart: Chart,
    log_likelihood: float,
    entropy: float,
    total_weight: float,
    undetermined: int = 0,
) -> tuple[int, float, float, float]: ...

# Which of several fits is the answer: numbers a fit, equal and eligible 0 or 1.
def choose(criteria: Array, n_components: Array, equal: Array, eligible: Array) -> int: ...

# Many columns of any real type, stride and byte order, each of at most POOL_LIMIT rows. No n_components: 1 ..
# most_components each. Returns one number a column for what the chosen fit has, 0 where there
# is none (k = 0); mixtures and errors (m, 3 width), weights before means before sds, NaN behind the k-th;
# tried: a row (k, equal, regularized, log-likelihood, entropy) for all that was tried, n_tried a column;
# optima: a row (log-likelihood, penalised, regularized, mixture) for each of the chosen fit's, n_optima a
# column.
def most_components(n_distinct: int, charts: Sequence[Chart]) -> int: ...
def fit_batch(
    columns: list[NDArray[Any]],
    sample_weights: list[NDArray[Any]] | None,
    drop_missing: bool,
    candidates: Candidates,
    options: Options,
) -> dict[str, Array]: ...

class Steps(TypedDict):
    """The steps of a solve."""

    phases: list[str]
    penalty: Array  # (m,), as the next two
    objective: Array
    log_likelihood: Array
    parameters: Array  # (m, 3k), with shapes (m, 4k)

# plain: without a penalty from the start; held: the answer is the penalised optimum itself
def replay(problem: Problem, model: Model, plain: bool, held: bool, options: Options) -> Steps: ...

class Certified(TypedDict):
    """The best mixture with all sds `min_sd`, and where the fit given is short of mass."""

    weights: Array
    means: Array
    gain: float  # log-likelihood over that of the fit
    largest: float  # the directional derivative at the best mixture is nowhere larger
    iterations: int
    grid: Array  # means
    excess: Array  # directional derivative of the fit there, / total weight
    at: float  # where one further component gains most, and what
    at_gain: float
    at_weight: float

# the fit has no component of weight 0
def certify(problem: Problem, mixture: _Mixture, min_sd: float, options: Options) -> Certified: ...

# Random draws: the stream of a replicate depends on the seed and its number only. Sorted distinct values and
# their counts; new weights of values, or with `draws` the counts of so many draws.
def draw_sample(
    seed: int, stream: int, n: int, mixture: _AnyMixture, resolution: float = 0.0, origin: float = 0.0
) -> tuple[Array, Array]: ...
def draw_weights(seed: int, stream: int, sample_weight: Array, draws: int | None = None) -> Array: ...

# rows (m, 6): ends, variance of the error, ends of the window, weight; and the components
def draw_recorded(
    seed: int, stream: int, kind: str, model: Model, recording: Recording
) -> tuple[Array, Array]: ...

class Replicated(TypedDict):
    """Replicates of a fit, each refitted from it."""

    parameters: Array  # (replicates, 3k), with shapes 4k, in the order of the components given
    log_likelihood: Array  # plain
    converged: Array
    collapsed: Array  # the component, or -1
    # with a window: weights, means and sds of what is seen inside; the last row is that of the mixture given
    seen: NotRequired[Array]  # (replicates + 1, 3k)

def bootstrap(problem: Problem, model: Model, resampling: Resampling, options: Options) -> Replicated: ...

# Intervals: a quantity is a row (kind, i, j, at), kinds as in uncertainty/quantities.py; weights positive.
# Rows of value, error on the quantity's scale, lower, upper, why either is open (0: it is not; 6: a bound of
# the parameter, which is the end), how far the branch went on either side, and how far twice the log-
# likelihood has fallen there. Of families that are not normal: means and sds are locations and scales at the
# border, crossings of either kind the one near `at`; error rates and quantiles of counts have no bounds.
def profile_intervals(
    problem: Problem, model: Model, quantities: Array, critical: Array, options: Options
) -> Array: ...
def profile_fall(problem: Problem, model: Model, quantity: Array, at: Array, options: Options) -> Array: ...
def evaluate_quantities(
    mixtures: Array, quantities: Array, near: Array, families: NDArray[np.int64] | None = None
) -> Array: ...  # with families, rows of weights, locations, scales and shapes
def calibrated_falls(
    problem: Problem, model: Model, quantities: Array, resampling: Resampling, options: Options
) -> Array: ...

# Covariance of (weights, means, sds), (3k, 3k), of other families with the shapes, (4k, 4k), from the
# observed information or the sandwich of it, NaN for what is not estimated. Standard errors of own
# parameters, NaN behind the last, and of mean and sd, (k, 5). The information itself, in its free
# coordinates.
def covariance(problem: Problem, model: Model, sandwich: bool) -> Array: ...
def own_errors(problem: Problem, model: Model, sandwich: bool) -> Array: ...
def information(problem: Problem, model: Model) -> Array: ...

# The components that owe their widths to the penalty: `collapsed`, and those like it; none where it is -1.
def propped(problem: Problem, mixture: _AnyMixture, collapsed: int) -> Array: ...

class Compared(TypedDict):
    """The bootstrap test of a number of components against one more."""

    statistic: float
    null: MixtureArrays | MixedArrays
    alternative: MixtureArrays | MixedArrays
    drawn: Array  # the statistics of the replicates
    exceed: int

# candidates: one number and one chart. sample: how many values a replicate draws, a place on the lattice of
# the values, and after how many that exceed to stop, 0 for never.
def bootstrap_order(
    problem: Problem,
    candidates: Candidates,
    sample: tuple[int, float, int],
    resampling: Resampling,
    options: Options,
) -> Compared: ...

class EmTested(TypedDict):
    """The EM-test (order/em_order.hpp)."""

    statistic: float
    null: Array  # (3, k), without components of weight 0
    alternative: Array
    penalty: float  # its weight, on the sds of the alternative

# with a start, the null is the penalised optimum next to it
def em_test(problem: Problem, candidates: Candidates) -> EmTested: ...

class Distances(TypedDict):
    """How far a sample is from a mixture."""

    distances: Array  # D, A^2, W^2; of other families also Pearson's statistic and deviance, of counts alone
    sds: Array  # (k,), without what rounding has added to them; of normal components alone
    cells: int  # pooled bins of counts, else 0; of other families alone

# Replicates: D, A^2 and W^2 of samples drawn from the mixture and refitted (replicates, 3).
def goodness(problem: Problem, mixture: _AnyMixture) -> Distances: ...
def goodness_replicates(
    problem: Problem, model: Model, resampling: Resampling, options: Options
) -> Array: ...

# Rows of any kind (inference/recorded_goodness.hpp): D, A^2, W^2, Pearson's statistic and the deviance, NaN
# where a kind has none, and the number of pooled bins; those of replicates (replicates, 5); the probability
# below either end of each row (m, 2).
def recorded_goodness(model: Model, recording: Recording) -> tuple[Array, int]: ...
def recorded_goodness_replicates(
    problem: Problem, model: Model, resampling: Resampling, options: Options
) -> Array: ...
def recorded_transforms(model: Model, recording: Recording) -> Array: ...
def eigenvalues(matrix: Array) -> Array: ...  # symmetric, row by row (n * n,) -> (n,), falling

# Sketches: sketch/state.py explains the arrays.
SketchState: TypeAlias = tuple[Array, Array, NDArray[np.int32], NDArray[np.int64], NDArray[np.uint32], Array]
SKETCH_CELLS: int
SKETCH_VALUES: int

def sketch_add(
    state: SketchState,
    column: NDArray[Any],
    sample_weight: NDArray[Any] | None,
    threads: int,
    progress: Callable[[float, float], object] | None,
) -> tuple[SketchState, Scan] | None: ...  # None where rows cannot be taken as they are
def sketch_merge(first: SketchState, second: SketchState) -> SketchState: ...
def sketch_nodes(state: SketchState) -> tuple[Array, Array, Array]: ...  # values, weights, cell widths
def sketch_rule(state: SketchState, order: int) -> tuple[Array, Array, NDArray[np.int64]]: ...
