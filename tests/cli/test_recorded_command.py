"""Columns beside the values on the command line: what reaches `mix1d.fit`, and what is said of them."""

import json

import numpy as np
import pytest

import mix1d

RNG = np.random.default_rng(11)
X = np.round(np.concatenate([RNG.normal(10.0, 1.0, 60), RNG.normal(16.0, 1.0, 40)]), 3)
COUNTS, EDGES = np.histogram(X, np.arange(6.0, 21.0))


def table(header, *columns):
    rows = [header, *(",".join(str(cell) for cell in row) for row in zip(*columns, strict=True))]
    return "\n".join(rows) + "\n"


@pytest.fixture
def fitted(run, monkeypatch):
    """Run `mix1d fit` and return the result, the first lines, and the complaint."""

    def call(*arguments):
        results = []
        real = mix1d.fit

        def spy(*given, **options):
            results.append(real(*given, **options))
            return results[-1]

        with monkeypatch.context() as patch:
            patch.setattr(mix1d, "fit", spy)
            code, out, err = run("fit", *arguments, "--no-drawing")
        assert (code == 0) == bool(results), err
        assert (code == 0) == (err == "")
        head = " ".join(out.partition("\n\n")[0].split())
        return (results[0] if results else None), head, err

    return call


def same(result, expected):
    assert result.mixture == expected.mixture
    assert result.bic == expected.bic


def test_upper_ends_and_open_ones(fitted, file):
    low = ["" if i % 10 == 0 else np.floor(x) for i, x in enumerate(X)]
    high = ["" if i % 10 == 5 else np.ceil(x) for i, x in enumerate(X)]
    result, head, _ = fitted(file(table("lo,hi", low, high)), "-c", "lo", "--upper", "hi", "-k", "2")
    lower = [None if x == "" else x for x in low]
    upper = [None if x == "" else x for x in high]
    same(result, mix1d.fit(lower, 2, upper=upper))
    assert "rows with one end only are open, 10 below and 10 above" in head


def test_a_row_without_both_ends_is_missing(fitted, file, run):
    low, high = [*np.floor(X), "", ""], [*np.ceil(X), "", 9.0]
    path = file(table("lo,hi", low, high))
    result, _, _ = fitted(path, "-c", "lo", "--upper", "hi", "-k", "2")
    assert (result.n_obs, result.sample.n_missing) == (101, 1)
    code, _, err = run("fit", path, "-c", "lo", "--upper", "hi", "--missing", "raise")
    assert code == 1
    assert "1 of 102 values of 'lo' are missing, the first in row 101; --missing drop leaves them out" in err


@pytest.mark.parametrize("errors", ["e", "0.3"])
def test_errors_as_a_column_and_as_a_number(fitted, file, errors):
    e = np.round(RNG.uniform(0.1, 0.5, len(X)), 3)
    result, _, _ = fitted(file(table("v,e", X, e)), "-c", "v", "--errors", errors, "-k", "2")
    same(result, mix1d.fit(X, 2, errors=e if errors == "e" else 0.3))


def test_errors_are_known_where_the_value_is(fitted, file):
    cells, e = [*X, ""], [0.2] * len(X) + [""]
    result, _, _ = fitted(file(table("v,e", cells, e)), "-c", "v", "--errors", "e", "-k", "2")
    same(result, mix1d.fit(X, 2, errors=0.2))


@pytest.mark.parametrize(
    ("window", "truncation"),
    [("5:", (5.0, None)), ("5:30", (5.0, 30.0)), (":30", (None, 30.0)), ("-5:30", (-5.0, 30.0))],
)
def test_windows_of_numbers(fitted, file, window, truncation):
    result, _, _ = fitted(file(table("v", X)), "--truncation", window, "-k", "2")
    same(result, mix1d.fit(X, 2, truncation=truncation))


def test_windows_of_columns(fitted, file):
    cut = 5.0 + np.arange(len(X)) % 3
    result, _, _ = fitted(file(table("v,cut", X, cut)), "-c", "v", "--truncation", "cut:30", "-k", "2")
    same(result, mix1d.fit(X, 2, truncation=(cut, 30.0)))


