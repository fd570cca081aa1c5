"""The explorer on the values of a fit, which no file of the user holds."""

from __future__ import annotations

import csv
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from mix1d.data.recorded_sample import RecordedSample
from mix1d.data.sample import Sample
from mix1d.errors import InputError
from mix1d.explore.families import OFFERED
from mix1d.explore.server import serve
from mix1d.explore.session import MOST_COMPONENTS, SDS, Choice, Session
from mix1d.outcome.outcome import Outcome
from mix1d.progress import in_notebook

_WEIGHTS = "weight"


def explore_fit(result: Outcome, port: int, *, browse: bool) -> None:
    """Serve the page for the column of a fit: until Ctrl-C, beside a notebook as long as that lives."""
    sample = _whole(result)
    if not in_notebook():
        with _opened(result, sample) as session:
            serve(session, port, browse=browse)
        return

    def beside() -> None:
        with _opened(result, sample) as session:
            serve(session, port, browse=browse, until="it ends with the notebook")

    threading.Thread(target=beside, daemon=True).start()


def _whole(result: Outcome) -> Sample:
    """Return the column before anything was set apart, or refuse what the page cannot show."""
    sample: Sample = result.sample if result.apart.column is None else result.apart.column
    if isinstance(sample, RecordedSample) and not sample.pooled:
        raise InputError(
            "explore() shows columns of exact values, and this fit is of bins, limits, errors, labels or a "
            "truncated column: report() and plot() show it"
        )
    if sample.widths is not None and sample.sketch is None:
        raise InputError(
            "explore() needs all values, and of so many different ones a fit keeps a summary only: write "
            "them to a file, and open it with mix1d explore FILE"
        )
    return sample


@contextmanager
def _opened(result: Outcome, sample: Sample) -> Iterator[Session]:
    """Give a session on the values, which stand in a file of their own as long as it lasts."""
    name = sample.name or "values"
    begin = begin_with(result)
    with tempfile.TemporaryDirectory(prefix="mix1d-") as folder:
        path = Path(folder) / "column"
        if sample.sketch is not None:
            path.write_bytes(sample.sketch.to_bytes())
            yield Session([name], [str(path)], begin=begin, held=True)
            return
        path = path.with_suffix(".csv")
        weights = _write(path, name, sample)
        yield Session([name], [str(path)], column=name, weights=weights, begin=begin, held=True)


def begin_with(result: Outcome) -> Choice:
    """Return what the page is to show first: what was asked of the fit, as far as it offers that."""
    asked = result.asked
    single = asked.n_components is not None and len(asked.n_components) == 1
    k = len(result.mixture.weights)
    family = result.family if isinstance(result.family, str) and result.family in OFFERED else "normal"
    return Choice(
        result.name or "values",
        components=k if single and k <= MOST_COMPONENTS else None,
        sds=asked.sds if asked.sds in SDS else "auto",  # type: ignore[arg-type]
        family=family,
    )


def _write(path: Path, name: str, sample: Sample) -> str | None:
    """Write values as a column of a file, and return the name of the column of their weights, if any."""
    values, weights = sample.values, sample.weights
    rows = np.rint(weights)
    counted = bool(np.all(rows == weights)) and int(rows.sum()) == sample.n_obs
    names = [name]
    if counted:
        values = np.repeat(values, rows.astype(np.intp))
    else:
        names.append(_WEIGHTS if name != _WEIGHTS else f"{_WEIGHTS} of rows")
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)
        writer.writerow(names)
        writer.writerows(zip(values.tolist(), *([] if counted else [weights.tolist()]), strict=True))
    return None if counted else f'"{names[1]}"'
