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


def test_tqdm_draws_in_notebooks(monkeypatch):
    seen = []

    class Bar:
        n = 0.0

        def __init__(self, **options):
            seen.append(options["total"])

        def update(self, step):
            self.n += step
            seen.append(self.n)

        def close(self):
            seen.append("closed")

    shell = type("ZMQInteractiveShell", (), {})()
    monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda: shell))
    package = types.ModuleType("tqdm")
    package.auto = types.ModuleType("tqdm.auto")
    package.auto.tqdm = Bar
    monkeypatch.setitem(sys.modules, "tqdm", package)
    monkeypatch.setitem(sys.modules, "tqdm.auto", package.auto)
    monkeypatch.setattr(progress, "installed", lambda name: name == "tqdm")
    with Progress(True) as report:
        report(1.0, 3.0)
        report(3.0, 3.0)
    assert seen == [3.0, 1.0, 3.0, "closed"]


def test_a_line_where_there_is_no_terminal(capsys):
    with Progress(True) as report:
        report(1.0, 4.0)
    assert capsys.readouterr().err.startswith("\rmix1d:  25 %")


def test_none_means_a_bar_in_a_notebook_too_without_complaints(monkeypatch, capsys):
    pytest.importorskip("tqdm")
    for name in ("tqdm.auto", "tqdm.autonotebook", "tqdm.notebook"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    clock = [100.0]
    shell = type("ZMQInteractiveShell", (), {"config": {"IPKernelApp": {}}})()
    monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda: shell))
    monkeypatch.setitem(sys.modules, "ipywidgets", None)  # without which tqdm warns
    monkeypatch.setattr(progress.time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(sys.stderr, "isatty", lambda: False, raising=False)
    with Progress(None) as report:
        report(1.0, 4.0)
        assert capsys.readouterr().err == ""
        clock[0] += 2.5
        report(3.0, 4.0)
        report(4.0, 4.0)
    shown = capsys.readouterr().err
    assert shown.startswith("\rmix1d:   0%|")
    assert "Warning" not in shown
    assert "it/s" not in shown
    with Progress(False) as report:
        assert report is None