@pytest.mark.parametrize("names", [("young", "old"), (1, 2)])
def test_labels_are_words_or_whole_numbers(fitted, file, names):
    labels = [names[x > 13] if i % 5 == 0 else "" for i, x in enumerate(X.tolist())]
    result, _, _ = fitted(file(table("v,who", X, labels)), "-c", "v", "--labels", "who", "-k", "2")
    same(result, mix1d.fit(X, 2, labels=[None if label == "" else label for label in labels]))
    assert result.sample.observations.label_names == tuple(sorted(names))


@pytest.mark.parametrize(("yes", "no"), [("TRUE", "FALSE"), ("yes", "no"), (1, 0), ("<", ""), ("ND", "")])
def test_nondetects(fitted, file, yes, no):
    unseen = np.arange(len(X)) % 9 == 0
    path = file(table("v,nd", X, [yes if u else no for u in unseen]))
    result, head, _ = fitted(path, "-c", "v", "--nondetect", "nd", "-k", "2", "--na", "-999")
    same(result, mix1d.fit(np.where(unseen, -np.inf, X), 2, upper=X))
    assert "nd: 12 values are upper limits" in head


def test_what_says_neither_yes_nor_no_is_refused(fitted, file):
    path = file(table("v,nd", X, ["maybe", *["no"] * 99]))
    _, _, err = fitted(path, "-c", "v", "--nondetect", "nd")
    assert "--nondetect: 'nd' must hold true or false" in err
    assert "found 'maybe' in row 1" in err


# ---- limits among the cells


@pytest.mark.parametrize("form", ["<{}", "< {}", "<={}", "≤{}"])
def test_cells_may_be_limits(fitted, file, form):
    cells = [form.format(9.5) if x < 9.5 else ">17" if x > 17 else x for x in X]
    result, head, _ = fitted(file(table("site,v", ["a"] * 100, cells)), "-k", "2")
    same(result, mix1d.fit([f"<{9.5}" if x < 9.5 else ">17" if x > 17 else float(x) for x in X], 2))
    below, above = int(np.sum(X < 9.5)), int(np.sum(X > 17))
    assert f"v: {below + above} cells are limits, {below} below and {above} above, such as " in head


def test_limits_with_a_decimal_comma_and_a_unit(fitted, file):
    cells = [("<9,5 mg" if x < 9.5 else f"{x} mg".replace(".", ",")) for x in X]
    result, _, _ = fitted(file("v\n" + "\n".join(cells) + "\n"), "-k", "2")
    same(result, mix1d.fit(["<9.5" if x < 9.5 else float(x) for x in X], 2))


def test_limits_in_json_lines(fitted, file):
    cells = ["<9.5" if x < 9.5 else str(x) for x in X]
    path = file("\n".join(f'{{"v": "{cell}"}}' for cell in cells) + "\n", "data.jsonl")
    result, _, _ = fitted(path, "-c", "v", "-k", "2")
    same(result, mix1d.fit(cells, 2))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["-c", "v * 2"], "column 'v * 2' is not possible: v holds limits"),
        (["--where", "v > 3"], "where 'v > 3' is not possible: v holds limits"),
        (["-c", "w", "--errors", "v"], "--errors 'v' is not possible: v holds limits"),
        (["-c", "v", "--upper", "w"], "v holds limits such as <0.5, which cannot stand beside --upper"),
    ],
)
def test_numbers_of_limits_are_never_taken_for_values(fitted, file, options, words):
    cells = ["<9.5" if x < 9.5 else x for x in X]
    where = [] if "-c" in options else ["-c", "v"]
    _, _, err = fitted(file(table("v,w", cells, X)), *options, *where)
    assert words in err


def test_a_limit_without_its_number_is_refused(fitted, file):
    _, _, err = fitted(file(table("v", [*X, "<LOD"])))
    assert "1 cell is a limit: '<LOD': a limit needs its number, such as <0.5" in err


