"""Programs about other families: the numbers of the fit, in the parameters of the other tool."""

import ast
import json
import re

import numpy as np
import pytest
from scipy import stats

import mix1d
from family_fits import DATA_OF, FITS, POSITIVE, REAL
from mix1d.saving.family_programs import _SAID

STAN = {
    "lognormal": lambda s, j: stats.lognorm(s["sdlog"][j], scale=np.exp(s["meanlog"][j])),
    "gamma": lambda s, j: stats.gamma(s["shape"][j], scale=s["mean"][j] / s["shape"][j]),
    "weibull": lambda s, j: stats.weibull_min(s["shape"][j], scale=s["scale"][j]),
    "exponential": lambda s, j: stats.expon(scale=s["scale"][j]),
    "student_t": lambda s, j: stats.t(s["df"][j], s["loc"][j], s["scale"][j]),
    "logistic": lambda s, j: stats.logistic(s["loc"][j], s["scale"][j]),
    "skew_normal": lambda s, j: stats.skewnorm(s["alpha"][j], s["loc"][j], s["scale"][j]),
    "beta": lambda s, j: stats.beta(
        s["size"][j] * s["ratio"][j] / (1.0 + s["ratio"][j]), s["size"][j] / (1.0 + s["ratio"][j])
    ),
    "poisson": lambda s, j: stats.poisson(s["mean"][j]),
    "negative_binomial": lambda s, j: stats.nbinom(
        s["size"][j], s["size"][j] / (s["size"][j] + s["mean"][j])
    ),
    "inverse_gaussian": lambda s, j: stats.invgauss(s["mean"][j] / s["shape"][j], scale=s["shape"][j]),
}


def log_likelihood(family, start, x):
    parts = [STAN[family](start, j) for j in range(len(start["weights"]))]
    name = "pmf" if family in ("poisson", "negative_binomial") else "pdf"
    density = sum(w * getattr(one, name)(x) for w, one in zip(start["weights"], parts, strict=True))
    return float(np.log(density).sum())


def test_every_family_can_be_said():
    assert set(_SAID) == set(DATA_OF) == set(STAN)


@pytest.mark.parametrize("k", [1, 2])
@pytest.mark.parametrize("family", sorted(set(DATA_OF) - {"inverse_gaussian"}))
def test_stan(family, k):
    result = FITS[f"{family}_{k}"]()
    text = result.export("stan")
    start = json.loads(re.search(r"/\* Start values.*?\n(.*?)\n\*/", text, re.DOTALL)[1])
    found = log_likelihood(family, start, DATA_OF[family])
    assert found == pytest.approx(result.log_likelihood, rel=1e-5)
    assert text.count("{") == text.count("}")
    assert text.count("(") == text.count(")")
    declared = re.findall(r"^  (?:positive_)?ordered\[\d\] (\w+);", text, re.MULTILINE)
    assert len(declared) == 1
    assert (np.diff(start[declared[0]]) > 0.0).all()
    for name in set(start) - {"weights"}:
        assert re.search(rf"^  {name} ~ (log)?normal\(", text, re.MULTILINE)
        assert f"{name}[j]" in text


@pytest.mark.parametrize("k", [1, 2])
@pytest.mark.parametrize("family", sorted(DATA_OF))
def test_pymc(family, k):
    result = FITS[f"{family}_{k}"]()
    tree = ast.parse(result.export("pymc"))
    (assigned,) = (node for node in tree.body if isinstance(node, ast.Assign))
    start = eval(ast.unparse(assigned.value), {"np": np})
    found = log_likelihood(family, start, DATA_OF[family])
    assert found == pytest.approx(result.log_likelihood, rel=1e-5)
    called = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    assert "pm.Mixture" in called
    assert any(name.endswith(".dist") for name in called)


@pytest.mark.parametrize(
    ("name", "to", "words"),
    [
        ("gamma_2", "r", r'export\("r"\) knows normal components only, which are those of mclust'),
        ("inverse_gaussian_1", "stan", "must be about a family that Stan has, got 'inverse_gaussian'"),
        ("list", "stan", "got components of several families"),
        ("list", "pymc", "got components of several families"),
        ("equal", "pymc", "got 'gamma' of equal scales"),
        (
            "background",
            "stan",
            "knows free and equal sds only, got a fit with background=True, family='gamma'",
        ),
        ("intervals", "stan", "is known for exact values only"),
    ],
)
def test_what_cannot_be_said_is_refused(name, to, words):
    with pytest.raises(mix1d.InputError, match=words):
        FITS[name]().export(to)


def test_what_is_normal_after_all_is_said():
    result = mix1d.fit(REAL, 2, family={"normal", "logistic"})
    assert result.family == "normal"
    assert "mclust" in result.export("r")
    assert "normal_lpdf" in result.export("stan")
    assert "gamma_lpdf" in mix1d.fit(POSITIVE, [1, 2], family={"gamma", "weibull"}).export("stan")
