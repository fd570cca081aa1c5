"""The components of a result as records, a component each, for programs such as jq."""

from __future__ import annotations

from typing import Any

from mix1d.outcome.outcome import Outcome
from mix1d.outcome.records import plain
from mix1d.outcome.windows import sizes
from mix1d.uncertainty.covariance import Parameters
from mix1d.uncertainty.parameters import confidence_interval, standard_errors
from mix1d.words import letter

_MOMENTS = (("weight", "weights"), ("mean", "means"), ("sd", "sds"))


def component_records(outcome: Outcome) -> list[dict[str, Any]]:
    """Return what is known of each component, ready for JSON: None for NaN, and for a bound that is open.

    ``letter`` is its name in words and pictures, ``n`` how many of the values it has, ``parameters`` its own;
    ``intervals`` have the ends at 95 % by profile likelihood, ``standard_errors`` go with them.

    >>> import mix1d
    >>> first = component_records(mix1d.fit([1.0, 2.0, 2.0, 3.0, 8.0, 9.0, 9.0, 10.0], 2))[0]
    >>> first["letter"], round(first["mean"], 3), [round(x, 1) for x in first["intervals"]["mean"]]
    ('a', 2.0, [1.1, 2.9])
    """
    mixture = outcome.mixture
    errors, bounds = standard_errors(outcome), confidence_interval(outcome)
    counts = sizes(outcome.fitted, outcome.sample)
    records = []
    for i, component in enumerate(mixture.components):
        told, lower, upper = (_of(i, one) for one in (errors, bounds.lower, bounds.upper))
        records.append(
            {
                "letter": letter(i),
                "family": component.family,
                "weight": mixture.weights[i],
                "mean": mixture.means[i],
                "sd": mixture.sds[i],
                "median": mixture.medians[i],
                "n": counts[i],
                "parameters": dict(component.parameters),
                "standard_errors": told,
                "intervals": {name: (lower[name], upper[name]) for name in lower},
            }
        )
    return [_plain(record) for record in records]


def _of(place: int, numbers: Parameters) -> dict[str, float]:
    """Return the numbers of a component by the names of its moments and of its own parameters."""
    moments = {one: getattr(numbers, several)[place] for one, several in _MOMENTS}
    return {**(numbers.parameters[place] if numbers.parameters else {}), **moments}


def _plain(value: Any) -> Any:
    """Return NumPy's numbers as those of Python, and what is no number as None."""
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return plain(float(value)) if isinstance(value, float) else value
