"""Plain EM of bins, limits and values with errors: it climbs to the fit, as often as it is asked to."""

import numpy as np
import pytest

import mix1d
from places import WAITING

WAITED = np.loadtxt(WAITING, skiprows=1)
EDGES = [-np.inf, *range(50, 95, 5), np.inf]
LIMITED = np.maximum(WAITED, 50.0)
ROWS = {
    "bins": lambda: np.histogram(WAITED, EDGES),
    "errors": lambda: mix1d.Observations(WAITED, errors=np.linspace(1.0, 4.0, 272)),
    "limits": lambda: mix1d.Observations(
        [f"<{x:g}" if x <= 50.0 else x for x in LIMITED.tolist()], name="waiting"
    ),
    "labels": lambda: mix1d.Observations(WAITED, labels=[1, 0, *[-1] * 270]),
}


@pytest.mark.parametrize("name", ROWS)
def test_it_climbs_to_the_fit(name):
    data = ROWS[name]()
    steps = list(mix1d.em(data, 2, max_iter=1500))
    heights = np.array([step.log_likelihood for step in steps])
    assert (np.diff(heights) > -1e-9).all()
    fitted = mix1d.fit(data, 2, sds="free")
    assert heights[-1] == pytest.approx(fitted.log_likelihood, abs=1e-5)
    np.testing.assert_allclose(steps[-1].mixture.means, fitted.mixture.means, rtol=1e-3)
    assert heights[0] < heights[-1] - 1.0


@pytest.mark.parametrize("name", ["bins", "errors"])
def test_equal_sds_stay_equal(name):
    data = ROWS[name]()
    last = list(mix1d.em(data, 2, sds="equal", max_iter=1500))[-1]
    assert last.mixture.sds[0] == last.mixture.sds[1]
    assert last.log_likelihood == pytest.approx(mix1d.fit(data, 2, sds="equal").log_likelihood, abs=1e-5)


@pytest.mark.parametrize("scale", [1e-150, 1e150])
def test_errors_of_any_scale(scale):
    rows = mix1d.Observations(WAITED * scale, errors=np.linspace(1.0, 4.0, 272) * scale)
    plain = list(mix1d.em(ROWS["errors"](), 2, max_iter=20))[-1]
    scaled = list(mix1d.em(rows, 2, max_iter=20))[-1]
    np.testing.assert_allclose(scaled.mixture.means / scale, plain.mixture.means, rtol=1e-9)
    expected = plain.log_likelihood - 272 * np.log(scale)
    assert scaled.log_likelihood == pytest.approx(expected, rel=1e-9)


def test_it_runs_as_often_as_it_is_asked_to():
    steps = mix1d.em(WAITED, 2, max_iter=5)
    first = [step.log_likelihood for step in steps]
    assert len(first) == 6
    assert [step.log_likelihood for step in steps] == first
    assert next(steps).iteration == 0
    assert next(steps).iteration == 1
    assert [step.log_likelihood for step in steps] == first


def test_what_it_cannot_know_is_refused():
    rows = mix1d.Observations(WAITED[WAITED > 50], truncation=(50, None))
    with pytest.raises(mix1d.InputError, match="data must have no truncation in plain EM"):
        mix1d.em(rows, 2)
    with pytest.raises(mix1d.InputError, match="data must be exact values in plain EM with gamma components"):
        mix1d.em(ROWS["errors"](), 2, family="gamma")
    huge = mix1d.Observations(WAITED * 1e200, errors=1e200)
    with pytest.raises(mix1d.InputError, match="errors must be below 1e154 in plain EM, got 1e\\+200"):
        mix1d.em(huge, 2)
    with pytest.raises(mix1d.InputError, match="sample_weight must be None for Observations"):
        mix1d.em(ROWS["errors"](), 2, sample_weight=np.ones(272))
