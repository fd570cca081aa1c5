"""The tables of a report as CSV, with all digits, for the buttons that save them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from mix1d.outcome.outcome import Outcome
from mix1d.outcome.windows import sizes
from mix1d.uncertainty.derived import thresholds
from mix1d.uncertainty.parameters import confidence_interval, standard_errors
from mix1d.words import letter

_NAMES = {"weight": "weights", "mean": "means", "sd": "sds"}


def csv_of(rows: Iterable[Sequence[object]]) -> str:
    r"""Write rows as comma-separated values; what is not finite is an empty field.

    >>> csv_of([("a", "b"), (1.5, float("nan"))])
    'a,b\r\n1.5,\r\n'
    """
    file = io.StringIO()
    writer = csv.writer(file)
    for row in rows:
        writer.writerow(["" if isinstance(x, float) and not np.isfinite(x) else x for x in row])
    return file.getvalue()


def components_csv(results: Mapping[str, Outcome], heading: str = "") -> str:
    """Return a row for each component of each fit; `heading` is that of their names, none without."""
    header: list[object] = [heading] if heading else []
    header += ["component", "family"]
    for name in _NAMES:
        header += [name, f"{name}_error", f"{name}_lower", f"{name}_upper"]
    rows: list[list[object]] = [[*header, "n", "parameters"]]
    for label, result in results.items():
        mixture, errors, bounds = result.mixture, standard_errors(result), confidence_interval(result)
        held = sizes(result.fitted, result.sample).tolist()
        for j, component in enumerate(mixture.components):
            row: list[object] = [label] if heading else []
            row += [letter(j), component.family]
            for name in _NAMES.values():
                row += [float(getattr(x, name)[j]) for x in (mixture, errors, bounds.lower, bounds.upper)]
            own = "; ".join(f"{name}={value!r}" for name, value in component.parameters.items())
            rows.append([*row, held[j], own])
    return csv_of(rows)


def cuts_csv(result: Outcome) -> str:
    """Return a row for each threshold."""
    rows: list[Sequence[object]] = [("below", "above", "kind", "value", "lower", "upper")]
    rows += [
        (letter(cut.below), letter(cut.above), cut.kind, float(cut.value), float(cut.lower), float(cut.upper))
        for cut in thresholds(result)
    ]
    return csv_of(rows)


def tried_csv(result: Outcome) -> str:
    """Return a row for each row of the selection."""
    names = ("n_components", "family", "sds", "log_likelihood", "n_parameters", "aic", "bic", "icl")
    more = ("evidence_weight", "eligible", "chosen")
    rows = [[getattr(row, name) for name in (*names, *more)] for row in result.selection]
    return csv_of([(*names, *more), *rows])
