"""Fits of data as they come: the reference answers, what has no proper answer, and real cases."""

import json

import numpy as np
import pytest

import mix1d
from places import DATA
from processes import ISAS, elsewhere

REFERENCE = json.loads((DATA / "reference" / "observations.json").read_text())
CASES = {case["name"]: case for case in REFERENCE["cases"]}
BEHAVIOURS = {case["name"]: case for case in REFERENCE["behaviours"]}
# Maxima that the notes call "next to the given parameters": others are higher, or compete.
NEXT_TO = {"mounttom_k3_boundary", "namib_t8_k4_free"}


def observed(data):
    window = data.get("truncation")
    return mix1d.Observations(
        data["lower"],
        upper=data["upper"],
        sample_weight=data.get("weight"),
        errors=data.get("error"),
        truncation=None if window is None else (window["lower"], window["upper"]),
        labels=data.get("label"),
    )


def fitted(case, **options):
    assumed = {name: case.get("constraints", {}).get(name) for name in ("weights", "means", "sds")}
    assumed["sds"] = 0 if assumed["sds"] and set(assumed["sds"]) == {0.0} else assumed["sds"]
    background = tuple(case["background"]) if "background" in case else None
    return mix1d.fit(
        observed(case["data"]), case["n_components"], background=background, **assumed, **options
    )


def worst_parameter(result, case):
    """The largest error of a mean or sd in sds, of errors where a component has none; relative of weights."""
    given = np.array([case["weights"], case["means"], case["sds"]])
    found = np.array([result.weights, result.means, result.sds])
    given, found = (table[:, np.lexsort(table[[2, 1]].round(9))] for table in (given, found))
    if "background_weight" in case:
        given[0] /= given[0].sum()
    scale = np.where(given[2] > 0.0, given[2], np.median(case["data"].get("error", [1.0])))
    errors = np.abs(found - given) / np.array([given[0], scale, scale])
    return errors.max()


@pytest.mark.parametrize("name", CASES)
def test_references_are_found(name):
    case = CASES[name]
    start = None
    if name in NEXT_TO:
        sds = np.maximum(case["sds"], 1e-6)
        start = mix1d.Mixture(case["weights"], case["means"], sds)
    result = fitted(case, start=start)
    assert abs(result.log_likelihood - case["log_likelihood"]) < 1e-8 * max(1.0, abs(case["log_likelihood"]))
    assert worst_parameter(result, case) < 1e-6
    assert result.n_parameters == case["n_parameters"]
    assert result.bic == pytest.approx(case["bic"], abs=1e-6)
    if "background_weight" in case:
        assert result.background_weight == pytest.approx(case["background_weight"], abs=1e-8)


def codes(result):
    return {finding.code for finding in result.findings}


def test_a_component_within_one_bin_is_no_answer():
    result = fitted(BEHAVIOURS["pike65_k5_free"])
    assert result.regularized
    assert codes(result) & {"within_one_bin", "regularized"}


def test_a_component_below_the_limits():
    case = BEHAVIOURS["recon_k2"]
    result = fitted(case)
    assert "unseen_component" in codes(result)
    assert result.log_likelihood == pytest.approx(case["facts"]["log_likelihood"], abs=1e-6)
    assert result.weights[0] == pytest.approx(case["facts"]["weight_unseen"], abs=1e-4)
    seen = case["facts"]["seen"]
    assert (result.means[1], result.sds[1]) == pytest.approx((seen["mean"], seen["sd"]), abs=1e-4)
    errors = result.standard_errors()
    assert np.isnan([errors.means[0], errors.sds[0]]).all()
    assert np.isfinite([errors.weights[0], errors.means[1], errors.sds[1]]).all()


def test_a_population_outside_its_windows():
    case = BEHAVIOURS["quasars_k2"]
    result = fitted(case)
    assert result.log_likelihood == pytest.approx(case["facts"]["log_likelihood"], abs=1e-6)
    assert result.means == pytest.approx(case["facts"]["means"], abs=1e-3)
    assert "outside_window" in codes(result)


def test_an_age_that_gains_nothing():
    case = BEHAVIOURS["ft1_k2_discrete"]
    result = fitted(case)
    assert result.log_likelihood == pytest.approx(case["facts"]["k1_log_likelihood"], abs=1e-9)
    assert codes(result) & {"null_component", "redundant_component"}


def test_a_slope_inside_a_window():
    case = BEHAVIOURS["exponential_truncated_k1"]
    result = fitted(case)
    supremum = case["facts"]["supremum_of_log_likelihood"]
    assert supremum - 0.01 < result.log_likelihood < supremum
    assert result.regularized
    assert "drifting" in codes(result)
    assert np.isnan(result.standard_errors().means).all()


def test_a_maximum_far_outside_its_window():
    case = BEHAVIOURS["uniform_truncated_k1"]
    result = fitted(case)
    assert result.log_likelihood == pytest.approx(case["facts"]["log_likelihood"], abs=1e-8)
    assert result.means == pytest.approx(case["facts"]["means"], rel=1e-6)
    assert result.sds == pytest.approx(case["facts"]["sds"], rel=1e-6)
    assert result.converged


def test_errors_that_explain_all_the_spread():
    case = BEHAVIOURS["errors_larger_than_spread_k1"]
    result = fitted(case)
    assert result.log_likelihood == pytest.approx(case["facts"]["log_likelihood"], abs=1e-8)
    assert result.means == pytest.approx(case["facts"]["means"], abs=1e-5)
    assert result.sds.tolist() == [0.0]
    assert not result.regularized
    assert "zero_sd" in codes(result)
    bounds = result.confidence_interval()
    assert bounds.lower.sds[0] == 0.0
    assert 0.1 < bounds.upper.sds[0] < 1.0


