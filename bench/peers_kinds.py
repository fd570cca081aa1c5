"""Rows of other kinds against the packages that were written for them: log-likelihoods and times.

    python bench/peers_kinds.py
    R_LIBS=folder python bench/peers_kinds.py       when R's packages lie elsewhere

Counts in classes: mixdist (R), on its own data, from the parameters that its examples start at. Values with
errors: extreme deconvolution by astroML and by pygmmis, five starts each. Non-detects: survival's survreg and
NADA's cenmle (R), one normal component on the logs of NADA's columns. What is not installed is skipped, and
said so.

Every peer's parameters are scored here, by one function for each kind. Times are those of a call, fastest of
three, without the start of R; for extreme deconvolution those of one start. Promise: never more than 1e-6
nats below a peer.
"""

import contextlib
import io
import json
import shutil
import subprocess
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np

import mix1d
from measure import readable, timed

TOLERANCE = 1e-6  # nats
REFERENCE = Path(__file__).parent.parent / "tests" / "data" / "reference" / "observations.json"

# name: (data, start, distribution and constraint of mixdist, keywords of fit)
PIKE, CRAB, SNAPPER, FIFTEEN = "pikepar", "pearsonpar", "snapper", "fifteen"
CASES = {
    "pike, log, equal sds": ("pike65", PIKE, "lnorm", 'consigma = "CCV"', {"sds": "equal"}),
    "pike, sds proportional": ("pike65", PIKE, "norm", 'consigma = "CCV"', {"sds": "proportional"}),
    "pike, equal sds": ("pike65", PIKE, "norm", 'consigma = "SEQ"', {"sds": "equal"}),
    "pike, spaced": (
        "pike65",
        PIKE,
        "norm",
        'conmu = "MES", consigma = "SEQ"',
        {"means": "spaced", "sds": "equal"},
    ),
    "pike, growth": (
        "pike65",
        PIKE,
        "norm",
        'conmu = "MGC", consigma = "CCV"',
        {"means": "growth", "sds": "proportional"},
    ),
    "pike with ages, log, free": ("pike65sg", PIKE, "lnorm", "", {}),
    "pike with ages, proportional": ("pike65sg", PIKE, "norm", 'consigma = "CCV"', {"sds": "proportional"}),
    "crabs": ("pearson", CRAB, "norm", "", {}),
    "crabs, equal means": ("pearson", CRAB, "norm", 'conmu = "MEQ"', {"means": "equal"}),
    "snapper": ("cassie", SNAPPER, "norm", "", {}),
    "snapper, sds proportional": ("cassie", SNAPPER, "norm", 'consigma = "CCV"', {"sds": "proportional"}),
    "15 cohorts, spaced, equal": (
        "fiftn80",
        FIFTEEN,
        "norm",
        'conpi = "PFX", fixpi = rep(TRUE, 15), conmu = "MES", consigma = "SEQ"',
        {"weights": "equal", "means": "spaced", "sds": "equal"},
    ),
    "15 cohorts, sds 1": (
        "fiftn80",
        FIFTEEN,
        "norm",
        'consigma = "SFX", fixsigma = rep(TRUE, 15)',
        {"sds": [1.0] * 15},
    ),
}
MIXDIST = """
suppressMessages(library(mixdist))
numbers <- function(x)
  paste0("[", paste(ifelse(is.finite(x), sprintf("%.17g", x), "null"), collapse = ","), "]")
snapper <- mixparam(c(3.3, 5.3, 7.5, 10), c(0.3, 0.5, 0.7, 1))
fifteen <- mixparam(seq(5, 75, 5), rep(1, 15))
run <- function(name, data, start, dist, constr) {
  if (!exists(data)) data(list = data)
  if (!exists(start)) data(list = start)
  d <- get(data)
  aged <- ncol(d) > 2
  seconds <- c()
  for (i in 1:3) seconds[i] <- system.time(suppressWarnings(
    fit <- mix(d, get(start), dist, constr, emsteps = 3, usecondit = aged)))[["elapsed"]]
  p <- fit$parameters
  known <- if (aged) numbers(t(as.matrix(d[, -(1:2)]))) else "[]"
  cat(sprintf('{"name":"%s","weights":%s,"means":%s,"sds":%s,"edges":%s,', name, numbers(p$pi),
    numbers(p$mu), numbers(p$sigma), numbers(d[, 1])))
  cat(sprintf('"counts":%s,"known":%s,"seconds":%.9g}\\n', numbers(d[, 2]), known, min(seconds)))
}
"""
SURVIVAL = """
suppressMessages(library(NADA))
numbers <- function(x) paste0("[", paste(sprintf("%.17g", x), collapse = ","), "]")
fastest <- function(call)
  min(sapply(1:3, function(i) system.time(for (j in 1:20) call())[["elapsed"]] / 20))
run <- function(set, column) {
  data(list = set)
  obs <- get(set)[[column]]
  cen <- as.logical(get(set)[[sub("Conc", "", paste0(column, "Cen"))]])
  y <- log(obs)
  s <- Surv(y, !cen, type = "left")
  fit <- survreg(s ~ 1, dist = "gaussian")
  other <- cenmle(obs, cen)@survreg
  cat(sprintf('{"name":"%s","y":%s,"hidden":%s,', set, numbers(y), numbers(as.numeric(cen))))
  cat(sprintf('"survreg":[%.17g,%.17g],"cenmle":[%.17g,%.17g],', coef(fit)[[1]], fit$scale,
    coef(other)[[1]], other$scale))
  cat(sprintf('"seconds":[%.9g,%.9g]}\\n', fastest(function() survreg(s ~ 1, dist = "gaussian")),
    fastest(function() cenmle(obs, cen))))
}
run("Oahu", "As")
run("ShePyrene", "Pyrene")
run("HgFish", "Hg")
run("MDCu", "Cu")
run("Recon", "AtraConc")
run("TCE", "TCEConc")
run("Silver", "Silver1")
"""
STARTS = 5


