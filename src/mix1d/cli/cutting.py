"""`mix1d cutoff`: a number to cut at, of a column or of a saved fit."""

from __future__ import annotations

import argparse
import json
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mix1d
from mix1d.cli.data import left_out, say, say_notes, write_text
from mix1d.cli.groups import fitted
from mix1d.cli.keywords import in_options, in_words_of_options
from mix1d.cli.parsing import SHOWN, Parser
from mix1d.cli.recorded import given
from mix1d.errors import InputError
from mix1d.saving.json import FORMAT
from mix1d.uncertainty.cutoff import RATES, Cutoff
from mix1d.uncertainty.cutting import RULES
from mix1d.uncertainty.intervals import METHODS
from mix1d.uncertainty.saying import percent_words

_SAVED = f'"{FORMAT}"'
_BEGIN = 4096  # characters of a file that tell a saved fit
_WIDTH = 80
_PAIR = re.compile(r"\('(\w+)', '(\w+)'\)")
_WRONG = "on the wrong side"


def add_cutoff_options(parser: Parser) -> None:
    """Add what the cut-off is to be."""
    group = parser.group("the cut-off")
    rule_words = (
        "where both are equally probable (equal, the default); at the minimum of the density (valley); where "
        "the share LEVEL of the lower lies below (specificity), or of the upper above (sensitivity), or "
        "above which the share LEVEL belongs to the upper (ppv); or LEVEL sds above the mean of the lower "
        "(sds)"
    )
    group.add_argument("--rule", choices=RULES, default="equal", help=rule_words)
    level_words = "what the rule asks for (specificity and sensitivity 0.99, ppv 0.95, sds 3)"
    group.add_argument("--level", metavar="LEVEL", type=float, help=level_words)
    between_words = "the two neighbours, as a,b or 0,1; not needed where there are two populations"
    group.add_argument("--between", metavar="A,B", help=between_words)
    sided_words = "with the rule equal: all regions where the upper one is the more probable"
    group.add_argument("--two-sided", action="store_true", help=sided_words)
    group.add_argument(
        "--confidence", metavar="LEVEL", type=float, default=0.95, help="of intervals (default 0.95)"
    )
    group.add_argument("--method", choices=METHODS, default="profile", help="of intervals (default profile)")
    parser.group(SHOWN).add_argument("--json", action="store_true", help="print everything as JSON")


def cutoff(asked: argparse.Namespace) -> None:
    """Print a cut-off in two or three lines."""
    if asked.two_sided and asked.rule != "equal":
        asked.fail(f"--two-sided goes with --rule equal, not with {asked.rule}: leave one of them out")
    notes: list[str] = []
    result, n_missing = _result(asked, notes)
    try:
        with in_words_of_options(result.name or asked.column):
            cut = result.cutoff(
                _between(asked.between),
                asked.rule,
                asked.level,
                not asked.two_sided,
                confidence=asked.confidence,
                method=asked.method,
            )
    except InputError as error:
        raise InputError(_PAIR.sub(r"\1,\2", str(error))) from None
    if asked.json:
        say_notes(notes, aside=True)
        found = {"name": result.name, "n_obs": result.n_obs, **cut.to_dict()}
        write_text(json.dumps(found, indent=2), "-")
        return
    k = len(result.mixture.weights)
    name = f"{result.name}: " if result.name else ""
    say(f"{name}n = {result.n_obs}{left_out(n_missing)}, {k} population{'s' * (k > 1)}")
    say_notes(notes)
    first, *others = cut.sentences
    rest = [sentence for sentence in others if _WRONG not in sentence]  # which the rates say
    for line in (f"Cut-off {first}", *_rates(cut), *map(in_options, rest)):
        print(textwrap.fill(line, _WIDTH, subsequent_indent="  ", break_on_hyphens=False))


def _result(asked: argparse.Namespace, notes: list[str]) -> tuple[mix1d.FitResult, int]:
    """Return a saved fit, or that of a column, and how many values are missing."""
    if len(asked.files) == 1 and asked.column is None and _is_saved(asked.files[0]):
        return mix1d.load(Path(asked.files[0])), 0
    found = given(asked, notes)
    return fitted(found, asked), found.n_missing


def _is_saved(path: str) -> bool:
    """Say whether a file is a fit saved as JSON."""
    if path == "-" or not Path(path).is_file():
        return False
    with open(path, encoding="utf-8", errors="replace") as file:
        return _SAVED in file.read(_BEGIN)


def _between(text: str | None) -> Any:
    """Return the two sides that are named, by letters or numbers."""
    if text is None:
        return None
    return tuple(int(side) if side.isdecimal() else side for side in map(str.strip, text.split(",")))


def _rates(cut: Cutoff) -> Iterator[str]:
    """Yield two lines."""
    for names in (RATES[:2], RATES[2:]):
        rates = {name: getattr(cut, name) for name in names}
        words = [f"{name} {percent_words(rate)}" for name, rate in rates.items() if rate is not None]
        if words:
            text = ", ".join(words)
            yield f"{text[0].upper()}{text[1:]}" if names[0] == "specificity" else text
