"""Results as JSON: written with everything they know, and read back to the last bit."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NoReturn, cast

import numpy as np

from mix1d import _core
from mix1d.arrays import Arrays
from mix1d.data.sample import Sample
from mix1d.diagnostics.findings import findings
from mix1d.errors import InputError, shown
from mix1d.outcome.outcome import Outcome
from mix1d.outcome.records import Asked, plain
from mix1d.saving.checks import check_rows, check_sample
from mix1d.saving.parts import Part
from mix1d.sketch.summary import Sketch
from mix1d.uncertainty.derived import thresholds
from mix1d.uncertainty.parameters import standard_errors
from mix1d.writing import text_replaced

if TYPE_CHECKING:
    from mix1d._core import Fitted

FORMAT = "mix1d.FitResult"
VERSION = 1

_PARAMETERS = ("weights", "means", "sds")
_FLAGS = ("equal", "converged", "positive_definite", "regularized", "sound", "max_iter_reached")
_NUMBERS = ("log_likelihood", "entropy", "decrement")
_COUNTS = ("null_components", "collapsed")


# What a dictionary has by these names.
_IN_DICT = (
    "name",
    "n_obs",
    "total_weight",
    "mixture",
    "standard_errors",
    "thresholds",
    "log_likelihood",
    "n_parameters",
    "aic",
    "bic",
    "icl",
    "criterion",
    "converged",
    "stop_reason",
    "n_iter",
    "newton_decrement",
    "regularized",
    "findings",
    "selection",
    "optima",
)
_ANSWERS: dict[str, Callable[[Outcome], Any]] = {
    "standard_errors": standard_errors,
    "thresholds": thresholds,
    "findings": findings,
}


# ---- writing


def to_dict(outcome: Outcome) -> dict[str, Any]:
    """Return the result as plain numbers, strings and lists, ready for JSON.

    None stands for NaN, and for a bound that is open. All attributes but the trace; and all that
    ``print(result)`` says, at its cost: standard errors and profile intervals, thresholds, with second
    crossings apart, error rate, tests, and the sentences.
    """
    from mix1d.display.said import said

    whole = {
        name: plain(_ANSWERS[name](outcome) if name in _ANSWERS else getattr(outcome, name))
        for name in _IN_DICT
    }
    cuts = whole["thresholds"]
    whole["thresholds"] = [cut for cut in cuts if cut["kind"] in ("crossing", "none")]
    whole["second_crossings"] = [cut for cut in cuts if cut["kind"] not in ("crossing", "none")]
    return {**whole, **said(outcome)}


def to_json(outcome: Outcome, path: str | os.PathLike[str] | None = None) -> str:
    """Return the result as JSON text, for `mix1d.load`; with a path, write it there too.

    Parameters
    ----------
    path : str or path, optional
        A file to write; one that exists is replaced once the new one is complete.

    Returns
    -------
    str
        What `to_dict` has, for people and other programs, and under ``"saved"`` all that the methods
        need, the pooled data among it: about 30 bytes for each distinct value. The JSON schema is
        ``mix1d/schemas/result-1.json``.

    Raises
    ------
    InputError
        When `path` cannot be the name of a file.
    OSError
        When the file cannot be written; the old one is whole then.

    Examples
    --------
    >>> import mix1d
    >>> text = mix1d.fit([1.0, 2.0, 2.0, 3.0, 8.0, 9.0, 9.0, 10.0], 2).to_json()
    >>> mix1d.load(text).mixture.means.round(6).tolist()
    [2.0, 9.0]
    """
    import json

    for_readers = {
        "format": FORMAT,
        "version": VERSION,
        "mix1d": _core.build_info()["version"],
        **to_dict(outcome),
    }
    saved = {
        "data": _data(outcome.sample),
        "options": {key: value for key, value in outcome.asked._asdict().items() if key != "specification"},
        "rows": [_row(fitted) for fitted in outcome.rows],
        "chosen": outcome.index,
    }
    head = json.dumps(for_readers, indent=2, allow_nan=False, ensure_ascii=False)
    tail = json.dumps(saved, allow_nan=False, ensure_ascii=False)
    open_head = head.removesuffix("\n}")
    text = f'{open_head},\n  "saved": {tail}\n}}'
    if path is not None:
        with text_replaced(path) as file:
            file.write(text + "\n")
    return text


def _data(sample: Sample) -> dict[str, Any]:
    import base64

    rows = None if sample.rows is None else np.searchsorted(sample.values, sample.rows).tolist()
    return {
        "name": sample.name,
        "n_obs": sample.n_obs,
        "total_weight": sample.total_weight,
        "n_missing": sample.n_missing,
        "n_zero_weight": sample.n_zero_weight,
        "resolution": sample.resolution,
        "values": sample.values.tolist(),
        "weights": sample.weights.tolist(),
        "rows": rows,
        "widths": None if sample.widths is None else sample.widths.tolist(),
        "sketch": None
        if sample.sketch is None
        else base64.b64encode(sample.sketch.to_bytes()).decode("ascii"),
    }


def _row(fitted: Fitted) -> dict[str, Any]:
    whole = cast(dict[str, Any], fitted)
    return {
        **{name: whole[name] for name in (*_FLAGS, *_COUNTS)},
        **{name: _number(whole[name]) for name in _NUMBERS},
        "mixture": _mixture(fitted["mixture"]),
        "start": _mixture(fitted["start"]),
        "optima": [
            {
                "mixture": _mixture(mixture),
                "log_likelihood": _number(log_likelihood),
                "penalised": _number(penalised),
                "regularized": regularized,
            }
            for mixture, log_likelihood, penalised, regularized in fitted["optima"]
        ],
    }


def _mixture(arrays: Arrays) -> dict[str, list[float]]:
    return {name: array.tolist() for name, array in zip(_PARAMETERS, arrays, strict=True)}


def _number(x: float) -> float | str:
    return x if math.isfinite(x) else repr(float(x))


# ---- reading


def read_json(text: str, where: str) -> Outcome:
    """Return what a saved result was made of; `where` names the file in messages. See `mix1d.load`."""
    whole = Part(_parse(text, where), where, "")
    _check_format(whole)
    saved = whole.part("saved")
    parts = saved.parts("rows")
    rows = [_fitted(row) for row in parts]
    index = saved.count("chosen", most=len(rows) - 1)
    data, sample, asked = saved.part("data"), _sample(saved.part("data")), _asked(saved.part("options"))
    check_sample(data, sample, asked)
    check_rows(parts, rows, sample, asked)
    outcome = Outcome(sample, rows, index, asked)
    mixture = whole.part("mixture")
    for name in _PARAMETERS:
        if mixture.numbers(name).tolist() != getattr(outcome.mixture, name).tolist():
            mixture.refuse(name, "must be those of saved.rows")
    return outcome


def _parse(text: str, where: str) -> Any:
    import json

    def refuse(name: str) -> NoReturn:
        raise InputError(f"{where}: {name} is not a number in JSON: save the result again with to_json")

    try:
        return json.loads(text, parse_constant=refuse)
    except InputError:
        raise
    except (ValueError, RecursionError) as error:
        raise InputError(
            f"{where}: not complete JSON ({error}): the file was cut off or is not a saved result"
        ) from None


def _check_format(whole: Part) -> None:
    if not isinstance(whole.value, Mapping) or whole.value.get("format") != FORMAT:
        raise InputError(
            f'{whole.where}: not a result saved by to_json or mix1d fit --json ("format": "{FORMAT}")'
        )
    version = whole.value.get("version")
    if version != VERSION or isinstance(version, bool):
        raise InputError(
            f"{whole.where}: version {shown(version)} of the format; this mix1d reads version {VERSION}: "
            "install a later mix1d"
        )


def _fitted(row: Part) -> Fitted:
    mixture = _arrays(row.part("mixture"))
    whole: dict[str, Any] = {
        **{name: row.flag(name) for name in _FLAGS},
        "null_components": row.count("null_components", most=len(mixture[0]) - 1),
        "collapsed": row.count("collapsed", least=-1, most=len(mixture[0]) - 1),
        **{name: row.number(name, finite=False) for name in _NUMBERS},
        "mixture": mixture,
        "start": _arrays(row.part("start")),
        "optima": [
            (
                _arrays(optimum.part("mixture")),
                optimum.number("log_likelihood", finite=False),
                optimum.number("penalised", finite=False),
                optimum.flag("regularized"),
            )
            for optimum in row.parts("optima")
        ],
    }
    return cast("Fitted", whole)


def _arrays(mixture: Part) -> Arrays:
    weights, means, sds = (mixture.numbers(name) for name in _PARAMETERS)
    if not len(weights) == len(means) == len(sds) > 0:
        mixture.refuse("weights", "must be as many as means and sds")
    if not (weights >= 0.0).all() or abs(math.fsum(weights) - 1.0) > 1e-9:
        mixture.refuse("weights", "must be at least 0 and sum to 1")
    if not (sds > 0.0).all():
        mixture.refuse("sds", "must be positive")
    return weights, means, sds


def _asked(options: Part) -> Asked:
    return Asked(
        criterion=options.choice("criterion", ("bic", "aic", "icl")),
        highest=options.flag("highest"),
        tol=options.positive("tol"),
        max_iter=options.count("max_iter", least=1, most=2**31 - 1),
        weighted=options.flag("weighted"),
        started=options.flag("started"),
        n_components=_tried(options),
        sds=options.choice("sds", ("free", "equal", "auto")),
    )


def _tried(options: Part) -> tuple[int, ...] | None:
    if options.get("n_components") is None:
        return None
    numbers = options.whole_numbers("n_components", most=2**31).tolist()
    if not numbers or numbers != sorted(set(numbers)) or numbers[0] < 1:
        options.refuse("n_components", "must be rising from 1")
    return tuple(numbers)


def _resolution(data: Part) -> float | None:
    """Return the step, None where it is unknown; version 0.1 wrote -1 for some joined sketches."""
    step = None if data.get("resolution") is None else data.number("resolution")
    unjudged = step == -1.0 and data.get("widths") is not None
    return None if unjudged else step


def _sample(data: Part) -> Sample:
    values, weights = data.numbers("values"), data.numbers("weights")
    if not len(values) or not (values[1:] > values[:-1]).all():
        data.refuse("values", "must be rising")
    if len(weights) != len(values) or not (weights > 0.0).all():
        data.refuse("weights", "must be positive, one for each of values")
    n_obs = data.count("n_obs", least=1)
    rows = widths = sketch = None
    if data.get("rows") is not None:
        places = data.whole_numbers("rows", most=len(values) - 1)
        if len(places) != n_obs:
            data.refuse("rows", f"must be {n_obs} places in values")
        rows = values[places]
        rows.setflags(write=False)
    if data.get("widths") is not None:
        widths = data.numbers("widths")
        if len(widths) != len(values) or not (widths >= 0.0).all():
            data.refuse("widths", "must be at least 0, one for each of values")
    if data.get("sketch") is not None:
        import base64

        try:
            sketch = Sketch.from_bytes(base64.b64decode(data.text("sketch"), validate=True))
        except ValueError as error:
            data.refuse("sketch", f"must be a sketch in base 64 ({error})")
    return Sample(
        values,
        weights,
        n_obs,
        data.number("total_weight"),
        data.count("n_missing"),
        data.count("n_zero_weight"),
        _resolution(data),
        None if data.get("name") is None else data.text("name"),
        rows,
        widths,
        sketch,
    )
