"""What takes drawing samples, or long sums, to say about a fit: for `summary(tests=True)` and `--tests`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from mix1d.data.arguments import Rng, check_seed
from mix1d.diagnostics.certificate import certificate
from mix1d.diagnostics.goodness import goodness_of_fit
from mix1d.diagnostics.influence import influence
from mix1d.diagnostics.shapes import other_shapes
from mix1d.display.layout import wrapped
from mix1d.errors import Mix1dError
from mix1d.model.families import NAMES
from mix1d.outcome.maximum import maximum_of
from mix1d.outcome.outcome import Outcome
from mix1d.selection.dip import dip_test
from mix1d.selection.order import bootstrap_test, fewest
from mix1d.selection.record import OrderTest
from mix1d.selection.words import sequential
from mix1d.uncertainty import parameters
from mix1d.words import LEVEL, p_words

TITLE = "Tests that draw samples, and other checks"


@dataclass(frozen=True)
class Checks:
    """What the checks say, and what it takes to repeat them."""

    verdicts: tuple[tuple[str, str], ...]
    replicates: int
    seed: int

    @classmethod
    def of(
        cls,
        result: Outcome,
        replicates: int = 999,
        rng: Rng = None,
        threads: int | None = None,
    ) -> Checks:
        """Run `checks`, all with one seed."""
        seed = check_seed(rng)
        return cls(tuple(checks(result, replicates, seed, threads)), replicates, seed)


def checks_text(
    result: Outcome,
    width: int = 80,
    *,
    replicates: int = 999,
    rng: Rng = None,
    threads: int | None = None,
) -> str:
    """Return `checks` as lines of text for `summary(tests=True)`."""
    return verdicts_text(checks(result, replicates, rng, threads), width)


def verdicts_text(found: Iterable[tuple[str, str]], width: int = 80) -> str:
    """Lay out pairs (what, verdict) as lines of text below their title."""
    verdicts = list(found)
    pad = max(len(what) for what, _ in verdicts) + 2
    lines = [TITLE]
    for what, verdict in verdicts:
        lines += wrapped(what.ljust(pad) + verdict, width, hanging=" " * pad)
    return "\n".join(lines)


def checks(
    result: Outcome, replicates: int = 999, rng: Rng = None, threads: int | None = None
) -> Iterator[tuple[str, str]]:
    """Yield pairs (what, verdict) of a fit; what cannot be had for it is said in words. A few seconds.

    Tests for the number of components stop early (Besag & Clifford).
    """
    how: dict[str, Any] = {"replicates": replicates, "rng": rng, "threads": threads}
    table: tuple[tuple[str, Callable[[], str]], ...] = (
        ("Number of components", lambda: _order(result, how)),
        ("Goodness of fit", lambda: _goodness(result, how)),
        ("Any more components", lambda: _certificate(result, threads)),
        ("Bootstrap", lambda: _replicates(result, how)),
        ("Influence", lambda: influence(result).message),
        ("Other shapes", lambda: _shapes(result)),
        ("Modes, not components", lambda: dip_test(result.sample).message),
    )
    for what, check in table:
        try:
            yield what, check()
        except Mix1dError as error:
            yield what, f"not to be had: {error}"


def _order(result: Outcome, how: dict[str, Any]) -> str:
    if result.mixture._mixed is not None:
        return "the test is one of normal components; the table of families and numbers compares the others"
    fit = maximum_of(result)
    tests: list[OrderTest] = []
    for k in range(fewest(fit.sample), min(len(fit.mixture[0]) + 1, len(fit.sample.values))):
        sds = "equal" if fit.equal else "free"
        tests.append(bootstrap_test(fit.sample, k, sds=sds, stop="besag-clifford", **how))
        if tests[-1].p_value > LEVEL:
            break
    return f"bootstrap test: {sequential(tests)}" if tests else "a constant column has nothing to test"


def _certificate(result: Outcome, threads: int | None) -> str:
    if result.mixture._mixed is not None:
        return "the bound is one of normal components"
    return certificate(result, threads=threads).message


def _goodness(result: Outcome, how: dict[str, Any]) -> str:
    found = goodness_of_fit(result, **how)
    words = [found.message, *(f"{name} {p_words(statistic.p_value)}" for name, statistic in found.others)]
    return f"{'; '.join(words)} ({found.replicates} replicates, refitted)"


def _replicates(result: Outcome, how: dict[str, Any]) -> str:
    drawn = parameters.replicates(result, **how)
    ambiguous = f"{100.0 * drawn.ambiguous:.1f} % of {len(drawn.means)} replicates"
    return f"{ambiguous} could be labelled otherwise, {drawn.failed} collapsed or did not converge"


def _shapes(result: Outcome) -> str:
    found = other_shapes(result)
    if not found:
        return "none is compared"
    best = found[0]
    shape = f"{best.n_components} {NAMES[best.family].said}"
    return f"the best is {shape}, BIC {best.difference:+.1f} against this fit"
