"""Known maximum-likelihood answers of families (reference/families.json): found by the default search.

They were solved in 40 digits on densities written independently; the file says how. Data are exact values, so
that no rule on rounding or piles takes part.
"""

import json

import numpy as np
import pytest

import mix1d
from places import DATA

REFERENCE = json.loads((DATA / "reference" / "families.json").read_text(encoding="utf-8"))
ANSWERS = REFERENCE["answers"]


def name_of(answer):
    return f"{answer['dataset']}-{'+'.join(answer['families'])}"


def column(answer):
    data = REFERENCE["datasets"][answer["dataset"]]
    values = np.array(data["values"], float)
    counts = data.get("counts")
    return values, np.ones(len(values)) if counts is None else np.array(counts, float)


def fitted(answer):
    values, counts = column(answer)
    families = answer["families"]
    family = families[0] if len(set(families)) == 1 else families
    return mix1d.fit(values, answer["k"], sample_weight=counts, family=family, resolution=0, set_apart=None)


def matched(answer, mixture):
    """Pair the components of a fit with those of the answer, which are ordered by location."""
    found = list(zip(mixture.weights, mixture.components, strict=True))
    pairs = []
    for known in answer["components"]:
        best = min(
            (pair for pair in found if pair[1].family == known["family"]),
            key=lambda pair: abs(pair[0] - known["weight"]),
        )
        found.remove(best)
        pairs.append((known, *best))
    return pairs


@pytest.mark.parametrize("answer", ANSWERS, ids=name_of)
def test_the_default_search_finds_known_answers(answer):
    result = fitted(answer)
    assert result.log_likelihood == pytest.approx(answer["log_likelihood"], abs=1e-8)
    assert result.converged
    assert not result.regularized
    assert result.n_parameters == answer["n_parameters"]
    assert result.bic == pytest.approx(answer["bic"], abs=1e-7)
    errors = result.standard_errors()
    places = {id(component): j for j, component in enumerate(result.mixture.components)}
    for known, weight, component in matched(answer, result.mixture):
        own = errors.parameters[places[id(component)]]
        for parameter, error in known["standard_errors"].items():
            if error is not None:
                assert own[parameter] == pytest.approx(error, rel=1e-5)
        assert weight == pytest.approx(known["weight"], rel=1e-7)
        for parameter, value in known["parameters"].items():
            if value is not None:
                assert component.parameters[parameter] == pytest.approx(value, rel=1e-7)


@pytest.mark.parametrize("family", ["lognormal", "weibull", "inverse_gaussian"])
def test_a_fit_takes_no_integral_for_what_it_does_not_say(family, monkeypatch):
    def integrals(mixture):
        raise AssertionError("skewness and kurtosis of components were asked for")

    monkeypatch.setattr(mix1d._core, "component_facts", integrals)
    x = np.exp(np.sin(np.arange(60.0)))
    result = mix1d.fit(x, [1, 2], family=family, resolution=0, set_apart=None)
    assert len(result.mixture.means) == 2


def test_logarithms_of_the_smallest_and_largest_doubles_are_finite():
    x = np.array([5e-324, 1e-310, 1e-180, *np.linspace(4.0, 9.0, 40), 1e13, 1e307])
    y = np.log(x)
    expected = -len(x) * (np.log(y.std()) + 0.5 * np.log(2.0 * np.pi) + 0.5) - y.sum()
    for data in (x, mix1d.Sketch.of(x)):
        found = mix1d.fit(data, 1, family="lognormal")
        assert found.log_likelihood == pytest.approx(expected, rel=1e-12)
