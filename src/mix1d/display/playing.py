"""Plain EM to be watched: a piece of HTML that plays it, for reports, notebooks, pages and the explorer.

`fragment` needs nothing but itself: its own SVG, style and script, no request, no id. Several can stand on
one page. Colours are those of the page around it, `currentColor` and mixtures of it; those of the components
are the palette's, where the page has no others as --em-0 to --em-5.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any

import numpy as np

from mix1d import _core
from mix1d.arrays import Array
from mix1d.data.recorded_sample import RecordedSample
from mix1d.data.sample import Sample
from mix1d.display.axis import axis_ticks
from mix1d.display.em_frames import (
    ALPHABET,
    HEIGHT,
    PLACES,
    Stage,
    frames_for_a_page,
    moving_of,
    path_for_a_page,
    stage_of,
)
from mix1d.display.em_runs import Race, race_of, ready_of
from mix1d.display.em_words import top_in_words, words_of
from mix1d.display.palette import COMPONENTS, colour, dashes
from mix1d.model.plain_em import EM
from mix1d.model.plain_em_values import Scaled
from mix1d.outcome.outcome import Outcome
from mix1d.words import letter
from mix1d.writing import named, text_replaced

_MOST_BYTES = 78_000  # of a fragment
_FRAMES = (40, 30, 20, 14, 9, 5)  # of a run, as many as there is room for
_MOST_RUNS = 6  # that can be played; the others only race
_WIDE, _NARROW = 80, 40  # characters along the axis
_MOST_VALUES = 400  # that a page runs EM on, from a start by hand
_DIGITS = 6
_KEYS = "Keys: space plays, the arrows step, Home goes to the start, End to the end."
_RACE = (
    '<figure><svg class="race" role="img" aria-label="How far each start is below the top"></svg>'
    "<figcaption>A race: plain EM from several starts, coloured by where they end. The bold one is shown "
    "above.</figcaption></figure>"
)


@dataclass(frozen=True)
class Playing:
    """The playback of plain EM; a notebook shows it."""

    html: str
    """A piece of HTML, to be put anywhere into a page."""
    label: str

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write it as a page of its own, which needs no network, and return its path."""
        where = named(path)
        with text_replaced(where) as file:
            file.write(page_of(self.html, f"{self.label}: plain EM, step by step"))
        return Path(where)

    def __repr__(self) -> str:
        return '<Playing of plain EM: a notebook shows it, save("em.html") writes a page>'

    def _repr_html_(self) -> str:
        return self.html


def played(ready: EM) -> Playing:
    """Return the playback of plain EM."""
    return Playing(fragment(ready), ready.sample.name or "value")


def fragment(what: Outcome | EM) -> str:
    """Return plain EM as a piece of HTML that plays it, or a sentence where it cannot be drawn.

    Of a fit it starts at evenly spaced means, with as many components as the fit, of its family where plain
    EM has an M-step for that, and of normals otherwise. Of what `mix1d.em` returned it begins with the start
    that was asked for. The frames are computed here, by the core: the densities of the components, and to
    what part each bar belongs to each (E-step); between two frames about the same can be seen to move, so
    that many iterations may lie between them. Other starts race along; the way of the solver of `mix1d.fit`
    stands beside. Only a start that is dragged on the page, and random ones beyond those that came with it,
    are run by the page, on at most 400 values.

    At most 80 kB where a dozen components do not need more. The cost is that of EM from a dozen starts, of at
    most 1000 iterations each: a tenth of a second for 272 values, seconds for 10,000 distinct ones.

    >>> import mix1d
    >>> html = fragment(mix1d.em([1, 2, 2, 3, 8, 9, 9, 10], 2))
    >>> html.startswith('<div class="mix1d-em"'), " id=" in html, "http" in html.replace(SVG, "")
    (True, False, False)
    """
    ready, result = (ready_of(what), what) if isinstance(what, Outcome) else (what, None)
    if not can_be_drawn(ready):
        return f"<p>{escape(_name(ready, result))}: too little, or too far out, to be drawn.</p>"
    return fragment_of(race_of(ready, result), result)


