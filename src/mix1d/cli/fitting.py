"""`mix1d fit`: one fit, shown in full, or one for each group, shown in a line."""

from __future__ import annotations

import argparse
import json
import math
import re

import mix1d
from mix1d.cli.checking import check_exit_code, exit_code_of
from mix1d.cli.data import left_out, say, say_notes, write_bytes, write_text
from mix1d.cli.groups import fitted, parted, read_all
from mix1d.cli.keywords import in_options
from mix1d.cli.picture import picture, picture_format, picture_of_groups
from mix1d.cli.recorded import Given, given
from mix1d.display.ridges import Ridge, Ridges, ridge_of, short
from mix1d.errors import InputError, Mix1dError
from mix1d.sources.columns import ColumnError
from mix1d.sources.files import Columns

_MOST_ROWS = 1 << 20  # of all groups together: of more, which need not be in memory, there are sketches


def fit(asked: argparse.Namespace) -> int:
    """Fit one column; return 3 where the model does not fit and that was asked for."""
    if asked.report is not None:
        _check_report(asked)
    if asked.exit_code:
        check_exit_code(asked)
    if asked.by is not None:
        _fit_groups(asked)
        return 0
    try:
        kind = None if asked.plot is None else picture_format(asked.plot)
    except InputError as error:
        asked.fail(str(error))
    notes: list[str] = []
    found = given(asked, notes)
    result = fitted(found, asked)
    _check_spread(result)
    if asked.json is not None:
        write_text(result.to_json(), asked.json)
    if kind is not None:
        write_bytes(picture(result, kind), asked.plot)
    if asked.json != "-" and asked.report != "-":
        from mix1d.display.terminal import print_fit

        shown = {"drawing": not asked.no_drawing, "ascii": asked.ascii, "details": asked.details}
        print_fit(result, **shown, more=_more(result), notes=notes, say=in_options)
    else:
        say_notes(notes, aside=True)
    _test_and_report(result, asked)
    return exit_code_of(result, asked) if asked.exit_code else 0


def _more(result: mix1d.FitResult) -> str:
    """Say which options show more; the report is named after the column."""
    name = re.sub(r"\W+", "-", result.name or "").strip("-") or "report"
    return f"More: --details  --tests  --report {name}.html"


def _check_spread(result: mix1d.FitResult) -> None:
    """Refuse a column of one distinct value: there is nothing to tell groups by."""
    if len(result.sample.values) < 2:
        value = float(result.sample.values[0])
        what = "there is one value" if result.n_obs == 1 else f"all {result.n_obs} values are the same"
        raise ColumnError(
            f"{result.name or 'the column'}: {what}, {value:.12g}, and a fit needs at least 2 different "
            "ones: is this the right column, and were all rows read?"
        )


def _check_report(asked: argparse.Namespace) -> None:
    """Find out before the fit whether there can be a report."""
    from mix1d.display.report import needed

    if asked.report == asked.json == "-":
        asked.fail("--report - and --json - would be mixed: write one of them to a file")
    try:
        needed()
    except Mix1dError as error:
        asked.fail(str(error))


def _test_and_report(result: mix1d.FitResult, asked: argparse.Namespace) -> None:
    """Print what the tests say and write the report; the tests are run once for both."""
    found = None
    if asked.tests and (asked.json != "-" or asked.report is not None):
        from mix1d.display.checks import Checks, verdicts_text
        from mix1d.display.terminal import text_width

        found = Checks.of(result, asked.replicates, asked.seed)
        if asked.json != "-" and asked.report != "-":
            verdicts = [(what, in_options(verdict)) for what, verdict in found.verdicts]
            print(f"\n{verdicts_text(verdicts, text_width())}")
    if asked.report is not None:
        from mix1d.display.report import report_html

        write_text(report_html(result, found).rstrip("\n"), asked.report)


def _fit_groups(asked: argparse.Namespace) -> None:
    """Fit every group of the rows, print a line for each, and draw them below each other."""
    if asked.tests:
        asked.fail("--tests looks at one fit: leave out --by, and choose a group with --where")
    try:
        kind = None if asked.plot is None else picture_format(asked.plot)
    except InputError as error:
        asked.fail(str(error))
    notes: list[str] = []
    groups, name, n_missing = _groups(asked, notes)
    records, rows = [], []
    fits: dict[str, mix1d.FitResult | InputError] = {}
    for label, found in groups.items():
        try:
            result = _fit_group(found, asked)
        except InputError as error:
            fits[label] = error
            records.append({"group": label, "error": str(error)})
            rows.append(Ridge(short(label), _count(found), None, error=str(error)))
            continue
        fits[label] = result
        records.append({"group": label, **result.to_dict()})
        rows.append(ridge_of(label, result, intervals=kind is not None))
    ridges = Ridges(short(name or "value"), short(asked.by), tuple(rows))
    if asked.json is not None:
        write_text(json.dumps(records, indent=2), asked.json)
    if kind is not None:
        write_bytes(picture_of_groups(ridges, kind), asked.plot)
    if asked.report is not None:
        from mix1d.display.report import report_html

        title = f"{name or 'value'} by {asked.by}"
        write_text(report_html(fits, title=title).rstrip("\n"), asked.report)
    if "-" in (asked.json, asked.report):
        say_notes(notes, aside=True)
        return
    say(f"{name} by {asked.by}: {len(groups)} groups{left_out(n_missing)}")
    say_notes(notes)
    print()
    from mix1d.display.terminal import print_many

    print_many(ridges, ascii=asked.ascii)
    for row in rows:
        if row.error:
            print()
            say(f"{row.name}: {row.error}")


Group = Given | mix1d.Sketch | InputError


def _groups(asked: argparse.Namespace, notes: list[str]) -> tuple[dict[str, Group], str | None, int]:
    """Return the groups by label, the name of the column, and how many values are missing."""
    found = read_all(asked, notes, _MOST_ROWS)
    if isinstance(found, Columns):
        groups: dict[str, Group] = dict(parted(found, asked, notes))
        name = found.name
    else:
        groups, name = dict(found), next((sketch.name for sketch in found.values()), None)
    return groups, name, sum(0 if isinstance(one, InputError) else one.n_missing for one in groups.values())


def _fit_group(found: Group, asked: argparse.Namespace) -> mix1d.FitResult:
    if isinstance(found, InputError):
        raise found
    result = fitted(found, asked)
    _check_spread(result)
    return result


def _count(found: Group) -> float:
    if isinstance(found, InputError):
        return math.nan
    return float(found.size if isinstance(found, Given) else found.count)
