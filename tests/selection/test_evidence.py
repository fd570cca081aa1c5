"""What printing says about the number of components: no exception, and no test that does not hold."""

import numpy as np
import pytest

import mix1d
from mix1d.outcome.maximum import maximum_of
from mix1d.selection.evidence import em_tests, evidence

# A test of three components whose null has two: the third was found to be empty.
EMPTY_THIRD = (
    [5] + [6] * 5 + [7] * 39 + [8] * 10 + [9] + [86] * 2 + [87] * 4 + [88] * 6 + [89] * 4 + [90] + [91] * 2
)


def far_clusters(seed):
    rng = np.random.default_rng(seed)
    places = rng.choice([7.0, 88.0, 300.0], 2 + seed % 2, replace=False)
    return np.concatenate([rng.normal(m, 1.0 + seed % 3, rng.integers(15, 60)) for m in places])


@pytest.mark.parametrize("seed", [*range(8), 36, 76])
def test_far_clusters_are_printed_whatever_the_number(seed):
    x = far_clusters(seed)
    for k in range(1, 7):
        result = mix1d.fit(x, k, resolution=0)
        assert str(result)
        assert result._repr_html_()


def test_a_test_whose_null_has_fewer_components_ends_the_sequence():
    rng = np.random.default_rng(36)
    x = np.concatenate([rng.normal(7, 1, 100), rng.normal(88, 1, 50)])
    test = mix1d.order_test(x, 3, method="em")
    assert (test.n_components, len(test.null.means)) == (3, 2)
    assert "against 3, of which the data show only 2 (p =" in test.message
    result = mix1d.fit(x, 3, resolution=0, set_apart=None)
    assert [t.n_components for t in em_tests(maximum_of(result)).tests] == [1, 2]
    assert "more than the 2 of the fit" in result.summary(details=True)
    assert "EM-test" in mix1d.fit(EMPTY_THIRD, 3, resolution=0, set_apart=None).summary(details=True)
    drawn = mix1d.order_test(EMPTY_THIRD, 3, replicates=19)
    assert (drawn.n_components, np.count_nonzero(drawn.null.weights)) == (3, 2)
    assert "against 3, of which the data show only 2 (p = 1, 19 replicates)" in drawn.message


@pytest.mark.parametrize("seed", range(5))
def test_rounding_leaves_the_test_out_and_says_so(seed):
    x = np.round(np.random.default_rng(seed).normal(20.0, 1.0, 300))
    result = mix1d.fit(x, [1, 2], resolution=0)
    assert "EM-test:" not in result.summary(details=True)
    assert evidence(result).order == (
        "The EM-test is left out: values rounded to multiples of 1 are too coarse for it, more than half of "
        f"the narrowest sd ({x.std():.3g}); the number of components rests on BIC, and "
        'order_test(method="bootstrap") rounds alike.'
    )
    assert "rests on" not in evidence(mix1d.fit(x, 1, resolution=0)).order


def test_a_narrow_component_leaves_out_the_later_tests():
    rng = np.random.default_rng(3)
    x = np.concatenate([np.round(rng.normal(0, 1.5, 100)), np.round(rng.normal(60, 10.0, 100))])
    found = em_tests(maximum_of(mix1d.fit(x, 2, resolution=0)))
    assert [test.n_components for test in found.tests] == [1]
    assert found.withheld
    assert mix1d.fit(x, 2, resolution=0).summary(details=True).count("The EM-test of 2 components") == 1
