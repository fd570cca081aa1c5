"""Draw what a command prints as an SVG picture of a terminal, for the README.

Run `mix1d fit FILE.csv | python tools/terminal_picture.py "mix1d fit FILE.csv" > picture.svg`.
"""

import sys
from html import escape

WIDTH, HEIGHT, MARGIN = 8.4, 17, 16  # of a character, of a line, around the text
COLOURS = {"a": "#0072b2", "b": "#d55e00", "•": "#222222", "┊": "#009e73", "▲": "#009e73"}


def characters(line: str, row: int, drawing: bool) -> str:
    spans = []
    for column, character in enumerate(line):
        if character == " ":
            continue
        block = "▁" <= character <= "█"
        colour = COLOURS.get(character, "#222222") if drawing else "#222222"
        colour = "#c9ced6" if block and drawing else colour
        x, y = MARGIN + column * WIDTH, MARGIN + (row + 1) * HEIGHT
        if block:  # drawn, since fonts leave gaps between block characters
            eighths = ord(character) - ord("▁") + 1
            high = HEIGHT * eighths / 8
            spans.append(
                f'<rect x="{x:.1f}" y="{y + 4 - high:.1f}" width="{WIDTH + 0.2:.1f}" '
                f'height="{high + 0.2:.1f}" fill="{colour}"/>'
            )
        else:
            spans.append(f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}">{escape(character)}</text>')
    return "".join(spans)


def main() -> None:
    lines = [f"$ {sys.argv[1]}", *sys.stdin.read().rstrip().split("\n")]
    width = 2 * MARGIN + max(map(len, lines)) * WIDTH
    height = 2 * MARGIN + len(lines) * HEIGHT
    print(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
        f'font-family="ui-monospace, \'DejaVu Sans Mono\', Menlo, Consolas, monospace" font-size="14">'
    )
    print(f'<title>{escape(sys.argv[1])}</title><rect width="100%" height="100%" rx="8" fill="#fbfbf8"/>')
    for row, line in enumerate(lines):
        plot = any(mark in line for mark in "│┤┴")
        print(characters(line, row, plot))
    print("</svg>")


if __name__ == "__main__":
    main()
