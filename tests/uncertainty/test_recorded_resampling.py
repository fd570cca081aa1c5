"""Replicates of fits to rows of any kind: errors, intervals, and what cannot be had."""

import numpy as np
import pytest

import mix1d
from cases import draw

X = draw(31, [0.4, 0.6], [0.0, 4.0], [1.0, 0.8], 400)
RNG = np.random.default_rng(7)
ERRORS = RNG.lognormal(-1.0, 0.5, 400)


def fits():
    edges = np.arange(-4.0, 9.0, 0.5)
    noisy = X + ERRORS * RNG.normal(size=400)
    return {
        "bins": mix1d.fit((np.histogram(X, edges)[0], edges), 2),
        "rounded": mix1d.fit(np.round(X * 2.0) / 2.0, 2, resolution=0.5),
        "limits": mix1d.fit(np.where(X < -0.5, -np.inf, X), 2, upper=np.maximum(X, -0.5)),
        "errors": mix1d.fit(noisy, 2, errors=ERRORS),
        "window": mix1d.fit(X[X < 5.5], 2, truncation=(None, 5.5)),
        "labels": mix1d.fit(X, 2, labels=np.where(np.arange(400) % 5 > 0, -1, (X > 2.0).astype(int))),
    }


FITS = fits()


@pytest.mark.parametrize("resampling", ["weighted", "parametric", "nonparametric"])
@pytest.mark.parametrize("case", FITS)
def test_errors_are_near_those_of_the_information(case, resampling):
    fitted = FITS[case]
    wald = fitted.standard_errors()
    found = fitted.standard_errors("bootstrap", resampling=resampling, replicates=600)
    for name in ("means", "sds"):
        ratio = getattr(found, name) / getattr(wald, name)
        assert np.all((ratio > 0.7) & (ratio < 1.5)), (name, ratio)


@pytest.mark.parametrize("case", FITS)
def test_percentile_intervals_hold_the_estimate(case):
    interval = FITS[case].confidence_interval(0.95, "bootstrap", replicates=299)
    for name in ("weights", "means", "sds"):
        low, high = getattr(interval.lower, name), getattr(interval.upper, name)
        assert np.all((low < getattr(FITS[case], name)) & (getattr(FITS[case], name) < high))


def test_replicates_are_in_the_units_of_the_data():
    """Population weights and sds without errors, as the fit has them."""
    for case in ("window", "errors"):
        drawn, fitted = FITS[case].replicates(replicates=200), FITS[case]
        for name in ("weights", "means", "sds"):
            values = getattr(drawn, name)
            assert np.all(np.abs(np.median(values, axis=0) - getattr(fitted, name)) < values.std(axis=0))


def test_components_that_leave_the_window_are_told_by_what_is_seen_of_them():
    """Half of the upper one is cut off: in some replicates it is no more than a slope from far outside."""
    fitted = mix1d.fit(X[X < 4.5], 2, truncation=(None, 4.5))
    drawn = fitted.replicates(replicates=300)
    assert drawn.means[:, 1].max() > 50.0
    assert np.abs(drawn.means[:, 0]).max() < 1.0
    ratio = drawn.means[:, 0].std() / fitted.standard_errors().means[0]
    assert 0.7 < ratio < 1.3


def test_labels_say_which_component_is_which():
    """Two alike but for their labels: nothing is ambiguous."""
    x = draw(5, [1.0], [0.0], [1.0], 200)
    labels = np.where(np.arange(200) % 2 > 0, "a", "b")
    labels[100:] = "a"
    fitted = mix1d.fit(x, 2, labels=np.where(np.arange(200) % 10 == 9, None, labels))
    assert fitted.replicates(replicates=50).ambiguous == 0.0


def test_components_without_width_are_told_apart():
    x = np.repeat([0.0, 4.0], 60) + ERRORS[:120] * np.random.default_rng(1).normal(size=120)
    drawn = mix1d.fit(x, 2, errors=ERRORS[:120], sds=0).replicates(replicates=60)
    assert np.all(drawn.means[:, 0] < drawn.means[:, 1])
    assert np.all(drawn.sds == 0.0)
    assert drawn.failed == 0
    assert drawn.ambiguous == 0.0


