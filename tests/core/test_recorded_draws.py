"""Samples of rows of any kind drawn anew: recorded as the first was, and each refitted from the estimate."""

import itertools

import numpy as np
import pytest
from scipy import stats

import mix1d
import oracle_recording as oracle
from cases import distance, draw, parameters
from mix1d import _core
from mix1d.data.recorded_sample import recorded_sample
from mix1d.data.recording import limit_law, recording_of
from mix1d.data.subsets import rounded_to
from mix1d.native import Chart, Model, Options, Resampling
from processes import ISAS, assert_same_on_every_isa

MIXTURE = np.array([0.4, 0.6]), np.array([0.0, 3.0]), np.array([1.0, 0.7])
N = 4000
X = draw(1, *MIXTURE, N)


def expand(rows):
    return np.repeat(rows, rows[:, 5].astype(int), axis=0)


def uniform_enough(u):
    return stats.kstest(u, "uniform").pvalue > 1e-3


# What is recorded


def test_bins_are_counted_in_the_edges_given():
    edges = np.array([-1.0, 0.0, 0.5, 2.0, 2.1, 3.5, 5.0])
    obs = mix1d.Observations((np.histogram(X, edges)[0], edges))
    rows, _ = oracle.drawn(obs, MIXTURE)
    whole = np.r_[-np.inf, edges, np.inf]
    assert {tuple(ends) for ends in rows[:, :2]} <= set(itertools.pairwise(whole))
    assert rows[:, 5].sum() == obs.total_weight
    counts = np.zeros(len(whole) - 1)
    counts[np.searchsorted(whole, rows[:, 1]) - 1] = rows[:, 5]
    expected = obs.total_weight * np.diff([oracle.cdf(edge, MIXTURE) for edge in whole])
    assert stats.chisquare(counts, expected).pvalue > 1e-3


def test_intervals_beside_each_other_are_bins_too():
    obs = mix1d.Observations([0.0, 1.0, 1.0, -np.inf], upper=[1.0, 2.0, 2.0, 0.0])
    rows, _ = oracle.drawn(obs, MIXTURE)
    assert set(rows[:, 1]) <= {0.0, 1.0, 2.0, np.inf}


def test_rounded_values_lie_on_the_lattice_of_the_data():
    obs = mix1d.Observations(0.1 + 0.25 * np.round(X / 0.25), resolution=0.25)
    rows, _ = oracle.drawn(obs, MIXTURE)
    steps = (rows[:, 0] + 0.125 - 0.1) / 0.25
    np.testing.assert_allclose(steps, np.round(steps), atol=1e-9)
    np.testing.assert_allclose(rows[:, 1] - rows[:, 0], 0.25)
    assert len(np.unique(rows[:, 0])) == len(rows) < 60
    assert rows[:, 5].sum() == N


def test_exact_values_among_rounded_ones_stay_exact():
    obs = mix1d.Observations(np.r_[np.round(X[:900]), X[900:1000]])
    rounded = rounded_to(obs, 1.0, np.arange(1000) < 900)
    rows, _ = oracle.drawn(rounded, MIXTURE)
    assert rows[rows[:, 0] == rows[:, 1], 5].sum() == 100


def test_one_limit_holds_for_all():
    obs = mix1d.Observations(np.where(X < 1.0, -np.inf, X), upper=np.where(X < 1.0, 1.0, X))
    rows, _ = oracle.drawn(obs, MIXTURE)
    limits, values = rows[rows[:, 0] == -np.inf], rows[rows[:, 0] == rows[:, 1]]
    assert set(limits[:, 1]) == {1.0}
    assert values[:, 0].min() >= 1.0
    share = oracle.cdf(1.0, MIXTURE)
    assert abs(limits[:, 5].sum() / N - share) < 4.0 * np.sqrt(share * (1.0 - share) / N)


def test_limits_are_drawn_from_their_law():
    """Three limits with chances .5, .3, .2, whatever the value: the same shares below each."""
    limits = np.random.default_rng(2).choice([-0.5, 1.0, 2.5], N, p=[0.5, 0.3, 0.2])
    below = limits > X
    obs = mix1d.Observations(np.where(below, -np.inf, X), upper=np.where(below, limits, X))
    recording = recording_of(recorded_sample(obs), drawn=True)
    at, cumulative = recording.below
    np.testing.assert_allclose(np.diff(np.r_[0.0, cumulative]), [0.2, 0.3, 0.5], atol=0.03)
    assert at.tolist() == [2.5, 1.0, -0.5]
    rows, _ = oracle.drawn(obs, MIXTURE)
    for limit, chance in zip(at, np.diff(np.r_[0.0, cumulative]), strict=True):
        expected = N * chance * oracle.cdf(limit, MIXTURE)
        found = rows[(rows[:, 0] == -np.inf) & (rows[:, 1] == limit), 5].sum()
        assert abs(found - expected) < 4.0 * np.sqrt(expected)


