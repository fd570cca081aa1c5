"""Where the files are that tests read, whatever the working directory and whichever folder the test is in."""

from pathlib import Path

TESTS = Path(__file__).resolve().parent
ROOT = TESTS.parent
DATA = TESTS / "data"
GOLDEN = TESTS / "golden"
EXAMPLES = ROOT / "examples"
WAITING = EXAMPLES / "old_faithful_waiting.csv"
