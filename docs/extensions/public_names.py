"""Names as readers know them: a record is `Threshold`, wherever the module lies in which it is made.

Only `mix1d` and `mix1d.sklearn` are public places. What is documented from another one is shown, indexed and
searched without that place; its functions, which nobody calls by name, are not in the index of the search.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from sphinx import addnodes
from sphinx.domains.python import PythonDomain

_PUBLIC = ("mix1d.", "mix1d.sklearn.")
_MODULE = re.compile(r"\bin (?:module )?mix1d(?!\.sklearn)(?:\.\w+)*(?=\))")
_PLACE = re.compile(r"\bmix1d(?:\.\w+)+")
_HIDDEN = -1  # the priority of what a search does not show


def short_name(name: str) -> str:
    """Return `Threshold.value` for `mix1d.model.thresholds.Threshold.value`, and public names as they are.

    A function in another place has no name that anybody would look for.

    >>> short_name("mix1d.model.thresholds.Threshold.value"), short_name("mix1d.FitResult.plot")
    ('Threshold.value', 'mix1d.FitResult.plot')
    >>> short_name("mix1d.selection.em_order.em_test")
    ''
    """
    parts = name.split(".")
    capital = next((i for i, part in enumerate(parts) if part[:1].isupper()), None)
    place = ".".join(parts[: -1 if capital is None else capital]) + "."
    if place in _PUBLIC:
        return name
    return "" if capital is None else ".".join(parts[capital:])


class _PublicNames(PythonDomain):
    def get_objects(self) -> Iterable[tuple[str, str, str, str, str, int]]:
        for name, shown, sort, page, anchor, priority in super().get_objects():
            short = short_name(name)
            yield short or name, short or shown, sort, page, anchor, priority if short else _HIDDEN


def _without_place(app, domain, objtype, content) -> None:
    for place in list(content.parent.findall(addnodes.desc_addname)):
        if place.astext().startswith("mix1d.") and place.astext() not in _PUBLIC:
            place.parent.remove(place)


def _without_place_in_index(app, document) -> None:
    """Shorten "means (mix1d.result.Parameters attribute)" and the like, which a search shows as well."""
    for node in document.findall(addnodes.index):
        node["entries"] = [(kind, short_entry(text), *rest) for kind, text, *rest in node["entries"]]


def short_entry(text: str) -> str:
    """Return an entry of the index with the names of its modules left out where they are not public.

    >>> short_entry("means (mix1d.result.Parameters attribute)"), short_entry("fit() (in module mix1d)")
    ('means (Parameters attribute)', 'fit() (in mix1d)')
    >>> short_entry("Row (class in mix1d.result)")
    'Row (class in mix1d)'
    """
    text = _MODULE.sub("in mix1d", text)
    return _PLACE.sub(lambda found: short_name(found[0]) or "mix1d", text)


def setup(app) -> dict[str, bool]:
    """Tell Sphinx."""
    app.add_domain(_PublicNames, override=True)
    app.connect("doctree-read", _without_place_in_index)
    app.connect("object-description-transform", _without_place)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
