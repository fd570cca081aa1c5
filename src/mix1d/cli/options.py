"""The options of fits that say what was recorded, and what is assumed of the model."""

from __future__ import annotations

import argparse

from mix1d.cli import words


def add_recorded_options(parser: argparse.ArgumentParser) -> None:
    """Add what was recorded beside the values."""
    group = parser.add_argument_group("what was recorded")
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


def add_sds_option(parser: argparse.ArgumentParser) -> None:
    """Add --sds."""
    meaning = "one for each component, one for all, or both compared: auto, the default where K is chosen"
    more = "; or proportional (to the means), proportional:0.1, ratio:2,1, 0 (with --errors), a list as 0.5,?"
    parser.add_argument(
        "--sds", metavar="WHAT", type=words.sds, default=None, help=f"free, equal or auto: {meaning}{more}"
    )


def add_family_option(parser: argparse.ArgumentParser | argparse._ArgumentGroup, comparing: bool) -> None:
    """Add --family; `comparing`: whether several can be compared."""
    more = "; gamma,lognormal or auto (all that the values allow) compares; normal+gamma is one a component"
    parser.add_argument(
        "--family",
        metavar="NAMES",
        type=words.family,
        default="normal",
        help="shape of the components, such as lognormal or gamma (default normal)" + more * comparing,
    )


def add_model_options(parser: argparse.ArgumentParser) -> None:
    """Add what else is assumed of the model."""
    group = parser.add_argument_group("what is assumed")
    add_family_option(group, comparing=True)
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
    add_background_option(group)
    group.add_argument(
        "--set-apart",
        metavar="WHAT",
        type=words.set_apart,
        default="auto",
        help="values that are no part of the fit: auto (default), none, or a list as 0,-999",
    )


def add_background_option(parser: argparse.ArgumentParser | argparse._ArgumentGroup) -> None:
    """Add --background."""
    parser.add_argument(
        "--background",
        metavar="L:U",
        nargs="?",
        const=True,
        type=words.background,
        help="a uniform component beside the others, from L to U or on the range of the data",
    )
