"""Columns at the edge of what doubles and rules allow: fitted, and correctly."""

import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import mix1d
import oracle
from cases import distance, draw, parameters
from mix1d import _core
from mix1d.native import Model, Problem

LOG_SQRT_2PI = 0.5 * math.log(2 * math.pi)


def codes(result):
    return {finding.code for finding in result.findings}


def check_finite(result):
    """Every number of the result is finite; standard errors may be missing, nothing else."""
    for array in parameters(result.mixture):
        assert np.all(np.isfinite(array))
    assert result.mixture.sds.min() > 0
    numbers = [result.log_likelihood, result.aic, result.bic, result.icl, result.newton_decrement]
    assert np.all(np.isfinite(numbers))
    apart = result.predict() < 0  # values set apart belong to no component
    assert np.all(np.isfinite(result.responsibilities()[~apart]))
    assert apart.sum() == sum(one.count for one in result.set_apart)
    assert isinstance(result.summary(), str)


def check_maximum(x, result, sample_weight=None):
    """The reported mixture is where a local solve on the sorted values ends, and as likely as it says."""
    values, inverse = np.unique(np.asarray(x, float), return_inverse=True)
    weights = np.bincount(inverse, weights=sample_weight)
    values, weights = values[weights > 0], weights[weights > 0]
    assert result.converged
    assert not result.regularized
    unit = 2.0 ** -math.frexp(float(np.abs(values).max()))[1]
    w, m, s = parameters(result.mixture)
    model = Model(w, m * unit, s * unit)
    exact = _core.polish(Problem(values * unit, weights), model, (0.0, 1.0), 0.0)
    assert exact["converged"]
    assert distance((w, m * unit, s * unit), exact["mixture"]) < 1e-9
    total = oracle.log_likelihood(values * unit, weights, w, m * unit, s * unit)
    assert result.log_likelihood == pytest.approx(total + weights.sum() * math.log(unit), rel=1e-11)


def check_ends(x, k):
    """The fit comes to an end: in a process of its own, which a fit for ever cannot hold up."""
    code = f"import mix1d; mix1d.fit({np.asarray(x).tolist()!r}, {k})"
    environment = os.environ | {"PYTHONPATH": str(Path(mix1d.__file__).parents[1])}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True, timeout=20)


# No spread


@pytest.mark.parametrize("x", [3.25, 0.0, -7e300, 1e-310, 1e308, 2.0**60])
@pytest.mark.parametrize("n", [1, 2, 7])
@pytest.mark.parametrize("sds", ["free", "equal", "auto"])
def test_constant_column(x, n, sds):
    """One component at the value; its sd is the spacing of doubles there, never 0."""
    result = mix1d.fit(np.full(n, x), sds=sds)
    check_finite(result)
    assert result.mixture.weights.tolist() == [1.0]
    assert result.mixture.means.tolist() == [x]
    assert result.mixture.sds[0] == pytest.approx(max(np.spacing(abs(x)), np.finfo(float).tiny), rel=1e-12)
    assert result.regularized
    assert "constant" in codes(result)
    assert result.log_likelihood == pytest.approx(
        n * (-math.log(result.mixture.sds[0]) - LOG_SQRT_2PI), rel=1e-13
    )
    assert np.all(np.isnan(result.standard_errors().means))


def test_constant_column_refuses_two_components():
    with pytest.raises(mix1d.InputError, match="n_components"):
        mix1d.fit([2.0, 2.0, 2.0], 2)


def test_two_distinct_values():
    x = [1.0] * 3 + [2.0] * 5
    one = mix1d.fit(x, 1, set_apart=None)
    check_finite(one)
    assert one.mixture.means == pytest.approx([1.625], rel=1e-14)
    assert one.mixture.sds == pytest.approx([math.sqrt(15.0) / 8.0], rel=1e-14)
    assert not one.regularized
    two = mix1d.fit(x, 2, set_apart=None)
    check_finite(two)
    assert two.regularized
    assert codes(two) & {"regularized", "null_component"}
    chosen = mix1d.fit(x)
    assert len(chosen.mixture.weights) == 1


