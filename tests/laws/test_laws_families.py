"""Laws that fits of other families keep: units, repetition, logarithms, threads and instruction sets."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mix1d
from processes import assert_same_on_every_isa

POSITIVE = ("lognormal", "gamma", "weibull", "inverse_gaussian", "exponential")
REAL = ("student_t", "logistic", "skew_normal")
COUNTS = ("poisson", "negative_binomial")


def sample(seed, n=80):
    rng = np.random.default_rng(seed)
    first, second = rng.gamma(rng.uniform(1.0, 20.0), 1.0, n), rng.gamma(rng.uniform(5.0, 60.0), 2.0, n)
    return np.concatenate([first, second])


def exact(x, k, family, **how):
    return mix1d.fit(x, k, family=family, resolution=0, set_apart=None, **how)


@pytest.mark.parametrize("family", POSITIVE)
@given(seed=st.integers(0, 10**6), power=st.integers(-300, 300), k=st.integers(1, 3))
@settings(max_examples=15, deadline=None)
def test_powers_of_two_are_only_units_of_positive_families(family, seed, power, k):
    x = sample(seed)
    one, other = exact(x, k, family).mixture, exact(np.ldexp(x, power), k, family).mixture
    assert other.weights.tolist() == one.weights.tolist()
    assert other.means.tolist() == np.ldexp(one.means, power).tolist()
    assert other._arrays[2].tolist() == one._arrays[2].tolist()


@pytest.mark.parametrize("family", REAL)
@given(seed=st.integers(0, 10**6), shift=st.floats(-100.0, 100.0), scale=st.floats(0.01, 100.0))
@settings(max_examples=12, deadline=None)
def test_families_of_the_real_line_move_with_the_data(family, seed, shift, scale):
    x = sample(seed)
    one, other = exact(x, 2, family), exact(shift + scale * x, 2, family)
    assert other.log_likelihood == pytest.approx(one.log_likelihood - len(x) * np.log(scale), abs=1e-6)


@given(seed=st.integers(0, 10**6), k=st.integers(1, 4), sds=st.sampled_from(["free", "equal"]))
@settings(max_examples=25, deadline=None)
def test_a_lognormal_fit_is_a_normal_fit_of_logarithms(seed, k, sds):
    x = sample(seed)
    logs = np.log(x)
    of_values, of_logs = exact(x, k, "lognormal", sds=sds), exact(logs, k, "normal", sds=sds)
    assert of_values.log_likelihood == pytest.approx(of_logs.log_likelihood - logs.sum(), abs=1e-9)
    real = of_logs.mixture.weights > 0.0  # others stand at the median
    found = [c.parameters["meanlog"] for c in of_values.mixture.components]
    kept = of_values.mixture.weights > 0.0
    assert sorted(np.array(found)[kept]) == pytest.approx(sorted(of_logs.mixture.means[real]), abs=1e-8)


@pytest.mark.parametrize("family", [*POSITIVE, *REAL, *COUNTS])
@given(seed=st.integers(0, 10**6))
@settings(max_examples=6, deadline=None)
def test_weights_are_repetitions(family, seed):
    x = np.round(sample(seed, 30)) + 1.0
    values, counts = np.unique(x, return_counts=True)
    one, other = exact(x, 2, family), exact(values, 2, family, sample_weight=counts)
    assert other.mixture == one.mixture
    assert other.log_likelihood == one.log_likelihood


@pytest.mark.parametrize("family", POSITIVE)
@given(seed=st.integers(0, 10**6))
@settings(max_examples=8, deadline=None)
def test_more_components_never_fit_less(family, seed):
    rows = exact(sample(seed), range(1, 5), family, sds="free").selection
    heights = [row.log_likelihood for row in rows if row.eligible]
    assert all(b >= a - 1e-9 for a, b in itertools.pairwise(heights))


def test_a_student_t_of_normal_values_is_normal():
    x = np.random.default_rng(3).normal(0.0, 1.0, 4000)
    flat = exact(x - 0.2 * np.sign(x) * np.minimum(np.abs(x), 0.3), 1, "student_t")
    if flat.mixture.components[0].parameters["df"] == np.inf:
        assert flat.log_likelihood == pytest.approx(
            exact(x - 0.2 * np.sign(x) * np.minimum(np.abs(x), 0.3), 1, "normal").log_likelihood, abs=1e-9
        )
        assert "limit_reached" in [finding.code for finding in flat.findings]


def test_counts_less_spread_than_poisson_are_poisson():
    x = np.random.default_rng(4).binomial(20, 0.5, 300)
    one, other = exact(x, 1, "negative_binomial"), exact(x, 1, "poisson")
    assert one.mixture.components[0].parameters["size"] == np.inf
    assert one.log_likelihood == pytest.approx(other.log_likelihood, abs=1e-9)
    assert "limit_reached" in [finding.code for finding in one.findings]


def test_threads_change_no_bit():
    x = sample(7, 4000)
    for family in ("gamma", "student_t"):
        one, two = (exact(x, 3, family, threads=threads) for threads in (1, 2))
        assert one.mixture == two.mixture
        assert one.log_likelihood == two.log_likelihood


PROGRAM = """
import numpy as np, mix1d
rng = np.random.default_rng(1)
x = np.floor(np.concatenate([rng.random(90) * 7.0 + 1.0, rng.random(60) * 4.0 + 12.0]) * 64.0) / 64.0
POSITIVE = ("lognormal", "gamma", "weibull", "inverse_gaussian", "exponential")
for family in (*POSITIVE, "student_t", "logistic", "skew_normal"):
    found = mix1d.fit(x, 2, family=family, resolution=0, set_apart=None)
    print(family, [a.tolist() for a in found.mixture._arrays], found.log_likelihood.hex())
y = x / 32.0
found = mix1d.fit(y, 2, family="beta", resolution=0, set_apart=None)
print([a.tolist() for a in found.mixture._arrays], found.log_likelihood.hex())
counts = np.floor(x)
for family in ("poisson", "negative_binomial", ["point_mass", "poisson"]):
    found = mix1d.fit(counts, 2, family=family, resolution=0, set_apart=None)
    print(family, [a.tolist() for a in found.mixture._arrays], found.log_likelihood.hex())
"""


def test_all_instruction_sets_find_the_same_bits():
    assert_same_on_every_isa(PROGRAM)
