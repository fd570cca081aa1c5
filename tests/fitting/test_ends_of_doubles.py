"""Values, weights and spreads at the ends of the doubles: answers or words, no warning, and an end."""

import math
import warnings

import numpy as np
import pytest

import mix1d
from mix1d.uncertainty.quantities import Kind, wald_bounds
from places import DATA

RNG = np.random.default_rng(0)
NORMAL = RNG.normal(size=400)
MANY = RNG.normal(size=30_000)
SAMPLES = {
    "all near 1e308": NORMAL * 2e307,
    "two at the ends": np.concatenate([NORMAL, [1e308, -1e308]]),
    "some at the ends": np.concatenate([10.0 * NORMAL + 50.0, [1e300] * 3, [-1e308]]),
    "positive": np.abs(NORMAL) * 4e307,
    "denormal": NORMAL * 1e-310,
    "cells near 1e308": MANY * 2e307,
    "cells and two at the ends": np.concatenate([MANY, [1e308, -1e308]]),
    "denormal cells": MANY * 1e-310,
}


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("k", [1, 2])
@pytest.mark.filterwarnings("ignore::mix1d.NotConvergedWarning")
def test_sketches_and_fits_at_the_ends_say_all_they_know(name, k):
    """Any RuntimeWarning is an error here."""
    sketch = mix1d.Sketch.of(SAMPLES[name])
    assert sketch._repr_html_()
    assert not np.isnan([*sketch.quantile([0.0, 0.3, 1.0]), *sketch.quantile(0.7, bounds=True)]).any()
    assert not np.isnan([sketch.mean, sketch.variance]).any()
    result = mix1d.fit(sketch, k)
    assert result.summary()
    assert result._repr_html_()
    assert result.to_json()
    assert sketch.error_bound(result.mixture) >= 0.0
    assert mix1d.Sketch.from_bytes(sketch.to_bytes()).quantile(0.5) == sketch.quantile(0.5)


def test_a_sketch_of_many_values_near_the_largest_double_resolves_them():
    values = SAMPLES["cells near 1e308"]
    through, direct = mix1d.fit(mix1d.Sketch.of(values), 2), mix1d.fit(values, 2)
    assert through.mixture.sds == pytest.approx(direct.mixture.sds, rel=1e-6)
    halves = mix1d.Sketch.of(values[:20_000]) + mix1d.Sketch.of(values[10_000:])
    assert halves.count == 40_000
    assert halves.quantile(0.5) == pytest.approx(0.0, abs=1e306)


def test_the_error_bound_does_not_depend_on_the_unit():
    values = np.concatenate([MANY, 6.0 + 0.5 * MANY])
    plain = mix1d.Sketch.of(values)
    bound = plain.error_bound(mix1d.fit(plain, 2).mixture)
    for power in (-990, 990):
        scaled = mix1d.Sketch.of(np.ldexp(values, power))
        found = scaled.error_bound(mix1d.fit(scaled, 2).mixture)
        assert found == pytest.approx(bound, rel=1e-3)


@pytest.mark.parametrize(
    "values",
    [
        [-5e-324] * 30 + [0.0] * 68 + [5e-324] * 32 + [1e-310] * 14 + [2.2e-308] * 16,
        [0.0] * 30 + [1e-200, 2e-200, 3e-200] * 10 + [1.0, 2.0, 3.0] * 10,
        [1.0] * 30 + [1.0 + 2.3e-16] * 20 + [1e15, 2e15, 2.5e15, 1e308] * 5,
    ],
    ids=["denormal", "scales", "ends"],
)
def test_the_certificate_ends_where_an_sd_is_far_below_the_range(values):
    result = mix1d.fit(values, 3, resolution=0, set_apart=None)
    proof = result.certificate()
    assert len(proof.means) <= 2049
    span = 0.5 * max(values) - 0.5 * min(values)
    assert proof.min_sd >= min(5e-324, span)
    assert 0.5 * proof.min_sd >= 0.99e-12 * span - 5e-324
    assert not np.isnan([proof.gain, proof.gap, *proof.means, *proof.excess]).any()


@pytest.mark.parametrize("error", [1e-3, 10.0, 1e3, 1e143, 1.7e308, math.inf])
@pytest.mark.parametrize("value", [1e-300, 1e-9, 0.5, 1.0 - 1e-9])
def test_wald_bounds_of_a_weight_stay_within_0_and_1(value, error):
    low, high = wald_bounds(Kind.WEIGHT, value, error, 1.96)
    assert 0.0 <= low <= value <= high <= 1.0


