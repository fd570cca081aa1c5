"""The cells of a sketch against slow, obvious twins: every value in one cell, its moments, their nodes."""

import numpy as np
import pytest

import mix1d
import oracle
from cases import draw
from mix1d import _core
from mix1d.sketch.state import EMPTY, MOST_CELLS, State

N = 50_000
COLUMNS = {
    "smooth": draw(1, [0.3, 0.7], [0.0, 4.0], [1.0, 0.7], N),
    "two scales": draw(2, [0.5, 0.5], [0.0, 1.0], [1e-3, 1e3], N),
    "Cauchy": np.random.default_rng(3).standard_cauchy(N),
    "offset": draw(4, [1.0], [1e6], [1.0], N),
    "tiny": draw(5, [1.0], [0.0], [1e-250], N),
    "huge": draw(6, [1.0], [0.0], [1e290], N),
}


def state_of(x, weights=None, threads=2):
    return State(*_core.sketch_add(EMPTY, x, weights, threads, None)[0])


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("name", COLUMNS)
def test_every_value_is_in_one_cell_and_its_moments_are_there(name, weighted):
    x = COLUMNS[name]
    weights = np.random.default_rng(7).uniform(0.5, 2.0, N) if weighted else np.ones(N)
    state = state_of(x, weights if weighted else None)
    assert 0 < len(state.levels) <= MOST_CELLS
    total, power = oracle.sketch_power_sums(state, np.max(np.abs(x))), oracle.power_sums(x, weights)
    assert total[0] == pytest.approx(power[0], rel=1e-13)
    for p in range(1, 8):  # powers of x over the largest |x|
        assert total[p] == pytest.approx(power[p], rel=1e-12, abs=1e-13 * power[0])


@pytest.mark.parametrize("name", COLUMNS)
def test_nodes_lie_in_their_cells_and_have_its_moments(name):
    state = state_of(COLUMNS[name])
    for order in (2, 3, 4):
        nodes, weights, cell = _core.sketch_rule(state, order)
        assert np.all(weights > 0.0)
        for c in np.random.default_rng(8).choice(len(state.levels), 50):
            here = cell == c
            if state.counts[c]:
                kept = state.numbers[c][: 2 * state.counts[c]]
                assert nodes[here].tolist() == kept[::2].tolist()
                assert weights[here].tolist() == kept[1::2].tolist()
                continue
            u = oracle.cell_coordinates(nodes[here], int(state.levels[c]), int(state.indices[c]))
            assert np.all(abs(u) <= 1.0 + 1e-12)
            m = state.numbers[c]
            exact = 2 * order if name != "offset" else order  # rounding moves the nodes
            for p in range(exact):
                assert np.sum(weights[here] * u**p) == pytest.approx(m[p], abs=2e-9 * m[0])


def test_a_merge_of_the_parts_has_the_moments_of_the_whole():
    x = COLUMNS["smooth"]
    joined = State(*_core.sketch_merge(state_of(x[:20_000]), state_of(x[20_000:])))
    assert len(joined.levels) <= MOST_CELLS
    expected = oracle.power_sums(x, np.ones(N))
    assert oracle.sketch_power_sums(joined, np.max(np.abs(x))) == pytest.approx(
        expected, rel=1e-12, abs=1e-13 * N
    )


def test_the_number_of_threads_changes_no_bit():
    for name, x in COLUMNS.items():
        x = np.tile(x, 8)
        first = state_of(x, threads=1)
        for threads in (2, 3):
            for a, b in zip(first, state_of(x, threads=threads), strict=True):
                assert a.tobytes() == b.tobytes(), name


def test_values_that_repeat_often_stay_apart():
    x = np.where(np.random.default_rng(9).random(4 * N) < 0.1, 1.25, np.tile(COLUMNS["smooth"], 4))
    values, weights, widths = _core.sketch_nodes(state_of(x))
    (place,) = np.flatnonzero((values == 1.25) & (widths == 0.0))
    assert weights[place] == np.count_nonzero(x == 1.25)


def test_ctrl_c_and_errors_in_progress_stop_the_pass():
    class Stopped(Exception):
        pass

    def stop(done, total):
        raise Stopped

    x = np.tile(COLUMNS["smooth"], 400)
    sketch = mix1d.Sketch()
    with pytest.raises(Stopped):
        sketch.add(x, threads=1, progress=stop)
    assert sketch.count == 0
