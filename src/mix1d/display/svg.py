"""A picture of a fit, a mixture or a sketch as a small SVG, for notebooks."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from html import escape

import numpy as np

from mix1d.arrays import Array
from mix1d.display.axis import axis_ticks
from mix1d.display.curves import simplified
from mix1d.display.legend import limit_words, window_words
from mix1d.display.palette import colour, dashes
from mix1d.display.picture import Picture
from mix1d.words import letter, near

_WIDTH, _HEIGHT = 560.0, 190.0  # pixels of the picture without what stands around it
_SIDE, _BELOW, _ABOVE, _ROW = 12.0, 38.0, 14.0, 13.0
_LETTER = 7.0  # pixels of a character of the labels
_HEADROOM = 1.08  # for the letter above the highest curve
_FLAT = 0.3  # pixels; lower tails of a curve would only hide the axis
_FAR = 1e300  # values beyond which differences could overflow
_CAP = 2.5  # times the highest bar; a spike beyond that would squash everything else
_WITHIN = 0.15  # pixels by which a simplified curve may be off


def picture_svg(picture: Picture, title: str, description: str, names: Sequence[str] = ()) -> str:
    """Return a picture as SVG, or nothing where its numbers cannot be drawn.

    `title` and `description` are for those who do not see it, `names` what a pointer at a component tells.
    One `svg` element without ids, scripts and references: ink is `currentColor`, so that it suits light and
    dark pages. The parts carry `data-part`: bars, component, letter, sum, threshold, interval, rug, axis. A
    curve that is more than 2.5 times as high as the highest bar is cut off there.

    >>> from mix1d import Mixture
    >>> from mix1d.display.picture import mixture_picture
    >>> svg = picture_svg(mixture_picture(Mixture([0.5, 0.5], [0, 4], [1, 1])), "Two normals", "")
    >>> svg.startswith("<svg "), svg.count('data-part="component"')
    (True, 2)
    """
    if not can_be_drawn(picture):
        return ""
    return "".join(_Svg(picture).parts(title, description, names))


def can_be_drawn(picture: Picture) -> bool:
    """Say whether the numbers of a picture are finite, and their differences too."""
    numbers = (picture.edges, picture.density, picture.x, picture.components.ravel())
    if not all(np.isfinite(array).all() for array in numbers):
        return False
    low, high = picture.limits
    return max(abs(low), abs(high)) < _FAR and high > low and high - low > 1.0 / _FAR


class _Svg:
    def __init__(self, picture: Picture) -> None:
        self._picture = picture
        self._low, self._high = picture.limits
        self._top = top_of(picture)
        self._labels = list(self._cut_labels())
        self._above = _ABOVE + _ROW * max((row for _, _, row in self._labels), default=-1) + _ROW

    def _x(self, x: Array | float) -> Array:
        return np.asarray((np.asarray(x) - self._low) / (self._high - self._low) * _WIDTH)

    def _y(self, density: Array) -> Array:
        return np.asarray(_HEIGHT * (1.0 - np.minimum(density / self._top, 1.5)))

    def parts(self, title: str, description: str, names: Sequence[str]) -> Iterator[str]:
        width, height = _WIDTH + 2.0 * _SIDE, self._above + _HEIGHT + _BELOW
        yield (
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(title)}" '
            f'viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" '
            'font-family="inherit" font-size="11" fill="none" stroke-linejoin="round" '
            'style="max-width:100%;height:auto;display:block;color:inherit">'
            f"<title>{escape(title)}</title><desc>{escape(description)}</desc>"
        )
        yield from self._thresholds()
        # an svg within cuts off what is too high, without an id of a clip path
        yield (
            f'<svg x="{_SIDE:g}" y="{self._above:g}" width="{_WIDTH:g}" height="{_HEIGHT:g}" '
            'overflow="hidden">'
        )
        yield from self._bars()
        yield from self._outside()
        yield from self._curves(names)
        yield from self._rows()
        yield "</svg>"
        yield from self._letters()
        yield from self._axis()
        yield "</svg>"

    # ---- bars and curves

    def _bars(self) -> Iterator[str]:
        picture = self._picture
        if not picture.density.any():
            return
        x = np.repeat(self._x(picture.edges), 2)[1:-1]
        y = np.repeat(self._y(picture.density), 2)
        first, last = x[0], x[-1]
        points = " ".join(f"L{a:.1f} {b:.1f}" for a, b in zip(x, y, strict=True))
        yield (
            f'<path data-part="bars" d="M{first:.1f} {_HEIGHT:g}{points} L{last:.1f} {_HEIGHT:g}Z" '
            'fill="currentColor" fill-opacity="0.17"><title>histogram, as a density</title></path>'
        )

    def _curves(self, names: Sequence[str]) -> Iterator[str]:
        picture = self._picture
        if len(picture.components) > 1:
            yield (
                f'<path data-part="sum" d="{self._path(picture.total)}" stroke="currentColor" '
                'stroke-opacity="0.75" stroke-width="1"><title>the components together</title></path>'
            )
        for j, density in enumerate(picture.components):
            if not density.any():
                continue
            lengths = " ".join(f"{2.0 * length:g}" for length in dashes(j))
            dash = f' stroke-dasharray="{lengths}"' if lengths else ""
            name = names[j] if j < len(names) else letter(j)
            yield (
                f'<path data-part="component" data-component="{letter(j)}" d="{self._path(density)}" '
                f'stroke="{colour(j)}" stroke-width="2"{dash}><title>{escape(name)}</title></path>'
            )

    def _outside(self) -> Iterator[str]:
        """Grey what lies outside of the window of truncation."""
        seen = self._picture.seen
        if seen is None or seen.window is None:
            return
        first, last = (min(max(end, self._low), self._high) for end in seen.window)
        for start, end in ((self._low, first), (last, self._high)):
            left, right = float(self._x(start)), float(self._x(end))
            if right > left:
                yield (
                    f'<rect data-part="window" x="{left:.1f}" y="0" width="{right - left:.1f}" '
                    f'height="{_HEIGHT:g}" fill="currentColor" fill-opacity="0.12">'
                    f"<title>{escape(window_words(seen.window))}</title></rect>"
                )

    def _rows(self) -> Iterator[str]:
        """Draw a background, what is expected in wide bins, and arrows for limits."""
        picture = self._picture
        if picture.background is not None:
            yield (
                f'<path data-part="background" d="{self._path(picture.background)}" stroke="currentColor" '
                'stroke-dasharray="6 3"><title>background</title></path>'
            )
        if picture.expected is not None:
            middles = self._x(picture.edges[:-1] / 2 + picture.edges[1:] / 2)
            for x, y in zip(middles.tolist(), self._y(picture.expected).tolist(), strict=True):
                yield f'<circle data-part="expected" cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="currentColor"/>'
        for limit in picture.one_sided:
            x = float(self._x(min(max(limit.place, self._low), self._high)))
            d = -1.0 if limit.below else 1.0
            y = _HEIGHT - 7.0
            head = f"l{-d * 5.0:g} -4m{d * 5.0:g} 4l{-d * 5.0:g} 4"
            yield (
                f'<path data-part="limit" d="M{x:.1f} {y - 5.0:g}v10M{x:.1f} {y:g}h{d * 16.0:g}{head}" '
                'stroke="currentColor" stroke-width="1.6">'
                f"<title>{escape(limit_words(limit))}</title></path>"
            )
            inside = 4.0 if x < _WIDTH / 2.0 else -4.0
            anchor = "start" if inside > 0.0 else "end"
            yield (
                f'<text data-part="limit" x="{x + inside:.1f}" y="{y - 8.0:g}" text-anchor="{anchor}" '
                f'fill="currentColor">{escape(limit_words(limit))}</text>'
            )

    def _path(self, density: Array) -> str:
        y = self._y(density)
        seen = np.flatnonzero(y < _HEIGHT - _FLAT)
        first, last = (seen[0], seen[-1]) if seen.size else [int(np.argmax(density))] * 2
        part = slice(max(first - 1, 0), last + 2)
        points = simplified(np.column_stack([self._x(self._picture.x), y])[part], _WITHIN)
        return "M" + " ".join(f"{x:.1f} {y:.1f}" for x, y in points)

    def _letters(self) -> Iterator[str]:
        taken: list[tuple[float, float]] = []
        for j, density in enumerate(self._picture.components):
            if not density.any():
                continue
            peak = int(np.argmax(density))
            x = min(max(float(self._x(self._picture.x[peak])), 4.0), _WIDTH - 4.0)
            y = float(self._y(density[peak])) - 4.0
            if y < 0.0:  # cut off: beside it
                x, y = x + 9.0 if x < _WIDTH / 2.0 else x - 9.0, 12.0
            while any(abs(x - a) < 10.0 and abs(y - b) < 11.0 for a, b in taken):
                y -= 11.0
            taken.append((x, y))
            left, top = _SIDE + x, self._above + max(y, 9.0 - self._above)
            yield (
                f'<text data-part="letter" x="{left:.1f}" y="{top:.1f}" text-anchor="middle" '
                f'font-weight="bold" font-size="12" fill="currentColor">{letter(j)}</text>'
            )

    # ---- thresholds and the axis

    def _cut_labels(self) -> Iterator[tuple[str, float, int]]:
        """Yield label, middle and row of each threshold, so that none touch."""
        ends: list[float] = []
        for cut in self._picture.cuts:
            width = float(cut.upper) - float(cut.lower)
            known = math.isfinite(width) and width > 0.0
            label = near(float(cut.value), 5.0 * width if known else (self._high - self._low) / 20.0)
            half = _LETTER * len(label) / 2.0
            middle = min(max(float(self._x(cut.value)), half - _SIDE), _WIDTH + _SIDE - half)
            row = next((i for i, end in enumerate(ends) if middle - half > end), len(ends))
            ends[row : row + 1] = [middle + half + _LETTER]
            yield label, middle, row

    def _thresholds(self) -> Iterator[str]:
        bottom = self._above + _HEIGHT
        for cut, (label, middle, row) in zip(self._picture.cuts, self._labels, strict=True):
            x = _SIDE + float(self._x(cut.value))
            y = self._above - 5.0 - _ROW * row
            what = f"threshold {label} between {letter(cut.below)} and {letter(cut.above)}"
            if math.isfinite(cut.upper - cut.lower):  # an open one would only grey the page
                low, high = (min(max(end, self._low), self._high) for end in (cut.lower, cut.upper))
                left, right = float(self._x(low)), float(self._x(high))
                yield (
                    f'<rect data-part="interval" x="{_SIDE + left:.1f}" y="{self._above:g}" '
                    f'width="{max(right - left, 0.5):.1f}" height="{_HEIGHT:g}" fill="currentColor" '
                    'fill-opacity="0.07"><title>95 % interval of the threshold</title></rect>'
                )
            yield (
                f'<path data-part="threshold" d="M{x:.1f} {y + 3.0:.1f}V{bottom:g}" stroke="currentColor" '
                f'stroke-opacity="0.7" stroke-dasharray="1 3"><title>{escape(what)}</title></path>'
                f'<text x="{_SIDE + middle:.1f}" y="{y:.1f}" text-anchor="middle" '
                f'fill="currentColor">{escape(label)}</text>'
            )

    def _axis(self) -> Iterator[str]:
        bottom = self._above + _HEIGHT
        line, labels = f"M{_SIDE:g} {bottom:g}h{_WIDTH:g}", []
        for tick, label in axis_ticks(self._low, self._high, _WIDTH / _LETTER):
            x = _SIDE + float(self._x(tick))
            line += f"M{x:.1f} {bottom:g}v4"
            labels.append(
                f'<text x="{x:.1f}" y="{bottom + 15.0:g}" text-anchor="middle" '
                f'fill="currentColor">{escape(label)}</text>'
            )
        if self._picture.rug is not None:
            places = self._x(np.unique(self._picture.rug))
            inside = places[(places >= 0.0) & (places <= _WIDTH)]
            ticks = "".join(f"M{_SIDE + x:.1f} {bottom - 5.0:g}v5" for x in inside)
            yield f'<path data-part="rug" d="{ticks}" stroke="currentColor" stroke-opacity="0.35"/>'
        yield f'<path data-part="axis" d="{line}" stroke="currentColor"/>{"".join(labels)}'
        yield (
            f'<text x="{_SIDE + _WIDTH / 2.0:g}" y="{bottom + 31.0:g}" text-anchor="middle" '
            f'fill="currentColor">{escape(self._picture.label)}</text>'
        )


def top_of(picture: Picture) -> float:
    """Return the density at the upper edge."""
    curves = picture.highest
    bars = float(picture.density.max())
    if bars > 0.0:
        return _HEADROOM * max(bars, min(curves, _CAP * bars))
    peaks = sorted(picture.components.max(axis=1).tolist()) or [1.0]
    return _HEADROOM * min(curves, 4.0 * peaks[-2] if len(peaks) > 1 and peaks[-2] > 0.0 else curves) or 1.0
