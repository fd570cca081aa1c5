"""Places between two populations: where they are equally probable, and where the density is lowest."""

from __future__ import annotations

import numpy as np

from mix1d.errors import InputError
from mix1d.model.mixture import Mixture
from mix1d.model.thresholds import Threshold
from mix1d.uncertainty.quantities import Kind, Quantity, values_of
from mix1d.uncertainty.saying import percent
from mix1d.uncertainty.sides import Pair
from mix1d.words import letter, plain

_CROSSES = ("crossing", "second", "not_monotone")
_PARTS = 33  # places looked at between two modes, again and again


def cuts(pair: Pair) -> list[Threshold]:
    """Return where the two are equally probable."""
    mixture = Mixture._of_arrays(pair.arrays)  # type: ignore[arg-type]
    return [cut for cut in mixture.thresholds() if cut.below == pair.place and cut.kind in _CROSSES]


def crossing(pair: Pair) -> float:
    """Return where walking upwards the upper population becomes the more probable of the two."""
    below, above = map(letter, pair.numbers)
    for cut in cuts(pair):
        if cut.kind == "crossing":
            return float(cut.value)
    raise InputError(
        f'rule="equal" finds no cut-off: {below} and {above} are nowhere equally probable, one of them is so '
        'everywhere; use rule="specificity" or rule="sds", or fit fewer components'
    )


def valley(pair: Pair) -> float:
    """Return the lowest place of the density between the modes of the two populations."""
    below, above = map(letter, pair.numbers)
    if pair.counts:
        raise InputError('rule="valley" needs a density, and counts have none: use rule="equal"')
    whole = Mixture._of_arrays(pair.arrays)  # type: ignore[arg-type]
    ends = [_own_mode(pair, j) for j in (pair.place, pair.place + 1)]
    modes = [float(x) for x in whole.modes() if ends[0] < x < ends[1]]
    places = sorted({*ends, *modes})
    heights = whole.logpdf(places)
    found: list[tuple[float, float]] = []
    for i in range(len(places) - 1 if ends[0] < ends[1] else 0):
        x = _lowest(whole, places[i], places[i + 1])
        height = float(whole.logpdf(x))
        if height < min(heights[i], heights[i + 1]):
            found.append((height, x))
    if not found:
        raise InputError(
            f'rule="valley" finds no cut-off: the density has no minimum between {below} and {above}, which '
            'overlap too much or are too unequal; use rule="equal", or "specificity"'
        )
    return min(found)[1]


def _own_mode(pair: Pair, j: int) -> float:
    one = [np.ascontiguousarray(array[j : j + 1]) for array in pair.arrays]
    mixture = Mixture._of_arrays((np.ones(1), *one[1:]))  # type: ignore[arg-type]
    modes = mixture.modes()
    return float(modes[0]) if len(modes) else float(mixture.median())


def _lowest(mixture: Mixture, low: float, high: float) -> float:
    """Return the lowest place between two modes, between which there is one."""
    for _ in range(12):
        x = np.linspace(low, high, _PARTS)
        place = int(np.argmin(mixture.logpdf(x)))
        low, high = float(x[max(place - 1, 0)]), float(x[min(place + 1, _PARTS - 1)])
    return 0.5 * low + 0.5 * high


def why_none(pair: Pair, rule: str, level: float | None) -> str:
    """Say why a rule gives no number."""
    below, above = pair.words
    if rule != "ppv" or level is None:
        return f'rule="{rule}" finds no cut-off: it would lie outside of what doubles can hold'
    i, arrays = pair.below, pair.fit.real_arrays
    places = Mixture._of_arrays(pair.arrays).icdf(np.linspace(1e-6, 1.0 - 1e-6, 999))  # type: ignore[arg-type]
    rows = [Quantity(Kind.UPPER_ABOVE, i, at=pair.at(float(x))) for x in places]
    shares = values_of(arrays, rows)[0]
    if shares[0] >= level:
        return (
            f'rule="ppv" needs no cut-off: {percent(float(shares[0]))} % of all values belong to {above} '
            f"anyway, level must be above that, got {plain(level)}"
        )
    best = int(np.nanargmax(shares))
    return (
        f'rule="ppv" finds no cut-off: at most {percent(float(shares[best]))} % of the values above any '
        f"number belong to {above} (above {plain(float(places[best]))}), and level is {plain(level)}: "
        f"ask for less; {below} reaches too far"
    )
