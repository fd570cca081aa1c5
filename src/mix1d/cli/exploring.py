"""`mix1d explore`: a page on this machine to choose a column and see its fit."""

from __future__ import annotations

import argparse

from mix1d.cli.data import written
from mix1d.errors import InputError
from mix1d.optional import need
from mix1d.sources.files import held


def explore(asked: argparse.Namespace) -> None:
    """Serve the page until Ctrl-C."""
    need("explore", "dash", "plotly", doing="the explorer needs", error=InputError)
    from mix1d.explore.server import serve
    from mix1d.explore.session import Session

    with held(asked.files) as paths:
        session = Session(
            asked.files,
            paths,
            column=asked.column,
            where=asked.where,
            weights=asked.weights,
            missing=asked.missing,
            written=written(asked),
        )
        serve(session, asked.port, browse=not asked.no_browser)
