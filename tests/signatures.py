"""Every public callable with its arguments, one a line: what users' programs rely on."""

import inspect
import re
import sys
from pathlib import Path

import mix1d
import mix1d.sklearn

FILE = Path(__file__).parent / "golden" / "signatures.txt"


def lines():
    """Sorted lines: functions, constructors, methods and properties of public names, and of results."""
    found = []
    for module, names in ((mix1d, mix1d.__all__), (mix1d.sklearn, mix1d.sklearn.__all__)):
        for name in names:
            found += list(described(f"{module.__name__}.{name}", getattr(module, name)))
    return sorted(found)


def arguments(function):
    try:
        signature = inspect.signature(function)
    except ValueError:  # a native function without arguments
        return "()"
    bare = [one.replace(annotation=one.empty) for one in signature.parameters.values()]
    return str(signature.replace(parameters=bare, return_annotation=signature.empty))


def described(path, thing):
    if not inspect.isclass(thing):
        yield path + arguments(thing)
        return
    if issubclass(thing, Exception):
        yield f"{path}({thing.__mro__[1].__name__})"
        return
    yield path if thing is mix1d.FitResult else path + arguments(thing)  # results are made by `fit`
    for name in dir(thing):
        public = not name.startswith("_") or name in ("__add__", "_repr_html_")
        if not public or name in dir(BASE):
            continue
        member = inspect.getattr_static(thing, name)
        if isinstance(member, staticmethod | classmethod):
            member = member.__func__
        if callable(member):  # a function that stands elsewhere calls what it is a method of by another name
            yield f"{path}.{name}{re.sub(r'^.outcome', '(self', arguments(member))}"
        else:
            yield f"{path}.{name}"


try:  # what the estimator inherits is not ours to keep
    from sklearn.base import BaseEstimator, ClusterMixin, DensityMixin, TransformerMixin

    class BASE(DensityMixin, ClusterMixin, TransformerMixin, BaseEstimator):
        """All that scikit-learn gives."""
except ImportError:
    BASE = object


if __name__ == "__main__":
    text = "\n".join(lines()) + "\n"
    if sys.argv[1:] == ["write"]:
        FILE.write_text(text, encoding="utf-8")
    else:
        print(text, end="")
