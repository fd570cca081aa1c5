"""`load`: a saved result again."""

from __future__ import annotations

import os

from mix1d.errors import InputError, shown
from mix1d.result import FitResult
from mix1d.saving.json import read_json
from mix1d.writing import named


def load(path_or_text: str | os.PathLike[str]) -> FitResult:
    """Read a result that `FitResult.to_json` wrote, or ``mix1d fit --json``.

    Parameters
    ----------
    path_or_text : str or path
        A path, or the JSON text itself (it begins with a brace).

    Returns
    -------
    FitResult
        The same in every bit, with the pooled data, so that all methods give the same answers.

    Raises
    ------
    InputError
        When the text is incomplete, holds NaN or infinities, is of another format or of a later version, or
        contradicts itself.
    OSError
        When the file cannot be read.

    Notes
    -----
    The format is described by the JSON schemas ``mix1d/schemas/result-1.json`` and ``result-2.json``. Files
    of these versions will be read by all later ones. Nothing in a file is executed.

    Examples
    --------
    >>> import mix1d
    >>> result = mix1d.fit([1.0, 2.0, 2.0, 3.0, 8.0, 9.0, 9.0, 10.0], 2)
    >>> again = mix1d.load(result.to_json())
    >>> again.mixture == result.mixture, again.log_likelihood == result.log_likelihood
    (True, True)
    """
    if not isinstance(path_or_text, str | os.PathLike):
        raise InputError(
            f"path_or_text must be a path or JSON text, got {shown(path_or_text)}: pass the name of a file"
        )
    where, text = "the text", str(path_or_text)
    if not (isinstance(path_or_text, str) and text.lstrip().startswith("{")):
        where = os.fspath(path_or_text)
        text = _read(where)
    found = read_json(text, where)
    return FitResult(found.sample, found.rows, found.index, found.asked, apart=found.apart)


def _read(where: str) -> str:
    try:
        with open(named(where), encoding="utf-8") as file:
            return file.read()
    except UnicodeDecodeError:
        raise InputError(
            f"{where}: not a result saved as JSON; a saved sketch is read by mix1d.Sketch.from_bytes"
        ) from None
