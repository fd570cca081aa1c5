"""Fits through sketches against fits of all values: within 1e-8, and as the error bound says."""

import numpy as np
import pytest

import mix1d
from cases import distance, draw, parameters

N = 200_000


def shuffled(seed, *parts):
    return np.random.default_rng(seed).permutation(np.concatenate(parts))


def cauchy(n):
    return np.random.default_rng(20).standard_cauchy(n) * 100.0


def lognormal(n):
    return np.random.default_rng(21).lognormal(0.0, 0.6, n)


DESIGNS = {
    "overlap": (draw(1, [0.25, 0.5, 0.25], [0, 3, 8], [1, 0.5, 2], N), 3),
    "one centre": (draw(2, [0.5, 0.5], [1, 2], [2, 5], N), 2),
    "spike": (draw(3, [0.98, 0.02], [0, 0.5], [1, 0.02], N), 2),
    "far clusters": (draw(4, [0.5, 0.5], [0, 1e6], [1, 1], N), 2),
    "outliers": (shuffled(5, draw(5, [0.4, 0.6], [0, 4], [1, 1.5], N - 200), cauchy(200)), 3),
    "integers": (np.rint(draw(6, [0.4, 0.6], [20, 40], [4, 6], N)), 2),
    "rounded": (np.round(draw(7, [0.4, 0.6], [0, 4], [1, 1.5], N), 4), 2),
    "lognormal": (shuffled(8, lognormal(N // 2), draw(8, [1], [6], [1], N // 2)), 3),
    "offset": (draw(9, [0.4, 0.6], [0, 4], [1, 1.5], N) + 1e9, 2),
    "two scales": (draw(10, [0.5, 0.5], [0, 0], [1, 1e3], N), 2),
    "ties": (
        np.where(np.random.default_rng(11).random(N) < 0.05, 0.0, draw(11, [0.5, 0.5], [0, 5], [1, 2], N)),
        2,
    ),
}
ORDERS = ["at once", "chunks", "sorted", "reversed", "inside out", "outside in"]


def sketch_in(x, order):
    centre = np.median(x)
    keys = {"sorted": x, "reversed": -x, "inside out": abs(x - centre), "outside in": -abs(x - centre)}
    if order in keys:
        x = x[np.argsort(keys[order], kind="stable")]
    sketch = mix1d.Sketch()
    for chunk in [x] if order == "at once" else np.array_split(x, 11):
        sketch.add(chunk)
    return sketch


@pytest.fixture(scope="module")
def whole():
    return {name: mix1d.fit(x, k) for name, (x, k) in DESIGNS.items()}


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("name", DESIGNS)
def test_parameters_within_1e_8_and_as_the_bound_says(name, order, whole):
    x, k = DESIGNS[name]
    sketch = sketch_in(x, order)
    found = mix1d.fit(sketch, k)
    error = distance(parameters(found.mixture), parameters(whole[name].mixture))
    bound = sketch.error_bound(found.mixture)
    assert error < 1e-8
    assert bound < 1e-8
    assert error < 10.0 * bound
    assert bound <= 1e4 * max(error, 1e-12)
    lost = abs(found.log_likelihood - whole[name].log_likelihood)
    assert lost < 10.0 * bound.log_likelihood
    assert "compressed" not in {f.code for f in found.findings}


@pytest.mark.parametrize("name", DESIGNS)
def test_mean_and_variance(name):
    x, _ = DESIGNS[name]
    sketch = sketch_in(x, "chunks")
    centre = x[0]
    mean = centre + np.mean((x - centre).astype(np.longdouble))
    variance = float(np.mean((x.astype(np.longdouble) - mean) ** 2))
    assert abs(sketch.mean - float(mean)) < 1e-13 * np.sqrt(variance) + np.spacing(abs(float(mean)))
    assert sketch.variance == pytest.approx(variance, rel=1e-12)


def test_sketches_without_a_shared_pilot_agree_with_one_pass(whole):
    x, k = DESIGNS["overlap"]
    parts = [mix1d.Sketch.of(part) for part in np.array_split(x, 50)]
    joined = sum(parts)
    found = mix1d.fit(joined, k).mixture
    assert distance(parameters(found), parameters(whole["overlap"].mixture)) < 1e-10


def test_a_wide_chunk_before_a_narrow_one():
    """The wide cells made first hold values of the narrow range too: that is lost, and reported."""
    wide, narrow = draw(30, [1.0], [0.0], [1e6], N), draw(31, [1.0], [0.0], [1.0], N)
    x = np.concatenate([wide, narrow])
    sketch = mix1d.Sketch()
    sketch.add(wide)
    sketch.add(narrow)
    found = mix1d.fit(sketch, 2).mixture
    error = distance(parameters(found), parameters(mix1d.fit(x, 2).mixture))
    assert error < 1e-4
    assert error < 10.0 * sketch.error_bound(found)
