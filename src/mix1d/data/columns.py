"""Whatever holds a column of numbers -> one NumPy array of a real type, missing values as NaN.

No data library is imported here: NumPy, the Arrow C interface and the shape of an object say enough.
"""

import sys
from collections.abc import Iterable, Iterator, Sequence, Set
from numbers import Complex, Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mix1d import _core
from mix1d.arrays import Array
from mix1d.errors import InputError, shown

# What a value can be instead of a real number, by NumPy's letter for the kind: its name, and what to do.
_REFUSED = {
    "b": ("truth values", "convert them with astype(float) if 0 and 1 are meant"),
    "c": ("complex numbers", "take the real part or the absolute value"),
    "M": ("dates", "convert them to numbers first, for example to days since the first one"),
    "m": ("durations", "convert them to numbers first, for example to seconds"),
    "U": ("text", "pass numbers"),
    "d": ("decimal numbers of a database type", "cast the column to float64"),
    "+": ("nested values", "pass one number per row"),
    "k": ("dictionary-encoded values", "decode the column first"),
    "O": ("objects", "pass numbers"),
}
_LOOKS_NUMERIC = "they look like numbers: convert them, for example with numpy.asarray(values, dtype=float)"
# First letters of Arrow's formats, for those that are not real numbers.
_ARROW_KINDS = {"b": "b", "u": "U", "U": "U", "v": "U", "z": "U", "Z": "U", "w": "U", "d": "d", "+": "+"}


def as_column(argument: str, data: object) -> tuple[NDArray[Any], str | None]:
    """Return `data` as an array (n,) of an integer or floating type, and its name when it has one.

    `data` is anything that `mix1d.fit` accepts, and not copied where it is an array, an Arrow column in one
    piece or a pandas column without missing values; what is no column of real numbers is an `InputError`,
    which calls it `argument`.
    """
    if isinstance(data, np.ndarray):
        masked = sys.modules.get("numpy.ma")
        if masked is not None and isinstance(data, masked.MaskedArray):
            return _from_masked(argument, data), None
        return _from_array(argument, np.asarray(data)), None
    if isinstance(data, str | bytes | bytearray):
        raise InputError(
            f"{argument} must be a column of numbers, got the text {shown(data)}: read the file first"
        )
    if isinstance(data, Sequence):
        return _from_sequence(argument, data), None
    if hasattr(data, "iloc"):
        if hasattr(data, "columns"):
            data = _only_column(argument, data, list(data.columns))
        return _from_pandas(argument, data), name_of(data)
    if hasattr(data, "__arrow_c_stream__") or hasattr(data, "__arrow_c_array__"):
        return _from_arrow(argument, data)
    if hasattr(data, "to_numpy") and hasattr(data, "isna"):
        return _from_pandas(argument, data), name_of(data)
    if hasattr(data, "__array__") or _has_buffer(data):
        try:
            array = np.asarray(data)
        except Exception as error:
            raise InputError(
                f"{argument} of type {type_name(data)} could not be read as an array ({error}): "
                "convert it to a NumPy array first"
            ) from error
        return _from_array(argument, array), name_of(data)
    if isinstance(data, Iterator | Set) or (isinstance(data, Iterable) and not hasattr(data, "keys")):
        raise InputError(
            f"{argument} must be a list, an array or a column of a table, got {type_name(data)}: "
            f"pass list({argument})"
        )
    raise InputError(
        f"{argument} must be a column of numbers, got {type_name(data)} {shown(data)}: "
        "pass a list, an array or a column of a table"
    )