def lacking(packages):
    """Say which of these packages of R are not there; empty when all are."""
    if not shutil.which("Rscript"):
        return "R"
    code = f'for (p in c({packages})) if (!requireNamespace(p, quietly = TRUE)) cat(p, "")'
    return subprocess.run(["Rscript", "-e", code], capture_output=True, text=True, check=True).stdout.strip()


def run_r(code):
    with tempfile.NamedTemporaryFile("w", suffix=".R") as file:
        file.write(code)
        file.flush()
        out = subprocess.run(["Rscript", file.name], capture_output=True, text=True, check=True).stdout
    return [json.loads(line) for line in out.splitlines() if line.startswith("{")]


def compared(name, ours, theirs, our_time, their_time, peer=""):
    """Print one row."""
    verdict = "equal" if abs(ours - theirs) <= TOLERANCE else ("higher" if ours > theirs else "LOWER")
    print(
        f"  {name:30}{ours:16.6f}{theirs:16.6f}{ours - theirs:+12.2g} {verdict:7}"
        f"{readable(our_time):>10}{readable(their_time):>10}  {peer}",
        flush=True,
    )


def heading(text):
    print(f"\n{text}")


def columns(peer):
    print(f"  {'':30}{'mix1d':>16}{peer:>16}{'difference':>12} {'':7}{'mix1d':>10}{peer:>10}")


def score_counts(lower, upper, counts, labels, weights, means, sds):
    """Log-likelihood of rows in classes, by the definition; the difference of tails keeps its digits."""
    shares = [
        w * np.array(mix1d.Mixture([1.0], [m], [s]).cdf(lower, upper))
        for w, m, s in zip(weights, means, sds, strict=True)
    ]
    table = np.array(shares)
    own = table[np.maximum(labels, 0), np.arange(len(lower))]
    return float(counts @ np.log(np.where(labels >= 0, own, table.sum(axis=0))))


def by_rows(found, k):
    """Classes as rows, those of known age beside the others: lower, upper, counts, labels."""
    edges = np.array([np.inf if e is None else e for e in found["edges"]])
    lower, counts = np.concatenate(([-np.inf], edges[:-1])), np.array(found["counts"])
    known = np.reshape(found["known"], (-1, k)) if found["known"] else np.zeros((len(edges), k))
    rows = [(counts - known.sum(axis=1), np.full(len(edges), -1))]
    rows += [(known[:, j], np.full(len(edges), j)) for j in range(k)]
    weights, labels = (np.concatenate(part) for part in zip(*rows, strict=True))
    some = weights > 0
    return tuple(a[some] for a in (np.tile(lower, k + 1), np.tile(edges, k + 1), weights, labels))


def classes():
    heading("Counts in classes: mixdist, from the starts of its examples; ours without a start")
    absent = lacking('"mixdist"')
    if absent:
        print(f"  skipped: not installed: {absent}")
        return
    calls = "\n".join(
        f'run("{name}", "{data}", "{start}", "{dist}", mixconstr({constraint}))'
        for name, (data, start, dist, constraint, _) in CASES.items()
    )
    columns("mixdist")
    for found in run_r(MIXDIST + calls):
        name = found["name"]
        dist, keywords = CASES[name][2], CASES[name][4]
        w, m, s = (np.array(found[part]) for part in ("weights", "means", "sds"))
        lower, upper, counts, labels = by_rows(found, len(w))
        if dist == "lnorm":  # mixdist's are the mean and the sd of the values, not of their logs
            width = np.sqrt(np.log1p((s / m) ** 2))
            m, s = np.log(m) - 0.5 * width**2, width
            lower, upper = np.log(np.maximum(lower, 0.0)), np.log(upper)
        given = {"upper": upper, "sample_weight": counts}
        if (labels >= 0).any():
            given["labels"] = labels

        def ours(lower=lower, w=w, given=given, keywords=keywords):
            return mix1d.fit(lower, len(w), set_apart=None, **given, **keywords)

        spent = timed(ours, 3).fastest
        theirs = score_counts(lower, upper, counts, labels, w, m, s)
        compared(name, ours().log_likelihood, theirs, spent, found["seconds"])


