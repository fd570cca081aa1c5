"""The lattice that rounding leaves, with heaping, noise and strays beside it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases import column, draw
from mix1d.data import rounding
from mix1d.data.observations import Observations
from mix1d.data.rounding import lattice_of, lattice_of_rows, matters
from mix1d.data.sample import LargeSample, read_sample
from mix1d.data.subsets import rounded_to


def lattice(x):
    sample = read_sample(x)
    return lattice_of(sample.values, sample.weights)


def normal(n=600, sd=5.0, mean=70.0, seed=1):
    return draw(seed, [1.0], [mean], [sd], n)


@pytest.mark.parametrize("step", [1.0, 0.5, 0.1, 0.25, 2.0, 5.0, 1 / 3, 1000.0])
def test_rounded_values_lie_on_a_lattice(step):
    x = np.round(normal(sd=4 * step, mean=70 * step) / step) * step
    found = lattice(x)
    assert found.step == pytest.approx(step, rel=1e-12)
    assert found.share == 1.0
    assert found.on.all()
    assert found.holds(np.array([3 * step, 3.5 * step])).tolist() == [True, False]


def test_a_lattice_need_not_go_through_0():
    found = lattice(np.floor(normal()) + 0.5)
    assert found.step == 1.0
    assert found.holds(np.array([7.5, 7.0])).tolist() == [True, False]


@pytest.mark.parametrize("x", [normal(), normal().astype(np.float32), np.exp(normal(sd=0.5, mean=0))])
def test_continuous_values_lie_on_none(x):
    assert lattice(x) is None


def test_few_ties_among_fine_values_are_no_lattice():
    assert lattice(column("galaxies")) is None
    assert lattice(column("wdbc_mean_radius")) is None or lattice(column("wdbc_mean_radius")).step < 0.02


@pytest.mark.parametrize("share", [0.02, 0.05, 0.095])
@pytest.mark.parametrize("kind", ["finer", "continuous"])
def test_heaping_is_the_coarsest_step_that_nine_in_ten_lie_on(share, kind):
    x = normal(1000)
    exception = np.arange(1000) < share * 1000
    fine = np.round(x, 2) if kind == "finer" else x
    found = lattice(np.where(exception, fine, np.round(x)))
    assert found.step == 1.0
    assert 0.9 <= found.share < 1.0
    assert not found.on.all()
    assert np.array_equal(found.on, found.holds(read_sample(np.where(exception, fine, np.round(x))).values))


def test_heaping_on_fives():
    x = normal(1000, sd=15)
    found = lattice(np.where(np.random.default_rng(6).random(1000) < 0.94, np.round(x / 5) * 5, np.round(x)))
    assert found.step == 5.0
    half = lattice(np.where(np.random.default_rng(6).random(1000) < 0.7, np.round(x / 5) * 5, np.round(x)))
    assert half.step == 1.0


def test_a_pile_does_not_make_a_lattice_coarser():
    x = np.concatenate([np.zeros(970), np.arange(1, 31)])
    found = lattice(x)
    assert found is None or found.step == 1.0
    assert lattice(np.repeat([0.0, 1.0, 2.0], [920, 50, 30])).step == 1.0


def test_a_few_ulp_and_single_precision_do_not_hide_a_lattice():
    x = np.round(normal(), 1)
    rng = np.random.default_rng(7)
    noisy = x * (1 + rng.integers(-2, 3, len(x)) * np.finfo(float).eps)
    sample = read_sample(np.concatenate([noisy, x, x, x, x]))
    assert lattice_of(sample.values, sample.weights).step == pytest.approx(0.1, rel=1e-9)
    assert lattice(x.astype(np.float32)).step == pytest.approx(0.1, rel=1e-6)


@given(st.integers(-900, 900), st.sampled_from([1, -1]))
def test_scale_by_powers_of_two_and_mirror_go_straight_through(power, sign):
    x = np.round(normal(200), 1)
    here, there = lattice(x), lattice(sign * np.ldexp(x, power))
    assert there.step == np.ldexp(here.step, power)
    assert there.share == here.share


def long_column(n=400_000, step=1.0):
    x = np.round(np.random.default_rng(8).lognormal(11.5, 1.0, n)) * step
    assert len(np.unique(x)) > 65_536
    return x


@pytest.fixture
def looked_at(monkeypatch):
    """How many values the core was asked about."""
    counts = []
    ask = rounding._step
    monkeypatch.setattr(rounding, "_step", lambda x, weights: counts.append(len(x)) or ask(x, weights))
    return counts


@pytest.mark.parametrize("step", [1.0, 0.1, 0.25, 1 / 3])
def test_many_values_on_a_lattice_are_known_by_some(step, looked_at):
    values, weights = np.unique(long_column(step=step), return_counts=True)
    found = lattice_of(values, weights.astype(float))
    assert found.step == pytest.approx(step, rel=1e-9)
    assert (found.share, found.on.all()) == (1.0, True)
    assert 0 < max(looked_at) <= 65_536


def test_many_values_with_exceptions(looked_at):
    x = long_column()
    x[::50] += np.random.default_rng(9).random(len(x[::50]))
    values, weights = np.unique(x, return_counts=True)
    found = lattice_of(values, weights.astype(float))
    assert found.step == 1.0
    assert found.share == pytest.approx(0.98, abs=1e-3)
    assert (found.on == (np.abs(values - np.round(values)) <= 1e-3)).all()
    assert 0 < max(looked_at) <= 65_536


def test_where_some_are_coarser_than_all_the_finer_step_stands():
    values = np.arange(200_000.0)
    coarse = (values < 5_000) | (values >= 10_000)
    finer = lattice_of(values, np.where(coarse & (values % 10 == 0), 60.0, 2.0))
    assert finer.step == 1.0
    assert finer.share == 1.0


def test_many_continuous_values_lie_on_none():
    values = np.sort(np.random.default_rng(10).normal(size=100_000))
    assert lattice_of(values, np.full(100_000, 3.0)) is None
    assert lattice_of_rows(np.random.default_rng(10).normal(size=300_000)) is None


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("dtype", [np.int64, np.float32, ">f8"])
def test_a_long_column_is_judged_by_some_of_its_rows(dtype, weighted, looked_at):
    column = np.round(np.random.default_rng(8).lognormal(11.0, 0.7, 400_000)).astype(dtype)
    weights = np.where(np.arange(400_000) % 7 == 0, 0.0, 1.0) if weighted else None
    found = lattice_of_rows(column, weights)
    sample = read_sample(column, weights)
    assert isinstance(sample, LargeSample)
    assert found.step == sample.resolution == 1.0
    assert found.holds(np.array([123_456.0, 0.5])).tolist() == [True, False]
    assert 0 < max(looked_at) <= 65_536


@pytest.mark.parametrize("name", ["faithful_waiting", "geyser_duration", "quakes_depth", "gvhd_pos_cd4"])
def test_real_columns(name):
    steps = {"faithful_waiting": 1.0, "quakes_depth": 1.0, "gvhd_pos_cd4": 1.0}
    found = lattice(column(name))
    if name in steps:
        assert found.step == steps[name]
    else:
        assert found is None or found.step < 0.02


def test_rounding_matters_where_a_component_is_narrow():
    assert matters(1.0, 2.8)
    assert not matters(1.0, 2.9)


def test_rounded_rows_are_intervals_and_the_others_exact():
    x = np.array([1.0, 2.0, 2.0, 3.0, 2.25, *np.arange(12.0)])
    obs = Observations(x)
    found = lattice(x)
    rounded = rounded_to(obs, found.step, found.holds(obs.lower))
    assert rounded.exact.tolist() == (x == 2.25).tolist()
    assert rounded.resolution == 1.0


def test_values_closer_than_a_lattice_tells_apart_are_one_point_of_it():
    near = 1e-9 * np.random.default_rng(11).random(50)
    found = lattice(np.concatenate([np.zeros(50), near, [1.0, 1.0, 2.0, 2.0]]))
    assert found is None or found.step == 1.0
