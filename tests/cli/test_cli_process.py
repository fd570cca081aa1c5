"""The process of a command: closed and full streams, narrow encodings, signals, and errors of every kind."""

import os
import signal
import subprocess
import sys
import time

import pytest

import mix1d
from mix1d.cli import process
from mix1d.errors import DEBUG
from places import ROOT, WAITING

DRAW = ("sample", "--weights=1", "--means=0", "--sds=1")
FIT = ("fit", WAITING, "-k2", "--no-drawing")
posix = pytest.mark.skipif(os.name != "posix", reason="descriptors and signals of POSIX")
HANGUP = getattr(signal, "SIGHUP", signal.SIGTERM)
KILL = getattr(signal, "SIGKILL", signal.SIGTERM)


def command(*arguments):
    return [sys.executable, "-m", "mix1d", *map(str, arguments)]


def shell(redirection, *arguments, **environment):
    """Run a command with streams as a shell sets them up."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    script = f'exec "$@" {redirection}'
    done = subprocess.run(
        ["bash", "-c", script, "bash", *command(*arguments)],
        capture_output=True,
        text=True,
        env=kept | environment,
        errors="surrogateescape",
    )
    assert "Traceback" not in done.stdout + done.stderr
    assert "Exception ignored" not in done.stderr
    return done.returncode, done.stdout, done.stderr


# ---- streams


@posix
@pytest.mark.parametrize(
    ("redirection", "arguments", "ended"),
    [
        (">&-", FIT, (1, "", "mix1d: standard output: Bad file descriptor\n")),
        (">&-", ("--version",), (1, "", "mix1d: standard output: Bad file descriptor\n")),
        (">&-", DRAW, (1, "", "mix1d: standard output: Bad file descriptor\n")),
        (">/dev/full", FIT, (1, "", "mix1d: standard output: No space left on device\n")),
        (">/dev/full", ("fit", "--help"), (1, "", "mix1d: standard output: No space left on device\n")),
        (">/dev/full", ("fit", WAITING, "--column", "x"), (2, "", "mix1d: ")),
        ("<&-", ("fit", "-"), (1, "", "mix1d: standard input: Bad file descriptor\n")),
        ("<&-", ("fit-many", "-"), (1, "", "mix1d: standard input: Bad file descriptor\n")),
        ("<&-", ("explore", "-", "--no-browser"), (1, "", "mix1d: standard input: Bad file descriptor\n")),
        ("2>&-", ("fit", "nowhere"), (2, "", "")),
        ("2>/dev/full", ("fit", "nowhere"), (2, "", "")),
        (">&- 2>&- <&-", FIT, (1, "", "")),
    ],
)
def test_a_stream_that_is_closed_or_full(redirection, arguments, ended):
    code, out, err = shell(redirection, *arguments)
    if "full" in redirection and not os.path.exists("/dev/full"):
        pytest.skip("a system without /dev/full")
    assert (code, out) == ended[:2]
    assert err == ended[2] or (ended[2] == "mix1d: " and err.startswith("mix1d: ") and err.count("\n") == 1)


@posix
@pytest.mark.parametrize("output", ["-", "/dev/stdout"])
def test_an_error_in_the_middle_of_what_is_written(file, tmp_path, output):
    model = tmp_path / "model.json"
    mix1d.fit([1.0, 2.0, 4.0], 1).to_json(model)
    path = file("x,y\n" + "1.5,0\n" * 300_000 + "NA,0\n")
    given = ("score", path, "--column", "x", "-m", model, "--missing", "raise", "-o", output)
    code, out, err = shell("", *given)
    assert code == 1
    assert err == ("mix1d: a value of 'x' is missing in row 300001; --missing drop leaves them out\n")
    assert out.startswith("row,y,value,density")
    assert shell(">/dev/full", *given)[::2] == (
        1,
        f"mix1d: {'standard output' if output == '-' else output}: No space left on device\n",
    )


@posix
def test_no_file_takes_the_place_of_a_closed_stream(tmp_path):
    """What is printed must not end in the file that is written."""
    target = tmp_path / "r.json"
    assert shell(">&- 2>&- <&-", *FIT, "--json", target)[0] == 1
    assert mix1d.load(target).n_obs == 272


def test_the_library_says_that_standard_input_is_closed(monkeypatch):
    from mix1d.sources.files import read_columns

    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(mix1d.InputError, match="standard input is closed: give the name of a file"):
        read_columns(["-"])


@pytest.fixture
def accented(file):
    return file("naïve,\N{RIGHT-TO-LEFT OVERRIDE}x\n" + "".join(f"{i},{i * i}\n" for i in range(1, 14)))


@posix
@pytest.mark.parametrize("encoding", ["ascii", "latin1"])
@pytest.mark.parametrize(
    "arguments",
    [
        ("fit", "--column", "naïve"),
        ("fit", "--column", "\N{RIGHT-TO-LEFT OVERRIDE}x"),
        ("fit", "--column", "naive"),
        ("fit-many", "-k1"),
        ("order", "--column", "naïve", "--method", "em"),
        ("em", "--column", "naïve", "-k1"),
        ("score", "--column", "naïve", "-m", "{model}"),
        ("fit", "--column", "naïve", "--json", "größe/r.json"),
    ],
)
def test_names_that_the_encoding_cannot_write(accented, tmp_path, encoding, arguments):
    model = tmp_path / "model.json"
    mix1d.fit([1.0, 2.0, 4.0], 1).to_json(model)
    words = [word.format(model=model) for word in arguments]
    code, out, err = shell("", words[0], accented, *words[1:], PYTHONIOENCODING=encoding)
    wrong = "naive" in words or "größe/r.json" in words
    assert code == (2 if wrong else 0), err
    assert err.startswith("mix1d: ") if wrong else out
    if encoding == "ascii":
        assert (out + err).isascii()


@posix
@pytest.mark.parametrize(
    "arguments", [("fit-many", "-k1", "-o"), ("fit", "-k1", "--column", "naïve", "--json")]
)
def test_data_are_utf8_whatever_the_encoding_of_the_screen(accented, tmp_path, arguments):
    kept = tmp_path / "kept"
    assert shell("", arguments[0], accented, *arguments[1:], kept)[0] == 0
    for encoding in ("ascii", "utf-16"):
        environment = os.environ | {"PYTHONIOENCODING": encoding}
        done = subprocess.run(
            command(arguments[0], accented, *arguments[1:], "-"), capture_output=True, env=environment
        )
        assert done.stdout == kept.read_bytes()
    assert "naïve" in kept.read_text(encoding="utf-8")


@pytest.mark.parametrize("columns", ["0", "00", "²", "-5", "9" * 5000, "wide", ""])
def test_columns_that_is_no_width_counts_for_nothing(run, monkeypatch, columns):
    expected = run(*FIT)
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setenv("LINES", columns)
    assert run(*FIT) == expected
    assert run(*FIT, "--tests", "--replicates", "9")[1].startswith(expected[1])


# ---- signals


@pytest.fixture
def slow(tmp_path):
    """A command that reads a pipe which somebody holds open."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    return pipe


