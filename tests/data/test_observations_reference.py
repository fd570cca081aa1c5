"""Observations mean what the reference answers say: their log-likelihood at the reference parameters."""

import json

import mpmath
import numpy as np
import pytest

import oracle_observations as oracle
from mix1d.data.labels import components_of
from mix1d.data.observations import Observations
from mix1d.data.terms import terms_of
from places import DATA

REFERENCE = json.loads((DATA / "reference" / "observations.json").read_text())
COLUMNS = [(case["name"], case["data"]) for case in REFERENCE["cases"] + REFERENCE["behaviours"]]
COLUMNS += [(name, entry["data"]) for name, entry in REFERENCE["more_columns"]["columns"].items()]


def observed(data):
    window = data.get("truncation")
    return Observations(
        data["lower"],
        upper=data["upper"],
        sample_weight=data.get("weight"),
        errors=data.get("error"),
        truncation=None if window is None else (window["lower"], window["upper"]),
        labels=data.get("label"),
    )


@pytest.mark.parametrize("case", REFERENCE["cases"], ids=lambda case: case["name"])
def test_log_likelihood_at_the_reference_parameters(case):
    obs, model = observed(case["data"]), oracle.model_of(case)
    exact = mpmath.mpf(case["log_likelihood_digits"])
    assert obs.total_weight == case["total_weight"]
    assert abs(oracle.log_likelihood(obs, model) - exact) < 1e-12 * max(1, abs(exact))


@pytest.mark.parametrize(("name", "data"), COLUMNS, ids=[name for name, _ in COLUMNS])
def test_pooled_terms_say_the_same_as_the_rows(name, data):
    obs = observed(data)
    terms = terms_of(obs)
    finite = np.concatenate([ends[np.isfinite(ends)] for ends in (obs.lower, obs.upper)])
    k = max(2, len(obs.label_names))
    model = oracle.Model(
        tuple(np.full(k, 1 / k)), tuple(np.quantile(finite, (np.arange(k) + 0.5) / k)), (np.std(finite),) * k
    )
    places = components_of(obs.label_names, k)
    row_by_row = oracle.log_likelihood(obs, model, places)
    assert abs(oracle.log_likelihood_of_terms(terms, model, places) - row_by_row) < 1e-12 * abs(row_by_row)
    assert len(terms.weight) <= 2 * len(obs)
    assert sum(terms.counts) == len(terms.kind)
    assert np.array_equal(terms.lower[terms.row], obs.lower)
    assert np.array_equal(terms.upper[terms.row], obs.upper)
