"""The layout of the source: imports one way, in no circle; small files; nothing optional at import time."""

import ast
import re
import sys

import pytest

from places import ROOT, TESTS
from structure import CPP, circles, offenders, relative

PACKAGE = ROOT / "src" / "mix1d"

# Data flow one way: a file imports only from its own folder and from what stands before it here.
# CONTRIBUTING.md has the same list.
ORDER = [
    "_core",
    "arrays",
    "native",
    "words",
    "errors",
    "hints",
    "pickled",
    "showing",
    "optional",
    "log",
    "writing",
    "console",
    "progress",
    "data",
    "model",
    "sketch",
    "sources",
    "outcome",
    "uncertainty",
    "diagnostics",
    "selection",
    "display",
    "saving",
    "result",
    "fitting",
    "old_places",
    "__init__",
    "sklearn",
    "explore",
    "cli",
    "__main__",
]
# What looks up when it is called: a notebook asks a record how to show itself, a sketch reads any source.
LAZY = {
    ("mix1d.showing", "mix1d.display.records"),
    ("mix1d.model.plain_em", "mix1d.display.em_table"),
    ("mix1d.model.plain_em", "mix1d.display.playing"),
    ("mix1d.sketch.summary", "mix1d.sources.asked"),
    ("mix1d.sketch.summary", "mix1d.sources.reading"),
    ("mix1d.uncertainty.cutoff", "mix1d.display.cutting"),
    ("mix1d.result", "mix1d.explore.held"),
}
# The modules that exist for the sake of an optional package, and may import it at once.
OPTIONAL = {"sources", "sklearn", "explore", "cli", "__main__", "display/terminal"}
LINES = 420

PYTHON = sorted(PACKAGE.rglob("*.py"))


