"""Sketches of values that were cut off by a window, or have one error in common."""

import numpy as np
import pytest

import mix1d

RNG = np.random.default_rng(23)
X = np.where(RNG.random(30_000) < 0.4, RNG.normal(0.0, 1.0, 30_000), RNG.normal(4.0, 1.3, 30_000))
INSIDE = X[X > -0.5]


def assert_same(found, expected, tolerance=1e-8):
    assert found.converged
    assert found.n_obs == expected.n_obs
    assert found.log_likelihood == pytest.approx(expected.log_likelihood, rel=tolerance)
    sds = expected.mixture.sds
    np.testing.assert_allclose(found.mixture.weights, expected.mixture.weights, atol=tolerance)
    np.testing.assert_allclose(found.mixture.means / sds, expected.mixture.means / sds, atol=tolerance)
    np.testing.assert_allclose(found.mixture.sds / sds, 1.0, atol=tolerance)


@pytest.mark.parametrize(
    ("values", "options"),
    [
        (X, {"errors": 0.2}),
        (INSIDE, {"truncation": (-0.5, None)}),
        (INSIDE[INSIDE < 7.0], {"truncation": (-0.5, 7.0)}),
        (INSIDE, {"truncation": (-0.5, None), "errors": 0.3}),
    ],
)
def test_fits_agree_with_those_of_all_values(values, options, tmp_path):
    sketch = mix1d.Sketch.of(values)
    assert not sketch.exact
    found = mix1d.fit(sketch, 2, **options)
    assert_same(found, mix1d.fit(values, 2, **options, resolution=0))
    errors, other = found.standard_errors(), mix1d.fit(values, 2, **options, resolution=0).standard_errors()
    np.testing.assert_allclose(errors.means, other.means, rtol=1e-5)
    saved = tmp_path / "fit.json"
    saved.write_text(found.to_json())
    again = mix1d.load(saved)
    assert (again.mixture, again.log_likelihood, str(again)) == (
        found.mixture,
        found.log_likelihood,
        str(found),
    )
    assert len(found.replicates(replicates=2).means) == 2
    with pytest.raises(mix1d.NeedsDataError):
        found.goodness_of_fit(replicates=2)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"resolution": 0.5}, "moments are no intervals; fit the values themselves"),
        ({"upper": X}, "upper must be None for a sketch: rows with limits cannot be summarised yet"),
        ({"labels": X}, "labels must be None for a sketch: rows with labels cannot be summarised yet"),
        ({"errors": np.ones(len(X))}, "errors must be one number for a sketch"),
        (
            {"truncation": (np.zeros(len(X)), None)},
            r"of numbers for a sketch, in which values",
        ),
        ({"truncation": (0.0, None)}, "truncation must hold all values of the sketch, which go from"),
    ],
)
def test_what_rows_alone_can_tell_is_refused(options, words):
    with pytest.raises(mix1d.InputError, match=words):
        mix1d.fit(mix1d.Sketch.of(X), 2, **options)
