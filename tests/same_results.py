"""Whether two results are the same to the last bit."""

import math

import numpy as np

from mix1d.data.recorded_sample import RecordedSample


def same(one, other):
    """The same to the last bit, whatever it is made of."""
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, float) and math.isnan(one):
        return math.isnan(other)
    return type(one) is type(other) and one == other


def same_sample(one, other):
    names = [
        "values",
        "weights",
        "rows",
        "n_obs",
        "total_weight",
        "n_missing",
        "n_zero_weight",
        "resolution",
        "name",
        "widths",
    ]
    assert all(same(getattr(one, name), getattr(other, name)) for name in names)
    assert type(one) is type(other)
    if isinstance(one, RecordedSample):
        assert one.observations == other.observations
        assert same(tuple(one.terms), tuple(other.terms))
        assert same(one.pooled_values, other.pooled_values)
        assert (one.component_of, one.background) == (other.component_of, other.background)
        assert one.point == other.point


def known(row):
    """What is kept of a fit: not the place of its model among those that were asked for."""
    return {name: value for name, value in row.items() if name != "place"}


def same_result(one, other):
    same_sample(one.sample, other.sample)
    assert len(one.rows) == len(other.rows)
    assert all(same(known(a), known(b)) for a, b in zip(one.rows, other.rows, strict=True))
    assert same(tuple(one.asked[:-1]), tuple(other.asked[:-1]))
    assert repr(one.asked.specification) == repr(other.asked.specification)  # NaN is not equal to itself
    assert (one.index, one.apart.values, one.apart.heaped) == (
        other.index,
        other.apart.values,
        other.apart.heaped,
    )
    assert (one.apart.column is None) is (other.apart.column is None)
    if one.apart.column is not None:
        same_sample(one.apart.column, other.apart.column)
