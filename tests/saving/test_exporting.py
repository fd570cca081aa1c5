"""Programs for Stan, PyMC and R: the right numbers in the right places, whatever the name of the column."""

import ast
import json
import re

import numpy as np
import pytest

import mix1d
from places import DATA

WAITING = np.loadtxt(DATA / "faithful_waiting.csv", skiprows=1)
PRECIP = np.loadtxt(DATA / "precip.csv", skiprows=1)
ODD = 'a */ b // "c" \\ \n"""\n)'


def start_of(text):
    return json.loads(re.search(r"/\* Start values.*?\n(.*?)\n\*/", text, re.DOTALL)[1])


@pytest.mark.parametrize("sds", ["free", "equal"])
@pytest.mark.parametrize("k", [1, 2, 3])
def test_stan(k, sds):
    result = mix1d.fit(WAITING, k, sds=sds, name=ODD)
    text = result.export("stan")
    start = start_of(text)
    assert start["weights"] == result.mixture.weights.tolist()
    assert start["means"] == result.mixture.means.tolist()
    assert start["sds"] == (result.mixture.sds.tolist() if sds == "free" else result.mixture.sds[0])
    assert f"simplex[{k}] weights;" in text
    assert f"ordered[{k}] means;" in text
    assert (f"vector<lower=0>[{k}] sds;" if sds == "free" else "real<lower=0> sds;") in text
    assert text.count("/*") == text.count("*/") == 1
    assert text.count("{") == text.count("}")
    prior = re.search(r"means ~ normal\((.*), (.*)\);", text)
    assert float(prior[1]) == pytest.approx(WAITING.mean())
    assert float(prior[2]) == pytest.approx(2.0 * WAITING.std())


@pytest.mark.parametrize("sds", ["free", "equal"])
@pytest.mark.parametrize("k", [1, 2, 3])
def test_pymc(k, sds):
    result = mix1d.fit(WAITING, k, sds=sds, name=ODD)
    tree = ast.parse(result.export("pymc"))
    (assigned,) = (node for node in tree.body if isinstance(node, ast.Assign))
    start = eval(ast.unparse(assigned.value), {"np": np})
    if k == 1:
        assert start == {"mean": result.mixture.means[0], "sd": result.mixture.sds[0]}
        return
    np.testing.assert_array_equal(start["weights"], result.mixture.weights)
    np.testing.assert_array_equal(start["means"], result.mixture.means)
    expected = result.mixture.sds if sds == "free" else result.mixture.sds[0]
    np.testing.assert_array_equal(start["sds"], expected)
    called = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    assert {"pm.Dirichlet", "pm.Normal", "pm.HalfNormal", "pm.NormalMixture"} <= called


def test_r():
    result = mix1d.fit(WAITING, 2)
    text = result.export("r")
    squares = [float(x) for x in re.search(r"sigmasq = c\((.*?)\)", text)[1].split(", ")]
    assert squares == [sd * sd for sd in result.mixture.sds.tolist()]
    assert [float(x) for x in re.search(r"mean = c\((.*?)\)", text)[1].split(", ")] == (
        result.mixture.means.tolist()
    )
    assert float(re.search(r"\bbic = (.*),", text)[1]) == -result.bic
    data = re.search(r"data <- matrix\(c\((.*?)\), ncol = 1\)", text)[1]
    assert [float(x) for x in data.split(", ")] == WAITING.tolist()
    assert 'modelName = "V"' in text
    assert 'modelName = "E"' in mix1d.fit(WAITING, 2, sds="equal").export("r")
    assert 'modelName = "X"' in mix1d.fit(WAITING, 1).export("r")


def test_start_values_are_inside_the_parameter_space():
    result = mix1d.fit(PRECIP, 6)
    assert 0.0 in result.mixture.weights
    start = start_of(result.export("stan"))
    assert len(start["weights"]) < 6
    assert min(start["weights"]) > 0.0
    tied = mix1d.fit([-3.0, -1.0, 0.0, 0.0, 1.0, 3.0], 2, start=mix1d.Mixture([0.5, 0.5], [0, 0], [1, 2]))
    assert min(np.diff(start_of(tied.export("stan"))["means"])) > 0.0
    assert start_of(mix1d.fit([3.0]).export("stan"))["sds"][0] > 0.0


def test_another_tool_is_refused():
    with pytest.raises(mix1d.InputError, match="to must be"):
        mix1d.fit(WAITING, 1).export("bugs")
