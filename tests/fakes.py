"""Outcomes made by hand, which have answered already, to test how results are shown."""

import math
from types import SimpleNamespace

import numpy as np

from mix1d.display.bottom_line import Answer
from mix1d.model.mixture import Mixture

NAN = math.nan


def parameters(weights, means, sds):
    return SimpleNamespace(weights=np.array(weights), means=np.array(means), sds=np.array(sds))


def normals(weights, means, sds):
    return Mixture._trusted(np.array(weights, float), np.array(means, float), np.array(sds, float))


def row(k, bic, *, sds="free", log_likelihood=-1034.0, chosen=False, regularized=False, converged=True):
    n_parameters = 3 * k - 1 if sds == "free" else 2 * k
    return SimpleNamespace(
        n_components=k,
        sds=sds,
        log_likelihood=log_likelihood,
        n_parameters=n_parameters,
        aic=2.0 * n_parameters - 2.0 * log_likelihood,
        bic=bic,
        icl=bic + 7.5,
        converged=converged,
        regularized=regularized,
        eligible=converged and not regularized,
        chosen=chosen,
        family="normal",
        background=False,
        evidence_weight=0.25,
        mixture=normals([1.0 / k] * k, list(range(k)), [1.0] * k),
    )


def waiting(**changes):
    """The fit of two components to the Old Faithful waiting times."""
    mixture = normals([0.3608868, 0.6391132], [54.61486, 80.09107], [5.871244, 5.867717])
    errors = parameters([0.031165, 0.031165], [0.69967, 0.50460], [0.53731, 0.40096])
    result = {
        "name": "waiting",
        "mixture": mixture,
        "background_weight": None,
        "log_likelihood": -1034.002149,
        "n_obs": 272,
        "total_weight": 272.0,
        "n_parameters": 5,
        "aic": 2078.0043,
        "bic": 2096.0333,
        "icl": 2103.5212,
        "criterion": "bic",
        "maximum": SimpleNamespace(held=(), determined=True),
        "asked": SimpleNamespace(n_components=(2,)),
        "objective": "stable",
        "converged": True,
        "stop_reason": "decrement",
        "n_iter": 12,
        "newton_decrement": 3.1e-25,
        "regularized": False,
        "findings": (),
        "selection": (row(2, 2096.0333, log_likelihood=-1034.002149, chosen=True),),
        "optima": (SimpleNamespace(mixture=mixture, penalised=-1040.0),),
        "standard_errors": errors,
        "thresholds": (
            SimpleNamespace(
                value=66.6123,
                lower=64.487,
                upper=68.571,
                reached_lower=NAN,
                reached_upper=NAN,
                below=0,
                above=1,
                kind="crossing",
            ),
        ),
        "confidence_interval": SimpleNamespace(
            lower=parameters([0.301199, 0.576895], [53.276107, 79.046468], [4.940419, 5.167108]),
            upper=parameters([0.423105, 0.698801], [56.080320, 81.052790], [7.112578, 6.764654]),
            reached_lower=parameters([NAN] * 2, [NAN] * 2, [NAN] * 2),
            reached_upper=parameters([NAN] * 2, [NAN] * 2, [NAN] * 2),
            level=0.95,
            background_weight=None,
        ),
        "overlap": SimpleNamespace(
            error_rate=SimpleNamespace(
                value=0.014306, lower=0.007539, upper=0.026144, reached_lower=NAN, reached_upper=NAN
            )
        ),
        "evidence": SimpleNamespace(
            order="EM-test: at least 2 components (p < .001), 3 not supported (p = .29).",
            goodness="The model fits: Anderson-Darling p = .58, parameters estimated.",
            anderson_darling=0.58,
            tests=(),
        ),
        "answer": Answer("2 groups, settled. Normal; a third is not supported (BIC +12).", 2, True),
    }
    return answered(**{**result, **changes})


def answered(standard_errors, thresholds, confidence_interval, overlap, answer, **values):
    """Put the answers where the questions look for them first."""
    memory = {name: values[name] for name in ("maximum", "findings", "evidence")} | {
        "bottom line": answer,
        ("thresholds", 0.95, "profile"): thresholds,
        ("parameters", 0.95, "profile"): confidence_interval,
        ("overlap", 0.95, "profile"): overlap,
    }
    errors = (standard_errors.weights, standard_errors.means, standard_errors.sds)
    memory["covariance", "observed"] = np.diag(np.concatenate(errors) ** 2)
    mixture = values["mixture"]
    values["maximum"].mixture = mixture.weights, mixture.means, mixture.sds
    values["maximum"].families = None
    fitted = {"mixture": (mixture.weights, mixture.means, mixture.sds), "collapsed": -1}
    sample = SimpleNamespace(total_weight=values["total_weight"])
    return SimpleNamespace(**values, fitted=fitted, sample=sample, memory=memory)


def compared(**changes):
    """The same, chosen among one to four components, with a rival optimum and findings."""
    base = waiting()
    rival = normals([0.3, 0.7], [52.25, 79.0], [4.0, 7.0])
    selection = (
        row(1, 2195.12, log_likelihood=-1091.9),
        row(2, 2096.03, log_likelihood=-1034.002149, chosen=True),
        row(3, 2097.4, log_likelihood=-1026.5),
        row(4, 2112.9, log_likelihood=-1022.9, regularized=True),
    )
    optima = (*base.optima, SimpleNamespace(mixture=rival, penalised=-1041.25))
    findings = (
        SimpleNamespace(code="missing", message="3 missing values were dropped.", component=None, value=3),
        SimpleNamespace(
            code="resolution",
            message="The values are rounded to multiples of 1, which is not small against the narrowest sd; "
            "no component is taken to be narrower than that rounding allows.",
            component=None,
            value=1.0,
        ),
    )
    asked = SimpleNamespace(n_components=None)
    return waiting(
        **{"asked": asked, "selection": selection, "optima": optima, "findings": findings, **changes}
    )
