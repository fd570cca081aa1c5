"""What the explorer's server answers, and what it refuses without a word on the terminal."""

import json
import os

import pytest

from mix1d.explore import server
from mix1d.explore.session import Choice, Session
from places import WAITING

HERE = {"Host": "127.0.0.1:8050"}
CHOICE = Choice("waiting", components=2).saved()


@pytest.fixture
def client():
    """Ask the server as a page does, or as one that is not ours."""
    client = server.application(Session([os.fspath(WAITING)])).server.test_client()
    assert client.get("/", headers={"Host": "127.0.0.1"}).status_code == 200
    return client


def asks(output, outputs, *inputs, state=()):
    """The body that Dash's script sends for a callback."""
    return {
        "output": output,
        "outputs": outputs,
        "inputs": [{"id": name, "property": kind, "value": value} for name, kind, value in inputs],
        "changedPropIds": [f"{name}.{kind}" for name, kind, _ in inputs],
        "state": [{"id": name, "property": kind, "value": value} for name, kind, value in state],
    }


def body_of(client, name, kind, value, **more):
    """The body for the callback of an input."""
    found = client.get("/_dash-dependencies", headers=HERE).json
    one = next(
        each
        for each in found
        if [(i["id"], i["property"]) for i in each["inputs"]] == [(name, kind)]
        and not each["clientside_function"]
    )
    words = one["output"].strip(".").split("...")
    outputs = [{"id": i, "property": p} for i, _, p in (word.rpartition(".") for word in words)]
    several = one["output"].startswith("..")
    return asks(one["output"], outputs if several else outputs[0], (name, kind, value), **more)


def post(client, body, **headers):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post(
        "/_dash-update-component", data=data, headers=HERE | headers, content_type="application/json"
    )


@pytest.mark.parametrize("name", ["127.0.0.1", "127.0.0.1:8050", "localhost", "localhost:1"])
def test_its_own_names_are_answered(client, name):
    assert client.get("/", headers={"Host": name}).status_code == 200


@pytest.mark.parametrize(
    "name",
    [
        "evil.example",
        "evil.example:8050",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "127.0.0.1@evil.example",
        "127.0.0.1:80:80",
        "127.0.0.1:",
        "localhost.",
        "127.0.0.10",
        "[::1]",
        "0.0.0.0",
        "2130706433",
        "127.0.0.1, evil.example",
        "",
    ],
)
@pytest.mark.parametrize("own", [True, False], ids=["ours alone", "with that of Flask"])
def test_other_names_are_not_whatever_flask_does(client, monkeypatch, name, own):
    if own:  # what Flask before 3.1 does with it
        monkeypatch.setitem(client.application.config, "TRUSTED_HOSTS", None)
    for path in ("/", "/_dash-layout", "/_dash-dependencies", "/assets/explore.js", "/nowhere"):
        assert client.get(path, headers={"Host": name}).status_code == 400
    body = body_of(client, "column", "value", "waiting")
    assert client.post("/_dash-update-component", json=body, headers={"Host": name}).status_code == 400


def test_what_the_page_asks_is_answered(client):
    shape = ("family", "value", "normal")
    answer = post(client, body_of(client, "column", "value", "waiting", state=[shape]))
    assert answer.json["response"]["about"]["children"].startswith("272 values")
    answer = post(client, body_of(client, "choices", "data", {"serial": 3, **CHOICE}))
    shown = answer.json["response"]["shown"]["data"]
    assert shown == {"serial": 3, "choice": CHOICE}
    found = client.get("/_dash-dependencies", headers=HERE).json
    for each in found:
        if [i["id"] for i in each["inputs"]] == ["settled"] and not each["clientside_function"]:
            name = each["output"].rpartition(".")[0]
            body = asks(each["output"], {"id": name, "property": "data"}, ("settled", "data", shown))
            assert post(client, body).json["response"][name]["data"]["serial"] == 3
    state = [("shown", "data", shown)]
    saved = post(client, body_of(client, "save", "n_clicks", 1, state=state)).json
    assert json.loads(saved["response"]["download"]["data"]["content"])["n_obs"] == 272
    nothing = [("shown", "data", {"serial": 1, "choice": None})]
    answer = post(client, body_of(client, "save", "n_clicks", 1, state=nothing))
    assert answer.status_code in (200, 204)
    assert b"content" not in answer.data


