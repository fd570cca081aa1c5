"""What only another process can show: other instruction sets, Ctrl-C."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import mix1d
from places import TESTS

ISAS = mix1d.build_info()["isas"].split()
SOURCE = str(Path(mix1d.__file__).parents[1])
ENVIRONMENT = os.environ | {"PYTHONPATH": SOURCE}


def elsewhere(isa, file, expression, *options):
    """The value of an expression in a process of another instruction set; a test file is module `t` there."""
    file = Path(file)
    code = (
        "import json, sys\n"
        f"import mix1d, {file.stem} as t\n"
        f"assert mix1d.build_info()['isa'] == {isa!r}\n"
        f"json.dump({expression}, sys.stdout)"
    )
    run = subprocess.run(
        [sys.executable, *options, "-c", code],
        env=os.environ
        | {"MIX1D_ISA": isa, "PYTHONPATH": os.pathsep.join([str(TESTS), str(file.parent), SOURCE])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def assert_same_on_every_isa(code):
    """What a program prints is the same in a process of each instruction set."""
    printed = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "MIX1D_ISA": isa},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for isa in ISAS
    }
    assert len(printed) == 1


def assert_interruptible(code, *, wait=0.4, within=2.0):
    """Interrupt what prints "ready" before its work, and "interrupted" when it catches the exception.

    `wait`: seconds until it is well inside; `within`: seconds after which it must have ended.
    """
    with subprocess.Popen(
        [sys.executable, "-c", code], env=ENVIRONMENT, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout.readline() == "ready\n"
            time.sleep(wait)
            process.send_signal(signal.SIGINT)
            sent = time.monotonic()
            assert process.stdout.readline() == "interrupted\n"
            assert time.monotonic() - sent < within
            assert process.wait(10) == 0
        finally:
            process.kill()
