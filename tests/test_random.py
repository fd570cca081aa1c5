"""The random streams of replicates: distributions, and independence of everything but seed and number."""

import numpy as np
import pytest
from scipy import stats

from mix1d import _core

WEIGHTS, MEANS, SDS = np.array([0.3, 0.0, 0.7]), np.array([-2.0, 50.0, 3.0]), np.array([0.5, 1.0, 2.0])


def drawn(seed, stream, n, **lattice):
    values, counts = _core.draw_sample(seed, stream, n, (WEIGHTS, MEANS, SDS), **lattice)
    return np.repeat(values, counts.astype(int))


def test_values_follow_the_mixture():
    x = drawn(1, 0, 20_000)
    cdf = 0.3 * stats.norm.cdf(x, -2.0, 0.5) + 0.7 * stats.norm.cdf(x, 3.0, 2.0)
    assert stats.kstest(cdf, "uniform").pvalue > 1e-3
    assert np.array_equal(x, np.sort(x))


def test_odd_and_small_numbers_of_values():
    for n in (1, 2, 3, 63, 64, 65):
        assert len(drawn(3, 0, n)) == n


def test_values_lie_on_the_lattice_of_the_data():
    values, counts = _core.draw_sample(5, 2, 500, (WEIGHTS, MEANS, SDS), resolution=0.25, origin=0.1)
    steps = (values - 0.1) / 0.25
    np.testing.assert_allclose(steps, np.round(steps), atol=1e-9)
    assert counts.sum() == 500
    assert counts.max() > 1
    assert len(np.unique(values)) == len(values)


def test_a_stream_is_given_by_seed_and_number():
    assert np.array_equal(drawn(7, 3, 100), drawn(7, 3, 100))
    assert not np.array_equal(drawn(7, 3, 100), drawn(7, 4, 100))
    assert not np.array_equal(drawn(7, 3, 100), drawn(8, 3, 100))
    assert not np.array_equal(drawn(2**64 - 1, 0, 100), drawn(0, 0, 100))


def test_streams_are_not_correlated():
    rows = np.array([_core.draw_weights(11, stream, np.ones(400)) for stream in range(60)])
    correlations = np.corrcoef(rows)[np.triu_indices(60, 1)] * np.sqrt(400)
    assert stats.kstest(correlations, "norm").pvalue > 1e-3


@pytest.mark.parametrize("shape", [0.2, 1.0, 1.5, 4.0, 300.0])
def test_weights_are_gamma_with_the_old_total(shape):
    w = np.full(20_000, shape)
    g = _core.draw_weights(13, 0, w)
    assert g.sum() == pytest.approx(w.sum(), rel=1e-12)
    assert stats.kstest(g, stats.gamma(shape).cdf).pvalue > 1e-3


def test_counts_are_multinomial():
    w = np.array([5.0, 0.5, 1.0, 3.5])
    counts = np.array([_core.draw_weights(17, stream, w, 40) for stream in range(2000)])
    assert (counts.sum(axis=1) == 40).all()
    np.testing.assert_allclose(counts.mean(axis=0), 4.0 * w, rtol=0.05)
    np.testing.assert_allclose(counts.var(axis=0), 40 * (w / 10) * (1 - w / 10), rtol=0.15)
