"""What is shown of rows that are not exact values: words, drawings, plots, SVG."""

import json
import math
import re

import numpy as np
import pytest
from matplotlib.figure import Figure

import golden_files
import mix1d
from mix1d.display.beware import of_groups
from mix1d.display.drawing import draw
from mix1d.display.em_words import unknown_to_em
from mix1d.display.legend import apart_words, explained
from mix1d.display.picture import picture_of
from mix1d.display.plotly.rows import layers
from mix1d.display.report import report_html
from mix1d.display.text import summary_text
from mix1d.outcome.findings_of_rows import READ


def shaped(n, mean, sd):
    p = (np.arange(n) + 0.5) / n
    return mix1d.Mixture([1.0], [mean], [sd]).icdf(p)


X = np.concatenate([shaped(60, 0.0, 1.0), shaped(90, 6.0, 1.3)])


def limits(x, low, high):
    below, above = x < low, x > high
    lower = np.where(below, -np.inf, np.where(above, high, x))
    return lower, np.where(above, np.inf, np.where(below, low, x))


def fitted(name):
    lower, upper = limits(X, -1.0, 7.5)
    labels = np.full(len(X), -1)
    labels[:5], labels[-5:] = 0, 1
    kinds = {
        "bins": lambda: mix1d.fit(np.histogram(X, np.arange(-3.0, 10.5, 1.0)), 2),
        "open_bins": lambda: mix1d.fit(np.histogram(X, [-np.inf, *np.arange(-1.0, 8.0), np.inf]), 2),
        "uneven_bins": lambda: mix1d.fit(np.histogram(X, [-3, -1, 0, 1, 3, 5, 6, 7, 10]), 2),
        "limits": lambda: mix1d.fit(lower, 2, upper=upper),
        "errors": lambda: mix1d.fit(X, 2, errors=np.linspace(0.2, 0.9, len(X))),
        "no_spread": lambda: mix1d.fit([1.0, 1.1, 0.9, 5.0, 5.2, 4.9], 2, errors=0.5),
        "window": lambda: mix1d.fit(X[(X > -1.0) & (X < 7.0)], 2, truncation=(-1, 7)),
        "slope": lambda: mix1d.fit(
            (-np.log1p(-(np.arange(200) + 0.5) / 200)) ** 1.01, 1, truncation=(0, None)
        ),
        "labels": lambda: mix1d.fit(X, 2, labels=labels),
        "background": lambda: mix1d.fit([*X, *np.linspace(-19, 29, 30)], 2, background=(-20, 30)),
        "rounded": lambda: mix1d.fit(X.round(), 2, resolution=1),
        "pile": lambda: mix1d.fit([*(X + 20.0), *[0.0] * 40], 2),
        "stray": lambda: mix1d.fit([*X, 1000.0], 2),
    }
    return kinds[name]()


NAMES = (
    "bins",
    "open_bins",
    "uneven_bins",
    "limits",
    "errors",
    "no_spread",
    "window",
    "labels",
    "background",
    "rounded",
    "pile",
    "stray",
)


@pytest.fixture(scope="module")
def results():
    return {name: fitted(name) for name in NAMES}


def test_texts_and_drawings(results):
    parts = []
    for name, result in results.items():
        parts += [f"==== {name}", str(result).partition("\n\n")[0]]
        for ascii in (False, True):
            parts.append(str(draw(picture_of(result), width=72, height=6, ascii=ascii)))
    golden_files.check("rows.txt", "\n".join(parts))


@pytest.mark.parametrize("name", NAMES)
def test_tests_for_exact_values_are_not_printed(results, name):
    exact = name in ("pile", "stray")
    text = results[name].summary(details=True)
    assert ("EM-test" in text) == exact
    assert ("Anderson-Darling" in text) == (exact or name == "rounded")  # whose law is known


@pytest.mark.parametrize("name", NAMES)
def test_what_was_read_is_said_above_and_not_to_beware_of(results, name):
    above, _, below = summary_text(results[name], 300).partition("\n\n")
    read = [f.message for f in results[name].findings if f.code in READ]
    assert read
    for message in map(of_groups, read):
        assert message in above
        assert message not in below


@pytest.mark.parametrize("name", sorted({*NAMES} - {"no_spread"}))  # whose errors reach farther than bars
def test_bars_and_curves_are_of_the_same_rows(results, name):
    """What the curves expect between the edges is near what the bars hold."""
    result = results[name]
    picture = picture_of(result)
    bars = float(picture.density @ np.diff(picture.edges))
    inside = (picture.x >= picture.edges[0]) & (picture.x <= picture.edges[-1])
    curves = float(np.trapezoid(picture.total[inside], picture.x[inside]))
    beside = sum(limit.weight for limit in picture.one_sided) / result.total_weight
    assert bars + beside == pytest.approx(1.0, abs=0.01)
    assert curves == pytest.approx(bars, abs=0.06)


