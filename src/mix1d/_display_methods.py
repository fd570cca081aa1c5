"""The methods of a result that show it."""

from __future__ import annotations

from typing import Any


class DisplayMethods:
    """Ways to look at a fit; `FitResult` has these methods."""

    def _repr_html_(self) -> str:
        """Return what a notebook shows: the answer, a picture, the components, and what to beware of."""
        from mix1d.display.html import result_html

        result: Any = self
        return result_html(result)