def test_all_ties():
    """Three values, many times each: no component is narrower than the spacing allows."""
    x = np.repeat([0.0, 1.0, 5.0], [30, 40, 30])
    for k in (1, 2, 3):
        result = mix1d.fit(x, k)
        check_finite(result)
        assert result.mixture.sds.min() >= 1 / math.sqrt(12) * (1 - 1e-12)
    assert mix1d.fit(x, 1).mixture.means == pytest.approx([1.9], rel=1e-14)
    equal = mix1d.fit(x, 3, sds="equal")
    check_finite(equal)


def test_ties_in_a_continuous_column():
    """Twenty equal zeros among two hundred values: a spike is held by a penalty only, and named."""
    x = np.concatenate([np.zeros(20), np.random.default_rng(0).normal(3.0, 1.0, 180)])
    result = mix1d.fit(x, 2, set_apart=None, resolution=0)
    check_finite(result)
    assert result.regularized
    (finding,) = [f for f in result.findings if f.code == "regularized"]
    assert result.mixture.means[finding.component] == pytest.approx(0.0, abs=0.1)
    assert result.mixture.weights[finding.component] == pytest.approx(0.1, abs=0.02)


def test_as_many_components_as_values():
    x = [0.0, 1.0, 3.0, 7.0, 20.0]
    result = mix1d.fit(x, 5)
    check_finite(result)
    assert result.regularized


# The ends of the range of doubles


@pytest.mark.parametrize("scale", [1e-320, 1e-310, 1e-300, 1e300, 1e307])
def test_scales_at_the_ends(scale):
    x = draw(1, [0.4, 0.6], [-4.0, 4.0], [1.0, 0.5], 120)
    x = x / np.abs(x).max()
    result, plain = mix1d.fit(x * scale, 2), mix1d.fit(x, 2)
    check_finite(result)
    # denormals: the data are rounded to steps, the sds by as much
    step = 5e-324 / scale if scale < 1e-300 else 1e-12
    step = max(step, 1e-12)
    assert np.allclose(result.mixture.means / scale, plain.mixture.means, rtol=0, atol=3 * step)
    assert np.allclose(result.mixture.sds / scale, plain.mixture.sds, rtol=0, atol=3 * step)
    assert not result.regularized


def test_the_whole_range():
    """The largest double and its negative: their difference overflows, the fit does not."""
    big = np.finfo(float).max
    x = np.array([-big, -big / 2, 0.0, big / 4, big / 2, big])
    for k in (1, 2):
        check_finite(mix1d.fit(x, k))
    assert mix1d.fit(x, 1).mixture.means[0] == pytest.approx(big / 24, rel=1e-14)
    assert mix1d.fit(x, 1).mixture.sds[0] / big == pytest.approx(np.std(x / big), rel=1e-14)


@pytest.mark.parametrize("outlier", [1e6, 1e12, 1e30, 1e90, 1e150, -1e300])
def test_one_outlier(outlier):
    """One component of mean and sd in the outlier's units; two: the bulk has its own again."""
    bulk = draw(2, [1.0], [5.0], [1.0], 100)
    x = np.append(bulk, outlier)
    one = mix1d.fit(x, 1, set_apart=None)
    check_finite(one)
    assert one.mixture.means[0] == pytest.approx(np.mean(x / 101 * 101), rel=1e-12)
    assert one.mixture.sds[0] == pytest.approx(np.std(x / outlier) * abs(outlier), rel=1e-12)
    check_ends(x, 2)
    two = mix1d.fit(x, 2, set_apart=None)
    check_finite(two)
    j = int(np.argmax(two.mixture.weights))
    assert two.mixture.weights[j] == pytest.approx(100 / 101, rel=1e-9)
    assert two.mixture.means[j] == pytest.approx(bulk.mean(), rel=1e-9)
    assert two.mixture.sds[j] == pytest.approx(bulk.std(), rel=0.01)


