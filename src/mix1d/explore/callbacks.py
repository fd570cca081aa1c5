"""What happens when something is chosen: first the fit, then what takes longer, then plain EM.

The script of the page sends the next choice when the answer to the last one is there, so that a slider that
is dragged never makes the fits pile up. Answers carry the number of the choice they belong to; late ones are
not shown.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, ctx, dcc, no_update

from mix1d.display.picture import Picture
from mix1d.display.shapes import family_words
from mix1d.display.summary import summarise
from mix1d.errors import Mix1dError
from mix1d.explore import page, words
from mix1d.explore.figures import Back, fit_figure
from mix1d.explore.session import Choice, NotOffered, Session, in_words
from mix1d.explore.transforms import TRANSFORMS
from mix1d.model.typical import centres, widths
from mix1d.result import FitResult
from mix1d.words import letter, near

_MOST_LIVE = 2000  # distinct values up to which a fit follows the slider while it moves
_FAILURES = (Mix1dError, OSError)


def connect(app: Dash, session: Session) -> None:
    """Tie the controls of the page to a session."""
    answers = _Answers(session)
    app.callback(
        Output("about", "children"),
        Output("range", "min"),
        Output("range", "max"),
        Output("range", "step"),
        Output("range", "value"),
        Output("range", "disabled"),
        Output("range", "updatemode"),
        Output("family", "options"),
        Output("family", "value"),
        Input("column", "value"),
        State("family", "value"),
    )(answers.column)
    app.callback(
        Output("message", "children"),
        Output("message", "hidden"),
        Output("result", "className"),
        Output("headline", "children"),
        Output("sample", "children"),
        Output("figure", "figure"),
        Output("picture", "aria-label"),
        Output("components-table", "children"),
        Output("words", "children"),
        Output("code-python", "children"),
        Output("code-shell", "children"),
        Output("shown", "data"),
        Input("choices", "data"),
        prevent_initial_call=True,
    )(answers.fit)
    for name, answer in (("details", answers.details), ("played", answers.played)):
        app.callback(Output(name, "data"), Input("settled", "data"), prevent_initial_call=True)(answer)
    app.callback(
        Output("download", "data"),
        Input("save", "n_clicks"),
        State("shown", "data"),
        prevent_initial_call=True,
    )(answers.download)
    _connect_script(app)


def _connect_script(app: Dash) -> None:
    """Tie what the script of the page does in the browser."""

    def script(name: str, *parts: Any, wait: bool = True) -> None:
        app.clientside_callback(ClientsideFunction("mix1d", name), *parts, prevent_initial_call=wait)

    script(
        "choose",
        Input("column", "value"),
        Input("transform", "value"),
        Input("components", "value"),
        Input("sds", "value"),
        Input("family", "value"),
        Input("range", "value"),
        Input("outside", "value"),
        Input("missing", "value"),
        State("range", "min"),
        State("range", "max"),
        wait=False,
    )
    script("settle", Input("shown", "data"))
    script(
        "detail",
        Output("figure", "figure", allow_duplicate=True),
        Output("components-table", "children", allow_duplicate=True),
        Output("words", "children", allow_duplicate=True),
        Input("details", "data"),
        State("shown", "data"),
    )
    script(
        "watch",
        Output("em", "srcDoc"),
        Output("status", "children"),
        Input("played", "data"),
        Input("shown", "data"),
    )
    script(
        "copy",
        Output("copy-status", "children"),
        Input("copy-python", "n_clicks"),
        Input("copy-shell", "n_clicks"),
        State("code-python", "children"),
        State("code-shell", "children"),
    )


class _Answers:
    """The callbacks of one session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def column(self, name: str, family: object = "normal") -> tuple[Any, ...]:
        """Say what a column holds, and set the slider for the range and the shapes to it."""
        if type(name) is not str:
            raise NotOffered(name)
        try:
            raw = self._session.raw(name)
        except _FAILURES:  # said by the fit
            return "", 0, 1, 1, [0, 1], True, "mouseup", no_update, no_update
        slider = page.range_of(raw, fixed=self._session.saved)
        few = raw.n_distinct is not None and raw.n_distinct <= _MOST_LIVE
        shapes = page.families_of(raw)
        there = any(one["value"] == family and not one["disabled"] for one in shapes)
        kept = no_update if there else "normal"
        return (page.about(raw), *slider.values(), "drag" if few else "mouseup", shapes, kept)

    def fit(self, asked: object) -> tuple[Any, ...]:
        """Fit and show what costs little; the intervals follow."""
        serial, rest = _numbered(asked)
        choice = Choice.of(rest)
        try:
            taken = self._session.taken(choice)
            result = self._session.fit(choice)
        except _FAILURES as error:
            left = [no_update] * 8
            return (in_words(error), False, "away", *left, {"serial": serial, "choice": None})
        back = _back(choice)
        mixture = result.mixture
        picture = self._session.picture(choice).of(mixture, mixture.thresholds())
        return (
            "",
            True,
            "",
            _headline(result, choice),
            words.sample_words(self._session, taken, cut=self._session.window(choice) is not None),
            fit_figure(picture, back),
            _picture_in_words(result),
            _components(result, choice, sure=False),
            page.waiting(),
            words.in_python(self._session, choice, taken),
            words.in_shell(self._session, choice, taken),
            {"serial": serial, "choice": choice.saved()},
        )

    def details(self, shown: object) -> dict[str, Any]:
        """Return the intervals, the sentences and the findings of the fit that is shown."""
        serial, choice = _shown(shown)
        result = self._session.fit(choice)
        picture = self._session.picture(choice).of(result.mixture, result.thresholds())
        other, difference = self._other(choice, result)
        parts = summarise(result)
        header, rows = words.thresholds(result, _back(choice))
        cuts = page.table(header, rows, "Thresholds with 95 % intervals") if rows else None
        compared = None
        if parts.selection is not None:
            compared = page.compared(parts.selection_title, parts.selection)
        return {
            "serial": serial,
            "figure": fit_figure(picture, _back(choice), other),
            "table": _components(result, choice, sure=True),
            "words": page.words(
                (*parts.read, *parts.sentences), (*parts.beware, *parts.findings), cuts, compared, difference
            ),
        }

    def _other(self, choice: Choice, result: FitResult) -> tuple[tuple[str, Picture] | None, Any]:
        """Return what a range would give if it meant the other thing: a picture with its name, and words."""
        cut = replace(choice, cut=True)
        try:
            if (choice.low is None and choice.high is None) or self._session.window(cut) is None:
                return None, None
            other = replace(choice, cut=not choice.cut)
            found, drawn = self._session.fit(other), self._session.picture(other)
        except _FAILURES as error:
            return None, page.difference(in_words(error))
        name = f"sum, if {'left out' if choice.cut else 'cut away'}"
        said, header, rows = words.difference(result, found, choice)
        return (name, drawn), page.difference(said, page.table(header, rows, "Both meanings of the range"))

    def played(self, shown: object) -> dict[str, Any]:
        """Return plain EM of the fit that is shown, as a page that plays it."""
        serial, choice = _shown(shown)
        return {"serial": serial, "page": self._session.playback(choice)}

    def download(self, _: object, shown: object) -> Any:
        """Return the fit that is shown as a file."""
        if not ctx.triggered or shown is None or (isinstance(shown, dict) and shown.get("choice", 0) is None):
            return no_update
        result = self._session.fit(_shown(shown)[1])
        name = re.sub(r"\W+", "-", result.name or "fit").strip("-").lower() or "fit"
        text = json.dumps(result.to_dict(), indent=2)
        return dcc.send_string(text, f"{name}-{len(result.mixture.means)}.json")


