"""The certificate: how much better any mixture, with any number of components, could fit."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from mix1d import _core, showing
from mix1d.arrays import Array, log1
from mix1d.data.arguments import check_positive, check_threads
from mix1d.data.recorded_sample import RecordedSample
from mix1d.data.sample import Sample
from mix1d.diagnostics.recorded_certificate import check_rows, least_error, no_bound
from mix1d.errors import InputError
from mix1d.model.mixture import Mixture
from mix1d.native import Options
from mix1d.outcome.outcome import Outcome
from mix1d.progress import Progress, Watching
from mix1d.words import letter, near

MAX_ITER = 300  # 10 to 40 are usual
UNSETTLED = 1e-3  # nats that are worth a word
WIDEST = 1e12  # the range of the data in sds beyond which doubles cannot place the kernels


@showing.record
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ShortOfMass:
    """Where one further component would help a fit most."""

    value: float
    """Its mean, in the unit of the data; its sd is that of the certificate."""
    gain: float
    """Nats by which the likelihood rises when it is added and the others shrink in proportion."""
    weight: float
    """The weight at which it does."""
    message: str
    """The same in words."""

    to_dict = showing.to_dict
    to_frame = showing.to_frame


@showing.record
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Certificate:
    """What no mixture can do better than a fit."""

    min_sd: float
    """The least sd of the mixtures compared with, in the unit of the data."""
    gain: float
    """Log-likelihood of the best of them minus that of the fit, in nats, as far as it was found."""
    gap: float
    """Nats by which the best of them may exceed `gain`."""
    upper_bound: float
    """gain + gap: no such mixture fits more nats better than the fit."""
    n_atoms: int
    """Components of `npmle`."""
    npmle: Mixture
    """The best mixture found: all its sds are `min_sd`. Under truncation its weights are those inside the
    window."""
    means: Array
    """(m,), a grid from the smallest value to the largest, in the unit of the data."""
    excess: Array
    """(m,), the directional derivative of the fit's log-likelihood, per value of the sample, towards a
    component of sd `min_sd` at each of the means: positive where the fit is short of mass, at least -1."""
    short_of_mass: ShortOfMass | None
    """Where one further component of sd `min_sd` would gain most; None when it would gain nothing."""
    n_iter: int
    """Iterations."""
    message: str
    """The claim in words."""

    to_dict = showing.to_dict
    to_frame = showing.to_frame


def certificate(
    outcome: Outcome, min_sd: float | None = None, *, threads: int | None = None, progress: Watching = None
) -> Certificate:
    """Bound how much better any mixture, with any number of components, could fit.

    Parameters
    ----------
    min_sd : float, optional
        The least sd of the mixtures compared with, in the unit of the data. None: half the smallest sd of a
        component of positive weight, but not below the resolution of the data, where the likelihood of a
        density says little, nor below 1e-12 of their range, where doubles cannot place it. May be 0 where all
        values have errors.
    threads : int, optional
        Most threads to use, None for all processors. The result does not depend on it.
    progress : bool or callable, optional
        As for `mix1d.fit`.

    Returns
    -------
    Certificate
        `.message` is the claim in words, `.upper_bound` its number; `.npmle` the best mixture, `.means` and
        `.excess` the curve that shows where the fit is short of mass.

    Raises
    ------
    InputError
        When `min_sd` is not a positive, finite number, or so small that the doubles between the smallest and
        the largest value cannot resolve it; for other families, rows with windows of their own, labels, a
        background, and fits with constraints; when a value lies at an end of its window.
    KeyboardInterrupt
        On Ctrl-C.

    Notes
    -----
    *How to read it.* The best mixture follows the sample's chance clusters, so the bound is never 0, and it
    grows as `min_sd` falls. For samples of 500 from one normal distribution, fitted with one component, it
    was 0.8 nats (0.1 to 2.4 in nine of ten) with `min_sd` at nine tenths of the fitted sd, and 3.8 (1.8 to
    6.9) at half of it, the default. A bound of that size says that no further component is worth its three
    parameters; a large one that something may be left to find, and `short_of_mass` where.

    *Why sds equal to* `min_sd` *are enough.* N(mu, s^2) with s > s0 is the mixture of the N(u, s0^2) over
    u ~ N(mu, s^2 - s0^2). So every mixture with sds of at least s0 is one, over infinitely many means, of
    normals of sd s0, and the best of all is the nonparametric maximum-likelihood estimate of their means'
    distribution: a concave problem, whose solution has at most m atoms (Lindsay 1983). The directional
    derivative towards a wider component is an average of

        D(u) = sum over i of w_i phi(x_i; u, s0) / f(x_i) - n,

    so that its supremum too is found among the means alone.

    *The bound.* For every density f and every such mixture f', by Jensen's inequality,

        l(f') - l(f) <= n log(1 + sup D / n).

    The constrained Newton method of Wang (2007) takes sup D at `npmle` to about 1e-6, and `gap` is that bound
    over all means: between the points looked at D is bounded by a Taylor polynomial of degree three and
    |He_4(z)| exp(-z^2 / 4) < 3.75. It holds, up to rounding, also where the iterations end early; the message
    then says so.

    *Rows of other kinds.* Probabilities of intervals and densities of values with errors are linear in the
    mixing distribution like densities are, so the same holds of bins, limits, rounded values and errors.
    Inside one window of truncation the weights are those among what is recorded, those of `npmle` too, and
    means may lie anywhere outside. Between the places looked at the bound then comes from the tangents of the
    logarithms of the kernels, which are concave in the mean; it is within
    1e-5 nats, or 1e-7 n up to 4e-4.

    Cost: 1 to 10 ms for 500 values, 0.3 s for 60,000; more where `min_sd` is a small part of the spread:
    0.7 s for 10,000 values at a hundredth of it, 440 atoms. Above 4000 distinct values the iterations begin
    on a compressed sample and end on all of them, and so does the bound. For a column of more than 65,536
    distinct values the claim is about the weighted quadrature nodes that stand for it: at 200,000 values of
    one normal, it was within 1e-6 nats of that about all values.

    References
    ----------
    Lindsay, B. G. (1983). The geometry of mixture likelihoods: a general theory. Annals of Statistics 11,
    86-94. doi:10.1214/aos/1176346059

    Wang, Y. (2007). On fast computation of the non-parametric maximum likelihood estimate of a mixing
    distribution. Journal of the Royal Statistical Society B 69, 185-198.
    doi:10.1111/j.1467-9868.2007.00583.x

    Examples
    --------
    >>> import mix1d
    >>> result = mix1d.fit([4.8, 5.0, 5.1, 5.3, 9.7, 9.9, 10.0, 10.1, 10.2, 10.4], 1)
    >>> print(result.certificate(min_sd=0.2).message)
    No mixture of any number of components with sds of at least 0.2 fits more than 18.2 nats better.
    """
    threads = check_threads(threads)
    watch = Progress(progress, 1.0)
    mixture, sample = outcome.mixture, outcome.sample
    check_rows(outcome)
    blur = least_error(sample) if isinstance(sample, RecordedSample) else 0.0
    real = np.flatnonzero(mixture.weights)
    fitted = mixture.weights[real], mixture.means[real], mixture.sds[real]
    narrowest = float(min(fitted[2].tolist()))
    if sample.constant:
        min_sd = narrowest if min_sd is None else check_positive("min_sd", min_sd)
    elif min_sd is None:
        low, high = float(sample.values[0]), float(sample.values[-1])
        resolved = (0.5 * high - 0.5 * low) * (2.0 / WIDEST)
        least = 0.0 if blur >= resolved and blur > 0.0 else max(resolved, 5e-324)
        min_sd = max(0.5 * narrowest, sample.resolution or 0.0, least)
    else:
        min_sd = _check_min_sd(min_sd, sample, blur)
    n = sample.total_weight
    with watch as report:
        found = _core.certify(
            sample.problem, fitted, min_sd, Options(max_iter=MAX_ITER, threads=threads, progress=report)
        )
    largest = found["largest"]
    if not math.isfinite(largest):
        raise no_bound(outcome)
    gap = min(largest, n * log1(1.0 + largest / n))
    upper_bound = found["gain"] + gap
    atoms = len(found["weights"])
    narrower = [int(j) for j in real if mixture.sds[j] < min_sd]
    return Certificate(
        min_sd=min_sd,
        gain=found["gain"],
        gap=gap,
        upper_bound=upper_bound,
        n_atoms=atoms,
        npmle=Mixture._trusted(found["weights"], found["means"], np.full(atoms, min_sd)),
        means=found["grid"],
        excess=found["excess"],
        short_of_mass=_short_of_mass(found, min_sd, math.hypot(min_sd, blur)),
        n_iter=found["iterations"],
        message=_message(sample, mixture, min_sd, upper_bound, gap, narrower),
    )


def _check_min_sd(min_sd: object, sample: Sample, blur: float) -> float:
    none = blur > 0.0 and isinstance(min_sd, int | float) and min_sd == 0.0
    checked = 0.0 if none else check_positive("min_sd", min_sd)
    low, high = float(sample.values[0]), float(sample.values[-1])
    if 0.5 * high - 0.5 * low > 0.5 * WIDEST * max(checked, blur):
        raise InputError(
            f"min_sd must be at least 1e-12 of the range of the data, {low:.6g} to {high:.6g}, "
            f"got {checked!r}: pass a larger one"
        )
    return checked


def _up(value: float, digits: int) -> str:
    """Write a positive number with so many digits, rounded up, so that what is claimed of it still holds.

    >>> _up(1.2301, 3), _up(6000.0, 3), _up(0.00049999, 2)
    ('1.24', '6000', '0.0005')
    """
    from decimal import ROUND_CEILING, Decimal

    exact = Decimal(repr(value))
    step = Decimal(1).scaleb(exact.adjusted() - digits + 1)
    raised = exact.quantize(step, ROUND_CEILING)
    if -5 <= raised.adjusted() < 7:
        return f"{raised.normalize():f}"
    return f"{raised:.{digits}g}"


def _message(
    sample: Sample, mixture: Mixture, min_sd: float, bound: float, gap: float, narrower: list[int]
) -> str:
    if sample.constant:
        return (
            "All values are the same: the likelihood rises without end as the sd falls, and among mixtures "
            f"with sds of at least {_up(min_sd, 3)} one component there is best."
        )
    which_sds = f"with sds of at least {_up(min_sd, 3)}" if min_sd > 0.0 else "of any sds"
    claim = f"No mixture of any number of components {which_sds} fits "
    claim += f"more than {_up(bound, 3)} nats better." if bound > 0.0 else "better."
    if narrower:
        names = ", ".join(f"{letter(j)} (sd {mixture.sds[j]:.3g})" for j in narrower)
        which = f"component {names} is" if len(narrower) == 1 else f"components {names} are"
        claim += f" The fit itself is none of these: {which} narrower."
    if gap > UNSETTLED:
        claim += (
            f" The best of them was not found to the end; {_up(gap, 2)} nats of this are what may be missing."
        )
    return claim


def _short_of_mass(found: _core.Certified, min_sd: float, seen: float) -> ShortOfMass | None:
    at, gain, weight = found["at"], found["at_gain"], found["at_weight"]
    if not gain > 0.0:
        return None
    message = (
        f"The fit is most short of mass near {near(at, seen, 2)}: a further component of sd {min_sd:.4g} "
        f"there, with weight {weight:.2g}, would fit {gain:.3g} nats better."
    )
    return ShortOfMass(at, gain, weight, message)
