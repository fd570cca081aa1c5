"""The bootstrap test of k components against k + 1."""

import dataclasses
import itertools
import json
import math

import numpy as np
import pytest
from scipy import stats

import mix1d
import oracle
from cases import column, draw, floor_of, parameters, scaled_derivatives
from mix1d import _core
from mix1d.native import Model, Problem, chart_of
from mix1d.selection.order import order_test
from places import DATA
from processes import assert_interruptible

MCLUST = json.loads((DATA / "reference" / "inference.json").read_text())["mclustBootstrapLRT"]
ACIDITY, WAITING = column("acidity"), column("faithful_waiting")
NORMAL = np.random.default_rng(11).standard_normal(80)


# The statistic


def starts(values, k):
    """Means at all combinations of a few quantiles, sds of three sizes."""
    spread = float(np.std(values))
    for means in itertools.combinations(np.quantile(values, np.linspace(0.02, 0.98, 9)), k):
        for sizes in itertools.product((0.1, 0.4, 1.0), repeat=k):
            yield np.full(k, 1.0 / k), np.array(means), spread * np.array(sizes)


def highest(values, counts, k, *, equal, floor):
    """(penalised, plain) at the highest maximum from many starts, an empty component costing the penalty."""
    a, variance = 0.0 if equal else counts.sum() ** -0.5, oracle.robust_variance(values, counts)
    floor = max(floor, 1e-6 * math.sqrt(variance))
    found = []
    for w, m, s in starts(values, k):
        s = np.full(k, s.mean()) if equal else s
        solved = _core.polish(Problem(values, counts), Model(w, m, s, chart_of(equal)), (a, variance), floor)
        if solved["converged"] and (k == 1 or solved["mixture"][0].min() * counts.sum() >= 1.0):
            found.append((solved["objective"], solved["log_likelihood"]))
    if k > 1:
        penalised, plain = highest(values, counts, k - 1, equal=equal, floor=floor)
        found.append((penalised - a, plain))
    return max(found)


def slow_statistic(values, counts, k, *, equal=False, floor=0.0):
    (_, smaller), (_, larger) = (highest(values, counts, j, equal=equal, floor=floor) for j in (k, k + 1))
    return 2.0 * (larger - smaller)


@pytest.mark.parametrize("sds", ["free", "equal"])
@pytest.mark.parametrize(
    ("x", "k"), [(ACIDITY, 1), (column("galaxies"), 1), (WAITING, 1), (ACIDITY, 2), (NORMAL, 2)]
)
def test_statistic_of_the_sample(x, k, sds):
    values, counts = np.unique(x, return_counts=True)
    test = order_test(x, k, sds=sds, replicates=1)
    slow = slow_statistic(values, counts.astype(float), k, equal=sds == "equal", floor=floor_of(x))
    assert test.statistic == pytest.approx(slow, abs=1e-8)


@pytest.mark.parametrize("sds", ["free", "equal"])
@pytest.mark.parametrize("x", [NORMAL, np.round(NORMAL, 1)], ids=["continuous", "rounded"])
def test_statistics_of_the_replicates(x, sds):
    """Replicate r is the stream r of draws from the null, rounded as the data are, and judged as they are."""
    test = order_test(x, 1, sds=sds, replicates=30, rng=5, resolution=0)
    step = floor_of(x) * math.sqrt(12.0)
    null = parameters(test.null)
    for r in range(30):
        values, counts = _core.draw_sample(5, r, len(x), null, resolution=step, origin=x.min())
        slow = slow_statistic(values, counts, 1, equal=sds == "equal", floor=floor_of(x))
        assert test.null_statistics[r] == pytest.approx(slow, abs=1e-7), r


@pytest.mark.parametrize(("x", "k"), [(ACIDITY, 1), (ACIDITY, 2), (WAITING, 1), (column("galaxies"), 3)])
def test_the_mixtures_are_the_best_penalised_optima_of_the_fit(x, k):
    ones, variance = np.ones(len(x)), oracle.robust_variance(*np.unique(x, return_counts=True))
    a = len(x) ** -0.5
    test = order_test(x, k, replicates=1)
    heights = []
    for mixture, j in ((test.null, k), (test.alternative, k + 1)):
        gradient, curvature = scaled_derivatives(x, ones, parameters(mixture), penalty=a, variance=variance)
        assert np.abs(gradient).max() < 1e-8 * len(x)
        assert np.linalg.eigvalsh(curvature)[0] > 0
        best = max(optimum.penalised for optimum in mix1d.fit(x, j).optima)
        assert oracle.penalised(x, ones, *parameters(mixture), a, variance) == pytest.approx(best, abs=1e-8)
        heights.append(oracle.log_likelihood(x, ones, *parameters(mixture)))
    assert test.statistic == pytest.approx(2.0 * (heights[1] - heights[0]), abs=1e-9)


