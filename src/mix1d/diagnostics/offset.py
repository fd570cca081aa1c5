"""The finding about means that doubles cannot hold: values far from zero, and close to each other."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mix1d import _core
from mix1d.data.sample import Sample
from mix1d.finding import Finding
from mix1d.model.mixture import Mixture
from mix1d.words import letter

COARSE = 1e-7  # between doubles, in sds: below it no likelihood of a sample changes in two decimals
LOST = 0.01  # nats


def offset_finding(sample: Sample, mixture: Mixture, log_likelihood: float) -> Iterator[Finding]:
    """Yield a finding when rounding the means to doubles changes the log-likelihood that was maximised.

    Examples
    --------
    >>> from mix1d.data.sample import read_sample
    >>> x = read_sample([1.0, 2.0, 4.0])
    >>> list(offset_finding(x, Mixture([1.0], [7 / 3], [1.247]), -4.92))
    []
    """
    if sample.constant:
        return
    real = np.flatnonzero(mixture.weights)
    spacing = np.spacing(np.abs(mixture.means[real]))
    coarse = spacing / mixture.sds[real]
    worst = int(np.argmax(coarse))
    if coarse[worst] < COARSE:
        return
    found = float(np.sum(sample.weights * _core.logpdf(sample.values, *mixture._arrays)))
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
