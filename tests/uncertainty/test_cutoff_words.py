"""Cut-offs as records, in words, and what is refused."""

import json
import math

import numpy as np
import pytest
from scipy import stats

import mix1d
from places import DATA

WAITING = np.loadtxt(DATA / "faithful_waiting.csv", skiprows=1)


@pytest.fixture(scope="module")
def waiting():
    return mix1d.fit(WAITING, 2)


@pytest.fixture(scope="module")
def galaxies():
    return mix1d.fit(np.loadtxt(DATA / "galaxies.csv", skiprows=1), 3)


def test_it_is_a_float_a_dict_and_a_frame(waiting):
    cut = waiting.cutoff(rule="specificity", level=0.99)
    assert float(cut) == cut.value
    assert np.array(cut) == cut.value
    told = cut.to_dict()
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    assert (told["between_letters"], told["rule_level"]) == (["a", "b"], 0.99)
    assert told["ppv"]["lower"] == cut.ppv.lower
    frame = cut.to_frame("pandas")
    assert len(frame) == 1
    assert frame.at[0, "specificity_lower"] == cut.specificity.lower
    assert (frame.at[0, "below"], frame.at[0, "above"]) == ("a", "b")
    with pytest.raises(AttributeError):
        cut.value = 1.0


def test_its_repr_and_html(waiting):
    cut = waiting.cutoff(rule="specificity", level=0.99)
    lines = repr(cut).splitlines()
    assert len(lines) <= 10
    assert max(map(len, lines)) <= 79
    assert lines[0] == "<Cutoff 68.3 (95 % profile interval 65.4 to 72)"
    assert "specificity 0.99" in lines[1]
    page = cut._repr_html_()
    assert page.count("68.3 (95 % profile interval 65.4 to 72)") == 1
    assert "</strong>: 99 % of a lie below. Rule specificity 0.99, between " in page
    assert page.count("<tr>") == 5
    assert "<script" not in page


def test_its_words(waiting, galaxies):
    assert waiting.cutoff(rule="specificity", level=0.99).message == (
        "68.3 (95 % profile interval 65.4 to 72): 99 % of a lie below. Values up to it count as a, values "
        "above it as b. 1.8 % (0.94-3.4) of the values are on the wrong side."
    )
    assert "Values up to it count as a and b, values above it as c." in galaxies.cutoff("bc").message
    assert waiting.cutoff(rule="sds", level=-1).sentences[0].endswith("1 sds below the mean of a.")
    apart = mix1d.fit([1.0, 2.0, 8.0, 9.0], 2, sds="equal").cutoff()
    assert "Under 0.01 % (under 0.01-0.33) of the values are on the wrong side." in apart.sentences
    assert waiting.cutoff(one_sided=False).sentences[1] == "b is the more probable from 66.6 to 42980."


# ---- refusals


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"rule": "youden"}, 'rule must be "equal", "valley", "specificity", "sensitivity", "ppv" or "sds"'),
        ({"rule": "specificity", "level": 99}, "write 0.99"),
        ({"rule": "ppv", "level": "most"}, "level must be a confidence level"),
        ({"rule": "sds", "level": math.inf}, "level must be a number of standard deviations"),
        ({"rule": "sds", "level": True}, "level must be a number of standard deviations"),
        ({"level": 0.9}, 'level must be left out for rule="equal"'),
        ({"between": ("a", "c")}, "letters from a to b or indices from 0, got 'c'"),
        ({"between": (0, 2)}, "got 2"),
        ({"between": (0, True)}, "got True"),
        ({"between": "a"}, r"between must be two neighbours, got 'a': pass \('a', 'b'\)"),
        ({"between": 1}, "between must be two neighbours"),
        ({"one_sided": "no"}, "one_sided must be True or False"),
        ({"one_sided": False, "rule": "ppv"}, 'one_sided must be True for rule="ppv"'),
        ({"confidence": 1.0}, "confidence must lie strictly"),
        ({"method": "exact"}, "method must be"),
        ({"rule": "ppv", "level": 0.5}, 'rule="ppv" needs no cut-off: 64 % of all values belong to b anyway'),
    ],
)
def test_what_cannot_be_used_is_said(waiting, options, words):
    with pytest.raises(mix1d.InputError, match=words):
        waiting.cutoff(**options)


def test_neighbours_must_be_named_and_be_neighbours(galaxies):
    with pytest.raises(mix1d.InputError, match=r"3 populations: pass \('a', 'b'\) or \('b', 'c'\)"):
        galaxies.cutoff()
    with pytest.raises(mix1d.InputError, match="must be two neighbours"):
        galaxies.cutoff(("a", "c"))


def test_rules_without_a_number_say_why():
    x = stats.norm.ppf((np.arange(400) + 0.5) / 400)
    mixture = np.concatenate([x, 1.4 + 0.9 * x[::4]])
    result = mix1d.fit(mixture, 2, sds="equal")
    with pytest.raises(mix1d.InputError, match="no minimum between a and b"):
        result.cutoff(rule="valley")
    wide = mix1d.fit(np.concatenate([6 * x, 2 + 0.3 * x]), 2)
    assert wide.mixture.sds[0] > 5 * wide.mixture.sds[1]
    with pytest.raises(mix1d.InputError, match=r"at most \d+ % of the values above any number belong to b"):
        wide.cutoff(rule="ppv", level=0.999)


def test_a_fit_that_is_held_up_has_a_number_and_no_interval():
    x = np.concatenate([np.linspace(0, 1, 40), [5.0, 5.0]])
    result = mix1d.fit(x, 2, resolution=0, set_apart=None)
    assert result.regularized
    cut = result.cutoff()
    assert 1 < cut.value < 5
    assert math.isnan(cut.lower)
    assert "no interval" in repr(cut)
    assert "do not determine" in cut.message
