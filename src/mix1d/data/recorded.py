"""The checks of what was recorded: each argument of `Observations`, and how they fit each other."""

from __future__ import annotations

import math
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mix1d.arrays import Array
from mix1d.data.arguments import check_choice, check_name, is_masked
from mix1d.data.columns import as_column, one_number
from mix1d.data.ends import Ends, read_ends
from mix1d.data.frames import Origin, origin_of_rows
from mix1d.data.histograms import Histogram
from mix1d.data.labels import UNKNOWN, read_labels
from mix1d.data.rounding import widened
from mix1d.data.weights import fault_of_weights, first_of, read_weights
from mix1d.data.windows import Windows, cut, read_windows
from mix1d.errors import InputError, shown


class Recorded(NamedTuple):
    """What was recorded in the rows that count, in their order; `Observations` says what each part is."""

    lower: Array
    upper: Array
    sample_weight: Array | None
    errors: Array | None
    truncation: Windows | None
    labels: NDArray[np.int64] | None
    label_names: tuple[str | int, ...]
    resolution: float | Literal["auto"]
    rounded: NDArray[np.bool_] | None
    histogram: Histogram | None
    total_weight: float
    n_missing: int
    n_zero_weight: int
    n_limits: int
    n_cut: int
    name: str | None
    origin: Origin


def read_recorded(
    data: Any,
    *,
    sample_weight: Any = None,
    upper: Any = None,
    resolution: Any = "auto",
    errors: Any = None,
    truncation: Any = None,
    labels: Any = None,
    missing: Any = "raise",
    name: Any = None,
) -> Recorded:
    """Check one column of observations; the arguments are those of `Observations`.

    Examples
    --------
    >>> read_recorded([1.0, None, 3.0], missing="drop", errors=0.5).errors
    array([0.5, 0.5])
    """
    check_choice("missing", missing, ("raise", "drop"))
    check_name(name)
    if hasattr(type(data), "_as_sample"):
        raise InputError(
            "data must be a column for Observations, got a sketch, whose rows are gone: pass it to fit itself"
        )
    step = check_resolution(resolution)
    ends = read_ends(data, upper)
    n = len(ends.lower)
    if n == 0:
        raise InputError("data is empty: at least one value is needed")
    if step and ends.what != "values":
        given = "bins" if ends.what == "bins" else "intervals (upper)"
        raise InputError(
            f'resolution must be "auto" or 0 for {given}, which say how exact they are, got '
            f"{shown(resolution)}: leave it out"
        )
    weights = _weights(sample_weight, ends, n)
    kept, n_missing, n_zero_weight = _rows_that_count(ends, weights, missing)
    # what does not count is not judged either
    lower, high = np.where(kept, ends.lower, np.nan), np.where(kept, ends.upper, np.nan)
    _check_finite(lower, high)
    sds = None if errors is None else _read_errors(errors, n, kept)
    known = None if labels is None else read_labels(labels, n)
    windows = None if truncation is None else read_windows(truncation, n)
    rounded = None
    if windows is not None:  # a value outside is refused even where rounding reaches into the window
        lower, high, changed = cut(lower, high, windows)
    if step:
        rounded = kept & (lower == high)
        lower, high = widened(lower, high, step, rounded)
        if windows is not None:
            lower, high, more = cut(lower, high, windows)
            changed |= more
    lower, high = lower[kept], high[kept]
    _check_something_was_seen(lower, high)
    # names that only rows have which do not count stay, so that codes keep their meaning
    codes = None if known is None else known.codes[kept]
    if codes is not None and np.all(codes == UNKNOWN):
        codes = known = None
    weights = None if weights is None else weights[kept]
    return Recorded(
        lower=lower,
        upper=high,
        sample_weight=weights,
        errors=None if sds is None else sds[kept],
        truncation=None if windows is None else Windows(windows.low[kept], windows.high[kept]),
        labels=codes,
        label_names=() if known is None else known.names,
        resolution="auto" if step is None else step,
        rounded=None if rounded is None else rounded[kept],
        histogram=ends.histogram,
        total_weight=total_of(weights, len(lower)),
        n_missing=n_missing,
        n_zero_weight=n_zero_weight,
        n_limits=ends.n_limits,
        n_cut=0 if windows is None else int(np.count_nonzero(changed & kept)),
        name=ends.name if name is None else name,
        origin=origin_of_rows(data, kept),
    )


