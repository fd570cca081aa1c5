"""Draw plain EM on the waiting times of Old Faithful as an SVG that moves, for the README and the first page.

Run `python tools/em_animation.py > docs/images/em.svg`. Ten seconds, again and again: each bar is divided
among the curves (E-step), each curve moves to what it owns (M-step). It moves by SMIL, which browsers play in
an `img` too; who asks for less motion sees the end, still.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from pathlib import Path

import numpy as np

import mix1d
from mix1d.arrays import Array
from mix1d.data.sample import read_sample
from mix1d.display.axis import axis_ticks
from mix1d.display.curves import curve_places, simplified
from mix1d.display.em_frames import Stage, moving_of, owned, stage_of
from mix1d.display.em_runs import Run, drawn, race_of, spaced_by_movement
from mix1d.display.palette import COMPONENTS, dashes
from mix1d.words import letter

WIDTH, HEIGHT, SIDE, ABOVE, BELOW = 640.0, 210.0, 20.0, 78.0, 54.0  # of the picture, and around it
SECONDS, BEGIN, END = 10.0, 0.8, 1.7  # in all, before anything moves, and after
MOVES, PART = 8, 0.7  # how many times the curves move, and the part of its time in which a thing does
WITHIN = 0.25  # pixels by which curves may be off
LIGHT, DARK = ("#fbfbf8", "#222222"), ("#14161a", "#dddddd")  # paper and ink
LABEL = "time between eruptions of Old Faithful (minutes)"
SAMPLE = Path(__file__).parents[1] / "examples" / "old_faithful_waiting.csv"


@dataclass(frozen=True)
class Key:
    """What is to be seen from a second on, and how long it takes to become so."""

    second: float
    takes: float
    iteration: int  # of the curves
    shares: int | None  # the iteration whose densities divide the bars
    caption: tuple[str, str]


def keys_of(kept: list[int]) -> Iterator[Key]:
    """Yield what happens: a half step each, or many iterations together where they move little."""
    each = (SECONDS - BEGIN - END) / (len(kept) - 1)
    yield Key(0.0, 0.0, 0, None, ("Start", "two curves, and nobody knows yet whose a value is"))
    now = BEGIN
    for before, after in pairwise(kept):
        if after - before == 1:
            half = each / 2.0
            words = "each bar is divided among the curves by their heights"
            yield Key(now, PART * half, before, before, ("E-step", words))
            words = "each curve moves to what it owns"
            yield Key(now + half, PART * half, after, before, ("M-step", words))
        else:
            yield Key(now, PART * each, after, after - 1, ("E and M", f"{after - before} more iterations"))
        now += each
    yield Key(now, 0.2, kept[-1], kept[-1], ("The end", "each curve fits what it owns"))


class Drawing:
    """The picture at any iteration, in pixels."""

    def __init__(self, stage: Stage, run: Run, kept: list[int]) -> None:
        self._stage, self._run = stage, run
        mixtures = [run.steps[i].mixture for i in kept]
        low, high = stage.limits
        x = np.unique(np.concatenate([curve_places(low, high, mixture) for mixture in mixtures]))
        heights = np.concatenate([drawn(stage.picture, mixture, x) for mixture in mixtures])
        self._x = simplified(np.vstack([self.across(x), self.up(heights)]).T, WITHIN)[:, 0]
        self._at = low + (self._x - SIDE) / (WIDTH - 2.0 * SIDE) * (high - low)
        self._bars = self.across(stage.edges)

    def across(self, x: Array) -> Array:
        """Return where x stands."""
        return SIDE + self._stage.place(x) * (WIDTH - 2.0 * SIDE)

    def up(self, density: Array) -> Array:
        """Return how high a density stands."""
        return np.asarray(ABOVE + HEIGHT * (1.0 - np.minimum(density / self._stage.top, 1.0)))

    def curves(self, iteration: int) -> Array:
        """Return the height of each curve (k, m) in pixels."""
        return self.up(drawn(self._stage.picture, self._run.steps[iteration].mixture, self._at))

    def line(self, y: Array) -> str:
        """Return a curve as a path."""
        return "M" + " ".join(f"{a:.1f} {b:.1f}" for a, b in zip(self._x, y, strict=True))

    def sum(self, iteration: int) -> Array:
        """Return the height of all curves together (m,)."""
        floor = ABOVE + HEIGHT
        return np.asarray(floor - (floor - self.curves(iteration)).sum(axis=0))

    def peak(self, iteration: int, j: int) -> tuple[float, float]:
        """Return where a curve is highest."""
        y = self.curves(iteration)[j]
        top = int(np.argmin(y))
        return float(self._x[top]), float(y[top])

    def owned_bars(self, iteration: int, j: int) -> str:
        """Return what components up to j own of the bars; those below are drawn over it."""
        parts = owned(self._stage, self._run.steps[iteration].mixture)[: j + 1].sum(axis=0)
        return self.outline(self._stage.density * parts)

    def outline(self, density: Array) -> str:
        """Return the upper edge of bars, closed along the axis."""
        steps = zip(self.up(density), self._bars[1:], strict=True)
        edge = "".join(f"V{y:.1f}H{x:.1f}" for y, x in steps)
        return f"M{self._bars[0]:.1f} {ABOVE + HEIGHT:g}{edge}V{ABOVE + HEIGHT:g}Z"


def moved(attribute: str, keys: list[Key], values: list[str]) -> str:
    """Return the animation of an attribute through its values, one for each key."""
    times, through, splines = [0.0], [values[0]], []
    for key, value in zip(keys[1:], values[1:], strict=True):
        if value == through[-1]:
            continue
        times += [key.second, key.second + key.takes]
        through += [through[-1], value]
        splines += ["0 0 1 1", ".4 0 .2 1"]
    times.append(SECONDS)
    through.append(through[-1])
    splines.append("0 0 1 1")
    return (
        f'<animate attributeName="{attribute}" dur="{SECONDS:g}s" repeatCount="indefinite" calcMode="spline" '
        f'keyTimes="{";".join(f"{time / SECONDS:.4g}" for time in times)}" '
        f'keySplines="{";".join(splines)}" values="{";".join(through)}"/>'
    )


def shown(keys: list[Key], i: int) -> str:
    """Return the animation that shows a text from key i until the next."""
    until = keys[i + 1].second if i + 1 < len(keys) else SECONDS
    at = [(0.0, "0"), (keys[i].second, "1"), (until, "0")]
    steps = [step for step in at[i == 0 :] if step[0] < SECONDS]
    return (
        f'<animate attributeName="opacity" dur="{SECONDS:g}s" repeatCount="indefinite" calcMode="discrete" '
        f'keyTimes="{";".join(f"{time / SECONDS:.4g}" for time, _ in steps)}" '
        f'values="{";".join(value for _, value in steps)}"/>'
    )


def parts_of(drawing: Drawing, run: Run, keys: list[Key], moving: bool) -> Iterator[str]:
    """Yield bars, curves, letters and words; the attributes are those of the end."""

    def attribute(name: str, values: list[str]) -> tuple[str, str]:
        return f'{name}="{values[-1]}"', moved(name, keys, values) if moving else ""

    k = len(run.steps[0].mixture.weights)
    owning, appears = attribute("opacity", ["0" if key.shares is None else ".55" for key in keys])
    yield f"<g {owning}>{appears}"
    for j in reversed(range(k)):
        d, move = attribute("d", [drawing.owned_bars(key.shares or 0, j) for key in keys])
        yield f'<path {d} fill="{COMPONENTS[j]}">{move}</path>'
    yield "</g>"
    d, move = attribute("d", [drawing.line(drawing.sum(key.iteration)) for key in keys])
    yield f'<path class="line" {d} stroke-opacity=".7" stroke-width="1.2">{move}</path>'
    for j in range(k):
        d, move = attribute("d", [drawing.line(drawing.curves(key.iteration)[j]) for key in keys])
        dash = " ".join(f"{3.0 * length:g}" for length in dashes(j))
        yield (
            f'<path {d} fill="none" stroke="{COMPONENTS[j]}" stroke-width="3" stroke-linejoin="round" '
            f'stroke-dasharray="{dash or "none"}">{move}</path>'
        )
        peaks = [drawing.peak(key.iteration, j) for key in keys]
        x, move_x = attribute("x", [f"{x:.1f}" for x, _ in peaks])
        y, move_y = attribute("y", [f"{y - 8.0:.1f}" for _, y in peaks])
        yield f'<text {x} {y} text-anchor="middle" class="bold">{letter(j)}{move_x}{move_y}</text>'
    last = len(keys) - 1
    for i, key in enumerate(keys):
        if not moving and i != last:
            continue
        move = shown(keys, i) if moving else ""
        what, words = key.caption
        n, height = key.iteration, run.steps[key.iteration].log_likelihood
        yield (
            f'<g opacity="{int(i == last)}"><text x="{SIDE:g}" y="32"><tspan class="bold">{what}</tspan>: '
            f'{escape(words)}</text><text x="{SIDE:g}" y="56" class="small">iteration {n} of '
            f"{len(run.steps) - 1}, log-likelihood {height:.2f}</text>{move}</g>"
        )


def axis_of(stage: Stage, drawing: Drawing) -> Iterator[str]:
    """Yield the bars that nobody owns yet, and the axis."""
    floor = ABOVE + HEIGHT
    yield f'<path d="{drawing.outline(stage.density)}" class="ink" fill-opacity=".2"/>'
    yield f'<path class="line" d="M{SIDE:g} {floor:g}H{WIDTH - SIDE:g}"/>'
    for tick, label in axis_ticks(*stage.limits, 60):
        x = float(drawing.across(np.asarray(tick)))
        yield f'<path class="line" d="M{x:.1f} {floor:g}v5"/>'
        yield f'<text x="{x:.1f}" y="{floor + 21:g}" text-anchor="middle" class="small">{label}</text>'
    yield f'<text x="{WIDTH / 2:g}" y="{floor + 43:g}" text-anchor="middle" class="small">{LABEL}</text>'


def animation() -> str:
    """Return the picture."""
    waiting = read_sample(np.loadtxt(SAMPLE, skiprows=1), name=LABEL)
    # from evenly spaced means a single iteration does nearly all, and there is little to see
    near = mix1d.Mixture([0.5, 0.5], [62.0, 72.0], [13.0, 13.0])
    race = race_of(mix1d.em(waiting, 2, start=near, tol=1e-6))
    run, stage = race.runs[0], stage_of(race)
    kept = spaced_by_movement(moving_of(stage, run), MOVES + 1).tolist()
    drawing, keys = Drawing(stage, run, kept), list(keys_of(kept))
    (paper, ink), (dark_paper, dark_ink) = LIGHT, DARK
    height = ABOVE + HEIGHT + BELOW
    colours = (
        f".paper {{ fill: {paper} }} text, .ink {{ fill: {ink} }} .line {{ fill: none; stroke: {ink} }}",
        f".paper {{ fill: {dark_paper} }} text, .ink {{ fill: {dark_ink} }} .line {{ stroke: {dark_ink} }}",
    )
    about = (
        "Two curves over a histogram: bars are divided among them, they move to what they own, and after "
        f"{len(run.steps) - 1} iterations each fits one hump."
    )
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {height:g}" width="{WIDTH:g}" '
            f'height="{height:g}" role="img" font-family="system-ui, -apple-system, \'Segoe UI\', Roboto, '
            'Arial, sans-serif" font-size="17">',
            f"<title>The EM algorithm on the {LABEL}</title><desc>{about}</desc>",
            f"<style>{colours[0]}",
            ".small { font-size: 15px } .bold { font-weight: 700 } .still { display: none }",
            f"@media (prefers-color-scheme: dark) {{ {colours[1]} }}",
            "@media (prefers-reduced-motion: reduce) {",
            ".moving { display: none } .still { display: inline } }",
            "</style>",
            '<rect class="paper" width="100%" height="100%" rx="8"/>',
            *axis_of(stage, drawing),
            *('<g class="moving">', *parts_of(drawing, run, keys, True), "</g>"),
            *('<g class="still">', *parts_of(drawing, run, keys, False), "</g>"),
            "</svg>",
        ]
    )


if __name__ == "__main__":
    sys.stdout.write(animation() + "\n")
