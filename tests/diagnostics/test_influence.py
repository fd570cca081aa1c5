"""Influence of single values against refits without each of them, and the closed form for one component."""

import math

import numpy as np
import pytest

import mix1d
from cases import column, draw
from mix1d.diagnostics.influence import influence_on
from mix1d.native import FREE
from mix1d.outcome.maximum import Maximum


def errors_of(result):
    e = result.standard_errors()
    return np.array([e.weights, e.means, e.sds])


def changes_without(result, x, i, sds="free"):
    """The changes of all parameters when row i is left out, in standard errors: (3, k)."""
    m = result.mixture
    without = mix1d.fit(np.delete(x, i), len(m.weights), start=m, sds=sds).mixture
    both = [np.array([a.weights, a.means, a.sds]) for a in (m, without)]
    return (both[1] - both[0]) / errors_of(result)


@pytest.mark.parametrize(
    ("x", "k", "sds"),
    [
        (draw(1, [0.4, 0.6], [0.0, 5.0], [1.0, 1.5], 60), 2, "free"),
        (np.round(draw(2, [0.5, 0.5], [0.0, 4.0], [1.0, 1.0], 80), 1), 2, "equal"),
        (column("galaxies"), 3, "free"),
    ],
    ids=["free", "equal, rounded", "galaxies"],
)
def test_the_most_influential_is_that_of_all_refits(x, k, sds):
    result = mix1d.fit(x, k, sds=sds)
    found = result.influence()
    brute = {}
    for value in np.unique(x):
        change = changes_without(result, x, int(np.flatnonzero(x == value)[0]), sds)
        brute[float(value)] = change
    largest = max(brute, key=lambda v: np.abs(brute[v]).max())
    assert found.top[0].value == largest
    for point in found.top:
        change = brute[point.value]
        assert abs(point.change) == pytest.approx(np.abs(change).max(), rel=1e-6)
        row = ("weight", "mean", "sd").index(point.parameter)
        column_of = 0 if point.component is None else point.component
        assert point.change == pytest.approx(change[row, column_of], rel=1e-6)
        assert point.n_rows == np.count_nonzero(x == point.value)
    # the first-order change is near that of the refit where it is small
    exact = np.array([np.abs(brute[v]).max() for v in found.values.tolist()])
    small = exact < 0.2
    assert small.sum() > 20
    np.testing.assert_allclose(np.abs(found.one_step[small]), exact[small], atol=0.05)


def test_a_value_that_the_first_order_change_underrates():
    rng = np.random.default_rng(22)
    x = np.concatenate([rng.normal(4 * j * rng.random(), 1 + rng.random(), 20) for j in range(3)])
    result = mix1d.fit(x, 3)
    found = result.influence()
    exact = [float(np.abs(changes_without(result, x, i)).max()) for i in range(len(x))]
    row = int(np.argmax(exact))
    assert found.top[0].value == x[row]
    assert abs(found.top[0].change) == pytest.approx(exact[row], rel=1e-6)
    rank = np.argsort(-np.abs(found.one_step))
    assert x[row] not in found.values[rank[:5]]  # the five largest first-order changes would have missed it


def test_one_component_in_closed_form():
    x = np.array([1.0, 2.0, 3.0, 5.0, 6.0, 7.5, 20.0])
    n, mean, sd = len(x), x.mean(), x.std()
    found = mix1d.fit(x, 1).influence()
    z = (x - mean) / sd
    steps = np.array([-z / math.sqrt(n), -(z**2 - 1.0) / math.sqrt(2.0 * n)])
    strongest = np.abs(steps).argmax(axis=0)
    np.testing.assert_allclose(found.one_step, steps[strongest, range(n)], rtol=1e-9)
    top = found.top[0]
    assert (top.value, top.parameter, top.component) == (20.0, "sd", 0)
    assert top.change == pytest.approx((x[:-1].std() - sd) / (sd / math.sqrt(2.0 * n)), rel=1e-9)
    assert top.mixture.means[0] == pytest.approx(x[:-1].mean())
    assert found.message == f"Leaving out 20.0 (one of 1) moves the sd by {top.change:#.2g} standard errors."


def test_an_outlier_is_found():
    x = np.append(draw(4, [0.5, 0.5], [0.0, 8.0], [1.0, 1.0], 100), 50.0)
    result = mix1d.fit(x, 2, start=mix1d.Mixture([0.5, 0.5], [0.0, 8.5], [1.0, 4.0]))
    found = result.influence()
    assert found.top[0].value == 50.0
    assert abs(found.top[0].change) > 3.0
    assert found.message.startswith("Leaving out 50.0 (one of 1) moves the ")
    assert found.message.endswith(f"of component b by {found.top[0].change:#.2g} standard errors.")


