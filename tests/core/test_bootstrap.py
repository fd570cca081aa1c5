"""The native replicates: each is the refit of its own sample, whatever the threads, unit and machine."""

import sys

import numpy as np
import pytest

import mix1d
from cases import column, distance, draw, parameters
from mix1d import _core
from mix1d.data.sample import read_sample
from mix1d.native import Model, Options, Resampling, chart_of
from processes import ISAS, assert_interruptible, assert_same_on_every_isa

KINDS = ("weighted", "parametric", "nonparametric")
SEED = 11


def native(sample, mixture, kind, *, equal=False, replicates=40, threads=2, progress=None):
    model, resampling = Model(*mixture, chart_of(equal)), Resampling(kind, replicates, SEED)
    options = Options(threads=threads, progress=progress)
    return tuple(_core.bootstrap(sample.problem, model, resampling, options).values())


def sample_of(replicate, sample, mixture, kind):
    """The values and weights of one replicate, drawn by the functions that test_random.py looks at."""
    if kind == "parametric":
        lattice = {"resolution": sample.resolution or 0.0, "origin": sample.values[0]}
        return _core.draw_sample(SEED, replicate, round(sample.total_weight), mixture, **lattice)
    if kind == "weighted":
        return sample.values, _core.draw_weights(SEED, replicate, sample.weights)
    counts = _core.draw_weights(SEED, replicate, sample.weights, round(sample.total_weight))
    return sample.values[counts > 0], counts[counts > 0]


