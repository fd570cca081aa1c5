"""Files are replaced at once or not at all, by every writer."""

import json
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

import mix1d
from mix1d import writing
from mix1d.writing import replaced, text_replaced
from places import WAITING

resource = pytest.importorskip("resource", reason="links, permissions, limits and pipes of POSIX")


@pytest.fixture(scope="module")
def result():
    return mix1d.fit(np.loadtxt(WAITING, skiprows=1), 2, name="waiting")


@pytest.fixture
def umask():
    before = os.umask(0o027)
    yield
    os.umask(before)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


# ---- one file


def test_the_old_file_is_there_until_the_new_one_is_whole(tmp_path):
    target = tmp_path / "a"
    target.write_bytes(b"old")
    with replaced(target) as file:
        file.write(b"new" * 100_000)
        file.flush()
        assert target.read_bytes() == b"old"
        assert len(names(tmp_path)) == 2
    assert target.read_bytes() == b"new" * 100_000
    assert names(tmp_path) == ["a"]


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError, MemoryError, OSError])
def test_nothing_is_left_of_what_was_not_finished(tmp_path, error):
    target = tmp_path / "a"
    target.write_bytes(b"old")

    def write():
        with replaced(target) as file:
            file.write(b"new")
            raise error

    with pytest.raises(error):
        write()
    assert target.read_bytes() == b"old"
    assert names(tmp_path) == ["a"]


def test_the_name_cannot_be_foreseen(tmp_path):
    seen = set()
    for _ in range(3):
        with replaced(tmp_path / "a"):
            seen |= set(names(tmp_path))
    assert len(seen - {"a"}) == 3
    assert all(len(name) >= 24 for name in seen - {"a"})


def test_links_in_the_place_of_foreseeable_names_are_not_followed(tmp_path, result, monkeypatch):
    victim = tmp_path / "victim"
    victim.write_text("mine")
    (tmp_path / "r.json.part").symlink_to(victim)
    monkeypatch.setattr("secrets.token_hex", lambda _: "known")
    (tmp_path / ".mix1d-known.part").symlink_to(victim)
    with pytest.raises(FileExistsError) as caught:
        result.to_json(tmp_path / "r.json")
    assert caught.value.filename == str(tmp_path / "r.json")
    monkeypatch.undo()
    result.to_json(tmp_path / "r.json")
    assert victim.read_text() == "mine"
    assert not (tmp_path / "r.json").is_symlink()


@pytest.mark.parametrize("permissions", [0o600, 0o640, 0o664, 0o755])
def test_permissions_are_kept(tmp_path, umask, permissions, result):
    target = tmp_path / "r.json"
    target.write_text("old")
    target.chmod(permissions)
    result.to_json(target)
    assert mode(target) == permissions
    assert mix1d.load(target).mixture == result.mixture


def test_a_file_that_is_protected_stays(tmp_path, result, monkeypatch):
    target = tmp_path / "r.json"
    target.write_text("old")
    target.chmod(0o444)
    if os.geteuid() == 0:  # who may do everything is asked as if not
        monkeypatch.setattr(writing.os, "access", lambda *_: False)
    with pytest.raises(PermissionError) as caught:
        result.to_json(target)
    assert caught.value.filename == str(target)
    assert target.read_text() == "old"
    assert names(tmp_path) == ["r.json"]


def test_a_new_file_has_the_permissions_of_every_new_file(tmp_path, umask, result):
    result.to_json(tmp_path / "r.json")
    result.report(tmp_path / "r.html")
    (tmp_path / "plain").write_text("")
    assert mode(tmp_path / "r.json") == mode(tmp_path / "r.html") == mode(tmp_path / "plain") == 0o640


def test_nobody_else_can_read_it_meanwhile(tmp_path, umask):
    target = tmp_path / "a"
    target.write_bytes(b"old")
    target.chmod(0o600)
    with replaced(target):
        assert {mode(path) for path in tmp_path.iterdir()} == {0o600}


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may give files away")
def test_the_owner_is_kept_where_that_is_allowed(tmp_path):
    target = tmp_path / "a"
    target.write_bytes(b"old")
    os.chown(target, 12_345, 23_456)
    with replaced(target) as file:
        file.write(b"new")
    assert (target.stat().st_uid, target.stat().st_gid) == (12_345, 23_456)


def test_permissions_of_another_group_are_not_given_to_ours(tmp_path, monkeypatch):
    target = tmp_path / "a"
    target.write_bytes(b"old")
    target.chmod(0o660)

    def refuse(*_):
        raise PermissionError(1, "Operation not permitted")

    real = os.stat
    monkeypatch.setattr(writing.os, "fchown", refuse)
    fields = list(target.stat())
    fields[stat.ST_GID] += 1
    foreign = os.stat_result(fields)
    monkeypatch.setattr(writing.os, "stat", lambda path: foreign if path == str(target) else real(path))
    with replaced(target) as file:
        file.write(b"new")
    monkeypatch.undo()
    assert mode(target) == 0o600