def test_weights_are_repetitions():
    x = np.array([1.0, 1.5, 2.0, 2.5, 4.0, 7.0, 7.5, 8.0, 8.2])
    w = np.array([1, 3, 2, 2, 1, 2, 4, 1, 2])
    one = mix1d.fit(np.repeat(x, w), 2).influence()
    other = mix1d.fit(x, 2, sample_weight=w).influence()
    assert one.one_step.tolist() == other.one_step.tolist()
    assert [p.message for p in one.top] == [p.message for p in other.top]
    assert [p.n_rows for p in other.top] == [1] * 5


def test_less_than_one_unit_of_weight_can_only_be_left_out_whole():
    x, w = np.array([1.0, 2.0, 3.0, 4.0, 20.0]), np.array([2.5, 0.5, 0.5, 2.0, 0.25])
    found = mix1d.fit(x, 1, sample_weight=w).influence()
    mean = np.average(x, weights=w)
    z = (x - mean) / math.sqrt(np.average((x - mean) ** 2, weights=w))
    steps = np.array([z / math.sqrt(w.sum()), (z**2 - 1.0) / math.sqrt(2.0 * w.sum())])
    exact = np.minimum(1.0, w) * np.abs(steps).max(axis=0)
    np.testing.assert_allclose(np.abs(found.one_step), exact, rtol=1e-9)
    assert found.message.startswith("Leaving out 20.0 (all of 0.25) moves the sd by -")


@pytest.mark.parametrize("power", [-600, 4, 600])
def test_the_unit_of_the_data_changes_no_bit(power):
    x = column("acidity")
    one, other = mix1d.fit(x, 2).influence(), mix1d.fit(np.ldexp(x, power), 2).influence()
    assert one.one_step.tolist() == other.one_step.tolist()
    assert [p.change for p in one.top] == [p.change for p in other.top]
    for a, b in zip(one.top, other.top, strict=True):
        assert (np.ldexp(a.mixture.sds, power) == b.mixture.sds).all()


def test_components_of_weight_zero_are_left_aside():
    x = column("precip")
    few, many = mix1d.fit(x, 3), mix1d.fit(x, 4)
    assert many.mixture.weights.min() == 0.0
    a, b = few.influence(), many.influence()
    np.testing.assert_allclose(a.one_step, b.one_step, rtol=1e-5, atol=1e-8)
    assert b.top[0].value == a.top[0].value
    assert b.message.endswith("of weight 0 was left aside.")


def test_an_sd_on_its_floor_is_held():
    x = [0.0] * 20 + [10.0, 14.0, 17.0, 21.0, 24.0] * 4
    sample = mix1d.fit(x, 1).sample
    upper = np.array(x[20:])
    floor = sample.resolution / math.sqrt(12.0)
    mixture = (np.array([0.5, 0.5]), np.array([0.0, upper.mean()]), np.array([floor, upper.std()]))
    found = influence_on(Maximum(sample, mixture, FREE, True))
    assert found.message.endswith("The sd of component a is on its floor and was held there.")
    assert np.isfinite(found.one_step).all()


def test_a_value_that_a_component_hangs_on():
    x = [*np.linspace(0.0, 4.0, 25), 30.0, 34.0]
    found = mix1d.fit(x, 2, start=mix1d.Mixture([0.9, 0.1], [2.0, 32.0], [1.0, 2.0])).influence()
    lost = [p for p in found.top if p.value >= 30.0]
    assert len(lost) == 2
    for point in lost:
        assert math.isinf(point.change)
        assert (point.parameter, point.component, point.mixture) == ("", None, None)
        assert point.message.endswith("a component collapses or vanishes.")


@pytest.mark.parametrize(
    ("x", "k", "words"),
    [
        ([2.0, 2.0, 2.0], 1, "All values are the same"),
        (column("geyser_duration"), 4, "Only a penalty holds this fit up"),
    ],
)
def test_without_standard_errors_no_value_is_named(x, k, words):
    found = mix1d.fit(x, k).influence()
    assert found.message.startswith(words)
    assert found.top == ()
    assert np.isnan(found.one_step).all()


def test_two_values():
    found = mix1d.fit([1.0, 3.0], 1).influence()
    assert [p.message for p in found.top] == [
        f"Leaving out {x} (one of 1) leaves values that are all the same." for x in (1.0, 3.0)
    ]


def test_rows_that_are_not_kept():
    result = mix1d.fit(np.tile([1.0, 2.0, 2.5, 4.0], 20_000), 1)
    with pytest.raises(mix1d.NeedsDataError, match="influence needs the rows"):
        result.influence()
