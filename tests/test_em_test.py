"""The EM-test against a slow twin, published software, and the laws that it obeys."""

import numpy as np
import pytest
from scipy import stats

import mix1d
import oracle_em_test as oracle
from cases import DATA, column, distance, draw, parameters
from mix1d import _core
from mix1d.data.sample import read_sample
from mix1d.native import Candidates
from mix1d.selection.em_order import chi_square_tail, em_test, shifted_tail

TWO = draw(3, [0.4, 0.6], [0.0, 3.0], [1.0, 0.7], 150)
THREE = draw(4, [0.3, 0.4, 0.3], [0.0, 4.0, 9.0], [1.0, 1.0, 2.0], 200)

# MixtureInf2.0 (emtest.norm, seed 1).
PUBLISHED = {
    "galaxies": (37.184, 25.446, 19.505),
    "acidity": (78.352, 15.173, 8.504),
    "faithful_waiting": (119.153, 4.942, 3.467),
}


def em_test_of(x, k, sample_weight=None, **options):
    return em_test(read_sample(x, sample_weight), k, **options)


# Against the twin


@pytest.mark.parametrize(
    ("x", "k", "options"),
    [
        (column("galaxies"), 1, {}),
        (column("galaxies"), 2, {}),
        (column("acidity"), 2, {}),
        (TWO, 1, {"sds": "equal"}),
        (TWO, 2, {"sample_weight": np.arange(150) % 3 + 0.5}),
    ],
    ids=["galaxies 1", "galaxies 2", "acidity 2", "equal", "weighted"],
)
def test_the_statistic_is_that_of_the_twin(x, k, options):
    test = em_test_of(x, k, **options)
    sample = read_sample(x, options.get("sample_weight"))
    equal = "sds" in options
    null = parameters(test.null)
    twin = oracle.statistic(sample.values, sample.weights, null, equal=equal, starts=6)
    assert test.statistic == pytest.approx(twin, abs=2e-4)


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_statistics(name):
    # MixtureInf2.0 climbs from ten random starts: ours is higher where its climb ends early.
    found = [em_test_of(column(name), k).statistic for k in (1, 2, 3)]
    expected = {
        "galaxies": (37.2048, 27.5751, 18.1227),
        "acidity": (78.4828, 15.1979, 9.2874),
        "faithful_waiting": (119.2219, 4.9449, 5.8738),
    }
    assert found == pytest.approx(expected[name], abs=1e-4)
    # For three components of the galaxies its penalised null is 3 nats below ours.
    null = mix1d.Mixture(
        [0.085, 0.878, 0.037],
        [9710.14, 21400.064, 33043.283],
        np.sqrt([810116.494, 4864890.063, 2225558.914]),
    )
    x = column("galaxies")
    lower = 2 * (em_test_of(x, 3).null.logpdf(x).sum() - null.logpdf(x).sum())
    published = np.array(PUBLISHED[name]) - ([0.0, 0.0, lower] if name == "galaxies" else 0.0)
    assert np.all(np.array(found) >= published - 0.01)


def test_the_published_null_gives_at_least_the_published_statistic():
    sample = read_sample(column("galaxies"))
    x, w = sample.values, sample.weights
    null = oracle.penalised_estimate(
        x, w, parameters(em_test_of(x, 2, w).null), np.cov(x, aweights=w, ddof=0)
    )
    assert oracle.statistic(x, w, null, starts=4) > PUBLISHED["galaxies"][1]


@pytest.mark.parametrize(("name", "k"), [("galaxies", 2), ("acidity", 3), ("faithful_waiting", 3)])
def test_the_null_is_what_fit_reports(name, k):
    x = column(name)
    result = mix1d.fit(x, k)
    assert not result.regularized
    assert distance(parameters(em_test_of(x, k).null), parameters(result.mixture)) < 1e-8


@pytest.mark.parametrize("sd", [0.01, 0.1])
def test_a_narrow_component_is_no_reason_to_reject(sd):
    # The penalty makes it several times as wide: a test of the penalised estimate rejected all of these.
    p = [em_test_of(draw(seed, [0.5, 0.5], [0.0, 5.0], [1.0, sd], 200), 2).p_value for seed in range(30)]
    assert np.mean(np.array(p) <= 0.05) <= 0.15
    assert np.median(p) > 0.2


