"""The picture that `mix1d fit --plot` saves, drawn without a window whatever the environment says."""

from __future__ import annotations

import io
import os
import warnings
from collections.abc import Callable
from pathlib import PurePath
from typing import Any

from mix1d.display.plot.ridges import plot_ridges, size_of
from mix1d.display.ridges import Ridges
from mix1d.errors import InputError, shown
from mix1d.optional import need
from mix1d.result import FitResult

_SIZE = (7.2, 4.4)  # inches
_DOTS = 200  # an inch
# matplotlib writes these too: PostScript, where bands would hide what is below; TeX code; bare bytes.
_UNSUITABLE = {"eps", "ps", "pgf", "raw", "rgba"}
_UNDATED: dict[str, dict[str, Any]] = {
    "svg": {"Date": None},
    "svgz": {"Date": None},
    "pdf": {"CreationDate": None},
}


def picture_format(path: str) -> str:
    """Return the format that a file's name ends in, or raise `InputError` where it cannot be written."""
    known = _canvas().get_supported_filetypes()
    allowed = sorted(set(known) - _UNSUITABLE)
    suffix = PurePath(path).suffix.removeprefix(".").lower()
    if suffix not in allowed:
        found = f"got {shown(path)}"
        raise InputError(
            f"--plot: the name of a picture must end in one of .{', .'.join(allowed)}, {found}: "
            "take for example fit.png"
        )
    return suffix


def picture(result: FitResult, kind: str) -> bytes:
    """Return the overview of a fit as the bytes of a picture; the same for the same fit."""
    return _drawn(result.plot, _SIZE, kind)


def picture_of_groups(ridges: Ridges, kind: str) -> bytes:
    """Return the densities of many groups below each other as the bytes of a picture."""
    return _drawn(lambda ax: plot_ridges(ridges, ax), size_of(ridges), kind)


def _drawn(draw: Callable[[Any], object], size: tuple[float, float], kind: str) -> bytes:
    canvas = _canvas()
    from matplotlib import rc_context

    with rc_context({"svg.hashsalt": "mix1d"}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from")  # of the name: a box stands for it
        canvas.figure.set_size_inches(*size)
        draw(canvas.figure.add_subplot())
        file = io.BytesIO()
        canvas.figure.savefig(file, format=kind, dpi=_DOTS, metadata=_UNDATED.get(kind))
    return file.getvalue()


def _canvas() -> Any:
    """Return a new canvas of the Agg backend with its figure.

    The backend that the environment names is not looked at: it may need a window, or not exist.
    """
    need("plot", "matplotlib", doing="--plot needs", error=InputError)
    asked = os.environ.pop("MPLBACKEND", None)
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    finally:
        if asked is not None:
            os.environ["MPLBACKEND"] = asked
    return FigureCanvasAgg(Figure(figsize=_SIZE, layout="constrained"))
