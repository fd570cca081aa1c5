"""Components of any family in words, tables and pictures."""

import re

import numpy as np
import pytest

import family_answers
import mix1d
from mix1d import Component, Mixture
from mix1d.display.comparison import selection_table, selection_title
from mix1d.display.curves import are_counts, component_densities, component_masses, curve_places, has_pole
from mix1d.display.drawing import draw
from mix1d.display.html import result_html
from mix1d.display.parameters import own_parameters, shape_words
from mix1d.display.picture import mixture_picture, picture_of
from mix1d.display.report.origin import code_line
from mix1d.display.shapes import likely, shape_sentences, worth_showing
from mix1d.model.families import FAMILIES, NAMES

ALL = [
    Component("normal", mean=0.0, sd=1.0),
    Component("uniform", low=-1.0, high=3.0),
    Component("lognormal", meanlog=0.5, sdlog=1.5),
    Component("gamma", shape=0.3, scale=2.0),
    Component("weibull", shape=0.6, scale=2.0),
    Component("inverse_gaussian", mean=2.0, shape=0.5),
    Component("exponential", scale=2.0),
    Component("student_t", df=1.0, loc=2.0, scale=0.5),
    Component("logistic", loc=1.0, scale=0.5),
    Component("skew_normal", alpha=-80.0, loc=1.0, scale=0.5),
    Component("beta", a=0.4, b=0.3),
    Component("poisson", mean=3.0),
    Component("negative_binomial", mean=3.0, size=0.5),
    Component("point_mass", value=4.0),
]


def test_all_families_are_here():
    assert [component.family for component in ALL] == [family.name for family in FAMILIES]


@pytest.mark.parametrize("component", ALL, ids=lambda component: component.family)
def test_every_family_has_a_finite_picture_whose_curve_has_its_mass(component):
    mixture = Mixture([1.0], components=[component])
    picture = mixture_picture(mixture)
    low, high = picture.limits
    assert np.isfinite(picture.components).all()
    assert (np.diff(picture.x) > 0.0).all()
    assert picture.components.max() > 0.0
    edges = np.linspace(low, high, 4001)
    masses = component_masses(mixture, edges)[0]
    assert (masses >= -1e-12).all()
    assert 0.9 < masses.sum() < 1.0 + 1e-9
    if not are_counts(mixture) and component.family != "point_mass" and not has_pole(mixture):
        heights = component_densities(mixture, picture.x)[0]
        area = float(np.sum(np.diff(picture.x) * (heights[1:] + heights[:-1]) / 2.0))
        assert area == pytest.approx(float(mixture.cdf(low, high)), abs=5e-3)
    assert "<svg" in mixture._repr_html_()
    assert NAMES[component.family].said.lower() in mixture._repr_html_().lower()


def test_poles_are_known():
    with_poles = {c.family for c in ALL if has_pole(Mixture([1.0], components=[c]))}
    assert with_poles == {"gamma", "weibull", "beta"}


def test_counts_have_their_probabilities():
    mixture = Mixture(
        [0.3, 0.7], components=[Component("point_mass", value=0.0), Component("poisson", mean=2.5)]
    )
    assert are_counts(mixture)
    x = curve_places(-0.7, 9.4, mixture)
    whole = x == np.rint(x)
    assert x[whole].tolist() == list(range(10))
    found = component_densities(mixture, x)
    assert found[1, whole] == pytest.approx(0.7 * Component("poisson", mean=2.5).pdf(np.arange(10.0)))
    assert found[0].tolist() == [0.3 if place == 0.0 else 0.0 for place in x]
    masses = component_masses(mixture, np.arange(-0.5, 10.0))
    assert masses.sum(axis=0)[:3] == pytest.approx(mixture.pdf([0.0, 1.0, 2.0]))


@pytest.mark.parametrize("name", family_answers.NAMES)
def test_the_picture_of_a_fit_is_that_of_its_data(name):
    result = family_answers.fitted(name)
    picture = picture_of(result)
    widths = np.diff(picture.edges)
    expected = component_masses(result.mixture, picture.edges).sum(axis=0)
    if picture.background is None:
        assert np.abs(expected - picture.density * widths).sum() < 0.5  # as histograms of some hundreds are
    assert picture.highest < 3.0 * picture.density.max()
    counts = {"poisson", "negative_binomial"} & {c.family for c in result.mixture.components}
    assert (picture.expected is not None) == bool(counts)
    points = [j for j, c in enumerate(result.mixture.components) if c.family == "point_mass"]
    assert not any({cut.below, cut.above} & set(points) for cut in picture.cuts)
    for ascii in (False, True):
        drawn = draw(picture, ascii=ascii)
        assert max(map(len, drawn.lines)) <= 80
    html = result_html(result)
    assert html.count('data-part="component"') == len(result.weights)
    assert "nan" not in re.sub(r"<[^>]*>", "", html).lower().replace("dominan", "")