@pytest.mark.parametrize("command", [["em", "-k", "2"], ["sketch", "-o", "x.m1d"]])
def test_commands_for_values_refuse_limits(run, file, tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    path = file(table("v", [*X, "<5"]))
    code, _, err = run(command[0], path, *command[1:])
    assert code == 1
    assert "mix1d fit and mix1d order take limits" in err


# ---- tables of classes

MIDDLES = 0.5 * (EDGES[1:] + EDGES[:-1])
LOW, HIGH = EDGES[:-1].astype(int), EDGES[1:].astype(int)
BOTH = [*zip(LOW.tolist(), HIGH.tolist(), strict=True)]


def quoted(cells):
    return [f'"{cell}"' for cell in cells]


TABLES = {
    "midpoints": (table("length,n", MIDDLES, COUNTS), "midpoints of 14 classes of width 1, 6 to 20"),
    "some missing": (
        table("length,n", MIDDLES[COUNTS > 0], COUNTS[COUNTS > 0]),
        "midpoints of",
    ),
    "in another order": (table("length,n", MIDDLES[::-1], COUNTS[::-1]), "midpoints of 14"),
    "lower ends": (table("lower,n", LOW, COUNTS), "lower ends of 14 classes of width 1"),
    "both ends": (table("from,to,n", LOW, HIGH, COUNTS), "14 classes with both ends"),
    "words": (table("class,n", [f"{a}-{b}" for a, b in BOTH], COUNTS), "6-7 for 6 to 7"),
    "words with a unit": (
        table("class,n", [f"{a} to {b} cm" for a, b in BOTH], COUNTS),
        "14 classes",
    ),
    "of cut": (table("class,n", quoted([f"({a},{b}]" for a, b in BOTH]), COUNTS), "14 classes"),
    "of pandas": (
        table("class,n", quoted([f"[{a:.1f}, {b:.1f})" for a, b in BOTH]), COUNTS),
        "14 classes",
    ),
    "rounded": (
        table("class,n", [f"{a + 0.05:.2f}-{b - 0.05:.2f}" for a, b in BOTH], COUNTS),
        "leave gaps of 0.1 and are taken to meet in the middle",
    ),
}


@pytest.mark.parametrize("kind", TABLES)
def test_tables_of_classes(fitted, file, kind):
    text, words = TABLES[kind]
    result, head, _ = fitted(file(text), "--counts", "n", "-k", "2")
    expected = mix1d.fit((COUNTS, EDGES), 2)
    np.testing.assert_allclose(result.mixture.means, expected.mixture.means, rtol=1e-9)
    assert result.bic == pytest.approx(expected.bic, rel=1e-12)
    assert words in head


def test_open_classes(fitted, file):
    names = [f"<{HIGH[2]}", *(f"{a}-{b}" for a, b in BOTH[3:-2]), f"{LOW[-2]}+"]
    counts = [COUNTS[:3].sum(), *COUNTS[3:-2], COUNTS[-2:].sum()]
    result, _, _ = fitted(file(table("class,n", names, counts)), "--counts", "n", "-k", "2")
    edges = np.array([-np.inf, *EDGES[3:-2], np.inf])
    same(result, mix1d.fit((counts, edges), 2))


def test_decimals_of_midpoints_may_be_rounded(fitted, file):
    middles = -2.6018 + 1.53964 * np.arange(8)
    counts = [171, 1729, 2549, 615, 1142, 2600, 1013, 181]
    result, head, _ = fitted(
        file(table("centre,count", [f"{x:.4f}" for x in middles], counts)), "--counts", "count"
    )
    assert "8 classes of width 1.53964" in head
    expected = mix1d.fit((counts, np.append(middles, middles[-1] + 1.53964) - 0.5 * 1.53964))
    assert len(result.mixture.means) == len(expected.mixture.means) == 2
    assert len(result.sample.observations.histogram.edges) == 9, "bins meet, and are drawn as bins"
    np.testing.assert_allclose(result.mixture.means, expected.mixture.means, atol=1e-4)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "mid,n\n1,5\n2,6\n4.5,9\n",
            "must be evenly spaced, found 2 and then 4.5 where the least distance is 1",
        ),
        ("mid,n\n1,5\n", "must have at least two classes, from which their width is told, found 1"),
        ("class,n\n1-2,5\nother,6\n", "found 'other' in row 2: correct that cell, or give the ends"),
        ("class,n\n2-1,5\n3-4,6\n", "found '2-1' in row 1"),
        (
            "mid,n\n1,5\n2,-6\n3,1\n",
            "--counts: 'n' must hold a number of at least 0 in every row, found -6.0",
        ),
        ("mid,n\n1,5\n2,\n3,1\n", "found nothing in row 2: write 0 for an empty class"),
        ("mid,m\n1,5\n2,6\n", "--counts: no column 'n'"),
    ],
)
def test_tables_that_are_none(fitted, file, text, words):
    _, _, err = fitted(file(text), "--counts", "n")
    assert words in err


