"""Commands that ask for little: order, sample, sketch."""

from __future__ import annotations

import argparse
import sys
from typing import Any

import numpy as np

import mix1d
from mix1d.arrays import Array
from mix1d.cli.data import (
    asked_rows,
    check_count,
    left_out,
    load_mixture,
    points_of,
    say,
    say_notes,
    write_bytes,
)
from mix1d.cli.keywords import in_words_of_options
from mix1d.cli.recorded import Given, given
from mix1d.cli.tables import check_ending, write_table
from mix1d.errors import InputError
from mix1d.selection.order import MOST_DRAWS
from mix1d.selection.record import OrderTest
from mix1d.selection.words import sequential
from mix1d.sources.files import read_sketches
from mix1d.words import LEVEL, p_words


def order(asked: argparse.Namespace) -> None:
    """Test numbers of components one after the other."""
    notes: list[str] = []
    data = given(asked, notes)
    weights: Array | None = None
    values: Any = data
    n_missing = data.n_missing
    if isinstance(data, Given):
        values, weights, distinct = _values_of(data)
        count = data.size
    else:
        count, distinct = data.count, points_of(data).n_distinct
        if asked.method == "bootstrap" and data.total_weight > MOST_DRAWS:
            raise InputError(
                f"each replicate of the bootstrap would draw as many values as there are, "
                f"{data.total_weight:g}, more than {MOST_DRAWS:.0e}: --method em needs no replicates"
            )
    most = max(1, distinct - 1)
    if asked.method == "em":  # there is no such test of larger numbers
        most = min(most, 1 if asked.sds == "equal" else 6)
    numbers = range(1, most + 1) if asked.components is None else [asked.components]
    tests: list[OrderTest] = []
    for k in numbers:
        with in_words_of_options(data.name):
            test = mix1d.order_test(
                values,
                k,
                method=asked.method,
                sds=asked.sds,
                family=asked.family,
                sample_weight=weights,
                background=asked.background,
                replicates=asked.replicates,
                stop=asked.stop,
                rng=asked.seed,
            )
        if not tests:
            say(f"{data.name}: n = {count}{left_out(n_missing)}")
            say_notes(notes)
        drawn = f"  ({test.exceed} of {test.replicates} replicates as large)" if test.replicates else ""
        print(f"{k} against {k + 1}:  statistic {test.statistic:.4f}  {p_words(test.p_value)}{drawn}")
        sys.stdout.flush()
        tests.append(test)
        if test.p_value > LEVEL:
            break
    words = sequential(tests)
    print(f"{words[0].upper()}{words[1:]}.")


def _values_of(data: Given) -> tuple[Any, Array | None, int]:
    """Return values and weights, or everything that was recorded, and the number of distinct rows."""
    if data.plain:
        kept = ~np.isnan(data.data)
        weights = data.options.get("sample_weight")
        values = data.data[kept]
        return values, None if weights is None else weights[kept], np.unique(values).size
    observed = data.observations()
    return observed, None, np.unique(np.stack([observed.lower, observed.upper]), axis=1).shape[1]


def sample(asked: argparse.Namespace) -> None:
    """Draw values from a mixture."""
    check_ending(asked)
    lists = [asked.weights, asked.means, asked.sds]
    given = sum(numbers is not None for numbers in lists)
    if given != (0 if asked.model else len(lists)):
        asked.fail("give either --model, or all of --weights, --means and --sds")
    mixture = load_mixture(asked.model) if asked.model else mix1d.Mixture(*lists)
    drawn = mixture.sample(asked.n, rng=asked.seed).tolist()
    write_table(["value"], ((value,) for value in drawn), ["DOUBLE"], asked.output)


def sketch(asked: argparse.Namespace) -> None:
    """Summarise files, or merge saved sketches, into one file."""
    rows = asked_rows(asked)
    found = read_sketches(asked.files, column=asked.column, missing=asked.missing, **rows)[None]
    check_count(found)
    data = found.to_bytes()
    write_bytes(data, asked.output)
    if asked.output == "-":
        say_notes(rows["notes"], aside=True)
        return
    missing = left_out(found.n_missing)
    weight = "" if found.total_weight == found.count else f", total weight {found.total_weight:.7g}"
    say(f"{found.name}: n = {found.count}{weight}{missing}, from {found.min:.6g} to {found.max:.6g}")
    say_notes(rows["notes"])
    say(f"{asked.output}: {-(-len(data) // 1000)} KB")
