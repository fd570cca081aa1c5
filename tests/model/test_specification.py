"""What is assumed of a model: how it is read, what is refused, and how many parameters are left."""

import itertools
import json
import math

import numpy as np
import pytest

from cases import draw
from charts import holds
from mix1d import _core
from mix1d.data.observations import Observations
from mix1d.errors import InputError
from mix1d.model.charts import chart_of, held_by
from mix1d.model.specification import read_specification
from mix1d.native import EQUAL, FREE, Chart, Model, Problem
from places import DATA

REFERENCE = json.loads((DATA / "reference" / "observations.json").read_text())
NAN, INF = math.nan, math.inf


def n_parameters(found, k, sds=None):
    """As the core counts them: all but the weight of the background."""
    return _core.criteria(k, chart_of(found, k, sds), 0.0, 0.0, 1.0)[0]


@pytest.mark.parametrize("case", REFERENCE["cases"], ids=lambda case: case["name"])
def test_numbers_of_parameters_of_the_reference(case):
    found = read_specification(**case["constraints"], background=case.get("background"))
    k = case["n_components"]
    found.check_numbers((k,))
    assert n_parameters(found, k) + (found.background is not None) == case["n_parameters"]
    assert found.positional == (case["components_in"] == "the order of the constraints or labels")


# the argument, and how many parameters it leaves of four weights, means or sds
SDS = [
    (None, 4), ("equal", 1), ("proportional", 1), ({"proportional": 0.1}, 0), ({"ratio": [1, 2, 3, 4]}, 1),
    (0, 0), ([1, None, 2, None], 2), ([1, 2, 3, 4], 0),
]  # fmt: skip
MEANS = [(None, 4), ("spaced", 2), ("growth", 3), ("equal", 1), ([1, None, 3, 4], 1), ([1, 2, 3, 4], 0)]
WEIGHTS = [
    (None, 3), ("equal", 0), ([0.25, None, None, 0.5], 1), ([0.25, 0.25, 0.25, None], 0), ([0.25] * 4, 0),
]  # fmt: skip
EVERY = list(itertools.product(SDS, MEANS, WEIGHTS))


@pytest.mark.parametrize(("sds", "means", "weights"), EVERY)
def test_every_combination_is_counted_by_the_core(sds, means, weights):
    found = read_specification(sds=sds[0], means=means[0], weights=weights[0])
    assert n_parameters(found, 4) == sds[1] + means[1] + weights[1]


FOUR = [0.1, 0.2, 0.3, 0.4], [2.0, 5.0, 11.0, 19.0], [0.6, 1.1, 2.0, 3.0]
SPACINGS = {"spaced": [2.0, 7.0, 12.0, 17.0], "growth": [2.0, 4.0, 8.0, 16.0], "equal": [9.0] * 4}


def start_on(found, chart):
    """A mixture that is as assumed."""
    weights, means, sds = (
        np.where(np.isnan(held), usual, held) for held, usual in zip(held_by(found, 4), FOUR, strict=True)
    )
    means = np.array(SPACINGS.get(found.means.kind, means))
    if chart.sds == "proportional":
        sds = (chart.cv or 0.2) * means
    elif found.sds is not None and found.sds.kind in ("equal", "ratio"):
        sds = np.array(found.sds.values or [1.0] * 4) * 1.5
    free = np.isnan(held_by(found, 4).weights)
    weights[free] *= (1.0 - weights[~free].sum()) / weights[free].sum() if free.any() else 1.0
    return weights, means, sds


@pytest.mark.parametrize(("sds", "means", "weights"), [(s, *rest) for s, *rest in EVERY if s[0] != 0])
def test_steps_of_the_core_keep_to_what_is_assumed(sds, means, weights):
    found = read_specification(sds=sds[0], means=means[0], weights=weights[0])
    chart = chart_of(found, 4)
    x = np.sort(draw(3, *FOUR, 200))
    now = start = start_on(found, chart)
    for _ in range(3):
        *now, _ = _core.em_step(Problem(x, np.ones(200)), Model(*now, chart))
    for value, kept in zip(now, held_by(found, 4), strict=True):
        np.testing.assert_array_equal(value[~np.isnan(kept)], kept[~np.isnan(kept)])
    for check in holds(chart, start):
        check(*now)


