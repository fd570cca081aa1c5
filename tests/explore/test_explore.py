"""The explorer without a browser: reading, transforms, ranges, messages, and the server."""

import contextlib
import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import webbrowser
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import mix1d
from mix1d.display.picture import picture_of
from mix1d.errors import InputError
from mix1d.explore import page, server, words
from mix1d.explore.callbacks import _Answers
from mix1d.explore.figures import CONFIG, fit_figure
from mix1d.explore.page import range_of
from mix1d.explore.session import Choice, Session, in_words
from mix1d.explore.transforms import TRANSFORMS
from mix1d.sources.columns import ColumnError, Written
from places import WAITING

X = np.loadtxt(WAITING, skiprows=1)


@pytest.fixture(scope="module")
def waiting():
    return Session([os.fspath(WAITING)])


@pytest.fixture
def mixed(file):
    """Columns of every kind that may be chosen."""
    rows = [
        "a,1.5,-1,,1;5,7",
        "b,0,-2,,2,8",
        "c,NA,-3,,NA,7",
        "d,-3,-4,,4,8",
        "e,5.25,-5,,5,7",
        "f,8,-6,,6,8",
    ]
    text = "who,size of it,neg,empty,as_text,two\n" + "\n".join(rows).replace("1;5", "1.5") + "\n"
    return Session([os.fspath(file(text))])


# ---- what is read and fitted


@pytest.mark.parametrize(
    ("transform", "of"),
    [
        ("none", lambda x: x),
        ("log", np.log),
        ("log2", np.log2),
        ("log10", np.log10),
        ("arcsinh", np.arcsinh),
        ("sqrt", np.sqrt),
    ],
)
def test_a_transform_is_that_of_numpy_and_back_undoes_it(waiting, transform, of):
    taken = waiting.taken(Choice("waiting", transform))
    assert taken.data.values == pytest.approx(of(X), rel=1e-15)
    assert (taken.n, taken.of, taken.left_out, taken.where) == (272, 272, (), None)
    assert [TRANSFORMS[transform].back(y) for y in of(X)] == pytest.approx(X, rel=1e-13)
    result = waiting.fit(Choice("waiting", transform, 2, sds="free"))
    assert result.mixture.means == pytest.approx(mix1d.fit(of(X), 2).mixture.means, rel=1e-10)


def test_a_range_keeps_only_what_is_inside(waiting):
    taken = waiting.taken(Choice("waiting", low=50.0, high=90.0))
    inside = X[(X >= 50) & (X <= 90)]
    assert np.array_equal(taken.data.values, inside)
    assert taken.left_out == (f"{272 - inside.size} values not from 50 to 90",)
    assert taken.where == '"waiting" >= 50 AND "waiting" <= 90'
    everything = waiting.taken(Choice("waiting", low=40.0, high=100.0))
    assert everything.where is None
    assert everything.data is waiting.raw("waiting").data  # not read again


def test_a_range_may_be_a_window_outside_of_which_nothing_was_recorded(waiting):
    choice = Choice("waiting", components=2, sds="free", low=50.0, high=90.0, cut=True)
    inside = X[(X >= 50) & (X <= 90)]
    assert waiting.window(choice) == (49.5, 90.5)  # minutes are whole numbers
    result = waiting.fit(choice)
    expected = mix1d.fit(inside, 2, truncation=(49.5, 90.5))
    assert result.mixture == expected.mixture
    left_out = waiting.fit(Choice("waiting", components=2, sds="free", low=50.0, high=90.0))
    assert left_out.mixture != result.mixture
    assert waiting.window(Choice("waiting", low=40.0, high=100.0, cut=True)) is None  # nothing lies outside
    assert waiting.window(Choice("waiting", low=50.0)) is None
    said, header, rows = words.difference(result, left_out, choice)
    assert "% of them lie inside." in said
    assert header[1:5] == ["share, left out", "mean, left out", "sd, left out", "share, cut away"]
    assert [row[0].text for row in rows] == ["a", "b"]
    for row, here, there in zip(rows, left_out.mixture.sds, result.mixture.sds, strict=True):
        assert [float(row[3].text), float(row[6].text)] == pytest.approx([here, there], rel=0.01)


