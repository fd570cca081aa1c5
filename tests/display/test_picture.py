"""The numbers behind every picture of a fit."""

import dataclasses
import math

import numpy as np
import pytest

import mix1d
from mix1d.data.sample import read_sample
from mix1d.display.bins import bins_of
from mix1d.display.curves import component_densities
from mix1d.display.picture import picture_of
from mix1d.display.playback import playback_of
from places import EXAMPLES

WAITING = np.loadtxt(EXAMPLES / "old_faithful_waiting.csv", skiprows=1)


def test_bars_and_curves_are_densities():
    picture = picture_of(mix1d.fit(WAITING, 2))
    widths = np.diff(picture.edges)
    assert float(picture.density @ widths) == pytest.approx(1.0)
    low, high = picture.limits
    assert picture.x[0] == low
    assert picture.x[-1] == high
    inside = mix1d.fit(WAITING, 2).mixture
    expected = inside.cdf(high) - inside.cdf(low)
    assert float(np.trapezoid(picture.total, picture.x)) == pytest.approx(expected, abs=1e-4)
    np.testing.assert_allclose(picture.total, inside.pdf(picture.x), rtol=1e-12)
    assert picture.label == "value"
    np.testing.assert_array_equal(picture.rug, WAITING)


@pytest.mark.parametrize("step", [1.0, 2.0, 0.25])
def test_bins_follow_the_resolution(step):
    rng = np.random.default_rng(4)
    x = np.sort(np.round(rng.normal(20.0, 8.0, 5000) / step)) * step
    bins = bins_of(dataclasses.replace(read_sample(x), resolution=step))
    low, width = bins.edges[0], bins.edges[1] - bins.edges[0]
    per_bin = width / step
    assert per_bin == round(per_bin)
    assert (low / step) % 1.0 == pytest.approx(0.5)
    middles = low + width * (np.arange(bins.totals.size) + 0.5)
    flat = bins.totals[np.abs(middles - 20.0) < 4.0]
    assert flat.min() > 0.7 * flat.max()


def test_cells_make_no_comb():
    rng = np.random.default_rng(5)
    x = rng.normal(0.0, 1.0, 400_000)
    sketched = mix1d.fit(mix1d.Sketch.of(iter([x])), 1)
    assert sketched.sample.widths is not None
    picture, direct = picture_of(sketched), mix1d.fit(x, 1).mixture
    middles = (picture.edges[1:] + picture.edges[:-1]) / 2.0
    near = np.abs(middles) < 1.5
    counts = direct.pdf(middles) * x.size * np.diff(picture.edges)
    errors = np.abs(picture.density / direct.pdf(middles) - 1.0)[near]
    assert errors.max() < 6.0 / math.sqrt(counts[near].min())


def test_a_narrow_component_keeps_its_height():
    mixture = mix1d.Mixture([0.99, 0.01], [0.0, 3.0], [1.0, 1e-6])
    x = np.concatenate([np.linspace(-4.0, 4.0, 990), 3.0 + 1e-6 * np.linspace(-1.0, 1.0, 10)])
    picture = picture_of(mix1d.fit(x, 1), mixture)
    assert picture.cuts == ()
    assert picture.components[1].max() == pytest.approx(0.01 / (1e-6 * math.sqrt(2.0 * math.pi)), rel=1e-9)


@pytest.mark.parametrize("scale", [1e-100, 1.0, 1e100])
def test_pictures_scale_with_the_data(scale):
    picture = picture_of(mix1d.fit(WAITING * scale, 2))
    reference = picture_of(mix1d.fit(WAITING, 2))
    assert picture.edges.size == reference.edges.size or scale != 1.0
    assert float(picture.density @ np.diff(picture.edges)) == pytest.approx(1.0)
    assert np.isfinite(picture.total).all()


def test_few_and_constant_values_have_a_picture():
    for x in ([3.0], [2.0, 2.0, 2.0], list(range(10)), [0.0, 1e300]):
        picture = picture_of(mix1d.fit(x, 1))
        assert float(picture.density @ np.diff(picture.edges)) + picture.outside / len(x) == pytest.approx(
            1.0
        )


def test_outliers_are_counted_not_shown():
    x = np.append(np.linspace(-1.0, 1.0, 99), 1e6)
    picture = picture_of(mix1d.fit(x, 1))
    assert picture.outside == 1.0
    assert picture.edges[-1] < 10.0


@pytest.mark.parametrize("sds", ["free", "equal"])
def test_em_and_the_solver_go_from_one_start(sds):
    result = mix1d.fit(WAITING, 2, sds=sds)
    played = playback_of(result)
    assert played.finished
    assert (np.diff(played.path) > -1e-9).all()
    assert played.n_steps == len(played.solver_path) - 1 < played.n_iter
    assert played.solver_path[0] == pytest.approx(played.path[0], rel=1e-12)
    assert played.path[-1] == pytest.approx(result.log_likelihood, abs=1e-7)
    assert played.solver.log_likelihood[-1] == pytest.approx(result.log_likelihood, abs=1e-9)


def test_em_that_ends_early_says_so():
    played = playback_of(mix1d.fit(WAITING, 3), max_iter=70)
    assert not played.finished
    assert played.n_iter == 70


def test_densities_underflow_quietly():
    mixture = mix1d.Mixture([0.5, 0.5], [0.0, 1e9], [1e-3, 1e-3])
    with np.errstate(all="raise"):
        assert component_densities(mixture, np.array([0.0, 1.0]))[1].tolist() == [0.0, 0.0]
