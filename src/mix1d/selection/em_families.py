"""Which EM-test a family has: the one of normals on logarithms, that of one parameter, or none."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from mix1d import _core
from mix1d.data.sample import Sample, read_sample
from mix1d.errors import InputError
from mix1d.model.component import Component
from mix1d.model.families import family_of
from mix1d.model.mixture import Mixture
from mix1d.selection.em_one_parameter import em_test_of_one_parameter
from mix1d.selection.em_order import COARSEST, em_test, refuse_recorded
from mix1d.selection.record import OrderTest


def em_test_of_family(sample: Sample, n_components: int, family: str, sds: str) -> OrderTest:
    """Return the EM-test of components of a family, or refuse it where its law is not known.

    The limiting law of `em_order` is special to the normal family, and on logarithms to the lognormal: for
    others of location and scale there is no simple one (Chen, Li and Liu 2020).

    References
    ----------
    Chen, J., Li, P. and Liu, Y. (2020). Sample-size calculation and order of a mixture of location-scale
    distributions. Canadian Journal of Statistics. doi:10.1002/cjs.11557

    Examples
    --------
    >>> sample = read_sample([1.0, 1.1, 1.2, 1.3, 7.0, 7.5, 8.0, 8.5, 9.0, 9.5])
    >>> em_test_of_family(sample, 1, "lognormal", "free").message
    '2 components fit significantly better than 1 (p = .003)'
    """
    if family == "normal":
        return em_test(sample, n_components, sds=sds)  # type: ignore[arg-type]  # checked before
    if family == "lognormal":
        return _of_logarithms(sample, n_components, sds)
    if family in ("poisson", "exponential"):
        return em_test_of_one_parameter(sample, n_components, family)
    raise InputError(
        f"method must be 'bootstrap' for the family {family!r}, got 'em': the law of the EM-test is known "
        "for normal, lognormal, Poisson and exponential components only"
    )


def _of_logarithms(sample: Sample, k: int, sds: str) -> OrderTest:
    refuse_recorded(sample)
    logs = read_sample(_core.log(sample.values), sample.weights)
    assert isinstance(logs, Sample)
    test = em_test(logs, k, sds=sds)  # type: ignore[arg-type]
    _check_rounding(sample, test.null)
    return replace(test, null=_raised(test.null), alternative=_raised(test.alternative))


def _check_rounding(sample: Sample, null: Mixture) -> None:
    """Refuse values rounded to much of the narrowest sd, at the lower end of its component."""
    if sample.resolution is None:
        return
    kept = null.weights > 0.0
    low = _core.exp(np.ascontiguousarray(null.means[kept] - null.sds[kept]))
    narrowest = float((low * null.sds[kept]).min())
    if sample.resolution > COARSEST * narrowest:
        raise InputError(
            f"the EM-test takes ties for components: values rounded to multiples of {sample.resolution:.6g} "
            f"are too coarse for it, more than half of the narrowest sd ({narrowest:.3g}, low in its "
            "component); "
            "take method='bootstrap', whose replicates are rounded alike"
        )


def _raised(normals: Mixture) -> Mixture:
    """Return the lognormal mixture of which the logarithms are normal, by rising mean."""
    pairs = zip(normals.means.tolist(), normals.sds.tolist(), strict=True)
    found = [Component(family_of("lognormal").name, meanlog=mean, sdlog=sd) for mean, sd in pairs]
    order = sorted(range(len(found)), key=lambda j: (found[j].mean, found[j].sd))
    # a mean beyond doubles is last
    assert not any(math.isnan(one.mean) for one in found)
    return Mixture(normals.weights[order], components=[found[j] for j in order])
