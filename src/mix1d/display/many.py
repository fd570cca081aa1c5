"""The fits of many columns in a page of text, and as a table of HTML with their pictures."""

from __future__ import annotations

from dataclasses import replace
from html import escape

from mix1d.display.axis import axis_ticks
from mix1d.display.ridges import Ridge, Ridges, counts_in_words
from mix1d.display.ridges_svg import SPARK_WIDTH, sparkline_svg
from mix1d.display.sparklines import sparklines

_LINES = 40  # of a page of text, and
_ROWS = 100  # of a table of HTML
_CELL = "padding:0.1em 0.8em;white-space:nowrap;font-variant-numeric:tabular-nums;vertical-align:bottom"
_CHARACTER = 7.0  # pixels


def many_text(ridges: Ridges, *, width: int = 80) -> str:
    """Return the fits of many columns as `print` shows them: counts, and a line for each of the first 40.

    >>> import mix1d
    >>> from mix1d.display.ridges import ridges_of
    >>> print(many_text(ridges_of({"one": mix1d.fit([1.0, 2.0, 2.0, 3.0], 1)})).splitlines()[0])
    1 group: 1 with 1 component
    """
    rows = ridges.rows
    shown = replace(ridges, rows=rows[:_LINES])
    lines = [title(ridges), "", *(line.rstrip() for line in sparklines(shown, width=width).lines)]
    if len(rows) > _LINES:
        lines.append(f"... and {len(rows) - _LINES} more")
    lines += [f"{row.name}: {row.error}" for row in shown.rows if row.error]
    return "\n".join(lines)


def title(ridges: Ridges) -> str:
    """Say how many fits there are and how many components they have."""
    n = len(ridges.rows)
    return f"{n} {ridges.heading}{'s' * (n != 1)}: {counts_in_words([row.k for row in ridges.rows])}"


def many_html(ridges: Ridges) -> str:
    """Return the fits of many columns as a table of HTML: a small picture, centres and cut-offs of each.

    The first 100; without ids, scripts and references, in the colours of the page.
    """
    rows = [
        _row(row, numbers, ridges) for row, numbers in zip(ridges.rows[:_ROWS], ridges.numbers, strict=False)
    ]
    head = "".join(
        f'<th scope="col" style="{_CELL};text-align:{"right" if i in (1, 2) else "left"}">{words}</th>'
        for i, words in enumerate(
            (escape(ridges.heading), "n", "k", "density", "centres |cut-offs|", "beware of")
        )
    )
    more = f"<p>and {len(ridges.rows) - _ROWS} more</p>" if len(ridges.rows) > _ROWS else ""
    foot = (
        f"<tr><td></td><td></td><td></td>{_axis(ridges)}<td></td><td></td></tr>" if ridges.comparable else ""
    )
    return (
        '<div style="overflow-x:auto"><p style="margin:0.25em 0">'
        f"<strong>{escape(title(ridges))}</strong></p>"
        f'<table style="border-collapse:collapse;color:inherit"><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}{foot}</tbody></table>{more}</div>"
    )


def _row(row: Ridge, numbers: tuple[int, ...], ridges: Ridges) -> str:
    left, right = f"{_CELL};text-align:left", f"{_CELL};text-align:right"
    name = f'<th scope="row" style="{left};font-weight:normal">{escape(row.name)}</th>'
    n = "-" if row.n != row.n else f"{row.n:,.12g}"
    cells = f'{name}<td style="{right}">{n}</td><td style="{right}">{row.k or "-"}</td>'
    if row.mixture is None:
        why = f'<td colspan="3" style="{left};opacity:0.75">not fitted: {escape(row.error)}</td>'
        return f"<tr>{cells}{why}</tr>"
    answer = " ".join(f"|{words}|" if what == "cut" else words for words, what in row.places())
    picture = sparkline_svg(row, numbers, ridges.limits_of(row))
    return (
        f'<tr>{cells}<td style="{left};padding-top:0">{picture}</td><td style="{left}">{answer}</td>'
        f'<td style="{left}">{escape(row.words)}</td></tr>'
    )


def _axis(ridges: Ridges) -> str:
    low, high = ridges.limits
    line, labels = f"M0 1h{SPARK_WIDTH:g}", ""
    for tick, words in axis_ticks(low, high, SPARK_WIDTH / _CHARACTER):
        at = (tick - low) / (high - low) * SPARK_WIDTH
        line += f"M{at:.1f} 1v4"
        labels += f'<text x="{at:.1f}" y="17" text-anchor="middle" fill="currentColor">{escape(words)}</text>'
    return (
        f'<td style="{_CELL};padding-top:0"><svg xmlns="http://www.w3.org/2000/svg" aria-hidden="true" '
        f'width="{SPARK_WIDTH:g}" height="20" font-size="11" fill="none" '
        'style="display:block;overflow:visible">'
        f'<path d="{line}" stroke="currentColor"/>{labels}</svg></td>'
    )
