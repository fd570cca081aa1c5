"""The first thing said of a fit: how many groups, of what shape, and whether that is settled."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from mix1d.diagnostics.evenness import evenly_spread
from mix1d.diagnostics.findings import findings
from mix1d.diagnostics.shapes import BETTER, Shape, better_shape
from mix1d.display.naming import BELL, besides, groups, joined, likely_shapes, lower, normals, ordinal, points
from mix1d.display.shapes import family_words
from mix1d.outcome.criteria import OtherModel, rivals_of
from mix1d.outcome.findings import FAMILY_LEAD, UNDECIDED
from mix1d.outcome.outcome import Outcome, chosen, facts_of, remembered
from mix1d.selection.evidence import evidence
from mix1d.selection.record import OrderTest
from mix1d.words import LEVEL, letter, listed, p_words, plain, value_and_error

FEWEST = 10  # values: of fewer nobody can say how many groups there are
STRONG = 10.0  # of a criterion: what is further off goes without saying
MISFIT = 0.01  # p-value of the test of fit: below it the shape is wrong, and with it the number may be
_SMALL = 0.1  # share of a group whose size is worth a word where its being there is in doubt
_TESTED = 3  # groups: the EM-test goes no further


class Answer(NamedTuple):
    """The bottom line, and what it claims."""

    text: str
    n_components: int
    """How many groups are shown."""
    settled: bool
    """Whether criterion, test and fit agree on that number."""
    also: int | None = None
    """The other number that has something for it."""
    family: str | None = None
    """A family other than that of the fit which describes the values better."""
    told: frozenset[str] = frozenset()
    """Codes of findings that it has said."""


def bottom_line(result: Outcome) -> str:
    """Return what a fit comes to, in one or two sentences without the name of the variable.

    >>> import mix1d
    >>> bottom_line(mix1d.fit([1.0, 1.2, 0.8, 1.1, 0.9, 5.0, 5.3, 4.6, 5.1, 4.8], 2))
    '2 normal groups, as asked. The test rejects fewer than 2 (p = .003).'
    """
    return answer_of(result).text


def answer_of(result: Outcome) -> Answer:
    """Weigh criterion, test, shape and fit against each other, once for a result.

    The number of groups is that of the criterion, BIC by default: over equal and free sds it names the true
    number more often than AIC, ICL and the sequential EM-test do (480 samples, docs/how_many.md). It is
    *settled* when nothing contradicts it:

    1. No row with another number is within 2 of the criterion. Such leads are "not worth more than a bare
       mention" (Kass & Raftery 1995).
    2. The EM-test, where it can be had, does not ask for another number. Where both agree the number is right
       in .67 to 1 of samples from n = 80 on, where they do not in at most half of them: then both are named,
       each with what it rests on, and the criterion's is shown.
    3. The shape is not refuted (Anderson-Darling p below .01, from 20 values on). A wrong shape makes wrong
       numbers: two or three normals describe one lognormal population.
    4. The values do not end abruptly, as if their range had been cut: what is beyond it is not known.
    5. No group seems to hold outliers only, and none rests on limits alone.
    6. It is not the largest number that was tried, nor one that only a penalty holds up.

    Values that are spread evenly over their range make no groups. Another shape goes next. When fewer
    populations of another family describe the values better, that is the answer, and the normals are what is
    shown; with as many populations the shape is named beside a number that stands. A number that was asked
    for is not judged as if it had been found: the sentence says what the test makes of it. Of fewer than 10
    values nothing is claimed.
    """
    return remembered(result, "bottom line", lambda: _answer_of(result))


def _answer_of(result: Outcome) -> Answer:
    row = chosen(result)
    k, real = row.n_components, int(np.count_nonzero(result.mixture.weights))
    numbers = {line.n_components for line in result.selection}
    if result.sample.constant:
        return Answer(f"All values are {plain(float(result.sample.values[0]), 7)}: one group.", k, False)
    if result.asked.n_components is None and (numbers == {1} or result.total_weight < FEWEST):
        return Answer(_too_few(result), k, False, told=frozenset({"few_values"}))
    even = evenly_spread(result)
    if even is not None:
        return _even(result, k, real, even)
    shape = None if _ends_abruptly(result) else better_shape(result)
    if shape is not None and shape.n_components != real:
        return _other_number(result, shape, real)
    if len(numbers) == 1:
        return _as_asked(result, k, real, shape)
    if not row.eligible:
        text = (
            f"No number of groups is settled: with each of {listed([str(n) for n in sorted(numbers)], 'or')} "
            f"some group collapses onto a few values. Shown {_are(k)} {k}."
        )
        return Answer(text, k, False)
    return _compared(result, k, shape)


def _even(result: Outcome, k: int, real: int, difference: float) -> Answer:
    """Say that there are no groups where values are spread evenly, as running numbers and dates are."""
    low, high = (plain(float(result.sample.values[i]), 7) for i in (0, -1))
    asked = "Shown, as asked" if _was_asked(result) else "Shown"
    text = (
        f"Probably no groups{besides(result)}: the values are spread about evenly from {low} to {high}, as "
        f"running numbers and dates are (BIC {-difference:.0f} lower than {normals(real)}). "
        f"{asked}: the {normals(real)}."
    )
    known = {"evenly_spread", "single_population", "other_shape", "wall", "undecided", "largest_tried"}
    return Answer(text, k, False, told=frozenset(known))


def _too_few(result: Outcome) -> str:
    n = len(result.sample.values)
    what = f"{n} values are" if n == result.total_weight else f"{n} different values are"
    what = what if n > 1 else "One value is"
    text = f"{what} too few to say how many groups there are."
    k, m = len(result.mixture.weights), result.mixture
    if k > 1:
        return f"{text} Shown are the {k} that {_criterion(result)} prefers."
    mean, sd = float(m.means[0]), float(m.sds[0])
    place, error = value_and_error(mean, sd / max(result.total_weight, 1.0) ** 0.5)
    return f"{text} One {family_words(m.components[0].family)}: {place} ± {error}, sd {plain(sd, 2)}."


def _other_number(result: Outcome, shape: Shape, real: int) -> Answer:
    """Say that a family with another number of populations is the better description."""
    n = shape.n_components
    known = {"single_population", "other_shape"}
    single = len({row.n_components for row in result.selection}) == 1
    asked = "Shown, as asked" if single and _was_asked(result) and result.mixture.weights.all() else "Shown"
    sure = "Probably" if shape.difference <= -BETTER else "Perhaps"
    text = (
        f"{sure} {n} {likely_shapes(result)} group{'s' * (n > 1)}{besides(result)}: "
        f"BIC {lower(shape)} than {normals(real)}. {asked}: the {normals(real)}; "
        f'n_components={n}, family="{shape.family}" shows the {"one" if n == 1 else n}.'
    )
    return Answer(text, len(result.mixture.weights), False, n, shape.family, frozenset(known))


def _as_asked(result: Outcome, k: int, real: int, shape: Shape | None) -> Answer:
    told: set[str] = set()
    origin = "as asked" if _was_asked(result) else "the only number tried"
    family = _family_of(result)
    common = " with one common spread" if k > 1 and chosen(result).sds == "equal" else ""
    named = groups(k, family) if family != BELL else f"{k} normal group{'s' * (k != 1)}{common}"
    first = f"{named}{besides(result)}, {origin}"
    doubts = []
    if real < k:
        doubts.append(f"The values show only {real}: the other{'s have' if k - real > 1 else ' has'} none")
        told.add("null_component")
    elif result.regularized:
        doubts.append("Only a penalty keeps one from collapsing")
    else:
        doubts += _test_of(result, k)
    if shape is not None:
        doubts.append(_shaped(shape, result))
        told |= {"single_population", "other_shape"}
    else:
        doubts += _against(result, told)
    text = f"{first}. {joined(doubts)}." if doubts else f"{first}."
    return Answer(text, k, False, None, shape.family if shape else None, frozenset(told))


def _test_of(result: Outcome, k: int) -> Iterator[str]:
    """Say what the test makes of a number that was asked for."""
    tests = evidence(result).tests
    if not tests:
        return
    last = tests[-1]
    wants = _other_wish(result, k)
    if wants is not None and wants > k:
        yield f"The test asks for more ({p_words(last.p_value)})"
    elif wants is not None:
        yield f"The test supports only {wants} (a {ordinal(wants + 1)}: {p_words(last.p_value)})"
    elif last.n_components == k:
        yield f"A {ordinal(k + 1)} is not supported ({p_words(last.p_value)})"
    else:
        n = last.n_components
        yield f"The test rejects fewer than {n + 1} ({p_words(last.p_value)})"


def _compared(result: Outcome, k: int, shape: Shape | None) -> Answer:
    """Say which of several numbers the criterion prefers, and whether that is settled."""
    told: set[str] = set()
    rivals = [other for other in rivals_of(result.selection, result.criterion) if other.n_components != k]
    lead = rivals[0].difference if rivals else float("inf")
    wants = _other_wish(result, k)
    largest = facts_of(result).largest is not None
    misfit = _against(result, told) if shape is None else []
    if not rivals and not evidence(result).tests:
        misfit.append("no other number could be compared")
    named = {k}
    if wants is not None:
        named.add(wants)
    if lead < UNDECIDED:
        named.add(rivals[0].n_components)
        told.add("undecided")
    settled = len(named) == 1 and not largest and not misfit and result.converged
    also = min(named - {k}, key=lambda n: abs(n - k)) if len(named) > 1 else None
    what = f"{groups(k, _family_of(result))}{besides(result)}"
    if settled:
        text = f"{what}, settled. {joined([*_reasons(result, k, rivals), *_shapes(result, shape)])}."
    elif largest:
        told.add("largest_tried")
        text = (
            f"At least {what}, not settled: {k} is the largest number tried; "
            f"n_components=range(1, {2 * k + 2}) tries more."
        )
        text += f" {joined([*_shapes(result, shape)])}." if shape is not None else ""
    elif also is None:
        text = f"{what}, not settled: {'; '.join(misfit) or 'the last solve did not converge'}."
    else:
        pair = listed([str(n) for n in sorted(named)], "or")
        many = groups(max(named), _family_of(result)).partition(" ")[2]
        views = [*_views(result, k, rivals, lead), *misfit, *_shapes(result, shape)]
        shown = f"{'is' if k == 1 else 'are'} {k}"
        text = f"{pair} {many}{besides(result)}, not settled. {joined(views)}; shown {shown}."
    if shape is not None:
        told |= {"single_population", "other_shape"}
    return Answer(text, k, settled, also, shape.family if shape else None, frozenset(told))


def _reasons(result: Outcome, k: int, rivals: list[OtherModel]) -> Iterator[str]:
    """Say what a settled number rests on."""
    if _family_of(result) == BELL:
        yield _spread(result).capitalize()
    tests = evidence(result).tests
    more = next((other for other in rivals if other.n_components == k + 1), None)
    lost = _lost(result, k + 1) if more is None or more.difference >= STRONG else ""
    words = [] if more is None or lost else [f"{_criterion(result)} +{points(more.difference)}"]
    if tests and tests[-1].n_components == k:
        words.append(f"test {p_words(tests[-1].p_value)}")
    if words or lost:
        why = f" ({', '.join(words)})" if words else ""
        yield f"a {ordinal(k + 1)} {lost or 'is not supported'}{why}"
    nearest = rivals[0] if rivals else None
    if nearest and (not (words or lost) or (nearest.n_components < k and nearest.difference < STRONG)):
        yield f"{_criterion(result)} is {points(nearest.difference)} higher for {nearest.n_components}"


def _lost(result: Outcome, k: int) -> str:
    """Say what becomes of one group more of the kind that was chosen, where that fit cannot be chosen."""
    own = chosen(result)
    for row in result.selection:
        if (row.n_components, row.sds, row.family) == (k, own.sds, own.family) and not row.eligible:
            return "finds no values" if 0.0 in row.mixture.weights else "collapses onto a few values"
    return ""


def _views(result: Outcome, k: int, rivals: list[OtherModel], lead: float) -> Iterator[str]:
    """Say what criterion and test prefer, each with its reason."""
    if rivals:
        only = "only " if lead < UNDECIDED else ""
        other = rivals[0].n_components
        size = _smallest_of(result, rivals[0]) if other > k else _smallest(result)
        yield f"{_criterion(result)} prefers {k} to {other} by {only}{lead:.1f}{size}"
    tests = evidence(result).tests
    if not tests:
        return
    last, wants = tests[-1], _wanted(tests[-1])
    if last.p_value <= LEVEL and wants > k:
        yield f"the test asks for {'at least ' if wants > _TESTED else ''}{wants} ({p_words(last.p_value)})"
    elif last.p_value > LEVEL:
        yield f"the test supports no {ordinal(wants + 1)} ({p_words(last.p_value)})"


def _smallest(result: Outcome) -> str:
    """Say how small the smallest group is that is shown."""
    weights = result.mixture.weights
    j = int(np.argmin(weights))
    return _size(float(weights[j]) * result.total_weight, float(weights[j]), letter(j))


def _smallest_of(result: Outcome, rival: OtherModel) -> str:
    """Say how small the smallest group of another row would be."""
    key = (rival.n_components, rival.sds, rival.family)
    row = next(row for row in result.selection if (row.n_components, row.sds, row.family) == key)
    weight = float(row.mixture.weights.min())
    return _size(weight * result.total_weight, weight, "one")


def _size(n: float, share: float, which: str) -> str:
    return f" ({which} is {n:.0f} values)" if share < _SMALL and n >= 1.5 else ""


def _misfit(result: Outcome, told: set[str]) -> list[str]:
    """Say that the shape is refuted, where it is."""
    tests = evidence(result)
    p = tests.anderson_darling
    if not tests.goodness or p is None or p > MISFIT:
        return []
    told.add("misfit")
    k = int(np.count_nonzero(result.mixture.weights))
    does = "does" if k == 1 else "do"
    return [f"{normals(k) if _family_of(result) == BELL else 'the shape'} {does} not fit ({p_words(p)})"]


def _against(result: Outcome, told: set[str]) -> list[str]:
    """Say what speaks against the groups as they are."""
    doubts = [*_misfit(result, told), *_ends_abruptly(result)]
    for finding in findings(result):
        if finding.code == "tail_component":
            doubts.append(f"{letter(finding.component or 0)} seems to hold outliers only")
        elif finding.code == "unseen_component":
            told.add("unseen_component")
            doubts.append(f"only limits speak for {letter(finding.component or 0)}, not where it lies")
    return doubts


def _ends_abruptly(result: Outcome) -> list[str]:
    """Say that the range looks cut, where it does: then number and shape are those of what was left of it."""
    wall = any(finding.code == "wall" for finding in findings(result))
    return ["the values end abruptly, as if cut off"] if wall else []


def _shapes(result: Outcome, shape: Shape | None) -> Iterator[str]:
    """Say which other families describe the values, among those compared or looked at beside."""
    if shape is not None:
        yield _shaped(shape, result)
        return
    own = chosen(result).family
    others: dict[str, float] = {}
    for other in rivals_of(result.selection, result.criterion):
        if other.family != own and other.difference <= FAMILY_LEAD:
            others.setdefault(other.family, other.difference)
    if others:
        names = listed([family_words(name) for name in list(others)[:2]])
        yield f"{names} nearly as well ({_criterion(result)} {min(others.values()):+.1f})"


def _shaped(shape: Shape, result: Outcome) -> str:
    it = "it" if shape.n_components == 1 else "them"
    said = likely_shapes(result)
    return f'{said} describes {it} better than normal (BIC {lower(shape)}): family="{shape.family}"'


def _wanted(last: OrderTest) -> int:
    """Return the number that a sequence of tests comes to."""
    return last.n_components + int(last.p_value <= LEVEL)


def _other_wish(result: Outcome, k: int) -> int | None:
    """Return the number that the tests ask for, where that is not k; they may end before k."""
    tests = evidence(result).tests
    if not tests:
        return None
    wants, rejected = _wanted(tests[-1]), tests[-1].p_value <= LEVEL
    return wants if (rejected and wants > k) or (not rejected and wants < k) else None


def _spread(result: Outcome) -> str:
    """Say what is assumed of normal groups."""
    k = len(result.mixture.weights)
    return "normal with one common spread" if k > 1 and chosen(result).sds == "equal" else "normal"


def _family_of(result: Outcome) -> str:
    return chosen(result).family


def _are(k: int) -> str:
    return "is" if k == 1 else "are"


def _criterion(result: Outcome) -> str:
    return result.criterion.upper()


def _was_asked(result: Outcome) -> bool:
    return result.asked.n_components is not None