CASES = {
    "rounded": (column("faithful_waiting"), 2, "free"),
    "continuous": (column("galaxies"), 2, "free"),
    "one": (column("acidity"), 1, "free"),
    "equal": (column("acidity"), 2, "equal"),
    "three": (column("acidity"), 3, "free"),
    "shifted": (1e6 + 1e-3 * column("acidity"), 2, "free"),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("case", CASES)
def test_a_replicate_is_the_fit_of_its_sample_from_the_estimate(case, kind):
    x, k, sds = CASES[case]
    sample = read_sample(x)
    fitted = mix1d.fit(x, k, sds=sds)
    mixture = parameters(fitted.mixture)
    rows, log_likelihood, converged, collapsed = native(sample, mixture, kind, equal=sds == "equal")
    for replicate, row in enumerate(rows):
        values, weights = sample_of(replicate, sample, mixture, kind)
        refit = mix1d.fit(values, k, sds=sds, start=fitted.mixture, sample_weight=weights)
        found = row.reshape(3, k)[:, np.lexsort((row[2 * k :], row[k : 2 * k]))]
        # 1e-9 of an sd, or the rounding that the offset puts into the data (case "shifted")
        tolerance = max(1e-9, 1e2 * np.spacing(np.abs(x).max()) / found[2].min())
        assert distance(found, parameters(refit.mixture)) < tolerance
        assert log_likelihood[replicate] == pytest.approx(refit.log_likelihood, rel=1e-10)
        assert bool(converged[replicate]) == refit.converged
        assert (collapsed[replicate] >= 0) == refit.regularized


def test_collapsed_replicates_carry_the_penalised_estimate():
    """Nine values on a lattice, redrawn: some replicates have a component on one value."""
    x = np.array([1.0, 2.0, 2.0, 3.0, 4.0, 11.0, 12.0, 12.0, 13.0])
    sample, fitted = read_sample(x), mix1d.fit(x, 2)
    assert sample.resolution == 1.0
    mixture = parameters(fitted.mixture)
    rows, _, _, collapsed = native(sample, mixture, "nonparametric", replicates=200)
    lost = np.flatnonzero(collapsed >= 0)
    assert 3 < len(lost) < 100
    checked = 0
    for replicate in lost:
        values, weights = sample_of(replicate, sample, mixture, "nonparametric")
        if len(values) < 2 or read_sample(values, weights).resolution != 1.0:
            continue  # the fit sees another lattice than that of all the data, or none
        refit = mix1d.fit(values, 2, start=fitted.mixture, sample_weight=weights)
        row = rows[replicate].reshape(3, 2)
        assert refit.regularized
        assert distance(row[:, np.argsort(row[1])], parameters(refit.mixture)) < 1e-9
        checked += 1
    assert checked > 3
    assert np.isfinite(rows).all()


def test_a_replicate_of_one_value_has_all_components_there():
    sample = read_sample([0.0, 1.0])
    mixture = np.array([0.4, 0.6]), np.array([0.1, 0.9]), np.array([0.5, 0.5])
    rows, log_likelihood, converged, collapsed = native(sample, mixture, "nonparametric", replicates=60)
    single = np.array(
        [len(sample_of(r, sample, mixture, "nonparametric")[0]) == 1 for r in range(60)], dtype=bool
    )
    assert single.any()
    assert not single.all()
    assert (collapsed[single] >= 0).all()
    assert not converged[single].any()
    assert np.isin(rows[single, 2:4], [0.0, 1.0]).all()
    assert np.array_equal(rows[single, :2], np.broadcast_to(mixture[0], (single.sum(), 2)))
    assert (rows[:, 4:] > 0.0).all()
    assert np.isfinite(log_likelihood).all()


@pytest.mark.parametrize("kind", KINDS)
def test_threads_change_no_bit(kind):
    x = draw(5, [0.4, 0.6], [0.0, 2.5], [1.0, 1.0], 150)
    sample, mixture = read_sample(x), parameters(mix1d.fit(x, 2).mixture)
    one, two, seven = (native(sample, mixture, kind, threads=threads) for threads in (1, 2, 7))
    for a, b, c in zip(one, two, seven, strict=True):
        assert a.tobytes() == b.tobytes() == c.tobytes()


def test_a_replicate_does_not_depend_on_how_many_there_are():
    x = draw(6, [0.4, 0.6], [0.0, 2.5], [1.0, 1.0], 80)
    sample, mixture = read_sample(x), parameters(mix1d.fit(x, 2).mixture)
    few, many = (native(sample, mixture, "weighted", replicates=b)[0] for b in (5, 50))
    assert np.array_equal(few, many[:5])
    assert len(np.unique(many[:, 0])) == 50


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("power", [-300, -3, 20, 300])
def test_a_power_of_two_scales_the_replicates(kind, power):
    x = column("galaxies")
    sample, mixture = read_sample(x), parameters(mix1d.fit(x, 2).mixture)
    factor = 2.0**power
    scaled = read_sample(factor * x)
    there = native(scaled, (mixture[0], factor * mixture[1], factor * mixture[2]), kind)
    here = native(sample, mixture, kind)
    assert np.array_equal(there[0] / ([1.0] * 2 + [factor] * 4), here[0])


DIGEST = """
import hashlib
import numpy as np
from mix1d import _core
from mix1d.native import Model, Options, Problem, Resampling
x = np.sort(np.random.default_rng(1).normal(size=120) * np.repeat([1.0, 3.0], 60))
fit = np.array([0.5, 0.5]), np.array([0.0, 0.2]), np.array([1.0, 2.5])
digest = hashlib.sha256()
for kind in ("weighted", "parametric", "nonparametric"):
    resampling, options = Resampling(kind, 50, 3), Options(threads=2)
    drawn = _core.bootstrap(Problem(x, np.ones(120)), Model(*fit), resampling, options)
    for array in drawn.values():
        digest.update(array.tobytes())
print(digest.hexdigest())
"""


@pytest.mark.skipif(len(ISAS) == 1, reason="one instruction set")
def test_instruction_sets_change_no_bit():
    assert_same_on_every_isa(DIGEST)


def test_progress_counts_replicates():
    calls = []
    x = draw(7, [0.4, 0.6], [0.0, 2.0], [1.0, 1.0], 2000)
    sample, mixture = read_sample(x), parameters(mix1d.fit(x, 2).mixture)
    native(sample, mixture, "weighted", replicates=3000, progress=lambda *call: calls.append(call))
    assert calls
    assert all(0.0 <= done <= total == 3000.0 for done, total in calls)
    assert calls == sorted(calls)


def test_an_error_in_progress_stops_the_replicates():
    def fail(done, total):
        raise ZeroDivisionError

    x = draw(7, [0.4, 0.6], [0.0, 2.0], [1.0, 1.0], 2000)
    sample, mixture = read_sample(x), parameters(mix1d.fit(x, 2).mixture)
    with pytest.raises(ZeroDivisionError):
        native(sample, mixture, "weighted", replicates=10**6, progress=fail)


INTERRUPTED = """
import numpy as np
from mix1d.data.sample import read_sample
from mix1d.outcome.maximum import Maximum
from mix1d.uncertainty.resampling import bootstrap
from mix1d.native import FREE
x = np.random.default_rng(0).normal(size={n})
sample = read_sample(np.r_[x[:1000], x[:1000] + 3.0], np.full(2000, {n} / 2000))
fit = np.array([0.5, 0.5]), np.array([0.0, 3.0]), np.array([1.0, 1.0])
print("ready", flush=True)
try:
    bootstrap(Maximum(sample, fit, FREE, True), {kind!r}, 10**6)
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="SIGINT cannot be sent to one process there")
@pytest.mark.parametrize(("kind", "n"), [("weighted", 2000), ("parametric", 1_000_000)])
def test_interrupt(kind, n):
    """Ctrl-C ends the replicates, also in the middle of long ones."""
    code = INTERRUPTED.format(kind=kind, n=n)
    assert_interruptible(code, wait=0.3, within=5.0)
