"""Progress: who is told what, and when a bar appears."""

import sys
import types

import pytest

import mix1d
from mix1d import progress
from mix1d.progress import Progress


def test_silence_and_the_callers_own_function():
    calls = []
    with Progress(False) as report:
        assert report is None
    with Progress(lambda done, total: calls.append((done, total))) as report:
        report(1.0, 4.0)
    assert calls == [(1.0, 4.0)]


def test_nothing_else_is_taken():
    with pytest.raises(mix1d.InputError, match="progress must be None, True, False or a callable"):
        Progress("bar")


@pytest.mark.parametrize(("terminal", "wanted"), [(True, True), (False, False)])
def test_none_means_a_bar_on_a_terminal(monkeypatch, terminal, wanted):
    monkeypatch.setattr(sys, "stderr", types.SimpleNamespace(isatty=lambda: terminal))
    with Progress(None) as report:
        assert (report is not None) == wanted


def test_without_a_standard_error_stream_there_is_no_bar(monkeypatch):
    monkeypatch.setattr(sys, "stderr", None)
    with Progress(None) as report:
        assert report is None


def test_the_bar_of_a_terminal_appears_late(monkeypatch, capsys):
    clock = [100.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(progress, "installed", lambda name: None)
    with Progress(None) as report:
        clock[0] += 1.0
        report(1.0, 4.0)
        assert capsys.readouterr().err == ""
        clock[0] += 1.5
        report(2.0, 4.0)
        assert capsys.readouterr().err == "\rmix1d:  50 %"
    assert capsys.readouterr().err.strip() == ""


def test_rich_draws_where_it_is_installed(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    with Progress(True) as report:
        report(4.0, 4.0)
    assert "mix1d" in capsys.readouterr().err


class Notebook:
    """What IPython does with displays: each has a place, which later ones of it fill anew."""

    def __init__(self, monkeypatch):
        self.places, self.told = [], []
        shell = type("ZMQInteractiveShell", (), {})()
        shell.execution_count = object()
        self.shell = shell
        package = types.ModuleType("IPython")
        package.get_ipython = lambda: shell
        package.display = types.ModuleType("IPython.display")
        package.display.display = self.display
        monkeypatch.setitem(sys.modules, "IPython", package)
        monkeypatch.setitem(sys.modules, "IPython.display", package.display)

    def display(self, data, *, raw, display_id):
        assert raw
        assert display_id
        self.places.append(data)
        place = len(self.places) - 1

        def update(data, *, raw):
            assert raw
            self.places[place] = data
            self.told.append(data)

        return types.SimpleNamespace(update=update)


def test_the_bar_of_a_notebook_appears_late_and_leaves_nothing(monkeypatch, capsys):
    notebook = Notebook(monkeypatch)
    clock = [100.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(sys.stderr, "isatty", lambda: False, raising=False)
    with Progress(None) as report:
        report(1.0, 4.0)
        assert notebook.places == []
        clock[0] += 2.5
        report(1.0, 4.0)
        clock[0] += 3.0
        report(2.0, 4.0)
        report(2.1, 4.0)  # not drawn: the last one is too fresh
        clock[0] += 0.5
        report(4.0, 4.0)
    told = [data["text/plain"] for data in notebook.told]
    assert told == ["mix1d: 25 %", "mix1d: 50 %, about 3 s left", "mix1d: 100 %", ""]
    assert '<progress value="0.250"' in notebook.told[0]["text/html"]
    assert notebook.places == [{"text/plain": "", "text/html": ""}]
    assert capsys.readouterr() == ("", "")
    with Progress(False) as report:
        assert report is None


def test_the_bars_of_one_cell_share_a_place(monkeypatch):
    notebook = Notebook(monkeypatch)
    for _ in range(3):
        with Progress(True, 2.0) as report:
            report(1.0, 2.0)
    assert len(notebook.places) == 1
    notebook.shell.execution_count = object()
    with Progress(True) as report:
        report(1.0, 2.0)
    assert len(notebook.places) == 2
    assert {data["text/html"] for data in notebook.places} == {""}


def test_a_line_where_there_is_no_terminal(capsys):
    with Progress(True) as report:
        report(1.0, 4.0)
    assert capsys.readouterr().err.startswith("\rmix1d:  25 %")
