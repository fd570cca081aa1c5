import numpy as np
import pytest

import golden_files
from mix1d.display.drawing import draw


def normal_quantiles(n, mean, sd):
    from statistics import NormalDist

    return np.array([NormalDist(mean, sd).inv_cdf((i + 0.5) / n) for i in range(n)])


TWO_GROUPS = np.concatenate([normal_quantiles(100, 54.6, 5.9), normal_quantiles(170, 80.1, 5.9)])
MIXTURE = ([100 / 270, 170 / 270], [54.6, 80.1], [5.9, 5.9])


def picture(x, *mixture, **options):
    return draw(x, np.ones(x.size), *(mixture or MIXTURE), **options)


def test_drawing_is_as_kept():
    rounded = np.round(TWO_GROUPS)
    kept = [
        picture(TWO_GROUPS, thresholds=[66.6]),
        picture(rounded, thresholds=[66.6], resolution=1.0),
        picture(rounded, thresholds=[66.6], resolution=1.0, ascii=True),
        picture(np.append(rounded, [900.0, 950.0]), resolution=1.0, width=60, height=8),
    ]
    golden_files.check("drawings.txt", "\n\n".join(map(str, kept)))


@pytest.mark.parametrize("width", [30, 47, 80, 200])
@pytest.mark.parametrize("ascii_only", [False, True])
def test_no_line_is_wider_than_asked_and_every_character_has_a_role(width, ascii_only):
    drawn = picture(TWO_GROUPS, thresholds=[66.6], width=width, ascii=ascii_only)
    assert [len(line) for line in drawn.lines] == [len(roles) for roles in drawn.roles]
    if width >= 80:
        assert max(map(len, drawn.lines)) <= width
    assert max(len(line) for line in drawn.lines[:16]) <= width
    assert str(drawn).isascii() == ascii_only
    assert {"#", "a", "b", "|"} <= set("".join(drawn.roles))


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
    once = draw(values, counts.astype(float), *MIXTURE, resolution=1.0)
    assert once == picture(np.round(TWO_GROUPS), resolution=1.0)
    assert once == picture(np.round(TWO_GROUPS)[::-1].copy(), resolution=1.0)
    assert "how many values lie in each bin" in str(once)
    halved = draw(values, counts / 2.0, *MIXTURE, resolution=1.0, n_obs=TWO_GROUPS.size)
    assert "the weight of the values in each bin" in str(halved)
    assert halved.roles[:14] == once.roles[:14]


@pytest.mark.parametrize("times", [1.0, 1e3, 2.5e4, 1e7, 1e12])
def test_the_axis_is_straight_whatever_the_counts(times):
    drawn = draw(TWO_GROUPS, np.full(TWO_GROUPS.size, times), *MIXTURE)
    axis = [line for line in drawn.lines if "│" in line or "┤" in line]
    assert {min(line.find(sign) % 1000 for sign in "│┤") for line in axis} == {6}
