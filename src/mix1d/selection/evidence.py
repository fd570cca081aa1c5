"""What can be said for and against a fit without drawing a sample: for printing."""

from __future__ import annotations

from typing import NamedTuple

from mix1d.data.recorded_sample import RecordedSample
from mix1d.diagnostics.goodness import FEWEST
from mix1d.diagnostics.quick_goodness import quick_goodness
from mix1d.errors import InputError
from mix1d.outcome.maximum import Maximum, maximum_of
from mix1d.outcome.models import family_of_fit
from mix1d.outcome.outcome import Outcome, remembered, table
from mix1d.selection.em_order import em_test_as_if_exact, too_coarse
from mix1d.selection.record import OrderTest
from mix1d.selection.words import real_components, sequential
from mix1d.words import LEVEL, p_words

MOST = 3  # components under the null: 3^k starts are a test of larger ones


class Evidence(NamedTuple):
    """Sentences, empty where there is nothing to say, and their numbers."""

    order: str
    goodness: str
    tests: tuple[OrderTest, ...] = ()
    """The EM-tests that `order` tells of."""
    anderson_darling: float | None = None
    """The p-value that `goodness` tells of."""


class EmTests(NamedTuple):
    """EM-tests of rising numbers of components, and why there is not one more where rounding forbids it."""

    tests: tuple[OrderTest, ...]
    withheld: str


def evidence(outcome: Outcome) -> Evidence:
    """Return what the EM-test and the limiting law of the Anderson-Darling statistic say about a fit.

    They are asked once, of normal components. The first holds for exact values only, the second for rounded
    ones too: about rows of other kinds they say nothing.
    """
    return remembered(outcome, "evidence", lambda: _evidence(outcome))


def _evidence(outcome: Outcome) -> Evidence:
    if family_of_fit(outcome.fitted) != "normal":  # the laws of both tests are those of normal components
        return Evidence("", "")
    fit, several = maximum_of(outcome), len({row.n_components for row in table(outcome)}) > 1
    goodness, p_value = _goodness(fit)
    if isinstance(outcome.sample, RecordedSample):
        return Evidence("", goodness, (), p_value)
    order, tests = _order(fit, outcome.criterion if several else None)
    return Evidence(order, goodness, tests, p_value)


def em_tests(fit: Maximum) -> EmTests:
    """Return the EM-tests of 1, 2, ... components against more, up to the first that is not significant.

    The last one is of the fitted number at most, and of 3: the cost of the test grows like 3^k. They also
    end where rounding is too coarse for the test, and where the null has fewer components than are tested.
    With equal sds there is a test of one component only; the further ones are those of free sds, which a
    mixture of equal ones obeys too.
    """
    tests: list[OrderTest] = []
    if len(fit.sample.values) < 2:
        return EmTests((), "")
    for k in range(1, min(len(fit.mixture[0]), MOST) + 1):
        try:
            test = em_test_as_if_exact(fit.sample, k, "equal" if fit.equal and k == 1 else "free")
        except InputError:
            break
        why = too_coarse(fit.sample, test.null)
        if why:
            return EmTests(tuple(tests), why)
        if real_components(test) < k:  # the smaller number was rejected, and says all that this one could
            break
        tests.append(test)
        if test.p_value > LEVEL:
            break
    return EmTests(tuple(tests), "")


def _order(fit: Maximum, criterion: str | None) -> tuple[str, tuple[OrderTest, ...]]:
    tests, withheld = em_tests(fit)
    words = []
    if tests:
        words.append(f"EM-test: {sequential(tests)}{_against(tests[-1], len(fit.real), criterion)}.")
    if withheld:
        further = f"The EM-test of {len(tests) + 1} components" if tests else "The EM-test"
        rests = f"the number of components rests on {criterion.upper()}, and " if criterion else ""
        words.append(
            f'{further} is left out: {withheld}; {rests}order_test(method="bootstrap") rounds alike.'
        )
    return " ".join(words), tests


def _against(last: OrderTest, k: int, criterion: str | None) -> str:
    """Say where the tests and the fit disagree about the number of components."""
    prefers = f"the {k} that {criterion.upper()} prefers" if criterion else f"the {k} of the fit"
    if last.p_value <= LEVEL and last.n_components >= k:
        return f", more than {prefers}"
    if last.p_value > LEVEL and last.n_components < k:
        return f", fewer than {prefers}"
    return ""


def _goodness(fit: Maximum) -> tuple[str, float | None]:
    found = quick_goodness(fit)
    if found is None:
        return "", None
    if fit.sample.total_weight < FEWEST:
        return "", found.p_value
    verdict = "does not fit" if found.p_value <= LEVEL else "fits"
    return (
        f"The model {verdict}: Anderson-Darling {p_words(found.p_value)}, parameters estimated.",
        found.p_value,
    )
