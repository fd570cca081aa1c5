"""The dip test against R's, and its limits."""

import importlib.util
import json

import numpy as np
import pytest

import mix1d
from cases import DATA, column
from mix1d.data.sample import read_sample
from mix1d.selection.dip import TABLE, dip_test

REFERENCE = json.loads((DATA / "reference" / "inference.json").read_text())["dip"]  # R diptest
NAMES = sorted(name for name in REFERENCE if (DATA / f"{name}.csv").exists())


@pytest.mark.parametrize("name", NAMES)
def test_dip_and_p_value_are_those_of_r(name):
    found = dip_test(read_sample(column(name)))
    assert found.dip == pytest.approx(REFERENCE[name]["dip"], rel=1e-9)
    assert found.p_value == pytest.approx(max(REFERENCE[name]["p_value"], 1e-5), abs=1e-6)


def test_there_is_something_to_compare_with():
    assert len(NAMES) > 8


@pytest.mark.parametrize("scale", [1e-300, 1e300])
def test_any_scale(scale):
    x = column("acidity")
    assert dip_test(read_sample(x * scale)).dip == pytest.approx(dip_test(read_sample(x)).dip, rel=1e-9)


def test_weights_are_repetitions():
    values, counts = np.unique(column("faithful_waiting"), return_counts=True)
    one, other = dip_test(read_sample(column("faithful_waiting"))), dip_test(read_sample(values, counts))
    assert one == other


def test_a_p_value_is_never_zero():
    assert dip_test(read_sample(column("faithful_eruptions"))).p_value == 1e-5


def test_more_values_than_the_table_has():
    rng = np.random.default_rng(1)
    x = np.round(np.concatenate([rng.normal(0, 1, 60_000), rng.normal(6, 1, 60_000)]), 2)
    found = dip_test(read_sample(x))
    assert found.n == TABLE
    assert found.message.startswith(
        "more than one mode (dip test, p < .001, 72,000 quantiles of 120,000 values)"
    )


def test_a_constant_has_one_mode():
    assert dip_test(read_sample([2.0] * 5)).message.startswith("one mode is enough")


@pytest.mark.parametrize(
    ("x", "weights", "words"),
    [
        ([1.0, 2.0, 3.0], None, "at least 4 values"),
        ([1.0, 2.0, 3.0, 4.0], [1.0, 1.5, 1.0, 1.0], "whole numbers for the dip test"),
    ],
)
def test_what_it_cannot_do_is_said(x, weights, words):
    with pytest.raises(mix1d.InputError, match=words):
        dip_test(read_sample(x, weights))


def test_a_missing_package_is_named(monkeypatch):
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "diptest" else find(name))
    with pytest.raises(mix1d.Mix1dError, match=r'pip install "mix1d\[tests\]"'):
        dip_test(read_sample([1.0, 2.0, 3.0, 4.0]))
