"""Findings: what to know before believing a fit, in words."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from mix1d.arrays import Array, Arrays
from mix1d.data.recorded_sample import RecordedSample, as_exact
from mix1d.data.sample import Sample
from mix1d.model.families import NAMES
from mix1d.model.reach import beyond, wide_and_narrow
from mix1d.model.typical import widths
from mix1d.outcome.facts import Facts
from mix1d.outcome.findings_of_kinds import find_in_kinds, said_by_kind
from mix1d.outcome.findings_of_rows import find_in_rows
from mix1d.outcome.models import family_of_fit, mixture_of, space_of_fit
from mix1d.outcome.records import Finding
from mix1d.outcome.windows import sizes
from mix1d.words import letter, listed, near, plain

# The rules; docs/findings.md explains them.
TIED, NEARLY = 1e-9, 1e-6  # nats
SAME = 1e-3  # sds
UNDECIDED = 2.0  # of a criterion: "not worth more than a bare mention" (Kass & Raftery 1995)
FEW = 5.0  # values in a component
ROUNDED = 0.1  # resolution / sd from which rounding shows in the second digit of an error bar
WIDE_BINS = 0.5  # bin width / sd from which Sheppard's correction passes one per cent
TAIL_SDS, TAIL_WEIGHT = 5.0, 0.05
FAMILY_LEAD = 6.0  # of a criterion: with less the shape is not decided
LEAST_DF, MOST_ALPHA = 1.0 + 1e-9, 99.0
SPIKE = 1e-6  # nats between the highest and the stable answer


def find(facts: Facts) -> tuple[Finding, ...]:
    """Return the findings of a fit, the most serious kinds first.

    Costs a pass over the table and the mixture, none over the data.
    """
    if facts.sample.constant:
        return (*_rows_left_out(facts), *find_in_rows(facts), *_constant(facts))
    return (
        *_rows_left_out(facts),
        *find_in_rows(facts),
        *_convergence(facts),
        *_held_up(facts),
        *find_in_kinds(facts),
        *_objective(facts),
        *_number(facts),
        *_limits(facts),
        *_rivals(facts),
        *_rounding(facts),
        *_components(facts),
        *_posterior(facts),
    )


def _rows_left_out(facts: Facts) -> Iterator[Finding]:
    n = facts.sample.n_missing
    if n:
        yield Finding("missing_dropped", f"{n} missing {_values(n)} left out.", value=float(n))
    n = facts.sample.n_zero_weight
    if n:
        yield Finding(
            "zero_weight", f"{n} {' of weight 0 '.join(_values(n).split())} left out.", value=float(n)
        )


def _constant(facts: Facts) -> Iterator[Finding]:
    x = float(facts.sample.values[0])
    yield Finding(
        "constant",
        f"All values are {x!r}: there is no spread to describe, and the sd is only the smallest that makes "
        "sense.",
        component=0,
        value=x,
    )


def _convergence(facts: Facts) -> Iterator[Finding]:
    decrement = facts.fitted["decrement"]
    if facts.stop_reason == "flat":
        yield Finding(
            "redundant_component",
            "The likelihood is flat in some direction, so the parameters are not determined: a component is "
            "redundant. Ask for fewer.",
        )
    elif facts.stop_reason == "max_iter":
        yield Finding(
            "not_converged",
            f"The last solve was cut off by max_iter = {facts.max_iter}, before the maximum. Raise it.",
            value=decrement,
        )
    elif facts.stop_reason == "stalled":
        yield Finding(
            "not_converged",
            "The last solve ended before the maximum: rounding hides any further rise. The digits that have "
            "settled are right.",
            value=decrement,
        )


def _held_up(facts: Facts) -> Iterator[Finding]:
    fitted = facts.fitted
    weights, means, sds = fitted["mixture"]
    k, null, j = len(weights), fitted["null_components"], fitted["collapsed"]
    if null:
        real = k - null
        yield Finding(
            "null_component",
            f"The data support only {real} component{'s' * (real > 1)}: the best fit with {k} gives weight 0 "
            f"to {'the other' if null == 1 else f'the other {null}'}.",
            value=float(real),
        )
    if j < 0 or said_by_kind(facts):
        return
    n = float(sizes(fitted, facts.sample)[j])
    if fitted["equal"]:
        yield Finding(
            "regularized",
            "The common sd is the smallest that makes sense for these data, whose groups are tied values: it "
            "is not an estimate.",
            component=j,
            value=n,
        )
        return
    centre = near(float(means[j]), float(sds[j]), 2)
    tied, count = _commonest(facts.sample, float(means[j]), float(sds[j]))
    because = (
        f"{count:.6g} of them are tied at {near(tied, float(sds[j]), 2)}"
        if 0.5 * n <= count <= 1.5 * n and count > 1.0
        else "its values lie closer together than the rest can explain"
    )
    yield Finding(
        "regularized",
        f"Only a penalty keeps component {letter(j)} (n = {n:.1f}, centre {centre}) from collapsing: "
        f"{because}. Its width is not an estimate.",
        component=j,
        value=n,
    )


def _commonest(sample: Sample, mean: float, sd: float) -> tuple[float, float]:
    """Return the heaviest single value within two sds of a mean, and its weight."""
    exact = as_exact(sample)
    if exact is None:  # bins and limits are no values
        return mean, 0.0
    sample = exact
    first, last = np.searchsorted(sample.values, [mean - 2.0 * sd, mean + 2.0 * sd]).tolist()
    if first >= last:
        return mean, 0.0
    i = first + int(np.argmax(sample.weights[first:last]))
    return float(sample.values[i]), float(sample.weights[i])


def _objective(facts: Facts) -> Iterator[Finding]:
    fitted = facts.fitted
    if not fitted["sound"]:
        yield Finding(
            "no_sound_optimum",
            "No sound optimum (every sd at least 0.02 of the data's, every component at least 5 values and "
            "1 % of the data) is as high as the stable answer, so this is the stable one.",
        )
    if facts.stable is None or _apart(facts.stable["mixture"], fitted["mixture"]) <= SAME:
        return
    gain = fitted["log_likelihood"] - facts.stable["log_likelihood"]
    if gain > SPIKE:
        j = _narrowest(fitted["mixture"])
        yield Finding(
            "spike_differs",
            f'objective="stable" gives another answer, {gain:.2f} nats lower: component {letter(j)} is '
            "likely a small spike that new data would not show.",
            component=j,
            value=gain,
        )
    elif gain < -SPIKE:
        yield Finding(
            "spike_differs",
            f'objective="stable" gives another answer, {-gain:.2f} nats higher, with a component too small '
            "or too narrow for this objective.",
            value=gain,
        )


def _rivals(facts: Facts) -> Iterator[Finding]:
    (reported, height, best, _), *others = facts.fitted["optima"]
    different = [o for o in others if _apart(reported, o[0]) > SAME]
    # the likelihoods are right to the last digit, the penalised values only as far as the search needs them
    tied = [o for o in different if abs(o[1] - height) <= TIED and abs(o[2] - best) <= NEARLY]
    if tied:
        yield Finding(
            "tied_optima",
            f"{len(tied)} other optim{'um is' if len(tied) == 1 else 'a are'} as good as this one, to 1e-9 "
            "nats: the data do not decide between them.",
            value=float(len(tied)),
        )
    other = [o for o in different if not any(o is same for same in tied)]
    if other:
        # they compete in the plain likelihood where the highest was asked for, else in the penalised one
        plain = facts.objective == "highest"
        nearest = max(other, key=lambda o: o[1] if plain else o[2])
        gap = height - nearest[1] if plain else best - nearest[2]
        apart = _apart(reported, nearest[0])
        yield Finding(
            "competing_optima",
            f"{len(other)} other optim{'um lies' if len(other) == 1 else 'a lie'} within 2 nats; the nearest "
            f"is {abs(gap):.2f} {'lower' if gap > 0.0 else 'higher'} and moves a mean by {apart:.2g} sds.",
            value=abs(gap),
        )


def _number(facts: Facts) -> Iterator[Finding]:
    k, family = len(facts.fitted["mixture"][0]), family_of_fit(facts.fitted)
    close = [rival for rival in facts.rivals if rival[2] < UNDECIDED]
    for what, group in (
        ("The number of components is", [rival for rival in close if rival[0] != k]),
        ("Whether the sds are equal is", [r for r in close if r[0] == k and r[3] == family]),
    ):
        if group:
            number, sds, difference, _ = group[0]
            words = f"{number} component{'s' * (number > 1)}"
            if number > 1 and len({kind for _, kind, *_ in facts.rivals}) > 1:
                words += f" with {sds} sds"
            yield Finding(
                "undecided",
                f"{what} undecided: {words} would do nearly as well "
                f"({facts.criterion.upper()} {difference:+.1f}).",
                value=difference,
            )
    yield from _family(facts)
    if facts.largest is not None:
        yield Finding(
            "largest_tried",
            f"{k} is the largest number of components that was tried: more may describe the data better. "
            f"Pass n_components=range(1, {2 * k + 2}), say.",
            value=float(k),
        )


def _family(facts: Facts) -> Iterator[Finding]:
    """Say which families describe the values about as well (leads of 6 in BIC are right in 99.5 %)."""
    best: dict[str, tuple[int, float]] = {}
    for number, _, difference, family in facts.rivals:
        if family != family_of_fit(facts.fitted) and difference <= FAMILY_LEAD:
            best.setdefault(family, (number, difference))
    if not best:
        return
    others = [
        f"{NAMES[family].said} ({number} component{'s' * (number > 1)}, {facts.criterion.upper()} {d:+.1f})"
        for family, (number, d) in best.items()
    ]
    yield Finding(
        "family_undecided",
        f"The shape is undecided: {listed(others)} would do nearly as well as "
        f"{NAMES[family_of_fit(facts.fitted)].said}.",
        value=min(d for _, d in best.values()),
    )


def _limits(facts: Facts) -> Iterator[Finding]:
    """Say which components have a shape at the end of its range."""
    if "native" not in facts.fitted:
        return
    for j, component in enumerate(mixture_of(facts.fitted).components):
        own = component.parameters
        if component.family == "student_t" and own["df"] == math.inf:
            what = "is a normal: its Student t has reached infinite degrees of freedom"
        elif component.family == "student_t" and own["df"] <= LEAST_DF:
            what = "has reached 1 degree of freedom, the heaviest tails that are fitted"
        elif component.family == "negative_binomial" and own["size"] == math.inf:
            what = "is a Poisson: its negative binomial has reached an infinite size"
        elif component.family == "skew_normal" and abs(own["alpha"]) >= MOST_ALPHA:
            what = "ends in an edge: its skewness has reached the most that is fitted"
        else:
            continue
        yield Finding("limit_reached", f"Component {letter(j)} {what}.", component=j)


def _apart(first: Arrays, second: Arrays) -> float:
    """Return how far two mixtures are apart: the largest shift of a mean in sds; the rest counts 1 %."""
    (w, m, s), (v, n, t) = first[:3], second[:3]
    if len(w) != len(v):
        return math.inf
    scale = np.where(s > 0.0, s, max(float(np.max(s)), float(np.ptp(m)) / len(m)) or 1.0)  # sds may be 0
    with np.errstate(over="ignore", invalid="ignore"):  # heavy tails have no sd
        means, spreads = (np.nan_to_num(np.abs(gap) / scale, posinf=math.inf) for gap in (m - n, s - t))
        return float(max(np.max(means), np.max(spreads) * 1e-2, np.max(np.abs(w - v)) * 1e-2))


def _rounding(facts: Facts) -> Iterator[Finding]:
    # rows say themselves how exact they are, and counts are exact
    if isinstance(facts.sample, RecordedSample) or space_of_fit(facts.fitted) == "count":
        return
    mixture = facts.fitted["mixture"]
    j = _narrowest(mixture)
    sd = float(mixture[2][j])
    h = facts.sample.resolution
    width = (h or _bin_width(facts.sample.values)) if facts.weighted else 0.0
    if width > WIDE_BINS * sd:
        yield Finding(
            "binned",
            f"The bins are wide, {width / sd:.2f} of the sd of component {letter(j)}: binning widens that sd "
            f"by about {_widening(width / sd)} %, and narrower structure is lost.",
            component=j,
            value=width / sd,
        )
        return
    if h is None:
        return
    ratio = h / sd
    steps = f"{h:.6g}"
    if sd <= h / math.sqrt(12.0) * (1.0 + 1e-9):
        yield Finding(
            "resolution",
            f"The values are multiples of {steps}, and component {letter(j)} is as narrow as that rounding "
            "allows: its sd is the rounding's, not an estimate.",
            component=j,
            value=ratio,
        )
    elif ratio > ROUNDED:
        yield Finding(
            "resolution",
            f"The values are multiples of {steps}, which is {ratio:.2f} of the sd of component {letter(j)}: "
            f"rounding widens that sd by about {_widening(ratio)} %.",
            component=j,
            value=ratio,
        )


def _bin_width(values: Array) -> float:
    """Return the spacing of the centres of a histogram, 0 when the values are not evenly spaced.

    Each centre occurs once, so the sample itself takes them for continuous values.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        gaps = np.diff(values)
        least = float(np.min(gaps))
        steps = gaps / least
        even = len(gaps) >= 3 and float(np.max(np.abs(steps - np.round(steps)))) < 1e-3
    return least if even else 0.0