@pytest.mark.parametrize("name", family_answers.NAMES)
def test_every_component_is_named_with_its_own_parameters(name):
    result = family_answers.fitted(name)
    text = " ".join(str(result).split())
    for j, component in enumerate(result.mixture.components):
        if component.family != "normal":
            assert f"{'abc'[j]} {NAMES[component.family].said}" in text
        for own, _ in own_parameters(component):
            assert re.search(rf"\b{own} [<\d]|{own} without limit", text)
    assert not re.search(r"\b(nan|inf)\b", text)


def test_shapes_in_words():
    assert shape_words(ALL[0]) == ""
    assert shape_words(ALL[11]) == "Poisson"
    assert shape_words(ALL[5]) == "inverse Gaussian with shape 0.5"
    assert shape_words(ALL[7]) == "Student t with df 1 and scale 0.5"


def test_a_component_without_a_mean_has_its_median():
    x = np.concatenate(
        [np.tan(np.pi * (np.arange(300) + 0.5) / 300 - np.pi / 2), 60.0 + np.arange(-9, 10) / 9]
    )
    text = " ".join(str(mix1d.fit(x, 1, family="student_t")).split())
    assert re.search(r"a 100 % - - 319 a Student t: .* median 0\.", text)


def test_the_table_of_several_families_is_short():
    result = family_answers.fitted("auto")
    rows = result.selection
    families = {row.family for row in rows}
    shown = worth_showing(rows, result.criterion)
    table = selection_table(rows, result.criterion)
    assert len(table.rows) == len(shown) < len(rows)
    assert {rows[i].family for i in shown} == families
    assert rows[shown[0]].chosen
    assert table.rows[0][0] == ">"
    assert [cells[0] for cells in table.rows[1:]].count("*") == len(likely(rows)) - 1
    total = sum(rows[i].evidence_weight for i in likely(rows))
    assert total >= 0.95
    assert total - rows[likely(rows)[-1]].evidence_weight < 0.95
    assert f"{len(rows) - len(shown)} more" in selection_title("bic", rows)
    for family in families:
        best = min(row.bic for row in rows if row.family == family and row.eligible)
        assert best in [rows[i].bic for i in shown]


def test_what_does_not_depend_on_the_shape_is_said():
    truth = Mixture(
        [0.6, 0.4],
        components=[Component("gamma", shape=3.0, scale=1.0), Component("gamma", shape=40.0, scale=0.3)],
    )
    result = mix1d.fit(truth.sample(400, rng=3), family="auto")
    (said,) = shape_sentences(result)
    assert said.startswith("The number of groups and the cut do not depend on the shape: with ")
    assert "there are 2" in said
    assert said in " ".join(result.summary(details=True).split())
    low, high = map(float, re.search(r"at ([\d.]+) to ([\d.]+)\.", said).groups())
    (cut,) = (cut for cut in result.thresholds() if cut.kind == "crossing")
    assert cut.lower <= low <= high <= cut.upper
    assert not list(shape_sentences(mix1d.fit(truth.sample(400, rng=3))))


def test_a_number_that_depends_on_the_shape_is_said():
    x = Mixture([1.0], components=[Component("negative_binomial", mean=6.0, size=6.0)]).sample(90, rng=11)
    result = mix1d.fit(x, family={"poisson", "negative_binomial"})
    ks = {result.selection[i].n_components for i in likely(result.selection)}
    said = list(shape_sentences(result))
    families = {result.selection[i].family for i in likely(result.selection)}
    if len(families) > 1 and len(ks) > 1:
        assert said[0].startswith("How many groups there are depends on the shape: ")
    else:
        assert len(said) == (len(families) > 1)


@pytest.mark.parametrize(
    ("family", "written"),
    [
        ("gamma", "family='gamma'"),
        ({"gamma", "lnorm"}, "family={'lognormal', 'gamma'}"),
        (["gamma", "normal"], "family=['gamma', 'normal']"),
        ("auto", "family='auto'"),
    ],
)
def test_the_call_is_repeated_with_its_family(family, written):
    x = family_answers.two_gammas()
    result = mix1d.fit(x, None if isinstance(family, list) else 2, family=family)
    assert written in code_line(result)
    again = eval(code_line(result), {"mix1d": mix1d, "x": x})
    assert again.mixture == result.mixture
