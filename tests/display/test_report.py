"""The report of a fit as text: complete, self-contained, safe, and readable for every kind of fit."""

import csv
import hashlib
import importlib.util
import io
import itertools
import json
import math
import re
from html.parser import HTMLParser

import numpy as np
import pytest

import mix1d
from mix1d.display import report as reports
from mix1d.display.beware import LEFT_OUT
from mix1d.display.checks import Checks
from mix1d.display.picture import picture_of
from mix1d.display.playing import fragment
from mix1d.display.report import report_html
from mix1d.display.report.sections import said_of
from mix1d.words import value_and_error
from places import DATA, EXAMPLES

WAITING = str(EXAMPLES / "old_faithful_waiting.csv")
WAITED = np.loadtxt(WAITING, skiprows=1)
GALAXIES = np.loadtxt(DATA / "galaxies.csv", skiprows=1)
SECTIONS = ["picture", "numbers", "beware", "details", "number", "goodness", "em", "origin"]
HOSTILE = '</script><b>"x"'
MOST = 300_000  # bytes of a page


class Page(HTMLParser):
    """A page taken apart: elements with attributes, headings, tables, and the text outside scripts."""

    VOID = frozenset({"meta", "link", "input", "br"})

    def __init__(self, html):
        super().__init__()
        self.elements, self.open, self.text, self.texts = [], [], [], {}
        self.scripts, self.styles, self.headings, self.cells, self.drawings = [], [], [], [], []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)
        if tag in {"h1", "h2", "h3"}:
            self.headings.append([tag, ""])
        if tag in {"td", "th"}:
            self.cells.append("")
        if tag == "svg" and dict(attrs).get("class") == "drawing":
            self.drawings.append([])
        if self.drawings and "svg" in self.open:
            self.drawings[-1].append((tag, dict(attrs)))

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if self.drawings and "svg" in self.open:
            self.drawings[-1].append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "script" in self.open:
            self.scripts.append(data)
        elif "style" in self.open:
            self.styles.append(data)
        elif "svg" not in self.open:
            self.text.append(data)
            if self.headings and self.open and self.open[-1] == self.headings[-1][0]:
                self.headings[-1][1] += data
            if {"td", "th"} & set(self.open):
                self.cells[-1] += data

    @property
    def words(self):
        return " ".join("".join(self.text).split())

    @property
    def numbers(self):
        (text,) = (text for text in self.scripts if text.startswith('{"charts"'))
        return json.loads(text)

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


def big_sketch():
    rng = np.random.default_rng(7)
    sketch = mix1d.Sketch()
    sketch.add(np.concatenate([rng.normal(0.0, 1.0, 30_000), rng.normal(5.0, 1.5, 20_000)]))
    for _ in range(15):
        sketch = sketch + sketch
    assert sketch.count > 1.6e9
    return sketch


def rng(seed=3):
    return np.random.default_rng(seed)


CASES = {
    "old faithful": lambda: mix1d.fit(WAITED, name="waiting"),
    "galaxies": lambda: mix1d.fit(GALAXIES, sds="auto", name="velocity"),
    "ties": lambda: mix1d.fit(np.concatenate([rng().poisson(6, 400), rng(4).poisson(25, 300)]), name="count"),
    "sketch": lambda: mix1d.fit(big_sketch(), range(1, 4), name="charge"),
    "one component": lambda: mix1d.fit(rng().normal(3.0, 1.0, 50), 1),
    "regularized": lambda: mix1d.fit([1.0, 1, 1, 1, 1, 2, 3, 4, 5, 6, 7, 7.5], 2),
    "weight 0": lambda: mix1d.fit(rng().normal(0.0, 1.0, 30).round(1), 6),
    "ten": lambda: mix1d.fit(GALAXIES, 10),
    "constant": lambda: mix1d.fit([2.0] * 9, name="constant"),
    "one value": lambda: mix1d.fit([5.0], 1),
    "equal": lambda: mix1d.fit(WAITED, 3, sds="equal"),
    "tiny": lambda: mix1d.fit(WAITED * 1e-100, 2, name="tiny"),
    "huge": lambda: mix1d.fit(WAITED * 1e100, 2, name="huge"),
    "offset": lambda: mix1d.fit(1e9 + rng().normal(0.0, 1.0, 200), 2),
    "hostile name": lambda: mix1d.fit(WAITED, 2, name=HOSTILE),
    "weights": lambda: mix1d.fit([1.0, 2, 3, 8, 9, 10], 2, sample_weight=[0.25, 0.5, 0.2, 0.3, 0.4, 0.1]),
}


