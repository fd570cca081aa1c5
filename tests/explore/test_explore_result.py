"""The explorer that a result opens on its own column."""

import threading
import urllib.request
import webbrowser

import numpy as np
import pytest

import mix1d
from mix1d import progress
from mix1d.errors import InputError
from mix1d.explore import held, server, words
from mix1d.explore.page import layout
from places import WAITING

X = np.loadtxt(WAITING, skiprows=1)


@pytest.fixture
def opened(monkeypatch):
    """What `explore` would serve: the session, while its file is there, and what was fitted first."""
    found = []

    def serve(session, port, **options):
        found.append((session, port, options, session.fit(session.begin)))

    monkeypatch.setattr(held, "serve", serve)
    return found


def values_of(component, wanted):
    """The value of the control of the page that has an id."""
    if getattr(component, "id", None) == wanted:
        return component.value
    children = getattr(component, "children", None) or []
    for child in children if isinstance(children, list | tuple) else [children]:
        found = values_of(child, wanted)
        if found is not None:
            return found
    return None


@pytest.mark.parametrize(
    ("asked", "controls"),
    [
        ({}, (0, "auto", "normal")),
        ({"n_components": 2}, (2, "free", "normal")),
        ({"n_components": 3, "sds": "equal"}, (3, "equal", "normal")),
        ({"n_components": 2, "family": "gamma"}, (2, "free", "gamma")),
    ],
)
def test_the_page_begins_with_the_fit_that_opened_it(opened, asked, controls):
    result = mix1d.fit(X, name="waiting (min)", **asked)
    result.explore(port=0)
    [(session, port, _, first)] = opened
    assert (port, session.column, session.title) == (0, "waiting (min)", "waiting (min)")
    page = layout(session)
    assert tuple(values_of(page, name) for name in ("components", "sds", "family")) == controls
    assert values_of(page, "column") == "waiting (min)"
    assert first.n_obs == 272
    assert first.means == pytest.approx(result.means, rel=1e-9)
    assert first.log_likelihood == pytest.approx(result.log_likelihood, abs=1e-6)


def test_values_set_apart_are_on_the_page_too(opened):
    column = np.append(np.random.default_rng(3).normal(5.0, 1.0, 200), np.zeros(90))
    result = mix1d.fit(column)
    assert result.set_apart
    result.explore()
    session = opened[0][0]
    assert session.column == "values"
    assert opened[0][3].set_apart[0].count == 90


def test_weights_stay_weights(opened):
    weights = np.linspace(0.5, 1.5, 272)
    result = mix1d.fit(X, 2, sample_weight=weights, name='a "quoted" name')
    result.explore()
    assert opened[0][3].means == pytest.approx(result.means, rel=1e-9)
    assert opened[0][3].total_weight == pytest.approx(272.0)


def test_a_sketch_is_opened_as_one(opened):
    sketch = mix1d.Sketch("w")
    sketch.add(X)
    result = mix1d.fit(sketch, 2)
    result.explore()
    assert opened[0][0].saved
    assert opened[0][3].means == pytest.approx(result.means, rel=1e-9)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (np.histogram(X, 20), "columns of exact values"),
        (mix1d.Observations([*X[:80].tolist(), "<50"]), "columns of exact values"),
        (np.random.default_rng(1).normal(size=70_000), "write them to a file"),
    ],
)
def test_what_the_page_cannot_show_is_refused_in_a_sentence(opened, data, said):
    result = mix1d.fit(data, 1)
    with pytest.raises(InputError, match=said):
        result.explore()
    assert not opened


@pytest.mark.parametrize("wrong", [{"port": -1}, {"port": 70_000}, {"port": "x"}, {"browse": "yes"}])
def test_arguments_are_checked(opened, wrong):
    with pytest.raises(InputError, match=next(iter(wrong))):
        mix1d.fit(X, 2).explore(**wrong)
    assert not opened


def test_the_lines_that_repeat_a_fit_need_no_file(opened, monkeypatch):
    result = mix1d.fit(X, 2, name="w")

    def serve(session, port, **options):
        choice = session.begin.of(session.begin.saved() | {"transform": "log", "low": 50.0, "high": 90.0})
        taken = session.taken(choice)
        opened.append((words.in_python(session, choice, taken), session.fit(choice)))
        assert "mix1d-" not in words.in_shell(session, choice, taken)

    monkeypatch.setattr(held, "serve", serve)
    result.explore()
    [(lines, shown)] = opened
    there = {"x": X, "print": lambda _: None}
    exec(lines, there)
    assert there["result"].means == pytest.approx(shown.means, rel=1e-9)


def test_a_browser_is_opened_at_a_page_that_answers(monkeypatch, capsys):
    pages = []
    came = threading.Event()

    def browser(address):
        with urllib.request.urlopen(address, timeout=30) as answer:
            pages.append((address, answer.read().decode()))
        came.set()

    monkeypatch.setattr(webbrowser, "open", browser)
    monkeypatch.setattr(server, "has_screen", lambda: True)
    monkeypatch.setattr(held, "in_notebook", lambda: True)
    mix1d.fit(X, 2, name="waiting").explore(port=0)  # comes back at once
    assert came.wait(60.0)
    [(address, text)] = pages
    assert address.startswith("http://127.0.0.1:")
    assert "<title>waiting · mix1d</title>" in text
    assert "it ends with the notebook" in capsys.readouterr().out
    assert not progress.in_notebook()
