"""What a sketch knows of its values."""

from __future__ import annotations

import math
from typing import Any, overload

import numpy as np
from numpy.typing import ArrayLike

from mix1d.arrays import Array
from mix1d.data.arguments import check_flag
from mix1d.errors import InputError, shown
from mix1d.model.mixture import Mixture
from mix1d.model.parameters import real_numbers
from mix1d.sketch.container import Contents
from mix1d.sketch.precision import ErrorBound, error_bound
from mix1d.sketch.statistics import moments, quantiles


class Measures:
    """The counts, moments, quantiles and error bound of a sketch; `Sketch` has these."""

    __slots__ = ("_contents",)
    _contents: Contents

    def _settled(self) -> Contents:
        """Return the contents, with nothing that waits outside."""
        raise NotImplementedError

    @property
    def count(self) -> int:  # noqa: D102 (attributes are explained in Sketch)
        return self._contents.n_obs

    @property
    def total_weight(self) -> float:  # noqa: D102
        return self._contents.total_weight

    @property
    def min(self) -> float:  # noqa: D102
        return self._contents.minimum if self.count else math.nan

    @property
    def max(self) -> float:  # noqa: D102
        return self._contents.maximum if self.count else math.nan

    @property
    def n_missing(self) -> int:  # noqa: D102
        return self._contents.n_missing

    @property
    def n_zero_weight(self) -> int:  # noqa: D102
        return self._contents.n_zero_weight

    @property
    def name(self) -> str | None:  # noqa: D102
        return self._contents.name

    @property
    def exact(self) -> bool:  # noqa: D102
        return self._settled().state.exact

    @property
    def mean(self) -> float:  # noqa: D102
        return self._moments()[0]

    @property
    def variance(self) -> float:  # noqa: D102
        return self._moments()[1]

    def _moments(self) -> tuple[float, float]:
        if not self.count:
            return math.nan, math.nan
        return moments(self._settled().state, self.total_weight)

    @overload
    def quantile(self, p: float) -> float: ...
    @overload
    def quantile(self, p: ArrayLike) -> Any: ...
    def quantile(self, p: Any, *, bounds: bool = False) -> Any:
        """Return quantiles, with bounds if asked for.

        Parameters
        ----------
        p : array_like
            Probabilities from 0 to 1.
        bounds : bool
            Whether to return (quantile, lower, upper), between which that of the values lies for certain.

        Returns
        -------
        float or ndarray
            Of the shape of `p`, or a tuple of three.

        Raises
        ------
        InputError
            When the sketch is empty, or a probability lies outside [0, 1].

        Notes
        -----
        Linear between neighbouring values, as `numpy.quantile`, while all values are kept; else an error is
        at most the width of the cells around, and usually far less.

        Examples
        --------
        >>> import mix1d
        >>> sketch = mix1d.Sketch()
        >>> sketch.add([1.0, 2.0, 4.0, 8.0])
        >>> sketch.quantile(0.5), sketch.quantile([0.0, 1.0]).tolist()
        (3.0, [1.0, 8.0])
        """
        probabilities, with_bounds = _probabilities(p), check_flag("bounds", bounds)
        if not self.count:
            raise InputError("the sketch is empty and has no quantiles: add values first")
        found = quantiles(self._settled().state, np.atleast_1d(probabilities), self.min, self.max)
        shaped = [array.reshape(np.shape(probabilities))[()] for array in found]
        results = [float(a) if probabilities.ndim == 0 else a for a in shaped]
        return tuple(results) if with_bounds else results[0]

    def error_bound(self, mixture: Mixture) -> ErrorBound:
        """Return how far a fit through this sketch may be from that of the values themselves.

        Parameters
        ----------
        mixture : Mixture
            The fit.

        Returns
        -------
        ErrorBound
            A number, the largest error of a parameter (means and sds in sds of their component, weights
            relative), with `.log_likelihood`, `.weights`, `.means` and `.sds`. At least 1e-12 (of the
            log-likelihood: relative), which stands for rounding.

        Notes
        -----
        For each cell and each of log f and its derivatives, quadrature with four nodes is compared with three
        and two: |Q4 - Q3| * min(1, |Q4 - Q3| / |Q3 - Q2|), what the sequence promises for the next. A cell
        more than four times as wide as a component that it meets adds the values which that may hide. The
        sums over cells, without regard to sign, are an error of the gradient; the inverse Hessian turns it
        into one of the parameters. It is an estimate, usually too large by a factor of ten to a thousand.

        Costs some milliseconds.

        Examples
        --------
        >>> import mix1d, numpy
        >>> x = numpy.random.default_rng(1).normal(size=100_000)
        >>> sketch = mix1d.Sketch.of(x)
        >>> bound = sketch.error_bound(mix1d.fit(sketch, 1).mixture)
        >>> bound < 1e-8
        True
        """
        if not self.count:
            raise InputError("the sketch is empty and there is nothing to bound: add values first")
        if not isinstance(mixture, Mixture):
            raise InputError(f"mixture must be a Mixture, got {shown(mixture)}: pass result.mixture, say")
        return error_bound(self._settled().state, mixture.weights, mixture.means, mixture.sds)


def _probabilities(p: Any) -> Array:
    try:
        found = real_numbers("p", p)
    except InputError:
        raise InputError(f"p must be probabilities, got {shown(p)}: pass numbers from 0 to 1") from None
    if not np.all((found >= 0.0) & (found <= 1.0)):
        raise InputError(f"p must lie between 0 and 1, got {shown(p)}: pass probabilities")
    return found