def test_given_bins_are_drawn(results):
    picture = picture_of(results["uneven_bins"])
    assert picture.edges.tolist() == [-3, -1, 0, 1, 3, 5, 6, 7, 10]
    counts, edges = np.histogram(X, picture.edges)
    assert picture.density == pytest.approx(counts / len(X) / np.diff(edges))
    assert picture.expected is not None
    assert picture_of(results["rounded"]).expected is None


def test_expected_heights_are_those_of_the_model(results):
    picture = picture_of(results["bins"])
    masses = np.diff(results["bins"].mixture.cdf(picture.edges)) / np.diff(picture.edges)
    assert picture.expected == pytest.approx(masses)


def test_limits_are_arrows_with_counts(results):
    picture = picture_of(results["limits"])
    n_low, n_high = np.count_nonzero(X < -1.0), np.count_nonzero(X > 7.5)
    assert [(one.below, one.place, one.weight) for one in picture.one_sided] == [
        (True, -1.0, n_low),
        (False, 7.5, n_high),
    ]
    drawing = str(draw(picture, width=80))
    assert f"◀ {n_low} values below -1" in drawing
    assert f"▶ {n_high} values above 7.5" in drawing
    svg = results["limits"]._repr_html_()
    assert f"{n_low} values below -1</text>" in svg
    assert svg.count('data-part="limit" d=') == 2


def test_many_limits_share_an_arrow():
    lower = np.where(np.arange(len(X)) < 12, -np.inf, X)
    upper = np.where(np.arange(len(X)) < 12, -1.0 - np.arange(len(X)) / 100, X)
    (limit,) = picture_of(mix1d.fit(lower, 2, upper=upper)).one_sided
    assert (limit.weight, limit.several, limit.place) == (12.0, True, -1.0)


def test_curves_are_those_of_what_is_recorded(results):
    picture, mixture = picture_of(results["errors"]), results["errors"].mixture
    x = picture.x
    errors = np.linspace(0.2, 0.9, len(X))
    wide = [mix1d.Mixture(mixture.weights, mixture.means, np.hypot(mixture.sds, e)) for e in errors]
    assert picture.total == pytest.approx(np.mean([m.pdf(x) for m in wide], axis=0), rel=2e-3, abs=1e-5)
    window = picture_of(results["window"])
    seen = float(np.diff(results["window"].mixture.cdf([-1.0, 7.0]))[0])
    assert window.total == pytest.approx(results["window"].mixture.pdf(window.x) / seen)
    assert "never recorded: below -1, above 7" in str(draw(window))


def test_a_background_is_a_row_and_a_line(results):
    result = results["background"]
    share = result.background_weight
    text = str(result)
    assert re.search(r"^\* .* -20 to 30 +uniform ", text, re.MULTILINE)
    sizes = [float(line.split()[-1]) for line in text.splitlines() if re.match(r"[ab*]  \d", line)]
    assert math.fsum(sizes) == pytest.approx(result.total_weight, abs=0.2)
    picture = picture_of(result)
    inside = (picture.x > -20) & (picture.x < 30)
    assert picture.background[inside] == pytest.approx(share / 50)
    assert 'data-part="background"' in result._repr_html_()


def test_a_component_that_is_not_determined_has_no_mean():
    result = fitted("slope")
    text = str(result)
    assert re.search(r"^a +100 % +- +- +200$", text, re.MULTILINE)
    assert picture_of(result).total.max() > 0.5  # the curve is there, though its window holds 1e-480 of it


def test_sds_of_0_are_0(results):
    result = results["no_spread"]
    assert result.sds.tolist() == [0.0, 0.0]
    text = str(result)
    assert re.search(r"^a .* 0 \(at most [\d.]+\) ", text, re.MULTILINE)
    assert not re.search(r"^(cut|wrong) ", text, re.MULTILINE)


@pytest.mark.parametrize("name", NAMES)
def test_plots_and_pages_are_drawn(results, name):
    from matplotlib.figure import Figure

    ax = results[name].plot(ax=Figure().add_subplot())
    ax.figure.draw_without_rendering()
    labels = ax.get_legend_handles_labels()[1]
    words = {
        "bins": "expected in the bins",
        "limits": f"{np.count_nonzero(X < -1.0)} values below -1",
        "errors": "without the errors",
        "no_spread": "without the errors, sd 0",
        "window": "never recorded: below -1, above 7",
        "background": f"background: {100 * (results[name].background_weight or 0):.2g} %",
    }
    assert name not in words or words[name] in labels
    html = results[name]._repr_html_()
    assert "<svg" in html
    assert "nan" not in html.lower().replace("nano", "")


