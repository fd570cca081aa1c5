"""Tables and words of the page: components and thresholds with intervals, and how to repeat a fit."""

from __future__ import annotations

import json
import math
import shlex
from dataclasses import dataclass

from mix1d.display.interval import Ends, cut_ends, ends_of, interval_words
from mix1d.display.parameters import shape_words
from mix1d.explore import windows
from mix1d.explore.figures import Back
from mix1d.explore.session import Choice, Session, Taken
from mix1d.explore.windows import Window
from mix1d.model.typical import meet, widths
from mix1d.result import FitResult
from mix1d.sources.columns import Written
from mix1d.words import letter, near, plain, visible


@dataclass(frozen=True)
class Cell:
    """A number as text, and its interval below it; `of` is the component whose name the number is."""

    text: str
    interval: str = ""
    of: int | None = None


def components(result: FitResult, back: Back | None, *, sure: bool) -> tuple[list[str], list[list[Cell]]]:
    """Return the heading and the rows of the table of components.

    `back` leads from the scale of the fit to that of the column, and adds the median of each component there;
    `sure`: with 95 % profile intervals, whose cost may be seconds.
    """
    mixture = result.mixture
    header = ["", "share", "mean", "sd", "values"]
    shaped = mixture._mixed is not None
    if shaped:
        header.append("shape")
    if back is not None:
        header.append("median in the column")
    bounds = result.confidence_interval() if sure else None
    rows = []
    moments = mixture.weights, mixture.means, mixture.sds, widths(mixture)
    for j, (weight, mean, sd, width) in enumerate(zip(*(array.tolist() for array in moments), strict=True)):
        nothing = Ends(math.nan, math.nan)
        ends = (nothing, nothing, nothing) if bounds is None else ends_of(bounds, j)
        row = [
            Cell(letter(j), of=j),
            _cell(100.0 * weight, ends[0].times(100.0), 100.0, " %", sure),
            _cell(mean, ends[1], width, "", sure),
            _cell(sd, ends[2], width, "", sure),
            Cell(_count(weight * result.total_weight)),
        ]
        if shaped:
            row.append(Cell(shape_words(mixture.components[j]) or "normal"))
        if back is not None:
            middle = float(mixture.medians[j])
            here = Ends(*map(back, ends[1])) if not shaped else nothing
            row.append(_cell(back(middle), here, abs(back(middle + width) - back(middle)), "", sure))
        rows.append(row)
    return header, rows


def thresholds(result: FitResult, back: Back | None) -> tuple[list[str], list[list[Cell]]]:
    """Return the heading and the rows of the table of thresholds with 95 % intervals."""
    header = ["between", "threshold"] + (["in the column"] if back else [])
    rows = []
    for cut in result.thresholds():
        if cut.kind in ("second", "none") or not meet(result.mixture, cut.below, cut.above):
            continue
        scale = float(min(widths(result.mixture)[[cut.below, cut.above]]))
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
    if not math.isfinite(value):
        return Cell("none")
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


def difference(
    result: FitResult, other: FitResult, choice: Choice
) -> tuple[str, list[str], list[list[Cell]]]:
    """Say what it matters whether values outside of the range are left out or cut away, with a table."""
    cut, left_out = (result, other) if choice.cut else (other, result)
    k = len(left_out.mixture.means), len(cut.mixture.means)
    seen = next((one.value for one in cut.findings if one.code == "truncated"), None)
    words = "Left out, the groups are those of the values kept, as if there had never been others. "
    words += "Cut away, nothing outside of the range could be recorded, and the groups go on beyond it"
    words += f": {100.0 * seen:.3g} % of them lie inside." if seen is not None else "."
    if k[0] != k[1]:
        words += f" That is {k[0]} against {k[1]} components."
    rows = []
    for j in range(max(k)):
        cells = [Cell(letter(j), of=j)]
        for one, count in ((left_out, k[0]), (cut, k[1])):
            for name in ("weights", "means", "sds"):
                number = float(getattr(one.mixture, name)[j]) if j < count else math.nan
                sd = float(widths(one.mixture)[j]) if j < count else math.nan
                share = name == "weights"
                text = f"{100.0 * number:.3g} %" if share else near(number, sd) if j < count else "–"
                cells.append(Cell(text if j < count else "–"))
        rows.append(cells)
    header = [""] + [f"{name}, {how}" for how in ("left out", "cut away") for name in ("share", "mean", "sd")]
    return words, header, rows


