"""The exceptions and warnings of mix1d.

Mix1dError
 +- InputError (also ValueError)      an argument or the data cannot be used
 |   +- ArgumentNameError (TypeError)  a function has no argument of that name
 |   +- SketchFormatError             saved bytes are not a sketch
 +- AttributeNameError (AttributeError)  a result has nothing of that name
 +- NeedsDataError                    the answer needs the data, which were not kept
 +- InternalError (also RuntimeError) a fault of mix1d itself

Mix1dWarning (also UserWarning)
 +- NotConvergedWarning               the iterations ended before the maximum
 +- ReadingWarning                    a file was read in a special way, or lines of it were left out
 +- IgnoredParameterWarning           parameters of scikit-learn that change nothing were set
"""

import os

import numpy as np

from mix1d.words import visible

DEBUG = "MIX1D_DEBUG"
"""The environment variable that adds tracebacks to the sentences of programs."""


class Mix1dError(Exception):
    """Base of every error that mix1d raises on purpose."""

    def __str__(self) -> str:
        return visible(super().__str__())


class InputError(Mix1dError, ValueError):
    """An argument or the data cannot be used; the message says which, what was found and what to do."""


class ArgumentNameError(InputError, TypeError):
    """A function has no argument of that name; the message says which one is meant."""


class AttributeNameError(Mix1dError, AttributeError):
    """A result has nothing of that name; the message says what is meant."""


class SketchFormatError(InputError):
    """Saved bytes are not a valid sketch."""


class NeedsDataError(Mix1dError):
    """The answer needs the data themselves, which this result does not hold."""


class InternalError(Mix1dError, RuntimeError):
    """A fault of mix1d itself; the message says what to report."""


class Mix1dWarning(UserWarning):
    """Base of every warning of mix1d."""


class NotConvergedWarning(Mix1dWarning):
    """The iterations ended before the maximum of the likelihood; see `FitResult.stop_reason`."""


class ReadingWarning(Mix1dWarning):
    """Numbers of a file were read in a special way, or lines of it left out; the message says which."""


class IgnoredParameterWarning(Mix1dWarning):
    """Parameters of `GaussianMixture1D` were set that change nothing; the message names them."""


def shown(value: object) -> str:
    """Return `value` as messages quote it: as one would type it, cut at 40 characters.

    Examples
    --------
    >>> shown("three"), shown(10**5000)
    ("'three'", '<int that cannot be shown>')
    """
    try:
        if isinstance(value, np.str_ | np.bytes_):
            text = repr(value.item())
        else:
            text = str(value) if isinstance(value, np.generic) else repr(value)
    except Exception:  # too many digits, too deep, or an object that cannot tell
        return f"<{type(value).__name__} that cannot be shown>"
    return text if len(text) <= 40 else text[:37] + "..."


def in_system_words(error: OSError) -> str:
    """Return what the system says, after the name of the file where it has one.

    Examples
    --------
    >>> in_system_words(OSError(28, "No space left on device", "fit.json"))
    'fit.json: No space left on device'
    >>> in_system_words(OSError(28, "No space left on device"))
    'No space left on device'
    """
    words = error.strerror or " ".join(str(error).split()) or type(error).__name__
    name = os.fsdecode(error.filename) if isinstance(error.filename, bytes) else error.filename
    return words if name is None else f"{name}: {words}"


def unforeseen(error: Exception) -> str:
    """Return a sentence about an error that nobody has thought of.

    Examples
    --------
    >>> unforeseen(KeyError("x"))
    "this should not have happened (KeyError: 'x'); MIX1D_DEBUG=1 shows where: please report it"
    """
    words = " ".join(str(error).split())
    if len(words) > 200:
        words = words[:197] + "..."
    what = f"{type(error).__name__}: {words}" if words else type(error).__name__
    return f"this should not have happened ({what}); {DEBUG}=1 shows where: please report it"
