"""Components that are not normal against the packages that fit them: log-likelihoods and times.

    python bench/peers_families.py
    R_LIBS=folder python bench/peers_families.py       when R's packages lie elsewhere

Six columns of `tests/data/reference/families.json`, each with one family: gammas by mixtools (gammamixEM),
mixR, flexmix, em-fit and pomegranate; Weibulls by mixR; lognormals by mixR, em-fit and pomegranate;
skew-normals by mixsmsn; Poissons by flexmix, em-fit and pomegranate. What is not installed is skipped, and
said so.

Every peer runs at its own settings from five of its own starts, of which the best counts; how many of them
come within .01 nats of ours stands beside it (em-fit picks the best of its five itself, in one call). All
parameters are scored here, by one function. Times are those of a call, for mix1d the fastest of five, for a
peer the median of its starts, without the start of R. Promise: never more than 1e-6 nats below a peer whose
components have sds above a thousandth of the column's.
"""

import contextlib
import functools
import io
import json
import statistics
import sys
import tempfile
import time
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import mix1d
from measure import timed
from mix1d import Component
from peers_kinds import STARTS, columns, compared, heading, lacking, run_r

REFERENCE = Path(__file__).parent.parent / "tests" / "data" / "reference" / "families.json"
REACHED = 0.01  # nats


@dataclass(frozen=True)
class Case:
    """A column, and what is fitted to it by whom."""

    column: str
    family: str
    k: int
    in_r: tuple[str, ...] = ()
    in_python: tuple[str, ...] = ()

    @property
    def values(self):
        """All values of the column."""
        kept = json.loads(REFERENCE.read_text())["datasets"][self.column]
        return np.repeat(np.array(kept["values"], float), kept["counts"] or 1)


PYTHON = ("em-fit", "pomegranate")
CASES = (
    Case("rivers", "gamma", 2, ("mixtools", "mixR", "flexmix"), PYTHON),
    Case("faithful_eruptions", "gamma", 2, ("mixtools", "mixR", "flexmix"), PYTHON),
    Case("geyser_waiting", "weibull", 2, ("mixR",)),
    Case("thyroid_tsh", "lognormal", 2, ("mixR",), PYTHON),
    Case("bmi", "skew_normal", 2, ("mixsmsn",)),
    Case("earthquake", "poisson", 3, ("flexmix",), PYTHON),
)

R = """
numbers <- function(x)
  paste0("[", paste(ifelse(is.finite(x), sprintf("%.17g", x), "null"), collapse = ","), "]")
peers <- list(
  mixtools = function(x, family, k) {
    fit <- mixtools::gammamixEM(x, k = k)
    list(fit$lambda, shape = fit$gamma.pars[1, ], scale = fit$gamma.pars[2, ])
  },
  mixR = function(x, family, k) {
    known <- c(gamma = "gamma", weibull = "weibull", lognormal = "lnorm")[[family]]
    fit <- do.call(mixR::mixfit, list(x, ncomp = k, family = known))  # it evaluates its call elsewhere
    switch(family,
      gamma = list(fit$pi, shape = fit$alpha, scale = 1 / fit$lambda),
      weibull = list(fit$pi, shape = fit$k, scale = fit$lambda),
      lognormal = list(fit$pi, meanlog = fit$mulog, sdlog = fit$sdlog))
  },
  flexmix = function(x, family, k) {
    model <- flexmix::FLXMRglm(family = c(gamma = "Gamma", poisson = "poisson")[[family]])
    fit <- flexmix::flexmix(y ~ 1, data = data.frame(y = x), k = k, model = model)
    found <- rbind(flexmix::parameters(fit))
    if (family == "poisson") return(list(flexmix::prior(fit), mean = exp(found[1, ])))
    list(flexmix::prior(fit), shape = found[2, ], scale = 1 / (found[1, ] * found[2, ]))
  },
  mixsmsn = function(x, family, k) {
    fit <- mixsmsn::smsn.mix(x, nu = 3, g = k, family = "Skew.normal", criteria = FALSE, group = FALSE,
      calc.im = FALSE)
    list(fit$pii, alpha = fit$shape, loc = fit$mu, scale = sqrt(fit$sigma2))
  })
run <- function(name, peer, file, family, k, starts) {
  suppressMessages(library(peer, character.only = TRUE))
  x <- scan(file, quiet = TRUE)
  for (seed in seq_len(starts)) {
    set.seed(seed)
    said <- capture.output(seconds <- system.time(
      found <- try(suppressWarnings(peers[[peer]](x, family, k)), silent = TRUE))[["elapsed"]])
    if (inherits(found, "try-error")) {
      cat(sprintf('{"column":"%s","peer":"%s","seconds":%.9g}\\n', name, peer, seconds))
      next
    }
    parts <- sapply(names(found)[-1], function(n) sprintf('"%s":%s', n, numbers(found[[n]])))
    cat(sprintf('{"column":"%s","peer":"%s","seconds":%.9g,"weights":%s,"parameters":{%s}}\\n', name, peer,
      seconds, numbers(found[[1]]), paste(parts, collapse = ",")))
  }
}
"""


def by_em_fit(x, family, k, seed):
    from em import EM

    fitted = EM(family, seed=seed).train(x, n_groups=k, n_init=STARTS)
    names = {"gamma": ("shape", "scale"), "lognormal": ("meanlog", "sdlog"), "poisson": ("mean",)}[family]
    return fitted.weights_, dict(zip(names, np.transpose(fitted.params_), strict=True))