@pytest.fixture(scope="module", params=CASES)
def case(request):
    result = CASES[request.param]()
    return result, report_html(result)


@pytest.fixture(scope="module")
def waiting():
    return mix1d.fit(WAITED, name="waiting")


def unpacked(packed, width, n=None):
    zeros, text = packed
    numbers = [0] * zeros + [int(text[i : i + width], 36) for i in range(0, len(text), width)]
    return np.array(numbers + [0] * ((n or len(numbers)) - len(numbers)))


def read_off(picture, fit=None):
    """Places, densities of all components and of each, and shares in %, as the script reads them."""
    data = fit or picture
    low, high = picture["x"]
    at = low + (high - low) * unpacked(data["at"], 4) / 1e6
    shares = [unpacked(share, 2, len(at)) / 10 for share in data["shares"]]
    if "unit" in data:
        total = unpacked(data["total"], 3, len(at)) * data["unit"]
        return at, total, [unpacked(one, 3, len(at)) * data["unit"] for one in data["components"]], shares
    filled = [np.array([0.0] * z + ys + [0.0] * (len(at) - z - len(ys))) for z, ys in data["components"]]
    return at, np.array(data["total"]), filled, shares


def test_every_kind_of_fit_has_a_whole_page(case):
    result, html = case
    assert len(html.encode()) < MOST
    page = Page(html)
    assert [a["id"] for a in page.all("section")] == [f"{name}-part" for name in SECTIONS]
    assert {a["href"] for a in page.all("a")} == {"#answer", *(f"#{name}-part" for name in SECTIONS)}
    assert [tag for tag, _ in page.headings].count("h1") == 1
    assert page.headings[0] == ["h1", result.name or "value"]
    levels = [int(tag[1]) for tag, _ in page.headings]
    assert all(later - earlier <= 1 for earlier, later in itertools.pairwise(levels))
    for sentence in [finding.message for finding in result.findings]:
        assert " ".join(sentence.split()) in page.words


def test_no_number_is_written_as_nan(case):
    _, html = case
    page = Page(html)
    for word in ("nan", "inf", "None", "undefined"):
        assert not re.search(rf"(?i:\b{word}\b)", " ".join(page.cells)), word
        assert not re.search(rf"\b{word}\b", page.words), word
    assert set(page.numbers) == {"charts", "csv"}  # json.loads takes NaN, JSON.parse does not
    assert not re.search(r"[:\[,](NaN|-?Infinity)", next(s for s in page.scripts if s.startswith("{")))
    places = [
        a[name] for _, a in itertools.chain(*page.drawings) for name in ("d", "x", "y", "points") if name in a
    ]
    assert not re.search("nan|inf", " ".join(places))


def test_the_numbers_are_those_of_the_fit(case):
    """Read off with the digits that a reader sees, wherever the curve can be seen."""
    result, html = case
    charts = Page(html).numbers["charts"]
    picture, drawn = charts["picture"], picture_of(result)
    fits = [(None, drawn)]
    if "row" in charts:
        pictures = [drawn.of(row.mixture) for row in result.selection]
        fits += zip(charts["row"]["fits"], pictures, strict=True)
    for fit, exact in fits:
        x, total, components, shares = read_off(picture, fit)
        top, width = (fit or picture)["y"][1], exact.limits[1] - exact.limits[0]
        kept = np.abs(exact.x[:, None] - x).argmin(axis=0) if fit else np.arange(len(x))
        assert np.abs(exact.x[kept] - x).max() <= 1e-6 * width
        expected = exact.mixture.pdf(exact.x)[kept]
        seen = expected < 2.0 * top
        np.testing.assert_allclose(total[seen], expected[seen], rtol=6e-4, atol=2e-4 * top if fit else 1e-300)
        real = np.flatnonzero(exact.mixture.weights > 0.0)
        owned = 100.0 * exact.mixture.responsibilities(exact.x[kept])[:, real]
        for j, share in enumerate(shares):
            clear = expected > 1e-300
            assert np.abs(share - owned[:, j])[clear].max(initial=0.0) <= 0.0501
            own = expected * owned[:, j] / 100.0
            np.testing.assert_allclose(components[j][seen], own[seen], rtol=6e-4, atol=2e-4 * top)
    edges, bars = np.array(picture["edges"]), np.array(picture["bars"])
    assert 0.9 < bars @ np.diff(edges) < 1.0 + 1e-3
    held = sum(float(words.split()[0]) for words in picture["bins"])
    assert 0.9 * result.total_weight < held < 1.001 * result.total_weight


