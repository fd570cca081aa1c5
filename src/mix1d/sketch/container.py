"""What a sketch holds, and how it is written: versioned, little-endian, checksummed."""

from __future__ import annotations

import math
import struct
import zlib
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mix1d.errors import SketchFormatError
from mix1d.sketch.state import EMPTY, MOST_CELLS, MOST_VALUES, State
from mix1d.sketch.validity import UNJUDGED, check_contents

if TYPE_CHECKING:
    from mix1d.data.sample import Checked

MAGIC = b"mix1d sketch\n"
VERSION = 1
# version, length of the rest, its CRC-32
_HEAD = struct.Struct("<HQI")
# n_obs, n_missing, n_zero_weight, total weight (sum, rest), minimum, maximum, resolution, whether there is a
# name, lengths of the name, the values and the cells
_FIXED = struct.Struct("<QQQddddd?HII")
_DTYPES: tuple[np.dtype[Any], ...] = tuple(np.asarray(array).dtype for array in EMPTY)


class Contents(NamedTuple):
    """Everything in a sketch."""

    state: State = EMPTY
    n_obs: int = 0
    n_missing: int = 0
    n_zero_weight: int = 0
    weight: tuple[float, float] = (0.0, 0.0)
    """The total, and what rounding has kept from it."""
    minimum: float = math.inf
    maximum: float = -math.inf
    resolution: float | None = UNJUDGED
    """Spacing of the lattice of the values, None when they look continuous, -1 before that is known."""
    name: str | None = None

    @property
    def total_weight(self) -> float:
        """The sum of the weights."""
        return self.weight[0] + self.weight[1]

    def with_rows(self, chunk: Checked) -> Contents:
        """Return the counts with those of a chunk; its values are not in the state yet."""
        return self._replace(
            n_obs=self.n_obs + chunk.n_obs,
            n_missing=self.n_missing + chunk.n_missing,
            n_zero_weight=self.n_zero_weight + chunk.n_zero_weight,
            weight=_sum(self.weight, (chunk.total_weight, 0.0)),
            minimum=min(self.minimum, chunk.minimum),
            maximum=max(self.maximum, chunk.maximum),
            name=chunk.name if self.name is None and self.n_obs == 0 else self.name,
        )

    def joined(self, other: Contents, state: State) -> Contents:
        """Return the contents of both, given their joint state."""
        both = self, other
        names = {contents.name for contents in both if contents.n_obs}
        names = names or {contents.name for contents in both}
        return Contents(
            state,
            self.n_obs + other.n_obs,
            self.n_missing + other.n_missing,
            self.n_zero_weight + other.n_zero_weight,
            _sum(self.weight, other.weight),
            min(self.minimum, other.minimum),
            max(self.maximum, other.maximum),
            self.resolution if other.resolution == UNJUDGED else self.finer(other.resolution),
            names.pop() if len(names) == 1 else None,
        )

    def finer(self, resolution: float | None) -> float | None:
        """Return the spacing of a lattice that holds this one and another, None when there is none."""
        mine = self.resolution
        if mine == UNJUDGED:
            return resolution
        if mine is None or resolution is None:
            return None
        small, large = sorted((mine, resolution))
        ratio = large / small
        return small if ratio < 2.0**53 and abs(ratio - round(ratio)) <= 1e-3 else None


def pack(contents: Contents) -> bytes:
    """Return the contents as bytes."""
    state = contents.state
    name = (contents.name or "").encode("utf-8")[:65_535]
    fixed = _FIXED.pack(
        contents.n_obs,
        contents.n_missing,
        contents.n_zero_weight,
        *contents.weight,
        contents.minimum,
        contents.maximum,
        math.nan if contents.resolution is None else contents.resolution,
        contents.name is not None,
        len(name),
        len(state.values),
        len(state.levels),
    )
    arrays = (array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes() for array in state)
    body = b"".join([fixed, name, *arrays])
    return MAGIC + _HEAD.pack(VERSION, len(body), zlib.crc32(body)) + body


def unpack(data: bytes) -> Contents:
    """Return the contents that `pack` has written.

    Raises
    ------
    SketchFormatError
        When they are not whole, not a sketch, of a later version, or no contents that any values can have.
    """
    if not isinstance(data, bytes | bytearray | memoryview):
        raise SketchFormatError(
            f"data must be bytes from Sketch.to_bytes, got {type(data).__name__}: read the file as binary"
        )
    data = bytes(data)
    begin = len(MAGIC) + _HEAD.size
    if data[: len(MAGIC)] != MAGIC[: len(data)]:
        raise SketchFormatError(
            f"data must be bytes from Sketch.to_bytes, found {data[:16]!r} at the beginning: not a sketch"
        )
    if len(data) < begin:
        raise SketchFormatError(_cut_off(len(data), begin))
    version, length, checksum = _HEAD.unpack_from(data, len(MAGIC))
    if version > VERSION:
        raise SketchFormatError(
            f"data hold a sketch of format {version}, this mix1d reads up to {VERSION}: install a later one"
        )
    body = data[begin : begin + length]
    if len(body) < length:
        raise SketchFormatError(_cut_off(len(data), begin + length))
    if version < 1 or len(data) > begin + length or zlib.crc32(body) != checksum:
        raise SketchFormatError("data are a damaged sketch, their checksum does not fit: get an intact copy")
    try:
        contents = _contents(body)
    except (ValueError, struct.error) as error:
        raise SketchFormatError(f"data are a damaged sketch ({error}): get an intact copy") from None
    check_contents(contents)
    return contents


def _contents(body: bytes) -> Contents:
    numbers = _FIXED.unpack_from(body)
    n_obs, n_missing, n_zero, total, rest, minimum, maximum, resolution, named = numbers[:9]
    n_name, n_values, n_cells = numbers[9:]
    if n_values > MOST_VALUES or n_cells > MOST_CELLS or (n_values and n_cells):
        raise ValueError(f"{n_values} values and {n_cells} cells")
    at = _FIXED.size
    name = body[at : at + n_name].decode("utf-8")
    at += n_name
    arrays: list[NDArray[Any]] = []
    sizes = (n_values, n_values, n_cells, n_cells, n_cells, 8 * n_cells)
    for dtype, size in zip(_DTYPES, sizes, strict=True):
        arrays.append(np.frombuffer(body, dtype.newbyteorder("<"), size, at).astype(dtype))
        at += size * dtype.itemsize
    if at != len(body):
        raise ValueError(f"{len(body)} bytes instead of {at}")
    arrays[-1] = arrays[-1].reshape(n_cells, 8)
    return Contents(
        State(*arrays),
        n_obs,
        n_missing,
        n_zero,
        (total, rest),
        minimum,
        maximum,
        None if math.isnan(resolution) else resolution,
        name if named else None,
    )


def _cut_off(found: int, needed: int) -> str:
    return f"data are a sketch cut off after {found} of {needed} bytes: get the whole file"


def _sum(a: tuple[float, float], b: tuple[float, float]) -> tuple[float, float]:
    """Add two sums with their rests (Knuth's two-sum)."""
    total = a[0] + b[0]
    part = total - a[0]
    rest = (a[0] - (total - part)) + (b[0] - part)
    return total, rest + a[1] + b[1]
