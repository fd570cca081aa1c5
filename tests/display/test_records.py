"""What records show of themselves: every record that a method returns, in every form that is asked for."""

import collections.abc
import dataclasses
import functools
import inspect
import json
import os
import pickle
import re
import shutil
import subprocess
import typing
from pathlib import Path

import numpy as np
import pytest

import mix1d
from cases import draw
from fragments import HOSTILE, checked, svg_of
from mix1d.diagnostics.shapes import Shape, other_shapes
from mix1d.display.records import CARDS, KINDS, card_of
from mix1d.display.records.panel import range_of
from mix1d.display.summary import summarise
from mix1d.display.text import BEWARE
from mix1d.model.plain_em import EM, EMStep
from mix1d.outcome.records import Selection
from mix1d.selection.dip import DipTest, dip_test
from mix1d.selection.record import OrderTest
from mix1d.showing import Records
from places import EXAMPLES, TESTS

WAITING = np.loadtxt(EXAMPLES / "old_faithful_waiting.csv", skiprows=1)
GALAXIES = np.loadtxt(TESTS / "data" / "galaxies.csv", skiprows=1)
SKEWED = np.round(np.exp(draw(7, [0.6, 0.4], [0.0, 2.0], [0.5, 0.3], 150)), 3)
FORMS = ("_repr_html_", "_repr_markdown_", "_repr_latex_")
# What asks a fit for a record, with few replicates where it draws samples.
ASKED = {
    "standard_errors": {},
    "replicates": {"replicates": 60},
    "confidence_interval": {},
    "thresholds": {},
    "quantile": {"p": 0.5},
    "proportion_above": {"x": 3.0},
    "overlap": {},
    "separation": {},
    "modes": {},
    "goodness_of_fit": {"replicates": 40},
    "qq": {},
    "certificate": {},
    "influence": {},
}
HELD = ("mixture", "trace", "optima", "findings", "selection", "set_apart")
FITS = {
    "waiting": lambda: mix1d.fit(WAITING, name="waiting"),
    "one": lambda: mix1d.fit(draw(4, [1.0], [0.0], [1.0], 30), 1),
    "galaxies": lambda: mix1d.fit(GALAXIES, 3),
    "gamma": lambda: mix1d.fit(SKEWED, 2, family="gamma"),
    "families": lambda: mix1d.fit(SKEWED, [1, 2], family={"normal", "lognormal"}),
    "mixed": lambda: mix1d.fit(SKEWED, 2, family=("lognormal", "normal")),
    "limits": lambda: mix1d.fit(mix1d.Observations([*WAITING[:80].tolist(), "<50", ">90"]), 2),
    "bins": lambda: mix1d.fit(np.histogram(WAITING, 20), 2),
    "background": lambda: mix1d.fit(WAITING, 2, background=True),
    "piled": lambda: mix1d.fit(np.append(draw(3, [1.0], [5.0], [1.0], 200), np.zeros(90))),
    "regularized": lambda: mix1d.fit(np.append(draw(5, [1.0], [0.0], [1.0], 60), [5.0, 5.0001, 5.0002]), 3),
    "null": lambda: mix1d.fit(draw(3, [1.0], [0.0], [1.0], 40), 4),
    "many": lambda: mix1d.fit(np.concatenate([draw(j, [1.0], [9.0 * j], [1.0], 20) for j in range(11)]), 11),
    "constant": lambda: mix1d.fit([3.0] * 5),
    "huge": lambda: mix1d.fit([-1e308, 0.0, 1e308], 1),
    "tiny": lambda: mix1d.fit(np.arange(1.0, 9.0) * 5e-324, 1),
    "hostile": lambda: mix1d.fit(WAITING, 2, name=HOSTILE),
}


def records_of(result):
    """All records of a fit that can be had for it, and those that they are made of."""
    for name, options in ASKED.items():
        try:
            yield from with_parts(name, getattr(result, name)(**options))
        except mix1d.Mix1dError:
            assert name in ("goodness_of_fit", "qq", "certificate", "influence", "replicates")
    for name in HELD:
        yield from with_parts(name, getattr(result, name))
    yield from with_parts("other_shapes", other_shapes(result))


