"""The methods of a result that say how far to trust the model."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from mix1d.diagnostics.certificate import Certificate, certificate
from mix1d.diagnostics.goodness import GoodnessOfFit, goodness_of_fit
from mix1d.diagnostics.influence import Influence, influence
from mix1d.mixture import Mixture
from mix1d.uncertainty.covariance import observed_covariance
from mix1d.uncertainty.intervals import Fit

if TYPE_CHECKING:
    _Rng: TypeAlias = int | np.random.Generator | None
    _Progress: TypeAlias = bool | Callable[[float, float], object] | None


class DiagnosticMethods:
    """Checks of the model; `FitResult` has these methods."""

    @property
    def _fit(self) -> Fit:
        raise NotImplementedError

    @property
    def regularized(self) -> bool:  # noqa: D102 (explained in FitResult)
        raise NotImplementedError

    def goodness_of_fit(
        self,
        replicates: int = 999,
        rng: _Rng = None,
        *,
        threads: int | None = None,
        progress: _Progress = None,
    ) -> GoodnessOfFit:
        """Test whether the model fits: Kolmogorov-Smirnov, Anderson-Darling and Cramer-von Mises.

        Parameters
        ----------
        replicates : int
            Samples drawn from the fit and refitted, at least 1.
        rng : int, Generator or None
            A seed, a generator of which one draw is the seed, or None for a fixed one.
        threads : int, optional
            Most threads to use, None for all processors. The result does not depend on it.
        progress : bool or callable, optional
            As for `mix1d.fit`; counts replicates.

        Returns
        -------
        record
            `.kolmogorov_smirnov`, `.anderson_darling`, `.cramer_von_mises`, each with `.statistic` and
            `.p_value`; `.message` in words.

        Raises
        ------
        InputError
            When an argument cannot be used, or the column is constant.
        NeedsDataError
            When the sample stands for more than 65,536 different values.
        KeyboardInterrupt
            On Ctrl-C.

        Notes
        -----
        Tabulated p-values are wrong here because the parameters were estimated from the same data; see
        `mix1d.diagnostics.goodness.goodness_of_fit`.

        Examples
        --------
        >>> import mix1d
        >>> x = [4.8, 5.0, 5.1, 5.3, 9.7, 9.9, 10.0, 10.1, 10.2, 10.4]
        >>> mix1d.fit(x, 1).goodness_of_fit().message
        'The model does not fit: Anderson-Darling p = .001'
        """
        fit = self._fit
        return goodness_of_fit(
            fit.sample,
            fit.mixture,
            equal=fit.equal,
            regularized=self.regularized,
            replicates=replicates,
            rng=rng,
            threads=threads,
            progress=progress,
        )

    def certificate(
        self, min_sd: float | None = None, *, threads: int | None = None, progress: _Progress = None
    ) -> Certificate:
        """Bound how much better any mixture, with any number of components, could fit.

        Parameters
        ----------
        min_sd : float, optional
            The least sd of the mixtures compared with, in the unit of the data. None: half the smallest sd of
            a component of positive weight, but not below the resolution of the data.
        threads : int, optional
            Most threads to use, None for all processors. The result does not depend on it.
        progress : bool or callable, optional
            As for `mix1d.fit`.

        Returns
        -------
        Certificate
            `.message` is the claim in words, `.upper_bound` its number; `.npmle` the best mixture, `.means`
            and `.excess` the curve that shows where the fit is short of mass.

        Raises
        ------
        InputError
            When `min_sd` or `threads` cannot be used.
        KeyboardInterrupt
            On Ctrl-C.

        Notes
        -----
        `mix1d.diagnostics.certificate.certificate` has the method, and how to read the bound: it is never
        0, and a few nats are usual where nothing is left to find.

        References
        ----------
        Wang, Y. (2007). On fast computation of the non-parametric maximum likelihood estimate of a mixing
        distribution. Journal of the Royal Statistical Society B 69, 185-198.
        doi:10.1111/j.1467-9868.2007.00583.x

        Examples
        --------
        >>> import mix1d
        >>> result = mix1d.fit([4.8, 5.0, 5.1, 5.3, 9.7, 9.9, 10.0, 10.1, 10.2, 10.4], 1)
        >>> print(result.certificate(min_sd=0.2).message)
        No mixture of any number of components with sds of at least 0.2 fits more than 18.2 nats better.
        """
        mixture = Mixture._trusted(*self._fit.mixture)
        return certificate(self._fit.sample, mixture, min_sd=min_sd, threads=threads, progress=progress)

    def influence(self) -> Influence:
        """Find the value that, left out, changes the fit most.

        Returns
        -------
        Influence
            `.message` names it, `.most` has the fit without it, `.shifts` what every value does, in standard
            errors.

        Raises
        ------
        NeedsDataError
            When the sample had more than 65,536 rows, which a result does not keep.

        Notes
        -----
        `mix1d.diagnostics.influence.influence` has the method and its source.

        Examples
        --------
        >>> import mix1d
        >>> print(mix1d.fit([1.0, 2.0, 2.5, 3.0, 4.0, 12.0], 1).influence().message)
        Leaving out 12 moves the sd by 2.5 standard errors, more than any other.
        """
        fit = self._fit
        size = 3 * len(fit.mixture[0])
        covariance = np.full((size, size), np.nan)
        if fit.regular:
            covariance = observed_covariance(fit.sample, fit.mixture, equal=fit.equal)
        return influence(fit.sample, Mixture._trusted(*fit.mixture), covariance, equal=fit.equal)
