"""A fitted model as a program for other tools: Stan, PyMC, R."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from mix1d.saving.mclust import r as mclust

if TYPE_CHECKING:
    from mix1d.result import FitResult

_STAN = """\
// {title}
// A mixture of {k} normal distribution{s}. The start values are in the comment at the end.
data {{
  int<lower=1> N;
  vector[N] x;
}}
parameters {{
  simplex[{k}] weights;
  ordered[{k}] means;
  {sds_declared};
}}
model {{
  vector[{k}] log_weights = log(weights);
  means ~ normal({centre}, {twice});
  sds ~ normal(0, {scale});
  for (i in 1:N) {{
    vector[{k}] terms = log_weights;
    for (j in 1:{k}) {{
      terms[j] += normal_lpdf(x[i] | means[j], {sd_of_j});
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

A mixture of {k} normal distributions for PyMC: ``idata = pm.sample(initvals=start, model=model(x))``.
"""

import numpy as np
import pymc as pm

start = {{
    "weights": np.array({weights}),
    "means": np.array({means}),
    "sds": np.array({sds}),
}}


def model(x):
    """Return the model of the values x, shape (n,)."""
    with pm.Model() as mixture:
        weights = pm.Dirichlet("weights", a=np.ones({k}))
        means = pm.Normal(
            "means",
            mu={centre},
            sigma={twice},
            shape={k},
            transform=pm.distributions.transforms.ordered,
            initval=start["means"],
        )
        sds = pm.HalfNormal("sds", sigma={scale}{shape})
        pm.NormalMixture("x", w=weights, mu=means, sigma=sds, observed=x)
    return mixture
'''

_PYMC_OF_ONE = '''\
"""{title}

A normal distribution for PyMC: ``idata = pm.sample(initvals=start, model=model(x))``.
"""

import pymc as pm

start = {{"mean": {means[0]}, "sd": {sds}}}


def model(x):
    """Return the model of the values x, shape (n,)."""
    with pm.Model() as normal:
        mean = pm.Normal("mean", mu={centre}, sigma={twice})
        sd = pm.HalfNormal("sd", sigma={scale})
        pm.Normal("x", mu=mean, sigma=sd, observed=x)
    return normal
'''


def stan(result: FitResult) -> str:
    """Return a Stan program with start values; see `FitResult.export`."""
    weights, means, sds = _start(result)
    k, equal, (centre, scale) = len(weights), _equal(result), _prior(result)
    start = {"weights": weights, "means": means, "sds": sds[0] if equal else sds}
    return _STAN.format(
        title=_title(result),
        k=k,
        s="s" * (k > 1),
        sds_declared="real<lower=0> sds" if equal else f"vector<lower=0>[{k}] sds",
        sd_of_j="sds" if equal else "sds[j]",
        centre=repr(centre),
        scale=repr(scale),
        twice=repr(2.0 * scale),
        start=json.dumps(start),
    )


def pymc(result: FitResult) -> str:
    """Return Python code for PyMC; see `FitResult.export`."""
    weights, means, sds = _start(result)
    k, equal, (centre, scale) = len(weights), _equal(result), _prior(result)
    return (_PYMC if k > 1 else _PYMC_OF_ONE).format(
        title=_title(result),
        k=k,
        weights=weights,
        means=means,
        sds=sds[0] if equal or k == 1 else sds,
        shape="" if equal else f", shape={k}",
        centre=repr(centre),
        scale=repr(scale),
        twice=repr(2.0 * scale),
    )


def r(result: FitResult) -> str:
    """Return R code that makes an object of mclust; see `FitResult.export`."""
    return mclust(result, _title(result))


PROGRAMS: dict[str, Callable[[FitResult], str]] = {"stan": stan, "pymc": pymc, "r": r}


def _equal(result: FitResult) -> bool:
    (chosen,) = (row for row in result.selection if row.chosen)
    return chosen.sds == "equal"


def _prior(result: FitResult) -> tuple[float, float]:
    """Return the middle of the data and their sd, as the fitted mixture has them."""
    mixture = result.mixture
    return float(mixture.mean()), float(mixture.standard_deviation()) or math.ulp(1.0)


def _start(result: FitResult) -> tuple[list[float], list[float], list[float]]:
    """Return the components of positive weight, their means strictly rising as an ordered vector must be."""
    mixture = result.mixture
    real = mixture.weights > 0.0
    weights, means, sds = (array[real].tolist() for array in (mixture.weights, mixture.means, mixture.sds))
    for i in range(1, len(means)):
        means[i] = max(means[i], means[i - 1] + 1e-6 * sds[i])
    return weights, means, sds


def _title(result: FitResult) -> str:
    """Say what was fitted, in a way that no name can end a comment or a string with."""
    name = "".join(c if c.isalnum() or c in " ._-()/" else "?" for c in result.name or "a column")
    return f"Made by mix1d from a fit of {name.replace('*/', '?').replace('//', '?')}, n = {result.n_obs}"
