"""The large-sample law of the goodness-of-fit statistics: tables, replicates, and a brute-force twin."""

import numpy as np
import pytest
from scipy import integrate, stats

import mix1d
from cases import draw, outcome_of, parameters
from mix1d import _core
from mix1d.data.sample import read_sample
from mix1d.diagnostics.goodness import goodness_of_fit
from mix1d.diagnostics.limit_law import upper_tail
from mix1d.diagnostics.quick_goodness import quick_goodness
from mix1d.native import FREE, Model, Options, Problem, Resampling, chart_of
from mix1d.outcome.maximum import Maximum

NORMAL = np.array([1.0]), np.array([0.0]), np.array([1.0])
THREE = np.array([0.6, 0.3, 0.1]), np.array([0.0, 3.0, 6.0]), np.array([1.0, 0.5, 1.0])
LAWS = ("anderson_darling", "cramer_von_mises")

# Stephens (1974, 1986), normal with mean and sd estimated, n to infinity
TABLE = {
    "anderson_darling": {0.10: 0.631, 0.05: 0.752, 0.025: 0.873, 0.01: 1.035},
    "cramer_von_mises": {0.10: 0.104, 0.05: 0.126, 0.025: 0.148, 0.01: 0.179},
}


@pytest.mark.parametrize("statistic", LAWS)
def test_one_component_has_the_points_of_stephens(statistic):
    for p, point in TABLE[statistic].items():
        assert upper_tail(NORMAL, point, equal=False, statistic=statistic) == pytest.approx(p, abs=1.5e-3)
        assert upper_tail(NORMAL, point, equal=True, statistic=statistic) == pytest.approx(p, abs=1.5e-3)


def brute_force(mixture, value, statistic, equal, size=900):
    """The same law by a fine plain grid, the information by adaptive quadrature, and Imhof's integral."""
    weights, means, sds = mixture
    k, m = len(weights), mix1d.Mixture(*mixture)
    rows = [*range(1, k), *range(k, 2 * k)]

    def free(a):
        log_sds = a[2 * k :].sum(axis=0, keepdims=True) if equal else a[2 * k :]
        return np.vstack([a[rows], log_sds])

    def scores(x):
        r, z = m.responsibilities(x).T, (x - means[:, None]) / sds[:, None]
        return free(np.vstack([r - weights[:, None], r * z, r * (z * z - 1.0)]))

    def squares(x):
        s = scores(np.array([x]))[:, 0]
        return np.outer(s, s).ravel() * m.pdf(x)

    information = integrate.quad_vec(squares, -12.0, 20.0, epsabs=1e-9)[0].reshape(
        (len(rows) + (1 if equal else k),) * 2
    )
    y = np.linspace(-16.0, 16.0, size)
    t = 1.0 / (1.0 + np.exp(-y))
    x = m.icdf(t)
    z = (x - means[:, None]) / sds[:, None]
    d = -weights[:, None] * stats.norm.pdf(z)
    g = free(np.vstack([weights[:, None] * (stats.norm.cdf(z) - t), d, z * d]))
    kernel = np.minimum.outer(t, t) - np.outer(t, t) - g.T @ np.linalg.solve(information, g)
    share = np.full(size, y[1] - y[0]) * (t * (1.0 - t) if statistic == "cramer_von_mises" else 1.0)
    eigenvalues = np.linalg.eigvalsh(kernel * np.sqrt(np.outer(share, share)))
    eigenvalues = eigenvalues[eigenvalues > 1e-9]

    def imhof(v):
        angle = 0.5 * np.sum(np.arctan(eigenvalues * v)) - 0.5 * value * v
        return np.sin(angle) / (v * np.exp(0.25 * np.sum(np.log1p((eigenvalues * v) ** 2))))

    return 0.5 + integrate.quad(imhof, 0.0, np.inf, limit=2000, epsabs=1e-7)[0] / np.pi


@pytest.mark.parametrize("equal", [False, True])
@pytest.mark.parametrize(("statistic", "values"), [(LAWS[0], (0.15, 0.3)), (LAWS[1], (0.02, 0.045))])
def test_three_components_against_brute_force(statistic, values, equal):
    mixture = (THREE[0], THREE[1], np.ones(3)) if equal else THREE
    for value in values:
        exact = brute_force(mixture, value, statistic, equal)
        assert upper_tail(mixture, value, equal=equal, statistic=statistic) == pytest.approx(exact, abs=2e-3)


def drawn(mixture, n, step, equal, replicates=1500):
    """Statistics (A^2, W^2) of refitted samples, drawn from the mixture before rounding."""
    weights, means, sds = mixture
    wide = np.sqrt(sds**2 + step**2 / 12.0)
    places = np.arange(-3.0, 5.0) if step == 0.0 else step * np.arange(8.0)
    return _core.goodness_replicates(
        Problem(places, np.full(8, n / 8), step),
        Model(weights, means, wide, chart_of(equal)),
        Resampling("parametric", replicates, 1),
        Options(max_iter=200, threads=2),
    )[:, 1:]


