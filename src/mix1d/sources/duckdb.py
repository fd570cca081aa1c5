"""DuckDB relations: column, weights, condition and groups become part of the query; rows come in batches."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from duckdb import DuckDBPyRelation

from mix1d.errors import InputError, ReadingWarning
from mix1d.sources.chunks import Filler, Sketches
from mix1d.sources.columns import Wanted, named_weights
from mix1d.sources.relations import Selection, Table
from mix1d.sources.streams import in_another_thread

if TYPE_CHECKING:
    from mix1d.sources.asked import Asked

_LABEL = "the relation"


def sketch(source: Any, asked: Asked) -> Sketches:
    """Read a relation into a sketch; see `Sketch.of`.

    The length of a relation is not known before it is read, so there is no progress to show.

    Examples
    --------
    >>> import duckdb, mix1d
    >>> relation = duckdb.sql("SELECT range % 3 AS kind, sqrt(range) AS x FROM range(1000)")
    >>> {kind: found.count for kind, found in mix1d.Sketch.of(relation, by="kind", column="x").items()}
    {0: 334, 1: 333, 2: 333}
    >>> mix1d.Sketch.of(relation, column="floor(x)", where="kind = 0").max
    31.0
    """
    if not isinstance(source, DuckDBPyRelation):
        raise InputError(
            f"source must be a relation of DuckDB, got {type(source).__name__}: pass connection.sql(query)"
        )
    weights = named_weights(asked.sample_weight, _LABEL)
    wanted = Wanted(asked.column, weights, asked.where, asked.by)
    with in_another_thread(None) as elsewhere:
        selection: Selection = elsewhere(
            lambda: Selection.of(lambda: Table.of(_LABEL, source), wanted, _LABEL)
        ).result()
        if selection.notes:
            warnings.warn("; ".join(selection.notes), ReadingWarning, stacklevel=2)
        filler = Filler(
            selection.name, grouped=asked.by is not None, missing=asked.missing, threads=asked.threads
        )
        filler.begin(_LABEL)
        for rows in selection.batches(elsewhere):
            filler.add(rows)
        return filler.finish()
