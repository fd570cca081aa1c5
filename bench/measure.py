"""Timing, printing and recording shared by all scripts: measured value, budget, ratio, verdict.

What is printed is recorded: where MIX1D_ROWS names a file, every row goes there too, one JSON object a line,
as soon as it is measured. `run_all.py` gathers them into `results.json`.
"""

import json
import os
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import mix1d

# Budgets are stated for AVX-512; a machine without it may take half as long again.
ISA = mix1d.build_info()["isa"]
ALLOWANCE = 1.0 if ISA in ("v4", "avx512") else 1.5
QUICK = bool(os.environ.get("MIX1D_QUICK"))  # fewer repeats and smaller sizes: to see that a script runs
CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True)
class Timing:
    """Median and fastest time in seconds."""

    median: float
    fastest: float

    def __str__(self):
        return f"{readable(self.median)} (fastest {readable(self.fastest)})"


def readable(seconds):
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("us", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"


def timed(function, repeats=7, clock=time.perf_counter):
    """Call once to warm up, then `repeats` times."""
    function()
    times = []
    for _ in range(min(repeats, 2) if QUICK else repeats):
        begin = clock()
        function()
        times.append(clock() - begin)
    return Timing(statistics.median(times), min(times))


def busy(function, repeats=7, threads=1):
    """Take the processor time of a call, by thread: other work on the machine counts less."""
    return timed(function, repeats, lambda: time.process_time() / threads)


def median_of(timings):
    """Return the median over samples of their medians, and of their fastest times."""
    timings = list(timings)
    return Timing(statistics.median(t.median for t in timings), statistics.median(t.fastest for t in timings))


def with_compiled_modules(folder):
    """Return an environment for processes that keep their compiled modules in a folder."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPYCACHEPREFIX": folder}


def heading(text):
    print(f"\n{text}  [{ISA}: times may be {ALLOWANCE:g} times the budget]", flush=True)


# ---- rows: what is printed and recorded


def within_time(what, timing, budget=None, *, allowance=ALLOWANCE, **facts):
    """Take a row of a time; the median counts against the budget, if there is one."""
    verdict = _row(what, "seconds", timing.median, budget, allowance, fastest=timing.fastest, **facts)
    kept = f"budget {readable(budget):8} {verdict}" if budget else ""
    print(f"  {what:44} {timing!s:36} {kept}".rstrip(), flush=True)


def within_ratio(what, ours, theirs, peer, budget=None, **facts):
    """Take a row of how many times faster we are than a peer, in seconds that both take."""
    ratio = theirs / ours
    verdict = _row(
        what, "times faster", ratio, budget, 1 / ALLOWANCE, ours=ours, theirs=theirs, peer=peer, **facts
    )
    kept = f", budget {budget:g}  {verdict}" if budget else ""
    line = f"  {what:44} {readable(ours)} against {peer} {readable(theirs)}: {ratio:.4g} times faster"
    print(line + kept, flush=True)


def at_most_times(what, ours, theirs, beside, budget=None, **facts):
    """Take a row of how many times longer one thing takes than another of ours, in the same seconds."""
    ratio = ours / theirs
    verdict = _row(what, "times longer", ratio, budget, 1.0, ours=ours, theirs=theirs, peer=beside, **facts)
    times = f"{readable(ours)} against {readable(theirs)}"
    kept = f", budget {budget:g}  {verdict}" if budget else ""
    print(f"  {what:44} {times:30} {ratio:.3g} times {beside}{kept}", flush=True)


def at_least_rate(what, rate, budget=None, *, note="", **facts):
    """Take a row of values a second."""
    verdict = _row(what, "values a second", rate, budget, 1 / ALLOWANCE, **facts)
    kept = f"budget {budget / 1e6:.0f}  {verdict}" if budget else ""
    print(f"  {what:44} {rate / 1e6:6.0f} million a second{note}  {kept}".rstrip(), flush=True)


def at_most(what, value, unit, budget, **facts):
    """Take a row of an amount that is no time."""
    verdict = _row(what, unit, value, budget, 1.0, **facts)
    print(f"  {what:44} {value:10.3g} {unit}  budget {budget:g} {unit}  {verdict}", flush=True)


AT_LEAST = ("times faster", "values a second")


def verdict_of(measure, value, limit):
    """Say whether a value keeps its limit; of these measures more is better."""
    kept = value >= limit if measure in AT_LEAST else value <= limit
    return "within" if kept else "MISSED"


def rounded(value):
    """Return what a row keeps of a number: four digits."""
    return float(f"{value:.4g}")


def _row(what, measure, value, budget, allowance, **facts):
    """Record a row and return its verdict, None without a budget."""
    value = rounded(value)
    facts = {name: rounded(fact) if isinstance(fact, float) else fact for name, fact in facts.items()}
    limit = None if budget is None else budget * allowance
    verdict = None if limit is None else verdict_of(measure, value, limit)
    row = {"what": what, "measure": measure, "value": value, **facts}
    if budget is not None:
        row |= {"budget": budget, "limit": limit, "verdict": verdict}
    if path := os.environ.get("MIX1D_ROWS"):
        row = {"script": Path(sys.argv[0]).name, "isa": ISA, **row}
        with open(path, "a", encoding="utf-8") as file:
            file.write(json.dumps(row, default=float) + "\n")
    return verdict


# ---- samples and peers that several scripts share


def three_normals(n, seed=1):
    """Draw from 0.3 N(0, 1) + 0.4 N(3, 1) + 0.3 N(6, 1): about 120 EM iterations to a relative 1e-8."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal(n)
    x += np.array([0.0, 3.0, 6.0])[rng.choice(3, size=n, p=[0.3, 0.4, 0.3]).astype(np.int8)]
    return x


def quantile_start(x, k):
    """Equal weights, means at the middle quantiles, every sd the data's divided by k."""
    means = np.quantile(x, (np.arange(k) + 0.5) / k)
    return np.full(k, 1.0 / k), means, np.full(k, np.std(x) / k)


def sklearn_mixture(x, k, **keywords):
    """Make a scikit-learn estimator that starts where `quantile_start` does."""
    from sklearn.mixture import GaussianMixture

    weights, means, sds = quantile_start(x, k)
    return GaussianMixture(
        k,
        weights_init=weights,
        means_init=means[:, None],
        precisions_init=(1 / sds**2)[:, None, None],
        init_params="random_from_data",
        random_state=0,
        **keywords,
    )


def sklearn_iteration(x, k, iterations=3):
    """Time one scikit-learn EM iteration on x."""
    import warnings

    from sklearn.exceptions import ConvergenceWarning

    column = x[:, None]
    estimator = sklearn_mixture(x, k, max_iter=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        estimator.fit(column)

    def iterate():
        _, log_resp = estimator._e_step(column)
        estimator._m_step(column, log_resp)

    return timed(iterate, iterations)
