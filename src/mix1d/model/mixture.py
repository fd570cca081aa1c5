"""DISTRIBUTION: the frozen mixture of distributions, with the method names of scipy.stats."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NoReturn, cast

import numpy as np
from numpy.typing import ArrayLike

from mix1d import _core, showing
from mix1d.arrays import Array, Arrays, MixedArrays
from mix1d.errors import InputError
from mix1d.model import mixed, moments, sampling, tails, typed
from mix1d.model.component import Component, check_components, components_of
from mix1d.model.families import NORMAL
from mix1d.model.parameters import at_each, at_pairs, check_normals, check_weights, real_numbers, vector
from mix1d.model.thresholds import Threshold

FIELDS = ("weights", "means", "sds", "medians", "_mixed", "_components")


@showing.record
class Mixture:
    """A mixture of distributions: of normal ones, or of components of any families.

    Parameters
    ----------
    weights : array_like (k,)
        Probabilities of the components: at least 0, summing to one within 1e-9 (they are then divided by
        their sum).
    means, sds : array_like (k,), optional
        Means and standard deviations of normal components, in the unit of the data; sds are positive.
    components : sequence of Component, optional
        Instead of means and sds.

    Attributes
    ----------
    weights, means, sds, medians : ndarray (k,)
        Read-only float64 copies, in the order given; moments of the components whatever their families, NaN
        or infinite where there are none.
    components : tuple of Component
        The families and their own parameters.

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
    point, for intervals and `ilogcdf` some microseconds. Of other families, logarithms are right to about
    1e-13, absolutely or relatively, whichever is more; a point costs 0.1 to 10 microseconds and component,
    quantiles ten times that.

    Counts and point masses have probabilities instead of densities: `pdf` and `logpdf` are those of `x`
    itself. Where they stand beside continuous components, `pdf` at a value that has a probability of its own
    is this probability, and continuous components have no part in it, as they give that value none.

    Examples
    --------
    >>> m = Mixture([0.4, 0.6], [-2, 2], [1, 1])
    >>> print(f"{m.mean():.2f} {m.median():.2f} {m.mode():.2f}")
    0.40 1.04 2.00
    >>> m.pdf([0.0, 2.0]).round(4)
    array([0.054 , 0.2394])
    >>> print(f"{m.logccdf(100.0):.3f}")
    -4808.015
    >>> two = [Component("gamma", shape=2.0, scale=1.5), Component("lognormal", meanlog=3.0, sdlog=0.2)]
    >>> Mixture([0.5, 0.5], components=two).means.round(3)
    array([ 3.   , 20.491])
    """

    __slots__ = FIELDS
    weights: Array
    means: Array
    sds: Array
    medians: Array
    _mixed: MixedArrays | None  # None: all are normal
    _components: tuple[Component, ...] | None  # those that were given

    to_dict = showing.to_dict
    to_frame = showing.to_frame

    def __init__(
        self,
        weights: ArrayLike,
        means: ArrayLike | None = None,
        sds: ArrayLike | None = None,
        *,
        components: Sequence[Component] | None = None,
    ) -> None:
        w = vector("weights", weights)
        if components is not None:
            if means is not None or sds is not None:
                raise InputError("components must be given without means and sds: leave these out")
            given = check_components(components, len(w))
        elif means is None or sds is None:
            raise InputError("means and sds, or components, must be given: pass one of each for every weight")
        else:
            m, s = vector("means", means), vector("sds", sds)
            check_normals(len(w), m, s)
        total = check_weights(w.tolist())
        w = w if total == 1.0 else w / total
        if components is None:
            self._freeze(w, m, s)
            return
        arrays = w, *(np.concatenate([c._arrays[i] for c in given]) for i in range(1, 5))
        made = Mixture._of_arrays(arrays, given)  # type: ignore[arg-type]
        self._freeze(w, made.means, made.sds, given, made._mixed)

    @classmethod
    def _trusted(cls, weights: Array, means: Array, sds: Array) -> Mixture:
        """Take valid float64 arrays of our own as they are, without checks or copies."""
        mixture = cls.__new__(cls)
        mixture._freeze(weights, means, sds)
        return mixture

    @classmethod
    def _of_arrays(
        cls, arrays: Arrays | MixedArrays, components: tuple[Component, ...] | None = None
    ) -> Mixture:
        """Take what the core found: three arrays of normals, or five of components of any families."""
        if len(arrays) == 3:
            return cls._trusted(*arrays)
        mixture = cls.__new__(cls)
        weights, locations, scales, families, _ = arrays
        normal = bool((families == NORMAL.number).all())
        mixture._freeze(weights, locations, scales, components, None if normal else arrays)
        return mixture

    def _freeze(
        self,
        weights: Array,
        means: Array,
        sds: Array,
        components: tuple[Component, ...] | None = None,
        others: MixedArrays | None = None,
    ) -> None:
        """Take normals, or the five arrays of components that are not all normal."""
        medians = means
        if others is not None:
            means, sds, medians = (column.copy() for column in _core.component_places(others).T)
        for array in (weights, means, sds, medians, *(others or ())):
            array.setflags(write=False)
        values = weights, means, sds, medians, others, components
        for name, value in zip(FIELDS, values, strict=True):
            object.__setattr__(self, name, value)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"Mixture is frozen: make a new one instead of setting {name!r}")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"Mixture is frozen: {name!r} cannot be deleted")

    def __reduce__(self) -> tuple[Callable[..., Mixture], tuple[Any, ...]]:
        if self._mixed is None:
            return Mixture._trusted, (self.weights, self.means, self.sds)
        return Mixture._of_arrays, (self._mixed, self._components)

    def __eq__(self, other: object) -> bool:
        return self._key() == other._key() if isinstance(other, Mixture) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[tuple[float, ...], ...]:
        return tuple(tuple(array.tolist()) for array in self._arrays)

    def __repr__(self) -> str:
        if self._mixed is not None:
            return typed.of_components(self.weights.tolist(), self.components)
        return typed.normals(self.weights.tolist(), self.means.tolist(), self.sds.tolist())

    @property
    def components(self) -> tuple[Component, ...]:
        """The components: their families and own parameters."""
        if self._components is None:
            arrays = self._mixed
            if arrays is None:
                k = len(self.weights)
                arrays = (self.weights, self.means, self.sds, np.zeros(k, np.int64), np.zeros(k))
            object.__setattr__(self, "_components", components_of(arrays))
        assert self._components is not None
        return self._components

    @property
    def _arrays(self) -> Arrays:
        """What the core takes: of components that are not all normal, the five arrays."""
        return (self.weights, self.means, self.sds) if self._mixed is None else cast(Arrays, self._mixed)

    # ---- functions of x

    def _map(self, function: Callable[..., Array], x: ArrayLike, name: str = "x") -> Any:
        return at_each(function, x, self._arrays, name)

    def pdf(self, x: ArrayLike) -> Any:
        """Return the density at `x`."""
        return self._map(_core.density, x)

    def logpdf(self, x: ArrayLike) -> Any:
        """Return the natural logarithm of the density at `x`."""
        return self._map(partial(_core.density, log=True), x)

    def cdf(self, x: ArrayLike, y: ArrayLike | None = None) -> Any:
        """Return the probability below `x`, or from `x` to `y`; exact where both are close or far out."""
        return self._map(_core.probability, x) if y is None else at_pairs(mixed.interval, x, y, self._arrays)

    def logcdf(self, x: ArrayLike, y: ArrayLike | None = None) -> Any:
        """Return the natural logarithm of `cdf`; NaN where `y` is below `x`."""
        if y is not None:
            return at_pairs(mixed.log_interval, x, y, self._arrays)
        return self._map(partial(_core.probability, log=True), x)

    def ccdf(self, x: ArrayLike, y: ArrayLike | None = None) -> Any:
        """Return the probability above `x`, exact in the upper tail, or that outside of `x` to `y`."""
        if y is not None:
            return at_pairs(tails.outside, x, y, self._arrays)
        return self._map(partial(_core.probability, above=True), x)

    def logccdf(self, x: ArrayLike, y: ArrayLike | None = None) -> Any:
        """Return the natural logarithm of `ccdf`."""
        if y is not None:
            return at_pairs(mixed.log_outside, x, y, self._arrays)
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
        return self._map(mixed.ilogcdf, p, "p")

    def ilogccdf(self, p: ArrayLike) -> Any:
        """Return the x at which `logccdf` is `p`; see `ilogcdf`."""
        return self._map(mixed.ilogccdf, p, "p")

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
        return sampling.sample(self._arrays, shape, rng)

    # ---- numbers

    def mean(self) -> float:
        """Return the mean."""
        return self.moment(1)

    def median(self) -> float:
        """Return the median."""
        return float(self.icdf(0.5))

    def modes(self) -> Array:
        """Return all local maxima of the density, ascending; of normals at most one per component.

        A pole at the end of the support is one, and so is every point mass.
        """
        return mixed.modes(self._arrays)

    def mode(self) -> float:
        """Return the highest mode, the lowest of them where several tie."""
        modes = self.modes()
        return float(modes[np.argmax(self.logpdf(modes))])

    def variance(self) -> float:
        """Return the variance."""
        return self.moment(2, "central")

    def standard_deviation(self) -> float:
        """Return the standard deviation, finite even where the variance overflows."""
        return mixed.standard_deviation(self._arrays)

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
        return mixed.moment(self._arrays, moments.checked_order(order, kind), kind)

    def entropy(self) -> float:
        """Return the entropy in nats, to about 1e-12; below 1 ms for three normals.

        That of the density, or of the probabilities of counts; where there are both, of both together.
        """
        return mixed.entropy(self._arrays)

    def support(self) -> tuple[float, float]:
        """Return the ends of the support: (-inf, inf) for normals."""
        return mixed.support(self._arrays)

    def thresholds(self) -> tuple[Threshold, ...]:
        """Return the points where neighbouring components are equally probable; see `Threshold`.

        Components are taken by mean (by median where there is none), ties by sd; each pair of neighbours
        gives its crossing and, when the sds differ, the second one, or an entry of kind `"none"`. Other
        families may cross more often: all but one of the points are second ones then. `lower` and `upper` are
        NaN: a mixture knows no sample.

        Examples
        --------
        >>> m = Mixture([0.5, 0.5], [0, 4], [1, 1])
        >>> [(t.value, t.kind) for t in m.thresholds()]
        [(2.0, 'crossing')]
        """
        return showing.Records(Threshold, mixed.thresholds(self._arrays), beside=self)

    # ---- scipy

    def to_scipy(self) -> Any:
        """Return the same distribution as a `scipy.stats.Mixture` (imports scipy).

        One component that is no normal becomes a frozen distribution, which is what scipy has for counts.

        Raises
        ------
        InputError
            When scipy has no such component, or several of counts.
        """
        from mix1d.model.scipy_forms import to_scipy

        return to_scipy(self.weights.tolist(), self.components)

    @classmethod
    def from_scipy(cls, distribution: Any) -> Mixture:
        """Take over a distribution of scipy.stats (imports scipy).

        That may be a `Mixture` of `Normal`, a single `Normal`, what `to_scipy` returned, or a frozen
        distribution such as ``scipy.stats.gamma(2.0, scale=1.5)``.

        Raises
        ------
        InputError
            When it is something else, or has a component of a family that mix1d lacks.

        Examples
        --------
        >>> m = Mixture([0.25, 0.75], [0, 4], [1, 2])
        >>> Mixture.from_scipy(m.to_scipy()) == m
        True
        """
        from mix1d.model.scipy_forms import from_scipy

        weights, components = from_scipy(distribution)
        found = cls(weights, components=components)
        given = np.array(weights, np.float64)
        # what sums to one but for rounding comes back bit for bit
        kept = bool(np.all(np.abs(found.weights - given) <= 2.0**-52))
        return cls._of_arrays((given, *found._arrays[1:]), found._components) if kept else found