@pytest.mark.parametrize("exists", [True, False])
def test_what_a_link_points_at_is_replaced(tmp_path, exists, result):
    (tmp_path / "data").mkdir()
    target = tmp_path / "data" / "r.json"
    if exists:
        target.write_text("old")
    link = tmp_path / "link.json"
    link.symlink_to(Path("data") / "r.json")
    result.to_json(link)
    assert link.is_symlink()
    assert not target.is_symlink()
    assert mix1d.load(target).mixture == result.mixture
    assert names(tmp_path / "data") == ["r.json"]
    assert names(tmp_path) == ["data", "link.json"]


def test_the_file_and_its_folder_are_on_the_disk_before_and_after_the_change(tmp_path, monkeypatch):
    done = []
    sync, replace = os.fsync, os.replace

    def fsync(number):
        done.append("folder" if stat.S_ISDIR(os.fstat(number).st_mode) else "file")
        sync(number)

    monkeypatch.setattr(writing.os, "fsync", fsync)
    monkeypatch.setattr(writing.os, "replace", lambda *ends: done.append("replace") or replace(*ends))
    with replaced(tmp_path / "a") as file:
        file.write(b"new")
    assert done == ["file", "replace", "folder"]


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("{}/nowhere/a", FileNotFoundError),
        ("{}/nowhere/", FileNotFoundError),
        ("", FileNotFoundError),
        ("{}", IsADirectoryError),
        ("{}/loop", OSError),
        ("{}/file/a", NotADirectoryError),
        ("{}/" + "n" * 300, OSError),
    ],
)
def test_errors_name_the_file(tmp_path, result, path, error):
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "file").write_text("")
    before = names(tmp_path)
    path = path.format(tmp_path)
    for write in (result.to_json, result.report):
        with pytest.raises(error) as caught:
            write(path)
        assert caught.value.filename == path
        assert "->" not in str(caught.value)
    assert names(tmp_path) == before


@pytest.mark.parametrize("path", [7, 2.5, ["a"], "a\0b", "\ud800", object(), True])
def test_what_is_no_name_is_refused_in_words(result, path):
    for write in (result.to_json, result.report):
        with pytest.raises(mix1d.InputError, match=r"^path must be the name of a file, got "):
            write(path)


def test_names_that_are_no_text_are_written_as_escapes(tmp_path):
    x = [1.0, 2.0, 2.0, 3.0, 8.0, 9.0, 9.0, 10.0]
    named = mix1d.fit(x, 2, name="width\udcff")
    named.to_json(tmp_path / "r.json")
    named.report(tmp_path / "r.html")
    assert mix1d.load(tmp_path / "r.json").name == "width\udcff"
    assert "width\\udcff" in (tmp_path / "r.html").read_text(encoding="utf-8")


# ---- several writers at once


def test_two_processes_write_the_same_file(tmp_path):
    target = tmp_path / "r.json"
    code = (
        "import sys, mix1d; n = int(sys.argv[1]); result = mix1d.fit([float(i * i) for i in range(n)], 1)\n"
        "for _ in range(60): result.to_json(sys.argv[2])"
    )
    target.write_text("{}")
    started = [subprocess.Popen([sys.executable, "-c", code, str(n), target]) for n in (20, 2000)]
    seen = set()
    while any(process.poll() is None for process in started):
        seen.add(json.loads(target.read_text()).get("n_obs"))
    assert [process.returncode for process in started] == [0, 0]
    assert seen <= {None, 20, 2000}
    assert json.loads(target.read_text())["n_obs"] in (20, 2000)
    assert names(tmp_path) == ["r.json"]


# ---- pipes, devices and descriptors


def command(*arguments):
    return [sys.executable, "-m", "mix1d", *map(str, arguments)]


def test_a_device_stays_one(result):
    result.to_json("/dev/null")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


