import dataclasses
import math
import unicodedata

import numpy as np
import pytest

import golden_files
from mix1d.data.sample import read_sample
from mix1d.display.axis import axis_ticks
from mix1d.display.braille import characters, curve_dots
from mix1d.display.drawing import draw
from mix1d.display.picture import sample_picture
from mix1d.model.mixture import Mixture
from mix1d.model.thresholds import Threshold


def normal_quantiles(n, mean, sd):
    from statistics import NormalDist

    return np.array([NormalDist(mean, sd).inv_cdf((i + 0.5) / n) for i in range(n)])


TWO_GROUPS = np.concatenate([normal_quantiles(100, 54.6, 5.9), normal_quantiles(170, 80.1, 5.9)])
MIXTURE = ([100 / 270, 170 / 270], [54.6, 80.1], [5.9, 5.9])


def picture(x, *mixture, counts=None, thresholds=(), intervals=(), resolution=None, n_obs=None, **options):
    """Draw values, each as often as counted, with a mixture and thresholds over them."""
    sample = read_sample(x, sample_weight=counts)
    sample = dataclasses.replace(sample, resolution=resolution, n_obs=n_obs or round(sample.total_weight))
    ends = list(intervals) or [(math.nan, math.nan)] * len(thresholds)
    cuts = [Threshold(cut, *pair, 0, 1, "crossing") for cut, pair in zip(thresholds, ends, strict=True)]
    components = Mixture._trusted(*(np.array(part) for part in mixture or MIXTURE))
    return draw(sample_picture(sample, components, cuts), **options)


def test_drawing_is_as_kept():
    rounded = np.round(TWO_GROUPS)
    cut = {"thresholds": [66.6], "intervals": [(64.5, 68.6)]}
    kept = [
        picture(TWO_GROUPS, **cut),
        picture(rounded, **cut, resolution=1.0),
        picture(rounded, **cut, resolution=1.0, ascii=True),
        picture(np.append(rounded, [900.0, 950.0]), resolution=1.0, width=60, height=8),
    ]
    golden_files.check("drawings.txt", "\n\n".join(map(str, kept)))


@pytest.mark.parametrize("width", [30, 40, 47, 60, 80, 140, 200])
@pytest.mark.parametrize("ascii_only", [False, True])
def test_no_line_is_wider_than_asked_and_every_character_has_a_role(width, ascii_only):
    cut = {"thresholds": [66.6], "intervals": [(50.0, 82.0)]}
    drawn = picture(np.append(TWO_GROUPS, 1e6), **cut, width=width, ascii=ascii_only)
    assert [len(line) for line in drawn.lines] == [len(roles) for roles in drawn.roles]
    assert [len(line) for line in drawn.lines] == [len(bars) for bars in drawn.behind]
    assert max(map(len, drawn.lines)) <= width
    assert str(drawn).isascii() == ascii_only
    assert {"#", "a", "b", "|"} <= set("".join(drawn.roles))
    assert "66.6" in str(drawn)
    words = " ".join(str(drawn).split())
    for sign in (":", "ab", "^", "[=]") if ascii_only else ("█", "ab", "▲", "┝━┥"):
        assert f"{sign} " in words
    assert "not shown: 1 value farther out" in words


def dots_of(drawn, height=14):
    """Every dot of a drawing as {(column, row)} of dots, from the names of the characters."""
    found = set()
    places = {1: (0, 3), 2: (0, 2), 3: (0, 1), 7: (0, 0), 4: (1, 3), 5: (1, 2), 6: (1, 1), 8: (1, 0)}
    for row, line in enumerate(reversed(drawn.lines[:height])):
        for column, character in enumerate(line[7:]):
            name = unicodedata.name(character)
            if name.startswith("BRAILLE PATTERN DOTS-"):
                for digit in name.rpartition("-")[2]:
                    x, y = places[int(digit)]
                    found.add((2 * column + x, 4 * row + y))
    return found