@pytest.mark.parametrize(
    ("mixture", "step", "equal"),
    [
        (NORMAL, 0.0, False),
        (NORMAL, 1.0, False),
        (([0.4, 0.6], [0.0, 4.0], [1.0, 0.7]), 0.0, False),
        (([0.4, 0.6], [0.0, 4.0], [1.0, 0.7]), 0.08, False),
        (([0.4, 0.6], [0.0, 4.0], [1.0, 0.7]), 0.5, False),
        (([0.4, 0.6], [0.0, 4.0], [1.0, 1.0]), 0.0, True),
        (([0.4, 0.6], [0.0, 4.0], [1.0, 1.0]), 1.0, True),
    ],
)
def test_the_law_is_that_of_large_samples(mixture, step, equal):
    """1500 replicates: 2 standard deviations are 2.6 % at one half and 1.1 % at 5 %."""
    mixture = tuple(np.array(part, float) for part in mixture)
    found = drawn(mixture, 400, step, equal)
    for column, statistic in zip(found.T, LAWS, strict=True):
        for p, allowed in ((0.5, 0.05), (0.05, 0.02)):
            point = float(np.quantile(column, 1.0 - p))
            tail = upper_tail(mixture, point, equal=equal, statistic=statistic, step=step)
            assert tail == pytest.approx(p, abs=allowed)


def test_the_quick_p_value_is_close_to_the_bootstrap():
    x = draw(3, [0.4, 0.6], [0.0, 3.0], [1.0, 1.0], 300)
    fit, sample = parameters(mix1d.fit(x, 2).mixture), read_sample(x)
    slow = goodness_of_fit(outcome_of(sample, fit))
    for statistic in LAWS:
        quick = quick_goodness(Maximum(sample, fit, FREE, True), statistic=statistic)
        assert quick.statistic == getattr(slow, statistic).statistic
        assert quick.p_value == pytest.approx(getattr(slow, statistic).p_value, abs=0.04)


def test_the_law_knows_no_unit():
    for factor in (2.0**-1000, 2.0**1000):
        scaled = THREE[0], factor * THREE[1], factor * THREE[2]
        for step in (0.0, 0.1, 0.5):
            here = upper_tail(THREE, 0.2, equal=False, step=step, origin=0.25)
            assert upper_tail(scaled, 0.2, equal=False, step=factor * step, origin=0.25 * factor) == here
    mirrored = THREE[0][::-1], -THREE[1][::-1], THREE[2][::-1]
    assert upper_tail(mirrored, 0.2, equal=False) == pytest.approx(
        upper_tail(THREE, 0.2, equal=False), rel=1e-6
    )


def test_both_ends_of_the_law():
    assert upper_tail(NORMAL, 0.01, equal=False) == pytest.approx(1.0, abs=1e-6)
    assert 0.0 <= upper_tail(NORMAL, 40.0, equal=False) < 1e-12
    values = [upper_tail(THREE, v, equal=False) for v in np.linspace(0.0, 1.0, 40)]
    assert values == sorted(values, reverse=True)


def test_a_fine_lattice_joins_the_coarse_and_the_continuous():
    p = [upper_tail(NORMAL, 0.75, equal=False, step=h) for h in (0.0, 1e-3, 0.074, 0.076, 0.2)]
    assert p == sorted(p, reverse=True)
    assert p[0] - p[1] < 2e-4
    assert p[2] == pytest.approx(p[3], abs=1e-3)


def test_redundant_components_and_needles():
    twice = np.array([0.5, 0.5]), np.zeros(2), np.ones(2)
    assert 0.0 < upper_tail(twice, 0.3, equal=False) < 1.0
    needle = np.array([0.95, 0.05]), np.array([0.0, 1e6]), np.array([1.0, 1e-7])
    assert upper_tail(needle, 0.3, equal=False) == pytest.approx(
        upper_tail(NORMAL, 0.33, equal=False), abs=0.1
    )
    absent = np.array([1.0, 0.0]), np.array([0.0, 7.0]), np.array([1.0, 1.0])
    assert upper_tail(absent, 0.5, equal=False) == upper_tail(NORMAL, 0.5, equal=False)


def test_cells_that_leave_no_freedom():
    assert np.isnan(upper_tail(NORMAL, 0.1, equal=False, step=100.0))
    sample = read_sample([0.0, 0.0, 0.0, 100.0, 100.0])
    assert sample.resolution == 100.0
    assert quick_goodness(Maximum(sample, NORMAL, FREE, True)) is None


@pytest.mark.parametrize("n", [0, 1, 2, 3, 10, 97])
def test_eigenvalues(n):
    a = np.random.default_rng(n).normal(size=(n, n))
    i = np.arange(1.0, n + 1.0)
    for matrix in (a + a.T, a @ a.T, np.diag(i), np.zeros((n, n)), np.ones((n, n)), np.minimum.outer(i, i)):
        exact = np.linalg.eigvalsh(matrix)[::-1]
        found = _core.eigenvalues(np.ascontiguousarray(matrix).ravel())
        np.testing.assert_allclose(
            found, exact, atol=1e-13 * n * max(1.0, np.max(np.abs(exact), initial=0.0))
        )
    with pytest.raises(ValueError, match="square"):
        _core.eigenvalues(np.ones(2))