@posix
@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 143), (HANGUP, 143), (KILL, -KILL)],
)
@pytest.mark.parametrize("through", ["-", "pipe"])
def test_no_copy_of_a_pipe_is_left_behind(slow, tmp_path, number, code, through):
    if number == KILL and not os.path.exists("/proc/self/fd"):
        pytest.skip("open files have no names here")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    started = subprocess.Popen(
        command("fit", slow if through == "pipe" else "-"),
        stdin=subprocess.PIPE if through == "-" else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"TMPDIR": str(temporary)},
    )
    writer = started.stdin if through == "-" else slow.open("w")
    writer.write("x\n" + "1.5\n" * 2_000_000)  # more than a pipe holds: what was read has been copied
    writer.flush()
    time.sleep(0.5)  # to read what is in the pipe, and to wait for more
    started.send_signal(number)
    started.wait(timeout=60)
    err = started.stderr.read()
    writer.close()
    started.stdout.close()
    started.stderr.close()
    assert (started.returncode, err) == (code, "")
    assert list(temporary.iterdir()) == []


@posix
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_half_written_file_is_not_left_behind(slow, tmp_path, number):
    target = tmp_path / "rows.csv"
    target.write_text("old")
    model = tmp_path / "model.json"
    mix1d.fit([1.0, 2.0, 4.0], 1).to_json(model)
    code = (
        "import sys, time; from mix1d import __main__, cli; from mix1d.cli import scoring\n"
        "rows = scoring._rows\n"
        "def slowly(*a, **k):\n"
        "    yield from rows(*a, **k)\n"
        "    print('ready', flush=True); time.sleep(60)\n"
        "scoring._rows = slowly; __main__.main()"
    )
    arguments = ["score", WAITING, "-m", model, "-o", target]
    started = subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert started.stdout.readline() == b"ready\n"
    started.send_signal(number)
    out, err = started.communicate(timeout=60)
    assert (started.returncode, out, err) == (128 + number, b"", b"")
    assert target.read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model.json", "pipe", "rows.csv"]