def slow_curve(drawn, weight, mean, sd, low, high, top, height=14):
    """The dots of one component, one column of dots after the other."""
    n = 2 * (len(drawn.lines[height]) - 7)
    step = (high - low) / n

    def tall(column):
        if not 0 <= column < n:
            return None
        ends = [(low + (column + i) * step - mean) / sd for i in (0, 1)]
        share = 0.5 * (math.erf(ends[1] / math.sqrt(2)) - math.erf(ends[0] / math.sqrt(2)))
        return weight * share / step / top * 4 * height

    found = set()
    for column in range(n):
        here = tall(column)
        if here < 0.5:
            continue
        highest = min(int(here), 4 * height - 1)
        beside = [tall(c) for c in (column - 1, column + 1) if tall(c) is not None]
        lower = [int(min(h, 4 * height - 0.5)) if h >= 0.5 else -1 for h in beside]
        for row in range(min([highest, *(h + 1 for h in lower)]), highest + 1):
            found.add((column, row))
    return found


@pytest.mark.parametrize(("mean", "sd"), [(50.0, 12.0), (50.0, 2.0), (31.7, 0.4), (5.0, 30.0)])
def test_dots_lie_where_the_density_says(mean, sd):
    x = np.arange(0.0, 100.0)
    drawn = picture(x, [1.0], [mean], [sd], width=71, resolution=1.0, n_obs=100)
    # bins of known width: their edges lie half-way between the values
    shown = str(drawn)
    width = float(shown.partition("in each bin, ")[2].partition(" wide")[0])
    columns = len(drawn.lines[14]) - 7
    n_bins = math.ceil(100 / width)
    low, high = -0.5, -0.5 + n_bins * width
    step = (high - low) / columns / 2
    masses = [
        0.5 * (math.erf((b - mean) / sd / math.sqrt(2)) - math.erf((a - mean) / sd / math.sqrt(2)))
        for a, b in ((low + i * step, low + (i + 1) * step) for i in range(2 * columns))
    ]
    top = max(1.0 / 100.0, max(masses) / step * 14 / 13)
    expected = slow_curve(drawn, 1.0, mean, sd, low, high, top)
    found = dots_of(drawn)
    letter_cells = {
        (column - 7, row)
        for row, roles in enumerate(reversed(drawn.lines[:14]))
        for column, role in enumerate(roles)
        if role == "a"
    }
    hidden = {(2 * c + x, 4 * r + y) for c, r in letter_cells for x in (0, 1) for y in range(4)}
    assert len(expected) > 20
    assert found == expected - hidden


def test_braille_of_every_pattern():
    for code in range(256):
        name = unicodedata.name(chr(0x2800 + code))
        digits = name.rpartition("-")[2] if code else ""
        places = {"1": (3, 0), "2": (2, 0), "3": (1, 0), "7": (0, 0)}
        places |= {"4": (3, 1), "5": (2, 1), "6": (1, 1), "8": (0, 1)}
        dots = np.zeros((4, 2), bool)
        for digit in digits:
            dots[places[digit]] = True
        assert characters(dots).tolist() == [[chr(0x2800 + code)]]


def test_a_steep_curve_has_no_gap():
    dots = curve_dots(np.array([0.2, 7.9, 30.0, 1.0]), 4)
    assert dots[:, 0].sum() == 0
    assert np.flatnonzero(dots[:, 1]).tolist() == list(range(8))
    assert np.flatnonzero(dots[:, 2]).tolist() == list(range(2, 16))
    assert np.flatnonzero(dots[:, 3]).tolist() == [1]


