"""Many fits as one picture: whose components are the same, lines of text, tables, and cut-offs compared."""

import itertools
import pickle
import re
import xml.etree.ElementTree as ET

import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy import stats

import mix1d
from mix1d.display.alike import OTHER, alike
from mix1d.display.few_words import in_few_words, known_codes
from mix1d.display.forest import Forest
from mix1d.display.forest_svg import forest_svg
from mix1d.display.palette import colour
from mix1d.display.ridge_tables import as_ridges, ridges_of_table
from mix1d.display.ridges import masses_of, ridges_of
from mix1d.display.ridges_svg import ridges_svg
from mix1d.display.sparklines import sparklines
from mix1d.uncertainty.pooled import pooled
from places import DATA, ROOT

RNG = np.random.default_rng(5)


def two(shift, n=120):
    return np.concatenate([RNG.normal(shift, 1.0, n), RNG.normal(6.0, 1.0, n)])


COLUMNS = {
    "north": two(0.0),
    "south": two(0.3),
    "upper lake, third bay from the left": two(0.1),
    "none": np.full(3, np.nan),
    "one": RNG.normal(6.0, 1.0, 60),
}
NAMES = list(COLUMNS)


@pytest.fixture(scope="module")
def table():
    return mix1d.fit_many(COLUMNS, [1, 2])


@pytest.fixture(scope="module")
def results(table):
    return table.fits()


def centres_of(ridges):
    return [None if row.mixture is None else row.mixture.means.tolist() for row in ridges.rows]


# ---- whose components are the same


def test_components_in_the_same_place_have_the_same_number(table):
    assert as_ridges(table).numbers == ((0, 1), (0, 1), (0, 1), (), (1,))


def test_the_assignment_is_the_best_of_all_in_order():
    for _ in range(40):
        n, m = sorted(RNG.integers(1, 7, 2))
        few, many = np.sort(RNG.normal(size=n)), np.sort(RNG.normal(size=m))
        # three fits of m components make the places, those of `many` themselves
        found = alike([many, many, many, few])[3]
        cost = min(
            sum(abs(few[i] - many[j]) for i, j in enumerate(chosen))
            for chosen in itertools.combinations(range(m), n)
        )
        first = sum(abs(few[i] - many[j]) for i, j in enumerate(found))
        if len(few) == len(many):
            assert found == tuple(range(m))
        else:
            assert list(found) == sorted(set(found))
            assert first <= cost + 0.5 * np.ptp(many)  # places move to the median with the fourth


def test_the_order_of_components_does_not_matter():
    assert alike([np.array([5.0, 1.0]), np.array([1.0, 5.0])]) == [(1, 0), (0, 1)]


def test_what_few_fits_have_is_no_place_of_its_own():
    many = [np.array([0.0, 5.0])] * 9
    assert alike([*many, np.array([0.1, 2.0, 5.1])])[-1] == (0, OTHER, 1)
    assert alike([np.empty(0), *many])[0] == ()


def test_the_words_know_all_codes():
    codes = set(re.findall(r"^\| `(\w+)` \|", (ROOT / "docs" / "findings.md").read_text(), re.MULTILINE))
    assert known_codes() == codes
    assert all(len(in_few_words([code])) <= 17 for code in codes)


# ---- tables and results


def test_a_table_of_any_library_and_layout_has_the_same_fits(table, results):
    expected = [table["means"][i, :k].tolist() if k else None for i, k in enumerate(table["k"])]
    frame = pd.DataFrame({name: pd.Series(values) for name, values in COLUMNS.items()})
    for one in (
        table,
        mix1d.fit_many(COLUMNS, [1, 2], layout="long"),
        mix1d.fit_many(frame, [1, 2]),
        mix1d.fit_many(frame, [1, 2], layout="long"),
        mix1d.fit_many(pl.DataFrame(frame), [1, 2]),
    ):
        ridges = as_ridges(one)
        assert centres_of(ridges) == expected
        assert [row.name for row in ridges.rows] == NAMES
        cuts = [[cut.value for cut in row.cuts] for row in ridges.rows]
        known = [[cut for cut in line if np.isfinite(cut)] for line in table["thresholds"].tolist()]
        assert cuts == known
    fitted = [means for means in expected if means]
    assert centres_of(as_ridges(results)) == fitted
    assert centres_of(as_ridges(list(results.values()))) == fitted


