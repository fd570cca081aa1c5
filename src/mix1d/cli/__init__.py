"""The command line: parse, call the public functions, print."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Sequence

from mix1d.cli.parser import parse
from mix1d.cli.process import FAULT, INTERRUPTED, TERMINATED, Terminated, drop, failed, flush_output, placed
from mix1d.errors import InternalError, Mix1dError, Mix1dWarning, in_system_words, unforeseen
from mix1d.sources.columns import ColumnError


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code, with everything that goes wrong put in one sentence.

    0; 1 when the data cannot be used or a file cannot be read or written; 2 for bad usage; 3 when a model
    does not fit, where that was asked for; 70 for a fault of mix1d itself, as sysexits.h has it; 130 when
    interrupted; 143 when asked to end by SIGTERM or SIGHUP. `--help`, `--version` and arguments that cannot
    be parsed raise SystemExit. With the environment variable MIX1D_DEBUG the traceback of an error is printed
    before its sentence.
    """
    try:
        try:
            asked = parse(sys.argv[1:] if arguments is None else arguments)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", Mix1dWarning)  # the findings say the same
                code = asked.command(asked) or 0
        except SystemExit:  # of the help, among others
            flush_output()
            raise
        flush_output()
        return code
    except ColumnError as error:
        return failed(str(error), 2)
    except InternalError as error:
        return failed(str(error), FAULT)
    except Mix1dError as error:
        return failed(str(error), 1)
    except BrokenPipeError:  # the reader, such as head, has seen enough
        drop(sys.stdout)
        return 1
    except (FileNotFoundError, IsADirectoryError) as error:
        return failed(in_system_words(error), 2)
    except OSError as error:
        return failed(in_system_words(placed(error)), 1)
    except MemoryError:
        return failed("the memory of this machine does not suffice", 1)
    except Terminated:
        return TERMINATED
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        return failed(unforeseen(error), FAULT)
