"""What to beware of: the findings by the harm they do to a reader, the gravest first."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mix1d.outcome.findings_of_rows import READ
from mix1d.outcome.records import Finding

MOST = 3  # on the first screen

LEFT_OUT = ("missing_dropped", "zero_weight", *READ)
"""Codes of what is said before the picture: what was left out, set apart, or read in a special way."""

# First what makes the answer none, then what makes a group none, then what makes either less exact.
_GRAVE = (
    "redundant_component",
    "not_converged",
    "regularized",
    "null_component",
    "contradictory_labels",
    "unseen_component",
    "drifting",
    "within_one_bin",
    "wall",
    "tied_optima",
    "compressed",
    "offset",
    "wide_bins",
    "binned",
    "outside_window",
    "spike_passed_over",
    "few_values",
    "tail_component",
    "no_sound_optimum",
    "spike_differs",
    "not_monotone",
    "family_undecided",
    "errors_dominate",
    "zero_sd",
    "heaped",
    "resolution",
)
_COARSE = 0.35  # rounding / sd: below it rounding widens an sd by less than half of one per cent
_COMPONENT = re.compile(r"\b([Cc])omponent(s?)\b")


def beware(found: Sequence[Finding], told: frozenset[str]) -> tuple[list[Finding], list[Finding]]:
    """Return the gravest findings that the answer has not told yet, three at most, and the others.

    What concerns the last digits only (curved likelihoods, other optima nearby, fine rounding) is never among
    the first.

    >>> first, rest = beware([Finding("wald", "W"), Finding("few_values", "F")], frozenset())
    >>> [one.code for one in first], [one.code for one in rest]
    (['few_values'], ['wald'])
    """
    open_ = [one for one in found if one.code not in LEFT_OUT and one.code not in told]
    grave = sorted((one for one in open_ if _is_grave(one)), key=lambda one: _GRAVE.index(one.code))
    first = grave[:MOST]
    return first, [one for one in open_ if not any(one is other for other in first)]


def _is_grave(finding: Finding) -> bool:
    if finding.code == "resolution":
        return finding.value is not None and finding.value > _COARSE
    return finding.code in _GRAVE


def of_groups(sentence: str) -> str:
    """Call components groups, as the first screen does; names of arguments stay.

    >>> of_groups("Component c rests on 3 values: n_components=2 has components a and b")
    'Group c rests on 3 values: n_components=2 has groups a and b'
    """
    return _COMPONENT.sub(lambda found: f"{'G' if found[1] == 'C' else 'g'}roup{found[2]}", sentence)
