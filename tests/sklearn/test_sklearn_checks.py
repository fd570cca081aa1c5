"""scikit-learn's own checks of estimators, on vectors and on one column."""

import os
import subprocess
import sys

import pytest
from sklearn.utils import estimator_checks

from mix1d.sklearn import GaussianMixture1D

EXPECTED = GaussianMixture1D._expected_failed_checks
ESTIMATORS = [
    GaussianMixture1D(),
    GaussianMixture1D(2),
    GaussianMixture1D("auto", covariance_type="auto"),
    GaussianMixture1D([1, 2], covariance_type="tied", criterion="aic", objective="highest"),
]
# checks that fail for a reason of their own, however their X is cut
SEVERAL = {
    "check_n_features_in_after_fitting",
    "check_sample_weights_shape",
    "check_sample_weights_not_overwritten",
    "check_sample_weight_equivalence_on_dense_data",
}
NO_ERROR_FOR_A_VECTOR = {"check_fit1d", "check_fit2d_predict1d"}
SKIPPED = {"check_array_api_input"}  # unless SCIPY_ARRAY_API is set before the process starts, see below


def results_of(estimator, expected=None):
    found = estimator_checks.check_estimator(
        estimator, expected_failed_checks=expected, on_fail=None, on_skip=None
    )
    return {(row["check_name"], row["status"], str(row["exception"])) for row in found}


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=repr)
def test_exactly_the_listed_checks_fail(estimator):
    results = results_of(estimator, EXPECTED)
    names = {name for name, _, _ in results}
    assert {name for name, status, _ in results if status == "xfail"} == set(EXPECTED) & names
    others = {row for row in results if row[1] not in ("passed", "xfail")}
    assert {row for row in others if row[0] not in SKIPPED or row[1] != "skipped"} == set()
    assert len(names) > 35


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=repr)
def test_on_one_column_only_those_fail_that_bring_several_or_want_an_error(estimator, monkeypatch):
    # the checks of the list take columns out of the vector they made: given a matrix instead, they pass
    monkeypatch.setattr(estimator_checks, "_enforce_estimator_tags_X", lambda _, X, **options: X[:, [0]])
    results = results_of(estimator)
    assert {name for name, status, _ in results if status == "failed"} == SEVERAL | NO_ERROR_FOR_A_VECTOR
    assert {name for name, status, _ in results if status == "skipped"} <= SKIPPED


def test_every_reason_is_given():
    for name, reason in EXPECTED.items():
        assert hasattr(estimator_checks, name)
        assert reason


def test_the_check_of_the_array_interface():
    code = (
        "from sklearn.utils.estimator_checks import check_estimator\n"
        "from mix1d.sklearn import GaussianMixture1D\n"
        "expected = GaussianMixture1D._expected_failed_checks\n"
        "check_estimator(GaussianMixture1D(2), expected_failed_checks=expected, on_skip='warn')\n"
    )
    environment = {**os.environ, "SCIPY_ARRAY_API": "1"}
    subprocess.run([sys.executable, "-W", "error::UserWarning", "-c", code], check=True, env=environment)
