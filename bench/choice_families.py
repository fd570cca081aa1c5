"""Which family and how many components: how often BIC names the truth, and what the default says.

Samples of one and of two clearly separated populations of five families; every family with 1 to 3 components
is fitted and compared. Then one sample of each skewed family through `mix1d.fit(x)`: whether its first
sentence names one population, and its shape.

    python bench/choice_families.py [--count 40] [--seed 1]
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict

import numpy as np

import mix1d
from mix1d.diagnostics.shapes import other_shapes

FAMILIES = ("normal", "lognormal", "gamma", "weibull", "inverse_gaussian")
SKEWED = ("lognormal", "gamma", "weibull", "negative_binomial")
SIZES = (100, 300, 1000)


def population(rng: np.random.Generator, family: str, n: int, place: float, cv: float) -> np.ndarray:
    """Draw positive values around `place` with about that coefficient of variation."""
    if family == "normal":
        x = rng.normal(place, min(cv, 0.25) * place, 4 * n)
        return x[x > 0.0][:n]
    if family == "lognormal":
        return np.exp(rng.normal(np.log(place), cv, n))
    if family == "gamma":
        return rng.gamma(cv**-2, place * cv**2, n)
    if family == "weibull":
        return place * rng.weibull(1.2 / cv, n)
    return rng.wald(place, place / cv**2, n)


def sample(rng: np.random.Generator, family: str, k: int, n: int) -> np.ndarray:
    """Draw one population, or two that are far enough apart to be seen."""
    cv = rng.uniform(0.25, 0.5)
    if k == 1:
        return population(rng, family, n, 10.0, cv)
    first = rng.binomial(n, rng.uniform(0.35, 0.65))
    ratio = np.exp(rng.uniform(4.5, 6.0) * cv)
    parts = [population(rng, family, first, 10.0, cv), population(rng, family, n - first, 10.0 * ratio, cv)]
    return np.concatenate(parts)


def choices(count: int, seed: int) -> None:
    """Print how often family, number and both are right, and how often the 95 % set has the truth."""
    print("n     k  family  k     both  in 95 % set  rows in it   family decided (right)   k decided (right)")
    for n in SIZES:
        for k in (1, 2):
            right: dict[str, list[float]] = defaultdict(list)
            for place, family in enumerate(FAMILIES):
                for number in range(count):
                    rng = np.random.default_rng([seed, n, k, place, number])
                    x = sample(rng, family, k, n)
                    result = mix1d.fit(x, (1, 2, 3), family=set(FAMILIES), sds="free", set_apart=None)
                    rows = sorted((row for row in result.selection if row.eligible), key=lambda row: row.bic)
                    best = rows[0]
                    right["family"].append(best.family == family)
                    right["k"].append(best.n_components == k)
                    right["both"].append(best.family == family and best.n_components == k)
                    total, some = 0.0, []
                    for row in rows:
                        some.append((row.family, row.n_components))
                        total += row.evidence_weight
                        if total >= 0.95:
                            break
                    right["covers"].append((family, k) in some)
                    right["rows"].append(len(some))
                    others = [row.bic for row in rows if row.family != best.family]
                    if not others or min(others) - best.bic > 6.0:
                        right["shape"].append(best.family == family)
                    numbers = [row.bic for row in rows if row.n_components != best.n_components]
                    if not numbers or min(numbers) - best.bic > 2.0:
                        right["number"].append(best.n_components == k)
            tried = len(right["k"])
            mean = {name: float(np.mean(values)) for name, values in right.items()}
            decided = f"{len(right['shape']) / tried:.2f} ({mean.get('shape', float('nan')):.3f})"
            settled = f"{len(right['number']) / tried:.2f} ({mean.get('number', float('nan')):.3f})"
            shares = f"{mean['family']:.2f}    {mean['k']:.2f}  {mean['both']:.2f}  {mean['covers']:.3f}"
            print(
                f"{n:<5d} {k}  {shares}        {mean['rows']:.1f}          {decided:24s} {settled}",
                flush=True,
            )


def one_shape(count: int, seed: int) -> None:
    """Print what "auto" and the default say of one population."""
    print("one population            n     auto: k = 1   default: one   names the shape   ms")
    for place, family in enumerate(SKEWED):
        for n in SIZES:
            alone, said, named, seconds = [], [], [], []
            for number in range(count):
                rng = np.random.default_rng([seed, 77, place, n, number])
                if family == "negative_binomial":
                    x = rng.negative_binomial(3.0, 3.0 / (3.0 + 8.0), n).astype(float)
                else:
                    x = population(rng, family, n, 10.0, 0.6)
                alone.append(len(mix1d.fit(x, family="auto").weights) == 1)
                result = mix1d.fit(x)
                start = time.perf_counter()
                shapes = other_shapes(result)
                seconds.append(time.perf_counter() - start)
                found = [f for f in result.findings if f.code in ("single_population", "other_shape")]
                one = bool(found) and found[0].code == "single_population"
                said.append(one or (not found and len(result.weights) == 1))
                near = [shape.family for shape in shapes[:1]]
                near += [s.family for s in shapes[1:] if s.difference < shapes[0].difference + 6.0]
                named.append(one and family in near)
            print(
                f"{family:24s}  {n:<5d} {np.mean(alone):.3f}         {np.mean(said):.3f}          "
                f"{np.mean(named):.3f}            {1e3 * np.median(seconds):.0f}",
                flush=True,
            )


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=40, help="samples a family, size and number")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--part", choices=("choices", "shape"), help="one of the two tables")
    asked = parser.parse_args()
    if asked.part != "shape":
        choices(asked.count, asked.seed)
    if asked.part != "choices":
        one_shape(asked.count, asked.seed)


if __name__ == "__main__":
    main()
