"""Draw what bench/results.json says as docs/images/benchmark_*.svg, for `python tools/benchmarks.py write`.

Text stays text, and colours follow those of light and dark pages. A picture names the rows that it is of, so
that a test can tell an old one.
"""

import hashlib
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullLocator

from mix1d.display.palette import COMPONENTS

if TYPE_CHECKING:
    from benchmarks import Results, Row

IMAGES = Path(__file__).parents[1] / "docs" / "images"
INK, PAPER, GRID = "#222222", "#fbfbf8", "#d9dbde"
DARK = {INK: "#dddddd", PAPER: "#14161a", GRID: "#3a3f46"}
BLUE, ORANGE, GREEN, PINK = COMPONENTS[:4]
SIMULATED = 10_000_000  # values that are really there; more are the same again
SIZE = (7.2, 4.3)  # inches
STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "mix1d",
    "font.family": "sans-serif",
    "font.size": 11,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.facecolor": PAPER,
    "figure.facecolor": PAPER,
    "grid.color": GRID,
    "legend.frameon": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
}
FONTS = "system-ui, -apple-system, 'Segoe UI', Roboto, Arial, sans-serif"


def series_of(results: "Results", against: str) -> "list[Row]":
    return [row for row in results.of_best_isa("speed_sizes.py") if row.against == against]


def costs_of(results: "Results") -> "list[Row]":
    kinds = results.find("speed_kinds.py", "^kind: ")
    return [*results.find("speed_families.py", "^whole fit, "), *kinds]


def mark_of(rows: "list[Row]") -> str:
    """Return the comment by which a picture names its rows."""
    facts = [[row.what, row.value] for row in rows]
    return f"<!-- of {hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]} -->"


def time_words(value: float, _: object = None) -> str:
    """Return a tick of a logarithmic axis of seconds.

    >>> time_words(1e-4), time_words(0.01), time_words(10.0)
    ('0.1 ms', '10 ms', '10 s')
    """
    return f"{value:g} s" if value >= 1.0 else f"{1e3 * value:g} ms"


def number_words(value: float, _: object = None) -> str:
    """Return a tick of an axis of numbers of values.

    >>> number_words(1e3), number_words(1e8)
    ('1,000', '100 million')
    """
    for size, word in ((1e9, " billion"), (1e6, " million")):
        if value >= size:
            return f"{value / size:g}{word}"
    return f"{value:,.0f}"