@pytest.mark.parametrize(
    ("centre", "step"), [(1e14, 1 / 64), (-1e14, 1 / 64), (1.0, 4.5e-16), (1e300, 2e284)]
)
def test_means_that_no_double_holds_are_said(centre, step):
    """The likelihood that was maximised is then not that of the mixture as reported."""
    places = np.round(np.random.default_rng(3).normal(size=29) * 8.0)
    result = mix1d.fit(centre + step * places, 4, sds="equal")
    stated = math.fsum(result.mixture.logpdf(result.sample.values) * result.sample.weights)
    found = [f for f in result.findings if f.code == "offset"]
    assert bool(found) == (abs(stated - result.log_likelihood) > 0.01)
    assert bool(found)
    assert "Subtract" in found[0].message
    assert found[0].value == pytest.approx(result.log_likelihood - stated, abs=1e-9)
    away = float(found[0].message.split("Subtract ")[1].split(" ")[0])
    again = mix1d.fit(centre + step * places - away, 4, sds="equal")
    assert not [f for f in again.findings if f.code == "offset"]
    assert mix1d.load(result.to_json()).mixture == result.mixture


@pytest.mark.parametrize("k", [None, 1, 2, 3])
def test_shapes_of_few_distinct_values(k):
    """The t family went to 0 degrees of freedom, whose logarithm is none."""
    path = DATA / "cases" / "education_public.csv"
    values = np.loadtxt(path, delimiter=",", skiprows=1)
    result = mix1d.fit(values, k)
    assert str(result)
    assert result.to_json()


@pytest.mark.parametrize("seed", range(6))
def test_shapes_of_hostile_columns(seed):
    """Ties, scales and weights that take every family to its limits."""
    rng = np.random.default_rng(seed)
    values = np.abs(rng.choice([1.0, 1.0 + 1e-15, 1e-300, 1e150, 3.0], 60)) * rng.choice([1.0, 1e-100], 60)
    weights = 10.0 ** rng.uniform(-200.0, 8.0, 60)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", mix1d.NotConvergedWarning)
        result = mix1d.fit(values, 1, sample_weight=weights)
    assert str(result)
    assert result.to_json()


def test_neighbours_far_narrower_than_a_third_component_are_told_apart():
    """Squares in units of the widest sd are 0; Ashman's D is a number all the same."""
    values = np.concatenate(
        [RNG.normal(0.0, 1e-18, 30), RNG.normal(1e-16, 1e-18, 30), [1e200, 1.5e200, 2e200]]
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", mix1d.NotConvergedWarning)
        result = mix1d.fit(values, [1, 2, 3])
    assert not [row for row in result.selection if row.n_components > 1 and math.isnan(row.separation)]
    assert mix1d.fit_many({"x": values}, [1, 2, 3])["k"][0] == len(result.mixture.weights)


@pytest.mark.filterwarnings("ignore::mix1d.NotConvergedWarning")
def test_replicates_where_the_floor_is_above_any_usual_start():
    x = [1e14 + 0.25, 99.0, 5e-324, 1e307, 1e155, 1e155, -1e300, 2.2e-308, 0.0, 1e14, 1.0]
    drawn = mix1d.fit(x, 1, sds="equal").replicates(replicates=5)
    assert np.isfinite(drawn.means).all()
    assert (drawn.sds > 0.0).all()


def test_replicates_farther_apart_than_squares_reach():
    x = np.concatenate([1e-3 * NORMAL[:30], 5.0 + 1e-3 * NORMAL[:30], [1e250, -1e281]])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", mix1d.NotConvergedWarning)
        result = mix1d.fit(x, 3, start=mix1d.Mixture([0.45, 0.45, 0.1], [0.0, 5.0, 0.0], [1e-3, 1e-3, 1e280]))
    drawn = result.replicates(replicates=9)
    assert not np.isnan(drawn.ambiguous)


def test_joined_sketches_that_nobody_has_judged():
    """Two small halves make cells, and none has said whether values are rounded."""
    halves = [mix1d.Sketch.of(part) for part in np.split(MANY, 2)]
    result = mix1d.fit(halves[0] + halves[1], 1)
    assert result.sample.resolution is None
    assert mix1d.load(result.to_json()).to_json() == result.to_json()
    old = result.to_json().replace('"resolution": null', '"resolution": -1.0')  # as version 0.1 wrote it
    assert mix1d.load(old).sample.resolution is None


def test_bars_where_the_first_value_is_no_whole_number_of_steps_that_doubles_hold():
    values = np.concatenate([np.repeat([0.0, 1.0, 2.0], 9), [1e300, -1.2e307]]) * 2.0**-60
    result = mix1d.fit(values, 1)
    assert str(result)
    assert result._repr_html_()


def test_a_constant_column_added_to_cells():
    """One value among many cells: its cell cannot be made finer than doubles are."""
    sketch = mix1d.Sketch.of(MANY)
    for value in (3.3, 0.1, 1e-300, -7e250):
        sketch.add(np.full(20_000, value))
    again = mix1d.Sketch.from_bytes(sketch.to_bytes())
    assert (again.count, again.min) == (110_000, -7e250)
    assert again.quantile(0.2) == sketch.quantile(0.2)
    assert mix1d.fit(mix1d.Sketch.of(np.full(600_000, 2.5)), 1).mixture.means[0] == 2.5
