"""Searches for rows of every kind and under constraints: what they find, and that odd samples end them."""

from statistics import NormalDist

import numpy as np
import pytest

from mix1d import _core
from mix1d.data.observations import Observations
from mix1d.data.terms import terms_of
from mix1d.native import FREE, Candidates, Chart, Model, Options, Problem

PLACEHOLDER = np.zeros(1)


def problem(lower, upper=None, background=None, labels=None, **recorded):
    names = () if labels is None else tuple(range(int(labels.max()) + 1))
    terms = terms_of(Observations(lower, upper=upper, labels=labels, **recorded))
    return Problem(PLACEHOLDER, None, observed=terms.observed(names, background))


def fitted(given, k, chart=FREE):
    (row,), _ = _core.fit(given, Candidates((k,), (chart,)), Options())
    return row


def polished(given, mixture, chart=FREE):
    """Return the penalised optimum next to a mixture."""
    start = Model(*(np.array(part, float) for part in mixture), chart)
    return _core.replay(given, start, True, True, Options())["objective"].max()


def best(row):
    return max(penalised for _, _, penalised, _ in row["optima"])


def three_clusters(seed=1):
    rng = np.random.default_rng(seed)
    x = np.concatenate([rng.normal(0, 1, 100), rng.normal(4, 1, 100), rng.normal(8, 2, 100)])
    return x, np.repeat([0, 1, 2], 100), rng


CHARTS = {
    "free": FREE,
    "equal": Chart(sds="equal"),
    "held": Chart(sds="held", held_sd=1.2),
    "spaced": Chart(means="spaced"),
    "proportional": Chart(sds="proportional", origin=-20.0),
}


@pytest.mark.parametrize("chart", CHARTS.values(), ids=CHARTS)
@pytest.mark.parametrize("named", [1, 2, 3])
def test_named_components_take_part_under_every_constraint(named, chart):
    x, label, rng = three_clusters()
    known = (rng.random(300) < 0.2) & (label < named)
    given = problem(x, labels=np.where(known, label, -1))
    row = fitted(given, 3, chart)
    assert row["converged"]
    assert row["mixture"][0].sum() == pytest.approx(1.0, abs=1e-12)
    assert row["mixture"][1] == pytest.approx([0, 4, 8], abs=1.0)
    if chart.sds == "equal":
        assert np.ptp(row["mixture"][2]) < 1e-12
    if chart.sds == "held":
        assert row["mixture"][2] == pytest.approx(1.2)


@pytest.mark.parametrize("chart", CHARTS.values(), ids=CHARTS)
def test_a_background_goes_with_every_constraint(chart):
    x, _, rng = three_clusters()
    x = np.concatenate([x, rng.uniform(-10, 20, 60)])
    row = fitted(problem(x, background=(-10.0, 20.0)), 4, chart._replace(background=True))
    assert row["converged"]
    assert row["mixture"][0][0] == pytest.approx(0.18, abs=0.1)
    assert row["mixture"][1][1:] == pytest.approx([0, 4, 8], abs=1.0)


def test_spaced_means_begin_from_ordered_optima():
    rng = np.random.default_rng(5)
    truth = [0.06, 0.32, 0.62], [0.3, 5.6, 10.9], [1.1, 1.3, 0.8]
    x = np.concatenate([rng.normal(m, s, round(400 * w)) for w, m, s in zip(*truth, strict=True)])
    edges = np.arange(-5, 16) * 0.9
    counts = np.histogram(x, edges)[0]
    seen = counts > 0
    given = problem(edges[:-1][seen], edges[1:][seen], sample_weight=counts[seen].astype(float))
    chart = Chart(means="spaced")
    assert best(fitted(given, 3, chart)) > polished(given, truth, chart) - 1e-6


def test_held_weights_may_be_smaller_than_one_value():
    x = np.concatenate([np.random.default_rng(2).normal(0, 1, 100), [8.0]])
    held = Chart(weights=[(-1, 1.0)] * 2, held_at=([0.999, 0.001], [np.nan] * 2, [np.nan] * 2))
    row = fitted(problem(x), 2, held)
    assert row["converged"]
    assert np.sort(row["mixture"][0]) == pytest.approx([0.001, 0.999])


