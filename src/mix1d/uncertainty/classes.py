"""`FitResult.classify`: values on either side of cut-offs."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from mix1d.arrays import Array
from mix1d.data.arguments import is_masked
from mix1d.errors import InputError, shown
from mix1d.outcome.labelling import Codes, Labels, check_missing, labelled, numbers_of
from mix1d.outcome.outcome import Outcome
from mix1d.uncertainty.cutoff import Cutoff


def classify(
    outcome: Outcome, x: ArrayLike, cutoffs: Any, *, labels: Labels = None, missing: str | int = "nan"
) -> Any:
    """Return the class of values: how many cut-offs each lies above.

    Parameters
    ----------
    x : array_like
        Values of any shape, in the unit of the data.
    cutoffs : Cutoff, float or a sequence of them
        What `cutoff` returned, or numbers of your own, in any order.
    labels : sequence or dict, optional
        A name for each class, one more than there are cut-offs, the lowest first; or names by number.
    missing : "raise", "nan" or a number below 0
        What to do with missing values: refuse them, leave them missing, or give them this number.

    Returns
    -------
    ndarray or Series
        int64, with the shape of x: 0 up to the lowest cut-off, 1 above it, and so on, which are the indices
        of the populations where there is a cut-off between each two neighbours. A value that equals a
        cut-off is below it. Floats where missing values are left as NaN; with `labels` an array of objects.
        Of a pandas Series, a Series with its index.

        With a cut-off that has regions (``one_sided=False``), which then is the only one, 1 inside of them.

    Raises
    ------
    InputError
        When an argument cannot be used.

    Examples
    --------
    >>> import mix1d
    >>> result = mix1d.fit([1.0, 2.0, 2.0, 3.0, 8.0, 9.0, 9.0, 10.0], 2, sds="equal")
    >>> result.classify([2.0, 9.0], result.cutoff(), labels=["low", "high"]).tolist()
    ['low', 'high']
    >>> result.classify([2.0, None, 5.0, 9.0], [3.5, 7.0]).tolist()
    [0.0, nan, 1.0, 2.0]
    """
    how, values = check_missing(missing), numbers_of(x)
    several = _listed(cutoffs)
    absent = np.isnan(values)
    regions = [cut.regions for cut in several if isinstance(cut, Cutoff) and cut.regions]
    if regions and len(several) > 1:
        raise InputError(
            "cutoffs must be one where it has regions, got "
            f"{len(several)}: use cut-offs with one_sided=True beside each other"
        )
    if regions:
        inside = [(values > low) & (values <= high) for low, high in regions[0]]
        codes: Codes = np.any(inside, axis=0).astype(np.int64)
    else:
        codes = np.searchsorted(_numbers(several), values, side="left").astype(np.int64)
    return labelled(codes, absent, x, labels, len(several) + 1, how)


def _listed(cutoffs: Any) -> list[Any]:
    several = hasattr(cutoffs, "__len__") and getattr(cutoffs, "ndim", 1) > 0
    if isinstance(cutoffs, Cutoff | str | bytes) or not several:
        return [cutoffs]
    if not len(cutoffs):
        raise InputError("cutoffs must be at least one number, got none: pass result.cutoff()")
    return list(cutoffs)


def _is_no_number(cut: Any) -> bool:
    """Say whether something is none that `float` would take for one, or warn of."""
    return (
        isinstance(cut, bool | str | complex | np.complexfloating)
        or is_masked(cut)
        or getattr(cut, "ndim", 0) > 0
    )


def _numbers(several: list[Any]) -> Array:
    """Return the cut-offs as numbers, rising."""
    found = []
    for cut in several:
        try:
            number = math.nan if _is_no_number(cut) else float(cut)
        except (TypeError, ValueError, OverflowError):
            number = math.nan
        if math.isnan(number):
            raise InputError(f"cutoffs must be numbers or what cutoff() returns, got {shown(cut)}")
        found.append(number)
    rising: Array = np.sort(np.array(found))
    if (np.diff(rising) == 0.0).any():
        raise InputError(
            f"cutoffs must differ, got {rising[:-1][np.diff(rising) == 0.0][0]:g} twice: leave one out"
        )
    return rising