@pytest.mark.parametrize("name", ["old faithful", "galaxies", "ten", "tiny", "offset", "regularized"])
def test_the_drawing_is_that_of_the_numbers(name):
    """The lines of the first picture, which have few points, are where the densities are."""
    result = CASES[name]()
    page = Page(report_html(result))
    (drawing,) = (one for one in page.drawings if ("title", {"id": "picture-title"}) in one)
    picture = page.numbers["charts"]["picture"]
    low, high = picture["x"]
    lines = [a for tag, a in drawing if tag == "path" and a.get("data-part") in ("sum", *picture["names"])]
    assert len(lines) == len(picture["names"]) + (len(picture["names"]) > 1)
    for line in lines:
        points = np.array([pair.split(" ") for pair in line["d"][1:].split("L")], float)
        x, y = low + points[:, 0] / 1000.0 * (high - low), (1.0 - points[:, 1] / 1000.0) * picture["y"][1]
        at = np.linspace(x[0], x[-1], 777)
        j = None if line["data-part"] == "sum" or len(lines) == 1 else "abcdefghij".index(line["data-part"])
        exact = result.mixture.pdf(at)
        if j is not None:
            exact = exact * result.mixture.responsibilities(at)[:, j]
        seen = exact < picture["y"][1]
        assert np.abs(np.interp(at, x, y) - exact)[seen].max() < 0.01 * picture["y"][1]


def test_a_million_values_and_six_groups_are_a_small_page():
    sizes, draw = [100, 200, 150, 250, 120, 180], np.random.default_rng(1)
    x = np.concatenate([draw.normal(3.0 * j, 0.5 + 0.1 * j, 1000 * n) for j, n in enumerate(sizes)])
    result = mix1d.fit(x, name="signal")
    assert (len(result.mixture.weights), len(result.selection)) == (6, 18)
    assert len(report_html(result).encode()) < MOST


def outside(text):
    """Addresses that a browser would fetch: in attributes and in styles."""
    found = re.findall(r"""(?i)\b(?:src|srcset|href|action|poster|data)\s*=\s*["']?\s*([^"'\s>]+)""", text)
    found += re.findall(r"(?i)url\(\s*[\"']?([^\"')]+)", text) + re.findall(r"(?i)@import\s+([^;]+)", text)
    return [address for address in found if not address.startswith(("#", "data:"))]


def test_the_page_asks_for_nothing_outside(case):
    _, html = case
    assert outside(re.sub(r"(?s)<script[ >].*?</script>", "", html)) == []
    scripts = "".join(re.findall(r"(?s)<script[ >].*?</script>", html))
    assert not re.search(r"\b(?:fetch|XMLHttpRequest|WebSocket|import|eval)\b", scripts)
    assert set(re.findall(r"https?:[^\"'%]*", html)) == {"http://www.w3.org/2000/svg"}
    page = Page(html)
    assert {"script", "link", "meta"} <= {tag for tag, _ in page.elements}
    assert not {"img", "iframe", "object", "embed", "base", "form"} & {tag for tag, _ in page.elements}
    assert all("src" not in attributes for _, attributes in page.elements)
    (policy,) = (a["content"] for a in page.all("meta") if "http-equiv" in a)
    assert policy.startswith("default-src 'none';")
    assert "http" not in policy


def test_the_reader_of_addresses_finds_what_it_should():
    text = "<a href='https://a.b'><img src=x.png><style>@import 'y.css'; a{b:url(\"//c.d\")}"
    assert outside(text) == ["https://a.b", "x.png", "//c.d", "'y.css'"]
    assert outside('<a href="#em"><link href="data:x">') == []


