"""What the tests of the layout, of Python and of the native core, have in common."""

from places import ROOT

CPP = sorted(path for path in (ROOT / "src" / "core").rglob("*") if path.suffix in {".cpp", ".hpp"})


def relative(path):
    return path.relative_to(ROOT).as_posix()


def circles(edges):
    """The strongly connected components of more than one file (Tarjan 1972)."""
    number, lowest, stack, found = {}, {}, [], []

    def visit(name):
        number[name] = lowest[name] = len(number)
        stack.append(name)
        for other in edges.get(name, ()):
            if other not in number:
                visit(other)
            if other in stack:
                lowest[name] = min(lowest[name], lowest[other])
        if lowest[name] == number[name]:
            component = stack[stack.index(name) :]
            del stack[stack.index(name) :]
            if len(component) > 1:
                found.append(sorted(component))

    for name in edges:
        if name not in number:
            visit(name)
    return found


def offenders(paths, complaint):
    """What a rule says of the files that break it, each with its name; nothing is to be found."""
    assert paths
    found = {relative(path): complaint(path) for path in paths}
    return {name: words for name, words in found.items() if words}
