"""Programs for Stan and PyMC about components of one family that is not normal."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from mix1d.arrays import log1
from mix1d.errors import InputError
from mix1d.model.component import Component


class Said(NamedTuple):
    """How a family is written; `ordered` keeps components in their places, the others are positive."""

    ordered: str
    """The parameter that rises from component to component."""
    real: tuple[str, ...]
    """Parameters that may be negative."""
    stan: str | None
    """What is added for a value x[i] and component j; None where Stan has no such family."""
    pymc: str
    """The components, in parameters of the model."""
    others: tuple[str, ...] = ()


_SAID = {
    "lognormal": Said(
        "meanlog",
        ("meanlog",),
        "lognormal_lpdf(x[i] | meanlog[j], sdlog[j])",
        "pm.LogNormal.dist(mu=meanlog, sigma=sdlog)",
        ("sdlog",),
    ),
    "gamma": Said(
        "mean",
        (),
        "gamma_lpdf(x[i] | shape[j], shape[j] / mean[j])",
        "pm.Gamma.dist(alpha=shape, beta=shape / mean)",
        ("shape",),
    ),
    "weibull": Said(
        "scale",
        (),
        "weibull_lpdf(x[i] | shape[j], scale[j])",
        "pm.Weibull.dist(alpha=shape, beta=scale)",
        ("shape",),
    ),
    "inverse_gaussian": Said("mean", (), None, "pm.Wald.dist(mu=mean, lam=shape)", ("shape",)),
    "exponential": Said(
        "scale", (), "exponential_lpdf(x[i] | 1 / scale[j])", "pm.Exponential.dist(lam=1 / scale)"
    ),
    "student_t": Said(
        "loc",
        ("loc",),
        "student_t_lpdf(x[i] | df[j], loc[j], scale[j])",
        "pm.StudentT.dist(nu=df, mu=loc, sigma=scale)",
        ("df", "scale"),
    ),
    "logistic": Said(
        "loc",
        ("loc",),
        "logistic_lpdf(x[i] | loc[j], scale[j])",
        "pm.Logistic.dist(mu=loc, s=scale)",
        ("scale",),
    ),
    "skew_normal": Said(
        "loc",
        ("loc", "alpha"),
        "skew_normal_lpdf(x[i] | loc[j], scale[j], alpha[j])",
        "pm.SkewNormal.dist(mu=loc, sigma=scale, alpha=alpha)",
        ("alpha", "scale"),
    ),
    "beta": Said(
        "ratio",
        (),
        "beta_proportion_lpdf(x[i] | ratio[j] / (1 + ratio[j]), size[j])",
        "pm.Beta.dist(alpha=size * ratio / (1 + ratio), beta=size / (1 + ratio))",
        ("size",),
    ),
    "poisson": Said("mean", (), "poisson_lpmf(x[i] | mean[j])", "pm.Poisson.dist(mu=mean)"),
    "negative_binomial": Said(
        "mean",
        (),
        "neg_binomial_2_lpmf(x[i] | mean[j], size[j])",
        "pm.NegativeBinomial.dist(mu=mean, alpha=size)",
        ("size",),
    ),
}
_COUNTS = ("poisson", "negative_binomial")
_MOST = 1e6  # a number in place of infinity: where a Student t is normal, a negative binomial Poisson

_STAN = """\
// {title}
// A mixture of {k} {family} component{s}. The start values are in the comment at the end.
data {{
  int<lower=1> N;
  {data};
}}
parameters {{
  simplex[{k}] weights;
{declared}
}}
model {{
  vector[{k}] log_weights = log(weights);
{priors}
  for (i in 1:N) {{
    vector[{k}] terms = log_weights;
    for (j in 1:{k}) {{
      terms[j] += {term};
    }}
    target += log_sum_exp(terms);
  }}
}}
/* Start values, as a JSON file of inits:
{start}
*/
"""

_PYMC = '''\
"""{title}

