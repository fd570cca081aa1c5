"""The command line: parse, call the public functions, print."""

from __future__ import annotations

import json
import math
import sys
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import numpy as np
import typer

import mix1d
from mix1d._errors import InputError, Mix1dWarning
from mix1d.display.rounding import letter
from mix1d.sources.files import ColumnError, Columns, read_columns

if TYPE_CHECKING:
    from mix1d.mixture import Mixture

app = typer.Typer(
    help="Which sub-populations is a column of numbers made of, how many, and how sure are we?",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


class Sds(StrEnum):
    """Choices of --sds."""

    free = "free"
    equal = "equal"
    auto = "auto"


class Criterion(StrEnum):
    """Choices of --criterion."""

    bic = "bic"
    aic = "aic"
    icl = "icl"


class Objective(StrEnum):
    """Choices of --objective."""

    stable = "stable"
    highest = "highest"


class Start(StrEnum):
    """Choices of --start."""

    linspace = "linspace"
    random = "random"


class Missing(StrEnum):
    """Choices of --missing."""

    stop = "raise"
    drop = "drop"


Files = Annotated[
    list[str],
    typer.Argument(
        metavar="FILE...",
        help="CSV, Parquet or JSON lines; - is standard input; several are joined.",
        show_default=False,
    ),
]
Column = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="Column name or SQL expression; by default the only numeric column.",
        show_default=False,
    ),
]
Where = Annotated[
    str | None,
    typer.Option(metavar="SQL", help="Use only rows that meet this condition.", show_default=False),
]
WeightsColumn = Annotated[
    str | None,
    typer.Option(
        metavar="NAME", help="Column or SQL expression with the weight of each row.", show_default=False
    ),
]
MissingOption = Annotated[Missing, typer.Option("--missing", help="What to do with missing values.")]
Output = Annotated[
    str | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="Write CSV to this file; - is standard output.",
        show_default=False,
    ),
]
Model = Annotated[
    str | None,
    typer.Option(
        "--model", "-m", metavar="FILE", help="A fit saved by mix1d fit --json.", show_default=False
    ),
]


