"""The methods of a result that show it: in words and as plots."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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
        if not tests:
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