def test_a_null_that_only_the_penalty_holds_up_is_climbed_first():
    """Its statistic counts the rise over the highest point without a split, not over the null itself."""
    x = column("geyser_duration")
    sample = read_sample(x)
    assert mix1d.fit(x, 4).regularized
    test = em_test_of(x, 4)
    rise = float(np.dot(sample.weights, test.alternative.logpdf(sample.values)))
    rise -= float(np.dot(sample.weights, test.null.logpdf(sample.values)))
    assert 0.0 <= test.statistic < 2.0 * rise


def test_a_known_null_gives_the_same():
    for x, k in ((TWO, 1), (column("galaxies"), 2), (THREE, 3)):
        test, sample = em_test_of(x, k), read_sample(x)
        for null, allowed in ((test.null, 1e-8), (mix1d.fit(x, k).mixture, 1e-6)):
            found = _core.em_test(sample.problem, Candidates([k], start=parameters(null)))
            assert found["statistic"] == pytest.approx(test.statistic, abs=allowed)


def test_a_column_in_cells_gives_nearly_the_same():
    x = draw(5, [0.3, 0.7], [0.0, 1.5], [1.0, 1.0], 20_000)
    test = em_test_of(x, 1)
    ratio = (test.null.sds / test.alternative.sds) ** 2
    share = test.alternative.weights[0]
    rise = test.alternative.logpdf(x).sum() - test.null.logpdf(x).sum()
    rise += np.log(1 - abs(1 - 2 * share)) - 0.25 * np.sum(ratio - np.log(ratio) - 1)
    assert test.statistic == pytest.approx(2 * rise, abs=1e-5)


# p-values


@pytest.mark.parametrize("half", [1, 2, 3, 6])
def test_chi_square_tail(half):
    for x in (0.0, 1e-3, 1.0, 7.5, 40.0, 300.0):
        assert chi_square_tail(x, half) == pytest.approx(stats.chi2.sf(x, 2 * half), rel=1e-13)


def test_shifted_tail():
    for x in (0.0, 0.3, 2.0, 9.0):
        f, g = stats.chi2.cdf([x - 2 * np.log(0.6), x], 1)
        assert shifted_tail(x) == pytest.approx(1 - f * (1 + g) / 2, abs=1e-14)
    assert shifted_tail(70.0) == pytest.approx(
        stats.chi2.sf(70.0 - 2 * np.log(0.6), 1) + stats.chi2.sf(70.0, 1) / 2
    )


def test_the_limiting_law_of_equal_sds():
    # 300 samples of n = 200: the share of p-values up to .1 is within three standard errors
    rng = np.random.default_rng(0)
    p = np.array([em_test_of(rng.normal(size=200), 1, sds="equal").p_value for _ in range(300)])
    assert abs(np.mean(p <= 0.1) - 0.1) < 3 * np.sqrt(0.09 / 300)


def test_size_and_power():
    rng = np.random.default_rng(1)
    null = [em_test_of(rng.normal(size=200), 1).p_value for _ in range(300)]
    mixed = [em_test_of(rng.normal(2.5 * (rng.random(200) < 0.6)), 1).p_value for _ in range(100)]
    assert np.mean(np.array(null) <= 0.05) <= 0.05 + 3 * np.sqrt(0.0475 / 300)
    assert np.mean(np.array(mixed) <= 0.05) >= 0.85


# Laws


@pytest.mark.parametrize("k", [1, 2, 3])
@pytest.mark.parametrize(("scale", "shift"), [(8.0, 0.0), (1e-9, 0.0), (-1.0, 0.0), (3e7, -5e6)])
def test_equivariance(scale, shift, k):
    x = column("galaxies") if k == 2 else THREE
    test, moved = em_test_of(x, k), em_test_of(scale * x + shift, k)
    exact = scale == 8.0
    assert moved.statistic == pytest.approx(test.statistic, rel=0 if exact else 1e-6)
    step = 1 if scale > 0 else -1
    assert moved.null.means == pytest.approx((scale * test.null.means + shift)[::step], rel=1e-8)
    assert moved.alternative.sds == pytest.approx(abs(scale) * test.alternative.sds[::step], rel=1e-4)


def test_weights_are_repetitions():
    times = np.arange(len(TWO)) % 3
    for options in ({}, {"sds": "equal"}):
        once, written = em_test_of(TWO, 1, times, **options), em_test_of(np.repeat(TWO, times), 1, **options)
        assert (once.statistic, once.p_value) == (written.statistic, written.p_value)


