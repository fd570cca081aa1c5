"""Every number, word and flag of saved results replaced by hostile ones: refused in words, or harmless."""

import base64
import json
import math
import zlib

import numpy as np
import pytest

import mix1d
from damage import hostile, leaves, loaded, replaced, used
from mix1d.sketch.container import pack, unpack

RNG = np.random.default_rng(3)
TWO = np.round(np.concatenate([RNG.normal(0.0, 1.0, 30), RNG.normal(6.0, 1.0, 30)]), 1)
CASES = {
    "two": lambda: mix1d.fit(TWO, 2),
    "equal": lambda: mix1d.fit(TWO, [1, 2], sds="auto"),
    "weighted": lambda: mix1d.fit([1.0, 2.5, 4.0, 7.25], 1, sample_weight=[2.0, 1.5, 1.0, 3.0]),
    "regularized": lambda: mix1d.fit([1.0, 2, 2, 3, 9, 9, 9, 10], 3),
    "constant": lambda: mix1d.fit([7.25], 1),
    "sketch": lambda: mix1d.fit(mix1d.Sketch.of(TWO), 2),
    "long": lambda: mix1d.fit(np.random.default_rng(4).normal(size=70_000), 1),
}


@pytest.mark.parametrize("name", CASES)
def test_every_leaf(name):
    whole = json.loads(CASES[name]().to_json())
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
            if name == "long":  # each fit of its nodes takes a while
                assert str(result)
            else:
                used(result)
    assert refused > accepted


@pytest.mark.parametrize("weight", [1e-300, 1e10, 2.0**31, 1e300, 1e308])
@pytest.mark.parametrize("name", ["two", "weighted", "sketch"])
def test_weights_that_fit_their_total_must_fit_the_likelihood(name, weight):
    whole = json.loads(CASES[name]().to_json())
    data = whole["saved"]["data"]
    data["weights"][1] = weight
    data["total_weight"] = math.fsum(data["weights"])
    with pytest.raises(mix1d.InputError, match="must be"):
        mix1d.load(json.dumps(whole))


@pytest.mark.parametrize("place", ["rows", "optima", "selection", "mixture"])
def test_what_readers_see_is_not_believed(place):
    whole = json.loads(CASES["two"]().to_json())
    whole[place] = [1, {"x": None}]
    if place == "mixture":
        with pytest.raises(mix1d.InputError):
            mix1d.load(json.dumps(whole))
    else:
        assert mix1d.load(json.dumps(whole)).mixture == CASES["two"]().mixture


def test_a_forged_sketch_inside_a_result_is_refused():
    whole = json.loads(CASES["sketch"]().to_json())
    data = whole["saved"]["data"]
    contents = unpack(base64.b64decode(data["sketch"]))
    for change in ({"n_obs": 5}, {"weight": (-5.0, 0.0)}, {"minimum": -1e300}, {"n_missing": 2**63}):
        data["sketch"] = base64.b64encode(pack(contents._replace(**change))).decode("ascii")
        with pytest.raises(mix1d.InputError, match=r"saved\.data\.\w+ must be"):
            mix1d.load(json.dumps(whole))


def test_pieces_of_text_cut_out_or_doubled():
    """Bytes changed at random: mostly no JSON, sometimes another result; never anything else."""
    text = CASES["two"]().to_json()
    begin = text.index('"saved"')
    for seed in range(300):
        at = begin + zlib.crc32(bytes([seed % 251, seed // 251])) % (len(text) - begin - 9)
        length = 1 + seed % 7
        for changed in (text[:at] + text[at + length :], text[: at + length] + text[at:]):
            result = loaded(changed)
            if result is not None:
                used(result)
