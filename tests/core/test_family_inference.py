"""Standard errors and profile intervals of fits of any family, by known answers and slow twins."""

import numpy as np
import pytest
from scipy import optimize, stats

from mix1d import _core
from mix1d.native import Options, Resampling
from native_fits import (
    ABOVE,
    BIMODALITY,
    BOUND,
    CROSSING,
    DISTANCE,
    ERROR,
    LOCATION,
    MIXED,
    MODE,
    QUANTILE,
    REFERENCE,
    SCALE,
    SHAPE,
    WEIGHT,
    Fit,
    clumped_counts,
    data_of,
    gamma_pair,
    heavy_one,
    pooled,
)
from oracle_families import NUMBER

CHI2 = stats.chi2.ppf(0.95, 1)
# own parameters in the order of the core
OWN = {
    "normal": ("mean", "sd"),
    "lognormal": ("meanlog", "sdlog"),
    "gamma": ("shape", "scale"),
    "weibull": ("shape", "scale"),
    "inverse_gaussian": ("mean", "shape"),
    "exponential": ("scale",),
    "student_t": ("df", "loc", "scale"),
    "logistic": ("loc", "scale"),
    "skew_normal": ("alpha", "loc", "scale"),
    "beta": ("a", "b"),
    "poisson": ("mean",),
    "negative_binomial": ("mean", "size"),
    "point_mass": ("value",),
}


def name_of(answer):
    return f"{answer['dataset']}-{'+'.join(answer['families'])}"


def pairs_of(answer, mixture, families):
    """The numbers of the components that are those of an answer, which has them by location."""
    left = list(range(len(families)))
    pairs = []
    for known in answer["components"]:
        best = min(
            (j for j in left if families[j] == NUMBER[known["family"]]),
            key=lambda j: abs(mixture[0][j] - known["weight"]),
        )
        left.remove(best)
        pairs.append((known, best))
    return pairs


@pytest.mark.parametrize("answer", REFERENCE["answers"], ids=name_of)
def test_standard_errors_of_known_answers(answer):
    fit = Fit(*data_of(answer["dataset"]), answer["families"])
    errors = _core.own_errors(fit.problem, fit.model, False)
    covariance = _core.covariance(fit.problem, fit.model, False)
    k = answer["k"]
    assert covariance.shape == (4 * k, 4 * k)
    assert errors.shape == (k, 5)
    families = fit.model.families
    for known, j in pairs_of(answer, fit.mixture, families):
        if known["weight_se"] is not None:
            assert np.sqrt(covariance[j, j]) == pytest.approx(known["weight_se"], rel=1e-5)
        names = OWN[known["family"]]
        for parameter, error in known["standard_errors"].items():
            assert errors[j, names.index(parameter)] == pytest.approx(error, rel=1e-5), parameter
        assert np.isnan(errors[j, len(names) : 3]).all()


def test_the_sandwich_is_near_the_inverse_information_where_the_model_holds():
    rng = np.random.default_rng(3)
    x, w = pooled(rng.gamma(4.0, 2.0, 4000))
    fit = Fit(x, w, ["gamma"])
    plain, robust = (_core.own_errors(fit.problem, fit.model, sandwich) for sandwich in (False, True))
    assert robust[0, :2] == pytest.approx(plain[0, :2], rel=0.1)
    assert not np.array_equal(robust[0, :2], plain[0, :2])


def test_errors_of_means_and_sds_are_those_of_the_delta_method():
    x, w = data_of("islands")
    fit = Fit(x, w, ["weibull", "weibull"])
    covariance = _core.covariance(fit.problem, fit.model, False)
    errors = _core.own_errors(fit.problem, fit.model, False)
    _, locations, scales, *_ = fit.mixture
    for j in range(2):

        def moments(parameters):
            law = stats.weibull_min(1.0 / parameters[1], scale=parameters[0])
            return np.array([law.mean(), law.std()])

        at, step = np.array([locations[j], scales[j]]), 1e-5
        slopes = np.array(
            [
                (moments(at + step * e * at) - moments(at - step * e * at)) / (2 * step * at[i])
                for i, e in enumerate(np.eye(2))
            ]
        ).T
        places = [2 + j, 4 + j]
        exact = np.sqrt(np.diag(slopes @ covariance[np.ix_(places, places)] @ slopes.T))
        assert errors[j, 3:] == pytest.approx(exact, rel=1e-6)


