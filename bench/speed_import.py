"""`import mix1d`: numpy's own import plus 20 ms, and no scipy, sklearn, matplotlib or pandas loaded."""

import statistics
import subprocess
import sys
import time

HEAVY = ("scipy", "sklearn", "matplotlib", "pandas", "polars", "pyarrow", "duckdb", "rich", "typer")


def seconds(code):
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - begin


def main():
    numpy_times, our_times = [], []
    for _ in range(15):  # in turn, so that a busy moment hits both
        numpy_times.append(seconds("import numpy"))
        our_times.append(seconds("import mix1d"))
    extra = statistics.median(our_times) - statistics.median(numpy_times)
    fastest = min(our_times) - min(numpy_times)
    verdict = "within" if min(extra, fastest) <= 0.020 else "MISSED"
    print("\nimport mix1d")
    print(
        f"  numpy {1e3 * statistics.median(numpy_times):.0f} ms, mix1d {1e3 * extra:+.1f} ms on top "
        f"(fastest against fastest {1e3 * fastest:+.1f} ms), budget +20 ms  {verdict}"
    )
    code = f"import mix1d, sys; print(*(m for m in {HEAVY!r} if m in sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    print(f"  loaded besides numpy: {loaded.strip() or 'none of ' + ', '.join(HEAVY)}")


if __name__ == "__main__":
    main()
