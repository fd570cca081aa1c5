"""`mix1d check`: new data against a saved fit, with an exit code for programs; and that of `mix1d fit`."""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import mix1d
from mix1d.cli.data import left_out, read, say, say_notes, taken, write_text
from mix1d.cli.keywords import in_options
from mix1d.cli.process import DIFFERS
from mix1d.diagnostics.goodness import FEWEST, Statistic
from mix1d.display.layout import Table, table_lines, wrapped
from mix1d.display.terminal import text_width
from mix1d.fitting.drift import Drift, drift
from mix1d.outcome.records import plain
from mix1d.saving.records import component_records
from mix1d.sources.columns import ColumnError
from mix1d.sources.files import Columns
from mix1d.words import LEVEL, letter, listed, near, p_words
from mix1d.words import plain as as_read

_FEWEST_REPLICATES, _PER_LEVEL = 999, 20.0
_MOST_NAMED = 3  # values set apart
_MOVED = 3.0  # standard errors; what moved so far is named
_MOMENTS = (("weights", "share"), ("means", "mean"), ("sds", "sd"))


class Move(NamedTuple):
    """A number of a component, then and now."""

    letter: str
    what: str
    saved: str
    new: str
    difference: str
    errors: float
    """The difference in standard errors of both, NaN where they are not known."""


def check(asked: argparse.Namespace) -> int:
    """Print how new data differ from a saved fit; return 3 where they do."""
    replicates = _replicates(asked)
    saved = mix1d.load(asked.model)
    notes: list[str] = []
    values, weights, n_missing = taken(_read(asked, saved.name, notes))
    found = drift(saved, values, weights, replicates=replicates, rng=asked.seed)
    differs = found.p_value <= asked.level
    if asked.json is not None:
        write_text(json.dumps(_record(asked, saved, found, differs), indent=2, allow_nan=False), asked.json)
    if asked.json == "-":
        say_notes(notes, aside=True)
    else:
        _print(asked, saved, found, differs, [*notes, *([left_out(n_missing)[2:]] if n_missing else [])])
    return DIFFERS if differs else 0


def check_exit_code(asked: argparse.Namespace) -> None:
    """Find out before the fit whether the test can come to any verdict."""
    if asked.by is not None:
        asked.fail("--exit-code judges one fit: leave out --by, and choose a group with --where")
    least = math.ceil(1.0 / LEVEL) - 1
    if asked.replicates < least:
        asked.fail(f"--replicates {asked.replicates} cannot tell p = {LEVEL:g}: take {least} or more")


def exit_code_of(result: mix1d.FitResult, asked: argparse.Namespace) -> int:
    """Return 3 where the goodness of fit is significantly bad, and say so on standard error.

    Fewer than 20 values have no verdict. What cannot be tested raises, so that no program takes it for a fit.
    """
    found = result.goodness_of_fit(asked.replicates, asked.seed)
    first = found.anderson_darling or found.kolmogorov_smirnov or found.pearson
    if first is None or first.p_value > LEVEL or result.sample.total_weight < FEWEST:
        return 0
    say(f"mix1d: {in_options(found.message)}", aside=True)
    return DIFFERS


def _replicates(asked: argparse.Namespace) -> int:
    """Return how many replicates can tell whether p is below the level; there are up to three tests."""
    level: float = asked.level
    if asked.replicates is None:
        return max(_FEWEST_REPLICATES, math.ceil(_PER_LEVEL / level) - 1)
    least = math.ceil(3.0 / level) - 1
    if asked.replicates < least:
        asked.fail(f"--replicates {asked.replicates} cannot tell p = {asked.level:g}: take {least} or more")
    return int(asked.replicates)


def _read(asked: argparse.Namespace, name: str | None, notes: list[str]) -> Columns | mix1d.Sketch:
    """Read the column that was asked for, the only numeric one, or the one that the fit was of."""
    try:
        return read(asked, notes)
    except ColumnError:
        if asked.column is not None or name is None:
            raise
        notes.clear()
        asked.column = name
        try:
            return read(asked, notes)
        except ColumnError:
            asked.column = None
            raise


def _print(
    asked: argparse.Namespace, saved: mix1d.FitResult, found: Drift, differs: bool, notes: list[str]
) -> None:
    width = text_width()
    ascii = asked.ascii or not (sys.stdout.encoding or "ascii").lower().startswith("utf")
    name = f"{asked.column or saved.name}: " if asked.column or saved.name else ""
    moves = [] if found.new is None else list(_moves(saved, found.new))
    for line in wrapped(f"{name}{_verdict(found, differs, asked.level, moves)}", width):
        say(line)
    of = f"{asked.model}, {_several(len(saved.weights), 'component')} of {_several(saved.n_obs, 'value')}"
    say(f"n = {found.n}, against {of}")
    say_notes(notes)
    if moves:
        print("\n" + "\n".join(line for line, _ in table_lines(_table(moves), ascii, width)))
    print()
    for what, words in _tests(saved, found):
        for line in wrapped(f"{what:<12}{words}", width, hanging=" " * 12):
            print(line)


