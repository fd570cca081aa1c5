"""The methods of a result that say how far to trust the model."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from mix1d.arrays import Array
from mix1d.diagnostics.certificate import Certificate, certificate
from mix1d.diagnostics.goodness import GoodnessOfFit, QuantilePlot, goodness_of_fit, pit, qq
from mix1d.diagnostics.influence import Influence, influence
from mix1d.diagnostics.rivals import Rival, rivals
from mix1d.model.mixture import Mixture
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
        '10 values are too few to say whether the model fits: Anderson-Darling p = .001'
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

    def pit(self) -> tuple[Array, Array]:
        """Return the probability integral transforms F(x) of the values, rising, and their weights.

        Uniform where the model holds; see `mix1d.diagnostics.goodness.pit`.

        Examples
        --------
        >>> import mix1d
        >>> mix1d.fit([1.0, 2.0, 4.0, 7.0], 1).pit()[0].round(2).tolist()
        [0.14, 0.26, 0.59, 0.94]
        """
        return pit(self._fit.sample, self._fit.mixture)

    def qq(self, level: float = 0.95) -> QuantilePlot:
        """Return the data of a QQ plot: quantiles of the fit, values, and a pointwise band.

        See `mix1d.diagnostics.goodness.qq`.
        """
        return qq(self._fit.sample, self._fit.mixture, level)

    @property
    def bic(self) -> float:  # noqa: D102 (explained in FitResult)
        raise NotImplementedError

    def rivals(self) -> tuple[Rival, ...]:
        """Fit one lognormal, gamma, Weibull, skew-normal and Student t, and compare them by BIC.

        Returns
        -------
        tuple of Rival
            The best first: `.family`, `.parameters`, `.log_likelihood`, `.bic`, and `.difference`, negative
            where one population of that family explains the data better than this fit. The first three
            families for positive values only.

        Notes
        -----
        `mix1d.diagnostics.rivals.rivals` has the method. `findings` say when a rival wins.

        Examples
        --------
        >>> import mix1d
        >>> x = [1.0, 1.2, 1.5, 1.8, 2.0, 2.4, 2.9, 3.5, 4.8, 7.7]
        >>> mix1d.fit(x, 1).rivals()[0].family
        'lognormal'
        """
        return rivals(self._fit.sample, self.bic)

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
        """Find the values that, left out, change the answer most.

        Returns
        -------
        Influence
            `.message` names the most influential value; `.top` has the five most influential with the fit
            without each, `.values` and `.one_step` the first-order change for all. Changes are those of the
            parameter affected most, in its standard errors. No value is named where there are no standard
            errors; the message says why.

        Raises
        ------
        NeedsDataError
            When the sample had more than 65,536 rows, which a result does not keep.

        Notes
        -----
        `mix1d.diagnostics.influence.influence` has the method. Cost: five refits, 1 ms at n = 300 and two
        components.

        References
        ----------
        Cook, R. D. (1986). Assessment of local influence. Journal of the Royal Statistical Society B 48,
        133-169. doi:10.1111/j.2517-6161.1986.tb01398.x

        Examples
        --------
        >>> import mix1d
        >>> x = [1.0, 2.0, 2.0, 3.0, 3.5, 8.0, 9.0, 9.0, 10.0, 14.0]
        >>> print(mix1d.fit(x, 2).influence().message)
        Leaving out 14.0 (one of 1) moves the sd of component b by -2.0 standard errors.
        """
        return influence(self._fit)