def test_a_hostile_name_is_only_text():
    html = report_html(mix1d.fit(WAITED, 2, name=HOSTILE))
    assert HOSTILE not in html
    page = Page(html)
    assert page.headings[0] == ["h1", HOSTILE]
    assert page.all("b") == []
    assert page.numbers["charts"]["picture"]["label"] == HOSTILE
    plain = Page(report_html(mix1d.fit(WAITED, 2)))
    assert [tag for tag, _ in page.elements] == [tag for tag, _ in plain.elements]


def test_tables_and_figures_are_accessible(case):
    result, html = case
    page = Page(html)
    assert page.all("html") == [{"lang": "en"}]
    assert {"charset": "utf-8"} in page.all("meta")
    assert all(a.get("scope") in {"row", "col"} for a in page.all("th"))
    assert len(page.all("caption")) == len(page.all("table")) >= 1
    spread = len(result.sample.values) > 1  # or there is nothing to compare
    assert len(page.drawings) >= (3 if spread else 1)
    for drawing in page.drawings:
        assert all(a.get("role") == "img" for _, a in drawing[:1])
        first, second = (a["id"] for tag, a in drawing if tag in ("title", "desc") and "id" in a)
        assert drawing[0][1]["aria-labelledby"] == f"{first} {second}"
    sliders = [a["aria-label"] for a in page.all("input") if a["type"] == "range"]
    assert sliders == ["Step of EM"] * spread  # or there is nothing to play
    assert all(a["type"] == "button" for a in page.all("button"))
    identities = [a["id"] for _, a in page.elements if "id" in a]
    assert len(identities) == len(set(identities))
    named = [name for _, a in page.elements for name in a.get("aria-labelledby", "").split()]
    assert set(named) <= set(identities)


def test_the_answer_is_the_summary(waiting):
    words = Page(report_html(waiting)).words
    chosen = (
        "waiting: 2 components with equal sds, chosen by BIC among 1..5, free and equal sds (second best:"
    )
    order = [
        f"waiting: {waiting.bottom_line}",
        "Bars: the values",
        "0.361 ± 0.030",
        "53.33 to 55.88",
        "66.58",
        "Nothing beside what the answer says. 1 thing was noticed: in the details.",
        chosen,
        "cut 66.6 (65.6–67.5): a below, b above; 1.4 % (0.8–2.5) of values fall on the wrong side",
        "The model fits (Anderson-Darling p = .72). 272 values.",
        "EM-test: at least 2 components (p < .001), 3 not supported (p = .29).",
        "Noticed beside that The values",
        "The model fits: Anderson-Darling p = .72, parameters estimated.",
    ]
    places = [words.index(text) for text in order]
    assert places == sorted(places)
    assert waiting.bottom_line.startswith("2 groups, settled.")


def test_the_fit_of_each_number_is_there(waiting):
    page = Page(report_html(waiting))
    radios = [a for a in page.all("input") if a["type"] == "radio"]
    assert [a["value"] for a in radios] == [str(i) for i in range(len(waiting.selection))]
    assert ["checked" in a for a in radios] == [row.chosen for row in waiting.selection]
    panels = [a for a in page.all("div") if "data-row" in a]
    assert ["hidden" not in a for a in panels] == [row.chosen for row in waiting.selection]
    alone = mix1d.fit(WAITED, 3)
    for mean, error in zip(alone.mixture.means, alone.standard_errors().means, strict=True):
        assert " ± ".join(value_and_error(float(mean), float(error))) in page.words
    charts = page.numbers["charts"]
    assert len(charts["row"]["fits"]) == len(waiting.selection)
    said = [words for _, _, words, *_ in charts["criteria"]["points"]]
    assert len(said) == 3 * len(waiting.selection)
    assert "BIC, equal sds, 2: +0" in said
    best = next(point for point in charts["criteria"]["points"] if point[2] == "BIC, equal sds, 2: +0")
    assert waiting.selection[best[4]].chosen


def test_a_given_number_has_no_table_of_numbers():
    page = Page(report_html(mix1d.fit(WAITED, 2)))
    assert "Their number was given: 2." in page.words
    assert not {"criteria", "row"} & set(page.numbers["charts"])


