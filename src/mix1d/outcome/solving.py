"""The solve from a start, without a search."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mix1d import _core
from mix1d.data.sample import Sample
from mix1d.model.mixture import Mixture
from mix1d.native import Candidates, Options, chart_of

if TYPE_CHECKING:
    from mix1d._core import Fitted

TOL, MAX_ITER = 1e-10, 1000  # of `mix1d.fit`


def solved_from(
    sample: Sample, start: Mixture, equal: Sequence[bool], tol: float = TOL, max_iter: int = MAX_ITER
) -> list[Fitted]:
    """Return the nearest maximum of the likelihood, with free sds, equal ones, or each in turn."""
    wanted = Candidates(
        charts=[chart_of(one) for one in equal], start=(start.weights, start.means, start.sds)
    )
    rows, _ = _core.fit(sample.problem, wanted, Options(tol, max_iter))
    return rows
