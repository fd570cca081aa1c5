"""The table of what was tried: families and numbers of components compared."""

from __future__ import annotations

from collections.abc import Sequence

from mix1d.display.layout import Table
from mix1d.display.shapes import are_several, family_words, likely, worth_showing
from mix1d.outcome.criteria import repeated, value_of
from mix1d.outcome.findings import UNDECIDED
from mix1d.outcome.records import Row


def selection_title(criterion: str, rows: Sequence[Row] = ()) -> str:
    """Say what `selection_table` shows."""
    how = f"{criterion.upper()}: smaller is better; w: weight of evidence"
    if not are_several(rows):
        return f"Numbers of components compared ({how})"
    left_out = len(rows) - len(worth_showing(rows, criterion))
    more = f"; {left_out} more {'is' if left_out == 1 else 'are'} in result.selection" if left_out else ""
    how += "; *: the others with 95 % of it"
    return f"Families and numbers of components compared ({how}); of each family the best{more}"


def selection_table(tried: Sequence[Row], criterion: str) -> Table:
    """Put what was tried into a table, with a verdict on each; of several families what is worth showing."""
    chosen = next(i for i, row in enumerate(tried) if row.chosen)
    best, again, several = value_of(tried[chosen], criterion), repeated(tried), are_several(tried)
    shown = worth_showing(tried, criterion)
    starred = set(likely(tried)) if several else set()
    rows = tuple(
        (
            ">" if row.chosen else "*" if i in starred else "",
            str(row.n_components),
            *((family_words(row.family),) if several else ()),
            row.sds,
            _decimals(row.log_likelihood, 2),
            str(row.n_parameters),
            _decimals(row.aic, 1),
            _decimals(row.bic, 1),
            _decimals(row.icl, 1),
            _difference(value_of(row, criterion) - best) if not row.chosen else "0",
            f"{row.evidence_weight:.2f}" if row.eligible else "-",
            "the same" if i in again else row_verdict(row, value_of(row, criterion) - best),
        )
        for i, row in ((i, tried[i]) for i in shown)
    )
    numbers = ("log-lik.", "par.", "AIC", "BIC", "ICL", f"d{criterion.upper()}", "w")
    header = ("", "k", *(("family",) if several else ()), "sds", *numbers, "verdict")
    # first those that follow from the others; the criterion that chose stays
    spare = [header.index(name) for name in ("par.", "ICL", "AIC", "BIC") if name != criterion.upper()]
    if len({row.sds for row in tried}) == 1:
        spare.append(header.index("sds"))
    spare += [header.index("log-lik."), header.index("w")]
    align = f"<>{'<' * several}<>>>>>>><"
    return Table(header, rows, align, shown.index(chosen), tuple(spare))


def _decimals(x: float, digits: int) -> str:
    """Write a number with so many decimals, a long one without: seven digits fill a column of the table."""
    return f"{x:.{digits if abs(x) < 1e6 else 0}f}"


def _difference(x: float) -> str:
    """Write a difference of a criterion; where it decides by thousands its digits say nothing more."""
    if abs(x) >= 1e5:
        return f"{x:+.0e}"
    return f"{x:+.{1 if abs(x) < 1e3 else 0}f}"


def row_verdict(row: Row, difference: float) -> str:
    """Say in two words what is to be known of a row of the selection; mostly nothing."""
    if row.chosen:
        return "chosen"
    if row.regularized and not row.eligible:
        return "fewer found" if 0.0 in row.mixture.weights else "penalty only"
    if not row.converged:
        return "not converged"
    if not row.eligible:
        return "not eligible"
    return "undecided" if difference < UNDECIDED else ""
