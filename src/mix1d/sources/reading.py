"""Any source into a sketch: what it is, and which reader knows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from mix1d.sketch.summary import Sketch


def read_source(
    source: Any,
    *,
    by: str | None,
    column: str | None,
    sample_weight: Any,
    where: str | None,
    missing: Literal["raise", "drop"],
    threads: int | None,
    progress: bool | Callable[[float, float], object] | None,
) -> Any:
    """Return a sketch of a source, or a dict of them; see `Sketch.of`."""
    sketch = Sketch()
    if hasattr(source, "__next__"):
        for chunk in source:
            sketch.add(chunk, missing=missing, threads=threads)
        return sketch
    sketch.add(source, sample_weight, missing=missing, threads=threads, progress=progress)
    return sketch