def test_an_empty_component_where_nothing_better_is_found():
    x = [1.0, 2.5, 3.1, 7.7, 9.9]
    test = order_test(x, 4, replicates=19)
    assert (test.statistic, test.p_value) == (0.0, 1.0)
    assert np.count_nonzero(test.alternative.weights == 0.0) > np.count_nonzero(test.null.weights == 0.0)
    assert mix1d.fit(x, 4).regularized


# The p-value


def test_p_value_counts_statistics_at_least_as_large():
    for x, k in ((NORMAL, 1), (ACIDITY, 2)):
        test = order_test(x, k, replicates=39)
        exceed = int(np.sum(test.null_statistics >= test.statistic))
        assert (test.exceed, test.replicates, len(test.null_statistics)) == (exceed, 39, 39)
        assert test.p_value == (1 + exceed) / 40
        assert not test.null_statistics.flags.writeable


@pytest.mark.parametrize(
    ("name", "rejected"),  # left out: galaxies 3 against 4, where mclust's fit of 3 is 8.9 nats too low
    [
        ("faithful_waiting", [True, False, False]),
        ("faithful_eruptions", [True, True, True]),
        ("galaxies", [True, True]),
        ("acidity", [True, True, False]),
    ],
)
def test_decisions_of_mclust(name, rejected):
    assert [p <= 0.05 for p in MCLUST[name]["p_value"][: len(rejected)]] == rejected
    tests = [order_test(column(name), k, replicates=199) for k in range(1, len(rejected) + 1)]
    assert [test.p_value <= 0.05 for test in tests] == rejected
    assert tests[0].statistic > MCLUST[name]["obs"][0] - 0.1  # the penalised maximum gives a little away


def test_uniform_for_one_component():
    """Of 200 samples of one normal; a statistic depends on neither mean nor sd, so one null serves all."""
    null = np.sort(order_test(NORMAL, 1, replicates=999).null_statistics)
    own = [order_test(draw(seed, [1.0], [seed], [1 + seed], 80), 1, replicates=1) for seed in range(200)]
    p = (1 + len(null) - np.searchsorted(null, [test.statistic for test in own])) / (1 + len(null))
    assert stats.kstest(p, "uniform").pvalue > 0.01


def test_one_component_against_two_is_pivotal():
    """The same replicates whatever the data, when n is the same."""
    one = order_test(NORMAL, 1, replicates=99, rng=3)
    other = order_test(7.0 + 1e5 * np.exp(NORMAL), 1, replicates=99, rng=3)
    np.testing.assert_allclose(one.null_statistics, other.null_statistics, rtol=0, atol=1e-9)
    assert other.p_value == 0.01


def test_replicates_are_rounded_as_the_data_are():
    """Integers of sd 1.2: ties alone give statistics far beyond those of unrounded normals."""
    x = np.round(np.random.default_rng(2).normal(0.0, 1.2, 300))
    test = order_test(x, 1, replicates=99, resolution=0)
    unrounded = order_test(np.random.default_rng(2).normal(0.0, 1.2, 300), 1, replicates=99)
    assert test.statistic > unrounded.null_statistics.max()
    assert test.p_value > 0.1
    # as intervals, which they become where rounding matters, they have no ties
    intervals = order_test(x, 1, replicates=99)
    assert intervals.statistic < np.quantile(unrounded.null_statistics, 0.9)
    assert intervals.p_value > 0.1


def test_besag_clifford():
    whole = order_test(NORMAL, 1, replicates=400)
    short = order_test(NORMAL, 1, replicates=400, stop="besag-clifford")
    tenth = int(np.flatnonzero(whole.null_statistics >= whole.statistic)[9]) + 1
    assert (short.exceed, short.replicates, short.p_value) == (10, tenth, 10 / tenth)
    assert np.array_equal(short.null_statistics, whole.null_statistics[:tenth])
    assert f"{tenth} replicates" in short.message
    clear = order_test(ACIDITY, 1, replicates=50, stop="besag-clifford")
    assert (clear.exceed, clear.replicates, clear.p_value) == (0, 50, 1 / 51)


# Laws


def contents(test):
    return {
        field.name: [a.tolist() for a in parameters(value)]
        if isinstance(value, mix1d.Mixture)
        else np.asarray(value).tolist()
        for field in dataclasses.fields(test)
        for value in [getattr(test, field.name)]
    }


