"""The examples in the docstrings of every module say what really happens."""

import doctest
import importlib
import pkgutil

import pytest

import engines
import mix1d

MODULES = ["mix1d", *(module.name for module in pkgutil.walk_packages(mix1d.__path__, "mix1d."))]


ENGINES = {"mix1d.sources.dask": engines.need_dask, "mix1d.sources.spark": engines.need_spark}


def examples_of(name):
    failed, _ = doctest.testmod(importlib.import_module(name), optionflags=doctest.NORMALIZE_WHITESPACE)
    assert failed == 0


@pytest.mark.parametrize(
    "name", [name for name in MODULES if not name.endswith(("_core", "__main__")) and name not in ENGINES]
)
def test_examples(name):
    examples_of(name)


@pytest.mark.engine
@pytest.mark.parametrize("name", ENGINES)
def test_examples_of_engines(name):
    ENGINES[name]()
    examples_of(name)
