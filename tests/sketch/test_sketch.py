"""`Sketch`: what it counts, what it refuses, and what a fit of one says."""

import copy
import math
import pickle

import numpy as np
import pandas as pd
import pytest

import mix1d
from cases import column, distance, draw, parameters

LONG = draw(1, [0.25, 0.5, 0.25], [0.0, 3.0, 8.0], [1.0, 0.5, 2.0], 40_000)


def sketch_of(*chunks):
    sketch = mix1d.Sketch()
    for chunk in chunks:
        sketch.add(chunk)
    return sketch


def test_an_empty_sketch():
    sketch = mix1d.Sketch()
    assert (sketch.count, sketch.total_weight, sketch.exact) == (0, 0.0, True)
    assert all(math.isnan(x) for x in (sketch.min, sketch.max, sketch.mean, sketch.variance))
    assert repr(sketch) == "<Sketch empty>"
    for use in (lambda: sketch.quantile(0.5), lambda: sketch.error_bound(mix1d.Mixture([1], [0], [1]))):
        with pytest.raises(mix1d.InputError, match="the sketch is empty"):
            use()
    with pytest.raises(mix1d.InputError, match="data is an empty sketch: at least one value is needed"):
        mix1d.fit(sketch, 1)


def test_few_values_are_kept_and_fitted_to_the_same_bits():
    x = column("faithful_eruptions")
    sketch = sketch_of(x[:100], x[100:101], x[101:])
    assert sketch.exact
    found, expected = mix1d.fit(sketch, 3), mix1d.fit(x, 3)
    for a, b in zip(parameters(found.mixture), parameters(expected.mixture), strict=True):
        assert a.tolist() == b.tolist()
    assert found.log_likelihood == expected.log_likelihood
    assert found.findings == expected.findings
    assert found.selection[0].bic == expected.bic


def test_measures():
    sketch = sketch_of(LONG[:7], LONG[7:30_000], LONG[30_000:])
    assert not sketch.exact
    assert sketch.count == len(LONG)
    assert sketch.total_weight == len(LONG)
    assert (sketch.min, sketch.max) == (LONG.min(), LONG.max())
    assert sketch.mean == pytest.approx(math.fsum(LONG) / len(LONG), rel=1e-14)
    assert sketch.variance == pytest.approx(LONG.var(), rel=1e-13)
    assert repr(sketch) == f"<Sketch n = 40000, {LONG.min():.6g} to {LONG.max():.6g}>"


def test_ten_billion_values_by_doubling():
    sketch = sketch_of(LONG)
    mean, variance = sketch.mean, sketch.variance
    for _ in range(18):
        sketch = sketch + sketch
    assert sketch.count == sketch.total_weight == len(LONG) * 2**18 > 10**10
    assert sketch.mean == pytest.approx(mean, rel=1e-14)
    assert sketch.variance == pytest.approx(variance, rel=1e-13)


def test_a_weight_that_is_no_power_of_two_is_added_up_to_rounding():
    sketch = mix1d.Sketch()
    for _ in range(50):
        sketch.add(np.arange(20_000.0), np.full(20_000, 0.1))
    assert sketch.total_weight == pytest.approx(100_000.0, rel=1e-14)


def test_weights_of_values_in_cells():
    weights = np.random.default_rng(2).uniform(0.0, 3.0, len(LONG))
    sketch = mix1d.Sketch()
    sketch.add(LONG, weights)
    assert sketch.total_weight == pytest.approx(math.fsum(weights), rel=1e-15)
    assert sketch.mean == pytest.approx(np.average(LONG, weights=weights), rel=1e-12)
    found, expected = mix1d.fit(sketch, 3), mix1d.fit(LONG, 3, sample_weight=weights)
    assert distance(parameters(found.mixture), parameters(expected.mixture)) < 1e-10


