"""Where pickles of earlier versions look for what has moved since; they are read for ever."""

import sys
from importlib import import_module
from types import ModuleType

from mix1d import data, errors


class _Moved(ModuleType):
    """A module that has the names of another, which is imported when one of them is asked for."""

    def __init__(self, name: str, place: str) -> None:
        super().__init__(name)
        self._place = place

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):  # what those ask who look through all modules
            raise AttributeError(name)
        return getattr(import_module(self._place), name)


def _sample(name: str) -> object:
    if name != "Sample":
        raise AttributeError(f"module 'mix1d.data' has no attribute {name!r}", name=name)
    return getattr(import_module("mix1d.data.sample"), name)


# Version 0.1
for _name, _place in {
    "mix1d.mixture": "mix1d.model.mixture",
    "mix1d._records": "mix1d.outcome.records",
    "mix1d._frames": "mix1d.data.frames",
}.items():
    sys.modules[_name] = _Moved(_name, _place)
vars(data)["__getattr__"] = _sample
# What the native core raises is fetched by this name.
sys.modules["mix1d._errors"] = errors
