"""Log-likelihoods on real columns: mix1d's defaults against those of its peers.

scikit-learn with its defaults; mclust (model "V", its own start) and mixtools (normalmixEM, seed 1) where R
has them. Every peer's parameters are scored here, by the same function, so that "log-likelihood" means one
thing. Ours are objective="stable" (the default) and "highest". Penalty-free, natural logarithms, raw units.
"""

import argparse
import json
import shutil
import subprocess
import tempfile
import warnings
from pathlib import Path

import numpy as np

import mix1d

DATA = Path(__file__).parent.parent / "tests" / "data"
COLUMNS = (
    "faithful_eruptions",
    "faithful_waiting",
    "galaxies",
    "acidity",
    "iris_petal_length",
    "wine_proline",
    "wdbc_mean_radius",
    "precip",
    "quakes_depth",
)
PEERS = """
suppressMessages({{library(mclust); library(mixtools)}})
show <- function(peer, k, w, m, s)
  cat(sprintf('{{"peer":"%s","k":%d,"weights":[%s],"means":[%s],"sds":[%s]}}\\n', peer, k,
    paste(sprintf("%.17g", w), collapse = ","), paste(sprintf("%.17g", m), collapse = ","),
    paste(sprintf("%.17g", s), collapse = ",")))
x <- scan("{path}", skip = 1, quiet = TRUE)
for (k in c({sizes})) {{
  fit <- try(Mclust(x, G = k, modelNames = "V", verbose = FALSE), silent = TRUE)
  if (!is.null(fit) && !inherits(fit, "try-error"))
    show("mclust", k, fit$parameters$pro, fit$parameters$mean, sqrt(fit$parameters$variance$sigmasq))
  set.seed(1)
  invisible(capture.output(fit <- try(normalmixEM(x, k = k), silent = TRUE)))
  if (!inherits(fit, "try-error")) show("mixtools", k, fit$lambda, fit$mu, fit$sigma)
}}
"""


def score(x, weights, means, sds):
    weights, means, sds = (np.asarray(a, float) for a in (weights, means, sds))
    used = weights > 0
    z = (x[:, None] - means[used]) / sds[used]
    parts = np.log(weights[used] / (sds[used] * np.sqrt(2 * np.pi))) - 0.5 * z * z
    top = parts.max(axis=1)
    return float(np.sum(top + np.log(np.exp(parts - top[:, None]).sum(axis=1))))


def sklearn_default(x, k):
    from sklearn.mixture import GaussianMixture

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = GaussianMixture(k, random_state=0).fit(x[:, None])
    return score(x, fitted.weights_, fitted.means_[:, 0], np.sqrt(fitted.covariances_[:, 0, 0]))


def r_peers(name, x, sizes):
    """Scores of the R packages: {(peer, k): log-likelihood}; empty without R."""
    if not shutil.which("Rscript"):
        return {}
    code = PEERS.format(path=DATA / f"{name}.csv", sizes=",".join(map(str, sizes)))
    with tempfile.NamedTemporaryFile("w", suffix=".R") as file:
        file.write(code)
        file.flush()
        out = subprocess.run(["Rscript", file.name], capture_output=True, text=True, check=True).stdout
    found = [json.loads(line) for line in out.splitlines() if line.startswith("{")]
    return {(f["peer"], f["k"]): score(x, f["weights"], f["means"], f["sds"]) for f in found}


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[2, 3, 4])
    options = parser.parse_args()
    names = ("mix1d", "highest", "scikit-learn", "mclust", "mixtools")
    print("\nLog-likelihood of default fits on real columns; in brackets, nats below mix1d's default")
    print(f"  {'column':20}{'k':>2}  " + "".join(f"{name:>22}" for name in names))
    behind = {name: [] for name in names[2:]}
    for name in COLUMNS:
        x = np.loadtxt(DATA / f"{name}.csv", skiprows=1)
        peers = r_peers(name, x, options.sizes)
        for k in options.sizes:
            ours = mix1d.fit(x, k)
            m = ours.mixture
            row = [score(x, m.weights, m.means, m.sds), mix1d.fit(x, k, objective="highest").log_likelihood]
            row += [sklearn_default(x, k), peers.get(("mclust", k)), peers.get(("mixtools", k))]
            line = f"  {name:20}{k:2}  {row[0]:21.4f}{'*' if ours.regularized else ' '}"
            for peer, value in zip(names[1:], row[1:], strict=True):
                line += f"{'-':>22}" if value is None else f"{value:13.4f} ({row[0] - value:+6.2f})"
                if peer in behind and value is not None:
                    behind[peer].append(row[0] - value)
            print(line, flush=True)
    print("  * regularized: a component is held up by the penalty only")
    for peer, gaps in behind.items():
        if gaps:
            gaps = np.array(gaps)
            print(
                f"  {peer}: more than 0.01 nats below mix1d in {np.sum(gaps > 0.01)} of {len(gaps)} fits "
                f"(largest {gaps.max():.1f}), above it in {np.sum(gaps < -0.01)}"
            )


if __name__ == "__main__":
    main()
