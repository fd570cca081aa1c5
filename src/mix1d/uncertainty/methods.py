"""The methods of a result that say how sure it is."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from mix1d.data import check_choice, check_level, check_replicates
from mix1d.uncertainty.covariance import Parameters, observed_covariance, sandwich_covariance
from mix1d.uncertainty.derived import (
    Bounds,
    parameter_bounds,
)
from mix1d.uncertainty.intervals import METHODS, Fit, Resample, replicates_of
from mix1d.uncertainty.resampling import (
    Replicates,
    bootstrap_covariance,
    check_enough,
    standard_errors,
)

Array = NDArray[np.float64]
T = TypeVar("T")
if TYPE_CHECKING:
    _Rng: TypeAlias = int | np.random.Generator | None
    _Progress: TypeAlias = bool | Callable[[float, float], object] | None

_COVARIANCES = ("observed", "sandwich", "bootstrap")


class UncertaintyMethods:
    """Standard errors, covariances and intervals; `FitResult` has these methods.

    Methods that resample take `resampling` ("weighted", "parametric" or "nonparametric"; None for weighted,
    and parametric for calibrated intervals), `replicates`, `rng` (None for a fixed seed, a seed, or a
    `numpy.random.Generator`; the same gives the same bits for any number of threads), `threads` and
    `progress` (as in `mix1d.fit`); `mix1d.uncertainty.resampling.bootstrap` explains them.
    """

    @property
    def _fit(self) -> Fit:
        raise NotImplementedError

    @property
    def _memory(self) -> dict[Any, Any]:
        raise NotImplementedError

    def standard_errors(
        self,
        method: str = "observed",
        *,
        resampling: str | None = None,
        replicates: int = 999,
        rng: _Rng = None,
        threads: int | None = None,
        progress: _Progress = None,
    ) -> Parameters:
        """Return the standard errors of the parameters.

        Parameters
        ----------
        method : {"observed", "sandwich", "bootstrap"}
            From the inverse of the observed information, minus the Hessian of the log-likelihood; from the
            sandwich of it that holds when the model is wrong too; or of refits to samples drawn anew.
        resampling, replicates, rng, threads, progress
            For the bootstrap; see `mix1d.uncertainty.methods.UncertaintyMethods`.

        Returns
        -------
        record of ndarray (k,)
            `weights`, `means` and `sds`, each (k,), in the order and units of the mixture. With equal sds the
            entries of `sds` are one number. NaN where there is none: components of weight 0, an sd on its
            floor, a component that only the penalty holds up, everything when the likelihood is flat. Beside
            a component that only the penalty holds up, the others have the errors of the penalised likelihood
            with its sd taken for known (with equal sds, and from the bootstrap, none has).

        Raises
        ------
        InputError
            When an argument is not one of these.

        Examples
        --------
        >>> import mix1d
        >>> result = mix1d.fit([1.0, 2.0, 2.0, 3.0, 8.0, 9.0, 9.0, 10.0], 2)
        >>> result.standard_errors().means.round(3).tolist()
        [0.354, 0.354]
        """
        check_choice("method", method, _COVARIANCES)
        if method == "bootstrap":
            how = Resample(
                "weighted" if resampling is None else resampling, replicates, rng, threads, progress
            )
            return standard_errors(replicates_of(self._fit, how))
        with np.errstate(invalid="ignore"):  # NaN where rounding leaves no variance
            errors = np.sqrt(np.diag(self._covariance(method)))
        weights, means, sds = errors.reshape(3, -1)
        return Parameters(weights, means, sds)

    def covariance(
        self,
        method: str = "observed",
        *,
        resampling: str | None = None,
        replicates: int = 999,
        rng: _Rng = None,
        threads: int | None = None,
        progress: _Progress = None,
    ) -> Array:
        """Return the covariance matrix of the parameters; see `standard_errors`.

        Parameters
        ----------
        method : {"observed", "sandwich", "bootstrap"}
            As for `standard_errors`.
        resampling, replicates, rng, threads, progress
            For the bootstrap; see `mix1d.uncertainty.methods.UncertaintyMethods`.

        Returns
        -------
        ndarray (n_parameters, n_parameters)
            In the order weights[:-1], means, sds; with equal sds the one sd comes last. The last weight is
            left out because it is one minus the others.

        Raises
        ------
        InputError
            When an argument is not one of these.

        Examples
        --------
        >>> import mix1d
        >>> mix1d.fit([1.0, 2.0, 4.0, 7.0], 1).covariance().round(3).tolist()
        [[1.312, 0.0], [0.0, 0.656]]
        """
        check_choice("method", method, _COVARIANCES)
        k = len(self._fit.mixture[0])
        end = 2 * k + 1 if self._fit.equal else 3 * k
        kept = [i for i in range(end) if i != k - 1]
        if method == "bootstrap":
            how = Resample(
                "weighted" if resampling is None else resampling, replicates, rng, threads, progress
            )
            return bootstrap_covariance(replicates_of(self._fit, how))[np.ix_(kept, kept)]
        return self._covariance(method)[np.ix_(kept, kept)]

    def replicates(
        self,
        *,
        resampling: str = "weighted",
        replicates: int = 999,
        rng: _Rng = None,
        threads: int | None = None,
        progress: _Progress = None,
    ) -> Replicates:
        """Return the refits to samples drawn anew, to look at anything else that follows from them.

        Parameters and errors are those of `confidence_interval`.

        Returns
        -------
        Replicates
            `weights`, `means` and `sds` (replicates, k), components matched to those of the fit; the share of
            `ambiguous` matches, and how many `failed` to reach a maximum of the likelihood.

        Examples
        --------
        >>> import mix1d
        >>> drawn = mix1d.fit([1.0, 2.0, 2.0, 3.0, 8.0, 9.0, 9.0, 10.0], 2).replicates(replicates=50)
        >>> drawn.means.shape, drawn.ambiguous
        ((50, 2), 0.0)
        """
        return replicates_of(self._fit, Resample(resampling, replicates, rng, threads, progress))

    def _covariance(self, method: str) -> Array:
        fit = self._fit
        if not fit.determined:
            size = 3 * len(fit.mixture[0])
            return np.full((size, size), math.nan)
        compute = observed_covariance if method == "observed" else sandwich_covariance
        return self._remembered(
            ("covariance", method),
            lambda: compute(fit.sample, fit.mixture, equal=fit.equal, held=fit.held),
        )

    def _remembered(self, key: Any, compute: Callable[[], T]) -> T:
        memory = self._memory
        if key not in memory:
            memory[key] = compute()
        known: T = memory[key]
        return known

    def confidence_interval(
        self,
        level: float = 0.95,
        method: str = "profile",
        *,
        resampling: str | None = None,
        replicates: int = 999,
        rng: _Rng = None,
        threads: int | None = None,
        progress: _Progress = None,
    ) -> Bounds:
        """Return confidence intervals of all parameters.

        Parameters
        ----------
        level : float
            The confidence level, between 0 and 1.
        method : {"profile", "wald", "bootstrap", "calibrated"}
            Profile likelihood; estimate -+ z standard errors (weights on the logit, sds on the log scale);
            percentiles of refits to samples drawn anew; or profile likelihood with a critical value for each
            parameter from such refits, for nominal coverage where plain profile intervals fall short.
        resampling, replicates, rng, threads, progress
            For the last two; see `mix1d.uncertainty.methods.UncertaintyMethods`.

        Returns
        -------
        record
            `.lower` and `.upper`, each with `weights`, `means` and `sds` (k,); `.level`, `.method`, and
            `.estimates` with a record for each parameter. A profile bound is open (infinite, or 0 or 1 for a
            weight, 0 for the lower bound of an sd) where the branch of maxima ends before it: a weight
            reaches 0, components merge, one collapses; the record and a finding say so. Every component has
            an interval for its weight, the last one included. NaN where there are no standard errors; beside
            a component that only the penalty holds up, profile and Wald intervals are those given its sd.
            `.reached_lower` and `.reached_upper` have how far the branch went where a bound is open.

        Raises
        ------
        InputError
            When an argument cannot be used.
        KeyboardInterrupt
            On Ctrl-C.

        Notes
        -----
        See `mix1d.uncertainty.intervals.estimates` for the methods. Bounds are right to 1e-6 of a standard
        error. Cost: about ten Newton solves a bound, 2 ms for k = 3, n = 1000; above 16,000 distinct values
        they run on quadrature nodes. `docs/coverage.md` has the coverage of each method.

        References
        ----------
        Venzon, D. J. and Moolgavkar, S. H. (1988). A method for computing profile-likelihood-based confidence
        intervals. Applied Statistics 37, 87-94. doi:10.2307/2347496

        Examples
        --------
        >>> import mix1d
        >>> interval = mix1d.fit([1.0, 2.0, 2.0, 3.0, 8.0, 9.0, 9.0, 10.0], 2).confidence_interval()
        >>> interval.lower.means.round(3).tolist(), interval.upper.means.round(3).tolist()
        ([1.102, 8.102], [2.898, 9.898])
        """
        how = self._resample(method, level, resampling, replicates, rng, threads, progress)
        return self._known_or("parameters", parameter_bounds, level, method, how)

    def _resample(
        self,
        method: str,
        level: float,
        resampling: str | None = None,
        replicates: int = 999,
        rng: _Rng = None,
        threads: int | None = None,
        progress: _Progress = None,
    ) -> Resample:
        check_choice("method", method, METHODS)
        check_level("level", level)
        if method == "bootstrap":
            check_enough(check_replicates(replicates, 2), level)
        usual = "parametric" if method == "calibrated" else "weighted"
        kind = usual if resampling is None else resampling
        return Resample(kind, replicates, rng, threads, progress)

    def _known_or(
        self,
        name: str,
        compute: Callable[[Fit, float, str, Resample], T],
        level: float,
        method: str,
        how: Resample,
    ) -> T:
        """Return what is asked for, kept where nothing random is in it: printing asks several times."""
        if method not in ("profile", "wald"):
            return compute(self._fit, level, method, how)
        return self._remembered((name, level, method), lambda: compute(self._fit, level, method, how))
