"""The bootstrap test of k components against k + 1 beside a background."""

import re

import numpy as np
import pytest

import mix1d
import oracle_recording as oracle
from cases import draw, parameters
from mix1d import _core
from mix1d.data.recorded_sample import recorded_sample
from mix1d.data.recording import recording_of
from mix1d.display.checks import checks
from mix1d.native import Chart, Model
from mix1d.outcome.models import behind_background

ENDS = (-10.0, 20.0)


def sample_of(seed, k, n=160, share=0.25):
    """Values of k normals at 0, 5, ... and of a background."""
    rng = np.random.default_rng(seed)
    some = round(share * n)
    values = draw(seed, [1.0 / k] * k, [5.0 * j for j in range(k)], [1.0] * k, n - some)
    return np.concatenate([values, rng.uniform(*ENDS, some)])


@pytest.mark.parametrize(("k", "sds"), [(1, "free"), (1, "equal"), (2, "equal")])
def test_both_models_have_the_background(k, sds):
    x = sample_of(3, 2)
    test = mix1d.order_test(x, k, sds=sds, background=ENDS, replicates=1)
    found = [mix1d.fit(x, n, sds=sds, background=ENDS) for n in (k, k + 1)]
    assert not any(f.regularized for f in found)
    rise = 2.0 * (found[1].log_likelihood - found[0].log_likelihood)
    assert test.statistic == pytest.approx(rise, abs=0.2)
    weights = [f.background_weight for f in found]
    assert test.background_weights == pytest.approx(weights, abs=0.02)
    for mixture, f in zip((test.null, test.alternative), found, strict=True):
        assert len(mixture.weights) == len(f.mixture.weights)
        assert mixture.weights.sum() == pytest.approx(1.0, abs=1e-12)
        assert np.abs(mixture.means - f.mixture.means).max() < 0.2


def test_a_replicate_is_drawn_of_the_background_too():
    x = sample_of(5, 1)
    test = mix1d.order_test(x, 1, background=ENDS, replicates=5, rng=4)
    null = behind_background(parameters(test.null), test.background_weights[0], ENDS)
    drawn = []
    for r in range(5):
        rows = drawn_rows(x, null, r)
        one = mix1d.order_test(oracle.observations_of(rows), 1, background=ENDS, replicates=1)
        assert test.null_statistics[r] == pytest.approx(one.statistic, abs=1e-6), r
        drawn.append(rows)
    far = np.concatenate([rows[:, 0] for rows in drawn])
    assert np.mean(np.abs(far) > 6.0) == pytest.approx(0.25 * 18.0 / 30.0, abs=0.06)


def drawn_rows(x, null, stream):
    sample = recorded_sample(mix1d.Observations(x), (), ENDS)
    model = Model(*map(np.asarray, null), Chart(background=True))
    rows, _ = _core.draw_recorded(4, stream, "parametric", model, recording_of(sample, drawn=True))
    return rows


def test_strays_of_a_background_are_no_population():
    """Without the background a second population is found, with it there is none."""
    x = sample_of(8, 1)
    assert mix1d.order_test(x, 1, replicates=99).p_value == 0.01
    assert mix1d.order_test(x, 1, background=ENDS, replicates=99).p_value > 0.05
    assert mix1d.order_test(sample_of(8, 2), 1, background=ENDS, replicates=99).p_value == 0.01


def test_the_size_of_the_test():
    """Samples of one normal and a background: small p-values are no more frequent than they should be."""
    p = np.array(
        [
            mix1d.order_test(sample_of(100 + s, 1, 120), 1, background=ENDS, replicates=19).p_value
            for s in range(60)
        ]
    )
    for level in (0.1, 0.2):
        assert (p <= level).mean() < level + 3.0 * np.sqrt(level * (1.0 - level) / 60)


def test_the_range_of_the_data_is_that_of_the_fit():
    x = sample_of(5, 1)
    whole = mix1d.order_test(x, 1, background=True, replicates=3)
    given = mix1d.order_test(x, 1, background=(x.min(), x.max()), replicates=3)
    assert whole.null_statistics.tolist() == given.null_statistics.tolist()
    none = mix1d.order_test(x, 1, background=False, replicates=3)
    assert none.background_weights is None
    assert none.statistic == mix1d.order_test(x, 1, replicates=3).statistic


@pytest.mark.parametrize("kind", ["bins", "errors", "window", "rounded"])
def test_beside_rows_of_other_kinds(kind):
    x = sample_of(6, 2)
    more = {
        "bins": {"data": np.histogram(x, np.arange(-10.0, 20.5))},
        "errors": {"data": x, "errors": 0.4},
        "window": {"data": x[x > -1.0], "truncation": (-1.0, None)},
        "rounded": {"data": np.round(x)},
    }[kind]
    one = mix1d.order_test(n_components=1, background=ENDS, replicates=39, **more)
    two = mix1d.order_test(n_components=2, background=ENDS, replicates=39, **more)
    assert one.p_value == 1 / 40
    assert two.p_value > 0.05
    data = more.pop("data")
    fits = [mix1d.fit(data, k, background=ENDS, **more) for k in (1, 2)]
    rise = 2.0 * (fits[1].log_likelihood - fits[0].log_likelihood)
    assert one.statistic == pytest.approx(rise, abs=0.3)


def test_checks_of_a_fit_test_beside_its_background():
    fitted = mix1d.fit(sample_of(3, 2), 2, background=ENDS)
    words = dict(checks(fitted, replicates=39))
    assert words["Number of components"].startswith("bootstrap test: at least 2 components")


def test_observations_say_themselves_how_exact_they_are():
    """A resolution that Observations have is theirs, whatever the keyword says by default."""
    x = np.round(draw(2, [1.0], [10.0], [1.0], 80))
    exact = mix1d.order_test(mix1d.Observations(x, resolution=0), 1, replicates=3)
    assert exact.statistic == mix1d.order_test(x, 1, resolution=0, replicates=3).statistic
    assert exact.statistic != mix1d.order_test(x, 1, replicates=3).statistic


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"background": (3.0, 1.0)}, "background must be True or a pair (low, high) of finite, rising"),
        ({"background": (900.0, 901.0)}, "background must reach over some of the data"),
        ({"background": True, "method": "em"}, "background must be None in the EM-test"),
    ],
)
def test_what_is_refused(asked, words):
    with pytest.raises(mix1d.InputError, match=re.escape(words)):
        mix1d.order_test(sample_of(5, 1), 1, **asked)


def test_long_columns_have_none():
    with pytest.raises(mix1d.InputError, match="at most 65536 distinct values, in memory, where a backgr"):
        mix1d.order_test(np.random.default_rng(1).normal(size=70_000), 1, background=True)