def unit(path):
    """The entry of ORDER that a file belongs to: its own name, or that of its folder."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def runs_later(node):
    """Whether what stands inside a node is skipped when the module is imported."""
    checking = isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
    return checking or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)


def optional(path):
    return bool({unit(path), path.relative_to(PACKAGE).with_suffix("").as_posix()} & OPTIONAL)


def imports_of(tree, package):
    """Every import in a module: (dotted name, line, whether importing the module runs it)."""
    later = {id(node) for block in ast.walk(tree) if runs_later(block) for node in ast.walk(block)}
    for node in ast.walk(tree):
        at_once = id(node) not in later
        if isinstance(node, ast.Import):
            for name in node.names:
                yield name.name, node.lineno, at_once
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            base = [*base, *(node.module.split(".") if node.module else [])]
            for name in node.names:
                yield ".".join([*base, name.name]), node.lineno, at_once


def read(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def all_imports(path):
    package = ["mix1d", *path.relative_to(PACKAGE).parts[:-1]]
    return list(imports_of(read(path), package))


def module(path):
    """The dotted name of a file."""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def target(dotted, files):
    """The file that an import of `mix1d.x.y` is of, None for the native core and other packages."""
    if dotted.split(".")[0] != "mix1d" or dotted.startswith("mix1d._core"):
        return None
    while dotted not in files:
        dotted = dotted.rpartition(".")[0]
    return dotted


def edges_of(imports, files):
    """Which file imports which, {module: {imported: [line]}}; those of `LAZY` that wait are left out."""
    edges = {}
    for name, found in imports.items():
        edges[name] = {}
        for dotted, line, at_once in found:
            other = target(dotted, files)
            waits = not at_once and (name, other) in LAZY
            if other is not None and other != name and not waits:
                edges[name].setdefault(other, []).append(line)
    return edges


def place(name):
    """The place in ORDER of a file: of itself, or of its folder."""
    return ORDER.index(name.split(".")[1] if "." in name else "__init__")


def wrong_edges(edges):
    """Imports that run against ORDER, as `module -> imported (line n)`."""
    return [
        f"{name} -> {other} (line {lines[0]})"
        for name, others in edges.items()
        for other, lines in others.items()
        if place(other) > place(name)
    ]


@pytest.fixture(scope="module")
def edges():
    """All imports of all files, those for types included."""
    return edges_of({module(path): all_imports(path) for path in PYTHON}, set(map(module, PYTHON)))


def test_every_module_has_a_place_in_the_order():
    without = [relative(path) for path in PYTHON if unit(path) not in ORDER]
    assert not without, f"give them a place in ORDER and in CONTRIBUTING.md: {without}"


def test_imports_run_one_way(edges):
    assert wrong_edges(edges) == []


def test_no_circle_among_files(edges):
    assert circles(edges) == []


def test_what_looks_up_does(edges):
    """A licence that nothing needs is taken back."""
    found = {(module(path), target(dotted, edges)) for path in PYTHON for dotted, *_ in all_imports(path)}
    assert found & LAZY == LAZY


def test_the_reader_of_imports_finds_what_it_should():
    files = {
        f"mix1d.{name}" for name in ("fitting.fit", "data.sample", "display.text", "sources.reading", "cli")
    }
    source = (
        "from . import _core\nfrom .data.sample import Sample\nimport mix1d\n"
        "from mix1d.display.text import table\nfrom mix1d import fit\nimport numpy as np\n"
        "if TYPE_CHECKING:\n    from .fitting.fit import fit\n"
        "def shown():\n    from .sources import reading\n    from .cli import main\n"
    )
    name = "mix1d.sketch.summary"
    imports = {name: list(imports_of(ast.parse(source), ["mix1d"]))}
    found = edges_of(imports, files | {"mix1d"})
    assert list(found[name]) == [
        f"mix1d{rest}" for rest in (".data.sample", "", ".display.text", ".fitting.fit", ".cli")
    ]
    assert wrong_edges(found) == [
        "mix1d.sketch.summary -> mix1d (line 3)",
        "mix1d.sketch.summary -> mix1d.display.text (line 4)",
        "mix1d.sketch.summary -> mix1d.fitting.fit (line 8)",
        "mix1d.sketch.summary -> mix1d.cli (line 11)",
    ]
    at_once = ast.parse("from mix1d.sources import reading")
    assert wrong_edges(edges_of({name: list(imports_of(at_once, ["mix1d", "model"]))}, files)) == [
        "mix1d.sketch.summary -> mix1d.sources.reading (line 1)"
    ]
    typing_only = ast.parse("if TYPE_CHECKING:\n    import pandas\nimport scipy")
    assert sorted(imports_of(typing_only, ["mix1d"])) == [("pandas", 2, False), ("scipy", 3, True)]
    nested = imports_of(ast.parse("from ..data import Sample"), ["mix1d", "display"])
    assert [name for name, _, _ in nested] == ["mix1d.data.Sample"]


def test_circles_are_found():
    tower = {"a": ["b", "c"], "b": ["c"], "c": []}
    assert circles(tower) == []
    assert circles({**tower, "c": ["b"], "d": ["d", "a"]}) == [["b", "c"]]
    assert circles({**tower, "c": ["d"], "d": ["a"]}) == [["a", "b", "c", "d"]]


def test_only_the_core_begins_with_an_underscore():
    names = {path.stem for path in PYTHON} | {path.parent.name for path in PYTHON}
    assert {name for name in names if name.startswith("_")} <= {"__init__", "__main__"}


def test_optional_packages_are_imported_inside_functions():
    free = sys.stdlib_module_names | {"numpy", "mix1d"}

    def others(path):
        found = {name for name, _, at_once in all_imports(path) if at_once}
        return sorted(name for name in found if name.split(".")[0] not in free)

    assert offenders([path for path in PYTHON if not optional(path)], others) == {}


def test_files_are_short():
    def too_long(path):
        lines = len(path.read_text(encoding="utf-8").splitlines())
        return f"{lines} lines: a file that wants more has two subjects" if lines > LINES else ""

    assert offenders(PYTHON + CPP, too_long) == {}


def test_every_module_says_what_it_is():
    assert [relative(path) for path in PYTHON if not ast.get_docstring(read(path))] == []


def test_every_native_file_says_what_it_is():
    wrong = [path for path in CPP if not path.read_text(encoding="utf-8").startswith(f"// {path.name}: ")]
    assert wrong == []


def test_offenders_are_named():
    assert offenders(PYTHON[:3], lambda path: path == PYTHON[1] and "why") == {relative(PYTHON[1]): "why"}


def test_no_module_without_a_subject():
    names = {path.stem for path in PYTHON + CPP} | {path.parent.name for path in PYTHON}
    assert names & {"util", "utils", "helpers", "common", "misc"} == set()


def test_tests_lie_in_the_folders_of_what_they_test():
    files = list(TESTS.rglob("test_*.py"))
    known = {path.name for path in PACKAGE.iterdir() if path.is_dir()} | {"core", "laws", "house"}
    assert [relative(path) for path in files if path.parent.name not in known] == []
    assert {path.parent.parent for path in files} == {TESTS}
    assert len({path.name for path in files}) == len(files)  # tests/slow.txt names them without their folders


def test_contributing_has_the_same_order():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    block = re.search(r"```text order\n(.*?)```", text, re.DOTALL)
    assert block is not None
    assert block[1].split() == ORDER