def test_the_width_may_be_said(fitted, file):
    path = file("mid,n\n1,5\n2,6\n4.5,9\n6,2\n")
    result, _, _ = fitted(path, "--counts", "n", "--resolution", "0.5", "-k", "1")
    same(result, mix1d.fit([1, 2, 4.5, 6], 1, sample_weight=[5, 6, 9, 2], resolution=0.5))


def test_a_table_of_classes_is_recognised_in_the_complaint(run, file):
    code, _, err = run("fit", file(TABLES["midpoints"][0]))
    assert code == 2
    assert "where n says how many values a class holds: --counts n" in err


def test_counts_of_classes_in_words_are_no_data(fitted, file):
    text = table("size,count", [f"{i}-{i + 1}" for i in range(12)], COUNTS[:12])
    _, _, err = fitted(file(text))
    assert "count says how many values each class of size holds, such as '0-1', and is no data" in err
    assert "--column size --counts count" in err
    assert fitted(file(text), "--column", "size", "--counts", "count", "-k", "1")[0] is not None
    assert fitted(file(text), "--column", "count", "-k", "1")[0] is not None
    sites = table("site,count", [f"A-{i}" for i in range(12)], COUNTS[:12])
    assert fitted(file(sites), "-k", "1")[0] is not None


@pytest.mark.parametrize(
    ("cell", "advice"),
    [
        ("15.5 ± {i}", "give values and errors as two columns"),
        ("1{i}-2{i}", "give the ends of the intervals as two columns"),
        ("1{i}:30", "choose a numeric one"),
    ],
)
def test_text_that_holds_two_numbers(fitted, file, cell, advice):
    _, _, err = fitted(file(table("x", [cell.format(i=i) for i in range(9)])))
    assert f"is text, not a number, for example {cell.format(i=0)!r}; {advice}" in err


def test_two_files_are_joined(fitted, tmp_path):
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    first.write_text(table("v,e", X[:50], [0.2] * 50))
    second.write_text(table("e;v".replace(";", ","), [0.4] * 50, X[50:]))
    result, _, _ = fitted(first, second, "-c", "v", "--errors", "e", "-k", "2")
    same(result, mix1d.fit(X, 2, errors=[0.2] * 50 + [0.4] * 50))


# ---- what is assumed


@pytest.mark.parametrize(
    ("options", "keywords"),
    [
        (["--background"], {"background": True}),
        (["--background", "5:25"], {"background": (5, 25)}),
        (["--background", "-5:25"], {"background": (-5, 25)}),
        (["--means", "10,?", "--sds", "1,?"], {"means": [10, None], "sds": [1, None]}),
        (["--means", "?,?"], {"means": [None, None]}),
        (["--weights-model", "equal"], {"weights": "equal"}),
        (["--weights-model", "0.6,0.4"], {"weights": [0.6, 0.4]}),
        (["--sds", "proportional"], {"sds": "proportional"}),
        (["--sds", "proportional:0.08"], {"sds": {"proportional": 0.08}}),
        (["--sds", "ratio:1,2"], {"sds": {"ratio": [1, 2]}}),
        (["--set-apart", "none"], {"set_apart": None}),
        (["--set-apart", str(X[0])], {"set_apart": [X[0]]}),
        (["--resolution", "0"], {"resolution": 0}),
    ],
)
def test_the_model(fitted, file, options, keywords):
    result, _, _ = fitted(*options, file(table("v", X)), "-k", "2")
    same(result, mix1d.fit(X, 2, **keywords))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--sds", "0"], "--sds of 0 need an error above 0 for every row, got no errors: pass --errors, or"),
        (["--sds", "wide"], "--sds: 'wide' is not one of free, equal, auto, proportional"),
        (["--means", "10,x"], "--means: '10,x' is not one of equal, spaced, growth, or a list such as 0,?"),
        (["--weights-model", "0.2,0.9"], "--weights-model must sum to 1"),
        (["--truncation", "10"], "--truncation: '10' is not L:U"),
        (["--truncation", "9:3"], "--truncation: '9:3' must have its low end first"),
        (["--truncation", "10:"], "v must lie inside the window of truncation, found"),
        (["--truncation", "cut:3"], "--truncation (low end): no column 'cut'"),
        (["--resolution", "-1"], "--resolution: '-1' is not a number of at least 0"),
        (["--set-apart", "x"], "--set-apart: 'x' is not auto, none or values"),
        (["--background", "9:3"], "--background: '9:3' is not L:U with two rising numbers"),
        (["--errors", "v"], "--errors must be finite and at least 0"),
        (["--errors", "nope"], "--errors: no column 'nope'"),
        (["--counts", "v", "--weights", "v"], "--counts and --weights say the same"),
        (["--upper", "v", "--nondetect", "v"], "--upper and --nondetect both say where values end"),
        (["--upper", "v", "--resolution", "1"], "--resolution has no meaning beside --upper"),
    ],
)
def test_what_cannot_be_is_refused_in_words_of_options(fitted, file, options, words):
    _, _, err = fitted(file(table("v", [*X, -3.0])), "-c", "v", *options)
    assert words in err


