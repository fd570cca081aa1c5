"""Observations mean what the reference answers say: their log-likelihood at the reference parameters."""

import json

import mpmath
import numpy as np
import pytest

import oracle_kinds as slow
from mix1d import _core
from mix1d.data.labels import components_of
from mix1d.data.observations import Observations
from mix1d.data.terms import terms_of
from mix1d.native import Model, Observed
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


def some_mixture(obs):
    """A mixture that covers the data, with a component for each label."""
    finite = np.concatenate([ends[np.isfinite(ends)] for ends in (obs.lower, obs.upper)])
    k = max(2, len(obs.label_names))
    means = np.quantile(finite, (np.arange(k) + 0.5) / k)
    return np.full(k, 1 / k), means, np.full(k, np.std(finite))


@pytest.mark.parametrize("case", REFERENCE["cases"], ids=lambda case: case["name"])
def test_log_likelihood_at_the_reference_parameters(case):
    obs = observed(case["data"])
    exact = mpmath.mpf(case["log_likelihood_digits"])
    assert obs.total_weight == case["total_weight"]
    background = None
    if "background" in case:
        background = slow.Background(case["background_weight"], *case["background"])
    mixture = case["weights"], case["means"], case["sds"]
    found = slow.log_likelihood_of(obs, mixture, background)
    assert abs(found - exact) < 1e-12 * max(1, abs(exact))


@pytest.mark.parametrize(("name", "data"), COLUMNS, ids=[name for name, _ in COLUMNS])
def test_pooled_terms_say_the_same_as_the_rows(name, data):
    obs = observed(data)
    terms = terms_of(obs)
    mixture = some_mixture(obs)
    places = components_of(obs.label_names, len(mixture[0]))
    row_by_row = slow.log_likelihood_of(obs, mixture, component_of=places)
    assert abs(slow.log_likelihood_of_terms(terms, mixture, places) - row_by_row) < 1e-12 * abs(row_by_row)
    assert len(terms.weight) <= 2 * len(obs)
    assert sum(terms.counts) == len(terms.kind)
    assert np.array_equal(terms.lower[terms.row], obs.lower)
    assert np.array_equal(terms.upper[terms.row], obs.upper)


def rows_with_window(obs, component_of):
    """The rows of the core, with the window that all of them share as one more of negative weight."""
    rows = terms_of(obs).observed(component_of)
    if not rows.common_window:
        return rows
    error = float(rows.variance[0])
    more = 1 + 2 * (error > 0), *rows.window, error, -obs.total_weight, -1
    columns = zip(rows[:6], more, strict=True)
    return Observed(*(np.append(column, one).astype(column.dtype) for column, one in columns))


@pytest.mark.parametrize(("name", "data"), COLUMNS, ids=[name for name, _ in COLUMNS])
def test_the_core_says_the_same_as_the_rows(name, data):
    obs = observed(data)
    mixture = some_mixture(obs)
    places = components_of(obs.label_names, len(mixture[0]))
    rows = rows_with_window(obs, places)
    exact = float(slow.log_likelihood_of(obs, mixture, component_of=places))
    size = abs(exact) + float(np.abs(rows.weights).sum())
    assert abs(_core.observed_derivatives(rows, Model(*mixture))[0] - exact) < 1e-13 * size


def test_rounded_rows_in_the_core():
    obs = Observations([1.0, 2.0, 2.0, 2.5], resolution=0.5, truncation=(0, 4), labels=["a", None, "b", "b"])
    terms, mixture = terms_of(obs), (np.array([0.4, 0.6]), np.array([1.0, 2.0]), np.array([0.5, 0.7]))
    found = _core.observed_derivatives(rows_with_window(obs, (0, 1)), Model(*mixture))[0]
    exact = slow.log_likelihood_of(obs, mixture, component_of=(0, 1))
    assert found - float(slow.rounding_of(terms)) == pytest.approx(float(exact), rel=1e-14)