def _from_array(argument: str, array: NDArray[Any]) -> NDArray[Any]:
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim != 1:
        if array.ndim == 0:
            advice = f"pass [{array.item()!r}] for a single value"
        elif array.ndim == 2 and array.shape[0] == 1:
            advice = f"pass {argument}.ravel()"
        else:
            advice = f"select one column, for example {argument}[:{', 0' * (array.ndim - 1)}]"
        raise InputError(f"{argument} must have shape (n,) or (n, 1), got {array.shape}: {advice}")
    kind = array.dtype.kind
    if kind in "fiu":
        swapped_extended = array.dtype.char == "g" and not array.dtype.isnative  # has no buffer format
        return array.astype(np.longdouble) if swapped_extended else array
    if kind == "O":
        return _from_objects(argument, array)
    if array.size == 0:
        return np.empty(0)
    if kind == "V":
        names = array.dtype.names or ("a",)
        raise InputError(
            f"{argument} must be one column of numbers, got records ({array.dtype}): "
            f"select a field, for example {argument}[{names[0]!r}]"
        )
    raise _refusal(argument, "U" if kind in "UST" else kind, array[0], 0)


def _from_masked(argument: str, data: Any) -> NDArray[Any]:
    array = _from_array(argument, np.asarray(data.data))
    mask = np.broadcast_to(np.asarray(data.mask), data.shape).reshape(array.shape)
    if not mask.any():
        return array
    values = array.astype(np.float64)
    values[mask] = np.nan
    return values


def _from_sequence(argument: str, data: Sequence[Any]) -> NDArray[Any]:
    types = set(map(type, data))
    if types <= {float, int} or all(issubclass(t, float | np.integer | np.floating) for t in types):
        try:
            return np.asarray(data, dtype=np.float64)
        except OverflowError:
            return _from_objects(argument, data)
    if any(issubclass(t, Sequence | np.ndarray) and not issubclass(t, str | bytes) for t in types):
        try:
            return _from_array(argument, np.asarray(data))
        except ValueError as error:
            if isinstance(error, InputError):
                raise
            raise InputError(
                f"{argument} must hold one number per row, got rows of unequal lengths: pass a flat list"
            ) from error
    return _from_objects(argument, data)


def missing_among(values: Iterable[object]) -> list[bool]:
    """Say which values stand for one that is missing: None, NaN, pandas.NA or a masked element.

    >>> missing_among([None, float("nan"), 0.0, ""])
    [True, True, False, False]
    """
    absent = _absent()
    return [
        id(value) in absent or (not isinstance(value, str) and isinstance(value, Real) and value != value)
        for value in values
    ]


def one_number(argument: str, value: object) -> float | None:
    """Return the number that an argument is for all rows, NaN where it is missing, None where it is a column.

    >>> one_number("errors", 0.5), one_number("errors", np.array(0.5)), one_number("errors", [0.5])
    (0.5, 0.5, None)
    """
    ndim = getattr(value, "ndim", None)
    if isinstance(value, str | bytes) or (hasattr(value, "__len__") if ndim is None else ndim != 0):
        return None
    if missing_among([value])[0]:
        return np.nan
    return float(as_column(argument, [value])[0][0])


def _absent() -> set[int]:
    """Return the identities of what stands for a missing value."""
    absent = {id(None)}
    pandas, masked = sys.modules.get("pandas"), sys.modules.get("numpy.ma")
    if pandas is not None and hasattr(pandas, "NA"):
        absent.add(id(pandas.NA))
    if masked is not None:
        absent.add(id(masked.masked))
    return absent


def _from_objects(argument: str, data: Iterable[Any]) -> Array:
    """Convert value by value; None, pandas.NA and a masked element become NaN."""
    absent, decimal = _absent(), sys.modules.get("decimal")
    real: tuple[Any, ...] = (Real,) if decimal is None else (Real, decimal.Decimal)
    out = []
    value: Any
    for row, value in enumerate(data):
        if id(value) in absent:
            out.append(np.nan)
        elif isinstance(value, real) and not isinstance(value, bool):
            try:
                number = float(value)
            except OverflowError:
                number = np.inf
            except ValueError:  # a signalling NaN
                number = np.nan
            if abs(number) == np.inf and value != number:
                raise InputError(
                    f"{argument} must fit a double (at most 1.8e308), found {shown(value)} at index {row}: "
                    "rescale or remove it"
                )
            out.append(number)
        else:
            raise _refusal(argument, _kind_of(value), value, row)
    return np.array(out, dtype=np.float64)