def test_there_is_no_picture_of_nothing():
    """One number of components is no curve, and one value leaves nothing to look for."""
    constant = Page(report_html(mix1d.fit([2.0] * 9))).numbers["charts"]
    assert set(constant) == {"picture", "row"}
    one = Page(report_html(mix1d.fit(WAITED, 2, sds="auto"))).numbers["charts"]
    assert {"row", "certificate"} <= set(one)
    assert "criteria" not in one


def test_findings_come_with_their_codes(waiting):
    page = Page(report_html(waiting))
    assert waiting.findings
    for finding in waiting.findings:
        assert finding.code in page.words


NOTHING = "Nothing: no check that mix1d makes by itself found anything."


def test_without_findings_it_says_so():
    result = mix1d.fit(rng(11).normal(0.0, 1.0, 400), 1)
    assert result.findings == ()
    words = Page(report_html(result)).words
    assert NOTHING in words
    assert "Nothing beside" not in words


def test_every_finding_stands_once(case):
    """Also those that the answer has told in short, of which no list but that of the details has the code."""
    result, html = case
    said = said_of(result)
    told = [one.code for one in result.findings if one.code not in LEFT_OUT]
    assert sorted(one.code for one in (*said.warnings, *said.others)) == sorted(told)
    assert (NOTHING in Page(html).words) == (not result.findings)


def test_what_the_answer_says_is_not_nothing():
    """Values that were left out are said above: there is no more, but it is not that nothing was found."""
    x = np.append(rng(11).normal(0.0, 1.0, 400), np.nan)
    result = mix1d.fit(x, 1, missing="drop")
    assert [one.code for one in result.findings] == ["missing_dropped"]
    words = Page(report_html(result)).words
    assert result.findings[0].message in words
    assert "What to beware of Nothing beside what the answer says. In sentences" in words


def test_warnings_come_first_and_count_the_rest():
    result = mix1d.fit(GALAXIES, sds="auto")
    words = Page(report_html(result)).words
    assert "few_values 2 more things were noticed: in the details." in words


def test_goodness_of_fit_as_numbers(waiting):
    page = Page(report_html(waiting))
    charts = page.numbers["charts"]
    ratios = [float(words.split(": ")[1].split()[0]) for _, _, words in charts["pit"]["points"]]
    assert np.mean(ratios) == pytest.approx(1.0, abs=2e-3)
    values = [float(told[0]) for _, _, told in charts["qq"]["points"]]
    assert values == sorted(set(WAITED.tolist()))
    for name in ("qq", "pit"):
        (drawing,) = (one for one in page.drawings if ("title", {"id": f"{name}-title"}) in one)
        (band,) = (a["d"] for tag, a in drawing if a.get("data-part") == "band")
        x, y = np.array([pair.split(" ") for pair in band[1:-1].split("L")], float).T
        half = len(x) // 2
        assert x[:half].tolist() == x[: half - 1 : -1].tolist()
        assert (y[:half] > y[: half - 1 : -1]).all() or name == "pit"
    excess = [float(words.split(": ")[1]) for _, _, words in charts["certificate"]["points"]]
    assert max(excess) > 0.0


def test_tables_can_be_saved_with_all_digits(waiting):
    saved = Page(report_html(waiting)).numbers["csv"]
    rows = list(csv.DictReader(io.StringIO(saved["components"])))
    assert [float(row["mean"]) for row in rows] == waiting.mixture.means.tolist()
    bounds = waiting.confidence_interval()
    assert [float(row["sd_lower"]) for row in rows] == bounds.lower.sds.tolist()
    (cut,) = csv.DictReader(io.StringIO(saved["cut-offs"]))
    assert (float(cut["value"]), cut["below"], cut["above"]) == (waiting.thresholds()[0].value, "a", "b")
    tried = list(csv.DictReader(io.StringIO(saved["tried"])))
    assert [float(row["bic"]) for row in tried] == [row.bic for row in waiting.selection]


