"""The layout of the source: imports one way, small files, nothing optional at import time."""

import ast
import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "mix1d"

# Data flow one way: a module imports only from modules to its left. CONTRIBUTING.md has the same list.
ORDER = [
    "_core",
    "_errors",
    "_finding",
    "_optional",
    "_log",
    "_writing",
    "_arguments",
    "_console",
    "_progress",
    "_columns",
    "_frames",
    "data",
    "thresholds",
    "_shape",
    "_tails",
    "_components",
    "mixture",
    "reach",
    "sketch",
    "plain_em",
    "uncertainty",
    "diagnostics",
    "_records",
    "_display_methods",
    "_saving_methods",
    "result",
    "tables",
    "_saved_parts",
    "_saved_checks",
    "saving",
    "exporting_r",
    "exporting",
    "fitting",
    "selection",
    "batch",
    "__init__",
    "display",
    "sources",
    "sklearn",
    "explore",
    "cli",
    "__main__",
]
# Convenience methods that import a lower module when they are called: (module, imported module).
LAZY = {
    ("_display_methods", "display"),
    ("_records", "display"),
    ("_saving_methods", "tables"),
    ("_saving_methods", "saving"),
    ("_saving_methods", "exporting"),
    ("mixture", "display"),
    ("result", "display"),
    ("result", "selection"),
    ("sketch", "display"),
    ("sketch", "sources"),
}
# The modules that exist for the sake of an optional package, and may import it at once.
OPTIONAL = {"sources", "sklearn", "explore", "cli", "__main__", "display/terminal"}
LINES = 420

PYTHON = sorted(PACKAGE.rglob("*.py"))
CPP = sorted(path for path in (ROOT / "src" / "core").rglob("*") if path.suffix in {".cpp", ".hpp"})


def relative(path):
    return path.relative_to(ROOT).as_posix()


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


def imported_unit(dotted):
    """The entry of ORDER that `mix1d.x.y` belongs to; a public name belongs to `__init__`."""
    parts = dotted.split(".")
    return parts[1] if len(parts) > 1 and parts[1] in ORDER else "__init__"


def read(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def all_imports(path):
    package = ["mix1d", *path.relative_to(PACKAGE).parts[:-1]]
    return list(imports_of(read(path), package))


def wrong_edges(own, imports):
    """Imports that run against ORDER, as `module -> imported (line n)`."""
    wrong = []
    for dotted, line, at_once in imports:
        if dotted.split(".")[0] != "mix1d":
            continue
        other = imported_unit(dotted)
        lazy = not at_once and (own, other) in LAZY
        if other != own and ORDER.index(other) > ORDER.index(own) and not lazy:
            wrong.append(f"{own} -> {other} (line {line})")
    return wrong


def offenders(paths, complaint):
    """What a rule says of the files that break it, each with its name; nothing is to be found."""
    assert paths
    found = {relative(path): complaint(path) for path in paths}
    return {name: words for name, words in found.items() if words}


def test_every_module_has_a_place_in_the_order():
    without = [relative(path) for path in PYTHON if unit(path) not in ORDER]
    assert not without, f"give them a place in ORDER and in CONTRIBUTING.md: {without}"


def test_imports_run_one_way():
    assert offenders(PYTHON, lambda path: wrong_edges(unit(path), all_imports(path))) == {}


def test_the_reader_of_imports_finds_what_it_should():
    source = (
        "from . import fitting\nfrom .data import Sample\nimport mix1d\n"
        "from mix1d.display.text import table\nfrom mix1d import fit\nimport numpy as np\n"
        "def summary():\n    from .display import text\n    from .cli import main\n"
    )
    imports = list(imports_of(ast.parse(source), ["mix1d"]))
    assert [imported_unit(name) for name, _, _ in imports if name.startswith("mix1d")] == (
        ["fitting", "data", "__init__", "display", "__init__", "display", "cli"]
    )
    assert wrong_edges("_display_methods", imports) == [
        "_display_methods -> fitting (line 1)",
        "_display_methods -> __init__ (line 3)",
        "_display_methods -> display (line 4)",
        "_display_methods -> __init__ (line 5)",
        "_display_methods -> cli (line 9)",
    ]
    typing_only = ast.parse("if TYPE_CHECKING:\n    import pandas\nimport scipy")
    assert sorted(imports_of(typing_only, ["mix1d"])) == [("pandas", 2, False), ("scipy", 3, True)]
    nested = imports_of(ast.parse("from ..data import Sample"), ["mix1d", "display"])
    assert [name for name, _, _ in nested] == ["mix1d.data.Sample"]


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


def test_contributing_has_the_same_order():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    block = re.search(r"```text order\n(.*?)```", text, re.DOTALL)
    assert block is not None
    assert block[1].split() == ORDER
