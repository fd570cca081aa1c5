"""Fixtures of the command line and of the engines, and how hypothesis draws its examples."""

import io
import os
import sys
from types import SimpleNamespace

import pytest
from hypothesis import settings

import engines
import slow
from mix1d.__main__ import main

# New examples on a desk and the same ones in CI, where a failure must be news.
settings.register_profile("ci", derandomize=True, print_blob=True)
if os.environ.get("CI"):
    settings.load_profile("ci")


def pytest_collection_modifyitems(items):
    """Mark what tests/slow.txt lists."""
    names = slow.names()
    for item in items:
        if f"{item.path.name}::{getattr(item, 'originalname', '')}" in names:
            item.add_marker(pytest.mark.slow)


@pytest.fixture
def run(monkeypatch, capsys):
    """Run the command line in this process and return (exit code, standard output, standard error)."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")

    def call(*arguments, stdin=b""):
        monkeypatch.setattr(sys, "argv", ["mix1d", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(stdin)))
        code = 0
        try:
            main()
        except SystemExit as end:
            code = end.code or 0
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return code, out, err

    return call


@pytest.fixture
def file(tmp_path):
    def write(text, name="data.csv"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="session")
def measurements(tmp_path_factory):
    """A million rows in Parquet files, which Dask and Spark read."""
    return engines.write(tmp_path_factory.mktemp("measurements"))
