"""Results as JSON: written with everything they know, and read back to the last bit."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from mix1d import _core
from mix1d.data.recorded_sample import RecordedSample
from mix1d.diagnostics.findings import findings
from mix1d.errors import InputError, shown
from mix1d.model.specification import read_specification
from mix1d.outcome.outcome import Outcome
from mix1d.outcome.records import Apart, plain
from mix1d.saving.assumed import assumed_of, options_of, read_asked
from mix1d.saving.checks import check_rows, check_sample
from mix1d.saving.fits import read_fit, row_of, whole_row_of
from mix1d.saving.parts import Part
from mix1d.saving.records import component_records
from mix1d.saving.samples import (
    apart_of,
    column_of,
    data_of,
    exact_of,
    fitted_sample,
    read_apart,
    read_data,
    read_exact,
    rounded_of,
)
from mix1d.uncertainty.derived import thresholds
from mix1d.uncertainty.parameters import standard_errors
from mix1d.writing import text_replaced

FORMAT = "mix1d.FitResult"
VERSIONS = 1, 2
_OF_VERSION_2 = ("set_apart", "background_weight", "family", "window_weights")

# What a dictionary has by these names.
_IN_DICT = (
    "name",
    "n_obs",
    "total_weight",
    "family",
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
    "set_apart",
    "background_weight",
    "window_weights",
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
    return {**whole, **said(outcome), "components": component_records(outcome)}


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
        need, the pooled data among it: about 30 bytes for each distinct value. The JSON schemas are
        ``mix1d/schemas/result-1.json``, for normal components and exact values without
        constraints, and ``result-2.json``.

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

    version = 1 if _is_plain(outcome) else 2
    for_readers = {
        "format": FORMAT,
        "version": version,
        "mix1d": _core.build_info()["version"],
        **{
            name: value
            for name, value in to_dict(outcome).items()
            if version > 1 or name not in _OF_VERSION_2
        },
    }
    saved = _saved(outcome) if version == 1 else _saved_whole(outcome)
    head = json.dumps(for_readers, indent=2, allow_nan=False, ensure_ascii=False)
    tail = json.dumps(saved, allow_nan=False, ensure_ascii=False)
    open_head = head.removesuffix("\n}")
    text = f'{open_head},\n  "saved": {tail}\n}}'
    if path is not None:
        with text_replaced(path) as file:
            file.write(text + "\n")
    return text


def _is_plain(outcome: Outcome) -> bool:
    """Say whether version 1 has all that there is."""
    assumed = outcome.asked.specification
    return (
        not isinstance(outcome.sample, RecordedSample)
        and column_of(outcome) is outcome.sample
        and not outcome.apart.values
        and not outcome.apart.heaped
        and (assumed is None or (assumed.plain and assumed.set_apart == "auto"))
        and all(
            row.get("prop", "none") in ("none", "penalty") and not row.get("passed_over")
            for row in outcome.rows
        )
    )


def _saved(outcome: Outcome) -> dict[str, Any]:
    return {
        "data": exact_of(outcome.sample),
        "options": options_of(outcome.asked),
        "rows": [row_of(fitted) for fitted in outcome.rows],
        "chosen": outcome.index,
    }


def _saved_whole(outcome: Outcome) -> dict[str, Any]:
    return {
        "data": data_of(column_of(outcome)),
        "apart": apart_of(outcome.apart),
        "rounded": rounded_of(outcome),
        "options": options_of(outcome.asked),
        "assumed": assumed_of(outcome.asked.specification or read_specification()),
        "rows": [whole_row_of(fitted) for fitted in outcome.rows],
        "chosen": outcome.index,
    }


# ---- reading


def read_json(text: str, where: str) -> Outcome:
    """Return what a saved result was made of; `where` names the file in messages. See `mix1d.load`."""
    whole = Part(_parse(text, where), where, "")
    version = _version_of(whole)
    saved = whole.part("saved")
    asked = read_asked(saved.part("options"), saved.part("assumed") if version > 1 else None)
    data = saved.part("data")
    column = read_exact(data) if version == 1 else read_data(data, asked)
    check_sample(data, column, asked)
    apart = Apart() if version == 1 else read_apart(saved.part("apart"), column)
    sample = column if version == 1 else fitted_sample(saved, column, apart)
    if sample is not column:
        apart = apart._replace(column=column)
    parts = saved.parts("rows")
    rows = [read_fit(row, version, sample, asked) for row in parts]
    index = saved.count("chosen", most=len(rows) - 1)
    check_rows(parts, rows, sample, asked)
    outcome = Outcome(sample, rows, index, asked, apart=apart)
    mixture = whole.part("mixture")
    for name, expected in plain(outcome.mixture).items():
        if mixture.get(name) != expected:
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


def _version_of(whole: Part) -> int:
    if not isinstance(whole.value, Mapping) or whole.value.get("format") != FORMAT:
        raise InputError(
            f'{whole.where}: not a result saved by to_json or mix1d fit --json ("format": "{FORMAT}")'
        )
    version = whole.value.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version not in VERSIONS:
        raise InputError(
            f"{whole.where}: version {shown(version)} of the format; this mix1d reads versions 1 and 2: "
            "install a later mix1d"
        )
    return version
