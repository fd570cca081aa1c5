"""Cut-offs as a few lines of text, and as HTML for notebooks."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from mix1d.display.palette import colour
from mix1d.uncertainty.cutoff import Cutoff
from mix1d.uncertainty.intervals import Estimate
from mix1d.uncertainty.saying import number_words, percent_words
from mix1d.words import letter

_CELL = "padding:0.15em 0.8em;text-align:left"


def cutoff_text(cut: Cutoff) -> str:
    """Return a cut-off in at most ten lines."""
    lines = [f"{what:<{_WIDEST}}  {share}" for what, share in rate_lines(cut)]
    first = (f"<Cutoff {number_words(cut)}", f"  {rule_words(cut)}")
    return "\n".join([*first, *(f"  {line}" for line in lines)]) + ">"


def cutoff_html(cut: Cutoff) -> str:
    """Return a cut-off as a fragment of HTML."""
    rows = "".join(
        f'<tr><th scope="row" style="{_CELL};font-weight:normal;opacity:0.75">{escape(what)}</th>'
        f'<td style="{_CELL};font-variant-numeric:tabular-nums">{escape(share)}</td></tr>'
        for what, share in rate_lines(cut)
    )
    sides = ", ".join(
        f'<span style="border-left:4px solid {colour(j)};padding-left:0.4em">{letter(j)}</span> ({j})'
        for j in cut.between
    )
    number, (first, *others) = number_words(cut), cut.sentences
    return (
        '<div style="line-height:1.4;max-width:60em;overflow-x:auto">'
        f'<p style="margin:0.25em 0"><strong>{escape(number)}</strong>{escape(first.removeprefix(number))} '
        f"Rule {escape(_asked(cut))}, between {sides}.</p>"
        f'<table style="border-collapse:collapse;margin:0.4em 0"><tbody>{rows}</tbody></table>'
        f'<p style="margin:0.25em 0">{escape(" ".join(others))}</p></div>'
    )


_WIDEST = 37


def rate_lines(cut: Cutoff) -> Iterator[tuple[str, str]]:
    """Yield what each rate is, and the rate with its interval."""
    one = cut.one_sided
    below, above = ("lower", "upper") if one else (letter(cut.between[0]), letter(cut.between[-1]))
    rates: list[tuple[str, Estimate | None]] = [
        (
            f"specificity (of the {below}, below)" if one else f"specificity (of {below}, outside)",
            cut.specificity,
        ),
        (
            f"sensitivity (of the {above}, above)" if one else f"sensitivity (of {above}, inside)",
            cut.sensitivity,
        ),
        (f"ppv (of those above, {above})" if one else f"ppv (of those inside, {above})", cut.ppv),
        (f"npv (of those below, {below})" if one else f"npv (of those outside, {below})", cut.npv),
        ("on the wrong side", cut.wrong),
    ]
    yield from ((what, percent_words(rate)) for what, rate in rates if rate is not None)


def rule_words(cut: Cutoff) -> str:
    """Return the rule as it was asked for, and between what."""
    between = " | ".join(f"{letter(j)} ({j})" for j in cut.between)
    return f"{_asked(cut)}, {between}"


def _asked(cut: Cutoff) -> str:
    return cut.rule if cut.rule_level is None else f"{cut.rule} {cut.rule_level:g}"
