"""Same bits for any number of threads and on every instruction set of this machine."""

import numpy as np
import pytest

import mix1d
from cases import column
from processes import ISAS, elsewhere


def bits(value):
    """The same structure with every float as its hexadecimal text."""
    if isinstance(value, dict):
        return {key: bits(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [bits(item) for item in value]
    return value.hex() if isinstance(value, float) else value


def long_column(n):
    rng = np.random.default_rng(n)
    x = np.concatenate([rng.normal(0.0, 1.0, n // 2), rng.normal(4.0, 0.7, n - n // 2)])
    return rng.permutation(x)


def fits(threads):
    """Results of every kind of fit as bits, by name."""
    eruptions, galaxies = column("faithful_eruptions"), column("galaxies")
    weights = np.random.default_rng(1).uniform(0.0, 3.0, len(eruptions))
    medium, large = long_column(70_000), long_column(300_000)
    heavy = np.random.default_rng(2).uniform(0.5, 2.0, len(medium))
    results = {
        "free": mix1d.fit(eruptions, 3, threads=threads),
        "equal": mix1d.fit(galaxies, 4, sds="equal", threads=threads),
        "chosen": mix1d.fit(galaxies, sds="auto", threads=threads),
        "highest": mix1d.fit(galaxies, 3, objective="highest", threads=threads),
        "weighted": mix1d.fit(eruptions, 2, sample_weight=weights, threads=threads),
        "regularized": mix1d.fit(column("geyser_duration"), 4, threads=threads),
        "from a start": mix1d.fit(
            eruptions, 2, start=mix1d.Mixture([0.5, 0.5], [2.0, 4.0], [0.5, 0.5]), threads=threads
        ),
        "compressed search": mix1d.fit(long_column(9_000), 3, threads=threads),
        "long": mix1d.fit(medium, 2, threads=threads),
        "long, weighted": mix1d.fit(medium, 2, sample_weight=heavy, threads=threads),
        "long, equal": mix1d.fit(medium, 2, sds="equal", threads=threads),
        "long, float32": mix1d.fit(medium.astype(np.float32), 2, threads=threads),
        "longer": mix1d.fit(large, [1, 2, 3], threads=threads),
    }
    answer = {name: bits(result.to_dict()) for name, result in results.items()}
    for name in ("free", "regularized", "long"):
        trace = results[name].trace
        answer[f"{name}, trace"] = bits([trace.objective.tolist(), trace.sds.tolist(), list(trace.phase)])
    for name, x in (("medium", medium), ("large", large)):
        sketch = mix1d.Sketch()
        sketch.add(x, threads=threads)
        answer[f"sketch, {name}"] = sketch.to_bytes().hex()
    answer["responsibilities"] = bits(results["free"].responsibilities().tolist())
    answer["covariance"] = bits(results["free"].covariance().tolist())
    return answer


def differences(found, expected, path=""):
    """Where two structures of bits differ, as lines."""
    if isinstance(expected, dict) and isinstance(found, dict) and found.keys() == expected.keys():
        return [line for key in expected for line in differences(found[key], expected[key], f"{path}/{key}")]
    if isinstance(expected, list) and isinstance(found, list) and len(found) == len(expected):
        pairs = enumerate(zip(found, expected, strict=True))
        return [line for i, (a, b) in pairs for line in differences(a, b, f"{path}/{i}")]
    return [] if found == expected else [f"{path}: {found} instead of {expected}"]


@pytest.fixture(scope="module")
def here():
    return fits(1)


def test_fits_are_what_they_should_be(here):
    """The comparisons below are of real fits."""
    assert here["regularized"]["regularized"]
    assert len(here["chosen"]["selection"]) > 10
    assert all(row["converged"] for row in here["longer"]["selection"])
    assert not differences(here, fits(1))


@pytest.mark.parametrize("threads", [2, 3])
def test_threads(here, threads):
    found = differences(fits(threads), here)
    assert not found, "\n".join(found[:20])


@pytest.mark.parametrize("isa", ISAS)
def test_instruction_sets(here, isa):
    found = differences(elsewhere(isa, __file__, "t.fits(2)"), here)
    assert not found, "\n".join(found[:20])


def test_base_runs_everywhere():
    assert ISAS[0] == "base"
