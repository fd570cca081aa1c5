"""Packages that mix1d can do without."""

import importlib.util


def installed(name: str) -> bool:
    """Say whether a package can be imported, without importing it.

    >>> installed("numpy"), installed("no_such_package")
    (True, False)
    """
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):  # of a finder that refuses the name, of a module without a spec
        return False
