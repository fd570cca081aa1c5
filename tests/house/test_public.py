"""The public names, and what importing them costs."""

import ast
import inspect
import json
import subprocess
import sys
from pathlib import Path

import pytest

import mix1d
import mix1d.errors
import signatures

ERRORS = {name for name, value in vars(mix1d.errors).items() if inspect.isclass(value)}
FUNCTIONS = {"build_info", "em", "fit", "fit_many", "load", "order_test"}
NAMES = {"Component", "FitResult", "Mixture", "Observations", "Sketch"} | FUNCTIONS | ERRORS


def test_the_public_names_are_these():
    assert sorted(mix1d.__all__) == sorted(NAMES)
    assert len(set(mix1d.__all__)) == len(mix1d.__all__)


def test_nothing_else_is_shown():
    assert [name for name in dir(mix1d) if not name.startswith("_")] == sorted(NAMES)


def test_every_public_name_exists_and_is_explained():
    for name in mix1d.__all__:
        assert inspect.getdoc(getattr(mix1d, name)), name


def test_an_unknown_name_is_an_attribute_error():
    assert not hasattr(mix1d, "no_such_name")


def test_the_exceptions_are_one_tree():
    for name in ERRORS:
        error = getattr(mix1d, name)
        assert issubclass(error, mix1d.Mix1dWarning if name.endswith("Warning") else mix1d.Mix1dError)
    assert issubclass(mix1d.InputError, ValueError)
    assert issubclass(mix1d.SketchFormatError, mix1d.InputError)
    assert issubclass(mix1d.Mix1dWarning, UserWarning)


def test_each_cause_of_a_warning_has_a_class_of_its_own():
    classes = [
        ast.unparse(node.args[1])
        for path in Path(mix1d.__file__).parent.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "warnings.warn"
    ]
    assert set(classes) == {name for name in ERRORS if name.endswith("Warning")} - {"Mix1dWarning"}


def test_build_info_describes_the_native_core():
    info = mix1d.build_info()
    assert info["version"]
    assert info["compiler"]
    assert info["isa"] in info["isas"].split()
    assert info["isas"].split() in (["base"], ["base", "v3"], ["base", "v3", "v4"])


def loaded_by(statement):
    """Top-level names of the modules that a statement loads in a fresh process, beyond those of NumPy."""
    code = (
        "import sys, json, numpy\nbefore = set(sys.modules)\n"
        f"{statement}\nprint(json.dumps(sorted(set(sys.modules) - before)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_import_loads_numpy_and_the_native_core_only():
    modules = loaded_by("import mix1d")
    assert "mix1d._core" in modules
    names = {name.split(".")[0] for name in modules}
    assert names - sys.stdlib_module_names == {"mix1d"}


def test_what_fits_is_loaded_when_it_is_first_asked_for():
    assert "mix1d.result" not in loaded_by("import mix1d; dir(mix1d); mix1d.InputError")
    assert "mix1d.result" in loaded_by("import mix1d; mix1d.fit")


@pytest.mark.parametrize("name", sorted(NAMES - ERRORS - {"build_info"}))
def test_each_public_name_can_be_the_first(name):
    code = (
        f"from mix1d import {name}\nimport mix1d, pickle\n"
        f"assert vars(mix1d)[{name!r}] is {name}\nassert pickle.loads(pickle.dumps({name})) is {name}"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_first_fit_does_not_wait_for_what_only_others_need():
    rows = "[1.0, 2.0, 2.5, 3.0, 4.0, 6.0, 9.0, 12.0, 13.0]"
    modules = loaded_by(f"import mix1d; mix1d.fit({rows}, 2)")
    waits = {"numpy.ma", "concurrent.futures", "difflib", "decimal", "secrets", "shutil", "urllib.parse"}
    assert waits & set(modules) == set()


def test_a_fit_loads_no_optional_package():
    modules = loaded_by("import mix1d; print(mix1d.fit([1.0, 2.0, 4.0, 7.0], 1), file=sys.stderr)")
    names = {name.split(".")[0] for name in modules}
    assert (
        names & {"sklearn", "matplotlib", "pandas", "polars", "pyarrow", "rich", "duckdb", "typer"} == set()
    )


def test_public_callables_keep_their_signatures():
    recorded = signatures.FILE.read_text(encoding="utf-8").splitlines()
    found = signatures.lines()
    assert found == recorded, "if that is wanted: python tests/signatures.py write, and CHANGELOG.md"
