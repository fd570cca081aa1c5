"""How groups, shapes and differences are called in the bottom line."""

from __future__ import annotations

from mix1d.data.apart import SetApart
from mix1d.diagnostics.shapes import Shape, other_shapes
from mix1d.display.shapes import family_words
from mix1d.outcome.findings import UNDECIDED
from mix1d.outcome.outcome import Outcome
from mix1d.words import listed, plain

BELL = "normal"
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def groups(k: int, family: str) -> str:
    """Name so many groups of a family.

    >>> groups(1, "normal"), groups(3, "gamma")
    ('1 group', '3 gamma groups')
    """
    shape = "" if family in (BELL, "mixed") else f"{family_words(family)} "
    return f"{k} {shape}group{'s' * (k != 1)}"


def normals(k: int) -> str:
    """Name so many normals that stand for groups."""
    return "1 normal" if k == 1 else f"{k} normals"


def likely_shapes(result: Outcome) -> str:
    """Name the best other shape, and those that nobody can tell from it."""
    best, *others = other_shapes(result)
    same = [
        shape.family
        for shape in others
        if shape.n_components == best.n_components and shape.difference - best.difference < UNDECIDED
    ]
    return listed([family_words(name) for name in (best.family, *same[:2])], "or")


def lower(shape: Shape) -> str:
    """Say how much lower BIC is for another shape."""
    return f"{points(-shape.difference)} lower"


def points(difference: float) -> str:
    """Write a difference of a criterion, with a decimal where that matters."""
    return f"{difference:.{int(abs(difference) < 10.0)}f}"


def besides(result: Outcome) -> str:
    """Name what is there besides the groups: values set apart, and a background."""
    besides = []
    apart = result.set_apart
    if len(apart) == 1:
        besides.append(_apart(apart[0]))
    elif apart:
        besides.append("what was set apart")
    if result.background_weight is not None:
        besides.append("a background")
    return f" besides {listed(besides)}" if besides else ""


def _apart(one: SetApart) -> str:
    if one.kind == "stray":
        return "one stray value" if one.count == 1 else f"{one.count} stray values"
    return "the zeros" if one.values[0] == 0.0 else f"the values of {plain(one.values[0], 7)}"


def ordinal(n: int) -> str:
    """Write which of several, as in a third."""
    return _ORDINALS[n - 1] if n <= len(_ORDINALS) else f"{n}th"


def joined(parts: list[str]) -> str:
    """Join views of a second sentence, which begins with a capital."""
    words = "; ".join(parts)
    return words[0].upper() + words[1:]
