"""Rows of the table of `fit_many`, for tests that compare them with `fit`."""

import numpy as np

# Findings that a table does not look for.
_SHAPES = {"single_population", "other_shape", "evenly_spread"}
BEYOND = _SHAPES | {"spike_differs", "open_interval", "wald", "compressed"}


def assert_row(table, i, expected):
    """Bit for bit; NaN is NaN, and beyond the last component there is nothing else."""
    for name, value in expected.items():
        found = table[name][i]
        if isinstance(value, np.ndarray):
            assert np.isnan(found[len(value) :]).all(), name
            found = found[: len(value)]
        if isinstance(value, np.ndarray | float):
            assert np.array(found, float).tobytes() == np.array(value, float).tobytes() or (
                np.array_equal(found, value, equal_nan=True)
            ), (i, name, found, value)
        else:
            assert found == value, (i, name, found, value)