def others():
    """Records that no fit returns."""
    bootstrap = mix1d.order_test(WAITING, 1, replicates=50)
    yield "bootstrap", bootstrap
    yield "refused", mix1d.order_test(WAITING, 2, replicates=50)
    yield "em test", mix1d.order_test(WAITING, 2, method="em")
    yield "cut-off", mix1d.fit(WAITING, 2).cutoff()
    yield "step", list(mix1d.em(WAITING, 2, max_iter=2))[-1]
    sketch = mix1d.Sketch(HOSTILE)
    yield "empty sketch", sketch
    filled = mix1d.Sketch("waiting")
    filled.add(WAITING)
    yield "sketch", filled
    yield "observations", mix1d.Observations([1, 2, 3, "<0.5"], name=HOSTILE, truncation=(0.0, 9.0))
    yield "npmle", mix1d.Mixture(np.full(60, 1 / 60), np.arange(60.0), np.ones(60))
    yield "no findings", Records(mix1d.result.Finding)
    if shutil.which("true") and has("diptest"):
        yield "dip", dip_test(mix1d.fit(WAITING, 1).sample)


def has(package):
    try:
        __import__(package)
    except ImportError:
        return False
    return True


def with_parts(name, record):
    """A record and the records in it."""
    yield name, record
    if isinstance(record, tuple) and not hasattr(record, "_fields"):
        inside = {str(i): item for i, item in enumerate(record[:3])}
    elif dataclasses.is_dataclass(record):
        inside = {field.name: getattr(record, field.name) for field in dataclasses.fields(record)}
    elif isinstance(record, mix1d.Mixture):
        inside = {"component": record.components[0]}
    else:
        inside = {}
    for part, value in inside.items():
        if isinstance(value, tuple) and value and not isinstance(record, tuple):
            value = value[0]  # all others are alike
        if is_record(type(value)):
            yield from with_parts(f"{name}.{part}", value)


def is_record(kind):
    return kind in CARDS or kind in KINDS or kind is Records


@functools.cache
def every(name):
    return list(others() if name == "others" else records_of(FITS[name]()))


@pytest.fixture(scope="module", params=[*FITS, "others"])
def shown(request):
    return every(request.param)


# ---- none is forgotten


def classes_in(annotation):
    """The classes of this package that an annotation names."""
    if inspect.isclass(annotation) and annotation.__module__.startswith("mix1d"):
        yield annotation
    for part in typing.get_args(annotation):
        yield from classes_in(part)


def returned():
    """The records that methods and attributes of a result return, and those in their fields."""
    found, waiting = set(), []
    for name in dir(mix1d.FitResult):
        member = inspect.getattr_static(mix1d.FitResult, name)
        member = getattr(member, "fget", None) or getattr(member, "func", None) or member
        if not name.startswith("_") and callable(member):
            waiting += classes_in(hints(member).get("return"))
    more = mix1d.Mixture.thresholds, mix1d.Mixture.components.fget
    for function in (mix1d.order_test, mix1d.em, dip_test, other_shapes, *more):
        waiting += classes_in(hints(function).get("return"))
    while waiting:
        kind = waiting.pop()
        if kind in found or kind is mix1d.FitResult:
            continue
        found.add(kind)
        if dataclasses.is_dataclass(kind):
            for hint in hints(kind).values():
                waiting += classes_in(hint)
        for base in getattr(kind, "__orig_bases__", ()):
            waiting += classes_in(base)
    return found


def hints(thing):
    names = {"np": np, "Axes": object, "Path": Path} | vars(inspect.getmodule(thing))
    return typing.get_type_hints(thing, globalns=names)


def test_every_record_that_a_method_returns_is_known():
    kinds = {kind for kind in returned() if not issubclass(kind, Selection | Records)}
    assert {OrderTest, EMStep, DipTest, Shape, mix1d.Mixture, mix1d.Component} <= kinds
    assert len(kinds) >= 22
    unknown = {kind.__name__ for kind in kinds if not is_record(kind)}
    assert not unknown, f"give them @showing.record, and a card in mix1d/display/records: {unknown}"
    for kind in kinds | {Selection, Records, mix1d.Sketch, mix1d.Observations}:
        for name in (*FORMS, "to_dict", "to_frame", "__repr__"):
            assert callable(getattr(kind, name)), (kind, name)


