"""Files that are written at once or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replaced(path: str) -> Iterator[str]:
    """Give the name of a file that takes the place of `path` at the end, unless something fails."""
    if os.path.exists(path) and not os.path.isfile(path):
        yield path  # a pipe or a device; a directory raises the right error
        return
    target = os.path.realpath(path)
    part = f"{target}.part"
    try:
        yield part
        os.replace(part, target)
    except BaseException as error:
        Path(part).unlink(missing_ok=True)
        if isinstance(error, OSError) and error.filename == part:
            error.filename = path
        raise