def test_both_meanings_of_a_range_are_shown_together(waiting):
    answers = _Answers(waiting)
    choice = Choice("waiting", components=2, sds="free", low=50.0)
    for cut, name in ((False, "sum, if cut away"), (True, "sum, if left out")):
        found = answers.details({"serial": 1, "choice": replace(choice, cut=cut).saved()})
        assert name in [trace.get("name") for trace in found["figure"]["data"]]
        assert "Left out, or cut away?" in str(found["words"])
    hatched = [trace.get("name") for trace in found["figure"]["data"]]
    assert "never recorded: below 49.5" in hatched
    whole = answers.details({"serial": 1, "choice": Choice("waiting", components=2).saved()})
    assert "cut away" not in str(whole)


@pytest.mark.parametrize("transform", [name for name in TRANSFORMS if name != "none"])
def test_a_window_of_a_transform_holds_every_value(waiting, transform):
    choice = Choice("waiting", transform, 2, low=50.0, high=90.0, cut=True)
    low, high = waiting.window(choice)
    assert low == pytest.approx(TRANSFORMS[transform].forward(50.0), rel=1e-14)
    assert high == pytest.approx(TRANSFORMS[transform].forward(90.0), rel=1e-14)
    assert waiting.fit(choice).n_obs == np.sum((X >= 50) & (X <= 90))


def test_a_window_is_repeated_in_code(waiting, run):
    choice = Choice("waiting", components=2, sds="free", low=50.0, cut=True)
    taken, result = waiting.taken(choice), waiting.fit(choice)
    scope = {}
    exec(words.in_python(waiting, choice, taken).removesuffix("print(result)"), scope)
    assert scope["result"].mixture == result.mixture
    _, *arguments = shlex.split(words.in_shell(waiting, choice, taken))
    code, out, _ = run(*arguments, "--json", "-", "--no-drawing")
    assert code == 0
    assert json.loads(out)["log_likelihood"] == pytest.approx(result.log_likelihood, rel=1e-12)
    assert words.sample_words(waiting, taken, cut=True).endswith("could be recorded (truncation).")


def test_a_summary_has_no_rows_to_be_cut(tmp_path):
    path = tmp_path / "many.csv"
    path.write_text("x\n" + "\n".join(map(repr, np.random.default_rng(2).normal(size=90_000).tolist())))
    session = Session([os.fspath(path)])
    choice = Choice("x", components=1, low=-1.0, cut=True)
    with pytest.raises(InputError, match="choose “left out”, or use mix1d fit with --truncation"):
        session.fit(choice)
    found = _Answers(session).details({"serial": 1, "choice": replace(choice, cut=False).saved()})
    assert "use mix1d fit with --truncation" in str(found["words"])


def test_the_condition_of_the_command_line_stays_in_force():
    session = Session([os.fspath(WAITING)], where="waiting > 60 OR waiting < 45", weights="waiting / 10")
    taken = session.taken(Choice("waiting", "log", high=80.0))
    kept = X[((X > 60) | (X < 45)) & (X <= 80)]
    assert taken.data.values == pytest.approx(np.log(kept), rel=1e-15)
    assert taken.data.weights == pytest.approx(kept / 10)
    expected = mix1d.fit(np.log(kept), 1, sample_weight=kept / 10)
    assert session.fit(Choice("waiting", "log", 1, high=80.0)).log_likelihood == pytest.approx(
        expected.log_likelihood, rel=1e-12
    )
    assert words.sample_words(session, taken).startswith(
        f"{kept.size} values where waiting > 60 OR waiting < 45, weighted by waiting / 10."
    )


