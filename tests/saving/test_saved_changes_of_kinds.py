"""Saved results of every kind of row with parts that were changed: refused in words, or harmless."""

import json

import numpy as np
import pytest

import mix1d
from damage import hostile, leaves, loaded, replaced, used
from recorded_fits import FITS

FEW = np.array([-1.3, -0.4, 0.1, 0.9, 1.6, 5.2, 6.1, 6.3, 7.4])
SMALL = {
    "bins": lambda: mix1d.fit(([1, 4, 0, 2, 3], [-np.inf, 0.0, 2.0, 5.0, 6.0, 8.0]), 1),
    "limits": lambda: mix1d.fit(["<-0.5", "<-0.5", *FEW[1:], ">7"], 1),
    "errors": lambda: mix1d.fit(FEW, 2, errors=np.linspace(0.3, 0.7, 9), sds=0),
    "windows": lambda: mix1d.fit(FEW, 1, truncation=(np.arange(9) % 2 - 3.0, 20.0)),
    "background": lambda: mix1d.fit(FEW, 2, background=True, labels=["a", *[None] * 7, "b"], weights="equal"),
    "means": lambda: mix1d.fit(FEW, 2, means=[6, None], sample_weight=np.linspace(0.5, 2.0, 9)),
    "ratio": lambda: mix1d.fit(FEW, 2, sds={"ratio": [1, 2]}),
    "rounded": lambda: mix1d.fit(np.round(np.r_[FEW, FEW + 0.2, 99.0]), 2, set_apart=[99]),
    "apart": lambda: mix1d.fit(np.r_[FEW, 99.0], 2, set_apart=[99]),
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


@pytest.mark.parametrize(
    ("name", "changes", "words"),
    [
        ("bins", {"data__observations__histogram__counts__0": 99}, "counts must be the weights of the rows"),
        ("bins", {"data__observations__lower__1": 99.0}, "lower must be at most the upper ends"),
        ("bins", {"data__observations__histogram__edges__10": 1e300}, "edges must be the ends of the rows"),
        ("bins", {"data__observations__upper": None}, "edges must be the ends of the rows"),
        ("limits", {"data__observations__upper__0": "inf"}, "must not be open at both ends"),
        ("limits", {"data__observations__upper__0": "nan"}, 'must be numbers, "inf" or "-inf"'),
        ("limits", {"data__observations__upper__0": -0.7}, "log_likelihood must be that of the mixture"),
        ("limits", {"data__n_obs": 7}, "n_obs must be"),
        ("no_widths", {"data__observations__errors__0": 0.0}, "what is assumed can be fitted"),
        ("no_widths", {"data__observations__errors__0": 9.0}, "log_likelihood must be that of the mixture"),
        ("no_widths", {"rows__0__mixture__sds__0": 0.5}, "sds must be the sds that are assumed"),
        ("errors", {"rows__0__mixture__sds__0": 0.0}, "sds must be positive"),
        ("truncated", {"data__observations__truncation__low__0": 5.0}, "windows in which the rows lie"),
        ("labels", {"data__observations__labels__0": 2}, "labels must be from -1 to 1"),
        ("labels", {"data__observations__labels__0": 0}, "log_likelihood must be that of the mixture"),
        ("labels", {"data__component_of": [0, 0]}, "a component of its own for each label"),
        ("labels", {"data__component_of": [0, 70]}, "component_of must be from 0 to 62"),
        ("labels", {"data__observations__label_names": ["low", "low"]}, "different words or whole numbers"),
        ("background", {"data__background": [-9.0, 9.0]}, "background must be what is assumed"),
        ("background", {"rows__0__background_weight": 0.5}, "log_likelihood must be that of the mixture"),
        ("background", {"rows__0__background_weight": None}, "background_weight must be a number"),
        ("background", {"rows__0__start__means__0": 70.0}, "must begin with the middle of the background"),
        ("means", {"assumed__means": [5.0, None]}, "means must be the means that are assumed"),
        ("means", {"assumed__means": [6.0]}, "n_components must be 1"),
        ("means", {"assumed__means": ["x", None]}, "must be a word, or numbers that a double can hold"),
        ("means", {"rows__0__sds": "equal"}, r"rows\[0\].sds must be one of free"),
        ("ratio", {"assumed__sds": {"ratio": [1, 3]}}, "sds must follow what is assumed"),
        ("ratio", {"assumed__sds": {"ratio": [1, 0]}}, "must be what mix1d.fit takes"),
        ("ratio", {"assumed__sds": "proportional"}, "sds must be what is assumed of them, proportional"),
        ("proportional", {"assumed__sds": {"proportional": 9.0}}, "sds must follow what is assumed"),
        ("weights", {"rows__0__prop": "penalty"}, "prop must be none where no component has collapsed"),
        ("equal_weights", {"data__pooled": False}, "n_obs must be|rows must be null"),
        ("set_apart", {"apart__values__0__values__0": 98.0}, "among the values of data"),
        ("set_apart", {"apart__values__0__count": 3}, "count must be 2"),
        ("set_apart", {"apart__values__0__share": 0.5}, "share must be that of all rows"),
        ("set_apart", {"apart__values": []}, "log_likelihood must be that of the mixture"),
        ("set_apart", {"apart__heaped": [3.5]}, "heaped must be among the values of data"),
        (
            "set_apart",
            {"assumed__background": True},
            "is missing where more is assumed|must be what is assumed",
        ),
        ("rounded", {"rounded__step": 3.0}, "log_likelihood must be that of the mixture"),
        ("rounded", {"rounded__step": 1e-300}, "one that the values can be rounded to"),
        ("rounded", {"rounded__rows": [True]}, "must have one for each of"),
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


@pytest.mark.parametrize("name", SMALL)
def test_a_part_that_is_missing_is_named(name):
    whole = json.loads(SMALL[name]().to_json())
    for path in [
        ("saved",),
        ("saved", "data"),
        ("saved", "assumed"),
        ("saved", "apart"),
        ("saved", "rows", 0),
    ]:
        part = whole
        for key in path:
            part = part[key]
        for key in set(part) - {"family"}:  # older files have none
            kept = part.pop(key)
            with pytest.raises(
                mix1d.InputError, match=f"{key} is missing|observations is missing|values is missing"
            ):
                mix1d.load(json.dumps(whole))
            part[key] = kept
