"""The pages for readers: their examples run, and their links lead somewhere."""

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from places import ROOT

PAGES = [
    *sorted(ROOT.glob("*.md")),
    *sorted(ROOT.glob("examples/*.md")),
    *(page for page in sorted((ROOT / "docs").rglob("*.md")) if "_build" not in page.parts),
]
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)[^)]*\)")
CODE = re.compile(r"^```(?:python|\{code-cell\})\n(?::\w[^\n]*\n)*\n*(.*?)^```", re.DOTALL | re.MULTILINE)


def relative(path):
    return path.relative_to(ROOT).as_posix()


def blocks_of(page):
    return CODE.findall(page.read_text(encoding="utf-8"))


def shell(command):
    """Do what IPython does with a line that begins with "!", and fail when the command does."""
    subprocess.run(command, shell=True, check=True, stdin=subprocess.DEVNULL)


def run(block, label, names):
    """Run a block as a notebook does: its last expression is shown."""
    lines = [f"shell({line[1:]!r})" if line.startswith("!") else line for line in block.splitlines()]
    tree = ast.parse("\n".join(lines), label)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, label, "exec"), names)
    if last is not None:
        value = eval(compile(ast.Expression(last.value), label, "eval"), names)
        if value is not None:
            print(repr(value))


@pytest.fixture
def reader(tmp_path, monkeypatch):
    """A reader's place: the examples in the current folder, `mix1d` as a command, plots that nobody sees."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    monkeypatch.setenv("MPLBACKEND", "agg")
    yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_links_lead_to_files(page):
    targets = [t for t in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in t]
    assert [t for t in targets if not (page.parent / t).exists()] == []


@pytest.mark.parametrize("page", [page for page in PAGES if blocks_of(page)], ids=relative)
def test_examples_run(page, reader, capfd):
    names = {"x": np.loadtxt("examples/old_faithful_waiting.csv", skiprows=1), "shell": shell}
    for number, block in enumerate(blocks_of(page), 1):
        run(block, f"{relative(page)}, example {number}", names)
    assert capfd.readouterr().out


def test_the_readme_has_the_two_commands_that_do_everything():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert re.search(r"^make demo ", readme, re.MULTILINE)
    assert re.search(r"^make test ", readme, re.MULTILINE)
    assert len(readme.splitlines()) < 80
