"""The certificate of rows of other kinds: a slow twin, mixtures that try to beat it, and refusals."""

import math

import numpy as np
import pytest
from scipy.stats import norm

import mix1d
from processes import ISAS, elsewhere

RNG = np.random.default_rng(3)
X = np.r_[RNG.normal(0.0, 1.0, 50), RNG.normal(4.0, 1.0, 50)]
ERRORS = RNG.lognormal(-0.7, 0.5, 100)
NOISY = X + ERRORS * RNG.normal(size=100)
CUT = X[(X > -1.0) & (X < 5.0)]
SAMPLES = {
    "bins": lambda: mix1d.fit(np.histogram(X, 15), 2),
    "open bins": lambda: mix1d.fit(([9, 30, 11, 30, 15], [-np.inf, -1.0, 1.0, 3.0, 4.5, np.inf]), 1),
    "rounded": lambda: mix1d.fit(np.round(X), 2, resolution=1.0),
    "below": lambda: mix1d.fit(np.where(X < -0.5, -np.inf, X), 2, upper=np.where(X < -0.5, -0.5, X)),
    "both sides": lambda: mix1d.fit(
        np.where(X < 0.5, -np.inf, np.minimum(X, 5.0)), 2, upper=np.where(X > 5.0, np.inf, X.clip(0.5))
    ),
    "errors": lambda: mix1d.fit(NOISY, 2, errors=ERRORS),
    "weights": lambda: mix1d.fit(NOISY, 2, errors=ERRORS, sample_weight=1.0 + np.arange(100) % 3),
    "no widths": lambda: mix1d.fit(NOISY[:30], 3, errors=ERRORS[:30], sds=0),
    "noisy bins": lambda: mix1d.fit(np.round(NOISY), 2, resolution=1.0, errors=ERRORS),
    "above": lambda: mix1d.fit(X[X > -1.0], 2, truncation=(-1.0, None)),
    "window": lambda: mix1d.fit(CUT, 2, truncation=(-1.0, 5.0)),
    "window, error": lambda: mix1d.fit(CUT, 2, truncation=(-1.0, 5.0), errors=0.4),
    "window, bins": lambda: mix1d.fit(
        ([5, 20, 9, 20, 18], [-1.0, 0.0, 1.5, 3.0, 4.0, 5.0]), 1, truncation=(-1.0, 5.0)
    ),
}
SDS = [(name, sd) for name in SAMPLES for sd in (0.3, 0.7)]
SDS += [(name, 0.0) for name in ("errors", "weights", "no widths", "window, error")]


def kernels(result, means, sds):
    """Log densities or log probabilities of every row, for each component, inside the window."""
    rows = result.sample.observations
    n = len(rows)
    errors = np.zeros(n) if rows.errors is None else rows.errors
    wide = np.hypot(errors[:, None], sds)
    low, high = rows.lower[:, None], rows.upper[:, None]
    a, b = (low - means) / wide, (high - means) / wide
    mirrored = a + b > 0.0  # the tail in which differences keep their digits
    a, b = np.where(mirrored, -b, a), np.where(mirrored, -a, b)
    with np.errstate(divide="ignore", invalid="ignore"):
        mass = norm.logcdf(b) + np.log1p(-np.exp(norm.logcdf(a) - norm.logcdf(b)))
        found = np.where(low == high, norm.logpdf((low - means) / wide) - np.log(wide), mass)
    if rows.rounded is not None:
        found = found - np.where(rows.rounded, math.log(result.sample.step or 1.0), 0.0)[:, None]
    if rows.truncation is not None:
        ends = rows.truncation[0][:, None], rows.truncation[1][:, None]
        a, b = (ends[0] - means) / wide, (ends[1] - means) / wide
        mirrored = a + b > 0.0
        a, b = np.where(mirrored, -b, a), np.where(mirrored, -a, b)
        found = found - norm.logcdf(b) - np.log1p(-np.exp(norm.logcdf(a) - norm.logcdf(b)))
    return found


def weights_of(result):
    rows = result.sample.observations
    if rows.sample_weight is not None:
        return rows.sample_weight
    return np.ones(len(rows))