def _verdict(found: Drift, differs: bool, level: float, moves: Sequence[Move]) -> str:
    p = p_words(found.p_value)
    if not differs:
        n = _several(found.n, "value")
        return f"no difference from the saved fit, as far as {n} can tell ({p})."
    said = f"NOT the populations of the saved fit ({p}; --level {level:g})"
    tests = [one for one in (found.parameters, found.distance, found.set_apart) if one is not None]
    if min(tests, key=lambda one: one.p_value) is found.set_apart:
        more = found.set_apart.statistic > 0.0
        return f"{said}: {'more' if more else 'fewer'} values than before are {_apart_words(found)}."
    # of a Poisson mean and sd are as far apart as each other: the first is named
    far = max(
        moves, key=lambda one: round(abs(one.errors), 3) if math.isfinite(one.errors) else 0.0, default=None
    )
    if far is None or not abs(far.errors) > _MOVED:
        return f"{said}."
    return f"{said}. The {far.what} of {far.letter} moved most, from {far.saved} to {far.new}."


def _moves(saved: mix1d.FitResult, new: mix1d.FitResult) -> Iterator[Move]:
    """Yield what both fits say of each component, rounded to the error, and how far they are apart."""
    old_errors, new_errors = saved.standard_errors(), new.standard_errors()
    for i in range(len(saved.weights)):
        for several, what in _MOMENTS[len(saved.weights) == 1 :]:
            one, other = (float(getattr(fit, several)[i]) for fit in (saved, new))
            error = math.hypot(*(float(getattr(e, several)[i]) for e in (old_errors, new_errors)))
            known = math.isfinite(error) and error > 0.0
            before, now, by = (near(x, error) if known else as_read(x) for x in (one, other, other - one))
            yield Move(letter(i), what, before, now, by, (other - one) / error if known else math.nan)


def _table(moves: Sequence[Move]) -> Table:
    rows: list[tuple[str, ...]] = []
    letters: list[str] = []
    for move in moves:
        apart = f"{move.errors:+.1f}" if math.isfinite(move.errors) else ""
        mark = " !" if abs(move.errors) > _MOVED else ""
        first = "" if rows and letters[-1] == move.letter else move.letter
        letters.append(move.letter)
        rows.append((first, move.what, move.saved, move.new, move.difference, apart + mark))
    header = ("", "", "saved", "new", "difference", "in errors")
    return Table(header, tuple(rows), "<<>>><", spare=(4,))


def _several(n: int, what: str) -> str:
    return f"{n} {what}{'s' * (n != 1)}"


def _apart_words(found: Drift) -> str:
    """Return the values set apart."""
    values = listed([as_read(x) for x in found.apart[:_MOST_NAMED]], "or")
    rest = len(found.apart) - _MOST_NAMED
    return f"{values} or one of {rest} others" if rest > 0 else values


def _tests(saved: mix1d.FitResult, found: Drift) -> list[tuple[str, str]]:
    """Return a line for each test."""
    lines = []
    if found.distance is not None:
        size = f"{found.distance.statistic:.4g}"
        words = f"{found.distance_name} {size} from the saved mixture, {p_words(found.distance.p_value)}"
        lines.append(("Distance", words))
    if found.parameters is not None:
        ratio = f"likelihood ratio {found.parameters.statistic:.2f}"
        how = "" if found.replicates else ", chi-square"
        words = (
            f"{ratio} for {_several(found.degrees, 'parameter')}{how}, {p_words(found.parameters.p_value)}"
        )
        lines.append(("Parameters", words))
    elif found.distance is not None:
        lines.append(("Parameters", "too few different values to estimate them"))
    if found.set_apart is not None:
        shares = [found.n_apart / found.n, found.n_apart / found.n - found.set_apart.statistic]
        percent = [f"{100.0 * abs(share):.1f} %" for share in shares]
        words = (
            f"{percent[0]} of the new values are {_apart_words(found)}, {percent[1]} of the saved ones were"
        )
        lines.append(("Set apart", f"{words}, {p_words(found.set_apart.p_value)}"))
    count = sum(one is not None for one in (found.distance, found.parameters, found.set_apart))
    if count > 1:
        smallest = "the smaller of both, doubled" if count == 2 else "the smallest of the three, times 3"
        lines.append(("Together", f"{p_words(found.p_value)}: {smallest}"))
    return lines


def _record(
    asked: argparse.Namespace, saved: mix1d.FitResult, found: Drift, differs: bool
) -> dict[str, object]:
    """Return what the tests found, ready for JSON."""

    def told(test: Statistic | None, **more: object) -> dict[str, object] | None:
        return None if test is None else {**more, "statistic": plain(test.statistic), "p_value": test.p_value}

    return {
        "name": asked.column or saved.name,
        "model": asked.model,
        "differs": differs,
        "p_value": found.p_value,
        "level": asked.level,
        "n": found.n,
        "n_saved": saved.n_obs,
        "distance": told(found.distance, name=found.distance_name),
        "parameters": told(found.parameters, degrees=found.degrees),
        "set_apart": told(found.set_apart, n=found.n_apart, values=found.apart),
        "replicates": found.replicates,
        "seed": found.seed,
        "components": None if found.new is None else component_records(found.new),
    }