def test_families_of_a_table_come_back():
    positive = {"a": RNG.gamma(3.0, 2.0, 200), "b": RNG.lognormal(1.0, 0.3, 200)}
    table = mix1d.fit_many(positive, 1, family={"gamma", "lognormal"})
    x = np.linspace(0.5, 20.0, 9)
    for row, name in zip(ridges_of_table(table).rows, positive, strict=True):
        fitted = mix1d.fit(positive[name], 1, family={"gamma", "lognormal"}).mixture
        np.testing.assert_array_equal(row.mixture.pdf(x), fitted.pdf(x))


@pytest.mark.parametrize("bad", [3, {}, {"a": [1.0]}, [1.0, 2.0], pd.DataFrame({"a": [1.0]})])
def test_what_are_no_fits_is_refused(bad):
    with pytest.raises(mix1d.InputError, match=r"results must be a table of mix1d.fit_many or fits by their"):
        as_ridges(bad)


def test_a_table_fits_its_columns_once_more(table, results):
    assert list(results) == [name for name in NAMES if name != "none"]
    for name, result in results.items():
        assert result.log_likelihood == table["log_likelihood"][NAMES.index(name)]
    assert list(table.fits(["one"])) == ["one"]
    with pytest.raises(mix1d.InputError, match=r"names must be of the table, 'north', .* got 'west'"):
        table.fits(["west"])
    again = pickle.loads(pickle.dumps(table))
    assert str(again) == str(table)
    with pytest.raises(mix1d.NeedsDataError, match="which was pickled: call mix1d"):
        again.fits()


def test_columns_that_were_changed_are_noticed():
    x = two(0.0)
    table = mix1d.fit_many({"x": x}, 2)
    x += 1.0
    x[0] = 40.0
    with pytest.raises(mix1d.InputError, match="'x' are not those that were fitted any more"):
        table.fits()


def test_groups_and_what_is_recorded_come_with_the_second_fit():
    values, labels = np.concatenate([two(0.0, 40), two(1.0, 40)]), np.repeat(["u", "v"], 80)
    table = mix1d.fit_many(values, 2, by=labels, errors=np.full(160, 0.3))
    for i, (name, result) in enumerate(table.fits().items()):
        alone = mix1d.fit(values[labels == name], 2, errors=np.full(80, 0.3))
        assert result.log_likelihood == alone.log_likelihood == table["log_likelihood"][i]


# ---- lines of text


@pytest.mark.parametrize("width", [60, 80, 100, 140])
@pytest.mark.parametrize("ascii", [False, True])
def test_lines_fit_and_cut_offs_stand_where_they_are(table, width, ascii):
    ridges = as_ridges(table)
    drawing = sparklines(ridges, width=width, ascii=ascii)
    assert max(map(len, drawing.lines)) <= width
    if ascii:
        assert "".join(drawing.lines).isascii()
    head, *lines = drawing.lines
    left = head.index("density")
    axis = next(line for line in lines if ("+--" if ascii else "┬─") in line)
    n = len(axis.rstrip()) - left
    low, high = ridges.limits
    for row, line, roles in zip(ridges.rows, lines, drawing.roles[1:], strict=False):
        shown = line[left : left + n]
        if row.mixture is None:
            assert shown.startswith("not fitted")
            continue
        marks = [i for i, sign in enumerate(shown) if sign == ("|" if ascii else "┊")]
        assert marks == [int((cut.value - low) / (high - low) * n) for cut in row.cuts]
        masses = masses_of(row, np.linspace(low, high, n + 1)).sum(axis=0)
        full = "@" if ascii else "█"
        assert shown[int(np.argmax(masses))] == full
        peaks = [int((mean - low) / (high - low) * n) for mean in row.mixture.means]
        numbers = ridges.numbers[ridges.rows.index(row)]
        assert [roles[left + i] for i in peaks] == ["ab"[j] for j in numbers]