def test_several_fits_are_an_overview_and_a_part_each():
    fits = {
        name: mix1d.fit(rng(i).normal(i, 1.0, 80), 1, name="x") for i, name in enumerate(["left", "right"])
    }
    html = report_html({**fits, HOSTILE: mix1d.InputError("data must have 2 values")}, title="x by side")
    page = Page(html)
    assert page.headings[0] == ["h1", "x by side"]
    assert [text for tag, text in page.headings if tag == "h2"] == ["left", "right"]
    assert [a["id"] for a in page.all("article")] == ["fit-1", "fit-2"]
    assert [a["href"] for a in page.all("a")][1:] == [*["#overview", "#fit-1", "#fit-2"], "#fit-1", "#fit-2"]
    assert "not fitted: data must have 2 values" in page.words
    assert HOSTILE not in html
    assert set(page.numbers["charts"]) == {
        f"fit-{i}-{name}" for i in (1, 2) for name in ("picture", "qq", "pit")
    }
    saved = list(csv.DictReader(io.StringIO(page.numbers["csv"]["fits"])))
    assert [(row["fit"], float(row["mean"])) for row in saved] == [
        (name, float(fit.mixture.means[0])) for name, fit in fits.items()
    ]
    identities = [a["id"] for _, a in page.elements if "id" in a]
    assert len(identities) == len(set(identities))
    again = Page(report_html(list(fits.values())))
    assert [text for tag, text in again.headings if tag == "h2"] == ["x", "x (2)"]
    with pytest.raises(mix1d.InputError, match="result must be a fit, or several, got none"):
        report_html([])


@pytest.mark.parametrize(
    ("n", "figures", "links", "words"),
    [
        (4, 4, 12, None),
        (10, 1, 20, "What else was tried and how well each fits is left out"),
        (40, 0, 80, "Large pictures, what else was tried and how well each fits are left out"),
        (120, 0, 0, "Of so many fits there is a row each"),
    ],
)
def test_many_fits_stay_small(waiting, n, figures, links, words):
    """The more fits, the less of each, and the page says what is left out.

    A link beside the overview, one in it, and one to the details where there are any.
    """
    html = report_html({f"group {i}": waiting for i in range(n)})
    assert len(html.encode()) <= MOST
    page = Page(html)
    assert len(page.numbers["charts"]) == figures * n
    assert len([a for a in page.all("a") if a["href"].startswith("#fit-")]) == links
    assert page.numbers["csv"]["fits"].count("\n") == 1 + 2 * n
    assert len([a for a in page.all("tr")]) >= 1 + n
    buttons = {a["data-csv"] for a in page.all("button") if "data-csv" in a}
    assert buttons == set(page.numbers["csv"])
    targets = {a["href"][1:] for a in page.all("a")}
    assert targets <= {a["id"] for _, a in page.elements if "id" in a}
    assert "left out" not in page.words if words is None else words in page.words


def test_curves_of_several_fits_are_read_off_too(waiting):
    charts = Page(report_html({"a": waiting, "b": mix1d.fit(GALAXIES, 4)})).numbers["charts"]
    for i, mixture in ((1, waiting.mixture), (2, mix1d.fit(GALAXIES, 4).mixture)):
        picture = charts[f"fit-{i}-picture"]
        x, total, components, _ = read_off(picture)
        np.testing.assert_allclose(total, mixture.pdf(x), atol=3e-4 * picture["y"][1])
        np.testing.assert_allclose(sum(components), total, atol=5e-4 * picture["y"][1])


def test_long_columns_go_without_the_certificate():
    result = mix1d.fit(big_sketch(), 2)
    page = Page(report_html(result))
    assert "Not looked for: with so many values" in page.words
    assert "certificate" not in page.numbers["charts"]


def test_the_data_hash_and_the_line_of_code_repeat_the_fit(waiting):
    page = Page(report_html(waiting))
    values, counts = np.unique(WAITED, return_counts=True)
    digest = hashlib.sha256(values.astype("<f8").tobytes() + counts.astype("<f8").tobytes()).hexdigest()
    assert digest in page.words
    assert f"mix1d {mix1d.build_info()['version']}" in page.words
    assert repr(waiting.log_likelihood) in page.words


