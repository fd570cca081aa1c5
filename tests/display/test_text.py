import math
import re
from types import SimpleNamespace

import numpy as np
import pytest

import fakes
import golden_files
import mix1d
from mix1d.display.headline import headline
from mix1d.display.layout import Table, table_lines, wrapped
from mix1d.display.summary import summarise
from mix1d.display.text import below_lines, details_lines
from mix1d.words import letter, near, plain, round_step, tick_labels, value_and_error

CASES = {
    "fixed.txt": fakes.waiting(),
    "compared.txt": fakes.compared(),
    "not_converged.txt": fakes.waiting(converged=False, stop_reason="max_iter", n_iter=1000, name=None),
    "aic_free_and_equal.txt": fakes.compared(
        criterion="aic",
        total_weight=1361.5,
        selection=(
            fakes.row(1, 2195.12, sds="equal", log_likelihood=-1091.9),
            fakes.row(1, 2195.12, log_likelihood=-1091.9),
            fakes.row(2, 2090.4, sds="equal", log_likelihood=-1034.0024, chosen=True),
            fakes.row(2, 2096.03, log_likelihood=-1034.002149),
            fakes.row(3, 2105.2, sds="equal", log_likelihood=-1034.0, converged=False),
        ),
    ),
}


def text_of(result, width=80, ascii=False):
    """Everything but the picture."""
    parts = summarise(result, ascii=ascii)
    lines = [
        *wrapped(parts.bottom_line, width),
        *(line for line, _ in table_lines(parts.groups, ascii, width)),
    ]
    lines += [*below_lines(parts, width), *wrapped(parts.fit, width), *details_lines(parts, width, ascii)]
    return "\n".join(lines)


@pytest.mark.parametrize("name", CASES)
def test_summary_is_as_kept(name):
    golden_files.check(name, text_of(CASES[name]))


@pytest.mark.parametrize("name", CASES)
def test_summary_fits_in_80_columns_and_its_ascii_form_is_ascii(name):
    for ascii_only in (False, True):
        lines = text_of(CASES[name], ascii=ascii_only).splitlines()
        assert max(map(len, lines)) <= 80
        assert lines == [line.rstrip() for line in lines]
    assert text_of(CASES[name], ascii=True).isascii()


def test_ten_million_values_fit_in_80_columns():
    sketch = mix1d.Sketch()
    rng = np.random.default_rng(6)
    x = np.concatenate([rng.normal(12.0, 0.6, 8_000), rng.normal(15.5, 1.1, 12_000)])
    sketch.add(x, np.full(x.size, 500.0))
    text = mix1d.fit(sketch, [1, 2, 3]).summary(details=True)
    assert max(map(len, text.splitlines())) <= 80
    assert re.search(r"^>  3  free   -\d{8} ", text, re.MULTILINE)


@pytest.mark.parametrize("width", [40, 48, 60, 72, 80, 140])
@pytest.mark.parametrize("name", CASES)
def test_every_line_fits_in_the_width_asked_for(name, width):
    lines = text_of(CASES[name], width).splitlines()
    assert max(map(len, lines)) <= width
    words = " ".join(" ".join(lines).split())
    for cell in ("0.361 ± 0.031", "80.09 ± 0.50", "5.87 ± 0.40"):
        assert cell in words


def test_a_narrow_table_leaves_out_what_follows_from_the_rest():
    def headings(width, **changes):
        lines = text_of(fakes.compared(**changes), width).splitlines()
        return next(line.split() for line in lines if line.split()[:1] == ["k"])

    every = ["k", "sds", "log-lik.", "par.", "AIC", "BIC", "ICL", "dBIC", "w", "verdict"]
    assert headings(80) == every
    assert headings(74) == [name for name in every if name != "par."]
    assert headings(60) == ["k", "sds", "log-lik.", "BIC", "dBIC", "w", "verdict"]
    assert headings(40) == ["k", "BIC", "dBIC", "w", "verdict"]
    assert headings(60, criterion="aic") == ["k", "sds", "log-lik.", "AIC", "dAIC", "w", "verdict"]


