"""A grid of characters that remembers what each one stands for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Drawing:
    """Lines of text and, character by character, what each one stands for."""

    lines: tuple[str, ...]  # the picture, without colour
    # The same shape: "#" for a bar, "+" for the sum, "|" for a threshold, the letter of a component (see
    # `mix1d.words.letter`), "_" for a background, "<" for a limit, and a blank for anything else
    roles: tuple[str, ...]
    # The same shape: "#" where a curve or a letter stands before a bar, so that colours can show both
    behind: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join(line.rstrip() for line in self.lines)


@dataclass(frozen=True)
class Piece:
    """A run of characters with their roles, one role for each character or one for all of them."""

    text: str
    role: str = " "

    @property
    def roles(self) -> str:
        """One role for each character."""
        return self.role if len(self.role) == len(self.text) else self.role[:1] * len(self.text)


class Canvas:
    """A grid of characters with their roles; row 0 is the lowest."""

    def __init__(self, n_columns: int, n_rows: int) -> None:
        self.characters = [[" "] * n_columns for _ in range(n_rows)]
        self.roles = [[" "] * n_columns for _ in range(n_rows)]
        self.bars = [[0.0] * n_columns for _ in range(n_rows)]

    @property
    def n_rows(self) -> int:
        """Rows of the grid."""
        return len(self.characters)

    @property
    def n_columns(self) -> int:
        """Columns of the grid."""
        return len(self.characters[0])

    def put(self, row: int, column: int, character: str, role: str) -> None:
        """Write a character, unless it lies outside."""
        if 0 <= row < self.n_rows and 0 <= column < self.n_columns:
            self.characters[row][column] = character
            self.roles[row][column] = role

    def line(self, row: int) -> tuple[str, str, str]:
        """Return the characters of a row, their roles, and where something stands before a bar.

        A bar is behind a character where it fills at least half of its height.
        """
        behind = (
            "#" if bar >= 0.5 and role != "#" else " "
            for bar, role in zip(self.bars[row], self.roles[row], strict=True)
        )
        return "".join(self.characters[row]), "".join(self.roles[row]), "".join(behind)
