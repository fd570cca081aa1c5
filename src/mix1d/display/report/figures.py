"""The figures of a report: charts with legends, and the numbers that the script shows of them."""

from __future__ import annotations

from collections.abc import Callable

from mix1d.diagnostics.certificate import Certificate
from mix1d.display.picture import Picture
from mix1d.display.report.density import Figure, curves_figure, picture_figure
from mix1d.display.report.depth import Depth
from mix1d.display.report.judging import certificate_figure, criteria_figure, pit_figure, qq_figure
from mix1d.display.report.sections import cut_label
from mix1d.display.shapes import worth_showing
from mix1d.display.svg import can_be_drawn
from mix1d.errors import InputError
from mix1d.outcome.outcome import Outcome

_POINTS, _FEWER = 200, 60  # of a QQ plot alone, and of one of several
TITLES = {
    "picture": "The picture",
    "criteria": "How much worse than the best",
    "row": "The fit of one number of components",
    "qq": "Values against the model",
    "pit": "Spread of the probabilities",
    "certificate": "Where something may be missing",
}


def figures_of(
    result: Outcome,
    picture: Picture,
    certificate: Certificate | str | None,
    alt: dict[str, str],
    prefix: str,
    depth: Depth,
) -> dict[str, Figure]:
    """Return the figures of a fit by name; of one of several, which has a prefix, in few numbers."""

    def words(name: str) -> tuple[str, str]:
        return TITLES[name], alt[name]

    found: dict[str, Figure] = {}
    mixture, spread = result.mixture, len(result.sample.values) > 1
    alone = not prefix
    if depth.picture and can_be_drawn(picture):
        found["picture"] = picture_figure(
            picture, f"{prefix}picture", words("picture"), lambda cut: cut_label(cut, mixture), fine=alone
        )
    if not depth.judged:
        return found
    if len({row.n_components for row in result.selection}) > 1:
        found["criteria"] = criteria_figure(result, f"{prefix}criteria", words("criteria"))
    if len(result.selection) > 1:
        tried = [result.selection[i] for i in worth_showing(result.selection, result.criterion)]
        pictures = [picture.of(row.mixture) for row in tried]
        if alone and all(map(can_be_drawn, pictures)):
            chosen = next(i for i, row in enumerate(tried) if row.chosen)
            found["row"] = curves_figure(pictures, chosen, f"{prefix}row", words("row"))
    if spread:
        offered: dict[str, Callable[[], Figure | None]] = {
            "qq": lambda: qq_figure(
                result, picture, f"{prefix}qq", words("qq"), _POINTS if alone else _FEWER
            ),
            "pit": lambda: pit_figure(result, f"{prefix}pit", words("pit")),
        }
        for name, draw in offered.items():
            try:
                drawn = draw()
            except InputError:  # rows of a kind have none; the sections say why
                continue
            if drawn is not None:
                found[name] = drawn
    if spread and isinstance(certificate, Certificate) and len(certificate.means) > 1:
        found["certificate"] = certificate_figure(
            certificate, picture, f"{prefix}certificate", words("certificate")
        )
    return found