HEAVY = ("acidity", ["student_t", "student_t"])


def test_a_shape_at_its_bound_has_no_standard_error_and_a_one_sided_interval():
    fit = Fit(*data_of(HEAVY[0]), HEAVY[1])
    at_bound = int(np.argmin(fit.mixture[4]))
    assert fit.mixture[4][at_bound] == 0.0
    errors = _core.own_errors(fit.problem, fit.model, False)
    covariance = _core.covariance(fit.problem, fit.model, False)
    assert np.isnan(errors[at_bound, 0])
    assert np.isnan(covariance[6 + at_bound]).all()
    assert np.isfinite(errors[at_bound, 1:]).all()
    row = fit.intervals((SHAPE, at_bound))[0]
    value, error, lower, upper, below, above = row[:6]
    assert value == lower == 0.0
    assert np.isnan(error)
    assert (below, above) == (BOUND, 0)
    # there the best of all others is two degrees of the critical value below the maximum
    other = 1 - at_bound

    def height(parameters):
        weight, m0, t0, m1, t1, kappa = parameters
        weights = np.array([weight, 1 - weight])
        shapes = np.zeros(2)
        shapes[at_bound], shapes[other] = upper, np.clip(kappa, 0.0, 1.0)
        numbers = np.full(2, NUMBER["student_t"])
        mixture = weights, np.array([m0, m1]), np.exp([t0, t1]), numbers, shapes
        return -float(_core.density(fit.x, mixture, log=True) @ fit.w)

    w, m, s, _, _ = fit.mixture
    start = [w[0], m[0], np.log(s[0]), m[1], np.log(s[1]), fit.mixture[4][other]]
    options = {"xatol": 1e-9, "fatol": 1e-11, "maxiter": 20000, "maxfev": 20000}
    best = optimize.minimize(height, start, method="Nelder-Mead", options=options)
    best = optimize.minimize(height, best.x, method="Nelder-Mead", options=options)
    assert 2.0 * (fit.found["log_likelihood"] + best.fun) == pytest.approx(CHI2, abs=1e-5)


def log_density(families, x, weights, own):
    """Of a mixture with parameters as scipy takes them."""
    laws = {
        "gamma": lambda p: stats.gamma(p[0], scale=p[1]).logpdf(x),
        "student_t": lambda p: stats.t(p[0], p[1], p[2]).logpdf(x),
        "negative_binomial": lambda p: stats.nbinom(p[1], p[1] / (p[0] + p[1])).logpmf(x),
    }
    terms = [np.log(w) + laws[f](p) for f, w, p in zip(families, weights, own, strict=True)]
    return np.logaddexp.reduce(terms, axis=0)


# border coordinates from unconstrained numbers, and own parameters from those
TRANSFORMS = {
    "gamma": (
        lambda u: (np.exp(u[0]), np.exp(u[1]), 0.0),
        lambda b: (b[1] ** -2, b[0] * b[1] ** 2),
    ),
    "student_t": (
        lambda u: (u[0], np.exp(u[1]), np.clip(u[2], 1e-6, 1.0)),
        lambda b: (1.0 / b[2], b[0], b[1]),
    ),
    "negative_binomial": (
        lambda u: (np.exp(u[0]), 1.0, np.exp(u[1])),
        lambda b: (b[0], 1.0 / b[2]),
    ),
}
NUMBERS = {"gamma": 2, "student_t": 3, "negative_binomial": 2}


class SlowProfile:
    """The profile log-likelihood by a general optimiser on densities of scipy."""

    def __init__(self, fit, families):
        self.fit, self.families = fit, families
        self.size = NUMBERS[families[0]]
        weights, locations, scales, _, shapes = fit.mixture
        logs = families[0] != "student_t"
        start = list(np.log(weights[1:] / weights[0]))
        for j in range(fit.k):
            start.append(np.log(locations[j]) if logs else locations[j])
            if families[0] != "negative_binomial":
                start.append(np.log(scales[j]))
            if families[0] == "negative_binomial":
                start.append(np.log(shapes[j]))
            if families[0] == "student_t":
                start.append(shapes[j])
        self.start = np.array(start)
        self.top = self.height(self.start)

    def mixture(self, u):
        k = self.fit.k
        odds = np.concatenate([[1.0], np.exp(u[: k - 1])])
        to_border, to_own = TRANSFORMS[self.families[0]]
        border = [to_border(u[k - 1 + j * self.size :][: self.size]) for j in range(k)]
        return odds / odds.sum(), border, [to_own(b) for b in border]

    def height(self, u):
        weights, _, own = self.mixture(u)
        return float(log_density(self.families, self.fit.x, weights, own) @ self.fit.w)

    def fall(self, constraint):
        best = optimize.minimize(
            lambda u: -self.height(u),
            self.start,
            method="SLSQP",
            constraints={"type": "eq", "fun": constraint},
            options={"ftol": 1e-13, "maxiter": 500},
        )
        return 2.0 * (self.top + best.fun)


