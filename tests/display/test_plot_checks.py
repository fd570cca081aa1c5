"""Plots that check a fit: distribution functions, quantiles, selection, traces, profiles, the certificate."""

import math

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.patches import Rectangle, StepPatch

import mix1d
from mix1d.data.sample import read_sample
from mix1d.display.playback import playback_of
from mix1d.display.plot import (
    plot_cdf,
    plot_certificate,
    plot_pit,
    plot_profile,
    plot_qq,
    plot_selection,
    plot_trace,
)
from mix1d.display.plot.goodness import below
from places import DATA, EXAMPLES

mpl.use("Agg")

WAITING = np.loadtxt(EXAMPLES / "old_faithful_waiting.csv", skiprows=1)


@pytest.fixture(scope="module")
def result():
    return mix1d.fit(WAITING, name="waiting")


@pytest.fixture
def ax():
    figure, axes = plt.subplots(figsize=(7.2, 4.4))
    yield axes
    plt.close(figure)


def legend_of(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def line(ax, start):
    (found,) = [one for one in ax.lines if one.get_label().startswith(start)]
    return found


def band(ax, edge=0):
    """The corners of a filled band."""
    return ax.collections[edge].get_paths()[0].vertices


# ---- distribution functions


def test_cdf_has_steps_a_band_and_the_fit(result, ax):
    plot_cdf(result, ax)
    assert legend_of(ax) == ["95 % band for the whole curve (DKW)", "data, n = 272", "fit"]
    data = line(ax, "data")
    x, y = np.asarray(data.get_xdata()), np.asarray(data.get_ydata())
    for value in (43.0, 60.0, 96.0):
        assert y[x == value].max() == pytest.approx(np.mean(value >= WAITING))
        assert y[x == value].min() == pytest.approx(np.mean(value > WAITING))
    fit = line(ax, "fit")
    np.testing.assert_allclose(fit.get_ydata(), result.mixture.cdf(np.asarray(fit.get_xdata())))
    reach = math.sqrt(math.log(2.0 / 0.05) / (2.0 * 272.0))
    corners = band(ax)
    at = corners[corners[:, 0] == 60.0, 1]
    assert at.max() == pytest.approx(np.mean(WAITING <= 60.0) + reach)
    assert at.min() == pytest.approx(np.mean(WAITING < 60.0) - reach)


def test_the_level_of_a_band_is_asked_for_and_said(result, ax):
    plot_cdf(result, ax, level=0.5)
    assert legend_of(ax)[0] == "50 % band for the whole curve (DKW)"
    with pytest.raises(mix1d.InputError, match="level"):
        plot_cdf(result, ax, level=1.5)
    with pytest.raises(mix1d.InputError, match="level"):
        plot_pit(result, ax, level=0.0)
    with pytest.raises(mix1d.InputError, match="level"):
        plot_qq(result, ax, level=95)


def test_the_distribution_function_rises_across_cells():
    rng = np.random.default_rng(1)
    x = rng.normal(0.0, 1.0, 300_000)
    sample = mix1d.fit(mix1d.Sketch.of(iter([x])), 1).sample
    assert sample.widths is not None
    places, shares = below(sample)
    assert (np.diff(places) >= 0.0).all()
    assert (np.diff(shares) >= 0.0).all()
    at = np.linspace(-3.0, 3.0, 61)
    truth = np.searchsorted(np.sort(x), at) / x.size
    np.testing.assert_allclose(np.interp(at, places, shares), truth, atol=2e-4)


def test_rounded_values_fill_the_cells_that_round_to_them():
    places, shares = below(read_sample(np.repeat([1.0, 2.0, 3.0, 5.0], 4)), cells=True)
    np.testing.assert_allclose(places, [0.5, 1.5, 1.5, 2.5, 2.5, 3.5, 4.5, 5.5])
    np.testing.assert_allclose(shares, [0.0, 0.25, 0.25, 0.5, 0.5, 0.75, 0.75, 1.0])


def test_qq_has_points_a_line_and_a_band(result, ax):
    plot_qq(result, ax)
    points = result.qq()
    data = line(ax, "data")
    np.testing.assert_array_equal(data.get_xdata(), points.theoretical)
    np.testing.assert_array_equal(data.get_ydata(), points.values)
    reference = line(ax, "where data and fit agree")
    np.testing.assert_array_equal(reference.get_xdata(), reference.get_ydata())
    assert set(points.lower) | set(points.upper) <= set(band(ax)[:, 1])
    assert legend_of(ax) == ["95 % band for each point", "where data and fit agree", "data, n = 272"]


def test_qq_of_many_values_draws_those_that_can_be_told_apart(ax):
    x = np.random.default_rng(2).normal(0.0, 1.0, 50_000)
    result = mix1d.fit(x, 1)
    plot_qq(result, ax)
    data = line(ax, "data")
    drawn = np.asarray(data.get_ydata())
    assert 1000 < len(drawn) < 10_000
    assert {x.min(), x.max()} <= set(drawn)
    assert np.diff(np.sort(drawn)).max() == pytest.approx(np.diff(np.sort(x)).max())


def test_pit_is_a_histogram_of_the_transforms(ax):
    x = np.random.default_rng(3).normal(0.0, 1.0, 500)
    result = mix1d.fit(x, 1)
    plot_pit(result, ax)
    bars = [patch for patch in ax.patches if isinstance(patch, StepPatch)]
    assert len(bars) == 2
    counts, edges = np.histogram(result.pit()[0], 20, (0.0, 1.0))
    np.testing.assert_allclose(bars[0].get_data().values, counts / 500 * 20)
    np.testing.assert_allclose(bars[0].get_data().edges, edges)
    (region,) = [patch for patch in ax.patches if isinstance(patch, Rectangle)]
    from scipy.stats import binom

    ends = binom.ppf([0.025, 0.975], 500, 0.05) / 500 * 20
    np.testing.assert_allclose([region.get_y(), region.get_y() + region.get_height()], ends)
    assert legend_of(ax) == ["95 % of bars end here", "data, n = 500", "where data and fit agree"]
    assert line(ax, "where data").get_ydata()[0] == 1.0


def test_pit_of_rounded_values_has_no_comb(ax):
    x = np.round(np.random.default_rng(4).normal(0.0, 1.5, 4000))
    plot_pit(mix1d.fit(x, 1), ax)
    heights = ax.patches[1].get_data().values
    assert heights.sum() == pytest.approx(20.0)
    assert 0.7 < heights.min() <= heights.max() < 1.3


# ---- how it was chosen and reached


def test_selection_has_every_row_and_marks_the_chosen(ax):
    result = mix1d.fit(np.loadtxt(DATA / "galaxies.csv", skiprows=1), range(1, 7), sds="auto")
    plot_selection(result, ax)
    (chosen,) = [row for row in result.selection if row.chosen]
    ring = line(ax, "chosen")
    assert (ring.get_xdata()[0], ring.get_ydata()[0]) == (chosen.n_components, 0.0)
    for sds in ("free", "equal"):
        sound = [row for row in result.selection if row.sds == sds and row.eligible]
        (points,) = [one for one in ax.lines if one.get_label() == f"{sds} sds"]
        assert list(points.get_xdata()) == [row.n_components for row in sound]
        np.testing.assert_allclose(points.get_ydata(), [row.bic - chosen.bic for row in sound])
    hollow = [one for one in ax.lines if "not eligible" in one.get_label()]
    assert [one.get_label() for one in hollow] == ["free sds, not eligible: only the penalty holds it up"]
    assert hollow[0].get_markerfacecolor() == "white"
    unsound = [row.n_components for row in result.selection if not row.eligible]
    assert list(hollow[0].get_xdata()) == unsound
    markers = {
        next(o for o in ax.lines if o.get_label() == f"{s} sds").get_marker() for s in ("free", "equal")
    }
    assert len(markers) == 2
    assert legend_of(ax)[0] == "within 2 of the chosen: undecided"
    assert legend_of(ax)[-1] == f"chosen: 3 components, {chosen.sds} sds"
    assert ax.get_ylabel() == "BIC minus that of the chosen"
    drawn = [y for one in ax.lines for y in one.get_ydata()]
    assert ax.get_ylim()[0] < min(drawn) <= max(drawn) < ax.get_ylim()[1]


def test_selection_says_why_components_are_of_weight_0(result, ax):
    plot_selection(result, ax)
    assert "free sds, not eligible: components of weight 0" in legend_of(ax)
    assert "free sds" in legend_of(ax)
    assert ax.texts[0].get_text() == "waiting, n = 272; smaller is better"


@pytest.mark.parametrize("criterion", ["aic", "icl"])
def test_selection_is_by_the_criterion_that_chose(ax, criterion):
    plot_selection(mix1d.fit(WAITING, range(1, 4), criterion=criterion), ax)
    assert ax.get_ylabel() == f"{criterion.upper()} minus that of the chosen"


def test_trace_has_the_solver_and_plain_em(result, ax):
    plot_trace(result, ax)
    played = playback_of(result)
    words = [f"mix1d: {played.n_steps} steps", f"plain EM: {played.n_iter} iterations"]
    assert legend_of(ax) == words
    em = line(ax, "plain EM")
    np.testing.assert_array_equal(em.get_xdata(), np.arange(played.n_iter + 1))
    to_go = np.asarray(em.get_ydata())
    assert to_go[0] == pytest.approx(played.path[-1] - played.path[0])
    assert (to_go > 0.0).all()
    assert to_go[-1] < 1e-8
    solver = line(ax, "mix1d")
    assert len(solver.get_xdata()) == len(played.solver.phase)
    assert (ax.get_xscale(), ax.get_yscale()) == ("symlog", "log")


def test_trace_says_what_plain_em_has_to_go(ax):
    result = mix1d.fit(WAITING, 3)
    plot_trace(result, ax, max_iter=50)
    (words,) = [text for text in legend_of(ax) if text.startswith("plain EM")]
    assert words.startswith("plain EM: 50 iterations, ")
    assert words.endswith(" to go")
    played = playback_of(result, max_iter=50)
    to_go = played.solver.log_likelihood[-1] - played.path[-1]
    assert float(line(ax, "plain EM").get_ydata()[-1]) == pytest.approx(to_go)


# ---- profiles


@pytest.mark.parametrize("what", ["mean", "sd", "weight"])
@pytest.mark.parametrize("component", [0, 1, "a", "b"])
def test_profile_crosses_the_level_where_the_interval_ends(result, ax, what, component):
    plot_profile(result, (what, component), ax)
    j = "ab".index(component) if isinstance(component, str) else component
    interval = result.confidence_interval()
    ends = [getattr(side, f"{what}s")[j] for side in (interval.lower, interval.upper)]
    curve = line(ax, "profile log-likelihood")
    x, y = np.asarray(curve.get_xdata()), np.asarray(curve.get_ydata())
    level = line(ax, "95 % level").get_ydata()[0]
    assert level == pytest.approx(-1.9207, abs=1e-4)
    np.testing.assert_allclose(np.interp(ends, x, y), level, atol=0.01)
    interval = line(ax, "95 % interval")
    np.testing.assert_allclose(interval.get_xdata(), ends)
    np.testing.assert_allclose(interval.get_ydata(), level)
    assert [one.get_label() for one in ax.lines if one.get_marker() in list("<|>")] == ["_end", "_end"]
    assert list(ax.patches) == []
    estimate = line(ax, "estimate")
    assert estimate.get_xdata()[0] == getattr(result.mixture, f"{what}s")[j]
    error = getattr(result.standard_errors(), f"{what}s")[j]
    parabola = line(ax, "parabola")
    np.testing.assert_allclose(parabola.get_ydata(), -0.5 * ((x - estimate.get_xdata()[0]) / error) ** 2)
    assert ax.get_xlabel() == f"{what} of {'ab'[j]}"
    assert len(legend_of(ax)) == 5


def test_profile_at_another_level(result, ax):
    plot_profile(result, ("mean", 0), ax, level=0.5)
    assert line(ax, "50 % level").get_ydata()[0] == pytest.approx(-0.2275, abs=1e-4)
    assert legend_of(ax)[0].startswith("50 % interval: 54.")


def test_open_profiles_show_where_the_branch_ends(ax):
    result = mix1d.fit(WAITING, 3)
    plot_profile(result, ("mean", 0), ax)
    assert "95 % interval: open on both sides" in legend_of(ax)
    assert [one.get_marker() for one in ax.lines if one.get_label() == "_open"] == ["<", ">"]
    assert [text.get_text() for text in ax.texts].count("the branch ends") == 2
    crosses = [one for one in ax.lines if one.get_marker() == "x"]
    assert len(crosses) == 2
    low, high = ax.get_xlim()
    assert all(low < one.get_xdata()[0] < high for one in crosses)
    y = np.asarray(line(ax, "profile log-likelihood").get_ydata())
    there = np.flatnonzero(~np.isnan(y))
    assert there[-1] - there[0] + 1 == there.size, "no gaps"


@pytest.mark.parametrize(
    ("parameter", "words"),
    [
        ("mean", "parameter must be a pair such as"),
        (("mean", 2), "parameter must name a component from 0 to 1, or a letter from a to b, got 2"),
        (("mean", "c"), "got 'c'"),
        (("mean", True), "got True"),
        (("mean", -1), "got -1"),
        (("median", 0), 'parameter must be "mean", "sd" or "weight", got \'median\''),
        (None, "got None"),
    ],
)
def test_parameters_that_cannot_be_used(result, ax, parameter, words):
    with pytest.raises(mix1d.InputError) as caught:
        plot_profile(result, parameter, ax)
    assert words in str(caught.value)


def test_profiles_need_a_parameter_and_a_maximum(result, ax):
    with pytest.raises(mix1d.InputError, match='parameter must be given for kind "profile"'):
        result.plot(ax, "profile")
    with pytest.raises(mix1d.InputError, match="the weight of the only component"):
        plot_profile(mix1d.fit(WAITING, 1), ("weight", 0), ax)
    with pytest.raises(mix1d.InputError, match="must be a maximum of the likelihood"):
        plot_profile(mix1d.fit([5.0] * 10), ("mean", 0), ax)
    empty = mix1d.fit(WAITING, 5)
    j = int(np.flatnonzero(empty.mixture.weights == 0.0)[0])
    with pytest.raises(mix1d.InputError, match="of a component with values"):
        plot_profile(empty, ("mean", j), ax)
    assert len(ax.lines) == 0


# ---- the certificate


def test_the_certificate_shows_where_mass_is_missing(ax):
    rng = np.random.default_rng(5)
    x = np.concatenate([rng.normal(0.0, 1.0, 300), rng.normal(6.0, 1.0, 100)])
    result = mix1d.fit(x, 1, name="x")
    plot_certificate(result, ax, min_sd=1.0)
    found = result.certificate(min_sd=1.0)
    curve = line(ax, "excess of the data")
    np.testing.assert_array_equal(curve.get_xdata(), found.means)
    np.testing.assert_array_equal(curve.get_ydata(), found.excess)
    assert line(ax, "best place for more").get_xdata()[0] == found.short_of_mass.value
    assert band(ax, 0)[:, 1].max() == pytest.approx(found.excess.max())
    assert band(ax, 1)[:, 1].min() == pytest.approx(found.excess.min())
    assert " ".join(ax.texts[0].get_text().split()) == found.message
    assert legend_of(ax)[:4] == ["mass missing", "no more wanted", "fit as it is", "excess of the data"]
    assert "sd 1" in ax.get_ylabel()


def test_an_excess_beyond_all_bounds_is_cut_and_said(ax):
    x = np.concatenate([np.random.default_rng(6).normal(0.0, 1.0, 300), [30.0]])
    result = mix1d.fit(x, 1)
    result = (
        mix1d.fit(np.concatenate([x[:-1], [9.0]]), 1) if result.certificate().excess.max() < 1e5 else result
    )
    plot_certificate(result, ax)
    assert ax.get_yscale() == "symlog"
    assert "The curve rises to " in ax.texts[0].get_text().replace("\n", " ")
    assert ax.get_ylim()[1] < 1e12
