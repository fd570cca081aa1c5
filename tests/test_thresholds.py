"""Cut-points against the equation that they solve, in mpmath, and the kinds of pairs that there are."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from exact import mpf, mpmath  # at its 50 digits
from mix1d.model.mixture import Mixture
from mix1d.model.thresholds import thresholds


def cuts(weights, means, sds):
    return thresholds(np.array(weights, float), np.array(means, float), np.array(sds, float))


def log_odds(cut, weights, means, sds, x):
    """Log of the posterior odds of `above` against `below`."""
    a, b = (
        mpmath.log(mpf(weights[j]) / mpf(sds[j])) - ((x - mpf(means[j])) / mpf(sds[j])) ** 2 / 2
        for j in (cut.above, cut.below)
    )
    return a - b


def assert_exact(cut, weights, means, sds):
    """The odds cross one at the value, to a few units in the last place of what enters it."""
    arguments = (cut, [float(w) for w in weights], [float(m) for m in means], [float(s) for s in sds])
    scale = max(abs(cut.value), abs(means[cut.below]), abs(means[cut.above]))
    start = [mpf(cut.value) * (1 + sign * mpf(1e-12)) for sign in (-1, 1)]
    root = mpmath.findroot(lambda x: log_odds(*arguments, x), start, tol=1e-60, verify=False)
    assert abs(root - mpf(cut.value)) <= max(4e-15 * scale, 1e-323)


def test_equal_components_meet_halfway():
    (cut,) = cuts([0.5, 0.5], [0, 4], [1, 1])
    assert (cut.value, cut.below, cut.above, cut.kind) == (2.0, 0, 1, "crossing")
    assert math.isnan(cut.lower)
    assert math.isnan(cut.upper)


def test_equal_sds_shift_by_the_log_of_the_weights():
    (cut,) = cuts([0.8, 0.2], [0, 4], [1, 1])
    assert cut.value == pytest.approx(2 + math.log(4) / 4, rel=1e-15)
    # still where the label changes, although outside of the two means
    (cut,) = cuts([0.999, 0.001], [0, 1], [1, 1])
    assert cut.kind == "crossing"
    assert cut.value == pytest.approx(0.5 + math.log(999), rel=1e-14)


@pytest.mark.parametrize("mirror", [1, -1])
def test_narrow_beside_wide_has_two_crossings(mirror):
    weights, means, sds = [0.5, 0.5], [0.0, 3.0 * mirror], [1.0, 2.0]
    crossing, second = cuts(weights, means, sds)
    assert (crossing.kind, second.kind) == ("crossing", "not_monotone")
    assert 0 < crossing.value * mirror < 3
    assert second.value * mirror < 0
    for cut in (crossing, second):
        assert {cut.below, cut.above} == {0, 1}
        assert means[cut.below] < means[cut.above]
        assert_exact(cut, weights, means, sds)


def test_second_crossing_where_nothing_is():
    crossing, second = cuts([0.5, 0.5], [0, 8], [1, 1.2])
    assert (crossing.kind, second.kind) == ("crossing", "second")
    assert abs(second.value - 8) > 4 * 1.2


def test_second_crossing_four_sds_out_is_the_border():
    def kind(sd):
        return cuts([0.5, 0.5], [0, 3], [1, sd])[1].kind

    kinds = [kind(sd) for sd in np.linspace(1.05, 3, 40)]
    assert kinds[0] == "second"
    assert kinds[-1] == "not_monotone"
    assert kinds == sorted(kinds, reverse=True)


def test_same_means_have_a_crossing_on_either_side():
    weights, means, sds = [0.5, 0.5], [1.0, 1.0], [1.0, 3.0]
    crossing, second = cuts(weights, means, sds)
    assert (crossing.below, crossing.above) == (0, 1)  # ties of the means are ordered by sd
    assert crossing.value - 1 == pytest.approx(1 - second.value, rel=1e-14)
    assert crossing.value > 1
    assert second.kind == "not_monotone"
    assert_exact(crossing, weights, means, sds)
    assert cuts(weights, means, sds[::-1])[0].below == 1


@pytest.mark.parametrize(
    ("weights", "means", "sds"),
    [
        ([0.5, 0.5], [1, 1], [2, 2]),
        ([0.9, 0.1], [1, 1], [2, 2]),
        ([1, 0], [0, 4], [1, 1]),
        ([0, 1], [0, 4], [1, 2]),
        ([0.02, 0.98], [0, 1], [1, 2]),
    ],
    ids=["identical", "identical but for weight", "zero weight", "zero weight below", "drowned"],
)
def test_no_crossing(weights, means, sds):
    (cut,) = cuts(weights, means, sds)
    assert cut.kind == "none"
    assert math.isnan(cut.value)


def test_drowned_component_wins_nowhere():
    x = np.linspace(-20, 20, 4001)
    assert (Mixture([0.02, 0.98], [0, 1], [1, 2]).predict(x) == 1).all()


def test_one_component_has_none():
    assert cuts([1], [0], [1]) == ()


def test_neighbours_by_mean_with_indices_of_the_caller():
    found = cuts([0.3, 0.3, 0.4], [10, 0, 5], [1, 1, 1])
    assert [(c.below, c.above, c.kind) for c in found] == [(1, 2, "crossing"), (2, 0, "crossing")]
    assert found[0].value < found[1].value


@pytest.mark.parametrize("power", [-1000, -300, 300, 990])
def test_scale_by_a_power_of_two_changes_no_digit(power):
    scale = 2.0**power
    for means, sds in (([0, 3], [1, 2]), ([0, 3], [2, 1]), ([-1, 300], [1, 2]), ([0, 4], [1, 1])):
        plain = cuts([0.4, 0.6], means, sds)
        scaled = cuts([0.4, 0.6], np.array(means) * scale, np.array(sds) * scale)
        assert [c.value * scale for c in plain] == [c.value for c in scaled]
        assert [c.kind for c in plain] == [c.kind for c in scaled]


@pytest.mark.parametrize(
    ("means", "sds"),
    [
        ([0, 4], [1, 1 + 2e-16]),
        ([0, 4], [1, 1 + 1e-9]),
        ([0, 4], [1 + 1e-12, 1]),
        ([1e8, 1e8 + 4], [1, 1.5]),
        ([0, 1], [1e-100, 1]),
        ([0, 1e200], [1e-100, 1e100]),
        ([-1e308, 1e308], [1e300, 2e300]),
        ([0, 1e-310], [1e-311, 3e-311]),
    ],
)
def test_crossings_are_exact_at_any_scale(means, sds):
    for cut in cuts([0.3, 0.7], means, sds):
        assert_exact(cut, [0.3, 0.7], means, sds)


def test_distances_beyond_the_largest_double_in_sds():
    (crossing, second) = cuts([0.5, 0.5], [-1e300, 1e300], [1e-100, 3e-100])
    assert crossing.value == pytest.approx(-0.5e300, rel=1e-14)
    assert second.value == pytest.approx(-2e300, rel=1e-14)
    assert second.kind == "second"


@given(
    st.floats(0.01, 0.99),
    st.floats(-20, 20),
    st.floats(-20, 20),
    st.floats(0.1, 10),
    st.floats(0.1, 10),
)
@settings(max_examples=200, deadline=None)
def test_labels_change_at_the_cuts_and_nowhere_else(weight, mean, other, sd, other_sd):
    m = Mixture([weight, 1 - weight], [mean, other], [sd, other_sd])
    found = [c for c in m.thresholds() if c.kind != "none"]
    values = sorted(c.value for c in found)
    step = 1e-6 * (abs(mean) + abs(other) + sd + other_sd)
    assume(abs(mean - other) > 0.01 or abs(sd - other_sd) > 0.01)  # otherwise rounding decides the label
    assume(all(b - a > 4 * step for a, b in pairwise(values)))
    assume(all(abs(v) < 1e6 for v in values))
    for cut in found:
        left, right = (m.predict(v) for v in (cut.value - step * 2, cut.value + step * 2))
        upwards = (cut.below, cut.above)
        assert (left, right) == (upwards if cut.kind == "crossing" else upwards[::-1])
    edges = [-200.0, *values, 200.0]
    for a, b in pairwise(edges):
        inside = np.linspace(a + 2 * step, b - 2 * step, 50) if b - a > 4 * step else np.array([])
        assert len(np.unique(m.predict(inside))) <= 1


@given(st.floats(0.05, 0.95), st.floats(-20, 20), st.floats(-20, 20), st.floats(0.1, 10), st.floats(0.1, 10))
@settings(max_examples=100, deadline=None)
def test_mirror(weight, mean, other, sd, other_sd):
    plain = cuts([weight, 1 - weight], [mean, other], [sd, other_sd])
    mirrored = cuts([weight, 1 - weight], [-mean, -other], [sd, other_sd])
    if mean != other:
        for a, b in zip(plain, mirrored, strict=True):
            assert (a.kind, a.below, a.above) == (b.kind, b.above, b.below)
            scale = max(abs(mean), abs(other), sd, other_sd)
            assert a.value == pytest.approx(-b.value, rel=1e-12, abs=1e-14 * scale, nan_ok=True)
