"""What callers choose of a plot, and how plots look as wide as one column, as two, and as a small panel."""

import itertools
from dataclasses import replace

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle, StepPatch

import mix1d
from mix1d.display.picture import picture_of
from mix1d.display.plot import KINDS, plot_cdf, plot_density, plot_responsibilities
from mix1d.display.plot.axes import Sheet
from places import DATA, EXAMPLES

mpl.use("Agg")

ONE_COLUMN, TWO_COLUMNS, PANEL = (3.4, 2.55), (7.0, 4.2), (2.3, 2.0)
WAITING = np.loadtxt(EXAMPLES / "old_faithful_waiting.csv", skiprows=1)
OF_VALUES = ["density", "cdf", "qq", "responsibilities", "certificate"]


def clouds(k):
    rng = np.random.default_rng(5)
    return np.concatenate([rng.normal(5.0 * j, 0.5 + 0.2 * j, 100 + 50 * j) for j in range(k)])


@pytest.fixture(scope="module")
def fits():
    spread = np.concatenate([np.linspace(0.0, 3.0, 40), np.linspace(3.6, 4.2, 6)])
    galaxies = np.loadtxt(DATA / "galaxies.csv", skiprows=1)
    return {
        "one": mix1d.fit(clouds(1), 1, name="length"),
        "two": mix1d.fit(WAITING, 2, name="waiting"),
        "three": mix1d.fit(galaxies, 3, name="velocity of the galaxies away from us (km/s)"),
        "four": mix1d.fit(clouds(4), 4, name="dose"),
        "open": mix1d.fit(spread, 2, name="value"),
        "all": mix1d.fit(WAITING),
    }


def axes(size=TWO_COLUMNS):
    return Figure(figsize=size, layout="constrained").add_subplot()