# ---- figures of the report and of the explorer


@pytest.mark.parametrize("name", [*NAMES, "slope"])
def test_every_kind_has_a_report(name):
    result = fitted(name)
    html = report_html(result)
    charts = json.loads(re.search(r'id="mix1d-numbers">(.*?)</script>', html, re.S)[1])["charts"]
    legend = re.search(r'id="picture-legend".*?</div>', html, re.S)[0]
    shown = re.findall(r'data-shows="([^"]*)"', legend)
    drawing = re.search(r'id="picture-plot".*?</div>', html, re.S)[0]
    assert sorted(shown) == sorted(set(re.findall(r'data-part="([^"]*)"', drawing)))
    assert ("qq" not in charts) == (name in {*QQ_REFUSED, "slope"})
    assert ("pit" not in charts) == (name in PIT_REFUSED)
    assert ("so values cannot be set against the model" in html) == (name in PIT_REFUSED)
    assert ("There is no QQ plot" in html) == (name in {*QQ_REFUSED, "slope"} - PIT_REFUSED)
    for sentence in explained(picture_of(result)):
        assert sentence in html


PIT_REFUSED = {"bins", "open_bins", "uneven_bins", "limits"}
QQ_REFUSED = {*PIT_REFUSED, "errors", "background"}


def names_of_layers(result):
    return [layer.name for layer in layers(picture_of(result), 1.0)]


def test_what_figures_show_beside_bars_and_curves(results):
    assert names_of_layers(results["uneven_bins"]) == ["expected in the bins"]
    assert names_of_layers(results["limits"])[:2] == ["10 values below -1", "11 values above 7.5"]
    assert names_of_layers(results["open_bins"])[-2:] == ["10 values below -1", "20 values above 7"]
    assert "without the errors" in names_of_layers(results["errors"])
    assert "never recorded: below -1, above 7" in names_of_layers(results["window"])
    assert names_of_layers(results["labels"]) == [
        "values not labelled",
        "known to be a (0)",
        "known to be b (1)",
    ]
    assert names_of_layers(results["background"])[0].startswith("background: ")


def test_arrows_point_away_from_what_is_drawn(results):
    picture = picture_of(results["limits"])
    low, high = picture.limits
    for layer in layers(picture, 1.0)[:2]:
        start, end = layer.traces[0]["x"]
        assert low <= min(start, end)
        assert max(start, end) <= high
        assert (end < start) == ("below" in layer.name)


def test_a_window_leaves_room_for_what_was_not_recorded(results):
    picture = picture_of(results["window"])
    (hatched,) = (layer for layer in layers(picture, 1.0) if "never" in layer.name)
    below, above = hatched.traces
    low, high = picture.limits
    assert (below["x"][0], below["x"][2]) == (low, -1.0)
    assert (above["x"][0], above["x"][2]) == (7.0, high)
    assert -1.0 - low > 0.1 * (high - low)


def test_a_slope_that_rises_outside_of_the_window_does_not_squash_the_bars():
    picture = picture_of(fitted("slope"))
    assert picture.highest < 1.5 * picture.density.max()


def test_labels_have_the_colours_of_their_components(results):
    (a, _, first), (b, _, last) = picture_of(results["labels"]).labelled
    assert (a, b) == (0, 1)
    assert np.array_equal(first, X[:5])
    assert np.array_equal(last, X[-5:])
    ax = results["labels"].plot(Figure().add_subplot())
    labels = ax.get_legend_handles_labels()[1]
    assert [words for words in labels if "known" in words] == ["known to be a (0)", "known to be b (1)"]


def test_values_set_apart_are_named_in_every_picture(results):
    words = "set apart, in no bar: 40 at 0"
    assert words in str(draw(picture_of(results["pile"])))
    assert words in results["pile"].plot(Figure().add_subplot()).get_legend_handles_labels()[1]
    assert explained(picture_of(results["pile"])) == [f"S{words[1:]}."]
    assert apart_words(results["stray"].set_apart) == "set apart, in no bar: 1 at 1000"


def test_plain_em_says_what_it_cannot_know(results):
    said = {name: unknown_to_em(result) for name, result in results.items()}
    assert said["open_bins"] == ["bins"]
    for name, what in (
        ("limits", "limits"),
        ("errors", "errors"),
        ("window", "windows"),
        ("labels", "labels"),
        ("background", "the background"),
        ("rounded", "rounding"),
    ):
        assert what in said[name]
    assert said["pile"] == []
