"""The bootstrap test of k components against k + 1 on rows of any kind."""

import re

import numpy as np
import pytest

import mix1d
import oracle_recording as oracle
from cases import draw, parameters
from mix1d.display.checks import checks
from mix1d.selection.order import bootstrap_test

N = 150
X = draw(21, [1.0], [0.0], [1.0], N)
TWO = draw(50, [0.5, 0.5], [0.0, 4.0], [1.0, 0.8], N)


def recorded(kind, x, seed=0):
    """Observations of a kind made from values."""
    rng = np.random.default_rng(seed)
    n = len(x)
    if kind == "bins":
        edges = 1.2 * (np.arange(-6, 9) + rng.random())
        return mix1d.Observations((np.histogram(x, edges)[0], edges))
    if kind == "rounded":
        return mix1d.Observations(np.round(x), resolution=1.0)
    if kind == "limits":
        limit = rng.choice([-0.8, -0.2], n)
        return mix1d.Observations(np.where(x < limit, -np.inf, x), upper=np.maximum(x, limit))
    if kind == "errors":
        errors = rng.lognormal(-0.4, 0.7, n)
        return mix1d.Observations(x + errors * rng.normal(size=n), errors=errors)
    if kind == "window":
        return mix1d.Observations(x[x > -1.0], truncation=(-1.0, None))
    if kind == "windows":
        low = rng.choice([-2.0, -1.0], n)
        return mix1d.Observations(x[x > low], truncation=(low[x > low], None))
    return mix1d.Observations(x, labels=np.where((np.arange(n) % 3 > 0) | (x > 2.0), -1, 0))


KINDS = ("bins", "rounded", "limits", "errors", "window", "windows", "labels")


@pytest.mark.parametrize("kind", KINDS)
def test_a_statistic_is_that_of_the_best_penalised_optima(kind):
    obs = recorded(kind, TWO)
    test = mix1d.order_test(obs, 1, replicates=1)
    found = []
    for k in (1, 2):
        fitted = mix1d.fit(obs, k)
        # where nothing collapses, plain maxima lie next to the penalised ones and a little higher
        assert not fitted.regularized
        found.append(fitted.log_likelihood)
    assert test.statistic == pytest.approx(2.0 * (found[1] - found[0]), abs=0.2)
    assert np.abs(test.alternative.means - mix1d.fit(obs, 2).means).max() < 0.15
    assert np.abs(test.null.means - mix1d.fit(obs, 1).means).max() < 0.1


@pytest.mark.parametrize("kind", KINDS)
def test_a_replicate_has_the_statistic_of_its_own_sample(kind):
    obs = recorded(kind, X)
    test = mix1d.order_test(obs, 1, replicates=6, rng=5)
    component_of = (0,) if kind == "labels" else ()
    for r in range(6):
        rows, masks = oracle.drawn(obs, parameters(test.null), seed=5, stream=r, component_of=component_of)
        labels = np.where(masks > 0, 0, -1) if kind == "labels" else None
        one = mix1d.order_test(oracle.observations_of(rows, labels), 1, replicates=1)
        assert test.null_statistics[r] == pytest.approx(one.statistic, abs=1e-6), r


@pytest.mark.parametrize("kind", KINDS)
def test_one_population_and_two(kind):
    one = mix1d.order_test(recorded(kind, X), 1, replicates=99)
    two = mix1d.order_test(recorded(kind, TWO), 1, replicates=99)
    assert one.p_value > 0.05
    assert two.p_value == 0.01
    assert mix1d.order_test(recorded(kind, TWO), 2, replicates=99).p_value > 0.05


@pytest.mark.parametrize("kind", ["bins", "limits", "errors"])
def test_the_size_of_the_test(kind):
    """Samples of one normal: small p-values are as rare as they should be, or nearly."""
    p = np.array(
        [
            mix1d.order_test(
                recorded(kind, np.random.default_rng(s).normal(size=N), s), 1, replicates=39
            ).p_value
            for s in range(60)
        ]
    )
    for level in (0.1, 0.2, 0.5):
        assert abs((p <= level).mean() - level) < 3.0 * np.sqrt(level * (1.0 - level) / 60)


def same(a, b):
    return (a.statistic, a.p_value, a.null_statistics.tolist()) == (
        b.statistic,
        b.p_value,
        b.null_statistics.tolist(),
    )


