"""The answer of a fit as plain text: one screen, and details on request."""

from __future__ import annotations

import numpy as np

from mix1d.display.drawing import draw
from mix1d.display.layout import table_lines, wrapped
from mix1d.display.picture import picture_of
from mix1d.display.summary import Summary, summarise
from mix1d.outcome.outcome import Outcome

BEWARE = "Beware"
DETAILS = "Details"
MORE = "More: .summary(details=True)  .summary(tests=True)  .plot()  .report(path)"
_FARTHEST = 1e300  # beyond it differences overflow, and there is no picture


def summary_text(result: Outcome, width: int = 80, *, ascii: bool = False, details: bool = False) -> str:
    """Return the answer of a fit as plain text, for `print(result)`.

    Bottom line, what was left out, picture, estimates with intervals, and what to beware of: one screen for
    up to four groups. Sentences are wrapped at `width`; tables that are wider leave out less important
    columns. Nothing is resampled.

    >>> import mix1d
    >>> x = [1.0, 1.2, 0.8, 1.1, 0.9, 5.0, 5.3, 4.6, 5.1, 4.8]
    >>> print(summary_text(mix1d.fit(x, 2, name="x")).splitlines()[0])
    x: 2 normal groups, as asked. The test rejects fewer than 2 (p = .003).
    """
    parts = summarise(result, ascii=ascii)
    lines = wrapped(parts.bottom_line, width)
    for sentence in parts.read:
        lines += wrapped(sentence, width, hanging="  ")
    if has_picture(result):
        with np.errstate(all="ignore"):
            lines += ["", *draw(picture_of(result), width=width, ascii=ascii).lines]
    lines += ["", *(line for line, _ in table_lines(parts.groups, ascii, width))]
    lines += below_lines(parts, width)
    lines += ["", *wrapped(parts.fit, width)]
    if parts.beware:
        lines += ["", BEWARE]
    for finding in parts.beware:
        lines += wrapped(f"- {finding}", width, hanging="  ")
    lines += ["", *(details_lines(parts, width, ascii) if details else wrapped(MORE, width))]
    return "\n".join(line.rstrip() for line in lines)


def has_picture(result: Outcome) -> bool:
    """Say whether the values can be drawn."""
    values = result.sample.values
    return max(abs(float(values[0])), abs(float(values[-1]))) < _FARTHEST


def below_lines(parts: Summary, width: int) -> list[str]:
    """Lay out what stands below the table of groups."""
    pad = max((len(line.about) for line in parts.below), default=0) + 2
    lines: list[str] = []
    for line in parts.below:
        lines += wrapped(line.about.ljust(pad) + line.text, width, hanging=" " * pad)
    return lines


def details_lines(parts: Summary, width: int, ascii: bool) -> list[str]:
    """Lay out how a fit came about: tests, other findings, errors, convergence, and what was tried."""
    lines = [DETAILS, *wrapped(parts.headline, width)]
    for sentence in parts.tests:
        lines += wrapped(sentence, width, hanging="  ")
    for finding in parts.findings:
        lines += wrapped(f"- {finding}", width, hanging="  ")
    lines += ["", *(line for line, _ in table_lines(parts.components, ascii, width)), ""]
    pad = max(len(what) for what, _ in parts.verdicts) + 2
    for what, verdict in parts.verdicts:
        lines += wrapped(what.ljust(pad) + verdict, width, hanging=" " * pad)
    lines += wrapped(parts.criteria, width)
    if parts.selection is not None:
        lines += ["", *wrapped(parts.selection_title, width)]
        lines += [line for line, _ in table_lines(parts.selection, ascii, width)]
    return lines