def log_density(result, weights, means, sds):
    """By row, of weights inside the window."""
    with np.errstate(divide="ignore"):
        return np.logaddexp.reduce(
            kernels(result, np.asarray(means), np.asarray(sds)) + np.log(weights), axis=1
        )


def of_the_fit(result):
    m = result.mixture
    inside = m.weights if result.window_weights is None else result.window_weights
    return log_density(result, inside, m.means, m.sds)


def places(result, min_sd, step):
    """A grid of means, far out where a window hides them."""
    ends = np.r_[result.sample.observations.lower, result.sample.observations.upper]
    ends = ends[np.isfinite(ends)]
    errors = result.sample.observations.errors
    widest = math.hypot(min_sd, 0.0 if errors is None else errors.max())
    unit = math.hypot(min_sd, 0.0 if errors is None else errors.min())
    grid = np.arange(ends.min() - 9.0 * widest, ends.max() + 9.0 * widest, step * unit)
    if result.sample.observations.truncation is None:
        return grid
    far = np.geomspace(step * unit, 3e3 * unit, 400)
    return np.sort(np.r_[grid, grid[0] - far, grid[-1] + far])


def slow_npmle(result, min_sd, steps=3000):
    """The gain of the best mixture on a grid by EM, and how much more there may be on the grid."""
    means = places(result, min_sd, 0.05)
    log_kernel = kernels(result, means, np.full(len(means), min_sd))
    fit, w = of_the_fit(result), weights_of(result)
    kernel = np.exp(log_kernel - fit[:, None])
    weights = np.full(len(means), 1.0 / len(means))
    for _ in range(steps):
        ratio = (w / (kernel @ weights)) @ kernel / w.sum()
        weights = weights * ratio
    return float(w @ np.log(kernel @ weights)), float(w.sum() * math.log(ratio.max()))


@pytest.mark.parametrize(("name", "min_sd"), SDS)
def test_the_best_mixture_is_that_of_the_slow_twin(name, min_sd):
    result = SAMPLES[name]()
    found = result.certificate(min_sd)
    w, fit = weights_of(result), of_the_fit(result)
    assert w @ fit == pytest.approx(result.log_likelihood, abs=1e-7)
    best = log_density(result, found.npmle.weights, found.npmle.means, found.npmle.sds)
    assert w @ (best - fit) == pytest.approx(found.gain, abs=1e-6)
    gain, missing = slow_npmle(result, min_sd)
    assert gain <= found.upper_bound + 1e-7
    # as for exact values: what an atom between two places of the grid loses
    assert found.gain <= gain + missing + w.sum() * 0.025**2 / 2.0
    assert found.gap < 5e-5
    assert (found.npmle.sds == min_sd).all()
    assert found.npmle.weights.sum() == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize(("name", "min_sd"), SDS)
