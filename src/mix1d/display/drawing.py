"""Draw a sample as a histogram with its fitted components, in characters."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mix1d._finding import letter
from mix1d.display.bins import Bins, bins_of, unshifted
from mix1d.display.rounding import near, plain, round_step, tick_labels

_EIGHTHS = " ▁▂▃▄▅▆▇█"
_LEFT = 7  # columns left of the picture: the counts and the axis
_SMALLEST_WIDTH = 30
_FAINTEST = 0.25  # rows; a lower curve would only hide the axis
_OVERLAP = 1.02  # the sum is drawn where it exceeds the tallest component by this factor and half a row


@dataclass(frozen=True)
class Drawing:
    """Lines of text and, character by character, what each one stands for.

    Attributes
    ----------
    lines : tuple of str
        The picture, without colour.
    roles : tuple of str
        The same shape: "#" for a bar, "+" for the sum, "|" for a threshold, the letter of a component
        (see `rounding.letter`), and a blank for anything else.
    """

    lines: tuple[str, ...]
    roles: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join(line.rstrip() for line in self.lines)


class _Canvas:
    """A grid of characters with their roles; row 0 is the lowest."""

    def __init__(self, n_columns: int, n_rows: int) -> None:
        self.characters = [[" "] * n_columns for _ in range(n_rows)]
        self.roles = [[" "] * n_columns for _ in range(n_rows)]

    def put(self, row: int, column: int, character: str, role: str) -> None:
        if 0 <= row < len(self.characters) and 0 <= column < len(self.characters[0]):
            self.characters[row][column] = character
            self.roles[row][column] = role


def draw(
    values: NDArray[np.float64],
    sample_weight: NDArray[np.float64],
    weights: ArrayLike,
    means: ArrayLike,
    sds: ArrayLike,
    *,
    thresholds: Sequence[float] = (),
    resolution: float | None = None,
    widths: NDArray[np.float64] | None = None,
    n_obs: int | None = None,
    width: int = 80,
    height: int = 14,
    ascii: bool = False,
) -> Drawing:
    """Draw the histogram of a sample with the curves of a mixture over it.

    Parameters
    ----------
    values, sample_weight : ndarray, shape (m,)
        The values, and the weight (the count) of each.
    weights, means, sds : sequence of float, shape (k,)
        The mixture.
    thresholds : sequence of float
        Places to mark, in the unit of the values.
    resolution : float, optional
        Spacing of the values when they are rounded. Bins are then whole multiples of it, with their edges
        half-way between possible values, so that rounding cannot make a comb of the bars.
    widths : ndarray, shape (m,), optional
        Where the values are quadrature nodes of cells: positive for a node, 0 for a value.
    n_obs : int, optional
        Rows behind the weights; their number decides how fine the bins are. By default the summed weight.
    width, height : int
        Columns of the whole, rows of the picture without axis and legend.
    ascii : bool
        Use ASCII characters only.

    Returns
    -------
    Drawing
        Lines at most `width` wide (30 at least).

    Notes
    -----
    Bars and curves have the same unit, the weight in a bin. A curve shows at every column its mean over
    that column, so that a component narrower than a column keeps its true height in counts. The cost is a
    few passes over the values.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.arange(1.0, 8.0)
    >>> picture = draw(x, np.array([1.0, 4, 6, 4, 2, 1, 1]), [1.0], [3.4], [1.5], resolution=1.0, width=50)
    >>> max(len(line) for line in picture.lines) <= 50
    True
    """
    # A power of two brings the largest value near 1: no overflow in what follows, and no rounding.
    shift = -math.frexp(float(np.max(np.abs(values))))[1]
    x = np.ldexp(values, shift)
    n_columns = max(width, _SMALLEST_WIDTH) - _LEFT
    total = float(sample_weight.sum())
    rows = round(total) if n_obs is None else n_obs
    bins = bins_of(
        x,
        sample_weight,
        resolution=resolution,
        n_obs=rows,
        widths=None if widths is None else np.ldexp(widths, shift),
        shift=shift,
        columns=n_columns,
    )
    edges = bins.low + np.arange(bins.n_columns + 1, dtype=np.float64) * (bins.width / bins.columns_each)
    curves = _curves(
        edges,
        total * bins.columns_each * np.asarray(weights, dtype=np.float64),
        np.ldexp(np.asarray(means, dtype=np.float64), shift),
        np.ldexp(np.asarray(sds, dtype=np.float64), shift),
    )
    top = max(float(bins.totals.max()), float(curves.sum(axis=0).max()))
    cuts = [
        (cut, int((math.ldexp(cut, shift) - bins.low) / bins.width * bins.columns_each))
        for cut in thresholds
        if math.isfinite(cut)
    ]
    cuts = [(cut, column) for cut, column in cuts if 0 <= column < bins.n_columns]

    canvas = _Canvas(bins.n_columns, height)
    _draw_bars(canvas, bins, top, ascii)
    for _, column in cuts:
        _draw_threshold(canvas, column, ascii)
    has_sum = _draw_curves(canvas, curves, top, ascii)
    lines, roles = _with_counts(canvas, top, ascii)
    counted = math.isclose(total, rows, rel_tol=1e-9)  # weights of quadrature nodes are rounded
    below = [
        *_axis(bins, shift, [column for _, column in cuts], ascii),
        *_legend(bins, shift, canvas, [cut for cut, _ in cuts], has_sum, counted, width, ascii),
    ]
    for line, role in below:
        lines.append(line)
        roles.append(role)
    return Drawing(tuple(lines), tuple(roles))


def _curves(
    edges: NDArray[np.float64], totals: NDArray[np.float64], means: NDArray[Any], sds: NDArray[Any]
) -> NDArray[np.float64]:
    """Return, (k, columns), the mean over each column of total * density, in weight per bin."""
    z = (edges - means[:, None]) / (sds[:, None] * math.sqrt(2.0))
    cdf = 0.5 * np.array([[1.0 + math.erf(value) for value in row] for row in z])
    return totals[:, None] * np.diff(cdf, axis=1)


def _draw_bars(canvas: _Canvas, bins: Bins, top: float, ascii: bool) -> None:
    n_rows = len(canvas.characters)
    for bin_, total in enumerate(bins.totals):
        height = total / top * n_rows
        for column in range(bin_ * bins.columns_each, (bin_ + 1) * bins.columns_each):
            for row in range(math.ceil(height)):
                part = min(height - row, 1.0)
                if ascii:
                    if part >= 0.5:
                        canvas.put(row, column, ":", "#")
                else:
                    canvas.put(row, column, _EIGHTHS[max(1, round(8 * part))], "#")


def _draw_threshold(canvas: _Canvas, column: int, ascii: bool) -> None:
    for row in range(len(canvas.characters)):
        if canvas.characters[row][column] == " ":
            canvas.put(row, column, "|" if ascii else "┊", "|")


def _draw_curves(canvas: _Canvas, curves: NDArray[np.float64], top: float, ascii: bool) -> bool:
    """Draw the components over the bars, and their sum where it stands out; return whether it does."""
    n_rows = len(canvas.characters)
    heights = curves / top * n_rows
    total = heights.sum(axis=0)
    stands_out = (total - heights.max(axis=0) > 0.5) & (total > _OVERLAP * heights.max(axis=0))
    for where in np.flatnonzero(stands_out):
        _draw_piece(canvas, total, int(where), "*" if ascii else "•", "+")
    for component, curve in enumerate(heights):
        name = letter(component)[0]
        for column in range(curve.size):
            _draw_piece(canvas, curve, column, name, name)
    return bool(stands_out.any())


def _draw_piece(canvas: _Canvas, curve: NDArray[np.float64], column: int, character: str, role: str) -> None:
    """Draw one column of a curve, and down to just above a lower neighbour where it is steep."""
    here = curve[column]
    if here < _FAINTEST:
        return
    highest = min(int(here), len(canvas.characters) - 1)
    beside = [int(curve[j]) + 1 for j in (column - 1, column + 1) if 0 <= j < curve.size]
    for row in range(min([highest, *beside]), highest + 1):
        canvas.put(row, column, character, role)


def _with_counts(canvas: _Canvas, top: float, ascii: bool) -> tuple[list[str], list[str]]:
    """Return the rows of the picture, the highest first, with the scale of the bars at their left."""
    n_rows = len(canvas.characters)
    step = round_step(top, 4)
    ticks = [i * step for i in range(int(top / step) + 1)]
    rows = [math.ceil(tick / top * n_rows) - 1 for tick in ticks]
    texts = tick_labels(ticks, step)
    if max(map(len, texts)) > _LEFT - 2:
        texts = [_short(tick) for tick in ticks]
    labels = dict(zip(rows, texts, strict=True))
    wall, notch = ("|", "+") if ascii else ("│", "┤")
    lines, roles = [], []
    for row in reversed(range(n_rows)):
        label = labels.get(row, "")
        left = f"{label:>{_LEFT - 2}} {notch if label else wall}"
        lines.append(left + "".join(canvas.characters[row]))
        roles.append(" " * len(left) + "".join(canvas.roles[row]))
    return lines, roles


def _short(count: float) -> str:
    """Write a large round number with its power of ten.

    >>> _short(400_000.0), _short(1_500_000.0), _short(0.0)
    ('4e5', '1.5e6', '0')
    """
    digits, _, power = f"{count:.6e}".partition("e")
    return f"{digits.rstrip('0').rstrip('.')}e{int(power)}" if count else "0"


def _axis(bins: Bins, shift: int, marks: Sequence[int], ascii: bool) -> list[tuple[str, str]]:
    """Return the axis with its ticks and thresholds, and the line of numbers below it."""
    n = bins.n_columns
    dash, notch, mark = ("-", "+", "^") if ascii else ("─", "┴", "▲")
    line, role, numbers = [dash] * n, [" "] * n, [" "] * (n + _LEFT)
    low, high = unshifted(bins.low, shift), unshifted(bins.low + bins.width * bins.totals.size, shift)
    for tick, label in _ticks(low, high, n):
        column = min(int((tick - low) / (high - low) * n), n - 1)
        start = _LEFT + column - len(label) // 2
        if start + len(label) <= len(numbers) and "".join(numbers[start - 1 : start + len(label)]).isspace():
            numbers[start : start + len(label)] = label
            line[column] = notch
    for column in marks:
        line[column], role[column] = mark, "|"
    corner = "+" if ascii else "┴"
    return [
        (f"{0:>{_LEFT - 2}} {corner}" + "".join(line), " " * _LEFT + "".join(role)),
        ("".join(numbers), " " * len(numbers)),
    ]


def _ticks(low: float, high: float, n_columns: int) -> list[tuple[float, str]]:
    """Return round places with their labels, as many as have room."""
    if not (math.isfinite(high - low) and high > low):
        return []
    for at_most in range(max(n_columns // 8, 2), 0, -1):
        step = round_step(high - low, at_most)
        first = math.ceil(low / step)
        ticks = [i * step for i in range(first, first + at_most + 1) if low <= i * step <= high]
        labels = tick_labels(ticks, step) if ticks else []
        if labels and (max(map(len, labels)) + 2) * len(labels) <= n_columns:
            return list(zip(ticks, labels, strict=True))
    return []


def _legend(
    bins: Bins,
    shift: int,
    canvas: _Canvas,
    cuts: Sequence[float],
    has_sum: bool,
    counted: bool,
    width: int,
    ascii: bool,
) -> list[tuple[str, str]]:
    """Say what each kind of character stands for, in as few lines as the width allows."""
    bin_width = unshifted(bins.width, shift)
    shown = sorted({role for row in canvas.roles for role in row if role.isalnum()}, key=_order)
    height = "how many values lie" if counted else "the weight of the values"
    entries = [(":" if ascii else "█", "#", f"{height} in each bin, {plain(bin_width)} wide")]
    if shown:
        entries.append(("".join(shown), "", f"fitted component{'s' * (len(shown) > 1)}"))
    if has_sum:
        entries.append(("*" if ascii else "•", "+", "their sum"))
    if cuts:
        places = ", ".join(near(cut, bin_width) for cut in cuts)
        entries.append(("^" if ascii else "▲", "|", f"threshold{'s' * (len(cuts) > 1)} {places}"))
    if bins.outside > 0.0:
        what = "values" if counted else "of the weight"
        entries.append(("", "", f"not shown: {plain(bins.outside)} {what} farther out"))
    lines: list[tuple[str, str]] = []
    line, role = "", ""
    for sign, sign_role, words in entries:
        entry = f"{sign} {words}".lstrip()
        entry_role = (sign_role or sign).ljust(len(entry))
        gap = "   " if line else " " * _LEFT
        if line and len(line) + len(gap) + len(entry) > width:
            lines.append((line, role))
            line, role, gap = "", "", " " * _LEFT
        line, role = line + gap + entry, role + " " * len(gap) + entry_role
    return [*lines, (line, role)]


def _order(name: str) -> tuple[bool, str]:
    return name.isupper(), name
