"""What a printed answer says, for programs: its sentences, and the numbers in them."""

from __future__ import annotations

from typing import Any

from mix1d.display.bottom_line import answer_of
from mix1d.display.summary import summarise
from mix1d.outcome.outcome import Outcome
from mix1d.outcome.records import plain
from mix1d.selection.evidence import evidence
from mix1d.uncertainty.derived import overlap
from mix1d.uncertainty.parameters import confidence_interval


def said(result: Outcome) -> dict[str, Any]:
    """Return the sentences of ``print(result)``, and what they rest on, ready for JSON, at the same cost.

    ``bottom_line``: the answer, and whether it is ``settled``; ``intervals``: the profile intervals of all
    parameters, and how far an open side went; ``error_rate``: how often the most probable component is the
    wrong one, None for one component; ``tests``: the EM-tests and the p-value of the Anderson-Darling test;
    ``words``: what else is said.
    """
    bounds = confidence_interval(result)
    tests = evidence(result)
    parts = summarise(result)
    wrong = overlap(result) if len(result.mixture.weights) > 1 else None
    answer = answer_of(result)
    return {
        "bottom_line": answer.text,
        "settled": answer.settled,
        "intervals": plain(bounds),
        "error_rate": None if wrong is None else plain(wrong.error_rate),
        "tests": {
            "order": [{name: plain(getattr(test, name)) for name in _OF_A_TEST} for test in tests.tests],
            "anderson_darling": tests.anderson_darling,
        },
        "words": {
            "read": list(parts.read),
            "below": [f"{line.about} {line.text}" for line in parts.below],
            "fit": parts.fit,
            "beware": list(parts.beware),
            "headline": parts.headline,
            "tests": list(parts.tests),
            "verdicts": dict(parts.verdicts),
            "criteria": parts.criteria,
        },
    }


_OF_A_TEST = ("method", "n_components", "statistic", "p_value", "null", "alternative", "message")
