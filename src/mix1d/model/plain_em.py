"""Plain EM, one step at a time: for watching and teaching. `mix1d.fit` is the tool for answers."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from mix1d import showing
from mix1d.arrays import Array
from mix1d.data.arguments import check_choice, check_count, check_n_components, check_positive, check_rng
from mix1d.data.forms import says_more
from mix1d.data.labels import components_of
from mix1d.data.observations import Observations
from mix1d.data.recorded_sample import RecordedSample, recorded_sample
from mix1d.data.sample import LargeSample, Sample, read_sample
from mix1d.data.subsets import sample_of
from mix1d.errors import InputError, shown
from mix1d.hints import hinting
from mix1d.model.choice import read_family
from mix1d.model.mixture import Mixture
from mix1d.model.plain_em_families import FamilySample, family_sample
from mix1d.model.plain_em_rows import RowsSample, rows_of
from mix1d.model.plain_em_values import Scaled, spaced

if TYPE_CHECKING:
    from mix1d.display.playing import Playing


@showing.record
@dataclass(frozen=True, slots=True, repr=False)
class EMStep:
    """One iteration of plain EM.

    Attributes
    ----------
    iteration : int
        0 for the start, then 1, 2, ...
    mixture : Mixture
        The mixture after this many iterations, components in the order of the start.
    log_likelihood : float
        Total log-likelihood (natural logarithm) of this very mixture.
    """

    iteration: int
    mixture: Mixture
    log_likelihood: float

    to_dict = showing.to_dict
    to_frame = showing.to_frame


class Way(NamedTuple):
    """How EM goes on with one kind of rows and one family."""

    step: Callable[[Mixture], tuple[Mixture, float]]
    """The next mixture, and the log-likelihood before it."""
    shares: Callable[[Mixture], Array]
    """(n, k), to what part each row belongs to each component."""
    start: Callable[[Array], Mixture]
    """A start with these means: equal weights, every sd the data's divided by their number."""


@showing.record
class EM(Iterator[EMStep]):
    """Plain EM that is ready to run: an iterable of its steps, made by `mix1d.em`.

    ``for step in steps`` runs it from the start, as often as wanted; ``next(steps)`` takes one step after the
    other. A notebook shows a table of the steps and plays them.

    Attributes
    ----------
    sample : Sample or LargeSample
        The values, pooled.
    first : Mixture
        The start.
    start : str
        ``"linspace"``, ``"random"`` or ``"given"``.
    family, sds : str
        Of all components.
    max_iter, tol : int, float or None
        When it ends.
    """

    def __init__(
        self,
        sample: Sample | LargeSample,
        first: Mixture,
        way: Way,
        *,
        start: str,
        family: str,
        sds: str,
        max_iter: int,
        tol: float | None,
    ) -> None:
        self.sample, self.first, self.way = sample, first, way
        self.start, self.family, self.sds, self.max_iter, self.tol = start, family, sds, max_iter, tol
        self._going: Iterator[EMStep] | None = None

    def __iter__(self) -> Iterator[EMStep]:
        return _iterate(self.way.step, self.first, self.max_iter, self.tol)

    def __next__(self) -> EMStep:
        if self._going is None:
            self._going = iter(self)
        return next(self._going)

    def started(self, first: Mixture, *, max_iter: int, tol: float | None) -> EM:
        """Return plain EM of the same values from another start."""
        same = {"family": self.family, "sds": self.sds}
        return EM(self.sample, first, self.way, start="given", max_iter=max_iter, tol=tol, **same)

    def play(self) -> Playing:
        """Return the playback: a notebook shows it, and `save` writes it as a page.

        Examples
        --------
        >>> import mix1d
        >>> mix1d.em([1, 2, 2, 3, 8, 9, 9, 10], 2).play()
        <Playing of plain EM: a notebook shows it, save("em.html") writes a page>
        """
        from mix1d.display.playing import played

        return played(self)

    to_dict = showing.to_dict
    to_frame = showing.to_frame

    def __repr__(self) -> str:
        k = len(self.first.weights)
        which = "" if self.family == "normal" else f"{self.family} "
        until = "" if self.tol is None else f", or until one gains less than {self.tol:g}"
        return (
            f"<EM: {k} {which}component{'s' * (k > 1)}, at most {self.max_iter} iterations{until}; "
            "iterate over it, or play() it>"
        )

    def _repr_html_(self) -> str:
        from mix1d.display.em_table import em_html

        return em_html(self)


