"""The dip test of unimodality: known values, weights, and what cannot be tested."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

import mix1d
from cases import DATA, column, draw
from mix1d.data import read_sample
from mix1d.selection.dip import dip_test

# from R's diptest, tests/data/README.md
REFERENCE = json.loads((Path(__file__).parent / "data" / "reference" / "inference.json").read_text())["dip"]
NAMES = sorted(set(REFERENCE) & {path.stem for path in DATA.glob("*.csv")})


@pytest.mark.parametrize("name", NAMES)
def test_reference_values(name):
    found = dip_test(read_sample(column(name)))
    assert found.dip == pytest.approx(REFERENCE[name]["dip"], rel=1e-12)
    assert found.p_value == pytest.approx(REFERENCE[name]["p_value"], abs=1e-9)


def test_there_are_reference_values():
    assert len(NAMES) >= 10


def test_words():
    many = dip_test(read_sample(column("faithful_eruptions")))
    assert many.message.startswith("More than one mode (dip = 0.0924, p < .001)")
    one = dip_test(read_sample(column("galaxies")))
    assert one.message.startswith("One mode is enough (dip = 0.0354, p = .67)")
    assert one.message.endswith("about modes, not components, which can share one")


def test_two_components_may_share_a_mode():
    x = draw(1, [0.5, 0.5], [0.0, 1.8], [1.0, 1.0], 2000)
    assert dip_test(read_sample(x)).p_value > 0.5


def test_weights_are_repetitions():
    values, counts = np.unique(column("faithful_waiting"), return_counts=True)
    assert dip_test(read_sample(values, counts)) == dip_test(read_sample(column("faithful_waiting")))
    with_zero = read_sample([*values, 1000.0], [*counts, 0])
    assert dip_test(with_zero) == dip_test(read_sample(column("faithful_waiting")))


@pytest.mark.parametrize("power", [-1060, -300, 500, 990])
def test_any_unit(power):
    x = column("galaxies")
    far = dip_test(read_sample(np.ldexp(x, power)))
    tolerance = 1e-3 if power == -1060 else 1e-12  # denormal numbers have few digits
    assert far.dip == pytest.approx(dip_test(read_sample(x)).dip, rel=tolerance)


def test_the_whole_range_of_doubles():
    x = np.concatenate([np.linspace(-1.7e308, -1.6e308, 50), np.linspace(1.6e308, 1.7e308, 50)])
    assert dip_test(read_sample(x)).p_value < 0.001


def test_a_constant_column_has_one_mode():
    found = dip_test(read_sample([2.5] * 10))
    assert found.p_value == 1.0
    assert found.message.startswith("One mode is enough")


def test_beyond_the_table_of_p_values():
    x = np.sort(np.random.default_rng(3).normal(size=40_000))
    long = dip_test(read_sample(x, np.full(40_000, 2)))
    assert "limiting law" in long.message
    assert long.p_value > 0.05
    two = dip_test(read_sample(np.round(np.concatenate([x, x + 5.0]), 3)))
    assert two.p_value == 0.0


def test_fractions_are_refused():
    with pytest.raises(mix1d.InputError, match=r"whole numbers in the dip test, got 0\.5 for the value 2"):
        dip_test(read_sample([1, 2, 3, 4, 5], [1, 0.5, 1, 1, 1]))


def test_too_few_and_too_many_values_are_refused():
    with pytest.raises(mix1d.InputError, match="at least 4 values, got 3"):
        dip_test(read_sample([1, 2, 3]))
    with pytest.raises(mix1d.InputError, match="at most 100,000,000 values"):
        dip_test(read_sample([1, 2, 3], [1, 1, 1e9]))


def test_values_that_were_not_kept():
    x = np.random.default_rng(5).normal(size=70_000)
    with pytest.raises(mix1d.NeedsDataError, match="does not keep more than 65,536"):
        dip_test(mix1d.fit(x, 1)._sample)


def test_the_missing_package_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "diptest", None)
    with pytest.raises(mix1d.Mix1dError, match=r'needs diptest: pip install "mix1d\[tests\]"'):
        dip_test(read_sample([1, 2, 3, 4]))