def test_the_walk_finds_what_is_in_annotations():
    found = list(classes_in(collections.abc.Iterator[tuple[mix1d.Mixture, ...] | None]))
    assert found == [mix1d.Mixture]


def test_every_card_is_shown_by_some_record():
    seen = set()
    for name in ("waiting", "galaxies", "piled", "others"):
        seen |= {type(record) for _, record in every(name)}
    plays = {EM}  # whose HTML has a script
    assert (set(CARDS) | set(KINDS)) - seen <= ({DipTest} if not has("diptest") else set()) | plays


def test_plain_em_is_a_table_of_steps():
    ready = mix1d.em(WAITING, 2, max_iter=23)
    assert [step["iteration"] for step in ready.to_dict()["steps"]] == list(range(24))
    assert len(ready.to_frame()) == 24
    assert ready._repr_markdown_().count("\n| ") == 8
    assert ready._repr_latex_().startswith(r"\par\noindent\textbf{Plain EM, 23 iterations}")


# ---- what is shown


def test_a_repr_has_at_most_ten_short_lines(shown):
    for name, record in shown:
        lines = repr(record).splitlines()
        assert 1 <= len(lines) <= 10, name
        assert "array(" not in repr(record), name
        if len(lines) > 1:
            assert max(map(len, lines)) <= 80, name


def test_html_is_small_and_harmless(shown):
    for name, record in shown:
        html = record._repr_html_()
        assert len(html) < 40_000, name
        checked(html)
        svg = svg_of(html)
        if svg is None:
            continue
        assert svg.get("role") == "img"
        assert svg[0].text == svg.get("aria-label")
        numbers = re.findall(r'(?:d|x|y|cx|cy|r|width)="([^"]*)"', html)
        assert not any(word in text for text in numbers for word in ("nan", "inf")), name


def test_no_ink_vanishes_on_dark_or_light_pages(shown):
    for name, record in shown:
        svg = svg_of(record._repr_html_())
        for element in [] if svg is None else svg.iter():
            for attribute in ("fill", "stroke"):
                ink = element.get(attribute, "none")
                assert ink in {"none", "currentColor"} or ink.startswith("#"), name
                assert ink.lower() not in {"#000", "#000000", "#fff", "#ffffff"}, name


def test_markdown_has_tables_of_one_width(shown):
    for name, record in shown:
        text = record._repr_markdown_()
        assert text.startswith("**"), name
        rows = [line for line in text.splitlines() if line.startswith("|")]
        widths = {len(re.findall(r"(?<!\\)\|", row)) for row in rows}
        assert len(widths) <= 1, name
        assert "<" not in re.sub(r"\\<", "", text), name


def test_latex_is_balanced(shown):
    for name, record in shown:
        text = record._repr_latex_()
        bare = re.sub(r"\\[{}$%&#_]", "", text)
        assert bare.count("{") == bare.count("}"), name
        assert bare.count("$") % 2 == 0, name
        assert "%" not in bare, name
        assert text.count(r"\begin{tabular}") == text.count(r"\end{tabular}") <= 1, name
        width = re.search(r"\\begin\{tabular\}\{(.*)\}\n", text)
        if width:
            columns = len(re.sub(r"p\{[^}]*\}+", "p", width[1]))
            rows = [line for line in text.splitlines() if line.endswith(r" \\")]
            assert {len(re.findall(r"(?<!\\)&", row)) + 1 for row in rows} == {columns}, name