@hinting
def em(
    data: Any,
    n_components: int,
    *,
    start: str | Mixture = "linspace",
    family: str = "normal",
    max_iter: int = 1000,
    tol: float | None = None,
    sds: str = "free",
    sample_weight: Any = None,
    rng: int | np.random.Generator | None = None,
) -> EM:
    """Run plain EM on a mixture and yield every step, the start first.

    Arguments are checked at the call; the iterations run as the steps are asked for, and again each time that
    what is returned is iterated over. In a notebook it shows a table of the steps, and plays them.

    Parameters
    ----------
    data : array_like
        The values, in any form that `fit` accepts, shape (n,) or (n, 1); or bins, or an `Observations` with
        limits, rounding, errors or labels, for normal components: the E-step then takes the expected share,
        mean and square of each row, given what is known of it.
    n_components : int
        Number of components k, from 1 to the number of distinct values.
    start : {"linspace", "random"} or Mixture
        "linspace": means evenly spaced from the smallest to the largest value (the middle of the range for
        k = 1), every sd the data's sd divided by k, equal weights. "random": the same means, but sds drawn
        evenly from 0.1 to 1 times the data's sd and weights drawn evenly from (0, 1] and divided by their
        sum. A `Mixture` of k components is taken as it is, in its own order (sds below the floor are raised).
        Of other families no component starts wider than its mean.
    family : {"normal", "lognormal", "gamma", "weibull", "inverse_gaussian", "exponential", "poisson"}
        Of all components. Others have no M-step of their own: `mix1d.fit` fits them.
    max_iter : int
        Number of iterations; steps 0 to max_iter are yielded.
    tol : float, optional
        Stop after the first step that raises the total log-likelihood by less than this. None: never.
    sds : {"free", "equal"}
        One sd for each component, or one for all: then the M-step takes s^2 = sum of p_k s_k^2. Only
        ``"free"`` for other families than the normal.
    sample_weight : array_like, optional
        One weight of at least 0 a value.
    rng : int or numpy.random.Generator, optional
        Used by start="random" only; None stands for a fixed seed.

    Returns
    -------
    EM
        An iterator over `EMStep`: `iteration`, `mixture` and `log_likelihood`, which is that of the step's
        own mixture. It can be iterated over as often as wanted; `play()` returns the playback.

    Raises
    ------
    InputError
        For data or arguments that cannot be used; the message says which and why.

    Notes
    -----
    With x_i the values, w_i their weights (n = sum of w_i) and phi the normal density, an iteration takes
    weights p_k, means m_k and sds s_k to new ones in two moves.

    E-step: how much of each value belongs to each component,

        r_ik = p_k phi(x_i; m_k, s_k) / f(x_i),    f(x_i) = sum over j of p_j phi(x_i; m_j, s_j)

    and, from the same densities, the log-likelihood sum of w_i log f(x_i).

    M-step: the share, mean and sd of what belongs to each component,

        n_k = sum of w_i r_ik
        p_k = n_k / n
        m_k = sum of w_i r_ik x_i / n_k
        s_k = square root of (sum of w_i r_ik (x_i - m_k)^2 / n_k)

    Other families have other M-steps, of the same shares: the mean of log x and its sd (lognormal), the mean
    alone (exponential, Poisson), the means of x and of 1 / x (inverse Gaussian), and one equation for the
    shape, solved by Newton's method, beside a mean (gamma, Weibull).

    No iteration lowers the log-likelihood (Dempster, Laird & Rubin 1977). That is all EM promises: it ends
    in whatever optimum the start leads to, the last digits may take thousands of iterations, and a small
    last step does not mean that the maximum is near. `fit` answers all three.

    The likelihood grows without bound when a component shrinks onto one value. So that a collapse can be
    watched to its end, no sd falls below a floor: resolution / sqrt(12) where the data lie on a lattice
    (say, whole numbers), else 1e-6 times their sd, and never below the spacing of doubles there. At the
    floor, the floor is the best sd allowed, so the log-likelihood still never falls. A component that loses
    all its values stays, finite, at a weight of nothing or next to it.

    This is the textbook loop with its usual faults mended: weights of a random start are positive and sum to
    one, sds follow the scale of the data, the log-likelihood of every step is kept, and there is a stopping
    rule for those who want one.

    Values that occur several times are pooled first. An iteration costs one pass over the distinct values:
    a few nanoseconds a value and component.

    References
    ----------
    Dempster, A. P., Laird, N. M. and Rubin, D. B. (1977). Maximum likelihood from incomplete data via the
    EM algorithm. Journal of the Royal Statistical Society B 39, 1-38. doi:10.1111/j.2517-6161.1977.tb01600.x

    Examples
    --------
    >>> import mix1d
    >>> for step in mix1d.em([1, 2, 2, 3, 8, 9, 9, 10], 2, max_iter=2):
    ...     print(step.iteration, step.mixture.means.round(4), round(step.log_likelihood, 4))
    0 [ 1. 10.] -19.4141
    1 [2.0013 8.9987] -14.1247
    2 [2. 9.] -14.1241
    """
    sample = _read(data, sample_weight)
    choice = read_family(family)
    if choice.kind != "one":
        raise InputError(f"family must be one name in plain EM, got {shown(family)}: all components share it")
    rows = rows_of(sample) if isinstance(sample, RecordedSample) else None
    other = None if choice.normal else family_sample(_exact(sample, choice.names[0]), choice.names[0])
    scaled = Scaled.of(sample)
    (k,) = check_n_components(check_count("n_components", n_components), len(scaled.problem.values))
    steps = check_count("max_iter", max_iter, minimum=0)
    gain = None if tol is None else check_positive("tol", tol)
    check_choice("sds", sds, ("free", "equal"))
    if other is not None and sds == "equal":
        raise InputError(f'sds must be "free" where family is {choice.names[0]!r}, got "equal": leave it out')
    sd = scaled.standard_deviation()
    floor = scaled.sd_floor(sd)
    equal = sds == "equal"
    way = _other_way(other, sd) if other else _way(scaled, rows, sample, sd, floor, equal)

    def made(first: Mixture) -> EM:
        how = start if isinstance(start, str) else "given"
        same = {"family": choice.names[0], "sds": sds}
        return EM(sample, first, way, start=how, max_iter=steps, tol=gain, **same)

    if isinstance(start, Mixture):
        if len(start.weights) != k:
            raise InputError(
                f"start has {len(start.weights)} components, n_components is {k}: they must be the same"
            )
        if other is not None:
            return made(other.checked(start))
        if start._mixed is not None:
            raise InputError("start must have normal components where family is normal: pass family= as well")
        weights, means, widths = start.weights, start.means, start.sds
    elif isinstance(start, str) and start in ("linspace", "random"):
        means = spaced(scaled.low, scaled.high, k)
        if start == "linspace":
            return made(way.start(means))
        generator = check_rng(rng)
        widths = sd * generator.uniform(0.1, 1.0, k)
        weights = 1.0 - generator.random(k)
        weights /= math.fsum(weights)
    else:
        raise InputError(f'start must be "linspace", "random" or a Mixture, got {shown(start)}')
    if other is not None:
        return made(other.mixture(weights, means, widths))
    if equal:
        widths = np.full(k, math.hypot(*(np.sqrt(weights) * widths)))
    return made(Mixture(weights, means, np.maximum(widths, floor)))


