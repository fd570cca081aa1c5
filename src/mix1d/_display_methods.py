"""The methods of a result that draw it or write it down for people."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    _Rng: TypeAlias = int | np.random.Generator | None


class DisplayMethods:
    """Pictures and pages; `FitResult` has these methods."""

    def report(
        self,
        path: str | os.PathLike[str],
        *,
        tests: bool = False,
        replicates: int = 999,
        rng: _Rng = None,
        threads: int | None = None,
    ) -> Path:
        """Write everything that is known about the fit into one HTML file that needs no network.

        Parameters
        ----------
        path : str or path
            The file; it is replaced once the page is complete.
        tests : bool
            Whether to add the tests that draw samples, and other checks that take seconds, as
            ``summary(tests=True)`` does.
        replicates, rng, threads
            For the tests; see `goodness_of_fit`. The page tells the seed.

        Returns
        -------
        pathlib.Path
            The file written.

        Raises
        ------
        Mix1dError
            When Plotly or Jinja is missing: they come with the extra ``report``.
        InputError
            When an argument of the tests cannot be used.
        OSError
            When the file cannot be written.

        Notes
        -----
        In this order: the answer in sentences, the picture, the components, the thresholds, the evidence for
        their number with the fit of each number tried, goodness of fit, what to beware of, plain EM and the
        solver step by step, and how to repeat the fit. The same fit gives the same file, byte for byte, with
        the same version of Plotly, which takes 4.8 MB of it. A second or two, most of it for the findings
        and the certificate of long columns.

        Examples
        --------
        >>> import mix1d, tempfile, pathlib
        >>> result = mix1d.fit([1.0, 2.0, 2.0, 3.0, 8.0, 9.0, 9.0, 10.0], 2, name="width")
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     page = result.report(pathlib.Path(folder) / "width.html").read_text(encoding="utf-8")
        >>> page[:15], "Component a holds 50 % of the values" in page
        ('<!doctype html>', True)
        """
        from mix1d.display.checks import Checks
        from mix1d.display.report import needed, write_report

        needed()  # before seconds of work
        result: Any = self
        return write_report(result, path, Checks.of(result, replicates, rng, threads) if tests else None)
