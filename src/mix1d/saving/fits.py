"""The fits of a saved result: written row by row, and read back."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

from mix1d.arrays import Array, Arrays
from mix1d.data.recorded_sample import RecordedSample
from mix1d.data.sample import Sample
from mix1d.errors import InputError
from mix1d.model.charts import chart_of_row
from mix1d.outcome.records import Asked
from mix1d.saving.parts import Part

if TYPE_CHECKING:
    from mix1d._core import Fitted

PARAMETERS = ("weights", "means", "sds")
_FLAGS = ("equal", "converged", "positive_definite", "regularized", "sound", "max_iter_reached")
_NUMBERS = ("log_likelihood", "entropy", "decrement")
_COUNTS = ("null_components", "collapsed")
_PROPS = ("none", "penalty", "one_interval", "unseen", "window")


# ---- writing


def row_of(fitted: Fitted) -> dict[str, Any]:
    """Return a fit of an exact sample as version 1 has it."""
    whole = cast(dict[str, Any], fitted)
    return {
        **{name: whole[name] for name in (*_FLAGS, *_COUNTS)},
        **{name: number_of(whole[name]) for name in _NUMBERS},
        "mixture": _mixture(fitted["mixture"]),
        "start": _mixture(fitted["start"]),
        "optima": [
            {
                "mixture": _mixture(mixture),
                "log_likelihood": number_of(log_likelihood),
                "penalised": number_of(penalised),
                "regularized": regularized,
            }
            for mixture, log_likelihood, penalised, regularized in fitted["optima"]
        ],
    }


def whole_row_of(fitted: Fitted) -> dict[str, Any]:
    """Return a fit as version 2 has it; which parameters are free follows from what was assumed."""
    return {
        **row_of(fitted),
        "prop": fitted.get("prop", "none"),
        "passed_over": fitted.get("passed_over", False),
        "sds": fitted.get("sds"),
        "background_weight": fitted.get("background_weight"),
    }


def _mixture(arrays: Arrays) -> dict[str, list[float]]:
    return {name: array.tolist() for name, array in zip(PARAMETERS, arrays, strict=True)}


def number_of(x: float) -> float | str:
    """Return a number as JSON can hold it.

    >>> number_of(1.5), number_of(-math.inf)
    (1.5, '-inf')
    """
    return x if math.isfinite(x) else repr(float(x))


def numbers_of(values: Array | Iterable[float]) -> list[float | str]:
    """Return numbers of which some may be infinite.

    >>> numbers_of([1.0, math.inf])
    [1.0, 'inf']
    """
    return [number_of(float(x)) for x in values]


# ---- reading


def read_fit(row: Part, version: int, sample: Sample, asked: Asked) -> Fitted:
    """Return a fit that `row_of` or `whole_row_of` wrote."""
    zero = version > 1 and _all_have_errors(sample)
    mixture = _arrays(row.part("mixture"), zero)
    least = len(mixture[0]) - 1
    collapsed = row.count("collapsed", least=-1, most=least)
    whole: dict[str, Any] = {
        **{name: row.flag(name) for name in _FLAGS},
        "null_components": row.count("null_components", most=least),
        "collapsed": collapsed,
        **{name: row.number(name, finite=False) for name in _NUMBERS},
        "mixture": mixture,
        "start": _arrays(row.part("start"), zero),
        "optima": [
            (
                _arrays(optimum.part("mixture"), zero),
                optimum.number("log_likelihood", finite=False),
                optimum.number("penalised", finite=False),
                optimum.flag("regularized"),
            )
            for optimum in row.parts("optima")
        ],
        "prop": "penalty" if collapsed >= 0 else "none",
        "passed_over": False,
    }
    if version > 1:
        whole["prop"], whole["passed_over"] = row.choice("prop", _PROPS), row.flag("passed_over")
        _read_model(row, whole, sample, asked)
    return cast("Fitted", whole)


def _read_model(row: Part, whole: dict[str, Any], sample: Sample, asked: Asked) -> None:
    """Read which sds a fit has, and the weight of its background; only rows of other kinds have them."""
    if not isinstance(sample, RecordedSample):
        for name in ("sds", "background_weight"):
            if row.given(name):
                row.refuse(name, "must be null where data are exact values")
        return
    words = ("free", "equal") if asked.sds == "auto" else (asked.sds,)
    background, k = sample.background is not None, len(whole["mixture"][0])
    whole["sds"] = row.choice("sds", words)
    try:
        asked.specification.check_numbers((k,))
        whole["chart"] = chart_of_row(asked.specification, k, whole["sds"], background)
    except InputError as error:
        row.refuse("mixture", f"must be as assumed ({error})")
    if not background:
        if row.given("background_weight"):
            row.refuse("background_weight", "must be null where there is no background")
        return
    share = row.number("background_weight")
    if not 0.0 <= share <= 1.0:
        row.refuse("background_weight", f"must be from 0 to 1, got {share!r}")
    whole["background_weight"] = share


def _all_have_errors(sample: Sample) -> bool:
    """Return whether components may have no width."""
    errors = sample.observations.errors if isinstance(sample, RecordedSample) else None
    return errors is not None and bool((errors > 0.0).all())


def _arrays(mixture: Part, zero: bool) -> Arrays:
    weights, means, sds = (mixture.numbers(name) for name in PARAMETERS)
    if not len(weights) == len(means) == len(sds) > 0:
        mixture.refuse("weights", "must be as many as means and sds")
    if not (weights >= 0.0).all() or abs(math.fsum(weights) - 1.0) > 1e-9:
        mixture.refuse("weights", "must be at least 0 and sum to 1")
    if not (sds >= 0.0 if zero else sds > 0.0).all():
        mixture.refuse("sds", "must be at least 0" if zero else "must be positive")
    return weights, means, sds