@pytest.mark.parametrize("kind", ["float32", "int64", "big-endian", "strided", "list", "series"])
def test_kinds_of_chunks(kind):
    x = np.round(LONG * 1000.0)
    chunk = {
        "float32": x.astype(np.float32),
        "int64": x.astype(np.int64),
        "big-endian": x.astype(">f8"),
        "strided": np.repeat(x, 2)[::2],
        "list": x.tolist(),
        "series": pd.Series(x, name="length"),
    }[kind]
    sketch = sketch_of(chunk)
    assert sketch.count == len(x)
    assert sketch.name == ("length" if kind == "series" else None)
    assert sketch.to_bytes()[-1000:] == sketch_of(x).to_bytes()[-1000:]


def test_numbers_one_by_one():
    sketch = mix1d.Sketch()
    for x in (3, 1.5, np.float32(2.0)):
        sketch.add(x)
    sketch.add(1.5, 2.0)
    assert (sketch.count, sketch.total_weight, sketch.mean) == (4, 5.0, 1.9)


def test_an_array_that_changes_later_does_not_change_the_sketch():
    x = np.arange(10.0)
    sketch = sketch_of(x)
    x[:] = 100.0
    assert sketch.max == 9.0
    assert sketch.quantile(1.0) == 9.0


def test_rows_left_out_are_counted():
    sketch = mix1d.Sketch()
    sketch.add([1.0, math.nan, None, 4.0], missing="drop")
    sketch.add([math.nan], missing="drop")
    sketch.add([5.0, 6.0], [0.0, 2.0])
    assert (sketch.count, sketch.n_missing, sketch.n_zero_weight) == (3, 3, 1)
    codes = {f.code: f.value for f in mix1d.fit(sketch + sketch_of([2.0, 3.0]), 1).findings}
    assert codes["missing_dropped"] == 3.0
    assert codes["zero_weight"] == 1.0


@pytest.mark.parametrize(
    ("values", "weights", "words"),
    [
        (
            [1.0, math.nan],
            None,
            r'values must not have missing values .* found 1, .* index 1: pass missing="drop"',
        ),
        ([1.0, math.inf], None, "values must be finite, found inf at index 1: remove"),
        (["a"], None, "values must be real numbers, got text"),
        ([[1.0, 2.0]], None, "values must"),
        ([1.0, 2.0], [1.0], "sample_weight must have one weight for each of the 2 rows of values, got 1"),
        ([1.0, 2.0], [1.0, -1.0], "sample_weight must be finite and at least 0, found -1.0 at index 1"),
    ],
)
def test_a_chunk_that_cannot_be_used_changes_nothing(values, weights, words):
    sketch = sketch_of([1.0, 2.0])
    before = sketch.to_bytes()
    with pytest.raises(mix1d.InputError, match=words):
        sketch.add(values, weights)
    assert sketch.to_bytes() == before


def test_empty_chunks_are_nothing():
    sketch = sketch_of([], np.empty(0), [1.0])
    assert sketch.count == 1


def test_a_sketch_has_its_weights():
    with pytest.raises(mix1d.InputError, match=r"sample_weight must be None for a sketch.*Sketch\.add"):
        mix1d.fit(sketch_of([1.0, 2.0]), 1, sample_weight=[1.0, 2.0])


def test_what_cannot_be_added():
    with pytest.raises(TypeError):
        mix1d.Sketch() + 1
    parts = [sketch_of([float(i)]) for i in range(3)]
    assert sum(parts).count == 3


def test_names_are_kept_where_they_agree():
    height = sketch_of(pd.Series([1.0, 2.0], name="height"))
    assert (height + height).name == "height"
    assert (height + sketch_of(pd.Series([1.0], name="width"))).name is None
    assert (mix1d.Sketch() + height).name == "height"
    assert mix1d.fit(height, 1).name == "height"
    assert mix1d.fit(height, 1, name="h").name == "h"


@pytest.mark.parametrize("x", [np.arange(5.0), LONG], ids=["kept", "cells"])
def test_copies(x):
    sketch = sketch_of(x)
    for twin in (copy.copy(sketch), copy.deepcopy(sketch), pickle.loads(pickle.dumps(sketch))):
        assert twin.to_bytes() == sketch.to_bytes()
        twin.add(1.0)
        assert twin.count == sketch.count + 1


def test_results_of_sketches_can_be_pickled():
    result = mix1d.fit(sketch_of(LONG), 3)
    again = pickle.loads(pickle.dumps(result))
    assert str(again) == str(result)