def test_keywords_say_what_observations_say():
    errors = np.full(N, 0.3)
    for kw in (
        {"errors": errors},
        {"truncation": (-4.0, 4.0)},
        {"resolution": 0.5},
        {"labels": [0] * 20 + [-1] * (N - 20)},
        {"upper": X + 0.0},
    ):
        x = np.round(X, 0) if "resolution" in kw else X
        direct = mix1d.order_test(x, 1, replicates=19, **kw)
        assert same(direct, mix1d.order_test(mix1d.Observations(x, **kw), 1, replicates=19))
    histogram = np.histogram(X, 12)
    assert same(
        mix1d.order_test(histogram, 1, replicates=19),
        mix1d.order_test(mix1d.Observations(histogram), 1, replicates=19),
    )


def test_exact_observations_are_plain_values():
    plain = mix1d.order_test(X, 1, replicates=19)
    assert same(plain, mix1d.order_test(mix1d.Observations(X), 1, replicates=19))
    assert same(plain, mix1d.order_test(X, 1, upper=X, errors=0.0, replicates=19))


def test_values_are_rounded_where_fit_rounds_them():
    coarse = np.round(X)
    assert same(
        mix1d.order_test(coarse, 1, replicates=19), mix1d.order_test(coarse, 1, resolution=1.0, replicates=19)
    )
    fine = np.round(np.random.default_rng(3).normal(size=2000), 3)
    assert same(
        mix1d.order_test(fine, 1, replicates=5), mix1d.order_test(fine, 1, resolution=0, replicates=5)
    )


def test_threads_and_progress_change_no_bit():
    obs = recorded("limits", X)
    calls = []
    one = mix1d.order_test(obs, 1, replicates=60, threads=1)
    many = mix1d.order_test(obs, 1, replicates=60, threads=4, progress=lambda *call: calls.append(call))
    assert same(one, many)
    assert calls[-1] == (60.0, 60.0)


def test_labelled_components_keep_their_places():
    labels = np.where(np.arange(N) % 2 > 0, None, np.where(TWO > 2.0, "big", "small"))
    test = mix1d.order_test(TWO, 2, labels=labels, replicates=19)
    assert test.null.means[0] > test.null.means[1]  # big, small


# What cannot be had


@pytest.mark.parametrize("kind", KINDS)
def test_the_em_test_is_of_exact_values(kind):
    wanted = "its law is known for exact values only; use method='bootstrap'$"
    with pytest.raises(mix1d.InputError, match=wanted):
        mix1d.order_test(recorded(kind, X), 1, method="em")


def test_it_must_be_known_how_intervals_arose():
    with pytest.raises(mix1d.InputError, match="how the intervals arose is unknown"):
        mix1d.order_test(X, 1, upper=X + 0.5)


def test_what_observations_say_is_not_said_again():
    with pytest.raises(mix1d.InputError, match="errors must be left out for Observations"):
        mix1d.order_test(mix1d.Observations(X), 1, errors=0.1)


def test_a_sketch_has_no_intervals():
    with pytest.raises(
        mix1d.InputError, match=r'^resolution must be "auto" or 0 for a sketch, got 0\.5: moments'
    ):
        mix1d.order_test(mix1d.Sketch.of(X), 1, resolution=0.5)


def test_labels_need_as_many_components():
    with pytest.raises(mix1d.InputError, match="n_components must be at least the number of labels, 2"):
        mix1d.order_test(X, 1, labels=[0, 1] + [-1] * (N - 2))


def test_fewer_kinds_of_rows_than_components():
    with pytest.raises(mix1d.InputError, match="n_components must be below the number of distinct values, 3"):
        mix1d.order_test(([5, 4, 6], [0, 1, 2, 3]), 3)


def test_checks_begin_with_the_components_that_labels_name():
    labels = np.where(np.arange(N) % 4 > 0, -1, (TWO > 2.0).astype(int))
    fitted = mix1d.fit(TWO, 2, labels=labels)
    verdicts = dict(checks(fitted, replicates=19))
    assert re.match(r"bootstrap test: 3 components not supported \(p = ", verdicts["Number of components"])
    with pytest.raises(
        mix1d.InputError, match="at least the 2 components that labels name, got 1: test more"
    ):
        bootstrap_test(fitted.sample, 1, replicates=19)
