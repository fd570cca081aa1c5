"""The bootstrap test, 1 against 2, n = 200, 999 replicates, a global search in each: 0.25 s on two threads.

And under half the wall time of mclust's mclustBootstrapLRT(maxG = 1, nboot = 999) on the same sample, whose
refits are single local solves. The start of R is not counted. 2 against 3 is printed for comparison.
"""

import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np

import mix1d
from measure import heading, readable, timed, within_ratio, within_time

MCLUST = """
suppressMessages(library(mclust))
x <- scan("{path}", quiet = TRUE)
run <- function() system.time(mclustBootstrapLRT(x, modelName = "V", maxG = 1, nboot = 999, verbose = FALSE))
set.seed(1)
cat(min(replicate(3, run()[["elapsed"]])))
"""


def mclust_seconds(x):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.txt"
        np.savetxt(path, x)
        code = MCLUST.format(path=path)
        return float(
            subprocess.run(["Rscript", "-e", code], capture_output=True, text=True, check=True).stdout
        )


def main():
    x = np.random.default_rng(1).standard_normal(200)
    heading("Bootstrap test for the number of components, n = 200, 999 replicates, two threads")
    ours = timed(lambda: mix1d.order_test(x, 1, threads=2))
    within_time("1 against 2", ours, 0.25)
    if shutil.which("Rscript"):
        within_ratio("against mclust", ours.fastest, mclust_seconds(x), "mclustBootstrapLRT", 2)
    else:
        print("  mclust: R is not installed")
    early = timed(lambda: mix1d.order_test(x, 1, stop="besag-clifford", threads=2))
    print(f"  with Besag and Clifford's stop: {readable(early.median)}")
    print(f"  2 against 3: {readable(timed(lambda: mix1d.order_test(x, 2, threads=2), 3).median)}")


if __name__ == "__main__":
    main()