def test_the_law_of_limits_is_that_of_the_slow_twin():
    rng = np.random.default_rng(5)
    for _ in range(20):
        rows = [
            (float(v), bool(b)) for v, b in zip(rng.integers(0, 8, 30), rng.random(30) < 0.4, strict=True)
        ]
        limits = np.array([v for v, b in rows if b])
        values = np.array([v for v, b in rows if not b])
        at, cumulative = limit_law(limits, np.ones(len(limits)), values, np.ones(len(values)))
        slow = oracle.limit_law(rows)
        assert at.tolist() == list(slow)
        np.testing.assert_allclose(np.diff(np.r_[0.0, cumulative]), list(slow.values()), atol=1e-14)


def test_mirrored_limits_have_the_mirrored_law():
    limits = np.random.default_rng(2).choice([-0.5, 1.0, 2.5], 300)
    below = limits > X[:300]
    lower, upper = np.where(below, -np.inf, X[:300]), np.where(below, limits, X[:300])
    one = recording_of(recorded_sample(mix1d.Observations(lower, upper=upper)), drawn=True)
    other = recording_of(recorded_sample(mix1d.Observations(-upper, upper=-lower)), drawn=True)
    assert one.above is None
    assert other.below is None
    assert (-other.above[0]).tolist() == one.below[0].tolist()
    assert other.above[1].tolist() == one.below[1].tolist()


@pytest.mark.parametrize(
    ("low", "high"),
    [(-1.0, 2.0), (4.0, np.inf), (-np.inf, -2.5), (12.0, np.inf), (9.0, 9.01), (-0.2, 0.1), (-30.0, -20.0)],
)
def test_values_inside_a_window_follow_the_law_there(low, high):
    inside = np.full(2000, np.clip(0.0, low + 0.001, high - 0.001))
    rows, _ = oracle.drawn(mix1d.Observations(inside, truncation=(low, high)), MIXTURE)
    values = expand(rows)[:, 0]
    assert low <= values.min() <= values.max() <= high
    weights, means, sds = MIXTURE
    # tails from above: differences of numbers near 1 have no digits
    sign = -1.0 if low > 3.0 else 1.0
    low, high = sorted((sign * low, sign * high))

    def log_below(x):
        logs = stats.norm.logcdf((x[:, None] - sign * means) / sds) + np.log(weights)
        return np.logaddexp.reduce(logs, axis=1)

    top, bottom, at = log_below(np.array([high])), log_below(np.array([low])), log_below(sign * values)
    u = (np.exp(at - top) - np.exp(bottom - top)) / (1.0 - np.exp(bottom - top))
    assert uniform_enough(u)


def test_every_row_keeps_its_error_and_its_window():
    rng = np.random.default_rng(4)
    errors, low = rng.lognormal(-0.5, 0.7, 1500), rng.choice([-1.0, 0.0, 1.0], 1500)
    x = np.abs(X[:1500]) + 1.0
    rows, _ = oracle.drawn(mix1d.Observations(x, errors=errors, truncation=(low, None)), MIXTURE)
    assert np.array_equal(np.sort(rows[:, 2]), np.sort(errors**2))
    assert {(v, w) for v, w in rows[:, 2:4]} == set(zip(errors**2, low, strict=True))
    assert (rows[:, 0] >= rows[:, 3]).all()
    assert uniform_enough(oracle.transforms(rows, MIXTURE)[:, 0])


def test_labels_keep_their_counts_and_components():
    labels = np.where(np.arange(600) < 200, "far", None)
    labels[200:300] = "near"
    obs = mix1d.Observations(X[:600], labels=labels)
    rows, masks = oracle.drawn(obs, MIXTURE, component_of=(1, 0))
    assert {mask: int((masks == mask).sum()) for mask in (-1, 1, 2)} == {-1: 300, 1: 100, 2: 200}
    assert rows[masks == 1, 0].mean() == pytest.approx(0.0, abs=0.4)
    assert rows[masks == 2, 0].mean() == pytest.approx(3.0, abs=0.2)


