"""Columns of more than 65,536 rows: the answer is that of all rows, the memory that of a few."""

import subprocess
import sys

import numpy as np
import pytest

import mix1d
from cases import distance, draw, parameters
from mix1d import _core
from mix1d.native import Model, Problem, chart_of
from processes import ENVIRONMENT, assert_interruptible

N = 80_000


def two(seed=0, n=N):
    return draw(seed, [0.3, 0.7], [0.0, 4.0], [1.0, 0.7], n)


def exact_solve(x, result, sample_weight=None, *, equal=False):
    """The local solve on all values, sorted, from the answer of the fit."""
    x = np.asarray(x, np.float64)
    order = np.argsort(x, kind="stable")
    weights = np.ones(len(x)) if sample_weight is None else np.asarray(sample_weight, np.float64)[order]
    model = Model(*parameters(result.mixture), chart_of(equal))
    solved = _core.polish(Problem(x[order], weights), model, (0.0, 1.0), 0.0, 0, 100)
    assert solved["converged"]
    return solved["mixture"], solved["log_likelihood"]


def check(x, result, sample_weight=None, *, equal=False):
    assert result.converged
    assert not result.regularized
    assert result.n_obs == len(x)
    exact, total = exact_solve(x, result, sample_weight, equal=equal)
    assert distance(parameters(result.mixture), exact) < 1e-9
    assert result.log_likelihood == pytest.approx(total, rel=1e-12)


COLUMNS = {
    "float64": two(),
    "float32": two(1).astype(np.float32),
    "int32": np.rint(two(2) * 1e6).astype(np.int32),
    "big-endian": two(3).astype(">f8"),
    "strided": np.repeat(two(4), 3)[::3],
    "reversed": two(5)[::-1],
    "sorted": np.sort(two(6)),
    "far offset": two(7) + 1e6,
    "tiny": two(8) * 1e-200,
}


@pytest.mark.parametrize("name", COLUMNS)
def test_any_layout(name):
    x = COLUMNS[name]
    result = mix1d.fit(x, 2)
    check(x, result)
    assert result.mixture.weights == pytest.approx([0.3, 0.7], abs=0.02)


def test_order_of_rows_matters_in_the_last_digits_only():
    x = COLUMNS["float64"]
    one, other = mix1d.fit(x, 2), mix1d.fit(np.sort(x), 2)
    assert distance(parameters(one.mixture), parameters(other.mixture)) < 1e-9


def test_equal_sds():
    x = draw(9, [0.4, 0.6], [0.0, 3.0], [1.0, 1.0], N)
    check(x, mix1d.fit(x, 2, sds="equal"), equal=True)


def test_weights():
    x = two(10)
    weights = np.random.default_rng(10).uniform(0.0, 3.0, N)
    check(x, mix1d.fit(x, 2, sample_weight=weights), weights)


def test_rows_of_weight_zero_do_not_count():
    x = two(11)
    weights = np.ones(2 * N)
    weights[N:] = 0.0
    both = np.concatenate([x, np.full(N, 50.0) + np.arange(N)])
    found, plain = mix1d.fit(both, 2, sample_weight=weights), mix1d.fit(x, 2)
    assert found.n_obs == N
    assert found.total_weight == N
    assert distance(parameters(found.mixture), parameters(plain.mixture)) < 1e-9


def test_repetition_is_weight():
    x = two(12)
    doubled, weighted = mix1d.fit(np.repeat(x, 2), 2), mix1d.fit(x, 2, sample_weight=np.full(N, 2.0))
    assert doubled.log_likelihood == pytest.approx(weighted.log_likelihood, rel=1e-12)
    assert distance(parameters(doubled.mixture), parameters(weighted.mixture)) < 1e-9


