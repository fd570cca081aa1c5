"""Families of densities against their definitions in 120 digits, and the laws that tie them together."""

import sys
from pathlib import Path

import mpmath
import numpy as np
import pytest
from mpmath import mpf, sqrt, workdps

import oracle_families as slow
from mix1d import _core
from oracle_families import NUMBER
from processes import assert_same_on_every_isa

LOG_FAMILIES = ["lognormal", "gamma", "weibull", "inverse_gaussian"]
REAL_FAMILIES = ["student_t", "logistic", "skew_normal"]
COUNTS = ["poisson", "negative_binomial"]
MEASURED = [*LOG_FAMILIES, "exponential", *REAL_FAMILIES, "beta", *COUNTS]


def derivatives(family, location, scale, shape, y):
    return _core.family_derivatives(
        NUMBER[family], location, scale, shape, np.atleast_1d(np.asarray(y, float))
    )


def shapes_of(family, rng):
    """From one end of the range to the other, with the limit itself."""
    return {
        "student_t": [0.0, 1e-9, 1e-3, 0.0249, 0.026, 0.15, 0.5, 1.0, rng.uniform()],
        "skew_normal": [0.0, 1e-7, 0.3, -1.2, 5.298, -5.298, rng.uniform(-5.3, 5.3)],
        "negative_binomial": [0.0, 1e-9, 1e-4, 0.0999, 0.1001, 1.0, 30.0, 1000.0, rng.exponential()],
    }.get(family, [0.0])


def cases(family):
    """(location, scale, shape, y), from the middle to far tails."""
    rng = np.random.default_rng(NUMBER[family])
    for shape in shapes_of(family, rng):
        for _ in range(3 if len(shapes_of(family, rng)) > 1 else 20):
            if family in COUNTS:
                location = rng.uniform(-8.0, 12.0)
                mean = np.exp(location)
                sd = np.sqrt(mean + shape * mean**2)
                near = np.maximum(np.round(mean + sd * rng.normal(size=4)), 0.0)
                yield location, 1.0, shape, np.concatenate([[0, 1, 2, 9, 10, 11, 400, 1e6], near])
                continue
            scale = 1.0 if family == "exponential" else 10.0 ** rng.uniform(-3.0, 1.5)
            location = rng.normal() * (1.0 if rng.uniform() < 0.8 else 8.0)
            spread = np.minimum(scale, 3.0) if family in {"gamma", "inverse_gaussian"} else scale
            z = np.concatenate([rng.normal(size=6), rng.normal(size=3) * 5.0, [0.0, 1e-9, -30.0, 4.0]])
            yield location, scale, shape, location + spread * z


