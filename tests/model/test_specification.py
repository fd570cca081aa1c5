"""What is assumed of a model: how it is read, what is refused, and how many parameters are left."""

import itertools
import json
import math

import numpy as np
import pytest

from mix1d.data.observations import Observations
from mix1d.errors import InputError
from mix1d.model.coordinates import coordinates_of
from mix1d.model.specification import read_specification
from places import DATA

REFERENCE = json.loads((DATA / "reference" / "observations.json").read_text())
NAN, INF = math.nan, math.inf


@pytest.mark.parametrize("case", REFERENCE["cases"], ids=lambda case: case["name"])
def test_numbers_of_parameters_of_the_reference(case):
    found = read_specification(**case["constraints"], background=case.get("background"))
    k = case["n_components"]
    found.check_numbers((k,))
    assert found.n_parameters(k) == case["n_parameters"]
    assert coordinates_of(found, k).n_parameters == case["n_parameters"]
    assert found.positional == (case["components_in"] == "the order of the constraints or labels")


SDS = [None, "equal", "proportional", {"proportional": 0.1}, {"ratio": [1, 2, 3, 4]}, 0, [1, None, 2, None]]
MEANS = [None, "spaced", "growth", [0, None, 3, 4]]
WEIGHTS = [None, "equal", [0.25, None, None, 0.5], [0.25, 0.25, 0.25, None], [0.25] * 4]


@pytest.mark.parametrize("background", [None, (0, 1)])
@pytest.mark.parametrize(("sds", "means", "weights"), [*itertools.product(SDS, MEANS, WEIGHTS)])
def test_every_combination_counts_the_same_in_words_and_in_coordinates(sds, means, weights, background):
    found = read_specification(sds=sds, means=means, weights=weights, background=background)
    found.check_numbers((4,))
    coordinates = coordinates_of(found, 4)
    assert coordinates.n_parameters == found.n_parameters(4)
    used = [*coordinates.free[coordinates.free >= 0], *coordinates.means_free]
    used += [i for i in (coordinates.sds_free, coordinates.background) if i >= 0]
    assert sorted(set(used)) == list(range(coordinates.size))
    by_map = np.zeros(12, bool)
    by_map[4:8] = bool(coordinates.means_map)
    by_map[8:] = bool(coordinates.sds_map)
    assert np.array_equal(coordinates.free >= 0, np.isnan(coordinates.fixed) & ~by_map)


def test_coordinates_stand_in_the_order_of_the_core():
    found = coordinates_of(read_specification(), 3, "free")
    assert found.free.tolist() == list(range(9))
    assert found.gauge
    assert coordinates_of(read_specification(), 2, "equal").free.tolist() == [0, 1, 2, 3, 4, 4]
    assert coordinates_of(read_specification(), 1, "free").free.tolist() == [-1, 0, 1]
    assert not coordinates_of(read_specification(), 1, "free").gauge


def test_maps_and_held_values():
    found = coordinates_of(read_specification(sds="proportional", means="growth"), 5)
    assert (found.means_map, found.means_free.tolist()) == ("growth", [5, 6, 7])
    assert (found.sds_map, found.sds_free) == ("proportional", 8)
    assert math.isnan(found.coefficient)
    found = coordinates_of(read_specification(sds={"proportional": 0.1}, means="spaced", weights="equal"), 4)
    assert found.fixed[:4].tolist() == [0.25] * 4
    assert (found.means_free.tolist(), found.coefficient, found.size) == ([0, 1], 0.1, 2)
    found = coordinates_of(read_specification(sds={"ratio": [2, 1]}), 2)
    assert found.factor.tolist() == [1, 1, 1, 1, 2, 1]
    assert found.free[4] == found.free[5]
    found = coordinates_of(read_specification(weights=[0.25, None]), 2)
    assert found.fixed[:2].tolist() == [0.25, 0.75]


@pytest.mark.parametrize(("means", "k"), [("spaced", 2), ("growth", 3), ("growth", 2), ("spaced", 1)])
def test_a_map_that_leaves_all_free_is_none(means, k):
    found = coordinates_of(read_specification(means=means), k)
    assert found.means_map == ""
    assert found.free.tolist() == coordinates_of(read_specification(), k).free.tolist()


def test_which_sds_are_meant():
    assert read_specification(sds="auto").n_parameters(2, "equal") == 4
    assert read_specification(sds="equal").n_parameters(2, "free") == 4
    assert read_specification().plain
    assert read_specification(sds="auto", weights="free", means="free").plain
    assert not read_specification(background=True).plain
    assert read_specification(background=False).plain


def test_a_list_of_none_names_the_components():
    found = read_specification(means=[None, None])
    assert (found.length, found.positional, found.n_parameters(2)) == (2, True, 5)


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
