"""Every method of a result on samples at the edge: an answer, or a refusal in words."""

import warnings

import numpy as np
import pytest

import mix1d
from cases import column
from mix1d.diagnostics.shapes import other_shapes

ON_TOP = mix1d.Mixture([0.5, 0.5], [1.25, 1.25], [0.4, 0.4])  # two components in one place
SAMPLES = {
    "one component": lambda: mix1d.fit(column("precip"), 1),
    "constant": lambda: mix1d.fit([2.0] * 7, 1),
    "one value": lambda: mix1d.fit([3.5], 1),
    "five values": lambda: mix1d.fit([1.0, 2.5, 2.7, 8.0, 9.1], 2),
    "two values": lambda: mix1d.fit([1.0, 1.0, 2.0], 1),
    "zero weights": lambda: mix1d.fit([1.0, 2.0, 3.0, 7.0, 8.0, 9.5], 2, sample_weight=[1, 1, 1, 0, 2, 2]),
    "fractional weights": lambda: mix1d.fit(column("precip"), 2, sample_weight=np.linspace(0.1, 2.0, 70)),
    "regularized": lambda: mix1d.fit(column("geyser_duration"), 4),
    "null components": lambda: mix1d.fit(column("precip"), 4),
    "equal sds": lambda: mix1d.fit(column("faithful_waiting"), 3, sds="equal"),
    "flat": lambda: mix1d.fit([1.0, 1.0, 1.0, 2.0], 2, sds="equal", start=ON_TOP),
    "tied": lambda: mix1d.fit([1.0] * 20 + [2.0] * 30 + [3.0] * 5, 2),
    "outlier": lambda: mix1d.fit([*column("precip"), 1e300], 2),
    "tiny": lambda: mix1d.fit(column("acidity") * 1e-300, 2),
}
METHODS = {
    "standard_errors": lambda r: r.standard_errors(),
    "sandwich": lambda r: r.standard_errors("sandwich"),
    "bootstrap errors": lambda r: r.standard_errors("bootstrap", replicates=50),
    "covariance": lambda r: r.covariance("sandwich"),
    "profile": lambda r: r.confidence_interval(),
    "wald": lambda r: r.confidence_interval(method="wald"),
    "bootstrap": lambda r: r.confidence_interval(method="bootstrap", replicates=50),
    "parametric": lambda r: r.confidence_interval(method="bootstrap", resampling="parametric", replicates=50),
    "nonparametric": lambda r: r.standard_errors("bootstrap", resampling="nonparametric", replicates=50),
    "calibrated": lambda r: r.confidence_interval(method="calibrated", replicates=50),
    "thresholds": lambda r: r.thresholds(),
    "quantile": lambda r: r.quantile(0.2),
    "above": lambda r: r.proportion_above(2.2),
    "overlap": lambda r: r.overlap(),
    "separation": lambda r: r.separation(),
    "modes": lambda r: r.modes(),
    "goodness": lambda r: r.goodness_of_fit(50),
    "pit": lambda r: r.pit(),
    "qq": lambda r: r.qq(),
    "certificate": lambda r: r.certificate(),
    "influence": lambda r: r.influence(),
    "shapes": other_shapes,
    "findings": lambda r: r.findings,
    "selection": lambda r: r.selection,
    "print": str,
    "to_dict": lambda r: r.to_dict(),
}


@pytest.fixture(scope="module")
def results():
    return {}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("sample", SAMPLES)
def test_an_answer_or_a_refusal_in_words(results, sample, method):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", mix1d.NotConvergedWarning)
        result = results.setdefault(sample, SAMPLES[sample]())
        try:
            METHODS[method](result)
        except mix1d.Mix1dError as error:
            words = str(error)
        else:
            words = "an answer, as it should be where there is one"
    assert len(words) > 30


@pytest.mark.parametrize("sample", SAMPLES)
def test_bounds_enclose_the_estimate(sample):
    result = SAMPLES[sample]()
    bounds = result.confidence_interval()
    for name in ("weights", "means", "sds"):
        lower, upper = getattr(bounds.lower, name), getattr(bounds.upper, name)
        value = getattr(result.mixture, name)
        known = ~np.isnan(lower)
        slack = 1e-9 * np.abs(value[known])
        assert (lower[known] <= value[known] + slack).all()
        assert (value[known] - slack <= upper[known]).all()
        assert (np.isnan(lower) == np.isnan(upper)).all()


def test_a_summary_with_tests_says_what_cannot_be_had():
    text = SAMPLES["constant"]().summary(tests=True, replicates=50)
    assert "not to be had" in text
    text = SAMPLES["five values"]().summary(tests=True, replicates=50)
    assert "Goodness of fit" in text
