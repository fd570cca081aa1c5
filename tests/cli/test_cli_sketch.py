"""The command line on large files, saved sketches and groups."""

import csv
import dataclasses
import json
import os
import pty
import re
import signal
import subprocess
import sys

import duckdb
import numpy as np
import pytest

import mix1d
from cases import distance, draw, parameters
from mix1d.display.drawing import draw as draw_picture
from mix1d.display.picture import sample_picture

N = 150_000


@pytest.fixture(scope="module")
def data():
    x = draw(11, [0.3, 0.7], [0.0, 4.0], [1.0, 0.6], N)
    rng = np.random.default_rng(11)
    return {"x": x, "n": rng.integers(1, 4, N), "site": rng.choice(["north", "south"], N)}


@pytest.fixture(scope="module")
def folder(data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    with duckdb.connect() as connection:
        columns = ", ".join(f"unnest(${name}) AS {name}" for name in data)
        values = {name: array.tolist() for name, array in data.items()}
        connection.execute(f"CREATE TABLE t AS SELECT {columns}", values)
        connection.execute(f"COPY t TO '{folder}/big.parquet'")
        connection.execute(f"COPY (FROM t LIMIT 50000) TO '{folder}/day1.csv'")
        connection.execute(f"COPY (FROM t OFFSET 50000) TO '{folder}/day2.parquet'")
    return folder


@pytest.fixture(scope="module")
def huge(tmp_path_factory):
    """Files that take seconds to read."""
    path = tmp_path_factory.mktemp("huge") / "huge.csv"
    line = "1.25,2.5,north\n" * 1000
    with path.open("w") as file:
        file.write("x,y,site\n")
        for _ in range(1000):
            file.write(line)
    return [path] * 40


def of_json(text):
    mixture = json.loads(text)["mixture"]
    return mixture["weights"], mixture["means"], mixture["sds"]


def as_command(*arguments):
    return [sys.executable, "-m", "mix1d", *map(str, arguments)]


def test_a_large_file_is_fitted_as_the_array(run, folder, data):
    path = folder / "big.parquet"
    code, out, err = run("fit", path, "--column", "x", "-k", "2", "--json", "-")
    assert (code, err) == (0, "")
    assert distance(of_json(out), parameters(mix1d.fit(data["x"], 2).mixture)) < 1e-8
    assert json.loads(out)["name"] == "x"
    code, out, _ = run(
        "fit", path, "--column", "x", "--weights", "n", "--where", "site = 'north'", "-k", "2", "--json", "-"
    )
    mine = data["site"] == "north"
    expected = mix1d.fit(data["x"][mine], 2, sample_weight=data["n"][mine])
    assert distance(of_json(out), parameters(expected.mixture)) < 1e-8
    assert json.loads(out)["total_weight"] == data["n"][mine].sum()


def test_the_picture_of_a_large_file_is_that_of_its_values(run, folder, data):
    out = run("fit", folder / "big.parquet", "--column", "x", "-k", "2")[1]
    assert out.startswith("x: 2 normal groups, as asked.")
    assert f"\n{N:,} values.\n" in out
    assert max(map(len, out.splitlines())) <= 80
    result = mix1d.fit(data["x"], 2)
    values = dataclasses.replace(result.sample, values=np.sort(data["x"]), weights=np.ones(N), widths=None)
    drawn = draw_picture(sample_picture(values, result.mixture, result.thresholds()))
    expected = str(drawn).splitlines()
    lines = out.splitlines()
    begin = lines.index(expected[0])
    found = lines[begin : begin + len(expected)]
    assert found[-3:] == expected[-3:]
    differing = sum(
        a != b for line, other in zip(found, expected, strict=True) for a, b in zip(line, other, strict=False)
    )
    assert differing <= 3  # an eighth of a row here and there


def test_sketches_are_saved_merged_and_fitted(run, folder, tmp_path, data):
    day1, day2, week = (tmp_path / f"{name}.m1d" for name in ("day1", "day2", "week"))
    code, out, err = run("sketch", folder / "day1.csv", "--column", "x", "-o", day1)
    assert (code, err) == (0, "")
    first = data["x"][:50_000]
    size = -(-day1.stat().st_size // 1000)
    assert out == f"x: n = 50000, from {first.min():.6g} to {first.max():.6g}\n{day1}: {size} KB\n"
    assert run("sketch", folder / "day2.parquet", "--column", "x", "-o", day2)[0] == 0
    assert run("sketch", day1, day2, "-o", week)[0] == 0
    assert mix1d.Sketch.of(week).count == N
    expected = parameters(mix1d.fit(data["x"], 2).mixture)
    for files in ([week], [day1, day2], [day1, folder / "day2.parquet", "--column", "x"]):
        code, out, err = run("fit", *files, "-k", "2", "--json", "-")
        assert (code, err) == (0, "")
        assert json.loads(out)["name"] == "x"
        assert distance(of_json(out), expected) < 1e-8
    assert run("sketch", week, day1, "-o", week)[0] == 0  # the file itself may be among those read
    assert mix1d.Sketch.of(week).count == N + 50_000
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["day1.m1d", "day2.m1d", "week.m1d"]


def test_sketches_go_through_pipes(folder):
    path = folder / "day1.csv"
    sketched = subprocess.run(
        as_command("sketch", path, "--column", "x", "-o", "-"), capture_output=True, check=True
    )
    assert mix1d.Sketch.from_bytes(sketched.stdout).count == 50_000
    fitted = as_command("fit", "-", "-k", "2", "--no-drawing")
    out = subprocess.run(fitted, input=sketched.stdout, capture_output=True, check=True).stdout.decode()
    assert out.startswith("x: 2 normal groups, as asked.")
    assert "\n50,000 values.\n" in out


def test_what_was_left_out_and_weights_are_told(run, file, tmp_path):
    path = file("x,w\n1,2\nNA,1\n3,2.5\n")
    code, out, _ = run(
        "sketch", path, "--column", "x", "--weights", "w", "--missing", "drop", "-o", tmp_path / "a.m1d"
    )
    assert code == 0
    assert out.startswith("x: n = 2, total weight 4.5, 1 missing left out, from 1 to 3\n")
    assert "1 missing" in run("fit", tmp_path / "a.m1d", "-k", "1", "--no-drawing")[1]


@pytest.mark.parametrize(
    ("content", "arguments", "message"),
    [
        (
            "x\n1\nNA\n",
            ["--missing", "raise"],
            "{path}, row 2: a value of 'x' is missing (NaN or NULL); --missing drop leaves them out",
        ),
        (
            "x,y\n1,NA\n2,NA\n",
            ["--column", "y::DOUBLE", "--missing", "drop"],
            "all 2 values of 'y::DOUBLE' are missing",
        ),
        ("x,y\n1,0\n2,0\n", ["--column", "x", "--weights", "y"], "all 2 values of 'x' are of weight 0"),
        ("x\n1\ninf\n", [], "{path}, rows 1 to 2: values must be finite, found inf at index 1"),
    ],
)
def test_a_sketch_of_what_cannot_be_used(run, file, tmp_path, content, arguments, message):
    path = file(content)
    target = tmp_path / "out.m1d"
    code, out, err = run("sketch", path, *arguments, "-o", target)
    assert (code, out) == (1, "")
    assert err.startswith("mix1d: " + message.format(path=path))
    assert err.count("\n") == 1
    assert not target.exists()


@pytest.fixture
def saved(run, folder, tmp_path):
    path = tmp_path / "saved.m1d"
    assert run("sketch", folder / "big.parquet", "--column", "x", "-o", path)[0] == 0
    return path


def test_a_damaged_sketch_is_named_and_the_old_file_kept(run, saved):
    whole = saved.read_bytes()
    broken = saved.with_name("broken.m1d")
    broken.write_bytes(whole[:1000])
    code, out, err = run("sketch", saved, broken, "-o", saved)
    assert (code, out) == (1, "")
    assert err.startswith(f"mix1d: {broken}: data are a sketch cut off after 1000 of")
    assert saved.read_bytes() == whole


def test_files_that_cannot_be_written(run, saved, tmp_path):
    nowhere = tmp_path / "no folder" / "a.m1d"
    assert run("sketch", saved, "-o", nowhere) == (2, "", f"mix1d: {nowhere}: No such file or directory\n")
    assert run("sketch", saved, "-o", tmp_path) == (2, "", f"mix1d: {tmp_path}: Is a directory\n")
    assert run("sketch", saved)[0] == 2


def test_what_a_saved_sketch_cannot_do(run, saved):
    for options, word in (
        (["--where", "x > 0"], "where"),
        (["--weights", "n"], "weights"),
        (["--by", "n"], "by"),
    ):
        code, _, err = run("fit", saved, *options)
        assert code == 2
        assert err.startswith(f"mix1d: {saved} is a saved sketch, whose rows are not kept: ")
        assert word in err


def test_em_on_a_sketch_is_em_on_the_values(run, saved, data):
    code, out, _ = run("em", saved, "-k", "2", "--iterations", "5")
    assert code == 0
    *_, last = mix1d.em(data["x"], 2, max_iter=5)
    lines = out.splitlines()[-4:]
    assert float(lines[0].split()[-1]) == pytest.approx(last.log_likelihood, rel=1e-9)
    assert np.allclose([float(word) for word in lines[1].split()[1:]], last.mixture.means, rtol=1e-5)


def test_order_on_a_sketch(run, saved, data):
    code, out, _ = run("order", saved, "--method", "em")
    assert code == 0
    assert out.startswith(f"x: n = {N}\n1 against 2:  statistic ")
    test = mix1d.order_test(data["x"], 2, method="em")
    statistic = float(re.search(r"2 against 3:  statistic (\S+)", out)[1])
    assert statistic == pytest.approx(test.statistic, abs=1e-3)
    assert out.endswith(
        "At least 2 components (p < .001), 3 not supported (p = " + out.rpartition("(p = ")[2]
    )


def test_a_bootstrap_of_too_many_values_is_refused(run, saved, tmp_path):
    sketch = mix1d.Sketch.of(saved)
    for _ in range(7):
        sketch = sketch + sketch
    many = tmp_path / "many.m1d"
    many.write_bytes(sketch.to_bytes())
    code, out, err = run("order", many)
    assert (code, out) == (1, "")
    assert err == (
        "mix1d: each replicate of the bootstrap would draw as many values as there are, 1.92e+07, more than "
        "1e+07: --method em needs no replicates\n"
    )


@pytest.fixture
def model(run, saved, tmp_path):
    path = tmp_path / "fit.json"
    assert run("fit", saved, "-k", "2", "--json", path, "--no-drawing")[0] == 0
    return path


def test_score_of_a_large_file_is_exact_and_of_a_sketch_nearly(run, folder, saved, model, data):
    mixture = mix1d.Mixture(*of_json(model.read_text()))
    exact = mixture.logpdf(data["x"]).sum()
    code, out, _ = run("score", folder / "big.parquet", "--column", "x", "-m", model)
    assert code == 0
    assert out == f"x: n = {N}\nlog-likelihood  {exact:.6f}\nmean per value  {exact / N:.6f}\n"
    code, out, _ = run("score", saved, "-m", model)
    lines = out.splitlines()
    assert code == 0
    assert float(lines[1].split()[-1]) == pytest.approx(exact, rel=1e-10)
    assert re.fullmatch(r"estimated error \S+, because a saved sketch stands for its values", lines[3])
    code, out, _ = run("score", saved, folder / "big.parquet", "--column", "x", "-m", model)
    assert out.startswith(f"x: n = {2 * N}\n")
    assert float(out.splitlines()[2].split()[-1]) == pytest.approx(exact / N, abs=1e-6)


def test_score_writes_the_rows_of_a_large_file(run, folder, model, tmp_path, data):
    path = tmp_path / "rows.csv"
    assert (
        run("score", folder / "big.parquet", "--column", "x", "--where", "n = 1", "-m", model, "-o", path)[0]
        == 0
    )
    with path.open() as lines:
        rows = list(csv.DictReader(lines))
    x = data["x"][data["n"] == 1]
    assert np.array_equal([float(row["value"]) for row in rows], x)
    mixture = mix1d.Mixture(*of_json(model.read_text()))
    assert np.array_equal([float(row["density"]) for row in rows], mixture.pdf(x))


def test_score_of_what_cannot_be_used(run, saved, model, tmp_path, file):
    path = tmp_path / "rows.csv"
    message = "mix1d: a saved sketch has no rows to write: leave out --output, or give the data\n"
    assert run("score", saved, "-m", model, "-o", path) == (1, "", message)
    assert not path.exists()
    missing = file("x,y\n1,a\nNA,b\n")
    message = "mix1d: a value of 'x' is missing in row 2; --missing drop leaves them out\n"
    assert run("score", missing, "-m", model, "--missing", "raise") == (1, "", message)
    assert run("score", missing, "-m", model)[1].startswith("x: n = 1, 1 missing left out\n")
    only = file("x,y\nNA,1\nNA,2\n")
    code, _, err = run("score", only, "--column", "x::DOUBLE", "--missing", "drop", "-m", model)
    assert (code, err) == (1, "mix1d: all 2 values of 'x::DOUBLE' are missing\n")


def test_a_line_for_each_group(run, folder, data):
    arguments = ["fit", folder / "big.parquet", "--column", "x", "--by", "site", "-k", "2"]
    code, out, err = run(*arguments)
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "x by site: 2 groups"
    assert lines[2].split()[:8] == ["site", "n", "k", "density", "of", "x,", "┊", "cut-off"]
    assert [line.split()[:3] for line in lines[3:5]] == [
        [name, str(np.count_nonzero(data["site"] == name)), "2"] for name in ("north", "south")
    ]
    code, out, _ = run(*arguments, "--json", "-")
    for record in json.loads(out):
        mine = data["x"][data["site"] == record["group"]]
        expected = mix1d.fit(mine, 2)
        assert record["n_obs"] == mine.size
        assert distance(of_json(json.dumps(record)), parameters(expected.mixture)) < 1e-8


def test_groups_that_cannot_be_fitted_have_a_line_too(run, file):
    path = file("x,site\n1,a\n2,a\n5,\n6,\n7,b\n")
    code, out, _ = run("fit", path, "--by", "site", "-k", "2", "--ascii")
    assert code == 0
    assert out.isascii()
    lines = out.splitlines()[3:]
    assert [line.split()[0] for line in lines[:3]] == ["a", "b", "(missing)"]
    assert "not fitted, see below" in lines[1]
    assert lines[-1].startswith("b: -k must be at most the number of distinct values, 1, got 2")
    assert run("fit", path, "--by", "site", "--tests")[0] == 2
    code, _, err = run("fit", path, "--by", "sit")
    assert code == 2
    assert "by: no column 'sit', did you mean 'site'" in err


def test_missing_values_far_down_a_large_file(run, tmp_path):
    path = tmp_path / "data.csv"
    path.write_text("x,y\n" + "".join(f"{i / 7!r},1\n" for i in range(70_000)) + "NA,1\n")
    code, out, err = run("fit", path, "--column", "x", "-k", "1", "--missing", "raise")
    assert (code, out) == (1, "")
    message = (
        f"mix1d: {path}, row 70001: a value of 'x' is missing (NaN or NULL); --missing drop leaves them out\n"
    )
    assert err == message
    code, out, _ = run("fit", path, "--column", "x", "-k", "1")
    assert code == 0
    assert "\n1 missing value was left out.\n" in out
    assert "\n70,000 values.\n" in out


@pytest.mark.parametrize("command", [["fit", "-k", "1"], ["sketch", "-o", "interrupted.m1d"]])
def test_ctrl_c_while_files_are_read(huge, tmp_path, command):
    code = (
        "from mix1d import __main__, _core\n"
        "read = _core.read_arrow_batch\n"
        "_core.read_arrow_batch = lambda stream: print('reading', flush=True) or read(stream)\n"
        "__main__.main()"
    )
    arguments = [sys.executable, "-c", code, command[0], *huge, "--column", "x", *command[1:]]
    pipe = subprocess.PIPE
    started = subprocess.Popen(arguments, stdout=pipe, stderr=pipe, cwd=tmp_path, text=True)
    for _ in range(5):
        assert started.stdout.readline() == "reading\n"
    started.send_signal(signal.SIGINT)
    out, err = started.communicate(timeout=60)
    assert (started.returncode, err) == (130, "")
    assert set(out.splitlines()) <= {"reading"}
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("columns", ["80", "0", "²"])
def test_a_bar_on_a_terminal(huge, columns):
    leader, follower = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": columns}
    code = "from mix1d import __main__, progress; progress.DELAY = 0.1; __main__.main()"
    command = [sys.executable, "-c", code, "sketch", *huge[:8], "--column", "x", "-o", os.devnull]
    started = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=follower, env=environment)
    os.close(follower)
    shown = b""
    try:
        while part := os.read(leader, 4096):
            shown += part
    except OSError:  # the other end is closed
        pass
    out, _ = started.communicate(timeout=60)
    os.close(leader)
    assert started.returncode == 0
    assert out.startswith(b"x: n = 8000000")
    assert b"mix1d" in shown
    assert b"%" in shown
