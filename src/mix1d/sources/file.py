"""A file that is read: where it is, and what else is known of it before it is opened."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class File:
    """A file on the disk, or a copy of what came through a pipe."""

    # Where it is, in a spelling that DuckDB takes for nothing else, and how messages call it
    path: str
    label: str
    size: int  # bytes
    saved: bool  # whether it is a saved sketch
    head: bytes  # its beginning
    # Names of files that do not exist, for copies in other forms; they are removed in the end
    spare: str
    spare_sheet: str
