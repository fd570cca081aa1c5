"""`FitResult.cutoff`: numbers against scipy, intervals against constrained maxima, laws."""

import math

import numpy as np
import pytest
from scipy import optimize, stats

import mix1d
from mix1d.uncertainty.cutoff import RATES
from mix1d.uncertainty.cutting import RULES
from mix1d.uncertainty.whole import whole_ends
from places import DATA

WAITING = np.loadtxt(DATA / "faithful_waiting.csv", skiprows=1)
GALAXIES = np.loadtxt(DATA / "galaxies.csv", skiprows=1)
LEVELS = {"specificity": 0.97, "sensitivity": 0.98, "ppv": 0.99, "sds": 2.5}


def scipy_of(component):
    p = component.parameters
    return {
        "normal": lambda: stats.norm(p["mean"], p["sd"]),
        "gamma": lambda: stats.gamma(p["shape"], scale=p["scale"]),
        "lognormal": lambda: stats.lognorm(p["sdlog"], scale=math.exp(p["meanlog"])),
        "student_t": lambda: stats.t(p["df"], p["loc"], p["scale"]),
        "poisson": lambda: stats.poisson(p["mean"]),
    }[component.family]()


class Known:
    """The definitions, by scipy, of a mixture cut behind component i."""

    def __init__(self, mixture, i):
        self.weights, self.i = mixture.weights, i
        self.parts = [scipy_of(c) for c in mixture.components]

    def above(self, x, parts):
        total = sum(self.weights[j] for j in parts)
        return sum(self.weights[j] * self.parts[j].sf(x) for j in parts) / total

    @property
    def sides(self):
        return range(self.i + 1), range(self.i + 1, len(self.parts))

    def density(self, x):
        return sum(w * p.pdf(x) for w, p in zip(self.weights, self.parts, strict=True))

    def rates(self, x):
        low, high = self.sides
        w, v = (sum(self.weights[j] for j in side) for side in self.sides)
        false, true = self.above(x, low), self.above(x, high)
        return {
            "specificity": 1 - false,
            "sensitivity": true,
            "ppv": v * true / (v * true + w * false),
            "npv": w * (1 - false) / (w * (1 - false) + v * (1 - true)),
            "wrong": w * false + v * (1 - true),
        }

    def cut(self, rule, level):
        a, b = self.parts[self.i], self.parts[self.i + 1]
        low, high = self.sides
        ends = a.median(), b.median()
        if rule == "equal":
            p, q = self.weights[self.i], self.weights[self.i + 1]
            return optimize.brentq(lambda x: p * a.pdf(x) - q * b.pdf(x), *ends, xtol=1e-13)
        if rule == "valley":
            near = optimize.minimize_scalar(self.density, bounds=ends, method="bounded").x
            unit = (ends[1] - ends[0]) * 0.02

            def slope(x, h=1e-5 * unit):
                return (self.density(x + h) - self.density(x - h)) / h

            return optimize.brentq(slope, near - unit, near + unit)
        if rule == "sds":
            return a.mean() + level * a.std()
        wide = min(p.ppf(1e-9) for p in self.parts), max(p.ppf(1 - 1e-9) for p in self.parts)
        if rule == "specificity":
            return optimize.brentq(lambda x: self.above(x, low) - (1 - level), *wide, xtol=1e-13)
        if rule == "sensitivity":
            return optimize.brentq(lambda x: self.above(x, high) - level, *wide, xtol=1e-13)
        grid = np.linspace(*wide, 4001)
        first = np.flatnonzero(np.array([self.rates(x)["ppv"] for x in grid]) >= level)[0]
        return optimize.brentq(lambda x: self.rates(x)["ppv"] - level, grid[first - 1], grid[first])


FITS = {
    "normal": lambda: mix1d.fit(WAITING, 2),
    "equal": lambda: mix1d.fit(WAITING, 2, sds="equal"),
    "gamma": lambda: mix1d.fit(WAITING, 2, family="gamma"),
    "lognormal": lambda: mix1d.fit(WAITING, 2, family="lognormal"),
    "student": lambda: mix1d.fit(WAITING, 2, family="student_t"),
    "each": lambda: mix1d.fit(WAITING, family=["normal", "gamma"]),
}
_MADE = {}


def made(name):
    if name not in _MADE:
        _MADE[name] = FITS[name]()
    return _MADE[name]


