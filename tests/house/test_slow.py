"""The list of slow tests names tests that there are."""

import re

import slow
from places import TESTS


def test_every_slow_test_exists():
    there = {
        f"{path.name}::{name}"
        for path in TESTS.rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert slow.names() - there == set()
    assert len(slow.names()) > 50


def test_the_slowest_are_found():
    log = (
        "5.00s call     tests/test_a.py::test_long[1]\n3.00s setup    tests/test_a.py::test_long[2]\n"
        "1.00s call     x/tests/test_b.py::test_middle\n0.50s call     tests/test_b.py::test_short\nfailed\n"
    )
    assert slow.slowest(log) == ["test_a.py::test_long", "test_b.py::test_middle"]


def test_the_slow_ones_are_marked(request):
    marked = [item for item in request.session.items if item.get_closest_marker("slow")]
    assert all(f"{item.path.name}::{item.originalname}" in slow.names() for item in marked)
    names = {f"{item.path.name}::{item.originalname}" for item in request.session.items}
    assert names & slow.names() == {f"{item.path.name}::{item.originalname}" for item in marked}
