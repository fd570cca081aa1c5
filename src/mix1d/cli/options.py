"""The options of fits, in groups: what was recorded, what is assumed, how it is chosen, the file."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from mix1d.cli import words
from mix1d.cli.parsing import ASSUMED, CHOSEN, READING, RECORDED, Parser


def add_rows_options(parser: Parser) -> None:
    """Add the files, and how they are read."""
    file_words = (
        "a table as CSV or other text, .xlsx, Parquet or JSON lines, or a saved sketch; - is standard input; "
        "several are joined"
    )
    parser.add_argument("files", metavar="FILE", nargs="+", help=file_words)
    group = parser.group(READING)
    where_words = "use only rows that meet this condition, which is SQL over the columns of the file"
    group.add_argument("--where", metavar="SQL", help=where_words)
    decimal_words = "the sign before decimals in text; by default found from the whole column"
    group.add_argument("--decimal", choices=(",", "."), help=decimal_words)
    header_words = "whether text has a line of names; by default found from the lines below it"
    group.add_argument("--header", choices=("yes", "no"), help=header_words)
    na_words = "values or words that stand for missing, such as -999 or ND,k.A.; may be repeated"
    group.add_argument("--na", metavar="CODES", action="append", help=na_words)
    group.add_argument("--sheet", metavar="NAME", help="sheet of a workbook; by default the only one")
    weights_words = "column or SQL expression with each row's weight"
    parser.group(RECORDED).add_argument("--weights", metavar="NAME", help=weights_words)


def add_missing_option(parser: Parser, missing_words: str) -> None:
    """Add --missing."""
    group = parser.group(READING)
    group.add_argument("--missing", choices=("drop", "raise"), default="drop", help=missing_words)


def add_data_options(parser: Parser) -> None:
    """Add files of which one column is wanted."""
    parser.group(READING)  # the column comes first in it
    column_words = (
        "a name or an SQL expression; by default the only numeric column; may also stand behind the files"
    )
    parser.group(READING).add_argument("-c", "--column", metavar="NAME", help=column_words)
    add_rows_options(parser)
    add_missing_option(parser, "leave missing values out and count them (default), or stop at them")
    parser.set_defaults(takes_column=True)


def add_recorded_options(parser: Parser) -> None:
    """Add what was recorded beside the values."""
    group = parser.group(RECORDED)
    for option, metavar, kind, help_ in (
        ("upper", "COL", None, "upper ends of the values, which are then lower ends; nothing: open"),
        (
            "resolution",
            "H",
            words.resolution,
            "what values were rounded to, 0 for exact ones, or auto (default)",
        ),
        (
            "errors",
            "COL",
            words.number_or_column,
            "sd of the error of each value: a column, or a number for all",
        ),
        (
            "truncation",
            "L:U",
            words.window,
            "values outside were never recorded: numbers or columns, either may be left out",
        ),
        ("labels", "COL", None, "the known component of some rows; nothing or -1: unknown"),
        ("counts", "COL", None, "how many values each class holds: the table is one of classes"),
        ("nondetect", "COL", None, "where this is true the value is an upper limit"),
    ):
        default = "auto" if option == "resolution" else None
        group.add_argument(f"--{option}", metavar=metavar, type=kind or str, default=default, help=help_)


def add_sds_option(parser: Parser) -> None:
    """Add --sds."""
    meaning = "one for each component, one for all, or both compared: auto, the default where K is chosen"
    more = "; or proportional (to the means), proportional:0.1, ratio:2,1, 0 (with --errors), a list as 0.5,?"
    parser.group(ASSUMED).add_argument(
        "--sds", metavar="WHAT", type=words.sds, default=None, help=f"free, equal or auto: {meaning}{more}"
    )


def add_family_option(parser: Parser, comparing: bool) -> None:
    """Add --family; `comparing`: whether several can be compared."""
    more = "; gamma,lognormal or auto (all that the values allow) compares; normal+gamma is one a component"
    parser.group(ASSUMED).add_argument(
        "--family",
        metavar="NAMES",
        type=words.family,
        default="normal",
        help="shape of the components, such as lognormal or gamma (default normal)" + more * comparing,
    )


def add_model_options(parser: Parser) -> None:
    """Add what is assumed of the model."""
    group = parser.group(ASSUMED)
    add_family_option(parser, comparing=True)
    add_sds_option(parser)
    group.add_argument(
        "--means",
        metavar="WHAT",
        type=words.means,
        help="equal, spaced, growth, or a list as 0,? (? is free)",
    )
    group.add_argument(
        "--weights-model",
        metavar="WHAT",
        type=words.weights,
        help="of the components: equal, or a list as 0.3,0.7",
    )
    add_background_option(parser)
    group.add_argument(
        "--set-apart",
        metavar="WHAT",
        type=words.set_apart,
        default="auto",
        help="values that are no part of the fit: auto (default), none, or a list as 0,-999",
    )


def add_background_option(parser: Parser) -> None:
    """Add --background."""
    parser.group(ASSUMED).add_argument(
        "--background",
        metavar="L:U",
        nargs="?",
        const=True,
        type=words.background,
        help="a uniform component beside the others, from L to U or on the range of the data",
    )


def add_choice_options(parser: Parser) -> None:
    """Add how many components there are, or what finds out."""
    group = parser.group(CHOSEN)
    k_words = "how many: 3, a range 1:6, or auto, which is 1 to 10 (default)"
    group.add_argument("-k", "--components", metavar="K", type=_components, default=None, help=k_words)
    group.add_argument("--criterion", choices=("bic", "aic", "icl"), default="bic", help="what chooses K")
    objective_words = "the best optimum of the penalised likelihood (default), or the highest sound one"
    group.add_argument("--objective", choices=("stable", "highest"), default="stable", help=objective_words)


def add_resampling_options(parser: Parser, title: str, replicates: int | None = 999) -> None:
    """Add how many samples tests draw, and their seed."""
    most = "as many as the level needs" if replicates is None else f"{replicates}"
    words_ = f"samples that a test draws (default {most})"
    group = parser.group(title)
    group.add_argument("--replicates", metavar="N", type=at_least(1), default=replicates, help=words_)
    group.add_argument("--seed", metavar="N", type=at_least(0), help="of those samples; fixed by default")


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


def at_least(lowest: int) -> Callable[[str], int]:
    """Return a reader of whole numbers."""

    def parse(text: str) -> int:
        if not text.isdecimal() or int(text) < lowest:
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from {lowest}")
        return int(text)

    return parse
