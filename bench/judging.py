"""What the judges of the search share: random starts, how far apart two optima are, records that last."""

import json
import sys
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

import numpy as np

TOLERANCE = 0.01  # nats


def gap(found, brute):
    """By how much brute force beats the search (negative: the search is better); None: no optimum at all."""
    if brute is None:
        return 0.0 if found is None else -np.inf
    return np.inf if found is None else brute - found


def random_start(values, chance, sd, k, rng):
    """Means at random values (spread out in every other start), log-uniform sds, Dirichlet weights."""
    if rng.random() < 0.5:
        means = rng.choice(values, size=k, p=chance)
    else:  # k-means++ seeding
        means = rng.choice(values, size=1, p=chance)
        while len(means) < k:
            distance = np.min((values[:, None] - means) ** 2, axis=1) * chance
            if distance.sum() == 0:
                distance = chance
            means = np.append(means, rng.choice(values, p=distance / distance.sum()))
    sds = sd * np.exp(rng.uniform(np.log(0.03), np.log(1.2), k))
    weights = rng.dirichlet(np.full(k, rng.choice([0.5, 1.0, 5.0])))
    return (weights + 1e-3) / (1 + 1e-3 * k), means.astype(float), sds


def best_of(values):
    """Return the best of what starts reached, and how many reached it."""
    if not values:
        return -np.inf, 0
    return max(values), int(np.sum(np.array(values) > max(values) - TOLERANCE))


def collect(judge, tasks, name, jobs, out):
    """Judge what no record in the file `out` is about, append records there, and return all of them.

    `name` gives the name of a task (the arguments of `judge`) and of a record, by which it is known again.
    """
    records = []
    if out and out.exists():
        records = [json.loads(line) for line in out.read_text().splitlines()]
    done = {name(r) for r in records}
    todo = [task for task in tasks if name(task) not in done]
    with ProcessPoolExecutor(jobs) as pool:
        waiting = [pool.submit(judge, **task) for task in todo]
        for future in as_completed(waiting):
            records.append(future.result())
            if out:
                with out.open("a") as file:
                    file.write(json.dumps(records[-1]) + "\n")
            if sys.stderr.isatty():
                print(f"\r{len(records)} of {len(done) + len(todo)}", end="", file=sys.stderr, flush=True)
    return records


def add_options(parser, starts, jobs):
    """Add the arguments that all judges have."""
    parser.add_argument("--starts", type=int, default=starts, help="random starts per sample")
    parser.add_argument("--jobs", type=int, default=jobs)
    parser.add_argument("--only", type=int, help="judge this index alone")
    parser.add_argument("--out", type=Path, help="append records here and skip those already in it")
