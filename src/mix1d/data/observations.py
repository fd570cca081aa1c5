"""What was recorded: values, bins, limits, errors, truncation and labels of one column, checked once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from html import escape
from typing import Any, Literal, NoReturn

import numpy as np
from numpy.typing import NDArray

from mix1d import _core
from mix1d.arrays import Array
from mix1d.data.frames import Origin
from mix1d.data.histograms import Histogram
from mix1d.data.labels import UNKNOWN
from mix1d.data.recorded import Recorded, read_recorded, total_of
from mix1d.data.rounding import widened
from mix1d.data.sample import LargeSample, Sample, read_sample
from mix1d.data.windows import Windows, cut
from mix1d.errors import InputError, InternalError
from mix1d.words import listed, plain


class Observations:
    """One column of observations as they were recorded.

    Everything can be mixed: some rows exact, others intervals or limits, some with errors, some labelled.

    Parameters
    ----------
    data : array_like (n,) or (n, 1), tuple (counts, edges), or an object that holds intervals
        Values; a histogram as `numpy.histogram` returns it, with end edges that may be infinite, or an object
        of hist, boost_histogram or uproot; `scipy.stats.CensoredData`; intervals of pandas; structs
        {lower, upper} of Arrow or polars; text cells such as ``"<0.02"`` and ``">100"`` among numbers, which
        are limits. With `upper`: the lower ends.
    sample_weight : array_like (n,), optional
        Weights of at least 0; a weight of 2 means that the row occurs twice. The counts of a histogram are
        its weights.
    upper : array_like (n,), optional
        Upper ends. Equal ends: the value is exact. An end that is infinite, NaN or None is open.
    resolution : float or "auto"
        What the values were rounded to: h, so that x stands for x - h/2 to x + h/2, or 0, they are exact.
        ``"auto"``: a fit finds out.
    errors : float or array_like (n,), optional
        Standard deviation (never the variance) of the error of measurement of each row, or one for all.
    truncation : tuple (low, high), optional
        Values outside were never recorded: numbers, None for no limit, or one of each for every row.
    labels : array_like (n,), optional
        The known component of some rows: words or whole numbers; -1, None, NaN or pandas.NA: unknown.
    missing : {"raise", "drop"}
        What to do with missing rows: NaN, None, pandas.NA, masked, or open at both ends.
    name : str, optional
        The variable's name; taken from the column when it has one.

    Attributes
    ----------
    lower, upper : ndarray (m,)
        The ends of the rows that count, in their order; equal where exact, infinite where open. Read-only,
        like all arrays here.
    sample_weight : ndarray (m,) or None
        None when all are 1.
    errors : ndarray (m,) or None
        None when all are 0.
    truncation : tuple of two ndarrays (m,) or None
        The window of each row.
    labels : ndarray (m,) or None
        The place in `label_names` of each label, -1 where unknown.
    label_names : tuple
        The labels that occur: numbers rising, words sorted, those of a categorical column in its order.
    resolution : float or "auto"
        As given.
    rounded : ndarray (m,) of bool, or None
        Which rows stand for an interval because their value was rounded.
    histogram : tuple (counts, edges) or None
        The bins, where they were given.
    total_weight : float
        Sum of the weights.
    n_obs, n_missing, n_zero_weight, n_limits, n_cut : int
        Rows that count, rows left out because missing or of weight 0, cells of text that were limits, and
        intervals that were cut to their window.
    name : str or None
        The variable's name.

    Raises
    ------
    InputError
        When an argument cannot be used; the message says which, where and what to do.

    Notes
    -----
    Frozen; arrays are copies. Two are equal when all that counts for a fit is: rows with their order, and the
    name. About 0.1 ms for 200 rows, 50 ns a row for long columns.

    Examples
    --------
    >>> obs = Observations([1.2, "<0.5", 2.0, 3.1], errors=0.1, truncation=(0, None))
    >>> obs
    <Observations: n = 4, 0 to 3.1, 3 exact, 1 interval, errors 0.1, truncated to 0 and above>
    >>> obs.lower, obs.upper
    (array([1.2, 0. , 2. , 3.1]), array([1.2, 0.5, 2. , 3.1]))
    >>> len(Observations(([5, 0, 2], [0, 1, 2, 3])))
    2
    """

    __slots__ = Recorded._fields
    lower: Array
    upper: Array
    sample_weight: Array | None
    errors: Array | None
    truncation: Windows | None
    labels: NDArray[np.int64] | None
    label_names: tuple[str | int, ...]
    resolution: float | Literal["auto"]
    rounded: NDArray[np.bool_] | None
    histogram: Histogram | None
    total_weight: float
    n_missing: int
    n_zero_weight: int
    n_limits: int
    n_cut: int
    name: str | None
    origin: Origin

    def __init__(
        self,
        data: Any,
        *,
        sample_weight: Any = None,
        upper: Any = None,
        resolution: float | Literal["auto"] = "auto",
        errors: Any = None,
        truncation: Any = None,
        labels: Any = None,
        missing: Literal["raise", "drop"] = "raise",
        name: str | None = None,
    ) -> None:
        if isinstance(data, Observations):
            raise InputError(
                "data is Observations already: pass them to the verb, or make new ones of the column"
            )
        self._freeze(
            **read_recorded(
                data,
                sample_weight=sample_weight,
                upper=upper,
                resolution=resolution,
                errors=errors,
                truncation=truncation,
                labels=labels,
                missing=missing,
                name=name,
            )._asdict()
        )

    def _freeze(self, **parts: Any) -> None:
        for name, part in parts.items():
            for array in part if isinstance(part, tuple) else (part,):
                if isinstance(array, np.ndarray):
                    array.setflags(write=False)
            object.__setattr__(self, name, part)

    @classmethod
    def _restored(cls, *parts: Any) -> Observations:
        found = cls.__new__(cls)
        found._freeze(**dict(zip(Recorded._fields, parts, strict=True)))
        return found

    def _parts(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in Recorded._fields)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"Observations are frozen: make new ones instead of setting {name!r}")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"Observations are frozen: {name!r} cannot be deleted")

    def __reduce__(self) -> tuple[Callable[..., Observations], tuple[Any, ...]]:
        return Observations._restored, self._parts()

    def __copy__(self) -> Observations:
        return self

    def __deepcopy__(self, memo: object) -> Observations:
        return self

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Observations):
            return NotImplemented
        return all(
            _same(getattr(self, name), getattr(other, name)) for name in Recorded._fields if name != "origin"
        )

    def __hash__(self) -> int:
        return hash((self.lower.tobytes(), self.upper.tobytes(), self.total_weight, self.name))

    def __len__(self) -> int:
        return len(self.lower)

    def __repr__(self) -> str:
        name = f" {self.name}" if self.name else ""
        return f"<Observations{name}: {', '.join(self.in_words())}>"

    def _repr_html_(self) -> str:
        items = "".join(f"<li>{escape(words)}</li>" for words in self.in_words())
        title = escape(f"Observations {self.name}" if self.name else "Observations")
        return (
            f'<div><strong>{title}</strong><ul style="margin:0.25em 0;padding-left:1.5em">{items}</ul></div>'
        )

    @property
    def n_obs(self) -> int:
        """Rows that count."""
        return len(self.lower)

    @property
    def exact(self) -> NDArray[np.bool_]:
        """(m,), which rows are exact values."""
        return np.equal(self.lower, self.upper)

    @property
    def plain(self) -> bool:
        """Whether all rows are exact values and nothing else is known of them: a `Sample` says all."""
        return (
            self.errors is None
            and self.truncation is None
            and self.labels is None
            and bool(np.all(self.exact))
        )

    def sample(self, threads: int | None = None) -> Sample | LargeSample:
        """Return the pooled sample of plain observations, as `read_sample` makes it of the same column.

        Examples
        --------
        >>> Observations([2.0, 1.0, 2.0]).sample().weights
        array([1., 2.])
        """
        if not self.plain:
            raise InputError(
                f"data must be exact values without errors, truncation and labels here, got {self!r}: use a "
                "verb that takes Observations"
            )
        found = read_sample(self.lower, self.sample_weight, name=self.name, threads=threads)
        return replace(found, n_missing=self.n_missing, n_zero_weight=self.n_zero_weight)

    def rounded_to(self, step: float, rows: NDArray[np.bool_]) -> Observations:
        """Return the same with some exact rows standing for x - step / 2 to x + step / 2.

        Examples
        --------
        >>> obs = Observations([1.0, 2.0, 2.25]).rounded_to(1.0, np.array([True, True, False]))
        >>> obs.lower.tolist(), obs.upper.tolist()
        ([0.5, 1.5, 2.25], [1.5, 2.5, 2.25])
        """
        chosen = np.asarray(rows, bool) & self.exact
        lower, upper = widened(self.lower, self.upper, step, chosen)
        n_cut = self.n_cut
        if self.truncation is not None:
            lower, upper, changed = cut(lower, upper, self.truncation)
            n_cut += int(np.count_nonzero(changed))
        parts = dict(zip(Recorded._fields, self._parts(), strict=True))
        parts.update(lower=lower, upper=upper, resolution=float(step), rounded=chosen, n_cut=n_cut)
        return Observations._restored(*parts.values())

    def exact_values(self) -> tuple[Array, Array]:
        """Return the distinct exact values, rising, and their summed weights: what lattices and piles are of.

        Examples
        --------
        >>> Observations([2.0, 1.0, 2.0, "<1"]).exact_values()
        (array([1., 2.]), array([1., 2.]))
        """
        rows = self.exact
        if not rows.any():
            return np.empty(0), np.empty(0)
        weights = None if self.sample_weight is None else self.sample_weight[rows]
        pooled, _ = _core.pool(self.lower[rows], weights, False)
        if pooled is None:
            raise InternalError("exact values could not be pooled: please report it")
        return pooled[0], pooled[1]

    def selected(self, rows: NDArray[np.bool_]) -> Observations:
        """Return some of the rows, of which at least one must be.

        Examples
        --------
        >>> Observations([1.0, 2.0, 99.0], errors=[0.1, 0.2, 0.3]).selected(np.array([True, True, False]))
        <Observations: n = 2, 1 to 2, 2 exact, errors 0.1 to 0.2>
        """
        keep = np.asarray(rows, bool)
        parts = dict(zip(Recorded._fields, self._parts(), strict=True))
        for name in ("lower", "upper", "sample_weight", "errors", "labels", "rounded"):
            parts[name] = None if parts[name] is None else parts[name][keep]
        if self.truncation is not None:
            parts["truncation"] = Windows(self.truncation.low[keep], self.truncation.high[keep])
        index = self.origin.index
        parts.update(
            total_weight=total_of(parts["sample_weight"], len(parts["lower"])),
            histogram=self.histogram if keep.all() else None,
            origin=replace(self.origin, index=None if index is None else index[keep]),
        )
        return Observations._restored(*parts.values())

    def in_words(self) -> list[str]:
        """Return what the observations are, a few words for each kind.

        Examples
        --------
        >>> Observations([1.0, 2.0], labels=["a", None]).in_words()
        ['n = 2', '1 to 2', '2 exact', '1 labelled (a)']
        """
        below, above = self.lower == -np.inf, self.upper == np.inf
        finite = np.concatenate([self.lower[~below], self.upper[~above]])
        words = [f"n = {plain(self.total_weight, 12)}", f"{plain(finite.min())} to {plain(finite.max())}"]
        rounded = np.zeros(len(self), bool) if self.rounded is None else self.rounded
        exact = int(np.count_nonzero(self.exact))
        between = int(np.count_nonzero(~self.exact & ~below & ~above & ~rounded))
        words += [f"{exact} exact"] * (exact > 0)
        if rounded.any():
            words.append(f"{int(rounded.sum())} rounded to {plain(float(self.resolution))}")
        if between:
            kind = "bin" if self.histogram is not None else "interval"
            words.append(f"{between} {kind}{'s' * (between > 1)}")
        for open_end, ends, where in ((below, self.upper, "below"), (above, self.lower, "above")):
            if open_end.any():
                limits = np.unique(ends[open_end])
                at = plain(float(limits[0])) if len(limits) == 1 else f"{len(limits)} limits"
                words.append(f"{int(open_end.sum())} {where} {at}")
        if self.errors is not None:
            low, high = plain(float(self.errors.min())), plain(float(self.errors.max()))
            words.append(f"errors {low}" if low == high else f"errors {low} to {high}")
        if self.truncation is not None:
            words.append(f"truncated to {_window_words(self.truncation)}")
        if self.labels is not None:
            known = int(np.count_nonzero(self.labels != UNKNOWN))
            names = [str(label) for label in self.label_names[:8]]
            words.append(f"{known} labelled ({listed(names + ['...'] * (len(self.label_names) > 8))})")
        if self.n_missing:
            words.append(f"{self.n_missing} missing left out")
        return words


def _same(one: object, other: object) -> bool:
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        return type(one) is type(other) and np.array_equal(one, other)  # type: ignore[arg-type]
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(_same, one, other))
    return one == other


def _window_words(windows: Windows) -> str:
    low, high = np.unique(windows.low), np.unique(windows.high)
    if len(low) > 1 or len(high) > 1:
        return "a window of each row"
    if high[0] == np.inf:
        return f"{plain(float(low[0]))} and above"
    if low[0] == -np.inf:
        return f"{plain(float(high[0]))} and below"
    return f"{plain(float(low[0]))} to {plain(float(high[0]))}"
