"""What stands behind the options about data and model: numbers, names of columns, words, lists."""

from __future__ import annotations

import math
from argparse import ArgumentTypeError
from typing import Any, Literal

from mix1d.errors import InputError
from mix1d.model.choice import read_family
from mix1d.model.component import Component
from mix1d.model.families import family_of

Ends = tuple[float | str | None, float | str | None]

_SDS = ("free", "equal", "auto", "proportional")
_MEANS = ("equal", "spaced", "growth")


def resolution(text: str) -> float | Literal["auto"]:
    """Return a step of at least 0, or "auto".

    >>> resolution("0.5"), resolution("auto")
    (0.5, 'auto')
    """
    if text == "auto":
        return "auto"
    step = _float(text)
    if step is None or not 0.0 <= step < math.inf:
        raise ArgumentTypeError(
            f"{text!r} is not a number of at least 0, or auto: say what the values were rounded to, such "
            "as 0.5, "
            "or 0 for exact ones"
        )
    return step


def number_or_column(text: str) -> float | str:
    """Return a number, or the name of a column.

    >>> number_or_column("0.5"), number_or_column("s")
    (0.5, 's')
    """
    number = _float(text)
    if number is not None:
        return number
    if not text.strip():
        raise ArgumentTypeError("'' is neither a number nor the name of a column")
    return text


def window(text: str) -> Ends:
    """Return two ends, numbers, names or None.

    >>> window("0:9"), window(":limit")
    ((0.0, 9.0), (None, 'limit'))
    """
    low, colon, high = text.partition(":")
    if not colon or ":" in high or not (low.strip() or high.strip()):
        raise ArgumentTypeError(
            f"{text!r} is not L:U, such as 0:9, 5: or low:high: give numbers or names of columns, "
            "nothing for no "
            "limit"
        )
    ends = tuple(number_or_column(end.strip()) if end.strip() else None for end in (low, high))
    if all(isinstance(end, float) for end in ends) and not ends[0] < ends[1]:  # type: ignore[operator]
        raise ArgumentTypeError(f"{text!r} must have its low end first, as in 0:9")
    return ends[0], ends[1]


def background(text: str) -> bool | tuple[float, float]:
    """Return the ends of the background, True where none are given.

    >>> background("0:100"), background("")
    ((0.0, 100.0), True)
    """
    if not text:
        return True
    low, _, high = (part.strip() for part in text.partition(":"))
    ends = _float(low), _float(high)
    if ends[0] is None or ends[1] is None or not -math.inf < ends[0] < ends[1] < math.inf:
        raise ArgumentTypeError(
            f"{text!r} is not L:U with two rising numbers, such as 0:100: give the ends of the range, or "
            "nothing "
            "for that of the data"
        )
    return ends[0], ends[1]


def is_background(text: str) -> bool:
    """Say whether a word behind ``--background`` belongs to it, and is no file or column.

    >>> is_background("-5:5"), is_background("data.csv")
    (True, False)
    """
    low, colon, high = text.partition(":")
    return bool(colon) and _float(low) is not None and _float(high) is not None


def set_apart(text: str) -> Literal["auto"] | list[float] | None:
    """Return "auto", None or values.

    >>> set_apart("auto"), set_apart("none"), set_apart("0,-999")
    ('auto', None, [0.0, -999.0])
    """
    if text in ("auto", "none"):
        return "auto" if text == "auto" else None
    values = [_float(part) for part in text.split(",")]
    if not all(value is not None and math.isfinite(value) for value in values):
        raise ArgumentTypeError(f"{text!r} is not auto, none or values such as 0 or 0,-999")
    return [value for value in values if value is not None]


def family(text: str) -> Any:
    """Return what `mix1d.fit` takes as family: "+" stands between components, "," between models.

    >>> family("gamma"), sorted(family("gamma,normal")), family("normal+gamma")
    ('gamma', ['gamma', 'normal'], ['normal', 'gamma'])
    >>> family("point_mass:5+poisson")
    [Component('point_mass', value=5.0), 'poisson']
    """
    names = [name.strip() for name in text.split(",")]
    found: Any = {*names} if len(names) > 1 else names[0]
    if "+" in text and "," in text:
        raise ArgumentTypeError(
            f"{text!r} has both + and ,: write normal+gamma for one family a component, or gamma,lognormal "
            "to compare families"
        )
    try:
        if "+" in text:
            found = [_fixed(name.strip()) for name in text.split("+")]
        read_family(found)
    except InputError as error:
        raise ArgumentTypeError(str(error).removeprefix("family ")) from None
    return found


def _fixed(name: str) -> Component | str:
    """Return a point whose value stands behind a colon, or the name of a family."""
    word, colon, value = name.partition(":")
    number = _float(value)
    if not colon or family_of(word).name != "point_mass" or number is None:
        return name
    return Component("point_mass", value=number)


def sds(text: str) -> Any:
    """Return what `mix1d.fit` takes as sds.

    >>> sds("equal"), sds("proportional:0.1"), sds("ratio:2,1"), sds("0"), sds("0.5,?")
    ('equal', {'proportional': 0.1}, {'ratio': [2.0, 1.0]}, 0.0, [0.5, None])
    """
    if text in _SDS:
        return text
    word, colon, rest = text.partition(":")
    if colon and word == "proportional" and _float(rest) is not None:
        return {"proportional": _float(rest)}
    if colon and word == "ratio":
        return {"ratio": _listed(rest, text, "ratio:2,1", free=False)}
    if _float(text) == 0.0:
        return 0.0
    return _listed(text, text, f"{', '.join(_SDS)}, proportional:0.1, ratio:2,1, 0, or a list such as 0.5,?")


def means(text: str) -> Any:
    """Return what `mix1d.fit` takes as means.

    >>> means("growth"), means("0,?,5")
    ('growth', [0.0, None, 5.0])
    """
    return text if text in _MEANS else _listed(text, text, f"{', '.join(_MEANS)}, or a list such as 0,?")


def weights(text: str) -> Any:
    """Return what `mix1d.fit` takes as weights.

    >>> weights("equal"), weights("0.25,0.75")
    ('equal', [0.25, 0.75])
    """
    return text if text == "equal" else _listed(text, text, "equal, or a list such as 0.25,0.75")


def _listed(text: str, whole: str, allowed: str, *, free: bool = True) -> list[float | None]:
    """Return numbers, None for a question mark."""
    found: list[float | None] = []
    for part in text.split(","):
        number = _float(part)
        if number is None and not (free and part.strip() in ("?", "NA", "None")):
            extra = "; ? stands for what is free" if free else ""
            raise ArgumentTypeError(f"{whole!r} is not one of {allowed}{extra}")
        found.append(number)
    return found


def _float(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return None if math.isnan(number) else number