@pytest.mark.parametrize(("k", "stop"), [(1, None), (1, "besag-clifford"), (2, None)])
def test_threads_change_no_bit(k, stop):
    one, two, three = (order_test(NORMAL, k, replicates=60, stop=stop, threads=t) for t in (1, 2, 3))
    assert contents(one) == contents(two) == contents(three)


@pytest.mark.parametrize("sds", ["free", "equal"])
@pytest.mark.parametrize("exponent", [-300, 30])
def test_powers_of_two_change_no_bit(sds, exponent):
    one = order_test(ACIDITY, 2, sds=sds, replicates=30)
    other = order_test(ACIDITY * 2.0**exponent, 2, sds=sds, replicates=30)
    assert np.array_equal(one.null_statistics, other.null_statistics)
    assert (one.statistic, one.exceed, one.message) == (other.statistic, other.exceed, other.message)
    assert np.array_equal(one.alternative.means * 2.0**exponent, other.alternative.means)


@pytest.mark.parametrize("k", [1, 2])
def test_exact_changes_of_unit(k):
    x = np.round(NORMAL * 2.0**20) / 2.0**20
    one, other = order_test(x, k, replicates=40), order_test(3.0 * x + 1000.0, k, replicates=40)
    assert other.statistic == pytest.approx(one.statistic, abs=1e-9)
    np.testing.assert_allclose(other.null_statistics, one.null_statistics, rtol=0, atol=1e-8)
    assert other.p_value == one.p_value


@pytest.mark.parametrize("sds", ["free", "equal"])
def test_mirrored_data(sds):
    one, other = (order_test(x, 2, sds=sds, replicates=1) for x in (ACIDITY, -ACIDITY))
    assert other.statistic == pytest.approx(one.statistic, abs=1e-9)


def test_weights_are_repetitions():
    values, counts = np.unique(np.round(NORMAL, 1), return_counts=True)
    one = order_test(np.repeat(values, counts), 1, replicates=20)
    other = order_test(np.append(values, 50.0), 1, sample_weight=np.append(counts, 0), replicates=20)
    assert contents(one) == contents(other)


def test_seeds():
    def drawn(rng):
        test = order_test(NORMAL, 1, replicates=5, rng=rng)
        return test.seed, test.null_statistics.tolist()

    assert drawn(None) == drawn(0)
    assert drawn(7) != drawn(0)
    seed, statistics = drawn(np.random.default_rng(4))
    assert drawn(seed) == (seed, statistics)
    assert drawn(np.random.default_rng(4)) == (seed, statistics)


# Many values


def test_more_values_than_the_search_takes():
    x = np.random.default_rng(5).normal(size=6000)
    test = order_test(x, 1, replicates=3)
    ones = np.ones(len(x))
    heights = [oracle.log_likelihood(x, ones, *parameters(m)) for m in (test.null, test.alternative)]
    assert test.statistic == pytest.approx(2.0 * (heights[1] - heights[0]), abs=1e-8)
    variance = oracle.robust_variance(x, ones)
    gradient, _ = scaled_derivatives(
        x, ones, parameters(test.alternative), penalty=len(x) ** -0.5, variance=variance
    )
    assert np.abs(gradient).max() < 1e-8 * len(x)


def test_a_long_column():
    x = np.concatenate([np.random.default_rng(6).normal(m, 1.0, 40_000) for m in (0.0, 2.5)])
    test = order_test(x.astype(np.float32), 1, replicates=2)
    heights = [
        oracle.log_likelihood(x, np.ones(len(x)), *parameters(m)) for m in (test.null, test.alternative)
    ]
    assert test.statistic == pytest.approx(2.0 * (heights[1] - heights[0]), abs=1e-3)  # float32
    assert test.statistic > 1000.0
    assert (test.exceed, test.replicates) == (0, 2)


# Degenerate samples


@pytest.mark.parametrize("sds", ["free", "equal"])
@pytest.mark.parametrize(
    ("x", "k"),
    [
        ([1.0, 2.0], 1),
        ([1.0, 1.0, 1.0, 2.0], 1),  # many replicates are constant
        ([1.0, 2.5, 3.1, 7.7, 9.9], 1),
        ([1.0, 2.5, 3.1, 7.7, 9.9], 4),
        ([1.0, 1.0, 1.0, 2.0, 3.0], 2),
        ([0.0, 0.0, 0.0, 0.0, 1e-300, 5.0], 2),
        (np.append(NORMAL, 1e6), 2),
        (np.append(np.full(40, 3.0), NORMAL), 2),  # the fit of the null is regularized
    ],
)
def test_degenerate_samples_have_an_answer(x, k, sds):
    test = order_test(x, k, sds=sds, replicates=19)
    assert math.isfinite(test.statistic)
    assert np.isfinite(test.null_statistics).all()
    assert 1 / 20 <= test.p_value <= 1.0
    assert (len(test.null.weights), len(test.alternative.weights)) == (k, k + 1)


