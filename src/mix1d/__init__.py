"""One-dimensional Gaussian mixtures: which sub-populations, how many, and how sure."""

from importlib import import_module
from typing import TYPE_CHECKING

try:
    from mix1d._core import build_info
except ImportError as error:
    error.add_note(
        "mix1d: the native core is missing, or was built for another Python or machine: install the package "
        "with 'pip install mix1d', or from its sources with 'pip install .', and do not start in 'src'"
    )
    raise
from mix1d import old_places  # noqa: F401 (pickles of earlier versions)
from mix1d.errors import (
    ArgumentNameError,
    AttributeNameError,
    IgnoredParameterWarning,
    InputError,
    InternalError,
    Mix1dError,
    Mix1dWarning,
    NeedsDataError,
    NotConvergedWarning,
    ReadingWarning,
    SketchFormatError,
)

if TYPE_CHECKING:
    from mix1d.data.observations import Observations
    from mix1d.fitting.fit import fit
    from mix1d.fitting.load import load
    from mix1d.fitting.many import fit_many
    from mix1d.model.component import Component
    from mix1d.model.mixture import Mixture
    from mix1d.model.plain_em import em
    from mix1d.result import FitResult
    from mix1d.selection.order import order_test
    from mix1d.sketch.summary import Sketch

__all__ = [
    "ArgumentNameError",
    "AttributeNameError",
    "Component",
    "FitResult",
    "IgnoredParameterWarning",
    "InputError",
    "InternalError",
    "Mix1dError",
    "Mix1dWarning",
    "Mixture",
    "NeedsDataError",
    "NotConvergedWarning",
    "Observations",
    "ReadingWarning",
    "Sketch",
    "SketchFormatError",
    "build_info",
    "em",
    "fit",
    "fit_many",
    "load",
    "order_test",
]


# Imported when they are first asked for: whoever only imports mix1d waits for none of them.
_PLACES = {
    "Component": "mix1d.model.component",
    "FitResult": "mix1d.result",
    "Mixture": "mix1d.model.mixture",
    "Observations": "mix1d.data.observations",
    "Sketch": "mix1d.sketch.summary",
    "em": "mix1d.model.plain_em",
    "fit": "mix1d.fitting.fit",
    "fit_many": "mix1d.fitting.many",
    "load": "mix1d.fitting.load",
    "order_test": "mix1d.selection.order",
}


def __getattr__(name: str) -> object:
    if name not in _PLACES:
        raise AttributeError(f"module 'mix1d' has no attribute {name!r}", name=name)
    found: object = getattr(import_module(_PLACES[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return __all__
