"""What can be typed: commands and options."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence

import mix1d
from mix1d.cli import commands
from mix1d.cli.cutting import add_cutoff_options, cutoff
from mix1d.cli.exploring import explore
from mix1d.cli.fitting import fit
from mix1d.cli.many import fit_many
from mix1d.cli.options import (
    add_background_option,
    add_family_option,
    add_model_options,
    add_recorded_options,
    add_sds_option,
)
from mix1d.cli.scoring import score
from mix1d.cli.tables import ENDINGS
from mix1d.cli.words import is_background

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
    asked = _parser().parse_args(_with_values_attached(arguments))
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


def _parser() -> argparse.ArgumentParser:
    about = "Which sub-populations is a column of numbers made of, how many, and how sure are we?"
    parser = argparse.ArgumentParser(prog="mix1d", description=about, allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"mix1d {mix1d.build_info()['version']}")
    names = parser.add_subparsers(metavar="COMMAND", required=True)

    def command(name: str, words: str, call: Callable[[argparse.Namespace], None]) -> argparse.ArgumentParser:
        one = names.add_parser(
            name, help=words, description=f"{words[0].upper()}{words[1:]}.", allow_abbrev=False
        )
        one.set_defaults(command=call, fail=one.error)
        return one

    fitting = command("fit", "fit a mixture of distributions to a column of numbers", fit)
    _add_data_options(fitting)
    by_words = "fit each group of this column or SQL expression by itself"
    fitting.add_argument("--by", metavar="NAME", help=by_words)
    add_recorded_options(fitting)
    _add_fit_options(fitting)
    add_model_options(fitting)
    fitting.add_argument("--json", metavar="FILE", help="save the result; - prints it instead of the tables")
    plot_words = "save a picture of the fit, such as fit.png, fit.svg or fit.pdf"
    fitting.add_argument("--plot", metavar="FILE", help=plot_words)
    report_words = "write one HTML page with everything about the fit; - is standard output"
    fitting.add_argument("--report", metavar="FILE", help=report_words)
    details_words = "add how the fit came about: tests, findings, errors, and all that was tried"
    fitting.add_argument("--details", action="store_true", help=details_words)
    tests_words = "add the tests that draw samples, and other checks that take seconds"
    fitting.add_argument("--tests", action="store_true", help=tests_words)
    _add_resampling_options(fitting)
    fitting.add_argument("--no-drawing", action="store_true", help="tables only")
    fitting.add_argument("--ascii", action="store_true", help="use ASCII characters only")

    many = command("fit-many", "fit every column, or one column in every group, into one table", fit_many)
    _add_rows_options(many)
    columns_words = "names such as a,b, or an SQL expression; may be repeated; by default all numeric columns"
    many.add_argument("--columns", metavar="NAMES", action="append", help=columns_words)
    by_words = "fit one column in each group of this column or SQL expression"
    many.add_argument("--by", metavar="NAME", help=by_words)
    column_words = "with --by: a name or an SQL expression; by default the only numeric column"
    many.add_argument("-c", "--column", metavar="NAME", help=column_words)
    missing_words = "leave missing values out (default), or do not fit columns that have any"
    many.add_argument("--missing", choices=("drop", "raise"), default="drop", help=missing_words)
    add_recorded_options(many)
    _add_fit_options(many)
    add_model_options(many)
    layout_words = "a row for each column (default), or for each component"
    many.add_argument("--layout", choices=("wide", "long"), default="wide", help=layout_words)
    file_words = f"write the table; the name ends in one of {', '.join(ENDINGS)}; - prints CSV"
    many.add_argument("-o", "--output", metavar="FILE", help=file_words)
    many.add_argument("--ascii", action="store_true", help="use ASCII characters only")

    cutoff_words = (
        "print the number to cut at between two populations, of a column or of a fit saved as JSON, with its "
        "interval and its error rates"
    )
    cutting = command("cutoff", cutoff_words, cutoff)
    _add_data_options(cutting)
    add_cutoff_options(cutting)
    add_recorded_options(cutting)
    _add_fit_options(cutting)
    add_model_options(cutting)

    em = command("em", "print plain EM, step by step: mus, sds, weights, log-likelihood", commands.em)
    _add_data_options(em)
    em.add_argument("-k", "--components", metavar="K", type=_at_least(1), required=True, help="how many")
    add_family_option(em, comparing=False)
    em.add_argument("--iterations", metavar="N", type=_at_least(1), default=100, help="at most (default 100)")
    start_words = "evenly spaced means (default), or at random"
    em.add_argument("--start", choices=("linspace", "random"), default="linspace", help=start_words)
    em.add_argument("--seed", metavar="N", type=_at_least(0), help="of the random start")
    tol_words = "stop when an iteration raises the log-likelihood by less"
    em.add_argument("--tol", metavar="RISE", type=float, help=tol_words)

    order_words = "test how many components there are: k against k + 1"
    order = command("order", order_words, commands.order)
    _add_data_options(order)
    k_words = "test K against K + 1; by default 1 against 2, 2 against 3 and so on until p > .05"
    order.add_argument("-k", "--components", metavar="K", type=_at_least(1), help=k_words)
    method_words = "bootstrap of the likelihood ratio (default), or the EM-test, which needs no replicates"
    order.add_argument("--method", choices=("bootstrap", "em"), default="bootstrap", help=method_words)
    add_recorded_options(order)
    order.add_argument("--sds", choices=("free", "equal"), default="free", help="of the components")
    add_family_option(order, comparing=False)
    add_background_option(order)
    _add_resampling_options(order)
    stop_words = "stop when ten replicates were as large as the data's statistic"
    order.add_argument("--stop", choices=("besag-clifford",), help=stop_words)

    sketch_words = "summarise any amount of data in a small file, or merge such files"
    sketch = command("sketch", sketch_words, commands.sketch)
    _add_data_options(sketch)
    file_words = "where to write it, such as day.m1d; - is standard output"
    sketch.add_argument("-o", "--output", metavar="FILE", required=True, help=file_words)

    score_words = "apply a saved fit: log-likelihood, density and membership of rows"
    scoring = command("score", score_words, score)
    _add_data_options(scoring)
    scoring.add_argument("-m", "--model", metavar="FILE", required=True, help="saved by mix1d fit --json")
    output_words = (
        f"write a line for each row, with all its cells; the name ends in one of {', '.join(ENDINGS)}; "
        "- prints CSV"
    )
    scoring.add_argument("-o", "--output", metavar="FILE", help=output_words)

    explore_words = "choose a column, a transform and the components on a page in the browser"
    exploring = command("explore", explore_words, explore)
    _add_data_options(exploring)
    port_words = "where to serve the page on this machine, or the next free one (default 8050)"
    exploring.add_argument("--port", metavar="N", type=_port, default=8050, help=port_words)
    browser_words = "print the address and do not open it"
    exploring.add_argument("--no-browser", action="store_true", help=browser_words)

    sample = command("sample", "draw random values from a mixture", commands.sample)
    sample.add_argument("-m", "--model", metavar="FILE", help="saved by mix1d fit --json")
    for name, example in (("weights", "0.3,0.7"), ("means", "-1,5"), ("sds", "1,2.5")):
        sample.add_argument(f"--{name}", metavar="LIST", type=_numbers, help=f"such as {example}")
    sample.add_argument("-n", metavar="N", type=_at_least(0), default=1000, help="how many (default 1000)")
    seed_words = "the same seed gives the same values; fresh ones by default"
    sample.add_argument("--seed", metavar="N", type=_at_least(0), help=seed_words)
    sample.add_argument(
        "-o", "--output", metavar="FILE", default="-", help="default: standard output, as CSV"
    )
    return parser


def _add_resampling_options(parser: argparse.ArgumentParser) -> None:
    words = "samples that a test draws (default 999)"
    parser.add_argument("--replicates", metavar="N", type=_at_least(1), default=999, help=words)
    parser.add_argument("--seed", metavar="N", type=_at_least(0), help="of those samples; fixed by default")


def _add_fit_options(parser: argparse.ArgumentParser) -> None:
    k_words = "how many: 3, a range 1:6, or auto, which is 1 to 10 (default)"
    parser.add_argument("-k", "--components", metavar="K", type=_components, default=None, help=k_words)
    add_sds_option(parser)
    parser.add_argument("--criterion", choices=("bic", "aic", "icl"), default="bic", help="what chooses K")
    objective_words = "the best optimum of the penalised likelihood (default), or the highest sound one"
    parser.add_argument("--objective", choices=("stable", "highest"), default="stable", help=objective_words)


def _add_rows_options(parser: argparse.ArgumentParser) -> None:
    file_words = (
        "a table as CSV or other text, .xlsx, Parquet or JSON lines, or a saved sketch; - is standard input; "
        "several are joined"
    )
    parser.add_argument("files", metavar="FILE", nargs="+", help=file_words)
    where_words = "use only rows that meet this condition, which is SQL over the columns of the file"
    parser.add_argument("--where", metavar="SQL", help=where_words)
    parser.add_argument("--weights", metavar="NAME", help="column or SQL expression with each row's weight")
    decimal_words = "the sign before decimals in text; by default found from the whole column"
    parser.add_argument("--decimal", choices=(",", "."), help=decimal_words)
    header_words = "whether text has a line of names; by default found from the lines below it"
    parser.add_argument("--header", choices=("yes", "no"), help=header_words)
    na_words = "values or words that stand for missing, such as -999 or ND,k.A.; may be repeated"
    parser.add_argument("--na", metavar="CODES", action="append", help=na_words)
    parser.add_argument("--sheet", metavar="NAME", help="sheet of a workbook; by default the only one")


def _add_data_options(parser: argparse.ArgumentParser) -> None:
    _add_rows_options(parser)
    column_words = (
        "a name or an SQL expression; by default the only numeric column; may also stand behind the files"
    )
    parser.add_argument("-c", "--column", metavar="NAME", help=column_words)
    missing_words = "leave missing values out and count them (default), or stop at them"
    parser.add_argument("--missing", choices=("drop", "raise"), default="drop", help=missing_words)
    parser.set_defaults(takes_column=True)


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


def _components(text: str) -> int | range | None:
    first, colon, last = text.partition(":")
    if text == "auto":
        return None
    if first.isdecimal() and int(first) > 0:
        if not colon:
            return int(first)
        if last.isdecimal() and int(last) >= int(first):
            return range(int(first), int(last) + 1)
    raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1, a range such as 1:6, or auto")


def _at_least(lowest: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not text.isdecimal() or int(text) < lowest:
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from {lowest}")
        return int(text)

    return parse


def _port(text: str) -> int:
    if text.isdecimal() and int(text) <= 65_535:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a port: a number from 1 to 65535, or 0 for a free one")


def _numbers(text: str) -> list[float]:
    try:
        return [float(word) for word in text.split(",")]
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a list such as 0.3,0.7") from None