def _version(asked: bool) -> None:
    if asked:
        print(f"mix1d {mix1d.build_info()['version']}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    pass


@app.command()
def fit(
    files: Files,
    column: Column = None,
    where: Where = None,
    k: Annotated[
        str,
        typer.Option("-k", "--components", metavar="K", help="How many: 3, a range 1:6, or auto (1 to 10)."),
    ] = "auto",
    sds: Annotated[Sds, typer.Option(help="Standard deviations of the components.")] = Sds.free,
    criterion: Annotated[
        Criterion, typer.Option(help="What chooses the number of components.")
    ] = Criterion.bic,
    objective: Annotated[
        Objective, typer.Option(help="stable: the soundest optimum; highest: the highest likelihood.")
    ] = Objective.stable,
    weights: WeightsColumn = None,
    missing: MissingOption = Missing.stop,
    json_file: Annotated[
        str | None,
        typer.Option(
            "--json",
            metavar="FILE",
            help="Save the result; - prints it instead of tables.",
            show_default=False,
        ),
    ] = None,
    no_drawing: Annotated[bool, typer.Option("--no-drawing", help="Tables only.")] = False,
    ascii_only: Annotated[bool, typer.Option("--ascii", help="Use ASCII characters only.")] = False,
) -> None:
    """Fit a Gaussian mixture to a column of numbers."""
    components = _components(k)
    with _in_words():
        columns = _read(files, column, where, weights, missing)
        result = mix1d.fit(
            columns.values,
            components,
            sds=sds.value,
            sample_weight=columns.weights,
            criterion=criterion.value,
            objective=objective.value,
            missing=missing.value,
            name=columns.name,
        )
        if json_file is not None:
            _write([json.dumps(result.to_dict(), indent=2)], json_file)
        if json_file != "-":
            from mix1d.display.terminal import print_fit

            print_fit(result, columns.values, columns.weights, drawing=not no_drawing, ascii=ascii_only)


@app.command()
def em(
    files: Files,
    k: Annotated[
        int, typer.Option("-k", "--components", min=1, help="How many components.", show_default=False)
    ],
    column: Column = None,
    where: Where = None,
    weights: WeightsColumn = None,
    iterations: Annotated[int, typer.Option(min=1, help="Stop after so many.")] = 100,
    start: Annotated[
        Start, typer.Option(help="Where to start: evenly spaced means, or at random.")
    ] = Start.linspace,
    seed: Annotated[int | None, typer.Option(min=0, help="Of the random start.", show_default=False)] = None,
    tol: Annotated[
        float | None,
        typer.Option(
            help="Stop when an iteration raises the log-likelihood by less than this.", show_default=False
        ),
    ] = None,
    missing: MissingOption = Missing.stop,
) -> None:
    """Print plain EM step by step: mus, sds and weights."""
    with _in_words():
        columns = _read(files, column, where, weights, missing)
        kept = ~np.isnan(columns.values)
        steps = mix1d.em(
            columns.values[kept],
            k,
            start=start.value,
            max_iter=iterations,
            tol=tol,
            sample_weight=None if columns.weights is None else columns.weights[kept],
            rng=seed,
        )
        for step in steps:
            print(f"iteration {step.iteration}  log-likelihood {step.log_likelihood:.8f}")
            print("  mus     ", _row(step.mixture.means))
            print("  sds     ", _row(step.mixture.sds))
            print("  weights ", _row(step.mixture.weights))


@app.command()
def score(
    files: Files,
    model: Annotated[
        str,
        typer.Option(
            "--model", "-m", metavar="FILE", help="A fit saved by mix1d fit --json.", show_default=False
        ),
    ],
    column: Column = None,
    where: Where = None,
    weights: WeightsColumn = None,
    missing: MissingOption = Missing.stop,
    output: Output = None,
) -> None:
    """Apply a saved fit to data: log-likelihood, density and membership of each row."""
    with _in_words():
        mixture = _load(model)
        columns = _read(files, column, where, weights, missing)
        kept = ~np.isnan(columns.values)
        x = columns.values[kept]
        logpdf = mixture.logpdf(x)
        if output is not None:
            letters = [letter(i) for i in range(len(mixture.means))]
            labels = [letters[i] for i in mixture.predict(x)]
            rows = zip(
                x.tolist(),
                mixture.pdf(x).tolist(),
                logpdf.tolist(),
                labels,
                mixture.responsibilities(x).tolist(),
                strict=True,
            )
            header = ["value,density,log_density,component," + ",".join(f"p_{name}" for name in letters)]
            lines = (f"{a!r},{b!r},{c!r},{d},{','.join(map(repr, r))}" for a, b, c, d, r in rows)
            _write([*header, *lines], output)
        if output != "-":
            row_weights = np.ones(x.size) if columns.weights is None else columns.weights[kept]
            log_likelihood, total = math.fsum(row_weights * logpdf), math.fsum(row_weights)
            print(f"{columns.name}: n = {x.size}")
            print(f"log-likelihood  {log_likelihood:.6f}")
            print(f"mean per value  {log_likelihood / total:.6f}")


@app.command()
def sample(
    n: Annotated[int, typer.Option("-n", min=0, help="How many values.")] = 1000,
    model: Model = None,
    weights: Annotated[
        str | None, typer.Option(metavar="LIST", help="Such as 0.3,0.7.", show_default=False)
    ] = None,
    means: Annotated[
        str | None, typer.Option(metavar="LIST", help="Such as -1,5.", show_default=False)
    ] = None,
    sds: Annotated[
        str | None, typer.Option(metavar="LIST", help="Such as 1,2.5.", show_default=False)
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(min=0, help="Same seed, same values; by default fresh ones.", show_default=False),
    ] = None,
    output: Output = "-",
) -> None:
    """Draw random values from a mixture."""
    lists = {"--weights": weights, "--means": means, "--sds": sds}
    given = [name for name, text in lists.items() if text is not None]
    if (model is None) == (not given) or given not in ([], list(lists)):
        raise typer.BadParameter("give either --model, or all of --weights, --means and --sds")
    with _in_words():
        if model is not None:
            mixture = _load(model)
        else:
            mixture = mix1d.Mixture(*(_numbers(name, text or "") for name, text in lists.items()))
        _write(["value", *map(repr, mixture.sample(n, rng=seed).tolist())], output or "-")


@contextmanager
def _in_words() -> Iterator[None]:
    """Turn a user's mistake into one sentence and an exit code."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Mix1dWarning)  # the findings say the same
        try:
            yield
        except ColumnError as error:
            _fail(str(error), 2)
        except InputError as error:
            _fail(str(error), 1)
        except BrokenPipeError:
            raise  # the reader, such as head, has seen enough: typer exits quietly
        except (FileNotFoundError, IsADirectoryError) as error:
            _fail(f"{error.filename}: {error.strerror}", 2)
        except OSError as error:
            _fail(f"{error.filename}: {error.strerror}", 1)
        except KeyboardInterrupt:
            raise typer.Exit(130) from None


def _fail(message: str, code: int) -> NoReturn:
    sys.stdout.flush()
    print(f"mix1d: {message}", file=sys.stderr)
    raise typer.Exit(code)


def _components(text: str) -> int | range | None:
    first, colon, last = text.partition(":")
    if text == "auto":
        return None
    if first.isdecimal() and int(first) > 0:
        if not colon:
            return int(first)
        if last.isdecimal() and int(last) >= int(first):
            return range(int(first), int(last) + 1)
    raise typer.BadParameter(
        f"{text!r} is not a number from 1, a range such as 1:6, or auto", param_hint="'-k'"
    )


def _numbers(option: str, text: str) -> list[float]:
    try:
        return [float(word) for word in text.split(",")]
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a list such as 0.3,0.7", param_hint=repr(option)) from None


def _read(
    files: Sequence[str], column: str | None, where: str | None, weights: str | None, missing: Missing
) -> Columns:
    columns = read_columns(files, column=column, where=where, weights=weights)
    absent = np.isnan(columns.values)
    count = int(np.count_nonzero(absent))
    if count and missing is Missing.stop:
        raise InputError(
            f"{count} of {absent.size} values of {columns.name!r} are missing, the first in row "
            f"{int(absent.argmax()) + 1}; --missing drop leaves them out"
        )
    if count == absent.size:
        raise InputError(f"all {count} values of {columns.name!r} are missing")
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


def _row(numbers: Iterable[float]) -> str:
    return " ".join(f"{float(x):>12.6g}" for x in numbers)