@pytest.mark.parametrize("unit", [1e-10, 1e-20, 1e-50, 1e-200, 5e-324])
def test_an_outlier_beyond_all_powers_of_the_bulk(unit):
    """The squared interquartile range underflows in units of the outlier: the search must end."""
    x = [*(unit * np.arange(1.0, 13.0)), 1e300]
    for k in (1, 2, 3):
        result = mix1d.fit(x, k)
        check_finite(result)
        assert all(finding.message for finding in result.findings)  # which search, too
    two = mix1d.fit(x, 2).mixture
    assert two.weights.tolist() == pytest.approx([12 / 13, 1 / 13], rel=1e-9)
    assert two.means[1] == pytest.approx(1e300)


def test_integers_beyond_two_to_the_53():
    """Rounded to doubles like any other column."""
    start = 2**60
    x = [start + 1024 * int(v) for v in np.random.default_rng(3).normal(0, 50, 200)]
    result = mix1d.fit(x, 1)
    plain = np.array([(v - start) / 1024 for v in x])
    assert (result.mixture.means[0] - start) / 1024 == pytest.approx(plain.mean(), abs=0.2)
    assert result.mixture.sds[0] / 1024 == pytest.approx(plain.std(), rel=1e-12)
    check_finite(mix1d.fit(np.array(x, np.uint64), 2))


def test_far_offset():
    """Sds of 1 at 1e9: nothing cancels."""
    x = np.random.default_rng(4).normal(0.0, 1.0, 300) + 1e9
    result = mix1d.fit(x, 1)
    centred = x - 1e9  # exact
    assert result.mixture.means[0] - 1e9 == pytest.approx(centred.mean(), abs=2e-7)
    assert result.mixture.sds[0] == pytest.approx(centred.std(), rel=1e-13)
    two = draw(5, [0.5, 0.5], [0.0, 4.0], [1.0, 0.6], 400) + 1e9
    far, near = mix1d.fit(two, 2), mix1d.fit(two - 1e9, 2)
    assert np.allclose(far.mixture.means - 1e9, near.mixture.means, rtol=0, atol=2.5e-7)
    assert np.allclose(far.mixture.sds, near.mixture.sds, rtol=1e-9)
    assert np.allclose(far.mixture.weights, near.mixture.weights, rtol=1e-9)


# Other number types and layouts


def test_number_types_and_layouts():
    """Whatever holds the values, the bits are those of their doubles."""
    x = np.round(draw(6, [0.5, 0.5], [0.0, 6.0], [1.0, 1.0], 200) * 8) / 8  # exact in float16
    expected = mix1d.fit(x, 2).to_dict()
    read_only = x.copy()
    read_only.setflags(write=False)
    table = np.zeros((200, 3))
    table[:, 1] = x
    layouts = {
        "float16": x.astype(np.float16),
        "float32": x.astype(np.float32),
        "longdouble": x.astype(np.longdouble),
        "big-endian": x.astype(">f8"),
        "big-endian float16": x.astype(">f2"),
        "strided": np.repeat(x, 4)[::4],
        "backwards": x[::-1],
        "column of a table": table[:, 1],
        "two-dimensional": x[:, None],
        "read-only": read_only,
        "list": x.tolist(),
    }
    for name, layout in layouts.items():
        assert mix1d.fit(layout, 2).to_dict() == expected, name
    for dtype in (np.int8, np.int16, ">i4", np.int64, np.uint8, np.uint64):
        integers = ((x - x.min()) * 8).astype(dtype)
        same = mix1d.fit(integers.astype(float), 2).to_dict()
        assert mix1d.fit(integers, 2).to_dict() == same, dtype


def test_booleans_are_two_values():
    result = mix1d.fit(np.array([0.0, 1.0, 1.0, 0.0, 1.0]), 1)
    assert result.mixture.means == pytest.approx([0.6], rel=1e-15)
    assert result.mixture.sds == pytest.approx([math.sqrt(0.24)], rel=1e-15)


def test_zero_weights():
    x = draw(7, [0.5, 0.5], [0.0, 6.0], [1.0, 1.0], 200)
    weights = (np.arange(200) % 3).astype(float)
    result = mix1d.fit(x, 2, sample_weight=weights)
    check_maximum(x, result, weights)
    kept = weights > 0
    other = mix1d.fit(x[kept], 2, sample_weight=weights[kept])
    assert other.log_likelihood == result.log_likelihood
    assert result.n_obs == kept.sum()
    assert "zero_weight" in codes(result)