@pytest.fixture(scope="module")
def waiting():
    return made("normal")


@pytest.fixture(scope="module")
def galaxies():
    return mix1d.fit(GALAXIES, 3)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("name", FITS)
def test_numbers_and_rates_are_those_of_scipy(name, rule):
    result = made(name)
    known, level = Known(result.mixture, 0), LEVELS.get(rule)
    cut = result.cutoff(rule=rule, level=level, method="wald")
    tolerance = 1e-6 if rule == "valley" else 1e-9  # of differences of densities
    assert cut.value == pytest.approx(known.cut(rule, level), rel=tolerance)
    assert cut.lower < cut.value < cut.upper
    for rate, value in known.rates(cut.value).items():
        found = getattr(cut, rate)
        assert found.value == pytest.approx(value, rel=1e-9)
        assert found.lower < found.value < found.upper
    assert cut.lower_above.value == pytest.approx(known.above(cut.value, [0]), rel=1e-9)
    assert cut.upper_below.value == pytest.approx(1 - known.above(cut.value, [1]), rel=1e-9)


@pytest.mark.parametrize(("i", "between"), [(0, ("a", "b")), (1, ("b", "c")), (1, (2, 1))])
@pytest.mark.parametrize("rule", ["equal", "specificity", "sensitivity", "ppv", "sds"])
def test_all_below_is_lower_and_all_above_is_upper(galaxies, i, between, rule):
    known, level = Known(galaxies.mixture, i), LEVELS.get(rule)
    cut = galaxies.cutoff(between, rule, level, method="wald")
    assert cut.between == (i, i + 1)
    assert cut.value == pytest.approx(known.cut(rule, level), rel=1e-9)
    for rate, value in known.rates(cut.value).items():
        assert getattr(cut, rate).value == pytest.approx(value, rel=1e-7)


def test_equal_is_the_threshold(waiting):
    cut, (threshold, *_) = waiting.cutoff(), waiting.thresholds()
    assert (cut.value, cut.lower, cut.upper) == (threshold.value, threshold.lower, threshold.upper)


def log_likelihood(p, x):
    w, m, n, s, t = p
    return np.log(w * stats.norm(m, s).pdf(x) + (1 - w) * stats.norm(n, t).pdf(x)).sum()


@pytest.mark.parametrize("side", ["lower", "upper"])
@pytest.mark.parametrize("rule", ["specificity", "sensitivity", "sds"])
def test_at_a_bound_the_constrained_likelihood_has_fallen_by_half_the_quantile(waiting, rule, side):
    """The rule fixes one mean, given the number and the sd: the rest is maximised freely, by scipy."""
    cut = waiting.cutoff(rule=rule)
    at, z = getattr(cut, side), {"sds": 3.0}.get(rule, stats.norm.ppf(0.99))

    def loss(q):
        w, other = 1 / (1 + math.exp(-q[0])), q[1]
        s, t = np.exp(q[2:])
        held = (at - z * s, other) if rule != "sensitivity" else (other, at + z * t)
        return -log_likelihood((w, *held, s, t), WAITING)

    mixture = waiting.mixture
    other = mixture.means[0 if rule == "sensitivity" else 1]
    begin = [math.log(mixture.weights[0] / mixture.weights[1]), other, *np.log(mixture.sds)]
    options = {"xatol": 1e-9, "fatol": 1e-11, "maxiter": 20000, "maxfev": 20000}
    best = optimize.minimize(loss, begin, method="Nelder-Mead", options=options)
    best = optimize.minimize(loss, best.x, method="Nelder-Mead", options=options)
    fall = 2 * (waiting.log_likelihood + best.fun)
    assert fall == pytest.approx(stats.chi2.ppf(0.95, 1), rel=1e-6)


@pytest.mark.parametrize("rule", RULES)
def test_a_cut_moves_with_the_data(waiting, rule):
    cut = waiting.cutoff(rule=rule)
    moved = mix1d.fit(2.0**40 * WAITING, 2).cutoff(rule=rule)
    assert moved.value == pytest.approx(2.0**40 * cut.value, rel=1e-13)
    shifted = mix1d.fit(-3.0 + 0.25 * WAITING, 2).cutoff(rule=rule)
    for name in ("value", "lower", "upper"):
        assert getattr(shifted, name) == pytest.approx(-3.0 + 0.25 * getattr(cut, name), rel=1e-8)
    for name in RATES:
        for part in ("value", "lower", "upper"):
            assert getattr(getattr(shifted, name), part) == pytest.approx(
                getattr(getattr(cut, name), part), rel=1e-7
            )


