"""Tests for the number of components in words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mix1d.errors import InputError
from mix1d.selection.record import OrderTest
from mix1d.words import LEVEL, p_words


def outcome(n_components: int, p_value: float, replicates: int = 0, *, real: int | None = None) -> str:
    """Return the outcome of a test of `n_components` against one more in a sentence.

    `real` is how many components of positive weight the estimate of the null has, where that is not all.

    Examples
    --------
    >>> outcome(1, 0.001, 999)
    '2 components fit significantly better than 1 (p = .001, 999 replicates)'
    >>> outcome(2, 0.21)
    '3 components are not supported against 2 (p = .21)'
    >>> outcome(3, 0.21, real=2)
    '4 components are not supported against 3, of which the data show only 2 (p = .21)'
    """
    words = p_words(p_value) + (f", {replicates} replicate{'s' * (replicates != 1)}" if replicates else "")
    null = str(n_components)
    if real is not None and real < n_components:
        null += f", of which the data show only {real}"
    if p_value <= LEVEL:
        return f"{n_components + 1} components fit significantly better than {null} ({words})"
    return f"{n_components + 1} components are not supported against {null} ({words})"


def real_components(test: OrderTest) -> int:
    """Return how many components of positive weight the estimate of the null has."""
    return int(np.count_nonzero(test.null.weights))


def sequential(tests: Sequence[OrderTest]) -> str:
    """Return what tests of k against k + 1, k + 1 against k + 2, ... say together.

    Parameters
    ----------
    tests : sequence of OrderTest
        Of rising numbers of components, without a gap. What follows the first test that is not significant
        is not looked at: stopping there keeps the chance to claim too many components at the level of a
        single test (each claim of "at least k" rests on k - 1 tests that all had to reject).

    Returns
    -------
    str
        Such as ``"at least 2 components (p < .001), 3 not supported (p = .21)"``.

    Raises
    ------
    InputError
        When there are no tests, or numbers are left out.

    Examples
    --------
    >>> import mix1d
    >>> x = [4.8, 5.0, 5.1, 5.3, 9.7, 9.9, 10.0, 10.1, 10.2, 10.4]
    >>> sequential([mix1d.order_test(x, k, replicates=99) for k in (1, 2)])
    'at least 2 components (p = .010), 3 not supported (p = 1)'
    """
    numbers = [test.n_components for test in tests]
    if not numbers or numbers != list(range(numbers[0], numbers[0] + len(numbers))):
        found = ", ".join(map(str, numbers)) or "none"
        raise InputError(
            f"tests must be of consecutive numbers of components, got {found}: pass those of 1, 2, 3, say"
        )
    rejected: OrderTest | None = None
    for test, k in zip(tests, numbers, strict=True):
        words = p_words(test.p_value)
        if test.p_value > LEVEL:
            missed = f"{k + 1} {'not' if rejected else 'components not'} supported ({words})"
            return f"{_at_least(rejected)}, {missed}" if rejected else missed
        rejected = test
    return _at_least(rejected)


def _at_least(rejected: OrderTest | None) -> str:
    assert rejected is not None
    return f"at least {rejected.n_components + 1} components ({p_words(rejected.p_value)})"