def test_heavy_tails():
    """Cauchy noise: the likelihood is that of all values, outliers included."""
    rng = np.random.default_rng(13)
    x = np.concatenate([two(13, N // 2), rng.standard_cauchy(N - N // 2)])
    check(x, mix1d.fit(x, 4))


def test_lognormal():
    x = np.random.default_rng(14).lognormal(0.0, 1.0, N)
    check(x, mix1d.fit(x, 3))


def test_two_scales():
    """A component a thousandth as wide as the other is found on the compressed sample, with its own width."""
    x = draw(15, [0.5, 0.5], [0.0, 1.0], [1.0, 1e-3], N)
    result = mix1d.fit(x, 2)
    check(x, result)
    assert result.mixture.sds.min() == pytest.approx(1e-3, rel=0.05)


def test_two_tight_clusters_far_apart():
    x = draw(16, [0.5, 0.5], [0.0, 1e6], [1.0, 1.0], N)
    result = mix1d.fit(x, 2)
    check(x, result)
    assert result.mixture.sds == pytest.approx([1.0, 1.0], rel=0.02)


def test_pooled_above_the_limit():
    """Few distinct values are pooled whatever the number of rows: bits as with weights."""
    x = np.rint(two(17, 200_000) * 50) / 50
    values, counts = np.unique(x, return_counts=True)
    rows, pooled = mix1d.fit(x, 2), mix1d.fit(values, 2, sample_weight=counts)
    assert rows.log_likelihood == pooled.log_likelihood
    for a, b in zip(parameters(rows.mixture), parameters(pooled.mixture), strict=True):
        assert np.array_equal(a, b)


def test_the_limit_itself():
    """One row more than the limit changes the way, not the answer."""
    x = two(18, 65_537)
    for rows in (x, x[:-1]):
        check(rows, mix1d.fit(rows, 2))


def test_start():
    x = two(19)
    result = mix1d.fit(x, 2, start=mix1d.Mixture([0.5, 0.5], [-1.0, 5.0], [1.0, 1.0]))
    check(x, result)


def test_a_stand_in_still_reports_the_rows():
    """Criteria count all rows; responsibilities need them passed in."""
    x = two(20)
    result = mix1d.fit(x, 2)
    assert result.bic == pytest.approx(-2 * result.log_likelihood + 5 * np.log(N), rel=1e-13)
    entropy = (result.icl - result.bic) / 2
    r = result.responsibilities(x)
    terms = np.where(r > 0, -r * np.log(np.where(r > 0, r, 1.0)), 0.0)
    assert entropy == pytest.approx(terms.sum(), rel=1e-9)
    with pytest.raises(mix1d.NeedsDataError, match="x"):
        result.responsibilities()


MEMORY = """
import resource, sys
import numpy as np
import mix1d
mix1d.fit(np.random.default_rng(0).normal(size=70_000), 2)
rng = np.random.default_rng(1)
x = rng.standard_normal({n}, dtype=np.float32)
x[::2] += np.float32(4)
x = x.astype({dtype!r}, copy=False)
w = rng.random({n}, dtype=np.float32) if {weighted} else None
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
result = mix1d.fit(x, 3, sample_weight=w)
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
assert result.n_obs > 0.99 * {n}
print((after - before) * (1 if sys.platform == "darwin" else 1024))
"""


@pytest.mark.parametrize(("dtype", "weighted"), [("f8", False), ("f4", False), ("f4", True), (">f8", False)])
def test_memory(dtype, weighted):
    """Fitting takes at most 64 MB beside the data, whatever their type (a copy would take 160 MB)."""
    code = MEMORY.format(n=20_000_000 if dtype == "f4" else 8_000_000, dtype=dtype, weighted=weighted)
    run = subprocess.run(
        [sys.executable, "-c", code], env=ENVIRONMENT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    assert int(run.stdout) < (64 + 8) * 2**20


INTERRUPTED = """
import sys
import numpy as np
import mix1d
x = {data}
print("ready", flush=True)
try:
    while True:
        mix1d.fit(x, {k}, objective={objective!r})
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


@pytest.mark.parametrize(
    ("data", "k", "objective"),
    [
        ("np.random.default_rng(0).random(20_000_000, dtype=np.float32)", 10, "stable"),
        ("np.random.default_rng(0).normal(size=3000)", 40, "stable"),
        ("np.random.default_rng(0).normal(size=3000)", 25, "highest"),
        ("np.random.default_rng(0).normal(size=60_000)", 12, "stable"),
    ],
    ids=["many rows", "many components", "highest", "compressed"],
)
def test_interrupt(data, k, objective):
    """Ctrl-C ends a fit within two seconds."""
    code = INTERRUPTED.format(data=data, k=k, objective=objective)
    assert_interruptible(code)


@pytest.mark.parametrize("apart", [4.0, 40.0])
def test_the_entropy_of_labels_is_that_of_all_rows(apart):
    x = draw(5, [0.3, 0.7], [0.0, apart], [1.0, 0.7], N)
    result = mix1d.fit(x, 2)
    shares = result.mixture.responsibilities(x)
    entropy = -np.sum(shares * np.log(np.maximum(shares, 1e-300)))
    assert result.icl - result.bic == pytest.approx(2.0 * entropy, rel=1e-7, abs=1e-13 * abs(result.bic))
