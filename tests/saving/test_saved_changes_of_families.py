"""Saved results of families with parts that were changed: refused in words, or harmless."""

import json

import numpy as np
import pytest

import mix1d
from damage import hostile, leaves, loaded, replaced, used
from family_fits import FITS

FEW = np.array([0.3, 0.4, 0.9, 1.1, 1.6, 5.2, 6.1, 6.3, 7.4])
COUNTS = np.array([0.0, 0, 0, 0, 1, 2, 2, 3, 5, 11])
SMALL = {
    "gamma": lambda: mix1d.fit(FEW, 2, family="gamma"),
    "list": lambda: mix1d.fit(FEW, 2, family=["gamma", "normal"]),
    "set": lambda: mix1d.fit(FEW, 1, family={"lognormal", "weibull"}),
    "student": lambda: mix1d.fit(FEW, 1, family="student_t"),
    "point": lambda: mix1d.fit(COUNTS, 2, family=["point_mass", "poisson"], resolution=0),
    "background": lambda: mix1d.fit(FEW, 1, family=["lognormal", "uniform"]),
    "intervals": lambda: mix1d.fit(FEW, 1, upper=FEW + 1.0, family="gamma"),
}


@pytest.mark.parametrize("name", SMALL)
def test_every_leaf(name):
    whole = json.loads(SMALL[name]().to_json())
    assert whole["version"] == 2
    refused = accepted = 0
    for path, value in leaves(whole["saved"], ("saved",)):
        for other in hostile(value):
            if type(other) is type(value) and other == value:
                continue
            result = loaded(replaced(whole, path, other))
            if result is None:
                refused += 1
                continue
            accepted += 1
            used(result)
    assert refused > accepted


ROW = "rows__0__"


