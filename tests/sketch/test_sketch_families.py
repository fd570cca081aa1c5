"""Sketches, long columns and sources, fitted with components that are not normal."""

import numpy as np
import pytest

import mix1d

RNG = np.random.default_rng(29)
N = 80_000
LEFT = RNG.random(N) < 0.4
SAMPLES = {
    "lognormal": np.where(LEFT, RNG.lognormal(0.0, 0.4, N), RNG.lognormal(2.0, 0.3, N)),
    "gamma": np.where(LEFT, RNG.gamma(3.0, 1.0, N), RNG.gamma(80.0, 0.2, N)),
    "weibull": np.where(LEFT, RNG.weibull(2.5, N), 5.0 * RNG.weibull(6.0, N)),
    "student_t": np.where(LEFT, RNG.standard_t(4.0, N), 9.0 + RNG.standard_t(6.0, N)),
    "poisson": np.where(LEFT, RNG.poisson(2.0, N), RNG.poisson(15.0, N)).astype(np.float64),
}


def assert_same(found, expected, tolerance):
    assert found.converged
    assert found.family == expected.family
    assert found.n_obs == expected.n_obs
    assert found.log_likelihood == pytest.approx(expected.log_likelihood, rel=tolerance)
    sds = expected.mixture.sds
    np.testing.assert_allclose(found.mixture.weights, expected.mixture.weights, atol=tolerance)
    np.testing.assert_allclose(found.mixture.means / sds, expected.mixture.means / sds, atol=tolerance)
    np.testing.assert_allclose(found.mixture.sds / sds, 1.0, atol=tolerance)


@pytest.fixture(scope="module", params=SAMPLES)
def case(request):
    return request.param, SAMPLES[request.param]


def test_a_sketch_is_fitted_as_its_values(case):
    family, values = case
    sketch = mix1d.Sketch.of(values)
    found = mix1d.fit(sketch, 2, family=family)
    assert_same(found, mix1d.fit(values, 2, family=family, resolution=0, set_apart=None), 1e-8)


def test_merged_and_saved_sketches_give_the_same_fit(case):
    family, values = case
    parts = [mix1d.Sketch.of(values[i::2]) for i in range(2)]
    whole = mix1d.Sketch.from_bytes((parts[0] + parts[1]).to_bytes())
    assert_same(
        mix1d.fit(whole, 2, family=family), mix1d.fit(mix1d.Sketch.of(values), 2, family=family), 1e-8
    )


def test_families_are_compared_on_a_sketch():
    sketch = mix1d.Sketch.of(SAMPLES["gamma"])
    found = mix1d.fit(sketch, 2, family={"gamma", "lognormal", "normal"})
    assert found.family == "gamma"
    assert {row.family for row in found.selection} == {"gamma", "lognormal", "normal"}


def test_a_query_is_fitted_as_its_values():
    duckdb = pytest.importorskip("duckdb")
    values = SAMPLES["weibull"]
    with duckdb.connect() as connection:
        connection.register("frame", {"x": values})
        found = mix1d.fit(connection.sql("SELECT x FROM frame"), 2, family="weibull")
    assert_same(found, mix1d.fit(mix1d.Sketch.of(values), 2, family="weibull"), 1e-9)


def test_a_file_is_fitted_as_its_values(tmp_path):
    path = tmp_path / "values.csv"
    values = SAMPLES["gamma"][:5000]
    path.write_text("x\n" + "\n".join(map(repr, values.tolist())) + "\n", encoding="utf-8")
    assert_same(mix1d.fit(path, 2, family="gamma"), mix1d.fit(values, 2, family="gamma"), 1e-9)


def test_values_of_a_sketch_that_a_family_cannot_have_are_refused():
    sketch = mix1d.Sketch.of(RNG.normal(0.0, 1.0, 70_000))
    with pytest.raises(mix1d.InputError, match="family 'gamma' needs values above 0, found -"):
        mix1d.fit(sketch, 2, family="gamma")


def test_many_sketches_have_the_numbers_of_each_alone():
    sketches = {name: mix1d.Sketch.of(SAMPLES[name][:9000]) for name in ("gamma", "lognormal")}
    table = mix1d.fit_many(sketches, 2, family="gamma")
    for i, sketch in enumerate(sketches.values()):
        mixture = mix1d.fit(sketch, 2, family="gamma").mixture
        np.testing.assert_array_equal(table["means"][i], mixture.means)
        assert table["shapes"][i].tolist() == [one.parameters["shape"] for one in mixture.components]
