"""Passes for any family over rows of any kind against those of normals and exact values: 2.2 times at most.

Both run in the same process, in turns; the fastest of many runs counts on either side, because other work
on the machine only adds time. A pass is timed on 8,000 values, a slice that stays in the caches. An EM
pass is the difference between solves with many and with few EM steps; what a call costs beyond its one EM
pass is taken off the time of the derivatives. Without options every instruction set of the machine is
measured, each in a process of its own.
"""

import argparse
import os
import subprocess
import sys
import time

import numpy as np

import mix1d
from measure import heading, readable
from mix1d import _core
from mix1d.native import Model, Problem

BUDGET = 2.2
N = 8_000


def sample(k):
    """Sorted values of k overlapping normals, and the mixture they are of."""
    rng = np.random.default_rng(k)
    weights, means, sds = np.full(k, 1.0 / k), 3.0 * np.arange(k), 0.8 + 0.1 * np.arange(k)
    label = rng.integers(0, k, N)
    return np.sort(rng.normal(means[label], sds[label])), Model(weights, means, sds)


def passes(x, model, runs, extra=10):
    """Fastest times of an EM and of a derivative pass, [plain, general] each."""
    problems = [Problem(x, np.ones(N), general=general) for general in (False, True)]
    calls = (
        lambda problem: _core.polish(problem, model, (0.0, 1.0), 0.0, 2, 0),
        lambda problem: _core.polish(problem, model, (0.0, 1.0), 0.0, 2 + extra, 0),
        lambda problem: _core.em_step(problem, model),
        lambda problem: _core.derivatives(problem, model),
    )
    best = np.full((2, len(calls)), np.inf)
    for _ in range(runs):
        for which, call in enumerate(calls):
            for general, problem in enumerate(problems):
                begin = time.perf_counter()
                call(problem)
                best[general, which] = min(best[general, which], time.perf_counter() - begin)
    em = (best[:, 1] - best[:, 0]) / extra
    return em, best[:, 3] - (best[:, 2] - em)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--here", action="store_true", help="only the instruction set of this process")
    parser.add_argument("--runs", type=int, default=200)
    options = parser.parse_args()
    if not options.here:
        for isa in mix1d.build_info()["isas"].split():
            environment = os.environ | {"MIX1D_ISA": isa}
            subprocess.run(
                [sys.executable, __file__, "--here", f"--runs={options.runs}"], env=environment, check=True
            )
        return
    heading(f"General against plain passes, n = {N:,}, one thread")
    for k in (2, 3, 6):
        for what, (plain, general) in zip(
            ("EM", "derivatives"), passes(*sample(k), options.runs), strict=True
        ):
            verdict = "within" if general <= BUDGET * plain else "MISSED"
            times = f"{readable(plain / N)} and {readable(general / N)} a value"
            print(f"  k = {k} {what:12} {times:36} {general / plain:.2f} times, budget {BUDGET:g}  {verdict}")


if __name__ == "__main__":
    main()