def test_a_background_is_drawn_over_its_range():
    sample = recorded_sample(mix1d.Observations(X[:3000]), (), (-20.0, 20.0))
    model = Model(np.array([0.5, 0.5]), np.array([0.0, 3.0]), np.array([40.0, 0.1]), Chart(background=True))
    rows, _ = _core.draw_recorded(1, 0, "parametric", model, recording_of(sample, drawn=True))
    far = rows[np.abs(rows[:, 0] - 3.0) > 1.0, 0]
    assert abs(len(far) - 1425) < 120
    assert (
        stats.kstest(
            far, lambda x: np.interp(x, [-20.0, 2.0, 4.0, 20.0], np.array([0, 22, 22, 38]) / 38)
        ).pvalue
        > 1e-3
    )


def test_weights_add_up_within_the_rows_of_each_label():
    labels = np.where(np.arange(60) < 20, 1, -1)
    labels[20:30] = 0
    obs = mix1d.Observations(X[:60], labels=labels, sample_weight=np.linspace(0.5, 2.0, 60))
    for kind in ("weighted", "nonparametric"):
        rows, masks = oracle.drawn(obs, MIXTURE, kind, component_of=(0, 1))
        for mask, rows_of in ((2, slice(0, 20)), (1, slice(20, 30)), (-1, slice(30, 60))):
            total = obs.sample_weight[rows_of].sum()
            wanted = total if kind == "weighted" else round(total)
            assert rows[masks == mask, 5].sum() == pytest.approx(wanted, rel=1e-12)
        assert set(rows[:, 0]) <= set(X[:60])


# Refits


def cases():
    rng = np.random.default_rng(8)
    x, errors = X[:250], rng.lognormal(-0.7, 0.6, 250)
    limits = rng.choice([-0.5, 1.0], 250)
    low = rng.choice([-2.5, -1.0, 0.0], 250)
    edges = np.arange(-4.0, 7.0, 0.8)
    return {
        "bins": mix1d.Observations((np.histogram(x, edges)[0], edges)),
        "rounded": mix1d.Observations(np.round(x / 0.5) * 0.5, resolution=0.5),
        "limits": mix1d.Observations(np.where(x < limits, -np.inf, x), upper=np.maximum(x, limits)),
        "errors": mix1d.Observations(x + errors * rng.normal(size=250), errors=errors),
        "equal errors": mix1d.Observations(x + 0.5 * rng.normal(size=250), errors=0.5),
        "window": mix1d.Observations(x[x > -1.0], truncation=(-1.0, None)),
        "windows": mix1d.Observations(x[x > low], truncation=(low[x > low], None)),
        "labels": mix1d.Observations(x, labels=np.where(np.arange(250) % 4 > 0, -1, (x > 1.5).astype(int))),
    }


CASES = cases()
KINDS = ("weighted", "parametric", "nonparametric")


def native(obs, fitted, kind, *, replicates=12, threads=2):
    sample = fitted.sample
    resampling = Resampling(kind, replicates, 3, recording_of(sample, drawn=kind == "parametric"))
    model = Model(*parameters(fitted.mixture))
    return tuple(_core.bootstrap(sample.problem, model, resampling, Options(threads=threads)).values())[:4]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("case", CASES)
def test_a_replicate_is_the_fit_of_its_sample_from_the_estimate(case, kind):
    obs = CASES[case]
    fitted = mix1d.fit(obs, 2)
    mixture = parameters(fitted.mixture)
    component_of = fitted.sample.component_of
    rows, log_likelihood, converged, collapsed = native(obs, fitted, kind)
    for r, row in enumerate(rows):
        one, masks = oracle.drawn(obs, mixture, kind, stream=r, component_of=component_of)
        labels = np.round(np.log2(np.maximum(masks, 0.5))).astype(int) if component_of else None
        refit = mix1d.fit(oracle.observations_of(one, labels), 2, start=fitted.mixture)
        found = row.reshape(3, 2)
        if not component_of:
            found = found[:, np.lexsort((found[2], found[1]))]
        assert bool(converged[r]) == refit.converged
        assert (collapsed[r] >= 0) == refit.regularized
        if refit.converged:
            step = one[:, 5].sum() * np.log(obs.resolution) if case == "rounded" else 0.0
            assert log_likelihood[r] + step == pytest.approx(refit.log_likelihood, abs=1e-7)
            assert distance(found, parameters(refit.mixture)) < 1e-5


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("case", CASES)
def test_threads_change_no_bit(case, kind):
    fitted = mix1d.fit(CASES[case], 2)
    one, many = (native(CASES[case], fitted, kind, threads=threads) for threads in (1, 5))
    for a, b in zip(one, many, strict=True):
        assert a.tobytes() == b.tobytes()


