"""Extra memory while fitting n values in memory: at most 64 MB, whatever n, k and dtype.

The resident set of a fresh process is read before the fit, its peak during the fit is read after it
(the kernel's high-water mark, reset just before). Linux only.
"""

import argparse
import subprocess
import sys
from pathlib import Path

import numpy as np

from measure import QUICK, at_most

LIMIT = 64.0  # MB


def status(field):
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) / 1024
    raise KeyError(field)


def values(n, dtype):
    """Fill the array in pieces, so that making it leaves no large temporary behind."""
    rng = np.random.default_rng(1)
    x = np.empty(n, dtype)
    for begin in range(0, n, 100_000):
        piece = rng.standard_normal(min(100_000, n - begin)) + rng.choice([0.0, 3.0, 8.0])
        x[begin : begin + len(piece)] = 1000 * piece if np.issubdtype(dtype, np.integer) else piece
    return x


def measure(n, k, dtype):
    import mix1d

    mix1d.fit(values(200_000, dtype), 2)  # whatever is loaded lazily is loaded now
    x = values(n, dtype)
    before = status("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")
    mix1d.fit(x, k)
    return status("VmHWM") - before


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--one", nargs=3, metavar=("N", "K", "DTYPE"), help="measure one case in this process"
    )
    options = parser.parse_args()
    if options.one:
        n, k, dtype = options.one
        print(measure(int(n), int(k), np.dtype(dtype)))
        return
    print("\nExtra memory while fitting")
    cases = [(n, 3, "float64") for n in (10_000, 60_000, 1_000_000, 10_000_000, 30_000_000)]
    cases += [(10_000_000, 10, "float64"), (10_000_000, 3, "float32"), (10_000_000, 3, "int64")]
    cases = cases[:3] if QUICK else cases
    for n, k, dtype in cases:
        command = [sys.executable, __file__, "--one", str(n), str(k), dtype]
        extra = float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        at_most(f"n = {n:,}, k = {k}, {dtype}", extra, "MB", LIMIT, n=n, k=k)


if __name__ == "__main__":
    main()
