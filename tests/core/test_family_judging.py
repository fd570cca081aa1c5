"""Distances between samples and mixtures of any family, steps of solves, and what the penalty holds up."""

import numpy as np
import pytest
from scipy import stats

import mix1d
from mix1d import _core
from mix1d.native import Options, Resampling
from native_fits import MIXED, Fit, clumped_counts, heavy_one, pooled


@pytest.mark.parametrize("case", ["gamma", "beta", "two families"])
def test_distances_are_those_of_their_definition(case):
    families, x = MIXED[case]()
    fit = Fit(*pooled(x), families)
    found = _core.goodness(fit.problem, fit.model)
    d, a2, w2, pearson, deviance = found["distances"]
    n, p = len(x), _core.probability(np.sort(x), fit.mixture)
    q = _core.probability(np.sort(x), fit.mixture, above=True)
    i = np.arange(1, n + 1)
    assert d == pytest.approx(max((i / n - p).max(), (p - (i - 1) / n).max()), abs=1e-13)
    assert a2 == pytest.approx(-n - ((2 * i - 1) * (np.log(p) + np.log(q[::-1]))).sum() / n, rel=1e-9)
    assert w2 == pytest.approx(((p - (i - 0.5) / n) ** 2).sum() + 1 / (12 * n), rel=1e-9)
    assert np.isnan([pearson, deviance]).all()
    drawn = _core.goodness_replicates(fit.problem, fit.model, Resampling("parametric", 40, 1), Options())
    assert drawn.shape == (40, 5)
    assert drawn[:, 0].min() < d < 3 * drawn[:, 0].max()


def test_counts_are_judged_by_pooled_bins():
    families, x = clumped_counts()
    fit = Fit(*pooled(x), families)
    found = _core.goodness(fit.problem, fit.model)
    values, counts = pooled(x)
    law = stats.nbinom(1 / fit.mixture[4][0], 1 / (1 + fit.mixture[1][0] * fit.mixture[4][0]))
    observed = np.append([counts[values == v].sum() for v in range(int(x.max()) + 1)], 0.0)
    expected = len(x) * np.append(law.pmf(np.arange(x.max() + 1)), law.sf(x.max()))
    cells, o, e = [], 0.0, 0.0
    for i in range(len(observed)):
        o, e = o + observed[i], e + expected[i]
        if e >= 3.0:
            cells.append([o, e])
            o = e = 0.0
    cells[-1][0] += o
    cells[-1][1] += e
    o, e = np.array(cells).T
    assert found["cells"] == len(cells)
    assert np.isnan(found["distances"][:3]).all()
    assert found["distances"][3] == pytest.approx(((o - e) ** 2 / e).sum(), rel=1e-10)
    some = o > 0
    assert found["distances"][4] == pytest.approx(2 * (o[some] * np.log(o[some] / e[some])).sum(), rel=1e-9)


def test_steps_of_a_solve_tell_shapes():
    families, x = heavy_one()
    fit = Fit(*pooled(x), families)
    start = fit.model._replace(means=fit.model.means + 0.1, shapes=np.array([0.1]))
    steps = _core.replay(fit.problem, start, True, False, Options())
    assert steps["parameters"].shape[1] == 4
    last = np.concatenate([fit.mixture[i] for i in (0, 1, 2, 4)])
    assert steps["parameters"][-1] == pytest.approx(last, rel=1e-6)


def test_components_that_the_penalty_holds_up():
    rng = np.random.default_rng(1)
    x = np.append(rng.gamma(4.0, 1.0, 60), [9.0, 9.0000001, 9.0000002])
    fit = Fit(*pooled(x), ["gamma", "gamma"])
    collapsed = fit.found["collapsed"]
    propped = _core.propped(fit.problem, fit.mixture, collapsed)
    assert (collapsed in propped) if collapsed >= 0 else len(propped) == 0


def test_the_public_test_of_fit_judges_families():
    _, x = MIXED["gamma"]()
    found = mix1d.fit(x, 2, family="gamma").goodness_of_fit(replicates=199, rng=1)
    assert found.anderson_darling.p_value > 0.02
    assert found.pearson is None
    wrong = mix1d.fit(x, 1, family="gamma").goodness_of_fit(replicates=199, rng=1)
    assert wrong.anderson_darling.p_value == 0.005
    counts = np.random.default_rng(1).poisson([3.0] * 150 + [20.0] * 100)
    one = mix1d.fit(counts, 1, family="poisson", resolution=0).goodness_of_fit(replicates=199, rng=1)
    two = mix1d.fit(counts, 2, family="poisson", resolution=0).goodness_of_fit(replicates=199, rng=1)
    assert one.pearson.p_value == 0.005
    assert two.pearson.p_value > 0.02
    assert two.anderson_darling is None
