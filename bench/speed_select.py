"""fit(x) with the number of components chosen from 1..10: 100 ms at n = 272, 1 s at n = 10,000."""

from pathlib import Path

import numpy as np

import mix1d
from measure import heading, three_normals, timed, within_time

DATA = Path(__file__).parent.parent / "tests" / "data"


def main():
    heading("fit(x), 1..10 components, chosen by BIC")
    for name in ("faithful_waiting", "faithful_eruptions"):
        x = np.loadtxt(DATA / f"{name}.csv", skiprows=1)
        within_time(f"{name}, n = {len(x)}", timed(lambda x=x: mix1d.fit(x), 5), 0.1)
    x = three_normals(10_000)
    within_time(f"three normals, n = {len(x):,}", timed(lambda: mix1d.fit(x), 5), 1.0)


if __name__ == "__main__":
    main()