def test_charts_of_what_is_usual_are_those_of_plain_fits():
    assert chart_of(read_specification(), 3, "free") == FREE
    assert chart_of(read_specification(), 3, "equal") == EQUAL
    assert chart_of(read_specification(sds="equal"), 2, "free") == EQUAL
    assert all(np.isnan(values).all() for values in held_by(read_specification(), 3))


def test_charts_and_held_values():
    found = read_specification(sds="proportional", means="growth")
    assert chart_of(found, 5) == Chart(means="growing", sds="proportional")
    found = read_specification(sds={"proportional": 0.1}, means="spaced", weights="equal")
    assert chart_of(found, 4) == Chart("held", "spaced", "proportional", cv=0.1)
    assert held_by(found, 4).weights.tolist() == [0.25] * 4
    assert chart_of(read_specification(sds={"ratio": [2, 1]}), 2).sds == [(0, 2.0), (0, 1.0)]
    found = read_specification(weights=[0.25, None], means=[None, 3], sds=[None, 0])
    assert chart_of(found, 2) == Chart("held", [(0, 1.0), (-1, 1.0)], [(0, 1.0), (-1, 1.0)])
    held = held_by(found, 2)
    assert held.weights.tolist() == [0.25, 0.75]
    assert (held.means[1], held.sds[1]) == (3.0, 0.0)
    assert np.isnan([held.means[0], held.sds[0]]).all()
    assert chart_of(read_specification(means="equal"), 3).means == [(0, 1.0)] * 3


@pytest.mark.parametrize(("means", "k"), [("spaced", 2), ("growth", 3), ("growth", 2), ("spaced", 1)])
def test_a_map_that_leaves_all_free_is_none(means, k):
    assert chart_of(read_specification(means=means), k).means == "free"
    assert chart_of(read_specification(sds="proportional"), 1).sds == "free"


def test_which_sds_are_meant():
    assert n_parameters(read_specification(sds="auto"), 2, "equal") == 4
    assert n_parameters(read_specification(sds="equal"), 2, "free") == 4
    assert read_specification().plain
    assert read_specification(sds="auto", weights="free", means="free").plain
    assert not read_specification(background=True).plain
    assert read_specification(background=False).plain


def test_a_list_of_none_names_the_components():
    found = read_specification(means=[None, None])
    assert (found.length, found.positional, n_parameters(found, 2)) == (2, True, 5)


def test_values_set_apart():
    assert read_specification().set_apart == "auto"
    assert read_specification(set_apart=None).set_apart is None
    assert read_specification(set_apart=[5, 0, 5]).set_apart == (0.0, 5.0)
    assert read_specification(set_apart=[]).set_apart is None


REFUSED = [
    ({"sds": "narrow"}, 'sds must be "free", "equal", "auto", "proportional"'),
    ({"sds": True}, "got True"),
    ({"sds": {"ratio": [1, -1]}}, "sds must have ratios that are positive and finite; component 1 is -1.0"),
    ({"sds": {"ratio": [1, None]}}, "sds must be a list of numbers here, got [1, None]"),
    ({"sds": {"ratio": 2}}, "sds must be a list of numbers here, got 2"),
    ({"sds": {"proportional": -1}}, "got {'proportional': -1}"),
    ({"sds": {"both": 1}}, "got {'both': 1}"),
    ({"sds": 2.0}, "sds must be a list where they are fixed, got 2.0: pass [2.0, ...]"),
    ({"sds": [1, -1]}, "sds must be finite and at least 0, or None for free; component 1 is -1.0"),
    ({"sds": [1, INF]}, "component 1 is inf"),
    ({"sds": []}, "sds must name at least one component, got an empty list"),
    ({"sds": ["a"]}, "sds must be real numbers, got text"),
    ({"means": "ordered"}, "means must not be 'ordered': an order is a way to number components, no model"),
    ({"means": "proportional"}, 'means must be "equal", "spaced", "growth" or a list'),
    ({"means": 3}, "got 3"),
    ({"means": [1, INF]}, "means must be finite, or None for free; component 1 is inf"),
    ({"weights": "increasing"}, "weights must not be 'increasing'"),
    ({"weights": 0.5}, 'weights must be "equal" or a list of numbers and None'),
    ({"weights": [0.5, 0, None]}, "lie above 0 and at most at 1, or be None for free; component 1 is 0.0"),
    ({"weights": [0.5, 0.6]}, "weights must sum to 1 within 1e-9, their sum is 1.1"),
    ({"weights": [0.5, 0.5, None]}, "leave something for what is free, the fixed ones sum to 1.0"),
    ({"background": (1, 0)}, "a pair (low, high) of finite, rising numbers, got (1, 0)"),
    ({"background": (0, INF)}, "got (0, inf)"),
    ({"background": 3}, "got 3"),
    ({"set_apart": 0}, 'set_apart must be "auto", None or a list of values, got 0: pass for example [0]'),
    ({"set_apart": [INF]}, "set_apart must hold finite values, found inf at index 0"),
    ({"sds": "proportional", "means": [1, 0]}, "means must be positive where sds are proportional to them"),
    ({"sds": [1, None], "means": [1, 2, 3]}, "must name the same number of components, got 3 and 2"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "words"), REFUSED, ids=[words[:50] for _, words in REFUSED])
