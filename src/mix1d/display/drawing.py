"""Draw a sample as a histogram with its fitted components, in characters."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from mix1d.arrays import Array
from mix1d.data.recorded_sample import RecordedSample
from mix1d.display.axis import Mark, Scale, axis_lines, has_brackets, legend_lines, marks
from mix1d.display.bins import Bins, bins_of, unshifted
from mix1d.display.braille import ACROSS, FAINTEST, UP, Dots, characters, curve_dots
from mix1d.display.canvas import Canvas, Drawing, Piece
from mix1d.display.curves import component_masses, spacing_of
from mix1d.display.legend import LIMITS, legend_of_rows
from mix1d.display.picture import Picture
from mix1d.display.recorded_bins import Limit, bins_of_rows
from mix1d.model.mixture import Mixture
from mix1d.words import letter, plain, round_step, tick_labels

_EIGHTHS = " ▁▂▃▄▅▆▇█"
_LEFT = 7  # columns left of the picture: the counts and the axis
_SMALLEST_WIDTH = 30
_LOWEST = 0.25  # rows; a curve of letters that is lower would only hide the axis
_OVERLAP = 1.02  # the sum is drawn where it exceeds the tallest component by this factor and half a row
_CLOSE = 3  # columns by which a letter may move away from the peak, where that is taken


def draw(picture: Picture, *, width: int = 80, height: int = 14, ascii: bool = False) -> Drawing:
    """Draw the histogram of a fit's sample with the curves of its mixture over it.

    The lines are at most `width` wide (30 at least); `height` are rows without axis and legend. The bars of
    the picture are counted again in bins of whole characters. Bars and curves have the same unit, the weight
    in a bin. Bars are blocks, curves braille: two by four dots a character, with the letter of the component
    above its peak. A curve shows at every column of dots its mean over that column, so that a component
    narrower than that keeps its true height in counts. The sum is dotted, and drawn where it stands out. In
    ASCII, curves consist of the component's letter. The cost is a few passes over the values.

    >>> import mix1d
    >>> from mix1d.display.picture import picture_of
    >>> drawing = draw(picture_of(mix1d.fit([1, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5], 1)), width=50)
    >>> max(len(line) for line in drawing.lines) <= 50
    True
    """
    sample, mixture = picture.sample, picture.mixture
    assert sample is not None
    assert mixture is not None
    columns = max(width, _SMALLEST_WIDTH) - _LEFT
    recorded = sample if isinstance(sample, RecordedSample) else None
    least = spacing_of(mixture)
    bins = bins_of(sample, columns, least) if recorded is None else bins_of_rows(recorded, columns, least)
    shift = bins.shift
    dots = bins.low + np.arange(ACROSS * bins.n_columns + 1.0) * (bins.width / bins.columns_each / ACROSS)
    masses = _masses(picture, mixture, dots, shift)
    curves = sample.total_weight * bins.columns_each * ACROSS * masses
    # a row is left for the letter above the highest curve
    tallest = float(curves.sum(axis=0).max()) * height / max(height - 1, 1)
    top = max(float(bins.totals.max()), tallest)
    scale = Scale(
        unshifted(bins.low, shift), unshifted(bins.low + bins.width * bins.totals.size, shift), bins.n_columns
    )
    bin_width = unshifted(bins.width, shift)
    cuts = marks(picture.thresholds, scale, bin_width)

    k = len(mixture.weights)
    canvas = Canvas(bins.n_columns, height)
    _draw_bars(canvas, bins, top, ascii)
    for cut in cuts:
        _draw_threshold(canvas, cut.column, ascii)
    heights = curves * (height / top)
    has_sum = _draw_letters(canvas, heights, k) if ascii else _draw_curves(canvas, heights, k)
    for limit in picture.one_sided:
        _draw_limit(canvas, limit, scale, ascii)
    lines = [*_with_counts(canvas, top, ascii), *_below(scale, cuts, ascii)]
    counted = math.isclose(sample.total_weight, sample.n_obs, rel_tol=1e-9)  # nodes' weights are rounded
    counted = counted or (recorded is not None and recorded.observations.histogram is not None)
    entries = _legend(canvas, cuts, bin_width, bins.outside, has_sum, counted, mixture.weights, ascii)
    entries += legend_of_rows(picture, ascii, flat=any("_" in row for row in canvas.roles))
    for pieces in legend_lines(entries, max(width, _SMALLEST_WIDTH), _LEFT):
        text = "".join(piece.text for piece in pieces)
        lines.append((text, "".join(piece.roles for piece in pieces), " " * len(text)))
    return Drawing(*(tuple(column) for column in zip(*lines, strict=True)))


def _masses(picture: Picture, mixture: Mixture, dots: Array, shift: int) -> Array:
    """Return the weight of components between dots, as it is recorded; the last row is a background's."""
    if picture.seen is None and mixture._mixed is not None:
        return component_masses(mixture, np.ldexp(dots, -shift))
    if picture.seen is None:
        shifted = Mixture._trusted(
            mixture.weights, np.ldexp(mixture.means, shift), np.ldexp(mixture.sds, shift)
        )
        return component_masses(shifted, dots)
    places = np.ldexp(dots, -shift)
    masses = picture.seen.masses(mixture, places)
    if picture.seen.background == 0.0:
        return masses
    middles = places[:-1] / 2 + places[1:] / 2
    return np.vstack([masses, picture.seen.background_density(mixture, middles) * np.diff(places)])


