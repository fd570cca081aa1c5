"""The object for mclust, in R itself: what its own functions make of it."""

import functools
import json
import os
import shutil
import subprocess

import numpy as np
import pytest

import mix1d
from cases import column

SCRIPT = """\
suppressMessages(library(mclust))
source("fit.R")
other <- Mclust(faithful$waiting, G = 1, verbose = FALSE)
stopifnot(inherits(fit, "Mclust"), setequal(names(fit), names(other)))
shown <- capture.output(print(summary(fit, parameters = TRUE)), print(fit), print(fit$BIC))
back <- predict(fit)
pdf("plots.pdf")
for (what in c("BIC", "classification", "uncertainty", "density")) plot(fit, what = what)
plot(as.densityMclust(fit), what = "density", data = fit$data[, 1])
invisible(dev.off())
text <- function(x) paste(formatC(as.numeric(x), digits = 17, format = "g"), collapse = ",")
numbers <- function(x) paste0("[", text(x), "]")
new <- predict(fit, newdata = c(50, 66, 90))
cat(paste0('{"classification":', numbers(fit$classification), ',"predicted":', numbers(back$classification),
           ',"z":', numbers(t(fit$z)), ',"back":', numbers(t(back$z)),
           ',"uncertainty":', numbers(fit$uncertainty),
           ',"loglik":', numbers(sum(dens(fit$data, modelName = fit$modelName, parameters = fit$parameters,
                                          logarithm = TRUE))),
           ',"own":', numbers(c(fit$loglik, fit$df, fit$bic, fit$icl, icl(fit), BIC(fit))),
           ',"new":', numbers(new$classification), ',"shown":', length(shown), ',"table":',
           gsub("NA", "null", numbers(fit$BIC)), "}\\n"))
"""


@functools.cache
def why_not():
    if shutil.which("Rscript") is None:
        return "no Rscript: install R"
    found = subprocess.run(["Rscript", "-e", "library(mclust)"], capture_output=True, text=True, check=False)
    return "" if found.returncode == 0 else "R has no package mclust: install.packages('mclust')"


def in_r(result, folder):
    if why_not():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(why_not())
    (folder / "fit.R").write_text(result.export("r"), encoding="utf-8")
    (folder / "use.R").write_text(SCRIPT, encoding="utf-8")
    found = subprocess.run(
        ["Rscript", "--vanilla", "use.R"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stderr
    assert (folder / "plots.pdf").stat().st_size > 4000
    return json.loads(found.stdout)


@pytest.mark.parametrize(
    ("name", "numbers", "sds"),
    [
        ("faithful_waiting", range(1, 5), "auto"),
        ("faithful_waiting", 2, "free"),
        ("faithful_waiting", 1, "free"),
        ("galaxies", [1, 3, 4], "equal"),
        ("precip", 4, "free"),  # one component has no values
        ("geyser_duration", [3, 4], "free"),  # a row that is no maximum
    ],
)
def test_mclust_takes_it_for_its_own(tmp_path, name, numbers, sds):
    x = column(name)
    result = mix1d.fit(x, numbers, sds=sds, set_apart=None, name='a */ "b" \\ c\n')
    found = in_r(result, tmp_path)
    real = result.mixture.weights > 0.0
    assert (
        np.flatnonzero(real)[np.array(found["classification"], int) - 1].tolist() == result.predict().tolist()
    )
    assert found["predicted"] == found["classification"]
    z = result.responsibilities()[:, real]
    np.testing.assert_allclose(np.reshape(found["z"], z.shape), z, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(found["back"], found["z"], rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(found["uncertainty"], 1.0 - z.max(axis=1), atol=1e-12)
    log_likelihood, df, bic, own_icl, icl, with_sign = found["own"]
    assert found["loglik"] == [pytest.approx(result.log_likelihood, rel=1e-10)]
    assert log_likelihood == result.log_likelihood
    if real.all():
        assert (df, bic) == (result.n_parameters, -result.bic)
    assert bic == pytest.approx(2.0 * log_likelihood - df * np.log(len(x)), rel=1e-12)
    assert with_sign == pytest.approx(-bic, rel=1e-12)
    assert icl == pytest.approx(own_icl, rel=1e-12)
    assert found["shown"] > 10
    expected = mix1d.Mixture(
        result.mixture.weights[real], result.mixture.means[real], result.mixture.sds[real]
    )
    assert (np.array(found["new"]) - 1).tolist() == expected.predict([50.0, 66.0, 90.0]).tolist()
    known = sorted(value for value in found["table"] if value is not None)
    assert set(known) >= {-row.bic for row in result.selection if row.eligible}


def test_a_long_column_says_how_to_give_the_rows(tmp_path):
    x = np.random.default_rng(0).normal(size=70_000)
    result = mix1d.fit(x, 2)
    assert "matrix(c(), ncol = 1)" not in result.export("r")
    assert "# The rows are not kept: read them into `x` before this is run." in result.export("r")
    assert "data <- matrix(x, ncol = 1)" in result.export("r")
