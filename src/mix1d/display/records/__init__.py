"""Records in words, tables and pictures: a card for each class, written as text, HTML, Markdown or LaTeX."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mix1d.display.layout import Table
from mix1d.display.records import cutting, judging, mixtures, numbers, searching
from mix1d.display.records.card import Card, Kind
from mix1d.display.records.flat import columns_of_rows, dict_of, frame
from mix1d.display.records.writing import html_of, latex_of, markdown_of, text_of
from mix1d.showing import Records

CARDS: dict[type, Callable[[Any], Card]] = {
    **numbers.CARDS,
    **judging.CARDS,
    **searching.CARDS,
    **mixtures.CARDS,
    **cutting.CARDS,
}
KINDS: dict[type, Kind] = {**numbers.KINDS, **judging.KINDS, **searching.KINDS}
DICTS: dict[type, Callable[[Any], dict[str, Any]]] = {**searching.DICTS, **mixtures.DICTS}


def card_of(record: Any) -> Card:
    """Return what is to be shown of a record, or of several in a row."""
    if isinstance(record, Records):
        return _of_several(record)
    kind = type(record)
    if kind in CARDS:
        return CARDS[kind](record)
    row = KINDS[kind]
    picture = row.alone
    return Card(
        f"{row.one[0].upper()}{row.one[1:]}",
        Table(row.header, (row.cells(record),), row.align, spare=row.spare),
        picture=None if picture is None else lambda: picture(record),
        line=row.line(record) or row.one,
    )


def _of_several(several: Records[Any]) -> Card:
    row = KINDS[several.kind]
    count = len(several)
    title = f"{count or 'No'} {row.one if count == 1 else row.several}"
    picture = row.picture
    return Card(
        f"{title}, {several.said}" if several.said and count else title,
        Table(row.header, tuple(map(row.cells, several)), row.align, spare=row.spare),
        notes=(row.none,) if not several and row.none else (),
        picture=None if picture is None or not several else lambda: picture(several, several.beside),
    )


def as_text(record: Any) -> str:
    """Return at most ten lines."""
    return text_of(card_of(record), type(record).__name__)


def as_html(record: Any) -> str:
    """Return a fragment of HTML with a table, and a picture where one helps."""
    return html_of(card_of(record))


def as_markdown(record: Any) -> str:
    """Return Markdown with a table."""
    return markdown_of(card_of(record))


def as_latex(record: Any) -> str:
    """Return LaTeX with a table."""
    return latex_of(card_of(record))


def as_dict(record: Any) -> dict[str, Any]:
    """Return what is ready for JSON; records in a row are a list under the name of what they are."""
    if isinstance(record, Records):
        return {KINDS[record.kind].several.replace(" ", "_"): [dict_of(one) for one in record]}
    return DICTS.get(type(record), dict_of)(record)


def as_frame(record: Any, library: str | None) -> Any:
    """Return a data frame."""
    columns = card_of(record).columns
    if columns is not None:
        return frame(columns(), library)
    rows = list(record) if isinstance(record, Records) else [record]
    return frame(columns_of_rows(rows), library)
