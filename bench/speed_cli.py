"""`mix1d fit` on a 272-row CSV, whole process: under 0.5 s."""

import subprocess
import sys
import tempfile
from pathlib import Path

from measure import heading, timed, with_compiled_modules, within_time

FILE = Path(__file__).parent.parent / "tests" / "data" / "faithful_waiting.csv"


def main():
    heading("mix1d fit faithful_waiting.csv, whole process")
    with tempfile.TemporaryDirectory() as folder:
        environment = with_compiled_modules(folder)
        for what, arguments in (("k chosen", []), ("-k 2", ["-k", "2"])):
            command = [sys.executable, "-m", "mix1d", "fit", str(FILE), *arguments]

            def run(command=command):
                subprocess.run(command, check=True, capture_output=True, env=environment)

            within_time(what, timed(run, 9), 0.5, allowance=1.0, n=272)


if __name__ == "__main__":
    main()