def test_values_that_a_transform_cannot_take_are_counted(mixed):
    taken = mixed.taken(Choice("size of it", "log", drop=True))
    assert taken.data.values == pytest.approx(np.log([1.5, 5.25, 8.0]))
    assert taken.left_out == ("1 missing", "2 values of 0 or less, which log (ln) cannot take")
    root = mixed.taken(Choice("size of it", "sqrt", drop=True, high=6.0))
    assert root.data.values == pytest.approx(np.sqrt([1.5, 0.0, 5.25]))
    assert root.left_out == (
        "1 missing",
        "1 value below 0, which square root cannot take",
        "1 value not from -3 to 6",
    )
    assert mixed.taken(Choice("neg", "arcsinh")).left_out == ()


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        (Choice("who"), "column 'who' is text, not a number, for example 'a'; choose a numeric one"),
        (Choice("empty"), "Empty has no values: all 6 are missing."),
        (Choice("size of it"), "1 of 6 values of size of it are missing: tick “Leave out missing values”"),
        (Choice("neg", "log"), "Log (ln) cannot take any value of neg: all 6 are 0 or less; choose another"),
        (Choice("neg", "sqrt"), "Square root cannot take any value of neg: all 6 are below 0;"),
        (Choice("neg", low=-0.5), "No value of neg lies from -0.5 to -1: widen the range."),
        (Choice("neg", low=-2.5, high=-2.25), "No value of neg lies from -2.5 to -2.25: widen the range."),
        (Choice("neg", components=9), "9 components need at least 9 distinct values, and there are only 6"),
        (Choice("nowhere"), "There is no column 'nowhere': choose one of the list."),
        (Choice("1; DROP TABLE x"), "There is no column '1; DROP TABLE x': choose one of the list."),
    ],
)
def test_messages(mixed, choice, message):
    with pytest.raises(InputError) as caught:
        mixed.fit(choice)
    text = in_words(caught.value)
    assert message in text
    assert text.endswith(".")
    assert "; columns: " not in text
    answer = _Answers(mixed).fit({"serial": 7, **choice.saved()})
    assert answer[:3] == (text, False, "away")
    assert answer[-1] == {"serial": 7, "choice": None}


def test_files_are_read_as_on_the_command_line(file):
    rows = "".join(f"{i};P{i};{5 + i % 7},{i:02d} mg\n" for i in range(1, 41))
    path = os.fspath(file(f"# a comment\nid;who;size\n{rows}41;P;-999 mg\n42;Q;n/a\nMean;;12,4 mg\n"))
    session = Session([path], written=Written(na=("-999 mg",)))
    assert session.column == "size"
    taken = session.taken(Choice("size", "log", low=6.0, drop=True))
    x = np.array([5 + i % 7 + i / 100 for i in range(1, 41)])
    assert taken.data.values == pytest.approx(np.log(x[x >= 6.0]))
    assert taken.left_out[0] == "2 missing"
    said = words.sample_words(session, taken)
    for part in ("1 comment line is left out.", "read with a decimal comma", "without 'mg'", "Mean;;12,4 mg"):
        assert part in said
    assert words.in_shell(session, Choice("size"), taken).endswith("--na '-999 mg'")
    assert "which only the command line has" in words.in_python(session, Choice("size"), taken)


def test_numbers_kept_as_text_are_numbers(file):
    rows = "".join(f"{i}\n" for i in range(1, 40))
    session = Session(
        [os.fspath(file('{"x": "1"}\n' + "".join(f'{{"x": "{r}"}}\n' for r in rows.split()), "x.jsonl"))]
    )
    taken = session.taken(Choice("x", "log2", low=2.0))
    assert taken.data.values == pytest.approx(np.log2(np.arange(2, 40)))


def test_a_page_cannot_ask_for_what_is_not_offered():
    saved = Choice("waiting").saved()
    for change in (
        {"transform": "exp"},
        {"components": 11},
        {"components": True},
        {"low": "0) OR (1"},
        {"sds": "x"},
        {"family": "uniform"},
    ):
        with pytest.raises(InputError, match="does not offer"):
            Choice.of({**saved, **change})
    assert Choice.of(saved) == Choice("waiting")


def test_shapes_are_those_that_a_column_allows(file):
    rng = np.random.default_rng(3)
    rows = zip(
        rng.gamma(3.0, 1.0, 80),
        rng.poisson(4.0, 80),
        rng.beta(2.0, 3.0, 80),
        rng.normal(0, 1, 80),
        strict=True,
    )
    text = "size,count,share,score\n" + "\n".join(",".join(map(str, row)) for row in rows) + "\n"
    session = Session([os.fspath(file(text))])

    def offered(name):
        return {one["value"] for one in page.families_of(session.raw(name)) if not one["disabled"]}

    real = {"normal", "auto", "student_t", "logistic", "skew_normal"}
    positive = {"lognormal", "gamma", "weibull", "inverse_gaussian", "exponential"}
    assert offered("size") == real | positive
    assert offered("count") == real | {"poisson", "negative_binomial"}
    assert offered("share") == real | positive | {"beta"}
    assert offered("score") == real
    choice = Choice("size", family="gamma", components=1, sds="free")
    result = session.fit(choice)
    assert result.family == "gamma"
    taken = session.taken(choice)
    assert ', 1, family="gamma")' in words.in_python(session, choice, taken)
    assert words.in_shell(session, choice, taken).endswith("-k 1 --family gamma")
    header, rows = words.components(result, None, sure=False)
    assert header[-1] == "shape"
    assert rows[0][-1].text.startswith("gamma with shape ")


