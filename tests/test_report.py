"""The report of a fit as text: complete, self-contained, safe, and readable for every kind of fit."""

import hashlib
import importlib.util
import itertools
import json
import math
import re
from html.parser import HTMLParser

import numpy as np
import pytest

import mix1d
from mix1d.display import report as reports
from mix1d.display.checks import Checks
from mix1d.display.playback import playback_of
from mix1d.display.report import playback_html, report_html
from mix1d.display.watching import watching_of
from mix1d.words import value_and_error
from places import DATA, EXAMPLES

WAITING = str(EXAMPLES / "old_faithful_waiting.csv")
WAITED = np.loadtxt(WAITING, skiprows=1)
GALAXIES = np.loadtxt(DATA / "galaxies.csv", skiprows=1)
SECTIONS = ["answer", "picture", "components", "thresholds", "number", "goodness", "beware", "em", "origin"]
HOSTILE = '</script><b>"x"'
MOST = 8e6  # bytes of a page


class Page(HTMLParser):
    """A page taken apart: elements with attributes, headings, tables, and the text outside scripts."""

    VOID = frozenset({"meta", "link", "input", "br"})

    def __init__(self, html):
        super().__init__()
        self.elements, self.open, self.text, self.texts = [], [], [], {}
        self.scripts, self.styles, self.headings, self.cells = [], [], [], []
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

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "script" in self.open:
            self.scripts.append(data)
        elif "style" in self.open:
            self.styles.append(data)
        else:
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
        (position,) = (i for i, text in enumerate(self.scripts) if text.startswith("{"))
        return json.loads(self.scripts[position])

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


def test_every_kind_of_fit_has_a_whole_page(case):
    result, html = case
    assert len(html.encode()) < MOST
    page = Page(html)
    assert [a["id"] for a in page.all("section")] == SECTIONS
    assert {a["href"] for a in page.all("a")} == {"#" + name for name in SECTIONS}
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
    assert set(page.numbers) >= {"picture", "rows", "playback"}  # json.loads takes NaN, JSON.parse does not
    assert not re.search(r"[:\[,](NaN|-?Infinity)", next(s for s in page.scripts if s.startswith("{")))


def test_the_numbers_are_those_of_the_fit(case):
    result, html = case
    numbers = Page(html).numbers
    for row, shown in zip(result.selection, numbers["rows"], strict=True):
        total = row.mixture.pdf(np.array(shown["x"]))
        drawn = shown["data"][0]["y"]  # the sum, or the only component
        np.testing.assert_allclose(drawn, total, rtol=1e-12, atol=1e-300)
    bars = numbers["picture"]["data"][0]
    assert 0.9 < np.dot(bars["y"], bars["width"]) < 1.0 + 1e-7  # the edges lie 1e9 from 0 once
    assert 0.9 * result.total_weight < sum(float(words.split()[0]) for words in bars["text"])
    frames = numbers["playback"]["frames"]
    assert len(frames) <= 60
    assert frames[-1]["words"]["iteration"].split(" of ")[0] == frames[-1]["words"]["iteration"].split()[-1]
    for trace in numbers["playback"]["path"]["data"]:
        assert min(trace["y"]) > 0.0


@pytest.mark.parametrize("name", ["old faithful", "galaxies", "ten", "tiny", "offset", "regularized"])
def test_the_curves_of_every_frame_are_those_of_plain_em(name):
    """The points that are left lie on the densities, and straight lines between them are close enough."""
    result = CASES[name]()
    played = playback_of(result)
    numbers = Page(playback_html(result)).numbers["playback"]
    bottom, top = numbers["figure"]["layout"]["yaxis"]["range"]
    low, high = numbers["figure"]["layout"]["xaxis"]["range"]
    for i, frame in enumerate(numbers["frames"]):
        mixture = mix1d.Mixture(played.weights[i], played.means[i], played.sds[i])
        places = np.array(frame["x"])
        x = np.linspace(low, high, 999)
        drawn = np.interp(x, places, frame["y"][-1])
        expected = mixture.pdf(x)
        seen = expected < top
        assert np.abs(drawn - expected)[seen].max() < 0.02 * (top - bottom)
        for j in range(len(mixture.weights)):
            shares = [float(share.strip("<>% ")) for share in frame["shares"][j]]
            found = 100.0 * mixture.responsibilities(places)[:, j]
            near = (found > 0.1) & (found < 99.9)
            assert np.abs(shares - found)[near].max(initial=0.0) < 0.0501


