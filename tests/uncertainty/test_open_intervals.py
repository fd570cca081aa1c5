"""An open bound says how far the branch of maxima went, and the log-likelihood there."""

import math
import re

import numpy as np
import pytest

import mix1d
from cases import column
from mix1d.outcome.maximum import maximum_of
from mix1d.uncertainty.intervals import profile_falls
from mix1d.uncertainty.quantities import Kind, Quantity, normal_quantile

# Counts of one population: components merge before their weights have bounds.
COUNTS = np.random.default_rng(6).geometric(0.02, 400).astype(float)


def open_ones(result):
    z = normal_quantile(0.95)
    for place, e in enumerate(result.confidence_interval().estimates):
        for side, reason, reached, fall in (
            (-1.0, e.open_lower, e.reached_lower, e.fall_lower),
            (1.0, e.open_upper, e.reached_upper, e.fall_upper),
        ):
            if reason and not math.isnan(reached):
                assert side * (reached - e.value) >= 0.0
                assert fall < z * z
                yield place, e, side, reached, fall
            elif not reason:
                assert math.isnan(reached)
                assert math.isnan(fall)


@pytest.mark.parametrize("result", [mix1d.fit(COUNTS, 4), mix1d.fit(column("faithful_eruptions"), 3)])
def test_the_fall_is_that_of_the_profile(result):
    kinds = (Kind.WEIGHT, Kind.MEAN, Kind.SD)
    k = len(result.mixture.means)
    found = list(open_ones(result))
    assert found
    for place, e, _, reached, fall in found:
        q = Quantity(kinds[place // k], place % k)
        # a way of other steps to the same place; its very end may be beyond it
        near = e.value + 0.999 * (reached - e.value)
        (other,) = profile_falls(maximum_of(result), q, np.array([near]))
        if not math.isnan(other):
            assert other == pytest.approx(fall, abs=0.05 * (1.0 + abs(fall)))


def test_text_and_tables_say_more_than(tmp_path):
    result = mix1d.fit(COUNTS, 4)
    bounds = result.confidence_interval()
    j = int(np.flatnonzero((bounds.upper.weights == 1.0) & (bounds.reached_upper.weights < 0.99))[0])
    reached = float(bounds.reached_upper.weights[j])
    text = " ".join(str(result).split())
    assert "to 100 %)" not in text
    for words in (text, result._repr_html_()):
        assert f"–>{100 * reached:.0f}" in words.replace("&gt;", ">")
    page = result.report(tmp_path / "page.html").read_text(encoding="utf-8")
    assert f"to more than {reached:.2f}" in page
    kept = result.to_dict()["intervals"]["estimates"]
    assert reached in [one["reached_upper"] for one in kept]


def test_thresholds_have_them_too():
    result = mix1d.fit(np.random.default_rng(11).geometric(0.02, 400).astype(float), 4)
    opened = [cut for cut in result.thresholds() if math.isinf(cut.lower) or math.isinf(cut.upper)]
    assert opened
    crossing = next(cut for cut in opened if cut.kind == "crossing")
    assert crossing.reached_lower < crossing.value < crossing.upper
    assert re.search(r"(?m)^cut a\|b +18 \(<13–23\)", str(result))
    assert all(math.isnan(cut.reached_lower) for cut in result.thresholds() if math.isfinite(cut.lower))
