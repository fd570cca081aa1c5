"""The report: one page about a fit, in one file that opens without a network."""

from __future__ import annotations

import os
from pathlib import Path

from mix1d.display.checks import Checks
from mix1d.display.picture import picture_of
from mix1d.display.playback import playback_of
from mix1d.display.report.figures import figures_of, playback_numbers
from mix1d.display.report.origin import origin_of
from mix1d.display.report.page import needed, rendered
from mix1d.display.report.sections import missing_mass, sections_of
from mix1d.display.watching import watching_of
from mix1d.outcome.outcome import Outcome
from mix1d.writing import named, text_replaced

__all__ = ["needed", "playback_html", "report_html", "write_report"]


def write_report(result: Outcome, path: str | os.PathLike[str], found: Checks | None = None) -> Path:
    """Write `report_html` to a file, at once or not at all, and return its path."""
    where = named(path)
    text = report_html(result, found)
    with text_replaced(where) as file:
        file.write(text)
    return Path(where)


def report_html(result: Outcome, found: Checks | None = None) -> str:
    """Return the report of a fit as a page; see `FitResult.report`."""
    needed()
    picture, played, certificate = picture_of(result), playback_of(result), missing_mass(result)
    return rendered(
        "report.html",
        {
            "sections": sections_of(result, picture, certificate),
            "checks": found,
            "watching": watching_of(result, played),
            "origin": origin_of(result, found),
            "weighted": result.asked.weighted,
        },
        {**figures_of(result, picture, certificate), "playback": playback_numbers(result, picture, played)},
    )


def playback_html(result: Outcome) -> str:
    """Return a page with the playback of plain EM only, to be embedded elsewhere, without a network too."""
    needed()
    played = playback_of(result)
    numbers = playback_numbers(result, picture_of(result), played)
    return rendered("playback.html", {"watching": watching_of(result, played)}, {"playback": numbers})
