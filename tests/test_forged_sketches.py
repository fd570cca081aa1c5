"""Sketches with a right checksum and wrong contents: each is refused in words, and none reaches the core."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mix1d
from mix1d import _core
from mix1d.sketch.container import pack, unpack
from mix1d.sketch.contents import Contents
from mix1d.sketch.state import EMPTY

RNG = np.random.default_rng(0)


def contents_of(*chunks, weights=None):
    sketch = mix1d.Sketch()
    for chunk in chunks:
        sketch.add(chunk, weights)
    return unpack(sketch.to_bytes())


CELLS = contents_of(RNG.normal(size=200_000))
MIXED = contents_of(RNG.normal(size=20_000), [1e300, -1e-300, 1e-320], np.full(500, 2.5))
FEW = contents_of([1.0, 2.0, 4.0])


def put(array, place, value):
    changed = array.copy()
    changed[place] = value
    return changed


def cells(**changes):
    return CELLS._replace(state=CELLS.state._replace(**changes))


def few(**changes):
    return FEW._replace(state=FEW.state._replace(**changes))


STATE = CELLS.state
MOMENTS = int(np.flatnonzero(STATE.counts == 0)[0])
VALUES = int(np.flatnonzero(STATE.counts == 3)[0])
FORGED = {
    "counts 2^31": cells(counts=put(STATE.counts, 0, 2**31)),
    "counts 5": cells(counts=put(STATE.counts, -1, 5)),
    "a count of values where moments are": cells(counts=put(STATE.counts, MOMENTS, 3)),
    "moments where values are": cells(counts=put(STATE.counts, VALUES, 0)),
    "nan moment": cells(numbers=put(STATE.numbers, (MOMENTS, 0), np.nan)),
    "infinite moment": cells(numbers=put(STATE.numbers, (MOMENTS, 3), np.inf)),
    "no weight": cells(numbers=put(STATE.numbers, (MOMENTS, 0), 0.0)),
    "negative weight": cells(numbers=put(STATE.numbers, (MOMENTS, 0), -1.0)),
    "moments beyond the weight": cells(numbers=put(STATE.numbers, (MOMENTS, 5), 1e9)),
    "a value outside of its cell": cells(numbers=put(STATE.numbers, (VALUES, 4), 77.0)),
    "values that fall": cells(numbers=put(STATE.numbers, (VALUES, 0), STATE.numbers[VALUES, 4])),
    "the weight of a value": cells(numbers=put(STATE.numbers, (VALUES, 1), -1.0)),
    "cells out of order": cells(indices=STATE.indices[::-1].copy()),
    "a cell twice": cells(indices=put(STATE.indices, 1, STATE.indices[0])),
    "level 2^31": cells(levels=put(STATE.levels, -1, 2**31 - 1)),
    "level -2^31": cells(levels=put(STATE.levels, 0, -(2**31))),
    "a cell beyond all doubles": cells(indices=put(STATE.indices, -1, 2**62)),
    "level and index beyond all doubles": cells(
        levels=put(STATE.levels, -1, 1020), indices=put(STATE.indices, -1, 2**6)
    ),
    "total -5": CELLS._replace(weight=(-5.0, 0.0)),
    "total nan": CELLS._replace(weight=(math.nan, 0.0)),
    "total inf": CELLS._replace(weight=(math.inf, 0.0)),
    "rest nan": CELLS._replace(weight=(2e5, math.nan)),
    "rest large": CELLS._replace(weight=(2e5, 1e5)),
    "another total": CELLS._replace(weight=(3e5, 0.0)),
    "minimum nan": CELLS._replace(minimum=math.nan),
    "minimum -inf": CELLS._replace(minimum=-math.inf),
    "minimum below all cells": CELLS._replace(minimum=-50.0),
    "minimum above a value": CELLS._replace(minimum=3.0),
    "maximum above all cells": CELLS._replace(maximum=50.0),
    "maximum below minimum": CELLS._replace(maximum=-60.0),
    "resolution 0": CELLS._replace(resolution=0.0),
    "resolution -7": CELLS._replace(resolution=-7.0),
    "resolution inf": CELLS._replace(resolution=math.inf),
    "n_obs 2^63": CELLS._replace(n_obs=2**63),
    "n_obs 5": CELLS._replace(n_obs=5),
    "n_missing 2^63": CELLS._replace(n_missing=2**63),
    "no rows": CELLS._replace(n_obs=0),
    "rows without values": Contents(EMPTY, n_obs=5),
    "weight without values": Contents(EMPTY, weight=(5.0, 0.0)),
    "ends without values": Contents(EMPTY, minimum=0.0, maximum=1.0),
    "values that do not rise": few(values=np.array([1.0, 4.0, 2.0])),
    "a value twice": few(values=np.array([1.0, 1.0, 4.0])),
    "nan value": few(values=np.array([1.0, np.nan, 4.0])),
    "infinite value": few(values=np.array([1.0, 2.0, np.inf])),
    "negative weight of a value": few(weights=np.array([1.0, -1.0, 3.0])),
    "nan weight of a value": few(weights=np.array([1.0, np.nan, 3.0])),
    "ends that are not the values'": FEW._replace(maximum=5.0),
    "fewer rows than values": FEW._replace(n_obs=2),
}


@pytest.mark.parametrize("name", FORGED)
def test_forged_contents_are_refused(name):
    with pytest.raises(mix1d.SketchFormatError, match=r"no sound sketch .*: get an intact copy"):
        mix1d.Sketch.from_bytes(pack(FORGED[name]))


@pytest.mark.parametrize("contents", [CELLS, MIXED, FEW, Contents()], ids=["cells", "mixed", "few", "empty"])
def test_true_contents_are_not(contents):
    kept = unpack(pack(contents))
    assert pack(kept) == pack(contents)


numbers = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([0.0, -0.0, 5e-324, -5e-324, 2.2e-308, 1.7e308, -1.7e308, 1e-300, 2.0**1000, 3.0]),
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(numbers, st.floats(1e-3, 1e3), st.sampled_from([1, 3, 17_000])), min_size=1, max_size=5
    )
)
def test_sketches_of_any_values_come_back(chunks):
    """Ends of the doubles, ties and clusters, added and merged: what mix1d writes, it reads."""
    total = mix1d.Sketch()
    for place, (centre, spread, count) in enumerate(chunks):
        part = mix1d.Sketch()
        with np.errstate(over="ignore"):
            values = centre * (1.0 + spread * 1e-6 * RNG.standard_normal(count))
        values = np.clip(values, -1.79e308, 1.79e308)
        part.add(values)
        total = total + part if place % 2 else part + total
    again = mix1d.Sketch.from_bytes(total.to_bytes())
    assert again.to_bytes() == total.to_bytes()
    assert (again.count, again.min, again.max) == (total.count, total.min, total.max)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_any_one_number_changed(data):
    """What passes is fitted and merged without harm."""
    contents = data.draw(st.sampled_from([CELLS, MIXED, FEW]))
    field = data.draw(st.sampled_from([f for f in contents.state._fields if getattr(contents.state, f).size]))
    array = getattr(contents.state, field)
    place = data.draw(st.integers(0, array.size - 1))
    if array.dtype.kind == "f":
        value = data.draw(st.floats())
    else:
        kind = np.iinfo(array.dtype)
        value = data.draw(st.integers(int(kind.min), int(kind.max)))
    changed = array.copy()
    changed.reshape(-1)[place] = value
    forged = pack(contents._replace(state=contents.state._replace(**{field: changed})))
    try:
        sketch = mix1d.Sketch.from_bytes(forged)
    except mix1d.SketchFormatError:
        return
    assert math.isfinite(mix1d.fit(sketch, 1).log_likelihood)
    assert (sketch + sketch).count == 2 * sketch.count
    assert np.isfinite(sketch.quantile([0.0, 0.5, 1.0])).all()


def test_the_core_refuses_arrays_that_would_be_read_beyond_their_end():
    for state in (FORGED["counts 5"].state, STATE._replace(levels=STATE.levels[:-1].copy())):
        with pytest.raises(mix1d.InputError, match="do not fit together"):
            _core.sketch_nodes(state)
