"""The layout of the native core: a folder a layer, a namespace a folder, includes downwards, code in .cpp."""

import re
from pathlib import Path

from places import ROOT
from structure import CPP, circles, offenders

CORE = ROOT / "src" / "core"
# A file includes only from its own folder and from folders before it. CONTRIBUTING.md has the same list.
LAYERS = [
    "data",
    "simd",
    "observations",
    "families",
    "kernels",
    "distribution",
    "linear",
    "model",
    "solve",
    "sketch",
    "search",
    "resample",
    "inference",
    "certificate",
    "order",
    "batch",
    "bind",
]
# What is compiled once per instruction set: its loops are in headers, in namespaces without a name.
LOOPS = {
    f"{folder}/{name}"
    for folder, names in {
        "simd": "coefficients.hpp gamma.hpp math.hpp normal_interval.hpp special.hpp vec.hpp",
        "observations": "kinds.hpp",
        "families": "beta.hpp counts.hpp exponential.hpp family.hpp gamma.hpp inverse_gaussian.hpp "
        "logistic.hpp lognormal.hpp negative_binomial.hpp noise.hpp normal.hpp point_mass.hpp "
        "poisson.hpp quadrature.hpp skew_normal.hpp student_t.hpp summing.hpp table.hpp "
        "uniform.hpp weibull.hpp",
        "kernels": "kernels.cpp general.cpp cell_moments.hpp distribution.hpp eigen_nodes.hpp "
        "general_passes.hpp normal_passes.hpp quantile.hpp row_sums.hpp",
    }.items()
    for name in names.split()
}
# Plain structs that both sides see; they include the C headers of sizes and integers only.
SHARED = {"observations/block.hpp", "families/component.hpp", "kernels/kernels.hpp", "kernels/general.hpp"}
BODY = 20  # lines of a function that may stand in a header; templates have to
FUNCTION = re.compile(r" *(?!namespace|struct|class|enum|union|extern)\S.*\{$")


def inside(path):
    return path.relative_to(CORE).as_posix()


def text_of(path):
    return path.read_text(encoding="utf-8")


def includes(text):
    return re.findall(r'^#include "([^"]+)"', text, re.MULTILINE)


def upwards(folder, included):
    """Those of the included files that stand in a later folder, or in none."""
    return [name for name in included if LAYERS.index(name.split("/")[0]) > LAYERS.index(folder)]


def long_bodies(text):
    """The first lines of functions, other than templates, with more than BODY lines."""
    lines = text.splitlines()
    found, passed = [], 0
    for begin, line in enumerate(lines):
        if begin < passed or not FUNCTION.match(line):
            continue
        head = begin
        while head > 0 and not re.search(r"[;{}:]$|^\s*$|^ *//", lines[head - 1]):
            head -= 1
        indent = re.match(" *", lines[head])[0]
        passed = next(i for i in range(begin + 1, len(lines)) if lines[i].startswith(f"{indent}}}"))
        declaration = " ".join(lines[head : begin + 1])
        if "(" in declaration and "template" not in declaration and passed - begin - 1 > BODY:
            found.append(declaration.strip())
    return found


def test_every_file_stands_in_a_folder_of_the_list():
    assert {path.parent.relative_to(CORE).as_posix() for path in CPP} == set(LAYERS)


def test_includes_lead_downwards():
    assert offenders(CPP, lambda path: upwards(path.parent.name, includes(text_of(path)))) == {}


def test_no_files_include_each_other_in_a_circle():
    graph = {inside(path): includes(text_of(path)) for path in CPP}
    assert all(name in graph for names in graph.values() for name in names)
    assert circles(graph) == []


def test_a_folder_is_a_namespace():
    def others(path):
        wanted = f"mix1d::{path.parent.name}"
        named = set(re.findall(r"^namespace ([\w:]+) \{$", text_of(path), re.MULTILINE))
        return sorted(named ^ {wanted})

    assert offenders([path for path in CPP if inside(path) not in LOOPS], others) == {}


def test_headers_use_no_namespace():
    headers = [path for path in CPP if path.suffix == ".hpp"]
    assert offenders(headers, lambda path: re.findall("using namespace.*", text_of(path))) == {}


def test_host_code_is_compiled_once():
    headers = [path for path in CPP if path.suffix == ".hpp" and inside(path) not in LOOPS]
    assert offenders(headers, lambda path: long_bodies(text_of(path))) == {}


def test_loops_include_no_header_of_the_host():
    def host(path):
        return [name for name in includes(text_of(path)) if name not in LOOPS | SHARED]

    assert offenders([CORE / name for name in sorted(LOOPS)], host) == {}


def test_the_reader_of_includes_finds_what_it_should():
    text = '// a.hpp: b\n#include <vector>\n#include "model/chart.hpp"\n#include "search/fit.hpp"\n'
    assert includes(text) == ["model/chart.hpp", "search/fit.hpp"]
    assert upwards("model", includes(text)) == ["search/fit.hpp"]


def test_the_reader_of_bodies_finds_what_it_should():
    body = "  f();\n" * (BODY + 1)
    assert long_bodies(f"inline int g(int a,\n             int b) {{\n{body}}}\n") == [
        "inline int g(int a,              int b) {"
    ]
    assert long_bodies(f"template <class T>\nint g(T a) {{\n{body}}}\n") == []
    assert long_bodies(f"struct S {{\n{body}}};\n") == []


def test_every_file_is_compiled_or_included():
    listed = re.findall(r"src/core/(\S+\.cpp)", (ROOT / "CMakeLists.txt").read_text(encoding="utf-8"))
    assert sorted(listed) == sorted(inside(path) for path in CPP if path.suffix == ".cpp")
    included = {name for path in CPP for name in includes(text_of(path))}
    assert [inside(path) for path in CPP if path.suffix == ".hpp" and inside(path) not in included] == []


def test_contributing_has_the_same_layers():
    text = (Path(ROOT) / "CONTRIBUTING.md").read_text(encoding="utf-8")
    block = re.search(r"```text layers of the core\n(.*?)```", text, re.DOTALL)
    assert block is not None
    assert block[1].split() == LAYERS
