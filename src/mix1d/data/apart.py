"""Values set apart from a column before it is fitted: piles of equal values, and strays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mix1d import showing
from mix1d.data.piles import Pile
from mix1d.data.strays import Stray


@showing.record
@dataclass(frozen=True, slots=True, repr=False)
class SetApart:
    """Values that are points of their own, and no part of the fit."""

    values: tuple[float, ...]
    """Rising."""
    count: int
    """Rows."""
    weight: float
    """Sum of their weights."""
    share: float
    """Of the weight of all rows."""
    kind: Literal["tie", "stray"]
    """Many rows that share one value, or a few values apart from the rest."""
    side: Literal["lowest", "highest", "inside"]
    """Where they lie in the column."""

    to_dict = showing.to_dict
    to_frame = showing.to_frame


def of_pile(pile: Pile) -> SetApart:
    """Return a pile as it is reported.

    >>> of_pile(Pile(0.0, 90.0, 0.3, "lowest")).count
    90
    """
    side: Literal["lowest", "highest", "inside"]
    side = "lowest" if pile.side == "lowest" else "highest" if pile.side == "highest" else "inside"
    return SetApart((pile.value,), round(pile.rows), pile.rows, pile.share, "tie", side)


def of_stray(stray: Stray, total_weight: float) -> SetApart:
    """Return strays as they are reported, as a share of all rows.

    >>> import numpy as np
    >>> of_stray(Stray(np.array([1000.0]), 1.0, 0.25, "stray", "highest"), 5.0).share
    0.2
    """
    values = tuple(float(value) for value in stray.values)
    share = stray.rows / total_weight
    return SetApart(values, round(stray.rows), stray.rows, share, stray.kind, stray.side)