def test_a_letter_stands_above_every_peak():
    drawn = picture(TWO_GROUPS)
    for name, mean in (("a", 54.6), ("b", 80.1)):
        (row,) = (i for i, line in enumerate(drawn.lines[:14]) if name in line[7:])
        column = drawn.lines[row].index(name, 7)
        below = drawn.lines[row + 1][column - 1 : column + 2]
        assert any("⠀" < sign <= "⣿" for sign in below)
        columns = [i for i, sign in enumerate(drawn.lines[14]) if sign == "┬"]
        ticks = dict(zip(map(float, drawn.lines[15].split()), columns, strict=True))
        assert abs(column - (ticks[50] + (mean - 50.0) / 10.0 * (ticks[60] - ticks[50]))) <= 2.0


def test_components_on_top_of_each_other_have_their_letters():
    x = normal_quantiles(400, 0.0, 1.0)
    drawn = picture(x, [0.25] * 4, [0.0, 0.0, 0.0, 0.01], [1.0, 1.0, 1.05, 1.0])
    for name in "abcd":
        assert sum(name in line[7:] for line in drawn.lines[:14]) == 1


def test_components_that_are_not_in_the_picture_are_named():
    drawn = picture(TWO_GROUPS, [0.5, 0.4999, 0.0001, 0.0], [54.0, 80.0, 1e9, 60.0], [6.0, 6.0, 1.0, 1.0])
    assert "not shown: component c" in str(drawn)
    assert "ab fitted components" in str(drawn)


def test_a_bar_behind_a_curve_is_remembered():
    drawn = picture(TWO_GROUPS)
    for line, roles, behind in zip(drawn.lines[:14], drawn.roles, drawn.behind, strict=False):
        for sign, role, bar in zip(line, roles, behind, strict=True):
            assert bar == " " or (role != "#" and sign not in "▁▂▃▄▅▆▇█")
    assert sum(bars.count("#") for bars in drawn.behind) > 20
    # under each bar that stands behind something there is a bar, or a bar behind something
    for column in range(7, len(drawn.lines[0])):
        solid = [drawn.behind[r][column] == "#" or drawn.roles[r][column] == "#" for r in range(14)]
        first = solid.index(True) if True in solid else 14
        assert all(s or drawn.roles[first + i][column] != " " for i, s in enumerate(solid[first:]))


@pytest.mark.parametrize(
    ("interval", "expected"),
    [
        ((60.0, 75.0), "┝━┥"),
        ((66.5, 66.7), None),
        ((math.nan, math.nan), None),
        ((-math.inf, 75.0), None),
        ((60.0, math.inf), None),
        ((-1e5, 75.0), "━"),
        ((60.0, 1e5), "━"),
    ],
)
def test_the_interval_of_a_threshold_is_a_bracket(interval, expected):
    drawn = picture(TWO_GROUPS, thresholds=[66.6], intervals=[interval])
    axis = drawn.lines[14]
    mark = axis.index("▲")
    assert ("its 95 % interval" in str(drawn)) == (expected is not None)
    if expected is None:
        assert not set("┝━┥┯") & set(axis)
        return
    left, right = axis.find("┝"), axis.find("┥")
    assert (left >= 0) == (interval[0] > 0.0)
    assert (right >= 0) == (interval[1] < 100.0)
    first = left + 1 if left >= 0 else 7
    last = right if right >= 0 else len(axis)
    assert set(axis[first:mark] + axis[mark + 1 : last]) <= {"━", "┯"}
    roles = drawn.roles[14]
    assert set(roles[first:last]) == {"|"}


def test_every_threshold_has_its_number_and_none_touch():
    means = np.arange(10.0) * 10
    x = np.concatenate([normal_quantiles(40, mean, 2.0) for mean in means])
    cuts = [mean + 5.0 + 1e-3 * i for i, mean in enumerate(means[:-1])]
    for width in (40, 60, 80, 140):
        drawn = picture(x, np.full(10, 0.1), means, np.full(10, 2.0), thresholds=cuts, width=width)
        words = str(drawn).split()
        for i in range(9):
            assert any(abs(float(w) - cuts[i]) < 0.01 for w in words if w.replace(".", "").isdigit())
        assert max(map(len, drawn.lines)) <= width