def scaled(obs, factor):
    windows = obs.truncation
    return mix1d.Observations(
        factor * obs.lower,
        upper=factor * obs.upper,
        errors=None if obs.errors is None else factor * obs.errors,
        truncation=None if windows is None else (factor * windows.low, factor * windows.high),
        sample_weight=obs.sample_weight,
    )


@pytest.mark.parametrize("power", [-100, 7, 100])
@pytest.mark.parametrize("case", ["bins", "limits", "errors", "window", "windows"])
def test_a_power_of_two_scales_the_draws(case, power):
    factor = 2.0**power
    obs = scaled(CASES[case], 1.0)
    here, _ = oracle.drawn(obs, MIXTURE)
    there, _ = oracle.drawn(scaled(obs, factor), (MIXTURE[0], factor * MIXTURE[1], factor * MIXTURE[2]))
    np.testing.assert_array_equal(there / [factor, factor, factor**2, factor, factor, 1.0], here)


def test_a_replicate_of_one_value_has_all_components_there():
    obs = mix1d.Observations([0.0, 1.0], labels=[0, -1])
    sample = recorded_sample(obs, (0,))
    recording = recording_of(sample, drawn=False)._replace(components=np.array([-1, -1]))
    model = Model(np.array([0.4, 0.6]), np.array([0.1, 0.9]), np.array([0.5, 0.5]))
    found = _core.bootstrap(sample.problem, model, Resampling("nonparametric", 40, 1, recording), Options())
    assert np.isfinite(found["parameters"]).all()
    means = found["parameters"][:, 2:4]
    single = means[:, 0] == means[:, 1]
    assert 5 < single.sum() < 35
    assert np.isin(means[single], [0.0, 1.0]).all()
    assert (found["collapsed"][single] == 0.0).all()


DIGEST = """
import hashlib
import numpy as np
import mix1d
from mix1d import _core
from mix1d.data.recording import recording_of
from mix1d.native import Chart, Model, Options, Resampling
rng = np.random.default_rng(1)
x, e = np.abs(rng.normal(2.0, 2.0, 90)), rng.lognormal(-1.0, 0.5, 90)
obs = mix1d.Observations(np.where(x < 0.5, 0.0, x), upper=np.maximum(x, 0.5), errors=e, truncation=(0, None))
sample = mix1d.fit(obs, 1).sample
model = Model(np.array([0.5, 0.5]), np.array([1.0, 2.0]), np.array([1.0, 2.5]))
digest = hashlib.sha256()
for kind in ("weighted", "parametric", "nonparametric"):
    resampling = Resampling(kind, 20, 3, recording_of(sample, drawn=True))
    for array in _core.bootstrap(sample.problem, model, resampling, Options(threads=2)).values():
        digest.update(array.tobytes())
    if kind == "parametric":
        distances = _core.recorded_goodness_replicates(sample.problem, model, resampling, Options())
        digest.update(distances.tobytes())
print(digest.hexdigest())
"""


@pytest.mark.skipif(len(ISAS) == 1, reason="one instruction set")
def test_instruction_sets_change_no_bit():
    assert_same_on_every_isa(DIGEST)


# What cannot be had


@pytest.mark.parametrize(
    ("lower", "upper"),
    [([0.0, 0.5, 1.0], [1.0, 1.5, 2.0]), ([0.0, 1.0, 3.0], [1.0, 2.0, 3.0]), ([-np.inf, 0.0], [1.0, np.inf])],
)
def test_it_must_be_known_how_intervals_arose(lower, upper):
    sample = recorded_sample(mix1d.Observations(lower, upper=upper))
    with pytest.raises(
        mix1d.InputError, match="how the intervals arose is unknown; use the weighted bootstrap"
    ):
        recording_of(sample, drawn=True)
    assert recording_of(sample, drawn=False).weights.sum() == len(lower)


def test_a_recording_goes_with_rows_of_other_kinds_alone():
    fitted = mix1d.fit([1.0, 2.0, 4.0, 7.0], 1)
    recording = recording_of(recorded_sample(mix1d.Observations([1.0, "<0.5"])), drawn=True)
    model = Model(*parameters(fitted.mixture))
    with pytest.raises(ValueError, match="need a recording, and they alone"):
        _core.bootstrap(fitted.sample.problem, model, Resampling("weighted", 3, 1, recording), Options())