def _draw_limit(canvas: Canvas, limit: Limit, scale: Scale, ascii: bool) -> None:
    """Draw an arrow at the foot of the picture, from a limit to where its rows lie."""
    column = scale.column(limit.place)
    if column is None:
        column = -1 if limit.place < scale.low else canvas.n_columns
    place = min(max(column, 0), canvas.n_columns - 1)
    canvas.put(0, place, LIMITS[ascii][not limit.below], "<")


def _draw_bars(canvas: Canvas, bins: Bins, top: float, ascii: bool) -> None:
    for bin_, total in enumerate(bins.totals):
        height = total / top * canvas.n_rows
        for column in range(bin_ * bins.columns_each, (bin_ + 1) * bins.columns_each):
            for row in range(min(math.ceil(height), canvas.n_rows)):
                part = min(height - row, 1.0)
                canvas.bars[row][column] = part
                if ascii:
                    if part >= 0.5:
                        canvas.put(row, column, ":", "#")
                else:
                    canvas.put(row, column, _EIGHTHS[max(1, round(8 * part))], "#")


def _draw_threshold(canvas: Canvas, column: int, ascii: bool) -> None:
    for row in range(canvas.n_rows):
        if canvas.characters[row][column] == " ":
            canvas.put(row, column, "|" if ascii else "┊", "|")


def _stands_out(heights: Array) -> NDArray[np.bool_]:
    """Return where the sum of curves (k, columns), in rows, differs visibly from the tallest of them."""
    total, tallest = heights.sum(axis=0), heights.max(axis=0)
    return np.asarray((total - tallest > 0.5) & (total > _OVERLAP * tallest))


def _draw_curves(canvas: Canvas, heights: Array, k: int) -> bool:
    """Draw the components over the bars, and their sum where it stands out; return whether it does.

    Heights are in rows, at every column of dots; those after the first k are a background. Where curves
    meet in a character, it has the dots of all and belongs to the one with most.
    """
    apart = _stands_out(heights)
    each = [curve_dots(curve * UP, canvas.n_rows) for curve in heights]
    dotted = curve_dots(np.where(apart, heights.sum(axis=0) * UP, 0.0), canvas.n_rows)
    dotted &= curve_dots(heights.sum(axis=0) * UP, canvas.n_rows)  # no line down to where it ends
    dotted[:, 1::ACROSS] = False
    every = np.logical_or.reduce([*each, dotted])
    counts = np.array([_in_cells(dots) for dots in (*each, dotted)])
    counts[-1] = np.where(counts[:-1].any(axis=0), 0, counts[-1])
    owners = counts.argmax(axis=0)
    signs = characters(every)
    for row, column in np.argwhere(counts.any(axis=0)).tolist():
        owner = int(owners[row, column])
        role = letter(owner)[0] if owner < k else "_" if owner < len(each) else "+"
        canvas.put(row, column, signs[row, column], role)
    for component, curve in enumerate(heights[:k]):
        _name(canvas, component, curve)
    return bool(apart.any())