def test_ticks_are_round_and_have_room():
    for room in (20, 45, 73, 133):
        ticks = axis_ticks(42.0, 97.0, room)
        assert sum(len(label) + 2 for _, label in ticks) <= room
        assert all(42.0 <= tick <= 97.0 and float(label) == tick for tick, label in ticks)
    assert axis_ticks(1.0, math.inf, 40) == []


@pytest.mark.parametrize("step", [1.0, 0.1, 250.0])
def test_rounding_makes_no_comb(step):
    """Values spread evenly over a lattice give bars of one height, whatever the step."""
    values = np.arange(7.0, 97.0) * step
    drawn = picture(values, [1.0], [1e9], [1.0], resolution=step)
    middle, roles = drawn.lines[7], drawn.roles[7]
    assert set(middle[roles.index("#") : roles.rindex("#") + 1]) == {"█"}
    assert roles.count("#") > 40


def test_bars_count_every_value_or_say_how_many_are_not_shown():
    drawn = picture(np.append(TWO_GROUPS, [5000.0, -4000.0, 1e300]))
    assert "not shown: 3 values farther out" in str(drawn)
    assert "not shown" not in str(picture(TWO_GROUPS))


def test_a_component_narrower_than_a_column_keeps_its_count():
    x = np.concatenate([np.linspace(0.0, 100.0, 200), np.full(50, 30.0)])
    drawn = picture(x, [0.2, 0.8], [30.0, 50.0], [1e-6, 29.0])
    columns = [column for roles in drawn.roles[:14] for column, role in enumerate(roles) if role == "a"]
    assert len(columns) >= 10
    assert len(set(columns)) <= 2
    assert "b" in "".join(drawn.lines[:14])


@pytest.mark.parametrize(
    "x",
    [
        np.array([3.0]),
        np.zeros(5),
        np.array([-1e308, 1e308]),
        np.array([5e-324, 1e-323, 1.5e-323]),
        np.linspace(1e-310, 3e-310, 50),
        1e15 + np.arange(20.0),
        1e300 * np.arange(20.0),
        np.array([0.0, 1.0]),
    ],
)
def test_any_finite_values_can_be_drawn(x):
    spread = float(np.ptp(x / 4.0)) or 1.0
    drawn = picture(x, [1.0], [float(x[0])], [spread])
    assert max(map(len, drawn.lines)) <= 80
    assert "█" in str(drawn)


def test_many_components_are_letters_in_order():
    means = np.arange(12.0) * 10
    x = np.concatenate([normal_quantiles(40, mean, 2.0) for mean in means])
    drawn = picture(x, np.full(12, 1 / 12), means, np.full(12, 2.0), width=120)
    assert "abcdefghijkl fitted components" in str(drawn)


def test_weights_count_like_rows():
    values, counts = np.unique(np.round(TWO_GROUPS), return_counts=True)
    once = picture(values, counts=counts.astype(float), resolution=1.0)
    assert once == picture(np.round(TWO_GROUPS), resolution=1.0)
    assert once == picture(np.round(TWO_GROUPS)[::-1].copy(), resolution=1.0)
    assert "how many values lie in each bin" in str(once)
    halved = picture(values, counts=counts / 2.0, resolution=1.0, n_obs=TWO_GROUPS.size)
    assert "the weight of the values in each bin" in str(halved)
    assert halved.roles[:14] == once.roles[:14]


@pytest.mark.parametrize("times", [1.0, 1e3, 2.5e4, 1e7, 1e12])
def test_the_axis_is_straight_whatever_the_counts(times):
    drawn = picture(TWO_GROUPS, counts=np.full(TWO_GROUPS.size, times))
    axis = [line for line in drawn.lines if "│" in line or "┤" in line]
    assert {min(line.find(sign) % 1000 for sign in "│┤") for line in axis} == {6}