def _kind_of(value: object) -> str:
    if isinstance(value, np.generic):
        kind = value.dtype.kind
        return "U" if kind in "US" else kind
    if isinstance(value, bool):
        return "b"
    if isinstance(value, str | bytes):
        return "U"
    if isinstance(value, Complex):
        return "c"
    if hasattr(value, "total_seconds"):
        return "m"
    if hasattr(value, "isoformat"):
        return "M"
    return "+" if isinstance(value, Iterable) else "O"


def _from_pandas(argument: str, data: Any) -> NDArray[Any]:
    dtype = data.dtype
    kind = getattr(dtype, "kind", "O")
    if isinstance(dtype, np.dtype):
        return _from_array(argument, data.to_numpy())
    if kind not in "fiu":
        return _from_array(argument, data.to_numpy(dtype=object))
    if hasattr(dtype, "numpy_dtype") and not data.isna().any():
        return _from_array(argument, data.to_numpy(dtype=dtype.numpy_dtype))
    return _from_array(argument, data.to_numpy(dtype=np.float64, na_value=np.nan))


def _only_column(argument: str, table: Any, names: list[Any]) -> Any:
    if len(names) != 1:
        raise _too_many_columns(argument, names)
    return table.iloc[:, 0]


def _from_arrow(argument: str, data: Any) -> tuple[NDArray[Any], str | None]:
    try:
        column, arrow_format, name, columns = _core.read_arrow(data)
    except Exception as error:
        raise InputError(
            f"{argument} of type {type_name(data)} could not be read through the Arrow interface ({error}): "
            "convert it to a NumPy array first"
        ) from error
    if columns is not None and len(columns) != 1:
        raise _too_many_columns(argument, columns)
    if column is not None:
        return column, name or name_of(data)
    if arrow_format == "dictionary":
        kind = "k"
    elif arrow_format[0] == "t":
        kind = "m" if arrow_format[1] == "D" else "M"
    else:
        kind = _ARROW_KINDS.get(arrow_format[0], "O")
    raise _refusal(argument, kind)


def _too_many_columns(argument: str, names: list[Any]) -> InputError:
    listed = ", ".join(map(repr, names[:8])) + (", ..." if len(names) > 8 else "")
    advice = f"select one, for example {argument}[{names[0]!r}]" if names else "pass a column of numbers"
    return InputError(
        f"{argument} must be one column, got a table with {len(names)} columns ({listed}): {advice}"
    )


def _refusal(argument: str, kind: str, value: object = None, row: int | None = None) -> InputError:
    what, advice = _REFUSED.get(kind, _REFUSED["O"])
    if kind == "U" and _is_numeric_text(value):
        advice = _LOOKS_NUMERIC
    found = "" if row is None else f" ({shown(value)} at index {row})"
    return InputError(f"{argument} must be real numbers, got {what}{found}: {advice}")


def _is_numeric_text(value: object) -> bool:
    try:
        float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return False
    return True


def type_name(value: object) -> str:
    """Return the type of an object as messages name it, with its module.

    >>> type_name([]), type_name(np.float64(1.0))
    ('list', 'numpy.float64')
    """
    kind = type(value)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def name_of(data: object) -> str | None:
    """Return the name that a column carries, None where it has none.

    >>> name_of([1.0]) is None
    True
    """
    name = getattr(data, "name", None)
    return str(name) if isinstance(name, str | int | tuple) and name != "" else None


def _has_buffer(data: object) -> bool:
    try:
        memoryview(data)  # type: ignore[arg-type]
    except TypeError:
        return False
    return True
