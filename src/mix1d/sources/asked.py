"""What is asked of a source."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class Asked:
    """What the caller of `Sketch.of` asked for."""

    by: str | None = None
    column: str | None = None
    sample_weight: Any = None
    where: str | None = None
    missing: Literal["raise", "drop"] = "raise"
    threads: int | None = None
    progress: bool | Callable[[float, float], object] | None = None