def legend_of(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def letters_of(ax):
    return [text for text in ax.texts if text.get_weight() == "bold"]


def heights_of(ax):
    (bars,) = [patch for patch in ax.patches if isinstance(patch, StepPatch)]
    return bars.get_data()


def options(kind):
    return {"parameter": ("mean", 0)} if kind == "profile" else {}


# ---- options


@pytest.mark.parametrize("kind", KINDS)
def test_no_legend_where_none_is_wanted(fits, kind):
    ax = fits["two"].plot(axes(), kind, legend=False, **options(kind))
    assert ax.get_legend() is None


def test_without_a_legend_no_room_is_kept_for_it(fits):
    with_legend, without = (plot_density(fits["two"], axes(), legend=one) for one in (True, False))
    assert without.get_ylim()[1] < 0.9 * with_legend.get_ylim()[1]


def test_bars_are_as_many_as_asked_for(fits):
    heights, edges, _ = heights_of(plot_density(fits["two"], axes(), bins=12))
    assert len(heights) == 12
    np.testing.assert_allclose(np.diff(edges), (edges[-1] - edges[0]) / 12)
    assert np.sum(heights * np.diff(edges)) == pytest.approx(1.0)


def test_edges_of_bars_are_those_asked_for(fits):
    asked = [40.0, 60.0, 65.0, 80.0]
    ax = plot_density(fits["two"], axes(), bins=asked)
    heights, edges, _ = heights_of(ax)
    np.testing.assert_array_equal(edges, asked)
    counts = [((a <= WAITING) & (b > WAITING)).sum() for a, b in itertools.pairwise(asked)]
    counts[-1] += (asked[-1] == WAITING).sum()
    np.testing.assert_allclose(heights, np.array(counts) / len(WAITING) / np.diff(asked))
    above = int((asked[-1] < WAITING).sum())
    assert ax.texts[-1].get_text() == f"not shown: {above} values above 80"


@pytest.mark.parametrize(
    ("bins", "words"),
    [
        (0, "bins must be from 1 to 10,000, got 0"),
        (10**7, "got 10000000"),
        (True, "bins must be a number of bars or their rising, finite edges, two or more, got True"),
        ("auto", "got 'auto'"),
        ([1.0], "two or more"),
        ([3.0, 2.0, 4.0], "rising"),
        ([1.0, np.inf], "finite"),
        ([[1.0, 2.0]], "bins must be a number"),
    ],
)
def test_bins_that_cannot_be_used(fits, bins, words):
    with pytest.raises(mix1d.InputError) as caught:
        plot_density(fits["two"], axes(), bins=bins)
    assert words in str(caught.value)
    assert "pass for example 30" in str(caught.value)


@pytest.mark.parametrize(
    "data",
    [
        ([10, 40, 30, 5], [0.0, 1.0, 2.0, 3.0, 4.0]),
        ["<1", 1.5, 2.5, 2.75, 3.125, 4.0],
        mix1d.Sketch.of(np.random.default_rng(1).normal(size=200_000)),
    ],
    ids=["counts", "limits", "sketch"],
)
def test_bins_of_values_that_are_not_exact_are_refused(data):
    with pytest.raises(mix1d.InputError, match="bins must be None where values are not exact"):
        plot_density(mix1d.fit(data, 1), axes(), bins=10)


def test_bars_of_values_with_errors_are_as_many_as_asked_for():
    result = mix1d.fit(clouds(2), 2, errors=0.1)
    heights, edges, _ = heights_of(plot_density(result, axes(), bins=7))
    assert len(heights) == 7
    assert np.sum(heights * np.diff(edges)) == pytest.approx(1.0)


@pytest.mark.parametrize("draw", [plot_density, plot_responsibilities])
def test_components_have_the_names_and_colours_asked_for(fits, draw):
    ax = draw(fits["two"], axes(), labels=["short", "$l_o$"], colors=["k", "#D55E00"])
    assert [text.get_text() for text in letters_of(ax)] == ["short", "$l_o$"]
    assert {"short: 36 %", "$l_o$: 64 %"} <= set(legend_of(ax))
    for label, ink in (("short: 36 %", "k"), ("$l_o$: 64 %", "#D55E00")):
        (curve,) = [line for line in ax.lines if line.get_label() == label]
        assert to_rgba(curve.get_color()) == to_rgba(ink)
    assert [to_rgba(text.get_color()) for text in letters_of(ax)] == [to_rgba("k"), to_rgba("#D55E00")]
    ax.figure.draw_without_rendering()


def test_rows_of_known_components_have_their_names_and_colours():
    x = clouds(2)
    known = ["few"] * 3 + [None] * (len(x) - 6) + ["many"] * 3
    result = mix1d.fit(x, 2, labels=known)
    ax = plot_density(result, axes(), labels=["first", "second"], colors=["k", "red"])
    rugs = {line.get_label(): line for line in ax.lines if line.get_label().startswith("known to be")}
    assert list(rugs) == ["known to be first (few)", "known to be second (many)"]
    assert [to_rgba(line.get_color()) for line in rugs.values()] == [to_rgba("k"), to_rgba("red")]


def test_a_component_that_rises_higher_is_called_by_its_name():
    rng = np.random.default_rng(4)
    result = mix1d.fit(np.concatenate([rng.normal(0.0, 1.0, 500), rng.normal(0.0, 1e-4, 100)]), 2)
    names = ["broad" if sd > 0.1 else "narrow" for sd in result.mixture.sds]
    ax = plot_density(result, axes(), labels=names)
    assert ax.texts[-1].get_text() == "narrow rises higher than the picture"


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ({"labels": ["a"]}, "labels must have a name for each of the 2 components, got 1: pass a list of 2"),
        ({"labels": "ab"}, "got 'ab': pass a list of 2"),
        ({"labels": ["a", " "]}, "labels must be text, got ' '"),
        ({"labels": ["a", 1]}, "labels must be text, got 1"),
        ({"colors": ["k"] * 3}, "colors must have a colour for each of the 2 components, got 3"),
        ({"colors": ["k", "blau"]}, "colors must be colours that matplotlib knows, got 'blau'"),
        ({"legend": "no"}, "legend must be True or False"),
        ({"thresholds": None}, "thresholds must be True or False"),
        ({"unit": 5}, "unit must be text, got 5: pass for example 'mm'"),
    ],
)
def test_choices_that_cannot_be_used(fits, chosen, words):
    with pytest.raises(mix1d.InputError) as caught:
        plot_density(fits["two"], axes(), **chosen)
    assert words in str(caught.value)


@pytest.mark.parametrize("draw", [plot_density, plot_responsibilities])
def test_thresholds_are_left_out_where_none_are_wanted(fits, draw):
    ax = draw(fits["two"], axes(), thresholds=False)
    assert [text for text in legend_of(ax) if "threshold" in text] == []
    assert [patch for patch in ax.patches if isinstance(patch, Rectangle)] == []
    assert len(ax.lines) == len(draw(fits["two"], axes()).lines) - 1


@pytest.mark.parametrize("kind", OF_VALUES)
def test_the_unit_stands_with_the_name(fits, kind):
    ax = fits["two"].plot(axes(), kind, unit="min")
    named = ax.get_ylabel() if kind == "qq" else ax.get_xlabel()
    assert named == "waiting (min)"


def test_the_unit_stands_with_the_parameter_of_a_profile(fits):
    labels = [
        fits["two"].plot(axes(), "profile", parameter=(what, "b"), unit="min").get_xlabel()
        for what in ("mean", "sd", "weight")
    ]
    assert labels == ["mean of b (min)", "sd of b (min)", "weight of b"]


def test_a_unit_that_the_name_has_is_not_said_twice(fits):
    assert plot_cdf(fits["three"], axes(), unit="km/s").get_xlabel().count("km/s") == 1


# ---- looks


