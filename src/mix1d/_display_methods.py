"""The methods of a result that show it: in words, as plots, as a page and in notebooks."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from mix1d.data.arguments import check_flag
from mix1d.writing import named

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from matplotlib.axes import Axes


class DisplayMethods:
    """Ways to look at a fit; `FitResult` has these methods."""

    def summary(
        self,
        tests: bool = False,
        *,
        replicates: int = 999,
        rng: int | np.random.Generator | None = None,
        threads: int | None = None,
    ) -> str:
        """Return what ``print(result)`` shows: the answer, its errors, and verdicts in words.

        Parameters
        ----------
        tests : bool
            Whether to add the tests that draw samples, and other checks that take seconds: the bootstrap test
            for the number of components, goodness of fit, the certificate, influence, a single skewed
            population as a rival, the dip test (extra ``tests``).
        replicates, rng, threads
            For the tests; see `goodness_of_fit`.
        """
        from mix1d.display.text import summary_text

        result: Any = self
        text = summary_text(result)
        if not check_flag("tests", tests):
            return text
        from mix1d.display.checks import checks_text

        return f"{text}\n\n{checks_text(result, replicates=replicates, rng=rng, threads=threads)}"

    def plot(self, ax: Axes | None = None, kind: str = "density", **options: Any) -> Axes:
        """Draw the fit with matplotlib.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw; a new figure of pyplot by default.
        kind : str
            ``"density"``: histogram, components, their sum, and thresholds with 95 % intervals.

            ``"cdf"``, ``"qq"``, ``"pit"``: data against fit, with a band (`level`, 0.95).

            ``"responsibilities"``: the probability of each component at every value.

            ``"selection"``: the criterion of all that was tried, by number of components.

            ``"trace"``: what the log-likelihood has to go at each iteration of plain EM (`max_iter`, 1000)
            and at each step of the solver, from the same start.

            ``"profile"``: the profile log-likelihood of one `parameter`, such as ``("mean", 0)`` or ``("sd",
            "b")``, with its interval (`level`, 0.95).

            ``"certificate"``: where the fit is short of mass (`min_sd`, `threads`).
        **options
            Those named in brackets, for their kind only.

        Returns
        -------
        matplotlib.axes.Axes
            Those drawn on, in the unit of the values, labelled with the variable's name. Nothing is shown or
            saved, and no setting of matplotlib is changed.

        Raises
        ------
        InputError
            When an argument cannot be used, or the fit has no profile.
        Mix1dError
            When matplotlib is missing: ``pip install "mix1d[plot]"``.

        Notes
        -----
        `mix1d.display.plot` has a function for each kind, with its cost and its source.

        Examples
        --------
        >>> import mix1d
        >>> from matplotlib.figure import Figure
        >>> result = mix1d.fit([1.0, 2.0, 2.0, 3.0, 8.0, 9.0, 9.0, 10.0], 2, name="dose (mg)")
        >>> ax = result.plot(Figure().add_subplot())
        >>> ax.get_xlabel(), ax.get_ylabel()
        ('dose (mg)', 'density')
        """
        from mix1d.display.plot import plot

        result: Any = self
        return plot(result, ax, kind, **options)

    def report(
        self,
        path: str | os.PathLike[str],
        *,
        tests: bool = False,
        replicates: int = 999,
        rng: int | np.random.Generator | None = None,
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
        named(path)
        result: Any = self
        found = Checks.of(result, replicates, rng, threads) if check_flag("tests", tests) else None
        return write_report(result, path, found)

    def _repr_html_(self) -> str:
        """Return what a notebook shows: the answer, a picture, the components, and what to beware of."""
        from mix1d.display.html import result_html

        result: Any = self
        return result_html(result)