def test_a_table_that_fits_nowhere_has_a_line_for_each_cell():
    table = Table(("", "weight", "mean"), (("a", "0.25 ± 0.01", "1234567890"), ("b", "0.75", "")), "<<>")
    assert [line for line, _ in table_lines(table, True, 24)] == [
        "  weight            mean",
        "------------------------",
        "a 0.25 ± 0.01 1234567890",
        "b 0.75",
    ]
    lines = list(table_lines(table, True, 20))
    assert [line for line, _ in lines] == [
        "--------------------",
        "a",
        "  weight  0.25 ±",
        "          0.01",
        "  mean    1234567890",
        "--------------------",
        "b",
        "  weight  0.75",
    ]
    assert [row for _, row in lines] == [-1, 0, 0, 0, 0, -1, 1, 1]


def test_numbers_keep_their_signs():
    text = "a value goes to the wrong one in 1.4 % of cases (p < .001), or p = .2"
    for width in range(24, 70):
        joined = wrapped(text, width)
        assert " ".join(joined) == text
        assert not any(line.startswith(("%", "<", "=", ".")) for line in joined)
        assert not any(line.endswith((" p", "(p", "<", "=")) for line in joined)


def test_headline_says_how_the_number_of_components_was_found():
    assert headline(fakes.waiting()) == "waiting: 2 components, as asked"
    assert headline(fakes.waiting(name=None)) == "2 components, as asked"
    one = (fakes.row(1, 9.0, sds="equal", chosen=True),)
    assert headline(fakes.waiting(selection=one)) == "waiting: 1 component, as asked"
    asked = SimpleNamespace(n_components=None)
    assert (
        headline(fakes.waiting(selection=one, asked=asked)) == "waiting: 1 component, the only number tried"
    )
    rows = (fakes.row(1, 2110.0), fakes.row(2, 2096.0, chosen=True), fakes.row(4, 2099.5))
    assert headline(fakes.waiting(selection=rows)) == (
        "waiting: 2 components, chosen by BIC among 1, 2, 4 (second best: 4, BIC +3.5)"
    )
    close = (fakes.row(2, 2096.0, chosen=True), fakes.row(3, 2097.9))
    assert "(undecided against 3, BIC +1.9)" in headline(fakes.waiting(selection=close))
    alone = (fakes.row(1, 5.0, chosen=True, regularized=True), fakes.row(2, 4.0, regularized=True))
    words = "waiting: 1 component: only a penalty holds up each of 1..2"
    assert headline(fakes.waiting(selection=alone)) == words
    rest = (fakes.row(1, 5.0, chosen=True), fakes.row(2, 4.0, regularized=True))
    assert headline(fakes.waiting(selection=rest)).endswith("among 1..2 (nothing else was eligible)")
    both = (fakes.row(2, 5.0), fakes.row(2, 4.0, sds="equal", chosen=True))
    assert headline(fakes.waiting(selection=both)) == (
        "waiting: 2 components with equal sds, as asked (sds chosen by BIC; free: +1.0)"
    )
    again = (fakes.row(1, 4.0), fakes.row(1, 4.0, sds="equal", chosen=True), fakes.row(2, 9.0))
    assert headline(fakes.waiting(selection=again)) == (
        "waiting: 1 component, chosen by BIC among 1..2, free and equal sds (second best: 2 free, BIC +5.0)"
    )
    assert "the same" in text_of(fakes.waiting(selection=again), 200)


def test_a_row_that_is_not_eligible_is_never_the_second_best():
    rows = (fakes.row(2, 2096.0, chosen=True), fakes.row(3, 2096.5, regularized=True), fakes.row(4, 2106.0))
    text = text_of(fakes.waiting(selection=rows), 200)
    assert "(second best: 4, BIC +10.0)" in text
    assert "penalty only" in text


def test_errors_that_are_missing_are_dashes():
    some = fakes.parameters([math.nan] * 2, [0.7, math.nan], [0.5, 0.4])
    text = text_of(fakes.waiting(standard_errors=some), 200)
    assert "0.36089 ±   -" in text or "0.36089 ± -" in text
    assert '"-" where a parameter has none (3 of 6)' in text