@pytest.mark.parametrize("sketch", [sketch_of([1.0, 2.0, 2.0, 5.0]), sketch_of(LONG)], ids=["kept", "cells"])
def test_quantiles_and_their_bounds(sketch):
    x = np.sort(np.array([1.0, 2.0, 2.0, 5.0]) if sketch.exact else LONG)
    p = (np.arange(200) + 0.3737) / 200.0  # between the steps of F, where rounding cannot decide
    middle, lower, upper = sketch.quantile(p, bounds=True)
    if sketch.exact:
        assert middle == pytest.approx(np.quantile(x, p))
        assert np.array_equal(lower, middle)
        assert np.array_equal(upper, middle)
    true = np.quantile(x, p, method="inverted_cdf")
    if not sketch.exact:
        assert np.all(lower <= true + 1e-12)
        assert np.all(true <= upper + 1e-12)
        assert np.max(upper - lower) < 0.6
        assert np.median(upper - lower) < 0.02
    assert np.all(np.diff(middle) >= 0.0)
    assert sketch.quantile(0.0) == x[0]
    assert sketch.quantile(1.0) == x[-1]


@pytest.mark.parametrize("p", [-0.1, 1.1, math.nan, [0.5, 2.0], "a"])
def test_probabilities_outside_the_unit_interval(p):
    with pytest.raises(mix1d.InputError, match="p must"):
        sketch_of([1.0, 2.0]).quantile(p)


def test_error_bounds_want_a_mixture():
    with pytest.raises(mix1d.InputError, match=r"mixture must be a Mixture, got 3: pass result\.mixture"):
        sketch_of([1.0, 2.0]).error_bound(3)


# ---- results


def test_a_result_of_a_sketch_answers_what_does_not_need_the_rows():
    sketch = sketch_of(LONG)
    result, whole = mix1d.fit(sketch, [1, 2, 3, 4]), mix1d.fit(LONG, [1, 2, 3, 4])
    assert [row.chosen for row in result.selection] == [row.chosen for row in whole.selection]
    assert result.n_obs == len(LONG)
    for name in ("bic", "aic", "icl", "log_likelihood"):
        assert getattr(result, name) == pytest.approx(getattr(whole, name), rel=1e-11)
    x = np.linspace(-3.0, 12.0, 50)
    assert result.responsibilities(x) == pytest.approx(whole.responsibilities(x), abs=1e-9)
    errors, expected = result.standard_errors(), whole.standard_errors()
    assert errors.means == pytest.approx(expected.means, rel=1e-8)
    assert errors.sds == pytest.approx(expected.sds, rel=1e-8)
    interval, bounds = result.confidence_interval(), whole.confidence_interval()
    assert interval.lower.means == pytest.approx(bounds.lower.means, abs=1e-4)
    assert [t.value for t in result.thresholds()] == pytest.approx([t.value for t in whole.thresholds()])
    assert str(result).startswith("3 groups, settled.")


def test_what_needs_the_rows_says_so():
    result = mix1d.fit(sketch_of(LONG), 3)
    for call in (result.responsibilities, result.predict, result.influence, result.goodness_of_fit):
        with pytest.raises(mix1d.NeedsDataError):
            call()


def test_an_order_test_of_a_sketch():
    sketch = sketch_of(LONG)
    found, whole = (mix1d.order_test(x, 1, method="em") for x in (sketch, LONG))
    assert found.statistic == pytest.approx(whole.statistic, rel=1e-6)


def test_a_start_is_taken():
    sketch = sketch_of(LONG)
    first = mix1d.fit(sketch, 3)
    again = mix1d.fit(sketch, 3, start=first.mixture)
    assert distance(parameters(again.mixture), parameters(first.mixture)) < 1e-9


def test_resolutions_whose_ratio_no_double_holds():
    coarse, fine = mix1d.Sketch(), mix1d.Sketch()
    coarse.add([0.0, 2.0**1020, 2.0**1020])
    fine.add([0.0, 5e-324, 5e-324])
    assert mix1d.fit(coarse + fine, 2).n_obs == 6
