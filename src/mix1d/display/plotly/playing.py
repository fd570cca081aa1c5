"""Plain EM step by step, for Plotly: the curves of every frame, and how far each path has still to climb."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mix1d.arrays import Array
from mix1d.display.curves import component_densities, simplified
from mix1d.display.palette import INK, colour
from mix1d.display.picture import Picture
from mix1d.display.playback import Playback, spaced
from mix1d.display.plotly.parts import Figure, axis, figure, line, rounded
from mix1d.model.mixture import Mixture

_MOST_POINTS = 300  # of the path of plain EM
_START = 0.45  # where the start stands on an axis of powers of ten, which has no 0
_TICKS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
_MANY = 30  # iterations, from which on only powers of ten are marked
_EVENLY = 41  # places for the pointer, beside those that curves need
_OFF = 2e-3  # of the height: what a curve may be off between its points, and
_FINE = 1e-4  # the digits of these
_DASH, _SOLVER = "10px,4px", "solver of mix1d"


def pictures_of(played: Playback, picture: Picture) -> list[Picture]:
    """Return the picture of every frame, over the bars of one."""
    frames = zip(played.weights, played.means, played.sds, strict=True)
    alone = replace(picture, seen=None)  # plain EM knows neither errors nor windows
    return [alone.of(Mixture._trusted(*frame)) for frame in frames]


def frames_of(pictures: list[Picture], top: float) -> Iterator[dict[str, Any]]:
    """Yield the curves of every frame with as few points as can be seen; `top`: density at the upper edge.

    ``x`` (m,); ``y``, a list of the curves of the components and of the sum of several.
    """
    for picture in pictures:
        low, high = picture.limits
        curves = np.vstack([picture.components, picture.total])
        needed = simplified(np.vstack([picture.x, curves.clip(max=top) / top]).T, _OFF)[:, 0]
        x = np.unique(np.concatenate([needed, np.linspace(low, high, _EVENLY)]))
        assert picture.mixture is not None
        heights = component_densities(picture.mixture, x)
        drawn = [rounded(curve.tolist(), _FINE * top) for curve in heights]
        if len(drawn) > 1:
            drawn.append(rounded(np.sum(drawn, axis=0).tolist(), _FINE * top))
        yield {"x": x, "y": drawn}


def path_figure(played: Playback) -> Figure:
    """Return how far plain EM and the solver have still to climb, with a ring that can be moved."""
    em, solver = played.to_climb, played.solver_to_climb
    kept = spaced(len(em), _MOST_POINTS)
    most = max(len(em) - 1, len(solver) - 1, 2)
    ticks = [at for at in _TICKS if at <= 1.2 * most and (most <= _MANY or str(at)[0] == "1")]
    highest = max(float(em.max()), float(solver.max()), 10.0 * played.least)
    hover = {"hovertemplate": "iteration %{customdata}: %{y:.2g} nats to climb<extra></extra>"}
    steps = np.arange(len(solver))
    marks = {"mode": "lines+markers", "marker": {"size": 6, "color": colour(1), "symbol": "diamond"}}
    pens = {"color": colour(0), "width": 2.5}, {"color": colour(1), "width": 2, "dash": _DASH}
    ring = {"size": 13, "color": "rgba(0,0,0,0)", "line": {"color": INK, "width": 2.5}}
    x, y = ring_at(played, 0)
    named = {"tickvals": [_START, *ticks], "ticktext": ["start", *map(str, ticks)]}
    ends = [math.log10(_START) - 0.08, math.log10(most) + 0.08]
    heights = [math.log10(played.least) - 0.4, math.log10(highest) + 0.5]
    return figure(
        [
            line(_places(kept), em[kept], name="plain EM", line=pens[0], customdata=kept, **hover),
            line(_places(steps), solver, name=_SOLVER, line=pens[1], customdata=steps, **hover, **marks),
            line([x], [y], name="shown", mode="markers", marker=ring, showlegend=False),
        ],
        axis("iteration", type="log", range=ends, **named),
        axis("nats still to climb", type="log", dtick=2, minexponent=3, range=heights),
        hovermode="closest",
    )


def ring_at(played: Playback, frame: int) -> list[float]:
    """Return where the ring stands at a frame."""
    iteration = int(played.iterations[frame])
    return [float(iteration or _START), float(played.to_climb[iteration])]


def _places(iterations: NDArray[np.int64]) -> Array:
    return np.where(iterations == 0, _START, iterations)
