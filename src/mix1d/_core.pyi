"""Types of the native functions; float64 arrays come back read-only where they are kept."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

_Census = tuple[int, int, int, int, int, int, int, int]
_Pooled = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], float, float | None]

def build_info() -> dict[str, Any]: ...
def exp(x: NDArray[np.float64]) -> NDArray[np.float64]: ...
def log(x: NDArray[np.float64]) -> NDArray[np.float64]: ...
def erfcx(x: NDArray[np.float64]) -> NDArray[np.float64]: ...

# Columns: data.py. A column is a one-dimensional array of any real type, stride and byte order.
# Census: n_missing, first_missing, n_infinite, first_infinite, n_bad_weight, first_bad_weight, n_zero_weight,
# n_obs.
# Pooled: values, weights, rows, total_weight, resolution.
def pool(
    data: NDArray[Any], sample_weight: NDArray[Any] | None, drop_missing: bool
) -> tuple[_Pooled | None, _Census]: ...
def pool_large(
    data: NDArray[Any], sample_weight: NDArray[Any] | None, drop_missing: bool, cap: int
) -> tuple[_Pooled, _Census] | None: ...
def scan_column(
    data: NDArray[Any], sample_weight: NDArray[Any] | None, threads: int
) -> tuple[float, float, float, _Census]: ...
def resolution(data: NDArray[Any], sample_weight: NDArray[Any] | None, rows: int) -> float | None: ...
def read_arrow(source: object) -> tuple[NDArray[Any] | None, str, str | None, list[str] | None]: ...