def test_sds_are_proportional_without_the_errors():
    rng = np.random.default_rng(3)
    means = np.repeat([10.0, 16.0], 150)
    errors = rng.uniform(0.5, 1.0, 300)
    x = rng.normal(means, np.hypot(0.1 * means, errors))
    _, means, sds = fitted(problem(x, errors=errors), 2, Chart(sds="proportional"))["mixture"]
    assert sds / means == pytest.approx([0.1, 0.1], abs=0.03)
    assert np.ptp(sds / means) < 1e-12


def test_values_at_the_edge_of_a_window_do_not_carry_a_component_away():
    rng = np.random.default_rng(4)
    x = np.round(np.concatenate([rng.normal(0, 1, 200), rng.normal(3, 0.8, 150)]), 1)
    x = x[x >= -1]
    x[:12] = -1.0
    given = problem(x, truncation=(-1.0, np.inf))
    for k in (1, 2, 3):
        row = fitted(given, k)
        assert row["converged"]
        assert np.all(np.abs(row["mixture"][1]) < 20)


@pytest.mark.parametrize("sds", ["free", "equal"])
def test_a_component_far_outside_its_window_is_reached(sds):
    truth = NormalDist(-5.0, 3.0)
    low, high = truth.cdf(0.0), truth.cdf(1.0)
    x = [truth.inv_cdf(low + (high - low) * (i + 0.5) / 2000) for i in range(2000)]
    row = fitted(problem(x, truncation=(0.0, 1.0)), 1, Chart(sds=sds))
    assert row["converged"]
    assert row["mixture"][1][0] == pytest.approx(-5.0, abs=0.5)
    assert row["mixture"][2][0] == pytest.approx(3.0, abs=0.2)


def test_overlapping_intervals_bound_sds_by_the_narrowest_alone():
    rng = np.random.default_rng(6)
    x = np.concatenate([rng.normal(0, 0.3, 150), rng.normal(3, 1, 150)])
    below, above = rng.lognormal(0, 1.5, (2, 300))
    given = problem(x - below, x + above)
    row = fitted(given, 2)
    assert row["converged"]
    truth = [0.5, 0.5], [0.0, 3.0], [0.3, 1.0]
    assert best(row) > polished(given, truth) - 1e-6


def test_errors_of_any_size_stand_side_by_side():
    rng = np.random.default_rng(7)
    errors = 10.0 ** rng.uniform(-6, 6, 40)
    row = fitted(problem(rng.normal(0, 1, 40) + 1000.0, errors=errors), 2)
    assert np.isfinite(row["log_likelihood"])


@pytest.mark.parametrize("far", [1e4, 1e9])
@pytest.mark.parametrize("kind", ["errors", "window"])
def test_values_far_out_change_nothing_elsewhere(kind, far):
    rng = np.random.default_rng(8)
    near, out = np.concatenate([rng.normal(0, 1, 100), rng.normal(5, 1, 100)]), rng.normal(0, 1, 8)
    near = near[near > -2]
    errors = 0.3 * rng.lognormal(0, 0.7, len(near) + 8)

    def mixture(distance):
        x = np.concatenate([near, distance + out])
        kinds = {"errors": {"errors": errors}, "window": {"truncation": (-2.0, np.inf)}}
        return fitted(problem(x, **kinds[kind]), 3)["mixture"]

    for moved, first in zip(mixture(far), mixture(100.0), strict=True):
        assert moved[:2] == pytest.approx(first[:2], rel=1e-6, abs=1e-6)


ODD = {
    "one value": problem([3.0]),
    "one value, an error": problem([3.0], errors=[0.5]),
    "one interval": problem([1.0], [2.0]),
    "equal values": problem([5.0] * 6),
    "equal values, a window": problem([5.0] * 6, truncation=(4.0, 6.0)),
    "equal values, one limit": problem([5.0] * 5 + [-np.inf], [5.0] * 6),
    "zeros": problem([0.0] * 3),
}


@pytest.mark.parametrize("k", [1, 2, 3])
@pytest.mark.parametrize("given", ODD.values(), ids=ODD)
def test_few_and_equal_rows_end_in_a_fit(given, k):
    row = fitted(given, k)
    weights, means, sds = row["mixture"]
    assert weights.sum() == pytest.approx(1.0)
    assert np.isfinite(means).all()
    assert np.isfinite(sds).all()
    assert np.isfinite(row["log_likelihood"])
