"""The optima on record: all real columns and the hard synthetic samples."""

import json

import numpy as np
import pytest

import mix1d
import oracle
from cases import column, floor_of, parameters
from places import DATA

REFERENCE = DATA / "reference"
EXACTLY = {"resolution": 0, "set_apart": None}  # what the reference answers are of
PROMISED = 0.97


def entries(name):
    content = json.loads((REFERENCE / name).read_text())
    return {key: value for key, value in content.items() if key != "about"}


OPTIMA = [
    (name, int(k), entry) for name, sizes in entries("optima.json").items() for k, entry in sizes.items()
]
EQUAL = [
    (name, int(k), entry["best"]["loglik"])
    for name, kinds in entries("gaussian.json").items()
    for k, entry in kinds["E"].items()
    if "best" in entry
]


def check_sane(result, x, k):
    """Finite, ordered, above its floor, and as likely as it says."""
    weights, means, sds = parameters(result.mixture)
    assert len(weights) == k
    assert np.all(np.isfinite([weights, means, sds]))
    assert np.all(np.isfinite([result.log_likelihood, result.aic, result.bic, result.icl]))
    assert weights.min() >= 0
    assert weights.sum() == pytest.approx(1.0, abs=1e-12)
    assert sds.min() >= max(floor_of(x), 1e-6 * x.std()) * (1 - 1e-9)
    if not result.regularized:
        assert sds.min() >= 1e-3 * x.std() * (1 - 1e-9)
    assert np.all(np.diff(means) >= 0)
    exact = oracle.log_likelihood(x, np.ones(len(x)), weights, means, sds)
    assert result.log_likelihood == pytest.approx(exact, rel=1e-11)


def report(misses, total):
    return f"{len(misses)} of {total} missed:\n" + "\n".join(misses)


def is_sound(mixture, x):
    n = mixture.weights * len(x)
    return bool(mixture.sds.min() >= 0.02 * x.std() and n.min() >= max(5.0, 0.01 * len(x)))


def test_stable_optima():
    """The recorded log-likelihood, or a better penalised optimum, and the same verdict."""
    misses = []
    for name, k, entry in OPTIMA:
        x = column(name)
        result = mix1d.fit(x, k, **EXACTLY)
        check_sane(result, x, k)
        recorded = entry["stable"]
        gap = result.log_likelihood - recorded["loglik"]
        better = result.optima[0].penalised > entry["penalised_best"] + 1e-6
        same = abs(gap) <= 1e-6 and result.regularized == recorded["regularized"]
        if not (same or better):
            misses.append(
                f"{name} k={k}: log-likelihood {gap:+.3g}, penalised "
                f"{result.optima[0].penalised - entry['penalised_best']:+.3g}, "
                f"regularized {result.regularized} instead of {recorded['regularized']}"
            )
    assert len(misses) <= (1 - PROMISED) * len(OPTIMA), report(misses, len(OPTIMA))


def test_highest_optima():
    """A sound optimum as high as the recorded one, wherever one is on record, or a higher stable answer."""
    misses = []
    recorded = [(name, k, entry["highest"]) for name, k, entry in OPTIMA]
    for name, k, highest in recorded:
        x = column(name)
        result = mix1d.fit(x, k, objective="highest", **EXACTLY)
        check_sane(result, x, k)
        sound = "no_sound_optimum" not in {f.code for f in result.findings}
        assert not sound or (is_sound(result.mixture, x) and not result.regularized)
        if highest is None:
            continue
        gap = result.log_likelihood - highest["loglik"]
        if not sound:
            assert result.mixture == mix1d.fit(x, k, **EXACTLY).mixture
        if gap < -0.01:
            misses.append(f"{name} k={k}: {gap:+.3g}")
    assert len(misses) <= (1 - PROMISED) * len(recorded), report(misses, len(recorded))


def test_equal_sds():
    """At least the best on record, every one of them."""
    misses = []
    for name, k, best in EQUAL:
        x = column(name)
        result = mix1d.fit(x, k, sds="equal", **EXACTLY)
        check_sane(result, x, k)
        assert np.ptp(result.mixture.sds) == 0
        if result.log_likelihood < best - 1e-6:
            misses.append(f"{name} k={k}: {result.log_likelihood - best:+.3g}")
    assert len(EQUAL) > 50
    assert not misses, report(misses, len(EQUAL))


def test_reported_optimum_comes_first():
    for name, k, _ in OPTIMA:
        result = mix1d.fit(column(name), k)
        first = result.optima[0]
        assert first.log_likelihood == result.log_likelihood
        for a, b in zip(parameters(first.mixture), parameters(result.mixture), strict=True):
            assert np.array_equal(a, b)
        best = max(o.penalised for o in result.optima)
        assert all(o.penalised >= best - 2.0 - 1e-9 for o in result.optima[1:])