def test_constant_replicates_have_statistic_zero():
    test = order_test([1.0] * 19 + [2.0], 1, replicates=60, resolution=0)
    constant = [len(_core.draw_sample(0, r, 20, parameters(test.null), 1.0, 1.0)[0]) == 1 for r in range(60)]
    assert any(constant)
    assert (test.null_statistics[constant] == 0.0).all()


# Arguments


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"n_components": None}, "n_components must be a whole number, got None"),
        ({"n_components": 0}, "n_components must be at least 1, got 0"),
        ({"n_components": [1, 2]}, "n_components must be one number, got 1, 2: test one after the other"),
        ({"n_components": 3}, "n_components must be below the number of distinct values, 3, because one"),
        ({"n_components": 4}, "n_components must be at most the number of distinct values, 3, got 4"),
        ({"data": [2.0, 2.0]}, "got 1: a constant column has nothing to test"),
        ({"method": "lrt"}, 'method must be "bootstrap" or "em", got \'lrt\''),
        ({"sds": "auto"}, 'sds must be "free" or "equal", got \'auto\''),
        ({"replicates": 0}, "replicates must be at least 1, got 0"),
        ({"stop": "early"}, "stop must be \"besag-clifford\", got 'early'"),
        ({"rng": -1}, "rng must be a seed of at least 0, got -1"),
        ({"rng": 2**64}, "rng must be a seed below 2"),
        ({"threads": 0}, "threads must be at least 1, got 0"),
        ({"progress": 1}, "progress must be None, True, False or a callable"),
        ({"sample_weight": [0.5, 0.5, 0.4]}, "sample_weight must sum to at least n_components \\+ 1 = 2"),
        (
            {"sample_weight": [1e9, 1, 1]},
            "a replicate draws as many values as the data have, at most 1e\\+07",
        ),
        ({"sample_weight": [1, 1]}, "sample_weight must have one weight for each of the 3 rows"),
        ({"method": "em", "replicates": 0}, "replicates must be at least 1, got 0"),
        ({"method": "em", "stop": "early"}, 'stop must be "besag-clifford"'),
        ({"method": "em", "rng": "a"}, "rng must be None, a seed"),
    ],
)
def test_errors(change, message):
    arguments = {"data": [1.0, 2.0, 4.0], "n_components": 1} | change
    with pytest.raises(mix1d.InputError, match=message):
        order_test(**arguments)


def test_the_em_test_gets_the_sample(monkeypatch):
    seen = []
    monkeypatch.setattr(
        "mix1d.selection.em_families.em_test",
        lambda sample, n_components, *, sds: seen.append((sample, n_components, sds)),
    )
    order_test([3.0, 1.0, 1.0], 1, method="em", sds="equal")
    order_test(np.random.default_rng(0).normal(size=70_000), 2, method="em")
    (small, *first), (large, *second) = seen
    assert (small.values.tolist(), small.weights.tolist(), first) == ([1.0, 3.0], [2.0, 1.0], [1, "equal"])
    assert (len(large.values) < 65_536, large.total_weight, second) == (True, 70_000.0, [2, "free"])


# Progress and interrupts


def test_progress_counts_replicates():
    calls = []
    order_test(NORMAL, 2, replicates=300, progress=lambda done, total: calls.append((done, total)))
    assert calls[-1] == (300.0, 300.0)
    assert all(total == 300.0 for done, total in calls if done > 0.0)
    assert [done for done, _ in calls] == sorted(done for done, _ in calls)


@pytest.mark.parametrize("threads", [1, 3])
def test_an_error_in_progress_stops_the_test(threads):
    def interrupt(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        order_test(NORMAL, 1, replicates=10**7, threads=threads, progress=interrupt)


INTERRUPTED = """
import numpy as np
import mix1d
x = np.random.default_rng(0).normal(size={n})
print("ready", flush=True)
try:
    mix1d.order_test(x, {k}, replicates=10**6)
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


@pytest.mark.parametrize(("n", "k"), [(200, 1), (3000, 20)], ids=["many replicates", "long replicates"])
def test_interrupt(n, k):
    """Ctrl-C ends a test within two seconds."""
    code = INTERRUPTED.format(n=n, k=k)
    assert_interruptible(code)
