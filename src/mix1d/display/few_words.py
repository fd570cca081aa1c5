"""What to beware of in a fit in at most three words, for a line among many."""

from __future__ import annotations

from collections.abc import Iterable

from mix1d.display.beware import LEFT_OUT

# The gravest first. What is not here says how the values were read, which is no fault of the answer.
_WORDS = {
    "not_converged": "not converged",
    "redundant_component": "not determined",
    "offset": "not determined",
    "constant": "all equal",
    "null_component": "fewer groups",
    "regularized": "held by a penalty",
    "no_sound_optimum": "nothing sound",
    "contradictory_labels": "labels disagree",
    "single_population": "one, skewed?",
    "other_shape": "another shape?",
    "evenly_spread": "evenly spread",
    "largest_tried": "more groups?",
    "undecided": "undecided",
    "family_undecided": "shape undecided",
    "tied_optima": "tied optima",
    "competing_optima": "rival optimum",
    "spike_differs": "spike passed over",
    "wall": "range cut off?",
    "wide_bins": "bins too wide",
    "within_one_bin": "bins too wide",
    "unseen_component": "limits only",
    "drifting": "edge of window",
    "outside_window": "beyond window",
    "errors_dominate": "errors dominate",
    "few_values": "tiny group",
    "tail_component": "outliers?",
    "not_monotone": "no single cut",
    "limit_reached": "edge of family",
    "zero_sd": "spread 0",
    "resolution": "coarse rounding",
    "heaped": "heaped values",
    "binned": "bins too wide",
    "set_apart": "values apart",
    "spike_passed_over": "spike passed over",
}
SILENT = frozenset({*LEFT_OUT, "open_interval", "ambiguous_replicates", "wald", "compressed"} - {"set_apart"})
"""Codes that a line among many leaves to the fit by itself."""


def in_few_words(codes: Iterable[str]) -> str:
    """Return the gravest of some codes of findings in words, nothing where none is grave.

    >>> in_few_words(["missing_dropped", "few_values", "undecided"]), in_few_words(["rounded"])
    ('undecided', '')
    """
    mine = set(codes)
    return next((words for code, words in _WORDS.items() if code in mine), "")


def known_codes() -> frozenset[str]:
    """Return all codes that this page has an opinion on."""
    return SILENT | _WORDS.keys()