@functools.cache
def pomegranate():
    """Import it without this folder, whose coverage.py would be taken for the package of that name."""
    here = str(Path(__file__).parent)
    kept, sys.path[:] = sys.path[:], [folder for folder in sys.path if str(Path(folder).resolve()) != here]
    try:
        import pomegranate.distributions as distributions
        import torch
        from pomegranate.gmm import GeneralMixtureModel
    finally:
        sys.path[:] = kept
    return torch, distributions, GeneralMixtureModel


def by_pomegranate(x, family, k, seed):
    torch, distributions, mixture_model = pomegranate()
    torch.manual_seed(seed)
    kind = getattr(distributions, {"gamma": "Gamma", "lognormal": "LogNormal", "poisson": "Poisson"}[family])
    fitted = mixture_model([kind() for _ in range(k)], random_state=seed)
    fitted.fit(torch.tensor(x[:, None], dtype=torch.float32))

    def of(name):
        return np.array([float(np.ravel(getattr(d, name).numpy())[0]) for d in fitted.distributions])

    weights = np.array(fitted.priors.numpy(), float)
    if family == "gamma":
        return weights, {"shape": of("shapes"), "scale": 1.0 / of("rates")}
    if family == "lognormal":
        return weights, {"meanlog": of("means"), "sdlog": np.sqrt(of("covs"))}
    return weights, {"mean": of("lambdas")}


BY = {"em-fit": by_em_fit, "pomegranate": by_pomegranate}


def mixture_of(family, weights, parameters):
    """Return the mixture that was found, without components of weight 0; None when it is none."""
    weights = np.array([np.nan if w is None else w for w in weights], float)
    table = {
        name: np.array([np.nan if v is None else v for v in part], float) for name, part in parameters.items()
    }
    if not np.isfinite([weights, *table.values()]).all():
        return None
    kept = np.flatnonzero(weights > 1e-300)
    parts = [Component(family, **{name: part[j] for name, part in table.items()}) for j in kept]
    return mix1d.Mixture(weights[kept] / weights[kept].sum(), components=parts)


def from_r(cases):
    """Yield column, peer, seconds and mixture of every start of every peer in R that is there."""
    calls, absent = [], set()
    with tempfile.TemporaryDirectory() as folder:
        for case in cases:
            path = Path(folder) / case.column
            np.savetxt(path, case.values, fmt="%.17g")
            for peer in case.in_r:
                missing = lacking(f'"{peer}"')
                absent |= {missing} - {""}
                if not missing:
                    what = f'"{case.column}", "{peer}", "{path.as_posix()}", "{case.family}", {case.k}'
                    calls.append(f"run({what}, {STARTS})")
        families = {case.column: case.family for case in cases}
        for found in run_r(R + "\n".join(calls)) if calls else ():
            mixture = None
            if "weights" in found:
                mixture = mixture_of(families[found["column"]], found["weights"], found["parameters"])
            yield found["column"], found["peer"], found["seconds"], mixture
    for name in sorted(absent):
        print(f"  skipped: not installed: {name}")


@contextlib.contextmanager
def quiet():
    """Let a peer say nothing."""
    nowhere = io.StringIO()
    with (
        warnings.catch_warnings(),
        contextlib.redirect_stdout(nowhere),
        contextlib.redirect_stderr(nowhere),
    ):
        warnings.simplefilter("ignore")
        yield


def from_python(cases):
    """Yield the same of every peer in Python."""
    absent = set()
    for case in cases:
        for peer in case.in_python:
            for seed in range(1 if peer == "em-fit" else STARTS):
                begin, mixture = time.perf_counter(), None
                try:
                    with quiet():
                        mixture = mixture_of(case.family, *BY[peer](case.values, case.family, case.k, seed))
                except ImportError as error:
                    absent.add(f"{peer} ({error})")
                    break
                except Exception:
                    pass  # a start that fails
                yield case.column, peer, time.perf_counter() - begin, mixture
    for name in sorted(absent):
        print(f"  skipped: {name}")


def main():
    heading(f"Families: the best of {STARTS} starts of each peer, and how many of them reach ours")
    found = [*from_r(CASES), *from_python(CASES)]
    columns("the peer")
    for case in CASES:
        x = case.values

        def ours(x=x, case=case):
            return mix1d.fit(x, case.k, family=case.family, resolution=0, set_apart=None)

        fitted, spent = ours(), timed(ours, 5).fastest
        least = 1e-3 * np.std(x)
        for peer in (*case.in_r, *case.in_python):
            starts = [(s, mixture) for column, by, s, mixture in found if (column, by) == (case.column, peer)]
            if not starts:
                continue
            scores = [float(m.logpdf(x).sum()) for _, m in starts if m is not None and m.sds.min() > least]
            reached = sum(fitted.log_likelihood - score < REACHED for score in scores)
            line = f"{peer}, {reached} of {len(starts)}"
            if len(scores) < len(starts):
                line += f", {len(starts) - len(scores)} failed"
            what = f"{case.column}, {case.family} {case.k}"
            seconds = statistics.median(s for s, _ in starts)
            if scores:
                compared(what, fitted.log_likelihood, max(scores), spent, seconds, line)
            else:
                print(f"  {what:30}{fitted.log_likelihood:16.6f}{'none':>16}  {line}")


if __name__ == "__main__":
    main()
