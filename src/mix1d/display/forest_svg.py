"""The cut-offs of many fits with their intervals, and what they have in common, as SVG."""

from __future__ import annotations

from html import escape

import numpy as np

from mix1d.display.alike import OTHER
from mix1d.display.forest import Forest, Pair
from mix1d.display.palette import OTHERS, colour
from mix1d.display.ridges_svg import Frame
from mix1d.words import letter

_AROUND = 0.3  # of a row, over which the cut-offs of different pairs are shared out


def forest_svg(forest: Forest, title: str = "Cut-offs", *, width: float = 640.0, row: float = 22.0) -> str:
    """Return the cut-offs of many fits as SVG, in the colours of the page; nothing where there are none.

    What it shows is what `mix1d.display.plot.plot_thresholds` draws, `Forest.words` says what it means.
    `width` and `row` are pixels, of the picture and of a row. One `svg` element without ids, scripts and
    references; its parts carry `data-part`: cut, interval, open, pooled.

    >>> import mix1d
    >>> from mix1d.display.ridges import ridges_of
    >>> x = [1.0, 2.0, 2.0, 3.0, 8.0, 9.0, 9.0, 10.0]
    >>> both = {s: mix1d.fit([v + s for v in x], 2, sds="equal") for s in (0.0, 0.1)}
    >>> svg = forest_svg(Forest(ridges_of(both)))
    >>> svg.count('data-part="cut"'), svg.count('data-part="pooled"')
    (2, 1)
    """
    if not forest.cuts:
        return ""
    rows = forest.ridges.rows
    shared = [pair for pair, one in forest.together.items() if one is not None]
    several = len(forest.cuts) > 1
    pooled = {pair: f"pooled {'|'.join(map(letter, pair))}" if several else "pooled" for pair in shared}
    names = [one.name for one in rows] + list(pooled.values())
    frame = Frame(names, forest.limits, width, row)
    bottom = row * (len(names) + 0.5)
    parts = [frame.opening(bottom + 44.0, title, " ".join(map(forest.words, forest.cuts)))]
    for i, one in enumerate(rows):
        parts.append(frame.name(one.name, row * (i + 0.5) + 4.0))
    for p, (pair, cuts) in enumerate(forest.cuts.items()):
        ink = OTHERS if OTHER in pair else colour(p)
        shift = _AROUND * ((p + 0.5) / len(forest.cuts) - 0.5) if several else 0.0
        if pair in pooled:
            y = row * (len(rows) + 0.75 + shared.index(pair))
            parts.append(frame.name(pooled[pair], y + 4.0) + _diamond(forest, frame, pair, y, ink))
        for i, cut in cuts:
            y = row * (i + 0.5 + shift)
            at = float(frame.x(cut.value))
            parts.append(frame.interval(cut, y, ink, 1.5))
            words = f"{rows[i].name}: {cut.value:.6g}"
            parts.append(
                f'<circle data-part="cut" cx="{at:.1f}" cy="{y:.1f}" r="3.5" fill="{ink}">'
                f"<title>{escape(words)}</title></circle>"
            )
    if shared:
        line = row * (len(rows) + 0.1)
        parts.append(f'<path d="M0 {line:.1f}H{width:g}" stroke="currentColor" stroke-opacity="0.3"/>')
    parts.append(frame.axis(bottom, f"cut-off of {forest.ridges.label}"))
    return "".join([*parts, "</svg>"])


def _diamond(forest: Forest, frame: Frame, pair: Pair, y: float, ink: str) -> str:
    one = forest.together[pair]
    assert one is not None
    ends = np.clip([one.lower, one.value, one.upper], *forest.limits)
    low, at, high = frame.x(ends).tolist()
    half = 0.3 * frame.row
    return (
        f'<rect x="{low:.1f}" y="0" width="{max(high - low, 0.5):.1f}" height="{y:.1f}" fill="{ink}" '
        f'fill-opacity="0.1"/><path d="M{at:.1f} 0V{y:.1f}" stroke="{ink}" stroke-dasharray="5 3"/>'
        f'<path data-part="pooled" d="M{low:.1f} {y:.1f}L{at:.1f} {y - half:.1f}L{high:.1f} {y:.1f}'
        f'L{at:.1f} {y + half:.1f}Z" fill="{ink}"><title>{escape(forest.words(pair))}</title></path>'
    )
