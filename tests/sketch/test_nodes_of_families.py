"""Fits of families on nodes and on the rows of long columns, against those of all values."""

import numpy as np
import pytest

from mix1d import _core
from mix1d.native import Candidates, Chart, Options, Problem
from oracle_families import NUMBER

N = 100_000


def columns(rng):
    first = rng.uniform(size=N) < 0.4
    normal, normal_too = rng.normal(size=N), rng.normal(size=N)
    half = np.abs(normal)
    return {
        "gamma": (rng.gamma(0.5, 1.0, N), rng.gamma(8.0, 2.0, N)),
        "lognormal": (np.exp(1.5 * normal), np.exp(3.0 + 0.4 * normal_too)),
        "weibull": (rng.weibull(0.7, N), 5.0 * rng.weibull(5.0, N)),
        "inverse_gaussian": (rng.wald(1.0, 0.5, N), rng.wald(8.0, 40.0, N)),
        "student_t": (rng.standard_t(3.0, N), 8.0 + rng.standard_t(8.0, N)),
        "skew_normal": (0.95 * half + 0.3 * normal_too, 6.0 - half + 0.05 * normal_too),
        "logistic": (rng.logistic(size=N), 8.0 + 0.5 * rng.logistic(size=N)),
        "beta": (rng.beta(0.5, 3.0, N), rng.beta(9.0, 0.7, N)),
    }, first


COLUMNS, FIRST = columns(np.random.default_rng(1))


@pytest.mark.parametrize("family", COLUMNS)
def test_nodes_stand_for_all_values(family):
    x = np.where(FIRST, *COLUMNS[family])
    wanted = Candidates([2], [Chart(family=NUMBER[family])])
    values, counts = np.unique(x, return_counts=True)
    [all_values], _ = _core.fit(Problem(values, counts.astype(float)), wanted, Options())
    [rows], nodes = _core.fit(Problem(x, None, total_weight=float(N)), wanted, Options())
    [alone], _ = _core.fit(Problem(nodes[0], nodes[1], widths=nodes[2]), wanted, Options())
    for other in (rows, alone):
        assert other["log_likelihood"] == pytest.approx(all_values["log_likelihood"], rel=1e-12)
        for found, exact in zip(other["mixture"][:3], all_values["mixture"][:3], strict=True):
            assert found == pytest.approx(exact, rel=1e-8, abs=1e-9)


@pytest.mark.parametrize("family", ["gamma", "beta"])
def test_no_cell_is_wide_beside_its_distance_from_an_end(family):
    x = np.where(FIRST, *COLUMNS[family])
    _, (values, _, widths) = _core.fit(
        Problem(x, None, total_weight=float(N)), Candidates([1], [Chart(family=NUMBER[family])]), Options()
    )
    assert (widths <= values / 16).all()
    if family == "beta":
        assert (widths <= (1 - values) / 15.9).all()
