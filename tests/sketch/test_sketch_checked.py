"""Long columns are checked on their way into a sketch: what is found and what is refused."""

import numpy as np
import pytest

import mix1d
from mix1d import _core
from mix1d.errors import InputError
from mix1d.sketch.filling import DIRECT
from mix1d.sketch.state import EMPTY

N = DIRECT + 1234
LATE = N - 3  # a row that only the end of the pass meets
X = np.random.default_rng(1).normal(size=N)
ROUNDED = np.where(np.arange(N) % 2 == 0, 0.25, X)  # half of it ties
WEIGHTS = np.random.default_rng(2).uniform(0.5, 1.5, N)


def with_one(column, value, row=LATE):
    changed = column.copy()
    changed[row] = value
    return changed


@pytest.mark.parametrize(
    "values",
    [X, ROUNDED, ROUNDED[::-1].astype(">f8"), X.astype(np.float32), (X * 1e6).astype(np.int32), X[::-1]],
)
@pytest.mark.parametrize("weights", [None, WEIGHTS, np.where(np.arange(N) % 7 == 0, 0.0, WEIGHTS)])
def test_the_pass_into_cells_finds_what_a_scan_finds(values, weights):
    minimum, maximum, total, census = _core.scan_column(values, weights, 1)
    for threads in (1, 2):
        seen = _core.sketch_add(EMPTY, values, weights, threads, None)[1]
        assert seen[:2] == (minimum, maximum)
        assert seen[3] == census
        assert seen[2] == pytest.approx(total, rel=1e-15, abs=0.0)


def test_values_of_weight_zero_play_no_part_in_the_range():
    values, weights = with_one(X, 1e9), with_one(np.ones(N), 0.0)
    sketch = mix1d.Sketch()
    sketch.add(values, weights)
    assert sketch.max == np.max(X[np.arange(N) != LATE])
    assert (sketch.count, sketch.n_zero_weight) == (N - 1, 1)


@pytest.mark.parametrize("column", [X, ROUNDED])
@pytest.mark.parametrize(
    ("value", "weight", "words"),
    [
        (np.inf, 1.0, f"values must be finite, found inf at index {LATE}"),
        (-np.inf, 1.0, f"values must be finite, found -inf at index {LATE}"),
        (np.nan, 1.0, f"found 1, the first at index {LATE}"),
        (np.uint64(2**64 - 1).view(np.float64), 1.0, f"found 1, the first at index {LATE}"),  # a NaN of ones
        (1.0, -2.0, f"found -2.0 at index {LATE}"),
        (1.0, np.nan, f"at index {LATE}"),
        (1.0, np.inf, f"at index {LATE}"),
    ],
)
def test_a_bad_row_at_the_end_is_named_and_leaves_the_sketch_as_it_was(column, value, weight, words):
    sketch = mix1d.Sketch()
    sketch.add(X)
    before = sketch.to_bytes()
    weights = None if weight == 1.0 else with_one(WEIGHTS, weight)
    with pytest.raises(InputError) as error:
        sketch.add(with_one(column, value), weights)
    assert words in str(error.value)
    assert sketch.to_bytes() == before


def test_missing_values_are_left_out_of_a_long_column():
    sketch, kept = mix1d.Sketch(), mix1d.Sketch()
    sketch.add(with_one(X, np.nan), missing="drop")
    kept.add(np.delete(X, LATE))
    assert (sketch.count, sketch.n_missing) == (N - 1, 1)
    assert sketch.mean == kept.mean


def test_a_long_column_without_weight_changes_nothing():
    sketch = mix1d.Sketch()
    sketch.add([1.0, 2.0])
    sketch.add(X, np.zeros(N))
    assert (sketch.count, sketch.n_zero_weight, sketch.exact) == (2, N, True)
    assert sketch.mean == 1.5


def test_few_rows_of_positive_weight_far_apart_are_found():
    weights = np.zeros(N)
    weights[N // 3] = 2.0
    sketch = mix1d.Sketch()
    sketch.add(X)
    sketch.add(X, weights)
    assert sketch.count == N + 1
    assert sketch.total_weight == N + 2.0


@pytest.mark.parametrize("size", [1, 7, 8, 9, 63, 64, 65, 1023, 1025])
def test_rows_of_any_number_go_into_cells(size):
    values = np.random.default_rng(3).normal(size=DIRECT + size)
    state = _core.sketch_add(EMPTY, values, None, 1, None)[0]
    nodes, masses, _ = _core.sketch_nodes(state)
    assert np.sum(masses) == pytest.approx(len(values), rel=1e-13)
    assert np.dot(nodes, masses) == pytest.approx(np.sum(values), rel=1e-9)
