"""Parameters at convergence are right to ten digits, against Newton's method in 50 digits."""

import itertools
import math

import numpy as np
import pytest

import mix1d
import oracle
from cases import column, distance, draw, parameters
from mix1d import _core
from mix1d.native import Model, Problem

DIGITS = 1e-10


def pooled(x):
    values, counts = np.unique(x, return_counts=True)
    return values, counts.astype(float)


def exact_point(values, sample_weight, found, *, equal=False):
    """The stationary point next to a mixture, with 50 digits, rounded to doubles, and its log-likelihood."""
    *exact, total = oracle.newton(values, sample_weight, *found, equal=equal, digits=50)
    return [[float(v) for v in part] for part in exact], float(total)


def check(result, values, sample_weight, *, equal=False):
    assert result.converged
    assert result.stop_reason == "decrement"
    assert not result.regularized
    exact, total = exact_point(values, sample_weight, parameters(result.mixture), equal=equal)
    assert distance(parameters(result.mixture), exact) < DIGITS
    assert result.log_likelihood == pytest.approx(total, rel=1e-13)
    return exact


@pytest.mark.parametrize(
    ("name", "k"),
    [
        ("faithful_eruptions", 2),
        ("faithful_waiting", 2),
        ("acidity", 2),
        ("acidity", 3),
        ("galaxies", 2),
        ("galaxies", 3),
    ],
)
def test_real_columns(name, k):
    x = column(name)
    check(mix1d.fit(x, k), *pooled(x))


@pytest.mark.parametrize(("name", "k"), [("faithful_waiting", 2), ("galaxies", 3)])
def test_equal_sds(name, k):
    x = column(name)
    check(mix1d.fit(x, k, sds="equal"), *pooled(x), equal=True)


def test_where_plain_em_crawls():
    """After 10,000 iterations plain EM is still wrong in the eighth digit; the fit is right in the tenth."""
    values, counts = oracle.slow_sample()
    result = mix1d.fit(values, 3, sample_weight=counts)
    exact = check(result, values, counts)
    assert result.n_iter < 200
    mixture = tuple(np.array(a) for a in ([1 / 3] * 3, [0.0, 1.6, 4.0], [1.0] * 3))
    for _ in range(10_000):
        *mixture, _ = _core.em_step(Problem(values, counts), Model(*mixture))
    assert distance(mixture, exact) > 1e-8


def test_ten_distinct_scales():
    """Ten components, each half as wide as the next; every sd is right to ten digits of itself."""
    sds = 2.0 ** np.arange(10)
    means = np.concatenate([[0.0], np.cumsum(4.0 * sds)[:-1] + 4.0 * sds[1:]])
    x = np.concatenate([draw(j, [1.0], [means[j]], [sds[j]], 11) for j in range(10)])
    start = mix1d.Mixture(np.full(10, 0.1), means, sds)
    result = mix1d.fit(x, 10, start=start)
    assert result.mixture.sds.max() / result.mixture.sds.min() > 250
    check(result, *pooled(x))


@pytest.mark.parametrize("exponent", [-90, -3, 0, 5, 90])
def test_any_scale(exponent):
    """The same column in other units: the digits are those of its own exact solution."""
    x = column("acidity") * 10.0**exponent
    result = mix1d.fit(x, 2)
    unit = 2.0 ** -round(math.log2(x.std()))  # a power of two rounds nothing, and suits the twin
    weights, means, sds = parameters(result.mixture)
    found = (weights, means * unit, sds * unit)
    exact, _ = exact_point(*pooled(x * unit), found)
    assert distance(found, exact) < DIGITS


# Samples whose last Newton step is short of the tenth digit when it is judged by the log-likelihood alone.
SHORT = [(42, 3), (57, 3), (131, 2), (144, 2), (177, 3), (318, 3)]


@pytest.mark.parametrize(("seed", "k"), SHORT)
def test_the_last_step_is_taken(seed, k):
    rng = np.random.default_rng(seed)
    true = int(rng.integers(1, 5))
    x = draw(
        seed,
        rng.dirichlet(np.ones(true) * 2),
        np.cumsum(rng.uniform(0, 4, true)),
        rng.uniform(0.3, 2, true),
        int(rng.integers(30, 600)),
    )
    result = mix1d.fit(x, k)
    exact, _ = exact_point(*pooled(x), parameters(result.mixture))
    assert distance(parameters(result.mixture), exact) < DIGITS


def test_a_looser_tol_changes_nothing():
    """The solve goes on to the last digit whatever `tol` is, as long as it converges."""
    x = column("acidity")
    tight, loose = (mix1d.fit(x, 3, tol=tol) for tol in (1e-12, 1e-6))
    assert distance(parameters(loose.mixture), parameters(tight.mixture)) < DIGITS


def test_cut_off_is_said():
    x = column("acidity")
    start = mix1d.Mixture([0.3, 0.3, 0.4], [4.0, 5.0, 6.0], [0.5, 0.5, 0.5])
    with pytest.warns(mix1d.NotConvergedWarning, match="max_iter"):
        result = mix1d.fit(x, 3, start=start, max_iter=2)
    assert not result.converged
    assert result.stop_reason == "max_iter"
    assert "not_converged" in {finding.code for finding in result.findings}


def test_trace_comes_down_to_the_answer():
    """The last entry of the trace is the reported fit, for several sizes and both kinds of sds."""
    for name, k, sds in itertools.product(("acidity", "faithful_waiting"), (1, 2, 3), ("free", "equal")):
        result = mix1d.fit(column(name), k, sds=sds)
        last = [a[-1] for a in (result.trace.weights, result.trace.means, result.trace.sds)]
        order = np.lexsort((last[2], last[1]))
        assert distance([a[order] for a in last], parameters(result.mixture)) < 1e-9
        assert result.trace.log_likelihood[-1] == pytest.approx(result.log_likelihood, rel=1e-12)
        assert result.n_iter == len(result.trace.penalty) == len(result.trace.objective)


def test_terms_that_cancel_do_not_stop_the_last_step():
    """The objective is near 0 in the units of the solve: its rounding is that of its terms."""
    x = np.array([2.80416603] * 4 + [4.91933819, 3.62276813, 4.40886705, 3.23575926, 4.04659138, 2.22238202])
    x = np.concatenate(
        [x, [2.69433921] * 3, [3.39090462] * 3, [3.85911328, 4.0795675, 4.86418716, 2.80416603]]
    )
    one, other = mix1d.fit(x, 2), mix1d.fit(x + 5.0, 2)
    assert one.newton_decrement < 1e-23
    np.testing.assert_allclose(other.mixture.means - 5.0, one.mixture.means, rtol=1e-11)