def test_a_zero_weight_is_no_row():
    weights = np.r_[np.ones(len(TWO)), 0.0]
    assert em_test_of([*TWO, 1e6], 2, weights).statistic == em_test_of(TWO, 2).statistic


# Awkward samples


def test_ties():
    x = np.repeat([1.0, 2.0, 3.0, 7.0], [30, 20, 10, 40])
    test = em_test_of(x, 1)
    assert 0.0 <= test.p_value <= 1.0
    assert test.alternative.sds.min() >= 0.999 / np.sqrt(12)


@pytest.mark.parametrize("seed", range(4))
def test_it_is_refused_where_rounding_is_coarse(seed):
    """One normal rounded to its sd was "at least 2 components (p < .001)" more often than not."""
    exact = np.random.default_rng(seed).normal(10.0, 1.0, 300)
    assert em_test_of(np.round(exact / 0.4) * 0.4, 1).p_value >= 0.0
    for h in (0.6, 1.0, 2.0):
        rounded = np.round(exact / h) * h
        sentence = rf"takes ties for components: values rounded to multiples of {h:g} are too coarse for it, "
        with pytest.raises(mix1d.InputError, match=sentence + ".*half of the narrowest sd.*bootstrap"):
            em_test_of(rounded, 1)
        with pytest.raises(mix1d.InputError, match=sentence):
            mix1d.order_test(rounded, 1, method="em")


def test_a_null_with_an_empty_component():
    x = mix1d.Mixture([1.0], [0.0], [1.0]).icdf((np.arange(200) + 0.5) / 200)
    k = 4
    test = em_test_of(x, k)
    assert len(test.null.means) < k
    assert test.p_value > 0.5


def test_seven_groups_and_six_components():
    test = em_test_of(draw(6, [1 / 7] * 7, np.arange(7) * 5.0, [1.0] * 7, 400), 6)
    assert (len(test.null.means), len(test.alternative.means)) == (6, 12)
    assert test.p_value < 1e-3


@pytest.mark.parametrize(
    ("x", "k", "options", "words"),
    [
        ([2.0] * 20, 1, {}, "constant"),
        ([1.0, 2.0, 3.0, 4.0, 9.0], 1, {}, r"needs at least 10 values.* got 5: take method=\"bootstrap\""),
        (np.arange(40.0), 2, {}, "2 components needs at least 50 values"),
        (np.arange(40.0), 1, {"sample_weight": [0.1] * 40}, "at least 10 values.*got 4"),
        (np.repeat([1.0, 5.0, 6.0], 30), 3, {}, "below the number of distinct values, 3"),
        (TWO, 7, {}, r"at most 6 in the EM-test, got 7: take method=\"bootstrap\""),
        (TWO, 2, {"sds": "equal"}, "must be 1 in the EM-test with equal sds, got 2"),
        (TWO, 2, {"sds": "auto"}, 'sds must be "free" or "equal"'),
    ],
)
def test_refusals(x, k, options, words):
    with pytest.raises(mix1d.InputError, match=words):
        em_test_of(x, k, **options)


# The record, and who asks for it


def test_the_record():
    test = mix1d.order_test(column("galaxies"), 1, method="em")
    assert test.message == "2 components fit significantly better than 1 (p < .001)"
    assert (test.method, test.replicates, test.exceed, test.seed) == ("em", 0, 0, None)
    assert test.null_statistics.shape == (0,)
    assert not test.null_statistics.flags.writeable
    assert (len(test.null.means), len(test.alternative.means)) == (1, 2)


def test_the_command(run):
    path = str(DATA / "faithful_waiting.csv")
    code, out, _ = run("order", path, "--method", "em")
    assert code == 0
    assert out.splitlines()[1:] == [
        "1 against 2:  statistic 119.2219  p < .001",
        "2 against 3:  statistic 4.9449  p = .29",
        "At least 2 components (p < .001), 3 not supported (p = .29).",
    ]


def test_a_long_column():
    x = np.random.default_rng(0).normal(size=70_000)
    assert mix1d.order_test(x, 1, method="em").p_value > 0.001


def test_one_value_beyond_all_reason_is_an_answer_or_a_refusal():
    for x in ([*column("precip"), 1e300], [*column("precip"), 1e30], [-1e300, *column("precip"), 1e300]):
        for k in (1, 2):
            try:
                statistic = em_test(read_sample(x), k).statistic
            except mix1d.InputError as error:
                assert "too far from the others" in str(error)  # noqa: PT017
            else:
                assert statistic >= 0.0
