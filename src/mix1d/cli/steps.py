"""`mix1d em`: plain EM, step by step, for reading, for programs, or as the notebook printed it."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Iterable, Iterator

import mix1d
from mix1d.cli.data import read, say_notes, taken, text_file
from mix1d.cli.keywords import in_words_of_options
from mix1d.cli.tables import write_table
from mix1d.model.plain_em import EMStep
from mix1d.words import letter

FORMATS = ("text", "notebook", "csv", "json")
_HEADER = ("iteration", "log_likelihood", "component", "weight", "mean", "sd")
_KINDS = ("BIGINT", "DOUBLE", "VARCHAR", "DOUBLE", "DOUBLE", "DOUBLE")


def em(asked: argparse.Namespace) -> None:
    """Print plain EM step by step; of a sketch, with the points that stand for its values."""
    notes: list[str] = []
    values, weights, n_missing = taken(read(asked, notes))
    if n_missing:
        notes.append(f"{n_missing} missing left out")
    say_notes(notes, aside=True)  # standard output is a table for programs
    with in_words_of_options(None):
        steps = mix1d.em(
            values,
            asked.components,
            family=asked.family,
            start=asked.start,
            max_iter=asked.iterations,
            tol=asked.tol,
            sample_weight=weights,
            rng=asked.seed,
        )
    if asked.format == "csv":
        write_table(_HEADER, _rows(steps), _KINDS, "-")
    elif asked.format == "json":
        _write_json(steps)
    else:
        _print(steps, "mus" if asked.format == "notebook" else "means", asked.components)


def _print(steps: Iterable[EMStep], means: str, k: int) -> None:
    """Print four lines an iteration; `means` is what the second of them begins with."""
    # a file has a line for each parameter, so that programs can read it
    columns = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    each = k if columns is None else max((columns - 9) // 13, 1)
    for step in steps:
        print(f"iteration {step.iteration}  log-likelihood {step.log_likelihood:.8f}")
        for name, numbers in (
            (means, step.mixture.means),
            ("sds", step.mixture.sds),
            ("weights", step.mixture.weights),
        ):
            cells = [f"{float(x):>12.6g}" for x in numbers]
            for first in range(0, len(cells), each):
                print(f"  {name if not first else '':<8}" + " ".join(cells[first : first + each]))


def _components(step: EMStep) -> Iterator[tuple[str, float, float, float]]:
    """Yield letter, weight, mean and sd of each component."""
    parts = step.mixture.weights, step.mixture.means, step.mixture.sds
    numbers = zip(*(part.tolist() for part in parts), strict=True)
    return ((letter(j), *of_one) for j, of_one in enumerate(numbers))


def _rows(steps: Iterable[EMStep]) -> Iterator[tuple[int, float, str, float, float, float]]:
    for step in steps:
        for component in _components(step):
            yield (step.iteration, step.log_likelihood, *component)


def _write_json(steps: Iterable[EMStep]) -> None:
    """Write a list of steps, one a line, with their components as records."""
    with text_file("-") as file:
        for step in steps:
            found = {
                "iteration": step.iteration,
                "log_likelihood": step.log_likelihood,
                "components": [dict(zip(_HEADER[2:], one, strict=True)) for one in _components(step)],
            }
            file.write(("[\n" if step.iteration == 0 else ",\n") + json.dumps(found, allow_nan=False))
        file.write("\n]\n")
