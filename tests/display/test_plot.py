"""Plots: what must be in each of them, for four kinds of samples and at the edges."""

import io
import sys

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.collections import FillBetweenPolyCollection
from matplotlib.patches import Rectangle, StepPatch

import mix1d
from mix1d.display.palette import colour, dashes
from mix1d.display.picture import picture_of
from mix1d.display.plot import KINDS, plot_density, plot_responsibilities
from mix1d.display.plot.axes import plotting
from mix1d.words import letter
from places import DATA, EXAMPLES

mpl.use("Agg")


def faithful():
    return mix1d.fit(np.loadtxt(EXAMPLES / "old_faithful_waiting.csv", skiprows=1), name="waiting (min)")


def galaxies():
    x = np.loadtxt(DATA / "galaxies.csv", skiprows=1)
    return mix1d.fit(x, 3, name="velocity (km/s)")


def integers():
    rng = np.random.default_rng(1)
    x = np.concatenate([rng.normal(4.0, 1.2, 300), rng.normal(11.0, 2.0, 200), [60.0]])
    return mix1d.fit(np.round(x), 2, name="count")


def sketch():
    rng = np.random.default_rng(2)
    summed = mix1d.Sketch.of(np.concatenate([rng.normal(0.0, 1.0, 130_000), rng.normal(5.0, 0.5, 70_000)]))
    for _ in range(9):
        summed = summed + summed
    return mix1d.fit(summed, 2, name="intensity")


SAMPLES = {"faithful": faithful, "galaxies": galaxies, "integers": integers, "sketch": sketch}


@pytest.fixture(scope="module")
def results():
    return {name: make() for name, make in SAMPLES.items()}


@pytest.fixture
def ax():
    figure, axes = plt.subplots(figsize=(7.2, 4.4), layout="constrained")
    yield axes
    plt.close(figure)


@pytest.fixture(autouse=True)
def no_figure_is_left():
    yield
    plt.close("all")


def options(kind):
    return {"parameter": ("mean", 0)} if kind == "profile" else {}


