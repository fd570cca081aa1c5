"""What was recorded, in words: kinds of rows, errors, windows and labels."""

from __future__ import annotations

import numpy as np

from mix1d.data.labels import UNKNOWN
from mix1d.data.recorded import Recorded
from mix1d.data.windows import Windows
from mix1d.words import listed, plain


def in_words(of: Recorded) -> list[str]:
    """Return what was recorded, a few words for each kind.

    >>> from mix1d.data.recorded import read_recorded
    >>> in_words(read_recorded([1.0, 2.0], labels=["a", None]))
    ['n = 2', '1 to 2', '2 exact', '1 labelled (a)']
    """
    exact_rows = of.lower == of.upper
    below, above = of.lower == -np.inf, of.upper == np.inf
    finite = np.concatenate([of.lower[~below], of.upper[~above]])
    words = [f"n = {plain(of.total_weight, 12)}", f"{plain(finite.min())} to {plain(finite.max())}"]
    rounded = np.zeros(len(of.lower), bool) if of.rounded is None else of.rounded
    exact = int(np.count_nonzero(exact_rows))
    between = int(np.count_nonzero(~exact_rows & ~below & ~above & ~rounded))
    words += [f"{exact} exact"] * (exact > 0)
    if rounded.any():
        words.append(f"{int(rounded.sum())} rounded to {plain(float(of.resolution))}")
    if between:
        kind = "bin" if of.histogram is not None else "interval"
        words.append(f"{between} {kind}{'s' * (between > 1)}")
    for open_end, ends, where in ((below, of.upper, "below"), (above, of.lower, "above")):
        if open_end.any():
            limits = np.unique(ends[open_end])
            at = plain(float(limits[0])) if len(limits) == 1 else f"{len(limits)} limits"
            words.append(f"{int(open_end.sum())} {where} {at}")
    if of.errors is not None:
        low, high = plain(float(of.errors.min())), plain(float(of.errors.max()))
        words.append(f"errors {low}" if low == high else f"errors {low} to {high}")
    if of.truncation is not None:
        words.append(f"truncated to {_window_words(of.truncation)}")
    if of.labels is not None:
        known = int(np.count_nonzero(of.labels != UNKNOWN))
        names = [str(label) for label in of.label_names[:8]]
        words.append(f"{known} labelled ({listed(names + ['...'] * (len(of.label_names) > 8))})")
    if of.n_missing:
        words.append(f"{of.n_missing} missing left out")
    return words


def _window_words(windows: Windows) -> str:
    low, high = np.unique(windows.low), np.unique(windows.high)
    if len(low) > 1 or len(high) > 1:
        return "a window of each row"
    if high[0] == np.inf:
        return f"{plain(float(low[0]))} and above"
    if low[0] == -np.inf:
        return f"{plain(float(high[0]))} and below"
    return f"{plain(float(low[0]))} to {plain(float(high[0]))}"
