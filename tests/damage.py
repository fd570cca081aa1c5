"""Saved results with one leaf replaced by something hostile, and all that is asked of what is still read."""

import contextlib
import json

import mix1d

HOSTILE = {
    float: [
        0.0,
        -1.0,
        5e-324,
        1e-300,
        1e10,
        1e300,
        -1.7e308,
        10**400,
        2**31,
        "inf",
        "nan",
        None,
        True,
        "x",
        [],
    ],
    int: [0, -1, 1, 2, 7, 10**6, 2**31, 2**63, 2**64, 10**30, 0.5, 1e300, None, True, "x", []],
    bool: ["flipped", 0, 1, None, "true", []],
    str: ["", "x", "\ud800", "a" * 100_000, None, 3, []],
    type(None): [0, 1, -1.0, 1e300, 5e-324, "x", [], [0], [1.0, 2.0], {}, True],
}
PART = 12  # of long lists


def leaves(value, path=()):
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, (*path, key))
    elif isinstance(value, list):
        places = range(len(value)) if len(value) <= PART else [0, 1, len(value) // 2, len(value) - 1]
        for i in places:
            yield from leaves(value[i], (*path, i))
    else:
        yield path, value


def replaced(whole, path, value):
    """The text with one leaf replaced; the parts on the way are copied."""
    top = dict(whole)
    at = top
    for key in path[:-1]:
        at[key] = dict(at[key]) if isinstance(at[key], dict) else list(at[key])
        at = at[key]
    at[path[-1]] = value
    return json.dumps(top)


def loaded(text):
    """The result, or None where it is refused."""
    try:
        return mix1d.load(text)
    except mix1d.InputError:
        return None


def used(result):
    """All that a reader may ask for, each refused in words or answered."""
    for call in (
        lambda: str(result),
        lambda: result._repr_html_(),
        lambda: result.to_json(),
        lambda: result.trace,
        lambda: result.confidence_interval(),
        lambda: result.goodness_of_fit(replicates=9, threads=1),
        lambda: result.certificate(threads=1),
        lambda: result.replicates(replicates=3, threads=1),
        lambda: result.replicates(replicates=3, resampling="parametric", threads=1),
        lambda: result.confidence_interval(method="calibrated", replicates=3, threads=1),
        lambda: result.responsibilities(),
        lambda: result.influence(),
    ):
        with contextlib.suppress(mix1d.Mix1dError):
            call()


def hostile(value):
    for other in HOSTILE[type(value)]:
        yield not value if other == "flipped" and isinstance(other, str) else other
