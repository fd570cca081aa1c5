"""What can be typed: commands and options."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence

import mix1d
from mix1d.cli import commands, steps
from mix1d.cli.checking import check
from mix1d.cli.completion import SHELLS, completion
from mix1d.cli.cutting import add_cutoff_options, cutoff
from mix1d.cli.exploring import explore
from mix1d.cli.fitting import fit
from mix1d.cli.many import fit_many
from mix1d.cli.meant import meant_command
from mix1d.cli.options import (
    add_background_option,
    add_choice_options,
    add_data_options,
    add_family_option,
    add_missing_option,
    add_model_options,
    add_recorded_options,
    add_resampling_options,
    add_rows_options,
    at_least,
)
from mix1d.cli.parsing import ASSUMED, CHOSEN, READING, RECORDED, SHOWN, Parser
from mix1d.cli.scoring import score
from mix1d.cli.tables import ENDINGS
from mix1d.cli.words import is_background
from mix1d.words import LEVEL

Command = Callable[[argparse.Namespace], int | None]
"""What is called for a command; an exit code other than 0 is returned."""

_OF_A_COLUMN = "FILE... [COLUMN]"
_EXAMPLES = """\
examples:
  mix1d fit waiting.csv                       # the answer
  mix1d fit blood.xlsx iron --report a.html   # a page of it
  mix1d fit wells.csv -k 2 --json fit.json    # for programs"""