def test_one_bin():
    result = fitted(BEHAVIOURS["one_bin"])
    assert result.means[0] == pytest.approx(3.5)
    assert result.regularized
    assert codes(result) & {"within_one_bin", "constant"}


# ---- cases


def case_column(name):
    return np.loadtxt(DATA / "cases" / f"{name}.csv", skiprows=1, delimiter=",", ndmin=2)


def test_one_outlier_hides_nothing():
    result = mix1d.fit(case_column("one_outlier")[:, 0])
    assert result.means == pytest.approx([0.0, 6.0], abs=0.3)
    (apart,) = result.set_apart
    assert (apart.values, apart.count, apart.kind, apart.side) == ((1000.0,), 1, "stray", "highest")
    assert np.isfinite(result.confidence_interval().lower.means).all()
    assert (result.predict() == -1).sum() == 1


def test_a_code_hides_nothing():
    result = mix1d.fit(case_column("code_999")[:, 0])
    (apart,) = result.set_apart
    assert (apart.values, apart.count, apart.side) == ((-999.0,), 10, "lowest")
    assert result.n_obs == 90


def test_zeros_are_points_of_their_own():
    result = mix1d.fit(case_column("spike_at_zero")[:, 0])
    (apart,) = result.set_apart
    assert (apart.values, apart.share) == ((0.0,), pytest.approx(0.3, abs=1e-3))


def test_rounding_to_one_sd_is_one_component():
    result = mix1d.fit(case_column("rounded_to_one_sd")[:, 0])
    assert len(result.weights) == 1
    assert result.sds[0] == pytest.approx(1.0, abs=0.05)
    assert "EM-test" not in str(result)


def test_ages_with_their_errors():
    age, error = case_column("ages_with_errors_public").T[:2]
    result = mix1d.fit(age, [1, 2, 3], errors=error, sds=0)
    assert len(result.weights) == 2
    assert result.bic == pytest.approx(97.6, abs=0.1)


def test_two_normals_cut_to_a_window():
    result = mix1d.fit(case_column("truncated_0_9")[:, 0], [1, 2, 3, 4], truncation=(0, 9), sds="free")
    assert len(result.weights) == 2


def test_cohorts_in_classes_of_two():
    table = case_column("length_frequency_2cm")
    lower, counts = table[:, 0], table[:, -1]
    result = mix1d.fit((counts, [*(lower - 1.0), lower[-1] + 1.0]), 3)
    assert result.means == pytest.approx([11.95, 21.01, 26.92], abs=0.02)
    assert result.sds == pytest.approx([1.17, 1.79, 2.12], abs=0.02)


def test_set_apart_and_rounding_can_be_switched_off():
    x = case_column("one_outlier")[:, 0]
    assert mix1d.fit(x, set_apart=None).set_apart == ()
    assert mix1d.fit(x, 2, set_apart=[1000.0]).set_apart[0].values == (1000.0,)
    rounded = case_column("rounded_to_one_sd")[:, 0]
    exact = mix1d.fit(rounded, 1, resolution=0)
    assert exact.sds[0] > mix1d.fit(rounded, 1).sds[0]


# ---- the same bits everywhere


def several():
    rng = np.random.Generator(np.random.PCG64(5))
    x = np.round(np.concatenate([rng.normal(0, 1, 60), rng.normal(5, 1, 40)]) * 64.0) / 64.0
    e = 0.25 + np.arange(100) % 7 / 16.0
    kinds = [
        mix1d.fit(np.histogram(x, np.arange(-4.0, 10.0)), 2),
        mix1d.fit(np.where(x < 0, -np.inf, x), 2, upper=np.where(x < 0, 0.0, x)),
        mix1d.fit(x, 2, errors=e),
        mix1d.fit(x[x > -0.5], 2, truncation=(-0.5, None)),
        mix1d.fit(x, 2, background=(-8.0, 8.0)),
        mix1d.fit(x + 8.0, 2, sds="proportional", means="spaced"),
    ]
    return [
        [result.log_likelihood.hex(), *(v.hex() for v in result.mixture._arrays[1].tolist())]
        for result in kinds
    ]


@pytest.mark.parametrize("isa", ISAS)
def test_bits_are_the_same_on_every_machine(isa):
    assert elsewhere(isa, __file__, "t.several()") == several()


def of_a_bin():
    return (np.array([2, 5, 9, 60, 9, 5, 2]), np.arange(8.0)), 2, {}


def of_limits():
    x = np.random.default_rng(4).normal(0.0, 1.0, 60)
    return [">5"] * 15 + x.tolist(), 2, {}


def of_a_slope():
    return np.random.default_rng(1).exponential(1.0, 400), 1, {"truncation": (0.0, None)}


@pytest.mark.parametrize(
    ("case", "prop"), [(of_a_bin, "one_interval"), (of_limits, "unseen"), (of_a_slope, "window")]
)
def test_a_start_says_as_much_as_the_search(case, prop):
    """What holds a component where the likelihood does not is found from a start, too."""
    data, k, more = case()
    found = mix1d.fit(data, k, **more)
    assert found.fitted["prop"] == prop
    again = mix1d.fit(data, k, start=found.mixture, **more)
    assert (again.fitted["prop"], again.fitted["collapsed"]) == (prop, found.fitted["collapsed"])
    assert again.regularized == found.regularized
    assert again.n_parameters == found.n_parameters
    assert again.bic == pytest.approx(found.bic, abs=1e-5)
    assert codes(again) - {"competing_optima"} == codes(found) - {"competing_optima"}
    assert again.selection[0].eligible == found.selection[0].eligible
