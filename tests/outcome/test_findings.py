"""Every finding: a sample that has it, and one that does not."""

import re
import warnings

import numpy as np
import pytest

import family_answers
import mix1d
from places import DATA, ROOT


def column(name):
    return np.loadtxt(DATA / f"{name}.csv", skiprows=1)


def normal(n, mean=0.0, sd=1.0):
    """A sample with the shape of a normal, by a rule and not by chance."""
    p = (np.arange(n) + 0.5) / n
    return mix1d.Mixture([1.0], [mean], [sd]).icdf(p)


PLAIN = np.concatenate([normal(100, -4.0), normal(150, 4.0, 1.3)])
TIED = np.concatenate([normal(30, -8.0), normal(30), normal(30, 8.0)])
HARD = mix1d.Mixture([0.5, 0.5], [-1.0, 1.0], [3.0, 3.0])


def no_warnings(*arguments, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", mix1d.NotConvergedWarning)
        return mix1d.fit(*arguments, **options)


def coarse():
    """Wide cells, made before anything narrow was seen."""
    sketch = mix1d.Sketch()
    sketch.add(normal(600_000, 0.0, 1e6))
    sketch.add(normal(600_000, 0.0, 1.0))
    return sketch


CUT = np.concatenate([normal(400, -4.0), normal(600, 4.0, 1.3)[:300]])
P = (np.arange(200) + 0.5) / 200


def limited(limit):
    """The fit of values of which those below a limit are known to be below it."""
    below = limit > PLAIN
    return mix1d.fit(np.where(below, -np.inf, PLAIN), 2, upper=np.where(below, limit, PLAIN))


def passed_over():
    """A fit of which the core says that higher optima collapse."""
    result = mix1d.fit(PLAIN, 2)
    result.fitted["passed_over"] = True
    return result


SAMPLES = {
    "missing_dropped": lambda: mix1d.fit([*PLAIN, np.nan, np.nan], 2, missing="drop"),
    "zero_weight": lambda: mix1d.fit([*PLAIN, 1e9], 2, sample_weight=[1.0] * len(PLAIN) + [0.0]),
    "constant": lambda: mix1d.fit([2.5, 2.5, 2.5], 1),
    "compressed": lambda: mix1d.fit(coarse(), 2),
    "offset": lambda: mix1d.fit(
        1e14 + np.concatenate([np.round(normal(30) * 2.0), 64.0 + np.round(normal(30) * 2.0)]) / 64.0,
        4,
        sds="equal",
    ),
    "redundant_component": lambda: mix1d.fit(
        [1.0, 1.0, 1.0, 2.0], 2, sds="equal", start=mix1d.Mixture([0.5, 0.5], [1.25, 1.25], [0.4, 0.4])
    ),
    "not_converged": lambda: no_warnings(TIED, 2, start=HARD, max_iter=1),
    "null_component": lambda: mix1d.fit(column("precip"), 4),
    "regularized": lambda: mix1d.fit(column("geyser_duration"), 4, set_apart=None, resolution=0),
    "no_sound_optimum": lambda: mix1d.fit(
        np.concatenate([normal(4, 10.0 * i, 0.1) for i in range(3)]), 3, objective="highest"
    ),
    "spike_differs": lambda: mix1d.fit(column("iris_petal_length"), 3, objective="highest"),
    "tied_optima": lambda: mix1d.fit(TIED, 2),
    "competing_optima": lambda: mix1d.fit(column("wine_proline"), 3),
    "undecided": lambda: mix1d.fit(column("galaxies"), range(1, 6)),
    "largest_tried": lambda: mix1d.fit(column("faithful_waiting"), [1, 2]),
    "resolution": lambda: mix1d.fit(column("faithful_waiting"), 2),
    "binned": lambda: mix1d.fit([0, 2, 4, 6, 8], 1, sample_weight=[3, 40, 90, 35, 4], resolution=0),
    "set_apart": lambda: mix1d.fit([*(PLAIN + 20.0), *[0.0] * 60], 2),
    "heaped": lambda: mix1d.fit([*np.linspace(0.0, 9.9, 100).round(1), *[1.0, 2.0, 4.0, 6.0, 8.0] * 12], 2),
    "rounded": lambda: mix1d.fit(PLAIN.round(), 2),
    "bins": lambda: mix1d.fit(np.histogram(PLAIN, 12), 2),
    "intervals": lambda: mix1d.fit(np.floor(PLAIN), 2, upper=np.floor(PLAIN) + 1.0),
    "wide_bins": lambda: mix1d.fit(np.histogram(PLAIN, [-8, -4, -2, 0, 4, 8]), 2),
    "censored": lambda: limited(-4.5),
    "cut_to_window": lambda: mix1d.fit(
        np.histogram(PLAIN, np.arange(-9.0, 10.0)), 2, truncation=(-6.5, None)
    ),
    "truncated": lambda: mix1d.fit(PLAIN[PLAIN > -4.0], 2, truncation=(-4.0, None)),
    "errors": lambda: mix1d.fit(PLAIN, 2, errors=0.5),
    "labels": lambda: mix1d.fit(PLAIN, 2, labels=np.where(PLAIN < -4.0, "low", None)),
    "background": lambda: mix1d.fit([*PLAIN, *np.linspace(-29, 29, 30)], 2, background=(-30, 30)),
    "within_one_bin": lambda: mix1d.fit(([50], [0, 1]), 1),
    "unseen_component": lambda: limited(-0.5),
    "drifting": lambda: mix1d.fit((-np.log1p(-P)) ** 1.1, 1, truncation=(0, None)),
    "outside_window": lambda: mix1d.fit(normal(800)[-100:], 1, truncation=(normal(800)[-101], None)),
    "zero_sd": lambda: mix1d.fit(normal(40, 3.0), 1, errors=1.2),
    "errors_dominate": lambda: mix1d.fit(normal(40, 3.0, 1.02), 1, errors=1.0),
    "contradictory_labels": lambda: mix1d.fit(PLAIN, 2, labels=[0] * 10 + [-1] * 230 + [0] + [1] * 9),
    "spike_passed_over": lambda: passed_over(),
    "wall": lambda: mix1d.fit(PLAIN[PLAIN < 4.0], 2),
    "few_values": lambda: mix1d.fit(column("galaxies"), 3),
    "tail_component": lambda: mix1d.fit([*normal(200), 60.0, -70.0, 100.0], 2),
    "not_monotone": lambda: mix1d.fit(column("acidity"), 3),
    "open_interval": lambda: mix1d.fit(column("faithful_eruptions"), 3),
    "single_population": lambda: mix1d.fit(np.random.default_rng(1).lognormal(0.0, 0.5, 2000)),
    "family_undecided": lambda: mix1d.fit(
        np.exp(1.0 + 0.6 * normal(300)), 1, family={"lognormal", "inverse_gaussian"}
    ),
    "limit_reached": lambda: mix1d.fit(np.repeat([2.0, 3.0, 4.0], [20, 30, 20]), 1, family="nb"),
    "other_shape": lambda: mix1d.fit(family_answers.two_gammas()),
    "evenly_spread": lambda: mix1d.fit(np.arange(1.0, 151.0)),
    "ambiguous_replicates": lambda: mix1d.fit(
        mix1d.Mixture([0.4, 0.3, 0.3], [0.0, 1.5, 3.0], [1.0, 1.0, 1.0]).sample(150, 4), 3
    ).confidence_interval(method="bootstrap", replicates=99),
    "wald": lambda: mix1d.fit(column("galaxies"), 3),
}


@pytest.mark.parametrize("code", SAMPLES)
def test_the_finding_is_there(code):
    findings = SAMPLES[code]().findings
    assert code in [finding.code for finding in findings]
    for finding in findings:
        assert re.match(r"[A-Z0-9o].*\.$", finding.message, re.DOTALL)
        assert "nan" not in finding.message


def test_what_slides_out_of_a_window_is_no_spike():
    for power in (1.01, 1.1, 1.3):
        found = mix1d.fit((-np.log1p(-P)) ** power, 1, truncation=(0, None)).findings
        assert [f.code for f in found] == ["truncated", "drifting"], power


def test_what_rows_say_themselves_is_not_said_again():
    for result in (mix1d.fit(PLAIN.round(), 2), mix1d.fit(np.histogram(PLAIN, 6), 2)):
        codes = {f.code for f in result.findings}
        assert not codes & {"resolution", "binned"}
        assert codes & {"rounded", "bins"}


@pytest.mark.parametrize(
    ("data", "ends"),
    [
        (CUT, "at 4,"),
        (-CUT, "at -4,"),
        (10.0 + np.linspace(0.0, 1.0, 400), "at 10 and 11,"),
        (PLAIN, ""),
        (np.random.default_rng(1).exponential(size=400), ""),
        (np.random.default_rng(1).lognormal(0.0, 1.0, 400), ""),
        (np.random.default_rng(1).gamma(3.0, size=400), ""),
    ],
    ids=["high", "low", "both", "two normals", "exponential", "lognormal", "gamma"],
)
def test_walls_are_ends_that_no_tail_has(data, ends):
    found = [f.message for f in mix1d.fit(data, [1, 2, 3]).findings if f.code == "wall"]
    assert bool(found) is bool(ends)
    assert not ends or ends in found[0]


def test_walls_at_both_ends_may_be_nobodys_doing():
    (message,) = [f.message for f in mix1d.fit(np.arange(1.0, 900.0) * 7, [1]).findings if f.code == "wall"]
    assert message.endswith("Running numbers and dates end so by themselves.")
    tail = np.sort(normal(2000, 0.0, 1.0))[700:]
    (message,) = [f.message for f in mix1d.fit(tail, [1]).findings if f.code == "wall"]
    assert "Running" not in message


def test_piles_of_every_kind_say_what_they_may_be():
    bulk = 60.0 + 4.0 * PLAIN
    for extra, words in (
        (
            [0.0] * 60,
            "60 of 310 values (19 %) are exactly 0, the lowest, and were set apart: a limit of detect",
        ),
        (
            [-999.0] * 20,
            "20 of 270 values (7.4 %) are exactly -999, the lowest, and were set apart: a code for m",
        ),
        ([101.0] * 40, "are exactly 101, the highest, and were set apart: a limit (then upper=), or the end"),
        (
            [99.0] * 40,
            "are exactly 99, the highest, and were set apart: a limit (then upper=), or a code for",
        ),
        (
            [137.5] * 40,
            "exactly 137.5, the highest, and were set apart: a limit (then upper=), or a group of",
        ),
        (
            [5e4],
            "1 of 251 values (0.4 %) is far above all others and was set apart: 50000 (an outlier? set_ap",
        ),
    ):
        result = mix1d.fit([*bulk, *extra], 2)
        (message,) = [f.message for f in result.findings if f.code == "set_apart"]
        assert words in message
        assert message in " ".join(result.summary(details=True).split())
    (message,) = [
        f.message for f in mix1d.fit([*bulk, 5.0], 2, set_apart=[5]).findings if f.code == "set_apart"
    ]
    assert message.endswith("and was set apart, as asked.")


def test_a_plain_sample_has_no_findings():
    result = mix1d.fit(PLAIN, range(1, 4))
    assert result.findings == ()
    assert len(result.mixture.means) == 2


def test_a_plain_sample_has_none_with_the_highest_objective_either():
    assert mix1d.fit(PLAIN, 2, objective="highest").findings == ()


def test_fine_bins_are_no_finding():
    centres = np.linspace(-4.0, 4.0, 81)
    counts = np.ceil(1000.0 * mix1d.Mixture([1.0], [0.0], [1.0]).pdf(centres))
    assert mix1d.fit(centres, 1, sample_weight=counts).findings == ()


def test_a_second_crossing_that_no_value_lies_beyond_is_none():
    """One cut separates all values at hand, whatever the density would do where there are none."""
    x = np.concatenate([normal(200, 0.0, 1.0), normal(60, 5.0, 2.8)])
    result = mix1d.fit(x, 2)
    assert [cut.kind for cut in result.mixture.thresholds()] == ["crossing", "not_monotone"]
    second = result.mixture.thresholds()[1].value
    assert x.min() > second
    assert [cut.kind for cut in result.thresholds()] == ["crossing", "second"]
    assert "not_monotone" not in [found.code for found in result.findings]
    assert "again" not in str(result)

    further = mix1d.fit(np.append(x, second - 0.5), 2)
    (found,) = [found for found in further.findings if found.code == "not_monotone"]
    assert re.fullmatch(
        r"No single threshold separates b and a \(beyond \S+, 1 value\): there the first, wider, is the more "
        r"probable again\.",
        found.message,
    )
    assert str(further).count("again") == 1


def test_a_third_component_may_hold_what_lies_beyond():
    x = np.concatenate([normal(200, 0.0, 1.0), normal(60, 5.0, 2.8), normal(100, -12.0, 0.7)])
    result = mix1d.fit(x, 3)
    assert "not_monotone" in [cut.kind for cut in result.mixture.thresholds()]
    assert "not_monotone" not in [cut.kind for cut in result.thresholds()]


def test_the_finding_that_decides_stands_first():
    result = mix1d.fit(np.random.default_rng(1).lognormal(0.0, 0.5, 2000))
    assert result.findings[0].code == "single_population"
    assert len(result.findings) > 1
    assert result.bottom_line.startswith("Probably 1 lognormal ")
    assert "describes these values" not in str(result), "said once"


def test_the_largest_number_tried():
    x = column("faithful_waiting")
    for tried, said in (([1, 2], True), ([1, 2, 3], False), (2, False), ([2], False), (None, False)):
        codes = [found.code for found in mix1d.fit(x, tried).findings]
        assert ("largest_tried" in codes) is said
    assert "largest_tried" not in [f.code for f in mix1d.fit([1.0, 2.0, 4.0]).findings]


def test_free_and_equal_sds_of_one_number_leave_the_number_decided():
    found = [f.message for f in mix1d.fit(PLAIN, 2, sds="auto").findings if f.code == "undecided"]
    assert not any("The number of components" in message for message in found)
    x = np.concatenate([normal(100, -4.0), normal(100, 4.0, 1.2)])
    (message,) = [f.message for f in mix1d.fit(x, [1, 2], sds="auto").findings if f.code == "undecided"]
    assert message.startswith("Whether the sds are equal is undecided: 2 components with ")


def test_one_component_is_one_model_whatever_the_sds():
    result = mix1d.fit(normal(100), [1, 2], sds="auto")
    first, second = result.selection[:2]
    assert (first.n_components, second.n_components) == (1, 1)
    assert sorted([first.evidence_weight, second.evidence_weight])[0] == 0.0
    assert not any(row.undecided for row in (first, second))
    assert sum(row.evidence_weight for row in result.selection) == pytest.approx(1.0)
    assert "undecided" not in str(result)


def finding(code):
    (found,) = [f for f in SAMPLES[code]().findings if f.code == code]
    return found


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("missing_dropped", "2 missing values were left out."),
        ("zero_weight", "1 value of weight 0 was left out."),
        ("constant", "All values are 2.5"),
        ("null_component", "The data support only 3 components: the best fit with 4 gives weight 0"),
        (
            "regularized",
            "Only a penalty keeps component c (n = 58.5, centre 4.0016) from collapsing: 53 of them",
        ),
        ("few_values", "Component c (centre 33044) rests on 3 values."),
        ("undecided", "4 components with free sds would do nearly as well (BIC +1.8)"),
        (
            "resolution",
            "The values are multiples of 1, which is 0.17 of the sd of component b: rounding widens",
        ),
        ("not_converged", "max_iter = 1"),
        ("tail_component", "it seems to hold outliers only"),
        ("tied_optima", "1 other optimum is as good as this one"),
    ],
)
def test_words(code, message):
    assert message in finding(code).message


