"""What newcomers type, by the names of other packages, and what it is called here."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import ParamSpec, TypeVar

from mix1d.errors import ArgumentNameError, AttributeNameError
from mix1d.words import listed

P = ParamSpec("P")
R = TypeVar("R")

_HOW_MANY = "n_components", ", as in {verb}(x, 3)"
_EQUAL = "sds", ': sds="equal" is one for all components, "free" one for each'
_ROWS = "sample_weight", ", a weight for each row"
_ERRORS = "errors", ", the standard deviation of the error of each value"
_SEED = "rng", ", a seed or a Generator"
_SHAPE = "family", ', as in family="gamma"'
_WINDOW = "truncation", ": truncation=(low, high), outside which nothing was recorded"
_LIMITS = (
    "upper",
    ": data are lower ends, -inf below a limit, and upper= the upper ends; cells such as "
    '"<0.5" are limits too',
)
# By what they are called elsewhere: the argument that is meant, if the function has it, and how it is used.
_ARGUMENTS: dict[str, tuple[str, str]] = {
    **dict.fromkeys(("k", "K", "G", "n", "n_clusters", "n_classes", "num_classes", "clusters"), _HOW_MANY),
    **dict.fromkeys(
        ("components", "ncomp", "n_groups", "groups", "n_modes", "n_comp", "num_components"), _HOW_MANY
    ),
    **dict.fromkeys(("covariance_type", "equal_var", "equal_sds", "tied", "modelNames", "sd"), _EQUAL),
    **dict.fromkeys(("sample_weights", "w", "weight", "freq", "frequencies", "row_weights"), _ROWS),
    **dict.fromkeys(("error", "sigma", "yerr", "std_err", "uncertainties", "measurement_errors"), _ERRORS),
    **dict.fromkeys(("random_state", "seed", "rng", "random_seed"), _SEED),
    **dict.fromkeys(("distribution", "dist", "distributions", "families"), _SHAPE),
    **dict.fromkeys(("bounds", "truncated", "window"), _WINDOW),
    **dict.fromkeys(("censored", "censoring", "nondetect", "lod", "limits"), _LIMITS),
    **dict.fromkeys(("max_iterations", "maxit", "maxiter", "iterations", "n_iter"), ("max_iter", "")),
    **dict.fromkeys(("eps", "epsilon", "reg_covar"), ("tol", ", in nats")),
    **dict.fromkeys(("n_jobs", "n_threads", "num_threads"), ("threads", "")),
    "verbose": ("progress", ": progress=True shows a bar; print(result) says everything"),
    **dict.fromkeys(("nan_policy", "dropna", "skipna", "na_rm"), ("missing", ': missing="drop"')),
    **dict.fromkeys(("ic", "score", "information_criterion"), ("criterion", ': "bic", "aic" or "icl"')),
    **dict.fromkeys(
        ("means_init", "init", "initial", "weights_init", "init_params", "p0"), ("start", ", a Mixture")
    ),
    "mu": ("means", ""),
    "B": ("replicates", ""),
    "n_boot": ("replicates", ""),
}
_NEEDLESS = {
    **dict.fromkeys(("random_state", "seed", "rng", "random_seed"), "there is nothing random in it"),
    **dict.fromkeys(
        ("n_init", "warm_start", "nstart", "n_starts"), "it searches for the best optimum by itself"
    ),
    **dict.fromkeys(("column", "col"), 'pass the column itself, as in {verb}(table["dose"])'),
    **dict.fromkeys(("bins", "nbins"), "pass a histogram as data, as in {verb}((counts, edges))"),
}

_SAYS = "print(result) says everything in words"
_POSTERIOR = "result.responsibilities(x) has the probability of each component"
_LABELS = "result.predict() has the component of each row, result.predict(x) those of other values"
_TABLE = "result.weights, result.means and result.sds are the estimates, result.to_frame() a table of them"
_INTERVALS = "result.confidence_interval() has them"
_DENSITY = "result.mixture.pdf(x), .cdf(x), .logpdf(x) and .sample(n) are those of the fitted distribution"
RESULT: dict[str, str] = {
    **dict.fromkeys(("params", "parameters", "coef", "coef_", "params_", "theta", "estimates", "x"), _TABLE),
    **dict.fromkeys(("means_", "mu", "mean", "mean_", "loc", "centers", "cluster_centers_"), "result.means"),
    **dict.fromkeys(
        ("sd", "sigma", "stds", "std", "scale", "covariances_", "variances", "precisions_"), "result.sds"
    ),
    **dict.fromkeys(("weights_", "pi", "lambda_", "pro", "proportions", "priors"), "result.weights"),
    **dict.fromkeys(
        ("labels_", "labels", "classification", "clusters", "fit_predict", "assignments"), _LABELS
    ),
    **dict.fromkeys(("predict_proba", "posterior", "posteriors", "z", "resp", "proba"), _POSTERIOR),
    **dict.fromkeys(("bic_", "BIC"), "result.bic"),
    **dict.fromkeys(("aic_", "AIC"), "result.aic"),
    **dict.fromkeys(("icl_", "ICL"), "result.icl"),
    **dict.fromkeys(
        ("loglik", "logLik", "llf", "log_likelihood_", "lower_bound_", "ll"), "result.log_likelihood"
    ),
    **dict.fromkeys(("nobs", "n", "n_samples", "size"), "result.n_obs"),
    **dict.fromkeys(
        ("score", "score_samples"),
        "result.log_likelihood is that of the data, result.mixture.logpdf(x) that of other values",
    ),
    **dict.fromkeys(("n_components", "k", "n_components_", "G", "K", "n_clusters"), "len(result.weights)"),
    **dict.fromkeys(("bse", "se", "std_errors", "stderr", "standard_error"), "result.standard_errors()"),
    **dict.fromkeys(("conf_int", "ci", "confint", "intervals", "confidence_intervals"), _INTERVALS),
    **dict.fromkeys(("cov_params", "cov", "pcov", "covariance_"), "result.covariance()"),
    **dict.fromkeys(("summary2", "summary_frame", "describe", "summarize", "info", "print"), _SAYS),
    **dict.fromkeys(("pdf", "cdf", "ppf", "logpdf", "density", "rvs", "sf", "icdf"), _DENSITY),
    **dict.fromkeys(("components", "distributions"), "result.mixture.components"),
    **dict.fromkeys(("cutoffs", "threshold", "boundaries", "cut", "cutpoint"), "result.thresholds()"),
    **dict.fromkeys(("warnings", "messages", "notes"), "result.findings"),
    **dict.fromkeys(("converged_", "success"), "result.converged"),
    **dict.fromkeys(("n_iter_", "nit"), "result.n_iter"),
    **dict.fromkeys(
        ("save", "dump", "to_file"), 'result.to_json("fit.json"), and mix1d.load("fit.json") reads it'
    ),
    **dict.fromkeys(("to_df", "to_pandas", "to_dataframe", "dataframe", "frame"), "result.to_frame()"),
    **dict.fromkeys(("savefig", "show", "hist", "plot_density"), "result.plot()"),
    **dict.fromkeys(("to_html", "html", "save_html"), 'result.report("fit.html")'),
    **dict.fromkeys(("fit", "refit"), "mix1d.fit(x) makes another result"),
}


def hinting(function: Callable[P, R]) -> Callable[P, R]:
    """Let a function say which of its arguments is meant by a name that it has not.

    What is public keeps its signature. A good call costs a tenth of a microsecond more.

    >>> @hinting
    ... def fit(data, n_components=None, *, family="normal"): return n_components
    >>> fit([1.0], n_components=2)
    2
    >>> fit([1.0], k=3)
    Traceback (most recent call last):
    mix1d.errors.ArgumentNameError: fit() takes n_components, not k, as in fit(x, 3)
    """
    known = frozenset(inspect.signature(function).parameters)

    @functools.wraps(function)
    def door(*args: P.args, **kwargs: P.kwargs) -> R:
        if not kwargs.keys() <= known:
            raise ArgumentNameError(
                _unknown(function.__name__, next(n for n in kwargs if n not in known), known)
            )
        return function(*args, **kwargs)

    return door


def _unknown(verb: str, name: str, known: frozenset[str]) -> str:
    """Say what is meant by an argument that there is not.

    >>> _unknown("fit", "random_state", frozenset({"data"}))
    'fit() has no argument random_state, and needs none: there is nothing random in it'
    >>> _unknown("fit", "familly", frozenset({"data", "family"}))
    'fit() has no argument familly: did you mean family?'
    >>> _unknown("fit", "colour", frozenset({"data", "family"}))
    'fit() has no argument colour: help(mix1d.fit) explains those it has'
    """
    right, how = _ARGUMENTS.get(name, ("", ""))
    if right in known:
        return f"{verb}() takes {right}, not {name}{how.format(verb=verb)}"
    if name in _NEEDLESS:
        return f"{verb}() has no argument {name}, and needs none: {_NEEDLESS[name].format(verb=verb)}"
    near = _near(name.lower(), sorted(known))
    if near:
        return f"{verb}() has no argument {name}: did you mean {listed(near, 'or')}?"
    return f"{verb}() has no argument {name}: help(mix1d.{verb}) explains those it has"


def missing_attribute(
    thing: object, name: str, hints: Mapping[str, str], known: Sequence[str]
) -> AttributeError:
    """Return the error of a name that a thing has not, with what is meant by it.

    >>> import mix1d
    >>> missing_attribute(mix1d, "means_", RESULT, ["means"]).args[0]
    'module has no means_: result.means'
    >>> missing_attribute(mix1d, "mens", RESULT, ["means"]).args[0]
    'module has no mens: did you mean means?'
    """
    whole = f"{type(thing).__name__} has no {name}"
    if name in hints:
        return AttributeNameError(f"{whole}: {hints[name]}", name=name, obj=thing)
    near = [] if name.startswith("_") else _near(name, known)
    also = f": did you mean {listed(near, 'or')}?" if near else ""
    return AttributeNameError(whole + also, name=name, obj=thing)


def _near(name: str, known: Sequence[str]) -> list[str]:
    from difflib import get_close_matches

    return get_close_matches(name, known, n=2, cutoff=0.7)