@pytest.mark.parametrize("sample", [gamma_pair, heavy_one, clumped_counts])
def test_profiles_are_those_of_a_slow_optimiser(sample):
    families, x = sample()
    fit = Fit(*pooled(x), families)
    slow = SlowProfile(fit, families)
    assert slow.top == pytest.approx(fit.found["log_likelihood"], abs=1e-9)
    of = {
        LOCATION: lambda u: slow.mixture(u)[1][0][0],
        SCALE: lambda u: np.log(slow.mixture(u)[1][0][1]),
        SHAPE: lambda u: slow.mixture(u)[1][0][2],
        WEIGHT: lambda u: slow.mixture(u)[0][0],
    }
    asked = [LOCATION, SCALE] if families[0] != "negative_binomial" else [LOCATION]
    asked += [SHAPE] if families[0] != "gamma" else [WEIGHT]
    for kind in asked:
        value, _, lower, upper, below, above = fit.intervals((kind, 0))[0][:6]
        assert (below, above) == (0, 0), kind
        assert lower < value < upper
        for end in (lower, upper, 0.5 * (value + upper)):
            goal = np.log(end) if kind == SCALE else end
            fall = slow.fall(lambda u, kind=kind, goal=goal: of[kind](u) - goal)
            expected = fit.fall((kind, 0), end)[0]
            assert fall == pytest.approx(expected, abs=2e-5), (kind, end)
            if end != 0.5 * (value + upper):
                assert expected == pytest.approx(CHI2, abs=1e-8)


@pytest.mark.parametrize("case", MIXED)
def test_intervals_of_all_quantities_end_where_their_profile_has_fallen(case):
    families, x = MIXED[case]()
    fit = Fit(*pooled(x), families)
    five = fit.mixture
    cut = next(c for _, c, _ in _core.mixed_crossings(five) if five[1].min() < c < x.max())
    mode = _core.mixed_modes(five)[0]
    asked = [
        *((WEIGHT, 0), (LOCATION, 1), (SCALE, 0), (CROSSING, 0, 1, cut), (QUANTILE, 0, 0, 0.3)),
        *((ABOVE, 0, 0, cut), (ERROR,), (DISTANCE, 0, 1), (BIMODALITY, 0, 1), (MODE, 0, 0, mode)),
    ]
    rows = fit.intervals(*asked)
    for quantity, row in zip(asked, rows, strict=True):
        value, error, lower, upper, below, above = row[:6]
        assert (below, above) == (0, 0), quantity
        assert lower < value < upper
        assert error > 0.0
        assert fit.fall(quantity, [lower, upper]) == pytest.approx(CHI2, abs=1e-6), quantity
    values = rows[:, 0]
    assert values[3] == pytest.approx(cut, rel=1e-12)
    assert values[4] == pytest.approx(_core.quantile(np.array([0.3]), five)[0], rel=1e-12)
    assert values[5] == pytest.approx(_core.probability(np.array([cut]), five, above=True)[0], rel=1e-12)
    assert values[9] == pytest.approx(mode, rel=1e-9)
    grid = np.linspace(x.min() / 3 if x.min() > 0 else x.min() - 3, x.max() * 1.3, 200001)
    if case == "beta":
        grid = np.linspace(0, 1, 200003)[1:-1]
    wrong = _core.density(grid, five) * _core.responsibilities(grid, five).min(axis=1)
    assert values[6] == pytest.approx(np.trapezoid(wrong, grid), rel=2e-3)
    table = np.concatenate([np.concatenate([a.astype(float) for a in (*five[:3], five[4])])])[None]
    quantities = np.array([(*map(float, row), *(0.0,) * (4 - len(row))) for row in asked])
    near = np.array([cut if row[0] == CROSSING else mode if row[0] == MODE else 0.0 for row in asked])
    again = _core.evaluate_quantities(table, quantities, near, five[3])
    assert again[0] == pytest.approx(values, rel=1e-9)