def test_hundreds_of_lines_have_the_axis_again():
    x = two(0.0, 30)
    table = mix1d.fit_many({f"s{i}": x + 0.001 * i for i in range(200)}, 2)
    drawing = sparklines(as_ridges(table), width=60, ascii=True)
    assert len(drawing.lines) == 1 + 200 + 5 * 2
    shown = str(table).splitlines()
    assert shown[0] == "200 columns: 200 with 2 components"
    assert shown[-1] == "... and 160 more"


def test_columns_that_cannot_share_an_axis_have_their_own():
    x = two(0.0)
    table = mix1d.fit_many({"small": x, "large": 1000.0 * x + 5e4, "larger": 3000.0 * x}, 2)
    ridges = as_ridges(table)
    assert not ridges.comparable
    drawing = sparklines(ridges, width=80)
    assert "┬" not in str(drawing)
    signs = [re.findall("[▁-█┊]+", line)[0] for line in drawing.lines[1:]]
    assert signs[0] == signs[1] == signs[2]
    assert max(map(len, drawing.lines)) <= 80


def test_one_wide_fit_does_not_squash_the_others():
    columns = {str(i): two(0.0) for i in range(12)} | {"wide": RNG.normal(0.0, 500.0, 100)}
    ridges = as_ridges(mix1d.fit_many(columns, [1, 2]))
    low, high = ridges.limits_of(ridges.rows[0]) if ridges.comparable else ridges.limits
    assert high - low < 100.0
    labels, values = np.repeat(NAMES[:2], 240), np.concatenate([columns["0"], columns["1"]])
    grouped = as_ridges(mix1d.fit_many(values, 2, by=labels))
    assert grouped.comparable


def test_a_mark_says_what_lies_beyond():
    fits = {str(i): mix1d.fit(two(0.0), 2) for i in range(12)} | {"far": mix1d.fit(two(0.0) + 300.0, 2)}
    lines = sparklines(ridges_of(fits), width=80).lines
    assert "▶" in lines[13]
    assert "▶" not in lines[1]


def test_names_that_a_terminal_would_obey_are_shown():
    assert "\x1b" not in str(mix1d.fit_many({"a\x1b[2J": [1.0, 2.0, 4.0], "b\nc": [1.0, 2.0, 4.0]}, 1))


# ---- HTML and SVG


def test_the_table_of_a_notebook(table):
    html = table._repr_html_()
    root = ET.fromstring(html)
    rows = root.findall(".//tbody/tr")
    assert [row.find("th").text for row in rows[:5]] == NAMES
    for row, k in zip(rows, table["k"].tolist(), strict=False):
        parts = [path.get("data-part") for path in row.iter() if path.get("data-part")]
        assert parts.count("component") == k
        assert parts.count("threshold") == max(k - 1, 0)
    assert "not fitted: data has no values" in html
    assert " id=" not in html


def test_the_svg_of_ridges_shows_every_fit(results):
    ridges = ridges_of(results)
    root = ET.fromstring(ridges_svg(ridges, "All"))
    groups = [one for one in root if one.get("data-name")]
    assert [one.get("data-name") for one in groups] == [row.name for row in ridges.rows]
    for group, row, numbers in zip(groups, ridges.rows, ridges.numbers, strict=True):
        parts = {}
        for one in group:
            parts.setdefault(one.get("data-part"), []).append(one)
        assert [one.get("fill") for one in parts["component"]] == [colour(j) for j in numbers]
        assert [one.text for one in parts["letter"]] == ["ab"[j] for j in numbers]
        assert len(parts.get("threshold", [])) == len(parts.get("interval", [])) == len(row.cuts)


