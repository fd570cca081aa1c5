"""Numbers stand in one place: scripts of `bench` measure, JSON keeps it, and pages are written from that."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BENCH = ROOT / "bench"
pytestmark = pytest.mark.skipif(not BENCH.exists(), reason="no benchmarks in source distributions")

sys.path += [str(ROOT / "tools"), str(BENCH)]
if BENCH.exists():
    import benchmark_figures
    import benchmarks
    import measure

MEASURES = """
import sys
sys.path.insert(0, BENCH)
from measure import Timing, within_ratio, within_time
within_time("one", Timing(1.0, 0.5), 2.0, allowance=1.0, n=7)
"""
FAILS = MEASURES + "raise SystemExit(3)\n"
CUT_OFF = MEASURES + "import os; open(os.environ['MIX1D_ROWS'], 'a').write('{\"what\": \"tw')\n"
OTHER = MEASURES + 'within_ratio("two", 1e-3, 0.5, "peer", 1000.0, k=3)\n'


def run_all(folder, *scripts):
    """Run scripts, given by name and text, and return how that ended and what was kept."""
    paths = []
    for name, text in scripts:
        (folder / name).write_text(text.replace("BENCH", repr(str(BENCH))))
        paths.append(str(folder / name))
    out = folder / "results.json"
    command = [sys.executable, str(BENCH / "run_all.py"), "--out", str(out), *paths]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ)
    return done, json.loads(out.read_text())


def test_a_script_that_fails_loses_no_rows(tmp_path):
    scripts = [("fails.py", FAILS), ("cut.py", CUT_OFF), ("fine.py", OTHER)]
    done, kept = run_all(tmp_path, *scripts)
    assert done.returncode
    assert "fails.py ended with 3" in done.stderr
    rows = {name: [row["what"] for row in script["rows"]] for name, script in kept["scripts"].items()}
    assert rows == {"fails.py": ["one"], "cut.py": ["one"], "fine.py": ["one", "two"]}
    assert kept["scripts"]["fails.py"]["ended"] == "ended with 3"
    one, two = kept["scripts"]["fine.py"]["rows"]
    assert (one["value"], one["fastest"], one["verdict"], one["n"]) == (1.0, 0.5, "within", 7)
    assert (two["value"], two["peer"], two["verdict"], two["k"]) == (500.0, "peer", "MISSED", 3)
    (machine,) = kept["runs"]
    assert machine["processor"]
    assert machine["cores"] >= 1
    assert {"Python", "numpy", "mix1d"} <= set(machine["versions"])


def test_scripts_that_run_alone_leave_what_is_known_of_others(tmp_path):
    run_all(tmp_path, ("first.py", OTHER), ("second.py", OTHER))
    _, kept = run_all(tmp_path, ("second.py", MEASURES))
    assert [len(script["rows"]) for script in kept["scripts"].values()] == [2, 1]


@pytest.fixture(scope="module")
def results():
    return benchmarks.Results(json.loads(benchmarks.RESULTS.read_text(encoding="utf-8")))


def test_pages_and_pictures_are_those_of_the_results():
    late = [path.name for path in benchmarks.stale()]
    assert late == [], "python tools/benchmarks.py write"


def test_a_page_with_another_number_is_seen(results, tmp_path, monkeypatch):
    page = tmp_path / "page.md"
    page.write_text("<!-- benchmarks: peers -->\nfaster than ever\n<!-- end of peers -->\n")
    monkeypatch.setattr(benchmarks, "PAGES", {page: "../bench/"})
    assert page in list(benchmarks.stale())
    page.write_text(benchmarks.rendered(page.read_text(), results, "../bench/"))
    assert page not in list(benchmarks.stale())
    assert "faster than ever" not in page.read_text()


def test_every_verdict_follows_from_value_and_limit(results):
    assert len(results.rows) > 100
    for row in results.rows:
        assert row.measure in {"seconds", "times faster", "times longer", "values a second", "MB", "sds"}, row
        if row.budget is not None:
            assert row.verdict == measure.verdict_of(row.measure, row.value, row.limit), row


def test_rows_are_told_apart_by_their_words(results):
    names = [(row.script, row.isa, row.what) for row in results.rows]
    assert len(set(names)) == len(names)


def test_what_is_promised_is_measured(results):
    judged = []
    for text, *places in benchmarks.PROMISES:
        for script, pattern in places:
            found = [row for row in results.find(script, pattern) if row.verdict]
            assert found, (text, script, pattern)
            judged += found
    best = {row.script for row in results.rows} - {"speed_sizes.py"}
    promised = [row for script in best for row in results.of_best_isa(script) if row.verdict]
    assert [row for row in promised if row not in judged] == []


def test_every_script_of_the_run_has_rows(results):
    import run_all

    assert set(results.scripts) == {f"{name}.py" for name in run_all.SCRIPTS}
    assert not [name for name, script in results.scripts.items() if script["ended"]]


def test_pictures_are_small_and_suit_dark_pages():
    for path in benchmark_figures.FIGURES:
        text = path.read_text(encoding="utf-8")
        assert len(text) < 60_000
        assert "prefers-color-scheme: dark" in text
        assert "var(--ink)" in text
        assert "<text" in text  # no outlines of letters