def _way(
    scaled: Scaled,
    rows: RowsSample | None,
    sample: Sample | LargeSample,
    sd: float,
    floor: float,
    equal: bool,
) -> Way:
    """Return the way of normal components."""

    def step(mixture: Mixture) -> tuple[Mixture, float]:
        if rows is not None:
            after, log_likelihood = rows.step(mixture, equal)
            return Mixture._trusted(after.weights, after.means, np.maximum(after.sds, floor)), log_likelihood
        *found, log_likelihood = scaled.step(mixture.weights, mixture.means, mixture.sds, equal)
        return Mixture(found[0], found[1], np.maximum(found[2], floor)), log_likelihood

    def shares(mixture: Mixture) -> Array:
        if rows is not None:
            return rows.shares(mixture)
        return mixture.responsibilities(sample.values if isinstance(sample, Sample) else sample.column)

    def start(means: Array) -> Mixture:
        k = len(means)
        weights, widths = np.full(k, 1.0 / k), np.full(k, sd / k)
        if equal:
            widths = np.full(k, math.hypot(*(np.sqrt(weights) * widths)))
        return Mixture(weights, means, np.maximum(widths, floor))

    return Way(step, shares, start)


def _other_way(other: FamilySample, sd: float) -> Way:
    """Return the way of another family, whose values are pooled."""

    def shares(mixture: Mixture) -> Array:
        return mixture.responsibilities(np.ldexp(other.values, other.exponent))

    def start(means: Array) -> Mixture:
        k = len(means)
        return other.mixture(np.full(k, 1.0 / k), means, np.full(k, sd / k))

    return Way(other.step, shares, start)


def _read(data: Any, sample_weight: Any) -> Sample | LargeSample:
    """Return what was given: values, or rows of any kind."""
    if isinstance(data, Sample):
        return data
    if not isinstance(data, Observations):
        if hasattr(type(data), "_as_sample") or not says_more(data):
            return read_sample(data, sample_weight)
        data = Observations(data, sample_weight=sample_weight)
    elif sample_weight is not None:
        raise InputError("sample_weight must be None for Observations, which have their own: leave it out")
    if data.plain:
        return sample_of(data)
    names = data.label_names
    return recorded_sample(data, components_of(names, len(names)) if data.labels is not None else ())


def _exact(sample: Sample | LargeSample, family: str) -> Sample | LargeSample:
    """Refuse rows of other kinds where a family has an M-step of exact values alone."""
    if isinstance(sample, RecordedSample):
        raise InputError(
            f"data must be exact values in plain EM with {family} components, got {sample.observations!r}: "
            "mix1d.fit takes them as they are"
        )
    return sample


def _iterate(
    step: Callable[[Mixture], tuple[Mixture, float]], mixture: Mixture, max_iter: int, tol: float | None
) -> Iterator[EMStep]:
    last = -math.inf
    for iteration in range(max_iter + 1):
        # One pass gives the log-likelihood of this mixture and the parameters of the next.
        after, log_likelihood = step(mixture)
        yield EMStep(iteration, mixture, log_likelihood)
        if tol is not None and log_likelihood - last < tol:
            return
        last = log_likelihood
        mixture = after