@pytest.mark.parametrize("resampling", ["weighted", "parametric", "nonparametric"])
def test_a_background_stays_beside_the_others(resampling):
    x = np.r_[X, np.random.default_rng(2).uniform(-20.0, 20.0, 60)]
    fitted = mix1d.fit(x, 2, background=(-20.0, 20.0))
    drawn = fitted.replicates(resampling=resampling, replicates=60)
    np.testing.assert_allclose(drawn.weights.sum(axis=1), 1.0, rtol=1e-12)
    assert np.all(np.abs(drawn.means.mean(axis=0) - fitted.means) < 0.15)
    assert drawn.sds.max() < 2.0


def test_calibrated_intervals_are_of_the_parameters_reported():
    for case in ("bins", "limits"):
        plain = FITS[case].confidence_interval(0.9)
        found = FITS[case].confidence_interval(0.9, "calibrated", replicates=99)
        width = (found.upper.means - found.lower.means) / (plain.upper.means - plain.lower.means)
        assert np.all((width > 0.6) & (width < 1.6))


@pytest.mark.parametrize(("case", "what"), [("errors", "errors"), ("window", "truncation")])
def test_calibrated_intervals_that_cannot_be_had(case, what):
    wanted = rf'^method must not be "calibrated" for rows with {what}, whose replicates are judged in other'
    with pytest.raises(mix1d.InputError, match=wanted):
        FITS[case].confidence_interval(0.95, "calibrated", replicates=99)


def test_intervals_that_overlap_have_weights_but_no_draws():
    fitted = mix1d.fit(X - 0.3, 2, upper=X + 0.5)
    assert fitted.replicates(replicates=20).failed == 0
    with pytest.raises(
        mix1d.InputError, match="how the intervals arose is unknown; use the weighted bootstrap"
    ):
        fitted.replicates(resampling="parametric", replicates=20)


@pytest.mark.parametrize("last", [1e200, 1e300, 1.7e308])
@pytest.mark.parametrize("counts", [[7, 0, 1, 29, 0], [2, 4, 18, 10, 0], [4, 23, 16, 21, 0]])
def test_values_drawn_into_bins_far_wider_than_all_that_was_seen(counts, last):
    fitted = mix1d.fit((counts, [-np.inf, 0, 2, 5, 6, last]), 1)
    found = fitted.replicates(resampling="parametric", replicates=200)
    assert np.all(np.isfinite(found.means))
    assert np.all(found.sds > 0.0)


@pytest.mark.parametrize("end", [1e160, 1e300, 1.7e308])
@pytest.mark.parametrize("many", [1, 5])
def test_intervals_that_reach_to_the_ends_of_doubles_around_values(many, end):
    values = [1.0, 2.0, 3.0, 4.5, 5.0]
    fitted = mix1d.fit(values + [-end] * many, 1, upper=values + [end] * many)
    assert fitted.converged
    assert np.isfinite(fitted.log_likelihood)
    assert fitted.replicates(replicates=20).failed <= 20


def limited(*limits):
    """Values below limits that differ by row."""
    at = np.resize(limits, X.size)
    return mix1d.Observations(np.where(at > X, -np.inf, X), upper=np.maximum(X, at))


def test_several_limits_are_assumed_and_one_is_known():
    one, several = mix1d.fit(limited(-0.5), 2), mix1d.fit(limited(-0.5, 0.5), 2)
    drawn = {"resampling": "parametric", "replicates": 5}
    assert one.replicates(**drawn).assumed == ""
    assert several.replicates(replicates=5).assumed == ""
    said = several.replicates(**drawn).assumed
    assert said.startswith("Limits assumed: which of the 2 limits below a value had is drawn from the law")
    assert said in several.goodness_of_fit(replicates=5).message
    assert said in mix1d.order_test(limited(-0.5, 0.5), 1, replicates=5).message
    assert "assumed" not in one.goodness_of_fit(replicates=5).message


def test_intervals_of_unknown_origin_are_drawn_by_weights_only():
    overlapping = mix1d.fit(X - ERRORS, 2, upper=X + 2.0 * ERRORS)
    with pytest.raises(mix1d.InputError, match="how the intervals arose is unknown"):
        overlapping.replicates(resampling="parametric", replicates=5)
    assert len(overlapping.replicates(replicates=5).means) == 5


def test_the_order_of_values_less_spread_than_their_errors_is_tested():
    found = mix1d.order_test(
        mix1d.Observations([1.0, 1.1, 0.9, 1.05, 1.02, 0.97], errors=5.0), 1, replicates=9
    )
    assert found.null.sds.tolist() == [0.0]
    assert found.p_value > 0.1