_MAY_BEGIN_WITH_MINUS = (
    "--column",
    "-c",
    "--columns",
    "--where",
    "--weights",
    "--by",
    "--means",
    "--sds",
    "--na",
    "--weights-model",
    "--upper",
    "--errors",
    "--truncation",
    "--labels",
    "--counts",
    "--nondetect",
    "--set-apart",
)
_ENDINGS_OF_FILES = (
    ".csv",
    ".tsv",
    ".txt",
    ".dat",
    ".parquet",
    ".pq",
    ".json",
    ".jsonl",
    ".ndjson",
    ".xlsx",
    ".gz",
    ".zst",
    ".m1d",
)


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Return what was asked for; `command` is the function to call with it."""
    whole, named = parsers()
    if not arguments:
        whole.print_help()
        raise SystemExit(0)
    typed = list(arguments)
    if typed[0] == "help":
        typed = [*typed[1:2], "--help"]
    if typed[0] not in (*named, *whole.options):
        whole.error(meant_command(typed[0], tuple(named)))
    if typed[0] in named:
        one = named[typed[0]]
        elsewhere = {name: other.options for name, other in named.items() if other is not one}
        typed = [typed[0], *_with_values_attached(typed[1:])]
        one.refuse_unknown(typed[1:], elsewhere)
    asked, left = whole.parse_known_args(typed)
    if left:
        one.refuse_rest(left, elsewhere)
    if getattr(asked, "takes_column", False):
        _take_column(asked)
    return asked


def _take_column(asked: argparse.Namespace) -> None:
    """Take the last of several files for a column where there is no such file."""
    *files, last = asked.files
    if not files or asked.column is not None or last == "-" or os.path.lexists(last):
        return
    if not last.lower().endswith(_ENDINGS_OF_FILES):
        asked.files, asked.column = files, last


def parsers() -> tuple[Parser, dict[str, Parser]]:
    """Return the parser of everything, and those of the commands by their names."""
    about = "Which sub-populations is a column of numbers made of, and how sure is that?"
    usage = "mix1d COMMAND FILE... [COLUMN] [OPTION...]"
    parser = Parser(prog="mix1d", description=about, epilog=_EXAMPLES, usage=usage, add_help=False)
    version = f"mix1d {mix1d.build_info()['version']}"
    parser.add_argument("-h", "--help", action="help", help=argparse.SUPPRESS)
    parser.add_argument("--version", action="version", version=version, help=argparse.SUPPRESS)
    names = parser.add_subparsers(prog="mix1d", metavar="COMMAND --help", title="commands", required=True)
    named: dict[str, Parser] = {}

    def command(name: str, words: str, call: Command, usage: str = _OF_A_COLUMN) -> Parser:
        one = names.add_parser(
            name,
            help=words,
            description=f"{words[0].upper()}{words[1:]}.",
            usage=f"mix1d {name} {usage} [OPTION...]",
        )
        for title in (RECORDED, ASSUMED, CHOSEN, SHOWN, READING):
            one.group(title)
        one.set_defaults(command=call, fail=one.error)
        named[name] = one
        return one

    fitting = command("fit", "fit a mixture of distributions to a column of numbers", fit)
    add_data_options(fitting)
    by_words = "fit each group of this column or SQL expression by itself"
    fitting.group(READING).add_argument("--by", metavar="NAME", help=by_words)
    add_recorded_options(fitting)
    add_model_options(fitting)
    add_choice_options(fitting)
    shown = fitting.group(SHOWN)
    shown.add_argument("--json", metavar="FILE", help="save the result; - prints it instead of the tables")
    plot_words = "save a picture of the fit, such as fit.png, fit.svg or fit.pdf"
    shown.add_argument("--plot", metavar="FILE", help=plot_words)
    report_words = "write one HTML page about the fit, or with --by about all; - is standard output"
    shown.add_argument("--report", metavar="FILE", help=report_words)
    details_words = "add how the fit came about: tests, findings, errors, and all that was tried"
    shown.add_argument("--details", action="store_true", help=details_words)
    tests_words = "add the tests that draw samples, and other checks that take seconds"
    shown.add_argument("--tests", action="store_true", help=tests_words)
    add_resampling_options(fitting, SHOWN)
    code_words = "exit with 3 when the test of the goodness of fit has p up to .05, and say so"
    shown.add_argument("--exit-code", action="store_true", help=code_words)
    shown.add_argument("--no-drawing", action="store_true", help="tables only")
    shown.add_argument("--ascii", action="store_true", help="use ASCII characters only")

    many_words = "fit every column, or one column in every group"
    many = command("fit-many", many_words, fit_many, "FILE...")
    columns_words = "names such as a,b, or an SQL expression; may be repeated; by default all numeric columns"
    many.group(READING).add_argument("--columns", metavar="NAMES", action="append", help=columns_words)
    by_words = "fit one column in each group of this column or SQL expression"
    many.group(READING).add_argument("--by", metavar="NAME", help=by_words)
    column_words = "with --by: a name or an SQL expression; by default the only numeric column"
    many.group(READING).add_argument("-c", "--column", metavar="NAME", help=column_words)
    add_rows_options(many)
    add_missing_option(many, "leave missing values out (default), or do not fit columns that have any")
    add_recorded_options(many)
    add_model_options(many)
    add_choice_options(many)
    layout_words = "a row for each column (default), or for each component"
    shown = many.group(SHOWN)
    shown.add_argument("--layout", choices=("wide", "long"), default="wide", help=layout_words)
    file_words = f"write the table; the name ends in one of {', '.join(ENDINGS)}; - prints CSV"
    shown.add_argument("-o", "--output", metavar="FILE", help=file_words)
    shown.add_argument("--ascii", action="store_true", help="use ASCII characters only")

    cutting = command("cutoff", "print the number to cut at between two populations", cutoff)
    add_data_options(cutting)
    add_cutoff_options(cutting)
    add_recorded_options(cutting)
    add_model_options(cutting)
    add_choice_options(cutting)

    em = command("em", "print plain EM, step by step", steps.em)
    add_data_options(em)
    chosen = em.group(CHOSEN)
    chosen.add_argument("-k", "--components", metavar="K", type=at_least(1), required=True, help="how many")
    add_family_option(em, comparing=False)
    most_words = "at most (default 100)"
    chosen.add_argument("--iterations", metavar="N", type=at_least(1), default=100, help=most_words)
    start_words = "evenly spaced means (default), or at random"
    chosen.add_argument("--start", choices=("linspace", "random"), default="linspace", help=start_words)
    chosen.add_argument("--seed", metavar="N", type=at_least(0), help="of the random start")
    tol_words = "stop when an iteration raises the log-likelihood by less"
    chosen.add_argument("--tol", metavar="RISE", type=float, help=tol_words)
    format_words = "text (default), lines of the original notebook, or steps and components for programs"
    em.group(SHOWN).add_argument("--format", choices=steps.FORMATS, default="text", help=format_words)

    order = command("order", "test how many components there are: k against k + 1", commands.order)
    add_data_options(order)
    chosen = order.group(CHOSEN)
    k_words = "test K against K + 1; by default 1 against 2, 2 against 3 and so on until p > .05"
    chosen.add_argument("-k", "--components", metavar="K", type=at_least(1), help=k_words)
    method_words = "bootstrap of the likelihood ratio (default), or the EM-test, which needs no replicates"
    chosen.add_argument("--method", choices=("bootstrap", "em"), default="bootstrap", help=method_words)
    add_recorded_options(order)
    order.group(ASSUMED).add_argument(
        "--sds", choices=("free", "equal"), default="free", help="of the components"
    )
    add_family_option(order, comparing=False)
    add_background_option(order)
    add_resampling_options(order, CHOSEN)
    stop_words = "stop when ten replicates were as large as the data's statistic"
    chosen.add_argument("--stop", choices=("besag-clifford",), help=stop_words)

    check_words = "tell whether new data differ from a saved fit (exit code 3)"
    checking = command("check", check_words, check, f"MODEL {_OF_A_COLUMN}")
    model_words = "saved by mix1d fit --json"
    checking.add_argument("model", metavar="MODEL", help=model_words)
    add_data_options(checking)
    chosen = checking.group(CHOSEN)
    level_words = "how often there may be a false alarm (default 0.05, one in twenty checks)"
    chosen.add_argument("--level", metavar="P", type=_level, default=LEVEL, help=level_words)
    add_resampling_options(checking, CHOSEN, None)
    shown = checking.group(SHOWN)
    shown.add_argument("--json", metavar="FILE", help="save the tests; - prints them instead of the tables")
    shown.add_argument("--ascii", action="store_true", help="use ASCII characters only")

    sketch = command("sketch", "summarise any amount of data in a small file, or merge them", commands.sketch)
    add_data_options(sketch)
    file_words = "where to write it, such as day.m1d; - is standard output"
    sketch.group(SHOWN).add_argument("-o", "--output", metavar="FILE", required=True, help=file_words)

    score_words = "apply a saved fit to rows: density and membership of each"
    scoring = command("score", score_words, score)
    add_data_options(scoring)
    scoring.group(ASSUMED).add_argument("-m", "--model", metavar="FILE", required=True, help=model_words)
    output_words = (
        f"write a line for each row, with all its cells; the name ends in one of {', '.join(ENDINGS)}; "
        "- prints CSV"
    )
    scoring.group(SHOWN).add_argument("-o", "--output", metavar="FILE", help=output_words)

    explore_words = "choose column and components on a page in the browser"
    exploring = command("explore", explore_words, explore)
    add_data_options(exploring)
    port_words = "where to serve the page on this machine, or the next free one (default 8050)"
    shown = exploring.group(SHOWN)
    shown.add_argument("--port", metavar="N", type=_port, default=8050, help=port_words)
    shown.add_argument("--no-browser", action="store_true", help="print the address and do not open it")

    sample = command("sample", "draw random values from a mixture", commands.sample, "-m FILE -n N")
    mixture = sample.group(ASSUMED)
    mixture.add_argument("-m", "--model", metavar="FILE", help=model_words)
    for name, example in (("weights", "0.3,0.7"), ("means", "-1,5"), ("sds", "1,2.5")):
        mixture.add_argument(f"--{name}", metavar="LIST", type=_numbers, help=f"such as {example}")
    shown = sample.group(SHOWN)
    shown.add_argument("-n", metavar="N", type=at_least(0), default=1000, help="how many (default 1000)")
    seed_words = "the same seed gives the same values; fresh ones by default"
    shown.add_argument("--seed", metavar="N", type=at_least(0), help=seed_words)
    shown.add_argument("-o", "--output", metavar="FILE", default="-", help="default: standard output, as CSV")

    completing = command(
        "completion", "print what lets Tab complete commands and options", completion, "SHELL"
    )
    completing.add_argument("shell", metavar="SHELL", choices=SHELLS, help=", ".join(SHELLS))
    completing.set_defaults(named=named)
    return parser, named


def _with_values_attached(arguments: Sequence[str]) -> list[str]:
    """Write "--means -1,5" as "--means=-1,5": argparse takes a value with a leading minus for an option."""
    attached: list[str] = []
    words = iter(arguments)
    for word in words:
        if word == "--background":  # which may stand before a file, without a value
            ahead = next(words, None)
            attached.append("--background=" + (ahead if ahead is not None and is_background(ahead) else ""))
            if ahead is not None and not is_background(ahead):
                attached += _with_values_attached([ahead, *words])
            continue
        value = next(words, None) if word in _MAY_BEGIN_WITH_MINUS else None
        attached.append(word if value is None else f"{word}={value}")
    return attached


def _port(text: str) -> int:
    if text.isdecimal() and int(text) <= 65_535:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a port: a number from 1 to 65535, or 0 for a free one")


def _level(text: str) -> float:
    try:
        level = float(text)
    except ValueError:
        level = 0.0
    if not 0.0 < level < 1.0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a probability between 0 and 1, such as 0.01")
    return level


def _numbers(text: str) -> list[float]:
    try:
        return [float(word) for word in text.split(",")]
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a list such as 0.3,0.7") from None