def sample_words(session: Session, taken: Taken, *, cut: bool = False) -> str:
    """Say how many values were fitted, and what was left out."""
    words = f"{grouped(taken.n)} values" if taken.n != 1 else "1 value"
    if session.where:
        words += f" where {session.where}"
    if session.weights:
        words += f", weighted by {session.weights}"
    words += f". Left out: {'; '.join(taken.left_out)}." if taken.left_out else "."
    if cut:
        words += " The range is taken for all that could be recorded (truncation)."
    return words + "".join(f" {visible(note[0].upper() + note[1:])}." for note in taken.notes)


def in_python(session: Session, choice: Choice, taken: Taken) -> str:
    """Return the lines of Python that repeat a fit."""
    window = session.window(choice)
    if session.held:
        return _held_in_python(session, choice, window)
    if window is not None:
        return _cut_in_python(session, choice, taken, window)
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
    sds = _assumed(choice)
    options = _as_options(session.written)
    aside = f"# without {shlex.join(options)}, which only the command line has\n" if options else ""
    return (
        f"import mix1d\n\n{aside}data = mix1d.Sketch.of({', '.join(arguments)})\n"
        f"result = mix1d.fit(data{k}{sds})\nprint(result)"
    )


def _held_in_python(session: Session, choice: Choice, window: Window | None) -> str:
    """Return the lines that repeat a fit of values that the caller has."""
    name = session.files[0]
    what = f"sketch of {visible(name)}" if session.saved else visible(name)
    lines = [f"# x: {what}{', w: the weights' if session.weights else ''}, as the caller has them"]
    ends = [(choice.low, ">="), (choice.high, "<=")]
    kept = [f"(x {sign} {float(end)!r})" for end, sign in ends if end is not None]
    if choice.transform in ("log", "log2", "log10"):
        kept.append("(x > 0)")
    elif choice.transform == "sqrt":
        kept.append("(x >= 0)")
    if kept and not session.saved:
        lines.append(f"kept = {' & '.join(kept)}")
    rows = "[kept]" if kept and not session.saved else ""
    x = f"x{rows}" if choice.transform == "none" else f"np.{choice.transform}(x{rows})"
    k = "" if choice.components is None else f", {choice.components}"
    options = f", sample_weight=w{rows}" if session.weights else ""
    if window is not None:
        options += f", truncation={windows.in_python(window)}"
    imports = "import mix1d" + ("\nimport numpy as np" if choice.transform != "none" else "")
    fit = f"result = mix1d.fit({x}{k}{_assumed(choice)}{options})"
    return "\n".join([imports, "", *lines, fit, "print(result)"])


def _cut_in_python(session: Session, choice: Choice, taken: Taken, window: Window) -> str:
    """Return the lines that repeat a fit with a window, for which the values themselves are needed."""
    term = session.term(taken.column) if choice.transform == "none" else taken.column
    terms = [f"{term} AS x"] + ([f"{session.weights} AS w"] if session.weights else [])
    files = ", ".join("'" + name.replace("'", "''") + "'" for name in session.files)
    where = f" WHERE {taken.where}" if taken.where else ""
    table = files if len(session.files) == 1 else f"read_csv([{files}])"
    query = f"SELECT {', '.join(terms)} FROM {table}{where}"
    k = "" if choice.components is None else f", {choice.components}"
    sds = _assumed(choice)
    weights = ', sample_weight=data["w"]' if session.weights else ""
    missing = ', missing="drop"' if taken.drop else ""
    return (
        f"import duckdb\nimport mix1d\n\ndata = duckdb.sql({_literal(query)}).fetchnumpy()\n"
        f'result = mix1d.fit(data["x"]{k}{sds}{weights}, truncation={windows.in_python(window)}{missing})\n'
        "print(result)"
    )


def in_shell(session: Session, choice: Choice, taken: Taken) -> str:
    """Return the command that repeats a fit."""
    if session.held:
        return "# no file holds these values: write them to one, for mix1d fit FILE"
    words = ["mix1d", "fit", *session.files]
    if not session.saved:
        words += ["--column", taken.column]
        for option, value in (("--weights", session.weights), ("--where", taken.where)):
            if value:
                words += [option, value]
        words += _as_options(session.written)
    window = session.window(choice)
    if window is not None:
        words += windows.in_shell(window)
    if choice.components is not None:
        words += ["-k", str(choice.components)]
    if choice.family != "normal":
        words += ["--family", choice.family]
    if choice.sds != _usual(choice):
        words += ["--sds", choice.sds]
    return shlex.join(words)


def _assumed(choice: Choice) -> str:
    """Return what is assumed of the components as arguments of `fit`."""
    family = "" if choice.family == "normal" else f', family="{choice.family}"'
    return family + ("" if choice.sds == _usual(choice) else f', sds="{choice.sds}"')


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