def fragment_of(race: Race, result: Outcome | None = None) -> str:
    """Return a race that has been run as a piece of HTML, see `fragment`."""
    stage = stage_of(race)
    words = words_of(race, result)
    numbers = _numbers(stage, _name(race.em, result), top_in_words(race, result))
    room = _MOST_BYTES - len(_html({**numbers, "runs": []}, words).encode(errors="backslashreplace"))
    return _html({**numbers, "runs": list(_runs(stage, numbers["race"], room))}, words)


def can_be_drawn(ready: EM) -> bool:
    """Say whether the values have a range that a picture can have."""
    low, high = _ends(ready.sample)
    return high > low and max(abs(low), abs(high)) < 1e300 and high - low > 1e-300


def _name(ready: EM, result: Outcome | None) -> str:
    return (result.name if result is not None else None) or ready.sample.name or "value"


SVG = "http://www.w3.org/2000/svg"


def page_of(html: str, title: str, *, dark: bool = True) -> str:
    """Return a piece of HTML as a page of its own, dark where the reader has it so and it may be.

    >>> page_of("<p>text</p>", "A & B")[:15]
    '<!doctype html>'
    """
    icon = '<link rel="icon" href="data:,">'  # or a browser asks for one
    night = (
        "@media (prefers-color-scheme: dark) { :root { color-scheme: dark; } "
        "body { background: #14161a; color: #ddd; } }"
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>:root {{ color-scheme: light; }} "
        "body { margin: 0 auto; padding: .6rem 1rem 1rem; max-width: 62rem; background: #fff; color: #222; } "
        f"{night if dark else ''}</style>{icon}</head>\n<body>\n{html}\n</body></html>\n"
    )


def _ends(sample: Any) -> tuple[float, float]:
    if isinstance(sample, Sample):
        return float(sample.values[0]), float(sample.values[-1])
    return sample.minimum, sample.maximum


# ---- the numbers


def _numbers(stage: Stage, name: str, top: str) -> dict[str, Any]:
    """Return all but the runs."""
    race = stage.race
    k = len(race.em.first.weights)
    low, high = stage.limits
    return {
        "label": name,
        "k": k,
        "letters": [letter(j) for j in range(k)],
        "colours": [_ink(j) for j in range(k)],
        "dashes": [" ".join(f"{2.6 * length:g}" for length in dashes(j)) for j in range(k)],
        "edges": np.rint(stage.place(stage.edges) * PLACES).astype(int).tolist(),
        "heights": np.rint(stage.density / stage.top * HEIGHT).astype(int).tolist(),
        "wide": _ticks(stage, _WIDE),
        "narrow": _ticks(stage, _NARROW),
        "alphabet": ALPHABET,
        "race": [
            {"path": path_for_a_page(run.path, race.top), "finish": race.place(run) if k > 1 else None}
            for run in race.runs
        ],
        "top": top,
        "hand": _hand(stage, low, high - low) if race.em.family == "normal" else None,
    }


def _ink(component: int) -> str:
    """Return the colour of a component, which the page around may have in another shade.

    >>> _ink(0), _ink(6)
    ('var(--em-0, #0072B2)', 'var(--em-0, #0072B2)')
    """
    return f"var(--em-{component % len(COMPONENTS)}, {colour(component)})"


def _runs(stage: Stage, paths: list[dict[str, Any]], room: int) -> Iterator[dict[str, Any]]:
    """Yield the runs that can be played, as many of them as there is room for, and the first always."""
    race, shown = stage.race, 0
    for run, path in zip(race.runs[:_MOST_RUNS], paths, strict=False):
        moving = moving_of(stage, run)
        for frames in _FRAMES if not shown else (shown,):
            found = {
                **frames_for_a_page(stage, run, moving, frames),
                **path,
                "solver": path_for_a_page(run.solver, race.top),
                "name": f"{run.name[0].upper()}{run.name[1:]}",
                "random": run.random,
            }
            size = len(json.dumps(found, separators=(",", ":")))
            if size <= room:
                break
        if size > room and shown:
            return
        yield found
        shown, room = frames, room - size


