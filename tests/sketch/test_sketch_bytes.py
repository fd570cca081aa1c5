"""Saved sketches: whole, cut off, damaged, from another version; and those that were saved long ago."""

import struct
import zlib

import numpy as np
import pytest

import mix1d
from places import GOLDEN

GOLDEN = GOLDEN / "0.1"


def small():
    sketch = mix1d.Sketch()
    sketch.add([0.1, 0.2, 0.2, -5.0], [1.0, 2.0, 3.0, 0.5])
    return sketch


def large():
    """Integer arithmetic only, so that every machine makes the same one."""
    i = np.arange(50_000, dtype=np.int64)
    sketch = mix1d.Sketch()
    sketch.add((i * 7919 % 50_021) / 1024.0 + (i % 3) * 40.0)
    return sketch


@pytest.mark.parametrize("make", [mix1d.Sketch, small, large])
def test_there_and_back(make):
    data = make().to_bytes()
    assert mix1d.Sketch.from_bytes(data).to_bytes() == data
    assert mix1d.Sketch.from_bytes(bytearray(data)).count == make().count
    assert len(data) < 400_000


@pytest.mark.parametrize("length", [0, 5, 13, 20, 26, 60, -1, -1000])
def test_cut_off(length):
    with pytest.raises(mix1d.SketchFormatError, match="cut off after"):
        mix1d.Sketch.from_bytes(large().to_bytes()[:length])


def test_every_damaged_byte_is_seen():
    data = bytearray(small().to_bytes())
    for place in range(len(data)):
        data[place] ^= 0x20
        with pytest.raises(mix1d.SketchFormatError):
            mix1d.Sketch.from_bytes(bytes(data))
        data[place] ^= 0x20
    assert mix1d.Sketch.from_bytes(bytes(data)).count == 4


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"PAR1 and more that is not a sketch", "found b'PAR1 and more th' at the beginning: not a sketch"),
        ("text", "data must be bytes from Sketch.to_bytes, got str: read the file as binary"),
        (small().to_bytes() + b"x", "damaged"),
    ],
)
def test_not_a_sketch(data, words):
    with pytest.raises(mix1d.SketchFormatError, match=words):
        mix1d.Sketch.from_bytes(data)


def sealed(version, body):
    return b"mix1d sketch\n" + struct.pack("<HQI", version, len(body), zlib.crc32(body)) + body


def test_a_later_version():
    with pytest.raises(
        mix1d.SketchFormatError, match="format 2, this mix1d reads up to 1: install a later one"
    ):
        mix1d.Sketch.from_bytes(sealed(2, b""))


@pytest.mark.parametrize("body", [b"", b"\0" * 10, b"\xff" * 75, b"\xff" * 200])
def test_a_body_that_makes_no_sense(body):
    with pytest.raises(mix1d.SketchFormatError, match="damaged"):
        mix1d.Sketch.from_bytes(sealed(1, body))


@pytest.mark.parametrize(("name", "make"), [("small", small), ("large", large)])
def test_old_sketches_load(name, make):
    """Written by version 0.1 of the package; never to be written again."""
    kept = mix1d.Sketch.from_bytes((GOLDEN / f"{name}.m1d").read_bytes())
    fresh = make()
    assert (kept.count, kept.total_weight) == (fresh.count, fresh.total_weight)
    assert (kept.min, kept.max) == (fresh.min, fresh.max)
    assert kept.mean == pytest.approx(fresh.mean, rel=1e-13)
    assert kept.variance == pytest.approx(fresh.variance, rel=1e-12)
    assert kept.quantile(0.3) == pytest.approx(fresh.quantile(0.3), abs=0.1)
    assert (kept + fresh).count == 2 * fresh.count
