"""`mix1d completion`: what Tab completes in bash, zsh and fish, written from what can be typed."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from mix1d.cli.parsing import Parser
from mix1d.model.families import FAMILIES

SHELLS = ("bash", "zsh", "fish")
_FAMILY = ("auto", *(family.name for family in FAMILIES))
# what stands behind an option whose values are words, but not those alone
_WORDS: dict[str, tuple[str, ...]] = {
    "--components": ("auto",),
    "--family": _FAMILY,
    "--sds": ("free", "equal", "auto", "proportional"),
    "--means": ("equal", "spaced", "growth"),
    "--weights-model": ("equal",),
    "--set-apart": ("auto", "none"),
    "--resolution": ("auto",),
}
_FILES = ("FILE", "MODEL")


class _Option(NamedTuple):
    """What can be typed of an option."""

    names: tuple[str, ...]
    words: str
    """Of the help."""
    takes_value: bool
    values: tuple[str, ...]
    """To choose from, empty where there is no list."""
    file: bool


class _Command(NamedTuple):
    """What can be typed behind a command."""

    name: str
    words: str
    options: tuple[_Option, ...]
    files: bool
    """Whether files stand behind it."""
    values: tuple[str, ...]
    """Words that stand behind it instead."""


def completion(asked: argparse.Namespace) -> None:
    """Print the script that a shell reads."""
    print(script(asked.shell, asked.named))


def script(shell: str, named: Mapping[str, Parser]) -> str:
    """Return the script of one of `SHELLS`, for the parsers of the commands by their names."""
    commands = [_command(name, parser) for name, parser in named.items()]
    commands.append(_Command("help", "Explain a command", (), False, tuple(named)))
    written = {"bash": _bash, "zsh": _zsh, "fish": _fish}[shell]
    return "\n".join(written(commands))


def _command(name: str, parser: Parser) -> _Command:
    rest = [one for one in parser.actions if not one.option_strings]
    values = tuple(str(value) for one in rest for value in one.choices or ())
    options = tuple(_option(one) for one in parser.actions if one.option_strings)
    words = (parser.description or "").removesuffix(".")
    return _Command(name, words, options, any(one.metavar in _FILES for one in rest), values)


def _option(action: argparse.Action) -> _Option:
    names = tuple(sorted(action.option_strings, key=len))
    given = action.choices or _WORDS.get(names[-1], ())
    takes = action.nargs not in (0, "?")
    words = (action.help or "").replace("%%", "%")
    return _Option(names, words, takes, tuple(map(str, given)), takes and action.metavar in _FILES)


# ---- bash, of 3.2 too, which macOS has


def _bash(commands: Sequence[_Command]) -> Iterator[str]:
    yield '# eval "$(mix1d completion bash)" in ~/.bashrc'
    yield "_mix1d() {"
    yield '  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} words=""'
    yield '  if [ "$cur" = "=" ]; then cur=""'
    yield '  elif [ "$prev" = "=" ]; then prev=${COMP_WORDS[COMP_CWORD-2]}; fi'
    yield "  COMPREPLY=()"
    names = " ".join(one.name for one in commands)
    yield '  if [ "$COMP_CWORD" -eq 1 ]; then'
    yield f'    words="{names} --help --version"'
    yield "  else"
    yield '    case "${COMP_WORDS[1]} $prev" in'
    for command in commands:
        for option in command.options:
            if option.takes_value:
                pattern = "|".join(f'"{command.name} {name}"' for name in option.names)
                yield f"      {pattern}) {_bash_values(option)} ;;"
    yield "      *)"
    yield '        case "${COMP_WORDS[1]}:$cur" in'
    for command in commands:
        names = " ".join(option.names[-1] for option in command.options)
        if names:
            yield f'          {command.name}:-*) words="{names}" ;;'
        if command.values:
            yield f'          {command.name}:*) words="{" ".join(command.values)}" ;;'
    yield "        esac ;;"
    yield "    esac"
    yield "  fi"
    yield '  [ -z "$words" ] || COMPREPLY=($(compgen -W "$words" -- "$cur"))'
    yield "}"
    yield "complete -o default -F _mix1d mix1d"


def _bash_values(option: _Option) -> str:
    if option.values:
        return f"words={_quoted(' '.join(option.values))}"
    return ":" if option.file else "compopt +o default 2>/dev/null"


# ---- zsh


def _zsh(commands: Sequence[_Command]) -> Iterator[str]:
    yield "#compdef mix1d"
    yield '# eval "$(mix1d completion zsh)" in ~/.zshrc, below compinit'
    yield "_mix1d() {"
    yield "  if (( CURRENT == 2 )); then"
    yield "    local -a commands=("
    for command in commands:
        yield f"      {_quoted(_in_zsh(command.name) + ':' + command.words)}"
    yield "      --help:'Show help' --version:'Show the version'"
    yield "    )"
    yield "    _describe command commands"
    yield "    return"
    yield "  fi"
    yield "  local command=$words[2]"
    yield "  shift words"
    yield "  (( CURRENT-- ))"
    yield "  case $command in"
    for command in commands:
        yield f"    {command.name}) _arguments -s -S \\"
        for option in command.options:
            yield f"      {_zsh_option(option)} \\"
        rest = f"'*:word:({' '.join(command.values)})'" if command.values else "'*:file:_files'"
        yield f"      {rest if command.files or command.values else ''} ;;"
    yield "  esac"
    yield "}"
    yield 'if [[ $funcstack[1] == _mix1d ]]; then _mix1d "$@"; else compdef _mix1d mix1d; fi'


def _zsh_option(option: _Option) -> str:
    told = f"[{_in_zsh(option.words)}]"
    if option.takes_value:
        action = f"({' '.join(map(_in_zsh, option.values))})" if option.values else "_files" * option.file
        told += f":{_in_zsh(option.names[-1].lstrip('-'))}:{action}"
    long = ["=" if option.takes_value and name.startswith("--") else "" for name in option.names]
    return " ".join(_quoted("*" + name + end + told) for name, end in zip(option.names, long, strict=True))


def _in_zsh(text: str) -> str:
    """Return text in which nothing has a meaning to `_arguments`."""
    return re.sub(r"([\[\]:\\])", r"\\\1", text)


# ---- fish


def _fish(commands: Sequence[_Command]) -> Iterator[str]:
    yield "# mix1d completion fish > ~/.config/fish/completions/mix1d.fish"
    yield "function __mix1d_is"
    yield "  set -l words (commandline -opc)"
    yield '  test (count $words) -ge 2; and test "$words[2]" = "$argv[1]"'
    yield "end"
    yield "function __mix1d_is_first"
    yield "  test (count (commandline -opc)) -eq 1"
    yield "end"
    for command in commands:
        line = f"complete -c mix1d -n __mix1d_is_first -f -a {command.name}"
        yield f"{line} -d {_in_fish(command.words)}"
    for name in ("help", "version"):
        yield f"complete -c mix1d -n __mix1d_is_first -f -l {name}"
    for command in commands:
        start = f"complete -c mix1d -n '__mix1d_is {command.name}'"
        if command.values:
            yield f"{start} -f -a {_in_fish(' '.join(command.values))}"
        elif not command.files:
            yield f"{start} -f"
        for option in command.options:
            yield f"{start} {_fish_option(option)} -d {_in_fish(option.words)}"


def _fish_option(option: _Option) -> str:
    named = [f"-l {one[2:]}" if one.startswith("--") else f"-s {one[1:]}" for one in option.names]
    if option.values:
        named.append(f"-x -a {_in_fish(' '.join(option.values))}")
    elif option.takes_value:
        named.append("-rF" if option.file else "-x")
    return " ".join(named)


def _in_fish(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _quoted(text: str) -> str:
    """Return a word that bash and zsh take as it is."""
    return "'" + text.replace("'", "'\\''") + "'"
