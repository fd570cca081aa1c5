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
from typing import NamedTuple

import numpy as np

import mix1d
from measure import QUICK, at_most_times, heading
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


class Given(NamedTuple):
    """What is passed over: as it is given, and on the scale of the family, on which EM steps are repeated."""

    problem: Problem
    model: Model
    scaled: Problem
    scaled_model: Model


def plain_and_general(x, model):
    """Return normals by the loops of their own, and by those for everything."""
    problems = (Problem(x, np.ones(N), general=general) for general in (False, True))
    return [Given(problem, model, problem, model) for problem in problems]


def passes(several, runs, extra=10):
    """Fastest times of an EM pass and a derivative pass of each that is given, and of the rest of a call."""
    calls = (
        lambda given: _core.polish(given.scaled, given.scaled_model, (0.0, 1.0), 0.0, 2, 0),
        lambda given: _core.polish(given.scaled, given.scaled_model, (0.0, 1.0), 0.0, 2 + extra, 0),
        lambda given: _core.em_step(given.problem, given.model),
        lambda given: _core.derivatives(given.problem, given.model),
    )
    best = np.full((len(several), len(calls)), np.inf)
    for _ in range(runs):
        for which, call in enumerate(calls):
            for row, given in enumerate(several):
                begin = time.perf_counter()
                call(given)
                best[row, which] = min(best[row, which], time.perf_counter() - begin)
    em = (best[:, 1] - best[:, 0]) / extra
    beside = best[:, 2] - em
    return em, best[:, 3] - beside, beside


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--here", action="store_true", help="only the instruction set of this process")
    parser.add_argument("--runs", type=int, default=20 if QUICK else 200)
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
            ("EM", "derivatives"), passes(plain_and_general(*sample(k)), options.runs)[:2], strict=True
        ):
            name = f"k = {k}, {what}"
            at_most_times(name, general / N, plain / N, "that of normals", BUDGET, n=N, k=k)


if __name__ == "__main__":
    main()