def check_resolution(resolution: object) -> float | None:
    """Return the step as a number, None for "auto".

    >>> check_resolution(0.5), check_resolution("auto")
    (0.5, None)
    """
    if isinstance(resolution, str):
        if resolution == "auto":
            return None
    elif not isinstance(resolution, bool | np.bool_ | None) and not is_masked(resolution):
        try:
            step = float(resolution)  # type: ignore[arg-type]
        except (TypeError, ValueError, OverflowError):
            step = math.nan
        if 0.0 <= step < math.inf:
            return step
    raise InputError(
        f'resolution must be a number of at least 0 or "auto", got {shown(resolution)}: pass what the values '
        "were rounded to, such as 0.5, or 0 for exact ones"
    )


def _weights(sample_weight: object, ends: Ends, n: int) -> Array | None:
    if ends.histogram is None:
        return None if sample_weight is None else np.array(read_weights(sample_weight, n), np.float64)
    if sample_weight is not None:
        raise InputError(
            "sample_weight must be None for a histogram, whose counts are its weights: leave it out"
        )
    return np.array(ends.histogram.counts)


def _rows_that_count(ends: Ends, weights: Array | None, missing: str) -> tuple[NDArray[np.bool_], int, int]:
    """Return which rows count, how many are missing, and how many others have weight 0."""
    absent = np.isnan(ends.lower)
    n_missing = int(np.count_nonzero(absent))
    if n_missing and missing == "raise" and n_missing < len(absent):
        what = (
            "missing values (NaN or None)"
            if ends.what == "values"
            else "rows that are missing or open at both ends"
        )
        raise InputError(
            f"data must not have {what}, found {n_missing}, the first at index {int(absent.argmax())}: pass "
            'missing="drop" to leave them out'
        )
    if n_missing == len(absent):
        raise InputError(
            f"data has no values: {'the only one is' if n_missing == 1 else f'all {n_missing} are'} missing "
            "(NaN or None); pass at least one number"
        )
    if weights is None:
        return ~absent, n_missing, 0
    bad = ~absent & ~((weights >= 0.0) & (weights < np.inf))
    kept = ~absent & (weights > 0.0)
    if bad.any() or not kept.any():
        first = int(bad.argmax())
        raise fault_of_weights(weights[first], int(np.count_nonzero(bad)), first)
    return kept, n_missing, int(np.count_nonzero(~absent)) - int(np.count_nonzero(kept))


def total_of(weights: Array | None, n: int) -> float:
    """Return the sum of the weights of n rows, exactly rounded.

    >>> total_of(None, 3), total_of(np.array([0.1] * 10), 10)
    (3.0, 1.0)
    """
    if weights is None:
        return float(n)
    try:
        return math.fsum(weights)
    except OverflowError:
        raise InputError(
            "sample_weight must have a sum below 1.8e308, got more: divide all weights by the largest"
        ) from None


def _check_finite(lower: Array, upper: Array) -> None:
    bad = np.isinf(lower) & (lower == upper)
    if bad.any():
        i, more = first_of(bad)
        raise InputError(
            f"data must be finite, found {shown(lower[i])} at index {i}{more}: "
            "remove infinite values or replace them"
        )


def _read_errors(errors: Any, n: int, kept: NDArray[np.bool_]) -> Array | None:
    one = one_number("errors", errors)
    if one is not None:
        sds = np.full(n, one)
    else:
        column, _ = as_column("errors", errors)
        if len(column) != n:
            raise InputError(
                f"errors must have one standard deviation for each of the {n} rows of data, got "
                f"{len(column)}: pass one number for all rows, or one for each"
            )
        sds = np.array(column, np.float64)
    bad = kept & ~((sds >= 0.0) & (sds < np.inf))
    if bad.any():
        i, more = first_of(bad)
        raise InputError(
            f"errors must be finite and at least 0, found {shown(sds[i])} at index {i}"
            f"{more}: pass standard deviations, 0 where a value is exact"
        )
    return sds if np.any(sds[kept] > 0.0) else None


def _check_something_was_seen(lower: Array, upper: Array) -> None:
    for side, all_open, limits in (
        ("below", np.all(lower == -np.inf), upper),
        ("above", np.all(upper == np.inf), lower),
    ):
        if all_open:
            raise InputError(
                f"data must not lie all {side} limits, found {len(lower)} row{'s' * (len(lower) > 1)}, "
                f"the limits from {shown(float(limits.min()))} to {shown(float(limits.max()))}: nothing can "
                "be fitted without values that were seen"
            )