def _in_cells(dots: Dots) -> NDArray[np.int64]:
    """Return how many dots there are in each character."""
    rows, columns = dots.shape
    return np.asarray(dots.reshape(rows // UP, UP, columns // ACROSS, ACROSS).sum(axis=(1, 3)))


def _name(canvas: Canvas, component: int, curve: Array) -> None:
    """Write the letter of a component above its peak, or as near as there is room."""
    peak = int(np.argmax(curve))
    if not curve[peak] > 0.0:
        return
    name = letter(component)[0]
    column = peak // ACROSS
    base = min(int(curve[peak]) + (UP * curve[peak] >= FAINTEST), canvas.n_rows - 1)
    moves = [move for i in range(_CLOSE + 1) for move in ((i, -i) if i else (0,))]
    places = [(base + up, column + move) for up in (0, 1) for move in moves]
    places = [(r, c) for r, c in places if 0 <= r < canvas.n_rows and 0 <= c < canvas.n_columns]
    free = [place for place in places if canvas.roles[place[0]][place[1]] in " #|+_"]
    unnamed = [(r, c) for r, c in places if not canvas.characters[r][c].isalnum()]
    row, column = (free or unnamed or places)[0]
    canvas.put(row, column, name, name)


def _draw_letters(canvas: Canvas, heights: Array, k: int) -> bool:
    """Draw the components as lines of their letters, and the sum as stars; return whether there is one."""
    columns = heights.reshape(len(heights), -1, ACROSS).mean(axis=2)
    total, apart = columns.sum(axis=0), _stands_out(columns)
    for where in np.flatnonzero(apart):
        _draw_piece(canvas, total, int(where), "*", "+")
    for component, curve in enumerate(columns):
        name, role = (letter(component)[0],) * 2 if component < k else ("~", "_")
        for column in range(curve.size):
            _draw_piece(canvas, curve, column, name, role)
    return bool(apart.any())


def _draw_piece(canvas: Canvas, curve: Array, column: int, character: str, role: str) -> None:
    """Draw one column of a curve, and down to just above a lower neighbour where it is steep."""
    here = curve[column]
    if here < _LOWEST:
        return
    highest = min(int(here), canvas.n_rows - 1)
    beside = [int(curve[j]) + 1 for j in (column - 1, column + 1) if 0 <= j < curve.size]
    for row in range(min([highest, *beside]), highest + 1):
        canvas.put(row, column, character, role)


def _with_counts(canvas: Canvas, top: float, ascii: bool) -> Iterator[tuple[str, str, str]]:
    """Yield the rows of the picture, the highest first, with the scale of the bars at their left."""
    step = round_step(top, 4)
    ticks = [i * step for i in range(int(top / step) + 1)]
    rows = [math.ceil(tick / top * canvas.n_rows) - 1 for tick in ticks]
    texts = tick_labels(ticks, step)
    if max(map(len, texts)) > _LEFT - 2:
        texts = [_short(tick) for tick in ticks]
    labels = dict(zip(rows, texts, strict=True))
    wall, notch = ("|", "+") if ascii else ("│", "┤")
    for row in reversed(range(canvas.n_rows)):
        label = labels.get(row, "")
        left = f"{label:>{_LEFT - 2}} {notch if label else wall}"
        line, roles, behind = canvas.line(row)
        yield left + line, " " * _LEFT + roles, " " * _LEFT + behind


def _short(count: float) -> str:
    """Write a large round number with its power of ten.

    >>> _short(400_000.0), _short(1_500_000.0), _short(0.0)
    ('4e5', '1.5e6', '0')
    """
    digits, _, power = f"{count:.6e}".partition("e")
    return f"{digits.rstrip('0').rstrip('.')}e{int(power)}" if count else "0"


def _below(scale: Scale, cuts: Sequence[Mark], ascii: bool) -> Iterator[tuple[str, str, str]]:
    """Yield the axis and the numbers below it."""
    for pieces, is_axis in axis_lines(scale, cuts, ascii, _LEFT):
        left = f"{0:>{_LEFT - 2}} {'+' if ascii else '┴'}" if is_axis else ""
        text = left + "".join(piece.text for piece in pieces)
        roles = " " * len(left) + "".join(piece.roles for piece in pieces)
        yield text, roles, " " * len(text)


def _legend(
    canvas: Canvas,
    cuts: Sequence[Mark],
    bin_width: float,
    outside: float,
    has_sum: bool,
    counted: bool,
    weights: Array,
    ascii: bool,
) -> list[list[Piece]]:
    """Say what each kind of character stands for."""
    drawn = {role for row in canvas.roles for role in row if role.isalnum()}
    real = dict.fromkeys(letter(j)[0] for j, share in enumerate(weights) if share > 0.0)
    shown = [name for name in real if name in drawn]
    height = "how many values lie" if counted else "the weight of the values"
    bars = f" {height} in each bin, {plain(bin_width)} wide"
    entries = [[Piece(":" if ascii else "█", "#"), Piece(bars)]]
    if shown:
        names = "".join(shown)
        words = f" fitted component{'s' * (len(shown) > 1)}"
        line = [] if ascii else [Piece("⠒", shown[0]), Piece("⠒ ", shown[-1])]
        entries.append([*line, Piece(names, names), Piece(words)])
    if has_sum:
        entries.append([Piece("*" if ascii else "⠂⠂", "+"), Piece(" their sum")])
    if cuts:
        words = f" threshold{'s' * (len(cuts) > 1)}"
        entries.append([Piece("^" if ascii else "▲", "|"), Piece(words)])
    if has_brackets(cuts):
        entries.append([Piece("[=]" if ascii else "┝━┥", "|"), Piece(" its 95 % interval")])
    if outside > 0.0:
        what = ("value" if outside == 1.0 else "values") if counted else "of the weight"
        entries.append([Piece(f"not shown: {plain(outside)} {what} farther out")])
    missing = [name for name in real if name not in drawn]
    if missing:
        entries.append([Piece(f"not shown: component{'s' * (len(missing) > 1)} {', '.join(missing)}")])
    return entries
