"""Whatever a public callable is given, what it raises is an error of mix1d."""

import inspect
import warnings

import matplotlib as mpl
import matplotlib.pyplot
import numpy as np
import pytest

import mix1d
import mix1d.explore.server
import mix1d.sklearn
from silly import silly

X = [1.0, 2.0, 2.0, 3.0, 8.0, 9.0, 9.0, 10.0, 11.5]
TWO = np.array([[1.0, 2.0], [3.0, 4.5], [5.0, 7.0], [8.0, 8.5]])
# The errors of the system are told as they are, where a name of a file may be given.
SYSTEM = {"path", "path_or_text", "source", "data", "columns", "ax"}
# What a call takes where it is not the argument in question; few replicates, so that all calls are short.
SENSIBLE = {
    "data": X,
    "columns": {"a": X, "b": X[::-1]},
    "n_components": 2,
    "values": X,
    "source": X,
    "other": None,
    "mixture": None,
    "x": X,
    "cutoffs": [5.0],
    "p": 0.3,
    "replicates": 19,
    "weights": [0.5, 0.5],
    "means": [2.0, 9.0],
    "sds": [0.7, 0.8],
    "shape": 2.0,
    "scale": 1.0,
    "distribution": None,
    "path": None,
    "path_or_text": "{}",
    "to": "stan",
    "X": np.array(X)[:, None],
}


def gamma(shape, scale, family="gamma"):
    """Make a component: its parameters, as any of its families has them."""
    return mix1d.Component(family, shape=shape, scale=scale)


def callables():
    """Every public function, constructor and method, as (name, a function that gives a fresh one)."""
    fitted = mix1d.fit(X, 2)
    mixture = mix1d.Mixture([0.5, 0.5], [2.0, 9.0], [0.7, 0.8])
    sketch = mix1d.Sketch.of(X)
    component = mix1d.Component("gamma", shape=2.0, scale=1.0)
    yield "Component.gamma", gamma
    yield from ((f"Component.{name}", getattr(component, name)) for name in ("pdf", "cdf", "icdf"))
    yield from ((name, getattr(mix1d, name)) for name in ("em", "fit", "fit_many", "load", "order_test"))
    for name, kind in (("Mixture", mix1d.Mixture), ("Sketch", mix1d.Sketch)):
        yield name, kind
    for thing in (fitted, mixture, sketch):
        kind = type(thing).__name__
        for name in dir(thing):
            static = inspect.getattr_static(thing, name)
            if (not name.startswith("_") or name == "__add__") and not isinstance(static, property):
                method = getattr(thing, name)
                if callable(method):
                    yield f"{kind}.{name}", method
    # Of X, scikit-learn complains in its own words, which its tools expect.
    yield "GaussianMixture1D.sample", mix1d.sklearn.GaussianMixture1D(2).fit(SENSIBLE["X"]).sample


CALLABLES = dict(callables())


def sensible(name):
    value = SENSIBLE[name]
    if name == "other":
        return mix1d.Sketch.of(X)
    if name == "mixture":
        return mix1d.Mixture([1.0], [0.0], [1.0])
    if name == "distribution":
        return mix1d.Mixture([1.0], [0.0], [1.0]).to_scipy()
    return value


def called(function, arguments):
    """Call a function, with all that it gives piece by piece."""
    found = function(**arguments)
    if inspect.isgenerator(found):
        for _, _ in zip(range(3), found, strict=False):
            pass


def offence(function, arguments, name):
    """What is wrong with what a call raises, or None."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", mix1d.Mix1dWarning)
            called(function, arguments)
    except mix1d.Mix1dError as error:
        return None if str(error).strip() else "no words"
    except OSError as error:
        return None if name in SYSTEM else repr(error)
    except MemoryError:
        return None
    except Exception as error:
        return f"{type(error).__name__}: {str(error)[:100]}"
    return None


def parameters(function):
    kinds = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return [one for one in inspect.signature(function).parameters.values() if one.kind not in kinds]


@pytest.mark.parametrize("path", CALLABLES)
def test_every_error_is_one_of_mix1d(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # some values are names of files, too
    monkeypatch.setattr(mix1d.explore.server, "_serve", lambda *_: None)  # that would go on until Ctrl-C
    function = CALLABLES[path]
    every = parameters(function)
    usual = {
        one.name: sensible(one.name) for one in every if one.default is one.empty or one.name == "replicates"
    }
    usual |= {
        "Mixture": {name: sensible(name) for name in ("weights", "means", "sds")},
        "FitResult.report": {"path": tmp_path / "made"},
        "FitResult.to_json": {"path": tmp_path / "made"},
        "FitResult.proportion_above": {"x": 5.0},
        "Sketch.from_bytes": {"data": mix1d.Sketch.of(X).to_bytes()},
    }.get(path, {})
    wrong = []
    with mpl.rc_context({"backend": "agg"}):
        if path != "load":
            called(function, usual)
        for one in every:
            if path.endswith("report") and one.name not in ("path", "tests"):
                continue  # those of the tests, which `summary` has too
            for name, value in silly().items():
                arguments = usual | {one.name: value}
                found = offence(function, arguments, one.name)
                if found is not None:
                    wrong.append(f"{one.name} = {name}: {found}")
            matplotlib.pyplot.close("all")
    assert not wrong, f"{len(wrong)}\n" + "\n".join(wrong)
