"""The methods of a result that say how far to trust the model."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from mix1d.diagnostics.certificate import Certificate, certificate
from mix1d.mixture import Mixture
from mix1d.uncertainty.intervals import Fit

if TYPE_CHECKING:
    _Progress: TypeAlias = bool | Callable[[float, float], object] | None


class DiagnosticMethods:
    """Checks of the model; `FitResult` has these methods."""

    @property
    def _fit(self) -> Fit:
        raise NotImplementedError

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
