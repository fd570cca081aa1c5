"""`mix1d fit` on a 272-row CSV, whole process: under 0.6 s."""

import subprocess
import sys
from pathlib import Path

from measure import heading, timed, within_time

FILE = Path(__file__).parent.parent / "tests" / "data" / "faithful_waiting.csv"


def main():
    heading("mix1d fit faithful_waiting.csv, whole process")
    for what, arguments in (("k chosen", []), ("-k 2", ["-k", "2"])):
        command = [sys.executable, "-m", "mix1d", "fit", str(FILE), *arguments]
        timing = timed(lambda command=command: subprocess.run(command, check=True, capture_output=True), 7)
        within_time(what, timing, 0.6, allowance=1.0)


if __name__ == "__main__":
    main()
