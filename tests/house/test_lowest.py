"""Every door once, with the oldest versions of what mix1d works with: `make lowest` runs this."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest

import mix1d
from places import WAITING


@pytest.fixture(scope="module")
def result():
    return mix1d.fit(np.loadtxt(WAITING, skiprows=1), 2, name="waiting")


@pytest.fixture(scope="module")
def folder(tmp_path_factory, result):
    folder = tmp_path_factory.mktemp("doors")
    result.to_json(folder / "fit.json")
    return folder


COMMANDS = {
    "fit": ("fit", WAITING, "--json", "a.json", "--report", "a.html", "--plot", "a.png", "--tests"),
    "groups": ("fit", WAITING, "-k1", "--by", "waiting > 70", "--column", "waiting"),
    "fit-many": ("fit-many", WAITING, "-o", "a.csv"),
    "parquet": ("fit-many", WAITING, "-o", "a.parquet"),
    "em": ("em", WAITING, "-k2"),
    "order": ("order", WAITING, "--method", "em"),
    "sketch": ("sketch", WAITING, "-o", "a.m1d"),
    "score": ("score", WAITING, "-m", "fit.json", "-o", "rows.csv"),
    "sample": ("sample", "-m", "fit.json", "-o", "values.csv"),
    "expression": ("fit", WAITING, "--column", "ln(waiting)", "--where", "waiting > 50", "-k2"),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_commands(name, folder):
    arguments = [str(word) for word in COMMANDS[name]]
    if "--tests" in arguments:
        arguments += ["--replicates", "19"]
    done = subprocess.run(
        [sys.executable, "-m", "mix1d", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONWARNINGS": "default::RuntimeWarning"},
    )
    assert (done.returncode, done.stderr) == (0, "")
    for written in (word for word in arguments if word.startswith(("a.", "rows", "values"))):
        assert (folder / written).stat().st_size > 100


@pytest.mark.parametrize("kind", ["density", "qq", "pit"])
def test_plots(result, kind):
    from matplotlib.figure import Figure

    assert result.plot(Figure().add_subplot(), kind).has_data()


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
def test_frames(library, result):
    frames = pytest.importorskip(library)
    made = {"pandas": "DataFrame", "polars": "DataFrame", "pyarrow": "Table"}[library]
    assert isinstance(result.to_frame(library=library), getattr(frames, made))
    table = getattr(frames, "table" if library == "pyarrow" else "DataFrame")(
        {"a": [1.0, 2.0, 4.0], "b": [3.0, 5.0, 6.0]}
    )
    assert len(mix1d.fit_many(table, 1)) == 2
    assert mix1d.fit(table["a"], 1).n_obs == 3


def test_the_page_and_the_notebook(result):
    assert "<svg" in result._repr_html_()


def test_the_estimator():
    from mix1d.sklearn import GaussianMixture1D

    x = np.loadtxt(WAITING, skiprows=1)[:, None]
    assert set(GaussianMixture1D(2).fit(x).predict(x)) == {0, 1}


def test_the_explorer_answers_to_its_own_name_only():
    from mix1d.explore.server import application
    from mix1d.explore.session import Choice, Session

    client = application(Session([os.fspath(WAITING)])).server.test_client()
    here = {"Host": "127.0.0.1:8050"}
    assert client.get("/", headers=here).status_code == 200
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400
    outputs = next(
        each["output"]
        for each in client.get("/_dash-dependencies", headers=here).json
        if [one["id"] for one in each["inputs"]] == ["choices"] and not each["clientside_function"]
    )
    body = {
        "output": outputs,
        "outputs": [
            dict(zip(("id", "property"), word.split("."), strict=True))
            for word in outputs.strip(".").split("...")
        ],
        "inputs": [
            {"id": "choices", "property": "data", "value": {"serial": 1, **Choice("waiting").saved()}}
        ],
        "changedPropIds": ["choices.data"],
        "state": [],
    }
    answer = client.post("/_dash-update-component", json=body, headers=here)
    assert "waiting: 2 components" in json.dumps(answer.json["response"]["headline"])
    body["inputs"] = None
    assert client.post("/_dash-update-component", json=body, headers=here).status_code == 400
