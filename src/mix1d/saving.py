"""Results as JSON: written with everything they know, and read back to the last bit."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NoReturn, cast

import numpy as np
from numpy.typing import NDArray

from mix1d import _core
from mix1d._errors import InputError, shown
from mix1d._records import Asked
from mix1d._saved_checks import check_rows, check_sample
from mix1d._saved_parts import Part
from mix1d._writing import named
from mix1d.data import Sample
from mix1d.result import FitResult
from mix1d.sketch.summary import Sketch

if TYPE_CHECKING:
    from mix1d._core import Fitted

Array = NDArray[np.float64]

FORMAT = "mix1d.FitResult"
VERSION = 1

_PARAMETERS = ("weights", "means", "sds")
_FLAGS = ("equal", "converged", "positive_definite", "regularized", "sound", "max_iter_reached")
_NUMBERS = ("log_likelihood", "entropy", "decrement")
_COUNTS = ("null_components", "collapsed")


# ---- writing


def to_json(result: FitResult) -> str:
    """Return a result as JSON text; see `FitResult.to_json`."""
    import json

    for_readers = {
        "format": FORMAT,
        "version": VERSION,
        "mix1d": _core.build_info()["version"],
        **result.to_dict(),
    }
    saved = {
        "data": _data(result._sample),
        "options": result._asked._asdict(),
        "rows": [_row(fitted) for fitted in result._rows],
        "chosen": result._index,
    }
    head = json.dumps(for_readers, indent=2, allow_nan=False, ensure_ascii=False)
    tail = json.dumps(saved, allow_nan=False, ensure_ascii=False)
    open_head = head.removesuffix("\n}")
    return f'{open_head},\n  "saved": {tail}\n}}'


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


def _mixture(arrays: tuple[Array, Array, Array]) -> dict[str, list[float]]:
    return {name: array.tolist() for name, array in zip(_PARAMETERS, arrays, strict=True)}


def _number(x: float) -> float | str:
    return x if math.isfinite(x) else repr(float(x))


# ---- reading


def load(path_or_text: str | os.PathLike[str]) -> FitResult:
    """Read a result that `FitResult.to_json` wrote, or ``mix1d fit --json``.

    Parameters
    ----------
    path_or_text : str or path
        A path, or the JSON text itself (it begins with a brace).

    Returns
    -------
    FitResult
        The same in every bit, with the pooled data, so that all methods give the same answers.

    Raises
    ------
    InputError
        When the text is incomplete, holds NaN or infinities, is of another format or of a later version, or
        contradicts itself.
    OSError
        When the file cannot be read.

    Notes
    -----
    The format is described by the JSON schema ``mix1d/schemas/result-1.json``. Files of this version will be
    read by all later ones. Nothing in a file is executed.

    Examples
    --------
    >>> import mix1d
    >>> result = mix1d.fit([1.0, 2.0, 2.0, 3.0, 8.0, 9.0, 9.0, 10.0], 2)
    >>> again = mix1d.load(result.to_json())
    >>> again.mixture == result.mixture, again.log_likelihood == result.log_likelihood
    (True, True)
    """
    if not isinstance(path_or_text, str | os.PathLike):
        raise InputError(
            f"path_or_text must be a path or JSON text, got {shown(path_or_text)}: pass the name of a file"
        )
    where, text = "the text", path_or_text
    if not (isinstance(path_or_text, str) and path_or_text.lstrip().startswith("{")):
        where = os.fspath(path_or_text)
        text = _read(where)
    whole = Part(_parse(str(text), where), where, "")
    _check_format(whole)
    saved = whole.part("saved")
    parts = saved.parts("rows")
    rows = [_fitted(row) for row in parts]
    index = saved.count("chosen", most=len(rows) - 1)
    data, sample, asked = saved.part("data"), _sample(saved.part("data")), _asked(saved.part("options"))
    check_sample(data, sample, asked)
    check_rows(parts, rows, sample, asked)
    result = FitResult(sample, rows, index, asked)
    mixture = whole.part("mixture")
    for name in _PARAMETERS:
        if mixture.numbers(name).tolist() != getattr(result.mixture, name).tolist():
            mixture.refuse(name, "must be those of saved.rows")
    return result


def _read(where: str) -> str:
    try:
        with open(named(where), encoding="utf-8") as file:
            return file.read()
    except UnicodeDecodeError:
        raise InputError(
            f"{where}: not a result saved as JSON; a saved sketch is read by mix1d.Sketch.from_bytes"
        ) from None


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


def _arrays(mixture: Part) -> tuple[Array, Array, Array]:
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