def legend_of(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def lines_of(ax, label):
    return [line for line in ax.lines if line.get_label() == label]


def spans(ax):
    """The vertical bands: rectangles from the bottom to the top."""
    return [p for p in ax.patches if isinstance(p, Rectangle) and p.get_height() == 1.0]


def saved(ax):
    file = io.BytesIO()
    ax.figure.savefig(file, format="png")
    return file.getvalue()


def laid_out(ax):
    """Let matplotlib do everything but fill in pixels; warnings are errors."""
    ax.figure.draw_without_rendering()


# ---- all kinds


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("sample", SAMPLES)
def test_every_kind_draws_on_the_axes_given_and_nowhere_else(results, ax, sample, kind):
    before, settings = plt.get_fignums(), dict(mpl.rcParams)
    result = results[sample]
    several = {"max_iter": 20} if (sample, kind) == ("sketch", "trace") else options(kind)
    assert result.plot(ax, kind, **several) is ax
    assert plt.get_fignums() == before
    assert dict(mpl.rcParams) == settings
    assert ax.get_xlabel()
    assert ax.get_ylabel()
    named = ax.get_xlabel() + ax.get_ylabel() + "".join(text.get_text() for text in ax.texts)
    assert result.name in named
    assert len(legend_of(ax)) >= 2
    assert len(saved(ax)) > 5000


@pytest.mark.parametrize("kind", KINDS)
def test_without_axes_there_is_one_new_figure_and_nothing_is_shown(results, kind, monkeypatch):
    monkeypatch.setattr(plt, "show", lambda *_, **__: pytest.fail("shown"))
    monkeypatch.setattr("matplotlib.figure.Figure.savefig", lambda *_, **__: pytest.fail("saved"))
    before = plt.get_fignums()
    ax = results["faithful"].plot(kind=kind, **options(kind))
    assert len(plt.get_fignums()) == len(before) + 1
    assert ax.figure.get_layout_engine() is not None
    assert ax.figure.axes == [ax]


def test_the_legend_stands_above_the_curves(results, ax):
    for sample in SAMPLES:
        ax.clear()
        plot_density(results[sample], ax)
        ax.figure.canvas.draw()
        box = ax.get_legend().get_window_extent()
        tops = [
            ax.transData.transform((0.0, np.max(line.get_ydata())))[1]
            for line in ax.lines
            if len(line.get_ydata()) > 2 and line.get_label() != "_rug"
        ]
        assert max(tops) < box.y0
        assert box.x1 <= ax.get_window_extent().x1


@pytest.mark.parametrize("bad", ["scatter", 3, None])
def test_an_unknown_kind_is_refused_with_the_list(results, bad):
    with pytest.raises(mix1d.InputError, match=r'kind must be "density", "cdf", .* or "certificate", got'):
        results["faithful"].plot(kind=bad)


def test_an_array_of_axes_is_refused(results):
    _, several = plt.subplots(1, 2)
    with pytest.raises(mix1d.InputError, match="ax must be one matplotlib Axes or None, got 'ndarray'"):
        results["faithful"].plot(several)


def test_an_option_of_another_kind_is_refused(results):
    with pytest.raises(TypeError, match="max_iter"):
        results["faithful"].plot(kind="density", max_iter=3)


@pytest.mark.parametrize("kind", KINDS)
def test_without_matplotlib_one_sentence_names_the_extra(results, kind, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(mix1d.Mix1dError) as caught:
        results["faithful"].plot(kind=kind, **options(kind))
    assert str(caught.value) == 'plots need matplotlib: pip install "mix1d[plot]"'


@pytest.mark.parametrize("name", ["a$b_$", r"\frac{1}{2} $x^", "Größe µm", "x_1^2 & 50 %", "one\nline\tonly"])
@pytest.mark.parametrize("kind", KINDS)
def test_names_are_printed_as_they_are(ax, name, kind):
    result = mix1d.fit([1.0, 1.2, 0.8, 1.1, 0.9, 5.0, 5.3, 4.6, 5.1, 4.8], 2, name=name)
    result.plot(ax, kind, **options(kind))
    texts = [ax.get_xlabel(), ax.get_ylabel(), *(text.get_text() for text in ax.texts)]
    assert any(" ".join(name.split()) in text for text in texts)
    laid_out(ax)


def test_a_long_name_is_cut(ax):
    plot_density(mix1d.fit([1.0, 2.0, 4.0], 1, name="n" * 300), ax)
    assert ax.get_xlabel() == "n" * 39 + "…"


def test_tex_of_the_user_is_not_used(results, ax):
    with mpl.rc_context({"text.usetex": True}):
        plot_density(results["faithful"], ax)
        assert mpl.rcParams["text.usetex"]
    assert not any(text.get_usetex() for text in ax.get_legend().get_texts())


def test_settings_that_a_backend_makes_when_the_first_figure_loads_it_stay():
    """The backend of notebooks switches to interactive drawing then; undone, later plots would not appear."""

    @plotting
    def draw():
        mpl.rcParams["interactive"] = True

    with mpl.rc_context({"interactive": False}):
        draw()
        assert mpl.rcParams["interactive"]


# ---- the overview


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_overview_has_bars_components_sum_thresholds_and_shares(results, ax, sample):
    result = results[sample]
    plot_density(result, ax)
    picture = picture_of(result)
    (bars,) = [patch for patch in ax.patches if isinstance(patch, StepPatch)]
    values, edges, _ = bars.get_data()
    np.testing.assert_array_equal(values, picture.density)
    np.testing.assert_array_equal(edges, picture.edges)
    k = len(result.mixture.weights)
    for j in range(k):
        (line,) = [one for one in ax.lines if one.get_label().startswith(f"{letter(j)}: ")]
        np.testing.assert_array_equal(line.get_ydata(), picture.components[j])
        assert line.get_color() == colour(j)
        assert line.is_dashed() == bool(dashes(j))
    (total,) = lines_of(ax, "sum")
    np.testing.assert_allclose(total.get_ydata(), picture.total)
    assert [text.get_text() for text in ax.texts if len(text.get_text()) == 1] == [
        letter(j) for j in range(k)
    ]
    cuts = [line for line in ax.lines if line.get_label().startswith("threshold ")]
    assert [line.get_xdata()[0] for line in cuts] == [cut.value for cut in picture.cuts]
    bands = [(p.get_x(), p.get_x() + p.get_width()) for p in spans(ax)]
    np.testing.assert_allclose(bands, [(cut.lower, cut.upper) for cut in picture.cuts])
    texts = legend_of(ax)
    assert len(texts) == 2 + k + len(cuts)
    assert texts[0].startswith(f"data, n = {result.n_obs:,}")
    assert len(lines_of(ax, "_rug")) == (picture.rug is not None)


def test_words_of_the_overview(results, ax):
    plot_density(results["faithful"], ax)
    assert legend_of(ax) == [
        "data, n = 272",
        "a: 36 %",
        "b: 64 %",
        "sum",
        "threshold 66.579 (95 %: 65.592 to 67.51)",
    ]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("waiting (min)", "density")


def test_the_rug_has_every_row(results, ax):
    plot_density(results["galaxies"], ax)
    (rug,) = lines_of(ax, "_rug")
    assert sorted(rug.get_xdata()) == sorted(results["galaxies"].sample.rows)


def test_bars_follow_the_resolution(results, ax):
    plot_density(results["integers"], ax)
    (bars,) = [patch for patch in ax.patches if isinstance(patch, StepPatch)]
    edges = bars.get_data().edges
    np.testing.assert_array_equal(np.diff(edges), np.ones(len(edges) - 1))
    np.testing.assert_array_equal(edges % 1.0, np.full(len(edges), 0.5))


def test_cells_of_a_sketch_are_drawn_and_said(results, ax):
    plot_density(results["sketch"], ax)
    assert results["sketch"].n_obs == 102_400_000
    assert legend_of(ax)[0] == "data, n = 102,400,000, in cells"
    (bars,) = [patch for patch in ax.patches if isinstance(patch, StepPatch)]
    heights, edges, _ = bars.get_data()
    middles = (edges[1:] + edges[:-1]) / 2.0
    dense = heights > 0.03
    np.testing.assert_allclose(heights[dense], results["sketch"].mixture.pdf(middles[dense]), rtol=0.1)


@pytest.mark.parametrize("kind", ["density", "cdf", "responsibilities"])
def test_values_outside_the_picture_are_counted(results, ax, kind):
    results["integers"].plot(ax, kind)
    assert ax.texts[-1 if kind != "cdf" else 0].get_text() == "not shown: 1 value above 16.5"
    assert ax.get_xlim()[1] < 20.0


def test_weights_outside_the_picture_are_summed(ax):
    x = [*np.linspace(0.0, 1.0, 200), 500.0, -300.0]
    plot_density(mix1d.fit(x, 1, sample_weight=[0.5] * 202), ax)
    assert ax.texts[-1].get_text() == "not shown: 0.5 of the weight below 0, 0.5 of the weight above 1.02"


def test_one_component_has_no_sum(ax):
    plot_density(mix1d.fit([1.0, 2.0, 4.0, 7.0], 1), ax)
    assert legend_of(ax) == ["data, n = 4", "a: 100 %"]
    assert ax.get_xlabel() == "value"


def test_components_of_weight_0_have_no_curve(ax):
    x = np.loadtxt(EXAMPLES / "old_faithful_waiting.csv", skiprows=1)
    result = mix1d.fit(x, 5)
    (empty,) = np.flatnonzero(result.mixture.weights == 0.0).tolist()
    plot_density(result, ax)
    (line,) = lines_of(ax, f"{letter(empty)}: 0 %")
    assert len(line.get_xdata()) == 0
    assert letter(empty) not in [text.get_text() for text in ax.texts]
    ax.clear()
    plot_responsibilities(result, ax)
    assert f"{letter(empty)}: 0 %" not in legend_of(ax)


def test_regularized_fits_have_thresholds_without_bands(ax):
    result = mix1d.fit([1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 5.3, 4.6, 5.1, 4.8, 6.0], 2)
    assert result.regularized
    plot_density(result, ax)
    assert spans(ax) == []
    assert [text for text in legend_of(ax) if text.startswith("threshold")] == ["threshold 2.862"]


def test_open_intervals_are_said_and_are_arrows(ax):
    x = np.loadtxt(EXAMPLES / "old_faithful_waiting.csv", skiprows=1)
    plot_density(mix1d.fit(x, 3), ax)
    assert legend_of(ax)[-2:] == [
        "threshold 55.88 (95 %: not bounded)",
        "threshold 67.05 (95 %: at most 70.46)",
    ]
    assert spans(ax) == []
    arrows = lines_of(ax, "_open")
    assert [one.get_marker() for one in arrows] == ["<", ">", "<"]
    (end,) = lines_of(ax, "_end")
    assert end.get_xdata()[0] == pytest.approx(70.46, abs=0.01)
    assert arrows[2].get_xdata()[0] < 67.05, "through the threshold"


def test_many_thresholds_are_counted(ax):
    rng = np.random.default_rng(3)
    result = mix1d.fit(np.concatenate([rng.normal(6.0 * i, 1.0, 60) for i in range(6)]), 6)
    plot_density(result, ax)
    assert legend_of(ax)[-1] == "5 thresholds, 95 % intervals"
    assert len(spans(ax)) == 5


def test_a_narrow_component_does_not_squash_the_picture(ax):
    rng = np.random.default_rng(4)
    x = np.concatenate([rng.normal(0.0, 1.0, 500), rng.normal(0.0, 1e-4, 100)])
    result = mix1d.fit(x, 2)
    plot_density(result, ax)
    (bars,) = [patch for patch in ax.patches if isinstance(patch, StepPatch)]
    assert ax.get_ylim()[1] < 6.0 * bars.get_data().values.max()
    (narrow,) = np.flatnonzero(result.mixture.sds < 0.01).tolist()
    assert ax.texts[-1].get_text() == f"{letter(narrow)} rises higher than the picture"


def test_letters_of_components_on_one_place_stand_apart(ax):
    rng = np.random.default_rng(5)
    x = np.concatenate([rng.normal(0.0, 2.0, 500), rng.normal(0.1, 2.1, 500)])
    plot_density(mix1d.fit(x, 2, sds="equal"), ax)
    a, b = (text.xy for text in ax.texts if text.get_text() in ("a", "b"))
    assert a != b


# ---- posterior curves


@pytest.mark.parametrize("sample", SAMPLES)
def test_posterior_curves_are_the_responsibilities(results, ax, sample):
    result = results[sample]
    plot_responsibilities(result, ax)
    k = len(result.mixture.weights)
    for j in range(k):
        (line,) = [one for one in ax.lines if one.get_label().startswith(f"{letter(j)}: ")]
        x = np.asarray(line.get_xdata())
        np.testing.assert_array_equal(line.get_ydata(), result.responsibilities(x)[:, j])
        assert line.get_color() == colour(j)
    assert [text.get_text() for text in ax.texts[:k]] == [letter(j) for j in range(k)]
    assert legend_of(ax)[0] == "data, not to scale"
    assert len(spans(ax)) == len(picture_of(result).cuts)
    assert list(ax.get_yticks()) == [0.0, 0.25, 0.5, 0.75, 1.0]


# ---- extreme scales


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("scale", "unit"), [(1e-100, "1e-100"), (1e100, "1e+100"), (1e-300, "1e-300")])
def test_extreme_scales_are_drawn_in_a_unit_that_the_label_names(ax, kind, scale, unit):
    rng = np.random.default_rng(6)
    x = np.concatenate([rng.normal(1.0, 0.5, 100), rng.normal(5.0, 0.5, 100)]) * scale
    result = mix1d.fit(x, 2, name="flux")
    result.plot(ax, kind, **options(kind))
    laid_out(ax)
    if kind in ("density", "cdf", "responsibilities", "certificate"):
        assert ax.get_xlabel() == f"flux ({unit})"
        assert 4.0 < ax.get_xlim()[1] < 9.0
    if kind == "density":
        assert ax.get_ylabel() == f"density per {unit}"
        assert 0.1 < ax.get_ylim()[1] < 2.0
    if kind == "qq":
        assert (ax.get_xlabel(), ax.get_ylabel()) == (f"quantile of the fit ({unit})", f"flux ({unit})")
    if kind == "profile":
        assert ax.get_xlabel() == f"mean of a ({unit})"


@pytest.mark.parametrize("kind", KINDS)
def test_a_large_offset(ax, kind):
    rng = np.random.default_rng(7)
    result = mix1d.fit(
        np.concatenate([rng.normal(0.0, 1.0, 100), rng.normal(6.0, 1.0, 100)]) + 1e9, 2, name="t"
    )
    result.plot(ax, kind, **options(kind))
    laid_out(ax)
    if kind == "density":
        (cut,) = [text for text in legend_of(ax) if text.startswith("threshold")]
        assert "e+" not in cut
        assert "1000000003." in cut


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "profile"])
@pytest.mark.parametrize("column", [[5.0] * 20, [0.0] * 20, [3.0], [1e9] * 4])
def test_constant_columns(ax, kind, column):
    result = mix1d.fit(column, name="x")
    result.plot(ax, kind)
    laid_out(ax)
    if kind in ("density", "cdf", "responsibilities"):
        assert [tick.get_text() for tick in ax.get_xticklabels()] == [f"{column[0]:.7g}"]


@pytest.mark.parametrize("kind", KINDS)
def test_ten_values(ax, kind):
    result = mix1d.fit([1.0, 1.2, 0.8, 1.1, 0.9, 5.0, 5.3, 4.6, 5.1, 4.8], 2)
    result.plot(ax, kind, **options(kind))
    laid_out(ax)


def test_a_sketch_of_a_thousand_million_values():
    rng = np.random.default_rng(8)
    summed = mix1d.Sketch.of(rng.normal(0.0, 1.0, 120_000))
    for _ in range(13):
        summed = summed + summed
    result = mix1d.fit(summed, 1)
    assert result.n_obs == 983_040_000
    for kind in ("density", "cdf", "qq", "pit", "responsibilities", "profile"):
        ax = result.plot(kind=kind, **options(kind))
        laid_out(ax)
        drawn = sum(len(line.get_xdata()) for line in ax.lines)
        drawn += sum(len(path.vertices) for c in ax.collections for path in c.get_paths())
        assert drawn < 25_000, "cells are drawn, not values"
        assert all(isinstance(c, FillBetweenPolyCollection) for c in ax.collections)
