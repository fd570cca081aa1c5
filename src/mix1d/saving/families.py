"""Which families the fits of a saved result are of, and whether their components are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from mix1d.model.charts import chart_of_family, chart_of_row, family_chart
from mix1d.model.choice import FIXED
from mix1d.model.families import FAMILIES, NORMAL
from mix1d.model.specification import Specification
from mix1d.native import Chart
from mix1d.saving.parts import Part

MIXED = "mixed"


def read_word(row: Part, specification: Specification) -> str:
    """Return the family of a fit, "mixed" where each component has its own; older files have none."""
    choice = specification.family
    allowed = {
        "each": (MIXED,),
        "auto": tuple(family.name for family in FAMILIES if family.name not in FIXED),
    }.get(choice.kind, choice.names)
    if not row.has("family") and choice.normal:
        return "normal"
    return row.choice("family", allowed)


def check_families(row: Part, whole: dict[str, Any], word: str, names: Sequence[str] = ()) -> None:
    """Raise `InputError` where components are not of the family of their fit, or of those named for it."""
    where = [row.part("mixture"), *(optimum.part("mixture") for optimum in row.parts("optima"))]
    several = [whole["native"], *whole["native_optima"]] if "native" in whole else [whole["mixture"]]
    for part, arrays in zip(where, several, strict="native" in whole):
        k = len(arrays[0])
        numbers = arrays[3].tolist() if len(arrays) == 5 else [NORMAL.number] * k
        # a component of weight 0 is no component of any family
        found = Counter(
            FAMILIES[n].name for n, weight in zip(numbers, arrays[0], strict=True) if weight > 0.0
        )
        allowed = Counter(names if word == MIXED else [word] * k)
        if found - allowed or (found == Counter({"normal": k}) and len(arrays) == 5):
            key = "families" if len(arrays) == 5 else "means"
            part.refuse(key, f"must be of components that are {' and '.join(sorted(allowed))}")


def chart_of_words(
    specification: Specification, k: int, whole: dict[str, Any], background: bool, several: bool
) -> Chart:
    """Return the chart of a fit, as it had it when it was made."""
    if specification.family.kind != "each":
        chart = chart_of_row(specification, k, whole["sds"], background)
        return chart_of_family(chart, whole["family"], several)
    chart = family_chart(specification.family.names, background)
    if "native" not in whole:
        return chart
    numbers = whole["native"][3].tolist()
    assert not isinstance(chart.family, int)
    fixed = len(chart.family) - len(numbers)  # a background, which is not among the components
    return chart._replace(family=[*chart.family[:fixed], *numbers])
