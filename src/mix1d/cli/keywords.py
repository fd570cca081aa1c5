"""Sentences of the public functions in the words of the command line: options for keywords, rows from 1."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from mix1d.errors import InputError
from mix1d.sources.columns import ColumnError

_OPTIONS = {
    "n_components": "-k",
    "sample_weight": "--weights",
    "weights": "--weights-model",
    "set_apart": "--set-apart",
    **{
        name: f"--{name}"
        for name in ("upper", "resolution", "errors", "truncation", "labels", "background", "between")
    },
    **{
        name: f"--{name}"
        for name in ("means", "sds", "family", "objective", "criterion", "missing", "method", "rule", "level")
    },
}
_QUOTES = "\"'"
_VALUE = r"""None|True|range\((\d+), (\d+)\)|\(([^()]*)\)|\[([^][]*)\]|"(\w*)"|'(\w*)'|(?=[\s,.;)]|$)"""
_KEYWORD = re.compile(rf"(?<![\w.-])({'|'.join(_OPTIONS)})=({_VALUE})?")
_ORDER = re.compile(r"\border_test\(([^()]*)\)")


def in_options(words: str) -> str:
    """Return a sentence with options where it names keywords with or without a value.

    >>> in_options("a limit (then upper=), or set_apart=None keeps them")
    'a limit (then --upper), or --set-apart none keeps them'
    >>> in_options('truncation=(0, None), n_components=range(1, 8) or objective="highest"')
    '--truncation 0:, -k 1:7 or --objective highest'
    >>> in_options('order_test(method="bootstrap") rounds alike')
    'mix1d order --method bootstrap rounds alike'
    >>> in_options("pass family=['point_mass', 'poisson']")
    'pass --family point_mass+poisson'
    """
    return _KEYWORD.sub(_option, _ORDER.sub(r"mix1d order \1", words))


def _option(found: re.Match[str]) -> str:
    option, value = _OPTIONS[found[1]], found[2]
    first, last, ends, listed, *quoted = found.groups()[2:]
    if value is None:  # a number, or what else stands there
        return f"{option} "
    if value in ("", "True"):
        return option
    if first is not None:
        return f"{option} {first}:{int(last) - 1}"
    if ends is not None:
        return f"{option} {':'.join('' if end == 'None' else end for end in ends.split(', '))}"
    if listed is not None and found[1] == "family":
        return f"{option} {'+'.join(part.strip(_QUOTES) for part in listed.split(', '))}"
    if listed is not None:
        return f"{option} {','.join('?' if part == 'None' else part for part in listed.split(', '))}"
    return f"{option} {next((text for text in quoted if text is not None), 'none')}"


@contextmanager
def in_words_of_options(column: str | None) -> Iterator[None]:
    """Say options and rows, counted from 1, where the public functions name arguments and places."""
    try:
        yield
    except ColumnError:
        raise
    except InputError as error:
        raise type(error)(_as_options(str(error), column)) from None


def _as_options(message: str, column: str | None) -> str:
    """Return a message with the words of the command line.

    >>> _as_options("errors must be finite, found nan at index 4", "x")
    '--errors must be finite, found nan in row 5'
    """
    first, blank, rest = message.partition(" ")
    if first == "data":
        first = column or "the column"
    words = _OPTIONS.get(first, first) + blank + rest
    words = re.sub(r"\bat index (\d+)", lambda found: f"in row {int(found[1]) + 1}", words)
    words = words.replace("pass None for", "write ? for")
    return in_options(words).replace("n_components", "-k")
