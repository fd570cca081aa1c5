"""Draw what a command prints as an SVG picture of a terminal, for the README and the pages.

Run `FORCE_COLOR=1 mix1d fit FILE.csv | python tools/terminal_picture.py "mix1d fit FILE.csv" > picture.svg`;
with `--dark` the background is dark. Blocks, lines and dots are drawn, since fonts leave gaps between
them, and many have no dots of the same width.
"""

import sys
from collections.abc import Iterator
from html import escape
from itertools import groupby

from rich.ansi import AnsiDecoder
from rich.color import Color
from rich.style import Style
from rich.text import Text

WIDTH, HEIGHT, MARGIN = 8.4, 17, 16  # of a character, of a line, around the text
LIGHT = {
    "paper": "#fbfbf8",
    "ink": "#222222",
    "bright_black": "#c9ced6",
    "white": "#009e73",
    "cyan": "#0072b2",
    "magenta": "#c04a00",
    "yellow": "#8a6500",
    "green": "#00784f",
    "blue": "#8b3a8b",
    "red": "#b02020",
}
DARK = {
    "paper": "#14161a",
    "ink": "#dddddd",
    "bright_black": "#50555e",
    "white": "#ffffff",
    "cyan": "#4fc3f7",
    "magenta": "#ff8a65",
    "yellow": "#ffd54f",
    "green": "#81c784",
    "blue": "#7aa2ff",
    "red": "#ef5350",
}


# numbers of the colours of a terminal (ECMA-48, and 8 for the bright black that all have)
NAMES = {1: "red", 2: "green", 3: "yellow", 4: "blue", 5: "magenta", 6: "cyan", 7: "white", 8: "bright_black"}


# Arms of the lines that are drawn, from the middle of a character: left, right, up, down.
ARMS = {
    "─": "lr",
    "━": "lr",
    "│": "ud",
    "┊": "ud",
    "┤": "lud",
    "├": "rud",
    "┬": "lrd",
    "┴": "lru",
    "┼": "lrud",
}
ARMS |= {"┝": "rud", "┥": "lud"}
ENDS = {"l": (-0.5, 0.0), "r": (0.5, 0.0), "u": (0.0, -0.5), "d": (0.0, 0.5)}


def styled(text: Text) -> list[tuple[str, Style]]:
    styles = [Style.null()] * len(text)
    for span in text.spans:
        for i in range(span.start, min(span.end, len(text))):
            styles[i] = styles[i] + (Style.parse(span.style) if isinstance(span.style, str) else span.style)
    return list(zip(text.plain, styles, strict=True))


def colour(found: Color | None, colours: dict[str, str]) -> str | None:
    return colours[NAMES[found.number]] if found is not None and found.number in NAMES else None


def kind(character: str) -> str:
    if "▁" <= character <= "█":
        return "block"
    if "⠀" <= character <= "⣿":
        return "braille"
    if character in ARMS:
        return "line"
    return "blank" if character == " " else "text"


def rectangle(x: float, y: float, width: float, height: float, fill: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.2f}" width="{width:.1f}" height="{height:.2f}" fill="{fill}"/>'


def dots(character: str, x: float, y: float, fill: str) -> Iterator[str]:
    bits = ord(character) - 0x2800
    for bit, (column, row) in enumerate([(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3)]):
        if bits >> bit & 1:
            cx, cy = x + WIDTH * (0.25 + 0.5 * column), y + HEIGHT * (0.125 + 0.25 * row)
            yield f'<circle cx="{cx:.1f}" cy="{cy:.1f}" r="1.5" fill="{fill}"/>'


def arms(character: str, x: float, y: float, stroke: str) -> str:
    x, y = x + WIDTH / 2, y + HEIGHT / 2
    path = "".join(
        f"M{x:.1f} {y:.1f}l{ENDS[arm][0] * WIDTH:.1f} {ENDS[arm][1] * HEIGHT:.1f}" for arm in ARMS[character]
    )
    broken = ' stroke-dasharray="2 2.25"' if character == "┊" else ""
    return f'<path d="{path}" stroke="{stroke}" stroke-width="{1.6 if character == "━" else 1}"{broken}/>'


def drawn(line: Text, left: float, y: float, colours: dict[str, str]) -> Iterator[str]:
    """Yield the elements of a line. Blocks without a colour are as pale as in a terminal with colours."""
    column = 0
    for (sort, style), group in groupby(styled(line), key=lambda pair: (kind(pair[0]), pair[1])):
        characters = "".join(character for character, _ in group)
        x, n = left + column * WIDTH, len(characters)
        column += n
        fill = colour(style.color, colours) or colours["bright_black" if sort == "block" else "ink"]
        behind = colour(style.bgcolor, colours)
        if behind and sort != "blank":
            yield rectangle(x, y, n * WIDTH + 0.2, HEIGHT + 0.2, behind)
        if sort == "text":
            weight = ' font-weight="bold"' if style.bold else ""
            yield (
                f'<text x="{x:.1f}" y="{y + HEIGHT - 4:.1f}" textLength="{n * WIDTH:.1f}" '
                f'fill="{fill}"{weight}>{escape(characters)}</text>'
            )
        for i, character in enumerate(characters):
            if sort == "block":
                high = HEIGHT * (ord(character) - ord("▁") + 1) / 8
                yield rectangle(x + i * WIDTH, y + HEIGHT - high, WIDTH + 0.2, high + 0.2, fill)
            elif sort == "braille":
                yield from dots(character, x + i * WIDTH, y, fill)
            elif sort == "line":
                yield arms(character, x + i * WIDTH, y, fill)


def main() -> None:
    arguments = [word for word in sys.argv[1:] if word != "--dark"]
    colours = DARK if "--dark" in sys.argv else LIGHT
    lines = [Text(f"$ {arguments[0]}"), *AnsiDecoder().decode(sys.stdin.read().rstrip())]
    width = 2 * MARGIN + max(map(len, lines)) * WIDTH
    height = 2 * MARGIN + len(lines) * HEIGHT
    print(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
        f'font-family="ui-monospace, \'DejaVu Sans Mono\', Menlo, Consolas, monospace" font-size="14">'
    )
    print(f"<title>{escape(arguments[0])}</title>")
    print("<style>rect { shape-rendering: crispEdges }</style>")
    print(f'<rect width="100%" height="100%" rx="8" fill="{colours["paper"]}"/>')
    for row, line in enumerate(lines):
        print("".join(drawn(line, MARGIN, MARGIN + row * HEIGHT + 4.0, colours)))
    print("</svg>")


if __name__ == "__main__":
    main()
