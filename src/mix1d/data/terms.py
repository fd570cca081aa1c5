"""Observations as the core takes them: distinct rows by kind, with weights, truncation as signed terms."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mix1d import _core
from mix1d.arrays import Array
from mix1d.data.labels import UNKNOWN
from mix1d.data.observations import Observations
from mix1d.data.windows import Windows
from mix1d.native import Observed

EXACT, INTERVAL, BELOW, ABOVE = 0, 2, 4, 6
"""Kinds of terms: an exact value; between two ends; below the upper end; above the lower end. With an error
of measurement: one more."""
NOISY = 1
KINDS = 8
_POINT, _BETWEEN, _WITH_ERROR = 0, 1, 2  # kinds of the core: exact or not, and what errors add


class Terms(NamedTuple):
    """The log-likelihood is a sum over terms of weight * log(sum over components of p_j K_j).

    K is the density at an exact value, and the probability of an interval, of a normal distribution with
    variance sd_j^2 + error^2. Terms stand by kind; within a kind those of positive weight first, then by
    value (the midpoint of an interval, the end of a half-line), width, error and label.
    """

    kind: NDArray[np.int8]
    """(m,), one of the kinds above, rising."""
    lower: Array
    """(m,), minus infinity for `BELOW`."""
    upper: Array
    """(m,), equal to the lower end for `EXACT`, infinity for `ABOVE`."""
    error: Array
    """(m,), 0 for kinds that are not noisy."""
    weight: Array
    """(m,), negative for what truncation takes away: then the interval is the window."""
    label: NDArray[np.int32]
    """(m,), the place of the label in `Observations.label_names`, -1 where the component is not known."""
    counts: tuple[int, ...]
    """(8,), how many terms there are of each kind."""
    window: tuple[float, float] | None
    """Where `common`: the window of all rows, whose probability is still to be divided away; no weight is
    negative then. Else the union of the windows, whose probabilities negative terms have taken away already:
    the weights of components may refer to it, the likelihood does not change. None: no truncation, or windows
    that are together the whole line."""
    window_error: float
    """The error that the common window stands for; the least of all errors for a union."""
    common: bool
    """Whether `window` is that of all rows, of one error."""
    total_weight: float
    """Sum of the positive weights: n of penalty and criteria."""
    exact_weight: float
    """Sum of the weights of exact terms, whose density has the unit 1 / x: a change of scale of x by a factor
    adds `exact_weight` times its logarithm."""
    rounded_weight: float
    """Sum of the weights of rounded rows: `rounded_weight` * log(`step`) is to be subtracted."""
    step: float
    """What they were rounded to, 0 when none was."""
    row: NDArray[np.int64]
    """(n,), the term that each row of the observations has become."""

    def masks(self, component_of: tuple[int, ...]) -> NDArray[np.int64]:
        """Return which components each term may come from, as bits; -1 for all.

        Parameters
        ----------
        component_of
            The component of each label, from `components_of`.

        Examples
        --------
        >>> terms_of(Observations([1.0, 2.0], labels=["a", None])).masks((1,))
        array([ 2, -1])
        """
        bits = np.array([1 << j for j in component_of] + [-1], np.int64)
        return bits[self.label]

    def observed(
        self, component_of: tuple[int, ...] = (), background: tuple[float, float] | None = None
    ) -> Observed:
        """Return the terms as native functions take them.

        With a background, a uniform component, that is component 0, and the others come behind it.

        >>> terms_of(Observations([2.0, 3.0], upper=[2.0, 5.0], truncation=(0, None))).observed()[:3]
        (array([0, 1]), array([2., 3.]), array([2., 5.]))
        """
        behind = int(background is not None)
        exact, noisy = self.kind <= EXACT + NOISY, self.error > 0.0
        kind = np.where(exact, _POINT, _BETWEEN) + np.where(noisy, _WITH_ERROR, 0)
        masks = self.masks(tuple(j + behind for j in component_of))
        named = behind + (max(component_of) + 1 if component_of else 0)
        constant = -self.rounded_weight * float(_core.log(np.array([self.step]))[0]) if self.step else 0.0
        with np.errstate(over="ignore"):
            variance = np.square(self.error)
        rows = kind.astype(np.int64), self.lower, self.upper, variance, self.weight, masks
        return Observed(*rows, self.window, self.common, constant, named, background)


def terms_of(observations: Observations) -> Terms:
    """Pool equal rows and sort them by kind.

    Rows are sorted before their weights are added, so that their order cannot change a bit.

    Examples
    --------
    >>> terms = terms_of(Observations([2.0, 0.0, 2.0], upper=[2.0, 1.0, 2.0]))
    >>> terms.kind, terms.lower, terms.upper, terms.weight
    (array([0, 2], dtype=int8), array([2., 0.]), array([2., 1.]), array([2., 1.]))
    >>> terms_of(Observations([2.0, 3.0], truncation=([0, 1], None))).weight
    array([ 1.,  1., -1., -1.])
    """
    n = len(observations)
    weight = np.ones(n) if observations.sample_weight is None else observations.sample_weight
    error = np.zeros(n) if observations.errors is None else observations.errors
    label = np.full(n, UNKNOWN, np.int64) if observations.labels is None else observations.labels
    lower, upper = observations.lower, observations.upper
    window, common = None, False
    columns = [lower, upper, error, label.astype(np.float64), weight]
    if observations.truncation is not None:
        window, common = _window_of(observations.truncation, error)
        if not common:
            unknown = np.full(n, float(UNKNOWN))
            signed = [observations.truncation.low, observations.truncation.high, error, unknown, -weight]
            bounded = (signed[0] > -np.inf) | (signed[1] < np.inf)
            columns = [
                np.concatenate([column, more[bounded]]) for column, more in zip(columns, signed, strict=True)
            ]
    pooled, place = _pooled(columns)
    kind, lower, upper, error, label_, summed = pooled
    exact = kind <= EXACT + NOISY
    rounded_weight, step = 0.0, 0.0
    if observations.rounded is not None and observations.rounded.any():
        rounded_weight, step = math.fsum(weight[observations.rounded]), float(observations.resolution)
    return Terms(
        kind=kind.astype(np.int8),
        lower=lower,
        upper=upper,
        error=error,
        weight=summed,
        label=label_.astype(np.int32),
        counts=tuple(np.bincount(kind.astype(np.int64), minlength=KINDS).tolist()),
        window=window,
        window_error=0.0 if observations.errors is None else float(observations.errors.min()),
        common=common,
        total_weight=observations.total_weight,
        exact_weight=math.fsum(summed[exact]),
        rounded_weight=rounded_weight,
        step=step,
        row=place[:n],
    )


def kinds_of(lower: Array, upper: Array, error: Array) -> NDArray[np.int64]:
    """Return the kind of each row.

    Examples
    --------
    >>> ends = np.array([1.0, 1.0, -np.inf, 1.0]), np.array([1.0, 2.0, 2.0, np.inf])
    >>> kinds_of(*ends, np.array([0.0, 0.1, 0.0, 0.0])).tolist()
    [0, 3, 4, 6]
    """
    if np.array_equal(lower, upper):
        return np.where(error > 0.0, EXACT + NOISY, EXACT)
    kind = np.select([lower == upper, lower == -np.inf, upper == np.inf], [EXACT, BELOW, ABOVE], INTERVAL)
    return np.where(error > 0.0, kind + NOISY, kind).astype(np.int64)


def _window_of(windows: Windows, error: Array) -> tuple[tuple[float, float] | None, bool]:
    """Return the common window and True, or the union of the windows, None for the line, and False."""
    low, high = float(windows.low.min()), float(windows.high.max())
    same = bool(np.all(windows.low == low) and np.all(windows.high == high) and np.all(error == error[0]))
    if same:
        return (low, high), True
    return (None if low == -np.inf and high == np.inf else (low, high)), False


def _pooled(columns: list[Array]) -> tuple[list[Array], NDArray[np.int64]]:
    """Return kind, lower, upper, error, label and weight of the distinct rows, and where each row went."""
    lower, upper, error, label, weight = columns
    kind = kinds_of(lower, upper, error).astype(np.float64)
    if np.array_equal(lower, upper):
        ends = [lower]
    else:
        with np.errstate(over="ignore", invalid="ignore"):
            # half of each, as the sum may exceed the doubles; what has one end stands there
            middle = np.select(
                [(upper == np.inf) | (lower == upper), lower == -np.inf],
                [lower, upper],
                lower / 2 + upper / 2,
            )
        ends = [middle, lower, upper]
    # a column of equal numbers sorts nothing, and tells no rows apart
    telling = [key for key in (kind, weight < 0.0, *ends, error, label) if key.min() < key.max()]
    order = np.lexsort([np.abs(weight), *telling[::-1]])
    first = np.zeros(len(order), bool)
    first[0] = True
    for key in telling:
        ordered = key[order]
        first[1:] |= ordered[1:] != ordered[:-1]
    group = np.cumsum(first) - 1
    summed = np.asarray(np.bincount(group, weights=weight[order]), np.float64)  # one by one, in this order
    place = np.empty(len(order), np.int64)
    place[order] = group
    chosen = order[first]
    return [kind[chosen], lower[chosen], upper[chosen], error[chosen], label[chosen], summed], place
