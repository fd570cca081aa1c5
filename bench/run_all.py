"""Run every benchmark once, one after the other, and print what each prints.

python bench/run_all.py            everything but the judge, about twenty minutes
python bench/run_all.py --judge    the judge too, on 210 fresh samples
"""

import argparse
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
SCRIPTS = (
    "speed_pass.py",
    "speed_general.py",
    "speed_families.py",
    "speed_kinds.py",
    "speed_large.py",
    "speed_sketch.py",
    "speed_small.py",
    "speed_refit.py",
    "speed_bootstrap.py",
    "speed_intervals.py",
    "speed_select.py",
    "speed_many.py",
    "speed_order_test.py",
    "speed_certificate.py",
    "speed_import.py",
    "speed_cli.py",
    "memory.py",
    "engines.py",
    "accuracy.py",
    "peers_kinds.py",
    "peers_families.py",
)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--judge", action="store_true")
    options = parser.parse_args()
    failed = [
        script
        for script in (*SCRIPTS, *(["judge.py"] if options.judge else []))
        if subprocess.run([sys.executable, str(HERE / script)]).returncode
    ]
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
