"""More components never have a lower likelihood, and the highest objective is never below the stable one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mix1d
from cases import column

COLUMNS = ["acidity", "faithful_waiting", "galaxies", "geyser_duration", "precip", "wdbc_mean_concave_points"]
CASES = ["cases/two_scales", "cases/mpg_displacement_public", "hard/overlap00"]
EXACTLY = {"resolution": 0, "set_apart": None}


def check_table(x, most):
    table = mix1d.fit(x, range(1, most + 1), sds="auto", **EXACTLY)
    for sds in ("free", "equal"):
        eligible = [row for row in table.selection if row.sds == sds and row.eligible]
        heights = [row.log_likelihood for row in eligible]
        assert heights == sorted(heights), (sds, heights)
    return {row.n_components: row for row in table.selection if row.sds == "free"}


def check_highest(x, stable):
    highest = mix1d.fit(x, stable.n_components, objective="highest", **EXACTLY)
    assert highest.log_likelihood >= stable.log_likelihood
    return highest


@pytest.mark.parametrize("name", COLUMNS + CASES)
def test_real_columns(name):
    x = column(name)
    rows = check_table(x, min(7, len(np.unique(x))))
    for k in range(2, 5):
        check_highest(x, rows[k])


@settings(deadline=None, max_examples=25)
@given(st.lists(st.integers(-30, 30), min_size=8, max_size=40), st.sampled_from([1.0, 2.0**-400, 2.0**900]))
def test_small_samples_with_ties(values, unit):
    x = np.array(values, float) * unit
    most = min(5, len(np.unique(x)))
    rows = check_table(x, most)
    check_highest(x, rows[min(2, most)])


def test_two_scales():
    """Sds that differ by a factor of 50: the narrow one is no spike."""
    x = column("cases/two_scales")
    highest = check_highest(x, check_table(x, 2)[2])
    assert highest.mixture.sds[1] > 50.0 * highest.mixture.sds[0]
    assert "no_sound_optimum" in {finding.code for finding in highest.findings}


def test_a_fit_alone_is_the_row_of_the_table():
    x = column("hard/overlap00")
    rows = check_table(x, 6)
    for k, row in rows.items():
        assert mix1d.fit(x, k, **EXACTLY).mixture == row.mixture
    assert "null_component" in rows[5].findings
    assert not rows[5].eligible
