"""Types of the native functions: float64 arrays in, new float64 arrays out, without the GIL."""

from collections.abc import Callable
from typing import Any, TypeAlias, TypedDict

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float64]
_Census = tuple[int, int, int, int, int, int, int, int]
_Pooled = tuple[Array, Array, Array, float, float | None]
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

# a mixture at x (n,); weights sum to one, some may be zero; sds positive
def pdf(x: Array, weights: Array, means: Array, sds: Array) -> Array: ...
def logpdf(x: Array, weights: Array, means: Array, sds: Array) -> Array: ...
def cdf(x: Array, weights: Array, means: Array, sds: Array) -> Array: ...
def logcdf(x: Array, weights: Array, means: Array, sds: Array) -> Array: ...
def ccdf(x: Array, weights: Array, means: Array, sds: Array) -> Array: ...
def logccdf(x: Array, weights: Array, means: Array, sds: Array) -> Array: ...
def icdf(p: Array, weights: Array, means: Array, sds: Array) -> Array: ...
def iccdf(p: Array, weights: Array, means: Array, sds: Array) -> Array: ...
def responsibilities(x: Array, weights: Array, means: Array, sds: Array) -> Array: ...  # (n, k)

# Columns: data.py. A column is a one-dimensional array of any real type, stride and byte order.
# Census: n_missing, first_missing, n_infinite, first_infinite, n_bad_weight, first_bad_weight, n_zero_weight,
# n_obs.
# Pooled: values, weights, rows, total_weight, resolution.
def pool(
    data: NDArray[Any], sample_weight: NDArray[Any] | None, drop_missing: bool
) -> tuple[_Pooled | None, _Census]: ...
def pool_large(
    data: NDArray[Any], sample_weight: NDArray[Any] | None, drop_missing: bool, cap: int, threads: int
) -> tuple[_Pooled, _Census] | None: ...
def scan_column(
    data: NDArray[Any], sample_weight: NDArray[Any] | None, threads: int
) -> tuple[float, float, float, _Census]: ...
def resolution(data: NDArray[Any], sample_weight: NDArray[Any] | None, rows: int) -> float | None: ...
def read_arrow(source: object) -> tuple[NDArray[Any] | None, str, str | None, list[str] | None]: ...
def read_arrow_batch(stream: object) -> list[NDArray[Any]] | None: ...  # of a capsule; None at the end

# Fitting: values sorted and distinct, sample_weight their pooled weights.
def em_step(
    values: Array,
    sample_weight: Array,
    weights: Array,
    means: Array,
    sds: Array,
    equal: bool = False,
    general: bool = False,
) -> tuple[Array, Array, Array, float]: ...
def derivatives(
    values: Array, sample_weight: Array, weights: Array, means: Array, sds: Array, general: bool = False
) -> tuple[float, Array, Array]: ...
def polish(
    values: Array,
    sample_weight: Array,
    weights: Array,
    means: Array,
    sds: Array,
    penalty: float,
    penalty_variance: float,
    floor: float,
    equal: bool = False,
    em_steps: int = 2,
    max_iter: int = 200,
    general: bool = False,
) -> tuple[Array, Array, Array, float, float, float, int, bool]: ...

# Rows of any kind (observations/block.hpp), one each: kind 0 the value a, 1 between a and b, 2 the value a
# with an error of variance b; components: bit j says whether component j may have made it, -1 all of them.
# A sample_weight may be negative: the probability of a window, for values that were cut to it.
_Whole: TypeAlias = NDArray[np.int64]

def observed_derivatives(
    kind: _Whole,
    a: Array,
    b: Array,
    sample_weight: Array,
    components: _Whole,
    weights: Array,
    means: Array,
    sds: Array,
) -> tuple[float, Array, Array]: ...
def observed_em_step(
    kind: _Whole,
    a: Array,
    b: Array,
    sample_weight: Array,
    components: _Whole,
    weights: Array,
    means: Array,
    sds: Array,
    equal: bool = False,
) -> tuple[Array, Array, Array, float]: ...
def observed_responsibilities(
    kind: _Whole,
    a: Array,
    b: Array,
    sample_weight: Array,
    components: _Whole,
    weights: Array,
    means: Array,
    sds: Array,
) -> Array: ...  # (n, k)

class Fitted(TypedDict):
    """One row tried: a number of components with free or equal sds, in the units of the data."""

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
    collapsed: int  # the component held up by the penalty only, or -1
    optima: list[tuple[MixtureArrays, float, float, bool]]  # log-likelihood, penalised, regularized

_Report: TypeAlias = Callable[[float, float], object] | None
_Steps = tuple[list[str], Array, Array, Array, Array]

