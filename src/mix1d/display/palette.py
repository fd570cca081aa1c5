"""Colours and dashes of every picture: told apart by the colour-blind, and in grey by their dashes."""

from __future__ import annotations

# Okabe & Ito (2008), Color Universal Design, without black and yellow; the dark ones first.
COMPONENTS = ("#0072B2", "#D55E00", "#009E73", "#AA4499", "#B8860B", "#56B4E9")
# On and off lengths, in units of the line's width; the first is a solid line.
DASHES: tuple[tuple[float, ...], ...] = (
    (),
    (5, 2),
    (1.5, 1.5),
    (7, 2, 1.5, 2),
    (9, 3),
    (3, 1.5, 1, 1.5, 1, 1.5),
)

BARS = "#D5D8DC"
INK = "#222222"  # the sum of the components, and text
CUTS = "#555555"
BAND = "#E8EAED"
OTHERS = "#8A9099"  # lines and points of the data, darker than bars; components that few fits have


def colour(component: int) -> str:
    """Return the colour of a component by its place in the mixture.

    >>> colour(0), colour(6) == colour(0)
    ('#0072B2', True)
    """
    return COMPONENTS[component % len(COMPONENTS)]


def dashes(component: int) -> tuple[float, ...]:
    """Return the dashes of a component; with the colours, 36 components in a row differ in one or both.

    >>> dashes(0), dashes(1)
    ((), (5, 2))
    """
    return DASHES[(component + component // len(COMPONENTS)) % len(DASHES)]