def outside(text):
    """Addresses that a browser would fetch: in attributes and in styles."""
    found = re.findall(r"""(?i)\b(?:src|srcset|href|action|poster|data)\s*=\s*["']?\s*([^"'\s>]+)""", text)
    found += re.findall(r"(?i)url\(\s*[\"']?([^\"')]+)", text) + re.findall(r"(?i)@import\s+([^;]+)", text)
    return [address for address in found if not address.startswith(("#", "data:"))]


def test_the_page_asks_for_nothing_outside(case):
    _, html = case
    start = html.index('<script id="plotly">')
    end = html.index("</script>", start)
    assert outside(html[:start] + html[end:]) == []
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
    assert page.numbers["label"] == HOSTILE
    plain = Page(report_html(mix1d.fit(WAITED, 2)))
    assert [tag for tag, _ in page.elements] == [tag for tag, _ in plain.elements]


def test_tables_and_figures_are_accessible(case):
    _, html = case
    page = Page(html)
    assert page.all("html") == [{"lang": "en"}]
    assert {"charset": "utf-8"} in page.all("meta")
    assert all(a.get("scope") in {"row", "col"} for a in page.all("th"))
    assert len(page.all("caption")) == len(page.all("table")) >= 2
    plots = [a for a in page.all("div") if a.get("class", "").startswith("plot")]
    assert len(plots) >= 3
    assert all(len(a["aria-label"]) > 20 for a in plots)
    (slider,) = (a for a in page.all("input") if a["type"] == "range")
    assert slider["id"] in [a.get("for") for a in page.all("label")]
    assert all(a["type"] == "button" for a in page.all("button"))
    identities = [a["id"] for _, a in page.elements if "id" in a]
    assert len(identities) == len(set(identities))


def test_the_answer_is_the_summary(waiting):
    page = Page(report_html(waiting))
    assert "2 components with equal sds, chosen by BIC among 1..5" in page.words
    assert "Component a holds 36 % of the values (95 %: 30 to 42 %)" in page.words
    assert "0.361 ± 0.031" in page.words
    assert "53.33 to 55.88" in page.words
    assert "66.58" in page.words
    assert "The model fits: Anderson-Darling" in page.words


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
    assert len(page.numbers["rows"]) == len(waiting.selection)
    assert page.numbers["criteria"]["data"][0]["name"] == "BIC"
    assert min(min(curve["y"]) for curve in page.numbers["criteria"]["data"]) == 0.0


def test_a_given_number_has_no_table_of_numbers():
    page = Page(report_html(mix1d.fit(WAITED, 2)))
    assert "Their number was given: 2." in page.words
    assert page.numbers["criteria"] is None


def test_findings_come_with_their_codes(waiting):
    page = Page(report_html(waiting))
    assert waiting.findings
    for finding in waiting.findings:
        assert finding.code in page.words


def test_without_findings_it_says_so():
    result = mix1d.fit(rng(11).normal(0.0, 1.0, 400), 1)
    assert result.findings == ()
    assert "Nothing: no check that mix1d makes by itself found anything." in Page(report_html(result)).words


def test_goodness_of_fit_as_numbers(waiting):
    numbers = Page(report_html(waiting)).numbers
    assert np.mean(numbers["pit"]["data"][0]["y"]) == pytest.approx(1.0, abs=1e-3)
    (band,) = numbers["pit"]["layout"]["shapes"]
    assert band["y0"] < 1.0 < band["y1"]
    band, _, points = numbers["qq"]["data"]
    assert points["y"] == sorted(set(WAITED.tolist()))
    lower, upper = np.array(band["y"][: len(points["x"])]), np.array(band["y"][: -len(points["x"]) - 1 : -1])
    assert (lower < np.array(points["x"])).all()
    assert (upper > lower).all()
    assert max(numbers["certificate"]["data"][1]["y"]) > 0.0