@pytest.mark.parametrize("level", [0.9, 0.99])
def test_specificity_of_the_mirror_image_is_sensitivity(waiting, level):
    mirrored = mix1d.fit(-WAITING, 2)
    for one, other in (("specificity", "sensitivity"), ("sensitivity", "specificity")):
        cut, image = waiting.cutoff(rule=one, level=level), mirrored.cutoff(rule=other, level=level)
        assert image.value == pytest.approx(-cut.value, rel=1e-9)
        assert (image.lower, image.upper) == pytest.approx((-cut.upper, -cut.lower), rel=1e-8)
        assert image.specificity.value == pytest.approx(cut.sensitivity.value, rel=1e-9)
        assert image.ppv.lower == pytest.approx(cut.npv.lower, rel=1e-7)


def test_a_stricter_level_cuts_farther_out(waiting):
    for rule, sign in (("specificity", 1), ("sensitivity", -1), ("ppv", 1)):
        cuts = [waiting.cutoff(rule=rule, level=x, method="wald").value for x in (0.8, 0.9, 0.99, 0.999)]
        assert (sign * np.diff(cuts) > 0).all()


def test_rates_are_about_the_number_itself(waiting):
    cut = waiting.cutoff(rule="specificity", level=0.99)
    assert cut.specificity.value == pytest.approx(0.99, abs=1e-12)
    assert 0.93 < cut.specificity.lower < 0.99 < cut.specificity.upper < 1.0
    above = mix1d.fit(WAITING, 2).proportion_above(cut.value)
    w, v = waiting.mixture.weights
    assert w * cut.lower_above.value + v * cut.sensitivity.value == pytest.approx(above.value, rel=1e-12)


@pytest.mark.parametrize("method", ["bootstrap", "calibrated"])
@pytest.mark.parametrize("rule", RULES)
def test_other_methods_give_much_the_same_interval(waiting, rule, method):
    cut, usual = waiting.cutoff(rule=rule, method=method, replicates=99, rng=1), waiting.cutoff(rule=rule)
    again = waiting.cutoff(rule=rule, method=method, replicates=99, rng=1)
    assert (cut.method, cut.value, again.lower) == (method, usual.value, cut.lower)
    ratio = (cut.upper - cut.lower) / (usual.upper - usual.lower)
    assert 0.6 < ratio < 1.7


def test_second_crossings_make_regions():
    x = np.concatenate([stats.norm(0, 1).ppf((np.arange(300) + 0.5) / 300), np.linspace(-11, 13, 200)])
    result = mix1d.fit(x, 2)
    wide = int(np.argmax(result.mixture.sds))
    cut = result.cutoff(one_sided=False)
    assert not cut.one_sided
    ends = sorted(t.value for t in result.thresholds())
    inside = result.mixture.predict([ends[0] - 0.1, sum(ends) / 2, ends[1] + 0.1])
    assert inside.tolist() == [wide, 1 - wide, wide]
    flat = [end for region in cut.regions for end in region if math.isfinite(end)]
    assert flat == ends
    parts = [scipy_of(c) for c in result.mixture.components]
    true, false = (sum(p.cdf(b) - p.cdf(a) for a, b in cut.regions) for p in (parts[1], parts[0]))
    assert cut.sensitivity.value == pytest.approx(true, rel=1e-9)
    assert cut.specificity.value == pytest.approx(1 - false, rel=1e-9)
    assert math.isnan(cut.wrong.lower)
    assert result.classify(x, cut).tolist() == result.predict(x).tolist()


def test_one_population_has_a_cut_above_it():
    x = WAITING[WAITING < 65]
    result = mix1d.fit(x, 1)
    cut = result.cutoff(rule="sds")
    assert cut.value == pytest.approx(x.mean() + 3 * x.std(), rel=1e-12)
    assert cut.lower < cut.value < cut.upper
    assert (cut.between, cut.sensitivity, cut.ppv, cut.wrong) == ((0,), None, None, None)
    assert cut.upper_below is None
    assert result.cutoff("a", "specificity", 0.99).value == pytest.approx(
        x.mean() + stats.norm.ppf(0.99) * x.std(), rel=1e-12
    )
    with pytest.raises(mix1d.InputError, match="where there is one population"):
        result.cutoff()


