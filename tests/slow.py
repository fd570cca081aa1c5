"""The tests that take longest, in tests/slow.txt: they are marked `slow`, and `make quick` leaves them out.

`pytest --durations=0 --durations-min=0.05 > log`, then `python tests/slow.py log` lists them anew.
"""

import re
import sys
from collections import Counter
from pathlib import Path

FILE = Path(__file__).with_name("slow.txt")
REST = 0.14  # share of the whole time that may stay in the quick part


def names():
    """Test functions as `test_file.py::test_name`."""
    return set(FILE.read_text(encoding="utf-8").split())


def slowest(log):
    """Those that leave no more than `REST` of the time of a log to the others."""
    times = Counter()
    for line in log.splitlines():
        found = re.match(r"([\d.]+)s (?:call|setup|teardown) +(?:\S*/)?(test_\w+\.py::\w+)", line)
        if found:
            times[found[2]] += float(found[1])
    rest, chosen = sum(times.values()), []
    allowed = REST * rest
    for name, time in times.most_common():
        if rest <= allowed:
            break
        chosen.append(name)
        rest -= time
    return sorted(chosen)


if __name__ == "__main__":
    FILE.write_text(
        "\n".join(slowest(Path(sys.argv[1]).read_text(encoding="utf-8"))) + "\n", encoding="utf-8"
    )
