"""The bottom line where criterion, test, shape and fit agree, and where they do not."""

import re
from html import unescape

import numpy as np
import pytest

import golden_files
import mix1d
from cases import column, draw
from mix1d.display.bottom_line import answer_of
from places import DATA

CASES = DATA / "cases"


def two_groups(n=100):
    return np.concatenate([draw(1, [1.0], [0.0], [1.0], n), draw(2, [1.0], [9.0], [1.0], n)])


def with_a_sliver():
    """Two groups, and a dozen values on the shoulder of one of them."""
    return np.concatenate(
        [draw(4, [0.5, 0.5], [0.0, 10.0], [1.0, 1.0], 300), draw(2, [1.0], [13.4], [0.4], 12)]
    )


def limits():
    x = draw(6, [0.6, 0.4], [10.0, 16.0], [1.0, 1.0], 150)
    return np.where(x < 9.0, -np.inf, x), np.where(x < 9.0, 9.0, x)


def situations():
    """Twelve columns that people bring, and how they are fitted."""
    low, high = limits()
    ages = np.genfromtxt(CASES / "ages_with_errors_public.csv", delimiter=",", names=True)
    age, error = (ages[name] for name in ages.dtype.names[:2])
    return {
        "clean": (column("faithful_waiting"), {}),
        "undecided": (column("galaxies"), {}),
        "sliver": (with_a_sliver(), {}),
        "skewed": (np.random.default_rng(5).lognormal(3.0, 0.6, 400), {}),
        "zeros": (np.concatenate([np.zeros(60), two_groups() + 20.0]), {}),
        "limits": (low, {"upper": high}),
        "bins": (np.histogram(two_groups(), np.arange(-4.0, 14.0, 1.0)), {}),
        "errors": (age, {"errors": error}),
        "truncated": (_cut(two_groups(), -1.0, 10.0), {"truncation": (-1.0, 10.0)}),
        "strays": (np.append(two_groups(), [400.0, 410.0]), {}),
        "too few": ([3.1, 2.5, 3.8, 2.2, 3.3, 3.7], {}),
        "even": (np.arange(1.0, 151.0), {}),
        "does not fit": (np.sin(np.random.default_rng(3).uniform(0.0, 2.0 * np.pi, 300)), {}),
    }


def _cut(x, low, high):
    return x[(x > low) & (x < high)]


def test_situations_are_as_kept():
    parts = []
    for name, (x, how) in situations().items():
        parts += [f"==== {name}", str(mix1d.fit(x, name="x", **how))]
    golden_files.check("situations.txt", "\n".join(parts))


def test_a_clean_column_is_settled():
    answer = answer_of(mix1d.fit(column("faithful_waiting")))
    assert answer.settled
    assert answer.text.startswith(
        "2 groups, settled. Normal with one common spread; a third is not supported"
    )


def test_criterion_and_test_that_disagree_are_both_named():
    answer = answer_of(mix1d.fit(column("galaxies")))
    assert not answer.settled
    assert (answer.n_components, answer.also) == (3, 4)
    assert answer.text.startswith("3 or 4 groups, not settled. BIC prefers 3 to 4 by only 1.8")
    assert "the test asks for at least 4 (p = .006)" in answer.text
    assert answer.text.endswith("; shown are 3.")


def test_three_species_that_overlap():
    """Gentoo are apart; Adelie and Chinstrap are not, so nobody should be sure of two or of three."""
    answer = answer_of(mix1d.fit(column("penguins_flipper_length")))
    assert answer.n_components == 2
    assert answer.text.startswith("2 groups")


def test_a_sliver_is_said_to_be_one():
    result = mix1d.fit(with_a_sliver())
    text = result.bottom_line
    assert re.match(r"3 groups, settled|2 or 3 groups, not settled", text)
    if "not settled" in text:
        assert re.search(r"\((c|one) is \d+ values\)", text)


@pytest.mark.parametrize("seed", range(5))
def test_one_skewed_population_is_one(seed):
    result = mix1d.fit(np.random.default_rng(seed).lognormal(0.0, 0.8, 500))
    answer = answer_of(result)
    assert re.match("Probably 1 lognormal (or inverse Gaussian )?group: BIC ", answer.text)
    assert (answer.also, answer.family) == (1, "lognormal")
    assert 'n_components=1, family="lognormal" shows the one' in answer.text
    assert not any(finding.message in str(result) for finding in result.findings[:1])  # said once


def test_a_shape_beside_a_number_that_stands():
    rng = np.random.default_rng(4)
    x = np.concatenate([rng.gamma(4.0, 1.0, 300), rng.gamma(60.0, 1.0, 300)])
    answer = answer_of(mix1d.fit(x, [1, 2, 3]))
    assert answer.family is not None
    assert 'family="' in answer.text


def test_a_number_that_was_asked_for_is_not_called_settled():
    x = column("galaxies")
    two = answer_of(mix1d.fit(x, 2))
    assert two.text.startswith("2 normal groups, as asked. The test asks for more (p < .001)")
    assert not two.settled
    four = answer_of(mix1d.fit(two_groups(), 4))
    assert "The test supports only 2" in four.text or "The values show only" in four.text
    assert answer_of(mix1d.fit(two_groups(), 2)).text.startswith(
        "2 normal groups, as asked. A third is not supported"
    )


def test_few_values_claim_nothing():
    answer = answer_of(mix1d.fit([1.0, 1.1, 5.0, 5.2]))
    assert answer.text.startswith("4 values are too few to say how many groups there are. One normal: ")
    assert not answer.settled
    many = answer_of(mix1d.fit(np.repeat([1.0, 2.0, 3.0], 50)))
    assert many.text.startswith("3 different values are too few")
    assert answer_of(mix1d.fit([2.0, 2.0])).text == "All values are 2: one group."