@posix
def test_a_signal_that_the_process_was_told_to_ignore_is_ignored(slow):
    started = subprocess.Popen(
        ["bash", "-c", "trap '' HUP; exec \"$@\"", "bash", *command("fit", "-", "-k1")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    started.stdin.write(b"x\n" + b"1.5\n2.5\n" * 100_000)
    started.stdin.flush()
    started.send_signal(HANGUP)
    time.sleep(0.1)
    out, _ = started.communicate(timeout=60)
    assert started.returncode == 0
    assert b"200,000 values." in out


def test_handlers_are_given_back():
    before = signal.getsignal(signal.SIGTERM)
    with process.ending_tidily():
        assert signal.getsignal(signal.SIGTERM) is not before
        with pytest.raises(process.Terminated):
            signal.raise_signal(signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) is before


# ---- errors


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (RuntimeError("a\n  b"), 70, "this should not have happened (RuntimeError: a b)"),
        (RecursionError(), 70, "this should not have happened (RecursionError)"),
        (KeyError("x" * 5000), 70, "this should not have happened (KeyError: 'xxxx"),
        (
            UnicodeEncodeError("ascii", "ä", 0, 1, "no"),
            70,
            "this should not have happened (UnicodeEncodeError: ",
        ),
        (AssertionError(), 70, "this should not have happened (AssertionError)"),
        (MemoryError(), 1, "the memory of this machine does not suffice"),
        (mix1d.NeedsDataError("the answer needs data"), 1, "the answer needs data"),
        (mix1d.Mix1dError("a package is missing"), 1, "a package is missing"),
        (OSError("odd"), 1, "odd"),
        (OSError(28, "No space left on device"), 1, "No space left on device"),
        (OSError(28, "No space left on device", b"a\xff"), 1, "a\\xff: No space left on device"),
        (PermissionError(13, "Permission denied", "a"), 1, "a: Permission denied"),
        (FileNotFoundError(2, "No such file or directory", "a"), 2, "a: No such file or directory"),
    ],
)
def test_any_error_is_one_sentence(run, monkeypatch, error, code, message):
    def fail(*_, **__):
        raise error

    monkeypatch.delenv(DEBUG, raising=False)
    monkeypatch.setattr(mix1d, "fit", fail)
    found, out, err = run(*FIT)
    assert (found, out) == (code, "")
    assert err.startswith(f"mix1d: {message}")
    assert err.count("\n") == 1
    assert len(err) < 400
    if code == 70:
        assert err.endswith("; MIX1D_DEBUG=1 shows where: please report it\n")


def test_more_is_shown_when_asked_for():
    code = (
        "import sys, mix1d; from mix1d import __main__\n"
        "def fail(*_, **__): raise RuntimeError('odd')\n"
        "mix1d.fit = fail; __main__.main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, FIT)],
        capture_output=True,
        text=True,
        env=os.environ | {DEBUG: "1"},
    )
    assert done.returncode == 70
    lines = done.stderr.splitlines()
    assert lines[0] == "Traceback (most recent call last):"
    assert lines[-2] == "RuntimeError: odd"
    assert lines[-1].startswith("mix1d: this should not have happened (RuntimeError: odd)")


@pytest.mark.parametrize("depth", [100, 100_000])
def test_deep_brackets_are_no_model(run, file, depth):
    path = file("[" * depth, "deep.json")
    message = f"mix1d: {path}: not a fit saved by mix1d fit --json\n"
    assert run("sample", "-m", path) == (1, "", message)
    assert run("score", WAITING, "-m", path) == (1, "", message)


@posix
@pytest.mark.parametrize(
    "arguments", [FIT, ("--version",), ("sample", "--weights=1", "--means=0", "--sds=1")]
)
def test_an_unknown_instruction_set_is_one_sentence(arguments):
    code, out, err = shell("", *arguments, MIX1D_ISA="v9")
    assert code == 1
    assert out == ""
    assert "MIX1D_ISA must be base, v3 or v4, got 'v9': unset it or choose one" in err
    assert err.count("\n") == 1


def test_a_name_that_a_terminal_would_obey_is_shown():
    code, _, err = shell("", "fit", "/nowhere/a\x1b[2J.csv")
    assert (code, err) == (2, "mix1d: /nowhere/a\\x1b[2J.csv: No such file or directory\n")


def test_the_exit_codes_are_documented():
    page = (ROOT / "docs" / "api" / "command_line.md").read_text(encoding="utf-8")
    for code in (0, 1, 2, 3, process.INTERRUPTED, process.TERMINATED):
        assert f"| {code} |" in page
    assert DEBUG in page
