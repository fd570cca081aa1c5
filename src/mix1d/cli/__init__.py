"""The command line: parse, call the public functions, print."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Sequence

from mix1d._errors import InputError, Mix1dWarning
from mix1d.cli.parser import parse
from mix1d.sources.columns import ColumnError


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
    asked = parse(sys.argv[1:] if arguments is None else arguments)
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


def _failed(message: str, code: int) -> int:
    sys.stdout.flush()
    print(f"mix1d: {message}", file=sys.stderr)
    return code
