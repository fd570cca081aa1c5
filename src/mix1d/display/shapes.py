"""What comparing families of components has shown: which rows are worth showing, and what they agree on."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from mix1d.arrays import Array
from mix1d.model.families import NAMES
from mix1d.model.mixture import Mixture
from mix1d.model.thresholds import Threshold
from mix1d.model.typical import widths
from mix1d.outcome.criteria import repeated, value_of
from mix1d.outcome.outcome import Outcome
from mix1d.outcome.records import Row
from mix1d.uncertainty.derived import thresholds
from mix1d.words import listed, near

SHARE = 0.95  # of the weights of evidence that the rows worth naming have


def family_words(name: str) -> str:
    """Return a family of `Row.family` as it is called in a sentence.

    >>> family_words("student_t"), family_words("mixed")
    ('Student t', 'mixed')
    """
    return NAMES[name].said if name in NAMES else name


def are_several(rows: Sequence[Row]) -> bool:
    """Say whether families were compared."""
    return len({row.family for row in rows}) > 1


def likely(rows: Sequence[Row]) -> list[int]:
    """Return the places of the fewest rows that have 95 % of the weights of evidence, the best first."""
    order = sorted(range(len(rows)), key=lambda i: (not rows[i].chosen, -rows[i].evidence_weight))
    found: list[int] = []
    for i in order:
        if found and math.fsum(rows[j].evidence_weight for j in found) >= SHARE:
            break
        if rows[i].evidence_weight > 0.0:
            found.append(i)
    return found


def worth_showing(rows: Sequence[Row], criterion: str) -> list[int]:
    """Return the places of rows for a short table: all of one family; of several the likely, and the best.

    Those are in the order of the criterion, the best first.
    """
    if not are_several(rows):
        return list(range(len(rows)))
    again = repeated(rows)
    kept = {i for i, row in enumerate(rows) if row.chosen} | set(likely(rows))
    for family in dict.fromkeys(row.family for row in rows):
        mine = [i for i, row in enumerate(rows) if row.family == family and i not in again]
        sound = [i for i in mine if rows[i].eligible] or mine
        if sound:
            kept.add(min(sound, key=lambda i: value_of(rows[i], criterion)))
    return sorted(
        kept, key=lambda i: (not rows[i].chosen, not rows[i].eligible, value_of(rows[i], criterion))
    )


def lines_of(rows: Sequence[Row], criterion: str) -> list[tuple[str, list[int]]]:
    """Return names and places of rows that a figure joins by a line over their numbers of components.

    Those of one kind of sds; of several families the best of each family and number.
    """
    if not are_several(rows):
        kinds = sorted({row.sds for row in rows}, reverse=True)  # free first, as in the table
        return [(f"{kind} sds", [i for i, row in enumerate(rows) if row.sds == kind]) for kind in kinds]
    found = []
    for family in dict.fromkeys(row.family for row in rows):
        mine = [i for i, row in enumerate(rows) if row.family == family]
        best = []
        for k in sorted({rows[i].n_components for i in mine}):
            same = [i for i in mine if rows[i].n_components == k]
            best.append(min(same, key=lambda i: (not rows[i].eligible, value_of(rows[i], criterion))))
        found.append((family_words(family), best))
    return found


def shape_sentences(result: Outcome) -> Iterator[str]:
    """Yield what does and what does not depend on the family, where more than one describes the values."""
    rows = result.selection
    if not are_several(rows):
        return
    set_ = [rows[i] for i in likely(rows)]
    families = list(dict.fromkeys(row.family for row in set_))
    if len(families) < 2:
        return
    named = listed([family_words(family) for family in families])
    ks = {row.n_components for row in set_}
    if len(ks) > 1:
        each = []
        for family in families:
            mine = sorted({row.n_components for row in set_ if row.family == family})
            each.append(f"{listed([str(k) for k in mine], 'or')} with {family_words(family)}")
        yield f"How many groups there are depends on the shape: {'; '.join(each)}."
        return
    if ks == {1}:
        yield f"The number of groups does not depend on the shape: {named} all describe one."
        return
    cuts = [cut for cut in thresholds(result) if cut.kind == "crossing"]
    spans = [_span(cut, [row.mixture for row in set_], result.mixture) for cut in cuts]
    if cuts and all(spans):
        word = "cut" if len(cuts) == 1 else "cuts"
        yield (
            f"The number of groups and the {word} do not depend on the shape: with {named} there are "
            f"{ks.pop()}, and the {word} {'lies' if len(cuts) == 1 else 'lie'} at "
            f"{listed([span for span in spans if span])}."
        )
        return
    yield f"The number of groups does not depend on the shape ({named}); where the cuts lie does."


def _span(cut: Threshold, mixtures: Sequence[Mixture], own: Mixture) -> str:
    """Return between which values a cut of all mixtures lies, nothing where one is outside its interval."""
    if not (math.isfinite(cut.lower) and math.isfinite(cut.upper)):
        return ""
    places = [_between(mixture, cut.below, cut.above) for mixture in mixtures]
    if not all(cut.lower <= place <= cut.upper for place in places):
        return ""
    scale = min(widths(own)[[cut.below, cut.above]].tolist())
    ends: Array = np.unique([near(place, scale, 2) for place in (min(places), max(places))])
    low, *high = sorted(ends.tolist(), key=float)
    return f"{low} to {high[0]}" if high else str(low)


def _between(mixture: Mixture, below: int, above: int) -> float:
    found = [
        cut.value
        for cut in mixture.thresholds()
        if cut.kind == "crossing" and (cut.below, cut.above) == (below, above)
    ]
    return float(found[0]) if found else math.nan
