"""What is written about the native module is what it has: names, arguments and their defaults."""

import ast
import re

from mix1d import _core
from places import ROOT

WRITTEN = ROOT / "src" / "mix1d" / "_core.pyi"


def written(text):
    """Functions with their arguments as {name: has a default}, in order, and the other public names."""
    functions, others = {}, set()
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef):
            each = node.args
            assert [each.vararg, each.kwarg, each.kwonlyargs] == [None, None, []], node.name
            names = [one.arg for one in each.posonlyargs + each.args]
            bare = len(names) - len(each.defaults)
            functions[node.name] = {name: i >= bare for i, name in enumerate(names)}
        elif isinstance(node, ast.AnnAssign) and ast.unparse(node.annotation) != "TypeAlias":
            others.add(node.target.id)
    return functions, others


def parts(text):
    """The arguments of a signature, cut at the commas that stand in no bracket or text."""
    depth, quoted, part = 0, False, ""
    for letter in text:
        quoted ^= letter == "'"
        depth += (letter in "([{") - (letter in ")]}") if not quoted else 0
        if letter == "," and depth == 0 and not quoted:
            yield part
            part = ""
        else:
            part += letter
    if part.strip():
        yield part


def compiled(module):
    """The same of the module, from the signatures that nanobind keeps."""
    functions, others = {}, set()
    for name, thing in vars(module).items():
        if name.startswith("__"):
            continue
        if not hasattr(thing, "__nb_signature__"):
            others.add(name)
            continue
        assert len(thing.__nb_signature__) == 1, f"{name} is overloaded"
        signature = thing.__nb_signature__[0][0]
        inside = re.fullmatch(rf"def {name}\((.*)\) -> .*", signature, re.DOTALL)[1]
        # a default stands behind the type, and in no bracket
        each = [re.fullmatch(r"(\w+)(?:: (.*))?", part.strip(), re.DOTALL) for part in parts(inside)]
        functions[name] = {
            found[1]: bool(re.search(r" = \S", re.sub(r"\[.*\]", "", found[2]))) for found in each
        }
    return functions, others


def test_names_arguments_and_defaults_are_those_of_the_module():
    found, values = compiled(_core)
    expected, constants = written(WRITTEN.read_text(encoding="utf-8"))
    assert len(found) > 40
    assert found.keys() == expected.keys()
    assert values == constants
    wrong = [
        f"{name}({', '.join(expected[name])}) is {name}({', '.join(found[name])})"
        for name in found
        if list(found[name].items()) != list(expected[name].items())
    ]
    assert not wrong, "\n".join(wrong)


def test_differences_are_seen():
    text = "A: int\nB: TypeAlias = int\ndef f(x: Array, n: int = 1) -> int: ...\nclass C: ...\n"
    assert written(text) == ({"f": {"x": False, "n": True}}, {"A"})

    class Native:
        __nb_signature__ = (
            ("def f(x: ndarray[shape=(*), order='C, D'] | None, n: int = 1) -> list", None, None),
        )

    fake = type("Fake", (), {})()
    fake.f, fake.A = Native(), 1
    assert compiled(fake) == ({"f": {"x": False, "n": True}}, {"A"})
    assert list(parts("a: x[1, 2], b: '(', c")) == ["a: x[1, 2]", " b: '('", " c"]