def test_an_interval_that_goes_on_beyond_the_picture_is_an_arrow():
    result = mix1d.fit(np.r_[clouds(2), 30.0], 3)
    cuts = [one for one in result.thresholds() if one.below == 1 and one.kind != "second"]
    bounded = replace(cuts[0], value=7.0, lower=6.0, upper=1e4)
    picture = replace(picture_of(result), thresholds=(bounded,))
    ax = axes()
    sheet = Sheet(result, ax, picture.limits)
    sheet.limits(*picture.limits)
    sheet.cuts(picture)
    assert list(ax.patches) == []
    (arrow,) = [line for line in ax.lines if line.get_label() == "_open"]
    assert (arrow.get_marker(), arrow.get_xdata()[0]) == (">", pytest.approx(ax.get_xlim()[1]))
    (end,) = [line for line in ax.lines if line.get_label() == "_end"]
    assert end.get_xdata()[0] == 6.0


@pytest.mark.parametrize("which", ["one", "two", "three", "four", "open"])
@pytest.mark.parametrize(
    ("size", "legend"),
    [(ONE_COLUMN, None), (ONE_COLUMN, True), (TWO_COLUMNS, None), (TWO_COLUMNS, True), (PANEL, None)],
)
def test_nothing_leaves_the_figure_or_meets_the_legend(fits, which, size, legend):
    ax = plot_density(fits[which], axes(size), legend=legend)
    figure = ax.figure
    figure.draw_without_rendering()
    whole = figure.bbox.padded(1.0)
    box = ax.get_legend().get_window_extent()
    for text in [ax.xaxis.label, ax.yaxis.label, *ax.texts, *ax.get_legend().get_texts()]:
        extent = text.get_window_extent()
        assert whole.contains(extent.x0, extent.y0), text
        assert whole.contains(extent.x1, extent.y1), text
    assert box.x1 <= ax.bbox.x1 + 1.0
    for letter in letters_of(ax):
        assert not letter.get_window_extent().overlaps(box)
    curves = [line for line in ax.lines if len(line.get_ydata()) > 2 and line.get_label() != "_rug"]
    tops = [ax.transData.transform((0.0, np.max(line.get_ydata())))[1] for line in curves]
    assert max(tops) < box.y0 + 1.0


@pytest.mark.parametrize("which", ["two", "three", "open"])
@pytest.mark.parametrize("size", [ONE_COLUMN, TWO_COLUMNS])
def test_lines_and_bands_of_thresholds_end_below_the_legend(fits, which, size):
    ax = plot_density(fits[which], axes(size))
    ax.figure.draw_without_rendering()
    box = ax.get_legend().get_window_extent()
    tall = [line for line in ax.lines if "threshold" in str(line.get_label())]
    tall += [patch for patch in ax.patches if isinstance(patch, Rectangle)]
    assert tall
    for one in tall:
        assert one.get_clip_path() is None
        assert one.get_clip_box().y1 < box.y0 + 0.1 * box.height


def test_a_narrow_panel_has_letters_and_leaves_components_out_of_the_legend(fits):
    ax = plot_density(fits["four"], axes(ONE_COLUMN))
    assert [text.get_text() for text in letters_of(ax)] == ["a", "b", "c", "d"]
    assert legend_of(ax) == ["data, n = 700", "sum", "3 thresholds, 95 % intervals"]
    broad = plot_density(fits["four"], axes(TWO_COLUMNS))
    assert [text[:2] for text in legend_of(broad)[1:5]] == ["a:", "b:", "c:", "d:"]
    asked = plot_density(fits["four"], axes(ONE_COLUMN), legend=True)
    assert [text[:2] for text in legend_of(asked)[1:5]] == ["a:", "b:", "c:", "d:"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("size", "least", "most"), [(ONE_COLUMN, 6.5, 8.0), (TWO_COLUMNS, 8.0, 10.0)])
def test_text_has_the_size_that_journals_ask_for(fits, kind, size, least, most):
    ax = fits["all"].plot(axes(size), kind, **options(kind))
    texts = [ax.xaxis.label, ax.yaxis.label, *ax.get_legend().get_texts(), *ax.texts, *ax.get_xticklabels()]
    sizes = [text.get_fontsize() for text in texts if text.get_text()]
    assert least <= min(sizes)
    assert max(sizes) <= most


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [ONE_COLUMN, TWO_COLUMNS])
def test_every_kind_fits_its_figure(fits, kind, size):
    figure = (ax := fits["all"].plot(axes(size), kind, **options(kind))).figure
    figure.draw_without_rendering()
    whole = figure.bbox.padded(2.0)
    for text in [ax.xaxis.label, ax.yaxis.label, *ax.texts, *ax.get_legend().get_texts()]:
        extent = text.get_window_extent()
        assert whole.contains(extent.x0, extent.y0), text
        assert whole.contains(extent.x1, extent.y1), text


def test_one_number_of_components_has_one_tick(fits):
    ax = fits["two"].plot(axes(), "selection")
    assert [tick for tick in ax.get_xticks() if 1.5 <= tick <= 2.5] == [2.0]