def test_an_expression_of_the_command_line_is_a_column():
    session = Session([os.fspath(WAITING)], column="waiting / 60")
    assert session.column == "waiting / 60"
    assert session.taken(Choice("waiting / 60", "log")).data.values == pytest.approx(
        np.log(X / 60), rel=1e-13
    )
    with pytest.raises(ColumnError, match="no column 'wating', did you mean 'waiting'"):
        Session([os.fspath(WAITING)], column="wating")


def test_the_first_numeric_column_that_is_no_weight_is_shown(file):
    path = os.fspath(file("id,w,x\na,1,5\nb,2,6\n"))
    assert Session([path]).column == "w"
    assert Session([path], weights="w").column == "x"
    other = os.fspath(file("x,id\n7,c\n", "other.csv"))
    assert list(Session([path, other]).kinds) == ["id", "x"]


def test_many_rows_and_saved_sketches_go_through_a_sketch(tmp_path):
    rng = np.random.default_rng(4)
    x = np.concatenate([rng.normal(-1, 0.4, 40_000), np.exp(rng.normal(2, 0.2, 80_000))])
    path = tmp_path / "many.csv"
    path.write_text("x\n" + "\n".join(map(repr, x.tolist())) + "\n", encoding="utf-8")
    session = Session([os.fspath(path)])
    taken = session.taken(Choice("x", "log", high=10.0))
    refused, outside = int(np.sum(x <= 0.0)), int(np.sum(x > 10.0))
    assert isinstance(taken.data, mix1d.Sketch)
    assert taken.n == x.size - refused - outside
    assert taken.left_out[0] == f"{refused} values of 0 or less, which log (ln) cannot take"
    assert taken.left_out[1].startswith(f"{outside} values not from ")
    assert taken.data.mean == pytest.approx(np.log(x[(x > 0) & (x <= 10.0)]).mean(), rel=1e-9)

    saved = tmp_path / "many.m1d"
    saved.write_bytes(mix1d.Sketch.of(x).to_bytes())
    session = Session([os.fspath(saved)])
    assert session.saved
    result = session.fit(Choice(session.column, components=2))
    assert result.n_obs == x.size
    assert fit_figure(picture_of(result))["data"][0]["type"] == "bar"
    assert range_of(session.raw(session.column), fixed=True)["disabled"]


def test_what_was_read_and_fitted_is_kept_for_a_while(mixed, monkeypatch):
    choice = Choice("two", components=2)
    result = mixed.fit(choice)
    monkeypatch.setattr(mixed, "paths", ["gone.csv"])
    assert mixed.fit(choice) is result
    assert mixed.taken(Choice("two", components=5, sds="equal")) is mixed.taken(choice)
    answer = _Answers(mixed).fit({"serial": 1, **Choice("neg").saved()})
    assert answer[0] == "gone.csv: No such file or directory."


# ---- what is shown


def test_the_figure_has_bars_components_their_sum_and_thresholds_with_intervals(waiting):
    result = waiting.fit(Choice("waiting", components=2))
    bare = waiting.picture(Choice("waiting", components=2)).of(result.mixture, result.mixture.thresholds())
    names = [trace.get("name") for trace in fit_figure(bare)["data"]]
    assert names == ["data", "threshold 66.58", "a: 36 %", "b: 64 %", "sum", "single values"]
    figure = fit_figure(picture_of(result))
    band = figure["data"][1]
    (cut,) = (cut for cut in result.thresholds() if cut.kind == "crossing")
    assert (band["x"][0], band["x"][2]) == (cut.lower, cut.upper)
    assert figure["layout"]["xaxis"]["title"]["text"] == "waiting"
    assert json.dumps(figure)
    assert CONFIG["showSendToCloud"] is False


def test_em_is_a_page_that_is_made_once(waiting):
    choice = Choice("waiting", components=2)
    answer = _Answers(waiting).played({"serial": 7, "choice": choice.saved()})
    assert answer == {"serial": 7, "page": waiting.playback(choice)}
    assert answer["page"].count('class="mix1d-em"') == 1
    assert "<title>waiting: plain EM, step by step</title>" in answer["page"]
    assert "prefers-color-scheme" not in answer["page"]  # the explorer is light
    assert waiting.playback(choice) is waiting.playback(choice)


