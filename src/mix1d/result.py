"""The frozen result of a fit: the answer, how it was reached, and how far to trust it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mix1d import showing
from mix1d.data.arguments import Rng, check_count, check_flag
from mix1d.diagnostics import certificate, findings, goodness, influence
from mix1d.hints import RESULT, missing_attribute
from mix1d.optional import need
from mix1d.outcome.outcome import Outcome
from mix1d.outcome.records import Finding, Optimum, Row, Trace
from mix1d.saving import json, programs, tables
from mix1d.uncertainty import classes, cutting, derived, parameters
from mix1d.uncertainty.covariance import Parameters
from mix1d.writing import named

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes

__all__ = ["Finding", "FitResult", "Optimum", "Parameters", "Row", "Trace"]


@dataclass(frozen=True, eq=False, repr=False)
class FitResult(Outcome):
    """A fitted mixture, with everything that is known about the fit. Made by `mix1d.fit`.

    Attributes
    ----------
    mixture : Mixture
        The answer: components ordered by mean, ties by sd. Its weights are those of the population.
    window_weights : ndarray or None
        (k,), the weights of the components among what was recorded inside the window of truncation; where
        rows have windows of their own, among the rows. None without truncation.
    background_weight : float or None
        The share of a uniform background, beside which all weights sum to 1; None without one.
    log_likelihood : float
        Total over the rows, natural logarithm, without penalty.
    n_obs, total_weight : int, float
        Rows of positive weight, and the sum of their weights: n in every formula.
    n_parameters : int
        3k - 1, or 2k with equal sds.
    aic, bic, icl : float
        Smaller is better. aic = 2 p - 2 l; bic = p log n - 2 l; icl = bic + 2 sum of w_i * entropy of r_i
        (the soft form; mclust takes the hard one, and the opposite sign for all three).
    criterion, objective : str
        The ones that chose; the objective is ``"stable"`` too where nothing sound is as high.
    converged : bool
        At a maximum to rounding: Newton decrement below `tol`, and minus the Hessian positive definite.
    stop_reason : str
        ``"decrement"`` (converged), ``"flat"`` in some direction, ``"max_iter"`` or ``"stalled"`` (rounding).
    n_iter : int
        Steps of the last solve: the length of `trace`.
    newton_decrement : float
        What a quadratic model says the log-likelihood can still rise, in nats.
    regularized : bool
        Whether only a penalty holds the fit up, or components have weight 0; a finding says which.
    trace : Trace
        The last solve step by step; long columns are represented by the weighted points of the search.
    optima : tuple of Optimum
        The reported optimum first, then those within 2 nats of the best, see `objective`.
    findings : tuple of Finding
        What to know before believing the answer, in words; `docs/findings.md` lists the codes.
    selection : Selection, a tuple of Row
        All that was tried, ordered by number of components, free before equal sds.
    name : str or None
        The variable's name.

    Notes
    -----
    Everything but the mixture and its log-likelihood is computed when it is first asked for. The result holds
    the pooled sample and never the caller's array; it can be pickled.

    References
    ----------
    Schwarz, G. (1978). Estimating the dimension of a model. Annals of Statistics 6, 461-464.
    doi:10.1214/aos/1176344136

    Biernacki, C., Celeux, G. and Govaert, G. (2000). Assessing a mixture model for clustering with the
    integrated completed likelihood. IEEE Transactions on Pattern Analysis and Machine Intelligence 22,
    719-725. doi:10.1109/34.865189

    Examples
    --------
    >>> import mix1d
    >>> result = mix1d.fit([1.0, 2.0, 2.0, 3.0, 8.0, 9.0, 9.0, 10.0], 2)
    >>> result.mixture.means.round(6).tolist(), result.converged
    ([2.0, 9.0], True)
    >>> result.predict([0.0, 20.0]).tolist()
    [0, 1]
    """

    # ---- how sure it is

    standard_errors = parameters.standard_errors
    covariance = parameters.covariance
    replicates = parameters.replicates
    confidence_interval = parameters.confidence_interval
    thresholds = derived.thresholds
    cutoff = cutting.cutoff
    classify = classes.classify
    quantile = derived.quantile
    proportion_above = derived.proportion_above
    overlap = derived.overlap
    separation = derived.separation
    modes = derived.modes

    # ---- whether it is any good

    goodness_of_fit = goodness.goodness_of_fit
    pit = goodness.pit
    qq = goodness.qq
    certificate = certificate.certificate
    influence = influence.influence

    @property
    def findings(self) -> tuple[Finding, ...]:  # noqa: D102
        return showing.Records(Finding, findings.findings(self))

    # ---- for other programs

    to_dict = json.to_dict
    to_json = json.to_json
    to_frame = tables.to_frame
    export = programs.export

    # ---- for people

    @property
    def bottom_line(self) -> str:  # noqa: D102
        from mix1d.display.bottom_line import bottom_line

        return bottom_line(self)

    def summary(
        self,
        details: bool = False,
        tests: bool = False,
        *,
        replicates: int = 999,
        rng: Rng = None,
        threads: int | None = None,
    ) -> str:
        """Return what ``print(self)`` shows: the bottom line, the picture, the table, what to beware of.

        Parameters
        ----------
        details : bool
            Whether to add how the fit came about: the tests that need no samples, all other findings,
            standard errors, convergence, and all that was tried.
        tests : bool
            Whether to add the tests that draw samples, and other checks that take seconds: the bootstrap test
            for the number of components, goodness of fit, the certificate, influence, other
            shapes, the dip test (extra ``tests``).
        replicates, rng, threads
            For the tests; see `goodness_of_fit`.
        """
        from mix1d.display.text import summary_text

        text = summary_text(self, details=check_flag("details", details))
        if not check_flag("tests", tests):
            return text
        from mix1d.display.checks import checks_text

        return f"{text}\n\n{checks_text(self, replicates=replicates, rng=rng, threads=threads)}"

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
            Those named in brackets, for their kind only; and for all kinds `legend` (False: none), for those
            with an axis of values `unit` (``"mm"``), for the density and the responsibilities `labels` and
            `colors` (lists, one for each component) and `thresholds` (False: none), for the density `bins`
            (a number of bars, or their edges).

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

        return plot(self, ax, kind, **options)

    def report(
        self,
        path: str | os.PathLike[str],
        *,
        tests: bool = False,
        replicates: int = 999,
        rng: Rng = None,
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
        >>> page[:15], "2 normal groups, as asked." in page
        ('<!doctype html>', True)
        """
        from mix1d.display.checks import Checks
        from mix1d.display.report import needed, write_report

        needed()  # before seconds of work
        named(path)
        found = Checks.of(self, replicates, rng, threads) if check_flag("tests", tests) else None
        return write_report(self, path, found)

    def explore(self, *, port: int = 8050, browse: bool = True) -> None:
        """Open the explorer on the column of the fit: a page to change the model and see the fit change.

        It begins with what was asked of this fit. At a prompt it is there until Ctrl-C; in a notebook the
        cell ends at once, and the page lasts as long as the notebook.

        Parameters
        ----------
        port : int
            Where to serve the page on this machine, which no other can reach; a busy port is passed by.
        browse : bool
            Whether to open the page in the browser, where there is a screen. The address is printed.

        Raises
        ------
        Mix1dError
            When dash, plotly or duckdb is missing: they come with the extra ``explore``.
        InputError
            When the fit is of bins, limits, errors, labels or a truncated column, or of so many values that
            it keeps a summary of them only.

        Examples
        --------
        >>> import mix1d
        >>> mix1d.fit([1.0, 2.0, 2.0, 3.0, 8.0, 9.0, 9.0, 10.0], 2).explore()  # doctest: +SKIP
        Exploring values at http://127.0.0.1:8050/ (Ctrl-C ends it)
        """
        need("explore", "dash", "duckdb", "plotly", doing="the explorer needs")
        from mix1d.explore.held import explore_fit

        explore_fit(self, check_count("port", port, 0, 65_535), browse=check_flag("browse", browse))

    def _repr_html_(self) -> str:
        """Return what a notebook shows: the answer, a picture, the components, and what to beware of."""
        from mix1d.display.html import result_html

        return result_html(self)

    def _repr_markdown_(self) -> str:
        from mix1d.display.paper import result_markdown

        return result_markdown(self)

    def _repr_latex_(self) -> str:
        from mix1d.display.paper import result_latex

        return result_latex(self)

    def __str__(self) -> str:
        return self.summary()

    def __repr__(self) -> str:
        k = len(self.mixture.weights)
        name = f"{self.name}: " if self.name else ""
        return (
            f"<FitResult {name}{k} component{'s' * (k > 1)}, n = {self.n_obs}, "
            f"log-likelihood {self.log_likelihood:.3f}>"
        )

    if not TYPE_CHECKING:  # for which a class with this method has every name

        def __getattr__(self, name: str) -> Any:
            """Say what is meant by a name of another package; called for what is not there alone."""
            if hasattr(type(self), name):  # a property failed, and says better what is wrong
                return object.__getattribute__(self, name)
            raise missing_attribute(self, name, RESULT, self.__dir__())

    def __dir__(self) -> Iterable[str]:
        """Leave out what it is made of, which is of no use at a prompt."""
        return sorted(set(dir(type(self))))