# resolution is 0 when unknown; n_components rising; criterion 0 bic, 1 aic, 2 icl; progress(done, total)
def fit_sample(
    values: Array,
    sample_weight: Array,
    widths: Array | None,
    resolution: float,
    n_components: Array,
    stop_early: bool,
    free_sds: bool,
    equal_sds: bool,
    criterion: int,
    highest: bool,
    tol: float,
    max_iter: int,
    threads: int,
    progress: _Report,
    general: bool = False,
) -> list[Fitted]: ...

# Which of several fits is the answer: numbers a fit, equal and eligible 0 or 1.
def choose(criteria: Array, n_components: Array, equal: Array, eligible: Array) -> int: ...

# Many columns of any real type, stride and byte order, each of at most POOL_LIMIT rows. No n_components: 1 ..
# most_components each. Returns one number a column for what the chosen fit has, 0 where there
# is none (k = 0); mixtures and errors (m, 3 width), weights before means before sds, NaN behind the k-th;
# tried: a row (k, equal, regularized, log-likelihood, entropy) for all that was tried, n_tried a column;
# optima: a row (log-likelihood, penalised, regularized, mixture) for each of the chosen fit's, n_optima a
# column.
def most_components(n_distinct: int, equal_only: bool) -> int: ...
def fit_batch(
    columns: list[NDArray[Any]],
    sample_weights: list[NDArray[Any]] | None,
    drop_missing: bool,
    n_components: Array,
    free_sds: bool,
    equal_sds: bool,
    criterion: int,
    highest: bool,
    tol: float,
    max_iter: int,
    threads: int,
    progress: _Report,
) -> dict[str, Array]: ...

# column: any real type, stride and byte order; returns the weighted points of the search, the widths of
# their cells, and the rows
def fit_large(
    column: NDArray[Any],
    sample_weight: NDArray[Any] | None,
    total_weight: float,
    resolution: float,
    n_components: Array,
    stop_early: bool,
    free_sds: bool,
    equal_sds: bool,
    criterion: int,
    highest: bool,
    tol: float,
    max_iter: int,
    threads: int,
    progress: _Report,
    general: bool = False,
) -> tuple[Array, Array, Array, list[Fitted]]: ...
def fit_large_from(
    column: NDArray[Any],
    sample_weight: NDArray[Any] | None,
    total_weight: float,
    resolution: float,
    weights: Array,
    means: Array,
    sds: Array,
    free_sds: bool,
    equal_sds: bool,
    tol: float,
    max_iter: int,
    threads: int,
    progress: _Report,
) -> tuple[Array, Array, Array, list[Fitted]]: ...
def fit_from(
    values: Array,
    sample_weight: Array,
    resolution: float,
    weights: Array,
    means: Array,
    sds: Array,
    equal: bool,
    tol: float,
    max_iter: int,
    general: bool = False,
) -> Fitted: ...

# plain: without a penalty from the start; held: the answer is the penalised optimum itself
# returns phases, penalty (m,), objective (m,), log_likelihood (m,), parameters (m, 3k)
def replay(
    values: Array,
    sample_weight: Array,
    resolution: float,
    weights: Array,
    means: Array,
    sds: Array,
    equal: bool,
    plain: bool,
    held: bool,
    tol: float,
    max_iter: int,
) -> _Steps: ...

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
def certify(
    values: Array,
    sample_weight: Array,
    weights: Array,
    means: Array,
    sds: Array,
    min_sd: float,
    max_iter: int,
    threads: int,
    progress: _Report,
) -> Certified: ...

# Random draws: the stream of a replicate depends on the seed and its number only.
def draw_sample(
    seed: int,
    stream: int,
    n: int,
    weights: Array,
    means: Array,
    sds: Array,
    resolution: float = 0.0,
    origin: float = 0.0,
) -> tuple[Array, Array]: ...  # sorted distinct values and their counts
def draw_weights(seed: int, stream: int, sample_weight: Array) -> Array: ...
def draw_counts(seed: int, stream: int, sample_weight: Array, draws: int) -> Array: ...

# Replicates of a fit, each refitted from it (resample/bootstrap.hpp); resampling: 0 weighted, 1 parametric,
# 2 nonparametric. Parameters (replicates, 3k) in the order of the components given, plain log-likelihoods,
# whether each converged, and the component that collapsed or -1.
def bootstrap(
    values: Array,
    sample_weight: Array,
    resolution: float,
    weights: Array,
    means: Array,
    sds: Array,
    equal: bool,
    resampling: int,
    replicates: int,
    seed: int,
    tol: float,
    max_iter: int,
    threads: int,
    progress: _Report,
) -> tuple[Array, Array, Array, Array]: ...

