"""`mix1d fit --plot`: pictures without a window, written at once or not at all."""

import os
import struct
import subprocess
import sys

import pytest

from places import WAITING

BEGINNINGS = {
    "png": b"\x89PNG\r\n",
    "PNG": b"\x89PNG\r\n",
    "jpg": b"\xff\xd8\xff",
    "pdf": b"%PDF-",
    "svg": b"<?xml",
    "tiff": b"II*\x00",
}


@pytest.mark.parametrize("suffix", BEGINNINGS)
def test_the_suffix_decides_the_format(run, tmp_path, suffix):
    path = tmp_path / f"fit.{suffix}"
    code, out, err = run("fit", WAITING, "-k", "2", "--plot", path)
    assert (code, err) == (0, "")
    assert out.startswith("waiting: 2 normal groups, as asked")
    assert path.read_bytes().startswith(BEGINNINGS[suffix])
    assert os.listdir(tmp_path) == [path.name]


def test_a_picture_has_the_size_of_a_slide_and_all_words(run, tmp_path):
    assert run("fit", WAITING, "-k", "2", "--plot", tmp_path / "a.png")[0] == 0
    assert struct.unpack(">II", (tmp_path / "a.png").read_bytes()[16:24]) == (1440, 880)
    assert run("fit", WAITING, "-k", "2", "--plot", tmp_path / "a.svg")[0] == 0
    drawn = (tmp_path / "a.svg").read_text(encoding="utf-8")
    for words in ("data, n = 272", "a: 36 %", "b: 64 %", "sum", "threshold 66.58", "waiting", "density"):
        assert f"<!-- {words}" in drawn


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
def test_the_same_fit_gives_the_same_bytes(run, tmp_path, suffix):
    for name in ("one", "two"):
        assert run("fit", WAITING, "-k", "2", "--plot", tmp_path / f"{name}.{suffix}")[0] == 0
    one, two = ((tmp_path / f"{name}.{suffix}").read_bytes() for name in ("one", "two"))
    assert one == two


@pytest.mark.parametrize("name", ["fit.xyz", "fit", "fit.eps", "fit.raw", "-", ".png"])
def test_other_suffixes_are_refused_before_anything_is_done(run, tmp_path, name):
    path = name if name == "-" else tmp_path / name
    code, out, err = run("fit", "no-such-file.csv", "--plot", path)
    assert (code, out) == (2, "")
    message = " ".join(err.split("error: ")[1].split())
    assert message.startswith("--plot: the name of a picture must end in one of ")
    for allowed in (".png", ".svg", ".pdf"):
        assert allowed in message
    assert "take for example fit.png" in message
    assert os.listdir(tmp_path) == []


def test_groups_are_drawn_below_each_other(run, file, tmp_path):
    path = file("x,g\n1,a\n2,a\n4,a\n3,b\n4,b\n7,b\n5,c\n")
    arguments = ["fit", path, "--column", "x", "--by", "g", "-k", "1", "--plot"]
    code, out, err = run(*arguments, tmp_path / "fit.svg")
    assert (code, err) == (0, "")
    assert out.startswith("x by g: 3 groups\n")
    drawn = (tmp_path / "fit.svg").read_text()
    assert "<!-- not fitted -->" in drawn
    for name in "abc":
        assert f"<!-- {name} -->" in drawn
    assert run(*arguments, tmp_path / "two.svg")[0] == 0
    assert (tmp_path / "two.svg").read_text() == drawn


def test_a_folder_that_is_not_there(run, tmp_path):
    code, _, err = run("fit", WAITING, "-k", "2", "--plot", tmp_path / "none" / "fit.png")
    assert code == 2
    assert "No such file or directory" in err


def test_what_was_there_stays_when_drawing_fails(run, tmp_path, monkeypatch):
    path = tmp_path / "fit.png"
    path.write_bytes(b"before")

    def fails(*_, **__):
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr("matplotlib.figure.Figure.savefig", fails)
    code, _, err = run("fit", WAITING, "-k", "2", "--plot", path)
    assert code == 1
    assert "No space left" in err
    assert path.read_bytes() == b"before"
    assert os.listdir(tmp_path) == ["fit.png"]


def test_without_matplotlib_one_sentence_names_the_extra(run, tmp_path, monkeypatch):
    for name in [name for name in sys.modules if name.split(".")[0] == "matplotlib"]:
        monkeypatch.setitem(sys.modules, name, None)
    code, out, err = run("fit", WAITING, "--plot", tmp_path / "fit.png")
    assert (code, out) == (2, "")
    assert '--plot needs matplotlib: pip install "mix1d[plot]"' in " ".join(err.split())


@pytest.mark.parametrize("backend", ["nonsense", "TkAgg", "module://not.there"])
def test_the_backend_of_the_environment_is_not_used(tmp_path, backend):
    path = tmp_path / "fit.png"
    ended = subprocess.run(
        [sys.executable, "-m", "mix1d", "fit", str(WAITING), "-k", "2", "--plot", str(path)],
        capture_output=True,
        env={**os.environ, "MPLBACKEND": backend, "DISPLAY": ""},
        check=True,
    )
    assert ended.stderr == b""
    assert path.read_bytes().startswith(b"\x89PNG")


def test_a_name_that_the_font_has_no_letters_for(run, file, tmp_path):
    path = file("重量 $x_1\n1\n2\n4\n7\n")
    code, _, err = run("fit", path, "-k", "1", "--plot", tmp_path / "fit.png")
    assert (code, err) == (0, "")
