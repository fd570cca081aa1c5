"""`mix1d score`: a saved fit applied to the rows of files, batch by batch, or to saved sketches."""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator
from contextlib import ExitStack

import numpy as np

import mix1d
from mix1d._errors import InputError
from mix1d._finding import letter
from mix1d.cli.data import Array, load_mixture, points_of, present, text_file
from mix1d.sources.files import Columns, row_batches


def score(asked: argparse.Namespace) -> None:
    """Print the log-likelihood of a saved fit, and write density and membership of each row if asked to."""
    mixture = load_mixture(asked.model)
    batches = row_batches(
        asked.files,
        column=asked.column,
        where=asked.where,
        weights=asked.weights,
        progress=False if asked.output == "-" else None,
    )
    log_likelihoods, totals = [0.0], [0.0]
    count = read = 0
    error, name = 0.0, None
    with ExitStack() as stack:
        file = None if asked.output is None else stack.enter_context(text_file(asked.output))
        for batch in batches:
            name = batch.name
            if isinstance(batch, mix1d.Sketch):
                if file is not None:
                    raise InputError(
                        "a saved sketch has no rows to write: leave out --output, or give the data"
                    )
                points = points_of(batch)
                logpdf, weights = mixture.logpdf(points.values), points.weights
                count, read = count + batch.count, read + batch.count + batch.n_missing
                error += 0.0 if batch.exact else batch.error_bound(mixture).log_likelihood
            else:
                _check_missing(batch, read, asked.missing)
                x, row_weights = present(batch)
                logpdf = mixture.logpdf(x)
                weights = np.ones(x.size) if row_weights is None else row_weights
                if file is not None:
                    file.writelines(_lines(mixture, x, logpdf, header=count == 0))
                count, read = count + x.size, read + batch.values.size
            log_likelihoods.append(math.fsum(weights * logpdf))
            totals.append(math.fsum(weights))
        if not count:
            raise InputError(f"all {read} values of {name!r} are missing")
    if asked.output != "-":
        log_likelihood = math.fsum(log_likelihoods)
        print(f"{name}: n = {count}")
        print(f"log-likelihood  {log_likelihood:.6f}")
        print(f"mean per value  {log_likelihood / math.fsum(totals):.6f}")
        if error:
            print(f"estimated error {error:.1g}, because a saved sketch stands for its values")


def _check_missing(batch: Columns, before: int, missing: str) -> None:
    absent = np.isnan(batch.values)
    if missing == "raise" and absent.any():
        raise InputError(
            f"a value of {batch.name!r} is missing in row {before + int(absent.argmax()) + 1}; "
            "--missing drop leaves them out"
        )


def _lines(mixture: mix1d.Mixture, x: Array, logpdf: Array, *, header: bool) -> Iterator[str]:
    letters = [letter(i) for i in range(len(mixture.means))]
    if header:
        yield "value,density,log_density,component," + ",".join(f"p_{name}" for name in letters) + "\n"
    labels = [letters[i] for i in mixture.predict(x)]
    numbers = (x.tolist(), mixture.pdf(x).tolist(), logpdf.tolist())
    rows = zip(*numbers, labels, mixture.responsibilities(x).tolist(), strict=True)
    for a, b, c, d, p in rows:
        yield f"{a!r},{b!r},{c!r},{d},{','.join(map(repr, p))}\n"
