"""The bits of plain fits stay what they were: tests/golden/bits-1.json, on every instruction set."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import mix1d
import recorded_bits
from places import TESTS

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


@pytest.mark.parametrize("isa", mix1d.build_info()["isas"].split())
def test_bits_are_those_recorded(isa):
    path = os.pathsep.join([str(TESTS), str(Path(mix1d.__file__).parents[1])])
    run = subprocess.run(
        [sys.executable, str(TESTS / "recorded_bits.py")],
        env=os.environ | {"MIX1D_ISA": isa, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    found = changed(json.loads(run.stdout))
    assert not found, "the last digits moved; if that is wanted, CHANGELOG.md says why:\n" + "\n".join(found)


def test_bits_do_not_depend_on_threads():
    assert changed(json.loads(json.dumps(recorded_bits.recorded(threads=2)))) == []


def test_a_changed_bit_is_seen():
    found = json.loads(json.dumps(EXPECTED))
    found["fits"]["galaxies"]["3 free"][0][0] = "0x1.0p-1"
    del found["inference"]["galaxies, free"]
    assert changed(found) == ["fits: galaxies", "inference: galaxies, free"]
