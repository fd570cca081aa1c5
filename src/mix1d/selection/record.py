"""The record that every test for the number of components returns."""

from __future__ import annotations

from dataclasses import dataclass

from mix1d import showing
from mix1d.arrays import Array
from mix1d.model.mixture import Mixture


@showing.record
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class OrderTest:
    """A test of k components against k + 1. Made by `mix1d.order_test`."""

    statistic: float
    """Twice the rise of the log-likelihood; see `mix1d.order_test` for each method."""
    p_value: float
    """Probability of a statistic at least this large if k components were the truth."""
    null: Mixture
    """The estimate with k components, which the test takes for the truth."""
    alternative: Mixture
    """The estimate that the null is compared with: k + 1 components; 2k for the EM-test."""
    method: str
    """``"bootstrap"`` or ``"em"``."""
    replicates: int
    """Samples drawn from the null; 0 for the EM-test."""
    exceed: int
    """How many of them had a statistic at least as large."""
    seed: int | None
    """Of the random streams; None for the EM-test."""
    null_statistics: Array
    """(replicates,), the statistics of the samples drawn, in their order; empty for the EM-test."""
    message: str
    """The outcome in a sentence."""
    n_components: int
    """k, the number tested. `null` has fewer components of positive weight where the data show no more."""
    background_weights: tuple[float, float] | None = None
    """Weights of a background under null and alternative; the mixtures are of the others alone."""

    to_dict = showing.to_dict
    to_frame = showing.to_frame
