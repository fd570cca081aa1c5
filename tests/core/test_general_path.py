"""Normal components and exact values through the loops for any family and kind: what the plain loops say.

Everything runs twice in each process, with `general` in the problem and without, on every instruction set.
"""

import numpy as np
import pytest

import oracle
from cases import column, distance, draw
from mix1d import _core
from mix1d.data.sample import read_sample
from mix1d.native import Candidates, Model, Options, Problem, chart_of
from places import DATA
from processes import ISAS, elsewhere

COLUMNS = sorted(path.stem for path in [*DATA.glob("*.csv"), *(DATA / "hard").glob("*.csv")])
SUMS, FITS = 1e-13, 1e-10


def samples():
    """Names, values, weights and mixtures: smooth, tied, weighted, far out, empty."""
    rng = np.random.default_rng(2)
    for k in range(1, 7):
        for n in (2, 9, 64, 700, 20_000) if k < 4 else (100, 1_000):
            mixture = rng.dirichlet(np.ones(k)), rng.normal(0.0, 4.0, k), np.exp(rng.normal(0.0, 0.8, k))
            x = np.sort(draw(n + k, *mixture, n))
            ones, counts = np.ones(n), rng.integers(1, 9, n).astype(float)
            yield f"smooth, k = {k}, n = {n}", x, ones, mixture
            yield f"tied, k = {k}, n = {n}", np.round(2 * x) / 2, counts, mixture
            yield f"far, k = {k}, n = {n}", np.sort(np.append(x[1:], 1e6)), ones, mixture
            yield f"broken weights, k = {k}, n = {n}", x, counts / 7.0, mixture
            yield f"scaled, k = {k}, n = {n}", 1e120 * x, ones, scaled(mixture, 1e120)
    x = np.sort(draw(5, [0.5, 0.5], [0.0, 3.0], [1.0, 1.0], 300))
    yield (
        "extreme",
        np.append(x, 1e300),
        np.ones(301),
        (np.array([0.5, 0.5]), np.zeros(2), np.array([1.0, 1e-6])),
    )
    yield "empty", x, np.ones(300), (np.array([0.5, 0.5]), np.array([0.0, 1e8]), np.ones(2))


def both(function, x, sample_weight, mixture):
    """What a native function says on the plain and on the general path."""
    model = Model(*mixture)
    return function(Problem(x, sample_weight), model), function(
        Problem(x, sample_weight, general=True), model
    )


def scaled(mixture, unit):
    weights, means, sds = mixture
    return weights, unit * means, unit * sds


def scale_of(x, sample_weight, mixture):
    """Square roots of the information of labelled values: what derivatives are compared in, (3k,)."""
    _, _, sds = mixture
    with np.errstate(over="ignore", invalid="ignore"):
        z = np.clip((x[:, None] - mixture[1]) / sds, -1e75, 1e75)
        mass = sample_weight[:, None] * oracle.responsibilities(x, *mixture)
        once, twice = (mass * (1.0 + z**2)).sum(0), (mass * (2.0 + z**4)).sum(0)
    total = float(np.sum(sample_weight))
    return np.sqrt(
        np.concatenate([np.full(len(sds), total), (once + 1e-12 * total) / sds**2, twice + 1e-12 * total])
    )


def differences_of_sums():
    """The largest differences over all samples, and those whose log-likelihoods have other bits."""
    gradient = hessian = step = 0.0
    bits = []
    for name, x, w, mixture in samples():
        plain, general = both(_core.derivatives, x, w, mixture)
        scale = scale_of(x, w, mixture)
        if plain[0] != general[0]:
            bits.append(f"{name}: {plain[0]!r} {general[0]!r}")
        gradient = max(gradient, np.max(np.abs(plain[1] - general[1]) / (scale * scale[0])))
        hessian = max(hessian, np.max(np.abs(plain[2] - general[2]) / np.outer(scale, scale)))
        plain, general = both(_core.em_step, x, w, mixture)
        if plain[3] != general[3]:
            bits.append(f"{name}, EM: {plain[3]!r} {general[3]!r}")
        step = max(step, error_of_step(plain, general, mixture))
    return {"gradient": float(gradient), "hessian": float(hessian), "step": float(step), "bits": bits}


