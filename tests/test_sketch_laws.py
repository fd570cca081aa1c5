"""Laws of sketches: the order and the parts of the data do not matter, weights are repetitions."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mix1d
from cases import distance, draw, parameters

START = mix1d.Mixture([0.3, 0.7], [0.0, 4.0], [1.0, 0.7])


def sketch_of(x, weights=None):
    sketch = mix1d.Sketch()
    sketch.add(x, weights)
    return sketch


def solved(sketch):
    """The maximum that the true mixture leads to: no search, which other tests cover."""
    return parameters(mix1d.fit(sketch, 2, start=START).mixture)


def same(first, second):
    assert first.count == second.count
    assert first.total_weight == pytest.approx(second.total_weight, rel=1e-15)
    assert (first.min, first.max) == (second.min, second.max)
    assert first.mean == pytest.approx(second.mean, rel=1e-13)
    assert first.variance == pytest.approx(second.variance, rel=1e-12)
    assert distance(solved(first), solved(second)) < 1e-9


samples = st.builds(
    lambda seed, n: draw(seed, [0.3, 0.7], [0.0, 4.0], [1.0, 0.7], n),
    st.integers(0, 2**32 - 1),
    st.sampled_from([200, 20_000, 70_000]),
)
few = settings(max_examples=15, deadline=None)


@few
@given(samples, st.lists(st.floats(0.0, 1.0), max_size=6), st.randoms(use_true_random=False))
def test_any_partition_merged_in_any_order(x, cuts, random):
    places = sorted(int(cut * len(x)) for cut in cuts)
    parts = [sketch_of(part) for part in np.split(x, places)]
    random.shuffle(parts)
    while len(parts) > 1:
        a, b = parts.pop(), parts.pop(random.randrange(len(parts)))
        parts.insert(random.randrange(len(parts) + 1), a + b)
    same(parts[0], sketch_of(x))


@few
@given(samples, st.sampled_from(["sorted", "reversed", "inside out", "outside in"]))
def test_any_order_of_the_values(x, order):
    key = {"sorted": x, "reversed": -x, "inside out": abs(x - 4.0), "outside in": -abs(x - 4.0)}[order]
    chunks = np.array_split(x[np.argsort(key, kind="stable")], 7)
    sketch = mix1d.Sketch()
    for chunk in chunks:
        sketch.add(chunk)
    same(sketch, sketch_of(x))


@settings(max_examples=3, deadline=None)
@given(samples)
def test_one_value_at_a_time(x):
    x = x[:20_000]
    sketch = mix1d.Sketch()
    for value in x:
        sketch.add(value)
    same(sketch, sketch_of(x))


@few
@given(samples)
def test_an_empty_sketch_adds_nothing(x):
    sketch = sketch_of(x)
    for joined in (sketch + mix1d.Sketch(), mix1d.Sketch() + sketch):
        same(joined, sketch)


@few
@given(samples, st.integers(1, 4))
def test_weights_are_repetitions(x, times):
    weighted, repeated = sketch_of(x, np.full(len(x), float(times))), sketch_of(np.repeat(x, times))
    assert weighted.total_weight == repeated.total_weight
    assert weighted.mean == pytest.approx(repeated.mean, rel=1e-13)
    assert distance(solved(weighted), solved(repeated)) < 1e-9


@few
@given(samples)
def test_bytes_and_back(x):
    sketch = sketch_of(x)
    data = sketch.to_bytes()
    again = mix1d.Sketch.from_bytes(data)
    assert again.to_bytes() == data
    assert solved(again)[1].tolist() == solved(sketch)[1].tolist()
    assert (again + sketch).count == 2 * sketch.count


@few
@given(samples, st.integers(-40, 40), st.sampled_from([1, -1, 3]))
def test_a_shift_by_a_dyadic_number_moves_the_fit(x, power, times):
    x = np.round(x * 2.0**20) / 2.0**20
    shift = times * 2.0**power if power > -20 else times * 2.0**-20
    w, m, s = solved(sketch_of(x))
    start = mix1d.Mixture(START.weights, START.means + shift, START.sds)
    found = mix1d.fit(sketch_of(x + shift), 2, start=start).mixture
    moved = np.rint((x + shift - shift - x) * 2.0**20)
    if np.all(moved == 0.0):  # the shifted values are exact
        tolerance = max(1e-9, 4.0 * np.spacing(abs(shift)))
        assert distance((found.weights, found.means - shift, found.sds), (w, m, s)) < tolerance


@few
@given(samples, st.integers(-200, 200))
def test_a_power_of_two_scales_everything(x, power):
    factor = 2.0**power
    sketch, scaled = sketch_of(x), sketch_of(x * factor)
    assert scaled.mean == sketch.mean * factor
    assert scaled.quantile([0.1, 0.5]).tolist() == (sketch.quantile([0.1, 0.5]) * factor).tolist()


@few
@given(samples, st.floats(1e200, 1e300), st.booleans())
def test_an_outlier_blurs_nothing(x, outlier, negative):
    sketch = sketch_of(x)
    with_outlier = sketch_of(np.append(x, -outlier if negative else outlier))
    values, weights, widths = mix1d._core.sketch_nodes(with_outlier._filling.settled().state)
    inside = abs(values) < 1e100
    assert np.sum(weights[~inside]) == 1.0
    _, mass, before = mix1d._core.sketch_nodes(sketch._filling.settled().state)
    mean = np.sum(weights[inside] * values[inside]) / len(x)
    assert mean == pytest.approx(sketch.mean, rel=1e-12)
    # cells are powers of two wide: at most the next one, which may take in what was kept as values
    kept = np.sum(mass[before == 0.0]) * np.max(before)
    assert np.sum(weights[inside] * widths[inside]) <= 2.0 * (np.sum(mass * before) + kept)