def test_components_and_values():
    held = finding("regularized")
    assert held.component is not None
    assert f"(n = {held.value:.1f}, " in held.message
    assert (finding("missing_dropped").component, finding("missing_dropped").value) == (None, 2.0)
    assert finding("null_component").value == 3.0
    assert finding("tail_component").component is not None


def test_findings_are_made_when_asked_for(monkeypatch):
    monkeypatch.setattr("mix1d.diagnostics.findings.find", lambda facts: 1 / 0)
    result = mix1d.fit(PLAIN, 2)
    with pytest.raises(ZeroDivisionError):
        _ = result.findings


def test_the_documented_codes_are_these():
    page = (ROOT / "docs" / "findings.md").read_text(encoding="utf-8")
    folder = ROOT / "src" / "mix1d"
    source = "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.py"))
    documented = re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)
    made = re.findall(r'Finding\(\s*"(\w+)"(?: if [^,]* else "(\w+)")?', source)
    assert sorted(documented) == sorted({code for pair in made for code in pair if code}) == sorted(SAMPLES)


def test_competitors_of_the_highest_are_compared_by_the_plain_likelihood():
    x = column("hard/overlap01")
    result = mix1d.fit(x, 3, objective="highest")
    assert result.objective == "highest"
    assert len(result.optima) > 1
    gap = result.optima[0].log_likelihood - max(o.log_likelihood for o in result.optima[1:])
    (finding,) = (f for f in result.findings if f.code == "competing_optima")
    assert finding.value == pytest.approx(gap)
    assert f"the nearest is {gap:.2f} lower" in " ".join(result.summary(details=True).split())
