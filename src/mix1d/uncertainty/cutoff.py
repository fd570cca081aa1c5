"""A cut-off: one number between two populations, how sure it is, and how often it is wrong."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mix1d.data.frames import Origin, frame_of
from mix1d.outcome.records import plain
from mix1d.showing import record
from mix1d.uncertainty.intervals import Estimate
from mix1d.words import letter

RATES = ("specificity", "sensitivity", "ppv", "npv", "wrong")


@record
@dataclass(frozen=True, slots=True)
class Cutoff:
    """A number to cut at, made by `FitResult.cutoff`. Usable as a float.

    Values up to the cut-off count as the lower populations, values above it as the upper ones. The rates are
    those of this very number: shares of the fitted populations on either side of it, whose intervals say how
    sure the populations are. Point masses, a background and values set apart are not counted.
    """

    value: float
    """In the unit of the data; of counts a whole number, but for the rules "equal" and "sds"."""
    lower: float
    """Ends of the confidence interval of `value`: infinite where it is open, NaN where there is none."""
    upper: float
    level: float
    """The confidence level."""
    method: str
    """How the intervals were made: ``"profile"``, ``"wald"``, ``"bootstrap"`` or ``"calibrated"``."""
    rule: str
    rule_level: float | None
    """The `level` that the rule was given: a share, or so many sds; None for the rules without one."""
    between: tuple[int, ...]
    """Indices of the population below the cut-off and of that above; one alone where there is one."""
    one_sided: bool
    specificity: Estimate
    """Share of the lower populations that lies up to the cut-off; the rest of them is falsely above it."""
    sensitivity: Estimate | None
    """Share of the upper populations that lies above it; None where there are none."""
    ppv: Estimate | None
    """Share of the upper populations among all that lies above."""
    npv: Estimate | None
    """Share of the lower populations among all that lies below."""
    wrong: Estimate | None
    """Share of all values that lies on the wrong side."""
    regions: tuple[tuple[float, float], ...] = ()
    """With ``one_sided=False``: where the upper population is the more probable, rising."""
    sentences: tuple[str, ...] = ()
    """What it is, in words."""
    open_lower: str = ""
    """Why `lower` is open, in words; empty when it is not."""
    open_upper: str = ""
    reached_lower: float = math.nan
    """Where `lower` is open: how far the profile went; NaN elsewhere."""
    reached_upper: float = math.nan

    @property
    def message(self) -> str:
        """What it is, in words, on one line."""
        return " ".join(self.sentences)

    @property
    def lower_above(self) -> Estimate:
        """Share of the lower populations above the cut-off: 1 - specificity."""
        return rest_of(self.specificity)

    @property
    def upper_below(self) -> Estimate | None:
        """Share of the upper populations up to the cut-off: 1 - sensitivity."""
        return None if self.sensitivity is None else rest_of(self.sensitivity)

    def __float__(self) -> float:
        return float(self.value)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        return np.array(self.value, dtype)

    def __repr__(self) -> str:
        from mix1d.display.cutting import cutoff_text

        return cutoff_text(self)

    def _repr_html_(self) -> str:
        """Return what a notebook shows."""
        from mix1d.display.cutting import cutoff_html

        return cutoff_html(self)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as lists, numbers and text, ready for JSON: None for what is not finite."""
        found: dict[str, Any] = {field.name: plain(getattr(self, field.name)) for field in fields(self)}
        found["between_letters"] = [letter(j) for j in self.between]
        return found

    def to_frame(self, library: str | None = None) -> Any:
        """Return a data frame of one row: the number, how it was found, and the rates with their intervals.

        Parameters
        ----------
        library : {"pandas", "polars", "pyarrow", "modin", "cudf", "duckdb"}, optional
            None for the first of pandas, polars and pyarrow that is installed.
        """
        return frame_of({name: np.array([value]) for name, value in self._columns()}, Origin(), library)

    def _columns(self) -> Iterator[tuple[str, Any]]:
        for name in ("value", "lower", "upper", "level", "method", "rule"):
            yield name, getattr(self, name)
        yield "rule_level", math.nan if self.rule_level is None else self.rule_level
        yield "below", letter(self.between[0])
        yield "above", letter(self.between[-1]) if len(self.between) > 1 else ""
        for name in RATES:
            rate = getattr(self, name)
            yield name, math.nan if rate is None else rate.value
            yield f"{name}_lower", math.nan if rate is None else rate.lower
            yield f"{name}_upper", math.nan if rate is None else rate.upper


def rest_of(share: Estimate) -> Estimate:
    """Return one minus a share.

    >>> rest_of(Estimate(0.25, 0.1, 0.125, 0.5, 0.95, "wald")).upper
    0.875
    """
    return replace(
        share,
        value=1.0 - share.value,
        lower=1.0 - share.upper,
        upper=1.0 - share.lower,
        open_lower=share.open_upper,
        open_upper=share.open_lower,
        reached_lower=1.0 - share.reached_upper,
        reached_upper=1.0 - share.reached_lower,
        fall_lower=share.fall_upper,
        fall_upper=share.fall_lower,
    )


def made(
    number: Estimate,
    rule: str,
    rule_level: float | None,
    between: tuple[int, ...],
    rates: Mapping[str, Estimate | None],
    regions: tuple[tuple[float, float], ...] = (),
) -> Cutoff:
    """Return a cut-off without sentences, with the rates of `RATES`; with regions it is not one-sided."""
    specificity = rates["specificity"]
    assert specificity is not None
    return Cutoff(
        number.value,
        number.lower,
        number.upper,
        number.level,
        number.method,
        rule,
        rule_level,
        between,
        not regions,
        specificity,
        rates["sensitivity"],
        rates["ppv"],
        rates["npv"],
        rates["wrong"],
        regions,
        open_lower=number.open_lower,
        open_upper=number.open_upper,
        reached_lower=number.reached_lower,
        reached_upper=number.reached_upper,
    )
