"""The command line: parse, call the public functions, print."""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
import warnings
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

import mix1d
from mix1d._errors import InputError, Mix1dWarning
from mix1d._finding import letter
from mix1d.selection.words import LEVEL, p_words, sequential
from mix1d.sources.files import ColumnError, Columns, read_columns

if TYPE_CHECKING:
    from mix1d.mixture import Mixture
    from mix1d.selection.record import OrderTest

_MAY_BEGIN_WITH_MINUS = ("--column", "--where", "--weights", "--means", "--sds")


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code, with every mistake of the user put in one sentence.

    Parameters
    ----------
    arguments : sequence of str, optional
        Without the program's name; by default those of the process.

    Returns
    -------
    int
        0; 1 when the data cannot be used; 2 for bad usage; 130 when interrupted.

    Raises
    ------
    SystemExit
        After `--help` and `--version` (0), and for arguments that cannot be parsed (2).
    """
    parser = _parser()
    asked = parser.parse_args(_with_values_attached(sys.argv[1:] if arguments is None else arguments))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Mix1dWarning)  # the findings say the same
            asked.command(asked)
        sys.stdout.flush()
        return 0
    except ColumnError as error:
        return _failed(str(error), 2)
    except InputError as error:
        return _failed(str(error), 1)
    except BrokenPipeError:  # the reader, such as head, has seen enough; nothing may be flushed at the exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except (FileNotFoundError, IsADirectoryError) as error:
        return _failed(f"{error.filename}: {error.strerror}", 2)
    except OSError as error:
        return _failed(f"{error.filename}: {error.strerror}", 1)
    except KeyboardInterrupt:
        return 130


def _fit(asked: argparse.Namespace) -> None:
    columns = _read(asked)
    result = mix1d.fit(
        columns.values,
        asked.components,
        sds=asked.sds,
        sample_weight=columns.weights,
        criterion=asked.criterion,
        objective=asked.objective,
        missing=asked.missing,
        name=columns.name,
    )
    if asked.json is not None:
        _write([json.dumps(result.to_dict(), indent=2)], asked.json)
    if asked.json != "-":
        from mix1d.display.checks import checks_text
        from mix1d.display.terminal import print_fit

        print_fit(result, columns.values, columns.weights, drawing=not asked.no_drawing, ascii=asked.ascii)
        if asked.tests:
            print(f"\n{checks_text(result, replicates=asked.replicates, rng=asked.seed)}")


def _em(asked: argparse.Namespace) -> None:
    columns = _read(asked)
    kept = ~np.isnan(columns.values)
    steps = mix1d.em(
        columns.values[kept],
        asked.components,
        start=asked.start,
        max_iter=asked.iterations,
        tol=asked.tol,
        sample_weight=None if columns.weights is None else columns.weights[kept],
        rng=asked.seed,
    )
    for step in steps:
        print(f"iteration {step.iteration}  log-likelihood {step.log_likelihood:.8f}")
        for name, numbers in (
            ("mus", step.mixture.means),
            ("sds", step.mixture.sds),
            ("weights", step.mixture.weights),
        ):
            print(f"  {name:<8}" + " ".join(f"{float(x):>12.6g}" for x in numbers))


def _order(asked: argparse.Namespace) -> None:
    columns = _read(asked)
    kept = ~np.isnan(columns.values)
    x = columns.values[kept]
    most = max(1, np.unique(x).size - 1)
    if asked.method == "em":  # there is no such test of larger numbers
        most = min(most, 1 if asked.sds == "equal" else 6)
    numbers = range(1, most + 1) if asked.components is None else [asked.components]
    tests: list[OrderTest] = []
    for k in numbers:
        test = mix1d.order_test(
            x,
            k,
            method=asked.method,
            sds=asked.sds,
            sample_weight=None if columns.weights is None else columns.weights[kept],
            replicates=asked.replicates,
            stop=asked.stop,
            rng=asked.seed,
        )
        if not tests:
            left_out = f", {kept.size - x.size} missing left out" if x.size < kept.size else ""
            print(f"{columns.name}: n = {x.size}{left_out}")
        drawn = f"  ({test.exceed} of {test.replicates} replicates as large)" if test.replicates else ""
        print(f"{k} against {k + 1}:  statistic {test.statistic:.4f}  {p_words(test.p_value)}{drawn}")
        sys.stdout.flush()
        tests.append(test)
        if test.p_value > LEVEL:
            break
    words = sequential(tests)
    print(f"{words[0].upper()}{words[1:]}.")


def _score(asked: argparse.Namespace) -> None:
    mixture = _load(asked.model)
    columns = _read(asked)
    kept = ~np.isnan(columns.values)
    x = columns.values[kept]
    logpdf = mixture.logpdf(x)
    if asked.output is not None:
        letters = [letter(i) for i in range(len(mixture.means))]
        labels = [letters[i] for i in mixture.predict(x)]
        numbers = (x.tolist(), mixture.pdf(x).tolist(), logpdf.tolist())
        rows = zip(*numbers, labels, mixture.responsibilities(x).tolist(), strict=True)
        header = "value,density,log_density,component," + ",".join(f"p_{name}" for name in letters)
        lines = (f"{a!r},{b!r},{c!r},{d},{','.join(map(repr, p))}" for a, b, c, d, p in rows)
        _write([header, *lines], asked.output)
    if asked.output != "-":
        row_weights = np.ones(x.size) if columns.weights is None else columns.weights[kept]
        log_likelihood, total = math.fsum(row_weights * logpdf), math.fsum(row_weights)
        print(f"{columns.name}: n = {x.size}")
        print(f"log-likelihood  {log_likelihood:.6f}")
        print(f"mean per value  {log_likelihood / total:.6f}")


def _sample(asked: argparse.Namespace) -> None:
    lists = [asked.weights, asked.means, asked.sds]
    given = sum(numbers is not None for numbers in lists)
    if given != (0 if asked.model else len(lists)):
        asked.fail("give either --model, or all of --weights, --means and --sds")
    mixture = _load(asked.model) if asked.model else mix1d.Mixture(*lists)
    _write(["value", *map(repr, mixture.sample(asked.n, rng=asked.seed).tolist())], asked.output)


def _read(asked: argparse.Namespace) -> Columns:
    columns = read_columns(asked.files, column=asked.column, where=asked.where, weights=asked.weights)
    absent = np.isnan(columns.values)
    count = int(np.count_nonzero(absent))
    if count == absent.size:
        raise InputError(f"all {count} values of {columns.name!r} are missing")
    if count and asked.missing == "raise":
        raise InputError(
            f"{count} of {absent.size} values of {columns.name!r} are missing, the first in row "
            f"{int(absent.argmax()) + 1}; --missing drop leaves them out"
        )
    return columns


def _load(path: str) -> Mixture:
    text = Path(path).read_text(encoding="utf-8", errors="replace")
    try:
        saved = json.loads(text)
        parameters = saved.get("mixture", saved)
        lists = [parameters[key] for key in ("weights", "means", "sds")]
    except (ValueError, KeyError, AttributeError, TypeError):
        raise InputError(f"{path}: not a fit saved by mix1d fit --json") from None
    return mix1d.Mixture(*lists)


def _write(lines: Iterable[str], path: str) -> None:
    text = "\n".join(lines) + "\n"
    if path == "-":
        sys.stdout.write(text)
    else:
        Path(path).write_text(text, encoding="utf-8")


def _failed(message: str, code: int) -> int:
    sys.stdout.flush()
    print(f"mix1d: {message}", file=sys.stderr)
    return code


def _parser() -> argparse.ArgumentParser:
    about = "Which sub-populations is a column of numbers made of, how many, and how sure are we?"
    parser = argparse.ArgumentParser(prog="mix1d", description=about, allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"mix1d {mix1d.build_info()['version']}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    def command(name: str, words: str, call: Callable[[argparse.Namespace], None]) -> argparse.ArgumentParser:
        one = commands.add_parser(
            name, help=words, description=f"{words[0].upper()}{words[1:]}.", allow_abbrev=False
        )
        one.set_defaults(command=call, fail=one.error)
        return one

    fit = command("fit", "fit a Gaussian mixture to a column of numbers", _fit)
    _add_data_options(fit)
    k_words = "how many: 3, a range 1:6, or auto, which is 1 to 10 (default)"
    fit.add_argument("-k", "--components", metavar="K", type=_components, default=None, help=k_words)
    fit.add_argument("--sds", choices=("free", "equal", "auto"), default="free", help="of the components")
    fit.add_argument("--criterion", choices=("bic", "aic", "icl"), default="bic", help="what chooses K")
    objective_words = "the soundest optimum (default) or the highest likelihood"
    fit.add_argument("--objective", choices=("stable", "highest"), default="stable", help=objective_words)
    fit.add_argument("--json", metavar="FILE", help="save the result; - prints it instead of the tables")
    tests_words = "add the tests that draw samples, and other checks that take seconds"
    fit.add_argument("--tests", action="store_true", help=tests_words)
    _add_resampling_options(fit)
    fit.add_argument("--no-drawing", action="store_true", help="tables only")
    fit.add_argument("--ascii", action="store_true", help="use ASCII characters only")

    em = command("em", "print plain EM, step by step: mus, sds, weights, log-likelihood", _em)
    _add_data_options(em)
    em.add_argument("-k", "--components", metavar="K", type=_at_least(1), required=True, help="how many")
    em.add_argument("--iterations", metavar="N", type=_at_least(1), default=100, help="at most (default 100)")
    start_words = "evenly spaced means (default), or at random"
    em.add_argument("--start", choices=("linspace", "random"), default="linspace", help=start_words)
    em.add_argument("--seed", metavar="N", type=_at_least(0), help="of the random start")
    tol_words = "stop when an iteration raises the log-likelihood by less"
    em.add_argument("--tol", metavar="RISE", type=float, help=tol_words)

    order_words = "test how many components there are: k against k + 1"
    order = command("order", order_words, _order)
    _add_data_options(order)
    k_words = "test K against K + 1; by default 1 against 2, 2 against 3 and so on until p > .05"
    order.add_argument("-k", "--components", metavar="K", type=_at_least(1), help=k_words)
    method_words = "bootstrap of the likelihood ratio (default), or the EM-test, which needs no replicates"
    order.add_argument("--method", choices=("bootstrap", "em"), default="bootstrap", help=method_words)
    order.add_argument("--sds", choices=("free", "equal"), default="free", help="of the components")
    _add_resampling_options(order)
    stop_words = "stop when ten replicates were as large as the data's statistic"
    order.add_argument("--stop", choices=("besag-clifford",), help=stop_words)

    score = command("score", "apply a saved fit: log-likelihood, density and membership of rows", _score)
    _add_data_options(score)
    score.add_argument("-m", "--model", metavar="FILE", required=True, help="saved by mix1d fit --json")
    output_words = "write a CSV line for each row; - is standard output"
    score.add_argument("-o", "--output", metavar="FILE", help=output_words)

    sample = command("sample", "draw random values from a mixture", _sample)
    sample.add_argument("-m", "--model", metavar="FILE", help="saved by mix1d fit --json")
    for name, example in (("weights", "0.3,0.7"), ("means", "-1,5"), ("sds", "1,2.5")):
        sample.add_argument(f"--{name}", metavar="LIST", type=_numbers, help=f"such as {example}")
    sample.add_argument("-n", metavar="N", type=_at_least(0), default=1000, help="how many (default 1000)")
    seed_words = "the same seed gives the same values; fresh ones by default"
    sample.add_argument("--seed", metavar="N", type=_at_least(0), help=seed_words)
    sample.add_argument("-o", "--output", metavar="FILE", default="-", help="default: standard output")
    return parser


def _add_resampling_options(parser: argparse.ArgumentParser) -> None:
    words = "samples that a test draws (default 999)"
    parser.add_argument("--replicates", metavar="N", type=_at_least(1), default=999, help=words)
    parser.add_argument("--seed", metavar="N", type=_at_least(0), help="of those samples; fixed by default")


def _add_data_options(parser: argparse.ArgumentParser) -> None:
    file_words = "CSV, Parquet or JSON lines; - is standard input; several are joined"
    parser.add_argument("files", metavar="FILE", nargs="+", help=file_words)
    column_words = "a name or an SQL expression; by default the only numeric column"
    parser.add_argument("--column", metavar="NAME", help=column_words)
    parser.add_argument("--where", metavar="SQL", help="use only rows that meet this condition")
    parser.add_argument("--weights", metavar="NAME", help="column or SQL expression with each row's weight")
    missing_words = "stop at missing values (default), or leave them out"
    parser.add_argument("--missing", choices=("raise", "drop"), default="raise", help=missing_words)


def _with_values_attached(arguments: Sequence[str]) -> list[str]:
    """Write "--means -1,5" as "--means=-1,5": argparse takes a value with a leading minus for an option."""
    attached: list[str] = []
    words = iter(arguments)
    for word in words:
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


def _numbers(text: str) -> list[float]:
    try:
        return [float(word) for word in text.split(",")]
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a list such as 0.3,0.7") from None
