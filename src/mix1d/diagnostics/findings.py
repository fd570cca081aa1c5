"""All that is to be known before believing a fit: what `outcome.findings` says, and what takes more work."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from mix1d import _core
from mix1d.data.recorded_sample import RecordedSample
from mix1d.diagnostics.evenness import evenness_finding
from mix1d.diagnostics.precision import precision_findings
from mix1d.diagnostics.shapes import shape_finding
from mix1d.native import Candidates, Options
from mix1d.outcome.findings import find
from mix1d.outcome.maximum import maximum_of
from mix1d.outcome.outcome import Outcome, facts_of, remembered
from mix1d.outcome.records import Finding
from mix1d.uncertainty.parameters import confidence_interval
from mix1d.words import letter

if TYPE_CHECKING:
    from mix1d._core import Fitted

ENOUGH = 1e-8  # the error that a fit through a sketch may have
COARSE = 1e-7  # between doubles, in sds: below it no likelihood of a sample changes in two decimals
LOST = 0.01  # nats


def findings(outcome: Outcome) -> tuple[Finding, ...]:
    """Return the findings of an outcome, which are looked for once.

    Examples
    --------
    >>> import mix1d
    >>> [found.code for found in findings(mix1d.fit([1.0, 2.0, 2.0, 3.0, 8.0, 9.0, 9.0, 10.0], 2))]
    ['resolution', 'few_values', 'few_values', 'wald']
    """
    return remembered(outcome, "findings", lambda: tuple(_findings(outcome)))


def _findings(outcome: Outcome) -> Iterator[Finding]:
    found = find(facts_of(outcome)._replace(stable=_stable(outcome)))
    yield from shape_finding(outcome)
    yield from evenness_finding(outcome)
    yield from found
    yield from precision_findings(maximum_of(outcome), confidence_interval(outcome).estimates)
    yield from _compression(outcome)
    yield from _offset(outcome)


def _stable(outcome: Outcome) -> Fitted | None:
    """Return the stable answer when the highest was asked for, at the cost of a search."""
    fitted, sample, asked = outcome.fitted, outcome.sample, outcome.asked
    if not asked.highest or asked.started or fitted["equal"] or not fitted["sound"] or "native" in fitted:
        return None
    (stable,), _ = _core.fit(
        sample.problem._replace(widths=sample.widths),
        Candidates([len(fitted["mixture"][0])]),
        Options(asked.tol, asked.max_iter),
    )
    return stable


def _compression(outcome: Outcome) -> Iterator[Finding]:
    """Say whether cells were fine enough for a fit that never saw the values; it costs some milliseconds."""
    sample = outcome.sample
    if sample.sketch is None or sample.constant:
        return
    bound = sample.sketch.error_bound(outcome.mixture)
    if bound > ENOUGH:
        yield Finding(
            "compressed",
            f"The sketch's cells are wide for this fit: its parameters may be off by {bound:.0e} of an sd "
            "(weights: of themselves). Sketch the values again in smaller or mixed parts, or fit them in "
            "memory.",
            value=float(bound),
        )


def _offset(outcome: Outcome) -> Iterator[Finding]:
    """Say whether rounding the means to doubles changes the log-likelihood that was maximised."""
    sample, mixture, log_likelihood = outcome.sample, outcome.mixture, outcome.log_likelihood
    if sample.constant or isinstance(sample, RecordedSample):  # other rows have no density to compare with
        return
    real = np.flatnonzero(mixture.weights)
    spacing = np.spacing(np.abs(mixture.means[real]))
    coarse = spacing / mixture.sds[real]
    worst = int(np.argmax(coarse))
    if coarse[worst] < COARSE:
        return
    found = float(np.sum(sample.weights * _core.density(sample.values, mixture._arrays, log=True)))
    lost = log_likelihood - found
    if not abs(lost) > LOST:
        return
    yield Finding(
        "offset",
        f"Doubles near {mixture.means[real[worst]]:.6g} are {spacing[worst]:.2g} apart, {coarse[worst]:.1g} "
        f"of the sd of {letter(int(real[worst]))}: rounded to them, the mixture has the log-likelihood "
        f"{found:.3f}, not {log_likelihood:.3f}. Subtract {float(sample.values[0])!r} from all values first.",
        component=int(real[worst]),
        value=lost,
    )