def _ticks(stage: Stage, characters: int) -> list[list[Any]]:
    found = axis_ticks(*stage.limits, characters)
    return [[round(float(stage.place(tick)) * PLACES), label] for tick, label in found]


def _hand(stage: Stage, low: float, span: float) -> dict[str, Any] | None:
    """Return what a start by hand is run on: values between 0 and 1 across the picture, at most 400.

    More values than that are put together in cells, each at its mean. `top` is the highest log-likelihood
    in those units on those values, and `real` what it is in truth.
    """
    race, sample = stage.race, stage.race.em.sample
    if isinstance(sample, RecordedSample):
        return None
    if isinstance(sample, Sample):
        values, weights = sample.values, sample.weights
    else:
        values = np.asarray(sample.column, np.float64)
        given = sample.sample_weight
        weights = np.ones(len(values)) if given is None else np.asarray(given, np.float64)
    places = stage.place(values)
    if len(places) > _MOST_VALUES:
        cell = np.minimum((places * _MOST_VALUES).astype(np.int64), _MOST_VALUES - 1)
        whole = np.bincount(cell, weights, _MOST_VALUES)
        there = whole > 0.0
        sums = np.bincount(cell, weights * places, _MOST_VALUES)
        places, weights = np.asarray(sums[there] / whole[there]), np.asarray(whole[there], np.float64)
    highest = max(race.runs, key=lambda run: float(run.path[-1]))
    best = highest.steps[-1].mixture
    scaled = Scaled.of(sample)
    return {
        "values": [round(float(x), _DIGITS) for x in places],
        "weights": [float(f"{w:.6g}") for w in weights],
        "sd": scaled.standard_deviation() / span,
        "floor": scaled.sd_floor(scaled.standard_deviation()) / span,
        "equal": race.em.sds == "equal",
        "low": low,
        "span": span,
        "scale": HEIGHT / (stage.top * span),
        "top": _height(stage, best, places, weights, span) + race.top - float(highest.path[-1]),
        "real": race.top,
    }


def _height(stage: Stage, mixture: Any, places: Array, weights: Array, span: float) -> float:
    """Return the log-likelihood of values between 0 and 1."""
    parts = mixture.weights, stage.place(mixture.means), mixture.sds / span
    found = _core.density(np.ascontiguousarray(places), parts, log=True)
    return math.fsum((weights * found).tolist())


# ---- the text around them


def _html(numbers: dict[str, Any], words: list[str]) -> str:
    k, label = numbers["k"], numbers["label"]
    choices = {str(i): run["name"].lower() for i, run in enumerate(numbers["runs"]) if not run["random"]}
    if any(run["random"] for run in numbers["runs"]) or (k > 1 and numbers["hand"] is not None):
        choices["random"] = "random"
    if numbers["hand"] is not None:
        choices["hand"] = "by hand"
    starts = "".join(
        f'<button type="button" class="start" data-start="{key}" aria-pressed="false">{words}</button>'
        for key, words in choices.items()
    )
    drag = "Drag the marks under the axis to start by hand." if numbers["hand"] is not None else ""
    rows = "".join(
        f'<tr><th scope="row"><i style="background:{tint}"></i>{name}</th><td></td><td></td><td></td></tr>'
        for tint, name in zip(numbers["colours"], numbers["letters"], strict=True)
    )
    curves = f"{k} curve{'s' * (k > 1)}"
    return Template(_file("playing.html")).substitute(
        about=escape(f"Plain EM with {curves} on {label}, step by step. {_KEYS}"),
        picture=escape(f"Histogram of {label} with {curves}"),
        starts=starts,
        rows=rows,
        race=_RACE if k > 1 else "",
        words=escape(" ".join(words)),
        drag=f' <span class="drag">{drag}</span>' if drag else "",
        numbers=_as_script(numbers),
        style=_file("playing.css"),
        script=_file("playing.js"),
    )


def _file(name: str) -> str:
    """Return the style or the script, without what a page does not need."""
    text = (files(__package__) / name).read_text(encoding="utf-8")
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


def _as_script(numbers: Any) -> str:
    text = json.dumps(numbers, allow_nan=False, separators=(",", ":"), ensure_ascii=False)
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
