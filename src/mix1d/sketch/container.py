"""How a sketch is written: versioned, little-endian, checksummed."""

from __future__ import annotations

import math
import struct
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mix1d.errors import SketchFormatError
from mix1d.sketch.contents import Contents
from mix1d.sketch.state import EMPTY, MOST_CELLS, MOST_VALUES, State
from mix1d.sketch.validity import check_contents

if TYPE_CHECKING:
    pass

MAGIC = b"mix1d sketch\n"
VERSION = 1
# version, length of the rest, its CRC-32
_HEAD = struct.Struct("<HQI")
# n_obs, n_missing, n_zero_weight, total weight (sum, rest), minimum, maximum, resolution, whether there is a
# name, lengths of the name, the values and the cells
_FIXED = struct.Struct("<QQQddddd?HII")
_DTYPES: tuple[np.dtype[Any], ...] = tuple(np.asarray(array).dtype for array in EMPTY)


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
