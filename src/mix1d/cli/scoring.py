"""`mix1d score`: a saved fit applied to the rows of files, batch by batch, or to saved sketches."""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator, Sequence
from itertools import chain

import numpy as np

import mix1d
from mix1d.cli.data import asked_rows, load_mixture, points_of, present, say, say_notes
from mix1d.cli.tables import Cells, check_ending, write_table
from mix1d.errors import InputError
from mix1d.sources.files import COMMAND_LINE, Columns, row_batches
from mix1d.sources.headings import distinct
from mix1d.sources.keeping import Kept, kept_rows
from mix1d.words import letter


def score(asked: argparse.Namespace) -> None:
    """Print the log-likelihood of a saved fit, and write density and membership of each row if asked to."""
    check_ending(asked)
    mixture = load_mixture(asked.model)
    reading = asked_rows(asked)
    total = _Total(mixture, asked.missing)
    if asked.output is None:
        for batch in row_batches(asked.files, column=asked.column, **reading):
            total.add(batch)
    else:
        progress = False if asked.output == "-" else None
        batches = kept_rows(asked.files, column=asked.column, progress=progress, **reading)
        _write(mixture, batches, total, len(asked.files) > 1, asked.output)
    if not total.count:
        raise InputError(f"all {total.read} values of {total.name!r} are missing")
    aside = asked.output == "-"
    if not aside:
        total.say()
    say_notes(reading["notes"], aside=aside)


class _Total:
    """What all rows together say about a mixture."""

    def __init__(self, mixture: mix1d.Mixture, missing: str) -> None:
        self._mixture = mixture
        self._missing = missing
        self._log_likelihoods, self._weights = [0.0], [0.0]
        self._error = 0.0
        self.name: str | None = None
        self.count = self.read = 0

    def add(self, batch: Columns | mix1d.Sketch) -> None:
        """Add some rows, or a saved sketch."""
        self.name = batch.name
        if isinstance(batch, mix1d.Sketch):
            points = points_of(batch)
            x, weights = points.values, points.weights
            self.count, self.read = self.count + batch.count, self.read + batch.count + batch.n_missing
            self._error += 0.0 if batch.exact else batch.error_bound(self._mixture).log_likelihood
        else:
            absent = np.isnan(batch.values)
            if self._missing == "raise" and absent.any():
                raise InputError(
                    f"a value of {batch.name!r} is missing in row {self.read + int(absent.argmax()) + 1}; "
                    f"{COMMAND_LINE.drop}"
                )
            x, row_weights = present(batch)
            weights = np.ones(x.size) if row_weights is None else row_weights
            self.count, self.read = self.count + x.size, self.read + batch.values.size
        self._log_likelihoods.append(math.fsum(weights * self._mixture.logpdf(x)))
        self._weights.append(math.fsum(weights))

    def say(self) -> None:
        """Print the log-likelihood."""
        log_likelihood = math.fsum(self._log_likelihoods)
        n_missing = self.read - self.count
        left_out = f", {n_missing} missing left out" if n_missing else ""
        say(f"{self.name}: n = {self.count}{left_out}")
        print(f"log-likelihood  {log_likelihood:.6f}")
        print(f"mean per value  {log_likelihood / math.fsum(self._weights):.6f}")
        if self._error:
            print(f"estimated error {self._error:.1g}, because a saved sketch stands for its values")


def _write(mixture: mix1d.Mixture, batches: Iterator[Kept], total: _Total, several: bool, path: str) -> None:
    """Write a line for each row that has a value: its number, its other cells, density and membership."""
    first = next(batches)
    letters = [letter(i) for i in range(len(mixture.means))]
    before = ["file", "row"] if several else ["row"]
    after = ["value", "density", "log_density", "component", *(f"p_{name}" for name in letters)]
    named = distinct([*before, *after, *first.names])
    kept = named[len(before) + len(after) :]
    header = [*before, *kept, *after]
    numbers = ["DOUBLE", "DOUBLE", "DOUBLE", "VARCHAR", *("DOUBLE" for _ in letters)]
    kinds = [*(["VARCHAR"] if several else []), "BIGINT", *("VARCHAR" for _ in kept), *numbers]

    def rows() -> Iterator[Cells]:
        for batch in chain([first], batches):
            total.add(Columns(batch.values, batch.weights, batch.name))
            yield from _rows(mixture, batch, letters, several)

    write_table(header, rows(), kinds, path)


def _rows(
    mixture: mix1d.Mixture, batch: Kept, letters: Sequence[str], several: bool
) -> Iterator[tuple[object, ...]]:
    there = np.flatnonzero(~np.isnan(batch.values))
    x = batch.values[there]
    columns = (x, mixture.pdf(x), mixture.logpdf(x), mixture.predict(x), mixture.responsibilities(x))
    for i, a, b, c, d, p in zip(there.tolist(), *(column.tolist() for column in columns), strict=True):
        place = (batch.file, batch.numbers[i]) if several else (batch.numbers[i],)
        yield (*place, *batch.cells[i], a, b, c, letters[d], *p)
