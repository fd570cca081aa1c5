"""What is asked of a source."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from mix1d.errors import InputError, shown


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

    def refuse(self, source: str, advice: str, *names: str) -> None:
        """Raise `InputError` where one of these was asked for, which this kind of source has not got."""
        for name in names:
            value = getattr(self, name)
            if value is not None:
                raise InputError(f"{name} must be None for {source}, got {shown(value)}: {advice}")