def error_of_step(plain, general, mixture):
    """Weights, means and variances, in units of the sds before the step."""
    units = (1.0, mixture[2], mixture[2] ** 2)
    pairs = zip((*plain[:2], plain[2] ** 2), (*general[:2], general[2] ** 2), units, strict=True)
    size = 1.0 + np.abs((plain[1] - mixture[1]) / mixture[2]) ** 2 + (plain[2] / mixture[2]) ** 2
    return max(float(np.max(np.abs(a - b) / unit / size)) for a, b, unit in pairs)


def problem_of(sample, general):
    return Problem(sample.values, sample.weights, sample.resolution or 0.0, general=general)


def fitted(sample, general, *, n_components=6, highest=False, equal=(False, True)):
    numbers, charts = range(1, n_components + 1), tuple(chart_of(tied) for tied in equal)
    candidates = Candidates(numbers, charts, highest=highest)
    return _core.fit(problem_of(sample, general), candidates, Options())[0]


def compared(name, plain, general):
    """What is wrong with one row, and how far the mixtures are apart."""
    facts = (
        "equal",
        "converged",
        "positive_definite",
        "regularized",
        "null_components",
        "collapsed",
        "sound",
    )
    wrong = [f"{name}: {fact}" for fact in facts if plain[fact] != general[fact]]
    far = distance(general["mixture"], plain["mixture"])
    for number in ("log_likelihood", "entropy"):
        far = max(far, abs(plain[number] - general[number]) / (1.0 + abs(plain["log_likelihood"])))
    return wrong, far


def differences_of_fits():
    wrong, worst = [], 0.0
    for name in COLUMNS:
        sample = read_sample(column(name))
        rows = zip(fitted(sample, False), fitted(sample, True), strict=True)
        for plain, general in rows:
            row = f"{name}, k = {len(plain['mixture'][0])}, equal = {plain['equal']}"
            found, far = compared(row, plain, general)
            wrong += found
            if not far < FITS:
                wrong.append(f"{row}: {far}")
            worst = max(worst, far)
    return {"worst": worst, "wrong": wrong}


@pytest.fixture(scope="module", params=ISAS)
def there(request):
    """Both sorts of differences, found by a process of another instruction set."""
    expression = "{'sums': t.differences_of_sums(), 'fits': t.differences_of_fits()}"
    return elsewhere(request.param, __file__, expression, "-W", "error")


def test_log_likelihoods_have_the_same_bits(there):
    assert there["sums"]["bits"] == []


def test_derivatives_agree(there):
    assert there["sums"]["gradient"] < SUMS
    assert there["sums"]["hessian"] < SUMS


def test_em_steps_agree(there):
    assert there["sums"]["step"] < SUMS


def test_fits_agree(there):
    assert there["fits"]["wrong"] == []
    assert there["fits"]["worst"] < FITS


@pytest.mark.parametrize("k", [1, 2, 4])
def test_derivatives_are_those_on_paper(k):
    rng = np.random.default_rng(k)
    mixture = rng.dirichlet(np.ones(k)), rng.normal(0.0, 2.0, k), np.exp(rng.normal(0.0, 0.5, k))
    x, w = np.sort(rng.normal(0.0, 3.0, 60)), rng.integers(1, 4, 60).astype(float)
    found = _core.derivatives(Problem(x, w, general=True), Model(*mixture))
    exact = oracle.derivatives(x, w, *mixture)
    scale = scale_of(x, w, mixture)
    assert found[0] == pytest.approx(exact[0], rel=1e-14)
    assert np.abs(found[1] - exact[1]) / (scale * scale[0]) == pytest.approx(0.0, abs=1e-14)
    assert np.abs(found[2] - exact[2]) / np.outer(scale, scale) == pytest.approx(0.0, abs=1e-14)


def test_highest_agrees():
    sample = read_sample(column("galaxies"))
    rows = zip(
        fitted(sample, False, highest=True, n_components=4),
        fitted(sample, True, highest=True, n_components=4),
        strict=True,
    )
    for plain, general in rows:
        wrong, far = compared(f"k = {len(plain['mixture'][0])}", plain, general)
        assert wrong == []
        assert far < FITS


