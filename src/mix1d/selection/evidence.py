"""What can be said for and against a fit without drawing a sample: for printing."""

from __future__ import annotations

from typing import NamedTuple

from mix1d._errors import InputError
from mix1d.diagnostics.goodness import quick_goodness
from mix1d.selection.em_test import em_test
from mix1d.selection.record import OrderTest
from mix1d.selection.words import LEVEL, p_words, sequential
from mix1d.uncertainty.intervals import Fit

MOST = 3  # components under the null: 3^k starts are a test of larger ones


class Evidence(NamedTuple):
    """Sentences; empty where there is nothing to say."""

    order: str
    goodness: str


def evidence_of(fit: Fit) -> Evidence:
    """Return what the EM-test and the limiting law of the Anderson-Darling statistic say about a fit."""
    return Evidence(_order(fit), _goodness(fit))


def em_tests(fit: Fit) -> list[OrderTest]:
    """Return the EM-tests of 1, 2, ... components against more, up to the first that is not significant.

    The last one is of the fitted number at most, and of 3: the cost of the test grows like 3^k.
    """
    tests: list[OrderTest] = []
    largest = 1 if fit.equal else min(len(fit.mixture[0]), MOST)
    for k in range(1, largest + 1):
        try:
            tests.append(em_test(fit.sample, k, sds="equal" if fit.equal else "free"))
        except InputError:
            break
        if tests[-1].p_value > LEVEL:
            break
    return tests


def _order(fit: Fit) -> str:
    if len(fit.sample.values) < 2:
        return ""
    tests = em_tests(fit)
    if not tests:
        return ""
    more = tests[-1].p_value <= LEVEL and len(tests[-1].null.weights) == len(fit.mixture[0])
    return f"EM-test: {sequential(tests)}{', more than were fitted' if more else ''}."


def _goodness(fit: Fit) -> str:
    found = quick_goodness(fit.sample, fit.mixture, equal=fit.equal)
    if found is None:
        return ""
    verdict = "does not fit" if found.p_value <= LEVEL else "fits"
    return f"The model {verdict}: Anderson-Darling {p_words(found.p_value)}, parameters estimated."