def test_lognormal_answers_are_those_of_normals_on_the_logarithms():
    rng = np.random.default_rng(4)
    y = np.concatenate([rng.normal(0.0, 0.4, 100), rng.normal(2.0, 0.6, 130)])
    x, w = pooled(np.exp(y))
    fit, logs = Fit(x, w, ["lognormal"] * 2), Fit(np.log(x), w, ["normal"] * 2)
    assert len(logs.mixture) == 3
    three = [(WEIGHT, 0), (LOCATION, 1), (SCALE, 0), (QUANTILE, 0, 0, 0.7), (ABOVE, 0, 0, 1.0), (ERROR,)]
    asked = [*three[:4], (ABOVE, 0, 0, np.exp(1.0)), (ERROR,)]
    ours, theirs = fit.intervals(*asked), logs.intervals(*three)
    for column in (0, 2, 3):
        place = np.array([0, 1, 0, 1, 0, 0], bool)
        expected = np.where(place, np.exp(theirs[:, column]), theirs[:, column])
        assert ours[:, column] == pytest.approx(expected, rel=1e-8)
    size = theirs[:, 1] * np.where(np.array([0, 1, 0, 1, 0, 0], bool), ours[:, 0], 1.0)
    assert ours[:, 1] == pytest.approx(size, rel=1e-8)


def test_intervals_do_not_depend_on_threads():
    families, x = gamma_pair()
    fit = Fit(*pooled(x), families)
    asked = [(WEIGHT, 0), (LOCATION, 1), (SCALE, 0), (ERROR,)]
    assert fit.intervals(*asked).tobytes() == fit.intervals(*asked, threads=4).tobytes()


def test_falls_of_replicates():
    families, x = gamma_pair()
    fit = Fit(*pooled(x), families)
    quantities = np.array([[LOCATION, 0, 0, 0], [SCALE, 1, 0, 0], [ERROR, 0, 0, 0]], float)
    falls = _core.calibrated_falls(
        fit.problem, fit.model, quantities, Resampling("parametric", 60, 2), Options(threads=2)
    )
    assert falls.shape == (60, 3)
    assert np.nanmedian(falls, axis=0) == pytest.approx(np.full(3, stats.chi2.median(1)), abs=0.35)


def test_a_shape_leaves_its_bound_along_a_branch():
    """As a quantile falls, heavy tails appear where there were none; a general optimiser sees the same."""
    rng = np.random.default_rng(3)
    rng.gamma(2.0, 1.5, 40), rng.lognormal(3.0, 0.2, 40)
    x = np.concatenate([rng.normal(-3.0, 1.0, 40), rng.normal(4.0, 1.5, 40)])
    fit = Fit(*pooled(x), ["student_t", "student_t"])
    w, m, s, numbers, shapes = fit.mixture
    assert shapes[1] == 0.0

    def mixture(u):
        share = 1.0 / (1.0 + np.exp(-u[0]))
        parts = u[1:].reshape(2, 3).T
        return (
            np.array([share, 1.0 - share]),
            parts[0].copy(),
            np.exp(parts[1]),
            numbers,
            np.clip(parts[2], 0.0, 1.0),
        )

    def below(u, at):
        return _core.probability(np.array([at]), mixture(u))[0] - 0.9

    best = np.array([np.log(w[0] / w[1]), m[0], np.log(s[0]), shapes[0], m[1], np.log(s[1]), shapes[1]])
    free = (None, None)
    row = fit.intervals((QUANTILE, 0, 0, 0.9))[0]
    assert tuple(row[4:6]) == (0, 0)
    for at in np.linspace(row[0], row[2], 7)[1:]:
        found = optimize.minimize(
            lambda u: -float(_core.density(fit.x, mixture(u), log=True) @ fit.w),
            best,
            method="SLSQP",
            bounds=[free] * 3 + [(0.0, 1.0)] + [free] * 2 + [(0.0, 1.0)],
            constraints={"type": "eq", "fun": below, "args": (at,)},
            options={"ftol": 1e-12, "maxiter": 300},
        )
        best = found.x
        fall = 2.0 * (fit.found["log_likelihood"] + found.fun)
        assert fit.fall((QUANTILE, 0, 0, 0.9), at)[0] == pytest.approx(fall, abs=1e-4)
    assert best[6] > 0.01
