"""The methods of a result that hand it on: tables, files, and programs for other tools."""

from __future__ import annotations

from os import PathLike
from typing import Any

from mix1d.data.arguments import check_choice
from mix1d.data.frames import Origin, frame_of
from mix1d.writing import text_replaced


class SavingMethods:
    """Ways to take a result elsewhere; `FitResult` has these methods."""

    _origin: Origin

    def to_frame(self, table: str = "components", library: str | None = None) -> Any:
        """Return one of the tables of the result as a data frame.

        Parameters
        ----------
        table : {"components", "selection", "trace", "responsibilities"}
            Components (k rows): weight, mean, sd, each with its standard error and 95 % profile interval, and
            the expected number of values. Selection: what was tried. Trace: the last solve, a row for each
            step. Responsibilities: a row for each row of the data, in its order and with its pandas index,
            with the value, the most probable component and the probability of each.
        library : {"pandas", "polars", "pyarrow", "modin", "cudf", "duckdb"}, optional
            None for the library of the data; for lists, arrays and files the first of pandas, polars and
            pyarrow that is installed.

        Returns
        -------
        data frame
            Components are numbered from 0, as in `predict`; NaN where there is no error or bound.

        Raises
        ------
        InputError
            When an argument is not one of these.
        NeedsDataError
            For the responsibilities of more than 65,536 rows, which a result does not keep.
        Mix1dError
            When the library or narwhals (extra ``frames``) is not installed.

        Examples
        --------
        >>> import mix1d
        >>> result = mix1d.fit([1.0, 2.0, 2.0, 3.0, 8.0, 9.0, 9.0, 10.0], 2)
        >>> result.to_frame()[["component", "mean"]].round(3).values.tolist()
        [[0.0, 2.0], [1.0, 9.0]]
        """
        from mix1d.saving.tables import TABLES

        check_choice("table", table, tuple(TABLES))
        result: Any = self
        columns = TABLES[table](result)
        return frame_of(columns, self._origin, library, indexed=table == "responsibilities")

    def to_json(self, path: str | PathLike[str] | None = None) -> str:
        """Return the result as JSON text, for `mix1d.load`; with a path, write it there too.

        Parameters
        ----------
        path : str or path, optional
            A file to write; one that exists is replaced once the new one is complete.

        Returns
        -------
        str
            What `to_dict` has, for people and other programs, and under ``"saved"`` all that the methods
            need, the pooled data among it: about 30 bytes for each distinct value. The JSON schema is
            ``mix1d/schemas/result-1.json``.

        Raises
        ------
        InputError
            When `path` cannot be the name of a file.
        OSError
            When the file cannot be written; the old one is whole then.

        Examples
        --------
        >>> import mix1d
        >>> text = mix1d.fit([1.0, 2.0, 2.0, 3.0, 8.0, 9.0, 9.0, 10.0], 2).to_json()
        >>> mix1d.load(text).mixture.means.round(6).tolist()
        [2.0, 9.0]
        """
        from mix1d.saving.json import to_json

        result: Any = self
        text = to_json(result)
        if path is not None:
            with text_replaced(path) as file:
                file.write(text + "\n")
        return text

    def export(self, to: str) -> str:
        """Return the model and its estimates as a program for another tool.

        Parameters
        ----------
        to : {"stan", "pymc", "r"}
            A Stan program, with the estimates as start values in a comment at its end; Python code for PyMC
            that defines the model and the start values; or R code that makes what mclust's `Mclust`
            returns, for its `summary`, `predict`, `plot` and the rest, with BIC in mclust's sign, and with
            the rows where the result keeps them (it asks for them in `x` where not). Components of weight 0
            are left out.

        Returns
        -------
        str
            The text of the program.

        Raises
        ------
        InputError
            When `to` is not one of these.

        Notes
        -----
        The Bayesian models have ordered means, so that components keep their places, and weakly informative
        priors on the scale of the data: means normal around the middle of the data with twice their sd, sds
        half-normal with their sd, weights uniform on the simplex.

        Examples
        --------
        >>> import mix1d
        >>> result = mix1d.fit([1.0, 2.0, 2.0, 3.0, 8.0, 9.0, 9.0, 10.0], 2)
        >>> print(result.export("r").splitlines()[1])
        fit <- local({
        """
        from mix1d.saving.programs import PROGRAMS

        check_choice("to", to, tuple(PROGRAMS))
        result: Any = self
        return PROGRAMS[to](result)