def test_starts_of_em_that_end_lower_than_the_fit_are_told(file):
    rng = np.random.default_rng(11)
    x = np.concatenate([rng.normal(0, 1, 150), rng.normal(0.2, 0.02, 60), rng.normal(60, 1, 8)])
    session = Session([os.fspath(file("x\n" + "\n".join(map(repr, x.tolist())) + "\n"))])
    choice = Choice("x", components=3)
    said = session.playback(choice)
    assert "9 of 12 starts end at the highest optimum, 1 ends 84 below it" in said
    assert "where EM ends depends on where it starts" in said
    assert "The highest is the reported fit." in said


def test_the_table_has_medians_in_the_scale_of_the_column(waiting):
    result = waiting.fit(Choice("waiting", "log", 2))
    header, rows = words.components(result, TRANSFORMS["log"].back, sure=True)
    assert header[-1] == "median in the column"
    medians = [float(row[-1].text) for row in rows]
    assert medians == pytest.approx(np.exp(result.mixture.means), rel=1e-3)
    low, high = map(float, rows[0][-1].interval.split(" to "))
    bounds = result.confidence_interval()
    assert (low, high) == pytest.approx(
        (np.exp(bounds.lower.means[0]), np.exp(bounds.upper.means[0])), rel=1e-3
    )
    header, rows = words.thresholds(result, TRANSFORMS["log"].back)
    assert float(rows[0][2].text) == pytest.approx(np.exp(float(rows[0][1].text)), rel=1e-3)


def test_the_lines_that_repeat_a_fit_do(waiting, run):
    choice = Choice("waiting", "log", 2, "equal", 50.0, 90.0)
    result, taken = waiting.fit(choice), waiting.taken(choice)
    space = {}
    lines = words.in_python(waiting, choice, taken)
    with contextlib.redirect_stdout(None):
        exec(lines, space)
    assert space["result"].log_likelihood == pytest.approx(result.log_likelihood, rel=1e-12)
    command = shlex.split(words.in_shell(waiting, choice, taken))
    assert command[0] == "mix1d"
    code, out, _ = run(*command[1:], "--json", "-")
    assert code == 0
    assert json.loads(out)["log_likelihood"] == pytest.approx(result.log_likelihood, rel=1e-12)


@pytest.mark.parametrize(
    ("low", "high", "ends", "step"),
    [
        (43.0, 96.0, [43.0, 96.0], 0.1),
        (-1.03, 32.2438, [-1.03, 32.25], 0.01),
        (1e-9, 7.77e-7, [1e-9, 7.77e-7], 1e-9),
        (0.0, 123456.7, [0.0, 123500.0], 100.0),
    ],
)
def test_the_slider_has_round_ends_around_the_values(waiting, low, high, ends, step):
    raw = waiting.raw("waiting")
    slider = range_of(type(raw)(raw.data, 2, 0, low, high, 2), fixed=False)
    assert slider["min"] <= low
    assert slider["max"] >= high
    assert slider["step"] == step
    assert slider["value"] == [slider["min"], slider["max"]]
    assert slider["value"] == pytest.approx(ends, abs=step)


@pytest.mark.parametrize("ends", [(5.0, 5.0), (-1.7e308, 1.7e308)])
def test_there_is_no_slider_for_one_value_and_for_an_endless_range(waiting, ends):
    raw = waiting.raw("waiting")
    assert range_of(type(raw)(raw.data, 2, 0, *ends, 2), fixed=False)["disabled"]


# ---- the server


def environment():
    return {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}


@contextlib.contextmanager
def served(*arguments, files=(WAITING,)):
    command = [sys.executable, "-m", "mix1d", "explore", *map(str, (*files, *arguments))]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment()
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def address_of(process):
    first = process.stdout.readline()
    assert first.startswith("Exploring old_faithful_waiting.csv at http://127.0.0.1:")
    assert first.endswith("/ (Ctrl-C ends it)\n")
    return first.split()[3]


def get(address, **headers):
    for _ in range(300):
        try:
            with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=60) as page:
                return page.status, page.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, ""
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"nothing answers at {address}")


def test_ctrl_c_ends_it_with_a_word_and_without_a_traceback():
    with served("--port", "0") as process:
        address = address_of(process)
        assert get(address)[0] == 200
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 0
    assert out.endswith("The explorer has ended.\n")
    assert err == ""


