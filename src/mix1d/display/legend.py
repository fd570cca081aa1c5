"""What the legend of a drawing says of rows that are not exact values."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from mix1d.data.apart import SetApart
from mix1d.data.recorded_sample import RecordedSample, as_exact
from mix1d.display.canvas import Piece
from mix1d.display.picture import Picture
from mix1d.display.recorded_bins import Limit, given_bins, is_even
from mix1d.words import letter, listed, plain

_MOST_NAMED = 4  # values set apart, one by one
LIMITS = {False: "◀▶", True: "<>"}  # in ASCII or not: rows below a limit, and above it


def legend_of_rows(picture: Picture, ascii: bool, *, flat: bool) -> list[list[Piece]]:
    """Return the entries of limits, errors, windows and intervals, and of a background that is drawn."""
    entries = [
        [Piece(LIMITS[ascii][not limit.below], "<"), Piece(f" {limit_words(limit)}")]
        for limit in picture.one_sided
    ]
    if flat:
        entries.append([Piece("~~" if ascii else "⠒⠒", "_"), Piece(" background")])
    if picture.apart:
        entries.append([Piece(apart_words(picture.apart))])
    return entries + [[Piece(words)] for words in remarks(picture)]


def limit_words(limit: Limit) -> str:
    """Say how many rows lie beyond a limit.

    >>> limit_words(Limit(True, 0.02, 17.0, False)), limit_words(Limit(False, 9.0, 1.0, True))
    ('17 values below 0.02', '1 value above 9 or more')
    """
    where = "below" if limit.below else "above"
    more = f" or {'less' if limit.below else 'more'}" if limit.several else ""
    values = "value" if limit.weight == 1.0 else "values"
    return f"{plain(limit.weight, 7)} {values} {where} {plain(limit.place)}{more}"


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
    """Say what could not be recorded.

    >>> window_words((0.0, math.inf)), window_words((0.0, 9.0)), window_words(None)
    ('never recorded: below 0', 'never recorded: below 0, above 9', 'recorded: each in its own window')
    """
    if window is None:
        return "recorded: each in its own window"
    sides = zip(("below", "above"), window, strict=True)
    return "never recorded: " + ", ".join(f"{side} {plain(end)}" for side, end in sides if math.isfinite(end))


def apart_words(apart: Sequence[SetApart]) -> str:
    """Say which values are in no bar.

    >>> apart_words([SetApart((0.0,), 40, 40.0, 0.2, "tie", "lowest")])
    'set apart, in no bar: 40 at 0'
    """
    named = []
    for one in apart:
        places = [plain(value, 7) for value in one.values]
        named += [f"{plain(one.weight, 7)} at {places[0]}"] if len(places) == 1 else places
    more = [f"{len(named) - _MOST_NAMED} more"] if len(named) > _MOST_NAMED else []
    return f"set apart, in no bar: {listed([*named[:_MOST_NAMED], *more])}"


def known_words(component: int, label: str, name: str | None = None) -> str:
    """Name the rows of a label; a component by its letter, where it has no name.

    >>> known_words(0, "female"), known_words(0, "a")
    ('known to be a (female)', 'known to be a')
    """
    name = name or letter(component)
    return f"known to be {name}" + (f" ({label})" if label != name else "")


def explained(picture: Picture) -> list[str]:
    """Say in sentences what stands beside bars, curves and thresholds, for below a picture.

    >>> from mix1d.display.picture import mixture_picture
    >>> from mix1d import Mixture
    >>> explained(mixture_picture(Mixture([1.0], [0.0], [1.0])))
    []
    """
    words = []
    seen, sample = picture.seen, picture.sample
    if isinstance(sample, RecordedSample) and sample.observations.histogram is not None:
        words.append("The bars are the bins as they were given, as high as their count per unit of width.")
    if picture.expected is not None:
        words.append("Dots: how high each bar would be if the fit were exactly right.")
    if picture.one_sided:
        words.append(
            "Arrows: values of which only a limit is known; they lie somewhere beyond it and are in no bar."
        )
    if seen is not None and seen.with_errors:
        words.append(
            "Coloured curves are as recorded, widened by the errors of the values; the dotted one is the "
            "population without the errors."
            if picture.without_errors is not None
            else "Coloured curves are as recorded: what makes them wide is the errors of the values. "
            "Without those the components are points, the broad upright lines."
        )
    if seen is not None and seen.window is not None:
        words.append("Hatched: there nothing could be recorded, and the curves say what the fit expects.")
    elif seen is not None and seen.truncated:
        words.append("Each value could be recorded in a window of its own only; the curves know it.")
    if picture.background is not None:
        words.append("Dashed and level: the background, which belongs to no component.")
    if picture.labelled:
        words.append("Coloured marks below: values whose component is known.")
    if picture.apart:
        words.append(f"S{apart_words(picture.apart)[1:]}.")
    return words