def sizes_of(exact):
    """What errors are compared in: 1 and the numbers; for scores, also the root of their curvature."""
    value, first, second = exact
    n = len(first)
    diagonal = [a * n - a * (a - 1) // 2 for a in range(n)]
    return (
        [1 + abs(value)],
        [1 + abs(u) + sqrt(abs(second[place])) for u, place in zip(first, diagonal, strict=True)],
        [1 + abs(h) for h in second],
    )


def errors_of(family):
    """The largest errors of log density, first and second derivatives, and where they are."""
    worst = [(0.0, None)] * 3
    for location, scale, shape, ys in cases(family):
        found = derivatives(family, location, scale, shape, ys)
        for i, y in enumerate(ys):
            exact = slow.derivatives(family, location, scale, shape, y)
            ours = [found[0][i]], found[1][i], found[2][i]
            theirs = [exact[0]], exact[1], exact[2]
            for order, sizes in enumerate(sizes_of(exact)):
                for a, b, size in zip(ours[order], theirs[order], sizes, strict=True):
                    error = float(abs(mpf(float(a)) - b) / size)
                    if not error <= worst[order][0]:
                        worst[order] = error, (location, scale, shape, y, float(a), float(b))
    return worst


@pytest.mark.parametrize("family", MEASURED)
def test_derivatives_are_those_of_the_definition(family):
    density, first, second = errors_of(family)
    assert density[0] < 1e-14, density
    assert first[0] < 3e-14, first
    assert second[0] < 1e-13, second


@pytest.mark.parametrize("family", MEASURED)
@pytest.mark.parametrize("scale", [1e-8, 1.0, 1e4])
def test_nothing_overflows_far_out(family, scale):
    far = [0.0, 1e9, 1e15] if family in COUNTS else [-1e300, -1e6, -700.0, 700.0, 1e6, 1e300]
    for shape in shapes_of(family, np.random.default_rng(0)):
        value, first, second = derivatives(family, 0.3, scale, shape, far)
        for numbers in (value, first, second):
            assert np.isfinite(numbers).all(), (shape, numbers)
        if family not in COUNTS:
            assert np.isfinite(first[:, :, None] * first[:, None, :]).all()


def test_the_tails_of_a_skew_normal():
    for alpha_of, y in ((5.298, -40.0), (5.298, -0.08), (5.298, -0.081), (-5.298, 1e3), (2.0, -1e5)):
        found = derivatives("skew_normal", 0.0, 1.0, alpha_of, y)
        value, first, second = slow.derivatives("skew_normal", 0.0, 1.0, alpha_of, y)
        assert found[0][0] == pytest.approx(float(value), rel=1e-14)
        assert found[1][0] == pytest.approx([float(u) for u in first], rel=1e-13)
        assert found[2][0] == pytest.approx([float(h) for h in second], rel=1e-12)


def test_one_over_the_ratio_of_mills_far_out():
    """Around where fewer levels of its continued fraction do."""
    alpha = np.sinh(1.0)
    for u in (-7.99, -8.0, -8.01, -9.0, -12.0, -19.99, -20.0, -20.01, -23.0, -50.0):
        found = derivatives("skew_normal", 0.0, 1.0, 1.0, u / alpha)
        value, first, second = slow.derivatives("skew_normal", 0.0, 1.0, 1.0, u / alpha)
        assert found[0][0] == pytest.approx(float(value), rel=1e-15)
        assert found[1][0] == pytest.approx([float(a) for a in first], rel=1e-14)
        assert found[2][0] == pytest.approx([float(a) for a in second], rel=1e-13)


@pytest.mark.parametrize("family", MEASURED)
def test_a_value_has_the_same_bits_among_any_others(family):
    """Eight lanes go together, and what none of them asks for is left out."""
    for location, scale, shape, y in cases(family):
        y = y if family in COUNTS else np.concatenate([y, location + scale * np.linspace(-30.0, 30.0, 11)])
        together = derivatives(family, location, scale, shape, y)
        alone = [derivatives(family, location, scale, shape, [value]) for value in y]
        for number, part in enumerate(together):
            assert part.tobytes() == np.concatenate([a[number] for a in alone]).tobytes(), (shape, location)


@pytest.mark.parametrize(
    ("limit", "member", "scale"),
    [
        ("normal", "student_t", 1.7),
        ("normal", "skew_normal", 1.7),
        ("poisson", "negative_binomial", 1.0),
        ("normal", "lognormal", 1.7),
        ("exponential", "gamma", 1.0),
        ("exponential", "weibull", 1.0),
        ("normal", "gamma", 1e-9),
        ("normal", "inverse_gaussian", 1e-9),
        ("normal", "beta", 1e-8),
    ],
)
def test_families_meet_in_their_limits(limit, member, scale):
    y = np.arange(12.0) if member in COUNTS else 1.0 + scale * np.linspace(-3.0, 3.0, 13)
    scales = (scale, scale)
    if member == "beta":  # the spread of a logit is that of the mean over mu (1 - mu)
        mean = 1.0 / (1.0 + np.exp(-1.0))
        scales = scale, scale * np.sqrt(mean * (1.0 - mean))
    expected = derivatives(limit, 1.0, scales[0], 0.0, y)[0]
    assert derivatives(member, 1.0, scales[1], 0.0, y)[0] == pytest.approx(
        expected, abs=1e-6 if scale < 1e-3 else 1e-14
    )


def test_a_geometric_is_a_negative_binomial_of_size_one():
    x, mean = np.arange(300.0), 7.5
    expected = x * np.log(mean / (1.0 + mean)) - np.log1p(mean)
    found = derivatives("negative_binomial", np.log(mean), 1.0, 1.0, x)[0]
    assert found == pytest.approx(expected, rel=1e-13)


def test_masses_of_counts_add_up_to_one():
    x = np.arange(4000.0)
    for kappa in (0.0, 0.01, 0.3, 2.0):
        family = "negative_binomial" if kappa else "poisson"
        assert np.exp(derivatives(family, 2.0, 1.0, kappa, x)[0]).sum() == pytest.approx(1.0, abs=1e-13)


def test_a_point_mass_is_at_its_value_only():
    found = derivatives("point_mass", 0.1, 1.0, 0.0, [0.1, 0.1 + 1e-15, 0.0, 1e300])[0]
    assert found.tolist() == [0.0, -1e200, -1e200, -1e200]
    assert derivatives("point_mass", 0.0, 1.0, 0.0, [0.0, 5e-324])[0].tolist() == [0.0, -1e200]


def test_gamma_functions():
    rng = np.random.default_rng(3)
    x = np.concatenate([10.0 ** rng.uniform(-6.0, 8.0, 300), [1.0, 2.0, 9.999, 10.0, 0.5, 1.4616]])
    with workdps(40):
        for name, found in zip(("loggamma", "digamma", "trigamma"), _core.gamma_functions(x), strict=True):
            exact = {"loggamma": mpmath.loggamma, "digamma": mpmath.digamma}.get(
                name, lambda a: mpmath.psi(1, a)
            )
            errors = [
                float(abs(mpf(float(a)) - exact(mpf(float(b)))) / max(1, abs(exact(mpf(float(b))))))
                for a, b in zip(found, x, strict=True)
            ]
            assert max(errors) < 1e-14, name


@pytest.mark.parametrize("family", MEASURED)
def test_moments_give_the_component_back(family):
    rng = np.random.default_rng(4)
    for shape in shapes_of(family, rng):
        if family == "student_t" and shape > 0.375:
            continue  # the spread of heavy tails stands for an sd that may not exist
        for scale in (1e-3, 0.1, 1.0, 3.0):
            if family in {"exponential", *COUNTS}:
                scale = 1.0
            location = rng.normal()
            _, back, _ = _core.family_moments(NUMBER[family], location, scale, shape)
            if family == "inverse_gaussian" and scale > 2.0:
                continue  # beyond what the sd of a logarithm can say
            assert back == pytest.approx(
                (location, scale, shape), rel=1e-9, abs=1e-12 if shape < 1e-3 else 1e-9
            )


@pytest.mark.parametrize(
    "family", ["gamma", "weibull", "exponential", "logistic", "skew_normal", "student_t", "lognormal"]
)
def test_moments_are_those_of_the_density(family):
    scale = 1.0 if family == "exponential" else 0.7
    shape = {"skew_normal": 1.5, "student_t": 0.05}.get(family, 0.0)
    (mean, sd), _, _ = _core.family_moments(NUMBER[family], 0.4, scale, shape)
    y = np.linspace(-80.0, 80.0, 400_001)
    mass = np.exp(derivatives(family, 0.4, scale, shape, y)[0]) * (y[1] - y[0])
    assert mass.sum() == pytest.approx(1.0, abs=1e-9)
    assert mass @ y == pytest.approx(mean, abs=1e-9)
    assert mass @ (y - mean) ** 2 == pytest.approx(sd**2, rel=1e-6)


def test_the_variance_of_the_penalty_follows_the_mean_of_a_beta():
    at, step = 0.8, 1e-5
    (_, down, _), (low, first, second), (_, up, _) = (
        _core.family_moments(NUMBER["beta"], at + move, 0.2, 0.0)[2] for move in (-step, 0.0, step)
    )
    values = [_core.family_moments(NUMBER["beta"], at + move, 0.2, 0.0)[2][0] for move in (-step, step)]
    assert first == pytest.approx((np.log(values[1]) - np.log(values[0])) / (2 * step), rel=1e-8)
    assert second == pytest.approx((up - down) / (2 * step), rel=1e-8)
    assert low == pytest.approx(0.04 * (2.0 + 2.0 * np.cosh(at)), rel=1e-12)


PRINT_BITS = f"""
import hashlib, sys
sys.path[:0] = {[str(Path(__file__).parent), *sys.path]!r}
import numpy as np
import test_families as t
from mix1d import _core
digest = hashlib.sha256()
for family in t.MEASURED:
    for location, scale, shape, y in t.cases(family):
        for numbers in t.derivatives(family, location, scale, shape, y):
            digest.update(numbers.tobytes())
        digest.update(repr(_core.family_moments(t.NUMBER[family], location, scale, shape)).encode())
print(digest.hexdigest())
"""


def test_same_bits_on_every_instruction_set():
    assert_same_on_every_isa(PRINT_BITS)
