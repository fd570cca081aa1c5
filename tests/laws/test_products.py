"""Laws of every family x kind of row x constraint: whoever adds one of them adds a name here."""

import itertools

import numpy as np
import pytest

from charts import CHARTS, holds
from mix1d import _core
from mix1d.native import Model
from rows import observed, samples

FAMILIES = ("normal",)  # mixtures name none yet: all are normal
# Where a window was cut off rows have weights below zero, of which EM knows nothing yet.
KINDS = [name for name, rows in samples().items() if all(row[3] > 0.0 for row in rows)]
STEPS = 12


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("kind", KINDS)
def test_em_never_goes_down_and_keeps_to_the_chart(family, kind):
    rows = observed(samples()[kind])
    for name, (chart, start, _) in CHARTS.items():
        now, last = start, -np.inf
        for _ in range(STEPS):
            *after, height = _core.observed_em_step(rows, Model(*now, chart))
            assert height >= last - 1e-11 * max(abs(height), 1.0), (family, kind, name)
            now, last = tuple(after), height
        for check in holds(chart, start):
            check(*now)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_sum_of_samples_is_the_sum_of_their_likelihoods(family):
    """Kinds mix freely in one column, at every mixture that a chart contains."""
    for (one, other), (chart, mixture, _) in itertools.product(
        itertools.combinations(samples().values(), 2), CHARTS.values()
    ):
        model = Model(*mixture, chart)
        apart = [_core.observed_derivatives(observed(rows), model) for rows in (one, other)]
        together = _core.observed_derivatives(observed(one + other), model)
        for part, a, b in zip(together, *apart, strict=True):
            size = np.abs(a).max() + np.abs(b).max()
            np.testing.assert_allclose(part, a + b, atol=1e-12 * size, err_msg=family)
