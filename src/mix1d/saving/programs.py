"""A fitted model as a program for other tools: Stan, PyMC, R."""

from __future__ import annotations

import math
from collections.abc import Callable

from mix1d.data.arguments import check_choice
from mix1d.data.recorded_sample import check_exact
from mix1d.errors import InputError
from mix1d.outcome.models import family_of_fit
from mix1d.outcome.outcome import Outcome
from mix1d.saving import family_programs
from mix1d.saving.assumed import assumed_of
from mix1d.saving.families import MIXED
from mix1d.saving.mclust import r as mclust

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


def stan(outcome: Outcome) -> str:
    """Return a Stan program with start values; see `FitResult.export`."""
    import json

    weights, means, sds = _start(outcome)
    k, equal, (centre, scale) = len(weights), _equal(outcome), _prior(outcome)
    start = {"weights": weights, "means": means, "sds": sds[0] if equal else sds}
    return _STAN.format(
        title=_title(outcome),
        k=k,
        s="s" * (k > 1),
        sds_declared="real<lower=0> sds" if equal else f"vector<lower=0>[{k}] sds",
        sd_of_j="sds" if equal else "sds[j]",
        centre=repr(centre),
        scale=repr(scale),
        twice=repr(2.0 * scale),
        start=json.dumps(start),
    )


def pymc(outcome: Outcome) -> str:
    """Return Python code for PyMC; see `FitResult.export`."""
    weights, means, sds = _start(outcome)
    k, equal, (centre, scale) = len(weights), _equal(outcome), _prior(outcome)
    return (_PYMC if k > 1 else _PYMC_OF_ONE).format(
        title=_title(outcome),
        k=k,
        weights=weights,
        means=means,
        sds=sds[0] if equal or k == 1 else sds,
        shape="" if equal else f", shape={k}",
        centre=repr(centre),
        scale=repr(scale),
        twice=repr(2.0 * scale),
    )


def r(outcome: Outcome) -> str:
    """Return R code that makes an object of mclust; see `FitResult.export`."""
    return mclust(outcome, _title(outcome))


PROGRAMS: dict[str, Callable[[Outcome], str]] = {"stan": stan, "pymc": pymc, "r": r}


def _of_family(outcome: Outcome, to: str) -> str:
    """Return a program about components of another family, or refuse it."""
    what, family = f'export("{to}")', family_of_fit(outcome.fitted)
    if to == "r":
        raise InputError(
            f'{what} knows normal components only, which are those of mclust, got {family!r}: pass "stan" or '
            '"pymc", or fit family="normal"'
        )
    if family == MIXED or _equal(outcome):
        found = "components of several families" if family == MIXED else f"{family!r} of equal scales"
        raise InputError(
            f"{what} knows components of one family with free scales only where they are not normal, got "
            f'{found}: fit one family with sds="free", or take the mixture as a start'
        )
    real = outcome.mixture.weights > 0.0
    weights = outcome.mixture.weights[real].tolist()
    components = [one for one, counts in zip(outcome.mixture.components, real, strict=True) if counts]
    if to == "stan":
        return family_programs.stan(_title(outcome), weights, components, what)
    return family_programs.pymc(_title(outcome), weights, components)


def _check_can_be_said(outcome: Outcome, what: str) -> None:
    """Raise `InputError` where a program would be about another model, or about other data."""
    assumed = outcome.asked.specification
    if assumed is not None and not (assumed.free and assumed.point is None):
        found = ", ".join(
            f"{name}={value!r}" for name, value in assumed_of(assumed).items() if _counts(name, value)
        )
        raise InputError(
            f"{what} knows free and equal sds only, got a fit with {found}: export a fit without, or take "
            "its mixture as a start"
        )
    check_exact(outcome.sample, what)


def _counts(name: str, value: object) -> bool:
    return name != "set_apart" and value not in (None, "normal")


def _equal(outcome: Outcome) -> bool:
    (chosen,) = (row for row in outcome.selection if row.chosen)
    return chosen.sds == "equal"


def _prior(outcome: Outcome) -> tuple[float, float]:
    """Return the middle of the data and their sd, as the fitted mixture has them."""
    mixture = outcome.mixture
    return float(mixture.mean()), float(mixture.standard_deviation()) or math.ulp(1.0)


def _start(outcome: Outcome) -> tuple[list[float], list[float], list[float]]:
    """Return the components of positive weight, their means strictly rising as an ordered vector must be."""
    mixture = outcome.mixture
    real = mixture.weights > 0.0
    weights, means, sds = (array[real].tolist() for array in (mixture.weights, mixture.means, mixture.sds))
    for i in range(1, len(means)):
        means[i] = max(means[i], means[i - 1] + 1e-6 * sds[i])
    return weights, means, sds


def _title(outcome: Outcome) -> str:
    """Say what was fitted, in a way that no name can end a comment or a string with."""
    name = "".join(c if c.isalnum() or c in " ._-()/" else "?" for c in outcome.name or "a column")
    return f"Made by mix1d from a fit of {name.replace('*/', '?').replace('//', '?')}, n = {outcome.n_obs}"


def export(outcome: Outcome, to: str) -> str:
    """Return the model and its estimates as a program for another tool.

    Parameters
    ----------
    to : {"stan", "pymc", "r"}
        A Stan program, with the estimates as start values in a comment at its end; Python code for PyMC
        that defines the model and the start values; or R code that makes what mclust's `Mclust`
        returns, for its `summary`, `predict`, `plot` and the rest, with BIC in mclust's sign, and with
        the rows where the result keeps them (it asks for them in `x` where not). Components of weight 0
        are left out. Stan and PyMC know components of any one family with free scales, but that Stan has
        no inverse Gaussian; mclust knows normal ones.

    Returns
    -------
    str
        The text of the program.

    Raises
    ------
    InputError
        When `to` is not one of these, and for fits of rows that are not exact values, under constraints
        other than equal sds, or of families, which these programs cannot say.

    Notes
    -----
    The Bayesian models have ordered means, so that components keep their places, and weakly informative
    priors on the scale of the data: means normal around the middle of the data with twice their sd, sds
    half-normal with their sd, weights uniform on the simplex. Of other families the parameter that locates
    components is ordered, the mean or scale or `loc`; parameters have normal priors around the estimates that
    are wide beside them, those of positive ones on logarithms.

    Examples
    --------
    >>> import mix1d
    >>> result = mix1d.fit([1.0, 2.0, 2.0, 3.0, 8.0, 9.0, 9.0, 10.0], 2)
    >>> print(result.export("r").splitlines()[1])
    fit <- local({
    """
    check_choice("to", to, tuple(PROGRAMS))
    _check_can_be_said(outcome, f'export("{to}")')
    normal = all(component.family == "normal" for component in outcome.mixture.components)
    return PROGRAMS[to](outcome) if normal else _of_family(outcome, to)
