"""Compare text with a file kept in tests/golden."""

import os

from places import GOLDEN

FOLDER = GOLDEN


def check(name, text):
    path = FOLDER / name
    if os.environ.get("MIX1D_GOLDEN") == "write":
        path.write_text(text + "\n", encoding="utf-8")
    assert text + "\n" == path.read_text(encoding="utf-8")
