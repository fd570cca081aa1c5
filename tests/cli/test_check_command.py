"""`mix1d check`: a saved fit against new rows, for people and for programs."""

import json

import numpy as np
import pytest

import mix1d
from places import WAITING

TWO = mix1d.Mixture([0.4, 0.6], [0.0, 5.0], [1.0, 1.0])


@pytest.fixture
def old(tmp_path):
    path = tmp_path / "old.json"
    path.write_text(mix1d.fit(TWO.sample(300, rng=1), 2, name="x").to_json(), encoding="utf-8")
    return path


def column(path, values, header="x"):
    path.write_text("\n".join([header, *map(repr, map(float, values))]) + "\n", encoding="utf-8")
    return path


def test_the_same_populations(run, old, tmp_path):
    same = column(tmp_path / "same.csv", TWO.sample(200, rng=2))
    code, out, err = run("check", old, same)
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0].startswith("x: no difference from the saved fit, as far as 200 values can tell (p = .")
    assert lines[1].startswith("n = 200, against ")
    assert " ".join(out.split()).count("2 components of 300 values") == 1
    assert [line.split()[0] for line in lines[-3:]] == ["Distance", "Parameters", "Together"]
    assert max(map(len, lines)) <= max(80, len(lines[1]))


def test_what_moved_is_named_and_the_exit_code_is_3(run, old, tmp_path):
    moved = column(tmp_path / "moved.csv", TWO.sample(200, rng=2) + 0.5)
    code, out, err = run("check", old, moved)
    assert (code, err) == (3, "")
    assert out.startswith("x: NOT the populations of the saved fit (p = .0")
    assert "The mean of a" in out.replace("\n", " ")
    assert " ! " in out or "!\n" in out
    code, asciied, _ = run("check", old, moved, "--ascii")
    assert code == 3
    assert asciied.isascii()


def test_a_level_that_is_stricter_than_p(run, old, tmp_path):
    moved = column(tmp_path / "moved.csv", TWO.sample(200, rng=2) + 0.35)
    p_value = json.loads(run("check", old, moved, "--json", "-")[1])["p_value"]
    assert 0.001 < p_value < 0.2
    assert run("check", old, moved, "--level", f"{1.01 * p_value}")[0] == 3
    assert run("check", old, moved, "--level", f"{0.5 * p_value}", "--replicates", "9999")[0] == 0
    code, out, err = run("check", old, moved, "--level", "0.001", "--replicates", "100")
    assert (code, out) == (2, "")
    assert "--replicates 100 cannot tell p = 0.001: take 2999 or more" in err
    assert (
        "'5' is not a probability between 0 and 1, such as 0.01" in run("check", old, moved, "--level=5")[2]
    )


def test_json_for_programs(run, old, tmp_path):
    moved = column(tmp_path / "moved.csv", [*(TWO.sample(200, rng=2) + 0.5), 1e6])
    code, out, err = run("check", old, moved, "--json", "-")
    assert (code, err) == (3, "")
    found = json.loads(out)
    assert (found["differs"], found["n"], found["n_saved"], found["level"]) == (True, 201, 300, 0.05)
    assert found["set_apart"]["values"] == [1e6]
    assert found["parameters"]["degrees"] == 5
    assert [one["letter"] for one in found["components"]] == ["a", "b"]
    path = tmp_path / "found.json"
    code, out, _ = run("check", old, moved, "--json", path)
    assert (code, json.loads(path.read_text())) == (3, found)
    assert out.startswith("x: NOT")


def test_a_new_code_is_named(run, old, tmp_path):
    code, out, _ = run("check", old, column(tmp_path / "a.csv", [*TWO.sample(200, rng=2), *[-999.0] * 11]))
    assert code == 3
    assert "more values than before are -999." in " ".join(out.split())


def test_the_column_of_the_fit_is_taken_where_there_are_several(run, old, tmp_path):
    rows = np.column_stack([TWO.sample(50, rng=3) + 100.0, TWO.sample(50, rng=2)])
    path = tmp_path / "two.csv"
    path.write_text("y,x\n" + "\n".join(f"{a!r},{b!r}" for a, b in rows.tolist()), encoding="utf-8")
    code, out, _ = run("check", old, path)
    assert (code, out[:3]) == (0, "x: ")
    code, out, _ = run("check", old, path, "y")
    assert (code, out[:3]) == (3, "y: ")


def test_missing_values_are_counted(run, old, tmp_path):
    path = tmp_path / "gaps.csv"
    path.write_text("id,x\n" + "\n".join(f"r{i},{v}" for i, v in enumerate([1.0, "", 5.0, 4.0, "NA"])))
    code, out, _ = run("check", old, path)
    assert code == 0
    assert "2 missing left out" in out


def test_its_own_rows_do_not_differ(run, tmp_path):
    saved = tmp_path / "waiting.json"
    assert run("fit", WAITING, "-k2", "--json", saved)[0] == 0
    assert run("check", saved, WAITING)[0] == 0


@pytest.mark.parametrize("text", ["x\n1\n2\n", "{}"])
def test_what_is_no_saved_fit(run, tmp_path, text):
    path = tmp_path / "model"
    path.write_text(text)
    code, out, err = run("check", path, WAITING)
    assert (code, out) == (1, "")
    assert err.startswith(f"mix1d: {path}")
    assert run("check", tmp_path / "none.json", WAITING)[0] == 2


def test_the_exit_code_of_a_fit_on_request(run, tmp_path):
    path = column(tmp_path / "a.csv", TWO.sample(200, rng=2))
    assert run("fit", path, "-k1", "--no-drawing")[0] == 0
    said = "mix1d: The model does not fit: Anderson-Darling p = .001\n"
    plain = run("fit", path, "-k1", "--no-drawing")[1]
    assert run("fit", path, "-k1", "--no-drawing", "--exit-code") == (3, plain, said)
    code, out, err = run("fit", path, "-k1", "--exit-code", "--json", "-")
    assert (code, err) == (3, said)
    assert json.loads(out)["n_obs"] == 200
    assert run("fit", path, "-k2", "--no-drawing", "--exit-code")[::2] == (0, "")


def test_no_exit_code_without_a_verdict(run, tmp_path):
    few = column(tmp_path / "few.csv", [4.8, 5.0, 5.1, 5.3, 9.7, 9.9, 10.0, 10.1, 10.2, 10.4])
    assert run("fit", few, "-k1", "--no-drawing", "--exit-code")[::2] == (0, "")
    long = column(tmp_path / "long.csv", TWO.sample(70_000, rng=1))
    code, _, err = run("fit", long, "-k1", "--no-drawing", "--exit-code")
    assert code == 1
    assert "does not keep more than 65,536 different ones" in err
    for more, message in (
        (("--by", "x"), "--exit-code judges one fit: leave out --by, and choose a group with --where"),
        (("--replicates", "18"), "--replicates 18 cannot tell p = 0.05: take 19 or more"),
    ):
        code, out, err = run("fit", few, "--exit-code", *more)
        assert (code, out) == (2, "")
        assert message in err


def test_rows_of_other_kinds_have_an_exit_code_too(run, file):
    path = file("from,n\n" + "".join(f"{i},{5 + 60 * (i in (2, 9))}\n" for i in range(12)))
    code, _, err = run("fit", path, "from", "--counts", "n", "-k1", "--no-drawing", "--exit-code")
    assert (code, err.startswith("mix1d: The model does not fit: Pearson on ")) == (3, True)