@pytest.mark.parametrize("options", [["--errors", "0.1"], ["--resolution", "1"], ["--labels", "who"]])
def test_saved_sketches_have_no_rows(fitted, file, tmp_path, options):
    saved = tmp_path / "x.m1d"
    saved.write_bytes(mix1d.Sketch.of(X).to_bytes())
    _, _, err = fitted(saved, *options)
    assert "saved sketch" in err
    assert f"{options[0]} needs the data themselves" in err


def test_order_takes_what_fit_takes(run, file):
    cells = ["<9.5" if x < 9.5 else x for x in X]
    code, out, err = run("order", file(table("v", cells)), "-k", "1", "--replicates", "19")
    assert (code, err) == (0, "")
    assert f"v: {int(np.sum(X < 9.5))} cells are limits" in out
    expected = mix1d.order_test(
        mix1d.Observations(["<9.5" if x < 9.5 else float(x) for x in X]), 1, replicates=19
    )
    assert f"statistic {expected.statistic:.4f}" in out


@pytest.mark.parametrize(
    ("values", "options", "said", "saved"),
    [
        ([*X, *[0.0] * 40], [], "--set-apart none keeps them", "set_apart=None keeps them"),
        (np.round(X), [], "(--resolution 0 takes them for exact)", "(resolution=0 takes them for"),
        ([*X, *[7.2] * 30], [], "a limit (then --upper), or", "a limit (then upper=), or"),
        ([*X, *[99.0] * 30], [], "a code for missing values? --set-apart", "missing values? set_apart=None"),
        (X, ["-k", "1:2"], "-k 1:5 tries more", "Pass n_components=range(1, 6), say."),
    ],
)
def test_what_is_said_names_options_and_what_is_saved_keywords(
    run, file, tmp_path, values, options, said, saved
):
    where = tmp_path / "fit.json"
    code, out, _ = run("fit", file(table("v", values)), "-c", "v", "--json", where, "--no-drawing", *options)
    assert code == 0
    words = " ".join(out.split())
    assert said in words
    for keyword in ("set_apart=", "resolution=", "upper=", "n_components="):
        assert keyword not in words
    messages = [finding["message"] for finding in json.loads(where.read_text())["findings"]]
    assert any(saved in message for message in messages)


def test_classes_with_open_ends_in_two_columns_are_bins(run, file):
    """They say what one column of classes says."""
    classes = "class,count\n<10,4\n10-15,20\n15-20,66\n20-25,30\n25-30,22\n30-35,55\n35-40,30\n>40,7\n"
    ends = "lo,hi,count\n,10,4\n10,15,20\n15,20,66\n20,25,30\n25,30,22\n30,35,55\n35,40,30\n40,,7\n"
    saved = []
    for text, columns in ((classes, ["-c", "class"]), (ends, ["-c", "lo", "--upper", "hi"])):
        path = file(text, f"{columns[1]}.csv")
        code, out, _ = run(
            "fit", path, *columns, "--counts", "count", "-k", "2", "--no-drawing", "--json", "-"
        )
        assert code == 0
        saved.append(json.loads(out))
    first, second = saved
    assert first["mixture"] == second["mixture"]
    words = [[finding["message"] for finding in one["findings"]] for one in saved]
    assert words[0] == words[1]
    assert words[0][0] == "The values are counts in 8 bins, 5 wide, 2 of them open."
