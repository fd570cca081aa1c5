"""fit_many on 20,000 columns of 500 values with 1 to 3 components: 15 s on two cores with free sds.

20 s where free and equal sds are compared, as by default.

Each column is drawn from one to three normals that lie 1.5 to 6 apart, with sds from 0.5 to 1.5; the number
of components is chosen by BIC among 1 to 3. The peers fit every 100th column in a loop in the same run, which
is what their users write; their time for all columns is that of these times 100 (mclust without starting R).

python bench/speed_many.py                     all of it, some minutes
python bench/speed_many.py --columns 2000      a tenth; times are given for 20,000 columns all the same
"""

import argparse
import shutil
import subprocess
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np

import mix1d
from measure import CORES, QUICK, Timing, heading, readable, within_ratio, within_time

ALL, N, K = 20_000, 500, range(1, 4)
EVERY = 100
MCLUST = """
suppressMessages(library(mclust))
x <- matrix(readBin("{path}", "double", {n} * {m}), {n}, {m})
invisible(Mclust(x[, 1], G = 1:3, modelNames = "V", verbose = FALSE))
before <- proc.time()
for (j in 1:{m}) {{
  fit <- Mclust(x[, j], G = 1:3, modelNames = "V", verbose = FALSE)
  cat(format(fit$loglik, digits = 15), fit$G, "")
}}
time <- proc.time() - before
cat(time[["elapsed"]], time[["user.self"]] + time[["sys.self"]])
"""


def design(m, seed=1):
    """Draw m columns, with one, two and three components in turn."""
    rng = np.random.default_rng(seed)
    x = np.empty((N, m), order="F")
    for j in range(m):
        k = 1 + j % 3
        means = np.concatenate([[0.0], np.cumsum(rng.uniform(1.5, 6.0, k - 1))])
        sds = rng.uniform(0.5, 1.5, k)
        label = rng.choice(k, N, p=rng.dirichlet(np.full(k, 5.0)))
        x[:, j] = rng.normal(means[label], sds[label])
    return x


def one_by_one(x):
    """Our own loop: what `fit_many` saves, and whether it gives the same numbers."""
    begin = time.process_time()
    results = [mix1d.fit(column, K, threads=1) for column in x.T]
    return time.process_time() - begin, results


def sklearn_loop(x):
    """Return seconds, processor seconds, log-likelihoods and numbers of components, chosen by BIC."""
    from sklearn.mixture import GaussianMixture

    found = []
    begin, before = time.perf_counter(), time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for column in x.T:
            table = column[:, None]
            models = [GaussianMixture(k, random_state=0).fit(table) for k in K]
            found.append(min(models, key=lambda model: model.bic(table)))
    seconds, processor = time.perf_counter() - begin, time.process_time() - before
    heights = [model.score(column[:, None]) * N for model, column in zip(found, x.T, strict=True)]
    return seconds, processor, heights, [model.n_components for model in found]


def mclust_loop(x):
    """Return the same of mclust; None without R and mclust."""
    if not shutil.which("Rscript"):
        return None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "x.bin")
        x.T.tofile(path)
        code = MCLUST.format(path=path, n=N, m=x.shape[1])
        done = subprocess.run(["Rscript", "-e", code], capture_output=True, text=True, check=False)
    if done.returncode:
        return None
    numbers = [float(word) for word in done.stdout.split()]
    pairs = numbers[:-2]
    return numbers[-2], numbers[-1], pairs[0::2], [int(k) for k in pairs[1::2]]


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--columns", type=int, default=400 if QUICK else ALL)
    options = parser.parse_args()
    m = options.columns
    x = design(m)
    few = np.asfortranarray(x[:, :: min(EVERY, max(1, m // 50))])
    heading(f"fit_many, {m:,} columns of {N} values, 1 to 3 components, {CORES} cores")
    scale = ALL / m
    for what, sds, budget in (("free sds", "free", 15.0), ("free and equal sds", "auto", 20.0)):
        wall, processor = time.perf_counter(), time.process_time()
        mix1d.fit_many(x, K, sds=sds, progress=False)
        wall, processor = time.perf_counter() - wall, time.process_time() - processor
        took, column = (Timing(seconds, seconds) for seconds in (wall * scale, processor / m))
        within_time(f"{ALL:,} columns, {what}", took, budget, n=N, columns=m)
        within_time(f"a column, {what}, one core", column, n=N, columns=m)

    begin = time.process_time()
    mix1d.fit_many(few, 1, threads=1, progress=False)
    python = time.process_time() - begin
    print(f"  all but the search takes {readable(python / few.shape[1])}: the time with one component only")

    seconds, results = one_by_one(few)
    print(f"  a loop over fit takes {readable(seconds / few.shape[1])} a column for the mixtures alone")
    some = mix1d.fit_many(few, K, progress=False)
    for i, result in enumerate(results):
        k = len(result.mixture.means)
        assert some["means"][i, :k].tobytes() == result.mixture.means.tobytes()
        assert some["log_likelihood"][i] == result.log_likelihood
    print(f"  {len(results)} columns are those of that loop, to the bit")

    heading(f"Peers in a loop over {few.shape[1]} of the columns, times for {ALL:,}")
    ours = processor / m
    for name, found in (("scikit-learn", sklearn_loop(few)), ("mclust", mclust_loop(few))):
        if found is None:
            continue
        elapsed, busy, heights, numbers = found
        print(f"  {name}: {readable(elapsed * ALL / len(heights))} against {readable(wall * scale)}")
        theirs = min(busy, elapsed) / len(heights)  # threads that wait for each other are busy too
        within_ratio(f"a column against {name}", ours, theirs, name, n=N, columns=len(heights))
        same = [i for i in range(len(heights)) if some["k"][i] == numbers[i]]
        behind = np.array([some["log_likelihood"][i] - heights[i] for i in same])
        print(
            f"    where both chose the same number ({len(same)}), it ends more than 0.001 nats below ours in "
            f"{np.sum(behind > 1e-3)}, by up to {behind.max():.3f}, and above in {np.sum(behind < -1e-3)}"
        )


if __name__ == "__main__":
    main()