def test_a_pipe_is_written_to(tmp_path, result):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text(encoding="utf-8")))
    reader.start()
    text = result.to_json(pipe)
    reader.join()
    assert read == [text + "\n"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert names(tmp_path) == ["pipe"]


@pytest.mark.skipif(not os.path.exists("/dev/stdout"), reason="a system without /dev/stdout")
@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1", "link"])
@pytest.mark.parametrize("to_file", [True, False])
def test_standard_output_by_name_is_standard_output(tmp_path, name, to_file):
    if name == "link":
        name = tmp_path / "link"
        name.symlink_to("/dev/stdout")
    code = (
        "import sys, mix1d; print('before')\n"
        "mix1d.fit([1.0, 2.0, 4.0], 1).to_json(sys.argv[1]); print('after')"
    )
    kept = tmp_path / "out"
    with kept.open("wb") as file:
        done = subprocess.run(
            [sys.executable, "-c", code, name], stdout=file if to_file else subprocess.PIPE, check=True
        )
    lines = (kept.read_bytes() if to_file else done.stdout).decode().splitlines()
    assert (lines[0], lines[1], lines[-1]) == ("before", "{", "after")
    assert json.loads("\n".join(lines[1:-1]))["n_obs"] == 3


def test_a_descriptor_of_the_shell_is_written_to(tmp_path):
    kept = tmp_path / "kept"
    with kept.open("wb") as file:
        number = file.fileno()
        arguments = ("sample", "--weights=1", "--means=0", "--sds=1", "-n3", "-o", f"/dev/fd/{number}")
        subprocess.run(command(*arguments), pass_fds=[number], check=True)
        file.write(b"end\n")
    assert kept.read_text().split()[::4] == ["value", "end"]


def test_a_closed_descriptor_is_named(result):
    with pytest.raises(OSError, match="Bad file descriptor") as caught:
        result.to_json("/dev/fd/987")
    assert caught.value.filename == "/dev/fd/987"


# ---- a full disk


@pytest.fixture
def full(tmp_path):
    """A folder on a full disk that holds a file "old", and what a process has to do before it starts."""
    folder = tmp_path / "full"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        yield folder, lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        return
    try:
        (folder / "fill").write_bytes(b"")
        yield folder, lambda: fill(folder / "fill")
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(path):
    with open(path, "ab", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError:
            pass


MODEL = ("--weights=.3,.7", "--means=0,5", "--sds=1,2")
WRITERS = {
    "json": ("r.json", ("fit", WAITING, "-k2", "--json")),
    "groups": ("r.json", ("fit", WAITING, "-k1", "--by", "waiting > 70", "--column", "waiting", "--json")),
    "report": ("r.html", ("fit", WAITING, "-k2", "--report")),
    "plot": ("r.png", ("fit", WAITING, "-k2", "--plot")),
    "table": ("r.csv", ("fit-many", WAITING, "-k2", "-o")),
    "parquet": ("r.parquet", ("fit-many", WAITING, "-k2", "-o")),
    "sketch": ("r.m1d", ("sketch", WAITING, "-o")),
    "score": ("r.csv", ("score", WAITING, "-m", "{model}", "-o")),
    "sample": ("r.csv", ("sample", *MODEL, "-o")),
}


@pytest.mark.parametrize("writer", WRITERS)
def test_a_full_disk_keeps_the_old_file_and_is_told_with_its_name(full, writer, tmp_path, result):
    folder, before = full
    name, arguments = WRITERS[writer]
    model = tmp_path / "model.json"
    result.to_json(model)
    target = folder / name
    target.write_text("old")
    arguments = [str(word).format(model=model) for word in arguments]
    environment = os.environ | {"MPLCONFIGDIR": str(tmp_path)}
    done = subprocess.run(
        command(*arguments, target), capture_output=True, text=True, preexec_fn=before, env=environment
    )
    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert last.startswith("mix1d: ")
    if "File too large" not in last:  # where a limit stands for the disk, scratch files meet it first
        assert last == f"mix1d: {target}: No space left on device"
    assert target.read_text() == "old"
    assert set(names(folder)) <= {name, "fill"}
    (folder / "fill").unlink(missing_ok=True)
    again = subprocess.run(command(*arguments, tmp_path / name), capture_output=True, text=True)
    assert (again.returncode, again.stderr) == (0, "")
    assert (tmp_path / name).stat().st_size > 0


@pytest.mark.parametrize("write", ["to_json", "report"])
def test_a_full_disk_keeps_the_old_file_of_the_library(full, write):
    folder, before = full
    target = folder / "r"
    target.write_text("old")
    code = (
        "import sys, mix1d\n"
        "try: getattr(mix1d.fit([1.0, 2.0, 4.0], 1), sys.argv[1])(sys.argv[2])\n"
        "except OSError as error: print(error.filename)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, write, target], capture_output=True, text=True, preexec_fn=before
    )
    assert (done.stdout, done.stderr) == (f"{target}\n", "")
    assert target.read_text() == "old"
    assert set(names(folder)) <= {"r", "fill"}


def test_text_is_utf8_with_plain_ends_of_lines(tmp_path):
    with text_replaced(tmp_path / "a") as file:
        file.write("größe\n1\n")
    assert (tmp_path / "a").read_bytes() == "größe\n1\n".encode()