def test_the_derivative_is_nowhere_above_the_bound(name, min_sd):
    result = SAMPLES[name]()
    found = result.certificate(min_sd)
    w, n = weights_of(result), result.total_weight
    best = log_density(result, found.npmle.weights, found.npmle.means, found.npmle.sds)
    means = places(result, min_sd, 0.01)
    for sd in (min_sd, min_sd + 0.2, 3.0 * min_sd + 1.0):  # wider ones are averages of the narrow ones
        d = w @ np.exp(kernels(result, means, np.full(len(means), sd)) - best[:, None]) - n
        assert n * math.log1p(max(d.max(), 0.0) / n) <= found.gap + 1e-7
    d = w @ np.exp(
        kernels(result, found.means, np.full(len(found.means), min_sd)) - of_the_fit(result)[:, None]
    )
    np.testing.assert_allclose(found.excess, d / n - 1.0, rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("name", SAMPLES)
def test_no_mixture_beats_the_bound(name):
    result = SAMPLES[name]()
    bounds = {s: result.certificate(s).upper_bound for s in (0.2, 0.5, 1.0)}
    w, fit = weights_of(result), of_the_fit(result)
    rng = np.random.default_rng(1)
    for least, bound in bounds.items():
        for k in (1, 2, 3, 5, 8):
            means = rng.choice(X, k) + np.where(rng.random(k) < 0.2, rng.normal(0.0, 20.0, k), 0.0)
            sds = least * np.exp(rng.exponential(0.5, k))
            other = log_density(result, rng.dirichlet(np.ones(k)), means, sds)
            assert w @ (other - fit) <= bound
    assert bounds[0.2] >= bounds[0.5] - 1e-4 >= bounds[1.0] - 2e-4


def test_a_further_component_gains_what_is_said():
    result = SAMPLES["errors"]()
    short = result.certificate(0.2).short_of_mass
    m = result.mixture
    with_it = log_density(
        result,
        [*(m.weights * (1.0 - short.weight)), short.weight],
        [*m.means, short.value],
        [*m.sds, 0.2],
    )
    assert (with_it - of_the_fit(result)).sum() == pytest.approx(short.gain, abs=1e-8)


def test_fine_steps_come_to_the_certificate_of_exact_values():
    exact = mix1d.fit(X, 2, resolution=0).certificate(0.4)
    fine = mix1d.fit(mix1d.Observations(np.round(X, 5), resolution=1e-5), 2).certificate(0.4)
    assert fine.gain == pytest.approx(exact.gain, abs=2e-4)
    assert fine.short_of_mass.value == pytest.approx(exact.short_of_mass.value, abs=1e-4)


def test_the_default_may_be_no_width_at_all():
    found = SAMPLES["no widths"]().certificate()
    assert found.min_sd == 0.0
    assert found.message.startswith("No mixture of any number of components of any sds fits more than ")
    assert SAMPLES["bins"]().certificate().min_sd == 0.5 * SAMPLES["bins"]().sds.min()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"truncation": (np.where(X > 1.0, -9.0, -10.0), None)}, "one window .* got windows that differ:"),
        ({"truncation": (-9.0, None), "errors": ERRORS}, "one error, got errors that differ:"),
        ({"labels": np.where(X > 4.0, "a", None)}, "any component may have made, got labels:"),
        ({"background": True}, "normals alone, got a background:"),
        ({"means": [0.0, None]}, "nothing is fixed, got constraints: compare more components by their BIC"),
        ({"weights": "equal", "errors": 0.1}, "nothing is fixed, got constraints:"),
        (
            {"truncation": (float(X.min()), None)},
            "lie apart from the ends of the window .* for a certificate",
        ),
    ],
)
def test_what_cannot_be_had_is_refused(options, words):
    with pytest.raises(mix1d.InputError, match=words):
        mix1d.fit(X, 2, **options).certificate()


@pytest.mark.parametrize("name", ["bins", "below", "above"])
def test_no_width_needs_errors(name):
    with pytest.raises(mix1d.InputError, match="min_sd must be positive"):
        SAMPLES[name]().certificate(0)


def test_scale_and_shift():
    one = SAMPLES["errors"]().certificate(0.3)
    other = mix1d.fit(4.0 * NOISY + 64.0, 2, errors=4.0 * ERRORS).certificate(1.2)
    assert other.gain == pytest.approx(one.gain, abs=3e-5)
    assert other.short_of_mass.value == pytest.approx(4.0 * one.short_of_mass.value + 64.0, abs=1e-4)
    power = mix1d.fit(np.ldexp(NOISY, 40), 2, errors=np.ldexp(ERRORS, 40)).certificate(math.ldexp(0.3, 40))
    assert power.gain == one.gain
    assert power.npmle.means.tolist() == np.ldexp(one.npmle.means, 40).tolist()


def certificates(threads):
    """What must be the same bits everywhere."""
    found = [SAMPLES[name]().certificate(0.3, threads=threads) for name in ("bins", "errors", "window")]
    return [[v.hex() for v in [c.gain, c.gap, *c.npmle.weights.tolist(), *c.excess.tolist()]] for c in found]


def test_threads_and_instruction_sets_change_no_bit():
    here = certificates(1)
    assert certificates(2) == here
    for isa in ISAS:
        assert elsewhere(isa, __file__, "t.certificates(2)") == here
