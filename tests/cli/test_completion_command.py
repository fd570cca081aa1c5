"""What Tab completes: the scripts, read by the shells that there are."""

import shutil
import subprocess

import pytest

from mix1d.cli.completion import SHELLS, script
from mix1d.cli.parser import parsers


def shell(name, code):
    """What a shell prints for the script and some code behind it; standard error must stay empty."""
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not installed")
    start = {
        "bash": ["bash", "--norc", "-c"],
        "zsh": ["zsh", "-f", "-c"],
        "fish": ["fish", "--no-config", "-c"],
    }
    before = "compdef() { }\n" if name == "zsh" else ""  # which compinit defines
    command = [*start[name], f"{before}{script(name, parsers()[1])}\n{code}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.stdout


@pytest.mark.parametrize("name", SHELLS)
def test_every_command_and_option_is_in_the_script(run, name):
    named = parsers()[1]
    code, out, err = run("completion", name)
    assert (code, err) == (0, "")
    assert out == script(name, named) + "\n"
    for command, parser in named.items():
        assert command in out
        for option in parser.options:
            if option.startswith("--"):
                assert (f"-l {option[2:]} " if name == "fish" else option) in out


def test_a_shell_must_be_named(run):
    code, out, err = run("completion")
    assert (code, out) == (2, "")
    assert "required: SHELL; the usage is\nmix1d completion SHELL" in err
    assert "invalid choice: 'tcsh' (choose from" in run("completion", "tcsh")[2]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("fi",), "fit fit-many"),
        (("",), " ".join([*parsers()[1], "help --help --version"])),
        (("fit", "--cri"), "--criterion"),
        (("fit", "--criterion", ""), "bic aic icl"),
        (("fit", "--criterion", "a"), "aic"),
        (("fit", "--criterion", "="), "bic aic icl"),
        (("fit", "--family", "=", "ga"), "gamma"),
        (("fit", "-k", ""), "auto"),
        (("fit", "--json", ""), ""),
        (("fit", "o"), ""),
        (("em", "--cri"), ""),
        (("check", "--lev"), "--level"),
        (("help", "che"), "check"),
        (("completion", ""), "bash zsh fish"),
    ],
)
def test_bash(words, found):
    typed = " ".join(f"'{word}'" for word in ("mix1d", *words))
    code = (
        f'compopt() {{ :; }}; COMP_WORDS=({typed}) COMP_CWORD={len(words)}; _mix1d; echo "${{COMPREPLY[*]}}"'
    )
    assert shell("bash", code) == found + "\n"


def test_bash_is_told():
    assert shell("bash", "complete -p mix1d") == "complete -o default -F _mix1d mix1d\n"


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("mix1d fi", ["fit", "fit-many"]),
        ("mix1d fit --cri", ["--criterion"]),
        ("mix1d fit --criterion ", ["aic", "bic", "icl"]),
        ("mix1d fit --family=ga", ["--family=gamma"]),
        ("mix1d fit order --cri", ["--criterion"]),
        ("mix1d em --cri", []),
        ("mix1d sample ", []),
        ("mix1d completion ", ["bash", "fish", "zsh"]),
    ],
)
def test_fish(typed, found):
    lines = shell("fish", f"complete -C '{typed}'").splitlines()
    assert [line.split("\t")[0] for line in lines] == found


def test_zsh():
    stand_ins = '_arguments() { print -rl -- "$@" }\n'
    code = "words=(mix1d fit ''); CURRENT=3; _mix1d; print $CURRENT $words[1]"
    lines = shell("zsh", f"{stand_ins}{code}").splitlines()
    assert lines[:2] == ["-s", "-S"]
    assert "*--criterion=[what chooses K]:criterion:(bic aic icl)" in lines
    assert "*--tests[add the tests that draw samples, and other checks that take seconds]" in lines
    assert lines[-2:] == ["*:file:_files", "2 fit"]
