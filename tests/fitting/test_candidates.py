"""Which numbers of components are tried where none was asked for: one rule, in fit and in fit_many."""

import numpy as np
import pytest

import mix1d
from mix1d import _core
from mix1d.data.arguments import check_n_components
from mix1d.native import chart_of


def test_a_column_of_few_distinct_values_is_limited_by_its_parameters():
    for distinct in range(1, 400):
        for equal_only in (False, True):
            numbers = check_n_components(None, distinct, equal_only=equal_only)
            parameters = {k: 2 * k if equal_only else 3 * k - 1 for k in (1, 2, 3)}
            estimable = max(k for k, p in parameters.items() if k == 1 or p <= distinct - 1)
            assert numbers == tuple(range(1, max(min(10, distinct // 5), estimable) + 1))


@pytest.mark.parametrize("sds", [None, "free", "equal"])
@pytest.mark.parametrize("distinct", [1, 2, 5, 6, 8, 9, 12, 27, 70])
def test_fit_and_fit_many_try_the_same(distinct, sds):
    x = np.repeat(np.arange(distinct) ** 1.5, 1 + np.arange(distinct) % 3)
    result = mix1d.fit(x, sds=sds)
    tried = sorted({row.n_components for row in result.selection})
    assert tried == list(range(1, len(tried) + 1))
    assert tried[-1] <= _core.most_components(distinct, [chart_of(sds == "equal")])
    table = mix1d.fit_many({"x": x}, sds=sds)
    assert table["k"][0] == len(result.mixture.means)
    assert table["bic"][0] == result.bic


def test_two_humps_in_eight_bins_are_two():
    centres, counts = np.arange(8.0), [12, 40, 35, 8, 6, 30, 44, 15]
    result = mix1d.fit(centres, sample_weight=counts)
    assert len(result.mixture.means) == 2
    assert "as asked" not in str(result)
    assert "2 components with equal sds, chosen by BIC among 1..2" in result.summary(details=True)
    assert mix1d.fit([1.0, 2.0, 4.0]).bottom_line.startswith("3 values are too few to say how many groups")
    assert mix1d.fit([1.0, 2.0, 4.0], 1).bottom_line == "1 normal group, as asked."


def test_no_verdict_on_the_fit_of_few_values():
    x = np.concatenate([np.linspace(0.0, 1.0, 9), np.linspace(50.0, 51.0, 9)])
    assert "The model" not in str(mix1d.fit(x, 1))
    assert "too few to say whether the model fits" in mix1d.fit(x, 1).goodness_of_fit(19).message
    assert "evidence against the shape" not in str(mix1d.fit(x, 1))
    assert "Strong evidence against the shape" in str(mix1d.fit(np.append(x, [0.5, 50.5]), 1))
