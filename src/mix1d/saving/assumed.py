"""What was asked of a fit, in a saved result: options, and what was assumed of the model."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from mix1d.errors import InputError
from mix1d.model.choice import FIXED, NORMAL, Choice
from mix1d.model.component import Component
from mix1d.model.constraints import SDS, Constraint
from mix1d.model.specification import Specification, read_specification
from mix1d.outcome.records import Asked
from mix1d.saving.parts import Part

PLAIN_SDS = ("free", "equal", "auto")
_KINDS = (*SDS, "ratio", "zero", "list")
_ASSUMED = ("sds", "means", "weights", "background", "set_apart")


def options_of(asked: Asked) -> dict[str, Any]:
    """Return what was asked for, but for what was assumed."""
    return {key: value for key, value in asked._asdict().items() if key != "specification"}


def assumed_of(specification: Specification) -> dict[str, Any]:
    """Return what was assumed, as the arguments of `mix1d.fit`.

    >>> assumed_of(read_specification(means=[0, None], sds="equal"))["means"]
    [0.0, None]
    """
    background, apart = specification.background, specification.set_apart
    return {
        "sds": None if specification.sds is None else _argument(specification.sds),
        "means": None if specification.means.kind == "free" else _argument(specification.means),
        "weights": None if specification.weights.kind == "free" else _argument(specification.weights),
        "background": list(background) if isinstance(background, tuple) else background,
        "set_apart": list(apart) if isinstance(apart, tuple) else apart,
        "family": _family_of(specification.family),
    }


def _family_of(choice: Choice) -> Any:
    """Return families as JSON has them: a set is an object, and so is what has parameters of its own."""
    if choice.kind == "auto":
        return "auto"
    if choice.kind == "one":
        return choice.names[0]
    if choice.kind == "set":
        return {"any_of": list(choice.names)}
    names: list[Any] = [
        {"family": name, "value": choice.point} if name == "point_mass" else name for name in choice.names
    ]
    if choice.background is True:
        return [*names, "uniform"]
    if choice.background is None:
        return names
    low, high = choice.background
    return [*names, {"family": "uniform", "low": low, "high": high}]


def _argument(constraint: Constraint) -> Any:
    if constraint.kind == "list":
        return [None if math.isnan(value) else value for value in constraint.values]
    if constraint.kind == "ratio":
        return {"ratio": list(constraint.values)}
    if constraint.kind == "proportional" and not math.isnan(constraint.coefficient):
        return {"proportional": constraint.coefficient}
    return 0 if constraint.kind == "zero" else constraint.kind


def read_asked(options: Part, assumed: Part | None) -> Asked:
    """Return what was asked for; without `assumed`, as version 1 has it."""
    asked = Asked(
        criterion=options.choice("criterion", ("bic", "aic", "icl")),
        highest=options.flag("highest"),
        tol=options.positive("tol"),
        max_iter=options.count("max_iter", least=1, most=2**31 - 1),
        weighted=options.flag("weighted"),
        started=options.flag("started"),
        n_components=_tried(options),
        sds=options.choice("sds", PLAIN_SDS if assumed is None else _KINDS),
    )
    if assumed is None:
        return asked
    found = _specification(assumed)
    if found.sds is None:
        if asked.sds not in ("free", "auto"):
            options.refuse("sds", "must be free or auto where nothing is assumed of them")
    elif asked.sds != found.sds.kind:
        options.refuse("sds", f"must be what is assumed of them, {found.sds.kind}")
    if found.length is not None and asked.n_components != (found.length,):
        options.refuse("n_components", f"must be {found.length}, as many as are named")
    return asked._replace(specification=found)


def _specification(assumed: Part) -> Specification:
    arguments = {name: assumed.get(name) for name in _ASSUMED}
    for name, value in arguments.items():
        if name != "background" and not _is_plain(value):
            assumed.refuse(name, "must be a word, or numbers that a double can hold")
    try:
        found = read_specification(**arguments, family=_read_family(assumed))
    except InputError as error:
        assumed.refuse(_of(error), f"must be what mix1d.fit takes ({error})")
    given = arguments["weights"]
    if isinstance(given, list) and None not in given:  # divided by their sum before
        found = replace(found, weights=Constraint("list", tuple(map(float, given))))
    return found


def _read_family(assumed: Part) -> Any:
    """Return families as `mix1d.fit` takes them; files from before there were any have none."""
    if not assumed.has("family"):
        return NORMAL
    value = assumed.get("family")
    if isinstance(value, dict):
        names = assumed.part("family").get("any_of")
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            assumed.refuse("family", "must have a list of names to compare")
        return set(names)
    if not isinstance(value, list):
        return value
    parts = assumed.parts("family")
    return [item.value if isinstance(item.value, str) else _read_fixed(item) for item in parts]


def _read_fixed(item: Part) -> Component:
    family = item.choice("family", FIXED)
    names = ("low", "high") if family == "uniform" else ("value",)
    return Component(family, **{name: item.number(name) for name in names})


def _of(error: InputError) -> str:
    word = str(error).split(" ", 1)[0]
    return word if word in (*_ASSUMED, "family") else "sds"


def _is_plain(value: Any) -> bool:
    """Say whether a value is made of words, null and doubles."""
    if isinstance(value, dict):
        return len(value) == 1 and all(map(_is_plain, value.values()))
    if isinstance(value, list):
        return all(x is None or _is_double(x) for x in value)
    return value is None or isinstance(value, str) or _is_double(value)


def _is_double(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def _tried(options: Part) -> tuple[int, ...] | None:
    if options.get("n_components") is None:
        return None
    numbers = options.whole_numbers("n_components", most=2**31).tolist()
    if not numbers or numbers != sorted(set(numbers)) or numbers[0] < 1:
        options.refuse("n_components", "must be rising from 1")
    return tuple(numbers)