@pytest.mark.parametrize("unit", [1e-12, 1e12])
def test_weights_of_any_size(unit):
    """The mixture of one component does not depend on the unit of the weights."""
    x = draw(8, [1.0], [2.0], [1.0], 100)
    weights = np.random.default_rng(8).uniform(0.5, 2.0, 100) * unit
    result = mix1d.fit(x, 1, sample_weight=weights)
    mean = np.average(x, weights=weights)
    assert result.mixture.means[0] == pytest.approx(mean, rel=1e-13)
    assert result.mixture.sds[0] == pytest.approx(
        math.sqrt(np.average((x - mean) ** 2, weights=weights)), rel=1e-12
    )
    check_finite(result)


# Shapes that are easy to miss


@pytest.mark.parametrize("n", [60, 400, 4000])
@pytest.mark.parametrize("distance_between", [1e2, 1e4, 1e6])
def test_two_tight_clusters_far_apart(n, distance_between):
    x = draw(9, [0.5, 0.5], [0.0, distance_between], [1.0, 1.0], n)
    result = mix1d.fit(x, 2)
    check_maximum(x, result)
    low = x < distance_between / 2
    for part, mean, sd in zip((x[low], x[~low]), result.mixture.means, result.mixture.sds, strict=True):
        assert mean == pytest.approx(part.mean(), abs=1e-9 * distance_between)
        assert sd == pytest.approx(part.std(), rel=1e-8)


@pytest.mark.parametrize("seed", range(4))
def test_a_small_spike(seed):
    """Two per cent of a narrow component beside a broad one is found, where the penalty allows it."""
    x = draw(seed, [0.02, 0.98], [3.0, 0.0], [0.02, 1.0], 4000)
    result = mix1d.fit(x, 2)
    check_maximum(x, result)
    j = int(np.argmin(result.mixture.sds))
    assert result.mixture.means[j] == pytest.approx(3.0, abs=0.02)
    assert result.mixture.sds[j] == pytest.approx(0.02, rel=0.4)
    assert result.mixture.weights[j] == pytest.approx(0.02, rel=0.4)


def test_histogram():
    """Centres and counts: the fit of a column rounded to the bins, and close to that of the values."""
    x = draw(10, [0.4, 0.6], [0.0, 5.0], [1.0, 0.8], 5000)
    width = 0.25
    counts, edges = np.histogram(x, bins=np.arange(-5.0, 10.0, width))
    centres = edges[:-1] + width / 2
    result = mix1d.fit(centres, 2, sample_weight=counts)
    check_maximum(centres, result, counts.astype(float))
    assert result.total_weight == counts.sum()
    exact = mix1d.fit(x, 2)
    assert result.mixture.means == pytest.approx(exact.mixture.means, abs=0.02)
    # binning adds width^2 / 12 to each variance (Sheppard)
    assert np.square(result.mixture.sds) - width**2 / 12 == pytest.approx(
        np.square(exact.mixture.sds), rel=0.02
    )
    assert "binned" not in codes(result)


def test_wide_bins_are_reported():
    counts = np.array([2.0, 30.0, 45.0, 12.0, 1.0, 8.0, 25.0, 9.0])
    result = mix1d.fit(np.arange(8.0), 2, sample_weight=counts, resolution=0)
    check_finite(result)
    assert "binned" in codes(result)
    assert result.mixture.sds.min() >= 1 / math.sqrt(12) * (1 - 1e-12)


def test_a_tail_component_is_named():
    """Outliers on both sides are gathered by one wide component."""
    rng = np.random.default_rng(11)
    x = np.concatenate([rng.normal(0.0, 1.0, 970), rng.normal(0.0, 30.0, 30)])
    result = mix1d.fit(x, 2)
    check_maximum(x, result)
    assert "tail_component" in codes(result)


def test_heavy_tails_give_no_nonsense():
    """Cauchy: finite, sound answers for every size."""
    x = np.random.default_rng(12).standard_cauchy(500)
    for k in range(1, 7):
        check_finite(mix1d.fit(x, k))