A mixture of {k} {family} component{s} for PyMC: ``idata = pm.sample(initvals=start, model=model(x))``.
"""

import numpy as np
import pymc as pm

start = {{
{start}
}}


def model(x):
    """Return the model of the values x, shape (n,)."""
    with pm.Model() as mixture:
        weights = pm.Dirichlet("weights", a=np.ones({k}))
{priors}
        pm.Mixture("x", w=weights, comp_dists={components}, observed=x)
    return mixture
'''


def stan(title: str, weights: Sequence[float], components: Sequence[Component], what: str) -> str:
    """Return a Stan program with start values; see `FitResult.export`."""
    import json

    said, family, k = _SAID[components[0].family], components[0].family, len(weights)
    if said.stan is None:
        raise InputError(
            f'{what} must be about a family that Stan has, got {family!r}: pass "pymc", or fit another '
            "family, such as lognormal"
        )
    start = _start(said, weights, components)
    declared, priors = [], []
    for name in (said.ordered, *said.others):
        kind = "ordered" if name in said.real else "positive_ordered"
        kind = kind if name == said.ordered else "vector" if name in said.real else "vector<lower=0>"
        declared.append(f"  {kind}[{k}] {name};")
        law = "normal" if name in said.real else "lognormal"
        middle, width = _prior(name in said.real, start[name])
        priors.append(f"  {name} ~ {law}({middle!r}, {width!r});")
    return _STAN.format(
        title=title,
        k=k,
        s="s" * (k > 1),
        family=components[0]._family.said,
        data="array[N] int<lower=0> x" if family in _COUNTS else "vector[N] x",
        declared="\n".join(declared),
        priors="\n".join(priors),
        term=said.stan,
        start=json.dumps(start),
    )


def pymc(title: str, weights: Sequence[float], components: Sequence[Component]) -> str:
    """Return Python code for PyMC; see `FitResult.export`."""
    said, k = _SAID[components[0].family], len(weights)
    start = _start(said, weights, components)
    priors = []
    for name in (said.ordered, *said.others):
        law = "Normal" if name in said.real else "LogNormal"
        middle, width = _prior(name in said.real, start[name])
        order = ", transform=pm.distributions.transforms.ordered" if name == said.ordered and k > 1 else ""
        priors.append(
            f'        {name} = pm.{law}(\n            "{name}", mu={middle!r}, sigma={width!r}, shape={k}'
            f'{order}, initval=start["{name}"]\n        )'
        )
    return _PYMC.format(
        title=title,
        k=k,
        s="s" * (k > 1),
        family=components[0]._family.said,
        start="\n".join(f'    "{name}": np.array({values}),' for name, values in start.items()),
        priors="\n".join(priors),
        components=said.pymc,
    )


def _start(said: Said, weights: Sequence[float], components: Sequence[Component]) -> dict[str, list[float]]:
    """Return the values of all parameters, that which is ordered strictly rising."""
    rows = [(weight, _parameters(one)) for weight, one in zip(weights, components, strict=True)]
    rows.sort(key=lambda row: row[1][said.ordered])
    start = {"weights": [weight for weight, _ in rows]}
    for name in (said.ordered, *said.others):
        start[name] = [own[name] for _, own in rows]
    rising = start[said.ordered]
    for i in range(1, len(rising)):
        rising[i] = max(rising[i], rising[i - 1] + 1e-6 * (abs(rising[i - 1]) or 1.0))
    return start


def _parameters(component: Component) -> dict[str, float]:
    """Return the parameters of a component as programs have them, all of them finite."""
    own = component.parameters
    if component.family == "gamma":
        own["mean"] = own["shape"] * own["scale"]
    if component.family == "beta":
        own = {"ratio": own["a"] / own["b"], "size": own["a"] + own["b"]}
    return {name: min(value, _MOST) if name in ("df", "size") else value for name, value in own.items()}


def _prior(real: bool, values: Sequence[float]) -> tuple[float, float]:
    """Return the middle and the width of a weakly informative prior: of logarithms where positive."""
    if not real:
        logs = [log1(value) for value in values]
        return math.fsum(logs) / len(logs), 1.0 + (max(logs) - min(logs))
    return math.fsum(values) / len(values), 2.0 * (max(values) - min(values)) + max(
        1.0, *(abs(value) for value in values)
    )
