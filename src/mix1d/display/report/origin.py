"""How a fit was computed, and a line of code that repeats it."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np

from mix1d._core import build_info
from mix1d.display.checks import Checks
from mix1d.model.choice import NORMAL, Choice
from mix1d.outcome.outcome import Outcome
from mix1d.words import listed, plain

_DEFAULTS = {"max_iter": 1000, "tol": 1e-10}  # of `fit`


def origin_of(result: Outcome, found: Checks | None = None) -> tuple[tuple[str, str], ...]:
    """Return pairs (what, text): version, options, data, and the call."""
    asked, sample = result.asked, result.sample
    tried = "left to mix1d" if asked.n_components is None else _numbers(asked.n_components)
    lines = [
        ("Version", f"mix1d {build_info()['version']}"),
        ("Components asked for", tried),
        ("Standard deviations", {"auto": "auto: free and equal compared"}.get(asked.sds, asked.sds)),
        ("Families", _families(asked.specification)),
        ("Criterion", result.criterion.upper()),
        ("Objective", "highest" if asked.highest else "stable"),
        ("Start", "given" if asked.started else "global search, without random numbers"),
        ("Values", _values(result)),
        ("Points computed with", _points(result)),
        ("Data hash", data_hash(result)),
        ("Log-likelihood", repr(result.log_likelihood)),
    ]
    if found is not None:
        lines.append(("Tests", f"seed {found.seed}, {found.replicates} replicates"))
    if sample.resolution is not None:
        lines.insert(8, ("Resolution of the values", plain(sample.resolution)))
    return (*lines, ("To repeat it", code_line(result)))


def data_hash(result: Outcome) -> str:
    """Return the SHA-256 of the points that a fit was computed from.

    Of the distinct values in rising order, and then of their weights, as little-endian 64-bit floats; of a
    sketch or a long column, those of the points that stand for it.

    >>> import hashlib, struct, mix1d
    >>> found = data_hash(mix1d.fit([3.0, 1.0, 1.0], 1))
    >>> found == hashlib.sha256(struct.pack("<4d", 1.0, 3.0, 2.0, 1.0)).hexdigest()
    True
    """
    digest = hashlib.sha256()
    for array in (result.sample.values, result.sample.weights):
        digest.update(np.ascontiguousarray(array, "<f8").tobytes())
    return digest.hexdigest()


def code_line(result: Outcome) -> str:
    """Write the call that repeats a fit; x stands for the column and w for its weights.

    >>> import mix1d
    >>> code_line(mix1d.fit([1.0, 2.0, 4.0, 7.0], range(1, 3)))
    "mix1d.fit(x, range(1, 3), sds='auto', criterion='bic', objective='stable')"
    """
    asked, sample = result.asked, result.sample
    given = ["x"] if asked.n_components is None else ["x", _numbers(asked.n_components)]
    choice = getattr(asked.specification, "family", NORMAL)
    if not choice.normal:
        given.append(f"family={family_code(choice)}")
    given.append(f"sds={asked.sds!r}")
    if asked.weighted:
        given.append("sample_weight=w")
    given += [f"criterion={asked.criterion!r}", f"objective={'highest' if asked.highest else 'stable'!r}"]
    if asked.started:
        start = ", ".join(repr(parameter.tolist()) for parameter in result.fitted["start"])
        given.append(f"start=mix1d.Mixture({start})")
    given += [
        f"{name}={getattr(asked, name)!r}"
        for name, value in _DEFAULTS.items()
        if getattr(asked, name) != value
    ]
    if sample.n_missing:
        given.append("missing='drop'")
    return f"mix1d.fit({', '.join(given)})"


def family_code(choice: Choice) -> str:
    """Write the argument `family` as one would type it.

    >>> from mix1d.model.choice import read_family
    >>> family_code(read_family({"gamma", "lognormal"})), family_code(read_family(["dirac", "pois"]))
    ("{'lognormal', 'gamma'}", "['point_mass', 'poisson']")
    """
    if choice.kind == "auto":
        return "'auto'"
    if choice.kind == "one":
        return repr(choice.names[0])
    point = f"mix1d.Component('point_mass', value={choice.point!r})" if choice.point else "'point_mass'"
    names = [point if name == "point_mass" else repr(name) for name in choice.names]
    ends = choice.background
    if ends is True:
        names.append("'uniform'")
    elif ends is not None:
        names.append(f"mix1d.Component('uniform', low={ends[0]!r}, high={ends[1]!r})")
    return f"{{{', '.join(names)}}}" if choice.kind == "set" else f"[{', '.join(names)}]"


def _numbers(numbers: tuple[int, ...]) -> str:
    if len(numbers) == 1:
        return str(numbers[0])
    if numbers[-1] - numbers[0] == len(numbers) - 1:
        return f"range({numbers[0]}, {numbers[-1] + 1})"
    return repr(list(numbers))


def _families(specification: Any) -> str:
    choice = getattr(specification, "family", NORMAL)
    return "auto: those that the values allow" if choice.kind == "auto" else listed([*choice.names])


def _values(result: Outcome) -> str:
    sample = result.sample
    words = f"n = {result.n_obs}, total weight {plain(result.total_weight, 10)}"
    if sample.n_missing:
        words += f", {sample.n_missing} missing left out"
    if sample.n_zero_weight:
        words += f", {sample.n_zero_weight} of weight 0 left out"
    return words


def _points(result: Outcome) -> str:
    sample = result.sample
    m = len(sample.values)
    if sample.widths is None:
        return f"{m} distinct value{'s' * (m != 1)} with their weights"
    return f"{m} weighted points that stand for a sketch or a long column"
