"""What all that speaks has in common: names of components, numbers as a person reads them, lists, p-values.

A value and its error are rounded together, and ticks stand on round numbers.
"""

import math
import unicodedata
from collections.abc import Sequence

_LARGEST_PLAIN = 1e7  # from here on, and below the next, numbers are written with a power of ten
_SMALLEST_PLAIN = 1e-4
_DIGITS_OF_A_DOUBLE = 15
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

LEVEL = 0.05  # a test with a p-value up to this is called significant


def letter(component: int) -> str:
    """Name a component in words, tables and drawings: a, b, c, ... in the order of the mixture.

    >>> letter(0), letter(2), letter(60)
    ('a', 'c', '60')
    """
    return _LETTERS[component] if component < len(_LETTERS) else str(component)


def listed(words: Sequence[str], before_the_last: str = "and") -> str:
    """Write a list as in a sentence.

    >>> listed(["a"]), listed(["a", "b", "c"]), listed(["a", "b"], "or")
    ('a', 'a, b and c', 'a or b')
    """
    return f" {before_the_last} ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def p_words(p_value: float) -> str:
    """Return a p-value as papers print it, rounded up or down but never across `LEVEL`.

    >>> [p_words(p) for p in (1e-7, 0.001, 0.0148, 0.0502, 0.213, 1.0)]
    ['p < .001', 'p = .001', 'p = .015', 'p = .0502', 'p = .21', 'p = 1']
    """
    if p_value < 0.001:
        return "p < .001"
    if p_value > 0.995:
        return "p = 1" if p_value == 1.0 else "p > .99"
    digits = 2 if p_value >= 0.1 else 3
    while (float(f"{p_value:.{digits}f}") <= LEVEL) != (p_value <= LEVEL):
        digits += 1
    return f"p = {p_value:.{digits}f}".replace("0.", ".", 1)


def visible(text: str) -> str:
    r"""Return a text with what a terminal would obey, or a reader not see, written as escapes.

    Names and cells come from files of others: control characters could clear the screen, and marks of
    direction turn the text around. Bytes of a file's name that are no text are shown too.

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


def exponent(x: float) -> int:
    """Return the power of ten of the leading digit of a finite x; 0 for x = 0.

    >>> exponent(54.6), exponent(-0.032), exponent(1e-300)
    (1, -2, -300)
    """
    return int(f"{abs(x):.16e}".partition("e")[2]) if x else 0


def value_and_error(value: float, error: float, digits: int = 2) -> tuple[str, str]:
    """Round a value and its standard error together, to `digits` significant digits of the error.

    The two texts have the same last decimal, and the same power of ten when they need one: the convention of
    the Particle Data Group (Review of Particle Physics, section 5.3), with two digits of the error always. An
    error that is NaN is shown as "-", and the value then keeps five digits.

    >>> value_and_error(54.61489, 0.69967)
    ('54.61', '0.70')
    >>> value_and_error(209432123.0, 54321.0)
    ('2.09432e+08', '0.00054e+08')
    >>> value_and_error(5.8712, float("nan"))
    ('5.8712', '-')
    """
    if math.isnan(value):
        return "-", "-"
    if not math.isfinite(value) or not math.isfinite(error):
        return plain(value), "-" if math.isnan(error) else str(error)
    if error <= 0.0:
        return plain(value, 6), "0"
    # Rounding 0.0996 to two digits gives 0.10: its power of ten is that of the rounded number.
    last = exponent(float(f"{error:.{digits - 1}e}")) - digits + 1
    top = max(exponent(value), exponent(error))
    if last < top - _DIGITS_OF_A_DOUBLE:
        return plain(value, _DIGITS_OF_A_DOUBLE), plain(error, digits)
    if top >= exponent(_SMALLEST_PLAIN) and (last <= 0 or top < exponent(_LARGEST_PLAIN)):
        return _fixed(value, last), _fixed(error, last)
    power = f"e{top:+03d}"
    return _shifted(value, top, last) + power, _shifted(error, top, last) + power


def plain(x: float, digits: int = 5) -> str:
    """Write one number with so many significant digits, and with a power of ten only where needed.

    >>> plain(1234567.8), plain(0.5), plain(1e-300)
    ('1234600', '0.5', '1e-300')
    """
    if not math.isfinite(x):
        return str(x)
    if x == 0.0 or _is_plain(abs(x)):
        return _fixed(float(f"{x:.{digits - 1}e}"), exponent(x) - digits + 1, trim=True)
    mantissa, _, power = f"{x:.{digits - 1}e}".partition("e")
    return (mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa) + f"e{int(power):+03d}"


def near(x: float, scale: float, digits: int = 3) -> str:
    """Write a position to so many digits below the scale that matters there, such as an sd.

    >>> near(66.61234, 5.9), near(66.61234, 5.9, 2), near(0.0123456, 0.001), near(4e-81, 0.5)
    ('66.612', '66.61', '0.012346', '0')
    """
    if not (math.isfinite(x) and scale > 0.0 and math.isfinite(scale)):
        return plain(x)
    total = exponent(x) - exponent(scale) + digits + 1
    return plain(x, min(max(total, 2), _DIGITS_OF_A_DOUBLE)) if total > -2 else "0"


def round_step(span: float, at_most: int) -> float:
    """Return the smallest step of the kind 1, 2, 5 times a power of ten that cuts span into few parts.

    >>> round_step(53.0, 8)
    10.0
    """
    power = exponent(span / at_most)
    for factor in (1.0, 2.0, 5.0, 10.0):
        step = float(f"{factor:g}e{power}")
        if step > 0.0 and span / step <= at_most:
            return step
    return span


def tick_labels(ticks: Sequence[float], step: float) -> list[str]:
    """Write ticks that are `step` apart, all in the same way.

    >>> tick_labels([0.0, 0.5, 1.0], 0.5), tick_labels([1e20, 2e20], 1e20)
    (['0.0', '0.5', '1.0'], ['1e+20', '2e+20'])
    """
    largest = max(abs(tick) for tick in ticks)
    if largest == 0.0 or (largest < _LARGEST_PLAIN and step >= _SMALLEST_PLAIN):
        return [_fixed(tick, min(exponent(step), 0)) for tick in ticks]
    digits = min(max(exponent(largest) - exponent(step), 0), _DIGITS_OF_A_DOUBLE)
    return ["0" if abs(tick) < step / 2 else f"{tick:.{digits}e}" for tick in ticks]


def _is_plain(magnitude: float) -> bool:
    return _SMALLEST_PLAIN <= magnitude < _LARGEST_PLAIN


def _fixed(x: float, last: int, trim: bool = False) -> str:
    """Write x with its last digit at 10**last; digits left of the point are kept as zeros."""
    rounded = round(x, -last) if last > 0 else x
    text = f"{rounded:.{max(-last, 0)}f}"
    if trim and "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.lstrip("-") if float(text) == 0.0 else text


def _shifted(x: float, top: int, last: int) -> str:
    """Write x / 10**top by moving the point in its decimal text: no overflow, no second rounding."""
    mantissa, _, power = f"{x:.16e}".partition("e")
    return f"{float(f'{mantissa}e{int(power) - top}'):.{max(top - last, 0)}f}"