WRONG = [
    None,
    True,
    7,
    "text",
    [],
    {},
    {"serial": 1},
    CHOICE,
    {"serial": "1", **CHOICE},
    {"serial": None, **CHOICE},
    {"serial": 1, **CHOICE, "more": 1},
    {"serial": 1, "choice": CHOICE},
    *(
        {"serial": 1, **CHOICE, name: value}
        for name, values in {
            "column": [None, 1, ["waiting"], {"a": 1}],
            "transform": [None, [], {}, "exp", 1],
            "components": [0, 11, -1, 2.0, "2", True, [2], 10**400],
            "sds": [None, [], "x", 1],
            "family": [None, [], "x", 1, "point_mass", "uniform"],
            "low": ["1", True, [], {}, 10**400, -(10**400), float("nan"), float("inf")],
            "high": ["1", False, [], {}, 10**400, float("-inf")],
            "drop": [None, 0, 1, "yes", []],
            "cut": [None, 0, 1, "yes", []],
        }.items()
        for value in values
    ),
]


def refused(client, capfd, body, code=400):
    answer = post(client, body)
    assert answer.status_code == code, answer.data[:300]
    assert b"Traceback" not in answer.data
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: repr(wrong)[:60])
def test_values_that_the_page_never_sends_are_refused_in_silence(client, capfd, wrong):
    refused(client, capfd, body_of(client, "choices", "data", wrong))
    shown = {"serial": 1, "choice": wrong} if isinstance(wrong, dict) and "serial" in wrong else wrong
    refused(client, capfd, body_of(client, "save", "n_clicks", 1, state=[("shown", "data", shown or 0)]))
    for name in ("details", "played"):
        body = asks(f"{name}.data", {"id": name, "property": "data"}, ("settled", "data", shown))
        refused(client, capfd, body)


@pytest.mark.parametrize("wrong", [None, 1, True, [], ["waiting"], {}, {"a": []}])
def test_a_column_that_is_no_text_is_refused_in_silence(client, capfd, wrong):
    refused(client, capfd, body_of(client, "column", "value", wrong))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"7",
        b'"text"',
        b"{}",
        b"{",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"1" * 5000,
        b'{"output": "nowhere.data"}',
        b'{"output": 1, "inputs": 2, "outputs": 3, "changedPropIds": 4}',
        b'{"output": ["x"], "inputs": [], "outputs": [], "changedPropIds": []}',
    ],
    ids=lambda body: repr(body[:30]),
)
def test_bodies_that_are_none_of_the_page_are_refused_in_silence(client, capfd, body):
    refused(client, capfd, body)


def test_parts_of_a_body_may_be_anything(client, capfd):
    whole = body_of(client, "choices", "data", {"serial": 1, **CHOICE})
    for part in whole:
        for value in (None, 1, True, "x", [], [1], [None], {}, {"id": 1}, [{"id": [], "property": {}}]):
            answer = post(client, {**whole, part: value})
            assert answer.status_code in (200, 204, 400)
            assert capfd.readouterr() == ("", "")
        answer = post(client, {name: value for name, value in whole.items() if name != part})
        assert answer.status_code in (200, 204, 400)
        assert capfd.readouterr() == ("", "")


def test_more_than_the_page_ever_sends_is_refused(client, capfd):
    refused(client, capfd, b'{"a": "' + b"x" * 2_000_000 + b'"}', 413)
    answer = client.post("/_dash-update-component", data="{}", headers=HERE, content_type="text/plain")
    assert answer.status_code == 415


@pytest.mark.parametrize("package", ["mix1d", "nowhere", "os", "dash", "plotly", "dash_renderer", ".."])
@pytest.mark.parametrize("path", ["x.js", "_core.pyi", "../../etc/passwd", "deps/nowhere.js", "%00"])
def test_files_of_packages_that_the_page_does_not_use(client, capfd, package, path):
    answer = client.get(f"/_dash-component-suites/{package}/{path}", headers=HERE)
    assert answer.status_code in (200, 404)
    if answer.status_code == 200:  # an address without meaning gives the page itself
        assert answer.mimetype == "text/html"
    assert capfd.readouterr() == ("", "")


def test_a_fault_of_ours_is_one_sentence_on_the_terminal(client, capfd, monkeypatch):
    def fail(*_, **__):
        raise RuntimeError("odd")

    monkeypatch.setattr("mix1d.explore.callbacks.fit_figure", fail)
    answer = post(client, body_of(client, "choices", "data", {"serial": 1, **CHOICE}))
    assert answer.status_code == 500
    sentence = (
        "this should not have happened (RuntimeError: odd); MIX1D_DEBUG=1 shows where: please report it\n"
    )
    assert answer.text == sentence
    assert capfd.readouterr() == ("", f"mix1d: {sentence}")
    monkeypatch.setenv("MIX1D_DEBUG", "1")
    post(client, body_of(client, "choices", "data", {"serial": 1, **CHOICE}))
    assert capfd.readouterr().err.startswith("Traceback")
