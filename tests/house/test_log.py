"""What the logger named mix1d says, and that it is silent by default."""

import logging
import subprocess
import sys

import numpy as np

import mix1d
from places import DATA

WAITING = np.loadtxt(DATA / "faithful_waiting.csv", skiprows=1)


def test_fits_readers_and_resampling_say_what_they_did(caplog):
    caplog.set_level(logging.DEBUG, "mix1d")
    result = mix1d.fit(iter([WAITING[:100], WAITING[100:]]), [1, 2], name="waiting")
    result.standard_errors("bootstrap", replicates=20, rng=3)
    mix1d.order_test(WAITING, 1, replicates=19)
    assert {record.name for record in caplog.records} == {"mix1d"}
    read, fitted, drawn, tested = (record.getMessage() for record in caplog.records)
    assert read.startswith("read ")
    assert "272 values, 0 missing, 1 sketches" in read
    assert fitted.startswith("fit waiting: n = 272, 0 missing, 51 values or points, k of (1, 2): 2 chosen")
    assert drawn.startswith("bootstrap (weighted): 20 replicates, 0 failed, seed 3, ")
    assert tested.startswith("order test of 1: 19 replicates, p = 0.05, seed 0, ")
    assert all(message.endswith(" s") for message in (read, fitted, drawn, tested))


def test_nothing_is_said_by_default():
    code = "import logging, mix1d; mix1d.fit([1.0, 2.0, 4.0, 7.0], 1)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")
