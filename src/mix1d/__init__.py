"""One-dimensional Gaussian mixtures: which sub-populations, how many, and how sure."""

from mix1d._core import build_info
from mix1d._errors import (
    IgnoredParameterWarning,
    InputError,
    Mix1dError,
    Mix1dWarning,
    NeedsDataError,
    NotConvergedWarning,
    ReadingWarning,
    SketchFormatError,
)
from mix1d.batch.many import fit_many
from mix1d.fitting import fit
from mix1d.mixture import Mixture
from mix1d.plain_em import em
from mix1d.result import FitResult
from mix1d.saving import load
from mix1d.selection.order import order_test
from mix1d.sketch.summary import Sketch

__all__ = [
    "FitResult",
    "IgnoredParameterWarning",
    "InputError",
    "Mix1dError",
    "Mix1dWarning",
    "Mixture",
    "NeedsDataError",
    "NotConvergedWarning",
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
