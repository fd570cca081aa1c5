"""No answer contradicts itself; and the reader of answers would see it."""

import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest

import family_answers
import mix1d
from cases import column
from contradictions import contradictions
from mix1d.display.bottom_line import Answer
from mix1d.selection.evidence import evidence
from places import DATA

COLUMNS = sorted(path.stem for path in DATA.glob("*.csv"))


@pytest.mark.parametrize("asked", [None, 2, [1, 2, 3], 5])
@pytest.mark.parametrize("name", COLUMNS)
def test_no_answer_contradicts_itself(name, asked):
    x = column(name)
    result = mix1d.fit(x, asked, name=name, sds="auto" if asked == [1, 2, 3] else "free")
    assert list(contradictions(result)) == []


AWKWARD = {
    "few": [1.0, 2.0, 4.0, 8.0, 9.5],
    "ties": [0.0] * 60 + [0.01 * i * i for i in range(1, 60)],
    "rounded": np.round(np.random.default_rng(1).normal(5.0, 1.0, 200)),
    "two ties": np.repeat([1.0, 9.0], 30),
    "eight bins": np.repeat(np.arange(8.0), [12, 40, 35, 8, 6, 30, 44, 15]),
    "skewed": np.random.default_rng(2).lognormal(0.0, 0.7, 300),
    "outlier": np.append(np.random.default_rng(3).normal(size=100), 1000.0),
    "far clusters": np.concatenate([np.random.default_rng(36).normal(7, 1, 100), np.full(50, 88.0)]),
    "a code": np.append(np.random.default_rng(4).normal(12.0, 2.0, 90), np.full(10, -999.0)),
    "years": np.random.default_rng(5).choice(np.arange(1990.0, 2020.0, 2.0), 300),
    "one": [3.0],
}


@pytest.mark.parametrize("asked", [None, 1, 2, [1, 2, 3, 4]])
@pytest.mark.parametrize("sds", ["free", "equal", "auto"])
@pytest.mark.parametrize("name", AWKWARD)
def test_awkward_columns_neither(name, sds, asked):
    x = np.array(AWKWARD[name])
    most = len(np.unique(x))
    asked = [k for k in asked if k <= most] if isinstance(asked, list) else asked
    if isinstance(asked, int) and asked > most:
        asked = most
    assert list(contradictions(mix1d.fit(x, asked, sds=sds))) == []


def test_a_wrong_headline_is_seen(monkeypatch):
    monkeypatch.setattr(
        "mix1d.display.summary.headline",
        lambda _: "3 components, as asked, chosen by BIC (second best: 1, BIC +0.3)",
    )
    found = " ".join(contradictions(mix1d.fit(column("faithful_waiting"), [1, 2, 3])))
    for words in (
        "3 components, the mixture 2",
        "'as asked' although",
        "'second best:' with a difference of 0.3",
    ):
        assert words in found


def test_a_wrong_bottom_line_is_seen(monkeypatch):
    result = mix1d.fit(column("galaxies"), name="velocity")
    wrong = Answer("4 groups, settled. Normal.", 4, True)
    monkeypatch.setitem(result.memory, "bottom line", wrong)
    found = " ".join(contradictions(result))
    for words in ("is about 4 components, the mixture has 3", "with 4 nearly as good", "against the test"):
        assert words in found
    monkeypatch.setitem(
        result.memory, "bottom line", wrong._replace(text="4 groups, as asked.", settled=False)
    )
    assert "although nothing was" in " ".join(contradictions(result))


def test_a_verdict_against_its_p_value_is_seen(monkeypatch):
    result = mix1d.fit(column("faithful_waiting"), 2)
    said = evidence(result)._replace(goodness="The model does not fit: Anderson-Darling p = .58.")
    monkeypatch.setitem(result.memory, "evidence", said)
    assert any(
        "'The model does not fit: Anderson-Darling p = .58.' with p" in c for c in contradictions(result)
    )
    silent = evidence(result)._replace(order="EM-test: at least 3 components (p < .001).")
    monkeypatch.setitem(result.memory, "evidence", silent)
    assert any("asks for more than the headline" in c for c in contradictions(result))


@pytest.mark.parametrize("name", family_answers.NAMES)
def test_fits_of_families_do_not_contradict_themselves(name):
    assert contradictions(family_answers.fitted(name)) == []


def test_words_about_shapes_that_contradict_the_table_are_seen(monkeypatch):
    result = family_answers.fitted("gamma")
    other = (
        SimpleNamespace(
            code="family_undecided", message="The shape is undecided.", component=None, value=1.0
        ),
    )
    monkeypatch.setitem(result.memory, "findings", other)
    assert any("of one that was fitted" in found for found in contradictions(result))


def test_a_row_preferred_against_its_criterion_is_seen(monkeypatch):
    result = mix1d.fit(column("faithful_waiting"), [1, 2, 3])
    rows = [
        dataclasses.replace(row, chosen=(row.n_components, row.sds) == (3, "free"))
        for row in result.selection
    ]
    monkeypatch.setitem(result.__dict__, "selection", type(result.selection)(rows, "bic"))
    found = " ".join(contradictions(result))
    assert "the row preferred has bic" in found
    assert "the headline has 3 components, the mixture 2" in found


def test_an_estimate_outside_of_its_interval_and_a_table_that_falls_are_seen(monkeypatch):
    result = mix1d.fit(column("faithful_waiting"), [1, 2, 3])
    bounds = result.confidence_interval()
    bounds.lower.means[0] += 30.0
    low = [
        dataclasses.replace(row, log_likelihood=row.log_likelihood - 90 * (row.n_components == 3))
        for row in result.selection
    ]
    monkeypatch.setitem(result.__dict__, "selection", type(result.selection)(low, "bic"))
    found = " ".join(contradictions(result))
    assert "means[0] = 54.6" in found
    assert "the log-likelihood falls from 2 to 3 free components" in found


def test_a_finding_against_the_table_is_seen(monkeypatch):
    result = mix1d.fit(column("faithful_waiting"), [1, 2, 3])
    other = (
        SimpleNamespace(code="null_component", message="The data support only 1.", component=None, value=1.0),
        SimpleNamespace(code="largest_tried", message="2 is the largest.", component=None, value=2.0),
        SimpleNamespace(code="few_values", message="Component a rests on 1 values.", component=0, value=1.0),
    )
    monkeypatch.setitem(result.memory, "findings", other)
    found = " ".join(contradictions(result))
    for words in ("But 2 have values", "But 3 was tried", "It has more", "one of several"):
        assert words in found
