"""The console of rich, with a size that it can have."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console


def console(**options: Any) -> Console:
    """Return a console, where rich is installed; COLUMNS and LINES that are no sizes count for nothing."""
    import shutil

    from rich.console import Console

    if not all(is_size(os.environ.get(name, "1")) for name in ("COLUMNS", "LINES")):
        options["width"], options["height"] = shutil.get_terminal_size((80, 24))
    return Console(**options)


def is_size(text: str) -> bool:
    """Say whether rich may read a variable: it believes 0, and takes all that are digits for numbers.

    >>> is_size("80"), is_size("wide"), is_size("0"), is_size("²")
    (True, True, False, False)
    """
    return not text.isdigit() or (text.isascii() and len(text) < 10 and int(text) > 0)