def test_latex_compiles_without_any_package(tmp_path):
    if shutil.which("pdflatex") is None:
        why = "no LaTeX: make test installs it where it may (apt-get install texlive-latex-base)"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(why)
    texts = [make()._repr_latex_() for make in FITS.values()]
    texts += [record._repr_latex_() for name in (*FITS, "others") for _, record in every(name)]
    body = "\n".join(dict.fromkeys(texts))
    page = tmp_path / "records.tex"
    page.write_text(
        f"\\documentclass{{article}}\\begin{{document}}\n{body}\n\\end{{document}}", encoding="utf-8"
    )
    command = ["pdflatex", "-halt-on-error", "-interaction=nonstopmode", page.name]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, errors="replace")
    assert done.returncode == 0, "\n".join(line for line in done.stdout.splitlines() if line[:1] == "!")
    assert (tmp_path / "records.pdf").stat().st_size > 10_000


def test_dicts_are_ready_for_json(shown):
    for name, record in shown:
        found = record.to_dict()
        assert isinstance(found, dict), name
        assert found, name
        assert json.loads(json.dumps(found, allow_nan=False)) == found, name


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_frames_have_columns_of_one_length(shown, library):
    pytest.importorskip("narwhals")
    module = pytest.importorskip(library)
    for name, record in shown:
        frame = record.to_frame(library)
        assert isinstance(frame, module.DataFrame), name
        if not (isinstance(record, tuple) and not record):
            assert len(frame.columns) > 0, name


# ---- single ones


def test_several_records_are_a_tuple_still():
    cuts = mix1d.fit(WAITING, 2).thresholds()
    assert isinstance(cuts, tuple)
    assert cuts == tuple(cuts)
    assert hash(cuts) == hash(tuple(cuts))
    assert cuts[:1] == tuple(cuts)[:1]
    again = pickle.loads(pickle.dumps(cuts))
    assert again.to_dict() == cuts.to_dict()
    assert type(again) is Records
    assert (again.kind, again.said, again.beside) == (cuts.kind, cuts.said, cuts.beside)
    assert [cut["kind"] for cut in cuts.to_dict()["thresholds_between_neighbours"]] == [c.kind for c in cuts]


def test_frames_have_the_numbers_of_the_records():
    result = mix1d.fit(WAITING, 2)
    bounds = result.confidence_interval()
    frame = bounds.to_frame("pandas")
    assert frame["mean_lower"].tolist() == bounds.lower.means.tolist()
    assert frame["mean"].tolist() == result.means.tolist()
    assert frame["sd_upper"].tolist() == bounds.upper.sds.tolist()
    drawn = result.replicates(replicates=50)
    assert drawn.to_frame("pandas").query("component == 1")["sd"].tolist() == drawn.sds[:, 1].tolist()
    selection = mix1d.fit(WAITING, [1, 2]).selection
    assert selection.to_frame("pandas")["bic"].tolist() == [row.bic for row in selection]
    assert result.thresholds().to_frame("polars")["value"].to_list() == [c.value for c in result.thresholds()]
    found = result.goodness_of_fit(replicates=20)
    assert found.to_frame("pandas")["p_value"][0] == found.anderson_darling.p_value


def test_numbers_keep_two_digits_of_their_interval():
    cells = repr(mix1d.fit(WAITING, name="waiting").confidence_interval()).splitlines()
    assert cells[0] == "95 % profile intervals of 2 components"
    assert cells[3].split("  ")[:3] == ["a", "36 % (30 to 42)", "54.6 (53.3 to 55.9)"]


def test_an_open_interval_is_an_arrow_and_says_why():
    bounds = mix1d.fit([1.0, 2.0, 2.0, 3.0, 8.0, 9.0, 9.0, 10.0, 5.0, 5.5], 2).confidence_interval()
    assert any(e.open_lower or e.open_upper for e in bounds.estimates)
    html = bounds._repr_html_()
    assert 'data-part="open"' in html
    assert "An end is open where" in html
    closed = mix1d.fit(WAITING, 2).confidence_interval()._repr_html_()
    assert 'data-part="open"' not in closed


def test_the_picture_of_a_test_has_the_null_law_and_the_data():
    test = mix1d.order_test(WAITING, 2, replicates=60)
    svg = svg_of(test._repr_html_())
    parts = [element.get("data-part") for element in svg.iter()]
    assert parts.count("bars") == 1
    assert parts.count("observed") == 1
    far = mix1d.order_test(WAITING, 1, replicates=60)
    assert 'data-part="beyond"' in test._repr_html_()
    assert far.exceed == 0