@pytest.mark.parametrize(
    ("name", "changes", "words"),
    [
        ("gamma_2", {"assumed__family": "gama"}, "assumed.family must be what mix1d.fit takes"),
        ("gamma_2", {"assumed__family": 3}, "assumed.family must be what mix1d.fit takes"),
        ("gamma_2", {"assumed__family": "normal"}, "must be null where data are exact values"),
        ("gamma_2", {"assumed__family": "weibull"}, "family must be one of weibull, got 'gamma'"),
        ("gamma_2", {"assumed__family": ["gamma"]}, "n_components must be 1"),
        ("gamma_2", {"assumed__family": {"any_of": "gamma"}}, "a list of names to compare"),
        ("gamma_2", {"assumed__family": {"all_of": ["gamma"]}}, "any_of is missing"),
        ("gamma_2", {"assumed__family": {"any_of": ["gamma", "poisson"]}}, "not compare counts"),
        ("gamma_2", {"assumed__means": "equal"}, "must be None where family is not normal"),
        ("gamma_2", {ROW + "family": "normal"}, "family must be one of gamma"),
        ("gamma_2", {ROW + "family": None}, "family must be text"),
        (
            "gamma_2",
            {ROW + "mixture__families": ["gamma", "weibull"]},
            "must be of components that are gamma",
        ),
        (
            "gamma_2",
            {ROW + "mixture__families": ["weibull", "weibull"]},
            "must be of components that are gam",
        ),
        ("gamma_2", {ROW + "mixture__families__0": "cauchy"}, "families must be a list of normal, uniform"),
        ("gamma_2", {ROW + "mixture__families": ["gamma"]}, "must be as many as families"),
        ("gamma_2", {ROW + "mixture__locations__0": -1.0}, "must be positive where a family has"),
        ("gamma_2", {ROW + "mixture__locations__0": 1.0}, "log_likelihood must be that of the mixture"),
        ("gamma_2", {ROW + "mixture__scales__0": 0.0}, "scales must be positive"),
        ("gamma_2", {ROW + "mixture__scales__0": 1e-200}, "of a distribution"),
        ("gamma_2", {ROW + "mixture__scales__0": 0.3}, "log_likelihood must be that of the mixture"),
        ("gamma_2", {ROW + "optima__0__mixture__locations__0": 1.0}, "must begin with the fit itself"),
        ("gamma_2", {ROW + "start__families": ["gamma", "poisson"]}, "start.families must be"),
        ("gamma_2", {ROW + "chart": 3, ROW + "mixture": {}}, "weights is missing"),
        ("student_t_1", {ROW + "mixture__shapes__0": -0.5}, "shapes must be at least 0 of student_t"),
        ("gamma_2", {ROW + "mixture__shapes__0": 0.5}, "0 of those without"),
        ("equal", {ROW + "mixture__scales__0": 0.3}, "sds must be equal where `equal` is true"),
        ("list", {"assumed__family": ["gamma", "gamma"]}, "must be of components that are gamma"),
        ("list", {"assumed__family": ["gamma", 3]}, r"family\[1\] must be an object"),
        ("list", {"assumed__family": ["gamma", "lognormal", "uniform"]}, "is missing where more is assumed"),
        ("set", {"rows__0__family": "mixed"}, "family must be one of lognormal, gamma"),
        ("point", {"assumed__family__0__value": 3.0}, "log_likelihood must be|must begin with the point"),
        ("point", {"assumed__family__0__family": "gamma"}, "family must be one of uniform, point_mass"),
        ("point", {"assumed__family__0__value": "x"}, "value must be a number"),
        ("point", {ROW + "start__locations__0": 3.0}, "must begin with the point"),
        ("uniform_ends", {"assumed__background__1": 90.0}, "background must be what is assumed"),
        ("uniform_ends", {"assumed__family__2__high": -90.0}, "must be what mix1d.fit takes"),
        ("uniform_ends", {ROW + "start__locations__0": 3.0}, "must begin with the middle of the background"),
        ("uniform_ends", {ROW + "start__families__0": "normal"}, "must begin with the background"),
        ("background", {ROW + "background_weight": 0.5}, "log_likelihood must be that of the mixture"),
        ("rounded", {"data__observations__lower__0": 0.0}, "log_likelihood must be that of the mixture|must"),
    ],
)
def test_a_changed_file_is_refused(name, changes, words):
    whole = json.loads(FITS[name]().to_json())
    for place, value in changes.items():
        *path, last = (int(key) if key.isdecimal() else key for key in place.split("__"))
        part = whole["saved"]
        for key in path:
            part = part[key]
        part[last] = value
    with pytest.raises(mix1d.InputError, match=words):
        mix1d.load(json.dumps(whole))


def test_what_readers_see_must_be_what_is_saved():
    for place, value in (("means", [1.0, 2.0]), ("components", []), ("components", None)):
        whole = json.loads(FITS["list"]().to_json())
        whole["mixture"][place] = value
        with pytest.raises(mix1d.InputError, match=f"mixture.{place} must be those of saved.rows"):
            mix1d.load(json.dumps(whole))


def test_normal_fits_have_no_families():
    whole = json.loads(mix1d.fit(FEW, 1, set_apart=None).to_json())
    row = whole["saved"]["rows"][0]
    families = {"families": ["normal"], "shapes": [0.0]}
    row["mixture"] = {
        "weights": [1.0],
        "locations": row["mixture"]["means"],
        "scales": row["mixture"]["sds"],
        **families,
    }
    row["optima"][0]["mixture"] = row["mixture"]
    with pytest.raises(mix1d.InputError, match="families must be of components that are normal"):
        mix1d.load(json.dumps(whole))


@pytest.mark.parametrize("name", [name for name in SMALL if name != "student"])
def test_a_part_that_is_missing_is_refused(name):
    whole = json.loads(SMALL[name]().to_json())
    for path in [("saved",), ("saved", "assumed"), ("saved", "rows", 0), ("saved", "rows", 0, "mixture")]:
        part = whole
        for key in path:
            part = part[key]
        for key in list(part):
            kept = part.pop(key)
            with pytest.raises(mix1d.InputError, match=r"is missing|must be"):
                mix1d.load(json.dumps(whole))
            part[key] = kept
    assert mix1d.load(json.dumps(whole)).family == SMALL[name]().family