# ---- cut-offs compared


def test_pooling_is_that_of_the_textbook():
    """With no spread the value and its plain interval are those of inverse variances."""
    x, errors = np.array([5.0, 5.1, 4.95, 5.02]), np.array([0.1, 0.2, 0.15, 0.1])
    z = stats.norm.ppf(0.975)
    one = pooled(x, x - z * errors, x + z * errors)
    weights = errors**-2
    value = (weights * x).sum() / weights.sum()
    q = (weights * (x - value) ** 2).sum()
    assert q < 3.0
    np.testing.assert_allclose(one.value, value)
    np.testing.assert_allclose(one.p_value, stats.chi2.sf(q, 3))
    np.testing.assert_allclose(one.upper - value, stats.t.ppf(0.975, 3) / np.sqrt(weights.sum()))
    assert one.spread == 0.0


def test_the_pooled_interval_has_its_level():
    """Of 400 sets of six cut-offs with a spread of 1 between them, 95 % hold the mean (3 sds: 91.7 %)."""
    rng, z, inside = np.random.default_rng(2), stats.norm.ppf(0.975), 0
    for _ in range(400):
        errors = rng.uniform(0.3, 1.0, 6)
        x = 10.0 + rng.normal(0.0, 1.0, 6) + errors * rng.normal(size=6)
        one = pooled(x, x - z * errors, x + z * errors)
        inside += one.lower <= 10.0 <= one.upper
    assert inside >= 0.917 * 400


def test_open_intervals_are_not_pooled():
    one = pooled([5.0, 9.0, 5.2], [4.8, -np.inf, 5.0], [5.2, 11.0, 5.4])
    assert one.count == 2
    assert pooled([5.0], [-np.inf], [6.0]) is None
    single = pooled([5.0], [4.0], [7.0])
    assert (single.value, single.lower, single.upper, single.count) == (5.0, 4.0, 7.0, 1)


def test_cut_offs_of_the_same_pair_are_compared(results):
    forest = Forest(ridges_of(results))
    assert list(forest.cuts) == [(0, 1)]
    assert [i for i, _ in forest.cuts[0, 1]] == [0, 1, 2]
    for (_, cut), result in zip(forest.cuts[0, 1], results.values(), strict=False):
        (own,) = (one for one in result.thresholds() if one.kind == "crossing")
        assert cut == own
    assert re.fullmatch(
        r"a\|b: 3\.\d+ \(.* to .*\), 3 groups; .* evidence that they .*", forest.words((0, 1))
    )
    root = ET.fromstring(forest_svg(forest))
    parts = [one.get("data-part") for one in root.iter()]
    assert (parts.count("cut"), parts.count("interval"), parts.count("pooled")) == (3, 3, 1)


def test_cut_offs_that_differ_are_told_apart():
    fits = {shift: mix1d.fit(two(shift), 2) for shift in (-3.0, 0.0, 3.0)}
    words = Forest(ridges_of(fits)).words((0, 1))
    assert "strong evidence that they differ (p < .001, sd " in words


def test_without_cut_offs_there_is_no_picture():
    assert forest_svg(Forest(ridges_of({"a": mix1d.fit([1.0, 2.0, 4.0], 1)}))) == ""


def test_a_line_has_the_bottom_line_in_few_words():
    rng = np.random.default_rng(2)
    fits = {
        "clean": mix1d.fit(np.concatenate([rng.normal(0.0, 1.0, 200), rng.normal(9.0, 1.0, 200)])),
        "skewed": mix1d.fit(rng.lognormal(0.0, 0.5, 2000)),
        "galaxies": mix1d.fit(np.loadtxt(DATA / "galaxies.csv", skiprows=1)),
    }
    words = [row.words for row in ridges_of(fits).rows]
    assert words == ["settled", "1 lognormal?", "3 or 4 groups"]
