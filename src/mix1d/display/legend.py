"""What the legend of a drawing says of rows that are not exact values."""

from __future__ import annotations

import math

import numpy as np

from mix1d.data.recorded_sample import RecordedSample, as_exact
from mix1d.display.canvas import Piece
from mix1d.display.picture import Picture
from mix1d.display.recorded_bins import Limit, given_bins, is_even
from mix1d.words import plain

LIMITS = {False: "◀▶", True: "<>"}  # in ASCII or not: rows below a limit, and above it


def legend_of_rows(picture: Picture, ascii: bool, *, flat: bool) -> list[list[Piece]]:
    """Return the entries of limits, errors, windows and intervals, and of a background that is drawn."""
    entries = [
        [Piece(LIMITS[ascii][not limit.below], "<"), Piece(f" {limit_words(limit)}")]
        for limit in picture.one_sided
    ]
    if flat:
        entries.append([Piece("~~" if ascii else "⠒⠒", "_"), Piece(" background")])
    return entries + [[Piece(words)] for words in remarks(picture)]


def limit_words(limit: Limit) -> str:
    """Say how many rows lie beyond a limit.

    >>> limit_words(Limit(True, 0.02, 17.0, False)), limit_words(Limit(False, 9.0, 1.0, True))
    ('17 below 0.02', '1 above 9 or more')
    """
    where = "below" if limit.below else "above"
    more = f" or {'less' if limit.below else 'more'}" if limit.several else ""
    return f"{plain(limit.weight, 7)} {where} {plain(limit.place)}{more}"


def remarks(picture: Picture) -> list[str]:
    """Say how curves and bars differ from those of exact values."""
    words = []
    seen, sample = picture.seen, picture.sample
    if seen is not None and seen.with_errors:
        words.append("curves: as recorded, with the errors")
    if seen is not None and seen.truncated:
        words.append(window_words(seen.window))
    if isinstance(sample, RecordedSample) and as_exact(sample) is None:
        rows = sample.observations
        given = given_bins(rows)
        between = ~rows.exact & np.isfinite(rows.lower) & np.isfinite(rows.upper)
        if bool(between.any()) and (given is None or not is_even(given[0])):
            words.append("intervals: spread evenly")
    return words


def window_words(window: tuple[float, float] | None) -> str:
    """Say what was recorded of all values.

    >>> window_words((0.0, math.inf)), window_words(None)
    ('recorded: from 0', 'recorded: each in its own window')
    """
    if window is None:
        return "recorded: each in its own window"
    low, high = window
    if math.isinf(high):
        return f"recorded: from {plain(low)}"
    return f"recorded: up to {plain(high)}" if math.isinf(low) else f"recorded: {plain(low)} to {plain(high)}"
