"""The bootstrap test, 1 against 2, n = 200, 999 replicates, a global search in each: 0.15 s on two threads.

Of gammas 0.4 s; with bins see `speed_kinds.py`.

And under half the wall time of mclust's mclustBootstrapLRT(maxG = 1, nboot = 999) on the same sample, whose
refits are single local solves. The start of R is not counted. 2 against 3 is printed for comparison.
"""

import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np

import mix1d
from measure import heading, timed, within_ratio, within_time

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
    within_time("1 against 2", ours, 0.15, n=200)
    gammas = np.random.default_rng(1).gamma(3.0, size=200)
    took = timed(lambda: mix1d.order_test(gammas, 1, family="gamma", threads=2), 3)
    within_time("1 against 2, gamma", took, 0.4, n=200)
    if shutil.which("Rscript"):
        within_ratio("1 against 2, against mclust", ours.fastest, mclust_seconds(x), "mclust", 2, n=200)
    else:
        print("  mclust: R is not installed")
    early = timed(lambda: mix1d.order_test(x, 1, stop="besag-clifford", threads=2))
    within_time("1 against 2, with Besag and Clifford's stop", early, n=200)
    within_time("2 against 3", timed(lambda: mix1d.order_test(x, 2, threads=2), 3), n=200)


if __name__ == "__main__":
    main()
