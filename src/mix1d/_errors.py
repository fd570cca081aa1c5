"""The exceptions and warnings of mix1d.

Mix1dError
 +- InputError (also ValueError)      an argument or the data cannot be used
 |   +- SketchFormatError             saved bytes are not a sketch
 +- NeedsDataError                    the answer needs the data, which were not kept

Mix1dWarning (also UserWarning)
 +- NotConvergedWarning               the iterations ended before the maximum
 +- ReadingWarning                    a file was read in a special way, or lines of it were left out
 +- IgnoredParameterWarning           parameters of scikit-learn that change nothing were set
"""

import unicodedata

import numpy as np


def visible(text: str) -> str:
    r"""Return a text with what a terminal would obey, or a reader not see, written as escapes.

    Names and cells come from files of others: control characters could clear the screen, and marks of
    direction turn the text around. Bytes of a file's name that are no text are shown too.

    Examples
    --------
    >>> print(visible("a\x1b[2J\u202eb"))
    a\x1b[2J\u202eb
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown_character(character) for character in text)


def _shown_character(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # a byte that os.fsdecode could not decode
        return f"\\x{code - 0xDC00:02x}"
    if unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Zl", "Zp"):
        return character
    return character.encode("unicode_escape").decode("ascii")


class Mix1dError(Exception):
    """Base of every error that mix1d raises on purpose."""

    def __str__(self) -> str:
        return visible(super().__str__())


class InputError(Mix1dError, ValueError):
    """An argument or the data cannot be used; the message says which, what was found and what to do."""


class SketchFormatError(InputError):
    """Saved bytes are not a valid sketch."""


class NeedsDataError(Mix1dError):
    """The answer needs the data themselves, which this result does not hold."""


class Mix1dWarning(UserWarning):
    """Base of every warning of mix1d."""


class NotConvergedWarning(Mix1dWarning):
    """The iterations ended before the maximum of the likelihood; see `FitResult.stop_reason`."""


class ReadingWarning(Mix1dWarning):
    """Numbers of a file were read in a special way, or lines of it left out; the message says which."""


class IgnoredParameterWarning(Mix1dWarning):
    """Parameters of `GaussianMixture1D` were set that change nothing; the message names them."""


def shown(value: object) -> str:
    """Return `value` as messages quote it: as one would type it, cut at 40 characters."""
    if isinstance(value, np.str_ | np.bytes_):
        text = repr(value.item())
    else:
        text = str(value) if isinstance(value, np.generic) else repr(value)
    return text if len(text) <= 40 else text[:37] + "..."
