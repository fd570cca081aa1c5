"""The examples in the docstrings of every module say what really happens."""

import doctest
import importlib
import pkgutil

import pytest

import mix1d

MODULES = ["mix1d", *(module.name for module in pkgutil.walk_packages(mix1d.__path__, "mix1d."))]


@pytest.mark.parametrize("name", [name for name in MODULES if not name.endswith(("_core", "__main__"))])
def test_examples(name):
    failed, _ = doctest.testmod(importlib.import_module(name), optionflags=doctest.NORMALIZE_WHITESPACE)
    assert failed == 0
