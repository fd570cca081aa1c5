"""A parser whose help has groups, and whose complaints are one sentence with a way out."""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from mix1d.cli.meant import meant_option

RECORDED, ASSUMED = "what was recorded", "what is assumed"
CHOSEN, SHOWN, READING = "how it is chosen", "what is shown", "reading the file"
_WIDEST = 100  # columns; the eye loses its way back in longer lines


class Parser(argparse.ArgumentParser):
    """That of one command, or of all of them."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_abbrev=False, formatter_class=_Help, **options)
        self._groups: dict[str, argparse._ArgumentGroup] = {}

    def group(self, title: str) -> argparse._ArgumentGroup:
        """Return the group of options with this title, a new one below the others where there is none."""
        if title not in self._groups:
            self._groups[title] = self.add_argument_group(title)
        return self._groups[title]

    @property
    def options(self) -> tuple[str, ...]:
        """All that can be typed and begins with a minus."""
        return tuple(name for action in self._actions for name in action.option_strings)

    @property
    def actions(self) -> Sequence[argparse.Action]:
        """Everything that can be typed, in the order of the help."""
        return tuple(self._actions)

    @property
    def typed_as(self) -> str:
        """The usage in short."""
        return self.format_usage().removeprefix("usage: ").rstrip()

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, and where everything is explained; the list of all options would hide it."""
        if message.startswith("the following arguments are required: "):
            message = f"{message}; the usage is\n{self.typed_as}"
        self.exit(2, f"{self.prog}: error: {message}\n{self.prog} --help explains everything\n")

    def refuse_unknown(self, typed: Sequence[str], elsewhere: Mapping[str, Sequence[str]]) -> None:
        """End with a suggestion where a long option is not known; `elsewhere`: those of other commands."""
        for word in typed:
            if word == "--":
                return
            name = word.partition("=")[0]
            if name.startswith("--") and name not in self.options:
                self.error(f"there is no option {name}{meant_option(name, self.options, elsewhere)}")

    def refuse_rest(self, typed: Sequence[str], elsewhere: Mapping[str, Sequence[str]]) -> None:
        """End with a suggestion where something is left over."""
        for word in typed:
            if word.startswith("-") and word != "-":
                self.error(f"there is no option {word}{meant_option(word, self.options, elsewhere)}")
        if typed:
            self.error(f"{typed[0]!r} has no place here: {self.typed_as}")


class _Help(argparse.RawDescriptionHelpFormatter):
    """Help as wide as the terminal, up to where lines are too long to read."""

    def __init__(self, prog: str, **options: Any) -> None:
        columns = min(shutil.get_terminal_size().columns, _WIDEST)
        super().__init__(prog, max_help_position=26, width=columns - 2)