CALLS = {
    "mix1d.fit(x, sds='auto', criterion='bic', objective='stable')": {},
    "mix1d.fit(x, 3, sds='equal', criterion='bic', objective='stable')": {"n_components": 3, "sds": "equal"},
    "mix1d.fit(x, range(1, 4), sds='auto', criterion='aic', objective='highest')": {
        "n_components": [1, 2, 3],
        "sds": "auto",
        "criterion": "aic",
        "objective": "highest",
    },
    "mix1d.fit(x, [1, 3], sds='auto', criterion='icl', objective='stable', max_iter=500, tol=1e-09)": {
        "n_components": (3, 1),
        "criterion": "icl",
        "max_iter": 500,
        "tol": 1e-9,
    },
    "mix1d.fit(x, 2, sds='free', sample_weight=w, criterion='bic', objective='stable')": {
        "n_components": 2,
        "sample_weight": np.linspace(0.5, 1.5, WAITED.size),
    },
    "mix1d.fit(x, 2, sds='free', criterion='bic', objective='stable', "
    "start=mix1d.Mixture([0.5, 0.5], [55.0, 80.0], [6.0, 6.0]))": {
        "n_components": 2,
        "start": mix1d.Mixture([0.5, 0.5], [55.0, 80.0], [6.0, 6.0]),
    },
}


@pytest.mark.parametrize("line", CALLS)
def test_the_line_of_code_gives_the_same_answer(line):
    result = mix1d.fit(WAITED, **CALLS[line])
    found = dict(reports.origin.origin_of(result))["To repeat it"]
    assert found == line
    names = {"mix1d": mix1d, "x": WAITED, "w": CALLS[line].get("sample_weight")}
    again = eval(found, names)
    assert again.log_likelihood == result.log_likelihood
    np.testing.assert_array_equal(again.mixture.means, result.mixture.means)


def test_missing_values_are_in_the_line_of_code():
    x = [1.0, 2.0, math.nan, 9.0, 9.5, 10.0]
    found = dict(reports.origin.origin_of(mix1d.fit(x, 1, missing="drop")))
    assert found["To repeat it"].endswith("missing='drop')")
    assert found["Values"] == "n = 5, total weight 5, 1 missing left out"


def test_the_same_fit_gives_the_same_bytes_and_path(tmp_path, waiting):
    path = waiting.report(tmp_path / "a.html")
    assert path == tmp_path / "a.html"
    assert waiting.report(str(tmp_path / "b.html")) == tmp_path / "b.html"
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()
    assert path.read_text(encoding="utf-8") == report_html(mix1d.fit(WAITED, name="waiting"))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.html", "b.html"]


def test_tests_come_with_their_seed(tmp_path):
    result = mix1d.fit(WAITED[:60], 2)
    page = Page(result.report(tmp_path / "r.html", tests=True, replicates=19, rng=5).read_text("utf-8"))
    assert "Seed 5, 19 replicates at most." in page.words
    assert "seed 5, 19 replicates" in page.words
    for what, verdict in Checks.of(result, 19, 5).verdicts:
        assert what in page.words
        assert " ".join(verdict.split()) in page.words
    generator = np.random.default_rng(1)
    with_generator = Checks.of(result, 9, generator)
    assert with_generator == Checks.of(result, 9, with_generator.seed)
    assert "Tests that draw samples" not in Page(report_html(result)).words


def test_nothing_is_left_behind_when_writing_fails(tmp_path, monkeypatch, waiting):
    target = tmp_path / "r.html"
    target.write_text("before")

    def fail(*_):
        raise OSError(28, "No space left on device", str(target))

    monkeypatch.setattr("mix1d.writing.os.replace", fail)
    with pytest.raises(OSError, match="No space left"):
        waiting.report(target)
    assert target.read_text() == "before"
    assert [p.name for p in tmp_path.iterdir()] == ["r.html"]
    with pytest.raises(FileNotFoundError):
        waiting.report(tmp_path / "nowhere" / "r.html")


@pytest.fixture
def without(monkeypatch):
    found, name = importlib.util.find_spec, "jinja2"
    monkeypatch.setattr(importlib.util, "find_spec", lambda asked: None if asked == name else found(asked))
    return f'a report needs {name}: pip install "mix1d[report]"'


def test_a_missing_extra_is_named(without, tmp_path, waiting):
    with pytest.raises(mix1d.Mix1dError, match=re.escape(without)):
        waiting.report(tmp_path / "r.html", tests=True)
    assert list(tmp_path.iterdir()) == []


def test_the_command_line_names_a_missing_extra(without, run, tmp_path):
    code, out, err = run("fit", WAITING, "--report", tmp_path / "r.html")
    assert (code, out) == (2, "")
    assert err == f"mix1d fit: error: {without}\nmix1d fit --help explains everything\n"


