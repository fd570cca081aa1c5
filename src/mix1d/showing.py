"""How records show themselves: at a prompt, in notebooks and papers, and as data for other programs.

Records stand below what shows them, so what they are asked for is looked up when they are asked.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

T = TypeVar("T")


def record(kind: type[T]) -> type[T]:
    """Give a class of records the ways to show itself that notebooks ask for, and a short `repr`.

    `mix1d.display.records` knows what to show. A `repr` of its own is left alone, that of a data class is
    left out by ``repr=False``. Notebooks take the HTML, LaTeX goes into PDF, Markdown where neither is read.
    """
    own = vars(kind)
    for name, method in _ASKED.items():
        if name not in own:
            setattr(kind, name, method)
    return kind


def to_dict(self: Any) -> dict[str, Any]:
    """Return everything as dicts, lists and numbers, ready for JSON; numbers that are not finite as None.

    Examples
    --------
    >>> import mix1d
    >>> median = mix1d.fit([1.0, 2.0, 4.0, 7.0], 1).quantile(0.5)
    >>> median.to_dict()["value"], median.to_dict()["level"]
    (3.5, 0.95)
    """
    from mix1d.display import records

    return records.as_dict(self)


def to_frame(self: Any, library: str | None = None) -> Any:
    """Return the table as a data frame: a row for each component, value or record, whatever it is made of.

    Parameters
    ----------
    library : {"pandas", "polars", "pyarrow", "modin", "cudf", "duckdb"}, optional
        None for the first of pandas, polars and pyarrow that is installed.

    Raises
    ------
    InputError
        When `library` is not one of these.
    Mix1dError
        When it or narwhals (extra ``frames``) is not installed.

    Examples
    --------
    >>> import mix1d
    >>> result = mix1d.fit([1.0, 2.0, 2.0, 3.0, 8.0, 9.0, 9.0, 10.0], 2)
    >>> result.standard_errors().to_frame()["mean"].round(3).tolist()
    [0.354, 0.354]
    """
    from mix1d.display import records

    return records.as_frame(self, library)


def _repr(self: Any) -> str:
    from mix1d.display import records

    return records.as_text(self)


def _html(self: Any) -> str:
    from mix1d.display import records

    return records.as_html(self)


def _markdown(self: Any) -> str:
    from mix1d.display import records

    return records.as_markdown(self)


def _latex(self: Any) -> str:
    from mix1d.display import records

    return records.as_latex(self)


_ASKED = {
    "__repr__": _repr,
    "_repr_html_": _html,
    "_repr_markdown_": _markdown,
    "_repr_latex_": _latex,
    "to_dict": to_dict,  # named tuples cannot have them in their own lines, which type checkers read
    "to_frame": to_frame,
}


@record
class Records(tuple[T, ...]):
    """A tuple of records of one kind, which shows itself as one table.

    Examples
    --------
    >>> import mix1d
    >>> cuts = mix1d.fit([1.0, 2.0, 2.0, 3.0, 8.0, 9.0, 9.0, 10.0], 2, sds="equal").thresholds()
    >>> isinstance(cuts, tuple), len(cuts), cuts == tuple(cuts)
    (True, 1, True)
    >>> cuts.to_frame()["value"].round(6).tolist()
    [5.5]
    """

    kind: type[T]
    """What the records are, also where there are none."""
    said: str
    """What they are in words, for the title; empty for the name of their kind."""
    beside: Any
    """What a picture of them is drawn on, such as a mixture; None for no picture."""

    def __new__(  # noqa: D102
        cls, kind: type[T], records: Iterable[T] = (), *, said: str = "", beside: Any = None
    ) -> Records[T]:
        several = super().__new__(cls, records)
        several.kind, several.said, several.beside = kind, said, beside
        return several

    def __reduce__(self) -> tuple[Any, ...]:
        return _records, (self.kind, tuple(self), self.said, self.beside)

    to_dict = to_dict
    to_frame = to_frame


def _records(kind: type[T], several: tuple[T, ...], said: str, beside: Any) -> Records[T]:
    return Records(kind, several, said=said, beside=beside)
