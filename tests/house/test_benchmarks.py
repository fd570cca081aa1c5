"""Numbers stand in one place: what scripts of `bench` measure is kept as JSON, and pages are written from it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BENCH = ROOT / "bench"
pytestmark = pytest.mark.skipif(not BENCH.exists(), reason="no benchmarks in source distributions")

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
