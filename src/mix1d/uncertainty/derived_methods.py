"""The methods of a result about what follows from its parameters."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from mix1d.data.arguments import check_probability, is_masked
from mix1d.errors import InputError, shown
from mix1d.model.thresholds import Threshold
from mix1d.uncertainty.derived import (
    Modes,
    Overlap,
    Separation,
    modes,
    overlap,
    separation,
    threshold_bounds,
)
from mix1d.uncertainty.intervals import Estimate, estimates
from mix1d.uncertainty.parameters import UncertaintyMethods
from mix1d.uncertainty.quantities import Kind, Quantity

if TYPE_CHECKING:
    import numpy as np

    _Rng: TypeAlias = int | np.random.Generator | None
    _Progress: TypeAlias = bool | Callable[[float, float], object] | None


class DerivedMethods(UncertaintyMethods):
    """Thresholds, quantiles, overlap, separation and modes with intervals; `FitResult` has these methods."""

    def thresholds(
        self,
        level: float = 0.95,
        method: str = "profile",
        *,
        resampling: str | None = None,
        replicates: int = 999,
        rng: _Rng = None,
        threads: int | None = None,
        progress: _Progress = None,
    ) -> tuple[Threshold, ...]:
        """Return the points where neighbouring components are equally probable, with intervals.

        `mix1d.model.thresholds.Threshold` explains the kinds. Parameters and errors are those of
        `confidence_interval`. A bound is infinite where the data do not exclude that the crossing is not
        there at all; NaN where there are no standard errors.

        Examples
        --------
        >>> import mix1d
        >>> (cut,) = mix1d.fit([1.0, 2.0, 2.0, 3.0, 8.0, 9.0, 9.0, 10.0], 2, sds="equal").thresholds()
        >>> print(f"{cut.value:.2f} ({cut.lower:.2f} to {cut.upper:.2f})")
        5.50 (4.93 to 6.07)
        """
        how = self._resample(method, level, resampling, replicates, rng, threads, progress)
        return self._known_or("thresholds", threshold_bounds, level, method, how)

    def quantile(
        self,
        p: float,
        level: float = 0.95,
        method: str = "profile",
        *,
        resampling: str | None = None,
        replicates: int = 999,
        rng: _Rng = None,
        threads: int | None = None,
        progress: _Progress = None,
    ) -> Estimate:
        """Return the point below which the mixture has probability `p`, with an interval.

        Parameters
        ----------
        p : float
            Strictly between 0 and 1.
        level, method, resampling, replicates, rng, threads, progress
            As for `confidence_interval`.

        Returns
        -------
        Estimate
            `value`, `standard_error`, `lower`, `upper`; usable as a float.

        Raises
        ------
        InputError
            When an argument cannot be used.

        Examples
        --------
        >>> import mix1d
        >>> median = mix1d.fit([1.0, 2.0, 4.0, 7.0], 1).quantile(0.5)
        >>> print(f"{median.value:.1f} +- {median.standard_error:.2f}")
        3.5 +- 1.15
        """
        p = check_probability("p", p)
        if not 0.0 < p < 1.0:
            raise InputError(f"p must lie strictly between 0 and 1, got {shown(p)}: a mixture has no end")
        how = self._resample(method, level, resampling, replicates, rng, threads, progress)
        return estimates(self._fit, [Quantity(Kind.QUANTILE, at=p)], level, method, how)[0]

    def proportion_above(
        self,
        x: float,
        level: float = 0.95,
        method: str = "profile",
        *,
        resampling: str | None = None,
        replicates: int = 999,
        rng: _Rng = None,
        threads: int | None = None,
        progress: _Progress = None,
    ) -> Estimate:
        """Return the probability above `x`, with an interval; see `quantile`.

        Examples
        --------
        >>> import mix1d
        >>> share = mix1d.fit([1.0, 2.0, 4.0, 7.0], 1).proportion_above(5.0)
        >>> print(f"{share.value:.2f} ({share.lower:.2f} to {share.upper:.2f})")
        0.26 (0.04 to 0.66)
        """
        try:
            point = math.nan if is_masked(x) else float(x)
        except (TypeError, ValueError, OverflowError):
            point = math.nan
        if not math.isfinite(point):
            raise InputError(f"x must be a finite number, got {shown(x)}: pass a point on the axis")
        how = self._resample(method, level, resampling, replicates, rng, threads, progress)
        return estimates(self._fit, [Quantity(Kind.ABOVE, at=point)], level, method, how)[0]

    def overlap(self, level: float = 0.95, method: str = "profile", **resample: Any) -> Overlap:
        """Return how often the most probable component is the wrong one.

        Parameters
        ----------
        level, method, **resample
            As for `confidence_interval`.

        Returns
        -------
        record
            `.error_rate`, an `Estimate`: the probability that a value of the mixture does not come from its
            most probable component; `.confusion` (k, k), the probability that a value of component i is
            given to component j. Usable as a float: the error rate.

        Raises
        ------
        InputError
            When an argument cannot be used.

        Examples
        --------
        >>> import mix1d
        >>> result = mix1d.fit([1.0, 2.0, 2.0, 3.0, 5.0, 6.0, 6.0, 7.0], 2, sds="equal")
        >>> print(f"{float(result.overlap()):.4f}")
        0.0024
        """
        return self._known_or("overlap", overlap, level, method, self._resample(method, level, **resample))

    def separation(
        self, level: float = 0.95, method: str = "profile", **resample: Any
    ) -> tuple[Separation, ...]:
        """Return how far neighbouring components are apart: Ashman's D and the bimodality index.

        Parameters and errors are those of `overlap`; neighbours are taken in the order of their means.

        Returns
        -------
        tuple of record
            `.below`, `.above` (indices), `.ashman_d`, `.bimodality_index` (each an `Estimate`).

        Examples
        --------
        >>> import mix1d
        >>> (pair,) = mix1d.fit([1.0, 2.0, 2.0, 3.0, 8.0, 9.0, 9.0, 10.0], 2).separation()
        >>> print(f"{pair.ashman_d.value:.2f} {pair.bimodality_index.value:.2f}")
        9.90 4.95
        """
        how = self._resample(method, level, **resample)
        return self._known_or("separation", separation, level, method, how)

    def modes(self, level: float = 0.95, method: str = "profile", **resample: Any) -> Modes:
        """Return the number and the places of the modes of the fitted density; see `overlap`.

        A mixture of normals has at most as many modes as components (Carreira-Perpinan & Williams 2003,
        doi:10.1007/3-540-44935-3_44), and often fewer.

        Examples
        --------
        >>> import mix1d
        >>> mix1d.fit([1.0, 2.0, 2.0, 3.0, 8.0, 9.0, 9.0, 10.0], 2).modes().count
        2
        """
        return modes(self._fit, level, method, self._resample(method, level, **resample))