def test_refused_with_words(arguments, words):
    with pytest.raises(InputError) as error:
        read_specification(**arguments)
    assert words in str(error.value)


@pytest.mark.parametrize(
    ("arguments", "numbers", "words"),
    [
        ({"means": [0, None]}, (3,), "n_components must be 2 where means names 2 components, got 3"),
        ({"weights": [1]}, (1, 2), "n_components must be 1 where weights names 1 component, got 1 and 2"),
        (
            {"sds": {"ratio": [1, 2]}},
            tuple(range(1, 9)),
            "where sds names 2 components, got 1, 2, 3, 4 and ...",
        ),
        (
            {"means": "equal", "sds": "equal"},
            (2,),
            'means="equal" needs sds that differ, got sds="equal" for 2',
        ),
        ({"means": "equal", "sds": 0}, (2,), "got sds=0 for 2 components"),
        ({"means": [1, 1], "sds": [2, 2]}, (2,), "got mean 1.0 and sd 2.0 for components 0 and 1"),
        ({"means": [1, None, 1], "sds": 0}, (3,), "got mean 1.0 and sd 0.0 for components 0 and 2"),
    ],
)
def test_refused_for_a_number_of_components(arguments, numbers, words):
    with pytest.raises(InputError) as error:
        read_specification(**arguments).check_numbers(numbers)
    assert words in str(error.value)


@pytest.mark.parametrize(
    ("arguments", "data", "words"),
    [
        ({"sds": 0}, Observations([1, 2]), "sds of 0 need an error above 0 for every row, got no errors"),
        ({"sds": [0, None]}, Observations([1, 2], errors=[1, 0]), "for every row, found 0.0 in row 1"),
        ({"sds": "proportional"}, Observations([1, -2]), 'sds="proportional" needs data of at least 0'),
        ({"background": (5, 6)}, Observations([1, 2]), "got 5.0 to 6.0, where no row lies"),
        ({"background": True}, Observations([1, 1]), "background=True needs data that differ, all are 1.0"),
    ],
)
def test_refused_for_the_data(arguments, data, words):
    with pytest.raises(InputError) as error:
        read_specification(**arguments).check_observations(data)
    assert words in str(error.value)


def test_taken_with_the_data():
    positive = read_specification(sds="proportional", means=[1, 2])
    assert positive.check_observations(Observations([-1.0, 3.0])) is None
    assert (
        read_specification(sds="proportional").check_observations(Observations([0.2, 3], resolution=1))
        is None
    )
    assert read_specification(sds=0).check_observations(Observations([1, 2], errors=0.1)) is None
    ends = read_specification(background=True).check_observations(Observations(["<2", "5", ">7"]))
    assert ends == (2.0, 7.0)
    assert read_specification(background=(0, 9)).check_observations(Observations([1, 20])) == (0.0, 9.0)
