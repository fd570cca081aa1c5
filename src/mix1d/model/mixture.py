"""DISTRIBUTION: the frozen mixture of normals, with the method names of scipy.stats."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from functools import partial
from typing import Any, NoReturn

import numpy as np
from numpy.typing import ArrayLike

from mix1d import _core
from mix1d.arrays import Array, Arrays
from mix1d.data.arguments import check_shape
from mix1d.errors import InputError, shown
from mix1d.model import moments, tails
from mix1d.model.parameters import SUM_TOLERANCE, check_weights, real_numbers, vector
from mix1d.model.thresholds import Threshold, thresholds

SHOWN = 8  # components that repr spells out


_HIGHEST_ORDER = 10_000  # of a moment


class Mixture:
    """A mixture of normal distributions.

    Parameters
    ----------
    weights : array_like (k,)
        Probabilities of the components: at least 0, summing to one within 1e-9 (they are then divided by
        their sum).
    means, sds : array_like (k,)
        Means and standard deviations, in the unit of the data; sds are positive.

    Attributes
    ----------
    weights, means, sds : ndarray (k,)
        Read-only float64 copies, in the order given.

    Raises
    ------
    InputError
        When an argument cannot be used; the message names it, the component and the value.

    Notes
    -----
    Methods and their arguments are those of `scipy.stats.Mixture` (without `logentropy`, `pmf`, `logpmf` and
    the choice of a `method`), so that objects are interchangeable; `x` may have any shape,
    a scalar gives a scalar. Values are exact to a few units in the last place over the whole line: tail
    masses are sums of scaled complementary error functions, never one minus something; logarithms are taken
    without leaving the log scale, so that `logccdf` is finite a million sds out. The cost is 10 to 100 ns a
    point, for intervals and `ilogcdf` some microseconds.

    Examples
    --------
    >>> m = Mixture([0.4, 0.6], [-2, 2], [1, 1])
    >>> print(f"{m.mean():.2f} {m.median():.2f} {m.mode():.2f}")
    0.40 1.04 2.00
    >>> m.pdf([0.0, 2.0]).round(4)
    array([0.054 , 0.2394])
    >>> print(f"{m.logccdf(100.0):.3f}")
    -4808.015
    """

    __slots__ = ("means", "sds", "weights")
    weights: Array
    means: Array
    sds: Array

    def __init__(self, weights: ArrayLike, means: ArrayLike, sds: ArrayLike) -> None:
        w, m, s = vector("weights", weights), vector("means", means), vector("sds", sds)
        k = len(w)
        if len(m) != k or len(s) != k:
            raise InputError(
                f"weights, means and sds must have the same length, got {k}, {len(m)} and {len(s)}: "
                "give one of each for every component"
            )
        total = check_weights(w.tolist())
        for j, mean in enumerate(m.tolist()):
            if not -math.inf < mean < math.inf:
                raise InputError(
                    f"means must be finite; component {j} is {mean!r}: correct it or drop that component"
                )
        for j, sd in enumerate(s.tolist()):
            if not 0.0 < sd < math.inf:
                raise InputError(
                    f"sds must be positive and finite; component {j} is {sd!r}: widen it or drop it"
                )
        self._freeze(w if total == 1.0 else w / total, m, s)

    @classmethod
    def _trusted(cls, weights: Array, means: Array, sds: Array) -> Mixture:
        """Take valid float64 arrays of our own as they are, without checks or copies."""
        mixture = cls.__new__(cls)
        mixture._freeze(weights, means, sds)
        return mixture

    def _freeze(self, weights: Array, means: Array, sds: Array) -> None:
        for array in (weights, means, sds):
            array.setflags(write=False)
        object.__setattr__(self, "weights", weights)
        object.__setattr__(self, "means", means)
        object.__setattr__(self, "sds", sds)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"Mixture is frozen: make a new one instead of setting {name!r}")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"Mixture is frozen: {name!r} cannot be deleted")

    def __reduce__(self) -> tuple[Callable[..., Mixture], Arrays]:
        return Mixture._trusted, self._arrays

    def __eq__(self, other: object) -> bool:
        return self._key() == other._key() if isinstance(other, Mixture) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[tuple[float, ...], ...]:
        return tuple(tuple(array.tolist()) for array in self._arrays)

    def __repr__(self) -> str:
        def shown(values: list[float]) -> str:
            return ", ".join([f"{v:.6g}" for v in values[:SHOWN]] + ["..."] * (len(values) > SHOWN))

        w, m, s = self._key()
        exact = len(w) <= SHOWN and all(float(f"{v:.6g}") == v for v in w + m + s)
        text = f"weights=[{shown([*w])}], means=[{shown([*m])}], sds=[{shown([*s])}]"
        return f"Mixture({text})" if exact else f"<Mixture, to 6 digits: {text}>"

    @property
    def _arrays(self) -> Arrays:
        return self.weights, self.means, self.sds

    # ---- functions of x

    def _map(self, function: Callable[..., Array], x: ArrayLike, name: str = "x") -> Any:
        values = real_numbers(name, x)
        flat = np.ascontiguousarray(values).reshape(-1)
        return function(flat, self._arrays).reshape(values.shape)[()]

    def _between(self, function: Callable[..., Array], x: ArrayLike, y: ArrayLike) -> Any:
        first, second = real_numbers("x", x), real_numbers("y", y)
        try:
            low, high = np.broadcast_arrays(first, second)
        except ValueError:
            raise InputError(
                f"x and y must have shapes that go together, got {first.shape} and {second.shape}: pass as "
                "many of each"
            ) from None
        return function(low.ravel(), high.ravel(), self._arrays).reshape(low.shape)[()]

    def pdf(self, x: ArrayLike) -> Any:
        """Return the density at `x`."""
        return self._map(_core.density, x)

    def logpdf(self, x: ArrayLike) -> Any:
        """Return the natural logarithm of the density at `x`."""
        return self._map(partial(_core.density, log=True), x)

    def cdf(self, x: ArrayLike, y: ArrayLike | None = None) -> Any:
        """Return the probability below `x`, or from `x` to `y`; exact where both are close or far out."""
        return self._map(_core.probability, x) if y is None else self._between(tails.interval, x, y)

    def logcdf(self, x: ArrayLike, y: ArrayLike | None = None) -> Any:
        """Return the natural logarithm of `cdf`; NaN where `y` is below `x`."""
        if y is not None:
            return self._between(tails.log_interval, x, y)
        return self._map(partial(_core.probability, log=True), x)

    def ccdf(self, x: ArrayLike, y: ArrayLike | None = None) -> Any:
        """Return the probability above `x`, exact in the upper tail, or that outside of `x` to `y`."""
        if y is not None:
            return self._between(tails.outside, x, y)
        return self._map(partial(_core.probability, above=True), x)

    def logccdf(self, x: ArrayLike, y: ArrayLike | None = None) -> Any:
        """Return the natural logarithm of `ccdf`."""
        if y is not None:
            return self._between(tails.log_outside, x, y)
        return self._map(partial(_core.probability, above=True, log=True), x)

    def icdf(self, p: ArrayLike) -> Any:
        """Return the quantile: the x below which the probability is `p`.

        NaN outside [0, 1]. Where `p` is reached on a flat piece between far-apart components, a point near
        the middle of the piece. Newton on the log of the smaller tail, bracketed; about 0.5 microseconds a
        point.
        """
        return self._map(_core.quantile, p, "p")

    def iccdf(self, p: ArrayLike) -> Any:
        """Return the x above which the probability is `p`; see `icdf`."""
        return self._map(partial(_core.quantile, above=True), p, "p")

    def ilogcdf(self, p: ArrayLike) -> Any:
        """Return the x at which `logcdf` is `p`, also where exp(p) is below the smallest double."""
        return self._map(tails.ilogcdf, p, "p")

    def ilogccdf(self, p: ArrayLike) -> Any:
        """Return the x at which `logccdf` is `p`; see `ilogcdf`."""
        return self._map(tails.ilogccdf, p, "p")

    def responsibilities(self, x: ArrayLike) -> Array:
        """Return the probability of each component given `x`: shape of x, then an axis of length k.

        At infinity these are the limits; NaN where `x` is NaN.
        """
        values = real_numbers("x", x)
        flat = np.ascontiguousarray(values).reshape(-1)
        return _core.responsibilities(flat, self._arrays).reshape(*values.shape, len(self.weights))

    def predict(self, x: ArrayLike) -> Any:
        """Return the index (int64) of the most probable component at `x`; ties go to the lowest index.

        Raises
        ------
        InputError
            When `x` contains NaN, which has no label.
        """
        shares = self.responsibilities(x)
        missing = np.flatnonzero(np.isnan(shares[..., 0]))
        if len(missing):
            raise InputError(f"x must not be NaN, got nan at index {missing[0]}: drop missing values first")
        return np.argmax(shares, axis=-1).astype(np.int64)[()]

    def sample(self, shape: int | tuple[int, ...] = (), rng: int | np.random.Generator | None = None) -> Any:
        """Draw independent values.

        Parameters
        ----------
        shape : int or tuple of int
            Shape of the result; () gives a scalar.
        rng : None, int or numpy.random.Generator
            None takes fresh entropy; the global random state is never touched.
        """
        whole = isinstance(rng, int | np.integer) and not isinstance(rng, bool) and rng >= 0
        if not (rng is None or whole or isinstance(rng, np.random.Generator)):
            raise InputError(
                f"rng must be None, an int of at least 0 or a numpy.random.Generator, got {shown(rng)}: "
                "pass one"
            )
        generator = np.random.default_rng(rng)
        shape = check_shape("shape", shape)
        kept = np.flatnonzero(self.weights)
        uniform, normal = generator.random(shape), generator.standard_normal(shape)
        which = np.zeros(np.shape(uniform), dtype=np.intp)
        bound = 0.0
        for j in kept[:-1]:
            bound += float(self.weights[j])
            which += uniform >= bound
        with np.errstate(over="ignore"):  # beyond the largest double
            return (self.means[kept[which]] + self.sds[kept[which]] * normal)[()]

    # ---- numbers

    def mean(self) -> float:
        """Return the mean."""
        return self.moment(1)

    def median(self) -> float:
        """Return the median."""
        return float(self.icdf(0.5))

    def modes(self) -> Array:
        """Return all local maxima of the density, ascending; at most one per component."""
        return moments.modes(*self._arrays)

    def mode(self) -> float:
        """Return the highest mode, the lowest of them where several tie."""
        modes = self.modes()
        return float(modes[np.argmax(self.logpdf(modes))])

    def variance(self) -> float:
        """Return the variance."""
        return self.moment(2, "central")

    def standard_deviation(self) -> float:
        """Return the standard deviation, finite even where the variance overflows."""
        return moments.standard_deviation(*self._arrays)

    def skewness(self) -> float:
        """Return the skewness, the standardized third moment."""
        return self.moment(3, "standardized")

    def kurtosis(self) -> float:
        """Return the kurtosis, the standardized fourth moment (3 for a normal)."""
        return self.moment(4, "standardized")

    def moment(self, order: int = 1, kind: str = "raw") -> float:
        """Return a moment.

        Parameters
        ----------
        order : int
            0, 1, 2, ...
        kind : {"raw", "central", "standardized"}
            About zero, about the mean, or about the mean in standard deviations.

        Raises
        ------
        InputError
            When `order` is not an integer of at least 0, or `kind` is none of the three.

        Examples
        --------
        >>> m = Mixture([0.5, 0.5], [-1, 1], [1, 1])
        >>> m.moment(2), m.moment(4, "standardized")
        (2.0, 2.5)
        """
        try:
            n = operator.index(order)
        except TypeError:
            n = -1
        if n < 0:
            raise InputError(
                f"order must be an integer of at least 0, got {shown(order)}: moments count from 0"
            )
        if n > _HIGHEST_ORDER:
            raise InputError(f"order must be at most {_HIGHEST_ORDER}, got {shown(n)}: none beyond is finite")
        if not isinstance(kind, str) or kind not in ("raw", "central", "standardized"):
            raise InputError(
                f"kind must be 'raw', 'central' or 'standardized', got {shown(kind)}: choose one of them"
            )
        return moments.moment(*self._arrays, n, kind)

    def entropy(self) -> float:
        """Return the differential entropy in nats, to about 1e-12; below 1 ms for three components."""
        return moments.entropy(*self._arrays)

    def support(self) -> tuple[float, float]:
        """Return the ends of the support, (-inf, inf)."""
        return -math.inf, math.inf

    def thresholds(self) -> tuple[Threshold, ...]:
        """Return the points where neighbouring components are equally probable; see `Threshold`.

        Components are taken by mean, ties by sd; each pair of neighbours gives its crossing and, when the
        sds differ, the second one, or an entry of kind `"none"`. `lower` and `upper` are NaN: a mixture
        knows no sample.

        Examples
        --------
        >>> m = Mixture([0.5, 0.5], [0, 4], [1, 1])
        >>> [(t.value, t.kind) for t in m.thresholds()]
        [(2.0, 'crossing')]
        """
        return thresholds(*self._arrays)

    def _repr_html_(self) -> str:
        from mix1d.display.html import mixture_html

        return mixture_html(self)

    # ---- scipy

    def to_scipy(self) -> Any:
        """Return the same distribution as a `scipy.stats.Mixture` (imports scipy)."""
        from scipy import stats

        normals = [stats.Normal(mu=mean, sigma=sd) for mean, sd in zip(self.means, self.sds, strict=True)]
        return stats.Mixture(normals, weights=np.array(self.weights))

    @classmethod
    def from_scipy(cls, distribution: Any) -> Mixture:
        """Take over a `scipy.stats.Mixture` of `scipy.stats.Normal`, or a single `Normal` (imports scipy).

        Raises
        ------
        InputError
            When it is something else, or has a component that is not a `Normal`.

        Examples
        --------
        >>> m = Mixture([0.25, 0.75], [0, 4], [1, 2])
        >>> Mixture.from_scipy(m.to_scipy()) == m
        True
        """
        from scipy import stats

        if isinstance(distribution, stats.Mixture):
            components, weights = distribution.components, distribution.weights
            # scipy lets the sum be off by 1e-5
            total = math.fsum(weights.tolist())
            weights = weights if abs(total - 1.0) <= SUM_TOLERANCE else weights / total
        elif isinstance(distribution, stats.Normal):
            components, weights = [distribution], [1.0]
        else:
            raise InputError(
                "distribution must be a scipy.stats.Mixture or Normal, "
                f"got {type(distribution).__name__}: build one of them first"
            )
        for j, component in enumerate(components):
            if not isinstance(component, stats.Normal):
                raise InputError(
                    f"distribution must have Normal components only, component {j} is a "
                    f"{type(component).__name__}: mix1d knows normals"
                )
        found = cls(weights, [float(c.mu) for c in components], [float(c.sigma) for c in components])
        given = np.array(weights, np.float64)
        # what sums to one but for rounding comes back bit for bit
        kept = bool(np.all(np.abs(found.weights - given) <= 2.0**-52))
        return cls._trusted(given, found.means, found.sds) if kept else found
