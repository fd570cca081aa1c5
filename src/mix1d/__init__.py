"""One-dimensional Gaussian mixtures: which sub-populations, how many, and how sure."""

try:
    from mix1d._core import build_info
except ImportError as error:
    error.add_note(
        "mix1d: the native core is missing, or was built for another Python or machine: install the package "
        "with 'pip install mix1d', or from its sources with 'pip install .', and do not start in 'src'"
    )
    raise
from mix1d import old_places  # noqa: F401 (pickles of earlier versions)
from mix1d.data.observations import Observations
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


def __dir__() -> list[str]:
    return __all__
