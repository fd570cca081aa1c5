"""Whether cells were fine enough for a fit that never saw the values."""

from __future__ import annotations

from collections.abc import Iterator

from mix1d.data.sample import Sample
from mix1d.finding import Finding
from mix1d.model.mixture import Mixture

ENOUGH = 1e-8  # the error that a fit through a sketch may have


def compression_finding(sample: Sample, mixture: Mixture) -> Iterator[Finding]:
    """Yield a finding when the error bound of a sketch's fit exceeds 1e-8; it costs some milliseconds.

    Examples
    --------
    >>> from mix1d.data.sample import read_sample
    >>> list(compression_finding(read_sample([1.0, 2.0]), Mixture([1.0], [1.5], [0.5])))
    []
    """
    if sample.sketch is None or len(sample.values) == 1:
        return
    bound = sample.sketch.error_bound(mixture)
    if bound > ENOUGH:
        yield Finding(
            "compressed",
            f"The sketch's cells are wide for this fit: its parameters may be off by {bound:.0e} of an sd "
            "(weights: of themselves). Sketch the values again in smaller or mixed parts, or fit them in "
            "memory.",
            value=float(bound),
        )