def _numbered(asked: object) -> tuple[int, dict[str, Any]]:
    """Return the number of a choice, which the page counts, and the rest."""
    rest = dict(asked) if isinstance(asked, dict) else {}
    serial = rest.pop("serial", None)
    if type(serial) is not int:
        raise NotOffered(asked)
    return serial, rest


def _shown(shown: object) -> tuple[int, Choice]:
    """Return what is shown, as the page keeps it."""
    serial, rest = _numbered(shown)
    return serial, Choice.of(rest.get("choice"))


def _back(choice: Choice) -> Back | None:
    return None if choice.transform == "none" else TRANSFORMS[choice.transform].back


def _headline(result: FitResult, choice: Choice) -> str:
    k = len(result.mixture.means)
    shape = result.family if isinstance(result.family, str) and result.family != "normal" else ""
    text = f"{result.name}: {k} {f'{family_words(shape)} ' if shape else ''}component{'s' * (k != 1)}"
    left = not choice.components or choice.family == "auto"
    return f"{text}, chosen by {result.criterion.upper()}" if left else text


def _picture_in_words(result: FitResult) -> str:
    mixture = result.mixture
    parts = [
        f"{letter(j)} with {100.0 * w:.0f} % of the values around {near(m, s)}"
        for j, (w, m, s) in enumerate(
            zip(mixture.weights.tolist(), centres(mixture).tolist(), widths(mixture).tolist(), strict=True)
        )
    ]
    return f"Histogram of {result.name} with the fitted components: {'; '.join(parts)}."


def _components(result: FitResult, choice: Choice, *, sure: bool) -> Any:
    header, rows = words.components(result, _back(choice), sure=sure)
    return page.table(header, rows, "Components with 95 % intervals")
