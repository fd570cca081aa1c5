"""What commands print, on a page: words as text, pictures as SVG in the colours of the page.

A font that lacks braille borrows it from one with another width, and leaves gaps between blocks. So a
paragraph with either is drawn, with its words as selectable text; everything else stays text.
"""

from __future__ import annotations

import re
import sys
from html import escape
from itertools import groupby
from pathlib import Path

from docutils import nodes
from rich.ansi import AnsiDecoder
from rich.text import Text
from sphinx.transforms.post_transforms import SphinxPostTransform

sys.path.append(str(Path(__file__).parents[2] / "tools"))
from terminal_picture import HEIGHT, LIGHT, WIDTH, colour, drawn, styled

_COLOURS = {name: f"var(--terminal-{name.replace('_', '-')})" for name in LIGHT}
_DRAWN = re.compile("[▁-█⠁-⣿]")
_SIZE = 14  # of the font in the picture's own units


def _words(line: Text) -> str:
    made = []
    for style, group in groupby(styled(line), key=lambda pair: pair[1]):
        words = escape("".join(character for character, _ in group))
        ink = colour(style.color, _COLOURS)
        css = (f"color:{ink};" if ink else "") + ("font-weight:bold;" if style.bold else "")
        made.append(f'<span style="{css}">{words}</span>' if css else words)
    return "".join(made)


def _picture(lines: list[Text]) -> str:
    width, height = max(map(len, lines)) * WIDTH + 2, len(lines) * HEIGHT
    parts = "".join(
        part for row, line in enumerate(lines) for part in drawn(line, 0.0, row * HEIGHT, _COLOURS)
    )
    size = f"width:{width / _SIZE:.2f}em;height:{height / _SIZE:.2f}em"
    return (
        f'<svg role="img" aria-label="the picture that is printed" viewBox="0 0 {width:.0f} {height}" '
        f'style="{size}"><g font-size="{_SIZE}">{parts}</g></svg>'
    )


def as_html(printed: str) -> str:
    """Return what a terminal would show as HTML."""
    lines = list(AnsiDecoder().decode(printed.rstrip()))
    made = []
    for blank, paragraph in groupby(lines, key=lambda line: not line.plain.strip()):
        group = list(paragraph)
        if not blank and any(_DRAWN.search(line.plain) for line in group):
            made.append(_picture(group))
        else:
            made += [_words(line) + "\n" for line in group]
    return '<div class="terminal"><pre>' + "".join(made) + "</pre></div>"


class _TerminalOutput(SphinxPostTransform):
    default_priority = 100
    formats = ("html",)

    def run(self, **_: object) -> None:
        for node in list(self.document.findall(nodes.literal_block)):
            printed = node.astext()
            if node.get("language") == "myst-ansi" and ("\x1b[" in printed or _DRAWN.search(printed)):
                node.replace_self(nodes.raw("", as_html(printed), format="html"))


def setup(app) -> dict[str, bool]:
    """Tell Sphinx."""
    app.add_post_transform(_TerminalOutput)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
