"""Influence of single values against brute-force refits and closed forms."""

import numpy as np
import pytest

import mix1d
from cases import column, draw
from mix1d.data import read_sample
from mix1d.diagnostics.influence import influence


def of(x, k, weights=None, **keywords):
    result = mix1d.fit(x, k, sample_weight=weights, **keywords)
    return result, result.influence()


def flat(record):
    return np.concatenate([record.weights, record.means, record.sds])


def brute(x, result, sds="free"):
    """The change of every parameter in standard errors for every row left out, (n, 3k)."""
    k = len(result.mixture.weights)
    errors = flat(result.standard_errors())
    changes = [
        flat(mix1d.fit(np.delete(x, i), k, sds=sds, start=result.mixture).mixture) - flat(result.mixture)
        for i in range(len(x))
    ]
    return np.array(changes) / errors


@pytest.mark.parametrize(
    ("name", "k", "sds"), [("acidity", 2, "free"), ("galaxies", 3, "free"), ("iris_petal_length", 2, "equal")]
)
def test_the_most_influential_value_is_that_of_brute_force(name, k, sds):
    x = column(name)
    result, found = of(x, k, sds=sds)
    exact = brute(x, result, sds)
    row = int(np.argmax(np.abs(exact).max(axis=1)))
    assert found.most.value == x[row]
    np.testing.assert_allclose(found.most.shifts, exact[row], rtol=1e-6, atol=1e-7)
    top = int(np.argmax(np.abs(exact[row])))
    kinds = ("weight", "mean", "sd")
    if k > 2 or kinds[top // k] != "weight":  # two weights change alike
        assert (found.most.parameter, found.most.component) == (kinds[top // k], top % k)
    assert abs(found.most.shift) == pytest.approx(np.abs(exact).max(), rel=1e-6)
    for one in found.refitted:
        np.testing.assert_allclose(
            one.shifts, exact[int(np.flatnonzero(x == one.value)[0])], rtol=1e-5, atol=1e-6
        )


def test_the_first_order_change_is_right_to_first_order():
    rng = np.random.default_rng(2)
    x = np.concatenate([rng.normal(0, 1, 250), rng.normal(5, 1.5, 250)])
    result, found = of(x, 2)
    exact = brute(x, result)[np.argsort(x)]
    np.testing.assert_allclose(found.shifts, exact, atol=0.05 * np.abs(exact).max())
    assert np.corrcoef(found.shifts[:, 2], exact[:, 2])[0, 1] > 0.999


def test_removing_a_little_weight_changes_by_the_derivative():
    x = draw(3, [0.5, 0.5], [0.0, 4.0], [1.0, 1.0], 80)
    result, found = of(x, 2)
    errors = flat(result.standard_errors())
    order = np.argsort(x)
    for i in (0, 20, 79):
        weights = np.ones(80)
        weights[order[i]] -= 1e-5
        moved = mix1d.fit(x, 2, sample_weight=weights, start=result.mixture).mixture
        slope = (flat(moved) - flat(result.mixture)) / errors / 1e-5
        np.testing.assert_allclose(found.shifts[i], slope, rtol=1e-3, atol=1e-4)


def test_one_component_has_a_closed_form():
    x = np.array([0.0, 1.0, 2.0, 3.5, 9.0])
    _, found = of(x, 1)
    n, mean, sd = 5, x.mean(), x.std()
    np.testing.assert_allclose(found.shifts[:, 1], -(x - mean) / n / (sd / np.sqrt(n)), rtol=1e-10)
    z2 = ((x - mean) / sd) ** 2
    np.testing.assert_allclose(found.shifts[:, 2], -(z2 - 1) / np.sqrt(2 * n), rtol=1e-9, atol=1e-12)
    assert np.isnan(found.shifts[:, 0]).all()  # the weight is 1 whatever happens
    assert found.most.value == 9.0
    assert len(found.refitted) == 5
    rest = x[:4]
    np.testing.assert_allclose(
        found.most.shifts[1:],
        [(rest.mean() - mean) / (sd / np.sqrt(n)), (rest.std() - sd) / (sd / np.sqrt(2 * n))],
        rtol=1e-9,
    )
    assert found.message.startswith("Leaving out 9 moves the sd by ")


def test_an_outlier_is_found():
    x = np.append(draw(5, [0.5, 0.5], [0.0, 10.0], [1.0, 1.0], 100), 50.0)
    result, found = of(x, 2)
    assert found.most.value == 50.0
    j = int(np.argmax(result.mixture.sds))
    assert (found.most.parameter, found.most.component) == ("sd", j)
    assert found.message == found.most.message
    assert found.message.startswith(f"Leaving out 50 moves the sd of component {'ab'[j]} by ")
    assert abs(found.most.shift) > 2.0


def test_a_value_that_keeps_a_component_from_collapsing_comes_first():
    rng = np.random.default_rng(276)
    x = np.round(np.concatenate([rng.normal(0.0, 0.3, 6), rng.normal(6.0, 2.0, 20)]), 1)
    result, found = of(x, 2)
    assert not result.regularized
    assert found.most.regularized
    rest = np.delete(x, np.flatnonzero(x == found.most.value)[0])
    assert mix1d.fit(rest, 2, start=result.mixture).regularized
    assert found.message == "Leaving out 0 lets a component collapse: the fit rests on that value."


def test_a_large_sample_is_left_out_in_part():
    x = draw(37, [0.6, 0.4], [0.0, 4.0], [1.0, 1.0], 400)
    result, found = of(x, 2)
    assert 5 <= len(found.refitted) <= 50
    exact = np.abs(brute(x, result)).max(axis=1)
    assert found.most.value == x[int(np.argmax(exact))]
    assert abs(found.most.shift) == pytest.approx(exact.max(), rel=1e-6)


def test_a_weight_is_a_repetition():
    values, weights = np.array([0.0, 1.0, 2.0, 3.0, 3.5, 8.0]), np.array([3, 2, 5, 1, 2, 2])
    _, one = of(values, 1, weights=weights)
    _, other = of(np.repeat(values, weights), 1)
    assert np.array_equal(one.shifts, other.shifts, equal_nan=True)
    assert one.most.weight == other.most.weight == 2.0
    assert "one of the 2 values 8" in one.message
    _, fractional = of(values, 1, weights=weights + 0.5)
    assert "one unit of the weight at 8" in fractional.message


def test_a_weight_below_one_is_left_out_altogether():
    x = np.array([0.0, 1.0, 2.0, 4.0])
    _, found = of(x, 1, weights=[1.0, 1.0, 1.0, 0.25])
    last = next(one for one in found.refitted if one.value == 4.0)
    assert last.mixture.means[0] == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize("exponent", [-200, 200])
def test_the_scale_does_not_matter(exponent):
    x = column("acidity")
    _, one = of(x, 2)
    _, other = of(x * 2.0**exponent, 2)
    np.testing.assert_allclose(other.shifts, one.shifts, rtol=1e-9, atol=1e-12)
    assert other.most.value == one.most.value * 2.0**exponent


def test_components_of_weight_zero_have_no_influence():
    x = np.array([0.0, 1.0, 2.5, 4.0, 9.0])
    one = mix1d.fit(x, 1)
    m, s = one.mixture.means[0], one.mixture.sds[0]
    padded = mix1d.Mixture([1.0, 0.0], [m, 50.0], [s, 1.0])
    covariance = np.full((6, 6), np.nan)
    covariance[np.ix_([0, 2, 4], [0, 2, 4])] = one._covariance("observed")
    found = influence(read_sample(x), padded, covariance, equal=False)
    assert np.isnan(found.shifts[:, [1, 3, 5]]).all()
    assert found.most.value == 9.0


def test_a_fit_without_standard_errors_says_so():
    result, found = of(column("geyser_duration"), 4)
    assert result.regularized
    assert found.most is None
    assert found.refitted == ()
    assert found.message == "Influence is measured in standard errors, and this fit has none."
    assert of([3.0] * 4, 1)[1].most is None


def test_two_values_and_equal_sds():
    assert of([0.0, 1.0], 1)[1].most is not None
    _, found = of(column("galaxies"), 3, sds="equal")
    sds = found.shifts[:, 6:]
    assert np.array_equal(sds[:, 0], sds[:, 1])


def test_rows_that_were_not_kept():
    x = np.arange(70_000) % 300
    with pytest.raises(mix1d.NeedsDataError, match="65,536"):
        of(x, 1)
