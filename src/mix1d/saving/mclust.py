"""A fitted model as an object of R's package mclust."""

from __future__ import annotations

from collections.abc import Iterable

from mix1d.arrays import log1
from mix1d.outcome.criteria import n_parameters
from mix1d.outcome.models import family_of_fit
from mix1d.outcome.outcome import Outcome

_R = """\
# {title}{missing}
fit <- local({{
  data <- matrix({data}, ncol = 1)
  parameters <- list(
    pro = c({weights}),
    mean = c({means}),
    variance = list({variance})
  )
  numbers <- c({numbers})
  models <- c({models})
  labels <- list(as.character(numbers), models)
  BIC <- structure(
    matrix(c({table}), ncol = {n_models}, dimnames = labels),
    class = "mclustBIC", G = numbers, modelNames = models,
    control = list(eps = .Machine$double.eps, tol = c(1e-05, sqrt(.Machine$double.eps)),
                   itmax = rep(.Machine$integer.max, 2), equalPro = FALSE),
    initialization = list(hcPairs = NULL, subset = NULL, noise = NULL), warn = FALSE,
    n = {n}L, d = 1, oneD = TRUE, criterion = "BIC",
    returnCodes = matrix(c({codes}), ncol = {n_models}, dimnames = labels)
  )
  sigmasq <- rep_len(parameters$variance$sigmasq, {k})
  logs <- vapply(seq_len({k}), function(j) {{
    log(parameters$pro[j]) + dnorm(data[, 1], parameters$mean[j], sqrt(sigmasq[j]), log = TRUE)
  }}, numeric(nrow(data)))
  dim(logs) <- c(nrow(data), {k})
  z <- exp(logs - apply(logs, 1, max))
  z <- z / rowSums(z)
  classification <- max.col(z, ties.method = "first")
  largest <- z[cbind(seq_along(classification), classification)]
  structure(list(
    call = quote(Mclust(data = x, G = {k}, modelNames = "{model}")),
    data = data,
    modelName = "{model}",
    n = {n}L,
    d = 1,
    G = {k}L,
    BIC = BIC,
    loglik = {log_likelihood},
    df = {n_parameters},
    bic = {bic},
    icl = {bic} + 2 * sum(log(largest)),
    hypvol = NA_real_,
    parameters = parameters,
    z = z,
    classification = classification,
    uncertainty = 1 - largest
  ), class = "Mclust")
}})
"""


def r(outcome: Outcome, title: str) -> str:
    """Return R code that makes what mclust's `Mclust` returns; see `FitResult.export`."""
    mixture = outcome.mixture
    real = mixture.weights > 0.0
    weights, means, sds = (array[real].tolist() for array in (mixture.weights, mixture.means, mixture.sds))
    k, equal = len(weights), next(row.sds for row in outcome.selection if row.chosen) == "equal"
    model = "X" if k == 1 else "E" if equal else "V"
    squares = [sds[0] ** 2] if equal or k == 1 else [sd * sd for sd in sds]
    sigmasq = f"sigmasq = c({_numbers(squares)})"
    scale = f", scale = c({_numbers(squares)})" if model == "V" else ""
    count = n_parameters(k, equal)
    log_n = log1(outcome.total_weight)
    bic = 2.0 * outcome.log_likelihood - count * log_n
    numbers, models, table = _tried(outcome)
    rows = outcome.sample.rows
    return _R.format(
        title=title,
        model=model,
        n=outcome.n_obs,
        k=k,
        missing=""
        if rows is not None
        else "\n# The rows are not kept: read them into `x` before this is run.",
        data="x" if rows is None else f"c({_numbers(rows.tolist())})",
        variance=f'modelName = "{model}", d = 1, G = {k}L, {sigmasq}{scale}',
        numbers=", ".join(map(str, numbers)),
        models=", ".join(f'"{name}"' for name in models),
        n_models=len(models),
        table=", ".join("NA" if x is None else repr(x) for x in table),
        codes=", ".join("-1" if x is None else "0" for x in table),
        bic=repr(bic),
        log_likelihood=repr(outcome.log_likelihood),
        n_parameters=count,
        weights=_numbers(weights),
        means=_numbers(means),
    )


def _tried(outcome: Outcome) -> tuple[list[int], list[str], list[float | None]]:
    """Return the numbers of components, mclust's names of models, and BICs in its sign, model after model.

    None for what was not tried or is no maximum, which mclust calls NA. One component is the same model by
    both names.
    """
    names = {"equal": "E", "free": "V"}
    rows = [row for row in outcome.selection if row.family == family_of_fit(outcome.fitted)]
    known = {(row.n_components, names[row.sds]): -row.bic for row in rows if row.eligible}
    (chosen,) = (row for row in rows if row.chosen)
    known.setdefault((chosen.n_components, names[chosen.sds]), -chosen.bic)
    numbers = sorted({row.n_components for row in rows})
    models = sorted({names[row.sds] for row in rows})
    for name in models:
        for other in ("E", "V"):
            if (1, other) in known:
                known.setdefault((1, name), known[1, other])
    return numbers, models, [known.get((k, name)) for name in models for k in numbers]


def _numbers(values: Iterable[float]) -> str:
    return ", ".join(map(repr, values))
