"""Draw the small pictures of docs/gallery.md: `python tools/thumbnails.py` writes docs/images/gallery/*.svg.

Each is the fit of a page, with the page's own values. Colours suit light and dark pages.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np

import mix1d
from mix1d import Component, FitResult, Mixture
from mix1d.display.curves import simplified
from mix1d.display.palette import colour
from mix1d.display.picture import Picture, picture_of

ROOT = Path(__file__).parents[1]
WIDTH, HEIGHT = 240.0, 110.0
BARS = "#8a94a3"
_HEADROOM = 1.6  # times the highest bar: a curve that is higher is cut off


def example(name: str) -> np.ndarray:
    return np.loadtxt(ROOT / "examples" / f"{name}.csv", skiprows=1)


def limits() -> FitResult:
    logs = Mixture([0.6, 0.4], [0.0, 3.0], [1.0, 0.8]).sample(300, rng=7)
    return mix1d.fit(["<-0.8" if x < -0.8 else round(x, 2) for x in logs.tolist()])


def ages() -> FitResult:
    """Return the fit of the example of Ludwig's Isoplot, as in docs/measurement_errors.md."""
    page = (ROOT / "docs" / "measurement_errors.md").read_text(encoding="utf-8")
    cell = page[page.index("import numpy") : page.index("result = ")]
    names: dict[str, np.ndarray] = {}
    exec(cell, names)
    return mix1d.fit(names["ages"], [1, 2, 3], errors=names["errors"])


def scores() -> FitResult:
    rng = np.random.default_rng(3)
    return mix1d.fit(np.concatenate([np.zeros(90), rng.normal(60, 12, 120), rng.normal(240, 35, 90)]))


def tags() -> FitResult:
    parts = [
        Component("negative_binomial", mean=4, size=2),
        Component("negative_binomial", mean=90, size=4),
    ]
    counts = Mixture([0.62, 0.38], components=parts).sample(3000, rng=11)
    return mix1d.fit(counts, 2, family="negative_binomial")


def pike() -> FitResult:
    counts = [4, 10, 21, 11, 14, 31, 39, 70, 71, 44, 42, 36, 23, 22, 17, 12, 12, 11, 8, 3, 6, 6, 3, 2, 5]
    edges = [-np.inf, *np.arange(19.75, 66, 2.0), np.inf]
    return mix1d.fit((counts, edges), 5, sds="proportional")


def hours() -> FitResult:
    parts = [Component("weibull", shape=0.8, scale=50.0), Component("weibull", shape=4.0, scale=900.0)]
    return mix1d.fit(Mixture([0.3, 0.7], components=parts).sample(400, rng=4), 2, family="weibull")


def nests() -> FitResult:
    parts = [
        Component("negative_binomial", mean=3.0, size=2.0),
        Component("negative_binomial", mean=30.0, size=8.0),
    ]
    return mix1d.fit(Mixture([0.7, 0.3], components=parts).sample(500, rng=2), 2, family="negative_binomial")


def sizes() -> FitResult:
    parts = [Component("gamma", shape=3.0, scale=1.0), Component("gamma", shape=40.0, scale=0.3)]
    return mix1d.fit(Mixture([0.6, 0.4], components=parts).sample(400, rng=3), 2, family="gamma")


def classes() -> FitResult:
    return mix1d.fit(np.histogram(example("old_faithful_waiting"), bins=np.arange(40, 101, 5)), 2)


def signal() -> FitResult:
    sketch = mix1d.Sketch("signal")
    truth = Mixture([0.6, 0.4], [0, 5], [1, 0.5])
    for chunk in range(20):
        sketch.add(truth.sample(100_000, rng=chunk))
    return mix1d.fit(sketch, 2)


FITS: dict[str, Callable[[], FitResult]] = {
    "geyser": lambda: mix1d.fit(example("old_faithful_waiting")),
    "petals": lambda: mix1d.fit(example("iris_petal_length")),
    "galaxies": lambda: mix1d.fit(example("galaxies")),
    "tumours": lambda: mix1d.fit(example("wdbc_mean_radius"), 2),
    "tags": tags,
    "limits": limits,
    "scores": scores,
    "ages": ages,
    "pike": pike,
    "hours": hours,
    "nests": nests,
    "sizes": sizes,
    "classes": classes,
    "signal": signal,
}


def thumbnail(picture: Picture, title: str) -> str:
    """Return bars, curves and cuts of a picture, without axes and words."""
    low, high = picture.limits
    highest = _HEADROOM * float(picture.density.max())
    inside = (picture.x >= low) & (picture.x <= high)
    top = 1.04 * max(float(picture.density.max()), min(highest, float(picture.total[inside].max())))

    def across(x: float) -> float:
        return WIDTH * (x - low) / (high - low)

    def down(y: float) -> float:
        return HEIGHT * (1.0 - min(y, top) / top)

    made = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}">',
        f"<title>{title}</title>",
        f'<g fill="{BARS}" fill-opacity=".45" shape-rendering="crispEdges">',
    ]
    for left, right, y in zip(picture.edges[:-1], picture.edges[1:], picture.density, strict=True):
        if y > 0:
            x, end = max(across(left), 0.0), min(across(right), WIDTH)
            made.append(f'<path d="M{x:.1f} {HEIGHT:.0f}V{down(y):.1f}H{end:.1f}V{HEIGHT:.0f}z"/>')
    made.append(f'</g><g fill="none" stroke="{BARS}" stroke-dasharray="3 3">')
    for cut in picture.thresholds:
        if cut.kind == "crossing" and low < cut.value < high:
            made.append(f'<path d="M{across(cut.value):.1f} 0V{HEIGHT:.0f}"/>')
    made.append('</g><g fill="none" stroke-width="2.2" stroke-linejoin="round">')
    for j, curve in enumerate(picture.components):
        y = HEIGHT * (1.0 - np.minimum(curve[inside], top) / top)
        places = np.column_stack([WIDTH * (picture.x[inside] - low) / (high - low), y])
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in simplified(places, 0.15))
        made.append(f'<polyline stroke="{colour(j)}" points="{points}"/>')
    return "\n".join([*made, "</g></svg>", ""])


def main() -> None:
    folder = ROOT / "docs" / "images" / "gallery"
    folder.mkdir(parents=True, exist_ok=True)
    for name, fit in FITS.items():
        (folder / f"{name}.svg").write_text(thumbnail(picture_of(fit()), name), encoding="utf-8")


if __name__ == "__main__":
    main()
