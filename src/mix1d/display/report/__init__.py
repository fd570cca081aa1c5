"""The report: one page about a fit, or about several, in one file that opens without a network."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from mix1d.diagnostics.certificate import Certificate
from mix1d.display.checks import Checks
from mix1d.display.picture import Picture, picture_of
from mix1d.display.playing import fragment
from mix1d.display.report.chart import dash_of, look_of
from mix1d.display.report.depth import MOST, WHOLE, Depth, depths_of
from mix1d.display.report.figures import figures_of
from mix1d.display.report.origin import origin_of
from mix1d.display.report.page import needed, rendered
from mix1d.display.report.saved import components_csv, cuts_csv, tried_csv
from mix1d.display.report.sections import Sections, missing_mass, sections_of
from mix1d.display.report.several import Row, overview
from mix1d.errors import InputError
from mix1d.outcome.outcome import Outcome
from mix1d.writing import named, text_replaced

__all__ = ["needed", "report_html", "write_report"]

Results = Outcome | Iterable[Outcome] | Mapping[str, Outcome | Exception]
"""A fit; fits, which have names or are counted; or fits by name, some of which may have failed."""


def write_report(result: Results, path: str | os.PathLike[str], found: Checks | None = None) -> Path:
    """Write `report_html` to a file, at once or not at all, and return its path."""
    where = named(path)
    text = report_html(result, found)
    with text_replaced(where) as file:
        file.write(text)
    return Path(where)


def report_html(result: Results, found: Checks | None = None, title: str = "") -> str:
    """Return the report of a fit as a page, see `FitResult.report`; of several fits their overview first.

    With more fits there is less of each, so that a page of up to about a hundred has at most 300 KB.

    Raises
    ------
    Mix1dError
        When Jinja is missing.
    InputError
        When there is no fit.

    Examples
    --------
    >>> import mix1d
    >>> x = [1.0, 2.0, 2.0, 3.0, 8.0, 9.0, 9.0, 10.0]
    >>> page = report_html({"left": mix1d.fit(x, 1), "right": mix1d.fit(x, 2)}, title="width by side")
    >>> page.count("<article"), "<h1>width by side</h1>" in page
    (2, True)
    """
    needed()
    if isinstance(result, Outcome):
        picture, certificate = picture_of(result), missing_mass(result)
        sections = sections_of(result, picture, certificate)
        fit, drawn = _fit(result, picture, sections, certificate, found)
        contents = {"fit": fit, "title": fit["sections"].name, "keys": _keys([result])}
        return rendered("report.html", contents, drawn)
    return _several(_named(result), title)


def _several(results: Mapping[str, Outcome | Exception], title: str) -> str:
    """Return the page of several fits: an overview, then as much of each of them as there is room for."""
    if not results:
        raise InputError("result must be a fit, or several, got none: pass at least one FitResult")
    pictures = {name: picture_of(one) for name, one in results.items() if isinstance(one, Outcome)}
    good = {name: one for name, one in results.items() if isinstance(one, Outcome)}
    sections = {name: sections_of(one, pictures[name], "") for name, one in good.items()}
    lines = {name: one.said.bottom_line for name, one in sections.items()}
    shown = {name: one if isinstance(one, Outcome) else str(one) for name, one in results.items()}
    rows, axis = overview(shown, pictures, lines)
    saved = components_csv(good, "fit")
    page = ""
    for depth in depths_of(len(good)):
        fits: list[dict[str, Any]] = []
        numbers: dict[str, Any] = {"charts": {}, "csv": {"fits": saved}}
        for row in rows if depth.tables else ():
            if row.name in good:
                one = good[row.name]
                fit, drawn = _fit(one, pictures[row.name], sections[row.name], "", None, row, depth)
                fits.append(fit)
                for kind, parts in drawn.items():
                    numbers[kind].update(parts)
        contents = {
            "rows": rows,
            "axis": axis,
            "depth": depth,
            "fits": fits,
            "title": title or f"{len(rows)} fits",
            "keys": _keys(good.values()),
        }
        page = rendered("several.html", contents, numbers)
        if len(page.encode(errors="backslashreplace")) <= MOST:
            break
    return page


def _fit(
    result: Outcome,
    picture: Picture,
    sections: Sections,
    certificate: Certificate | str,
    found: Checks | None,
    row: Row | None = None,
    depth: Depth = WHOLE,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what the templates say of a fit, and what the script draws of it.

    Of one of several fits, which has a row, the parts that are large or take seconds are left out.
    """
    alone, prefix = row is None, "" if row is None else f"{row.target}-"
    figures = figures_of(result, picture, certificate, sections.alt, prefix, depth)
    fit = {
        "prefix": prefix,
        "alone": alone,
        "judged": depth.judged,
        "name": sections.name if row is None else row.name,
        "sections": sections,
        "figures": figures,
        "checks": found,
        "playing": fragment(result) if alone else "",
        "origin": origin_of(result, found) if depth.judged else (),
        "weighted": result.asked.weighted,
    }
    saved = {}
    if depth.picture:
        saved = {f"{prefix}components": components_csv({"": result}), f"{prefix}cut-offs": cuts_csv(result)}
    if depth.judged and len(result.selection) > 1:
        saved[f"{prefix}tried"] = tried_csv(result)
    fit["saved"] = bool(saved)
    charts = {f"{prefix}{name}": figure.numbers for name, figure in figures.items()}
    return fit, {"charts": charts, "csv": saved}


def _keys(results: Iterable[Outcome]) -> list[tuple[str, str]]:
    """Return the looks of as many components as any row of the fits has."""
    most = max((row.n_components for result in results for row in result.selection), default=0)
    return [(look_of(j), dash_of(j)) for j in range(most)]


def _named(results: Iterable[Outcome] | Mapping[str, Outcome | Exception]) -> dict[str, Outcome | Exception]:
    """Return fits by name; those without one are counted, and names that are there twice are told apart."""
    if isinstance(results, Mapping):
        return {str(name): one for name, one in results.items()}
    found: dict[str, Outcome | Exception] = {}
    for i, one in enumerate(results, start=1):
        name = one.name or f"fit {i}"
        found[name if name not in found else f"{name} ({i})"] = one
    return found
