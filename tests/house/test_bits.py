"""The bits of plain fits stay what they were: tests/golden/bits-1.json, on every instruction set."""

import json

import pytest

import recorded_bits
from places import TESTS
from processes import ISAS, elsewhere

EXPECTED = json.loads(recorded_bits.FILE.read_text(encoding="utf-8"))


def changed(found):
    """The names of the entries that differ, by group."""
    assert found.keys() == EXPECTED.keys()
    return [
        f"{group}: {name}"
        for group in EXPECTED
        for name in sorted(EXPECTED[group].keys() | found[group].keys())
        if found[group].get(name) != EXPECTED[group].get(name)
    ]


@pytest.mark.parametrize("isa", ISAS)
def test_bits_are_those_recorded(isa):
    found = changed(elsewhere(isa, TESTS / "recorded_bits.py", "t.recorded()"))
    assert not found, "the last digits moved; if that is wanted, CHANGELOG.md says why:\n" + "\n".join(found)


def test_bits_do_not_depend_on_threads():
    assert changed(json.loads(json.dumps(recorded_bits.recorded(threads=2)))) == []


def test_a_changed_bit_is_seen():
    found = json.loads(json.dumps(EXPECTED))
    found["fits"]["galaxies"]["3 free"][0][0] = "0x1.0p-1"
    del found["inference"]["galaxies, free"]
    assert changed(found) == ["fits: galaxies", "inference: galaxies, free"]