# ---- kinds of values


@pytest.fixture(scope="module")
def counts():
    rng = np.random.default_rng(1)
    x = np.concatenate([rng.poisson(2, 200), rng.poisson(15, 100)])
    return mix1d.fit(x, 2, family="poisson")


@pytest.mark.parametrize("rule", ["specificity", "sensitivity", "ppv"])
def test_counts_have_whole_cut_offs(counts, rule):
    for level in (0.8, 0.95, 0.99):
        known, cut = Known(counts.mixture, 0), counts.cutoff(rule=rule, level=level)
        name = {"specificity": "specificity", "sensitivity": "sensitivity", "ppv": "ppv"}[rule]
        assert cut.value == int(cut.value)
        reached = [known.rates(c)[name] >= level for c in range(60)]
        least = max(np.flatnonzero(reached[:40])) if rule == "sensitivity" else reached.index(True)
        assert cut.value == least
        for rate, value in known.rates(cut.value).items():
            assert getattr(cut, rate).value == pytest.approx(value, rel=1e-9)
        assert cut.lower <= cut.value <= cut.upper
        drawn = counts.cutoff(rule=rule, level=level, method="bootstrap", replicates=199)
        assert abs(drawn.lower - cut.lower) <= 1
        assert abs(drawn.upper - cut.upper) <= 1


def test_counts_are_equally_probable_at_a_number_with_an_interval(counts):
    cut, (threshold,) = counts.cutoff(), counts.thresholds()
    assert (cut.value, cut.lower, cut.upper) == (threshold.value, threshold.lower, threshold.upper)
    drawn = counts.cutoff(method="bootstrap", replicates=199)
    assert (cut.lower, cut.upper) == pytest.approx((drawn.lower, drawn.upper), abs=0.2)


def test_ends_of_whole_numbers_are_found():
    assert whole_ends(lambda c: (c >= 0, c >= 9), 9, 30.0) == (0.0, 9.0)
    assert whole_ends(lambda c: (c >= 8, False), 9, 30.0) == (8.0, math.inf)


def test_a_point_is_no_population():
    rng = np.random.default_rng(2)
    x = np.concatenate([np.zeros(100), rng.poisson(4, 200), rng.poisson(20, 100)])
    result = mix1d.fit(x, family=["point_mass", "poisson", "poisson"])
    with pytest.raises(mix1d.InputError, match="got a, a single value"):
        result.cutoff(("a", "b"))
    cut = result.cutoff(rule="specificity", level=0.95)
    assert cut.between == (1, 2)
    assert cut.value == scipy_of(result.mixture.components[1]).ppf(0.95)


def test_beside_a_background_rates_are_those_of_the_populations():
    x = np.concatenate([WAITING, np.linspace(20, 120, 60)])
    result = mix1d.fit(x, 2, background=(20, 120))
    cut = result.cutoff(rule="ppv", level=0.98)
    assert cut.value == pytest.approx(Known(result.mixture, 0).cut("ppv", 0.98), rel=1e-9)
    assert cut.lower < cut.value < cut.upper
    assert cut.sentences[-1] == "The background is not counted."


def test_kinds_of_rows_are_said():
    errors = np.full(len(WAITING), 2.0)
    noisy = mix1d.fit(WAITING, 2, errors=errors).cutoff(rule="specificity")
    plain = mix1d.fit(WAITING, 2).cutoff(rule="specificity")
    assert noisy.value < plain.value  # the errors are no part of it
    assert "true values" in noisy.message
    seen = WAITING[WAITING > 48]
    window = mix1d.fit(seen, 2, truncation=(48, None)).cutoff(rule="specificity")
    assert "also where nothing is recorded" in window.message
    edges = np.arange(40.5, 100.0, 3.0)
    bins = mix1d.fit(np.histogram(WAITING, edges), 2).cutoff(rule="specificity")
    assert bins.value == pytest.approx(plain.value, abs=1.5)
    assert bins.lower < bins.value < bins.upper


def test_a_saved_fit_gives_the_same(waiting):
    again = mix1d.load(waiting.to_json())
    for rule in RULES:
        assert again.cutoff(rule=rule).to_dict() == waiting.cutoff(rule=rule).to_dict()
