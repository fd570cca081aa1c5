"""Populations of another shape beside a mixture of normals: whether fewer of them describe the values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from mix1d import _core, showing
from mix1d.arrays import log1
from mix1d.data.recorded_sample import RecordedSample, as_exact
from mix1d.data.sample import Sample
from mix1d.errors import InputError
from mix1d.model.choice import SHAPED, allowed_by, space_of
from mix1d.model.families import NAMES
from mix1d.native import Candidates, Chart, Options
from mix1d.outcome.criteria import table_of
from mix1d.outcome.models import Compared, family_of_fit, labelled
from mix1d.outcome.outcome import Outcome, remembered
from mix1d.outcome.records import Finding
from mix1d.words import listed

BETTER = 6.0  # of BIC: as many populations of another shape are said first from here on
NEAR = 6.0  # of BIC: shapes this close to the best one are named beside it
MOST = 3  # populations of another shape
FEWEST = 20.0  # rows: of fewer the shape is not known


@showing.record
class Shape(NamedTuple):
    """The best fit of one family, by BIC."""

    family: str
    n_components: int
    difference: float
    """Its BIC minus that of the fit it stands beside: negative where it is better."""


def other_shapes(outcome: Outcome) -> tuple[Shape, ...]:
    """Return the best fit of each other family that the values allow, the best first.

    With as many components as the fit has at most, and three at most; some milliseconds for hundreds of
    values. Empty where components are not normal or constrained, and where rows are not values: limits, bins,
    or values with errors, windows or labels.

    Examples
    --------
    >>> import mix1d
    >>> x = [0.2, 0.3, 0.5, 0.6, 0.8, 1.0, 1.2, 1.5, 1.8, 2.0, 2.4, 2.9, 3.5, 4.8, 7.7, 9.1, 12.0, 17.0, 25.0]
    >>> ("lognormal", 1) in [shape[:2] for shape in other_shapes(mix1d.fit([*x, 40.0], 1))]
    True
    """
    return remembered(outcome, "shapes", lambda: showing.Records(Shape, _other_shapes(outcome)))


def _other_shapes(outcome: Outcome) -> tuple[Shape, ...]:
    sample, specification = outcome.sample, outcome.asked.specification
    exact = as_exact(sample)
    plain = specification is None or specification.plain
    if exact is None or not plain or outcome.asked.started or family_of_fit(outcome.fitted) != "normal":
        return ()
    if exact.constant or outcome.total_weight < FEWEST:
        return ()
    weights = outcome.mixture.weights
    k = int(np.count_nonzero(weights))
    if k == 0 or len(exact.values) <= 2 * k:
        return ()
    models = [
        Compared(Chart(family=NAMES[family].number, at_most=1 if family in SHAPED else 0), "free", family)
        for family in _families(sample, exact)
    ]
    own = bic_without_idle(outcome)
    best: dict[str, Shape] = {}
    numbers = range(1, min(k, MOST) + 1)
    for counts in (False, True):
        some = [model for model in models if (space_of(model.family) == "count") == counts]
        if not some:
            continue
        problem = exact.problem if counts else sample.problem
        wanted = Candidates(numbers, [model.chart for model in some], pass_over=True)
        try:
            rows, _ = _core.fit(problem._replace(widths=exact.widths), wanted, Options())
        except InputError:  # values of too many powers of ten for the squares of some family
            continue
        rows = labelled(rows, some)
        for row, line in zip(rows, table_of(rows, outcome.total_weight), strict=True):
            shape = Shape(line.family, line.n_components, line.bic - own)
            if not row["converged"] or not line.eligible:
                continue
            if line.family not in best or shape.difference < best[line.family].difference:
                best[line.family] = shape
    return tuple(sorted(best.values(), key=lambda shape: shape.difference))


def bic_without_idle(outcome: Outcome) -> float:
    """Return BIC of a fit of normals; components of weight 0 are no parameters of what is compared."""
    idle = int(np.count_nonzero(outcome.mixture.weights == 0.0)) * (2 if outcome.fitted["equal"] else 3)
    return outcome.bic - idle * log1(outcome.total_weight)


def _families(sample: Sample, exact: Sample) -> list[str]:
    """Return the families to look at; counts have masses, which are densities on a lattice of step 1."""
    found = list(allowed_by(exact.values, exact.values, exact.weights))
    if any(space_of(name) == "count" for name in found):
        step = sample.step if isinstance(sample, RecordedSample) else 1.0
        found = found if step in (0.0, 1.0) else []
        apart = exact.values + 0.5  # between whole numbers, where no family is one of counts
        found += allowed_by(apart, apart) if exact.values[0] > 0.0 else []
    return [name for name in found if name != "normal"]


def better_shape(outcome: Outcome) -> Shape | None:
    """Return another shape that needs fewer components, or describes the values far better; or None."""
    shapes = other_shapes(outcome)
    k = int(np.count_nonzero(outcome.mixture.weights))
    if not shapes:
        return None
    best = shapes[0]
    return best if best.difference <= -BETTER or (best.n_components < k and best.difference < 0.0) else None


def shape_finding(outcome: Outcome) -> Iterator[Finding]:
    """Yield a finding when another shape needs fewer components, or describes the values far better."""
    best = better_shape(outcome)
    if best is None:
        return
    k = int(np.count_nonzero(outcome.mixture.weights))
    near = [shape for shape in other_shapes(outcome)[1:] if shape.difference < best.difference + NEAR]
    number, normals = best.n_components, "one normal" if k == 1 else f"{k} normals"
    what = "One" if number == 1 else str(number)
    people = f"{what} {NAMES[best.family].said} population{'s' * (number > 1)}"
    beside = ""
    if near:
        others = [f"{NAMES[shape.family].said} {shape.difference - best.difference:+.1f}" for shape in near]
        beside = f"; nearly as well: {listed(others)}"
    verb = "describes" if number == 1 else "describe"
    yield Finding(
        "single_population" if number == 1 else "other_shape",
        f"{people} {verb} these values better than {normals} (BIC {best.difference:.1f}{beside}): fit with "
        f'n_components={number}, family="{best.family}".',
        value=best.difference,
    )