def _times(axes: Axes, title: str) -> None:
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter(FuncFormatter(time_words))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.grid(True, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.set_ylabel("time of one fit: less is better")
    rows = -(-len(axes.get_legend_handles_labels()[1]) // 3)
    axes.legend(loc="lower left", bbox_to_anchor=(-0.02, 1.0), ncols=3, fontsize=10, columnspacing=1.4)
    axes.set_title(title, loc="left", fontsize=13, pad=12 + 16 * rows)


LINES = {
    "mix1d, in memory": (BLUE, "o", "mix1d, with its search"),
    "mix1d, through a sketch": (GREEN, "D", "mix1d through a sketch"),
    "mix1d": (BLUE, "o", "mix1d, with its search"),
    "scikit-learn": (ORANGE, "s", "scikit-learn"),
    "mclust": (PINK, "^", "mclust"),
    "Spark ML": (COMPONENTS[4], "v", "Spark ML"),
}


def _draw_lines(axes: Axes, rows: "list[Row]", field: str) -> None:
    for name in dict.fromkeys(row.series for row in rows):
        color, marker, label = LINES[name]
        if field == "n" and name == "scikit-learn":
            label = "scikit-learn, EM alone"
        points = [(row.facts[field], row.value) for row in rows if row.series == name]
        real = [point for point in points if field != "n" or point[0] <= SIMULATED]
        more = points[len(real) - 1 :]
        style = {"color": color, "linewidth": 2, "markersize": 6}
        axes.plot(*zip(*real, strict=True), marker=marker, label=label, **style)
        if len(more) > 1:
            axes.plot(*zip(*more, strict=True), linestyle=(0, (4, 2)), **style)
            style |= {"linestyle": "none", "fillstyle": "none"}
            axes.plot(*zip(*more[1:], strict=True), marker=marker, **style)


def against_n(axes: Axes, rows: "list[Row]") -> None:
    _draw_lines(axes, rows, "n")
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(FuncFormatter(number_words))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xlabel("number of values (dashed: the same ten million handed over again)")
    _times(axes, "Three components, more and more values")


def against_k(axes: Axes, rows: "list[Row]") -> None:
    _draw_lines(axes, rows, "k")
    axes.set_xticks(sorted({row.k for row in rows}))
    axes.set_xlabel("number of components k")
    _times(axes, f"{rows[0].n:,} values, more and more components")


def costs(axes: Axes, rows: "list[Row]") -> None:
    from benchmarks import FAMILIES, seconds

    names = [row.what.rpartition(": " if row.what.startswith("kind") else ", ")[2] for row in rows]
    labels = [FAMILIES.get(name, name) for name in names]
    kind = [row.what.startswith("kind") for row in rows]
    places = [i + 0.7 * of for i, of in enumerate(kind)]
    beyond = [row.value - 1.0 for row in rows]
    axes.barh(places, beyond, left=1.0, color=[GREEN if of else BLUE for of in kind], height=0.7)
    for place, row in zip(places, rows, strict=True):
        words = f"{row.value:.2g}×, {seconds(row.ours)}"
        axes.annotate(words, (max(row.value, 1.0), place), (4, 0), textcoords="offset points", va="center")
    axes.set_xscale("log")
    axes.set_xlim(0.4, 4.0 * max((row.value for row in rows), default=1.0))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}×"))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xticks([1, 2, 5, 10, 20, 50])
    axes.axvline(1.0, color=INK, linewidth=1)
    axes.set_yticks(places, labels)
    axes.invert_yaxis()
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel("times as long (logarithmic)")
    axes.set_title("What families and kinds of rows cost", loc="left", fontsize=13, pad=24)
    below = "n = 500, k = 3; blue: times as long as normals, green: as exact values"
    axes.text(0.0, 1.02, below, transform=axes.transAxes, va="bottom", fontsize=10)


Draws = Callable[[Axes, "list[Row]"], None]
FIGURES: "dict[Path, tuple[Callable[[Results], list[Row]], tuple[Draws, float, str]]]" = {
    IMAGES / "benchmark_n.svg": (
        lambda results: series_of(results, "n"),
        (
            against_n,
            1.0,
            "Time of a fit against the number of values: mix1d, scikit-learn, mclust and Spark ML",
        ),
    ),
    IMAGES / "benchmark_k.svg": (
        lambda results: series_of(results, "k"),
        (against_k, 1.0, "Time of a fit against the number of components: mix1d, scikit-learn and mclust"),
    ),
    IMAGES / "benchmark_costs.svg": (
        costs_of,
        (costs, 1.15, "How many times as long fits of other families and other kinds of rows take"),
    ),
}


def draw(results: "Results") -> None:
    """Write the pictures of all that was measured."""
    for path, (of, (function, taller, title)) in FIGURES.items():
        if rows := of(results):
            path.write_text(_svg(function, rows, taller, title), encoding="utf-8")


def _svg(function: Draws, rows: "list[Row]", taller: float, title: str) -> str:
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(SIZE[0], taller * SIZE[1]), layout="constrained")
        function(figure.add_subplot(), rows)
        file = io.StringIO()
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None, "Title": title})
    text = re.sub(r"<\?xml.*?\?>\s*<!DOCTYPE.*?>\s*", "", file.getvalue(), flags=re.S)
    text = re.sub(r"<metadata>.*?</metadata>", f"<title>{title}</title>", text, flags=re.S)
    text = re.sub(r"<!--.*?-->\s*", "", text)
    text = re.sub(r"(\d+\.\d)\d+", r"\1", text)
    # the fonts of the reader; those of matplotlib are not there
    text = re.sub(r"font: ([\d.]+px)[^;\"]*", rf"font: \1 {FONTS}".replace("'", "&apos;"), text)
    for name, color in (("ink", INK), ("paper", PAPER), ("grid", GRID)):
        text = text.replace(color, f"var(--{name})")
    style = (
        "<style>svg { "
        + "; ".join(f"--{n}: {c}" for n, c in (("ink", INK), ("paper", PAPER), ("grid", GRID)))
        + " } @media (prefers-color-scheme: dark) { svg { "
        + "; ".join(f"--{n}: {DARK[c]}" for n, c in (("ink", INK), ("paper", PAPER), ("grid", GRID)))
        + " } }</style>"
    )
    return re.sub(r"(<svg[^>]*>)", rf"\1{style}{mark_of(rows)}", text, count=1)
