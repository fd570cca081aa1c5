"""Plots of many fits: what is drawn for each of them, and what of their cut-offs."""

import itertools

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import pyplot as plt
from scipy.stats import norm

import mix1d
from mix1d.display.forest import Forest
from mix1d.display.palette import OTHERS, colour
from mix1d.display.plot import plot_ridges, plot_thresholds
from mix1d.display.ridges import ridges_of

mpl.use("Agg")
RNG = np.random.default_rng(6)


def two(shift, n=100):
    return np.concatenate([RNG.normal(shift, 1.0, n), RNG.normal(6.0, 1.0, n)])


COLUMNS = {
    "north": two(0.0),
    "south": two(0.4),
    "east": two(0.2),
    "one": 6.0 + norm.ppf((np.arange(60.0) + 0.5) / 60.0),
}


@pytest.fixture(scope="module")
def table():
    return mix1d.fit_many({**COLUMNS, "$none_$": [np.nan]}, [1, 2])


@pytest.fixture(scope="module")
def results(table):
    return table.fits()


@pytest.fixture(autouse=True)
def no_figure_is_left():
    yield
    plt.close("all")


def labelled(ax, label):
    return [line for line in ax.lines if line.get_label() == label]


def names(ax):
    return [text.get_text() for text in ax.get_yticklabels()]


@pytest.mark.parametrize("width", [3.3, 7.0])
def test_ridges_have_every_fit_with_its_letters_and_cut_offs(table, results, width):
    _, ax = plt.subplots(figsize=(width, 3.5), layout="constrained")
    plot_ridges(results, ax, label="ratio")
    ax.figure.canvas.draw()
    assert names(ax) == list(results)
    assert ax.get_xlabel() == "ratio"
    assert len(labelled(ax, "_sum")) == 4
    letters = [text for text in ax.texts if text.get_text() in "ab"]
    assert [text.get_text() for text in letters] == ["a", "b", "a", "b", "a", "b", "b"]
    assert [text.get_color() for text in letters] == [colour("ab".index(t.get_text())) for t in letters]
    cuts = [result.thresholds()[0] for result in list(results.values())[:3]]
    assert [line.get_xdata()[0] for line in labelled(ax, "_cut")] == [cut.value for cut in cuts]
    found = [line.get_xdata().tolist() for line in labelled(ax, "_interval")]
    np.testing.assert_allclose(found, [(cut.lower, cut.upper) for cut in cuts])
    window = ax.figure.bbox
    for text in (*ax.texts, *ax.get_yticklabels()):
        box = text.get_window_extent()
        assert box.x0 >= window.x0 - 1.0
        assert box.x1 <= window.x1 + 1.0
        assert text.get_fontsize() >= 5.0


def test_the_table_draws_itself(table):
    ax = table.plot()
    assert names(ax) == [*COLUMNS, "$none_$"]
    assert "not fitted" in [text.get_text() for text in ax.texts]
    assert labelled(ax, "_interval") == []
    assert names(table.plot(kind="thresholds")) == [*COLUMNS, "pooled"]
    with pytest.raises(mix1d.InputError, match='kind must be "ridges" or "thresholds", got'):
        table.plot(kind="density")


def test_an_open_interval_is_an_arrow():
    close = {"close": mix1d.fit(np.concatenate([RNG.normal(0, 1, 60), RNG.normal(1.8, 1, 40)]), 2)}
    (cut,) = [one for one in close["close"].thresholds() if one.kind == "crossing"]
    n_open = np.isinf([cut.lower, cut.upper]).sum()
    assert n_open
    ax = plot_ridges(close)
    assert len(labelled(ax, "_open")) == n_open
    ax = plot_thresholds({**close, "clear": mix1d.fit(two(0.0), 2)})
    assert len(labelled(ax, "_open")) >= n_open


def test_columns_of_other_units_have_an_axis_each():
    x = two(0.0)
    ax = mix1d.fit_many({"a": x, "b": 1e4 * x, "c": 1e-3 * x}, 2).plot()
    assert ax.get_xticks().size == 0
    sums = [line.get_ydata() - i for i, line in zip((0, -1, -2), labelled(ax, "_sum"), strict=True)]
    np.testing.assert_allclose(sums[0], sums[1], atol=0.01)
    np.testing.assert_allclose(sums[0], sums[2], atol=0.01)


def test_cut_offs_have_a_row_each_and_what_they_have_in_common(results):
    ax = plot_thresholds(results, label="ratio")
    assert names(ax) == [*results, "pooled"]
    forest = Forest(ridges_of(results))
    cuts = [cut for _, cut in forest.cuts[0, 1]]
    assert [line.get_xdata()[0] for line in labelled(ax, "_cut")] == [cut.value for cut in cuts]
    assert [line.get_ydata()[0] for line in labelled(ax, "_cut")] == [0.0, -1.0, -2.0]
    found = [line.get_xdata().tolist() for line in labelled(ax, "_interval")]
    np.testing.assert_allclose(found, [(cut.lower, cut.upper) for cut in cuts])
    (diamond,) = [patch for patch in ax.patches if patch.get_label() == "_pooled"]
    one = forest.together[0, 1]
    np.testing.assert_allclose(diamond.get_xy()[:3, 0], [one.lower, one.value, one.upper])
    assert ax.get_title(loc="left") == forest.words((0, 1))


def test_what_few_have_is_grey_and_not_pooled(results):
    three = np.concatenate([RNG.normal(0, 1, 200), RNG.normal(6, 1, 100), RNG.normal(14, 1, 100)])
    ax = plot_thresholds({**results, "three": mix1d.fit(three, 3)})
    inks = [line.get_color() for line in labelled(ax, "_cut")]
    assert inks == [colour(0)] * 4 + [OTHERS]
    assert names(ax)[-1] == "pooled a|b"


def test_without_cut_offs_there_is_nothing_to_compare():
    with pytest.raises(mix1d.InputError, match="results must have cut-offs to compare, found none"):
        plot_thresholds({"a": mix1d.fit([1.0, 2.0, 4.0], 1)})


def test_hundreds_of_ridges_stay_on_a_page():
    x = two(0.0, 30)
    ax = mix1d.fit_many({f"s{i}": x + 0.01 * i for i in range(150)}, 2).plot()
    assert ax.figure.get_size_inches()[1] <= 22.0
    ax.figure.canvas.draw()
    boxes = [text.get_window_extent() for text in ax.get_yticklabels()]
    assert all(a.y0 >= b.y1 - 2.0 for a, b in itertools.pairwise(boxes))