def test_ctrl_c_is_heard_before_the_page_is_ready():
    with served("--port", "0") as process:
        address_of(process)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode in (0, 130)
    assert "Traceback" not in err
    assert out == "The explorer has ended.\n"


def test_a_busy_port_moves_on_to_the_next():
    with server.free_port(0) as busy:
        port = busy.getsockname()[1]
        with served("--port", port) as process:
            address = address_of(process)
            found = int(address.strip("/").rpartition(":")[2])
            assert found > port
            message = process.stdout.readline()
            assert message == f"Port {port} is busy: port {found} is used instead.\n"
            assert get(address)[0] == 200


def test_only_this_machine_is_served_and_only_under_its_name():
    with served("--port", "0") as process:
        address = address_of(process)
        status, text = get(address)
        assert status == 200
        for outside in ("http://", "https://", '"//'):
            assert f"src={outside}" not in text.replace('"', "")
            assert f"href={outside}" not in text.replace('"', "")
        for asset in ("explore.css", "explore.js"):
            assert get(f"{address}assets/{asset}")[0] == 200
        assert get(address, Host="evil.example:80")[0] == 400  # a name that was made to lead here
        port = int(address.strip("/").rpartition(":")[2])
        for other in {
            found[4][0] for found in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)
        }:
            if not other.startswith("127."):
                with pytest.raises(OSError, match="refused"):
                    socket.create_connection((other, port), timeout=5)


def test_no_port_at_all(monkeypatch):
    monkeypatch.setattr(server, "_PORTS_TRIED", 0)
    with server.free_port(0) as busy:
        port = busy.getsockname()[1]
        with pytest.raises(
            InputError, match=f"ports {port} to {port} are all busy: choose another with --port"
        ):
            server.free_port(port)


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="they have a screen unless over SSH")
def test_a_browser_is_opened_only_where_there_is_a_screen(monkeypatch, waiting):
    opened = []
    monkeypatch.setattr(webbrowser, "open", opened.append)

    class Server:
        def serve_forever(self):
            for _ in range(100):
                if opened:
                    break
                time.sleep(0.01)

        def server_close(self):
            pass

    monkeypatch.setattr(server, "make_server", lambda *_, **__: Server())
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.delenv("DISPLAY", raising=False)
    server.serve(waiting, 0, browse=True)
    assert opened == []
    monkeypatch.setenv("DISPLAY", ":0")
    server.serve(waiting, 0, browse=False)
    assert opened == []
    server.serve(waiting, 0, browse=True)
    assert opened[0].startswith("http://127.0.0.1:")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--column", "wait"], 2, "no column 'wait', did you mean 'waiting'"),
        (["--where", "nonsense ("], 2, "where: "),
        (["--port", "70000"], 2, "'70000' is not a port: a number from 1 to 65535, or 0 for a free one"),
        (["--port", "x"], 2, "'x' is not a port"),
    ],
)
def test_mistakes_on_the_command_line(run, arguments, code, message):
    found, out, err = run("explore", WAITING, *arguments)
    assert (found, out) == (code, "")
    assert message in err


def test_a_missing_file(run):
    code, _, err = run("explore", "nowhere.csv")
    assert (code, err) == (2, "mix1d: nowhere.csv: No such file or directory\n")


def test_without_dash_one_sentence_names_the_extra(run, monkeypatch):
    import importlib.util

    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "dash" else find(name))
    code, _, err = run("explore", WAITING)
    assert (code, err) == (1, 'mix1d: the explorer needs dash: pip install "mix1d[explore]"\n')


def test_other_commands_do_not_load_dash():
    code = "import sys, mix1d.cli; print(sorted({'dash', 'plotly', 'flask'} & set(sys.modules)))"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout == "[]\n"


def test_standard_input_can_be_read_again_and_again(monkeypatch, tmp_path):
    from mix1d.sources.opening import held

    source = tmp_path / "input"
    source.write_bytes(b"who,x\na,1\nb,2\nc,4\n")
    with source.open("rb") as file:
        monkeypatch.setattr(sys, "stdin", type("Input", (), {"buffer": file}))
        with held(["-"]) as paths:
            session = Session(["-"], paths)
            assert session.title == "standard input"
            for transform in TRANSFORMS:
                assert session.taken(Choice("x", transform)).n == 3
            with pytest.raises(InputError, match=r"^standard input: column 'who' is text"):
                session.taken(Choice("who"))
    assert not Path(paths[0]).exists()