def score_errors(x, errors, weights, means, variances):
    variance = variances + errors[:, None] ** 2
    parts = np.log(weights) - 0.5 * (np.log(2 * np.pi * variance) + (x[:, None] - means) ** 2 / variance)
    top = parts.max(axis=1)
    return float(np.sum(top + np.log(np.exp(parts - top[:, None]).sum(axis=1))))


def by_astroml(x, errors, k, seed):
    from astroML.density_estimation import XDGMM

    fitted = XDGMM(k, max_iter=2000, tol=1e-8, random_state=seed)
    fitted.fit(x[:, None], (errors**2)[:, None, None])
    return fitted.alpha, fitted.mu[:, 0], fitted.V[:, 0, 0]


def by_pygmmis(x, errors, k, seed):
    import pygmmis

    fitted = pygmmis.GMM(K=k, D=1)
    rng = np.random.RandomState(seed)
    covar = (errors**2)[:, None, None]
    pygmmis.fit(fitted, x[:, None], covar=covar, init_method="kmeans", tol=1e-10, rng=rng)
    return np.asarray(fitted.amp), np.asarray(fitted.mean)[:, 0], np.asarray(fitted.covar)[:, 0, 0]


def noisy_columns():
    """Columns with errors: three that are published, two that are drawn."""
    for name, k in (("namib_n1_k3_free", 3), ("namib_n4_k2_free", 2), ("konstantopoulos_k2", 2)):
        (case,) = (c for c in json.loads(REFERENCE.read_text())["cases"] if c["name"] == name)
        yield name.rsplit("_k", 1)[0], k, np.array(case["data"]["lower"]), np.array(case["data"]["error"])
    for k, n in ((2, 200), (3, 500)):
        rng = np.random.default_rng(k)
        errors = 0.6 * np.exp(0.7 * rng.standard_normal(n))
        x = 3.0 * rng.integers(k, size=n) + rng.standard_normal(n) + errors * rng.standard_normal(n)
        yield f"drawn, n = {n}", k, x, errors


def deconvolution():
    heading(
        f"Values with errors: extreme deconvolution, the best of {STARTS} starts, and how many reach ours"
    )
    columns("the peer")
    missing = set()
    for name, k, x, errors in noisy_columns():

        def ours(x=x, errors=errors, k=k):
            return mix1d.fit(x, k, errors=errors, resolution=0, set_apart=None)

        fitted, spent = ours(), timed(ours, 5).fastest
        for peer, call in (("astroML", by_astroml), ("pygmmis", by_pygmmis)):
            scores, seconds = [], []
            for seed in range(STARTS):
                begin = time.perf_counter()
                try:
                    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
                        warnings.simplefilter("ignore")
                        found = call(x, errors, k, seed)
                except ImportError as error:
                    missing.add(f"{peer} ({error})")
                    break
                seconds.append(time.perf_counter() - begin)
                scores.append(score_errors(x, errors, *found))
            if scores:
                reached = sum(fitted.log_likelihood - s < 0.01 for s in scores)
                what = f"{name}, k = {k}"
                best = max(scores)
                line = f"{peer}, {reached} of {STARTS}"
                compared(what, fitted.log_likelihood, best, spent, float(np.median(seconds)), line)
    for peer in sorted(missing):
        print(f"  skipped: {peer}")


def non_detects():
    heading("Non-detects, one normal of the logs: survival's survreg and NADA's cenmle")
    absent = lacking('"survival", "NADA"')
    if absent:
        print(f"  skipped: not installed: {absent}")
        return
    columns("the peer")
    for found in run_r(SURVIVAL):
        y, hidden = np.array(found["y"]), np.array(found["hidden"]) > 0
        lower = np.where(hidden, -np.inf, y)

        def ours(lower=lower, y=y):
            return mix1d.fit(lower, 1, upper=y, resolution=0, set_apart=None)

        fitted, spent = ours(), timed(ours, 5).fastest
        for peer, seconds in zip(("survreg", "cenmle"), found["seconds"], strict=True):
            one = mix1d.Mixture([1.0], [found[peer][0]], [found[peer][1]])
            theirs = float(np.sum(one.logpdf(y[~hidden])) + np.sum(one.logcdf(y[hidden])))
            compared(found["name"], fitted.log_likelihood, theirs, spent, seconds, peer)


def main():
    np.seterr(divide="ignore")  # the log of an end at 0
    classes()
    deconvolution()
    non_detects()


if __name__ == "__main__":
    main()
