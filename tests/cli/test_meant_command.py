"""Help, and what a mistyped command or option leads to."""

import re

import pytest

from mix1d.cli.parser import parsers
from places import WAITING


@pytest.mark.parametrize("columns", [60, 80, 200])
def test_alone_it_shows_help_on_one_screen(run, monkeypatch, columns):
    code, out, err = run()
    assert (code, err) == (0, "")
    assert run("--help") == run("help") == (0, out, "")
    monkeypatch.setenv("COLUMNS", str(columns))
    _, out, _ = run("--help")
    lines = out.splitlines()
    assert len(lines) <= (32 if columns < 80 else 26)
    assert max(map(len, lines)) <= max(columns, 75)
    assert len(re.findall("^  mix1d fit ", out, re.MULTILINE)) == 3


@pytest.mark.parametrize("columns", [60, 80])
def test_the_help_of_every_command_fits_the_terminal_and_has_groups(run, monkeypatch, columns):
    named = parsers()[1]
    for name in named:
        assert run("help", name) == run(name, "--help")
        monkeypatch.setenv("COLUMNS", str(columns))
        code, out, _ = run(name, "--help")
        assert code == 0
        assert max(map(len, out.splitlines())) <= columns
        assert out.startswith(f"usage: mix1d {name} ")
    _, out, _ = run("fit", "--help")
    titles = re.findall(r"^(\w.*):$", out, re.MULTILINE)
    groups = ["what was recorded", "what is assumed", "how it is chosen", "what is shown", "reading the file"]
    assert titles[-5:] == groups
    assert out.index("what was recorded") < out.index("--upper") < out.index("what is assumed")
    assert out.index("how it is chosen") < out.index("--criterion") < out.index("what is shown")


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("fti x.csv", "there is no command 'fti': did you mean mix1d fit?"),
        ("FIT x.csv", "there is no command 'FIT': did you mean mix1d fit?"),
        ("skech x.csv", "there is no command 'skech': did you mean mix1d sketch?"),
        ("xyzzy", "there is no command 'xyzzy': the commands are fit, fit-many, cutoff, em, "),
        ("-k 3 fit x.csv", "a command comes first, as in mix1d fit FILE -k: the commands are fit, "),
        (f"{WAITING} -k 2", f"'{WAITING}' is a file: did you mean mix1d fit {WAITING}?"),
        ("fit x.csv --famly gamma", "there is no option --famly: did you mean --family?"),
        ("fit --famly=gamma x.csv", "there is no option --famly: did you mean --family?"),
        ("fit x.csv --set_apart none", "there is no option --set_apart: did you mean --set-apart?"),
        ("fit x.csv --Family gamma", "there is no option --Family: did you mean --family?"),
        ("fit x.csv -family gamma", "there is no option -family: did you mean --family?"),
        ("fit x.csv -K 3", "there is no option -K: did you mean -k?"),
        ("fit x.csv --n_components 3", "there is no option --n_components: did you mean -k?"),
        ("em x.csv --k 3", "there is no option --k: did you mean -k?"),
        ("order x.csv --json a", "there is no option --json: it belongs to mix1d fit"),
        ("fit x.csv --sep ;", "there is no option --sep: what separates the cells is found from the file"),
        ("fit x.csv --frobnicate", "there is no option --frobnicate\n"),
        ("sample -n 3 x.csv", "'x.csv' has no place here: mix1d sample -m FILE -n N [OPTION...]"),
        ("fit", "the following arguments are required: FILE; the usage is\nmix1d fit FILE... [COLUMN] ["),
    ],
)
def test_mistyped(run, typed, message):
    code, out, err = run(*typed.split())
    command = typed.split()[0] if typed.split()[0] in parsers()[1] else ""
    assert (code, out) == (2, "")
    assert err.startswith(f"mix1d {command}".rstrip() + f": error: {message}")
    assert err.endswith(f"mix1d {command}".rstrip() + " --help explains everything\n")
    assert len(err.splitlines()) <= 3


def test_what_is_behind_two_minuses_is_no_option(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "--famly").write_bytes(WAITING.read_bytes())
    assert run("score", "-m", "none.json", "--", "--famly")[2].startswith("mix1d: none.json: No such file")
