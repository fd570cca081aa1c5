"""The certificate against a slow twin, against fits that try to beat it, and its laws."""

import itertools
import math
import os
import signal
import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mix1d
from cases import column, draw, outcome_of, parameters
from mix1d.data.sample import read_sample
from mix1d.diagnostics.certificate import certificate
from processes import ISAS, elsewhere

LOG_SQRT_2PI = 0.5 * math.log(2.0 * math.pi)


def derivative(x, w, mixture, min_sd, means):
    """D(mean) of the log-likelihood of a mixture, in pieces that fit into memory."""
    log_f = mixture.logpdf(x)
    parts = []
    for some in np.array_split(means, max(1, len(means) * len(x) // 2_000_000)):
        z = (x[:, None] - some) / min_sd
        parts.append(w @ np.exp(-0.5 * z**2 - log_f[:, None] - math.log(min_sd) - LOG_SQRT_2PI))
    return np.concatenate(parts) - w.sum()


def slow_npmle(x, w, min_sd, per_sd=20, steps=20_000):
    """The likelihood of the best mixture on a grid of means by EM, and how much higher it may be."""
    means = np.arange(x.min(), x.max() + min_sd / per_sd, min_sd / per_sd)
    z = (x[:, None] - means) / min_sd
    kernel = np.exp(-0.5 * z**2) / (min_sd * math.sqrt(2.0 * math.pi))
    weights = np.full(len(means), 1.0 / len(means))
    for _ in range(steps):
        ratio = (w / (kernel @ weights)) @ kernel / w.sum()
        weights = weights * ratio
    return float(w @ np.log(kernel @ weights)), float(w.sum() * math.log(ratio.max()))


def fitted(x, k, **options):
    return mix1d.fit(np.asarray(x, float), k, **options)


@pytest.mark.parametrize(
    ("x", "k", "share"),
    [
        (column("galaxies"), 4, 0.9),
        (column("faithful_waiting"), 2, 0.5),
        (draw(3, [0.5, 0.5], [0.0, 3.0], [1.0, 0.5], 40), 1, 0.4),
        ([1.0, 2.0, 2.5, 4.0, 9.0], 1, 0.3),
    ],
    ids=["galaxies", "waiting", "drawn", "five"],
)
def test_the_best_mixture_is_that_of_the_slow_twin(x, k, share):
    result = fitted(x, k)
    sample = result.sample
    found = result.certificate(share * result.mixture.sds.min())
    highest, missing = slow_npmle(sample.values, sample.weights, found.min_sd, steps=5_000)
    gain = highest - result.log_likelihood
    assert gain - 1e-9 <= found.upper_bound
    # An atom shared out to its two neighbours on the grid keeps its mean and gets a variance of at most
    # (1/40 sd)^2, which costs half of that times minus D'' <= n, to first order.
    assert found.gain <= gain + missing + sample.total_weight * 0.025**2 / 2.0
    assert found.gap < 1e-5


# The reference values 8.361 and 1.105 come from a coarse grid of means and sds: any mixture that fits better
# refutes them, and `npmle` is one. The gain from a fine grid is that of the slow twin above.
@pytest.mark.parametrize(
    ("name", "k", "coarse", "gain"), [("galaxies", 4, 8.361, 10.0674), ("faithful_waiting", 2, 1.105, 1.1216)]
)
def test_known_gains(name, k, coarse, gain):
    x = column(name)
    result = mix1d.fit(x, k)
    found = result.certificate(0.9 * result.mixture.sds.min())
    assert found.gain == pytest.approx(gain, abs=1e-3)
    assert found.gain > coarse
    assert found.npmle.logpdf(x).sum() - result.log_likelihood == pytest.approx(found.gain, abs=1e-8)
    assert found.upper_bound == found.gain + found.gap
    assert found.n_atoms == len(found.npmle.weights)
    assert (found.npmle.sds == found.min_sd).all()


@pytest.mark.parametrize(("name", "k"), [("galaxies", 3), ("acidity", 2), ("faithful_waiting", 2)])
@pytest.mark.parametrize("share", [0.9, 0.2])
def test_the_derivative_is_nowhere_above_the_bound(name, k, share):
    result = mix1d.fit(column(name), k)
    sample = result.sample
    found = result.certificate(share * result.mixture.sds.min())
    low, high = sample.values[[0, -1]]
    means = np.linspace(low - 3.0 * found.min_sd, high + 3.0 * found.min_sd, 100_000)
    n = sample.total_weight
    d = derivative(sample.values, sample.weights, found.npmle, found.min_sd, means)
    assert n * math.log1p(d.max() / n) <= found.gap + 1e-9
    # wider components too: their derivative is an average of the narrow ones'
    for sd in found.min_sd * np.array([1.01, 1.5, 4.0]):
        wide = derivative(sample.values, sample.weights, found.npmle, sd, means[::50])
        assert wide.max() <= found.gap + 1e-6


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(5, 80), st.integers(1, 3), st.floats(0.05, 1.0))
def test_the_bound_holds_between_grid_points(seed, n, k, share):
    x = np.random.default_rng(seed).standard_t(2, n)
    result = mix1d.fit(x, k)
    found = result.certificate(share * float(result.mixture.sds.max()))
    sample = result.sample
    means = np.linspace(x.min(), x.max(), 20_000)
    d = derivative(sample.values, sample.weights, found.npmle, found.min_sd, means)
    assert n * math.log1p(max(float(d.max()), 0.0) / n) <= found.gap + 1e-8
    assert found.gap < 1e-3


@pytest.mark.parametrize("name", ["galaxies", "acidity", "faithful_eruptions"])
@pytest.mark.parametrize("objective", ["stable", "highest"])
def test_no_fit_beats_the_bound(name, objective):
    x = column(name)
    result = mix1d.fit(x, 2)
    sds = result.mixture.sds
    bounds = {s: result.certificate(s).upper_bound for s in np.array([0.9, 0.5, 0.2]) * sds.min()}
    tried = 0
    for k in range(1, 9):
        for optimum in mix1d.fit(x, k, objective=objective).optima:
            widths = optimum.mixture.sds[optimum.mixture.weights > 0.0]
            for min_sd, bound in bounds.items():
                if widths.min() >= min_sd:
                    tried += 1
                    assert optimum.log_likelihood - result.log_likelihood <= bound
    assert tried >= 8


def test_the_bound_falls_as_min_sd_rises():
    result = mix1d.fit(column("acidity"), 2)
    found = [result.certificate(s) for s in np.geomspace(0.02, 2.0, 12)]
    for narrow, wide in itertools.pairwise(found):
        assert wide.gain <= narrow.upper_bound
        assert wide.upper_bound <= narrow.upper_bound + 1e-5
    assert found[-1].upper_bound < 0.0
    assert found[-1].message.endswith(
        "fits better. The fit itself is none of these: components a (sd 0.373), b (sd 0.52) are narrower."
    )


def numbers(found):
    return [found.gain, found.gap, *found.npmle.weights.tolist(), *found.excess.tolist()]


@pytest.mark.parametrize("power", [-40, 3, 500])
def test_powers_of_two_change_nothing(power):
    x = column("galaxies")
    one = mix1d.fit(x, 3).certificate()
    other = mix1d.fit(np.ldexp(x, power), 3).certificate()
    assert numbers(other) == numbers(one)
    assert other.min_sd == math.ldexp(one.min_sd, power)
    assert (other.npmle.means == np.ldexp(one.npmle.means, power)).all()
    assert (other.means == np.ldexp(one.means, power)).all()


def test_shift_mirror_and_scale():
    x = column("galaxies") / 1000.0
    result = mix1d.fit(x, 3)
    one = result.certificate(0.3)
    for other, sign, shift in [
        (mix1d.fit(x + 1024.0, 3).certificate(0.3), 1.0, 1024.0),
        (mix1d.fit(-x, 3).certificate(0.3), -1.0, 0.0),
        (mix1d.fit(7.0 * x, 3).certificate(2.1), 7.0, 0.0),
    ]:
        assert other.gain == pytest.approx(one.gain, abs=1e-5)
        means = np.sort(sign * one.npmle.means) + shift
        heavy = (one.npmle.weights if sign > 0 else one.npmle.weights[::-1]) > 1e-3
        nearest = np.abs(means[heavy][:, None] - other.npmle.means).min(axis=1)
        assert nearest.max() < 0.05 * other.min_sd
        assert other.short_of_mass.value == pytest.approx(sign * one.short_of_mass.value + shift, abs=1e-5)


def test_weights_are_repetitions():
    x = np.array([1.0, 1.5, 2.0, 4.0, 7.0, 7.5, 8.0])
    w = np.array([1, 3, 2, 1, 2, 4, 1])
    one = mix1d.fit(np.repeat(x, w), 2)
    other = mix1d.fit(x, 2, sample_weight=w.astype(float))
    assert numbers(one.certificate()) == numbers(other.certificate())
    once, twice = (mix1d.fit(x, 1, sample_weight=f * w).certificate(0.5) for f in (1.0, 2.0))
    assert twice.gain == pytest.approx(2.0 * once.gain, abs=1e-5)


def test_the_excess_is_the_derivative_of_the_fit():
    result = mix1d.fit(column("faithful_waiting"), 2)
    found = result.certificate()
    sample = result.sample
    d = derivative(sample.values, sample.weights, result.mixture, found.min_sd, found.means)
    np.testing.assert_allclose(found.excess, d / sample.total_weight, rtol=1e-10, atol=1e-12)
    assert found.means[[0, -1]].tolist() == sample.values[[0, -1]].tolist()


def test_short_of_mass_is_what_a_further_component_gains():
    x = np.concatenate([draw(1, [1.0], [0.0], [1.0], 200), [6.0, 6.1, 6.2]])
    result = mix1d.fit(x, 1)
    found = result.certificate(0.2)
    short = found.short_of_mass
    assert 6.1 < short.value < 6.2  # a little outwards, where the fit is lower still
    weights = [1.0 - short.weight, short.weight]
    m = result.mixture
    with_it = mix1d.Mixture(weights, [m.means[0], short.value], [m.sds[0], 0.2])
    assert with_it.logpdf(x).sum() - result.log_likelihood == pytest.approx(short.gain, abs=1e-8)
    for weight in (0.9 * short.weight, 1.1 * short.weight, 0.5):
        other = mix1d.Mixture([1.0 - weight, weight], with_it.means, with_it.sds)
        assert other.logpdf(x).sum() - result.log_likelihood < short.gain
    assert short.weight * 203 == pytest.approx(3.0, abs=0.1)
    assert short.gain < found.upper_bound
    assert "near 6.133: a further component of sd 0.2 there" in short.message


def test_the_default_is_half_the_narrowest_sd_but_not_below_the_resolution():
    result = mix1d.fit(column("galaxies"), 4)
    assert result.certificate().min_sd == 0.5 * result.mixture.sds.min()
    coarse = mix1d.fit([1.0, 1.0, 2.0, 2.0, 2.0, 3.0, 7.0, 7.0, 8.0, 8.0, 8.0, 8.0, 9.0], 2)
    assert coarse.sample.resolution == 1.0
    assert coarse.certificate().min_sd == 1.0


@pytest.mark.parametrize("bad", [0.0, -1.0, math.nan, math.inf, "wide", 1e-15])
def test_a_min_sd_that_cannot_be_used_is_refused(bad):
    with pytest.raises(mix1d.InputError, match="min_sd must be"):
        mix1d.fit(column("acidity"), 2).certificate(bad)


def test_one_value():
    found = mix1d.fit([3.0, 3.0, 3.0], 1).certificate()
    assert found.message.startswith("All values are the same: the likelihood rises without end")
    assert found.n_atoms == 1
    assert found.upper_bound == pytest.approx(0.0, abs=1e-6)


ONE = np.array([1.0]), np.array([5.0]), np.array([5.0])


def test_two_values():
    x = np.array([0.0, 10.0])
    found = certificate(outcome_of(read_sample(x), ONE), min_sd=1.0)
    best = mix1d.Mixture([0.5, 0.5], x, [1.0, 1.0]).logpdf(x).sum()
    assert found.gain == pytest.approx(best - mix1d.Mixture([1.0], [5.0], [5.0]).logpdf(x).sum(), abs=1e-6)
    # closer than two sds they are one
    found = certificate(outcome_of(read_sample(x), ONE), min_sd=5.0)
    assert found.upper_bound == pytest.approx(0.0, abs=1e-6)


def test_components_of_weight_0_and_penalised_fits():
    x = column("acidity")
    plain = mix1d.fit(x, 2)
    m = plain.mixture
    padded = mix1d.Mixture([*m.weights, 0.0], [*m.means, 9.0], [*m.sds, 1e-3])
    assert numbers(certificate(outcome_of(plain.sample, parameters(padded)))) == numbers(plain.certificate())
    tied = mix1d.fit([1.0] * 6 + [4.0, 4.3, 5.1, 5.6, 6.0, 6.4, 7.2], 2)
    assert tied.regularized
    found = tied.certificate()
    gain = found.npmle.logpdf(tied.sample.rows).sum() - tied.log_likelihood
    assert gain == pytest.approx(found.gain, abs=1e-8)


def test_iterations_that_end_early_are_admitted(monkeypatch):
    monkeypatch.setattr("mix1d.diagnostics.certificate.MAX_ITER", 2)
    result = mix1d.fit(column("galaxies"), 4)
    early = result.certificate()
    monkeypatch.undo()
    late = result.certificate()
    assert early.gain < late.gain < early.upper_bound
    assert "The best of them was not found to the end" in early.message
    assert "not found" not in late.message


def certificates(threads):
    """What must be the same bits everywhere."""
    long = draw(5, [0.3, 0.7], [0.0, 4.0], [1.0, 1.5], 6000)
    results = [mix1d.fit(column("galaxies"), 3), mix1d.fit(long, 2)]
    return [[v.hex() for v in numbers(r.certificate(threads=threads))] for r in results]


def test_threads_and_instruction_sets_change_no_bit():
    here = certificates(1)
    assert certificates(2) == here
    for isa in ISAS:
        assert elsewhere(isa, __file__, "t.certificates(2)") == here


def test_progress_and_ctrl_c():
    result = mix1d.fit(draw(5, [1.0], [0.0], [1.0], 10_000), 1)
    calls = []
    result.certificate(0.02, progress=lambda done, total: calls.append((done, total)))
    assert calls[-1] == (1.0, 1.0)
    assert all(done <= total for done, total in calls)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background ignores it
    timer = threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            result.certificate(0.0005)
    finally:
        timer.join()
        signal.signal(signal.SIGINT, before)


def test_one_value_beyond_all_reason():
    x = np.append(draw(29, [1.0], [0.0], [1.0], 40), 1e300)
    two = np.array([40 / 41, 1 / 41]), np.array([0.0, 1e300]), np.array([1.0, 1.0])
    found = certificate(outcome_of(read_sample(x), two))
    assert found.npmle.means[-1] == 1e300
    assert found.npmle.weights[-1] == pytest.approx(1 / 41, rel=1e-6)
    assert 0.0 <= found.gap < 1e-5


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.integers(-30, 30), min_size=3, max_size=25).filter(lambda x: len(set(x)) > 1),
    st.integers(0, 2**32 - 1),
)
def test_no_random_mixture_beats_the_bound(x, seed):
    x = np.array(x, float) / 7.0
    result = mix1d.fit(x, 1)
    found = result.certificate(0.4 * result.mixture.sds[0])
    rng = np.random.default_rng(seed)
    for k in (1, 2, 5):
        sds = found.min_sd * np.exp(rng.exponential(0.3, k))
        other = mix1d.Mixture(rng.dirichlet(np.ones(k)), rng.choice(x, k), sds)
        assert other.logpdf(x).sum() - result.log_likelihood <= found.upper_bound + 1e-9


def test_the_derivative_towards_a_wider_component_is_an_average():
    x, w = draw(7, [1.0], [0.0], [1.0], 30), np.ones(30)
    mixture = mix1d.Mixture([0.4, 0.6], [-0.5, 0.7], [0.8, 1.1])
    means = np.linspace(-8.0, 8.0, 4001)  # the trapezoidal rule is exact for what vanishes so fast
    narrow, wide, mean = 0.5, 0.8, 0.3
    spread = wide**2 - narrow**2
    share = np.exp(-0.5 * (means - mean) ** 2 / spread)
    average = derivative(x, w, mixture, narrow, means) @ share / share.sum()
    assert derivative(x, w, mixture, wide, np.array([mean]))[0] == pytest.approx(average, abs=1e-9)


def test_pairs_of_atoms_are_merged():
    found = mix1d.fit(column("galaxies"), 4).certificate()
    assert np.diff(found.npmle.means).min() > 0.02 * found.min_sd
