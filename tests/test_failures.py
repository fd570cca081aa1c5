"""Whatever goes wrong in the core reaches Python as an exception of mix1d, or as MemoryError."""

import os
import subprocess
import sys

import numpy as np
import pytest

import mix1d
from mix1d import _core
from mix1d.native import Candidates, Model, Options, Problem, Resampling
from mix1d.outcome.maximum import maximum_of

RNG = np.random.default_rng(0)
TEN = [1.0, 2, 2.5, 3, 8, 9, 9.5, 10, 11, 4]
TWO = np.concatenate([RNG.normal(0.0, 1.0, 100), RNG.normal(6.0, 1.0, 100)])
METHODS = ["bootstrap", "calibrated"]
RESAMPLINGS = ["weighted", "parametric", "nonparametric"]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("resampling", ["parametric", "nonparametric"])
@pytest.mark.parametrize("weight", [1.4e8, 1e11])
def test_too_many_values_to_draw_are_refused(method, resampling, weight):
    result = mix1d.fit(TEN, 2, sample_weight=[weight] * 10)
    with pytest.raises(mix1d.InputError, match='must be "weighted" for a total weight above 1e\\+07'):
        result.confidence_interval(method=method, resampling=resampling, replicates=39)
    assert np.isfinite(result.confidence_interval(method="wald").lower.means).all()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("resampling", RESAMPLINGS)
@pytest.mark.parametrize("total", [1e-300, 1e-6, 0.01, 1.0, 2.0])
@pytest.mark.parametrize("n", [8, 200])
def test_too_few_values_to_draw_are_refused(method, resampling, total, n):
    """Weights in small units, probabilities say: no replicate without a value, and no interval from one."""
    values = TWO[:: len(TWO) // n]
    start = mix1d.fit(values, 2).mixture
    result = mix1d.fit(values, 2, sample_weight=np.full(n, total / n), start=start, sds="equal")
    assert maximum_of(result).regular
    words = r"sum to at least the number of components \+ 1 = 3|not a whole number"
    with pytest.raises(mix1d.InputError, match=words):
        result.confidence_interval(method=method, resampling=resampling, replicates=39)


def test_as_few_values_as_can_be_drawn():
    for n in (8, 40):
        result = mix1d.fit(TWO[:: len(TWO) // n], 1, sample_weight=np.full(n, 2.0 / n))
        drawn = result.replicates(replicates=500)
        assert np.isfinite(drawn.means).all()
        assert (drawn.sds >= 0.0).all()


@pytest.mark.parametrize("call", ["confidence_interval", "thresholds", "separation", "overlap", "modes"])
def test_too_few_replicates_are_refused_before_they_are_drawn(call, monkeypatch):
    result = mix1d.fit(TWO, 2)
    monkeypatch.setattr(_core, "bootstrap", None)
    with pytest.raises(mix1d.InputError, match=r"replicates must be at least 39 for level 0\.95, got 19"):
        getattr(result, call)(method="bootstrap", replicates=19)


@pytest.mark.parametrize("count", [2**31, 2**64, 10**30])
def test_counts_beyond_all_memory_are_refused(count):
    result = mix1d.fit(TWO, 2)
    for call in (
        lambda: result.replicates(replicates=count),
        lambda: result.confidence_interval(method="bootstrap", replicates=count),
        lambda: result.confidence_interval(method="calibrated", replicates=count),
        lambda: result.goodness_of_fit(replicates=count),
        lambda: mix1d.order_test(TWO, 1, replicates=count),
        lambda: mix1d.fit(TWO, 2, max_iter=count),
        lambda: mix1d.fit_many(TWO[:, None], 2, max_iter=count),
        lambda: mix1d.em(TWO, 2, max_iter=count),
    ):
        with pytest.raises(mix1d.InputError, match="must be at most"):
            call()


def test_an_exception_leaves_the_threads():
    """Each replicate refuses; the first refusal comes back, whatever the number of threads."""
    values, weights = np.array([1.0, 2.0, 4.0, 8.0]), np.full(4, 1e9)
    one = np.array([1.0]), np.array([3.75]), np.array([2.7])
    problem = Problem(values, weights)
    for threads in (1, 2, 7):
        how = Options(max_iter=100, threads=threads)
        for resampling in ("parametric", "nonparametric"):
            with pytest.raises(mix1d.InputError, match="at most 1e7 values"):
                _core.bootstrap(problem, Model(*one), Resampling(resampling, 50, 0), how)
        with pytest.raises(mix1d.InputError, match="at most 1e7 values"):
            _core.goodness_replicates(problem, Model(*one), Resampling("parametric", 50, 0), how)


def test_draws_check_their_counts_themselves():
    one = np.array([1.0])
    with pytest.raises(mix1d.InputError, match="at most 1e7 values"):
        _core.draw_sample(0, 0, 10**12, (one, one, one))
    with pytest.raises(mix1d.InputError, match="at most 1e7 values"):
        _core.draw_weights(0, 0, one, 10**12)
    with pytest.raises(mix1d.InputError, match="are zero"):
        _core.draw_weights(0, 0, np.full(5, 1e-300))


def test_errors_of_the_library_are_of_one_class():
    problem, many = Problem(np.arange(6.0), np.ones(6)), Resampling("weighted", 2**62, 0)
    with pytest.raises(mix1d.InternalError, match=r"a fault of mix1d \(.*\): please report it"):
        _core.bootstrap_order(problem, Candidates([1]), (6, 0.0, 0), many, Options())
    with pytest.raises(MemoryError):
        _core.bootstrap(problem, Model(*np.ones((3, 1))), many, Options())
    assert issubclass(mix1d.InternalError, mix1d.Mix1dError)


MEMORY = """
import resource
import numpy as np, mix1d
x = np.random.default_rng(0).normal(size=3000)
table = np.tile(x[:, None], (1, 300))
mix1d.fit_many(table[:, :2], 1, threads=2)
result = mix1d.fit(x, 2)
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + {room}, resource.RLIM_INFINITY))
calls = [
    lambda: mix1d.fit_many(table, 1, threads=2),
    lambda: result.replicates(replicates=10_000_000, threads=2),
    lambda: result.goodness_of_fit(replicates=20, threads=2),
    lambda: mix1d.order_test(x, 1, replicates=2, threads=2),
    lambda: mix1d.Sketch.of(np.arange(1e6), threads=2),
]
for call in calls[0:]:
    try:
        call()
    except MemoryError:
        print("MemoryError")
    else:
        print("done")
"""


@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="no limit on memory to be set")
def test_memory_that_runs_out_is_a_memory_error():
    path = os.pathsep.join(filter(None, sys.path))
    done = subprocess.run(
        [sys.executable, "-c", MEMORY.format(room=12 << 20)],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": path},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answers = done.stdout.split()
    assert len(answers) == 5
    assert answers[1] == "MemoryError"


def test_starts_out_of_reach():
    x = [1.0, 2, 2.5, 8, 9, 9.5]
    for size in (1e150, 1e160, 1e250, 1e308):
        for far in ([size, size], [-size, size], [0.0, size]):
            start = mix1d.Mixture([0.5, 0.5], far, [size, size])
            for sds in ("free", "equal", "auto"):
                result = mix1d.fit(x, 2, start=start, sds=sds)
                assert np.isfinite(result.mixture.means).all()
                assert np.isfinite([result.log_likelihood, result.icl]).all()
                assert "nan" not in str(result)
