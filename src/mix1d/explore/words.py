"""Tables and words of the page: components and thresholds with intervals, and how to repeat a fit."""

from __future__ import annotations

import json
import math
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mix1d.display.answer import cut_ends, ends_of
from mix1d.display.interval import Ends, interval_words
from mix1d.sources.columns import Written
from mix1d.words import letter, near, plain, visible

if TYPE_CHECKING:
    from mix1d.explore.figures import Back
    from mix1d.explore.session import Choice, Session, Taken
    from mix1d.result import FitResult


@dataclass(frozen=True)
class Cell:
    """A number as text, and its interval below it; `of` is the component whose name the number is."""

    text: str
    interval: str = ""
    of: int | None = None


def components(result: FitResult, back: Back | None, *, sure: bool) -> tuple[list[str], list[list[Cell]]]:
    """Return the heading and the rows of the table of components.

    Parameters
    ----------
    result : FitResult
        Any fit.
    back : callable, optional
        From the scale of the fit to that of the column: adds the median of each component there.
    sure : bool
        Whether to give 95 % profile intervals, whose cost may be seconds.
    """
    mixture = result.mixture
    header = ["", "share", "mean", "sd", "values"]
    if back is not None:
        header.append("median in the column")
    bounds = result.confidence_interval() if sure else None
    rows = []
    for j, (weight, mean, sd) in enumerate(
        zip(mixture.weights.tolist(), mixture.means.tolist(), mixture.sds.tolist(), strict=True)
    ):
        nothing = Ends(math.nan, math.nan)
        ends = (nothing, nothing, nothing) if bounds is None else ends_of(bounds, j)
        row = [
            Cell(letter(j), of=j),
            _cell(100.0 * weight, ends[0].times(100.0), 100.0, " %", sure),
            _cell(mean, ends[1], sd, "", sure),
            _cell(sd, ends[2], sd, "", sure),
            Cell(_count(weight * result.total_weight)),
        ]
        if back is not None:
            here = Ends(*map(back, ends[1]))
            row.append(_cell(back(mean), here, abs(back(mean + sd) - back(mean)), "", sure))
        rows.append(row)
    return header, rows


def thresholds(result: FitResult, back: Back | None) -> tuple[list[str], list[list[Cell]]]:
    """Return the heading and the rows of the table of thresholds with 95 % intervals."""
    header = ["between", "threshold"] + (["in the column"] if back else [])
    rows = []
    for cut in result.thresholds():
        if cut.kind in ("second", "none"):
            continue
        scale = min(float(result.mixture.sds[cut.below]), float(result.mixture.sds[cut.above]))
        value = float(cut.value)
        ends = cut_ends(cut)
        row = [Cell(f"{letter(cut.below)} and {letter(cut.above)}"), _cell(value, ends, scale, "", True)]
        if back is not None:
            here = back(value)
            step = abs(back(value + scale) - here)
            row.append(_cell(here, Ends(*map(back, ends)), step, "", True))
        rows.append(row)
    return header, rows


def _cell(value: float, ends: Ends, scale: float, unit: str, sure: bool) -> Cell:
    """Round a value and its interval alike: to a hundredth of about five times the interval."""
    if not sure:
        return Cell(near(value, scale) + unit, "…")
    if math.isfinite(ends.width) and ends.width > 0.0:
        scale = 5.0 * ends.width
    words = interval_words(ends, lambda x: near(x, scale))
    return Cell(near(value, scale) + unit, words or "no interval")


def grouped(n: int) -> str:
    r"""Write a whole number with spaces that do not break, from five digits on.

    >>> grouped(9999), grouped(1234567)
    ('9999', '1\u202f234\u202f567')
    """
    return str(n) if n < 10_000 else f"{n:,}".replace(",", "\u202f")


def _count(n: float) -> str:
    return f"{n:.1f}" if 0.05 <= n < 1e6 else plain(n, 4)


def sample_words(session: Session, taken: Taken) -> str:
    """Say how many values were fitted, and what was left out."""
    words = f"{grouped(taken.n)} values" if taken.n != 1 else "1 value"
    if session.where:
        words += f" where {session.where}"
    if session.weights:
        words += f", weighted by {session.weights}"
    words += f". Left out: {'; '.join(taken.left_out)}." if taken.left_out else "."
    return words + "".join(f" {visible(note[0].upper() + note[1:])}." for note in taken.notes)


def in_python(session: Session, choice: Choice, taken: Taken) -> str:
    """Return the lines of Python that repeat a fit."""
    files = session.files[0] if len(session.files) == 1 else session.files
    arguments = [json.dumps(files, ensure_ascii=False)]
    if not session.saved:
        arguments.append(f"column={_literal(taken.column)}")
        if session.weights:
            arguments.append(f"sample_weight={_literal(session.weights)}")
        if taken.where:
            arguments.append(f"where={_literal(taken.where)}")
        if taken.drop:
            arguments.append('missing="drop"')
    k = "" if choice.components is None else f", {choice.components}"
    sds = "" if choice.sds == _usual(choice) else f', sds="{choice.sds}"'
    options = _as_options(session.written)
    aside = f"# without {shlex.join(options)}, which only the command line has\n" if options else ""
    return (
        f"import mix1d\n\n{aside}data = mix1d.Sketch.of({', '.join(arguments)})\n"
        f"result = mix1d.fit(data{k}{sds})\nprint(result)"
    )


def in_shell(session: Session, choice: Choice, taken: Taken) -> str:
    """Return the command that repeats a fit."""
    words = ["mix1d", "fit", *session.files]
    if not session.saved:
        words += ["--column", taken.column]
        for option, value in (("--weights", session.weights), ("--where", taken.where)):
            if value:
                words += [option, value]
        words += _as_options(session.written)
    if choice.components is not None:
        words += ["-k", str(choice.components)]
    if choice.sds != _usual(choice):
        words += ["--sds", choice.sds]
    return shlex.join(words)


def _usual(choice: Choice) -> str:
    """Return the kind of sds that need not be said."""
    return "auto" if choice.components is None else "free"


def _as_options(written: Written) -> list[str]:
    """Return what is known of how files are written as it is typed.

    >>> _as_options(Written(decimal=",", na=("-999",)))
    ['--decimal', ',', '--na', '-999']
    """
    header = {None: None, True: "yes", False: "no"}[written.header]
    na = ",".join(written.na) or None
    pairs = (("--decimal", written.decimal), ("--header", header), ("--na", na), ("--sheet", written.sheet))
    return [word for option, value in pairs if value is not None for word in (option, value)]


def _literal(text: str) -> str:
    """Write text in double quotes where it holds none, as the rest of the code does.

    >>> print(_literal('ln("x")'), _literal("x"))
    'ln("x")' "x"
    """
    return repr(text) if '"' in text or "\\" in text else json.dumps(text, ensure_ascii=False)