@pytest.mark.parametrize("name", ["galaxies", "faithful_waiting"])
@pytest.mark.parametrize("equal", [False, True])
def test_a_fit_from_a_start_agrees(name, equal):
    sample = read_sample(column(name))
    start = np.array([0.4, 0.6]), np.quantile(sample.values, [0.3, 0.7]), np.full(2, np.std(sample.values))
    candidates = Candidates(charts=(chart_of(equal),), start=start)
    plain, general = (
        _core.fit(problem_of(sample, way), candidates, Options())[0][0] for way in (False, True)
    )
    wrong, far = compared(name, plain, general)
    assert wrong == []
    assert far < FITS


def optimum(name, k, equal):
    sample = read_sample(column(name))
    mixture = fitted(sample, False, n_components=k, equal=(equal,))[-1]["mixture"]
    return sample, Model(*mixture, chart_of(equal))


@pytest.mark.parametrize("sandwich", [False, True])
@pytest.mark.parametrize("equal", [False, True])
@pytest.mark.parametrize(("name", "k"), [("faithful_waiting", 2), ("acidity", 3), ("galaxies", 4)])
def test_standard_errors_agree(name, k, equal, sandwich):
    sample, model = optimum(name, k, equal)
    plain, general = (_core.covariance(problem_of(sample, way), model, sandwich) for way in (False, True))
    errors = np.sqrt(np.diag(plain))
    assert np.max(np.abs(plain - general) / np.outer(errors, errors)) < FITS


@pytest.mark.parametrize("equal", [False, True])
def test_profiles_agree(equal):
    sample, model = optimum("faithful_waiting", 2, equal)
    quantities = np.array([[kind, j, 0.0, 0.0] for kind in (0.0, 1.0, 2.0) for j in (0.0, 1.0)])
    critical = np.full(len(quantities), 3.841458820694124)
    plain, general = (
        _core.profile_intervals(problem_of(sample, way), model, quantities, critical, Options())
        for way in (False, True)
    )
    assert np.isfinite(plain[:, :4]).all()
    assert general[:, :4] == pytest.approx(plain[:, :4], rel=1e-8)
    quantity, at = np.array([[1.0, 0.0, 0.0, 54.0]]), np.array([53.5, 54.0, 55.5])
    plain, general = (
        _core.profile_fall(problem_of(sample, way), model, quantity, at, Options()) for way in (False, True)
    )
    assert np.isfinite(plain).all()
    assert general == pytest.approx(plain, rel=1e-8, abs=1e-9)


def long_column():
    return draw(3, [0.3, 0.5, 0.2], [0.0, 3.0, 9.0], [1.0, 0.7, 2.0], 150_000)


def fitted_large(x, general, threads):
    problem = Problem(x, None, total_weight=float(len(x)), general=general)
    candidates = Candidates(range(1, 4), (chart_of(False), chart_of(True)))
    return _core.fit(problem, candidates, Options(threads=threads))[0]


def test_long_columns_agree():
    x = long_column()
    for plain, general in zip(fitted_large(x, False, 1), fitted_large(x, True, 2), strict=True):
        wrong, far = compared(f"k = {len(plain['mixture'][0])}", plain, general)
        assert wrong == []
        assert far < FITS


def test_threads_change_nothing():
    x = long_column()
    one, two = fitted_large(x, True, 1), fitted_large(x, True, 2)
    for a, b in zip(one, two, strict=True):
        assert [part.tolist() for part in a["mixture"]] == [part.tolist() for part in b["mixture"]]
        assert a["log_likelihood"] == b["log_likelihood"]
        assert a["entropy"] == b["entropy"]


def test_other_numbers_are_seen():
    x, w = np.sort(draw(1, [1.0], [0.0], [1.0], 50)), np.ones(50)
    mixture = np.array([1.0]), np.array([0.0]), np.array([1.0])
    moved = np.array([1.0]), np.array([1e-11]), np.array([1.0])
    plain = _core.derivatives(Problem(x, w), Model(*mixture))
    general = _core.derivatives(Problem(x, w, general=True), Model(*moved))
    scale = scale_of(x, w, mixture)
    assert np.max(np.abs(plain[1] - general[1]) / (scale * scale[0])) > SUMS