def test_thresholds_of_every_kind_are_in_words():
    def cut(kind, **changes):
        values = {
            "value": 66.6123,
            "lower": math.nan,
            "upper": math.nan,
            "reached_lower": math.nan,
            "reached_upper": math.nan,
            "below": 0,
            "above": 1,
            "kind": kind,
        }
        return SimpleNamespace(**{**values, **changes})

    cuts = (
        cut("crossing", lower=65.2, upper=68.03),
        cut("second", value=12.3),
        cut("none", value=math.nan),
        cut("not_monotone", value=41.7),
    )
    lines = text_of(fakes.waiting(thresholds=cuts), 200).splitlines()
    assert "cut a|b  66.6 (65.2–68.0): a below, b above" in lines
    assert not any("12.3" in line or "41.7" in line for line in lines)  # a finding speaks of the last one
    assert "cut a|b  none: one of a and b is nowhere the more probable" in lines


def test_bounds_that_are_open_are_words():
    def bounds(lower, upper):
        found = fakes.waiting().memory["parameters", 0.95, "profile"]
        found.lower.means[0], found.upper.means[0], found.level = lower, upper, 0.9
        return found

    def row(lower, upper):
        fake = fakes.waiting(confidence_interval=bounds(lower, upper))
        return next(line for line in text_of(fake, 200).splitlines() if line.startswith("a  36 % (30–42)"))

    assert "54.6 (at least 53.0)" in row(53.0, math.inf)
    assert "54.6 (at most 56.0)" in row(-math.inf, 56.0)
    assert "(not bounded)" in row(-math.inf, math.inf)
    assert "55  " in row(math.nan, math.nan)


@pytest.mark.parametrize(
    ("value", "error", "texts"),
    [
        (54.61489, 0.69967, ("54.61", "0.70")),
        (54.61489, 0.0996, ("54.61", "0.10")),
        (80.09107, 12.3, ("80", "12")),
        (1234.6, 123.0, ("1230", "120")),
        (0.3608868, 0.031165, ("0.361", "0.031")),
        (-0.00012, 0.0123, ("0.000", "0.012")),
        (20943.2e4, 54321.0, ("2.09432e+08", "0.00054e+08")),
        (1e-9, 2.3e-11, ("1.000e-09", "0.023e-09")),
        (3.3e150, 1.2e149, ("3.30e+150", "0.12e+150")),
        (1.0, 1e-30, ("1", "1e-30")),
        (1e9 + 0.123, 4e-5, ("1000000000.123000", "0.000040")),
        (1.7e9, 12.0, ("1700000000", "12")),
        (5.8712, math.nan, ("5.8712", "-")),
        (math.nan, 0.1, ("-", "-")),
        (5.8712, math.inf, ("5.8712", "inf")),
        (1.0, 0.0, ("1", "0")),
        (5e-324, 5e-324, ("4.9e-324", "4.9e-324")),
        (1.7e308, 1e307, ("1.700e+308", "0.100e+308")),
    ],
)
def test_value_and_error_are_rounded_together(value, error, texts):
    assert value_and_error(value, error) == texts


def test_single_numbers_and_places():
    assert [plain(x) for x in (0.0, -0.5, 123456.0, 1e7, 9.99999e6, math.inf)] == [
        "0",
        "-0.5",
        "123460",
        "1e+07",
        "10000000",
        "inf",
    ]
    assert near(1000000.1234, 0.01) == "1000000.1234"
    assert near(0.0, 5.0) == "0"
    assert [letter(i) for i in (0, 25, 26, 52)] == ["a", "z", "A", "52"]


@pytest.mark.parametrize("span", [1e-300, 0.7, 1.0, 9.99, 53.0, 1e200])
@pytest.mark.parametrize("at_most", [2, 5, 9])
def test_round_steps_are_round_and_few(span, at_most):
    step = round_step(span, at_most)
    assert span / step <= at_most
    assert f"{step:.1e}"[:3] in ("1.0", "2.0", "5.0")
    assert span / step > at_most / 2.6


def test_tick_labels_differ():
    for first, step in ((0.0, 0.1), (1e9, 0.5), (-2e-7, 1e-7), (1e300, 1e299), (1000.0, 1e-3)):
        labels = tick_labels([first + i * step for i in range(4)], step)
        assert len(set(labels)) == 4
        assert np.allclose(
            [float(label) for label in labels], [first + i * step for i in range(4)], atol=0.1 * step
        )