def _widening(ratio: float) -> str:
    """Sheppard's correction in per cent: the variance grows by h^2 / 12."""
    return f"{100.0 * (1.0 - math.sqrt(max(1.0 - ratio * ratio / 12.0, 0.0))):.2g}"


def _components(facts: Facts) -> Iterator[Finding]:
    weights, means, sds = (array.tolist() for array in facts.fitted["mixture"])
    real = [j for j, weight in enumerate(weights) if weight > 0.0]
    held = sizes(facts.fitted, facts.sample).tolist()
    for j in real:
        n = held[j]
        if n < FEW and j != facts.fitted["collapsed"]:
            yield Finding(
                "few_values",
                f"Component {letter(j)} (centre {near(means[j], sds[j], 2)}) rests on "
                f"{plain(n, 2)} value{'s' * (plain(n, 2) != '1')}.",
                component=j,
                value=n,
            )
    if len(real) < 2:
        return
    next_widest, widest = sorted(real, key=lambda j: sds[j])[-2:]
    ratio = sds[widest] / sds[next_widest] if sds[next_widest] > 0.0 else 0.0
    if ratio > TAIL_SDS and weights[widest] < TAIL_WEIGHT:
        yield Finding(
            "tail_component",
            f"Component {letter(widest)} is {plain(ratio, 3)} times as wide as the next and has "
            f"{100.0 * weights[widest]:.1f} % of the data: it seems to hold outliers only.",
            component=widest,
            value=ratio,
        )


def _posterior(facts: Facts) -> Iterator[Finding]:
    mixture = mixture_of(facts.fitted)
    again = [cut for cut in facts.thresholds if cut.kind == "not_monotone"]
    if not again:
        return
    counted = sorted(((beyond(cut, mixture, facts.sample), cut) for cut in again), key=lambda c: -c[0])
    words = []
    for n, cut in counted:
        wide, narrow = wide_and_narrow(cut, mixture)
        where = near(cut.value, float(widths(mixture)[narrow]), 2)
        words.append(f"{letter(wide)} and {letter(narrow)} (beyond {where}, {n:.6g} value{'s' * (n != 1.0)})")
    yield Finding(
        "not_monotone",
        f"No single threshold separates {listed(words, 'or')}: there the first, wider, is the more probable "
        "again.",
        component=wide_and_narrow(counted[0][1], mixture)[0],
        value=counted[0][1].value,
    )


def _narrowest(mixture: Arrays) -> int:
    weights, _, sds = mixture
    return int(np.argmin(np.where(weights > 0.0, sds, math.inf)))


def _values(n: int) -> str:
    return "value was" if n == 1 else "values were"