def test_the_command_writes_the_same_report(run, tmp_path, waiting):
    code, out, _ = run("fit", WAITING, "--report", tmp_path / "r.html")
    assert code == 0
    assert "waiting: 2 groups, settled." in out
    assert (tmp_path / "r.html").read_text("utf-8") == report_html(waiting)
    code, out, _ = run("fit", WAITING, "--report", "-")
    assert (code, out) == (0, report_html(waiting))


def groups_file(file):
    rows = [f"{site},{x}" for i, site in enumerate(["north", "south"]) for x in rng(i).normal(i, 1.0, 60)]
    return file("site,x\n" + "\n".join([*rows, "west,3"]))


def test_the_command_writes_all_groups_on_one_page(run, file, tmp_path):
    path = groups_file(file)
    arguments = ["fit", path, "-c", "x", "--by", "site", "-k", "1:2", "--report"]
    code, out, _ = run(*arguments, tmp_path / "r.html")
    assert code == 0
    assert "x by site: 3 groups" in out
    page = Page((tmp_path / "r.html").read_text("utf-8"))
    assert page.headings[0] == ["h1", "x by site"]
    assert [text for tag, text in page.headings if tag == "h2"] == ["north", "south"]
    (why,) = re.findall(r"^west: (.+)", out, re.MULTILINE)
    assert f"not fitted: {why}" in page.words
    means = [float(row["mean"]) for row in csv.DictReader(io.StringIO(page.numbers["csv"]["fits"]))]
    alone = [mix1d.fit(rng(i).normal(i, 1.0, 60), range(1, 3)).mixture.means for i in (0, 1)]
    assert means == np.concatenate(alone).tolist()
    code, out, _ = run(*arguments, "-")
    assert (code, out) == (0, (tmp_path / "r.html").read_text("utf-8"))


def test_groups_of_which_none_is_fitted_have_a_page(run, file, tmp_path):
    path = file("site,x\nnorth,1\nsouth,2\n")
    assert run("fit", path, "-c", "x", "--by", "site", "--report", tmp_path / "r.html")[0] == 0
    page = Page((tmp_path / "r.html").read_text("utf-8"))
    assert page.words.count("not fitted") == 2
    assert page.numbers["charts"] == {}


def test_the_command_runs_the_tests_once_for_both(run, tmp_path, monkeypatch):
    calls = []
    real = Checks.of

    def counted(*arguments):
        calls.append(arguments)
        return real(*arguments)

    monkeypatch.setattr(Checks, "of", counted)
    path = tmp_path / "r.html"
    code, out, _ = run(
        "fit", WAITING, "-k", "1", "--tests", "--replicates", "9", "--seed", "4", "--report", path
    )
    assert code == 0
    assert "Tests that draw samples" in out
    assert "Seed 4, 9 replicates" in Page(path.read_text("utf-8")).words
    assert len(calls) == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--by", "waiting", "--tests"], "--tests looks at one fit: leave out --by"),
        (["--json", "-"], "--report - and --json - would be mixed"),
    ],
)
def test_bad_usage(run, arguments, message):
    code, out, err = run("fit", WAITING, "--report", "-", *arguments)
    assert (code, out) == (2, "")
    assert message in err


def test_the_playback_is_the_one_of_everywhere(waiting):
    """The same piece as in notebooks and the explorer, once, with the words about this fit."""
    html = report_html(waiting)
    assert fragment(waiting) in html
    assert html.count('class="mix1d-em"') == 1
    words = Page(html).words
    assert "The solver of mix1d takes" in words
    assert "The highest is the reported fit." in words


def test_what_cannot_be_drawn_is_not_played():
    words = Page(report_html(mix1d.fit([2.0] * 9, name="constant"))).words
    assert "constant: too little, or too far out, to be drawn." in words


def test_the_rows_of_two_crossings_do_not_contradict_each_other():
    x = np.concatenate([rng(0).normal(20.0, 10.0, 64), rng(1).normal(68.0, 32.0, 52)])
    result = mix1d.fit(x, 2)
    assert [cut.kind for cut in result.thresholds()] == ["crossing", "not_monotone"]
    words = Page(report_html(result)).words
    assert "the first is the more probable below it, the second above it" in words
    assert "one cut separates" not in words
    assert "one cut does not separate them" in words
