"""Of which rows a certificate can be had: those whose likelihood is linear in the mixing distribution."""

from __future__ import annotations

import numpy as np

from mix1d.data.recorded_sample import RecordedSample
from mix1d.errors import InputError
from mix1d.outcome.models import chart_of_fit, sds_of_fit
from mix1d.outcome.outcome import Outcome

_INSTEAD = "compare more components by their BIC instead"


def check_rows(outcome: Outcome) -> None:
    """Raise `InputError` where no bound is known.

    >>> import mix1d
    >>> check_rows(mix1d.fit([1.0, 2.0, 2.2, 6.5, 6.8, 7.0], 2, weights="equal"))
    Traceback (most recent call last):
        ...
    mix1d.errors.InputError: the certificate is for mixtures of which nothing is fixed, got constraints: \
compare more components by their BIC instead
    """
    sample = outcome.sample
    if outcome.mixture._mixed is not None:
        _refuse("mixtures of normals", "other families")
    chart = chart_of_fit(outcome.fitted)
    of_any_sds = chart.sds in ("free", "equal") or sds_of_fit(outcome.fitted) == "zero"
    if not (chart.weights == chart.means == "free" and of_any_sds):
        _refuse("mixtures of which nothing is fixed", "constraints")
    if not isinstance(sample, RecordedSample):
        return
    rows = sample.observations
    if sample.background is not None:
        _refuse("mixtures of normals alone", "a background")
    if rows.labels is not None:
        _refuse("rows that any component may have made", "labels")
    if rows.truncation is None:
        return
    if any(bool(np.any(ends != ends[0])) for ends in rows.truncation):
        _refuse("one window that all rows have in common", "windows that differ")
    if rows.errors is not None and bool(np.any(rows.errors != rows.errors[0])):
        _refuse("a window in which all values have one error", "errors that differ")


def no_bound(outcome: Outcome) -> InputError:
    """Return what is raised where components ever farther outside of a window fit ever better."""
    return InputError(
        "data must lie apart from the ends of the window of truncation for a certificate, found values of "
        f"{outcome.sample.values[0]:.6g} to {outcome.sample.values[-1]:.6g}, one of them at an end, where "
        "components far outside fit better without end: give the resolution of the values, or a wider window"
    )


def least_error(sample: RecordedSample) -> float:
    """Return the smallest error of the rows, 0 where some have none."""
    errors = sample.observations.errors
    return 0.0 if errors is None else float(errors.min())


def _refuse(known: str, found: str) -> None:
    raise InputError(f"the certificate is for {known}, got {found}: {_INSTEAD}")
