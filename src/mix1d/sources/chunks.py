"""Chunks of rows into a sketch, or into one for each group, in few large additions."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from mix1d.errors import InputError
from mix1d.sketch.filling import DIRECT
from mix1d.sketch.summary import Sketch
from mix1d.sources.groups import order_of, ordered

Array: TypeAlias = NDArray[Any]
Sketches: TypeAlias = Sketch | dict[Any, Sketch]

BLOCK = 1 << 20  # rows of an addition, which costs some milliseconds however few they are
MOST_WAITING = 1 << 24  # rows of all groups together
DROP = 'pass missing="drop" to leave them out'


class Groups(NamedTuple):
    """Which group each row is in."""

    keys: Sequence[Hashable]
    codes: NDArray[np.integer[Any]]  # (n,), places in `keys`

    def members(self) -> Iterator[tuple[Hashable, NDArray[np.intp]]]:
        """Yield the key of each group that has rows, and its rows, rising."""
        # NumPy sorts 16-bit integers by radix, several times as fast.
        small = np.int16 if len(self.keys) < 2**15 else np.int64
        order = np.argsort(self.codes.astype(small, copy=False), kind="stable")
        ends = np.cumsum(np.bincount(self.codes, minlength=len(self.keys)))
        for key, begin, end in zip(self.keys, [0, *ends[:-1].tolist()], ends.tolist(), strict=True):
            if end > begin:
                yield key, order[begin:end]


def one_after_the_other(parts: Sequence[Groups]) -> Groups:
    """Return the groups of all rows, by rising key, the missing key (None) last.

    >>> one_after_the_other([Groups(["b", None], np.array([0, 1, 0])), Groups(["a"], np.array([0]))])
    Groups(keys=['a', 'b', None], codes=array([1, 2, 1, 0]))
    """
    places: dict[Any, int] = {}
    codes = [
        np.array([places.setdefault(key, len(places)) for key in part.keys], np.intp)[part.codes]
        for part in parts
    ]
    keys = order_of(places)
    rank = np.empty(len(keys), np.intp)
    rank[[places[key] for key in keys]] = np.arange(len(keys))
    return Groups(keys, rank[np.concatenate(codes)])


class Rows(NamedTuple):
    """Some rows of a source, NaN where a value is missing."""

    values: Array
    weights: Array | None = None
    groups: Groups | None = None
    sides: Array | None = None  # of limits: -1 below, 1 above, 0 where a value is exact
    beside: Mapping[str, Array | Groups] | None = None  # what else was recorded, numbers or words


class _Piece(NamedTuple):
    values: Array
    weights: Array | None
    place: str
    first: int  # rows of the source from which it comes, the first being 1
    last: int


@dataclass(slots=True)
class _Pile:
    """A sketch, and what waits for it."""

    sketch: Sketch
    pieces: list[_Piece] = field(default_factory=list)
    waiting: int = 0


class Filler:
    """Puts rows into one sketch, or, where every chunk says which group its rows are in, into one for each.

    `drop` is how a message says that missing values can be left out.

    >>> filler = Filler("x", grouped=True)
    >>> filler.add(Rows(np.array([1.0, 2.0, 3.0]), None, Groups(["a", "b"], np.array([0, 1, 0]))))
    >>> {key: sketch.count for key, sketch in filler.finish().items()}
    {'a': 2, 'b': 1}
    """

    def __init__(
        self,
        name: str | None = None,
        *,
        grouped: bool = False,
        missing: Literal["raise", "drop"] = "raise",
        threads: int | None = None,
        drop: str = DROP,
    ) -> None:
        self._name = name
        self._grouped = grouped
        self._missing = missing
        self._threads = threads
        self._drop = drop
        self._piles: dict[Hashable, _Pile] = {} if grouped else {None: _Pile(Sketch(name))}
        self._waiting = 0
        self._place = ""
        self._row = 0

    def begin(self, place: str) -> None:
        """Say where the next rows come from, for messages; they are counted from 1 again."""
        self._place, self._row = place, 0

    def add(self, rows: Rows) -> None:
        """Take rows, whose arrays must not change any more.

        What cannot be used is an `InputError`, for these rows or for some taken before.
        """
        n = len(rows.values)
        if n == 0:
            return
        first, last = self._row + 1, self._row + n
        self._row = last
        for key, values, weights in _by_group(rows):
            pile = self._piles.get(key)
            if pile is None:
                pile = self._piles[key] = _Pile(Sketch(self._name))
            pile.pieces.append(_Piece(values, weights, self._place, first, last))
            pile.waiting += len(values)
            self._waiting += len(values)
            if pile.waiting >= BLOCK:
                self._settle(pile)
        if self._waiting >= MOST_WAITING:
            enough = self._waiting // (4 * len(self._piles))
            for pile in self._piles.values():
                if pile.waiting >= enough:
                    self._settle(pile)

    def finish(self) -> Sketches:
        """Return the sketch, or the sketches by group."""
        found = self.finish_all()
        return found if self._grouped else found[None]

    def finish_all(self) -> dict[Any, Sketch]:
        """Return the sketches by group, or the only one as that of None."""
        for pile in self._piles.values():
            self._settle(pile)
        return ordered({key: pile.sketch for key, pile in self._piles.items()})

    def _settle(self, pile: _Pile) -> None:
        if not pile.waiting:
            return
        pieces, pile.pieces = pile.pieces, []
        few = pile.waiting < DIRECT  # they would wait on in the sketch, and of many groups that is too much
        part = Sketch(self._name) if few else pile.sketch
        try:
            part.add(*_joined(pieces), missing=self._missing, threads=self._threads)
        except InputError as error:
            raise self._located(pieces, error) from None
        if few:
            pile.sketch = pile.sketch + part
        self._waiting -= pile.waiting
        pile.waiting = 0

    def _located(self, pieces: list[_Piece], error: InputError) -> InputError:
        """Return the error with the rows that it is about."""
        for piece in pieces:
            try:
                Sketch().add(piece.values, piece.weights, missing=self._missing)
            except InputError as found:
                where = f"{piece.place}, " if piece.place else ""
                absent = np.isnan(piece.values)
                if self._missing == "raise" and absent.any():
                    rows = f"row {piece.first + int(absent.argmax())}"
                    if self._grouped:
                        rows = f"rows {piece.first} to {piece.last}"
                    name = "" if self._name is None else f" of {self._name!r}"
                    return InputError(f"{where}{rows}: a value{name} is missing (NaN or NULL); {self._drop}")
                return InputError(f"{where}rows {piece.first} to {piece.last}: {found}")
        return error


def _by_group(rows: Rows) -> Iterator[tuple[Hashable, Array, Array | None]]:
    """Yield key, values and weights of each group that has rows."""
    values, weights, groups = rows[:3]
    if groups is None:
        yield None, values, weights
        return
    for key, mine in groups.members():
        yield key, values[mine], None if weights is None else weights[mine]


def _joined(pieces: list[_Piece]) -> tuple[Array, Array | None]:
    """Return values and weights of pieces that all have weights, or have none."""
    if len(pieces) == 1:
        return pieces[0].values, pieces[0].weights
    weights = [piece.weights for piece in pieces if piece.weights is not None]
    return np.concatenate([piece.values for piece in pieces]), np.concatenate(weights) if weights else None