def test_long_columns_go_without_the_certificate():
    result = mix1d.fit(big_sketch(), 2)
    page = Page(report_html(result))
    assert "Not looked for: with so many values" in page.words
    assert page.numbers["certificate"] is None


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


@pytest.fixture(params=["plotly", "jinja2"])
def without(request, monkeypatch):
    found = importlib.util.find_spec
    name = request.param
    monkeypatch.setattr(importlib.util, "find_spec", lambda asked: None if asked == name else found(asked))
    return f'a report needs {name}: pip install "mix1d[report]"'


def test_a_missing_extra_is_named(without, tmp_path, waiting):
    with pytest.raises(mix1d.Mix1dError, match=re.escape(without)):
        waiting.report(tmp_path / "r.html", tests=True)
    with pytest.raises(mix1d.Mix1dError, match=re.escape(without)):
        playback_html(waiting)
    assert list(tmp_path.iterdir()) == []


def test_the_command_line_names_a_missing_extra(without, run, tmp_path):
    code, out, err = run("fit", WAITING, "--report", tmp_path / "r.html")
    assert (code, out) == (2, "")
    assert err.endswith(f"error: {without}\n")


def test_the_command_writes_the_same_report(run, tmp_path, waiting):
    code, out, _ = run("fit", WAITING, "--report", tmp_path / "r.html")
    assert code == 0
    assert "waiting: 2 components" in out
    assert (tmp_path / "r.html").read_text("utf-8") == report_html(waiting)
    code, out, _ = run("fit", WAITING, "--report", "-")
    assert (code, out) == (0, report_html(waiting))


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
        (["--by", "waiting"], "--report shows one fit: leave out --by"),
        (["--json", "-"], "--report - and --json - would be mixed"),
    ],
)
def test_bad_usage(run, arguments, message):
    code, out, err = run("fit", WAITING, "--report", "-", *arguments)
    assert (code, out) == (2, "")
    assert message in err


def test_playback_alone():
    html = playback_html(mix1d.fit(WAITED, 2, name="waiting"))
    page = Page(html)
    assert [a["type"] for a in page.all("input")] == ["range"]
    assert page.all("section") == []
    assert set(page.numbers) == {"playback"}
    assert "Plain EM: 30 iterations until the log-likelihood no longer rises." in page.words
    assert "mix1d's solver from the same start: 9 steps. Both end at the reported fit." in page.words
    start = html.index('<script id="plotly">')
    assert outside(html[:start] + html[html.index("</script>", start) :]) == []


def words_of(result):
    return " ".join(watching_of(result, playback_of(result)).words)


def test_a_lower_optimum_is_named_with_its_distance():
    result = mix1d.fit(GALAXIES, 4)
    played = playback_of(result)
    gap = result.log_likelihood - played.path[-1]
    assert gap > 0.5
    assert f"Both end {gap:.2g} nats below the reported fit, in a lower optimum" in words_of(result)


def test_iterations_that_run_out_are_said():
    x = np.concatenate([rng(0).normal(0.0, 1.0, 400), rng(1).normal(1.6, 1.0, 400)])
    result = mix1d.fit(x, 2)
    played = playback_of(result)
    assert not played.finished
    assert "stopped after 1000 iterations, while the log-likelihood was still rising" in words_of(result)


def test_a_higher_maximum_is_no_better():
    result = CASES["regularized"]()
    assert result.regularized
    assert "nats above a fit that only the penalty holds up" in words_of(result)


def test_the_rows_of_two_crossings_do_not_contradict_each_other():
    x = np.concatenate([rng(0).normal(20.0, 10.0, 64), rng(1).normal(68.0, 32.0, 52)])
    result = mix1d.fit(x, 2)
    assert [cut.kind for cut in result.thresholds()] == ["crossing", "not_monotone"]
    words = Page(report_html(result)).words
    assert "the first is the more probable below it, the second above it" in words
    assert "one cut separates" not in words
    assert "one cut does not separate them" in words
