"""How much of each fit a page of several has room for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

MOST = 300_000  # bytes of a page: what a mail takes, and a phone opens at once
_ALONE = "a report of that fit alone has them"


@dataclass(frozen=True)
class Depth:
    """What is shown of each fit."""

    least: int
    """Bytes that a fit takes at least: with more fits than have room so, this depth need not be tried."""
    tables: bool = True
    picture: bool = True
    judged: bool = True
    """What else was tried, how well it fits, and how it was computed."""
    left_out: str = ""


WHOLE = Depth(25_000)
_DEPTHS = (
    WHOLE,
    Depth(
        10_000,
        judged=False,
        left_out="What else was tried and how well each fits is left out, so that the page stays small: "
        f"{_ALONE}.",
    ),
    Depth(
        3_000,
        judged=False,
        picture=False,
        left_out="Large pictures, what else was tried and how well each fits are left out, so that the page "
        f"stays small: {_ALONE}.",
    ),
    Depth(
        0,
        judged=False,
        picture=False,
        tables=False,
        left_out="Of so many fits there is a row each, so that the page stays small; all components can be "
        "saved below, and a report of one fit alone has the rest.",
    ),
)


def depths_of(n: int) -> Iterator[Depth]:
    """Return the depths that n fits may have room at, the deepest first.

    >>> [len(list(depths_of(n))) for n in (1, 20, 90, 1000)]
    [4, 3, 2, 1]
    """
    return (depth for depth in _DEPTHS if n * depth.least <= MOST)
