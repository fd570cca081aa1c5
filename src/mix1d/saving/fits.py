"""The fits of a saved result: written row by row, and read back."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

from mix1d.arrays import Array, Arrays, MixedArrays
from mix1d.data.recorded_sample import RecordedSample
from mix1d.data.sample import Sample
from mix1d.errors import InputError
from mix1d.outcome.models import arrays_of, native_optima
from mix1d.outcome.records import Asked
from mix1d.saving.components import arrays_as_json, moments_of, read_arrays
from mix1d.saving.families import chart_of_words, check_families, read_word
from mix1d.saving.parts import Part

if TYPE_CHECKING:
    from mix1d._core import Fitted

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
        "mixture": arrays_as_json(arrays_of(fitted)),
        "start": arrays_as_json(fitted["start"]),
        "optima": [
            {
                "mixture": arrays_as_json(mixture),
                "log_likelihood": number_of(log_likelihood),
                "penalised": number_of(penalised),
                "regularized": regularized,
            }
            for mixture, (_, log_likelihood, penalised, regularized) in zip(
                native_optima(fitted), fitted["optima"], strict=True
            )
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
        "family": fitted.get("family"),
    }


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
    mixture = read_arrays(row.part("mixture"), zero)
    optima = [read_arrays(optimum.part("mixture"), zero) for optimum in row.parts("optima")]
    if any(len(arrays) != len(mixture) for arrays in optima):
        row.refuse("optima", "must have components of families where the fit has them")
    least = len(mixture[0]) - 1
    collapsed = row.count("collapsed", least=-1, most=least)
    whole: dict[str, Any] = {
        **{name: row.flag(name) for name in _FLAGS},
        "null_components": row.count("null_components", most=least),
        "collapsed": collapsed,
        **{name: row.number(name, finite=False) for name in _NUMBERS},
        "mixture": _moments(mixture),
        "start": read_arrays(row.part("start"), zero),
        "optima": [
            (
                _moments(arrays),
                optimum.number("log_likelihood", finite=False),
                optimum.number("penalised", finite=False),
                optimum.flag("regularized"),
            )
            for arrays, optimum in zip(optima, row.parts("optima"), strict=True)
        ],
        "prop": "penalty" if collapsed >= 0 else "none",
        "passed_over": False,
    }
    if len(mixture) == 5:
        whole["native"], whole["native_optima"] = mixture, optima
    if version > 1:
        whole["prop"], whole["passed_over"] = row.choice("prop", _PROPS), row.flag("passed_over")
        _read_model(row, whole, sample, asked)
    elif len(mixture) == 5:
        row.part("mixture").refuse("families", "must not be in version 1")
    return cast("Fitted", whole)


def _read_model(row: Part, whole: dict[str, Any], sample: Sample, asked: Asked) -> None:
    """Read which sds and which families a fit has, and the weight of its background.

    Rows of exact values have these only where more than normal components was asked for.
    """
    recorded = isinstance(sample, RecordedSample)
    if not recorded and asked.specification.plain:
        for name in ("sds", "background_weight", "family"):
            if (name != "family" or row.has(name)) and row.given(name):
                row.refuse(name, "must be null where data are exact values and components normal")
        check_families(row, whole, "normal")
        return
    words = ("free", "equal") if asked.sds == "auto" else (asked.sds,)
    background = sample.background is not None if isinstance(sample, RecordedSample) else False
    whole["sds"], whole["family"] = row.choice("sds", words), read_word(row, asked.specification)
    check_families(row, whole, whole["family"], asked.specification.family.names)
    k = len(whole["mixture"][0])
    several = asked.n_components is None or len(asked.n_components) > 1
    try:
        asked.specification.check_numbers((k,))
        whole["chart"] = chart_of_words(asked.specification, k, whole, background, several)
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


def _moments(arrays: Arrays | MixedArrays) -> Arrays:
    return arrays if len(arrays) == 3 else moments_of(arrays)


def _all_have_errors(sample: Sample) -> bool:
    """Return whether components may have no width."""
    errors = sample.observations.errors if isinstance(sample, RecordedSample) else None
    return errors is not None and bool((errors > 0.0).all())
