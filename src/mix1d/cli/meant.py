"""What was probably meant by a word that is no command and no option."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from mix1d.words import listed

# What other programs and the keywords of Python call them.
_ELSEWHERE = {
    "--k": "-k",
    "--n-components": "-k",
    "--clusters": "-k",
    "--n-clusters": "-k",
    "--groups": "-k",
    "--classes": "-k",
    "--distribution": "--family",
    "--dist": "--family",
    "--sample-weight": "--weights",
    "--sigma": "--errors",
    "--bins": "--counts",
    "--lod": "--nondetect",
    "--censored": "--nondetect",
    "--filter": "--where",
    "--query": "--where",
    "--group": "--by",
    "--groupby": "--by",
    "--out": "--output",
    "--html": "--report",
    "--png": "--plot",
    "--svg": "--plot",
    "--quiet": "--no-drawing",
    "--random-state": "--seed",
    "--bootstrap": "--replicates",
}
_NEEDLESS = {
    "--sep": "what separates the cells is found from the file",
    "--delimiter": "what separates the cells is found from the file",
    "--encoding": "how text is encoded is found from the file",
    "--init": "the best optimum is found without a start",
    "--n-init": "the best optimum is found without a start",
    "--verbose": "MIX1D_DEBUG=1 shows where an error arose",
}


def meant_command(word: str, commands: Sequence[str]) -> str:
    """Return a sentence about a first word that is no command.

    >>> meant_command("fti", ["fit", "fit-many", "em"])
    "there is no command 'fti': did you mean mix1d fit?"
    >>> meant_command("-k", ["fit", "em"])
    'a command comes first, as in mix1d fit FILE -k: the commands are fit and em'
    """
    if word.startswith("-"):
        return f"a command comes first, as in mix1d fit FILE {word}: the commands are {listed(commands)}"
    if os.path.lexists(word):
        return f"{word!r} is a file: did you mean mix1d fit {word}?"
    lower = word.lower()
    near = [lower] if lower in commands else get_close_matches(lower, commands, n=2, cutoff=0.55)
    if near:
        return f"there is no command {word!r}: did you mean {listed([f'mix1d {one}' for one in near], 'or')}?"
    return f"there is no command {word!r}: the commands are {listed(commands)}"


def meant_option(word: str, options: Sequence[str], elsewhere: Mapping[str, Sequence[str]]) -> str:
    """Return what to add to "there is no option ...": what may be meant, or where it belongs.

    >>> meant_option("--famly", ["-h", "--family", "--json"], {})
    ': did you mean --family?'
    >>> meant_option("--json", ["-h", "--seed"], {"fit": ["--json"], "em": []})
    ': it belongs to mix1d fit'
    >>> meant_option("--sep", ["--seed"], {})
    ': what separates the cells is found from the file'
    >>> meant_option("--frobnicate", ["--seed"], {})
    ''
    """
    name = word.lower().replace("_", "-")
    if name in options:
        return f": did you mean {name}?"
    known = _ELSEWHERE.get(name, _ELSEWHERE.get(word, ""))
    if known in options:
        return f": did you mean {known}?"
    owners = [command for command, theirs in elsewhere.items() if word in theirs]
    if owners:
        return f": it belongs to {listed([f'mix1d {one}' for one in owners])}"
    if name in _NEEDLESS:
        return f": {_NEEDLESS[name]}"
    long = [option for option in options if option.startswith("--")]
    bare = "--" + name.lstrip("-")
    near = get_close_matches(bare, long, n=2, cutoff=0.7)
    near = near or [option for option in long if len(bare) > 4 and option.startswith(bare)][:2]
    return f": did you mean {listed(near, 'or')}?" if near else ""
