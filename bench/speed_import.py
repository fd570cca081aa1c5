"""`import mix1d`: numpy's own import plus 20 ms, and no scipy, sklearn, matplotlib or pandas loaded.

What a fit needs is imported with the first of them, so the import together with a first fit stands beside it.
Processes take turns, so that a busy moment hits all; every one finds its modules compiled.
"""

import subprocess
import sys
import tempfile
import time

from measure import QUICK, Timing, heading, readable, with_compiled_modules, within_time

HEAVY = ("scipy", "sklearn", "matplotlib", "pandas", "polars", "pyarrow", "duckdb", "rich", "typer")
NUMPY = "import numpy"
OURS = {
    "import mix1d, beyond numpy": ("import mix1d", 0.020),
    "import and a first fit, beyond numpy": (
        "import mix1d; mix1d.fit([1.0, 2.0, 2.5, 4.0, 8.0, 9.0], 2)",
        None,
    ),
}


def seconds(code, environment):
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)
    return time.perf_counter() - begin


def main():
    codes = [NUMPY, *(code for code, _ in OURS.values())]
    with tempfile.TemporaryDirectory() as folder:
        environment = with_compiled_modules(folder)
        for code in codes:
            seconds(code, environment)
        rounds = [[seconds(code, environment) for code in codes] for _ in range(3 if QUICK else 31)]
    medians, fastest = ([pick(times) for times in zip(*rounds, strict=True)] for pick in (median, min))
    heading("Fresh processes")
    print(
        f"  numpy takes {readable(medians[0])} (fastest {readable(fastest[0])}), the start of Python included"
    )
    for i, (what, (_, budget)) in enumerate(OURS.items(), 1):
        # by chance less than nothing, on a busy machine
        beyond = Timing(medians[i] - medians[0], max(fastest[i] - fastest[0], 0.0))
        within_time(what, beyond, budget, allowance=1.0)
    code = f"import mix1d, sys; print(*(m for m in {HEAVY!r} if m in sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    print(f"  loaded besides numpy: {loaded.strip() or 'none of ' + ', '.join(HEAVY)}")


def median(times):
    return sorted(times)[len(times) // 2]


if __name__ == "__main__":
    main()
