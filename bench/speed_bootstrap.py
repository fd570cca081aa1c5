"""Bootstrap errors: 999 replicates of a fit against mclust's MclustBootstrap in the same run.

Promise: 999 weighted replicates at n = 300, k = 2, every one refitted from the estimate to the last digit, in
60 ms on two threads.
"""

import shutil
import subprocess
from pathlib import Path

import numpy as np

import mix1d
from measure import heading, readable, timed, within_ratio, within_time
from mix1d.outcome.maximum import maximum_of
from mix1d.uncertainty.resampling import RESAMPLINGS, bootstrap, bootstrap_errors

WAITING = Path(__file__).parent.parent / "tests" / "data" / "faithful_waiting.csv"
REPLICATES = 999
# fitted outside of the clock, as ours is
MCLUST = """
suppressMessages(library(mclust))
x <- scan("{path}", skip = 1, quiet = TRUE)
fit <- Mclust(x, G = 2, modelNames = "V", verbose = FALSE)
for (type in c("wlbs", "pb", "bs")) {{
  set.seed(1)
  time <- system.time(b <- MclustBootstrap(fit, nboot = {replicates}, type = type, verbose = FALSE))
  s <- summary(b, what = "se")
  cat(type, time[["elapsed"]], s$pro[1], s$mean, "\\n")
}}
"""


def replicates_of(x, resampling, threads):
    fit = maximum_of(mix1d.fit(x, 2))
    return lambda: bootstrap(fit, resampling, REPLICATES, threads=threads)


def mclust_times():
    """Seconds and standard errors by type; empty without R and mclust."""
    if not shutil.which("Rscript"):
        return {}
    code = MCLUST.format(path=WAITING, replicates=REPLICATES)
    out = subprocess.run(["Rscript", "-e", code], capture_output=True, text=True, check=False).stdout
    rows = [line.split() for line in out.splitlines()]
    return {row[0]: (float(row[1]), [float(v) for v in row[2:]]) for row in rows}


def main():
    heading(f"{REPLICATES} replicates, n = 300, k = 2")
    rng = np.random.default_rng(1)
    x = np.concatenate([rng.normal(0.0, 1.0, 120), rng.normal(2.5, 1.0, 180)])
    for resampling in RESAMPLINGS:
        within_time(f"{resampling}, two threads", timed(replicates_of(x, resampling, 2)), 60e-3, n=300, k=2)

    heading(f"{REPLICATES} replicates of Old Faithful's waiting times, n = 272, k = 2, against mclust")
    x = np.loadtxt(WAITING, skiprows=1)
    peer = mclust_times()
    for resampling, name in zip(RESAMPLINGS, ("wlbs", "pb", "bs"), strict=True):
        one, two = (timed(replicates_of(x, resampling, threads)) for threads in (1, 2))
        print(f"  {resampling:14} {readable(one.median)} on one thread, {readable(two.median)} on two")
        if name in peer:
            what = f"{resampling}, Old Faithful, one thread"
            within_ratio(what, one.median, peer[name][0], "mclust", n=272, k=2)
        errors = bootstrap_errors(replicates_of(x, resampling, 2)())
        found = {"mix1d": (errors.weights[0], *errors.means), "mclust": peer.get(name, (0.0, []))[1]}
        shown = (f"{who} {' '.join(f'{v:.4f}' for v in values)}" for who, values in found.items() if values)
        print("    errors of weight and means:", "; ".join(shown))


if __name__ == "__main__":
    main()
