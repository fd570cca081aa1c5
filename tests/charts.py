"""Charts of every kind of constraint, and what each promises of the mixtures on it."""

import numpy as np

from mix1d.native import EQUAL, FREE, Chart

THREE = np.array([0.3, 0.5, 0.2]), np.array([2.0, 5.0, 11.0]), np.array([0.6, 1.1, 2.0])

# a chart, where it is looked at, and its number of parameters
GROWING = np.array([2.0, 5.0, 10.4])  # steps 3 and 5.4
SPACED = np.array([2.0, 6.5, 11.0])
CHARTS = {
    "free": (FREE, THREE, 8),
    "equal": (EQUAL, (THREE[0], THREE[1], np.full(3, 1.2)), 6),
    "ratios": (Chart(sds=[(0, 1.0), (0, 2.0), (0, 3.0)]), (*THREE[:2], np.array([0.6, 1.2, 1.8])), 6),
    "two alike": (Chart(sds=[(0, 1.0), (1, 1.0), (0, 1.0)]), (*THREE[:2], np.array([0.9, 1.1, 0.9])), 7),
    "one sd held": (Chart(sds=[(0, 1.0), (-1, 1.0), (1, 1.0)]), THREE, 7),
    "one mean held": (Chart(means=[(0, 1.0), (-1, 1.0), (1, 1.0)]), THREE, 7),
    "two means alike": (
        Chart(means=[(0, 1.0), (1, 1.0), (1, 1.0)]),
        (THREE[0], np.array([2.0, 6.0, 6.0]), THREE[2]),
        7,
    ),
    "weights held": (Chart(weights="held"), THREE, 6),
    "one weight held": (Chart(weights=[(0, 1.0), (-1, 1.0), (1, 1.0)]), THREE, 7),
    "shares": (
        Chart(weights=[(0, 0.25), (0, 0.75), (1, 1.0)]),
        (np.array([0.2, 0.6, 0.2]), *THREE[1:]),
        7,
    ),
    "proportional": (Chart(sds="proportional"), (*THREE[:2], 0.2 * THREE[1]), 6),
    "proportional, held": (Chart(sds="proportional", cv=0.2), (*THREE[:2], 0.2 * THREE[1]), 5),
    "proportional to a distance": (
        Chart(sds="proportional", origin=1.0),
        (*THREE[:2], 0.3 * (THREE[1] - 1.0)),
        6,
    ),
    "spaced": (Chart(means="spaced"), (THREE[0], SPACED, THREE[2]), 7),
    "spaced, proportional": (
        Chart(means="spaced", sds="proportional"),
        (THREE[0], SPACED, 0.2 * SPACED),
        5,
    ),
    "growing": (Chart(means="growing"), (THREE[0], GROWING, THREE[2]), 8),
    "growing, proportional, one weight held": (
        Chart([(0, 1.0), (-1, 1.0), (1, 1.0)], "growing", "proportional"),
        (THREE[0], GROWING, 0.2 * GROWING),
        5,
    ),
}


def holds(chart, mixture):
    """What a chart promises, as functions that assert it."""
    old = dict(zip(("weights", "means", "sds"), mixture, strict=True))
    for kind, place in (("weights", 0), ("means", 1), ("sds", 2)):
        slots = getattr(chart, kind)
        if isinstance(slots, str):
            continue
        for j, (free, _) in enumerate(slots):
            if free == -1:
                yield lambda *new, j=j, place=place, kind=kind: np.testing.assert_array_equal(
                    new[place][j], old[kind][j]
                )
        together = [j for j, (free, _) in enumerate(slots) if free == 0]
        ratio = np.array([slots[j][1] if kind != "means" else 1.0 for j in together])
        yield lambda *new, place=place, together=together, ratio=ratio: np.testing.assert_allclose(
            new[place][together] / ratio, (new[place][together] / ratio)[:1].repeat(len(together)), rtol=1e-13
        )
    if chart.weights == "held":
        yield lambda *new: np.testing.assert_array_equal(new[0], old["weights"])
    if chart.sds == "equal":
        yield lambda *new: np.testing.assert_array_equal(new[2], new[2][0])
    if chart.sds == "proportional":
        yield lambda *new: np.testing.assert_allclose(
            new[2] / np.abs(new[1] - chart.origin),
            chart.cv or new[2][0] / np.abs(new[1][0] - chart.origin),
            rtol=1e-13,
        )
    if chart.means == "spaced":
        # steps are differences of means, and as exact as those
        yield lambda *new: np.testing.assert_allclose(
            np.diff(new[1]), new[1][1] - new[1][0], rtol=1e-13, atol=4.0 * np.spacing(np.abs(new[1]).max())
        )