# Intervals: a quantity is a row (kind, i, j, at), kinds as in uncertainty/quantities.py; weights positive.
# rows of value, error on the quantity's scale, lower, upper, why either is open (0: it is not), how far the
# branch went on either side, and how far twice the log-likelihood has fallen there. held: components of which
# the sds stay, where the likelihood is the penalised one.
def profile_intervals(
    values: Array,
    sample_weight: Array,
    resolution: float,
    weights: Array,
    means: Array,
    sds: Array,
    equal: bool,
    quantities: Array,
    critical: Array,
    held: Array,
    threads: int,
    progress: _Report,
    general: bool = False,
) -> Array: ...
def profile_fall(
    values: Array,
    sample_weight: Array,
    resolution: float,
    weights: Array,
    means: Array,
    sds: Array,
    equal: bool,
    quantity: Array,
    at: Array,
    held: Array,
    threads: int,
    general: bool = False,
) -> Array: ...
def evaluate_quantities(mixtures: Array, quantities: Array, near: Array) -> Array: ...
def confusion(weights: Array, means: Array, sds: Array) -> Array: ...
def calibrated_falls(
    values: Array,
    sample_weight: Array,
    resolution: float,
    weights: Array,
    means: Array,
    sds: Array,
    equal: bool,
    quantities: Array,
    resampling: int,
    replicates: int,
    seed: int,
    threads: int,
    progress: _Report,
) -> Array: ...

# Covariance of (weights, means, sds), (3k, 3k), from the observed information or the sandwich of it; the
# information itself, in its free coordinates.
def covariance(
    values: Array,
    sample_weight: Array,
    resolution: float,
    weights: Array,
    means: Array,
    sds: Array,
    equal: bool,
    sandwich: bool,
    held: Array,
    general: bool = False,
) -> Array: ...
def information(
    values: Array,
    sample_weight: Array,
    resolution: float,
    weights: Array,
    means: Array,
    sds: Array,
    equal: bool,
    held: Array,
) -> Array: ...

# The components that owe their widths to the penalty: `collapsed`, and those like it; none where it is -1.
def propped(
    values: Array, sample_weight: Array, weights: Array, means: Array, sds: Array, collapsed: int
) -> Array: ...

# The bootstrap test of n_components against one more. origin: a place on the lattice of the values; size: how
# many values a replicate draws; enough: stop after so many that exceed, 0 for never. Returns the statistic,
# the two mixtures (weights, means, sds) as (3, k) and (3, k + 1), the statistics drawn and how many exceed.
def bootstrap_order(
    values: Array,
    sample_weight: Array,
    resolution: float,
    origin: float,
    n_components: int,
    equal: bool,
    size: int,
    replicates: int,
    enough: int,
    seed: int,
    threads: int,
    progress: _Report,
) -> tuple[float, Array, Array, Array, int]: ...

# Goodness of fit: D, A^2 and W^2 of a sample, and the sds without what rounding has added to them;
# replicates: D, A^2 and W^2 of samples drawn from the mixture and refitted (replicates, 3).
def goodness(
    values: Array, sample_weight: Array, resolution: float, weights: Array, means: Array, sds: Array
) -> tuple[float, float, float, Array]: ...
def goodness_replicates(
    values: Array,
    sample_weight: Array,
    resolution: float,
    weights: Array,
    means: Array,
    sds: Array,
    equal: bool,
    replicates: int,
    seed: int,
    tol: float,
    max_iter: int,
    threads: int,
    progress: _Report,
) -> Array: ...
def eigenvalues(matrix: Array) -> Array: ...  # symmetric, row by row (n * n,) -> (n,), falling

# The EM-test (order/em_order.hpp); the mixtures as (3, components), without components of weight 0. Returns the
# statistic, the null, the alternative and the weight of the penalty on its sds. `em_test_from`: the null is
# the penalised optimum next to a mixture.
def em_test(
    values: Array, sample_weight: Array, resolution: float, n_components: int, equal: bool
) -> tuple[float, Array, Array, float]: ...
def em_test_from(
    values: Array,
    sample_weight: Array,
    resolution: float,
    weights: Array,
    means: Array,
    sds: Array,
    equal: bool,
) -> tuple[float, Array, Array, float]: ...

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
) -> SketchState: ...
def sketch_merge(first: SketchState, second: SketchState) -> SketchState: ...
def sketch_nodes(state: SketchState) -> tuple[Array, Array, Array]: ...  # values, weights, cell widths
def sketch_rule(state: SketchState, order: int) -> tuple[Array, Array, NDArray[np.int64]]: ...