def test_the_largest_number_is_a_lower_bound():
    x = np.concatenate([draw(i, [1.0], [20.0 * i], [1.0], 40) for i in range(5)])
    text = mix1d.fit(x, [1, 2, 3]).bottom_line
    assert text.startswith("At least 3 groups, not settled: 3 is the largest number tried")
    rng = np.random.default_rng(3)
    text = mix1d.fit(np.exp(np.r_[rng.normal(0.0, 0.5, 150), rng.normal(3.0, 0.5, 150)]), [1, 2]).bottom_line
    assert text.startswith("At least 2 groups, not settled: 2 is the largest number tried")
    assert text.endswith('describes them better than normal (BIC 58 lower): family="lognormal".')


def test_a_shape_that_is_refuted_settles_nothing():
    text = mix1d.fit(np.random.default_rng(3).uniform(0.0, 1.0, 600)).bottom_line
    assert "settled." not in text.replace("not settled.", "")


def test_what_is_there_besides_the_groups_is_said():
    text = mix1d.fit(np.concatenate([np.zeros(60), two_groups() + 20.0])).bottom_line
    assert text.startswith("2 groups besides the zeros, settled.")
    text = mix1d.fit(np.append(two_groups(), 400.0)).bottom_line
    assert text.startswith("2 groups besides one stray value, settled.")


def test_a_bottom_line_is_short_and_the_screen_holds():
    for x, how in situations().values():
        result = mix1d.fit(x, name="x", **how)
        assert len(result.bottom_line.split()) <= 40
        lines = str(result).splitlines()
        assert len(lines) <= 50
        assert max(map(len, lines)) <= 80
        assert result.to_dict()["bottom_line"] == result.bottom_line
        assert result.bottom_line in " ".join(str(result).split())
        assert result.bottom_line in unescape(result._repr_html_())


def test_components_without_mean_and_sd_have_an_answer():
    """Student t's with one degree of freedom have neither, and yet one of a pair is the wider."""
    counts = [
        mix1d.Component("negative_binomial", mean=mean, size=size) for mean, size in ((4.0, 2.0), (90.0, 4.0))
    ]
    x = mix1d.Mixture([0.62, 0.38], components=counts).sample(3000, rng=11).astype(float)
    result = mix1d.fit(x, range(1, 4), family="student_t")
    assert not all(np.isfinite(row.mixture.sds).all() for row in result.selection)
    assert "Student t group" in result.bottom_line


def test_a_settled_number_has_its_nearest_rival_beside_it():
    """A fourth group is far off, two groups are not."""
    result = mix1d.fit(np.loadtxt(DATA / "wdbc_mean_radius.csv", skiprows=1))
    assert result.bottom_line.startswith("3 groups, settled.")
    assert result.bottom_line.endswith("BIC is 4.8 higher for 2.")


def test_values_that_end_abruptly_settle_nothing():
    """Neither the number nor another shape: two normals cut at 9 look like three Weibulls."""
    x = np.loadtxt(CASES / "truncated_0_9.csv", skiprows=1)
    text = mix1d.fit(x).bottom_line
    assert "not settled: the values end abruptly, as if cut off." in text or text.endswith("as if cut off.")
    assert "Weibull" not in text
    assert "the values end abruptly" in mix1d.fit(x, 2).bottom_line.lower()


def test_a_group_more_that_cannot_be_chosen_is_not_counted_by_another_kind():
    """Equal spreads for three are 1e5 worse, and say nothing about a third group of its own spread."""
    counts = [36788, 13533, 1831, 0, 0, 0, 5, 60, 500, 2500, 7000, 11000, 9500, 4500, 1200, 180, 15, 1]
    text = mix1d.fit((counts, np.arange(0.5, 19.0))).bottom_line
    assert re.search(r"a third (finds no values|collapses onto a few values)", text) or "BIC +1" not in text


def test_a_group_of_outliers_settles_nothing():
    x = [*draw(1, [1.0], [0.0], [1.0], 200), 60.0, -70.0, 100.0]
    result = mix1d.fit(x, range(1, 4), set_apart=None)
    assert "tail_component" in [finding.code for finding in result.findings]
    assert "not settled: " in result.bottom_line
    assert "seems to hold outliers only" in result.bottom_line


def test_a_group_of_limits_alone_settles_nothing():
    rng = np.random.default_rng(5)
    x = np.concatenate([rng.normal(10.0, 1.0, 120), rng.normal(16.0, 1.2, 80)]).round(2)
    cut = np.minimum(x, 16.0)
    result = mix1d.fit(cut, upper=np.where(x > 16.0, np.inf, cut))
    assert {finding.code for finding in result.findings} >= {"unseen_component"}
    assert not answer_of(result).settled
    assert "only limits speak for c, not where it lies" in result.bottom_line
    assert str(result).count("nly limits speak") == 1


def test_a_spread_that_is_even_but_for_little_makes_no_groups():
    weeks = np.repeat(np.arange(1.0, 53.0), [24] * 43 + [16] * 9)
    assert mix1d.fit(weeks).bottom_line.startswith("Probably no groups: the values are spread about evenly")
    rng = np.random.default_rng(3)
    two = np.round(np.concatenate([rng.normal(0.0, 10.0, 800), rng.normal(30.0, 10.0, 800)]))
    assert mix1d.fit(two).bottom_line.startswith("2 groups")


def test_more_normals_than_there_are_do_not_make_an_even_spread():
    for seed in range(20):
        assert "evenly" not in mix1d.fit(draw(seed, [1.0], [0.0], [1.0], 40), 4).bottom_line