@pytest.mark.parametrize(("name", "parts"), [("waiting", ("data", "diagonal")), ("bins", ())])
def test_goodness_is_drawn_where_values_have_places(name, parts):
    found = FITS[name]().goodness_of_fit(replicates=20)
    html = found._repr_html_()
    assert ("<svg" in html) == bool(parts)
    for part in parts:
        assert f'data-part="{part}"' in html
    assert "curve" not in found.to_dict()
    assert found == found


def test_the_curve_of_a_goodness_of_fit_is_that_of_the_transforms():
    result = mix1d.fit(GALAXIES, 2)
    curve = result.goodness_of_fit(replicates=20).curve
    assert curve[:, 0] == pytest.approx(result.pit()[0])
    assert curve[:, 1] == pytest.approx((np.arange(82) + 0.5) / 82, abs=0.01)
    assert np.all(np.diff(curve, axis=0) >= 0.0)


def test_the_picture_of_a_selection_has_a_line_for_each_kind():
    html = mix1d.fit(WAITING, range(1, 5))._repr_html_()
    selection = mix1d.fit(WAITING, range(1, 5)).selection
    svg = svg_of(selection._repr_html_())
    parts = [element.get("data-part") for element in svg.iter()]
    assert parts.count("criterion") == 2
    assert parts.count("chosen") == 1
    assert "free sds" in "".join(svg.itertext())
    assert html
    assert svg_of(mix1d.fit(WAITING, 2).selection._repr_html_()) is None


def test_ranges_that_cannot_be_drawn_are_none():
    assert range_of(np.array([np.nan])) is None
    assert range_of(np.array([-1.7e308, 1.7e308])) is None
    low, high = range_of(np.array([3.0, 3.0]))
    assert low < 3.0 < high


def test_names_of_others_are_no_markup():
    rows = mix1d.Observations([1.0, 2.0], name="a_b|c$d{e}\\ ±")
    assert r"a\_b$|$c\$d\{e\}\textbackslash{} $\pm$" in rows._repr_latex_()
    assert r"a\_b\|c\$d\{e\}\\ ±" in rows._repr_markdown_()
    assert "[greek small letter omega]" in mix1d.Observations([1.0], name="ω")._repr_latex_()


def test_a_record_alone_has_a_card():
    card = card_of(mix1d.fit(WAITING, 2).thresholds()[0])
    assert card.table.header == ("between", "threshold", "interval", "kind")


# ---- what a stranger reads


def test_the_em_test_says_what_its_sentence_says():
    card = card_of(mix1d.order_test(WAITING, 2, method="em"))
    assert card.title.startswith("EM-test of 2 components against more: p")
    assert card.table.header == ("test", "null", "against", "statistic", "p")
    assert len(card.table.align) == 5


def test_an_interval_without_a_lower_end_has_few_digits():
    words = repr(mix1d.fit([1.0, 2.0, 2.0, 3.0, 8.0, 9.0, 9.0, 10.0, 5.0, 5.5], 2).confidence_interval())
    assert "(up to more than 1.7" in words
    assert max(len(number) for number in re.findall(r"\d+\.(\d+)", words)) <= 2


@pytest.mark.parametrize("name", ["waiting", "gamma", "bins", "piled", "hostile"])
def test_a_result_on_paper_has_the_words_and_the_table_of_the_page(name):
    result = FITS[name]()
    markdown, latex = result._repr_markdown_(), result._repr_latex_()
    k = len(result.weights)
    assert len([line for line in markdown.splitlines() if line.startswith("|")]) == 2 + k
    assert latex.count(r"\begin{tabular}") == latex.count(r"\end{tabular}") == 1
    assert (BEWARE in markdown) == bool(summarise(result).beware)
    assert len(re.findall(r"(?m)^[a-z] &", latex)) == k
    bare = re.sub(r"\\[{}$%&#_]", "", latex)
    assert bare.count("{") == bare.count("}")
    assert "%" not in bare
