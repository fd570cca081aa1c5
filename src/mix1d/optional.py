"""Packages that mix1d can do without."""

import importlib.util

from mix1d.errors import Mix1dError
from mix1d.words import listed


def installed(name: str) -> bool:
    """Say whether a package can be imported, without importing it.

    >>> installed("numpy"), installed("no_such_package")
    (True, False)
    """
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):  # of a finder that refuses the name, of a module without a spec
        return False


def need(extra: str, *packages: str, doing: str, error: type[Mix1dError] = Mix1dError) -> None:
    """Raise an error where a package is missing, with the extra that brings it.

    >>> need("plot", "numpy", doing="plots need")
    >>> need("plot", "numpy", "no_such_package", doing="plots need")
    Traceback (most recent call last):
    ...
    mix1d.errors.Mix1dError: plots need no_such_package: pip install "mix1d[plot]"
    """
    missing = [name for name in packages if not installed(name)]
    if missing:
        raise error(f'{doing} {listed(missing)}: pip install "mix1d[{extra}]"')
